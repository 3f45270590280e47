"""Reports as columns of numbers, so that millions of pairs are compared at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eventcode.joining.reports import Report, Side, When, exactness, place_key
from eventcode.joining.weights import Weights
from eventcode.model import EventPlace, Quantity
from eventcode.ontologies.codes import acled_codes

TOLD, CARRIED, PUBLISHED, WIDE = 0, 1, 2, 3
UNDATED = -1
UNKNOWN = -1
# Two days that a night belongs to.
NIGHT = 1

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """One entry for each report, in order. Ids count from 0 in their column, UNKNOWN where there is none.

    ``first`` and ``last``: the days it can mean, as ordinals, UNDATED where they are not exact enough; ``dating`` how
    surely; ``exact``: FINE, AREA, COUNTRY or NOWHERE; ``part``: a site or a quarter; ``near``: near the place told;
    ``region``: an area whose divisions are not known; ``formed``: how it was done is told; tolls (low, best, high) are
    UNKNOWN where not told.
    """

    first: Ints
    last: Ints
    dating: Ints
    exact: Ints
    latitude: Reals
    longitude: Reals
    place: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    part: NDArray[np.bool_]
    near: NDArray[np.bool_]
    region: NDArray[np.bool_]
    type: Ints
    formed: NDArray[np.bool_]
    one: Ints
    two: Ints
    killed: Ints
    injured: Ints
    sides: tuple[Side, ...]

    def __len__(self) -> int:
        return len(self.first)


class _Ids:
    """Numbers for values, in the order seen; UNKNOWN for None."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def __call__(self, value: Any) -> int:
        return UNKNOWN if value is None else self.known.setdefault(value, len(self.known))


def features(reports: Sequence[Report], weights: Weights) -> Features:
    """The columns of some reports."""
    places, countries, provinces, districts, sides = _Ids(), _Ids(), _Ids(), _Ids(), _Ids()
    types = {name: i for i, name in enumerate(acled_codes())}

    def ints(value: Callable[[Report], int]) -> Ints:
        return np.fromiter((value(r) for r in reports), np.int64, len(reports))

    def flags(value: Callable[[EventPlace], bool]) -> NDArray[np.bool_]:
        told = (r.place is not None and value(r.place) for r in reports)
        return np.fromiter(told, np.bool_, len(reports))

    def reals(value: Callable[[EventPlace], float | None]) -> Reals:
        told = (_real(value(r.place)) if r.place is not None else np.nan for r in reports)
        return np.fromiter(told, np.float64, len(reports))

    days = np.array([_days(r.when, weights) for r in reports], np.int64).reshape(-1, 3)
    return Features(
        first=days[:, 0],
        last=days[:, 1],
        dating=days[:, 2],
        exact=ints(lambda r: exactness(r.place, r.country)),
        latitude=reals(lambda p: p.latitude),
        longitude=reals(lambda p: p.longitude),
        place=ints(lambda r: places(place_key(r.place) if r.place is not None else None)),
        country=ints(lambda r: countries(r.country)),
        admin1=ints(lambda r: provinces(_province(r.place))),
        admin2=ints(lambda r: districts(_district(r.place))),
        part=flags(lambda p: p.level in ("site", "district")),
        near=flags(lambda p: p.relation != "at"),
        region=flags(lambda p: p.level in ("region", "sea") or _province(p) is None),
        type=ints(lambda r: types[r.type.sub_event_type]),
        formed=np.fromiter((r.formed for r in reports), np.bool_, len(reports)),
        one=ints(lambda r: sides(r.one)),
        two=ints(lambda r: sides(r.two)),
        killed=_counts([r.killed for r in reports]),
        injured=_counts([r.injured for r in reports]),
        sides=tuple(sides.known),
    )


def _days(when: When, weights: Weights) -> tuple[int, int, int]:
    if when.day is None or when.first is None or when.last is None:
        return UNDATED, UNDATED, WIDE
    first, last = when.first.toordinal(), when.last.toordinal()
    if when.basis == "publication":
        return first - weights.publication_days, last, PUBLISHED
    if last - first > NIGHT:
        return first, last, WIDE
    return first, last, CARRIED if last > first or when.basis == "carried" else TOLD


def _province(place: EventPlace | None) -> tuple[str, str] | None:
    if place is None or not place.country:
        return None
    name = place.admin1_code or place.admin1
    return (place.country, name) if name else None


def _district(place: EventPlace | None) -> tuple[str, str, str] | None:
    province = _province(place)
    if province is None or place is None or not place.admin2:
        return None
    return (*province, place.admin2)


def _real(value: float | None) -> float:
    return np.nan if value is None else value


def _counts(counts: Sequence[Quantity | None]) -> Ints:
    """Three columns: low, best, high."""
    blank = (UNKNOWN, UNKNOWN, UNKNOWN)
    rows = [(q.low, q.best, q.high) if q is not None else blank for q in counts]
    return np.array(rows, np.int64).reshape(-1, 3)
