"""Heads and labels of words: the language model's transition system, run for many sentences at once with numpy.

Arc-eager parsing with the changes of the model's own library (Honnibal and Johnson 2015, "An improved non-monotonic
transition system for dependency parsing"): a word without a head that is to leave the stack goes back to the buffer, and a
left arc may replace an earlier head. The library takes the same steps, sentence by sentence; most of its time is spent on
asking, for each number added, whether something went wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from eventcode.errors import ModelError
from eventcode.reading.word_vectors import Floats, padded

if TYPE_CHECKING:
    from spacy.language import Language

Ints = NDArray[np.intp]

SHIFT, REDUCE, LEFT, RIGHT, BREAK = range(5)
_MOVES = {"S": SHIFT, "D": REDUCE, "L": LEFT, "R": RIGHT, "B": BREAK}
FEATURES = 8
# Words of the stack that a state looks at.
STACK_SEEN = 3
# What a step that is not allowed is worth.
_NEVER = np.float32(-1e30)


@dataclass(slots=True)
class _States:
    """Sentences under way, one entry each. Words are numbered through all sentences; ``nobody`` stands for none.

    ``stack`` and ``back`` (words put back on the buffer) hold all sentences' words one after another, each sentence's
    from its ``stack_base`` and ``back_base`` on.
    """

    stack_top: Ints
    stack_base: Ints
    back_top: Ints
    back_base: Ints
    next: Ints
    end: Ints

    def only(self, kept: NDArray[np.bool_]) -> _States:
        return _States(
            self.stack_top[kept], self.stack_base[kept], self.back_top[kept], self.back_base[kept],
            self.next[kept], self.end[kept],
        )  # fmt: skip


class ArcEager:
    """The model's parser: from vectors of words to heads and labels."""

    def __init__(self, nlp: Language) -> None:
        """Take the layers and moves of the pipeline's ``parser``.

        Raises:
            ModelError: it is built in another way than the pinned model.
        """
        parser: Any = nlp.get_pipe("parser")
        model = parser.model
        linear = next(layer for layer in model.get_ref("tok2vec").walk() if layer.name == "linear")
        self._reduce = np.ascontiguousarray(linear.get_param("W").T)
        self._reduce_bias: Floats = linear.get_param("b")
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        weights: Floats = lower.get_param("W")
        features, hidden, pieces, inputs = weights.shape
        names = [str(name) for name in parser.move_names]
        moves = [_MOVES.get(name[0]) for name in names]
        if (features, pieces) != (FEATURES, 2) or None in moves or len(model.attrs["unseen_classes"]):
            raise ModelError("the language model's parser is built in another way than the one known here")
        self.hidden = hidden
        # Both pieces of all hidden units side by side.
        self._lower = np.ascontiguousarray(weights.transpose(0, 3, 2, 1).reshape(features, inputs, -1))
        self._nobody = np.ascontiguousarray(
            lower.get_param("pad")[0].transpose(0, 2, 1).reshape(features, -1)
        )
        # Every sum has one vector for the first word of the buffer: the bias is added there.
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self._upper = np.ascontiguousarray(upper.get_param("W").T)
        self._upper_bias: Floats = upper.get_param("b")
        self._moves = np.array(moves, np.intp)
        # A product with it spreads the five moves over their labels, in a third of the time that indexing takes.
        self._labelled = np.ascontiguousarray(np.eye(len(_MOVES), dtype=np.float32)[self._moves].T)
        self.labels = [name[2:] for name in names]

    def parse(self, vectors: Floats, starts: Sequence[int], lengths: Sequence[int]) -> tuple[Ints, Ints]:
        """Heads and labels of words.

        Args:
            vectors: of words, by row; a multiple of BLOCK rows.
            starts: the row of each sentence's first word.
            lengths: words of each sentence.

        Returns:
            For each row, the row of the word's head (its own for a root, and where there is no word), and its label, an
            index of ``labels``, -1 for a root.
        """
        rows = len(vectors)
        run = _Run(self, self._summands(vectors), rows, len(starts))
        states = _begin(starts, lengths)
        alive = states.next < states.end
        while alive.any():
            if not alive.all():
                states = states.only(alive)
            alive = run.step(states)
        heads = run.heads[:rows]
        return np.where(heads == rows, np.arange(rows), heads), run.labels[:rows]

    def _summands(self, vectors: Floats) -> Floats:
        """What each word adds to a state's hidden units in each of the places a state looks at: shape (features,
        rows + 1, 2 x hidden); the last row stands for no word."""
        rows = len(vectors)
        reduced = vectors @ self._reduce + self._reduce_bias
        out = np.empty((FEATURES, rows + 1, 2 * self.hidden), np.float32)
        for feature in range(FEATURES):
            np.matmul(reduced, self._lower[feature], out=out[feature, :rows])
        out[:, rows] = self._nobody
        out[0] += self._bias
        return out

    def moves_of(self, hidden: Floats, allowed: Floats) -> tuple[Ints, Ints]:
        """The best allowed move of each state and its label. ``allowed``: shape (states, 5), 0 or _NEVER. The move is -1
        where none is allowed."""
        scores = hidden @ self._upper
        count = len(allowed)
        scores = scores[:count]
        scores += self._upper_bias
        scores += allowed @ self._labelled
        best = scores.argmax(axis=1)
        stuck = scores[np.arange(count), best] < _NEVER / 2
        moves = self._moves[best]
        if stuck.any():
            moves = np.where(stuck, -1, moves)
        return moves, best


def _begin(starts: Sequence[int], lengths: Sequence[int]) -> _States:
    first, count = np.array(starts, np.intp), np.array(lengths, np.intp)
    # So many entries before each sentence's stand for no word.
    base = np.concatenate([[0], np.cumsum(count[:-1] + STACK_SEEN)]).astype(np.intp) + STACK_SEEN
    return _States(base.copy(), base, base.copy(), base.copy(), first.copy(), first + count)


class _Run:
    """One batch: what is known of its words so far."""

    def __init__(self, parser: ArcEager, summands: Floats, rows: int, sentences: int) -> None:
        self._parser = parser
        self._summands = summands
        self.nobody = rows
        # The last entry is that of no word.
        self.heads = np.full(rows + 1, rows, np.intp)
        self.labels = np.full(rows + 1, -1, np.intp)
        self._left = np.full(rows + 1, rows, np.intp)
        self._right = np.full(rows + 1, rows, np.intp)
        self._right_before = np.full(rows + 1, rows, np.intp)
        self._stays = np.zeros(rows + 1, np.bool_)
        self._begins = np.zeros(rows + 1, np.bool_)
        waiting = rows + STACK_SEEN * (sentences + 1)
        self._stack = np.full(waiting, rows, np.intp)
        self._back = np.full(waiting, rows, np.intp)

    def step(self, states: _States) -> NDArray[np.bool_]:
        """Take the best move in every state; which of them are not at their end."""
        stack = self._stack
        top = states.stack_top
        depth = top - states.stack_base
        s0, s1, s2 = stack[top - 1], stack[top - 2], stack[top - 3]
        b0, b1 = self._buffer(states)
        waiting = states.end - states.next + states.back_top - states.back_base
        hidden = self._hidden((b0, b1, s0, s1, s2, self._left[b0], self._left[s0], self._right[s0]))
        moves, best = self._parser.moves_of(hidden, self._allowed(depth, waiting, b0, b1))
        self._left_arcs(moves == LEFT, s0, b0, best)
        right = moves == RIGHT
        self._right_arcs(right, s0, b0, best)
        cut = moves == BREAK
        if cut.any():
            self._begins[b1[cut]] = True
        self._push(states, right | (moves == SHIFT), b0)
        self._pop(states, moves, depth, s0)
        stuck = moves < 0
        if stuck.any():
            states.stack_top = np.where(stuck, states.stack_base, states.stack_top)
            states.next = np.where(stuck, states.end, states.next)
            states.back_top = np.where(stuck, states.back_base, states.back_top)
        return (
            (states.stack_top > states.stack_base)
            | (states.next < states.end)
            | (states.back_top > states.back_base)
        )

    def _buffer(self, states: _States) -> tuple[Ints, Ints]:
        """The first two words that wait."""
        nobody = self.nobody
        first = np.where(states.next < states.end, states.next, nobody)
        second = np.where(states.next + 1 < states.end, states.next + 1, nobody)
        returned = states.back_top - states.back_base
        if not returned.any():
            return first, second
        back, top = self._back, states.back_top
        return (
            np.where(returned > 0, back[top - 1], first),
            np.where(returned > 1, back[top - 2], np.where(returned > 0, first, second)),
        )

    def _hidden(self, words: Sequence[Ints]) -> Floats:
        """Hidden units of states that look at these words, in a matrix of a multiple of BLOCK rows."""
        parts = self._summands
        total = parts[0].take(words[0], axis=0)
        for part, word in zip(parts[1:], words[1:], strict=True):
            total += part.take(word, axis=0)
        half = self._parser.hidden
        hidden = np.zeros((padded(len(total)), half), np.float32)
        np.maximum(total[:, :half], total[:, half:], out=hidden[: len(total)])
        return hidden

    def _allowed(self, depth: Ints, waiting: Ints, b0: Ints, b1: Ints) -> Floats:
        empty = depth == 0
        begins = self._begins[b0]
        allowed = np.zeros((len(depth), 5), np.float32)
        allowed[~empty & ((waiting < 2) | begins | self._stays[b0]), SHIFT] = _NEVER
        allowed[empty, REDUCE] = _NEVER
        no_arc = empty | (waiting == 0) | begins
        allowed[no_arc, LEFT] = _NEVER
        allowed[no_arc, RIGHT] = _NEVER
        allowed[(waiting < 2) | (b1 != b0 + 1) | self._begins[b1], BREAK] = _NEVER
        return allowed

    def _left_arcs(self, where: NDArray[np.bool_], s0: Ints, b0: Ints, best: Ints) -> None:
        child, head = s0[where], b0[where]
        before = self.heads[child]
        # The head that is given up was to the left, and the word its last one on the right.
        self._right[before] = np.where(before == self.nobody, self.nobody, self._right_before[child])
        self.heads[child] = head
        self.labels[child] = best[where]
        self._left[head] = child
        self._stays[head] = False

    def _right_arcs(self, where: NDArray[np.bool_], s0: Ints, b0: Ints, best: Ints) -> None:
        child, head = b0[where], s0[where]
        self.heads[child] = head
        self.labels[child] = best[where]
        self._right_before[child] = self._right[head]
        self._right[head] = child

    def _push(self, states: _States, where: NDArray[np.bool_], b0: Ints) -> None:
        self._stack[states.stack_top[where]] = b0[where]
        states.stack_top = states.stack_top + where
        returned = where & (states.back_top > states.back_base)
        states.back_top = states.back_top - returned
        states.next = states.next + (where & ~returned)

    def _pop(self, states: _States, moves: Ints, depth: Ints, s0: Ints) -> None:
        reduced = moves == REDUCE
        gone = reduced | (moves == LEFT)
        put_back = reduced & (self.heads[s0] == self.nobody) & (depth > 1)
        if put_back.any():
            word = s0[put_back]
            self._stays[word] = True
            self._back[states.back_top[put_back]] = word
            states.back_top = states.back_top + put_back
        states.stack_top = states.stack_top - gone
