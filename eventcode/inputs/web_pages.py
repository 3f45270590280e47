"""HTML: title, date, source and text of one page, found by trafilatura without asking the network.

The date is taken only where the page states it: in a meta element (``data/html_dates.csv``), in JSON-LD, or in a time
element that is marked as the day of publication. It is never guessed from the address or from words of the text.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from eventcode.inputs.dates import read_date
from eventcode.inputs.lines import BOM
from eventcode.inputs.reasons import SetAsideError
from eventcode.inputs.streams import UTF16
from eventcode.language import says_english
from eventcode.resources import csv_rows, input_dir

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([-\w:.]{2,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_MOST_LD = 200_000
_DEEPEST = 20
# At this limit trafilatura takes 2 to 4 s for a flat page, and 10 s where all stand 240 deep; libxml2 goes no deeper than 256.
# Long pages of newspapers have some thousands.
MOST_ELEMENTS = 20_000
_PUBLISHED = "datePublished"
# Its own date, which is not used, is looked for no longer than it must be.
_QUICK_DATE = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}


def decode_page(raw: bytes) -> str:
    """The page as text: by its byte order mark, its own ``charset``, as UTF-8, or, as browsers do, Windows-1252.

    Raises:
        SetAsideError: the encoding that it names does not fit.
    """
    if raw.startswith((BOM, *UTF16)):
        encoding = "utf-8-sig" if raw.startswith(BOM) else "utf-16"
    else:
        named = _CHARSET.search(raw[:4096])
        encoding = _known(named[1].decode("ascii", "replace")) if named else ""
        if not encoding:
            encoding = "utf-8" if _is_utf8(raw) else "cp1252"
    try:
        return _DECLARATION.sub("", raw.decode(encoding, "replace" if encoding == "cp1252" else "strict"))
    except (UnicodeError, ValueError) as error:
        raise SetAsideError(
            "bad_encoding", f"not valid {encoding}, which the page names or begins with"
        ) from error


def _known(name: str) -> str:
    """A text encoding of this name; "" where there is none. ISO 8859-1 means Windows-1252 on the web."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True):
        return ""
    return "cp1252" if found.name in ("iso8859-1", "ascii") else found.name


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def page_fields(page: str) -> dict[str, object]:
    """Title, text, date, source, url and language of a page.

    Raises:
        SetAsideError: it cannot be parsed, or no text of an article is found in it.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        tree = trafilatura.load_html(page)
        if tree is None:
            raise SetAsideError("bad_document", "not HTML that can be parsed")
        if sum(1 for _ in islice(tree.iter(), MOST_ELEMENTS + 1)) > MOST_ELEMENTS:
            raise SetAsideError("too_long", f"the page has more than {MOST_ELEMENTS} elements")
        date, language = _stated_date(tree), str(tree.get("lang") or "")
        found: Any = trafilatura.bare_extraction(
            tree, with_metadata=True, include_comments=False, date_extraction_params=_QUICK_DATE
        )
    except SetAsideError:
        raise
    except Exception as error:  # the parser meets pages that nobody foresaw
        raise SetAsideError("bad_document", f"the page cannot be parsed ({type(error).__name__})") from error
    text = (found.text if found is not None else None) or ""
    if not text.strip():
        raise SetAsideError("no_text", "no text of an article was found in the page")
    title = " ".join((found.title or "").split()) or None
    return {
        "text": _without_title(text, title),
        "title": title,
        "date": date,
        "source": found.sitename or found.hostname,
        "url": found.url,
        # Many pages say "en" by their template's habit: only another language is believed.
        "language": language if language and not says_english(language) else None,
    }


def _without_title(text: str, title: str | None) -> str:
    """The text without its first line where that is the title once more."""
    first, _, rest = text.partition("\n")
    return rest if title and rest.strip() and " ".join(first.split()) == title else text


@cache
def _meta_names() -> dict[str, int]:
    """Names of meta elements that hold the day of publication, with their rank."""
    names = csv_rows(input_dir() / "html_dates.csv", lambda row: row["name"])
    return {name: rank for rank, name in enumerate(names)}


def _stated_date(tree: Any) -> dt.date | None:
    """The day of publication that a page states; None where it states none that can be read safely."""
    for found in (*_meta_dates(tree), *_linked_dates(tree), *_marked_times(tree)):
        day = read_date(found)
        if day is not None:
            return day
    return None


def _meta_dates(tree: Any) -> list[str]:
    ranks = _meta_names()
    found: list[tuple[int, str]] = []
    for meta in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            rank = ranks.get((meta.get(attribute) or "").strip().lower())
            if rank is not None:
                found.append((rank, meta.get("content") or ""))
    return [content for _, content in sorted(found, key=lambda pair: pair[0])]


def _linked_dates(tree: Any) -> Iterator[str]:
    """What JSON-LD calls ``datePublished``."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            content = script.text or ""
            if len(content) <= _MOST_LD:
                try:
                    yield from _published(json.loads(content), 0)
                except (ValueError, RecursionError):
                    continue


def _published(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if isinstance(value.get(_PUBLISHED), str):
            yield value[_PUBLISHED]
        for inner in value.values():
            yield from _published(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _published(inner, depth + 1)


def _marked_times(tree: Any) -> Iterator[str]:
    for time in tree.iter("time"):
        marked = time.get("itemprop") == _PUBLISHED or time.get("pubdate") is not None
        if marked or "published" in (time.get("class") or ""):
            yield time.get("datetime") or time.get("content") or (time.text or "")
