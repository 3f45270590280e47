"""Countries with the codes that panels are joined by: ISO 3166-1, Gleditsch-Ward, Correlates of War."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from eventcode.errors import LexiconError
from eventcode.layouts.countries import countries
from eventcode.resources import lexicon_dir

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def validity() -> Mapping[str, tuple[dt.date | None, dt.date | None]]:
    """First and last day of countries by ISO alpha-3 code, None where the lexicon bounds them not.

    Raises:
        LexiconError: the file of countries cannot be read.
    """
    path = lexicon_dir() / "actors" / "countries.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["iso3"]: (_day(row["from"]), _day(row["to"])) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as error:
        raise LexiconError(f"{path}: cannot be read: {error!r}") from error


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@cache
def _numeric() -> Mapping[str, int]:
    import pycountry

    return {country.alpha_3: int(country.numeric) for country in pycountry.countries}


def states_table() -> pa.Table:
    """Every country: iso3, country (name), iso (numeric), gwcode, cowcode, first and last day. Raises LexiconError."""
    import pyarrow as pa

    bounds, numeric = validity(), _numeric()
    schema = pa.schema(
        {
            "iso3": pa.string(),
            "country": pa.string(),
            "iso": pa.int32(),
            "gwcode": pa.int32(),
            "cowcode": pa.int32(),
            "first": pa.date32(),
            "last": pa.date32(),
        }
    )
    rows = []
    for iso3, state in countries().items():
        codes = (iso3, state.name, numeric.get(iso3), state.gw, state.cow, *bounds[iso3])
        rows.append(dict(zip(schema.names, codes, strict=True)))
    return pa.Table.from_pylist(rows, schema=schema)
