"""Recoding a folder: in any number of processes the same bytes, copies named again, and the log against an earlier table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from test_incident_ids import PUBLISHED, fight, killing
from test_incidents import FRIDAY, Story, day

from eventcode import recode as recoding
from eventcode.batch.lock import locked
from eventcode.batch.store import FOLDER
from eventcode.coding.incidents import IncidentBuilder
from eventcode.errors import InputError, UsageError
from eventcode.joining.changes import LOG
from eventcode.joining.packing import Unpacker, packed
from eventcode.joining.reports import Report
from eventcode.recode import recode
from eventcode.tables.parquet import TableWriter
from eventcode.tables.rows import act_row
from eventcode.tables.schema import load_schema


def article(story: Story, number: int, **columns: Any) -> dict[str, Any]:
    return {field.name: None for field in load_schema("articles").fields} | {
        "article_id": story.article_id, "sha256": f"{number:064x}", "date": PUBLISHED, "source": f"Paper {number}", "language": "en",
        "file": "wire.jsonl", "record": number + 1, "characters": 9, "sentences": 1, "parsed_sentences": 1, "acts": len(story.acts),
        "events": 0,
    } | columns  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stories = [fight("a", 8), killing("b"), fight("c", 5), Story("d"), killing("e")]
    rows = [article(story, number) for number, story in enumerate(stories)]
    rows.append(article(Story("f"), 2, duplicate_of="c"))
    acts = [
        act_row(act) | {"act_id": f"{n:020x}"} for n, act in enumerate(a for s in stories for a in s.acts)
    ]
    for table, content in (
        ("articles", rows),
        ("acts", acts),
        ("places", []),
        ("events", []),
        ("incidents", []),
    ):
        with TableWriter(tmp_path / f"{table}.parquet", table) as writer:
            writer.write(content)
    return tmp_path


def incidents(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "incidents.parquet").to_pylist()
    return rows


def test_copies_are_named_in_the_incidents(folder: Path) -> None:
    summary = recode(folder)
    assert (summary.acts, summary.incidents) == (4, 2)
    by_articles = {tuple(row["article_ids"]): row for row in incidents(folder)}
    assert sorted(by_articles) == [("a", "c", "f"), ("b", "e")]
    fought = by_articles["a", "c", "f"]
    assert (fought["articles"], fought["sources"]) == (3, 2)
    assert not (folder / LOG).exists()


def test_any_number_of_stretches_gives_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recode(folder)
    tables = [folder / name for name in recoding.REMADE.values()]
    first = [path.read_bytes() for path in tables]
    monkeypatch.setattr(recoding, "STRETCH_ACTS", 1)
    recode(folder)
    assert [path.read_bytes() for path in tables] == first
    recode(folder, workers=2)
    assert [path.read_bytes() for path in tables] == first


def test_incidents_alone_leave_events_as_they_are(folder: Path) -> None:
    recode(folder)
    before = incidents(folder)
    with TableWriter(folder / "events.parquet", "events"):
        pass
    events = (folder / "events.parquet").read_bytes()
    summary = recode(folder, incidents_only=True)
    assert (incidents(folder), summary.events) == (before, 0)
    assert (folder / "events.parquet").read_bytes() == events


def test_the_log_against_an_earlier_table(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    recode(folder)
    earlier = tmp_path_factory.mktemp("published") / "incidents.parquet"
    earlier.write_bytes((folder / "incidents.parquet").read_bytes())
    recode(folder, previous=earlier)
    assert (folder / LOG).read_bytes() == b""
    ids = {row["location"]: row["event_id_cnty"] for row in incidents(folder)}
    further = fight("g", 3, date=day(FRIDAY))
    acts = [
        *pq.read_table(folder / "acts.parquet").to_pylist(),
        *({**act_row(act), "act_id": "f" * 20} for act in further.acts),
    ]
    articles = [*pq.read_table(folder / "articles.parquet").to_pylist(), article(further, 6)]
    for table, content in (("articles", articles), ("acts", acts)):
        with TableWriter(folder / f"{table}.parquet", table) as writer:
            writer.write(content)
    recode(folder, previous=earlier)
    assert {row["location"]: row["event_id_cnty"] for row in incidents(folder)} == ids
    (entry,) = (json.loads(line) for line in (folder / LOG).read_text(encoding="utf-8").splitlines())
    assert (entry["change"], entry["event_id_cnty"]) == ("changed", ids["Gao"])
    assert entry["columns"]["fatalities"] == {"old": 5, "new": 3}
    recode(folder)
    assert not (folder / LOG).exists()


def test_acts_that_articles_do_not_count_are_refused(folder: Path) -> None:
    with TableWriter(folder / "acts.parquet", "acts"):
        pass
    before = (folder / "incidents.parquet").read_bytes()
    with pytest.raises(InputError, match="counts 4"):
        recode(folder)
    assert (folder / "incidents.parquet").read_bytes() == before


def test_a_folder_that_another_run_writes_to_is_refused(folder: Path) -> None:
    before = (folder / "incidents.parquet").read_bytes()
    (folder / FOLDER).mkdir()
    with (
        locked(folder / FOLDER, folder, print),
        pytest.raises(UsageError, match=f"another run .process {os.getpid()}. is writing there"),
    ):
        recode(folder)
    assert (folder / "incidents.parquet").read_bytes() == before


def test_no_folder_of_parts_stays_behind(folder: Path) -> None:
    recode(folder)
    assert not (folder / FOLDER).exists()
    (folder / FOLDER).mkdir()
    (folder / FOLDER / "0000-part.zip").touch()
    recode(folder)
    assert [path.name for path in (folder / FOLDER).glob("*.zip")] == ["0000-part.zip"]


def test_reports_come_out_as_they_were_packed(folder: Path) -> None:
    found = IncidentBuilder()
    told = [r for s in (fight("a", 8), killing("b"), fight("c", 5)) for r in reports_of(found, s)]
    unpacked = Unpacker()
    first, again = unpacked(packed(told[:2])), unpacked(packed(told[2:]))
    assert [*first, *again] == told
    assert first[0].place is again[0].place
    assert unpacked(packed([])) == []


def reports_of(builder: IncidentBuilder, story: Story) -> list[Report]:
    return builder.reports(story.acts, story.article_id, PUBLISHED, "Paper")
