"""What must hold in UCDP GED's layout beyond its cells, by the GED codebook (ucdp.uu.se, versions 20.1 to 26.1).

Codes are told in ``data/finding_codes.csv``. Published files break some rules in a few rows: those are doubts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.errors import SchemaError
from eventcode.layouts.countries import by_gw, countries
from eventcode.resources import csv_rows
from eventcode.tables.checks_places import check_near, check_pair
from eventcode.tables.views import Check, Failure, View, any_of, follows, judged, said, text_of

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
GOVERNMENT = "Government of "
CIVILIANS = "Civilians"
DEATHS = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
AT_SEA = 7
# Days from first to last, both counted, that a precision of the date allows at most.
LONGEST = {1: 1, 2: 6, 3: 7, 4: 31}
# Half a degree; rows of 720 cells, counted from the south-west corner.
CELLS, ROWS, COLUMNS = 2, 360, 720
POINT = r"^POINT ?\((?P<lon>[-+0-9.eE]+) (?P<lat>[-+0-9.eE]+)\)$"
# Published points have six decimals.
POINT_TOLERANCE = 1e-5
REGIONS = Path(__file__).resolve().parent / "data" / "ged_regions.csv"


def check_deaths(view: View) -> Iterator[Failure]:
    """The best estimate is the sum of the four columns; low, best and high are in order; somebody died."""
    if view.has("best", *DEATHS):
        total = reduce(pc.add, [view[name] for name in DEATHS])
        yield follows("best_sum", view, "best", total, *DEATHS)
    told = ("low", "best", "high")
    if view.has(*told):
        low, best, high = (view[name] for name in told)
        wrong = any_of(pc.greater(low, best), pc.greater(best, high))
        yield Failure("low_best_high", "best", wrong, "low <= best <= high", told)
        none = pc.equal(pc.max_element_wise(low, best, high), 0)
        yield Failure("no_deaths", "high", none, "1 or more", ("high", "best", "low"))


def check_dates(view: View) -> Iterator[Failure]:
    """First and last day are in order, in one year, and as far apart as their precision says."""
    days = ("date_start", "date_end")
    if not view.has(*days):
        return
    start, end = (view[name] for name in days)
    yield Failure("dates", "date_end", pc.less(end, start), "date_start or later", ("date_end", "date_start"))
    if view.has("year"):
        yield follows("year", view, "year", pc.year(start), "date_start")
        spans = pc.and_(pc.equal(pc.year(start), view["year"]), pc.greater(pc.year(end), view["year"]))
        expected = "a day of the same year: an event that lasts longer is cut"
        yield Failure("year", "date_end", spans, expected, ("date_end", "year"), ("date_start",))
    if view.has("date_prec"):
        length = pc.add(pc.subtract(end.cast(pa.int32()), start.cast(pa.int32())), 1)
        numbers = pa.array(LONGEST, pa.int64())
        longest = pa.array(LONGEST.values(), pa.int32()).take(
            pc.index_in(view["date_prec"].cast(pa.int64()), numbers)
        )
        wrong = pc.greater(length, longest)
        expected = said(wrong, lambda: pc.binary_join_element_wise("at most", text_of(longest), "days", " "))
        yield Failure("date_prec", "date_prec", wrong, expected, ("date_prec", *days))


def check_sides(view: View) -> Iterator[Failure]:
    """Who can fight whom: a government and a group, two groups, or somebody and civilians."""

    def wrong_a(side_a: str | None, kind: int | None) -> str | None:
        state = (side_a or "").startswith(GOVERNMENT)
        if side_a is None or ((kind == STATE_BASED) <= state and (kind == NON_STATE) <= (not state)):
            return None
        return f"a side that begins with {GOVERNMENT!r}" if kind == STATE_BASED else "no government"

    def wrong_b(side_b: str | None, kind: int | None) -> str | None:
        if side_b is None or kind is None:
            return None
        if kind == ONE_SIDED:
            return None if side_b == CIVILIANS else CIVILIANS
        if side_b == CIVILIANS:
            return f"no {CIVILIANS}"
        return "no government" if kind == NON_STATE and side_b.startswith(GOVERNMENT) else None

    def wrong_number(number: str | None, side: str | None) -> str | None:
        if side is None or (number is not None) == side.startswith(GOVERNMENT):
            return None
        return "a number just where the side is a government"

    for side, wrong in (("side_a", wrong_a), ("side_b", wrong_b)):
        if view.has(side, "type_of_violence"):
            yield from judged("violence_sides", view, (side, "type_of_violence"), wrong)
    for number, side in (("gwnoa", "side_a"), ("gwnob", "side_b")):
        if view.has(number, side):
            yield from judged("side_number", view, (number, side), wrong_number)
    if view.has("dyad_name", "side_a", "side_b"):
        both = pc.binary_join_element_wise(view["side_a"], view["side_b"], " - ")
        differ = pc.not_equal(view["dyad_name"], both)
        yield Failure("dyad_name", "dyad_name", differ, text_of(both), ("dyad_name",), ("side_a", "side_b"))


def check_place(view: View) -> Iterator[Failure]:
    """The point is told three times: in degrees, as text and as a cell of PRIO-GRID; and it lies near the country."""
    yield from check_pair(view, "latitude", "longitude")
    if not view.has("latitude", "longitude"):
        return
    latitude, longitude = view["latitude"], view["longitude"]
    both = ("latitude", "longitude")
    if view.has("priogrid_gid"):
        inside = pc.and_(pc.less_equal(pc.abs(latitude), 90.0), pc.less_equal(pc.abs(longitude), 180.0))
        known = pc.fill_null(inside, latitude.is_null())
        yield follows("priogrid", view, "priogrid_gid", priogrid(latitude, longitude), *both, known=known)
    if view.has("geom_wkt"):
        point = pc.extract_regex(view["geom_wkt"], POINT)
        told = [pc.struct_field(point, name) for name in ("lat", "lon")]
        lat, lon = (pc.cast(_readable(text), pa.float64()) for text in told)
        off = any_of(
            pc.greater(pc.abs(pc.subtract(lat, latitude)), POINT_TOLERANCE),
            pc.greater(pc.abs(pc.subtract(lon, longitude)), POINT_TOLERANCE),
            pc.and_(view["geom_wkt"].is_valid(), any_of(lat.is_null(), lon.is_null(), latitude.is_null())),
        )
        expected = said(off, lambda: _point(latitude, longitude))
        yield Failure("geom_wkt", "geom_wkt", off, expected, ("geom_wkt",), both)
    if view.has("country_id", "where_prec"):
        yield from check_near(view, *both, ("country_id", "where_prec"), _iso3)


def priogrid(latitude: pa.Array, longitude: pa.Array) -> pa.Array:
    """PRIO-GRID cells (Tollefsen et al. 2012): half a degree wide, counted east, then north, from 1 in the south-west corner.

    Latitude and longitude in degrees, WGS84; the north pole and the 180th meridian belong to the last row and column.
    """
    row, column = (
        pc.min_element_wise(
            pc.add(pc.cast(pc.floor(pc.multiply(pc.add(values, half), float(CELLS))), pa.int64()), 1),
            pa.scalar(last, pa.int64()),
            skip_nulls=False,
        )
        for values, half, last in ((latitude, 90.0, ROWS), (longitude, 180.0, COLUMNS))
    )
    return pc.add(pc.multiply(pc.subtract(row, 1), COLUMNS), column)


def _point(latitude: pa.Array, longitude: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise("POINT (", text_of(longitude), " ", text_of(latitude), ")", "")


def _readable(texts: pa.Array) -> pa.Array:
    """Texts that are numbers; null for others."""
    fits = pc.match_substring_regex(texts, r"^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$")
    return pc.if_else(fits, texts, pa.scalar(None, pa.string()))


def _iso3(number: int | None, precision: int | None) -> str | None:
    """Country of a Gleditsch-Ward number; what happened at sea lies near none."""
    found = by_gw().get(number) if number is not None and precision != AT_SEA else None
    return found.iso3 if found is not None else None


@cache
def _numbers() -> dict[str, frozenset[int]]:
    """Numbers of the countries of a name; UCDP follows Gleditsch-Ward, and the Correlates of War where they differ."""
    found: dict[str, set[int]] = {}
    for country in countries().values():
        for name in (country.name, *country.aliases):
            numbers = {number for number in (country.gw, country.cow) if number is not None}
            found.setdefault(name.casefold(), set()).update(numbers)
    return {name: frozenset(numbers) for name, numbers in found.items()}


@cache
def regions(path: Path = REGIONS) -> Sequence[tuple[str, int, int]]:
    """UCDP's regions: name, first and last number of their countries. Raises SchemaError where the file cannot be read."""
    return csv_rows(path, lambda row: (row["region"], int(row["first"]), int(row["last"])), SchemaError)


def check_country(view: View) -> Iterator[Failure]:
    """Name and number are one country's, and the region is the number's. A name that is not known is passed over."""

    def wrong_number(number: int | None, name: str | None) -> str | None:
        known = _numbers().get((name or "").split(" (")[0].casefold(), frozenset())
        return (
            None if number is None or not known or number in known else " or ".join(map(str, sorted(known)))
        )

    def wrong_region(region: str | None, number: int | None) -> str | None:
        expected = [name for name, first, last in regions() if number is not None and first <= number <= last]
        return None if region is None or not expected or region in expected else expected[0]

    if view.has("country_id", "country"):
        yield from judged("country_number", view, ("country_id", "country"), wrong_number)
    if view.has("region", "country_id"):
        yield from judged("region", view, ("region", "country_id"), wrong_region)


GED: tuple[Check, ...] = (check_deaths, check_dates, check_sides, check_place, check_country)
