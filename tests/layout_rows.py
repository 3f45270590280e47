"""Small valid files of the layouts, and a way to spoil one cell: shared by the tests of checks."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from eventcode.tables.delimited import write_delimited
from eventcode.tables.parquet import arrow_type
from eventcode.tables.schema import load_schema

ROWS = Path(__file__).resolve().parent / "cases" / "layout_rows.yaml"

Row = dict[str, Any]


@cache
def _told() -> Row:
    content: Row = yaml.safe_load(ROWS.read_text(encoding="utf-8"))
    return content


def layout_rows(name: str) -> list[Row]:
    """Rows of a layout in which nothing is wrong: those of the file, what they leave out being null."""
    told = _told()[name]
    blank = dict.fromkeys(load_schema(name).names)
    rows = [blank | told.get("all", {}) | row for row in told["rows"]]
    unknown = {column for row in rows for column in row} - {*blank}
    assert not unknown, f"{name}: no such columns: {sorted(unknown)}"
    return rows


def layout_table(name: str) -> pa.Table:
    """The same as a table."""
    fields = [pa.field(column.name, arrow_type(column)) for column in load_schema(name).fields]
    return pa.Table.from_pylist(layout_rows(name), schema=pa.schema(fields))


def write_layout(path: Path, table: pa.Table, name: str) -> Path:
    """Write a file of a layout."""
    write_delimited(table, path, load_schema(name))
    return path


def read_cells(path: Path, name: str) -> list[list[str]]:
    """Every cell of a file as text, line by line, the header among them."""
    dialect = load_schema(name).dialect
    assert dialect is not None
    quoting = csv.QUOTE_NONE if dialect.quote_char is None else csv.QUOTE_MINIMAL
    with path.open(encoding=dialect.encoding, newline="") as file:
        return list(
            csv.reader(file, delimiter=dialect.delimiter, quotechar=dialect.quote_char, quoting=quoting)
        )


def write_cells(path: Path, name: str, cells: list[list[str]]) -> Path:
    """The other way round."""
    dialect = load_schema(name).dialect
    assert dialect is not None
    text = io.StringIO()
    if dialect.quote_char is None:
        text.writelines(dialect.delimiter.join(line) + dialect.line_terminator for line in cells)
    else:
        csv.writer(text, delimiter=dialect.delimiter, lineterminator=dialect.line_terminator).writerows(cells)
    path.write_text(text.getvalue(), encoding=dialect.encoding, newline="")
    return path


def spoil(path: Path, name: str, row: int, **told: str) -> Path:
    """Set cells of one row of a file, as text."""
    schema = load_schema(name)
    cells = read_cells(path, name)
    line = cells[row + (schema.dialect is not None and schema.dialect.header)]
    for column, text in told.items():
        line[schema.names.index(column.replace("__", " "))] = text
    return write_cells(path, name, cells)
