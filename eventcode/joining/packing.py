"""Reports on their way from one process to another: columns, in which what many reports share stands once.

Reports are many and what they say is little: a few places, days and sides. Pickled one by one they cost more time than finding
them, and as many copies of each place as there are pieces.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from eventcode.joining.reports import Report

# Columns in which hardly two reports are alike.
_OWN = frozenset({"article_id", "text_sha256", "act_ids"})
_NAMES = tuple(field.name for field in fields(Report))


@dataclass(frozen=True, slots=True)
class Packed:
    """Some reports. For each column of Report its values, or its different values and the number of each report's among them."""

    size: int
    columns: tuple[Any, ...]


def packed(reports: Sequence[Report]) -> Packed:
    """Reports to be handed on, in order."""
    return Packed(len(reports), tuple(_column(name, list(map(attrgetter(name), reports))) for name in _NAMES))


def _column(name: str, values: list[Any]) -> Any:
    if name in _OWN:
        return values
    known: dict[Any, int] = {}
    numbers = array("L", [known.setdefault(value, len(known)) for value in values])
    return list(known), numbers


class Unpacker:
    """Makes reports of packed ones again; equal values of all that it unpacked are one object."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, Any]] = {name: {} for name in _NAMES}

    def __call__(self, some: Packed) -> list[Report]:
        """The reports, in order."""
        columns = [self._values(name, column) for name, column in zip(_NAMES, some.columns, strict=True)]
        return [Report(*values) for values in zip(*columns, strict=True)]

    def _values(self, name: str, column: Any) -> list[Any]:
        if name in _OWN:
            return list(column)
        known = self._known[name]
        different, numbers = column
        shared = [known.setdefault(value, value) for value in different]
        return [shared[number] for number in numbers]
