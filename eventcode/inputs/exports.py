"""What the readers of database exports share: parting a file into documents, and paragraphs out of lines.

A layout parts a file by lines that are marks; each document is decoded and read by itself, so that a broken one does
not touch its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from eventcode.inputs.lines import decode_export
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Founds, Record, SetAsideError, Unread

Fields = dict[str, object]
_WRAPPED_LINE = 100
_LONGEST_DATELINE = 80
_ENDING_WORDS = "the file ends inside a document"


class Layout(NamedTuple):
    """How a database lays out many articles in one file.

    ``known``: whether the beginning of a file is of this layout. ``mark``: a line between documents. ``ends``: the mark
    is the last line of its document, not the first of the next. ``holds``: whether the text of a part is a document; asked
    of parts that a mark does not make one (the cover, what comes after the last), or, where ``ask_always``, of all.
    ``parse``: the fields of a document's lines; raises SetAsideError. ``signs``: what it is known by, in words.
    """

    name: str
    signs: str
    known: Callable[[str], bool]
    mark: re.Pattern[bytes]
    ends: bool
    ask_always: bool
    holds: Callable[[str], bool]
    parse: Callable[[Sequence[str]], Fields]


class _Part(NamedTuple):
    """Bytes between two marks; ``begun`` and ``ended``: whether a mark stands before and after. None: too many."""

    raw: bytes | None
    begun: bool
    ended: bool


def read_export(lines: Iterable[bytes | None], layout: Layout, options: InputOptions) -> Founds:
    """A record for every document.

    Args:
        lines: with their ends; None for one that is too long.
        layout: of the file.
        options: limits.
    """
    number = 0
    for part in _parts(lines, layout, options.record_bytes):
        complete = part.ended if layout.ends else part.begun
        if part.raw is None:
            number += 1
            yield Unread(number, "too_long", f"the document has more than {options.record_bytes} bytes")
            continue
        doubtful = layout.ask_always or not complete
        if not part.raw.strip() or (doubtful and not layout.holds(part.raw.decode("utf-8", "replace"))):
            continue
        number += 1
        if layout.ends and not complete:
            yield Unread(number, "bad_document", _ENDING_WORDS)
        else:
            try:
                yield Record(number, layout.parse(decode_export(part.raw).splitlines()))
            except SetAsideError as problem:
                yield Unread(number, problem.reason, problem.detail)
    if number == 0:
        yield Unread(1, "unknown_kind", f"no document of an export of {layout.name} is in it")


def _parts(lines: Iterable[bytes | None], layout: Layout, limit: int) -> Iterator[_Part]:
    taken: list[bytes] = []
    size, too_long, begun = 0, False, False
    for line in lines:
        if line is not None and len(line) < 1000 and layout.mark.match(line):
            if layout.ends:
                taken.append(line)
            yield _Part(None if too_long else b"".join(taken), begun, True)
            taken, size, too_long, begun = [], 0, False, True
            if not layout.ends:
                taken.append(line)
        elif line is None:
            too_long = True
        elif not too_long:
            size += len(line)
            taken.append(line)
            if size > limit:
                too_long, taken = True, []
    yield _Part(None if too_long else b"".join(taken), begun, False)


def blocks(lines: Iterable[str]) -> list[list[str]]:
    """Runs of lines that are not blank."""
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [block for block in found if block]


def one_line(lines: Iterable[str]) -> str:
    """Lines as one, every run of white space one blank."""
    return " ".join(" ".join(lines).split())


def paragraphs(lines: Sequence[str], wrapped: bool = False) -> str:
    """The text of some lines, a blank line between its paragraphs.

    Where blank lines part blocks of short lines, the lines of a block were wrapped and are put together; otherwise each
    line is a paragraph.

    Args:
        lines: of the text.
        wrapped: lines are known to be wrapped, so that even a single block of short ones is put together.
    """
    found = blocks(lines)
    longest = max((len(line.rstrip()) for block in found for line in block), default=0)
    if (wrapped or len(found) > 1) and longest <= _WRAPPED_LINE:
        return "\n\n".join(one_line(block) for block in found)
    return "\n\n".join(one_line([line]) for block in found for line in block)


def with_dateline(dateline: str, text: str) -> str:
    """The text with the place that it was written at before it, where a field of its own gave it: "GAO, Mali - "."""
    place = one_line([dateline]).rstrip(" .:-–—")
    first = place.partition(",")[0].casefold()
    if not place or len(place) > _LONGEST_DATELINE or text.lstrip().casefold().startswith(first):
        return text
    return f"{place} - {text}"


def language_word(value: str) -> str | None:
    """The first word of "ENGLISH" or "English; Dari"; None where there is none."""
    found = re.search(r"[^\W\d_]+", value)
    return found[0] if found else None
