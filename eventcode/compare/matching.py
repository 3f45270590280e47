"""Which event of one coder is which event of the other: candidates within a window, scored, one to one."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eventcode.compare.assignment import EXACT_ROWS, Pair, assign
from eventcode.compare.records import ACLED, Record, Records, likeness, setting
from eventcode.gazetteer.distance import haversine_km
from eventcode.ontologies.codes import cameo_codes

DAYS, KM = 1, 25.0
# Scores are whole numbers of this many parts, so that their sums depend on no order.
PARTS = 1_000_000
_WORD = re.compile(r"\w+")
# ACLED gives actor 2 a meaning in this type alone: the target.
TARGETED = "Violence against civilians"


@dataclass(frozen=True, slots=True)
class Match:
    """Two records of one event. ``score`` from 0 to 1; ``km``: None where a point is missing; ``swapped``: actor 1 of one is
    actor 2 of the other."""

    a: Record
    b: Record
    score: float
    km: float | None
    swapped: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches and what only one coder has, each in the records' order. ``large``: blocks that were too large for the best sum."""

    matches: tuple[Match, ...]
    only_a: tuple[Record, ...]
    only_b: tuple[Record, ...]
    large: int


def match(
    a: Records, b: Records, kind: str, days: int = DAYS, km: float = KM, exact_rows: int = EXACT_ROWS
) -> Matching:
    """Match two files of the same kind.

    ACLED: candidates lie within ``days`` and ``km``, or in one country (and first-order division, where both tell it)
    when a point is missing. CAMEO: candidates are of one article, and one sentence, where both files tell these; else of
    the same two countries, or the same two codes, within ``days``.

    Args:
        days: most days between the two dates.
        km: most kilometres between the two points.
        exact_rows: blocks larger than this are matched by score alone.
    """
    score = _acled_score if kind == ACLED else _cameo_score
    candidates = _near(a.rows, b.rows, days, km) if kind == ACLED else _together(a, b, days)
    least = setting(kind).least
    pairs: list[Pair] = []
    for left, right in candidates:
        value = score(a.rows[left], b.rows[right], days, km)
        if value >= least:
            pairs.append(Pair(left, right, round(value * PARTS)))
    chosen, large = assign(pairs, exact_rows)
    return Matching(
        tuple(_match(a.rows[pair.left], b.rows[pair.right], pair.score / PARTS, kind) for pair in chosen),
        _rest(a.rows, {pair.left for pair in chosen}),
        _rest(b.rows, {pair.right for pair in chosen}),
        large,
    )


def _rest(rows: Sequence[Record], taken: set[int]) -> tuple[Record, ...]:
    return tuple(row for at, row in enumerate(rows) if at not in taken)


def _match(a: Record, b: Record, score: float, kind: str) -> Match:
    straight, swapped = _sides(a, b, _name_likeness if kind == ACLED else _code_likeness)
    may = kind == ACLED and TARGETED not in (a.type, b.type)
    return Match(a, b, score, distance_km(a, b), may and swapped > straight)


def distance_km(a: Record, b: Record) -> float | None:
    """Kilometres between two records; None where one has no point."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    return float(haversine_km(a.latitude, a.longitude, b.latitude, b.longitude))


# --- candidates -------------------------------------------------------------------------------------------------------


def _near(a: Sequence[Record], b: Sequence[Record], days: int, km: float) -> Iterator[tuple[int, int]]:
    """Pairs within days and kilometres; rows of ``b`` lie by day, so that cost grows with what is near."""
    told = [at for at, row in enumerate(b) if row.day is not None]
    told.sort(key=lambda at: (b[at].day, at))
    day = np.array([_number(b[at].day) for at in told], np.int64)
    latitude = np.array([_degrees(b[at].latitude) for at in told])
    longitude = np.array([_degrees(b[at].longitude) for at in told])
    for left, row in enumerate(a):
        if row.day is None:
            continue
        own = _number(row.day)
        begin, end = np.searchsorted(day, [own - days, own + days + 1])
        far = haversine_km(
            _degrees(row.latitude), _degrees(row.longitude), latitude[begin:end], longitude[begin:end]
        )
        for at in np.flatnonzero(np.isnan(far) | (far <= km)).tolist():
            right = told[begin + at]
            if not math.isnan(far[at]) or _same_area(row, b[right]):
                yield left, right


def _number(day: dt.date | None) -> int:
    return day.toordinal() if day is not None else 0


def _degrees(value: float | None) -> float:
    return math.nan if value is None else value


def _same_area(a: Record, b: Record) -> bool:
    if a.country is None or b.country is None or a.country.casefold() != b.country.casefold():
        return False
    return a.admin1 is None or b.admin1 is None or a.admin1.casefold() == b.admin1.casefold()


def _together(a: Records, b: Records, days: int) -> Iterator[tuple[int, int]]:
    """Pairs of one article (and sentence), or of one dyad about the same day."""
    fields = a.fields & b.fields
    if "article" in fields:
        by_sentence = "sentence" in fields
        yield from _of_same_key(
            a.rows, b.rows, lambda row: row.article and (row.article, row.sentence if by_sentence else None)
        )
        return
    for left, right in _of_same_key(a.rows, b.rows, _dyad):
        one, other = a.rows[left].day, b.rows[right].day
        if one is not None and other is not None and abs((one - other).days) <= days:
            yield left, right


def _of_same_key(
    a: Sequence[Record], b: Sequence[Record], key: Callable[[Record], object]
) -> Iterator[tuple[int, int]]:
    there: dict[object, list[int]] = {}
    for right, row in enumerate(b):
        there.setdefault(key(row), []).append(right)
    for left, row in enumerate(a):
        value = key(row)
        if value:
            for right in there.get(value, ()):
                yield left, right


def _dyad(row: Record) -> tuple[str, str] | None:
    """The countries, or international bodies, of the two sides."""
    if row.actor1 is None and row.actor2 is None:
        return None
    return (row.actor1 or "")[:3].upper(), (row.actor2 or "")[:3].upper()


# --- scores -----------------------------------------------------------------------------------------------------------


def _acled_score(a: Record, b: Record, days: int, km: float) -> float:
    weights = setting(ACLED).weights
    far = distance_km(a, b)
    parts = {
        "type": _type_likeness(a, b),
        "sides": max(_sides(a, b, _name_likeness)),
        "place": _place_likeness(a, b) if far is None else 1.0 if km <= 0 else 1.0 - far / km,
        "date": _date_likeness(a, b, days),
        "toll": _toll_likeness(a.fatalities, b.fatalities),
    }
    return sum(weights[name] * value for name, value in parts.items())


def _cameo_score(a: Record, b: Record, days: int, _km: float) -> float:
    weights = setting("cameo").weights
    parts = {
        "type": _cameo_likeness(a, b),
        "sides": _sides(a, b, _code_likeness)[0],
        "date": _date_likeness(a, b, days),
    }
    return sum(weights[name] * value for name, value in parts.items())


def _type_likeness(a: Record, b: Record) -> float:
    if a.type != b.type:
        return 0.0
    both = a.sub_type is not None and b.sub_type is not None
    return likeness()["same_type"] if both and a.sub_type != b.sub_type else 1.0


def _cameo_likeness(a: Record, b: Record) -> float:
    if a.sub_type == b.sub_type:
        return 1.0
    if a.type == b.type:
        return likeness()["same_type"]
    codes = cameo_codes()
    same = codes[a.sub_type or ""].quad_class == codes[b.sub_type or ""].quad_class
    return likeness()["same_quad"] if same else 0.0


def _sides(a: Record, b: Record, like: Callable[[str | None, str | None], float]) -> tuple[float, float]:
    """Likeness of the two sides as they stand, and with one of them swapped."""
    straight = (like(a.actor1, b.actor1) + like(a.actor2, b.actor2)) / 2
    swapped = (like(a.actor1, b.actor2) + like(a.actor2, b.actor1)) / 2
    return straight, swapped


def _name_likeness(one: str | None, other: str | None) -> float:
    """Share of the words that both names have; two that are not told are alike."""
    if one is None or other is None:
        return float(one is other)
    first, second = (set(_WORD.findall(name.casefold())) for name in (one, other))
    return len(first & second) / len(first | second) if first | second else float(one == other)


def _code_likeness(one: str | None, other: str | None) -> float:
    if one is None or other is None:
        return float(one is other)
    if one.upper() == other.upper():
        return 1.0
    return likeness()["same_country"] if one[:3].upper() == other[:3].upper() else 0.0


def _place_likeness(a: Record, b: Record) -> float:
    """Where a point is missing: by name."""
    same = a.place is not None and b.place is not None and a.place.casefold() == b.place.casefold()
    return 1.0 if same else 0.5


def _date_likeness(a: Record, b: Record, days: int) -> float:
    if a.day is None or b.day is None:
        return 0.0
    return max(0.0, 1.0 - abs((a.day - b.day).days) / (days + 1))


def _toll_likeness(one: int | None, other: int | None) -> float:
    if one is None or other is None:
        return float(one is other)
    return 1.0 - abs(one - other) / max(one, other, 1)
