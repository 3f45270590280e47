"""Place names alone: articles to one Parquet file of places. Nothing is parsed.

With an online service, names that the gazetteer does not know, or is not sure of, are asked there.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eventcode.batch import INTERNAL_ERROR, not_ours, where
from eventcode.coder import Coder
from eventcode.errors import EventcodeError, UsageError
from eventcode.find.unknown_places import UnknownName, unknown_names
from eventcode.gazetteer.online import ATTRIBUTION, Answer, OnlineGeocoder, OnlineOptions
from eventcode.inputs import InputOptions, read_articles
from eventcode.model import Article, Document, Place, Rejection
from eventcode.sentences import cut
from eventcode.tables.output import TableFolder
from eventcode.tables.rows import place_row

# Articles between two signs of life.
PROGRESS_STEP = 50
# Below this confidence of the gazetteer's a service is asked; from the other on a place speaks for its country.
UNSURE, SURE = 0.3, 0.5
# What a service is not asked about: too large to be unknown.
_WIDE = frozenset(("country", "demonym", "region", "sea"))


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of articles read, records set aside, places found, those that an online service placed, and requests
    that were sent to it."""

    articles: int
    set_aside: int
    places: int
    online: int = 0
    requests: int = 0


def geoparse(
    paths: Sequence[Path],
    out: Path,
    date: dt.date | None = None,
    progress: Callable[[int], None] = lambda done: None,
    online: OnlineOptions | None = None,
    tell: Callable[[str], None] = lambda message: None,
    inputs: InputOptions | None = None,
) -> Counts:
    """Write the places of articles to one file, and what was set aside to ``rejected.jsonl`` beside it.

    Args:
        paths: files and folders of articles.
        out: the Parquet file.
        date: publication date of articles that give none.
        progress: told how many records are done, from time to time.
        online: service that is asked about names; None sends nothing anywhere.
        tell: told once when that service fails; the rest is done without it.
        inputs: how articles are read.

    Raises:
        InputError: nothing to read.
        UsageError: ``out`` is a folder.
        EventcodeError: model, lexicon or gazetteer failed.
    """
    if out.is_dir():
        raise UsageError(f"{out}: is a folder; geoparse writes one file, such as {out / 'places.parquet'}")
    records = not_ours(read_articles(paths, date, inputs or InputOptions()), out.parent)
    coder = Coder()
    with ExitStack() as stack:
        geocoder = stack.enter_context(OnlineGeocoder(online, tell)) if online else None
        folder = stack.enter_context(TableFolder(out.parent, {"places": out.name}, described=False))
        folder.open(coder.metadata | ({"online": f"{online.server}: {ATTRIBUTION}"} if online else {}))
        articles, placed = _write_places(records, folder, coder, geocoder, progress)
        folder.commit()
    requests = geocoder.requests if geocoder else 0
    return Counts(articles, folder.rejected, folder.rows["places"], placed, requests)


def _write_places(
    records: Iterable[Article | Rejection],
    folder: TableFolder,
    coder: Coder,
    geocoder: OnlineGeocoder | None,
    progress: Callable[[int], None],
) -> tuple[int, int]:
    """Numbers of articles written and of places that the service placed."""
    articles = online = 0
    for record in records:
        if isinstance(record, Rejection):
            folder.reject(record)
            continue
        try:
            places: Sequence[Place] = coder.places(record)
            if geocoder is not None:
                places = places_online(record, places, coder, geocoder)
        except EventcodeError:
            raise
        except Exception as error:
            folder.reject(Rejection(record.file, record.record, record.id, INTERNAL_ERROR, where(error)))
            continue
        folder.write("places", [place_row(place, record.id) for place in places])
        articles += 1
        online += sum(place.online is not None for place in places)
        if articles % PROGRESS_STEP == 0:
            progress(articles + folder.rejected)
    return articles, online


def places_online(
    article: Article, places: Sequence[Place], coder: Coder, geocoder: OnlineGeocoder
) -> list[Place]:
    """The places of an article, those that the gazetteer is not sure of and those that it does not know placed by a
    service where it can; in the order of the text, title first.

    Raises:
        GazetteerError: the cache of answers cannot be used.
    """
    document = cut(article)
    home = _country(places)
    placed = [_asked_again(place, home, geocoder) for place in places]
    for name in unknown_names(document, _taken(document, places, coder)):
        answer = geocoder.ask(name.text, _container(article, name, places) or home)
        if answer is not None:
            placed.append(_new_place(name, answer, geocoder))
    return sorted(placed, key=lambda place: (place.field == "text", place.start))


def _taken(document: Document, places: Sequence[Place], coder: Coder) -> list[tuple[Any, int, int]]:
    """Spans of known places and of everything that the actor lexicon knows."""
    spans: list[tuple[Any, int, int]] = [(p.field, p.start, p.end) for p in places]
    for s in document.sentences:
        spans += [(s.field, s.start + hit.start, s.start + hit.end) for hit in coder.actors.find(s.text)]
    return spans


def _country(places: Sequence[Place]) -> str | None:
    """The country that most of the sure places lie in; None where two are as frequent."""
    counts = Counter(p.country for p in places if p.country and (p.confidence or 0.0) >= SURE)
    first, second = [*counts.most_common(2), (None, 0), (None, 0)][:2]
    return first[0] if first[1] > second[1] else None


def _container(article: Article, name: UnknownName, places: Sequence[Place]) -> str | None:
    """The country of Y in "X, Y"."""
    text = article.field(name.field)
    for place in places:
        if place.field == name.field and text[name.end : place.start] in (", ", ", in "):
            return place.country
    return None


def _asked_again(place: Place, home: str | None, geocoder: OnlineGeocoder) -> Place:
    """A place that the gazetteer is not sure of as the service has it, where it knows one of that name."""
    if place.confidence is None or place.confidence >= UNSURE or place.feature in _WIDE:
        return place
    answer = geocoder.ask(place.text, home) if place.relation != "offset" else None
    if answer is None:
        return place
    return replace(place, **_cells(answer, geocoder))


def _new_place(name: UnknownName, answer: Answer, geocoder: OnlineGeocoder) -> Place:
    return Place(
        field=name.field,
        start=name.start,
        end=name.end,
        text=name.text,
        relation=name.relation,
        **_cells(answer, geocoder),
    )


def _cells(answer: Answer, geocoder: OnlineGeocoder) -> dict[str, Any]:
    """What a service says of a place; it says nothing of how sure it is, nor of GeoNames."""
    wide = answer.feature not in ("settlement", "district", "site")
    return {
        "name": answer.name,
        "geonameid": None,
        "feature": answer.feature,
        "country": answer.country,
        "admin1": answer.name if answer.feature == "admin1" else answer.admin1,
        "admin1_code": None,
        "admin2": answer.name if answer.feature == "admin2" else None,
        "latitude": round(answer.latitude, 5),
        "longitude": round(answer.longitude, 5),
        "confidence": None,
        "point": "centroid" if wide else "place",
        "online": geocoder.options.service,
    }
