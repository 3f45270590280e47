"""Our data files: their rows are read or refused as a whole; files that are written appear when they are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventcode.errors import LexiconError, SchemaError
from eventcode.replacing import replacing
from eventcode.resources import csv_rows


def test_rows_are_made_in_order(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,rank\n"Gao, Mali",2\nKidal,1\n', encoding="utf-8")
    assert csv_rows(path, lambda row: (row["name"], int(row["rank"]))) == [("Gao, Mali", 2), ("Kidal", 1)]


@pytest.mark.parametrize(
    "content",
    [None, b"name\nGao\n", b"name,rank\nGao\n", b"name,rank\nGao,high\n", b"name,rank\n\xff,1\n"],
    ids=["no file", "no column", "no cell", "no number", "no UTF-8"],
)
@pytest.mark.parametrize("error", [LexiconError, SchemaError])
def test_what_cannot_be_read_is_told_with_its_file(
    tmp_path: Path, content: bytes | None, error: type[LexiconError | SchemaError]
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=r"a\.csv: cannot be read"):
        csv_rows(path, lambda row: int(row["rank"]), error)


def test_a_file_takes_its_place_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with replacing(path) as hidden:
        hidden.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"
    assert [*tmp_path.iterdir()] == [path]


def test_nothing_is_left_of_a_file_that_failed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def fail() -> None:
        with replacing(path) as hidden:
            hidden.write_text("half", encoding="utf-8")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [*tmp_path.iterdir()] == []
