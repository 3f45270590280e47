"""Finds names that stand where places stand but that the gazetteer does not know, for asking an online service.

Strict on purpose, since what is found leaves the machine: only after "the village of" and the like, before "province"
and the like, or after "in", "near" and their kin; never a name that touches a known place or a lexicon entry, nor one
that holds a word of persons, bodies, newspapers or the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from eventcode.find.places import place_words
from eventcode.gazetteer.folding import folding_rules
from eventcode.model import Document, Field, Sentence

_TOKEN = re.compile(r"[^\W\d_]+(?:['’‘ʿʾʻ`.-][^\W\d_]+)*|\S")
_POSSESSIVE = re.compile(r"['’]s\Z")
_MAX_WORDS = 4
_LEADS = 2.0  # weight of a preposition that alone speaks for a place
_CAPITALS = 0.6  # share of capitalised words above which capitals tell nothing

Span = tuple[Field, int, int]


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that may be a place's: ``article.field(field)[start:end] == text``; ``relation`` as in Place."""

    field: Field
    start: int
    end: int
    text: str
    relation: Literal["at", "near"]


@dataclass(frozen=True, slots=True)
class _Words:
    """Of ``data/context.yaml`` and the word files: what leads to a place, what follows one, what no place is called."""

    leads: frozenset[str]
    near: frozenset[str]
    heads: frozenset[str]
    tails: frozenset[str]
    never: frozenset[str]
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name: "Kouri", "al-Kouri"."""
        head, _, tail = self.text.partition("-")
        return head[0].isupper() or (head in folding_rules().articles and tail[:1].isupper())


def unknown_names(document: Document, taken: Collection[Span]) -> list[UnknownName]:
    """Names of an article's text that may be places and touch none of the spans that are taken, in order."""
    found = []
    for sentence in document.sentences:
        if sentence.field == "text":
            found += _of_sentence(sentence, [(s, e) for f, s, e in taken if f == "text"])
    return found


def _of_sentence(sentence: Sentence, taken: Sequence[tuple[int, int]]) -> list[UnknownName]:
    tokens = list(_tokens(sentence))
    words = [t for t in tokens if t.text[0].isalpha()]
    if sum(t.text[0].isupper() for t in words) > _CAPITALS * len(words):
        return []
    names = []
    i = 1
    while i < len(tokens):
        last = _run(sentence, tokens, i)
        if last is not None:
            name = _judge(sentence, tokens, i, last)
            if name is not None and not any(s < name.end and name.start < e for s, e in taken):
                names.append(name)
            i = last
        i += 1
    return names


def _tokens(sentence: Sentence) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(sentence.text):
        text = _POSSESSIVE.sub("", match.group())
        start = sentence.start + match.start()
        tokens.append(_Token(start, start + len(text), text))
    return tokens


def _run(sentence: Sentence, tokens: Sequence[_Token], first: int) -> int | None:
    """Last token of the run of names that opens at ``first``; None where none does."""
    if not (tokens[first].text[0].isalpha() and tokens[first].is_name):
        return None
    last = first
    while last + 1 < len(tokens):
        here, after = tokens[last], tokens[last + 1]
        gap = sentence.text[here.end - sentence.start : after.start - sentence.start]
        if gap != " " or not (after.text[0].isalpha() and after.is_name):
            break
        last += 1
    return last


def _judge(sentence: Sentence, tokens: Sequence[_Token], first: int, last: int) -> UnknownName | None:
    words = _words()
    run = tokens[first : last + 1]
    after = tokens[last + 1].low if last + 1 < len(tokens) else ""
    before = tokens[first - 1].low
    of_head = before == "of" and first >= 2 and tokens[first - 2].low in words.heads
    led = before in words.leads or of_head or (after in words.tails and before.isalpha())
    if not led or len(run) > _MAX_WORDS or (len(run) > 1 and run[0].low in words.given):
        return None
    if any(t.low in words.never or t.low.rstrip(".") in words.never or len(t.text) < 3 for t in run):
        return None
    if run[-1].text.isupper():
        return None  # initials of a body
    start, end = run[0].start, run[-1].end
    text = sentence.text[start - sentence.start : end - sentence.start]
    return UnknownName("text", start, end, text, "near" if before in words.near else "at")


@lru_cache(maxsize=1)
def _words() -> _Words:
    known = place_words()
    no_places = (known.function, known.titles, known.bodies, known.others, known.things, known.speech)
    # Words such as "region", "border" and "university" lead to other things than settlements and divisions too.
    return _Words(
        leads=frozenset(word for word, weight in known.prepositions.items() if weight >= _LEADS),
        near=frozenset(phrase[0] for phrase in known.near if len(phrase) == 1),
        heads=frozenset(word for word, level in known.heads.items() if level not in ("any", "country")),
        tails=frozenset(word for word, level in known.tails.items() if level not in ("any", "none")),
        never=known.directions.union(known.common, *no_places),
        given=known.given,
    )
