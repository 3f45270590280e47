"""What one article tells of one happening: the value that joining compares, and all that is kept of an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eventcode.model import EventPlace, Quantity
from eventcode.ontologies.codes import AcledType
from eventcode.values import quick

FINE, AREA, COUNTRY, NOWHERE = 0, 1, 2, 3
_FINE_LEVELS = frozenset({"site", "settlement", "district"})


@quick
@dataclass(frozen=True, slots=True)
class When:
    """An incident's date as ACLED dates it, null where it is not exact enough.

    ``first`` and ``last`` are the days that the words can mean, both inclusive; ``end`` is what the row shows as the last.
    """

    day: date | None
    end: date | None
    time_precision: int | None
    precision: str
    basis: str
    first: date | None
    last: date | None


@quick
@dataclass(frozen=True, slots=True)
class Side:
    """One side in ACLED's words: name, associated actors, actor type."""

    name: str | None
    also: tuple[str, ...]
    inter: str | None


@quick
@dataclass(frozen=True, slots=True)
class Report:
    """What one article tells of one incident.

    ``text_sha256`` is the article's hash where known: articles of one hash are copies of one text. ``nth`` counts the
    article's reports from 0. ``formed``: the words say how it was done, so the type is told and not supposed.
    ``bombers`` is 1 where a suicide attacker is not in the count of the dead. ``history``: told as background, long ago.
    """

    article_id: str
    article_date: date | None
    source: str | None
    text_sha256: str | None
    nth: int
    type: AcledType
    formed: bool
    one: Side
    two: Side
    targeting: str | None
    place: EventPlace | None
    country: str | None
    place_basis: str | None
    when: When
    killed: Quantity | None
    injured: Quantity | None
    bombers: int
    tags: tuple[str, ...]
    attribution: str
    act_ids: tuple[str, ...]
    history: bool = False

    @property
    def key(self) -> tuple[date, str, tuple[str, ...]]:
        """Order that does not depend on the order of adding."""
        return (self.article_date or date.max, self.article_id, self.act_ids)

    @property
    def where(self) -> str:
        """Key of the place; blank without one below the country."""
        return place_key(self.place) if self.place is not None else ""


def place_key(place: EventPlace) -> str:
    """What makes two places the same."""
    if place.geonameid is not None:
        return str(place.geonameid)
    if place.name is None and place.latitude is not None and place.longitude is not None:
        return f"{place.latitude:.3f},{place.longitude:.3f}"
    return f"{(place.name or '').casefold()}|{place.country or ''}|{place.admin1_code or ''}"


def exactness(place: EventPlace | None, country: str | None) -> int:
    """How exactly a place is known: FINE a town or site, AREA a district or province, COUNTRY no more than that, NOWHERE."""
    if place is None:
        return COUNTRY if country else NOWHERE
    return FINE if place.level in _FINE_LEVELS and place.latitude is not None else AREA
