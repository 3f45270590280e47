"""Parquet: a row an article, read some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from eventcode.inputs.columns import find_columns, missing_columns
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Found, Founds, Record, Unread
from eventcode.inputs.streams import searchable
from eventcode.inputs.tables import columns_wanted

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC = b"PAR1"
_ROWS = 64


def read_parquet(stream: BinaryIO, file: BinaryIO | None, options: InputOptions) -> Founds:
    """A record for every row. A row group that is damaged is set aside as one; the others are read.

    Args:
        stream: the bytes; written to a temporary file first where they are no file that can be searched.
        file: the same as such a file, or None.
        options: names of columns, limits.

    Raises:
        PackingError: the stream cannot be unpacked, or comes to more than the limit.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with searchable(stream, file, options.unpacked_bytes) as whole:
        try:
            table = pq.ParquetFile(whole, pre_buffer=False)
            names = [name for name in table.schema_arrow.names if isinstance(name, str)]
            rows = table.metadata.num_rows
        except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
            yield Unread(1, "bad_document", f"not a Parquet file that can be read ({type(error).__name__})")
            return
        columns = find_columns(names, options)
        missing = missing_columns(names, options)
        if missing or "text" not in columns:
            yield Unread(1, "no_columns", columns_wanted(names, missing))
        elif rows == 0:
            yield Unread(1, "empty", "a table without rows")
        else:
            yield from _rows(table, columns)


def written_by_us(path: str) -> bool:
    """Whether a file is a table that eventcode wrote."""
    import pyarrow.parquet as pq

    from eventcode.tables.parquet import READ_ERRORS, TABLE_KEY, VERSION_KEY

    try:
        metadata = pq.read_metadata(path).metadata or {}
    except READ_ERRORS:
        return False
    return {TABLE_KEY.encode(), VERSION_KEY.encode()} <= metadata.keys()


def _rows(table: pq.ParquetFile, columns: dict[str, str]) -> Iterator[Found]:
    import pyarrow as pa

    number = 0
    for group in range(table.metadata.num_row_groups):
        rows = table.metadata.row_group(group).num_rows
        first = number
        try:
            for batch in table.iter_batches(_ROWS, [group], list(columns.values()), use_threads=False):
                for record in _records(batch, columns, number):
                    number += 1
                    yield record
        except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
            left = max(rows - (number - first), 1)
            yield Unread(number + 1, "bad_document", f"{left} rows cannot be read ({type(error).__name__})")
            number = first + max(rows, number - first + 1)


def _records(batch: pa.RecordBatch, columns: dict[str, str], before: int) -> Iterator[Found]:
    arrays = {field: _plain(batch.column(column), field) for field, column in columns.items()}
    for row in range(batch.num_rows):
        try:
            fields = {field: _value(array[row], field) for field, array in arrays.items()}
        except UnicodeDecodeError:
            yield Unread(before + row + 1, "bad_encoding", "a string that is not valid UTF-8")
        except (ValueError, TypeError, OverflowError, NotImplementedError):
            yield Unread(before + row + 1, "bad_field", "a value that is no text, number or day")
        else:
            yield Record(before + row + 1, fields)


def _plain(array: pa.Array, field: str) -> pa.Array:
    """A column of times as one of days: the day in UTC where there is a time zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if field == "date" and pa.types.is_timestamp(array.type):
        return pc.floor_temporal(array.cast(pa.timestamp(array.type.unit)), unit="day").cast(
            pa.date32(), safe=False
        )
    return array


def _value(scalar: Any, field: str) -> object:
    value = scalar.as_py()
    if field == "id" and isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, float) and value != value:  # pandas writes what is missing as NaN
        return None
    return value
