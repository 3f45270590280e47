"""Reads PETRARCH actor dictionaries (``Phoenix.*.actors.txt``) and turns them into rows of our actor tables.

A name that our tables know keeps its row's id, type and further names; the dictionary gives codes and dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from eventcode.lexicon.actors import read_rows
from eventcode.lexicon.petrarch_text import Line, Names, UnreadList, plain_words, unique
from eventcode.resources import lexicon_dir

NULL = "---"
NAMED = ("people.csv", "groups.csv", "organisations.csv")
# Groups of a code by which a body without dates is an armed group rather than an organisation.
ARMED = frozenset({"REB", "SEP", "INS", "UAF", "IMG"})
# A year of two digits above this is of the last century (the format's own rule).
LAST_SHORT_YEAR = 30
# Names this short are taken for abbreviations, and up to the longer length for either.
ABBREVIATION, EITHER = 3, 5
LONGEST_NAME = 200
# Cells of countries.csv and regions.csv that hold names.
PLACE_CELLS = ("name", "acled_name", "aliases", "adjectives", "people", "capital", "seats")
SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "at", "by", "with"})
_CODE = re.compile(r"\[([^\[\]]*)\]")
_DATE = re.compile(r"\d{6}(?:\d{2})?")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class DatedCode:
    """A code with the first and last day (inclusive) on which it holds; None: open."""

    line: Line
    code: str
    first: date | None
    last: date | None

    @property
    def dated(self) -> bool:
        """Whether it holds in a period only."""
        return self.first is not None or self.last is not None


@dataclass(slots=True)
class Named:
    """One entry: the names of an actor, first the main one, as written ("JANE_DOE_"), and its codes."""

    line: Line
    names: list[str]
    codes: list[DatedCode] = field(default_factory=list)


# --- reading ---------------------------------------------------------------------------------------------------------


def read_actors(lines: Iterable[Line], unread: UnreadList) -> list[Named]:
    """Entries of an actor dictionary. What cannot be read goes to ``unread``; nothing is raised."""
    out: list[Named] = []
    for line in lines:
        text, bracket, rest = line.text.partition("[")
        text = text.strip()
        if not text and bracket:
            if out:
                out[-1].codes += _codes(line, bracket + rest, unread)
            else:
                unread.no(line, "a code before any name")
        elif text.startswith("+"):
            if not out:
                unread.no(line, "a further name before any first one")
            elif _is_name(line, text[1:], unread):
                out[-1].names.append(text[1:])
                out[-1].codes += _codes(line, bracket + rest, unread)
        elif _is_name(line, text, unread):
            if line.indented:
                unread.part(line, "an indented name: read as an actor of its own")
            out.append(Named(line, [text], _codes(line, bracket + rest, unread)))
        else:
            # What follows belongs to a name that was not read.
            out.append(Named(line, []))
    return [n for n in out if n.names and _coded(n, unread)]


def _is_name(line: Line, text: str, unread: UnreadList) -> bool:
    if "]" in text or "+" in text:
        unread.no(line, "'+' or ']' inside a name")
    elif sum(c.isalpha() for c in text) < 2:
        unread.no(line, "a name needs two letters")
    elif len(text) > LONGEST_NAME:
        unread.no(line, f"longer than {LONGEST_NAME} characters: no name")
    else:
        return True
    return False


def _coded(entry: Named, unread: UnreadList) -> bool:
    if not entry.codes:
        unread.no(entry.line, "no code that can be read follows the name")
    return bool(entry.codes)


def _codes(line: Line, text: str, unread: UnreadList) -> list[DatedCode]:
    out = []
    for content in _CODE.findall(text):
        try:
            found = _dated(line, content.strip())
        except ValueError as e:
            unread.part(line, f"[{content.strip()}]: {e}")
            continue
        if found is None:
            unread.part(line, "[---] (no code outside the dates): the last code before the day is kept")
        else:
            out.append(found)
    left = _CODE.sub(" ", text)
    if "[" in left or "]" in left:
        unread.part(line, "a bracket is not closed")
    elif left.strip():
        unread.part(line, f"what stands behind the code is no code: {left.strip()[:20]!r}")
    return out


def _dated(line: Line, content: str) -> DatedCode | None:
    code, _, period = content.partition(" ")
    if "<" in code or ">" in code:
        # "[FRAGOV>011222]": no blank before the date
        at = min(i for i in (code.find("<"), code.find(">")) if i >= 0)
        code, period = code[:at], code[at:] + period
    period = period.replace(" ", "")
    if code == NULL or not code:
        if not code or period:
            raise ValueError("no code")
        return None
    if len(code) % 3 or not code.isascii() or not code.isalnum() or code != code.upper():
        raise ValueError("a code is made of groups of three capitals")
    first = last = None
    if period.startswith("<"):
        last = _day(period[1:])
    elif period.startswith(">"):
        first = _day(period[1:])
    elif period:
        begin, dash, end = period.partition("-")
        if not dash:
            raise ValueError("dates are <DATE, >DATE or DATE-DATE")
        first, last = _day(begin), _day(end)
        if first > last:
            raise ValueError("the first day is after the last")
    return DatedCode(line, code, first, last)


def _day(text: str) -> date:
    if not _DATE.fullmatch(text) or not text.isascii():
        raise ValueError(f"{text!r} is no date (YYMMDD or YYYYMMDD)")
    year, rest = int(text[:-4]), text[-4:]
    if len(text) == 6:
        year += 2000 if year <= LAST_SHORT_YEAR else 1900
    try:
        return date(year, int(rest[:2]), int(rest[2:]))
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None


def name_forms(text: str) -> list[str]:
    """A name as newspapers write it: "JANE_DOE_" -> "Jane Doe"; short words of capitals may be abbreviations.

    >>> name_forms("ARMY_OF_HOPE_"), name_forms("UN_"), name_forms("ANTAR_")
    (['Army of Hope'], ['UN'], ['Antar', 'ANTAR'])
    """
    words = [w for w in text.replace("_", " ").split() if w]
    if any(c.islower() for c in text):
        return [" ".join(words)]
    if len(words) > 2 and words[0] == "THE":
        words = words[1:]
    if len(words) == 1:
        only = words[0]
        letters = sum(c.isalpha() for c in only)
        if letters <= ABBREVIATION or "." in only:
            return [only]
        return [_capital(only), only] if letters <= EITHER else [_capital(only)]
    lower = [w.lower() for w in words]
    return [
        " ".join(
            w if i and w in SMALL_WORDS else (words[i] if "." in w else _capital(w))
            for i, w in enumerate(lower)
        )
    ]


def _capital(word: str) -> str:
    """ "ANA-MAY" -> "Ana-May", "(PF)" stays, "PEOPLE'S" -> "People's"."""
    if word.startswith("("):
        return word.upper()
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


# --- rows ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ActorRows:
    """Rows by table, and how many names our country table has already."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    known: int = 0
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, table: str, row: Row) -> None:
        """A row, unless the same is there (from another line of a dictionary, too)."""
        key = (table, *(f"{k}={v}" for k, v in row.items() if k != "source"))
        if key not in self._seen:
            self._seen.add(key)
            self.tables.setdefault(table, []).append(row)


class _Ours:
    """Our tables as far as a dictionary's names meet them."""

    def __init__(self) -> None:
        folders = (lexicon_dir(),)
        self.rows: dict[str, dict[str, list[Row]]] = {}
        self.by_name: dict[str, tuple[str, str]] = {}
        for table in NAMED:
            grouped: dict[str, list[Row]] = {}
            for row in read_rows(folders, table):
                grouped.setdefault(row["id"], []).append(row)
                for name in (row["name"], *_items(row["aliases"])):
                    self.by_name.setdefault(name.lower(), (table, row["id"]))
            self.rows[table] = grouped
        self.country_names: set[str] = set()
        countries = read_rows(folders, "countries.csv", "iso3")
        self.countries = {row["iso3"]: row["iso3"] for row in countries}
        # CAMEO's own code of a country wins over another one's ISO code.
        self.countries |= {row["cameo"]: row["iso3"] for row in countries if row["cameo"]}
        for row in (*countries, *read_rows(folders, "regions.csv")):
            self.country_names.update(n.lower() for c in PLACE_CELLS for n in _items(row.get(c, "")))
        self.ids = {key for rows in self.rows.values() for key in rows}

    def country(self, code: str) -> str:
        """ISO alpha-3 of the country that a code begins with; "" for none."""
        return self.countries.get(code[:3], "")


@cache
def _ours() -> _Ours:
    return _Ours()


def _items(cell: str) -> list[str]:
    return [x.strip() for x in cell.split(";") if x.strip()]


class ActorImport:
    """Turns entries into rows, dictionary after dictionary."""

    def __init__(self) -> None:
        self.out = ActorRows()
        self._ours = _ours()
        self._names = Names(self._ours.ids.__contains__)
        self._used: set[str] = set()

    def add(self, entries: Sequence[Named]) -> None:
        """Rows of one dictionary's entries."""
        ours = self._ours
        for entry in entries:
            forms = unique([f for n in entry.names for f in name_forms(n)])
            codes = entry.codes
            if len(codes) == 1 and not codes[0].dated and codes[0].code in ours.countries:
                _place_names(entry, forms, ours, self._names, self.out)
                continue
            hits = (ours.by_name.get(f.lower()) for f in forms)
            found = next((hit for hit in hits if hit is not None and hit[1] not in self._used), None)
            table, key = found or (_table(codes), self._names.make(forms[0]))
            self._used.add(key)
            base = ours.rows[table][key][0] if found else {}
            for row in _rows(entry, forms, table, key, base, ours):
                self.out.add(table, row)


def _table(codes: Sequence[DatedCode]) -> str:
    if any(c.dated for c in codes):
        return "people.csv"
    groups = {c.code[i : i + 3] for c in codes for i in range(0, len(c.code), 3)}
    return "groups.csv" if groups & ARMED else "organisations.csv"


def _rows(
    entry: Named, forms: Sequence[str], table: str, key: str, base: Mapping[str, str], ours: _Ours
) -> Iterator[Row]:
    name = base.get("name") or forms[0]
    aliases = unique([a for a in (*_items(base.get("aliases", "")), *forms) if a != name])
    weak = {w.lower() for w in _items(base.get("weak", ""))}
    for code in entry.codes:
        row = {
            "id": key,
            "name": name,
            "aliases": ";".join(a for a in aliases if a.lower() not in weak),
            "cameo": code.code,
            "from": code.first.isoformat() if code.first else "",
            "to": code.last.isoformat() if code.last else "",
            "source": f"PETRARCH dictionary, {code.line.place}",
        }
        country = ours.country(code.code) or base.get("country", "")
        if table == "people.csv":
            row |= {"surname": base.get("surname", ""), "country": country}
        elif table == "groups.csv":
            row |= {k: base.get(k, "") for k in ("weak", "type", "parent", "ethnic", "religion")}
            row["countries"] = base.get("countries") or country
        else:
            row |= {"type": base.get("type", ""), "country": country}
        yield row


def _place_names(entry: Named, forms: Sequence[str], ours: _Ours, names: Names, out: ActorRows) -> None:
    """Names with a country's code alone are the country's or its towns': those that we lack become a region of it."""
    new = [f for f in forms if f.lower() not in ours.country_names]
    out.known += len(forms) - len(new)
    if not new:
        return
    code = entry.codes[0]
    out.add(
        "regions.csv",
        {
            "id": names.make(new[0]),
            "name": new[0],
            "aliases": ";".join(new[1:]),
            "country": ours.country(code.code),
            "cameo": code.code,
            "source": f"PETRARCH dictionary, {entry.line.place}",
        },
    )


# --- agents ----------------------------------------------------------------------------------------------------------

_SET = re.compile(r"!([^!\s]+)!\s*=\s*(.*)")
_USE = re.compile(r"!([^!\s]+)!")
_PLURAL = re.compile(r"\{([^{}]*)\}")
MAX_FORMS = 500
MAX_ROLES = 2


def read_agents(lines: Sequence[Line], unread: UnreadList) -> list[tuple[Line, str, str, list[str]]]:
    """(line, word, plural, roles) of every agent of a dictionary; "" where there is no plural. What cannot be read goes
    to ``unread``; nothing is raised."""
    sets: dict[str, list[str]] = {}
    rest = []
    for line in lines:
        found = _SET.fullmatch(line.text)
        if found is None:
            rest.append(line)
        elif members := [m for part in found.group(2).split(",") if (m := " ".join(plain_words(part)))]:
            sets[found.group(1).lower()] = members
        else:
            unread.no(line, "a set without members")
    out = []
    for line in rest:
        try:
            out += list(_agent(line, sets, unread))
        except ValueError as e:
            unread.no(line, str(e))
    return out


def _agent(
    line: Line, sets: Mapping[str, list[str]], unread: UnreadList
) -> Iterator[tuple[Line, str, str, list[str]]]:
    text, bracket, rest = line.text.partition("[")
    code, closed, behind = rest.partition("]")
    if not bracket or not closed:
        raise ValueError("an agent ends with its role: [~ROLE] or [ROLE~]")
    if behind.strip():
        unread.part(line, f"what stands behind the role is not read: {behind.strip()[:20]!r}")
    roles = _roles(line, code.strip(), unread)
    braces = _PLURAL.findall(text)
    phrase = _PLURAL.sub(" ", text).replace("_", " ").strip().lower()
    if set(phrase) & set("{}]") or len(phrase) > LONGEST_NAME:
        raise ValueError("brackets do not match, or it is too long for a word")
    plurals = [" ".join(plain_words(p)) for p in re.split(r"[\s,]+", " ".join(braces)) if p.strip("_")]
    for word in _substituted(phrase, sets):
        if sum(c.isalpha() for c in word) < 2:
            raise ValueError("a word of two letters or more is needed")
        # A substitution lists its own plurals.
        own = plurals if braces else [] if "!" in phrase else [plural_of(word)]
        yield line, word, ";".join(own), roles


def _roles(line: Line, code: str, unread: UnreadList) -> list[str]:
    bare = code.strip("~").strip()
    if not bare or len(bare) % 3 or not bare.isascii() or not bare.isalpha() or bare != bare.upper():
        raise ValueError(f"[{code}] is no role: groups of three capitals with ~ before or behind")
    if code.endswith("~"):
        unread.part(line, "the role stands before the country there, behind it here")
    elif not code.startswith("~"):
        unread.part(line, "no ~ tells the role's place: read as [~ROLE]")
    roles = unique([bare[i : i + 3] for i in range(0, len(bare), 3)])
    if len(roles) > MAX_ROLES:
        unread.part(line, f"of the roles only {' and '.join(roles[:MAX_ROLES])} are coded")
    return roles


def _substituted(phrase: str, sets: Mapping[str, list[str]]) -> list[str]:
    todo = [phrase]
    out: list[str] = []
    while todo and len(out) + len(todo) <= MAX_FORMS:
        text = todo.pop(0)
        use = _USE.search(text)
        if use is None:
            if "!" in text:
                raise ValueError("a ! without its second one")
            out.append(" ".join(text.split()))
            continue
        members = sets.get(use.group(1))
        if members is None:
            raise ValueError(f"no set !{use.group(1).upper()}! is defined")
        todo += [text[: use.start()] + m + text[use.end() :] for m in members]
    if todo:
        raise ValueError(f"more than {MAX_FORMS} forms")
    return unique(out)


def plural_of(word: str) -> str:
    """The regular plural of a phrase's last word.

    >>> plural_of("oil company"), plural_of("envoy"), plural_of("witness")
    ('oil companies', 'envoys', 'witnesses')
    """
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


@cache
def _our_roles() -> Mapping[str, Row]:
    found: dict[str, Row] = {}
    for row in read_rows((lexicon_dir(),), "roles.csv", "word"):
        if row["pos"] == "noun":
            for word in (row["word"], *_items(row["plural"])):
                found.setdefault(word.lower(), row)
    return found


def make_roles(agents: Sequence[tuple[Line, str, str, list[str]]], out: ActorRows) -> set[str]:
    """Rows of ``roles.csv``. A word that we know keeps its type, kind and arms; a longer phrase takes those of its last
    word. Returns the role codes used."""
    ours = _our_roles()
    seen: set[str] = set()
    for line, word, plural, roles in agents:
        if word in seen:
            continue
        seen.add(word)
        like = ours.get(word) or ours.get(word.split()[-1]) or {}
        out.add(
            "roles.csv",
            {
                "word": word,
                "plural": plural,
                "pos": "noun",
                "role": ";".join(roles),
                "type": like.get("type", ""),
                "armed": like.get("armed", "") or "no",
                "kind": like.get("kind", "") or "person",
                "source": f"PETRARCH dictionary, {line.place}",
            },
        )
    return {role for _, _, _, roles in agents for role in roles}
