"""``export --layout all`` and ``panel`` of several units and periods: a folder of whole files, each with its descriptor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from table_rows import valid_rows, write_unchecked
from typer.testing import CliRunner, Result

from eventcode.cli import app
from eventcode.layouts.exporting import export, files_of_all
from eventcode.layouts.registry import LAYOUTS
from eventcode.tables.schema import TABLES

DESCRIPTOR = ".datapackage.json"


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
