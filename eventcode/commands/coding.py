"""``code``, ``recode``, ``geoparse``: articles to tables."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from eventcode.commands.talk import FINDINGS, NOTHING, OK, progress_of, say, some
from eventcode.errors import UsageError

if TYPE_CHECKING:
    from eventcode.batch import Summary
    from eventcode.find.actors import Names
    from eventcode.gazetteer.online import OnlineOptions, Service
    from eventcode.inputs.options import InputOptions


def code(
    paths: Sequence[Path],
    out: Path,
    *,
    date: str | None = None,
    workers: int = 1,
    lexicon: Path | None = None,
    text: bool = True,
    scheduler: str | None = None,
    inputs: InputOptions | None = None,
    keep_parts: bool = True,
    log: Path | None = None,
    previous: Path | None = None,
    names: Names = "public",
) -> int:
    """``eventcode code``: articles to tables."""
    day = publication_date(date)
    if scheduler is not None and workers != 1:
        raise UsageError(
            "--workers counts processes of this machine; with --scheduler the cluster has its own"
        )
    from eventcode.batch import Options, run
    from eventcode.batch.options import naming
    from eventcode.commands.progress import listeners
    from eventcode.inputs.options import InputOptions

    options = Options(
        lexicon,
        text,
        workers,
        scheduler=scheduler,
        inputs=inputs or InputOptions(),
        keep_parts=keep_parts,
        previous=previous,
        **naming(names),
    )
    begin = time.monotonic()
    with listeners(log) as tell:
        summary = run(paths, out, day, options, tell=tell)
    say(_summary_line(summary, time.monotonic() - begin) + _also(summary))
    return _status(summary.articles, summary.set_aside, out)


def recode(
    folder: Path,
    *,
    lexicon: Path | None = None,
    previous: Path | None = None,
    workers: int = 1,
    incidents_only: bool = False,
) -> int:
    """``eventcode recode``: events and incidents again from the acts."""
    from eventcode.recode import recode

    begin = time.monotonic()
    summary = recode(
        folder, lexicon, previous=previous, workers=workers, incidents_only=incidents_only, warn=say
    )
    say(_summary_line(summary, time.monotonic() - begin))
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
    inputs: InputOptions | None = None,
) -> int:
    """``eventcode geoparse``: the places table alone, ``rejected.jsonl`` beside it."""
    day = publication_date(date)
    options = _online_options(online, user_agent, online_url, refresh)
    from eventcode.geoparse import geoparse

    begin = time.monotonic()
    with progress_of("articles") as progress:
        counts = geoparse(paths, out, day, progress, options, say, inputs)
    seconds = time.monotonic() - begin
    asked = f", {counts.online:,} placed by {online} in {some(counts.requests, 'request')}" if online else ""
    say(
        f"{some(counts.articles, 'article')} read, {counts.set_aside} set aside: {some(counts.places, 'place')}{asked}, {seconds:.1f} s"
    )
    return _status(counts.articles, counts.set_aside, out.parent)


def inputs(
    format: str | None,
    columns: str | None,
    file: Path | None,
    max_article_mb: float | None,
    max_unpacked_mb: float | None,
) -> InputOptions:
    """The options of both commands that tell how articles are read.

    Raises:
        UsageError: one of them cannot mean anything.
    """
    from eventcode.inputs.options import input_options

    return input_options(format and str(format), columns, file, max_article_mb, max_unpacked_mb)


def publication_date(text: str | None) -> dt.date | None:
    """The value of ``--date``.

    Raises:
        UsageError: it is no date, or one with two meanings.
    """
    if text is None:
        return None
    from eventcode.inputs.dates import read_date

    day = read_date(text)
    if day is None:
        raise UsageError(f"--date {text!r}: a day is needed, such as 2024-01-06")
    return day


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


def _status(articles: int, set_aside: int, folder: Path) -> int:
    if set_aside:
        say(f"what was set aside, and why: {folder / 'rejected.jsonl'}")
    if not articles:
        say(f"no article could be read{_first_reason(folder)}")
        return NOTHING
    return FINDINGS if set_aside else OK


def _first_reason(folder: Path) -> str:
    """Why the first record was set aside; nothing where none was."""
    with (folder / "rejected.jsonl").open(encoding="utf-8") as lines:
        line = next(lines, None)
    if line is None:
        return ""
    first = json.loads(line)
    return f": {first['file']}, record {first['record']}: {first['detail']}"


def _also(summary: Summary) -> str:
    """What else there is to say of a batch; nothing of most."""
    copies = (
        f"; {some(summary.duplicates, 'article')} with the words of another" if summary.duplicates else ""
    )
    return f"{copies}; {some(summary.kept, 'article')} read by an earlier run" if summary.kept else copies


def _summary_line(summary: Summary, seconds: float) -> str:
    made = ", ".join(
        (
            some(summary.acts, "act"),
            some(summary.events, "event"),
            some(summary.incidents, "incident"),
        )
    )
    return (
        f"{some(summary.articles, 'article')} coded, {summary.set_aside:,} set aside: {made}, {seconds:.1f} s"
    )
