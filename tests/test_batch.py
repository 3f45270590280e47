"""The batch: order, equality for any number of workers, what is set aside, and no half-written folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fake_rooms import FakeIncidents, open_fakes

from eventcode.batch import Options, Summary, parts, pools, run, running
from eventcode.batch.reports import PartDone, Report, Started
from eventcode.errors import EventcodeError, InputError, LexiconError, UsageError
from eventcode.model import Article, Rejection

TABLES = {"articles.parquet", "acts.parquet", "events.parquet", "incidents.parquet", "places.parquet"}


def options(
    workers: int = 1, text: bool = True, incidents: FakeIncidents | None = None, part_records: int = 8
) -> Options:
    return Options(
        workers=workers,
        text=text,
        part_records=part_records,
        open_rooms=open_fakes,
        open_incidents=lambda lexicon, previous: incidents or FakeIncidents(),
    )


def write_lines(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return rows


def rejected(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]


def news(number: int, text: str = "Army men bomb a town.") -> dict[str, Any]:
    return {"id": f"a{number}", "text": f"{text} {number}", "date": "2024-01-06"}


def files(folder: Path) -> dict[str, bytes]:
    """What the user sees."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Sixty articles, some without an act, some with many, some that make the coder fail, some of bad JSON."""
    records = [news(n, "Army men bomb a town." * (n % 4)) for n in range(60)]
    records[7]["text"] = "crash of the coder"
    records[8]["text"] = None
    records[33]["text"] = records[31]["text"]
    return write_lines(tmp_path / "many.jsonl", records)


def test_tables_are_in_input_order(many: Path, tmp_path: Path) -> None:
    summary = run([many], tmp_path / "out", options=options())
    articles = [row["article_id"] for row in read(tmp_path / "out", "articles")]
    assert articles == [f"a{n}" for n in range(60) if n not in (7, 8)]
    acts = [row["article_id"] for row in read(tmp_path / "out", "acts")]
    assert acts == sorted(acts, key=lambda name: int(name[1:]))
    assert summary == Summary(58, 2, len(acts), len(acts), 0, 57)


def test_any_number_of_workers_gives_the_same_bytes(many: Path, tmp_path: Path) -> None:
    run([many], tmp_path / "one", options=options(1))
    run([many], tmp_path / "two", options=options(2))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_workers_of_a_cluster_give_the_same_bytes(many: Path, tmp_path: Path) -> None:
    from distributed import LocalCluster

    run([many], tmp_path / "one", options=options(1))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        there = replace(options(), scheduler=cluster.scheduler_address)
        run([many], tmp_path / "two", options=there)
        run([many], tmp_path / "no-text", options=replace(there, text=False))
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert files(tmp_path / "one") != files(tmp_path / "no-text")


def test_a_scheduler_that_is_not_there_is_told(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "PATIENCE", 0.2)
    with pytest.raises(UsageError, match="no Dask scheduler"):
        run([many], tmp_path / "out", options=replace(options(), scheduler="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out").exists()


def test_a_cluster_without_dask_is_told(many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"eventcode\[cluster\]"):
        run([many], tmp_path / "out", options=replace(options(), scheduler="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out").exists()


def test_the_sizes_of_chunks_and_parts_do_not_show(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run([many], tmp_path / "one", options=options())
    run([many], tmp_path / "whole", options=options(part_records=256))
    monkeypatch.setattr(parts, "CHUNK_ARTICLES", 3)
    monkeypatch.setattr(parts, "CHUNK_CHARACTERS", 60)
    monkeypatch.setattr(parts, "PART_CHARACTERS", 600)
    run([many], tmp_path / "two", options=options(part_records=64))
    assert files(tmp_path / "one") == files(tmp_path / "two") == files(tmp_path / "whole")


def test_an_article_that_breaks_the_coder_is_set_aside_without_its_words(many: Path, tmp_path: Path) -> None:
    run([many], tmp_path / "out", options=options())
    internal, no_text = rejected(tmp_path / "out")
    assert (internal["article_id"], internal["reason"], internal["record"]) == ("a7", "internal_error", 8)
    assert internal["detail"].startswith("ValueError")
    assert "crash" not in internal["detail"]
    assert no_text["reason"] == "no_text"


def test_an_article_whose_rows_no_table_can_hold_is_set_aside(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", [news(1), news(2, "a huge bomb"), news(3)])
    summary = run([source], tmp_path / "out", options=options())
    assert (summary.articles, summary.set_aside, summary.acts) == (2, 1, 2)
    assert rejected(tmp_path / "out")[0]["detail"].startswith("SchemaError")


def test_an_article_that_breaks_the_incidents_is_set_aside_whole(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", [news(1), {**news(2), "id": "bad-incident"}])
    incidents = FakeIncidents()
    summary = run([source], tmp_path / "out", options=options(incidents=incidents))
    assert (summary.articles, summary.set_aside, incidents.seen) == (1, 1, [("a1", 1)])
    assert {row["article_id"] for row in read(tmp_path / "out", "acts")} == {"a1"}
    assert rejected(tmp_path / "out")[0]["reason"] == "internal_error"


def test_same_words_again_are_marked_and_not_coded_again(tmp_path: Path) -> None:
    copies = [{**news(1), "id": name} for name in ("first", "copy", "again")]
    copies[1]["text"] = copies[1]["text"].replace(" ", "\n  ")
    copies[2]["date"] = "2024-01-07"
    incidents = FakeIncidents()
    summary = run(
        [write_lines(tmp_path / "a.jsonl", copies)], tmp_path / "out", options=options(incidents=incidents)
    )
    articles = read(tmp_path / "out", "articles")
    assert [row["duplicate_of"] for row in articles] == [None, "first", "first"]
    assert [(row["acts"], row["events"], row["parsed_sentences"]) for row in articles] == [
        (1, 1, 1),
        (0, 0, 0),
        (0, 0, 0),
    ]
    assert [row["article_id"] for row in read(tmp_path / "out", "acts")] == ["first"]
    assert incidents.seen == [("first", 1), ("copy", 1), ("again", 1)]
    assert (summary.articles, summary.duplicates) == (3, 2)


def test_same_words_again_without_an_id_are_marked_too(tmp_path: Path) -> None:
    copies = [{name: value for name, value in news(1).items() if name != "id"} for _ in range(3)]
    summary = run([write_lines(tmp_path / "a.jsonl", copies)], tmp_path / "out", options=options())
    first, *others = read(tmp_path / "out", "articles")
    assert [row["duplicate_of"] for row in others] == [first["article_id"]] * 2
    assert (summary.articles, summary.set_aside, summary.duplicates) == (3, 0, 2)


@pytest.mark.parametrize("first", [{"text": "crash of the coder"}, {"id": "bad-incident"}])
def test_a_copy_of_what_was_set_aside_is_set_aside(first: dict[str, str], tmp_path: Path) -> None:
    original = {**news(1), **first}
    records = [original, *(news(n) for n in range(2, 30)), {**original, "id": "copy"}, news(31)]
    run([write_lines(tmp_path / "a.jsonl", records)], tmp_path / "out", options=options())
    assert [one["article_id"] for one in rejected(tmp_path / "out")] == [original["id"], "copy"]
    assert {row["article_id"] for row in read(tmp_path / "out", "articles")} == {
        f"a{n}" for n in (*range(2, 30), 31)
    }


def test_no_text_leaves_out_words_and_keeps_offsets(tmp_path: Path) -> None:
    record = {**news(1), "title": "Bombs", "url": "https://news.example/1"}
    run([write_lines(tmp_path / "a.jsonl", [record])], tmp_path / "out", options=options(text=False))
    (article,) = read(tmp_path / "out", "articles")
    (act,) = read(tmp_path / "out", "acts")
    (event,) = read(tmp_path / "out", "events")
    (place,) = read(tmp_path / "out", "places")
    assert (article["title"], article["url"], article["characters"]) == (None, None, len(record["text"]))
    assert (act["trigger_text"], act["sources"][0]["text"], act["sources"][0]["end"]) == (None, None, 4)
    assert (event["source_text"], event["source_code"]) == (None, "MLIMIL")
    assert (place["text"], place["end"]) == (None, 4)


def test_an_earlier_list_of_rejects_goes_when_nothing_is_rejected(tmp_path: Path) -> None:
    bad = write_lines(tmp_path / "bad.jsonl", [news(1), {"id": "x"}])
    good = write_lines(tmp_path / "good.jsonl", [news(1)])
    run([bad], tmp_path / "out", options=options())
    assert (tmp_path / "out" / "rejected.jsonl").exists()
    run([good], tmp_path / "out", options=options())
    assert not (tmp_path / "out" / "rejected.jsonl").exists()


def test_tables_without_rows_are_written(tmp_path: Path) -> None:
    bad = write_lines(tmp_path / "bad.jsonl", [{"id": "x"}])
    summary = run([bad], tmp_path / "out", options=options())
    assert summary == Summary(0, 1, 0, 0, 0, 0)
    assert {path.name for path in (tmp_path / "out").iterdir()} >= TABLES
    assert read(tmp_path / "out", "acts") == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_lexicon_stops_everything_and_leaves_nothing(tmp_path: Path, workers: int) -> None:
    source = write_lines(tmp_path / "a.jsonl", [news(1), news(2, "lexicon")])
    with pytest.raises(LexiconError, match="broken"):
        run([source], tmp_path / "deep" / "out", options=options(workers))
    assert not (tmp_path / "deep").exists()


def test_a_failed_run_leaves_the_earlier_tables(tmp_path: Path) -> None:
    good = write_lines(tmp_path / "good.jsonl", [news(1)])
    bad = write_lines(tmp_path / "bad.jsonl", [news(2, "lexicon")])
    run([good], tmp_path / "out", options=options())
    before = files(tmp_path / "out")
    with pytest.raises(LexiconError):
        run([bad], tmp_path / "out", options=options())
    assert files(tmp_path / "out") == before


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", [news(1, "die")])
    with pytest.raises(EventcodeError, match="worker process"):
        run([source], tmp_path / "out", options=options(2))
    assert not (tmp_path / "out").exists()


def test_an_interrupt_before_the_first_part_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(report: Report) -> None:
        if isinstance(report, Started):
            raise KeyboardInterrupt

    source = write_lines(tmp_path / "a.jsonl", [news(1)])
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        run([source], tmp_path / "out", options=options(), tell=interrupt)
    assert not (tmp_path / "out").exists()


def test_an_interrupt_after_a_part_tells_where_it_goes_on(many: Path, tmp_path: Path) -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    told: list[Report] = []
    with pytest.raises(KeyboardInterrupt, match=r"goes on at article [1-9]") as stopped:
        run([many], tmp_path / "out", options=options(2), progress=interrupt, tell=told.append)
    (part,) = (report for report in told if isinstance(report, PartDone))
    assert f"article {part.records + 1}" in str(stopped.value)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".parts"]


def test_few_records_are_in_flight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "CHUNK_ARTICLES", 1)
    taken = 0

    def endless() -> Iterator[Article | Rejection]:
        nonlocal taken
        for number in range(60):
            taken += 1
            yield Article("Army men bomb a town.", id=str(number))

    ahead: list[int] = []
    monkeypatch.setattr(running, "read_articles", lambda paths, date, inputs: endless())
    source = write_lines(tmp_path / "a.jsonl", [news(1)])
    run([source], tmp_path / "out", options=options(2), progress=lambda done: ahead.append(taken - done))
    assert max(ahead) <= 2 * pools.CHUNKS_PER_WORKER + 2 * 8


def test_nothing_to_read_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run([tmp_path / "missing"], tmp_path / "out", options=options())
    assert not (tmp_path / "out").exists()


def test_output_below_the_folder_that_is_read_is_not_read_again(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", [news(1), {"id": "x"}])
    first = run([tmp_path], tmp_path / "out", options=options())
    assert run([tmp_path], tmp_path / "out", options=options()) == first


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "a.jsonl", [news(1)])
    with pytest.raises(UsageError, match="folder"):
        run([source], source, options=options())
