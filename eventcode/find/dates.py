"""Finds date expressions of newspapers in a sentence: weekdays, months, years, "two days ago", "since 2011", ranges.

The words are in ``lexicon/data/dates.yaml``; the grammar that joins them is here, one rule a kind of expression; what an
expression means on a given day is in :mod:`eventcode.find.date_meaning`. One prefilter pattern passes over sentences
without any such word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from eventcode.errors import LexiconError
from eventcode.find.date_meaning import (
    CalendarDate,
    Counted,
    Days,
    Decade,
    Distance,
    Expression,
    Feast,
    Known,
    Nearest,
    Period,
    Range,
    Rite,
    Season,
    Since,
    Stretch,
    Unit,
    Until,
    Weekday,
    Weekend,
    WeekOfMonth,
    Which,
)
from eventcode.model import DateValue
from eventcode.resources import lexicon_dir
from eventcode.values import quick, replace

Reference = Literal["publication", "act"]
Fields = Mapping[str, str | None]

_SINCE = re.compile(r"\b(?:ever\s+)?since\s+(?:at\s+least\s+)?(?:the\s+)?\Z", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|through|up\s+to)\s+(?:the\s+)?\Z", re.IGNORECASE)
_RANGE_OPEN = re.compile(r"\b(between|from)\s+(?:the\s+)?\Z", re.IGNORECASE)
_RANGE_LINK = re.compile(
    r"\s*(?:,?\s+(?:and|to|until|till|through)\s+(?:the\s+)?|\s?[-–—]\s?)\Z", re.IGNORECASE
)
# "two days after the truce of 3 June": what stands between the count and the date that it is counted from.
_COUNT_OPEN = re.compile(r"\b(?:after|before|into|of)\Z", re.IGNORECASE)
_COUNT_GAP = re.compile(r"\s(?:[^,;:()\"“”]|,\s+(?:which|that|who|when)\b){0,80}\Z", re.IGNORECASE)
_COUNT_ENDS = re.compile(r"\s*(?:\Z|[.,;:)]|(?:and|but|when|as|while|in|at|on|by|near)\b)", re.IGNORECASE)
_NEEDS_DATE = re.compile(r"\b(?:into|eve\s+of)\Z", re.IGNORECASE)
_ARTICLE = re.compile(r"\ban?\s\Z")
_LONGEST_BACKWARD = 120
_PRECISIONS = ("day", "week", "month", "year")
_WORD_START = re.compile(r"(?<!\w)[\w'’]")
_LONGEST_LEAD = 32
_BLANKS = re.compile(r"\s+")


@quick
@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression at ``text[start:end]`` of the sentence searched.

    ``reference`` "act": counted from the act told before ("two days later"), not from the day of publication.
    """

    start: int
    end: int
    text: str
    expression: Expression
    reference: Reference = "publication"

    def resolve(self, anchor: date | None, tense: Literal["past", "future"] = "past") -> DateValue:
        """The days meant.

        Args:
            anchor: publication date; for ``reference`` "act" the date of the act told before.
            tense: of the verb the expression belongs to; "Friday" looks back in the past tense, ahead in the future.

        Returns:
            ``first`` and ``last`` are None where the text needs an anchor and there is none.
        """
        found = self.expression.window(anchor, tense)
        span = "duration" if found.duration else "uncertain"
        return DateValue(found.first, found.last, span, found.precision, found.basis, self.text)


@dataclass(frozen=True)
class _Rule:
    """One kind of expression: a pattern with named groups, and what makes a meaning of them (None: no date after all)."""

    name: str
    source: str
    build: Callable[[Fields], tuple[Expression, Reference] | None]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when an expression of the kind first turns up: compiling takes longer than reading an article."""
        return re.compile(self.source)


@dataclass(frozen=True, slots=True)
class _Grammar:
    prefilter: re.Pattern[str]
    master: re.Pattern[str]
    rules: Mapping[str, _Rule]
    wary_months: frozenset[str]
    named_before: re.Pattern[str]
    before_date: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The contents of ``dates.yaml`` by small-letter word."""

    months: Mapping[str, int]
    short_months: Sequence[str]
    wary_months: frozenset[str]
    month_context: Sequence[str]
    weeks: Mapping[str, int]
    weekdays: Mapping[str, int]
    weekdays_alone: Sequence[str]
    day_times: Sequence[str]
    named_after: Sequence[str]
    named_before: Sequence[str]
    numbers: Mapping[str, tuple[int, int]]
    day_phrases: Mapping[str, tuple[int, int, Reference]]
    parts: Mapping[str, tuple[float, float]]
    units: Mapping[str, Unit]
    seasons: Mapping[str, int]
    holidays: Mapping[str, Sequence[tuple[int, int]]]
    feasts: Mapping[str, tuple[int, int, Rite]]
    no_holiday: Sequence[str]
    happenings: Sequence[str]
    known: Mapping[str, Known]


def _key(word: str) -> str:
    return _BLANKS.sub(" ", word.strip()).lower().replace("’", "'")


def _load(path: Path) -> _Words:
    """Read the words.

    Raises:
        LexiconError: the file cannot be read or has not the expected shape.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        return _words_of(data)
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LexiconError(f"{path}: not in the expected shape: {error!r}") from error


def _words_of(data: Mapping[str, Any]) -> _Words:
    months = {
        _key(word): number
        for number, month in enumerate(data["months"], 1)
        for word in [*month["names"], *month["short"]]
    }
    wary = {_key(word) for month in data["months"] if month.get("wary") == "yes" for word in month["names"]}
    weekdays = {
        _key(word): number
        for number, day in enumerate(data["weekdays"])
        for word in [day["name"], *day["short"]]
    }
    holidays: dict[str, list[tuple[int, int]]] = {}
    for row in data["holidays"]:
        for word in row["words"]:
            holidays.setdefault(_key(word), []).append((int(row["month"]), int(row["day"])))
    numbers = {_key(word): (int(value), int(value)) for word, value in data["numbers"].items()}
    numbers |= {_key(word): (int(low), int(high)) for word, (low, high) in data["vague_numbers"].items()}
    return _Words(
        months=months,
        short_months=[_key(word) for month in data["months"] for word in month["short"]],
        wary_months=frozenset(wary),
        month_context=data["month_context"],
        weeks={_key(word): int(number) for word, number in data["weeks"].items()},
        weekdays=weekdays,
        weekdays_alone=[word for day in data["weekdays"] for word in [day["name"], *day.get("alone", [])]],
        day_times=data["day_times"],
        named_after=data["named_after"],
        named_before=data["named_before"],
        numbers=numbers,
        day_phrases={
            _key(word): (
                int(row["from"]),
                int(row["to"]),
                cast(Reference, row.get("reference", "publication")),
            )
            for row in data["day_phrases"]
            for word in row["words"]
        },
        parts={
            _key(word): (float(row["from"]), float(row["to"]))
            for row in data["parts"]
            for word in row["words"]
        },
        units={_key(word): cast(Unit, unit) for unit, words in data["units"].items() for word in words},
        seasons={_key(word): int(month) for word, month in data["seasons"].items()},
        holidays=holidays,
        feasts={
            _key(word): (int(row["from"]), int(row["to"]), cast(Rite, row.get("rite", "western")))
            for row in data["feasts"]
            for word in row["words"]
        },
        no_holiday=data["no_holiday"],
        happenings=data["happenings"],
        known={
            _key(word): Known(date.fromisoformat(row["from"]), date.fromisoformat(row.get("to", row["from"])))
            for row in data["known"]
            for word in row["words"]
        },
    )


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, in small letters, the longest first; a blank stands for any blanks, a straight
    apostrophe for a curved one too.

    Built as a tree of shared beginnings: trying two hundred words one by one at each word of a text is ten times slower.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word.lower():
            node = node.setdefault(char, {})
        node[""] = {}
    return _branches(tree)


_CHARACTERS = {" ": r"\s+", "'": "['’]"}


def _branches(tree: Mapping[str, Any]) -> str:
    branches = [
        _CHARACTERS.get(char, re.escape(char)) + _branches(below)
        for char, below in sorted(tree.items())
        if char
    ]
    if not branches:
        return ""
    optional = "?" if "" in tree else ""
    if len(branches) == 1 and not optional:
        return branches[0]
    return f"(?:{'|'.join(branches)}){optional}"


_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:1[6-9]\d\d|20\d\d)"
_TO = r"\s?[-–—]\s?|\s+(?:to|and|until|till|through)\s+"
_NO_FIGURE = r"(?![\d%]|[.,:]\d|\s?(?:percent|per\s+cent)\b)"


class _Builder:
    """Makes the rules from the words."""

    def __init__(self, words: _Words) -> None:
        self.words = words
        month = rf"(?:(?:{_any(words.months)})\b|(?:{_any(words.short_months)})\.)"
        weekday = rf"(?:{_any(words.weekdays)})\b\.?"
        part = rf"(?:(?P<part>{_any(words.parts)})(?:\s+|(?<=-)))"
        year_suffix = r"(?:,?\s+(?:of\s+)?(?P<rel_year>this|last|next)\s+year\b)"
        year = rf"(?:(?:,\s*|\s+of\s+|\s+)(?P<year>{_YEAR})\b{_NO_FIGURE})"
        lead = rf"(?:{weekday},?\s+(?:the\s+)?\(?(?:morning\s+|night\s+)?)?"
        # A figure behind the month is its day or year, but not in "In March, 40 died".
        no_day = rf"(?!\.?\s+\d)(?!\.?,\s*{_YEAR}\b)"
        named = rf"(?!\s+(?:{_any(words.named_after)})\b)"
        self.number = rf"(?:\d{{1,3}}|{_any(words.numbers)})"
        unit = rf"(?:{_any(words.units)})\b"
        self.fragments: list[tuple[str, str, Callable[[Fields], tuple[Expression, Reference] | None]]] = [
            ("iso", r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b", self.iso),
            (
                "numeric",
                r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>(?:19|20)\d\d)\b(?![/.]\d)",
                self.numeric,
            ),
            ("known", rf"(?P<words>{_any(words.known)})(?!\w)", self.known),
            (
                "holiday",
                rf"(?:(?P<which>last|this|next)\s+)?(?P<words>{_any([*words.holidays, *words.feasts])})(?!\w)"
                rf"(?:,?\s+(?P<year>{_YEAR})\b|{year_suffix})?(?!\s+(?:{_any(words.no_holiday)})\b)",
                self.holiday,
            ),
            (
                "day_month",
                rf"{lead}(?:(?P<from>{_DAY}){_ORDINAL}(?P<link>{_TO})(?:the\s+)?)?(?P<day>{_DAY}){_ORDINAL}(?:\s+of\s+|\s+|-)"
                rf"(?P<month>{month})(?:{year}|{year_suffix})?(?!\s*\d){named}",
                self.day_and_month,
            ),
            (
                "month_day",
                rf"{lead}(?P<month>{month})\s+(?:the\s+)?(?:(?P<from>{_DAY}){_ORDINAL}(?P<link>{_TO}))?(?P<day>{_DAY}){_ORDINAL}\b"
                rf"(?![:.,]\d){_NO_FIGURE}(?:{year}|{year_suffix})?{named}",
                self.day_and_month,
            ),
            (
                "month_year",
                rf"{part}?(?P<which>last\s+|this\s+|next\s+)?(?P<month>{month})(?:{year}|{year_suffix}){named}",
                self.month,
            ),
            (
                "month_context",
                rf"(?:(?<=\s)|\b)(?:{part}|(?P<which>last|this|next)\s+)(?P<month>{month}){no_day}{named}",
                self.month,
            ),
            (
                "month_range",
                rf"(?:between|from)\s+(?P<first_month>{month})(?:\s+(?P<first_year>{_YEAR}))?(?P<link>{_TO})"
                rf"{part}?(?P<month>{month})(?!\.?\s+\d{{1,2}}\b){year}?",
                self.month_range,
            ),
            (
                "month_after",
                rf"(?P<context>{_any(words.month_context)})\s+(?P<month>{month}){no_day}{year_suffix}?{named}",
                self.month,
            ),
            (
                "month_alone",
                rf"(?P<bare_month>{_any(set(words.months) - words.wary_months - set(words.short_months))})\b{no_day}{named}",
                self.bare_month,
            ),
            (
                "week_of_month",
                rf"(?:the\s+)?(?P<week>{_any(words.weeks)})\s+week\s+(?:of|in)\s+(?P<month>{month})(?!\.?\s+\d{{1,2}}\b)(?:{year}|{year_suffix})?",
                self.week_of_month,
            ),
            ("decade", rf"{part}?(?:the\s+)?(?P<decade>(?:1[6-9]|20)\d0|['’][2-9]0)['’]?s\b", self.decade),
            (
                "season",
                rf"(?:(?P<which>last|this|next)\s+(?P<season>{_any(words.seasons)})\b(?!\s+of\s+[^\W\d])"
                rf"|(?P<season2>{_any(words.seasons)})\s+(?:of\s+)?(?P<year>{_YEAR})\b"
                rf"|(?<=\bin\s)(?:the\s+)?(?P<season3>{_any(words.seasons)})\b(?!\s+of\b)(?=\s*[,.;]|\s+(?:and|when|after|before)\b|\Z))",
                self.season,
            ),
            (
                "weekday_week",
                rf"(?:(?P<weekday>{weekday})\s+(?:of\s+)?(?P<which>last|this|next)\s+week"
                rf"|(?P<which2>last|this|next)\s+week\s+(?:on\s+)?(?P<weekday2>{weekday}))",
                self.weekday_in_week,
            ),
            (
                "weekday",
                rf"(?:(?P<which>last|this|next|past|(?:this\s+)?coming)\s+|(?:early|late)\s+(?:on\s+)?|overnight\s+(?:on\s+|into\s+)?)?"
                rf"(?P<weekday>{_any(words.weekdays_alone)})\b(?:\s+(?:{_any(words.day_times)})\b)?{named}",
                self.weekday,
            ),
            (
                "weekend",
                r"(?:(?P<which>last|this|next|past)\s+|(?:over|at|during|on)\s+the\s+(?:(?P<which2>past|last)\s+)?|the\s+)weekend\b",
                self.weekend,
            ),
            ("day", rf"(?P<words>{_any(words.day_phrases)})\b(?!\s+(?:of|between|from)\b)", self.day_phrase),
            (
                "distance",
                rf"(?P<number>{self.number})\s+(?P<unit>{unit})(?:\s+(?P<to_the>to\s+the\s+day))?"
                rf"\s+(?P<side>ago|earlier|before|previously|later|after|afterwards?)\b"
                rf"(?:\s+(?P<same>today|tonight|this\s+(?:day|morning|afternoon|evening|week|month))\b)?",
                self.distance,
            ),
            ("into", rf"(?P<number>{self.number})\s+(?P<unit>{unit})\s+(?P<side>into)\b", self.distance),
            ("eve", r"the\s+eve\s+of\b", self.eve),
            ("vague_ago", rf"(?P<unit>{unit})\s+(?P<side>ago|earlier|later)\b", self.distance),
            (
                "stretch",
                rf"(?:(?P<over>over|during|for|throughout|in|within)\s+)?(?:the\s+)?(?P<side>past|last|coming|next|recent)\s+"
                rf"(?:(?P<number>{self.number})\s+)?(?P<unit>days|weeks|months|years|hours|decades)\b",
                self.stretch,
            ),
            (
                "stretch_one",
                r"(?P<over>over|during|for|throughout|in|within)\s+the\s+(?P<side>past|last|coming|next)\s+(?P<unit>week|fortnight|month|year|decade|day)\b(?!\s+of\b)",
                self.stretch,
            ),
            (
                "period",
                rf"(?:(?P<earlier>earlier|later)\s+|{part})?(?P<which>last|this|next|past|previous|following)\s+(?P<unit>week|month|year|decade)\b(?!\s+of\b)"
                rf"(?!['’]s?\s+(?:[a-z]+\s+)?(?:later|earlier))",
                self.period,
            ),
            (
                "same_period",
                rf"(?:(?:earlier|later|early|late)\s+in\s+|{part})the\s+(?P<unit>week|month|year)\b(?!\s+of\b)",
                self.period,
            ),
            (
                "year",
                rf"(?:{part}(?P<year>{_YEAR})|(?=\d)(?:(?<=\bin\s)|(?<=\bsince\s)|(?<=\bof\s)|(?<=\bthe\s)|(?<=\buntil\s)|(?<=\bfrom\s)|(?<=\bduring\s)"
                rf"|(?<=\ba\s)|(?<=\ban\s)|(?<=\bhis\s)|(?<=\bher\s)|(?<=\bits\s)|(?<=\btheir\s)"
                rf"|(?<=\d\sto\s)|(?<=\d\sand\s)|(?<=\bbetween\s)|(?<=\bbefore\s)|(?<=\bafter\s)|(?<=\bby\s)|(?<=\bthrough\s)|(?<=\blate\s)|(?<=\byear\s)|(?<=\()|(?<=\d[-–])|(?<=['’]s\s))"
                rf"(?P<year2>{_YEAR})(?!-[a-z])|(?P<year3>{_YEAR})(?=\s+(?:[a-z]+\s+)?(?:{_any(words.happenings)})\b))\b{_NO_FIGURE}",
                self.year,
            ),
        ]

    def grammar(self) -> _Grammar:
        """The rules one by one, joined into one pattern, and the prefilter."""
        rules = {name: _Rule(name, pattern, build) for name, pattern, build in self.fragments}
        parts = [
            f"(?P<{name}>{re.sub(r'[(][?]P<[^>]+>', '(?:', pattern)})" for name, pattern, _ in self.fragments
        ]
        words = self.words
        cues = [
            *words.months, *words.weekdays_alone, *words.day_phrases, *words.holidays, *words.feasts, *words.units,
            *words.seasons, *words.known, "weekend", "eve of",
        ]  # fmt: skip
        return _Grammar(
            prefilter=re.compile(rf"(?<!\w)(?:{_any(cues)}|{_YEAR}s?)\b|\d0['’]?s\b"),
            master=re.compile(rf"(?<!\w)(?<!\d[.,])(?:{'|'.join(parts)})"),
            rules=rules,
            wary_months=words.wary_months,
            named_before=re.compile(rf"\b(?:{_any(words.named_before)})\s+\Z"),
            before_date=re.compile(rf"\b(?:{_any([*words.month_context, 'on'])})\s+(?:the\s+)?\Z"),
        )

    def _part(self, fields: Fields) -> tuple[float, float] | None:
        word = fields.get("part")
        return self.words.parts[_key(word)] if word else None

    def _month(self, fields: Fields) -> int:
        return self.words.months[_key(fields["month"] or "").rstrip(".")]

    def iso(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """2024-01-05"""
        year, month, day = (int(fields[name] or 0) for name in ("year", "month", "day"))
        return (CalendarDate(year, month, day), "publication") if month <= 12 else None

    def numeric(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """21/08/2013, 8.21.2013; not 03/04/2013, which countries read differently"""
        first, second, year = (int(fields[name] or 0) for name in ("first", "second", "year"))
        day, month = (first, second) if second <= 12 else (second, first)
        if not 1 <= month <= 12 or day > 31 or (first <= 12 and second <= 12 and first != second):
            return None
        return CalendarDate(year, month, day), "publication"

    def known(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """9/11, the Gulf War"""
        return self.words.known[_key(fields["words"] or "")], "publication"

    def holiday(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """Christmas Eve, Christmas 2014, Good Friday, last Easter"""
        words = _key(fields["words"] or "")
        which = cast(Which, fields["which"] or "")
        year, shift = _number(fields["year"]), _year_shift(fields)
        if words in self.words.feasts:
            begins, ends, rite = self.words.feasts[words]
            feast = Feast(year, which=which, year_shift=shift, begins=begins, ends=ends, rite=rite)
            return feast, "publication"
        days = tuple(
            CalendarDate(year, month, day, which=which, year_shift=shift)
            for month, day in self.words.holidays[words]
        )
        return days[0] if len(days) == 1 else Nearest(days), "publication"

    def day_and_month(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """3 January, Jan. 3, 2020, 3-5 May, May 3 to 5, January 3 last year"""
        end = CalendarDate(
            _number(fields["year"]),
            self._month(fields),
            _number(fields["day"]),
            year_shift=_year_shift(fields),
        )
        first_day = _number(fields["from"])
        if first_day is None or first_day >= (end.day or 0):
            return end, "publication"
        return Range(replace(end, day=first_day), end, duration=True), "publication"

    def month(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """January 2020, in March, late May, last August, March this year"""
        which = cast(Which, (fields.get("which") or "").strip().lower())
        found = CalendarDate(
            _number(fields.get("year")),
            self._month(fields),
            part=self._part(fields),
            which="" if fields.get("year") or which == "this" else which,
            year_shift=_year_shift(fields),
        )
        return found, "publication"

    def month_range(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """from March to June 2015, between January and March"""
        end = CalendarDate(_number(fields["year"]), self._month(fields), part=self._part(fields))
        first_month = self.words.months[_key(fields["first_month"] or "").rstrip(".")]
        start = _with_year_of(CalendarDate(_number(fields["first_year"]), first_month), end)
        return Range(start, end, _key(fields["link"] or "") != "and"), "publication"

    def week_of_month(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """the first week of March"""
        month = CalendarDate(_number(fields["year"]), self._month(fields), year_shift=_year_shift(fields))
        return WeekOfMonth(month, self.words.weeks[_key(fields["week"] or "")]), "publication"

    def bare_month(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """January's attack"""
        return CalendarDate(month=self.words.months[fields["bare_month"] or ""]), "publication"

    def decade(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """the 1990s, the early '80s"""
        figures = (fields["decade"] or "").strip("'’")
        year = int(figures) if len(figures) == 4 else 1900 + int(figures)
        return Decade(year, self._part(fields)), "publication"

    def season(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """last summer, winter of 2014, in the spring"""
        name = fields["season"] or fields["season2"] or fields["season3"] or ""
        which = cast(Which, (fields["which"] or "").lower())
        return Season(self.words.seasons[name.lower()], _number(fields["year"]), which), "publication"

    def weekday_in_week(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """Monday of last week, last week on Monday"""
        name = fields["weekday"] or fields["weekday2"] or ""
        week = {"last": -1, "this": 0, "next": 1}[(fields["which"] or fields["which2"] or "").lower()]
        return Weekday(self.words.weekdays[_key(name).rstrip(".")], week=week), "publication"

    def weekday(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """Monday, last Friday, late Sunday, Sunday night"""
        which = (fields["which"] or "").lower()
        number = self.words.weekdays[_key(fields["weekday"] or "")]
        if which == "this":
            return Weekday(number, week=0), "publication"
        if which.endswith("coming"):
            return Weekday(number, "next"), "publication"
        return Weekday(number, "" if which == "past" else cast(Which, which)), "publication"

    def weekend(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """over the weekend, last weekend"""
        which = (fields["which"] or fields["which2"] or "").lower()
        return Weekend(cast(Which, which) if which in ("last", "next") else ""), "publication"

    def day_phrase(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """today, overnight, the day before"""
        first, last, reference = self.words.day_phrases[_key(fields["words"] or "")]
        return Days(first, last), reference

    def distance(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """two days ago, several weeks later, months ago, five days into (a truce), ten years ago today"""
        unit = self.words.units[(fields["unit"] or "").lower()]
        plural = (fields["unit"] or "").lower().endswith("s")
        number = fields.get("number")
        if number is None and not plural:
            return None
        low, high = self._count(number) if number else (2, 7)
        side = (fields["side"] or "").lower()
        sign = -1 if side in ("ago", "earlier", "before", "previously") else 1
        return Distance(unit, low, high, sign, _same(fields)), "publication" if side == "ago" else "act"

    def eve(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """the eve of (the vote on 3 June)"""
        return Days(-1, -1), "act"

    def _count(self, word: str) -> tuple[int, int]:
        return (int(word), int(word)) if word.isdigit() else self.words.numbers[_key(word)]

    def stretch(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """in the past two weeks, in recent days, over the last month, in the coming days"""
        unit = self.words.units[(fields["unit"] or "").lower()]
        side = (fields["side"] or "").lower()
        number = fields.get("number")
        plural = (fields["unit"] or "").lower().endswith("s")
        if number is None and plural and side in ("last", "next", "past") and not fields["over"]:
            return None
        count = self._count(number)[1] if number else (6 if unit in ("day", "month") else 4) if plural else 1
        duration = (fields["over"] or "").lower() in ("for", "throughout")
        return Stretch(unit, count, 1 if side in ("coming", "next") else -1, duration), "publication"

    def period(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """last week, earlier this month, late last year, the following month, earlier in the year"""
        unit = cast(Unit, (fields["unit"] or "").lower())
        which = (fields.get("which") or "this").lower()
        shift = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "following": 1}[which]
        reference: Reference = "act" if which in ("previous", "following") else "publication"
        return Period(unit, shift, self._part(fields)), reference

    def year(self, fields: Fields) -> tuple[Expression, Reference] | None:
        """in 2019, early 2020, the 2015 attack"""
        return CalendarDate(
            _number(fields["year"] or fields["year2"] or fields["year3"]), part=self._part(fields)
        ), "publication"


def _number(figures: str | None) -> int | None:
    return int(figures) if figures else None


def _year_shift(fields: Fields) -> int | None:
    word = fields.get("rel_year")
    return {"last": -1, "this": 0, "next": 1}[word.lower()] if word else None


def _same(fields: Fields) -> Literal["", "day", "week", "month"]:
    """What an anniversary has in common with the day counted from: "ten years ago today", "... this month"."""
    if fields.get("to_the"):
        return "day"
    words = (fields.get("same") or "").split()
    if not words:
        return ""
    return "week" if words[-1] == "week" else "month" if words[-1] == "month" else "day"


@lru_cache(maxsize=4)
def _grammar(path: Path) -> _Grammar:
    return _Builder(_load(path)).grammar()


@lru_cache(maxsize=1)
def _packaged() -> Path:
    return lexicon_dir() / "dates.yaml"


def find_dates(text: str, words_file: Path | None = None) -> list[DateMention]:
    """Date expressions of a sentence, in order, without overlaps; the longest reading at each point.

    Args:
        text: a sentence; offsets of the mentions count in it.
        words_file: another ``dates.yaml``; default the packaged one.

    Raises:
        LexiconError: the words file cannot be used.
    """
    grammar = _grammar(words_file or _packaged())
    low = _small(text)
    found: list[DateMention] = []
    position = 0
    for cue in grammar.prefilter.finditer(low):
        if cue.start() < position:
            continue
        mention = _near(text, low, max(position, cue.start() - _LONGEST_LEAD), cue.end(), grammar)
        if mention is not None:
            found.append(mention)
            position = mention.end
    return _joined(text, found)


def _small(text: str) -> str:
    """The text in small letters, character by character where that would change its length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def _near(text: str, low: str, begin: int, end: int, grammar: _Grammar) -> DateMention | None:
    """The first mention that begins between two offsets: before a cue by so much as it can, or at the cue."""
    for word in _WORD_START.finditer(low, begin, end):
        match = grammar.master.match(low, word.start())
        mention = _mention(text, low, match, grammar) if match is not None else None
        if mention is not None:
            return mention
    return None


def _mention(text: str, low: str, match: re.Match[str], grammar: _Grammar) -> DateMention | None:
    rule = grammar.rules[match.lastgroup or ""]
    detail = rule.pattern.match(low, match.start())
    if detail is None:
        return None
    fields = detail.groupdict()
    start, end = detail.start("month") if fields.get("context") else detail.start(), detail.end()
    if _is_other_word(text, low, detail, fields, grammar):
        return None
    built = rule.build(fields)
    if built is None:
        return None
    if isinstance(built[0], Range) and fields.get("from"):
        opening = _RANGE_OPEN.search(text[:start])
        start = opening.start() if opening else start
        # "between 3 and 5 May" is one of the days, "on 3 and 4 May" both.
        between = opening is not None and opening.group(1).lower() == "between"
        built = replace(built[0], duration=not between), built[1]
    if "(" in text[start:end] and text[end : end + 1] == ")":
        end += 1
    return DateMention(start, end, text[start:end], *built)


def _is_other_word(text: str, low: str, detail: re.Match[str], fields: Fields, grammar: _Grammar) -> bool:
    """Whether a date's word is more likely something else: "20 may die", "Bloody Sunday", "the 2000 soldiers"."""
    if fields.get("weekday") and not fields.get("which"):
        return grammar.named_before.search(low[: detail.start()]) is not None
    if fields.get("bare_month"):
        return text[detail.start("bare_month")].islower() and not text.islower()
    if fields.get("year2") or fields.get("year3"):
        if fields.get("year2") and _ARTICLE.search(low[max(0, detail.start() - 3) : detail.start()]):
            # "a 1998 Toyota"
            return not _small_word_follows(text, detail.end())
        return int(detail.group(detail.lastgroup or 0)) % 50 == 0 and _small_word_follows(text, detail.end())
    month = fields.get("month")
    if not month or fields.get("year") or month not in grammar.wary_months:
        return False
    if text[detail.start("month") : detail.end("month")].istitle():
        return False
    if not (text.islower() or text.isupper()):
        return True
    return not fields.get("context") and grammar.before_date.search(low[: detail.start()]) is None


def _small_word_follows(text: str, end: int) -> bool:
    return re.match(r"\s+[a-z]", text[end:]) is not None


def _joined(text: str, found: Sequence[DateMention]) -> list[DateMention]:
    """Mentions with "since", "until", "from ... to" and "between ... and" around them taken in."""
    joined: list[DateMention] = []
    index = 0
    while index < len(found):
        mention = found[index]
        following = found[index + 1] if index + 1 < len(found) else None
        ranged = _range(text, mention, following) if following else None
        if ranged is not None:
            joined.append(ranged)
            index += 2
            continue
        joined.append(_opened(text, mention))
        index += 1
    return _counted(text, joined)


def _counted(text: str, found: Sequence[DateMention]) -> list[DateMention]:
    """Counts such as "two days after", "the following day" tied to the date of the sentence that they start from."""
    counted: list[DateMention] = []
    for index, mention in enumerate(found):
        if mention.reference == "act" and not isinstance(mention.expression, Since | Until | Range):
            following = found[index + 1] if index + 1 < len(found) else None
            base = _base(text, mention, counted[-1] if counted else None, following)
            if base is not None:
                expression = Counted(base.expression, mention.expression)
                mention = replace(mention, expression=expression, reference="publication")
            elif _NEEDS_DATE.search(mention.text) or _dates_another(text, mention, counted):
                continue
        counted.append(mention)
    return counted


def _base(
    text: str, count: DateMention, before: DateMention | None, following: DateMention | None
) -> DateMention | None:
    """The date that a count starts from: one inside what stands behind "after", else one told before it."""
    rest = text[count.end :]
    if _COUNT_OPEN.search(count.text) and not _COUNT_ENDS.match(rest):
        near = following is not None and _COUNT_GAP.match(text[count.end : following.start]) is not None
        return following if near and following is not None and _can_start(following, count) else None
    near = before is not None and count.start - before.end <= _LONGEST_BACKWARD
    return before if near and before is not None and _can_start(before, count) else None


def _dates_another(text: str, count: DateMention, before: Sequence[DateMention]) -> bool:
    """ "on Monday, two days after his release": the act has its day already, and the count dates what stands behind it."""
    if not before or not _COUNT_OPEN.search(count.text) or _COUNT_ENDS.match(text[count.end :]):
        return False
    return not text[before[-1].end : count.start].strip(" ,")


def _can_start(base: DateMention, count: DateMention) -> bool:
    """A base as fine as the count, told by itself."""
    if base.reference == "act" or isinstance(base.expression, Since | Until | Range):
        return False
    precisions = [m.expression.window(None, "past").precision for m in (base, count)]
    if not all(precision in _PRECISIONS for precision in precisions):
        return False
    return _PRECISIONS.index(precisions[0]) <= _PRECISIONS.index(precisions[1])


def _range(text: str, first: DateMention, last: DateMention) -> DateMention | None:
    link = _RANGE_LINK.match(text[first.end : last.start])
    opening = _RANGE_OPEN.search(text[: first.start])
    if link is None:
        return None
    dashed = link.group().strip() in ("-", "–", "—")
    both_calendar = isinstance(first.expression, CalendarDate) and isinstance(last.expression, CalendarDate)
    if opening is None and not (both_calendar and (dashed or _whole_months(first, last, link.group()))):
        return None
    start_expression = first.expression
    if isinstance(start_expression, CalendarDate) and isinstance(last.expression, CalendarDate):
        if start_expression.year is not None and last.expression.year is None:
            return None
        start_expression = _with_year_of(start_expression, last.expression)
    duration = opening is None or opening.group(1).lower() == "from"
    start = opening.start() if opening else first.start
    return DateMention(
        start,
        last.end,
        text[start : last.end],
        Range(start_expression, last.expression, duration),
        last.reference,
    )


def _whole_months(first: DateMention, last: DateMention, link: str) -> bool:
    """March 2011 to April 2012"""
    return link.strip().lower() in ("to", "until", "through") and all(
        isinstance(m.expression, CalendarDate) and m.expression.month and m.expression.year
        for m in (first, last)
    )


def _with_year_of(start: CalendarDate, end: CalendarDate) -> CalendarDate:
    """The start of "from November to March 2015", which lies before its end: in 2014."""
    if start.year is not None or end.year is None:
        return start
    later = (start.month or 1, start.day or 1) > (end.month or 12, end.day or 31)
    return replace(start, year=end.year - later)


def _opened(text: str, mention: DateMention) -> DateMention:
    before = text[: mention.start]
    for pattern, make in ((_SINCE, Since), (_UNTIL, Until)):
        opening = pattern.search(before)
        if opening is not None:
            start = opening.start()
            expression: Expression = make(mention.expression)
            return replace(mention, start=start, text=text[start : mention.end], expression=expression)
    return mention
