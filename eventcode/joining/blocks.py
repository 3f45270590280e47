"""Blocks of reports that have nothing to do with each other, so that each can be joined in a process of its own.

Two reports of different countries are compared only where their place is one and the same, or their articles are copies of
one text (likeness.py, grouping.py): countries that are tied so are one block, any others are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from eventcode.joining.features import Ints
from eventcode.joining.packing import Packed, Pile
from eventcode.joining.reports import place_key

# Small blocks are handed out together; a process takes longer to be told of one than to join it.
LEAST_REPORTS = 10_000


def blocks(pile: Pile) -> Iterator[Packed]:
    """All reports in blocks, the largest first; in each the reports come in their order."""
    countries = pile.numbers("country").astype(np.int64)
    roots = _tied(pile, countries)[countries]
    yield from pile.taken(list(_together(roots)))


def _together(roots: Ints) -> Iterator[Ints]:
    """Numbers of the reports of one or several blocks, ascending."""
    different, sizes = np.unique(roots, return_counts=True)
    some: list[int] = []
    size = 0
    for number in np.argsort(-sizes, kind="stable").tolist():
        some.append(int(different[number]))
        size += int(sizes[number])
        if size >= LEAST_REPORTS:
            yield np.flatnonzero(np.isin(roots, some))
            some, size = [], 0
    if some:
        yield np.flatnonzero(np.isin(roots, some))


def _tied(pile: Pile, countries: Ints) -> Ints:
    """Of each country the least of those that it is tied to, all by number."""
    parent = list(range(len(pile.values("country"))))
    first: dict[Any, int] = {}
    for key, country in (*_at_places(pile, countries), *_of_copies(pile, countries)):
        other = first.setdefault(key, country)
        a, b = _root(parent, other), _root(parent, country)
        parent[max(a, b)] = min(a, b)
    return np.array([_root(parent, country) for country in range(len(parent))], np.int64)


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        number = parent[number]
    return number


def _at_places(pile: Pile, countries: Ints) -> Iterator[tuple[str, int]]:
    """Each place with every country that a report names for it."""
    places = pile.values("place")
    size = max(len(pile.values("country")), 1)
    pairs = np.unique(pile.numbers("place").astype(np.int64) * size + countries)
    for pair in pairs.tolist():
        place = places[pair // size]
        if place is not None:
            yield place_key(place), pair % size


def _of_copies(pile: Pile, countries: Ints) -> Iterator[tuple[tuple[int, int], int]]:
    """Reports of texts that several articles have, by text and number in it, each with its country."""
    texts, articles = _codes(pile, "text_sha256"), _codes(pile, "article_id")
    known = np.flatnonzero(texts >= 0)
    size = int(texts.max(initial=-1)) + 1
    least, most = np.full(size, len(articles)), np.full(size, -1)
    np.minimum.at(least, texts[known], articles[known])
    np.maximum.at(most, texts[known], articles[known])
    copied = known[(least != most)[texts[known]]]
    numbers = pile.numbers("nth")[copied]
    for text, nth, country in zip(
        texts[copied].tolist(), numbers.tolist(), countries[copied].tolist(), strict=True
    ):
        yield (text, nth), country


def _codes(pile: Pile, name: str) -> Ints:
    """A number for each value of a column, -1 for none."""
    chunks = pile.own(name).dictionary_encode().chunks
    codes = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in chunks]
    return np.concatenate([np.array([], np.int64), *codes])
