"""From the reports of one happening to what is known of it: the best-known place, day and sides, and every toll told."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import compress
from typing import TypeVar

from eventcode.coding.fatalities import over_reports
from eventcode.coding.happenings import EXCESSIVE, VIOLENT_CROWD
from eventcode.joining import sides
from eventcode.joining.reports import Report, Side, When, exactness
from eventcode.joining.weights import Weights
from eventcode.model import EventPlace
from eventcode.ontologies.codes import AcledType, acled_codes
from eventcode.values import replace

# Who says that it happened, the surest first.
ATTRIBUTIONS = ("narrator", "claimed", "accused", "alleged", "denied")
_SURENESS = {name: i for i, name in enumerate(ATTRIBUTIONS)}
BATTLES, EXPLOSIONS, PROTESTS, RIOTS = "Battles", "Explosions/Remote violence", "Protests", "Riots"
AGAINST_CIVILIANS, STRATEGIC = "Violence against civilians", "Strategic developments"
PEACEFUL, INTERVENTION = "Peaceful protest", "Protest with intervention"
MOB, SUICIDE = "Mob violence", "Suicide bomb"
_CROWD = frozenset({PROTESTS, RIOTS})
_DIRECTED = frozenset({EXPLOSIONS, AGAINST_CIVILIANS})
_BASIS = {"stated": 0, "relative": 0, "carried": 1, "publication": 2}

T = TypeVar("T")


def voices(reports: Sequence[Report]) -> list[Report]:
    """One report for each text: copies of it say nothing more."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for r in reports:
        text = (r.text_sha256 or r.article_id, r.nth)
        if text not in seen:
            seen.add(text)
            kept.append(r)
    return kept


def merged(reports: Sequence[Report], weights: Weights) -> Report:
    """One report that holds the best of all, in the name of the first; reports by ``Report.key``."""
    if len(reports) == 1:
        return reports[0]
    told = voices(reports)
    kind = _type(told)
    where = min(told, key=_by_place(told))
    one, two = _sides(told, kind, weights)
    country = where.country or next((r.country for r in told if r.country), None)
    return replace(
        reports[0],
        type=kind,
        formed=any(r.formed for r in told),
        one=one,
        two=two,
        targeting=_targeting(told, kind),
        place=where.place,
        country=country,
        place_basis=where.place_basis,
        when=_when(told),
        killed=over_reports([r.killed for r in told]),
        injured=over_reports([r.injured for r in told]),
        bombers=min((r.bombers for r in told if r.type.sub_event_type == SUICIDE), default=0) if kind.sub_event_type == SUICIDE else 0,
        tags=_tags(told, kind),
        attribution=surest(r.attribution for r in told),
        history=all(r.history for r in told),
        act_ids=tuple(sorted({a for r in reports for a in r.act_ids})),
    )  # fmt: skip


def surest(attributions: Iterable[str]) -> str:
    """The best of some attributions."""
    return min(attributions, key=lambda a: (_SURENESS.get(a, len(_SURENESS)), a))


def _type(told: Sequence[Report]) -> AcledType:
    """The highest type of the hierarchy; a crowd's event stays one, and its violence makes it a riot."""
    crowds = [r.type for r in told if r.type.event_type in _CROWD]
    if crowds:
        riots = [t for t in crowds if t.event_type == RIOTS]
        best = min(riots or crowds, key=lambda t: t.rank)
        deadly = any(r.type.event_type not in _CROWD and r.killed and r.killed.best for r in told)
        if deadly and best.sub_event_type in (PEACEFUL, INTERVENTION):
            return acled_codes()[EXCESSIVE]
        return best
    formed = [r.type for r in told if r.formed]
    return min(formed or [r.type for r in told], key=lambda t: t.rank)


def _votes(values: Iterable[Hashable]) -> dict[Hashable, int]:
    # A Counter takes longer to make than the few values of an incident to count.
    votes: dict[Hashable, int] = {}
    for value in values:
        votes[value] = votes.get(value, 0) + 1
    return votes


def _by_place(told: Sequence[Report]) -> Callable[[Report], tuple[int, bool, int, bool, int]]:
    votes = _votes(r.where for r in told)

    def order(r: Report) -> tuple[int, bool, int, bool, int]:
        place: EventPlace | None = r.place
        return (
            exactness(place, r.country),
            place is not None and place.relation != "at",
            place.geo_precision or 9 if place is not None else 9,
            r.place_basis != "stated",
            -votes[r.where],
        )

    return order


def _when(told: Sequence[Report]) -> When:
    votes = _votes((r.when.first, r.when.last, r.when.basis) for r in told)

    def order(r: Report) -> tuple[bool, int, int, int, int]:
        w = r.when
        days = (w.last - w.first).days if w.first is not None and w.last is not None else 9999
        day = w.day.toordinal() if w.day is not None else 0
        wide = 3 if days > 1 and w.basis != "publication" else _BASIS[w.basis]
        return (w.day is None, wide, days, -votes[w.first, w.last, w.basis], day)

    return min(told, key=order).when


# --- sides ---------------------------------------------------------------------------------------------------------


def _sides(told: Sequence[Report], kind: AcledType, weights: Weights) -> tuple[Side, Side]:
    """Both sides, named by the report of the incident's type that tells most, or by another where that has no name."""
    alike = [r.type.event_type == kind.event_type for r in told]
    if not any(alike):
        alike = [True] * len(told)
    of_kind = list(compress(told, alike))
    anchor = max(of_kind, key=lambda r: sides.knownness(r.one) + sides.knownness(r.two))
    turned = [_turned(r, anchor, weights) for r in told]
    ones, twos = [a for a, _ in turned], [b for _, b in turned]
    one, two = _best(list(compress(ones, alike)), ones), _best(list(compress(twos, alike)), twos)
    taken = {one.name, two.name}
    return _with_others(one, ones, taken, kind), _with_others(two, twos, taken, kind)


def _turned(r: Report, anchor: Report, weights: Weights) -> tuple[Side, Side]:
    """A report's sides the way round that the anchor has them."""
    if r.type.event_type in _DIRECTED and anchor.type.event_type in _DIRECTED:
        return r.one, r.two
    straight = sides.points(r.one, anchor.one, weights) + sides.points(r.two, anchor.two, weights)
    across = sides.points(r.one, anchor.two, weights) + sides.points(r.two, anchor.one, weights)
    return (r.two, r.one) if across > straight else (r.one, r.two)


def _best(of_kind: Sequence[Side], every: Sequence[Side]) -> Side:
    votes = _votes((s.name, s.inter) for s in every)

    def most(options: Sequence[Side]) -> Side:
        return max(options, key=lambda s: (sides.knownness(s), votes[s.name, s.inter]))

    best = most(of_kind)
    if sides.knownness(best) in (1, 2) and sides.kind_of(best.name or "", best.inter) == sides.UNNAMED:
        # Another report may know their name.
        known = [s for s in every if s.name and sides.kind_of(s.name, s.inter) == sides.NAMED]
        return most(known) if known else best
    return best


def _with_others(side: Side, every: Sequence[Side], taken: set[str | None], kind: AcledType) -> Side:
    """The side with everybody else who was told on it; civilians hit beside a target are its associates, not in a battle."""
    also = list(side.also)
    for other in every:
        if other.name and other.name != side.name and _beside(side, other, kind):
            also.append(other.name)
        also += other.also
    return replace(side, also=tuple(a for a in dict.fromkeys(also) if a not in taken))


def _beside(side: Side, other: Side, kind: AcledType) -> bool:
    if side.name is None or other.name is None:
        return False
    if sides.kind_of(other.name, other.inter) in (sides.NAMED, sides.STATE):
        return sides.kind_of(side.name, side.inter) in (sides.NAMED, sides.STATE)
    civilians = sides.kind_of(other.name, other.inter) == sides.CIVILIANS
    return civilians and kind.event_type == EXPLOSIONS and side.inter != "Civilians"


# --- what depends on the type --------------------------------------------------------------------------------------


def _targeting(told: Sequence[Report], kind: AcledType) -> str | None:
    """The flag of any report, where the codebook sets it for the type at all (acled.md, section 5)."""
    flags = [r.targeting for r in told if r.targeting]
    allowed = kind.event_type in (AGAINST_CIVILIANS, EXPLOSIONS, RIOTS) or kind.sub_event_type == EXCESSIVE
    return flags[0] if flags and allowed else None


def _tags(told: Sequence[Report], kind: AcledType) -> tuple[str, ...]:
    """Every tag once; of several sizes of a crowd the first number told, and none where no crowd demonstrated."""
    sizes = [t for r in told for t in r.tags if t.startswith("crowd size=")]
    number = [t for t in sizes if not t.endswith("no report")] or sizes
    others = sorted({t for r in told for t in r.tags if not t.startswith("crowd size=")})
    demonstration = kind.event_type == PROTESTS or kind.sub_event_type == VIOLENT_CROWD
    return (*(number[:1] if demonstration else []), *others)
