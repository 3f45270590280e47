"""``validate``: checking tables and files of layouts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode.commands.talk import FINDINGS, OK, SHOWN_FINDINGS, say, some
from eventcode.model import Finding

if TYPE_CHECKING:
    from eventcode.tables.validate import Lines

FORMATS = ("text", "json", "github")
ERROR, DOUBT = "error", "doubt"
# What GitHub calls them.
_LEVELS = {ERROR: "error", DOUBT: "warning"}
# Characters with a meaning in GitHub's workflow commands; in properties there are two more.
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY_ESCAPES = {**_ESCAPES, ":": "%3A", ",": "%2C"}


def validate(files: Sequence[Path], *, schema: str | None = None, form: str = "text") -> int:
    """``eventcode validate``: findings to stdout, their number to stderr. Doubts alone leave the exit status 0.

    ``form``: "text", "json", or "github" for annotations in a workflow of GitHub Actions.
    """
    from eventcode.tables.finding_codes import is_doubt
    from eventcode.tables.validate import check_files, lines_of

    findings = check_files(files, schema)
    doubts = [finding for finding in findings if is_doubt(finding.code)]
    lines = lines_of(findings, schema)
    if form == "json":
        print(json.dumps([_object(finding, lines) for finding in findings], ensure_ascii=False, indent=2))
    else:
        line = _annotation if form == "github" else _text
        for finding in findings[:SHOWN_FINDINGS]:
            print(line(finding, lines))
        if len(findings) > SHOWN_FINDINGS:
            print(f"... and {len(findings) - SHOWN_FINDINGS:,} more; --format json tells all")
    say(_summary(len(findings) - len(doubts), len(doubts)))
    return FINDINGS if len(findings) > len(doubts) else OK


def _summary(errors: int, doubts: int) -> str:
    told = [some(errors, "finding")] if errors else []
    return ", ".join([*told, some(doubts, "doubt")] if doubts else told) or "no findings"


def _severity(finding: Finding) -> str:
    from eventcode.tables.finding_codes import is_doubt

    return DOUBT if is_doubt(finding.code) else ERROR


def _object(finding: Finding, lines: Lines) -> Mapping[str, object]:
    return {**asdict(finding), "severity": _severity(finding), "line": _line(finding, lines)}


def _line(finding: Finding, lines: Lines) -> int | None:
    return None if finding.row is None else lines.get((finding.file, finding.row))


def _what(finding: Finding) -> str:
    value = f" {finding.value}:" if finding.value else ""
    return f"{value} expected {finding.expected}".strip()


def _text(finding: Finding, lines: Lines) -> str:
    """One line: file, line of it (of Parquet: row, from 0), column, code, value, what was expected."""
    line = _line(finding, lines)
    at = finding.row if line is None else line
    where = finding.file if at is None else f"{finding.file}:{at}"
    column = f" {finding.column}" if finding.column else ""
    code = f"doubt: {finding.code}" if _severity(finding) == DOUBT else finding.code
    return f"{where}:{column} [{code}] {_what(finding)}"


def _annotation(finding: Finding, lines: Lines) -> str:
    """A workflow command of GitHub Actions: shown beside the line of the file that is wrong."""
    line = _line(finding, lines)
    told = {"file": finding.file, "title": f"eventcode {finding.code}"}
    if line is not None:
        told = {"file": finding.file, "line": str(line), "title": told["title"]}
    row = f"row {finding.row}: " if line is None and finding.row is not None else ""
    column = f"{finding.column}: " if finding.column else ""
    properties = ",".join(f"{name}={_escaped(value, _PROPERTY_ESCAPES)}" for name, value in told.items())
    message = _escaped(f"{row}{column}{_what(finding)}", _ESCAPES)
    return f"::{_LEVELS[_severity(finding)]} {properties}::{message}"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
