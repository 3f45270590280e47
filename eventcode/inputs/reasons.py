"""Why a record is set aside, and the two forms that a record has before it is an article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REASONS: Mapping[str, str] = {
    "unreadable": "the file or folder cannot be opened",
    "unknown_kind": "the file is none of the kinds that are read",
    "bad_packing": "what gzip, zstd or zip packed cannot be unpacked, or not to the end",
    "too_large": "more is unpacked than the limit",
    "bad_document": "a Parquet, HTML, RTF or Word file, or a database's export, is damaged or cut off",
    "no_columns": "no column of a table is known to hold the text",
    "bad_row": "a row of a table has another number of fields than its head, or quotation marks without end",
    "bad_encoding": "not valid UTF-8 text",
    "bad_json": "the line or document is not JSON",
    "not_an_object": "the line or element is JSON, but no object",
    "no_text": "the record has no text",
    "bad_field": "a field has the wrong type",
    "bad_date": "the publication date cannot be read",
    "duplicate_id": "an article with this id was read before",
    "too_long": "the text is longer than the limit",
    "not_english": "the article is not in English",
    "empty": "there is no text but blanks",
}
"""Why a record is set aside, and what the reason means."""


class SetAsideError(Exception):
    """A record, or the rest of a file, that cannot be read; becomes a Rejection and never leaves this package.

    ``detail`` never quotes the article.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class PackingError(SetAsideError):
    """A stream that cannot be unpacked further."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as found: values as they stand in the file under our names of the fields.

    ``number``: line, row, element or document of the file, from 1. ``headed``: the title is the text's own first line,
    so that the rest may be blank.
    """

    number: int
    fields: Mapping[str, object]
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that its reader had to set aside. ``detail`` never quotes the article."""

    number: int
    reason: str
    detail: str


Found = Record | Unread
Founds = Iterator[Found]
