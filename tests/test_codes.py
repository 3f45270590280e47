"""The code tables are whole, agree with themselves, and have the values that the codebooks print."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from eventcode.ontologies.codes import (
    acled_actor_types,
    acled_codes,
    cameo_codes,
    interaction,
    plover_codes,
    plover_contexts,
)

ACTOR_TYPES = tuple(acled_actor_types())


def test_cameo_has_every_code_once_on_its_level() -> None:
    levels = Counter(code.level for code in cameo_codes().values())
    assert levels == {1: 20, 2: 149, 3: 149}


def test_cameo_codes_extend_their_parents() -> None:
    for code in cameo_codes().values():
        assert code.root == code.code[:2]
        assert code.level == len(code.code) - 1
        assert code.parent == (code.code[:-1] if code.level > 1 else None)
        assert code.parent is None or code.parent in cameo_codes()


def test_cameo_labels_differ_on_each_level() -> None:
    labels = [(code.level, code.label) for code in cameo_codes().values()]
    assert len(set(labels)) == len(labels)
    assert all(label for _, label in labels)


@pytest.mark.parametrize(("first", "last", "quad"), [(1, 5, 1), (6, 8, 2), (9, 13, 3), (14, 20, 4)])
def test_cameo_quad_class_follows_from_the_root(first: int, last: int, quad: int) -> None:
    assert {c.quad_class for c in cameo_codes().values() if first <= int(c.root) <= last} == {quad}


def test_goldstein_is_within_its_scale() -> None:
    assert all(-10 <= code.goldstein <= 10 for code in cameo_codes().values())


@pytest.mark.parametrize(
    ("code", "goldstein"),
    [
        ("010", 0.0),
        ("016", -5.0),
        ("022", 3.4),
        ("163", -8.0),
        ("190", -10.0),
        ("1951", -10.0),
        ("155", -7.2),
    ],
)
def test_goldstein_has_the_values_of_icews(code: str, goldstein: float) -> None:
    assert cameo_codes()[code].goldstein == goldstein


def test_plover_events_have_their_quads() -> None:
    quads: dict[int, set[str]] = {}
    for event in plover_codes().values():
        quads.setdefault(event.quad, set()).add(event.name)
    assert quads == {
        1: {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"},
        2: {"COOPERATE", "AID", "RETREAT"},
        3: {"REQUEST", "ACCUSE", "REJECT", "THREATEN"},
        4: {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"},
    }


def test_plover_modes_by_event() -> None:
    assert {event.name: len(event.modes) for event in plover_codes().values() if event.modes} == {
        "CONSULT": 4,
        "RETREAT": 6,
        "REQUEST": 4,
        "ACCUSE": 3,
        "REJECT": 4,
        "THREATEN": 6,
        "PROTEST": 7,
        "SANCTION": 4,
        "MOBILIZE": 4,
        "COERCE": 10,
        "ASSAULT": 15,
    }


def test_plover_contexts_are_37() -> None:
    assert len(plover_contexts()) == 37
    assert {"military", "pro_autocracy", "lgbt", "election", "disasters"} <= plover_contexts()


def test_acled_has_every_sub_event_type() -> None:
    assert Counter(kind.event_type for kind in acled_codes().values()) == {
        "Battles": 3,
        "Protests": 3,
        "Riots": 2,
        "Explosions/Remote violence": 6,
        "Violence against civilians": 3,
        "Strategic developments": 8,
    }


def test_acled_ranks_are_an_order() -> None:
    assert sorted(kind.rank for kind in acled_codes().values()) == list(range(1, 26))


@pytest.mark.parametrize(
    ("sub_event_type", "disorder_type"),
    [
        ("Armed clash", "Political violence"),
        ("Excessive force against protesters", "Political violence; Demonstrations"),
        ("Peaceful protest", "Demonstrations"),
        ("Violent demonstration", "Demonstrations"),
        ("Mob violence", "Political violence"),
        ("Agreement", "Strategic developments"),
    ],
)
def test_acled_disorder_type(sub_event_type: str, disorder_type: str) -> None:
    assert acled_codes()[sub_event_type].disorder_type == disorder_type


def test_every_pair_of_actor_types_has_one_interaction_in_either_order() -> None:
    pairs = [*product(ACTOR_TYPES, repeat=2), *((kind, None) for kind in ACTOR_TYPES)]
    assert all(interaction(one, two) for one, two in pairs)
    assert all(interaction(one, two) == interaction(two, one) for one, two in pairs)
    assert len({interaction(one, two) for one, two in pairs}) == 44


@pytest.mark.parametrize(
    ("inter1", "inter2", "text"),
    [
        ("Civilians", "State forces", "State forces-Civilians"),
        ("Rioters", None, "Rioters only"),
        (None, "Protesters", "Protesters only"),
        ("Civilians", "External/Other forces", "External/Other forces-Civilians"),
        ("Rebel group", "Rebel group", "Rebel group-Rebel group"),
        (None, None, None),
    ],
)
def test_interaction(inter1: str | None, inter2: str | None, text: str | None) -> None:
    assert interaction(inter1, inter2) == text
