"""Pairs of reports written by somebody who had not seen the code: are both in one incident (tests/cases/README.md)?

All reports are coded together, as in a folder. Counted are pairs that are rightly put together (``joined``), rightly
kept apart (``apart``), and both (``right``); pinned in ``cases/floors.json`` as in floors.py. Precision is joined / (joined +
100 - apart), recall joined / 100.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from floors import CASES, Report, hold

from eventcode import Article, Coder
from eventcode.coding.incidents import IncidentBuilder

FILE = CASES / "report_pairs.jsonl"
NAME = "report_pairs"

Case = Mapping[str, Any]


def articles(cases: list[Case]) -> Iterator[Article]:
    for case in cases:
        for side in "ab":
            told = case[side]
            day = dt.date.fromisoformat(told["date"])
            yield Article(
                told["text"], id=f"{case['id']}-{side}", title=told["title"], date=day, source=f"Paper {side}"
            )


def incidents_of(coder: Coder, cases: list[Case]) -> dict[str, set[str]]:
    """Ids of the incidents that each article tells of."""
    builder = IncidentBuilder()
    every = list(articles(cases))
    for article, coded in zip(every, coder.code_all(every), strict=True):
        builder.add(coded.acts, article.id, article.date, article.source)
    found: dict[str, set[str]] = defaultdict(set)
    for row in builder.rows():
        for article_id in row["article_ids"]:
            found[article_id].add(row["event_id_cnty"])
    return found


def report(coder: Coder) -> Report:
    """Code every report, join them, and compare."""
    cases: list[Case] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    found = incidents_of(coder, cases)
    made = Report()
    for case in cases:
        together = bool(found[f"{case['id']}-a"] & found[f"{case['id']}-b"])
        marks = {
            "right": together == case["same"],
            "joined": together and case["same"],
            "apart": not together and not case["same"],
        }
        wanted = "one" if case["same"] else "two"
        made.add(marks, f"  {case['id']}: {wanted} wanted: {case['why']}")
    return made


@pytest.mark.slow
def test_no_figure_got_worse(coder: Coder, request: pytest.FixtureRequest) -> None:
    hold(NAME, FILE, report(coder), request)
