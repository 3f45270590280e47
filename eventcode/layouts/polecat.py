"""POLECAT's layout: one row for a PLOVER event at one place, with all of its actors and recipients.

Sources: PLOVER manual 2.0 (roles of actors, sectors, scores), github.com/ahalterman/NGEC (order of sectors), columns of
doi 10.7910/DVN/AJGVIT as its readers show them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode import __version__
from eventcode.layouts import coded_events, columns
from eventcode.layouts.coded_events import data_rows
from eventcode.layouts.columns import Column
from eventcode.layouts.countries import countries
from eventcode.layouts.model import CodedFolder, Layout
from eventcode.layouts.pooling import Groups, joined
from eventcode.ontologies.codes import plover_scores
from eventcode.tables.checks_polecat import RECEIVED
from eventcode.tables.schema import load_schema
from eventcode.tables.views import numbered

SIDES = {"source": "Actor", "target": "Recipient"}
SEPARATOR = ";"
LISTED = "; "
NONE = "None"
_ACTOR = ("name", "text", "code", "country", "roles")
_PLACE = (
    "place_name", "place_text", "place_level", "geonameid", "country", "admin1", "admin2", "latitude", "longitude",
)  # fmt: skip
_EVENT = ("act_id", "day", "plover_event", "plover_modes", "plover_contexts")
_READ = (
    "event_id", "article_source", "cameo_code", "plover_quad", *_EVENT[:1], *_EVENT[2:], *_PLACE,
    *(f"{side}_{part}" for side in SIDES for part in _ACTOR),
)  # fmt: skip


def export(folder: CodedFolder) -> pa.Table:
    """PLOVER events: the pairs of actors that CAMEO makes of an act are one row again.

    Where all parties act on each other they are all actors, as PLOVER asks for.
    """
    events = coded_events.dated_events(folder, _READ)
    events = _one_direction(events.filter(pc.is_valid(events.column("plover_event"))))
    groups = Groups(_keys(events))
    first = groups.first_of(events)
    city, district, province = coded_events.divisions(first)
    country = columns.mapped(first.column("country"), _country_name)
    type_ = [first.column("plover_event"), first.column("plover_modes")]
    told = {
        "Event ID": first.column("event_id"),
        "Event Date": first.column("day"),
        "Event Type": type_[0],
        "Event Mode": _listed(type_[1]),
        "Intensity": columns.mapped_together(type_, intensity, pa.float64()),
        "Quad Code": columns.mapped(first.column("plover_quad"), _quad),
        "Contexts": _listed(first.column("plover_contexts")),
        **_parties(events, groups, type_[0]),
        "Placename": coded_events.folded(pc.coalesce(first.column("place_name"), country)),
        "City": city,
        "District": district,
        "Province": province,
        "Country": first.column("country"),
        "Latitude": first.column("latitude"),
        "Longitude": first.column("longitude"),
        "GeoNames ID": pc.cast(first.column("geonameid"), pa.int64()),
        "Raw Placename": coded_events.folded(first.column("place_text")),
        "Feature Type": columns.mapped(first.column("place_level"), _features().get),
        "Source": coded_events.folded(first.column("article_source")),
        "Publication Date": first.column("article_date"),
        "Story Locations": _locations(folder, first.column("article_id")),
        "Language": coded_events.of_article(folder, first.column("article_id"), "language"),
        "Version": columns.constant(f"eventcode {__version__}", first.num_rows),
    }
    schema = load_schema("polecat")
    empty = columns.nulls(first.num_rows)
    return columns.in_order(pa.table({name: told.get(name, empty) for name in schema.names}), schema.sort_key)


def _keys(events: pa.Table) -> list[Column]:
    return [events.column(name) for name in (*_EVENT, *_PLACE)]


def _one_direction(events: pa.Table) -> pa.Table:
    """An act that CAMEO codes in both directions with two codes (visit, host), in that of the lower code only."""
    codes = columns.chunked(events.column("cameo_code")).combine_chunks()
    ranks = pc.rank(codes, tiebreaker="dense").to_numpy() if len(codes) else np.empty(0, np.int64)
    groups = Groups(_keys(events))
    lowest = np.full(len(groups), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(lowest, groups.numbers, ranks.astype(np.int64))
    return events.filter(pa.array(ranks == lowest[groups.numbers]))


def _listed(text: Column) -> Column:
    return pc.replace_substring(text, SEPARATOR, LISTED)


def _quad(number: int) -> str:
    return load_schema("polecat").field("Quad Code").constraints.enum[number - 1]


def _country_name(iso3: str) -> str | None:
    return countries()[iso3].name if iso3 in countries() else None


# --- actors ------------------------------------------------------------------------------------------------------


def _parties(events: pa.Table, groups: Groups, types: Column) -> dict[str, Column]:
    """Actors and recipients of each event, ``types`` its PLOVER type.

    Where both sides are the same parties, all are actors and nobody is a recipient; of a type that needs one, the first party is
    the actor and the others are recipients.
    """
    rows = [_side(events, groups, side) for side in SIDES]
    who = np.split(numbered([_together(rows, part) for part in ("name", "country")]), [rows[0].num_rows])
    of = [side.column("group").to_numpy() for side in rows]
    sets = [
        joined(columns.text(pa.array(number)), group, len(groups), SEPARATOR, number)
        for number, group in zip(who, of, strict=True)
    ]
    same = columns.flag(pc.equal(*sets)).to_numpy()
    needed = same & columns.chunked(pc.is_in(types, pa.array(sorted(RECEIVED)))).to_numpy()
    leading = np.full(len(groups), -1, np.int64)
    leading[of[0][::-1]] = who[0][::-1]
    leads = [number == leading[group] for number, group in zip(who, of, strict=True)]
    kept = (~needed[of[0]] | leads[0], ~same[of[1]] | (needed[of[1]] & ~leads[1]))
    lists = [_lists(side.filter(pa.array(mask)), len(groups)) for side, mask in zip(rows, kept, strict=True)]
    return {**_titled("Actor", lists[0]), **_titled("Recipient", lists[1])}


def _together(sides: Sequence[pa.Table], name: str) -> pa.Array:
    return pa.chunked_array(
        [chunk for side in sides for chunk in side.column(name).chunks], pa.string()
    ).combine_chunks()


def _side(events: pa.Table, groups: Groups, side: str) -> pa.Table:
    """Each party of that side once for each group."""
    code, iso3 = events.column(f"{side}_code"), events.column(f"{side}_country")
    text = coded_events.folded(events.column(f"{side}_text"), SEPARATOR)
    made = pa.table(
        {
            "group": groups.numbers,
            "name": pc.coalesce(coded_events.folded(events.column(f"{side}_name"), SEPARATOR), text),
            "raw": text,
            "country": columns.mapped_together([code, iso3], country_of),
            "cow": columns.mapped(iso3, _cow),
            "sectors": columns.mapped(events.column(f"{side}_roles"), sectors_of),
        }
    )
    there = made.filter(columns.any_valid([made.column("name"), made.column("country")]))
    return Groups(there.columns).first_of(there)


def _lists(parties: pa.Table, length: int) -> dict[str, Column]:
    """Lists of each group, in the order in which the parties were told of."""
    groups = parties.column("group").to_numpy()
    made: dict[str, Column] = {
        name: columns.mapped(joined(pc.fill_null(parties.column(name), NONE), groups, length, LISTED), _told)
        for name in ("name", "raw", "country", "cow")
    }
    sectors = parties.filter(pc.is_valid(parties.column("sectors")))
    made["sectors"] = columns.mapped(
        joined(sectors.column("sectors"), sectors.column("group").to_numpy(), length, SEPARATOR), _different
    )
    return made


def _titled(title: str, parts: Mapping[str, Column]) -> dict[str, Column]:
    return {
        f"{title} Name": parts["name"],
        f"{title} Country": parts["country"],
        f"{title} COW": parts["cow"],
        f"Primary {title} Sector": columns.mapped(parts["sectors"], best_sector),
        f"{title} Sectors": parts["sectors"],
        f"{title} Name Raw": parts["raw"],
    }


def _told(listed: str) -> str | None:
    """A list; None where nothing is told of anybody."""
    return None if set(listed.split(LISTED)) == {NONE} else listed


def _different(sectors: str) -> str | None:
    return LISTED.join(dict.fromkeys(sectors.split(SEPARATOR))) or None


def country_of(code: str | None, iso3: str | None) -> str | None:
    """PLOVER's country: ISO alpha-3, or the code for those of no one country."""
    if iso3 is not None:
        return iso3
    return next((country for begins, country in _international() if code and code.startswith(begins)), None)


@cache
def _international() -> tuple[tuple[str, str], ...]:
    rows = [(row["begins"], row["country"]) for row in data_rows("polecat_countries.csv")]
    return tuple(sorted(rows, key=lambda row: (-len(row[0]), row[0])))


def _cow(iso3: str) -> str | None:
    found = countries().get(iso3)
    return str(found.cow) if found is not None and found.cow is not None else None


def sectors_of(roles: str) -> str | None:
    """PLOVER sectors of CAMEO roles, both joined with a semicolon; None where there are none."""
    return (
        SEPARATOR.join(
            dict.fromkeys(_sectors()[role] for role in roles.split(SEPARATOR) if role in _sectors())
        )
        or None
    )


@cache
def _sectors() -> Mapping[str, str]:
    rows = data_rows("polecat_sectors.csv")
    return MappingProxyType(
        {role: row["sector"] for row in rows for role in row["roles"].split(SEPARATOR) if role}
    )


def best_sector(sectors: str) -> str:
    """The first of a list by NGEC's order."""
    return min(sectors.split(LISTED), key=_sector_ranks().__getitem__)


@cache
def _sector_ranks() -> Mapping[str, int]:
    return MappingProxyType({row["sector"]: int(row["rank"]) for row in data_rows("polecat_sectors.csv")})


# --- events, places, stories -------------------------------------------------------------------------------------


def intensity(event: str | None, modes: str | None) -> float | None:
    """PLOVER's score: of the mode farthest from 0, or of the type where no mode has one; None where the manual has none."""
    known = plover_scores()
    scores = [
        known[event, mode] for mode in (modes or "").split(SEPARATOR) if event and (event, mode) in known
    ]
    return max(scores, key=lambda score: (abs(score), score)) if scores else known.get((event or "", ""))


@cache
def _features() -> Mapping[str, str]:
    return MappingProxyType({row["level"]: row["feature"] for row in data_rows("polecat_features.csv")})


def _locations(folder: CodedFolder, articles: Column) -> Column:
    """Names of the places in each article, in the order of the text; demonyms are none."""
    if not folder.has("places"):
        return columns.nulls(len(articles))
    read = folder.read("places", ["article_id", "name", "feature"])
    read = read.set_column(1, "name", coded_events.folded(read.column("name"), SEPARATOR))
    places = read.filter(
        pc.and_(pc.not_equal(read.column("feature"), "demonym"), pc.is_valid(read.column("name")))
    )
    places = Groups(places.columns[:2]).first_of(places)
    stories = Groups([places.column("article_id")])
    names = joined(places.column("name"), stories.numbers, len(stories), LISTED)
    return coded_events.looked_up(articles, stories.first_of(places).column("article_id"), names)


LAYOUT = Layout(
    name="polecat",
    title="POLECAT-style events",
    formats=("txt",),
    source="events",
    export=export,
    notice="In POLECAT's layout; not produced or endorsed by its makers.",
)
