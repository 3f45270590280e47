"""Parts of speech and lemmas of parsed sentences, from tables that the language model's own rules fill as words turn up.

The model's attribute ruler and lemmatizer say the same of a word wherever its form, tag and dependency label are the
same, but for a few rules about two words ("let 's"): asking them once for each such triple gives what they would give.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.attrs import DEP, HEAD, TAG
from spacy.matcher import Matcher
from spacy.tokens import Doc

from eventcode.reading.tree import Form

if TYPE_CHECKING:
    from spacy.language import Language

RULER, LEMMATIZER = "attribute_ruler", "lemmatizer"
# What a rule about one word may ask for, so that the triple decides it; LOWER and IS_SPACE follow from the form.
_DECIDED = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})
_MAX_ENTRIES = 200_000

Triple = tuple[str, str, str]
"""Form, tag and dependency label."""


class WordForms:
    """What the model's attribute ruler and lemmatizer say: the same tags, labels, parts of speech and lemmas.

    Nothing is kept that the vocabulary numbers: words may be forgotten there once a sentence is read.
    """

    def __init__(self, nlp: Language, forms: Mapping[str, str]) -> None:
        """Take the rules of the pipeline's two components, which are disabled in ``nlp``.

        ``forms``: lemmas of forms that the lemmatizer does not know ("retook": "retake").
        """
        self._vocab = nlp.vocab
        self._ruler: Any = cast(Any, nlp.get_pipe(RULER))
        self._lemmatizer: Any = cast(Any, nlp.get_pipe(LEMMATIZER))
        _index_lemmas(self._lemmatizer.lookups.get_table("lemma_index"))
        self._lemma_of = forms
        self._known: dict[Triple, Form] = {}
        self._ruled: dict[Triple, tuple[str, str, str, str, str]] = {}
        self._lemmas: dict[Triple, str] = {}
        self._of_neighbours = Matcher(nlp.vocab)
        # Words of triples that a rule about neighbours may be about: the matcher is slow, and seldom needed.
        self._marks: dict[str, set[str]] = {"LOWER": set(), "DEP": set()}
        self._suspect: set[Triple] = set()
        single: list[Mapping[str, Any]] = []
        rules: list[dict[str, Any]] = self._ruler.patterns
        for number, rule in enumerate(rules):
            context = [p for p in rule["patterns"] if len(p) > 1 or not _DECIDED.issuperset(p[0])]
            single += [p[0] for p in rule["patterns"] if p not in context]
            if context:
                self._of_neighbours.add(str(number), context)
                for pattern in context:
                    attribute, value = _mark(pattern)
                    self._marks[attribute].add(value)
        self._named, self._shapes = _forms_asked(single)

    def of(self, doc: Doc, heads: Sequence[int], triples: Sequence[Triple]) -> list[Form]:
        """Tag, part of speech, label and lemma of each word of a parsed sentence, given its words' heads and triples."""
        known = self._known
        forms = [known.get(triple) or self._form(triple) for triple in triples]
        if self._suspect.isdisjoint(triples):
            return forms
        self._annotate(doc, heads, triples)
        if not self._of_neighbours(doc, allow_missing=True):
            return forms
        done = self._lemmatizer(self._ruler(doc))
        return [(t.tag_, t.pos_, t.dep_, self._lemma_of.get(t.lower_) or t.lemma_.lower()) for t in done]

    def _annotate(self, doc: Doc, heads: Sequence[int], triples: Sequence[Triple]) -> None:
        """Write into a tokenized sentence what its words' tags, heads and labels are."""
        number = self._vocab.strings.add
        rows = [
            (number(tag), number(label), head - i)
            for i, (head, (_, tag, label)) in enumerate(zip(heads, triples, strict=True))
        ]
        table: Any = np.array([[value % 2**64 for value in row] for row in rows], np.uint64)
        doc.from_array([TAG, DEP, HEAD], table)

    def _form(self, key: Triple) -> Form:
        if len(self._known) >= _MAX_ENTRIES:
            for table in (self._known, self._ruled, self._lemmas):
                table.clear()
        form = key[0]
        if form.lower() in self._marks["LOWER"] or key[2] in self._marks["DEP"]:
            self._suspect.add(key)
        tag, label, pos, lemma, features = self._by_rules(*key)
        lemma = self._lemma_of.get(form.lower()) or lemma or self._lemma(form, pos, features)
        found = self._known[key] = (tag, pos, label, lemma.lower())
        return found

    def _by_rules(self, form: str, tag: str, label: str) -> tuple[str, str, str, str, str]:
        """Tag, label, part of speech, lemma or nothing, and features by the ruler. Words that no rule names are alike."""
        lower = form.lower()
        named = lower in self._named or lower.isspace() or any(shape.search(lower) for shape in self._shapes)
        key = (lower if named else "", tag, label)
        found = self._ruled.get(key)
        if found is None:
            alone = Doc(self._vocab, words=[form])
            alone[0].tag_, alone[0].dep_ = tag, label
            word = self._ruler(alone)[0]
            found = self._ruled[key] = (word.tag_, word.dep_, word.pos_, word.lemma_, str(word.morph))
        return found

    def _lemma(self, form: str, pos: str, features: str) -> str:
        key = (form, pos, features)
        found = self._lemmas.get(key)
        if found is None:
            alone = Doc(self._vocab, words=[form])
            alone[0].pos_ = pos
            word: Any = alone[0]
            word.set_morph(features)
            found = self._lemmas[key] = str(self._lemmatizer(alone)[0].lemma_)
        return found


def _index_lemmas(table: MutableMapping[int, Collection[str]]) -> None:
    """Make sets of the lemmatizer's lists of base forms, some 90,000, which it looks through for every new word."""
    for pos, lemmas in list(table.items()):
        table[pos] = frozenset(lemmas)


def _mark(pattern: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Attribute and value that some word has wherever a rule about neighbours fits: a form, else a label.

    Raises ValueError for a rule that asks for neither.
    """
    for attribute in ("LOWER", "DEP"):
        for word in pattern:
            if isinstance(word.get(attribute), str):
                return attribute, word[attribute]
    raise ValueError(f"a rule of the language model that is not understood: {pattern}")


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
