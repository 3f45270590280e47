"""Reads the files that GeoNames offers for download, plain or zipped, line by line: dumps and alternate names.

A line that cannot be read raises ``Malformed``, so that the caller can count it and go on. Nothing here keeps more than
one line in memory.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from eventcode.errors import GazetteerError

DUMP_COLUMNS = 19
# alternateNames.txt has 8 columns, alternateNamesV2.txt two more.
ALTERNATE_COLUMNS = (8, 10)
# GeoNames has reached 13 million; a bit for each id up to here takes 25 MB.
MAX_ID = 200_000_000
_MAX_LINE = 1 << 20  # bytes; the longest line of the real dump has some 20,000
# Values of the language column that mark codes and links, not names.
_NO_LANGUAGES = frozenset(
    ("abbr", "faac", "fr_1793", "iata", "icao", "link", "phon", "piny", "post", "tcid", "unlc", "wkdt")
)


class Malformed(ValueError):
    """A line that is not as GeoNames describes it; the text says why."""


@dataclass(frozen=True, slots=True)
class DumpPlace:
    """One row of a dump. WGS84 degrees; ``country`` is ISO alpha-2 or ""; ``code`` is class and code ("P.PPL")."""

    id: int
    name: str
    ascii_name: str
    alternates: str
    latitude: float
    longitude: float
    code: str
    country: str
    admin1: str
    admin2: str
    admin3: str
    population: int


@dataclass(frozen=True, slots=True)
class AlternateName:
    """One row of the alternate names: a name of the place ``id`` in a language ("en", "" where none is told)."""

    id: int
    name: str
    language: str
    preferred: bool
    weak: bool  # colloquial or historical


class TextFile:
    """A text file of GeoNames, plain or in a zip archive.

    Attributes:
        path: as given.
        name: of the text file, without folder.
        size: of the text in bytes.
    """

    def __init__(self, path: Path) -> None:
        """Look at the file.

        Raises:
            GazetteerError: it is missing, no regular file, or an archive without a text.
        """
        self.path = path
        self._member: str | None = None
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise GazetteerError(f"{path}: is no regular file; it has to be read more than once")
            self.name, self.size = path.name, status.st_size
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    member = _member(archive, path)
                self._member, self.name, self.size = (
                    member.filename,
                    Path(member.filename).name,
                    member.file_size,
                )
        except (OSError, zipfile.BadZipFile) as exc:
            raise GazetteerError(f"{path}: cannot be read: {exc}") from exc

    def lines(self, digest: hashlib._Hash | None = None) -> Iterator[tuple[int, bytes]]:
        """Line numbers, from 1, and lines with their ends; of a line of more than a megabyte only so much.

        Args:
            digest: fed with every byte.

        Raises:
            GazetteerError: the file cannot be read to its end.
        """
        with self._open() as stream:
            number, whole = 1, True
            while True:
                line = self._read(stream)
                if not line:
                    return
                if digest is not None:
                    digest.update(line)
                if whole:
                    yield number, line
                whole = line.endswith(b"\n")
                number += whole

    def _read(self, stream: IO[bytes]) -> bytes:
        try:
            return stream.readline(_MAX_LINE)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as exc:
            raise GazetteerError(f"{self.path}: cannot be read to its end, download it again: {exc}") from exc

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        try:
            if self._member is None:
                with self.path.open("rb", buffering=1 << 18) as stream:
                    yield stream
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self._member) as raw:
                    yield io.BufferedReader(raw, 1 << 18)  # type: ignore[type-var]  # has all that is asked of it
        except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as exc:
            raise GazetteerError(f"{self.path}: cannot be read: {exc}") from exc


def _member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    """The text of the archive: the one that is named like it, else the largest."""
    texts = [m for m in archive.infolist() if m.filename.lower().endswith(".txt") and not m.is_dir()]
    if not texts:
        raise GazetteerError(f"{path}: the archive holds no .txt file")
    return max(texts, key=lambda m: (Path(m.filename).stem == path.stem, m.file_size))


def skim(line: bytes) -> tuple[int, str]:
    """Id and feature ("P.PPL") of a line of a dump, for rows that nothing else is wanted of.

    Raises:
        Malformed: it has other columns, or an impossible id.
    """
    if len(line) >= _MAX_LINE:
        raise Malformed("longer than a megabyte")
    cells = line.split(b"\t")
    if len(cells) != DUMP_COLUMNS:
        raise Malformed(f"{len(cells)} columns instead of {DUMP_COLUMNS}")
    code = b"%b.%b" % (cells[6], cells[7])
    return _id(cells[0].decode("ascii", "replace")), code.decode("ascii", "replace")


def dump_place(line: bytes) -> DumpPlace:
    """A line of a dump.

    Raises:
        Malformed: it has other columns or impossible values.
    """
    cells = _cells(line)
    if len(cells) != DUMP_COLUMNS:
        raise Malformed(f"{len(cells)} columns instead of {DUMP_COLUMNS}")
    name = cells[1].strip()
    if not name:
        raise Malformed("no name")
    return DumpPlace(
        id=_id(cells[0]),
        name=name,
        ascii_name=cells[2],
        alternates=cells[3],
        latitude=_degrees(cells[4], 90.0, "latitude"),
        longitude=_degrees(cells[5], 180.0, "longitude"),
        code=f"{cells[6]}.{cells[7]}",
        country=cells[8],
        admin1=cells[10],
        admin2=cells[11],
        admin3=cells[12],
        population=_population(cells[14]),
    )


def alternate_name(line: bytes) -> AlternateName | None:
    """A line of the alternate names; None for what is a code or a link.

    Raises:
        Malformed: it has other columns or impossible values.
    """
    cells = _cells(line)
    if not ALTERNATE_COLUMNS[0] <= len(cells) <= ALTERNATE_COLUMNS[1]:
        raise Malformed(f"{len(cells)} columns instead of 8 or 10")
    id, language, name = _id(cells[1]), cells[2], cells[3].strip()
    if language in _NO_LANGUAGES:
        return None
    if not name:
        raise Malformed("no name")
    return AlternateName(id, name, language, cells[4] == "1", "1" in cells[6:8])


def _cells(line: bytes) -> list[str]:
    if len(line) >= _MAX_LINE:
        raise Malformed("longer than a megabyte")
    try:
        return line.decode("utf-8").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None


def _id(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()) or not 0 < int(cell[:12]) < MAX_ID:
        raise Malformed(f"geonameid {cell[:20]!r}")
    return int(cell)


def _degrees(cell: str, most: float, what: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise Malformed(f"{what} {cell[:20]!r}") from None
    if not -most <= value <= most:  # NaN too
        raise Malformed(f"{what} {cell[:20]!r}")
    return value


def _population(cell: str) -> int:
    if not cell:
        return 0
    if not (cell.isascii() and cell.isdigit()) or len(cell) > 11:
        raise Malformed(f"population {cell[:20]!r}")
    return int(cell)


class Ids:
    """A set of GeoNames ids, one bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, id: int) -> bool:
        """Whether it is new."""
        byte, bit = id >> 3, 1 << (id & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 4096 - len(self._bits)))
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        return True

    def __contains__(self, id: int) -> bool:
        byte = id >> 3
        return byte < len(self._bits) and bool(self._bits[byte] & 1 << (id & 7))
