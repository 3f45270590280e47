"""Schemas: well-formed, in step with code and code tables; tables written by them: same rows, same bytes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from table_rows import ACLED_COLUMNS, valid_rows
from test_rows import acts

from eventcode.batch import INTERNAL_ERROR
from eventcode.coding.events import EventCoder
from eventcode.coding.incidents import ATTRIBUTIONS, IncidentBuilder
from eventcode.coding.wording import acled_regions
from eventcode.errors import InputError, SchemaError, UsageError
from eventcode.inputs import REASONS
from eventcode.model import Act, Article, Feature, Place, PlaceLevel, Rejection
from eventcode.ontologies.codes import (
    acled_actor_types,
    acled_codes,
    interaction,
    plover_codes,
)
from eventcode.resources import lexicon_dir, schema_dir
from eventcode.tables import codebook, datapackage, parquet, rejected
from eventcode.tables.output import TableFolder
from eventcode.tables.parquet import (
    TableWriter,
    arrow_schema,
    content_hash,
    dictionary_paths,
    read_table,
)
from eventcode.tables.rejected import rejected_schema
from eventcode.tables.rows import act_from_row, act_row, article_row, place_row
from eventcode.tables.schema import TABLES, Field, load_schema, read_schema
from eventcode.tables.validate import validate


def all_fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from all_fields(field.fields)


def enum(table: str, column: str) -> list[str]:
    return list(load_schema(table).field(column).constraints.enum)


def part(table: str, column: str, name: str) -> Field:
    return next(field for field in load_schema(table).field(column).fields if field.name == name)


def write(path: Path, name: str, rows: list[dict[str, Any]], *sizes: int, **metadata: str) -> bytes:
    """Write rows in batches of these sizes, the rest at once."""
    with TableWriter(path, name, metadata) as writer:
        at = 0
        for size in sizes:
            writer.write(rows[at : at + size])
            at += size
        writer.write(rows[at:])
    return path.read_bytes()


# --- the files ---------------------------------------------------------------------------------------------------


def test_there_is_a_schema_for_every_table_and_no_other() -> None:
    assert {path.stem for path in schema_dir().glob("*.json")} == {*TABLES, "rejected"}


def test_reasons_of_rejected_lines_are_those_of_the_code() -> None:
    properties = rejected_schema()["properties"]
    assert properties["reason"]["enum"] == [*REASONS, INTERNAL_ERROR]
    assert [*properties] == [part.name for part in dataclasses.fields(Rejection)]


def test_rejection_that_is_written_is_valid(tmp_path: Path) -> None:
    with TableFolder(tmp_path, {}, described=False) as folder:
        folder.reject(Rejection("wire.jsonl", 2, None, "bad_json", "no JSON"))
        folder.commit()
    assert (tmp_path / "rejected.jsonl").is_file()
    assert validate(tmp_path / "rejected.jsonl") == []


@pytest.mark.parametrize("name", ["a\u2028b.txt", "a\u2029b.txt", "a\x85b.txt", "a\x1cb.txt", "a\nb.txt"])
def test_a_rejection_is_one_line_to_every_reader(tmp_path: Path, name: str) -> None:
    with TableFolder(tmp_path, {}, described=False) as folder:
        folder.reject(Rejection(name, 1, None, "empty", "no text but blanks"))
        folder.commit()
    (line,) = (tmp_path / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["file"] == name


@pytest.mark.parametrize("content", ["{", '{"properties": {}, "required": ["a"]}', '{"properties": {}}'])
def test_schema_of_lines_that_cannot_be_used_is_told(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rejected.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr(rejected, "schema_dir", lambda: tmp_path)
    with pytest.raises(SchemaError, match=r"rejected\.json"):
        rejected.rejected_schema.__wrapped__()


@pytest.mark.parametrize("table", [*TABLES, "rejected"])
def test_schema_is_in_canonical_form(table: str) -> None:
    text = (schema_dir() / f"{table}.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described_in_one_line(table: str) -> None:
    for field in all_fields(load_schema(table).fields):
        assert re.fullmatch(r"[A-Z0-9].*\.", field.description), field.name


@pytest.mark.parametrize("table", TABLES)
def test_key_columns_are_required(table: str) -> None:
    schema = load_schema(table)
    assert all(schema.field(name).constraints.required for name in schema.primary_key)
    assert schema.name == table


@pytest.mark.parametrize("table", TABLES)
def test_patterns_are_anchored_and_can_be_compiled(table: str) -> None:
    for field in all_fields(load_schema(table).fields):
        pattern = field.constraints.pattern
        if pattern is not None:
            assert re.compile(pattern)
            assert pattern[0] + pattern[-1] == "^$", field.name


@pytest.mark.parametrize("table", TABLES)
def test_references_lead_to_keys(table: str) -> None:
    for reference in load_schema(table).references:
        assert load_schema(reference.table).primary_key == (reference.key,)


def test_unknown_table_is_misuse() -> None:
    with pytest.raises(UsageError, match="nonsense"):
        load_schema("nonsense")


@pytest.mark.parametrize(
    "change",
    [
        {"fields": [{"name": "a", "type": "colour", "description": "A."}]},
        {"fields": [{"name": "a", "type": "string"}]},
        {"fields": [{"name": "a", "type": "string", "description": "A."}] * 2},
        {"fields": [{"name": "a", "type": "string", "description": "A.", "constraints": {"requird": True}}]},
        {"primaryKey": ["nowhere"]},
        {"x-version": None},
    ],
)
def test_malformed_schema_is_told_with_its_file(tmp_path: Path, change: dict[str, Any]) -> None:
    content = dict(load_schema("places").source) | change
    if content["x-version"] is None:
        del content["x-version"]
    path = tmp_path / "places.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"places\.json"):
        read_schema(path)


def test_schema_that_is_no_json_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"x\.json"):
        read_schema(path)
    with pytest.raises(SchemaError, match=r"none\.json"):
        read_schema(tmp_path / "none.json")


def test_schemas_and_codebook_know_nothing_of_arrow() -> None:
    program = "import sys, eventcode.tables.codebook as c; c.render(); sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# --- in step with the code and its tables ------------------------------------------------------------------------


def test_incidents_begin_with_the_columns_of_acled_in_their_order() -> None:
    assert list(load_schema("incidents").names[: len(ACLED_COLUMNS)]) == ACLED_COLUMNS


@pytest.mark.parametrize(("table", "own"), [("events", "acled_"), ("incidents", "")])
def test_acled_types_are_those_of_the_code_table(table: str, own: str) -> None:
    kinds = acled_codes().values()
    assert enum(table, f"{own}sub_event_type") == [kind.sub_event_type for kind in kinds]
    assert set(enum(table, f"{own}event_type")) == {kind.event_type for kind in kinds}
    assert set(enum(table, f"{own}disorder_type")) == {kind.disorder_type for kind in kinds}


def test_actor_types_are_those_of_the_code_table() -> None:
    types = list(acled_actor_types())
    for column in ("inter1", "inter2"):
        assert enum("incidents", column) == types
    for column in ("source_type", "target_type"):
        assert enum("events", column) == types
    assert list(part("acts", "sources", "type").constraints.enum) == types
    pairs = [(one, two) for one in types for two in (None, *types)]
    assert {interaction(*pair) for pair in pairs} - {None} == set(enum("incidents", "interaction"))


def test_regions_are_among_those_of_acled() -> None:
    assert set(acled_regions().values()) <= set(enum("incidents", "region"))


def test_plover_events_are_those_of_the_code_table() -> None:
    assert enum("events", "plover_event") == list(plover_codes())


def test_stances_are_those_of_the_lexicon() -> None:
    entries = yaml.safe_load((lexicon_dir() / "stances.yaml").read_text(encoding="utf-8"))
    stances = {entry["stance"] for entry in entries if "stance" in entry}
    acts, events = (load_schema(table).field("stance").lexicon_values for table in ("acts", "events"))
    assert set(acts) == set(events) == stances


@pytest.mark.parametrize("column", ["outcomes", "instrument", "object"])
def test_words_of_acts_are_those_of_the_lexicon(column: str) -> None:
    terms = yaml.safe_load((lexicon_dir() / "terms.yaml").read_text(encoding="utf-8"))
    assert list(load_schema("acts").field(column).lexicon_values) == terms[f"{column.removesuffix('s')}s"]


@pytest.mark.parametrize(
    ("supplied", "written"), [(None, "en"), ("en-GB", "en"), ("English", "en"), ("EN", "en"), ("fr", "fr")]
)
def test_language_is_written_as_a_code_of_two_letters(supplied: str | None, written: str) -> None:
    article = Article("Text.", id="a", language=supplied)
    assert article_row(article, "ab" * 32, 1, 1, 0, 0, None)["language"] == written


def test_statuses_are_those_of_the_lexicon() -> None:
    terms = yaml.safe_load((lexicon_dir() / "terms.yaml").read_text(encoding="utf-8"))
    assert set(enum("acts", "status")) == set(terms["statuses"])


def test_attributions_are_those_of_the_code() -> None:
    for table in ("acts", "events", "incidents"):
        assert set(enum(table, "attribution")) == set(ATTRIBUTIONS)


def test_kinds_of_places_are_those_of_the_model() -> None:
    assert set(enum("events", "place_level")) == set(get_args(PlaceLevel))
    assert set(part("acts", "places", "level").constraints.enum) == set(get_args(PlaceLevel))
    assert set(enum("places", "feature")) == set(get_args(Feature))


def a_place() -> Place:
    return Place(
        *("text", 34, 37, "Gao", "Gao", 2457161, "settlement", "MLI", "Gao", "ML-7", None), 16.27, -0.04, 0.9
    )


def an_article() -> Article:
    return Article("Text.", id="wire-1", date=dt.date(2024, 1, 6), file="wire.jsonl")


def test_rows_of_articles_and_places_have_the_columns_of_their_tables() -> None:
    article = article_row(an_article(), "ab" * 32, 1, 1, 0, 0, None)
    assert set(article) == set(load_schema("articles").names)
    assert set(place_row(a_place(), "wire-1")) == set(load_schema("places").names)


def test_rows_that_the_coders_make_can_be_written_and_are_valid(tmp_path: Path) -> None:
    act = act_from_row(valid_rows("acts")[0])
    events, incidents = EventCoder(), IncidentBuilder()
    article = an_article()
    rows = events.events([act], article.date, "Wire")
    incidents.add([act], article.id, article.date, "Wire")
    assert rows
    assert incidents.rows()
    made = {
        "articles": [article_row(article, "ab" * 32, 1, 1, 1, len(rows), None)],
        "acts": [act_row(act)],
        "events": rows,
        "incidents": incidents.rows(),
        "places": [place_row(a_place(), article.id)],
    }
    for table in TABLES:
        write(tmp_path / f"{table}.parquet", table, made[table])
    assert validate(tmp_path) == []


# --- Arrow and Parquet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_arrow_schema_has_the_columns_and_says_which_are_required(table: str) -> None:
    schema, arrow = load_schema(table), arrow_schema(table)
    assert tuple(arrow.names) == schema.names
    assert [not field.nullable for field in arrow] == [field.constraints.required for field in schema.fields]


def test_arrow_types_are_as_wide_as_the_schema_says() -> None:
    events = arrow_schema("events")
    assert events.field("geo_precision").type == pa.int8()
    assert events.field("fatalities_best").type == pa.int64()
    assert events.field("goldstein").type == pa.float64()
    assert events.field("event_date").type == pa.date32()
    assert arrow_schema("incidents").field("act_ids").type == pa.list_(pa.string())
    assert pa.types.is_struct(arrow_schema("acts").field("sources").type.value_type)


def test_unknown_arrow_type_is_told() -> None:
    with pytest.raises(SchemaError, match="colour"):
        parquet.arrow_type(Field("colour", "string", "A.", arrow_type="rainbow"))


@pytest.mark.parametrize("table", TABLES)
def test_rows_come_back_as_they_were(tmp_path: Path, table: str) -> None:
    write(tmp_path / "t.parquet", table, valid_rows(table))
    assert read_table(tmp_path / "t.parquet").to_pylist() == valid_rows(table)


@settings(max_examples=30, deadline=None)
@given(st.lists(acts, max_size=4))
def test_acts_survive_a_file(tmp_path_factory: pytest.TempPathFactory, some: list[Act]) -> None:
    path = tmp_path_factory.mktemp("t") / "acts.parquet"
    write(path, "acts", [act_row(act) for act in some])
    assert [act_from_row(row) for row in read_table(path).to_pylist()] == some


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP_ROWS", 12)
    monkeypatch.setattr(parquet, "CHUNK_ROWS", 4)


def many_acts(number: int) -> list[dict[str, Any]]:
    act = act_from_row(valid_rows("acts")[0])
    rows = [
        act_row(act) | {"act_id": f"{n:020x}", "instrument": None if n % 3 else f"i{n}"}
        for n in range(number)
    ]
    for n, row in enumerate(rows):
        row["sources"] = row["sources"] * (n % 3)
    return rows


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("sizes", [(1,) * 30, (12, 12), (11, 1, 13), (0, 29), (4, 8, 12), (30,)])
def test_same_rows_in_other_batches_give_the_same_bytes(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    rows = many_acts(30)
    assert write(tmp_path / "a.parquet", "acts", rows) == write(tmp_path / "b.parquet", "acts", rows, *sizes)


@pytest.mark.usefixtures("small_groups")
def test_row_groups_have_one_size(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "acts", many_acts(30), 5, 5, 20)
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]
    assert sizes == [12, 12, 6]


@pytest.fixture(scope="module")
def many_places(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], bytes]:
    """Rows for three chunks, and their file when they are written at once."""
    rows = [valid_rows("places")[0]] * 2100
    rows = [row | {"start": n, "end": n + 3} for n, row in enumerate(rows)]
    return rows, write(tmp_path_factory.mktemp("t") / "a.parquet", "places", rows)


@settings(max_examples=8)
@given(st.lists(st.integers(0, 700), max_size=6))
@example([0, 500, 500, 500, 500])
@example([700, 700, 700])
def test_batches_leave_no_trace_at_the_real_sizes(
    tmp_path_factory: pytest.TempPathFactory,
    many_places: tuple[list[dict[str, Any]], bytes],
    sizes: list[int],
) -> None:
    rows, whole = many_places
    assert whole == write(tmp_path_factory.mktemp("t") / "b.parquet", "places", rows, *sizes)


def test_metadata_tell_table_version_and_what_is_given_in_one_order(tmp_path: Path) -> None:
    one = write(tmp_path / "a.parquet", "places", [], b="2", a="1", table="events")
    two = write(tmp_path / "b.parquet", "places", [], a="1", b="2", schema_version="0")
    assert one == two
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        told = dict(file.schema_arrow.metadata)
    assert told == {b"a": b"1", b"b": b"2", b"schema_version": b"1.0.0", b"table": b"places"}


def test_columns_are_compressed_and_codes_dictionary_encoded(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "acts", many_acts(10))
    coded = set(dictionary_paths("acts"))
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        group = file.metadata.row_group(0)
        columns = [group.column(n) for n in range(group.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}
    assert coded <= {column.path_in_schema for column in columns}
    for column in columns:
        encoded = any("DICTIONARY" in encoding for encoding in column.encodings)
        assert encoded == (column.path_in_schema in coded), column.path_in_schema


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "colour"),
        ({"feature": None}, "feature"),
        ({"start": "four"}, "start|four"),
        ({"start": 2**40}, "start|1099511627776|int"),
        ({"text": "\ud800"}, "surrogates"),
    ],
)
def test_row_that_the_table_cannot_hold_is_told(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(SchemaError, match=told):
        write(tmp_path / "t.parquet", "places", [valid_rows("places")[0] | change])


def test_row_that_lacks_a_column_is_told(tmp_path: Path) -> None:
    row = valid_rows("places")[0]
    del row["name"]
    with pytest.raises(SchemaError, match="lacks name"):
        write(tmp_path / "t.parquet", "places", [row])


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    writer = TableWriter(tmp_path / "t.parquet", "places")
    writer.close()
    writer.close()
    assert read_table(tmp_path / "t.parquet").num_rows == 0


def test_content_hash_is_of_the_rows_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", "acts", many_acts(5), lexicon="one")
    pq.write_table(
        read_table(tmp_path / "a.parquet"), tmp_path / "b.parquet", row_group_size=2, compression="none"
    )
    changed = many_acts(5)
    changed[3]["trigger_text"] = "shelled"
    write(tmp_path / "c.parquet", "acts", changed)
    one, same, other = (content_hash(tmp_path / f"{name}.parquet") for name in "abc")
    assert one == same != other


def test_what_is_no_table_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"nothing")
    for read in (read_table, content_hash):
        with pytest.raises(InputError, match=r"x\.parquet"):
            read(path)
        with pytest.raises(InputError, match=r"none\.parquet"):
            read(tmp_path / "none.parquet")


# --- codebook and data package -----------------------------------------------------------------------------------


def test_codebook_is_made_from_the_schemas() -> None:
    path = Path(__file__).parent.parent / "docs" / "codebook.md"
    assert path.read_text(encoding="utf-8") == codebook.render(), (
        "python -m eventcode.tables.codebook > docs/codebook.md"
    )


def test_data_package_tells_tables_hashes_and_terms(tmp_path: Path) -> None:
    for table in TABLES:
        write(tmp_path / f"{table}.parquet", table, valid_rows(table), lexicon_sha256="f" * 64)
    path = datapackage.write(tmp_path)
    first = path.read_bytes()
    assert datapackage.write(tmp_path).read_bytes() == first
    package = json.loads(first)
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    assert "not produced or endorsed by ACLED" in package["description"]
    assert package["resources"][0]["x-metadata"]["lexicon_sha256"] == "f" * 64
    assert package["resources"][2]["x-rows"] == 2
    assert package["resources"][2]["schema"] == dict(load_schema("events").source)
    assert {path.name for path in tmp_path.iterdir()} == {
        "datapackage.json",
        *(f"{t}.parquet" for t in TABLES),
    }


def test_data_package_of_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tables"):
        datapackage.describe(tmp_path)
