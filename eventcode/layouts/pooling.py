"""Rows that belong together, pooled whole columns at a time: numbers for groups, joined texts and counts of what differs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import columns
from eventcode.layouts.columns import Column
from eventcode.tables.views import firsts, numbered


class Groups:
    """Rows with the same values in some columns, null among them, as groups numbered in order of first appearance."""

    def __init__(self, keys: Sequence[Column]) -> None:
        self.numbers: npt.NDArray[np.int64] = numbered([_plain(key) for key in keys])
        self.first: npt.NDArray[np.int64] = np.flatnonzero(firsts(self.numbers))

    def __len__(self) -> int:
        return len(self.first)

    def first_of(self, rows: pa.Table) -> pa.Table:
        """The first row of each group."""
        return rows.take(pa.array(self.first))

    def first_where(self, *conditions: Column) -> npt.NDArray[np.int64]:
        """Number of the first row of each group that fulfils a condition, the earlier conditions first; else of its first."""
        found = np.full(len(self), -1, np.int64)
        for condition in conditions:
            rows = np.flatnonzero(_mask(condition))[::-1]
            nearest = np.full(len(self), -1, np.int64)
            # The last to be set is the first of the group.
            nearest[self.numbers[rows]] = rows
            found = np.where(found < 0, nearest, found)
        return np.where(found < 0, self.first, found)

    def any(self, condition: Column) -> npt.NDArray[np.bool_]:
        """Whether a row of the group fulfils a condition."""
        return np.asarray(np.bincount(self.numbers[_mask(condition)], minlength=len(self)) > 0)

    def counts(self, values: Column) -> npt.NDArray[np.int64]:
        """How many different values each group has; null is none."""
        kept, groups, _ = self._different(values)
        del kept
        return np.asarray(np.bincount(groups, minlength=len(self)), np.int64)

    def joined(self, values: Column, separator: str) -> pa.ChunkedArray:
        """Different values of each group, in order of the alphabet; null where there are none."""
        kept, groups, _ = self._different(values)
        ranks = pc.rank(kept, tiebreaker="dense").to_numpy() if len(kept) else np.empty(0, np.int64)
        return joined(kept, groups, len(self), separator, ranks)

    def _different(self, values: Column) -> tuple[pa.Array, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Each value once for each group, with the group and the row."""
        plain = _plain(values)
        rows = np.flatnonzero(plain.is_valid().to_numpy(zero_copy_only=False))
        told, groups = plain.take(pa.array(rows)), self.numbers[rows]
        first = firsts(numbered([pa.array(groups), told]))
        return told.filter(pa.array(first)), groups[first], rows[first]


def joined(
    values: Column,
    groups: npt.NDArray[np.int64],
    length: int,
    separator: str,
    order: npt.NDArray[np.int64] | None = None,
) -> pa.ChunkedArray:
    """Values of each group joined, in the order of rows or by ``order``; null where there are none.

    Args:
        values: text without null.
        groups: of each value, from 0.
        length: how many groups there are.
    """
    sorting = np.argsort(groups, kind="stable") if order is None else np.lexsort((order, groups))
    ends = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=length))])
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), _plain(values).take(pa.array(sorting)))
    return columns.chunked(columns.blank_as_null(pc.binary_join(lists, separator)))


def _plain(values: Column) -> pa.Array:
    return columns.chunked(values).combine_chunks()


def _mask(condition: Column) -> npt.NDArray[np.bool_]:
    return np.asarray(_plain(columns.flag(condition)).to_numpy(zero_copy_only=False))
