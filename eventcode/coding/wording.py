"""Reads ``data/``: words that ACLED-style names of actors are made of, and ACLED's regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml

DATA = Path(__file__).resolve().parent / "data"
FILE = DATA / "acled_wording.yaml"


@dataclass(frozen=True, slots=True)
class Wording:
    """The file's lists, the word lists turned round: from a word to what it is called."""

    with_the: frozenset[str]
    formless: frozenset[str]
    militias: Mapping[str, str]
    people: Mapping[str, tuple[str, ...]]
    people_by_role: Mapping[str, str]
    people_by_religion: Mapping[str, str]
    anybody: frozenset[str]


def _labels(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for label, words in table.items():
        for word in words:
            found[word.lower()] = (*found.get(word.lower(), ()), label)
    return found


@lru_cache(maxsize=1)
def wording(path: Path = FILE) -> Wording:
    """The wording file, read once. Raises LexiconError where a part of it is missing."""
    content: dict[str, Any] = read_yaml(path)
    try:
        return Wording(
            frozenset(content["with_the"]),
            frozenset(content["formless"]),
            {word: labels[0] for word, labels in _labels(content["militias"]).items()},
            _labels(content["people"]),
            content["people_by_role"],
            content["people_by_religion"],
            frozenset(content["anybody"]),
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e


@lru_cache(maxsize=1)
def acled_regions() -> Mapping[str, str]:
    """ACLED's region of a country (ISO alpha-3); countries whose region is not sure are missing."""
    return {
        iso3: region
        for region, countries in read_yaml(DATA / "acled_regions.yaml").items()
        for iso3 in countries
    }
