"""Claims and accusations that lend their doer to a deed told elsewhere in the article: acts made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_incidents import Story, count, group, gunmen, person, police, state, town

from eventcode.coding.acled_actors import Namer
from eventcode.coding.doers import said_of, with_doers
from eventcode.coding.happenings import happenings
from eventcode.coding.tellings import Teller
from eventcode.lexicon.load import lexicon_folders, load_acts
from eventcode.model import Act, Actor, Toll

SHABAAB = group("al_shabaab")
BOKO_HARAM = group("boko_haram")
MOGADISHU = town("Mogadishu", "SOM", 2.04, 45.34)
KISMAYO = town("Kismayo", "SOM", -0.36, 42.54)
TRADERS = person("Trader", "SOM")


def bombing(story: Story, sentence: int = 0, **columns: object) -> Act:
    """A deed by nobody: what went off stands for the doer."""
    bomb = replace(person("", "SOM"), name=None, code=None, roles=(), text="A bomb", start=5, end=11)
    told = {"sources": (bomb,), "targets": (TRADERS,), "places": (MOGADISHU,), "instrument": "bomb"}
    return story.tell("bombing", sentence, **told | columns)


def claim(story: Story, who: Actor, sentence: int = 1, act: str = "attack") -> Act:
    return story.tell(act, sentence, stance="claim", sources=(at(who, 50),))


def blame(story: Story, who: Actor, sentence: int = 1, act: str = "attack", by: str = "SOM") -> Act:
    return story.tell(
        act, sentence, stance="accuse", attribution="accused", sources=(police(by),), targets=(at(who, 50),)
    )


def at(who: Actor, start: int) -> Actor:
    """The actor as named at one place of the text."""
    return replace(who, text=who.name or "", start=start, end=start + len(who.name or ""))


def doers(story: Story, number: int = 0) -> list[str | None]:
    return [a.group for a in with_doers(story.acts)[number].sources]


def test_a_claim_lends_its_group_and_says_who_claims() -> None:
    story = Story()
    bombing(story)
    claim(story, SHABAAB)
    act = with_doers(story.acts)[0]
    assert [a.group for a in act.sources] == [SHABAAB.group]
    assert (act.attribution, act.attributed_to_text) == ("claimed", SHABAAB.name)
    assert act.sources[0].start == 50  # the words of the claim: a bomb is nobody


def test_an_accusation_lends_its_group_and_says_who_accuses() -> None:
    story = Story()
    bombing(story)
    blame(story, SHABAAB, act="bombing")
    act = with_doers(story.acts)[0]
    assert [a.group for a in act.sources] == [SHABAAB.group]
    assert (act.attribution, act.attributed_to_code) == ("accused", "SOMCOP")


def test_gunmen_stay_the_words_and_refer_to_who_claims() -> None:
    story = Story()
    men = replace(gunmen("SOM"), text="Gunmen", start=0, end=6)
    story.tell("kill", 0, sources=(men,), targets=(TRADERS,), places=(MOGADISHU,))
    claim(story, SHABAAB)
    (doer,) = with_doers(story.acts)[0].sources
    assert (doer.text, doer.start, doer.ref_start, doer.code) == ("Gunmen", 0, 50, SHABAAB.code)


def test_a_known_doer_is_left_alone() -> None:
    story = Story()
    story.tell("kill", 0, sources=(state("ETH"),), targets=(TRADERS,), places=(MOGADISHU,))
    claim(story, SHABAAB)
    assert with_doers(story.acts) == story.acts


def test_of_two_deeds_the_one_just_told_is_meant() -> None:
    story = Story()
    bombing(story, 0, places=(KISMAYO,))
    bombing(story, 4)
    claim(story, SHABAAB, 5)
    assert doers(story, 0) == [None]
    assert doers(story, 1) == [SHABAAB.group]


def test_of_two_deeds_none_just_told_none_is_meant() -> None:
    story = Story()
    bombing(story, 0, places=(KISMAYO,))
    bombing(story, 1)
    claim(story, SHABAAB, 7)
    assert with_doers(story.acts) == story.acts


def test_acts_of_one_happening_all_get_the_doer() -> None:
    story = Story()
    bombing(story, 0)
    story.tell("kill", 1, targets=(TRADERS,), toll=Toll(killed=count(9)))
    claim(story, SHABAAB, 2)
    assert doers(story, 0) == doers(story, 1) == [SHABAAB.group]


def test_two_groups_that_are_accused_leave_it_open() -> None:
    story = Story()
    bombing(story)
    blame(story, SHABAAB)
    blame(story, BOKO_HARAM, by="KEN")
    assert with_doers(story.acts) == story.acts


def test_a_claim_outdoes_an_accusation() -> None:
    story = Story()
    bombing(story)
    blame(story, BOKO_HARAM)
    claim(story, SHABAAB)
    assert doers(story) == [SHABAAB.group]


def test_who_denies_it_is_not_taken_for_the_doer() -> None:
    story = Story()
    bombing(story)
    blame(story, SHABAAB)
    story.tell("bombing", 2, stance="deny", sources=(SHABAAB,))
    assert with_doers(story.acts) == story.acts


def test_another_kind_of_act_is_not_claimed() -> None:
    story = Story()
    story.tell("abduct", 0, targets=(TRADERS,), places=(MOGADISHU,))
    claim(story, SHABAAB, act="bombing")
    assert with_doers(story.acts) == story.acts


def test_a_bombing_may_be_told_by_whom_the_bomb_killed() -> None:
    story = Story()
    story.tell("kill", 0, targets=(TRADERS,), places=(MOGADISHU,), instrument="bomb")
    claim(story, SHABAAB, act="bombing")
    assert doers(story) == [SHABAAB.group]


def test_a_claim_of_a_deed_that_is_told_with_its_doer_is_about_that() -> None:
    story = Story()
    bombing(story, 0)
    story.tell("kill", 1, sources=(SHABAAB,), targets=(police("SOM"),), places=(KISMAYO,))
    claim(story, SHABAAB, 2)
    assert with_doers(story.acts) == story.acts


@pytest.mark.parametrize("who", [TRADERS, gunmen("SOM")], ids=["unarmed", "unidentified"])
def test_people_who_are_nobody_are_not_lent(who: Actor) -> None:
    story = Story()
    bombing(story, 0, targets=(police("SOM"),))
    blame(story, who)
    assert with_doers(story.acts) == story.acts


def test_victims_are_not_taken_for_doers() -> None:
    story = Story()
    bombing(story, 0, targets=(police("SOM"),))
    blame(story, police("SOM"))
    assert with_doers(story.acts) == story.acts


def test_an_incident_has_the_side_that_is_accused() -> None:
    story = Story()
    bombing(story)
    blame(story, SHABAAB, act="bombing")
    teller = Teller()
    (found,) = happenings(teller.tellings(story.acts))
    assert isinstance(teller.namer, Namer)
    assert found.source is not None
    assert teller.namer.name(found.source, "SOM") == SHABAAB.name


def test_the_file_names_acts_of_the_lexicon() -> None:
    words = said_of()
    assert words.deeds <= set(load_acts(lexicon_folders()).topics)


def test_a_claim_of_nothing_named_is_of_the_one_deed_nobody_is_named_for() -> None:
    story = Story()
    bombing(story)
    claim(story, SHABAAB, act="unspecified")
    assert doers(story) == [SHABAAB.group]


def test_a_claim_of_nothing_named_is_of_the_deed_told_before_it() -> None:
    story = Story()
    bombing(story)
    bombing(story, 3, places=(KISMAYO,))
    claim(story, SHABAAB, 4, act="unspecified")
    assert [doers(story), doers(story, 1)] == [[None], [SHABAAB.group]]


def test_an_accusation_of_nothing_named_lends_nobody() -> None:
    story = Story()
    bombing(story)
    blame(story, SHABAAB, act="unspecified")
    assert doers(story) == [None]


def test_who_is_accused_of_planning_did_nothing_yet() -> None:
    story = Story()
    bombing(story)
    story.tell("attack", 1, stance="accuse", sources=(police("SOM"),), targets=(at(SHABAAB, 50),))
    assert doers(story) == [None]
