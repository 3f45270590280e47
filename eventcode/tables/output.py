"""Tables in the making: hidden while they are written, moved into place together, gone when anything fails."""

from __future__ import annotations

import json
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
from eventcode.tables.parquet import TableWriter, arrow_schema
from eventcode.tables.rows import Row, without_text

CODED_TABLES = ("articles", "acts", "events", "incidents", "places")
REJECTED = "rejected.jsonl"
HIDDEN_PREFIX = ".eventcode-"


def table_path(folder: Path, table: str) -> Path:
    """Where a table of a coded folder lies.

    Raises:
        InputError: the folder or the table is missing.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(
            f"{folder}: there is no {path.name}; 'eventcode code PATH... --out {folder}' writes one"
        )
    return path


def check_rows(table: str, rows: Sequence[Row]) -> None:
    """Make sure that rows can be written, so that one article's number too large for its column stops no batch.

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
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise SchemaError(f"{table}: a value that its column cannot hold") from error
    for field in schema:
        if not field.nullable and made.column(field.name).null_count:
            raise SchemaError(f"{table}: no value in {field.name}")


class TableFolder:
    """Writes tables into a hidden folder beside their final place; ``commit`` moves them there.

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
    ) -> None:
        """Make the folder, where it is missing, and the hidden one in it.

        Args:
            folder: where the tables shall lie.
            names: file name of every table to be written.
            text: False leaves out the articles' words.
            rejects: False leaves ``rejected.jsonl`` alone.
            described: False writes no ``datapackage.json``.

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
        self._hidden = Path(tempfile.mkdtemp(prefix=HIDDEN_PREFIX, dir=folder))
        self._writers: dict[str, TableWriter] = {}
        self._rejections: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what was not committed."""
        with suppress(EventcodeError, OSError):  # what is unfinished need not be finished well
            self._close()
        shutil.rmtree(self._hidden, ignore_errors=True)
        for path in self._made:
            try:
                path.rmdir()  # only when nothing was put there
            except OSError:
                break

    def open(self, metadata: Mapping[str, str]) -> None:
        """Open every table with its file metadata; later calls do nothing."""
        for table, name in self._names.items():
            if table not in self._writers:
                self._writers[table] = TableWriter(self._hidden / name, table, metadata)

    def write(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows to a table."""
        self._writers[table].write(rows if self._text else [without_text(row) for row in rows])
        self.rows[table] += len(rows)

    def reject(self, rejection: Rejection) -> None:
        """Set a record aside."""
        if self._rejections is None:
            self._rejections = (self._hidden / REJECTED).open("w", encoding="utf-8", newline="\n")
        self._rejections.write(json.dumps(asdict(rejection), ensure_ascii=False) + "\n")
        self.rejected += 1

    def commit(self) -> None:
        """Finish the files and move them into place; a ``rejected.jsonl`` of an earlier run goes when nothing was rejected."""
        self._close()
        for path in sorted(self._hidden.iterdir()):
            path.replace(self.folder / path.name)
        if self._rejects and not self.rejected:
            (self.folder / REJECTED).unlink(missing_ok=True)
        if self._described:
            datapackage.write(self.folder)

    def _close(self) -> None:
        if self._rejections is not None:
            self._rejections.close()
            self._rejections = None
        while self._writers:
            _, writer = self._writers.popitem()
            writer.close()
