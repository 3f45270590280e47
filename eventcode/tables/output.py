"""Tables in the making: hidden while they are written, moved into place together, gone when anything fails."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyarrow as pa

from eventcode.errors import EventcodeError, InputError, SchemaError, UsageError
from eventcode.model import Rejection
from eventcode.tables import datapackage
from eventcode.tables.parquet import ROW_GROUP_ROWS, TableWriter, arrow_schema
from eventcode.tables.rows import Row, without_text

CODED_TABLES = ("articles", "acts", "events", "incidents", "places")
REJECTED = "rejected.jsonl"
HIDDEN_PREFIX = ".eventcode-"
# Characters at which some readers end a line, and JSON does not: a file's name may hold them.
_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def table_path(folder: Path, table: str) -> Path:
    """Where a table of a coded folder lies.

    Raises:
        InputError: the folder or the table is missing.
    """
    if folder.is_file():
        raise InputError(f"{folder}: is a file; give the folder that it lies in, {folder.parent}")
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(
            f"{folder}: there is no {path.name}; 'eventcode code PATH... --out {folder}' writes one"
        )
    return path


def rows_table(table: str, rows: Sequence[Row]) -> pa.Table:
    """Rows as an Arrow table that can be written; the message of an error quotes no value of a row.

    Raises:
        SchemaError: a column is missing or unknown, null where it may not be, or cannot hold its value.
    """
    schema = arrow_schema(table)
    names = frozenset(schema.names)
    for row in rows:
        if row.keys() != names:
            raise SchemaError(f"{table}: columns {sorted(row.keys() ^ names)} are missing or unknown")
    try:
        made = pa.Table.from_pylist(list(rows), schema=schema)
    except (pa.ArrowException, OverflowError, UnicodeError) as error:
        raise SchemaError(f"{table}: a value that its column cannot hold") from error
    for field in schema:
        if not field.nullable and made.column(field.name).null_count:
            raise SchemaError(f"{table}: no value in {field.name}")
    return made


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk. Raises OSError."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class PieceWriter(TableWriter):
    """A table writer that takes Arrow tables of any size: the row groups, and the bytes, are those of the same rows
    written one by one."""

    def append(self, piece: pa.Table) -> None:
        """Add the rows of a table of the same columns; not to be mixed with ``write``."""
        self._chunks.append(piece.replace_schema_metadata(self._schema.metadata))
        waiting = sum(len(chunk) for chunk in self._chunks)
        while waiting >= ROW_GROUP_ROWS:
            rows = pa.concat_tables(self._chunks)
            self._chunks = [rows.slice(0, ROW_GROUP_ROWS)]
            self._write_group()
            waiting -= ROW_GROUP_ROWS
            self._chunks = [rows.slice(ROW_GROUP_ROWS)] if waiting else []


class TableFolder:
    """Writes tables into a hidden folder beside their final place; ``commit`` moves them there, and what else lies in
    ``hidden`` with them.

    A context manager: what was not committed is removed on the way out, and the folder too when it was made here.
    """

    def __init__(
        self,
        folder: Path,
        names: Mapping[str, str],
        *,
        text: bool = True,
        rejects: bool = True,
        described: bool = True,
        scratch: Path | None = None,
    ) -> None:
        """Make the folder, where it is missing, and the hidden one in it.

        Args:
            folder: where the tables shall lie.
            names: file name of every table to be written.
            text: False leaves out the articles' words.
            rejects: False leaves ``rejected.jsonl`` alone.
            described: False writes no ``datapackage.json``.
            scratch: folder on the same disk in which the hidden one is made; by default ``folder``.

        Raises:
            UsageError: ``folder`` is a file.
            OSError: it cannot be made or written to.
        """
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder}: is a file; a folder is needed")
        self.folder = folder
        self.rows: Counter[str] = Counter()
        self.rejected = 0
        self._names = names
        self._text = text
        self._rejects = rejects
        self._described = described
        self._made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        self.hidden = Path(tempfile.mkdtemp(prefix=HIDDEN_PREFIX, dir=scratch or folder))
        self._writers: dict[str, PieceWriter] = {}
        self._rejections: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was not committed."""
        with suppress(EventcodeError, OSError):  # what is unfinished need not be finished well
            self._close()
        shutil.rmtree(self.hidden, ignore_errors=True)
        for path in self._made:
            try:
                path.rmdir()  # only when nothing was put there
            except OSError:
                break

    def open(self, metadata: Mapping[str, str]) -> None:
        """Open every table with its file metadata; later calls do nothing."""
        for table, name in self._names.items():
            if table not in self._writers:
                self._writers[table] = PieceWriter(self.hidden / name, table, metadata)

    def write(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to a table."""
        self._writers[table].write(rows if self._text else [without_text(row) for row in rows])
        self.rows[table] += len(rows)

    def append(self, table: str, piece: pa.Table) -> None:
        """Add the rows of an Arrow table to a table that only such are added to; their words are written as they are."""
        self._writers[table].append(piece)
        self.rows[table] += len(piece)

    def reject(self, rejection: Rejection) -> None:
        """Set a record aside."""
        if self._rejections is None:
            self._rejections = (self.hidden / REJECTED).open("w", encoding="utf-8", newline="\n")
        line = json.dumps(asdict(rejection), ensure_ascii=False).translate(_LINE_ENDS)
        self._rejections.write(f"{line}\n")
        self.rejected += 1

    def commit(self) -> None:
        """Finish the files and move them into place; a ``rejected.jsonl`` of an earlier run goes when nothing was rejected.

        Nothing is moved before everything is written, down to the disk.
        """
        self._close()
        if self._described:
            self._describe()
        made = sorted(self.hidden.iterdir())
        for path in made:
            sync(path)
        for path in made:
            path.replace(self.folder / path.name)
        if self._rejects and not self.rejected:
            (self.folder / REJECTED).unlink(missing_ok=True)
        sync(self.folder)

    def _describe(self) -> None:
        """Write the descriptor of the folder as it will be: with tables of an earlier run that stay."""
        staying = [
            path
            for table in CODED_TABLES
            if table not in self._names and (path := self.folder / f"{table}.parquet").is_file()
        ]
        links = [self.hidden / path.name for path in staying]
        for link, path in zip(links, staying, strict=True):
            link.symlink_to(path.resolve())
        datapackage.write(self.hidden)
        for link in links:
            link.unlink()

    def _close(self) -> None:
        if self._rejections is not None:
            self._rejections.close()
            self._rejections = None
        while self._writers:
            _, writer = self._writers.popitem()
            writer.close()
