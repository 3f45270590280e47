"""JSON Lines: one object a line, each read by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, BinaryIO

from eventcode.inputs.articles import kind_of_value
from eventcode.inputs.columns import find_columns
from eventcode.inputs.lines import BLANKS, decode, numbered_lines
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Found, Founds, Record, SetAsideError, Unread

_FEW_KEYS = 64


def read_json_lines(stream: BinaryIO, options: InputOptions) -> Founds:
    """A record for every line that is not blank; blank lines count in the numbering."""
    for number, line in numbered_lines(stream, options.record_bytes):
        if line is None:
            yield Unread(number, "too_long", f"the record has more than {options.record_bytes} bytes")
        elif line.strip(BLANKS):
            yield json_record(number, line, options)


def json_record(number: int, raw: bytes, options: InputOptions) -> Found:
    """The record that some bytes of JSON hold, or why they hold none."""
    try:
        return Record(number, object_fields(_object(raw), options))
    except SetAsideError as problem:
        return Unread(number, problem.reason, problem.detail)


def object_fields(record: Mapping[str, Any], options: InputOptions) -> dict[str, object]:
    """An object's values under our names of the fields. A dot in an option's name goes into an object:
    "headline.main"."""
    if len(record) <= _FEW_KEYS:
        columns = _columns(tuple(record), options)
    else:
        columns = find_columns(list(record), options)
    fields: dict[str, object] = {field: record[column] for field, column in columns.items()}
    for field, column in options.columns:
        if field not in fields and "." in column:
            fields[field] = _within(record, column.split("."))
    return fields


@lru_cache(maxsize=256)
def _columns(names: tuple[str, ...], options: InputOptions) -> Mapping[str, str]:
    return find_columns(names, options)


def _within(value: Any, path: list[str]) -> object:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(decode(raw), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SetAsideError("bad_json", f"column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise SetAsideError("bad_json", "a number that is no JSON number, or nesting without end") from error
    if not isinstance(value, dict):
        raise SetAsideError("not_an_object", f"an object was expected, not {kind_of_value(value)}")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)
