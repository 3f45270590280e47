"""How other datasets class and scale CAMEO codes: columns of ``cameo_codes.csv`` that our own events do not use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from eventcode.ontologies.codes import cameo_codes
from eventcode.resources import csv_rows, ontology_dir

_FILE = "cameo_codes.csv"


@dataclass(frozen=True, slots=True)
class Scales:
    """Of one code. ``penta``: Phoenix's class, 0-4. ``gdelt_quad``: GDELT's class, 1-4; ``gdelt_goldstein``: its score, None
    where it has none. ``phoenix_goldstein``: the code's score, the root's where no source gives the code one."""

    penta: int
    phoenix_goldstein: float
    gdelt_quad: int
    gdelt_goldstein: float | None


@cache
def scales() -> Mapping[str, Scales]:
    """Scales by code. Raises LexiconError where the file cannot be read."""
    return MappingProxyType(dict(csv_rows(ontology_dir() / _FILE, lambda row: (row["code"], _scales(row)))))


def scales_of(code: str) -> Scales:
    """Scales of a code; those of its root for a code that a user's ontology adds. Raises KeyError where there is no such root."""
    return scales().get(code) or scales()[code[:2]]


def _scales(row: Mapping[str, str]) -> Scales:
    codes = cameo_codes()
    # What the file is not certain of is the parent's score.
    own = row["root"] if row["certainty"] else row["code"]
    return Scales(
        penta=int(row["quad_phoenix"]),
        phoenix_goldstein=codes[own].goldstein,
        gdelt_quad=int(row["quad_gdelt"]),
        gdelt_goldstein=float(row["goldstein_gdelt"]) if row["goldstein_gdelt"] else None,
    )
