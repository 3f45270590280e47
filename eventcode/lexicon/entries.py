"""Typed records of the act lexicon: what the YAML files mean once read (format: docs/lexicon.md).

The records of which there are thousands are named tuples: these are made many times faster than dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    # Filled by the reader: triggers of a lemma and of another form of the same word, by both.
    joined: dict[tuple[str, str], tuple[Trigger, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
