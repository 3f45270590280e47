"""Who "the two sides", "both countries" and "each other" are: two that were named before, where exactly two fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from eventcode.errors import LexiconError
from eventcode.find.actors import Description
from eventcode.lexicon.actors import ActorLexicon
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.model import Actor, Sentence
from eventcode.values import replace

FILE = Path(__file__).resolve().parent / "data" / "two_sides.yaml"
Kind = Literal["anybody", "country", "person", "group", "each other", "the other"]
OFFICIAL = frozenset({"GOV", "MIL"})
# Kinds of words that name no side.
NO_SIDE = frozenset({"site", "victim", "weapon"})
# How many sentences back the two may have been named.
REACH = 3


class Mention(Protocol):
    """What is asked of a mention remembered from before."""

    @property
    def actor(self) -> Actor:
        """Who was named."""

    @property
    def field(self) -> str:
        """In the title or the text."""

    @property
    def sentence(self) -> int:
        """In which sentence of it."""

    @property
    def sort(self) -> str:
        """Person, body, crowd ... (kinds of roles.csv)."""

    @property
    def plural(self) -> bool:
        """Whether several were named by one word."""


@dataclass(frozen=True, slots=True)
class Words:
    """``data/two_sides.yaml``: words that say that there are two behind "the" or alone, kinds by word, whole phrases for each other, and words
    for a country."""

    two: frozenset[str]
    both: frozenset[str]
    kinds: Mapping[str, Kind]
    phrases: Mapping[str, Kind]
    one_country: frozenset[str]


@lru_cache(maxsize=1)
def words(path: Path = FILE) -> Words:
    """The file, read once. Raises LexiconError where a part of it is missing or misshapen."""
    content = read_yaml(path)
    kinds: tuple[Kind, ...] = ("anybody", "country", "person", "group")
    try:
        return Words(
            frozenset(content["two"]),
            frozenset(content["both"]),
            {word: kind for kind in kinds for word in content[kind]},
            dict.fromkeys(content["each_other"], "each other")
            | dict.fromkeys(content["the_other"], "the other"),
            frozenset(content["one_country"]),
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e


def kind_of(d: Description) -> Kind | None:
    """What the two are, where a phrase names two again; None for any other phrase."""
    known = words()
    low = d.text.lower()
    whole = known.phrases.get(low)
    if whole is None and d.head == "other":
        # "the other of breaking the truce": what stands behind belongs to the verb.
        whole = known.phrases.get(" ".join(low.split()[:2]))
    if whole is not None:
        return whole
    if (
        d.entry is not None
        or d.country is not None
        or d.region is not None
        or d.pronoun not in (None, "both")
    ):
        return None
    front = low[: low.find(d.head) + len(d.head)].split() if d.head in low else low.split()
    named_before = front[:1] in (["the"], ["these"], ["those"])
    if named_before:
        front = front[1:]
    if not front or front[0] not in (known.two if named_before else known.both):
        # "Two people", "rival militias": others, who are named for the first time.
        return None
    return known.kinds.get(d.head) or known.kinds.get(_singular(d.head))


def _singular(word: str) -> str:
    for plural, single in (("ies", "y"), ("men", "man"), ("s", "")):
        if word.endswith(plural):
            return word[: -len(plural)] + single
    return word


def the_two(
    kind: Kind, d: Description, sentence: Sentence, memory: Sequence[Mention], lexicon: ActorLexicon
) -> tuple[Actor, ...]:
    """The two that are meant, as they were named; nobody unless exactly two fit.

    Args:
        kind: as ``kind_of`` says.
        d, sentence: the phrase and where it stands.
        memory: mentions so far, in order.
        lexicon: for the names of countries.
    """
    near = 0 if kind in ("each other", "the other") else REACH
    at = sentence.start + d.start
    found: dict[str, Actor] = {}
    for back in range(near + 1):
        for m in memory:
            if m.field != sentence.field or m.sentence != sentence.index - back or m.actor.end > at:
                continue
            actor = _as(kind, m, lexicon)
            if actor is not None:
                found.setdefault(_who(actor, kind), actor)
        if len(found) >= 2:
            break
    return tuple(found.values()) if len(found) == 2 else ()


def the_country(d: Description, sentence: Sentence, memory: Sequence[Mention]) -> Actor | None:
    """Which country "the country" is, as it was named before; None unless one alone was named just before."""
    if not d.definite or d.plural or d.head not in words().one_country:
        return None
    near = range(sentence.index - REACH, sentence.index + 1)
    states = {
        m.actor.country: m.actor
        for m in memory
        if m.field == sentence.field
        and m.sentence in near
        and m.actor.id is not None
        and m.actor.id == m.actor.country
        and m.actor.end <= sentence.start + d.start
    }
    return next(iter(states.values())) if len(states) == 1 else None


def _as(kind: Kind, m: Mention, lexicon: ActorLexicon) -> Actor | None:
    """The mention as one of two of this kind; None where it cannot be."""
    a = m.actor
    if a.code is None or m.sort in NO_SIDE:
        return None
    if kind == "country":
        official = not a.roles or a.roles[0] in OFFICIAL
        if a.country is None or a.group is not None or a.ethnic or a.religion or not official:
            return None
        return _state(a, a.country, lexicon) if a.roles else a
    if kind == "person":
        return a if m.sort == "person" and not m.plural else None
    bystander = a.roles == ("CVL",) and a.group is None and not a.ethnic and not a.religion
    return None if bystander or (kind == "group" and m.sort == "person" and not m.plural) else a


def _state(a: Actor, country: str, lexicon: ActorLexicon) -> Actor:
    """The country that an official speaks for."""
    code, name = lexicon.country_code(country), lexicon.country_name(country)
    return replace(a, name=name, id=country, code=code, roles=(), type=None)


def _who(actor: Actor, kind: Kind) -> str:
    """What tells one of the two from the other: a state's officials are one side, and two persons."""
    if kind == "person":
        return actor.name or actor.text
    official = not actor.roles or actor.roles[0] in OFFICIAL
    own = actor.country if official and actor.group is None and not actor.ethnic else None
    return actor.group or own or actor.code or ""
