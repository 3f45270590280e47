"""Boxes of latitude and longitude that hold a country and 3 degrees around it: ``data/country_boxes.csv``.

Made once from the settlements of GeoNames (CC BY 4.0). A country on both sides of the 180th meridian, or whose margin
reaches over it, has the full width; a country without settlements has no box.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from eventcode.errors import SchemaError
from eventcode.resources import csv_rows

FILE = Path(__file__).resolve().parent / "data" / "country_boxes.csv"

Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees, WGS84."""


@cache
def country_boxes(path: Path = FILE) -> Mapping[str, Box]:
    """Boxes by ISO alpha-3 code. Raises SchemaError where the file cannot be read."""
    return MappingProxyType(dict(csv_rows(path, lambda row: (row["iso3"], _box(row)), SchemaError)))


def _box(row: Mapping[str, str]) -> Box:
    return float(row["south"]), float(row["west"]), float(row["north"]), float(row["east"])
