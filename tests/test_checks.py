"""Checks of written tables: valid ones pass; for every check one table that breaks it, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import ACT, ARTICLE, DAY, OTHER_ACT, Row, change, valid_rows, write_unchecked

from eventcode.coding.events import DEEDS
from eventcode.errors import InputError, UsageError
from eventcode.lexicon.load import content_hash
from eventcode.model import Finding
from eventcode.resources import lexicon_dir
from eventcode.tables import checks, parquet_tables, validate
from eventcode.tables import rejected as rejected_lines
from eventcode.tables.boxes import country_boxes
from eventcode.tables.parquet import arrow_schema, read_table
from eventcode.tables.parquet import content_hash as content_hash_of_rows
from eventcode.tables.reading import row_count
from eventcode.tables.schema import TABLES

YESTERDAY = DAY.replace(day=DAY.day - 1)

NOT_CODABLE = {"acled_codable": False, "not_codable_reason": "date_too_vague"}

# code, table, row, what is changed, column of the finding
BROKEN: list[tuple[str, str, int, dict[str, Any], str]] = [
    ("required", "events", 1, {"rule": None}, "rule"),
    ("required", "acts", 0, {"trigger_lemma": None}, "trigger_lemma"),
    ("pattern", "articles", 0, {"sha256": "AB" * 32}, "sha256"),
    ("pattern", "events", 1, {"source_country": "Mali"}, "source_country"),
    ("pattern", "acts", 0, {"sources.0.roles": ["MIL", "army"]}, "sources.roles"),
    ("pattern", "incidents", 0, {"act_ids": ["x"]}, "act_ids"),
    ("enum", "events", 0, {"status": "future"}, "status"),
    ("enum", "acts", 0, {"places.0.level": "village"}, "places.level"),
    ("enum", "places", 1, {"feature": "river"}, "feature"),
    ("range", "places", 0, {"confidence": 1.5}, "confidence"),
    ("range", "places", 0, {"confidence": float("nan")}, "confidence"),
    ("range", "events", 0, {"injured_best": -1}, "injured_best"),
    ("range", "acts", 0, {"toll.arrested_best": -2, "toll.arrested_low": -2, "toll.arrested_high": 3}, ""),
    ("length", "events", 0, {"rule": ""}, "rule"),
    ("length", "incidents", 0, {"act_ids": []}, "act_ids"),
    ("required", "incidents", 0, {"act_ids": None}, "act_ids"),
    ("required", "incidents", 0, {"act_ids": [ACT, None]}, "act_ids"),
    ("required", "acts", 0, {"outcomes": [None]}, "outcomes"),
    ("pattern", "articles", 0, {"language": "English"}, "language"),
    ("enum", "acts", 0, {"stance": "wish"}, "stance"),
    ("enum", "acts", 0, {"outcomes": ["killed", "won"]}, "outcomes"),
    ("enum", "acts", 0, {"instrument": "plane"}, "instrument"),
    ("enum", "acts", 0, {"object": "moon"}, "object"),
    ("range", "articles", 0, {"date": dt.date(999, 12, 31)}, "date"),
    ("range", "events", 0, {"article_date": dt.date(3000, 1, 1)}, "article_date"),
    ("range", "incidents", 0, {"event_date": dt.date(24, 1, 5), "year": 24}, "event_date"),
    ("cameo_code", "events", 0, {"cameo_code": "199", "cameo_root": "19"}, "cameo_code"),
    ("cameo_root", "events", 0, {"cameo_root": "18"}, "cameo_root"),
    ("cameo_quad", "events", 1, {"quad_class": 3}, "quad_class"),
    ("cameo_goldstein", "events", 0, {"goldstein": -9.9}, "goldstein"),
    ("plover_modes", "events", 0, {"plover_modes": "aerial;visit"}, "plover_modes"),
    ("plover_modes", "events", 0, {"plover_event": None, "plover_contexts": None, "plover_quad": None}, "plover_modes"),
    ("plover_contexts", "events", 1, {"plover_contexts": "military;weather"}, "plover_contexts"),
    ("plover_quad", "events", 0, {"plover_quad": 1}, "plover_quad"),
    ("acled_types", "events", 0, {"acled_event_type": "Battles"}, "acled_event_type"),
    ("acled_types", "incidents", 0, {"disorder_type": "Demonstrations"}, "disorder_type"),
    ("acled_types", "events", 0, {"acled_sub_event_type": None, "acled_event_type": None}, "acled_disorder_type"),
    ("coordinates", "events", 0, {"longitude": None}, "latitude"),
    ("coordinates", "acts", 0, {"places.0.latitude": None}, "places.latitude"),
    ("coordinates", "places", 0, {"name": None, "geonameid": None, "country": None}, "latitude"),
    ("far_away", "events", 1, {"country": "KEN"}, "latitude"),
    ("far_away", "acts", 0, {"places.0.longitude": 16.27}, "places.latitude"),
    ("far_away", "incidents", 0, {"latitude": -16.27}, "latitude"),
    ("repeated", "events", 0, {"plover_contexts": "military;crime;military"}, "plover_contexts"),
    ("repeated", "events", 1, {"plover_modes": "aerial;aerial"}, "plover_modes"),
    ("repeated", "incidents", 0, {"act_ids": [ACT, OTHER_ACT, ACT]}, "act_ids"),
    ("repeated", "incidents", 0, {"article_ids": [ARTICLE, ARTICLE], "articles": 2}, "article_ids"),
    ("acled_stance", "events", 0, {"stance": "threaten"}, "acled_sub_event_type"),
    ("roles", "events", 0, {"source_role": "GOV"}, "source_role"),
    ("roles", "events", 0, {"source_role": None}, "source_role"),
    ("roles", "events", 1, {"target_role": "CVL"}, "target_role"),
    ("country", "events", 0, {"target_country": "SUD"}, "target_country"),
    ("country", "acts", 0, {"sources.0.country": "XXX"}, "sources.country"),
    ("country", "acts", 0, {"places.0.country": "ROM"}, "places.country"),
    ("country", "places", 0, {"country": "UKK"}, "country"),
    ("country", "events", 0, {"country": "SUN"}, "country"),
    ("country", "incidents", 0, {"event_id_cnty": "EC-SUD-0123456789ab"}, "event_id_cnty"),
    ("iso", "incidents", 0, {"iso": 562}, "iso"),
    ("iso", "incidents", 0, {"iso": None}, "iso"),
    ("offsets", "events", 0, {"source_end": 3}, "source_start"),
    ("offsets", "events", 0, {"target_start": 3}, "target_start"),
    ("offsets", "acts", 0, {"sources.0.ref_start": 3, "sources.0.ref_end": 3}, "sources.ref_start"),
    ("offsets", "acts", 0, {"trigger_start": 61, "trigger_end": 67}, "trigger_start"),
    ("offsets", "places", 0, {"end": 34}, "start"),
    ("dates", "events", 0, {"event_date_end": YESTERDAY}, "event_date_end"),
    ("dates", "incidents", 0, {"event_date_end": YESTERDAY}, "event_date_end"),
    ("dates", "events", 0, {"event_date": None}, "event_date"),
    ("dates", "acts", 0, {"event_date_end": None}, "event_date"),
    ("dates", "acts", 0, {"event_date": None, "date_span": None}, "event_date"),
    ("dates", "incidents", 0, {"event_date_end": None}, "event_date"),
    ("dates", "events", 0, {"event_date": dt.date(850, 5, 3)}, "event_date"),
    ("dates", "acts", 0, {"event_date_end": dt.date(3500, 5, 3)}, "event_date_end"),
    ("dates", "incidents", 0, {"event_date_end": dt.date(3500, 5, 3)}, "event_date_end"),
    ("time_precision", "incidents", 0, {"time_precision": 3}, "time_precision"),
    ("time_precision", "incidents", 0, {"time_precision": 2}, "time_precision"),
    ("time_precision", "incidents", 0, {"date_precision": "week"}, "time_precision"),
    ("time_precision", "incidents", 0, {"date_precision": "month", "time_precision": 2}, "time_precision"),
    ("time_precision", "incidents", 0, {"date_basis": "publication"}, "time_precision"),
    ("time_precision", "incidents", 0, {"date_precision": "year"}, "time_precision"),
    (
        "time_precision", "incidents", 0,
        NOT_CODABLE | {"event_date": None, "event_date_end": None, "year": None}, "time_precision",
    ),
    ("fatalities", "incidents", 0, {"fatalities": 10}, "fatalities"),
    ("fatalities", "incidents", 0, {"fatalities": 11, "sub_event_type": "Suicide bomb"}, "fatalities"),
    (
        "fatalities", "incidents", 0,
        {"fatalities": 1, "fatalities_low": None, "fatalities_best": None, "fatalities_high": None}, "fatalities",
    ),
    ("quantities", "incidents", 0, {"fatalities_low": 8}, "fatalities_best"),
    ("quantities", "events", 0, {"fatalities_high": None}, "fatalities_best"),
    ("quantities", "acts", 0, {"toll.killed_high": 6}, "toll.killed_best"),
    ("quantities", "acts", 0, {"toll.crowd_low": 9, "toll.crowd_best": 8}, "toll.crowd_best"),
    (
        "actors", "events", 0,
        {"source_text": None, "source_start": None, "source_end": None, "source_code": None}, "source_code",
    ),
    ("interaction", "incidents", 0, {"interaction": "State forces only"}, "interaction"),
    ("interaction", "incidents", 0, {"inter2": None}, "interaction"),
    ("year", "incidents", 0, {"year": 2023}, "year"),
    ("year", "incidents", 0, {"year": None}, "year"),
    ("codable", "incidents", 0, {"acled_codable": False}, "not_codable_reason"),
    ("codable", "incidents", 0, {"not_codable_reason": "no_place"}, "not_codable_reason"),
    ("codable", "incidents", 0, {"event_date": None, "event_date_end": None, "year": None, "time_precision": None}, "acled_codable"),
    ("listed", "incidents", 0, {"articles": 2}, "articles"),
    ("listed", "incidents", 0, {"source": "Wire"}, "sources"),
    ("listed", "incidents", 0, {"sources": 1}, "sources"),
    ("listed", "incidents", 0, {"source": "A; B", "sources": 2}, "sources"),
    ("sentences", "articles", 0, {"parsed_sentences": 4}, "parsed_sentences"),
    ("duplicate", "articles", 0, {"duplicate_of": ARTICLE}, "duplicate_of"),
    ("unique", "events", 1, {"event_id": f"{0:020x}"}, "event_id"),
    ("unique", "places", 1, {"start": 34, "end": 37}, "article_id"),
    ("act_rows", "events", 1, {"act_rows": 1}, "act_rows"),
    ("rank", "events", 1, {"rank": 0}, "rank"),
    ("rank", "events", 1, {"rank": 2}, "rank"),
]  # fmt: skip


def broken(table: str, row: int, changes: dict[str, Any]) -> list[Row]:
    rows = valid_rows(table)
    for path, value in changes.items():
        change(rows[row], path, value)
    return rows


def found(findings: list[Finding]) -> list[tuple[str, int | None, str]]:
    return [(finding.code, finding.row, finding.column) for finding in findings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of valid tables."""
    for table in TABLES:
        write_unchecked(tmp_path / f"{table}.parquet", table, valid_rows(table))
    return tmp_path


def rewrite(folder: Path, table: str, rows: list[Row], **types: pa.DataType) -> Path:
    return write_unchecked(folder / f"{table}.parquet", table, rows, types)


def test_valid_tables_have_no_findings(folder: Path) -> None:
    assert validate.validate(folder) == []


@pytest.mark.parametrize("table", TABLES)
def test_valid_table_has_no_findings_alone(folder: Path, table: str) -> None:
    assert validate.validate_file(folder / f"{table}.parquet") == []


@pytest.mark.parametrize("table", TABLES)
def test_empty_table_has_no_findings(tmp_path: Path, table: str) -> None:
    assert validate.validate(write_unchecked(tmp_path / f"{table}.parquet", table, [])) == []


@pytest.mark.parametrize(
    ("code", "table", "row", "changes", "column"),
    BROKEN,
    ids=[f"{code}-{table}-{'-'.join(changes)}" for code, table, _, changes, _ in BROKEN],
)
def test_check_finds_what_is_broken_and_nothing_else(
    tmp_path: Path, code: str, table: str, row: int, changes: dict[str, Any], column: str
) -> None:
    path = write_unchecked(tmp_path / f"{table}.parquet", table, broken(table, row, changes))
    findings = validate.validate(path)
    assert {finding.code for finding in findings} == {code}
    assert {finding.row for finding in findings} == {row}
    assert {finding.file for finding in findings} == {str(path)}
    if column:
        assert [finding.column for finding in findings] == [column]
    assert all(finding.value and finding.expected for finding in findings)


def validated(path: Path, table: str, row: int, changes: dict[str, Any]) -> list[tuple[str, int | None, str]]:
    return found(validate.validate(write_unchecked(path / "t.parquet", table, broken(table, row, changes))))


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("events", {"event_date": None, "date_precision": "unknown"}),
        ("acts", {"event_date": None, "date_span": "duration"}),
        ("acts", {"event_date_end": None, "date_span": "duration", "date_precision": "year"}),
        ("acts", {"event_date": dt.date(1789, 1, 1), "date_precision": "year"}),
        ("events", {"event_date": None, "event_date_end": None}),
        ("events", {"stance": "attempt"}),
        ("events", {"stance": "foil"}),
        ("events", {"target_country": "SUN"}),
        ("acts", {"sources.0.country": "XWG"}),
        ("incidents", {"event_date_end": DAY.replace(day=DAY.day + 1), "time_precision": 2}),
        ("incidents", {"date_precision": "month", "time_precision": 3}),
        ("incidents", {"date_precision": "day", "date_basis": "publication", "time_precision": 2}),
        ("incidents", {"sub_event_type": "Suicide bomb", "fatalities": 10}),
        ("incidents", {"source": "Wire", "sources": 1}),
        (
            "incidents",
            {"event_id_cnty": "EC-XKX-0123456789ab", "iso": None, "latitude": 42.6, "longitude": 21.0},
        ),
        (
            "incidents",
            NOT_CODABLE
            | {"event_date": None, "year": None, "time_precision": None, "date_precision": "year"},
        ),
        ("articles", {"parsed_sentences": 3}),
    ],
)
def test_what_only_looks_broken_is_no_finding(tmp_path: Path, table: str, changes: dict[str, Any]) -> None:
    assert validated(tmp_path, table, 0, changes) == []


def test_happening_told_by_no_article_is_told(tmp_path: Path) -> None:
    changes = {"articles": 0, "article_ids": []}
    assert set(validated(tmp_path, "incidents", 0, changes)) == {
        ("range", 0, "articles"),
        ("length", 0, "article_ids"),
    }


def test_duplicate_of_an_article_that_is_not_there_is_told_of_the_file_alone(tmp_path: Path) -> None:
    assert validated(tmp_path, "articles", 0, {"duplicate_of": "wire-0"}) == [
        ("reference", 0, "duplicate_of")
    ]


def test_day_of_a_year_that_python_does_not_have_is_shown(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(valid_rows("articles"), schema=arrow_schema("articles"))
    far = pa.array([5_000_000], pa.int32()).cast(pa.date32())
    at = table.schema.get_field_index("date")
    pq.write_table(table.set_column(at, table.schema.field(at), far), tmp_path / "articles.parquet")
    findings = validate.validate(tmp_path / "articles.parquet")
    assert [(f.code, f.value) for f in findings] == [("range", "15659-07-15")]


# --- another lexicon ---------------------------------------------------------------------------------------------


def with_metadata(path: Path, **metadata: str) -> Path:
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def test_stance_of_another_lexicon_is_held_to_its_form_alone(tmp_path: Path) -> None:
    rows = broken("acts", 0, {"stance": "wish", "outcomes": ["won"]})
    path = write_unchecked(tmp_path / "acts.parquet", "acts", rows)
    assert validate.validate(with_metadata(path, lexicon_sha256="ab" * 32)) == []
    own = content_hash([lexicon_dir()])
    assert found(validate.validate(with_metadata(path, lexicon_sha256=own))) == [
        ("enum", 0, "stance"),
        ("enum", 0, "outcomes"),
    ]
    write_unchecked(path, "acts", broken("acts", 0, {"stance": "Wish it"}))
    assert found(validate.validate(with_metadata(path, lexicon_sha256="ab" * 32))) == [
        ("pattern", 0, "stance")
    ]


def documented(text: str | None) -> set[str]:
    """Codes that a module's docstring lists."""
    lines = re.findall(r"^(?:\w+)?  +(\w+) {2,}\S", text or "", re.MULTILINE)
    return set(lines)


def test_deeds_are_those_of_the_coder() -> None:
    assert checks.DEEDS == DEEDS


def test_every_check_is_documented_and_has_a_broken_table() -> None:
    source = Path(checks.__file__).read_text(encoding="utf-8")
    made = set(re.findall(r'(?:Failure|follows|judged|judged_columns)\(\s*"(\w+)"', source))
    made |= set(re.findall(r'yield "(\w+)"', source))
    assert made == {code for code, *_ in BROKEN}
    assert made == documented(checks.__doc__)


def test_finding_says_what_was_found_and_what_was_expected(tmp_path: Path) -> None:
    path = write_unchecked(tmp_path / "events.parquet", "events", broken("events", 1, {"quad_class": 3}))
    assert validate.validate(path) == [
        Finding(str(path), 1, "quad_class", "cameo_quad", "quad_class 3, cameo_code 195", "4")
    ]


# --- files -------------------------------------------------------------------------------------------------------


def test_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert found(validate.validate(tmp_path / "none.parquet")) == [("unreadable", None, "")]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table", b"PAR1" + bytes(60) + b"PAR1"])
def test_what_is_no_parquet_file_is_a_finding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.parquet"
    path.write_bytes(content)
    assert found(validate.validate(path)) == [("unreadable", None, "")]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutilated_file_gives_findings_or_none_but_no_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("m") / "places.parquet"
    whole = write_unchecked(path, "places", valid_rows("places")).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(whole), at]))
    path.write_bytes((whole[:at] + bytes([byte]) + whole[at + 1 :])[:cut])
    validate.validate(path)


def test_folder_without_tables_is_unreadable(tmp_path: Path) -> None:
    assert found(validate.validate(tmp_path)) == [("unreadable", None, "")]


def test_command_raises_only_when_nothing_can_be_read(folder: Path) -> None:
    with pytest.raises(InputError, match=r"none\.parquet"):
        validate.check_files([folder / "none.parquet"])
    findings = validate.check_files([folder / "none.parquet", folder / "events.parquet"])
    assert found(findings) == [("unreadable", None, "")]


def test_unknown_schema_is_misuse(folder: Path) -> None:
    with pytest.raises(UsageError, match="no_such_table"):
        validate.validate(folder / "events.parquet", schema="no_such_table")


def test_table_of_nobody_is_not_recognised(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": [2], "country": ["MLI"]}), tmp_path / "x.parquet")
    assert found(validate.validate(tmp_path / "x.parquet")) == [("unknown_table", None, "")]


def test_table_is_recognised_by_its_columns_whatever_its_name(folder: Path) -> None:
    (folder / "events.parquet").rename(folder / "mine.parquet")
    assert validate.validate(folder / "mine.parquet") == []


def test_named_schema_wins(folder: Path) -> None:
    codes = {finding.code for finding in validate.validate(folder / "events.parquet", schema="places")}
    assert {"missing_column", "extra_column"} <= codes


def test_missing_and_extra_columns_are_told(folder: Path) -> None:
    rows = valid_rows("places")
    for row in rows:
        row["mine"] = row.pop("feature")
    path = rewrite(folder, "places", rows)
    assert found(validate.validate(path)) == [
        ("missing_column", None, "feature"),
        ("extra_column", None, "mine"),
    ]


@pytest.mark.parametrize(
    ("column", "wrong"),
    [("start", pa.float64()), ("confidence", pa.string()), ("country", pa.int32()), ("geonameid", pa.null())],
)
def test_wrong_kind_of_column_is_told_once(folder: Path, column: str, wrong: pa.DataType) -> None:
    rows = [{**row, column: None} for row in valid_rows("places")]
    path = rewrite(folder, "places", rows, **{column: wrong})
    assert found(validate.validate(path)) == [("column_type", None, column)]


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("start", pa.int64()),
        ("text", pa.large_string()),
        ("country", pa.dictionary(pa.int32(), pa.string())),
        ("latitude", pa.float32()),
    ],
)
def test_other_widths_and_encodings_are_fine(folder: Path, column: str, other: pa.DataType) -> None:
    assert validate.validate(rewrite(folder, "places", valid_rows("places"), **{column: other})) == []


def test_value_too_large_for_its_width_is_out_of_range(folder: Path) -> None:
    rows = broken("events", 0, {"geo_precision": 1000})
    path = rewrite(folder, "events", rows, geo_precision=pa.int64())
    assert found(validate.validate(path)) == [("range", 0, "geo_precision")]


def test_unsigned_number_beyond_64_bits_with_a_sign_hides_no_other_finding(folder: Path) -> None:
    rows = broken("events", 0, {"injured_best": 2**64 - 1, "status": "future"})
    path = rewrite(folder, "events", rows, injured_best=pa.uint64())
    assert found(validate.validate(path)) == [("column_value", None, "injured_best"), ("enum", 0, "status")]
    small = rewrite(folder, "events", broken("events", 0, {"injured_best": 5}), injured_best=pa.uint64())
    assert validate.validate(small) == []


@pytest.mark.parametrize("column", ["file", "language"])
def test_text_that_is_no_utf8_hides_no_other_finding(tmp_path: Path, column: str) -> None:
    table = pa.Table.from_pylist(broken("articles", 0, {"acts": -1}), schema=arrow_schema("articles"))
    at = table.schema.get_field_index(column)
    wrong = pa.array([b"caf\xe9"], pa.binary()).view(pa.string())
    path = tmp_path / "articles.parquet"
    pq.write_table(table.set_column(at, table.schema.field(at), wrong), path)
    assert sorted(code for code, *_ in found(validate.validate(path))) == ["column_value", "range"]


def test_damaged_file_is_a_finding_whatever_is_raised(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_footer(*args: Any, **kwargs: Any) -> None:
        b"\xff".decode()

    monkeypatch.setattr(pq, "ParquetFile", broken_footer)
    monkeypatch.setattr(pq, "read_table", broken_footer)
    path = folder / "events.parquet"
    assert found(validate.validate(path)) == [("unreadable", None, "")]
    for read in (read_table, content_hash_of_rows, row_count):
        with pytest.raises(InputError, match=r"events\.parquet"):
            read(path)


@pytest.mark.parametrize("old", [b"article_id", b"lexicon_sha256", b"places"])
def test_broken_text_in_the_footer_is_no_error(tmp_path: Path, old: bytes) -> None:
    path = write_unchecked(tmp_path / "places.parquet", "places", valid_rows("places"))
    with_metadata(path, lexicon_sha256="x", table="places")
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, b"\xff" * len(old)))
    assert {code for code, *_ in found(validate.validate(path))} <= {"unreadable"}


def test_nested_column_of_another_shape_is_told(folder: Path) -> None:
    rows = [{**row, "toll": {"killed_best": 7}} for row in valid_rows("acts")]
    path = rewrite(folder, "acts", rows, toll=pa.struct([("killed_best", pa.int64())]))
    assert found(validate.validate(path)) == [("column_type", None, "toll")]


def test_only_a_hundred_findings_of_a_kind_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [
        {**valid_rows("places")[0], "start": 10 * number, "end": 10 * number + 3, "country": "mali"}
        for number in range(250)
    ]
    findings = validate.validate(write_unchecked(tmp_path / "places.parquet", "places", rows))
    assert found(findings[:100]) == [("pattern", row, "country") for row in range(100)]
    assert [(f.row, f.value) for f in findings[100:]] == [(None, "150 more")]


def test_rows_are_numbered_through_all_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_tables, "BATCH_ROWS", 7)
    rows = [{**valid_rows("places")[0], "start": 10 * n, "end": 10 * n + 3} for n in range(40)]
    rows[33]["feature"] = "river"
    path = write_unchecked(tmp_path / "places.parquet", "places", rows)
    assert found(validate.validate(path)) == [("enum", 33, "feature")]


def test_table_without_words_is_valid(tmp_path: Path) -> None:
    rows = valid_rows("events")
    for row in rows:
        row |= {name: None for name in row if name.endswith("_text")} | {"source_code": None}
    assert validate.validate(write_unchecked(tmp_path / "events.parquet", "events", rows)) == []


# --- rejected.jsonl ----------------------------------------------------------------------------------------------

REJECTED = {"file": "wire.jsonl", "record": 3, "article_id": None, "reason": "no_text", "detail": "no text"}


def rejected(folder: Path, *lines: Any) -> Path:
    path = folder / "rejected.jsonl"
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n")
    return path


def test_valid_lines_have_no_findings(folder: Path) -> None:
    path = rejected(folder, REJECTED, b"", REJECTED | {"article_id": "a", "reason": "internal_error"})
    assert validate.validate(path) == validate.validate(folder) == []


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (b"{", "bad_json", ""),
        (b'{"file": "\xff"}', "bad_json", ""),
        (b"[" * 100_000, "bad_json", ""),
        ([1], "bad_json", ""),
        (
            {name: value for name, value in REJECTED.items() if name != "article_id"},
            "missing_column",
            "article_id",
        ),
        (REJECTED | {"text": "x"}, "extra_column", "text"),
        (REJECTED | {"record": "3"}, "column_type", "record"),
        (REJECTED | {"record": True}, "column_type", "record"),
        (REJECTED | {"file": None}, "column_type", "file"),
        (REJECTED | {"reason": "boring"}, "enum", "reason"),
        (REJECTED | {"file": ""}, "length", "file"),
        (REJECTED | {"record": 0}, "range", "record"),
    ],
)
def test_line_that_is_broken_is_told(tmp_path: Path, line: Any, code: str, column: str) -> None:
    assert found(validate.validate(rejected(tmp_path, REJECTED, line))) == [(code, 1, column)]


def test_every_check_of_lines_is_documented() -> None:
    told = set(re.findall(r"^(\w+) {2,}\S", rejected_lines.__doc__ or "", re.MULTILINE))
    assert told == {"bad_json", "missing_column", "extra_column", "column_type", "enum", "length", "range"}


def test_lines_of_another_name_can_be_checked(tmp_path: Path) -> None:
    path = rejected(tmp_path, REJECTED | {"record": 0}).rename(tmp_path / "set_aside.txt")
    assert found(validate.validate(path, schema="rejected")) == [("range", 0, "record")]


def test_only_a_hundred_lines_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    findings = validate.validate(rejected(tmp_path, *[REJECTED | {"record": 0}] * 130))
    assert (len(findings), findings[-1].value) == (101, "30 more")


def test_missing_lines_are_unreadable(tmp_path: Path) -> None:
    assert found(validate.validate(tmp_path / "rejected.jsonl")) == [("unreadable", None, "")]


# --- files of one folder -----------------------------------------------------------------------------------------


def _lost_act(folder: Path) -> None:
    rewrite(folder, "acts", broken("acts", 0, {"act_id": OTHER_ACT}))


def _lost_article(folder: Path) -> None:
    rewrite(folder, "places", broken("places", 1, {"article_id": "wire-2"}))


def _lost_duplicate(folder: Path) -> None:
    rewrite(folder, "articles", broken("articles", 0, {"duplicate_of": "wire-0"}))


def _more_acts(folder: Path) -> None:
    rewrite(folder, "articles", broken("articles", 0, {"acts": 2}))


def _no_events(folder: Path) -> None:
    rewrite(folder, "articles", broken("articles", 0, {"events": 0}))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_lost_act, {("reference", "act_id"), ("reference", "act_ids")}),
        (_lost_article, {("reference", "article_id")}),
        (_lost_duplicate, {("reference", "duplicate_of")}),
        (_more_acts, {("article_counts", "acts")}),
        (_no_events, {("article_counts", "events")}),
    ],
)
def test_tables_of_one_folder_are_checked_against_each_other(
    folder: Path, spoil: Callable[[Path], None], expected: set[tuple[str, str]]
) -> None:
    spoil(folder)
    assert {(finding.code, finding.column) for finding in validate.validate(folder)} == expected


def test_tables_of_different_folders_are_not(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    acts = write_unchecked(other / "acts.parquet", "acts", broken("acts", 0, {"act_id": OTHER_ACT}))
    assert validate.validate(folder / "events.parquet", acts) == []


# --- boxes of countries ------------------------------------------------------------------------------------------


def test_boxes_are_boxes() -> None:
    boxes = country_boxes()
    assert len(boxes) > 240
    assert list(boxes) == sorted(boxes)
    for south, west, north, east in boxes.values():
        assert -90 <= south < north <= 90
        assert -180 <= west < east <= 180


@pytest.mark.parametrize(
    ("country", "latitude", "longitude"),
    [
        ("FJI", -17.8, 177.4),
        ("FJI", -16.8, -179.9),
        ("RUS", 64.7, 177.5),
        ("RUS", 66.2, -169.8),
        ("XKX", 42.7, 21.2),
    ],
)
def test_places_beside_the_180th_meridian_and_in_kosovo_lie_in_their_country(
    country: str, latitude: float, longitude: float
) -> None:
    south, west, north, east = country_boxes()[country]
    assert south <= latitude <= north
    assert west <= longitude <= east
