"""Puts finished parts together, in input order, to the tables of the folder, and builds the incidents from their acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from eventcode.batch.reports import Tell, WasSetAside
from eventcode.batch.rooms import IncidentRows
from eventcode.batch.store import PART_TABLES, PartStore, SetAside
from eventcode.batch.tasks import Texts
from eventcode.batch.work import INTERNAL_ERROR, internal_error
from eventcode.errors import EventcodeError
from eventcode.model import Act, Rejection
from eventcode.tables.output import TableFolder
from eventcode.tables.rows import Row, act_from_row

_TOLD = ("article_id", "date", "source", "sha256", "file", "record", "duplicate_of")


class Assembly:
    """Takes parts one after another. Memory holds one part, a row group of each table, and the incidents."""

    def __init__(
        self, folder: TableFolder, store: PartStore, texts: Texts, incidents: IncidentRows, tell: Tell
    ) -> None:
        """``folder`` is open; ``texts`` knows every article of the parts that are added."""
        self._folder = folder
        self._store = store
        self._texts = texts
        self._incidents = incidents
        self._tell = tell
        self._failed: set[str] = set()
        self.duplicates = 0

    def add(self, name: str) -> None:
        """Add a part's rows. Raises EventcodeError, OSError."""
        content = self._store.read(name)
        refused: list[SetAside] = []
        self._failed.update(
            str(one.rejection.article_id)
            for one in content.set_aside
            if one.rejection.reason == INTERNAL_ERROR
        )
        for position, (article, acts) in enumerate(acts_by_article(content.tables)):
            rejection = self._take(article, acts)
            if rejection is not None:
                refused.append(SetAside(position, rejection))
        self._write(content.tables, [one.rejection.article_id for one in refused])
        # Of the same position, what was set aside in reading comes first: its record stands before the article.
        for one in sorted([*content.set_aside, *refused], key=lambda one: one.position):
            self._folder.reject(one.rejection)
            self._tell(WasSetAside(one.rejection))

    def finish(self, names: Sequence[str]) -> None:
        """Write the incidents, when all parts were added. ``names``: of these."""
        self._add_copies(names)
        for rows in self._incidents.batches():
            self._folder.write("incidents", rows)

    def _add_copies(self, names: Sequence[str]) -> None:
        """Name the articles with copied words in the incidents, beside those that they copy."""
        if not self._texts.copies:
            return
        for name in names:
            if self._store.rows(name)["acts"] == 0:
                continue
            for article, acts in acts_by_article(self._store.read(name).tables):
                for copy in self._texts.copies_of(article["article_id"]) if acts else ():
                    self._incidents.add(acts, copy.article_id, copy.date, copy.source, article["sha256"])

    def _take(self, article: Row, acts: Sequence[Act]) -> Rejection | None:
        """Take an article into the incidents; why it is set aside, where it must be."""
        name = article["article_id"]
        if article["duplicate_of"] in self._failed:
            detail = f"has the words of article {article['duplicate_of']!r}, which was set aside"
            self._failed.add(name)
            return Rejection(article["file"], article["record"], name, INTERNAL_ERROR, detail)
        try:
            if article["duplicate_of"] is None:
                self._incidents.add(acts, name, article["date"], article["source"], article["sha256"])
            else:
                self.duplicates += 1
        except EventcodeError:
            raise
        except Exception as error:
            self._failed.add(name)
            return internal_error(article["file"], article["record"], name, error)
        return None

    def _write(self, tables: Mapping[str, pa.Table], without: Sequence[str | None]) -> None:
        for table in PART_TABLES:
            self._folder.append(table, _without(tables[table], without) if without else tables[table])


def acts_by_article(tables: Mapping[str, pa.Table]) -> Iterator[tuple[Row, list[Act]]]:
    """What a part tells of each article, with its acts; both tables are in input order."""
    acts: list[Row] = tables["acts"].to_pylist()
    groups: Iterator[tuple[Any, list[Row]]] = (
        (key, list(rows)) for key, rows in groupby(acts, key=itemgetter("article_id"))
    )
    waiting = next(groups, None)
    for article in tables["articles"].select(_TOLD).to_pylist():
        if waiting is not None and waiting[0] == article["article_id"]:
            yield article, [act_from_row(row) for row in waiting[1]]
            waiting = next(groups, None)
        else:
            yield article, []


def _without(table: pa.Table, articles: Sequence[str | None]) -> pa.Table:
    import pyarrow.compute as pc  # slow to load, and seldom needed

    return table.filter(pc.invert(pc.is_in(table["article_id"], pa.array(articles, pa.string()))))
