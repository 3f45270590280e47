"""CAMEO actor codes taken apart: country or region, roles and kinds, organization (CAMEO manual 1.1b3, chapter on actors)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from eventcode.layouts.countries import countries
from eventcode.lexicon.actors import INTERNATIONAL, PRIMARY_ROLES
from eventcode.resources import csv_rows, lexicon_dir

GROUP = 3


@dataclass(frozen=True, slots=True)
class ActorCode:
    """A code in groups of three.

    ``place``: CAMEO code of its country or world region; ``country``: ISO alpha-3 of the country; ``kinds``: roles and
    international types (IGO, NGO ...) in order; ``roles``: those that are roles; ``rest``: groups that are none of these.
    """

    groups: tuple[str, ...]
    place: str | None
    country: str | None
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    rest: tuple[str, ...]


@cache
def read_code(code: str) -> ActorCode:
    """A code's parts. A country or region stands first, or after an international type. Raises LexiconError."""
    groups = tuple(code[at : at + GROUP] for at in range(0, len(code), GROUP))
    at = 1 if groups[0] in INTERNATIONAL else 0
    place = groups[at] if len(groups) > at and _is_place(groups[at]) else None
    others = [group for number, group in enumerate(groups) if place is None or number != at]
    roles = tuple(group for group in others if group in PRIMARY_ROLES)
    kinds = tuple(group for group in others if group in PRIMARY_ROLES or group in INTERNATIONAL)
    rest = tuple(group for group in others if group not in kinds)
    return ActorCode(groups, place, iso3_of(place) if place else None, kinds, roles, rest)


def iso3_of(cameo: str) -> str | None:
    """ISO alpha-3 code of a country by its CAMEO code, or by ISO's own where CAMEO has another; None for none known."""
    return _by_cameo().get(cameo)


@cache
def _by_cameo() -> Mapping[str, str]:
    found = {iso3: iso3 for iso3 in countries()}
    return MappingProxyType(found | {country.cameo: country.iso3 for country in countries().values()})


def _is_place(group: str) -> bool:
    return group in _by_cameo() or group in _regions()


@cache
def _regions() -> frozenset[str]:
    codes = csv_rows(lexicon_dir() / "actors" / "regions.csv", lambda row: row["cameo"])
    return frozenset(code for code in codes if len(code) == GROUP)
