"""What a worker does: codes a chunk of records into Arrow tables. Runs in this process, in another, or on a cluster."""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from eventcode.batch.parts import Chunk
from eventcode.batch.rooms import Rooms
from eventcode.batch.store import PART_TABLES, SetAside
from eventcode.batch.tasks import Task
from eventcode.errors import EventcodeError, SchemaError
from eventcode.model import Rejection
from eventcode.resources import PACKAGE
from eventcode.sentences import cut
from eventcode.tables.output import rows_table
from eventcode.tables.rows import Row, act_row, article_row, place_row, without_text

if TYPE_CHECKING:
    from eventcode.coder import CodedArticle

INTERNAL_ERROR = "internal_error"
# Objects made before the collector looks for garbage: words of a parsed sentence know each other, and little else does.
YOUNG_OBJECTS = 50_000
# A worker of a cluster may have threads; a coder is for one at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker must know beside the records. ``metadata``: of the tables, which its rooms must tell too."""

    open_rooms: Callable[[Path | None], Rooms]
    lexicon: Path | None
    text: bool
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CodedChunk:
    """A coded chunk: rows of its articles, and what was set aside, in the order of its records."""

    part: str
    last: bool
    tables: Mapping[str, pa.Table]
    set_aside: Sequence[SetAside]


_Rows = Mapping[str, list[Row]]
"""Rows of one article, by table."""


def code_chunk(chunk: Chunk, settings: Settings) -> CodedChunk:
    """Code a chunk. The rooms are opened at the first one and kept.

    Raises:
        EventcodeError: a lexicon or an index is at fault, or not the one that the run was begun with.
    """
    with _ONE_AT_A_TIME:
        rooms = _rooms(settings.open_rooms, settings.lexicon)
        if dict(rooms.metadata) != dict(settings.metadata):
            raise EventcodeError(_difference(settings.metadata, rooms.metadata))
        return _code_chunk(chunk, rooms, settings.text)


@lru_cache(maxsize=1)
def _rooms(open_rooms: Callable[[Path | None], Rooms], lexicon: Path | None) -> Rooms:
    rooms = open_rooms(lexicon)
    # Lexicons stay as long as the process: the collector need not look through them again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    return rooms


def _difference(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    name = next(key for key in sorted({*wanted, *found}) if wanted.get(key) != found.get(key))
    return (
        f"a worker has another {name} than this run was begun with ({found.get(name)!r}, not {wanted.get(name)!r}): "
        "was a file edited meanwhile, or is another eventcode installed there?"
    )


def _code_chunk(chunk: Chunk, rooms: Rooms, text: bool) -> CodedChunk:
    new = [task for task in chunk.records if isinstance(task, Task) and task.duplicate_of is None]
    read = dict(zip(map(id, new), _read_together(new, rooms), strict=True))
    items: Sequence[_Rows | Rejection] = [
        record if isinstance(record, Rejection) else _code_one(record, rooms, read.get(id(record)))
        for record in chunk.records
    ]
    tables, items = _tables(items, text)
    set_aside: list[SetAside] = []
    position = 0
    for item in items:
        if isinstance(item, Rejection):
            set_aside.append(SetAside(position, item))
        else:
            position += 1
    return CodedChunk(chunk.part, chunk.last, tables, set_aside)


def _read_together(tasks: Sequence[Task], rooms: Rooms) -> Sequence[CodedArticle | None]:
    """The tasks' articles read at once; where that fails, None for each, so that the others do not suffer from one."""
    try:
        return list(rooms.coder.code_all([task.article for task in tasks]))
    except EventcodeError:
        raise  # a lexicon or an index is at fault: no article would fare better
    except Exception:
        return [None] * len(tasks)


def _code_one(task: Task, rooms: Rooms, read: CodedArticle | None) -> _Rows | Rejection:
    article = task.article
    try:
        if task.duplicate_of is not None:
            return _copy_rows(task, task.duplicate_of)
        return _article_rows(task, rooms, read or next(rooms.coder.code_all([article])))
    except EventcodeError:
        raise
    except Exception as error:
        return internal_error(article.file, article.record, article.id, error)


def _article_rows(task: Task, rooms: Rooms, coded: CodedArticle) -> _Rows:
    article = task.article
    events = rooms.events.events(coded.acts, article.date, article.source)
    sentences = len(coded.document.sentences)
    told = article_row(
        article, task.sha256, sentences, coded.parsed_sentences, len(coded.acts), len(events), None
    )
    return {
        "articles": [told],
        "acts": [act_row(act) for act in coded.acts],
        "events": events,
        "places": [place_row(place, article.id) for place in coded.places],
    }


def _copy_rows(task: Task, duplicate_of: str) -> _Rows:
    """An article whose words were seen before: nothing of it is read again."""
    sentences = len(cut(task.article).sentences)
    told = article_row(task.article, task.sha256, sentences, 0, 0, 0, duplicate_of)
    return {"articles": [told], "acts": [], "events": [], "places": []}


def _tables(
    items: Sequence[_Rows | Rejection], text: bool
) -> tuple[Mapping[str, pa.Table], Sequence[_Rows | Rejection]]:
    """Tables of all the rows, and the items; an article whose rows no table can hold is set aside among them."""
    try:
        return _all_rows(items, text), items
    except SchemaError:
        items = [item if isinstance(item, Rejection) else _tried_alone(item, text) for item in items]
        return _all_rows(items, text), items


def _all_rows(items: Sequence[_Rows | Rejection], text: bool) -> Mapping[str, pa.Table]:
    made = {}
    for table in PART_TABLES:
        rows = [row for item in items if not isinstance(item, Rejection) for row in item[table]]
        made[table] = rows_table(table, rows if text else [without_text(row) for row in rows])
    return made


def _tried_alone(item: _Rows, text: bool) -> _Rows | Rejection:
    try:
        _all_rows([item], text)
    except SchemaError as error:  # its text names table and column, and quotes nothing
        (row,) = item["articles"]
        detail = f"SchemaError: {error}"
        return Rejection(row["file"], row["record"], row["article_id"], INTERNAL_ERROR, detail)
    return item


def internal_error(file: str, record: int, article_id: str, error: Exception) -> Rejection:
    """What becomes of an article at which our own code failed."""
    return Rejection(file, record, article_id, INTERNAL_ERROR, where(error))


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
