"""Value types that travel between the rooms. Frozen, without behaviour beyond small derived properties.

Offsets count Unicode code points in one field ("title" or "text") of the article exactly as supplied, half-open:
``article.field(f)[start:end]`` is the text shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from eventcode.values import quick

Field = Literal["title", "text"]
PlaceLevel = Literal["site", "settlement", "district", "admin2", "admin1", "region", "country", "sea"]
Feature = Literal["country", "admin1", "admin2", "settlement", "district", "site", "region", "sea", "demonym"]


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as supplied.

    ``date`` is the publication date; ``file`` and ``record`` (1-based: line or record number) say where it was read.
    """

    text: str
    id: str = ""
    title: str | None = None
    date: date | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    file: str = ""
    record: int = 1

    def field(self, name: Field) -> str:
        """The text that offsets of this field count in."""
        return (self.title or "") if name == "title" else self.text


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input record that was set aside. ``detail`` never quotes the article."""

    file: str
    record: int
    article_id: str | None
    reason: str
    detail: str


@quick
@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``article.field(field)[start:end] == text``. ``index`` counts from 0 in the text; the title is -1."""

    field: Field
    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """A line such as "TEHRAN (Tasnim) – " at the head of the text: offsets of the whole and of the place name inside it."""

    start: int
    end: int
    place_start: int
    place_end: int
    place: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article cut into sentences. The dateline belongs to no sentence."""

    article: Article
    sentences: tuple[Sentence, ...]
    dateline: Dateline | None = None


@quick
@dataclass(frozen=True, slots=True)
class Quantity:
    """How many: ``low <= best <= high``; 0 is "told that none"; ``vague`` marks words such as "several"."""

    low: int
    best: int
    high: int
    vague: bool = False


@quick
@dataclass(frozen=True, slots=True)
class DateValue:
    """Days that an expression can mean: first and last, both inclusive.

    ``span`` is "uncertain" (one day among these) or "duration" (all of these).
    ``precision``: day, week, month, year, unknown. ``basis``: stated, relative, carried, publication.
    """

    first: date | None
    last: date | None
    span: str
    precision: str
    basis: str
    text: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Place:
    """One place name in an article, resolved. WGS84 degrees, latitude first; codes ISO 3166.

    ``country`` is ISO alpha-3, ``admin1_code`` ISO 3166-2, ``admin1``/``admin2`` names.
    ``feature`` "demonym" marks "Syrian": it carries its country's point and is never the place of an event.
    ``confidence`` is between 0 and 1. ``online``: the service that placed it where the gazetteer could not.
    ``holder``: start and end, in the same field, of the name of the place that the words put it in ("X, a district of Y").
    """

    field: Field
    start: int
    end: int
    text: str
    name: str | None
    geonameid: int | None
    feature: Feature
    country: str | None
    admin1: str | None
    admin1_code: str | None
    admin2: str | None
    latitude: float | None
    longitude: float | None
    confidence: float | None
    relation: Literal["at", "near", "offset"] = "at"
    point: Literal["place", "seat", "centroid"] = "place"
    online: Literal["nominatim", "photon"] | None = None
    holder: tuple[int, int] | None = None


@quick
@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does or suffers an act, as mentioned at one point of the article.

    ``ref_start``/``ref_end``: the antecedent in the same field where the mention is "he", "the group".
    ``name``: who it is in the lexicon's words; ``id``: lexicon entry; ``code``: CAMEO actor code; ``country``: ISO alpha-3;
    ``roles``: CAMEO role codes, primary first; ``group``: the armed group's or organisation's code part;
    ``type``: ACLED actor type ("State forces" ... "External/Other forces") or None.
    """

    text: str
    start: int
    end: int
    ref_start: int | None = None
    ref_end: int | None = None
    name: str | None = None
    id: str | None = None
    code: str | None = None
    country: str | None = None
    roles: tuple[str, ...] = ()
    ethnic: str | None = None
    religion: str | None = None
    group: str | None = None
    type: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class EventPlace:
    """The place of an act: a Place (or None known but the country) seen as an event's place. Columns as in COLUMNS: acts.places."""

    text: str | None
    start: int | None
    end: int | None
    name: str | None
    geonameid: int | None
    level: PlaceLevel
    relation: str
    point: str
    latitude: float | None
    longitude: float | None
    geo_precision: int | None
    country: str | None
    admin1: str | None
    admin1_code: str | None
    admin2: str | None
    basis: Literal["stated", "carried", "inferred"]


KILLED = "killed"  # the outcome of an act of which people died


@quick
@dataclass(frozen=True, slots=True)
class Toll:
    """What an act cost. None = not told; 0 = told that none. ``killed_*`` split the best estimate by side."""

    killed: Quantity | None = None
    injured: Quantity | None = None
    missing: Quantity | None = None
    abducted: Quantity | None = None
    arrested: Quantity | None = None
    displaced: Quantity | None = None
    killed_source: int | None = None
    killed_target: int | None = None
    killed_civilian: int | None = None
    killed_unknown: int | None = None
    crowd_low: int | None = None
    crowd_best: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class Act:
    """One reported act: what was read, in no ontology (COLUMNS: acts.parquet)."""

    act_id: str
    article_id: str
    field: Field
    sentence: int
    sentence_start: int
    sentence_end: int
    trigger_start: int
    trigger_end: int
    trigger_text: str
    trigger_lemma: str
    act: str
    rule: str
    stance: str
    status: str
    attribution: str
    attributed_to_text: str | None
    attributed_to_code: str | None
    sources: tuple[Actor, ...]
    targets: tuple[Actor, ...]
    places: tuple[EventPlace, ...]
    date: DateValue
    instrument: str | None
    object: str | None
    outcomes: tuple[str, ...]
    toll: Toll
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in data: where it is, what was found, what was expected. ``row`` is 0-based; None for the whole table."""

    file: str
    row: int | None
    column: str
    code: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class Note:
    """Why something was or was not coded: for ``eventcode explain``."""

    sentence: int
    start: int
    end: int
    kind: str
    text: str
    detail: dict[str, str] = field(default_factory=dict)
