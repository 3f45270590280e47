"""Delimited text: what is written is read again, in the same bytes; what is wrong in a file is told where it is."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout_rows import layout_table, write_layout

from eventcode.errors import InputError, SchemaError
from eventcode.tables import delimited
from eventcode.tables.delimited import read_delimited, write_delimited
from eventcode.tables.parquet import arrow_type
from eventcode.tables.schema import LAYOUTS, TableSchema, load_schema, read_schema
from eventcode.tables.text_tables import TextTable
from eventcode.tables.validate import validate

FIELDS = [
    {"name": "id", "type": "integer", "arrowType": "int16", "constraints": {"required": True}},
    {"name": "day", "type": "date", "format": "%Y%m%d"},
    {"name": "score", "type": "number"},
    {"name": "flag", "type": "boolean", "trueValues": ["1", "true"], "falseValues": ["0", "false"]},
    {"name": "code", "type": "string", "dictionary": True},
    {"name": "note", "type": "string"},
    {"name": "tags", "type": "array", "arrowType": "list<string>", "items": {"type": "string"}},
    {"name": "tail", "type": "string"},
]
CSV: dict[str, Any] = {"spreadsheetSafe": True}
TSV: dict[str, Any] = {"delimiter": "\t", "header": False, "quoteChar": None, "null": "None"}
HEAD = "id,day,score,flag,code,note,tags,tail"


def toy(folder: Path, dialect: dict[str, Any]) -> TableSchema:
    fields = [{**field, "description": str(field["name"])} for field in FIELDS]
    content = {
        "name": "toy", "title": "Toy", "description": "A layout.", "x-version": "1.0.0", "x-sortKey": [],
        "primaryKey": ["id"], "fields": fields, "x-dialect": dialect, "x-optional": ["tail"], "x-known": ["old"],
    }  # fmt: skip
    path = folder / "toy.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_schema(path)


def table(schema: TableSchema, *rows: dict[str, Any]) -> pa.Table:
    kinds = pa.schema([pa.field(column.name, arrow_type(column)) for column in schema.fields])
    blank = dict.fromkeys(schema.names)
    return pa.Table.from_pylist([blank | row for row in rows], schema=kinds)


def told(path: Path, schema: TableSchema) -> list[tuple[str, int | None, str, str]]:
    return [(f.code, f.row, f.column, f.value) for f in read_delimited(path, schema).findings]


# --- there and back ----------------------------------------------------------------------------------------------


def test_dialect_is_kept_to_the_byte(tmp_path: Path) -> None:
    row = {
        "id": 1,
        "day": dt.date(999, 1, 5),
        "score": -10.0,
        "flag": True,
        "code": 'He, "x"',
        "tags": ["a", "b"],
    }
    schema = toy(tmp_path, CSV | {"lineTerminator": "\r\n"})
    write_delimited(table(schema, row, {"id": 2, "score": 0.25}), tmp_path / "a.csv", schema)
    assert (tmp_path / "a.csv").read_bytes() == (
        f'{HEAD}\r\n1,09990105,-10.0,1,"He, ""x""",,a;b,\r\n2,,0.25,,,,,\r\n'.encode()
    )
    schema = toy(tmp_path, TSV)
    write_delimited(table(schema, row), tmp_path / "a.tsv", schema)
    expected = b'1\t09990105\t-10.0\t1\tHe, "x"\tNone\ta;b\tNone\n'
    assert (tmp_path / "a.tsv").read_bytes() == expected


TEXT = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6),
)
FORMULA = st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "'=", "''+"]), st.text("ab", max_size=3)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.integers(-(2**15), 2**15 - 1),
                "day": st.none() | st.dates(),
                "score": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "flag": st.none() | st.booleans(),
                "code": TEXT | FORMULA,
                "note": TEXT | FORMULA,
                "tags": st.none() | st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=3),
                "tail": TEXT,
            }
        ),
        max_size=5,
    ),
    st.sampled_from(["x.csv", "x.csv.gz"]),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], name: str
) -> None:
    folder = tmp_path_factory.mktemp("d")
    schema = toy(folder, CSV)
    made = table(schema, *rows)
    write_delimited(made, folder / name, schema)
    first = (folder / name).read_bytes()
    read = read_delimited(folder / name, schema)
    assert read.findings == []
    assert read.table.to_pylist() == made.to_pylist()
    assert read.rows.to_pylist() == list(range(len(rows)))
    write_delimited(read.table, folder / name, schema)
    assert (folder / name).read_bytes() == first


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_written_and_read_again(tmp_path: Path, name: str) -> None:
    made = layout_table(name)
    read = read_delimited(write_layout(tmp_path / "x.txt", made, name), load_schema(name))
    assert (read.findings, read.missing) == ([], frozenset())
    assert read.table.to_pylist() == made.to_pylist()


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\rb"])
def test_what_the_dialect_cannot_carry_is_refused_and_leaves_no_file(tmp_path: Path, text: str) -> None:
    schema = toy(tmp_path, TSV)
    with pytest.raises(SchemaError, match="column note, row 1"):
        write_delimited(table(schema, {"id": 1}, {"id": 2, "note": text}), tmp_path / "x.tsv", schema)
    assert [path.name for path in tmp_path.iterdir()] == ["toy.json"]


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="columns"):
        write_delimited(pa.table({"id": [1]}), tmp_path / "x.csv", toy(tmp_path, CSV))


def test_formulas_are_dead_in_a_spreadsheet(tmp_path: Path) -> None:
    schema = toy(tmp_path, CSV)
    write_delimited(
        table(schema, {"id": -1, "code": "=1+1", "note": "@a", "score": -2.5}), tmp_path / "x.csv", schema
    )
    line = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line == "-1,,-2.5,,'=1+1,'@a,,"


# --- what is wrong -----------------------------------------------------------------------------------------------


def test_broken_cells_are_null_and_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        f"{HEAD}\n70000,2024-01-05,nan,maybe,a,b,c,\n1,20240230,1e3,true,".encode()
        + b"\xff,\xfe,c,\nx,20240105,x,0,a,b,,\n"
    )
    schema = toy(tmp_path, CSV)
    assert sorted(told(path, schema), key=str) == sorted(
        [
            ("cell", 0, "id", "70000"),
            ("cell", 0, "day", "2024-01-05"),
            ("cell", 0, "score", "nan"),
            ("cell", 0, "flag", "maybe"),
            ("cell", 1, "day", "20240230"),
            ("encoding", 1, "code", "\\xff"),
            ("encoding", 1, "note", "\\xfe"),
            ("cell", 2, "id", "x"),
            ("cell", 2, "score", "x"),
        ],
        key=str,
    )
    rows = read_delimited(path, schema).table.to_pylist()
    assert [row["id"] for row in rows] == [None, 1, None]
    assert [row["score"] for row in rows] == [None, 1000.0, None]
    assert [row["flag"] for row in rows] == [None, True, False]


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_lines_of_another_length_are_left_out_and_rows_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(delimited, "BLOCK_BYTES", block)
    lines = [f"{number},,,,a,b,," for number in range(40)]
    lines[7], lines[20], lines[39] = "7,,", "", "39,,,,a,b,c,d,e"
    path = tmp_path / "x.csv"
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    read = read_delimited(path, toy(tmp_path, CSV))
    assert {(f.code, f.row) for f in read.findings} == {
        ("cell_count", 7),
        ("empty_row", 20),
        ("cell_count", 39),
    }
    assert read.rows.to_pylist() == [row for row in range(40) if row not in (7, 20, 39)]
    assert read.table.column("id").to_pylist() == read.rows.to_pylist()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("day,id,score,flag,code,note,tags", []),
        ("day,id,score,flag,code,note,tags,old", []),
        ("day,id,score,flag,code,note", [("missing_column", "tags")]),
        ("day,id,score,flag,code,note,tags,new", [("extra_column", "new")]),
        ("day,id,score,flag,code,note,tags,id", [("repeated_column", "id")]),
    ],
)
def test_columns_may_come_in_any_order_and_only_some_may_be_missing(
    tmp_path: Path, header: str, expected: list[tuple[str, str]]
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        f"{header}\n{','.join(['20240105', '3', *[''] * (header.count(',') - 1)])}\n", encoding="utf-8"
    )
    read = read_delimited(path, toy(tmp_path, CSV))
    assert [(f.code, f.column) for f in read.findings] == expected
    assert read.table.to_pylist()[0]["id"] == 3


@pytest.mark.parametrize(
    ("content", "dialect", "expected"),
    [
        (b"", TSV, []),
        (b"", CSV, [("header", None, "", "nothing")]),
        (HEAD.encode(), CSV, []),
        (b"\xef\xbb\xbf" + HEAD.encode() + b"\r\n1,,,,,,,\r\n", CSV, []),
        (
            HEAD.replace(",", "\t").encode() + b"\n1" + b"\t" * 7,
            TSV,
            [("header", None, "", "names of columns")],
        ),
        (b"1" + b"\t" * 6 + b"\n", TSV, []),
    ],
)
def test_headers(tmp_path: Path, content: bytes, dialect: dict[str, Any], expected: list[Any]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert told(path, toy(tmp_path, dialect)) == expected


def test_what_is_no_such_file_is_one_error(tmp_path: Path) -> None:
    schema = toy(tmp_path, CSV)
    for name, content in (
        ("a.csv", b"x,y\n1,2\n"),
        ("b.csv.gz", b"no gzip"),
        ("c.zip", b"no zip"),
        ("d.csv", None),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=name):
            read_delimited(tmp_path / name, schema)


def test_archives_of_one_file_are_opened(tmp_path: Path) -> None:
    path = write_layout(tmp_path / "x.csv", layout_table("gdelt2"), "gdelt2")
    with zipfile.ZipFile(tmp_path / "x.export.CSV.zip", "w") as archive:
        archive.write(path, "x.export.CSV")
    assert validate(tmp_path / "x.export.CSV.zip") == []
    with zipfile.ZipFile(tmp_path / "x.export.CSV.zip", "a") as archive:
        archive.write(path, "y.export.CSV")
    assert [f.code for f in validate(tmp_path / "x.export.CSV.zip")] == ["unreadable"]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutilated_file_gives_findings_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("m")
    name = data.draw(st.sampled_from(LAYOUTS))
    whole = write_layout(folder / "x.csv", layout_table(name), name).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    put = data.draw(
        st.sampled_from([b"\xff", b'"', b"\n", b"\t", b",", b"\r", b"\x00", b"", b"\n\n", b"9" * 30])
    )
    end = data.draw(st.sampled_from([len(whole), at + 1]))
    packed = data.draw(st.booleans())
    spoilt = whole[:at] + put + whole[at + 1 : end]
    path = folder / ("y.csv.gz" if packed else "y.csv")
    path.write_bytes(gzip.compress(spoilt, mtime=0) if packed else spoilt)
    findings = validate(path, schema=name)
    assert all(finding.row is None or finding.row >= 0 for finding in findings)
    with suppress(InputError):
        read_delimited(path, load_schema(name))


def test_rows_are_found_again_in_the_file(tmp_path: Path) -> None:
    """Quoted cells may hold line ends, so that a row is not a line."""
    path = write_layout(tmp_path / "x.csv", layout_table("acled"), "acled")
    lines = path.read_text(encoding="utf-8").split("\n")
    found = TextTable(path, None).lines(frozenset({0, 1, 3}))
    assert found.keys() == {0, 1, 3}
    for row, line in found.items():
        assert lines[line - 1].startswith(layout_table("acled").column("event_id_cnty")[row].as_py())


def test_unknown_dialect_is_told(tmp_path: Path) -> None:
    for wrong in ({"quote": '"'}, {"delimiter": "::"}, {"lineTerminator": "\r"}):
        with pytest.raises(SchemaError, match="toy"):
            toy(tmp_path, wrong)
