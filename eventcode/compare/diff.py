"""Which rows moved between two codings, in which columns, and which knowledge moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from eventcode.compare.causes import Causes
from eventcode.compare.cells import shown
from eventcode.compare.coding import Coding, read_coding, rules_of, table_of
from eventcode.compare.moved import ALONE, CHANGED, KINDS, REMOVED, Moved, moved_rows, taken
from eventcode.compare.pairs import Rows
from eventcode.errors import InputError, UsageError


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs. None: the cell is blank, or the row is not there."""

    column: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What :func:`diff` found. ``made``: file metadata that differ, with what both say; ``note``: what could not be told, and why."""

    table: str
    old: Coding
    new: Coding
    made: Mapping[str, tuple[str | None, str | None]]
    moved: Moved
    note: str | None

    @property
    def number(self) -> Mapping[str, int]:
        """Rows changed, removed, added, and those that are the same."""
        kinds = [self.moved.changed, self.moved.removed, self.moved.added]
        counted = {kind: int(where.sum()) for kind, where in zip(KINDS, kinds, strict=True)}
        return {**counted, "same": self.old.table.num_rows - counted[CHANGED] - counted[REMOVED]}

    def counts(self) -> list[tuple[str, int]]:
        """Rows by cause, the biggest first."""
        return _counted(self.moved.cause)

    def reasons(self) -> list[tuple[str, str, int]]:
        """Rows by cause and by what exactly (lexicon entry, mapping line, actor, place), the biggest first."""
        pairs = [f"{cause}\x1f{why}" for cause, why in zip(self.moved.cause, self.moved.why, strict=True)]
        return [(*_halves(pair), number) for pair, number in _counted(pairs)]

    def names(self, row: int) -> list[str]:
        """Columns in which a row differs, in the table's order."""
        return [name for name, where in self.moved.columns.items() if where[row]]

    def cells(self, rows: Rows) -> Iterator[list[Cell]]:
        """The cells that differ of each of these rows of ``moved``."""
        old, new = self.moved.old[rows], self.moved.new[rows]
        made: list[list[Cell]] = [[] for _ in rows]
        for name, where in self.moved.columns.items():
            there = np.flatnonzero(where[rows])
            if len(there):
                one = shown(taken(self.old, name, old[there]))
                other = shown(taken(self.new, name, new[there]))
                for at, before, after in zip(there.tolist(), one, other, strict=True):
                    made[at].append(Cell(name, before, after))
        yield from made

    def texts(self, name: str, rows: Rows) -> list[str | None]:
        """A column of these rows of ``moved``, from the new coding where they are there, else from the old one."""
        old, new = self.moved.old[rows], self.moved.new[rows]
        out: list[str | None] = [None] * len(rows)
        for coding, at in ((self.old, old), (self.new, new)):
            if coding.has([name]):
                there = np.flatnonzero(at != ALONE)
                for row, text in zip(there.tolist(), shown(taken(coding, name, at[there])), strict=True):
                    out[row] = text
        return out


def _counted(words: list[str]) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for word in words:
        counted[word] = counted.get(word, 0) + 1
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _halves(pair: str) -> tuple[str, str]:
    cause, _, why = pair.partition("\x1f")
    return cause, why


def diff(old: Path, new: Path, table: str | None = None, lexicon: Path | None = None) -> Difference:
    """Compare two codings.

    Args:
        old: a coded folder, or one of its Parquet files.
        new: the same, of the later coding.
        table: events, incidents or acts; default the file's own, events for folders.
        lexicon: overlay that the new coding was made with, to tell lines of its mapping files.

    Raises:
        InputError: a table is missing or cannot be read.
        UsageError: the two are different tables, or the table is not one that can be compared.
        LexiconError: the overlay cannot be used.
    """
    name, other = table_of(old, table), table_of(new, table)
    if table is None and old.is_dir() != new.is_dir():
        name = other = other if old.is_dir() else name
    if name != other:
        raise UsageError(f"{old} is a table of {name}, {new} one of {other}: they cannot be compared")
    rules = rules_of(name)
    one, two = read_coding(old, name), read_coding(new, name)
    causes = Causes(one, two, rules, lexicon)
    try:
        moved = moved_rows(one, two, rules)
        causes.tell(moved)
    except pa.ArrowException as error:
        said = str(error).splitlines()[0]
        raise InputError(
            f"{old}, {new}: columns of other types than a table of {name} has: {said}"
        ) from error
    return Difference(name, one, two, _made(one, two), moved, causes.note)


def _made(old: Coding, new: Coding) -> dict[str, tuple[str | None, str | None]]:
    names = sorted(old.metadata.keys() | new.metadata.keys())
    pairs = {name: (old.metadata.get(name), new.metadata.get(name)) for name in names if name != "pandas"}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
