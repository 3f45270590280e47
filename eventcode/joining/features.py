"""Reports as columns of numbers, so that millions of pairs are compared at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from eventcode.joining.reports import COUNTRY, NOWHERE, Report, Side, When, exactness, place_key
from eventcode.joining.weights import Weights
from eventcode.model import EventPlace, Quantity
from eventcode.ontologies.codes import acled_codes

TOLD, CARRIED, PUBLISHED, WIDE = 0, 1, 2, 3
UNDATED = -1
UNKNOWN = -1
# Two days that a night belongs to.
NIGHT = 1

Value = TypeVar("Value")
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
    keys, countries, provinces, districts, sides = _Ids(), _Ids(), _Ids(), _Ids(), _Ids()
    types = {name: i for i, name in enumerate(acled_codes())}
    # Reports are many, places and days few: what follows from these is found once for each.
    place, places = _different([r.place for r in reports])
    dated, dates = _different([r.when for r in reports])

    def ints(value: Callable[[Report], int]) -> Ints:
        return np.fromiter((value(r) for r in reports), np.int64, len(reports))

    def placed(value: Callable[[EventPlace | None], int]) -> Ints:
        return np.array([value(p) for p in places], np.int64)[place]

    def flags(value: Callable[[EventPlace], bool]) -> NDArray[np.bool_]:
        return np.array([p is not None and value(p) for p in places], np.bool_)[place]

    def reals(value: Callable[[EventPlace], float | None]) -> Reals:
        return np.array([_real(value(p)) if p is not None else np.nan for p in places], np.float64)[place]

    country = ints(lambda r: countries(r.country))
    nowhere = np.where(country == UNKNOWN, NOWHERE, COUNTRY)
    days = np.array([_days(w, weights) for w in dates], np.int64).reshape(-1, 3)[dated]
    return Features(
        first=days[:, 0],
        last=days[:, 1],
        dating=days[:, 2],
        exact=np.where(flags(lambda p: True), placed(lambda p: exactness(p, None)), nowhere),
        latitude=reals(lambda p: p.latitude),
        longitude=reals(lambda p: p.longitude),
        place=placed(lambda p: keys(place_key(p) if p is not None else None)),
        country=country,
        admin1=placed(lambda p: provinces(_province(p))),
        admin2=placed(lambda p: districts(_district(p))),
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


def _different(values: Sequence[Value]) -> tuple[Ints, list[Value]]:
    """The number of each value among the different ones, and those in the order seen."""
    known: dict[Value, int] = {}
    numbers = np.fromiter((known.setdefault(v, len(known)) for v in values), np.int64, len(values))
    return numbers, list(known)


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
