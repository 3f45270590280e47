"""Runs a batch that reads with fakes, for tests that kill it, watch it, or take away its disk.

    python tests/fake_run.py FILE OUT [--workers N] [--part-records N] [--file-megabytes N] [--row-group N]

Prints the peak of its resident memory in megabytes.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

from fake_rooms import FakeIncidents, open_fakes

from eventcode.batch import Options, run
from eventcode.errors import EventcodeError
from eventcode.tables import output


class FlatIncidents(FakeIncidents):
    """Keeps nothing."""

    def add(self, *_: object) -> None:  # type: ignore[override]
        return None


def fake_options(workers: int = 1, part_records: int = 8) -> Options:
    """Options of a batch that reads with fakes."""
    return Options(
        workers=workers,
        part_records=part_records,
        open_rooms=open_fakes,
        open_incidents=lambda lexicon, previous: FlatIncidents(),
    )


def main() -> int:
    """0 all well, 2 stopped with a message on stderr."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--part-records", type=int, default=8)
    parser.add_argument("--file-megabytes", type=float, help="size that no file may grow beyond")
    parser.add_argument("--row-group", type=int, help="rows of a row group")
    told = parser.parse_args()
    if told.file_megabytes is not None:
        most = int(told.file_megabytes * 1e6)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if told.row_group is not None:
        output.ROW_GROUP_ROWS = told.row_group
    try:
        run([told.file], told.out, options=fake_options(told.workers, told.part_records))
    except EventcodeError as error:
        print(error, file=sys.stderr)
        return 2
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
