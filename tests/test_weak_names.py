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


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("Taliban fighters raided a school near Peshawar in Pakistan.", dt.date(2012, 4, 1), "PAKINSTTP"),
        ("The Taliban raided a checkpoint in Pakistan.", dt.date(2022, 4, 1), "PAKINSTTP"),
        (
            "The Taliban raided a checkpoint in Pakistan, Afghan officials said.",
            dt.date(2012, 4, 1),
            "AFGINSTAL",
        ),
        (
            "The Taliban raided a checkpoint in Pakistan, Afghan officials said.",
            dt.date(2022, 4, 1),
            "AFGGOV",
        ),
        (
            "The Pakistani Taliban are strong. The Taliban raided an Afghan village.",
            dt.date(2012, 4, 1),
            "PAKINSTTP",
        ),
        # The Pakistani Taliban were founded late in 2007.
        ("The Taliban raided a checkpoint in Pakistan.", dt.date(2005, 4, 1), "AFGINSTAL"),
        ("The Taliban raided a checkpoint.", dt.date(2012, 4, 1), "AFGINSTAL"),
    ],
)
def test_of_two_groups_of_one_name_that_of_the_country(
    coder: Coder, text: str, day: dt.date, code: str
) -> None:
    acts = coder.code(Article(text, "x", None, day)).acts
    assert {a.code for act in acts for a in act.sources} == {code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # Family names.
        ("Gunmen kidnapped Nasir Shah in Lahore.", None),
        ("Gunmen kidnapped Ahmed Sultan in Basra, Iraq.", None),
        # Given names, where nobody is a prince.
        ("Gunmen kidnapped Amir Hussain in Karachi.", None),
        ("Gunmen kidnapped Prince Mensah in Accra.", None),
        # Titles.
        ("Gunmen kidnapped the Amir of Kuwait.", "KWTGOV"),
        ("Gunmen kidnapped Prince Turki in Riyadh.", "SAUGOV"),
        ("Gunmen kidnapped Federal Judge Jane Doe in Ohio.", "USAJUD"),
        ("Gunmen kidnapped a prince in Accra.", "GHAGOV"),
    ],
)
def test_ranks_in_names_of_people(coder: Coder, text: str, code: str | None) -> None:
    acts = coder.code(Article(text, "x", None, IN_OFFICE)).acts
    assert {a.code for act in acts for a in act.targets} == {code}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Jordan King Abdullah visited Egypt.", "JOR"),
        ("Jordan's parliament met. King Abdullah visited Egypt.", "JOR"),
        ("Saudi Arabia's parliament met. King Abdullah visited Egypt.", "SAU"),
    ],
)
def test_two_kings_of_one_name(coder: Coder, text: str, country: str) -> None:
    acts = coder.code(Article(text, "x", None, dt.date(2010, 4, 1))).acts
    kings = {(a.country, a.id) for act in acts for a in act.sources if a.id and "abdullah" in a.id}
    assert {c for c, _ in kings} == {country}
