"""Identifiers for rows of other datasets, in the form that our tables ask for."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import columns
from eventcode.layouts.columns import Column

OWN_ID = r"^EC-[A-Z]{3}-[0-9a-f]{12}$"
NOWHERE = "XXX"
SEPARATOR = "; "


def own_or_hashed(own: Column, iso3: Column, salt: str) -> Column:
    """The row's own identifier where it is one of eventcode's, else ``EC-`` + country + a hash of it."""
    made = pc.binary_join_element_wise(
        "EC", pc.fill_null(iso3, NOWHERE), columns.hashed([own], 12, salt=salt), "-"
    )
    return pc.if_else(pc.match_substring_regex(own, OWN_ID), own, made)


def id_lists(values: Column) -> pa.ChunkedArray:
    """Lists of one value each."""
    plain = columns.chunked(values).combine_chunks()
    return columns.chunked(
        pa.ListArray.from_arrays(pa.array(np.arange(len(plain) + 1, dtype=np.int32)), plain)
    )


def numbered_ids(
    own: Column, sources: Column, least: Column | None = None
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """An identifier for each report of a row (``ETH9766#1``, ``ETH9766#2``), and how many different publishers it names.

    Args:
        own: the row's identifier.
        sources: publishers joined by a semicolon and a blank.
        least: how many reports there are at least; there is one, and one for each publisher.
    """
    different = columns.mapped(pc.fill_null(sources, ""), _different, pa.int64())
    named = np.asarray(different.to_numpy(), np.int64)
    reports = np.maximum(named, 1)
    if least is not None:
        told = pc.fill_null(columns.chunked(least), 1).to_numpy()
        reports = np.maximum(reports, told)
    ends = np.concatenate([[0], np.cumsum(reports)])
    numbers = np.arange(ends[-1]) - np.repeat(ends[:-1], reports) + 1
    rows = np.repeat(np.arange(len(reports)), reports)
    keys = pc.fill_null(columns.chunked(own).combine_chunks(), "").take(pa.array(rows))
    ids = pc.binary_join_element_wise(keys, pa.array(numbers).cast(pa.string()), "#")
    made = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), ids)
    return columns.chunked(made), columns.chunked(pa.array(named))


def _different(sources: str) -> int:
    return len({part for part in sources.split(SEPARATOR) if part.strip()})
