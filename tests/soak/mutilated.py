"""Ten thousand mutilated inputs through ``eventcode code``: no traceback, no lost neighbour, no half file.

    python tests/soak/mutilated.py [NUMBER] [--first N]

Inputs come from ``tests/mutilations.py``, some hundreds in a folder, each folder with two good articles beside them, and are
coded by the command as it is installed. For a folder that shows a fault it says how to run that folder again, goes on, and
ends with status 1; the same number always makes the same input.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mutilations import LIMITS, good, mutilated

TABLES = ("articles", "acts", "events", "incidents", "places")
FILES = {f"{table}.parquet" for table in TABLES} | {"rejected.jsonl", "datapackage.json"}
IN_FOLDER = 500


def fill(folder: Path, numbers: Sequence[int]) -> tuple[set[str], set[str]]:
    """Write the inputs; the names of their files, and the headlines that must be read."""
    names, titles = set(), set()
    for end in (".a", ".z"):
        record = good(numbers[0], end)
        (folder / f"{'0' if end == '.a' else 'zz'} good.txt").write_text(
            f"{record['title']}\n{record['text']}", "utf-8"
        )
        titles.add(record["title"])
    for number in numbers:
        found = mutilated(number)
        try:
            (folder / found.name).write_bytes(found.content)
        except (OSError, ValueError):
            continue  # this file system takes no such name
        names.add(os.fsencode(found.name).decode("utf-8", "replace"))
        titles.update(found.survivors)
    return names, titles


def code(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a folder."""
    limits = [word for key, value in LIMITS.items() for word in (f"--{key.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "eventcode", "code", str(folder), "--out", str(out), *limits]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)


def faults(folder: Path, out: Path, numbers: Sequence[int], reasons: Counter[str]) -> list[str]:
    """What is wrong with a run on the inputs of these numbers."""
    names, titles = fill(folder, numbers)
    done = code(folder, out)
    if done.returncode not in (0, 1):
        return [f"exit status {done.returncode}: {done.stderr[-2000:]}"]
    found = ["a traceback on standard error"] if "Traceback" in done.stderr else []
    left = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    if not {f"{table}.parquet" for table in TABLES} <= left <= FILES:
        found.append(f"files in the output: {sorted(left)}")
        return found
    articles = pq.read_table(out / "articles.parquet").to_pylist()
    for table in TABLES[1:]:
        pq.read_table(out / f"{table}.parquet")
    lines = (
        (out / "rejected.jsonl").read_text(encoding="utf-8").splitlines() if "rejected.jsonl" in left else []
    )
    rejected = [json.loads(line) for line in lines]
    reasons.update(line["reason"] for line in rejected)
    found += [f"an internal error: {line}" for line in rejected if line["reason"] == "internal_error"]
    lost = titles - {article["title"] for article in articles}
    if lost:
        found.append(f"lost neighbours: {sorted(lost)}")
    start = f"{folder}{os.sep}"
    told = {record["file"].removeprefix(start).partition(os.sep)[0] for record in (*articles, *rejected)}
    if names - told:
        found.append(f"files of which nothing is told: {sorted(names - told)!a}")
    return found


def main() -> int:
    """Run all; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("number", nargs="?", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    reasons: Counter[str] = Counter()
    bad = 0
    last = options.first + options.number
    for first in range(options.first, last, IN_FOLDER):
        numbers = range(first, min(first + IN_FOLDER, last))
        with tempfile.TemporaryDirectory(prefix="eventcode-soak-", ignore_cleanup_errors=True) as folder:
            inside = Path(folder, "in")
            inside.mkdir()
            found = faults(inside, Path(folder, "out"), numbers, reasons)
        if found:
            print(f"inputs {numbers.start} to {numbers.stop - 1}:", *found, sep="\n  ")
            print(f"again with: {Path(__file__).name} {len(numbers)} --first {numbers.start}", flush=True)
        bad += bool(found)
        print(f"{numbers.stop - options.first:,} inputs, {bad} folders with faults", flush=True)
    print("set aside:", ", ".join(f"{reason} {count:,}" for reason, count in sorted(reasons.items())))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
