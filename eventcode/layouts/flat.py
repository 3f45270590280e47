"""Any table of ours without nesting: lists joined by a semicolon, parts of a struct as columns ``struct_part``.

A list of structs becomes one column for each part, the values of its entries joined by semicolons in order, so that the third
text belongs to the third code; a list inside such a part is joined by commas.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts.model import CodedFolder, Layout
from eventcode.tables.schema import Constraints, Dialect, Field, TableSchema, load_schema

BETWEEN, INSIDE = ";", ","


@cache
def flat_schema(table: str) -> TableSchema:
    """The schema of a table of ours, flattened; the dialect is that of a CSV file that is safe in a spreadsheet.

    Raises:
        UsageError: there is no table of that name.
    """
    nested = load_schema(table)
    fields = tuple(flat for field in nested.fields for flat in _flat_fields(field))
    names = {field.name for field in fields}
    source = {
        "$schema": nested.source["$schema"],
        "name": nested.name,
        "title": nested.title,
        "description": nested.description,
        "x-version": nested.version,
        "primaryKey": list(nested.primary_key),
        "fields": [_described(field) for field in fields],
    }
    return replace(
        nested,
        fields=fields,
        sort_key=tuple(name for name in nested.sort_key if name in names),
        references=(),
        source=MappingProxyType(source),
        dialect=Dialect(spreadsheet_safe=True),
    )


def _flat_fields(field: Field) -> Iterator[Field]:
    if field.type == "object":
        for part in field.fields:
            yield replace(part, name=f"{field.name}_{part.name}")
    elif field.type == "array" and field.fields:
        for part in field.fields:
            yield _joined_field(f"{field.name}_{part.name}", part.description)
    elif field.type == "array":
        yield _joined_field(field.name, field.description)
    else:
        yield field


def _joined_field(name: str, description: str) -> Field:
    return Field(name, "string", f"{description} Joined by semicolons.", Constraints())


def _described(field: Field) -> dict[str, Any]:
    """A column as Table Schema has it."""
    bounds = {
        "required": field.constraints.required or None,
        "unique": field.constraints.unique or None,
        "pattern": field.constraints.pattern,
        "enum": list(field.constraints.enum) or None,
        "minimum": _plain(field.constraints.minimum),
        "maximum": _plain(field.constraints.maximum),
    }
    told = {key: value for key, value in bounds.items() if value is not None}
    made: dict[str, Any] = {"name": field.name, "type": field.type, "description": field.description}
    return made | ({"constraints": told} if told else {})


def _plain(bound: Any) -> Any:
    return bound.isoformat() if hasattr(bound, "isoformat") else bound


def flatten(table: pa.Table, name: str) -> pa.Table:
    """A table of ours with the columns of :func:`flat_schema`."""
    made: list[tuple[str, pa.Array]] = []
    for field in load_schema(name).fields:
        values = table.column(field.name).combine_chunks()
        if isinstance(values, pa.ChunkedArray):  # older Arrow gives no array for none
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
        made += _flat_columns(field, values)
    return pa.Table.from_arrays([column for _, column in made], names=[column for column, _ in made])


def _flat_columns(field: Field, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    if field.type == "object":
        for part, column in zip(field.fields, values.flatten(), strict=True):
            yield f"{field.name}_{part.name}", column
    elif field.type == "array" and field.fields:
        inner = pc.list_flatten(values)
        for part, column in zip(field.fields, inner.flatten(), strict=True):
            texts = pc.binary_join(column, INSIDE) if part.type == "array" else column.cast(pa.string())
            yield f"{field.name}_{part.name}", _joined(values, texts)
    elif field.type == "array":
        yield field.name, _joined(values, pc.list_flatten(values))
    else:
        yield field.name, values


def _joined(lists: pa.Array, texts: pa.Array) -> pa.Array:
    """The texts of each list in one; null for an empty list and for none."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    regrouped = pa.ListArray.from_arrays(pa.array(offsets), pc.fill_null(texts, ""))
    return pc.if_else(pa.array(lengths > 0), pc.binary_join(regrouped, BETWEEN), None)


def export(folder: CodedFolder) -> pa.Table:
    """The table chosen, flattened."""
    return flatten(folder.read(), folder.table)


LAYOUT = Layout(
    name="csv",
    title="Table without nesting",
    formats=("csv",),
    source="incidents",
    export=export,
    any_table=True,
    by_row=True,
    schema=flat_schema,
)
