"""Reports of several articles: which of them are one incident, in any order, and what an incident then knows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventcode.errors import LexiconError
from eventcode.joining.blocking import candidates
from eventcode.joining.features import features
from eventcode.joining.grouping import grouped
from eventcode.joining.likeness import Likeness
from eventcode.joining.merging import merged, voices
from eventcode.joining.reports import Report, Side, When
from eventcode.joining.sides import kind_of, points
from eventcode.joining.weights import FILE, weights
from eventcode.model import EventPlace, Quantity
from eventcode.ontologies.codes import acled_codes

FRIDAY = date(2024, 1, 5)
ARMY = Side("Military Forces of Nigeria", (), "State forces")
GUNMEN = Side("Unidentified Armed Group (Nigeria)", (), "Political militia")
BOKO_HARAM = Side("Boko Haram", (), "Rebel group")
ISWAP = Side("Islamic State (West Africa)", (), "Rebel group")
PEOPLE = Side("Civilians (Nigeria)", (), "Civilians")
MARCHERS = Side("Protesters (Nigeria)", (), "Protesters")
RIOTERS = Side("Rioters (Nigeria)", (), "Rioters")
POLICE = Side("Police Forces of Nigeria", (), "State forces")
NOBODY = Side(None, (), None)


def on(day: date, basis: str = "stated", last: date | None = None, precision: str = "day") -> When:
    exact = 2 if basis == "publication" else 1
    return When(day, last or day, exact, precision, basis, day, last or day)


def town(name: str, lat: float, lon: float, **columns: Any) -> EventPlace:
    values: dict[str, Any] = {
        "text": None, "start": None, "end": None, "name": name, "geonameid": sum(map(ord, name)), "level": "settlement",
        "relation": "at", "point": "place", "latitude": lat, "longitude": lon, "geo_precision": 1, "country": "NGA",
        "admin1": "Borno", "admin1_code": "NG-BO", "admin2": None, "basis": "stated",
    }  # fmt: skip
    return EventPlace(**values | columns)


GAJIRAM = town("Gajiram", 12.49, 13.21)
MONGUNO = town("Monguno", 12.67, 13.61)
MAIDUGURI = town("Maiduguri", 11.85, 13.16)
BARRACKS = town("Giwa Barracks", 11.87, 13.13, level="site")
BORNO = town("Borno", 11.5, 13.0, level="admin1", geo_precision=3)


def told(article: str, kind: str = "Armed clash", **columns: Any) -> Report:
    values: dict[str, Any] = {
        "article_id": article, "article_date": FRIDAY + timedelta(days=1), "source": f"Paper {article}", "text_sha256": None,
        "nth": 0, "type": acled_codes()[kind], "formed": True, "one": BOKO_HARAM, "two": ARMY, "targeting": None,
        "place": GAJIRAM, "country": "NGA", "place_basis": "stated", "when": on(FRIDAY), "killed": None, "injured": None,
        "bombers": 0, "tags": (), "attribution": "narrator", "act_ids": (f"{article}-0",),
    }  # fmt: skip
    return Report(**values | columns)


def dead(n: int) -> Quantity:
    return Quantity(n, n, n)


def groups(*reports: Report) -> list[str]:
    """The articles of each group, as "a b"."""
    return [" ".join(r.article_id for r in group) for group in grouped(reports, weights())]


A, B = told("a"), told("b")
ATTACK: dict[str, Any] = {"kind": "Attack", "one": GUNMEN, "two": PEOPLE}

PAIRS = {
    "the same": (A, B, True),
    "one names nobody": (A, told("b", one=GUNMEN), True),
    "the other way round": (A, told("b", one=ARMY, two=BOKO_HARAM), True),
    "other named group": (A, told("b", one=ISWAP), False),
    "next day": (A, told("b", when=on(FRIDAY + timedelta(days=1))), False),
    "next day, same toll": (
        told("a", killed=dead(11)),
        told("b", killed=dead(11), when=on(FRIDAY + timedelta(days=1))),
        False,
    ),
    "day of publication": (A, told("b", when=on(FRIDAY + timedelta(days=2), "publication")), True),
    "published too late": (A, told("b", when=on(FRIDAY + timedelta(days=5), "publication")), False),
    "other town": (A, told("b", place=MONGUNO), False),
    "other town, same dead": (told("a", killed=dead(14)), told("b", place=MONGUNO, killed=dead(14)), True),
    "a site and its town": (told("a", place=MAIDUGURI), told("b", place=BARRACKS), True),
    "the province": (A, told("b", place=BORNO), True),
    "only the country, named sides": (A, told("b", place=None), True),
    "only the country, nobody named": (
        told("a", **ATTACK),
        told("b", **ATTACK, place=None),
        False,
    ),
    "only the country, same dead": (
        told("a", **ATTACK, killed=dead(9)),
        told("b", **ATTACK, place=None, killed=dead(9)),
        True,
    ),
    "tolls that rose": (told("a", killed=dead(8)), told("b", killed=dead(11)), True),
    "tolls far apart, nobody named": (
        told("a", **ATTACK, killed=dead(2), when=on(FRIDAY, "publication")),
        told("b", **ATTACK, killed=dead(60)),
        False,
    ),
    "a separate attack on civilians": (A, told("b", "Attack", two=PEOPLE), False),
    "killed, and by what": (
        told("a", "Shelling/artillery/missile attack", one=ARMY, two=PEOPLE, killed=dead(7)),
        told("b", "Attack", one=GUNMEN, two=PEOPLE, killed=dead(7), formed=False),
        True,
    ),
    "march and riot": (
        told("a", "Peaceful protest", one=MARCHERS, two=NOBODY),
        told("b", "Violent demonstration", one=RIOTERS, two=POLICE),
        True,
    ),
    "arrests at a march": (
        told("a", "Peaceful protest", one=MARCHERS, two=NOBODY),
        told("b", "Arrests", one=POLICE, two=PEOPLE),
        True,
    ),
    "march and air strike": (
        told("a", "Peaceful protest", one=MARCHERS, two=NOBODY),
        told("b", "Air/drone strike", one=ARMY, two=NOBODY),
        False,
    ),
    "vague date": (A, told("b", when=When(None, None, None, "unknown", "relative", None, FRIDAY)), False),
}


@pytest.mark.parametrize(("a", "b", "same"), PAIRS.values(), ids=PAIRS)
def test_pairs(a: Report, b: Report, same: bool) -> None:
    assert (groups(a, b) == ["a b"]) is same


def test_a_week_of_shelling_is_seven_incidents() -> None:
    week = [
        told(f"{n}{paper}", "Shelling/artillery/missile attack", one=ARMY, two=PEOPLE, killed=dead(2), when=on(FRIDAY + timedelta(days=n)))
        for n in range(7)
        for paper in "xy"
    ]  # fmt: skip
    bridges = [
        replace(r, article_id=f"{r.article_id}p", when=on(r.when.day, "publication"))
        for r in week[::2]
        if r.when.day
    ]
    found = grouped([*week, *bridges], weights())
    days = [{r.when.day for r in group if r.when.basis == "stated"} for group in found]
    assert len(days) == 7
    assert all(len(d) == 1 for d in days)


def test_what_one_article_tells_apart_stays_apart() -> None:
    two = [told("a", killed=dead(3)), told("a", "Air/drone strike", killed=dead(5), nth=1, act_ids=("a-1",))]
    assert groups(*two) == ["a", "a"]
    # A third article cannot tell which of them it means better than the one it fits best.
    third = told("b", "Air/drone strike", killed=dead(5))
    assert sorted(groups(*two, third)) == ["a", "a b"]


def test_what_sums_up_a_wave_joins_none_of_its_places() -> None:
    strike: dict[str, Any] = {"kind": "Air/drone strike", "one": ARMY, "two": BOKO_HARAM}
    wave = [
        told(name, **strike, place=place)
        for name, place in (("a", GAJIRAM), ("b", MONGUNO), ("c", MAIDUGURI))
    ]
    assert sorted(groups(*wave, told("d", **strike, place=None))) == ["a", "b", "c", "d"]


def test_copies_of_a_text_count_once() -> None:
    text = "f" * 64
    copies = [told(f"c{n}", text_sha256=text, killed=dead(30)) for n in range(5)]
    others = [told("x", killed=dead(12)), told("y", killed=dead(12))]
    (group,) = grouped([*copies, *others], weights())
    assert len(voices(group)) == 3
    known = merged(group, weights())
    assert known.killed == Quantity(12, 12, 30)
    assert len(known.act_ids) == 7


def test_copies_without_day_or_place_are_one() -> None:
    vague = When(None, None, None, "unknown", "relative", None, FRIDAY)
    a, b = (told(n, when=vague, place=None, text_sha256="e" * 64) for n in "ab")
    assert groups(a, b) == ["a b"]
    assert groups(a, replace(b, text_sha256="d" * 64)) == ["a", "b"]


def test_the_best_known_wins() -> None:
    a = told("a", one=GUNMEN, place=BORNO, when=on(FRIDAY + timedelta(days=1), "publication"), killed=dead(8))
    b = told(
        "b", two=Side("Military Forces of Nigeria", ("Borno State Police",), "State forces"), killed=dead(11)
    )
    (group,) = grouped([a, b], weights())
    known = merged(group, weights())
    assert (known.one.name, known.two.name, known.two.also) == (
        "Boko Haram",
        ARMY.name,
        ("Borno State Police",),
    )
    assert known.place == GAJIRAM
    assert (known.when.day, known.when.basis) == (FRIDAY, "stated")
    assert known.killed == Quantity(8, 8, 11)


def test_types_come_together_by_the_hierarchy() -> None:
    def both(*kinds: tuple[str, Side, Side]) -> str:
        reports = [told(str(n), kind, one=one, two=two) for n, (kind, one, two) in enumerate(kinds)]
        return merged(reports, weights()).type.sub_event_type

    assert both(("Air/drone strike", ARMY, BOKO_HARAM), ("Armed clash", ARMY, BOKO_HARAM)) == "Armed clash"
    # "Protests" stands above "Riots", but violence by the crowd makes a riot of the march.
    assert (
        both(("Peaceful protest", MARCHERS, NOBODY), ("Violent demonstration", RIOTERS, POLICE))
        == "Violent demonstration"
    )
    assert both(("Peaceful protest", MARCHERS, NOBODY), ("Protest with intervention", MARCHERS, POLICE)) == "Protest with intervention"  # fmt: skip


ANY = st.builds(
    told,
    st.text("abcdefgh", min_size=1, max_size=2),
    st.sampled_from(["Armed clash", "Air/drone strike", "Attack", "Peaceful protest", "Arrests"]),
    one=st.sampled_from([GUNMEN, BOKO_HARAM, ISWAP, ARMY, NOBODY]),
    two=st.sampled_from([ARMY, PEOPLE, NOBODY]),
    place=st.sampled_from([GAJIRAM, MONGUNO, MAIDUGURI, BARRACKS, BORNO, None]),
    when=st.builds(on, st.sampled_from([FRIDAY + timedelta(days=n) for n in range(4)]), st.sampled_from(["stated", "carried", "publication"])),
    killed=st.sampled_from([None, dead(0), dead(3), dead(14), Quantity(12, 40, 99)]),
    text_sha256=st.sampled_from([None, "a" * 64]),
)  # fmt: skip


@given(st.lists(ANY, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_adding_does_not_matter(reports: list[Report], lot: Any) -> None:
    reports = [replace(r, act_ids=(f"{n}",), article_id=f"{r.article_id}{n}") for n, r in enumerate(reports)]
    again = list(reports)
    lot.shuffle(again)
    first = grouped(reports, weights())
    assert grouped(again, weights()) == first
    assert sorted(r.act_ids for g in first for r in g) == sorted(r.act_ids for r in reports)


@given(st.lists(ANY, min_size=2, max_size=10))
@settings(max_examples=30)
def test_blocking_loses_no_pair_that_would_be_joined(reports: list[Report]) -> None:
    """Candidates by keys are those that comparing all with all would find."""
    w = weights()
    f = features(reports, w)
    found = {(int(i), int(j)) for some in candidates(f, w) for i, j in zip(*some, strict=True)}
    every = Likeness(f, w)
    fine = [n for n in range(len(reports)) if f.exact[n] == 0]
    for i, j in itertools.combinations(fine, 2):
        alone = Likeness(features([reports[i], reports[j]], w), w).scored()
        if len(alone.i):
            assert (i, j) in found
    assert all(i < j for i, j in found)
    assert (every.scored().points >= w.hold).all()


def test_sides() -> None:
    w = weights()
    assert kind_of("Vigilante Militia (Nigeria)", "Identity militia") == "unnamed"
    assert points(BOKO_HARAM, BOKO_HARAM, w) > points(ARMY, ARMY, w) > points(PEOPLE, PEOPLE, w) > 0
    assert points(BOKO_HARAM, ISWAP, w) < points(GUNMEN, PEOPLE, w) < points(GUNMEN, NOBODY, w) == 0
    assert points(GUNMEN, BOKO_HARAM, w) > 0
    assert points(ARMY, replace(ARMY, name="Military Forces of Niger"), w) < 0
    assert points(replace(PEOPLE, also=("Boko Haram",)), BOKO_HARAM, w) > 0


def test_a_broken_weights_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("hold:", "holds:"), encoding="utf-8")
    with pytest.raises(LexiconError, match="part missing"):
        weights(path)
