"""The day of an act: the date expression that hangs on it, else the day carried from the act before, else the publication date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from eventcode.find.acts import ActMention
from eventcode.find.dates import DateMention
from eventcode.model import DateValue
from eventcode.reading.tree import Tree, Word


def publication(day: date | None) -> DateValue:
    """For want of another date, the day of publication."""
    if day is None:
        return DateValue(None, None, "uncertain", "unknown", "publication")
    return DateValue(day, day, "uncertain", "day", "publication")


def act_date(
    tree: Tree,
    mention: ActMention,
    others: Sequence[ActMention],
    dates: Sequence[DateMention],
    day: date | None,
    last: date | None,
    words: Mapping[str, frozenset[str]],
) -> DateValue | None:
    """The date stated for the act in its own sentence, or None.

    ``last``: day of the act told before; ``words``: word classes of the grammar ("before", "memory").
    """
    mine = {mention.head, *mention.anchors, *mention.verbs}
    elsewhere = {t for o in others if o is not mention for t in (o.head, *o.verbs)} - mine
    best: tuple[int, DateMention] | None = None
    for d in dates:
        span = tree.covering(d.start, d.end)
        if span is None:
            continue
        distance = _distance(tree.top(span), mine, elsewhere)
        if distance is not None and (best is None or distance < best[0]):
            best = (distance, d)
    if best is not None:
        # "two days later" counts from the act told before, everything else from the day of publication.
        anchor = last if best[1].reference == "act" and last is not None else day
        return best[1].resolve(anchor, "past")
    if _is_background(tree[mention.head], mention, words):
        return DateValue(None, day, "uncertain", "unknown", "relative")
    return None


def _distance(token: Word, mine: set[int], elsewhere: set[int]) -> int | None:
    current = token
    for steps in range(12):
        if current.i in mine:
            return steps
        if current.i in elsewhere and steps:
            return None
        head = current.head
        if head is current:
            # The date hangs on the main clause; acts below it by "that", "where" and the like share its day.
            below = any(_under(token.tree[m], current) for m in mine)
            return 10 + steps if below and current.i not in elsewhere else None
        current = head
    return None


def _under(token: Word, root: Word) -> bool:
    current = token
    for _ in range(6):
        if current.i == root.i:
            return True
        if current.dep not in (
            "ccomp",
            "xcomp",
            "conj",
            "dobj",
            "pobj",
            "nsubj",
            "nsubjpass",
            "prep",
            "pcomp",
            "advcl",
            "attr",
            "compound",
        ):
            return False
        current = current.head
    return False


def _is_background(head: Word, mention: ActMention, words: Mapping[str, frozenset[str]]) -> bool:
    if not mention.nominal:
        return False
    for t in (head, *(head.tree[i] for i in mention.tokens)):
        if t.dep in ("pobj", "pcomp", "dobj") and t.head.lower in words["before"]:
            return True
        # "the anniversary of the killing"
        if t.dep == "pobj" and t.head.head.lemma in words["memory"]:
            return True
    return False


def carried(value: DateValue) -> DateValue:
    """The same day for the next act of the story."""
    return replace(value, basis="carried")
