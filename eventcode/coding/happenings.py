"""Puts the acts of one article together: which of them tell of one happening (acled.md, sections 3 and 4).

A Telling is one act at one place. Tellings of a sentence that fit are one Happening; happenings at exact places fit or stay
apart; what has no place below the country joins the exact ones it sums up; the title comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from eventcode.coding.acled_actors import AGAINST_CIVILIANS, STRATEGIC, Party, better, match
from eventcode.coding.fatalities import Statement, shares, together
from eventcode.gazetteer.distance import haversine_km
from eventcode.joining.reports import place_key
from eventcode.model import DateValue, EventPlace, Quantity
from eventcode.values import quick, replace

BATTLES, EXPLOSIONS, PROTESTS, RIOTS = "Battles", "Explosions/Remote violence", "Protests", "Riots"
CROWD = frozenset({PROTESTS, RIOTS})
EXCESSIVE, VIOLENT_CROWD = "Excessive force against protesters", "Violent demonstration"
VIOLENT = frozenset({BATTLES, EXPLOSIONS, AGAINST_CIVILIANS, RIOTS, PROTESTS})
# One happening may be told as any two of these at one place on one day.
ALIKE = (frozenset({BATTLES, EXPLOSIONS}), frozenset({EXPLOSIONS, AGAINST_CIVILIANS}), CROWD)
# Strategic developments that go with violence at the same place between the same sides.
ALONGSIDE = frozenset(
    {"Looting/property destruction", "Non-violent transfer of territory", "Change to group/activity"}
)
ARRESTS = "Arrests"
FINE = {"site": 0, "settlement": 0, "district": 0, "admin2": 1, "admin1": 2, "region": 2, "sea": 2}
COUNTRY_LEVEL = 3
PART_OF_TOWN_KM = 15.0
# What an article is written about happened in these days before.
NEWS_DAYS = 21
# A wave of attacks is told in neighbouring sentences.
WAVE_SENTENCES = 1
BASIS = {"stated": 0, "relative": 1, "carried": 2, "publication": 4}
PRECISION = {"day": 0, "week": 1, "month": 2, "year": 3, "unknown": 4}


@quick
@dataclass(frozen=True, slots=True)
class Telling:
    """One act at one place, coded: what an incident is made of. ``order``: of the act in the article.

    ``place`` lies below the country; ``areas`` are the countries where only they are told. ``harm``: the act is the harm;
    ``formless``: it does not say how it was done; ``minor``: it cannot be an incident, but belongs to one.
    """

    act_id: str
    order: int
    sentence: int
    event_type: str
    sub_event_type: str
    rank: int
    harm: bool
    formless: bool
    minor: bool
    source: Party | None
    target: Party | None
    more_sources: tuple[Party, ...]
    more_targets: tuple[Party, ...]
    place: EventPlace | None
    areas: tuple[EventPlace, ...]
    date: DateValue
    killed: Quantity | None
    injured: Quantity | None
    crowd: tuple[int | None, int | None]
    attribution: str
    foiled: bool = False
    mutual: bool = False
    bomber: bool = False


@dataclass(slots=True)
class Happening:
    """Tellings of one happening, sides the same way round."""

    tellings: list[Telling]
    source: Party | None
    target: Party | None
    bystanders: list[Party] = field(default_factory=list)
    summed_up: list[tuple[Telling, Quantity | None, Quantity | None]] = field(default_factory=list)
    # Of how many tellings first and place are known: both are asked for again and again.
    _known_of: int = 0
    _first: Telling | None = None
    _place: EventPlace | None = None

    @property
    def first(self) -> Telling:
        """The telling that decides: it says how it was done, if any does."""
        if self._known_of != len(self.tellings):
            self._look()
        assert self._first is not None
        return self._first

    @property
    def place(self) -> EventPlace | None:
        """The most exact place told, the first of several alike."""
        if self._known_of != len(self.tellings):
            self._look()
        return self._place

    def _look(self) -> None:
        self._known_of = len(self.tellings)
        if self._known_of == 1:
            self._first = self.tellings[0]
            self._place = self._first.place
            return
        self._first = min(self.tellings, key=lambda t: (t.minor, t.harm, t.formless, t.order))
        places = [t.place for t in sorted(self.tellings, key=lambda t: t.order) if t.place is not None]
        self._place = min(places, key=fineness, default=None)

    @property
    def date(self) -> DateValue:
        """The best-founded date told."""
        if len(self.tellings) == 1:
            return self.tellings[0].date
        return min(
            (t.date for t in sorted(self.tellings, key=lambda t: (t.sentence < 0, t.harm, t.order))),
            key=lambda d: (_foundation(d), PRECISION.get(d.precision, 5)),
        )

    @property
    def in_title(self) -> bool:
        """Whether only the title tells of it."""
        return all(t.sentence < 0 for t in self.tellings)

    @property
    def crowded(self) -> bool:
        """Whether it is a demonstration or riot."""
        return any(t.event_type in CROWD for t in self.tellings)

    def areas(self) -> tuple[EventPlace, ...]:
        """Countries told where no exact place is."""
        return tuple(a for t in self.tellings for a in t.areas)

    def span(self) -> tuple[int, int]:
        """First and last sentence."""
        sentences = [t.sentence for t in self.tellings]
        return min(sentences), max(sentences)

    def killed(self) -> Quantity | None:
        """The dead that its own tellings tell of."""
        return _counted([(t, t.killed) for t in self.tellings if t.killed is not None])

    def injured(self) -> Quantity | None:
        """The injured that its own tellings tell of."""
        return _counted([(t, t.injured) for t in self.tellings if t.injured is not None])


def _counted(told: Sequence[tuple[Telling, Quantity]]) -> Quantity | None:
    """What several tellings count together; one alone says it all."""
    if len(told) < 2:
        return told[0][1] if told else None
    return together([_statement(t, count) for t, count in told])


def _statement(t: Telling, count: Quantity) -> Statement:
    who = None if t.target is None or t.target.weak else "/".join(t.target.key)
    return Statement(who, t.sentence, t.harm, count, t.bomber)


def fineness(place: EventPlace) -> int:
    """0 a town or site, 1 a district's area, 2 a province or region, 3 a country."""
    return FINE.get(place.level, COUNTRY_LEVEL)


def _foundation(value: DateValue) -> int:
    """How well a date is founded, 0 best: "some time before" says more than the day of publication and no more."""
    return 3 if value.precision == "unknown" else BASIS[value.basis]


def make(telling: Telling) -> Happening:
    """A happening of one telling."""
    return Happening([telling], telling.source, telling.target)


# --- places and dates ------------------------------------------------------------------------------------------


def contains(area: EventPlace, place: EventPlace) -> bool:
    """Whether a country, province or district has the place in it, by the place's own divisions."""
    if fineness(area) <= fineness(place) or area.country != place.country:
        return False
    if area.level == "country":
        return True
    if area.level == "sea":
        return False
    if area.admin1_code or area.admin1:
        same = area.admin1_code == place.admin1_code if area.admin1_code else area.admin1 == place.admin1
        return same and (area.level != "admin2" or area.admin2 == place.admin2)
    return area.level == "region"


def same_place(a: EventPlace, b: EventPlace) -> bool:
    """Whether two places below the country can be where one happening was."""
    if _one_key(a, b) or contains(a, b) or contains(b, a):
        return True
    parts = {a.level, b.level}
    if "settlement" not in parts or not parts & {"site", "district"} or a.country != b.country:
        return False
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return False
    return float(haversine_km(a.latitude, a.longitude, b.latitude, b.longitude)) <= PART_OF_TOWN_KM


def _one_key(a: EventPlace, b: EventPlace) -> bool:
    """Whether two places have one key; most have a number of their own, and no key need be made of it."""
    if a.geonameid is not None and b.geonameid is not None:
        return a.geonameid == b.geonameid
    return place_key(a) == place_key(b)


def same_day(a: DateValue, b: DateValue, *, loose: bool) -> bool:
    """Whether two dates can be of one happening; the publication date speaks against none, nor does a carried one if loose."""
    weak = {"publication", "carried"} if loose else {"publication"}
    if a.basis in weak or b.basis in weak:
        return True
    return not (
        (a.last is not None and b.first is not None and a.last < b.first)
        or (b.last is not None and a.first is not None and b.last < a.first)
    )


# --- do two happenings fit? ------------------------------------------------------------------------------------


def _types_fit(a: Telling, b: Telling, *, strict: bool) -> bool:
    if a.event_type == b.event_type:
        return a.event_type != STRATEGIC or a.sub_event_type == b.sub_event_type
    types = {a.event_type, b.event_type}
    for one, other in ((a, b), (b, a)):
        if (one.harm or one.formless) and one.event_type in VIOLENT and other.event_type in VIOLENT:
            return True
        if not strict and one.sub_event_type in ALONGSIDE and other.event_type in VIOLENT:
            return True
        if one.sub_event_type == ARRESTS and other.event_type == AGAINST_CIVILIANS:
            return one.sentence == other.sentence
    if any(types <= alike for alike in ALIKE):
        return True
    return bool(types & CROWD) and any(_against_crowd(t) for t in (a, b) if t.event_type not in CROWD)


def _against_crowd(t: Telling) -> bool:
    """Whoever strikes at a crowd is part of the crowd's event; arrests at a march too."""
    if "crowd" in (_kind(t.source), _kind(t.target)):
        return True
    return t.sub_event_type == ARRESTS and t.target is None


def _kind(party: Party | None) -> str:
    return party.kind if party is not None else ""


@quick
@dataclass(frozen=True, slots=True)
class Fit:
    """How well a happening fits another: ``score`` of sides, ``swapped`` sides, ``bystander`` its victims are beside the target."""

    score: int
    swapped: bool = False
    bystander: bool = False


def sides_fit(a: Happening, b: Happening) -> Fit | None:
    """Whether b's sides can be a's, as they are or the other way round."""
    fits = []
    first, second = match(a.source, b.source), match(a.target, b.target)
    if first is not None and second is not None:
        fits.append(Fit(first + second))
    mutual = a.crowded or b.crowded or a.first.event_type == BATTLES or (a.first.mutual and b.first.mutual)
    if mutual:
        first, second = match(a.source, b.target), match(a.target, b.source)
        if first is not None and second is not None and first + second > 2:
            fits.append(Fit(first + second, swapped=True))
    beside = _beside(a, b)
    if beside is not None and not fits:
        fits.append(beside)
    return max(fits, key=lambda f: (f.score, not f.swapped), default=None)


def _beside(a: Happening, b: Happening) -> Fit | None:
    """Harm to others than those attacked: civilians dead in a battle or in a strike on soldiers."""
    if not all(t.harm for t in b.tellings) or a.first.event_type not in (BATTLES, EXPLOSIONS):
        return None
    if b.target is None or b.target.kind != "civilians":
        return None
    near = a.span()[0] <= b.span()[0] <= a.span()[1]
    score = match(a.source, b.source)
    if score is None or (b.source is not None and not near):
        return None
    return Fit(score + 1, bystander=True)


def fit(a: Happening, b: Happening, *, strict: bool) -> Fit | None:
    """Whether b tells of the same happening as a; ``strict`` where the places do not vouch for it."""
    if not _types_fit(a.first, b.first, strict=strict):
        return None
    loose = all(t.harm or t.formless or t.place is None for t in b.tellings)
    if not same_day(a.date, b.date, loose=loose):
        return None
    if (
        strict
        and a.source is None
        and a.target is None
        and b.source is None
        and b.target is None
        and a.span() != b.span()
    ):
        # Nothing but the kind of act in common.
        return None if not b.first.harm else Fit(1)
    return sides_fit(a, b)


def join(a: Happening, b: Happening, how: Fit) -> None:
    """Puts b's tellings into a."""
    source, target = (b.target, b.source) if how.swapped else (b.source, b.target)
    for t in b.tellings:
        if how.swapped:
            t = replace(
                t, source=t.target, target=t.source, more_sources=t.more_targets, more_targets=t.more_sources
            )
        a.tellings.append(t)
    a.source = better(a.source, source)
    if how.bystander:
        if a.first.event_type == EXPLOSIONS and target is not None:
            a.bystanders.append(target)
    else:
        a.target = better(a.target, target)
    a.bystanders += b.bystanders
    a.summed_up += b.summed_up


# --- one article -----------------------------------------------------------------------------------------------


def happenings(tellings: Sequence[Telling]) -> list[Happening]:
    """The happenings that one article's tellings come to, in the order told."""
    if len(tellings) < 2:
        # Nothing to be put together with.
        return [make(t) for t in tellings if not t.minor]
    text = [t for t in tellings if t.sentence >= 0]
    title = [t for t in tellings if t.sentence < 0]
    bundles = [
        b
        for _, group in groupby(sorted(text, key=lambda t: (t.sentence, t.order)), key=lambda t: t.sentence)
        for b in _bundles(list(group))
    ]
    found = _at_places([b for b in bundles if b.place is not None])
    _without_place([b for b in bundles if b.place is None], found)
    _follow_the_wave(found)
    _name_the_unnamed(found)
    for t in title:
        _title(make(t), found)
    kept = [h for h in found if not all(t.minor for t in h.tellings)]
    return sorted(kept, key=lambda h: (h.in_title, min(t.order for t in h.tellings)))


def _bundles(sentence: list[Telling]) -> list[Happening]:
    """Tellings of one sentence that fit together: "a strike that killed a leader" is one."""
    if len(sentence) == 1:
        return [make(sentence[0])]
    found: list[Happening] = []
    for t in sorted(sentence, key=lambda t: (t.place is None, t.harm, t.formless, t.order)):
        new = make(t)
        options = []
        for h in found:
            how = fit(h, new, strict=t.place is None or h.place is None)
            if how is not None and _places_fit(h.place, t):
                options.append((how, h))
        if t.place is None and len({place_key(h.place) for _, h in options if h.place is not None}) > 1:
            options = []
        if options:
            how, best = max(options, key=lambda o: o[0].score)
            join(best, new, how)
        else:
            found.append(new)
    return found


def _places_fit(place: EventPlace | None, t: Telling) -> bool:
    if place is None or t.place is None:
        return place is None or not t.areas or any(contains(a, place) for a in t.areas)
    return same_place(place, t.place)


def _at_places(bundles: Iterable[Happening]) -> list[Happening]:
    """Happenings at places below the country: same place, day and sides are one."""
    found: list[Happening] = []
    for new in sorted(bundles, key=lambda h: (h.first.harm, h.first.order)):
        assert new.place is not None
        options = []
        for h in found:
            assert h.place is not None
            if same_place(h.place, new.place):
                how = fit(h, new, strict=not _one_key(h.place, new.place))
                if how is not None:
                    options.append((how, h))
        if options:
            how, best = max(
                options, key=lambda o: (o[0].score, -abs(o[1].first.sentence - new.first.sentence))
            )
            join(best, new, how)
        else:
            found.append(new)
    return found


def _without_place(bundles: Iterable[Happening], found: list[Happening]) -> None:
    """Puts what has no exact place where it belongs: into all it sums up, into what it tells on, or on its own."""
    for new in sorted(bundles, key=lambda h: (h.first.harm, h.first.order)):
        exact = [h for h in found if h.place is not None]
        fits = _fits(new, exact)
        areas = [a for a in new.areas() if a.basis == "stated"]
        if areas:
            fits = [
                (how, h)
                for how, h in fits
                if h.place is not None and any(contains(a, h.place) for a in areas)
            ]
            fits = _recent(new, fits)
        if not (areas and fits):
            fits += _fits(new, [h for h in found if h.place is None and _areas_fit(h, new)])
            fits = _nearest(new, _recent(new, fits))
        if not _absorb(new, found, fits):
            found.append(new)


def _areas_fit(a: Happening, b: Happening) -> bool:
    mine = {p.country for p in a.areas() if p.basis == "stated"}
    theirs = {p.country for p in b.areas() if p.basis == "stated"}
    return not mine or not theirs or bool(mine & theirs)


def _fits(new: Happening, found: Iterable[Happening]) -> list[tuple[Fit, Happening]]:
    pairs = ((fit(h, new, strict=True), h) for h in found)
    return [(how, h) for how, h in pairs if how is not None]


def _nearest(new: Happening, fits: list[tuple[Fit, Happening]]) -> list[tuple[Fit, Happening]]:
    """What is told on belongs to what was told last; what is told first sums up what follows."""
    at = new.span()[0]
    same = [f for f in fits if f[1].span()[0] <= at <= f[1].span()[1]]
    before = same or [f for f in fits if f[1].span()[0] <= at]
    if not before:
        return fits
    return [max(before, key=lambda f: (f[0].score, f[1].span()[1]))]


def _absorb(new: Happening, found: list[Happening], fits: list[tuple[Fit, Happening]]) -> bool:
    """Joins a happening to the one it fits, or shares it out over the several it sums up."""
    if not fits:
        return False
    if len(fits) == 1:
        how, only = fits[0]
        join(only, new, how)
        return True
    _sum_up(new, [(how, h) for how, h in sorted(fits, key=lambda f: found.index(f[1]))])
    return True


def _sum_up(new: Happening, fits: list[tuple[Fit, Happening]]) -> None:
    killed, injured = new.killed(), new.injured()
    dead = shares(killed, [h.killed() for _, h in fits]) if killed else [None] * len(fits)
    hurt = shares(injured, [h.injured() for _, h in fits]) if injured else [None] * len(fits)
    source, target = _sides_of_wave(new, fits)
    for (how, h), d, i in zip(fits, dead, hurt, strict=True):
        own_d, own_i = h.killed() is not None, h.injured() is not None
        mine, theirs = (target, source) if how.swapped else (source, target)
        if match(h.source, mine) is not None:
            h.source = better(h.source, mine)
        if not how.bystander and match(h.target, theirs) is not None:
            h.target = better(h.target, theirs)
        h.summed_up += [(t, None if own_d else d, None if own_i else i) for t in new.tellings]


def _sides_of_wave(new: Happening, fits: list[tuple[Fit, Happening]]) -> tuple[Party | None, Party | None]:
    """The sides of what is summed up: those that any of its parts of the same kind names best."""
    source, target = new.source, new.target
    for how, h in fits:
        if h.first.sub_event_type == new.first.sub_event_type:
            one, two = (h.target, h.source) if how.swapped else (h.source, h.target)
            source = better(source, one) if source is not None and match(source, one) is not None else source
            target = better(target, two) if target is not None and match(target, two) is not None else target
    return source, target


def _recent(new: Happening, fits: list[tuple[Fit, Happening]]) -> list[tuple[Fit, Happening]]:
    """Without what happened long before, where there is anything that did not."""
    day = new.date.first
    if day is None:
        return fits
    late = [f for f in fits if f[1].date.first is not None and (day - f[1].date.first).days <= NEWS_DAYS]
    return late or fits


def _title(new: Happening, found: list[Happening]) -> None:
    """Puts a title's telling where it belongs. It is an incident of its own only where the text has none of its kind."""
    fits = _title_fits(new, found)
    if fits:
        named = [(h, h.source, h.target) for _, h in fits]
        _absorb(new, found, fits)
        for h, source, target in named:
            # The text knows better who it was.
            h.source, h.target = source or h.source, target or h.target
        return
    violent = new.first.event_type in VIOLENT
    if not any(
        h.first.event_type in VIOLENT if violent else h.first.event_type == new.first.event_type
        for h in found
    ):
        found.append(new)


def _title_fits(new: Happening, found: list[Happening]) -> list[tuple[Fit, Happening]]:
    """Happenings of the text that the title can mean: the title is never exact, so its date and form count little."""
    fits = []
    for h in found:
        if new.place is not None and h.place is not None and not same_place(h.place, new.place):
            continue
        if (
            h.place is not None
            and new.place is None
            and new.areas()
            and not any(contains(a, h.place) for a in new.areas())
        ):
            continue
        how = sides_fit(h, new)
        violent = h.first.event_type in VIOLENT and new.first.event_type in VIOLENT
        if how is not None and (violent or h.first.event_type == new.first.event_type):
            fits.append((how, h))
    alike = [f for f in fits if f[1].first.sub_event_type == new.first.sub_event_type]
    fits = _recent(new, alike or fits)
    if new.place is None and not [a for a in new.areas() if a.basis == "stated"]:
        fits = sorted(fits, key=lambda f: (-f[0].score, f[1].first.order))[:1]
    return fits


def _follow_the_wave(found: list[Happening]) -> None:
    """Sides that a further place of a wave leaves out ("the strikes also hit ...") are those of the sentence before."""
    told = sorted((h for h in found if h.place is not None), key=lambda h: h.first.order)
    for earlier, later in pairwise(told):
        near = later.first.sentence - earlier.span()[1] <= WAVE_SENTENCES
        same = later.first.sub_event_type == earlier.first.sub_event_type and same_day(
            earlier.date, later.date, loose=False
        )
        bare = later.source is None and (later.target is None or later.target.weak)
        if near and same and bare and earlier.source is not None:
            later.source = earlier.source
            if match(earlier.target, later.target) is not None:
                later.target = better(earlier.target, later.target)


def _name_the_unnamed(found: list[Happening]) -> None:
    """Armed people without a name are the one group that the article names at the same place."""
    for h in found:
        for side in ("source", "target"):
            party: Party | None = getattr(h, side)
            if party is None or party.kind != "armed" or h.place is None:
                continue
            others = (o for o in found if o is not h and o.place is not None and same_place(h.place, o.place))
            named = {
                p.key: p for o in others for p in (o.source, o.target) if p is not None and p.kind == "named"
            }
            fitting = [p for p in named.values() if match(p, party) is not None]
            if len(fitting) == 1 and fitting[0].key not in {
                p.key for p in (h.source, h.target) if p is not None
            }:
                setattr(h, side, fitting[0])
