"""Whom an act concerns where no slot of its entry holds anybody: "gave 300 million euros to rebuild schools in Malawi"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from eventcode.find import grammar as g
from eventcode.reading.tree import Tree, Word

NOUNS = ("NOUN", "PROPN", "ADJ")
HEADS = frozenset({"dobj", "pobj", "nsubj", "nsubjpass", "poss", "dative", "obj", "attr"})
CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "conj"})


def concerned(
    tree: Tree,
    hosts: Iterable[int],
    taken: frozenset[int],
    slots: Iterable[str],
    names_actor: Callable[[Word], bool],
    elsewhere: frozenset[str],
    *,
    near: bool = False,
    never: frozenset[str] = frozenset(),
    told: frozenset[int] = frozenset(),
) -> tuple[int, ...]:
    """The nearest actor named behind the act's words: first behind a preposition of the act's own, wherever the parser
    hung it, then in as few clauses inside one another as can be; empty if there is none.

    Args:
        tree: the parsed sentence.
        hosts: indexes of the act's words; what hangs on them is searched.
        taken: indexes of words that are the act's own or its source's.
        slots: prepositions behind which the act's entry looks for its target; "in" and "at" also tell where.
        names_actor: whether a noun phrase's head names an actor.
        elsewhere: words that open what is another happening ("after", "despite").
        near: only behind a preposition of the act's own.
        never: prepositions behind which it does not stand.
        told: words of the sentence's other acts; a clause of theirs beside this one is not searched.
    """
    at = sorted(hosts)
    own = frozenset(slots) - {"in", "at", "of"}
    found = {
        (not (w.dep == "pobj" and w.head.lower in own), depth, w.i)
        for host in at
        for depth, w in _below(tree[host], 0, told, elsewhere)
        if w.i > at[0]
    }
    for far, _, i in sorted(found):
        if far and near:
            return ()
        word = tree[i]
        if i in taken or word.dep not in HEADS or word.pos not in NOUNS or not names_actor(word):
            continue
        if word.dep == "pobj" and word.head.lower in never:
            continue
        if word.dep == "poss" and word.head.i not in taken and names_actor(word.head):
            continue
        return tuple(w.i for w in g.conjuncts(word) if w.i not in taken)
    return ()


def _below(
    word: Word, depth: int, told: frozenset[int], elsewhere: frozenset[str]
) -> Iterator[tuple[int, Word]]:
    """Words that hang on it, each with the number of clauses between; not those of a happening told beside it."""
    for c in word.children:
        if c.dep == "parataxis" or (c.dep == "conj" and c.i in told):
            continue
        if c.dep in CLAUSES and g.is_verbal(c):
            if any(m.dep in ("mark", "advmod") and m.lower in elsewhere for m in c.children):
                continue
            yield from _below(c, depth + 1, told, elsewhere)
            continue
        if c.dep == "prep" and c.lower in elsewhere:
            continue
        yield depth, c
        yield from _below(c, depth, told, elsewhere)
