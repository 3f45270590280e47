"""The tables as ``schemas/*.json`` define them: Frictionless Table Schemas, read into values. Knows nothing of Arrow.

``schemas/layouts/*.json`` define the files of other datasets: the same, with ``x-dialect`` (see :class:`Dialect`) where they
are delimited text. Beside it there may stand ``x-optional``, columns that a file may lack, and ``x-known``, columns that a file
may have more (older or fuller downloads): neither is written about, and what is not named in either is a finding.

Beside what Table Schema has, a field may carry ``arrowType`` (how it is stored), ``dictionary`` (few different values),
``fields`` (columns of a nested object, or of each object of an array), ``items`` (the strings of an array) and
``lexiconValues`` (the closed list of the packaged lexicon, for the text or for each string of an array: a table made with
another lexicon may hold others, so it is no ``enum``), ``format`` (of a day in text, such as ``%Y%m%d``; default ISO 8601),
``trueValues`` and ``falseValues`` (of a boolean in text; the first is written); a schema carries ``x-version``, ``x-sortKey`` (columns that order the rows; ``article_id`` there stands for the order of the
articles table) and ``x-references`` (list columns whose every item is a key of another table).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eventcode.errors import SchemaError, UsageError
from eventcode.resources import schema_dir

TABLES = ("articles", "acts", "events", "incidents", "places")
# Defined by the files that there are: a layout is added by adding one.
LAYOUTS = tuple(sorted(path.stem for path in (schema_dir() / "layouts").glob("*.json")))
TYPES = frozenset({"string", "integer", "number", "boolean", "date", "array", "object"})


Bound = float | dt.date


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the values of a column must be. ``pattern`` matches the whole value; ``minimum`` and ``maximum`` are inclusive.

    ``min_length``: characters of a text, entries of an array.
    """

    required: bool = False
    unique: bool = False
    min_length: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    minimum: Bound | None = None
    maximum: Bound | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One column, or one part of a nested column.

    ``fields``: parts of an object, or of each object of an array. ``items``: constraints of each string of an array.
    ``lexicon_values``: what the packaged lexicon knows; empty where any value may be.
    """

    name: str
    type: str
    description: str
    constraints: Constraints = Constraints()
    arrow_type: str | None = None
    dictionary: bool = False
    fields: tuple[Field, ...] = ()
    items: Constraints | None = None
    lexicon_values: tuple[str, ...] = ()
    format: str | None = None
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns whose values are keys of another table (of the same one, where ``table`` is its own name).

    ``listed``: the column holds lists of keys.
    """

    column: str
    table: str
    key: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a layout's files are delimited: ``x-dialect`` in the schema, with these names in camelCase.

    ``quote_char``: None where nothing is quoted, so that no cell may hold a delimiter or a line end.
    ``null``: what stands for a missing value; an empty cell is one too. ``list_separator``: between the parts of a list in a cell.
    ``spreadsheet_safe``: text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """

    delimiter: str = ","
    header: bool = True
    quote_char: str | None = '"'
    line_terminator: str = "\n"
    encoding: str = "utf-8"
    null: str = ""
    list_separator: str = ";"
    spreadsheet_safe: bool = False


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table. ``source`` is the JSON as read.

    ``dialect``: of delimited text; None for a table that is Parquet only. ``optional``: columns that a file from elsewhere may
    lack; ``known``: columns that it may have more.
    """

    name: str
    title: str
    description: str
    version: str
    primary_key: tuple[str, ...]
    sort_key: tuple[str, ...]
    references: tuple[Reference, ...]
    fields: tuple[Field, ...]
    source: Mapping[str, Any] = field(repr=False, compare=False)
    dialect: Dialect | None = None
    optional: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field:
        """A column by name. Raises KeyError."""
        for column in self.fields:
            if column.name == name:
                return column
        raise KeyError(name)


@cache
def load_schema(name: str) -> TableSchema:
    """The schema of a table of ours, or of a layout.

    Raises:
        UsageError: there is no table and no layout of that name.
        SchemaError: its file is missing or malformed.
    """
    if name in TABLES:
        return read_schema(schema_dir() / f"{name}.json")
    if name in LAYOUTS:
        return read_schema(schema_dir() / "layouts" / f"{name}.json")
    there = ", ".join((*TABLES, *LAYOUTS))
    raise UsageError(f"schema {name!r}: there is none of that name; there are {there}")


def read_schema(path: Path) -> TableSchema:
    """The schema of a file. Raises SchemaError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path}: cannot be read: {error}") from error
    try:
        schema = _schema(content)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SchemaError(f"{path}: not a table schema: {error!r}") from error
    keys = {*schema.primary_key, *schema.sort_key, *(r.column for r in schema.references)}
    unknown = (keys | schema.optional) - {*schema.names}
    if unknown:
        raise SchemaError(f"{path}: a key names a column that there is not: {', '.join(sorted(unknown))}")
    return schema


def _schema(content: Mapping[str, Any]) -> TableSchema:
    return TableSchema(
        name=content["name"],
        title=content["title"],
        description=content["description"],
        version=content["x-version"],
        primary_key=tuple(content["primaryKey"]),
        sort_key=tuple(content["x-sortKey"]),
        references=_references(content),
        fields=_fields(content["fields"]),
        source=MappingProxyType(content),
        dialect=_dialect(content["x-dialect"]) if "x-dialect" in content else None,
        optional=frozenset(content.get("x-optional", ())),
        known=frozenset(content.get("x-known", ())),
    )


_DIALECT_NAMES = {
    "delimiter": "delimiter",
    "header": "header",
    "quoteChar": "quote_char",
    "lineTerminator": "line_terminator",
    "encoding": "encoding",
    "null": "null",
    "listSeparator": "list_separator",
    "spreadsheetSafe": "spreadsheet_safe",
}


def _dialect(content: Mapping[str, Any]) -> Dialect:
    unknown = content.keys() - _DIALECT_NAMES.keys()
    if unknown:
        raise ValueError(f"x-dialect: {sorted(unknown)}")
    # "null": null says the same as an empty text.
    told = {_DIALECT_NAMES[name]: value for name, value in content.items() if (name, value) != ("null", None)}
    made = Dialect(**told)
    for name, marks in (("delimiter", made.delimiter), ("quoteChar", made.quote_char)):
        if marks is not None and (len(marks) != 1 or not marks.isascii()):
            raise ValueError(f"x-dialect: {name} {marks!r} is not one ASCII character")
    if made.line_terminator not in ("\n", "\r\n"):
        raise ValueError(f"x-dialect: lineTerminator {made.line_terminator!r}")
    return made


def _references(content: Mapping[str, Any]) -> tuple[Reference, ...]:
    single = [
        Reference(
            key["fields"][0], key["reference"]["resource"] or content["name"], key["reference"]["fields"][0]
        )
        for key in content.get("foreignKeys", ())
    ]
    listed = []
    for column, target in content.get("x-references", {}).items():
        table, _, key = target.partition(".")
        listed.append(Reference(column, table, key, listed=True))
    return (*single, *listed)


def _fields(content: list[Mapping[str, Any]]) -> tuple[Field, ...]:
    found = tuple(_field(entry) for entry in content)
    names = [f.name for f in found]
    if len(set(names)) < len(names):
        raise ValueError(f"the same name twice among {names}")
    return found


def _field(entry: Mapping[str, Any]) -> Field:
    if entry["type"] not in TYPES:
        raise ValueError(f"{entry['name']}: type {entry['type']!r}")
    items = entry.get("items")
    return Field(
        name=entry["name"],
        type=entry["type"],
        description=entry["description"],
        constraints=_constraints(entry.get("constraints", {})),
        arrow_type=entry.get("arrowType"),
        dictionary=entry.get("dictionary", False),
        fields=_fields(entry.get("fields", [])),
        items=None if items is None else _constraints(items.get("constraints", {})),
        lexicon_values=tuple(entry.get("lexiconValues", ())),
        format=entry.get("format"),
        true_values=tuple(entry.get("trueValues", ("true",))),
        false_values=tuple(entry.get("falseValues", ("false",))),
    )


def _constraints(entry: Mapping[str, Any]) -> Constraints:
    unknown = set(entry) - {"required", "unique", "minLength", "pattern", "enum", "minimum", "maximum"}
    if unknown:
        raise ValueError(f"constraints {sorted(unknown)}")
    return Constraints(
        required=entry.get("required", False),
        unique=entry.get("unique", False),
        min_length=entry.get("minLength"),
        pattern=entry.get("pattern"),
        enum=tuple(entry.get("enum", ())),
        minimum=_bound(entry.get("minimum")),
        maximum=_bound(entry.get("maximum")),
    )


def _bound(value: float | str | None) -> Bound | None:
    """A number, or a date as text: ISO 8601, with or without hyphens, as the column writes it."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def bounds_text(low: Bound | None, high: Bound | None) -> str:
    """Bounds in words; empty without any."""
    first, last = ("" if value is None else _bound_text(value) for value in (low, high))
    if first and last:
        return f"{first} to {last}"
    return f"{first} or more" if first else f"{last} or less" if last else ""


def _bound_text(value: Bound) -> str:
    return value.isoformat() if isinstance(value, dt.date) else f"{value:g}"
