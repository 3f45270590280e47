"""Checks files against their schemas, a file at a time, and tables of one folder against each other.

file    unreadable        missing, damaged, or neither Parquet nor text of a known layout
        unknown_table     no schema has these columns
folder  reference         a key that the other table does not have
        article_counts    acts or events of an article are not as many as the articles table tells

What is wrong with columns is told by ``parquet_tables`` and ``delimited``; what is found inside a table by ``checks`` and,
for layouts, by ``checks_acled``, ``checks_ged``, ``checks_cameo`` and ``checks_polecat``; in ``rejected.jsonl``, by ``rejected``.

The lexicon's closed lists hold for a table whose metadata name the packaged lexicon, or none: a user's lexicon may have
stances, outcomes, instruments and objects of its own, which are then held to their form alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.errors import InputError
from eventcode.model import Finding
from eventcode.tables.checks import check_cells, counts_of
from eventcode.tables.collect import Collector, cut
from eventcode.tables.delimited import PACKED, SUFFIXES
from eventcode.tables.parquet_tables import MAGIC, ParquetTable
from eventcode.tables.registry import checks_of
from eventcode.tables.rejected import NAME as REJECTED
from eventcode.tables.rejected import SUFFIX, check_rejected
from eventcode.tables.schema import LAYOUTS, TABLES, Reference, TableSchema, load_schema
from eventcode.tables.text_tables import TextTable
from eventcode.tables.views import Check, Failure, Rows, UnreadableError, View, ahead, any_of, views

UNREADABLE = "unreadable"

StrPath = str | os.PathLike[str]
Lines = Mapping[tuple[str, int], int]
"""Line of a file, from 1, by file and row."""


class _Table(Protocol):
    """A file that can be checked, whatever its format."""

    path: Path
    schema: TableSchema | None
    names: tuple[str, ...]
    own_lexicon: bool
    usable: frozenset[str]

    def collect_columns(self, collector: Collector) -> None: ...

    def batches(self, kept: frozenset[str]) -> Iterator[Rows]: ...

    def keys(self, names: frozenset[str]) -> View: ...


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file with its findings; ``table`` is None where it could not be read or was not recognised."""

    path: Path
    table: _Table | None
    schema: TableSchema | None
    collector: Collector


def validate(*paths: StrPath, schema: str | None = None) -> list[Finding]:
    """Check tables, and those of one folder against each other.

    Args:
        paths: tables in Parquet, files of layouts in Parquet, CSV or TSV (also packed: .gz, .zip), ``rejected.jsonl``
            files, or folders of tables.
        schema: name of the table or layout that every file is, or "rejected"; default is what each file's name, metadata
            or columns say.

    Returns:
        What is wrong or doubtful; empty where all is well. At most 100 findings of a kind for each column, then their number.

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


def lines_of(findings: Iterable[Finding], schema: str | None = None) -> Lines:
    """Where the rows of findings lie in files of text: the line at which each begins. Nothing for other files."""
    rows: dict[str, set[int]] = {}
    for finding in findings:
        if finding.row is not None and Path(finding.file).suffix != SUFFIX:
            rows.setdefault(finding.file, set()).add(finding.row)
    found: dict[tuple[str, int], int] = {}
    for file, wanted in rows.items():
        try:
            table = open_table(Path(file), load_schema(schema) if schema else None)
            lines = table.lines(frozenset(wanted)) if isinstance(table, TextTable) else {}
        except UnreadableError:
            continue
        found |= {(file, row): line for row, line in lines.items()}
    return found


def _files(paths: Iterable[StrPath]) -> list[Path]:
    """Files in order, each once; a folder stands for the tables in it, or for itself where it has none."""
    found: list[Path] = []
    for given in map(Path, paths):
        inside = [*(given / f"{table}.parquet" for table in TABLES), given / f"{REJECTED}{SUFFIX}"]
        found += [path for path in inside if path.is_file()] or [given]
    return list(dict.fromkeys(found))


# --- one file ----------------------------------------------------------------------------------------------------


def _check_file(path: Path, schema_name: str | None) -> _Checked:
    collector = Collector(str(path))
    if schema_name == REJECTED or (schema_name is None and path.suffix == SUFFIX):
        return _check_lines(path, collector)
    try:
        table = open_table(path, load_schema(schema_name) if schema_name else None)
        if table.schema is None:
            told = cut(", ".join(table.names[:5]))
            collector.whole("", "unknown_table", told, f"the columns of {', '.join((*TABLES, *LAYOUTS))}")
            return _Checked(path, None, None, collector)
        _check_table(table, table.schema, collector)
    except UnreadableError as error:
        collector.clear()
        collector.whole("", UNREADABLE, _trouble(path, error), "a Parquet file, or text of a known layout")
        return _Checked(path, None, None, collector)
    return _Checked(path, table, table.schema, collector)


def open_table(path: Path, schema: TableSchema | None) -> ParquetTable | TextTable:
    """A file, its columns known. ``schema``: by default what the file says.

    Raises:
        UnreadableError: it cannot be read, or nothing says what it is.
        SchemaError: a schema cannot be used.
    """
    if not _is_text(path):
        return ParquetTable(path, schema)
    table = TextTable(path, schema)
    if table.schema is None:
        raise UnreadableError("no layout has such columns; name one with --schema")
    return table


def _is_text(path: Path) -> bool:
    """Whether a file is to be read as delimited text: by its first bytes, and where they do not tell, by its name."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    return head != MAGIC and (path.suffix.lower() in (*SUFFIXES, *PACKED))


def _check_lines(path: Path, collector: Collector) -> _Checked:
    try:
        for problem in check_rejected(path):
            collector.line(problem)
    except (OSError, ValueError) as error:
        collector.whole("", UNREADABLE, _trouble(path, error), "a file of JSON lines")
    return _Checked(path, None, None, collector)


def _trouble(path: Path, error: BaseException) -> str:
    if not path.exists():
        return "there is no such file"
    if path.is_dir():
        return "a folder without tables"
    return f"cannot be read ({error})"


def _check_table(table: _Table, schema: TableSchema, collector: Collector) -> None:
    """Columns, cells, rows, and what only all rows together show."""
    table.collect_columns(collector)
    checks = checks_of(schema)
    whole = [(names, check) for names, check in checks.whole if table.usable.issuperset(names)]
    kept = frozenset(name for names, _ in whole for name in names)
    for rows in ahead(table.batches(kept)):
        _check_rows(table, schema, rows, checks.rows, collector)
    for names, check in whole:
        # What a column holds may have made it unusable.
        if table.usable.issuperset(names):
            view = table.keys(frozenset(names))
            for failure in check(view) if view.columns else ():
                collector.add(view, failure)


def _check_rows(
    table: _Table, schema: TableSchema, rows: Rows, checks: Sequence[Check], collector: Collector
) -> None:
    """Cells, then what they say together: where one is broken by itself, no more is said about it."""
    for trouble in rows.troubles:
        collector.trouble(trouble)
    if not rows.columns:
        return
    broken: dict[str, pa.Array] = {}
    for failure in rows.failures:
        if rows.told is not None:
            collector.add(rows.told, failure)
            broken[failure.column] = pc.fill_null(failure.failing, False)
    for view, fields in views(schema, rows.columns, rows.rows):
        for failure in check_cells(view, fields, table.own_lexicon):
            failing = failure.where_sound(broken)
            if pc.any(failing.failing).as_py():
                collector.add(view, failing)
                told = broken.get(failure.column)
                masks = (failing.failing,) if told is None else (failing.failing, told)
                broken[failure.column] = any_of(*masks)
        for check in checks:
            for failure in check(view):
                collector.add(view, failure.where_sound(broken))
        # Cells of nested columns are others.
        broken = {}


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
    if checked.table is None or not checked.table.usable.issuperset(names):
        return None
    return checked.table.keys(frozenset(names))
