"""What a batch needs of a coder, of a maker of events and of a builder of incidents, and the real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eventcode.batch.versions import told_names
from eventcode.model import Act, Article

if TYPE_CHECKING:
    from eventcode.coder import CodedArticle
    from eventcode.find.actors import Names


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

    def refreshed(self, acts: Sequence[Act], day: dt.date | None) -> list[Act]:
        """The acts with the codes that the tables of actors give now."""


class IncidentRows(Protocol):
    """What the batch needs of a builder of incidents."""

    def add(
        self,
        acts: Sequence[Act],
        article_id: str,
        article_date: dt.date | None,
        article_source: str | None,
        text_sha256: str | None = None,
    ) -> None:
        """Take in the acts of one article; articles of one ``text_sha256`` are copies of each other."""

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Rows of the incidents table, sorted, some at a time."""

    def changes(self) -> list[dict[str, Any]]:
        """What has changed since the earlier table, when the batches were made; nothing where there is none."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The makers of one process, and what file metadata says of them."""

    coder: ActCoder
    events: EventRows
    metadata: Mapping[str, str]


def real_rooms(lexicon: Path | None, names: Names = "public") -> Rooms:
    """The coder and the maker of events for a lexicon overlay; ``names``: whose names are told (``ActorReader``)."""
    # The parser is loaded only where articles are read.
    from eventcode.coder import Coder

    coder = Coder(lexicon)
    coder.describer.names = names
    return Rooms(coder, real_events(lexicon), coder.metadata | told_names(names))


def real_events(lexicon: Path | None) -> EventRows:
    """The maker of events for a lexicon overlay: loads no parser."""
    from eventcode.coding.events import EventCoder

    return EventCoder(lexicon)


def real_incidents(lexicon: Path | None, previous: Path | None) -> IncidentRows:
    """The builder of incidents for a lexicon overlay; ``previous``: a table whose ids are kept."""
    from eventcode.coding.incidents import IncidentBuilder

    return IncidentBuilder(lexicon, previous)
