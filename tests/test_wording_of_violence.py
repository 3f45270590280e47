"""Wording of battles, bombs, territory and captives: one sentence for a way of telling, and what looks like it and is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import SATURDAY, Reading

from eventcode.coding.incidents import IncidentBuilder
from eventcode.lexicon.load import as_cut, make_patterns

Read = Callable[[str], Reading]


def types(reading: Reading) -> set[str]:
    return {row["acled_sub_event_type"] for row in reading.events if row["acled_sub_event_type"]}


def incidents(reading: Reading) -> list[str]:
    builder = IncidentBuilder()
    builder.add(reading.coded.acts, "case", SATURDAY, None)
    return [row["sub_event_type"] for row in builder.rows()]


@pytest.mark.parametrize(
    ("sentence", "sub_event_type"),
    [
        ("The garrison surrendered Kandi to the rebels on Tuesday.", "Non-violent transfer of territory"),
        ("Rebel fighters left Daraya under a deal with the army.", "Non-violent transfer of territory"),
        ("Militiamen rode unopposed into Bria on Monday.", "Non-violent transfer of territory"),
        ("The army lost Goma to the rebels on Monday.", "Non-state actor overtakes territory"),
        ("Rebels occupied Kidal on Friday.", "Non-state actor overtakes territory"),
        ("Two militias turned their guns on each other in Zawiya.", "Armed clash"),
        ("Mortar exchanges between the army and the rebels shook Duma.", "Armed clash"),
        ("Warplanes left a bridge near Homs in ruins.", "Air/drone strike"),
        ("Kenyan F-5s bombarded a camp of the rebels at Sakow.", "Air/drone strike"),
        ("Rockets crashed into a school in Mokha, killing four pupils.", "Shelling/artillery/missile attack"),
        ("Rockets filled with sarin fell on the suburb of Moadamiya.", "Chemical weapon"),
        ("Two men in uniform set off their explosive waistcoats in Maroua.", "Suicide bomb"),
        ("A lone man threw a grenade into a bar in Bujumbura.", "Grenade"),
        ("Unknown persons rolled a grenade into the compound of the mayor in Cali.", "Grenade"),
        ("The battalion lost three soldiers to a mine near Kidal.", "Remote explosive/landmine/IED"),
        ("Guerrillas set off a mine under a lorry near Arauca.", "Remote explosive/landmine/IED"),
        ("Guerrillas led four passengers into the jungle near Mitu.", "Abduction/forced disappearance"),
        ("The senator is in the hands of the ELN, her party said.", "Abduction/forced disappearance"),
        ("Soldiers took dozens of villagers in raids near Jenin.", "Arrests"),
        ("Police stopped a van carrying explosives in Derry.", "Disrupted weapons use"),
        ("A parcel at the station in Lyon was identified as an explosive device.", "Disrupted weapons use"),
        ("Two men blew themselves up in Kano while wiring a bomb.", "Disrupted weapons use"),
        ("The crude car bomb left in Oslo on Saturday never exploded.", "Disrupted weapons use"),
        ("Ukrainian soldiers liberated Izium on Saturday.", "Government regains territory"),
        ("The Front, an armed rebel group, said its men had killed ten soldiers in Gedo.", "Armed clash"),
        ("Rebels hacked a trader and a cook to death near Bunia.", "Attack"),
        ("The last rebels were bused out of Duma under a deal.", "Non-violent transfer of territory"),
        ("The rebels freed 20 prisoners in return for 15 fighters.", "Agreement"),
        ("The militia made the mill its base.", "Headquarters or base established"),
        ("The army put an end to the rule of the president.", "Other"),
    ],
)
def test_ways_of_telling(read: Read, sentence: str, sub_event_type: str) -> None:
    assert types(read(sentence)) == {sub_event_type}


@pytest.mark.parametrize(
    "sentence",
    [
        "A jet with forty passengers crashed into a hill near Lyon.",
        "Hurricane Wilma pounded the coast of Yucatan.",
        "Warplanes bombed dummy airfields at Pokhran in a night exercise.",
        "Thieves blew open an ATM with explosives in Durban.",
        "The quarrel left the talks in ruins.",
        "The guide led four tourists into the jungle.",
        "Soldiers searched the village, meeting no resistance.",
        "The alarm did not go off.",
        "Police recovered a gun from a man in Karachi.",
    ],
)
def test_what_looks_like_it(read: Read, sentence: str) -> None:
    assert types(read(sentence)) == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "Rebel fighters seized the town of Bria, an official warned.",
        "An official warned that rebel fighters had seized the town of Bria.",
        "Rebel fighters seized the town of Bria, an official alleged.",
    ],
)
def test_what_is_told_as_done_before_a_warning_is_reported(read: Read, sentence: str) -> None:
    assert types(read(sentence)) == {"Non-state actor overtakes territory"}


def test_a_warning_of_what_may_come_is_a_threat(read: Read) -> None:
    assert {
        told.stance for told in read("Rebels will seize the town of Bria, an official warned.").coded.acts
    } == {"threaten"}


def test_a_bomb_found_needs_no_finder_but_a_place(read: Read) -> None:
    assert incidents(read("Two weapons caches were discovered near Tikrit on Sunday.")) == [
        "Disrupted weapons use"
    ]
    assert incidents(read("Two weapons caches were discovered on Sunday.")) == []


def test_patterns_are_cut_as_the_parser_cuts() -> None:
    assert as_cut("Sit-in") == ("sit", "-", "in")
    assert as_cut("AK-47") == ("ak-47",)
    (sit_in,) = make_patterns("sit-in of worker", "noun", {})
    assert sit_in.head == {"in"}
    (bombing,) = make_patterns("dive-bomb", "verb", {})
    assert bombing.head == {"bomb"}
    (swap,) = make_patterns("hit-and-run attack on", "noun", {})
    assert swap.head == {"attack"}


@pytest.mark.parametrize(
    ("sentence", "act"),
    [
        ("Police re-arrested three dissidents in Minsk.", "arrest"),
        ("Two militants died in a shoot-out with soldiers near Gwoza.", "clash"),
        ("Nurses held a sit-in outside the ministry in Dhaka.", "demonstrate"),
    ],
)
def test_words_with_a_hyphen_are_found(read: Read, sentence: str, act: str) -> None:
    assert act in {told.act for told in read(sentence).coded.acts}
