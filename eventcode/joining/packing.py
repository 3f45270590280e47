"""Reports on their way from one process to another: columns, in which what many reports share stands once.

Reports are many and what they say is little: a few places, days and sides. Pickled one by one they cost more time than finding
them, and as many copies of each place as there are pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from eventcode.joining.reports import Report

# Columns in which hardly two reports are alike, with their types.
_OWN = {"article_id": pa.string(), "text_sha256": pa.string(), "act_ids": pa.list_(pa.string())}
_NAMES = tuple(field.name for field in fields(Report))

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Packed:
    """Some reports: for each column of Report its values, or its different values and the number of each report's among
    them."""

    size: int
    columns: tuple[Any, ...]


def packed(reports: Sequence[Report]) -> Packed:
    """Reports to be handed on, in order."""
    return Packed(len(reports), tuple(_column(name, list(map(attrgetter(name), reports))) for name in _NAMES))


def _column(name: str, values: list[Any]) -> Any:
    if name in _OWN:
        return pa.array(values, _OWN[name])
    # Most that are equal are one object, and a number is found quicker than a hash of all that it holds.
    different = {id(value): value for value in values}
    known: dict[Any, int] = {}
    number = {key: known.setdefault(value, len(known)) for key, value in different.items()}
    return list(known), np.fromiter((number[id(value)] for value in values), np.int32, len(values))


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
            values: list[Any] = column.to_pylist()
            return list(map(tuple, values)) if name == "act_ids" else values
        known = self._known[name]
        different, numbers = column
        shared = [known.setdefault(value, value) for value in different]
        return [shared[number] for number in numbers.tolist()]


class Pile:
    """Packed reports put together in order: what a million reports share stands once."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, int]] = {name: {} for name in _NAMES if name not in _OWN}
        self._numbers: dict[str, list[Numbers]] = {name: [] for name in self._known}
        self._own: dict[str, list[pa.Array]] = {name: [] for name in _OWN}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, some: Packed) -> None:
        """Put further reports behind those that are there."""
        self._size += some.size
        for name, column in zip(_NAMES, some.columns, strict=True):
            if name in _OWN:
                self._own[name].append(column)
                continue
            different, numbers = column
            known = self._known[name]
            among = np.array([known.setdefault(value, len(known)) for value in different], np.int32)
            self._numbers[name].append(among[numbers])

    def values(self, name: str) -> list[Any]:
        """The different values of a column that reports share."""
        return list(self._known[name])

    def numbers(self, name: str) -> Numbers:
        """Of each report the number of its value among those of ``values``."""
        return np.concatenate([np.array([], np.int32), *self._numbers[name]])

    def own(self, name: str) -> pa.ChunkedArray:
        """A column in which hardly two reports are alike."""
        return pa.chunked_array(self._own[name], _OWN[name])

    def reports(self) -> list[Report]:
        """All of them, in order."""
        (every,) = self.taken([np.arange(self._size)])
        return Unpacker()(every)

    def taken(self, sets: Sequence[NDArray[np.int64]]) -> Iterator[Packed]:
        """Some reports and others, each set by number, in order."""
        columns = {name: (self.values(name), self.numbers(name)) for name in self._known}
        for at in sets:
            yield Packed(
                len(at),
                tuple(
                    self._taken(name, at) if name in _OWN else _used(*columns[name], at) for name in _NAMES
                ),
            )

    def _taken(self, name: str, at: NDArray[np.int64]) -> pa.Array:
        found = self.own(name).take(pa.array(at))
        return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], _OWN[name])


def _used(values: list[Any], numbers: Numbers, at: NDArray[np.int64]) -> tuple[list[Any], Numbers]:
    """The values that some reports have, and the number of each one's among them."""
    used, back = np.unique(numbers[at], return_inverse=True)
    return [values[number] for number in used.tolist()], back.astype(np.int32)
