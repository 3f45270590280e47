"""A parsed sentence as plain objects: words that know their head and what hangs on them.

Rooms ask a sentence hundreds of questions. Here each is an attribute of an object that exists already, and nothing of
the language model's memory is held once a sentence is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import overload


class Word:
    """One token. ``i``: index in the sentence; ``idx``: offset of its first character; ``tag``: Penn Treebank tag;
    ``pos``: universal part of speech; ``dep``: label of its dependency, "ROOT" for the root, whose head is itself;
    ``lemma``: base form in small letters; ``spaced``: whether white space follows."""

    __slots__ = (
        "children",
        "dep",
        "head",
        "i",
        "idx",
        "left_edge",
        "lefts",
        "lemma",
        "lower",
        "pos",
        "right_edge",
        "rights",
        "spaced",
        "tag",
        "text",
        "tree",
    )

    def __init__(
        self, tree: Tree, i: int, idx: int, text: str, spaced: bool, tag: str, pos: str, dep: str, lemma: str
    ) -> None:
        self.tree = tree
        self.i = i
        self.idx = idx
        self.text = text
        self.lower = text.lower()
        self.spaced = spaced
        self.tag = tag
        self.pos = pos
        self.dep = dep
        self.lemma = lemma
        self.head: Word = self
        self.lefts: tuple[Word, ...] = ()
        self.rights: tuple[Word, ...] = ()
        self.children: tuple[Word, ...] = ()
        self.left_edge: int = i
        """Index of the first word of its subtree."""
        self.right_edge: int = i
        """Index of the last word of its subtree."""

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"{self.text}/{self.tag}/{self.dep}"

    @property
    def subtree(self) -> Iterator[Word]:
        """The word and all that hangs on it, left parts first."""
        for word in self.lefts:
            yield from word.subtree
        yield self
        for word in self.rights:
            yield from word.subtree

    @property
    def ancestors(self) -> Iterator[Word]:
        """Its head, the head's head, up to the root."""
        word = self
        while word.head is not word:
            word = word.head
            yield word

    @property
    def conjuncts(self) -> tuple[Word, ...]:
        """The words coordinated with it, first sibling first, without itself."""
        first = self
        while first.dep == "conj" and first.head is not first:
            first = first.head
        row = [first]
        for word in row:
            row.extend(c for c in word.rights if c.dep == "conj")
        return tuple(w for w in row if w is not self)


class Tree:
    """A parsed sentence: its text and its words, in order."""

    __slots__ = ("_forms", "_offsets", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        self._offsets: list[int] = []
        self._forms: frozenset[str] | None = None

    @property
    def forms(self) -> frozenset[str]:
        """Every word, as written and as lemma, in small letters."""
        if self._forms is None:
            self._forms = frozenset([w.lower for w in self.words] + [w.lemma for w in self.words])
        return self._forms

    def fell(self) -> None:
        """Cut the words from their heads and forget them: the sentence is read, and no word of it is in use. What refers to
        each other in circles would wait for the garbage collector, which is busy longest with just that."""
        for word in self.words:
            del word.head
        self.words.clear()

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Word]:
        return iter(self.words)

    @overload
    def __getitem__(self, key: int) -> Word: ...

    @overload
    def __getitem__(self, key: slice) -> list[Word]: ...

    def __getitem__(self, key: int | slice) -> Word | list[Word]:
        return self.words[key]

    def part(self, start: int, end: int) -> str:
        """The text of the words from ``start`` up to, not including, ``end``."""
        if start >= end:
            return ""
        last = self.words[end - 1]
        return self.text[self.words[start].idx : last.idx + len(last.text)]

    def covering(self, start: int, end: int) -> range | None:
        """Indexes of the words that touch the characters from ``start`` up to ``end``; None where there are none."""
        if end <= start or start < 0 or end > len(self.text) or not self.words:
            return None
        first = max(bisect_right(self._offsets, start) - 1, 0)
        if start >= self._offsets[first] + len(self.words[first].text):
            first += 1
        last = bisect_right(self._offsets, end - 1)
        return range(first, last) if first < last else None

    def top(self, span: range) -> Word:
        """Of the words of a span, the one nearest to the sentence's root, the first of several; marks and spaces last."""
        outward = [w for w in self.words[span.start : span.stop] if w.head is w or w.head.i not in span]
        return min(outward, key=_from_root) if len(outward) > 1 else outward[0]


def _from_root(word: Word) -> int:
    if word.head is word:
        return -1
    if not word.children and word.pos in ("PUNCT", "SPACE"):
        return len(word.tree)
    return sum(1 for _ in word.ancestors)


Form = tuple[str, str, str, str]
"""Tag, part of speech, dependency label and lemma of a word."""


def grow(text: str, spans: Sequence[Sequence[int]], heads: Sequence[int], forms: Sequence[Form]) -> Tree:
    """The tree of a sentence.

    Args:
        text: the sentence.
        spans: offset and length of each word.
        heads: for each word, the index of its head; its own for a root.
        forms: for each word, what is said of it.
    """
    tree = Tree(text)
    words = tree.words
    for i, ((idx, length), (tag, pos, dep, lemma)) in enumerate(zip(spans, forms, strict=True)):
        end = idx + length
        words.append(Word(tree, i, idx, text[idx:end], text[end : end + 1] == " ", tag, pos, dep, lemma))
        tree._offsets.append(idx)
    lefts: dict[int, list[Word]] = {}
    rights: dict[int, list[Word]] = {}
    for word, above in zip(words, heads, strict=True):
        if above != word.i:
            word.head = words[above]
            (lefts if above > word.i else rights).setdefault(above, []).append(word)
    for above, row in lefts.items():
        words[above].lefts = words[above].children = tuple(row)
    for above, row in rights.items():
        head = words[above]
        head.rights = tuple(row)
        head.children = (*head.lefts, *row)
    _edges(words)
    return tree


def _edges(words: Sequence[Word]) -> None:
    """Set the ends of every subtree, a word's after those of the words that hang on it."""
    roots = [word for word in words if word.head is word]
    for word in reversed(_downward(roots)):
        for child in word.children:
            if child.left_edge < word.left_edge:
                word.left_edge = child.left_edge
            if child.right_edge > word.right_edge:
                word.right_edge = child.right_edge


def _downward(roots: list[Word]) -> list[Word]:
    order = list(roots)
    for word in order:
        order.extend(word.children)
    return order
