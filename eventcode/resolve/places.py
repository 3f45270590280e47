"""Says which place each name of an article is: all names together, one sense a name.

Every candidate starts with how well known it is; then the candidates of the other names support it: a division or
country that contains it, the same division, nearness. The rounds end when the weights have settled. A name that "X, Y"
or "X province" pins down is tied to those candidates first.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from eventcode.find.places import PlaceMention, beside, inside, near_anchor, overlaps, place_words
from eventcode.gazetteer.distance import haversine_km
from eventcode.gazetteer.folding import fold, loosen
from eventcode.gazetteer.index import ALIAS, MAIN, WEAK, Entry, Gazetteer
from eventcode.model import Document, Place
from eventcode.resources import gazetteer_dir

Floats = NDArray[np.float64]
# What speaks for a sense besides the name: a name near it or no rival, only a name of its country, nothing.
Backing = Literal["near", "country", "alone"]

# Temperatures of the rounds: while they are high, modest candidates still support one another.
_ROUNDS = (3.0, 2.0, 1.5, 1.0, 1.0, 1.0)
_MAX_TOTAL = 360
_MAX_EACH, _MIN_EACH = 30, 5
_NEAR_KM = 120.0  # nearness fades with this length
_TEMPERATURE = 1.4  # of the confidence: above 1, for candidates' evidence is not independent
_WIDE = frozenset(["region", "sea"])
_VOWELS = re.compile(r"[aeiouyh~ ]")
_DOUBLED = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LIST_MARKS = frozenset([",", "and", ", and", "or", ", or", "&"])
_MAX_NESTING = 4
_ANCHORS = 12  # best known places of a name that another name may be told to lie near
_TWIN = 0.7  # against a province that is called after a town in it
_SEAT_KM = 30.0  # from a province's point, where its town has another parent in the gazetteer
_HOME = 2.0  # of a candidate in the one country that the article names
_SPELT = 0.7  # of an other name that is only another spelling
_LIKED = 1.0  # of a level that is next to the one told
_LOCAL_WORD, _LOCAL_WORDS = (
    1.6,
    3,
)  # of a candidate in the country whose local news it is, for each word up to so many
_CONTRARY = 0.6  # of the share of a sense that they speak against
_ABROAD = 0.3  # of the weight of a country of which only the embassy or troops are named
_LISTED = 3.0  # of a country in a list of countries, a state in a list of states
_WELL_KNOWN = 100_000  # people of a town that comes to mind at its bare name
_RIVALLED = 0.8  # against another name of a place where one in the same country is called so
_UNSURE, _SURE_PARENT = 0.2, 0.8
_CLEAR = 0.995  # a share that rivals near by would not change
RIGHT_KM = 161.0  # 100 miles, the distance within which a point counts as right when geoparsers are compared
# How far the point of a country or division stands for a place in it that is not known, or not which.
_WITHIN = {"country": 0.4, "region": 0.5, "sea": 0.3, "admin1": 0.85}
_DATELINE_WEIGHT, _SOURCE_WEIGHT = 1.5, 0.8

_CAPITAL = 1.4  # a country's capital is named as often as a city of 25 times its people

# How much one name's sense supports another's, by what the second is to the first.
_SAME_COUNTRY, _SAME_ADMIN1, _SAME_ADMIN2 = 0.35, 0.7, 1.0
_IN_COUNTRY, _IN_ADMIN1, _IN_ADMIN2 = 1.0, 2.0, 2.0
_HOLDS_COUNTRY, _HOLDS_DIVISION = 0.5, 1.2
_ITS_PEOPLE = 2.0  # a country whose people are named too
_NEARNESS = 1.6


# Features that a level told by the text may mean, the likelier ones first.
_LEVELS: dict[str, tuple[tuple[str, ...], ...]] = {
    "country": (("country",),),
    "admin1": (("admin1", "region"), ("admin2",)),
    "admin2": (("admin2",), ("admin1", "district")),
    "settlement": (("settlement", "district", "site"),),
    "district": (("district", "settlement", "site"),),
}


@dataclass(frozen=True, slots=True)
class LocalNews:
    """The country whose local news an article's words are of, and how many different ones it has."""

    country: str
    words: int


@dataclass(slots=True)
class _Group:
    """Mentions that share a name, a level and a container: one sense."""

    key: str
    hint: str | None
    container: str | None
    mentions: list[int] = default(default_factory=list)
    entries: tuple[Entry, ...] = ()
    weight: float = 1.0
    demonym: bool = False
    liked: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    local: LocalNews | None = None
    abroad: bool = False


@dataclass(slots=True)
class _Sense:
    """What a group was resolved to: the entry, how sure, and whether only a parent of the candidates is sure."""

    entry: Entry
    share: float
    backing: Backing = "near"


@dataclass(frozen=True, slots=True)
class Judged:
    """A place with its confidence before calibration, and what the article's other names say for it."""

    place: Place
    raw: float
    backing: Backing


def resolve_places(mentions: Sequence[PlaceMention], document: Document, gazetteer: Gazetteer) -> list[Place]:
    """One Place for each mention, in the same order.

    ``confidence`` is the chance that the point given lies within 161 km of the place that is meant: the share of the
    senses that near, times the chance that the name is a place at all, set right by ``data/place_confidence.yaml``.
    Where rivals are too close to call, the division or country that holds most of their weight is given instead.
    """
    return [judged.place for judged in judge_places(mentions, document, gazetteer)]


def judge_places(mentions: Sequence[PlaceMention], document: Document, gazetteer: Gazetteer) -> list[Judged]:
    """The same with the confidence before calibration, for those who make the file that calibrates it."""
    if not mentions:
        return []
    groups = _groups(mentions)
    told = _told_by_lists(mentions, document)
    for group in groups:
        group.abroad = all(mentions[m].abroad for m in group.mentions)
        if group.abroad:
            group.weight *= _ABROAD
        group.listed = frozenset(level for m in group.mentions for level in told.get(m, ()))
    context = _source_groups(document, gazetteer)
    everyone = groups + context
    _limit(everyone)
    home = _only_country(everyone, gazetteer)
    local = local_country(document, _divisions_of_one_country(groups))
    if local is not None and not _speaks_against(local.country, everyone):
        for group in everyone:
            group.local = local
    shares = _settle(everyone, home, gazetteer)
    senses = [_choose(g, s, home, gazetteer) for g, s in zip(everyone, shares, strict=True)]
    for n, sense in enumerate(senses):
        sense.backing = _backing(n, everyone, senses)
        if sense.backing != "near" and _is_contrary(everyone[n].local, sense.entry):
            sense.share *= _CONTRARY
    of_mention = {m: senses[i] for i, g in enumerate(groups) for m in g.mentions}
    return [
        _judged(mention, of_mention[i], _holder(mention, mentions), gazetteer)
        for i, mention in enumerate(mentions)
    ]


# -- groups -------------------------------------------------------------------------------------------------------


def _groups(mentions: Sequence[PlaceMention]) -> list[_Group]:
    groups: dict[tuple[str, str | None, str | None], _Group] = {}
    for i, name in enumerate(mentions):
        mention = _listed(name, mentions)
        outer = mentions[mention.container] if mention.container is not None else None
        anchor = mentions[mention.anchor] if mention.anchor is not None else None
        entries = _allowed(mention, outer, anchor)
        holder = outer or anchor
        container = holder.key if holder is not None and entries != mention.entries else None
        identity = (mention.key, mention.hint, container)
        group = groups.get(identity)
        if group is None:
            liked = _liked(mention, entries)
            group = groups[identity] = _Group(
                *identity, entries=entries, demonym=mention.demonym, liked=liked
            )
        group.mentions.append(i)
        if mention.in_dateline:
            group.weight = _DATELINE_WEIGHT
    return _merged(list(groups.values()))


def _listed(mention: PlaceMention, mentions: Sequence[PlaceMention]) -> PlaceMention:
    """The mention that tells the place: for a place that the gazetteer lacks, the one that it lies in."""
    seen = 0
    while mention.unlisted and mention.container is not None and seen < _MAX_NESTING:
        mention, seen = mentions[mention.container], seen + 1
    return mention


def _allowed(
    mention: PlaceMention, outer: PlaceMention | None, anchor: PlaceMention | None
) -> tuple[Entry, ...]:
    """The candidates that the level told, the container and the place that it lies near leave."""
    entries = mention.entries
    if anchor is not None:
        entries = (
            tuple(e for e in entries if near_anchor(e, anchor.entries[:_ANCHORS], mention.anchor_km))
            or entries
        )
    if outer is not None:
        entries = (
            tuple(e for e in entries if any(inside(e, o) for o in outer.entries))
            or tuple(e for e in entries if any(beside(e, o) for o in outer.entries))
            or tuple(e for e in entries if any(overlaps(e, o) for o in outer.entries))
            or entries
        )
    if mention.hint is None and mention.relation != "at":
        # "35 km north of Donetsk", "near Homs" is told from the town, not from the province of that name.
        return tuple(e for e in entries if e.feature not in ("admin1", "admin2")) or entries
    if mention.hint is None:
        return _without_namesakes(entries)
    return tuple(e for e in entries if e.feature in _LEVELS[mention.hint][0]) or entries


def local_country(document: Document, divisions: Sequence[str] = ()) -> LocalNews | None:
    """The country that the article's words speak for, by ``local_news`` of ``data/context.yaml``; None without such words
    or where two countries have as many.

    Args:
        divisions: the country of each division named that no other country has one like, each counted as a word.
    """
    words = _WORD.findall(f"{document.article.title or ''} {document.article.text}".lower())
    known, running = set(words), f" {' '.join(words)} "
    counts = Counter(divisions)
    for country, (single, phrases) in _local_news().items():
        counts[country] += len(single & known) + sum(phrase in running for phrase in phrases)
    (country, most), (_, second) = sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:2]
    return LocalNews(country, most) if most > second else None


def _divisions_of_one_country(groups: Sequence[_Group]) -> list[str]:
    """The countries of the groups that can only be a division of one country: "Henderson County", "Benue state"."""
    found = []
    for group in groups:
        countries = {e.country for e in group.entries}
        if len(countries) == 1 and all(e.feature in ("admin1", "admin2") for e in group.entries):
            found += [country for country in countries if country is not None]
    return found


@lru_cache(maxsize=1)
def _local_news() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Single words, and phrases with a blank at either end, of each country's local news."""
    return {
        country: (
            frozenset(w for w in words if " " not in w),
            tuple(f" {w} " for w in sorted(words) if " " in w),
        )
        for country, words in place_words().local_news.items()
    }


def _speaks_against(country: str, groups: Sequence[_Group]) -> bool:
    """Whether the article names another country's people, or a country that no town in this one is called after."""
    return any(
        g.entries[0].feature in ("country", "demonym")
        and g.entries[0].country != country
        and not any(e.country == country for e in g.entries)
        for g in groups
    )


def _told_by_lists(mentions: Sequence[PlaceMention], document: Document) -> dict[int, set[str]]:
    """Levels that a list tells its members: "Mexico, Canada and Spain" are countries, "Delaware, Idaho and Maine" states."""
    told: dict[int, set[str]] = defaultdict(set)
    for n, (left, right) in enumerate(pairwise(mentions)):
        if left.field != right.field or left.container == n + 1:
            continue
        between = document.article.field(left.field)[left.end : right.start].strip().lower()
        if between in _LIST_MARKS:
            for member, beside_it in ((n, right), (n + 1, left)):
                level = _plain_level(beside_it)
                if level is not None:
                    told[member].add(level)
    return told


def _plain_level(mention: PlaceMention) -> str | None:
    """Country or admin1 where a bare name means nothing else that is well known; None otherwise."""
    best = mention.entries[0]
    if best.feature == "country" and best.rank == MAIN:
        return "country"
    towns = any(
        e.feature == "settlement"
        and (e.population >= _WELL_KNOWN or (e.rank == MAIN and e.admin1 == best.id))
        for e in mention.entries
    )
    return "admin1" if best.feature == "admin1" and best.rank == MAIN and not towns else None


def _without_namesakes(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Without the divisions that bear their country's name: "Mexico" alone is the country, "Mexico state" its state."""
    countries = {e.country for e in entries if e.feature == "country"}
    return tuple(e for e in entries if e.feature not in ("admin1", "admin2") or e.country not in countries)


def _liked(mention: PlaceMention, entries: tuple[Entry, ...]) -> frozenset[str]:
    """Features that a level told makes likelier where no candidate has the level itself."""
    if mention.hint is None or any(e.feature in _LEVELS[mention.hint][0] for e in entries):
        return frozenset()
    return frozenset(f for features in _LEVELS[mention.hint][1:] for f in features)


def _merged(groups: list[_Group]) -> list[_Group]:
    """A bare name takes the sense of the first mention that a container pins down."""
    pinned: dict[str, _Group] = {}
    for g in groups:
        if g.container is not None and g.hint is None:
            pinned.setdefault(g.key, g)
    kept = []
    for g in groups:
        first = pinned.get(g.key)
        if first is not None and g is not first and g.container is None and g.hint is None:
            first.mentions.extend(g.mentions)
            first.weight = max(first.weight, g.weight)
        else:
            kept.append(g)
    return kept


def _source_groups(document: Document, gazetteer: Gazetteer) -> list[_Group]:
    """Places in the name of the newspaper, as context that no mention is resolved to."""
    words = re.findall(r"[^\W\d_]{4,}", document.article.source or "")
    groups = []
    for word in words:
        entries = tuple(e for e in gazetteer.candidates(fold(word)) if e.population >= 15_000)
        if entries:
            groups.append(_Group(fold(word), None, None, entries=entries, weight=_SOURCE_WEIGHT))
    return groups[:3]


def _limit(groups: list[_Group]) -> None:
    """Keep each group's best candidates and those that another name's only sense contains."""
    each = max(_MIN_EACH, min(_MAX_EACH, _MAX_TOTAL // max(1, len(groups))))
    anchors = {g.entries[0].id for g in groups if len(g.entries) == 1}
    anchors |= {
        i for g in groups if len(g.entries) <= 3 for e in g.entries for i in (e.admin1, e.admin2) if i
    }
    states = {e.id for g in groups for e in g.entries if e.feature == "admin1" and e.population > 200_000}
    named = {e.country for g in groups for e in g.entries if e.feature in ("country", "demonym")}
    for group in groups:
        if len(group.entries) > each:
            ranked = sorted(group.entries, key=lambda e: (-_prior(e), e.id))
            wanted = ranked[:each]
            rest = ranked[each:]
            local = [e for e in rest if e.admin1 in anchors or e.admin2 in anchors or e.admin1 in states]
            home = [e for e in rest if e.country in named and e not in local]
            group.entries = tuple(wanted + (local + home)[:each])


def _prior(entry: Entry) -> float:
    """How well known a candidate is, about in decimal powers of people."""
    people = math.log10(entry.population + 30)
    if entry.feature in ("country", "demonym"):
        value = 7.4 if entry.population > 300_000 else 5.5
    elif entry.feature == "admin1":
        value = people - 0.6
    elif entry.feature == "admin2":
        value = people - 1.4
    elif entry.kind == "own":
        value = 6.5 if entry.feature in ("region", "sea") else 5.5
    else:
        value = people + (_CAPITAL if entry.kind == "capital" else 0.0)
    return value - {ALIAS: 1.0, WEAK: 1.4}.get(entry.rank, 0.0)


# -- settling -----------------------------------------------------------------------------------------------------


def _settle(groups: list[_Group], home: Entry | None, gazetteer: Gazetteer) -> list[Floats]:
    """Share of every candidate in its group, after the names have supported one another."""
    entries = [e for g in groups for e in g.entries]
    starts = np.cumsum([0] + [len(g.entries) for g in groups[:-1]])
    owner = np.repeat(np.arange(len(groups)), [len(g.entries) for g in groups])
    prior = np.array([value for g in groups for value in _priors(g, home)])
    affinity = _affinity(entries, gazetteer)
    affinity[owner[:, None] == owner[None, :]] = 0.0
    strength = np.array([g.weight for g in groups])
    share = _softmax(prior, starts, owner, _ROUNDS[0])
    score = prior
    for temperature in _ROUNDS:
        support = np.maximum.reduceat(affinity * share[None, :], starts, axis=1) @ strength
        score = prior + support
        share = _softmax(score, starts, owner, temperature)
    final = _softmax(score, starts, owner, _TEMPERATURE)
    return [final[s : s + len(g.entries)] for s, g in zip(starts, groups, strict=True)]


def _priors(group: _Group, home: Entry | None) -> list[float]:
    """How likely each candidate is before the other names are heard: how well known it is, the level told, the one
    country that the article names (nothing against "the Pacific"), and rather a town than the province called after it."""
    here = home.country if home is not None and not any(e.feature in _WIDE for e in group.entries) else None
    called = {e.country for e in group.entries if e.rank == MAIN and e.feature == "settlement"}
    towns = [e for e in group.entries if e.feature == "settlement"] if group.hint is None else []
    seats = {e.admin1 for e in group.entries if e.feature == "settlement"} if group.hint is None else set()
    return [
        _prior(e)
        + _LIKED * (e.feature in group.liked)
        + _LISTED * (e.feature in group.listed)
        - _RIVALLED * (e.country in called and _is_other_name(e, group.key))
        + _HOME * (here is not None and e.country == here)
        + (_local_bonus(group.local, e) if group.local is not None else 0.0)
        + _SPELT * _is_other_spelling(e, group.key)
        - _TWIN * (e.feature == "admin1" and (e.id in seats or near_anchor(e, towns, _SEAT_KM)))
        for e in group.entries
    ]


def _is_contrary(local: LocalNews | None, entry: Entry) -> bool:
    """Whether a sense lies in another country than the one whose local news it is."""
    return local is not None and entry.country is not None and entry.country != local.country


def _local_bonus(local: LocalNews, entry: Entry) -> float:
    """What the words of local news speak for a candidate in the country they are of."""
    if entry.country == local.country:
        return _LOCAL_WORD * min(local.words, _LOCAL_WORDS)
    return 0.0


def _is_other_name(entry: Entry, key: str) -> bool:
    """Whether a town is called something else nowadays: "Spencer" for "California", but not "New York City" for "New York"."""
    return entry.rank != MAIN and entry.feature == "settlement" and key not in fold(entry.name)


def _is_other_spelling(entry: Entry, key: str) -> bool:
    """Whether a name is the town's own in another spelling, with the same consonants: "Jenin" of "Janīn"."""
    return (
        entry.rank == ALIAS
        and entry.feature == "settlement"
        and _skeleton(key) == _skeleton(fold(entry.name))
    )


@lru_cache(maxsize=4096)
def _skeleton(key: str) -> str:
    """The consonants of a folded name, doubled ones once, without what transliterations leave out."""
    bare = _VOWELS.sub("", loosen(key) or key)
    return _DOUBLED.sub(r"\1", bare)


def _softmax(score: Floats, starts: NDArray[np.intp], owner: NDArray[np.intp], temperature: float) -> Floats:
    top = np.maximum.reduceat(score, starts)
    raised = np.exp((score - top[owner]) * (math.log(10) / 1.5) / temperature)
    total = np.add.reduceat(raised, starts)
    return np.asarray(raised / total[owner], dtype=np.float64)


def _affinity(entries: list[Entry], gazetteer: Gazetteer) -> Floats:
    """``[i, j]``: how much j, if it is meant, speaks for i."""
    ids = np.array([_country_id(e, gazetteer) if e.feature == "demonym" else e.id for e in entries])
    country = np.array([_country_id(e, gazetteer) for e in entries])
    admin1 = np.array([e.id if e.feature == "admin1" else e.admin1 or 0 for e in entries])
    admin2 = np.array([e.id if e.feature == "admin2" else e.admin2 or 0 for e in entries])
    latitude = np.array([math.nan if e.latitude is None else e.latitude for e in entries])
    longitude = np.array([math.nan if e.longitude is None else e.longitude for e in entries])
    wide = np.array([e.feature in ("country", "demonym") for e in entries])

    a = np.zeros((len(entries), len(entries)))
    _raise(a, _same(country, country), _SAME_COUNTRY)
    _raise(a, _same(admin1, admin1), _SAME_ADMIN1)
    _raise(a, _same(admin2, admin2), _SAME_ADMIN2)
    is_country = wide[None, :] & ~wide[:, None]
    _raise(a, _same(country, ids) & is_country, _IN_COUNTRY)
    _raise(a, (_same(ids, country)) & is_country.T, _HOLDS_COUNTRY)
    people = np.array([e.feature == "demonym" for e in entries])
    _raise(a, _same(country, country) & people[None, :] & ~people[:, None] & wide[:, None], _ITS_PEOPLE)
    parents1 = np.where(np.array([e.feature == "admin1" for e in entries]), 0, admin1)
    parents2 = np.where(np.array([e.feature == "admin2" for e in entries]), 0, admin2)
    _raise(a, _same(parents1, ids), _IN_ADMIN1)
    _raise(a, _same(parents2, ids), _IN_ADMIN2)
    parents3 = np.array([e.admin3 or 0 for e in entries])
    if parents3.any():
        _raise(a, _same(parents3, ids), _IN_ADMIN2)
        _raise(a, _same(ids, parents3), _HOLDS_DIVISION)
    _raise(a, _same(ids, parents1) | _same(ids, parents2), _HOLDS_DIVISION)

    km = haversine_km(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :])
    near = np.where(np.isnan(km), 0.0, np.exp(-np.nan_to_num(km) / _NEAR_KM))
    near[wide, :] = 0.0
    near[:, wide] = 0.0
    return np.asarray(a + _NEARNESS * near, dtype=np.float64)


def _country_id(entry: Entry, gazetteer: Gazetteer) -> int:
    found = gazetteer.country(entry.country) if entry.country else None
    return found.id if found is not None else -1 - entry.id


def _same(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((left[:, None] == right[None, :]) & (left[:, None] != 0), dtype=np.bool_)


def _raise(matrix: Floats, where: NDArray[np.bool_], value: float) -> None:
    np.maximum(matrix, np.where(where, value, 0.0), out=matrix)


# -- choosing -----------------------------------------------------------------------------------------------------


def _only_country(groups: list[_Group], gazetteer: Gazetteer) -> Entry | None:
    """The country that the article speaks of, where it names exactly one, by name or by its people."""
    named = {
        e.country
        for g in groups
        for e in g.entries[:1]
        if e.feature in ("country", "demonym") and not g.abroad
    }
    only = named.pop() if len(named) == 1 else None
    return gazetteer.country(only) if only else None


def _choose(group: _Group, share: Floats, home: Entry | None, gazetteer: Gazetteer) -> _Sense:
    best = int(np.argmax(share))
    entry, value = group.entries[best], float(share[best])
    if value >= _UNSURE:
        return _Sense(entry, value if value >= _CLEAR else _share_near(entry, group, share))
    for parent_of in (lambda e: e.admin1, lambda e: _country_id(e, gazetteer)):
        held: dict[int, float] = {}
        for candidate, part in zip(group.entries, share, strict=True):
            parent = parent_of(candidate)
            if parent:
                held[parent] = held.get(parent, 0.0) + float(part)
        top = max(held, key=lambda p: (held[p], -p), default=0)
        found = gazetteer.place(top) if held.get(top, 0.0) >= _SURE_PARENT else None
        if found is not None:
            return _Sense(found, held[top] * _WITHIN.get(found.feature, 1.0))
    if home is not None and all(e.country != home.country for e in group.entries):
        return _Sense(home, _UNSURE)  # a place too small for the gazetteer, where the article plays
    return _Sense(entry, value)


def _share_near(entry: Entry, group: _Group, share: Floats) -> float:
    """The weight of a sense and of all rivals so near to it that the point would be right for them too."""
    near = (near_anchor(e, (entry,), RIGHT_KM) or e.id == entry.id for e in group.entries)
    return min(1.0, sum(float(part) for part, fits in zip(share, near, strict=True) if fits))


def _backing(n: int, groups: Sequence[_Group], senses: Sequence[_Sense]) -> Backing:
    """What speaks for a sense: that the name has no other bearer, that a container holds it, or the other names."""
    group, entry = groups[n], senses[n].entry
    if entry.country is None or group.container is not None:
        return "near"
    if all(near_anchor(e, (entry,), RIGHT_KM) or e.id == entry.id for e in group.entries):
        return "near"
    found: Backing = "alone"
    for other, sense in zip(groups, senses, strict=True):
        its = sense.entry
        if other.key == group.key or its.country != entry.country:
            continue
        if entry.feature in ("country", "demonym") or _is_near(entry, its):
            return "near"
        found = "country"
    return found


def _is_near(entry: Entry, other: Entry) -> bool:
    """Whether one place holds the other, below the country, or lies within the distance that counts as right."""
    if other.feature in ("country", "demonym"):
        return False
    held = inside(entry, other) or inside(other, entry)
    return held or other.id == entry.id or near_anchor(entry, (other,), RIGHT_KM)


@lru_cache(maxsize=1)
def _calibration() -> dict[Backing, tuple[list[float], list[float]]]:
    """Raw and true confidence of ``data/place_confidence.yaml``, both rising, for each backing."""
    text = (gazetteer_dir() / "place_confidence.yaml").read_text(encoding="utf-8")
    lines = yaml.load(text, Loader=yaml.CSafeLoader)["knots"]
    return {b: ([float(r) for r, _ in line], [float(t) for _, t in line]) for b, line in lines.items()}


def _calibrate(raw: float, backing: Backing) -> float:
    """The share right of places of this raw confidence and backing."""
    below, shares = _calibration()[backing]
    n = min(max(bisect_right(below, raw), 1), len(below) - 1)
    width = below[n] - below[n - 1]
    return shares[n - 1] + (shares[n] - shares[n - 1]) * (raw - below[n - 1]) / width


def _confidence(mention: PlaceMention, sense: _Sense) -> float:
    """The chance that the point is right within 161 km, before calibration."""
    raw = sense.share / (1.0 + math.exp(-mention.score))
    if mention.unlisted:
        raw *= _WITHIN.get(sense.entry.feature, 1.0)
    return raw


def _holder(mention: PlaceMention, mentions: Sequence[PlaceMention]) -> tuple[int, int] | None:
    """Where the name of the place stands that the words put a mention in."""
    outer = mentions[mention.container] if mention.container is not None else None
    return (outer.start, outer.end) if outer is not None and outer.field == mention.field else None


def _judged(
    mention: PlaceMention, sense: _Sense, holder: tuple[int, int] | None, gazetteer: Gazetteer
) -> Judged:
    entry = sense.entry
    admin1 = entry if entry.feature == "admin1" else gazetteer.place(entry.admin1) if entry.admin1 else None
    admin2 = entry if entry.feature == "admin2" else gazetteer.place(entry.admin2) if entry.admin2 else None
    latitude, longitude = _point(mention, entry)
    raw = _confidence(mention, sense)
    place = Place(
        field=mention.field,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        name=entry.name,
        geonameid=entry.geonameid,
        feature=entry.feature,
        country=entry.country,
        admin1=admin1.name if admin1 else None,
        admin1_code=admin1.iso if admin1 else None,
        admin2=admin2.name if admin2 else None,
        latitude=latitude,
        longitude=longitude,
        confidence=round(_calibrate(raw, sense.backing), 3),
        relation=mention.relation,
        point=entry.point,
        holder=holder,
    )
    return Judged(place, raw, sense.backing)


def _point(mention: PlaceMention, entry: Entry) -> tuple[float | None, float | None]:
    """The entry's point, or the one that "20 km west of" it gives."""
    if entry.latitude is None or entry.longitude is None:
        return None, None
    if mention.offset_km is None or mention.bearing is None:
        return entry.latitude, entry.longitude
    from geopy.distance import great_circle  # loads every geocoder: only where a distance is told

    moved = great_circle(kilometers=mention.offset_km).destination(
        (entry.latitude, entry.longitude), bearing=mention.bearing
    )
    return round(moved.latitude, 5), round(moved.longitude, 5)
