"""``explain``, ``show``: looking at what was coded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from eventcode.commands.coding import publication_date
from eventcode.commands.talk import OK
from eventcode.errors import InputError, UsageError
from eventcode.model import Article


def explain(what: str, *, date: str | None = None, lexicon: Path | None = None) -> int:
    """``eventcode explain``: a sentence, or an article of a coded folder."""
    day = publication_date(date)
    folder, mark, article_id = what.rpartition("#")
    if mark and folder and Path(folder).is_dir():
        return _explain_coded(Path(folder), article_id)
    if not what.strip():
        raise UsageError("explain: an empty sentence; give text, or DIR#ARTICLE")
    if mark and folder and "/" in folder and " " not in what:
        raise InputError(f"{folder}: there is no such folder")
    if any("\ud800" <= c <= "\udfff" for c in what):
        raise UsageError("explain: the sentence is not UTF-8 text; write it in your terminal's own encoding")
    return _explain_text(what, day, lexicon)


def _explain_text(text: str, day: dt.date | None, lexicon: Path | None) -> int:
    from eventcode.coder import Coder
    from eventcode.coding.events import EventCoder
    from eventcode.console import output
    from eventcode.explain import explain_article

    article = Article(text, id="sentence", date=day)
    coded = Coder(lexicon, notes=True).code(article)
    explain_article(coded, EventCoder(lexicon).events(coded.acts, day, None), output())
    return OK


def _explain_coded(folder: Path, article_id: str) -> int:
    from eventcode.console import output
    from eventcode.explain import explain_rows
    from eventcode.tables.output import table_path
    from eventcode.tables.reading import read_rows
    from eventcode.tables.rows import Row, act_from_row

    def rows(table: str) -> list[Row]:
        return list(read_rows(table_path(folder, table), article_id))

    articles = rows("articles")
    if not articles:
        raise InputError(f"{folder}: no article with id {article_id!r} was coded there; see articles.parquet")
    acts = [act_from_row(row) for row in rows("acts")]
    explain_rows(articles[0], acts, rows("events"), output())
    return OK


def show(folder: Path, *, table: str = "incidents", limit: int = 50) -> int:
    """``eventcode show``: incidents or events to stdout."""
    from eventcode.show import show

    show(folder, table, limit)
    return OK
