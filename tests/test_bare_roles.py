"""Whose police, army, protesters and villagers are meant where no word beside them says: sixty short articles of all regions
(tests/cases/bare_roles.jsonl), with the country of each phrase; null where there is none.

A gate with a memory (floors.py): how many are right is pinned in ``cases/floors.json`` and may only grow.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from floors import Report, hold

from eventcode import Article, Coder
from eventcode.coder import CodedArticle

NAME = "bare_roles"
CASES = Path(__file__).resolve().parent / "cases" / f"{NAME}.jsonl"

Row = Mapping[str, Any]


def cases() -> list[Row]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


def countries(case: Row, coded: CodedArticle) -> list[str | None]:
    """The country of the phrase, last mentioned, in every act that it takes part in."""
    at, word = case["text"].rfind(case["phrase"]), case["phrase"].split()[-1]
    actors = [a for act in coded.acts for a in (*act.sources, *act.targets)]
    return [a.country for a in actors if a.start <= at < a.end and word in a.text]


def test_no_figure_got_worse(coder: Coder, request: pytest.FixtureRequest) -> None:
    days = {case["text"]: dt.date.fromisoformat(case["date"]) for case in cases()}
    read = coder.code_all([Article(text, "case", None, day) for text, day in days.items()])
    coded = dict(zip(days, read, strict=True))
    made = Report()
    for case in cases():
        found = countries(case, coded[case["text"]])
        right = bool(found) and set(found) == {case["country"]}
        made.add(
            {"right": right}, f"  {case['phrase']}: wanted {case['country']}, coded {found}: {case['text']}"
        )
    hold(NAME, CASES, made, request)


def test_every_phrase_is_in_its_article() -> None:
    assert all(case["phrase"] in case["text"] for case in cases())
