"""Parsed sentences as plain objects: the same words and heads as the language model's, headlines, and the vocabulary's zone."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from conftest import SATURDAY
from spacy.language import Language

from eventcode import Article, Coder, language_model
from eventcode.language_model import irregular_forms, load_model
from eventcode.reading import parse
from eventcode.reading.headlines import HeadlineVerbs
from eventcode.reading.parse import SentenceParser
from eventcode.reading.tree import Tree

SENTENCES = (
    "Rebels attacked two villages near Goma on Friday, killing nine people and wounding others, the army said.",
    "The minister, who resigned in May, denied that troops had fired on the crowd; nobody believed him.",
    "  Two  spaces, \"quotes\" – and a dash: let's see what they're gonna do in al-Hasakah.",
    "Ten dead",
    "Was the bridge that the engineers built blown up?",
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_model()


def trees(nlp: Language, texts: tuple[str, ...] = SENTENCES) -> Iterator[Tree]:
    return SentenceParser(nlp, {}).parse(texts)


def test_a_tree_is_the_model_s_parse(nlp: Language) -> None:
    for text, tree in zip(SENTENCES, trees(nlp), strict=True):
        doc = nlp(text)
        assert tree.text == text
        assert [w.text for w in tree] == [t.text for t in doc]
        assert [w.idx for w in tree] == [t.idx for t in doc]
        assert [w.head.i for w in tree] == [t.head.i for t in doc]
        for word, token in zip(tree, doc, strict=True):
            assert [c.i for c in word.children] == [c.i for c in token.children]
            assert [c.i for c in word.lefts] == [c.i for c in token.lefts]
            assert [c.i for c in word.rights] == [c.i for c in token.rights]
            assert [c.i for c in word.subtree] == [c.i for c in token.subtree]
            assert [c.i for c in word.ancestors] == [c.i for c in token.ancestors]
            assert {c.i for c in word.conjuncts} == {c.i for c in token.conjuncts}
            assert (word.left_edge, word.right_edge) == (token.left_edge.i, token.right_edge.i)
            assert word.spaced == bool(token.whitespace_)


def test_covering_and_top_are_the_model_s(nlp: Language) -> None:
    for text, tree in zip(SENTENCES, trees(nlp), strict=True):
        doc = nlp(text)
        for start in range(0, len(text), 3):
            for end in range(start + 1, len(text) + 1, 7):
                span = doc.char_span(start, end, alignment_mode="expand")
                mine = tree.covering(start, end)
                if span is None or not len(span):
                    assert mine is None
                    continue
                assert mine is not None
                assert (mine.start, mine.stop) == (span.start, span.end)
                assert tree.part(mine.start, mine.stop) == span.text
                assert tree.top(mine).i == span.root.i


def test_a_felled_tree_leaves_nothing_to_the_collector(nlp: Language) -> None:
    def left(*, felled: bool) -> int:
        (tree,) = trees(nlp, SENTENCES[:1])
        gc.collect()
        if felled:
            tree.fell()
        del tree
        return gc.collect()

    gc.disable()
    try:
        assert left(felled=True) == 0 < left(felled=False)
    finally:
        gc.enable()


def test_what_the_vocabulary_forgets_changes_no_parse(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [[(w.text, w.tag, w.dep, w.lemma, w.head.i) for w in tree] for tree in trees(nlp)]
    monkeypatch.setattr(language_model, "MOST_WORDS", 0)
    monkeypatch.setattr(parse, "BATCH", 1)
    forgetful, other = SentenceParser(nlp, {}), SentenceParser(nlp, {})
    for _ in range(3):
        assert [len(tree) for tree in other.parse(SENTENCES)] == [len(words) for words in before]
        after = [
            [(w.text, w.tag, w.dep, w.lemma, w.head.i) for w in tree] for tree in forgetful.parse(SENTENCES)
        ]
        assert after == before


@pytest.mark.parametrize(
    ("headline", "verb"),
    [
        ("Kenyan police arrest opposition leader", "arrest"),
        ("Bolivian miners block highway over fuel prices", "block"),
        ("Rebel attack kills ten", "kills"),
    ],
)
def test_the_verb_of_a_headline(nlp: Language, headline: str, verb: str) -> None:
    verbs = HeadlineVerbs(["arrest", "block", "kill", "attack"], irregular_forms(nlp))
    tree = next(SentenceParser(nlp, {}, verbs).parse([headline]))
    assert tree.part(0, len(tree)) == headline
    root = next(w for w in tree if w.head is w)
    assert root.text == verb


@pytest.mark.parametrize(
    ("text", "suffers"),
    [
        ("Two soldiers killed in ambush", True),
        ("Rebels seize town; 12 killed", True),
        ("Mayor killed by gunmen.", True),
        ("Gunmen killed two soldiers", False),
        ("The drought killed.", False),
    ],
)
def test_the_bare_participle_of_a_headline(nlp: Language, text: str, suffers: bool) -> None:
    tree = next(SentenceParser(nlp, {}, HeadlineVerbs([], [], ["kill"])).parse([text]))
    assert any(w.dep == "nsubjpass" or (w.lemma == "kill" and w.dep == "acl") for w in tree) is suffers


def test_articles_read_together_are_read_as_alone(coder: Coder) -> None:
    articles = [Article(text, str(n), None, SATURDAY) for n, text in enumerate(SENTENCES)]
    assert list(coder.code_all(articles)) == [coder.code(article) for article in articles]
