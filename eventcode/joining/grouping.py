"""From the reports of many articles to groups that each tell of one happening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from eventcode.joining.clusters import clusters
from eventcode.joining.features import Features, features
from eventcode.joining.likeness import Likeness, Scored
from eventcode.joining.reports import AREA, FINE, Report, exactness
from eventcode.joining.weights import Weights


def grouped(reports: Sequence[Report], weights: Weights) -> list[list[Report]]:
    """Reports of one happening together, each group by ``Report.key``, groups by their first report.

    The same reports give the same groups, in whatever order they come.
    """
    statements = _statements(sorted(reports, key=lambda r: r.key))
    firsts = [statement[0] for statement in statements]
    f = features(firsts, weights)
    scored = _of_different_articles(Likeness(f, weights).scored(), statements, f)
    labels = clusters(f.exact, scored, weights).tolist()
    together: dict[int, list[list[Report]]] = {}
    for label, statement in zip(labels, statements, strict=True):
        together.setdefault(label, []).append(statement)
    return [
        group[0] if len(group) == 1 else sorted(chain.from_iterable(group), key=lambda r: r.key)
        for group in together.values()
    ]


def _statements(ordered: Sequence[Report]) -> list[list[Report]]:
    """Reports that say the very same, or are of copies of one text, together; compared once."""
    found: list[list[Report]] = []
    known: dict[tuple[Any, ...], list[Report]] = {}
    for report in ordered:
        keys = [key for key in (_copy(report), _content(report)) if key is not None]
        statement = next((known[key] for key in keys if key in known), None)
        if statement is None:
            statement = []
            found.append(statement)
        statement.append(report)
        for key in keys:
            known.setdefault(key, statement)
    return found


def _copy(r: Report) -> tuple[Any, ...] | None:
    """The same report of the same text, wherever it was printed."""
    if r.text_sha256 is None:
        return None
    return (r.text_sha256, r.nth, r.type.sub_event_type, r.one.name, r.two.name, r.where)


def _content(r: Report) -> tuple[Any, ...] | None:
    """Equal where two reports say the same of a day and a place that are known."""
    if r.when.day is None or exactness(r.place, r.country) not in (FINE, AREA):
        return None
    w = r.when
    return (
        w.first,
        w.last,
        w.basis,
        r.where,
        r.type.sub_event_type,
        r.one.name,
        r.two.name,
        r.killed,
        r.injured,
    )


# --- one article tells apart what it tells twice -------------------------------------------------------------------


def _of_different_articles(scored: Scored, statements: Sequence[Sequence[Report]], f: Features) -> Scored:
    """Without the pairs of which one article tells both: it means two, unless ACLED would count one."""
    numbers: dict[str, int] = {}
    articles = [frozenset(numbers.setdefault(r.article_id, len(numbers)) for r in s) for s in statements]
    first = np.array([min(a) for a in articles], np.int64)
    many = np.array([len(a) > 1 for a in articles], np.bool_)
    doubtful = (first[scored.i] == first[scored.j]) | many[scored.i] | many[scored.j]
    at = np.flatnonzero(doubtful)
    apart = [
        k
        for k, i, j in _pairs(scored, at)
        if articles[i] & articles[j] and not _one_for_acled(i, j, f, statements)
    ]
    keep = np.ones(len(scored.i), np.bool_)
    keep[apart] = False
    return Scored(scored.i[keep], scored.j[keep], scored.points[keep])


def _pairs(scored: Scored, at: Any) -> Iterator[tuple[int, int, int]]:
    yield from zip(at.tolist(), scored.i[at].tolist(), scored.j[at].tolist(), strict=True)


def _one_for_acled(i: int, j: int, f: Features, statements: Sequence[Sequence[Report]]) -> bool:
    """The same actors at one place on one day (acled.md, section 4)."""
    if f.place[i] != f.place[j] or f.exact[i] != FINE or f.first[i] != f.first[j] or f.last[i] != f.last[j]:
        return False
    a, b = statements[i][0], statements[j][0]
    same = {a.one.name, a.two.name} == {b.one.name, b.two.name}
    return same and a.type.event_type == b.type.event_type
