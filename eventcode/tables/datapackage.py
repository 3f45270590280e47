"""Frictionless Data Package descriptors, of a folder of tables and of one exported file: schemas, hashes and terms.

https://datapackage.org/standard/data-package/, version 2. The same tables give the same descriptor, without clock or path.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventcode.errors import InputError, UsageError
from eventcode.replacing import replacing
from eventcode.tables.reading import read_metadata, row_count
from eventcode.tables.schema import TABLES, Dialect, TableSchema, load_schema

FILE = "datapackage.json"
BESIDE = f".{FILE}"
MEDIA_TYPE = "application/vnd.apache.parquet"
_MEDIA_TYPES = {
    "parquet": MEDIA_TYPE,
    "geoparquet": MEDIA_TYPE,
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "dta": "application/x-stata-dta",
}
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MACHINE_CODED = "Machine-coded; nobody has checked the rows."
_GEONAMES = {
    "title": "GeoNames: place names and coordinates, CC BY 4.0",
    "path": "https://www.geonames.org/",
}
# Of what GeoNames gave; the rows are whose articles and lexicon made them.
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Place names, coordinates and geonameids are GeoNames': name GeoNames where they are passed on",
}


@dataclass(frozen=True, slots=True)
class File:
    """An exported file: columns, format (``csv``, ``parquet``, ``dta`` ...), rows, layout, and what is to be said of it.

    ``metadata``: how the tables were made that it is made of (versions, hashes).
    """

    schema: TableSchema
    format: str
    rows: int
    layout: str
    title: str
    notice: str
    metadata: Mapping[str, str]


def describe(folder: Path) -> dict[str, Any]:
    """The descriptor of a coded folder.

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
        "$schema": _PROFILE,
        "name": "eventcode-tables",
        "title": "Conflict events coded from news by eventcode",
        "description": f"{_MACHINE_CODED} Incidents are ACLED-style; not produced or endorsed by ACLED.",
        "licenses": [_LICENCE],
        "sources": [_GEONAMES],
        "resources": [_resource(table, path) for table, path in found.items()],
    }


def describe_file(path: Path, file: File) -> dict[str, Any]:
    """The descriptor of one exported file. Raises OSError."""
    schema = dict(file.schema.source)
    dialect = file.schema.dialect if file.format not in ("parquet", "geoparquet", "geojson", "dta") else None
    # Programs choose their reader by it: what the text is, whatever suffix the layout gives it.
    form = file.format if dialect is None else "tsv" if dialect.delimiter == "\t" else "csv"
    if dialect is not None and dialect.null:
        schema["missingValues"] = ["", dialect.null]
    resource = {
        "name": file.layout,
        "title": file.schema.title,
        "description": file.schema.description,
        "path": path.name,
        "format": form,
        "mediatype": _MEDIA_TYPES[form],
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}",
        "x-rows": file.rows,
        **(_dialect(dialect) if dialect is not None else {}),
        "schema": schema,
    }
    described: dict[str, Any] = {
        "$schema": _PROFILE,
        "name": f"eventcode-{file.layout}",
        "title": f"{file.title}, coded from news by eventcode",
        "description": " ".join(text for text in (_MACHINE_CODED, file.notice) if text),
        "licenses": [_LICENCE],
        "sources": [_GEONAMES],
        "x-metadata": dict(sorted(file.metadata.items())),
        "resources": [resource],
    }
    return described


def write(folder: Path) -> Path:
    """Write ``datapackage.json`` into a coded folder and return its path. Raises InputError, OSError."""
    return _write(describe(folder), folder / FILE)


def write_beside(path: Path, file: File) -> Path:
    """Write ``NAME.datapackage.json`` beside an exported file and return its path. Raises OSError."""
    return _write(describe_file(path, file), path.with_name(path.name + BESIDE))


def check_replaceable(path: Path) -> None:
    """Refuse to write over a file that is not, to the byte, the one that the descriptor beside it describes: another program's,
    another dataset's, or one of ours that somebody has worked on since.

    Raises:
        UsageError: there is such a file.
        OSError: it cannot be read.
    """
    if not path.is_file():
        return
    told = _described(path)
    if told.get("bytes") == path.stat().st_size and told.get("hash") == f"sha256:{_sha256(path)}":
        return
    raise UsageError(
        f"--out {path}: is there already, and not as eventcode wrote it; give another name, or --replace to write over it"
    )


def _described(path: Path) -> Mapping[str, Any]:
    """What the descriptor beside a file says of it; nothing where there is none that can be read."""
    try:
        descriptor = json.loads(path.with_name(path.name + BESIDE).read_text(encoding="utf-8"))
        return {**descriptor["resources"][0]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _write(descriptor: Mapping[str, Any], path: Path) -> Path:
    text = json.dumps(descriptor, indent=2, ensure_ascii=False)
    with replacing(path) as hidden:
        hidden.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return path


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


def _dialect(dialect: Dialect) -> dict[str, Any]:
    """Encoding and dialect as Data Package has them."""
    told: dict[str, Any] = {
        "delimiter": dialect.delimiter,
        "lineTerminator": dialect.line_terminator,
        "header": dialect.header,
    }
    if dialect.quote_char is not None:
        told |= {"quoteChar": dialect.quote_char, "doubleQuote": True}
    return {"encoding": dialect.encoding, "dialect": told}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
