"""Place phrases in sentences written by somebody who had not seen the code (tests/cases/README.md).

Scored through the geoparser, each table pinned in ``cases/floors.json`` as in floors.py; ``pytest
tests/test_blind_places.py --raise-floors`` pins what has got better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from conftest import SATURDAY
from floors import CASES, Report, hold
from geopy.distance import great_circle

from eventcode import Article, Coder
from eventcode.model import Place

# The third by somebody who had; its names are those that local papers leave without a state.
NAMES = ("blind_places", "blind_places_2", "ambiguous_places")

Row = Mapping[str, Any]


def found_in(coder: Coder, case: Row) -> list[Place]:
    """The places that touch the phrase; demonyms are none."""
    before = f"{case['before']} " if "before" in case else ""
    text = before + case["text"]
    start = len(before) + case["text"].index(case["phrase"])
    end = start + len(case["phrase"])
    places = coder.places(Article(text, id="case", date=SATURDAY))
    return [p for p in places if p.start < end and p.end > start and p.feature != "demonym"]


def is_right(case: Row, places: list[Place]) -> bool:
    """Whether a place lies within the radius of a point told, or nothing is found where the words name no place."""
    if case["points"] is None:
        return not places
    points = [(p.latitude, p.longitude) for p in places if p.latitude is not None]
    return any(great_circle(p, tuple(q)).km <= case["radius_km"] for p in points for q in case["points"])


def report(coder: Coder, name: str) -> Report:
    """Read every sentence of a table and compare."""
    made = Report()
    for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        places = found_in(coder, case)
        told = ", ".join(f"{p.name} ({p.feature}, {p.country})" for p in places) or "nothing"
        made.add({"right": is_right(case, places)}, f"  {case['kind']}, {case['phrase']}: found {told}")
    return made


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_got_worse(coder: Coder, request: pytest.FixtureRequest, name: str) -> None:
    hold(name, CASES / f"{name}.jsonl", report(coder, name), request)
