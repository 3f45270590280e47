"""Measures how a batch scales with workers, and prints the table of docs/scaling.md. For a machine without other work.

    python tests/bench/scaling.py [--articles N] [--workers 1 2 4] [--repeats N]

Articles are those of ``bench.py``; every figure is of the real command in processes of its own, the best of the repeats. The time
of a run over few articles is taken off, so that starting up does not count.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import Run, run, write_articles

FEW = 64


def measure(scratch: Path, number: int, workers: Sequence[int], repeats: int) -> Iterator[str]:
    """Lines of the table."""
    few, many = (write_articles(scratch / f"{n}.jsonl", n) for n in (FEW, number))

    def best(file: Path, processes: int) -> Run:
        runs = [
            run(
                "code", str(file), "--out", str(scratch / f"out-{processes}-{repeat}-{file.stem}"),
                "--workers", str(processes), "--discard-parts",
            )
            for repeat in range(repeats)
        ]  # fmt: skip
        return min(runs, key=lambda one: one.seconds)

    yield "| workers | articles | seconds | articles a second | of 1 worker | processor seconds an article | largest process |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    first: float | None = None
    for processes in workers:
        start, whole = best(few, processes), best(many, processes)
        rate = (number - FEW) / (whole.seconds - start.seconds)
        first = first or rate
        spent = (whole.processor - start.processor) / (number - FEW)
        yield (
            f"| {processes} | {number:,} | {whole.seconds:.1f} | {rate:.1f} | {rate / first:.2f} | "
            f"{spent * 1000:.1f} ms | {whole.megabytes:.0f} MB |"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how a batch scales with workers.")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--repeats", type=int, default=2)
    told = parser.parse_args()
    print(f"{os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as scratch:
        for line in measure(Path(scratch), told.articles, told.workers, told.repeats):
            print(line, flush=True)


if __name__ == "__main__":
    main()
