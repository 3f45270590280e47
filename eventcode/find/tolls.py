"""Finds what an act cost, on the grammar of one sentence: killed, injured, missing, abducted, arrested, displaced, and crowds.

Verbs give their victims by grammar ("killed 12 people", "12 people were killed", "in which nine died"); states by the
noun before them ("left five dead", "30 others injured"); nouns by their number or "of" phrase ("14 deaths", "the deaths
of nine"). The words are in ``lexicon/data/tolls.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from eventcode.errors import LexiconError
from eventcode.find.quantities import modifiers, read_quantity, unnumbered_plural
from eventcode.model import Quantity
from eventcode.reading.tree import Tree, Word
from eventcode.resources import lexicon_dir

Kind = Literal["killed", "injured", "missing", "abducted", "arrested", "displaced", "crowd"]
KINDS: tuple[Kind, ...] = ("killed", "injured", "missing", "abducted", "arrested", "displaced", "crowd")

SMALLEST_CROWD = 10
"""People. Fewer who march or gather are not told as a crowd's size."""

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_NOUN_TAGS = ("NN", "NNS", "NNP", "NNPS", "CD", "PRP", "DT", "JJ", "JJR")
_PERSON_TAGS = ("NN", "NNS", "NNP", "NNPS", "PRP")
_PLURAL_TAGS = ("NNS", "NNPS")
_NOTHING = Quantity(0, 0, 0)
_ONE = Quantity(1, 1, 1)


@dataclass(frozen=True, slots=True)
class TollMention:
    """One number of victims, or of people in a crowd, told in a sentence.

    ``trigger``: index of the token that tells it ("killed", "dead", "toll"). ``victims``: half-open token span of the noun
    phrase, None where only a number or nothing is told. ``negated``: "was not hurt" (a told "nobody" is a quantity of 0
    instead). ``total``: a running toll ("rose to 15", "since 2011"), not a number of new victims.
    """

    kind: Kind
    quantity: Quantity
    trigger: int
    victims: tuple[int, int] | None
    negated: bool = False
    total: bool = False


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
    no_victims: frozenset[str]
    singular_pronouns: frozenset[str]
    quantity_words: frozenset[str]

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Every word that can trigger a mention."""
        tables: tuple[Iterable[str], ...] = (
            self.transitive, self.phrasal, self.phrasal_intransitive, self.intransitive, self.states, self.nouns,
            self.singular_nouns, self.counted, self.lives, self.toll, self.counting, self.homes, self.flight, self.draws, self.streets,
            self.gatherings, self.to_death, self.casualty_nouns,
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
        no_victims=frozenset(data["no_victims"]),
        singular_pronouns=frozenset(data["singular_pronouns"]),
        quantity_words=modifiers(),
    )


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
    return sorted(found.values(), key=lambda mention: (mention.trigger, mention.victims or (0, 0)))


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
            yield from self._told(kind, token, self._victims(token))
            yield from self._told(kind, token, self._companions(token))
        if (kind := self._intransitive_kind(token, word)) is not None:
            subjects = _subjects(token) or ([token.head] if token.dep == "acl" else [])
            yield from self._told(kind, token, self._not_counted_by_noun(_with_conjuncts(subjects)))
        yield from self._lives(token, word)
        yield from self._crowd(token, word)
        if word in self.words.flight:
            fled = _with_conjuncts(_subjects(token))
            yield from self._told("displaced", token, [t for t in fled if self._is_many(t)])
        if word in self.words.homes and _has_object(token, ("home", "homes", "houses", "villages")):
            yield from self._told("displaced", token, _with_conjuncts(_subjects(token)))

    def _transitive_kind(self, token: Word, word: str) -> Kind | None:
        phrases = self.words.phrasal.get(word, {})
        for rest, kind in phrases.items():
            if _follow(token, rest):
                return kind
        if word in self.words.to_death and _dead_follows(token):
            return "killed"
        return self.words.transitive.get(word)

    def _crowd(self, token: Word, word: str) -> Iterator[Keyed]:
        """The protest drew 5,000; thousands took to the streets"""
        if word in self.words.draws and any(t.lower in self.words.gatherings for t in _subjects(token)):
            yield from self._told("crowd", token, _with_conjuncts(_objects(token)))
        if word in self.words.streets and _follow(token, ("streets",)):
            yield from self._told("crowd", token, _with_conjuncts(_subjects(token)))

    def _victims(self, verb: Word) -> list[Word]:
        """Victims of a transitive verb; of "killed between 12 and 15" the noun behind the words of number."""
        found = _victims_of(verb, self._transitive_kind)
        measured = next(
            (child for child in verb.rights if child.i == verb.i + 1 and child.dep == "prep"), None
        )
        if measured is not None and measured.lower in self.words.quantity_words and not _objects(verb):
            numbered = [child for child in measured.children if child.dep == "pobj"]
            if any(read_quantity(verb.tree.part(measured.i, child.i + 1)) is not None for child in numbered):
                return numbered
        return found

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
        kind = self.words.states.get(word)
        if kind is None or self._is_active(token):
            return
        if kind == "displaced" and token.dep == "amod" and token.head.i > token.i:
            # "75 displaced people were killed" tells who they were.
            return
        victims = self._before(token)
        left = token.head.lower in self.words.leave and not _is_passive(token.head)
        if victims is not None:
            yield from self._told(kind, token, [victims], lead=True)
        elif left:
            objects = _objects(token.head) or [
                t for t in token.tree[max(token.i - 1, 0) : token.i] if t.tag in _PERSON_TAGS
            ]
            yield from self._told(kind, token, _with_conjuncts(objects), verb=token.head)
        elif token.dep in ("acomp", "attr", "oprd") or (token.dep == "ROOT" and word == "missing"):
            holder = token if token.dep == "ROOT" else token.head
            yield from self._told(kind, token, _with_conjuncts(_subjects(holder)), verb=holder)

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
        elif word in words.casualty_nouns:
            yield from self._no_casualties(token)
        elif word in words.counted and token.head.lower in words.find:
            if read_quantity(_words_before(token)) is not None:
                yield from self._told("killed", token, [token], verb=token.head)
        elif word in words.toll or self._counts_dead(token, word):
            yield from self._toll(token)
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
        else:
            yield from self._of_noun(kind, token)

    def _of_noun(self, kind: Kind, token: Word) -> Iterator[Keyed]:
        for prep in token.children:
            if prep.lower in ("of", "by") and (prep.lower == "of" or kind == "crowd"):
                victims = _with_conjuncts([child for child in prep.children if child.dep == "pobj"])
                yield from self._told(kind, token, [v for v in victims if v.lower not in self.words.counted])

    def _no_casualties(self, token: Word) -> Iterator[Keyed]:
        quantity = read_quantity(_words_before(token))
        head = token.head
        denied = any(child.lower in self.words.any_words for child in token.children) and (
            _has(head, "neg") or self._is_without(token)
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
        for victim in map(_measure, _without_speakers(list(victims), trigger)):
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

    def _negated(self, mention: TollMention, trigger: Word, victim: Word) -> TollMention:
        """ "Did not kill anyone" tells of none; "was not hurt" is negated."""
        words = {victim.lower, *(child.lower for child in victim.children)}
        if words & self.words.any_words:
            return replace(mention, quantity=_NOTHING)
        return replace(mention, negated=True)

    def _mention(self, kind: Kind, trigger: Word, victim: Word, lead: bool, bare: bool) -> TollMention | None:
        if victim.lower in self.words.no_victims or (victim.pos == "NUM" and _is_year(victim)):
            return None
        span = (self._lead_start(victim), victim.i + 1 if lead else _phrase_end(victim))
        quantity = self._quantity(victim, victim.tree.part(span[0], span[1]))
        if quantity is None:
            return None
        if kind == "crowd" and (
            quantity.best < SMALLEST_CROWD or read_quantity(victim.tree.part(span[0], span[1])) is None
        ):
            return None
        total = any(child.lower in self.words.total for child in trigger.children)
        return TollMention(kind, quantity, trigger.i, None if bare else span, total=total)

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
        if victim.lower in self.words.singular_pronouns or victim.tag in ("NN", "NNP"):
            return _ONE
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
            return not perfect and verb.head.lower not in words.factual_verbs
        if verb.dep == "conj" and not auxiliaries and verb.head.i < verb.i and verb.tag == "VB":
            return self._is_unreal(verb.head)
        return (
            verb.tag == "VBG"
            and verb.dep in ("xcomp", "pcomp")
            and any(ancestor.lower in words.unreal_verbs for ancestor in list(verb.ancestors)[:2])
        )


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
    return [_antecedent(child) for child in verb.children if child.dep == "dobj"]


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
        token.text.isdigit()
        and len(token.text) == 4
        and token.text[:2] in ("18", "19", "20")
        and token.dep in ("pobj", "npadvmod", "appos")
        and token.head.lower not in ("of", "to", "at")
    )
