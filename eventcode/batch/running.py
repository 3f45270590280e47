"""Runs a batch: articles in, parts saved as they are done, tables put together from the parts."""

from __future__ import annotations

import datetime as dt
import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from eventcode.batch.assembly import Assembly
from eventcode.batch.ledger import Ledger
from eventcode.batch.lock import locked
from eventcode.batch.options import Options, Summary, versions_of
from eventcode.batch.parts import cut_parts
from eventcode.batch.pools import results
from eventcode.batch.reports import Estimate, Finished, Started, Tell, Warned, tell_nobody
from eventcode.batch.saving import Saver
from eventcode.batch.store import FOLDER, SUFFIX, PartStore
from eventcode.batch.tasks import Record, Texts, tasks
from eventcode.batch.versions import Versions
from eventcode.batch.work import Settings
from eventcode.errors import EventcodeError, UsageError
from eventcode.inputs import read_articles
from eventcode.joining.changes import write_log
from eventcode.model import Article, Rejection
from eventcode.tables.output import CODED_TABLES, REJECTED, TableFolder

NAMES = {table: f"{table}.parquet" for table in CODED_TABLES}
TEXTS = "texts.sqlite"
_OURS = frozenset((*NAMES.values(), REJECTED))
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoppedError(EventcodeError):
    """A run ended early through no fault of the articles or the lexicon: the same command goes on."""


def run(
    paths: Sequence[Path],
    out: Path,
    date: dt.date | None = None,
    options: Options | None = None,
    progress: Callable[[int], None] = lambda done: None,
    tell: Tell = tell_nobody,
) -> Summary:
    """Code the articles of files and folders into the tables of one folder.

    Finished parts are saved in ``.parts`` below the folder; what an earlier run with the same articles, lexicon and
    versions saved there is not read again.

    Args:
        paths: files and folders of articles.
        out: folder of the tables; made where it is missing. Tables of an earlier run are replaced, all at the end.
        date: publication date of articles that give none.
        options: how to run.
        progress: told how many records are done, from time to time.
        tell: told everything else.

    Raises:
        InputError: nothing to read.
        UsageError: ``out`` is a file, or another run is writing there.
        EventcodeError: lexicon, model, gazetteer or a worker process failed, or the disk is full; no table has changed
            then, and finished parts stay.
        KeyboardInterrupt: on Ctrl-C; its text says where the same command goes on, or is empty.
    """
    options = options or Options()
    records = not_ours(read_articles(paths, date, options.inputs), out)
    estimate = Estimate(paths, options.inputs)
    versions = versions_of(options)
    with _folder_of_parts(out, tell) as folder:
        store = PartStore(folder, versions, options.text)
        store.clean()
        tell(Started(estimate.size))
        ledger = Ledger(estimate, progress, tell)
        with _telling_how_to_go_on(out, ledger), Texts(folder / TEXTS) as texts:
            summary = _coded(tasks(records, texts), out, store, ledger, texts, versions, options, tell)
            store.keep(ledger.names if options.keep_parts else ())
    tell(Finished(summary))
    return summary


def not_ours(records: Iterable[Article | Rejection], out: Path) -> Iterator[Article | Rejection]:
    """The records without those of our own tables and list of rejects, where they are written below a folder that is
    read."""
    ours = out.resolve()
    file, skip = "", False
    for record in records:
        if record.file != file:
            file = record.file
            skip = _is_ours(file, ours)
        if not skip:
            yield record


def _is_ours(file: str, out: Path) -> bool:
    path = Path(file)
    try:
        return path.name in _OURS and path.resolve().parent == out
    except (OSError, ValueError):
        return False


def summary_of(folder: TableFolder) -> Summary:
    """The figures of a written folder."""
    rows = folder.rows
    return Summary(
        rows["articles"], folder.rejected, rows["acts"], rows["events"], rows["incidents"], rows["places"]
    )


@contextmanager
def _folder_of_parts(out: Path, tell: Tell) -> Iterator[Path]:
    """The folder of parts, locked; made where it is missing. On the way out, what was made and holds nothing goes again."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; a folder is needed")
    made = [path for path in (out, *out.parents) if not path.exists()]
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder, out, lambda message: tell(Warned(message))), _without_emptiness(folder):
            yield folder
    finally:
        for path in made:
            try:
                path.rmdir()  # only when nothing was put there
            except OSError:
                break


@contextmanager
def _without_emptiness(folder: Path) -> Iterator[None]:
    """Remove the folder of parts on the way out, if there is none in it."""
    try:
        yield
    finally:
        if not any(path.suffix == SUFFIX for path in folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _telling_how_to_go_on(out: Path, ledger: Ledger) -> Iterator[None]:
    """Whatever ends a run that could go on: say so, and where."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; {_go_on(ledger)}" if ledger.done else "") from None
    except (OSError, sqlite3.Error) as error:
        if not _is_full(error):
            raise
        raise StoppedError(
            f"{out}: the disk is full; earlier tables are as they were; {_go_on(ledger)}"
        ) from error
    except EventcodeError as error:
        if type(error) is not EventcodeError or not ledger.done:
            raise
        raise StoppedError(f"{error}; {_go_on(ledger)}") from error


def _go_on(ledger: Ledger) -> str:
    if not ledger.done:
        return "no part was saved: typed again, the same command begins anew"
    return f"typed again, the same command goes on at article {ledger.done + 1:,}"


def _is_full(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
    return isinstance(error, OSError) and error.errno in _FULL


def _coded(
    records: Iterator[Record],
    out: Path,
    store: PartStore,
    ledger: Ledger,
    texts: Texts,
    versions: Versions,
    options: Options,
    tell: Tell,
) -> Summary:
    """Code what is not done yet, and put everything together."""
    settings = Settings(options.open_rooms, options.lexicon, options.text, versions.metadata)
    incidents = options.open_incidents(options.lexicon, options.previous)
    with TableFolder(out, NAMES, scratch=store.folder) as folder:
        folder.open(versions.metadata)
        assembly = Assembly(folder, store, texts, incidents, tell)

        def add_ready() -> None:
            for name in ledger.ready():
                assembly.add(name)

        saver = Saver(store, ledger, options, add_ready)
        chunks = saver.chunks(cut_parts(records, options.part_records))
        with closing(results(chunks, settings, options.workers, options.scheduler)) as coded:
            for chunk in coded:
                saver.take(chunk)
        ledger.show()
        assembly.finish(ledger.names)
        write_log(folder.hidden, incidents.changes() if options.previous is not None else None)
        folder.commit()
    if options.previous is None:
        write_log(out, None)
    return replace(summary_of(folder), duplicates=assembly.duplicates, kept=ledger.kept)
