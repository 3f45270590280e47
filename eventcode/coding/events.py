"""From acts to flat events: one row for act x source x target x place, coded in every ontology (COLUMNS: events.parquet)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eventcode.coding.act_facts import facts
from eventcode.coding.doers import with_doers
from eventcode.coding.happenings import CROWD, EXCESSIVE, PROTESTS, VIOLENT_CROWD
from eventcode.coding.history import told_as_history
from eventcode.coding.tellings import minor_arrest
from eventcode.coding.topics import topics_of
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.load import lexicon_folders, load_acts
from eventcode.model import Act, Actor, EventPlace
from eventcode.ontologies.codes import acled_codes, cameo_codes, plover_codes
from eventcode.ontologies.mapping import Facts, load_ontologies
from eventcode.resolve.actors import recoded
from eventcode.values import replace

CODED_STATUS = frozenset({"occurred", "ongoing"})
OWN = ("cameo", "plover", "acled")
# Combinations of facts whose codes are kept: the same ones come again and again.
MOST_FACTS = 20_000
DEEDS = frozenset({"do", "attempt", "foil"})
NO_ACLED = dict.fromkeys(("acled_disorder_type", "acled_event_type", "acled_sub_event_type"))


class EventCoder:
    """Codes the acts of one article at a time. ``overlay``: a user's lexicon folder."""

    def __init__(self, overlay: Path | None = None) -> None:
        self.lexicon = load_acts(lexicon_folders(overlay))
        self.ontologies = load_ontologies(overlay)
        self.actors = load_actors(lexicon_folders(overlay))
        self._cameo = cameo_codes()
        self._plover = plover_codes()
        self._acled = acled_codes()
        self._known: dict[Facts, Mapping[str, Mapping[str, Any]]] = {}
        self._reciprocal = {t.rule for ts in self.lexicon.triggers.values() for t in ts if t.reciprocal}

    def events(
        self, acts: Sequence[Act], article_date: date | None, article_source: str | None
    ) -> list[dict[str, Any]]:
        """Rows of one article's events, by rank (0 first): completed violence and the lead before talk and background.

        ``acts`` come in the order of the article's sentences, main clauses first.
        """
        rows: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        background = referred_to(acts)
        history = told_as_history(acts, article_date)
        acts = with_doers(self.refreshed(acts, article_date))
        for order, act in enumerate(acts):
            if act.status not in CODED_STATUS:
                continue
            for source, target, direction in dyads(act, act.rule in self._reciprocal):
                row = self._row(act, source, target, article_date, article_source)
                if row is None:
                    continue
                if act.act_id in history or (
                    any(a.roles for a in act.targets) and minor_arrest(act, row["acled_sub_event_type"])
                ):
                    row.update(NO_ACLED)
                for place in places_between(act, source, target) or (None,):
                    placed = {**row, **place_columns(place)}
                    placed["event_id"] = _event_id(act, source, target, place, direction)
                    rows.append((_importance(placed, order, act.act_id in background), placed))
        weight = _sentence_weights((r for _, r in rows), history)
        outdone = self._outdone(r for _, r in rows)
        rows.sort(
            key=lambda r: (
                weight[_sentence(r[1])],
                _sentence(r[1]),
                (*_sentence(r[1]), r[1]["acled_sub_event_type"]) in outdone,
                r[0],
                r[1]["event_id"],
            )
        )
        out = [r for _, r in rows]
        share: dict[str, int] = {}
        for r in out:
            share[r["act_id"]] = share.get(r["act_id"], 0) + 1
        for rank, r in enumerate(out):
            r["rank"] = rank
            r["act_rows"] = share[r["act_id"]]
        return out

    def _outdone(self, rows: Iterable[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
        """Kinds of protest that their sentence tells of together with what goes before them in ACLED's hierarchy: the
        protest that police broke up is no peaceful protest beside it, and one whose demonstrators are violent is a
        violent demonstration unless it was met with excessive force."""
        crowds: dict[tuple[bool, int], set[str]] = {}
        for row in rows:
            if row["acled_event_type"] in CROWD:
                crowds.setdefault(_sentence(row), set()).add(row["acled_sub_event_type"])
        return {
            (*sentence, name)
            for sentence, names in crowds.items()
            for name in names
            if self._acled[name].event_type == PROTESTS
            and (
                self._acled[name].rank > min(self._acled[n].rank for n in names)
                or (VIOLENT_CROWD in names and EXCESSIVE not in names)
            )
        }

    def refreshed(self, acts: Sequence[Act], day: date | None) -> list[Act]:
        """The acts with the actor codes, names and types that the tables give now; right after reading nothing changes."""
        return [self._recoded(a, day) for a in acts]

    def _recoded(self, act: Act, day: date | None) -> Act:
        sources = tuple(recoded(self.actors, a, day) for a in act.sources)
        targets = tuple(recoded(self.actors, a, day) for a in act.targets)
        return (
            act
            if (sources, targets) == (act.sources, act.targets)
            else replace(act, sources=sources, targets=targets)
        )

    def _values(self, facts: Facts) -> Mapping[str, Mapping[str, Any]]:
        """What each ontology makes of the facts."""
        found = self._known.get(facts)
        if found is None:
            if len(self._known) >= MOST_FACTS:
                self._known.clear()
            found = {name: ontology.code(facts) or {} for name, ontology in self.ontologies.items()}
            self._known[facts] = found
        return found

    def _row(
        self,
        act: Act,
        source: Actor | None,
        target: Actor | None,
        article_date: date | None,
        article_source: str | None,
    ) -> dict[str, Any] | None:
        f = facts(act, source, target, topics_of(act, self.lexicon), self.lexicon.words)
        values = self._values(f)
        cameo = values["cameo"].get("code")
        if cameo is None:
            return None
        code = self._cameo[cameo]
        plover = values["plover"]
        event = plover.get("event")
        sub = values["acled"].get("sub_event_type") if act.stance in DEEDS else None
        acled = self._acled[sub] if sub else None
        toll = act.toll
        killed, injured = toll.killed, toll.injured
        other = [f"{n}:{v['code']}" for n, v in sorted(values.items()) if n not in OWN and v.get("code")]
        return {
            "act_id": act.act_id,
            "article_id": act.article_id,
            "article_date": article_date,
            "article_source": article_source,
            "field": act.field,
            "sentence": act.sentence,
            "sentence_start": act.sentence_start,
            "sentence_end": act.sentence_end,
            "trigger_start": act.trigger_start,
            "trigger_end": act.trigger_end,
            "trigger_text": act.trigger_text,
            **actor_columns("source", source),
            **actor_columns("target", target),
            "cameo_code": cameo,
            "cameo_root": code.root,
            "quad_class": code.quad_class,
            "goldstein": code.goldstein,
            "plover_event": event,
            "plover_modes": ";".join(_list(plover.get("mode"))) or None,
            "plover_contexts": ";".join(_list(plover.get("context"))) or None,
            "plover_quad": self._plover[event].quad if event else None,
            "acled_disorder_type": acled.disorder_type if acled else None,
            "acled_event_type": acled.event_type if acled else None,
            "acled_sub_event_type": sub,
            "other_codes": ";".join(other) or None,
            "event_date": act.date.first,
            "event_date_end": act.date.last,
            "date_span": act.date.span,
            "date_precision": act.date.precision,
            "date_basis": act.date.basis,
            "date_text": act.date.text,
            "fatalities_low": killed.low if killed else None,
            "fatalities_best": killed.best if killed else None,
            "fatalities_high": killed.high if killed else None,
            "injured_best": injured.best if injured else None,
            "crowd_best": toll.crowd_best,
            "status": act.status,
            "attribution": act.attribution,
            "stance": act.stance,
            "act": act.act,
            "rule": act.rule,
            "confidence": act.confidence,
        }


def _list(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def referred_to(acts: Sequence[Act]) -> frozenset[str]:
    """Ids of acts that their sentence only refers back to: "condemned the attack" tells of the condemnation."""
    outer = {(a.field, a.sentence, a.rule.split("+", 1)[1].lstrip("~")) for a in acts if "+" in a.rule}
    return frozenset(a.act_id for a in acts if (a.field, a.sentence, a.rule) in outer)


def dyads(act: Act, reciprocal: bool = False) -> Iterator[tuple[Actor | None, Actor | None, int]]:
    """(source, target, direction) of an act; reciprocal acts also the other way round (direction 1)."""
    sources: Sequence[Actor | None] = list({(a.start, a.end): a for a in act.sources}.values()) or (None,)
    targets: Sequence[Actor | None] = list({(a.start, a.end): a for a in act.targets}.values()) or (None,)
    told: set[tuple[int | None, int | None]] = set()
    for s in sources:
        for t in targets:
            if s is None and t is None:
                continue
            if (
                s is not None
                and t is not None
                and s.code is not None
                and (s.code, s.name, s.start) == (t.code, t.name, t.start)
            ):
                continue
            pair = (s.start if s is not None else None, t.start if t is not None else None)
            if pair not in told:
                # "talks between X and Y": where both are on both sides, each way is told once.
                told.add(pair)
                yield s, t, 0
            if (
                reciprocal
                and s is not None
                and t is not None
                and pair[::-1] not in told
                and not _itself(act, s)
            ):
                told.add(pair[::-1])
                yield t, s, 1


def _itself(act: Act, source: Actor) -> bool:
    """Whether the source is only the words for the happening ("the shootout"), at whom nobody acts."""
    return source.code is None and source.start <= act.trigger_start < source.end


def places_between(act: Act, source: Actor | None, target: Actor | None) -> Sequence[EventPlace]:
    """Where the act happened between these two: "police in Oslo and guards in Bergen were attacked" is one event in each
    town, and not each of them in both."""
    if len(act.places) < 2:
        return act.places
    own = [p for p in act.places if _inside(p, source) or _inside(p, target)]
    if own:
        return own
    others = (*act.sources, *act.targets)
    free = [p for p in act.places if not any(_inside(p, a) for a in others)]
    return free or act.places


def _inside(place: EventPlace, actor: Actor | None) -> bool:
    """Whether the place is named within the actor's phrase."""
    return actor is not None and place.start is not None and actor.start <= place.start < actor.end


def actor_columns(side: str, actor: Actor | None) -> dict[str, Any]:
    """``source_...`` or ``target_...`` columns of an event."""
    a = actor
    return {
        f"{side}_text": a.text if a else None,
        f"{side}_start": a.start if a else None,
        f"{side}_end": a.end if a else None,
        f"{side}_name": a.name if a else None,
        f"{side}_code": a.code if a else None,
        f"{side}_country": a.country if a else None,
        f"{side}_role": a.roles[0] if a and a.roles else None,
        f"{side}_roles": ";".join(a.roles) or None if a else None,
        f"{side}_type": a.type if a else None,
        f"{side}_group": a.group if a else None,
        f"{side}_ethnic": a.ethnic if a else None,
        f"{side}_religion": a.religion if a else None,
    }


def place_columns(place: EventPlace | None) -> dict[str, Any]:
    """Place columns of an event; all null without a place."""
    p = place
    return {
        "place_text": p.text if p else None,
        "place_start": p.start if p else None,
        "place_end": p.end if p else None,
        "place_name": p.name if p else None,
        "geonameid": p.geonameid if p else None,
        "place_level": p.level if p else None,
        "place_relation": p.relation if p else None,
        "point": p.point if p else None,
        "latitude": p.latitude if p else None,
        "longitude": p.longitude if p else None,
        "geo_precision": p.geo_precision if p else None,
        "country": p.country if p else None,
        "admin1": p.admin1 if p else None,
        "admin1_code": p.admin1_code if p else None,
        "admin2": p.admin2 if p else None,
        "place_basis": p.basis if p else None,
    }


def _event_id(
    act: Act, source: Actor | None, target: Actor | None, place: EventPlace | None, direction: int
) -> str:
    parts = [act.act_id, act.stance]
    for a in (source, target):
        parts += [str(a.start), str(a.end)] if a else ["", ""]
    if place is not None and place.start is None and place.name is not None:
        parts.append(place.name)  # carried from the title
    parts += [str(place.start), str(place.end), place.country or ""] if place else ["", "", ""]
    parts.append(str(direction))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _importance(row: Mapping[str, Any], order: int, background: bool) -> tuple[Any, ...]:
    """Within sentences of one weight: in the order told, the main clause before what it only refers back to."""
    known = (row["source_code"] is None) + (row["target_code"] is None)
    return (_sentence(row), background, order, known)


def _sentence(row: Mapping[str, Any]) -> tuple[bool, int]:
    """Field and number of a row's sentence; the title comes first."""
    return (row["field"] == "text", row["sentence"])


def _sentence_weights(
    rows: Iterable[Mapping[str, Any]], history: frozenset[str]
) -> dict[tuple[bool, int], int]:
    """0 for sentences that tell of completed violence, 1 for other deeds and dealings, 2 for mere statements, 3 for what
    is told as history."""
    weights: dict[tuple[bool, int], int] = {}
    for row in rows:
        violent = row["quad_class"] == 4 and row["stance"] in DEEDS
        weight = 0 if violent else 2 if row["cameo_root"] == "01" else 1
        if row["act_id"] in history:
            weight = 3
        sentence = _sentence(row)
        weights[sentence] = min(weight, weights.get(sentence, weight))
    return weights
