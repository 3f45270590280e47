"""JSON documents: an array of articles, or objects one after another, found without loading the whole.

A scanner looks for the end of each element (brackets outside strings); the element itself is then read by the JSON
parser. Where brackets do not fit, or a string goes over the end of its line, which JSON forbids, the element is set
aside, and reading goes on at the next line that begins an object and is indented no more than the elements before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from eventcode.inputs.json_lines import json_record
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Founds, Unread

_CHUNK = 1 << 16
# What matters to the scanner outside a string and inside one.
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\\n]')
_SCALAR = re.compile(rb'"(?:[^"\\\n]|\\.)*"|[^\s,\[\]{}"]+|["]', re.DOTALL)
_BLANKS = re.compile(rb"[ \t\r\n,\xef\xbb\xbf]*+")
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}
_DEEPEST = 2000
_NEXT = re.compile(rb"\n([ \t]*),?[ \t]*\{")
_LONGEST_INDENT = 200

_Fault = tuple[str, str]
_NO_JSON: _Fault | None = ("bad_json", "neither an object nor an array begins where one should")


class _Cut:
    """The bytes of a stream of which the front is given away piece by piece.

    ``indent``: blanks before the last element that began a line. ``wary``: an element without end was met, so that an
    object that begins a line no further to the right is taken for the next element.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.data = bytearray()
        self.indent = 1
        self.wary = False
        self._ended = False

    def more(self) -> bool:
        """Read on; False at the end."""
        part = b"" if self._ended else self._stream.read1(_CHUNK)  # type: ignore[attr-defined]
        self._ended = not part
        self.data += part
        return bool(part)

    def skip_between(self) -> int | None:
        """Drop blanks and commas; the byte that follows, or None at the end."""
        while True:
            match = _BLANKS.match(self.data)
            size = match.end() if match else 0
            line = self.data.rfind(b"\n", 0, size)
            if line >= 0:
                self.indent = size - line - 1
            del self.data[:size]
            if self.data:
                return self.data[0]
            if not self.more():
                return None

    def begins_line(self, place: int) -> bool:
        """Whether only blanks stand before a place in its line, no more than before the elements."""
        line = self.data.rfind(b"\n", 0, place)
        return 0 <= line >= place - 1 - self.indent and not self.data[line + 1 : place].strip(b" \t,")

    def take(self, size: int) -> bytes:
        """Give the first bytes away."""
        taken = bytes(self.data[:size])
        del self.data[:size]
        return taken

    def resume(self) -> bool:
        """Drop what is left of a broken element; False when no further one begins a line."""
        at = 0
        while True:
            match = _NEXT.search(self.data, at)
            if match is None:
                # The last line may go on in what is read next.
                line = self.data.rfind(b"\n")
                known = (
                    line if 0 <= len(self.data) - line <= _LONGEST_INDENT and line >= 0 else len(self.data)
                )
                del self.data[:known]
                at = 0
                if not self.more():
                    return False
            elif len(match[1]) <= self.indent:
                del self.data[: match.start() + 1]
                return True
            else:
                at = match.end()


def read_json_document(stream: BinaryIO, options: InputOptions) -> Founds:
    """A record for each element of an array, or for each of the values that stand one after another."""
    number = 0
    for element in _elements(_Cut(stream), options.record_bytes):
        number += 1
        if isinstance(element, bytes):
            yield json_record(number, element, options)
        else:
            yield Unread(number, *element)
    if number == 0:
        yield Unread(1, "empty", "an array without elements")


def _elements(cut: _Cut, limit: int) -> Iterator[bytes | _Fault]:
    """The bytes of each value, or reason and detail for what is none."""
    listed = False
    while (first := cut.skip_between()) is not None:
        if first == ord("[") and not listed:
            listed = True
            cut.take(1)
            continue
        if first in b"]}":
            if first == ord("]") and listed:
                listed = False
            else:
                yield "bad_json", "brackets that do not fit"
            cut.take(1)
            continue
        size, fault = 0, _NO_JSON
        if first in _CLOSING:
            size, fault = _nested_size(cut, limit)
        elif listed:
            size, fault = _scalar_size(cut, limit)
        if fault is None:
            yield cut.take(size)
            continue
        yield fault
        if not cut.resume():
            return
    if listed:
        yield "bad_json", "the file ends before its array does"


def _nested_size(cut: _Cut, limit: int) -> tuple[int, _Fault | None]:
    """Bytes of the object or array that the data begin with; or what is wrong with it."""
    awaited: list[int] = []
    at, inside = 0, False
    while True:
        match = (_INSIDE if inside else _OUTSIDE).search(cut.data, at)
        if match is None:
            at = max(at, len(cut.data))
            if at <= limit and cut.more():
                continue
            cut.wary = True
            return 0, _too_long(limit) if at > limit else ("bad_json", "the file ends inside a record")
        byte, at = cut.data[match.start()], match.end()
        if inside:
            if byte == ord("\n"):
                return 0, ("bad_json", "a string goes over the end of its line")
            if byte == ord("\\"):
                at += 1
            else:
                inside = False
        elif byte == ord('"'):
            inside = True
        elif byte in _CLOSING:
            if awaited and cut.wary and cut.begins_line(match.start()):
                return 0, ("bad_json", "the next record begins inside it")
            awaited.append(_CLOSING[byte])
            if len(awaited) > _DEEPEST:
                cut.wary = True
                return 0, ("bad_json", "nesting without end")
        elif byte != awaited.pop():
            return 0, ("bad_json", "brackets that do not fit")
        elif not awaited:
            return (at, None) if at <= limit else (0, _too_long(limit))


def _scalar_size(cut: _Cut, limit: int) -> tuple[int, _Fault | None]:
    """Bytes of a string, number or word: no article in any case."""
    while True:
        match = _SCALAR.match(cut.data)
        size = match.end() if match else 1
        if size < len(cut.data) and size > 1:
            return size, None
        if len(cut.data) > limit:
            return 0, _too_long(limit)
        if not cut.more():
            return size, None


def _too_long(limit: int) -> _Fault:
    return "too_long", f"the record has more than {limit} bytes"
