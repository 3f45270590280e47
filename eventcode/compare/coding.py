"""One of two codings that are compared: a coded folder, or one table of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from eventcode.compare.cells import plain
from eventcode.errors import InputError, SchemaError, UsageError
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.tables.output import table_path
from eventcode.tables.parquet import READ_ERRORS, TABLE_KEY, dictionary_paths
from eventcode.tables.reading import read_metadata

DIRECTION = "direction"
_FILE = Path(__file__).parent / "data" / "tables.yaml"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a table is compared (format: the head of ``data/tables.yaml``)."""

    name: str
    keys: tuple[tuple[str, ...], ...]
    causes: Mapping[str, tuple[str, ...]]
    follows: Mapping[str, tuple[str, ...]]
    ignored: frozenset[str]


@cache
def rules_of(table: str) -> Rules:
    """The rules of a table. Raises UsageError for a table that cannot be compared, SchemaError for a broken rule file."""
    content: Any = read_yaml(_FILE)
    if table not in content:
        raise UsageError(f"--table {table}: cannot be compared; these can: {', '.join(content)}")
    try:
        entry = content[table]
        return Rules(
            table,
            tuple(tuple(key) for key in entry["keys"]),
            {cause: tuple(columns) for cause, columns in entry["causes"].items()},
            # An empty mapping is an empty text where every scalar is text.
            {cause: tuple(names) for cause, names in dict(entry["follows"] or {}).items()},
            frozenset(entry["ignored"] or ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SchemaError(f"{_FILE.name}: table {table}: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Coding:
    """A table of a coding, and the tables beside it that tell more (None: not there).

    ``given``: the path that the user named; ``metadata``: of the table's file.
    """

    given: str
    table: pa.Table
    metadata: Mapping[str, str]
    acts: Path | None
    articles: Path | None

    def column(self, name: str) -> pa.Array:
        """A column as one plain array; ``direction`` is made: -1, 0 or 1 as the source stands before, like or after the target."""
        if name == DIRECTION:
            return _direction(self.column("source_start"), self.column("target_start"))
        return plain(self.table.column(name))

    def has(self, names: Iterable[str]) -> bool:
        """Whether these columns are there."""
        there = {*self.table.column_names}
        if {"source_start", "target_start"} <= there:
            there.add(DIRECTION)
        return there.issuperset(names)


def _direction(source: pa.Array, target: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    blank = pa.scalar(-1, pa.int64())
    one, other = (pc.fill_null(side.cast(pa.int64()), blank) for side in (source, target))
    return pc.cast(pc.sign(pc.subtract(one, other)), pa.int8())


def table_of(path: Path, wanted: str | None) -> str:
    """The table meant: the one asked for, else the file's own, else events.

    Raises:
        InputError: there is nothing at the path, or the file is no Parquet table.
        UsageError: the file is another table than the one asked for.
    """
    if path.is_dir():
        return wanted or "events"
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder")
    own = read_metadata(path).get(TABLE_KEY) or wanted or "events"
    if wanted is not None and own != wanted:
        raise UsageError(f"{path}: is a table of {own}, not of {wanted}")
    return own


def read_coding(path: Path, table: str) -> Coding:
    """One side of a comparison.

    Raises:
        InputError: the table is missing, cannot be read, or lacks the column that tells its rows apart.
    """
    file = table_path(path, table) if path.is_dir() else path
    found = _read(file, table)
    key = rules_of(table).keys[0]
    missing = [name for name in key if name not in found.column_names]
    if missing:
        raise InputError(f"{file}: not a table of {table}: no column {missing[0]!r}")
    return Coding(str(path), found, read_metadata(file), _beside(path, "acts"), _beside(path, "articles"))


def _read(file: Path, table: str) -> pa.Table:
    """All columns; those of few values stay encoded, which saves a third of the memory."""
    import pyarrow.parquet as pq

    try:
        return pq.read_table(
            file, read_dictionary=[path for path in dictionary_paths(table) if "." not in path]
        )
    except READ_ERRORS as error:
        raise InputError(f"{file}: not a Parquet file that can be read") from error


def _beside(path: Path, table: str) -> Path | None:
    file = path / f"{table}.parquet"
    return file if path.is_dir() and file.is_file() else None
