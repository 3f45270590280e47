"""Incidents: one row a happening, from the acts of any number of articles (docs/incidents.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.coding.happenings import happenings
from eventcode.coding.history import told_as_history
from eventcode.coding.incident_rows import incident_row
from eventcode.coding.reporting import MAX_DAYS as MAX_DAYS
from eventcode.coding.reporting import report
from eventcode.coding.tellings import Teller
from eventcode.joining.blocks import blocks
from eventcode.joining.changes import ended, entry_of
from eventcode.joining.grouping import grouped
from eventcode.joining.ids import Naming, Previous, name_all
from eventcode.joining.merging import ATTRIBUTIONS as ATTRIBUTIONS
from eventcode.joining.merging import merged
from eventcode.joining.packing import Packed, Pile, Unpacker, packed
from eventcode.joining.reports import Report
from eventcode.joining.weights import weights
from eventcode.model import Act
from eventcode.tables.output import rows_table

BATCH_ROWS = 1_000
SORTED_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Block:
    """Reports that no others belong to, and the names of their countries by ISO alpha-3 code."""

    reports: Packed
    names: Mapping[str, str]


def block_rows(block: Block) -> pa.Table:
    """Rows of the incidents table of one block; runs in any process."""
    told = weights()
    groups = grouped(Unpacker()(block.reports), told)
    known = [merged(group, told) for group in groups]
    ids = name_all(known, None, told).ids
    rows = (incident_row(*of_one, block.names) for of_one in zip(ids, known, groups, strict=True))
    tables = [rows_table("incidents", [])]
    while some := list(islice(rows, BATCH_ROWS)):
        tables.append(rows_table("incidents", some))
    return pa.concat_tables(tables)


def in_order(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Rows of several tables of incidents by date (unknown last), country and id, some at a time."""
    table = pa.concat_tables([rows_table("incidents", []), *tables])
    day = table.column("event_date").cast(pa.int32())
    keys = pa.table(
        {
            "day": pc.fill_null(day.cast(pa.int64()), date.max.toordinal()),
            "country": pc.fill_null(table.column("country").cast(pa.string()), ""),
            "id": table.column("event_id_cnty").cast(pa.string()),
        }
    )
    order = pc.sort_indices(keys, [(name, "ascending") for name in keys.column_names])
    for start in range(0, len(order), SORTED_ROWS):
        yield table.take(order.slice(start, SORTED_ROWS))


class IncidentBuilder:
    """Collects the acts of articles, one call an article, and gives the rows of the incidents table.

    Args:
        overlay: a user's folder laid over the lexicon and ontologies.
        previous: an ``incidents.parquet`` published before, whose ids are kept.

    Raises:
        InputError: ``previous`` is no incidents table.
    """

    def __init__(self, overlay: Path | None = None, previous: Path | None = None) -> None:
        self._teller = Teller(overlay)
        self._weights = weights()
        self._previous = Previous(previous) if previous is not None else None
        self._reports: list[Report] = []
        self._pile = Pile()
        self._articles: set[str] = set()
        self._changes: list[dict[str, Any]] | None = None

    def add(
        self,
        acts: Sequence[Act],
        article_id: str,
        article_date: date | None,
        article_source: str | None,
        text_sha256: str | None = None,
    ) -> None:
        """Takes in one article's acts; only what can be an incident is kept.

        Args:
            acts: in the order told.
            article_id, article_date, article_source: the article's.
            text_sha256: hash of its title and text; articles that share it count as one source.
        """
        self.add_reports(self.reports(acts, article_id, article_date, article_source, text_sha256))
        self.read([article_id])

    def reports(
        self,
        acts: Sequence[Act],
        article_id: str,
        article_date: date | None,
        article_source: str | None,
        text_sha256: str | None = None,
    ) -> list[Report]:
        """What one article tells, without taking it in: for a process that hands it on."""
        found = happenings(self._teller.tellings(acts))
        namer = self._teller.namer
        history = told_as_history(acts, article_date)
        return [
            report(h, namer, article_id, article_date, article_source, text_sha256, nth, history)
            for nth, h in enumerate(found)
        ]

    def add_reports(self, reports: Sequence[Report]) -> None:
        """Takes in what ``reports`` gave."""
        self._reports += reports
        self._changes = None

    def add_packed(self, reports: Packed) -> None:
        """Takes in what ``reports`` gave in another process."""
        self._pile.add(reports)
        self._changes = None

    def read(self, article_ids: Iterable[str]) -> None:
        """Notes that articles were read, whatever they told: earlier incidents that only they told may be withdrawn."""
        if self._previous is not None:
            self._articles.update(article_ids)

    def rows(self) -> list[dict[str, Any]]:
        """Rows of the incidents table by date (unknown last), country and id; the same whatever the order of adding."""
        return list(chain.from_iterable(self.batches()))

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """The same rows, some at a time, so that they never all lie in memory."""
        reports = [*self._pile.reports(), *self._reports]
        groups = grouped(reports, self._weights)
        known = [merged(group, self._weights) for group in groups]
        naming = name_all(known, self._previous, self._weights)
        changes: list[dict[str, Any]] = []
        names = self._names({r.country for r in reports})

        def order(number: int) -> tuple[date, str, str]:
            k = known[number]
            return (k.when.day or date.max, names[k.country] if k.country else "", naming.ids[number])

        ordered = iter(sorted(range(len(known)), key=order))
        while numbers := list(islice(ordered, BATCH_ROWS)):
            rows = [incident_row(naming.ids[n], known[n], groups[n], names) for n in numbers]
            if self._previous is not None:
                changes += self._compared(rows, numbers, naming, self._previous)
            yield rows
        if self._previous is not None:
            changes += ended(naming, self._previous, self._articles)
        self._changes = changes

    def blocks(self) -> Iterator[Block]:
        """What ``block_rows`` makes the same rows of, and ``in_order`` puts in order; not where there is an earlier table."""
        self._pile.add(packed(self._reports))
        self._reports = []
        names = self._names(self._pile.values("country"))
        return (Block(reports, names) for reports in blocks(self._pile))

    def _names(self, countries: Iterable[str | None]) -> dict[str, str]:
        return {c: self._teller.namer.lexicon.country_name(c) for c in countries if c}

    def changes(self) -> list[dict[str, Any]]:
        """The change log against the earlier table: rows in the order of ``rows``, then ids that are no more.

        Nothing where there is no earlier table.
        """
        if self._changes is None:
            for _ in self.batches():
                pass
        return self._changes or []

    @staticmethod
    def _compared(
        rows: Sequence[dict[str, Any]], numbers: Sequence[int], naming: Naming, previous: Previous
    ) -> Iterator[dict[str, Any]]:
        kept = [naming.kept[n] for n in numbers if n in naming.kept]
        old = dict(zip(kept, previous.rows(kept), strict=True))
        for row, number in zip(rows, numbers, strict=True):
            before = old.get(naming.kept[number]) if number in naming.kept else None
            split = previous.ids[naming.split[number]] if number in naming.split else None
            entry = entry_of(row, before, split)
            if entry is not None:
                yield entry
