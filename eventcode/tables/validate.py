"""Checks written tables against their schemas, a file at a time, and files of one folder against each other.

file    unreadable        missing, or no Parquet file, or damaged
        unknown_table     no schema has these columns
        missing_column    a column of the schema is not there
        extra_column      a column that the schema does not have
        column_type       a column of another kind than the schema's
        column_value      a value that the column's kind cannot hold: no UTF-8, more than 64 bits with a sign
folder  reference         a key that the other table does not have
        article_counts    acts or events of an article are not as many as the articles table tells

What is found inside a table is told by ``checks``; in ``rejected.jsonl``, by ``rejected``.

The lexicon's closed lists hold for a table whose metadata name the packaged lexicon, or none: a user's lexicon may have
stances, outcomes, instruments and objects of its own, which are then held to their form alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from eventcode.errors import InputError
from eventcode.lexicon.load import content_hash
from eventcode.model import Finding
from eventcode.resources import lexicon_dir
from eventcode.tables.checks import (
    ROW_CHECKS,
    Check,
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
from eventcode.tables.parquet import READ_ERRORS, TABLE_KEY, arrow_type
from eventcode.tables.rejected import NAME as REJECTED
from eventcode.tables.rejected import SUFFIX, Problem, check_rejected
from eventcode.tables.schema import TABLES, Reference, TableSchema, load_schema

BATCH_ROWS = 20_000
LEXICON_KEY = "lexicon_sha256"
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

    def line(self, problem: Problem) -> None:
        """A finding about a line of ``rejected.jsonl``."""
        kept = self._list(problem.code, problem.column)
        if len(kept) < MAX_FINDINGS:
            told = _cut(problem.value)
            kept.append(
                Finding(self.file, problem.line, problem.column, problem.code, told, problem.expected)
            )
        else:
            key = (problem.code, problem.column)
            self.left_out[key] = self.left_out.get(key, 0) + 1

    def _findings(self, view: View, failure: Failure, column: str, at: pa.Array) -> Iterator[Finding]:
        rows = view.rows.take(at).to_pylist()
        names = failure.shown or (failure.column,)
        values = zip(*[_shown(view[name].take(at)) for name in names], strict=True)
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


def _shown(values: pa.Array) -> list[object]:
    """Values to be shown. Days become text in Arrow: some lie in years that Python does not have."""
    told: list[object] = (values.cast(pa.string()) if pa.types.is_date(values.type) else values).to_pylist()
    return told


def _value(names: Sequence[str], values: Sequence[object]) -> str:
    """The value found; with names where there are several."""
    texts = [shown_value(value) for value in values]
    return _cut(texts[0] if len(names) == 1 else ", ".join(map("{} {}".format, names, texts)))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


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
        paths: Parquet files, ``rejected.jsonl`` files, or folders of them.
        schema: name of the table that every file is, or "rejected"; default is what each file's name, metadata or
            columns say.

    Returns:
        What is wrong; empty where all is well. At most 100 findings of a kind for each column, then their number.

    Raises:
        UsageError: there is no schema of that name.
        SchemaError: a schema cannot be used.
    """
    if schema is not None and schema != REJECTED:
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
        InputError: none of the files can be read.
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
        inside = [*(given / f"{table}.parquet" for table in TABLES), given / f"{REJECTED}{SUFFIX}"]
        found += [path for path in inside if path.is_file()] or [given]
    return list(dict.fromkeys(found))


# --- one file ----------------------------------------------------------------------------------------------------


class _UnreadableError(Exception):
    """A file, or a part of it, cannot be read."""


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except READ_ERRORS as error:
        raise _UnreadableError(type(error).__name__) from error


def _check_file(path: Path, schema_name: str | None) -> _Checked:
    collector = _Collector(str(path))
    if schema_name == REJECTED or (schema_name is None and path.suffix == SUFFIX):
        return _check_lines(path, collector)
    try:
        found = _arrow_schema(path)
        schema = load_schema(schema_name) if schema_name else _recognise(found)
        if schema is None:
            told = ", ".join(found.names[:5])
            collector.whole("", "unknown_table", told, f"the columns of {', '.join(TABLES)}")
            return _Checked(path, None, frozenset(), collector)
        usable = _check_columns(found, schema, collector)
        usable = _check_batches(path, schema, usable, collector)
        _check_whole(path, schema, usable, collector)
    except _UnreadableError as error:
        collector.found.clear()
        collector.left_out.clear()
        collector.whole("", UNREADABLE, _trouble(path, error), "a Parquet file")
        return _Checked(path, None, frozenset(), collector)
    return _Checked(path, schema, usable, collector)


def _check_lines(path: Path, collector: _Collector) -> _Checked:
    try:
        with _reading():
            for problem in check_rejected(path):
                collector.line(problem)
    except _UnreadableError as error:
        collector.whole("", UNREADABLE, _trouble(path, error), "a file of JSON lines")
    return _Checked(path, None, frozenset(), collector)


def _arrow_schema(path: Path) -> pa.Schema:
    with _reading(), pq.ParquetFile(path) as file:
        return file.schema_arrow


def _batches(path: Path, schema: TableSchema, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Rows of a file, so many at a time; columns of few values stay encoded as they lie there."""
    coded = [name for name in names if schema.field(name).dictionary]
    with _reading():
        file = pq.ParquetFile(path, read_dictionary=coded)
    with file:
        batches = file.iter_batches(batch_size=BATCH_ROWS, columns=list(names))
        while True:
            with _reading():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch


@cache
def _own_lexicon() -> str:
    return content_hash([lexicon_dir()])


def _made_with_own_lexicon(found: pa.Schema) -> bool:
    """Whether the metadata name the packaged lexicon, or none."""
    named = (found.metadata or {}).get(LEXICON_KEY.encode())
    return named is None or named.decode(errors="replace") == _own_lexicon()


def _trouble(path: Path, error: BaseException) -> str:
    if not path.exists():
        return "there is no such file"
    if path.is_dir():
        return "a folder without tables"
    return f"cannot be read ({error})"


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
    return _cut(str(kind))


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


def _column(values: pa.Array, wanted: pa.DataType) -> pa.Array:
    """A column in the type in which it is checked. Raises ArrowException where it holds what its kind cannot."""
    values.validate(full=True)
    kind = _check_type(wanted)
    if pa.types.is_dictionary(values.type) and pa.types.is_string(kind):
        if not values.dictionary.null_count:
            return pa.DictionaryArray.from_arrays(values.indices, values.dictionary.cast(kind))
        values = values.dictionary_decode()
    return values.cast(kind)


def _columns(
    batch: pa.RecordBatch, schema: TableSchema, broken: set[str], collector: _Collector
) -> dict[str, pa.Array]:
    """Columns in the types of the check. One that cannot be had so is told once, and left out from then on."""
    made = {}
    for name in batch.schema.names:
        if name in broken:
            continue
        try:
            made[name] = _column(batch.column(name), arrow_type(schema.field(name)))
        except (pa.ArrowException, UnicodeError) as error:
            broken.add(name)
            wanted = _short(_check_type(arrow_type(schema.field(name))))
            collector.whole(name, "column_value", _cut(str(error).splitlines()[0]), f"values of {wanted}")
    return made


def _check_batches(
    path: Path, schema: TableSchema, usable: frozenset[str], collector: _Collector
) -> frozenset[str]:
    """Check cells and rows; columns that can be used after all."""
    names = [name for name in schema.names if name in usable]
    if not names:
        return usable
    own_lexicon = _made_with_own_lexicon(_arrow_schema(path))
    broken: set[str] = set()
    first_row = 0
    for batch in _batches(path, schema, names):
        columns = _columns(batch, schema, broken, collector)
        for view, fields in views(schema, columns, first_row) if columns else ():
            for failure in check_cells(view, fields, own_lexicon):
                collector.add(view, failure)
            for check in ROW_CHECKS:
                for failure in check(view):
                    collector.add(view, failure)
        first_row += batch.num_rows
    return usable - broken


def _check_whole(path: Path, schema: TableSchema, usable: frozenset[str], collector: _Collector) -> None:
    """What only all rows together show; only the columns that one check needs are held at a time."""
    unique = [schema.primary_key, *((f.name,) for f in schema.fields if f.constraints.unique)]
    checks: list[tuple[tuple[str, ...], Check]] = [
        (key, partial(check_unique, keys=[key])) for key in dict.fromkeys(unique)
    ]
    checks += [(("act_id", "act_rows"), check_act_rows), (("article_id", "rank"), check_rank)]
    for names, check in checks:
        if usable.issuperset(names):
            view = _key_view(path, schema, frozenset(names))
            for failure in check(view):
                collector.add(view, failure)


def _key_view(path: Path, schema: TableSchema, names: frozenset[str]) -> View:
    """Whole columns of a table."""
    with _reading(), pq.ParquetFile(path) as file:
        table = file.read(columns=sorted(names)).combine_chunks()
    columns = {
        name: table[name].cast(_check_type(arrow_type(schema.field(name)))).combine_chunks()
        for name in table.column_names
    }
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
    return _key_view(checked.path, checked.schema, frozenset(names))
