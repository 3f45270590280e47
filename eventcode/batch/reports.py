"""What a run tells while it goes on. Times are left to those who listen: nothing here looks at a clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventcode.batch.options import Summary
from eventcode.batch.tasks import Record
from eventcode.inputs import InputOptions
from eventcode.inputs.files import STDIN, list_files, paths_of
from eventcode.model import Rejection

# What is packed tells nothing of how many records are still to come.
_PACKED = (".gz", ".zst", ".zip", ".parquet", ".pq", ".docx")
# Characters that a record takes in a file beside its text.
_AROUND_TEXT = 200


@dataclass(frozen=True, slots=True)
class Started:
    """The input is about to be read. ``size``: bytes of all files, None where that tells nothing."""

    size: int | None


@dataclass(frozen=True, slots=True)
class Advanced:
    """Where a run is. ``records``: done; ``set_aside``: of these; ``kept``: of these, done by an earlier run.

    ``expected``: about how many records there are; None where that cannot be told.
    """

    records: int
    set_aside: int
    kept: int
    expected: int | None


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part is on the disk. ``first``: number of records before it. ``how``: read, coded (from its acts) or kept."""

    name: str
    first: int
    records: int
    how: str


@dataclass(frozen=True, slots=True)
class WasSetAside:
    """A record was set aside for good."""

    rejection: Rejection


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that the user should know, and that stops nothing."""

    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The tables are in place."""

    summary: Summary


Report = Started | Advanced | PartDone | WasSetAside | Warned | Finished
Tell = Callable[[Report], None]


def tell_nobody(report: Report) -> None:
    """Listens to nothing."""


class Estimate:
    """How many records there may be, by the bytes of the files and of what was read of them."""

    def __init__(self, paths: Sequence[Path], options: InputOptions) -> None:
        self.size: int | None = 0
        self._records = 0
        self._before = 0
        self._file, self._in_file = "", 0
        if any(os.fspath(path) == STDIN for path in paths):
            self.size = None
            return
        for path, problem in paths_of(list_files(paths, options)):
            size = 0 if problem else _size(path)
            if size is None:
                self.size = None
                return
            self.size += size

    def take(self, record: Record) -> None:
        """Count a record that was read."""
        article = record if isinstance(record, Rejection) else record.article
        if article.file != self._file:
            self._before += (_size(self._file) or 0) if self._file else 0
            self._file, self._in_file = article.file, 0
        self._records += 1
        self._in_file += _AROUND_TEXT
        if not isinstance(record, Rejection):
            self._in_file += len(record.article.text)

    def expected(self) -> int | None:
        """About how many records there are in all."""
        if self.size is None or not self._records:
            return None
        read = self._before + min(self._in_file, _size(self._file) or self._in_file)
        return self._records if read >= self.size else round(self._records * self.size / read)


def _size(path: str) -> int | None:
    if path.lower().endswith(_PACKED):
        return None
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return None
