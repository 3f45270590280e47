"""Arrow tables to Parquet as our own tables are written: one size of row group, one compression, sorted metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
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
    """Write a table, as :func:`write_pieces` writes one in pieces."""
    write_pieces([table], path, schema, metadata)


def write_pieces(
    pieces: Iterable[pa.Table], path: Path, schema: TableSchema, metadata: Mapping[str, str]
) -> None:
    """Write a table that comes in pieces, at least one; the file appears when it is complete.

    Args:
        pieces: columns of the schema, in its types. How long they are makes no difference to the bytes.
        path: of the file.
        metadata: for the file; the schema's name and version are added.

    Raises:
        OSError: the file cannot be written.
    """
    told = {**metadata, TABLE_KEY: schema.name, VERSION_KEY: schema.version}
    write_bare_pieces(pieces, path, told, [column.name for column in schema.fields if column.dictionary])


def write_bare_pieces(
    pieces: Iterable[pa.Table], path: Path, metadata: Mapping[str, str], dictionary: Sequence[str]
) -> None:
    """Write a table with just this metadata; ``dictionary``: columns of few values."""
    groups = _groups(pieces)
    first = next(groups)
    told = first.schema.with_metadata(dict(sorted(metadata.items())))
    with (
        replacing(path) as hidden,
        pq.ParquetWriter(
            hidden,
            told,
            compression=COMPRESSION,
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=list(dictionary),
            write_statistics=True,
        ) as writer,
    ):
        for group in chain([first], groups):
            writer.write_table(
                group.replace_schema_metadata(told.metadata).combine_chunks(), row_group_size=ROW_GROUP_ROWS
            )


def _groups(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of the length of a row group, the last one shorter; one without rows where there are none."""
    waiting: pa.Table | None = None
    for piece in pieces:
        waiting = piece if waiting is None else pa.concat_tables([waiting, piece])
        while len(waiting) > ROW_GROUP_ROWS:
            yield waiting.slice(0, ROW_GROUP_ROWS)
            waiting = waiting.slice(ROW_GROUP_ROWS)
    if waiting is not None:
        yield waiting
