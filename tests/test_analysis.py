"""Our way through the language model's figures gives the parses of the model's own library, alone and in any company."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from eventcode.language_model import load_model, one_thread
from eventcode.reading import word_vectors
from eventcode.reading.analysis import Analyser, Analysis, lower
from eventcode.reading.word_vectors import WordVectors

ROOT = Path(__file__).resolve().parent.parent
TEXTS = [
    "The envoy, whom nobody had expected, asked what the rebels had agreed to and left.",
    "\"We heard it twice,\" said a baker who lives near the bridge. Then silence.",
    "Killed: 12. Wounded - 30?! He don't know; can't say...",
    "  two  blanks\tand a tab ",
    "Go.",
    "!",
    "Which town did the general say that the governor believed the fighters had left for the hills in?",
    "What are they protesting about, and from whom did the order come that the square be cleared?",
    "a " * 150 + "word.",
]  # fmt: skip


def _cases() -> Iterator[str]:
    for name in ("cameo_sentences", "acled_sentences", "blind_tolls"):
        for line in (ROOT / "tests" / "cases" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield record.get("text") or record["sentence"]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model()


@pytest.fixture(scope="module")
def analyser(nlp: Language) -> Analyser:
    return Analyser(nlp)


def by_library(nlp: Language, texts: list[str]) -> list[Analysis]:
    with one_thread():
        return [
            ([t.tag_ for t in doc], [t.head.i for t in doc], [t.dep_ for t in doc]) for doc in nlp.pipe(texts)
        ]


def by_us(analyser: Analyser, nlp: Language, texts: list[str]) -> list[Analysis]:
    with one_thread():
        return list(analyser.analyse([nlp.make_doc(text) for text in texts]))


def test_every_case_is_parsed_as_the_library_does(nlp: Language, analyser: Analyser) -> None:
    texts = [*TEXTS, *_cases()]
    assert len(texts) > 500
    for text, expected, found in zip(texts, by_library(nlp, texts), by_us(analyser, nlp, texts), strict=True):
        assert found == expected, text


def test_nothing_gives_nothing(analyser: Analyser, nlp: Language) -> None:
    assert by_us(analyser, nlp, []) == []
    assert by_us(analyser, nlp, [""]) == [([], [], [])]
    assert by_us(analyser, nlp, ["", "Go.", ""])[1] == by_us(analyser, nlp, ["Go."])[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from(TEXTS), min_size=1, max_size=6))
def test_any_text_is_parsed_as_the_library_does(texts: list[str]) -> None:
    nlp = load_model()
    assert by_us(Analyser(nlp), nlp, texts) == by_library(nlp, texts)


def test_a_word_s_vector_does_not_depend_on_its_company(
    nlp: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = [nlp.make_doc(text) for text in TEXTS if text.strip()]
    monkeypatch.setattr(word_vectors, "MOST_WORDS", 0)
    forgetful, vectors = WordVectors(nlp), WordVectors(nlp)
    with one_thread():
        together, starts = vectors.of(docs)
        for doc, start in zip(docs, starts, strict=True):
            for source in (vectors, forgetful):
                alone, (first,) = source.of([doc])
                assert np.array_equal(alone[first : first + len(doc)], together[start : start + len(doc)])


@pytest.mark.parametrize(
    ("heads", "labels", "new_heads", "new_labels"),
    [
        # "prep||dobj": the head is looked for below the word's own, level by level.
        ([1, 1, 1, 2], ["nsubj", "ROOT", "dobj", "prep||pobj"], [1, 1, 1, 2], ["nsubj", "ROOT", "dobj", "prep"]),
        ([1, 1, 1, 1], ["nsubj", "ROOT", "dobj", "prep||dobj"], [1, 1, 1, 2], ["nsubj", "ROOT", "dobj", "prep"]),
        ([1, 1, 1, 2, 1], ["nsubj", "ROOT", "prep", "pobj", "acl||pobj"], [1, 1, 1, 2, 3], ["nsubj", "ROOT", "prep", "pobj", "acl"]),
    ],
)  # fmt: skip
def test_labels_that_ask_for_another_head(
    heads: list[int], labels: list[str], new_heads: list[int], new_labels: list[str]
) -> None:
    lower(heads, labels, [False] * len(heads))
    assert (heads, labels) == (new_heads, new_labels)
