"""Reads the actor tables (docs/lexicon.md, section Actors) and finds their names in text.

One Aho-Corasick automaton holds every name, adjective and role word. Names must be written as names: capitals where
the table has them, unless the whole text has none or nothing else.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import ahocorasick

from eventcode.errors import LexiconError
from eventcode.lexicon.pausing import without_collections

EntryKind = Literal[
    "country", "country_adjective", "country_people", "seat", "region", "region_adjective", "group", "person", "organisation",
    "role", "ethnic", "religion",
]  # fmt: skip
NAME_KINDS = frozenset({"person", "group", "organisation"})
COUNTRY_KINDS = frozenset({"country", "country_adjective", "country_people", "seat"})
HYPHENS = str.maketrans({"‐": "-", "‑": "-", "–": "-", "’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True, slots=True)
class Term:
    """One row of ``people.csv`` (an office held from-to) or the dated code of any other entry."""

    code: str
    office: str
    country: str
    first: date | None
    last: date | None
    type: str = ""

    def holds(self, day: date | None) -> bool:
        """Whether the term covers this day; without a day, only open-ended terms do."""
        if day is None:
            return self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """What a name or word of the actor tables means. Codes are CAMEO's; ``type`` is ACLED's; ``country`` ISO alpha-3."""

    id: str
    kind: EntryKind
    name: str
    code: str = ""
    country: str = ""
    countries: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    type: str = ""
    armed: bool = False
    sort: str = ""
    ethnic: str = ""
    religion: str = ""
    terms: tuple[Term, ...] = ()
    weak: bool = False

    def term(self, day: date | None) -> Term | None:
        """The office a person holds on a day; else the last one begun before it; else the first."""
        if not self.terms:
            return None
        holding = [t for t in self.terms if t.holds(day)]
        if holding:
            # On the day of a handover the one who takes over holds it.
            return holding[-1]
        past = [t for t in self.terms if day is None or (t.first is not None and t.first <= day)]
        return past[-1] if past else self.terms[0]


@dataclass(frozen=True, slots=True)
class Hit:
    """A name or word of the tables in a text: offsets, and the entries it may stand for."""

    start: int
    end: int
    entries: tuple[ActorEntry, ...]

    @property
    def entry(self) -> ActorEntry:
        """The first entry: names before countries before roles."""
        return self.entries[0]

    def of_kind(self, *kinds: str) -> ActorEntry | None:
        """The first entry of one of these kinds."""
        return next((e for e in self.entries if e.kind in kinds), None)


_ORDER = {
    k: i
    for i, k in enumerate(
        (
            "person",
            "organisation",
            "group",
            "country",
            "country_adjective",
            "country_people",
            "seat",
            "region",
            "region_adjective",
            "ethnic",
            "religion",
            "role",
        )
    )
}


def parse_day(text: str, *, last: bool) -> date | None:
    """ISO day, month or year as the first or last day it covers; None for blank. Raises ValueError."""
    parts = [int(p) for p in text.split("-")] if text else []
    if not parts:
        return None
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 2:
        if not last:
            return date(parts[0], parts[1], 1)
        following = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    return date(parts[0], 12, 31) if last else date(parts[0], 1, 1)


def _items(cell: str | None) -> tuple[str, ...]:
    if not cell:
        return ()
    return tuple([x for part in cell.split(";") if (x := part.strip())])


def read_rows(folders: Sequence[Path], name: str, key: str = "id") -> list[dict[str, str]]:
    """Rows of ``actors/NAME`` in every folder; a later folder's rows replace earlier ones of the same key."""
    rows: dict[str, list[dict[str, str]]] = {}
    for folder in folders:
        path = folder / "actors" / name
        if not path.exists():
            continue
        new: dict[str, list[dict[str, str]]] = defaultdict(list)
        try:
            with path.open(encoding="utf-8-sig", newline="") as f:
                for row in csv.DictReader(f):
                    if row.get(key) is None:
                        raise LexiconError(f"{path}: no column {key!r}; docs/lexicon.md lists the columns")
                    if row[key].strip():
                        new[row[key]].append({k: (v or "").strip() for k, v in row.items() if k})
        except (csv.Error, UnicodeDecodeError) as e:
            raise LexiconError(f"{path}: not a CSV file in UTF-8: {e}") from e
        # Of two rows that know one name, the later folder's comes first.
        rows = {**new, **{k: group for k, group in rows.items() if k not in new}}
    return [r for group in rows.values() for r in group]


class ActorLexicon:
    """Every actor table, with a matcher over all names and words."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._index: dict[str, list[tuple[str, ActorEntry]]] = defaultdict(list)
        self.countries: dict[str, dict[str, str]] = {}
        self.by_id: dict[str, ActorEntry] = {}
        self.affixes = {
            (r["position"], r["affix"].lower().strip("-")): r["effect"]
            for r in read_rows(folders, "affixes.csv", "affix")
        }
        self._read_countries(folders)
        self._read_regions(folders)
        self._read_named(folders)
        self._read_people(folders)
        self._read_words(folders)
        # Words of names of several words: "Kachin" of "Kachin Independence Army" acts, though it is no entry itself.
        self._words = frozenset(
            w
            for key, pairs in self._index.items()
            if " " in key and any(e.kind in NAME_KINDS for _, e in pairs)
            for w in key.split()
        )
        self._automaton = ahocorasick.Automaton()
        for key, pairs in sorted(self._index.items()):
            self._automaton.add_word(
                key,
                (
                    len(key),
                    tuple(sorted(pairs, key=lambda p: _ORDER[p[1].kind]) if len(pairs) > 1 else pairs),
                ),
            )
        self._automaton.make_automaton()

    # --- reading ---------------------------------------------------------------------------------------------

    def _add(self, surface: str, entry: ActorEntry) -> None:
        surface = surface.strip().translate(HYPHENS)
        if surface:
            self._index[surface.lower()].append((surface, entry))

    def _read_countries(self, folders: Sequence[Path]) -> None:
        for r in read_rows(folders, "countries.csv", "iso3"):
            iso, code = r["iso3"], r["cameo"] or r["iso3"]
            self.countries[iso] = r

            def make(
                kind: EntryKind,
                roles: tuple[str, ...] = (),
                iso: str = iso,
                code: str = code,
                name: str = r["name"],
            ) -> ActorEntry:
                return ActorEntry(iso, kind, name, code, iso, (iso,), roles)

            entry = make("country")
            self.by_id[iso] = entry
            for n in (r["name"], r["acled_name"], *_items(r["aliases"])):
                self._add(n, entry)
            for n in _items(r["adjectives"]):
                self._add(n, make("country_adjective"))
            for n in _items(r["people"]):
                self._add(n, make("country_people", ("CVL",)))
            for n in (*_items(r["capital"]), *_items(r["seats"])):
                self._add(n, make("seat", ("GOV",)))

    def _read_regions(self, folders: Sequence[Path]) -> None:
        for r in read_rows(folders, "regions.csv"):
            country = r["country"].split(";")[0]
            code = r["cameo"] or (self.countries.get(country, {}).get("cameo") or country)
            for kind, cell in (
                ("region", r["aliases"]),
                ("region_adjective", r["adjectives"]),
                ("region_adjective", r["people"]),
            ):
                k: EntryKind = "region" if kind == "region" else "region_adjective"
                entry = ActorEntry(r["id"], k, r["name"], code, country)
                if k == "region":
                    self.by_id[r["id"]] = entry
                for n in ((r["name"],) if kind == "region" else ()) + _items(cell):
                    self._add(n, entry)

    def _read_named(self, folders: Sequence[Path]) -> None:
        files: tuple[tuple[str, EntryKind], ...] = (
            ("groups.csv", "group"),
            ("organisations.csv", "organisation"),
        )
        for file, kind in files:
            grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
            for r in read_rows(folders, file):
                grouped[r["id"]].append(r)
            for key, rows in grouped.items():
                terms = tuple(sorted((_term(r) for r in rows), key=lambda t: t.first or date.min))
                r, latest = rows[0], terms[-1]
                countries = _items(r.get("countries") or r.get("country"))
                entry = ActorEntry(
                    key, kind, r["name"], latest.code, latest.country, countries, roles_of(latest.code), latest.type,
                    latest.type not in ("", "Civilians", "Protesters"), "body", r.get("ethnic", ""), r.get("religion", ""), terms,
                )  # fmt: skip
                self.by_id[key] = entry
                for n in sorted({n for row in rows for n in (row["name"], *_items(row["aliases"]))}):
                    self._add(n, entry)

    def _read_people(self, folders: Sequence[Path]) -> None:
        grouped: dict[str, list[dict[str, str]]] = defaultdict(list)
        for r in read_rows(folders, "people.csv"):
            grouped[r["id"]].append(r)
        for pid, rows in grouped.items():
            terms = tuple(sorted((_term(r) for r in rows), key=lambda t: t.first or date.min))
            first = rows[0]
            entry = ActorEntry(
                pid,
                "person",
                first["name"],
                first["cameo"],
                first["country"],
                (first["country"],),
                sort="person",
                terms=terms,
            )
            self.by_id[pid] = entry
            names = {n for r in rows for n in (r["name"], *_items(r["aliases"]))}
            for n in sorted(names):
                self._add(n, entry)
            surname = next((r["surname"] for r in rows if r["surname"]), "")
            if surname and surname not in names:
                self._add(
                    surname,
                    ActorEntry(
                        pid,
                        "person",
                        first["name"],
                        first["cameo"],
                        first["country"],
                        (first["country"],),
                        sort="surname",
                        terms=terms,
                        weak=True,
                    ),
                )

    def _read_words(self, folders: Sequence[Path]) -> None:
        for r in read_rows(folders, "roles.csv", "word"):
            entry = ActorEntry(
                r["word"], "role", r["word"], "".join(_items(r["role"])), roles=_items(r["role"]), type=r["type"],
                armed=r["armed"] == "yes", sort="adjective" if r["pos"] == "adj" else r["kind"],
            )  # fmt: skip
            for n in (r["word"], *_items(r["plural"])):
                self._add(n, entry)
        for file, kind in (("ethnic.csv", "ethnic"), ("religions.csv", "religion")):
            for r in read_rows(folders, file, "code"):
                k: EntryKind = "ethnic" if kind == "ethnic" else "religion"
                entry = ActorEntry(
                    r["code"], k, r["name"], r["code"], (r.get("countries") or "").split(";")[0]
                )
                for n in (r["name"], *_items(r["aliases"])):
                    self._add(n, entry)

    # --- finding ---------------------------------------------------------------------------------------------

    def find(self, text: str) -> list[Hit]:
        """Names and words of the tables in a text, longest first where they overlap, in text order."""
        lower = text.translate(HYPHENS).lower()
        if len(lower) != len(text):
            # A few letters change their length in small letters; leave such a text as it is.
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text.translate(HYPHENS))
        shape = _shape(text)
        found: list[tuple[int, int, tuple[ActorEntry, ...]]] = []
        for last, (length, pairs) in self._automaton.iter(lower):
            start, end = last - length + 1, last + 1
            if (start and lower[start - 1].isalnum()) or (end < len(lower) and lower[end].isalnum()):
                continue
            surface = text[start:end].translate(HYPHENS)
            entries = tuple(e for written, e in pairs if _written_alike(surface, written, e, shape, start))
            if entries:
                found.append((start, end, entries))
        found.sort(key=lambda f: (f[0] - f[1], f[0]))
        taken: list[tuple[int, int]] = []
        hits = []
        for start, end, entries in found:
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                hits.append(Hit(start, end, entries))
        return sorted(hits, key=lambda h: h.start)

    def is_known(self, word: str) -> bool:
        """Whether a single word, in any case, begins or is an entry (a cheap test)."""
        return word.translate(HYPHENS).lower() in self._index

    def names_actor(self, word: str) -> bool:
        """Whether a single word can stand for people or a body: not for a weapon, a site or a thing."""
        pairs = self._index.get(word.translate(HYPHENS).lower(), ())
        return any(not (e.kind == "role" and e.sort in ("weapon", "site", "adjective")) for _, e in pairs)

    def names_doer(self, word: str) -> bool:
        """Whether a single word is (part of) an actor of the tables and not only a seat or region."""
        pairs = self._index.get(word.translate(HYPHENS).lower(), ())
        return (
            any(
                e.kind not in ("seat", "region")
                and not (e.kind == "role" and e.sort in ("weapon", "site", "adjective"))
                for _, e in pairs
            )
            or word in self._words
        )

    def names_site(self, word: str) -> bool:
        """Whether a single word is a site of the role table."""
        return any(
            e.kind == "role" and e.sort == "site"
            for _, e in self._index.get(word.translate(HYPHENS).lower(), ())
        )

    def iter_surfaces(self) -> Iterator[tuple[str, ActorEntry]]:
        """Every written form with its entry, for the lexicon check."""
        for pairs in self._index.values():
            yield from pairs

    def country_code(self, iso3: str) -> str:
        """CAMEO's code of a country (differs from ISO for a few)."""
        row = self.countries.get(iso3)
        return (row["cameo"] or iso3) if row else iso3

    def country_name(self, iso3: str) -> str:
        """The country's name as ACLED prints it."""
        row = self.countries.get(iso3)
        return (row["acled_name"] or row["name"]) if row else iso3


def _term(row: dict[str, str]) -> Term:
    country = _items(row.get("countries") or row.get("country"))
    return Term(
        row["cameo"], row.get("office", ""), country[0] if country else "", parse_day(row["from"], last=False), parse_day(row["to"], last=True),
        row.get("type", ""),
    )  # fmt: skip


def roles_of(code: str) -> tuple[str, ...]:
    groups = [code[i : i + 3] for i in range(0, len(code), 3)]
    return tuple(x for x in groups[1:] if x in PRIMARY_ROLES)


# Role codes of the CAMEO manual (actor chapters), used to tell roles from names inside a code.
PRIMARY_ROLES = frozenset(
    [
        "COP",
        "GOV",
        "INS",
        "JUD",
        "MIL",
        "OPP",
        "REB",
        "SEP",
        "SPY",
        "UAF",
        "PTY",
        "AGR",
        "BUS",
        "CRM",
        "CVL",
        "DEV",
        "EDU",
        "ELI",
        "ENV",
        "HLH",
        "HRI",
        "LAB",
        "LEG",
        "MED",
        "REF",
        "MOD",
        "RAD",
    ]
)


def _shape(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    if not letters:
        return "mixed"
    upper = sum(map(str.isupper, text))
    if upper == 0:
        return "lower"
    return "upper" if upper > 0.7 * letters and letters > 20 else "mixed"


def _written_alike(surface: str, written: str, entry: ActorEntry, shape: str, start: int) -> bool:
    if entry.kind == "role":
        # Role words are written in any way; but "us" is no role and short capitals are.
        return written.islower() or shape != "mixed" or surface[0].isupper() or surface == written
    if shape == "lower":
        return len(written) > 3 or not written.isupper()
    if shape == "upper":
        return True
    if written.isupper() or (sum(c.isupper() for c in written) > 1 and len(written) <= 5):
        return surface == written
    if written[:1].isupper():
        return (
            surface[:1].isupper()
            or (" " in written and surface == written)
            or (surface.lower().startswith(("al-", "el-", "ash-")) and any(c.isupper() for c in surface))
        )
    return surface == written or surface.lower() == written.lower()


@lru_cache(maxsize=4)
@without_collections()
def load_actors(folders: tuple[Path, ...]) -> ActorLexicon:
    """The actor tables of these folders. Raises LexiconError with the file."""
    return ActorLexicon(folders)
