"""Exports of Nexis: text files of the old Nexis, and RTF, Word or text files of Nexis Uni and Lexis Advance.

Old Nexis: "3 of 200 DOCUMENTS" begins a document; then the source, the date, the headline, fields in capitals (BYLINE:,
SECTION:, LENGTH: ...), the text, fields in capitals again (LOAD-DATE:, LANGUAGE: ...) and the copyright.

Nexis Uni: the headline, the source, the date and the copyright, fields (Section:, Length:, Byline: ...), the line "Body",
the text, further parts each below a line of its own (Graphic, Classification ...), and "End of Document".
"""

from __future__ import annotations

import datetime as dt
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

_OLD_MARK = re.compile(rb"[\s\x0c]*\d+\s+of\s+\d+\s+DOCUMENTS?\s*\Z")
_OLD_KNOWN = re.compile(r"^[ \t\f]*\d+ +of +\d+ +DOCUMENTS?[ \t\r]*$", re.MULTILINE)
_UNI_MARK = re.compile(rb"\s*End of Document\s*\Z", re.IGNORECASE)
_UNI_END = re.compile(r"^[ \t]*End of Document[ \t\r]*$", re.MULTILINE)
_UNI_BODY = re.compile(r"^[ \t]*(?:Body|Text)[ \t\r]*$", re.MULTILINE)
_UNI_FIELD = re.compile(r"^(?:Length:\s*[\d,.]+ words|Load-Date:)", re.MULTILINE)
_COPYRIGHT = re.compile(r"\s*(?:Copyright\b|©|\(c\))", re.IGNORECASE)
_PAGE = re.compile(r"\s*Page \d+ of \d+\s*\Z")
_UNI_TAG = re.compile(r"\s*([A-Z][A-Za-z -]{2,30}):(?:\s|\Z)(.*)")
_UNI_PARTS = frozenset(
    ("graphic", "classification", "notes", "correction", "end of document", "acknowledgements")
)
_HEAD_BLOCKS = 5


@cache
def _tags() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Lines of the old layout that begin a field before the text, and after it."""
    rows = csv_rows(input_dir() / "nexis_fields.csv", dict)
    found = []
    for part in ("head", "tail"):
        names = "|".join(re.escape(row["name"]) for row in rows if row["part"] == part)
        found.append(re.compile(rf"\s*({names}):(.*)"))
    return found[0], found[1]


def _old_known(head: str) -> bool:
    return _OLD_KNOWN.search(head) is not None


def _uni_known(head: str) -> bool:
    body = _UNI_BODY.search(head) is not None
    return body and (_UNI_END.search(head) is not None or _UNI_FIELD.search(head) is not None)


def _uni_holds(text: str) -> bool:
    return _UNI_BODY.search(text) is not None


def _parse_old(lines: Sequence[str]) -> Fields:
    head_tag, tail_tag = _tags()
    begin = _old_body(lines, head_tag)
    end = next((n for n in range(begin, len(lines)) if tail_tag.match(lines[n])), None)
    if end is None:
        end = next(
            (
                n
                for n in range(begin, len(lines))
                if _COPYRIGHT.match(lines[n]) and lines[n].startswith("   ")
            ),
            len(lines),
        )
    source, date, title = _old_head(lines[1:begin], head_tag)
    tail = _tagged(lines[end:], tail_tag)
    head = _tagged(lines[1:begin], head_tag)
    body = lines[begin:end]
    if body and (match := head_tag.match(body[0])) and match[1] == "BODY":
        body = [match[2], *body[1:]]
    text = paragraphs(body, wrapped=True)
    if not text:
        raise SetAsideError("no_text", "a document of Nexis without text")
    return {
        "title": head.get("HEADLINE") or title,
        "date": date or date_within(tail.get("LOAD-DATE", "")),
        "source": source,
        "text": with_dateline(head.get("DATELINE", ""), text),
        "language": language_word(tail.get("LANGUAGE", "")),
        "url": tail.get("URL"),
    }


def _old_body(lines: Sequence[str], head_tag: re.Pattern[str]) -> int:
    """The line that the text begins with: BODY:, or what follows the last of the fields that stand together with
    LENGTH:."""
    starts = [n for n, line in enumerate(lines) if head_tag.match(line)]
    for n in starts:
        if lines[n].lstrip().startswith("BODY:"):
            return n
    length = next((n for n in starts if lines[n].lstrip().startswith("LENGTH:")), None)
    if length is None:
        return _after_block(lines, starts[-1]) if starts else _after_title(lines)
    at = _after_block(lines, length)
    while at in starts:
        at = _after_block(lines, at)
    return at


def _after_block(lines: Sequence[str], at: int) -> int:
    """The first line after a run of lines and the blank ones below it."""
    while at < len(lines) and lines[at].strip():
        at += 1
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _after_title(lines: Sequence[str]) -> int:
    """Where the text begins without any field: after mark, source, date and headline."""
    at = 0
    for _ in range(4):
        at = _after_block(lines, at)
    return at


def _old_head(
    lines: Sequence[str], head_tag: re.Pattern[str]
) -> tuple[str | None, dt.date | None, str | None]:
    """Source, date and headline, which stand in this order without names."""
    found = [block for block in blocks(lines) if not head_tag.match(block[0])]
    dated = next(
        (n for n, block in enumerate(found[:_HEAD_BLOCKS]) if any(map(date_within, block))),
        None,
    )
    if dated is None:
        return (one_line(found[0]) if found else None), None, (one_line(found[1]) if len(found) > 1 else None)
    date = next(filter(None, map(date_within, found[dated])))
    source = one_line(found[0]) if dated else None
    title = " ".join(one_line(block) for block in found[dated + 1 :]) or None
    return source, date, title


def _tagged(lines: Sequence[str], tag: re.Pattern[str]) -> dict[str, str]:
    """Values of fields; a value goes on to the next blank line."""
    values: dict[str, str] = {}
    for block in blocks(lines):
        name = ""
        for line in block:
            if match := tag.match(line):
                name = match[1]
                values.setdefault(name, match[2].strip())
            elif name:
                values[name] = f"{values[name]} {line.strip()}".strip()
    return values


def _parse_uni(lines: Sequence[str]) -> Fields:
    lines = [line.replace("\xa0", " ") for line in lines if not _PAGE.match(line)]
    body = next((n for n, line in enumerate(lines) if line.strip().lower() in ("body", "text")), None)
    if body is None:
        raise SetAsideError("no_text", "a document of Nexis without the line 'Body'")
    end = next(
        (n for n in range(body + 1, len(lines)) if _is_part(lines[n])),
        len(lines),
    )
    head = [line.strip() for line in lines[:body] if line.strip()]
    tags = {m[1].lower(): m[2].strip() for line in [*lines[end:], *head] if (m := _UNI_TAG.match(line))}
    title, source, date = _uni_head(head)
    text = paragraphs(lines[body + 1 : end])
    if not text:
        raise SetAsideError("no_text", "a document of Nexis without text")
    return {
        "title": title,
        "date": date or date_within(tags.get("load-date", "")),
        "source": source,
        "text": with_dateline(tags.get("dateline", ""), text),
        "language": language_word(tags.get("language", "")),
    }


def _is_part(line: str) -> bool:
    return line.strip().lower() in _UNI_PARTS or line.lstrip().startswith(("Load-Date:", "Classification:"))


def _uni_head(head: Sequence[str]) -> tuple[str | None, str | None, dt.date | None]:
    """Headline, source and date: lines without names, the date the last of them before the copyright or a field.

    The cover page and the list of contents may stand before the first document's headline.
    """
    stop = next((n for n, line in enumerate(head) if _COPYRIGHT.match(line)), len(head))
    dated = [n for n, line in enumerate(head[:stop]) if not _UNI_TAG.match(line) and date_within(line)]
    if not dated:
        named = [line for line in head[:stop] if not _UNI_TAG.match(line)]
        return (named[0] if named else None), (named[1] if len(named) > 1 else None), None
    at = dated[-1]
    cover = any(line.startswith(("Job Number:", "User Name:", "Date and Time:")) for line in head[:at])
    lead = head[: at - 1] if at else []
    title = lead[-1] if lead and cover else " ".join(lead)
    return title or None, (head[at - 1] if at else None), date_within(head[at])


OLD_NEXIS = Layout(
    "Nexis", "'1 of 200 DOCUMENTS'", _old_known, _OLD_MARK, False, False, lambda text: False, _parse_old
)
NEXIS_UNI = Layout(
    "Nexis Uni", "'Body' and 'End of Document'", _uni_known, _UNI_MARK, True, False, _uni_holds, _parse_uni
)
