"""Countries by any of their codes: from the lexicon's ``actors/countries.csv``, without loading the actor lexicon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from eventcode.resources import csv_rows, lexicon_dir


@dataclass(frozen=True, slots=True)
class Country:
    """A country that there is, or was (``ended``). ``name`` is ACLED's; ``gw`` and ``cow`` are numbers of the Gleditsch-Ward and
    Correlates of War lists, None for those that are in neither; ``first`` and ``last`` are days, None where there is no bound."""

    iso3: str
    name: str
    cameo: str
    gw: int | None
    cow: int | None
    aliases: tuple[str, ...]
    first: dt.date | None
    last: dt.date | None

    @property
    def ended(self) -> bool:
        return self.last is not None


@cache
def countries() -> Mapping[str, Country]:
    """Countries by ISO alpha-3 code, XKX for Kosovo. Raises LexiconError where the file cannot be read."""
    found = csv_rows(lexicon_dir() / "actors" / "countries.csv", _country)
    return MappingProxyType({country.iso3: country for country in found})


def _country(row: Mapping[str, str]) -> Country:
    return Country(
        iso3=row["iso3"],
        name=row["acled_name"] or row["name"],
        cameo=row["cameo"] or row["iso3"],
        gw=int(row["gw"]) if row["gw"] else None,
        cow=int(row["cow"]) if row["cow"] else None,
        aliases=(row["name"], *(alias for alias in row["aliases"].split(";") if alias)),
        first=_day(row["from"]),
        last=_day(row["to"]),
    )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


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
