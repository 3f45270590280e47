"""Hashes that tell whether two articles have the same words."""

from __future__ import annotations

import hashlib

from eventcode.model import Article


def article_sha256(article: Article) -> str:
    """SHA-256, in hexadecimal, of title and text: the same wherever and under whatever id the article was read."""
    return _sha256(article.title or "", article.text)


def folded_sha256(article: Article) -> str:
    """The same with every run of white space read as one blank: copies that were only wrapped anew are equal."""
    return _sha256(" ".join((article.title or "").split()), " ".join(article.text.split()))


def _sha256(title: str, text: str) -> str:
    content = f"{len(title)}:{title}\x1f{text}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
