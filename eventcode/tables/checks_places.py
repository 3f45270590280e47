"""Coordinates in files of other datasets: both or neither, and near the country that the row names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.tables.checks import outside
from eventcode.tables.views import Failure, View, mapped, said


def check_pair(view: View, latitude: str, longitude: str) -> Iterator[Failure]:
    """``coordinates``: latitude and longitude come together."""
    if view.has(latitude, longitude):
        lone = pc.xor(view[latitude].is_null(), view[longitude].is_null())
        expected = f"{latitude} and {longitude} together"
        yield Failure("coordinates", latitude, lone, expected, (latitude, longitude))


def check_near(
    view: View, latitude: str, longitude: str, named: tuple[str, ...], iso3: Callable[..., str | None]
) -> Iterator[Failure]:
    """``far_away``: the point lies in the country or within 3 degrees of it.

    Args:
        latitude, longitude: columns of the point, in degrees, WGS84.
        named: columns that name the country; those that are not there are null.
        iso3: ISO 3166-1 alpha-3 code from their values, None where it is not known.
    """
    there = [name for name in named if view.has(name)]
    if not there or not view.has(latitude, longitude):
        return
    columns = [
        view.columns[name] if view.has(name) else pa.nulls(len(view.rows), pa.string()) for name in named
    ]
    country = mapped(columns, iso3, pa.string())
    far = pc.fill_null(outside(country, view[latitude], view[longitude]), False)
    expected = said(far, lambda: pc.binary_join_element_wise("a point near", country, " "))
    yield Failure("far_away", latitude, far, expected, (latitude, longitude, *there))
