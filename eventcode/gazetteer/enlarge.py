"""Makes an index from a GeoNames dump and the base index, in memory that does not grow with the dump.

The dump is read twice: first its divisions, which other rows refer to by codes, then all of it. Places go straight
into the new file; names, which have to be sorted, into a file beside it, from where SQLite's external sort takes them.
A place that the base index has already stays as it is there and only gains what it lacks.
"""

from __future__ import annotations

import csv
import hashlib
import os
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from eventcode.errors import GazetteerError
from eventcode.gazetteer.build import (
    ISO_ONLY,
    SCHEMA,
    DivisionWords,
    Row,
    build_index,
    columns,
    latin,
    progress_bar,
    read_rows,
    speakable,
)
from eventcode.gazetteer.distance import haversine_km
from eventcode.gazetteer.folding import fold, folding_rules
from eventcode.gazetteer.geonames import (
    DumpPlace,
    Ids,
    Malformed,
    TextFile,
    alternate_name,
    dump_place,
    skim,
)
from eventcode.gazetteer.index import (
    ALIAS,
    FEATURES_FILE,
    FORMAT,
    MAIN,
    WEAK,
    Chosen,
    base_path,
    choose,
    index_path,
    index_version,
)

PAGE_CACHE_KB = 32_768
"""Memory of each of SQLite's page cache and sorter."""

_DIVISIONS = ("A.ADM1", "A.ADM2", "A.ADM3")
_DIVISION_MARKS = tuple(b"\t%b\t" % code[2:].encode() for code in _DIVISIONS)
_BATCH = 10_000  # rows written at once
_SAMPLE = 200  # lines that tell whether a file is what it should be
# A place of ours without a geonameid is the dump's of the same name and kind within this distance.
_TWIN_KM = {"site": 10.0, "settlement": 10.0, "district": 10.0, "region": 300.0, "sea": 500.0}
# Ranks of names that the base index gave are kept below all others, so that the smallest decides.
_OF_BASE = 10


@dataclass(frozen=True, slots=True)
class Enlarged:
    """What was made: where the index lies, places added, rows that the base index had, lines that could not be read,
    and the file that lists those (None when there are none)."""

    path: Path
    added: int
    known: int
    unread: int
    unread_list: Path | None


@dataclass(frozen=True, slots=True)
class _Feature:
    """A row of ``data/geonames_features.csv``; ``names``: all, weak (single words need support), phrases (single words
    count only where people live, and need support)."""

    feature: str
    kind: str
    names: str


@dataclass(frozen=True, slots=True)
class _Twin:
    """A place of the base index that GeoNames may know without the base index knowing it."""

    id: int
    feature: str
    country: str | None
    latitude: float | None
    longitude: float | None


def enlarge(dump: Path, alternates: Path | None = None, *, progress: bool = True) -> Enlarged:
    """Make the index of a dump, in the cache folder, and use it from now on.

    The base index is built first where it is missing. Progress goes to standard error when that is a terminal.

    Args:
        dump: allCountries.txt, a country's file or another of that form; plain or zipped.
        alternates: alternateNamesV2.txt; plain or zipped. Replaces the names in the dump's own column.
        progress: False shows none.

    Raises:
        GazetteerError: a file is no such file or cannot be read, or the index cannot be written.
    """
    texts = [TextFile(path) for path in (dump, alternates) if path is not None]
    base = base_path()
    if not base.exists():
        build_index(base, progress)
    try:
        return _enlarge(base, texts[0], texts[1] if alternates else None, progress)
    except (OSError, sqlite3.Error) as exc:
        raise GazetteerError(f"the gazetteer cannot be written to {base.parent}: {exc}") from exc


def _enlarge(base: Path, dump: TextFile, alternates: TextFile | None, progress: bool) -> Enlarged:
    with ExitStack() as stack:
        part, names, listed = (
            stack.enter_context(_Part(base.parent, end)) for end in (".sqlite", ".names", ".csv")
        )
        bar = stack.enter_context(progress_bar(progress))
        with _Writer(base, part.path, names.path, listed.path) as writer:
            sums = [writer.add_dump(dump, alternates is None, bar)]
            if alternates is not None:
                sums.append(writer.add_alternates(alternates, bar))
            choice = Chosen(sums[0], str(dump.path.resolve()), *sums[1:])
            task = bar.add_task("gazetteer: sorting names", total=None)
            writer.finish(index_version(choice))
            bar.remove_task(task)
        target = index_path(choice)
        unread = target.with_suffix(".unread.csv")
        unread.unlink(missing_ok=True)
        if writer.unread:
            listed.move(unread)
        part.move(target)
        choose(choice)
        return Enlarged(target, writer.added, writer.known, writer.unread, unread if writer.unread else None)


class _Part:
    """An unfinished file in the cache folder; a context manager that removes it unless it was moved."""

    def __init__(self, folder: Path, suffix: str) -> None:
        handle, name = tempfile.mkstemp(dir=folder, prefix="gazetteer-", suffix=f"{suffix}.part")
        os.close(handle)
        self.path = Path(name)

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)

    def move(self, target: Path) -> None:
        """Give it its name."""
        self.path.chmod(0o644)
        self.path.replace(target)


class _Writer:
    """The index in the making. A context manager that closes its files."""

    def __init__(self, base: Path, path: Path, names: Path, unread: Path) -> None:
        self.added = self.known = self.unread = 0
        self._features = {
            r["code"]: _Feature(r["feature"], r["kind"], r["names"]) for r in read_rows(FEATURES_FILE)
        }
        self._words = DivisionWords()
        self._wide = folding_rules().countries
        self._list_stream = unread.open("w", encoding="utf-8", newline="")
        self._list = csv.writer(self._list_stream, lineterminator="\n")
        self._list.writerow(("file", "line", "reason"))
        self._rows: list[Row] = []
        self._names: list[tuple[str, int, int]] = []
        self._twin_of: dict[int, int] = {}  # geonameid -> id of the place of ours
        self._claimed: set[int] = set()  # places of ours that have their twin
        self._of_base, self._of_dump = Ids(), Ids()
        self._db = sqlite3.connect(path, isolation_level=None, uri=True)
        self._db.executescript(SCHEMA)
        self._db.execute("ATTACH ? AS base", (f"{base.resolve().as_uri()}?mode=ro&immutable=1",))
        self._db.execute("ATTACH ? AS raw", (names.resolve().as_uri(),))
        for schema in ("main", "base", "raw"):
            self._db.execute(f"PRAGMA {schema}.cache_size=-{PAGE_CACHE_KB}")
        self._db.execute("PRAGMA temp_store=FILE")
        self._db.execute("PRAGMA raw.journal_mode=OFF")
        self._db.execute("PRAGMA raw.synchronous=OFF")
        self._take_base()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._list_stream.close()
        self._db.close()

    # -- the base index -----------------------------------------------------------------------------------------

    def _take_base(self) -> None:
        db = self._db
        db.execute("BEGIN")
        db.execute("INSERT INTO main.place SELECT * FROM base.place ORDER BY id")
        db.execute("INSERT INTO main.code SELECT * FROM base.code ORDER BY kind, code")
        db.execute("CREATE TABLE raw.name (key TEXT NOT NULL, place INTEGER NOT NULL, rank INTEGER NOT NULL)")
        db.execute(f"INSERT INTO raw.name SELECT key, place, rank - {_OF_BASE} FROM base.name")
        self._codes: dict[str, int] = dict(db.execute("SELECT code, place FROM base.geonames_code"))
        countries = dict(db.execute("SELECT id, country FROM base.place WHERE feature = 'country'"))
        self._alpha3 = {c: countries[i] for c, i in self._codes.items() if len(c) == 2 and i in countries}
        for (id,) in db.execute("SELECT id FROM base.place WHERE geonameid = id"):
            self._of_base.add(id)
        self._settled = Ids()  # settlements of the base index, which may gain names
        for (id,) in db.execute("SELECT id FROM base.place WHERE geonameid = id AND feature = 'settlement'"):
            self._settled.add(id)
        self._find_twins()
        self._country_names: dict[str, set[str]] = defaultdict(set)
        for key, country in db.execute(
            "SELECT n.key, p.country FROM base.name n JOIN base.place p ON p.id = n.place WHERE p.feature = 'country'"
        ):
            self._country_names[country].add(key)

    def _find_twins(self) -> None:
        self._twins: dict[str, list[_Twin]] = defaultdict(list)
        rows = self._db.execute(
            "SELECT n.key, p.id, p.feature, p.country, p.latitude, p.longitude FROM base.name n JOIN base.place p"
            " ON p.id = n.place WHERE n.place >= ? AND p.geonameid IS NULL AND p.feature != 'demonym'"
            " ORDER BY n.key, p.id",
            (ISO_ONLY,),
        )
        for key, *twin in rows:
            self._twins[key].append(_Twin(*twin))

    # -- the dump -----------------------------------------------------------------------------------------------

    def add_dump(self, dump: TextFile, with_names: bool, bar: Progress) -> str:
        """Add the places of a dump; with the names of its alternate names column, where wanted.

        Returns:
            name and hash of the dump.

        Raises:
            GazetteerError: it is no dump.
        """
        _check_sample(dump, dump_place, "GeoNames dump", "allCountries.txt")
        digest = hashlib.sha256()
        self._add_division_codes(dump, digest, bar)
        lines = rows = 0
        for number, line in _followed(dump, bar):
            try:
                place = self._wanted(line)
            except Malformed as exc:
                self._set_aside(dump, number, exc)
                continue
            lines += 1
            if place is not None:
                rows += 1
                self._add_place(place, with_names)
        self._flush()
        if self.unread > lines:
            raise GazetteerError(
                f"{dump.path}: {self.unread:,} lines cannot be read, {lines:,} can: no GeoNames dump"
            )
        if not rows:
            raise GazetteerError(f"{dump.path}: holds no place of a kind that {FEATURES_FILE} takes")
        return f"{dump.name}-{digest.hexdigest()[:12]}"

    def _wanted(self, line: bytes) -> DumpPlace | None:
        """The place of a line; None where it is of a kind that is not taken, whatever else the line says.

        Raises:
            Malformed: the line is not as it should be.
        """
        id, code = skim(line)
        place = dump_place(line) if code in self._features or id in self._of_base else None
        if not self._of_dump.add(id):
            raise Malformed(f"geonameid {id} for the second time")
        return place

    def _add_division_codes(self, dump: TextFile, digest: hashlib._Hash, bar: Progress) -> None:
        """Which places the codes of divisions mean. The dump's word counts: it is of the same day as its rows."""
        for _, line in _followed(dump, bar, digest):
            if not any(mark in line for mark in _DIVISION_MARKS):
                continue
            with suppress(Malformed):
                place = dump_place(line)
                if place.code in _DIVISIONS:
                    parts = (place.country, place.admin1, place.admin2, place.admin3)
                    self._codes[".".join(parts[: 1 + int(place.code[-1])])] = self._id_of(
                        place, self._features[place.code].feature, {fold(place.name), fold(place.ascii_name)}
                    )

    def _id_of(self, place: DumpPlace, feature: str, keys: Set[str]) -> int:
        """The id that a place of these folded names has in the index: that of its twin where we have one."""
        if place.id in self._of_base or place.id in self._twin_of:
            return self._twin_of.get(place.id, place.id)
        for key in sorted(keys & self._twins.keys()):
            for twin in self._twins[key]:
                if twin.id not in self._claimed and self._is_twin(place, feature, twin):
                    self._twin_of[place.id] = twin.id
                    self._claimed.add(twin.id)
                    return twin.id
        return place.id

    def _is_twin(self, place: DumpPlace, feature: str, twin: _Twin) -> bool:
        country = self._alpha3.get(place.country)
        if twin.feature != feature or (twin.country and country and twin.country != country):
            return False
        if twin.feature in ("admin1", "admin2"):
            return country is not None and twin.country == country
        if twin.latitude is None or twin.longitude is None:
            return False
        km = float(haversine_km(place.latitude, place.longitude, twin.latitude, twin.longitude))
        return km <= _TWIN_KM.get(feature, 0.0)

    def _add_place(self, place: DumpPlace, with_names: bool) -> None:
        """Take in a place of the base index or of a kind that is taken."""
        if place.id in self._of_base:
            self._add_known(place, with_names)
            return
        feature = self._features[place.code]
        row = self._row(place, feature)
        if with_names:
            self._call_alternates(row, place.alternates)
        if feature.names != "all":
            _support_single_words(row, drop=feature.names == "phrases" and not place.population)
        if place.code in _DIVISIONS:
            self._words.shorten(row)
        row.id = self._id_of(place, feature.feature, row.names.keys())
        if row.id != place.id:
            self.known += 1
            self._complete(place)
            self._put_names(row)
        elif row.names:
            self.added += 1
            self._put_names(row)
            self._rows.append(row)
            if len(self._rows) >= _BATCH:
                self._flush()

    def _add_known(self, place: DumpPlace, with_names: bool) -> None:
        """What a row says of a place that the base index has by its id."""
        self.known += 1
        self._complete(place)
        if with_names and place.id in self._settled:
            row = Row(place.id, place.name, "settlement", country=self._alpha3.get(place.country))
            self._call_alternates(row, place.alternates)
            self._put_names(row)

    def _row(self, place: DumpPlace, feature: _Feature) -> Row:
        country = self._alpha3.get(place.country)
        first = self._codes.get(f"{place.country}.{place.admin1}")
        second = self._codes.get(f"{place.country}.{place.admin1}.{place.admin2}") if place.admin2 else None
        row = Row(place.id, place.name, feature.feature, feature.kind, place.id, country)
        row.admin1 = first if feature.feature != "admin1" else None
        row.admin2 = second if feature.feature not in ("admin1", "admin2") else None
        row.admin3 = self._third(place)
        row.latitude, row.longitude, row.population = place.latitude, place.longitude, place.population
        if place.code in _DIVISIONS or feature.feature in ("region", "sea"):
            row.point = "centroid"
        row.call(place.name, MAIN)
        if place.ascii_name != place.name:
            row.call(place.ascii_name, MAIN)
        return row

    def _third(self, place: DumpPlace) -> int | None:
        """The division of the third order that a place lies in."""
        if place.code in _DIVISIONS or not place.admin3:
            return None
        return self._codes.get(".".join((place.country, place.admin1, place.admin2, place.admin3)))

    def _call_alternates(self, row: Row, alternates: str) -> None:
        taken = self._country_names.get(row.country or "", ())
        for name in alternates.split(",") if alternates else ():
            if latin(name) and speakable(name) and fold(name) not in taken:
                row.call(name, ALIAS)

    def _complete(self, place: DumpPlace) -> None:
        """What the base index did not know of a place: id, point, people, third-order division. Second-order divisions get GeoNames' point."""
        self._db.execute(
            "UPDATE main.place SET geonameid = coalesce(geonameid, ?1),"
            " latitude = CASE WHEN latitude IS NULL OR feature = 'admin2' THEN ?2 ELSE latitude END,"
            " longitude = CASE WHEN longitude IS NULL OR feature = 'admin2' THEN ?3 ELSE longitude END,"
            " population = CASE WHEN population = 0 THEN ?4 ELSE population END, admin3 = ?6 WHERE id = ?5",
            (
                place.id,
                place.latitude,
                place.longitude,
                place.population,
                self._twin_of.get(place.id, place.id),
                self._third(place),
            ),
        )

    # -- alternate names ----------------------------------------------------------------------------------------

    def add_alternates(self, alternates: TextFile, bar: Progress) -> str:
        """Add the alternate names of places that were taken; the preferred English one becomes a new place's name.

        Returns:
            name and hash of the file.

        Raises:
            GazetteerError: it is no file of alternate names.
        """
        _check_sample(alternates, alternate_name, "file of GeoNames' alternate names", "alternateNamesV2.txt")
        digest = hashlib.sha256()
        for number, line in _followed(alternates, bar, digest):
            try:
                other = alternate_name(line)
            except Malformed as exc:
                self._set_aside(alternates, number, exc)
                continue
            if other is None or not self._may_call(other.id):
                continue
            if not latin(other.name) or not speakable(other.name):
                continue
            id = self._twin_of.get(other.id, other.id)
            found = self._db.execute("SELECT country, feature FROM main.place WHERE id = ?", (id,)).fetchone()
            if found is None:
                continue
            self._add_alternate(id, other.name, other.language, other.preferred, other.weak, found)
        self._flush()
        return f"{alternates.name}-{digest.hexdigest()[:12]}"

    def _may_call(self, id: int) -> bool:
        """Whether a place may gain names: divisions and countries of the base index have those chosen for them."""
        return id in self._settled or (id in self._of_dump and id not in self._of_base)

    def _add_alternate(
        self,
        id: int,
        name: str,
        language: str,
        preferred: bool,
        weak: bool,
        found: tuple[str | None, str],
    ) -> None:
        country, feature = found
        if fold(name) in self._country_names.get(country or "", ()):
            return
        row = Row(id, name, feature, country=country)
        row.call(name, WEAK if weak else MAIN if language == "en" and preferred else ALIAS)
        if feature in ("region", "sea"):
            _support_single_words(row, drop=False)
        self._put_names(row)
        if language == "en" and preferred and not weak and id not in self._of_base and id < ISO_ONLY:
            self._db.execute("UPDATE main.place SET name = ? WHERE id = ?", (name, id))

    # -- writing ------------------------------------------------------------------------------------------------

    def _put_names(self, row: Row) -> None:
        if row.country in self._wide:
            row.loosen()
        self._names.extend((key, row.id, rank) for key, rank in row.names.items())
        if len(self._names) >= 4 * _BATCH:
            self._flush_names()

    def _flush_names(self) -> None:
        self._db.executemany("INSERT INTO raw.name VALUES (?,?,?)", self._names)
        self._names.clear()

    def _flush(self) -> None:
        self._flush_names()
        self._db.executemany(
            "INSERT INTO main.place VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", map(columns, self._rows)
        )
        self._rows.clear()

    def _set_aside(self, text: TextFile, number: int, reason: Malformed) -> None:
        self.unread += 1
        self._list.writerow((text.name, number, str(reason)))

    def finish(self, version: str) -> None:
        """Sort the names into place and say what the index is."""
        db = self._db
        db.execute(
            f"INSERT INTO main.name SELECT key, place, CASE WHEN min(rank) < 0 THEN min(rank) + {_OF_BASE}"
            " ELSE min(rank) END FROM raw.name GROUP BY key, place ORDER BY key, place"
        )
        db.execute(
            "INSERT INTO main.meta SELECT key, value FROM base.meta WHERE key LIKE 'neighbours:%' ORDER BY key"
        )
        (places,) = db.execute("SELECT count(*) FROM main.place").fetchone()
        meta = {"format": FORMAT, "version": version, "places": str(places)}
        db.executemany("INSERT INTO main.meta VALUES (?,?)", sorted(meta.items()))
        db.execute("COMMIT")
        self._list_stream.flush()


def _support_single_words(row: Row, drop: bool) -> None:
    """Make the names of one word weak ones, or drop them: "Harry" the islet is seldom meant."""
    for key in [k for k in row.names if " " not in k]:
        if drop:
            del row.names[key]
        else:
            row.names[key] = WEAK


def _check_sample(text: TextFile, parse: Callable[[bytes], object], what: str, example: str) -> None:
    """Refuse a file whose first lines are mostly not what they should be.

    Raises:
        GazetteerError: it is no such file.
    """
    good = bad = 0
    first = ""
    for number, line in text.lines():
        if not line.strip():
            continue
        try:
            parse(line)
            good += 1
        except Malformed as exc:
            first = first or f"line {number}: {exc}"
            bad += 1
        if good + bad >= _SAMPLE:
            break
    if bad >= good:
        raise GazetteerError(
            f"{text.path}: is no {what} such as {example} of https://download.geonames.org/export/dump/"
            f" ({first or 'it is empty'})"
        )


def _followed(
    text: TextFile, bar: Progress, digest: hashlib._Hash | None = None
) -> Iterator[tuple[int, bytes]]:
    """The lines of a text that hold anything, with progress."""
    task = bar.add_task(f"gazetteer: {text.name}", total=text.size)
    done = 0
    for number, line in text.lines(digest):
        done += len(line)
        if number % 20_000 == 0:
            bar.update(task, completed=done)
        if not line.isspace():
            yield number, line
    bar.remove_task(task)
