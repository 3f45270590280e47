"""A file of delimited text as the checks see it: whose layout it has, its columns, its rows a batch at a time.

A table of ours may be text too, flattened as ``eventcode export --layout csv`` does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from eventcode.errors import InputError
from eventcode.tables.collect import Collector
from eventcode.tables.delimited import Source, collect_header, opened
from eventcode.tables.schema import LAYOUTS, TABLES, TableSchema, load_schema
from eventcode.tables.views import Rows, UnreadableError, View, row_numbers


class TextTable:
    """One file. ``usable``: columns of the schema that are there."""

    def __init__(self, path: Path, schema: TableSchema | None) -> None:
        """Read the first line; ``schema``: by default the layout whose columns it has.

        Raises:
            UnreadableError: the file cannot be read, or is text of no layout that is known.
            SchemaError: the schema is not one of delimited text.
        """
        self.path = path
        self.schema = _recognise(path) if schema is None else _textual(schema.name)
        # Text does not tell by which lexicon it was coded.
        self.own_lexicon = False
        self.names: tuple[str, ...] = ()
        self.usable: frozenset[str] = frozenset()
        self._kept: dict[str, list[pa.Array]] = {}
        self._rows: list[pa.Array] = []
        if self.schema is not None:
            self._source = _source(path, self.schema)
            self.names = self._source.names

    def collect_columns(self, collector: Collector) -> None:
        """Tell what is wrong with the header."""
        collect_header(self._source, collector)
        if self.schema is not None and not self._source.foreign:
            self.usable = frozenset(self.schema.names) - self._source.missing

    def batches(self, kept: frozenset[str]) -> Iterator[Rows]:
        """Rows, so many at a time. ``kept``: columns that ``keys`` will be asked for. Raises UnreadableError."""
        if self._source.foreign:
            return
        self._kept = {name: [] for name in kept}
        self._rows = []
        try:
            for batch in self._source.batches():
                for name in kept:
                    self._kept[name].append(_plain(batch.columns[name]))
                self._rows.append(batch.rows)
                yield batch
        except InputError as error:
            raise UnreadableError(str(error)) from error

    def keys(self, names: frozenset[str]) -> View:
        """Whole columns, of those that ``batches`` kept."""
        assert self.schema is not None
        rows = pa.concat_arrays(self._rows) if self._rows else row_numbers(0)
        columns = {name: pa.concat_arrays(self._kept[name]) for name in sorted(names) if self._rows}
        return View(self.schema.name, "", columns, rows)

    def lines(self, rows: frozenset[int]) -> Mapping[int, int]:
        """Line of the file, from 1, where each row begins. Raises UnreadableError."""
        assert self.schema is not None
        dialect = self.schema.dialect
        assert dialect is not None
        if dialect.quote_char is None or not rows:
            return {row: row + 1 + self._source.headed for row in rows}
        last, found, line = max(rows), {}, 1
        try:
            with (
                opened(self.path) as stream,
                io.TextIOWrapper(
                    io.BufferedReader(stream), dialect.encoding, errors="replace", newline=""
                ) as text,
            ):
                reader = csv.reader(text, delimiter=dialect.delimiter, quotechar=dialect.quote_char)
                for row, _ in enumerate(reader, -int(self._source.headed)):
                    if row in rows:
                        found[row] = line
                    if row >= last:
                        break
                    line = reader.line_num + 1
        except (InputError, OSError, csv.Error) as error:
            raise UnreadableError(str(error)) from error
        return found


def _source(path: Path, schema: TableSchema) -> Source:
    try:
        return Source(path, schema)
    except InputError as error:
        raise UnreadableError(str(error)) from error


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _textual(name: str) -> TableSchema:
    """The schema of a layout, or of a table of ours, as a file of text has it."""
    if name not in TABLES:
        return load_schema(name)
    from eventcode.layouts.flat import flat_schema

    return flat_schema(name)


def _recognise(path: Path) -> TableSchema | None:
    """The layout whose columns the first line names; else one without header that has as many columns as it has cells."""
    best, most = None, 0.0
    for name in (*LAYOUTS, *TABLES):
        schema = _textual(name)
        if schema.dialect is None:
            continue
        source = _source(path, schema)
        there = len(schema.names) - len(source.missing)
        if source.empty or source.foreign:
            continue
        if schema.dialect.header:
            share = there / max(len(schema.names), len(source.names))
            likely = share >= 0.5
        else:
            share = 1.0
            likely = source.headed or source.cells == len(source.names)
        if likely and share > most:
            best, most = schema, share
    return best
