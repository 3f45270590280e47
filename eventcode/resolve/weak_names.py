"""Which names that need support from their article have it, and who is meant by a name that several share.

"Johnson" is a prime minister where the article names him in full, speaks of his country, or is of the days when he
governed; in "Keith Johnson" and "Johnson County" he is somebody else. Of two of one surname the one in office is meant,
else the one of whose country the article speaks; "Congo" beside Brazzaville, "Georgia" beside Atlanta are not those that
are named more often. Nor are "Michael Jordan" and "Chad Johnson" countries, or "Nasir Shah" and "Prince Mensah" rulers.
A group's name that another bears in a second country is that group's of whose country the article speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from spacy.lang.en.stop_words import STOP_WORDS

from eventcode.lexicon.actors import COUNTRY_KINDS, NAME_KINDS, ActorEntry, ActorLexicon, Hit, shape_of
from eventcode.resolve.actors import BRACKETED

# The word before: with a capital, only white space between.
_BEFORE = re.compile(r"([A-Z][\w.'’-]*|[A-Z]\.)\s$")
_AFTER = re.compile(r"\s(?:[A-Z]\.\s)?([A-Z][\w'’-]+)")
# Words that can be an abbreviation.
_CAPITALS = re.compile(r"\b[A-Z][A-Za-z&/-]*[A-Z]\b")
GOVERNING = frozenset({"GOV"})
PLACE_KINDS = COUNTRY_KINDS | {"region", "region_adjective"}
# Places whose names people have, too.
NAMESAKES = frozenset({"country", "seat", "region"})


class WeakNames:
    """What one article says that can support a weak name."""

    def __init__(
        self,
        hits: Iterable[Sequence[Hit]],
        day: date | None,
        titles: frozenset[str],
        given: frozenset[str],
        lexicon: ActorLexicon,
    ) -> None:
        """``hits``: names and words of the tables, sentence by sentence; ``titles``: words before names of people;
        ``given``: given names. Both in small letters."""
        self._lexicon = lexicon
        self._day = day
        self._titles = titles
        self._given = given
        self._named: set[str] = set()
        self._countries: set[str] = set()
        self._short: dict[str, ActorEntry] = {}
        self._places: set[str] = set()
        """Countries and regions of which a word that names no other speaks."""
        for sentence in hits:
            for hit in sentence:
                places = {e.id for e in hit.entries if e.kind in PLACE_KINDS}
                if len(places) == 1:
                    self._places |= places
                for entry in hit.entries:
                    if entry.kind in COUNTRY_KINDS:
                        self._countries.add(entry.country)
                    elif entry.kind in NAME_KINDS and not entry.weak and _tells(hit, entry):
                        self._named.add(entry.id)

    def supported(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits of one sentence without the weak names that nothing supports, and without countries that are part of
        somebody's name. ``text``: the sentence."""
        hits = self._without_namesakes(text, hits)
        kept = []
        for hit in hits:
            if any(e.weak for e in hit.entries):
                entries = tuple(e for e in hit.entries if not e.weak or self._holds(text, hits, hit, e))
                if not entries:
                    continue
                hit = Hit(hit.start, hit.end, entries)
            kept.append(self._meant(hit) if len(hit.entries) > 1 else hit)
        return self._abbreviated(text, kept)

    def _abbreviated(self, text: str, hits: list[Hit]) -> list[Hit]:
        """The hits with the abbreviations that this article has given to names so far ("the Salvation Front (FS)")."""
        for hit in hits:
            short = BRACKETED.match(text, hit.end) if hit.entry.kind in ("group", "organisation") else None
            if short is not None:
                self._short[short.group(1)] = hit.entry
        if not any(name in text for name in self._short):
            return hits
        found = []
        for word in _CAPITALS.finditer(text):
            entry = self._short.get(word.group())
            if entry is not None and not any(
                h.start < word.end() and h.end > word.start() and h.end - h.start > len(word.group())
                for h in hits
            ):
                found.append(Hit(word.start(), word.end(), (entry,)))
        kept = [h for h in hits if not any(h.start == f.start and h.end == f.end for f in found)]
        return sorted(kept + found, key=lambda h: h.start)

    def _meant(self, hit: Hit) -> Hit:
        """The hit with the entry first that the article tells is meant."""
        first = hit.entry
        if first.kind in NAME_KINDS:
            rivals = [e for e in hit.entries if e.kind == first.kind]
            chosen = max(rivals, key=self._weight) if len(rivals) > 1 else first
        elif first.kind in PLACE_KINDS and first.id not in self._places:
            rivals = [e for e in hit.entries if e.kind in PLACE_KINDS and e.id != first.id]
            chosen = next((e for e in rivals if self._spoken_of(e, first)), first)
        else:
            return hit
        if chosen is first:
            return hit
        if first.kind in PLACE_KINDS:
            # The other place's words of the same spelling mean it no more.
            return Hit(
                hit.start,
                hit.end,
                tuple(e for e in hit.entries if e.id == chosen.id or e.kind not in PLACE_KINDS),
            )
        return Hit(hit.start, hit.end, (chosen, *(e for e in hit.entries if e is not chosen)))

    def _likely(self, entry: ActorEntry) -> tuple[bool, bool, bool]:
        """What speaks for one of several of a name: named in full, in office on the day, of a country in the article."""
        countries = {entry.country, *entry.countries, *(t.country for t in entry.terms)}
        return (
            entry.id in self._named,
            any(t.holds(self._day) and t.code[3:6] in GOVERNING for t in entry.terms),
            not self._countries.isdisjoint(countries),
        )

    def _weight(self, entry: ActorEntry) -> tuple[bool, ...]:
        """What speaks for one of several who share a name, what tells most first."""
        named, governs, near = self._likely(entry)
        if entry.kind == "person":
            return named, governs, near
        return not entry.terms or any(t.holds(self._day) for t in entry.terms), named, near, governs

    def _spoken_of(self, entry: ActorEntry, other: ActorEntry) -> bool:
        if entry.id in self._places:
            return True
        # "Punjabi" without more is a region of two countries.
        return not other.country and bool(entry.country) and entry.country in self._countries

    def _holds(self, text: str, hits: Sequence[Hit], hit: Hit, entry: ActorEntry) -> bool:
        # Weak names of groups are weighed where they are found (ActorLexicon.find_all).
        named, governs, near = self._likely(entry)
        return self._alone(text, hits, hit, entry) and (named or governs or near)

    def _without_namesakes(self, text: str, hits: Sequence[Hit]) -> Sequence[Hit]:
        """The hits without "Jordan" of "Michael Jordan", "Chad" of "Chad Johnson" and "Shah" of "Nasir Shah", whom no table
        knows."""
        people = [
            h
            for h in hits
            if (h.entry.kind in NAMESAKES and self._in_name(text, hits, h))
            or (h.of_kind("role") is not None and self._borne(text, hits, h))
        ]
        if not people or shape_of(text) != "mixed":
            return hits
        return [h for h in hits if h not in people]

    def _in_name(self, text: str, hits: Sequence[Hit], hit: Hit) -> bool:
        """Whether a given name stands before a country's, or a family name behind one that people are given."""
        after = _AFTER.match(text, hit.end)
        if after is not None and any(h.start == after.start(1) and h.entry.kind == "role" for h in hits):
            # "George Washington University" is of the country.
            return False
        if self._behind_given_name(text, hits, hit):
            return True
        if ("given", text[hit.start : hit.end].lower()) not in self._lexicon.affixes:
            return False
        return after is not None and self._lexicon.ends_name(after.group(1)) and self._nobody(after, hits)

    def _behind_given_name(self, text: str, hits: Sequence[Hit], hit: Hit) -> bool:
        at = text.rfind(" ", 0, max(hit.start - 1, 0)) + 1
        before = text[at : hit.start]
        if before[-1:] != " " or not before[:1].isupper() or not before[1:-1].islower():
            return False
        word = before[:-1].lower()
        known = word in self._given or self._lexicon.begins_name(word)
        telling = [h for h in hits if not all(e.weak for e in h.entries)]
        return known and word not in STOP_WORDS and word not in self._titles and not _inside(at, telling)

    def _borne(self, text: str, hits: Sequence[Hit], hit: Hit) -> bool:
        """Whether a word of rank is part of a private name: the family name in "Nasir Shah", or the given one in "Prince
        Mensah", where the article speaks of no country that has princes."""
        word = text[hit.start : hit.end]
        if (
            not word[:1].isupper()
            or not word[1:].islower()
            or any(e.kind in NAME_KINDS and not e.weak for e in hit.entries)
        ):
            return False
        if ("family", word.lower()) in self._lexicon.affixes and self._behind_given_name(text, hits, hit):
            return True
        countries = self._lexicon.title_in(word.lower())
        after = _AFTER.match(text, hit.end)
        if not countries or after is None or not self._countries.isdisjoint(countries):
            return False
        known = [h for h in hits if h.start <= after.start(1) < h.end]
        return not text.endswith(("the ", "The "), 0, hit.start) and all(
            e.weak for h in known for e in h.entries
        )

    def _nobody(self, name: re.Match[str], hits: Sequence[Hit]) -> bool:
        """Whether a family name is nobody's of whom or of whose country the article speaks."""
        for hit in hits:
            if hit.start <= name.start(1) < hit.end:
                return all(e.weak and not (self._likely(e)[0] or self._likely(e)[2]) for e in hit.entries)
        return True

    def _alone(self, text: str, hits: Sequence[Hit], hit: Hit, entry: ActorEntry) -> bool:
        """Whether a surname is not part of another name: "Keith Johnson", "Johnson County"."""
        if shape_of(text) == "upper":
            # Where every word has capitals, those behind tell nothing, and those before only if they are no plain words.
            before = _BEFORE.search(text, 0, hit.start)
            word = before.group(1).lower() if before is not None else ""
            plain = (
                not word
                or word in STOP_WORDS
                or word in self._titles
                or word.upper() in entry.name.upper().split()
            )
            return plain or (before is not None and _inside(before.start(1), hits))
        after = _AFTER.match(text, hit.end)
        if after is not None and not _inside(after.start(1), hits):
            return False
        before = _BEFORE.search(text, 0, hit.start)
        if before is None or _inside(before.start(1), hits):
            return True
        word = before.group(1)
        if word.lower() in self._titles or word in entry.name.split():
            return True
        # A capital at the beginning of a sentence tells nothing: "But Johnson said".
        return not text[: before.start(1)].strip(" \t\n\"'“‘(") and word.lower() in STOP_WORDS


def _tells(hit: Hit, entry: ActorEntry) -> bool:
    """Whether a name tells who is meant: one that several groups share tells of none that it is he."""
    return entry.kind == "person" or sum(e.kind in NAME_KINDS for e in hit.entries) == 1


def _inside(at: int, hits: Sequence[Hit]) -> bool:
    return any(h.start <= at < h.end for h in hits)
