"""Small valid tables, and a way to write broken ones: shared by the tests of schemas and checks."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.tables.parquet import arrow_schema
from eventcode.tables.schema import Field, load_schema

Row = dict[str, Any]

DAY = dt.date(2024, 1, 5)
PUBLISHED = dt.date(2024, 1, 6)
ACT = "0123456789abcdef0123"
OTHER_ACT = "aaaaaaaaaaaaaaaaaaaa"
ARTICLE = "wire-1"
ACLED_COLUMNS = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
"""ACLED's, in the order of its files: our incidents begin with them."""


def _blank(fields: tuple[Field, ...]) -> Row:
    return {field.name: None for field in fields}


def _part(table: str, column: str, **values: Any) -> Row:
    return _blank(load_schema(table).field(column).fields) | values


def _article() -> Row:
    return _blank(load_schema("articles").fields) | {
        "article_id": ARTICLE,
        "sha256": "ab" * 32,
        "date": PUBLISHED,
        "title": "Gao market hit",
        "language": "en",
        "file": "wire.jsonl",
        "record": 1,
        "characters": 120,
        "sentences": 3,
        "parsed_sentences": 2,
        "acts": 1,
        "events": 2,
    }


def _shared() -> Row:
    return {
        "act_id": ACT,
        "article_id": ARTICLE,
        "field": "text",
        "sentence": 0,
        "sentence_start": 0,
        "sentence_end": 60,
        "trigger_start": 17,
        "trigger_end": 23,
        "trigger_text": "bombed",
        "act": "air_strike",
        "rule": "air_strike/bomb",
        "stance": "do",
        "status": "occurred",
        "attribution": "narrator",
        "event_date": DAY,
        "event_date_end": DAY,
        "date_span": "uncertain",
        "date_precision": "day",
        "date_basis": "relative",
        "date_text": "Friday",
    }


def _place() -> Row:
    return {
        "geonameid": 2457161,
        "latitude": 16.27,
        "longitude": -0.04,
        "geo_precision": 1,
        "country": "MLI",
        "admin1": "Gao",
        "admin1_code": "ML-7",
    }


def _act() -> Row:
    source = _part("acts", "sources", text="army", start=4, end=8, code="MLIMIL", roles=["MIL"])
    target = _part("acts", "targets", text="market", start=24, end=30)
    place = _part("acts", "places", text="Gao", start=34, end=37, name="Gao", level="settlement", **_place())
    place |= {"relation": "at", "point": "place", "basis": "stated"}
    return (
        _blank(load_schema("acts").fields)
        | _shared()
        | {
            "trigger_lemma": "bomb",
            "sources": [source],
            "targets": [target],
            "places": [place],
            "instrument": "aircraft",
            "outcomes": ["killed"],
            "toll": _part("acts", "toll", killed_low=7, killed_best=7, killed_high=9),
        }
    )


def _event(rank: int) -> Row:
    return (
        _blank(load_schema("events").fields)
        | _shared()
        | _place()
        | {
            "event_id": f"{rank:020x}",
            "act_rows": 2,
            "article_date": PUBLISHED,
            "rank": rank,
            "source_text": "army",
            "source_start": 4,
            "source_end": 8,
            "source_code": "MLIMIL",
            "source_country": "MLI",
            "source_role": "MIL",
            "source_roles": "MIL",
            "source_type": "State forces",
            "cameo_code": "195",
            "cameo_root": "19",
            "quad_class": 4,
            "goldstein": -10.0,
            "plover_event": "ASSAULT",
            "plover_modes": "aerial;explosives",
            "plover_contexts": "military",
            "plover_quad": 4,
            "acled_disorder_type": "Political violence",
            "acled_event_type": "Explosions/Remote violence",
            "acled_sub_event_type": "Air/drone strike",
            "other_codes": "mine:A1",
            "place_text": "Gao",
            "place_start": 34,
            "place_end": 37,
            "place_name": "Gao",
            "place_level": "settlement",
            "place_relation": "at",
            "point": "place",
            "place_basis": "stated",
            "fatalities_low": 7,
            "fatalities_best": 7,
            "fatalities_high": 9,
        }
    )


def _incident() -> Row:
    return _blank(load_schema("incidents").fields) | {
        "event_id_cnty": "EC-MLI-0123456789ab",
        "event_date": DAY,
        "year": 2024,
        "time_precision": 1,
        "disorder_type": "Political violence",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Air/drone strike",
        "actor1": "Military Forces of Mali",
        "inter1": "State forces",
        "actor2": "Civilians (Mali)",
        "inter2": "Civilians",
        "interaction": "State forces-Civilians",
        "civilian_targeting": "Civilian targeting",
        "iso": 466,
        "region": "Western Africa",
        "country": "Mali",
        "admin1": "Gao",
        "location": "Gao",
        "latitude": 16.27,
        "longitude": -0.04,
        "geo_precision": 1,
        "notes": "On 2024-01-05, in Gao.",
        "fatalities": 7,
        "timestamp": 1704499200,
        "acled_codable": True,
        "fatalities_low": 7,
        "fatalities_best": 7,
        "fatalities_high": 9,
        "event_date_end": DAY,
        "date_precision": "day",
        "date_basis": "relative",
        "geonameid": 2457161,
        "place_basis": "stated",
        "attribution": "narrator",
        "act_ids": [ACT],
        "article_ids": [ARTICLE],
        "articles": 1,
        "sources": 0,
    }


def _place_name(start: int) -> Row:
    return _blank(load_schema("places").fields) | {
        "article_id": ARTICLE,
        "field": "text",
        "start": start,
        "end": start + 3,
        "text": "Gao",
        "name": "Gao",
        "geonameid": 2457161,
        "feature": "settlement",
        "country": "MLI",
        "latitude": 16.27,
        "longitude": -0.04,
        "confidence": 0.9,
    }


def valid_rows(table: str) -> list[Row]:
    """Rows of a table in which nothing is wrong; those of all tables belong together."""
    made: dict[str, list[Row]] = {
        "articles": [_article()],
        "acts": [_act()],
        "events": [_event(0), _event(1)],
        "incidents": [_incident()],
        "places": [_place_name(34), _place_name(90)],
    }
    return copy.deepcopy(made[table])


def change(row: Row, path: str, value: Any) -> None:
    """Set a value of a row; "places.0.level" reaches into nested columns."""
    *way, last = path.split(".")
    part: Any = row
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    part[last] = value


def write_unchecked(
    path: Path, table: str, rows: list[Row], types: Mapping[str, pa.DataType] | None = None
) -> Path:
    """Write rows that TableWriter would not take: nulls anywhere, other types for some columns."""
    fields = [
        pa.field(field.name, (types or {}).get(field.name, field.type))
        for field in arrow_schema(table)
        if not rows or field.name in rows[0]
    ]
    extra = [
        pa.field(name, pa.string())
        for name in (rows[0] if rows else ())
        if name not in arrow_schema(table).names
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema([*fields, *extra])), path)
    return path
