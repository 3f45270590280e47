"""The code tables of the ontologies: labels, scales, what belongs to what. Facts in CSV beside the mapping files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from eventcode.resources import csv_rows, ontology_dir


@dataclass(frozen=True, slots=True)
class CameoCode:
    """One CAMEO event code (codebook 1.1b3). ``goldstein`` -10 to 10 and ``quad_class`` 1-4 as ICEWS has them."""

    code: str
    label: str
    root: str
    level: int
    parent: str | None
    goldstein: float
    quad_class: int


@dataclass(frozen=True, slots=True)
class PloverEvent:
    """One of the 16 PLOVER event types (manual 2.0) with its quad class (1-4) and modes."""

    name: str
    quad: int
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class AcledType:
    """One of ACLED's 25 sub-event types. ``rank``: place in the codebook's hierarchy, 1 wins."""

    sub_event_type: str
    event_type: str
    disorder_type: str
    rank: int


def _rows(name: str) -> list[dict[str, str]]:
    return csv_rows(ontology_dir() / name, dict)


@cache
def cameo_codes() -> Mapping[str, CameoCode]:
    """All CAMEO codes by code."""
    return MappingProxyType(
        {
            r["code"]: CameoCode(
                r["code"],
                r["label"],
                r["root"],
                int(r["level"]),
                r["parent"] or None,
                float(r["goldstein"]),
                int(r["quad_class"]),
            )
            for r in _rows("cameo_codes.csv")
        }
    )


@cache
def plover_codes() -> Mapping[str, PloverEvent]:
    """PLOVER's event types by name."""
    rows = _rows("plover_codes.csv")
    return MappingProxyType(
        {
            r["name"]: PloverEvent(
                r["name"],
                int(r["quad"]),
                frozenset(m["name"] for m in rows if m["kind"] == "mode" and m["event"] == r["name"]),
            )
            for r in rows
            if r["kind"] == "event"
        }
    )


@cache
def plover_scores() -> Mapping[tuple[str, str], float]:
    """PLOVER's scores by event type and mode, "" for the type's own; what the manual scores not is missing."""
    return MappingProxyType(
        {
            (r["event"], r["name"] if r["kind"] == "mode" else ""): float(r["score"])
            for r in _rows("plover_codes.csv")
            if r["kind"] in ("event", "mode") and r["score"]
        }
    )


@cache
def plover_contexts() -> frozenset[str]:
    """PLOVER's contexts."""
    return frozenset(r["name"] for r in _rows("plover_codes.csv") if r["kind"] == "context")


@cache
def acled_codes() -> Mapping[str, AcledType]:
    """ACLED's sub-event types by name."""
    return MappingProxyType(
        {
            r["sub_event_type"]: AcledType(
                r["sub_event_type"], r["event_type"], r["disorder_type"], int(r["rank"])
            )
            for r in _rows("acled_codes.csv")
        }
    )


@cache
def acled_actor_types() -> Mapping[str, int]:
    """ACLED's actor types (inter) with their numbers."""
    return MappingProxyType({r["type"]: int(r["number"]) for r in _rows("acled_actor_types.csv")})


@cache
def _interactions() -> Mapping[str, str]:
    return MappingProxyType({r["code"]: r["text"] for r in _rows("acled_interactions.csv")})


def interaction(inter1: str | None, inter2: str | None) -> str | None:
    """ACLED's interaction text for two actor types; of one alone "X only". None where neither is known."""
    numbers = sorted(acled_actor_types()[t] for t in (inter1, inter2) if t)
    if not numbers:
        return None
    code = f"{numbers[0]}{numbers[1]}" if len(numbers) == 2 else f"{numbers[0]}0"
    return _interactions().get(code)
