"""Makes events and incidents again from the acts of a coded folder, without reading an article twice.

For an edit of ontology or actor codes. Acts, places and what was set aside stay as they are; the articles table is
written again, as it counts events. Stretches of the acts are coded in any number of processes; what they find is put
together in the order of the table, and incidents are joined in as many, some countries at a time.
"""

from __future__ import annotations

import gc
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from eventcode.batch import Summary, summary_of
from eventcode.batch.lock import locked
from eventcode.batch.pools import in_processes
from eventcode.batch.store import FOLDER, SUFFIX
from eventcode.coding.events import EventCoder
from eventcode.coding.incidents import IncidentBuilder, block_rows, in_order
from eventcode.errors import InputError
from eventcode.joining.changes import write_log
from eventcode.joining.packing import Packed, Unpacker, packed
from eventcode.joining.reports import Report
from eventcode.lexicon.load import lexicon_folders, version_hashes
from eventcode.lexicon.pausing import without_collections
from eventcode.model import Act
from eventcode.tables.act_columns import acts_of
from eventcode.tables.output import TableFolder, rows_table, table_path
from eventcode.tables.parquet import READ_ERRORS
from eventcode.tables.reading import read_metadata, read_rows, row_count
from eventcode.tables.rows import Row, without_text
from eventcode.values import replace

Given = TypeVar("Given")
Made = TypeVar("Made")
REMADE = {"articles": "articles.parquet", "events": "events.parquet", "incidents": "incidents.parquet"}
# Acts that one process takes at a time; an article is never cut.
STRETCH_ACTS = 10_000
AHEAD_PER_WORKER = 2
# All that incidents are told of an article.
_TOLD_OF_ARTICLES = ("article_id", "sha256", "date", "source", "acts")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Articles that follow one another, and which rows of the acts table are theirs."""

    acts: Path
    start: int
    stop: int
    articles: list[Row]
    lexicon: Path | None
    with_events: bool


@dataclass(frozen=True, slots=True)
class _Recoded:
    """A stretch, coded: how many acts it has, its events and how many of them each article has, what it tells of incidents.

    Where events are not wanted they are None, and there are no articles.
    """

    articles: list[Row]
    acts: int
    events: pa.Table | None
    reports: Packed


def recode(
    folder: Path,
    lexicon: Path | None = None,
    *,
    previous: Path | None = None,
    workers: int = 1,
    incidents_only: bool = False,
    warn: Callable[[str], None] = lambda message: None,
) -> Summary:
    """Write events and incidents of a coded folder anew.

    Args:
        folder: written by ``eventcode code``, with or without ``--no-text``.
        lexicon: overlay folder.
        previous: an ``incidents.parquet`` published before: its ids are kept, and ``incident_changes.jsonl`` is written.
        workers: processes that code; with 1, all is done in this one.
        incidents_only: leave events and articles as they are.
        warn: told where the folder's disk knows no locks.

    Raises:
        UsageError: another run is writing in the folder.
        InputError: acts or articles are missing or do not belong together, or ``previous`` is no incidents table.
        EventcodeError: the lexicon cannot be used, or a worker died; no table has changed then.
    """
    table_path(folder, "acts")
    with _alone_in(folder, warn):
        return _recode(folder, lexicon, previous, workers, incidents_only)


@contextmanager
def _alone_in(folder: Path, warn: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock that ``eventcode code`` takes; a folder of parts that was made for it goes again."""
    parts = folder / FOLDER
    parts.mkdir(exist_ok=True)
    with locked(parts, folder, warn):
        try:
            yield
        finally:
            if not any(path.suffix == SUFFIX for path in parts.iterdir()):
                shutil.rmtree(parts, ignore_errors=True)


def _recode(
    folder: Path, lexicon: Path | None, previous: Path | None, workers: int, incidents_only: bool
) -> Summary:
    articles, acts = table_path(folder, "articles"), table_path(folder, "acts")
    # The folder is described as a whole at the end: a table that cannot be read is refused before any has changed.
    read_metadata(table_path(folder, "places"))
    incidents = IncidentBuilder(lexicon, previous)
    copies = _copies(articles)
    kept = ("articles", "events") if incidents_only else ()
    remade = {name: file for name, file in REMADE.items() if name not in kept}
    for name in kept:
        read_metadata(table_path(folder, name))
    # Reports are many and refer to nothing in a circle: looking through them again and again takes a third of the time.
    with TableFolder(folder, remade, rejects=False) as out, without_collections():
        out.open({**read_metadata(acts), **version_hashes(lexicon_folders(lexicon))})
        for done in _mapped(_recoded, _stretches(articles, acts, lexicon, not incidents_only), workers):
            if done.events is not None:
                out.write("articles", done.articles)
                out.append("events", done.events)
            out.rows["acts"] += done.acts
            incidents.add_packed(done.reports)
            if copies:
                told = Unpacker()(done.reports)
                incidents.add_packed(packed([c for r in told for c in _printed_again(r, copies)]))
        if previous is not None:
            incidents.read(article["article_id"] for article in read_rows(articles, columns=["article_id"]))
            for rows in incidents.batches():
                out.write("incidents", rows)
        else:
            for table in in_order(_mapped(block_rows, incidents.blocks(), workers)):
                out.append("incidents", table)
        for name in kept:
            out.rows[name] = row_count(table_path(folder, name))
        out.commit()
    write_log(folder, incidents.changes() if previous is not None else None)
    return summary_of(out)


def _copies(articles: Path) -> dict[str, list[Row]]:
    """Articles that have another's words, by the id of that one."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(articles, columns=["article_id", "date", "source", "duplicate_of"]):
        if row["duplicate_of"] is not None:
            found[row["duplicate_of"]].append(row)
    return found


def _printed_again(report: Report, copies: dict[str, list[Row]]) -> Iterator[Report]:
    for copy in copies.get(report.article_id, ()):
        yield replace(report, article_id=copy["article_id"], article_date=copy["date"], source=copy["source"])


# --- stretches of the acts -----------------------------------------------------------------------------------------


def _stretches(articles: Path, acts: Path, lexicon: Path | None, with_events: bool) -> Iterator[_Stretch]:
    """Both tables are in input order, and every article says how many acts are its own."""
    some: list[Row] = []
    start = stop = 0
    for article in read_rows(articles, columns=None if with_events else _TOLD_OF_ARTICLES):
        some.append(article)
        stop += article["acts"]
        if stop - start >= STRETCH_ACTS:
            yield _Stretch(acts, start, stop, some, lexicon, with_events)
            some, start = [], stop
    if stop != row_count(acts):
        raise InputError(f"{acts}: has {row_count(acts):,} acts, but articles.parquet counts {stop:,}")
    # The last one, also when it is empty.
    yield _Stretch(acts, start, stop, some, lexicon, with_events)


def _mapped(work: Callable[[Given], Made], items: Iterator[Given], workers: int) -> Iterator[Made]:
    """What is made of each item, in their order."""
    if workers == 1:
        yield from map(work, items)
        return
    yield from in_processes(work, items, workers, AHEAD_PER_WORKER)


@lru_cache(maxsize=1)
def _makers(lexicon: Path | None) -> tuple[EventCoder, IncidentBuilder]:
    made = EventCoder(lexicon), IncidentBuilder(lexicon)
    # Lexicons stay as long as the process: the collector need not look through them again and again.
    gc.collect()
    gc.freeze()
    return made


@without_collections()
def _recoded(stretch: _Stretch) -> _Recoded:
    """Codes a stretch; runs in any process."""
    coder, incidents = _makers(stretch.lexicon)
    rows: list[Row] = []
    articles: list[Row] = []
    reports: list[Report] = []
    table = _slice(stretch.acts, stretch.start, stretch.stop)
    textless = table.column("trigger_text").null_count > 0
    for article, acts in _together(stretch.articles, acts_of(table), stretch.acts):
        name, day, source = article["article_id"], article["date"], article["source"]
        made = coder.refreshed(acts, day)
        reports += incidents.reports(made, name, day, source, article["sha256"])
        if not stretch.with_events:
            continue
        events = coder.events(made, day, source)
        if textless:
            events = [without_text(row) for row in events]
        rows += events
        articles.append({**article, "events": len(events)})
    made_events = rows_table("events", rows) if stretch.with_events else None
    return _Recoded(articles, len(table), made_events, packed(reports))


def _slice(path: Path, start: int, stop: int) -> pa.Table:
    """Some rows of a table, by number; only the row groups that hold them are read."""
    import pyarrow.parquet as pq

    begin = 0
    try:
        with pq.ParquetFile(path) as file:
            found = [file.schema_arrow.empty_table()]
            for group in range(file.num_row_groups):
                end = begin + file.metadata.row_group(group).num_rows
                low, high = max(start, begin), min(stop, end)
                if low < high:
                    found.append(file.read_row_group(group).slice(low - begin, high - low))
                begin = end
    except READ_ERRORS as error:
        raise InputError(f"{path}: not a Parquet file that can be read") from error
    return pa.concat_tables(found)


def _together(
    articles: Sequence[Row], acts: Iterable[Act], acts_path: Path
) -> Iterator[tuple[Row, list[Act]]]:
    """Each article with its acts."""
    groups = ((key, list(some)) for key, some in groupby(acts, key=attrgetter("article_id")))
    waiting = next(groups, None)
    for article in articles:
        if waiting is not None and waiting[0] == article["article_id"]:
            yield article, waiting[1]
            waiting = next(groups, None)
        else:
            yield article, []
    if waiting is not None:
        raise InputError(
            f"{acts_path}: acts of article {waiting[0]!r} come out of the order of articles.parquet, or it lacks the article"
        )
