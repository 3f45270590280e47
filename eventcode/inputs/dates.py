"""Publication dates as newspapers, crawlers and databases write them."""

from __future__ import annotations

import datetime as dt
import re

from dateutil.parser import parserinfo

_MONTHS = parserinfo()
_TIME = r"(?:[\sT,]+(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[A-Z]{2,5}|(?:GMT|UTC)?\s*[+-]\d{2}:?\d{2})?)?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Thur|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_ISO = re.compile(rf"(\d{{4}})([-/.]?)(\d{{2}})\2(\d{{2}}){_TIME}\Z", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s./-]*([A-Za-z]{{3,9}})\.?,?[\s./-]*(\d{{4}}){_TIME}\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([A-Za-z]{{3,9}})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}\Z", re.IGNORECASE
)
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}\Z", re.IGNORECASE)
# Inside a line: "Friday, January 5, 2024 Late Edition", "05 Jan 2024: A4".
_NAMED_WITHIN = re.compile(
    r"\b([A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})\b"
)
_LONGEST = 100


def read_date(text: str) -> dt.date | None:
    """A publication date that is written alone; None when it cannot be read safely.

    ISO dates and times ("2024-01-05T10:00:00Z", "20240105"), "3 January 2024", "Jan. 5, 2024", "Fri, 05 Jan 2024 10:00
    GMT". The day is taken as written: no time zone moves it. "03/04/2024" has two meanings and is not read; "25/04/2024"
    has one and is. Years have four figures.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if match := _ISO.match(text):
        return _date(match[1], match[3], match[4])
    if match := _DAY_FIRST.match(text):
        return _named_month(match[1], match[2], match[3])
    if match := _MONTH_FIRST.match(text):
        return _named_month(match[2], match[1], match[3])
    if match := _NUMERIC.match(text):
        first, second = int(match[1]), int(match[3])
        if first == second or second > 12:
            return _date(match[4], match[1], match[3])
        return _date(match[4], match[3], match[1]) if first > 12 else None
    return None


def date_within(line: str) -> dt.date | None:
    """The first date with a month's name that stands in a line of at most 200 characters; None where there is none."""
    if len(line) > 2 * _LONGEST:
        return None
    for match in _NAMED_WITHIN.finditer(line):
        found = read_date(match[1])
        if found is not None:
            return found
    return None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day)) if int(year) >= 1000 else None
    except ValueError:
        return None


def _named_month(day: str, month: str, year: str) -> dt.date | None:
    number = _MONTHS.month(month)
    return None if number is None else _date(year, str(number), day)
