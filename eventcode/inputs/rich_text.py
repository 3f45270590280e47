"""RTF and Word files as lines of text: the forms that Nexis and Factiva also export to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from eventcode.inputs.reasons import PackingError, SetAsideError
from eventcode.inputs.streams import excess

RTF = b"{\\rtf"
_WORD_TEXT = "word/document.xml"


def rtf_lines(raw: bytes) -> Iterator[bytes]:
    """Lines, in UTF-8, of an RTF file; edges of table cells are "|".

    Raises:
        SetAsideError: it is damaged.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(raw.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except Exception as error:  # the parser says nothing of what it may raise
        raise SetAsideError("bad_document", f"RTF that cannot be read ({type(error).__name__})") from error
    return _encoded(text.replace("\xa0", " ").splitlines())


def word_lines(raw: bytes, limit: int) -> Iterator[bytes]:
    """Lines, in UTF-8, of a Word file: paragraphs, and rows of tables with "|" between cells.

    Raises:
        SetAsideError: it is damaged, or holds more bytes than the limit.
    """
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as members:
            if sum(member.file_size for member in members.infolist()) > limit:
                raise PackingError("too_large", excess(limit))
        document = docx.Document(io.BytesIO(raw))
        lines = [line for part in document.iter_inner_content() for line in _lines_of(part)]
    except SetAsideError:
        raise
    except Exception as error:  # a damaged package fails in many ways
        raise SetAsideError(
            "bad_document", f"a Word file that cannot be read ({type(error).__name__})"
        ) from error
    return _encoded(line.replace("\xa0", " ") for line in lines)


def is_word(names: list[str]) -> bool:
    """Whether an archive with these members is a Word file."""
    return _WORD_TEXT in names


def _lines_of(part: Any) -> Iterator[str]:
    if hasattr(part, "rows"):
        for row in part.rows:
            yield from "|".join(cell.text for cell in row.cells).split("\n")
    else:
        yield from part.text.split("\n")


def _encoded(lines: Any) -> Iterator[bytes]:
    return (line.encode("utf-8", "surrogatepass") + b"\n" for line in lines)
