"""Who the sides of an incident are in ACLED's way of naming: "Military Forces of X", "Rioters (X)", a group's own name.

A Party is one side before the incident's country is known; ``Namer.name`` and ``Namer.inter`` finish it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from eventcode.coding.victims import traits
from eventcode.coding.wording import Wording
from eventcode.lexicon.actors import INTERNATIONAL, ActorEntry, ActorLexicon
from eventcode.model import Act, Actor
from eventcode.values import quick, replace

Kind = Literal["named", "state", "armed", "crowd", "civilians", "body"]

STATE, REBEL, MILITIA, IDENTITY = "State forces", "Rebel group", "Political militia", "Identity militia"
RIOTERS, PROTESTERS, CIVILIANS, EXTERNAL = "Rioters", "Protesters", "Civilians", "External/Other forces"
NONSTATE = frozenset({REBEL, MILITIA, IDENTITY})
MILITARY, POLICE, GOVERNMENT = "Military Forces", "Police Forces", "Government"
UNIDENTIFIED = "Unidentified Armed Group"
STRATEGIC = "Strategic developments"
AGAINST_CIVILIANS = "Violence against civilians"
ARMED_ROLES = frozenset({"REB", "INS", "SEP", "UAF"})
# Of the actors of many countries those that are no armed movement.
PEACEFUL = INTERNATIONAL - {"IMG"}
# Letters of "the " before a name.
ARTICLE = 4
# Descriptions whose parties are kept.
_REMEMBERED = 65_536
# "Student (Nigeria)", "Jane Doe, student (Nigeria)": how a described actor is named, the word before the country.
_DESCRIBED = re.compile(r"^(?:.+, )?(?P<word>.+?) \(.*\)$")


@quick
@dataclass(frozen=True, slots=True)
class Party:
    """One side of an act.

    ``label`` is the name or what the country goes with ("Military Forces"); ``inter`` the ACLED actor type at home;
    ``weak`` that it contradicts nobody ("people", "a base"); ``also`` names for the associated actors; ``traits`` what
    its words say of a victim (victims.py).
    """

    kind: Kind
    label: str
    inter: str
    country: str | None = None
    weak: bool = False
    also: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Who it is, whatever else is said about them."""
        return (self.kind, self.label, "" if self.kind == "named" else self.country or "")

    @property
    def exactness(self) -> int:
        """How much it tells; the most exact party of a side names it."""
        if self.weak:
            return 0
        return {"civilians": 1, "crowd": 2, "armed": 2, "body": 2, "state": 3, "named": 4}[self.kind]


class Namer:
    """Makes parties of actors and names of parties."""

    def __init__(self, lexicon: ActorLexicon, words: Wording) -> None:
        self.lexicon = lexicon
        self.words = words
        self._kinds = frozenset(label for labels in words.people.values() for label in labels) | {
            *words.people_by_role.values(),
            *words.people_by_religion.values(),
        }
        self._groups = _groups_by_code(lexicon)
        self._dated: dict[str, list[ActorEntry]] = defaultdict(list)
        for e in lexicon.entries_of("group", "organisation"):
            if not e.weak:
                self._dated[e.id].append(e)
        self._sites = frozenset(
            e.name.lower() for e in lexicon.entries_of("role") if e.sort in ("site", "victim")
        )
        self._ethnic = {e.code: e.name for e in lexicon.entries_of("ethnic")}
        self._known: dict[tuple[object, ...], Party | None] = {}

    # --- from an actor to a party ----------------------------------------------------------------------------

    def party(self, actor: Actor, act: Act, event_type: str, *, doing: bool) -> Party | None:
        """The side that an actor stands for in an incident of this event type; None where nothing is known of it.

        ``doing``: it does the act, and is not who suffers it.
        """
        entry = self._group(actor, act.date.first or act.date.last)
        if entry is not None:
            found = _with_traits(self._named(actor, entry, event_type), actor, doing)
        else:
            found = self._described_before(actor, event_type, doing)
        if (
            found is None
            or entry is not None
            or found.kind not in ("state", "civilians")
            or not _is_place(actor, act)
        ):
            return found
        # The name of a place says nothing of whom it belongs to.
        return None if found.kind == "state" else replace(found, weak=True)

    def _group(self, actor: Actor, day: date | None) -> ActorEntry | None:
        """The group or organisation an actor is, or leads or belongs to, as it was on a day."""
        if actor.group is not None and actor.group in self.lexicon.by_id:
            entries = self._dated.get(actor.group, ())
            current = next(
                (e for e in entries if day is not None and any(t.holds(day) for t in e.terms)), None
            )
            return current or self.lexicon.by_id[actor.group]
        if actor.code is not None and (actor.id is not None or actor.group is not None):
            return self._groups.get(actor.code)
        return None

    def _named(self, actor: Actor, entry: ActorEntry, event_type: str) -> Party | None:
        kind = entry.type or actor.type
        country = entry.country or actor.country
        if kind == STATE:
            role = POLICE if "COP" in (*entry.roles, *actor.roles) else MILITARY
            return Party("state", role, STATE, country or None, also=(entry.name,))
        if kind == CIVILIANS or (not kind and event_type != STRATEGIC):
            home = None if (actor.code or entry.code)[:3] in PEACEFUL else country or None
            label = CIVILIANS if home else f"{CIVILIANS} (International)"
            return Party("civilians", label, CIVILIANS, home, also=(entry.name,))
        if not kind:
            inter = EXTERNAL if entry.code[:3] in PEACEFUL else CIVILIANS
            return Party("body", entry.name, inter, country or None)
        if entry.code[:3] in INTERNATIONAL:  # no country speaks against them
            return Party("named", entry.name, kind)
        return Party("named", entry.name, kind, country or None, countries=entry.countries)

    def _described_before(self, actor: Actor, event_type: str, doing: bool) -> Party | None:
        """As ``_described``, with traits, which depend on nothing else: who acts is told in the same words again and again."""
        a = actor
        who = (
            a.id,
            a.group,
            a.name,
            a.type,
            a.code,
            a.country,
            a.roles,
            a.ethnic,
            a.religion,
            event_type,
            None if doing else a.text,
        )
        try:
            return self._known[who]
        except KeyError:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
        found = self._known[who] = _with_traits(self._described(actor, event_type, doing), actor, doing)
        return found

    def _described(self, actor: Actor, event_type: str, doing: bool) -> Party | None:
        kind = self._type(actor)
        if kind == STATE:
            return self._state(actor, event_type, doing)
        if kind in (RIOTERS, PROTESTERS):
            return Party("crowd", kind, kind, actor.country, also=self._who(actor))
        if kind == CIVILIANS:
            word = _word(actor)
            weak = word in self.words.anybody or word in self._sites
            return Party(
                "civilians", CIVILIANS, CIVILIANS, actor.country, weak, () if weak else self._who(actor)
            )
        if kind == EXTERNAL:
            label = _word(actor).capitalize() or actor.name or "Unidentified Military Forces"
            return Party("named", label, EXTERNAL, actor.country)
        return self._armed(actor, kind) if kind else None

    @staticmethod
    def _type(actor: Actor) -> str | None:
        """ACLED actor type: what the lexicon says, else by role, else a bare country is its state."""
        if actor.type:
            return actor.type
        roles = set(actor.roles[:2])
        if roles & {"MIL", "COP", "SPY", "GOV"}:
            return STATE
        if roles & ARMED_ROLES:
            return REBEL if roles & {"REB", "INS", "SEP"} else MILITIA
        if "PKO" in roles:
            return EXTERNAL
        if actor.roles or actor.ethnic or actor.religion:
            return CIVILIANS
        return STATE if actor.country and actor.code else None

    def _state(self, actor: Actor, event_type: str, doing: bool) -> Party | None:
        roles = actor.roles
        forces = MILITARY if "MIL" in roles or "SPY" in roles else POLICE if "COP" in roles else None
        weak = _word(actor) in self._sites and actor.id is None
        if forces is not None:
            return Party("state", forces, STATE, actor.country, weak)
        if "GOV" in roles and event_type == AGAINST_CIVILIANS and not doing:
            # Officials are unarmed; which office they hold is told beside them.
            return Party("state", GOVERNMENT, STATE, actor.country)
        official = "GOV" in roles and not doing
        label = GOVERNMENT if event_type == STRATEGIC or official else MILITARY
        return Party("state", label, STATE, actor.country, weak)

    def _armed(self, actor: Actor, kind: str) -> Party:
        word = _word(actor)
        if actor.ethnic in self._ethnic:
            label = f"{self._ethnic[actor.ethnic or ''].removeprefix('ethnic ')} Ethnic Militia"
            return Party("armed", label, IDENTITY, actor.country, weak=True)
        if word in self.words.militias:
            return Party("armed", self.words.militias[word], kind, actor.country)
        if kind == IDENTITY:
            return Party("armed", "Unidentified Communal Militia", IDENTITY, actor.country)
        return Party("armed", UNIDENTIFIED, MILITIA, actor.country)

    def _who(self, actor: Actor) -> tuple[str, ...]:
        """What sort of people an unarmed actor is, without the country."""
        found = list(self.words.people.get(_word(actor), ()))
        if not found:
            found = [self.words.people_by_role[r] for r in actor.roles[:1] if r in self.words.people_by_role]
        if actor.religion and actor.religion[:3] in self.words.people_by_religion:
            found.append(self.words.people_by_religion[actor.religion[:3]])
        return tuple(found)

    # --- from a party to ACLED's columns ---------------------------------------------------------------------

    def name(self, party: Party, country: str | None) -> str:
        """The actor's name in an incident of this country (ISO alpha-3), which stands in for an unknown home."""
        if party.kind in ("named", "body") or "(International)" in party.label:
            return party.label
        home = party.country or country
        if home is None:
            return party.label
        if party.kind == "state":
            return f"{party.label} of {self._with_article(home)}"
        return f"{party.label} ({self.lexicon.country_name(home)})"

    def also(self, party: Party, country: str | None) -> tuple[str, ...]:
        """Associated actors that a party brings along: kinds of people with their country, bodies by name."""
        home = party.country or country
        tail = f" ({self.lexicon.country_name(home)})" if home else ""
        return tuple(label + tail if label in self._kinds else label for label in party.also)

    @staticmethod
    def inter(party: Party, country: str | None) -> str:
        """ACLED actor type in an incident of this country: a state's forces abroad are external forces."""
        if party.inter == STATE and party.country and country and party.country != country:
            return EXTERNAL
        return party.inter

    def _with_article(self, iso3: str) -> str:
        name = self.lexicon.country_name(iso3)
        return f"the {name}" if iso3 in self.words.with_the else name


def match(a: Party | None, b: Party | None) -> int | None:
    """How well two mentions can be the same side: 3 the same, 2 one names the other, 1 nothing against it; None: no."""
    if a is None or b is None:
        return 1
    if a is b or a.key == b.key:
        return 3
    if a.weak or b.weak:
        return 1
    if a.kind == b.kind == "state":
        if a.country != b.country and a.country and b.country:
            return None
        return 2 if a.label == b.label or GOVERNMENT in (a.label, b.label) else None
    kinds = {a.kind, b.kind}
    if kinds <= {"armed", "named"} and "armed" in kinds and {a.inter, b.inter} <= NONSTATE:
        return 2 if _share_country(a, b) else None
    if a.kind == b.kind and a.kind in ("crowd", "civilians"):
        return 3 if _share_country(a, b) else None
    return 1 if kinds == {"crowd", "civilians"} and _share_country(a, b) else None


def better(a: Party | None, b: Party | None) -> Party | None:
    """The one of two matching parties that tells more; the first where they tell the same."""
    if a is None or b is None:
        return a or b
    chosen, other = (b, a) if b.exactness > a.exactness else (a, b)
    if chosen.country is None and other.country and chosen.kind == other.kind:
        chosen = replace(chosen, country=other.country)
    if chosen.kind in ("crowd", "civilians") and not chosen.also and other.kind == chosen.kind:
        chosen = replace(chosen, also=other.also)
    return chosen


def _with_traits(party: Party | None, actor: Actor, doing: bool) -> Party | None:
    """A party with what the actor's words say of a victim; of a doer they say nothing."""
    if party is None or doing:
        return party
    told = traits(actor.text, _word(actor))
    return replace(party, traits=told) if told else party


def _share_country(a: Party, b: Party) -> bool:
    mine = {a.country, *a.countries} - {None}
    theirs = {b.country, *b.countries} - {None}
    return not mine or not theirs or bool(mine & theirs)


def _word(actor: Actor) -> str:
    found = _DESCRIBED.match(actor.name) if actor.name else None
    word = found["word"] if found else "" if actor.id or actor.group else actor.name or ""
    return word.lower()


def _is_place(actor: Actor, act: Act) -> bool:
    """Whether the actor's words are the name of a place of the act ("the strike hit al-Harir Air Base")."""
    return any(
        p.start is not None and actor.start <= p.start <= actor.start + ARTICLE and p.start < actor.end
        for p in act.places
    )


def _groups_by_code(lexicon: ActorLexicon) -> dict[str, ActorEntry]:
    """Groups by CAMEO code, where only one has it: links persons to the group they lead."""
    bodies = [e for e in lexicon.entries_of("group", "organisation") if e.code and not e.weak]
    counts = Counter(e.code for e in bodies)
    return {e.code: e for e in bodies if counts[e.code] == 1 and len(e.code) > 6 and e.type}
