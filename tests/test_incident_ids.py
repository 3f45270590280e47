"""Ids that stay from one table of incidents to the next, and the log of what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_incidents import FRIDAY, SHADDADI, TANF, THURSDAY, Story, army, count, day, gunmen, person, town

from eventcode.coding.incidents import IncidentBuilder
from eventcode.coding.source_scales import source_scale
from eventcode.errors import InputError
from eventcode.joining.changes import LOG, write_log
from eventcode.model import Toll
from eventcode.tables.parquet import TableWriter

MARKET = town("Gao", "MLI", 16.27, -0.04)
PUBLISHED = date(2024, 1, 6)


def fight(article: str, dead: int, **columns: Any) -> Story:
    s = Story(article)
    values: dict[str, Any] = {"places": (MARKET,), "date": day(FRIDAY), "toll": Toll(killed=count(dead))}
    s.tell("clash", sources=(army("MLI"),), targets=(gunmen("MLI"),), **values | columns)
    return s


def killing(article: str) -> Story:
    s = Story(article)
    s.tell("kill", sources=(gunmen("SYR"),), targets=(person("Civilian", "SYR"),), places=(SHADDADI,), date=day(THURSDAY), toll=Toll(killed=count(2)))  # fmt: skip
    return s


def built(
    stories: list[Story], previous: Path | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    builder = IncidentBuilder(previous=previous)
    for s in stories:
        builder.add(s.acts, s.article_id, PUBLISHED, f"Source {s.article_id}")
    return builder.rows(), builder.changes()


def published(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "incidents.parquet"
    with TableWriter(path, "incidents") as writer:
        writer.write(rows)
    return path


def test_nothing_new_nothing_logged(tmp_path: Path) -> None:
    stories = [fight("a", 3), killing("b")]
    rows, changes = built(stories)
    assert changes == []
    again, changes = built(stories[::-1], published(tmp_path, rows))
    assert (again, changes) == (rows, [])


def test_a_further_article_keeps_the_id_and_is_logged(tmp_path: Path) -> None:
    rows, _ = built([fight("a", 8)])
    previous = published(tmp_path, rows)
    again, changes = built([fight("a", 8), fight("0", 5, places=(replace(MARKET, level="site", name="Gao market", geonameid=7),)), killing("b")], previous)  # fmt: skip
    by_place = {r["location"]: r for r in again}
    kept = by_place["Gao"] if "Gao" in by_place else by_place["Gao market"]
    assert kept["event_id_cnty"] == rows[0]["event_id_cnty"]
    assert kept["articles"] == 2
    changed = next(c for c in changes if c["change"] == "changed")
    assert changed["event_id_cnty"] == rows[0]["event_id_cnty"]
    assert changed["columns"]["fatalities"] == {"old": 8, "new": 5}
    assert changed["columns"]["article_ids"] == {"added": ["0"], "removed": []}
    assert "event_type" not in changed["columns"]
    added = [c["event_id_cnty"] for c in changes if c["change"] == "added"]
    assert added == [by_place["al-Shaddadi"]["event_id_cnty"]]
    assert json.loads(json.dumps(changes)) == changes


def test_new_articles_alone_keep_the_id_by_likeness(tmp_path: Path) -> None:
    rows, _ = built([fight("a", 8), killing("b")])
    again, changes = built([fight("z", 9)], published(tmp_path, rows))
    old = next(r for r in rows if r["location"] == "Gao")
    assert [r["event_id_cnty"] for r in again] == [old["event_id_cnty"]]
    # Nothing is said of incidents whose articles were not read.
    assert [c["change"] for c in changes] == ["changed"]


def test_two_incidents_that_turn_out_to_be_one_are_merged(tmp_path: Path) -> None:
    rows, _ = built([fight("a", 40, date=day(THURSDAY)), fight("b", 40)])
    assert len(rows) == 2
    again, changes = built([fight("a", 40), fight("b", 40)], published(tmp_path, rows))
    assert len(again) == 1
    ids = {r["event_id_cnty"] for r in rows}
    assert again[0]["event_id_cnty"] in ids
    (gone,) = ids - {again[0]["event_id_cnty"]}
    assert {"change": "merged", "event_id_cnty": gone, "into": again[0]["event_id_cnty"]} in changes


def test_an_incident_that_turns_out_to_be_two_is_split(tmp_path: Path) -> None:
    rows, _ = built([fight("a", 40), fight("b", 40), fight("c", 40)])
    assert len(rows) == 1
    again, changes = built(
        [fight("a", 40), fight("b", 40, date=day(THURSDAY)), fight("c", 40)], published(tmp_path, rows)
    )
    kept, new = sorted(again, key=lambda r: -r["articles"])
    assert kept["event_id_cnty"] == rows[0]["event_id_cnty"] != new["event_id_cnty"]
    assert {"change": "added", "event_id_cnty": new["event_id_cnty"], "split_from": kept["event_id_cnty"]} in changes  # fmt: skip


def test_what_is_told_no_more_is_withdrawn(tmp_path: Path) -> None:
    rows, _ = built([fight("a", 8), killing("b")])
    builder = IncidentBuilder(previous=published(tmp_path, rows))
    story = fight("a", 8)
    builder.add(story.acts, "a", PUBLISHED, "Source a")
    builder.add((), "b", PUBLISHED, "Source b")
    gone = next(r["event_id_cnty"] for r in rows if r["location"] == "al-Shaddadi")
    assert builder.changes() == [{"change": "withdrawn", "event_id_cnty": gone}]


def test_another_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "places.parquet"
    with TableWriter(path, "places"):
        pass
    with pytest.raises(InputError, match="takes an incidents"):
        IncidentBuilder(previous=path)
    with pytest.raises(InputError):
        IncidentBuilder(previous=tmp_path / "none.parquet")


def test_the_log_is_written_whole_and_goes_when_there_is_none(tmp_path: Path) -> None:
    write_log(tmp_path, [{"change": "withdrawn", "event_id_cnty": "EC-MLI-0123456789ab"}])
    assert (tmp_path / LOG).read_text(encoding="utf-8").count("\n") == 1
    write_log(tmp_path, [])
    assert (tmp_path / LOG).read_bytes() == b""
    write_log(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_source_scale() -> None:
    assert source_scale(["Reuters"], "MLI") == "International"
    assert source_scale(["Daily  Trust"], "NGA") == "National"
    assert source_scale(["Daily Trust", "AFP"], "NGA") == "National-International"
    assert source_scale(["Daily Trust"], "MLI") is None
    assert source_scale(["Reuters", "A blog"], "MLI") is None
    assert source_scale([], "MLI") is None


def test_copies_are_one_source() -> None:
    builder = IncidentBuilder()
    for n, name in enumerate("abc"):
        story = fight(name, 30 if n < 2 else 12)
        builder.add(story.acts, name, PUBLISHED, f"Source {name}", "f" * 64 if n < 2 else "e" * 64)
    (row,) = builder.rows()
    assert (row["articles"], row["sources"], row["source"]) == (3, 2, "Source a; Source c")
    assert len(row["act_ids"]) == 3
    assert (row["fatalities"], row["fatalities_best"], row["fatalities_high"]) == (12, 12, 30)


def test_tanf_is_not_gao() -> None:
    rows, _ = built([fight("a", 8), fight("b", 8, places=(TANF,))])
    assert len(rows) == 2
