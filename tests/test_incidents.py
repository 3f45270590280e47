"""Incidents from acts made by hand: naming of sides, aggregation, dates, tolls, and the same rows in any order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from conftest import Reading
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import ACLED_COLUMNS

from eventcode.coding.acled_actors import Party, match
from eventcode.coding.fatalities import Statement, divide, over_reports, shares, together
from eventcode.coding.incidents import IncidentBuilder
from eventcode.coding.wording import DATA
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.load import lexicon_folders
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.model import Act, Actor, DateValue, EventPlace, Quantity, Toll
from eventcode.ontologies.codes import acled_codes

PUBLISHED = date(2024, 1, 6)
FRIDAY = date(2024, 1, 5)
THURSDAY = date(2024, 1, 4)


def day(value: date, basis: str = "stated") -> DateValue:
    return DateValue(value, value, "uncertain", "day", basis)


UNDATED = day(PUBLISHED, "publication")


def who(name: str | None = None, **columns: Any) -> Actor:
    return Actor(text=name or "", start=0, end=0, name=name, **columns)


def army(country: str) -> Actor:
    return who("Soldier", code=f"{country}MIL", country=country, roles=("MIL",), type="State forces")


def police(country: str) -> Actor:
    return who("Police", code=f"{country}COP", country=country, roles=("COP",), type="State forces")


def state(country: str) -> Actor:
    return who(country, id=country, code=country, country=country)


def person(word: str, country: str, role: str = "CVL") -> Actor:
    return who(f"{word} ({country})", code=country + role, country=country, roles=(role,), type="Civilians")


def gunmen(country: str) -> Actor:
    return who(
        f"Gunman ({country})", code=country + "UAF", country=country, roles=("UAF",), type="Political militia"
    )


def group(key: str) -> Actor:
    entry = load_actors(lexicon_folders()).by_id[key]
    return who(
        entry.name,
        id=key,
        group=key,
        code=entry.code,
        country=entry.country,
        roles=entry.roles,
        type=entry.type or None,
    )


def crowd(country: str, kind: str = "Protesters") -> Actor:
    return who(kind, code=country + "OPP", country=country, roles=("OPP",), type=kind)


def town(name: str, country: str, lat: float, lon: float, **columns: Any) -> EventPlace:
    values: dict[str, Any] = {
        "text": name, "start": 900, "end": 900 + len(name), "name": name, "geonameid": sum(map(ord, name)), "level": "settlement",
        "relation": "at", "point": "place", "latitude": lat, "longitude": lon, "geo_precision": 1, "country": country,
        "admin1": f"{name} province", "admin1_code": f"{country}-{name}", "admin2": None, "basis": "stated",
    }  # fmt: skip
    return EventPlace(**values | columns)


def land(country: str, basis: Any = "stated") -> EventPlace:
    return EventPlace(
        country,
        0,
        4,
        country,
        None,
        "country",
        "at",
        "centroid",
        None,
        None,
        None,
        country,
        None,
        None,
        None,
        basis,
    )


def count(n: int, high: int | None = None) -> Quantity:
    return Quantity(n, n, high or n)


class Story:
    """Makes the acts of one article in the order told."""

    def __init__(self, article_id: str = "a") -> None:
        self.article_id = article_id
        self.acts: list[Act] = []

    def tell(self, act: str, sentence: int = 0, **columns: Any) -> Act:
        n = len(self.acts)
        values: dict[str, Any] = {
            "act_id": f"{self.article_id}-{n}", "article_id": self.article_id, "field": "text" if sentence >= 0 else "title",
            "sentence": sentence, "sentence_start": 0, "sentence_end": 10, "trigger_start": n, "trigger_end": n + 1, "trigger_text": act,
            "trigger_lemma": act, "act": act, "rule": act, "stance": "do", "status": "occurred", "attribution": "narrator",
            "attributed_to_text": None, "attributed_to_code": None, "sources": (), "targets": (), "places": (), "date": UNDATED,
            "instrument": None, "object": None, "outcomes": (), "toll": Toll(), "confidence": None,
        }  # fmt: skip
        known = {f.name for f in fields(Act)}
        made = Act(**{k: v for k, v in (values | columns).items() if k in known})
        self.acts.append(made)
        return made


@pytest.fixture(scope="module")
def code() -> Any:
    def run(*stories: Story, published: date | None = PUBLISHED) -> list[dict[str, Any]]:
        builder = IncidentBuilder()
        for s in stories:
            builder.add(s.acts, s.article_id, published, f"Source {s.article_id}")
        return builder.rows()

    return run


TANF = town("al-Tanf", "SYR", 33.5, 38.66, level="site")
SHADDADI = town("al-Shaddadi", "SYR", 36.06, 40.73)
HARIR = town("al-Harir Air Base", "IRQ", 36.53, 44.34, level="site")
AIRPORT = town(
    "Baghdad International Airport", "IRQ", 33.26, 44.23, level="site", relation="near", geo_precision=2
)
RESISTANCE, NUJABA = "islamic_resistance_iraq", "nujaba"


@pytest.fixture
def waves() -> Story:
    """What the reader gives for an article that tells of three strikes of one wave and of two older ones."""
    s = Story("doc")
    fighters = who(
        "Resistance force (Iraq)", code="IRQUAF", country="IRQ", roles=("UAF",), type="Political militia"
    )
    drone: dict[str, Any] = {"instrument": "drone"}
    s.tell("drone_strike", -1, places=(land("SYR"), land("IRQ")), **drone)
    s.tell(
        "drone_strike",
        0,
        sources=(fighters,),
        targets=(army("USA"),),
        places=(land("SYR"), land("IRQ")),
        **drone,
    )
    s.tell(
        "drone_strike",
        1,
        sources=(group(RESISTANCE),),
        targets=(army("USA"),),
        places=(TANF, SHADDADI),
        attribution="claimed",
        **drone,
    )
    s.tell("air_strike", 2, places=(HARIR,), targets=(who("al-Harir Air Base"),), **drone)
    s.tell("give_military_aid", 4, sources=(state("USA"),), targets=(state("ISR"),), status="ongoing")
    before = DateValue(None, PUBLISHED, "uncertain", "unknown", "relative")
    s.tell("drone_strike", 5, sources=(state("USA"),), date=before, **drone)
    s.tell(
        "kill",
        5,
        sources=(state("USA"),),
        targets=(group(NUJABA),),
        date=before,
        outcomes=("killed",),
        toll=Toll(killed=count(1)),
    )
    january = DateValue(date(2020, 1, 1), date(2020, 1, 31), "uncertain", "month", "stated")
    leader = group("pmf")
    general = army("IRN")
    s.tell(
        "assassinate",
        7,
        sources=(state("USA"),),
        targets=(leader,),
        date=DateValue(None, PUBLISHED, "uncertain", "unknown", "relative"),
    )
    s.tell(
        "kill",
        7,
        targets=(leader, general),
        date=january,
        places=(AIRPORT,),
        outcomes=("killed",),
        toll=Toll(killed=count(2)),
    )
    s.tell("drone_strike", 7, sources=(state("USA"),), date=january, places=(AIRPORT,), **drone)
    s.tell("air_strike", 0, sources=(state("ISR"),), places=(land("PSE"),), status="ongoing")
    return s


def test_waves_come_to_five_incidents(code: Any, waves: Story) -> None:
    rows = code(waves)
    found = sorted(
        (r["location"] or "", r["actor1"], r["actor2"], r["sub_event_type"], r["fatalities"]) for r in rows
    )
    us = "Military Forces of the United States"
    strike = "Air/drone strike"
    assert found == [
        ("", us, "Harakat Hezbollah al-Nujaba", strike, 1),
        ("Baghdad International Airport", us, "Popular Mobilization Forces", strike, 2),
        ("al-Harir Air Base", "Islamic Resistance in Iraq", us, strike, 0),
        ("al-Shaddadi", "Islamic Resistance in Iraq", us, strike, 0),
        ("al-Tanf", "Islamic Resistance in Iraq", us, strike, 0),
    ]


def test_waves_in_detail(code: Any, waves: Story) -> None:
    rows = {r["location"]: r for r in code(waves)}
    for place in ("al-Tanf", "al-Shaddadi", "al-Harir Air Base"):
        assert (rows[place]["event_date"], rows[place]["time_precision"]) == (PUBLISHED, 2)
        assert rows[place]["acled_codable"] is True
        assert rows[place]["fatalities_best"] is None
    airport = rows["Baghdad International Airport"]
    assert (airport["event_date"], airport["time_precision"], airport["geo_precision"]) == (
        date(2020, 1, 16),
        3,
        2,
    )
    assert airport["assoc_actor_2"] == "Military Forces of Iran"
    assert airport["inter1"] == "External/Other forces"
    unplaced = rows[None]
    assert unplaced["acled_codable"] is False
    assert unplaced["not_codable_reason"] == "no_place; date_too_vague"
    assert (unplaced["event_date"], unplaced["country"], unplaced["latitude"]) == (None, "Iraq", None)
    assert rows["al-Tanf"]["attribution"] == "narrator"


def test_rows_do_not_depend_on_the_order_of_articles(code: Any, waves: Story) -> None:
    second = Story("b")
    second.tell(
        "drone_strike",
        sources=(group(RESISTANCE),),
        targets=(army("USA"),),
        places=(TANF,),
        toll=Toll(killed=count(3)),
    )
    third = Story("c")
    third.tell(
        "drone_strike",
        sources=(group(RESISTANCE),),
        targets=(army("USA"),),
        places=(TANF,),
        toll=Toll(killed=count(2)),
    )
    runs = [code(*order) for order in itertools.permutations([waves, second, third])]
    assert all(rows == runs[0] for rows in runs)
    tanf = next(r for r in runs[0] if r["location"] == "al-Tanf")
    assert (tanf["articles"], tanf["fatalities"], tanf["fatalities_low"], tanf["fatalities_high"]) == (
        3,
        2,
        2,
        3,
    )
    assert len({r["event_id_cnty"] for r in runs[0]}) == len(runs[0]) == 5


RAHAD = town("Er Rahad", "SDN", 12.72, 30.65)
OMDURMAN = town("Omdurman", "SDN", 15.64, 32.48)


def test_battle_harm_and_looting(code: Any) -> None:
    s = Story()
    friday = day(FRIDAY)
    s.tell(
        "capture_territory",
        0,
        sources=(group("rsf_sudan"),),
        targets=(army("SDN"),),
        places=(RAHAD,),
        date=friday,
        outcomes=("captured",),
    )
    s.tell(
        "clash",
        0,
        sources=(group("rsf_sudan"),),
        targets=(army("SDN"),),
        places=(RAHAD,),
        date=friday,
        reciprocal=True,
    )
    s.tell(
        "die_in_violence",
        0,
        targets=(army("SDN"),),
        places=(RAHAD,),
        date=friday,
        outcomes=("killed",),
        toll=Toll(killed=count(23)),
    )
    s.tell("loot", 2, sources=(group("rsf_sudan"),), places=(RAHAD,), date=day(PUBLISHED))
    s.tell("shell", 3, sources=(army("SDN"),), places=(OMDURMAN,), date=day(THURSDAY))
    s.tell("kill", 3, sources=(army("SDN"),), targets=(person("Civilian", "SDN"),), places=(OMDURMAN,), date=day(THURSDAY),
           toll=Toll(killed=count(6)), outcomes=("killed",))  # fmt: skip
    found = {
        (r["sub_event_type"], r["location"], r["actor1"], r["actor2"], r["event_date"], r["fatalities"])
        for r in code(s)
    }
    assert found == {
        (
            "Non-state actor overtakes territory",
            "Er Rahad",
            "Rapid Support Forces",
            "Military Forces of Sudan",
            FRIDAY,
            23,
        ),
        ("Looting/property destruction", "Er Rahad", "Rapid Support Forces", None, PUBLISHED, 0),
        (
            "Shelling/artillery/missile attack",
            "Omdurman",
            "Military Forces of Sudan",
            "Civilians (Sudan)",
            THURSDAY,
            6,
        ),
    }


def test_a_separate_attack_on_civilians_stays_apart(code: Any) -> None:
    s = Story()
    s.tell(
        "clash",
        0,
        sources=(army("NGA"),),
        targets=(gunmen("NGA"),),
        places=(town("Zurmi", "NGA", 12.8, 6.8),),
        date=day(FRIDAY),
    )
    s.tell("kill", 3, sources=(gunmen("NGA"),), targets=(person("Villager", "NGA"),), places=(town("Zurmi", "NGA", 12.8, 6.8),),
           date=day(FRIDAY), toll=Toll(killed=count(4)))  # fmt: skip
    rows = code(s)
    assert sorted(r["sub_event_type"] for r in rows) == ["Armed clash", "Attack"]
    attack = next(r for r in rows if r["sub_event_type"] == "Attack")
    assert (attack["actor1"], attack["actor2"]) == (
        "Unidentified Armed Group (Nigeria)",
        "Civilians (Nigeria)",
    )
    assert attack["civilian_targeting"] == "Civilian targeting"
    assert attack["interaction"] == "Political militia-Civilians"


JULIACA = town("Juliaca", "PER", -15.5, -70.13)


def test_march_broken_up_is_one_protest(code: Any) -> None:
    s = Story()
    at: dict[str, Any] = {"places": (JULIACA,), "date": day(FRIDAY)}
    s.tell(
        "crowd_control",
        0,
        sources=(police("PER"),),
        targets=(person("Person", "PER"),),
        instrument="tear_gas",
        **at,
    )
    s.tell("demonstrate", 0, sources=(person("Person", "PER"),), targets=(who("President", code="PERGOV", country="PER", roles=("GOV",)),),
           toll=Toll(crowd_low=1000, crowd_best=2000), **at)  # fmt: skip
    s.tell("arrest", 0, sources=(police("PER"),), toll=Toll(arrested=count(14)), **at)
    rows = code(s)
    assert [(r["sub_event_type"], r["actor1"], r["actor2"]) for r in rows] == [
        ("Protest with intervention", "Protesters (Peru)", "Police Forces of Peru")
    ]
    assert rows[0]["tags"] == "crowd size=about 2000"


def test_violence_by_demonstrators_makes_a_riot(code: Any) -> None:
    s = Story()
    at: dict[str, Any] = {"places": (town("Arequipa", "PER", -16.4, -71.5),), "date": day(FRIDAY)}
    s.tell("throw_stones", 0, sources=(crowd("PER"),), targets=(police("PER"),), **at)
    s.tell("demonstrate", 0, sources=(crowd("PER"),), **at)
    s.tell("wound", 1, targets=(police("PER"),), toll=Toll(injured=count(2)), outcomes=("injured",), **at)
    rows = code(s)
    assert [(r["sub_event_type"], r["actor1"], r["actor2"], r["injured_best"]) for r in rows] == [
        ("Violent demonstration", "Rioters (Peru)", "Police Forces of Peru", 2)
    ]


def test_students_are_associated(code: Any) -> None:
    s = Story()
    port = town("Port Moresby", "PNG", -9.44, 147.18)
    s.tell(
        "demonstrate",
        sources=(person("Student", "PNG", "EDU"),),
        places=(port,),
        date=day(PUBLISHED),
        toll=Toll(crowd_best=300),
    )
    row = code(s)[0]
    assert (row["actor1"], row["assoc_actor_1"], row["actor2"]) == (
        "Protesters (Papua New Guinea)",
        "Students (Papua New Guinea)",
        None,
    )
    assert row["interaction"] == "Protesters only"


def test_harm_told_later_joins_the_blast(code: Any) -> None:
    s = Story()
    kabul = town("Kabul", "AFG", 34.5, 69.2)
    s.tell(
        "kill",
        -1,
        targets=(person("Person", "AFG"),),
        places=(kabul,),
        toll=Toll(killed=count(8)),
        outcomes=("killed",),
        instrument="suicide",
    )
    s.tell("suicide_bombing", 0, places=(kabul,), date=day(THURSDAY))
    s.tell(
        "kill",
        0,
        targets=(person("Person", "AFG"),),
        places=(kabul,),
        date=day(THURSDAY),
        toll=Toll(killed=count(8)),
        outcomes=("killed",),
    )
    s.tell("attack", 1, sources=(group("is_khorasan"),), date=day(THURSDAY, "carried"), attribution="claimed")
    s.tell("bombing", 4, places=(kabul,), date=day(THURSDAY, "carried"))
    rows = code(s)
    assert [
        (r["sub_event_type"], r["actor1"], r["actor2"], r["fatalities"], r["fatalities_best"]) for r in rows
    ] == [("Suicide bomb", "Islamic State Khorasan Province", "Civilians (Afghanistan)", 9, 8)]
    assert len(rows[0]["act_ids"]) == 5


def test_total_of_several_places_is_divided(code: Any) -> None:
    s = Story()
    s.tell(
        "shell",
        0,
        sources=(army("RUS"),),
        places=(land("UKR"),),
        date=day(FRIDAY),
        toll=Toll(killed=count(8)),
    )
    for n, name in enumerate(("Kupiansk", "Nikopol", "Izium"), start=1):
        s.tell("shell", n, sources=(army("RUS"),), places=(town(name, "UKR", 48 + n, 36),), date=day(FRIDAY))
    rows = code(s)
    assert {r["location"]: r["fatalities"] for r in rows} == {"Kupiansk": 4, "Nikopol": 2, "Izium": 2}
    assert {r["inter1"] for r in rows} == {"External/Other forces"}


def test_civilians_hit_beside_a_military_target(code: Any) -> None:
    s = Story()
    tyre = town("Tyre", "LBN", 33.27, 35.2)
    s.tell(
        "air_strike",
        0,
        sources=(state("ISR"),),
        targets=(group("hezbollah"),),
        places=(tyre,),
        date=day(FRIDAY),
    )
    s.tell(
        "kill",
        1,
        targets=(person("Villager", "LBN"),),
        date=day(FRIDAY, "carried"),
        toll=Toll(killed=count(2)),
        outcomes=("killed",),
    )
    rows = code(s)
    assert len(rows) == 1
    assert (rows[0]["actor2"], rows[0]["assoc_actor_2"]) == ("Hezbollah", "Civilians (Lebanon)")
    assert (rows[0]["fatalities"], rows[0]["civilian_targeting"]) == (2, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (day(FRIDAY), (FRIDAY, 1)),
        (day(FRIDAY, "carried"), (FRIDAY, 1)),
        (UNDATED, (PUBLISHED, 2)),
        (
            DateValue(date(2024, 1, 1), date(2024, 1, 7), "uncertain", "week", "relative"),
            (date(2024, 1, 4), 2),
        ),
        (
            DateValue(date(2023, 8, 1), date(2023, 8, 31), "uncertain", "month", "stated"),
            (date(2023, 8, 16), 3),
        ),
        (DateValue(date(2023, 1, 1), date(2023, 12, 31), "uncertain", "year", "stated"), (None, None)),
        (DateValue(None, None, "uncertain", "unknown", "publication"), (None, None)),
        (DateValue(date(2024, 1, 2), FRIDAY, "duration", "day", "stated"), (date(2024, 1, 2), 1)),
    ],
)
def test_dates(code: Any, value: DateValue, expected: tuple[date | None, int | None]) -> None:
    s = Story()
    s.tell(
        "abduct",
        sources=(gunmen("NGA"),),
        targets=(person("Pupil", "NGA", "EDU"),),
        places=(town("Birnin Gwari", "NGA", 10.7, 6.5),),
        date=value,
    )
    row = code(s)[0]
    assert (row["event_date"], row["time_precision"]) == expected
    assert row["acled_codable"] is (expected[0] is not None)
    assert row["assoc_actor_2"] == "Students (Nigeria)"


@pytest.mark.parametrize(
    "columns",
    [
        {"stance": "threaten"}, {"stance": "accuse"}, {"status": "negated"}, {"status": "future"}, {"status": "hypothetical"},
        {"status": "habitual"}, {"status": "ongoing"}, {"status": "ongoing", "places": (land("UKR"),), "date": day(FRIDAY)},
    ],
)  # fmt: skip
def test_what_is_no_incident(code: Any, columns: dict[str, Any]) -> None:
    s = Story()
    s.tell("shell", **{"sources": (army("RUS"),), "places": (town("Nikopol", "UKR", 47.6, 34.4),), **columns})
    assert code(s) == []


def test_few_plain_arrests_are_no_incident(code: Any) -> None:
    s = Story()
    katsina = town("Katsina", "NGA", 13, 7.6)
    s.tell(
        "arrest",
        sources=(police("NGA"),),
        targets=(person("Person", "NGA"),),
        places=(katsina,),
        toll=Toll(arrested=count(9)),
    )
    assert code(s) == []
    t = Story()
    t.tell(
        "arrest",
        sources=(police("NGA"),),
        targets=(person("Person", "NGA"),),
        places=(katsina,),
        toll=Toll(arrested=count(90)),
    )
    assert [r["sub_event_type"] for r in code(t)] == ["Arrests"]


def test_columns_and_their_order(code: Any, waves: Story) -> None:
    row = code(waves)[0]
    assert list(row)[:31] == ACLED_COLUMNS
    assert row["event_id_cnty"].startswith("EC-IRQ-")
    assert (row["iso"], row["region"]) == (368, "Middle East")
    assert row["event_type"] == acled_codes()[row["sub_event_type"]].event_type
    assert row["timestamp"] == 1704499200


def test_nothing_known_of_the_article(code: Any) -> None:
    s = Story()
    s.tell(
        "bombing",
        date=DateValue(None, None, "uncertain", "unknown", "publication"),
        toll=Toll(killed=count(1)),
    )
    row = code(s, published=None)[0]
    assert (row["country"], row["timestamp"], row["iso"]) == (None, None, None)
    assert row["event_id_cnty"].startswith("EC-XXX-")


def party(kind: Any, label: str, inter: str, country: str | None = None, **columns: Any) -> Party:
    return Party(kind, label, inter, country, **columns)


def test_sides_that_match() -> None:
    named = party("named", "Hamas", "Rebel group", "PSE")
    assert match(named, named) == 3
    assert match(named, party("armed", "Unidentified Armed Group", "Political militia", "PSE")) == 2
    assert match(named, None) == 1
    assert match(named, party("named", "Hezbollah", "Political militia", "LBN")) is None
    assert match(named, party("state", "Military Forces", "State forces", "ISR")) is None
    assert (
        match(
            party("state", "Government", "State forces", "ISR"),
            party("state", "Military Forces", "State forces", "ISR"),
        )
        == 2
    )
    assert (
        match(
            party("state", "Police Forces", "State forces", "ISR"),
            party("state", "Military Forces", "State forces", "ISR"),
        )
        is None
    )


def test_counting() -> None:
    def said(victims: str | None, sentence: int, harm: bool, n: int) -> Statement:
        return Statement(victims, sentence, harm, count(n))

    assert together([]) is None
    assert together([said("army", 0, True, 4), said("rebels", 0, True, 3)]) == count(7)
    assert together([said(None, 0, True, 7), said("army", 1, True, 4)]) == count(7)
    assert together([said("army", 0, True, 4), said("army", 3, True, 6)]) == count(6)
    assert together([said("army", 0, False, 6), said(None, 0, True, 6)]) == count(6)
    assert together([said(None, -1, True, 50), said(None, 0, True, 48)]) == count(48)
    assert shares(count(10), [count(4), None, None]) == [count(4), count(3), count(3)]
    assert over_reports([count(5), None, count(7)]) == Quantity(5, 5, 7)


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_division_loses_nobody(total: int, parts: int) -> None:
    found = divide(total, parts)
    assert sum(found) == total
    assert len(found) == parts
    assert found[0] >= found[-1]


ACTORS = [
    None,
    army("SDN"),
    police("SDN"),
    group("rsf_sudan"),
    person("Person", "SDN"),
    person("Teacher", "SDN", "EDU"),
    crowd("SDN"),
    state("USA"),
]
PLACES: list[EventPlace | None] = [None, RAHAD, OMDURMAN, land("SDN"), TANF]
DATES = [
    UNDATED,
    day(FRIDAY),
    day(THURSDAY, "carried"),
    DateValue(None, PUBLISHED, "uncertain", "unknown", "relative"),
]
ACTS = [
    "kill",
    "shell",
    "clash",
    "arrest",
    "demonstrate",
    "wound",
    "air_strike",
    "capture_territory",
    "loot",
    "attack",
    "riot",
]

told = st.tuples(
    st.sampled_from(ACTS), st.integers(-1, 4), st.sampled_from(ACTORS), st.sampled_from(ACTORS), st.sampled_from(PLACES),
    st.sampled_from(DATES), st.none() | st.integers(0, 30),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(told, max_size=6), min_size=1, max_size=3))
def test_any_articles_give_rows_that_hold(code: Any, articles: list[list[Any]]) -> None:
    stories = []
    for n, lines in enumerate(articles):
        s = Story(f"s{n}")
        for act, sentence, source, target, place, when, dead in lines:
            s.tell(
                act, sentence, sources=(source,) if source else (), targets=(target,) if target else (), date=when,
                places=(place,) if place else (), toll=Toll(killed=None if dead is None else count(dead)),
            )  # fmt: skip
        stories.append(s)
    rows = code(*stories)
    assert code(*reversed(stories)) == rows
    assert len({r["event_id_cnty"] for r in rows}) == len(rows)
    for r in rows:
        kind = acled_codes()[r["sub_event_type"]]
        assert (kind.event_type, kind.disorder_type) == (r["event_type"], r["disorder_type"])
        assert r["fatalities"] >= 0
        assert r["acled_codable"] is (r["not_codable_reason"] is None)
        assert (r["latitude"] is None) == (r["longitude"] is None)
        if r["fatalities_best"] is not None:
            assert r["fatalities_low"] <= r["fatalities_best"] <= r["fatalities_high"]
        if r["event_date"] and r["event_date_end"]:
            assert r["event_date"] <= r["event_date_end"]


def test_title_alone_is_kept(code: Any) -> None:
    s = Story()
    s.tell("shell", -1, sources=(army("RUS"),), places=(town("Nikopol", "UKR", 47.6, 34.4),))
    assert len(code(s)) == 1
    s.tell("shell", 0, sources=(army("RUS"),), places=(town("Nikopol", "UKR", 47.6, 34.4),), date=day(FRIDAY))
    rows = code(s)
    assert len(rows) == 1
    assert rows[0]["event_date"] == FRIDAY
    assert replace(s.acts[0]).act_id in rows[0]["act_ids"]


def test_regions_name_countries_once() -> None:
    table = read_yaml(DATA / "acled_regions.yaml")
    every = [iso3 for countries in table.values() for iso3 in countries]
    assert len(table) == 17
    assert len(every) == len(set(every))
    assert set(every) <= set(load_actors(lexicon_folders()).countries)


def test_generals_stand_for_their_army_and_leaders_for_their_group(code: Any) -> None:
    lexicon = load_actors(lexicon_folders())
    leader = next(
        e
        for e in lexicon.by_id.values()
        if e.kind == "person" and e.terms and e.terms[-1].code == lexicon.by_id["nujaba"].code
    )
    s = Story()
    named = who(leader.name, id=leader.id, code=lexicon.by_id["nujaba"].code, country="IRQ", roles=("UAF",))
    s.tell(
        "kill",
        sources=(state("USA"),),
        targets=(named,),
        places=(HARIR,),
        date=day(FRIDAY),
        instrument="drone",
        outcomes=("killed",),
    )
    row = code(s)[0]
    assert (row["actor2"], row["fatalities"]) == ("Harakat Hezbollah al-Nujaba", 1)


def test_old_strike_is_not_what_the_news_is_about(code: Any) -> None:
    s = Story()
    s.tell("drone_strike", -1, sources=(group(RESISTANCE),), instrument="drone")
    s.tell(
        "drone_strike",
        1,
        sources=(group(RESISTANCE),),
        targets=(army("USA"),),
        places=(TANF,),
        instrument="drone",
    )
    s.tell(
        "drone_strike",
        5,
        sources=(group(RESISTANCE),),
        targets=(army("USA"),),
        places=(HARIR,),
        date=day(date(2023, 10, 20)),
    )
    acts = {r["location"]: len(r["act_ids"]) for r in code(s)}
    assert acts == {"al-Tanf": 2, "al-Harir Air Base": 1}


def test_what_is_told_as_history_is_kept_and_marked(read: Callable[[str], Reading]) -> None:
    coded = read(
        "Rebels killed three soldiers near Gao on Friday. On 3 May 1994, soldiers killed 12 villagers in Timbuktu."
    ).coded
    builder = IncidentBuilder()
    builder.add(coded.acts, coded.article.id, coded.article.date, None)
    reasons = {row["location"]: row["not_codable_reason"] for row in builder.rows()}
    assert reasons == {"Gao": None, "Timbuktu": "told_as_history"}
