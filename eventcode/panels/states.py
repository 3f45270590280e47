"""Countries with the codes that panels are joined by: ISO 3166-1, Gleditsch-Ward, Correlates of War."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from eventcode.layouts.countries import countries

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def _numeric() -> Mapping[str, int]:
    import pycountry

    return {country.alpha_3: int(country.numeric) for country in pycountry.countries}


def states_table() -> pa.Table:
    """Every country: iso3, country (name), iso (numeric), gwcode, cowcode, first and last day. Raises LexiconError."""
    import pyarrow as pa

    numeric = _numeric()
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
        codes = (iso3, state.name, numeric.get(iso3), state.gw, state.cow, state.first, state.last)
        rows.append(dict(zip(schema.names, codes, strict=True)))
    return pa.Table.from_pylist(rows, schema=schema)
