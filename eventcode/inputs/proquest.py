"""Exports of ProQuest as text: documents between lines of underscores, each a run of "Name: value".

The headline stands first without a name, then fields; "Full text:" holds the article, and the fields after it tell
title, source ("Publication title:"), date ("Publication date:"), "ProQuest document ID:" and more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from eventcode.inputs.dates import date_within
from eventcode.inputs.exports import (
    Fields,
    Layout,
    blocks,
    language_word,
    one_line,
    paragraphs,
    with_dateline,
)
from eventcode.inputs.reasons import SetAsideError
from eventcode.resources import csv_rows, input_dir

_MARK = re.compile(rb"\s*(?:_{20,}|Document\s+\d+\s+of\s+\d+)\s*\Z")
_RULE = re.compile(r"^[ \t]*_{20,}[ \t\r]*$", re.MULTILINE)
_COUNT = re.compile(r"^[ \t]*Document\s+\d+\s+of\s+\d+[ \t\r]*$", re.MULTILINE)
_SIGN = re.compile(r"^(?:Full [Tt]ext:|ProQuest document ID:|Report Information from ProQuest)", re.MULTILINE)
_FIELD_SIGN = re.compile(r"^(?:Full [Tt]ext:|ProQuest document ID:|Publication title:)", re.MULTILINE)


@cache
def _names() -> dict[str, str]:
    """Our field, or "", for each name."""
    return dict(csv_rows(input_dir() / "proquest_fields.csv", lambda row: (row["name"], row["field"])))


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, _names()), key=len, reverse=True))
    return re.compile(rf"({names}):(?:\s+|\Z)(.*)", re.DOTALL)


def _known(head: str) -> bool:
    return _SIGN.search(head) is not None and (_RULE.search(head) or _COUNT.search(head)) is not None


def _holds(text: str) -> bool:
    return _FIELD_SIGN.search(text) is not None


def _parse(lines: Sequence[str]) -> Fields:
    found = blocks(line for line in lines if not _MARK.match(line.encode("utf-8", "replace")))
    begin = next((n for n, block in enumerate(found) if _text_line(block) is not None), None)
    if begin is None:
        raise SetAsideError("no_text", "a document of ProQuest without the field 'Full text'")
    end = len(found)
    while end > begin + 1 and _named().match(found[end - 1][0]):
        end -= 1
    values = _values([*found[:begin], found[begin][: _text_line(found[begin])], *found[end:]])
    text = paragraphs(_text_lines(found[begin:end]))
    if not text:
        raise SetAsideError("no_text", "a document of ProQuest whose full text is blank")
    first = found[0][0] if not _named().match(found[0][0]) else ""
    return {
        "id": values.get("id"),
        "title": values.get("title") or one_line([first]) or None,
        "date": values.get("date") or date_within(values.get("info", "")),
        "source": values.get("source") or _source_of(values.get("info", "")),
        "url": values.get("url"),
        "language": language_word(values.get("language", "")),
        "text": with_dateline(values.get("dateline", ""), text),
    }


def _text_line(block: Sequence[str]) -> int | None:
    """The line of a block that the full text begins with."""
    return next((n for n, line in enumerate(block) if line.startswith(("Full text:", "Full Text:"))), None)


def _text_lines(found: Sequence[Sequence[str]]) -> list[str]:
    """Lines of the text, blank ones between blocks; of its last line's block, fields that follow without a blank line
    are left out."""
    start = _text_line(found[0]) or 0
    first = [found[0][start].partition(":")[2], *found[0][start + 1 :]]
    lines: list[str] = []
    for block in (first, *found[1:]):
        lines += [*block, ""]
    return _without_fields(lines)


def _without_fields(lines: Sequence[str]) -> list[str]:
    """The lines up to a run of fields that goes on to the end."""
    end = len(lines)
    for n in range(len(lines) - 1, 0, -1):
        if _named().match(lines[n]):
            end = n
        elif lines[n].strip():
            break
    return list(lines[:end])


def _values(found: Sequence[Sequence[str]]) -> dict[str, str]:
    """Values of our fields; a value goes on until the next name or blank line. The last of a name counts."""
    values: dict[str, str] = {}
    for block in found:
        field = ""
        for line in block:
            if match := _named().match(line):
                field = _names()[match[1]]
                if field:
                    values[field] = match[2].strip()
            elif field:
                values[field] = f"{values[field]} {line.strip()}"
    return values


def _source_of(info: str) -> str | None:
    """ "The Gazette; Bamako [Bamako]05 Jan 2024: 3." names the newspaper first."""
    return info.partition(";")[0].strip() or None


PROQUEST = Layout(
    "ProQuest", "rules of underscores and 'Full text:'", _known, _MARK, False, True, _holds, _parse
)
