"""Delimited text (CSV, TSV, also packed) to typed columns and back, as a layout's ``x-dialect`` says.

Reading goes on where a cell or a line is wrong, and tells it:

file    header            names of columns where there should be none, or none where there should be
        missing_column    a column of the schema is not there
        extra_column      a column that the schema does not have
        repeated_column   the same column twice
line    cell_count        more or fewer cells than columns: the line is left out
        empty_row         a line with nothing in it: left out
cell    cell              text that is no value of the column's type: null from then on
        encoding          bytes that are no text in the file's encoding: null from then on

Rows are numbered from 0 as they lie in the file, those left out too.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from eventcode.errors import InputError, SchemaError
from eventcode.model import Finding
from eventcode.replacing import replacing
from eventcode.tables.collect import Collector, cut
from eventcode.tables.parquet import READ_ERRORS, arrow_type
from eventcode.tables.schema import Dialect, Field, TableSchema
from eventcode.tables.views import Failure, Rows, Trouble, View, ahead, row_numbers

PACKED = (".gz", ".zip")
SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
BLOCK_BYTES = 8 << 20
HEADER_BYTES = 1 << 20
WRITE_ROWS = 50_000
# What Arrow takes for a number; more digits may not fit into 64 bits with a sign.
INTEGER = r"^(?:-?[0-9]{1,18}|0[xX][0-9a-fA-F]{1,15})$"
NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
# Text that spreadsheets take for a formula; apostrophes before it are what made it safe.
LIVE = r"^('*[=+\-@\t\r])"
SAFE = r"^'('*[=+\-@\t\r])"
ISO_DAY, DIGITS_DAY = "%Y-%m-%d", "%Y%m%d"
_DAY_PARTS = {"Y": r"(?P<year>\d{4})", "m": r"(?P<month>\d\d)", "d": r"(?P<day>\d\d)"}
_BOM = "\ufeff"
# Every byte is a character of it.
BYTES = "latin-1"


@dataclass(frozen=True, slots=True)
class Delimited:
    """A file as read.

    ``table``: every column of the schema in its order and Arrow type; null where the file lacks the column or the cell could
    not be read. ``rows``: number in the file of each row. ``missing``: columns that the file lacks. ``findings``: what was wrong,
    at most 100 of a kind for each column, then their number.
    """

    table: pa.Table
    rows: pa.Array
    missing: frozenset[str]
    findings: list[Finding]


# --- reading -----------------------------------------------------------------------------------------------------


def read_delimited(path: Path, schema: TableSchema) -> Delimited:
    """A whole file, typed by the schema.

    Raises:
        InputError: it is missing, cannot be unpacked or cut into cells, or is no file of this layout.
        SchemaError: the schema is not one of delimited text.
    """
    collector = Collector(str(path))
    source = Source(path, schema)
    collect_header(source, collector)
    if source.foreign:
        raise InputError(f"{path}: not a file of {schema.name}: none of its columns is there")
    kinds = pa.schema([pa.field(column.name, arrow_type(column)) for column in schema.fields])
    parts, rows = [kinds.empty_table()], [row_numbers(0)]
    for batch in ahead(source.batches()):
        for trouble in batch.troubles:
            collector.trouble(trouble)
        for failure in batch.failures:
            collector.add(_told(batch), failure)
        parts.append(_typed(batch, kinds, collector))
        rows.append(batch.rows)
    return Delimited(pa.concat_tables(parts), pa.concat_arrays(rows), source.missing, collector.findings())


def _told(batch: Rows) -> View:
    assert batch.told is not None
    return batch.told


def _typed(batch: Rows, kinds: pa.Schema, collector: Collector) -> pa.Table:
    """Columns in their own types; a number too large for its column is told and null."""
    made = []
    for column in kinds:
        if column.name not in batch.columns:
            made.append(pa.nulls(len(batch.rows), column.type))
            continue
        values = batch.columns[column.name]
        if pa.types.is_integer(column.type) and not pa.types.is_int64(column.type):
            span = np.iinfo(column.type.to_pandas_dtype())
            large = pc.or_(pc.less(values, int(span.min)), pc.greater(values, int(span.max)))
            expected = f"{span.min} to {span.max}"
            collector.add(_told(batch), Failure("cell", column.name, large, expected))
            values = pc.if_else(large, pa.scalar(None, values.type), values)
        made.append(values.cast(column.type))
    return pa.Table.from_arrays(made, schema=kinds)


@dataclass(slots=True)
class Source:
    """A file of a layout, its header read. ``batches`` reads the rest, as often as asked for.

    ``names``: of the columns as they lie in the file; ``headed``: its first line names them; ``cells``: of the first line.
    """

    path: Path
    schema: TableSchema
    names: tuple[str, ...] = ()
    headed: bool = False
    empty: bool = False
    cells: int = 0
    _dialect: Dialect = field(default_factory=Dialect)

    def __post_init__(self) -> None:
        """Read the header.

        Raises:
            InputError: the file is missing or cannot be unpacked.
            SchemaError: the schema is not one of delimited text.
        """
        if self.schema.dialect is None:
            raise SchemaError(
                f"schema {self.schema.name}: has no x-dialect, so no delimited text can be read"
            )
        self._dialect = self.schema.dialect
        first, self.empty = _first_line(self.path, self._dialect)
        self.cells = len(first)
        own = self.schema.names
        self.headed = (self._dialect.header and not self.empty) or tuple(first[:1]) == own[:1]
        # Columns at the end that a file may lack can only be told by the number of cells.
        self.names = tuple(first) if self.headed else own[: max(len(first), self._fewest())]
        if self.empty and self._dialect.header:
            self.names = ()

    def _fewest(self) -> int:
        """How many columns a file without names has at least."""
        own = self.schema.names
        fewest = len(own)
        while fewest and own[fewest - 1] in self.schema.optional:
            fewest -= 1
        return fewest

    @property
    def missing(self) -> frozenset[str]:
        """Columns of the schema that the file lacks."""
        return frozenset(self.schema.names) - {*self.names}

    @property
    def foreign(self) -> bool:
        """No column of the schema is there."""
        return not self.empty and len(self.missing) == len(self.schema.names)

    def batches(self) -> Iterator[Rows]:
        """The rows, so many at a time: columns in the widest type of their kind, or dictionary-encoded.

        Raises:
            InputError: the file cannot be unpacked, or its cells cannot be told apart.
        """
        if self.empty or not self.names:
            return
        cut_off = _CutOff()
        wanted = [index for index, name in enumerate(self.names) if self.names.index(name) == index]
        wanted = [index for index in wanted if self.names[index] in self.schema.names]
        first_row = 0
        for raw, careful in self._raw(cut_off, wanted):
            rows = cut_off.numbers(first_row, raw.num_rows, -self.headed)
            first_row = int(rows[-1].as_py()) + 1 if len(rows) else first_row
            texts = {self.names[index]: raw.column(at) for at, index in enumerate(wanted)}
            yield self._batch(texts, rows, self._left_out(cut_off, first_row), careful)
        if cut_off.lines:
            nothing = {name: pa.nulls(0, pa.string()) for name in map(self.names.__getitem__, wanted)}
            yield self._batch(nothing, row_numbers(0), self._left_out(cut_off, None), True)

    def _left_out(self, cut_off: _CutOff, before: int | None) -> list[Trouble]:
        """Lines that were left out before a row (None: all) and not told yet."""
        expected = f"{len(self.names)} cells"
        lines = cut_off.taken(None if before is None else before + 1 + self.headed)
        return [
            Trouble(number - 1 - self.headed, "", "cell_count", f"{found} cells: {text}", expected)
            for number, found, text in lines
        ]

    def _raw(self, cut_off: _CutOff, wanted: Sequence[int]) -> Iterator[tuple[pa.RecordBatch, bool]]:
        """Blocks of the file, and whether they were read with care: without it, numbers as such and all else as text.

        Care is taken from where that fails: a cell is no number or no text, or a line is too long or too short. All is text
        then, byte by byte; and one thread reads, which alone can number lines.
        """
        done = 0
        try:
            for batch in self._read(None, wanted):
                done += 1
                yield batch, False
        except InputError:
            for number, batch in enumerate(self._read(cut_off, wanted)):
                if number >= done:
                    yield batch, True

    def _read(self, cut_off: _CutOff | None, wanted: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """With care where lines that are cut off are asked for."""
        careful = cut_off is not None
        dialect, columns = self._dialect, [str(index) for index in range(len(self.names))]
        kind_of = _text_type if careful else _quick_type
        kinds = {str(index): kind_of(self.schema.field(self.names[index])) for index in wanted}
        try:
            with ExitStack() as stack:
                stream = stack.enter_context(opened(self.path))
                reader = pa_csv.open_csv(
                    stream,
                    read_options=pa_csv.ReadOptions(
                        column_names=columns,
                        skip_rows=int(self.headed),
                        block_size=BLOCK_BYTES,
                        use_threads=not careful,
                        encoding=BYTES if careful else dialect.encoding,
                    ),
                    parse_options=pa_csv.ParseOptions(
                        delimiter=dialect.delimiter,
                        quote_char=dialect.quote_char or False,
                        newlines_in_values=dialect.quote_char is not None,
                        ignore_empty_lines=False,
                        invalid_row_handler=cut_off,
                    ),
                    convert_options=pa_csv.ConvertOptions(
                        column_types=kinds,
                        include_columns=list(kinds),
                        null_values=sorted({"", dialect.null}),
                        strings_can_be_null=True,
                        quoted_strings_can_be_null=True,
                        check_utf8=not careful,
                    ),
                )
                stack.enter_context(closing(reader))
                yield from reader
        except (*READ_ERRORS, EOFError, zipfile.BadZipFile) as error:
            if _nothing_after_header(error):
                return
            raise InputError(
                f"{self.path}: cannot be read as {self.schema.name}: {_first_words(error)}"
            ) from error

    def _batch(
        self, texts: dict[str, pa.Array], rows: pa.Array, troubles: list[Trouble], careful: bool
    ) -> Rows:
        empty = _empty_rows(texts)
        if empty is not None:
            troubles += [Trouble(row, "", "empty_row", "", "a row") for row in rows.filter(empty).to_pylist()]
            kept = pc.invert(empty)
            texts = {name: column.filter(kept) for name, column in texts.items()}
            rows = rows.filter(kept)
        columns, told, failures = {}, dict(texts), []
        for name, column in texts.items():
            made = _converted(self.schema.field(name), column, self._dialect, careful)
            columns[name], told[name] = made.values, made.told
            if made.failure is not None:
                failures.append(made.failure)
        return Rows(columns, rows, View(self.schema.name, "", told, rows), failures, troubles)


def collect_header(source: Source, collector: Collector) -> None:
    """Tell what is wrong with the columns of a file."""
    schema, dialect = source.schema, source.schema.dialect
    if dialect is not None and source.headed != dialect.header:
        found, expected = (
            ("names of columns", "no header") if source.headed else ("nothing", "names of columns")
        )
        collector.whole("", "header", found, expected)
        if source.empty:
            return
    if source.foreign:
        collector.whole("", "header", cut(", ".join(source.names)), cut(", ".join(schema.names)))
        return
    for name in schema.names:
        if name in source.missing and name not in schema.optional:
            collector.whole(name, "missing_column", "", f"a column of {schema.name}")
    for name in dict.fromkeys(source.names):
        if name not in schema.names and name not in schema.known:
            collector.whole(cut(name), "extra_column", cut(name), f"no such column in {schema.name}")
        if source.names.count(name) > 1 and name not in schema.known:
            collector.whole(cut(name), "repeated_column", cut(name), "the column once")


@dataclass(slots=True)
class _CutOff:
    """Lines with too many or too few cells: number in the file from 1, cells found, their text."""

    lines: list[tuple[int, int, str]] = field(default_factory=list)
    told: int = 0

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        text = row.text.encode(BYTES).decode(errors="replace")
        self.lines.append((row.number, row.actual_columns, cut(text)))
        return "skip"

    def taken(self, before: int | None) -> list[tuple[int, int, str]]:
        """Lines with a smaller number (None: all), each once."""
        found = [line for line in self.lines[self.told :] if before is None or line[0] < before]
        self.told += len(found)
        return found

    def numbers(self, first: int, length: int, shift: int) -> pa.Array:
        """Numbers of so many rows from ``first`` on, those of lines left out being passed over."""
        left_out = np.array([number - 1 + shift for number, _, _ in self.lines], np.int64)
        left_out = left_out[(left_out >= first) & (left_out < first + length + len(left_out))]
        numbers = np.arange(first, first + length + len(left_out), dtype=np.int64)
        return pa.array(numbers[~np.isin(numbers, left_out)][:length])


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The bytes of a file, unpacked; of an archive, its only member. Raises InputError, OSError and what unpacking raises."""
    if path.suffix.lower() != ".zip":
        with pa.input_stream(
            str(path), compression="gzip" if path.suffix.lower() == ".gz" else None
        ) as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise InputError(f"{path}: an archive of {len(members)} files; unpack it, and name the files")
        with archive.open(members[0]) as member, pa.PythonFile(member, mode="r") as stream:
            yield stream


def _first_line(path: Path, dialect: Dialect) -> tuple[list[str], bool]:
    """Cells of the first line; whether there is nothing in the file at all."""
    try:
        with opened(path) as stream:
            head = bytes(stream.read(HEADER_BYTES))
        text = head.decode(dialect.encoding, errors="replace").removeprefix(_BOM)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file") from error
    except (*READ_ERRORS, EOFError, LookupError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be read: {_first_words(error)}") from error
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char,
        quoting=csv.QUOTE_NONE if dialect.quote_char is None else csv.QUOTE_MINIMAL,
    )
    try:
        return next(reader, []), not text.strip("\r\n")
    except csv.Error as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _nothing_after_header(error: BaseException) -> bool:
    """Whether Arrow says so: in other words where the header has no line end."""
    ends = ("Empty CSV file", "Could not skip initial 1 rows")
    return isinstance(error, pa.ArrowInvalid) and str(error).startswith(ends)


def _first_words(error: BaseException) -> str:
    lines = str(error).splitlines()
    return cut(lines[0]) if lines else type(error).__name__


def _text_type(column: Field) -> pa.DataType:
    """How the text of a column is held: once each, where there are few different ones."""
    few = column.dictionary or column.type in ("date", "boolean")
    return pa.dictionary(pa.int32(), pa.string()) if few else pa.string()


def _quick_type(column: Field) -> pa.DataType:
    """The same, but numbers are read as such."""
    return {"integer": pa.int64(), "number": pa.float64()}.get(column.type) or _text_type(column)


def _empty_rows(texts: Mapping[str, pa.Array]) -> pa.Array | None:
    """True for rows with nothing in them; None where there are none."""
    empty = None
    for column in texts.values():
        if not column.null_count:
            return None
        empty = column.is_null() if empty is None else pc.and_(empty, column.is_null())
    return empty if empty is not None and pc.any(empty).as_py() else None


# --- cells -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Converted:
    """A column: its values, the texts they were made from, the cells that have none."""

    values: pa.Array
    told: pa.Array
    failure: Failure | None


def _converted(column: Field, texts: pa.Array, dialect: Dialect, careful: bool) -> _Converted:
    """Values of a column as it was read; what is no value is null, and a failure."""
    if pa.types.is_integer(texts.type):
        return _Converted(texts, texts, None)
    if pa.types.is_floating(texts.type):
        fits = pc.is_finite(texts)
        if pc.all(fits).as_py() is not False:
            return _Converted(texts, texts, None)
        values = pc.if_else(fits, texts, pa.scalar(None, texts.type))
        return _Converted(values, texts, Failure("cell", column.name, pc.invert(fits), "a number"))
    told = texts
    if careful and not _is_ascii(texts):
        texts, told, broken = _decoded(texts, dialect.encoding)
        if pc.any(broken).as_py():
            failure: Failure | None = Failure("encoding", column.name, broken, f"{dialect.encoding} text")
            return _Converted(_values(column, texts, dialect)[0], told, failure)
    values, wrong, expected = _values(column, texts, dialect)
    failure = None if wrong is None else Failure("cell", column.name, wrong, expected)
    return _Converted(values, told, failure)


def _is_ascii(texts: pa.Array) -> bool:
    found = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
    return pc.all(pc.string_is_ascii(found)).as_py() is not False


def _decoded(texts: pa.Array, encoding: str) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Texts that were read byte by byte: as they are meant, as they can be shown, and where they are no text."""
    plain = texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
    usable, shown, broken = [], [], []
    for text in plain.to_pylist():
        raw = None if text is None else text.encode(BYTES)
        try:
            meant = None if raw is None else raw.decode(encoding)
        except UnicodeDecodeError:
            meant = None
        usable.append(meant)
        broken.append(meant is None and raw is not None)
        shown.append(meant if meant is not None or raw is None else raw.decode("ascii", "backslashreplace"))
    return pa.array(usable, pa.string()), pa.array(shown, pa.string()), pa.array(broken, pa.bool_())


def _values(column: Field, texts: pa.Array, dialect: Dialect) -> tuple[pa.Array, pa.Array | None, str]:
    """Values; where there is none though there is text (None: nowhere); what was expected."""
    if pa.types.is_dictionary(texts.type):
        values, wrong, expected = _values(column, texts.dictionary, dialect)
        if pa.types.is_string(values.type):
            return pa.DictionaryArray.from_arrays(texts.indices, values), None, expected
        return values.take(texts.indices), None if wrong is None else wrong.take(texts.indices), expected
    if column.type == "integer":
        return _integers(texts)
    if column.type == "number":
        return _numbers(texts)
    if column.type == "boolean":
        return _booleans(texts, column)
    if column.type == "date":
        return _days(texts, column.format or ISO_DAY)
    plain = _plain_text(texts) if dialect.spreadsheet_safe else texts
    if column.type == "array":
        return pc.split_pattern(plain, dialect.list_separator), None, "a list"
    return plain, None, "text"


def _plain_text(texts: pa.Array) -> pa.Array:
    if not pc.any(pc.starts_with(texts, "'")).as_py():
        return texts
    return pc.replace_substring_regex(texts, SAFE, r"\1", max_replacements=1)


def _integers(texts: pa.Array) -> tuple[pa.Array, pa.Array | None, str]:
    return _numeric(texts, INTEGER, pa.int64(), "an integer")


def _numbers(texts: pa.Array) -> tuple[pa.Array, pa.Array | None, str]:
    return _numeric(texts, NUMBER, pa.float64(), "a number")


def _numeric(
    texts: pa.Array, form: str, kind: pa.DataType, expected: str
) -> tuple[pa.Array, pa.Array | None, str]:
    trimmed = pc.utf8_trim_whitespace(texts)
    fits = pc.match_substring_regex(trimmed, form)
    if pc.all(fits).as_py() is not False:
        return pc.cast(trimmed, kind), None, expected
    return pc.cast(pc.if_else(fits, trimmed, None), kind), pc.invert(fits), expected


def _booleans(texts: pa.Array, column: Field) -> tuple[pa.Array, pa.Array | None, str]:
    true = pc.is_in(texts, pa.array(column.true_values))
    fits = pc.or_(true, pc.is_in(texts, pa.array(column.false_values)))
    fits = pc.or_(fits, texts.is_null())
    expected = f"one of {', '.join((*column.true_values, *column.false_values))}"
    values = pc.if_else(pc.and_(fits, texts.is_valid()), true, pa.scalar(None, pa.bool_()))
    return values, None if pc.all(fits).as_py() is not False else pc.invert(fits), expected


def _days(texts: pa.Array, form: str) -> tuple[pa.Array, pa.Array | None, str]:
    """``texts`` are those of a dictionary, each read once."""
    iso = _iso(texts, form)
    try:
        if iso is not None:
            return pc.cast(iso, pa.date32()), None, ""
    except pa.ArrowInvalid:
        pass  # one is no day: looked at one by one
    found = texts.to_pylist()
    days = [None if text is None else _day(text, form) for text in found]
    wrong = [day is None and text is not None for day, text in zip(days, found, strict=True)]
    readable = form.replace("%Y", "YYYY").replace("%m", "MM").replace("%d", "DD")
    return pa.array(days, pa.date32()), pa.array(wrong) if any(wrong) else None, f"a day as {readable}"


def _iso(texts: pa.Array, form: str) -> pa.Array | None:
    """Days as ISO 8601 has them; None where some have not the form, or it is another one."""
    if form == ISO_DAY:
        return texts
    if form != DIGITS_DAY or pc.all(pc.match_substring_regex(texts, r"^\d{8}$")).as_py() is False:
        return None
    return pc.replace_substring_regex(texts, r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3")


def _day(text: str, form: str) -> dt.date | None:
    found = _day_pattern(form).fullmatch(text)
    try:
        return dt.date(**{name: int(value) for name, value in found.groupdict().items()}) if found else None
    except ValueError:
        return None


@cache
def _day_pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"%([Ymd])", form)
    if sorted(parts[1::2]) != ["Y", "d", "m"]:
        raise SchemaError(f"date format {form!r}: %Y, %m and %d, each once")
    texts = [_DAY_PARTS[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    # Downloads of some datasets put midnight behind every day.
    midnight = r"(?:[ T]00:00:00(?:\.0+)?)?" if form == ISO_DAY else ""
    return re.compile("".join(texts) + midnight, re.ASCII)


# --- writing -----------------------------------------------------------------------------------------------------


def write_delimited(table: pa.Table, path: Path, schema: TableSchema) -> None:
    """Write a table, as :func:`write_delimited_pieces` writes one in pieces."""
    write_delimited_pieces([table], path, schema)


def write_delimited_pieces(pieces: Iterable[pa.Table], path: Path, schema: TableSchema) -> None:
    """Write a table that comes in pieces as its schema's dialect says; packed where the name ends in ``.gz``.

    The same rows give the same bytes, however they are cut into pieces. The file appears when it is complete. A list is joined by the dialect's separator.

    Raises:
        SchemaError: the schema has no dialect, the columns are not the schema's, or a cell holds what the dialect cannot carry.
        OSError: the file cannot be written.
    """
    dialect = schema.dialect
    if dialect is None:
        raise SchemaError(f"schema {schema.name}: has no x-dialect, so it cannot be written as text")
    with replacing(path) as hidden, _packed(hidden) as file:
        if dialect.header:
            names = [pa.array([name]) for name in schema.names]
            file.write(_lines([_quoted(name, dialect, schema.name, "header") for name in names], dialect))
        for piece in pieces:
            if tuple(piece.column_names) != schema.names:
                differ = sorted({*piece.column_names} ^ {*schema.names}) or "the order"
                raise SchemaError(f"{schema.name}: the columns are not the schema's: {differ}")
            for batch in piece.to_batches(max_chunksize=WRITE_ROWS):
                cells = [
                    _cells(batch.column(at), column, dialect, schema.name)
                    for at, column in enumerate(schema.fields)
                ]
                file.write(_lines(cells, dialect))


@contextmanager
def _packed(path: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    with path.open("wb") as plain:
        if path.suffix.lower() != ".gz":
            yield plain
            return
        # Neither name nor time: the same bytes again.
        with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as packed:
            yield packed


def _lines(cells: Sequence[pa.Array], dialect: Dialect) -> bytes:
    """Rows, each with its line end."""
    if not len(cells[0]):
        return b""
    kind = pa.large_string()
    joined = pc.binary_join_element_wise(
        *[column.cast(kind) for column in cells], pa.scalar(dialect.delimiter, kind)
    )
    ended = pc.binary_join_element_wise(joined, pa.scalar("", kind), pa.scalar(dialect.line_terminator, kind))
    # The texts of a column lie end to end in memory: these are the lines of the file.
    data = bytes(ended.buffers()[2])
    if dialect.encoding.lower().replace("-", "") == "utf8":
        return data
    try:
        return data.decode().encode(dialect.encoding)
    except UnicodeEncodeError as error:
        raise SchemaError(
            f"text that {dialect.encoding} cannot hold: {error.object[error.start : error.end]!r}"
        ) from error


def _cells(values: pa.Array, column: Field, dialect: Dialect, layout: str) -> pa.Array:
    """A column as text, quoted where it must be."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    text = column.type in ("string", "array")
    made = _text(values, column, dialect)
    if text and dialect.spreadsheet_safe:
        made = pc.replace_substring_regex(made, LIVE, r"'\1", max_replacements=1)
    made = pc.fill_null(made, dialect.null)
    return _quoted(made, dialect, layout, column.name) if text else made


def _text(values: pa.Array, column: Field, dialect: Dialect) -> pa.Array:
    if pa.types.is_list(values.type):
        return pc.binary_join(values, dialect.list_separator)
    if pa.types.is_floating(values.type):
        texts = pc.cast(values, pa.string())
        whole = pc.match_substring_regex(texts, "^-?[0-9]+$")
        return pc.if_else(whole, pc.binary_join_element_wise(texts, "0", "."), texts)
    if pa.types.is_boolean(values.type):
        return pc.if_else(values, column.true_values[0], column.false_values[0])
    texts = pc.cast(values, pa.string())
    if pa.types.is_date(values.type) and column.format not in (None, ISO_DAY):
        form = str(column.format).replace("%Y", r"\1").replace("%m", r"\2").replace("%d", r"\3")
        return pc.replace_substring_regex(texts, r"^(\d{4})-(\d\d)-(\d\d)$", form)
    return texts


def _quoted(texts: pa.Array, dialect: Dialect, layout: str, name: str) -> pa.Array:
    """Texts between quotation marks where they hold a delimiter, a line end or a mark."""
    mark = dialect.quote_char
    special = pc.match_substring_regex(texts, f"[{re.escape(dialect.delimiter + (mark or ''))}\r\n]")
    if not pc.any(special).as_py():
        return texts
    if mark is None:
        first = pc.index(special, True).as_py()
        raise SchemaError(
            f"{layout}: column {name}, row {first}: {cut(repr(texts[first].as_py()))} holds a delimiter or a line end, "
            "which this layout cannot carry"
        )
    doubled = pc.replace_substring(texts, mark, mark * 2)
    return pc.if_else(special, pc.binary_join_element_wise(mark, doubled, mark, ""), texts)
