"""How much speaks for two reports telling of one happening: points of the weights file, added up, for many pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eventcode.gazetteer.distance import haversine_km
from eventcode.joining import sides
from eventcode.joining.blocking import candidates
from eventcode.joining.features import UNKNOWN, Features, Ints, Reals
from eventcode.joining.reports import AREA, COUNTRY, FINE
from eventcode.joining.weights import Points, Weights
from eventcode.ontologies.codes import AcledType, acled_codes

NEVER = -np.inf
# Types in which one side does it and the other suffers it.
DIRECTED = frozenset({"Explosions/Remote violence", "Violence against civilians"})
CROWD = frozenset({"Protests", "Riots"})
STRATEGIC = "Strategic developments"
DIRECTED_DEVELOPMENTS = frozenset({"Arrests", "Looting/property destruction", "Disrupted weapons use"})

Flags = NDArray[np.bool_]


class Scored(NamedTuple):
    """Pairs i < j of reports that nothing decisive speaks against, sorted; ``points`` as they are added up."""

    i: Ints
    j: Ints
    points: Reals


class Likeness:
    """Compares reports."""

    def __init__(self, f: Features, weights: Weights) -> None:
        self._f = f
        self._w = weights
        self._types = _type_table(weights)
        names = list(acled_codes().values())
        self._directed = np.array(
            [t.event_type in DIRECTED or t.sub_event_type in DIRECTED_DEVELOPMENTS for t in names]
        )
        events = [t.event_type for t in names]
        self._event_type = np.array([events.index(e) for e in events])
        self._crowd = np.array([e in CROWD for e in events])
        self._sides = _SideTable(f, weights)

    def scored(self) -> Scored:
        """All candidates of at least ``hold`` points, each once."""
        found = list(self._held())
        if not found:
            empty = np.array([], np.int64)
            return Scored(empty, empty, np.array([], np.float64))
        i, j, points = (np.concatenate(part) for part in zip(*found, strict=True))
        _, first = np.unique(i * len(self._f) + j, return_index=True)
        return Scored(i[first], j[first], points[first])

    def _held(self) -> Iterator[Scored]:
        for i, j in candidates(self._f, self._w):
            points = np.zeros(len(i))
            for part in (self._days, self._kinds, self._places, self._both_sides, self._tolls):
                points = points + part(i, j)
                # What is out of the question need not be compared further.
                keep = points > NEVER
                i, j, points = i[keep], j[keep], points[keep]
            keep = points >= self._w.hold
            yield Scored(i[keep], j[keep], points[keep])

    def _kinds(self, i: Ints, j: Ints) -> Reals:
        f = self._f
        a, b = f.type[i], f.type[j]
        differ = (self._event_type[a] != self._event_type[b]) & ~(self._crowd[a] & self._crowd[b])
        return self._types[a, b] + np.where(differ & f.formed[i] & f.formed[j], self._w.both_told, 0.0)

    def _days(self, i: Ints, j: Ints) -> Reals:
        f, w = self._f, self._w
        gap = np.maximum(f.first[i] - f.last[j], f.first[j] - f.last[i])
        weaker = np.maximum(f.dating[i], f.dating[j])
        agree, apart = np.array(w.agree)[weaker], np.array(w.apart)[weaker]
        return np.where(gap <= 0, agree, np.where(gap == 1, apart, NEVER))

    def _places(self, i: Ints, j: Ints) -> Reals:
        f = self._f
        exact = np.maximum(f.exact[i], f.exact[j])
        points = np.full(len(i), NEVER)
        for level, compare in ((FINE, self._exact), (AREA, self._areas), (COUNTRY, self._countries)):
            these = exact == level
            points[these] = compare(i[these], j[these])
        return points

    def _exact(self, i: Ints, j: Ints) -> Reals:
        f, w = self._f, self._w
        km = haversine_km(f.latitude[i], f.longitude[i], f.latitude[j], f.longitude[j])
        part = (f.part[i] != f.part[j]) & (km <= w.part_of_town_km)
        near = (f.near[i] | f.near[j]) & (km <= w.near_km)
        return np.select(
            [
                f.place[i] == f.place[j],
                f.country[i] != f.country[j],
                part,
                near,
                km <= w.reach_km,
                self._in_one_province(i, j, km),
            ],
            [
                w.place["same"],
                NEVER,
                w.place["part_of_town"],
                w.place["near"],
                w.place["neighbours"],
                w.place["same_province"],
            ],
            NEVER,
        )

    def _in_one_province(self, i: Ints, j: Ints, km: Reals) -> Flags:
        f, w = self._f, self._w
        same = _both_known(f.admin1, i, j) & (f.admin1[i] == f.admin1[j]) & (km <= w.province_km)
        return np.asarray(same & (f.killed[i, 1] == f.killed[j, 1]) & (f.killed[i, 1] >= w.telling))

    def _areas(self, i: Ints, j: Ints) -> Reals:
        f, w = self._f, self._w
        km = haversine_km(f.latitude[i], f.longitude[i], f.latitude[j], f.longitude[j])
        beside = (f.admin2[i] != f.admin2[j]) & _both_known(f.admin2, i, j)
        loose = f.region[i] | f.region[j]
        inside = np.where(loose, km <= w.area_km, f.admin1[i] == f.admin1[j]) & ~beside
        return np.select(
            [
                f.place[i] == f.place[j],
                f.country[i] != f.country[j],
                inside,
                self._in_one_province(i, j, km),
            ],
            [w.place["same_area"], NEVER, w.place["inside"], w.place["same_province"]],
            NEVER,
        )

    def _countries(self, i: Ints, j: Ints) -> Reals:
        f = self._f
        return np.where(f.country[i] == f.country[j], self._w.place["country"], NEVER)

    def _both_sides(self, i: Ints, j: Ints) -> Reals:
        f = self._f
        straight = self._sides(f.one[i], f.one[j]) + self._sides(f.two[i], f.two[j])
        swapped = self._sides(f.one[i], f.two[j]) + self._sides(f.two[i], f.one[j]) + self._w.sides["swapped"]
        ordered = self._directed[f.type[i]] & self._directed[f.type[j]]
        return np.where(ordered, straight, np.maximum(straight, swapped))

    def _tolls(self, i: Ints, j: Ints) -> Reals:
        f, w = self._f, self._w
        return _toll(f.killed[i], f.killed[j], w.killed, w) + _toll(f.injured[i], f.injured[j], w.injured, w)


def _both_known(column: Ints, i: Ints, j: Ints) -> Flags:
    return np.asarray((column[i] != UNKNOWN) & (column[j] != UNKNOWN))


def _toll(a: Ints, b: Ints, worth: Points, weights: Weights) -> Reals:
    low, best, high = 0, 1, 2
    told = (a[:, best] != UNKNOWN) & (b[:, best] != UNKNOWN)
    more, less = np.maximum(a[:, best], b[:, best]), np.minimum(a[:, best], b[:, best])
    gap = np.maximum(a[:, low] - b[:, high], b[:, low] - a[:, high])

    def apart(limit: float, times: float) -> Flags:
        return np.asarray((gap > limit) & (more > times * less))

    equal = more == less
    return np.select(
        [
            ~told,
            equal & (more >= weights.rare),
            equal & (more > 0),
            equal,
            gap <= 0,
            apart(weights.very_far.difference, weights.very_far.times),
            apart(weights.far.difference, weights.far.times),
        ],
        [
            0.0,
            worth["equal_rare"],
            worth["equal"],
            worth["equal_none"],
            worth["overlapping"],
            worth["very_far"],
            worth["far"],
        ],
        worth["near"],
    )


def _type_table(weights: Weights) -> Reals:
    types = list(acled_codes().values())
    return np.array([[_type_points(a, b, weights) for b in types] for a in types])


def _type_points(a: AcledType, b: AcledType, weights: Weights) -> float:
    if a == b:
        return weights.same_type
    for one in (a.sub_event_type, a.event_type):
        for two in (b.sub_event_type, b.event_type):
            found = weights.pairs.get((min(one, two), max(one, two)))
            if found is not None:
                return found
    if a.event_type != b.event_type:
        return NEVER
    return weights.other_development if a.event_type == STRATEGIC else weights.same_event_type


class _SideTable:
    """Points of two sides, each pair of names compared once."""

    def __init__(self, f: Features, weights: Weights) -> None:
        self._names = f.sides
        self._weights = weights
        self._known: dict[int, float] = {}

    def __call__(self, a: Ints, b: Ints) -> Reals:
        size = len(self._names) + 1
        codes, back = np.unique(np.minimum(a, b) * size + np.maximum(a, b), return_inverse=True)
        points = np.array([self._points(int(code), size) for code in codes], np.float64)
        return points[back] if len(points) else np.array([], np.float64)

    def _points(self, code: int, size: int) -> float:
        found = self._known.get(code)
        if found is None:
            i, j = divmod(code, size)
            found = self._known[code] = sides.points(self._names[i], self._names[j], self._weights)
        return found
