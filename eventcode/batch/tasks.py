"""Records on their way to the coder: hashed, and copies of earlier words told."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from eventcode.inputs import article_sha256, folded_sha256
from eventcode.model import Article, Rejection

_CACHE_KILOBYTES = 16_000
_TABLES = """
CREATE TABLE texts (hash BLOB PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE copies (original TEXT, number INTEGER, article TEXT, date TEXT, source TEXT,
                     PRIMARY KEY (original, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Task:
    """An article to be coded. ``duplicate_of``: the earlier article with the same words; such a one is not read."""

    article: Article
    sha256: str
    duplicate_of: str | None


Record = Task | Rejection


@dataclass(frozen=True, slots=True)
class Copy:
    """An article with the words of an earlier one."""

    article_id: str
    date: dt.date | None
    source: str | None


class Texts:
    """Which article had which words first, and the copies of each: on disk, as memory shall not grow with the input.

    A context manager; the file is gone at the end.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError where the file cannot be made."""
        self._path = path
        path.unlink(missing_ok=True)
        self.copies = 0
        self._base = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KILOBYTES}"):
            self._base.execute(f"PRAGMA {setting}")
        self._base.executescript(_TABLES)
        self._base.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._path.unlink(missing_ok=True)

    def task(self, article: Article) -> Task:
        """The article as a task; it is remembered."""
        key = bytes.fromhex(folded_sha256(article)[:32])
        found = self._base.execute("SELECT article FROM texts WHERE hash = ?", (key,)).fetchone()
        if found is None:
            self._base.execute("INSERT INTO texts VALUES (?, ?)", (key, article.id))
            return Task(article, article_sha256(article), None)
        day = article.date.isoformat() if article.date else None
        self.copies += 1
        self._base.execute(
            "INSERT INTO copies VALUES (?, ?, ?, ?, ?)",
            (found[0], self.copies, article.id, day, article.source),
        )
        return Task(article, article_sha256(article), found[0])

    def copies_of(self, article_id: str) -> list[Copy]:
        """The copies of an article, in input order."""
        if not self.copies:
            return []
        rows = self._base.execute(
            "SELECT article, date, source FROM copies WHERE original = ? ORDER BY number", (article_id,)
        )
        return [Copy(name, dt.date.fromisoformat(day) if day else None, source) for name, day, source in rows]


def tasks(records: Iterable[Article | Rejection], texts: Texts) -> Iterator[Record]:
    """The records, every article as a task."""
    for record in records:
        yield record if isinstance(record, Rejection) else texts.task(record)


def record_sha256(record: Record) -> bytes:
    """SHA-256 of everything of a record that a table may depend on."""
    if isinstance(record, Rejection):
        told: list[object] = [record.file, record.record, record.article_id, record.reason, record.detail]
    else:
        article = record.article
        told = [article.file, article.record, article.id, article.title, str(article.date), article.source]
        told += [article.url, article.language, record.sha256, record.duplicate_of]
    return hashlib.sha256(json.dumps(told).encode()).digest()
