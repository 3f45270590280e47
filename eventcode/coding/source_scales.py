"""ACLED's scale of a report's sources, as far as it is truly known from their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml

FILE = Path(__file__).resolve().parent / "data" / "source_scales.yaml"
INTERNATIONAL, NATIONAL = "International", "National"


@dataclass(frozen=True, slots=True)
class _Scales:
    international: frozenset[str]
    national: Mapping[str, str]


@lru_cache(maxsize=1)
def _scales(path: Path = FILE) -> _Scales:
    content = read_yaml(path)
    try:
        return _Scales(
            frozenset(name.casefold() for name in content[INTERNATIONAL]),
            {name.casefold(): country for name, country in content[NATIONAL].items()},
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise LexiconError(f"{path}: part missing or misshapen: {e}") from e


def source_scale(sources: Iterable[str], country: str | None) -> str | None:
    """The scale of an incident's sources together ("National-International"); None where that of any is not known.

    Args:
        sources: names as supplied.
        country: ISO alpha-3 code of the incident's country; a paper of another country has no scale.
    """
    scales = _scales()
    found = set()
    for name in sources:
        key = " ".join(name.split()).casefold()
        if key in scales.international:
            found.add(INTERNATIONAL)
        elif country is not None and scales.national.get(key) == country:
            found.add(NATIONAL)
        else:
            return None
    return "-".join(scale for scale in (NATIONAL, INTERNATIONAL) if scale in found) or None
