"""The grammar of acts: a table of sentences with everything that must be read in them (cases/reader.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Reading

from eventcode.model import Act, Actor

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "reader.yaml").read_text(encoding="utf-8"))
DEFAULTS = {"stance": "do", "status": "occurred", "attribution": "narrator"}

Case = Mapping[str, Any]


def _parameters() -> list[Any]:
    return [
        pytest.param(
            case,
            id=case["id"],
            marks=[pytest.mark.xfail(strict=True, reason=case["fails"])] if "fails" in case else [],
        )
        for case in CASES
    ]


def shown(act: Act, wanted: Case) -> dict[str, Any]:
    """An act in the table's words: the keys that the table gives for it, and those with a default."""
    days = dict.fromkeys(day for day in (act.date.first, act.date.last) if day)
    everything: dict[str, Any] = {
        "act": act.act,
        "stance": act.stance,
        "status": act.status,
        "attribution": act.attribution,
        "source": _actors(act.sources, wanted.get("source", ())),
        "target": _actors(act.targets, wanted.get("target", ())),
        "places": [place.text for place in act.places],
        "date": list(days) if len(days) > 1 else next(iter(days), None),
        "said_by": act.attributed_to_text,
        "instrument": act.instrument,
        "killed": act.toll.killed.best if act.toll.killed else None,
        "outcomes": list(act.outcomes),
    }
    return {key: everything[key] for key in ("act", *DEFAULTS, *wanted) if key in everything}


def _actors(actors: tuple[Actor, ...], wanted: Any) -> list[str]:
    """Texts of actors, with their codes where the table gives one for that text."""
    coded = {name.split(" = ")[0] for name in wanted if " = " in name}
    return [f"{actor.text} = {actor.code}" if actor.text in coded else actor.text for actor in actors]


def _matched(acts: tuple[Act, ...], wanted: list[Case]) -> list[dict[str, Any]]:
    """The acts read, each shown as the line of the table that it comes nearest to; more of them, shown in full."""
    left = list(acts)
    out: list[dict[str, Any]] = []
    for line in wanted:
        if not left:
            break
        best = max(left, key=lambda act: _likeness(act, line))
        left.remove(best)
        out.append(shown(best, line))
    return out + [shown(act, {"source": (), "target": ()}) for act in left]


def _likeness(act: Act, line: Case) -> tuple[bool, int]:
    found, full = shown(act, line), {**DEFAULTS, **line}
    return found["act"] == line["act"], sum(found[key] == full[key] for key in found)


@pytest.mark.parametrize("case", _parameters())
def test_reader(case: Case, read: Callable[..., Reading]) -> None:
    coded = read(case["text"], case.get("title")).coded
    assert _matched(coded.acts, case["acts"]) == [{**DEFAULTS, **line} for line in case["acts"]]


def test_table_is_sound() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))
    assert all(set(case) <= {"id", "title", "text", "acts", "fails"} for case in CASES)
    assert sum("fails" in case for case in CASES) <= 15
