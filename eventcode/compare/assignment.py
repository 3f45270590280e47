"""Who belongs to whom, one to one, so that the sum of the scores is the greatest there can be.

Pairs fall into blocks that share no row. A block is solved exactly by the Hungarian method (shortest augmenting paths with
potentials); one too large for that takes its pairs by score, the best first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Rows on the smaller side of a block that is solved exactly: time grows with their square times the other side.
EXACT_ROWS = 400
_FAR = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A candidate: a row of either side, and its score (a whole number above 0, so that sums are exact)."""

    left: int
    right: int
    score: int


def assign(pairs: Sequence[Pair], exact_rows: int = EXACT_ROWS) -> tuple[list[Pair], int]:
    """The pairs chosen, by row, and how many blocks were too large to be solved exactly."""
    chosen: list[Pair] = []
    large = 0
    for block in _blocks(pairs):
        size = min(len({pair.left for pair in block}), len({pair.right for pair in block}))
        if size > exact_rows:
            large += 1
            chosen.extend(_greedy(block))
        else:
            chosen.extend(_exact(block))
    return sorted(chosen), large


def _blocks(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs that hang together by the rows they share."""
    above: dict[tuple[int, int], tuple[int, int]] = {}

    def top(node: tuple[int, int]) -> tuple[int, int]:
        while (parent := above.setdefault(node, node)) != node:
            above[node] = above.setdefault(parent, parent)
            node = above[node]
        return node

    for pair in pairs:
        one, other = top((0, pair.left)), top((1, pair.right))
        above[max(one, other)] = min(one, other)
    found: dict[tuple[int, int], list[Pair]] = {}
    for pair in sorted(pairs):
        found.setdefault(top((0, pair.left)), []).append(pair)
    return list(found.values())


def _greedy(block: Sequence[Pair]) -> list[Pair]:
    left: set[int] = set()
    right: set[int] = set()
    chosen = []
    for pair in sorted(block, key=lambda pair: (-pair.score, pair.left, pair.right)):
        if pair.left not in left and pair.right not in right:
            left.add(pair.left)
            right.add(pair.right)
            chosen.append(pair)
    return chosen


def _exact(block: Sequence[Pair]) -> list[Pair]:
    if len(block) == 1:
        return list(block)
    lefts, rights = sorted({pair.left for pair in block}), sorted({pair.right for pair in block})
    swapped = len(lefts) > len(rights)
    rows, columns = (rights, lefts) if swapped else (lefts, rights)
    row_at = {row: at for at, row in enumerate(rows)}
    column_at = {column: at for at, column in enumerate(columns)}
    scores = np.zeros((len(rows), len(columns)), np.int64)
    for pair in block:
        one, other = (pair.right, pair.left) if swapped else (pair.left, pair.right)
        scores[row_at[one], column_at[other]] = pair.score
    chosen = []
    for row, column in enumerate(_hungarian(-scores)):
        score = int(scores[row, column])
        if score:  # a pair that is no candidate scores 0: its rows stay alone
            ends = (columns[column], rows[row]) if swapped else (rows[row], columns[column])
            chosen.append(Pair(*ends, score))
    return chosen


def _hungarian(costs: npt.NDArray[np.int64]) -> list[int]:
    """Column of each row where the sum of costs is least; there are no more rows than columns."""
    height, width = costs.shape
    row_potential = np.zeros(height + 1, np.int64)
    potential = np.zeros(width + 1, np.int64)
    owner = np.zeros(width + 1, np.int64)  # row, from 1, that holds a column; column 0 stands for the start
    for row in range(1, height + 1):
        owner[0] = row
        at = 0
        least = np.full(width + 1, _FAR, np.int64)
        way = np.zeros(width + 1, np.int64)
        used = np.zeros(width + 1, np.bool_)
        while owner[at]:
            used[at] = True
            here = int(owner[at])
            free = np.flatnonzero(~used[1:]) + 1
            reduced = costs[here - 1, free - 1] - row_potential[here] - potential[free]
            better = reduced < least[free]
            least[free[better]] = reduced[better]
            way[free[better]] = at
            nearest = int(free[np.argmin(least[free])])
            step = least[nearest]
            row_potential[owner[used]] += step
            potential[used] -= step
            least[free] -= step
            at = nearest
        while at:
            before = int(way[at])
            owner[at] = owner[before]
            at = before
    found = np.zeros(height, np.int64)
    for column in range(1, width + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return [int(column) for column in found]
