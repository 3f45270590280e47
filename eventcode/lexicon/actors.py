"""Reads the actor tables (docs/lexicon.md, section Actors) and finds their names in text.

Every name, adjective and role word is looked up by its first one or two runs of letters and digits. Names must be written as
names: capitals where the table has them, unless the whole text has none or nothing else.

The tables are compiled to plain data (tuples, dictionaries, text and numbers), which the cache keeps; an entry becomes an
object when somebody asks for it.
"""

from __future__ import annotations

import csv
import marshal
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, TypeAlias

from eventcode.errors import LexiconError
from eventcode.lexicon.cache import compiled
from eventcode.lexicon.pausing import without_collections
from eventcode.values import quick, replace

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


@quick
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

    @property
    def wants_support(self) -> bool:
        """Whether it is a group under a weak name, which counts only where the article supports it."""
        return self.weak and self.kind != "person"

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


@quick
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
        for entry in self.entries:
            if entry.kind in kinds:
                return entry
        return None


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


Pair: TypeAlias = tuple[str, int]
"""A name as it is written in the tables, and the number of the entry that it stands for."""
Name: TypeAlias = tuple[str, int, tuple[Pair, ...]]
"""A name in small letters, where its first letter or digit is (its length where it has none), and what it stands for, most
telling entry first."""

_RUN = re.compile(r"[^\W_]+")
"""Letters and digits, the same as ``str.isalnum`` takes for such."""
# What a single word can be: a name or word of the tables; somebody or a body; (part of) such and not only a seat or region; a site.
_KNOWN, _ACTOR, _DOER, _SITE, _GIVEN, _FAMILY = 1, 2, 4, 8, 16, 32
_NO_PEOPLE = frozenset({"weapon", "site", "adjective"})


def compile_tables(folders: Sequence[Path]) -> dict[str, Any]:
    """The actor tables of these folders as plain data. Raises LexiconError with the file."""
    return _Compiler(folders).data()


class _Compiler:
    """Reads the tables into entries and into an index of their names in small letters."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._entries: dict[ActorEntry, int] = {}
        self._last: tuple[ActorEntry | None, int] = None, 0
        self._index: dict[str, dict[Pair, None]] = defaultdict(dict)
        self.countries: dict[str, dict[str, str]] = {}
        self.by_id: dict[str, int] = {}
        self.affixes = {
            (r["position"], r["affix"].lower().strip("-")): r["effect"]
            for r in read_rows(folders, "affixes.csv", "affix")
        }
        self._read_countries(folders)
        self._read_regions(folders)
        self._read_named(folders)
        self._read_people(folders)
        self._read_words(folders)
        self.local = self._local_words(folders)

    def data(self) -> dict[str, Any]:
        """What ``ActorLexicon`` takes. What is needed of few names only, an article at a time, is packed once more."""
        made = list(self._entries)
        names: dict[str, list[Name]] = defaultdict(list)
        flags: dict[str, int] = defaultdict(int)
        for key in sorted(self._index, key=lambda k: (-len(k), k)):
            pairs = tuple(self._index[key])
            if len(pairs) > 1:
                pairs = tuple(sorted(pairs, key=lambda p: _rank(made[p[1]])))
            self._flag(key, [made[n] for _, n in pairs], flags)
            runs = [(m.start(), m.group()) for m in islice(_RUN.finditer(key), 2)]
            opening = " ".join([run for _, run in runs])
            names[opening].append((key, runs[0][0] if runs else len(key), pairs))
            for _, run in runs[:1]:
                names.setdefault(run, [])
        return {
            "entries": [marshal.dumps(_flat(e)) for e in made],
            "kinds": [e.kind for e in made],
            "by_id": self.by_id,
            "names": {k: marshal.dumps(tuple(v)) if v else b"" for k, v in names.items()},
            "flags": dict(flags),
            "countries": self.countries,
            "affixes": self.affixes,
            "local": self.local,
        }

    @staticmethod
    def _flag(key: str, entries: Sequence[ActorEntry], flags: dict[str, int]) -> None:
        """Note what single words can be."""
        meant = [e for e in entries if not e.wants_support]
        if " " not in key:
            flags[key] |= _KNOWN | _flags(meant)
        elif any(e.kind in NAME_KINDS for e in meant):
            # "Kachin" of "Kachin Independence Army" acts, though it is no entry itself.
            for word in key.split():
                flags[word] |= _DOER
            if any(e.kind == "person" for e in meant):
                flags[key.split()[0]] |= _GIVEN
                flags[key.split()[-1]] |= _FAMILY

    def _number(self, entry: ActorEntry) -> int:
        if entry is not self._last[0]:
            # Telling whether an entry is known takes a while, and it comes with all its names.
            self._last = entry, self._entries.setdefault(entry, len(self._entries))
        return self._last[1]

    def _add(self, surface: str, entry: ActorEntry) -> None:
        surface = surface.strip().translate(HYPHENS)
        if surface:
            self._index[surface.lower()][surface, self._number(entry)] = None

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
            self.by_id[iso] = self._number(entry)
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
                    self.by_id[r["id"]] = self._number(entry)
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
                self.by_id[key] = self._number(entry)
                names = {n for row in rows for n in (row["name"], *_items(row["aliases"]))}
                for n in sorted(names):
                    self._add(n, entry)
                weak = replace(entry, weak=True)
                for n in sorted({n for row in rows for n in _items(row.get("weak"))} - names):
                    self._add(n, weak)

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
            self.by_id[pid] = self._number(entry)
            names = {n for r in rows for n in (r["name"], *_items(r["aliases"]))}
            for n in sorted(names):
                self._add(n, entry)
            surname = next((r["surname"] for r in rows if r["surname"]), "")
            if surname and surname not in names:
                self._add(surname, replace(entry, sort="surname", weak=True))

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
                homes = _items(r.get("countries"))
                entry = ActorEntry(r["code"], k, r["name"], r["code"], homes[0] if homes else "", homes)
                for n in (r["name"], *_items(r["aliases"])):
                    self._add(n, entry)

    def _local_words(self, folders: Sequence[Path]) -> dict[str, dict[str, int]]:
        """Role words that mean something else in some countries: what they mean in each, by the number of its entry."""
        made = list(self._entries)
        roles = {e.name: n for n, e in enumerate(made) if e.kind == "role"}
        local: dict[str, dict[str, int]] = defaultdict(dict)
        for r in read_rows(folders, "local_words.csv", "word"):
            if r["means"] not in roles:
                raise LexiconError(
                    f"local_words.csv: {r['means']!r} (of {r['word']!r}) is no word of roles.csv"
                )
            local[r["word"]].update(dict.fromkeys(_items(r["countries"]), roles[r["means"]]))
        return dict(local)


_FIELD_NAMES = tuple(f.name for f in fields(ActorEntry))
_FIELDS = attrgetter(*_FIELD_NAMES)
_KIND_AT, _TERMS_AT = _FIELD_NAMES.index("kind"), _FIELD_NAMES.index("terms")


def _rank(entry: ActorEntry) -> tuple[int, bool]:
    return _ORDER[entry.kind], entry.wants_support


def _flags(entries: Sequence[ActorEntry]) -> int:
    """What a word that stands for these entries can be."""
    found = 0
    for e in entries:
        if e.kind == "role" and e.sort in _NO_PEOPLE:
            found |= _SITE if e.sort == "site" else 0
        else:
            found |= _ACTOR if e.kind in ("seat", "region") else _ACTOR | _DOER
    return found


def _flat(entry: ActorEntry) -> tuple[Any, ...]:
    values = list(_FIELDS(entry))
    values[_TERMS_AT] = tuple(
        [(t.code, t.office, t.country, _ordinal(t.first), _ordinal(t.last), t.type) for t in entry.terms]
    )
    return tuple(values)


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day is not None else 0


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None


class _Entries:
    """The entries by number, made into objects when they are asked for."""

    def __init__(self, packed: Sequence[bytes], kinds: Sequence[str]) -> None:
        self._packed = packed
        self._made: list[ActorEntry | None] = [None] * len(packed)
        self.kinds = kinds

    def __getitem__(self, number: int) -> ActorEntry:
        made = self._made[number]
        if made is None:
            values = list(marshal.loads(self._packed[number]))
            values[_TERMS_AT] = tuple(
                [
                    Term(code, office, country, _day(first), _day(last), kind)
                    for code, office, country, first, last, kind in values[_TERMS_AT]
                ]
            )
            made = self._made[number] = ActorEntry(*values)
        return made


class _ById(Mapping[str, ActorEntry]):
    """The entries of countries, regions, groups, organisations and people by their id."""

    def __init__(self, numbers: Mapping[str, int], entries: _Entries) -> None:
        self._numbers = numbers
        self._entries = entries

    def __getitem__(self, key: str) -> ActorEntry:
        return self._entries[self._numbers[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


_Found: TypeAlias = tuple[int, int, tuple[ActorEntry, ...]]


class ActorLexicon:
    """Every actor table, with a matcher over all names and words. ``data``: as ``compile_tables`` makes it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._entries = _Entries(data["entries"], data["kinds"])
        self._packed: Mapping[str, bytes] = data["names"]
        self._names: dict[str, tuple[Name, ...]] = {}
        self._flags: Mapping[str, int] = data["flags"]
        self.by_id: Mapping[str, ActorEntry] = _ById(data["by_id"], self._entries)
        self.countries: Mapping[str, dict[str, str]] = data["countries"]
        self.affixes: Mapping[tuple[str, str], str] = data["affixes"]
        self._local: Mapping[str, Mapping[str, int]] = data["local"]

    # --- finding ---------------------------------------------------------------------------------------------

    def find(self, text: str) -> list[Hit]:
        """Names and words of the tables in a text, longest first where they overlap, in text order.

        Weak names are among them (``ActorEntry.weak``), whatever supports them: see ``find_all``.
        """
        return self._unlike(self._matches(text))

    def find_all(self, texts: Sequence[str]) -> list[list[Hit]]:
        """Names and words in each of an article's texts (its sentences, in order), longest first where they overlap.

        A weak name of a group (``weak`` of groups.csv) needs support: a full name of the same group before it, or
        anywhere in the article a word of one of the group's countries. With it, it is as good as a full name; without
        it, it is no name, and hides none of the words in it. Surnames alone are left as they are.
        """
        found = [self.find(text) for text in texts]
        if not any(map(_wanting, found)):
            return found
        countries = {
            e.country
            for hits in found
            for h in hits
            for e in h.entries
            if e.kind in _OF_A_COUNTRY and e.country
        }
        named: set[str] = set()
        for number, text in enumerate(texts):
            if _wanting(found[number]):
                found[number] = self._supported(text, countries, named)
            named.update(
                e.id for h in found[number] for e in h.entries if e.kind in NAME_KINDS and not e.weak
            )
        return found

    def _supported(self, text: str, countries: set[str], named: set[str]) -> list[Hit]:
        """What is found in a text when weak names without support are left out. ``named``: groups named before it."""
        kept: list[_Found] = []
        # All in capitals or all in small letters, "ITS" is a name to nobody who has not met it before.
        around = countries if shape_of(text) == "mixed" else frozenset[str]()
        matches = sorted(self._matches(text), key=lambda f: (f[0], -f[1]))
        so_far = set(named)
        for start, end, entries in matches:
            accepted = tuple(
                self.by_id[e.id] if e.wants_support else e
                for e in entries
                if not e.wants_support or e.id in so_far or not around.isdisjoint(e.countries)
            )
            so_far.update(e.id for e in entries if e.kind in NAME_KINDS and not e.weak)
            if accepted:
                kept.append((start, end, accepted))
        return self._unlike(kept)

    def _opening(self, runs: str) -> tuple[Name, ...]:
        """The names that begin with these runs of letters and digits and have one run, or two or more."""
        names = self._names.get(runs)
        if names is None:
            packed = self._packed.get(runs)
            if packed is None:
                return ()
            names = self._names[runs] = marshal.loads(packed) if packed else ()
        return names

    def _candidates(self, lower: str) -> list[tuple[int, tuple[Name, ...]]]:
        """Where names may begin: the place of their first letter or digit, and the names."""
        packed, known, opening = self._packed, self._names, self._opening
        found: list[tuple[int, tuple[Name, ...]]] = []
        runs = _RUN.findall(lower)
        runs.append("")
        end = 0
        for i, run in enumerate(runs):
            if run not in packed or not run:
                continue
            # Runs are located where they matter only: that takes less time than to have all their places.
            at = _locate(lower, run, end)
            end = at + len(run)
            both = f"{run} {runs[i + 1]}"
            if both in packed:
                found.append((at, known.get(both) or opening(both)))
            if packed[run]:
                found.append((at, known.get(run) or opening(run)))
        for name in opening(""):
            # Marks alone; the empty match behind a look-ahead finds those that overlap, too.
            places = re.finditer(f"(?={re.escape(name[0])})", lower)
            found += [(m.start() + len(name[0]), (name,)) for m in places]
        return found

    def _matches(self, text: str) -> list[_Found]:
        """Every name that stands in the text as a word or words of its own, overlapping ones too."""
        folded = text if text.isascii() else text.translate(HYPHENS)
        lower = folded.lower()
        if len(lower) != len(text):
            # A few letters change their length in small letters; leave such a text as it is.
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)
        shape, length = "", len(lower)
        entries, kinds = self._entries, self._entries.kinds
        found: list[_Found] = []
        for at, names in self._candidates(lower):
            for key, offset, pairs in names:
                start = at - offset
                if start < 0 or not lower.startswith(key, start):
                    continue
                end = start + len(key)
                # Nothing touches a name's first letter or digit on the left; a mark before it can be touched.
                if (end < length and lower[end].isalnum()) or (offset and not _apart(lower, start, end)):
                    continue
                shape = shape or shape_of(text)
                surface = folded[start:end]
                meant = [
                    entries[n] for written, n in pairs if _written_alike(surface, written, kinds[n], shape)
                ]
                if meant:
                    found.append((start, end, tuple(meant)))
        return found

    @staticmethod
    def _unlike(found: list[_Found]) -> list[Hit]:
        """Of names that overlap the longest, of two as long the first; in text order."""
        found.sort(key=_by_length)
        taken = 0
        hits = []
        for match in found:
            start, end, _ = match
            place = ((1 << (end - start)) - 1) << start
            if not taken & place:
                taken |= place
                hits.append(Hit(*match))
        hits.sort(key=_by_start)
        return hits

    def is_known(self, word: str) -> bool:
        """Whether a single word, in any case, is a name or word of the tables."""
        return self._can_be(word, _KNOWN)

    def names_actor(self, word: str) -> bool:
        """Whether a single word can stand for people or a body: not for a weapon, a site or a thing."""
        return self._can_be(word, _ACTOR)

    def names_doer(self, word: str) -> bool:
        """Whether a single word is (part of) an actor of the tables and not only a seat or region."""
        return self._can_be(word, _DOER)

    def names_site(self, word: str) -> bool:
        """Whether a single word is a site of the role table."""
        return self._can_be(word, _SITE)

    def begins_name(self, word: str) -> bool:
        """Whether somebody's name of two words or more in the tables begins with a word."""
        return self._can_be(word, _GIVEN)

    def ends_name(self, word: str) -> bool:
        """Whether somebody's name of two words or more in the tables ends with a word."""
        return self._can_be(word, _FAMILY)

    def _can_be(self, word: str, what: int) -> bool:
        return bool(self._flags.get(word.translate(HYPHENS).lower(), 0) & what)

    def role_in(self, word: str, country: str) -> ActorEntry | None:
        """What a role word means in one country (ISO alpha-3), where that is not what it means elsewhere."""
        number = self._local.get(word, {}).get(country)
        return None if number is None else self._entries[number]

    def title_in(self, word: str) -> frozenset[str]:
        """The countries (ISO alpha-3) where a word is a title before a name, if there are others where it is a given name."""
        return frozenset(c for c, n in self._local.get(word, {}).items() if self._entries[n].name == word)

    def iter_surfaces(self) -> Iterator[tuple[str, ActorEntry]]:
        """Every written form with its entry. Unpacks all names: ``entries_of`` is far cheaper where these are not needed."""
        for runs in self._packed:
            for _, _, pairs in self._opening(runs):
                for written, number in pairs:
                    yield written, self._entries[number]

    def entries_of(self, *kinds: EntryKind) -> Iterator[ActorEntry]:
        """Every entry of these kinds, each once; a weak name or surname has an entry of its own."""
        for number, kind in enumerate(self._entries.kinds):
            if kind in kinds:
                yield self._entries[number]

    def country_code(self, iso3: str) -> str:
        """CAMEO's code of a country (differs from ISO for a few)."""
        row = self.countries.get(iso3)
        return (row["cameo"] or iso3) if row else iso3

    def country_name(self, iso3: str) -> str:
        """The country's name as ACLED prints it."""
        row = self.countries.get(iso3)
        return (row["acled_name"] or row["name"]) if row else iso3


def _wanting(hits: Sequence[Hit]) -> bool:
    """Whether one of the names is a weak one of a group."""
    return any(e.weak and e.wants_support for h in hits for e in h.entries)


_OF_A_COUNTRY = COUNTRY_KINDS | {"region", "region_adjective"}


def _by_length(found: _Found) -> tuple[int, int]:
    return found[0] - found[1], found[0]


_by_start = attrgetter("start")


def _locate(text: str, run: str, start: int) -> int:
    """Where a run of letters and digits that the text has, not as part of a longer one, stands first from ``start``."""
    at = text.find(run, start)
    while not _apart(text, at, at + len(run)):
        at = text.find(run, at + 1)
    return at


def _apart(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit touches the words from ``start`` to ``end``."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _term(row: dict[str, str]) -> Term:
    country = _items(row.get("countries") or row.get("country"))
    return Term(
        row["cameo"], row.get("office", ""), country[0] if country else "", parse_day(row["from"], last=False), parse_day(row["to"], last=True),
        row.get("type", ""),
    )  # fmt: skip


def roles_of(code: str) -> tuple[str, ...]:
    groups = [code[i : i + 3] for i in range(0, len(code), 3)]
    return tuple(x for x in groups[1:] if x in PRIMARY_ROLES)


# Codes of actors of no one country (CAMEO manual, chapter on actors): they begin a code as a country's does.
INTERNATIONAL = frozenset({"IGO", "NGO", "NGM", "MNC", "INT", "IMG"})
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


_CAPITAL = re.compile("[A-Z]")
_SMALL = bytes(range(ord("a"), ord("z") + 1))


def shape_of(text: str) -> str:
    """Whether a text is written in small letters ("lower"), in capitals ("upper"), or as usual ("mixed")."""
    plain = text.encode("ascii", "ignore")
    if _CAPITAL.search(text) and len(plain) - len(plain.translate(None, _SMALL)) >= 0.3 * len(text):
        # The common case, told in no time: with so many small letters, capitals are fewer than wanted below.
        return "mixed"
    letters = sum(map(str.isalpha, text))
    if not letters:
        return "mixed"
    upper = sum(map(str.isupper, text))
    if upper == 0:
        return "lower"
    return "upper" if upper > 0.7 * letters and letters > 20 else "mixed"


def _written_alike(surface: str, written: str, kind: str, shape: str) -> bool:
    if kind == "role":
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
    return ActorLexicon(compiled("actors", lambda: _input_files(folders), lambda: compile_tables(folders)))


def _input_files(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Every actor table, with the number of its folder."""
    for number, folder in enumerate(folders):
        for path in sorted((folder / "actors").glob("*.csv")):
            yield f"{number}/{path.name}", path
