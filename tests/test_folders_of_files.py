"""``export --layout all`` and ``panel`` of several units and periods: a folder of whole files, each with its descriptor."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from table_rows import valid_rows, write_unchecked
from typer.testing import CliRunner, Result

from eventcode.cli import app
from eventcode.layouts.exporting import export, files_of_all
from eventcode.layouts.registry import LAYOUTS
from eventcode.tables.schema import TABLES
from eventcode.tables.validate import validate

DESCRIPTOR = ".datapackage.json"
# Bounds where a field has none, as its dates are written.
_ENDS = {
    "%Y-%m-%d": {"minimum": "0001-01-01", "maximum": "9999-12-31"},
    "%Y%m%d": {"minimum": "00010101", "maximum": "99991231"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    for table in TABLES:
        write_unchecked(data / f"{table}.parquet", table, valid_rows(table))
    return data


def _run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(DESCRIPTOR)}


def test_every_layout_and_format_is_written_as_it_is_alone(folder: Path) -> None:
    out = folder / "exports"
    assert _run("export", folder, "--layout", "all", "--out", out).exit_code == 0
    assert {(name, form) for name, form, _ in files_of_all(out)} == {
        (name, form) for name, layout in LAYOUTS.items() for form in layout.formats
    }
    assert _files(out) == {path.name for _, _, path in files_of_all(out)}
    assert {
        "acled.csv",
        "acled.parquet",
        "gdelt2.csv",
        "icews.tab",
        "incidents.dta",
        "incidents.geojson",
    } < _files(out)
    for name, _, path in files_of_all(out):
        alone = folder.parent / path.name
        export(folder, name, alone)
        assert path.read_bytes() == alone.read_bytes(), path.name
        (resource,) = json.loads((out / f"{path.name}{DESCRIPTOR}").read_text(encoding="utf-8"))["resources"]
        assert resource["path"] == path.name
        assert resource["bytes"] == path.stat().st_size


def test_other_programs_can_read_the_text_by_its_descriptor(folder: Path) -> None:
    """By what Data Package says of format, dialect, missing values and dates, and by nothing that only eventcode knows."""
    out = folder / "exports"
    assert _run("export", folder, "--layout", "all", "--out", out).exit_code == 0
    seen = 0
    for _, form, path in files_of_all(out):
        (resource,) = json.loads((out / f"{path.name}{DESCRIPTOR}").read_text(encoding="utf-8"))["resources"]
        if form in ("parquet", "geoparquet", "geojson", "dta"):
            continue
        seen += 1
        dialect, fields = resource["dialect"], resource["schema"]["fields"]
        assert resource["format"] == {",": "csv", "\t": "tsv"}[dialect["delimiter"]]
        text = path.read_text(encoding=resource["encoding"])
        plain: dict[str, Any] = {} if "quoteChar" in dialect else {"quoting": csv.QUOTE_NONE}
        rows = [*csv.reader(text.splitlines(), delimiter=dialect["delimiter"], **plain)]
        if dialect["header"]:
            assert rows.pop(0) == [field["name"] for field in fields]
        assert len(rows) == resource["x-rows"] > 0
        missing = resource["schema"].get("missingValues", [""])
        for column, field in enumerate(fields):
            _check_cells([row[column] for row in rows if row[column] not in missing], field)
    assert seen == 8


def _check_cells(cells: list[str], field: dict[str, Any]) -> None:
    """Cells are of the field's type, and its bounds are written as they are."""
    bounds = field.get("constraints", {})
    if field["type"] == "date":
        form = field.get("format", "%Y-%m-%d")
        low, high = (dt.datetime.strptime(bounds.get(name, end), form) for name, end in _ENDS[form].items())
        assert all(low <= dt.datetime.strptime(cell, form) <= high for cell in cells), field["name"]
    elif field["type"] in ("integer", "number"):
        assert all(float(cell) >= bounds.get("minimum", float("-inf")) for cell in cells), field["name"]
    if "pattern" in bounds:
        assert all(re.fullmatch(bounds["pattern"], cell) for cell in cells), field["name"]


def test_geoparquet_is_valid_as_incidents_are(folder: Path) -> None:
    out = folder / "map.parquet"
    assert _run("export", folder, "--layout", "geoparquet", "--out", out).exit_code == 0
    assert validate(out) == []


def test_a_table_is_for_the_layouts_that_take_any(folder: Path) -> None:
    out = folder / "exports"
    assert _run("export", folder, "--layout", "all", "--table", "events", "--out", out).exit_code == 0
    assert {"events.csv", "events.dta", "incidents.geojson", "acled.csv"} < _files(out)
    assert "incidents.csv" not in _files(out)


def test_a_failure_leaves_whole_files_alone(folder: Path) -> None:
    (folder / "events.parquet").unlink()
    out = folder / "exports"
    run = _run("export", folder, "--layout", "all", "--out", out)
    assert run.exit_code == 2
    assert "events.parquet" in run.stderr
    assert _files(out) == {"acled.csv", "acled.parquet", "incidents.csv"}
    assert len(list(out.iterdir())) == 2 * len(_files(out))


def test_panels_of_several_units_and_periods(folder: Path) -> None:
    out = folder / "panels"
    run = _run("panel", folder, "--unit", "country, admin1", "--period", "month,year", "--out", out)
    assert run.exit_code == 0, run.stderr
    assert _files(out) == {
        f"{unit}_{period}.parquet" for unit in ("country", "admin1") for period in ("month", "year")
    }
    alone = folder.parent / "alone.parquet"
    assert _run("panel", folder, "--unit", "admin1", "--period", "year", "--out", alone).exit_code == 0
    assert (out / "admin1_year.parquet").read_bytes() == alone.read_bytes()


# --- files that are there already ---------------------------------------------------------------------------------


EXPORT = ("export", "DIR", "--layout", "acled", "--out", "OUT/acled.csv")
EXPORT_ALL = ("export", "DIR", "--layout", "all", "--out", "OUT")
PANEL = ("panel", "DIR", "--unit", "country", "--period", "year", "--out", "OUT/p.csv")
PANELS = ("panel", "DIR", "--unit", "country", "--period", "month,year", "--out", "OUT")
WRITERS = [
    pytest.param(EXPORT, "acled.csv", id="export"),
    pytest.param(EXPORT_ALL, "icews.tab", id="export all"),
    pytest.param(PANEL, "p.csv", id="panel"),
    pytest.param(PANELS, "country_year.parquet", id="panels"),
]


def _write(folder: Path, words: tuple[str, ...], *more: str) -> Result:
    places = {"DIR": folder, "OUT": folder.parent / "out"}
    told = (re.sub("^(DIR|OUT)", lambda found: str(places[found[0]]), word) for word in words)
    return _run(*told, *more)


@pytest.mark.parametrize(("words", "name"), WRITERS)
def test_what_was_written_before_is_written_again(folder: Path, words: tuple[str, ...], name: str) -> None:
    path = folder.parent / "out" / name
    assert _write(folder, words).exit_code == 0
    before = path.read_bytes()
    run = _write(folder, words)
    assert run.exit_code == 0, run.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(("words", "name"), WRITERS)
@pytest.mark.parametrize("ours", [True, False])
def test_what_somebody_else_wrote_stays(
    folder: Path, words: tuple[str, ...], name: str, *, ours: bool
) -> None:
    path = folder.parent / "out" / name
    path.parent.mkdir()
    if ours:
        assert _write(folder, words).exit_code == 0
    # Of ours, somebody has mended a letter by hand: as many bytes, and other ones.
    content = path.read_bytes()[:-1] + b"!" if ours else b"a codebook of twenty years\n"
    path.write_bytes(content)
    files = _files(path.parent)
    run = _write(folder, words)
    assert run.exit_code == 2
    assert name in run.stderr
    assert "--replace" in run.stderr
    assert (path.read_bytes(), _files(path.parent)) == (content, files)
    assert _write(folder, words, "--replace").exit_code == 0
    assert path.read_bytes() != content


@pytest.mark.parametrize("descriptor", ["", "{", "[]", '{"resources": []}', '{"resources": [{"bytes": 4}]}'])
def test_a_descriptor_that_tells_nothing_vouches_for_nothing(folder: Path, descriptor: str) -> None:
    path = folder / "a.csv"
    path.write_text("mine", encoding="utf-8")
    (folder / f"a.csv{DESCRIPTOR}").write_text(descriptor, encoding="utf-8")
    assert _run("export", folder, "--layout", "acled", "--out", path).exit_code == 2
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "DIR", "--layout", "all", "--out", "DIR"), "the coded folder itself"),
        (("export", "DIR", "--layout", "all", "--out", "DIR/events.parquet"), "is a file"),
        (
            ("panel", "DIR", "--unit", "country,dyad", "--period", "year", "--out", "DIR"),
            "the coded folder itself",
        ),
        (("panel", "DIR", "--unit", "country,dyad", "--period", "year", "--out", "p.csv"), "into a folder"),
        (("panel", "DIR", "--unit", "country,town", "--period", "year", "--out", "DIR/p"), "town"),
        (("panel", "DIR", "--unit", ",", "--period", "year", "--out", "DIR/p"), "--unit"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_written(
    folder: Path, words: tuple[str, ...], told: str
) -> None:
    before = _files(folder)
    run = _run(*(word.replace("DIR", str(folder)) for word in words))
    assert run.exit_code == 2
    assert told in run.stderr
    assert _files(folder) == before
