"""Tags, heads and labels of tokenized sentences: the language model's figures, without its library's loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eventcode.reading.arc_eager import ArcEager
from eventcode.reading.word_vectors import WordVectors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

ROOT = "ROOT"
# A label such as "prep||dobj" asks for another head: the nearest word below that hangs there as "dobj".
_LIFTED = "||"

Analysis = tuple[list[str], list[int], list[str]]
"""For each word of a sentence its Penn Treebank tag, the index of its head (its own for a root), and its label."""


class Analyser:
    """What the pipeline's ``tok2vec``, ``tagger`` and ``parser`` say of a sentence."""

    def __init__(self, nlp: Language) -> None:
        """Take the layers of a pipeline. Raises ModelError when it is not built as the pinned model is."""
        tagger: Any = nlp.get_pipe("tagger")
        softmax = next(layer for layer in tagger.model.walk() if layer.name == "softmax")
        self._tag_weights = np.ascontiguousarray(softmax.get_param("W").T)
        self._tag_bias = softmax.get_param("b")
        self._tags = [str(tag) for tag in tagger.labels]
        self._vectors = WordVectors(nlp)
        self._parser = ArcEager(nlp)
        self._lifted = frozenset(label for label in self._parser.labels if _LIFTED in label)

    def analyse(self, docs: Sequence[Doc]) -> Iterator[Analysis]:
        """Analyses of tokenized sentences, in order; each as if it were alone."""
        if not docs:
            return
        lengths = [len(doc) for doc in docs]
        vectors, starts = self._vectors.of(docs)
        tags = (vectors @ self._tag_weights + self._tag_bias).argmax(axis=1).tolist()
        heads, moves = (column.tolist() for column in self._parser.parse(vectors, starts, lengths))
        names, labels, lifted = self._tags, self._parser.labels, self._lifted
        for doc, start, length in zip(docs, starts, lengths, strict=True):
            end = start + length
            above = [head - start for head in heads[start:end]]
            below = [labels[move] if move >= 0 else ROOT for move in moves[start:end]]
            if not lifted.isdisjoint(below):
                lower(above, below, [token.is_space for token in doc])
            yield [names[tag] for tag in tags[start:end]], above, below


def lower(heads: list[int], labels: list[str], blank: Sequence[bool]) -> None:
    """Give words with a label such as "prep||dobj" the head that it asks for, and the label's first part (Nivre and
    Nilsson 2005, "Pseudo-projective dependency parsing", scheme HEAD). ``blank``: whether a word is white space."""
    for i, label in enumerate(labels):
        own, mark, wanted = label.partition(_LIFTED)
        if mark:
            heads[i] = _found_below(heads, labels, blank, i, wanted)
            labels[i] = own


def _found_below(
    heads: Sequence[int], labels: Sequence[str], blank: Sequence[bool], word: int, wanted: str
) -> int:
    """The first word with a label below a word's head, level by level; the head itself where there is none."""
    level = [heads[word]]
    while level:
        level = [
            child
            for head in level
            for child, above in enumerate(heads)
            if above == head and child not in (head, word) and not blank[child]
        ]
        for child in level:
            if labels[child] == wanted:
                return child
    return heads[word]
