"""Whether two sides, as ACLED names them, can be the same people."""

from __future__ import annotations

import re
from functools import lru_cache

from eventcode.coding.wording import wording
from eventcode.joining.reports import Side
from eventcode.joining.weights import Weights

NAMED, STATE, UNNAMED, CROWD, CIVILIANS = "named", "state", "unnamed", "crowd", "civilians"
_STATE = re.compile(r"^(?:Military Forces|Police Forces|Government) of (?:the )?(?P<country>.+)$")
_COUNTRY = re.compile(r" \((?P<country>[^()]+)\)$")
ETHNIC = "Ethnic Militia"
_CROWDS = ("Rioters", "Protesters")
_KNOWNNESS = {CIVILIANS: 1, CROWD: 2, UNNAMED: 2, STATE: 3, NAMED: 4}
_UNARMED = frozenset({CROWD, CIVILIANS})


@lru_cache(maxsize=65_536)
def kind_of(name: str, inter: str | None) -> str:
    """What a name is: that of a state's forces, of a crowd, of civilians, of armed people without a name, or a group's own."""
    if _STATE.match(name):
        return STATE
    if inter in _CROWDS or name.startswith(_CROWDS):
        return CROWD
    if inter == "Civilians" and _COUNTRY.search(name):
        return CIVILIANS
    label = _COUNTRY.sub("", name)
    return (
        UNNAMED
        if label.startswith("Unidentified") or label in _unnamed() or label.endswith(ETHNIC)
        else NAMED
    )


@lru_cache(maxsize=1)
def _unnamed() -> frozenset[str]:
    """What armed people without a name are called: "Vigilante Militia"."""
    return frozenset(wording().militias.values())


@lru_cache(maxsize=65_536)
def country_of(name: str) -> str | None:
    """The country in a side's name; None where it has none."""
    found = _STATE.match(name) or _COUNTRY.search(name)
    return found["country"] if found else None


def knownness(side: Side) -> int:
    """How much a side tells: 0 nothing, 1 what people they are, 2 that they are armed or a crowd, 3 a state, 4 a name."""
    if side.name is None:
        return 0
    return _KNOWNNESS[kind_of(side.name, side.inter)]


def points(a: Side, b: Side, weights: Weights) -> float:
    """What speaks for (above 0) or against two sides being the same."""
    worth = weights.sides
    if a.name is None or b.name is None:
        return worth["unknown"]
    one, two = kind_of(a.name, a.inter), kind_of(b.name, b.inter)
    if a.name == b.name:
        return worth[{NAMED: "same_named", STATE: "same_state"}.get(one, "same_unnamed")]
    if a.name in b.also or b.name in a.also:
        return worth["beside"]
    kinds = {one, two}
    if kinds == {NAMED}:
        alike = a.name.startswith(b.name) or b.name.startswith(a.name)
        return worth["beside" if alike else "different_named"]
    if kinds == {NAMED, STATE}:
        return worth["different_named"]
    home, other = country_of(a.name), country_of(b.name)
    if kinds == {STATE}:
        return worth["kin" if home == other else "different_named"]
    if kinds == {CROWD, UNNAMED} and "Rioters" in (a.inter, b.inter) and home == other:
        # Who kills is a mob to one reporter and gunmen to another.
        return worth["unknown"]
    if kinds in ({NAMED, UNNAMED}, {NAMED, CIVILIANS}):
        return worth["one_unnamed" if kinds == {NAMED, UNNAMED} else "unlike"]
    if home and other and home != other:
        return worth["different_country"] if kinds <= _UNARMED or len(kinds) == 1 else worth["unlike"]
    if kinds == {UNNAMED} or kinds <= _UNARMED:
        return worth["kin"]
    return worth["unlike"]
