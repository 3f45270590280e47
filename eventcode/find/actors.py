"""What a noun phrase says about who: name, country, roles, ethnic and religious group, read off its own words.

Nothing outside the phrase (and its apposition) is looked at; eventcode.resolve.actors does the rest of the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from eventcode.find import grammar as g
from eventcode.lexicon.actors import (
    COUNTRY_KINDS,
    INTERNATIONAL,
    NAME_KINDS,
    ActorEntry,
    ActorLexicon,
    Hit,
    Term,
    roles_of,
)
from eventcode.reading.tree import Tree, Word
from eventcode.values import quick, replace

Names = Literal["public", "all"]
# What somebody is of whom nothing is told but the name and age.
SOMEBODY = "person"
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
_OF_AGE = re.compile(r"(?:the |a )?\d{1,2}-year-old\b")
HYPHEN_TOKENS = frozenset({"-", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}"})
# What a word without a role of its own may take its role from: "a faction within the army", "aides to the prime minister".
INSIDE = frozenset({"of", "to", "within", "inside", "among", "for", "in", "at", "from"})
WITHIN = frozenset({"within", "inside", "among"})
STATE_ROLES = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})
# What an office before a name tells of its holder today; a rank is kept in retirement.
OFFICES = frozenset({"GOV", "OPP", "LEG", "REB", "INS", "SEP"})
# How a word for an owner hangs on the noun, and what it can be.
OWNING = frozenset({"amod", "nmod", "compound", "poss"})
OWNERS = COUNTRY_KINDS | {"region", "region_adjective", "ethnic", "religion", "group", "organisation"}
NO_PEOPLE = frozenset({"site", "weapon", "victim"})
# Bodies of many countries: a country beside them is not where they belong.
TYPE_OF_ROLE = {
    "REB": "Rebel group",
    "INS": "Rebel group",
    "SEP": "Rebel group",
    "UAF": "Political militia",
    "MED": "Civilians",
    "HRI": "Civilians",
    "EDU": "Civilians",
    "HLH": "Civilians",
}
# Adjective or noun roles that say more about armed people than "men", "forces" or "fighters" do.
ARMED_FIRST = frozenset({"REB", "INS", "SEP", "UAF"})
# Civilians who stand for their community when they carry arms.
OF_A_COMMUNITY = frozenset({"AGR", "SET"})
GENERIC = frozenset({"CVL", "MIL", "", "UAF"})

# Hyphens as they are written between a name and what it is joined to.
_HYPHENS = ("-", "\u2010", "\u2011")
_OWN = ("'s ", "\N{RIGHT SINGLE QUOTATION MARK}s ", "' ", "\N{RIGHT SINGLE QUOTATION MARK} ")


@quick
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
    single: bool = False
    """Whether "a" or "an" says that one is meant ("a Palestinian")."""
    people: bool = False
    """Whether the head names people by their ethnic group or religion ("Hutus", "Iraqi Christians")."""
    called: str = ""
    """The name of somebody whom no table knows, where such names are kept."""
    each: tuple[Description, ...] = ()
    """Those of whom one noun tells together ("French and German ministers"), each with words of its own."""

    @property
    def is_actor(self) -> bool:
        """Whether the tables know anything about the phrase that makes it an actor."""
        return (
            self.entry is not None
            or self.country is not None
            or self.region is not None
            or bool(self.roles)
            or self.ethnic is not None
            or (self.religion is not None and self.people)
        )


@dataclass(slots=True)
class _Parts:
    """Words of the tables in a phrase, by what they contribute."""

    entry: ActorEntry | None = None
    country: ActorEntry | None = None
    region: ActorEntry | None = None
    roles: list[ActorEntry] | None = None
    ethnic: str | None = None
    homes: tuple[str, ...] = ()
    """Where the ethnic group lives."""
    religion: str | None = None
    former: bool = False
    stance: str = ""
    headed: bool = False
    """Whether the country's name, or its seat's, is the head of the phrase."""
    people: bool = False
    """Whether an ethnic or religious group's name is the head of the phrase."""
    stated: frozenset[str] = frozenset()
    """Countries that words of the phrase name."""
    bare: bool = False
    """Whether nothing but a country stands before the head."""


class ActorReader:
    """Describes noun phrases with the actor tables.

    ``names``: "public" names people of the tables alone, and others by what they are; "all" names these, too.
    """

    def __init__(self, lexicon: ActorLexicon, partitive: frozenset[str], names: Names = "public") -> None:
        self.lexicon = lexicon
        self.partitive = partitive
        self.names = names

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
        first, token = _whole(_clause_object(tree[index], self.partitive))
        left, right = g.noun_phrase(token)
        left = min(left, g.noun_phrase(first)[0])
        start, end = tree[left].idx, tree[right - 1].idx + len(tree[right - 1])
        text = tree.text[start:end]
        base = Description(
            start, end, text, token.lower, definite=tree[left].lower in ("the", "this", "that", "these", "those", "both"),
            plural=token.tag in ("NNS", "NNPS") or any(c.dep == "conj" for c in token.children),
            proper=token.pos == "PROPN", single=tree[left].lower in ("a", "an", "another"),
        )  # fmt: skip
        if token.lower in PRONOUNS and token.pos in ("PRON", "DET"):
            return replace(base, pronoun=token.lower)
        described = self._compose(tree, token, left, right, hits, day, base)
        described = replace(described, each=self._each(tree, token, left, right, hits, day, base))
        unknown = described.entry is None and not described.roles
        if unknown and base.proper and (_AGED.match(tree.text, end) or _OF_AGE.match(text)):
            # "Jordan Doe, 41, was arrested", "19-year-old Jane Doe": newspapers give the age of private people.
            # A country named behind is where he is from; in a name it is none.
            home = described.country if " of " in text or " from " in text else None
            described = replace(
                base, country=home, roles=("CVL",), type="Civilians", sort="person", role_word=SOMEBODY
            )
        # "the group, Hamas," and "Ali Reza, the foreign minister,": the apposition says who it is.
        if described.entry is None:
            for c in token.children:
                if c.dep == "appos":
                    a, b = g.noun_phrase(c)
                    other = self._compose(tree, c, a, b, hits, day, base)
                    described = _with_apposition(described, other, day)
        if self.names == "all" and described.entry is None and described.sort == "person":
            described = replace(described, called=_called(tree, token, hits))
        return described

    def _each(
        self,
        tree: Tree,
        token: Word,
        left: int,
        right: int,
        hits: Sequence[Hit],
        day: date | None,
        base: Description,
    ) -> tuple[Description, ...]:
        """The several whom one noun in the plural tells of: "French and German ministers", "UN and African Union troops"."""
        owners = _joined_owners(token, hits) if base.plural else []
        out = []
        for n, (word, own) in enumerate(owners):
            rest = [h for h in hits if h is own or all(h is not other for _, other in owners)]
            described = self._compose(tree, token, left, right, rest, day, base)
            start = base.start if n == 0 else min(word.idx, own.start)
            end = base.end if n == len(owners) - 1 else max(word.idx + len(word), own.end)
            out.append(replace(described, start=start, end=end, text=tree.text[start:end]))
        return tuple(out)

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
        # A word that the parser has cut at its hyphens ("passers-by") ends where the tables' word ends.
        b = max([b, *(h.end for h in hits if a <= h.start < b)])
        core = [h for h in hits if h.start >= a and h.start < head_end and h.end <= b]
        post = [h for h in hits if h.start >= head_end and h.end <= b]
        head_hit = next((h for h in core if h.start <= head_at < h.end), None)
        if token.lemma in self.partitive and (head_hit is None or head_hit.entry.kind == "role") and post:
            inner = g.prepositional(token, "of")
            if inner:
                return _as_mob(self._compose_of(tree, inner[0], hits, day, base), head_hit)
        parts = _Parts(roles=[], stated=frozenset(e.country for h in (*core, *post) for e in _stated(h)))
        for h in sorted(core, key=lambda h: -h.start):
            if h is head_hit or not (self._of_rank(h, core) or _of_kin(tree.text, h, head_hit)):
                self._take(tree.text, h, parts, at_head=h is head_hit)
        if parts.ethnic and self._doubtful(core) and parts.roles and _of_a_community(parts.roles[0]):
            # "Suspected Fulani herdsmen": nobody is suspected of herding.
            parts.roles[0] = replace(parts.roles[0], roles=("UAF",), type="Identity militia", armed=True)
        parts.bare = parts.country is not None and _bare(token, core)
        self._take_behind(tree, token, post, parts, day, head_known=head_hit is not None)
        self._take_bound(tree, token, hits, parts, day)
        if parts.roles and parts.roles[0].roles == ("CVL",) and self._worn(token):
            parts.roles[0] = replace(parts.roles[0], roles=("UAF",), type=TYPE_OF_ROLE["UAF"], armed=True)
        return self._description(parts, day, base)

    def _take_behind(
        self,
        tree: Tree,
        token: Word,
        post: Sequence[Hit],
        parts: _Parts,
        day: date | None,
        *,
        head_known: bool,
    ) -> None:
        """What the words behind the head say: "of the army", "in Basra", "to the prime minister"."""
        counterpart = self.lexicon.affixes.get(("head", token.lemma)) == "same"
        person_like = bool(parts.roles) or parts.entry is not None or counterpart
        site = bool(parts.roles) and (parts.roles or [])[0].sort in ("site", "weapon")
        for h in post:
            if self._handling(tree.text, h) == "drop" or _where_it_works(tree.text, h, parts.entry):
                continue
            word = self._link(tree, token, h)
            if (
                word == "of"
                or word in WITHIN
                or (
                    word in ("in", "from", "at", "for", "with", "to")
                    and person_like
                    and (head_known or counterpart)
                    and not site
                )
            ):
                self._take_post(h, parts, word, day)
            elif word == "direct":
                self._take(tree.text, h, parts, at_head=False)

    def _take_bound(
        self, tree: Tree, token: Word, hits: Sequence[Hit], parts: _Parts, day: date | None
    ) -> None:
        """What "loyal to", "linked to", "opposed to" behind a known head say."""
        if not parts.roles:
            return
        for c in token.rights:
            effect = self.lexicon.affixes.get(("behind", c.lower), "")
            if not effect or (effect == "weak" and (parts.entry is not None or parts.country is not None)):
                continue
            a, b = tree[c.left_edge].idx, tree[c.right_edge].idx + len(tree[c.right_edge])
            for h in hits:
                if h.start < a or h.end > b:
                    continue
                if effect == "anti":
                    parts.stance = parts.stance or "anti"
                    continue
                self._take_post(h, parts, "of", day)

    def _doubtful(self, hits: Sequence[Hit]) -> bool:
        """Whether somebody is only said to be who they are: "suspected", "alleged"."""
        roles = (h.of_kind("role") for h in hits)
        return any(
            r is not None and self.lexicon.affixes.get(("before", r.name)) == "doubtful" for r in roles
        )

    def _worn(self, token: Word) -> bool:
        """Whether what they wear hides who they are: "men in army uniform", "a man in fatigues"."""
        return any(
            self.lexicon.affixes.get(("in", w.lemma)) == "unknown" for w in g.prepositional(token, "in")
        )

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

    def _of_rank(self, hit: Hit, hits: Sequence[Hit]) -> bool:
        """Whether a word tells the rank of the office behind it alone: "the deputy commander" is no lawmaker."""
        role = hit.of_kind("role")
        if role is None or self.lexicon.affixes.get(("before", role.name)) != "same":
            return False
        return any(h.start == hit.end + 1 and h.of_kind("role") is not None for h in hits)

    def _handling(self, text: str, hit: Hit) -> str:
        after = text[hit.end : hit.end + 14]
        if after.startswith(_HYPHENS):
            after = after.translate({0x2011: "-", 0x2010: "-"})
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
            parts.stance = parts.stance or ("anti armed" if _armed_name(hit) else "anti")
            return
        elif handling == "weak" and parts.country is not None:
            return
        named = _named(hit, parts.stated)
        place = hit.of_kind(*COUNTRY_KINDS)
        role = hit.of_kind("role")
        if (
            role is not None
            and role.roles == ("CVL",)
            and not at_head
            and text[hit.start].isupper()
            and hit.start
        ):
            # "National Front", "Youth League": names of bodies, not people.
            role = None
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
            if place.kind != "country_people" or role is None:
                return
        ethnic, religion = hit.of_kind("ethnic"), hit.of_kind("religion")
        region = hit.of_kind("region", "region_adjective")
        if region is not None and ethnic is not None and not region.country and _of_people(parts):
            # "Arab nomads" are people; "Arab leaders" speak for the region.
            region = None
        if region is not None and parts.region is None and place is None:
            parts.region = region
            return
        if role is not None:
            assert parts.roles is not None
            parts.roles.append(role)
            return
        if ethnic is not None and parts.ethnic is None:
            parts.ethnic, parts.homes = ethnic.code, ethnic.countries
            parts.people = parts.people or at_head
        if religion is not None and parts.religion is None:
            parts.religion = religion.code
            parts.people = parts.people or at_head

    def _take_post(self, hit: Hit, parts: _Parts, word: str, day: date | None) -> None:
        named = _named(hit, parts.stated)
        if named is not None and named.kind == "person":
            self._take_follower(named, parts, word, day)
            return
        if (
            named is not None
            and parts.entry is None
            and (word in WITHIN or word in ("of", "from", "with", "for", "in"))
        ):
            parts.entry = named
            return
        place = hit.of_kind(*COUNTRY_KINDS)
        if (
            place is not None
            and parts.country is None
            and (word in WITHIN or word in ("of", "in", "from", "to"))
        ):
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
        if role is not None and parts.entry is None:
            self._take_role_behind(role, parts, word)

    def _take_follower(self, leader: ActorEntry, parts: _Parts, word: str, day: date | None) -> None:
        """ "Aides to Aoun", "supporters of Morsi": people of a person's country, and of his side where they have no role."""
        if parts.entry is not None or not parts.roles or word not in ("of", "to"):
            return
        term = leader.term(day)
        country = (term.country if term else "") or leader.country
        if parts.country is None and parts.region is None and country in self.lexicon.by_id:
            parts.country = replace(self.lexicon.by_id[country], kind="country_adjective")
        roles = roles_of(term.code if term else leader.code)
        if roles and roles[0] != "ELI":
            self._take_role_behind(
                ActorEntry("", "role", "", roles=roles, type=TYPE_OF_ROLE.get(roles[0], "")), parts, word
            )

    @staticmethod
    def _take_role_behind(role: ActorEntry, parts: _Parts, word: str) -> None:
        if not parts.roles:
            parts.roles = [role]
            return
        head = parts.roles[0]
        first, theirs = head.roles[:1], role.roles[:1]
        if role.sort in NO_PEOPLE or word not in INSIDE:
            return
        if not first:
            # Supporters of a president hold no office.
            if not (head.type == "Civilians" and theirs and theirs[0] in STATE_ROLES):
                parts.roles.append(role)
        elif (head.sort == "person" and word in ("of", "from")) and (
            (first == ("CVL",) and role.sort == "body" and theirs in (("MIL",), ("COP",), ("SPY",)))
            or (first == ("LEG",) and theirs in (("GOV",), ("OPP",)))
        ):
            # "Pilots of the air force", "men from the security service"; lawmakers of a party are coded as of the party.
            parts.roles.append(replace(role, sort="party") if first == ("LEG",) else role)
        elif head.armed and (word == "of" or word in WITHIN) and theirs and theirs[0] in ARMED_FIRST:
            # "Fighters of the breakaway republic"
            parts.roles.append(role)
        elif word == "of" and head.sort == "body" and first == theirs == ("CRM",):
            # "A gang of car thieves": its members tell whether it is more than ordinary crime.
            parts.roles[0] = replace(head, type=role.type, armed=role.armed)

    def _description(self, parts: _Parts, day: date | None, base: Description) -> Description:
        roles, type_, armed, sort, word = self._roles(parts)
        country = parts.country.country if parts.country is not None else None
        entry = parts.entry
        if entry is not None and entry.kind == "person":
            term = entry.term(day)
            held = roles_of(term.code if term else entry.code)
            if not parts.former and _holds_another(term, held, roles, word):
                # "Finance Minister X", whom the tables know as a former foreign minister only.
                return replace(
                    base, country=(term.country if term else "") or entry.country or None, roles=roles, type=type_, sort="person",
                    role_word=word, called=entry.name,
                )  # fmt: skip
            return Description(
                base.start, base.end, base.text, base.head, definite=base.definite, plural=base.plural, proper=base.proper,
                single=base.single,
                entry=entry, country=(term.country if term else entry.country) or None, roles=held,
                type=entry.type or _type_of(held), sort=entry.sort or "person", role_word=word,
                former=parts.former,
            )  # fmt: skip
        if parts.country is not None and not roles and entry is None:
            if parts.country.kind == "seat" and not parts.headed:
                # "London goalie", "Paris fashion": a town, not the government that sits there.
                country = None
            elif parts.country.kind == "seat":
                roles = ("GOV",)
            elif parts.country.kind == "country_people" or (parts.headed and base.single):
                roles, type_, sort = ("CVL",), "Civilians", "person"
        if entry is None:
            roles, type_ = self._beside_country(parts, roles, type_)
        if parts.former and roles and roles[0] in ("GOV", "LEG", "JUD", "MIL", "COP", "SPY"):
            roles = ("ELI",)
            type_ = "Civilians"
        if parts.stance and (not roles or roles[0] in GENERIC):
            armed = armed or (parts.stance == "anti armed" and not roles)
            roles = ("REB",) if armed else ("OPP",)
            type_ = "Rebel group" if armed else type_
        # "Islam" is nobody; "the Hausa" are people.
        people = parts.people and (base.plural or bool(parts.ethnic)) and entry is None and not roles
        # "Muslim leaders", "Hindu nationalists": what they are without a role of their own is left to their faith.
        faithful = bool(parts.religion) and sort == "person" and entry is None and not roles
        if people:
            type_, sort, word = "Civilians", "person", base.head
        people = people or faithful
        if country is None and parts.region is None and entry is None and len(parts.homes) == 1:
            # A people that lives in one country alone is of that country wherever it is met.
            country = parts.homes[0]
        term = entry.term(day) if entry is not None else None
        if entry is not None and term is not None:
            international = entry.code[:3] in INTERNATIONAL
            if international and not country and type_ == "State forces":
                # Soldiers of a body of many countries are nobody's army.
                type_ = "External/Other forces"
            # The unarmed people of a body of many countries: "UN aid workers".
            staff = entry.kind == "organisation" and type_ == "Civilians" and sort == "person"
            unarmed = international and staff
            told = country or ("" if entry.code[:3] in ("IGO", "IMG") else term.country)
            type_, roles, country = (
                type_ if unarmed or (roles and not term.type) else term.type,
                roles_of(term.code),
                told or None,
            )
        return Description(
            base.start, base.end, base.text, base.head, definite=base.definite, plural=base.plural, proper=base.proper,
                single=base.single,
            entry=entry, country=country, region=parts.region, roles=roles, type=type_ or (entry.type if entry else None) or None,
            armed=armed or bool(entry and entry.armed), sort=sort, ethnic=parts.ethnic, religion=parts.religion, role_word=word,
            former=parts.former, people=people,
        )  # fmt: skip

    def _beside_country(
        self, parts: _Parts, roles: tuple[str, ...], type_: str | None
    ) -> tuple[tuple[str, ...], str | None]:
        """What a word means beside nothing but a country: "Iraqi leaders" govern, "Malian officers" are soldiers."""
        words = parts.roles or []
        if (
            parts.country is None
            or not parts.bare
            or parts.country.kind == "seat"
            or len(words) != 1
            or parts.ethnic
            or parts.religion
            or parts.region is not None
            or parts.stance
        ):
            return roles, type_
        role = self.lexicon.affixes.get(("head", words[0].name))
        return ((role,), type_) if role else (roles, type_)

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
            elif theirs == "UAF" and head.type == "Civilians" and head.sort == "person":
                # "armed Murle herders", "masked youths"
                roles, type_, armed = other.roles, other.type or type_, True
                if parts.ethnic or first in OF_A_COMMUNITY:
                    type_ = "Identity militia"
            elif other.type == "Protesters" and type_ in (None, "Civilians") and head.sort == "person":
                # "Demonstrating pensioners"
                type_ = other.type
            elif theirs and not roles:
                roles, type_ = other.roles, other.type or type_
            elif (
                theirs in ("OPP", "GOV", "MIL", "COP")
                and first in ("CVL", "LEG", "PTY", "MED", "UAF")
                and theirs != first
            ):
                if first == "LEG" and other.sort == "party":
                    roles = (theirs, "PTY")
                elif first in ("LEG", "PTY"):
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


def _holds_another(term: Term | None, held: Sequence[str], told: Sequence[str], word: str) -> bool:
    """Whether the article gives a person an office, where the tables know only that he held another before: "President
    Carter" is none, long after."""
    past = term is not None and held[:1] == ("ELI",)
    return (
        past
        and bool(told)
        and told[0] in OFFICES
        and word.casefold() not in (term.office if term else "").casefold()
    )


def _with_apposition(mine: Description, other: Description, day: date | None) -> Description:
    if other.entry is not None and other.entry.kind == "person" and not mine.former:
        term = other.entry.term(day)
        if _holds_another(term, other.roles, mine.roles, mine.role_word):
            return replace(mine, country=mine.country or other.country, called=other.entry.name)
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


def _type_of(roles: Sequence[str]) -> str | None:
    """ACLED's type of a person who is known by roles; none for who holds an office."""
    if roles[:1] in (("GOV",), ("MIL",), ("COP",)):
        return None
    return next((TYPE_OF_ROLE[r] for r in roles if r in TYPE_OF_ROLE), None)


def _joined_owners(head: Word, hits: Sequence[Hit]) -> list[tuple[Word, Hit]]:
    """Two or more words before a noun, joined by "and", that each tell whose it is; none where any does not."""
    for first in head.lefts:
        joined = [w for w in g.conjuncts(first) if first.i <= w.i < head.i]
        if first.dep not in OWNING or len(joined) < 2:
            continue
        found = [(w, next((h for h in hits if h.start <= w.idx < h.end), None)) for w in joined]
        owners = [(w, h) for w, h in found if h is not None and h.entry.kind in OWNERS]
        if len(owners) == len(joined) == len({h.entry.id for _, h in owners}):
            return owners
    return []


def _called(tree: Tree, token: Word, hits: Sequence[Hit]) -> str:
    """The name in a phrase, or in the apposition to it ("the driver, John Doe"), without words of the tables."""
    for head in (token, *(c for c in token.children if c.dep == "appos")):
        if _unknown_name(head, hits):
            first = head
            while (
                first.i and tree[first.i - 1].head in (head, first) and _unknown_name(tree[first.i - 1], hits)
            ):
                first = tree[first.i - 1]
            return tree.text[first.idx : head.idx + len(head)]
    # The parser may not see that "a teacher, Jane Doe, was shot" has an apposition.
    at = token.i + 1
    if at >= len(tree) or tree[at].text != ",":
        return ""
    end = at + 1
    while end < len(tree) and _unknown_name(tree[end], hits):
        end += 1
    closed = end == len(tree) or tree[end].text in (",", ".")
    return (
        tree.text[tree[at + 1].idx : tree[end - 1].idx + len(tree[end - 1])]
        if closed and end > at + 2
        else ""
    )


def _unknown_name(word: Word, hits: Sequence[Hit]) -> bool:
    return word.pos == "PROPN" and not _known(word, hits)


def _known(word: Word, hits: Sequence[Hit]) -> bool:
    return any(h.start <= word.idx < h.end for h in hits)


def _clause_object(head: Word, partitive: frozenset[str]) -> Word:
    """ "A man officials say was shot", parsed as if there were "man officials": one cannot be several, and is the man."""
    if head.tag != "NNS" and head.lower != "police":
        return head
    inside = [w for w in head.lefts if w.dep == "compound" and w.tag == "NN" and w.i == head.i - 1]
    one = any(w.lower in ("a", "an") for w in (*head.lefts, *(c for w in inside for c in w.lefts)))
    return inside[0] if inside and one and inside[0].lemma not in partitive else head


def _whole(token: Word) -> tuple[Word, Word]:
    """The first part and the head of a phrase whose word the parser has cut at its hyphens, so that every part has the place
    of the whole ("neo-Nazis", "ex-president John Doe")."""
    words, first, at = token.tree, token.i, token.i
    while first and _cut(words[first - 1], words[first]) and _same_place(words[first - 1], token):
        first -= 1
    while at + 1 < len(words) and _cut(words[at], words[at + 1]):
        at += 1
    last = words[at]
    while last.head is not token.head and last.head.i > token.i and last.head is not last:
        last = last.head
    if last.text in HYPHEN_TOKENS or not _same_place(last, token):
        last = token
    return words[first], last


def _cut(left: Word, right: Word) -> bool:
    return not left.spaced and (left.text in HYPHEN_TOKENS or right.text in HYPHEN_TOKENS)


def _same_place(word: Word, other: Word) -> bool:
    return word.head is other.head and word.dep == other.dep


def _bare(head: Word, hits: Sequence[Hit]) -> bool:
    """Whether no noun that the tables do not know qualifies the head ("Chilean riot officers")."""
    return not any(
        c.dep == "compound" and not any(h.start <= c.idx < h.end for h in hits) for c in head.lefts
    )


def _stated(hit: Hit) -> list[ActorEntry]:
    """The countries that a word may stand for, where it names nobody."""
    if any(e.kind in NAME_KINDS for e in hit.entries):
        return []
    return [e for e in hit.entries if e.kind in COUNTRY_KINDS]


def _named(hit: Hit, stated: frozenset[str]) -> ActorEntry | None:
    """Who is named: of several of one name the one of a country that the phrase names; a national body of another country
    has only part of its name in common ("Japan's Liberal Democratic Party")."""
    names = [e for e in hit.entries if e.kind in NAME_KINDS]
    here = [e for e in names if not stated.isdisjoint((e.country, *e.countries))]
    if here or not names:
        return here[0] if here else None
    first = names[0]
    elsewhere = (
        stated and first.kind == "organisation" and first.country and first.code[:3] not in INTERNATIONAL
    )
    return None if elsewhere else first


def _armed_name(hit: Hit) -> bool:
    entry = hit.of_kind("group")
    return entry is not None and entry.armed


def _where_it_works(text: str, hit: Hit, entry: ActorEntry | None) -> bool:
    """Whether a country is where a body of many countries works, not whose it is: "African Union soldiers in Somalia"."""
    return (
        entry is not None
        and entry.code[:3] in INTERNATIONAL
        and hit.of_kind(*COUNTRY_KINDS) is not None
        and text.endswith(" in ", 0, hit.start)
    )


def _of_kin(text: str, hit: Hit, head: Hit | None) -> bool:
    """Whether a word is for somebody whose own the head is: "a policeman's wife" is no policeman."""
    own, theirs = hit.of_kind("role"), head.of_kind("role") if head is not None else None
    return (
        own is not None
        and theirs is not None
        and own.sort == theirs.sort == "person"
        and theirs.roles == ("CVL",)
        and text.startswith(_OWN, hit.end)
    )


def _of_a_community(role: ActorEntry) -> bool:
    return (
        role.sort == "person"
        and role.type == "Civilians"
        and role.roles[:1] != ()
        and role.roles[0] in OF_A_COMMUNITY
    )


def _of_people(parts: _Parts) -> bool:
    """Whether the head is people who hold no office."""
    head = parts.roles[0] if parts.roles else None
    return head is not None and head.sort in ("person", "crowd", "victim") and head.roles[:1] != ("GOV",)


def _as_mob(d: Description, head: Hit | None) -> Description:
    """ "A mob of slum dwellers": whoever they are, they riot."""
    role = head.of_kind("role") if head is not None else None
    if role is not None and role.type == "Rioters" and d.type in (None, "Civilians"):
        return replace(d, type=role.type)
    return d
