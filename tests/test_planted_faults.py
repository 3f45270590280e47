"""Faults planted one by one into valid tables and files: each is found where it is, and nothing else is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from layout_rows import ROWS, layout_table, spoil, write_layout
from table_rows import DAY, Row, change, valid_rows, write_unchecked

from eventcode.tables.schema import LAYOUTS, TABLES
from eventcode.tables.validate import validate

YESTERDAY = DAY - dt.timedelta(days=1)

# Table, row, what is changed there; code and column of the finding.
IN_TABLES: list[tuple[str, int, Row, str, str]] = [
    ("articles", 0, {"sha256": "xyz"}, "pattern", "sha256"),
    ("articles", 0, {"characters": None}, "required", "characters"),
    ("articles", 0, {"parsed_sentences": 4}, "sentences", "parsed_sentences"),
    ("articles", 0, {"date": dt.date(3024, 1, 6)}, "range", "date"),
    ("articles", 0, {"duplicate_of": "wire-1"}, "duplicate", "duplicate_of"),
    ("acts", 0, {"trigger_end": 17}, "offsets", "trigger_start"),
    ("acts", 0, {"stance": "hope"}, "enum", "stance"),
    ("acts", 0, {"sources.0.country": "MAL"}, "country", "sources.country"),
    ("acts", 0, {"places.0.latitude": 56.27}, "far_away", "places.latitude"),
    ("acts", 0, {"toll.killed_best": 10}, "quantities", "toll.killed_best"),
    ("acts", 0, {"event_date_end": YESTERDAY}, "dates", "event_date_end"),
    ("events", 1, {"cameo_code": "1951x", "cameo_root": "19"}, "pattern", "cameo_code"),
    ("events", 1, {"cameo_code": "1999", "cameo_root": "19"}, "cameo_code", "cameo_code"),
    ("events", 0, {"cameo_root": "20"}, "cameo_root", "cameo_root"),
    ("events", 1, {"quad_class": 2}, "cameo_quad", "quad_class"),
    ("events", 0, {"goldstein": -9.0}, "cameo_goldstein", "goldstein"),
    ("events", 1, {"plover_modes": "aerial;arrest"}, "plover_modes", "plover_modes"),
    ("events", 0, {"acled_event_type": "Battles"}, "acled_types", "acled_event_type"),
    ("events", 0, {"longitude": None}, "coordinates", "latitude"),
    ("events", 1, {"event_id": f"{0:020x}"}, "unique", "event_id"),
    ("events", 1, {"rank": 2}, "rank", "rank"),
    ("incidents", 0, {"interaction": "State forces only"}, "interaction", "interaction"),
    ("incidents", 0, {"year": 2023}, "year", "year"),
    ("incidents", 0, {"iso": 686}, "iso", "iso"),
    ("incidents", 0, {"fatalities": 10}, "fatalities", "fatalities"),
    ("incidents", 0, {"articles": 2}, "listed", "articles"),
    ("incidents", 0, {"time_precision": 2}, "time_precision", "time_precision"),
    ("incidents", 0, {"not_codable_reason": "no_place"}, "codable", "not_codable_reason"),
    ("places", 1, {"start": 93}, "offsets", "start"),
    ("places", 0, {"confidence": 1.01}, "range", "confidence"),
    ("places", 1, {"start": 34, "end": 37}, "unique", "article_id"),
]

# Layout, row, cells as text ("__" stands for a blank in a column's name); code and column of the finding.
IN_LAYOUTS: list[tuple[str, int, dict[str, str], str, str]] = [
    ("acled", 0, {"event_id_cnty": ""}, "required", "event_id_cnty"),
    ("acled", 1, {"event_id_cnty": "KEN-7"}, "pattern", "event_id_cnty"),
    ("acled", 2, {"event_id_cnty": "EC-KEN-00000000000b"}, "unique", "event_id_cnty"),
    ("acled", 1, {"event_date": "2 March 2024"}, "cell", "event_date"),
    ("acled", 0, {"event_date": "2024-02-30"}, "cell", "event_date"),
    ("acled", 2, {"year": "2024"}, "year", "year"),
    ("acled", 0, {"year": "MMXXIV"}, "cell", "year"),
    ("acled", 0, {"time_precision": "4"}, "range", "time_precision"),
    ("acled", 3, {"geo_precision": "0"}, "range", "geo_precision"),
    ("acled", 0, {"event_type": "Battle"}, "enum", "event_type"),
    ("acled", 0, {"sub_event_type": "Grenade"}, "acled_types", "event_type"),
    ("acled", 1, {"disorder_type": "Political violence"}, "acled_types", "disorder_type"),
    ("acled", 1, {"inter1": "Rebels"}, "enum", "inter1"),
    ("acled", 0, {"interaction": "State forces-Rioters"}, "interaction", "interaction"),
    ("acled", 3, {"interaction": "87"}, "enum", "interaction"),
    ("acled", 3, {"interaction": "17"}, "interaction", "interaction"),
    ("acled", 0, {"inter1": "Rebel group", "interaction": "Rebel group-Rebel group"}, "actor_type", "inter1"),
    ("acled", 0, {"inter2": "", "interaction": "State forces only"}, "actor_type", "inter2"),
    ("acled", 0, {"actor2": "", "inter2": "", "interaction": "State forces only"}, "one_sided", "actor2"),
    ("acled", 2, {"civilian_targeting": ""}, "civilian_targeting", "civilian_targeting"),
    ("acled", 1, {"civilian_targeting": "Civilian targeting"}, "civilian_targeting", "civilian_targeting"),
    ("acled", 0, {"iso": "854"}, "iso", "iso"),
    ("acled", 0, {"iso": "999"}, "iso", "iso"),
    ("acled", 1, {"region": "Western Africa"}, "region", "region"),
    ("acled", 1, {"latitude": ""}, "coordinates", "latitude"),
    ("acled", 2, {"longitude": "76.5225"}, "far_away", "latitude"),
    ("acled", 2, {"latitude": "3,4372"}, "cell", "latitude"),
    ("acled", 2, {"latitude": "103.4"}, "range", "latitude"),
    ("acled", 0, {"fatalities": "-1"}, "range", "fatalities"),
    ("acled", 0, {"fatalities": "10-15"}, "cell", "fatalities"),
    ("acled", 1, {"tags": "crowd size="}, "tags", "tags"),
    ("acled", 0, {"source": "Gao Herald; ; Desert Wire"}, "list", "source"),
    ("acled", 0, {"assoc_actor_1": "Plateau Militia;"}, "list", "assoc_actor_1"),
    ("acled", 2, {"inter2": "Rebel group", "actor2": "Northern Front",
                  "interaction": "Rebel group-Political militia"}, "untypical_actors", "event_type"),
    ("ged", 1, {"id": ""}, "required", "id"),
    ("ged", 2, {"id": "101"}, "unique", "id"),
    ("ged", 0, {"active_year": "maybe"}, "cell", "active_year"),
    ("ged", 0, {"year": "2018"}, "year", "year"),
    ("ged", 1, {"type_of_violence": "4"}, "range", "type_of_violence"),
    ("ged", 0, {"side_b": "Civilians", "dyad_name": "Government of Iraq - Civilians"},
     "violence_sides", "side_b"),
    ("ged", 1, {"side_a": "Government of South Sudan", "gwnoa": "626",
                "dyad_name": "Government of South Sudan - Murle"}, "violence_sides", "side_a"),
    ("ged", 0, {"gwnoa": ""}, "side_number", "gwnoa"),
    ("ged", 2, {"dyad_name": "Myanmar - Civilians"}, "dyad_name", "dyad_name"),
    ("ged", 0, {"best": "9"}, "best_sum", "best"),
    ("ged", 0, {"low": "9"}, "low_best_high", "best"),
    ("ged", 2, {"deaths_civilians": "0", "best": "0", "low": "0", "high": "0"}, "no_deaths", "high"),
    ("ged", 1, {"priogrid_gid": "138669"}, "priogrid", "priogrid_gid"),
    ("ged", 1, {"geom_wkt": "POINT (6.2 33.5)"}, "geom_wkt", "geom_wkt"),
    ("ged", 1, {"geom_wkt": "33.5 6.2"}, "pattern", "geom_wkt"),
    ("ged", 0, {"longitude": "-43.118889", "geom_wkt": "POINT (-43.118889 36.335)",
                "priogrid_gid": "181714"}, "far_away", "latitude"),
    ("ged", 0, {"country_id": "640"}, "country_number", "country_id"),
    ("ged", 0, {"region": "Asia"}, "region", "region"),
    ("ged", 1, {"date_end": "2018-11-30"}, "dates", "date_end"),
    ("ged", 1, {"date_end": "2019-01-01", "date_prec": "5"}, "year", "date_end"),
    ("ged", 1, {"date_prec": "1"}, "date_prec", "date_prec"),
    ("ged", 1, {"date_prec": "7"}, "range", "date_prec"),
    ("ged", 0, {"where_prec": "0"}, "range", "where_prec"),
    ("ged", 2, {"deaths_unknown": "none"}, "cell", "deaths_unknown"),
    ("gdelt1", 1, {"GLOBALEVENTID": "1001"}, "unique", "GLOBALEVENTID"),
    ("gdelt1", 0, {"SQLDATE": "2024-03-01"}, "cell", "SQLDATE"),
    ("gdelt1", 0, {"MonthYear": "202402"}, "date_parts", "MonthYear"),
    ("gdelt1", 2, {"Year": "2023"}, "date_parts", "Year"),
    ("gdelt1", 2, {"FractionDate": "2024.5"}, "date_parts", "FractionDate"),
    ("gdelt1", 2, {"DATEADDED": "20240301"}, "date_added", "SQLDATE"),
    ("gdelt1", 1, {"QuadClass": "3"}, "cameo_quad", "QuadClass"),
    ("gdelt1", 2, {"QuadClass": "4"}, "cameo_quad", "QuadClass"),
    ("gdelt1", 0, {"EventBaseCode": "190"}, "cameo_base", "EventBaseCode"),
    ("gdelt1", 0, {"Actor1Type1Code": "GOV"}, "actor_parts", "Actor1Type1Code"),
    ("gdelt2", 0, {"EventCode": "199", "EventBaseCode": "199"}, "cameo_code", "EventCode"),
    ("gdelt2", 0, {"EventRootCode": "18"}, "cameo_root", "EventRootCode"),
    ("gdelt2", 0, {"GoldsteinScale": "-9"}, "cameo_goldstein", "GoldsteinScale"),
    ("gdelt2", 2, {"GoldsteinScale": ""}, "cameo_goldstein", "GoldsteinScale"),
    ("gdelt2", 1, {"DATEADDED": "20240217234500"}, "date_added", "SQLDATE"),
    ("gdelt2", 1, {"Actor1KnownGroupCode": "EUR"}, "actor_parts", "Actor1KnownGroupCode"),
    ("gdelt2", 2, {"Actor2Code": "QQQGOV", "Actor2CountryCode": "QQQ"},
     "unknown_country", "Actor2CountryCode"),
    ("gdelt2", 2, {"ActionGeo_CountryCode": "XQ", "ActionGeo_ADM1Code": "XQ"},
     "unknown_country", "ActionGeo_CountryCode"),
    ("gdelt2", 0, {"ActionGeo_ADM1Code": "SF29"}, "adm1", "ActionGeo_ADM1Code"),
    ("gdelt2", 0, {"ActionGeo_Long": ""}, "coordinates", "ActionGeo_Lat"),
    ("gdelt2", 1, {"ActionGeo_Lat": "-40.7143"}, "far_away", "ActionGeo_Lat"),
    ("gdelt2", 0, {"Actor1Geo_Long": "-30"}, "far_away", "Actor1Geo_Lat"),
    ("gdelt2", 0, {"ActionGeo_Type": "6"}, "range", "ActionGeo_Type"),
    ("gdelt2", 0, {"IsRootEvent": "yes"}, "cell", "IsRootEvent"),
    ("icews", 0, {"Event__Date": "2024-02-30"}, "dates", "Event Date"),
    ("icews", 0, {"Event__Date": "1 March 2024"}, "pattern", "Event Date"),
    ("icews", 1, {"Event__Date": "2024-03-01"}, "unique", "Event ID"),
    ("icews", 0, {"CAMEO__Code": "189"}, "cameo_code", "CAMEO Code"),
    ("icews", 2, {"CAMEO__Code": "41"}, "pattern", "CAMEO Code"),
    ("icews", 0, {"Intensity": "-10.0"}, "cameo_goldstein", "Intensity"),
    ("icews", 1, {"Event__Text": "Make a statement"}, "event_text", "Event Text"),
    ("icews", 1, {"Source__Country": "Ruritania"}, "unknown_country", "Source Country"),
    ("icews", 2, {"Latitude": "", }, "coordinates", "Latitude"),
    ("icews", 2, {"Country": "Peru"}, "far_away", "Latitude"),
    ("icews", 2, {"Sentence__Number": "-1"}, "range", "Sentence Number"),
    ("phoenix", 1, {"EventID": "1_v0.1.0"}, "unique", "EventID"),
    ("phoenix", 0, {"Month": "04"}, "date_parts", "Month"),
    ("phoenix", 2, {"Day": "32"}, "pattern", "Day"),
    ("phoenix", 0, {"SourceActorRole": "GOV"}, "actor_parts", "SourceActorRole"),
    ("phoenix", 0, {"TargetActorRole": "ARM"}, "enum", "TargetActorRole"),
    ("phoenix", 1, {"SourceActorAttribute": "EUR"}, "actor_parts", "SourceActorAttribute"),
    ("phoenix", 2, {"TargetActorFull": "QQQGOV", "TargetActorEntity": "QQQ"},
     "unknown_country", "TargetActorEntity"),
    ("phoenix", 1, {"SourceActorFull": "---", "SourceActorEntity": "", "SourceActorAttribute": ""},
     "actors", "SourceActorFull"),
    ("phoenix", 2, {"EventRootCode": "17"}, "cameo_root", "EventRootCode"),
    ("phoenix", 2, {"PentaClass": "4"}, "cameo_quad", "PentaClass"),
    ("phoenix", 0, {"GoldsteinScore": "10"}, "cameo_goldstein", "GoldsteinScore"),
    ("phoenix", 0, {"Lon": "-36.7234"}, "far_away", "Lat"),
    ("polecat", 1, {"Event__ID": ""}, "required", "Event ID"),
    ("polecat", 1, {"Event__Date": "01/03/2024"}, "cell", "Event Date"),
    ("polecat", 0, {"Event__Type": "FIGHT"}, "enum", "Event Type"),
    ("polecat", 0, {"Event__Mode": "visit"}, "plover_modes", "Event Mode"),
    ("polecat", 0, {"Event__Mode": "aerial; explosives; aerial"}, "repeated", "Event Mode"),
    ("polecat", 0, {"Quad__Code": "VERBAL CONFLICT"}, "plover_quad", "Quad Code"),
    ("polecat", 1, {"Contexts": "health; wealth"}, "plover_contexts", "Contexts"),
    ("polecat", 1, {"Intensity": "9"}, "plover_score", "Intensity"),
    ("polecat", 1, {"Actor__COW": "220; 260"}, "country_number", "Actor COW"),
    ("polecat", 1, {"Recipient__Name": "None"}, "recipient", "Recipient Name"),
    ("polecat", 1, {"Actor__Name": "France; "}, "list", "Actor Name"),
    ("polecat", 0, {"Country": "QQQ"}, "unknown_country", "Country"),
    ("polecat", 0, {"Longitude": "None"}, "coordinates", "Latitude"),
    ("polecat", 0, {"GeoNames__ID": "Homs"}, "cell", "GeoNames ID"),
]  # fmt: skip


def found(path: Path, schema: str | None = None) -> list[tuple[str, int | None, str]]:
    return [(finding.code, finding.row, finding.column) for finding in validate(path, schema=schema)]


def ids(case: tuple[str, int, dict[str, Any], str, str]) -> str:
    name, row, told, code, column = case
    return f"{name}-{row}-{code}-{column}-{'-'.join(map(str, told.values()))}"[:90]


def test_enough_is_planted_everywhere() -> None:
    assert len(IN_TABLES) + len(IN_LAYOUTS) >= 60
    assert {name for name, *_ in IN_TABLES} == {*TABLES}
    assert {name for name, *_ in IN_LAYOUTS} == {*LAYOUTS} == {*yaml.safe_load(ROWS.read_text("utf-8"))}


@pytest.mark.parametrize("name", TABLES)
def test_valid_tables_have_no_findings(tmp_path: Path, name: str) -> None:
    assert found(write_unchecked(tmp_path / "x.parquet", name, valid_rows(name))) == []


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("suffix", [".csv", ".tsv.gz", ".parquet"])
def test_valid_files_have_no_findings(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    if suffix == ".parquet":
        pq.write_table(layout_table(name), path)
    else:
        write_layout(path, layout_table(name), name)
    assert found(path) == found(path, name) == []


@pytest.mark.parametrize("case", IN_TABLES, ids=ids)
def test_a_fault_in_a_table_is_found_and_nothing_else(
    tmp_path: Path, case: tuple[str, int, Row, str, str]
) -> None:
    name, row, told, code, column = case
    rows = valid_rows(name)
    for where, value in told.items():
        change(rows[row], where, value)
    assert found(write_unchecked(tmp_path / f"{name}.parquet", name, rows)) == [(code, row, column)]


@pytest.mark.parametrize("case", IN_LAYOUTS, ids=ids)
def test_a_fault_in_a_file_is_found_and_nothing_else(
    tmp_path: Path, case: tuple[str, int, dict[str, str], str, str]
) -> None:
    name, row, told, code, column = case
    path = write_layout(tmp_path / "x.csv", layout_table(name), name)
    assert found(spoil(path, name, row, **told)) == [(code, row, column)]
