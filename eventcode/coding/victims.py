"""Reads ``data/acled_tags.yaml``: what the words for victims say of them that ACLED's tags keep (docs/incidents.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eventcode.coding.wording import DATA, wording
from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml

FILE = DATA / "acled_tags.yaml"
LOCAL, WOMEN, WOMEN_TARGETED = "local administrators", "women", "women targeted"
# The associated actor of ACLED that women are.
_ASSOCIATED = "Women"


@dataclass(frozen=True, slots=True)
class VictimWords:
    """The file's lists. ``kinds``: by word, the tags of women that it is a word for."""

    local: frozenset[str]
    women: frozenset[str]
    female: re.Pattern[str]
    kinds: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def victim_words(path: Path = FILE) -> VictimWords:
    """The file, read once. Raises LexiconError where a part of it is missing."""
    content: dict[str, Any] = read_yaml(path)
    kinds: dict[str, tuple[str, ...]] = {}
    try:
        for kind, words in content[WOMEN_TARGETED].items():
            for word in words:
                kinds[word] = (*kinds.get(word, ()), f"{WOMEN_TARGETED}: {kind}")
        # "women's rights" are not said of women alone.
        female = rf"\b(?:{'|'.join(map(re.escape, content['female']))})\b(?!['’-])"
        return VictimWords(
            frozenset(content[LOCAL]),
            frozenset(content[WOMEN]),
            re.compile(female, re.IGNORECASE),
            kinds,
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e


@lru_cache(maxsize=65_536)
def traits(text: str, word: str) -> tuple[str, ...]:
    """What an actor's words say of a victim: LOCAL, WOMEN where they name women alone, and then the tags of their kind.

    Args:
        text: the actor's words, such as "a female councillor in Kandahar".
        word: its head in the singular, in small letters, "councillor"; blank for one who goes by name.
    """
    if not word:
        return ()
    words = victim_words()
    local = (LOCAL,) if word in words.local else ()
    before, found, _ = text.lower().partition(word)
    female = bool(found and words.female.search(before))
    if not (female or word in words.women or _ASSOCIATED in wording().people.get(word, ())):
        return local
    return (*local, WOMEN, *words.kinds.get(word, ()))


def together(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    """Traits of victims of two mentions: one local official is enough, but women are told only where both are women."""
    if WOMEN in one and WOMEN in two:
        return tuple(dict.fromkeys((*one, *two)))
    return (LOCAL,) if LOCAL in (*one, *two) else ()
