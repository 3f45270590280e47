"""Tolls: a table of sentences, parsed by the language model, and what holds for every mention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from eventcode.errors import LexiconError
from eventcode.find.tolls import KINDS, TollMention, find_tolls
from eventcode.language_model import load_model
from eventcode.reading.parse import SentenceParser
from eventcode.reading.tree import Tree

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tolls.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def parser() -> SentenceParser:
    return SentenceParser(load_model(), {})


def tree_of(text: str, parser: SentenceParser) -> Tree:
    """A lone sentence, parsed."""
    return next(parser.parse([text]))


def shown(mention: TollMention) -> str:
    """A mention in the table's way of writing."""
    quantity = mention.quantity
    figures = [quantity.low, quantity.best, quantity.high]
    number = str(quantity.best) if len(set(figures)) == 1 else "/".join(map(str, figures))
    marks = ["not"] * mention.negated + ["total"] * mention.total
    marks += ["whole"] * mention.whole + ["rival"] * mention.rival
    return " ".join([mention.kind, number, *marks])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:45])
def test_table_of_tolls(case: dict[str, Any], parser: SentenceParser) -> None:
    tree = tree_of(case["text"], parser)
    found = find_tolls(tree)
    assert [shown(mention) for mention in found] == case["tolls"]
    for mention in found:
        assert mention.kind in KINDS
        assert mention.trigger < len(tree)
        assert mention.victims is None or 0 <= mention.victims[0] < mention.victims[1] <= len(tree)


def test_victims_are_the_noun_phrase(parser: SentenceParser) -> None:
    tree = tree_of("Gunmen shot dead a mayor and two of his aides in the market.", parser)
    spans = [mention.victims for mention in find_tolls(tree)]
    assert [tree.part(*span) for span in spans if span] == ["a mayor", "two of his aides"]


def test_words_file_that_is_no_words_file(tmp_path: Path, parser: SentenceParser) -> None:
    path = tmp_path / "tolls.yaml"
    path.write_text("kinds: 5\n", encoding="utf-8")
    with pytest.raises(LexiconError):
        find_tolls(tree_of("Two died.", parser), path)
