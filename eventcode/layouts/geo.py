"""Incidents on a map: GeoJSON (RFC 7946) and GeoParquet 1.1, those with coordinates.

GeoParquet: https://geoparquet.org/releases/v1.1.0/: points in WKB, longitude first, WGS84 (OGC:CRS84, the default).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts.columns import queried
from eventcode.layouts.files import write_bare_pieces
from eventcode.layouts.model import CodedFolder, Layout
from eventcode.replacing import replacing
from eventcode.tables.parquet import TABLE_KEY, VERSION_KEY
from eventcode.tables.schema import TableSchema, load_schema

GEOMETRY = "geometry"
GEO_VERSION = "1.1.0"
WKB_LITTLE_ENDIAN, WKB_POINT = 1, 1
_BATCH_ROWS = 50_000
Pieces: TypeAlias = Callable[[], Iterable[pa.Table]]
"""Gives the rows of a table in pieces, as often as it is called: the box around all points stands before the first of them."""
NOTICE = "Incidents are ACLED-style; not produced or endorsed by ACLED."


def export(folder: CodedFolder) -> pa.Table:
    """Incidents that have coordinates."""
    incidents = folder.read()
    return incidents.filter(
        pc.and_(pc.is_valid(incidents.column("latitude")), pc.is_valid(incidents.column("longitude")))
    )


def bounds(pieces: Iterable[pa.Table]) -> list[float] | None:
    """West, south, east, north of all points; None without any."""
    names = ("longitude", "latitude")
    edges = [[pc.min_max(piece.column(name)) for name in names] for piece in pieces if piece.num_rows]
    if not edges:
        return None
    least, most = ([[float(edge[end].as_py()) for edge in both] for both in edges] for end in ("min", "max"))
    return [*map(min, zip(*least, strict=True)), *map(max, zip(*most, strict=True))]


# --- GeoJSON -----------------------------------------------------------------------------------------------------


def write_geojson(pieces: Pieces, path: Path, schema: TableSchema, metadata: Mapping[str, str]) -> None:
    """Write a FeatureCollection, one feature a line; every column is a property. The file appears when it is complete.

    Args:
        metadata: told in the member ``metadata``.

    Raises:
        OSError: the file cannot be written.
    """
    told = {**metadata, TABLE_KEY: schema.name, VERSION_KEY: schema.version}
    box = bounds(pieces())
    head = {"type": "FeatureCollection", "metadata": dict(sorted(told.items()))} | (
        {"bbox": box} if box else {}
    )
    opening = json.dumps(head, ensure_ascii=False)
    with replacing(path) as hidden, hidden.open("wb") as file:
        file.write(f'{opening[:-1]}, "features": [\n'.encode())
        first = True
        for rows in _batches(pieces()):
            features = queried(_FEATURES, rows=rows).column(0).to_pylist()
            file.write(("" if first else ",\n").encode() + ",\n".join(features).encode())
            first = False
        file.write(b"\n]}\n")


def _batches(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for piece in pieces:
        for start in range(0, piece.num_rows, _BATCH_ROWS):
            yield piece.slice(start, _BATCH_ROWS)


# DuckDB keeps the order of rows.
_FEATURES = """
    SELECT json_object(
        'type', 'Feature',
        'id', event_id_cnty,
        'geometry', json_object('type', 'Point', 'coordinates', [longitude, latitude]),
        'properties', to_json(rows)
    )::VARCHAR
    FROM rows
"""


# --- GeoParquet --------------------------------------------------------------------------------------------------


def write_geoparquet(pieces: Pieces, path: Path, schema: TableSchema, metadata: Mapping[str, str]) -> None:
    """Write the columns and a point for each row, in column ``geometry``. The file appears when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    point = pa.field(GEOMETRY, pa.binary(), nullable=False)
    with_points = (piece.append_column(point, points(piece)) for piece in pieces())
    told = {
        **metadata,
        TABLE_KEY: schema.name,
        VERSION_KEY: schema.version,
        "geo": json.dumps(geo_metadata(bounds(pieces()))),
    }
    few = [field.name for field in schema.fields if field.dictionary]
    write_bare_pieces(with_points, path, told, few)


def geo_metadata(box: list[float] | None) -> dict[str, object]:
    """What the file metadata's key ``geo`` says."""
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if box:
        column["bbox"] = box
    return {"version": GEO_VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def points(table: pa.Table) -> pa.Array:
    """Each row's point as well-known binary: byte order, kind, longitude, latitude; 21 bytes."""
    made = np.zeros(table.num_rows, np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")]))
    made["order"], made["kind"] = WKB_LITTLE_ENDIAN, WKB_POINT
    made["x"] = table.column("longitude").to_numpy()
    made["y"] = table.column("latitude").to_numpy()
    width = made.dtype.itemsize
    offsets = np.arange(table.num_rows + 1, dtype=np.int32) * width
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(made.tobytes())]
    return pa.Array.from_buffers(pa.binary(), table.num_rows, buffers)


def _incidents(table: str) -> TableSchema:
    return load_schema(table)


GEOJSON = Layout(
    name="geojson",
    title="Incidents as GeoJSON",
    formats=("geojson",),
    source="incidents",
    export=export,
    notice=NOTICE,
    by_row=True,
    schema=_incidents,
)
GEOPARQUET = Layout(
    name="geoparquet",
    title="Incidents as GeoParquet",
    formats=("geoparquet",),
    source="incidents",
    export=export,
    notice=NOTICE,
    by_row=True,
    schema=_incidents,
)
