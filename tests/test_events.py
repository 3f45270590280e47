"""Events: which place goes with which side, which row comes first, and what ACLED leaves out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Reading

from eventcode.model import Actor
from eventcode.resolve.actor_classes import is_private

Read = Callable[[str], Reading]


def rows(reading: Reading, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[c] for c in columns) for row in reading.events]


def test_each_side_with_its_own_town(read: Read) -> None:
    reading = read("Gunmen attacked police officers in Kano and soldiers in Jos on Friday.")
    found = {(t, p) for t, p in rows(reading, "target_text", "place_name")}
    assert {p for t, p in found if str(t).startswith("police")} == {"Kano"}
    assert {p for t, p in found if str(t).startswith("soldiers")} == {"Jos"}


def test_a_sentence_of_violence_comes_first_and_is_told_in_its_order(read: Read) -> None:
    reading = read(
        "The president met the ambassador of Chad in Abuja. The governor condemned rebels who had killed ten villagers near Jos."
    )
    assert [row["cameo_root"] for row in reading.events][:2] == ["11", "18"]
    assert reading.events[-1]["cameo_root"] in ("03", "04")


@pytest.mark.parametrize(
    ("sentence", "sub_event_type"),
    [
        ("Police arrested a man in Leeds on Friday.", None),
        ("Police arrested John Weller, 41, in Leeds on Friday.", None),
        ("Police arrested 40 opposition activists in Lusaka on Friday.", "Arrests"),
        ("A man stabbed two women in Leeds on Friday.", None),
        ("Gunmen killed two women in Zinder on Friday.", "Attack"),
        ("Her daughter was kidnapped in Leeds on Friday.", None),
    ],
)
def test_ordinary_crime_is_none_of_acled_s(read: Read, sentence: str, sub_event_type: str | None) -> None:
    assert {row["acled_sub_event_type"] for row in read(sentence).events} <= {sub_event_type}


@pytest.mark.parametrize(
    ("text", "roles", "expected"),
    [
        ("a man", ("CVL",), True),
        ("him", (), True),
        ("a 33-year-old man", ("CVL",), True),
        ("a family of five", ("CVL",), False),
        ("the villagers", ("CVL",), False),
        ("a policeman", ("COP",), False),
        ("a bomb", (), False),
    ],
)
def test_private_persons(text: str, roles: tuple[str, ...], expected: bool) -> None:
    actor = Actor(text, 0, len(text), roles=roles)
    assert is_private(actor, frozenset({"family", "people"})) is expected


def test_a_people_is_no_private_person() -> None:
    assert not is_private(Actor("Iraqis", 0, 6, name="Iraq", country="IRQ", roles=("CVL",)), frozenset())


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The rebels said that the army attacked them.", "REB"),
        ("Two miners are missing. The militia said it had seized them.", "LAB"),
        ("The clerk told officers that her former husband shot her.", "CVL"),
    ],
)
def test_a_pronoun_as_object_is_not_the_subject_of_its_clause(
    read: Read, text: str, target: str | None
) -> None:
    rows = [r for r in read(text).events if r["act"] in ("attack", "abduct", "shoot")]
    assert [r["target_role"] for r in rows] == [target]
    assert all(r["source_text"] != r["target_text"] for r in rows)


@pytest.mark.parametrize(
    ("sentence", "sub_event_type"),
    [
        ("Iraqis demonstrated in Basra over power cuts on Sunday.", "Peaceful protest"),
        ("Villagers beat two men to death in Lira on Monday.", "Mob violence"),
        ("A throng of Muslim youths burned eight houses in Kano on Monday.", "Mob violence"),
        ("Demonstrating pensioners were shoved off the steps by police.", "Protest with intervention"),
        ("Soldiers dug up 300 mortars near Neiva on Saturday.", "Disrupted weapons use"),
        ("Five men from the security service beat a teacher in Harare.", "Attack"),
    ],
)
def test_sub_event_types_by_who_acts(read: Read, sentence: str, sub_event_type: str) -> None:
    assert {row["acled_sub_event_type"] for row in read(sentence).events} == {sub_event_type}


def test_what_is_told_as_history_is_no_acled_event(read: Read) -> None:
    reading = read(
        "Police fired on a crowd of strikers in Durban on Friday. In 1994, soldiers killed 12 villagers near Durban."
    )
    types = {(row["date_text"], row["acled_sub_event_type"]) for row in reading.events}
    assert ("1994", None) in types
    assert any(sub is not None for text, sub in types if text != "1994")
    assert [row["date_text"] for row in reading.events][-1] == "1994"


@pytest.mark.parametrize(
    ("sentence", "act", "day"),
    [
        ("Egypt kept out when Iraqi troops invaded Kuwait.", "offensive", "1990-08-02"),
        ("His father was killed in the Vietnam War.", "kill", "1955-11-01"),
        ("A World War II bomb was defused in Dresden on Friday.", "disrupt_weapons", "2024-01-05"),
        ("The senator condemned the annexation of Crimea on Friday.", "unspecified", None),
    ],
)
def test_a_happening_known_by_its_name_has_its_own_date(
    read: Read, sentence: str, act: str, day: str | None
) -> None:
    dates = {row["act"]: str(row["event_date"]) for row in read(sentence).events}
    assert dates.get(act) == day


def test_a_report_of_old_acts_alone_is_no_history(read: Read) -> None:
    reading = read("In 1994, soldiers killed 12 villagers near Durban.")
    assert {row["acled_sub_event_type"] for row in reading.events} == {"Attack"}


@pytest.mark.parametrize(
    ("story", "sub_event_type"),
    [
        ("A gunman shot two shoppers in Leeds on Friday.", "Attack"),
        # Ordinary crime: words of police and courts, none of political conflict.
        (
            "A gunman shot two shoppers in Leeds on Friday. A detective said that the suspect was wanted for a robbery. A warrant was out.",
            None,
        ),
        (
            "A gunman shot two shoppers in Leeds on Friday. A detective said that the suspect was wanted for a robbery. A warrant was out. He was a militant.",
            "Attack",
        ),
        # So many words of crime outweigh one of conflict.
        (
            "A gunman shot two shoppers in Leeds on Friday. A detective told the jury that the suspect, a thief on probation, had left the army in May. "
            "He is wanted for a burglary and a robbery. A warrant was out.",
            None,
        ),
    ],
)
def test_ordinary_crime_is_no_acled_event(read: Read, story: str, sub_event_type: str | None) -> None:
    found = [row["acled_sub_event_type"] for row in read(story).events if row["act"] == "shoot"]
    assert found
    assert set(found) == {sub_event_type}


@pytest.mark.parametrize(
    ("sentence", "root", "sub_event_type"),
    [
        ("About 60 soldiers defected to the rebels in Malakal on Friday.", "16", "Change to group/activity"),
        ("Tribal elders formed a militia in Shabwa on Friday.", "15", "Change to group/activity"),
        ("Two rebel factions merged in Kidal on Friday.", "06", "Change to group/activity"),
        ("Mediators are pushing peace talks between the army and the rebels in Juba.", "02", None),
        ("A confrontation between rebels and soldiers left two dead near Goma.", "19", "Armed clash"),
        ("A confrontation between Miller and the mayor went on for hours.", None, None),
        ("Prices have doubled since the invasion of Ukraine.", "19", None),
        ("The commander said that he had lost control of the crowd.", None, None),
    ],
)
def test_roots_of_what_acled_codes(
    read: Read, sentence: str, root: str | None, sub_event_type: str | None
) -> None:
    """Also acts for which CAMEO has no code of their own are events; what is only called a fight is none."""
    found = {(row["cameo_root"], row["acled_sub_event_type"]) for row in read(sentence).events}
    assert found == ({(root, sub_event_type)} if root else set())


def test_a_few_plain_people_arrested_are_no_acled_event(read: Read) -> None:
    few = read("Police arrested four villagers in Gulu on Friday.").events
    many = read("Police arrested 40 villagers in Gulu on Friday.").events
    assert {row["acled_sub_event_type"] for row in few} == {None}
    assert {row["acled_sub_event_type"] for row in many} == {"Arrests"}


@pytest.mark.parametrize(
    ("sentence", "sub_event_type"),
    [
        # Deaths decide how much force it was.
        ("Soldiers used tear gas to disperse marchers in Omdurman.", "Protest with intervention"),
        ("Three people were killed when soldiers used tear gas and bullets to disperse marchers in Omdurman.", "Excessive force against protesters"),
        ("Police stormed the camp near Ozalj.", None),
        ("Police stormed the camp near Ozalj, killing dozens.", "Attack"),
        # A demonstration whose marchers are violent is a violent one, unless it was met with excessive force.
        ("Protests against prices erupted in Sfax on Friday, and demonstrators burned cars.", "Violent demonstration"),
        ("Fans attacked a peaceful rally in Lyon.", "Mob violence"),
        ("Fulani herders attacked a village near Jos.", "Attack"),
        ("Neighbours stoned nurses in Mamou.", "Mob violence"),
        # Those who trade shots with police are armed.
        ("Police and smugglers fought a gun battle in Tijuana.", "Armed clash"),
        ("A woman blew herself up at a checkpoint in Argun.", "Suicide bomb"),
        ("A court jailed two journalists in Mandalay.", None),
        # Crowds march on palaces, armies on cities.
        ("Thousands of demonstrators marched on the palace in Bishkek.", "Peaceful protest"),
        ("The rebels marched on the capital on Friday.", "Armed clash"),
        ("Militants hit army positions near Sabha with anti-aircraft guns.", "Shelling/artillery/missile attack"),
        ("Workers at a copper mine attacked a manager in Kitwe.", "Mob violence"),
        ("Talks between the government and the rebels collapsed on Friday.", None),
    ],
)  # fmt: skip
def test_first_acled_type(read: Read, sentence: str, sub_event_type: str | None) -> None:
    found = [row["acled_sub_event_type"] for row in read(sentence).events]
    assert next((name for name in found if name), None) == sub_event_type


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("The African Union suspended Niger on Friday.", "160"),
        ("China has cut off imports of timber from Laos.", "163"),
        ("Germany will send tanks to Ukraine.", "0332"),
        ("North Korea hacked the bank.", "176"),
        ("The Senate voted to send peacekeepers to Chad.", "0334"),
    ],
)
def test_cameo_code(read: Read, sentence: str, code: str) -> None:
    assert [row["cameo_code"] for row in read(sentence).events] == [code]
