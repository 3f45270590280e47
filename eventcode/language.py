"""Tells whether an article is written in English: only when there is enough of it, and only when sure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from eventcode.model import Article

MIN_LETTERS = 200
"""Letters below which no judgement is made."""

SURE = 0.99
"""Probability, by the identifier, above which a language other than English is believed."""

_SAMPLE = 1500
# Words that hold English sentences together and stand in no other language's: where every eighth word is one of them,
# the identifier need not be asked (nor loaded).
_ENGLISH_WORDS = frozenset(
    ["the", "of", "and", "to", "that", "for", "with", "from", "said", "was", "by", "were", "have", "which"]
)
_ENGLISH_SHARE = 1 / 8
_ENGLISH_NAMES = ("en", "eng", "english")


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Imported here because the model takes 5 MB that a caller with marked articles need not load.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def says_english(language: str) -> bool:
    """Whether a language field ("en", "en-GB", "eng", "English") names English."""
    return language.strip().lower().replace("_", "-").partition("-")[0] in _ENGLISH_NAMES


def judge_language(article: Article) -> str | None:
    """ISO 639-1 code of the article's language as judged from its letters, or None when not sure.

    The head and the tail of the text are judged apart and must agree, so that a foreign quotation or a list of foreign
    names does not decide. Letters are made small first: texts all in capitals confuse the identifier.
    """
    text = article.text if len(article.text) >= MIN_LETTERS else f"{article.title or ''} {article.text}"
    if sum(map(str.isalpha, text[: 8 * _SAMPLE])) < MIN_LETTERS:
        return None
    if text.isascii() and text.isupper():
        text = text.lower()
    head, tail = text[:_SAMPLE], text[-_SAMPLE:]
    if _plainly_english(head):
        return "en"
    code = _classify(head)
    if code == "en" or (len(text) <= _SAMPLE or code is None):
        return code
    return code if _classify(tail) == code else None


def _plainly_english(sample: str) -> bool:
    words = sample.lower().split()
    return sum(w in _ENGLISH_WORDS for w in words) > _ENGLISH_SHARE * len(words)


def _classify(sample: str) -> str | None:
    code, probability = _identifier().classify(sample.lower() if sample.isupper() else sample)
    return str(code) if probability >= SURE else None
