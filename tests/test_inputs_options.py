"""Options of reading: what a command line and a TOML file may say, and what is refused with which words."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eventcode.cli import InputFormat, app
from eventcode.errors import UsageError
from eventcode.inputs import REASONS, InputOptions, input_options
from eventcode.inputs.columns import common_names, find_columns
from eventcode.inputs.options import FIELDS, FORMATS, KEYS

ROOT = Path(__file__).resolve().parent.parent


def toml(folder: Path, content: str) -> Path:
    path = folder / "in.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_without_options() -> None:
    assert input_options() == InputOptions()
    assert pickle.loads(pickle.dumps(InputOptions())) == InputOptions()
    assert hash(InputOptions()) == hash(InputOptions())


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    file = toml(
        tmp_path,
        'format = "csv"\nmax_article_mb = 1\nmax_unpacked_mb = 0.5\n[columns]\ntext = "body"\ntitle = "head"\n',
    )
    options = input_options(file=file)
    assert options == InputOptions("csv", (("text", "body"), ("title", "head")), 1_000_000, 500_000)
    options = input_options("tsv", "text=story, date=day", file, 3, 4)
    assert options == InputOptions(
        "tsv", (("date", "day"), ("text", "story"), ("title", "head")), 3_000_000, 4_000_000
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("colums = 1", "unknown key 'colums'.*did you mean columns"),
        ("[columns]\ntxt = 'a'", "unknown field 'txt'.*did you mean text"),
        ("[columns]\ntext = 5", "text: the name of a column"),
        ("columns = 'text=body'", "columns is a table"),
        ("format = 'xls'", "format 'xls': one of text"),
        ("format = 5", "format 5"),
        ("max_article_mb = 0", "max_article_mb 0: a number above 0"),
        ("max_article_mb = true", "max_article_mb True"),
        ("max_unpacked_mb = nan", "max_unpacked_mb nan"),
        ("max_unpacked_mb = '9'", "max_unpacked_mb '9'"),
        ("= 5", "not TOML"),
        ('a = "\x00"', "not TOML"),
    ],
)
def test_what_is_refused_in_a_file(tmp_path: Path, content: str, words: str) -> None:
    file = toml(tmp_path, content)
    with pytest.raises(UsageError, match=f"^{re.escape(str(file))}: .*{words}"):
        input_options(file=file)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("text", "FIELD=COLUMN is needed"),
        ("texts=body", "unknown field 'texts'.*did you mean text"),
        ("text=", "the name of a column is needed"),
        ("text=a,text=b", "text is given twice"),
    ],
)
def test_what_is_refused_on_the_command_line(columns: str, words: str) -> None:
    with pytest.raises(UsageError, match=f"^--columns.*{words}"):
        input_options(columns=columns)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        input_options(file=tmp_path / "missing.toml")


def test_the_command_line_knows_every_format() -> None:
    assert [format.value for format in InputFormat] == list(FORMATS)


@pytest.mark.parametrize("command", ["code", "geoparse"])
def test_the_command_line_refuses_what_it_does_not_know(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.txt").write_text("They met.", encoding="utf-8")
    words = [command, str(tmp_path / "a.txt"), "--out", str(tmp_path / "o"), "--columns", "txet=body"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "did you mean text" in done.stderr


def test_common_names_are_folded_and_belong_to_one_field() -> None:
    names = [name for field in FIELDS for name in common_names()[field]]
    assert all(re.fullmatch("[a-z0-9]+(_[a-z0-9]+)*", name) for name in names)
    assert len(names) == len(set(names))
    assert all(common_names()[field][0] == field for field in FIELDS)


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (
            ["Title", "TEXT", "Publication Date"],
            {"title": "Title", "text": "TEXT", "date": "Publication Date"},
        ),
        (["text", "Text"], {"text": "text"}),
        (["body", "content", "text"], {"text": "text"}),
        (["headline", "body", "pub-date"], {"title": "headline", "text": "body", "date": "pub-date"}),
        (["number"], {}),
    ],
)
def test_columns_of_common_names(names: list[str], columns: dict[str, str]) -> None:
    assert find_columns(names, InputOptions()) == columns


def test_the_documentation_tells_every_reason_and_key() -> None:
    told = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|$", told, re.MULTILINE))
    assert {name: rows.get(name) for name in REASONS} == dict(REASONS)
    for key in KEYS:
        assert f"`{key}`" in told, key
    for format in FORMATS:
        assert f"`{format}`" in told, format
    for field in FIELDS:
        assert f"`{field}`" in told, field
