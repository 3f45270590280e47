"""Exports of Factiva: text, RTF, Word and HTML files, with field codes (HD, PD, LP, TD ...) or as articles are shown.

With codes: each field begins with its code, alone on a line or before a tab, a table's edge or several blanks.

As shown: sometimes a section, the headline, "By ..." or a name, "355 words", the date, perhaps the time, the source, its
code, perhaps a page, the language, the copyright; then the text.

Both end with "Document" and the accession number, which becomes the article's id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import takewhile

from eventcode.inputs.dates import read_date
from eventcode.inputs.exports import Fields, Layout, language_word, one_line, paragraphs, with_dateline
from eventcode.inputs.reasons import SetAsideError
from eventcode.resources import csv_rows, input_dir

_NUMBER = r"Document[\s\xa0]+((?=[A-Za-z]*\d)[A-Z][A-Za-z0-9]{9,40})"
_MARK = re.compile(rf"[\s|]*(?:AN[\s|]+)?{_NUMBER}[\s|]*\Z".replace(r"\xa0", "").encode())
_NUMBER_LINE = re.compile(rf"[\s|]*(?:AN[\s|]+)?{_NUMBER}[\s|]*\Z")
_ANY_NUMBER = re.compile(rf"^[ \t|]*(?:AN[ \t|]+)?{_NUMBER}[ \t|\r]*$", re.MULTILINE)
_WORDS = re.compile(r"\s*[\d,.]+ words\s*\Z")
_SHOWN = re.compile(r"^[ \t]*[\d,.]+ words[ \t\r]*\n\s*\d{1,2} [A-Z][a-z]+ \d{4}[ \t\r]*$", re.MULTILINE)
_TIME = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?(?:\s+\w{1,5})?\s*\Z")
_CODE = re.compile(r"\s*[A-Z0-9]{2,10}\s*\Z")
_COPYRIGHT = re.compile(r"\s*(?:Copyright\b|\(c\)|©)", re.IGNORECASE)
_BYLINE = re.compile(r"\s*By\s", re.IGNORECASE)
_FOOTER = re.compile(r"\s*(?:Page \d+ of \d+\b.*|(?:©|\(c\)) ?\d{4} Factiva, Inc\..*)\Z", re.IGNORECASE)
# Fields without which what looks like codes is none.
_SURE_CODES = frozenset(("HD", "WC", "PD", "SN", "SC", "LP", "TD"))
_HEAD_LINES = 12


@cache
def _fields() -> dict[str, str]:
    """Our field, or "", for each code."""
    return dict(csv_rows(input_dir() / "factiva_fields.csv", lambda row: (row["code"], row["field"])))


@cache
def _coded() -> re.Pattern[str]:
    """A line that begins a field: the code alone, or before a tab, an edge, two blanks; before one blank only where
    nobody would begin a line so."""
    codes = "|".join(_fields())
    sure = "|".join(sorted(_SURE_CODES))
    return re.compile(rf"[\s|]*(?:({codes})(?:[ ]*[|\t][\s|]*|[ ]{{2,}}|[ ]*\Z)|({sure})[ ])(.*)", re.DOTALL)


def _known(head: str) -> bool:
    found = {match[1] or match[2] for line in head.splitlines() if (match := _coded().match(line))}
    if {"HD"} <= found and len(found & _SURE_CODES) >= 4:
        return True
    return _ANY_NUMBER.search(head) is not None and _SHOWN.search(head) is not None


def _holds(text: str) -> bool:
    return _SHOWN.search(text) is not None or _known(text)


def _parse(lines: Sequence[str]) -> Fields:
    lines = [line for line in (line.replace("\xa0", " ") for line in lines) if not _FOOTER.match(line)]
    codes = {match[1] or match[2] for line in lines if (match := _coded().match(line))}
    fields = _parse_coded(lines) if "HD" in codes and len(codes & _SURE_CODES) >= 3 else _parse_shown(lines)
    number = next((match[1] for line in reversed(lines) if (match := _NUMBER_LINE.match(line))), None)
    text = str(fields.pop("text"))
    if not text:
        raise SetAsideError("no_text", "a document of Factiva without text")
    dateline = str(fields.pop("dateline", ""))
    return {**fields, "id": number, "text": with_dateline(dateline, text)}


def _parse_coded(lines: Sequence[str]) -> Fields:
    values: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        match = _coded().match(line)
        if match:
            code = match[1] or match[2]
            values.setdefault(code, []).append(match[3].strip(" \t|"))
        elif code:
            values[code].append(line.strip(" \t|"))
    fields: Fields = {
        "text": "\n\n".join(filter(None, (paragraphs(values.get(c, [])) for c in ("LP", "TD"))))
    }
    for code, field in _fields().items():
        if field and field not in ("text", "id"):
            fields[field] = one_line(values.get(code, [])) or ""
    fields["date"] = read_date(str(fields["date"])) or str(fields["date"]) or None
    fields["language"] = language_word(str(fields["language"]))
    return fields


def _parse_shown(lines: Sequence[str]) -> Fields:
    told = [line.strip() for line in lines if line.strip() and not _NUMBER_LINE.match(line)]
    words = next((n for n, line in enumerate(told) if _WORDS.match(line)), None)
    if words is None:
        raise SetAsideError("bad_document", "a document of Factiva without its number of words")
    rest = told[words + 1 :]
    dated = next((n for n, line in enumerate(rest[:2]) if read_date(line)), None)
    after = _after_head(rest, (dated or 0) + 1)
    head = rest[:after]
    named = [line for line in head[(dated if dated is not None else -1) + 1 :] if not _TIME.match(line)]
    language = next((line for line in _below_code(named)), None)
    begin = _line_of(lines, rest, after)
    return {
        "title": _title(told[:words]),
        "date": read_date(rest[dated]) if dated is not None else None,
        "source": named[0] if named else None,
        "language": language,
        "text": paragraphs([line for line in lines[begin:] if not _NUMBER_LINE.match(line)]),
    }


def _title(lines: Sequence[str]) -> str | None:
    """The headline among the lines before the number of words: the longest that names no author."""
    named = [line for line in lines if not _BYLINE.match(line)] or list(lines)
    return max(named, key=len) if named else None


def _after_head(rest: Sequence[str], dated: int) -> int:
    """How many lines belong to the head: those up to the copyright, or to the source's code where there is none."""
    for n, line in enumerate(rest[:_HEAD_LINES]):
        if _COPYRIGHT.match(line):
            return n + 1
    for n, line in enumerate(rest[:_HEAD_LINES]):
        if n >= dated and _CODE.match(line):
            return n + 1 + sum(1 for _ in takewhile(_is_small, rest[n + 1 : n + 3]))
    return dated


def _is_small(line: str) -> bool:
    """Whether a line can be a page or a language: one word, or figures."""
    return len(line.split()) == 1 and len(line) <= 20


def _below_code(named: Sequence[str]) -> Iterator[str]:
    """Words below the source's code that can be the name of a language."""
    code = next((n for n, line in enumerate(named) if n and _CODE.match(line)), len(named))
    for line in named[code + 1 :]:
        if line.isalpha() and line.istitle():
            yield line


def _line_of(lines: Sequence[str], rest: Sequence[str], after: int) -> int:
    """The number, among all lines, of the one that the text begins with."""
    left = len(rest) - after
    for n in range(len(lines) - 1, -1, -1):
        if left == 0:
            return n + 1
        if lines[n].strip() and not _NUMBER_LINE.match(lines[n]):
            left -= 1
    return 0


FACTIVA = Layout(
    "Factiva",
    "codes such as HD and TD, or '355 words' and 'Document ...'",
    _known,
    _MARK,
    True,
    False,
    _holds,
    _parse,
)
