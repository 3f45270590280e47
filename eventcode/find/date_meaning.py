"""What a date expression means: the days it can stand for, given the day it is read from.

Each class is one kind of expression; ``window`` gives its days. Weeks run from Monday to Sunday. An expression that
needs an anchor and gets none has a precision but no days. In the past tense nothing lies after the anchor: "this month"
ends on the anchor's day.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, Protocol

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

Tense = Literal["past", "future"]
Unit = Literal["hour", "day", "week", "fortnight", "month", "year", "decade"]
Rite = Literal["western", "orthodox"]
Which = Literal["", "last", "this", "next"]

_COARSENESS = ("day", "week", "month", "year", "unknown")
_UNIT_DAYS = {"hour": 1, "day": 1, "week": 7, "fortnight": 14, "month": 31, "year": 366, "decade": 3660}
# The rules for Easter that dateutil knows hold from the Gregorian reform on.
_EASTER_YEARS = range(1583, 4100)
# Up to so many days, whole weeks are counted from day to day; beyond, "nine weeks ago" is a round figure.
_COUNTED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Window:
    """Days from ``first`` to ``last``, both inclusive. ``duration``: all of them, not one among them."""

    first: date | None
    last: date | None
    precision: str
    basis: str
    duration: bool = False


class Expression(Protocol):
    """A date expression."""

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The days meant when read on ``anchor``."""
        ...


def _cap(window: Window, anchor: date | None, tense: Tense) -> Window:
    """Cut what lies after the anchor, for what has happened by then."""
    if tense == "past" and anchor and window.first and window.last and window.first <= anchor < window.last:
        return replace(window, last=anchor)
    return window


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _add_months(year: int, month: int, months: int) -> tuple[int, int]:
    total = year * 12 + month - 1 + months
    return total // 12, total % 12 + 1


def _shifted(anchor: date, days: int) -> date | None:
    try:
        return anchor + timedelta(days=days)
    except OverflowError:
        return None


def _share(first: date, last: date, part: tuple[float, float] | None) -> tuple[date, date]:
    """The part of a stretch of days, as shares of its length."""
    if part is None:
        return first, last
    days = (last - first).days + 1
    return first + timedelta(days=round(days * part[0])), first + timedelta(days=round(days * part[1]) - 1)


def _year_share(year: int, years: int, part: tuple[float, float] | None) -> tuple[date, date]:
    """The part of one year, in whole months, or of ten, in whole years."""
    start, end = part or (0.0, 1.0)
    if years == 1:
        return date(year, 1 + round(12 * start), 1), _month_end(year, round(12 * end))
    return date(year + round(years * start), 1, 1), date(year + round(years * end) - 1, 12, 31)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A day, a month or a year of the calendar; what is not told is None.

    ``which`` is "last" in "last August"; ``year_shift`` is -1 in "January 3 last year". ``part``: shares of the month or year.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: tuple[float, float] | None = None
    which: Which = ""
    year_shift: int | None = None

    @property
    def precision(self) -> str:
        """day, month or year."""
        if self.day is not None:
            return "day"
        return "month" if self.month is not None else "year"

    def _span(self, year: int) -> tuple[date, date] | None:
        if self.day is not None and self.month is not None:
            day = _day(year, self.month, self.day)
            return (day, day) if day else None
        if self.month is not None:
            return _share(date(year, self.month, 1), _month_end(year, self.month), self.part)
        return _year_share(year, 1, self.part)

    def _years(self, anchor: date, tense: Tense) -> tuple[int, ...]:
        """Years to try for an expression without one, the likeliest first."""
        if self.year_shift is not None:
            return (anchor.year + self.year_shift,)
        near = (anchor.year, anchor.year - 1, anchor.year - 2, anchor.year - 3, anchor.year - 4)
        if tense == "future" or self.which == "next":
            return tuple(2 * anchor.year - year for year in near)
        return near

    def _suits(self, span: tuple[date, date], anchor: date, tense: Tense) -> bool:
        if self.year_shift is not None:
            return True
        if self.which == "last":
            return span[1] < anchor
        if self.which == "next":
            return span[0] > anchor
        return span[0] <= anchor if tense == "past" else span[1] >= anchor

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """Without a year: the latest such day or month not after the anchor; in the future tense the next one."""
        basis = "relative" if self.which or self.year_shift is not None else "stated"
        if self.year is not None:
            years: tuple[int, ...] = (self.year,)
        elif anchor is None:
            return Window(None, None, self.precision, basis)
        else:
            years = tuple(year for year in self._years(anchor, tense) if 1 <= year <= 9998)
        for year in years:
            span = self._span(year)
            if span and (self.year is not None or anchor is None or self._suits(span, anchor, tense)):
                return _cap(Window(*span, self.precision, basis), anchor, tense)
        return Window(None, None, "unknown", basis)


@dataclass(frozen=True, slots=True)
class Known:
    """The days of a happening known by its name: "the Gulf War", "the invasion of Kuwait"."""

    first: date
    last: date

    def over(self, anchor: date | None) -> bool:
        """Whether it lies behind; while it goes on its name dates nothing."""
        return anchor is None or anchor > self.last

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """All of its days."""
        return Window(self.first, self.last, "day", "stated", self.first < self.last)


@dataclass(frozen=True, slots=True)
class Feast(CalendarDate):
    """Days counted from Easter Sunday: Good Friday is -2 to -2. ``rite``: whose Easter."""

    begins: int = 0
    ends: int = 0
    rite: Rite = "western"

    @property
    def precision(self) -> str:
        """day, or week for several days."""
        return "day" if self.begins == self.ends else "week"

    def _span(self, year: int) -> tuple[date, date] | None:
        if year not in _EASTER_YEARS:
            return None
        sunday = easter(year, EASTER_ORTHODOX if self.rite == "orthodox" else EASTER_WESTERN)
        return sunday + timedelta(days=self.begins), sunday + timedelta(days=self.ends)


@dataclass(frozen=True, slots=True)
class Nearest:
    """A holiday that countries keep on different days: the one of them nearest to the anchor is meant."""

    days: tuple[CalendarDate, ...]

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The nearest of the days; without an anchor the first."""
        found = [day.window(anchor, tense) for day in self.days]
        if anchor is None:
            return found[0]
        return min(found, key=lambda w: abs((w.first - anchor).days) if w.first else 10**6)


@dataclass(frozen=True, slots=True)
class Counted:
    """``step`` counted from another date of the sentence: "two days after the truce of 3 June"."""

    base: Expression
    step: Expression

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The step from the base's first day to the step from its last."""
        base = self.base.window(anchor, tense)
        if base.first is None or base.last is None:
            return replace(self.step.window(None, tense), basis="relative")
        first, last = (self.step.window(day, "future") for day in (base.first, base.last))
        precision = max(first.precision, base.precision, key=_COARSENESS.index)
        return Window(first.first, last.last, precision, "relative")


@dataclass(frozen=True, slots=True)
class WeekOfMonth:
    """Seven days of a month, counted from its first day ("the second week of March" is the 8th to the 14th); 0 is the last."""

    month: CalendarDate
    number: int

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The seven days; in the fifth week as many as there are."""
        found = replace(self.month, day=1).window(anchor, tense)
        if found.first is None:
            return replace(found, precision="week")
        end = _month_end(found.first.year, found.first.month)
        first = (
            end - timedelta(days=6) if self.number == 0 else found.first + timedelta(weeks=self.number - 1)
        )
        last = min(end, first + timedelta(days=6))
        return _cap(Window(min(first, end), last, "week", found.basis), anchor, tense)


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday 0. ``week`` is -1 in "Monday of last week"; ``which`` is "last" in "last Monday"."""

    weekday: int
    which: Which = ""
    week: int | None = None

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """On a Monday, "Monday" is that day; "last Monday" is seven days before, "next Monday" seven days after."""
        if anchor is None:
            return Window(None, None, "day", "relative")
        back = (anchor.weekday() - self.weekday) % 7
        forward = (self.weekday - anchor.weekday()) % 7
        if self.week is not None:
            shift = self.weekday - anchor.weekday() + 7 * self.week
        elif self.which == "last":
            shift = -(back or 7)
        elif self.which == "next":
            shift = forward or 7
        else:
            shift = -back if tense == "past" else forward
        day = _shifted(anchor, shift)
        return Window(day, day, "day", "relative")


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted from the anchor: yesterday is -1 to -1, overnight -1 to 0."""

    first: int
    last: int
    precision: str = "day"
    duration: bool = False

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The days counted from the anchor."""
        if anchor is None:
            return Window(None, None, self.precision, "relative", self.duration)
        first, last = _shifted(anchor, self.first), _shifted(anchor, self.last)
        return Window(first, last, self.precision, "relative", self.duration)


@dataclass(frozen=True, slots=True)
class Weekend:
    """A Saturday and Sunday: the latest begun one, or with ``which`` the one before or after the anchor's week."""

    which: Which = ""

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """Saturday and Sunday; one of the two."""
        if anchor is None:
            return Window(None, None, "week", "relative")
        saturday = 5 - anchor.weekday()
        if self.which == "next" or (tense == "future" and self.which != "last"):
            shift = saturday if anchor.weekday() < 5 else saturday + 7
        elif self.which == "last" or saturday > 0:
            shift = saturday - 7
        else:
            shift = saturday
        found = Days(shift, shift + 1, "week").window(anchor, tense)
        return found if self.which == "last" else _cap(found, anchor, tense)


@dataclass(frozen=True, slots=True)
class Period:
    """The week, month, year or decade of the anchor, ``shift`` units on. ``part``: shares of its length."""

    unit: Unit
    shift: int
    part: tuple[float, float] | None = None

    def _span(self, anchor: date) -> tuple[date, date]:
        if self.unit == "week":
            monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=self.shift)
            return _share(monday, monday + timedelta(days=6), self.part)
        if self.unit == "month":
            year, month = _add_months(anchor.year, anchor.month, self.shift)
            return _share(date(year, month, 1), _month_end(year, month), self.part)
        if self.unit == "decade":
            year = anchor.year // 10 * 10 + 10 * self.shift
            return _year_share(year, 10, self.part)
        return _year_share(anchor.year + self.shift, 1, self.part)

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The whole week, month, year or decade, or the part of it."""
        precision = self.unit if self.unit in ("week", "month", "year") else "unknown"
        if anchor is None:
            return Window(None, None, precision, "relative")
        try:
            first, last = self._span(anchor)
        except (ValueError, OverflowError):
            return Window(None, None, "unknown", "relative")
        return _cap(Window(first, last, precision, "relative"), anchor, tense)


@dataclass(frozen=True, slots=True)
class Distance:
    """So many units before (``sign`` -1) or after (+1) the anchor: "two days ago", "several weeks later".

    Days are exact; up to four weeks give the same weekday, more of them leave three days on each side; months and
    years give the calendar month or year. ``same``: the day, week or month with the anchor's place in the calendar
    ("ten years ago today", "a year ago this month").
    """

    unit: Unit
    low: int
    high: int
    sign: int
    same: Literal["", "day", "week", "month"] = ""

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """Days that can be meant."""
        precision = self._precision()
        if anchor is None:
            return Window(None, None, precision, "relative")
        near, far = self.sign * self.low, self.sign * self.high
        if self.same and near == far and self.unit in ("month", "year", "decade"):
            return self._anniversary(anchor, near)
        if self.unit in ("day", "hour", "week", "fortnight"):
            days = _UNIT_DAYS[self.unit]
            if self.unit == "hour":
                near, far = int(near / 24), int((far + self.sign * 23) / 24)
            exact = self.same or (near == far and abs(far) * days <= _COUNTED_DAYS)
            slack = 0 if days == 1 or exact else 3
            first, last = sorted((near * days, far * days))
            return replace(Days(first - slack, last + slack).window(anchor, tense), precision=precision)
        ends = [Period(self.unit, shift).window(anchor, "future") for shift in sorted((near, far))]
        return Window(ends[0].first, ends[1].last, precision, "relative")

    def _anniversary(self, anchor: date, units: int) -> Window:
        months = units * {"month": 1, "year": 12}.get(self.unit, 120)
        year, month = _add_months(anchor.year, anchor.month, months)
        if not 1 < year < 9998:
            return Window(None, None, "unknown", "relative")
        day = date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))
        if self.same == "day":
            return Window(day, day, "day", "relative")
        return Period("week" if self.same == "week" else "month", 0).window(day, "future")

    def _precision(self) -> str:
        if self.same and self.low == self.high:
            return self.same
        finer: dict[str, str] = {
            "hour": "day",
            "day": "day",
            "week": "week",
            "fortnight": "week",
            "month": "month",
            "year": "year",
        }
        coarser: dict[str, str] = {
            "hour": "day",
            "day": "week",
            "week": "month",
            "fortnight": "month",
            "month": "year",
        }
        return (finer if self.low == self.high else coarser).get(self.unit, "unknown")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days just before (``sign`` -1) or after the anchor: "the past two weeks", "in recent days", "coming months"."""

    unit: Unit
    count: int
    sign: int
    duration: bool = False

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """From the anchor back (or on) by so many units; the anchor's day itself counts in the past only."""
        days = self.count * _UNIT_DAYS[self.unit] if self.unit != "hour" else (self.count + 23) // 24
        precision = "day" if days <= 2 else "week" if days <= 10 else "month" if days <= 62 else "year"
        if days > 800:
            precision = "unknown"
        first, last = (-days, 0) if self.sign < 0 else (1, days)
        return replace(Days(first, last, precision).window(anchor, tense), duration=self.duration)


@dataclass(frozen=True, slots=True)
class Season:
    """Three months from ``month`` on; of ``year``, or the latest (next) one."""

    month: int
    year: int | None = None
    which: Which = ""

    def _span(self, year: int) -> tuple[date, date]:
        end_year, end_month = _add_months(year, self.month, 2)
        return date(year, self.month, 1), _month_end(end_year, end_month)

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The season's days; a winter is named after the year it begins in."""
        basis = "stated" if self.year is not None else "relative"
        if self.year is not None:
            return _cap(Window(*self._span(self.year), "year", basis), anchor, tense)
        if anchor is None or not 5 < anchor.year < 9990:
            return Window(None, None, "year", basis)
        spans = [self._span(anchor.year + shift) for shift in (-2, -1, 0, 1, 2)]
        if self.which == "next" or (tense == "future" and self.which != "last"):
            first, last = next(
                span for span in spans if span[0] > anchor or (not self.which and span[1] >= anchor)
            )
        elif self.which == "last":
            first, last = next(span for span in reversed(spans) if span[1] < anchor)
        else:
            first, last = next(span for span in reversed(spans) if span[0] <= anchor)
        return _cap(Window(first, last, "year", basis), anchor, tense)


@dataclass(frozen=True, slots=True)
class Decade:
    """Ten years from ``year`` on, or a part of them."""

    year: int
    part: tuple[float, float] | None = None

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """The decade's days; coarser than a year, so of unknown precision."""
        span = _year_share(self.year, 10, self.part)
        return _cap(Window(*span, "unknown", "stated"), anchor, tense)


@dataclass(frozen=True, slots=True)
class Since:
    """From an expression's first day to the anchor: "since 2011"."""

    start: Expression

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """A duration; its end is not known without an anchor."""
        found = self.start.window(anchor, "past")
        last = anchor if found.first and anchor and anchor >= found.first else None
        return Window(found.first, last, found.precision, found.basis, duration=True)


@dataclass(frozen=True, slots=True)
class Until:
    """From the anchor to an expression's last day: "until Friday". In the past tense the beginning is not known."""

    end: Expression

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """A duration that ends with the expression."""
        found = self.end.window(anchor, tense)
        first = anchor if tense == "future" and anchor and found.last and anchor <= found.last else None
        return Window(first, found.last, found.precision, found.basis, duration=True)


@dataclass(frozen=True, slots=True)
class Range:
    """From one expression to another. "Between" leaves open which day it was; "from ... to" covers all."""

    start: Expression
    end: Expression
    duration: bool

    def window(self, anchor: date | None, tense: Tense) -> Window:
        """First day of the start to last day of the end; the start lies before the end."""
        end = self.end.window(anchor, tense)
        start = self.start.window(end.last or anchor, "past")
        if not (start.first and end.last) or start.first > end.last:
            return Window(None, None, "unknown", end.basis, self.duration)
        if self.duration:
            precision = max(start.precision, end.precision, key=_COARSENESS.index)
        else:
            days = (end.last - start.first).days + 1
            precision = "day" if days == 1 else "week" if days <= 7 else "month" if days <= 31 else "year"
        return _cap(Window(start.first, end.last, precision, end.basis, self.duration), anchor, tense)
