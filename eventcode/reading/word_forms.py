"""Parts of speech and lemmas of parsed sentences, from tables that the language model's own rules fill as words turn up.

The model's attribute ruler and lemmatizer say the same of a word wherever its form, tag and dependency label are the
same, but for a few rules about two words ("let 's"): asking them once for each such triple gives what they would give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.attrs import DEP, LEMMA, ORTH, POS, TAG
from spacy.matcher import Matcher
from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.language import Language

NAME = "eventcode_word_forms"
RULER, LEMMATIZER = "attribute_ruler", "lemmatizer"
# What a rule about one word may ask for, so that the triple decides it; LOWER and IS_SPACE follow from the form.
_DECIDED = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
_ASKED = [ORTH, TAG, DEP]
_GIVEN = [TAG, DEP, POS, LEMMA]
_MAX_ENTRIES = 200_000

Triple = tuple[int, int, int]
"""Form, tag and dependency label, as the vocabulary numbers them."""
Row = tuple[int, int, int, int]
"""Tag, dependency label, part of speech and lemma."""


class WordForms:
    """Pipeline component in place of the model's attribute ruler and lemmatizer, with the same tags, labels, parts of
    speech and lemmas. Morphological features are not set."""

    def __init__(self, nlp: Language) -> None:
        """Take the rules of the pipeline's two components; they stay in ``nlp``, disabled."""
        self._vocab = nlp.vocab
        self._ruler: Any = cast(Any, nlp.get_pipe(RULER))
        self._lemmatizer: Any = cast(Any, nlp.get_pipe(LEMMATIZER))
        self._rows: dict[Triple, Row] = {}
        self._ruled: dict[tuple[str, int, int], tuple[int, int, int, int, str]] = {}
        self._lemmas: dict[tuple[int, int, str], int] = {}
        self._of_neighbours = Matcher(nlp.vocab)
        single: list[Mapping[str, Any]] = []
        rules: list[dict[str, Any]] = self._ruler.patterns
        for number, rule in enumerate(rules):
            context = [p for p in rule["patterns"] if len(p) > 1 or not _DECIDED.issuperset(p[0])]
            single += [p[0] for p in rule["patterns"] if p not in context]
            if context:
                self._of_neighbours.add(str(number), context)
        self._named, self._shapes = _forms_asked(single)

    def __call__(self, doc: Doc) -> Doc:
        """The sentence, annotated."""
        if len(doc) == 0:
            return doc
        if self._of_neighbours(doc, allow_missing=True):
            done: Doc = self._lemmatizer(self._ruler(doc))
            return done
        known = self._rows
        rows = []
        for form, tag, label in doc.to_array(_ASKED).tolist():
            row = known.get((form, tag, label))
            rows.append(row or self._row((form, tag, label)))
        values: Any = np.array(rows, dtype=np.uint64)
        doc.from_array(_GIVEN, values)
        return doc

    def _row(self, key: Triple) -> Row:
        if len(self._rows) >= _MAX_ENTRIES:
            for table in (self._rows, self._ruled, self._lemmas):
                table.clear()
        form, tag, label = key
        tag, label, pos, lemma, features = self._by_rules(self._vocab.strings[form], tag, label)
        row = self._rows[key] = (tag, label, pos, lemma or self._lemma(form, pos, features))
        return row

    def _by_rules(self, form: str, tag: int, label: int) -> tuple[int, int, int, int, str]:
        """Tag, label, part of speech, lemma (0: none) and features by the ruler. Words that no rule names are alike."""
        lower = form.lower()
        named = lower in self._named or lower.isspace() or any(shape.search(lower) for shape in self._shapes)
        key = (lower if named else "", tag, label)
        found = self._ruled.get(key)
        if found is None:
            alone = Doc(self._vocab, words=[form])
            alone[0].tag, alone[0].dep = tag, label
            word = self._ruler(alone)[0]
            found = self._ruled[key] = (word.tag, word.dep, word.pos, word.lemma, str(word.morph))
        return found

    def _lemma(self, form: int, pos: int, features: str) -> int:
        key = (form, pos, features)
        found = self._lemmas.get(key)
        if found is None:
            alone = Doc(self._vocab, words=[self._vocab.strings[form]])
            alone[0].pos = pos
            word: Any = alone[0]
            word.set_morph(features)
            found = self._lemmas[key] = int(self._lemmatizer(alone)[0].lemma)
        return found


def _forms_asked(rules: Iterable[Mapping[str, Any]]) -> tuple[frozenset[str], list[re.Pattern[str]]]:
    """The small forms that rules name, and the regular expressions that they ask forms to fit.

    Raises ValueError for a rule that asks for forms in another way.
    """
    named: set[str] = set()
    shapes: list[re.Pattern[str]] = []
    for rule in rules:
        asked = rule.get("LOWER", {})
        if isinstance(asked, str):
            named.add(asked)
        elif set(asked) <= {"IN", "REGEX"}:
            named.update(asked.get("IN", ()))
            shapes += [re.compile(asked["REGEX"])] if "REGEX" in asked else []
        else:
            raise ValueError(f"a rule of the language model that is not understood: {rule}")
    return frozenset(named), shapes


def replace_rules(nlp: Language) -> None:
    """Put WordForms in the place of the pipeline's attribute ruler and lemmatizer."""
    if not nlp.has_factory(NAME):
        nlp.factory(NAME, func=_make)
    nlp.disable_pipe(RULER)
    nlp.disable_pipe(LEMMATIZER)
    nlp.add_pipe(NAME, last=True)


def _make(nlp: Language, name: str) -> WordForms:
    return WordForms(nlp)
