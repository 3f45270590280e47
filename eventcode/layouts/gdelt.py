"""GDELT's layouts, 1.0 and 2.0: one row for each day, pair of actors, CAMEO code and place over all stories; and its files as
events of ours.

Sources: GDELT event codebooks 1.03 (2013) and 2.0 (2015). FractionDate is as GDELT's rows have it: the codebooks print
(month * 30 + day) / 365, the rows count the months before (2021-03-23 is 2021.2274).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache, partial
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import coded_events, columns
from eventcode.layouts.actor_codes import GROUP, iso3_of, read_code
from eventcode.layouts.cameo_scales import scales_of
from eventcode.layouts.coded_events import NO_ACTORS, SIDES, TOWNS, data_rows
from eventcode.layouts.columns import Column
from eventcode.layouts.countries import countries
from eventcode.layouts.model import Carried, CodedFolder, Layout
from eventcode.layouts.pooling import Groups
from eventcode.lexicon.actors import PRIMARY_ROLES
from eventcode.tables.schema import load_schema

ACTORS = {"source": "Actor1", "target": "Actor2"}
COUNTRY, US_STATE, US_TOWN, TOWN, STATE = 1, 2, 3, 4, 5
UNITED_STATES = "USA"
GEONAMES = "geonames:"
BETWEEN = ", "
SEPARATOR = ";"
TYPES = 3
NO_TIME = 1_000_000
_CODE = re.compile("[A-Za-z]{3}[A-Za-z0-9]*", re.ASCII)
_READ = (
    "event_id", "act_id", "article_source", "sentence", "source_name", "source_text", "source_code", "source_ethnic",
    "source_religion", "target_name", "target_text", "target_code", "target_ethnic", "target_religion", "cameo_code",
    "place_name", "place_level", "geonameid", "country", "admin1", "admin1_code", "latitude", "longitude",
)  # fmt: skip
_PLACE = ("place_name", "place_level", "geonameid", "country", "admin1", "latitude", "longitude")


def export(folder: CodedFolder, layout: str) -> pa.Table:
    """Events with at least one actor that has a code or a name, pooled over all stories."""
    events = coded_events.dated_events(folder, _READ)
    for side in SIDES:
        name = pc.coalesce(events.column(f"{side}_name"), events.column(f"{side}_text"))
        events = events.append_column(f"{side}_who", coded_events.folded(pc.utf8_upper(name)))
    told = [pc.is_valid(events.column(f"{side}_{part}")) for side in SIDES for part in ("code", "who")]
    events = events.filter(pc.or_(pc.or_(told[0], told[1]), pc.or_(told[2], told[3])))
    groups = Groups(_keys(events))
    first = groups.first_of(events)
    made = {
        "GLOBALEVENTID": coded_events.numbers_of(first.column("event_id")),
        **_days(first.column("day")),
        **_actor("source", first),
        **_actor("target", first),
        "IsRootEvent": pa.array(groups.any(pc.less_equal(events.column("sentence"), 0)).astype("int64")),
        **_event(first.column("cameo_code")),
        "NumMentions": pa.array(groups.counts(events.column("act_id"))),
        "NumSources": pa.array(np.maximum(groups.counts(events.column("article_source")), 1)),
        "NumArticles": pa.array(groups.counts(events.column("article_id"))),
        **_place(first),
        "DATEADDED": _added(first.column("article_date"), layout),
        "SOURCEURL": coded_events.folded(
            pc.coalesce(
                coded_events.of_article(folder, first.column("article_id"), "url"),
                first.column("article_source"),
            )
        ),
    }
    schema = load_schema(layout)
    empty = columns.nulls(first.num_rows)
    return columns.in_order(pa.table({name: made.get(name, empty) for name in schema.names}), schema.sort_key)


def _keys(events: pa.Table) -> list[Column]:
    """Columns that are alike in what is one event; actors without a code are told apart by their names."""
    found = [events.column(name) for name in ("day", "cameo_code", *_PLACE)]
    for side in SIDES:
        code, who = events.column(f"{side}_code"), events.column(f"{side}_who")
        found += [code, pc.if_else(pc.is_valid(code), pa.scalar(None, pa.string()), who)]
    return found


def _days(day: Column) -> dict[str, Column]:
    year, month = pc.year(day), pc.month(day)
    return {
        "SQLDATE": day,
        "MonthYear": pc.add(pc.multiply(year, 100), month),
        "Year": year,
        "FractionDate": columns.mapped(day, fraction_date, pa.float64()),
    }


def fraction_date(day: dt.date) -> float:
    """Year and the part of it that has passed, in months of 30 and a year of 365 days, to four places."""
    return round(day.year + ((day.month - 1) * 30 + day.day) / 365, 4)


def _actor(side: str, first: pa.Table) -> dict[str, Column]:
    code, actor = first.column(f"{side}_code"), ACTORS[side]
    religion, ethnic = first.column(f"{side}_religion"), first.column(f"{side}_ethnic")
    types = [columns.mapped(code, partial(_type, at=at)) for at in range(TYPES)]
    return {
        f"{actor}Code": code,
        f"{actor}Name": first.column(f"{side}_who"),
        f"{actor}CountryCode": columns.mapped(code, lambda value: read_code(value).place),
        f"{actor}KnownGroupCode": columns.mapped_together([code, ethnic, religion], _organization),
        f"{actor}EthnicCode": ethnic,
        f"{actor}Religion1Code": columns.mapped(religion, lambda value: value[:GROUP]),
        f"{actor}Religion2Code": columns.mapped(religion, lambda value: value[GROUP:] or None),
        **{f"{actor}Type{at + 1}Code": column for at, column in enumerate(types)},
    }


def _type(code: str, at: int) -> str | None:
    kinds = read_code(code).kinds
    return kinds[at] if len(kinds) > at else None


def _organization(code: str | None, ethnic: str | None, religion: str | None) -> str | None:
    """The first group that is neither place, role, ethnic group nor part of the religion."""
    if code is None:
        return None
    others = {ethnic} | (
        {religion[at : at + GROUP] for at in range(0, len(religion), GROUP)} if religion else set()
    )
    return next((group for group in read_code(code).rest if group not in others), None)


def _event(code: Column) -> dict[str, Column]:
    return {
        "EventCode": code,
        "EventBaseCode": pc.utf8_slice_codeunits(code, 0, 3),
        "EventRootCode": pc.utf8_slice_codeunits(code, 0, 2),
        "QuadClass": columns.mapped(code, lambda value: scales_of(value).gdelt_quad, pa.int64()),
        "GoldsteinScale": columns.mapped(code, lambda value: scales_of(value).gdelt_goldstein, pa.float64()),
    }


def _place(first: pa.Table) -> dict[str, Column]:
    iso3, level = first.column("country"), first.column("place_level")
    kind = columns.mapped_together([level, iso3], _geo_type, pa.int64())
    name, admin1 = (coded_events.folded(first.column(part), ",") for part in ("place_name", "admin1"))
    geonameid = first.column("geonameid")
    return {
        "ActionGeo_Type": kind,
        "ActionGeo_FullName": columns.mapped_together([kind, name, admin1, iso3], _full_name),
        "ActionGeo_CountryCode": columns.mapped_together(
            [iso3, first.column("admin1_code"), admin1], fips_of
        ),
        "ActionGeo_ADM1Code": columns.mapped_together(
            [kind, iso3, first.column("admin1_code"), admin1], _adm1
        ),
        "ActionGeo_Lat": first.column("latitude"),
        "ActionGeo_Long": first.column("longitude"),
        "ActionGeo_FeatureID": pc.binary_join_element_wise(GEONAMES, columns.text(geonameid), ""),
    }


def _geo_type(level: str | None, iso3: str | None) -> int | None:
    if level is None:
        return None
    american = iso3 == UNITED_STATES
    if level == "country":
        return COUNTRY
    if level == "admin1":
        return US_STATE if american else STATE
    return US_TOWN if american else TOWN


def _full_name(kind: int | None, name: str | None, admin1: str | None, iso3: str | None) -> str | None:
    if kind is None:
        return None
    country = countries()[iso3].name if iso3 and iso3 in countries() else None
    if kind == COUNTRY:
        return country or name
    division = admin1 if kind in (TOWN, US_TOWN) else None
    return BETWEEN.join(part for part in (name or admin1, division, country) if part) or None


def _adm1(kind: int | None, iso3: str | None, admin1_code: str | None, admin1: str | None) -> str | None:
    """Of a country its own code; in the United States the letters of the state. Codes of other divisions are not known."""
    fips = fips_of(iso3, admin1_code, admin1)
    if kind == COUNTRY:
        return fips
    return f"{fips}{admin1_code[3:]}" if iso3 == UNITED_STATES and admin1_code else None


def fips_of(iso3: str | None, admin1_code: str | None, admin1: str | None) -> str | None:
    """FIPS 10-4 code of a country; the Gaza Strip has its own."""
    for fips, codes, names in _fips().get(iso3 or "", ()):
        if admin1_code in codes or admin1 in names:
            return fips
    return next((fips for fips, codes, names in _fips().get(iso3 or "", ()) if not codes), None)


@cache
def _fips() -> Mapping[str, tuple[tuple[str, frozenset[str], frozenset[str]], ...]]:
    """Codes of each country, with the divisions that one is for, where it is for some only."""

    def parts(text: str) -> frozenset[str]:
        return frozenset(text.split(SEPARATOR)) - {""}

    found: dict[str, list[tuple[str, frozenset[str], frozenset[str]]]] = {}
    for row in data_rows("gdelt_fips.csv"):
        own = (row["fips"], parts(row["admin1_codes"]), parts(row["admin1_names"]))
        found.setdefault(row["iso3"], []).append(own)
    return MappingProxyType({iso3: tuple(codes) for iso3, codes in found.items()})


@cache
def iso3_of_fips() -> Mapping[str, str]:
    """ISO alpha-3 codes by FIPS 10-4 code."""
    return MappingProxyType({fips: iso3 for iso3, codes in _fips().items() for fips, _, _ in codes})


def _added(published: Column, layout: str) -> Column:
    """The publication date as the layout writes it: a day, or a number with the time of midnight."""
    if pa.types.is_date(_kind(layout)):
        return published
    day = pc.add(
        pc.add(pc.multiply(pc.year(published), 10_000), pc.multiply(pc.month(published), 100)),
        pc.day(published),
    )
    return pc.multiply(day, NO_TIME)


def _kind(layout: str) -> pa.DataType:
    from eventcode.tables.parquet import arrow_type

    return arrow_type(load_schema(layout).field("DATEADDED"))


# --- import ------------------------------------------------------------------------------------------------------


def imported(table: pa.Table) -> Carried:
    """GDELT's rows as events, one for one, each told in an article of its own: its row stands for several."""
    day, event = table.column("SQLDATE"), coded_events.event_of(table.column("EventCode"))
    number = columns.text(table.column("GLOBALEVENTID"))
    ids = columns.hashed([number], 20, salt="gdelt")
    kind = table.column("ActionGeo_Type")
    parts = [
        columns.mapped_together([table.column("ActionGeo_FullName"), kind], partial(_part, at=at))
        for at in range(2)
    ]
    country = columns.mapped(table.column("ActionGeo_CountryCode"), iso3_of_fips().get)
    level = columns.mapped(kind, _LEVELS.get)
    lead = pc.equal(table.column("IsRootEvent"), 1)
    feature = pc.extract_regex(table.column("ActionGeo_FeatureID"), rf"^{GEONAMES}(?P<id>[0-9]{{1,9}})$")
    made = {
        "event_id": ids,
        "act_id": ids,
        "article_id": number,
        "article_date": _published(table.column("DATEADDED")),
        "rank": columns.constant(0, table.num_rows, pa.int32()),
        **coded_events.sentence_columns(pc.if_else(columns.flag(lead), pa.scalar(0, pa.int32()), 1)),
        **event,
        **coded_events.one_day(day),
        "place_name": parts[0],
        "admin1": parts[1],
        "place_level": level,
        "country": country,
        "geonameid": pc.cast(pc.struct_field(feature, "id"), pa.int32()),
        "latitude": table.column("ActionGeo_Lat"),
        "longitude": table.column("ActionGeo_Long"),
    }
    for side, actor in ACTORS.items():
        made.update(_side(side, actor, table))
    nobody = [pc.is_null(made[f"{side}_{part}"]) for side in SIDES for part in ("code", "name")]
    reasons = coded_events.first_reason(
        (pc.is_null(day), "SQLDATE: there is no such day"),
        (pc.is_null(event["cameo_code"]), "EventCode: there is no such CAMEO code"),
        (pc.and_(pc.and_(nobody[0], nobody[1]), pc.and_(nobody[2], nobody[3])), NO_ACTORS),
    )
    return Carried(pa.table(made), reasons)


_LEVELS = MappingProxyType(
    {COUNTRY: "country", US_STATE: "admin1", STATE: "admin1", US_TOWN: TOWNS[0], TOWN: TOWNS[0]}
)


def _part(full_name: str | None, kind: int | None, at: int) -> str | None:
    """Of a place's full name: its own name (0) or its first-order division (1); a country has neither."""
    if full_name is None or kind not in _LEVELS or kind == COUNTRY:
        return None
    name, *others = full_name.split(BETWEEN)
    if kind in (STATE, US_STATE):
        return name
    return name if at == 0 else (others[0] if len(others) > 1 else None)


def _published(added: Column) -> Column:
    if pa.types.is_date(added.type):
        return added
    return columns.mapped(pc.divide(added, NO_TIME), _day, pa.date32())


def _day(number: int) -> dt.date | None:
    try:
        return dt.date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None


def _side(side: str, actor: str, table: pa.Table) -> dict[str, Column]:
    code = columns.mapped(table.column(f"{actor}Code"), _own_code)
    religion = columns.mapped_together(
        [table.column(f"{actor}Religion{at}Code") for at in (1, 2)],
        lambda *found: "".join(filter(None, found)) or None,
    )
    roles = columns.mapped_together([table.column(f"{actor}Type{at + 1}Code") for at in range(TYPES)], _roles)
    return {
        f"{side}_code": code,
        f"{side}_name": table.column(f"{actor}Name"),
        f"{side}_country": columns.mapped(table.column(f"{actor}CountryCode"), iso3_of),
        f"{side}_ethnic": columns.mapped(table.column(f"{actor}EthnicCode"), _ethnic),
        f"{side}_religion": columns.mapped(religion, _own_code),
        **coded_events.roles_columns(side, roles),
    }


def _own_code(code: str) -> str | None:
    """A code in capitals; None for dashes and other marks."""
    return code.upper() if _CODE.fullmatch(code) else None


def _ethnic(code: str) -> str | None:
    return _own_code(code) if len(code) == GROUP else None


def _roles(*types: str | None) -> str | None:
    return SEPARATOR.join(dict.fromkeys(kind for kind in types if kind in PRIMARY_ROLES)) or None


def _layout(name: str, title: str) -> Layout:
    return Layout(
        name=name,
        title=title,
        formats=("csv",),
        source="events",
        export=partial(export, layout=name),
        imported=imported,
        notice="In GDELT's layout; not produced or endorsed by the GDELT Project.",
    )


GDELT1 = _layout("gdelt1", "GDELT 1.0-style events")
GDELT2 = _layout("gdelt2", "GDELT 2.0-style events")
