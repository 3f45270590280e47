"""Pairs of reports worth comparing: near in time and place, found by sorted keys and never by comparing all with all.

A report with an exact place stands under every cell of a grid that its surroundings touch, on every day it can mean: two
of them share a key if and only if they can be of one day and are near. A province is looked up by its code, a report
that knows only its country by a side that is named or by a number of dead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from eventcode.joining.features import UNDATED, UNKNOWN, Features, Ints
from eventcode.joining.reports import AREA, COUNTRY, FINE
from eventcode.joining.sides import NAMED, STATE, kind_of
from eventcode.joining.weights import Weights

CELL_DEGREES = 0.5
KM_PER_DEGREE = 111.2
# A night lies between two days: reports of neighbouring days are compared too.
SLACK_DAYS = 1
# Pairs made at a time; bounds memory.
CHUNK_PAIRS = 500_000
_DAY_BITS = 22
_MAX_CELLS = 4

Pairs = tuple[Ints, Ints]


def candidates(f: Features, weights: Weights) -> Iterator[Pairs]:
    """Pairs (i, j) with i < j, in chunks; a pair may come again."""
    yield from _exact_pairs(f, weights)
    yield from _coarse_pairs(f, weights)


# --- two exact places --------------------------------------------------------------------------------------------


def _exact_pairs(f: Features, weights: Weights) -> Iterator[Pairs]:
    fine = np.flatnonzero((f.exact == FINE) & (f.first != UNDATED))
    if not len(fine):
        return
    reach = np.where(f.near[fine], weights.near_km - weights.reach_km / 2, weights.reach_km / 2)
    south, north = _cells(f.latitude[fine], reach / KM_PER_DEGREE, 90.0)
    shrink = np.maximum(np.cos(np.radians(f.latitude[fine])), 0.05)
    west, east = _cells(f.longitude[fine], reach / KM_PER_DEGREE / shrink, 180.0)
    row, rows = _spread(np.arange(len(fine)), south, north)
    cell, cells = _spread(row, west[row], east[row])
    rows = rows[_positions(row, west, east)]
    entry, days = _spread(cell, f.first[fine][cell], f.last[fine][cell] + SLACK_DAYS)
    at = _positions(cell, f.first[fine], f.last[fine] + SLACK_DAYS)
    rows, cells = rows[at], cells[at]
    keys = ((rows * 1024 + cells) << _DAY_BITS) | days
    for left, right in _pairs_within(keys):
        i, j = entry[left], entry[right]
        # A pair may share several keys: only the first of them counts.
        first = (days[left] == np.maximum(f.first[fine][i], f.first[fine][j])) & (
            rows[left] == np.maximum(south[i], south[j])
        )
        first &= cells[left] == np.maximum(west[i], west[j])
        i, j = fine[i[first]], fine[j[first]]
        yield np.minimum(i, j), np.maximum(i, j)


def _cells(degrees: NDArray[np.float64], around: NDArray[np.float64], limit: float) -> Pairs:
    low = np.floor((degrees - around + limit) / CELL_DEGREES).astype(np.int64)
    high = np.floor((degrees + around + limit) / CELL_DEGREES).astype(np.int64)
    low = np.maximum(low, 0)
    return low, np.minimum(np.maximum(high, low), low + _MAX_CELLS - 1)


def _spread(values: Ints, first: Ints, last: Ints) -> Pairs:
    """Every value again for each number from its first to its last, and those numbers."""
    lengths = last - first + 1
    again = np.repeat(values, lengths)
    begin = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return again, np.repeat(first, lengths) + np.arange(len(again)) - begin


def _positions(values: Ints, first: Ints, last: Ints) -> Ints:
    """Where each entry of ``_spread`` comes from."""
    lengths = (last - first + 1)[values]
    return np.repeat(np.arange(len(values)), lengths)


def _pairs_within(keys: Ints) -> Iterator[Pairs]:
    """Positions of all pairs with the same key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    ends = np.searchsorted(ordered, ordered, side="right")
    # How many of the same key come after each.
    after = ends - np.arange(len(ordered)) - 1
    yield from _expand(order, order, np.arange(len(ordered)) + 1, after)


def _expand(left: Ints, right: Ints, begin: Ints, lengths: Ints) -> Iterator[Pairs]:
    """``left[k]`` with ``right[begin[k] : begin[k] + lengths[k]]``, in chunks."""
    some = np.flatnonzero(lengths)
    totals = np.cumsum(lengths[some])
    at = 0
    while at < len(some):
        done = totals[at - 1] if at else 0
        stop = max(int(np.searchsorted(totals, done + CHUNK_PAIRS)), at + 1)
        part = some[at:stop]
        again, where = _spread(part, begin[part], begin[part] + lengths[part] - 1)
        yield left[again], right[where]
        at = stop


# --- provinces and countries ---------------------------------------------------------------------------------------


def _coarse_pairs(f: Features, weights: Weights) -> Iterator[Pairs]:
    dated = f.first != UNDATED
    placed = dated & (f.exact <= AREA)
    areas = placed & (f.exact == AREA)
    yield from _across(f, areas & ~f.region, placed, f.admin1)
    yield from _across(f, areas & f.region, placed, f.country)
    country = dated & (f.exact == COUNTRY)
    anywhere = dated & (f.exact <= COUNTRY)
    named = _named_sides(f)
    for mine in (f.one, f.two):
        for theirs in (f.one, f.two):
            yield from _across(
                f,
                country & named[mine],
                anywhere & named[theirs],
                _both(f.country, mine),
                _both(f.country, theirs),
            )
    toll = f.killed[:, 1]
    telling = toll >= weights.telling
    yield from _across(f, country & telling, anywhere & telling, _both(f.country, toll))
    told = placed & telling
    yield from _across(f, told, told, _both(f.admin1, toll))


def _named_sides(f: Features) -> NDArray[np.bool_]:
    named = [s.name is not None and kind_of(s.name, s.inter) in (NAMED, STATE) for s in f.sides]
    return np.array([*named, False], np.bool_)  # the last one answers for UNKNOWN


def _both(one: Ints, two: Ints) -> Ints:
    return np.where((one == UNKNOWN) | (two == UNKNOWN), UNKNOWN, one * (int(two.max(initial=0)) + 1) + two)


def _across(
    f: Features, few: NDArray[np.bool_], many: NDArray[np.bool_], key: Ints, other: Ints | None = None
) -> Iterator[Pairs]:
    """Pairs of one of ``few`` with one of ``many`` that share key and day."""
    theirs = key if other is None else other
    small, large = np.flatnonzero(few & (key != UNKNOWN)), np.flatnonzero(many & (theirs != UNKNOWN))
    large = large[np.isin(theirs[large], key[small])]
    if not len(small) or not len(large):
        return
    mine, days = _spread(small, f.first[small], f.last[small] + SLACK_DAYS)
    again, other_days = _spread(large, f.first[large], f.last[large] + SLACK_DAYS)
    keys, other_keys = (key[mine] << _DAY_BITS) | days, (theirs[again] << _DAY_BITS) | other_days
    order = np.argsort(other_keys, kind="stable")
    ordered = other_keys[order]
    begin = np.searchsorted(ordered, keys, side="left")
    lengths = np.searchsorted(ordered, keys, side="right") - begin
    for left, right in _expand(np.arange(len(keys)), order, begin, lengths):
        i, j = mine[left], again[right]
        first = (days[left] == np.maximum(f.first[i], f.first[j])) & (i != j)
        i, j = i[first], j[first]
        yield np.minimum(i, j), np.maximum(i, j)
