"""What a layout is, what it is made from, and what is made from a file in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode.errors import InputError, UsageError
from eventcode.tables.output import table_path
from eventcode.tables.schema import TABLES, TableSchema, load_schema

if TYPE_CHECKING:
    import pyarrow as pa

IMPORTED_FROM = "imported_from"
"""Key of file metadata: the layout that a table was imported from."""

PARQUET = "parquet"
# Row groups of our own tables, of ten thousand rows each, that are in memory together where a layout is made piece by piece.
_PIECE_GROUPS = 5


class CodedFolder:
    """A coded folder as a layout sees it: Arrow tables, read a few columns at a time, and what their metadata say.

    ``table`` is the table that the layout is made of: the layout's own, or the one that the user chose where she may.
    """

    def __init__(self, folder: Path, table: str) -> None:
        """Nothing is read yet.

        Raises:
            UsageError: there is no table of that name.
            InputError: the folder or the table is missing, or the table was imported.
        """
        if table not in TABLES:
            raise UsageError(f"table {table!r}: there is none of that name; there are {', '.join(TABLES)}")
        self.folder = folder
        self.table = table
        self._metadata: dict[str, Mapping[str, str]] = {}
        self.metadata()

    def has(self, table: str) -> bool:
        """Whether the folder holds a table."""
        return (self.folder / f"{table}.parquet").is_file()

    def metadata(self, table: str | None = None) -> Mapping[str, str]:
        """File metadata of a table, by default of the one the layout is made of.

        Raises:
            InputError: the table is missing or no Parquet file, or was imported: such rows never leave the house.
        """
        name = table or self.table
        if name not in self._metadata:
            from eventcode.tables.reading import read_metadata

            path = table_path(self.folder, name)
            found = read_metadata(path)
            if IMPORTED_FROM in found:
                raise InputError(
                    f"{path}: its rows were imported from {found[IMPORTED_FROM]} and are for comparing on this "
                    "machine only; give a folder that 'eventcode code' wrote"
                )
            self._metadata[name] = found
        return self._metadata[name]

    def read(self, table: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """Columns of a table, by default all of the one the layout is made of, in order of rows; no metadata, plain strings.

        Raises:
            InputError: the table is missing, lacks a column or was imported.
        """
        from eventcode.tables.parquet import arrow_schema

        name = table or self.table
        self.metadata(name)
        path = table_path(self.folder, name)
        wanted = list(columns if columns is not None else arrow_schema(name).names)
        made = self._read(path, name, wanted)
        missing = [column for column in wanted if column not in made.column_names]
        if missing:
            raise InputError(f"{path}: no column {missing[0]!r}; is it a table that eventcode wrote?")
        return made.select(wanted).replace_schema_metadata(None)

    def _read(self, path: Path, table: str, columns: Sequence[str]) -> pa.Table:
        from eventcode.tables.parquet import read_table

        return read_table(path, columns)

    def pieces(self) -> Iterator[CodedFolder]:
        """The same folder again and again, each time with the next rows of the table alone; once where it has no rows.

        Raises:
            InputError: the table cannot be read.
        """
        import pyarrow.parquet as pq

        from eventcode.tables.parquet import READ_ERRORS

        path = table_path(self.folder, self.table)
        try:
            with pq.ParquetFile(path) as file:
                groups = file.num_row_groups
        except READ_ERRORS as error:
            raise InputError(f"{path}: not a Parquet file that can be read") from error
        for start in range(0, max(groups, 1), _PIECE_GROUPS):
            yield _Piece(self, range(start, min(start + _PIECE_GROUPS, groups)))


class _Piece(CodedFolder):
    """A coded folder of whose table only some row groups are seen."""

    def __init__(self, whole: CodedFolder, groups: range) -> None:
        super().__init__(whole.folder, whole.table)
        self._groups = groups

    def _read(self, path: Path, table: str, columns: Sequence[str]) -> pa.Table:
        if table != self.table:
            return super()._read(path, table, columns)
        import pyarrow.parquet as pq

        from eventcode.tables.parquet import READ_ERRORS

        try:
            with pq.ParquetFile(path) as file:
                return file.read_row_groups(list(self._groups), columns=list(columns))
        except READ_ERRORS as error:
            raise InputError(f"{path}: not a Parquet file that can be read") from error


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file's rows give in a table of ours, one row for each of the file's and in its order.

    ``table``: any of our table's columns; those that are missing are null, or filled by the core where they are required.
    ``reasons``: text for a row that cannot be carried, null for one that can; the text never quotes the file's words.
    """

    table: pa.Table
    reasons: pa.ChunkedArray | pa.Array


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout.

    Args:
        name: as on the command line; the schema of its file is ``schemas/layouts/NAME.json``, where it has one.
        title: what it is, in a few words.
        formats: kinds of file, the usual one first, named like the suffix: ``parquet``, ``dta``, ``geojson``, ``geoparquet``;
            every other (``csv``, ``tsv``, ``txt`` ...) is text in the dialect of the layout's schema.
        source: table of ours that it is made of, and that an imported file becomes.
        export: the file's table, columns in the order of the schema; whole columns at a time, never row by row.
        imported: rows of a file (columns of the schema, all there, typed) as rows of ``source``; None where it is not read.
        notice: what must be said of such a file: whose it is not.
        by_row: whether each row of the file depends on one row of ``source`` alone, in its order: the file is made piece by piece.
        any_table: whether the user may choose another table than ``source``.
        schema: columns of the file by table of ours; None: ``schemas/layouts/NAME.json``, whatever the table.
    """

    name: str
    title: str
    formats: tuple[str, ...]
    source: str
    export: Callable[[CodedFolder], pa.Table]
    imported: Callable[[pa.Table], Carried] | None = None
    notice: str = ""
    any_table: bool = False
    by_row: bool = False
    schema: Callable[[str], TableSchema] | None = None

    def file_schema(self, table: str | None = None) -> TableSchema:
        """Columns of the layout's file, made of this table of ours. Raises UsageError, SchemaError."""
        return load_schema(self.name) if self.schema is None else self.schema(table or self.source)
