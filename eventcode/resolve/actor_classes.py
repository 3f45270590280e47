"""Classes of actors that patterns of acts and mapping files may ask for (docs/lexicon.md, Ontologies)."""

from __future__ import annotations

import re
from functools import lru_cache

from eventcode.find.actors import SOMEBODY
from eventcode.lexicon.actors import INTERNATIONAL
from eventcode.model import Actor
from eventcode.resolve.actors import HE

TYPE_CLASSES = {
    "State forces": ("state", "armed"),
    "Rebel group": ("rebel", "nonstate", "armed"),
    "Political militia": ("militia", "nonstate", "armed"),
    "Identity militia": ("identity", "nonstate", "armed"),
    "Rioters": ("rioters", "crowd"),
    "Protesters": ("protesters", "crowd"),
    "Civilians": ("civilians",),
    "External/Other forces": ("external", "state", "armed"),
}
ROLE_CLASSES = {
    "MIL": ("state", "armed", "military"),
    "COP": ("state", "armed", "police"),
    "SPY": ("state", "armed"),
    "GOV": ("state", "government"),
    "JUD": ("government", "court"),
    "REB": ("rebel", "nonstate", "armed"),
    "INS": ("rebel", "nonstate", "armed"),
    "SEP": ("rebel", "nonstate", "armed"),
    "UAF": ("militia", "nonstate", "armed"),
    "PKO": ("external", "state", "armed"),
}


_AGE = re.compile(r"\b\d{1,2}-year-old\b")
_ONE = frozenset({"a", "an", "another", "his", "her", "my"})


def is_private(actor: Actor, many: frozenset[str]) -> bool:
    """Whether an actor is one person without office, arms or cause: "a man", "her ex-husband", "John Doe, 41".

    ``many``: words for several people ("family", "group"), which make one word of many.
    """
    if actor.group is not None or actor.type not in (None, "", "Civilians"):
        return False
    words = actor.text.split()
    low = [w.lower() for w in words]
    if low and low[0] in HE and len(low) == 1:
        return actor.roles in ((), ("CVL",))
    if actor.roles != ("CVL",) or many.intersection(low):
        return False
    if not low:
        return False  # a table without the articles' words
    # "Iraqis", "Villagers": what they are, and no name, begins the sentence.
    common = actor.name is not None and SOMEBODY not in actor.name.lower()
    named = all(w[:1].isupper() for w in words) and low[0] != "the" and not common
    return named or low[0] in _ONE or _AGE.search(actor.text) is not None


NOBODY = frozenset({"none"})
# CAMEO roles of people at large, who may form a crowd or a mob.
PEOPLE = frozenset({"CVL", "EDU", "AGR", "LAB", "REL", "REF", "SET"})


_BEHIND = re.compile(r"\s(?:of|in|at|from|near|on|for|with)\s")


def is_community(actor: Actor, many: frozenset[str], things: frozenset[str]) -> bool:
    """Whether an actor is several unarmed people without office: "residents", "a family", "students of the university".

    ``many`` as for ``is_private``; ``things``: vehicles and buildings, which are none.
    """
    if actor.group is not None or actor.type not in (None, "", "Civilians"):
        return False
    if not (PEOPLE.intersection(actor.roles[:1]) or actor.ethnic or actor.religion):
        return False
    low = _BEHIND.split(actor.text.lower(), maxsplit=1)[0].split()
    if not things.isdisjoint(low):
        return False
    return bool(many.intersection(low)) or any(w.endswith("s") and not w.endswith("ss") for w in low[:4])


def classes(
    actor: Actor | None, many: frozenset[str] = frozenset(), things: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Classes of an actor (docs/lexicon.md, Ontologies): by ACLED type, else by role; a bare country is a state."""
    if actor is None:
        return NOBODY
    a = actor
    return _classes(
        a.text, a.name, a.code, a.country, a.roles, a.ethnic, a.religion, a.group, a.type, many, things
    )


@lru_cache(maxsize=65_536)
def _classes(
    text: str, name: str | None, code: str | None, country: str | None, roles: tuple[str, ...], ethnic: str | None, religion: str | None,
    group: str | None, type_: str | None, many: frozenset[str], things: frozenset[str],
) -> frozenset[str]:  # fmt: skip
    """As ``classes``, which depends on no more of an actor: the same people are told of again and again."""
    actor = Actor(
        text, 0, 0, name=name, code=code, country=country, roles=roles, ethnic=ethnic, religion=religion, group=group, type=type_
    )  # fmt: skip
    found: set[str] = set()
    if is_private(actor, many):
        found.update(("private", "civilians"))
    elif is_community(actor, many, things):
        found.update(("community", "civilians"))
    for role in actor.roles:
        found.update(ROLE_CLASSES.get(role, ()))
    if actor.type:
        found.update(TYPE_CLASSES.get(actor.type, ()))
    if "crowd" in found and actor.roles[:1] != ("CVL",):
        # "Protesters", "rioters"; "a crowd" may be any.
        found.add("demonstrators")
    if (
        not found
        and not actor.roles
        and actor.country
        and actor.code
        and actor.code[:3] not in INTERNATIONAL
        and len(actor.code) == 3
    ):
        found.update(("country", "state", "government", "armed"))
    if not found and actor.roles:
        # Officials, parties, journalists and others have no arms.
        found.add("civilians" if actor.roles[0] not in ("GOV", "LEG", "JUD") else "government")
    if "armed" in found and "state" not in found:
        found.add("nonstate")
    # A name that no table knows, or the words for the happening itself, say no more than that nobody is named.
    return frozenset(found or {"unknown", "none"})
