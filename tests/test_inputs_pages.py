"""HTML pages: title, text, date, source, and what is not taken for granted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from eventcode.inputs import InputOptions, read_articles
from eventcode.inputs.web_pages import MOST_ELEMENTS
from eventcode.model import Article, Rejection

WORDS = (
    "Rebels took the town of Aguelhok on Thursday after a fight of six hours, the army said in a statement. "
    "Two soldiers were killed, and people left for the river with what they could carry on their backs. "
)
DAY = dt.date(2024, 1, 5)


def page(head: str = "", body: str = "", words: str = WORDS, lang: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>Rebels take a town | Gazette</title>{head}</head><body>'
        f"<nav><a href='/'>Home</a> <a href='/x'>Sport</a></nav><article><h1>Rebels take a town</h1>{body}"
        f"<p>{words}</p><p>{words[::1]}More of it.</p></article><footer>Copyright 2019 The Gazette</footer></body></html>"
    )


def read(folder: Path, content: str | bytes, **options: int) -> Article | Rejection:
    path = folder / "a.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    (found,) = read_articles([path], None, InputOptions(**options))
    return found


def article(folder: Path, content: str | bytes) -> Article:
    found = read(folder, content)
    assert isinstance(found, Article), found
    return found


def test_title_text_source_and_address(tmp_path: Path) -> None:
    head = (
        '<meta property="og:site_name" content="The Sahel Gazette"><link rel="canonical" href="https://gazette.example/a">'
        '<meta property="article:published_time" content="2024-01-05T10:00:00Z">'
    )
    found = article(tmp_path, page(head))
    assert (found.title, found.source, found.url) == (
        "Rebels take a town",
        "The Sahel Gazette",
        "https://gazette.example/a",
    )
    assert found.date == DAY
    assert found.text.startswith("Rebels took the town")
    assert "Sport" not in found.text
    assert found.language is None


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta name="DC.date.issued" content="5 January 2024">', "", DAY),
        ('<meta itemprop="datePublished" content="2024-01-05">', "", DAY),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2024-01-05T09:00:00+01:00"}]}</script>', "", DAY),
        ("", '<time itemprop="datePublished" datetime="2024-01-05">Friday</time>', DAY),
        ("", '<time pubdate datetime="2024-01-05">Friday</time>', DAY),
        ("", '<time datetime="2024-01-05">a day that is not said to be that of publication</time>', None),
        ('<meta property="article:modified_time" content="2024-01-09">', "", None),
        ('<meta property="article:published_time" content="03/04/2024">', "", None),
        ('<script type="application/ld+json">{broken</script>', "", None),
        ("", "<p>Published 5 January 2024</p>", None),
        ('<link rel="canonical" href="https://gazette.example/2024/01/05/a">', "", None),
    ],
)  # fmt: skip
def test_dates_that_a_page_states(tmp_path: Path, head: str, body: str, date: dt.date | None) -> None:
    assert article(tmp_path, page(head, body)).date == date


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", ""),
        ("cp1252", '<meta charset="iso-8859-1">'),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'),
        ("iso8859-15", "<meta charset='ISO-8859-15'>"),
        ("utf-8", '<meta charset="no-such-code">'),
        ("utf-8", '<meta charset="base64">'),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, head: str) -> None:
    raw = page(
        head, words="The café’s owner, Zoë, said".replace("’", "'" if "15" in encoding else "’") + " " + WORDS
    )
    assert "café" in article(tmp_path, raw.encode(encoding)).text


def test_an_encoding_that_does_not_fit(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        page('<meta charset="utf-8">', words="caf\udce9 " + WORDS).encode("utf-8", "surrogateescape"),
    )
    assert isinstance(found, Rejection)
    assert found.reason == "bad_encoding"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html><head></head><body></body></html>", "no_text"),
        (page(lang="fr"), "not_english"),
        ("<html>" + "<div>" * 100_000 + "</html>", "no_text"),
    ],
)
def test_pages_that_are_set_aside(tmp_path: Path, content: str, reason: str) -> None:
    found = read(tmp_path, content)
    assert isinstance(found, Rejection)
    assert found.reason == reason


def test_a_page_of_too_many_elements_is_set_aside(tmp_path: Path) -> None:
    found = read(tmp_path, page(body="<p><i>word" * (MOST_ELEMENTS // 2)))
    assert isinstance(found, Rejection)
    assert found.reason == "too_long"
    assert str(MOST_ELEMENTS) in found.detail


def test_a_page_that_is_too_long(tmp_path: Path) -> None:
    found = read(tmp_path, page(words=WORDS * 2000), article_characters=10)
    assert isinstance(found, Rejection)
    assert found.reason == "too_long"


def test_deep_pages_do_not_hurt(tmp_path: Path) -> None:
    for tag in ("div", "b", "table><tr><td"):
        path = tmp_path / f"{tag[:3]}.html"
        path.write_text(f"<html><body>{f'<{tag}>' * 30_000}{WORDS}</body></html>", encoding="utf-8")
    (tmp_path / "z.html").write_text(page(), encoding="utf-8")
    *_, last = read_articles([tmp_path])
    assert isinstance(last, Article)
