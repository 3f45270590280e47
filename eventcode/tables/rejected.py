"""Checks ``rejected.jsonl`` line by line against ``schemas/rejected.json``.

Knows of JSON Schema what that file needs: type, enum, minLength, minimum, properties, required, additionalProperties.

bad_json        a line that is no JSON in UTF-8, or no object
missing_column  a property that must be there
extra_column    a property that the schema does not have
column_type     a value of another type
enum            text that is not in the closed list
length          text that is too short
range           number below its minimum
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from eventcode.errors import SchemaError
from eventcode.resources import schema_dir

NAME = "rejected"
SUFFIX = ".jsonl"


class Problem(NamedTuple):
    """What is wrong with a line; ``line`` counts from 0."""

    line: int
    column: str
    code: str
    value: str
    expected: str


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "null": lambda value: value is None,
}


@cache
def rejected_schema() -> Mapping[str, Any]:
    """The JSON Schema of a line. Raises SchemaError where it cannot be read."""
    path = schema_dir() / f"{NAME}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if {*content["required"]} - {*content["properties"]}:
            raise ValueError("a required property is not defined")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"{path}: not a schema that can be used: {error!r}") from error
    return dict(content)


def check_rejected(path: Path) -> Iterator[Problem]:
    """What is wrong with the lines of a file; blank lines are passed over.

    Raises:
        OSError: it cannot be read.
        SchemaError: the schema cannot be used.
    """
    schema = rejected_schema()
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if not line.strip():
                continue
            try:
                record = json.loads(line.decode("utf-8"))
            except (ValueError, RecursionError):
                yield Problem(number, "", "bad_json", "a line that cannot be read", "a JSON object in UTF-8")
                continue
            if not isinstance(record, dict):
                yield Problem(number, "", "bad_json", _shown(record), "a JSON object in UTF-8")
                continue
            for column, code, value, expected in _check_record(record, schema):
                yield Problem(number, column, code, value, expected)


def _check_record(
    record: Mapping[str, Any], schema: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, str]]:
    properties = schema["properties"]
    for name in schema["required"]:
        if name not in record:
            yield name, "missing_column", "", "the property"
    for name, value in record.items():
        if name in properties:
            yield from ((name, *problem) for problem in _check_value(value, properties[name]))
        elif not schema["additionalProperties"]:
            yield name, "extra_column", _shown(value), "no such property"


def _check_value(value: Any, wanted: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    kinds = [wanted["type"]] if isinstance(wanted["type"], str) else wanted["type"]
    if not any(_TYPES[kind](value) for kind in kinds):
        yield "column_type", _shown(value), " or ".join(kinds)
        return
    if "enum" in wanted and value not in wanted["enum"]:
        yield "enum", _shown(value), f"one of {', '.join(wanted['enum'])}"
    if isinstance(value, str) and len(value) < wanted.get("minLength", 0):
        yield "length", _shown(value), f"{wanted['minLength']} characters or more"
    if isinstance(value, int) and "minimum" in wanted and value < wanted["minimum"]:
        yield "range", _shown(value), f"{wanted['minimum']} or more"


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
