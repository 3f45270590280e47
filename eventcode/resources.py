"""The one module that knows where data files lie: in an installed wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

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
