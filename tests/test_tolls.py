"""Tolls: a table of sentences, parsed by the language model, and what holds for every mention."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from spacy.language import Language

from eventcode.errors import LexiconError
from eventcode.find.tolls import KINDS, TollMention, find_tolls
from eventcode.language_model import load_model

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tolls.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model()


def shown(mention: TollMention) -> str:
    """A mention in the table's way of writing."""
    quantity = mention.quantity
    figures = [quantity.low, quantity.best, quantity.high]
    number = str(quantity.best) if len(set(figures)) == 1 else "/".join(map(str, figures))
    marks = ["not"] * mention.negated + ["total"] * mention.total
    return " ".join([mention.kind, number, *marks])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:45])
def test_table_of_tolls(case: dict[str, Any], nlp: Language) -> None:
    doc = nlp(case["text"])
    found = find_tolls(doc)
    assert [shown(mention) for mention in found] == case["tolls"]
    for mention in found:
        assert mention.kind in KINDS
        assert mention.trigger < len(doc)
        assert mention.victims is None or 0 <= mention.victims[0] < mention.victims[1] <= len(doc)


def test_victims_are_the_noun_phrase(nlp: Language) -> None:
    doc = nlp("Gunmen shot dead a mayor and two of his aides in the market.")
    spans = [mention.victims for mention in find_tolls(doc)]
    assert [doc[slice(*span)].text for span in spans if span] == ["a mayor", "two of his aides"]


def test_words_file_that_is_no_words_file(tmp_path: Path, nlp: Language) -> None:
    path = tmp_path / "tolls.yaml"
    path.write_text("kinds: 5\n", encoding="utf-8")
    with pytest.raises(LexiconError):
        find_tolls(nlp("Two died."), path)
