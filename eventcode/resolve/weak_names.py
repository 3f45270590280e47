"""Which names that need support from their article have it: surnames alone, and groups' names that are common words.

"Johnson" is a prime minister where the article names him in full, speaks of his country, or is of the days when he
governed; in "Keith Johnson" and "Johnson County" he is somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from spacy.lang.en.stop_words import STOP_WORDS

from eventcode.lexicon.actors import COUNTRY_KINDS, NAME_KINDS, ActorEntry, Hit

# The word before: with a capital, only white space between.
_BEFORE = re.compile(r"([A-Z][\w.'’-]*|[A-Z]\.)\s$")
_AFTER = re.compile(r"\s(?:[A-Z]\.\s)?([A-Z][\w'’-]+)")
GOVERNING = frozenset({"GOV"})


class WeakNames:
    """What one article says that can support a weak name."""

    def __init__(self, hits: Iterable[Sequence[Hit]], day: date | None, titles: frozenset[str]) -> None:
        """``hits``: names and words of the tables, sentence by sentence; ``titles``: words before names of people."""
        self._day = day
        self._titles = titles
        self._named: set[str] = set()
        self._countries: set[str] = set()
        for sentence in hits:
            for hit in sentence:
                for entry in hit.entries:
                    if entry.kind in COUNTRY_KINDS:
                        self._countries.add(entry.country)
                    elif entry.kind in NAME_KINDS and not entry.weak:
                        self._named.add(entry.id)

    def supported(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits of one sentence without the weak names that nothing supports. ``text``: the sentence."""
        kept = []
        for hit in hits:
            if any(e.weak for e in hit.entries):
                entries = tuple(e for e in hit.entries if not e.weak or self._holds(text, hits, hit, e))
                if not entries:
                    continue
                hit = replace(hit, entries=entries)
            kept.append(hit)
        return kept

    def _holds(self, text: str, hits: Sequence[Hit], hit: Hit, entry: ActorEntry) -> bool:
        if entry.kind == "person" and not self._alone(text, hits, hit, entry):
            return False
        if entry.id in self._named or self._countries.intersection((entry.country, *entry.countries)):
            return True
        if entry.kind != "person":
            return False
        return any(t.holds(self._day) and t.code[3:6] in GOVERNING for t in entry.terms) or any(
            t.country in self._countries for t in entry.terms
        )

    def _alone(self, text: str, hits: Sequence[Hit], hit: Hit, entry: ActorEntry) -> bool:
        """Whether a surname is not part of another name: "Keith Johnson", "Johnson County"."""
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


def _inside(at: int, hits: Sequence[Hit]) -> bool:
    return any(h.start <= at < h.end for h in hits)
