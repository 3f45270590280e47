"""Rows to Parquet and back: the same rows give the same bytes, however they are handed over.

Bytes depend on pyarrow's version and on the constants below, on nothing else: rows are collected into row groups of one
fixed size, strings are stored plain (dictionaries are Parquet's own encoding), metadata is sorted, and no pandas
metadata is written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.errors import InputError, SchemaError
from eventcode.tables.rows import Row
from eventcode.tables.schema import Field, load_schema

ROW_GROUP_ROWS = 10_000
# Rows are turned into Arrow this many at a time, so that few wait as Python objects.
CHUNK_ROWS = 1_000
COMPRESSION = "zstd"
COMPRESSION_LEVEL = 6
TABLE_KEY, VERSION_KEY = "table", "schema_version"
# What pyarrow raises for a file that is missing, no Parquet, or damaged; broken text in the footer is a UnicodeDecodeError.
READ_ERRORS = (OSError, ValueError, pa.ArrowException)

_PLAIN_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_NAMED_TYPES = {
    **{f"int{bits}": getattr(pa, f"int{bits}")() for bits in (8, 16, 32, 64)},
    "float32": pa.float32(),
    "float64": pa.float64(),
    "date32": pa.date32(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "list<string>": pa.list_(pa.string()),
}


@cache
def arrow_schema(name: str) -> pa.Schema:
    """The Arrow schema of a table, without metadata; required columns are not nullable.

    Raises:
        UsageError: there is no table of that name.
        SchemaError: its schema cannot be used.
    """
    return pa.schema([_arrow_field(field) for field in load_schema(name).fields])


def _arrow_field(field: Field) -> pa.Field:
    return pa.field(field.name, arrow_type(field), nullable=not field.constraints.required)


def arrow_type(field: Field) -> pa.DataType:
    """How a column is stored. Raises SchemaError where that cannot be told."""
    if field.fields:
        parts = pa.struct([_arrow_field(part) for part in field.fields])
        return pa.list_(parts) if field.type == "array" else parts
    found = _NAMED_TYPES.get(field.arrow_type) if field.arrow_type else _PLAIN_TYPES.get(field.type)
    if found is None:
        raise SchemaError(
            f"column {field.name}: type {field.type!r}, arrowType {field.arrow_type!r}: unknown"
        )
    return found


@cache
def dictionary_paths(name: str) -> list[str]:
    """Parquet paths of the columns of a table that are dictionary-encoded."""
    return [path for field in load_schema(name).fields for path in _paths(field, field.name)]


def _paths(field: Field, path: str) -> Iterable[str]:
    if field.fields:
        inside = f"{path}.list.element" if field.type == "array" else path
        for part in field.fields:
            yield from _paths(part, f"{inside}.{part.name}")
    elif field.type == "array":
        yield f"{path}.list.element"
    elif field.dictionary:
        yield path


class TableWriter:
    """Writes one table, row by row, in the order given. A context manager; ``close`` completes the file.

    The caller writes to a temporary place and moves the file when all is well.
    """

    def __init__(self, path: Path, table: str, metadata: Mapping[str, str] | None = None) -> None:
        """Open the file.

        Args:
            path: where to write.
            table: name of its schema.
            metadata: for the file; the table's name and schema version are added.

        Raises:
            UsageError: there is no table of that name.
            OSError: the file cannot be made.
        """
        schema = load_schema(table)
        told = {**(metadata or {}), TABLE_KEY: table, VERSION_KEY: schema.version}
        self.table = table
        self._names = frozenset(schema.names)
        self._schema = arrow_schema(table).with_metadata(dict(sorted(told.items())))
        self._rows: list[Row] = []
        self._chunks: list[pa.Table] = []
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression=COMPRESSION,
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=dictionary_paths(table),
            write_statistics=True,
        )
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows.

        Raises:
            SchemaError: a row has other columns than the table, or a value that its column cannot hold.
        """
        for row in rows:
            if row.keys() != self._names:
                raise SchemaError(f"table {self.table}: {self._difference(row)}")
            self._rows.append(row)
            if len(self._rows) == CHUNK_ROWS:
                self._convert()

    def close(self) -> None:
        """Write what is left and complete the file; later calls do nothing. Raises SchemaError as ``write`` does."""
        if not self._open:
            return
        self._open = False
        try:
            self._convert()
            self._write_group()
        finally:
            self._writer.close()

    def _convert(self) -> None:
        if self._rows:
            self._chunks.append(self._table(self._rows))
            self._rows = []
        if len(self._chunks) * CHUNK_ROWS >= ROW_GROUP_ROWS:
            self._write_group()

    def _table(self, rows: list[Row]) -> pa.Table:
        try:
            made = pa.Table.from_pylist(rows, schema=self._schema)
        except (pa.ArrowException, OverflowError, UnicodeError) as error:
            raise SchemaError(f"table {self.table}: {error}") from error
        for field, column in zip(made.schema, made.columns, strict=True):
            if not field.nullable and column.null_count:
                raise SchemaError(
                    f"table {self.table}: column {field.name} is null in a row, but is required"
                )
        return made

    def _write_group(self) -> None:
        if self._chunks:
            group = pa.concat_tables(self._chunks).combine_chunks()
            self._chunks = []
            self._writer.write_table(group, row_group_size=ROW_GROUP_ROWS)

    def _difference(self, row: Row) -> str:
        missing, extra = sorted(self._names - row.keys()), sorted(row.keys() - self._names)
        parts = [f"a row lacks {', '.join(missing)}"] if missing else []
        return "; ".join([*parts, f"a row has unknown {', '.join(extra)}"] if extra else parts)


def read_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file as an Arrow table.

    Raises:
        InputError: it is missing or is no Parquet file.
    """
    try:
        return pq.read_table(path, columns=None if columns is None else list(columns))
    except READ_ERRORS as error:
        raise InputError(f"{path}: not a Parquet file that can be read") from error


def content_hash(path: Path) -> str:
    """SHA-256 of the rows of a file: the same for the same rows in the same order, whatever version wrote them.

    Raises:
        InputError: it is missing or is no Parquet file.
    """
    digest = hashlib.sha256()
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS):
                for row in batch.to_pylist():
                    digest.update(_canonical(row))
    except READ_ERRORS as error:
        raise InputError(f"{path}: not a Parquet file that can be read") from error
    return digest.hexdigest()


def _canonical(row: Row) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return f"{text}\n".encode("utf-8", "surrogatepass")


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a value of type {type(value).__name__} has no canonical form")
