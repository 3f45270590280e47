"""Reads how many a noun phrase tells of: "at least 12 people", "dozens", "between 10 and 15", "two dozen", "no one".

The words are in ``lexicon/data/quantities.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from eventcode.errors import LexiconError
from eventcode.model import Quantity
from eventcode.resources import lexicon_dir

MAX_NUMBER = 10_000_000_000
"""Greater figures are not numbers of people."""

_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:['’.][^\W\d_]+)*|[-–—%$£€]")
_DASHES = ("-", "–", "—")
Triple = tuple[int, int, int]
Phrases = Mapping[str, Sequence[tuple[str, ...]]]
"""Phrases by their first word, the longest first."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The contents of ``quantities.yaml``; phrases as tuples of words, the longest first."""

    units: Mapping[str, int]
    tens: Mapping[str, int]
    multipliers: Mapping[str, int]
    vague: Mapping[str, Triple]
    needs_article: frozenset[str]
    sizes: frozenset[str]
    between: frozenset[str]
    multiplied: Mapping[str, int]
    plural: Triple
    exact: Sequence[tuple[tuple[str, ...], int]]
    none: Phrases
    at_least: Phrases
    at_most: Phrases
    about: Phrases
    skip: Phrases
    collective: frozenset[str]
    not_counting: frozenset[str]
    as_many: Sequence[tuple[tuple[str, ...], int]]
    """Phrases that count by another number ("twice as many"), the longest first, each with the factor."""


def _phrases(words: Sequence[str]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted((tuple(_tokens(word)) for word in words), key=lambda phrase: (-len(phrase), phrase)):
        found.setdefault(phrase[0], []).append(phrase)
    return found


def _numbers(table: Mapping[str, str]) -> dict[str, int]:
    return {word: int(number) for word, number in table.items()}


def _triple(values: Sequence[str]) -> Triple:
    low, best, high = (int(value) for value in values)
    if not low <= best <= high:
        raise ValueError(f"low <= best <= high does not hold in {values}")
    return low, best, high


@lru_cache(maxsize=4)
def _words(path: Path) -> _Words:
    try:
        data: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        return _words_of(data)
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise LexiconError(f"{path}: not in the expected shape: {error!r}") from error


def _words_of(data: Mapping[str, Any]) -> _Words:

    def numbered(section: str) -> list[tuple[tuple[str, ...], int]]:
        table = {tuple(_tokens(words)): int(number) for words, number in data[section].items()}
        return sorted(table.items(), key=lambda item: (-len(item[0]), item[0]))

    return _Words(
        units=_numbers(data["units"]),
        tens=_numbers(data["tens"]),
        multipliers=_numbers(data["multipliers"]),
        vague={word: _triple(values) for word, values in data["vague"].items()},
        needs_article=frozenset(data["needs_article"]),
        sizes=frozenset(data["sizes"]),
        between=frozenset(data["between"]),
        multiplied=_numbers(data["multiplied"]),
        plural=_triple(data["plural"]),
        exact=numbered("exact_phrases"),
        none=_phrases(data["none"]),
        at_least=_phrases(data["at_least"]),
        at_most=_phrases(data["at_most"]),
        about=_phrases(data["about"]),
        skip=_phrases(data["skip"]),
        collective=frozenset(data["collective"]),
        not_counting=frozenset(data["not_counting"]),
        as_many=numbered("as_many"),
    )


@lru_cache(maxsize=1)
def _packaged() -> Path:
    return lexicon_dir() / "quantities.yaml"


def _tokens(words: str) -> list[str]:
    return _TOKEN.findall(words.lower())


def modifiers(words_file: Path | None = None) -> frozenset[str]:
    """Words that may stand before a number and change it: "at", "least", "some" ..."""
    words = _words(words_file or _packaged())
    groups = (words.at_least, words.at_most, words.about, words.none)
    phrases = (phrase for group in groups for some in group.values() for phrase in some)
    return words.between.union(token for phrase in phrases for token in phrase)


def multiplier_words(words_file: Path | None = None) -> frozenset[str]:
    """Words that multiply the number before them: "dozen", "hundred" ..."""
    return frozenset(_words(words_file or _packaged()).multipliers)


def collective_nouns(words_file: Path | None = None) -> frozenset[str]:
    """Nouns in the singular that stand for several persons: "family", "crew" ..."""
    return _words(words_file or _packaged()).collective


def times_another(words: str, words_file: Path | None = None) -> int | None:
    """By how much a phrase multiplies a number told before it: 1 for "as many", 2 for "twice as many people".

    Args:
        words: a noun phrase from its first word on.
        words_file: another ``quantities.yaml``; default the packaged one.

    Returns:
        None where the phrase has a number of its own ("as many as 20").

    Raises:
        LexiconError: the words file cannot be used.
    """
    tokens = tuple(_tokens(words))
    for phrase, factor in _words(words_file or _packaged()).as_many:
        if tokens[: len(phrase)] == phrase:
            return None if tokens[len(phrase) : len(phrase) + 1] == ("as",) else factor
    return None


def unnumbered_plural(words_file: Path | None = None) -> Quantity:
    """How many a plural without number means: "soldiers were killed"."""
    return Quantity(*_words(words_file or _packaged()).plural, vague=True)


def read_quantity(words: str, words_file: Path | None = None) -> Quantity | None:
    """How many a noun phrase tells of.

    The first number of the phrase counts: "five of the 12 hostages" are 5. "At least" and "more than" give the figure as
    low, best and high, as nothing more is told; "up to" makes it the highest and best, 1 the lowest.

    Args:
        words: a noun phrase from its first word on ("at least 12 people", "a soldier", "no one").
        words_file: another ``quantities.yaml``; default the packaged one.

    Returns:
        None where no number is told ("soldiers"), or the figure counts something else ("30 percent of them").

    Raises:
        LexiconError: the words file cannot be used.
    """
    return _read(words, words_file or _packaged())


@lru_cache(maxsize=4096)
def _read(words: str, path: Path) -> Quantity | None:
    return _Reader(_tokens(words), _words(path)).quantity()


class _Reader:
    """Reads tokens from left to right; each method takes what it can use, or leaves the position where it was."""

    def __init__(self, tokens: Sequence[str], words: _Words) -> None:
        self.tokens = tokens
        self.words = words
        self.at = 0

    def _token(self, offset: int = 0) -> str:
        index = self.at + offset
        return self.tokens[index] if 0 <= index < len(self.tokens) else ""

    def _takes(self, phrases: Phrases) -> bool:
        for phrase in phrases.get(self._token(), ()):
            if tuple(self.tokens[self.at : self.at + len(phrase)]) == phrase:
                self.at += len(phrase)
                return True
        return False

    def quantity(self) -> Quantity | None:
        """The quantity at the head of the tokens."""
        words = self.words
        self._skip()
        if self._takes(words.at_least):
            return self._number_quantity()
        if self._takes(words.at_most):
            return self._number_quantity(at_most=True)
        if self._takes(words.none):
            return Quantity(0, 0, 0)
        self._takes(words.about)
        self._skip()
        return self._range() or self._number_quantity() or self._one()

    def _skip(self) -> None:
        while self.at < len(self.tokens) and self._takes(self.words.skip):
            pass

    def _number_quantity(self, at_most: bool = False) -> Quantity | None:
        self._takes(self.words.about)
        self._skip()
        found = self._ranged() or self._number()
        if found is None or not self._counts():
            return None
        (low, best, high), vague = found
        return _quantity((min(1, low) if at_most else low, best, high), vague)

    def _range(self) -> Quantity | None:
        """between 10 and 15, from 10 to 15"""
        if self._token() not in self.words.between:
            return None
        self.at += 1
        found = self._ranged(("and", "to"))
        return _quantity(*found) if found and self._counts() else None

    def _ranged(self, links: tuple[str, ...] = ("to", "or", *_DASHES)) -> tuple[Triple, bool] | None:
        """10-15, 10 to 15, two or three dozen"""
        begin = self.at
        first = self._number()
        link = self._token()
        self.at += 1
        last = self._number() if first and link in links else None
        if first is None or last is None or first[0][0] == 0:
            self.at = begin
            return None
        low, high = first[0][0], last[0][2]
        shared = next(
            (m for m in sorted(self.words.multipliers.values()) if high >= m > low and high % m == 0), 1
        )
        if self._token(-1) in self.words.multipliers and low * shared <= high:
            low *= shared
        if low > high:
            self.at = begin
            return None
        # "Two or three" is likelier the smaller; of "between 10 and 15" ACLED counts the lower figure.
        return (low, low, high), first[1] or last[1]

    def _counts(self) -> bool:
        """Whether what follows the number lets it count people."""
        following = self._token()
        if following in _DASHES and self._token(1):
            return False
        return following not in self.words.not_counting

    def _number(self) -> tuple[Triple, bool] | None:
        """A number, or a vague word, with what multiplies it; and whether it is vague."""
        for phrase, number in self.words.exact:
            if tuple(self.tokens[self.at : self.at + len(phrase)]) == phrase:
                self.at += len(phrase)
                number *= self._times()
                return (number, number, number), False
        vague = self._vague()
        if vague is not None:
            return vague, True
        exact = self._figures() if self._token()[:1].isdecimal() else self._spelt()
        return None if exact is None or exact > MAX_NUMBER else ((exact, exact, exact), False)

    def _vague(self) -> Triple | None:
        begin = self.at
        article = self._token() in ("a", "an")
        if article:
            self.at += 1
        if article and self._token() in self.words.sizes:
            self.at += 1
        word = self._token()
        triple = self.words.vague.get(word)
        if triple is None or (word in self.words.needs_article and not article and begin > 0):
            self.at = begin
            return None
        self.at += 1
        times = self._times()
        low, best, high = triple
        return low * times, best * times, high * times

    def _times(self) -> int:
        """What multiplies the word before: "tens of thousands", "several hundred", "a couple of dozen"; 1 if nothing."""
        words = self.words
        behind = 1 if self._token() == "of" else 0
        word = self._token(behind)
        times = words.multiplied.get(word) if behind else None
        times = words.multipliers.get(word) if times is None else times
        if times is None:
            return 1
        self.at += behind + 1
        return times

    def _figures(self) -> int | None:
        figures = self._token().replace(",", "")
        if len(figures) > 12:
            return None
        value = float(figures)
        self.at += 1
        while self._token() in self.words.multipliers:
            value *= self.words.multipliers[self._token()]
            self.at += 1
        return round(value) if value.is_integer() or value >= 1000 else None

    def _spelt(self) -> int | None:
        """one hundred and twenty-five, a dozen, two dozen"""
        words = self.words
        begin, total, current = self.at, 0, 0
        if self._token() in ("a", "an") and self._token(1) in words.multipliers:
            self.at += 1
        while word := self._token():
            if word in words.units:
                current += words.units[word]
            elif word in words.tens:
                current += words.tens[word]
            elif word in words.multipliers:
                times = words.multipliers[word]
                current = (current or 1) * times
                if times >= 1000:
                    total, current = total + current, 0
            elif (times := self._and_a_half()) and self.at > begin:
                total, current = total + current * times + times // 2, 0
                self.at += 3
            elif not (self._joins(word) and self.at > begin and (total or current)):
                break
            self.at += 1
        if self.at == begin:
            return None
        return total + current

    def _and_a_half(self) -> int:
        """The multiplier in "one and a half million"; 0 if it is not here."""
        half = tuple(self.tokens[self.at : self.at + 3]) == ("and", "a", "half")
        return self.words.multipliers.get(self._token(3), 0) if half else 0

    def _joins(self, word: str) -> bool:
        """ "and" after hundreds, "-" after tens, before one more number word."""
        following = self._token(1)
        before = self._token(-1)
        if word == "and":
            return before in self.words.multipliers and (
                following in self.words.units or following in self.words.tens
            )
        return word in _DASHES and before in self.words.tens and following in self.words.units

    def _one(self) -> Quantity | None:
        """a soldier; a crowd of 500"""
        if self._token() not in ("a", "an", "one", "another") and self._token(-1) != "another":
            return None
        members = next((i for i, token in enumerate(self.tokens) if token == "of"), None)
        if members is not None and any(token in self.words.collective for token in self.tokens[:members]):
            self.at = members + 1
            return self.quantity()
        if any(token in self.words.collective for token in self.tokens[-1:]):
            return None
        return Quantity(1, 1, 1)


def _quantity(triple: Triple, vague: bool) -> Quantity:
    low, best, high = triple
    return Quantity(low, best, high, vague)
