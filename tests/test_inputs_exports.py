"""Exports of news databases: what is read of each layout, and what is set aside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
import pytest

from eventcode.inputs import InputOptions, read_articles
from eventcode.inputs.exports import paragraphs, with_dateline
from eventcode.model import Article, Rejection

DAY = dt.date(2024, 1, 5)

OLD_NEXIS = """


Download Request: Select Items: 1-3
Time Of Request: Friday, January 12, 2024  10:00:00
Terms: (rebels and town)


                               1 of 3 DOCUMENTS



                             The Sahel Gazette

                            January 5, 2024 Friday
                                   Edition 1;
                                    National

Rebels take a town in the north after a long fight with
government soldiers

BYLINE: Awa Traore

SECTION: NEWS; Pg. 3

LENGTH: 120 words

DATELINE: KIDAL, Mali


Rebels took the town of Aguelhok on Thursday after a fight of six hours, the
army said.

Two soldiers were killed: SOURCES in the hospital spoke of five.

LOAD-DATE: January 6, 2024

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper


                      Copyright 2024 The Sahel Gazette
                              All Rights Reserved

                               2 of 3 DOCUMENTS

                              Courrier du Fleuve

                            January 5, 2024 Friday

HEADLINE: Un titre

LENGTH: 10 words

BODY:
Les mots.

LOAD-DATE: January 5, 2024

LANGUAGE: FRENCH; FRANCAIS

                               3 of 3 DOCUMENTS

                              The River Post

HEADLINE: Talks go on

LENGTH: 20 words

BODY:
The talks went on.

LOAD-DATE: January 5, 2024
"""

UNI_LINES = """User Name: = Reader
Date and Time: = Friday, January 12, 2024 10:00:00 AM CET
Job Number: = 123456
Documents (2)
1. Rebels take a town
2. Talks go on

Rebels take a town
The Sahel Gazette
January 5, 2024 Friday
Copyright 2024 The Sahel Gazette All Rights Reserved
Section: NEWS; Pg. 3
Length: 120 words
Byline: Awa Traore
Dateline: KIDAL, Mali
Body
Rebels took the town of Aguelhok on Thursday after a fight of six hours, the army said in a statement that was read out on state television in the evening.
Page 1 of 2
Two soldiers were killed.
Graphic
A photo of the town.
Classification
Language: ENGLISH
Load-Date: January 6, 2024
End of Document

Talks go on
The River Post
5 January 2024
Copyright 2024 The River Post
Length: 20 words
Body
The talks went on in the capital.
Load-Date: January 6, 2024
End of Document
""".replace(":=", ":").replace(": =", ":")

FACTIVA_FIELDS = [
    ("SE", "World"),
    ("HD", "Rebels take a town"),
    ("BY", "By Awa Traore"),
    ("WC", "120 words"),
    ("PD", "5 January 2024"),
    ("ET", "10:15"),
    ("SN", "The Sahel Gazette"),
    ("SC", "SAHGAZ"),
    ("LA", "English"),
    ("CY", "Copyright 2024, The Sahel Gazette"),
    ("LP", "Rebels took the town of Aguelhok on Thursday, the army said."),
    ("TD", "Two soldiers were killed.\nIN the hospital nobody would speak."),
    ("CO", "minusm : United Nations Mission"),
    ("RE", "mali : Mali | africaz : Africa"),
    ("AN", "Document SAHGAZ0020240105ek1500abc"),
]
FACTIVA_SHOWN = """World
Rebels take a town
By Awa Traore
120 words
5 January 2024
10:15
The Sahel Gazette
SAHGAZ
3
English
Copyright 2024, The Sahel Gazette. All rights reserved.

KIDAL, Mali - Rebels took the town of Aguelhok on Thursday, the army said.

Two soldiers were killed.

Document SAHGAZ0020240105ek1500abc

Talks go on
20 words
6 January 2024
The River Post
RIVPO
English
(c) 2024 The River Post

The talks went on in the capital.

Document RIVPO00020240106ek1600abd

Search Summary
Text\trebels and town
© 2024 Factiva, Inc. All rights reserved.
"""

PROQUEST = """____________________________________________________________

Report Information from ProQuest
12 January 2024 10:00
____________________________________________________________

Table of contents

1. Rebels take a town
____________________________________________________________

Document 1 of 2

Rebels take a town

Author: Traore, Awa

Publication info: The Sahel Gazette; Bamako [Bamako]. 05 Jan 2024: 3.

Abstract: A short account.

Links: https://library.example/1

Full text: Rebels took the town of Aguelhok on Thursday, the army said.

Location: that was what nobody would tell.

Two soldiers were killed.
CREDIT: Awa Traore

Subject: Armed conflict

Title: Rebels take a town

Publication title: The Sahel Gazette; Bamako

Publication date: Jan 5, 2024

Language of publication: English

ProQuest document ID: 123456789

Document URL: https://proquest.example/123456789

Copyright: Copyright The Sahel Gazette Jan 5, 2024

Last updated: 2024-01-06

Database: News
____________________________________________________________

Document 2 of 2

Talks go on

Abstract: Only this.

Title: Talks go on

Publication title: The River Post

ProQuest document ID: 987
____________________________________________________________

Contact us at: http://proquest.example/contact
Copyright ProQuest
"""


def read(path: Path, format: str | None = None) -> list[Article | Rejection]:
    return list(read_articles([path], None, InputOptions(format=format)))


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def articles(found: list[Article | Rejection]) -> list[Article]:
    return [item for item in found if isinstance(item, Article)]


def rtf(text: str) -> bytes:
    """An RTF file of some lines, as word processors write them."""
    lines = []
    for line in text.split("\n"):
        shown = "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in line.replace("\\", "\\\\"))
        lines.append(f"{{\\pard {shown}\\par}}")
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\n" + "\n".join(lines) + "\n}").encode("ascii")


def rtf_table(rows: list[tuple[str, str]]) -> bytes:
    """An RTF table with a code and a value in each row."""
    parts = []
    for code, value in rows:
        value = value.replace("\n", "\\par ")
        parts.append(
            f"\\trowd\\cellx800\\cellx9000\\pard\\intbl {{\\b {code}}}\\cell\\pard\\intbl {value}\\cell\\row"
        )
    return ("{\\rtf1\\ansi " + "\n".join(parts) + "\\pard\\par}").encode("ascii")


def word(folder: Path, text: str) -> Path:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line.replace(": ", ":\u00a0", 1) if line.startswith("Length:") else line)
    path = folder / "in.docx"
    document.save(str(path))
    return path


def test_old_nexis(tmp_path: Path) -> None:
    first, second, third = read(written(tmp_path, "in.txt", OLD_NEXIS))
    assert isinstance(first, Article)
    assert first.title == "Rebels take a town in the north after a long fight with government soldiers"
    assert (first.source, first.date, first.language, first.record) == (
        "The Sahel Gazette",
        DAY,
        "ENGLISH",
        1,
    )
    assert first.text == (
        "KIDAL, Mali - Rebels took the town of Aguelhok on Thursday after a fight of six hours, the army said.\n\n"
        "Two soldiers were killed: SOURCES in the hospital spoke of five."
    )
    assert isinstance(second, Rejection)
    assert (second.reason, second.record) == ("not_english", 2)
    assert isinstance(third, Article)
    assert (third.title, third.text, third.date) == ("Talks go on", "The talks went on.", DAY)


def test_old_nexis_in_windows_1252(tmp_path: Path) -> None:
    content = OLD_NEXIS.replace("army said.", "army\u2019s caf\u00e9 said.").encode("cp1252")
    first = read(written(tmp_path, "in.txt", content))[0]
    assert isinstance(first, Article)
    assert "army\u2019s caf\u00e9" in first.text


def test_bytes_that_are_no_encoding_cost_their_document_only(tmp_path: Path) -> None:
    content = OLD_NEXIS.encode().replace(b"army said", b"army \x81\xff said")
    found = read(written(tmp_path, "in.txt", content))
    assert [item.reason if isinstance(item, Rejection) else "" for item in found] == [
        "bad_encoding",
        "not_english",
        "",
    ]


@pytest.mark.parametrize("form", ["txt", "rtf", "docx"])
def test_nexis_uni(tmp_path: Path, form: str) -> None:
    if form == "docx":
        path = word(tmp_path, UNI_LINES)
    else:
        path = written(tmp_path, f"in.{form}", rtf(UNI_LINES) if form == "rtf" else UNI_LINES)
    first, second = articles(read(path))
    assert (first.title, first.source, first.date) == ("Rebels take a town", "The Sahel Gazette", DAY)
    assert first.language == "ENGLISH"
    assert first.text.startswith("KIDAL, Mali - Rebels took the town of Aguelhok")
    assert first.text.endswith("evening.\n\nTwo soldiers were killed.")
    assert (second.title, second.source, second.date) == ("Talks go on", "The River Post", DAY)
    assert second.text == "The talks went on in the capital."


def test_a_document_that_is_cut_off_is_told(tmp_path: Path) -> None:
    cut = UNI_LINES[: UNI_LINES.index("in the capital")]
    found = read(written(tmp_path, "in.txt", cut))
    assert len(articles(found)) == 1
    assert isinstance(found[1], Rejection)
    assert (found[1].reason, found[1].record) == ("bad_document", 2)


def coded(separator: str) -> str:
    return "\n".join(f"{code}{separator}{value}" for code, value in FACTIVA_FIELDS) + "\n"


def page_of_table() -> str:
    rows = "".join(
        f"<tr><td><b>{code}</b>&nbsp;</td><td>{''.join(f'<p>{p}</p>' for p in value.split(chr(10)))}</td></tr>"
        for code, value in FACTIVA_FIELDS
    )
    return f'<html><body><div class="article enArticle"><table>{rows}</table></div></body></html>'


def page_as_shown() -> str:
    blocks = "".join(
        f'<p class="articleParagraph enarticleParagraph">{line}</p>'
        if len(line) > 30
        else f"<div>{line}</div>"
        for line in FACTIVA_SHOWN.partition("Search Summary")[0].split("\n")
        if line.strip()
    )
    return f'<html><head><style>p {{}}</style></head><body><div class="article enArticle">{blocks}</div></body></html>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tabs.txt", coded("\t")),
        ("blanks.txt", coded("   ")),
        ("lines.txt", coded("\n")),
        ("table.rtf", rtf_table(FACTIVA_FIELDS)),
        ("table.html", page_of_table()),
        ("twice.txt", coded("\t") + coded("\t").replace("ek1500abc", "ek1500abd")),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_factiva_with_codes(tmp_path: Path, name: str, content: str | bytes) -> None:
    found = read(written(tmp_path, name, content))
    article = articles(found)[0]
    assert len(articles(found)) == len(found) == (2 if name == "twice.txt" else 1)
    assert article.id == "SAHGAZ0020240105ek1500abc"
    assert (article.title, article.source, article.date) == ("Rebels take a town", "The Sahel Gazette", DAY)
    assert article.language == "English"
    assert article.text == (
        "Rebels took the town of Aguelhok on Thursday, the army said.\n\n"
        "Two soldiers were killed.\n\nIN the hospital nobody would speak."
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", FACTIVA_SHOWN), ("a.rtf", rtf(FACTIVA_SHOWN)), ("a.html", page_as_shown())],
    ids=["text", "rtf", "html"],
)
def test_factiva_as_shown(tmp_path: Path, name: str, content: str | bytes) -> None:
    first, second = articles(read(written(tmp_path, name, content)))
    assert (first.id, first.title) == ("SAHGAZ0020240105ek1500abc", "Rebels take a town")
    assert (first.source, first.date, first.language) == ("The Sahel Gazette", DAY, "English")
    assert first.text == (
        "KIDAL, Mali - Rebels took the town of Aguelhok on Thursday, the army said.\n\nTwo soldiers were killed."
    )
    assert (second.title, second.date, second.language) == ("Talks go on", dt.date(2024, 1, 6), "English")
    assert second.text == "The talks went on in the capital."


def test_proquest(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, "in.txt", PROQUEST))
    assert isinstance(first, Article)
    assert (first.id, first.title, first.date) == ("123456789", "Rebels take a town", DAY)
    assert (first.source, first.url) == ("The Sahel Gazette; Bamako", "https://proquest.example/123456789")
    assert first.text.startswith("Rebels took the town of Aguelhok")
    assert "Location: that was what nobody would tell." in first.text
    assert first.text.endswith("Two soldiers were killed.") or first.text.endswith("CREDIT: Awa Traore")
    assert "Armed conflict" not in first.text
    assert isinstance(second, Rejection)
    assert second.reason == "no_text"


@pytest.mark.parametrize("format", ["nexis", "factiva", "proquest"])
def test_what_is_no_export_is_told_in_words(tmp_path: Path, format: str) -> None:
    (found,) = read(written(tmp_path, "in.txt", "A title\nThey met in the capital.\n"), format)
    assert isinstance(found, Rejection)
    assert found.reason == "unknown_kind"
    assert format in found.detail.lower()


@pytest.mark.parametrize("name", ["in.rtf", "in.docx"])
def test_other_rich_text_is_told_in_words(tmp_path: Path, name: str) -> None:
    text = "A title\nThey met in the capital."
    path = word(tmp_path, text) if name == "in.docx" else written(tmp_path, name, rtf(text))
    (found,) = read(path)
    assert isinstance(found, Rejection)
    assert found.reason == "unknown_kind"
    assert "Factiva" in found.detail


@pytest.mark.parametrize("name", ["in.rtf", "in.docx"])
def test_damaged_rich_text(tmp_path: Path, name: str) -> None:
    path = word(tmp_path, UNI_LINES) if name == "in.docx" else written(tmp_path, name, rtf(UNI_LINES))
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    found = read(path)
    assert found
    assert isinstance(found[-1], Rejection)


def test_paragraphs() -> None:
    assert paragraphs(["One line", "and its end.", "", "Another."]) == "One line and its end.\n\nAnother."
    assert paragraphs(["A paragraph.", "Another."]) == "A paragraph.\n\nAnother."
    assert paragraphs([]) == ""


def test_a_dateline_is_not_said_twice() -> None:
    assert with_dateline("GAO, Mali", "GAO (Gazette) - They met.") == "GAO (Gazette) - They met."
    assert with_dateline("GAO, Mali, Jan. 5", "They met.") == "GAO, Mali, Jan. 5 - They met."
    assert with_dateline("", "They met.") == "They met."


def test_an_ordinary_article_is_no_export(tmp_path: Path) -> None:
    text = "Document 1 of 3 is out\nBody count rises\n\n120 words\nThe commission gave out Document A of its report."
    (found,) = read(written(tmp_path, "in.txt", text))
    assert isinstance(found, Article)
    assert found.title == "Document 1 of 3 is out"
