"""From acts to what can be an incident: deeds that the ACLED mapping codes, one Telling for each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventcode.coding.acled_actors import AGAINST_CIVILIANS, GOVERNMENT, STRATEGIC, Namer, Party
from eventcode.coding.act_facts import facts
from eventcode.coding.doers import with_doers
from eventcode.coding.fatalities import told_killed
from eventcode.coding.happenings import BATTLES, CROWD, EXPLOSIONS, Telling, contains, fineness
from eventcode.coding.topics import topics_of
from eventcode.coding.victims import together
from eventcode.coding.wording import wording
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.load import lexicon_folders, load_acts
from eventcode.model import Act, Actor, EventPlace
from eventcode.ontologies.codes import AcledType, acled_codes
from eventcode.ontologies.mapping import Facts, Ontology, load_ontologies
from eventcode.values import quick, replace

DEEDS = frozenset({"do", "attempt", "foil"})
TOLD_DATES = frozenset({"stated", "relative"})
ARRESTS = "Arrests"
# ACLED takes arrests of important persons, or of many.
MANY_ARRESTED = 10
PLAIN = frozenset({"CVL", "CRM"})
ARMED_PARTIES = frozenset({"state", "armed", "named"})
FORCE = frozenset({BATTLES, EXPLOSIONS, AGAINST_CIVILIANS})
DISRUPTED = "Disrupted weapons use"
# What only armed actors do.
OF_THE_ARMED = frozenset(
    {"Change to group/activity", "Headquarters or base established", "Non-violent transfer of territory", DISRUPTED}
)  # fmt: skip

# How harm without a known doer is taken where it joins an incident that was told before.
BARE_HARM = "Attack"


@quick
@dataclass(frozen=True, slots=True)
class _Coded:
    """An act's sub-event type with the two who make it so."""

    type: AcledType
    source: Actor | None
    target: Actor | None


@quick
@dataclass(frozen=True, slots=True)
class _Sides:
    source: Party | None
    target: Party | None
    more_sources: tuple[Party, ...]
    more_targets: tuple[Party, ...]


class Teller:
    """Turns acts into tellings. ``overlay``: a user's lexicon folder."""

    def __init__(self, overlay: Path | None = None) -> None:
        folders = lexicon_folders(overlay)
        self.words = wording()
        self.namer = Namer(load_actors(folders), self.words)
        self._acts = load_acts(folders)
        self._ontology: Ontology = load_ontologies(overlay)["acled"]
        self._types = acled_codes()
        self._coded: dict[Facts, AcledType | None] = {}
        triggers = [t for lines in self._acts.triggers.values() for t in lines]
        self._harm = frozenset(t.act for t in triggers if t.harm)
        self._mutual = frozenset(t.act for t in triggers if t.reciprocal)

    def tellings(self, acts: Sequence[Act]) -> list[Telling]:
        """What one article's acts tell of incidents, in their order."""
        out: list[Telling] = []
        for order, act in enumerate(with_doers(acts)):
            if not _happened(act):
                continue
            coded = self._code(act)
            if coded is not None:
                out += self._tell(act, order, coded)
            elif act.stance == "do" and act.act in self._harm:
                # Harm without a doer is no incident, but it may tell what one told before has cost.
                source, target = next(iter(_pairs(act)), (None, None))
                out += self._tell(act, order, _Coded(self._types[BARE_HARM], source, target), joins=True)
        return out

    def _code(self, act: Act) -> _Coded | None:
        """The highest sub-event type over all pairs of source and target; the first pair of those alike."""
        found: list[_Coded] = []
        for source, target in _pairs(act):
            kind = self._type_of(facts(act, source, target, topics_of(act, self._acts), self._acts.words))
            if kind is not None:
                found.append(_Coded(kind, source, target))
        return min(found, key=lambda c: c.type.rank, default=None)

    def _type_of(self, told: Facts) -> AcledType | None:
        """The sub-event type of these facts, looked up once."""
        try:
            return self._coded[told]
        except KeyError:
            values = self._ontology.code(told)
        name = values.get("sub_event_type") if values else None
        found = self._coded[told] = self._types.get(name) if isinstance(name, str) else None
        return found

    def _tell(self, act: Act, order: int, coded: _Coded, *, joins: bool = False) -> Iterator[Telling]:
        kind = coded.type
        sides = self._sides(act, coded)
        exact, areas = _places(act.places)
        if kind.event_type == STRATEGIC and len(exact) > 1:
            exact = (_nearest(exact, act),)
        toll = act.toll
        for place in exact or (None,):
            yield Telling(
                act_id=act.act_id,
                order=order,
                sentence=act.sentence if act.field == "text" else -1,
                event_type=kind.event_type,
                sub_event_type=kind.sub_event_type,
                rank=kind.rank,
                harm=act.act in self._harm,
                formless=act.instrument is None and act.act in self.words.formless,
                minor=joins or minor_arrest(act, kind.sub_event_type) or _too_bare(act, kind, sides),
                source=sides.source,
                target=sides.target,
                more_sources=sides.more_sources,
                more_targets=sides.more_targets,
                place=place,
                areas=areas,
                date=act.date,
                killed=told_killed(act),
                injured=toll.injured,
                crowd=(toll.crowd_low, toll.crowd_best),
                attribution=act.attribution,
                foiled=act.stance == "foil" or "foiled" in act.outcomes,
                mutual=act.act in self._mutual,
                bomber=bool(toll.killed_source),
            )

    def _sides(self, act: Act, coded: _Coded) -> _Sides:
        """Both sides of an act, main party first; the crowd first in what crowds do."""
        kind = coded.type
        source, more_sources = self._side(act.sources, coded.source, act, kind, doing=True)
        target, more_targets = self._side(act.targets, coded.target, act, kind, doing=False)
        mutual = kind.event_type == BATTLES or kind.sub_event_type == "Agreement"
        if target is None and mutual and more_sources:
            # "The army and the rebels clashed": both are subjects.
            target, more_sources = more_sources[0], more_sources[1:]
        if (
            source is not None
            and target is not None
            and source.key == target.key
            and act.act not in self._mutual
        ):
            # Nobody attacks himself: a pronoun taken for the wrong one, or the victims of a battle.
            source, target = (None, target) if act.act in self._harm else (source, None)
        sides = _Sides(source, target, more_sources, more_targets)
        if kind.event_type in CROWD:
            return _crowd_first(sides)
        if kind.event_type in FORCE and source is not None and source.kind in ("civilians", "body"):
            # Only organized armed actors do this; the doer was named wrongly or not at all.
            return replace(sides, source=None)
        return sides

    def _side(
        self, actors: Sequence[Actor], main: Actor | None, act: Act, kind: AcledType, *, doing: bool
    ) -> tuple[Party | None, tuple[Party, ...]]:
        """The main party of a side, and its others."""
        if len(actors) == 1 and main is not None:
            return self.namer.party(main, act, kind.event_type, doing=doing), ()
        ordered = ([main] if main is not None else []) + [a for a in actors if a is not main]
        made = (self.namer.party(a, act, kind.event_type, doing=doing) for a in ordered)
        unlike: dict[tuple[str, str, str], Party] = {}
        for party in made:
            if party is not None:
                first = unlike.setdefault(party.key, party)
                if first.traits != party.traits:
                    unlike[party.key] = replace(first, traits=together(first.traits, party.traits))
        parties = tuple(unlike.values())
        return (parties[0], parties[1:]) if parties else (None, ())


def minor_arrest(act: Act, sub_event_type: str | None) -> bool:
    """Whether the act is the arrest of a few people of no standing: part of an incident, never one."""
    if sub_event_type != ARRESTS:
        return False
    if act.toll.arrested is not None and act.toll.arrested.best >= MANY_ARRESTED:
        return False
    return not any(a.id or a.group or (a.roles and PLAIN.isdisjoint(a.roles)) for a in act.targets)


def _too_bare(act: Act, kind: AcledType, sides: _Sides) -> bool:
    """Whether an act tells too little to be an incident: a side, a place of its own, a date or a toll is wanted."""
    known = [p for p in (sides.source, sides.target) if p is not None]
    if kind.event_type == STRATEGIC:
        armed = any(p.kind in ARMED_PARTIES for p in known)
        if kind.sub_event_type == DISRUPTED and not known:
            # "A bomb was found at the station": nobody need be named, but where it was.
            return not any(p.basis == "stated" and p.level != "country" for p in act.places)
        return not known or (kind.sub_event_type in OF_THE_ARMED and not armed)
    placed = any(p.basis == "stated" for p in act.places)
    told = act.toll.killed is not None or act.toll.injured is not None
    if told or len(known) == 2:
        return False
    if not known and (not placed or kind.event_type == AGAINST_CIVILIANS):
        return True
    return not placed and act.date.basis not in TOLD_DATES


def may_have_happened(stance: str, status: str) -> bool:
    """Whether an act of this stance and status can be part of an incident."""
    return stance in DEEDS and status in ("occurred", "ongoing")


def _happened(act: Act) -> bool:
    """Whether an act is a deed that took place; what goes on must say when and where."""
    if not may_have_happened(act.stance, act.status):
        return False
    if act.status == "occurred":
        return True
    return act.date.basis in TOLD_DATES and any(
        p.basis == "stated" and p.level != "country" for p in act.places
    )


def _pairs(act: Act) -> Iterator[tuple[Actor | None, Actor | None]]:
    for source in act.sources or (None,):
        for target in act.targets or (None,):
            yield source, target


def _places(places: Sequence[EventPlace]) -> tuple[tuple[EventPlace, ...], tuple[EventPlace, ...]]:
    """Places below the country, without those that others of them lie in, and the countries."""
    below = [p for p in places if p.level != "country" and p.name is not None]
    if len(below) == 1 and (below[0].country is not None or fineness(below[0]) > 1):
        return tuple(below), ()
    towns = any(fineness(p) <= 1 for p in below)
    exact = [p for p in below if not any(contains(p, q) for q in below) and not (towns and p.country is None)]
    return tuple(exact), () if exact else tuple(p for p in places if p.level == "country")


def _nearest(places: Sequence[EventPlace], act: Act) -> EventPlace:
    """The place named next behind the act's words, else nearest before: an agreement is signed at one place."""

    def distance(p: EventPlace) -> tuple[bool, int]:
        start = p.start if p.start is not None else 0
        return start < act.trigger_start, abs(start - act.trigger_end)

    return min(places, key=distance)


def _crowd_first(sides: _Sides) -> _Sides:
    """Demonstrators and rioters as the first side, whoever acts; whom they protest against is no side."""

    def crowdish(p: Party | None) -> bool:
        return p is not None and p.kind in ("crowd", "civilians", "body")

    source, target = sides.source, sides.target
    if not crowdish(source) and (crowdish(target) or (source is not None and source.kind in ARMED_PARTIES)):
        sides = _Sides(target, source, sides.more_targets, sides.more_sources)
    if sides.target is not None and (sides.target.label == GOVERNMENT or sides.target.kind == "body"):
        return replace(sides, target=None, more_targets=())
    return sides
