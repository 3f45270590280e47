"""What must hold in POLECAT's layout beyond its cells, by the PLOVER manual 2.0 (github.com/openeventdata/PLOVER).

Codes are told in ``data/finding_codes.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from eventcode.layouts.countries import countries, of_name
from eventcode.ontologies.codes import plover_codes, plover_contexts, plover_scores
from eventcode.tables.checks_cameo import check_known
from eventcode.tables.checks_places import check_near, check_pair
from eventcode.tables.schema import load_schema
from eventcode.tables.views import Check, Failure, View, judged

SEPARATOR = "; "
NONE = "None"
TOLERANCE = 1e-6
# Event types that the manual gives a recipient in every case.
RECEIVED = frozenset({"COOPERATE", "AID", "SANCTION"})
# Numbers of no country: what an organisation or an unknown one has there.
NO_COUNTRY = frozenset({"", NONE, "0"})


def _parts(joined: str | None) -> list[str]:
    return [] if joined is None else joined.split(SEPARATOR)


def check_event(view: View) -> Iterator[Failure]:
    """Modes, contexts, class and intensity belong to the event type."""

    def wrong_modes(modes: str | None, event: str | None) -> str | None:
        known = plover_codes().get(event or "")
        fine = known is None or known.modes.issuperset(_parts(modes))
        return None if fine else "modes of the event type"

    def wrong_contexts(contexts: str | None) -> str | None:
        return None if plover_contexts().issuperset(_parts(contexts)) else "PLOVER contexts"

    def wrong_quad(quad: str | None, event: str | None) -> str | None:
        known = plover_codes().get(event or "")
        expected = _quads()[known.quad - 1] if known is not None else None
        return None if expected in (None, quad) else expected

    def wrong_score(score: float | None, event: str | None, modes: str | None) -> str | None:
        known = plover_scores()
        told = [known[key] for key in [(event or "", mode) for mode in _parts(modes) or [""]] if key in known]
        if score is None or not told or any(abs(score - one) <= TOLERANCE for one in told):
            return None
        return f"{max(told, key=abs):g}"

    def twice(joined: str | None) -> str | None:
        parts = _parts(joined)
        return "each once" if len({*parts}) < len(parts) else None

    if view.has("Event Mode", "Event Type"):
        yield from judged("plover_modes", view, ("Event Mode", "Event Type"), wrong_modes)
    if view.has("Contexts"):
        yield from judged("plover_contexts", view, ("Contexts",), wrong_contexts)
    if view.has("Quad Code", "Event Type"):
        yield from judged("plover_quad", view, ("Quad Code", "Event Type"), wrong_quad)
    if view.has("Intensity", "Event Type", "Event Mode"):
        yield from judged("plover_score", view, ("Intensity", "Event Type", "Event Mode"), wrong_score)
    for name in ("Event Mode", "Contexts"):
        if view.has(name):
            yield from judged("repeated", view, (name,), twice)


@cache
def _quads() -> tuple[str, ...]:
    """Names of the four classes, in the order of their numbers."""
    return load_schema("polecat").field("Quad Code").constraints.enum


def check_actors(view: View) -> Iterator[Failure]:
    """Numbers of countries are those of the countries named; types that need a recipient have one; lists have no gaps."""

    def wrong_numbers(numbers: str | None, names: str | None) -> str | None:
        told, named = _parts(numbers), _parts(names)
        if not told or len(told) != len(named):
            return None
        for number, name in zip(told, named, strict=True):
            known = _cow(name)
            if number not in NO_COUNTRY and known is not None and int(number) != known:
                return f"{known} for {name}"
        return None

    def lone(recipient: str | None, raw: str | None, event: str | None) -> str | None:
        return "a recipient" if recipient is None and raw is None and event in RECEIVED else None

    def gap(joined: str | None) -> str | None:
        parts = (joined or "x").split(SEPARATOR.strip())
        return None if all(part.strip() for part in parts) else f"parts joined with {SEPARATOR!r}"

    for side in ("Actor", "Recipient"):
        if view.has(f"{side} COW", f"{side} Country"):
            yield from judged("country_number", view, (f"{side} COW", f"{side} Country"), wrong_numbers)
        if view.has(f"{side} Name"):
            yield from judged("list", view, (f"{side} Name",), gap)
    names = ("Recipient Name", "Recipient Name Raw", "Event Type")
    if view.has(*names):
        yield from judged("recipient", view, names, lone, ("Event Type", "Recipient Name"))


def _cow(name: str) -> int | None:
    """Number of the Correlates of War list of a country, by ISO alpha-3 code or name."""
    found = countries().get(name) or of_name(name)
    return found.cow if found is not None else None


def check_place(view: View) -> Iterator[Failure]:
    """Both coordinates, near the country, which is known."""
    yield from check_known(
        view, "Country", lambda code: code in countries(), "a country of ISO 3166-1 alpha-3"
    )
    yield from check_pair(view, "Latitude", "Longitude")
    yield from check_near(view, "Latitude", "Longitude", ("Country",), lambda code: code)


POLECAT: tuple[Check, ...] = (check_event, check_actors, check_place)
