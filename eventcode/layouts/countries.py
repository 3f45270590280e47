"""Countries by any of their codes: from the lexicon's ``actors/countries.csv``, without loading the actor lexicon."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from eventcode.errors import LexiconError
from eventcode.resources import lexicon_dir


@dataclass(frozen=True, slots=True)
class Country:
    """A country that there is, or was (``ended``). ``name`` is ACLED's; ``gw`` and ``cow`` are numbers of the Gleditsch-Ward and
    Correlates of War lists, None for those that are in neither."""

    iso3: str
    name: str
    cameo: str
    gw: int | None
    cow: int | None
    aliases: tuple[str, ...]
    ended: bool


@cache
def countries() -> Mapping[str, Country]:
    """Countries by ISO alpha-3 code, XKX for Kosovo. Raises LexiconError where the file cannot be read."""
    path = lexicon_dir() / "actors" / "countries.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return MappingProxyType({row["iso3"]: _country(row) for row in csv.DictReader(file)})
    except (OSError, KeyError, ValueError) as error:
        raise LexiconError(f"{path}: cannot be read: {error!r}") from error


def _country(row: Mapping[str, str]) -> Country:
    return Country(
        iso3=row["iso3"],
        name=row["acled_name"] or row["name"],
        cameo=row["cameo"] or row["iso3"],
        gw=int(row["gw"]) if row["gw"] else None,
        cow=int(row["cow"]) if row["cow"] else None,
        aliases=(row["name"], *(alias for alias in row["aliases"].split(";") if alias)),
        ended=bool(row["to"]),
    )


@cache
def by_name() -> Mapping[str, Country]:
    """Countries by name or alias, in lower case; one that there is still goes before one that there was."""
    found: dict[str, Country] = {}
    for ended in (False, True):
        for country in countries().values():
            if country.ended is ended:
                for name in (country.name, *country.aliases):
                    found.setdefault(name.lower(), country)
    return MappingProxyType(found)


@cache
def by_gw() -> Mapping[int, Country]:
    """Countries by Gleditsch-Ward number; one that there is still goes before one that there was."""
    ordered = sorted(countries().values(), key=lambda country: country.ended)
    return MappingProxyType({c.gw: c for c in reversed(ordered) if c.gw is not None})


def of_name(name: str | None) -> Country | None:
    """A country by name, whatever its case; None for none known."""
    return by_name().get(name.strip().lower()) if name else None
