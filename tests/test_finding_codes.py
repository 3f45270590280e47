"""Codes of findings: every one that is told is listed, documented, and of known tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventcode.errors import SchemaError
from eventcode.tables import finding_codes
from eventcode.tables.registry import checks_of
from eventcode.tables.schema import LAYOUTS, TABLES, load_schema

ROOT = Path(__file__).resolve().parent.parent
TOLD = (
    r'(?:Failure|follows|judged|judged_columns|check_part)\(\s*(?:view, )?"(\w+)"',
    r'Trouble\([^"]*"[^"]*", "(\w+)"',
    r'Trouble\(\w+, \w+, "(\w+)"',
    r'collector\.whole\((?:"\w*"|[\w.()]+), "(\w+)"',
    r'Problem\([^"]*"(?:\w*)", "(\w+)"',
    r'^ +yield "(\w+)"',
    r'UNREADABLE = "(\w+)"',
)


def codes_in_source() -> set[str]:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "eventcode" / "tables").glob("*.py"))
    )
    return {code for pattern in TOLD for code in re.findall(pattern, text, re.MULTILINE)}


def test_every_code_is_listed_and_every_listed_one_is_told() -> None:
    assert codes_in_source() | {"bad_json"} == {*finding_codes.finding_codes()}


def test_codes_name_tables_and_layouts_that_there_are() -> None:
    for code in finding_codes.finding_codes().values():
        assert {*code.schemas} <= {*TABLES, *LAYOUTS, "rejected"}, code.code
        assert code.scope in ("file", "line", "cell", "row", "table", "folder"), code.code


def test_every_table_and_layout_has_checks_of_its_own() -> None:
    for name in (*TABLES, *LAYOUTS):
        assert checks_of(load_schema(name)).rows, name


def test_the_page_holds_the_table() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert finding_codes.with_table(page) == page
    with pytest.raises(ValueError, match="codes: begin"):
        finding_codes.with_table("no marks")


def test_doubts_fail_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from layout_rows import layout_table, spoil, write_layout

    from eventcode.commands import checking

    path = write_layout(tmp_path / "ged.csv", layout_table("ged"), "ged")
    assert checking.validate([path]) == 0
    assert checking.validate([spoil(path, "ged", 0, low="9")]) == 0
    told = capsys.readouterr()
    assert f"{path}:2: best [doubt: low_best_high]" in told.out
    assert "1 doubt" in told.err
    assert checking.validate([spoil(path, "ged", 0, high="x")], form="github") == 1
    assert "::error file=" in capsys.readouterr().out


def test_a_missing_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="none"):
        finding_codes.finding_codes(tmp_path / "none.csv")
