"""Arrow tables to Parquet as our own tables are written: one size of row group, one compression, sorted metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.replacing import replacing
from eventcode.tables.parquet import (
    COMPRESSION,
    COMPRESSION_LEVEL,
    ROW_GROUP_ROWS,
    TABLE_KEY,
    VERSION_KEY,
)
from eventcode.tables.schema import TableSchema


def write_parquet(table: pa.Table, path: Path, schema: TableSchema, metadata: Mapping[str, str]) -> None:
    """Write a table; the file appears when it is complete.

    Args:
        table: columns of the schema, in its types.
        metadata: for the file; the schema's name and version are added.

    Raises:
        OSError: the file cannot be written.
    """
    told = {**metadata, TABLE_KEY: schema.name, VERSION_KEY: schema.version}
    write_bare_parquet(table, path, told, [column.name for column in schema.fields if column.dictionary])


def write_bare_parquet(
    table: pa.Table, path: Path, metadata: Mapping[str, str], dictionary: Sequence[str]
) -> None:
    """Write a table with just this metadata; ``dictionary``: columns of few values."""
    made = table.replace_schema_metadata(dict(sorted(metadata.items()))).combine_chunks()
    with replacing(path) as hidden:
        pq.write_table(
            made,
            hidden,
            row_group_size=ROW_GROUP_ROWS,
            compression=COMPRESSION,
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=list(dictionary),
            write_statistics=True,
        )
