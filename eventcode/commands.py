"""One function for every command; each returns an exit status and talks to stderr, but for what it was asked for.

0: all well. 1: something was set aside, or found wrong. 2: misuse, or nothing readable (mostly raised as
EventcodeError, which the command line turns into one line and status 2).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from eventcode.errors import InputError, UsageError
from eventcode.model import Article, Finding

if TYPE_CHECKING:
    from eventcode.batch import Summary
    from eventcode.gazetteer.online import OnlineOptions, Service
    from eventcode.lexicon.findings import LexiconFinding

_Found = TypeVar("_Found", bound="Finding | LexiconFinding")

OK, FINDINGS, NOTHING = 0, 1, 2
# Seconds of silence before a progress line: short runs need none.
PATIENCE = 2.0
# A rejected.jsonl of many lines: the message names only so many reasons.
SHOWN_FINDINGS = 1000


def code(
    paths: Sequence[Path],
    out: Path,
    *,
    date: str | None = None,
    workers: int = 1,
    lexicon: Path | None = None,
    text: bool = True,
) -> int:
    """``eventcode code``: articles to tables."""
    day = publication_date(date)
    from eventcode.batch import Options, run

    begin = time.monotonic()
    with _progress("articles") as progress:
        summary = run(paths, out, day, Options(lexicon, text, workers), progress)
    _say(_summary_line(summary, time.monotonic() - begin))
    return _status(summary.articles, summary.set_aside, out)


def recode(folder: Path, *, lexicon: Path | None = None) -> int:
    """``eventcode recode``: events and incidents again from the acts."""
    from eventcode.recode import recode

    begin = time.monotonic()
    summary = recode(folder, lexicon)
    _say(_summary_line(summary, time.monotonic() - begin))
    return OK


def geoparse(
    paths: Sequence[Path],
    out: Path,
    *,
    date: str | None = None,
    online: str | None = None,
    user_agent: str | None = None,
    online_url: str | None = None,
    refresh: bool = False,
) -> int:
    """``eventcode geoparse``: the places table alone, ``rejected.jsonl`` beside it."""
    day = publication_date(date)
    options = _online_options(online, user_agent, online_url, refresh)
    from eventcode.geoparse import geoparse

    begin = time.monotonic()
    with _progress("articles") as progress:
        counts = geoparse(paths, out, day, progress, options, _say)
    seconds = time.monotonic() - begin
    asked = f", {counts.online:,} placed by {online} in {_some(counts.requests, 'request')}" if online else ""
    _say(
        f"{_some(counts.articles, 'article')} read, {counts.set_aside} set aside: {_some(counts.places, 'place')}{asked}, {seconds:.1f} s"
    )
    return _status(counts.articles, counts.set_aside, out.parent)


def _online_options(
    online: str | None, user_agent: str | None, url: str | None, refresh: bool
) -> OnlineOptions | None:
    """The options of ``--online`` put together; None without it.

    Raises:
        UsageError: one is missing, or says nothing without ``--online``.
    """
    if online is None:
        if user_agent is not None or url is not None or refresh:
            raise UsageError(
                "--user-agent, --online-url and --online-refresh need --online: nothing is sent without it"
            )
        return None
    from eventcode.gazetteer.online import OnlineOptions

    return OnlineOptions(cast("Service", online), user_agent or "", url, refresh)


def validate(files: Sequence[Path], *, schema: str | None = None, as_json: bool = False) -> int:
    """``eventcode validate``: findings to stdout."""
    from eventcode.tables.validate import check_files

    findings = check_files(files, schema)
    _print_findings(findings, finding_line, as_json)
    return FINDINGS if findings else OK


def lexicon_check(folder: Path | None = None, *, as_json: bool = False) -> int:
    """``eventcode lexicon check``: findings to stdout; doubts (W) alone are no reason for status 1."""
    from eventcode.lexicon.check import check

    findings = check(folder)
    _print_findings(findings, str, as_json)
    return FINDINGS if any(finding.severity == "E" for finding in findings) else OK


def lexicon_import_petrarch(files: Sequence[Path], out: Path) -> int:
    """``eventcode lexicon import-petrarch``: PETRARCH dictionaries to a folder of lexicon files."""
    from eventcode.lexicon.petrarch import UNREAD, import_dictionaries

    made = import_dictionaries(files, out)
    for read in made.files:
        _say(f"{read.file}: {read.kind}, {_some(read.lines, 'line')}, {read.left_out:,} left out")
    rows = "".join(f", {_some(number, 'row')} of {table}" for table, number in sorted(made.rows.items()))
    _say(f"{out}: {_some(made.acts, 'act')}{rows}; {_some(made.known_names, 'name')} of places known already")
    if made.cameo_only:
        _say(f"CAMEO alone, for want of one PLOVER counterpart: {', '.join(made.cameo_only)}")
    if made.unread:
        _say(f"what was left out, or kept in part, and why: {out / UNREAD}")
    return FINDINGS if any(read.left_out for read in made.files) else OK


def explain(what: str, *, date: str | None = None, lexicon: Path | None = None) -> int:
    """``eventcode explain``: a sentence, or an article of a coded folder."""
    day = publication_date(date)
    folder, mark, article_id = what.rpartition("#")
    if mark and folder and Path(folder).is_dir():
        return _explain_coded(Path(folder), article_id)
    if not what.strip():
        raise UsageError("explain: an empty sentence; give text, or DIR#ARTICLE")
    if mark and folder and "/" in folder and " " not in what:
        raise InputError(f"{folder}: there is no such folder")
    if any("\ud800" <= c <= "\udfff" for c in what):
        raise UsageError("explain: the sentence is not UTF-8 text; write it in your terminal's own encoding")
    return _explain_text(what, day, lexicon)


def _explain_text(text: str, day: dt.date | None, lexicon: Path | None) -> int:
    from eventcode.coder import Coder
    from eventcode.coding.events import EventCoder
    from eventcode.console import output
    from eventcode.explain import explain_article

    article = Article(text, id="sentence", date=day)
    coded = Coder(lexicon, notes=True).code(article)
    explain_article(coded, EventCoder(lexicon).events(coded.acts, day, None), output())
    return OK


def _explain_coded(folder: Path, article_id: str) -> int:
    from eventcode.console import output
    from eventcode.explain import explain_rows
    from eventcode.tables.output import table_path
    from eventcode.tables.reading import read_rows
    from eventcode.tables.rows import Row, act_from_row

    def rows(table: str) -> list[Row]:
        return list(read_rows(table_path(folder, table), article_id))

    articles = rows("articles")
    if not articles:
        raise InputError(f"{folder}: no article with id {article_id!r} was coded there; see articles.parquet")
    acts = [act_from_row(row) for row in rows("acts")]
    explain_rows(articles[0], acts, rows("events"), output())
    return OK


def show(folder: Path, *, table: str = "incidents", limit: int = 50) -> int:
    """``eventcode show``: incidents or events to stdout."""
    from eventcode.show import show

    show(folder, table, limit)
    return OK


def gazetteer_build(geonames: Path | None = None, alternate_names: Path | None = None) -> int:
    """``eventcode gazetteer build``: the index of place names anew; status 1 when a line of a dump could not be read."""
    if geonames is None and alternate_names is not None:
        raise UsageError("--alternate-names adds to a dump: give --geonames too")
    from eventcode.gazetteer.index import Gazetteer

    begin = time.monotonic()
    path, status = _build_base() if geonames is None else _enlarge(geonames, alternate_names)
    with Gazetteer(path) as index:
        _say(f"{path}: {len(index):,} places, {time.monotonic() - begin:.1f} s")
    return status


def _build_base() -> tuple[Path, int]:
    from eventcode.gazetteer.build import build_index
    from eventcode.gazetteer.index import choose, chosen_path

    path = build_index()
    larger = chosen_path()
    choose(None)
    if larger is not None:
        _say(f"no longer used, and yours to delete: {larger}")
    return path, OK


def _enlarge(geonames: Path, alternate_names: Path | None) -> tuple[Path, int]:
    from eventcode.gazetteer.enlarge import enlarge

    made = enlarge(geonames, alternate_names)
    _say(f"{_some(made.added, 'place')} of {geonames.name} added, {made.known:,} known already")
    if made.unread_list is None:
        return made.path, OK
    _say(f"{_some(made.unread, 'line')} could not be read: {made.unread_list}")
    return made.path, FINDINGS


def gazetteer_path() -> int:
    """``eventcode gazetteer path``: where the index in use lies, and the dump it is made from, if any; status 1 when it
    is not there yet."""
    from eventcode.gazetteer.index import chosen, index_path

    choice, path = chosen(), index_path()
    print(path)
    if choice is not None:
        _say(f"made from {choice.version}")
    return OK if path.exists() else FINDINGS


def publication_date(text: str | None) -> dt.date | None:
    """The value of ``--date``.

    Raises:
        UsageError: it is no date, or one with two meanings.
    """
    if text is None:
        return None
    from eventcode.articles import read_date

    day = read_date(text)
    if day is None:
        raise UsageError(f"--date {text!r}: a day is needed, such as 2024-01-06")
    return day


def _status(articles: int, set_aside: int, folder: Path) -> int:
    if set_aside:
        _say(f"what was set aside, and why: {folder / 'rejected.jsonl'}")
    if not articles:
        _say("no article could be read")
        return NOTHING
    return FINDINGS if set_aside else OK


def _summary_line(summary: Summary, seconds: float) -> str:
    made = ", ".join(
        (
            _some(summary.acts, "act"),
            _some(summary.events, "event"),
            _some(summary.incidents, "incident"),
        )
    )
    return f"{_some(summary.articles, 'article')} coded, {summary.set_aside:,} set aside: {made}, {seconds:.1f} s"


def _some(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _print_findings(findings: Sequence[_Found], line: Callable[[_Found], str], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings[:SHOWN_FINDINGS]:
            print(line(finding))
        if len(findings) > SHOWN_FINDINGS:
            print(f"... and {len(findings) - SHOWN_FINDINGS:,} more; --format json tells all")
    _say(_some(len(findings), "finding") if findings else "no findings")


def finding_line(finding: Finding) -> str:
    """One finding in one line: file, row, column, code, value, what was expected."""
    where = finding.file if finding.row is None else f"{finding.file}:{finding.row}"
    column = f" {finding.column}" if finding.column else ""
    value = f" {finding.value}:" if finding.value else ""
    return f"{where}:{column} [{finding.code}]{value} expected {finding.expected}"


def _say(message: str) -> None:
    print(message, file=sys.stderr)


@contextmanager
def _progress(unit: str) -> Iterator[Callable[[int], None]]:
    """A counter of what is done, on stderr: only for a terminal, and only after a while."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.completed:,.0f} " + unit), TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    task = bar.add_task(unit, total=None, rate="")
    begin = time.monotonic()

    def show(done: int) -> None:
        seconds = time.monotonic() - begin
        if seconds >= PATIENCE:
            bar.start()
            bar.update(task, completed=done, rate=f"{done / seconds:.1f} a second")

    try:
        yield show
    finally:
        bar.stop()
