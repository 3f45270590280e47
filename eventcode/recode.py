"""Makes events and incidents again from the acts of a coded folder, without reading an article twice.

For an edit of ontology or actor codes. Acts, places and what was set aside stay as they are; the articles table is
written again, as it counts events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from eventcode.batch import Summary, summary_of
from eventcode.coding.events import EventCoder
from eventcode.coding.incidents import IncidentBuilder
from eventcode.errors import InputError
from eventcode.lexicon.load import content_hash, lexicon_folders
from eventcode.resources import ontology_dir
from eventcode.tables.output import TableFolder, table_path
from eventcode.tables.reading import read_metadata, read_rows
from eventcode.tables.rows import Row, act_from_row, without_text

REMADE = {"articles": "articles.parquet", "events": "events.parquet", "incidents": "incidents.parquet"}


def recode(folder: Path, lexicon: Path | None = None) -> Summary:
    """Write events and incidents of a coded folder anew.

    Args:
        folder: written by ``eventcode code``, with or without ``--no-text``.
        lexicon: overlay folder.

    Raises:
        InputError: acts or articles are missing or do not belong together.
        EventcodeError: the lexicon cannot be used; no table has changed then.
    """
    articles, acts = table_path(folder, "articles"), table_path(folder, "acts")
    # The folder is described as a whole at the end: a table that cannot be read is refused before any has changed.
    read_metadata(table_path(folder, "places"))
    events, incidents = EventCoder(lexicon), IncidentBuilder(lexicon)
    with TableFolder(folder, REMADE, rejects=False) as out:
        out.open({**read_metadata(acts), **_hashes(lexicon)})
        for article, rows in _together(read_rows(articles), read_rows(acts), acts):
            made = events.refreshed([act_from_row(row) for row in rows], article["date"])
            coded = events.events(made, article["date"], article["source"])
            incidents.add(made, article["article_id"], article["date"], article["source"])
            if any(row["trigger_text"] is None for row in rows):
                coded = [without_text(row) for row in coded]
            out.write("articles", [{**article, "events": len(coded)}])
            out.write("events", coded)
            out.rows["acts"] += len(rows)
        out.write("incidents", incidents.rows())
        out.commit()
    return summary_of(out)


def _hashes(lexicon: Path | None) -> dict[str, str]:
    """What may have changed since the acts were read, as Coder.metadata tells it."""
    folders = lexicon_folders(lexicon)
    ontologies = [ontology_dir(), *(folder / "ontologies" for folder in folders[1:])]
    return {"lexicon_sha256": content_hash(folders), "ontology_sha256": content_hash(ontologies)}


def _together(
    articles: Iterable[Row], acts: Iterable[Row], acts_path: Path
) -> Iterator[tuple[Row, list[Row]]]:
    """Each article with its acts. Both tables are in input order, so neither is held in memory."""
    groups = ((key, list(rows)) for key, rows in groupby(acts, key=itemgetter("article_id")))
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
