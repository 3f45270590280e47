"""Finds what an act cost, on the grammar of one sentence: killed, injured, missing, abducted, arrested, displaced, and crowds.

Verbs give their victims by grammar ("killed 12 people", "12 people were killed", "in which nine died"); states by the
noun before them ("left five dead", "30 others injured"); nouns by their number or "of" phrase ("14 deaths", "the deaths
of nine"). The words are in ``lexicon/data/tolls.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from eventcode.errors import LexiconError
from eventcode.find.quantities import (
    collective_nouns,
    modifiers,
    multiplier_words,
    read_quantity,
    times_another,
    unnumbered_plural,
)
from eventcode.model import Quantity
from eventcode.reading.tree import Tree, Word
from eventcode.resources import lexicon_dir
from eventcode.values import quick, replace

Kind = Literal["killed", "injured", "missing", "abducted", "arrested", "displaced", "crowd"]
KINDS: tuple[Kind, ...] = ("killed", "injured", "missing", "abducted", "arrested", "displaced", "crowd")

SMALLEST_CROWD = 10
"""People. Fewer who march or gather are not told as a crowd's size."""

MANY = 100
"""People. So many are rarely what one act costs where the sentence speaks of a war or a long time."""

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_NOUN_TAGS = ("NN", "NNS", "NNP", "NNPS", "CD", "PRP", "DT", "JJ", "JJR")
_PERSON_TAGS = ("NN", "NNS", "NNP", "NNPS", "PRP")
_PLURAL_TAGS = ("NNS", "NNPS")
_NOTHING = Quantity(0, 0, 0)
_ONE = Quantity(1, 1, 1)


@quick
@dataclass(frozen=True, slots=True)
class TollMention:
    """One number of victims, or of people in a crowd, told in a sentence.

    ``trigger``: index of the token that tells it ("killed", "dead", "toll"). ``victims``: half-open token span of the noun
    phrase, None where only a number or nothing is told. ``negated``: "was not hurt" (a told "nobody" is a quantity of 0
    instead). ``total``: a running toll ("rose to 15", "since 2011"), not a number of new victims. ``whole``: the toll of a
    whole war or of a long time, which no single act has. ``rival``: another teller's figure for those told of before.
    """

    kind: Kind
    quantity: Quantity
    trigger: int
    victims: tuple[int, int] | None
    negated: bool = False
    total: bool = False
    whole: bool = False
    rival: bool = False


@dataclass(frozen=True)
class _Words:
    """The contents of ``tolls.yaml``: forms of words, each with the kind it tells."""

    transitive: Mapping[str, Kind]
    phrasal: Mapping[str, Mapping[tuple[str, ...], Kind]]
    phrasal_intransitive: Mapping[str, Mapping[tuple[str, ...], Kind]]
    lost_persons: frozenset[str]
    unsure: frozenset[str]
    intransitive: Mapping[str, Kind]
    states: Mapping[str, Kind]
    nouns: Mapping[str, Kind]
    singular_nouns: Mapping[str, Kind]
    counted: frozenset[str]
    lives: frozenset[str]
    toll: frozenset[str]
    counting: frozenset[str]
    homes: frozenset[str]
    flight: frozenset[str]
    alongside: frozenset[str]
    along_with: frozenset[str]
    draws: frozenset[str]
    streets: frozenset[str]
    gatherings: frozenset[str]
    to_death: frozenset[str]
    leave: frozenset[str]
    find: frozenset[str]
    toll_verbs: frozenset[str]
    casualty_nouns: frozenset[str]
    factual_verbs: frozenset[str]
    unreal_verbs: frozenset[str]
    modals: frozenset[str]
    conditional: frozenset[str]
    without: frozenset[str]
    any_words: frozenset[str]
    total: frozenset[str]
    wars: frozenset[str]
    epochs: frozenset[str]
    long_times: frozenset[str]
    past_times: frozenset[str]
    unharmed: frozenset[str]
    everybody: frozenset[str]
    losses: frozenset[str]
    adding: frozenset[str]
    figures: frozenset[str]
    persons: frozenset[str]
    tellers: frozenset[str]
    recount: frozenset[str]
    contrast: frozenset[str]
    parts: frozenset[str]
    alive: frozenset[str]
    go: frozenset[str]
    drive: frozenset[str]
    away: frozenset[tuple[str, ...]]
    implied: Mapping[str, Kind]
    no_victims: frozenset[str]
    singular_pronouns: frozenset[str]
    quantity_words: frozenset[str]

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Every word that can trigger a mention."""
        tables: tuple[Iterable[str], ...] = (
            self.transitive, self.phrasal, self.phrasal_intransitive, self.intransitive, self.states, self.nouns,
            self.singular_nouns, self.counted, self.lives, self.toll, self.counting, self.homes, self.flight, self.draws, self.streets,
            self.gatherings, self.to_death, self.casualty_nouns, self.unharmed, self.losses, self.figures, self.recount, self.drive,
        )  # fmt: skip
        return frozenset(word for table in tables for word in table)


def _verb_forms(verb: str, irregular: Mapping[str, Sequence[str]]) -> set[str]:
    """The verb's forms as newspapers write them: not by the lemmatizer, which fails on capitals and small letters."""
    stem = verb.removesuffix("e")
    doubled = verb + verb[-1]
    forms = {verb, verb + "s", verb + "es", stem + "ed", stem + "ing", doubled + "ed", doubled + "ing"}
    if verb.endswith("y"):
        forms |= {verb[:-1] + "ies", verb[:-1] + "ied"}
    return forms | set(irregular.get(verb, ()))


def _noun_forms(noun: str) -> set[str]:
    return {noun, noun[:-1] + "ies" if noun.endswith("y") else noun + "s"}


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
    irregular, kinds = data["irregular"], data["kinds"]

    def by_kind(section: str, forms: Any) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for kind in KINDS:
            for word in kinds[kind].get(section, ()):
                if " " not in word:
                    found |= dict.fromkeys(forms(word), kind)
        return found

    def verbs(words: Iterable[str]) -> frozenset[str]:
        return frozenset(form for word in words for form in _verb_forms(word, irregular))

    def nouns(words: Iterable[str]) -> frozenset[str]:
        return frozenset(form for word in words for form in _noun_forms(word))

    def phrases(section: str) -> dict[str, dict[tuple[str, ...], Kind]]:
        found: dict[str, dict[tuple[str, ...], Kind]] = {}
        for kind in KINDS:
            for phrase in kinds[kind][section]:
                verb, *rest = phrase.split()
                for form in _verb_forms(verb, irregular) if rest else ():
                    found.setdefault(form, {})[tuple(rest)] = kind
        return found

    killed = kinds["killed"]
    return _Words(
        transitive=by_kind("transitive", lambda verb: _verb_forms(verb, irregular)),
        phrasal=phrases("transitive"),
        phrasal_intransitive=phrases("intransitive"),
        lost_persons=nouns(killed["lost_persons"]),
        unsure=verbs(data["unsure"]),
        intransitive=by_kind("intransitive", lambda verb: _verb_forms(verb, irregular)),
        states=by_kind("states", lambda word: {word}),
        nouns=by_kind("nouns", _noun_forms),
        singular_nouns=by_kind("singular_nouns", _noun_forms),
        counted=nouns(killed["counted"]),
        lives=verbs(killed["lives"]),
        toll=nouns(killed["toll"]),
        counting=frozenset(killed["counting"]),
        homes=verbs(kinds["displaced"]["homes"]),
        flight=verbs(kinds["displaced"]["flight"]),
        alongside=frozenset(data["alongside"]),
        along_with=frozenset(data["along_with"]),
        draws=verbs(kinds["crowd"]["draws"]),
        streets=verbs(kinds["crowd"]["streets"]),
        gatherings=nouns(kinds["crowd"]["gatherings"]),
        to_death=verbs(data["to_death"]),
        leave=verbs(data["leave"]),
        find=verbs(data["find"]),
        toll_verbs=verbs(data["toll_verbs"]),
        casualty_nouns=nouns(data["casualty_nouns"]),
        factual_verbs=verbs(data["factual_verbs"]),
        unreal_verbs=verbs(data["unreal_verbs"]),
        modals=frozenset(data["modals"]),
        conditional=frozenset(data["conditional"]),
        without=frozenset(data["without"]),
        any_words=frozenset(data["any_words"]),
        total=frozenset(data["total"]),
        wars=nouns(data["wars"]),
        epochs=frozenset(data["epochs"]),
        long_times=nouns(data["long_times"]),
        past_times=frozenset(data["past_times"]),
        unharmed=frozenset(data["unharmed"]),
        everybody=frozenset(data["everybody"]),
        losses=nouns(data["losses"]),
        adding=verbs(data["adding"]),
        figures=nouns(data["figures"]),
        persons=frozenset(data["persons"]),
        tellers=verbs(data["tellers"]),
        recount=verbs(data["recount"]),
        contrast=frozenset(data["contrast"]),
        parts=frozenset(data["parts"]),
        alive=verbs(data["alive"]),
        go=verbs(data["go"]),
        drive=verbs(kinds["displaced"]["drive"]),
        away=frozenset(tuple(phrase.split()) for phrase in kinds["displaced"]["away"]),
        implied=_implied(data["implied"]),
        no_victims=frozenset(data["no_victims"]),
        singular_pronouns=frozenset(data["singular_pronouns"]),
        quantity_words=modifiers(),
    )


def _implied(table: Mapping[str, str]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {kind: kind for kind in KINDS}
    return {act: kinds[kind] for act, kind in table.items()}


def implied_count(
    tree: Tree, heads: Iterable[int], act: str, topic: str, words_file: Path | None = None
) -> tuple[Kind, Quantity] | None:
    """How many an act itself tells of by those who do or suffer it: "hundreds of farmers blocked the road".

    Args:
        tree: the sentence.
        heads: indexes of the nouns for those whom the act counts.
        act, topic: the act's name and topic; ``implied`` in ``tolls.yaml`` says what each counts.
        words_file: another ``tolls.yaml``; default the packaged one.

    Returns:
        None where the act counts nobody, or no number is told.

    Raises:
        LexiconError: the words file cannot be used.
    """
    words = _words(words_file or _packaged())
    kind = words.implied.get(act) or words.implied.get(topic)
    if kind is None:
        return None
    finder = _Finder(words)
    told = [found for head in heads if (found := finder.number_of(tree[head])) is not None]
    if kind == "crowd":
        told = [found for found in told if found.best >= SMALLEST_CROWD][:1]
    if not told:
        return None
    low, best, high = (sum(getattr(q, name) for q in told) for name in ("low", "best", "high"))
    return kind, Quantity(low, best, high, any(q.vague for q in told))


def find_tolls(tree: Tree, words_file: Path | None = None) -> list[TollMention]:
    """Tolls told in one parsed sentence, in order of their triggers; each number of victims once.

    What could, would or should have happened is left out. Part numbers ("including two children") are not mentions.

    Args:
        tree: a sentence with tags and dependencies; entities and lemmas are not needed.
        words_file: another ``tolls.yaml``; default the packaged one.

    Raises:
        LexiconError: the words file cannot be used.
    """
    words = _words(words_file or _packaged())
    finder = _Finder(words)
    found: dict[tuple[str, int], TollMention] = {}
    for token in tree:
        if token.lower in words.triggers:
            for mention, key in finder.at(token):
                found.setdefault((mention.kind, key), mention)
    mentions = sorted(found.values(), key=lambda mention: (mention.trigger, mention.victims or (0, 0)))
    return _Weigher(tree, words).weighed(mentions)


@lru_cache(maxsize=1)
def _packaged() -> Path:
    return lexicon_dir() / "tolls.yaml"


Keyed = tuple[TollMention, int]


class _Finder:
    """Finds the mentions that one token triggers, each with the token that says the number."""

    def __init__(self, words: _Words) -> None:
        self.words = words

    def at(self, token: Word) -> Iterator[Keyed]:
        """Mentions triggered by a token, one of the words' ``triggers``."""
        word = token.lower
        yield from self._verb(token, word)
        yield from self._state(token, word)
        yield from self._noun(token, word)

    def _verb(self, token: Word, word: str) -> Iterator[Keyed]:
        if not token.tag.startswith("VB"):
            return
        kind = self._transitive_kind(token, word)
        if kind is not None:
            victims = self._victims(token)
            yield from self._elsewhere(kind, token, victims)
            yield from self._told(kind, token, victims)
            yield from self._told(kind, token, self._companions(token))
        if (kind := self._intransitive_kind(token, word)) is not None:
            subjects = _subjects(token) or ([token.head] if token.dep == "acl" else [])
            victims = self._not_counted_by_noun(_with_conjuncts(subjects))
            yield from self._elsewhere(kind, token, victims)
            yield from self._told(kind, token, victims)
        yield from self._lives(token, word)
        yield from self._crowd(token, word)
        if word in self.words.flight:
            fled = _with_conjuncts(_subjects(token))
            yield from self._told("displaced", token, [t for t in fled if self._is_many(t)])
        if word in self.words.drive and any(_follow(token, rest) for rest in self.words.away):
            yield from self._told("displaced", token, self._driven(token))
        if word in self.words.recount:
            yield from self._recount(token)
        if word in self.words.homes and _has_object(token, ("home", "homes", "houses", "villages")):
            yield from self._told("displaced", token, _with_conjuncts(_subjects(token)))

    def _transitive_kind(self, token: Word, word: str) -> Kind | None:
        phrases = self.words.phrasal.get(word, {})
        for rest, kind in phrases.items():
            if _follow(token, rest):
                return kind
        if word in self.words.to_death and _dead_follows(token):
            return "killed"
        if word in self.words.alive and _follow(token, ("alive",)):
            return "killed"
        return self.words.transitive.get(word)

    def _driven(self, verb: Word) -> list[Word]:
        """Those driven from their homes, where they are many."""
        return [t for t in _victims_of(verb, self._transitive_kind) if self._is_many(t)]

    def _recount(self, verb: Word) -> Iterator[Keyed]:
        """The opposition counted 46; they admitted losing 30: a bare number, for the dead told of before"""
        numbers = [
            child for child in verb.children if child.tag == "CD" and child.dep in ("dobj", "npadvmod")
        ]
        teller = _subjects(verb) or (_subjects(verb.head) if verb.dep in ("xcomp", "ccomp") else [])
        for number in numbers if teller else ():
            quantity = read_quantity(self._lead_text(number))
            if quantity is not None and self._stands_alone(number) and not self._is_unreal(verb):
                yield TollMention("killed", quantity, verb.i, None, rival=True), number.i

    def number_of(self, noun: Word) -> Quantity | None:
        """The number that a noun phrase tells of, one for a single person; None where it tells of none."""
        noun = _measure(noun)
        if noun.lower in self.words.no_victims:
            return None
        found = self._quantity(noun, noun.tree.part(self._lead_start(noun), _phrase_end(noun)))
        return None if found is None or (found.vague and not self._has_number(noun)) else found

    def _has_number(self, noun: Word) -> bool:
        return read_quantity(self._lead_text(noun)) is not None

    def _crowd(self, token: Word, word: str) -> Iterator[Keyed]:
        """The protest drew 5,000; thousands took to the streets"""
        if word in self.words.draws and any(t.lower in self.words.gatherings for t in _subjects(token)):
            yield from self._told("crowd", token, _with_conjuncts(_objects(token)))
        if word in self.words.streets and _follow(token, ("streets",)):
            yield from self._told("crowd", token, _with_conjuncts(_subjects(token)))

    def _victims(self, verb: Word) -> list[Word]:
        """Victims of a transitive verb; of "killed between 12 and 15" the noun behind the words of number."""
        found = _victims_of(verb, self._transitive_kind)
        if found:
            found += self._joined_to_verb(verb, found)
        measured = next(
            (child for child in verb.rights if child.i == verb.i + 1 and child.dep == "prep"), None
        )
        if measured is not None and measured.lower in self.words.quantity_words and not _objects(verb):
            numbered = [child for child in measured.children if child.dep == "pobj"]
            if any(read_quantity(verb.tree.part(measured.i, child.i + 1)) is not None for child in numbered):
                return numbered
        return found

    def _joined_to_verb(self, verb: Word, found: Sequence[Word]) -> list[Word]:
        """ "Killed an elder and seven of his relatives": numbers that the parser joins to the verb, not to the noun."""
        joined = [
            child
            for child in verb.rights
            if child.dep == "conj" and child.tag in ("CD", "NN", "NNS") and self._stands_alone(child)
        ]
        return _with_conjuncts(t for t in joined if t not in found and self._is_several(t))

    def _elsewhere(self, kind: Kind, verb: Word, told: Sequence[Word]) -> Iterator[Keyed]:
        """ "Nine were killed in the north on Monday and six in the south": a bare number between "and" and a place.

        The number is its own trigger, so that an act told of beside it ("and two in a bombing") can have it.
        """
        if not told or kind == "crowd":
            return
        tree = verb.tree
        place = False
        for token in tree[verb.i + 1 : -1]:
            if token.tag.startswith("VB") or token.dep in ("relcl", "mark"):
                return
            place = place or token.dep == "prep"
            if place and self._is_gapped(token):
                yield from self._told(kind, token, [token], verb=verb)

    def _is_gapped(self, token: Word) -> bool:
        if token.tag != "CD" or token.dep not in ("conj", "npadvmod") or _is_calendar_year(token):
            return False
        tree = token.tree
        linked = tree[token.i - 1].dep in ("cc", "punct") and tree[token.i - 2].tag != "CD"
        dated = token.head.tag == "CD" or token.head.lower in self.words.epochs
        after = next((t for t in tree[token.i + 1 :] if t.lower != "more"), None)
        behind = after is not None and after.tag == "IN" and after.lower not in ("of", "to")
        return linked and behind and not dated

    def _is_several(self, noun: Word) -> bool:
        return read_quantity(self._lead_text(noun)) not in (None, _ONE) or noun.tag == "CD"

    def _stands_alone(self, noun: Word) -> bool:
        """Whether nothing else is said of a noun: of the last of "two killed and 30 wounded" something is."""
        following = noun.tree[noun.i + 1] if noun.i + 1 < len(noun.tree) else None
        told = any(
            t is not None and (t.lower in self.words.states or t.lower in self.words.transitive)
            for t in (noun, following)
        )
        return not told and not any(
            child.dep in ("acl", "relcl") and child.i > noun.i for child in noun.children
        )

    def _companions(self, verb: Word) -> list[Word]:
        """killed in a raid alongside two aides"""
        if verb.tag != "VBN":
            return []
        found: list[Word] = []
        for token in verb.subtree:
            along = (
                token.lower == "with"
                and token.i > 0
                and token.tree[token.i - 1].lower in self.words.along_with
            )
            if token.i > verb.i and (token.lower in self.words.alongside or along):
                found.extend(child for child in token.children if child.dep == "pobj")
        return _with_conjuncts(found)

    def _not_counted_by_noun(self, subjects: Iterable[Word]) -> list[Word]:
        """Subjects without "a crowd of 500", which the noun tells of already."""
        return [
            token
            for token in subjects
            if not (
                token.lower in self.words.gatherings and any(child.lower == "of" for child in token.children)
            )
        ]

    def _intransitive_kind(self, token: Word, word: str) -> Kind | None:
        for rest, kind in self.words.phrasal_intransitive.get(word, {}).items():
            if _follow(token, rest):
                return kind
        return self.words.intransitive.get(word)

    def _lives(self, token: Word, word: str) -> Iterator[Keyed]:
        """claimed nine lives, cost the lives of nine, nine lost their lives, lost two soldiers"""
        if word not in self.words.lives:
            return
        yield from self._told(
            "killed", token, [t for t in _objects(token) if t.lower in self.words.lost_persons]
        )
        lives = next((child for child in token.children if child.lower in ("life", "lives")), None)
        if lives is None or lives.dep not in ("dobj", "nsubjpass"):
            return
        owners = [
            grandchild for child in lives.children if child.lower == "of" for grandchild in child.children
        ]
        if owners:
            yield from self._told("killed", token, _with_conjuncts(owners[:1]))
        elif read_quantity(_words_before(lives)) is not None:
            yield from self._told("killed", token, [lives])
        elif any(child.dep == "poss" for child in lives.children):
            yield from self._told("killed", token, _with_conjuncts(_subjects(token)))

    def _state(self, token: Word, word: str) -> Iterator[Keyed]:
        """left five dead, 30 others injured, three are missing"""
        if word in self.words.unharmed:
            yield from self._unharmed(token)
        kind = self.words.states.get(word)
        if kind == "missing" and (missing := self._missing_subjects(token)):
            yield from self._told(kind, token, _with_conjuncts(missing))
            return
        if kind is None or self._is_active(token) or (kind == "killed" and self._is_told_by_verb(token)):
            return
        attribute = token.dep == "amod" and token.head.i > token.i
        if attribute and (kind == "displaced" or token.tree[token.i - 1].tag == "DT"):
            # "75 displaced people were killed", "a wounded child died" tell who they were.
            return
        victims = self._before(token)
        left = token.head.lower in self.words.leave and not _is_passive(token.head)
        if victims is not None:
            yield from self._told(kind, token, self._row(victims), lead=True)
        elif left:
            objects = _objects(token.head) or [
                t for t in token.tree[max(token.i - 1, 0) : token.i] if t.tag in _PERSON_TAGS
            ]
            yield from self._told(kind, token, _with_conjuncts(objects), verb=token.head)
        elif token.dep in ("acomp", "attr", "oprd") or (token.dep == "ROOT" and word == "missing"):
            holder = token if token.dep == "ROOT" else token.head
            subjects = [holder.head] if holder.dep == "acl" else _subjects(holder)
            yield from self._told(kind, token, _with_conjuncts(subjects), verb=holder)

    def _missing_subjects(self, token: Word) -> list[Word]:
        """Subjects of "were missing", "was unaccounted for" and "went missing"."""
        # "Were" may hold the subject of "were missing".
        own = _subjects_own(token) + [
            t for child in token.children if child.dep in ("aux", "auxpass") for t in _subjects_own(child)
        ]
        if not own and token.head.lower in self.words.go and token.i > token.head.i:
            own = _subjects(token.head)
        return [_antecedent(subject) for subject in own]

    def _unharmed(self, token: Word) -> Iterator[Keyed]:
        """All aboard escaped unharmed: nobody was hurt"""
        told = [t for t in _subjects(token.head) if t.i != token.i]
        if any(t.lower in self.words.everybody or t.tag in _PLURAL_TAGS for t in told):
            yield TollMention("injured", _NOTHING, token.i, None), token.i

    def _is_told_by_verb(self, token: Word) -> bool:
        """Whether "dead" belongs to a verb that tells it all: "shot dead three traders"."""
        verb = token.head
        return (
            verb.lower in self.words.to_death
            and verb.tag.startswith("VB")
            and token.dep in ("acomp", "advmod", "oprd")
            and bool(_victims_of(verb, self._transitive_kind))
        )

    def _row(self, last: Word) -> list[Word]:
        """The noun before a state's word, with the numbered nouns joined to it: "30 guerrillas and three marines dead"."""
        row = [last]
        while row[0].dep == "conj":
            head = row[0].head
            between = head.tree[head.i + 1 : row[0].left_edge]
            noun = head.tag in _NOUN_TAGS and head.lower not in self.words.states
            # "a soldier and three rebels dead"
            counted = head.tag == "CD" or read_quantity(self._lead_text(head)) is not None
            if not noun or not counted or any(t.dep not in ("cc", "punct") for t in between):
                break
            row.insert(0, head)
        return row

    def _is_many(self, noun: Word) -> bool:
        """Whether a noun phrase tells of a number that could be a crowd."""
        quantity = read_quantity(self._lead_text(noun)) or read_quantity(_words_before(noun))
        return quantity is not None and quantity.best >= SMALLEST_CROWD

    def _is_active(self, token: Word) -> bool:
        """Whether the state's word is a finite verb with an object here: "the blast wounded ten"."""
        return any(child.dep in ("dobj", "auxpass") for child in token.children) or (
            token.tag == "VBD"
            and any(child.dep in _SUBJECTS and child.tag != "CD" for child in token.children)
        )

    def _before(self, token: Word) -> Word | None:
        """The numbered noun (or bare number) just before a state's word."""
        previous = token.tree[token.i - 1] if token.i > 0 else None
        if previous is None or previous.tag not in (*_NOUN_TAGS, "NN", "NNS"):
            return None
        if previous.tag == "CD" and _is_year(previous):
            return None
        return previous if read_quantity(self._lead_text(previous)) is not None else None

    def _noun(self, token: Word, word: str) -> Iterator[Keyed]:
        if token.tag not in ("NN", "NNS", "NNP", "NNPS"):
            return
        words = self.words
        if (kind := words.nouns.get(word)) is not None:
            yield from self._counted_noun(kind, token)
        elif (kind := words.singular_nouns.get(word)) is not None:
            yield from self._of_noun(kind, token)
        elif word in words.losses:
            yield from self._no_loss(token)
        elif word in words.casualty_nouns:
            yield from self._no_casualties(token)
        elif word in words.counted and token.head.lower in words.find:
            if read_quantity(_words_before(token)) is not None:
                yield from self._told("killed", token, [token], verb=token.head)
        elif word in words.toll or self._counts_dead(token, word):
            yield from self._toll(token)
        elif word in words.figures and token.head.lower in words.toll_verbs:
            yield from ((replace(m, rival=True, total=False), key) for m, key in self._toll_by_place(token))
        elif word in words.gatherings:
            yield from self._of_noun("crowd", token)

    def _counts_dead(self, token: Word, word: str) -> bool:
        """the number of dead, the number of deaths"""
        counted = [grand.lower for child in token.children if child.lower == "of" for grand in child.children]
        words = self.words
        return word in words.counting and any(
            words.states.get(name) == "killed" or words.nouns.get(name) == "killed" for name in counted
        )

    def _counted_noun(self, kind: Kind, token: Word) -> Iterator[Keyed]:
        """14 deaths, dozens of injuries, the deaths of 11 people, no injuries"""
        counter = _counter(token)
        if counter is not None and read_quantity(_words_before(counter)) not in (None, _ONE):
            yield from self._told(kind, token, [counter], bare=True)
        elif token.head.lower in self.words.without:
            yield TollMention(kind, _NOTHING, token.i, None), token.i
        else:
            yield from self._of_noun(kind, token)

    def _no_loss(self, token: Word) -> Iterator[Keyed]:
        """without loss of life"""
        of_life = any(
            child.lower == "of" and any(grand.lower in ("life", "lives") for grand in child.children)
            for child in token.children
        )
        if of_life and (read_quantity(_words_before(token)) == _NOTHING or self._is_without(token)):
            yield TollMention("killed", _NOTHING, token.i, None), token.i

    def _of_noun(self, kind: Kind, token: Word) -> Iterator[Keyed]:
        for prep in token.children:
            if prep.lower in ("of", "by") and (prep.lower == "of" or kind == "crowd"):
                victims = _with_conjuncts([child for child in prep.children if child.dep == "pobj"])
                yield from self._told(kind, token, [v for v in victims if v.lower not in self.words.counted])

    def _no_casualties(self, token: Word) -> Iterator[Keyed]:
        quantity = read_quantity(_words_before(token))
        head = token.head
        any_word = any(child.lower in self.words.any_words for child in token.children)
        denied = (
            head.lower in self.words.without
            or head.head.lower in self.words.without
            or (any_word and (_has(head, "neg") or self._is_without(token)))
        )
        if quantity == _NOTHING or denied:
            yield TollMention("killed", _NOTHING, token.i, None), token.i
            yield TollMention("injured", _NOTHING, token.i, None), token.i

    def _toll(self, token: Word) -> Iterator[Keyed]:
        """the death toll rose to 15, a toll of 15, bringing the toll to 15"""
        near = [*token.children]
        if token.head.lower in self.words.toll_verbs or token.head.lemma == "be":
            near += [child for child in token.head.children if child.dep in ("prep", "dobj", "attr")]
        for child in near:
            numbers = child.children if child.dep in ("prep", "agent", "dative") else (child,)
            for number in numbers:
                if number.tag != "CD" and not any(grand.tag == "CD" for grand in number.children):
                    continue
                quantity = read_quantity(self._lead_text(number))
                if (
                    quantity is not None
                    and not _is_year(number)
                    and child.lower not in ("in", "since", "on", "from", "by")
                ):
                    yield TollMention("killed", quantity, token.i, None, total=True), number.i
                    return
        if token.head.lower in self.words.toll_verbs:
            yield from self._toll_by_place(token)

    def _toll_by_place(self, token: Word) -> Iterator[Keyed]:
        """Put the toll of the shooting at four; lowered the number of dead from 14 to 11: the number behind "at" or "to"
        in the same clause, whatever the parser hangs it on."""
        tree = token.tree
        for word in tree[token.i + 1 :]:
            if word.text in (",", ";") or word.tag in ("VBD", "VBZ", "VBP"):
                return
            number = next((t for t in tree[word.i + 1 : word.i + 5] if t.tag == "CD"), None)
            if word.lower not in ("at", "to") or number is None or _is_year(number):
                continue
            quantity = read_quantity(tree.part(word.i + 1, self._number_end(number)))
            if quantity is not None:
                yield TollMention("killed", quantity, token.i, None, total=True), number.i
                return

    @staticmethod
    def _number_end(number: Word) -> int:
        """End of a number of several words: "two dozen"."""
        end = number.i + 1
        while end < len(number.tree) and number.tree[end].lower in multiplier_words():
            end += 1
        return end

    def _told(
        self,
        kind: Kind,
        trigger: Word,
        victims: Iterable[Word],
        verb: Word | None = None,
        lead: bool = False,
        bare: bool = False,
    ) -> Iterator[Keyed]:
        """Mentions for the victims of a trigger, unless it did not happen.

        ``verb``: the verb that may be negated. ``lead``: the number's modifiers may be attached elsewhere, take them by
        place. ``bare``: what is counted are deaths, not persons.
        """
        verb = verb or trigger
        negated = _has(verb, "neg")
        governor = _governor(trigger)
        if self._is_unreal(verb) or self._is_unreal(governor):
            return
        if governor is not None and governor.lower in self.words.unsure:
            return
        told = []
        heads = _without_speakers(list(victims), trigger)
        heads = heads[:1] + [head for head in heads[1:] if not self._is_part(head)]
        for victim in map(_measure, heads):
            mention = self._mention(kind, trigger, victim, lead, bare)
            if mention is not None:
                told.append(
                    (
                        self._negated(mention, trigger, victim)
                        if negated or self._is_without(trigger)
                        else mention,
                        victim.i,
                    )
                )
        yield from told[:1] if _is_breakdown(trigger.tree, [mention for mention, _ in told]) else told

    def _is_part(self, noun: Word) -> bool:
        """ "12 of them", where the others are told before."""
        return any(
            grand.lower in self.words.parts
            for child in noun.children
            if child.lower == "of"
            for grand in child.children
        )

    def _negated(self, mention: TollMention, trigger: Word, victim: Word) -> TollMention:
        """ "Did not kill anyone" tells of none; "was not hurt" is negated."""
        words = {victim.lower, *(child.lower for child in victim.children)}
        if words & self.words.any_words:
            return replace(mention, quantity=_NOTHING)
        return replace(mention, negated=True)

    def _mention(self, kind: Kind, trigger: Word, victim: Word, lead: bool, bare: bool) -> TollMention | None:
        if victim.lower in self.words.no_victims or (victim.pos == "NUM" and _is_year(victim)):
            return None
        if self._counts_things(victim) or self._is_numbered_elsewhere(victim):
            return None
        end = max(self._number_end(victim), victim.i + 1 if lead else _phrase_end(victim))
        span = (self._lead_start(victim), end)
        quantity = self._quantity(victim, victim.tree.part(span[0], span[1]))
        if quantity is None:
            return None
        if kind == "crowd" and (
            quantity.best < SMALLEST_CROWD or read_quantity(victim.tree.part(span[0], span[1])) is None
        ):
            return None
        total = any(child.lower in self.words.total for child in trigger.children)
        return TollMention(kind, quantity, trigger.i, None if bare else span, total=total)

    def _is_numbered_elsewhere(self, victim: Word) -> bool:
        """ "Bringing to 35 the number of soldiers killed": the number is not of those killed here."""
        if victim.dep != "pobj" or victim.head.lower != "of":
            return False
        number = victim.head.head
        return number.lower in self.words.counting and any(t.lower == "the" for t in number.lefts)

    def _counts_things(self, victim: Word) -> bool:
        """dozens of houses"""
        counted = [
            grand for child in victim.children if child.lower == "of" for grand in child.children
        ] if victim.lower.endswith("s") or victim.tag == "CD" else []  # fmt: skip
        return bool(counted) and all(grand.lower in self.words.no_victims for grand in counted)

    def _quantity(self, victim: Word, text: str) -> Quantity | None:
        """How many the noun phrase tells of; one for a person named or told in the singular."""
        if victim.lower in self.words.any_words:
            return _ONE
        found = read_quantity(text)
        number = next((child for child in victim.lefts if child.dep == "nummod"), None)
        if found is None and number is not None:
            # "shot dead two rioters", "killed Israeli-led 12 men": words before the number.
            found = read_quantity(victim.tree.part(self._lead_start(number), victim.i + 1))
        if found is not None:
            return found
        if victim.lower in collective_nouns():
            return unnumbered_plural()
        if victim.lower in self.words.singular_pronouns or victim.tag in ("NN", "NNP"):
            return _ONE
        if victim.tag == "NNPS" and any(c.dep == "compound" and c.pos == "PROPN" for c in victim.lefts):
            return None  # "the Popular Mobilization Forces": a body, not some of its men
        return unnumbered_plural() if victim.tag in _PLURAL_TAGS or victim.tag in ("PRP", "JJ") else None

    def _lead_start(self, victim: Word) -> int:
        """Start of the number before a state's word, with modifiers that the parser hung elsewhere."""
        tree = victim.tree
        start = victim.left_edge
        longest = start
        while longest > 0 and tree[longest - 1].lower in self.words.quantity_words:
            longest -= 1
        return next(
            (i for i in range(longest, start) if read_quantity(tree.part(i, victim.i + 1)) is not None), start
        )

    def _lead_text(self, victim: Word) -> str:
        return victim.tree.part(self._lead_start(victim), victim.i + 1)

    def _is_without(self, token: Word) -> bool:
        return any(t.lower in self.words.without for t in (token.head, *token.lefts))

    def _is_unreal(self, verb: Word | None) -> bool:
        """Whether a verb tells of what could, would or was meant to happen."""
        if verb is None:
            return False
        words = self.words
        auxiliaries = [child for child in verb.children if child.dep in ("aux", "auxpass")]
        if any(aux.lower in words.modals for aux in auxiliaries):
            return True
        if any(child.dep == "mark" and child.lower in words.conditional for child in verb.children):
            return True
        if any(aux.lower == "to" for aux in auxiliaries):
            perfect = any(aux.lower == "have" for aux in auxiliaries)
            real = verb.head.lower in words.factual_verbs and not self._is_unreal(verb.head)
            return not perfect and not real
        if verb.dep == "conj" and not auxiliaries and verb.head.i < verb.i and verb.tag == "VB":
            return self._is_unreal(verb.head)
        return (
            verb.tag == "VBG"
            and verb.dep in ("xcomp", "pcomp")
            and any(ancestor.lower in words.unreal_verbs for ancestor in list(verb.ancestors)[:2])
        )


class _Weigher:
    """What the mentions of one sentence are to each other and to the time: parts, rivals, tolls of whole wars."""

    def __init__(self, tree: Tree, words: _Words) -> None:
        self.tree = tree
        self.words = words

    def weighed(self, mentions: Sequence[TollMention]) -> list[TollMention]:
        """The mentions, marked; without those that tell nothing of their own."""
        found: list[TollMention] = []
        for mention in mentions:
            mention = self._counted_by_another(mention, found)
            if mention.kind != "crowd" and (self._is_whole(mention) or self._is_grown(mention, found)):
                mention = replace(mention, whole=True)
            elif self._is_rival(mention, found):
                mention = replace(mention, rival=True, total=False)
            elif mention.rival:
                continue
            found.append(mention)
        return [m for m in found if not self._died_of_it(m, found)] + self._gapped(found)

    def _counted_by_another(self, mention: TollMention, before: Sequence[TollMention]) -> TollMention:
        """ "Wounded as many", "twice as many were hurt"."""
        times = times_another(self.tree.part(*mention.victims)) if mention.victims else None
        if times is None or not before:
            return mention
        told = before[-1].quantity
        return replace(
            mention, quantity=Quantity(told.low * times, told.best * times, told.high * times, told.vague)
        )

    def _died_of_it(self, mention: TollMention, found: Sequence[TollMention]) -> bool:
        """ "A woman hurt in the bombing died": she is not among the injured."""
        return (
            mention.kind == "injured"
            and self.tree[mention.trigger].dep in ("acl", "relcl", "amod")
            and any(
                other.kind == "killed" and other.victims is not None and other.victims == mention.victims
                for other in found
            )
        )

    # --- rivals ---

    def _is_rival(self, mention: TollMention, before: Sequence[TollMention]) -> bool:
        """Whether another teller counts those told of before: "officials said 20 were killed, but the party counted 46"."""
        first = next((m for m in before if m.kind == mention.kind and not m.whole and not m.negated), None)
        if first is None or mention.quantity == first.quantity:
            return False
        if mention.rival:
            return True
        between = self.tree[first.trigger : mention.trigger]
        teller = self._teller(mention.trigger)
        if teller is None or teller.i < first.trigger or not _subjects_own(teller):
            return False
        if not any(t.lower in self.words.contrast for t in between):
            return False
        other = mention.total or first.total or self._teller(first.trigger) not in (None, teller)
        return other and self._is_anybody(mention)

    def _teller(self, trigger: int) -> Word | None:
        """The verb of telling that a mention hangs on."""
        return next((t for t in self.tree[trigger].ancestors if t.lower in self.words.tellers), None)

    def _is_anybody(self, mention: TollMention) -> bool:
        """Whether the count says no more of the victims than that they are people."""
        if mention.victims is None:
            return True
        last = self.tree[mention.victims[1] - 1]
        return last.tag == "CD" or last.lower in self.words.persons

    def _gapped(self, found: Sequence[TollMention]) -> list[TollMention]:
        """Radio reported three deaths and other sources five: a number behind a teller without a verb"""
        first = next((m for m in found if m.kind == "killed" and not m.whole), None)
        if first is None or self.tree[first.trigger].head.lower not in self.words.tellers:
            return []
        for token in self.tree[first.trigger + 2 : -1]:
            teller = self.tree[token.i - 1]
            if (
                token.tag == "CD"
                and token.head is teller
                and teller.tag in ("NN", "NNS")
                and self.tree[token.i + 1].dep == "punct"
                and any(t.dep == "cc" for t in self.tree[teller.left_edge - 1 : teller.i])
            ):
                quantity = read_quantity(token.text)
                if quantity is not None and not _is_year(token):
                    return [TollMention("killed", quantity, token.i, None, rival=True)]
        return []

    # --- whole wars and years ---

    def _is_whole(self, mention: TollMention) -> bool:
        trigger = self.tree[mention.trigger]
        verb = trigger if trigger.tag.startswith("VB") else _governor(trigger) or trigger
        perfect = any(child.lower in ("has", "have", "had") and child.dep == "aux" for child in verb.children)
        large = mention.quantity.best >= MANY
        if (perfect or large) and any(t.lower in self.words.wars for t in self._happenings(verb)):
            return True
        if perfect and large and self._is_aside(verb):
            return True
        near = [*(trigger.subtree if trigger.tag.startswith("NN") else trigger.children), *verb.children]
        return any(self._is_long(t, perfect or large or mention.total) for t in near)

    def _is_grown(self, mention: TollMention, before: Sequence[TollMention]) -> bool:
        """ "Eleven were killed, bringing the toll to 103": the dead of this act and of others before. Where somebody
        "died, taking the toll to six", that is the act's own."""
        return (
            mention.total
            and self.tree[mention.trigger].head.lower in self.words.adding
            and self.tree[mention.trigger].head.tag == "VBG"
            and any(
                m.kind == "killed" and self.tree[m.trigger].lower not in self.words.intransitive
                for m in before
            )
        )

    @staticmethod
    def _happenings(verb: Word) -> list[Word]:
        """What did it, or in what it was done: the subject, or the noun before "in which"."""
        found = _subjects(verb)
        if verb.dep == "relcl":
            inside = [grand for child in verb.children if child.dep == "prep" for grand in child.children]
            if any(grand.tag == "WDT" for grand in inside):
                found.append(verb.head)
        # "The war in Yemen, which has displaced": the parser hangs the clause on the place.
        found += [noun.head.head for noun in found if noun.tag == "NNP" and noun.dep == "pobj"]
        return found

    def _is_aside(self, verb: Word) -> bool:
        """Whether the clause tells of a place ("in Darfur, where 300,000 have died")."""
        clauses = [verb, *verb.ancestors]
        return any(
            clause.dep == "relcl" and any(child.lower == "where" for child in clause.children)
            for clause in clauses
        )

    def _is_long(self, word: Word, sure: bool) -> bool:
        """Since 1984, since the invasion, in six months, over the past decade; this year where ``sure``."""
        words = self.words
        held = [child for child in word.children if child.dep in ("pobj", "pcomp")]
        if word.lower == "since" and word.dep == "mark":
            return any(t.lower in words.epochs or t.lower in words.wars for t in _subjects(word.head))
        if word.lower == "since":
            return any(
                t.lower in words.epochs or t.lower in words.wars or _is_calendar_year(t)
                for pobj in held
                for t in pobj.subtree
            )
        if word.dep == "prep":
            return any(self._is_span(t) for t in held)
        if word.dep == "poss":
            # "The month's toll".
            return word.lower in words.long_times
        ago = word.dep == "npadvmod" and word.lower in words.long_times
        return ago and sure and any(child.lower in words.past_times for child in word.children)

    def _is_span(self, noun: Word) -> bool:
        """six months, the past decade"""
        if noun.lower not in self.words.long_times:
            return False
        return noun.tag == "NNS" or any(child.lower in self.words.past_times for child in noun.children)


def _is_calendar_year(token: Word) -> bool:
    return token.text.isdigit() and len(token.text) == 4 and token.text[:2] in ("18", "19", "20")


def _without_speakers(victims: list[Word], trigger: Word) -> list[Word]:
    """The victims without those who tell it: in "killed two, witnesses and police said" the parser joins them all."""
    if len(victims) < 2 or victims[0].i < trigger.i:
        return victims
    end = max(_phrase_end(victim) for victim in victims)
    following = trigger.tree[end] if end < len(trigger.tree) else None
    if following is not None and following.tag in ("VBD", "VBZ", "VBP") and following.i != trigger.i:
        first_end = _phrase_end(victims[0])
        if trigger.tree[first_end].text == ",":
            return victims[:1]
    return victims


def _measure(noun: Word) -> Word:
    """The word of number that a noun hangs on: "scores" in "scores of people arrested"."""
    if noun.dep != "pobj" or noun.head.lower != "of":
        return noun
    measure: Word = noun.head.head
    return noun if read_quantity(_words_before(measure)) in (None, _ONE) or measure.tag == "CD" else measure


def _is_breakdown(tree: Tree, mentions: Sequence[TollMention]) -> bool:
    """Whether the first number is the sum of the others: "five people, four guerrillas and a corporal"."""
    if len(mentions) < 3 or any(mention.victims is None for mention in mentions):
        return False
    if not any(_has(token, "appos") for token in tree[slice(*(mentions[0].victims or (0, 0)))]):
        return False
    return mentions[0].quantity.best == sum(mention.quantity.best for mention in mentions[1:])


def _governor(token: Word) -> Word | None:
    """The verb that a state or noun depends on."""
    head = token.head
    return head if head.i != token.i and head.pos in ("VERB", "AUX") else None


def _has(token: Word, dep: str) -> bool:
    return any(child.dep == dep for child in token.children)


def _has_object(verb: Word, words: Sequence[str]) -> bool:
    return any(child.dep == "dobj" and child.lower in words for child in verb.children)


def _follow(token: Word, rest: Sequence[str]) -> bool:
    """Whether the words of a phrase stand behind its verb, near and in order: "rounded up", "took ten men hostage"."""
    window = [t.lower for t in token.tree[token.i + 1 : token.i + 10]]
    if len(rest) == 1:
        return rest[0] in (window if rest[0] not in ("up", "down") else window[:1])
    return any(window[i : i + len(rest)] == list(rest) for i in range(len(window)))


def _dead_follows(token: Word) -> bool:
    window = [t.lower for t in token.tree[token.i + 1 : token.i + 6]]
    return any(window[i] == "dead" or window[i : i + 2] == ["to", "death"] for i in range(len(window)))


def _with_conjuncts(heads: Iterable[Word]) -> list[Word]:
    """Noun heads, each with what "and" or a comma joins to it."""
    found: list[Word] = []
    for head in heads:
        found.append(head)
        for child in head.children:
            if child.dep == "conj" and child.tag in _NOUN_TAGS and not _is_place_after(head, child):
                found.extend(_with_conjuncts([child]))
            elif (
                child.dep == "appos"
                and child.left_edge == head.i + 2
                and _has(child, "cc")
                and _has(child, "conj")
            ):
                # "Two soldiers, a policeman and three rebels": the parser takes the second for an apposition.
                found.extend(_with_conjuncts([child]))
    return found


def _is_place_after(head: Word, conjunct: Word) -> bool:
    """ "Leaders of a college, Ikorodu": a name after a comma, joined to a plural without "and", is where they are."""
    return conjunct.tag == "NNP" and head.tag == "NNS" and not _has(head, "cc")


def _antecedent(token: Word) -> Word:
    """The noun that a relative pronoun stands for."""
    if token.tag in ("WP", "WDT"):
        clause = token.head
        if clause.dep == "relcl":
            noun: Word = clause.head
            return noun
    return token


def _subjects(verb: Word, passive: bool = False, depth: int = 0) -> list[Word]:
    """The subject of a verb, or of the verb it is joined to."""
    deps = ("nsubjpass",) if passive else _SUBJECTS
    own = [_antecedent(child) for child in verb.children if child.dep in deps]
    if own or depth > 4:
        return own
    if verb.dep in ("conj", "xcomp") and verb.head.tag.startswith("VB"):
        return _subjects(verb.head, passive, depth + 1)
    return []


def _is_passive(verb: Word) -> bool:
    return any(child.dep in ("nsubjpass", "auxpass") for child in verb.children)


def _objects(verb: Word) -> list[Word]:
    """Direct objects; a bare number behind the verb is one, whatever the parser says ("displaced 5,000 in the delta")."""
    return [
        _antecedent(child)
        for child in verb.children
        if child.dep == "dobj"
        or (
            child.dep == "npadvmod"
            and child.tag == "CD"
            and child.left_edge == verb.i + 1
            and not _is_year(child)
        )
    ]


def _victims_of(verb: Word, kind_of: Any) -> list[Word]:
    """Objects of an active verb, subjects of a passive one, the noun before a participle."""
    objects = _objects(verb)
    if _is_passive(verb):
        subjects = _subjects(verb, passive=True)
        if subjects:
            return _with_conjuncts(subjects)
        inverted = [grand for child in verb.children if child.dep == "auxpass" for grand in child.children]
        inverted += [child for child in verb.children if child.dep == "attr"]
        return _with_conjuncts([t for t in inverted if t.dep in ("attr", "nsubj")])
    if objects:
        return _with_conjuncts(objects)
    for child in verb.children:
        joined = child.dep == "conj" and _same_form(child, verb) and not _subjects_own(child)
        if joined and kind_of(child, child.lower) is not None and _objects(child):
            return _with_conjuncts(_objects(child))
    return _participle_victims(verb)


def _same_form(verb: Word, other: Word) -> bool:
    past = ("VBD", "VBN")
    return verb.tag == other.tag or (verb.tag in past and other.tag in past)


def _participle_victims(verb: Word) -> list[Word]:
    """30 others injured; were killed and wounded"""
    if verb.tag not in ("VBN", "VBD"):
        return []
    if verb.dep == "acl" and verb.tag == "VBN":
        return [verb.head]
    if verb.dep in ("xcomp", "oprd") and verb.tag == "VBN" and _is_passive(verb.head):
        # "Nobody was reported killed".
        return _with_conjuncts(_subjects(verb.head, passive=True))
    if verb.dep == "conj" and _is_passive(verb.head) and not _subjects_own(verb):
        if any(child.tag in _NOUN_TAGS for child in verb.lefts):
            # "Three were shot dead and a fourth wounded": the parser takes the subject for an adverb.
            return []
        return _with_conjuncts(_subjects(verb.head, passive=True))
    own = _subjects_own(verb)
    if verb.dep == "relcl":
        # "The men the army killed".
        return [verb.head] if own else []
    # "Three killed, soldier hurt": a headline's passive looks like an active verb without object.
    if any(child.dep in ("aux", "prt", "neg", "ccomp", "xcomp") for child in verb.children):
        return []
    return _with_conjuncts(t for t in own if t.tag == "NN" or read_quantity(_words_before(t)) is not None)


def _subjects_own(verb: Word) -> list[Word]:
    return [child for child in verb.children if child.dep in _SUBJECTS]


def _counter(noun: Word) -> Word | None:
    """The noun itself where a number stands before it, or the number it is the "of" phrase of ("dozens of injuries")."""
    if noun.dep == "pobj" and noun.head.lower == "of" and noun.head.head.tag in ("NNS", "CD", "NN"):
        measure: Word = noun.head.head
        if read_quantity(_words_before(measure)) is not None:
            return measure
    return noun if read_quantity(_words_before(noun)) is not None else None


def _words_before(noun: Word) -> str:
    """The noun phrase up to its head."""
    return noun.tree.part(noun.left_edge, noun.i + 1)


def _phrase_end(noun: Word) -> int:
    """End of the noun phrase: with "of" phrases, without clauses, lists and other prepositions."""
    end: int = noun.i + 1
    for child in noun.rights:
        if child.dep == "prep" and child.lower == "of" and child.i == end:
            for inner in child.children:
                end = max(end, _phrase_end(inner))
    return end


def _is_year(token: Word) -> bool:
    return (
        _is_calendar_year(token)
        and token.dep in ("pobj", "npadvmod", "appos")
        and token.head.lower not in ("of", "to", "at")
    )
