"""Decides for each part whether it must be read, and saves what comes back from the workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Literal

import pyarrow as pa

from eventcode.batch.assembly import acts_by_article
from eventcode.batch.ledger import Ledger
from eventcode.batch.options import Options
from eventcode.batch.parts import Chunk, Part, chunks_of
from eventcode.batch.rooms import EventRows
from eventcode.batch.store import PART_TABLES, Content, PartStore, SetAside
from eventcode.batch.work import CodedChunk
from eventcode.errors import EventcodeError
from eventcode.tables.output import rows_table
from eventcode.tables.rows import Row, act_row, without_text


class Saver:
    """Between the input, the store and the pool: hands out the chunks of parts that must be read, takes the coded ones.

    ``ready``: called whenever a part is on the disk.
    """

    def __init__(self, store: PartStore, ledger: Ledger, options: Options, ready: Callable[[], None]) -> None:
        self._store = store
        self._ledger = ledger
        self._options = options
        self._ready = ready
        self._input_hashes: dict[str, str] = {}
        self._chunks: list[CodedChunk] = []

    def chunks(self, parts: Iterable[Part]) -> Iterator[Chunk]:
        """What must be read of the parts; the others are counted."""
        for part in parts:
            name = self._store.name(part.sha256)
            self._ledger.take(part, name)
            how = self._found(part, name)
            if how is None:
                self._input_hashes[name] = part.sha256
                yield from chunks_of(name, part.records)
            else:
                self._ledger.found(part, name, how, self._store.rows(name)["rejected"])
                self._ready()
                self._ledger.show()

    def take(self, chunk: CodedChunk) -> None:
        """Take a coded chunk; they come in the order of the parts. Raises OSError where the part cannot be saved."""
        self._chunks.append(chunk)
        articles = len(chunk.tables["articles"])
        if chunk.last:
            self._store.write(chunk.part, self._input_hashes.pop(chunk.part), _content(self._chunks))
            self._chunks = []
            self._ledger.saved()
            self._ready()
            self._ledger.coded(0, len(chunk.set_aside))
        else:
            self._ledger.coded(articles + len(chunk.set_aside), len(chunk.set_aside))

    def _found(self, part: Part, name: str) -> Literal["kept", "coded"] | None:
        """Whether and how the part is there without being read."""
        if self._store.holds(name, part.sha256):
            return "kept"
        other = self._store.with_other_coding(part.sha256)
        content = self._recoded(self._store.read(other)) if other else None
        if content is None:
            return None
        self._store.write(name, part.sha256, content)
        return "coded"

    @cached_property
    def _events(self) -> EventRows:
        return self._options.open_events(self._options.lexicon)

    def _recoded(self, content: Content) -> Content | None:
        """A part with events made again from its acts; None where that fails, and it is better read again."""
        acts: list[Row] = []
        events: list[Row] = []
        counts: list[int] = []
        try:
            for article, read in acts_by_article(content.tables):
                made = self._events.refreshed(read, article["date"])
                coded = self._events.events(made, article["date"], article["source"])
                acts += [act_row(act) for act in made]
                events += coded
                counts.append(len(coded))
            if not self._options.text:
                acts, events = [without_text(row) for row in acts], [without_text(row) for row in events]
            tables = {"acts": rows_table("acts", acts), "events": rows_table("events", events)}
        except EventcodeError:
            raise
        except Exception:
            return None
        articles = content.tables["articles"]
        place = articles.schema.get_field_index("events")
        field = articles.schema.field(place)
        tables["articles"] = articles.set_column(place, field, pa.array(counts, field.type))
        return Content({**content.tables, **tables}, content.set_aside)


def _content(chunks: list[CodedChunk]) -> Content:
    """A part of its chunks."""
    tables = {table: pa.concat_tables([chunk.tables[table] for chunk in chunks]) for table in PART_TABLES}
    set_aside: list[SetAside] = []
    before = 0
    for chunk in chunks:
        set_aside += [SetAside(before + one.position, one.rejection) for one in chunk.set_aside]
        before += len(chunk.tables["articles"])
    return Content(tables, set_aside)
