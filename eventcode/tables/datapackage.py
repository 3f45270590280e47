"""A Frictionless Data Package descriptor for a folder of tables: what lies there, its schemas, hashes and terms."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from eventcode.errors import InputError
from eventcode.tables.reading import read_metadata, row_count
from eventcode.tables.schema import TABLES, load_schema

FILE = "datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"
_BLOCK = 1 << 20


def describe(folder: Path) -> dict[str, Any]:
    """The descriptor of a coded folder: the same for the same tables, without clock or path.

    Raises:
        InputError: there is no table in the folder, or one cannot be read.
    """
    found = {
        table: folder / f"{table}.parquet" for table in TABLES if (folder / f"{table}.parquet").is_file()
    }
    if not found:
        raise InputError(
            f"{folder}: there are no tables; 'eventcode code PATH... --out {folder}' writes them"
        )
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "eventcode-tables",
        "title": "Conflict events coded from news by eventcode",
        "description": (
            "Machine-coded; nobody has checked the rows. Incidents are ACLED-style; not produced or endorsed by ACLED."
        ),
        "sources": [
            {
                "title": "GeoNames: place names and coordinates, CC BY 4.0",
                "path": "https://www.geonames.org/",
            }
        ],
        "resources": [_resource(table, path) for table, path in found.items()],
    }


def write(folder: Path) -> Path:
    """Write ``datapackage.json`` into a coded folder and return its path. Raises InputError, OSError."""
    path = folder / FILE
    hidden = folder / f".{FILE}"
    text = json.dumps(describe(folder), indent=2, ensure_ascii=False)
    hidden.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return hidden.replace(path)


def _resource(table: str, path: Path) -> dict[str, Any]:
    schema = load_schema(table)
    return {
        "name": table,
        "title": schema.title,
        "description": schema.description,
        "path": path.name,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}",
        "x-rows": row_count(path),
        "x-metadata": read_metadata(path),
        "schema": dict(schema.source),
    }


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
