"""Sentences written from the codebooks' definitions, coded and compared (tests/cases/README.md).

A gate with a memory: for every file, how many sentences are right is pinned in ``cases/floors.json`` and may only
grow; ``pytest tests/test_codebooks.py --raise-floors`` pins what has got better. A figure is lowered only by hand, in a
commit that says why.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import SATURDAY, Reading
from floors import CASES, Marks, Report, hold, raise_floors, read_floors

from eventcode.coding.incidents import IncidentBuilder

NAMES = ("cameo", "plover", "acled", "stance")

Row = Mapping[str, Any]
Read = Callable[[str], Reading]
_YEARS = re.compile(r" \(\d{4}-(?:\d{4})?\)")


def cameo_marks(case: Row, reading: Reading, incidents: list[Row]) -> tuple[Marks, str]:
    """right: the code is among those of the sentence; first: it ranks first; source, target: as the case names them."""
    events = reading.events
    right = [event for event in events if event["cameo_code"] == case["code"]]
    marks = {
        "right": bool(right),
        "first": bool(events) and events[0]["cameo_code"] == case["code"],
        "source": any(_names(case["source"], event["source_text"]) for event in right),
        "target": any(_names(case["target"], event["target_text"]) for event in right),
    }
    return marks, _line(case["code"], case, (event["cameo_code"] for event in events))


def plover_marks(case: Row, reading: Reading, incidents: list[Row]) -> tuple[Marks, str]:
    """event: the type is among those of the sentence; right: with the mode, or without any where the case has none."""
    found = [(event["plover_event"], (event["plover_modes"] or "").split(";")) for event in reading.events]
    marks = {
        "right": any(name == case["event"] and (case["mode"] or "") in modes for name, modes in found),
        "event": any(name == case["event"] for name, _ in found),
    }
    wanted = f"{case['event']} {case['mode'] or ''}".strip()
    return marks, _line(wanted, case, (f"{name} {'+'.join(modes)}".strip() for name, modes in found))


def acled_marks(case: Row, reading: Reading, incidents: list[Row]) -> tuple[Marks, str]:
    """right: the sub-event type is among those of the sentence; actors: an incident of that type has both, in any order."""
    wanted = case["sub_event_type"]
    types = [event["acled_sub_event_type"] for event in reading.events]
    pairs = [{_plain(i["actor1"]), _plain(i["actor2"])} for i in incidents if i["sub_event_type"] == wanted]
    marks = {"right": wanted in types, "actors": {case["actor1"], case["actor2"]} in pairs}
    return marks, _line(wanted, case, types)


def stance_marks(case: Row, reading: Reading, incidents: list[Row]) -> tuple[Marks, str]:
    """Stance, status and attribution of the act that comes nearest; right: all three."""
    fields = ("stance", "status", "attribution")
    best: Marks = dict.fromkeys(fields, False)
    for act in reading.coded.acts:
        marks = {name: getattr(act, name) == case[name] for name in fields}
        best = max(best, marks, key=lambda found: sum(found.values()))
    found = [f"{a.act}: {a.stance} {a.status} {a.attribution}" for a in reading.coded.acts]
    return {"right": all(best.values()), **best}, _line(" ".join(case[name] for name in fields), case, found)


MARKS: Mapping[str, Callable[[Row, Reading, list[Row]], tuple[Marks, str]]] = {
    "cameo": cameo_marks,
    "plover": plover_marks,
    "acled": acled_marks,
    "stance": stance_marks,
}


def _line(wanted: str, case: Row, found: Iterable[str | None]) -> str:
    coded = ", ".join(dict.fromkeys(str(value) for value in found)) or "nothing"
    return f"  wanted {wanted}, coded {coded}: {case['text']}"


def _names(wanted: str | None, found: str | None) -> bool:
    """Whether the text found is the one wanted, or names the same at a different length ("the army", "army")."""
    if wanted is None or found is None:
        return wanted is found
    return wanted in found or found in wanted


def _plain(name: str | None) -> str | None:
    return None if name is None else _YEARS.sub("", name)


def _file(name: str) -> Path:
    return CASES / f"{name}_sentences.jsonl"


def _incidents(reading: Reading) -> list[Row]:
    builder = IncidentBuilder()
    builder.add(reading.coded.acts, "case", SATURDAY, None)
    return list(builder.rows())


def report(name: str, read: Read) -> Report:
    """Code every sentence of a file and compare."""
    made = Report()
    for line in _file(name).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        reading = read(case["text"])
        incidents = _incidents(reading) if name == "acled" else []
        made.add(*MARKS[name](case, reading, incidents))
    return made


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_got_worse(name: str, read: Read, request: pytest.FixtureRequest) -> None:
    hold(name, _file(name), report(name, read), request)


def test_a_floor_is_never_lowered(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    raise_floors(path, "cameo", Report(9, Counter(right=5, first=2)), "a")
    raise_floors(path, "cameo", Report(9, Counter(right=4, first=3)), "a")
    assert read_floors(path)["cameo"]["figures"] == {"right": 5, "first": 3}


def test_a_report_tells_what_was_coded_instead() -> None:
    made = Report()
    made.add({"right": False}, _line("190", {"text": "They fought."}, ["173", None, "173"]))
    assert made.text() == "right 0; of 1\n  wanted 190, coded 173, None: They fought."


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_there_once(name: str) -> None:
    texts = [json.loads(line)["text"] for line in _file(name).read_text(encoding="utf-8").splitlines()]
    assert len(texts) == len(set(texts))
