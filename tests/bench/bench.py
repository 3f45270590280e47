"""Measures what a user waits for: start-up, first article, speed, memory. Run by ``make bench``, outside the tests.

    python tests/bench/bench.py [--articles N]

Articles of 300 words are made from ``templates.yaml``, the same ones every time. Every figure is of the real command
in a process of its own; memory is the peak resident set of its largest process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

TEMPLATES = Path(__file__).resolve().parent / "templates.yaml"
WORDS = 300
SMALL = 100
SHARE_OF_ACTS = 0.5
REPEATS = 5
FIRST_DAY = dt.date(2023, 1, 1)
# ru_maxrss counts kilobytes, but bytes on macOS.
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """One run of the command: wall-clock seconds, processor seconds of all its processes, peak resident set in megabytes."""

    seconds: float
    processor: float
    megabytes: float


def articles(number: int) -> Iterator[dict[str, str]]:
    """Records for a JSON Lines file; the same for the same number."""
    templates = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    lot = random.Random(number)
    for index in range(number):
        yield {
            "id": f"bench-{index:06}",
            "date": str(FIRST_DAY + dt.timedelta(days=index % 365)),
            "title": _sentence(lot.choice(templates["titles"]), templates["slots"], lot),
            "text": _text(templates, lot),
            "source": lot.choice(templates["slots"]["agency"]),
            "language": "en",
        }


def _text(templates: dict[str, list[str]], lot: random.Random) -> str:
    words = 0
    paragraphs: list[list[str]] = [[]]
    while words < WORDS:
        kind = "acts" if lot.random() < SHARE_OF_ACTS else "rest"
        sentence = _sentence(lot.choice(templates[kind]), templates["slots"], lot)
        words += len(sentence.split())
        paragraphs[-1].append(sentence)
        if len(paragraphs[-1]) == 2:
            paragraphs.append([])
    dateline = _fill(str(templates["dateline"]), templates["slots"], lot)
    return dateline + "\n\n".join(" ".join(paragraph) for paragraph in paragraphs if paragraph)


def _sentence(template: str, slots: object, lot: random.Random) -> str:
    filled = _fill(template, slots, lot)
    return filled[0].upper() + filled[1:]


def _fill(template: str, slots: object, lot: random.Random) -> str:
    assert isinstance(slots, dict)
    values = {name: str(lot.choice(choices)) for name, choices in slots.items()}
    return template.format(TOWN=values["town"].upper(), **values)


def run(*arguments: str) -> Run:
    """Run ``eventcode`` and wait for it; what it says is thrown away.

    Raises:
        SystemExit: it failed.
    """
    command = [sys.executable, "-m", "eventcode", *arguments]
    begin = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
    )
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{' '.join(command)} left with status {os.waitstatus_to_exitcode(status)}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_BYTES / 1e6)


def write_articles(path: Path, number: int) -> Path:
    """Write so many records to a JSON Lines file; returns its path."""
    with path.open("w", encoding="utf-8") as file:
        for record in articles(number):
            file.write(json.dumps(record) + "\n")
    return path


def measure(scratch: Path, many: int) -> Iterator[tuple[str, str]]:
    """Rows of the printed table: what, and the figure."""
    one, few, lots = (write_articles(scratch / f"{number}.jsonl", number) for number in (1, SMALL, many))

    def code(file: Path, workers: int = 1) -> Run:
        # Parts would save the next run from reading.
        return run(
            "code", str(file), "--out", str(scratch / "out"), "--workers", str(workers), "--discard-parts"
        )

    run("code", str(one), "--out", str(scratch / "out"))  # builds the gazetteer index where it is missing
    yield "eventcode --help", _median([run("--help") for _ in range(REPEATS)])
    yield "first article, from a cold start", _median([code(one) for _ in range(REPEATS)])
    small = code(few)
    yield f"{SMALL:,} articles, one worker", _told(small)
    large = code(lots)
    yield f"{many:,} articles, one worker", _told(large)
    yield "articles a second, one worker", _rate(many, large)
    double = code(lots, workers=2)
    yield f"{many:,} articles, two workers", f"{_told(double)} (the largest process)"
    yield "articles a second, two workers", _rate(many, double)


def _median(runs: list[Run]) -> str:
    seconds, processor = (
        statistics.median(getattr(run, name) for run in runs) for name in ("seconds", "processor")
    )
    return f"{seconds:.2f} s, {processor:.2f} s of processor"


def _told(run: Run) -> str:
    return f"{run.seconds:.1f} s, {run.processor:.1f} s of processor, {run.megabytes:.0f} MB"


def _rate(number: int, run: Run) -> str:
    """Articles a second; by processor time too, which tells more on a machine that has other work."""
    return f"{number / run.seconds:.1f}, {number / run.processor:.1f} a second of processor"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure start-up, speed and memory of eventcode.")
    parser.add_argument("--articles", type=int, default=3000, help="size of the large batch (default 3000)")
    many = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as scratch:
        for what, figure in measure(Path(scratch), many):
            print(f"{what:<36}{figure}", flush=True)


if __name__ == "__main__":
    main()
