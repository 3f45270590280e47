"""Sentences and datelines: a table of cases, and properties that hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from eventcode.errors import LexiconError
from eventcode.model import Article
from eventcode.sentences import MAX_SENTENCE, cut

CASES = Path(__file__).parent / "cases"
SENTENCES = yaml.safe_load((CASES / "sentences.yaml").read_text(encoding="utf-8"))
DATELINES = yaml.safe_load((CASES / "datelines.yaml").read_text(encoding="utf-8"))

PIECES = st.sampled_from(
    ["The army fled.", "U.S.", "Gen. ", "Jan. 5 ", "\n", "\n\n", "\r\n", " ", "...", "“No!” ", "he said. ", "- ", "• ",
     "\t", "x" * 40, "; ", "KABUL (AP) - ", "al-Q", "No. ", "\x00", "\u2028", "\ufeff", "𝔘", "é. ", "(", '"', "'", "1. "]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["id"])
def test_table_of_sentences(case: dict[str, object]) -> None:
    document = cut(Article(str(case["text"])))
    assert [sentence.text for sentence in document.sentences] == case["sentences"]


@pytest.mark.parametrize("case", DATELINES, ids=lambda case: case["text"][:30])
def test_table_of_datelines(case: dict[str, str]) -> None:
    text = case["text"]
    found = cut(Article(text)).dateline
    if "dateline" not in case:
        assert found is None
        return
    assert found is not None
    assert text[found.start : found.end] == case["dateline"]
    assert text[found.place_start : found.place_end] == found.place == case["place"]
    assert found.agency == case.get("agency")


def test_title_comes_first_with_index_minus_one() -> None:
    document = cut(Article("They met.", title="Two ships meet"))
    assert [(s.field, s.index, s.text) for s in document.sentences] == [
        ("title", -1, "Two ships meet"),
        ("text", 0, "They met."),
    ]


def test_long_sentences_are_cut_at_marks() -> None:
    text = "; ".join(["the column moved on to the next village, where it rested"] * 80)
    parts = cut(Article(text)).sentences
    assert max(len(part.text) for part in parts) <= MAX_SENTENCE
    assert all(part.text.endswith(";") for part in parts[:-1])


def test_words_file_without_its_sections_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "abbreviations.txt"
    path.write_text("[title]\nmr\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="section"):
        cut(Article("A. B."), path)


@settings(max_examples=400, deadline=None)
@given(title=st.none() | TEXTS, text=TEXTS)
def test_offsets_hold_and_nothing_is_lost(title: str | None, text: str) -> None:
    article = Article(text, title=title)
    document = cut(article)
    for name in ("title", "text"):
        field = article.field(name)
        covered = [False] * len(field)
        end_before = 0
        for sentence in (s for s in document.sentences if s.field == name):
            assert field[sentence.start : sentence.end] == sentence.text
            assert end_before <= sentence.start < sentence.end
            assert len(sentence.text) <= MAX_SENTENCE
            end_before = sentence.end
            covered[sentence.start : sentence.end] = [True] * len(sentence.text)
        if name == "text" and document.dateline:
            line = document.dateline
            assert not any(covered[line.start : line.end])
            covered[line.start : line.end] = [True] * (line.end - line.start)
        assert all(done or char.isspace() for done, char in zip(covered, field, strict=True))
    indices = [s.index for s in document.sentences if s.field == "text"]
    assert indices == list(range(len(indices)))
