"""Views of a table, and what checks are made of: whole columns at a time, Arrow in and Arrow out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.tables.schema import Field, TableSchema

_Part = TypeVar("_Part")

# So many combinations are counted in a table of all of them.
FEW = 4096


@dataclass(frozen=True, slots=True)
class View:
    """Columns of equal length. ``rows``: row of the table of each entry; ``prefix``: of nested columns, "places.".

    ``columns`` may be dictionary-encoded; ``view[name]`` is the plain column.
    """

    table: str
    prefix: str
    columns: Mapping[str, pa.Array]
    rows: pa.Array
    _plain: dict[str, pa.Array] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, name: str) -> pa.Array:
        column = self.columns[name]
        if not pa.types.is_dictionary(column.type):
            return column
        if name not in self._plain:
            self._plain[name] = column.dictionary_decode()
        return self._plain[name]

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(name in self.columns for name in names)


@dataclass(frozen=True, slots=True)
class Failure:
    """Entries of a view that break a check. ``failing``: true where; null counts as false.

    ``expected`` is one text for all, or one for each entry; ``shown``: the columns whose values tell what was found;
    ``given``: columns that the check looked at without showing them.
    """

    code: str
    column: str
    failing: pa.Array
    expected: str | pa.Array
    shown: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    def where_sound(self, broken: Mapping[str, pa.Array]) -> Failure:
        """Without the entries where a cell that the check looked at is broken itself, and told already.

        ``broken``: true where, for columns that have such cells.
        """
        there = {name for name in (self.column, *self.shown, *self.given) if name in broken}
        if not there:
            return self
        wrong = any_of(*[broken[name] for name in sorted(there)])
        return replace(self, failing=pc.and_not(pc.fill_null(self.failing, False), wrong))


class Trouble(NamedTuple):
    """What went wrong while rows were read. ``row`` is None for a whole column."""

    row: int | None
    column: str
    code: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a file. ``columns``: in the types of the checks; ``rows``: number in the file of each.

    ``told``: the texts that they were read from, ``failures``: those that could not be (null in ``columns``); ``troubles``:
    lines that were left out, and columns that are from then on.
    """

    columns: Mapping[str, pa.Array]
    rows: pa.Array
    told: View | None = None
    failures: Sequence[Failure] = ()
    troubles: Sequence[Trouble] = ()


class UnreadableError(Exception):
    """A file, or a part of it, cannot be read; the text says why."""


Check = Callable[[View], Iterator[Failure]]


def views(
    schema: TableSchema, columns: Mapping[str, pa.Array], rows: pa.Array
) -> Iterator[tuple[View, tuple[Field, ...]]]:
    """The table itself, then its nested columns, each with the fields that define its columns.

    Args:
        schema: of the table.
        columns: those that are there and have the right type.
        rows: number in the file of each row.
    """
    yield from _views(View(schema.name, "", columns, rows), schema.fields)


def _views(view: View, fields: Sequence[Field]) -> Iterator[tuple[View, tuple[Field, ...]]]:
    there = tuple(column for column in fields if column.name in view.columns)
    yield view, there
    for column in there:
        if column.type not in ("array", "object"):
            continue
        inner, rows = view[column.name], view.rows
        if column.type == "array":
            rows = rows.take(pc.list_parent_indices(inner))
            inner = pc.list_flatten(inner)
        if column.items is not None:
            values = column.lexicon_values
            item = Field(column.name, "string", column.description, column.items, lexicon_values=values)
            yield View(view.table, view.prefix, {column.name: inner}, rows), (item,)
        elif column.fields:
            told = inner.is_valid()
            inner, rows = inner.filter(told), rows.filter(told)
            parts = dict(zip([part.name for part in column.fields], inner.flatten(), strict=True))
            yield from _views(View(view.table, f"{view.prefix}{column.name}.", parts, rows), column.fields)


def row_numbers(length: int, first: int = 0) -> pa.Array:
    """The numbers of so many rows."""
    return pa.array(np.arange(first, first + length, dtype=np.int64))


def _numbers(values: pa.Array) -> npt.NDArray[np.int64]:
    """Integers without nulls."""
    return np.asarray(values.cast(pa.int64()).to_numpy(), np.int64)


def numbered(columns: Sequence[pa.Array]) -> npt.NDArray[np.int64]:
    """One number for each combination of values, null among them, from 0 in order of first appearance."""
    together, sizes = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        size = len(encoded.dictionary) + 1
        numbers = _numbers(pc.fill_null(encoded.indices.cast(pa.int64()), size - 1))
        together, sizes = _renumbered(together * size + numbers, sizes * size)
    return together


def _renumbered(numbers: npt.NDArray[np.int64], sizes: int) -> tuple[npt.NDArray[np.int64], int]:
    """Numbers below ``sizes`` counted anew in order of first appearance, and how many there are."""
    if sizes > max(FEW, 2 * len(numbers)):
        encoded = pa.array(numbers).dictionary_encode()
        return _numbers(encoded.indices), len(encoded.dictionary)
    # Written from the end, each number keeps the row in which it comes first.
    first = np.full(sizes, len(numbers), np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1, dtype=np.int64)
    order = np.argsort(first, kind="stable")
    found = int(np.count_nonzero(first < len(numbers)))
    new = np.empty(sizes, np.int64)
    new[order] = np.arange(sizes, dtype=np.int64)
    return new[numbers], found


def firsts(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """True for the first of each number; they must be numbered in order of first appearance."""
    before = np.empty_like(numbers)
    before[:1] = -1
    before[1:] = np.maximum.accumulate(numbers)[:-1]
    return np.asarray(numbers > before)


def repeated(keys: Sequence[pa.Array]) -> pa.Array:
    """True for a key, of one part or several, that came before; one with a null never is."""
    told = reduce(pc.and_, [key.is_valid() for key in keys])
    return pc.and_(told, pc.invert(pa.array(firsts(numbered(keys)))))


def shared(keys: pa.Array) -> pa.Array:
    """How often each key comes in its column; null for null."""
    numbers = numbered([keys])
    counted = np.bincount(numbers)[numbers] if len(numbers) else numbers
    return pc.if_else(keys.is_valid(), pa.array(counted), pa.scalar(None, pa.int64()))


Judge = Callable[..., str | None]


def judged(
    code: str, view: View, names: Sequence[str], judge: Judge, shown: tuple[str, ...] | None = None
) -> Iterator[Failure]:
    """Failure of a check that sees each combination of values once: ``judge`` tells what is expected, None where all is well."""
    return judged_columns(code, names, [view.columns[name] for name in names], judge, shown)


def judged_columns(
    code: str,
    names: Sequence[str],
    columns: Sequence[pa.Array],
    judge: Judge,
    shown: tuple[str, ...] | None = None,
) -> Iterator[Failure]:
    """As :func:`judged`, of columns that need not be the view's; the first of ``names`` is the one that is wrong."""
    numbers = numbered(columns)
    first = pa.array(firsts(numbers))
    values = zip(*[column.filter(first).to_pylist() for column in columns], strict=True)
    expected = [judge(*row) for row in values]
    if any(text is not None for text in expected):
        wanted = pa.array(expected, pa.string()).take(pa.array(numbers))
        yield Failure(code, names[0], wanted.is_valid(), wanted, shown or tuple(names))


def mapped(columns: Sequence[pa.Array], function: Callable[..., Any], kind: pa.DataType) -> pa.Array:
    """``function`` of the values of each row, null being None; called once for each combination."""
    numbers = numbered(columns)
    first = pa.array(firsts(numbers))
    values = zip(*[column.filter(first).to_pylist() for column in columns], strict=True)
    return pa.array([function(*row) for row in values], kind).take(pa.array(numbers))


def follows(
    code: str, view: View, column: str, expected: pa.Array, *given: str, known: pa.Array | None = None
) -> Failure:
    """Failure where a column differs from what others make it; null must be met by null.

    ``known``: false where nothing can be said, as what it follows from is wrong itself.
    """
    found = view[column]
    differ = pc.fill_null(pc.not_equal(found, pc.cast(expected, found.type)), False)
    wrong = pc.or_(differ, pc.xor(found.is_null(), expected.is_null()))
    if known is not None:
        wrong = pc.and_(wrong, known)
    return Failure(code, column, wrong, said(wrong, lambda: text_of(expected)), (column, *given))


def said(wrong: pa.Array, expected: Callable[[], pa.Array]) -> str | pa.Array:
    """What is expected in each entry: made only where there is a wrong one."""
    return expected() if pc.any(wrong).as_py() else ""


def ahead(parts: Iterator[_Part]) -> Iterator[_Part]:
    """The same parts, the next one being made in a second thread while one is looked at."""
    with ThreadPoolExecutor(1) as pool:
        waited = pool.submit(next, parts, None)
        while (part := waited.result()) is not None:
            waited = pool.submit(next, parts, None)
            yield part


def where_told(values: pa.Array, wrong: pa.Array) -> pa.Array:
    """Where a check fails and there is a value: a missing one is the business of ``required``."""
    return pc.and_(values.is_valid(), wrong)


def any_of(*masks: pa.Array) -> pa.Array:
    return reduce(pc.or_, [pc.fill_null(mask, False) for mask in masks])


def text_of(values: pa.Array) -> pa.Array:
    return pc.fill_null(pc.cast(values, pa.string()), "null")


def shown_value(value: Any) -> str:
    """A value as findings show it."""
    return "null" if value is None else str(value) or '""'
