"""From a happening of one article to a report of it: type, sides, country, date, tolls and tags by ACLED's rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from eventcode.coding.acled_actors import (
    AGAINST_CIVILIANS,
    CIVILIANS,
    GOVERNMENT,
    MILITIA,
    POLICE,
    PROTESTERS,
    RIOTERS,
    STATE,
    STRATEGIC,
    UNIDENTIFIED,
    Namer,
    Party,
    match,
)
from eventcode.coding.happenings import (
    BATTLES,
    CROWD,
    EXCESSIVE,
    EXPLOSIONS,
    PROTESTS,
    RIOTS,
    VIOLENT_CROWD,
    Happening,
    Telling,
)
from eventcode.coding.tellings import ARRESTS
from eventcode.coding.victims import LOCAL, WOMEN, WOMEN_TARGETED
from eventcode.joining.merging import INTERVENTION, MOB, PEACEFUL, SUICIDE, surest
from eventcode.joining.reports import Report, Side, When
from eventcode.model import DateValue, EventPlace, Quantity
from eventcode.ontologies.codes import AcledType, acled_codes
from eventcode.values import replace

LOOTING, SEXUAL = "Looting/property destruction", "Sexual violence"
TARGETED = "Civilian targeting"
TIME_PRECISION = {"day": 1, "week": 2, "month": 3}
MAX_DAYS = {"day": 8, "week": 14, "month": 31}


def report(
    h: Happening,
    namer: Namer,
    article_id: str,
    article_date: date | None,
    source: str | None,
    text_sha256: str | None = None,
    nth: int = 0,
    history: frozenset[str] = frozenset(),
) -> Report:
    """What an article tells of one happening.

    Args:
        h: the happening.
        namer: for the names of its sides.
        article_id, article_date, source: the article's.
        text_sha256: hash of its title and text, by which copies are known.
        nth: number of the happening in the article, from 0.
        history: ids of the article's acts that it tells as history.
    """
    told = _all_tellings(h)
    acts = {t.act_id for t in told}
    kind = _type(h)
    country, basis = _country(h)
    one, two = _sides(h, told, kind, country, namer)
    killed, injured = _tolls(h)
    suicide = kind.sub_event_type == SUICIDE and not any(t.bomber or t.foiled for t in h.tellings)
    return Report(
        article_id=article_id,
        article_date=article_date,
        source=source,
        text_sha256=text_sha256,
        nth=nth,
        type=kind,
        formed=any(not (t.harm or t.formless or t.minor) for t in h.tellings),
        one=one,
        two=two,
        targeting=_targeting(h, kind, two),
        place=_where(h.place),
        country=country,
        place_basis=h.place.basis if h.place is not None else basis,
        when=_when(h.date),
        killed=killed,
        injured=injured,
        bombers=int(suicide),
        tags=_tags(h, kind),
        attribution=surest({t.attribution for t in told}),
        act_ids=tuple(sorted(acts)),
        history=acts <= history,
    )


@lru_cache(maxsize=65_536)
def _where(place: EventPlace | None) -> EventPlace | None:
    """The place without the words that name it, so that reports share it."""
    return _shared_place(replace(place, text=None, start=None, end=None)) if place is not None else None


@lru_cache(maxsize=65_536)
def _shared_place(place: EventPlace) -> EventPlace:
    return place


@lru_cache(maxsize=65_536)
def _shared_side(name: str | None, also: tuple[str, ...], inter: str | None) -> Side:
    """A side, made once: reports are many, and names few."""
    return Side(name, also, inter)


def _all_tellings(h: Happening) -> list[Telling]:
    return [*h.tellings, *(t for t, _, _ in h.summed_up)]


def _type(h: Happening) -> AcledType:
    """The highest type of the hierarchy among the tellings that say how it was done."""
    types = acled_codes()
    formed = [t for t in h.tellings if not (t.harm or t.formless or t.minor)] or [
        t for t in h.tellings if not t.minor
    ]
    if h.crowded:
        return types[_crowd_type(h)]
    arrests = next((t for t in h.tellings if t.sub_event_type == ARRESTS), None)
    if arrests is not None and not any(t.killed or t.injured for t in h.tellings):
        # A raid that ends in arrests and hurts nobody.
        return types[ARRESTS]
    best = min(formed, key=lambda t: (t.rank, t.order))
    return types[best.sub_event_type]


def _crowd_type(h: Happening) -> str:
    """Violence by the crowd makes a riot of it; arrests and force against it an intervention."""
    riots = [t for t in h.tellings if t.event_type == RIOTS]
    if riots:
        return min(riots, key=lambda t: (t.harm, t.rank)).sub_event_type
    best = min((t for t in h.tellings if t.event_type == PROTESTS), key=lambda t: t.rank).sub_event_type
    against = [
        t for t in h.tellings if t.event_type not in CROWD and (not t.minor or t.sub_event_type == ARRESTS)
    ]
    if any(t.harm and t.killed is not None and t.killed.best > 0 for t in against):
        return EXCESSIVE
    return INTERVENTION if against and best == PEACEFUL else best


def _country(h: Happening) -> tuple[str | None, str | None]:
    """The incident's country (ISO alpha-3) and how it is known: told, else where those at home there were harmed."""
    if h.place is not None:
        return h.place.country, h.place.basis
    for area in sorted(h.areas(), key=lambda a: a.basis != "stated"):
        if area.country:
            return area.country, area.basis
    for party in (h.target, h.source):
        if party is not None and party.inter != STATE and party.country:
            return party.country, "inferred"
    return None, None


def _sides(
    h: Happening, told: Sequence[Telling], kind: AcledType, country: str | None, namer: Namer
) -> tuple[Side, Side]:
    source, target = _defaults(h, kind, country)
    helpers = tuple(p for t in told for p in t.more_sources)
    beside = (*(p for t in told for p in t.more_targets), *h.bystanders)
    if kind.event_type == BATTLES:
        beside = tuple(p for p in beside if p.kind != "civilians")
    attack = kind.event_type == AGAINST_CIVILIANS
    one, two = _side(source, helpers, attack, country, namer), _side(target, beside, attack, country, namer)
    if one.name is None and kind.event_type == STRATEGIC:
        one, two = two, one
    return _without(one, two.name), _without(two, one.name)


def _without(side: Side, other: str | None) -> Side:
    """A side whose associated actors are neither of the two sides."""
    if not side.also:
        return side
    taken = {side.name, other}
    return _shared_side(side.name, tuple(a for a in side.also if a not in taken), side.inter)


def _defaults(h: Happening, kind: AcledType, country: str | None) -> tuple[Party | None, Party | None]:
    """Both sides, with ACLED's words for those that nobody names."""
    source, target = h.source, h.target
    somebody = Party("armed", UNIDENTIFIED, MILITIA, country)
    civilians = Party("civilians", CIVILIANS, CIVILIANS, country)
    if kind.event_type in CROWD:
        return _crowd_sides(source, target, kind, civilians, country)
    if kind.event_type == AGAINST_CIVILIANS:
        return source or somebody, target or civilians
    if kind.event_type == EXPLOSIONS:
        hurt = any((t.killed and t.killed.best) or (t.injured and t.injured.best) for t in h.tellings)
        if target is None and hurt:
            target = civilians
        elif target is not None and target.weak and target.kind == "civilians" and not hurt:
            target = None
        return source or somebody, target
    if kind.event_type == BATTLES:
        if target is None or (target.weak and target.kind == "civilians"):
            alike = (
                source
                if source is not None and source.kind == "armed" and any(t.mutual for t in h.tellings)
                else None
            )
            target = alike or somebody
        if source is not None and source.weak and source.kind == "civilians":
            source = None
        return source or somebody, target
    if kind.sub_event_type == ARRESTS:
        return source or Party("state", POLICE, STATE, country), target or civilians
    if target is not None and target.weak and kind.sub_event_type != LOOTING:
        target = None
    return source, target


def _crowd_sides(
    source: Party | None, target: Party | None, kind: AcledType, civilians: Party, country: str | None
) -> tuple[Party, Party | None]:
    label = RIOTERS if kind.event_type == RIOTS else PROTESTERS
    home = source.country if source is not None and source.kind == "crowd" and source.country else country
    crowd = Party("crowd", label, label, home, also=source.also if source is not None else ())
    if kind.sub_event_type == PEACEFUL or (target is not None and target.weak and kind.sub_event_type != MOB):
        return crowd, None
    if kind.sub_event_type == MOB and target is None:
        target = civilians
    if kind.sub_event_type == INTERVENTION and target is None:
        target = Party("state", POLICE, STATE, country)
    return crowd, target


@lru_cache(maxsize=65_536)
def _side(
    main: Party | None, others: tuple[Party, ...], attack: bool, country: str | None, namer: Namer
) -> Side:
    """A side by name; ``attack``: the incident is violence against civilians."""
    if main is None:
        return Side(None, (), None)
    officials = main.label == GOVERNMENT and main.kind == "state" and attack
    name, inter = namer.name(main, country), namer.inter(main, country)
    also = list(namer.also(main, country))
    if officials:
        also.insert(0, name)
        name, inter = namer.name(Party("civilians", CIVILIANS, CIVILIANS, main.country), country), CIVILIANS
    for other in others:
        if other.weak:
            continue
        if match(main, other) in (None, 1):
            also.append(namer.name(other, country))
        also += namer.also(other, country)
    return Side(name, tuple(a for a in dict.fromkeys(also) if a != name), inter)


def _targeting(h: Happening, kind: AcledType, two: Side) -> str | None:
    if kind.event_type == AGAINST_CIVILIANS or kind.sub_event_type == EXCESSIVE:
        return TARGETED
    aimed = kind.event_type == EXPLOSIONS or kind.sub_event_type == MOB
    return TARGETED if aimed and two.inter == CIVILIANS and h.target is not None else None


def _tolls(h: Happening) -> tuple[Quantity | None, Quantity | None]:
    """Killed and injured: its own, else its share of what was told for several."""
    killed, injured = h.killed(), h.injured()
    for _, dead, hurt in h.summed_up:
        killed = dead if killed is None else killed
        injured = hurt if injured is None else injured
    return killed, injured


def _tags(h: Happening, kind: AcledType) -> tuple[str, ...]:
    """ACLED's tags: how large the crowd was, sexual violence where another type stands above it, and who was attacked."""
    size = _crowd_size(h, kind)
    sexual = any(t.sub_event_type == SEXUAL for t in h.tellings) and kind.sub_event_type != SEXUAL
    return (
        *((size,) if size else ()),
        *(("sexual violence",) if sexual else ()),
        *_local(h, kind),
        *_women(h, kind),
    )


def _victims(h: Happening) -> list[Party]:
    return [party for t in h.tellings for party in (t.target, *t.more_targets) if party is not None]


def _local(h: Happening, kind: AcledType) -> tuple[str, ...]:
    """Violence against anybody of a local administration."""
    violent = kind.event_type in (AGAINST_CIVILIANS, EXPLOSIONS, RIOTS) or kind.sub_event_type == EXCESSIVE
    return (LOCAL,) if violent and any(LOCAL in party.traits for party in _victims(h)) else ()


def _women(h: Happening, kind: AcledType) -> tuple[str, ...]:
    """The kinds of women attacked, where every victim told is a woman: who were the most of them is not known."""
    victims = _victims(h)
    aimed = kind.event_type == AGAINST_CIVILIANS or kind.sub_event_type == MOB
    if not aimed or not victims or not all(WOMEN in party.traits for party in victims):
        return ()
    return tuple(sorted({t for party in victims for t in party.traits if t.startswith(WOMEN_TARGETED)}))


def _crowd_size(h: Happening, kind: AcledType) -> str | None:
    if kind.event_type != PROTESTS and kind.sub_event_type != VIOLENT_CROWD:
        return None
    for t in sorted(h.tellings, key=lambda t: (t.sentence < 0, t.order)):
        low, best = t.crowd
        if best is not None:
            return f"crowd size=about {best}"
        if low is not None:
            return f"crowd size=at least {low}"
    return "crowd size=no report"


@lru_cache(maxsize=65_536)
def _when(value: DateValue) -> When:
    """ACLED's date: the day, else the middle of the week or month; nothing for what is coarser."""
    first, last = value.first, value.last
    days = (last - first).days if first is not None and last is not None else None
    precision = TIME_PRECISION.get(value.precision)
    if precision is None or first is None or last is None or days is None or days > MAX_DAYS[value.precision]:
        return When(None, last, None, value.precision, value.basis, first, last)
    if value.basis == "publication":
        return When(first, last, 2, value.precision, value.basis, first, last)
    if value.precision == "day" and days and value.span == "uncertain":
        precision = 2
    if value.span == "duration" and value.precision == "day":
        return When(first, last, precision, value.precision, value.basis, first, last)
    middle = date.fromordinal(first.toordinal() + days // 2)
    return When(middle, max(middle, last), precision, value.precision, value.basis, first, last)
