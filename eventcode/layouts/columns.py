"""Helpers for whole columns: every function takes Arrow columns of equal length and gives one of that length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import duckdb

Column: TypeAlias = "pa.ChunkedArray | pa.Array"
# Between the parts of a key, so that ("ab", "c") does not meet ("a", "bc").
JOIN = "\x1f"


def mapped(
    values: Column, function: Callable[[Any], Any], type: pa.DataType | None = None
) -> pa.ChunkedArray:
    """``function`` of every value, called once for each different value; null stays null.

    Args:
        type: of the result; default string.
    """
    return with_nulls_mapped(values, lambda value: None if value is None else function(value), type)


def with_nulls_mapped(
    values: Column, function: Callable[[Any], Any], type: pa.DataType | None = None
) -> pa.ChunkedArray:
    """As :func:`mapped`, and null is a value too."""
    kind = type or pa.string()
    encoded = chunked(values).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], encoded.type)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode("encode")
    made = pa.array([function(value) for value in encoded.dictionary.to_pylist()], kind)
    return pa.chunked_array([made.take(encoded.indices)], kind)


def mapped_together(
    columns: Sequence[Column], function: Callable[..., Any], type: pa.DataType | None = None
) -> pa.ChunkedArray:
    """``function(a, b, ...)`` of the values of several columns, called once for each different combination; null is None."""
    from eventcode.tables.views import mapped as mapped_rows

    plain = [chunked(column).combine_chunks() for column in columns]
    return chunked(mapped_rows(plain, function, type or pa.string()))


def chunked(values: Column) -> pa.ChunkedArray:
    """A column as a chunked array."""
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def constant(value: Any, length: int, type: pa.DataType | None = None) -> pa.ChunkedArray:
    """The same value in every row; default type string."""
    kind = type or pa.string()
    return pa.chunked_array([pa.repeat(pa.scalar(value, kind), length)], kind)


def nulls(length: int, type: pa.DataType | None = None) -> pa.ChunkedArray:
    """Null in every row; default type string."""
    kind = type or pa.string()
    return pa.chunked_array([pa.nulls(length, kind)], kind)


def text(values: Column) -> Column:
    """Values as text: dates in ISO 8601, whole numbers without a point; null stays null."""
    return pc.cast(values, pa.string())


def joined(columns: Sequence[Column], separator: str) -> Column:
    """Values of a row joined, without those that are null; null where all are."""
    # Arrow's own way to skip nulls gives no rows at all where all are null.
    texts = [pc.fill_null(pc.binary_join_element_wise(separator, text(column), ""), "") for column in columns]
    made = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*texts, ""), len(separator))
    return pc.if_else(any_valid(columns), made, pa.scalar(None, pa.string()))


def any_valid(columns: Sequence[Column]) -> Column:
    """True where at least one of the columns has a value."""
    found = pc.is_valid(columns[0])
    for column in columns[1:]:
        found = pc.or_(found, pc.is_valid(column))
    return found


def blank_as_null(values: Column) -> Column:
    """Text, trimmed; what is empty then is null."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def flag(condition: Column) -> Column:
    """A condition with null as false."""
    return pc.fill_null(condition, False)


def hashed(columns: Sequence[Column], digits: int, *, salt: str = "") -> pa.ChunkedArray:
    """Hexadecimal digits of the SHA-256 of a row's values: the same for the same values, null told from empty.

    Args:
        digits: how many, up to 64.
        salt: put before the values, so that two kinds of ids differ.
    """
    parts = [pc.fill_null(text(column), "\x00") for column in columns]
    keys = pa.table({"key": chunked(pc.binary_join_element_wise(salt, *parts, JOIN))})
    found = queried(
        f"SELECT substr(sha256(key), 1, {int(digits)}) AS id FROM rows ORDER BY row", rows=numbered_rows(keys)
    )
    return found.column("id").cast(pa.string())


def in_order(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Rows in the order of these columns, null last; those alike stay as they were."""
    if not keys:
        return table
    at = pc.sort_indices(table, sort_keys=[(key, "ascending") for key in keys])
    return table.take(at)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """In memory, and empty: opened once, as that takes longer than most queries."""
    import duckdb

    return duckdb.connect()


def queried(sql: str, **tables: pa.Table) -> pa.Table:
    """What a query gives of tables, each by its name, in the order that the query asks for."""
    with _database().cursor() as database:
        for name, table in tables.items():
            database.register(name, table)
        found: pa.Table = database.sql(sql).to_arrow_table()
    return found


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Rows of another table that a column of lists of keys names: in the order of that table, list by list.

    ``table``: the rows found; ``ends``: where each list's rows begin, and the last end.
    """

    table: pa.Table
    ends: npt.NDArray[np.int32]

    def with_columns(self, **added: Column) -> LookedUp:
        """The same rows, with columns put in place of those of the same name."""
        kept = {name: self.table.column(name) for name in self.table.column_names}
        return LookedUp(pa.table({name: chunked(value) for name, value in (kept | added).items()}), self.ends)


def looked_up(lists: Column, table: pa.Table, key: str) -> LookedUp:
    """Rows of ``table`` whose ``key`` stands in each list; keys that are not there are passed over."""
    plain = chunked(lists).combine_chunks()
    found = pc.index_in(pc.list_flatten(plain), chunked(table.column(key)).combine_chunks())
    pairs = pa.table({"list": pc.list_parent_indices(plain), "at": found})
    pairs = in_order(pairs.filter(pc.is_valid(found)), ["list", "at"])
    counts = np.bincount(pairs.column("list").to_numpy(), minlength=len(plain))
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return LookedUp(table.take(pairs.column("at")), ends)


def joined_lists(found: LookedUp, column: str, separator: str) -> pa.ChunkedArray:
    """A column's texts of each list, joined, nothing standing for null; null where all of them are null, or there are none."""
    values = chunked(found.table.column(column)).combine_chunks()
    lists = pa.ListArray.from_arrays(pa.array(found.ends), pc.fill_null(values, ""))
    told = np.concatenate([[0], np.cumsum(np.asarray(values.is_valid()))])
    some = pa.array(told[found.ends[1:]] > told[found.ends[:-1]])
    return chunked(pc.if_else(some, pc.binary_join(lists, separator), pa.scalar(None, pa.string())))


def numbered_rows(table: pa.Table) -> pa.Table:
    """The table with its row numbers, from 0, in a column ``row``."""
    from eventcode.tables.views import row_numbers

    return table.append_column("row", row_numbers(table.num_rows))


def whole_numbers(digits: Column) -> pa.ChunkedArray:
    """Numbers of hexadecimal texts, all of one length and without null; up to 15 digits."""
    plain = chunked(digits).combine_chunks()
    length = len(plain[0].as_py()) if len(plain) else 1
    letters = (
        np.frombuffer("".join(plain.to_pylist()).encode(), np.uint8).reshape(-1, length).astype(np.int64)
    )
    values = np.where(letters > ord("9"), letters - ord("a") + 10, letters - ord("0"))
    return chunked(pa.array(values @ (16 ** np.arange(length - 1, -1, -1, dtype=np.int64))))
