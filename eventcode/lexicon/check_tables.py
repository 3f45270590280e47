"""Checks of the actor tables and of the gazetteer's own places (codes: eventcode.lexicon.check)."""

from __future__ import annotations

import csv
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eventcode.errors import GazetteerError
from eventcode.lexicon.actors import parse_day
from eventcode.lexicon.findings import LexiconFinding, Severity, listed
from eventcode.lexicon.sources import Sources
from eventcode.resources import gazetteer_dir

# Contract of the tables, docs/lexicon.md; the first column is the key.
COLUMNS = {
    "countries.csv": "iso3 name cameo acled_name aliases adjectives people capital seats gw cow from to source certainty",
    "regions.csv": "id name aliases adjectives people country cameo source certainty",
    "groups.csv": "id name aliases weak cameo type countries from to parent ethnic religion source certainty",
    "people.csv": "id name aliases surname office cameo country from to source certainty",
    "organisations.csv": "id name aliases cameo type country from to source certainty",
    "roles.csv": "word plural pos role type armed kind source certainty",
    "affixes.csv": "affix position effect source",
    "local_words.csv": "word countries means source",
    "ethnic.csv": "code name aliases countries source certainty",
    "religions.csv": "code name aliases source certainty",
}
PLACE_COLUMNS = "id name aliases kind country admin1 latitude longitude source certainty"
NAMED = ("groups.csv", "people.csv", "organisations.csv")
# A point this far (degrees of latitude) from every settlement of its country is suspect; seas and regions are wider.
NEAR_DEGREES = 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table where it is written."""

    path: Path
    line: int
    key: str
    cells: dict[str, str]

    def finding(self, code: str, message: str, severity: Severity = "E") -> LexiconFinding:
        """A finding about this row."""
        return LexiconFinding(code, severity, str(self.path), self.line, self.key, message)


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problem: str = ""


@lru_cache(maxsize=60)
def _read(path: Path, _changed: int, _size: int) -> Table:
    rows = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            reader = csv.DictReader(f)
            columns = tuple(reader.fieldnames or ())
            for cells in reader:
                clean = {k: (v or "").strip() for k, v in cells.items() if k}
                rows.append(Row(path, reader.line_num, next(iter(clean.values()), ""), clean))
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        return Table(path, (), (), f"not a CSV file in UTF-8: {e}")
    return Table(path, columns, tuple(rows))


def tables(s: Sources) -> Iterator[Table]:
    """Every actor table of the folders."""
    for folder in s.folders:
        for name in COLUMNS:
            path = folder / "actors" / name
            if path.is_file():
                found = path.stat()
                yield _read(path, found.st_mtime_ns, found.st_size)


def _rows(s: Sources, *names: str) -> Iterator[Row]:
    for table in tables(s):
        if not names or table.path.name in names:
            yield from table.rows


def unreadable(s: Sources) -> Iterator[LexiconFinding]:
    """E400: a table that is no CSV in UTF-8, or a file of the folder "actors" that nothing reads."""
    for table in tables(s):
        if table.problem:
            yield LexiconFinding("E400", "E", str(table.path), None, table.path.name, table.problem)
    for folder in s.folders:
        for path in sorted((folder / "actors").glob("*")):
            if path.name not in COLUMNS and path.is_file():
                message = f"nothing reads this file; tables: {', '.join(COLUMNS)}"
                yield LexiconFinding("E400", "W", str(path), None, path.name, message)


def columns(s: Sources) -> Iterator[LexiconFinding]:
    """E401: a column that docs/lexicon.md does not list, is missing, or a row with more or fewer cells."""
    for table in tables(s):
        known = COLUMNS[table.path.name].split()
        if table.problem:
            continue
        for name in table.columns:
            if name not in known:
                yield LexiconFinding(
                    "E401", "E", str(table.path), 1, name, f"unknown column; known: {', '.join(known)}"
                )
        for name in known:
            if name not in table.columns:
                yield LexiconFinding("E401", "E", str(table.path), 1, name, "the column is missing")


def keys(s: Sources) -> Iterator[LexiconFinding]:
    """E402: a row without its key (nothing reads it), or the same row twice in one file."""
    for table in tables(s):
        seen: dict[tuple[str, ...], int] = {}
        for row in table.rows:
            if not row.key:
                yield row.finding(
                    "E402", f"the first cell ({table.columns[0]}) is blank: the row is not read"
                )
            line = seen.setdefault(tuple(row.cells.values()), row.line)
            if line != row.line:
                yield row.finding("E402", f"the same row stands in line {line}")


def dates(s: Sources) -> Iterator[LexiconFinding]:
    """E403: a date that is none (2011-02-15, 2011-02 or 2011); E404: "from" after "to"."""
    for row in _rows(s):
        limits: dict[str, date | None] = {}
        for column in ("from", "to"):
            text = row.cells.get(column, "")
            try:
                limits[column] = parse_day(text, last=column == "to")
            except ValueError:
                yield row.finding("E403", f"{column}: {text!r} is no date (2011-02-15, 2011-02 or 2011)")
        first, last = limits.get("from"), limits.get("to")
        if first is not None and last is not None and first > last:
            yield row.finding("E404", f"from {row.cells['from']} is after to {row.cells['to']}")


def values(s: Sources) -> Iterator[LexiconFinding]:
    """E405: role, type, kind, position, effect or certainty outside its closed list, or a code that is no CAMEO code."""
    from eventcode.ontologies.codes import acled_actor_types

    closed = {
        ("*", "type"): frozenset(acled_actor_types()),
        ("*", "certainty"): frozenset({"sure", "doubtful"}),
        ("roles.csv", "role"): s.closed("roles"), ("roles.csv", "kind"): s.closed("role_kinds"),
        ("roles.csv", "pos"): s.closed("role_pos"), ("roles.csv", "armed"): frozenset({"yes", "no"}),
        ("affixes.csv", "position"): s.closed("affix_positions"), ("affixes.csv", "effect"): s.closed("affix_effects"),
    }  # fmt: skip
    for row in _rows(s):
        for column, text in row.cells.items():
            known = closed.get((row.path.name, column)) or closed.get(("*", column))
            for item in _items(text) if known else ():
                if known and item not in known:
                    yield row.finding("E405", f"{column}: {item!r} is none of {listed(known)}")
        code = row.cells.get("cameo", "")
        if code and (len(code) % 3 or not code.isascii() or not code.isalnum() or code != code.upper()):
            yield row.finding("E405", f"cameo: {code!r} is not made of groups of three capitals")
    roles = {row.key for row in _rows(s, "roles.csv")}
    for row in _rows(s, "local_words.csv"):
        for column in ("word", "means"):
            if row.cells.get(column) not in roles:
                yield row.finding("E405", f"{column}: {row.cells.get(column)!r} is no word of roles.csv")


def _items(text: str) -> list[str]:
    return [x.strip() for x in text.split(";") if x.strip()]


def countries(s: Sources) -> Iterator[LexiconFinding]:
    """E406: a country that countries.csv does not have."""
    known = {row.key for row in _rows(s, "countries.csv")}
    for row in _rows(s):
        for column in ("country", "countries"):
            for iso in _items(row.cells.get(column, "")):
                if iso not in known:
                    yield row.finding("E406", f"{column}: {iso!r} is not in countries.csv")


def names(s: Sources) -> Iterator[LexiconFinding]:
    """E407 (W): a name that two people, groups or organisations bear at the same time."""
    owners: dict[str, list[tuple[Row, date, date]]] = defaultdict(list)
    for row in _rows(s, *NAMED):
        try:
            first = parse_day(row.cells.get("from", ""), last=False) or date.min
            last = parse_day(row.cells.get("to", ""), last=True) or date.max
        except ValueError:
            continue
        for name in {row.cells.get("name", ""), *_items(row.cells.get("aliases", ""))} - {""}:
            owners[name].append((row, first, last))
    for name, claims in sorted(owners.items()):
        told: set[str] = set()
        for i, (row, first, last) in enumerate(claims):
            for other, begin, end in claims[:i]:
                if other.key != row.key and first <= end and begin <= last and row.key not in told:
                    told.add(row.key)
                    yield row.finding(
                        "E407",
                        f"{name!r} is a name of {other.key} at the same time ({other.path.name}:{other.line})",
                        "W",
                    )


def sources(s: Sources) -> Iterator[LexiconFinding]:
    """E408: a row that does not say where it can be checked."""
    for row in _rows(s):
        if not row.cells.get("source"):
            yield row.finding("E408", "give a source: a work of reference and its entry")


def letters(s: Sources) -> Iterator[LexiconFinding]:
    """E409: invisible characters, and words that mix letters of two scripts (a Cyrillic "а" in a Latin name)."""
    for row in _rows(s):
        for column, text in row.cells.items():
            if text.isascii():
                continue
            hidden = next(
                (c for c in text if unicodedata.category(c) in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp")), None
            )
            if hidden is not None:
                yield row.finding("E409", f"{column}: invisible character U+{ord(hidden):04X} in {text!r}")
            for word in text.split():
                scripts = {
                    unicodedata.name(c, "?").split()[0] for c in word if c.isalpha() and c not in "ʻʼʾʿ"
                }
                if len(scripts - {"MODIFIER", "FEMININE", "MASCULINE"}) > 1:
                    yield row.finding("E409", f"{column}: {word!r} mixes letters of {listed(scripts)}")


# --- the gazetteer's own places -----------------------------------------------------------------------------------


def _places(s: Sources) -> Table | None:
    del s  # the places are ours alone: a folder of the user's holds no gazetteer
    path = gazetteer_dir() / "places.csv"
    if not path.is_file():
        return None
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


def places(s: Sources) -> Iterator[LexiconFinding]:
    """E501: bad columns, key given twice, or unreadable number; E502: no source; E503: unknown country or kind."""
    table = _places(s)
    if table is None:
        return
    if table.problem or table.columns != tuple(PLACE_COLUMNS.split()):
        message = table.problem or f"columns are {PLACE_COLUMNS.replace(' ', ', ')}"
        yield LexiconFinding("E501", "E", str(table.path), 1, table.path.name, message)
        return
    known = {row.key for row in _rows(s, "countries.csv")}
    seen: set[str] = set()
    for row in table.rows:
        if row.key in seen:
            yield row.finding("E501", "the id is given twice")
        seen.add(row.key)
        if _point(row) is None:
            yield row.finding(
                "E501",
                f"latitude {row.cells['latitude']!r}, longitude {row.cells['longitude']!r} are no point",
            )
        if not row.cells["source"]:
            yield row.finding("E502", "give a source: a work of reference and its entry")
        for iso in _items(row.cells["country"]):
            if iso not in known:
                yield row.finding("E503", f"country {iso!r} is not in countries.csv")
        if row.cells["kind"] not in s.closed("place_kinds"):
            yield row.finding("E503", f"kind is one of {listed(s.closed('place_kinds'))}")


def _point(row: Row) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(row.cells["latitude"]), float(row.cells["longitude"])
    except (KeyError, ValueError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def neighbourhoods(s: Sources) -> Iterator[LexiconFinding]:
    """E504: a place with no settlement of its country anywhere near. Says nothing without a gazetteer index."""
    from eventcode.gazetteer.index import open_index

    table = _places(s)
    try:
        index = open_index(build=False)
    except GazetteerError:
        return
    with index:
        path = index.path
    if table is None or table.problem:
        return
    settlements = _settlements(path)
    for row in table.rows:
        point, isos = _point(row), _items(row.cells.get("country", ""))
        if point is None or not isos or row.cells.get("kind") == "sea":
            continue
        reach = NEAR_DEGREES * (3 if row.cells.get("kind") == "region" else 1)
        if not any(_settled(settlements.get(iso), point, reach) for iso in isos):
            yield row.finding(
                "E504", f"{point[0]}, {point[1]} is far from every settlement of {', '.join(isos)}"
            )


def _settlements(index: Path) -> dict[str, NDArray[np.float64]]:
    """Latitude and longitude, in degrees, of every place of each country. Only GeoNames' places bear witness: ours are
    in the index themselves."""
    query = (
        "SELECT country, latitude, longitude FROM place WHERE geonameid IS NOT NULL AND latitude IS NOT NULL"
    )
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)) as db:
        for country, latitude, longitude in db.execute(query):
            found[country].append((latitude, longitude))
    return {country: np.array(points) for country, points in found.items()}


def _settled(points: NDArray[np.float64] | None, point: tuple[float, float], reach: float) -> bool:
    if points is None:
        return False
    wide = min(180.0, reach / max(0.1, 1 - abs(point[0]) / 95))
    near = (np.abs(points[:, 0] - point[0]) <= reach) & (np.abs(points[:, 1] - point[1]) <= wide)
    return bool(near.any())
