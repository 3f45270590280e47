"""What a noun phrase says about who: name, country, roles, ethnic and religious group, read off its own words.

Nothing outside the phrase (and its apposition) is looked at; eventcode.resolve.actors does the rest of the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from eventcode.find import grammar as g
from eventcode.lexicon.actors import COUNTRY_KINDS, NAME_KINDS, ActorEntry, ActorLexicon, Hit, roles_of
from eventcode.reading.tree import Tree, Word

PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "her",
        "them",
        "his",
        "its",
        "their",
        "who",
        "which",
        "that",
        "we",
        "us",
        "our",
        "i",
        "me",
        "you",
        "this",
        "these",
        "those",
        "himself",
        "itself",
        "themselves",
    ]
)
_AGED = re.compile(r"(?:,? \((?:age |aged )?|, (?:age |aged )?)\d{1,2}(?:[,;.)]| of\b| years\b|-year|$)")
# Adjective or noun roles that say more about armed people than "men", "forces" or "fighters" do.
ARMED_FIRST = frozenset({"REB", "INS", "SEP", "UAF"})
GENERIC = frozenset({"CVL", "MIL", "", "UAF"})


@dataclass(frozen=True, slots=True)
class Description:
    """What one noun phrase says. Offsets are in the sentence. ``pronoun`` and ``definite`` phrases may need an antecedent."""

    start: int
    end: int
    text: str
    head: str
    entry: ActorEntry | None = None
    country: str | None = None
    region: ActorEntry | None = None
    roles: tuple[str, ...] = ()
    type: str | None = None
    armed: bool = False
    sort: str = ""
    ethnic: str | None = None
    religion: str | None = None
    role_word: str = ""
    pronoun: str | None = None
    definite: bool = False
    plural: bool = False
    proper: bool = False
    former: bool = False

    @property
    def is_actor(self) -> bool:
        """Whether the tables know anything about the phrase that makes it an actor."""
        return (
            self.entry is not None
            or self.country is not None
            or self.region is not None
            or bool(self.roles)
            or self.ethnic is not None
        )


@dataclass(slots=True)
class _Parts:
    """Words of the tables in a phrase, by what they contribute."""

    entry: ActorEntry | None = None
    country: ActorEntry | None = None
    region: ActorEntry | None = None
    roles: list[ActorEntry] | None = None
    ethnic: str | None = None
    religion: str | None = None
    former: bool = False
    stance: str = ""
    headed: bool = False
    """Whether the country's name, or its seat's, is the head of the phrase."""


class ActorReader:
    """Describes noun phrases with the actor tables."""

    def __init__(self, lexicon: ActorLexicon, partitive: frozenset[str]) -> None:
        self.lexicon = lexicon
        self.partitive = partitive

    def actorish(self, token: Word) -> bool:
        """Whether a word can name an actor: a name, or a word of the actor tables."""
        return (token.pos == "PROPN" and token.text[0].isalnum()) or self.lexicon.names_actor(token.lower)

    def site(self, token: Word) -> bool:
        """Whether a word names a place that people hold or live in ("base", "village", "market")."""
        return self.lexicon.names_site(token.lower)

    def doer(self, token: Word) -> bool:
        """Whether the tables know a word as an actor, not only as a town or region."""
        return self.lexicon.names_doer(token.lower)

    def describe(self, tree: Tree, index: int, hits: Sequence[Hit], day: date | None) -> Description:
        """The phrase headed by token ``index``. ``hits``: names and words found in this sentence's text."""
        token = tree[index]
        left, right = g.noun_phrase(token)
        start, end = tree[left].idx, tree[right - 1].idx + len(tree[right - 1])
        text = tree.text[start:end]
        base = Description(
            start, end, text, token.lower, definite=tree[left].lower in ("the", "this", "that", "these", "those", "both"),
            plural=token.tag in ("NNS", "NNPS") or any(c.dep == "conj" for c in token.children),
            proper=token.pos == "PROPN",
        )  # fmt: skip
        if token.lower in PRONOUNS and token.pos in ("PRON", "DET"):
            return replace(base, pronoun=token.lower)
        described = self._compose(tree, token, left, right, hits, day, base)
        if not described.is_actor and base.proper and _AGED.match(tree.text, end):
            # "John Doe, 41, was arrested": newspapers give the age of private people.
            described = replace(described, roles=("CVL",), type="Civilians", sort="person")
        # "the group, Hamas," and "Ali Reza, the foreign minister,": the apposition says who it is.
        if described.entry is None:
            for c in token.children:
                if c.dep == "appos":
                    a, b = g.noun_phrase(c)
                    other = self._compose(tree, c, a, b, hits, day, base)
                    described = _with_apposition(described, other)
        return described

    def _compose(
        self,
        tree: Tree,
        token: Word,
        left: int,
        right: int,
        hits: Sequence[Hit],
        day: date | None,
        base: Description,
    ) -> Description:
        a, b = tree[left].idx, tree[right - 1].idx + len(tree[right - 1])
        head_at, head_end = token.idx, token.idx + len(token)
        core = [h for h in hits if h.start >= a and h.start < head_end and h.end <= b]
        post = [h for h in hits if h.start >= head_end and h.end <= b]
        parts = _Parts(roles=[])
        head_hit = next((h for h in core if h.start <= head_at < h.end), None)
        if token.lemma in self.partitive and (head_hit is None or head_hit.entry.kind == "role") and post:
            inner = g.prepositional(token, "of")
            if inner:
                return self._compose_of(tree, inner[0], hits, day, base)
        for h in sorted(core, key=lambda h: -h.start):
            self._take(tree.text, h, parts, at_head=h is head_hit)
        head_known = head_hit is not None
        person_like = bool(parts.roles) or parts.entry is not None
        for h in post:
            word = self._link(tree, token, h)
            site = bool(parts.roles) and (parts.roles or [])[0].sort in ("site", "weapon")
            if word == "of" or (
                word in ("in", "from", "at", "for", "with", "to") and person_like and head_known and not site
            ):
                self._take_post(h, parts, word)
            elif word == "direct":
                self._take(tree.text, h, parts, at_head=False)
        return self._description(parts, day, base)

    def _compose_of(
        self, tree: Tree, inner: Word, hits: Sequence[Hit], day: date | None, base: Description
    ) -> Description:
        a, b = g.noun_phrase(inner)
        return self._compose(tree, inner, a, b, hits, day, base)

    @staticmethod
    def _link(tree: Tree, head: Word, hit: Hit) -> str:
        span = tree.covering(hit.start, hit.end)
        if span is None:
            return ""
        t = tree.top(span)
        for _ in range(6):
            if t.head is t or t.head.i == head.i:
                break
            t = t.head
        if t.dep in ("prep", "agent"):
            return str(t.lower)
        return (
            "direct"
            if t.head.i == head.i and t.dep in ("appos", "nummod", "compound", "flat", "nmod")
            else ""
        )

    def _handling(self, text: str, hit: Hit) -> str:
        after = text[hit.end : hit.end + 14].translate({0x2011: "-", 0x2010: "-"})
        if after.startswith("-"):
            word = after[1:].split(" ")[0].strip(".,;:").lower()
            return self.lexicon.affixes.get(("suffix", word), "")
        before = text[max(0, hit.start - 12) : hit.start]
        if before.endswith("-"):
            word = before[:-1].split(" ")[-1].lower()
            return self.lexicon.affixes.get(("prefix", word), "")
        word = before.rstrip().split(" ")[-1].lower() if before.endswith(" ") else ""
        return "former" if self.lexicon.affixes.get(("before", word)) == "former" else ""

    def _take(self, text: str, hit: Hit, parts: _Parts, *, at_head: bool) -> None:
        handling = self._handling(text, hit)
        if handling == "former":
            parts.former = True
        elif handling == "holder":
            # "US-occupied bases": whoever holds a site suffers what is done to it; "rebel-held town" has no army of its own.
            if not (parts.roles and parts.roles[0].sort == "site"):
                return
        elif handling in ("drop", "pro"):
            return
        elif handling == "anti":
            parts.stance = parts.stance or "anti"
            return
        elif handling == "weak" and parts.country is not None:
            return
        named = hit.of_kind("person", "organisation", "group")
        place = hit.of_kind(*COUNTRY_KINDS)
        role = hit.of_kind("role")
        if (
            named is not None
            and not (named.weak and not at_head)
            and parts.entry is None
            and handling != "attribute"
        ):
            # A name behind a role word ("Hezbollah leader") gives its code; a person is only the head itself.
            if named.kind != "person" or at_head or not parts.roles:
                parts.entry = named
            return
        if place is not None and parts.country is None:
            parts.country = place
            parts.headed = at_head
            return
        region = hit.of_kind("region", "region_adjective")
        if region is not None and parts.region is None and place is None:
            parts.region = region
            return
        if role is not None:
            assert parts.roles is not None
            parts.roles.append(role)
            return
        ethnic, religion = hit.of_kind("ethnic"), hit.of_kind("religion")
        if ethnic is not None and parts.ethnic is None:
            parts.ethnic = ethnic.code
        if religion is not None and parts.religion is None:
            parts.religion = religion.code

    @staticmethod
    def _take_post(hit: Hit, parts: _Parts, word: str) -> None:
        named = hit.of_kind("organisation", "group")
        if named is not None and parts.entry is None and word in ("of", "from", "with", "for", "in"):
            parts.entry = named
            return
        place = hit.of_kind(*COUNTRY_KINDS)
        if place is not None and parts.country is None and word in ("of", "in", "from", "to"):
            parts.country = (
                replace(place, kind="country_adjective", roles=())
                if place.kind != "country_people"
                else place
            )
            return
        region = hit.of_kind("region", "region_adjective")
        if region is not None and parts.region is None and place is None:
            parts.region = region
            return
        role = hit.of_kind("role")
        if role is not None and not parts.roles and parts.entry is None:
            parts.roles = [role]

    def _description(self, parts: _Parts, day: date | None, base: Description) -> Description:
        roles, type_, armed, sort, word = self._roles(parts)
        country = parts.country.country if parts.country is not None else None
        entry = parts.entry
        if entry is not None and entry.kind == "person":
            term = entry.term(day)
            return replace(
                base, entry=entry, country=(term.country if term else entry.country) or None, roles=roles_of(term.code if term else entry.code),
                type=entry.type or None, sort=entry.sort or "person", role_word=word, former=parts.former,
            )  # fmt: skip
        if parts.country is not None and not roles and entry is None:
            if parts.country.kind == "seat" and not parts.headed:
                # "London goalie", "Paris fashion": a town, not the government that sits there.
                country = None
            elif parts.country.kind == "seat":
                roles = ("GOV",)
            elif parts.country.kind == "country_people":
                roles, type_, sort = ("CVL",), "Civilians", "person"
        if parts.former and roles and roles[0] in ("GOV", "LEG", "JUD", "MIL", "COP"):
            roles = ("ELI",)
            type_ = None
        if parts.stance == "anti" and (not roles or roles[0] in GENERIC):
            roles = ("REB",) if armed else ("OPP",)
            type_ = "Rebel group" if armed else type_
        term = entry.term(day) if entry is not None else None
        if entry is not None and term is not None:
            type_, roles, country = (
                type_ if roles and not term.type else term.type,
                roles_of(term.code),
                country or term.country or None,
            )
        return replace(
            base, entry=entry, country=country, region=parts.region, roles=roles, type=type_ or (entry.type if entry else None) or None,
            armed=armed or bool(entry and entry.armed), sort=sort, ethnic=parts.ethnic, religion=parts.religion, role_word=word,
            former=parts.former,
        )  # fmt: skip

    @staticmethod
    def _roles(parts: _Parts) -> tuple[tuple[str, ...], str | None, bool, str, str]:
        """Roles, ACLED type, armed, kind and word of the role words in a phrase, the head's first (they come right to left)."""
        words = parts.roles or []
        if not words:
            return (), None, False, "", ""
        head = words[0]
        roles, type_, armed = head.roles, head.type or None, head.armed
        for other in words[1:]:
            first = roles[0] if roles else ""
            theirs = other.roles[0] if other.roles else ""
            if theirs in ARMED_FIRST and first in GENERIC and first != theirs:
                roles, type_, armed = other.roles, other.type or type_, True
            elif theirs and not roles:
                roles, type_ = other.roles, other.type or type_
            elif (
                theirs in ("OPP", "GOV", "MIL", "COP")
                and first in ("CVL", "LEG", "PTY", "MED", "UAF")
                and theirs != first
            ):
                if first in ("LEG", "PTY"):
                    roles = (theirs, *roles)
                elif head.sort in ("site", "victim", "body", "weapon", "person") and theirs in (
                    "MIL",
                    "COP",
                    "GOV",
                    "OPP",
                ):
                    roles, type_ = other.roles, other.type or type_
            armed = armed or other.armed
        return roles, type_, armed, head.sort, head.name


def _with_apposition(mine: Description, other: Description) -> Description:
    if other.entry is not None and other.entry.kind in NAME_KINDS:
        return replace(
            mine,
            entry=other.entry,
            country=other.country or mine.country,
            roles=other.roles or mine.roles,
            type=other.type or mine.type,
            armed=other.armed or mine.armed,
        )
    if mine.proper and not mine.is_actor:
        return replace(
            mine, country=other.country, region=other.region, roles=other.roles, type=other.type, armed=other.armed,
            sort=other.sort, ethnic=other.ethnic, religion=other.religion, role_word=other.role_word, former=other.former,
        )  # fmt: skip
    return mine
