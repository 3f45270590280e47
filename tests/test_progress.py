"""What a batch tells while it goes on: rate, time left, plain lines, a log for machines."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from fake_rooms import FakeIncidents, open_fakes

from eventcode.batch import Options, Summary, run
from eventcode.batch.reports import Advanced, Estimate, Finished, Warned
from eventcode.commands import progress
from eventcode.commands.progress import Pace, json_log, listeners, minute_lines, span
from eventcode.errors import UsageError
from eventcode.inputs import InputOptions, read_articles


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "Pace", lambda: Pace(made))
    return made


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.4, "4 s"),
        (59, "59 s"),
        (61, "1 min"),
        (3599, "1 h 0 min"),
        (12_000, "3 h 20 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_the_rate_counts_what_this_run_has_read(clock: Clock) -> None:
    pace = Pace(clock)
    clock.now += 10
    report = Advanced(records=1_000, set_aside=3, kept=900, expected=2_000)
    assert (pace.rate(report), pace.left(report)) == (10, 100)
    assert pace.words(report) == "10.0 a second, 3 set aside, about 2 min left"


def test_without_a_number_of_records_no_time_is_told(clock: Clock) -> None:
    pace = Pace(clock)
    clock.now += 10
    assert pace.words(Advanced(50, 0, 0, None)) == "5.0 a second, 0 set aside"
    assert pace.left(Advanced(0, 0, 0, 100)) is None


def test_a_plain_line_a_minute(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with minute_lines() as tell:
        for second in range(150):
            clock.now = 100 + second
            tell(Advanced(second * 2, 1, 0, 600))
        tell(Warned("take care"))
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "120 articles of about 600, 2.0 a second, 1 set aside, about 4 min left",
        "240 articles of about 600, 2.0 a second, 1 set aside, about 3 min left",
        "take care",
    ]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    records: list[dict[str, Any]] = [{"id": str(n), "text": f"They bomb it. {n}"} for n in range(20)]
    records.insert(3, {"id": "x"})
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def options() -> Options:
    return Options(
        part_records=8,
        open_rooms=open_fakes,
        open_incidents=lambda lexicon, previous: FakeIncidents(),
    )


def test_a_log_tells_everything(source: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for _ in range(2):
        with listeners(log) as tell:
            run([source], tmp_path / "out", options=options(), tell=tell)
    told = lines(log)
    first, second = told[: len(told) // 2], told[len(told) // 2 :]
    assert [line["event"] for line in first] == [line["event"] for line in second]
    assert (first[0]["event"], first[0]["bytes"]) == ("start", source.stat().st_size)
    parts = [line for line in first if line["event"] == "part"]
    assert sum(part["records"] for part in parts) == 21
    assert {part["how"] for part in parts} == {"read"}
    assert {line["how"] for line in second if line["event"] == "part"} == {"kept"}
    (aside,) = [line for line in first if line["event"] == "set_aside"]
    assert (aside["article_id"], aside["reason"], aside["record"]) == ("x", "no_text", 4)
    end = first[-1]
    assert (end["event"], end["articles"], end["set_aside"], end["acts"]) == ("end", 20, 1, 20)
    for line in told:
        assert dt.datetime.fromisoformat(line["time"]).utcoffset() == dt.timedelta(0)


def test_a_log_tells_why_a_run_stopped(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "log"

    def stopping() -> None:
        with json_log(log) as tell:
            tell(Advanced(1, 0, 0, None))
            clock.now += 61
            tell(Advanced(2, 0, 0, 4))
            raise UsageError("no such\nthing")

    with pytest.raises(UsageError):
        stopping()
    assert [line["event"] for line in lines(log)] == ["progress", "stopped"]
    assert lines(log)[0]["seconds_left"] == 61
    assert lines(log)[1]["message"] == "no such thing"


def test_a_log_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with json_log(Path("-")) as tell:
        tell(Finished(Summary(1, 0, 2, 3, 4, 5)))
    assert json.loads(capsys.readouterr().out)["events"] == 3


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--log-json"), listeners(tmp_path / "none" / "log"):
        pass


def test_no_table_holds_a_time(source: Path, tmp_path: Path) -> None:
    with listeners(tmp_path / "log") as tell:
        run([source], tmp_path / "logged", options=options(), tell=tell)
    run([source], tmp_path / "plain", options=options())
    for path in (tmp_path / "plain").iterdir():
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "logged" / path.name).read_bytes()


@pytest.mark.parametrize("number", [2, 200])
def test_an_estimate_is_near(number: int, tmp_path: Path) -> None:
    for file in ("a", "b", "c"):
        records = [{"id": f"{file}{n}", "text": f"They bomb it {n}. " * 40} for n in range(number)]
        (tmp_path / f"{file}.jsonl").write_text(
            "".join(json.dumps(r) + "\n" for r in records), encoding="utf-8"
        )
    estimate = Estimate([tmp_path], InputOptions())
    for taken, record in enumerate(read_articles([tmp_path]), 1):
        estimate.take(_task(record))
        expected = estimate.expected()
        assert expected is not None
        assert expected >= taken
        if taken > number / 2:
            assert abs(expected - 3 * number) <= number
    assert estimate.expected() == 3 * number


def _task(record: Any) -> Any:
    from eventcode.batch.tasks import Task

    return Task(record, "0" * 64, None)


def test_packed_files_and_standard_input_tell_no_size(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"\x1f\x8b")
    assert Estimate([tmp_path], InputOptions()).size is None
    assert Estimate([Path("-")], InputOptions()).size is None
