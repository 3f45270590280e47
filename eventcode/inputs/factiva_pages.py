"""HTML that Factiva shows or saves: the lines of its articles, as its text exports have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eventcode.inputs.reasons import SetAsideError

_PAGE = re.compile(r'class=["\']?article \w\wArticle|<b>\s*HD\s*</b>')
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "tr",
        "table",
        "tbody",
        "li",
        "ul",
        "ol",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "body",
        "hr",
        "pre",
    )
)
_NO_TEXT = frozenset(("script", "style", "head", "noscript"))


def is_factiva_page(page: str) -> bool:
    """Whether a page holds articles of Factiva."""
    return _PAGE.search(page) is not None


def factiva_lines(page: str) -> Iterator[bytes]:
    """Lines, in UTF-8, of a page: one for each block, "|" between the cells of a row.

    Raises:
        SetAsideError: it cannot be parsed.
    """
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        tree = html.document_fromstring(
            page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise SetAsideError("bad_document", f"the page cannot be parsed ({type(error).__name__})") from error
    line: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if tag in _BLOCKS and line:
            yield _joined(line)
            line = []
        if event == "start":
            silent += tag in _NO_TEXT
            text = element.text if isinstance(tag, str) else None
        else:
            silent -= tag in _NO_TEXT
            if tag in ("td", "th"):
                line.append("|")
            text = element.tail
        if text and not silent:
            line.append(text)
    yield _joined(line)


def _joined(line: list[str]) -> bytes:
    return " ".join("".join(line).split()).encode("utf-8", "surrogatepass") + b"\n"
