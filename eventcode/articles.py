"""Reads articles from plain text and JSON Lines, one at a time, and sets aside what cannot be coded.

Memory does not grow with the input but for one 8-byte hash an article, which finds ids given twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from dateutil.parser import parserinfo

from eventcode.errors import InputError
from eventcode.language import judge_language, says_english
from eventcode.model import Article, Rejection

SUFFIXES = (".txt", ".jsonl")

REASONS: Mapping[str, str] = {
    "unreadable": "the file cannot be opened",
    "bad_encoding": "not valid UTF-8 text",
    "bad_json": "the line is not JSON",
    "not_an_object": "the line is JSON, but no object",
    "no_text": "the record has no text",
    "bad_field": "a field has the wrong type",
    "bad_date": "the publication date cannot be read",
    "duplicate_id": "an article with this id was read before",
    "too_long": "the text is longer than the limit",
    "not_english": "the article is not in English",
    "empty": "there is no text but blanks",
}
"""Why a record is set aside, and what the reason means."""


@dataclass(frozen=True, slots=True)
class InputLimits:
    """Sizes above which a record is set aside.

    ``text_characters``: of the text. ``id_characters``: of an id. ``control_share``: share of control characters, above
    which a file is taken for binary data.
    """

    text_characters: int = 2_000_000
    id_characters: int = 500
    control_share: float = 0.02

    @property
    def record_bytes(self) -> int:
        """Bytes that one record is read up to: JSON may write a character as "\\uXXXX" twice."""
        return self.text_characters * 12 + 100_000


DEFAULT_LIMITS = InputLimits()

_MONTHS = parserinfo()
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TIME = r"(?:[\sT,]+(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[A-Z]{2,5}|(?:GMT|UTC)?\s*[+-]\d{2}:?\d{2})?)?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Thur|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_ISO = re.compile(rf"(\d{{4}})([-/.]?)(\d{{2}})\2(\d{{2}}){_TIME}\Z", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s./-]*([A-Za-z]{{3,9}})\.?,?[\s./-]*(\d{{4}}){_TIME}\Z",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([A-Za-z]{{3,9}})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}\Z", re.IGNORECASE
)
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}\Z", re.IGNORECASE)


class _SetAsideError(Exception):
    """A record that cannot be coded; becomes a Rejection in this module and never leaves it."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def read_date(text: str) -> dt.date | None:
    """A publication date as newspapers and databases write it; None when it cannot be read safely.

    ISO dates and times ("2024-01-05T10:00:00Z", "20240105"), "3 January 2024", "Jan. 5, 2024", "Fri, 05 Jan 2024 10:00
    GMT". The day is taken as written: no time zone moves it. "03/04/2024" has two meanings and is not read; "25/04/2024"
    has one and is. Years have four figures.
    """
    text = text.strip()
    if match := _ISO.match(text):
        return _date(match[1], match[3], match[4])
    if match := _DAY_FIRST.match(text):
        return _named_month(match[1], match[2], match[3])
    if match := _MONTH_FIRST.match(text):
        return _named_month(match[2], match[1], match[3])
    if match := _NUMERIC.match(text):
        first, second = int(match[1]), int(match[3])
        if first == second or second > 12:
            return _date(match[4], match[1], match[3])
        return _date(match[4], match[3], match[1]) if first > 12 else None
    return None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day)) if int(year) >= 1000 else None
    except ValueError:
        return None


def _named_month(day: str, month: str, year: str) -> dt.date | None:
    number = _MONTHS.month(month)
    return None if number is None else _date(year, str(number), day)


def article_sha256(article: Article) -> str:
    """SHA-256, in hexadecimal, of title and text: the same wherever and under whatever id the article was read."""
    title = article.title or ""
    content = f"{len(title)}:{title}\x1f{article.text}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def read_articles(
    paths: Sequence[Path], date: dt.date | None = None, limits: InputLimits = DEFAULT_LIMITS
) -> Iterator[Article | Rejection]:
    """Articles of files and folders, in sorted order, and Rejections for what cannot be coded.

    A ``.txt`` file is one article: its first line the title, the rest the text. A ``.jsonl`` file has one object a line
    with ``text`` and, each optional, ``id``, ``date``, ``title``, ``source``, ``url``, ``language``; blank lines count as
    records in numbering and are skipped. Folders are searched through all levels; hidden files and other suffixes are
    passed over. Text is kept exactly as it is, but for a byte order mark.

    Args:
        paths: files and folders.
        date: publication date of articles that give none.
        limits: sizes above which a record is set aside.

    Raises:
        InputError: at once, when a path is missing, is no article file, or there is nothing to read.
    """
    files = list(_files(paths))
    if not files:
        raise InputError(
            f"no .txt or .jsonl file found in {', '.join(map(str, paths)) or 'an empty list of paths'}"
        )
    return _read_files(files, date, limits)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Each file to read, once, folders opened up. Raises InputError for a path that cannot be read."""
    seen: set[Path] = set()
    for given in paths:
        path = Path(given)
        for file in _files_of(path):
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                yield file


def _files_of(path: Path) -> list[Path]:
    try:
        if path.is_dir():
            return sorted(_walk(path), key=lambda file: file.parts)
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: not a .txt or .jsonl file")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path}: no permission to read it")
    return [path]


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(root, name)
            if not name.startswith(".") and file.suffix.lower() in SUFFIXES and file.is_file():
                yield file


def _read_files(
    files: Sequence[Path], date: dt.date | None, limits: InputLimits
) -> Iterator[Article | Rejection]:
    seen: set[bytes] = set()
    for file in files:
        try:
            with file.open("rb") as stream:
                records = (
                    _text_file(stream, limits) if file.suffix.lower() == ".txt" else _lines(stream, limits)
                )
                for number, raw in records:
                    yield _one(file, number, raw, date, limits, seen)
        except OSError as error:
            yield Rejection(_name(file), 1, None, "unreadable", error.strerror or "cannot be opened")


def _text_file(stream: BinaryIO, limits: InputLimits) -> Iterator[tuple[int, bytes | None]]:
    raw = stream.read(limits.record_bytes + 1)
    yield 1, (raw if len(raw) <= limits.record_bytes else None)


def _lines(stream: BinaryIO, limits: InputLimits) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers and lines that are not blank; None for a line too long to be read into memory."""
    number = 0
    while line := stream.readline(limits.record_bytes):
        number += 1
        whole = line.endswith(b"\n") or len(line) < limits.record_bytes
        while not whole:
            rest = stream.readline(limits.record_bytes)
            whole = rest.endswith(b"\n") or len(rest) < limits.record_bytes
            line = b"" if rest else line
        if not line:
            yield number, None
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield number, line


def _one(
    file: Path, number: int, raw: bytes | None, date: dt.date | None, limits: InputLimits, seen: set[bytes]
) -> Article | Rejection:
    """The article of one record, or why there is none."""
    article_id: str | None = None
    try:
        if raw is None:
            raise _SetAsideError("too_long", f"the record has more than {limits.record_bytes} bytes")
        if file.suffix.lower() == ".txt":
            article = _plain(raw)
        else:
            record = _object(raw)
            article_id = _id(record, limits)
            article = _from_object(record, article_id)
        article = replace(article, file=_name(file), record=number, date=article.date or date)
        _check(article, limits)
        article_id = article.id or f"a-{article_sha256(article)[:16]}"
        _check_new(article_id, seen)
        return replace(article, id=article_id)
    except _SetAsideError as problem:
        return Rejection(_name(file), number, article_id, problem.reason, problem.detail)


def _name(file: Path) -> str:
    """The path as text that can be written as UTF-8, whatever bytes the file's name is made of."""
    return os.fsencode(file).decode("utf-8", "replace")


def _decode(raw: bytes) -> str:
    """UTF-8 text, or UTF-16 where a byte order mark says so."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _SetAsideError(
            "bad_encoding", f"byte {error.start} is not valid {encoding[:6].upper()}"
        ) from error


def _plain(raw: bytes) -> Article:
    title, _, text = _decode(raw).partition("\n")
    return Article(text, title=title.removesuffix("\r") or None)


def _object(raw: bytes) -> dict[str, object]:
    try:
        value = json.loads(_decode(raw), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _SetAsideError("bad_json", f"column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _SetAsideError("bad_json", "a number that is no JSON number, or nesting without end") from error
    if not isinstance(value, dict):
        raise _SetAsideError("not_an_object", f"an object was expected, not {_kind(value)}")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _kind(value: object) -> str:
    names = {list: "a list", dict: "an object", str: "a string", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")


def _id(record: Mapping[str, object], limits: InputLimits) -> str:
    """The record's own id; "" where it has none. A whole number counts as its figures."""
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**100:
            raise _SetAsideError("bad_field", "id: a number of more than 100 figures")
        return str(value)
    text = _string(record, "id") or ""
    if len(text) > limits.id_characters or _CONTROL.search(text) or "\n" in text:
        raise _SetAsideError(
            "bad_field", f"id: longer than {limits.id_characters} characters, or with control characters"
        )
    return text if text.strip() else ""


def _string(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _SetAsideError("bad_field", f"{name}: a string was expected, not {_kind(value)}")


def _from_object(record: Mapping[str, object], article_id: str) -> Article:
    text = _string(record, "text")
    if text is None:
        raise _SetAsideError("no_text", "the field text is missing or null")
    if not text.strip():
        raise _SetAsideError("empty", "the field text is blank")
    return Article(
        text,
        id=article_id,
        title=_string(record, "title") or None,
        date=_record_date(record),
        source=_string(record, "source") or None,
        url=_string(record, "url") or None,
        language=_string(record, "language") or None,
    )


def _record_date(record: Mapping[str, object]) -> dt.date | None:
    value = record.get("date")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**8:
        value = str(value)
    if not isinstance(value, str):
        raise _SetAsideError("bad_date", f"date: a string was expected, not {_kind(value)}")
    found = read_date(value) if len(value) <= 100 else None
    if found is None:
        raise _SetAsideError(
            "bad_date", "date: no day, month and year of four figures could be read, or the order is unclear"
        )
    return found


def _check(article: Article, limits: InputLimits) -> None:
    """Raise _SetAsideError for an article that cannot be coded."""
    if len(article.text) > limits.text_characters:
        raise _SetAsideError("too_long", f"{len(article.text)} characters; {limits.text_characters} are read")
    whole = (article.title or "") + article.text
    if not whole.strip():
        raise _SetAsideError("empty", "no text but blanks")
    for value in (whole, article.id, article.source, article.url, article.language):
        if value and not value.isascii() and _SURROGATE.search(value):
            raise _SetAsideError("bad_encoding", "half of a surrogate pair stands alone")
    if len(_CONTROL.findall(whole)) > len(whole) * limits.control_share:
        raise _SetAsideError("bad_encoding", "so many control characters that it looks like binary data")
    _check_language(article)


def _check_language(article: Article) -> None:
    if article.language and not says_english(article.language):
        raise _SetAsideError("not_english", "the field language names another language")
    if article.language is None:
        judged = judge_language(article)
        if judged is not None and judged != "en":
            raise _SetAsideError("not_english", f"judged to be {judged!r}")


def _check_new(article_id: str, seen: set[bytes]) -> None:
    key = hashlib.blake2b(article_id.encode("utf-8"), digest_size=8).digest()
    if key in seen:
        raise _SetAsideError("duplicate_id", "an article with this id was read before")
    seen.add(key)
