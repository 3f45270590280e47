"""A coder and its fellows that read nothing but a few words: fast, and importable in worker processes.

Every "bomb" in a text is an act, with a toll that no column can hold where it is "huge"; "crash" makes the coder fail, "slow" takes a moment, "die" ends its process, "lexicon" breaks the lexicon.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from eventcode.batch import Rooms
from eventcode.errors import LexiconError
from eventcode.inputs.hashes import article_sha256
from eventcode.model import Act, Actor, Article, DateValue, Document, Note, Place, Quantity, Toll
from eventcode.sentences import cut

METADATA = {"lexicon_sha256": "fake"}
DEED = ("bomb", "bomb/bomb", "do", "occurred", "narrator", None, None)

ABSENT = (
    *(
        f"{side}_{name}"
        for side in ("source", "target")
        for name in (
            "text",
            "start",
            "end",
            "name",
            "code",
            "country",
            "role",
            "roles",
            "type",
            "group",
            "ethnic",
            "religion",
        )
    ),
    *(
        "place_text",
        "place_start",
        "place_end",
        "place_name",
        "geonameid",
        "place_level",
        "place_relation",
        "point",
    ),
    *("latitude", "longitude", "geo_precision", "country", "admin1", "admin1_code", "admin2", "place_basis"),
)


class FakeCoded(NamedTuple):
    """What a coder returns."""

    article: Article
    document: Document
    parsed_sentences: int
    acts: tuple[Act, ...]
    places: tuple[Place, ...]
    notes: tuple[Note, ...] = ()


class FakeCoder:
    """Reads the word "bomb"."""

    def code_all(self, articles: Sequence[Article]) -> Iterator[FakeCoded]:
        return map(self.code, articles)

    def code(self, article: Article) -> FakeCoded:
        killed = 10**30 if "huge" in article.text else 2
        if "crash" in article.text:
            raise ValueError(f"cannot read {article.text}")
        if "slow" in article.text:
            time.sleep(0.02)
        if "die" in article.text:
            os._exit(3)
        if "lexicon" in article.text:
            raise LexiconError("acts/fake.yaml: broken")
        document = cut(article)
        acts = tuple(_act(article, match.start(), killed) for match in re.finditer("bomb", article.text))
        place = Place(
            *("text", 0, 4, article.text[:4], "Gaza", 281133, "settlement", "PSE"),
            *(None, None, None, 31.5, 34.46, 0.9),
        )
        return FakeCoded(article, document, len(acts), acts, (place,))


def _act(article: Article, start: int, killed: int) -> Act:
    digest = hashlib.sha256(f"{article_sha256(article)} {start}".encode()).hexdigest()[:20]
    return Act(
        *(digest, article.id, "text", 0, 0, len(article.text), start, start + 4, "bomb", "bomb", *DEED),
        sources=(
            Actor("Army", 0, 4, name="Military Forces of Mali", code="MLIMIL", country="MLI", roles=("MIL",)),
        ),
        targets=(),
        places=(),
        date=DateValue(article.date, article.date, "uncertain", "day", "publication"),
        instrument=None,
        object=None,
        outcomes=(),
        toll=Toll(killed=Quantity(killed, killed, killed)),
    )


class FakeEvents:
    """One event for every act."""

    def events(
        self, acts: Sequence[Act], article_date: dt.date | None, article_source: str | None
    ) -> list[dict[str, Any]]:
        return [self._row(act, rank, article_date, article_source) for rank, act in enumerate(acts)]

    def refreshed(self, acts: Sequence[Act], day: dt.date | None) -> list[Act]:
        return list(acts)

    @staticmethod
    def _row(act: Act, rank: int, date: dt.date | None, source: str | None) -> dict[str, Any]:
        shared = (
            "act_id",
            "article_id",
            "field",
            "sentence",
            "sentence_start",
            "sentence_end",
            "trigger_start",
        )
        more = ("trigger_end", "trigger_text", "status", "attribution", "stance", "act", "rule", "confidence")
        return {
            **{name: getattr(act, name) for name in shared + more},
            "event_id": act.act_id[::-1],
            "act_rows": 1,
            "rank": rank,
            "article_date": date,
            "article_source": source,
            **dict.fromkeys(ABSENT),
            **{
                f"source_{name}": getattr(act.sources[0], name)
                for name in ("text", "start", "end", "name", "code")
            },
            "source_country": "MLI",
            "cameo_code": "195",
            "cameo_root": "19",
            "quad_class": 4,
            "goldstein": -10.0,
            "plover_event": "ASSAULT",
            "plover_modes": "aerial",
            "plover_contexts": None,
            "plover_quad": None,
            "acled_disorder_type": None,
            "acled_event_type": None,
            "acled_sub_event_type": None,
            "other_codes": None,
            "event_date": act.date.first,
            "event_date_end": act.date.last,
            "date_span": act.date.span,
            "date_precision": act.date.precision,
            "date_basis": act.date.basis,
            "date_text": act.date.text,
            "fatalities_low": 2,
            "fatalities_best": 2,
            "fatalities_high": 2,
            "injured_best": None,
            "crowd_best": None,
        }


class FakeIncidents:
    """Keeps what it was given, in ``seen``; fails on an article with the id "bad-incident"."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def add(
        self,
        acts: Sequence[Act],
        article_id: str,
        article_date: dt.date | None,
        article_source: str | None,
        text_sha256: str | None = None,
    ) -> None:
        if article_id == "bad-incident":
            raise KeyError(article_id)
        self.seen.append((article_id, len(acts)))

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        yield []

    def changes(self) -> list[dict[str, Any]]:
        return []


def open_fakes(lexicon: Path | None) -> Rooms:
    """Rooms of fakes."""
    return Rooms(FakeCoder(), FakeEvents(), METADATA)
