"""Zip archives: each member is read as a file of its own."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from eventcode.inputs.kinds import is_named_as_input
from eventcode.inputs.reasons import PackingError

PACKING_ERRORS = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, UnicodeError, zlib.error)
"""What zipfile raises for archives that are damaged, locked with a password or packed in a way that it lacks."""


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """A zip archive.

    Raises:
        PackingError: it is damaged.
    """
    try:
        archive = zipfile.ZipFile(file)
    except PACKING_ERRORS as error:
        raise PackingError("bad_packing", "the zip archive is damaged or cut off") from error
    with archive:
        yield archive


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are read, in order of their names: as in a folder, hidden and other files are passed over."""
    return sorted(
        (
            member
            for member in archive.infolist()
            if not member.is_dir() and is_named_as_input(member.filename) and not _is_hidden(member.filename)
        ),
        key=lambda member: member.filename.split("/"),
    )


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))
