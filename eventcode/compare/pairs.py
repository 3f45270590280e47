"""Which row of one table is which row of another: whole columns at a time, and the same answer in any order of work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from eventcode.compare.cells import comparable
from eventcode.tables.views import numbered

Rows = npt.NDArray[np.int64]


def numbered_together(old: Sequence[pa.Array], new: Sequence[pa.Array]) -> tuple[Rows, Rows]:
    """One number for each combination of values of two tables' columns; the same combination has the same number in both."""
    joined = [pa.concat_arrays(comparable(one, other)) for one, other in zip(old, new, strict=True)]
    numbers = numbered(joined)
    return numbers[: len(old[0])], numbers[len(old[0]) :]


def occurrence(numbers: Rows) -> Rows:
    """0 for the first of each number, 1 for its second, and so on."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    begins = np.ones(len(ordered), np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    at = np.arange(len(ordered), dtype=np.int64)
    first = np.maximum.accumulate(np.where(begins, at, 0)) if len(at) else at
    out = np.empty(len(ordered), np.int64)
    out[order] = at - first
    return out


def paired(old: Sequence[pa.Array], new: Sequence[pa.Array]) -> tuple[Rows, Rows]:
    """Rows of both tables whose keys are equal; the n-th of a key in one belongs to its n-th in the other.

    Returns:
        Row numbers in the old table, ascending, and beside each its row in the new one.
    """
    one, other = numbered_together(old, new)
    return same_numbers(one, other)


def same_numbers(one: Rows, other: Rows) -> tuple[Rows, Rows]:
    """As :func:`paired`, of keys that are numbers already."""
    most = max(len(one), len(other)) + 1
    first, second = one * most + occurrence(one), other * most + occurrence(other)
    _, left, right = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    order = np.argsort(left, kind="stable")
    return left[order].astype(np.int64), right[order].astype(np.int64)


def looked_up(
    keys: Sequence[pa.Array], values: pa.Array, wanted: Sequence[pa.Array], none: object = None
) -> pa.Array:
    """The value beside each wanted key; ``none`` (null) where the key is not there. Of a key that is there twice the first counts."""
    have, want = numbered_together(keys, wanted)
    place = np.full(int(max(have.max(initial=-1), want.max(initial=-1))) + 1, -1, np.int64)
    place[have[::-1]] = np.arange(len(have), dtype=np.int64)[::-1]
    at = place[want]
    found = values.take(pa.array(at, mask=at < 0))
    return found if none is None else found.fill_null(none)
