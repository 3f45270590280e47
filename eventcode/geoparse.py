"""Place names alone: articles to one Parquet file of places. Nothing is parsed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventcode.articles import read_articles
from eventcode.batch import INTERNAL_ERROR, not_ours, where
from eventcode.coder import Coder
from eventcode.errors import EventcodeError, UsageError
from eventcode.model import Place, Rejection
from eventcode.tables.output import TableFolder
from eventcode.tables.rows import place_row

# Articles between two signs of life.
PROGRESS_STEP = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of articles read, records set aside and places found."""

    articles: int
    set_aside: int
    places: int


def geoparse(
    paths: Sequence[Path],
    out: Path,
    date: dt.date | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Counts:
    """Write the places of articles to one file, and what was set aside to ``rejected.jsonl`` beside it.

    Args:
        paths: files and folders of articles.
        out: the Parquet file.
        date: publication date of articles that give none.
        progress: told how many records are done, from time to time.

    Raises:
        InputError: nothing to read.
        UsageError: ``out`` is a folder.
        EventcodeError: model, lexicon or gazetteer failed.
    """
    if out.is_dir():
        raise UsageError(f"{out}: is a folder; geoparse writes one file, such as {out / 'places.parquet'}")
    records = not_ours(read_articles(paths, date), out.parent)
    coder = Coder()
    articles = 0
    with TableFolder(out.parent, {"places": out.name}, described=False) as folder:
        folder.open(coder.metadata)
        for record in records:
            if isinstance(record, Rejection):
                folder.reject(record)
                continue
            try:
                places: Sequence[Place] = coder.places(record)
            except EventcodeError:
                raise
            except Exception as error:
                folder.reject(Rejection(record.file, record.record, record.id, INTERNAL_ERROR, where(error)))
                continue
            folder.write("places", [place_row(place, record.id) for place in places])
            articles += 1
            if articles % PROGRESS_STEP == 0:
                progress(articles + folder.rejected)
        folder.commit()
    return Counts(articles, folder.rejected, folder.rows["places"])
