"""Spellings of one name brought to one key: case, diacritics, apostrophes, hyphens, "St."/"Saint", Arabic articles.

Two keys: ``fold`` joins spellings that are certainly the same; ``loosen`` goes on to transliterations (Hodeidah and
Hudaydah) and is asked only where nothing carries the first key. The equivalences lie in ``data/folding.csv``.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from eventcode.resources import gazetteer_dir

# Letters that Unicode does not take apart into a base letter and a mark, and the punctuation of names.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ə": "a",
        **dict.fromkeys("'’‘ʿʾʻʼ`´′.", ""),
        **dict.fromkeys("-‐‑‒–—/,", " "),
    }
)


@dataclass(frozen=True, slots=True)
class FoldingRules:
    """What ``data/folding.csv`` says: words written for one another, articles, letters, countries where articles drop."""

    words: dict[str, str]
    articles: frozenset[str]
    letters: tuple[tuple[str, str], ...]
    countries: frozenset[str]


@lru_cache(maxsize=1)
def folding_rules() -> FoldingRules:
    """The equivalences of ``data/folding.csv``, read once."""
    with (gazetteer_dir() / "folding.csv").open(encoding="utf-8", newline="") as f:
        rows = [(r["kind"], r["from"], r["to"] or "") for r in csv.DictReader(f)]
    return FoldingRules(
        words={a.replace("'", ""): b for kind, a, b in rows if kind == "word"},
        articles=frozenset(a for kind, a, _ in rows if kind == "article"),
        letters=tuple((a, b) for kind, a, b in rows if kind == "letters"),
        countries=frozenset(a for kind, a, _ in rows if kind == "country"),
    )


def fold(name: str) -> str:
    """The key of a name: "Saint-Étienne" and "St. Etienne" have the same; "" for what holds no letter or digit."""
    text = name.lower()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = folding_rules().words
    return " ".join([words.get(w, w) for w in text.translate(_LETTERS).split()])


def loosen(key: str) -> str:
    """The looser key of a folded name: articles dropped, vowels and doubled letters levelled; "" when too little is left."""
    rules = folding_rules()
    words = key.split()
    kept = [w for w in words if w not in rules.articles] or words
    text = "".join(kept)
    for old, new in rules.letters:
        text = text.replace(old, new)
    text = "".join(c for i, c in enumerate(text) if i == 0 or c != text[i - 1])
    text = text.removesuffix("h") if text.endswith(("ah", "ih")) else text
    return "~" + text if len(text) >= 4 else ""
