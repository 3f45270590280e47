"""How a batch is run, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from eventcode.batch.rooms import (
    EventRows,
    IncidentRows,
    Rooms,
    real_events,
    real_incidents,
    real_rooms,
)
from eventcode.batch.versions import Versions, real_versions
from eventcode.inputs import InputOptions

if TYPE_CHECKING:
    from eventcode.find.actors import Names

PART_RECORDS = 128


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch is run.

    ``lexicon``: overlay folder. ``text``: whether tables show the articles' words. ``workers``: processes; with 1,
    everything happens in this one. ``scheduler``: address of a Dask scheduler whose workers read instead. ``inputs``: how
    articles are read. ``keep_parts``: whether finished parts stay when the tables are written. ``part_records``: the most
    records that one part holds. ``previous``: an incidents table published before, whose ids are kept. ``open_rooms``, ``open_events`` and ``open_incidents`` make the makers; the first is
    called in every worker, so it must be importable. ``versions`` tells what they depend on; where other rooms come
    without it, the rooms' own metadata does.
    """

    lexicon: Path | None = None
    text: bool = True
    workers: int = 1
    scheduler: str | None = None
    inputs: InputOptions = field(default_factory=InputOptions)
    keep_parts: bool = True
    part_records: int = PART_RECORDS
    previous: Path | None = None
    open_rooms: Callable[[Path | None], Rooms] = real_rooms
    open_events: Callable[[Path | None], EventRows] = real_events
    open_incidents: Callable[[Path | None, Path | None], IncidentRows] = real_incidents
    versions: Callable[[Path | None], Versions] | None = None


class Naming(TypedDict, total=False):
    """The options that tell whose names the tables show."""

    open_rooms: Callable[[Path | None], Rooms]
    versions: Callable[[Path | None], Versions]


def naming(names: Names) -> Naming:
    """The options by which the real rooms tell names: "public" those of the tables of actors alone, "all" also those of
    private people."""
    if names == "public":
        return {}
    return {"open_rooms": partial(real_rooms, names=names), "versions": partial(real_versions, names=names)}


def versions_of(options: Options) -> Versions:
    """What the options' rooms depend on."""
    if options.versions is not None:
        return options.versions(options.lexicon)
    if options.open_rooms is real_rooms:
        return real_versions(options.lexicon)
    metadata = dict(options.open_rooms(options.lexicon).metadata)
    told = repr(sorted(metadata.items()))
    return Versions(metadata, told, told)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a batch came to: numbers of articles coded, records set aside, and rows written.

    ``duplicates``: articles among them whose words were seen before. ``kept``: articles that an earlier run had read.
    """

    articles: int
    set_aside: int
    acts: int
    events: int
    incidents: int
    places: int
    duplicates: int = field(default=0, compare=False)
    kept: int = field(default=0, compare=False)
