"""What must hold in the layouts of other CAMEO coders beyond their cells: GDELT 1.0 and 2.0, ICEWS and Phoenix.

Each has its own grouping of codes into classes, and its own Goldstein scores. Codes are told in ``data/finding_codes.csv``.
Sources: GDELT Data Format Codebook 1.03 and Event Codebook 2.0; github.com/andybega/icews;
github.com/openeventdata/phoenix_pipeline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

import eventcode.layouts
from eventcode.layouts.actor_codes import iso3_of, read_code
from eventcode.layouts.cameo_scales import scales
from eventcode.layouts.countries import countries, of_name
from eventcode.ontologies.codes import cameo_codes
from eventcode.resources import csv_rows
from eventcode.tables.checks_places import check_near, check_pair
from eventcode.tables.views import Check, Failure, View, any_of, follows, judged, text_of

TOLERANCE = 1e-6
# GDELT writes four decimals; its codebook and its files count months from 1 and from 0.
FRACTION_TOLERANCE = 1e-3
DAYS_OF_MONTH, DAYS_OF_YEAR = 30, 365
# Where Phoenix has no actor.
NOBODY = "---"
KNOWN_KINDS = frozenset({"IGO", "NGO", "IMG", "MNC"})
# Ethnic group and religion may come from elsewhere than the code.
GDELT_PARTS = ("CountryCode", "KnownGroupCode", "Type1Code", "Type2Code", "Type3Code")
_DATA = Path(eventcode.layouts.__file__).resolve().parent / "data"

Scores = Callable[[str], tuple[float | None, ...]]


# --- codes -------------------------------------------------------------------------------------------------------


def check_code(view: View, code: str) -> Iterator[Failure]:
    """The code exists."""

    def wrong(found: str | None) -> str | None:
        return None if found is None or found in cameo_codes() else "a code of CAMEO 1.1b3"

    if view.has(code):
        yield from judged("cameo_code", view, (code,), wrong)


def check_part(view: View, finding: str, column: str, code: str, digits: int) -> Iterator[Failure]:
    """A root or base is the beginning of the code."""

    def wrong(part: str | None, whole: str | None) -> str | None:
        return None if part is None or whole is None or part == whole[:digits] else whole[:digits]

    if view.has(column, code):
        yield from judged(finding, view, (column, code), wrong)


def check_class(view: View, column: str, code: str, quad: Callable[[str], int]) -> Iterator[Failure]:
    """The class follows from the code, by the dataset's own grouping."""

    def wrong(found: int | None, told: str | None) -> str | None:
        if found is None or told is None or told not in scales():
            return None
        return None if quad(told) == found else str(quad(told))

    if view.has(column, code):
        yield from judged("cameo_quad", view, (column, code), wrong)


def check_score(view: View, column: str, code: str, scores: Scores) -> Iterator[Failure]:
    """The Goldstein score follows from the code. A code without a score may have any, or none."""

    def wrong(found: float | None, told: str | None) -> str | None:
        if told is None or told not in scales():
            return None
        known = [score for score in scores(told) if score is not None]
        if not known or (found is not None and any(abs(found - score) <= TOLERANCE for score in known)):
            return None
        return f"{known[0]:g}"

    if view.has(column, code):
        yield from judged("cameo_goldstein", view, (column, code), wrong)


# --- countries ---------------------------------------------------------------------------------------------------


def _rows(name: str) -> list[dict[str, str]]:
    return csv_rows(_DATA / name, dict)


@cache
def _fips() -> Mapping[str, str]:
    """ISO alpha-3 codes by the country codes of FIPS 10-4, which GDELT has for places."""
    return {row["fips"]: row["iso3"] for row in _rows("gdelt_fips.csv")}


@cache
def _names() -> Mapping[str, str]:
    """ISO alpha-3 codes by names of countries that ICEWS has and others do not."""
    return {
        name.casefold(): row["iso3"]
        for row in _rows("icews_countries.csv")
        for name in (row["name"], *row["other_names"].split(";"))
        if name
    }


def _iso3_of_name(name: str | None) -> str | None:
    if name is None:
        return None
    found = of_name(name)
    return _names().get(name.casefold()) or (found.iso3 if found is not None else None)


def check_known(view: View, column: str, known: Callable[[str], bool], expected: str) -> Iterator[Failure]:
    """``unknown_country``: a country that is in no list of ours."""

    def wrong(found: str | None) -> str | None:
        return None if found is None or known(found) else expected

    if view.has(column):
        yield from judged("unknown_country", view, (column,), wrong)


def _is_place(code: str) -> bool:
    return read_code(code).place is not None


# --- GDELT -------------------------------------------------------------------------------------------------------


def check_gdelt_codes(view: View) -> Iterator[Failure]:
    """Root, base, class and score of the event's code."""
    code = "EventCode"
    yield from check_code(view, code)
    yield from check_part(view, "cameo_root", "EventRootCode", code, 2)
    yield from check_part(view, "cameo_base", "EventBaseCode", code, 3)
    yield from check_class(view, "QuadClass", code, lambda told: scales()[told].gdelt_quad)
    yield from check_score(view, "GoldsteinScale", code, lambda told: (scales()[told].gdelt_goldstein,))


def check_gdelt_dates(view: View) -> Iterator[Failure]:
    """Month, year and fraction are the day's; an event lies before the day on which it was added."""
    if not view.has("SQLDATE"):
        return
    day = view["SQLDATE"]
    year, month, of_month = (part(day) for part in (pc.year, pc.month, pc.day))
    together = pc.add(pc.multiply(year, 100), month)
    for column, expected in (("MonthYear", together), ("Year", year)):
        if view.has(column):
            yield follows("date_parts", view, column, expected, "SQLDATE")
    if view.has("FractionDate"):
        counted = [
            pc.add(year, pc.divide(pc.add(pc.multiply(months, DAYS_OF_MONTH), of_month), float(DAYS_OF_YEAR)))
            for months in (month, pc.subtract(month, 1))
        ]
        off = [
            pc.greater(pc.abs(pc.subtract(view["FractionDate"], one)), FRACTION_TOLERANCE) for one in counted
        ]
        shown = ("FractionDate", "SQLDATE")
        yield Failure("date_parts", "FractionDate", pc.and_(*off), text_of(pc.round(counted[0], 4)), shown)
    if view.has("DATEADDED"):
        added, when = view["DATEADDED"], day
        if pa.types.is_integer(added.type):  # 2.0: YYYYMMDDHHMMSS
            added, when = pc.divide(added, 1_000_000), pc.add(pc.multiply(together, 100), of_month)
        later = pc.greater(when, added)
        shown = ("SQLDATE", "DATEADDED")
        yield Failure("date_added", "SQLDATE", later, "the day of DATEADDED or earlier", shown)


def check_gdelt_actors(view: View) -> Iterator[Failure]:
    """What an actor's columns tell is in its code; its country is known."""

    def wrong(part: str | None, code: str | None) -> str | None:
        return (
            None
            if part is None or part.casefold() in (code or "").casefold()
            else "a part of the actor's code"
        )

    for side in ("Actor1", "Actor2"):
        for part in GDELT_PARTS:
            if view.has(f"{side}{part}", f"{side}Code"):
                yield from judged("actor_parts", view, (f"{side}{part}", f"{side}Code"), wrong)
        yield from check_known(view, f"{side}CountryCode", _is_place, "a country or region of CAMEO")


def check_gdelt_places(view: View) -> Iterator[Failure]:
    """Points of actors and event: both coordinates, near their country, whose code begins that of the division."""

    def wrong(division: str | None, country: str | None) -> str | None:
        return None if division is None or division.startswith(country or "") else f"{country} and more"

    for place in ("Actor1Geo", "Actor2Geo", "ActionGeo"):
        country, point = f"{place}_CountryCode", (f"{place}_Lat", f"{place}_Long")
        yield from check_known(view, country, lambda code: code in _fips(), "a country of FIPS 10-4")
        if view.has(f"{place}_ADM1Code", country):
            yield from judged("adm1", view, (f"{place}_ADM1Code", country), wrong)
        yield from check_pair(view, *point)
        yield from check_near(view, *point, (country,), lambda code: _fips().get(code or ""))


# --- ICEWS -------------------------------------------------------------------------------------------------------


def check_icews_codes(view: View) -> Iterator[Failure]:
    """Score and text of the event's code."""

    def wrong(text: str | None, code: str | None) -> str | None:
        known = cameo_codes().get(code or "")
        same = text is None or known is None or text.casefold() == known.label.casefold()
        return None if same or known is None else known.label

    code = "CAMEO Code"
    yield from check_code(view, code)
    yield from check_score(view, "Intensity", code, lambda told: (cameo_codes()[told].goldstein,))
    if view.has("Event Text", code):
        yield from judged("event_text", view, ("Event Text", code), wrong)


def check_icews_date(view: View) -> Iterator[Failure]:
    """The day is one of the calendar, as YYYY-MM-DD or M/D/YYYY."""

    def wrong(text: str | None) -> str | None:
        if text is None:
            return None
        month, _, rest = text.partition("/")
        try:
            if rest:
                day, _, year = rest.partition("/")
                dt.date(int(year), int(month), int(day))
            else:
                dt.date.fromisoformat(text)
        except ValueError:
            return "a day of the calendar"
        return None

    if view.has("Event Date"):
        yield from judged("dates", view, ("Event Date",), wrong)


def check_icews_places(view: View) -> Iterator[Failure]:
    """Both coordinates, near the country; countries are known."""
    for column in ("Source Country", "Target Country", "Country"):
        yield from check_known(view, column, lambda name: _iso3_of_name(name) is not None, "a country")
    yield from check_pair(view, "Latitude", "Longitude")
    yield from check_near(view, "Latitude", "Longitude", ("Country",), _iso3_of_name)


# --- Phoenix -----------------------------------------------------------------------------------------------------


def check_phoenix_codes(view: View) -> Iterator[Failure]:
    """Root, class and score of the event's code: the score may be the root's."""

    def scores(code: str) -> tuple[float | None, ...]:
        known = cameo_codes()[code]
        return (
            scales()[code].phoenix_goldstein,
            known.goldstein,
            scales()[code].gdelt_goldstein,
            cameo_codes()[known.root].goldstein,
        )

    code = "EventCode"
    yield from check_code(view, code)
    yield from check_part(view, "cameo_root", "EventRootCode", code, 2)
    yield from check_class(view, "PentaClass", code, lambda told: scales()[told].penta)
    yield from check_score(view, "GoldsteinScore", code, scores)


def check_phoenix_date(view: View) -> Iterator[Failure]:
    """Year, month and day are the date's."""
    for column, form in (("Year", "%Y"), ("Month", "%m"), ("Day", "%d")):
        if view.has(column, "Date"):
            yield from judged("date_parts", view, (column, "Date"), _differs(form))


def _differs(form: str) -> Callable[[str | None, dt.date | None], str | None]:
    def wrong(part: str | None, day: dt.date | None) -> str | None:
        expected = (
            {"%Y": f"{day.year:04d}", "%m": f"{day.month:02d}", "%d": f"{day.day:02d}"}[form] if day else None
        )
        return None if part is None or expected is None or part == expected else expected

    return wrong


def check_phoenix_actors(view: View) -> Iterator[Failure]:
    """Entity, role and attributes are parts of the actor's whole code."""

    def wrong(parts: str | None, code: str | None) -> str | None:
        whole = code or NOBODY
        lost = [part for part in (parts or "").split(";") if part and part not in whole]
        return "parts of the actor's code" if lost else None

    for side in ("SourceActor", "TargetActor"):
        for part in ("Entity", "Role", "Attribute"):
            if view.has(f"{side}{part}", f"{side}Full"):
                yield from judged("actor_parts", view, (f"{side}{part}", f"{side}Full"), wrong)
        yield from check_known(
            view,
            f"{side}Entity",
            lambda code: code in KNOWN_KINDS or _is_place(code),
            "a country or region of CAMEO",
        )
    if view.has("SourceActorFull", "TargetActorFull"):
        names = ("SourceActorFull", "TargetActorFull")
        empty: Sequence[pa.Array] = [
            any_of(view[name].is_null(), pc.equal(view[name], NOBODY)) for name in names
        ]
        yield Failure("actors", names[0], pc.and_(*empty), "a source or a target", names)


def check_phoenix_place(view: View) -> Iterator[Failure]:
    """Both coordinates, near the country."""
    yield from check_known(view, "CountryCode", lambda code: _iso3_of_code(code) is not None, "a country")
    yield from check_pair(view, "Lat", "Lon")
    yield from check_near(view, "Lat", "Lon", ("CountryCode",), _iso3_of_code)


def _iso3_of_code(code: str | None) -> str | None:
    """Of ISO alpha-3, or of CAMEO where it differs; two letters are ISO alpha-2."""
    if code is None:
        return None
    return iso3_of(code) if len(code) == 3 else _by_alpha_2().get(code)


@cache
def _by_alpha_2() -> Mapping[str, str]:
    import pycountry

    known = countries()
    return {one.alpha_2: one.alpha_3 for one in pycountry.countries if one.alpha_3 in known}


GDELT: tuple[Check, ...] = (check_gdelt_codes, check_gdelt_dates, check_gdelt_actors, check_gdelt_places)
ICEWS: tuple[Check, ...] = (check_icews_codes, check_icews_date, check_icews_places)
PHOENIX: tuple[Check, ...] = (
    check_phoenix_codes,
    check_phoenix_date,
    check_phoenix_actors,
    check_phoenix_place,
)
