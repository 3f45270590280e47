"""Where the time goes, room by room, beside the language model's library parsing every sentence once. Run by ``make bench``.

    python tests/bench/rooms.py [--articles N]

One process reads and codes articles of 300 words, with the parts that every run has: reading, coding, incidents, writing.
Then the library parses every sentence of the same articles, without its entity recogniser: the yardstick.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench

CHUNK = 16
LIBRARY_BATCH = 64


class Clock:
    """Processor seconds spent in named rooms; what a room calls in another room counts there."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[tuple[str, float]] = []

    def _count(self, now: float) -> None:
        if self._open:
            name, since = self._open[-1]
            self.spent[name] = self.spent.get(name, 0.0) + now - since
            self._open[-1] = (name, now)

    def enter(self, name: str) -> None:
        """Time goes to this room until it is left."""
        now = time.process_time()
        self._count(now)
        self._open.append((name, now))

    def leave(self) -> None:
        """Time goes to the room before again."""
        now = time.process_time()
        self._count(now)
        self._open.pop()
        if self._open:
            self._open[-1] = (self._open[-1][0], now)

    def wrap(self, owner: Any, name: str, room: str) -> None:
        """Count a function or method to a room."""
        inner: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(inner)
        def timed(*args: Any, **options: Any) -> Any:
            self.enter(room)
            try:
                return inner(*args, **options)
            finally:
                self.leave()

        setattr(owner, name, timed)


def _rooms(clock: Clock) -> None:
    from eventcode import coder
    from eventcode.coding.events import EventCoder
    from eventcode.find.actors import ActorReader
    from eventcode.find.acts import ActReader
    from eventcode.find.triggers import SentenceFilter
    from eventcode.lexicon.actors import ActorLexicon
    from eventcode.reading.parse import SentenceParser
    from eventcode.resolve.actors import ArticleActors

    clock.wrap(coder, "cut", "sentences")
    clock.wrap(SentenceFilter, "__call__", "filter")
    clock.wrap(SentenceParser, "_trees", "parse")
    clock.wrap(ActorLexicon, "find_all", "actors: names")
    clock.wrap(ActorReader, "describe", "actors: phrases")
    clock.wrap(ArticleActors, "resolve", "actors: phrases")
    clock.wrap(coder, "find_places", "places: found")
    clock.wrap(coder, "resolve_places", "places: resolved")
    clock.wrap(ActReader, "read", "acts")
    clock.wrap(coder, "find_tolls", "tolls")
    clock.wrap(coder, "find_dates", "dates")
    clock.wrap(coder, "act_date", "dates")
    clock.wrap(EventCoder, "events", "events")


def measure(number: int) -> Iterator[tuple[str, float, str]]:
    """Rows of the printed table: room, milliseconds an article, and a remark."""
    from eventcode.coder import Coder
    from eventcode.coding.events import EventCoder
    from eventcode.coding.incidents import IncidentBuilder
    from eventcode.model import Article
    from eventcode.sentences import cut
    from eventcode.tables.parquet import TableWriter
    from eventcode.tables.rows import act_row

    articles = [
        Article(a["text"], a["id"], a["title"], dt.date.fromisoformat(a["date"]), a["source"])
        for a in bench.articles(number)
    ]
    reader, events = Coder(), EventCoder()
    _read(articles[: 2 * CHUNK], reader)  # tables fill as words turn up
    clock = Clock()
    _rooms(clock)
    incidents = IncidentBuilder()
    rows = acts = 0
    with tempfile.TemporaryDirectory() as scratch:
        writers = {name: TableWriter(Path(scratch) / name, name) for name in ("acts", "events")}
        for first in range(0, number, CHUNK):
            clock.enter("the rest of reading")
            coded = list(reader.code_all(articles[first : first + CHUNK]))
            clock.leave()
            for one in coded:
                clock.enter("tables")
                article = one.article
                made = events.events(one.acts, article.date, article.source)
                writers["acts"].write([act_row(act) for act in one.acts])
                writers["events"].write(made)
                clock.leave()
                clock.enter("incidents")
                incidents.add(one.acts, article.id, article.date, article.source)
                clock.leave()
                acts += len(one.acts)
                rows += len(made)
        clock.enter("incidents")
        happened = sum(1 for _ in incidents.rows())
        clock.leave()
        clock.enter("tables")
        for writer in writers.values():
            writer.close()
        clock.leave()
    total = sum(clock.spent.values())
    for room, seconds in sorted(clock.spent.items(), key=lambda pair: -pair[1]):
        yield room, seconds / number * 1000, f"{seconds / total:.0%}"
    yield (
        "all rooms",
        total / number * 1000,
        f"{number / total:.1f} a second; {acts:,} acts, {rows:,} events, {happened:,} incidents",
    )
    texts = [sentence.text for article in articles for sentence in cut(article).sentences]
    library = _library(texts)
    yield (
        "the library's parse",
        library / number * 1000,
        f"of {len(texts):,} sentences, {len(texts) / library:.0f} a second",
    )
    yield "all rooms : the library's parse", 0.0, f"{total / library:.2f} : 1"


def _read(articles: list[Any], reader: Any) -> None:
    for first in range(0, len(articles), CHUNK):
        list(reader.code_all(articles[first : first + CHUNK]))


def _library(texts: list[str]) -> float:
    """Processor seconds that spaCy takes to parse sentences, as it comes but for its entity recogniser."""
    import spacy

    from eventcode.language_model import find_model

    nlp = spacy.load(find_model()[1], exclude=["ner"])
    for _ in nlp.pipe(texts[:256], batch_size=LIBRARY_BATCH):
        pass
    begin = time.process_time()
    for _ in nlp.pipe(texts, batch_size=LIBRARY_BATCH):
        pass
    return time.process_time() - begin


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the rooms of eventcode beside the parse alone.")
    parser.add_argument("--articles", type=int, default=300, help="articles of 300 words (default 300)")
    for room, milliseconds, remark in measure(parser.parse_args().articles):
        figure = f"{milliseconds:8.2f} ms an article" if milliseconds else " " * 22
        print(f"{room:<34}{figure}  {remark}", flush=True)


if __name__ == "__main__":
    main()
