"""Rows of the incidents table (COLUMNS: incidents.parquet): from the reports of one happening, in ACLED's columns and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pycountry

from eventcode.coding.source_scales import source_scale
from eventcode.coding.wording import acled_regions
from eventcode.joining.merging import voices
from eventcode.joining.reports import Report
from eventcode.ontologies.codes import interaction


def incident_row(
    event_id: str, known: Report, reports: Sequence[Report], names: Mapping[str, str]
) -> dict[str, Any]:
    """One row.

    Args:
        event_id: its ``event_id_cnty``.
        known: what is known of it (``joining.merging.merged``).
        reports: what every article tells, by ``Report.key``.
        names: of countries, as ACLED prints them, by ISO alpha-3 code.
    """
    kind, when, killed = known.type, known.when, known.killed
    told = voices(reports)
    reasons = _reasons(known)
    articles = sorted({r.article_id for r in reports})
    sources = sorted({r.source for r in told if r.source})
    published = [r.article_date for r in reports if r.article_date]
    row = {
        "event_id_cnty": event_id,
        "event_date": when.day,
        "year": when.day.year if when.day else None,
        "time_precision": when.time_precision,
        "disorder_type": kind.disorder_type,
        "event_type": kind.event_type,
        "sub_event_type": kind.sub_event_type,
        "actor1": known.one.name,
        "assoc_actor_1": "; ".join(known.one.also) or None,
        "inter1": known.one.inter,
        "actor2": known.two.name,
        "assoc_actor_2": "; ".join(known.two.also) or None,
        "inter2": known.two.inter,
        "interaction": interaction(known.one.inter, known.two.inter),
        "civilian_targeting": known.targeting,
        **_place_columns(known, names),
        "source": "; ".join(sources) or None,
        "source_scale": source_scale(sources, known.country),
        "notes": None,
        "fatalities": _acled_fatalities(known, told),
        "tags": "; ".join(known.tags) or None,
        "timestamp": _timestamp(max(published)) if published else None,
        "acled_codable": not reasons,
        "not_codable_reason": "; ".join(reasons) or None,
        "fatalities_low": killed.low if killed else None,
        "fatalities_best": killed.best if killed else None,
        "fatalities_high": killed.high if killed else None,
        "injured_best": known.injured.best if known.injured else None,
        "event_date_end": when.end,
        "date_precision": when.precision,
        "date_basis": when.basis,
        "geonameid": known.place.geonameid if known.place else None,
        "place_basis": known.place_basis,
        "attribution": known.attribution,
        "act_ids": list(known.act_ids),
        "article_ids": articles,
        "articles": len(articles),
        "sources": len(sources),
        "confidence": None,
    }
    row["notes"] = _notes(row)
    return row


def _place_columns(known: Report, names: Mapping[str, str]) -> dict[str, Any]:
    p, country = known.place, known.country
    return {
        "iso": _numeric(country) if country else None,
        "region": acled_regions().get(country) if country else None,
        "country": names[country] if country else None,
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


def _reasons(known: Report) -> list[str]:
    """Why ACLED would not code it; nothing where it would."""
    reasons = []
    if known.place is None:
        reasons.append("no_place")
    if known.when.day is None:
        reasons.append("date_too_vague")
    if known.one.name is None:
        reasons.append("no_actor")
    if known.history:
        reasons.append("told_as_history")
    return reasons


def _acled_fatalities(known: Report, told: Sequence[Report]) -> int:
    """The lowest that is told, 0 where nothing is; the bomber of a suicide attack counts."""
    return min((r.killed.low for r in told if r.killed is not None), default=0) + known.bombers


@cache
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
