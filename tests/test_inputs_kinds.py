"""Every kind of input, plain and packed, from files, folders, archives and standard input."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventcode.errors import InputError
from eventcode.inputs import InputOptions, input_options, read_articles
from eventcode.inputs.kinds import guess_kind, suffix_of
from eventcode.inputs.options import FORMATS
from eventcode.model import Article, Rejection

DAY = dt.date(2024, 1, 5)
ROWS: list[dict[str, Any]] = [
    {
        "id": "n1",
        "title": 'Rebels take "the" town',
        "text": "Rebels took the town of Aguelhok on Thursday,\nthe army said.",
        "date": "2024-01-05",
        "source": "The Sahel Gazette",
        "url": "https://news.example/1",
    },
    {
        "id": "n2",
        "title": "Talks go on; nobody hurried",
        "text": "The talks, the minister said, went on in Bamako — for hours.",
        "date": "2024-01-05",
        "source": "The River Post",
        "url": "https://news.example/2",
    },
]
NAMES = [*ROWS[0]]


def csv_text(delimiter: str, names: list[str] = NAMES) -> str:
    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    rows = [delimiter.join(names)]
    rows += [delimiter.join(cell(row[name]) for name in NAMES) for row in ROWS]
    return "\r\n".join(rows) + "\r\n"


def parquet_bytes(table: pa.Table | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS) if table is None else table, out, **options)
    return out.getvalue()


def lines_of(rows: list[dict[str, Any]] = ROWS) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


KINDS: dict[str, bytes] = {
    "a.jsonl": lines_of().encode(),
    "a.ndjson": ("\ufeff" + lines_of()).encode(),
    "wide.jsonl": lines_of().encode("utf-16"),
    "pretty.json": json.dumps(ROWS, indent=2).encode(),
    "dense.json": json.dumps(ROWS, ensure_ascii=False).encode(),
    "spread.json": json.dumps(ROWS, indent=0).encode(),
    "after.json": "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(),
    "lines.json": lines_of().encode(),
    "array.jsonl": json.dumps(ROWS, indent=1).encode(),
    "text.txt": lines_of().encode(),
    "a.csv": csv_text(",").encode(),
    "bom.csv": ("\ufeff" + csv_text(",")).encode(),
    "wide.csv": csv_text(",").encode("utf-16"),
    "semicolon.csv": csv_text(";").encode(),
    "a.tsv": csv_text("\t").encode(),
    "tabs.csv": csv_text("\t").encode(),
    "table.txt": csv_text("\t").encode(),
    "names.csv": csv_text(",", ["UID", "Headline", "Body", "Published", "Publication", "Link"]).encode(),
    "a.parquet": parquet_bytes(),
    "groups.pq": parquet_bytes(row_group_size=1, compression="gzip"),
    "other.csv": parquet_bytes(),
}
"""Files that hold the two articles of ROWS."""


def read(path: Path | list[Path], **options: Any) -> list[Article | Rejection]:
    paths = path if isinstance(path, list) else [path]
    return list(read_articles(paths, None, InputOptions(**options)))


def told(item: Article | Rejection) -> dict[str, Any]:
    assert isinstance(item, Article), item
    cells = {name: getattr(item, name) for name in NAMES}
    return cells | {"date": item.date.isoformat() if item.date else None}


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def zstd(raw: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(raw)
    return bytes(out.getvalue())


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def cut_somewhere(raw: bytes) -> st.SearchStrategy[bytes]:
    return st.integers(0, len(raw)).map(lambda size: raw[:size])


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda raw: raw,
    ".gz": gzip.compress,
    ".zst": zstd,
    ".gz.gz": lambda raw: gzip.compress(gzip.compress(raw)),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_gives_the_same_articles(tmp_path: Path, name: str, packing: str) -> None:
    found = read(write(tmp_path, name + packing, PACKINGS[packing](KINDS[name])))
    text = "names.csv" if name == "names.csv" else name
    assert [told(item) for item in found] == ROWS, text
    assert [item.record for item in found] == [1, 2]
    assert {item.file for item in found} == {str(tmp_path / (name + packing))}


def test_an_archive_holds_any_of_them(tmp_path: Path) -> None:
    found = read(
        write(tmp_path, "in.zip", zipped({"b/a.csv": KINDS["a.csv"], "a.jsonl.gz": gzip.compress(lines_of().encode()),
                                          "c.pdf": b"%PDF", "__MACOSX/a.csv": b"x", ".hid.csv": b"x"}))
    )  # fmt: skip
    assert [told(item) for item in found[:2]] == ROWS
    assert [Path(item.file).name for item in found] == ["a.jsonl.gz"] * 2 + ["a.csv"] * 2
    assert found[2].file == str(tmp_path / "in.zip") + "/b/a.csv"
    assert [item.reason for item in found[2:] if isinstance(item, Rejection)] == ["duplicate_id"] * 2


def test_an_archive_inside_an_archive_is_told(tmp_path: Path) -> None:
    inner = zipped({"a.csv": KINDS["a.csv"]})
    found = read(write(tmp_path, "in.zip", zipped({"a.zip": inner, "b.csv": KINDS["a.csv"]})))
    assert isinstance(found[0], Rejection)
    assert found[0].reason == "unknown_kind"
    assert [told(item) for item in found[1:]] == ROWS


@pytest.mark.parametrize("name", KINDS)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    class Standard:
        buffer = io.BytesIO(gzip.compress(KINDS[name]))

    monkeypatch.setattr(sys, "stdin", Standard())
    found = read([Path("-")])
    assert [told(item) for item in found] == ROWS
    assert {item.file for item in found} == {"-"}


def test_standard_input_of_a_named_format(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(b'{"text": "They met."}')

    monkeypatch.setattr(sys, "stdin", Standard())
    (found,) = read([Path("-")], format="text")
    assert isinstance(found, Article)
    assert found.title == '{"text": "They met."}'


def test_a_pipe_is_read(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    with open(theirs, "wb") as out:
        out.write(KINDS["a.csv"])
    assert [told(item) for item in read(Path(f"/dev/fd/{ours}"))] == ROWS
    os.close(ours)


def test_a_folder_of_all_kinds(tmp_path: Path) -> None:
    for number, (name, content) in enumerate(KINDS.items()):
        write(
            tmp_path,
            f"{number:02}/{name}",
            content.replace(b"n1", b"x%d" % number) if name[-1] == "l" else content,
        )
    write(tmp_path, "notes.md", b"# not read")
    found = read(tmp_path)
    assert len(found) == 2 * len(KINDS)
    assert [item.file for item in found] == sorted(item.file for item in found)


@pytest.mark.parametrize(
    ("head", "suffix", "kind"),
    [
        (b"A title\nThey met.", ".txt", "text"),
        (b"A title\nThey met.", "", "text"),
        (b"[Reuters] They met.\nAnd left.", ".txt", "text"),
        (b"{sic} They met.", ".txt", "text"),
        (b"title,body\nx,y", "", "csv"),
        (b"They met, body and soul\n", ".txt", "text"),
        (b"title, body", ".txt", "csv"),
        (b"{\n", ".jsonl", "json"),
        (b'{"text": "a', ".jsonl", "jsonl"),
        (b'{"text": "a"}', ".json", "json"),
        (b'{"text": "a"}\n{"text"', ".json", "jsonl"),
        (b'{"text": "a"}', "", "jsonl"),
        (b"[[[[[\n", ".jsonl", "jsonl"),
        (b'[{"a":[{"a":\n{"text": "b"}', ".jsonl", "jsonl"),
        (b"<!DOCTYPE html><html>", ".txt", "html"),
        (b"  <?xml version='1.0'?><html>", "", "html"),
        (b"<p>", ".html", "html"),
        (b"PAR1....", ".csv", "parquet"),
        (b"{\\rtf1", "", "rtf"),
        (b"%PDF-1.7", ".txt", None),
        (b"\x00\x01\x02\x03" * 20, "", None),
        (b"\x00\x01\x02\x03" * 20, ".txt", "text"),
        (b"a" * 257 + b"ustar", "", None),
    ],
)
def test_kinds_are_told_by_content_first(head: bytes, suffix: str, kind: str | None) -> None:
    assert guess_kind(head, suffix) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"story,day\nThey met.,2024-01-05\n", "csv"),
        (b"nr;day;story\n1;2024-01-05;They met.\n", "csv"),
        (b'\xef\xbb\xbf"story"\t"day"\n', "csv"),
        (b"The story of the day\nThey met.\n", "text"),
        (b"story,night\nThey met.,2024-01-05\n", "text"),
    ],
)
def test_a_table_without_suffix_is_known_by_the_columns_told(head: bytes, kind: str) -> None:
    assert guess_kind(head, "", ("story", "day")) == kind
    assert guess_kind(head, "") == "text"


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.CSV.gz", ".csv"),
        ("a.csv.gz.gz", ".csv"),
        ("a.csv.gz.zst", ".csv"),
        ("a.b.jsonl.zst", ".jsonl"),
        ("a", ""),
        ("x.y/a", ""),
        (".txt", ""),
        ("a.gz", ""),
    ],
)
def test_suffixes(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("content", "words"), [(b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0", "old Word"), (b"\x89PNG", "picture")]
)
def test_files_of_other_kinds_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(write(tmp_path, "in.dat", content))
    (found,) = read(write(tmp_path, "in.txt", content))
    assert isinstance(found, Rejection)
    assert found.reason == "unknown_kind"
    assert words in found.detail


# --- what damages a whole file, or a part of it -------------------------------------------------------------------------


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_what_was_packed_before_the_damage_is_read(tmp_path: Path, packing: str) -> None:
    rows = [{"id": str(n), "text": f"They met in room {n} on {n * 7919 % 997}."} for n in range(10_000)]
    raw = PACKINGS[packing](lines_of(rows).encode())
    found = read(write(tmp_path, f"a.jsonl{packing}", raw[: len(raw) * 3 // 4]))
    assert isinstance(found[-1], Rejection)
    assert found[-1].reason == "bad_packing"
    assert found[-1].record == len(found)
    assert len(found) > 1000
    assert all(isinstance(item, Article) for item in found[:-1])


@pytest.mark.parametrize("articles", [30, 2_000])
def test_no_article_before_the_damage_of_gzip_is_lost(tmp_path: Path, articles: int) -> None:
    rows = [
        {"id": str(n), "text": "They met. " + hashlib.sha256(b"%d" % n).hexdigest()} for n in range(articles)
    ]
    raw = gzip.compress(lines_of(rows).encode())
    cut = raw[: len(raw) * 3 // 4]
    found = read(write(tmp_path, "a.jsonl.gz", cut))
    assert len(found) == zlib.decompressobj(31).decompress(cut).count(b"\n") + 1
    assert isinstance(found[-1], Rejection)


def test_blocks_of_zstd_before_the_damage_are_read(tmp_path: Path) -> None:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        for n in range(100):
            stream.write(b'{"text": "They met in room %d."}\n' % n)
            stream.flush()
    raw = bytes(out.getvalue())
    found = read(write(tmp_path, "a.jsonl.zst", raw[: len(raw) * 3 // 4]))
    assert 55 <= len(found) <= 76
    assert isinstance(found[-1], Rejection)


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.zst", "a.zip"])
def test_packed_rubbish(tmp_path: Path, name: str) -> None:
    magic = {"a.txt.gz": b"\x1f\x8b\x08", "a.jsonl.zst": b"\x28\xb5\x2f\xfd", "a.zip": b"PK\x03\x04"}[name]
    (found,) = read(write(tmp_path, name, magic + b"rubbish" * 9))
    assert isinstance(found, Rejection)
    assert found.reason == "bad_packing"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.zst", "a.zip", "a.parquet.gz", "a.rtf.gz", "a.docx"])
def test_bombs_end_at_the_limit(tmp_path: Path, name: str) -> None:
    blanks = b" " * 3_000_000
    raw = {
        "a.jsonl.gz": gzip.compress(b'{"text": "They met."}\n' + b"\n" * 3_000_000),
        "a.csv.zst": zstd(b"text\nThey met.\n" + b"\n" * 3_000_000),
        "a.zip": zipped({"a.jsonl": b'{"text": "They met."}\n' + b"\n" * 3_000_000, "b.txt": b"They left."}),
        "a.parquet.gz": gzip.compress(b"PAR1" + blanks),
        "a.rtf.gz": gzip.compress(b"{\\rtf1" + blanks),
        "a.docx": zipped({"word/document.xml": blanks}),
    }[name]
    found = read(write(tmp_path, name, raw), unpacked_bytes=1_000_000)
    reasons = [item.reason for item in found if isinstance(item, Rejection)]
    assert reasons == ["too_large"]
    assert len(found) == {"a.jsonl.gz": 2, "a.csv.zst": 2, "a.zip": 3}.get(name, 1)


def test_a_locked_member_of_an_archive(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": b"They met.", "b.txt": b"They left."}))
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1  # the flag of a password
    first, second = read(write(tmp_path, "a.zip", bytes(raw)))
    assert isinstance(first, Rejection)
    assert first.reason == "bad_packing"
    assert isinstance(second, Article)


def test_parquet_with_a_damaged_row_group(tmp_path: Path) -> None:
    rows = [{"text": f"They met in room {n}. " * 20} for n in range(30)]
    raw = bytearray(
        parquet_bytes(pa.Table.from_pylist(rows), row_group_size=10, compression="zstd", use_dictionary=False)
    )
    place = pq.ParquetFile(pa.BufferReader(bytes(raw))).metadata.row_group(1).column(0).data_page_offset
    raw[place : place + 30] = b"\xff" * 30
    found = read(write(tmp_path, "a.parquet", bytes(raw)))
    assert [item.record for item in found] == [*range(1, 12), *range(21, 31)]
    assert [n for n, item in enumerate(found) if isinstance(item, Rejection)] == [10]
    assert isinstance(found[10], Rejection)
    assert found[10].reason == "bad_document"


def test_parquet_types(tmp_path: Path) -> None:
    day = dt.datetime(2024, 1, 5, 23, 59)
    columns = {
        "text": ["One.", "Two.", None],
        "id": pa.array([1.0, 2.0, 3.0]),
        "date": pa.array([day, None, day], pa.timestamp("ns")),
        "url": pa.array(["u", "v", "w"]).dictionary_encode(),
        "title": pa.array([None, None, None], pa.null()),
    }
    found = read(write(tmp_path, "a.parquet", parquet_bytes(pa.table(columns))))
    assert found[0] == Article("One.", "1", None, DAY, None, "u", None, str(tmp_path / "a.parquet"), 1)
    assert isinstance(found[1], Article)
    assert found[1].date is None
    assert isinstance(found[2], Rejection)
    assert (found[2].reason, found[2].article_id) == ("no_text", "3")


def test_parquet_that_is_none_and_without_columns(tmp_path: Path) -> None:
    for name, raw, reason in (
        ("a.parquet", b"PAR1 and nothing", "bad_document"),
        ("b.parquet", b"text", "bad_document"),
        ("c.parquet", parquet_bytes(pa.table({"number": [1]})), "no_columns"),
        ("d.parquet", parquet_bytes(pa.table({"text": pa.array([], pa.string())})), "empty"),
    ):
        (found,) = read(write(tmp_path, name, raw))
        assert isinstance(found, Rejection)
        assert found.reason == reason, name


def test_our_own_tables_are_no_articles(tmp_path: Path) -> None:
    table = pa.table({"text": ["x"]}).replace_schema_metadata({"table": "events", "schema_version": "1.0.0"})
    own = write(tmp_path, "out/events.parquet", parquet_bytes(table))
    write(tmp_path, "out/rejected.jsonl", b"{}")
    write(tmp_path, "out/datapackage.json", b"{}")
    write(tmp_path, "out/more.txt", b"They met.")
    write(tmp_path, "in/rejected.jsonl", b'{"text": "They left."}')
    assert [Path(item.file).name for item in read(tmp_path)] == ["rejected.jsonl", "more.txt"]
    with pytest.raises(InputError, match="eventcode wrote"):
        read(own)


def test_csv_rows_that_are_broken_cost_no_others(tmp_path: Path) -> None:
    lines = [
        "id,text,date",
        "1,One met.,2024-01-05",
        "2,Two, met.,2024-01-05",
        "3,Three met.",
        '4,"Four" met.,2024-01-05',
        "5,Five met.,2024-01-05",
        '6,"Six never ends',
        "and goes on",
        "7,Seven met.,2024-01-05",
        '8,"Eight',
        'met.",2024-01-05',
        "9,Nine \udcff met.,2024-01-05",
        '"10", Ten said ""yes"".,2024-01-05',
        ",,",
        "11,Eleven met.,someday",
        '12,"Twelve never ends,2024-01-05',
    ]
    raw = "\n".join(lines).encode("utf-8", "surrogateescape")
    found = read(write(tmp_path, "a.csv", raw))
    assert [item.id for item in found if isinstance(item, Article)] == ["1", "5", "7", "8", "10"]
    assert [(item.record, item.reason) for item in found if isinstance(item, Rejection)] == [
        (2, "bad_row"),
        (3, "bad_row"),
        (4, "bad_row"),
        (6, "bad_row"),
        (9, "bad_encoding"),
        (11, "bad_date"),
        (12, "bad_row"),
    ]
    assert isinstance(found[5], Rejection)
    assert "1 more line" in found[5].detail


def test_tsv_without_quoting(tmp_path: Path) -> None:
    raw = b'title\ttext\n"They" met\tHe said: "yes".\n"Open\tThey left.\n'
    first, second = read(write(tmp_path, "a.tsv", raw))
    assert isinstance(first, Article)
    assert (first.title, first.text) == ('"They" met', 'He said: "yes".')
    assert isinstance(second, Article)
    assert (second.title, second.text) == ('"Open', "They left.")


def test_columns_by_option(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b"kop,inhoud,dag,title\nHead,Body text.,2024-01-05,other\n")
    assert isinstance(read(path)[0], Rejection)
    options = input_options(columns="text=inhoud, title=kop,date=dag")
    (found,) = read_articles([path], None, options)
    assert isinstance(found, Article)
    assert (found.title, found.text, found.date) == ("Head", "Body text.", DAY)
    (missing,) = read_articles([path], None, input_options(columns="text=body"))
    assert isinstance(missing, Rejection)
    assert missing.reason == "no_columns"
    assert "'body'" in missing.detail


def test_columns_inside_objects(tmp_path: Path) -> None:
    row = {"headline": {"main": "Head"}, "content": {"plain": "Body text."}, "text": "other"}
    path = write(tmp_path, "a.jsonl", json.dumps(row).encode())
    (found,) = read_articles([path], None, input_options(columns="text=content.plain,title=headline.main"))
    assert isinstance(found, Article)
    assert (found.title, found.text) == ("Head", "Body text.")


CRAWLED: dict[str, dict[str, Any]] = {
    "news-please": {
        "authors": ["A"], "date_download": "2024-01-09 10:00:00", "date_modify": None,
        "date_publish": "2024-01-05 10:00:00", "description": "d", "filename": "f.json", "image_url": None,
        "language": "en", "maintext": "They met.", "source_domain": "news.example", "text": None,
        "title": "T", "url": "https://news.example/1",
    },
    "trafilatura": {
        "title": "T", "author": None, "hostname": "news.example", "date": "2024-01-05", "fingerprint": "f",
        "id": None, "raw_text": "They met.", "text": "They met.", "language": None,
        "source": "https://news.example/1", "source-hostname": "news.example", "excerpt": "", "tags": "",
    },
    "newspaper": {
        "title": "T", "text": "They met.", "publish_date": "2024-01-05T00:00:00", "authors": [],
        "source_url": "news.example", "url": "https://news.example/1", "meta_lang": "en",
    },
}  # fmt: skip


@pytest.mark.parametrize("crawler", CRAWLED)
def test_records_of_crawlers(tmp_path: Path, crawler: str) -> None:
    (found,) = read(write(tmp_path, "a.json", json.dumps(CRAWLED[crawler], indent=1).encode()))
    assert isinstance(found, Article)
    assert (found.title, found.text, found.date) == ("T", "They met.", DAY)
    assert (found.source, found.url) == ("news.example", "https://news.example/1")


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        ('[{"text": "a met"},\n{"text": "b},\n{"text": "c met"}]', ["", "bad_json", ""]),
        ('[{"text": "a met"},\n{"text": ["b"},\n{"text": "c met"}]', ["", "bad_json", ""]),
        ('[{"text": "a met"}, {"text": "b met"', ["", "bad_json"]),
        ('[{"text": "a met"},', ["", "bad_json"]),
        ('[{"text": "a met"}, 5, "x, y", null]', ["", "not_an_object", "not_an_object", "not_an_object"]),
        ('[{"text": "a met"}, [1], {"text": 5}]', ["", "not_an_object", "bad_field"]),
        ("[]", ["empty"]),
        ("word", ["bad_json"]),
        ("[" * 5000, ["bad_json"]),
        ('[{"text": "a \\"met\\\\"}]', [""]),
        ('{"text": "a met"}{"text": "b met"}', ["", ""]),
    ],
)
def test_json_documents(tmp_path: Path, content: str, reasons: list[str]) -> None:
    found = read(write(tmp_path, "a.json", content.encode()))
    assert [item.reason if isinstance(item, Rejection) else "" for item in found] == reasons


def test_elements_longer_than_the_limit_are_passed_over(tmp_path: Path) -> None:
    rows = [{"text": "x" * 400_000}, {"text": "They met"}]
    first, second = read(
        write(tmp_path, "a.json", json.dumps(rows, indent=1).encode()), article_characters=10
    )
    assert isinstance(first, Rejection)
    assert first.reason == "too_long"
    assert isinstance(second, Article)


def test_every_format_can_be_named(tmp_path: Path) -> None:
    for format in FORMATS:
        found = read(write(tmp_path, "in.dat", b"text\nThey met."), format=format)
        assert 1 <= len(found) <= 2, format


ANY_SUFFIX = ("txt", "jsonl", "json", "csv", "tsv", "parquet", "html", "rtf", "docx", "zip", "gz", "csv.zst")
BEGINNINGS = st.sampled_from(
    [
        b"",
        b"PAR1",
        b"PK\x03\x04",
        b"{\\rtf1",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"<html>",
        b"text\n",
        b"[",
        b"\xff\xfe",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begin=BEGINNINGS,
    content=st.binary(max_size=300) | st.sampled_from([*KINDS.values()]).flatmap(cut_somewhere),
    suffix=st.sampled_from(ANY_SUFFIX),
    format=st.none() | st.sampled_from(FORMATS),
)
def test_any_bytes_are_told_and_neighbours_read(
    tmp_path: Path, begin: bytes, content: bytes, suffix: str, format: str | None
) -> None:
    write(tmp_path, "0.txt", b"They met before.")
    broken = write(tmp_path, f"1.{suffix}", begin + content)
    write(tmp_path, "2.txt", b"They met after.")
    found = read(tmp_path, format=format)
    broken.unlink()
    files = [Path(item.file).name for item in found]
    assert any(item.file.startswith(str(broken)) for item in found)
    if format in (None, "text"):
        assert isinstance(found[files.index("0.txt")], Article)
        assert isinstance(found[files.index("2.txt")], Article)


# --- names and rights of files -----------------------------------------------------------------------------------------


def test_hostile_names(tmp_path: Path) -> None:
    names = ["a\nb.txt", "\x1b[31m.txt", "-.txt", "a b\t.csv", "\u202etxt.jsonl", "a\udcff.txt", "'; rm.txt"]
    for number, name in enumerate(names):
        path = tmp_path / name
        try:
            path.write_text(json.dumps({"text": f"They met {number}."}), encoding="utf-8")
        except (OSError, UnicodeError):
            continue
    found = read(tmp_path)
    assert len(found) == len([*tmp_path.iterdir()])
    assert all(isinstance(item, Article) for item in found)
    for item in found:
        item.file.encode("utf-8")


def test_loops_and_links(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("They met.", encoding="utf-8")
    (tmp_path / "again.txt").symlink_to("a.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "nowhere.txt").symlink_to("missing")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    found = read(tmp_path)
    assert [(Path(item.file).name, isinstance(item, Article)) for item in found] == [
        ("a.txt", True),
        ("loop.txt", False),
        ("nowhere.txt", False),
        ("pipe.txt", False),
    ]
    assert {item.reason for item in found if isinstance(item, Rejection)} == {"unreadable"}


def test_folder_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("They met.", encoding="utf-8")
    (tmp_path / "b").mkdir()
    listed = os.scandir

    def refusing(path: str) -> Any:
        if path.endswith("b"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)
    first, second = read(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Rejection)
    assert second.reason == "unreadable"
    assert second.file == str(tmp_path / "b")


def test_a_path_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"They met.")
    assert len(read([path, tmp_path, path])) == 1
