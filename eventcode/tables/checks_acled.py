"""What must hold in ACLED's layout beyond its cells, by ACLED's codebook (acleddata.com, text of September 2024).

Codes are told in ``data/finding_codes.csv``. Types of actors and interactions may be words or numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pyarrow.compute as pc
import pycountry

from eventcode.coding.wording import acled_regions
from eventcode.layouts.countries import of_name
from eventcode.ontologies.codes import acled_actor_types, interaction
from eventcode.tables.checks import check_acled
from eventcode.tables.checks_places import check_near, check_pair
from eventcode.tables.views import Check, Failure, View, follows, judged

PROTESTERS, RIOTERS, CIVILIANS = "Protesters", "Rioters", "Civilians"
STATES = ("State forces", "External/Other forces")
BATTLES, VIOLENCE = "Battles", "Violence against civilians"
PROTESTS, RIOTS, REMOTE = "Protests", "Riots", "Explosions/Remote violence"
EXCESSIVE = "Excessive force against protesters"
# Names that say what kind of actor it is.
CROWDS = (PROTESTERS, RIOTERS, CIVILIANS)
FORCES = ("Military Forces of ", "Police Forces of ")
NO_NUMBER = 0
SEPARATOR = "; "
CROWD_SIZE = "crowd size"


@cache
def _types() -> Mapping[str, str]:
    """Actor types by number, and by themselves."""
    numbers = {str(number): name for name, number in acled_actor_types().items()}
    return numbers | {name: name for name in acled_actor_types()}


def _actor_type(inter: str | None) -> str | None:
    return _types().get(inter) if inter is not None else None


def check_interaction(view: View) -> Iterator[Failure]:
    """The interaction is what the two actor types make, in words or as two digits, the lower first."""

    def wrong(found: str | None, *inters: str | None) -> str | None:
        names = [_actor_type(inter) for inter in inters]
        numbers = sorted(acled_actor_types()[name] for name in names if name is not None)
        digits = "".join(map(str, numbers)).ljust(2, "0") if numbers else None
        words = interaction(*names)
        if found in (words, digits):
            return None
        return str((digits if found is not None and found.isdecimal() else words) or "null")

    names = ("interaction", "inter1", "inter2")
    if view.has(*names):
        yield from judged("interaction", view, names, wrong)


def check_actor_types(view: View) -> Iterator[Failure]:
    """An actor has a type, nobody has none, and a name that tells the type has that type."""

    def wrong(inter: str | None, actor: str | None) -> str | None:
        kind = _actor_type(inter)
        if actor is None or kind is None:
            return None if (actor is None) is (kind is None) else "a type just where there is an actor"
        for crowd in CROWDS:
            if actor.startswith(f"{crowd} (") and kind != crowd:
                return crowd
        return " or ".join(STATES) if actor.startswith(FORCES) and kind not in STATES else None

    for side in ("1", "2"):
        if view.has(f"inter{side}", f"actor{side}"):
            yield from judged("actor_type", view, (f"inter{side}", f"actor{side}"), wrong)


def check_sides(view: View) -> Iterator[Failure]:
    """A battle and violence against civilians have two sides."""

    def lone(actor2: str | None, event_type: str | None) -> str | None:
        return "a second actor" if actor2 is None and event_type in (BATTLES, VIOLENCE) else None

    def untypical(event_type: str | None, inter1: str | None, inter2: str | None) -> str | None:
        types = (_actor_type(inter1), _actor_type(inter2))
        if event_type == VIOLENCE and types[1] not in (None, CIVILIANS):
            return f"{CIVILIANS} as actor2"
        for kind, crowd in ((PROTESTS, PROTESTERS), (RIOTS, RIOTERS)):
            if event_type == kind and crowd not in types:
                return f"{crowd} on one side"
        return None

    if view.has("actor2", "event_type"):
        yield from judged("one_sided", view, ("actor2", "event_type"), lone)
    if view.has("event_type", "inter1", "inter2"):
        yield from judged("untypical_actors", view, ("event_type", "inter1", "inter2"), untypical)


def check_civilian_targeting(view: View) -> Iterator[Failure]:
    """Set for violence against civilians; possible for remote violence, riots and excessive force; for nothing else."""

    def wrong(flag: str | None, event_type: str | None, sub_event_type: str | None) -> str | None:
        if event_type == VIOLENCE:
            return "a value" if flag is None else None
        possible = event_type in (None, REMOTE, RIOTS) or sub_event_type == EXCESSIVE
        return None if flag is None or possible else "null"

    names = ("civilian_targeting", "event_type", "sub_event_type")
    if view.has(*names):
        yield from judged("civilian_targeting", view, names, wrong)


def check_year(view: View) -> Iterator[Failure]:
    """The year is the date's."""
    if view.has("event_date", "year"):
        yield follows("year", view, "year", pc.year(view["event_date"]), "event_date")


@cache
def _country_of_number(iso: int) -> str | None:
    found = pycountry.countries.get(numeric=f"{iso:03d}")
    return str(found.alpha_3) if found is not None else None


def iso3(iso: int | None, country: str | None) -> str | None:
    """ISO 3166-1 alpha-3 code of a row: by number, else by name; XKX for Kosovo, which has no number."""
    by_number = _country_of_number(iso) if iso else None
    named = of_name(country)
    return by_number or (named.iso3 if named is not None else None)


def check_country(view: View) -> Iterator[Failure]:
    """Number, name and region are one country's. A name that is not known, and a country in no list, are passed over."""

    def wrong_number(iso: int | None, country: str | None) -> str | None:
        if iso is None or iso == NO_NUMBER:
            return None
        code, named = _country_of_number(iso), of_name(country)
        if code is None:
            return "a number of ISO 3166-1"
        return None if named is None or named.iso3 == code else f"the number of {named.name}"

    def wrong_region(region: str | None, iso: int | None, country: str | None) -> str | None:
        expected = acled_regions().get(iso3(iso, country) or "")
        return None if region is None or expected in (None, region) else expected

    if view.has("iso", "country"):
        yield from judged("iso", view, ("iso", "country"), wrong_number)
    if view.has("region", "iso", "country"):
        yield from judged("region", view, ("region", "iso", "country"), wrong_region)


def check_place(view: View) -> Iterator[Failure]:
    """Latitude and longitude come together, and near the country."""
    yield from check_pair(view, "latitude", "longitude")
    yield from check_near(view, "latitude", "longitude", ("iso", "country"), iso3)


def check_lists(view: View) -> Iterator[Failure]:
    """Lists have no empty parts; a tag on the size of a crowd tells it."""

    def wrong_list(joined: str | None) -> str | None:
        parts = (joined or "x").split(SEPARATOR.strip())
        return None if all(part.strip() for part in parts) else f"parts joined with {SEPARATOR!r}"

    def wrong_tags(tags: str | None) -> str | None:
        for tag in (tags or "").split(SEPARATOR):
            name, _, value = tag.partition("=")
            if name.strip().casefold() == CROWD_SIZE and not value.strip():
                return f"{CROWD_SIZE}=..."
        return None

    for name in ("assoc_actor_1", "assoc_actor_2", "source", "tags"):
        if view.has(name):
            yield from judged("list", view, (name,), wrong_list)
    if view.has("tags"):
        yield from judged("tags", view, ("tags",), wrong_tags)


ACLED: tuple[Check, ...] = (
    check_acled,
    check_interaction,
    check_actor_types,
    check_sides,
    check_civilian_targeting,
    check_year,
    check_country,
    check_place,
    check_lists,
)
