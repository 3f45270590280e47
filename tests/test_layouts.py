"""Layouts: what they write is what others read, and what comes back is what their columns can carry."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import ACLED_COLUMNS, ACT, DAY, Row, change, valid_rows
from typer.testing import CliRunner

from eventcode.cli import app
from eventcode.errors import InputError, SchemaError, UsageError
from eventcode.layouts import columns, ged
from eventcode.layouts.exporting import export, fitted
from eventcode.layouts.flat import flat_schema, flatten
from eventcode.layouts.importing import import_file
from eventcode.layouts.model import IMPORTED_FROM
from eventcode.layouts.registry import LAYOUTS, layout
from eventcode.layouts.stata import shortened, stata_names
from eventcode.ontologies.codes import acled_actor_types, interaction
from eventcode.replacing import replacing
from eventcode.tables.parquet import TableWriter, arrow_schema, read_table
from eventcode.tables.reading import read_metadata
from eventcode.tables.rejected import check_rejected
from eventcode.tables.schema import TABLES, load_schema
from eventcode.tables.validate import check_files

METADATA = {"eventcode_version": "0.1.0", "lexicon_sha256": "f" * 64}
GED_COLUMNS = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]


def incident(number: int = 0, **values: Any) -> Row:
    """A valid incident with an id of its own and these values; interaction follows."""
    row = valid_rows("incidents")[0] | {"event_id_cnty": f"EC-MLI-{number:012x}", **values}
    row["interaction"] = interaction(row["inter1"], row["inter2"])
    return row


def only_incidents(folder: Path, incidents: Sequence[Row]) -> Path:
    """A coded folder without the articles and acts that the incidents were told in."""
    folder.mkdir()
    with TableWriter(folder / "incidents.parquet", "incidents", METADATA) as writer:
        writer.write(incidents)
    return folder


def coded(folder: Path, incidents: Sequence[Row] | None = None, **tables: Sequence[Row]) -> Path:
    """A coded folder: valid rows, but where others are given."""
    folder.mkdir(exist_ok=True)
    rows = {table: valid_rows(table) for table in TABLES} | tables
    if incidents is not None:
        rows["incidents"] = list(incidents)
    for table, made in rows.items():
        with TableWriter(folder / f"{table}.parquet", table, METADATA) as writer:
            writer.write(made)
    return folder


def exported_rows(folder: Path, name: str) -> list[Row]:
    """Rows of a layout's Parquet file."""
    out = folder / f"out-{name}.parquet"
    export(folder, name, out)
    rows: list[Row] = read_table(out).to_pylist()
    return rows


# --- what holds for every layout ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_has_a_schema_a_format_and_a_table(name: str) -> None:
    found = layout(name)
    assert found.name == name
    assert found.formats
    assert found.source in TABLES
    assert found.file_schema().fields


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_stands_in_the_documentation(name: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / "layouts.md").read_text(encoding="utf-8")
    assert f"`{name}`" in text


def test_an_unknown_layout_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="acled, csv, gdelt1"):
        layout("acledd")


@pytest.mark.parametrize("name", ["acled", "csv", "ged", "geojson", "geoparquet", "stata"])
def test_the_same_folder_gives_the_same_bytes_and_a_true_descriptor(name: str, tmp_path: Path) -> None:
    folder = coded(tmp_path / "coded")
    suffix = {"stata": "dta", "geojson": "geojson", "geoparquet": "parquet"}.get(name, "csv")
    first = export(folder, name, tmp_path / f"a.{suffix}")
    second = export(folder, name, tmp_path / f"b.{suffix}")
    assert first.path.read_bytes() == second.path.read_bytes()
    package = json.loads(first.descriptor.read_text(encoding="utf-8"))
    (resource,) = package["resources"]
    assert resource["path"] == f"a.{suffix}"
    assert resource["hash"] == f"sha256:{hashlib.sha256(first.path.read_bytes()).hexdigest()}"
    assert resource["x-rows"] == first.rows == 1
    assert resource["schema"]["fields"]
    assert package["x-metadata"]["lexicon_sha256"] == "f" * 64
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert "GeoNames" in package["sources"][0]["title"]


@pytest.mark.parametrize("name", ["acled", "ged", "geojson", "geoparquet"])
def test_incidents_are_never_said_to_be_acleds(name: str, tmp_path: Path) -> None:
    made = export(coded(tmp_path / "coded"), name, tmp_path / "a.csv")
    assert "not produced or endorsed by ACLED" in made.descriptor.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("acled", "a.csv"),
        ("acled", "a.csv.gz"),
        ("acled", "a.parquet"),
        ("csv", "i.csv"),
        ("geojson", "i.geojson"),
        ("geoparquet", "g.parquet"),
    ],
)
def test_pieces_give_the_bytes_of_the_whole(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [incident(n, latitude=n % 7 * 10.0, acled_codable=n % 3 > 0) for n in range(25)]
    folder = only_incidents(tmp_path / "coded", rows)
    monkeypatch.setattr("eventcode.layouts.files.ROW_GROUP_ROWS", 4)
    export(folder, name, tmp_path / file)
    whole = (tmp_path / file).read_bytes()
    told = read_table(folder / "incidents.parquet")
    pq.write_table(told, folder / "incidents.parquet", row_group_size=3)
    monkeypatch.setattr("eventcode.layouts.model._PIECE_GROUPS", 2)
    export(folder, name, tmp_path / file)
    assert (tmp_path / file).read_bytes() == whole


def test_a_suffix_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.parquet"):
        export(coded(tmp_path / "coded"), "acled", tmp_path / "out.xlsx")


def test_a_table_that_the_layout_is_not_made_of_is_refused(tmp_path: Path) -> None:
    folder = coded(tmp_path / "coded")
    with pytest.raises(UsageError, match="made of incidents alone"):
        export(folder, "acled", tmp_path / "out.csv", "events")
    with pytest.raises(UsageError, match="articles, acts"):
        export(folder, "csv", tmp_path / "out.csv", "happenings")


def test_nothing_is_left_where_an_export_fails(tmp_path: Path) -> None:
    folder = coded(tmp_path / "coded")
    (folder / "incidents.parquet").write_bytes(b"nothing")
    out = tmp_path / "files"
    out.mkdir()
    with pytest.raises(InputError, match=r"incidents\.parquet"):
        export(folder, "acled", out / "a.csv")
    assert list(out.iterdir()) == []


def test_the_tables_that_were_coded_are_never_overwritten(tmp_path: Path) -> None:
    folder = coded(tmp_path / "c")
    before = (folder / "incidents.parquet").read_bytes()
    with pytest.raises(UsageError, match="coded folder itself"):
        export(folder, "acled", folder / "incidents.parquet")
    assert (folder / "incidents.parquet").read_bytes() == before


@pytest.mark.parametrize("name", ["acled", "csv", "ged", "geojson", "geoparquet", "stata"])
def test_a_folder_without_incidents_gives_a_file_without_rows(name: str, tmp_path: Path) -> None:
    suffix = {"stata": "dta", "geojson": "geojson", "geoparquet": "parquet"}.get(name, "csv")
    made = export(only_incidents(tmp_path / "c", []), name, tmp_path / f"a.{suffix}")
    assert made.rows == 0
    assert made.path.stat().st_size > 0
    if name == "stata":
        assert pd.read_stata(made.path).empty


def test_a_table_that_does_not_fit_its_schema_is_refused() -> None:
    schema = load_schema("ged")
    empty = pa.schema([(name, pa.null()) for name in schema.names]).empty_table()
    assert fitted(empty, schema).column_names == GED_COLUMNS
    with pytest.raises(SchemaError, match="not those of its schema"):
        fitted(empty.drop_columns(["id"]), schema)
    one = pa.table({name: pa.nulls(1) for name in schema.names})
    with pytest.raises(SchemaError, match="no value in id"):
        fitted(one, schema)


# --- ACLED -------------------------------------------------------------------------------------------------------


def test_acled_has_its_columns_and_only_what_acled_would_code(tmp_path: Path) -> None:
    rows = [incident(1), incident(2, acled_codable=False, not_codable_reason="no_actor", actor1=None)]
    rows[1] |= {"inter1": None, "interaction": "Civilians only"}
    made = exported_rows(coded(tmp_path / "c", rows), "acled")
    assert [row["event_id_cnty"] for row in made] == ["EC-MLI-000000000001"]
    assert list(made[0]) == ACLED_COLUMNS == list(load_schema("acled").names)


def test_acled_csv_is_written_as_acled_writes_it(tmp_path: Path) -> None:
    export(
        coded(tmp_path / "c", [incident(1, assoc_actor_1="A; B", actor2=None, inter2=None)]),
        "acled",
        tmp_path / "a.csv",
    )
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["event_date"] == "2024-01-05"
    assert (row["latitude"], row["longitude"]) == ("16.27", "-0.04")
    assert row["assoc_actor_1"] == "A; B"
    assert (row["actor2"], row["inter2"], row["tags"]) == ("", "", "")
    assert row["interaction"] == "State forces only"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'=", "''@"])
def test_no_cell_is_a_live_formula_and_import_gives_the_text_back(start: str, tmp_path: Path) -> None:
    actor = f'{start}HYPERLINK("x")'
    export(coded(tmp_path / "c", [incident(1, actor1=actor)]), "acled", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["actor1"] == f"'{actor}"
    assert row["longitude"] == "-0.04", "a number is no formula"
    import_file(tmp_path / "a.csv", "acled", tmp_path / "i")
    assert read_table(tmp_path / "i" / "incidents.parquet").column("actor1").to_pylist() == [actor]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
COUNT = st.none() | st.integers(0, 9)
INTER = st.sampled_from(sorted(acled_actor_types()))


@st.composite
def incidents(draw: st.DrawFn) -> list[Row]:
    """Small tables of incidents that ACLED would code, text of any kind in them."""
    rows = []
    for number in range(draw(st.integers(1, 4))):
        best = draw(COUNT)
        day = draw(st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)))
        row = {
            "event_date": day,
            "event_date_end": day,
            "year": day.year,
            "inter1": draw(INTER),
            "inter2": draw(INTER),
            **{
                name: draw(st.none() | TEXT)
                for name in ("assoc_actor_1", "admin1", "admin2", "location", "source", "tags", "notes")
            },
            "actor1": draw(TEXT),
            "location": draw(TEXT),
            "latitude": draw(st.floats(-90, 90).map(lambda x: round(x, 4) + 0.0)),
            "longitude": draw(st.floats(-180, 180).map(lambda x: round(x, 4) + 0.0)),
            "fatalities": best or 0,
            "timestamp": draw(st.none() | st.integers(0, 2**40)),
            **dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high"), best),
        }
        rows.append(incident(number, **row))
    return rows


@settings(max_examples=24)
@given(suffix=st.sampled_from(["csv", "parquet", "csv.gz"]), rows=incidents())
def test_acled_round_trip_loses_nothing_that_its_columns_carry(
    suffix: str, rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("acled")
    export(only_incidents(folder / "c", rows), "acled", folder / f"a.{suffix}")
    made = import_file(folder / f"a.{suffix}", "acled", folder / "i")
    assert (made.rows, made.set_aside, made.findings) == (len(rows), 0, [])
    back = {row["event_id_cnty"]: row for row in read_table(made.path).to_pylist()}
    for row in rows:
        found = back[row["event_id_cnty"]]
        assert {n: found[n] for n in ACLED_COLUMNS if n != "notes"} == {
            n: row[n] for n in ACLED_COLUMNS if n != "notes"
        }
        assert found["notes"] is None
        best = row["fatalities_best"] or None
        assert [found[f"fatalities_{part}"] for part in ("low", "best", "high")] == [best] * 3


def test_exports_and_what_was_imported_from_them_are_valid(tmp_path: Path) -> None:
    folder = coded(
        tmp_path / "c", [incident(1), incident(2, event_date=dt.date(2024, 1, 6), source="Wire; Post")]
    )
    change_second = read_table(folder / "incidents.parquet").num_rows
    assert change_second == 2
    for name in ("acled", "ged"):
        export(folder, name, tmp_path / f"{name}.csv")
        export(folder, name, tmp_path / f"{name}.parquet")
        assert check_files([tmp_path / f"{name}.csv", tmp_path / f"{name}.parquet"], name) == []
        for suffix in ("csv", "parquet"):
            out = tmp_path / f"{name}-{suffix}"
            import_file(tmp_path / f"{name}.{suffix}", name, out)
            assert check_files([out]) == []


def acled_file(path: Path, *rows: dict[str, Any], columns: Sequence[str] = ACLED_COLUMNS) -> Path:
    """A CSV file of ACLED's with these values in an otherwise common row."""
    usual = {
        "event_id_cnty": "MLI9", "event_date": "2024-01-05", "year": 2024, "time_precision": 1, "event_type": "Battles",
        "sub_event_type": "Armed clash", "disorder_type": "Political violence", "actor1": "Military Forces of Mali (2021-)",
        "inter1": "State forces", "actor2": "JNIM", "inter2": "Rebel group", "interaction": "State forces-Rebel group",
        "iso": 466, "region": "Western Africa", "country": "Mali", "location": "Gao", "latitude": 16.27, "longitude": -0.04,
        "geo_precision": 1, "source": "Wire; Post", "notes": "What ACLED wrote.", "fatalities": 3, "timestamp": 1704499200,
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows([usual | row for row in rows])
    return path


def test_acleds_own_rows_keep_their_id_and_none_of_their_text(tmp_path: Path) -> None:
    made = import_file(acled_file(tmp_path / "x.csv", {}), "acled", tmp_path / "i")
    (row,) = read_table(made.path).to_pylist()
    assert row["event_id_cnty"].startswith("EC-MLI-")
    assert row["article_ids"] == ["MLI9#1", "MLI9#2"]
    assert (row["articles"], row["sources"]) == (2, 2)
    assert row["notes"] is None
    assert (row["date_precision"], row["fatalities_best"]) == ("day", 3)
    assert read_metadata(made.path)[IMPORTED_FROM] == "acled"
    assert b"What ACLED wrote" not in made.path.read_bytes()
    assert check_files([made.path]) == []


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        (
            {"inter1": "1", "inter2": "2", "interaction": "12"},
            {"inter1": "State forces", "inter2": "Rebel group"},
        ),
        (
            {"inter1": "State Forces", "inter2": "Rebel Groups"},
            {"inter1": "State forces", "inter2": "Rebel group"},
        ),
        ({"inter2": "0", "actor2": ""}, {"inter2": None, "interaction": "State forces only"}),
        ({"iso": 0, "country": "Kosovo"}, {"iso": None, "country": "Kosovo"}),
        ({"disorder_type": ""}, {"disorder_type": "Political violence"}),
        ({"fatalities": 0}, {"fatalities": 0, "fatalities_best": None}),
        ({"time_precision": 3}, {"date_precision": "month", "time_precision": 3}),
        ({"source": ""}, {"articles": 1, "sources": 0, "source": None}),
    ],
)
def test_older_and_unusual_rows_of_acled_are_read(given_values: Row, expected: Row, tmp_path: Path) -> None:
    made = import_file(acled_file(tmp_path / "x.csv", given_values), "acled", tmp_path / "i")
    (row,) = read_table(made.path).to_pylist()
    assert {name: row[name] for name in expected} == expected


def test_kosovo_is_told_by_name(tmp_path: Path) -> None:
    made = import_file(
        acled_file(tmp_path / "x.csv", {"iso": 0, "country": "Kosovo"}), "acled", tmp_path / "i"
    )
    assert read_table(made.path).column("event_id_cnty")[0].as_py().startswith("EC-XKX-")


def test_rows_that_cannot_be_carried_are_set_aside_with_row_and_reason(tmp_path: Path) -> None:
    path = acled_file(
        tmp_path / "x.csv",
        {"event_id_cnty": "MLI1"},
        {"event_id_cnty": "MLI2", "event_type": "Secret words"},
        {"event_id_cnty": "MLI1"},
        {"event_id_cnty": "MLI4", "sub_event_type": "Duel"},
    )
    with path.open("a", encoding="utf-8") as file:
        file.write("MLI5,2024-01-05\n")
    made = import_file(path, "acled", tmp_path / "i")
    assert (made.rows, made.set_aside) == (1, 4)
    lines = (tmp_path / "i" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert [(r["file"], r["record"], r["reason"]) for r in told] == [
        ("x.csv", 2, "bad_field"),
        ("x.csv", 3, "duplicate_id"),
        ("x.csv", 4, "bad_field"),
        ("x.csv", 5, "unreadable"),
    ]
    assert "event_type" in told[0]["detail"]
    assert "Secret words" not in "".join(lines)
    assert list(check_rejected(tmp_path / "i" / "rejected.jsonl")) == []
    import_file(acled_file(tmp_path / "y.csv", {}), "acled", tmp_path / "i")
    assert not (tmp_path / "i" / "rejected.jsonl").exists(), "nothing was set aside this time"


def test_a_file_of_which_nothing_can_be_carried_is_refused(tmp_path: Path) -> None:
    path = acled_file(tmp_path / "x.csv", {"event_type": "Duel"})
    with pytest.raises(InputError, match="none of its 1 rows"):
        import_file(path, "acled", tmp_path / "i")
    assert not (tmp_path / "i").exists()


def test_a_file_without_columns_that_must_be_there_is_refused(tmp_path: Path) -> None:
    short = [name for name in ACLED_COLUMNS if name != "sub_event_type"]
    with pytest.raises(InputError, match="sub_event_type"):
        import_file(acled_file(tmp_path / "x.csv", {}, columns=short), "acled", tmp_path / "i")
    older = [name for name in ACLED_COLUMNS if name not in ("disorder_type", "tags", "admin3")]
    assert import_file(acled_file(tmp_path / "y.csv", {}, columns=older), "acled", tmp_path / "i").rows == 1


def test_parquet_of_text_alone_is_read(tmp_path: Path) -> None:
    path = acled_file(tmp_path / "x.csv", {})
    with path.open(encoding="utf-8", newline="") as file:
        pq.write_table(pa.Table.from_pylist(list(csv.DictReader(file))), tmp_path / "x.parquet")
    made = import_file(tmp_path / "x.parquet", "acled", tmp_path / "i")
    plain = import_file(path, "acled", tmp_path / "j")
    assert read_table(made.path).to_pylist() == read_table(plain.path).to_pylist()


# --- what was imported stays in the house ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acled", "csv", "ged", "geojson", "geoparquet", "stata"])
def test_what_was_imported_is_never_exported(name: str, tmp_path: Path) -> None:
    import_file(acled_file(tmp_path / "x.csv", {}), "acled", tmp_path / "i")
    with pytest.raises(InputError, match="imported from acled"):
        export(tmp_path / "i", name, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_where_a_file_is_wanted_is_told(tmp_path: Path) -> None:
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        import_file(tmp_path / "d.csv", "acled", tmp_path / "i")
    with pytest.raises(IsADirectoryError) as caught, replacing(tmp_path / "d.csv"):
        pass
    assert caught.value.filename == str(tmp_path / "d.csv")


def test_an_imported_table_among_coded_ones_is_found_too(tmp_path: Path) -> None:
    folder = coded(tmp_path / "c", [incident(1)])
    table = read_table(folder / "acts.parquet")
    pq.write_table(table.replace_schema_metadata({IMPORTED_FROM: "icews"}), folder / "acts.parquet")
    with pytest.raises(InputError, match="imported from icews"):
        export(folder, "ged", tmp_path / "out.csv")


def test_coded_tables_are_never_overwritten_by_imported_ones(tmp_path: Path) -> None:
    folder = coded(tmp_path / "c")
    before = (folder / "incidents.parquet").read_bytes()
    with pytest.raises(UsageError, match="tables that were coded"):
        import_file(acled_file(tmp_path / "x.csv", {}), "acled", folder)
    assert (folder / "incidents.parquet").read_bytes() == before


def test_a_layout_that_is_not_read_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"acled.*ged"):
        import_file(tmp_path / "x.csv", "stata", tmp_path / "i")


# --- UCDP GED ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (("Military Forces of Mali", "State forces"), ("JNIM", "Rebel group"), (1, "Government of Mali", "JNIM", "432", None)),
        (("JNIM", "Rebel group"), ("Police Forces of Mali", "State forces"), (1, "Government of Mali", "JNIM", "432", None)),
        (("JNIM", "Rebel group"), ("Dozo", "Identity militia"), (2, "Dozo", "JNIM", None, None)),
        (("JNIM", "Rebel group"), ("Civilians (Mali)", "Civilians"), (3, "JNIM", "Civilians", None, None)),
        (("Protesters (Mali)", "Protesters"), ("Police Forces of Mali", "State forces"), (3, "Government of Mali", "Civilians", "432", None)),
        (("Military Forces of the United States", "External/Other forces"), ("Military Forces of Iran", "External/Other forces"), (1, "Government of Iran", "Government of United States", "630", "2")),
        (("Rioters (Mali)", "Rioters"), ("Police Forces of Mali", "State forces"), None),
        (("Civilians (Mali)", "Civilians"), ("Protesters (Mali)", "Protesters"), None),
        (("Military Forces of Mali", "State forces"), (None, None), None),
    ],
)  # fmt: skip
def test_sides_and_type_of_violence_follow_from_the_actors(
    one: tuple[str, str], two: tuple[str, str], expected: tuple[Any, ...] | None, tmp_path: Path
) -> None:
    row = incident(1, actor1=one[0], inter1=one[1], actor2=two[0], inter2=two[1], event_type="Battles")
    made = exported_rows(coded(tmp_path / "c", [row | {"sub_event_type": "Armed clash"}]), "ged")
    if expected is None:
        assert made == []
        return
    (found,) = made
    assert (
        found["type_of_violence"], found["side_a"], found["side_b"], found["gwnoa"], found["gwnob"]
    ) == expected  # fmt: skip
    assert found["dyad_name"] == f"{expected[1]} - {expected[2]}"
    assert found["conflict_name"] == (None if expected[0] == 1 else found["dyad_name"])


@pytest.mark.parametrize(
    "values",
    [
        dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high")),
        dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high"), 0),
        {"event_type": "Strategic developments", "sub_event_type": "Other"},
        {"event_date": None, "year": None},
        {"event_id_cnty": "EC-XXX-000000000001", "latitude": None, "longitude": None, "country": None},
    ],
)
def test_what_ged_would_not_have_is_left_out(values: Row, tmp_path: Path) -> None:
    assert exported_rows(coded(tmp_path / "c", [incident(1) | values]), "ged") == []


def test_ged_has_its_columns_and_none_of_ucdps_numbers(tmp_path: Path) -> None:
    (row,) = exported_rows(coded(tmp_path / "c", [incident(1)]), "ged")
    assert list(row) == GED_COLUMNS
    assert [
        name for name in GED_COLUMNS if name.endswith(("_dset_id", "_new_id")) and row[name] is not None
    ] == []
    assert row["code_status"] is None
    assert (row["country"], row["country_id"], row["region"]) == ("Mali", 432, "Africa")
    assert row["geom_wkt"] == "POINT (-0.04 16.27)"
    assert (row["low"], row["best"], row["high"]) == (7, 7, 9)
    assert (row["source_article"], row["source_date"]) == ("2024-01-06, Gao market hit", "2024-01-06")


@pytest.mark.parametrize(
    ("latitude", "longitude", "cell"),
    [(0, 0, 129961), (1.55, 1.25, 132123), (-10.55, 20.23, 114161), (82, -102.99, 247835), (90, 180, 259200)],
)
def test_cells_of_prio_grid(latitude: float, longitude: float, cell: int, tmp_path: Path) -> None:
    row = incident(1, latitude=float(latitude), longitude=float(longitude))
    assert exported_rows(coded(tmp_path / "c", [row]), "ged")[0]["priogrid_gid"] == cell


@pytest.mark.parametrize(
    ("values", "precision"),
    [
        ({}, 1),
        ({"geo_precision": 2}, 2),
        ({"geo_precision": 2, "location": "Ansongo", "admin2": "Ansongo"}, 3),
        ({"geo_precision": 3, "location": "Gao", "admin1": "Gao"}, 4),
        ({"geo_precision": 3, "location": "Sahara", "admin1": None}, 5),
        ({"geo_precision": None, "location": None, "latitude": None, "longitude": None}, 6),
    ],
)
def test_precision_of_the_place(values: Row, precision: int, tmp_path: Path) -> None:
    (row,) = exported_rows(coded(tmp_path / "c", [incident(1, **values)]), "ged")
    assert row["where_prec"] == precision
    assert row["latitude"] is not None, "a country has a point"
    assert row["event_clarity"] == (1 if precision < 4 else 2)


@pytest.mark.parametrize(
    ("day", "end", "precision", "basis", "time_precision", "expected"),
    [
        ("2024-01-05", "2024-01-05", "day", "stated", 1, ("2024-01-05", "2024-01-05", 1)),
        ("2024-01-05", "2024-01-05", "day", "publication", 2, ("2024-01-05", "2024-01-05", 2)),
        ("2024-01-05", "2024-01-07", "day", "stated", 1, ("2024-01-05", "2024-01-07", 2)),
        ("2024-01-05", "2024-01-06", "day", "stated", 2, ("2024-01-04", "2024-01-06", 2)),
        ("2024-01-04", "2024-01-07", "week", "stated", 2, ("2024-01-01", "2024-01-07", 3)),
        ("2024-02-15", "2024-02-29", "month", "stated", 3, ("2024-02-01", "2024-02-29", 4)),
        ("2023-04-15", "2023-04-30", "month", "stated", 3, ("2023-04-01", "2023-04-30", 4)),
        ("2023-12-30", "2024-01-03", "week", "stated", 2, ("2023-12-26", "2023-12-31", 2)),
    ],
)
def test_days_and_their_precision(
    day: str,
    end: str,
    precision: str,
    basis: str,
    time_precision: int,
    expected: tuple[str, str, int],
    tmp_path: Path,
) -> None:
    row = incident(
        1,
        event_date=dt.date.fromisoformat(day),
        event_date_end=dt.date.fromisoformat(end),
        year=int(day[:4]),
        date_precision=precision,
        date_basis=basis,
        time_precision=time_precision,
    )
    (found,) = exported_rows(coded(tmp_path / "c", [row]), "ged")
    assert (str(found["date_start"]), str(found["date_end"]), found["date_prec"]) == expected
    assert found["year"] == int(day[:4])


@pytest.mark.parametrize(
    ("toll", "swap", "expected"),
    [
        ({}, False, (0, 0, 0, 7)),
        ({"killed_source": 2, "killed_target": 3}, False, (2, 3, 0, 2)),
        ({"killed_source": 2, "killed_target": 3}, True, (3, 2, 0, 2)),
        ({"killed_target": 3, "killed_civilian": 4}, False, (0, 3, 4, 0)),
        ({"killed_target": 8}, False, (0, 0, 0, 7)),
    ],
)
def test_deaths_go_to_the_sides_as_far_as_the_acts_tell(
    toll: Row, swap: bool, expected: tuple[int, ...], tmp_path: Path
) -> None:
    (act,) = valid_rows("acts")
    change(act, "sources.0.type", "Rebel group" if swap else "State forces")
    change(act, "targets.0.type", "State forces" if swap else "Rebel group")
    for name, value in toll.items():
        change(act, f"toll.{name}", value)
    row = incident(1, actor2="JNIM", inter2="Rebel group", civilian_targeting=None)
    (found,) = exported_rows(coded(tmp_path / "c", [row], acts=[act]), "ged")
    names = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    assert tuple(found[name] for name in names) == expected
    assert sum(found[name] for name in names) == found["best"]


def test_civilians_are_who_die_in_one_sided_violence(tmp_path: Path) -> None:
    (act,) = valid_rows("acts")
    change(act, "toll.killed_source", 1)
    change(act, "targets.0.type", "Civilians")
    (found,) = exported_rows(coded(tmp_path / "c", [incident(1)], acts=[act]), "ged")
    assert (found["deaths_a"], found["deaths_b"], found["deaths_civilians"], found["deaths_unknown"]) == (
        1,
        0,
        6,
        0,
    )


def test_a_year_is_active_with_25_deaths_of_the_dyad(tmp_path: Path) -> None:
    rows = [
        incident(n) | dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high"), 12)
        for n in (1, 2)
    ]
    folder = coded(tmp_path / "c", rows)
    assert [row["active_year"] for row in exported_rows(folder, "ged")] == [False, False]
    rows[0] |= {"fatalities_best": 13, "fatalities_high": 13}
    assert [row["active_year"] for row in exported_rows(coded(tmp_path / "c", rows), "ged")] == [True, True]


def test_reports_are_cited_in_the_order_of_their_days(tmp_path: Path) -> None:
    (article,) = valid_rows("articles")
    later = article | {
        "article_id": "wire-2",
        "source": "Post",
        "title": "Later; worse",
        "date": dt.date(2024, 1, 8),
    }
    row = incident(1, article_ids=["wire-1", "wire-2", "gone"], articles=3)
    (found,) = exported_rows(coded(tmp_path / "c", [row], articles=[later, article]), "ged")
    assert found["source_headline"] == "Gao market hit;Later, worse"
    assert found["source_date"] == "2024-01-06;2024-01-08"
    assert found["source_office"] == ";Post"
    assert found["source_article"] == "2024-01-06, Gao market hit; Post, 2024-01-08, Later, worse"
    assert found["number_of_sources"] == 3


@settings(max_examples=15)
@given(rows=incidents())
def test_ged_round_trip_loses_nothing_that_its_columns_carry(
    rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("ged")
    made = export(only_incidents(folder / "c", rows), "ged", folder / "g.csv")
    if not made.rows:
        return
    back = import_file(folder / "g.csv", "ged", folder / "i")
    assert (back.rows, back.set_aside, back.findings) == (made.rows, 0, [])
    given_rows = {row["event_id_cnty"]: row for row in rows}
    carried = (
        "event_date", "event_date_end", "year", "country", "admin1", "admin2", "location", "latitude", "longitude",
        "geo_precision", "fatalities_low", "fatalities_best", "fatalities_high", "acled_codable",
    )  # fmt: skip
    for found in read_table(back.path).to_pylist():
        row = given_rows[found["event_id_cnty"]]
        assert {name: found[name] for name in carried} == {name: row[name] for name in carried}
        # Names of groups come back; a government's forces come back as its military.
        groups = {"Rebel group", "Political militia", "Identity militia"}
        names = {row[f"actor{n}"] for n in "12" if row[f"inter{n}"] in groups}
        assert names <= {found["actor1"], found["actor2"]}


def ged_file(path: Path, *rows: dict[str, Any]) -> Path:
    """A CSV file of UCDP's with these values in an otherwise common row."""
    usual = {
        "id": 244657, "relid": "IRQ-2017-1-524-322", "year": 2017, "active_year": 1, "code_status": "Clear",
        "type_of_violence": 1, "conflict_new_id": 259, "dyad_new_id": 524, "dyad_name": "Government of Iraq - IS",
        "side_a": "Government of Iraq", "side_b": "IS", "number_of_sources": -1, "source_headline": "What UCDP quotes",
        "source_office": "Agence;Wire;Wire", "where_prec": 1, "where_coordinates": "Kirkuk", "adm_1": "Kirkuk governorate",
        "latitude": 35.47, "longitude": 44.39, "geom_wkt": "POINT (44.39 35.47)", "priogrid_gid": 180529, "country": "Iraq",
        "country_id": 645, "region": "Middle East", "event_clarity": 1, "date_prec": 1,
        "date_start": "2017-07-31 00:00:00.000", "date_end": "2017-07-31 00:00:00.000", "deaths_a": 0, "deaths_b": 4,
        "deaths_civilians": 0, "deaths_unknown": 2, "best": 6, "high": 6, "low": 6, "gwnoa": 645,
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, GED_COLUMNS)
        writer.writeheader()
        writer.writerows([usual | row for row in rows])
    return path


def test_palestine_behind_geds_number_of_israel_comes_back(tmp_path: Path) -> None:
    place = {"country": "Palestine", "country_id": 666, "side_a": "Government of Israel", "side_b": "Hamas"}
    path = ged_file(
        tmp_path / "g.csv",
        {"id": 1, "relid": "EC-PSE-a35ad3b50b7a"} | place,
        {"id": 2, "relid": "ISR-2024-1-1"} | place | {"country": "Israel"},
    )
    found = read_table(import_file(path, "ged", tmp_path / "i").path).to_pylist()
    assert [(row["country"], row["iso"]) for row in found] == [("Israel", 376), ("Palestine", 275)]


def test_ucdps_own_rows_are_read(tmp_path: Path) -> None:
    path = ged_file(
        tmp_path / "g.csv",
        {},
        {
            "id": 2,
            "relid": "x",
            "type_of_violence": 3,
            "side_b": "Civilians",
            "date_prec": 5,
            "where_prec": 6,
            "low": 9,
        },
    )
    made = import_file(path, "ged", tmp_path / "i")
    exact, vague = sorted(read_table(made.path).to_pylist(), key=lambda row: row["event_date"] is None)
    assert (exact["actor1"], exact["inter1"]) == ("Military Forces of Iraq", "State forces")
    assert (exact["actor2"], exact["inter2"]) == ("IS", None)
    assert (exact["event_date"], exact["time_precision"]) == (dt.date(2017, 7, 31), 1)
    assert exact["article_ids"] == ["244657#1", "244657#2"]
    assert exact["source"] == "Agence; Wire"
    assert exact["region"] == "Middle East"
    assert vague["sub_event_type"] == "Attack"
    assert vague["actor2"] == "Civilians (Iraq)"
    assert (vague["acled_codable"], vague["not_codable_reason"]) == (False, "no_place; date_too_vague")
    assert [vague[f"fatalities_{part}"] for part in ("low", "best", "high")] == [6, 6, 9]
    assert b"What UCDP quotes" not in made.path.read_bytes()
    assert check_files([made.path]) == []


@pytest.mark.parametrize(
    ("number", "name", "iso3"),
    [
        (645, "Iraq", "IRQ"),
        (666, "Israel", "ISR"),
        (775, "Myanmar (Burma)", "MMR"),
        (365, "Russia (Soviet Union)", "RUS"),
    ],
)
def test_countries_of_ucdp(number: int, name: str, iso3: str) -> None:
    assert ged._iso3(number, name) == iso3


# --- flat tables and Stata ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_flattened(table: str, tmp_path: Path) -> None:
    folder = coded(tmp_path / "c")
    made = export(folder, "csv", tmp_path / "t.csv", table)
    with made.path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(valid_rows(table))
    assert tuple(rows[0]) == flat_schema(table).names


def test_lists_are_joined_and_structs_become_columns() -> None:
    (act,) = valid_rows("acts")
    second = act["sources"][0] | {"text": "police", "roles": ["COP", "GOV"], "code": None}
    act["sources"].append(second)
    act["targets"] = []
    act["outcomes"] = ["killed", "captured"]
    (flat,) = flatten(pa.Table.from_pylist([act], schema=arrow_schema("acts")), "acts").to_pylist()
    assert flat["sources_text"] == "army;police"
    assert flat["sources_code"] == "MLIMIL;"
    assert flat["sources_roles"] == "MIL;COP,GOV"
    assert flat["targets_text"] is None
    assert flat["outcomes"] == "killed;captured"
    assert flat["toll_killed_best"] == 7


def test_stata_has_labels_dates_and_missing_values(tmp_path: Path) -> None:
    rows = [incident(1), incident(2, actor2=None, inter2=None, injured_best=None, event_date=None, year=None)]
    made = export(coded(tmp_path / "c", rows), "stata", tmp_path / "t.dta")
    with pd.read_stata(made.path, iterator=True) as reader:
        frame = reader.read()
        labels, values = reader.variable_labels(), reader.value_labels()
        assert reader._format_version == 118
    assert labels["actor1"] == "One main actor"
    assert all(len(label) <= 80 for label in labels.values())
    assert frame["event_date"].tolist()[0] == pd.Timestamp(DAY)
    assert pd.isna(frame["event_date"][1])
    assert pd.isna(frame["injured_best"]).all()
    assert frame["fatalities"].tolist() == [7, 7]
    assert frame["inter1"].tolist() == ["State forces"] * 2
    assert pd.isna(frame["inter2"][1])
    order = list(load_schema("incidents").field("inter1").constraints.enum)
    assert list(values["inter1"].values()) == order
    assert frame["actor2"].tolist() == ["Civilians (Mali)", ""]
    assert frame["act_ids"].tolist() == [ACT] * 2
    assert frame["latitude"].tolist() == [16.27] * 2


def test_long_text_and_old_days_reach_stata(tmp_path: Path) -> None:
    long = "é" * 3000
    rows = [
        incident(1, notes=long, event_date=dt.date(1500, 1, 1), year=1500, timestamp=2**40),
        incident(2, notes="short"),
        incident(3, notes=None, latitude=None, longitude=None),
        incident(4, notes=long),
    ]
    made = export(coded(tmp_path / "c", rows), "stata", tmp_path / "t.dta")
    frame = pd.read_stata(made.path, convert_dates=False)
    assert frame["notes"].tolist() == [long, "short", "", long]
    assert frame["latitude"].isna().tolist() == [False, False, True, False]
    assert frame["event_date"][0] == (dt.date(1500, 1, 1) - dt.date(1960, 1, 1)).days
    assert frame["timestamp"][0] == 2**40


@given(st.lists(st.text("abcdefghij_é1", min_size=1, max_size=50), unique=True, max_size=20))
def test_names_for_stata_are_short_and_never_alike(names: list[str]) -> None:
    made = stata_names(tuple(names))
    assert len(set(made.values())) == len(names)
    for name in made.values():
        assert len(name) <= 32
        assert name.isascii()
        assert name.isidentifier()


def test_labels_are_cut_between_words() -> None:
    assert shortened("a" * 80, 80) == "a" * 80
    assert shortened("one two, three", 12) == "one two..."


# --- maps --------------------------------------------------------------------------------------------------------


def test_geojson_has_points_longitude_first_and_all_columns(tmp_path: Path) -> None:
    rows = [
        incident(1, actor1='"Ansar" \\ é'),
        incident(2, latitude=None, longitude=None, geo_precision=None),
    ]
    made = export(coded(tmp_path / "c", rows), "geojson", tmp_path / "m.geojson")
    collection = json.loads(made.path.read_text(encoding="utf-8"))
    (feature,) = collection["features"]
    assert collection["type"] == "FeatureCollection"
    assert collection["bbox"] == [-0.04, 16.27, -0.04, 16.27]
    assert feature["id"] == "EC-MLI-000000000001"
    assert feature["geometry"] == {"type": "Point", "coordinates": [-0.04, 16.27]}
    assert list(feature["properties"]) == list(load_schema("incidents").names)
    assert feature["properties"]["actor1"] == '"Ansar" \\ é'
    assert feature["properties"]["event_date"] == "2024-01-05"
    assert feature["properties"]["act_ids"] == [ACT]


def test_geojson_without_a_point_is_an_empty_collection(tmp_path: Path) -> None:
    row = incident(1, latitude=None, longitude=None, geo_precision=None)
    made = export(coded(tmp_path / "c", [row]), "geojson", tmp_path / "m.geojson")
    collection = json.loads(made.path.read_text(encoding="utf-8"))
    assert collection["features"] == []
    assert "bbox" not in collection


def test_geoparquet_has_its_metadata_and_points_in_wkb(tmp_path: Path) -> None:
    rows = [incident(1), incident(2, latitude=-5.5, longitude=30.25)]
    made = export(coded(tmp_path / "c", rows), "geoparquet", tmp_path / "m.parquet")
    table = read_table(made.path)
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo == {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {
            "geometry": {"encoding": "WKB", "geometry_types": ["Point"], "bbox": [-0.04, -5.5, 30.25, 16.27]}
        },
    }
    assert [struct.unpack("<BIdd", point) for point in table.column("geometry").to_pylist()] == [
        (1, 1, -0.04, 16.27),
        (1, 1, 30.25, -5.5),
    ]


# --- columns -----------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.none() | st.sampled_from(["a", "b", ""]), min_size=2, max_size=2)))
def test_values_of_a_row_are_joined_without_those_that_are_null(rows: list[list[str | None]]) -> None:
    table = [pa.chunked_array([pa.array([row[at] for row in rows], pa.string())]) for at in (0, 1)]
    wanted = [
        "; ".join(value for value in row if value is not None) if any(v is not None for v in row) else None
        for row in rows
    ]
    assert columns.joined(table, "; ").to_pylist() == wanted


@settings(max_examples=15)
@given(st.lists(st.tuples(st.none() | st.text(max_size=3), st.none() | st.text(max_size=3))))
def test_hashes_tell_null_from_empty_and_one_part_from_another(
    rows: list[tuple[str | None, str | None]],
) -> None:
    rows = [row for row in rows if "\x00" not in f"{row}" and "\x1f" not in f"{row}"]
    table = [pa.array([row[at] for row in rows], pa.string()) for at in (0, 1)]
    made = columns.hashed(table, 20).to_pylist()
    assert len(set(made)) == len(set(rows))
    assert dict(zip(rows, made, strict=True)) == dict(zip(reversed(rows), reversed(made), strict=True))


def test_hexadecimal_texts_are_numbers() -> None:
    texts = ["0f", "ff", "a0"]
    assert columns.whole_numbers(pa.array(texts)).to_pylist() == [int(text, 16) for text in texts]


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5))
def test_rows_of_another_table_are_found_in_its_order(lists: list[list[int]]) -> None:
    keys = [3, 1, 2]
    table = pa.table({"key": keys, "name": ["c", None, "b"]})
    found = columns.looked_up(pa.array(lists, pa.list_(pa.int64())), table, "key")
    joined = columns.joined_lists(found, "name", ";").to_pylist()
    names = dict(zip(keys, ["c", None, "b"], strict=True))
    for wanted, told in zip(lists, joined, strict=True):
        order = [names[key] for key in keys for _ in range(wanted.count(key))]
        assert told == (";".join(name or "" for name in order) if any(order) else None)
    assert np.all(np.diff(found.ends) >= 0)


# --- the command line --------------------------------------------------------------------------------------------


def test_export_and_import_from_the_command_line(tmp_path: Path) -> None:
    folder, out = coded(tmp_path / "c", [incident(1)]), tmp_path / "a.csv"
    run = CliRunner().invoke(app, ["export", str(folder), "--layout", "acled", "--out", str(out)])
    assert (run.exit_code, out.is_file()) == (0, True), run.stderr
    assert "1 row" in run.stderr
    run = CliRunner().invoke(app, ["import", str(out), "--layout", "acled", "--out", str(tmp_path / "i")])
    assert (run.exit_code, (tmp_path / "i" / "incidents.parquet").is_file()) == (0, True), run.stderr
    run = CliRunner().invoke(
        app, ["export", str(tmp_path / "i"), "--layout", "acled", "--out", str(tmp_path / "b.csv")]
    )
    assert run.exit_code == 2
    assert "imported from acled" in run.stderr


def test_what_was_set_aside_shows_in_the_exit_status(tmp_path: Path) -> None:
    path = acled_file(tmp_path / "x.csv", {}, {"event_id_cnty": "MLI2", "event_type": "Duel"})
    run = CliRunner().invoke(app, ["import", str(path), "--layout", "acled", "--out", str(tmp_path / "i")])
    assert run.exit_code == 1
    assert "1 set aside" in run.stderr
