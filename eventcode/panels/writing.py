"""Tables of any length to Parquet, piece by piece: the bytes do not depend on how long the pieces are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.tables.parquet import (
    COMPRESSION,
    COMPRESSION_LEVEL,
    TABLE_KEY,
    VERSION_KEY,
    arrow_type,
)
from eventcode.tables.schema import TableSchema

# Larger groups than our own tables have: a panel's rows are short and alike.
GROUP_ROWS = 100_000


def write_pieces(
    pieces: Iterable[pa.Table], path: Path, schema: TableSchema, metadata: Mapping[str, str]
) -> int:
    """Write pieces one after another.

    Args:
        pieces: columns of the schema, in its types.
        path: a file that nobody sees yet.
        schema: of the table.
        metadata: for the file; the schema's name and version are added.

    Returns:
        number of rows.

    Raises:
        OSError: the file cannot be written.
    """
    told = {**metadata, TABLE_KEY: schema.name, VERSION_KEY: schema.version}
    fields = [pa.field(f.name, arrow_type(f), nullable=not f.constraints.required) for f in schema.fields]
    kinds = pa.schema(fields, dict(sorted(told.items())))
    rows = 0
    with pq.ParquetWriter(
        path,
        kinds,
        compression=COMPRESSION,
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=[column.name for column in schema.fields if column.dictionary],
        write_statistics=True,
    ) as writer:
        for group in _groups(pieces):
            writer.write_table(
                pa.table(group.columns, schema=kinds).combine_chunks(), row_group_size=GROUP_ROWS
            )
            rows += group.num_rows
    return rows


def _groups(pieces: Iterable[pa.Table]) -> Iterable[pa.Table]:
    """The same rows in tables of one length, the last one shorter."""
    waiting: list[pa.Table] = []
    for piece in pieces:
        waiting.append(piece)
        while sum(len(table) for table in waiting) >= GROUP_ROWS:
            rows = pa.concat_tables(waiting)
            yield rows.slice(0, GROUP_ROWS)
            rest = rows.slice(GROUP_ROWS)
            waiting = [rest] if len(rest) else []
    if waiting:
        yield pa.concat_tables(waiting)
