"""From acts to what can be an incident: deeds that the ACLED mapping codes, one Telling for each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventcode.coding.acled_actors import Namer, Party
from eventcode.coding.actor_classes import facts
from eventcode.coding.fatalities import told_killed
from eventcode.coding.happenings import BATTLES, CROWD, Telling, contains, fineness
from eventcode.coding.topics import topics_of
from eventcode.coding.wording import wording
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.load import lexicon_folders, load_acts
from eventcode.model import Act, Actor, EventPlace
from eventcode.ontologies.codes import AcledType, acled_codes
from eventcode.ontologies.mapping import Ontology, load_ontologies

DEEDS = frozenset({"do", "attempt", "foil"})
TOLD_DATES = frozenset({"stated", "relative"})
ARRESTS = "Arrests"
# ACLED takes arrests of important persons, or of many.
MANY_ARRESTED = 10
ARMED_PARTIES = frozenset({"state", "armed", "named"})


@dataclass(frozen=True, slots=True)
class _Coded:
    """An act's sub-event type with the two who make it so."""

    type: AcledType
    source: Actor | None
    target: Actor | None


class Teller:
    """Turns acts into tellings. ``overlay``: a user's lexicon folder."""

    def __init__(self, overlay: Path | None = None) -> None:
        folders = lexicon_folders(overlay)
        self.words = wording()
        self.namer = Namer(load_actors(folders), self.words)
        self._acts = load_acts(folders)
        self._ontology: Ontology = load_ontologies(overlay)["acled"]
        self._types = acled_codes()
        self._harm = frozenset(t.act for ts in self._acts.triggers.values() for t in ts if t.harm)

    def tellings(self, acts: Sequence[Act]) -> list[Telling]:
        """What one article's acts tell of incidents, in their order."""
        out: list[Telling] = []
        for order, act in enumerate(acts):
            if not _happened(act):
                continue
            coded = self._code(act)
            if coded is not None:
                out += self._tell(act, order, coded)
        return out

    def _code(self, act: Act) -> _Coded | None:
        """The highest sub-event type over all pairs of source and target; the first pair of those alike."""
        found: list[_Coded] = []
        for source, target in _pairs(act):
            values = self._ontology.code(facts(act, source, target, topics_of(act, self._acts)))
            name = values.get("sub_event_type") if values else None
            if isinstance(name, str) and name in self._types:
                found.append(_Coded(self._types[name], source, target))
        return min(found, key=lambda c: c.type.rank, default=None)

    def _tell(self, act: Act, order: int, coded: _Coded) -> Iterator[Telling]:
        kind = coded.type
        source, more_sources = self._side(act.sources, coded.source, act, kind)
        target, more_targets = self._side(act.targets, coded.target, act, kind)
        if (
            target is None
            and len(act.sources) > 1
            and (kind.event_type == BATTLES or kind.sub_event_type == "Agreement")
        ):
            # "The army and the rebels clashed": both are subjects.
            target, more_sources = (more_sources[0], more_sources[1:]) if more_sources else (None, ())
        if kind.event_type in CROWD:
            source, target, more_sources, more_targets = _crowd_first(
                source, target, more_sources, more_targets
            )
        exact, areas = _places(act.places)
        toll = act.toll
        for place in exact or (None,):
            yield Telling(
                act.act_id, order, act.sentence if act.field == "text" else -1, kind.event_type, kind.sub_event_type, kind.rank,
                act.act in self._harm, act.instrument is None and act.act in self.words.formless, self._minor(act, kind), source, target,
                more_sources, more_targets, place, areas, act.date, told_killed(act), toll.injured, (toll.crowd_low, toll.crowd_best),
                toll.arrested.best if toll.arrested else 0, act.attribution, foiled=act.stance == "foil" or "foiled" in act.outcomes,
                mutual=act.reciprocal, bomber=bool(toll.killed_source),
            )  # fmt: skip

    def _side(
        self, actors: Sequence[Actor], main: Actor | None, act: Act, kind: AcledType
    ) -> tuple[Party | None, tuple[Party, ...]]:
        """The main party of a side, and its others."""
        ordered = ([main] if main is not None else []) + [a for a in actors if a is not main]
        parties = [p for p in (self.namer.party(a, act, kind.event_type) for a in ordered) if p is not None]
        unlike = [p for i, p in enumerate(parties) if all(p.key != q.key for q in parties[:i])]
        return (unlike[0], tuple(unlike[1:])) if unlike else (None, ())

    @staticmethod
    def _minor(act: Act, kind: AcledType) -> bool:
        if kind.sub_event_type != ARRESTS:
            return False
        if act.toll.arrested is not None and act.toll.arrested.best >= MANY_ARRESTED:
            return False
        plain = frozenset({"CVL", "CRM"})
        return not any(a.id or a.group or (a.roles and not plain & set(a.roles)) for a in act.targets)


def _happened(act: Act) -> bool:
    """Whether an act is a deed that took place; what goes on must say when and where."""
    if act.stance not in DEEDS:
        return False
    if act.status == "occurred":
        return True
    told = act.date.basis in TOLD_DATES and any(
        p.basis == "stated" and p.level != "country" for p in act.places
    )
    return act.status == "ongoing" and told


def _pairs(act: Act) -> Iterator[tuple[Actor | None, Actor | None]]:
    for source in act.sources or (None,):
        for target in act.targets or (None,):
            yield source, target


def _places(places: Sequence[EventPlace]) -> tuple[tuple[EventPlace, ...], tuple[EventPlace, ...]]:
    """Places below the country, without those that others of them lie in, and the countries."""
    below = [p for p in places if p.level != "country" and p.name is not None]
    exact = [p for p in below if not any(contains(p, q) for q in below)]
    countries = tuple(p for p in places if p.level == "country")
    return tuple(sorted(exact, key=fineness)) if len(exact) == 1 else tuple(exact), () if exact else countries


def _crowd_first(
    source: Party | None,
    target: Party | None,
    more_sources: tuple[Party, ...],
    more_targets: tuple[Party, ...],
) -> tuple[Party | None, Party | None, tuple[Party, ...], tuple[Party, ...]]:
    """Demonstrators and rioters as the first side, whoever acts; whom they protest against is no side."""

    def crowdish(p: Party | None) -> bool:
        return p is not None and p.kind in ("crowd", "civilians", "body")

    swap = not crowdish(source) and (
        crowdish(target) or (source is not None and source.kind in ARMED_PARTIES)
    )
    if swap:
        source, target, more_sources, more_targets = target, source, more_targets, more_sources
    if target is not None and (target.label == "Government" or target.kind == "body"):
        target, more_targets = None, ()
    return source, target, more_sources, more_targets
