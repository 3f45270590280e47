"""The rows that differ between two codings, and in which columns: whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.compare.cells import Mask, differ
from eventcode.compare.coding import Coding, Rules
from eventcode.compare.pairs import Rows, paired
from eventcode.tables.views import firsts, numbered

CHANGED, ADDED, REMOVED = "changed", "added", "removed"
KINDS = (CHANGED, REMOVED, ADDED)
ALONE = -1


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that differ between two codings: changed and removed ones in the old table's order, then added ones in the new one's.

    ``old`` and ``new``: row of each in its table, ALONE where it is not there. ``columns``: name to where the
    row differs in it, for changed rows alone. ``cause`` and ``why``: for each row, in words.
    """

    old: Rows
    new: Rows
    columns: Mapping[str, Mask]
    cause: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    @property
    def changed(self) -> Mask:
        """Where the row is in both codings."""
        return np.asarray((self.old != ALONE) & (self.new != ALONE))

    @property
    def added(self) -> Mask:
        """Where the row is in the new coding alone."""
        return np.asarray(self.old == ALONE)

    @property
    def removed(self) -> Mask:
        """Where the row is in the old coding alone."""
        return np.asarray(self.new == ALONE)

    def kind(self, row: int) -> str:
        """What happened to a row: changed, added or removed."""
        return ADDED if self.old[row] == ALONE else REMOVED if self.new[row] == ALONE else CHANGED


def moved_rows(old: Coding, new: Coding, rules: Rules) -> Moved:
    """Rows that differ, their causes not yet told."""
    one, other = pair_rows(old, new, rules)
    names = [*old.table.column_names, *(n for n in new.table.column_names if n not in old.table.column_names)]
    found: dict[str, Mask] = {}
    for name in names:
        if name in rules.ignored:
            continue
        if old.has([name]) and new.has([name]):
            where = differ(taken(old, name, one), taken(new, name, other))
        else:
            # A column that one coding lacks is blank there.
            there, rows = (old, one) if old.has([name]) else (new, other)
            where = np.asarray(taken(there, name, rows).is_valid())
        if where.any():
            found[name] = where
    keep = np.zeros(len(one), np.bool_)
    for where in found.values():
        keep |= where
    gone = np.setdiff1d(np.arange(old.table.num_rows, dtype=np.int64), one, assume_unique=True)
    come = np.setdiff1d(np.arange(new.table.num_rows, dtype=np.int64), other, assume_unique=True)
    left = np.concatenate([one[keep], gone])
    order = np.argsort(left, kind="stable")
    left = np.concatenate([left[order], np.full(len(come), ALONE)])
    right = np.concatenate([np.concatenate([other[keep], np.full(len(gone), ALONE)])[order], come])
    columns = {}
    for name, where in found.items():
        padded = np.concatenate([where[keep], np.zeros(len(gone), np.bool_)])[order]
        columns[name] = np.concatenate([padded, np.zeros(len(come), np.bool_)])
    return Moved(left.astype(np.int64), right.astype(np.int64), columns)


def pair_rows(old: Coding, new: Coding, rules: Rules) -> tuple[Rows, Rows]:
    """Rows of both codings that are the same row, ascending in the old one."""
    left, right = np.arange(old.table.num_rows), np.arange(new.table.num_rows)
    pairs: list[tuple[Rows, Rows]] = []
    for key in rules.keys:
        if not len(left) or not len(right) or not old.has(key) or not new.has(key):
            continue
        one, other = paired(
            [old.column(name).take(pa.array(left)) for name in key],
            [new.column(name).take(pa.array(right)) for name in key],
        )
        pairs.append((left[one], right[other]))
        left, right = np.delete(left, one), np.delete(right, other)
    if rules.name == "incidents" and old.has(["act_ids"]) and new.has(["act_ids"]):
        one, other = _of_shared_acts(old, new, left, right)
        pairs.append((one, other))
    whole = [np.concatenate([pair[side] for pair in pairs]) if pairs else left[:0] for side in (0, 1)]
    order = np.argsort(whole[0], kind="stable")
    return whole[0][order], whole[1][order]


def _of_shared_acts(old: Coding, new: Coding, left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """Incidents with other ids that are made of the same acts: those that share most, one to one."""
    acts, owners = _acts_of(old, left)
    others, holders = _acts_of(new, right)
    one, other = paired([acts], [others])
    first, second = owners[one], holders[other]
    number = numbered([pa.array(first), pa.array(second)])
    keep = firsts(number)
    share = np.bincount(number) if len(number) else np.zeros(0, np.int64)
    first, second = first[keep], second[keep]
    order = np.lexsort((second, first, -share))
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    found: list[tuple[int, int]] = []
    for a, b in zip(first[order].tolist(), second[order].tolist(), strict=True):
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            found.append((a, b))
    made = np.asarray(found, np.int64).reshape(-1, 2)
    return made[:, 0], made[:, 1]


def _acts_of(coding: Coding, rows: Rows) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    lists = coding.column("act_ids").take(pa.array(rows))
    return pc.list_flatten(lists), rows[np.asarray(pc.list_parent_indices(lists))]


def taken(coding: Coding, name: str, rows: Rows) -> pa.Array:
    """A column of these rows; null where the coding lacks it."""
    if not coding.has([name]):
        return pa.nulls(len(rows), pa.string())
    column = coding.column(name)
    # Codings mostly have the same rows in the same order.
    if len(rows) == len(column) and np.array_equal(rows, np.arange(len(rows))):
        return column
    return column.take(pa.array(rows))
