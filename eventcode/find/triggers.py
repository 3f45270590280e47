"""Where the lexicon's trigger patterns fit in a parsed sentence, and the cheap test whether a sentence can hold any."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import ahocorasick

from eventcode.find.grammar import is_verbal
from eventcode.lexicon.entries import ActLexicon, Candidates, Pattern, StanceTrigger, Trigger, Words
from eventcode.lexicon.load import LEAVE_ALONE, as_cut
from eventcode.reading.tree import Tree, Word
from eventcode.values import quick


@quick
@dataclass(frozen=True, slots=True)
class Match:
    """A trigger at a place of the sentence: index of its head token, and of every token it takes up.

    ``others``: what else fits there, the longest first, where the trigger asks for more than its words (``requires``)."""

    trigger: Trigger
    head: int
    tokens: frozenset[int]
    others: tuple[Match, ...] = ()


# The stance of who says that he did it.
CLAIM = "claim"
# Of the patterns at one head that ask for certain actors, so many are tried.
MOST_OTHERS = 3


def fits(token: Word, words: Words) -> bool:
    """Whether the token is one of these words, by lemma or as written."""
    return token.lemma in words or token.lower in words


def _can_fit(pattern: Pattern, present: frozenset[str]) -> bool:
    """Whether the sentence has a word for each further word of the pattern."""
    return not any(words.isdisjoint(present) for words in pattern.rest)


_HYPHEN = frozenset(["-"])
# Labels behind which a further word of a verb's pattern may not stand: who does it, and other clauses.
_OUTSIDE = frozenset({"nsubj", "relcl", "ccomp", "parataxis", "csubj"})


def match_pattern(
    pattern: Pattern,
    head: Word,
    *,
    subjects: bool = False,
    partitive: frozenset[str] = frozenset(),
    time: frozenset[str] = frozenset(),
) -> frozenset[int] | None:
    """Word indexes of the pattern at this head, or None. Further words hang on words already found.

    ``subjects``: a further word may be the subject ("earthquake" of "an earthquake struck"). ``partitive``: nouns of
    quantity, behind whose "of" the word may stand. ``time``: words whose preposition is no part of a pattern ("fire on" of "on Monday").
    """
    found: list[Word] = [head]
    taken = {head.i}
    pending = list(pattern.rest)
    while pending:
        # Words are written in any order: "military" hangs on "aid", which hangs on "provide".
        for at, words in enumerate(pending):
            hit = _hanging(words, found, taken, subjects, partitive, time)
            if hit is not None:
                found.append(hit)
                taken.add(hit.i)
                del pending[at]
                break
        else:
            return _contiguous(pattern, head) if not is_verbal(head) else None
    return frozenset(taken)


def _hanging(
    words: Words,
    found: list[Word],
    taken: set[int],
    subjects: bool,
    partitive: frozenset[str],
    time: frozenset[str],
) -> Word | None:
    for at, parent in enumerate(found):
        for child in parent.children:
            dep = child.dep
            # "held them hostage": what is no verb may be a clause of its own to the parser.
            outside = dep in _OUTSIDE and (dep != "ccomp" or is_verbal(child))
            # "let inspectors in", "allowed monitors to enter": the noun is the subject of what is allowed.
            if at == 0 and dep in ("ccomp", "xcomp"):
                for inner in child.children:
                    if inner.dep == "nsubj" and inner.i not in taken and fits(inner, words):
                        return inner
            if child.i in taken or (at == 0 and outside and not (subjects and dep == "nsubj")):
                continue
            # "Hurricane Irene pounded the coast": what it is stands before its name.
            if at == 0 and dep == "nsubj" and child.pos == "PROPN":
                for inner in child.children:
                    if inner.dep == "compound" and inner.i not in taken and fits(inner, words):
                        return inner
            if fits(child, words) and not (
                child.pos == "ADP" and any(_is_time(g, time) for g in child.children)
            ):
                return child
            # "dispersed hundreds of protesters": the number stands between.
            if dep in ("dobj", "pobj", "nsubjpass") and child.lemma in partitive:
                for prep in child.children:
                    for inner in prep.children if prep.lower == "of" else ():
                        if inner.i not in taken and fits(inner, words):
                            return inner
            # "seized and burned weapons", "economic and military aid": one step over coordination
            if dep in ("dobj", "pobj", "amod", "compound", "nsubjpass"):
                for other in child.children:
                    # "fired teargas and pepper spray", parsed as two kinds of spray
                    joins = other.dep == "conj" or (
                        other.dep == "nmod" and any(c.dep == "cc" for c in other.children)
                    )
                    if not joins:
                        continue
                    if other.i not in taken and fits(other, words):
                        return other
                    # "hacked a guard and a cook to death": "to" is hung on the second.
                    for inner in other.children if dep == "dobj" else ():
                        if inner.dep == "prep" and inner.i not in taken and fits(inner, words):
                            return inner
    # Parts of a word with a hyphen hang together, whatever the parse ("re-arrested", "a sit-in").
    for word in found:
        before = word.tree[word.i - 1] if word.i else None
        if (
            before is not None
            and not before.spaced
            and before.i not in taken
            and "-" in (before.text, word.text)
            and fits(before, words)
        ):
            return before
    head = found[0]
    # "sacked and burned eight houses": the last verb's object belongs to the first too.
    if is_verbal(head) and not any(c.dep in ("dobj", "nsubjpass") for c in head.children):
        for joined in head.children:
            if joined.dep == "conj" and is_verbal(joined):
                for child in joined.children:
                    if child.dep == "dobj" and child.i not in taken and fits(child, words):
                        return child
    # The verb's object may be its subject in grammar ("fire was opened", "the siege laid by"), or what it describes.
    if head.dep in ("acl", "relcl") and head.head.i not in taken and fits(head.head, words):
        return head.head
    # A light particle may be attached to the wrong word: accept it right behind the head.
    nxt = head.i + 1
    if (
        nxt < len(head.tree)
        and nxt not in taken
        and head.tree[nxt].pos in ("ADP", "ADV", "PART")
        and fits(head.tree[nxt], words)
    ):
        return head.tree[nxt]
    return None


def _is_time(token: Word, time: frozenset[str]) -> bool:
    return token.dep == "pobj" and (token.lower in time or token.lemma in time or token.tag == "CD")


def _contiguous(pattern: Pattern, head: Word) -> frozenset[int] | None:
    """Noun patterns also fit where their words stand side by side, whatever the parse ("air strike", "cease-fire")."""
    tree = head.tree
    words = as_cut(pattern.text)
    if any("|" in w or "&" in w for w in words) or len(words) != len(pattern):
        return None
    offset = next((i for i, w in enumerate(words) if w in pattern.head), 0)
    start = head.i - offset
    if start < 0 or start + len(words) > len(tree):
        return None
    if all(fits(tree[start + i], frozenset([w])) for i, w in enumerate(words)):
        return frozenset(range(start, start + len(words)))
    return None


def _in_hyphenated(token: Word) -> bool:
    """ "US-occupied", "Iran-backed": a modifier of its own, no report of an act; but "were tear-gassed" is one."""
    if any(c.dep in ("nsubj", "nsubjpass", "auxpass") for c in token.children):
        return False
    before = token.tree[token.i - 1] if token.i else None
    return (
        before is not None
        and before.text in ("-", "‑")
        and not before.spaced
        and token.pos in ("VERB", "ADJ")
    )


def _pos_fits(token: Word, trigger: Trigger) -> bool:
    # "re-arrest", "dive-bomb": here the lexicon means the whole word.
    if _in_hyphenated(token) and not _with_hyphen(trigger):
        return False
    if trigger.pos == "verb":
        if not is_verbal(token):
            # Participles are often tagged as adjectives ("masked gunmen armed", "troops based").
            return token.pos == "ADJ" and token.lower.endswith("ed") and token.dep not in ("amod", "compound")
        return token.dep not in ("amod", "compound", "aux", "auxpass", "case")
    if trigger.pos == "noun":
        return token.pos in ("NOUN", "PROPN") or (
            token.dep in ("dobj", "pobj", "nsubj", "nsubjpass")
            and token.pos not in ("PRON", "ADP", "DET", "NUM")
        )
    if token.pos == "NOUN" and any(c.dep in ("det", "poss", "nummod") for c in token.children):
        return False  # "a hostage" is somebody, "held hostage" a state
    return token.pos in ("ADJ", "VERB", "NOUN", "ADV")


def _with_hyphen(trigger: Trigger) -> bool:
    return _HYPHEN in trigger.pattern.rest


def candidates(token: Word, lexicon: ActLexicon) -> Candidates | None:
    """Triggers whose head the token can be: of its lemma, then of its form, each with the longest pattern first."""
    lemma, form = token.lemma, token.lower
    found = lexicon.joined.get((lemma, form))
    if found is None:
        own = lexicon.triggers.get(lemma, ())
        other = lexicon.triggers.get(form, ()) if form != lemma else ()
        if not own and not other:
            return None
        found = Candidates(own + tuple(t for t in other if t not in own))
        lexicon.joined[lemma, form] = found
    return found


def find_matches(tree: Tree, lexicon: ActLexicon, names: frozenset[int] = frozenset()) -> list[Match]:
    """At each head the longest trigger that fits; triggers inside a longer one are dropped, and so are those that
    the lexicon says to leave alone, and words that are part of a name (``names``: token indexes). In text order."""
    found: list[Match] = []
    partitive, time = lexicon.words["partitive"], lexicon.words["time"]
    present, heads = tree.forms, lexicon.triggers
    for index, token in enumerate(tree):
        if (token.lemma not in heads and token.lower not in heads) or index in names:
            continue
        able = candidates(token, lexicon)
        if able is None:
            continue
        best: Match | None = None
        others: list[Match] = []
        silenced: set[str] = set()
        fitting: dict[tuple[str, bool], bool] = {}
        # Most patterns fail on a word that the sentence does not have: that is cheaper to see than the grammar.
        for trigger in able.possible(present):
            if best is not None and (others or len(trigger.pattern.rest) < len(best.trigger.pattern.rest)):
                last = others[-1] if others else best
                if not last.trigger.requires or len(others) == MOST_OTHERS:
                    break
            if trigger.act in silenced:
                continue
            kind = trigger.pos, _with_hyphen(trigger)
            if kind not in fitting:
                fitting[kind] = _pos_fits(token, trigger)
            if not fitting[kind]:
                continue
            tokens = match_pattern(
                trigger.pattern, token, subjects=trigger.never, partitive=partitive, time=time
            )
            if tokens is None:
                continue
            if trigger.never and trigger.act != LEAVE_ALONE:
                # "never" takes these words from its own act only; another act may know them.
                silenced.add(trigger.act)
                if best is not None and best.trigger.act == trigger.act:
                    best = None
                continue
            match = Match(trigger, token.i, tokens)
            # Of two patterns of one length the one that means something wins over the one to leave alone.
            if best is None or (best.trigger.never and not trigger.never):
                best = match
            elif _asks_more(trigger, best.trigger):
                others.insert(0, best)
                best = match
            elif best.trigger.requires:
                if trigger.never:
                    break
                if trigger.requires != best.trigger.requires or trigger.act != best.trigger.act:
                    others.append(match)
        if best is not None:
            found.append(replace(best, others=tuple(others)) if others else best)
    kept = []
    for m in found:
        inside = any(
            m.head in o.tokens
            and (len(o.tokens) > len(m.tokens) or (len(o.tokens) == len(m.tokens) and o.head < m.head))
            # "lost their lives in an explosion": the harm joins what did it, which says more.
            and not (o.trigger.harm and m.trigger.pos == "noun" and not m.trigger.harm)
            for whole in found
            if whole is not m
            # "withdrew peacekeepers from": inside of what is read where the longest asks for somebody else, too
            for o in (whole, *(whole.others[:1] if whole.trigger.asks_for_class else ()))
        )
        if not inside and not m.trigger.never:
            kept.append(m)
    return kept


def _asks_more(trigger: Trigger, than: Trigger) -> bool:
    """Of two patterns of one length the one that says which class of actors it means is tried first."""
    if len(trigger.pattern.rest) != len(than.pattern.rest) or trigger.never or than.never:
        return False
    return trigger.asks_for_class and not than.asks_for_class


def match_stance(trigger: StanceTrigger, head: Word) -> frozenset[int] | None:
    """Word indexes of a stance's words at this head, or None."""
    if trigger.pattern.rest and not _can_fit(trigger.pattern, head.tree.forms):
        return None
    return match_pattern(trigger.pattern, head)


def stands_alone(trigger: StanceTrigger) -> bool:
    """Whether a stance is told of without an act: "warned the rebels", "claimed responsibility"."""
    claims = trigger.stance == CLAIM and CLAIM in trigger.pattern.head and bool(trigger.pattern.rest)
    return trigger.kind == "communicative" or claims


class SentenceFilter:
    """Says in microseconds whether a sentence can hold an act: whether it has a word that begins like each word of some
    pattern. Grammar is not looked at, so that it lets through more than the reader finds, and never less."""

    def __init__(self, lexicon: ActLexicon, irregular: Iterable[tuple[str, str]]) -> None:
        """``irregular``: (form, lemma) pairs of the language model's lemmatizer ("struck", "strike")."""
        patterns = {t.pattern for ts in lexicon.triggers.values() for t in ts if not t.never}
        patterns |= {t.pattern for ts in lexicon.stance_triggers.values() for t in ts if stands_alone(t)}
        self._alone: set[str] = set()
        self._longer: dict[str, list[tuple[frozenset[str], ...]]] = {}
        known = {words: _stems(words) for words in {w for p in patterns for w in (p.head, *p.rest)}}
        for pattern in patterns:
            rest = tuple(r for r in (known[words] for words in pattern.rest) if r)
            for head in known[pattern.head]:
                if rest:
                    self._longer.setdefault(head, []).append(rest)
                else:
                    self._alone.add(head)
        # "The minister said Kenya must do more" is asked, whatever it is.
        asked = _stems(lexicon.words["obligation"])
        for triggers in lexicon.stance_triggers.values():
            for t in triggers:
                if t.stance == "say" and "clause" in t.links and not t.pattern.rest:
                    for head in _stems(t.pattern.head):
                        self._longer.setdefault(head, []).append((asked,))
        stems = (
            self._alone
            | set(self._longer)
            | {s for rs in self._longer.values() for r in rs for words in r for s in words}
        )
        meant: dict[str, set[str]] = {}
        for s in stems:
            for opening in openings(s):
                meant.setdefault(opening, set()).add(s)
        for form, lemma in irregular:
            if stem(lemma) in stems:
                meant.setdefault(form, set()).add(stem(lemma))
        self._automaton = ahocorasick.Automaton()
        for key in sorted(meant):
            self._automaton.add_word(" " + key, tuple(sorted(meant[key])))
        self._automaton.make_automaton()

    def __call__(self, text: str) -> bool:
        """Whether the sentence is worth parsing."""
        folded = " " + _SEPARATORS.sub(" ", text.lower())
        found: set[str] = set()
        for _, stems in self._automaton.iter(folded):
            if not self._alone.isdisjoint(stems):
                return True
            found.update(stems)
        for head in found:
            for rest in self._longer.get(head, ()):
                for words in rest:
                    if words.isdisjoint(found):
                        break
                else:
                    return True
        return False


_SEPARATORS = re.compile(r"[^a-z0-9]+")


def _stems(words: Words) -> frozenset[str]:
    """Stems of alternatives; empty where one has no letters (a hyphen), which any sentence may have."""
    parts = [stem(w) for w in words]
    return frozenset(parts) if all(p[:1].isalnum() for p in parts) else frozenset()


def stem(lemma: str) -> str:
    """The word itself, or its first part where it is written with a hyphen."""
    return _SEPARATORS.split(lemma)[0] or lemma


# Endings that change before a regular suffix: "deny", "denied"; "strike", "striking"; "wolf", "wolves"; "policeman", "policemen".
_CHANGES = (("man", "men"), ("fe", "ve"), ("e", "i"), ("y", "i"), ("f", "ve"))


def openings(lemma: str) -> tuple[str, ...]:
    """What the regular forms of a word begin with.

    >>> openings("strike"), openings("deny"), openings("attack")
    (('strike', 'striki'), ('deny', 'deni'), ('attack',))
    """
    for ending, other in _CHANGES:
        if len(lemma) > len(ending) and lemma.endswith(ending):
            return lemma, lemma[: -len(ending)] + other
    return (lemma,)
