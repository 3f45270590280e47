"""Headlines in the present tense: "Police Arrest Opposition Leader" is parsed as if its verb were a noun.

The parser knows sentences better than headlines. Where a text has no verb and no full stop, a word that may be a verb is
put into the past for the parser ("Police arrested opposition leader"), and the tree is taken if that made it a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eventcode.reading.tree import Tree, Word, grow

_VOWEL_Y = re.compile(r"[aeiou]y$")
_SHORT = re.compile(r"^[^aeiou]*[aeiou][bdgklmnprt]$")
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
LONGEST = 25
_ACTIVE = frozenset({"dobj", "aux", "auxpass", "ccomp", "xcomp", "dative", "neg"})


class HeadlineVerbs:
    """Present forms of verbs, each with its past; and verbs whose participle headlines write without "were"."""

    def __init__(
        self, verbs: Iterable[str], irregular: Iterable[tuple[str, str]], suffered: Iterable[str] = ()
    ) -> None:
        """``verbs``: base forms; ``irregular``: forms and base forms that follow no rule ("took", "take"); ``suffered``:
        base forms of what is done to somebody ("kill" in "Two soldiers killed")."""
        self._suffered = frozenset(suffered)
        past: dict[str, str] = {}
        for form, base in irregular:
            if not form.endswith(("ing", "s")):
                past.setdefault(base, form)
        self._past: dict[str, str] = {}
        for verb in verbs:
            if verb.isalpha():
                self._past[verb] = self._past[_third_person(verb)] = past.get(verb) or _regular_past(verb)

    def retold(self, tree: Tree) -> tuple[int, list[str]] | None:
        """Index of the word that may be the verb, and the headline's words with it in the past; None where there is no
        such word, or the text is no headline."""
        if not 2 < len(tree) <= LONGEST or tree.text.rstrip()[-1:] in ".?!":
            return None
        if any(w.tag in FINITE for w in tree):
            return None
        possible = [w for w in tree.words[1:-1] if w.lower in self._past and self._may_be_verb(tree, w)]
        agreeing = [w for w in possible if _agrees(tree[w.i - 1], w)] or possible
        if not agreeing:
            return None
        verb = agreeing[0]
        if len(agreeing) > 1 and agreeing[1].i == verb.i + 1:
            verb = agreeing[1]  # "Bomb Blasts Rock Baghdad"
        words = [w.text for w in tree]
        words[verb.i] = self._past[verb.lower]
        return verb.i, words

    def mark_passives(self, tree: Tree) -> None:
        """ "Two soldiers killed in ambush", "Mayor shot dead by gunmen": who stands before the verb suffers it."""
        headline = tree.text.rstrip()[-1:] not in ".?!"
        for word in tree:
            if word.lemma not in self._suffered or word.tag not in ("VBD", "VBN"):
                continue
            # "Rebels seize town; 12 killed": what goes before is a clause of its own.
            deps = {c.dep: c for c in word.children if not (c.dep == "ccomp" and c.i < word.i)}
            subject = deps.get("nsubj")
            if (
                subject is None
                or deps.keys() & _ACTIVE
                or any(c.lower in ("with", "against") for c in word.rights)
            ):
                continue
            if any(c.dep == "conj" and any(x.dep == "dobj" for x in c.children) for c in word.children):
                continue
            if "agent" in deps or (headline and subject.pos != "PRON"):
                subject.dep = "nsubjpass"
                word.tag = "VBN"

    @staticmethod
    def _may_be_verb(tree: Tree, word: Word) -> bool:
        before, after = tree[word.i - 1], tree[word.i + 1]
        return (
            word.tag in ("NN", "NNS", "NNP", "NNPS", "VB", "JJ")
            and before.tag in ("NNS", "NN", "NNP", "NNPS", "CD")
            and (
                after.pos in ("NOUN", "PROPN", "ADJ", "NUM", "DET", "PRON", "VERB")
                or after.tag in ("IN", "RP", "VBN")
            )
            and after.lower != "of"
        )


def _agrees(subject: Word, verb: Word) -> bool:
    """Whether the noun before and the form go together: "Attack Kills", "Gunmen Attack", not "Rebel Attack"."""
    return (subject.tag in ("NNS", "NNPS")) != verb.lower.endswith("s") or verb.lower.endswith("ss")


def made_sentence(tree: Tree, verb: int) -> bool:
    """Whether the word is the main verb of the tree and somebody does it."""
    word = tree[verb]
    return word.head is word and word.tag in FINITE and any(c.dep == "nsubj" for c in word.children)


def with_words_of(tree: Tree, told: Tree) -> Tree:
    """The tree of the retold headline over the words of the headline itself."""
    spans = [(w.idx, len(w.text)) for w in tree]
    heads = [w.head.i for w in told]
    return grow(tree.text, spans, heads, [(w.tag, w.pos, w.dep, w.lemma) for w in told])


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and not _VOWEL_Y.search(verb):
        return verb[:-1] + "ies"
    return verb + "s"


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and not _VOWEL_Y.search(verb):
        return verb[:-1] + "ied"
    if _SHORT.match(verb):
        return verb + verb[-1] + "ed"
    return verb + "ed"
