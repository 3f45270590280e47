"""Surnames alone: whose they are, by what else the article says."""

from __future__ import annotations

import datetime as dt

import pytest

from eventcode import Article, Coder

IN_OFFICE, LONG_BEFORE = dt.date(2003, 4, 1), dt.date(1975, 4, 1)


@pytest.mark.parametrize(
    ("text", "day", "phrase", "known"),
    [
        ("Blair visited Berlin on Tuesday.", IN_OFFICE, "Blair", True),
        ("Blair visited Berlin on Tuesday.", LONG_BEFORE, "Blair", False),
        ("Tony Blair met the chancellor. Blair praised Germany.", LONG_BEFORE, "Blair", True),
        ("Keith Blair visited Berlin on Tuesday.", IN_OFFICE, "Keith Blair", False),
        ("Police in Blair County visited Berlin on Tuesday.", IN_OFFICE, "Blair", False),
        ("But Blair visited Berlin on Tuesday.", IN_OFFICE, "Blair", True),
        ("Prime Minister Blair visited Berlin on Tuesday.", IN_OFFICE, "Prime Minister Blair", True),
    ],
)
def test_whose_surname(coder: Coder, text: str, day: dt.date, phrase: str, known: bool) -> None:
    acts = coder.code(Article(text, "x", None, day)).acts
    named = {a.name for act in acts for a in (*act.sources, *act.targets) if a.text == phrase}
    assert ("Tony Blair" in named) is known
