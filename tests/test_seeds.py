"""The seed articles, coded by the real command, against what a careful coder takes from them.

A gate with a memory: figures are pinned in ``seeds_floor.json`` and may only get better (``make floors`` raises them).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import pytest
import seeds_score as seeds

FLOOR = seeds.read_floor()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> seeds.Report:
    """The seeds, coded once."""
    out: Path = tmp_path_factory.mktemp("seeds")
    run = seeds.code_seeds(out)
    assert run.returncode == 0, f"eventcode code left with {run.returncode}:\n{run.stderr}"
    return seeds.score(seeds.read_expected(), seeds.read_coded(out))


def test_pins_are_of_these_answers() -> None:
    assert FLOOR["expected_sha256"] == seeds.expected_sha256(), (
        "seeds/expected.jsonl has changed: pin the figures of the new answers with 'make floors'"
    )


@pytest.mark.parametrize("name", sorted(asdict(seeds.Figures())))
def test_no_figure_got_worse(name: str, report: seeds.Report) -> None:
    reached, pinned = getattr(report.figures, name), FLOOR["figures"][name]
    good = reached <= pinned if name in seeds.CEILINGS else reached >= pinned
    assert good, f"{name}: {reached}, pinned {pinned}\n{report.text()}"


ANSWER: seeds.Row = {
    "article": "a",
    "incidents": [
        {
            "sub_event_type": "Armed clash",
            "actor1": "Military Forces of Mali",
            "actor2": "Platform Militia (PM)",
            "country": "Mali",
            "location": "Gao",
            "latitude": 16.27,
            "longitude": -0.04,
            "event_date": "2024-01-05",
            "time_precision": 1,
            "fatalities": 3,
            "codable": True,
        }
    ],
    "events": [{"source": "MLI", "target": "platform", "cameo": "19", "plover": "ASSAULT"}],
    "absent": [{"cameo_root": "20"}, {"sub_event_type": "Attack"}],
    "optional": [{"sub_event_type": "Other", "location": "Gao"}],
}
INCIDENT: seeds.Row = {
    "sub_event_type": "Armed clash",
    "actor1": "Platform Militia",
    "actor2": "Military Forces of Mali (2021-)",
    "country": "Mali",
    "location": "Gao",
    "latitude": 16.2,
    "longitude": 0.0,
    "event_date": dt.date(2024, 1, 5),
    "date_precision": "day",
    "time_precision": 1,
    "fatalities": 3,
    "acled_codable": True,
}
EVENT: seeds.Row = {
    "cameo_code": "193",
    "plover_event": "ASSAULT",
    "source_code": "MLIMIL",
    "source_name": "Military of Mali",
    "source_text": "soldiers",
    "target_code": None,
    "target_name": "Platform Militia",
    "target_text": "the militia",
    "event_date": dt.date(2024, 1, 5),
}


def _scored(incidents: list[seeds.Row], events: list[seeds.Row]) -> seeds.Figures:
    return seeds.score([ANSWER], {"a": seeds.CodedSeed(incidents, events)}).figures


def test_scorer_knows_a_right_answer() -> None:
    assert _scored([INCIDENT], [EVENT]) == seeds.Figures(1, 1, 1, 1, 1, 1, 1, 1, 0, 0)


def test_scorer_finds_nothing_in_nothing() -> None:
    assert _scored([], []) == seeds.Figures()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"actor2": "Police Forces of Mali"}, "actors_right"),
        ({"event_date": dt.date(2024, 1, 6)}, "dates_right"),
        ({"time_precision": 2}, "dates_right"),
        ({"fatalities": 0}, "fatalities_right"),
        ({"acled_codable": False}, "codable_right"),
    ],
)
def test_scorer_sees_a_wrong_field(change: dict[str, object], wrong: str) -> None:
    figures = _scored([{**INCIDENT, **change}], [EVENT])
    assert (figures.incidents_found, figures.incidents_exact, getattr(figures, wrong)) == (1, 0, 0)


@pytest.mark.parametrize(
    "change", [{"sub_event_type": "Attack"}, {"country": "Niger"}, {"location": "Kidal", "latitude": 18.4}]
)
def test_scorer_takes_no_other_happening_for_it(change: dict[str, object]) -> None:
    figures = _scored([{**INCIDENT, **change}], [EVENT])
    assert (figures.incidents_found, figures.incidents_extra) == (0, 1)


def test_scorer_leaves_optional_incidents_alone() -> None:
    assert _scored([INCIDENT, {**INCIDENT, "sub_event_type": "Other"}], [EVENT]).incidents_extra == 0


def test_scorer_counts_what_must_be_absent() -> None:
    incidents = [INCIDENT, {**INCIDENT, "sub_event_type": "Attack"}]
    assert _scored(incidents, [EVENT, {**EVENT, "cameo_code": "203"}]).absent_violated == 2


@pytest.mark.parametrize(
    "change", [{"cameo_code": "173"}, {"source_code": "NERMIL"}, {"target_name": None, "target_text": "him"}]
)
def test_scorer_takes_no_other_event_for_it(change: dict[str, object]) -> None:
    assert _scored([INCIDENT], [{**EVENT, **change}]).events_found == 0


def test_a_pin_is_never_lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "FLOOR", tmp_path / "floor.json")
    seeds.pin(seeds.Report(seeds.Figures(events_found=5, incidents_extra=2), 0, 0))
    seeds.pin(seeds.Report(seeds.Figures(events_found=4, incidents_extra=3), 0, 0))
    assert (
        seeds.read_floor()["figures"]["events_found"],
        seeds.read_floor()["figures"]["incidents_extra"],
    ) == (5, 2)
    seeds.pin(seeds.Report(seeds.Figures(events_found=6, incidents_extra=1), 0, 0))
    assert (
        seeds.read_floor()["figures"]["events_found"],
        seeds.read_floor()["figures"]["incidents_extra"],
    ) == (6, 1)
