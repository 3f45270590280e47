"""Who did what nobody is named for: a claim or an accusation elsewhere in the article lends its doer.

"A bomb killed nine in Quetta. The Taliban claimed responsibility." No sentence has both the doer and the deed. A doer is
lent only where nothing speaks against it: one deed alone fits what is claimed, and one side alone is named for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from eventcode.coding.happenings import same_day, same_place
from eventcode.coding.topics import UNSPECIFIED
from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.model import Act, Actor, EventPlace, Field
from eventcode.resolve.actors import EXTERNAL, is_unidentified, refer
from eventcode.values import replace

FILE = Path(__file__).resolve().parent / "data" / "said_of.yaml"
CLAIMED, ACCUSED = "claimed", "accused"
# The most trusted first: who claims a deed is not outdone by who is suspected of it.
RANKS = (frozenset({CLAIMED}), frozenset({ACCUSED, "alleged"}))
DEEDS = frozenset({"do", "attempt"})
STATED = frozenset({"stated", "carried"})
DOERS = frozenset({"State forces", "Rebel group", "Political militia", "Identity militia", EXTERNAL})
DOER_ROLES = frozenset({"GOV", "MIL", "COP", "SPY", "REB", "INS", "SEP", "UAF", "CRM", "RAD"})
# "The attack" in the sentence behind a deed is that deed, whatever else the article tells.
NEXT_SENTENCE = 1


@dataclass(frozen=True, slots=True)
class SaidOf:
    """``data/said_of.yaml``: acts for any violence, those that tell what one cost, those of a weapon, the kinds of each, and all that may
    be claimed."""

    general: frozenset[str]
    harm: frozenset[str]
    weapon: frozenset[str]
    kinds: Mapping[str, frozenset[int]]
    deeds: frozenset[str]

    def goes_on(self, act: str, deed: str) -> bool:
        """Whether an act can tell more of the deed, or of what it cost."""
        return act in self.harm or deed in self.harm or self.fits(act, deed)

    def means(self, said: str, deed: Act) -> bool:
        """Whether what is claimed under a name can be an act that was told."""
        by_weapon = said in self.weapon and deed.act in self.harm and deed.instrument is not None
        return by_weapon or self.fits(said, deed.act)

    def fits(self, said: str, deed: str) -> bool:
        """Whether what is claimed under one name can be the deed told under another."""
        if said == deed or said in self.general or deed in self.general:
            return True
        return not self.kinds.get(said, frozenset()).isdisjoint(self.kinds.get(deed, ()))


@lru_cache(maxsize=1)
def said_of(path: Path = FILE) -> SaidOf:
    """The file, read once. Raises LexiconError where a part of it is missing or misshapen."""
    content: dict[str, Any] = read_yaml(path)
    try:
        kinds: dict[str, set[int]] = {}
        for number, acts in enumerate(content["alike"]):
            for act in acts:
                kinds.setdefault(act, set()).add(number)
        general = frozenset(content["general"])
        harm = frozenset(content["harm"])
        return SaidOf(
            general,
            harm,
            frozenset(content["weapon"]),
            {act: frozenset(numbers) for act, numbers in kinds.items()},
            general.union(harm, kinds, content["others"]),
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e


@dataclass(frozen=True, slots=True)
class _Charge:
    """Who is said to have done an act, and how it is said."""

    doers: tuple[Actor, ...]
    act: Act
    attribution: str
    speaker: Actor | None


@dataclass(slots=True)
class _Deed:
    """Acts without a known doer that can be one happening: their numbers, and what is told of where and when."""

    acts: dict[int, Act] = field(default_factory=dict)
    places: list[EventPlace] = field(default_factory=list)

    def takes(self, act: Act, words: SaidOf) -> bool:
        """Whether a further act can be the same happening."""
        place, victims = _place(act), _victims(act)
        return (
            (place is None or all(same_place(p, place) for p in self.places))
            and all(same_day(a.date, act.date, loose=True) for a in self.acts.values())
            and all(_alike(_victims(a), victims) for a in self.acts.values() if a.sentence != act.sentence)
            and any(a.sentence == act.sentence or words.goes_on(act.act, a.act) for a in self.acts.values())
        )

    def add(self, number: int, act: Act) -> None:
        place = _place(act)
        self.acts[number] = act
        self.places += [place] if place is not None else []

    def told_before(self, sentence: int) -> bool:
        """Whether it is told in this sentence or the one before."""
        return any(0 <= sentence - a.sentence <= NEXT_SENTENCE for a in self.acts.values())


def with_doers(acts: Sequence[Act]) -> list[Act]:
    """The acts of one article in their order; those without a known doer have the one who claims them or is accused of
    them elsewhere in the text, with the attribution that tells so."""
    words = said_of()
    charges = [c for c in _charges(acts, words) if not _has_its_own(c, acts, words)]
    if not charges:
        return list(acts)
    out = list(acts)
    deeds = _deeds(acts, words)
    said: list[list[_Charge]] = [[] for _ in deeds]
    for charge in charges:
        at = _meant(charge, deeds, words)
        if at is not None:
            said[at].append(charge)
    denied = [a for act in acts if act.stance == "deny" and act.act in words.deeds for a in act.sources]
    for deed, named in zip(deeds, said, strict=True):
        agreed = _undisputed(named, denied)
        if agreed is None or _suffers(agreed, deed):
            continue
        for number, act in deed.acts.items():
            out[number] = _lent(act, agreed)
    return out


def _charges(acts: Sequence[Act], words: SaidOf) -> list[_Charge]:
    """Claims, accusations and hearsay in the text that name a doer."""
    found = []
    for act in acts:
        bare = act.stance == "claim" and act.act == UNSPECIFIED
        if act.status != "occurred" or (act.act not in words.deeds and not bare) or act.field != "text":
            continue
        speaker = act.sources[0] if act.sources else None
        if act.stance == "accuse" and act.attribution == ACCUSED:
            charge = _Charge(act.targets, act, ACCUSED, speaker)
        elif act.stance == "claim":
            charge = _Charge(act.sources, act, CLAIMED, speaker)
        elif act.stance == "do" and act.attribution in RANKS[0] | RANKS[1] and not _is_told(act):
            charge = _Charge(act.sources, act, act.attribution, None)
        else:
            continue
        if charge.doers and all(_can_do(a) for a in charge.doers):
            found.append(charge)
    return found


def _is_told(act: Act) -> bool:
    """Whether an act says to whom it was done, or what it cost: more than a word for one told elsewhere."""
    return act.toll.killed is not None or any(a.code is not None for a in act.targets)


def _has_its_own(charge: _Charge, acts: Sequence[Act], words: SaidOf) -> bool:
    """Whether the article tells of a deed of the same doer that the claim can be about."""
    doers = set(map(_who, charge.doers))
    return any(
        act.stance in DEEDS
        and act.act in words.deeds
        and words.fits(charge.act.act, act.act)
        and _is_told(act)
        and not doers.isdisjoint(map(_who, act.sources))
        for act in acts
    )


def _can_do(actor: Actor) -> bool:
    """Whether an actor is known well enough to be lent: a state, an armed group, its people, a gang."""
    if actor.code is None or is_unidentified(actor):
        return False
    if actor.type is not None:
        return actor.type in DOERS
    return not actor.roles or actor.roles[0] in DOER_ROLES


def _deeds(acts: Sequence[Act], words: SaidOf) -> list[_Deed]:
    """What is done by nobody who is named, acts of one happening together."""
    triggers = {(a.field, a.trigger_start, a.trigger_end) for a in acts}
    found: list[_Deed] = []
    for number, act in enumerate(acts):
        if act.field != "text" or act.stance not in DEEDS or act.status != "occurred":
            continue
        if act.act not in words.deeds or not (_is_told(act) or _place(act) is not None):
            continue
        if not all(_is_nobody(a, act, triggers) for a in act.sources):
            continue
        deed = next((d for d in reversed(found) if d.takes(act, words)), None)
        if deed is None:
            deed = _Deed()
            found.append(deed)
        deed.add(number, act)
    return found


def _is_nobody(source: Actor, act: Act, triggers: set[tuple[Field, int, int]]) -> bool:
    """Whether a source says nothing of who did it: a weapon, the words for a happening, "gunmen"."""
    if source.code is not None:
        return is_unidentified(source)
    if act.instrument is not None:
        return True
    return any(f == act.field and source.start < end and start < source.end for f, start, end in triggers)


def _victims(act: Act) -> frozenset[str]:
    return frozenset(_who(a) for a in act.targets if a.code is not None)


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    return not some or not others or not some.isdisjoint(others)


def _place(act: Act) -> EventPlace | None:
    """The first place below the country that the act is told to have happened at."""
    return next((p for p in act.places if p.basis in STATED and p.level != "country" and p.name), None)


def _meant(charge: _Charge, deeds: Sequence[_Deed], words: SaidOf) -> int | None:
    """The number of the one deed that is claimed; of several that fit, the one told last before the claim."""
    said = charge.act.act
    fitting = [
        n
        for n, deed in enumerate(deeds)
        if said == UNSPECIFIED or any(words.means(said, a) for a in deed.acts.values())
    ]
    if len(fitting) > 1:
        fitting = [n for n in fitting if deeds[n].told_before(charge.act.sentence)]
    return fitting[0] if len(fitting) == 1 else None


def _undisputed(charges: Sequence[_Charge], denied: Sequence[Actor]) -> _Charge | None:
    """The charge that names the doer, if all that are trusted alike name the same; nobody who denies it."""
    deniers = {_who(a) for a in denied}
    for rank in RANKS:
        alike = [c for c in charges if c.attribution in rank]
        named = [c for c in alike if all(a.group or a.id for a in c.doers)] or alike
        if not named:
            continue
        sides = {frozenset(map(_who, c.doers)) for c in named}
        if len(sides) > 1 or (rank is RANKS[1] and not deniers.isdisjoint(*sides)):
            return None
        return named[0]
    return None


def _who(actor: Actor) -> str:
    return actor.group or actor.id or actor.code or ""


def _suffers(charge: _Charge, deed: _Deed) -> bool:
    """Whether the doer is among those it was done to."""
    suffering = {_who(a) for act in deed.acts.values() for a in act.targets}
    return not suffering.isdisjoint(map(_who, charge.doers))


def _lent(act: Act, charge: _Charge) -> Act:
    """The act with its doer. "Gunmen" stay the words, and refer to who claims it; a weapon gives way to the claim's words."""
    people = [a for a in act.sources if a.code is not None]
    sources = tuple(refer(p, d) for p in people[:1] for d in charge.doers) or charge.doers
    speaker = charge.doers[0] if charge.attribution == CLAIMED else charge.speaker
    return replace(
        act,
        sources=sources,
        attribution=charge.attribution,
        attributed_to_text=speaker.text if speaker is not None else act.attributed_to_text,
        attributed_to_code=speaker.code if speaker is not None else act.attributed_to_code,
    )
