"""Who is meant, given the whole article: antecedents of "he" and "the group", surnames, and codes.

An antecedent is taken only where it is plain; a doubtful pronoun stays an uncoded text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from eventcode.find.actors import SOMEBODY, Description
from eventcode.lexicon.actors import INTERNATIONAL, ActorLexicon, roles_of
from eventcode.model import Actor, Field, Sentence
from eventcode.resolve.two_sides import REACH, kind_of, the_country, the_two
from eventcode.values import quick, replace

BRACKETED = re.compile(r"\s\(['\"“]?([A-Z][A-Za-z&/-]*[A-Z])['\"”]?\)")
HE = frozenset({"he", "she", "him", "her", "his", "himself", "herself"})
IT = frozenset({"it", "its", "itself", "which", "that"})
EXTERNAL = "External/Other forces"
ARMED_TYPES = frozenset({"State forces", "Rebel group", "Political militia", "Identity militia"})
NOWHERE = frozenset({"IGO", "IMG"})
THEY = frozenset({"they", "them", "their", "themselves", "who", "both"})


@quick
@dataclass(frozen=True, slots=True)
class Remembered:
    """A mention already resolved, as a possible antecedent."""

    actor: Actor
    field: Field
    sentence: int
    sort: str
    plural: bool
    subject: bool
    proper: bool
    word: str


@lru_cache(maxsize=4096)
def compose_code(
    lexicon: ActorLexicon,
    country: str | None,
    region_code: str | None,
    roles: tuple[str, ...],
    ethnic: str | None,
    religion: str | None,
) -> str | None:
    """CAMEO actor code of a description: country or region, up to two roles, ethnic group, religion (codebook ch. 3, order of groups).

    Of international actors the type comes first, and where they come from second.
    """
    first = region_code or (lexicon.country_code(country) if country else "")
    if roles[:1] == ("IGO",):
        # Of many states, whichever sent the men.
        parts = [*roles[:2]]
    elif roles and roles[0] in INTERNATIONAL:
        parts = [roles[0], first, *roles[1:2]]
    else:
        parts = [first, *[r for r in roles[:2] if r != first]]
    if ethnic and ethnic not in parts:
        parts.append(ethnic)
    if religion and not any(religion.startswith(p) for p in parts if p):
        parts.append(religion)
    code = "".join(p for p in parts if p)
    return code or None


def recoded(lexicon: ActorLexicon, actor: Actor, day: date | None) -> Actor:
    """The actor with the code, name and type that the tables give its entry now: what was read stays, what it means may change."""
    entry = lexicon.by_id.get(actor.id) if actor.id else None
    if actor.code is None:
        return actor
    if entry is not None and entry.kind in ("person", "group", "organisation"):
        term = entry.term(day)
        code = (term.code if term else "") or entry.code
        # A person's type is that of the words beside the name, and so is that of a body's unarmed staff.
        own = entry.kind == "person" or (entry.kind == "organisation" and actor.type == "Civilians")
        type_ = actor.type if own else (term.type if term else entry.type) or actor.type
        # Roles read off the old code follow the new one; roles told in words stay.
        roles = roles_of(code) if actor.roles == roles_of(actor.code) else actor.roles
        told = (code or None, entry.name, roles, type_)
        if told == (actor.code, actor.name, actor.roles, actor.type):
            return actor
        return replace(actor, code=told[0], name=entry.name, roles=roles, type=type_)
    region = entry.code if entry is not None and entry.kind == "region" else None
    composed = compose_code(lexicon, actor.country, region, actor.roles, actor.ethnic, actor.religion)
    return actor if composed == actor.code else replace(actor, code=composed)


class ArticleActors:
    """Resolves the mentions of one article in reading order, remembering who was named."""

    def __init__(self, lexicon: ActorLexicon, day: date | None, words: Mapping[str, frozenset[str]]) -> None:
        """``words``: classes of the grammar; "body" are nouns by which a body is named again ("the group"), "munition"
        weapons that any side may have."""
        self.lexicon = lexicon
        self.bodies = words["body"]
        self.munitions = words["munition"]
        self.own_forces = words["own_forces"]
        self.day = day
        self._memory: list[Remembered] = []
        self._names: dict[str, Actor] = {}
        self._called: dict[str, Actor] = {}

    def resolve_all(
        self, d: Description, sentence: Sentence, *, subject: bool, others: tuple[Actor, ...] = ()
    ) -> tuple[Actor, ...]:
        """The actors of a described phrase: two of "the two sides", each as it was named before; each of "French and German
        ministers"; else the one. ``others``: whom a pronoun cannot mean."""
        if d.each:
            return tuple(self.resolve(one, sentence, subject=subject) for one in d.each)
        kind = kind_of(d)
        two = the_two(kind, d, sentence, self._memory, self.lexicon) if kind is not None else ()
        if not two:
            return (self.resolve(d, sentence, subject=subject, others=others),)
        for actor in two:
            sort = "person" if kind == "person" else "body"
            self._memory.append(
                Remembered(actor, sentence.field, sentence.index, sort, False, subject, False, "")
            )
        return two

    def resolve(
        self, d: Description, sentence: Sentence, *, subject: bool, others: tuple[Actor, ...] = ()
    ) -> Actor:
        """The actor of a described phrase, offsets in the article's field. ``others`` as in ``resolve_all``."""
        start, end = sentence.start + d.start, sentence.start + d.end
        base = Actor(text=d.text, start=start, end=end)
        actor: Actor
        if d.pronoun is not None:
            actor = self._pronoun(d, base, sentence, {_mention(a) for a in others})
        else:
            actor = self._described(d, base, sentence)
        self._remember(actor, d, sentence, subject)
        short = BRACKETED.match(sentence.text, d.end)
        if short is not None and actor.code is not None and d.text.split()[-1][:1].isupper():
            # "the Tulip Freedom Movement (TFM)"
            self._names.setdefault(short.group(1), actor)
        return actor

    def _described(self, d: Description, base: Actor, sentence: Sentence) -> Actor:
        if d.entry is not None:
            titled = self._called.get(d.entry.name) if d.roles[:1] == ("ELI",) else None
            if titled is not None:
                # Named with the office that he holds before.
                return refer(base, titled)
            term = d.entry.term(self.day)
            code = (term.code if term else "") or d.entry.code
            return Actor(
                base.text, base.start, base.end, name=d.entry.name, id=d.entry.id, code=code or None, country=d.country or (None if d.entry.code[:3] in NOWHERE else d.entry.country) or None, roles=d.roles or d.entry.roles,
                ethnic=d.ethnic or d.entry.ethnic or None, religion=d.religion or d.entry.religion or None,
                group=d.entry.id if d.entry.kind in ("group", "organisation") else None, type=d.type or d.entry.type or None,
            )  # fmt: skip
        if self.lexicon.affixes.get(("head", d.head)) == "same":
            other = self._counterpart(d, sentence)
            if other is not None:
                return refer(base, other)
            d = self._as_before(d)
        owner = self._owner(d, sentence)
        if owner is not None:
            return refer(base, owner)
        known = self._names.get(d.text.split()[-1]) if d.proper and not d.is_actor else None
        if known is not None:
            return refer(base, known)
        if d.definite and (not d.is_actor or (d.country is None and d.region is None)):
            found = self._definite(d, sentence)
            if found is not None:
                return refer(base, found)
        if not d.is_actor or (
            d.role_word.split()[-1:]
            and d.role_word.split()[-1] in self.munitions
            and d.country is None
            and d.region is None
        ):
            # "drones" and "rockets" alone do not tell whose they are, as "warplanes" mostly do.
            return base
        region = d.region.code if d.region is not None else None
        country = d.country or (d.region.country if d.region is not None else None) or None
        there = self.lexicon.role_in(d.role_word, country) if country and d.role_word else None
        if there is not None:
            d = replace(d, roles=there.roles, type=there.type or None, role_word=there.name)
        composed = compose_code(self.lexicon, d.country, region, d.roles, d.ethnic, d.religion)
        return Actor(
            base.text, base.start, base.end, name=self._name(country, d), id=(d.region.id if d.region is not None else None) or (country if not d.roles else None),
            code=composed, country=country, roles=d.roles, ethnic=d.ethnic, religion=d.religion, type=d.type,
        )  # fmt: skip

    def _owner(self, d: Description, sentence: Sentence) -> Actor | None:
        """ "The group said its men had attacked": the men of an armed body are that body."""
        word = d.text.split()[0].lower()
        wanted = IT if word == "its" else THEY if word == "their" else None
        plain = d.country is None and d.region is None and d.roles[:1] in ((), ("CVL",), ("UAF",))
        if wanted is None or not plain or self.own_forces.isdisjoint(d.role_word.split()[-1:]):
            return None
        near = [
            m
            for m in reversed(self._memory)
            if m.field == sentence.field
            and sentence.index - REACH <= m.sentence <= sentence.index
            and m.actor.end <= sentence.start + d.start
            and m.actor.type in ARMED_TYPES
            and _agrees(m, wanted)
        ]
        return next((m.actor for m in near if m.subject), near[0].actor if near else None)

    def _as_before(self, d: Description) -> Description:
        """ "Her Iranian counterpart": another country's holder of the office of whom was spoken last."""
        if d.roles or d.country is None:
            return d
        for m in reversed(self._memory):
            if m.sort == "person" and not m.plural and m.actor.roles:
                return replace(d, roles=m.actor.roles, type=m.actor.type, sort="person", role_word=m.word)
        return d

    def _counterpart(self, d: Description, sentence: Sentence) -> Actor | None:
        """Who "his counterpart" is, where two holders of one kind of office were named: the one who is not the subject."""
        if d.roles or d.country is not None or d.region is not None:
            return None
        near = [
            m
            for m in self._memory
            if m.field == sentence.field
            and m.sentence >= sentence.index - REACH
            and m.sort == "person"
            and not m.plural
            and m.actor.roles
            and m.actor.country
        ]
        here = [m for m in near if m.subject and m.sentence == sentence.index]
        if not here:
            return None
        one = here[-1].actor
        others = {m.actor.country: m.actor for m in near if m.actor.country != one.country}
        other = next(iter(others.values()), None)
        return other if len(others) == 1 and other is not None and other.roles[0] == one.roles[0] else None

    def _name(self, country: str | None, d: Description) -> str | None:
        place = (
            self.lexicon.country_name(country) if country else (d.region.name if d.region is not None else "")
        )
        if d.called:
            # What they are stays beside the name: ACLED's words for people depend on it.
            return f"{d.called}, {d.role_word or SOMEBODY}" + (f" ({place})" if place else "")
        if d.role_word:
            word: str = d.role_word[0].upper() + d.role_word[1:]
            return f"{word} ({place})" if place else word
        return place or None

    def _pronoun(
        self, d: Description, base: Actor, sentence: Sentence, barred: set[tuple[int, int]]
    ) -> Actor:
        word = d.pronoun or ""
        wanted = HE if word in HE else IT if word in IT else THEY if word in THEY else None
        if wanted is None:
            return base
        near = [
            m
            for m in reversed(self._memory)
            if m.field == sentence.field
            and sentence.index - 2 <= m.sentence <= sentence.index
            and m.actor.end <= base.start
            and _mention(m.actor) not in barred
        ]
        fit = [m for m in near if _agrees(m, wanted)]
        if not fit:
            return base
        # The subject of the nearest sentence is meant before any other noun of it.
        latest = fit[0].sentence
        same = [m for m in fit if m.sentence == latest]
        chosen = next((m for m in same if m.subject), same[0])
        if latest == sentence.index and chosen.actor.ref_start is None:
            # "Turkey said it would": the phrase that names the actor stands in the same sentence and is the mention.
            return chosen.actor
        return refer(base, chosen.actor)

    def _definite(self, d: Description, sentence: Sentence) -> Actor | None:
        if d.head in self.bodies:
            for m in reversed(self._memory):
                if m.actor.group is not None:
                    return m.actor
        if not d.roles:
            return the_country(d, sentence, self._memory)
        for m in reversed(self._memory):
            same_word = m.word and (m.word == d.role_word or m.word.endswith(" " + d.role_word))
            named = m.actor.country is not None or m.actor.group is not None
            if named and same_word and d.roles[0] != "CVL":
                return m.actor
            if (
                named
                and d.sort == "person"
                and not d.plural
                and m.sort == "person"
                and not m.plural
                and m.proper
                and m.actor.roles[:1] == d.roles[:1]
            ):
                return m.actor
            if (
                named
                and m.actor.group is not None
                and d.armed
                and d.roles[0] in ("UAF", "REB", "INS", "SEP")
                and m.sort == "body"
            ):
                return m.actor
        return None

    def _remember(self, actor: Actor, d: Description, sentence: Sentence, subject: bool) -> None:
        sort: str = d.sort
        if d.pronoun is not None:
            if actor.ref_start is None:
                # Unresolved, or the very mention that is remembered already.
                return
            sort = "person" if d.pronoun in HE else "body"
        elif not sort:
            if d.entry is not None:
                sort = "person" if d.entry.kind == "person" else "body"
            elif d.proper and actor.country is None:
                sort = "name"
            elif actor.code is not None:
                sort = "body"
        if sort == "surname":
            sort = "person"
        self._memory.append(
            Remembered(actor, sentence.field, sentence.index, sort, d.plural, subject, d.proper, d.role_word)
        )
        if d.called and actor.ref_start is None:
            self._called.setdefault(d.called, actor)
        if d.proper and d.pronoun is None and actor.code is not None and actor.ref_start is None:
            last = d.text.split()[-1]
            if last[:1].isupper() and d.entry is None and d.sort == "person":
                self._names.setdefault(last, actor)

    def localise(self, actor: Actor, country: str | None) -> Actor:
        """A bare role ("police", "the army", "villagers") or people ("Christians") get the country of the event or article.

        Forces from elsewhere do not.
        """
        if (
            country is None
            or actor.country is not None
            or not (actor.roles or actor.ethnic or actor.religion)
            or actor.type == EXTERNAL
            or actor.group is not None
            or actor.id is not None
        ):
            return actor
        name = actor.name
        there = self.lexicon.role_in(name[:1].lower() + name[1:], country) if name else None
        if there is not None:
            # "Deputies" are lawmakers in Kyiv, and policemen in Texas.
            name = there.name[:1].upper() + there.name[1:]
            actor = replace(actor, roles=there.roles, type=there.type or None)
        code = compose_code(self.lexicon, country, None, actor.roles, actor.ethnic, actor.religion)
        if name is not None and "(" not in name:
            name = f"{name} ({self.lexicon.country_name(country)})"
        return replace(actor, country=country, code=code, name=name)


def _mention(actor: Actor) -> tuple[int, int]:
    """Where the phrase stands that names the actor, itself or for a pronoun."""
    if actor.ref_start is None or actor.ref_end is None:
        return actor.start, actor.end
    return actor.ref_start, actor.ref_end


def _agrees(m: Remembered, wanted: frozenset[str]) -> bool:
    if wanted is HE:
        return m.sort in ("person", "name") and not m.plural
    if wanted is IT:
        return (m.sort in ("body", "weapon", "name") or (not m.sort and m.subject)) and not m.plural
    return m.plural or m.sort in ("body", "crowd")


def is_unidentified(actor: Actor) -> bool:
    """Whether all that is known of an actor is that he is armed: "gunmen", "attackers"."""
    unnamed = actor.group is None and actor.id is None and actor.ethnic is None and actor.religion is None
    return unnamed and actor.roles[:1] == ("UAF",)


def refer(base: Actor, antecedent: Actor) -> Actor:
    """The antecedent as the words of ``base`` name it again."""
    return replace(
        antecedent, text=base.text, start=base.start, end=base.end,
        ref_start=antecedent.ref_start if antecedent.ref_start is not None else antecedent.start,
        ref_end=antecedent.ref_end if antecedent.ref_end is not None else antecedent.end,
    )  # fmt: skip
