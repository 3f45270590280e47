"""Plain text: one article a file, its first line the title."""

from __future__ import annotations

from typing import BinaryIO

from eventcode.inputs.lines import decode
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Founds, Record, SetAsideError, Unread


def read_text(stream: BinaryIO, options: InputOptions) -> Founds:
    """The one article of a text file; its text is kept exactly, but for a byte order mark."""
    raw = stream.read(options.record_bytes + 1)
    if len(raw) > options.record_bytes:
        yield Unread(1, "too_long", f"the record has more than {options.record_bytes} bytes")
        return
    try:
        title, _, text = decode(raw).partition("\n")
    except SetAsideError as problem:
        yield Unread(1, problem.reason, problem.detail)
        return
    yield Record(1, {"title": title.removesuffix("\r"), "text": text}, headed=True)
