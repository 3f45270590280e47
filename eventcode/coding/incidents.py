"""Incidents: one row a happening, in ACLED's columns and by its rules of aggregation (COLUMNS: incidents.parquet)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

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
from eventcode.coding.fatalities import over_reports
from eventcode.coding.happenings import (
    BATTLES,
    CROWD,
    EXPLOSIONS,
    PROTESTS,
    RIOTS,
    Happening,
    Telling,
    happenings,
    place_key,
)
from eventcode.coding.tellings import ARRESTS, Teller
from eventcode.coding.wording import acled_regions
from eventcode.model import Act, DateValue, EventPlace, Quantity
from eventcode.ontologies.codes import AcledType, acled_codes, interaction

PEACEFUL, INTERVENTION, EXCESSIVE = (
    "Peaceful protest",
    "Protest with intervention",
    "Excessive force against protesters",
)
MOB, SUICIDE, LOOTING = "Mob violence", "Suicide bomb", "Looting/property destruction"
TARGETED = "Civilian targeting"
# Who says that it happened, the surest first.
ATTRIBUTIONS = ("narrator", "claimed", "accused", "alleged", "denied")
TIME_PRECISION = {"day": 1, "week": 2, "month": 3}
MAX_DAYS = {"day": 8, "week": 14, "month": 31}
NOWHERE = "XXX"


@dataclass(frozen=True, slots=True)
class When:
    """An incident's date as ACLED dates it; null where it is not exact enough."""

    day: date | None
    end: date | None
    time_precision: int | None
    precision: str
    basis: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side in ACLED's words."""

    name: str | None
    also: tuple[str, ...]
    inter: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one article tells of one incident: all that is kept of it."""

    article_id: str
    article_date: date | None
    source: str | None
    type: AcledType
    one: Side
    two: Side
    targeting: str | None
    place: EventPlace | None
    country: str | None
    place_basis: str | None
    when: When
    killed: Quantity | None
    injured: Quantity | None
    bombers: int
    crowd: str | None
    attribution: str
    act_ids: tuple[str, ...]

    @property
    def sides(self) -> tuple[str, ...]:
        """The two names; their order means nothing but where civilians are attacked."""
        names = (self.one.name or "", self.two.name or "")
        return names if self.type.event_type in (AGAINST_CIVILIANS, EXPLOSIONS) else tuple(sorted(names))

    @property
    def where(self) -> str:
        """Key of the place; blank without one below the country."""
        return place_key(self.place) if self.place is not None else ""

    @property
    def same_as(self) -> tuple[Any, ...]:
        """Reports with this in common tell of one incident, in whatever article."""
        if self.when.day is None or self.place is None:
            return (self.article_id, *sorted(self.act_ids))
        return (self.when.day, self.where, self.sides, self.type.event_type)

    @property
    def key(self) -> tuple[Any, ...]:
        """Order that does not depend on the order of adding."""
        return (self.article_date or date.max, self.article_id, self.act_ids)


class IncidentBuilder:
    """Collects the acts of articles, one call an article, and gives the rows of the incidents table.

    Args:
        overlay: a user's folder laid over the lexicon and ontologies.
    """

    def __init__(self, overlay: Path | None = None) -> None:
        self._teller = Teller(overlay)
        self._reports: list[Report] = []

    def add(
        self, acts: Sequence[Act], article_id: str, article_date: date | None, article_source: str | None
    ) -> None:
        """Takes in one article's acts; only what can be an incident is kept."""
        for h in happenings(self._teller.tellings(acts)):
            self._reports.append(_report(h, self._teller.namer, article_id, article_date, article_source))

    def rows(self) -> list[dict[str, Any]]:
        """Rows of the incidents table by date (unknown last), country and id; the same whatever the order of adding."""
        together: dict[tuple[Any, ...], list[Report]] = defaultdict(list)
        for report in self._reports:
            together[report.same_as].append(report)
        made = [
            _row(sorted(reports, key=lambda r: r.key), self._teller.namer) for reports in together.values()
        ]
        made.sort(
            key=lambda r: (r["event_date"] or date.max, r["country"] or "", r["event_id_cnty"], r["act_ids"])
        )
        return _unique_ids(made)


# --- from a happening to a report --------------------------------------------------------------------------------


def _report(
    h: Happening, namer: Namer, article_id: str, article_date: date | None, source: str | None
) -> Report:
    kind = _type(h)
    country, basis = _country(h)
    one, two = _sides(h, kind, country, namer)
    killed, injured = _tolls(h)
    suicide = kind.sub_event_type == SUICIDE and not any(t.bomber or t.foiled for t in h.tellings)
    return Report(
        article_id=article_id,
        article_date=article_date,
        source=source,
        type=kind,
        one=one,
        two=two,
        targeting=_targeting(h, kind, two),
        place=h.place,
        country=country,
        place_basis=h.place.basis if h.place is not None else basis,
        when=_when(h.date),
        killed=killed,
        injured=injured,
        bombers=int(suicide),
        crowd=_crowd(h, kind),
        attribution=_attribution(t.attribution for t in _all_tellings(h)),
        act_ids=tuple(sorted({t.act_id for t in _all_tellings(h)})),
    )


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


def _sides(h: Happening, kind: AcledType, country: str | None, namer: Namer) -> tuple[Side, Side]:
    source, target = _defaults(h, kind, country)
    helpers = [p for t in _all_tellings(h) for p in t.more_sources]
    beside = [p for t in _all_tellings(h) for p in t.more_targets] + h.bystanders
    if kind.event_type == BATTLES:
        beside = [p for p in beside if p.kind != "civilians"]
    one, two = _side(source, helpers, kind, country, namer), _side(target, beside, kind, country, namer)
    if one.name is None and kind.event_type == STRATEGIC:
        one, two = two, one
    taken = {one.name, two.name}
    return (
        replace(one, also=tuple(a for a in one.also if a not in taken)),
        replace(two, also=tuple(a for a in two.also if a not in taken)),
    )


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


def _side(
    main: Party | None, others: Iterable[Party], kind: AcledType, country: str | None, namer: Namer
) -> Side:
    if main is None:
        return Side(None, (), None)
    officials = main.label == GOVERNMENT and main.kind == "state" and kind.event_type == AGAINST_CIVILIANS
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


def _crowd(h: Happening, kind: AcledType) -> str | None:
    if kind.event_type != PROTESTS and kind.sub_event_type != "Violent demonstration":
        return None
    for t in sorted(h.tellings, key=lambda t: (t.sentence < 0, t.order)):
        low, best = t.crowd
        if best is not None:
            return f"crowd size=about {best}"
        if low is not None:
            return f"crowd size=at least {low}"
    return "crowd size=no report"


def _attribution(told: Iterable[str]) -> str:
    order = {name: i for i, name in enumerate(ATTRIBUTIONS)}
    return min(told, key=lambda a: (order.get(a, len(order)), a))


def _when(value: DateValue) -> When:
    """ACLED's date: the day, else the middle of the week or month; nothing for what is coarser."""
    first, last = value.first, value.last
    days = (last - first).days if first is not None and last is not None else None
    precision = TIME_PRECISION.get(value.precision)
    if precision is None or first is None or last is None or days is None or days > MAX_DAYS[value.precision]:
        return When(None, last, None, value.precision, value.basis)
    if value.basis == "publication":
        return When(first, last, 2, value.precision, value.basis)
    if value.precision == "day" and days and value.span == "uncertain":
        precision = 2
    if value.span == "duration" and value.precision == "day":
        return When(first, last, precision, value.precision, value.basis)
    middle = date.fromordinal(first.toordinal() + days // 2)
    return When(middle, max(middle, last), precision, value.precision, value.basis)


# --- from reports to a row ---------------------------------------------------------------------------------------


def _row(reports: Sequence[Report], namer: Namer) -> dict[str, Any]:
    first = reports[0]
    kind = min((r.type for r in reports), key=lambda t: t.rank)
    killed, injured = over_reports([r.killed for r in reports]), over_reports([r.injured for r in reports])
    reasons = _reasons(first)
    country = namer.lexicon.country_name(first.country) if first.country else None
    articles = sorted({r.article_id for r in reports})
    sources = sorted({r.source for r in reports if r.source})
    published = [r.article_date for r in reports if r.article_date]
    row = {
        "event_id_cnty": _event_id(first, kind),
        "event_date": first.when.day,
        "year": first.when.day.year if first.when.day else None,
        "time_precision": first.when.time_precision,
        "disorder_type": kind.disorder_type,
        "event_type": kind.event_type,
        "sub_event_type": kind.sub_event_type,
        **_actor_columns(reports),
        "civilian_targeting": next((r.targeting for r in reports if r.targeting), None),
        **_place_columns(first, country),
        "source": "; ".join(sources) or None,
        "source_scale": None,
        "notes": None,
        "fatalities": _acled_fatalities(reports),
        "tags": _tags(reports),
        "timestamp": _timestamp(max(published)) if published else None,
        "acled_codable": not reasons,
        "not_codable_reason": "; ".join(reasons) or None,
        "fatalities_low": killed.low if killed else None,
        "fatalities_best": killed.best if killed else None,
        "fatalities_high": killed.high if killed else None,
        "injured_best": injured.best if injured else None,
        "event_date_end": first.when.end,
        "date_precision": first.when.precision,
        "date_basis": first.when.basis,
        "geonameid": first.place.geonameid if first.place else None,
        "place_basis": first.place_basis,
        "attribution": _attribution(r.attribution for r in reports),
        "act_ids": sorted({a for r in reports for a in r.act_ids}),
        "article_ids": articles,
        "articles": len(articles),
        "sources": len(sources),
        "confidence": None,
    }
    row["notes"] = _notes(row)
    return row


def _actor_columns(reports: Sequence[Report]) -> dict[str, Any]:
    first = reports[0]
    swapped = [r.one.name != first.one.name and r.one.name == first.two.name for r in reports]
    ones = [r.two if s else r.one for r, s in zip(reports, swapped, strict=True)]
    twos = [r.one if s else r.two for r, s in zip(reports, swapped, strict=True)]
    return {
        "actor1": first.one.name,
        "assoc_actor_1": "; ".join(dict.fromkeys(a for side in ones for a in side.also)) or None,
        "inter1": first.one.inter,
        "actor2": first.two.name,
        "assoc_actor_2": "; ".join(dict.fromkeys(a for side in twos for a in side.also)) or None,
        "inter2": first.two.inter,
        "interaction": interaction(first.one.inter, first.two.inter),
    }


def _place_columns(report: Report, country: str | None) -> dict[str, Any]:
    p = report.place
    return {
        "iso": _numeric(report.country) if report.country else None,
        "region": acled_regions().get(report.country) if report.country else None,
        "country": country,
        "admin1": p.admin1 if p else None,
        "admin2": p.admin2 if p else None,
        "admin3": None,
        "location": p.name if p else None,
        "latitude": round(p.latitude, 4) if p and p.latitude is not None else None,
        "longitude": round(p.longitude, 4) if p and p.longitude is not None else None,
        "geo_precision": p.geo_precision if p else None,
    }


@cache
def _numeric(iso3: str) -> int | None:
    found = pycountry.countries.get(alpha_3=iso3)
    return int(found.numeric) if found is not None else None


def _reasons(report: Report) -> list[str]:
    """Why ACLED would not code it; nothing where it would."""
    reasons = []
    if report.place is None:
        reasons.append("no_place")
    if report.when.day is None:
        reasons.append("date_too_vague")
    if report.one.name is None:
        reasons.append("no_actor")
    return reasons


def _acled_fatalities(reports: Sequence[Report]) -> int:
    """The lowest that is told, 0 where nothing is; the bomber of a suicide attack counts."""
    told = [r.killed.low for r in reports if r.killed is not None]
    return min(told, default=0) + min(r.bombers for r in reports)


def _tags(reports: Sequence[Report]) -> str | None:
    told = [r.crowd for r in reports if r.crowd]
    return next((c for c in told if not c.endswith("no report")), told[0] if told else None)


def _timestamp(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _notes(row: dict[str, Any]) -> str:
    """A short description, made from the row's own fields."""
    day = row["event_date"]
    when = {1: f"On {day}", 2: f"Around {day}", 3: f"In {day:%Y-%m}" if day else ""}.get(
        row["time_precision"], "On an unknown day"
    )
    where = ", ".join(p for p in (row["location"], row["admin1"], row["country"]) if p)
    near = "near" if row["geo_precision"] == 2 else "in"
    who = " and ".join(p for p in (row["actor1"], row["actor2"]) if p)
    parts = [
        f"{when}{f', {near} {where}' if where else ', at an unknown place'}: {row['sub_event_type']}"
        + (f" ({who})." if who else ".")
    ]
    low, best, high = row["fatalities_low"], row["fatalities_best"], row["fatalities_high"]
    if best is None:
        parts.append("Deaths: none told.")
    else:
        parts.append(f"Deaths told: {best}." if low == high else f"Deaths told: {best} ({low} to {high}).")
    if row["injured_best"] is not None:
        parts.append(f"Injured: {row['injured_best']}.")
    if row["attribution"] != "narrator":
        parts.append(f"Attribution: {row['attribution']}.")
    return " ".join(parts)


def _event_id(report: Report, kind: AcledType) -> str:
    parts = [
        str(report.when.day or ""),
        report.where,
        report.country or "",
        *report.sides,
        kind.sub_event_type,
    ]
    if report.when.day is None or report.place is None:
        # Nothing but its acts tells such an incident from another of the same sides.
        parts += report.act_ids
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"EC-{report.country or NOWHERE}-{digest[:12]}"


def _unique_ids(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gives rows that would share an id one of their own, by their acts."""
    seen: set[str] = set()
    for row in rows:
        if row["event_id_cnty"] in seen:
            head = row["event_id_cnty"][:-12]
            digest = hashlib.sha256("\x1f".join((row["event_id_cnty"], *row["act_ids"])).encode()).hexdigest()
            row["event_id_cnty"] = head + digest[:12]
        seen.add(row["event_id_cnty"])
    return sorted(rows, key=lambda r: (r["event_date"] or date.max, r["country"] or "", r["event_id_cnty"]))
