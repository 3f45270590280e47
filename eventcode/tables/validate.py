"""Checks written tables against their schemas, a file at a time, and files of one folder against each other.

file    unreadable        missing, or no Parquet file
        unknown_table     no schema has these columns
        missing_column    a column of the schema is not there
        extra_column      a column that the schema does not have
        column_type       a column of another kind than the schema's
folder  reference         a key that the other table does not have
        article_counts    acts or events of an article are not as many as the articles table tells

What is found inside a table is told by ``checks``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from eventcode.errors import InputError
from eventcode.model import Finding
from eventcode.tables.checks import (
    ROW_CHECKS,
    Failure,
    View,
    check_act_rows,
    check_cells,
    check_rank,
    check_unique,
    counts_of,
    row_numbers,
    shown_value,
    views,
)
from eventcode.tables.parquet import TABLE_KEY, arrow_type
from eventcode.tables.schema import TABLES, Reference, TableSchema, load_schema

BATCH_ROWS = 50_000
# Findings of one check on one column of one file; the rest is counted.
MAX_FINDINGS = 100
MAX_VALUE = 80
UNREADABLE = "unreadable"

StrPath = str | os.PathLike[str]


@dataclass(slots=True)
class _Collector:
    """Findings of one file, so many of each kind and a count of the rest."""

    file: str
    found: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)

    def whole(self, column: str, code: str, value: str, expected: str) -> None:
        """A finding about the whole file or column."""
        self._list(code, column).append(Finding(self.file, None, column, code, value, expected))

    def add(self, view: View, failure: Failure) -> None:
        """Findings of a check on a view."""
        at = pc.indices_nonzero(pc.fill_null(failure.failing, False))
        if not len(at):
            return
        column = f"{view.prefix}{failure.column}"
        kept = self._list(failure.code, column)
        shown = at[: max(0, MAX_FINDINGS - len(kept))]
        if len(shown):
            kept.extend(self._findings(view, failure, column, shown))
        key = (failure.code, column)
        self.left_out[key] = self.left_out.get(key, 0) + len(at) - len(shown)

    def _findings(self, view: View, failure: Failure, column: str, at: pa.Array) -> Iterator[Finding]:
        rows = view.rows.take(at).to_pylist()
        names = failure.shown or (failure.column,)
        values = zip(*[view[name].take(at).to_pylist() for name in names], strict=True)
        if isinstance(failure.expected, str):
            expected = [failure.expected] * len(rows)
        else:
            expected = [text or "" for text in failure.expected.take(at).to_pylist()]
        for row, told, wanted in zip(rows, values, expected, strict=True):
            yield Finding(self.file, row, column, failure.code, _value(names, told), wanted)

    def _list(self, code: str, column: str) -> list[Finding]:
        return self.found.setdefault((code, column), [])

    def findings(self) -> list[Finding]:
        """All, in the order of the checks."""
        made: list[Finding] = []
        for (code, column), kept in self.found.items():
            made += kept
            more = self.left_out.get((code, column), 0)
            if more:
                made.append(Finding(self.file, None, column, code, f"{more:,} more", kept[0].expected))
        return made


def _value(names: Sequence[str], values: Sequence[object]) -> str:
    """The value found; with names where there are several."""
    texts = [shown_value(value) for value in values]
    told = texts[0] if len(names) == 1 else ", ".join(map("{} {}".format, names, texts))
    return told if len(told) <= MAX_VALUE else f"{told[: MAX_VALUE - 1]}…"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file with its findings; ``schema`` is None where it was not recognised. ``columns``: of the right type."""

    path: Path
    schema: TableSchema | None
    columns: frozenset[str]
    collector: _Collector


def validate(*paths: StrPath, schema: str | None = None) -> list[Finding]:
    """Check tables, and those of one folder against each other.

    Args:
        paths: Parquet files, or folders of tables.
        schema: name of the table that every file is; default is what each file's metadata or columns say.

    Returns:
        What is wrong; empty where all is well. At most 100 findings of a kind for each column, then their number.

    Raises:
        UsageError: there is no schema of that name.
        SchemaError: a schema cannot be used.
    """
    if schema is not None:
        load_schema(schema)
    checked = [_check_file(path, schema) for path in _files(paths)]
    _check_together(checked)
    return [finding for one in checked for finding in one.collector.findings()]


def validate_file(path: StrPath, schema: str | None = None) -> list[Finding]:
    """Check one table, alone. Arguments, result and errors as of :func:`validate`."""
    return validate(path, schema=schema)


def check_files(files: Sequence[StrPath], schema: str | None = None) -> list[Finding]:
    """What ``eventcode validate`` tells: as :func:`validate`, but it is an error when no file can be read.

    Raises:
        InputError: none of the files is a Parquet file.
        UsageError: there is no schema of that name.
    """
    findings = validate(*files, schema=schema)
    unreadable = {finding.file: finding for finding in findings if finding.code == UNREADABLE}
    if unreadable and len(unreadable) == len({str(path) for path in _files(files)}):
        first = next(iter(unreadable.values()))
        raise InputError(f"{first.file}: {first.value}; expected {first.expected}")
    return findings


def _files(paths: Iterable[StrPath]) -> list[Path]:
    """Files in order, each once; a folder stands for the tables in it, or for itself where it has none."""
    found: list[Path] = []
    for given in map(Path, paths):
        inside = [given / f"{table}.parquet" for table in TABLES]
        found += [path for path in inside if path.is_file()] or [given]
    return list(dict.fromkeys(found))


# --- one file ----------------------------------------------------------------------------------------------------


def _check_file(path: Path, schema_name: str | None) -> _Checked:
    collector = _Collector(str(path))
    try:
        with pq.ParquetFile(path) as file:
            schema = load_schema(schema_name) if schema_name else _recognise(file.schema_arrow)
            if schema is None:
                told = ", ".join(file.schema_arrow.names[:5])
                collector.whole("", "unknown_table", told, f"the columns of {', '.join(TABLES)}")
                return _Checked(path, None, frozenset(), collector)
            usable = _check_columns(file.schema_arrow, schema, collector)
            _check_batches(file, schema, usable, collector)
            _check_whole(file, schema, usable, collector)
    except (OSError, pa.ArrowException, UnicodeError) as error:
        collector.found.clear()
        collector.left_out.clear()
        collector.whole("", UNREADABLE, _trouble(path, error), "a Parquet file")
        return _Checked(path, None, frozenset(), collector)
    return _Checked(path, schema, usable, collector)


def _trouble(path: Path, error: BaseException) -> str:
    if not path.exists():
        return "there is no such file"
    if path.is_dir():
        return "a folder without tables"
    return f"cannot be read ({type(error).__name__})"


def _recognise(found: pa.Schema) -> TableSchema | None:
    """The schema that the metadata name, else the one that shares most columns, half of the file's or more."""
    named = (found.metadata or {}).get(TABLE_KEY.encode(), b"").decode(errors="replace")
    if named in TABLES:
        return load_schema(named)
    shared = {name: len({*load_schema(name).names} & {*found.names}) for name in TABLES}
    best = max(TABLES, key=lambda name: shared[name] / len(load_schema(name).names))
    enough = max(shared.values())
    if not enough or 2 * enough < len(found.names):
        return None
    closest = [name for name in TABLES if shared[name] == enough]
    return load_schema(best if best in closest else closest[0])


def _check_columns(found: pa.Schema, schema: TableSchema, collector: _Collector) -> frozenset[str]:
    """Names of the columns that are there once and of the right kind."""
    usable = set()
    for column in schema.fields:
        places = found.get_all_field_indices(column.name)
        if not places:
            collector.whole(column.name, "missing_column", "", f"a column of {schema.name}")
            continue
        wanted, kind = arrow_type(column), found.field(places[0]).type
        if len(places) > 1:
            collector.whole(column.name, "column_type", "the column twice", "the column once")
        elif not _same_kind(kind, wanted):
            collector.whole(column.name, "column_type", _short(kind), _short(wanted))
        else:
            usable.add(column.name)
    for name in dict.fromkeys(found.names):
        if name not in schema.names:
            collector.whole(name, "extra_column", "", f"no such column in {schema.name}")
    return frozenset(usable)


def _short(kind: pa.DataType) -> str:
    text = str(kind)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


_KINDS = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind),
)


def _same_kind(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column may be stored so: widths and encodings are free, kinds are not."""
    if pa.types.is_dictionary(found):
        return _same_kind(found.value_type, wanted)
    if pa.types.is_list(wanted):
        listed = pa.types.is_list(found) or pa.types.is_large_list(found)
        return listed and _same_kind(found.value_type, wanted.value_type)
    if pa.types.is_struct(wanted):
        if not pa.types.is_struct(found) or [part.name for part in found] != [part.name for part in wanted]:
            return False
        return all(_same_kind(one.type, other.type) for one, other in zip(found, wanted, strict=True))
    return any(kind(wanted) and kind(found) for kind in _KINDS)


def _check_type(wanted: pa.DataType) -> pa.DataType:
    """Type in which a column is checked: widest, so that no value is lost on the way."""
    if pa.types.is_integer(wanted):
        return pa.int64()
    if pa.types.is_floating(wanted):
        return pa.float64()
    if pa.types.is_list(wanted):
        return pa.list_(_check_type(wanted.value_type))
    if pa.types.is_struct(wanted):
        return pa.struct([pa.field(part.name, _check_type(part.type)) for part in wanted])
    return wanted


def _columns(batch: pa.RecordBatch, schema: TableSchema) -> dict[str, pa.Array]:
    """Columns in the types of the check. Raises ArrowInvalid where the file holds what is no text."""
    batch.validate(full=True)
    return {
        name: batch.column(name).cast(_check_type(arrow_type(schema.field(name))))
        for name in batch.schema.names
    }


def _check_batches(
    file: pq.ParquetFile, schema: TableSchema, usable: frozenset[str], collector: _Collector
) -> None:
    names = [name for name in schema.names if name in usable]
    if not names:
        return
    first_row = 0
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=names):
        for view, fields in views(schema, _columns(batch, schema), first_row):
            for failure in check_cells(view, fields):
                collector.add(view, failure)
            for check in ROW_CHECKS:
                for failure in check(view):
                    collector.add(view, failure)
        first_row += batch.num_rows


def _check_whole(
    file: pq.ParquetFile, schema: TableSchema, usable: frozenset[str], collector: _Collector
) -> None:
    """What only all rows together show; only the columns that it needs are held."""
    keys = list(
        dict.fromkeys([schema.primary_key, *((f.name,) for f in schema.fields if f.constraints.unique)])
    )
    needed = {name for key in keys for name in key} | {"act_id", "act_rows", "article_id", "rank"}
    view = _key_view(file, schema, usable & needed)
    if view is None:
        return
    for failure in (*check_unique(view, keys), *check_act_rows(view), *check_rank(view)):
        collector.add(view, failure)


def _key_view(file: pq.ParquetFile, schema: TableSchema, names: frozenset[str]) -> View | None:
    """Whole columns of a table; None where there are none."""
    if not names:
        return None
    table = file.read(columns=sorted(names)).combine_chunks()
    columns = {}
    for name in table.column_names:
        whole = table[name].cast(_check_type(arrow_type(schema.field(name))))
        columns[name] = whole.combine_chunks()
    return View(schema.name, "", columns, row_numbers(table.num_rows))


# --- files of one folder -----------------------------------------------------------------------------------------


def _check_together(checked: Sequence[_Checked]) -> None:
    """References between the tables that lie in one folder and are checked together."""
    for one in checked:
        if one.schema is None:
            continue
        beside = {
            other.schema.name: other
            for other in checked
            if other.schema is not None and other.path.parent == one.path.parent
        }
        for reference in one.schema.references:
            if reference.table in beside:
                _check_reference(one, beside[reference.table], reference)
        if one.schema.name == "articles":
            _check_counts(one, beside)


def _check_reference(one: _Checked, other: _Checked, reference: Reference) -> None:
    view, keys = _read(one, reference.column), _read(other, reference.key)
    if view is None or keys is None:
        return
    if reference.listed:
        lists = view[reference.column]
        rows = view.rows.take(pc.list_parent_indices(lists))
        view = View(view.table, "", {reference.column: pc.list_flatten(lists)}, rows)
    values = view[reference.column]
    lost = pc.and_(values.is_valid(), pc.invert(pc.is_in(values, keys[reference.key])))
    expected = f"a {reference.key} of {other.path.name}"
    one.collector.add(view, Failure("reference", reference.column, lost, expected))


def _check_counts(articles: _Checked, beside: Mapping[str, _Checked]) -> None:
    for table in ("acts", "events"):
        if table not in beside:
            continue
        view, others = _read(articles, "article_id", table), _read(beside[table], "article_id")
        if view is None or others is None:
            continue
        rows = counts_of(view["article_id"], others["article_id"])
        wrong = pc.not_equal(view[table], rows)
        expected = pc.binary_join_element_wise(
            pc.cast(rows, pa.string()), f"rows in {beside[table].path.name}", " "
        )
        articles.collector.add(view, Failure("article_counts", table, wrong, expected, (table, "article_id")))


def _read(checked: _Checked, *names: str) -> View | None:
    """Whole columns of a file that was checked; None where one is not there or cannot be used."""
    if checked.schema is None or not checked.columns.issuperset(names):
        return None
    with pq.ParquetFile(checked.path) as file:
        return _key_view(file, checked.schema, frozenset(names))
