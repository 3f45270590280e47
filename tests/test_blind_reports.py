"""Reports written from ACLED's codebook by somebody who had not seen the code (tests/cases/README.md).

Counted for each half: incidents of the right sub-event type (``right``), of those that are wanted; incidents too many are
pinned from below as reports without a wrong one (``clean``); and reports of which ACLED codes nothing and nothing is coded
(``quiet``). Half "a" was read while the reader was mended; of half "b" 60 reports
had been, before the halves were dealt as they are now.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from floors import CASES, Report, hold

from eventcode import Article, Coder
from eventcode.coder import CodedArticle
from eventcode.coding.incidents import IncidentBuilder

FILE = CASES / "blind_reports.jsonl"

Case = Mapping[str, Any]


def article(case: Case) -> Article:
    return Article(case["text"], id=case["id"], title=case["title"], date=dt.date.fromisoformat(case["date"]))


def types_of(told: Article, coded: CodedArticle) -> Counter[str]:
    """Sub-event types of the incidents that one report gives."""
    builder = IncidentBuilder()
    builder.add(coded.acts, told.id, told.date, told.source)
    return Counter(row["sub_event_type"] for row in builder.rows())


def report(coder: Coder, half: str) -> Report:
    """Code each report of this half by itself, and compare."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    cases: list[Case] = [case for case in map(json.loads, lines) if case["half"] == half]
    articles = [article(case) for case in cases]
    made = Report()
    for case, told, coded in zip(cases, articles, coder.code_all(articles), strict=True):
        found = types_of(told, coded)
        wanted = Counter(incident["sub_event_type"] for incident in case["expected"])
        right = (wanted & found).total()
        marks = {"right": found == wanted}
        made.add(marks, f"  {case['id']}: wanted {dict(wanted)}, coded {dict(found)}")
        made.figures["incidents"] += right
        made.figures["clean"] += not found - wanted
        made.figures["quiet"] += not wanted and not found
    return made


@pytest.mark.slow
@pytest.mark.parametrize("half", ["a", "b"])
def test_no_figure_got_worse(half: str, coder: Coder, request: pytest.FixtureRequest) -> None:
    hold(f"blind_reports_{half}", FILE, report(coder, half), request)
