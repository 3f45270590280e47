"""UCDP GED's layout: incidents of organised violence that killed; and its files as incidents of ours.

Source: UCDP GED Codebook, versions 20.1 to 26.1 (ucdp.uu.se). What makes an incident an event of GED, and how each column is
filled, is told in ``docs/layouts.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import columns
from eventcode.layouts.columns import Column
from eventcode.layouts.countries import Country, by_gw, countries, of_name
from eventcode.layouts.model import Carried, CodedFolder, Layout
from eventcode.layouts.reports import OWN_ID, id_lists, numbered_ids, own_or_hashed
from eventcode.ontologies.codes import interaction
from eventcode.resources import csv_rows, gazetteer_dir
from eventcode.tables.checks_ged import (
    CIVILIANS,
    GOVERNMENT,
    NON_STATE,
    ONE_SIDED,
    STATE_BASED,
    priogrid,
    regions,
)
from eventcode.tables.schema import load_schema

STATE, GROUP, UNARMED = "state", "group", "unarmed"
STRATEGIC = "Strategic developments"
# Deaths of a dyad, or of a one-sided actor's victims, that make its year active.
ACTIVE = 25
_STATE = re.compile(
    r"(?:Military Forces|Police Forces|Government) of (?:the )?(?P<country>[^()]+?)(?: \(.*\))?"
)
_STATES = ("State forces", "External/Other forces")
_UNARMED = ("Civilians", "Protesters")
_RIOTERS = "Rioters"
_DATA = Path(__file__).resolve().parent / "data"
_INCIDENT_COLUMNS = (
    "event_id_cnty", "event_date", "time_precision", "event_type", "actor1", "inter1", "actor2", "inter2", "country",
    "admin1", "admin2", "location", "latitude", "longitude", "geo_precision", "source", "fatalities_low", "fatalities_best",
    "fatalities_high", "event_date_end", "date_precision", "date_basis", "act_ids", "article_ids", "articles",
)  # fmt: skip


# --- export ------------------------------------------------------------------------------------------------------


def export(folder: CodedFolder) -> pa.Table:
    """Incidents of organised violence with at least one death, in GED's columns."""
    incidents = _organised(_with_points(folder.read(columns=_INCIDENT_COLUMNS)))
    length = incidents.num_rows
    made: dict[str, Column] = {
        "relid": incidents.column("event_id_cnty"),
        "id": columns.whole_numbers(columns.hashed([incidents.column("event_id_cnty")], 13, salt="ged")),
        **_sides(incidents),
        **_where(incidents),
        **_when(incidents),
        **_sources(incidents, folder),
        "best": incidents.column("fatalities_best"),
        "low": incidents.column("fatalities_low"),
        "high": incidents.column("fatalities_high"),
    }
    made |= _deaths(incidents, folder)
    clear = pc.and_(pc.less(made["where_prec"], 4), pc.less(made["date_prec"], 4))
    made["event_clarity"] = pc.if_else(clear, 1, 2)
    made["active_year"] = _active(made)
    named = pc.not_equal(made["type_of_violence"], STATE_BASED)
    made["conflict_name"] = pc.if_else(named, made["dyad_name"], pa.scalar(None, pa.string()))
    schema = load_schema("ged")
    # UCDP's own numbers and its checks are not ours to give.
    return pa.table(
        {name: columns.chunked(made.get(name, columns.nulls(length, pa.null()))) for name in schema.names}
    )


class Party(NamedTuple):
    """One side as GED sees it: kind, name, Gleditsch-Ward number of a state."""

    kind: str | None
    name: str
    gw: int | None = None


@cache
def party(actor: str | None, inter: str | None) -> Party:
    """What an ACLED-style actor is to GED; kind None where it is no organised actor and no civilian."""
    if actor is None or inter is None or inter == _RIOTERS:
        return Party(None, actor or "")
    if inter in _UNARMED:
        return Party(UNARMED, CIVILIANS)
    found = _STATE.fullmatch(actor) if inter in _STATES else None
    state = of_name(found["country"]) if found else None
    if state is not None and state.gw is not None:
        return Party(STATE, f"{GOVERNMENT}{state.name}", state.gw)
    return Party(GROUP, actor)


def violence_type(kind1: str | None, kind2: str | None) -> int | None:
    """1 state-based, 2 non-state, 3 one-sided; None for what is no organised violence."""
    kinds = {kind1, kind2}
    if None in kinds or kinds == {UNARMED}:
        return None
    if UNARMED in kinds:
        return ONE_SIDED
    return STATE_BASED if STATE in kinds else NON_STATE


def _second_first(actor1: str | None, inter1: str | None, actor2: str | None, inter2: str | None) -> bool:
    """Whether actor 2 is side A: the only government, the attacker of civilians, else the first by name."""
    one, two = party(actor1, inter1), party(actor2, inter2)
    if one.kind == two.kind:
        return one.name > two.name
    return two.kind == STATE or (two.kind == GROUP and one.kind == UNARMED)


def _organised(incidents: pa.Table) -> pa.Table:
    """Incidents that GED has, with ``type_of_violence``, both parties' kinds and names, and who is side A."""
    actors = [incidents.column(name) for name in ("actor1", "inter1", "actor2", "inter2")]
    kind = columns.mapped_together(
        actors, lambda a, b, c, d: violence_type(party(a, b).kind, party(c, d).kind), pa.int8()
    )
    swapped = columns.mapped_together(actors, _second_first, pa.bool_())
    died = pc.greater_equal(incidents.column("fatalities_high"), 1)
    strategic = pc.equal(incidents.column("event_type"), STRATEGIC)
    placed = pc.is_valid(incidents.column("point_latitude"))
    dated = pc.is_valid(incidents.column("event_date"))
    told = pc.and_(pc.and_(pc.is_valid(kind), columns.flag(died)), pc.invert(strategic))
    kept = pc.and_(told, pc.and_(placed, dated))
    with_kind = incidents.append_column("type_of_violence", kind).append_column("swapped", swapped)
    return with_kind.filter(kept)


def _sides(incidents: pa.Table) -> dict[str, Column]:
    actors = [incidents.column(name) for name in ("actor1", "inter1", "actor2", "inter2")]
    first = columns.mapped_together(actors[:2], lambda a, b: party(a, b).name)
    second = columns.mapped_together(actors[2:], lambda a, b: party(a, b).name)
    gw1 = columns.mapped_together(actors[:2], lambda a, b: _text(party(a, b).gw))
    gw2 = columns.mapped_together(actors[2:], lambda a, b: _text(party(a, b).gw))
    swapped = incidents.column("swapped")
    side_a, side_b = pc.if_else(swapped, second, first), pc.if_else(swapped, first, second)
    return {
        "type_of_violence": incidents.column("type_of_violence"),
        "side_a": side_a,
        "side_b": side_b,
        "dyad_name": pc.binary_join_element_wise(side_a, side_b, " - "),
        "gwnoa": pc.if_else(swapped, gw2, gw1),
        "gwnob": pc.if_else(swapped, gw1, gw2),
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


# --- place -------------------------------------------------------------------------------------------------------


@cache
def _points() -> Mapping[str, tuple[float, float]]:
    """A point for each country (ISO alpha-3), for what is only known to have happened there."""
    return dict(
        csv_rows(
            gazetteer_dir() / "country_points.csv",
            lambda row: (row["iso3"], (float(row["latitude"]), float(row["longitude"]))),
        )
    )


def _point(iso3: str) -> tuple[float, float] | tuple[None, None]:
    return _points().get(iso3, (None, None))


@cache
def _numbers() -> Mapping[str, int]:
    """Country numbers of territories that GED counts to another country."""
    return dict(csv_rows(_DATA / "ged_countries.csv", lambda row: (row["iso3"], int(row["gw"]))))


def _with_points(incidents: pa.Table) -> pa.Table:
    """Adds the country's ISO code (from the incident's id), and its point where the incident has none."""
    iso3 = pc.utf8_slice_codeunits(incidents.column("event_id_cnty"), 3, 6)
    south = columns.mapped(iso3, lambda code: _point(code)[0], pa.float64())
    west = columns.mapped(iso3, lambda code: _point(code)[1], pa.float64())
    located = pc.and_(pc.is_valid(incidents.column("latitude")), pc.is_valid(incidents.column("longitude")))
    return (
        incidents.append_column("iso3", iso3)
        .append_column("located", located)
        .append_column("point_latitude", pc.if_else(located, incidents.column("latitude"), south))
        .append_column("point_longitude", pc.if_else(located, incidents.column("longitude"), west))
    )


def _where(incidents: pa.Table) -> dict[str, Column]:
    latitude, longitude = incidents.column("point_latitude"), incidents.column("point_longitude")
    parts = [incidents.column(name) for name in ("location", "admin2", "admin1", "country")]
    number = columns.mapped(incidents.column("iso3"), _country_number, pa.int16())
    gid = priogrid(columns.chunked(latitude).combine_chunks(), columns.chunked(longitude).combine_chunks())
    return {
        "where_prec": columns.mapped_together(
            [incidents.column("located"), incidents.column("geo_precision"), *parts[:3]],
            where_precision,
            pa.int8(),
        ),
        "where_coordinates": columns.mapped_together(
            parts[:1] + parts[3:], lambda place, country: place or country
        ),
        "where_description": columns.mapped_together(
            parts, lambda *names: ", ".join(dict.fromkeys(name for name in names if name)) or None
        ),
        "adm_1": incidents.column("admin1"),
        "adm_2": incidents.column("admin2"),
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": pc.binary_join_element_wise(
            "POINT (",
            pc.binary_join_element_wise(pc.cast(longitude, pa.string()), pc.cast(latitude, pa.string()), " "),
            ")",
            "",
        ),
        "priogrid_gid": gid,
        "country": incidents.column("country"),
        "country_id": number,
        "region": columns.mapped(number, _region),
    }


def where_precision(
    located: bool, geo_precision: int | None, location: str | None, admin2: str | None, admin1: str | None
) -> int:
    """GED's scale (1 exact to 6 country) from ours and from whose name the place has."""
    if not located:
        return 6
    if geo_precision == 1:
        return 1
    if location is not None and location == admin2:
        return 3
    if geo_precision == 2:
        return 2
    return 4 if location is not None and location == admin1 else 5


def _country_number(iso3: str) -> int | None:
    found = countries().get(iso3)
    return _numbers().get(iso3) or (found.gw if found is not None else None)


def _region(number: int) -> str | None:
    return next((name for name, first, last in regions() if first <= number <= last), None)


# --- time --------------------------------------------------------------------------------------------------------


def _days(values: Column) -> npt.NDArray[np.int64]:
    """Days since 1970 of dates without null."""
    return np.asarray(columns.chunked(values).cast(pa.int32()).to_numpy(), np.int64)


def _dates(days: npt.NDArray[np.int64]) -> pa.ChunkedArray:
    return columns.chunked(pa.array(days.astype(np.int32)).cast(pa.date32()))


def _when(incidents: pa.Table) -> dict[str, Column]:
    """First and last day, cut at the ends of the year; an incident dated at the middle of a span begins as far before as it ends after."""
    event_date = incidents.column("event_date")
    day = _days(event_date)
    end = np.maximum(_days(pc.coalesce(incidents.column("event_date_end"), event_date)), day)
    published = np.asarray(columns.flag(pc.equal(incidents.column("date_basis"), "publication")))
    middle = pc.or_kleene(
        pc.not_equal(incidents.column("date_precision"), "day"),
        pc.and_(pc.equal(incidents.column("time_precision"), 2), pc.invert(pa.array(published))),
    )
    start = np.where(np.asarray(columns.flag(middle)), 2 * day - end, day)
    start = np.where(_whole_month(incidents, day, end), _floor(day, "M"), start)
    start = np.maximum(start, _floor(day, "Y"))
    end = np.minimum(end, _ceiling(day, "Y"))
    length = end - start + 1
    precision = np.select([length == 1, length <= 6, length == 7, length <= 31], [1, 2, 3, 4], 5)
    precision = np.where(published & (precision == 1), 2, precision)
    return {
        "year": pc.year(event_date),
        "date_prec": pa.array(precision),
        "date_start": _dates(start),
        "date_end": _dates(end),
    }


def _whole_month(
    incidents: pa.Table, day: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Where the span is a whole month: its middle alone does not tell whether it has an odd number of days."""
    monthly = np.asarray(columns.flag(pc.equal(incidents.column("date_precision"), "month")))
    return np.asarray(monthly & (end == _ceiling(day, "M")))


def _floor(day: npt.NDArray[np.int64], unit: str) -> npt.NDArray[np.int64]:
    """First day of the month or year."""
    return day.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype("datetime64[D]").astype(np.int64)


def _ceiling(day: npt.NDArray[np.int64], unit: str) -> npt.NDArray[np.int64]:
    """Last day of the month or year."""
    following = day.astype("datetime64[D]").astype(f"datetime64[{unit}]") + 1
    return following.astype("datetime64[D]").astype(np.int64) - 1


# --- deaths ------------------------------------------------------------------------------------------------------


def _deaths(incidents: pa.Table, folder: CodedFolder) -> dict[str, Column]:
    """Who the dead were, as far as the acts tell; what is left is unknown, and civilians in one-sided violence."""
    table = incidents.select(
        ["event_id_cnty", "type_of_violence", "swapped", "inter1", "inter2", "fatalities_best", "act_ids"]
    )
    acts = _acts_with_sides(folder)
    found = columns.queried(_DEATHS, incidents=columns.numbered_rows(table), acts=acts)
    return {name: found.column(name) for name in found.column_names}


def _acts_with_sides(folder: CodedFolder) -> pa.Table:
    """Acts that tell who the dead were."""
    from eventcode.tables.parquet import arrow_schema

    names = ["act_id", "sources", "targets", "toll"]
    if not folder.has("acts"):
        return pa.schema([arrow_schema("acts").field(name) for name in names]).empty_table()
    acts = folder.read("acts", names)
    toll = acts.column("toll")
    return acts.filter(
        columns.any_valid(
            [pc.struct_field(toll, part) for part in ("killed_source", "killed_target", "killed_civilian")]
        )
    )


# An act's side is the incident's where their kinds of actor are alike, a state's forces abroad being its forces; where both
# sides are of one kind nobody can tell.
_DEATHS = f"""
    WITH sided AS (
        SELECT *,
            replace(coalesce(CASE WHEN swapped THEN inter2 ELSE inter1 END, ''), '{_STATES[1]}', '{_STATES[0]}') AS kind_a,
            replace(coalesce(CASE WHEN swapped THEN inter1 ELSE inter2 END, ''), '{_STATES[1]}', '{_STATES[0]}') AS kind_b,
        FROM incidents
    ),
    told AS (
        SELECT row, kind_a, kind_b, unnest(act_ids) AS act_id FROM sided
    ),
    matched AS (
        SELECT told.row,
            replace(coalesce(sources[1].type, ''), '{_STATES[1]}', '{_STATES[0]}') AS doer,
            replace(coalesce(targets[1].type, ''), '{_STATES[1]}', '{_STATES[0]}') AS sufferer,
            CASE WHEN kind_a = kind_b THEN NULL
                 WHEN doer = kind_a OR sufferer = kind_b THEN true
                 WHEN doer = kind_b OR sufferer = kind_a THEN false END AS straight,
            toll.killed_source AS source_dead, toll.killed_target AS target_dead, toll.killed_civilian AS civilian_dead
        FROM told JOIN acts USING (act_id)
    ),
    counted AS (
        SELECT row,
            max(CASE WHEN straight THEN source_dead WHEN NOT straight THEN target_dead END) AS a,
            max(CASE WHEN straight THEN target_dead WHEN NOT straight THEN source_dead END) AS b,
            max(civilian_dead) AS c
        FROM matched GROUP BY row
    ),
    parted AS (
        SELECT sided.row, type_of_violence AS kind, fatalities_best AS best,
            coalesce(a, 0) AS a,
            CASE WHEN type_of_violence = {ONE_SIDED} THEN 0 ELSE coalesce(b, 0) END AS b,
            CASE WHEN type_of_violence = {ONE_SIDED} THEN 0 ELSE coalesce(c, 0) END AS c
        FROM sided LEFT JOIN counted ON sided.row = counted.row
    ),
    fitting AS (
        SELECT row, kind, best,
            CASE WHEN a + b + c <= best THEN a ELSE 0 END AS a,
            CASE WHEN a + b + c <= best THEN b ELSE 0 END AS b,
            CASE WHEN a + b + c <= best THEN c ELSE 0 END AS c
        FROM parted
    )
    SELECT a AS deaths_a, b AS deaths_b,
        CASE WHEN kind = {ONE_SIDED} THEN best - a ELSE c END AS deaths_civilians,
        CASE WHEN kind = {ONE_SIDED} THEN 0 ELSE best - a - b - c END AS deaths_unknown
    FROM fitting ORDER BY row
"""


def _active(made: Mapping[str, Column]) -> Column:
    names = ("type_of_violence", "side_a", "dyad_name", "year", "best")
    table = pa.table({name: columns.chunked(made[name]) for name in names})
    found = columns.queried(_ACTIVE, rows=columns.numbered_rows(table))
    return found.column(0)


_ACTIVE = f"""
    SELECT sum(best) OVER (
        PARTITION BY type_of_violence, year, CASE WHEN type_of_violence = {ONE_SIDED} THEN side_a ELSE dyad_name END
    ) >= {ACTIVE} FROM rows ORDER BY row
"""


# --- reports -----------------------------------------------------------------------------------------------------


def _sources(incidents: pa.Table, folder: CodedFolder) -> dict[str, Column]:
    """Publishers, days and headlines of the articles, in the same order; whom they had it from."""
    made: dict[str, Column] = {"number_of_sources": incidents.column("articles")}
    if folder.has("articles"):
        articles = folder.read("articles", ["article_id", "date", "source", "title"])
        articles = columns.in_order(articles, ["date", "article_id"])
        made |= _articles(columns.looked_up(incidents.column("article_ids"), articles, "article_id"))
    else:
        made["source_office"] = columns.text(incidents.column("source"))
    if folder.has("acts"):
        acts = folder.read("acts", ["act_id", "attributed_to_text"])
        acts = acts.filter(pc.is_valid(acts.column("attributed_to_text")))
        found = columns.looked_up(incidents.column("act_ids"), acts, "act_id")
        made["source_original"] = columns.mapped(
            columns.joined_lists(found, "attributed_to_text", ";"),
            lambda told: ";".join(sorted({*told.split(";")})),
        )
    return made


def _articles(found: columns.LookedUp) -> dict[str, Column]:
    plain = {name: found.table.column(name) for name in ("source", "title")}
    texts = {name: pc.replace_substring(column, ";", ",") for name, column in plain.items()}
    texts["date"] = columns.text(found.table.column("date"))
    cited = columns.joined([texts["source"], texts["date"], texts["title"]], ", ")
    told = found.with_columns(**texts, cited=cited)
    return {
        "source_article": columns.joined_lists(told, "cited", "; "),
        "source_office": columns.joined_lists(told, "source", ";"),
        "source_date": columns.joined_lists(told, "date", ";"),
        "source_headline": columns.joined_lists(told, "title", ";"),
    }


# --- import ------------------------------------------------------------------------------------------------------

TYPES = {
    STATE_BASED: ("Battles", "Armed clash"),
    NON_STATE: ("Battles", "Armed clash"),
    ONE_SIDED: ("Violence against civilians", "Attack"),
}
GEO_PRECISION = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 7: 3}
DATE_PRECISION = {1: "day", 2: "week", 3: "week", 4: "month", 5: "year"}
TIME_PRECISION = {"day": 1, "week": 2, "month": 3}
_COUNTRY = 6


def imported(table: pa.Table) -> Carried:
    """GED's events as incidents of ours; ``article_ids`` keep GED's id, one entry for each report (``524322#1``).

    GED does not tell battles from remote violence: state-based and non-state violence becomes an armed clash, one-sided violence
    an attack. Headlines and other text are not carried.
    """
    own = pc.coalesce(table.column("relid"), columns.text(table.column("id")))
    number, name = table.column("country_id"), table.column("country")
    iso3 = columns.mapped_together([number, name, own], _iso3)
    reports, named = numbered_ids(
        columns.text(table.column("id")), _publishers(table), table.column("number_of_sources")
    )
    made = {
        "event_id_cnty": own_or_hashed(own, iso3, "ged"),
        **_imported_types(table),
        **_imported_actors(table, iso3),
        **_imported_dates(table),
        **_imported_place(table, iso3),
        **_imported_deaths(table),
        "source": _publishers(table),
        "act_ids": id_lists(columns.hashed([own], 20, salt="ged")),
        "article_ids": reports,
        "articles": pc.list_value_length(reports),
        "sources": named,
    }
    made |= _codable(made)
    return Carried(
        pa.table({key: columns.chunked(value) for key, value in made.items()}), columns.nulls(table.num_rows)
    )


def _iso3(number: int | None, name: str | None, own: str | None = None) -> str | None:
    """That of eventcode's own identifier, as GED's number of Israel stands for Palestine too; else by number and name."""
    if own is not None and re.match(OWN_ID, own) and own[3:6] in countries():
        return own[3:6]
    found = _country(number, name)
    return found.iso3 if found is not None else None


def _country(number: int | None, name: str | None) -> Country | None:
    """By name, without what stands behind in brackets, where name and number are one country's; else by number."""
    named = of_name((name or "").split(" (")[0])
    numbered = by_gw().get(number) if number is not None else None
    return named if numbered is None or (named is not None and named.gw == number) else numbered


def _country_name(iso3: str | None, told: str | None) -> str | None:
    """Our name of a country; what was told where it is not known."""
    found = countries().get(iso3) if iso3 is not None else None
    return found.name if found is not None else told


def _imported_types(table: pa.Table) -> dict[str, Column]:
    kind = table.column("type_of_violence")
    one_sided = pc.equal(kind, ONE_SIDED)
    return {
        "event_type": columns.mapped(kind, lambda value: TYPES[value][0] if value in TYPES else None),
        "sub_event_type": columns.mapped(kind, lambda value: TYPES[value][1] if value in TYPES else None),
        "disorder_type": columns.constant("Political violence", table.num_rows),
        "civilian_targeting": pc.if_else(one_sided, "Civilian targeting", pa.scalar(None, pa.string())),
    }


def _imported_actors(table: pa.Table, iso3: Column) -> dict[str, Column]:
    kind, made = table.column("type_of_violence"), {}
    for side, number in (("side_a", "1"), ("side_b", "2")):
        given = [table.column(side), kind, iso3]
        made[f"actor{number}"] = columns.mapped_together(given, lambda *told: _actor(*told)[0])
        made[f"inter{number}"] = columns.mapped_together(given, lambda *told: _actor(*told)[1])
    made["interaction"] = columns.mapped_together([made["inter1"], made["inter2"]], interaction)
    return made


@cache
def _actor(side: str | None, kind: int | None, iso3: str | None) -> tuple[str | None, str | None]:
    """Name and actor type in ACLED's words; a group's type is only known where it fights a state: not as rebels, so not at all."""
    home = _country_name(iso3, None)
    if side is None:
        return None, None
    if side == CIVILIANS:
        return (f"{CIVILIANS} ({home})" if home else CIVILIANS), CIVILIANS
    if not side.startswith(GOVERNMENT):
        return side, None
    state = of_name(side.removeprefix(GOVERNMENT).split(" (")[0])
    label = f"Military Forces of {state.name if state else side.removeprefix(GOVERNMENT)}"
    return label, _STATES[0] if state is None or iso3 is None or state.iso3 == iso3 else _STATES[1]


def _imported_dates(table: pa.Table) -> dict[str, Column]:
    start, end = table.column("date_start"), table.column("date_end")
    precision = columns.mapped(table.column("date_prec"), DATE_PRECISION.get)
    known = pc.and_(pc.is_valid(start), pc.is_valid(end))
    first = pc.cast(pc.coalesce(start, end), pa.int32())
    last = pc.cast(pc.coalesce(end, start), pa.int32())
    half = pc.divide(pc.max_element_wise(pc.subtract(last, first), 0), 2)
    middle = pc.cast(pc.cast(pc.add(first, half), pa.int32()), pa.date32())
    exact = pc.equal(precision, "day")
    coarse = pc.equal(precision, "year")
    day = pc.if_else(exact, start, middle)
    day = pc.if_else(pc.and_(known, pc.invert(coarse)), day, pa.scalar(None, pa.date32()))
    return {
        "event_date": day,
        "year": pc.year(day),
        "event_date_end": end,
        "date_precision": precision,
        "time_precision": columns.mapped(precision, TIME_PRECISION.get, pa.int8()),
    }


def _imported_place(table: pa.Table, iso3: Column) -> dict[str, Column]:
    from eventcode.coding.wording import acled_regions

    below = pc.fill_null(pc.not_equal(table.column("where_prec"), _COUNTRY), True)
    name = columns.mapped_together([iso3, table.column("country")], _country_name)
    location = pc.coalesce(table.column("where_coordinates"), table.column("adm_2"), table.column("adm_1"))

    def placed(values: Column) -> Column:
        return pc.if_else(below, values, pa.scalar(None, values.type))

    return {
        "iso": columns.mapped(iso3, _numeric, pa.int16()),
        "region": columns.mapped(iso3, acled_regions().get),
        "country": name,
        "admin1": table.column("adm_1"),
        "admin2": table.column("adm_2"),
        "location": placed(location),
        "latitude": placed(table.column("latitude")),
        "longitude": placed(table.column("longitude")),
        "geo_precision": columns.mapped(table.column("where_prec"), GEO_PRECISION.get, pa.int8()),
    }


def _numeric(iso3: str) -> int | None:
    import pycountry

    found = pycountry.countries.get(alpha_3=iso3)
    return int(found.numeric) if found is not None else None


def _imported_deaths(table: pa.Table) -> dict[str, Column]:
    """Put in order where low, best and high are not, as in some published rows."""
    told = [table.column(name).cast(pa.int64()) for name in ("low", "best", "high")]
    low, high = pc.min_element_wise(*told), pc.max_element_wise(*told)
    return {
        "fatalities": low,
        "fatalities_low": low,
        "fatalities_best": pc.coalesce(told[1], low),
        "fatalities_high": high,
    }


def _publishers(table: pa.Table) -> Column:
    return columns.mapped(
        table.column("source_office"),
        lambda told: (
            "; ".join(dict.fromkeys(part.strip() for part in told.split(";") if part.strip())) or None
        ),
    )


def _codable(made: Mapping[str, Column]) -> dict[str, Column]:
    """As eventcode marks what ACLED would not code: no place below the country, a date coarser than a month."""
    no_place, no_date = pc.is_null(made["latitude"]), pc.is_null(made["event_date"])
    reason = columns.joined(
        [
            pc.if_else(no_place, "no_place", pa.scalar(None, pa.string())),
            pc.if_else(no_date, "date_too_vague", pa.scalar(None, pa.string())),
        ],
        "; ",
    )
    return {"acled_codable": pc.is_null(reason), "not_codable_reason": reason}


LAYOUT = Layout(
    name="ged",
    title="Events of organised violence in UCDP GED's columns",
    formats=("csv", "parquet"),
    source="incidents",
    export=export,
    imported=imported,
    notice="Incidents are ACLED-style and the layout is UCDP GED's; not produced or endorsed by ACLED or UCDP.",
)
