"""Codes many articles into one folder: in input order, in flat memory, to the same bytes for any number of workers.

Articles travel in small chunks to processes that each load the coder once; values come back and are written in the
order in which the articles were read. Incidents are built in the parent, as they join articles.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eventcode.articles import article_sha256, read_articles
from eventcode.errors import EventcodeError, SchemaError
from eventcode.model import Act, Article, Rejection
from eventcode.resources import PACKAGE
from eventcode.tables.output import CODED_TABLES, REJECTED, TableFolder, check_rows
from eventcode.tables.rows import Row, act_row, article_row, place_row

if TYPE_CHECKING:
    from eventcode.coder import CodedArticle

CHUNK_ARTICLES = 16
# One long article is a chunk of its own, so that what is in flight stays small.
CHUNK_CHARACTERS = 100_000
CHUNKS_PER_WORKER = 3

INTERNAL_ERROR = "internal_error"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_HAS_MASKS = hasattr(signal, "pthread_sigmask")
_NAMES = {table: f"{table}.parquet" for table in CODED_TABLES}


class ActCoder(Protocol):
    """What the batch needs of a coder."""

    def code_all(self, articles: Sequence[Article]) -> Iterator[CodedArticle]:
        """What was read in each of some articles, in order."""


class EventRows(Protocol):
    """What the batch needs of a maker of events."""

    def events(
        self, acts: Sequence[Act], article_date: dt.date | None, article_source: str | None
    ) -> list[dict[str, Any]]:
        """Rows of the events table of one article, ranked."""


class IncidentRows(Protocol):
    """What the batch needs of a builder of incidents."""

    def add(
        self, acts: Sequence[Act], article_id: str, article_date: dt.date | None, article_source: str | None
    ) -> None:
        """Take in the acts of one article."""

    def rows(self) -> list[dict[str, Any]]:
        """Rows of the incidents table, sorted."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The makers of one process, and what file metadata says of them."""

    coder: ActCoder
    events: EventRows
    metadata: Mapping[str, str]


def real_rooms(lexicon: Path | None) -> Rooms:
    """The coder and the maker of events for a lexicon overlay."""
    # The parser is loaded only where articles are read.
    from eventcode.coder import Coder
    from eventcode.coding.events import EventCoder

    coder = Coder(lexicon)
    return Rooms(coder, EventCoder(lexicon), coder.metadata)


def real_incidents(lexicon: Path | None) -> IncidentRows:
    """The builder of incidents for a lexicon overlay."""
    from eventcode.coding.incidents import IncidentBuilder

    builder: IncidentRows = IncidentBuilder(lexicon)
    return builder


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch is run.

    ``lexicon``: overlay folder. ``text``: whether tables show the articles' words. ``workers``: processes; with 1,
    everything happens in this one. ``open_rooms`` and ``open_incidents`` make the makers; the former is called in every
    worker, so it must be importable.
    """

    lexicon: Path | None = None
    text: bool = True
    workers: int = 1
    open_rooms: Callable[[Path | None], Rooms] = real_rooms
    open_incidents: Callable[[Path | None], IncidentRows] = real_incidents


@dataclass(frozen=True, slots=True)
class Summary:
    """What a batch came to: numbers of articles coded, records set aside, and rows written."""

    articles: int
    set_aside: int
    acts: int
    events: int
    incidents: int
    places: int


@dataclass(frozen=True, slots=True)
class _Task:
    """An article to be coded. ``duplicate_of``: the earlier article with the same title and text."""

    article: Article
    sha256: str
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class _Coded:
    """One coded article, as it comes back from a worker."""

    article: Row
    act_rows: list[Row]
    acts: tuple[Act, ...]
    events: list[Row]
    places: list[Row]


@dataclass(frozen=True, slots=True)
class _Result:
    """A coded chunk, in the order of its tasks."""

    items: list[_Coded | Rejection]
    metadata: dict[str, str]


_Chunk = list[_Task | Rejection]


def run(
    paths: Sequence[Path],
    out: Path,
    date: dt.date | None = None,
    options: Options | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Summary:
    """Code the articles of files and folders into the tables of one folder.

    Args:
        paths: files and folders of articles.
        out: folder of the tables; made where it is missing. Tables of an earlier run are replaced, all at the end.
        date: publication date of articles that give none.
        options: how to run.
        progress: told how many records are done, from time to time.

    Raises:
        InputError: nothing to read.
        EventcodeError: lexicon, model, gazetteer or a worker process failed; no table has changed then.
    """
    options = options or Options()
    tasks = _tasks(not_ours(read_articles(paths, date), out))
    incidents = options.open_incidents(options.lexicon)
    with TableFolder(out, _NAMES, text=options.text) as folder:
        with closing(_results(_chunks(tasks), options)) as results:
            for result in results:
                folder.open(result.metadata)
                for item in result.items:
                    _write(folder, item, incidents)
                progress(folder.rows["articles"] + folder.rejected)
        folder.write("incidents", incidents.rows())
        folder.commit()
    return summary_of(folder)


def not_ours(records: Iterable[Article | Rejection], out: Path) -> Iterator[Article | Rejection]:
    """The records without those of our own list of rejects, where tables are written below a folder that is read."""
    ours = (out / REJECTED).resolve()
    file, skip = "", False
    for record in records:
        if record.file != file:
            file = record.file
            skip = Path(file).name == REJECTED and Path(file).resolve() == ours
        if not skip:
            yield record


def summary_of(folder: TableFolder) -> Summary:
    """The figures of a written folder."""
    rows = folder.rows
    return Summary(
        rows["articles"], folder.rejected, rows["acts"], rows["events"], rows["incidents"], rows["places"]
    )


def _tasks(records: Iterable[Article | Rejection]) -> Iterator[_Task | Rejection]:
    """Records with hash, and with the first article that had the same words."""
    first: dict[bytes, str] = {}
    for record in records:
        if isinstance(record, Rejection):
            yield record
            continue
        sha256 = article_sha256(record)
        earlier = first.setdefault(bytes.fromhex(sha256[:32]), record.id)
        yield _Task(record, sha256, None if earlier == record.id else earlier)


def _chunks(tasks: Iterable[_Task | Rejection]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    characters = 0
    for task in tasks:
        size = 0 if isinstance(task, Rejection) else len(task.article.text)
        if chunk and (len(chunk) >= CHUNK_ARTICLES or characters + size > CHUNK_CHARACTERS):
            yield chunk
            chunk, characters = [], 0
        chunk.append(task)
        characters += size
    yield chunk  # the last one, also when it is empty: its result brings the metadata of tables without rows


def _results(chunks: Iterator[_Chunk], options: Options) -> Generator[_Result, None, None]:
    """Coded chunks in the order of the chunks."""
    if options.workers == 1:
        for chunk in chunks:
            yield _code_chunk(chunk, options.open_rooms, options.lexicon)
        return
    others = active_children()
    pool = ProcessPoolExecutor(options.workers, mp_context=get_context("spawn"), initializer=_start_worker)
    pending: deque[Future[_Result]] = deque()
    try:
        for chunk in chunks:
            with _signals_held():  # submitting starts processes, and half a start is told with a traceback
                future = pool.submit(_code_chunk, chunk, options.open_rooms, options.lexicon)
            pending.append(future)
            if len(pending) >= options.workers * CHUNKS_PER_WORKER:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise EventcodeError(
            "a worker process ended without a word, perhaps for want of memory: try fewer --workers"
        ) from error
    except BaseException:
        for worker in active_children():
            if worker not in others:
                worker.kill()  # what is in flight is not wanted any more
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep Ctrl-C and the like waiting; processes that are started meanwhile do not hear of them either."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return
    heard: list[int] = []
    before = {number: signal.signal(number, lambda n, frame: heard.append(n)) for number in _SIGNALS}
    # What a new process inherits is the mask, not the handler; another thread may still take the signal here.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS) if _HAS_MASKS else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if heard:
            signal.raise_signal(heard[0])


def _start_worker() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _HAS_MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


@lru_cache(maxsize=1)
def _rooms(open_rooms: Callable[[Path | None], Rooms], lexicon: Path | None) -> Rooms:
    rooms = open_rooms(lexicon)
    # Lexicons stay as long as the process: the collector need not look through them again and again.
    gc.collect()
    gc.freeze()
    return rooms


def _code_chunk(chunk: _Chunk, open_rooms: Callable[[Path | None], Rooms], lexicon: Path | None) -> _Result:
    """Code a chunk; runs in a worker. Its rooms are opened at the first chunk and kept."""
    rooms = _rooms(open_rooms, lexicon)
    tasks = [task for task in chunk if not isinstance(task, Rejection)]
    read = _read_together(tasks, rooms)
    coded = [_code_one(task, rooms, one) for task, one in zip(tasks, read, strict=True)]
    done = iter(_checked(coded))
    items = [task if isinstance(task, Rejection) else next(done) for task in chunk]
    return _Result(items, dict(rooms.metadata))


def _read_together(tasks: Sequence[_Task], rooms: Rooms) -> Sequence[CodedArticle | None]:
    """The tasks' articles read at once; where that fails, None for each, so that the others do not suffer from one."""
    try:
        return list(rooms.coder.code_all([task.article for task in tasks]))
    except EventcodeError:
        raise  # a lexicon or an index is at fault: no article would fare better
    except Exception:
        return [None] * len(tasks)


def _code_one(task: _Task, rooms: Rooms, read: CodedArticle | None) -> _Coded | Rejection:
    article = task.article
    try:
        return _coded(task, rooms, read or next(rooms.coder.code_all([article])))
    except EventcodeError:
        raise
    except Exception as error:
        return _internal_error(article.file, article.record, article.id, error)


def _coded(task: _Task, rooms: Rooms, coded: CodedArticle) -> _Coded:
    article = task.article
    acts = coded.acts if task.duplicate_of is None else tuple(_own_id(act) for act in coded.acts)
    events = rooms.events.events(acts, article.date, article.source)
    places = [place_row(place, article.id) for place in coded.places]
    sentences = len(coded.document.sentences)
    row = article_row(
        article, task.sha256, sentences, coded.parsed_sentences, len(acts), len(events), task.duplicate_of
    )
    return _Coded(row, [act_row(act) for act in acts], acts, events, places)


def _checked(items: list[_Coded | Rejection]) -> list[_Coded | Rejection]:
    """The articles, those whose rows no table can hold as rejections."""
    try:
        _check([item for item in items if isinstance(item, _Coded)])
    except SchemaError:
        return [item if isinstance(item, Rejection) else _check_alone(item) for item in items]
    return items


def _check_alone(coded: _Coded) -> _Coded | Rejection:
    try:
        _check([coded])
    except SchemaError as error:  # its text names table and column, and quotes nothing
        row = coded.article
        detail = f"SchemaError: {error}"
        return Rejection(row["file"], row["record"], row["article_id"], INTERNAL_ERROR, detail)
    return coded


def _check(coded: Sequence[_Coded]) -> None:
    """Raise SchemaError for rows that no table can hold."""
    check_rows("articles", [c.article for c in coded])
    check_rows("acts", [row for c in coded for row in c.act_rows])
    check_rows("events", [row for c in coded for row in c.events])
    check_rows("places", [row for c in coded for row in c.places])


def _internal_error(file: str, record: int, article_id: str, error: Exception) -> Rejection:
    return Rejection(file, record, article_id, INTERNAL_ERROR, where(error))


def _own_id(act: Act) -> Act:
    """An act of an article whose words were seen before: ids are hashes of words, and must not come twice."""
    digest = hashlib.sha256(f"{act.act_id}\x1f{act.article_id}".encode())
    return replace(act, act_id=digest.hexdigest()[: len(act.act_id)])


def where(error: BaseException) -> str:
    """Kind of an exception and the line of ours that it came through; never its message, which may quote the article."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE)
    ]
    if not frames:
        return type(error).__name__
    last = frames[-1]
    path = Path(last.filename).relative_to(PACKAGE).as_posix()
    return f"{type(error).__name__} at {path}:{last.lineno} in {last.name}"


def _write(folder: TableFolder, item: _Coded | Rejection, incidents: IncidentRows) -> None:
    if isinstance(item, Rejection):
        folder.reject(item)
        return
    row = item.article
    try:
        incidents.add(item.acts, row["article_id"], row["date"], row["source"])
    except EventcodeError:
        raise
    except Exception as error:
        folder.reject(_internal_error(row["file"], row["record"], row["article_id"], error))
        return
    folder.write("articles", [row])
    folder.write("acts", item.act_rows)
    folder.write("events", item.events)
    folder.write("places", item.places)
