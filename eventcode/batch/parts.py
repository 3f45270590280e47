"""Cuts the input into parts, the units in which work is saved.

Where a part ends is decided by the articles in it: after one whose hash ends in certain figures, between a least and a most
number of records. The same input is cut in the same way every time, and an article that is put in or taken out moves the
ends of its neighbourhood alone, where parts of one fixed size would all be others from there on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eventcode.batch.tasks import Record, Task, record_sha256
from eventcode.model import Rejection

# A part waits in memory until it is whole.
PART_CHARACTERS = 4_000_000
CHUNK_ARTICLES = 16
# One long article is a chunk of its own, so that what is in flight stays small.
CHUNK_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some records of the input, in order. ``first``: number of records before them; ``sha256``: of the records."""

    first: int
    records: Sequence[Record]
    sha256: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a part that a worker codes at a time. ``part``: its name; ``last``: whether the part ends here."""

    part: str
    records: Sequence[Record]
    last: bool


def cut_parts(records: Iterable[Record], most: int) -> Iterator[Part]:
    """The parts of the input, in order; none where it is empty.

    Args:
        records: the input.
        most: records that a part may hold; on average it holds half of that.
    """
    least = spread = max(1, most // 4)
    taken: list[Record] = []
    first = characters = 0
    for record in records:
        taken.append(record)
        characters += _size(record)
        ends = len(taken) >= least and isinstance(record, Task) and int(record.sha256[-8:], 16) % spread == 0
        if ends or len(taken) >= most or characters >= PART_CHARACTERS:
            yield _part(first, taken)
            first += len(taken)
            taken, characters = [], 0
    if taken:
        yield _part(first, taken)


def chunks_of(name: str, records: Sequence[Record]) -> Iterator[Chunk]:
    """The records of a part in chunks."""
    taken: list[Record] = []
    characters = 0
    for record in records:
        size = _size(record)
        if taken and (len(taken) >= CHUNK_ARTICLES or characters + size > CHUNK_CHARACTERS):
            yield Chunk(name, taken, last=False)
            taken, characters = [], 0
        taken.append(record)
        characters += size
    yield Chunk(name, taken, last=True)


def _part(first: int, records: Sequence[Record]) -> Part:
    digest = hashlib.sha256()
    for record in records:
        digest.update(record_sha256(record))
    return Part(first, records, digest.hexdigest())


def _size(record: Record) -> int:
    return 0 if isinstance(record, Rejection) else len(record.article.text)
