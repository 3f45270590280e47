"""Runs that end early and go on: killed, without disk, with other articles, another lexicon or other codes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fake_rooms import METADATA, FakeEvents, FakeIncidents, open_fakes
from fake_run import fake_options

from eventcode import Coder
from eventcode.batch import Options, Rooms, run
from eventcode.batch.lock import locked
from eventcode.batch.reports import PartDone, Report, WasSetAside
from eventcode.batch.versions import Versions, real_versions
from eventcode.errors import EventcodeError, UsageError
from eventcode.model import Article
from eventcode.tables.reading import read_rows

FAKE_RUN = Path(__file__).resolve().parent / "fake_run.py"


@dataclass(frozen=True)
class CountingCoder:
    """The fake coder; remembers whom it read."""

    read: list[str]

    def code_all(self, articles: Sequence[Article]) -> Any:
        self.read.extend(article.id for article in articles)
        return open_fakes(None).coder.code_all(articles)


class OtherEvents(FakeEvents):
    """Codes every act as another event."""

    def events(self, *told: Any) -> list[dict[str, Any]]:
        return [{**row, "cameo_code": "190"} for row in super().events(*told)]


@dataclass
class Bench:
    """A batch that tells which articles were read."""

    out: Path
    source: Path

    def __call__(self, reading: str = "r", coding: str = "c", **more: Any) -> list[str]:
        read: list[str] = []
        events = FakeEvents() if coding == "c" else OtherEvents()
        rooms = Rooms(CountingCoder(read), events, METADATA)
        settings: dict[str, Any] = {
            "part_records": 8,
            "open_rooms": lambda lexicon: rooms,
            "open_events": lambda lexicon: events,
            "open_incidents": lambda lexicon, previous: FakeIncidents(),
            "versions": lambda lexicon: Versions(METADATA, reading, coding),
        }
        tell = more.pop("tell", lambda report: None)
        out = more.pop("out", self.out)
        run([self.source], out, options=Options(**settings | more), tell=tell)
        return read


def files(folder: Path) -> dict[str, bytes]:
    """What the user sees."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def news(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"a{number}", "text": f"Army men bomb a town. {number}", "date": "2024-01-06", **more}


def write_lines(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Sixty articles in three files, the middle one of which holds a single one; and two that are set aside."""
    source = tmp_path / "in"
    source.mkdir()
    write_lines(source / "000.jsonl", [news(number) for number in range(30)])
    write_lines(source / "040.jsonl", [news(40)])
    write_lines(source / "041.jsonl", [news(number) for number in range(41, 70)])
    write_lines(source / "500.jsonl", [{"id": "x"}, news(500, text="crash of the coder")])
    return Bench(tmp_path / "out", source)


# --- what is read again, and what not ------------------------------------------------------------------------------


def test_nothing_is_read_twice(bench: Bench) -> None:
    assert len(bench()) >= 61  # what made the coder fail was tried alone too
    before = files(bench.out)
    reports: list[Report] = []
    assert bench(tell=reports.append) == []
    assert files(bench.out) == before
    assert {report.how for report in reports if isinstance(report, PartDone)} == {"kept"}
    assert sum(isinstance(report, WasSetAside) for report in reports) == 2


@pytest.mark.parametrize("change", ["added", "edited", "removed"])
def test_a_changed_article_is_read_with_its_neighbours_alone(change: str, bench: Bench) -> None:
    bench()
    if change == "added":
        write_lines(bench.source / "040a.jsonl", [news(1000)])
    elif change == "edited":
        write_lines(bench.source / "040.jsonl", [news(40, text="Army men bomb a city.")])
    else:
        (bench.source / "040.jsonl").unlink()
    read = bench()
    assert 0 < len(read) <= 3 * 8
    fresh = bench.out.parent / "fresh"
    assert len(bench(out=fresh)) > 50
    assert files(bench.out) == files(fresh)


def test_with_other_codes_events_come_from_the_acts(bench: Bench) -> None:
    bench()
    reports: list[Report] = []
    assert bench(coding="d", tell=reports.append) == []
    assert {report.how for report in reports if isinstance(report, PartDone)} == {"coded"}
    fresh = bench.out.parent / "fresh"
    assert len(bench(coding="d", out=fresh)) > 50
    assert files(bench.out) == files(fresh)
    assert {row["cameo_code"] for row in read_rows(bench.out / "events.parquet")} == {"190"}


def test_with_other_codes_tables_without_words_stay_so(bench: Bench) -> None:
    bench(text=False)
    assert bench(coding="d", text=False) == []
    fresh = bench.out.parent / "fresh"
    bench(coding="d", text=False, out=fresh)
    assert files(bench.out) == files(fresh)


@pytest.mark.parametrize("more", [{"reading": "s"}, {"text": False}, {"part_records": 16}])
def test_with_another_lexicon_everything_is_read_again(more: dict[str, Any], bench: Bench) -> None:
    bench()
    assert len(bench(**more)) > 50


def test_parts_of_an_earlier_lexicon_go_when_all_is_done(bench: Bench) -> None:
    bench()
    number = len(list((bench.out / ".parts").glob("*.zip")))
    bench(reading="s")
    assert len(list((bench.out / ".parts").glob("*.zip"))) == number


def test_parts_go_when_they_are_not_wanted(bench: Bench) -> None:
    bench(keep_parts=False)
    assert not (bench.out / ".parts").exists()
    assert len(files(bench.out)) == 7


@pytest.mark.parametrize("damage", [b"", b"PK", None])
def test_a_damaged_part_is_read_again(damage: bytes | None, bench: Bench) -> None:
    bench()
    before = files(bench.out)
    part = max((bench.out / ".parts").glob("*.zip"))
    content = part.read_bytes()
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    part.write_bytes(changed if damage is None else damage)
    assert 0 < len(bench()) <= 9
    assert files(bench.out) == before


def test_parts_without_words_hold_none(bench: Bench) -> None:
    bench(text=False)
    import zipfile

    for part in (bench.out / ".parts").glob("*.zip"):
        with zipfile.ZipFile(part) as archive:
            for member in archive.namelist():
                content = archive.read(member)
                assert b"town" not in content
                assert b"Army" not in content


def test_every_part_has_a_manifest_that_fits(bench: Bench) -> None:
    import zipfile

    bench()
    for part in (bench.out / ".parts").glob("*.zip"):
        with zipfile.ZipFile(part) as archive:
            told = json.loads(archive.read("part.json"))
            assert told["made_with"] == METADATA
            assert set(told["rows"]) == {"articles", "acts", "events", "places", "rejected"}
            for member, sha256 in told["files"].items():
                assert hashlib.sha256(archive.read(member)).hexdigest() == sha256


# --- two at a time -------------------------------------------------------------------------------------------------


def test_a_second_run_into_one_folder_is_refused(bench: Bench) -> None:
    bench()
    before = files(bench.out)
    with (
        locked(bench.out / ".parts", bench.out, print),
        pytest.raises(UsageError, match=f"process {os.getpid()}"),
    ):
        bench()
    assert files(bench.out) == before
    assert bench() == []


# --- killed --------------------------------------------------------------------------------------------------------


def started(source: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(FAKE_RUN), str(source), str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def children(process: int) -> list[int]:
    """Processes that a process has started (Linux)."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(word) for word in listed.read_text().split()] if listed.exists() else []


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_bytes(tmp_path: Path) -> None:
    records = [news(n, text=f"Army men bomb a slow town. {n}") for n in range(60)]
    records[20]["text"] = "crash"
    records[50]["text"] = records[10]["text"]
    source = write_lines(tmp_path / "a.jsonl", records)
    run([source], tmp_path / "whole", options=fake_options())
    out = tmp_path / "out"
    saved = lambda: len(list((out / ".parts").glob("*.zip")))  # noqa: E731
    workers: list[int] = []
    for parts in (1, 5, 10):
        with started(source, out, "--workers", "2") as process:
            wait_for(lambda parts=parts: saved() >= parts or process.poll() is not None)  # type: ignore[misc]
            workers += children(process.pid)
            process.kill()
            assert process.wait(timeout=60) == -signal.SIGKILL
        assert not (out / "articles.parquet").exists()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    with started(source, out, "--workers", "2") as process:
        assert process.wait(timeout=120) == 0, process.stderr and process.stderr.read()
    assert files(out) == files(tmp_path / "whole")
    assert not [path.name for path in (out / ".parts").iterdir() if path.name.startswith(".")]


# --- without disk and memory ---------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_leaves_the_earlier_tables(tmp_path: Path) -> None:
    """A limit to the size of a file says the same as a full disk, and needs no disk of one's own."""
    source = write_lines(tmp_path / "a.jsonl", [news(n) for n in range(20)])
    out = tmp_path / "out"
    run([source], out, options=fake_options())
    before = files(out)
    write_lines(source, [news(n, text=f"Army men bomb a town. {n * 7919} " * 40) for n in range(100)])
    with started(source, out, "--part-records", "16", "--file-megabytes", "0.06") as process:
        _, told = process.communicate(timeout=60)
    assert (process.returncode, len(told.strip().splitlines())) == (2, 1)
    assert "the disk is full; earlier tables are as they were" in told
    assert "goes on at article" in told
    assert files(out) == before
    run([source], out, options=fake_options(part_records=16))
    run([source], tmp_path / "fresh", options=fake_options())
    assert files(out) == files(tmp_path / "fresh")


@pytest.mark.soak
def test_memory_does_not_grow_with_the_articles(tmp_path: Path) -> None:
    peaks = []
    for number in (1_000, 8_000):
        records = [news(n, text=f"Army men bomb a town. {n}") for n in range(number)]
        source = write_lines(tmp_path / f"{number}.jsonl", records)
        # Small row groups: those of 10,000 rows would be filled by the larger run alone.
        options = ("--part-records", "256", "--row-group", "500")
        with started(source, tmp_path / str(number), *options) as process:
            told, _ = process.communicate(timeout=300)
        peaks.append(float(told))
    assert peaks[1] - peaks[0] < 12, peaks


# --- what parts depend on ------------------------------------------------------------------------------------------


def test_the_versions_told_beforehand_are_those_of_the_coder(coder: Coder) -> None:
    assert dict(real_versions(None).metadata) == coder.metadata


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A folder of somebody's own: a group, an act, an ontology."""
    folder = tmp_path / "mine"
    for name in ("actors", "acts", "ontologies"):
        (folder / name).mkdir(parents=True)
    (folder / "actors" / "groups.csv").write_text(
        "id,name,aliases,cameo,type,source\nblue,Blue Front,BF,MLIREB,Rebel group,me\n", encoding="utf-8"
    )
    (folder / "acts" / "mine.yaml").write_text("- act: sing\n  verbs: [sing]\n", encoding="utf-8")
    (folder / "ontologies" / "mine.yaml").write_text("name: mine\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "reads"),
    [
        ("actors/groups.csv", "MLIREB", "NERREB", False),
        ("actors/groups.csv", "Rebel group", "Political militia", False),
        ("actors/groups.csv", ",me", ",you", False),
        ("actors/groups.csv", "MLIREB", "", True),
        ("actors/groups.csv", "BF", "BF;Blues", True),
        ("acts/mine.yaml", "[sing]", "[chant]", True),
        ("ontologies/mine.yaml", "mine", "ours", False),
    ],
)
def test_what_an_edit_concerns(file: str, old: str, new: str, reads: bool, overlay: Path) -> None:
    before = real_versions(overlay)
    path = overlay / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    after = real_versions(overlay)
    assert (after.reading != before.reading) == reads
    assert after.coding != before.coding


def test_a_worker_with_another_lexicon_is_refused(bench: Bench) -> None:
    versions = Versions({**METADATA, "lexicon_sha256": "another"}, "r", "c")
    with pytest.raises(EventcodeError, match="lexicon_sha256"):
        bench(versions=lambda lexicon: versions)
    assert not bench.out.exists()
