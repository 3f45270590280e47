"""ICEWS's layout: one row for each event, with names, sectors and countries in ICEWS's words; and its files as events of ours.

Sources: files of doi 10.7910/DVN/28075 as the icews package for R and github.com/openeventdata/text_to_CAMEO read them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import coded_events, columns
from eventcode.layouts.actor_codes import read_code
from eventcode.layouts.coded_events import NO_ACTORS, SIDES, data_rows
from eventcode.layouts.columns import Column
from eventcode.layouts.countries import countries, of_name
from eventcode.layouts.model import Carried, CodedFolder, Layout
from eventcode.ontologies.codes import cameo_codes
from eventcode.tables.schema import load_schema

SEPARATOR = ";"
# Names of sectors hold commas too, with a blank after them.
_BETWEEN = re.compile(",(?! )")
_ANY = "*"
# What files have for nothing.
_NOTHING = pa.array(["", "NULL"])
_AMERICAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
PARTY = "PTY"
_READ = (
    "event_id", "article_source", "sentence", "source_name", "source_text", "source_code", "source_country", "source_roles",
    "target_name", "target_text", "target_code", "target_country", "target_roles", "cameo_code", "goldstein",
    "place_name", "place_level", "country", "admin1", "admin2", "latitude", "longitude",
)  # fmt: skip


def export(folder: CodedFolder) -> pa.Table:
    """Events in ICEWS's columns, one row for each."""
    events = coded_events.dated_events(folder, _READ)
    city, district, province = coded_events.divisions(events)
    told = {
        "Event ID": coded_events.numbers_of(events.column("event_id")),
        "Event Date": columns.text(events.column("day")),
        "Event Text": columns.mapped(events.column("cameo_code"), label_of),
        "CAMEO Code": events.column("cameo_code"),
        "Intensity": events.column("goldstein"),
        "Story ID": coded_events.numbers_of(events.column("article_id")),
        "Sentence Number": pc.add(events.column("sentence"), 1),
        "Publisher": coded_events.folded(events.column("article_source")),
        "City": city,
        "District": district,
        "Province": province,
        "Country": columns.mapped(events.column("country"), country_name),
    }
    # A point of nothing that has a name here (a sea, a region of several countries) would be a point of nowhere.
    named = columns.any_valid([told[part] for part in ("City", "District", "Province", "Country")])
    for part in ("Latitude", "Longitude"):
        told[part] = pc.if_else(named, events.column(part.lower()), pa.scalar(None, pa.float64()))
    for side in SIDES:
        name = pc.coalesce(events.column(f"{side}_name"), events.column(f"{side}_text"))
        told[f"{side.title()} Name"] = coded_events.folded(name)
        told[f"{side.title()} Sectors"] = columns.mapped_together(
            [events.column(f"{side}_roles"), events.column(f"{side}_code")], sectors_of
        )
        told[f"{side.title()} Country"] = columns.mapped(events.column(f"{side}_country"), country_name)
    schema = load_schema("icews")
    return columns.in_order(pa.table({name: told[name] for name in schema.names}), schema.sort_key)


def label_of(code: str) -> str:
    """Label of a code; its root's for a code that a user's ontology adds. Raises KeyError where there is no such root."""
    return (cameo_codes().get(code) or cameo_codes()[code[:2]]).label


def country_name(iso3: str) -> str | None:
    """ICEWS's name of a country."""
    own = _country_names().get(iso3)
    return own or (countries()[iso3].name if iso3 in countries() else None)


@cache
def _country_names() -> Mapping[str, str]:
    return MappingProxyType({row["iso3"]: row["name"] for row in data_rows("icews_countries.csv")})


def sectors_of(roles: str | None, code: str | None) -> str | None:
    """ICEWS's sectors of an actor with these roles and this code."""
    kinds = (*(roles.split(SEPARATOR) if roles else ()), *(read_code(code).kinds if code else ()))
    found = [sector for kind in kinds for sector in _written_sectors().get(kind, ())]
    return ",".join(dict.fromkeys(found)) or None


@cache
def _written_sectors() -> Mapping[str, tuple[str, ...]]:
    rows = data_rows("icews_written_sectors.csv")
    return MappingProxyType({row["role"]: tuple(row["sectors"].split(SEPARATOR)) for row in rows})


# --- import ------------------------------------------------------------------------------------------------------


def imported(table: pa.Table) -> Carried:
    """ICEWS's rows as events, one for one. Codes of actors are made from country and sectors, as ICEWS has none."""
    told = {name: _told(name, table.column(name)) for name in table.column_names}
    day = columns.mapped(told["Event Date"], day_of, pa.date32())
    code = columns.mapped_together([told["CAMEO Code"], told["Event Text"]], cameo_code)
    event = coded_events.event_of(code)
    ids = columns.hashed([told["Event ID"], day], 20, salt="icews")
    story = columns.text(told["Story ID"])
    sentence = pc.subtract(pc.cast(told["Sentence Number"], pa.int32()), 1)
    country = columns.mapped(told["Country"], iso3_of_name)
    city, district, province = (told[name] for name in ("City", "District", "Province"))
    made = {
        "event_id": ids,
        "act_id": ids,
        "article_id": story,
        "article_source": told["Publisher"],
        **coded_events.sentence_columns(sentence),
        **event,
        **coded_events.one_day(day),
        "place_name": pc.coalesce(city, district, province),
        "place_level": coded_events.place_level(city, district, province, country),
        "admin2": district,
        "admin1": province,
        "country": country,
        "latitude": told["Latitude"],
        "longitude": told["Longitude"],
    }
    for side in SIDES:
        made.update(_side(side, *(told[f"{side.title()} {part}"] for part in ("Name", "Sectors", "Country"))))
    nobody = [
        pc.is_null(told[f"{side} {part}"]) for side in ("Source", "Target") for part in ("Name", "Country")
    ]
    reasons = coded_events.first_reason(
        (pc.is_null(day), "Event Date: there is no such day"),
        (pc.is_null(event["cameo_code"]), "CAMEO Code: there is no such CAMEO code"),
        (pc.and_(pc.and_(nobody[0], nobody[1]), pc.and_(nobody[2], nobody[3])), NO_ACTORS),
    )
    made["rank"] = coded_events.ranks(story, reasons)
    return Carried(pa.table(made), reasons)


def _told(name: str, values: Column) -> Column:
    """A column with null for text that says nothing; of sectors without the quotation marks that some files have around them."""
    if not pa.types.is_string(values.type):
        return values
    bare = pc.utf8_trim_whitespace(values)
    if name.endswith(" Sectors"):
        bare = pc.replace_substring_regex(bare, r'^"(.*)"$', r"\1")
    return pc.if_else(columns.flag(pc.is_in(bare, _NOTHING)), pa.scalar(None, pa.string()), bare)


def day_of(text: str) -> dt.date | None:
    """The day of a file: ISO 8601, or month, day and year between slashes; None for one that there is not."""
    american = _AMERICAN_DAY.fullmatch(text)
    try:
        if american is None:
            return dt.date.fromisoformat(text)
        month, day, year = map(int, american.groups())
        return dt.date(year, month, day)
    except ValueError:
        return None


def cameo_code(code: str | None, text: str | None) -> str | None:
    """A code as CAMEO has it: files that were kept as numbers have lost the zero before it. None for none known."""
    if code is None:
        return None
    longer = cameo_codes().get(f"0{code}")
    if longer is not None and (code not in cameo_codes() or _same(longer.label, text)):
        own = cameo_codes().get(code)
        return code if own is not None and _same(own.label, text) else longer.code
    return code if code in cameo_codes() else None


def _same(label: str, text: str | None) -> bool:
    return text is not None and label.casefold() == text.casefold()


def _side(side: str, name: Column, sectors: Column, country: Column) -> dict[str, Column]:
    iso3 = columns.mapped(country, iso3_of_name)
    roles = columns.mapped(sectors, roles_of)
    return {
        f"{side}_name": name,
        f"{side}_country": iso3,
        f"{side}_code": columns.mapped_together([iso3, roles], _code),
        **coded_events.roles_columns(side, roles),
    }


def _code(iso3: str | None, roles: str | None) -> str | None:
    """Country, first role, and party where that is the second."""
    listed = roles.split(SEPARATOR) if roles else []
    kept = [*listed[:1], *(role for role in listed[1:2] if role == PARTY)]
    return "".join((countries()[iso3].cameo if iso3 else "", *kept)) or None


def iso3_of_name(name: str) -> str | None:
    """ISO alpha-3 code of a country by ICEWS's name or another in use; None for none known."""
    found = _iso3_by_name().get(name.lower())
    named = of_name(name)
    return found or (named.iso3 if named is not None else None)


@cache
def _iso3_by_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in data_rows("icews_countries.csv"):
        for name in (row["name"], *row["other_names"].split(SEPARATOR)):
            if name:
                found[name.lower()] = row["iso3"]
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class _Sector:
    """Roles that a sector stands for; it says nothing more where one of ``covers`` is told."""

    roles: tuple[str, ...]
    covers: tuple[str, ...]


@cache
def _read_sectors() -> Mapping[str, _Sector]:
    def parts(text: str) -> tuple[str, ...]:
        return tuple(part for part in text.split(SEPARATOR) if part)

    rows = data_rows("icews_read_sectors.csv")
    return MappingProxyType(
        {row["sector"].casefold(): _Sector(parts(row["roles"]), parts(row["covers"])) for row in rows}
    )


def roles_of(sectors: str) -> str | None:
    """CAMEO roles of a list of ICEWS's sectors, in its order, joined with a semicolon; None where it tells none."""
    known = _read_sectors()
    found = [
        known[name.strip().casefold()] for name in _BETWEEN.split(sectors) if name.strip().casefold() in known
    ]
    narrow = {role for sector in found if not sector.covers for role in sector.roles}
    covered = partial(_covered, narrow)
    roles = [role for sector in found if not covered(sector) for role in sector.roles]
    return SEPARATOR.join(dict.fromkeys(roles)) or None


def _covered(narrow: set[str], sector: _Sector) -> bool:
    if sector.covers == (_ANY,):
        return bool(narrow)
    return not narrow.isdisjoint(sector.covers)


LAYOUT = Layout(
    name="icews",
    title="ICEWS-style events",
    formats=("tab",),
    source="events",
    export=export,
    imported=imported,
    notice="In ICEWS's layout; not produced or endorsed by its makers.",
)
