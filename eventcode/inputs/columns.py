"""Which column or key of the input holds which of our fields: by option, by a crawler's layout, by common names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from eventcode.inputs.options import FIELDS, InputOptions
from eventcode.resources import csv_rows, input_dir

_NO_LETTERS = re.compile(r"[^0-9a-z]+")
_MOST_KEYS = 4096


class _Crawler(NamedTuple):
    """Keys by which a crawler's records are known, and its names of our fields."""

    keys: frozenset[str]
    fields: Mapping[str, str]


def fold_name(name: str) -> str:
    """A column's name as names are compared: "Publication Date" and "publication_date" are one."""
    return _NO_LETTERS.sub("_", name.lower()).strip("_")


@cache
def common_names() -> Mapping[str, Sequence[str]]:
    """Folded names that each field is commonly given, the surest first (``data/columns.csv``)."""
    names: dict[str, list[str]] = {field: [] for field in FIELDS}
    for field, name in csv_rows(input_dir() / "columns.csv", lambda row: (row["field"], row["name"])):
        names[field].append(name)
    return names


@cache
def _crawlers() -> Sequence[_Crawler]:
    content = json.loads((input_dir() / "crawlers.json").read_text(encoding="utf-8"))
    return [_Crawler(frozenset(c["keys"]), c["fields"]) for c in content.values()]


def find_columns(names: Sequence[str], options: InputOptions) -> dict[str, str]:
    """The column of each field, where there is one; the first of several columns of a name counts.

    Args:
        names: of the columns, in order.
        options: their ``columns`` go before everything else; a column named there may be missing.
    """
    if len(names) > _MOST_KEYS:
        names = names[:_MOST_KEYS]
    present = set(names)
    found: dict[str, str] = {}
    for crawler in _crawlers():
        if crawler.keys <= present:
            found = {field: name for field, name in crawler.fields.items() if name in present}
            break
    else:
        folded: dict[str, str] = {}
        for name in names:
            folded.setdefault(fold_name(name), name)
        folded |= {name: name for name in names if name == fold_name(name)}
        for field, common in common_names().items():
            best = next((folded[name] for name in common if name in folded), None)
            if best is not None:
                found[field] = best
    for field, column in options.columns:
        found.pop(field, None)
        if column in present:
            found[field] = column
    return found


def missing_columns(names: Iterable[str], options: InputOptions) -> list[str]:
    """Columns named in the options that a table does not have."""
    present = set(names)
    return [column for _, column in options.columns if column not in present]


def known_fields(names: Sequence[str]) -> int:
    """How many of our fields have a column of a common name, the text among them; 0 where the text has none."""
    found = find_columns(names, InputOptions())
    return len(found) if "text" in found else 0
