"""Finished parts on the disk: each one file, written whole or not at all, with a manifest that vouches for it.

    .parts/NAME.zip: articles.parquet acts.parquet events.parquet places.parquet rejected.jsonl part.json

NAME is made of two hashes: of the part's records and all that reading depends on, and of what coding depends on besides.
So a part is found again by what it was made from, wherever in the input it stands now. One file, not a folder of six: a
corpus has thousands of parts, network disks count files, and every file that must be safe on the disk is waited for.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from eventcode.batch.versions import Versions
from eventcode.errors import EventcodeError
from eventcode.model import Rejection
from eventcode.tables.output import HIDDEN_PREFIX, REJECTED, sync
from eventcode.tables.parquet import COMPRESSION, READ_ERRORS, arrow_schema

FOLDER = ".parts"
MANIFEST = "part.json"
FORMAT = 1
PART_TABLES = ("articles", "acts", "events", "places")
SUFFIX = ".zip"
_UNFINISHED = ".new.zip"
_NAME_LETTERS = 32
# What a file raises that is missing, cut off or was tampered with.
_DAMAGED = (
    *READ_ERRORS,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    TypeError,
    AttributeError,
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that a part sets aside, after so many of the part's articles."""

    position: int
    rejection: Rejection


@dataclass(frozen=True, slots=True)
class Content:
    """What a part holds. ``tables``: Arrow tables by name. ``set_aside``: in order."""

    tables: Mapping[str, pa.Table]
    set_aside: Sequence[SetAside]


class PartStore:
    """The parts of one output folder. The caller holds the folder's lock."""

    def __init__(self, folder: Path, versions: Versions, text: bool) -> None:
        """Args:
        folder: of the parts; it exists.
        versions: what parts are made with now.
        text: whether they show the articles' words.
        """
        self.folder = folder
        self._versions = versions
        self._text = text
        self._coding = _letters(versions.coding)[:16]
        self._other_codings: dict[str, str] | None = None
        self._last: tuple[str, Content] | None = None

    def clean(self) -> None:
        """Remove what a run that was killed had begun."""
        for path in self.folder.iterdir():
            if path.name.startswith(HIDDEN_PREFIX):
                shutil.rmtree(path, ignore_errors=True)
        (self.folder / _UNFINISHED).unlink(missing_ok=True)

    def name(self, input_sha256: str) -> str:
        """The name of the part of these records as it would be made now."""
        return f"{self._reading(input_sha256)}-{self._coding}"

    def holds(self, name: str, input_sha256: str) -> bool:
        """Whether the part is there, whole and undamaged."""
        return self._checked(name, input_sha256)

    def with_other_coding(self, input_sha256: str) -> str | None:
        """Name of a part that was read just so, but coded in another way; None where there is none."""
        if self._other_codings is None:
            self._other_codings = {name.split("-")[0]: name for name in sorted(self.names())}
        name = self._other_codings.get(self._reading(input_sha256))
        return name if name and self._checked(name, input_sha256) else None

    def rows(self, name: str) -> Mapping[str, int]:
        """Numbers of rows of each table, and of ``rejected``."""
        with zipfile.ZipFile(self._path(name)) as file:
            told = json.loads(file.read(MANIFEST))
        return {str(table): int(number) for table, number in told["rows"].items()}

    def read(self, name: str) -> Content:
        """A part. Raises EventcodeError where it has been damaged since it was found."""
        if self._last is not None and self._last[0] == name:
            return self._last[1]
        try:
            with zipfile.ZipFile(self._path(name)) as file:
                tables = {table: _table(table, file.read(_member(table))) for table in PART_TABLES}
                set_aside = [_set_aside(json.loads(line)) for line in file.read(REJECTED).splitlines()]
        except _DAMAGED as error:
            raise EventcodeError(f"{self._path(name)}: was changed while it was in use") from error
        return Content(tables, set_aside)

    def write(self, name: str, input_sha256: str, content: Content) -> None:
        """Save a part: nobody sees it before all of it is on the disk. Raises OSError."""
        members = {_member(table): _parquet(content.tables[table]) for table in PART_TABLES}
        members[REJECTED] = _lines(content.set_aside)
        members[MANIFEST] = self._manifest(input_sha256, content, members)
        hidden = self.folder / _UNFINISHED
        try:
            with hidden.open("wb") as file:
                file.write(_zipped(members))
                file.flush()
                os.fsync(file.fileno())
            hidden.replace(self._path(name))
        finally:
            hidden.unlink(missing_ok=True)
        sync(self.folder)
        self._last = name, content  # most often it is asked for at once

    def keep(self, names: Iterable[str]) -> None:
        """Remove all parts but these."""
        for name in set(self.names()) - set(names):
            self._path(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Names of all parts."""
        return [path.stem for path in self.folder.glob(f"*-*{SUFFIX}")]

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{SUFFIX}"

    def _manifest(self, input_sha256: str, content: Content, members: Mapping[str, bytes]) -> bytes:
        rows = {table: len(content.tables[table]) for table in PART_TABLES}
        manifest = {
            "format": FORMAT,
            "input_sha256": input_sha256,
            "reading_sha256": self._versions.reading,
            "coding_sha256": self._versions.coding,
            "text": self._text,
            "made_with": dict(self._versions.metadata),
            "rows": {**rows, "rejected": len(content.set_aside)},
            "files": {member: hashlib.sha256(packed).hexdigest() for member, packed in members.items()},
        }
        return json.dumps(manifest, indent=1).encode()

    def _reading(self, input_sha256: str) -> str:
        told = f"{FORMAT} {self._text} {self._versions.reading} {input_sha256}"
        return _letters(told)

    def _checked(self, name: str, input_sha256: str) -> bool:
        try:
            with zipfile.ZipFile(self._path(name)) as file:
                told: dict[str, Any] = json.loads(file.read(MANIFEST))
                return told["input_sha256"] == input_sha256 and all(
                    hashlib.sha256(file.read(member)).hexdigest() == sha256
                    for member, sha256 in told["files"].items()
                )
        except _DAMAGED:
            return False


def _letters(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:_NAME_LETTERS]


def _member(table: str) -> str:
    return f"{table}.parquet"


def _parquet(table: pa.Table) -> bytes:
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression=COMPRESSION)
    packed: bytes = stream.getvalue().to_pybytes()
    return packed


def _table(table: str, packed: bytes) -> pa.Table:
    # In one thread: a part is small, and starting threads for it takes longer.
    return pq.read_table(pa.BufferReader(packed), use_threads=False).cast(arrow_schema(table))


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """An archive of files that are packed already."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as file:
        for member, packed in members.items():
            file.writestr(zipfile.ZipInfo(member), packed)  # without the time of day
    return stream.getvalue()


def _lines(set_aside: Iterable[SetAside]) -> bytes:
    told = ({"position": one.position, **asdict(one.rejection)} for one in set_aside)
    return "".join(json.dumps(one) + "\n" for one in told).encode()


def _set_aside(told: dict[str, Any]) -> SetAside:
    position = int(told.pop("position"))
    return SetAside(position, Rejection(**told))
