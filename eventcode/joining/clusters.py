"""Puts reports together from the points of their pairs: best pairs first, and never two reports that contradict each other.

A chain of reports each like the next (a week of shelling) does not become one: an incident's reports must all go with one
another (complete linkage). Reports without an exact place come last, and join only where they fit one incident better than
any other. Reports are numbered in an order of their own (``Report.key``), so the order of adding does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from eventcode.joining.features import Ints, Reals
from eventcode.joining.likeness import Scored
from eventcode.joining.reports import FINE
from eventcode.joining.weights import Weights

Flags = NDArray[np.bool_]
Link = tuple[float, int, int]


def clusters(exact: Ints, scored: Scored, weights: Weights) -> Ints:
    """A number for each report, the same for those of one incident: the least of the numbers of its reports.

    Args:
        exact: how exactly each report's place is known.
        scored: pairs with at least ``hold`` points; those left out contradict each other.
        weights: ``join`` and ``margin``.
    """
    labels = np.arange(len(exact))
    fine = (exact[scored.i] == FINE) & (exact[scored.j] == FINE)
    _link(labels, _only(scored, fine), weights.join)
    coarse = np.flatnonzero(exact != FINE)
    if len(coarse):
        rest = _only(scored, ~fine)
        left = _attach(labels, exact, rest, weights)
        among = left[rest.i] & left[rest.j]
        _link(labels, _only(rest, among), weights.join)
    return labels


def _only(scored: Scored, these: Flags) -> Scored:
    return Scored(scored.i[these], scored.j[these], scored.points[these])


# --- complete linkage ----------------------------------------------------------------------------------------------


def _link(labels: Ints, held: Scored, join: float) -> None:
    """Merges reports, best pairs first, where all pairs between the two groups are held."""
    roots = _components(len(labels), _only(held, held.points >= join))
    inside = roots[held.i] == roots[held.j]
    i, j, points = (part[inside] for part in held)
    sizes, pairs = np.bincount(roots, minlength=len(labels)), np.bincount(roots[i], minlength=len(labels))
    whole = pairs == sizes * (sizes - 1) // 2
    together = whole[roots] & (sizes[roots] > 1)
    labels[together] = roots[together]
    split = ~whole[roots[i]]
    i, j, points = i[split], j[split], points[split]
    order = np.lexsort((j, i, roots[i]))
    entries = zip(
        roots[i[order]].tolist(), points[order].tolist(), i[order].tolist(), j[order].tolist(), strict=True
    )
    for _, group in groupby(entries, key=itemgetter(0)):
        for member, root in _groups([entry[1:] for entry in group], join):
            labels[member] = root


def _components(size: int, joined: Scored) -> Ints:
    """The least report of each report's connected component."""
    parent = list(range(size))
    for i, j in zip(joined.i.tolist(), joined.j.tolist(), strict=True):
        a, b = _root(parent, i), _root(parent, j)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return np.array([_root(parent, i) for i in range(size)], np.int64)


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _groups(held: Sequence[Link], join: float) -> list[tuple[int, int]]:
    """Members of the groups of one component, each with the least of its group."""
    members: dict[int, list[int]] = {}
    # How many pairs between two groups are held: all of them, or they stay apart.
    links: dict[int, dict[int, int]] = defaultdict(dict)
    for _, i, j in held:
        members[i], members[j] = [i], [j]
        links[i][j] = links[j][i] = 1
    group_of = {i: i for i in members}
    for points, i, j in sorted(held, key=lambda link: (-link[0], link[1], link[2])):
        if points < join:
            break
        a, b = sorted((group_of[i], group_of[j]))
        if a == b or links[a].get(b, 0) < len(members[a]) * len(members[b]):
            continue
        for member in members[b]:
            group_of[member] = a
        members[a] += members.pop(b)
        for other, number in links.pop(b).items():
            del links[other][b]
            if other != a:
                links[a][other] = links[other][a] = links[a].get(other, 0) + number
    return list(group_of.items())


# --- reports without an exact place --------------------------------------------------------------------------------


def _attach(labels: Ints, exact: Ints, rest: Scored, weights: Weights) -> Flags:
    """Gives coarse reports the incident that they fit best; tells which reports fitted none, or two alike."""
    left = np.asarray(exact != FINE)
    coarse = np.where(exact[rest.i] != FINE, rest.i, rest.j)
    fine = np.where(exact[rest.i] != FINE, rest.j, rest.i)
    mixed = exact[fine] == FINE
    between = {
        (int(i), int(j)) for i, j in zip(rest.i[~mixed].tolist(), rest.j[~mixed].tolist(), strict=True)
    }
    sizes = np.bincount(labels[exact == FINE], minlength=len(labels))
    attached: dict[int, list[int]] = defaultdict(list)
    for points, report, incident in sorted(
        _best_fits(coarse[mixed], labels[fine[mixed]], rest.points[mixed], sizes, weights)
    ):
        guests = attached[incident]
        if -points >= weights.join and all((min(g, report), max(g, report)) in between for g in guests):
            guests.append(report)
            labels[report] = incident
            left[report] = False
    return left


def _best_fits(
    coarse: Ints, incident: Ints, points: Reals, sizes: Ints, weights: Weights
) -> Iterable[tuple[float, int, int]]:
    """(-points, report, incident) of coarse reports that go with every report of one incident, and with no other as well."""
    order = np.lexsort((incident, coarse))
    entries = zip(coarse[order].tolist(), incident[order].tolist(), points[order].tolist(), strict=True)
    for report, told in groupby(entries, key=itemgetter(0)):
        fits = []
        for found, group in groupby(told, key=itemgetter(1)):
            best = [entry[2] for entry in group]
            if len(best) == sizes[found]:
                fits.append((-max(best), found))
        fits.sort()
        if fits and (len(fits) == 1 or fits[1][0] - fits[0][0] >= weights.margin):
            yield fits[0][0], report, fits[0][1]
