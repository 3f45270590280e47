"""How a batch tells where it is: a moving line on a terminal, a plain line a minute elsewhere, JSON for machines."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from eventcode.batch.reports import Advanced, Finished, PartDone, Report, Started, Tell, Warned, WasSetAside
from eventcode.commands.talk import PATIENCE, say, some
from eventcode.errors import UsageError

# Seconds between two plain lines, and between two lines of progress in a log.
LINE_EVERY = 60.0
STDOUT = "-"


@contextmanager
def listeners(log: Path | None) -> Iterator[Tell]:
    """All who listen to a batch, as one.

    Args:
        log: file that JSON lines are added to, ``-`` for standard output; None for none.

    Raises:
        UsageError: the file cannot be opened.
    """
    with ExitStack() as stack:
        shown = terminal() if sys.stderr.isatty() else minute_lines()
        heard: list[Tell] = [stack.enter_context(shown)]
        if log is not None:
            heard.append(stack.enter_context(json_log(log)))
        yield lambda report: _tell_all(heard, report)


def _tell_all(heard: Sequence[Tell], report: Report) -> None:
    for tell in heard:
        tell(report)


class Pace:
    """Articles a second, and the time that is left. ``clock``: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begin = clock()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._begin

    def rate(self, report: Advanced) -> float:
        """Records read a second; those of an earlier run do not count."""
        return max(0, report.records - report.kept) / max(self.seconds, 1e-6)

    def left(self, report: Advanced) -> float | None:
        """Seconds that are left, about; None where nobody can tell."""
        rate = self.rate(report)
        if report.expected is None or not rate:
            return None
        return max(0, report.expected - report.records) / rate

    def words(self, report: Advanced) -> str:
        """Rate, time left and what was set aside, in words."""
        left = self.left(report)
        parts = [f"{self.rate(report):.1f} a second", f"{report.set_aside:,} set aside"]
        return ", ".join([*parts, f"about {span(left)} left"] if left is not None else parts)


def span(seconds: float) -> str:
    """A time in words: "40 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"


@contextmanager
def minute_lines() -> Iterator[Tell]:
    """A plain line on stderr a minute."""
    pace = Pace()
    due = LINE_EVERY

    def tell(report: Report) -> None:
        nonlocal due
        if isinstance(report, Warned):
            say(report.message)
        elif isinstance(report, Advanced) and pace.seconds >= due:
            due = pace.seconds + LINE_EVERY
            of = f" of about {report.expected:,}" if report.expected is not None else ""
            say(f"{some(report.records, 'article')}{of}, {pace.words(report)}")

    yield tell


@contextmanager
def terminal() -> Iterator[Tell]:
    """A line on a terminal that changes, after a while."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.completed:,.0f} articles"), TimeElapsedColumn(),
        TextColumn("{task.fields[pace]}"), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    task = bar.add_task("articles", total=None, pace="")
    pace = Pace()

    def tell(report: Report) -> None:
        if isinstance(report, Warned):
            bar.console.print(report.message, markup=False)
        elif isinstance(report, Advanced) and pace.seconds >= PATIENCE:
            bar.start()
            bar.update(task, completed=report.records, total=report.expected, pace=pace.words(report))

    try:
        yield tell
    finally:
        bar.stop()


@contextmanager
def json_log(path: Path) -> Iterator[Tell]:
    """A JSON object a line, added to a file or written to stdout: start, part, set_aside, progress, warning, end, stopped.

    Raises:
        UsageError: the file cannot be opened.
    """
    pace = Pace()
    with _opened(path) as file:
        due = LINE_EVERY

        def write(event: str, told: dict[str, Any]) -> None:
            now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            file.write(json.dumps({"event": event, "time": now, **told}, ensure_ascii=False) + "\n")
            file.flush()

        def tell(report: Report) -> None:
            nonlocal due
            if isinstance(report, Advanced):
                if pace.seconds < due:
                    return
                due = pace.seconds + LINE_EVERY
            write(*_event(report, pace))

        try:
            yield tell
        except BaseException as error:
            words = " ".join(str(error).split()) or type(error).__name__
            write("stopped", {"message": words, "seconds": round(pace.seconds, 3)})
            raise


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if str(path) == STDOUT:
        yield sys.stdout
        return
    try:
        file = path.open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"--log-json {path}: cannot be written: {error.strerror or error}") from error
    with file:
        yield file


def _event(report: Report, pace: Pace) -> tuple[str, dict[str, Any]]:
    """Name and content of a line of the log."""
    if isinstance(report, Started):
        return "start", {"bytes": report.size}
    if isinstance(report, PartDone):
        return "part", asdict(report)
    if isinstance(report, WasSetAside):
        return "set_aside", asdict(report.rejection)
    if isinstance(report, Warned):
        return "warning", asdict(report)
    if isinstance(report, Finished):
        return "end", {**asdict(report.summary), "seconds": round(pace.seconds, 3)}
    left = pace.left(report)
    more = {"a_second": round(pace.rate(report), 3), "seconds_left": None if left is None else round(left)}
    return "progress", {**asdict(report), **more}
