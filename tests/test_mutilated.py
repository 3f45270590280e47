"""Mutilated input: whatever comes, commands end with a status, tables are whole, and nothing of an article leaks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutilations import ARTICLE_CHARACTERS, UNPACKED_BYTES, Mutilated, mutilated

from eventcode import Coder, batch, geoparse
from eventcode.commands import checking, coding, looking, talk
from eventcode.errors import EventcodeError
from eventcode.inputs import REASONS, InputOptions, read_articles
from eventcode.model import Rejection
from eventcode.tables.output import CODED_TABLES

# Words of the articles that no file but the tables may hold.
MARKS = ("Zorblaxia", "quimblewick")
ARTICLE = """Shelling kills two near Zorblaxia

KIDAL, Mali (Sahara Post) - Malian soldiers shelled a quimblewick camp near Gao on Friday, killing two rebels, the army said.
"We will not talk to them," said Ibrahim Maiga, a spokesman in Zorblaxia. France threatened to impose sanctions on Mali.
"""
RECORD: dict[str, Any] = {
    "id": "r1",
    "date": "2024-01-06",
    "title": "Police in Zorblaxia arrest nine",
    "text": "Nigerian police arrested nine quimblewick protesters in Kano on 3 January 2024, a day after clashes.",
    "source": "Gazette",
    "url": "https://news.example/1",
    "language": "en",
}
REJECTION = {"file", "record", "article_id", "reason", "detail"}
TABLES = {f"{table}.parquet" for table in CODED_TABLES}
FILES = TABLES | {"rejected.jsonl", "datapackage.json"}
# Finished parts of a run, beside the tables.
PARTS = ".parts"

_numbers = count()


# --- input ------------------------------------------------------------------------------------------------------

positions = st.floats(0, 1, allow_nan=False)
junk = st.sampled_from(
    [
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b'"',
        b"\\",
        b"{",
        b"]",
        b"\n",
        b"\r",
        b"\xc3",
    ]
) | st.binary(max_size=6)


@st.composite
def edited_bytes(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes flipped, put in, cut out, doubled; the end cut off."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        at = int(draw(positions) * len(data))
        match draw(st.sampled_from(["flip", "insert", "cut", "double", "truncate"])):
            case "flip" if data:
                data[min(at, len(data) - 1)] ^= draw(st.integers(1, 255))
            case "insert":
                data[at:at] = draw(junk) * draw(st.sampled_from([1, 1, 1, 40]))
            case "cut":
                del data[at : at + draw(st.integers(1, 60))]
            case "double":
                data[at:at] = data[at : at + 80]
            case "truncate":
                del data[at:]
    return bytes(data)


surrogates = st.sampled_from(["\ud800", "\udfff", "a\udc80b", "\ud83d", "\udcff\ud800"])
huge = st.sampled_from(
    [10**400, -(10**30), 2**63, 1e308, float("inf"), float("nan"), "9" * 400, "1" + ",000" * 90]
)
long_words = ["a" * 20_000, "(" * 1200, "[" * 500 + "]" * 500, ")(" * 300, "'" * 999, "- " * 400, "." * 3000]
long_numbers = ["9" * 300, "1,000" * 50, "twenty-" * 60 + "one"]
odd_letters = ["\x00" * 9, "𝕬" * 99, "U.S." * 90, "\u202e" + "é" * 40, "ﬁ" * 30, "İ" * 30, "\u2028", "\x85"]
words = st.sampled_from([*long_words, *long_numbers, *odd_letters])
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | surrogates | huge | words
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
sentences = st.sampled_from(
    [
        "Soldiers killed {} rebels in Gao on Friday.",
        "Police in {} arrested nine people.",
        "{} jets bombed a port near Aden on {}.",
        "The army shelled the town of {}, wounding {} and killing {}.",
        "{} and Kenya signed an agreement in {}.",
        "BAMAKO, {} (AP) - Gunmen abducted {} pupils",
        "“{}” protesters said, “We {} will block the road",
    ]
)


@st.composite
def odd_text(draw: st.DrawFn) -> str:
    """Sentences that tell of acts, with anything where a name or number should stand."""
    out = []
    for _ in range(draw(st.integers(1, 4))):
        fill = draw(
            words
            | surrogates
            | huge.map(str)
            | st.text(max_size=30)
            | st.text(alphabet="()[]{}\"'-–—,.;:0123456789 \n\t")
        )
        out.append(draw(sentences).replace("{}", fill))
    return draw(st.sampled_from([" ", "\n", "\n\n", "", "\x0c"])).join(out)


@st.composite
def odd_record(draw: st.DrawFn) -> bytes:
    """A record with fields of wrong types, or with odd text; what JSON cannot hold is written as Python would."""
    record = dict(RECORD)
    for name in draw(st.lists(st.sampled_from([*RECORD, "more"]), max_size=3)):
        record[name] = draw(values)
    if draw(st.booleans()):
        record["text"] = draw(odd_text())
    dumped = json.dumps(record, ensure_ascii=draw(st.booleans()))
    return dumped.encode("utf-8", draw(st.sampled_from(["surrogatepass", "replace"])))


nested = st.builds(
    lambda opening, depth, closing: (opening * depth + closing * depth).encode(),
    st.sampled_from(["[", '{"text":', '[{"a":']),
    st.sampled_from([10, 900, 60_000]),
    st.sampled_from(["", "]", "}"]),
)
lines = (
    edited_bytes(json.dumps(RECORD).encode())
    | odd_record()
    | nested
    | values.map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=200)
    | st.just(b"")
)
text_files = (
    edited_bytes(ARTICLE.encode())
    | odd_text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | odd_text().map(lambda text: text.encode("utf-16", "replace"))
    | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))
    | st.binary(max_size=300)
    | st.just(b"")
)
line_files = st.lists(lines, max_size=3).map(lambda parts: b"\n".join([*parts, json.dumps(RECORD).encode()]))
others = st.integers(0, 10_000).map(mutilated)
MIXED = {
    **{f"{letter}.txt": text_files for letter in "abc"},
    **{f"{letter}.jsonl": line_files for letter in "de"},
}
INPUTS = InputOptions(article_characters=ARTICLE_CHARACTERS, unpacked_bytes=UNPACKED_BYTES)


# --- the commands, with one coder -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_coder(coder: Coder, open_rooms: Callable[..., batch.Rooms]) -> Iterator[None]:
    """Every command of this module reads with the coder of the run: what is tested is the rest, and time is short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "Options", partial(batch.Options, open_rooms=open_rooms))
        patch.setattr(geoparse, "Coder", lambda: coder)
        patch.setattr("eventcode.coder.Coder", lambda lexicon, notes: coder)
        yield


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutilated")


def check_silent(message: str) -> None:
    """A message never quotes the article."""
    assert not any(mark in message for mark in MARKS)


def status(command: Callable[[], int]) -> int:
    """Exit status as the command line gives it: it tells these errors in one line, and no others."""
    try:
        return command()
    except (EventcodeError, OSError) as error:
        check_silent(str(error))
        return talk.NOTHING


def check_rejected(path: Path, set_aside: bool) -> None:
    """The list of rejects is there when the status says so, and is well-formed."""
    assert path.exists() == set_aside
    if not set_aside:
        return
    content = path.read_text(encoding="utf-8")
    for line in content.removesuffix("\n").split("\n"):
        rejection = json.loads(line)
        assert set(rejection) == REJECTION
        assert rejection["reason"] in REASONS, line
        check_silent(rejection["detail"])


def check_folder(folder: Path, result: int) -> None:
    """All tables or none, all readable, nothing left over, the articles counted."""
    names = {path.name for path in folder.iterdir()} - {PARTS}
    assert TABLES <= names <= FILES
    coded = {table: pq.read_table(folder / f"{table}.parquet") for table in CODED_TABLES}
    assert (coded["articles"].num_rows == 0) == (result == talk.NOTHING)
    check_rejected(folder / "rejected.jsonl", result != talk.OK)


@pytest.mark.parametrize("first", range(0, 360, 36))
def test_reading(tmp_path: Path, first: int) -> None:
    """Three hundred and sixty mutilated files: something is told of each, and good records in them are read."""
    files = {found.name: found for found in map(mutilated, range(first, first + 36))}
    for found in files.values():
        (tmp_path / found.name).write_bytes(found.content)
    told: dict[str, set[str | None]] = {name: set() for name in files}
    for item in read_articles([tmp_path], None, INPUTS):
        name = os.path.relpath(item.file, tmp_path).partition(os.sep)[0]
        if isinstance(item, Rejection):
            assert item.reason in REASONS
            told[name].add(None)
        else:
            told[name].add(item.title)
            "".join(filter(None, (item.text, item.title, item.id, item.source, item.url))).encode("utf-8")
    for name, found in files.items():
        assert told[name], found
        assert told[name] >= {*found.survivors}, found


@pytest.mark.usefixtures("one_coder")
@settings(max_examples=15)
@given(contents=st.fixed_dictionaries(MIXED), more=st.lists(others, min_size=2, max_size=2))
def test_code(room: Path, contents: dict[str, bytes], more: list[Mutilated]) -> None:
    """Fifteen runs on seven mutilated files each; what is coded of them breaks no rule of the tables."""
    folder = room / str(next(_numbers))
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    for found in more:
        (folder / found.name).write_bytes(found.content)
    result = status(lambda: coding.code([folder], folder / "out", date="2024-01-06", inputs=INPUTS))
    assert result in (talk.OK, talk.FINDINGS, talk.NOTHING)
    check_folder(folder / "out", result)
    assert checking.validate([folder / "out"]) == talk.OK
    shutil.rmtree(folder)


@pytest.mark.usefixtures("one_coder")
@settings(max_examples=30)
@given(content=text_files | line_files, name=st.sampled_from(["news.txt", "news.jsonl"]))
def test_geoparse(room: Path, content: bytes, name: str) -> None:
    folder = room / str(next(_numbers))
    folder.mkdir()
    (folder / name).write_bytes(content)
    result = status(lambda: coding.geoparse([folder / name], folder / "out" / "places.parquet"))
    assert result in (talk.OK, talk.FINDINGS, talk.NOTHING)
    assert {path.name for path in (folder / "out").iterdir()} <= {"places.parquet", "rejected.jsonl"}
    pq.read_table(folder / "out" / "places.parquet")
    check_rejected(folder / "out" / "rejected.jsonl", result != talk.OK)
    shutil.rmtree(folder)


@pytest.mark.usefixtures("one_coder")
@settings(max_examples=12)
@given(text=(odd_text() | st.text(max_size=60)).map(lambda text: text.encode("utf-8", "replace").decode()))
def test_explain(text: str) -> None:
    assert status(lambda: looking.explain(text)) in (talk.OK, talk.NOTHING)


@pytest.mark.usefixtures("one_coder")
def test_explain_of_bytes_that_are_no_text() -> None:
    assert status(lambda: looking.explain("Soldiers killed \udcff rebels.")) == talk.NOTHING


@pytest.fixture(scope="module")
def good(room: Path, one_coder: None) -> Path:
    """A folder of tables, coded from what was not mutilated."""
    folder = room / "good"
    folder.mkdir()
    (folder / "news.txt").write_text(ARTICLE, encoding="utf-8")
    assert coding.code([folder / "news.txt"], folder / "out", date="2024-01-06") == talk.OK
    return folder / "out"


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@settings(max_examples=20)
@given(data=st.data(), table=st.sampled_from(CODED_TABLES))
def test_tables(room: Path, good: Path, data: st.DataObject, table: str) -> None:
    folder = shutil.copytree(good, room / str(next(_numbers)))
    path = folder / f"{table}.parquet"
    path.write_bytes(data.draw(edited_bytes(path.read_bytes())))
    before = contents(folder)
    assert status(lambda: checking.validate([folder])) in (talk.OK, talk.FINDINGS, talk.NOTHING)
    if status(lambda: coding.recode(folder)) != talk.OK:
        assert contents(folder) == before
    assert contents(folder).keys() <= FILES
    for command in (looking.show, partial(looking.show, table="events")):
        assert status(partial(command, folder)) in (talk.OK, talk.NOTHING)
    shutil.rmtree(folder)


def test_marks_are_where_they_may_leak() -> None:
    assert all(mark in ARTICLE for mark in MARKS)
    assert all(mark in RECORD["title"] + RECORD["text"] for mark in MARKS)


def test_what_is_not_mutilated_is_coded(good: Path) -> None:
    assert pq.read_table(good / "events.parquet").num_rows > 0
