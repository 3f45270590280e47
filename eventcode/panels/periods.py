"""Days, ISO weeks, months and years: their names, first and last days.

Weeks are those of ISO 8601: Monday to Sunday, and week 1 of a year is the one with its first Thursday, so that the first days of
January can lie in the last week of the year before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from eventcode.errors import UsageError

KINDS = ("day", "week", "month", "year")
# Dates that are exact enough to be counted by such periods.
EXACT_ENOUGH = {
    "day": ("day",),
    "week": ("day", "week"),
    "month": ("day", "week", "month"),
    "year": ("day", "week", "month", "year"),
}
_DAY = dt.timedelta(days=1)
_TEXT = re.compile(r"(\d{4})(?:-(?:W(\d{2})|(\d{2})(?:-(\d{2}))?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """One period. ``first`` and ``last`` are inclusive; ``name`` is 2024-01-05, 2024-W01, 2024-01 or 2024."""

    name: str
    first: dt.date
    last: dt.date


def period_of(day: dt.date, kind: str) -> Period:
    """The period in which a day lies. Raises OverflowError at the end of the calendar."""
    if kind == "day":
        return Period(day.isoformat(), day, day)
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - (weekday - 1) * _DAY
        return Period(f"{year:04d}-W{week:02d}", first, first + 6 * _DAY)
    if kind == "month":
        first = day.replace(day=1)
        after = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return Period(f"{day.year:04d}-{day.month:02d}", first, after - _DAY)
    return Period(f"{day.year:04d}", dt.date(day.year, 1, 1), dt.date(day.year, 12, 31))


def periods(first: dt.date, last: dt.date, kind: str) -> Iterator[Period]:
    """All periods from the one of the first day to the one of the last, in order."""
    period = period_of(first, kind)
    while period.first <= last:
        yield period
        period = period_of(period.last + _DAY, kind)


def read_bound(option: str, text: str, kind: str) -> dt.date:
    """A day that ``--from`` or ``--to`` names: as a day, an ISO week, a month or a year, on the edge of a period.

    Raises:
        UsageError: it is none of these, or lies inside a period of the panel: half a period would be taken for a whole one.
    """
    found = _named(option, text)
    begin = option == "--from"
    day = found.first if begin else found.last
    whole = period_of(day, kind)
    edge = whole.first if begin else whole.last
    if day != edge:
        which = "first" if begin else "last"
        raise UsageError(
            f"{option} {text!r}: is not the {which} day of a {kind}; give {edge} or {whole.name}"
        )
    return day


def _named(option: str, text: str) -> Period:
    match = _TEXT.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, week, month, day = (None if part is None else int(part) for part in match.groups())
        if year is None or not 1000 <= year <= 2999:
            raise ValueError(text)
        if week is not None:
            return period_of(dt.date.fromisocalendar(year, week, 1), "week")
        kind = "year" if month is None else "month" if day is None else "day"
        return period_of(dt.date(year, month or 1, day or 1), kind)
    except ValueError as error:
        raise UsageError(
            f"{option} {text!r}: give a day, week, month or year: 2024-01-31, 2024-W05, 2024-01, 2024"
        ) from error
