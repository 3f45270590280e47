"""Articles of files, folders and standard input, one at a time, and what cannot be read as Rejections.

Memory does not grow with the input but for the list of files and one 8-byte hash an article, which finds ids given twice.
"""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from eventcode.inputs.archives import PACKING_ERRORS, members, opened
from eventcode.inputs.articles import Finisher
from eventcode.inputs.exports import read_export
from eventcode.inputs.factiva import FACTIVA
from eventcode.inputs.factiva_pages import factiva_lines, is_factiva_page
from eventcode.inputs.files import STDIN, Group, list_files, name_of, paths_of
from eventcode.inputs.json_document import read_json_document
from eventcode.inputs.json_lines import read_json_lines
from eventcode.inputs.kinds import LAYOUTS, ZIP, find_layout, guess_kind, head_text, other_kind, suffix_of
from eventcode.inputs.lines import BLANKS, numbered_lines
from eventcode.inputs.options import InputOptions
from eventcode.inputs.parquet_files import read_parquet
from eventcode.inputs.plain import read_text
from eventcode.inputs.reasons import Found, Founds, PackingError, Record, SetAsideError, Unread
from eventcode.inputs.rich_text import is_word, rtf_lines, word_lines
from eventcode.inputs.streams import HEAD, as_utf8, limited, read_whole, searchable, unpacked
from eventcode.inputs.tables import read_table
from eventcode.inputs.web_pages import decode_page, page_fields
from eventcode.model import Article, Rejection

DEFAULT_OPTIONS = InputOptions()

_SPELT = {"nexis": "Nexis", "factiva": "Factiva", "proquest": "ProQuest"}

_Named = Iterator[tuple[str, Found]]


class _Member(NamedTuple):
    """Something to be read: its bytes from the beginning, of which ``head`` are the first, unpacked.

    ``file``: the same, where it is a file that can be searched.
    """

    head: bytes
    stream: BinaryIO
    suffix: str
    options: InputOptions
    file: BinaryIO | None = None

    @property
    def text(self) -> BinaryIO:
        """The bytes as UTF-8."""
        return as_utf8(self.head, self.stream)


def read_articles(
    paths: Sequence[Path], date: dt.date | None = None, options: InputOptions = DEFAULT_OPTIONS
) -> Iterator[Article | Rejection]:
    """Articles of files and folders, in the order of ``list_files``, and Rejections for what cannot be coded.

    Args:
        paths: files and folders; ``-`` is standard input.
        date: publication date of articles that give none.
        options: kind, names of columns, limits.

    Raises:
        InputError: at once, when a path is missing, is of no kind that is read, or there is nothing to read.
    """
    return _read(list_files(paths, options), Finisher(date, options), options)


def _read(
    groups: Sequence[Group], finisher: Finisher, options: InputOptions
) -> Iterator[Article | Rejection]:
    for path, problem in paths_of(groups):
        name = name_of(path)
        if problem:
            yield Rejection(name, 1, None, "unreadable", problem)
            continue
        number = 0
        try:
            with _opened(path) as stream:
                for within, found in _file(stream, path, options):
                    number = found.number if not within else 0
                    yield finisher.finish(f"{name}/{within}" if within else name, found)
        except OSError as error:
            yield Rejection(name, number + 1, None, "unreadable", error.strerror or "cannot be read")


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """A file, or standard input, as bytes."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with open(path, "rb", buffering=0) as file:
        yield cast(BinaryIO, file)


def _file(stream: BinaryIO, path: str, options: InputOptions) -> _Named:
    """Records of a file, each with the archive's member that it is in, or ""."""
    file = stream if path != STDIN and stream.seekable() else None
    yield from _guarded(_unpacked(stream, file, suffix_of(path), options, archives=True), "")


def _guarded(founds: _Named, within: str) -> _Named:
    """The same, and a word on what stopped the reading, if anything did, or where there was nothing to be read."""
    number = 0
    try:
        for named in founds:
            number = named[1].number
            yield named
    except SetAsideError as problem:
        yield within, Unread(number + 1, problem.reason, problem.detail)
    else:
        if number == 0:
            yield within, Unread(1, "empty", "no record is in it")


def _unpacked(
    stream: BinaryIO, file: BinaryIO | None, suffix: str, options: InputOptions, archives: bool
) -> _Named:
    head, inner, packed = unpacked(stream, options.unpacked_bytes)
    file = None if packed else file
    if len(head) < HEAD and not head.strip(BLANKS):
        yield "", Unread(1, "empty", "nothing but blanks is in it" if head else "no byte is in it")
    elif head.startswith(ZIP):
        with searchable(inner, file, options.unpacked_bytes) as whole, opened(whole) as archive:
            if is_word(archive.namelist()):
                whole.seek(0)
                raw = read_whole(whole, options.unpacked_bytes)
                lines = word_lines(raw, options.unpacked_bytes)
                yield from _unnamed(_rich(lines, "a Word file", options))
            elif archives:
                yield from _archive(archive, options)
            else:
                yield "", Unread(1, "unknown_kind", "an archive inside an archive")
    else:
        yield from _unnamed(_founds(_Member(head, inner, suffix, options, file)))


def _archive(archive: zipfile.ZipFile, options: InputOptions) -> _Named:
    listed = members(archive)
    if not listed:
        yield "", Unread(1, "empty", "an archive without a file of a kind that is read")
    for member in listed:
        within = member.filename.encode("utf-8", "replace").decode()
        yield from _guarded(_in_archive(archive, member, within, options), within)


def _in_archive(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, within: str, options: InputOptions
) -> _Named:
    try:
        packed = archive.open(member)
    except PACKING_ERRORS as error:
        raise PackingError(
            "bad_packing", "the member cannot be opened: damaged, or with a password"
        ) from error
    with packed, limited(packed, options.unpacked_bytes, "zip") as stream:
        for _, found in _unpacked(stream, None, suffix_of(member.filename), options, archives=False):
            yield within, found


def _unnamed(founds: Founds) -> _Named:
    return (("", found) for found in founds)


def _kind(member: _Member) -> str | None:
    """The kind that is named, or that the content tells. A database's export may come as RTF or HTML too."""
    named = member.options.format
    if named is None or named in LAYOUTS:
        guessed = guess_kind(member.head, member.suffix, [column for _, column in member.options.columns])
        return guessed if named is None or guessed in ("rtf", "html") else named
    return named


def _founds(member: _Member) -> Founds:
    """Records of something that is neither packed nor an archive."""
    kind = _kind(member)
    options = member.options
    if kind == "text":
        return read_text(member.stream, options)
    if kind == "jsonl":
        return read_json_lines(member.text, options)
    if kind == "json":
        return read_json_document(member.text, options)
    if kind in ("csv", "tsv"):
        return read_table(member.text, options, "\t" if kind == "tsv" else None)
    if kind == "parquet":
        return read_parquet(member.stream, member.file, options)
    if kind == "html":
        return _page(member)
    if kind == "rtf":
        return _rich(rtf_lines(read_whole(member.stream, options.unpacked_bytes)), "an RTF file", options)
    if kind in LAYOUTS:
        return _export(member, str(kind))
    if kind in ("docx", "zip"):
        return _one(Unread(1, "bad_packing", "named as a zip archive or Word file, but none"))
    words = other_kind(member.head) or "none of the kinds that are read; --format names one"
    return _one(Unread(1, "unknown_kind", words))


def _one(found: Found) -> Founds:
    yield found


def _export(member: _Member, database: str) -> Founds:
    layout = find_layout(head_text(member.head), database)
    if layout is None:
        yield _no_export(database)
        return
    lines = (line for _, line in numbered_lines(member.text, member.options.record_bytes))
    yield from read_export(lines, layout, member.options)


def _no_export(database: str) -> Unread:
    signs = " or ".join(layout.signs for layout in LAYOUTS[database])
    return Unread(1, "unknown_kind", f"no export of {_SPELT[database]}: it lacks {signs}")


def _rich(lines: Iterator[bytes], kind: str, options: InputOptions) -> Founds:
    """Documents of an export that comes as RTF or Word file."""
    first: list[bytes] = []
    size = 0
    for line in lines:
        first.append(line)
        size += len(line)
        if size > HEAD:
            break
    if not b"".join(first).strip():
        yield Unread(1, "empty", f"{kind} without text")
        return
    layout = find_layout(b"".join(first).decode("utf-8", "replace"), options.format)
    if layout is None:
        wanted = options.format or "Nexis, Factiva or ProQuest"
        yield Unread(
            1, "unknown_kind", f"{kind} that is no export of {wanted}; save other articles as plain text"
        )
        return
    yield from read_export(chain(first, lines), layout, options)


def _page(member: _Member) -> Founds:
    """The article of a page, or those of a page of Factiva."""
    options = member.options
    raw = member.stream.read(options.record_bytes + 1)
    if len(raw) > options.record_bytes:
        yield Unread(1, "too_long", f"the page has more than {options.record_bytes} bytes")
        return
    page = decode_page(raw)
    if is_factiva_page(page):
        yield from read_export(factiva_lines(page), FACTIVA, options)
    elif options.format in LAYOUTS:
        yield _no_export(str(options.format))
    else:
        yield Record(1, page_fields(page))
