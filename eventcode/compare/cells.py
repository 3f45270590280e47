"""Where two columns of equal length differ, nested ones included, and how a cell is shown."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, with dictionaries unfolded, and the types that other programs write as ours."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    kind = _own(whole.type)
    return whole if kind == whole.type else whole.cast(kind)


def _own(kind: pa.DataType) -> pa.DataType:
    """Strings and lists with long offsets, or as views, as plain ones."""
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_own(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([(part.name, _own(part.type)) for part in kind])
    return kind


def mask(values: pa.Array) -> Mask:
    """A boolean column for numpy; null is false."""
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), np.bool_)


def differ(old: pa.Array, new: pa.Array) -> Mask:
    """True where the values are not the same; null is the same as null, NaN as NaN."""
    blank_old, blank_new = mask(old.is_null()), mask(new.is_null())
    wrong: Mask = blank_old != blank_new
    both: Mask = ~blank_old & ~blank_new
    if not both.any():
        return wrong
    kinds = old.type, new.type
    if pa.types.is_struct(old.type) and pa.types.is_struct(new.type):
        return np.asarray(wrong | (both & _structs(old, new)))
    if all(pa.types.is_list(kind) for kind in kinds):
        return np.asarray(wrong | _lists(old, new, both))
    if any(pa.types.is_nested(kind) for kind in kinds):
        return np.asarray(wrong | both)
    one, other = comparable(old, new)
    unequal = mask(pc.not_equal(one, other))
    if pa.types.is_floating(one.type):
        unequal &= ~(mask(pc.is_nan(one)) & mask(pc.is_nan(other)))
    return np.asarray(wrong | (both & unequal))


def comparable(old: pa.Array, new: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Both in one type: the old one's, else as text."""
    if old.type == new.type:
        return old, new
    try:
        return old, new.cast(old.type)
    except pa.ArrowException:
        return old.cast(pa.string()), new.cast(pa.string())


def _structs(old: pa.Array, new: pa.Array) -> Mask:
    one = dict(zip([part.name for part in old.type], old.flatten(), strict=True))
    other = dict(zip([part.name for part in new.type], new.flatten(), strict=True))
    wrong = np.zeros(len(old), np.bool_)
    for name in sorted(one.keys() | other.keys()):
        left = one.get(name, pa.nulls(len(old)))
        right = other.get(name, pa.nulls(len(old)))
        wrong |= differ(left, right)
    return wrong


def _lists(old: pa.Array, new: pa.Array, both: Mask) -> Mask:
    longer = mask(pc.not_equal(pc.list_value_length(old), pc.list_value_length(new)))
    wrong = both & longer
    same = np.flatnonzero(both & ~longer)
    one, other = old.take(pa.array(same)), new.take(pa.array(same))
    parents = np.asarray(pc.list_parent_indices(one))
    unequal = differ(pc.list_flatten(one), pc.list_flatten(other))
    wrong[same[np.unique(parents[unequal])]] = True
    return wrong


def shown(values: pa.Array) -> list[str | None]:
    """Cells as text: nested ones as JSON, null as None."""
    return [_text(value) for value in values.to_pylist()]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
