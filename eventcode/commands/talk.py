"""What every command shares: exit statuses, words for stderr, findings for stdout, progress on a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from eventcode.model import Finding

if TYPE_CHECKING:
    from eventcode.lexicon.findings import LexiconFinding

_Found = TypeVar("_Found", bound="Finding | LexiconFinding")

OK, FINDINGS, NOTHING = 0, 1, 2
# Seconds of silence before a progress line: short runs need none.
PATIENCE = 2.0
# Of many findings, print only so many as text.
SHOWN_FINDINGS = 1000


def say(message: str) -> None:
    print(message, file=sys.stderr)


def some(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def print_findings(findings: Sequence[_Found], line: Callable[[_Found], str], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings[:SHOWN_FINDINGS]:
            print(line(finding))
        if len(findings) > SHOWN_FINDINGS:
            print(f"... and {len(findings) - SHOWN_FINDINGS:,} more; --format json tells all")
    say(some(len(findings), "finding") if findings else "no findings")


def finding_line(finding: Finding) -> str:
    """One finding in one line: file, row, column, code, value, what was expected."""
    where = finding.file if finding.row is None else f"{finding.file}:{finding.row}"
    column = f" {finding.column}" if finding.column else ""
    value = f" {finding.value}:" if finding.value else ""
    return f"{where}:{column} [{finding.code}]{value} expected {finding.expected}"


@contextmanager
def progress_of(unit: str) -> Iterator[Callable[[int], None]]:
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
