"""Where, when and how many of single acts: a table of short reports, each for one rule (tests/cases/act_details.yaml)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from eventcode import Article, Coder
from eventcode.model import Act

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "act_details.yaml").read_text(encoding="utf-8"))
FRIDAY = date(2019, 9, 20)
SIDES = ("source", "target", "civilian", "unknown")


def days(act: Act) -> str:
    """The days of an act in the table's way of writing."""
    first, last = act.date.first, act.date.last
    return str(last) if first == last else f"{first}..{last}"


def killed(act: Act) -> Any:
    """Its dead, and whose they were where the table tells it."""
    best = act.toll.killed.best if act.toll.killed is not None else None
    parts = {side: getattr(act.toll, f"killed_{side}") for side in SIDES}
    told = {side: number for side, number in parts.items() if number is not None}
    return {"best": best, **told}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text'][:40]}-{case['word']}")
def test_table_of_acts(case: dict[str, Any], coder: Coder) -> None:
    acts = [
        a
        for a in coder.code(Article(case["text"], id="case", date=FRIDAY)).acts
        if case["word"] in a.trigger_text
    ]
    act = acts[case.get("nth", 1) - 1]
    if "days" in case:
        assert days(act) == str(case["days"])
    if "status" in case:
        assert act.status == case["status"]
    if "places" in case:
        assert [f"{p.text} {p.level}" for p in act.places] == case["places"]
    if "country" in case:
        assert {p.country for p in act.places} == {case["country"]}
    if isinstance(case.get("killed"), dict):
        assert killed(act) == case["killed"]
    elif "killed" in case:
        assert killed(act)["best"] == case["killed"]


def test_a_place_carried_from_the_title_has_no_offsets(coder: Coder) -> None:
    article = Article("Gunmen shot nine people at a mosque.", "case", "Bomb in Kabul kills six", FRIDAY)
    shot = next(a for a in coder.code(article).acts if a.field == "text")
    (place,) = shot.places
    assert (place.text, place.basis, place.start, place.end) == ("Kabul", "carried", None, None)
