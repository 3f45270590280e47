"""Tags that tell who was attacked: from the words for victims, by ACLED's rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_incidents import FRIDAY, PUBLISHED, Story, army, day, gunmen, town, who

from eventcode.coding.incidents import IncidentBuilder
from eventcode.coding.victims import FILE, together, traits, victim_words
from eventcode.errors import LexiconError
from eventcode.model import Actor

GIRLS, POLITICIANS = "women targeted: girls", "women targeted: politicians"
AT: dict[str, Any] = {"places": (town("Maiduguri", "NGA", 11.85, 13.16),), "date": day(FRIDAY)}


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("the mayor of Jos", "mayor", ("local administrators",)),
        ("two schoolgirls", "schoolgirl", ("women", GIRLS)),
        ("a female councillor in Kandahar", "councillor", ("local administrators", "women", POLITICIANS)),
        ("Women candidates", "candidate", ("women", "women targeted: candidates for office")),
        ("a widow", "widow", ("women",)),
        ("a women's rights activist", "women's rights activist", ()),
        ("a women’s shelter worker", "worker", ()),
        ("a politician and a woman", "politician", ()),
        ("the minister", "minister", ()),
        ("him", "", ()),
    ],
)
def test_traits(text: str, word: str, found: tuple[str, ...]) -> None:
    assert traits(text, word) == found


def test_women_are_told_of_several_only_where_all_are() -> None:
    girls, mayor, mayoress = ("women", GIRLS), ("local administrators",), traits("the mayoress", "mayoress")
    assert together(girls, ()) == ()
    assert together(girls, mayor) == mayor
    assert set(together(girls, mayoress)) == {"women", GIRLS, POLITICIANS, "local administrators"}


def _victim(text: str, word: str) -> Actor:
    name = f"{word.capitalize()} (Nigeria)"
    return replace(who(name, code="NGACVL", country="NGA", roles=("CVL",), type="Civilians"), text=text)


def _tags(act: str, *targets: Actor) -> list[str | None]:
    story = Story()
    story.tell(act, sources=(gunmen("NGA"),), targets=targets, **AT)
    builder = IncidentBuilder()
    builder.add(story.acts, "a", PUBLISHED, "Source")
    return [row["tags"] for row in builder.rows()]


def test_an_attack_on_a_village_head() -> None:
    assert _tags("shoot", _victim("a village head", "village head")) == ["local administrators"]


def test_girls_alone_and_girls_among_others() -> None:
    girls, boys = _victim("three girls", "girl"), _victim("two boys", "boy")
    assert _tags("abduct", girls) == [GIRLS]
    assert _tags("abduct", girls, boys) == [None]
    assert _tags("abduct", boys, girls) == [None]


def test_who_does_it_is_no_victim() -> None:
    story = Story()
    story.tell("shoot", sources=(army("NGA"),), targets=(_victim("a farmer", "farmer"),), **AT)
    builder = IncidentBuilder()
    builder.add(story.acts, "a", PUBLISHED, "Source")
    assert [row["tags"] for row in builder.rows()] == [None]


def test_words_are_small_and_stand_once() -> None:
    words = victim_words()
    every = [*words.local, *words.women, *words.kinds]
    assert every == [word.lower().strip() for word in every]
    # A word for women alone that is a post is told of both.
    assert words.kinds["councilwoman"] == (POLITICIANS,)
    assert {"councilwoman", "mayoress"} <= words.local & words.women


def test_a_file_without_a_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FILE.name
    path.write_text("women: [girl]\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"acled_tags\.yaml: part missing"):
        victim_words.__wrapped__(path)
