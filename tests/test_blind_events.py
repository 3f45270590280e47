"""Newspaper sentences for every PLOVER event and CAMEO root, written before the lexicon was read (tests/cases/README.md).

Counted for each half: sentences with a row of the right PLOVER event and CAMEO root whose source and target are the right
ones (``right``), with a row of the right event (``event``), of the right root (``root``), and with a row between the right
two (``pair``). Half "a" was read while the reader was mended, half "b" only when it had been measured many times.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from floors import CASES, Marks, Report, hold

from eventcode import Article, Coder
from eventcode.coding.events import EventCoder

FILE = CASES / "blind_events.jsonl"

Row = Mapping[str, Any]


def article(case: Row) -> Article:
    return Article(case["text"], id=case["id"], date=dt.date.fromisoformat(case["date"]))


def _names(wanted: Iterable[str | None], found: str | None) -> bool:
    """Whether the text found names one of those wanted, at the same or another length ("the army", "army")."""
    if found is None:
        return None in wanted
    low = found.lower()
    return any(w is not None and (w.lower() in low or low in w.lower()) for w in wanted)


def marks(case: Row, rows: Iterable[Row]) -> Marks:
    """What is right in any one row of the sentence's events."""
    event = [row["plover_event"] in case["event"] for row in rows]
    root = [(row["cameo_code"] or "")[:2] in case["root"] for row in rows]
    pair = [
        _names(case["source"], row["source_text"]) and _names(case["target"], row["target_text"])
        for row in rows
    ]
    return {
        "right": any(map(all, zip(event, root, pair, strict=True))),
        "event": any(event),
        "root": any(root),
        "pair": any(pair),
    }


def report(coder: Coder, event_coder: EventCoder, half: str) -> Report:
    """Code each sentence of this half by itself, and compare."""
    cases: list[Row] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    cases = [case for case in cases if case["half"] == half]
    articles = [article(case) for case in cases]
    made = Report()
    for case, told, coded in zip(cases, articles, coder.code_all(articles), strict=True):
        rows = event_coder.events(coded.acts, told.date, told.source)
        found = [
            f"{r['plover_event']} {r['cameo_code']}: {r['source_text']} > {r['target_text']}" for r in rows
        ]
        wanted = f"{case['event'][0]} {case['root'][0]}: {case['source'][0]} > {case['target'][0]}"
        made.add(
            marks(case, rows), f"  {case['id']} wanted {wanted}; coded {found or 'nothing'}: {case['text']}"
        )
    return made


@pytest.mark.parametrize("half", ["a", "b"])
def test_no_figure_got_worse(
    half: str, coder: Coder, event_coder: EventCoder, request: pytest.FixtureRequest
) -> None:
    hold(f"blind_events_{half}", FILE, report(coder, event_coder, half), request)
