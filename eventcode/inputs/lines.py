"""Lines of a stream, none of which is read into memory when it is too long; and the decoding of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from eventcode.inputs.reasons import SetAsideError
from eventcode.inputs.streams import UTF16

BOM = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n\x0b\x0c" + BOM
"""Bytes that show nothing."""

# Bytes that Windows-1252 does not define.
_UNDEFINED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def numbered_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbers, from 1, and lines with their ends; None for a line of more than ``limit`` bytes.

    A byte order mark at the very beginning is left out.
    """
    number = 0
    while line := stream.readline(limit):
        number += 1
        whole = line.endswith(b"\n") or len(line) < limit
        if whole:
            yield number, line.removeprefix(BOM) if number == 1 else line
            continue
        while not whole:
            rest = stream.readline(limit)
            whole = rest.endswith(b"\n") or len(rest) < limit
            line = b"" if rest else line
        yield number, line or None


def decode(raw: bytes) -> str:
    """UTF-8 text, or UTF-16 where a byte order mark says so; the mark is left out.

    Raises:
        SetAsideError: it is neither.
    """
    encoding = "utf-16" if raw.startswith(UTF16) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise SetAsideError(
            "bad_encoding", f"byte {error.start} is not valid {encoding[:6].upper()}"
        ) from error


def decode_export(raw: bytes) -> str:
    """UTF-8 text, or Windows-1252 where no byte speaks against it: none that it leaves undefined, and no two that
    make a character of UTF-8.

    Raises:
        SetAsideError: it is neither, or a mixture of both.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _UNDEFINED.isdisjoint(raw) and not _has_utf8(raw):
            return raw.decode("cp1252")
        raise SetAsideError("bad_encoding", f"byte {error.start} is not valid UTF-8") from error


def _has_utf8(raw: bytes) -> bool:
    """Whether some bytes above 127 are valid UTF-8."""
    return any(char > "\x7f" for char in raw.decode("utf-8", "ignore"))
