"""Surnames alone: whose they are, by what else the article says."""

from __future__ import annotations

import datetime as dt

import pytest

from eventcode import Article, Coder
from eventcode.coder import _ArticleCoder
from eventcode.sentences import cut

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


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        # Given name and family name whom no table knows.
        ("Michael Jordan accused Peru of fraud.", {"PER"}),
        ("Jordan Clark accused Peru of fraud.", {"PER"}),
        ("Peru accused Chad Miller of fraud.", {"PER"}),
        ("Bill Washington visited Peru.", {"PER"}),
        # Countries beside titles, bodies and their own people.
        ("Jordan accused Peru of fraud.", {"JOR", "PER"}),
        ("Peru accused President Jordan of fraud.", {"JOR", "PER"}),
        ("Israel Radio accused Peru of fraud.", {"ISR", "PER"}),
        ("Will Jordan accuse Peru of fraud?", {"JOR", "PER"}),
    ],
)
def test_countries_in_names_of_people(coder: Coder, text: str, countries: set[str]) -> None:
    hits = _ArticleCoder(coder, article := Article(text, "x", None, IN_OFFICE), cut(article), False).hits
    found = (h.entry for sentence in hits.values() for h in sentence)
    assert {e.country for e in found if e.kind in ("country", "seat", "organisation")} == countries
