"""Typed records of the act lexicon: what the YAML files mean once read (format: docs/lexicon.md).

The records of which there are thousands are named tuples: these are made many times faster than dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

Pos = Literal["verb", "noun", "adj"]
Words = frozenset[str]


class Pattern(NamedTuple):
    """A trigger pattern: ``head`` and further words, each a set of lower-case lemmas, any of which will do."""

    head: Words
    rest: tuple[Words, ...]
    text: str

    def __len__(self) -> int:
        return 1 + len(self.rest)


class Refinement(NamedTuple):
    """If one of ``words`` stands in the trigger's clause, these values replace the entry's."""

    words: tuple[tuple[str, ...], ...]
    instrument: str | None = None
    object: str | None = None
    outcome: str | None = None
    act: str | None = None


@lru_cache(maxsize=1024)
def class_asked(need: str) -> tuple[str, tuple[str, ...]] | None:
    """Side and classes of a word of ``requires`` such as "source is armed|rioters"; None for any other.

    >>> class_asked("target is place"), class_asked("actors")
    (('target', ('place',)), None)
    """
    side, asked, classes = need.partition(" is ")
    return (side, tuple(classes.split("|"))) if asked else None


class Trigger(NamedTuple):
    """One pattern of an act, with everything the reader needs at a match. ``rule`` names it in every row."""

    act: str
    topic: str
    pattern: Pattern
    pos: Pos
    source: tuple[str, ...]
    target: tuple[str, ...]
    reciprocal: bool = False
    harm: bool = False
    instrument: str | None = None
    object: str | None = None
    outcome: str | None = None
    requires: tuple[str, ...] = ()
    refine: tuple[Refinement, ...] = ()
    never: bool = False

    @property
    def rule(self) -> str:
        """Name of the lexicon line: act and pattern."""
        return f"{self.act}/{self.pattern.text}"

    @property
    def asks_for_class(self) -> bool:
        """Whether it means its act with actors of some class only ("source is armed")."""
        return any(class_asked(need) is not None for need in self.requires)


class Example(NamedTuple):
    """A sentence that an entry promises to code, with the texts of source and target where it names them."""

    act: str
    text: str
    source: str | None
    target: str | None
    counter: bool


class StanceTrigger(NamedTuple):
    """One line of words of a stance: where the act hangs on it and where the addressee stands."""

    stance: str
    kind: str
    pattern: Pattern
    links: frozenset[str]
    addressee: tuple[str, ...]
    factive: bool = False


@dataclass(frozen=True, slots=True)
class Stance:
    """A stance of the closed list."""

    name: str
    gloss: str
    kind: str
    factive: bool
    claimed: bool
    status: str | None
    side: tuple[str, ...]
    alleged: frozenset[str]


class Candidates:
    """Triggers that one word may be the head of, the longest pattern first, indexed by a further word of each pattern."""

    __slots__ = ("_alone", "_by_word", "_more", "_only_head", "_words", "triggers")

    def __init__(self, triggers: tuple[Trigger, ...]) -> None:
        self.triggers = triggers
        self._alone = [i for i, t in enumerate(triggers) if not t.pattern.rest]
        self._only_head = [triggers[i] for i in self._alone]
        self._more = {i: t.pattern.rest[1:] for i, t in enumerate(triggers) if len(t.pattern.rest) > 1}
        self._by_word: dict[str, list[int]] = {}
        for i, trigger in enumerate(triggers):
            for word in trigger.pattern.rest[0] if trigger.pattern.rest else ():
                self._by_word.setdefault(word, []).append(i)
        self._words = frozenset(self._by_word)

    def possible(self, present: frozenset[str]) -> list[Trigger]:
        """Those for all of whose further words the sentence has one. ``present``: the sentence's words."""
        met = self._words & present
        if not met:
            return self._only_head
        found = set(self._alone)
        for word in met:
            found.update(self._by_word[word])
        triggers = self.triggers
        return [triggers[i] for i in sorted(found) if i not in self._more or self._has_more(i, present)]

    def _has_more(self, number: int, present: frozenset[str]) -> bool:
        return not any(words.isdisjoint(present) for words in self._more[number])


@dataclass(frozen=True, slots=True)
class ActLexicon:
    """Acts, stances and grammar words, indexed by the lemma of the head."""

    topics: Mapping[str, str]
    glosses: Mapping[str, str]
    triggers: Mapping[str, tuple[Trigger, ...]]
    stances: Mapping[str, Stance]
    stance_triggers: Mapping[str, tuple[StanceTrigger, ...]]
    turns: Mapping[str, str]
    light: Mapping[str, tuple[tuple[str, ...], ...]]
    reverse: Mapping[str, tuple[tuple[str, ...], ...]]
    words: Mapping[str, frozenset[str]]
    forms: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = field(default=())
    # Filled by the reader: triggers of a word, by its lemma and its form.
    joined: dict[tuple[str, str], Candidates] = field(default_factory=dict, compare=False, repr=False)
