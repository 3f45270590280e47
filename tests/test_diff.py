"""Two codings of the same articles: which rows moved, in which columns, and what moved them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import Row, change, valid_rows, write_unchecked
from typer.testing import CliRunner

from eventcode import cli
from eventcode.compare.cells import differ
from eventcode.compare.diff import Difference, diff
from eventcode.compare.diff_report import HEADER, as_json, write_csv
from eventcode.compare.mapping_lines import line_of
from eventcode.compare.moved import ALONE
from eventcode.compare.pairs import looked_up, occurrence, paired
from eventcode.errors import InputError, UsageError
from eventcode.lexicon.load import lexicon_folders, version_hashes
from eventcode.ontologies.mapping import Facts, load_ontologies

TABLES = ("articles", "acts", "events", "incidents")
Edit = Callable[[dict[str, list[Row]]], None]


def _nothing(tables: dict[str, list[Row]]) -> None:
    """The coding as it is."""


def coding(folder: Path, edit: Edit = _nothing, metadata: dict[str, str] | None = None) -> Path:
    """A coded folder of the small valid tables, edited."""
    folder.mkdir()
    tables = {name: valid_rows(name) for name in TABLES}
    edit(tables)
    for name, rows in tables.items():
        path = write_unchecked(folder / f"{name}.parquet", name, rows)
        if metadata is not None:
            pq.write_table(pq.read_table(path).replace_schema_metadata({"table": name, **metadata}), path)
    return folder


def compared(tmp_path: Path, edit: Edit, table: str | None = None, old: Edit = _nothing) -> Difference:
    return diff(coding(tmp_path / "old", old), coding(tmp_path / "new", edit), table)


def sets(table: str, row: int, **values: Any) -> Edit:
    """An edit that sets values of one row; "a__0__b" reaches into nested columns."""

    def edit(tables: dict[str, list[Row]]) -> None:
        for path, value in values.items():
            change(tables[table][row], path.replace("__", "."), value)

    return edit


def both(*edits: Edit) -> Edit:
    def edit(tables: dict[str, list[Row]]) -> None:
        for one in edits:
            one(tables)

    return edit


def told(found: Difference) -> list[tuple[str, str, str, list[str]]]:
    rows = range(len(found.moved.old))
    return [(found.moved.kind(r), found.moved.cause[r], found.moved.why[r], found.names(r)) for r in rows]


# --- what moved -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["events", "incidents", "acts"])
def test_a_coding_is_the_same_as_itself(tmp_path: Path, table: str) -> None:
    found = compared(tmp_path, _nothing, table)
    assert told(found) == []
    assert found.number["same"] == len(valid_rows(table))


def test_the_order_of_rows_in_the_file_is_no_difference(tmp_path: Path) -> None:
    assert told(compared(tmp_path, lambda tables: tables["events"].reverse())) == []


def test_empty_tables_are_compared(tmp_path: Path) -> None:
    def empty(tables: dict[str, list[Row]]) -> None:
        tables["events"].clear()

    found = compared(tmp_path, empty)
    assert [row[:2] for row in told(found)] == [("removed", "ontology"), ("removed", "ontology")]
    assert told(diff(tmp_path / "new", tmp_path / "new")) == []


CAUSES = [
    ({"rule": "air_strike/raid", "cameo_code": "190"}, "lexicon", "air_strike/bomb -> air_strike/raid"),
    ({"stance": "threaten"}, "reading", "stance do -> threaten"),
    (
        {"act": "shelling", "plover_event": "COERCE"},
        "reading",
        "act air_strike -> shelling; plover ASSAULT -> COERCE",
    ),
    ({"cameo_code": "190"}, "ontology", "cameo 195 -> 190"),
    ({"plover_event": "COERCE"}, "ontology", "plover ASSAULT -> COERCE"),
    ({"source_code": "NERMIL", "cameo_code": "190"}, "actor", "source -: MLIMIL -> NERMIL"),
    ({"geonameid": 1, "place_name": "Other"}, "place", "2457161 -> 1"),
    ({"date_basis": "stated"}, "date", "date_basis"),
    ({"fatalities_best": 9}, "toll", "fatalities_best"),
    ({"rank": 5}, "order", "rank"),
]


@pytest.mark.parametrize(("values", "cause", "why"), CAUSES)
def test_causes_of_a_changed_event(tmp_path: Path, values: dict[str, Any], cause: str, why: str) -> None:
    found = compared(tmp_path, sets("events", 0, **values))
    assert told(found) == [("changed", cause, why, [n for n in found.old.table.column_names if n in values])]


def test_an_event_whose_id_moved_is_found_by_its_act_and_direction(tmp_path: Path) -> None:
    turned = {"source_start": 24, "source_end": 30, "target_start": 4, "target_end": 8}
    straight = {"target_start": 24, "target_end": 30}
    old = both(sets("events", 0, **straight), sets("events", 1, **turned))
    new = both(
        sets("events", 0, event_id="e" * 20, **(straight | {"source_start": 5})),
        sets("events", 1, event_id="d" * 20, **(turned | {"target_start": 5})),
    )
    found = compared(tmp_path, new, old=old)
    assert [(r[0], r[1], r[3]) for r in told(found)] == [
        ("changed", "actor", ["source_start"]),
        ("changed", "actor", ["target_start"]),
    ]
    assert next(cell for [cell] in found.cells(np.array([0, 1]))).new == "5"


def test_the_entry_of_an_actor_is_told(tmp_path: Path) -> None:
    new = both(
        sets("events", 0, source_code="NERMIL"),
        sets("acts", 0, sources__0__id="niger_army"),
    )
    found = compared(tmp_path, new, old=sets("acts", 0, sources__0__id="mali_army"))
    assert told(found)[0][2] == "source mali_army -> niger_army: MLIMIL -> NERMIL"


def test_events_that_come_and_go(tmp_path: Path) -> None:
    def new(tables: dict[str, list[Row]]) -> None:
        fresh = tables["events"][1]
        fresh |= {"event_id": "f" * 20, "act_id": "b" * 20, "trigger_start": 50, "rule": "attack/raid"}
        act = {**tables["acts"][0], "act_id": "b" * 20, "trigger_start": 50, "trigger_end": 56}
        tables["acts"].append(act | {"rule": "attack/raid"})

    found = compared(tmp_path, new)
    # Another event of an act that both have: the actors are others; a new act: its lexicon entry.
    assert [row[:3] for row in told(found)] == [
        ("removed", "actor", "only in OLD: source MLIMIL, target -"),
        ("added", "lexicon", "- -> attack/raid"),
    ]


def test_a_row_of_an_article_that_the_other_lacks(tmp_path: Path) -> None:
    def new(tables: dict[str, list[Row]]) -> None:
        for name in TABLES[:3]:
            for row in tables[name]:
                row["article_id"] = "wire-2"
        for number, row in enumerate(tables["events"]):
            row |= {"act_id": "c" * 20, "event_id": "ab"[number] * 20}

    found = compared(tmp_path, new)
    assert [row[1:3] for row in told(found)] == [("article", "only in OLD")] * 2 + [
        ("article", "only in NEW")
    ] * 2


def test_a_longer_trigger_is_the_same_act(tmp_path: Path) -> None:
    new = sets("acts", 0, act_id="d" * 20, trigger_end=30, rule="air_strike/bomb down")
    found = compared(tmp_path, new, "acts")
    assert told(found) == [
        ("changed", "lexicon", "air_strike/bomb -> air_strike/bomb down", ["trigger_end", "rule"])
    ]


def test_incidents_with_other_ids_share_acts_and_take_their_cause(tmp_path: Path) -> None:
    new = both(
        sets("incidents", 0, event_id_cnty="EC-MLI-ffffffffffff", sub_event_type="Grenade"),
        sets("acts", 0, rule="grenade/throw"),
    )
    found = compared(tmp_path, new, "incidents")
    assert told(found) == [
        ("changed", "lexicon", "air_strike/bomb -> grenade/throw", ["event_id_cnty", "sub_event_type"])
    ]


def test_how_the_files_were_made_is_told(tmp_path: Path) -> None:
    one = coding(tmp_path / "old", metadata={"lexicon_sha256": "a" * 64})
    other = coding(tmp_path / "new", metadata={"lexicon_sha256": "b" * 64})
    assert diff(one, other).made == {"lexicon_sha256": ("a" * 64, "b" * 64)}


# --- mapping lines ----------------------------------------------------------------------------------------------------


def overlay(folder: Path) -> Path:
    (folder / "ontologies").mkdir(parents=True)
    text = 'ontology: cameo\nacts:\n  air_strike:\n    - {if: {instrument: drone}, code: "1952"}\n    - {code: "190"}\n'
    (folder / "ontologies" / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_mapping_line_that_gives_a_code_is_told(tmp_path: Path) -> None:
    mine = overlay(tmp_path / "mine")
    old = coding(tmp_path / "old")
    made = {"ontology_sha256": version_hashes(lexicon_folders(mine))["ontology_sha256"]}
    new = coding(tmp_path / "new", sets("events", 0, cameo_code="190"), made)
    found = diff(old, new, lexicon=mine)
    assert found.note is None
    assert found.reasons() == [("ontology", "mine/ontologies/mine.yaml:5: cameo 195 -> 190", 1)]


def test_lines_of_other_mapping_files_are_not_told(tmp_path: Path) -> None:
    found = compared(tmp_path, sets("events", 0, cameo_code="190"))
    assert found.note is not None
    assert "--lexicon" in found.note
    assert found.reasons() == [("ontology", "cameo 195 -> 190", 1)]


def test_every_line_of_the_packaged_ontologies_can_be_told() -> None:
    for name, ontology in load_ontologies(None).items():
        chains: list[tuple[str, ...]] = [("acts", act) for act in ontology.acts]
        chains += [
            ("stances", stance, topic) for stance, table in ontology.stances.items() for topic in table
        ]
        for keys in chains:
            assert line_of(None, name, keys, 0), (name, keys)


def test_what_decides_is_what_codes() -> None:
    facts = Facts("air_strike", "do", ("violence",))
    cameo = load_ontologies(None)["cameo"]
    found = cameo.deciding(facts)
    assert found is not None
    keys, number = found
    assert keys == ("acts", "air_strike")
    assert cameo.acts["air_strike"][number].values == cameo.code(facts)


# --- output -----------------------------------------------------------------------------------------------------------


def test_json_and_csv_tell_the_same_cells(tmp_path: Path) -> None:
    found = compared(tmp_path, sets("events", 0, source_text="=1+1", fatalities_best=9))
    content = json.loads(as_json(found, 10))
    assert content["number"] == {"changed": 1, "removed": 0, "added": 0, "same": 1}
    assert content["rows"][0]["cells"] == [
        {"column": "source_text", "old": "army", "new": "=1+1"},
        {"column": "fatalities_best", "old": "7", "new": "9"},
    ]
    out = tmp_path / "out.csv"
    write_csv(found, out)
    with out.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert tuple(lines[0]) == HEADER
    # What a spreadsheet would run is no longer at the beginning of the cell.
    assert [line[-3:] for line in lines[1:]] == [
        ["source_text", "army", "'=1+1"],
        ["fatalities_best", "7", "9"],
    ]
    before = out.read_bytes()
    write_csv(found, out)
    assert out.read_bytes() == before


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_tells_by_its_status(tmp_path: Path, form: str) -> None:
    old = coding(tmp_path / "old")
    new = coding(tmp_path / "new", sets("events", 0, rule="air_strike/raid"))

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(cli.app, ["diff", *map(str, arguments), "--format", form])

    assert run(old, old).exit_code == 0
    found = run(old, new, "--out", tmp_path / "out.csv")
    assert found.exit_code == 1
    assert "air_strike/raid" in found.stdout
    assert (tmp_path / "out.csv").is_file()
    assert run(old, tmp_path / "none").exit_code == 2
    assert run(old, new, "--out", tmp_path / "none" / "out.csv").exit_code == 2


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    folder = coding(tmp_path / "old", metadata={})
    with pytest.raises(UsageError, match="they cannot be compared"):
        diff(folder / "events.parquet", folder / "acts.parquet")
    with pytest.raises(UsageError, match="not of acts"):
        diff(folder / "events.parquet", folder / "events.parquet", "acts")
    text = tmp_path / "text.parquet"
    text.write_text("no table", encoding="utf-8")
    with pytest.raises(InputError, match="not a Parquet file"):
        diff(text, folder)
    pq.write_table(pa.table({"a": [1]}), text)
    with pytest.raises(InputError, match="no column 'event_id'"):
        diff(text, folder)
    pq.write_table(pa.table({"event_id": [[1]]}), text)
    with pytest.raises(InputError, match="columns of other types"):
        diff(text, folder)


def test_a_file_is_compared_with_a_folder(tmp_path: Path) -> None:
    folder = coding(tmp_path / "old", metadata={})
    assert diff(folder / "incidents.parquet", folder).table == "incidents"


def test_tables_that_polars_wrote_are_the_same(tmp_path: Path) -> None:
    folder = coding(tmp_path / "old", metadata={})
    other = tmp_path / "new"
    other.mkdir()
    for table in ("acts", "events", "incidents"):
        pl.read_parquet(folder / f"{table}.parquet").write_parquet(other / f"{table}.parquet")
        assert told(diff(folder, other, table)) == []


# --- columns ----------------------------------------------------------------------------------------------------------

_PART = st.fixed_dictionaries(
    {"a": st.none() | st.integers(0, 2), "b": st.lists(st.sampled_from("xy"), max_size=2)}
)
_CELL = st.none() | st.lists(st.none() | _PART, max_size=3)
_KIND = pa.list_(pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL), max_size=6))
def test_nested_cells_differ_as_python_says(cells: list[tuple[Any, Any]]) -> None:
    old, new = (pa.array([pair[side] for pair in cells], _KIND) for side in (0, 1))
    assert differ(old, new).tolist() == [one != other for one, other in cells]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)))
def test_pairs_are_one_to_one_and_of_equal_keys(old: list[int], new: list[int]) -> None:
    left, right = paired([pa.array(old, pa.int64())], [pa.array(new, pa.int64())])
    assert [old[at] for at in left] == [new[at] for at in right]
    assert len(set(left.tolist())) == len(left) == len(set(right.tolist()))
    assert len(left) == sum(min(old.count(key), new.count(key)) for key in set(old))


def test_small_helpers() -> None:
    assert occurrence(np.array([3, 1, 3, 3, 1])).tolist() == [0, 0, 1, 2, 1]
    found = looked_up([pa.array(["a", "b", "a"])], pa.array([1, 2, 3]), [pa.array(["b", "c", "a"])])
    assert found.to_pylist() == [2, None, 1]
    assert differ(pa.array([1.0, float("nan"), None]), pa.array([1.0, float("nan"), 2.0])).tolist() == [
        False,
        False,
        True,
    ]
    assert ALONE < 0
