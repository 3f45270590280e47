"""Reads ``data/weights.yaml``: what speaks for and against two reports telling of one happening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml

FILE = Path(__file__).resolve().parent / "data" / "weights.yaml"
# How surely the day is known, the surest first.
DATE_KINDS = ("told", "carried", "publication", "wide")
_PLACE = ("same", "part_of_town", "near", "neighbours", "same_province", "same_area", "inside", "country")
_SIDES = (
    "same_named", "same_state", "same_unnamed", "beside", "one_unnamed", "kin", "unknown", "unlike",
    "different_country", "different_named", "swapped",
)  # fmt: skip
_TOLL = ("equal_rare", "equal", "equal_none", "overlapping", "near", "far", "very_far")

Points = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """Counts that differ by more than ``difference`` and of which one is more than ``times`` the other."""

    difference: float
    times: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The file's points and limits; distances in kilometres. ``pairs``: two types in alphabetical order."""

    join: float
    hold: float
    margin: float
    publication_days: int
    agree: tuple[float, ...]
    apart: tuple[float, ...]
    reach_km: float
    part_of_town_km: float
    near_km: float
    area_km: float
    province_km: float
    place: Points
    same_type: float
    same_event_type: float
    other_development: float
    both_told: float
    pairs: Mapping[tuple[str, str], float]
    sides: Points
    rare: int
    telling: int
    killed: Points
    injured: Points
    far: Gap
    very_far: Gap


def _points(table: Mapping[str, str], names: tuple[str, ...]) -> Points:
    return {name: float(table[name]) for name in names}


def _gap(table: Mapping[str, str]) -> Gap:
    return Gap(float(table["difference"]), float(table["times"]))


def _pairs(table: Mapping[str, str]) -> dict[tuple[str, str], float]:
    found = {}
    for names, points in table.items():
        one, two = sorted(names.split("|"))
        found[one, two] = float(points)
    return found


@lru_cache(maxsize=4)
def weights(path: Path = FILE) -> Weights:
    """The weights file, read once. Raises LexiconError where a part of it is missing or is no number."""
    content: dict[str, Any] = read_yaml(path)
    try:
        kind, toll = content["type"], content["toll"]
        agree = _points(content["date"]["agree"], DATE_KINDS)
        apart = _points(content["date"]["apart"], DATE_KINDS)
        return Weights(
            join=float(content["join"]),
            hold=float(content["hold"]),
            margin=float(content["margin"]),
            publication_days=int(content["publication_days"]),
            agree=tuple(agree[name] for name in DATE_KINDS),
            apart=tuple(apart[name] for name in DATE_KINDS),
            reach_km=float(content["reach_km"]),
            part_of_town_km=float(content["part_of_town_km"]),
            near_km=float(content["near_km"]),
            area_km=float(content["area_km"]),
            province_km=float(content["province_km"]),
            place=_points(content["place"], _PLACE),
            same_type=float(kind["same"]),
            same_event_type=float(kind["same_event_type"]),
            other_development=float(kind["other_development"]),
            both_told=float(kind["both_told"]),
            pairs=_pairs(kind["pairs"]),
            sides=_points(content["sides"], _SIDES),
            rare=int(toll["rare"]),
            telling=int(toll["telling"]),
            killed=_points(toll["killed"], _TOLL),
            injured=_points(toll["injured"], _TOLL),
            far=_gap(toll["far"]),
            very_far=_gap(toll["very_far"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e
