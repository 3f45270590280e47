"""What a panel has a row for: countries, first-order divisions, PRIO-GRID cells, dyads.

A unit is a few key columns. For each table there is the SQL that makes them of a row (``r``), null where the row has no such
unit; helper tables: ``country_names`` (country, iso3) and ``division_codes`` (iso3, admin1, code).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eventcode.errors import UsageError
from eventcode.tables.checks_ged import CELLS, COLUMNS, ROWS
from eventcode.tables.schema import Constraints, Field

UNITS = ("country", "admin1", "priogrid", "dyad")
SIDES = ("country", "actor")
_REQUIRED = Constraints(required=True)

_INCIDENT_COUNTRY = (
    "CASE WHEN r.country IS NOT NULL THEN coalesce(n.iso3, nullif(substr(r.event_id_cnty, 4, 3), 'XXX')) END"
)
_INCIDENT_NAMES = "LEFT JOIN country_names n ON n.country = r.country"
# PRIO-GRID (Tollefsen et al. 2012); checks_ged.priogrid is the same formula on Arrow columns.
_CELL = (
    f"(least(CAST(floor((r.latitude + 90) * {CELLS}) AS INTEGER), {ROWS - 1})) * {COLUMNS} "
    f"+ least(CAST(floor((r.longitude + 180) * {CELLS}) AS INTEGER), {COLUMNS - 1}) + 1"
)
_FINE_CELL = f"CASE WHEN r.geo_precision <= $geo_precision THEN {_CELL} END"


@dataclass(frozen=True, slots=True)
class Keys:
    """How a table's rows tell the unit: SQL of the keys in order, and joins that the SQL needs."""

    sql: tuple[str, ...]
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One kind of unit.

    ``keys``: names and SQL types of the key columns. ``states``: key columns that hold a country's ISO alpha-3 code, with the
    prefix of the columns made of it. ``tables``: how each table tells it. ``columns``: the columns of the panel that tell the
    unit. ``extra``: SQL of those that are neither keys nor codes of a state. ``missing``: what a row without one lacks.
    """

    name: str
    keys: tuple[tuple[str, str], ...]
    tables: Mapping[str, Keys]
    columns: tuple[Field, ...]
    missing: str
    states: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


def _text(name: str, meaning: str, required: bool = True) -> Field:
    return Field(name, "string", meaning, _REQUIRED if required else Constraints(), dictionary=True)


def _number(name: str, meaning: str) -> Field:
    return Field(name, "integer", meaning, arrow_type="int32")


def _state_columns(prefix: str, whose: str) -> tuple[Field, ...]:
    return (
        _text(f"{prefix}iso3", f"ISO 3166-1 alpha-3 code of {whose}; XKX for Kosovo."),
        _text(f"{prefix}country", f"Name of {whose}.", required=False),
        _number(f"{prefix}iso", f"ISO 3166-1 numeric code of {whose}; null where ISO has none now."),
        _number(
            f"{prefix}gwcode",
            f"Gleditsch-Ward number of {whose}; null for what is no state of that list in the period.",
        ),
        _number(
            f"{prefix}cowcode",
            f"Correlates of War number of {whose}; null for what is no state of that list in the period.",
        ),
    )


_COUNTRY = Unit(
    name="country",
    keys=(("iso3", "VARCHAR"),),
    tables={
        "incidents": Keys((_INCIDENT_COUNTRY,), _INCIDENT_NAMES),
        "events": Keys(("r.country",)),
    },
    columns=_state_columns("", "the country"),
    missing="without a country",
    states=(("iso3", ""),),
)

_ADMIN1 = Unit(
    name="admin1",
    keys=(("iso3", "VARCHAR"), ("admin1_id", "VARCHAR")),
    tables={
        "incidents": Keys(
            (_INCIDENT_COUNTRY, "coalesce(d.code, r.admin1)"),
            f"{_INCIDENT_NAMES} LEFT JOIN division_codes d ON d.iso3 = {_INCIDENT_COUNTRY} AND d.admin1 = r.admin1",
        ),
        "events": Keys(
            ("r.country", "coalesce(r.admin1_code, d.code, r.admin1)"),
            "LEFT JOIN division_codes d ON d.iso3 = r.country AND d.admin1 = r.admin1",
        ),
    },
    columns=(
        *_state_columns("", "the country"),
        _text("admin1_id", "ISO 3166-2 code of the first-order division, its name where none is known."),
        _text(
            "admin1_code",
            "ISO 3166-2 code of the first-order division; null where it is not known.",
            required=False,
        ),
        _text("admin1", "Name of the first-order division."),
    ),
    missing="without a first-order division",
    states=(("iso3", ""),),
    extra=(
        (
            "admin1_code",
            "CASE WHEN regexp_full_match(u.admin1_id, '[A-Z]{2}-[A-Z0-9]{1,3}') THEN u.admin1_id END",
        ),
        ("admin1", "coalesce(u.label, u.admin1_id)"),
    ),
)

_PRIOGRID = Unit(
    name="priogrid",
    keys=(("priogrid_gid", "INTEGER"),),
    tables={table: Keys((_FINE_CELL,)) for table in ("incidents", "events")},
    columns=(
        Field(
            "priogrid_gid", "integer", "Number of the PRIO-GRID cell, half a degree wide.", _REQUIRED, "int32"
        ),
        Field("latitude", "number", "Latitude of the cell's centre, degrees.", _REQUIRED),
        Field("longitude", "number", "Longitude of the cell's centre, degrees.", _REQUIRED),
    ),
    missing="without a place exact enough for a cell",
    extra=(
        ("latitude", f"((u.priogrid_gid - 1) // {COLUMNS}) / {CELLS}.0::DOUBLE - 90 + 0.5 / {CELLS}"),
        ("longitude", f"((u.priogrid_gid - 1) % {COLUMNS}) / {CELLS}.0::DOUBLE - 180 + 0.5 / {CELLS}"),
    ),
)


def _dyad(first: str, second: str, *, directed: bool, sides: str) -> Unit:
    """Dyads of ``first`` and ``second`` (prefixes of columns): countries, or actors by code (events) or name (incidents)."""
    by_country = sides == "country"
    part = "iso3" if by_country else "actor"
    pairs = {"events": ("source_country", "target_country") if by_country else ("source_code", "target_code")}
    if not by_country:
        pairs["incidents"] = ("actor1", "actor2")
    whose = {"source": "the source", "target": "the target", "side_1": "one side", "side_2": "the other side"}
    columns: tuple[Field, ...] = ()
    for name in (first, second):
        if by_country:
            columns += _state_columns(f"{name}_", f"{whose[name]}'s country")
        else:
            columns += (
                _text(
                    f"{name}_{part}",
                    f"Actor that is {whose[name]}: CAMEO actor code in events, name in incidents.",
                ),
            )
    return Unit(
        name="dyad",
        keys=((f"{first}_{part}", "VARCHAR"), (f"{second}_{part}", "VARCHAR")),
        tables={table: Keys(_pair(*pair, directed)) for table, pair in pairs.items()},
        columns=columns,
        missing="without both sides",
        states=tuple((f"{name}_iso3", f"{name}_") for name in (first, second)) if by_country else (),
    )


def _pair(source: str, target: str, directed: bool) -> tuple[str, str]:
    one, other = f"r.{source}", f"r.{target}"
    if directed:
        return one, other
    both = f"{one} IS NOT NULL AND {other} IS NOT NULL"
    return tuple(f"CASE WHEN {both} THEN {pick}({one}, {other}) END" for pick in ("least", "greatest"))  # type: ignore[return-value]


def unit_of(name: str, *, sides: str = "country", directed: bool = True) -> Unit:
    """A kind of unit.

    Args:
        name: of :data:`UNITS`.
        sides: what a dyad's sides are, of :data:`SIDES`.
        directed: whether a dyad's source and target are told apart.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in UNITS:
        raise UsageError(f"--unit {name!r}: there are {', '.join(UNITS)}")
    if sides not in SIDES:
        raise UsageError(f"--sides {sides!r}: there are {', '.join(SIDES)}")
    if name != "dyad":
        return {"country": _COUNTRY, "admin1": _ADMIN1, "priogrid": _PRIOGRID}[name]
    names = ("source", "target") if directed else ("side_1", "side_2")
    return _dyad(*names, directed=directed, sides=sides)
