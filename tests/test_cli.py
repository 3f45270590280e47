"""The commands as a user runs them: exit status, one-line messages, files."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_rooms import FakeIncidents, open_fakes
from typer.testing import CliRunner, Result

from eventcode import batch, cli
from eventcode.lexicon import check
from eventcode.lexicon.findings import LexiconFinding

TABLES = ("articles", "acts", "events", "incidents", "places")

Run = Callable[..., Result]


def eventcode(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The installed command in a process of its own."""
    command = [sys.executable, "-m", "eventcode", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env={**os.environ, "COLUMNS": "120"}
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process, articles read by fakes."""
    fakes = partial(
        batch.Options, open_rooms=open_fakes, open_incidents=lambda lexicon, previous: FakeIncidents()
    )
    monkeypatch.setattr(batch, "Options", fakes)
    runner = CliRunner()
    return lambda *arguments: runner.invoke(cli.app, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text("Air raid\n\nArmy planes bomb a town near Gao.\n", encoding="utf-8")
    return path


def lines(path: Path, *records: dict[str, Any] | str) -> Path:
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def one_line(text: str) -> str:
    """The only line of a message, which is no traceback."""
    (line,) = text.strip().splitlines()
    assert "Traceback" not in line
    return line


def test_help_answers_at_once() -> None:
    costs = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert eventcode("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    # Processor time, as others may share the machine; 0.4 s when this was written, twice that on a slow day.
    assert min(costs) < 1.2


@pytest.mark.parametrize(
    "command", ["code", "recode", "geoparse", "validate", "explain", "show", "lexicon", "gazetteer"]
)
def test_every_command_has_help(command: str, run: Run) -> None:
    assert command in run("--help").output
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_version_is_told(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.output.split()[0]) == (0, "eventcode")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["cod"],
        ["code"],
        ["code", "x.txt"],
        ["code", "x.txt", "--out", "o", "--workers", "0"],
        ["code", "x.txt", "--out", "o", "--workers", "many"],
        ["show", "d", "--table", "acts"],
        ["validate", "x.parquet", "--format", "xml"],
        ["explain"],
        ["lexicon"],
        ["gazetteer"],
    ],
    ids=" ".join,
)
def test_misuse_is_status_2(arguments: list[str], run: Run) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("date", ["soon", "2024-13-01", "03/04/2024", ""])
@pytest.mark.parametrize("command", ["code", "geoparse", "explain"])
def test_a_date_that_is_none_is_misuse(
    command: str, date: str, article: Path, tmp_path: Path, run: Run
) -> None:
    out = [] if command == "explain" else ["--out", tmp_path / "o"]
    result = run(command, article, *out, "--date", date)
    assert (result.exit_code, "--date" in one_line(result.stderr)) == (2, True)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("command", ["code", "geoparse"])
def test_a_missing_path_is_told_and_makes_nothing(command: str, tmp_path: Path, run: Run) -> None:
    result = run(command, tmp_path / "nowhere", "--out", tmp_path / "deep" / "o")
    assert (result.exit_code, "nowhere" in one_line(result.stderr)) == (2, True)
    assert not (tmp_path / "deep").exists()


@pytest.mark.parametrize("command", ["code", "geoparse"])
def test_an_empty_folder_is_nothing_readable(command: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    result = run(command, tmp_path / "empty", "--out", tmp_path / "o")
    assert result.exit_code == 2
    one_line(result.stderr)


def test_all_coded_is_status_0(article: Path, tmp_path: Path, run: Run) -> None:
    result = run("code", article, "--out", tmp_path / "o", "--date", "6 January 2024")
    assert result.exit_code == 0
    assert "1 article coded, 0 set aside: 1 act, 1 event, 0 incidents" in result.stderr
    assert result.stdout == ""
    assert all((tmp_path / "o" / f"{table}.parquet").is_file() for table in TABLES)


def test_some_set_aside_is_status_1(tmp_path: Path, run: Run) -> None:
    source = lines(
        tmp_path / "a.jsonl", {"id": "a", "text": "They bomb it."}, "{broken", {"id": "a", "text": "x"}
    )
    result = run("code", source, "--out", tmp_path / "o")
    assert result.exit_code == 1
    assert "rejected.jsonl" in result.stderr
    reasons = [
        json.loads(line)["reason"] for line in (tmp_path / "o" / "rejected.jsonl").read_text().splitlines()
    ]
    assert reasons == ["bad_json", "duplicate_id"]


def test_all_set_aside_is_nothing_readable(tmp_path: Path, run: Run) -> None:
    source = lines(tmp_path / "a.jsonl", "{broken", "[1]")
    result = run("code", source, "--out", tmp_path / "o")
    assert (result.exit_code, "no article could be read" in result.stderr) == (2, True)
    assert (tmp_path / "o" / "rejected.jsonl").is_file()


def test_output_on_a_file_is_misuse(article: Path, run: Run) -> None:
    before = article.read_bytes()
    result = run("code", article, "--out", article)
    assert (result.exit_code, "folder" in one_line(result.stderr)) == (2, True)
    assert article.read_bytes() == before


def test_output_where_nothing_may_be_made_is_told(article: Path, run: Run) -> None:
    result = run("code", article, "--out", article / "below")
    assert result.exit_code == 2
    one_line(result.stderr)


def test_a_missing_lexicon_folder_is_told(article: Path, tmp_path: Path) -> None:
    done = eventcode("code", article, "--out", tmp_path / "o", "--lexicon", tmp_path / "none")
    assert (done.returncode, "none" in one_line(done.stderr)) == (2, True)
    assert not (tmp_path / "o").exists()


def test_recode_of_a_folder_without_tables_is_told(tmp_path: Path, run: Run) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        result = run("recode", folder)
        assert result.exit_code == 2
        one_line(result.stderr)


def test_show_of_a_folder_without_tables_is_told(tmp_path: Path, run: Run) -> None:
    result = run("show", tmp_path)
    assert (result.exit_code, "incidents.parquet" in one_line(result.stderr)) == (2, True)


def test_validate_of_what_is_no_table_is_told(article: Path, tmp_path: Path, run: Run) -> None:
    for path in (article, tmp_path / "missing.parquet"):
        result = run("validate", path)
        assert result.exit_code == 2
        assert path.name in one_line(result.stderr)


def test_validate_with_an_unknown_schema_is_told(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1]}), table)
    result = run("validate", table, "--schema", "no_such_table")
    assert (result.exit_code, "no_such_table" in one_line(result.stderr)) == (2, True)


def test_validate_tells_findings_as_text_and_as_json(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "events.parquet"
    pq.write_table(pa.table({"event_id": ["a"], "cameo_code": ["999"]}), table)
    result = run("validate", table)
    assert (result.exit_code, str(table) in result.stdout) == (1, True)
    findings = json.loads(run("validate", table, "--format", "json").stdout)
    told = {"file", "row", "line", "column", "code", "severity", "value", "expected"}
    assert told == set(findings[0])


def test_explain_without_words_is_misuse(run: Run) -> None:
    assert run("explain", "  ").exit_code == 2


def test_gazetteer_path_is_one_path(run: Run) -> None:
    result = run("gazetteer", "path")
    assert result.exit_code in (0, 1)
    assert Path(one_line(result.stdout)).suffix == ".sqlite"


@pytest.mark.parametrize(("severity", "status"), [("E", 1), ("W", 0)])
def test_lexicon_check_tells_findings_and_whether_they_are_errors(
    severity: Literal["E", "W"], status: int, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = LexiconFinding("E100", severity, "acts/mine.yaml", 7, "bombing", "no example")
    monkeypatch.setattr(check, "check", lambda overlay: [found])
    result = run("lexicon", "check")
    assert result.exit_code == status
    for told in ("acts/mine.yaml:7", "E100", "bombing", "no example"):
        assert told in result.stdout
    assert json.loads(run("lexicon", "check", "--format", "json").stdout)[0]["line"] == 7


def test_lexicon_check_of_a_missing_folder_is_told(tmp_path: Path, run: Run) -> None:
    result = run("lexicon", "check", tmp_path / "none")
    assert (result.exit_code, "none" in one_line(result.stderr)) == (2, True)


# --- with the real coder: one folder, coded once, looked at from all sides --------------------------------------


NEWS = (
    {
        "id": "raid",
        "date": "2024-01-06",
        "title": "Air force bombs rebel town",
        "text": "BAMAKO - The Malian army bombed a market in Gao on Friday, killing seven civilians.\n\n"
        "Police arrested two protesters in Bamako on Saturday.",
    },
    {"id": "quiet", "date": "2024-01-06", "text": "The bakery on the corner has new bread."},
)


@pytest.fixture(scope="session")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coded")
    source = lines(folder / "news.jsonl", *NEWS, "not json")
    done = eventcode("code", source, "--out", folder / "data", "--workers", "2")
    assert done.returncode == 1, done.stderr
    return folder / "data"


def table_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def copy_of(folder: Path, target: Path) -> Path:
    target.mkdir()
    for path in folder.iterdir():
        if path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    return target


def test_coded_tables_are_valid(coded: Path, run: Run) -> None:
    result = run("validate", *[coded / f"{table}.parquet" for table in TABLES])
    assert (result.exit_code, result.stdout) == (0, "")


def test_one_worker_gives_the_same_tables(coded: Path, tmp_path: Path) -> None:
    done = eventcode("code", coded.parent / "news.jsonl", "--out", tmp_path / "o")
    assert done.returncode == 1, done.stderr
    assert table_bytes(tmp_path / "o") == table_bytes(coded)


def test_coding_again_from_the_acts_changes_no_byte(coded: Path, tmp_path: Path, run: Run) -> None:
    again = copy_of(coded, tmp_path / "again")
    assert run("recode", again).exit_code == 0
    assert table_bytes(again) == table_bytes(coded)
    assert (again / "rejected.jsonl").is_file()


def test_tables_without_words_can_be_coded_again(coded: Path, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "o"
    done = eventcode("code", coded.parent / "news.jsonl", "--out", folder, "--no-text")
    assert done.returncode == 1, done.stderr
    before = table_bytes(folder)
    assert run("validate", *[folder / f"{table}.parquet" for table in TABLES]).exit_code == 0
    assert run("recode", folder).exit_code == 0
    assert table_bytes(folder) == before


@pytest.mark.parametrize("table", ["incidents", "events"])
def test_show_prints_a_table(table: str, coded: Path, run: Run) -> None:
    result = run("show", coded, "--table", table)
    assert result.exit_code == 0
    assert "Gao" in result.stdout


def test_show_fits_the_terminal(
    coded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from rich.console import Console

    from eventcode.show import show

    show(coded, "events", 50, Console(width=100))
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_show_stops_at_the_limit(coded: Path, run: Run) -> None:
    result = run("show", coded, "--table", "events", "--limit", "1")
    assert "1 of " in result.stdout


def test_explain_tells_rule_actors_and_codes(run: Run) -> None:
    result = run("explain", "The Malian army bombed a market in Gao on Friday.", "--date", "2024-01-06")
    assert result.exit_code == 0
    for told in ("rule", "stance do", "Gao", "2024-01-05", "CAMEO", "PLOVER", "ACLED"):
        assert told in result.stdout, told


def test_explain_tells_why_an_act_is_no_event(run: Run) -> None:
    result = run("explain", "The Malian army did not bomb the market in Gao.")
    assert result.exit_code == 0
    assert "none: status negated" in result.stdout


def test_explain_tells_that_nothing_was_found(run: Run) -> None:
    result = run("explain", "Yellow tulips.")
    assert (result.exit_code, "0 acts, 0 events" in result.stdout) == (0, True)


def test_explain_of_a_coded_article_reads_the_tables(coded: Path, run: Run) -> None:
    result = run("explain", f"{coded}#raid")
    assert result.exit_code == 0
    for told in ("raid", "rule", "Gao", "CAMEO"):
        assert told in result.stdout, told


def test_explain_of_an_article_that_was_not_coded_is_told(coded: Path, run: Run) -> None:
    result = run("explain", f"{coded}#nobody")
    assert (result.exit_code, "nobody" in one_line(result.stderr)) == (2, True)


def test_geoparse_writes_places_alone(coded: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "deep" / "found.parquet"
    assert run("geoparse", coded.parent / "news.jsonl", "--out", out).exit_code == 1
    assert {path.name for path in out.parent.iterdir()} == {"found.parquet", "rejected.jsonl"}
    places = pq.read_table(out).to_pylist()
    assert "Gao" in {row["name"] for row in places}
    assert places == pq.read_table(coded / "places.parquet").to_pylist()


def test_frames_keep_codes_as_strings(coded: Path) -> None:
    from eventcode import read_events, read_incidents

    events = read_events(coded)
    assert len(events) == pq.read_metadata(coded / "events.parquet").num_rows
    assert events["cameo_code"].map(type).eq(str).all()
    assert str(events["geonameid"].dtype).startswith("Int")
    assert len(read_events(coded / "events.parquet", ["cameo_code"]).columns) == 1
    assert len(read_incidents(coded)) >= 1


def test_frames_of_nothing_are_told(tmp_path: Path, article: Path) -> None:
    from eventcode import EventcodeError, read_events

    for path in (tmp_path, article, tmp_path / "missing"):
        with pytest.raises(EventcodeError):
            read_events(path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_an_interrupted_run_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    source = lines(
        tmp_path / "a.jsonl", *({"id": str(n), "text": f"{NEWS[0]['text']} {n}"} for n in range(500))
    )
    out = tmp_path / "o"
    command = [sys.executable, "-m", "eventcode", "code", str(source), "--out", str(out), "--workers", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not out.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, "interrupted" in one_line(told)) == (130, True)
    assert not out.exists()


def test_a_reader_that_goes_away_is_no_error(coded: Path) -> None:
    command = f"{sys.executable} -m eventcode show {coded} --table events | true"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
