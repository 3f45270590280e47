"""The scripts in examples/ run on a small coded folder and print what can be counted by hand; R where it is installed."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from table_rows import Row, valid_rows, write_unchecked

from eventcode.layouts.exporting import export
from eventcode.panels.measures import measures
from eventcode.panels.panel import PanelOptions, write_panel

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
RSCRIPT = shutil.which("Rscript")
# As if no package were installed.
HIDDEN_PACKAGES = "requireNamespace <- function(...) FALSE\n"
MONTHS = [("Mali", "2024-01", 2, 9), ("Mali", "2024-03", 1, 0), ("Niger", "2024-01", 1, 4)]


def _incident(number: int, day: dt.date, fatalities: int, **told: Any) -> Row:
    row = valid_rows("incidents")[0] | {"event_id_cnty": f"EC-MLI-{number:012x}", "event_date": day}
    return row | {"event_date_end": day, "fatalities": fatalities} | told


def _event(number: int, month: int, act: int, source: str, target: str, killed: int | None) -> Row:
    row = valid_rows("events")[0] | {"event_id": f"{number:020x}", "act_id": f"{act:020x}", "act_rows": 1}
    row |= {"source_country": source, "target_country": target, "fatalities_best": killed}
    return row | {"event_date": dt.date(2024, month, 5)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of work with data/ in it."""
    made = tmp_path_factory.mktemp("examples")
    data = made / "data"
    data.mkdir()
    niger = {"country": "Niger", "iso": 562, "location": 'Ägäd\'s, "Agadez"'}
    incidents = [
        _incident(1, dt.date(2024, 1, 5), 2),
        _incident(2, dt.date(2024, 1, 9), 7, event_type="Battles"),
        _incident(3, dt.date(2024, 3, 1), 0, latitude=None, longitude=None, geo_precision=None),
        _incident(4, dt.date(2024, 1, 5), 4, **niger),
        _incident(5, dt.date(2024, 2, 5), 99, acled_codable=False, not_codable_reason="no_actor"),
    ]
    events = [
        _event(1, 1, 1, "MLI", "NER", 5),
        _event(2, 1, 1, "MLI", "BFA", 5),
        _event(3, 1, 2, "NER", "MLI", None),
        _event(4, 2, 3, "MLI", "MLI", 3),
    ]
    write_unchecked(data / "incidents.parquet", "incidents", incidents)
    write_unchecked(data / "events.parquet", "events", events)
    return made


def _run(command: Sequence[str | Path], folder: Path) -> str:
    run = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def _python(script: str, folder: Path) -> str:
    return _run([sys.executable, "-W", "error", EXAMPLES / script], folder)


def _cells(text: str) -> list[tuple[str, ...]]:
    return [tuple(line.split()) for line in text.splitlines()]


def test_months_in_pandas(folder: Path) -> None:
    cells = _cells(_python("months_pandas.py", folder))
    assert ("Mali", "2024-01", "2", "9") in cells
    assert ("2024-03", "1", "0") in cells
    assert ("Niger", "2024-01", "1", "4") in cells
    assert cells[-1] == ("3", "months,", "2", "countries,", "4", "incidents")


def test_months_in_sql_count_an_acts_toll_once(folder: Path) -> None:
    cells = _cells(_python("months_duckdb.py", folder))
    assert cells[1:] == [("2024-01", "2", "5"), ("2024-02", "1", "3")]


def test_map(folder: Path) -> None:
    assert _python("map_incidents.py", folder) == "map.png: 4 of 5 incidents\n"
    assert (folder / "map.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(importlib.util.find_spec("polars") is None, reason="polars is not installed")
def test_dyads_in_polars(folder: Path) -> None:
    told = _python("dyads_polars.py", folder)
    assert "8 rows of dyads and months, 3 dyads of two countries" in told
    rows = {
        (row[0], row[1]): row for row in (re.findall(r"[-.\w]+", line) for line in told.splitlines()) if row
    }
    assert rows["MLI", "NER"][2:] == ["1", "1", "-10.0", "1"]
    assert rows["MLI", "BFA"][2:] == ["1", "1", "-10.0", "null"]


def test_join_with_a_country_year_file(folder: Path) -> None:
    told = _python("country_years.py", folder)
    with (folder / "country_years.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["iso3"]: row for row in csv.DictReader(file)}
    assert rows["MLI"]["fatalities"] == "108"
    assert rows["MLI"]["invented_index"] == str((432 * 7 + 2024) % 100 / 100)
    assert rows["FRA"]["incidents"] == "0"
    assert f"country_years.csv: {len(rows)} rows, {len(rows)} with a match" in told


def _export_for_base_r(folder: Path) -> Path:
    return export(folder / "data", "csv", folder / "data" / "exports" / "incidents.csv").path


def _months_in_r(folder: Path, *, base_only: bool) -> list[tuple[str, str, int, int]]:
    assert RSCRIPT is not None
    command: list[str | Path] = [RSCRIPT]
    if base_only:
        script = folder / "base.R"
        script.write_text(
            HIDDEN_PACKAGES + (EXAMPLES / "months.R").read_text(encoding="utf-8"), encoding="utf-8"
        )
        command.append(script)
    else:
        command.append(EXAMPLES / "months.R")
    cells = _cells(_run(command, folder))
    assert cells[-1] == ("3", "rows")
    return [(country, month, int(n), int(dead)) for country, month, n, dead in cells[1:-1]]


@pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")
def test_base_r_without_its_file_says_how_to_make_it(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "base.R"
    script.write_text(HIDDEN_PACKAGES + (EXAMPLES / "months.R").read_text(encoding="utf-8"), encoding="utf-8")
    run = subprocess.run(
        [str(RSCRIPT), str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "eventcode export data --layout csv --out data/exports/incidents.csv" in run.stderr


@pytest.mark.skipif(RSCRIPT is None, reason="R is not installed")
@pytest.mark.parametrize("base_only", [True, False])
def test_months_in_r(base_only: bool, folder: Path) -> None:
    _export_for_base_r(folder)
    assert _months_in_r(folder, base_only=base_only) == MONTHS


def test_what_base_r_reads_is_what_the_export_writes(folder: Path) -> None:
    """The columns and values that months.R takes from the CSV, read here, so that they are checked without R."""
    rows = pd.read_csv(_export_for_base_r(folder), dtype=str, keep_default_na=False)
    rows = rows[rows["acled_codable"] == "true"]
    months = rows["event_date"].str[:7].rename("month")
    counts = rows["fatalities"].astype(int).groupby([rows["country"], months]).agg(["size", "sum"])
    assert [(*at, *row) for at, row in zip(counts.index, counts.to_numpy().tolist(), strict=True)] == MONTHS


def test_the_stata_script_uses_variables_that_the_panel_has(folder: Path) -> None:
    script = (EXAMPLES / "country_years.do").read_text(encoding="utf-8")
    used: set[str] = set()
    for period, units in (("year", "states"), ("month", "occurring")):
        path = folder / f"{period}.dta"
        written = write_panel(folder / "data", path, PanelOptions("country", period, units=units))
        used |= {*pd.read_stata(written.path).columns}
    for name in ("gwcode", "year", "incidents", "fatalities", "goldstein_mean", "period_start", "iso3"):
        assert re.search(rf"\b{name}\b", script), name
        assert name in used
    made = set(re.findall(r"^generate (?:\w+ )?(\w+) =", script, re.MULTILINE))
    named = {word for word in re.findall(r"\b[a-z]+_[a-z_]+\b", script) if word in dict(measures())}
    assert named <= used | made


def test_stata_gets_the_kinds_of_variable_that_the_script_needs(folder: Path) -> None:
    """xtset takes numbers and each of them once in a period, encode takes text, mofd a day; all have labels."""
    path = folder / "kinds.dta"
    write_panel(folder / "data", path, PanelOptions("country", "month", units="states"))
    rows = pd.read_stata(path)
    with pd.io.stata.StataReader(path) as reader:
        assert all(reader.variable_labels().get(name) for name in rows.columns)
    for name in ("gwcode", "year", "incidents", "fatalities", "goldstein_mean"):
        assert rows.dtypes[name].kind in "if", name
    assert pd.api.types.is_string_dtype(rows["iso3"])
    assert pd.api.types.is_datetime64_dtype(rows["period_start"])
    states = rows[rows["gwcode"].notna()]
    assert len(states) == 3 * states["gwcode"].nunique()
    assert not states.duplicated(["gwcode", "period_start"]).any()


def test_every_script_is_in_the_list_and_the_list_names_no_other() -> None:
    listed = set(
        re.findall(r"^\| `(\S+)`", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert listed == {path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".R", ".do")}
