"""From a record's raw values to an article: types, date, id, language, limits."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace

from eventcode.inputs.dates import read_date
from eventcode.inputs.hashes import article_sha256
from eventcode.inputs.options import MILLION, InputOptions
from eventcode.inputs.reasons import Found, Record, SetAsideError, Unread
from eventcode.language import judge_language, says_english
from eventcode.model import Article, Rejection

ID_CHARACTERS = 500
"""Characters of an id above which it is refused."""

CONTROL_SHARE = 0.02
"""Share of control characters above which a text is taken for binary data."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Blanks, and what shows nothing: soft hyphens, zero-width and direction marks, byte order marks.
_INVISIBLE = re.compile(r"[\s\x00\xad\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*\Z")
_SHOWN_KINDS = {list: "a list", dict: "an object", str: "a string", bool: "true or false", bytes: "bytes"}


class Finisher:
    """Makes articles of records; remembers an 8-byte hash of every id, so that one given twice is found.

    Where no id is given, a text that comes again has its number behind the made id: "a-0123456789abcdef-2".
    """

    def __init__(self, date: dt.date | None, options: InputOptions) -> None:
        """
        Args:
            date: publication date of articles that give none.
            options: limits.
        """
        self._date = date
        self._options = options
        self._seen: set[bytes] = set()
        self._times: dict[bytes, int] = {}

    def finish(self, file: str, found: Found) -> Article | Rejection:
        """The article of one record of a file, or why there is none."""
        if isinstance(found, Unread):
            return Rejection(file, found.number, None, found.reason, found.detail)
        article_id: str | None = None
        try:
            article_id = _id(found.fields)
            article = _article(found, article_id)
            article = replace(article, file=file, record=found.number, date=article.date or self._date)
            self._check(article)
            if article_id:
                self._check_new(article_id)
            else:
                article_id = self._made_id(article)
            return replace(article, id=article_id)
        except SetAsideError as problem:
            return Rejection(file, found.number, article_id or None, problem.reason, problem.detail)

    def _check(self, article: Article) -> None:
        """Raise SetAsideError for an article that cannot be coded."""
        most = self._options.article_characters
        if len(article.text) > most:
            raise SetAsideError(
                "too_long",
                f"{len(article.text)} characters; up to {most} are read: --max-article-mb {most / MILLION:g}",
            )
        whole = (article.title or "") + article.text
        if _INVISIBLE.match(whole):
            raise SetAsideError("empty", "no text but blanks")
        for value in (whole, article.source, article.url, article.language):
            _check_encoding(value)
        if len(_CONTROL.findall(whole)) > len(whole) * CONTROL_SHARE:
            raise SetAsideError("bad_encoding", "so many control characters that it looks like binary data")
        _check_language(article)

    def _check_new(self, article_id: str) -> None:
        if not self._is_new(article_id):
            raise SetAsideError("duplicate_id", "an article with this id was read before")

    def _made_id(self, article: Article) -> str:
        """An id for an article that has none, made of its words; that of a copy tells which one it is."""
        article_id = f"a-{article_sha256(article)[:16]}"
        if self._is_new(article_id):
            return article_id
        key = _key(article_id)
        times = self._times.get(key, 1) + 1
        while not self._is_new(f"{article_id}-{times}"):
            times += 1
        self._times[key] = times
        return f"{article_id}-{times}"

    def _is_new(self, article_id: str) -> bool:
        """Whether the id was not met before; it is remembered."""
        key = _key(article_id)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _key(article_id: str) -> bytes:
    return hashlib.blake2b(article_id.encode("utf-8"), digest_size=8).digest()


def kind_of_value(value: object) -> str:
    """A value's type in words."""
    return "null" if value is None else _SHOWN_KINDS.get(type(value), "a number")


def _id(record: Mapping[str, object]) -> str:
    """The record's own id; "" where it has none. A whole number counts as its figures."""
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**100:
            raise SetAsideError("bad_field", "id: a number of more than 100 figures")
        return str(value)
    text = _string(record, "id") or ""
    if len(text) > ID_CHARACTERS or _CONTROL.search(text) or "\n" in text:
        raise SetAsideError(
            "bad_field", f"id: longer than {ID_CHARACTERS} characters, or with control characters"
        )
    # Before the id is used to name what is set aside: it could not be written.
    _check_encoding(text)
    return text if text.strip() else ""


def _check_encoding(value: str | None) -> None:
    """Raise SetAsideError for a value that cannot be written as UTF-8."""
    if value and not value.isascii() and _SURROGATE.search(value):
        raise SetAsideError("bad_encoding", "half of a surrogate pair stands alone")


def _string(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value
    raise SetAsideError("bad_field", f"{name}: a string was expected, not {kind_of_value(value)}")


def _article(found: Record, article_id: str) -> Article:
    record = found.fields
    text = _string(record, "text")
    if text is None:
        raise SetAsideError("no_text", "the field text is missing or null")
    if not text.strip() and not found.headed:
        raise SetAsideError("empty", "the field text is blank")
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
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**8:
        value = str(value)
    if not isinstance(value, str):
        raise SetAsideError("bad_date", f"date: a string was expected, not {kind_of_value(value)}")
    found = read_date(value)
    if found is None:
        raise SetAsideError(
            "bad_date", "date: no day, month and year of four figures could be read, or the order is unclear"
        )
    return found


def _check_language(article: Article) -> None:
    if article.language and not says_english(article.language):
        raise SetAsideError("not_english", "the field language names another language")
    if article.language is None:
        judged = judge_language(article)
        if judged is not None and judged != "en":
            raise SetAsideError("not_english", f"judged to be {judged!r}")
