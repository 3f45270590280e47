"""Noun phrases with code, country, role, type and name, written from newspaper English before the tables or the code knew
them (tests/cases/blind_actors.jsonl; blind_actors_2.jsonl: security organs, militias, affixes, quantities, unions;
blind_actors_3.jsonl: nestings, offices by their day, ambiguous names, forces abroad).

A gate with a memory (floors.py): how many are right is pinned in ``cases/floors.json`` and may only grow;
``--raise-floors`` pins what has got better.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from floors import Marks, Report, hold

from eventcode import Article, Coder
from eventcode.coder import CodedArticle, _ArticleCoder
from eventcode.coding.acled_actors import Namer, Party
from eventcode.model import Act, Actor, Sentence
from eventcode.reading.tree import Tree
from eventcode.sentences import cut

CASES = Path(__file__).resolve().parent / "cases"
NAMES = ("blind_actors", "blind_actors_2", "blind_actors_3")
INTERNATIONAL = ("IGO", "NGO", "IMG", "MNC", "NGM")

Row = Mapping[str, Any]


def table(name: str) -> Path:
    return CASES / f"{name}.jsonl"


def cases(name: str) -> list[Row]:
    """The rows of a table. A value is what is right, or a list of what is."""
    return [json.loads(line) for line in table(name).read_text(encoding="utf-8").splitlines()]


def _any_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(value: str | None, wanted: Any) -> bool:
    return value in _any_of(wanted)


def _code_fits(code: str | None, wanted: Any) -> bool:
    """Whether a code is one of those wanted; of "NGAINS*" any that begins so."""
    for good in _any_of(wanted):
        if code is None or good is None:
            if code is good:
                return True
        elif code.startswith(good[:-1]) if good.endswith("*") else code == good:
            return True
    return False


def _acting(acts: tuple[Act, ...], actor: Actor) -> Iterator[tuple[Act, Actor]]:
    """Where the phrase takes part in an act."""
    for act in acts:
        for found in (*act.sources, *act.targets):
            if (found.start, found.end) == (actor.start, actor.end):
                yield act, found


def _type(acts: tuple[Act, ...], actor: Actor, country: str | None) -> str | None:
    """ACLED's actor type in what is told: who demonstrates is a protester, forces abroad are external ones."""
    kind = actor.type
    for act, found in _acting(acts, actor):
        kind = found.type or kind
        country = next((p.country for p in act.places if p.country), None) or country
        break
    return Namer.inter(Party("state", "", kind, actor.country), country) if kind else None


def marks(case: Row, coder: Coder, coded: CodedArticle, tree: Tree) -> tuple[Marks, str]:
    """Which of code, country, role, type and name are right; right: code, country and role together. ``tree``: the
    sentence of the phrase, parsed."""
    walk, sentence = _place(case, coder)
    at = sentence.text.index(case["phrase"])
    words = tree.covering(at, at + len(case["phrase"]))
    assert words is not None
    hits = walk.hits[sentence.field, sentence.start]
    described = coder.describer.describe(tree, tree.top(words).i, hits, walk.article.date)
    actor = walk.people.localise(walk.people.resolve(described, sentence, subject=True), walk.country)
    code = actor.code or ""
    role = actor.roles[0] if actor.roles else code[:3] if code[:3] in INTERNATIONAL else None
    kind = _type(coded.acts, actor, walk.country)
    found: Marks = {
        "cameo": _code_fits(actor.code, case["cameo"]),
        "country": _fits(actor.country, case["country"]),
        "role": _fits(role, case["role"]),
        "type": _fits(kind, case["acled_type"]),
        "name": case["name"] is None or _fits(actor.name, case["name"]),
    }
    found["right"] = found["cameo"] and found["country"] and found["role"]
    wanted = f"{case['cameo']} {case['country']} {case['role']} {case['acled_type']}"
    got = f"{actor.code} {actor.country} {role} {kind}"
    return found, f"  {case['phrase']}: wanted {wanted}, coded {got}: {case['text']}"


def _article(case: Row) -> Article:
    return Article(case["text"], "case", None, dt.date.fromisoformat(case["date"]))


def _place(case: Row, coder: Coder) -> tuple[_ArticleCoder, Sentence]:
    """The article's walk and the sentence of the phrase."""
    article = _article(case)
    walk = _ArticleCoder(coder, article, cut(article), False)
    return walk, next(s for s in walk.document.sentences if case["phrase"] in s.text)


def report(name: str, coder: Coder) -> Report:
    """Every phrase of a table read and compared."""
    rows = cases(name)
    coded = coder.code_all([_article(case) for case in rows])
    trees = coder.parser.parse([_place(case, coder)[1].text for case in rows])
    made = Report()
    for case, article, tree in zip(rows, coded, trees, strict=True):
        made.add(*marks(case, coder, article, tree))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_got_worse(name: str, coder: Coder, request: pytest.FixtureRequest) -> None:
    hold(name, table(name), report(name, coder), request)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_whole(name: str) -> None:
    for case in cases(name):
        assert case["phrase"] in case["text"]
        assert {"cameo", "country", "role", "acled_type", "name", "kind", "date"} <= set(case)
