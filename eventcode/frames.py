"""The tables as pandas frames, for notebooks and scripts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.errors import InputError
from eventcode.tables.output import table_path

_INTEGERS = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
}


def read_events(path: str | os.PathLike[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The events table of a coded folder, or of one Parquet file.

    Codes are strings ("042" stays "042"), whole numbers stay whole where some are missing, dates are datetime64.

    Args:
        path: folder that ``eventcode code`` wrote, or a Parquet file.
        columns: only these; default all.

    Raises:
        InputError: there is no such table, it is no Parquet file, or it lacks a column.
    """
    return _read(path, "events", columns)


def read_incidents(path: str | os.PathLike[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The incidents table, in the way of :func:`read_events`."""
    return _read(path, "incidents", columns)


def _read(path: str | os.PathLike[str], table: str, columns: Sequence[str] | None) -> pd.DataFrame:
    file = Path(path)
    if not file.is_file():
        file = table_path(file, table)
    try:
        found = pq.read_table(file, columns=None if columns is None else list(columns))
    except pa.ArrowInvalid as error:
        raise InputError(f"{file}: not a Parquet file that can be read") from error
    missing = set(columns or ()) - set(found.column_names)
    if missing:
        raise InputError(f"{file}: no column {sorted(missing)[0]!r}")
    frame: pd.DataFrame = _plain(found).to_pandas(types_mapper=_INTEGERS.get, date_as_object=False)
    return frame


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary-encoded columns as what they encode: pandas would make categories of them."""
    types = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(types))
