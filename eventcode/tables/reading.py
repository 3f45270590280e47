"""Reads written tables back as rows: in batches, so that memory does not grow with the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.errors import InputError
from eventcode.tables.parquet import READ_ERRORS
from eventcode.tables.rows import Row

BATCH_ROWS = 2_000


def read_rows(
    path: Path, article_id: str | None = None, columns: Sequence[str] | None = None
) -> Iterator[Row]:
    """Rows of a table in order; only those of one article where an id is given.

    Raises:
        InputError: the file is no Parquet table, or lacks a column.
    """
    with _opened(path) as file:
        _check_columns(path, file, columns or ())
        wanted = None if columns is None else list(columns)
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
            if article_id is not None:
                batch = _of_article(batch, article_id)
            yield from batch.to_pylist()


def row_count(path: Path) -> int:
    """Number of rows of a table. Raises InputError."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


def read_metadata(path: Path) -> dict[str, str]:
    """What a table's file metadata says of how it was made; Arrow's own entry is left out. Raises InputError."""
    with _opened(path) as file:
        pairs = file.schema_arrow.metadata or {}
    return {key.decode(): value.decode() for key, value in pairs.items() if key != b"ARROW:schema"}


def _of_article(batch: pa.RecordBatch, article_id: str) -> pa.RecordBatch:
    column = batch.column(batch.schema.get_field_index("article_id"))
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    import pyarrow.compute as pc  # slow to load, and needed for one article's rows alone

    return batch.filter(pc.equal(column, article_id))


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except READ_ERRORS as error:
        raise InputError(f"{path}: not a Parquet file that can be read") from error


def _check_columns(path: Path, file: pq.ParquetFile, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in file.schema_arrow.names]
    if missing:
        raise InputError(f"{path}: no column {missing[0]!r}; is it a table that eventcode wrote?")
