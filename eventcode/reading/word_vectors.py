"""Vectors of words in their sentence: what the language model's convolutional layers say, computed here with numpy alone.

The same numbers as the model's own layers give, but for rounding, in half the time: what depends on a word alone is
computed once a word, and the matrix products have the order that numpy is quickest with. A row's figures do not depend on
what else is in its batch: every product has a multiple of a fixed number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray
from spacy.attrs import NORM, ORTH, SPACY, intify_attr

from eventcode.errors import ModelError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

Floats = NDArray[np.float32]

# Rows of a product: products of very few rows take another way through the library, with other rounding.
BLOCK = 64
# Words whose vectors are kept, 384 bytes each; when they are more, all are forgotten.
MOST_WORDS = 50_000
_EPSILON = np.float32(1e-8)


def padded(rows: int) -> int:
    """The number of rows that a matrix of so many rows is given for a product."""
    return max(-(-rows // BLOCK), 1) * BLOCK


class Maxout:
    """One layer: the largest of several linear maps, normalised to mean 0 and variance 1, scaled and shifted."""

    def __init__(self, maxout: Any, norm: Any) -> None:
        """Take the parameters of the model's two layers."""
        weights: Floats = maxout.get_param("W")
        self.width, self._pieces = weights.shape[:2]
        # All first pieces side by side, then all second ones: the largest is then taken of whole rows.
        pieces = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
        self._weights = np.ascontiguousarray(pieces.T)
        self._bias = np.ascontiguousarray(maxout.get_param("b").T.reshape(-1))
        self._scale: Floats = norm.get_param("G")
        self._shift: Floats = norm.get_param("b")

    def __call__(self, rows: Floats) -> Floats:
        """Outputs of shape (rows, width) for inputs of shape (rows, inputs), rows a multiple of BLOCK."""
        made = rows @ self._weights
        made += self._bias
        width = self.width
        best = made[:, :width]
        for piece in range(1, self._pieces):
            np.maximum(best, made[:, piece * width : (piece + 1) * width], out=best)
        best = best - best.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON
        best *= (1.0 / np.sqrt(spread))[:, None]
        best *= self._scale
        best += self._shift
        return cast(Floats, best)


class _Table:
    """Vectors of one attribute of words: each value stands for four rows, found by hashing."""

    def __init__(self, layer: Any) -> None:
        self._rows: Floats = layer.get_param("E")
        self._seed: int = layer.attrs["seed"]
        self._hash: Any = layer.ops.hash

    def __call__(self, values: NDArray[np.uint64]) -> Floats:
        keys = self._hash(np.ascontiguousarray(values), self._seed) % len(self._rows)
        return cast(Floats, self._rows[keys].sum(axis=1))


class WordVectors:
    """The model's vectors of words in context."""

    def __init__(self, nlp: Language) -> None:
        """Take the layers of the pipeline's ``tok2vec``.

        Raises:
            ModelError: it is built in another way than the pinned model.
        """
        layers = list(cast(Any, nlp.get_pipe("tok2vec")).model.walk(order="dfs_pre"))
        names = [
            layer.name
            for layer in layers
            if layer.name in ("hashembed", "maxout", "layernorm", "expand_window")
        ]
        depth = names.count("expand_window")
        found = {name: [layer for layer in layers if layer.name == name] for name in set(names)}
        if names != ["hashembed"] * names.count("hashembed") + ["maxout", "layernorm"] + [
            "expand_window", "maxout", "layernorm"
        ] * depth or depth < 2:  # fmt: skip
            raise ModelError(
                "the language model's word vectors are made of other layers than those known here"
            )
        columns = next(layer.attrs["columns"] for layer in layers if layer.name == "extract_features")
        self._columns = [intify_attr(name) for name in columns]
        self._tables = [_Table(layer) for layer in found["hashembed"]]
        mixed, *inner = [Maxout(m, n) for m, n in zip(found["maxout"], found["layernorm"], strict=True)]
        self._mix, self._layers = mixed, inner
        self.width: int = mixed.width
        # A word sees as many neighbours as there are layers; so many blank rows part two sentences.
        self.gap = depth
        self._known: dict[tuple[int, ...], int] = {}
        self._alone = np.zeros((1024, self.width), np.float32)

    def of(self, docs: Sequence[Doc]) -> tuple[Floats, list[int]]:
        """Vectors of the words of tokenized sentences.

        Returns:
            Rows of all sentences one after another, and rows of no meaning up to a multiple of BLOCK; and for each
            sentence the row of its first word.
        """
        if len(self._known) > MOST_WORDS:
            self._known.clear()
        keys = [_keys(doc) for doc in docs]
        self._learn(keys, docs)
        lengths = np.array([len(doc) for doc in docs])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        # In the matrix that the layers see, ``gap`` blank rows and more part the sentences and lie around them.
        apart = starts[:-1] + self.gap * np.arange(1, len(docs) + 1)
        words = np.repeat(apart - starts[:-1], lengths) + np.arange(starts[-1])
        rows = np.zeros((padded(int(apart[-1] + lengths[-1]) + self.gap) + 2, self.width), np.float32)
        known = self._known
        rows[words] = self._alone[[known[key] for sentence in keys for key in sentence]]
        windows = _windows(rows)
        *wide, before_last, last = self._layers
        for layer in wide:
            rows[1:-1] += layer(np.ascontiguousarray(windows))
        # The last layer sees words and the rows beside them: of the others, no more is made up.
        beside = np.concatenate([words, apart - 1, apart + lengths])
        rows[beside] += before_last(_some(windows, beside))[: len(beside)]
        made = last(_some(windows, words))
        made[: len(words)] += rows[words]
        return made, starts[:-1].tolist()

    def _learn(self, keys: Sequence[Sequence[tuple[int, ...]]], docs: Sequence[Doc]) -> None:
        """Vectors, outside any sentence, of the words that are not known yet."""
        known = self._known
        values: list[NDArray[np.uint64]] = []
        first = len(known)
        for sentence, doc in zip(keys, docs, strict=True):
            new = [i for i, key in enumerate(sentence) if known.setdefault(key, len(known)) >= first]
            if new:
                values.append(doc.to_array(self._columns).reshape(len(doc), -1)[new].astype(np.uint64))
        while len(known) > len(self._alone):
            self._alone = np.concatenate([self._alone, np.zeros_like(self._alone)])
        if not values:
            return
        numbers = [known[key] for sentence in keys for key in sentence if known[key] >= first]
        table = np.concatenate(values)
        rows = np.zeros((padded(len(table)), len(self._tables) * self.width), np.float32)
        rows[: len(table)] = np.concatenate(
            [vectors(table[:, column]) for column, vectors in enumerate(self._tables)], axis=1
        )
        self._alone[numbers] = self._mix(rows)[: len(table)]


def _keys(doc: Doc) -> list[tuple[int, ...]]:
    """What the vector of each word depends on."""
    return list(map(tuple, doc.to_array([ORTH, NORM, SPACY]).tolist()))


def _windows(rows: Floats) -> Floats:
    """Each row but the first and the last, between the one before and the one after it: a view of the same memory."""
    count, width = rows.shape
    return as_strided(rows, (count - 2, 3 * width), rows.strides, writeable=False)


def _some(windows: Floats, rows: NDArray[np.intp]) -> Floats:
    """The windows around some rows, and others up to a multiple of BLOCK."""
    return windows[np.pad(rows - 1, (0, padded(len(rows)) - len(rows)))]
