"""A Parquet file as the checks see it: whose schema it has, its columns, its rows a batch at a time.

missing_column    a column of the schema is not there
extra_column      a column that the schema does not have
column_type       a column of another kind than the schema's
column_value      a value that the column's kind cannot hold: no UTF-8, more than 64 bits with a sign
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.lexicon.load import content_hash
from eventcode.resources import lexicon_dir
from eventcode.tables.collect import Collector, cut
from eventcode.tables.parquet import READ_ERRORS, TABLE_KEY, arrow_type
from eventcode.tables.schema import LAYOUTS, TABLES, TableSchema, load_schema
from eventcode.tables.views import Rows, Trouble, UnreadableError, View, row_numbers

BATCH_ROWS = 20_000
LEXICON_KEY = "lexicon_sha256"
MAGIC = b"PAR1"


class ParquetTable:
    """One file. ``usable``: columns that are there once, of the right kind, and hold what they can."""

    def __init__(self, path: Path, schema: TableSchema | None) -> None:
        """Read the footer; ``schema``: by default what metadata or columns say.

        Raises UnreadableError.
        """
        self.path = path
        with _reading(), pq.ParquetFile(path) as file:
            self._found = file.schema_arrow
        self.schema = schema or _recognise(self._found)
        self.names: tuple[str, ...] = tuple(self._found.names)
        self.own_lexicon = _made_with_own_lexicon(self._found)
        self.usable: frozenset[str] = frozenset()

    def collect_columns(self, collector: Collector) -> None:
        """Tell which columns are missing, of another kind, or too many."""
        schema = self._known_schema()
        usable = set()
        for column in schema.fields:
            places = self._found.get_all_field_indices(column.name)
            if not places:
                if column.name not in schema.optional:
                    collector.whole(column.name, "missing_column", "", f"a column of {schema.name}")
                continue
            wanted, kind = arrow_type(column), self._found.field(places[0]).type
            if len(places) > 1:
                collector.whole(column.name, "column_type", "the column twice", "the column once")
            elif not _same_kind(kind, wanted):
                collector.whole(column.name, "column_type", _short(kind), _short(wanted))
            else:
                usable.add(column.name)
        for name in dict.fromkeys(self.names):
            if name not in schema.names and name not in schema.known:
                collector.whole(name, "extra_column", "", f"no such column in {schema.name}")
        self.usable = frozenset(usable)

    def batches(self, kept: frozenset[str]) -> Iterator[Rows]:
        """Rows, so many at a time. ``kept``: columns that ``keys`` will be asked for. Raises UnreadableError."""
        schema = self._known_schema()
        names = [name for name in schema.names if name in self.usable]
        if not names:
            return
        broken: set[str] = set()
        first_row = 0
        for batch in _batches(self.path, schema, names):
            columns, troubles = _columns(batch, schema, broken)
            yield Rows(columns, row_numbers(batch.num_rows, first_row), troubles=troubles)
            first_row += batch.num_rows
        self.usable -= broken

    def keys(self, names: frozenset[str]) -> View:
        """Whole columns. Raises UnreadableError."""
        schema = self._known_schema()
        with _reading(), pq.ParquetFile(self.path) as file:
            table = file.read(columns=sorted(names)).combine_chunks()
        columns = {
            name: table[name].cast(_check_type(arrow_type(schema.field(name)))).combine_chunks()
            for name in table.column_names
        }
        return View(schema.name, "", columns, row_numbers(table.num_rows))

    def _known_schema(self) -> TableSchema:
        assert self.schema is not None
        return self.schema


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except READ_ERRORS as error:
        raise UnreadableError(type(error).__name__) from error


@cache
def _own_lexicon() -> str:
    return content_hash([lexicon_dir()])


def _made_with_own_lexicon(found: pa.Schema) -> bool:
    """Whether the metadata name the packaged lexicon, or none."""
    named = (found.metadata or {}).get(LEXICON_KEY.encode())
    return named is None or named.decode(errors="replace") == _own_lexicon()


def _recognise(found: pa.Schema) -> TableSchema | None:
    """The schema that the metadata name, else the one that shares most columns, half of the file's or more."""
    named = (found.metadata or {}).get(TABLE_KEY.encode(), b"").decode(errors="replace")
    if named in TABLES or named in LAYOUTS:
        return load_schema(named)
    return closest_schema(found.names, (*TABLES, *LAYOUTS))


def closest_schema(names: Sequence[str], among: Sequence[str]) -> TableSchema | None:
    """The schema that shares most columns with a file, half of the file's or more; None for none."""
    shared = {name: len({*load_schema(name).names} & {*names}) for name in among}
    enough = max(shared.values(), default=0)
    if not enough or 2 * enough < len(names):
        return None
    # Of several, the one that has fewest columns that the file lacks.
    closest = [name for name in among if shared[name] == enough]
    return load_schema(min(closest, key=lambda name: len(load_schema(name).names)))


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


def _columns(
    batch: pa.RecordBatch, schema: TableSchema, broken: set[str]
) -> tuple[dict[str, pa.Array], list[Trouble]]:
    """Columns in the types of the check. One that cannot be had so is told once, and left out from then on."""
    made, troubles = {}, []
    for name in batch.schema.names:
        if name in broken:
            continue
        try:
            made[name] = _column(batch.column(name), arrow_type(schema.field(name)))
        except (pa.ArrowException, UnicodeError) as error:
            broken.add(name)
            wanted = _short(_check_type(arrow_type(schema.field(name))))
            value = cut(str(error).splitlines()[0])
            troubles.append(Trouble(None, name, "column_value", value, f"values of {wanted}"))
    return made, troubles


def _short(kind: pa.DataType) -> str:
    return cut(str(kind))


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
