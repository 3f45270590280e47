"""Panels: what is counted, where and when; zeros, codes, names of periods, formats, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import Row, valid_rows, write_unchecked
from typer.testing import CliRunner

from eventcode.cli import app
from eventcode.commands.panels import names
from eventcode.errors import EventcodeError, InputError, UsageError
from eventcode.panels import counting, panel
from eventcode.panels.divisions import codes_of
from eventcode.panels.measures import measures, measures_table
from eventcode.panels.panel import PanelOptions, write_panel
from eventcode.panels.periods import KINDS, Period, period_of, periods, read_bound
from eventcode.panels.states import states_table
from eventcode.panels.units import UNITS, unit_of
from eventcode.tables.checks_ged import priogrid

DOCS = Path(__file__).resolve().parent.parent / "docs" / "panels.md"
MALI = {"country": "MLI", "admin1": "Gao", "admin1_code": "ML-7"}


def incident(number: int, day: str | None, **told: Any) -> Row:
    """A row of incidents, in Mali unless told otherwise."""
    row = valid_rows("incidents")[0] | {"event_id_cnty": f"EC-MLI-{number:012x}"}
    return row | {"event_date": day and dt.date.fromisoformat(day)} | told


def event(number: int, day: str | None, **told: Any) -> Row:
    """A row of events, from Mali to Niger unless told otherwise; each of an act of its own."""
    row = valid_rows("events")[0] | {"event_id": f"{number:020x}", "act_id": f"{number:020x}", "act_rows": 1}
    row |= {"target_country": "NER", "target_code": "NERCVL"}
    return row | {"event_date": day and dt.date.fromisoformat(day)} | told


def folder(path: Path, incidents: list[Row] | None = None, events: list[Row] | None = None) -> Path:
    path.mkdir(exist_ok=True)
    for table, rows in (("incidents", incidents), ("events", events)):
        if rows is not None:
            write_unchecked(path / f"{table}.parquet", table, rows)
    return path


def made(
    path: Path, out: Path | None = None, unit: str = "country", period: str = "month", **told: Any
) -> list[Row]:
    """The rows of a panel."""
    if isinstance(told.get("measures"), str):
        told["measures"] = told["measures"].split(",")
    written = write_panel(path, out or path / "panel.parquet", PanelOptions(unit, period, **told))
    rows: list[Row] = pq.read_table(written.path).to_pylist()
    return rows


def column(rows: list[Row], *names: str) -> list[Any]:
    return [tuple(row[name] for name in names) if len(names) > 1 else row[names[0]] for row in rows]


# --- zeros and counts --------------------------------------------------------------------------------------------


def test_every_unit_has_a_row_for_every_period(tmp_path: Path) -> None:
    rows = [
        incident(1, "2024-01-05", fatalities=3),
        incident(2, "2024-03-31", fatalities=4),
        incident(3, "2024-03-01", country="Niger", iso=562),
    ]
    panel = made(folder(tmp_path, rows), measures="incidents,fatalities")
    assert column(panel, "iso3", "period", "incidents", "fatalities") == [
        ("MLI", "2024-01", 1, 3),
        ("MLI", "2024-02", 0, 0),
        ("MLI", "2024-03", 1, 4),
        ("NER", "2024-01", 0, 0),
        ("NER", "2024-02", 0, 0),
        ("NER", "2024-03", 1, 7),
    ]
    assert panel[1]["period_start"] == dt.date(2024, 2, 1)
    assert panel[1]["period_end"] == dt.date(2024, 2, 29)


def test_a_mean_is_null_where_there_is_no_event_and_a_sum_is_zero(tmp_path: Path) -> None:
    rows = [
        event(1, "2024-01-05", goldstein=-10.0),
        event(2, "2024-01-06", goldstein=2.5),
        event(3, "2024-03-06", goldstein=0.0),
    ]
    panel = made(folder(tmp_path, events=rows), measures="goldstein_mean,goldstein_sum,events")
    assert column(panel, "goldstein_mean", "goldstein_sum", "events") == [
        (-3.75, -7.5, 2),
        (None, 0.0, 0),
        (0.0, 0.0, 1),
    ]


def test_scores_are_summed_exactly_in_any_order(tmp_path: Path) -> None:
    scores = [0.1, 0.2, 0.3, -0.6, 7.7, -7.7] * 5
    rows = [event(n, "2024-01-05", goldstein=score) for n, score in enumerate(scores)]
    panel = made(folder(tmp_path, events=rows), measures="goldstein_sum")
    assert column(panel, "goldstein_sum") == [0.0]
    turned = made(folder(tmp_path / "turned", events=rows[::-1]), measures="goldstein_sum")
    assert turned == panel


def test_an_acts_toll_counts_once_whatever_its_rows(tmp_path: Path) -> None:
    act = {"act_id": "f" * 20, "act_rows": 3, "fatalities_best": 5, "injured_best": 2, "crowd_best": 100}
    rows = [event(n, "2024-01-05", **act) for n in range(3)]
    rows.append(event(9, "2024-01-07", fatalities_best=1, injured_best=None, crowd_best=None))
    measures = "events,acts,fatalities_best,injured,crowd"
    panel = made(folder(tmp_path, events=rows), source="events", measures=measures)
    assert column(panel, *measures.split(",")) == [(4, 2, 6, 2, 100)]


def test_an_act_in_two_units_counts_in_each(tmp_path: Path) -> None:
    act = {"act_id": "f" * 20, "act_rows": 3, "fatalities_best": 5}
    rows = [event(n, "2024-01-05", **act, country=country) for n, country in enumerate(("MLI", "MLI", "NER"))]
    panel = made(folder(tmp_path, events=rows), source="events", measures="fatalities_best,events")
    assert column(panel, "iso3", "fatalities_best", "events") == [("MLI", 5, 2), ("NER", 5, 1)]


def test_a_toll_that_nobody_tells_is_null_and_no_incident_is_zero(tmp_path: Path) -> None:
    rows = [
        incident(1, "2024-01-05", fatalities=0, fatalities_best=None),
        incident(2, "2024-03-05", fatalities=2, fatalities_best=2),
    ]
    panel = made(folder(tmp_path, rows), measures="fatalities_best,fatalities")
    assert column(panel, "fatalities_best", "fatalities") == [(None, 0), (0, 0), (2, 2)]


def test_types_are_counted_apart(tmp_path: Path) -> None:
    rows = [
        incident(
            1, "2024-01-05", event_type="Battles", sub_event_type="Armed clash", civilian_targeting=None
        ),
        incident(2, "2024-01-05", event_type="Protests", sub_event_type="Peaceful protest", fatalities=0)
        | {"disorder_type": "Demonstrations"},
        incident(3, "2024-01-05", event_type="Protests", fatalities=1)
        | {"disorder_type": "Political violence; Demonstrations"},
    ]
    counted = {
        "incidents_battles": 1,
        "incidents_protests": 2,
        "incidents_riots": 0,
        "fatalities_battles": 7,
        "fatalities_riots": 0,
        "sub_armed_clash": 1,
        "civilians_targeted": 2,
        "fatalities_civilians_targeted": 1,
        "political_violence": 2,
        "demonstrations": 2,
    }
    (row,) = made(folder(tmp_path, rows), measures=list(counted))
    assert {name: row[name] for name in counted} == counted


def test_articles_and_publishers_are_counted_once(tmp_path: Path) -> None:
    rows = [
        incident(1, "2024-01-05", article_ids=["a", "b"], source="Sahara Post; Gao Times"),
        incident(2, "2024-01-09", article_ids=["b", "c"], source=None),
        incident(3, "2024-01-09", article_ids=["c"], source="Gao Times"),
    ]
    panel = made(folder(tmp_path, rows), measures="articles,sources")
    assert column(panel, "articles", "sources") == [(3, 2)]


def test_codes_of_events_are_counted(tmp_path: Path) -> None:
    rows = [
        event(1, "2024-01-05"),
        event(2, "2024-01-05", cameo_code="042", cameo_root="04", quad_class=1, plover_event="CONSULT"),
    ]
    counted = {"quad_1": 1, "quad_4": 1, "cameo_04": 1, "cameo_19": 1, "plover_consult": 1, "quad_2": 0}
    (row,) = made(folder(tmp_path, events=rows), measures=list(counted))
    assert {name: row[name] for name in counted} == counted


@pytest.mark.parametrize("source", ["incidents", "events"])
def test_every_measure_counts(source: str, tmp_path: Path) -> None:
    there = [name for name, table in measures() if table == source]
    path = folder(tmp_path, [incident(1, "2024-01-05")], [event(1, "2024-01-05")])
    (row,) = made(path, source=source, measures=there)
    assert set(there) <= row.keys()


def test_both_tables_in_one_panel(tmp_path: Path) -> None:
    path = folder(tmp_path, [incident(1, "2024-01-05")], [event(1, "2024-02-05", country="NER")])
    assert column(made(path), "iso3", "period", "incidents", "events", "goldstein_mean") == [
        ("MLI", "2024-01", 1, 0, None),
        ("MLI", "2024-02", 0, 0, None),
        ("NER", "2024-01", 0, 0, None),
        ("NER", "2024-02", 0, 1, -10.0),
    ]


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.dates(dt.date(2023, 11, 1), dt.date(2024, 3, 1)),
            st.sampled_from(["Mali", "Niger", None]),
            st.integers(0, 9),
            st.sampled_from(["day", "week", "month", "year"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(KINDS),
)
def test_nothing_is_lost_and_nothing_counts_twice(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Any, ...]], period: str
) -> None:
    path = tmp_path_factory.mktemp("panel")
    rows = [
        incident(n, day.isoformat(), country=country, fatalities=dead, date_precision=precision)
        for n, (day, country, dead, precision) in enumerate(told)
    ]
    options = PanelOptions("country", period, measures=["incidents", "fatalities"], first="2023", last="2024")
    if period == "week":
        options = PanelOptions(
            "country", period, ["incidents", "fatalities"], first="2023-W01", last="2024-W20"
        )
    written = write_panel(folder(path, rows), path / "panel.parquet", options)
    fine = KINDS.index(period)
    kept = [
        (country, dead)
        for _, country, dead, precision in told
        if country and ("day", "week", "month", "year").index(precision) <= fine
    ]
    found: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    panel = pq.read_table(written.path).to_pylist()
    for row in panel:
        found[row["country"]] += row["incidents"]
        killed[row["country"]] += row["fatalities"]
    assert +found == Counter(country for country, _ in kept)
    assert sum(killed.values()) == sum(dead for _, dead in kept)
    assert sum(written.counts["incidents"].values()) == len(told)
    assert len(panel) == len({country for country, _ in kept}) * written.periods
    assert len({(row["iso3"], row["period"]) for row in panel}) == len(panel)


# --- what is left out --------------------------------------------------------------------------------------------


def test_what_cannot_be_placed_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        incident(1, "2024-01-05"),
        incident(2, "2024-01-15", date_precision="month"),
        incident(3, None, date_precision="year"),
        incident(4, "2024-01-05", country=None, event_id_cnty="EC-XXX-000000000004"),
        incident(5, "2024-02-05"),
        incident(6, "2024-01-05", acled_codable=False),
        incident(7, "2024-01-05", date_precision=None),
    ]
    options = PanelOptions(
        "country", "week", ["incidents"], first="2024-W01", last="2024-W02", codable_only=True
    )
    written = write_panel(folder(tmp_path, rows), tmp_path / "panel.parquet", options)
    assert written.counts == {
        "incidents": {"": 1, "coarse": 2, "no_date": 1, "no_unit": 1, "outside": 1, "not_codable": 1}
    }


def test_an_incident_without_a_place_below_the_country_counts_for_the_country(tmp_path: Path) -> None:
    nowhere = {"admin1": None, "latitude": None, "longitude": None, "geo_precision": None, "location": None}
    path = folder(tmp_path, [incident(1, "2024-01-05", **nowhere), incident(2, "2024-01-06")])
    for unit, number in (("country", 2), ("admin1", 1), ("priogrid", 1)):
        assert column(made(path, unit=unit, measures="incidents"), "incidents") == [number], unit


@pytest.mark.parametrize(
    ("period", "counted"), [("day", "D"), ("week", "DW"), ("month", "DWM"), ("year", "DWMY")]
)
def test_a_date_must_be_as_exact_as_the_period(period: str, counted: str, tmp_path: Path) -> None:
    exact = {"D": "day", "W": "week", "M": "month", "Y": "year", "U": "unknown"}
    rows = [event(n, "2024-01-01", date_precision=precision) for n, precision in enumerate(exact.values())]
    panel = made(folder(tmp_path, events=rows), period=period, measures="events")
    assert column(panel, "events") == [len(counted)]


def test_what_lasts_counts_on_its_first_day(tmp_path: Path) -> None:
    siege = {"date_span": "duration", "event_date_end": dt.date(2024, 2, 20)}
    panel = made(
        folder(tmp_path, events=[event(1, "2024-01-20", **siege)]),
        measures="events",
        first="2024-01",
        last="2024-02",
    )
    assert column(panel, "events") == [1, 0]


# --- units -------------------------------------------------------------------------------------------------------


def test_countries_have_their_codes(tmp_path: Path) -> None:
    countries = ["DEU", "SRB", "YEM", "XKX", "PSE"]
    rows = [event(n, "2024-01-05", country=country) for n, country in enumerate(countries)]
    panel = made(folder(tmp_path, events=rows), measures="events")
    assert {row["iso3"]: (row["iso"], row["gwcode"], row["cowcode"]) for row in panel} == {
        "DEU": (276, 260, 255),
        "SRB": (688, 340, 345),
        "YEM": (887, 678, 679),
        "XKX": (None, 347, 347),
        "PSE": (275, None, None),
    }


def test_a_state_that_has_ended_has_no_zeros_and_no_number_after_it(tmp_path: Path) -> None:
    rows = [
        event(1, "1989-02-05", country="DDR"),
        event(2, "1992-02-05", country="DDR"),
        event(3, "1989-02-05", country="FRA"),
    ]
    panel = made(folder(tmp_path, events=rows), period="year", measures="events")
    assert column(panel, "iso3", "period", "gwcode", "events") == [
        ("DDR", "1989", 265, 1),
        ("DDR", "1990", 265, 0),
        ("DDR", "1992", None, 1),
        *(("FRA", str(year), 220, int(year == 1989)) for year in range(1989, 1993)),
    ]


def test_all_countries_and_all_states(tmp_path: Path) -> None:
    path = folder(tmp_path, [incident(1, "2024-01-05")])
    every = made(path, measures="incidents", units="all")
    states = made(path, measures="incidents", units="states")
    assert {"MLI", "PSE", "SSD"} <= {*column(every, "iso3")}
    assert not {"SUN", "DDR"} & {*column(every, "iso3")}
    assert all(row["gwcode"] is not None for row in states)
    assert 180 < len(states) < len(every)
    assert sum(column(every, "incidents")) == 1


@pytest.mark.parametrize("period", ["year", "month"])
def test_the_list_of_states_has_every_number_once(period: str, tmp_path: Path) -> None:
    told: dict[str, Any] = {"first": "1985", "last": "2007", "units": "states", "measures": "incidents"}
    panel = made(folder(tmp_path, [incident(1, "2001-01-05")]), period=period, **told)
    numbered = [row for row in panel if row["gwcode"] is not None]
    assert len({(row["gwcode"], row["period"]) for row in numbered}) == len(numbered) == len(panel)
    assert {row["iso3"] for row in panel if row["gwcode"] == 345} == {"YUG", "XFY", "SCG"}


def test_every_country_of_the_lexicon_is_a_state_of_the_panel() -> None:
    rows = states_table().to_pylist()
    assert len({row["iso3"] for row in rows}) == len(rows) > 240
    assert all(row["iso"] is not None for row in rows if row["first"] is None and row["iso3"] != "XKX")


def test_an_unknown_name_of_a_country_is_the_ids(tmp_path: Path) -> None:
    row = incident(1, "2024-01-05", country="Mali (of old)")
    assert column(made(folder(tmp_path, [row]), measures="incidents"), "iso3", "country") == [("MLI", "Mali")]


def test_divisions_go_by_their_code_where_it_is_known(tmp_path: Path) -> None:
    events = [
        event(1, "2024-01-05", **MALI),
        event(2, "2024-01-05", **(MALI | {"admin1_code": None})),
        event(3, "2024-01-05", **(MALI | {"admin1": "Azawad", "admin1_code": None})),
        event(4, "2024-01-05", **(MALI | {"admin1": None, "admin1_code": None})),
    ]
    incidents = [incident(1, "2024-01-05"), incident(2, "2024-01-05", admin1="Mopti")]
    panel = made(folder(tmp_path, incidents, events), unit="admin1", measures="incidents,events")
    assert column(panel, "iso3", "admin1_id", "admin1_code", "admin1", "incidents", "events") == [
        ("MLI", "Azawad", None, "Azawad", 0, 1),
        ("MLI", "ML-5", "ML-5", "Mopti", 1, 0),
        ("MLI", "ML-7", "ML-7", "Gao", 1, 2),
    ]


def test_a_name_of_two_divisions_has_no_code() -> None:
    coded = [("ESP", "North", "ES-A"), ("ESP", "North", "ES-B"), ("ESP", "South", "ES-C")]
    asked = [("ESP", "North"), ("ESP", "South"), ("ESP", "West")]
    assert codes_of(asked, coded) == {("ESP", "South"): "ES-C"}


@settings(max_examples=10)
@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=50))
def test_cells_are_those_of_the_other_formula(points: list[tuple[float, float]]) -> None:
    sql = unit_of("priogrid").tables["events"].sql[0]
    latitude, longitude = (pa.array(values) for values in zip(*points, strict=True))
    table = pa.table({"latitude": latitude, "longitude": longitude, "geo_precision": [1] * len(points)})
    with duckdb.connect() as database:
        database.register("r", table)
        found = [gid for (gid,) in database.execute(f"SELECT {sql} FROM r", {"geo_precision": 2}).fetchall()]
    assert found == priogrid(latitude, longitude).to_pylist()
    assert all(1 <= gid <= 259_200 for gid in found)


@pytest.mark.parametrize(
    ("latitude", "longitude", "gid"),
    [(0, 0, 129961), (1.55, 1.25, 132123), (-10.55, 20.23, 114161), (82, -102.99, 247835), (90, 180, 259200)],
)
def test_cells_and_their_centres(latitude: float, longitude: float, gid: int, tmp_path: Path) -> None:
    row = incident(1, "2024-01-05", latitude=float(latitude), longitude=float(longitude))
    (cell,) = made(folder(tmp_path, [row]), unit="priogrid", measures="incidents")
    assert cell["priogrid_gid"] == gid
    assert abs(cell["latitude"] - latitude) <= 0.25
    assert abs(cell["longitude"] - longitude) <= 0.25
    assert cell["latitude"] * 4 % 2 == 1


def test_a_large_regions_point_is_in_a_cell_only_when_asked(tmp_path: Path) -> None:
    rows = [incident(1, "2024-01-05", geo_precision=3), incident(2, "2024-01-05", geo_precision=2)]
    path = folder(tmp_path, rows)
    assert column(made(path, unit="priogrid", measures="incidents"), "incidents") == [1]
    assert column(made(path, unit="priogrid", measures="incidents", geo_precision=3), "incidents") == [2]
    assert column(made(path, unit="country", measures="incidents"), "incidents") == [2]


def dyads(path: Path) -> Path:
    back = {
        "source_country": "NER",
        "target_country": "MLI",
        "source_code": "NERCVL",
        "target_code": "MLIMIL",
    }
    act = {"act_id": "f" * 20, "act_rows": 2, "fatalities_best": 5}
    return folder(
        path,
        [
            incident(1, "2024-01-05", actor1="B", actor2="A"),
            incident(2, "2024-01-05", actor1="A", actor2="B"),
        ],
        [
            event(1, "2024-01-05", **act, goldstein=-2.0),
            event(2, "2024-01-05", **act, **back, goldstein=-4.0),
            event(3, "2024-01-05", target_country=None, target_code=None),
        ],
    )


def test_directed_dyads(tmp_path: Path) -> None:
    panel = made(dyads(tmp_path), unit="dyad", measures="events,goldstein_mean,fatalities_best")
    told = (
        "source_iso3",
        "target_iso3",
        "source_gwcode",
        "target_cowcode",
        "events",
        "goldstein_mean",
        "fatalities_best",
    )
    assert column(panel, *told) == [
        ("MLI", "NER", 432, 436, 1, -2.0, 5),
        ("NER", "MLI", 436, 432, 1, -4.0, 5),
    ]


def test_undirected_dyads(tmp_path: Path) -> None:
    panel = made(
        dyads(tmp_path), unit="dyad", measures="events,goldstein_mean,fatalities_best", directed=False
    )
    told = ("side_1_iso3", "side_2_iso3", "events", "goldstein_mean", "fatalities_best")
    assert column(panel, *told) == [("MLI", "NER", 2, -3.0, 5)]


def test_dyads_of_actors(tmp_path: Path) -> None:
    panel = made(dyads(tmp_path), unit="dyad", measures="events", sides="actor")
    assert column(panel, "source_actor", "target_actor") == [("MLIMIL", "NERCVL"), ("NERCVL", "MLIMIL")]
    told: dict[str, Any] = {"unit": "dyad", "sides": "actor", "source": "incidents", "measures": "incidents"}
    assert column(made(tmp_path, **told), "source_actor", "target_actor") == [("A", "B"), ("B", "A")]
    assert column(made(tmp_path, **told, directed=False), "incidents") == [2]


# --- periods -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        ("2023-01-01", "2022-W52", "2022-12-26", "2023-01-01"),
        ("2024-12-30", "2025-W01", "2024-12-30", "2025-01-05"),
        ("2020-12-31", "2020-W53", "2020-12-28", "2021-01-03"),
    ],
)
def test_weeks_are_those_of_iso_8601(day: str, name: str, first: str, last: str, tmp_path: Path) -> None:
    week = Period(name, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert period_of(dt.date.fromisoformat(day), "week") == week
    (row,) = made(folder(tmp_path, [incident(1, day)]), period="week", measures="incidents")
    assert (row["period"], row["period_start"], row["period_end"]) == (name, week.first, week.last)
    assert f"{row['year']}-W{row['week']:02d}" == name


@given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)), st.integers(0, 900), st.sampled_from(KINDS))
def test_periods_follow_each_other_without_gaps(first: dt.date, days: int, kind: str) -> None:
    last = min(first + dt.timedelta(days), dt.date(2999, 12, 31))
    found = list(periods(first, last, kind))
    assert found[0].first <= first <= found[0].last
    assert found[-1].first <= last <= found[-1].last
    for one, next in pairwise(found):
        assert next.first - one.last == dt.timedelta(1)
        assert one.name < next.name


@pytest.mark.parametrize(
    ("option", "text", "kind", "day"),
    [
        ("--from", "2024", "month", "2024-01-01"),
        ("--to", "2024", "month", "2024-12-31"),
        ("--to", "2024-02", "day", "2024-02-29"),
        ("--from", "2024-W01", "week", "2024-01-01"),
        ("--to", "2024-W01", "week", "2024-01-07"),
        ("--from", "2024-01-01", "month", "2024-01-01"),
        ("--to", "2024-01-31", "month", "2024-01-31"),
    ],
)
def test_bounds_are_days_or_periods(option: str, text: str, kind: str, day: str) -> None:
    assert read_bound(option, text, kind) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("option", "text", "kind", "told"),
    [
        ("--from", "2024-01-15", "month", "not the first day of a month; give 2024-01-01 or 2024-01"),
        ("--to", "2024-01-15", "month", "not the last day of a month; give 2024-01-31"),
        ("--to", "2024", "week", "not the last day of a week"),
        ("--from", "2024-13", "month", "give a day, week, month or year"),
        ("--from", "2024-02-30", "day", "give a day"),
        ("--from", "2021-W53", "week", "give a day"),
        ("--from", "last year", "month", "give a day"),
        ("--from", "0001", "year", "give a day"),
    ],
)
def test_a_bound_inside_a_period_is_refused(option: str, text: str, kind: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_bound(option, text, kind)


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    rows = [incident(n, f"2024-0{1 + n % 6}-05", fatalities=n) for n in range(12)]
    rows.append(incident(99, "2024-02-05", country="Niger"))
    events = [event(n, f"2024-0{1 + n % 6}-05", goldstein=float(n % 10)) for n in range(12)]
    return folder(tmp_path / "coded", rows, events)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "csv.gz", "dta"])
def test_the_same_folder_gives_the_same_bytes(suffix: str, small: Path, tmp_path: Path) -> None:
    made = []
    for place in ("one", "two"):
        written = write_panel(small, tmp_path / place / f"p.{suffix}", PanelOptions("country", "month"))
        made.append((written.path.read_bytes(), written.descriptor.read_bytes()))
    assert made[0] == made[1]


def test_the_order_of_rows_does_not_show(small: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned"
    turned.mkdir()
    for table in ("incidents", "events"):
        rows = pq.read_table(small / f"{table}.parquet")
        pq.write_table(rows.take(list(range(rows.num_rows))[::-1]), turned / f"{table}.parquet")
    options = PanelOptions("country", "month")
    one = write_panel(small, tmp_path / "one.parquet", options).path.read_bytes()
    assert one == write_panel(turned, tmp_path / "two.parquet", options).path.read_bytes()


def test_the_size_of_slices_does_not_show(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = PanelOptions("country", "day", units="all")
    one = write_panel(small, tmp_path / "one.parquet", options).path.read_bytes()
    monkeypatch.setattr(counting, "SLICE_ROWS", 10_000)
    assert one == write_panel(small, tmp_path / "two.parquet", options).path.read_bytes()


def test_every_format_holds_the_same(small: Path, tmp_path: Path) -> None:
    options = PanelOptions("country", "month")
    paths = [
        write_panel(small, tmp_path / f"p.{suffix}", options).path for suffix in ("parquet", "csv", "dta")
    ]
    parquet, text, stata = pd.read_parquet(paths[0]), pd.read_csv(paths[1]), pd.read_stata(paths[2])
    assert list(parquet.columns) == list(text.columns) == list(stata.columns)
    for name in ("iso3", "gwcode", "period", "year", "incidents", "fatalities", "goldstein_mean"):
        told = parquet[name].astype(object).where(parquet[name].notna(), None).tolist()
        for other in (text, stata):
            assert other[name].astype(object).where(other[name].notna(), None).tolist() == told, name
    assert stata["period_start"].dt.date.tolist() == parquet["period_start"].tolist()


def test_stata_has_labels(small: Path, tmp_path: Path) -> None:
    path = write_panel(small, tmp_path / "p.dta", PanelOptions("country", "month")).path
    with pd.read_stata(path, iterator=True) as reader:
        labels = reader.variable_labels()
    assert labels["fatalities"].startswith("People killed")


def test_the_descriptor_tells_every_column(small: Path, tmp_path: Path) -> None:
    written = write_panel(small, tmp_path / "p.csv", PanelOptions("country", "month"))
    told = json.loads(written.descriptor.read_text(encoding="utf-8"))
    (resource,) = told["resources"]
    fields = resource["schema"]["fields"]
    with written.path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert [field["name"] for field in fields] == header
    assert all(field["description"] for field in fields)
    assert resource["x-rows"] == written.rows
    assert resource["schema"]["primaryKey"] == ["iso3", "period_start"]
    assert told["x-metadata"]["panel_measures"] == (
        "incidents.incidents,incidents.fatalities,events.events,events.goldstein_mean"
    )


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"unit": "village"}, "--unit 'village'"),
        ({"period": "decade"}, "--period 'decade'"),
        ({"measures": ["fatalites"]}, "nearest: fatalities"),
        ({"measures": []}, "names are needed"),
        ({"measures": ["events", "events"]}, "twice"),
        ({"measures": ["1); DROP TABLE incidents; --"]}, "there is no measure"),
        ({"source": "acts"}, "--source 'acts'"),
        ({"source": "events", "measures": ["fatalities"]}, "is made of incidents"),
        ({"unit": "dyad", "measures": ["fatalities"]}, "is made of incidents"),
        ({"unit": "dyad", "source": "incidents"}, "give --sides actor"),
        ({"unit": "dyad", "sides": "town"}, "--sides 'town'"),
        ({"sides": "actor"}, "--unit dyad"),
        ({"directed": False}, "--unit dyad"),
        ({"units": "most"}, "--units 'most'"),
        ({"units": "all", "unit": "priogrid"}, "is for --unit country"),
        ({"geo_precision": 4}, "--geo-precision 4"),
        ({"codable_only": True, "source": "events"}, "--codable-only"),
        ({"first": "2024-02", "last": "2024-01"}, "lies before"),
    ],
)
def test_options_that_mean_nothing_are_refused(
    told: dict[str, Any], words: str, small: Path, tmp_path: Path
) -> None:
    options = PanelOptions(**({"unit": "country", "period": "month"} | told))
    with pytest.raises(UsageError, match=words):
        write_panel(small, tmp_path / "out" / "p.parquet", options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["p.xlsx", "p", "p.dta.gz", "p.parquet.gz"])
def test_an_unknown_suffix_is_refused(name: str, small: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="suffix"):
        write_panel(small, tmp_path / name, PanelOptions("country", "month"))


def test_a_panel_too_long_is_refused_before_it_is_made(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(panel.MOST_ROWS, "csv", 5)
    with pytest.raises(UsageError, match=r"the panel would have 12 rows, and 5 are the most of \.csv"):
        write_panel(small, tmp_path / "p.csv", PanelOptions("country", "month"))
    assert list(tmp_path.iterdir()) == [small]


def test_a_table_of_the_folder_is_never_overwritten(small: Path) -> None:
    before = (small / "incidents.parquet").read_bytes()
    with pytest.raises(UsageError, match="is a table of the coded folder"):
        write_panel(small, small / "incidents.parquet", PanelOptions("country", "month"))
    assert (small / "incidents.parquet").read_bytes() == before


def test_nothing_to_count_is_told(tmp_path: Path) -> None:
    path = folder(tmp_path, [incident(1, None)])
    with pytest.raises(InputError, match="give --from and --to"):
        made(path, measures="incidents")
    rows = made(path, measures="incidents", units="all", first="2024-01", last="2024-01")
    assert sum(column(rows, "incidents")) == 0
    assert made(path, measures="incidents", first="2024-01", last="2024-01") == []


def test_a_missing_or_broken_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no events\.parquet"):
        made(folder(tmp_path, [incident(1, "2024-01-05")]))
    (tmp_path / "events.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputError, match="not a Parquet file"):
        made(tmp_path)
    rows = valid_rows("incidents")
    del rows[0]["fatalities"]
    write_unchecked(tmp_path / "incidents.parquet", "incidents", rows)
    with pytest.raises(EventcodeError, match="fatalities"):
        made(tmp_path, measures="fatalities")
    assert not list(tmp_path.glob(".eventcode*"))


def test_imported_rows_are_not_counted(tmp_path: Path) -> None:
    path = folder(tmp_path, [incident(1, "2024-01-05")])
    table = pq.read_table(path / "incidents.parquet")
    pq.write_table(table.replace_schema_metadata({"imported_from": "acled"}), path / "incidents.parquet")
    with pytest.raises(InputError, match=r"imported from acled.*give a folder that 'eventcode code' wrote"):
        made(path, measures="incidents")


# --- the command and its page -------------------------------------------------------------------------------------


def test_the_command_tells_what_was_left_out(tmp_path: Path) -> None:
    rows = [incident(1, "2024-01-05"), incident(2, "2024-01-15", date_precision="month")]
    path = folder(tmp_path / "coded", rows)
    out = tmp_path / "p.csv"
    arguments = [
        "panel",
        str(path),
        "--unit",
        "country",
        "--period",
        "day",
        "--measures",
        "incidents, fatalities",
    ]
    run = CliRunner().invoke(app, [*arguments, "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert "incidents: 1 of 2 rows counted; left out: 1 dated less exactly than a day" in run.output
    assert (
        out.read_text(encoding="utf-8")
        .splitlines()[1]
        .endswith(",2024-01-05,2024-01-05,2024-01-05,2024,1,1,7")
    )


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        app,
        ["panel", str(tmp_path), "--unit", "country", "--period", "eon", "--out", str(tmp_path / "p.csv")],
    )
    assert run.exit_code == 2
    assert run.output.splitlines() == ["eventcode: --period 'eon': there are day, week, month, year"]


def test_names_between_commas() -> None:
    assert names(None) is None
    assert names("a, b,") == ["a", "b"]


def test_the_page_lists_every_measure() -> None:
    assert measures_table() in DOCS.read_text(encoding="utf-8")


def test_the_page_names_every_unit_and_column() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for unit in UNITS:
        for field in unit_of(unit).columns:
            assert f"`{field.name.removeprefix('source_').removeprefix('target_')}`" in page, field.name


def test_every_measure_fits_stata() -> None:
    assert all(len(name) <= 32 for name, _ in measures())
