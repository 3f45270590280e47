"""What several tests share: one coder for the whole run, and the option that raises pinned figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from eventcode import Article, Coder, batch
from eventcode.batch import Rooms
from eventcode.coder import CodedArticle
from eventcode.coding.events import EventCoder

# The same examples in every run, and none kept on disk: a test that fails here fails everywhere.
settings.register_profile(
    "eventcode",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("eventcode")

SATURDAY = dt.date(2024, 1, 6)
"""Publication date of sentences that are coded alone."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--raise-floors",
        action="store_true",
        help="pin the figures of tests/cases/floors.json that have got better; none is ever lowered",
    )


@dataclass(frozen=True)
class Reading:
    """A sentence coded alone: what was read in it, and the rows of its events, most important first."""

    coded: CodedArticle
    events: list[dict[str, Any]]


@pytest.fixture(scope="session")
def coder() -> Coder:
    """The coder with our lexicon alone: loading it takes seconds, and coding changes nothing in it."""
    return Coder()


@pytest.fixture(scope="session")
def event_coder() -> EventCoder:
    """The maker of events with our mapping files alone."""
    return EventCoder()


@pytest.fixture(scope="session")
def read(coder: Coder, event_coder: EventCoder) -> Callable[..., Reading]:
    """``read(text, title=None)``: an article of this text, published on a Saturday, coded."""

    def code(text: str, title: str | None = None) -> Reading:
        coded = coder.code(Article(text, id="case", title=title, date=SATURDAY))
        return Reading(coded, event_coder.events(coded.acts, SATURDAY, None))

    return code


@pytest.fixture(scope="session")
def open_rooms(coder: Coder, event_coder: EventCoder) -> Callable[[Path | None], Rooms]:
    """What a batch opens its rooms with: the coder of this run, so that none is loaded again."""

    def opened(lexicon: Path | None) -> Rooms:
        return Rooms(coder, event_coder, coder.metadata)

    return opened


@pytest.fixture(scope="session")
def shared_options(open_rooms: Callable[[Path | None], Rooms]) -> Callable[..., batch.Options]:
    """``batch.Options`` that read with the coder of this run."""
    return partial(batch.Options, open_rooms=open_rooms)
