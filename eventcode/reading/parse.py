"""Parsing lone sentences: what the parser is given is the sentence's own text, in normal case, of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.tokens import Doc

from eventcode.language_model import one_thread, vocabulary
from eventcode.reading.analysis import Analyser
from eventcode.reading.headlines import HeadlineVerbs, made_sentence, with_words_of
from eventcode.reading.tree import Tree, grow
from eventcode.reading.word_forms import WordForms

# Sentences analysed at once: more are no faster, and take 50 kB each.
BATCH = 512
# A headline is a sentence most of whose longer words begin with a capital.
HEADLINE_SHARE = 0.7
UPPER_SHARE = 0.7
_WORD = re.compile(r"[^\W\d_]+")


def shape(text: str, names: Sequence[tuple[int, int]] = ()) -> str:
    """One of "upper" (all capitals), "headline" (Most Words Capitalised, no full stop) or "mixed". Known names do not count."""
    capitals = sum(map(str.isupper, text))
    shouted = capitals > UPPER_SHARE * sum(map(str.isalpha, text))
    if not shouted and capitals * 2 < text.count(" ") and text.rstrip()[-1:] in ".?!":
        return "mixed"  # nearly every sentence
    words = [(m.start(), m.group()) for m in _WORD.finditer(text)]
    if len(words) < 4 or not capitals:
        return "mixed"
    if shouted:
        return "upper"
    longer = [w for at, w in words[1:] if len(w) > 3 and not any(a <= at < b for a, b in names)]
    if len(longer) >= 3 and sum(w[0].isupper() for w in longer) > HEADLINE_SHARE * len(longer):
        return "headline"
    return "mixed"


def parser_text(text: str, names: Sequence[tuple[int, int]]) -> str:
    """The text as the parser should see it: capitals only where a sentence begins and in ``names`` (offsets of
    known names). The same number of characters, so that offsets hold."""
    kind = shape(text, names)
    if kind == "mixed":
        return text
    keep = [False] * len(text)
    for start, end in names:
        for i in range(start, min(end, len(text))):
            keep[i] = True
    out = []
    for i, c in enumerate(text):
        first = i == 0 or not (text[i - 1].isalpha() or text[i - 1] in "'’.")
        if (
            not c.isupper()
            or (keep[i] and (first or kind == "headline"))
            or i == 0
            or (kind == "headline" and (_in_capitals(text, i)))
        ):
            out.append(c)
        else:
            low = c.lower()
            out.append(low if len(low) == 1 else c)
    return "".join(out)


def _in_capitals(text: str, i: int) -> bool:
    """Whether the letter is part of an abbreviation ("US", "UN", "U.S.")."""
    after = text[i + 1 : i + 2]
    before = text[i - 1 : i]
    return after.isupper() or before.isupper() or after == "."


class SentenceParser:
    """Parses lone sentences with the language model: tokens, tags and heads are the model's, the rest is looked up.

    Each sentence is parsed alone: batches do not change a parse.

    Raises ModelError when the model is not built as the pinned one is.
    """

    def __init__(self, nlp: Language, forms: Mapping[str, str], verbs: HeadlineVerbs | None = None) -> None:
        """``forms``: lemmas of forms that the lemmatizer does not know ("retook": "retake"). ``verbs``: verbs that a
        headline may have in the present."""
        self._nlp = nlp
        self._word_forms = WordForms(nlp, forms)
        self._analyser = Analyser(nlp)
        self._verbs = verbs
        self._vocabulary = vocabulary(nlp)

    def parse(self, texts: Iterable[str]) -> Iterator[Tree]:
        """Parsed sentences in order."""
        waiting = iter(texts)
        while batch := list(islice(waiting, BATCH)):
            self._vocabulary.trim()
            with one_thread():
                trees = self._trees(batch, [self._nlp.make_doc(text) for text in batch])
                if self._verbs is not None:
                    self._retell(trees, self._verbs)
                    for tree in trees:
                        self._verbs.mark_passives(tree)
            yield from trees

    def _retell(self, trees: list[Tree], verbs: HeadlineVerbs) -> None:
        """Put the trees of headlines whose verb was taken for a noun in the place of theirs."""
        told = [(at, found) for at, tree in enumerate(trees) if (found := verbs.retold(tree)) is not None]
        docs = [Doc(self._nlp.vocab, words=words) for _, (_, words) in told]
        made = self._trees([doc.text for doc in docs], docs)
        for (at, (verb, _)), tree in zip(told, made, strict=True):
            if made_sentence(tree, verb):
                trees[at] = with_words_of(trees[at], tree)

    def _trees(self, texts: Sequence[str], docs: Sequence[Doc]) -> list[Tree]:
        trees = []
        analyses = self._analyser.analyse(docs)
        for text, doc, (tags, heads, labels) in zip(texts, docs, analyses, strict=True):
            spans = doc.to_array([IDX, LENGTH]).tolist()
            triples = [
                (text[idx : idx + length], tag, label)
                for (idx, length), tag, label in zip(spans, tags, labels, strict=True)
            ]
            trees.append(grow(text, spans, heads, self._word_forms.of(doc, heads, triples)))
        return trees
