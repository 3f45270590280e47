"""Countries and sides that are named again together or by a common word: "the two sides", "his counterpart"."""

from __future__ import annotations

import datetime as dt

import pytest

from eventcode import Article, Coder
from eventcode.coder import _ArticleCoder
from eventcode.find.grammar import conjuncts
from eventcode.model import Actor
from eventcode.sentences import cut

DAY = dt.date(2012, 5, 1)
PARTS = frozenset({"nsubj", "nsubjpass", "dobj"})


def actors(coder: Coder, text: str) -> list[tuple[Actor, ...]]:
    """Who each subject and object of the text is, in order, joined ones apart."""
    article = Article(text, "case", None, DAY)
    walk = _ArticleCoder(coder, article, cut(article), False)
    sentences = walk.document.sentences
    found = []
    for sentence, tree in zip(sentences, coder.parser.parse([s.text for s in sentences]), strict=True):
        hits = walk.hits[sentence.field, sentence.start]
        named = {w.i: w for word in tree if word.dep in PARTS for w in conjuncts(word)}
        for i, word in sorted(named.items()):
            described = coder.describer.describe(tree, i, hits, DAY)
            found.append(walk.people.resolve_all(described, sentence, subject=word.dep != "dobj"))
    return found


def last(coder: Coder, text: str) -> list[str | None]:
    """Codes of the last phrase."""
    return [a.code for a in actors(coder, text)[-1]]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Peru and Chile fought. The two sides withdrew.", ["PER", "CHL"]),
        ("The army and the rebels fought. Both sides withdrew.", ["MIL", "REB"]),
        ("Peru and Chile fought. Both withdrew.", ["PER", "CHL"]),
        ("Peru and Chile fought. The rival armies withdrew.", ["PER", "CHL"]),
        ("Peru's president criticised Chile's president. The two countries withdrew.", ["PER", "CHL"]),
        ("Peru and Chile criticised each other.", ["PER", "CHL"]),
        ("Peru and Chile fought. Each side blamed the other.", ["PER", "CHL"]),
        # Civilians are no side.
        ("Peru and Chile released prisoners. The two sides withdrew.", ["PER", "CHL"]),
        # Three, or one, are no two.
        ("Peru, Chile and Bolivia fought. The two sides withdrew.", [None]),
        ("Peru withdrew. The two sides fought.", [None]),
        # Two that are named are no others.
        ("Peru and Chile fought. The two Danish envoys withdrew.", ["DNKGOV"]),
        # One country.
        ("Peru expelled a diplomat. The country withdrew.", ["PER"]),
        ("Peru and Chile fought. The country withdrew.", [None]),
        # The holder of the same office.
        ("Peru's foreign minister praised a counterpart from Chile.", ["CHLGOV"]),
        ("Peru's president met Chile's president. Peru's president criticised his counterpart.", ["CHLGOV"]),
    ],
)
def test_who_is_meant(coder: Coder, text: str, codes: list[str | None]) -> None:
    assert last(coder, text) == codes


def test_each_of_two_is_shown_as_it_was_named_before(coder: Coder) -> None:
    text = "Peru and Chile fought. The two sides withdrew."
    two = actors(coder, text)[-1]
    assert [text[a.start : a.end] for a in two] == ["Peru", "Chile"]


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        (
            "The Danish and Peruvian ministers withdrew.",
            ["The Danish", "Peruvian ministers"],
            ["DNKGOV", "PERGOV"],
        ),
        (
            "Peru and Chile's armies withdrew.",
            ["Peru", "Chile's armies"],
            ["PERMIL", "CHLMIL"],
        ),
        # One force of both, and one word that is no owner.
        ("The Danish-Peruvian force withdrew.", ["The Danish-Peruvian force"], None),
        ("Young and Peruvian ministers withdrew.", ["Young and Peruvian ministers"], ["PERGOV"]),
    ],
)
def test_of_whom_one_noun_tells(coder: Coder, text: str, shown: list[str], codes: list[str] | None) -> None:
    found = actors(coder, text)[-1]
    assert [a.text for a in found] == shown
    assert all(text[a.start : a.end] == a.text for a in found)
    assert codes is None or [a.code for a in found] == codes
