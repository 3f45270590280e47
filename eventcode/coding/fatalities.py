"""Counts of people harmed: statements of one incident put together, totals divided, ACLED's single number.

Ours are low, best and high; ACLED's is the lowest that is told (words such as "dozens" have ACLED's number as their low),
0 where nothing is told, and counts the bomber of a suicide attack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventcode.model import KILLED, Act, Quantity


@dataclass(frozen=True, slots=True)
class Statement:
    """One telling of how many: ``victims`` is who (None: people), ``sentence`` where (-1 the title), ``harm`` whether
    the act itself is the harm ("killed"), ``bomber`` whether the count has the attacker in it."""

    victims: str | None
    sentence: int
    harm: bool
    count: Quantity
    bomber: bool = False


def told_killed(act: Act) -> Quantity | None:
    """How many an act killed; one for each victim where it says that they were killed and gives no number."""
    if act.toll.killed is not None:
        return act.toll.killed
    if KILLED in act.outcomes and act.stance == "do" and act.targets:
        n = len(act.targets)
        return Quantity(n, n, n)
    return None


def add(counts: Iterable[Quantity]) -> Quantity:
    """Counts of different people together."""
    every = tuple(counts)
    return Quantity(
        sum(q.low for q in every),
        sum(q.best for q in every),
        sum(q.high for q in every),
        any(q.vague for q in every),
    )


def together(statements: Sequence[Statement]) -> Quantity | None:
    """What one article tells of one incident, each of the dead counted once.

    Harm in a sentence says again what the attack in the same sentence carries: the larger counts. A smaller number of the same people is
    part of the larger; numbers of different people are added, unless a number of "people" is as large.
    """
    kept = [
        s
        for n in sorted({s.sentence for s in statements})
        for s in _once([s for s in statements if s.sentence == n])
    ]
    if any(s.sentence >= 0 for s in kept):
        # The title rounds and repeats.
        kept = [s for s in kept if s.sentence >= 0]
    largest: dict[str | None, Quantity] = {}
    for s in kept:
        old = largest.get(s.victims)
        if old is None or s.count.best > old.best:
            largest[s.victims] = s.count
    named = [q for who, q in sorted(largest.items(), key=lambda item: item[0] or "") if who is not None]
    anybody = largest.get(None)
    if not named:
        return anybody
    total = add(named)
    return anybody if anybody is not None and anybody.best >= total.best else total


def _once(sentence: Sequence[Statement]) -> list[Statement]:
    """Of the harm and of the attack that carries it, told in one sentence, the one that counts more of the dead."""
    harm = [s for s in sentence if s.harm]
    attack = [s for s in sentence if not s.harm]
    if not harm or not attack:
        return list(sentence)
    return attack if sum(s.count.best for s in attack) > sum(s.count.best for s in harm) else harm


def divide(total: int, parts: int) -> list[int]:
    """A total over several places or days: as even as possible, what remains to the first (acled.md, section 9).

    >>> divide(14, 3)
    [6, 4, 4]
    """
    if parts <= 0:
        return []
    share, rest = divmod(total, parts)
    return [share + rest, *([share] * (parts - 1))]


def shares(total: Quantity, own: Sequence[Quantity | None]) -> list[Quantity | None]:
    """Each incident's count where one total was told for all: those with a count keep it, the others share the rest."""
    empty = [i for i, q in enumerate(own) if q is None]
    told = add(q for q in own if q is not None)
    low, best, high = (
        divide(max(0, whole - part), len(empty))
        for whole, part in ((total.low, told.low), (total.best, told.best), (total.high, told.high))
    )
    out = list(own)
    for n, i in enumerate(empty):
        least, likely, most = sorted((low[n], best[n], high[n]))
        out[i] = Quantity(least, likely, most, vague=total.vague)
    return out


def over_reports(counts: Sequence[Quantity | None]) -> Quantity | None:
    """Low, best and high over the articles that tell of one incident: best is told most often, the lower of two."""
    told = [q for q in counts if q is not None]
    if not told:
        return None
    bests = sorted(q.best for q in told)
    best = max(bests, key=lambda b: (bests.count(b), -b))
    return Quantity(min(q.low for q in told), best, max(q.high for q in told), any(q.vague for q in told))
