"""The real command, from articles to tables: what it leaves, and that it leaves the same every time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from eventcode.tables.output import CODED_TABLES

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
FILES = {*(f"{table}.parquet" for table in CODED_TABLES), "rejected.jsonl", "datapackage.json"}
BAD = [
    {"id": "no-text", "title": "Nothing"},
    {"id": "bad-date", "text": "Rebels attacked Gao.", "date": "soon"},
]

pytestmark = pytest.mark.slow


def eventcode(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "eventcode", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with seed articles of both formats and two records that cannot be coded."""
    folder = tmp_path_factory.mktemp("articles")
    for name in ("drone_strikes.txt", "peru_protests.txt"):
        shutil.copy(SEEDS / name, folder)
    records = (SEEDS / "wire.jsonl").read_text(encoding="utf-8").splitlines()[:4]
    lines = [*records, *(json.dumps(record) for record in BAD)]
    (folder / "wire.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("coded")


def code(articles: Path, out: Path, *options: str) -> Path:
    """Code the articles; some are set aside."""
    run = eventcode("code", articles, "--out", out, "--date", "2024-01-06", *options)
    assert run.returncode == 1, run.stderr
    assert "Traceback" not in run.stderr
    return out


@pytest.fixture(scope="module")
def coded(articles: Path, room: Path) -> Path:
    return code(articles, room / "one")


@pytest.fixture(scope="module")
def wordless(articles: Path, room: Path) -> Path:
    return code(articles, room / "wordless", "--no-text")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return read


def cells(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every single value of a row, with the names of the columns and fields that lead to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from cells(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from cells(inner, path)
    else:
        yield path, value


def shows_words(path: str) -> bool:
    name = path.rsplit(".", 1)[-1]
    return name in ("text", "title", "url") or name.endswith("_text")


def test_files(coded: Path) -> None:
    assert set(files(coded)) == FILES
    assert len(rows(coded, "articles")) == 6
    assert all(rows(coded, table) for table in CODED_TABLES)


def test_what_cannot_be_coded_is_set_aside(coded: Path) -> None:
    lines = (coded / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    rejected = [json.loads(line) for line in lines]
    assert [(r["article_id"], r["reason"], r["record"]) for r in rejected] == [
        ("no-text", "no_text", 5),
        ("bad-date", "bad_date", 6),
    ]
    assert not any("Gao" in line for line in lines)


def test_tables_keep_their_rules(coded: Path) -> None:
    run = eventcode("validate", coded)
    assert (run.returncode, run.stdout) == (0, "")


def test_offsets_hold_in_the_tables(coded: Path) -> None:
    texts = _texts(coded)
    for act in rows(coded, "acts"):
        text = texts[act["article_id"], act["field"]]
        assert text[act["trigger_start"] : act["trigger_end"]] == act["trigger_text"]
        for part in (*act["sources"], *act["targets"], *(p for p in act["places"] if p["start"] is not None)):
            assert text[part["start"] : part["end"]] == part["text"]
    for place in rows(coded, "places"):
        assert texts[place["article_id"], place["field"]][place["start"] : place["end"]] == place["text"]


def _texts(folder: Path) -> dict[tuple[str, str], str]:
    """Title and text of every article as supplied, by id and field."""
    out: dict[tuple[str, str], str] = {}
    for article in rows(folder, "articles"):
        raw = Path(article["file"]).read_text(encoding="utf-8")
        if article["file"].endswith(".jsonl"):
            record = json.loads(raw.splitlines()[article["record"] - 1])
            title, text = record["title"], record["text"]
        else:
            title, text = raw.split("\n", 1)
        out[article["article_id"], "title"], out[article["article_id"], "text"] = title, text
    return out


def test_a_second_run_gives_the_same_bytes(articles: Path, coded: Path, room: Path) -> None:
    assert files(code(articles, room / "again")) == files(coded)


def test_two_workers_give_the_same_bytes(articles: Path, coded: Path, room: Path) -> None:
    assert files(code(articles, room / "two", "--workers", "2")) == files(coded)


@pytest.mark.parametrize("name", ["coded", "wordless"])
def test_recode_right_after_gives_the_same_bytes(
    name: str, room: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(name)
    again = shutil.copytree(folder, room / f"recoded-{name}")
    run = eventcode("recode", again)
    assert run.returncode == 0, run.stderr
    assert files(again) == files(folder)


def test_no_text_leaves_no_words(wordless: Path) -> None:
    shown = [
        (table, path)
        for table in CODED_TABLES
        for row in rows(wordless, table)
        for path, value in cells(row, "")
        if shows_words(path) and value is not None
    ]
    assert shown == []


def test_no_text_keeps_all_else(coded: Path, wordless: Path) -> None:
    def told(folder: Path, table: str) -> list[list[tuple[str, Any]]]:
        return [[c for c in cells(row, "") if not shows_words(c[0])] for row in rows(folder, table)]

    for table in CODED_TABLES:
        assert told(wordless, table) == told(coded, table)


def test_tables_without_words_keep_their_rules(wordless: Path) -> None:
    run = eventcode("validate", wordless)
    assert (run.returncode, run.stdout) == (0, "")
