"""What kind of input a file is: by its first bytes, and where these do not tell, by its suffix."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from eventcode.inputs.columns import known_fields
from eventcode.inputs.exports import Layout
from eventcode.inputs.factiva import FACTIVA
from eventcode.inputs.lines import BOM
from eventcode.inputs.nexis import NEXIS_UNI, OLD_NEXIS
from eventcode.inputs.parquet_files import MAGIC
from eventcode.inputs.proquest import PROQUEST
from eventcode.inputs.rich_text import RTF
from eventcode.inputs.streams import HEAD, UTF16
from eventcode.inputs.tables import DELIMITERS, names_of

LAYOUTS: Mapping[str, Sequence[Layout]] = {
    "nexis": (OLD_NEXIS, NEXIS_UNI),
    "factiva": (FACTIVA,),
    "proquest": (PROQUEST,),
}
"""Layouts of the databases' exports."""

ZIP = (b"PK\x03\x04", b"PK\x05\x06")

_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rtf": "rtf",
    ".docx": "docx",
    ".zip": "zip",
}
_PACKED = (".gz", ".zst", ".zstd")
# Files that begin so hold no articles in any form that is read.
_OTHERS = {
    b"%PDF": "a PDF file; save the articles as text, RTF or Word",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file; save it as .docx or .csv",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"BZh": "packed with bzip2; gzip and zstd are read",
    b"\xfd7zXZ": "packed with xz; gzip and zstd are read",
    b"7z\xbc\xaf": "packed with 7-Zip; zip, gzip and zstd are read",
    b"SQLite format": "a database file; export the articles as CSV",
    b"RDX": "a file of R; write the articles as CSV or Parquet",
}
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_TAGS = re.compile(r"<(?:html|head|body|article|div|p|h1|title)\b[^>]{0,500}>", re.IGNORECASE)
_OBJECT = re.compile(r"\{\s*(?:\"|\}|\Z)")
_LIST = re.compile(r"\[\s*(?:[\[{\"\]]|\Z)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL = 0.02
_LONGEST_NAME = 60


def suffix_of(name: str) -> str:
    """The suffix that tells a file's kind, small, without that of its packing."""
    name = name.lower()
    while name.endswith(_PACKED):
        name = name[: name.rfind(".")]
    return name[name.rfind(".") :] if "." in name.rpartition("/")[2][1:] else ""


def is_named_as_input(name: str) -> bool:
    """Whether a file in a folder or archive is read, by its name: one of the known suffixes, or packed without any."""
    suffix = suffix_of(name)
    return suffix in _SUFFIXES or (not suffix and name.lower().endswith(_PACKED))


def other_kind(head: bytes) -> str | None:
    """What a file is that is surely none of the kinds, in words; None where it may be one."""
    if head[257:262] == b"ustar":
        return "a tar archive; unpack it first, or make a zip archive"
    return next((words for magic, words in _OTHERS.items() if head.startswith(magic)), None)


def guess_kind(head: bytes, suffix: str, columns: Sequence[str] = ()) -> str | None:
    """The kind of a stream that is neither packed nor an archive; None where it is none that is read.

    Args:
        head: its first HEAD bytes, or all.
        suffix: of its name, as ``suffix_of`` gives it.
        columns: names of columns that tables are told to have.
    """
    if head.startswith(MAGIC):
        return "parquet"
    if head.startswith(RTF):
        return "rtf"
    if other_kind(head):
        return None
    text = head_text(head)
    named = _SUFFIXES.get(suffix)
    return _by_text(text, named, len(head) >= HEAD, columns) or named or _unnamed(text)


def head_text(head: bytes) -> str:
    """First bytes as text, whatever they are."""
    if head.startswith(UTF16):
        return head.decode("utf-16", "replace")
    return head.removeprefix(BOM).decode("utf-8", "replace")


def find_layout(text: str, format: str | None) -> Layout | None:
    """The export's layout that a text begins in, among those of a database or of all."""
    for database, layouts in LAYOUTS.items():
        if format in (None, database):
            for layout in layouts:
                if layout.known(text):
                    return layout
    return None


def _by_text(text: str, named: str | None, cut: bool, columns: Sequence[str]) -> str | None:
    """The kind that the text surely is."""
    if _PAGE.match(text):
        return "html"
    begin = text.lstrip()
    if named in (None, "text", "json", "jsonl", "csv", "html") and begin[:1] in ("{", "["):
        return _json_kind(begin, named, cut)
    if named in (None, "text"):
        for database, layouts in LAYOUTS.items():
            if any(layout.known(text) for layout in layouts):
                return database
        if _is_table(text, columns):
            return "csv"
    return None


def _json_kind(begin: str, named: str | None, cut: bool) -> str | None:
    """JSON Lines or a JSON document; None where it is no JSON, or its suffix may tell better."""
    first, newline, rest = begin.partition("\n")
    first = first.rstrip()
    second = rest.lstrip()[:1]
    whole = _is_json(first)
    if begin[0] == "{":
        if whole:
            return "jsonl" if second or named != "json" else "json"
        if not _OBJECT.match(begin):
            return None
        if named == "jsonl":
            return "json" if first == "{" else "jsonl"
        return "jsonl" if second == "{" else "json"
    if not _LIST.match(begin):
        return None
    if named != "jsonl":
        return "json" if named == "json" or _OBJECT.match(begin[1:].lstrip()) or first == "[]" else None
    if whole:
        return "jsonl" if second else "json"
    return "json" if first == "[" or first.endswith(",") or (cut and not newline) else "jsonl"


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str, columns: Sequence[str]) -> bool:
    """Whether the first line is a row of names: all those told, or two that are known, the text's among them."""
    first = text.lstrip("\r\n").partition("\n")[0].rstrip("\r")
    for delimiter in DELIMITERS:
        names = names_of(first, delimiter) or []
        if columns and names and set(columns) <= set(names):
            return True
        if len(names) > 1 and max(map(len, names)) <= _LONGEST_NAME and known_fields(names) > 1:
            return True
    return False


def _unnamed(text: str) -> str | None:
    """The kind of a file whose suffix says nothing: plain text, if it is text at all."""
    if len(_TAGS.findall(text)) > 2 and text.lstrip().startswith("<"):
        return "html"
    strange = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return "text" if strange <= len(text) * _MOST_CONTROL else None
