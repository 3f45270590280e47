"""Streams of bytes that unpack gzip and zstd as they are read, and tell their first bytes without losing them."""

from __future__ import annotations

import codecs
import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

from eventcode.inputs.options import MILLION
from eventcode.inputs.reasons import PackingError

HEAD = 1 << 16
"""Bytes that are looked at to tell what a stream holds."""

_CHUNK = 1 << 16
# What is unpacked in one step is lost where damage is met in it.
_ZSTD_STEP = 512
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MOST_LAYERS = 2
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")


class _Again(io.RawIOBase):
    """A stream whose first bytes were read already: gives them once more, then the rest."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._head:
            part, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            part = _some(self._rest, min(len(buffer), _CHUNK)) or b""
        buffer[: len(part)] = part
        return len(part)


class _Unpacked(io.RawIOBase):
    """What a packed stream holds, up to a limit; damage and excess end it with a PackingError."""

    def __init__(self, packed: IO[bytes], limit: int, kind: str) -> None:
        self._packed = packed
        self._limit = limit
        self._left = limit
        self._kind = kind

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            part = _some(self._packed, min(len(buffer), _CHUNK))
        except PackingError:
            raise
        except (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
            raise PackingError("bad_packing", f"the {self._kind} data are damaged or cut off") from error
        self._left -= len(part)
        if self._left < 0:
            raise PackingError("too_large", excess(self._limit))
        buffer[: len(part)] = part
        return len(part)


class _Utf8(io.RawIOBase):
    """UTF-16 text as UTF-8; what cannot be decoded becomes bytes that are no UTF-8 either."""

    def __init__(self, text: IO[bytes]) -> None:
        self._text = text
        self._decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            raw = self._text.read(_CHUNK)
            self._ended = not raw
            try:
                self._ready = self._decoder.decode(raw, self._ended).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                self._ready, self._ended = b"\xff", True
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


class _Zstd:
    """What a zstd stream holds, in small steps."""

    def __init__(self, packed: IO[bytes]) -> None:
        import pyarrow as pa

        self._stream = pa.CompressedInputStream(pa.PythonFile(packed, mode="r"), "zstd")

    def read1(self, size: int) -> bytes:
        return cast(bytes, self._stream.read(min(size, _ZSTD_STEP)))


def _some(stream: IO[bytes], size: int) -> bytes:
    """What can be had at once, b"" only at the end: what stands before damage comes out before the error does."""
    return cast(bytes, stream.read1(size)) if hasattr(stream, "read1") else stream.read(size)


def excess(limit: int) -> str:
    """What is said of a member, or a document, of more bytes than the limit."""
    return f"more than {limit / MILLION:g} MB unpacked; --max-unpacked-mb sets the limit"


def buffered(raw: io.RawIOBase) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(raw, _CHUNK))


def limited(packed: IO[bytes], limit: int, kind: str) -> BinaryIO:
    """A packed stream with a limit, its errors told as PackingError."""
    return buffered(_Unpacked(packed, limit, kind))


def read_head(stream: IO[bytes]) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream, HEAD at most, and the stream with them still in it.

    Raises:
        PackingError: nothing at all could be unpacked; where something could, the error comes when it is reached.
    """
    parts: list[bytes] = []
    size = 0
    error: PackingError | None = None
    while size < HEAD:
        try:
            part = _some(stream, HEAD - size)
        except PackingError as problem:
            error = problem
            break
        if not part:
            break
        parts.append(part)
        size += len(part)
    if error is not None and not parts:
        raise error
    head = b"".join(parts)
    rest: IO[bytes] = stream if error is None else cast(IO[bytes], _Broken(error))
    return head, buffered(_Again(head, rest))


class _Broken:
    """The rest of a stream that is known to be damaged."""

    def __init__(self, error: PackingError) -> None:
        self._error = error

    def read(self, _size: int = -1) -> bytes:
        raise PackingError(self._error.reason, self._error.detail)


def unpacked(stream: IO[bytes], limit: int) -> tuple[bytes, BinaryIO, bool]:
    """First bytes and stream of what is inside gzip and zstd, and whether anything was packed.

    Args:
        stream: packed or not.
        limit: bytes that may come out of it where it is packed.

    Raises:
        PackingError: nothing at all could be unpacked.
    """
    head, again = read_head(stream)
    for layer in range(_MOST_LAYERS + 1):
        if head.startswith(_GZIP):
            kind, inner = "gzip", cast(IO[bytes], gzip.GzipFile(fileobj=again, mode="rb"))
        elif head.startswith(_ZSTD):
            kind, inner = "zstd", cast(IO[bytes], _Zstd(again))
        else:
            return head, again, layer > 0
        head, again = read_head(limited(inner, limit, kind))
    raise PackingError("bad_packing", "packed more than twice over")


def as_utf8(head: bytes, stream: BinaryIO) -> BinaryIO:
    """The stream itself, or, where a byte order mark says UTF-16, its text as UTF-8."""
    if head.startswith(UTF16) and not head.startswith(_UTF32):
        return buffered(_Utf8(stream))
    return stream


def read_whole(stream: IO[bytes], limit: int) -> bytes:
    """All bytes of a stream.

    Raises:
        PackingError: there are more than the limit, or they cannot be unpacked.
    """
    parts: list[bytes] = []
    size = 0
    while part := stream.read(_CHUNK):
        size += len(part)
        if size > limit:
            raise PackingError("too_large", excess(limit))
        parts.append(part)
    return b"".join(parts)


@contextmanager
def searchable(stream: BinaryIO, file: BinaryIO | None, limit: int) -> Iterator[IO[bytes]]:
    """The file itself, from its beginning, or a temporary copy of what is left of a stream.

    Raises:
        PackingError: the stream has more bytes than the limit, or cannot be unpacked.
    """
    if file is not None and file.seekable():
        file.seek(0)
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        size = 0
        while part := stream.read(_CHUNK):
            size += len(part)
            if size > limit:
                raise PackingError("too_large", excess(limit))
            copy.write(part)
        copy.seek(0)
        yield copy
