"""From the file of another dataset to a table of ours, for comparing on the user's own machine.

The table's metadata say where it was imported from, and export refuses it. Rows that cannot be carried go to
``rejected.jsonl`` beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventcode.errors import InputError, UsageError
from eventcode.layouts.model import IMPORTED_FROM, Carried, Layout
from eventcode.layouts.registry import LAYOUTS, layout
from eventcode.model import Finding, Rejection
from eventcode.tables.schema import TABLES, Constraints, Field, TableSchema, load_schema

if TYPE_CHECKING:
    import pyarrow as pa

    from eventcode.layouts.columns import Column

BAD_FIELD, DUPLICATE, UNREADABLE = "bad_field", "duplicate_id", "unreadable"
# What a row of another dataset does not tell and our events must have: one short sentence with one act in it.
_EVENT_DEFAULTS: Mapping[str, Any] = {
    "act_rows": 1,
    "rank": 0,
    "field": "text",
    "sentence": 0,
    "sentence_start": 0,
    "sentence_end": 1,
    "trigger_start": 0,
    "trigger_end": 1,
    "status": "occurred",
    "attribution": "narrator",
    "stance": "do",
    "act": "imported",
    "rule": "imported",
}
_INCIDENT_DEFAULTS: Mapping[str, Any] = {"acled_codable": True, "articles": 1, "sources": 0}
DEFAULTS = {"events": _EVENT_DEFAULTS, "incidents": _INCIDENT_DEFAULTS}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was made: the table's file, rows in it, rows set aside; what was wrong with the file's cells and lines."""

    path: Path
    rows: int
    set_aside: int
    findings: list[Finding]


def import_file(path: Path, name: str, out: Path) -> Imported:
    """Read the file of another dataset into ``incidents.parquet`` or ``events.parquet``.

    Args:
        path: CSV, TSV (packed or not) or Parquet, with the layout's columns.
        name: of the layout.
        out: folder to be written, made where it is missing.

    Raises:
        UsageError: there is no such layout, it cannot be imported, or the folder holds tables that were coded.
        InputError: the file cannot be read, is of another layout, or none of its rows can be carried.
        OSError: the table cannot be written.
    """
    chosen = layout(name)
    if chosen.imported is None:
        able = ", ".join(other for other in LAYOUTS if LAYOUTS[other].imported is not None)
        raise UsageError(f"layout {name}: cannot be imported; these can: {able}")
    _check_folder(out)
    schema = chosen.file_schema()
    read = _read(path, schema)
    carried = chosen.imported(read.table)
    made, reasons = completed(carried, chosen.source)
    return _write(out, path.name, chosen, read, made, reasons)


def _check_folder(out: Path) -> None:
    """Refuse a folder that holds anything but what was imported."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: is a file; a folder is needed")
    from eventcode.tables.reading import read_metadata

    for table in TABLES:
        there = out / f"{table}.parquet"
        if there.is_file() and IMPORTED_FROM not in read_metadata(there):
            raise UsageError(f"--out {out}: holds tables that were coded; import into a folder of its own")


# --- reading -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """A file's rows in the layout's columns and types; number of each in the file, from 0; numbers of lines left out."""

    table: pa.Table
    rows: pa.Array
    left_out: list[int]
    findings: list[Finding]


def _read(path: Path, schema: TableSchema) -> _Read:
    if path.is_dir():
        raise InputError(f"{path}: is a folder; give one file of the dataset")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    return _read_parquet(path, schema) if path.suffix.lower() == ".parquet" else _read_text(path, schema)


def _read_text(path: Path, schema: TableSchema) -> _Read:
    from eventcode.tables.delimited import read_delimited

    found = read_delimited(path, schema)
    _check_columns(path, schema, found.missing)
    cut = {f.row for f in found.findings if f.code == "cell_count" and f.row is not None}
    blank = {f.row for f in found.findings if f.code == "empty_row" and f.row is not None}
    there = found.rows.to_numpy()
    gaps = set(range(int(there[-1]) + 1)).difference(there.tolist()) if len(there) else set()
    return _Read(found.table, found.rows, sorted((cut | gaps) - blank), found.findings)


def _read_parquet(path: Path, schema: TableSchema) -> _Read:
    import pyarrow as pa

    from eventcode.tables.parquet import arrow_type, read_table
    from eventcode.tables.views import row_numbers

    found = read_table(path)
    missing = frozenset(schema.names) - {*found.column_names}
    _check_columns(path, schema, missing)
    made = []
    for column in schema.fields:
        kind = arrow_type(column)
        if column.name in missing:
            made.append(pa.nulls(found.num_rows, kind))
            continue
        try:
            made.append(_cast(found.column(column.name), kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise InputError(f"{path}: column {column.name}: a value that is no {column.type}") from error
    table = pa.Table.from_arrays(made, names=list(schema.names))
    return _Read(table, row_numbers(table.num_rows), [], [])


def _cast(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """In the layout's type; text that is empty is no value, as in a delimited file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        values = pc.if_else(pc.equal(values, ""), pa.scalar(None, values.type), values)
    if pa.types.is_timestamp(values.type) and pa.types.is_date(kind):
        return values.cast(kind, safe=False)
    return values.cast(kind)


def _check_columns(path: Path, schema: TableSchema, missing: frozenset[str]) -> None:
    needed = [
        column.name for column in schema.fields if column.constraints.required and column.name in missing
    ]
    if needed:
        raise InputError(f"{path}: not a file of {schema.name}: no column {', '.join(needed)}")


# --- our own table -----------------------------------------------------------------------------------------------


def completed(carried: Carried, table: str) -> tuple[pa.Table, pa.ChunkedArray]:
    """Every column of our table in its type, and why rows cannot be carried (null: they can).

    A value that our schema does not allow sets its row aside, as does a missing one that it requires and a key that came before.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from eventcode.layouts.columns import chunked, constant
    from eventcode.tables.parquet import arrow_type
    from eventcode.tables.views import repeated

    schema, length = load_schema(table), carried.table.num_rows
    reasons = chunked(carried.reasons)
    made = []
    for column in schema.fields:
        kind = arrow_type(column)
        if column.name in carried.table.column_names:
            values, unfit = _converted(carried.table.column(column.name), kind)
        else:
            values = constant(DEFAULTS.get(table, {}).get(column.name), length, kind)
            unfit = pa.chunked_array([pa.repeat(pa.scalar(False), length)])
        for wrong, expected in ((unfit, f"a value that fits {kind}"), *_failures(values, column)):
            told = pc.if_else(
                pc.fill_null(wrong, False),
                f"{column.name}: {expected} is needed",
                pa.scalar(None, pa.string()),
            )
            reasons = pc.coalesce(reasons, told)
        made.append(values)
    complete = pa.Table.from_arrays(made, names=list(schema.names))
    keys = [complete.column(name).combine_chunks() for name in schema.primary_key]
    again = pc.and_(repeated(_only_carried(keys, reasons)), pc.is_null(chunked(reasons).combine_chunks()))
    reasons = pc.if_else(again, f"{', '.join(schema.primary_key)}: came before", reasons)
    return complete, chunked(reasons)


def _only_carried(keys: list[pa.Array], reasons: pa.ChunkedArray) -> list[pa.Array]:
    """Keys, null where the row is not carried: such a row takes nobody's key."""
    import pyarrow.compute as pc

    carried = pc.is_null(reasons.combine_chunks())
    return [pc.if_else(carried, key, None) for key in keys]


def _converted(values: Column, kind: pa.DataType) -> tuple[pa.ChunkedArray, Column]:
    """In our type, null where a number does not fit; and where that is so."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from eventcode.layouts.columns import chunked

    values = chunked(values)
    none = pa.chunked_array([pa.repeat(pa.scalar(False), len(values))])
    if pa.types.is_integer(kind) and pa.types.is_integer(values.type):
        span = np.iinfo(kind.to_pandas_dtype())
        wide = values.cast(pa.int64())
        unfit = pc.fill_null(pc.or_(pc.less(wide, int(span.min)), pc.greater(wide, int(span.max))), False)
        return pc.if_else(unfit, pa.scalar(None, pa.int64()), wide).cast(kind), unfit
    return values.cast(kind), none


def _failures(values: pa.ChunkedArray, column: Field) -> Iterator[tuple[Column, str]]:
    """Where a column breaks its constraints, and what is expected; text of the file is never told."""
    import pyarrow as pa
    import pyarrow.compute as pc

    constraints: Constraints = column.constraints
    if constraints.required:
        yield pc.is_null(values), "a value"
    if constraints.enum:
        listed = pc.is_in(values, pa.array(constraints.enum))
        yield pc.and_(pc.is_valid(values), pc.invert(listed)), "one of the values of our codebook"
    if constraints.pattern:
        fits = pc.match_substring_regex(values, f"^(?:{constraints.pattern})$")
        yield pc.invert(fits), f"the form {constraints.pattern}"
    if constraints.min_length is not None and not pa.types.is_list(values.type):
        yield pc.less(pc.utf8_length(values), constraints.min_length), f"{constraints.min_length} characters"
    for bound, outside in ((constraints.minimum, pc.less), (constraints.maximum, pc.greater)):
        if bound is not None:
            yield (
                outside(values, pa.scalar(bound).cast(values.type)),
                f"a value within {_bounds(constraints)}",
            )


def _bounds(constraints: Constraints) -> str:
    from eventcode.tables.schema import bounds_text

    return bounds_text(constraints.minimum, constraints.maximum)


# --- writing -----------------------------------------------------------------------------------------------------


def _write(
    out: Path, file: str, chosen: Layout, read: _Read, made: pa.Table, reasons: pa.ChunkedArray
) -> Imported:
    import pyarrow.compute as pc

    from eventcode import __version__
    from eventcode.layouts.files import write_parquet

    carried = pc.is_null(reasons)
    rejections = [
        *_rejections(file, read.rows.filter(pc.invert(carried)).to_pylist(), reasons.drop_null().to_pylist()),
        *(
            Rejection(file, row + 1, None, UNREADABLE, "more or fewer cells than columns")
            for row in read.left_out
        ),
    ]
    rejections.sort(key=lambda rejection: rejection.record)
    schema = load_schema(chosen.source)
    kept = _sorted(made.filter(carried), schema)
    if not kept.num_rows and rejections:
        first = rejections[0]
        raise InputError(
            f"{file}: none of its {len(rejections):,} rows can be carried into {chosen.source}; "
            f"the first, row {first.record}: {first.detail}"
        )
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{chosen.source}.parquet"
    write_parquet(kept, path, schema, {IMPORTED_FROM: chosen.name, "eventcode_version": __version__})
    write_rejections(out, rejections)
    return Imported(path, kept.num_rows, len(rejections), read.findings)


def _sorted(table: pa.Table, schema: TableSchema) -> pa.Table:
    """In the order of the schema, null last; an article's events in the order of the file, as nothing else is known."""
    from eventcode.layouts.columns import in_order

    return in_order(table, schema.sort_key)


def _rejections(file: str, rows: list[int], reasons: list[str]) -> Iterator[Rejection]:
    for row, reason in zip(rows, reasons, strict=True):
        kind = DUPLICATE if reason.endswith("came before") else BAD_FIELD
        yield Rejection(file, row + 1, None, kind, reason)


def write_rejections(out: Path, rejections: list[Rejection]) -> None:
    """``rejected.jsonl`` of a folder; that of an earlier import goes when nothing was set aside."""
    import json
    from dataclasses import asdict

    from eventcode.replacing import replacing
    from eventcode.tables.output import REJECTED

    path = out / REJECTED
    if not rejections:
        path.unlink(missing_ok=True)
        return
    with replacing(path) as hidden, hidden.open("w", encoding="utf-8", newline="\n") as file:
        for rejection in rejections:
            file.write(json.dumps(asdict(rejection), ensure_ascii=False) + "\n")
