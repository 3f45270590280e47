"""Names that no actor table knows, by how often they act or suffer, each with a guess ready for a table of one's own.

The guess is made of what stands in the acts: words of the name, where it acted, against whom. It is meant to be
checked: a row pasted unread is worse than a name left uncoded.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from eventcode.errors import InputError
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.replacing import replacing
from eventcode.resources import lexicon_dir
from eventcode.tables.output import table_path
from eventcode.tables.reading import read_rows

Kind = Literal["group", "organisation", "person"]
TABLES: Mapping[Kind, str] = {
    "group": "groups.csv", "organisation": "organisations.csv", "person": "people.csv",
}  # fmt: skip
_COLUMNS = ["article_id", "act", "event_date", "sources", "targets", "places"]
_LEADING = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_BEHIND = re.compile(r"(?:['’]s?)?[\s,.;:]*\Z")
# A name, once its titles are off: words with a capital, small ones only between them.
_NAME = re.compile(r"(?:[^\W\d_][\w'’.-]*)(?:\s+[\w'’.-]+)*\Z")


@dataclass(slots=True)
class UnknownActor:
    """A name without a code, over all acts of a folder.

    ``source`` and ``target``: acts that it did and suffered. ``countries``: ISO alpha-3 of where, by number of acts.
    ``first``, ``last``: days of its first and last dated act, ISO. ``example``: an article that has it.
    """

    name: str
    kind: Kind
    source: int = 0
    target: int = 0
    articles: set[str] = field(default_factory=set)
    countries: Counter[str] = field(default_factory=Counter)
    first: str | None = None
    last: str | None = None
    example: str = ""

    @property
    def mentions(self) -> int:
        return self.source + self.target

    @property
    def country(self) -> str:
        """Where most of its acts were; blank where none has a country or two have as many."""
        top = sorted(self.countries.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
        return top[0][0] if top and (len(top) == 1 or top[0][1] > top[1][1]) else ""


@cache
def name_kinds() -> Mapping[str, frozenset[str]]:
    """Lists of ``name_kinds.yaml``: words of groups and organisations, titles, words that are no name, words inside one."""
    lists: dict[str, list[str]] = read_yaml(Path(__file__).parent / "data" / "name_kinds.yaml")
    return {name: frozenset(words) for name, words in lists.items()}


def unknown_actors(folder: Path) -> list[UnknownActor]:
    """Names of a coded folder's acts that no table knows and that are no places, the commonest first.

    Raises:
        InputError: there are no acts, or they were written without the articles' words.
    """
    path = table_path(folder, "acts")
    towns = {
        _key(row["text"]) for row in read_rows(table_path(folder, "places"), columns=["text"]) if row["text"]
    }
    found: dict[str, UnknownActor] = {}
    bare = seen = 0
    for act in read_rows(path, columns=_COLUMNS):
        for side in ("source", "target"):
            for actor in act[f"{side}s"] or ():
                seen += 1
                bare += actor["text"] is None
                if (
                    actor["code"] is None
                    and actor["id"] is None
                    and actor["ref_start"] is None
                    and actor["text"]
                ):
                    _count(found, act, side, actor["text"])
    if seen and bare == seen:
        raise InputError(
            f"{folder}: coded with --no-text, so that no name is left in it; code it with the text"
        )
    people = (actor for key, actor in found.items() if key not in towns)
    return sorted(people, key=lambda a: (-len(a.articles), -a.mentions, a.name))


def _key(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold()


def _count(found: dict[str, UnknownActor], act: Mapping[str, Any], side: str, text: str) -> None:
    name = proper_name(text)
    if name is None:
        return
    key = _key(name)
    actor = found.get(key)
    if actor is None:
        actor = found[key] = UnknownActor(name, kind_of(name), example=act["article_id"])
    setattr(actor, side, getattr(actor, side) + 1)
    actor.articles.add(act["article_id"])
    actor.countries.update({p["country"] for p in act["places"] or () if p["country"]})
    day = act["event_date"]
    if day is not None:
        told = day.isoformat()
        actor.first = min(actor.first or told, told)
        actor.last = max(actor.last or told, told)


def proper_name(text: str) -> str | None:
    """The name in a phrase, without article, titles and what follows it; None where it has none.

    >>> proper_name("the Hill Defence Front"), proper_name("General Abdi Warsame's"), proper_name("three gunmen")
    ('Hill Defence Front', 'Abdi Warsame', None)
    """
    kinds = name_kinds()
    words = _BEHIND.sub("", _LEADING.sub("", " ".join(text.split()))).split(" ")
    while words and words[0].lower() in kinds["titles"]:
        words.pop(0)
    capital = [w[:1].isupper() for w in words]
    if not any(capital) or not capital[0] or not capital[-1]:
        return None
    if any(not big and w.lower() not in kinds["inside"] for big, w in zip(capital, words, strict=True)):
        return None
    if len(words) == 1 and (words[0].lower() in kinds["others"] or len(words[0]) < 2):
        return None
    name = " ".join(words)
    return name if _NAME.match(name) else None


def kind_of(name: str) -> Kind:
    """What kind of actor a name sounds like: an armed group, an organisation, else a person; an abbreviation is a group."""
    words = {w.lower() for w in re.findall(r"[^\W\d_]+", name)}
    kinds = name_kinds()
    for kind in ("group", "organisation"):
        if not words.isdisjoint(kinds[kind]):
            return kind
    return "group" if name.isupper() and " " not in name else "person"


def write_guesses(actors: Iterable[UnknownActor], folder: Path) -> list[Path]:
    """Write tables of guesses, one a kind, in the columns of the packaged tables (docs/lexicon.md, Actors).

    ``cameo`` and ``type`` stay blank where the name does not tell; ``certainty`` is ``doubtful`` and ``source`` is yours to
    fill: 'eventcode lexicon check' asks for both.

    Raises:
        InputError: the folder holds such a file already: what was checked there must not be overwritten.
    """
    kinds: dict[Kind, list[UnknownActor]] = {}
    for actor in actors:
        kinds.setdefault(actor.kind, []).append(actor)
    target = folder / "actors"
    paths = {kind: target / TABLES[kind] for kind in sorted(kinds)}
    for path in paths.values():
        if path.exists():
            raise InputError(f"{path}: there is one already; name another folder with --out")
    target.mkdir(parents=True, exist_ok=True)
    for kind, path in paths.items():
        _write(path, [_guess(actor) for actor in kinds[kind]], _header(kind))
    return list(paths.values())


@cache
def _header(kind: Kind) -> tuple[str, ...]:
    """The columns of a packaged table."""
    with (lexicon_dir() / "actors" / TABLES[kind]).open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file)))


def _guess(actor: UnknownActor) -> dict[str, str]:
    return {
        "id": re.sub(r"[^a-z0-9]+", "_", unicodedata.normalize("NFKD", actor.name).lower()).strip("_"),
        "name": actor.name,
        "country": actor.country,
        "countries": actor.country,
        "certainty": "doubtful",
    }


def _write(path: Path, rows: Sequence[Mapping[str, str]], header: Sequence[str]) -> None:
    with replacing(path) as hidden, hidden.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
