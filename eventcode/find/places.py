"""Finds the names of places in an article: which words, and which places of the gazetteer may be meant.

Works on the raw text, without a parser. Every name that the gazetteer knows is weighed by what stands around it
(prepositions, words such as "province", "X, Y", titles and first names that make it a person, words that make it a
newspaper or a street) and by how well known it is; ``eventcode.resolve.places`` then says which place it is.
The words that count lie in ``eventcode/gazetteer/data/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

import yaml

from eventcode.gazetteer.distance import km_between
from eventcode.gazetteer.folding import fold, folding_rules, loosen
from eventcode.gazetteer.index import ALIAS, MAIN, WEAK, Entry, Gazetteer
from eventcode.model import Document, Field
from eventcode.resources import gazetteer_dir

Case = Literal["mixed", "title", "upper", "lower"]

_TOKEN = re.compile(
    r"(?:[A-Z][a-z]{0,2}\.){2,}|(?:[a-z]\.){2,}"  # U.S., W.Va., u.s.
    r"|[^\W\d_]+(?:['’‘ʿʾʻ`][^\W\d_]+)*"
    r"|\d[\d,.]*"
    r"|[^\w\s]"
)
_POSSESSIVE = re.compile(r"['’]s\Z", re.IGNORECASE)
_ELIDED = re.compile(r"[a-z]['’][A-Z]")  # "Côte d'Ivoire"
_AGE = re.compile(r",\s\d{1,3}\b(?!\s*(?:km|kilomet|miles))")
_MAX_WORDS = 6
_MAX_TOKENS = 11
_MAX_LINK = 7  # tokens that may stand between a name and the place that holds it
_MAX_APPOSITION = 14
_LARGE = frozenset(["country", "region", "sea"])  # whose point says nothing of a village in them
_SMALL = frozenset(["admin2", "settlement", "district"])  # levels below a province
_FAR_KM, _NEAR_KM = 120.0, 40.0  # how far "X, south of Y" reaches; how inexact "90 km north of" is
_FILLERS = frozenset(["a", "an", "the", "just", "located", "situated", "lying"])
_DISTANCE_MARKS = frozenset(["km", "(", ")", ",", "-"])
_CITY = 200_000  # people of a town large enough to have districts
_OVERLAP_KM = 80.0  # from the point of a division to what lies in it, where the gazetteer has another parent
_REGION_KM = 250.0  # from the point of a region of one country to what lies in it
_PART_KM = 40.0  # how far from a city's point its quarters, suburbs and camps lie

# Weights of evidence, in the units of a logistic score; 0 is the line between a place and none.
_BIAS = -1.3
_COMMON_WORD = -4.5
_COMMON_WORDS = -1.5
_PERSON_NAME = -1.2
_PERSON_OF_ARTICLE = -3.0
_LOWER_ELSEWHERE = -2.5
_UNKNOWN_CAPITAL_BEFORE = -3.0
_UNKNOWN_CAPITAL_AFTER = -1.2
_CONTAINER = 4.0
_HINT = 3.0
_BODY = 1.8
_TOWN_BODY = 1.5
_UNKNOWN = 1.5
_ANCHORED = 2.0
_REPEATED = 1.6
_STRONG = 0.9
_LISTED = 1.0
_SENTENCE_START = -0.4
_INITIALS = -2.5
_CLUB = -6.0
_UNIFORM_CASE = -1.2
_POPULATIONS = ((1_000_000, 3.2), (300_000, 2.7), (100_000, 2.2), (30_000, 1.5), (10_000, 0.9), (3_000, 0.4))


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place name as written, not yet resolved.

    ``field[start:end] == text``; ``key`` is its folded form and ``entries`` are the places of that name, best known
    first. ``hint``: the level that the words around tell (admin1 in "Homs province"). ``container``: index, in the
    same list, of the mention that "X, Y" or "Y's X" puts it in; ``unlisted``: the gazetteer knows no such place there, or
    none of that name at all. ``anchor``: index of the mention within ``anchor_km`` of which it lies ("X, south of Y"). ``relation``, ``offset_km`` and ``bearing`` (degrees from north): "20 km west of X".
    ``score``: evidence that it is a place at all, above 0. ``sentence``: -1 the title, None the dateline. ``abroad``: of a
    country's embassy, troops and the like, which are mostly elsewhere.
    """

    field: Field
    start: int
    end: int
    text: str
    key: str
    entries: tuple[Entry, ...]
    score: float
    hint: str | None = None
    container: int | None = None
    unlisted: bool = False
    anchor: int | None = None
    anchor_km: float = 0.0
    relation: Literal["at", "near", "offset"] = "at"
    offset_km: float | None = None
    bearing: float | None = None
    sentence: int | None = 0
    in_dateline: bool = False
    demonym: bool = False
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The word lists of ``data/context.yaml`` and the name files."""

    function: frozenset[str]
    prepositions: dict[str, float]
    near: tuple[tuple[str, ...], ...]
    directions: frozenset[str]
    bearings: dict[str, float]
    heads: dict[str, str]
    tails: dict[str, str]
    parts: frozenset[str]
    describing: frozenset[str]
    bodies: frozenset[str]
    town_bodies: frozenset[str]
    lies: frozenset[str]
    local_news: dict[str, frozenset[str]]
    others: frozenset[str]
    nature: frozenset[str]
    nature_before: frozenset[str]
    titles: frozenset[str]
    speech: frozenset[str]
    of_others: frozenset[str]
    things: frozenset[str]
    joiners: frozenset[str]
    clubs: frozenset[str]
    abroad: frozenset[str]
    never: frozenset[str]
    sites: frozenset[str]
    given: frozenset[str]
    surnames: frozenset[str]
    common: frozenset[str]


@lru_cache(maxsize=1)
def place_words() -> PlaceWords:
    """The packaged word lists."""
    folder = gazetteer_dir()
    raw: dict[str, Any] = yaml.load(
        (folder / "context.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
    )

    def listed(name: str) -> frozenset[str]:
        return frozenset(raw[name])

    return PlaceWords(
        function=listed("function_words"),
        prepositions={k: float(v) for k, v in raw["prepositions"].items()},
        near=tuple(sorted((tuple(p.split()) for p in raw["near_phrases"]), key=len, reverse=True)),
        directions=listed("directions"),
        bearings={k: float(v) for k, v in raw["bearings"].items()},
        heads=dict(raw["heads"]),
        tails=dict(raw["tails"]),
        parts=listed("parts"),
        describing=listed("describing"),
        bodies=listed("bodies"),
        town_bodies=listed("town_bodies"),
        lies=listed("lies"),
        local_news={country: frozenset(words) for country, words in raw["local_news"].items()},
        others=listed("others"),
        nature=listed("nature"),
        nature_before=listed("nature_before"),
        titles=listed("titles"),
        speech=listed("speech"),
        of_others=listed("of_others"),
        things=listed("things"),
        joiners=listed("joiners"),
        clubs=listed("clubs"),
        abroad=listed("abroad"),
        never=frozenset(fold(name) for name in raw["never"]),
        sites=listed("sites"),
        given=_word_file("given_names.txt"),
        surnames=_word_file("surnames.txt"),
        common=_word_file("not_places.txt"),
    )


def _word_file(name: str) -> frozenset[str]:
    lines = (gazetteer_dir() / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@dataclass(slots=True)
class _Token:
    """A word, number or mark. ``end`` leaves out a possessive 's; ``low`` is the word in small letters."""

    start: int
    end: int
    full_end: int
    text: str
    low: str
    cap: bool
    word: bool
    person: bool = False


@dataclass(slots=True)
class _Segment:
    """A title, dateline or sentence with its words."""

    field: Field
    sentence: int | None
    source: str
    tokens: list[_Token]
    case: Case
    dateline: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """Tokens ``first`` to before ``last`` of a segment."""

    segment: _Segment
    first: int
    last: int


@dataclass(slots=True)
class _Match:
    """Tokens ``first`` to ``last`` of a segment carry a name."""

    segment: _Segment
    first: int
    last: int
    key: str
    entries: tuple[Entry, ...]
    start: int
    end: int
    score: float = 0.0
    abbreviation: bool = False
    loose: bool = False
    hint: str | None = None
    container: _Match | None = None
    contained: bool = False
    unlisted: bool = False
    unknown: bool = False
    anchor: _Match | None = None
    anchor_km: float = 0.0
    relation: Literal["at", "near", "offset"] = "at"
    offset_km: float | None = None
    bearing: float | None = None
    sure: list[str] = default(default_factory=list)
    fame: float = 0.0

    def __post_init__(self) -> None:
        self.fame = importance(self.entries)

    @property
    def single(self) -> bool:
        return self.first == self.last

    @property
    def demonym(self) -> bool:
        return self.entries[0].feature == "demonym"


def find_places(
    document: Document, gazetteer: Gazetteer, blocked: Sequence[tuple[Field, int, int]] = ()
) -> list[PlaceMention]:
    """The place names of an article, in the order of the text, title first.

    ``blocked`` are spans (field, start, end) known to be persons or organisations: no name that touches one counts.
    """
    segments = list(_segments(document))
    article = _Article(segments, gazetteer)
    matches: list[_Match] = []
    for segment in segments:
        named = list(article.matches(segment))
        article.relate(named)
        matches += article.with_unknown(segment, named)
    matches = article.repeated(matches)
    kept = article.weigh(matches)
    kept = [m for m in kept if not _is_blocked(m, blocked)]
    return _mentions(kept)


def _mentions(matches: list[_Match]) -> list[PlaceMention]:
    place_of = {id(m): i for i, m in enumerate(matches)}
    return [
        PlaceMention(
            field=m.segment.field,
            start=m.start,
            end=m.end,
            text=m.segment.source[m.start : m.end],
            key=m.key,
            entries=m.entries,
            score=m.score,
            hint=m.hint,
            container=place_of.get(id(m.container)) if m.container is not None else None,
            unlisted=m.unlisted,
            anchor=place_of.get(id(m.anchor)) if m.anchor is not None else None,
            anchor_km=m.anchor_km,
            relation=m.relation,
            offset_km=m.offset_km,
            bearing=m.bearing,
            sentence=m.segment.sentence,
            in_dateline=m.segment.dateline,
            demonym=m.demonym,
            abroad=_is_abroad(m),
        )
        for m in matches
    ]


def _is_abroad(match: _Match) -> bool:
    """Whether the name is only that of whose embassy or troops these are: "the US embassy in Athens"."""
    tokens = match.segment.tokens
    after = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
    return (
        match.entries[0].feature in ("country", "demonym")
        and after is not None
        and after.low in place_words().abroad
    )


def _is_blocked(match: _Match, blocked: Sequence[tuple[Field, int, int]]) -> bool:
    return any(f == match.segment.field and s < match.end and match.start < e for f, s, e in blocked)


# -- words ------------------------------------------------------------------------------------------------------


def _segments(document: Document) -> Iterator[_Segment]:
    article = document.article
    lower = article.text.islower()
    if document.dateline is not None:
        line = document.dateline
        # "BEIRUT, Lebanon (AP) -": the country behind the town tells which town it is.
        region = _REGION.match(article.text, line.place_end, line.end)
        tokens = _tokenise(article.text, line.place_start, region.end() if region else line.place_end)
        yield _Segment("text", None, article.text, tokens, "title", dateline=True)
    for sentence in document.sentences:
        source = article.field(sentence.field)
        tokens = _tokenise(source, sentence.start, sentence.end)
        case: Case = "lower" if lower and sentence.field == "text" else _case(tokens)
        yield _Segment(sentence.field, sentence.index, source, tokens, case)


def _tokenise(source: str, start: int, end: int) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(source, start, end):
        text = found.group()
        begin, stop = found.span()
        first = text[0]
        if not first.isalpha():
            tokens.append(_Token(begin, stop, stop, text, text, False, False))
        elif "'" in text or "’" in text:
            core = _POSSESSIVE.sub("", text)
            tokens.append(_Token(begin, begin + len(core), stop, core, core.lower(), first.isupper(), True))
        else:
            tokens.append(_Token(begin, stop, stop, text, text.lower(), first.isupper(), True))
    return tokens


def _joined_to_name(tokens: list[_Token], i: int) -> bool:
    """Whether a hyphen and a capital follow: "al-Bab", "ez-Zor"."""
    following = tokens[i + 1 : i + 3]
    return len(following) == 2 and following[0].text in "-‐‑–" and following[1].cap


def _case(tokens: list[_Token]) -> Case:
    long_words = [t for t in tokens if t.word and len(t.text) > 3]
    if not long_words:
        return "mixed"
    upper = sum(t.text.isupper() for t in long_words)
    if upper > 0.7 * len(long_words):
        return "upper"
    capitals = sum(t.cap for t in long_words)
    if capitals == 0 and len(long_words) > 3:
        return "lower" if not any(t.cap for t in tokens) else "mixed"
    return "title" if len(long_words) > 2 and capitals > 0.75 * len(long_words) else "mixed"


# -- the article --------------------------------------------------------------------------------------------------


class _Article:
    """What is known of the whole article: its persons, the words it writes with small letters, its places."""

    def __init__(self, segments: list[_Segment], gazetteer: Gazetteer) -> None:
        self.segments = segments
        self.gazetteer = gazetteer
        self.words = place_words()
        self.small = {t.low for s in segments if s.case == "mixed" for t in s.tokens if t.word and not t.cap}
        self.persons: set[str] = set()
        for segment in segments:
            if segment.case == "mixed":
                self._mark_persons(segment)

    # persons

    def _mark_persons(self, segment: _Segment) -> None:
        tokens = segment.tokens
        i = 0
        while i < len(tokens):
            if not tokens[i].cap:
                i += 1
                continue
            j = i
            while j + 1 < len(tokens) and self._same_name(segment, j):
                j += 1
            self._judge_run(segment, i, j)
            i = j + 1

    def _same_name(self, segment: _Segment, j: int) -> bool:
        """Whether the capitalised run goes on after token ``j``; a full stop only after an initial or a title."""
        here, after = segment.tokens[j], segment.tokens[j + 1]
        if here.full_end != here.end:
            return False  # a possessive ends a name
        gap = segment.source[here.full_end : after.start]
        if after.cap:
            return gap in (" ", "\n", "-")
        dotted = after.text == "." and gap == "" and (len(here.text) == 1 or here.low in self.words.titles)
        return (
            (dotted or (after.text in '"“”-' and gap in ("", " ")))
            and j + 2 < len(segment.tokens)
            and segment.tokens[j + 2].cap
        )

    def _judge_run(self, segment: _Segment, first: int, last: int) -> None:
        words = self.words
        run = [k for k in range(first, last + 1) if segment.tokens[k].word]
        while run and segment.tokens[run[0]].low in words.function:
            run.pop(0)
        if not run:
            return
        low = [segment.tokens[k].low for k in run]
        titled = max((n for n, w in enumerate(low) if w in words.titles), default=-1)
        if titled >= 0 and titled + 1 < len(run):
            if low[titled + 1] not in words.bodies and low[titled + 1] not in words.others:
                self._mark(segment, run[titled + 1 : titled + 5])
            return
        before = segment.tokens[run[0] - 1] if run[0] else None
        if before is not None and before.low in words.titles and not before.cap:
            self._mark(segment, run[:4])
            return
        if self._is_person(segment, run, low):
            self._mark(segment, run[:4])

    def _is_person(self, segment: _Segment, run: list[int], low: list[str]) -> bool:
        if len(run) < 2:
            return False
        tokens, words = segment.tokens, self.words
        text = segment.source[tokens[run[0]].start : tokens[run[-1]].end]
        if self.gazetteer.candidates(fold(text)):
            return False
        if any(w in words.bodies or w in words.others or w in words.nature for w in low):
            return False
        if _AGE.match(segment.source, tokens[run[-1]].full_end):
            return True
        if low[0] in words.given:
            return self._bears_given_name(segment, run, low)
        after = tokens[run[-1] + 1].low if run[-1] + 1 < len(tokens) else ""
        before = tokens[run[0] - 1].low if run[0] else ""
        return (after in words.speech and after not in ("was", "had", "has")) or before in ("said", "says")

    def _bears_given_name(self, segment: _Segment, run: list[int], low: list[str]) -> bool:
        """Whether a run that opens with a first name is a person, where the name may be a well-known place's too."""
        words = self.words
        known = self.gazetteer.candidates(fold(low[0]))
        if importance(known) < 2.2 or len(low[1]) == 1 or low[1] in words.surnames or low[1] in words.given:
            return True
        before = segment.tokens[run[0] - 1].low if run[0] else ""
        led = words.prepositions.get(before, 0.0) >= 1.0
        surname = self.gazetteer.candidates(fold(low[1]))
        wide = any(e.feature in ("country", "admin1") and e.rank == MAIN for e in known)
        if wide and before.isalpha() and before not in words.prepositions and importance(surname) < 1.0:
            wide = low[1] in self.small or before in words.function  # "the novelist Sofia Petrova"
        named = importance(surname) >= 1.5
        return not (led or wide or named or len(run) > 3)

    def _mark(self, segment: _Segment, run: list[int]) -> None:
        for k in run:
            segment.tokens[k].person = True
        last = segment.tokens[run[-1]].low
        if last not in self.words.bodies and len(last) > 1:
            self.persons.add(last)

    # names

    def matches(self, segment: _Segment) -> Iterator[_Match]:
        """Names of the gazetteer in a segment, the longest at each word."""
        tokens, uniform = segment.tokens, segment.case in ("upper", "lower")
        articles = folding_rules().articles
        i = 0
        while i < len(tokens):
            token = tokens[i]
            # Most words cannot open a name, which is seen at once.
            able = token.word and (
                uniform or token.cap or (token.low in articles and _joined_to_name(tokens, i))
            )
            match = self._match_at(segment, i) if able else None
            if match is None:
                i += 1
            else:
                yield match
                i = match.last + 1

    def _match_at(self, segment: _Segment, i: int) -> _Match | None:
        found = self._abbreviation_at(segment, i)
        if found is not None:
            return found
        ends = self._ends(segment, i)
        for j in reversed(ends):
            match = self._named(segment, i, j)
            if match is not None:
                # "Sheikh Zuweid", spelt in a way of its own, is not the village of Sheikh.
                longer = [e for e in ends if e > j] if match.fame < 2.0 else []
                return (self._transliterated(segment, i, longer) if longer else None) or match
        return self._transliterated(segment, i, ends)

    def _ends(self, segment: _Segment, i: int) -> list[int]:
        """Last tokens that a name opening at ``i`` may have."""
        ends = [i]
        words = 1
        uniform = segment.case in ("upper", "lower")
        tokens = segment.tokens
        for j in range(i + 1, min(len(tokens), i + _MAX_TOKENS)):
            here, before = tokens[j], tokens[j - 1]
            gap = segment.source[before.end : here.start]
            if here.word:
                if gap not in ("", " ", "\n", "'s ", "’s ") or words >= _MAX_WORDS:
                    break
                words += 1
                if here.cap or uniform or here.low in self.words.sites or _ELIDED.match(here.text):
                    ends.append(j)
                elif not self._may_join(here):
                    break
            elif gap or not (here.text in "-‐‑–" or self._is_abbreviation_stop(here, before)):
                break
        return ends

    def _may_join(self, token: _Token) -> bool:
        """Whether a word in small letters may stand inside a name: "Rostov on Don", "Deir ez-Zor", "Santa Cruz de la Sierra"."""
        low = token.low
        return low in self.words.function or low in self.words.joiners or low in folding_rules().articles

    @staticmethod
    def _is_abbreviation_stop(token: _Token, before: _Token) -> bool:
        return token.text == "." and (len(before.text) == 1 or before.low in folding_rules().words)

    def _named(self, segment: _Segment, i: int, j: int) -> _Match | None:
        tokens = segment.tokens
        first = tokens[i]
        text = segment.source[first.start : tokens[j].end]
        key = fold(text)
        if not key or (i == j and not self._may_stand_alone(segment, i)):
            return None
        if i < j and first.low in self.words.function and not (first.low == "the" and first.cap):
            return None
        entries = self.gazetteer.candidates(key)
        if not entries:
            return None
        return _Match(segment, i, j, key, entries, first.start, tokens[j].end)

    def _may_stand_alone(self, segment: _Segment, i: int) -> bool:
        token = segment.tokens[i]
        if len(token.text) <= 2:
            return token.text.isupper() and segment.case in ("mixed", "title")
        if segment.case == "lower" and "." not in token.text and len(token.text) <= 3:
            return False
        return token.low not in self.words.function

    def _abbreviation_at(self, segment: _Segment, i: int) -> _Match | None:
        """ "Ky." after "Lexington, ", "W.Va." and "D.C." anywhere; two capitals only after a comma or a name."""
        tokens = segment.tokens
        for j in (i + 3, i + 1, i):
            if j >= len(tokens):
                continue
            text = segment.source[tokens[i].start : tokens[j].end]
            entry = self.gazetteer.abbreviation(text)
            if entry is None or tokens[j].start - tokens[i].start > 6:
                continue
            dots = text.count(".")
            comma = i > 0 and tokens[i - 1].text in ",("
            named = i > 1 and tokens[i - 2].cap
            letters = len(text) - dots
            plain = comma and named and (dots > 0 or segment.case != "upper")
            if dots >= 2 or (letters > 2 and not dots) or plain:
                return _Match(
                    segment, i, j, fold(text), (entry,), tokens[i].start, tokens[j].end, abbreviation=True
                )
        return None

    def _transliterated(self, segment: _Segment, i: int, ends: list[int]) -> _Match | None:
        """A spelling that only the loose key finds, where an article or a preposition speaks for a place."""
        tokens = segment.tokens
        if segment.case in ("upper", "lower") or tokens[i].low in self.words.function or tokens[i].person:
            return None
        article = tokens[i].low in folding_rules().articles
        before = tokens[i - 1].low if i else ""
        if not article and self.words.prepositions.get(before, 0) < 1.2:
            return None
        for j in reversed(ends[:5]):
            if article and j == i:
                break
            wide = loosen(fold(segment.source[tokens[i].start : tokens[j].end]))
            entries = self.gazetteer.candidates(wide) if wide else ()
            if entries and (article or len(wide) > 5):
                return _Match(segment, i, j, wide, entries, tokens[i].start, tokens[j].end, loose=True)
        return None

    # names that the gazetteer lacks

    def with_unknown(self, segment: _Segment, matches: list[_Match]) -> list[_Match]:
        """The matches, and names of no known place that the words put into one of them: "the village of X in Y"."""
        if segment.case != "mixed" or not matches:
            return matches
        covered = {k for m in matches for k in range(m.first, m.last + 1)}
        starts = {m.first: m for m in matches}
        found = list(matches)
        tokens = segment.tokens
        i = 1
        while i < len(tokens):
            if i in covered or not tokens[i].cap or not tokens[i].word or tokens[i].person:
                i += 1
                continue
            last = i
            while last + 1 < len(tokens) and last + 1 not in covered and self._goes_on(segment, last):
                last += 1
            match = self._unknown(segment, i, last, starts)
            if match is not None:
                found.append(match)
            i = last + 1
        return sorted(found, key=lambda m: m.first)

    def _goes_on(self, segment: _Segment, k: int) -> bool:
        here, after = segment.tokens[k], segment.tokens[k + 1]
        gap = segment.source[here.end : after.start]
        if after.text in "-‐‑–":
            return gap == "" and k + 2 < len(segment.tokens)
        joins = after.cap or here.text in "-‐‑–" or after.low in folding_rules().articles
        return joins and gap in ("", " ") and (after.word or here.text in "-‐‑–")

    def _unknown(self, segment: _Segment, first: int, last: int, starts: dict[int, _Match]) -> _Match | None:
        """The name as a match of the place that holds it, where the words around make it the name of a place."""
        words, tokens = self.words, segment.tokens
        while last > first and not (tokens[last].word and tokens[last].cap):
            last -= 1
        run = [t for t in tokens[first : last + 1] if t.word]
        if len(run) > 3 or any(t.person or t.low in words.others or t.low in words.function for t in run):
            return None
        if run[-1].low in words.titles or all(
            t.low in words.common or t.low in words.bodies or t.low in self.small for t in run
        ):
            return None
        level = self._introduced(segment, first, last)
        if level is None:
            return None
        key = fold(segment.source[tokens[first].start : tokens[last].end])
        match = _Match(segment, first, last, key, (_NOWHERE,), tokens[first].start, tokens[last].end)
        match.unknown, match.hint = True, None if level == "any" else level
        match.sure.append("head")
        holder = self._holder(match, starts)
        if holder is None or holder.demonym or holder.unlisted:
            return None
        if match.relation == "at" and any(e.feature in _LARGE for e in holder.entries[:1]):
            return None
        match.unlisted = True
        match.container = match.container or holder
        match.entries = holder.entries
        return match

    def _introduced(self, segment: _Segment, first: int, last: int) -> str | None:
        """The level that "the village of X" or "X district" tells; None without such words."""
        words, tokens = self.words, segment.tokens
        after = tokens[last + 1] if last + 1 < len(tokens) else None
        if after is not None and after.word and not after.cap and segment.source[tokens[last].end] == " ":
            told = "district" if after.low in words.parts else words.tails.get(after.low)
            if told in _SMALL:
                return told
        if first > 1 and tokens[first - 1].low == "of":
            head = tokens[first - 2]
            if words.heads.get(head.low) in _SMALL and not head.cap:
                return words.heads[head.low]
        before = tokens[first - 1].low
        led = words.prepositions.get(before, 0.0) >= 1.5
        return (
            "any"
            if led and tokens[last].full_end == tokens[last].end and len(tokens[last].text) > 3
            else None
        )

    def _holder(self, match: _Match, starts: dict[int, _Match]) -> _Match | None:
        """The place that the words around put a name in, or tell its distance from."""
        tokens = match.segment.tokens
        told = match.hint is not None
        behind = next(
            (starts[k] for k in range(match.last + 1, match.last + _MAX_APPOSITION) if k in starts), None
        )
        if behind is not None and not behind.demonym:
            anchored = self._apposition(_Span(match.segment, match.last + 1, behind.first), told=told)
            if anchored is not None:
                self._put_off(match, behind, *anchored)
                if behind.relation == "offset":
                    behind.relation, behind.offset_km, behind.bearing = "at", None, None
                return behind
            link = self._link(match, behind, None)
            if link == "of":
                self._make_town(match, behind)
            if link in ("in", "of") or (link == "," and told):
                inner = [
                    m
                    for m in starts.values()
                    if m.container is behind and not m.unlisted and m.first > behind.first
                ]
                return inner[0] if inner else behind
        for outer in starts.values():
            if told and outer.last < match.first and tokens[outer.last].full_end != tokens[outer.last].end:
                between = [t.low for t in tokens[outer.last + 1 : match.first]]
                if len(between) <= _MAX_LINK and all(self._is_filler(w) for w in between):
                    return outer
        return None

    def _is_filler(self, word: str) -> bool:
        words = self.words
        return (
            word in words.describing or word in words.heads or word in words.directions or word in ("-", "of")
        )

    def repeated(self, matches: list[_Match]) -> list[_Match]:
        """The matches with later mentions of names that the gazetteer lacks."""
        unknown = {m.key: m for m in reversed(matches) if m.unknown and m.single}
        if not unknown:
            return matches
        order = {id(s): n for n, s in enumerate(self.segments)}
        taken = {(id(m.segment), k) for m in matches for k in range(m.first, m.last + 1)}
        found = list(matches)
        for segment in self.segments:
            for k, token in enumerate(segment.tokens):
                if not token.cap or token.person or (id(segment), k) in taken:
                    continue
                first = unknown.get(fold(token.text))
                if first is not None and segment.case == "mixed" and self._stands_alone(segment, k):
                    again = _Match(segment, k, k, first.key, first.entries, token.start, token.end)
                    again.unknown = again.unlisted = True
                    again.container, again.relation = first.container, first.relation
                    again.offset_km, again.bearing = first.offset_km, first.bearing
                    found.append(again)
        return sorted(found, key=lambda m: (order[id(m.segment)], m.first))

    @staticmethod
    def _stands_alone(segment: _Segment, k: int) -> bool:
        """Whether no capitalised word stands beside token ``k``."""
        tokens = segment.tokens
        beside = (tokens[n] for n in (k - 1, k + 1) if 0 <= n < len(tokens))
        return not any(t.cap for t in beside)

    # relations between names

    def relate(self, matches: list[_Match]) -> None:
        """Containment "X, Y" and "Y's X", levels told by words beside the names, distances."""
        for match in matches:
            self._hint(match)
            self._offset(match)
        for n in range(len(matches) - 2, -1, -1):
            self._share_hint(matches[n], matches[n + 1])
        for outer, inner in pairwise(matches):
            if inner.container is None and self._possesses(outer, inner):
                self._put(inner, outer, "'s")
            self._anchor(outer, inner)
        for n in range(len(matches) - 2, -1, -1):
            self._contain(matches, n)

    def _anchor(self, name: _Match, anchor: _Match) -> None:
        """ "Ouallam, 90 km north of Niamey", "Duran, near Guayaquil": the one is told by where it lies from the other."""
        if name.demonym or anchor.demonym:
            return
        span = _Span(name.segment, name.last + 1, anchor.first)
        found = self._apposition(span, told=name.hint is not None and "head" in name.sure)
        if found is None:
            return
        km, bearing = found
        name.sure.append("anchor")
        name.anchor, name.anchor_km = anchor, _FAR_KM if km is None else 1.5 * km + _NEAR_KM
        if anchor.relation == "offset":
            anchor.relation, anchor.offset_km, anchor.bearing = "at", None, None
        if not any(_within(a, b, name.anchor_km) for a in name.entries for b in anchor.entries):
            self._put_off(name, anchor, km, bearing)

    @staticmethod
    def _put_off(name: _Match, anchor: _Match, km: float | None, bearing: float | None) -> None:
        """A place that the gazetteer lacks, told by its distance from one that it has."""
        name.container, name.unlisted, name.anchor = anchor, True, None
        name.relation = "near"
        if km is not None and bearing is not None:
            name.relation, name.offset_km, name.bearing = "offset", km, bearing

    def _apposition(self, span: _Span, *, told: bool) -> tuple[float | None, float | None] | None:
        """Kilometres and bearing, where told, of ", [a village] 20 km north of", ", near", ", outside" between two names;
        ``told``: behind "the village of X", which needs no comma."""
        words = self.words
        tokens = span.segment.tokens[span.first : span.last]
        if not 1 <= len(tokens) <= _MAX_APPOSITION:
            return None
        comma = tokens[0].text in ",("
        if not (comma and len(tokens) > 1) and not told:
            return None
        tokens = tokens[1:] if comma else tokens
        lows = [t.low for t in tokens]
        far = _distance(lows, words.bearings, words.heads)
        if far is not None:
            plain = all(t.text in _DISTANCE_MARKS or not t.word or not t.cap for t in tokens)
            return far if plain else None
        if len(lows) > 1 and lows[-1] == "of" and lows[-2] in words.heads:
            lows[-2:] = []
            if lows and lows[-1] == "the":
                lows.pop()
        lows = [w for w in lows if w not in words.describing and w not in words.heads and w not in _FILLERS]
        compass = lows[:-1] if lows[-1:] == ["of"] else lows
        if lows[-1:] == ["of"] and compass and all(w in words.bearings or w == "-" for w in compass):
            return (None, None)
        return (None, None) if lows in (["near"], ["outside"]) else None

    def _contain(self, matches: list[_Match], n: int) -> None:
        """Put a name into the one that follows, or into the one that this possesses: "X in Y's Z"."""
        inner, outer = matches[n], matches[n + 1]
        people, behind = None, matches[n + 2 :]
        if outer.demonym and behind:  # "X in the Syrian province of Idlib"
            people, outer, behind = outer, behind[0], behind[1:]
        if inner.demonym or outer.demonym:
            return
        link = self._link(inner, outer, people)
        if link is None or (link == "" and not outer.abbreviation):
            return
        if link in ("of", "in") and not (inner.hint or outer.container or outer.fame >= 2.0):
            return
        narrower = [m for m in behind[:1] if m.container is outer and not m.unlisted]
        if link == "of":
            self._make_town(inner, outer)
        for candidate in (*narrower, outer):
            if self._holds(candidate, inner, link):
                self._put(inner, candidate, link)
                return
        if link == "in" and inner.anchor is None and self._overlaps(outer, inner):
            self._put(inner, outer, link)
            return
        if inner.container is None and inner.anchor is None:
            lone = link == "," and self._is_lone_country(inner, outer, behind)
            if lone or self._is_unlisted_in(inner, outer, link):
                inner.container, inner.unlisted = (narrower or [outer])[0], True

    def _make_town(self, part: _Match, whole: _Match) -> None:
        """ "The Salah al-Din district of Aleppo" is of the city, not of the province that is called after it."""
        word = part.last + 1
        if word + 2 != whole.first or part.segment.tokens[word].low not in self.words.parts:
            return
        # "district of" told a level of Aleppo's own before; it is the part's.
        city = any(e.feature == "settlement" and e.population >= _CITY for e in whole.entries)
        whole.hint = "settlement" if city else None

    @staticmethod
    def _put(inner: _Match, outer: _Match, link: str) -> None:
        inner.container, inner.unlisted = outer, False
        if link not in ("in", "'s"):
            outer.contained = True

    @staticmethod
    def _holds(outer: _Match, inner: _Match, link: str) -> bool:
        """Whether some place of the one name lies in some place of the other."""
        if link == "," and any(e.feature == "country" and e.rank == MAIN for e in inner.entries):
            # "Mexico, China, Japan" is a list; "Lebanon, Ohio" is not.
            outward = tuple(e for e in outer.entries if e.feature != "country")
        else:
            outward = outer.entries
        near = link in ("in", "of", "'s") or bool(inner.sure)
        return any(inside(a, b) or (near and beside(a, b)) for a in inner.entries for b in outward)

    @staticmethod
    def _overlaps(outer: _Match, inner: _Match) -> bool:
        """Whether a division or region that the gazetteer does not put the place in lies round it: "Jenin in the West Bank",
        where the West Bank is made of divisions of its own."""
        return any(overlaps(a, b) for a in inner.entries for b in outer.entries)

    def _is_lone_country(self, inner: _Match, outer: _Match, behind: Sequence[_Match]) -> bool:
        """ "In Moura, Mali, soldiers ...": a small place that the gazetteer has only in other countries; no list of places."""
        best = outer.entries[0]
        if best.feature != "country" or best.rank != MAIN or inner.fame >= 2.0 or inner.hint == "admin1":
            return False
        if any(e.feature in _LARGE or e.country == best.country for e in inner.entries):
            return False
        tokens = inner.segment.tokens
        before = tokens[inner.first - 1].low if inner.first else ""
        after = tokens[outer.last + 1].low if outer.last + 1 < len(tokens) else ""
        listed = after in ("and", "or", "&") or (
            behind and outer.segment.source[outer.end : behind[0].start].strip() == ","
        )
        led = self.words.prepositions.get(before, 0.0) >= 1.5 or inner.hint in _SMALL
        return led and not listed

    def _is_unlisted_in(self, inner: _Match, outer: _Match, link: str) -> bool:
        """Whether a name is that of a place too small for the gazetteer in a place well told: "X, a village in Y"."""
        if link not in ("in", "of") or outer.abbreviation or outer.fame < 1.0:
            return False
        if any(
            _within(a, b, _FAR_KM) and a.country == b.country for a in inner.entries for b in outer.entries
        ):
            return False
        if link == "of" and inner.hint in _SMALL:
            return True
        if inner.fame >= 2.0 and (inner.hint not in _SMALL or self._level(inner.entries, str(inner.hint))):
            return False
        before = inner.segment.tokens[inner.first - 1].low if inner.first else ""
        told = bool(inner.hint) or outer.container is not None
        return told or self.words.prepositions.get(before, 0.0) >= 1.5

    def _link(self, left: _Match, right: _Match, people: _Match | None) -> str | None:
        """What ties a name to the one behind it: "," or "in", "of", "(", "" where nothing stands between; else None."""
        words, tokens = self.words, left.segment.tokens
        if tokens[left.last].full_end != tokens[left.last].end:
            return None
        between = [
            t.low
            for k, t in enumerate(tokens[left.last + 1 : right.first], left.last + 1)
            if people is None or not people.first <= k <= people.last
        ]
        if len(between) > _MAX_LINK:
            return None
        if between and between[0] in words.tails and words.tails[between[0]] != "none":
            between.pop(0)
        if len(between) > 3 and between[0] == "," and between[1] in ("a", "an", "the"):
            # "X, a farming village in Y", "X, the capital of Y", "X, a suburb of Y"
            described = all(w in words.describing or w in words.heads or w == "-" for w in between[2:-1])
            if described and between[-2] in words.heads:
                between = between[-1:]
        if len(between) > 1 and between[-1] == "of" and between[-2] in words.heads:
            between[-2:] = []
        while len(between) > 1 and (
            between[-1] in words.directions or between[-1] in words.describing or between[-1] in ("the", "-")
        ):
            between.pop()
        if between[-1:] == ["in"] and all(w in words.lies or w == "," for w in between[:-1]):
            between = ["in"]
        text = " ".join(between)
        return text if text in (",", "(", "in", "of", "") else None

    def _possesses(self, outer: _Match, inner: _Match) -> bool:
        """ "Nigeria's restive Plateau state", "the Syrian town of Azaz", where the one has such a place."""
        tokens = outer.segment.tokens
        last = tokens[outer.last]
        if last.full_end == last.end and not outer.demonym:
            return False
        between = [t.low for t in tokens[outer.last + 1 : inner.first]]
        if len(between) > _MAX_LINK or inner.demonym:
            return False
        plain = all(self._is_filler(w) for w in between)
        if not plain or (outer.demonym and not between):
            return False
        return self._holds(outer, inner, "'s")

    def _hint(self, match: _Match) -> None:
        tokens, words = match.segment.tokens, self.words
        after = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
        if after is not None and after.word and after.low in words.tails:
            tail = words.tails[after.low]
            adjacent = match.segment.source[tokens[match.last].full_end : after.start].isspace()
            if adjacent and tail != "none":
                match.sure.append("tail")
                if tail != "any":
                    match.hint = tail
                if after.cap and tail in ("admin1", "admin2") and self._level(match.entries, tail):
                    match.last += 1
                    match.end = after.end
        if match.first > 1 and tokens[match.first - 1].low == "of":
            head = tokens[match.first - 2].low
            if head in words.heads and head not in words.of_others:
                match.sure.append("head")
                level = words.heads[head]
                match.hint = match.hint or (None if level == "any" else level)

    @staticmethod
    def _level(entries: tuple[Entry, ...], level: str) -> bool:
        return any(e.feature == level for e in entries)

    def _share_hint(self, left: _Match, right: _Match) -> None:
        """ "Barrow and Clarke counties": the last name's level holds for those before it."""
        between = left.segment.source[left.end : right.start].strip().lower()
        if right.hint in ("admin1", "admin2") and not left.hint and between in (",", "and", ", and", "or"):
            tail = right.segment.tokens[min(right.last + 1, len(right.segment.tokens) - 1)].low
            if tail.endswith("s") and tail in self.words.tails and left.container is not right:
                left.hint = right.hint
                left.sure.append("tail")

    def _offset(self, match: _Match) -> None:
        tokens, words = match.segment.tokens, self.words
        lows = [t.low for t in tokens[max(0, match.first - 14) : match.first]]
        found = _distance(lows, words.bearings, words.heads)
        if found is not None:
            match.relation, (match.offset_km, match.bearing) = "offset", found
            match.sure.append("offset")
            return
        if self._is_off(lows):
            match.relation = "near"
            return
        for phrase in words.near:
            if tuple(lows[-len(phrase) :]) == phrase:
                match.relation = "near"
                return

    def _is_off(self, lows: Sequence[str]) -> bool:
        """Whether the words before a name tell that something lies outside it: "west of", "60 km from", "to the east of";
        "in the east of" is inside."""
        if len(lows) > 2 and lows[-1] == "of" and lows[-2] in self.words.bearings:
            return lows[-3] != "the" or (len(lows) > 3 and lows[-4] == "to")
        return _FROM.search(" ".join(lows)) is not None

    # evidence

    def weigh(self, matches: list[_Match]) -> list[_Match]:
        """The matches that are places; a name well supported once supports its repetitions."""
        for match in matches:
            match.score = self._score(match)
        strong = {m.key for m in matches if m.score >= _STRONG}
        strong |= {self._stem(key) for key in strong}
        for match in matches:
            if match.key in strong and not (match.single and match.segment.tokens[match.first].person):
                match.score += _REPEATED
        self._support_lists(matches)
        return [m for m in matches if m.score > 0]

    def _stem(self, key: str) -> str:
        """ "DeKalb County" speaks for DeKalb alone too."""
        head, _, tail = key.rpartition(" ")
        return head if tail in self.words.tails else key

    def _support_lists(self, matches: list[_Match]) -> None:
        """In "X, Y and Z" a name beside a place is likelier to be one."""
        good = [m.score >= _STRONG for m in matches]
        for n, (left, right) in enumerate(pairwise(matches)):
            if left.segment is not right.segment or good[n] == good[n + 1]:
                continue
            between = left.segment.source[left.end : right.start].strip()
            if between in (",", "and", ", and", "or", "&"):
                weak = right if good[n] else left
                weak.score += _LISTED

    def _score(self, match: _Match) -> float:
        if match.demonym:
            return self._score_demonym(match)
        if match.abbreviation:
            return 3.0
        if match.unknown:
            return _UNKNOWN
        if match.key in self.words.never:
            return -9.0
        tokens = match.segment.tokens
        if all(t.person for t in tokens[match.first : match.last + 1] if t.word) and not match.container:
            return -9.0
        score = _BIAS + match.fame
        if match.loose:
            score -= 0.8
        score += self._of_name(match) + self._left(match) + self._right(match)
        if match.container is not None and not (match.unlisted and not match.sure):
            score += _CONTAINER
        if "anchor" in match.sure:
            score += _ANCHORED - _HINT
        if match.contained:
            score += 1.5
        if match.sure:
            score += _HINT
        if match.segment.dateline:
            score += 4.0
        if match.segment.case in ("upper", "lower"):
            score += self._uniform(match)
        return score

    def _score_demonym(self, match: _Match) -> float:
        tokens = match.segment.tokens
        if match.segment.case in ("mixed", "title") and not tokens[match.first].cap:
            return -9.0
        if any(t.person for t in tokens[match.first : match.last + 1]):
            return -1.0
        after = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
        if after is not None and after.cap and after.low in self.words.others:
            return -1.0
        return 2.0

    def _uniform(self, match: _Match) -> float:
        """Without capitals to tell names by, only the well known or the well introduced count."""
        tokens = match.segment.tokens
        before = tokens[match.first - 1].low if match.first else ""
        led = self.words.prepositions.get(before, 0) >= 1.0 or match.sure or match.container
        if match.segment.dateline or led:
            return 0.0 if match.fame >= 0.9 or not match.single else _UNIFORM_CASE
        return _UNIFORM_CASE if match.fame >= 1.9 or not match.single else 3 * _UNIFORM_CASE

    def _of_name(self, match: _Match) -> float:
        """Evidence in the name itself: its length, everyday words, names of persons."""
        words, tokens = self.words, match.segment.tokens
        if not match.single:
            inner = [t.low for t in tokens[match.first : match.last + 1] if t.word]
            plain = all(w in words.function or w in words.common or w in words.tails for w in inner)
            if not plain:
                return 1.2
            # "Salt Lake City" and "Little Rock" are of everyday words too, but well known; "the city" is not.
            if inner[0] == "the":
                return _COMMON_WORD
            return 0.0 if match.fame >= 2.0 else _COMMON_WORDS
        token = tokens[match.first]
        low = token.low
        famous = match.fame >= 3.0
        score = 0.0
        if low in words.common:
            score += _COMMON_WORD
        if low in self.small and not famous:
            score += _LOWER_ELSEWHERE
        if low in words.given or low in words.surnames:
            score += _PERSON_NAME if not famous else -0.3
        if low in self.persons:
            score += _PERSON_OF_ARTICLE
        if match.first == 0 and match.segment.case == "mixed" and not famous:
            score += _SENTENCE_START
        initials = token.text.isupper() and len(token.text) <= 5 and "." not in token.text
        if initials and match.segment.case == "mixed" and match.fame < 3.5:
            score += _INITIALS
        return score

    def _left(self, match: _Match) -> float:
        """Evidence before the name."""
        tokens, words = match.segment.tokens, self.words
        i = match.first - 1
        if (
            i >= 0
            and tokens[i].text == "."
            and i >= 1
            and match.segment.source[tokens[i].end : tokens[i].end + 1] == " "
        ):
            i -= 1 if tokens[i - 1].low in words.titles or len(tokens[i - 1].text) == 1 else 0
        if i < 0:
            return 0.0
        before = tokens[i]
        if before.low in words.directions:
            lead = tokens[i - 1].low if i else ""
            return 1.0 + max(0.0, words.prepositions.get(lead, 0.0))
        if before.low in words.prepositions:
            return self._preposition(match, i)
        if before.low == "the" and match.fame < 3.0 and match.single:
            return 0.0 if self._before_body(match) else -1.0
        if not before.cap or before.low in words.function:
            return 0.0
        if match.segment.case == "upper":
            return -2.0 if before.low in words.titles or before.low in words.given else 0.0
        if before.full_end != before.end:
            return -0.3  # after a possessive
        if before.low in words.clubs:
            return _CLUB
        if before.low in words.titles or before.low in words.given or len(before.text) == 1:
            return -4.0 if match.single else -1.0
        if match.segment.case == "title" or self._is_place_word(before):
            return 0.0
        if not match.single:
            return -0.8
        return _UNKNOWN_CAPITAL_BEFORE if i > 0 else _UNKNOWN_CAPITAL_BEFORE / 3

    def _before_body(self, match: _Match) -> bool:
        tokens = match.segment.tokens
        after = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
        return after is not None and after.cap and after.low in self.words.bodies

    def _preposition(self, match: _Match, i: int) -> float:
        tokens, words = match.segment.tokens, self.words
        weight = words.prepositions[tokens[i].low]
        if tokens[i].low == "of" and i and tokens[i - 1].cap and tokens[i - 1].low in words.of_others:
            return -4.0
        return weight

    def _is_place_word(self, token: _Token) -> bool:
        found = self.gazetteer.candidates(fold(token.text))
        return (bool(found) and importance(found) > 1.5) or token.low in self.words.bodies

    def _right(self, match: _Match) -> float:
        """Evidence after the name."""
        tokens, words = match.segment.tokens, self.words
        source = match.segment.source
        end = tokens[match.last].full_end
        if match.last + 1 >= len(tokens):
            return 0.0
        after = tokens[match.last + 1]
        if after.text == "-" and source[end : after.start] == "":
            return 0.3
        if not after.word or source[end : after.start] not in (" ", "\n"):
            return 0.0
        if match.segment.case == "lower":
            return -3.0 if after.low in words.others and after.low not in words.bodies else 0.0
        if after.low in words.things:
            return -5.0
        if not after.cap and after.low in words.town_bodies:
            return _TOWN_BODY if match.single else 0.0
        if not after.cap:
            return -0.8 if match.single and after.low in words.speech and match.fame < 2.2 else 0.0
        if tokens[match.last].full_end != tokens[match.last].end:
            # "St. Peter's Square", but "China's Bank of Communications"
            return -6.0 if after.low in words.others and match.fame < 2.0 else 0.2
        if after.low in words.others and after.low not in words.function:
            return -6.0
        if after.low in words.bodies or after.low in words.titles:
            return _BODY
        if after.low in words.nature:
            return -2.5
        if match.segment.case in ("title", "upper") or after.low in words.function:
            return 0.0
        if self._opens_paper(match):
            return -6.0
        if tokens[match.last].low in words.given and match.single:
            return -4.0 if after.person or match.fame < 2.2 else -1.5
        return _UNKNOWN_CAPITAL_AFTER if match.fame < 3.0 else -0.4

    def _opens_paper(self, match: _Match) -> bool:
        """Whether the name opens a longer one of a newspaper or firm: "Sydney Morning Herald"."""
        tokens, source = match.segment.tokens, match.segment.source
        two = tokens[match.last + 1 : match.last + 3]
        return (
            len(two) == 2
            and two[1].cap
            and source[two[0].end : two[1].start] == " "
            and two[1].low in self.words.others
            and two[1].low not in self.words.bodies
        )


def inside(inner: Entry, outer: Entry) -> bool:
    """Whether the gazetteer puts one place in another: a country, division or nothing else."""
    if inner.id == outer.id:
        return False
    if outer.feature in ("country", "demonym"):
        return inner.country == outer.country and inner.country is not None and inner.feature != "country"
    if outer.feature == "region":
        return outer.country == inner.country is not None and _within(inner, outer, _REGION_KM)
    return outer.is_division and outer.id in (inner.admin1, inner.admin2, inner.admin3)


def overlaps(inner: Entry, outer: Entry) -> bool:
    """Whether a place lies in the middle of a first-order division or region of its country that is no parent of its own."""
    return (
        outer.feature in ("admin1", "region")
        and inner.feature not in ("country", "demonym", "region", "sea")
        and inner.country == outer.country is not None
        and _within(inner, outer, _OVERLAP_KM)
    )


def _within(one: Entry, other: Entry, km: float) -> bool:
    """Whether two places lie so near to one another."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    return (
        one.id != other.id and km_between(one.latitude, one.longitude, other.latitude, other.longitude) <= km
    )


def near_anchor(entry: Entry, anchors: Sequence[Entry], km: float) -> bool:
    """Whether a place lies within so many kilometres of one of some places."""
    return any(_within(entry, a, km) for a in anchors)


def beside(part: Entry, city: Entry) -> bool:
    """Whether one place may be a quarter, suburb or camp of a town, by its kind, size and distance."""
    if city.feature != "settlement" or part.feature not in ("settlement", "district", "site", "admin2"):
        return False
    if part.country != city.country or part.population > city.population:
        return False
    return _within(part, city, _PART_KM)


def importance(entries: Sequence[Entry]) -> float:
    """How likely a name is to be used of a place at all: the best known of its bearers, 0 to 4."""
    return max((_importance_of(e) for e in entries), default=0.0)


def _importance_of(entry: Entry) -> float:
    lowered = {MAIN: 0.0, ALIAS: 0.7, WEAK: 1.4}[entry.rank]
    if entry.feature == "country":
        return 4.0
    if entry.feature == "admin1":
        value = 3.4 if entry.population > 1_000_000 else 2.0
    elif entry.feature == "admin2":
        value = 1.0
    elif entry.feature in ("region", "sea"):
        value = 3.0
    elif entry.kind == "own":
        value = 2.0
    else:
        value = next((v for limit, v in _POPULATIONS if entry.population >= limit), 0.0)
    return max(0.0, value - lowered)


# Stands for the candidates of a name that the gazetteer lacks, until it is known what holds it.
_NOWHERE = Entry(0, "", "settlement", "", None, None, None, None, None, None, 0, "place", None, None, WEAK)

_REGION = re.compile(r"(?:, [^\W\d_][^,()\[\]\d–—-]*[^\W_])+")
_FAR = re.compile(
    r"(\d[\d,.]*)\s(?:-\s)?(km|kilomet\w+|kms|miles?|mi)\b(?P<rest>.*?)\b"
    r"(?P<compass>(?:north|south|east|west)(?:(?:\s-)?\s?(?:north|south|east|west))*)\s(?:of|from)(?P<tail>(?:\s\S+){0,5})$"
)
_FROM = re.compile(r"\d\s(?:-\s)?(?:km|kilomet\w+|kms|miles?|mi)\s(?:away\s)?from$")
_REST = re.compile(r"(?:[\s)(,]|\d|km|miles?|kilomet\w+|to|the|about|away)*")


def _distance(
    lows: list[str], bearings: dict[str, float], heads: Mapping[str, str]
) -> tuple[float, float] | None:
    """Kilometres and bearing of "20 km (12 miles) south-west of", "of the town of", "of the Sudanese capital", the words
    before a name; None where nothing is told."""
    found = _FAR.search(" ".join(lows))
    if found is None or not _REST.fullmatch(found["rest"]):
        return None
    tail = found["tail"].split()
    if tail and (tail[0] != "the" or tail[-1] not in (*heads, "of")):
        return None
    if tail and tail[-1] == "of" and (len(tail) < 2 or tail[-2] not in heads):
        return None
    value = float(found.group(1).replace(",", "").rstrip("."))
    km = value * (1.609344 if found.group(2).startswith("mi") else 1.0)
    compass = re.sub(r"[\s-]", "", found["compass"])
    return (km, bearings[compass]) if compass in bearings else None
