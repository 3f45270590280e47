"""Makes events and incidents again from the acts of a coded folder, without reading an article twice.

For an edit of ontology or actor codes. Acts, places and what was set aside stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from eventcode.errors import InputError
from eventcode.lexicon.load import content_hash, lexicon_folders
from eventcode.resources import ontology_dir
from eventcode.tables.output import TableFolder, table_path
from eventcode.tables.parquet import read_metadata, read_rows
from eventcode.tables.rows import Row, act_from_row, without_text

REMADE = {"articles": "articles.parquet", "events": "events.parquet", "incidents": "incidents.parquet"}
