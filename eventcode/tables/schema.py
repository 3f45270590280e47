"""The tables as ``schemas/*.json`` define them: Frictionless Table Schemas, read into values. Knows nothing of Arrow.

Beside what Table Schema has, a field may carry ``arrowType`` (how it is stored), ``dictionary`` (few different values),
``fields`` (columns of a nested object, or of each object of an array), ``items`` (the strings of an array) and
``lexiconValues`` (the closed list of the packaged lexicon, for the text or for each string of an array: a table made with
another lexicon may hold others, so it is no ``enum``); a schema carries ``x-version``, ``x-sortKey`` (columns that order the rows; ``article_id`` there stands for the order of the
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
class TableSchema:
    """One table. ``source`` is the JSON as read."""

    name: str
    title: str
    description: str
    version: str
    primary_key: tuple[str, ...]
    sort_key: tuple[str, ...]
    references: tuple[Reference, ...]
    fields: tuple[Field, ...]
    source: Mapping[str, Any] = field(repr=False, compare=False)

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
    """A table's schema.

    Raises:
        UsageError: there is no table of that name.
        SchemaError: its file is missing or malformed.
    """
    if name not in TABLES:
        raise UsageError(f"schema {name!r}: there is none of that name; there are {', '.join(TABLES)}")
    return read_schema(schema_dir() / f"{name}.json")


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
    unknown = {*schema.primary_key, *schema.sort_key, *(r.column for r in schema.references)} - {
        *schema.names
    }
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
    )


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
    """A number, or a date as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def bounds_text(low: Bound | None, high: Bound | None) -> str:
    """Bounds in words; empty without any."""
    first, last = ("" if value is None else _bound_text(value) for value in (low, high))
    if first and last:
        return f"{first} to {last}"
    return f"{first} or more" if first else f"{last} or less" if last else ""


def _bound_text(value: Bound) -> str:
    return value.isoformat() if isinstance(value, dt.date) else f"{value:g}"
