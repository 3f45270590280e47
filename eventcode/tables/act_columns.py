"""Acts from the columns of the acts table: the same values as ``rows.act_from_row`` gives, without a dict for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa

from eventcode.model import Act, Actor, DateValue, EventPlace, Quantity, Toll

_EPOCH = date(1970, 1, 1).toordinal()
_DATE = ("event_date", "event_date_end", "date_span", "date_precision", "date_basis", "date_text")
_COUNTED = ("killed", "injured", "missing", "abducted", "arrested", "displaced")
_SINGLE = ("killed_source", "killed_target", "killed_civilian", "killed_unknown", "crowd_low", "crowd_best")
_NESTED = ("sources", "targets", "places", "date", "outcomes", "toll")


def acts_of(table: pa.Table) -> list[Act]:
    """The acts of a piece of the acts table, in order.

    Text columns of a table written with ``--no-text`` are null; they become empty strings where an Act must have text.

    Raises:
        KeyError: a column is missing.
    """
    told = {name: table.column(name).to_pylist() for name in _plain_columns()}
    told["trigger_text"] = [text or "" for text in told["trigger_text"]]
    told["sources"] = _things(table.column("sources"), Actor, _actor)
    told["targets"] = _things(table.column("targets"), Actor, _actor)
    told["places"] = _things(table.column("places"), EventPlace, lambda values: EventPlace(*values))
    told["date"] = _dates(table)
    told["outcomes"] = [tuple(values or ()) for values in table.column("outcomes").to_pylist()]
    told["toll"] = _tolls(table.column("toll"))
    return [Act(*values) for values in zip(*(told[field.name] for field in fields(Act)), strict=True)]


def _plain_columns() -> Iterator[str]:
    return (field.name for field in fields(Act) if field.name not in _NESTED)


def _dates(table: pa.Table) -> list[DateValue]:
    """Dates, equal ones made once; days are counted until then, which is quicker than making a date of each."""
    days = [table.column(name).cast(pa.int32()).to_pylist() for name in _DATE[:2]]
    known: dict[tuple[Any, ...], DateValue] = {}
    made = []
    for values in zip(*days, *(table.column(name).to_pylist() for name in _DATE[2:]), strict=True):
        value = known.get(values)
        if value is None:
            value = known[values] = DateValue(_day(values[0]), _day(values[1]), *values[2:])
        made.append(value)
    return made


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(_EPOCH + number)


def _actor(values: tuple[Any, ...]) -> Actor:
    text, *rest = values
    return Actor(text or "", *rest)


def _things(column: pa.ChunkedArray, kind: type[Any], make: Callable[[tuple[Any, ...]], Any]) -> list[Any]:
    """A column of lists of structs: tuples of values, equal ones made once."""
    lists = column.combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], column.type)
    known: dict[tuple[Any, ...], Any] = {}
    made = []
    for values in _structs(lists.values, [field.name for field in fields(kind)]):
        thing = known.get(values)
        if thing is None:
            thing = known[values] = make(values)
        made.append(thing)
    offsets = lists.offsets.to_pylist()
    return [tuple(made[a:b]) for a, b in pairwise(offsets)]


def _structs(array: pa.StructArray, names: list[str]) -> Iterator[tuple[Any, ...]]:
    columns = []
    for name in names:
        values = array.field(array.type.get_field_index(name)).to_pylist()
        columns.append([tuple(v or ()) for v in values] if name == "roles" else values)
    return zip(*columns, strict=True)


def _tolls(column: pa.ChunkedArray) -> list[Toll]:
    names = [*(f"{name}_{part}" for name in _COUNTED for part in ("low", "best", "high")), *_SINGLE]
    structs = column.combine_chunks()
    if isinstance(structs, pa.ChunkedArray):
        structs = pa.concat_arrays(structs.chunks) if structs.num_chunks else pa.array([], column.type)
    known: dict[tuple[Any, ...], Toll] = {}
    tolls = []
    # A null struct has null fields: a toll of which nothing is told.
    for values in zip(
        *(structs.field(structs.type.get_field_index(n)).to_pylist() for n in names), strict=True
    ):
        toll = known.get(values)
        if toll is None:
            toll = known[values] = _toll(values)
        tolls.append(toll)
    return tolls


def _toll(values: tuple[Any, ...]) -> Toll:
    counts: dict[str, Any] = {
        name: None if values[3 * n + 1] is None else Quantity(*values[3 * n : 3 * n + 3])
        for n, name in enumerate(_COUNTED)
    }
    return Toll(**counts, **dict(zip(_SINGLE, values[3 * len(_COUNTED) :], strict=True)))
