"""Parsing lone sentences: what the parser is given is the sentence's own text, in normal case, of the same length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from spacy.language import Language
from spacy.tokens import Doc

BATCH = 64
# A headline is a sentence most of whose longer words begin with a capital.
HEADLINE_SHARE = 0.7
UPPER_SHARE = 0.7
_WORD = re.compile(r"[^\W\d_]+")


def shape(text: str, names: Sequence[tuple[int, int]] = ()) -> str:
    """One of "upper" (all capitals), "headline" (Most Words Capitalised, no full stop) or "mixed". Known names do not count."""
    letters = [c for c in text if c.isalpha()]
    words = [(m.start(), m.group()) for m in _WORD.finditer(text)]
    if len(words) < 4 or not letters:
        return "mixed"
    if sum(c.isupper() for c in letters) > UPPER_SHARE * len(letters):
        return "upper"
    longer = [w for at, w in words[1:] if len(w) > 3 and not any(a <= at < b for a, b in names)]
    if (
        text.rstrip()[-1:] not in ".?!"
        and len(longer) >= 3
        and sum(w[0].isupper() for w in longer) > HEADLINE_SHARE * len(longer)
    ):
        return "headline"
    return "mixed"


def parser_text(text: str, names: Sequence[tuple[int, int]]) -> str:
    """The text as the parser should see it: capitals only where a sentence begins and in ``names`` (offsets of
    known names). The same number of characters, so that offsets hold."""
    kind = shape(text, names)
    if kind == "mixed":
        return text
    keep = [False] * len(text)
    for start, end in names:
        for i in range(start, min(end, len(text))):
            keep[i] = True
    out = []
    for i, c in enumerate(text):
        first = i == 0 or not (text[i - 1].isalpha() or text[i - 1] in "'’.")
        if (
            not c.isupper()
            or (keep[i] and (first or kind == "headline"))
            or i == 0
            or (kind == "headline" and (_in_capitals(text, i)))
        ):
            out.append(c)
        else:
            low = c.lower()
            out.append(low if len(low) == 1 else c)
    return "".join(out)


def _in_capitals(text: str, i: int) -> bool:
    """Whether the letter is part of an abbreviation ("US", "UN", "U.S.")."""
    after = text[i + 1 : i + 2]
    before = text[i - 1 : i]
    return after.isupper() or before.isupper() or after == "."


def parse(nlp: Language, texts: Iterable[str], forms: Mapping[str, str]) -> Iterator[Doc]:
    """Parsed sentences in order. Each is parsed alone: batches do not change a parse.

    ``forms``: lemmas of forms that the lemmatizer does not know ("retook": "retake").
    """
    for doc in nlp.pipe(texts, batch_size=BATCH):
        for token in doc:
            lemma = forms.get(token.lower_)
            if lemma is not None:
                token.lemma_ = lemma
        yield doc
