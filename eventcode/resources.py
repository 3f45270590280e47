"""The one module that knows where data files lie, in an installed wheel or in a checkout, and how their tables are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from eventcode.errors import EventcodeError, LexiconError

_Made = TypeVar("_Made")

PACKAGE = Path(__file__).resolve().parent


def schema_dir() -> Path:
    """Folder of the table schemas: ``schemas/`` beside the package in a checkout, inside it in a wheel."""
    inside = PACKAGE / "schemas"
    return inside if inside.is_dir() else PACKAGE.parent / "schemas"


def lexicon_dir() -> Path:
    """Folder of the packaged lexicon: acts, stances, grammar, actors."""
    return PACKAGE / "lexicon" / "data"


def ontology_dir() -> Path:
    """Folder of the packaged ontologies: code tables and mapping files."""
    return PACKAGE / "ontologies" / "data"


def gazetteer_dir() -> Path:
    """Folder of the gazetteer's own files: places that the GeoNames packages lack."""
    return PACKAGE / "gazetteer" / "data"


def input_dir() -> Path:
    """Folder of what is known of inputs: names of columns, layouts of crawlers and databases."""
    return PACKAGE / "inputs" / "data"


def csv_rows(
    path: Path, make: Callable[[Mapping[str, str]], _Made], error: type[EventcodeError] = LexiconError
) -> list[_Made]:
    """What is made of each row of a data file of ours.

    Args:
        path: of a CSV file with a header, in UTF-8.
        make: called with each row, by names of columns.
        error: what is raised where the file cannot be read, or nothing can be made of a row.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [make(row) for row in csv.DictReader(file)]
    except (OSError, csv.Error, KeyError, ValueError, TypeError, AttributeError) as problem:
        raise error(f"{path}: cannot be read: {problem!r}") from problem
