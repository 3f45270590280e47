"""Names without a code: found, counted, guessed at, and written as tables that the linter reads."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from eventcode.commands import coding, knowledge
from eventcode.errors import InputError
from eventcode.unknown.actors import kind_of, proper_name, unknown_actors, write_guesses

STORIES = [
    "Fighters of the Blue Hill Defence Front attacked an army post near Gao on Friday.",
    "The Blue Hill Defence Front killed two soldiers in Gao on Thursday. General Abdi Qorane condemned the attack.",
    "Three gunmen robbed a bank in Kano. Abdi Qorane met the president of Mali in Bamako.",
]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the Blue Hill Defence Front", "Blue Hill Defence Front"),
        ("General Abdi Qorane's", "Abdi Qorane"),
        ("Front for the Rights of Herders", "Front for the Rights of Herders"),
        ("QDF", "QDF"),
        ("three gunmen", None),
        ("Malian soldiers", None),
        ("The president", None),
        ("Friday", None),
        ("", None),
    ],
)
def test_the_name_in_a_phrase(text: str, name: str | None) -> None:
    assert proper_name(text) == name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Blue Hill Defence Front", "group"),
        ("QDF", "group"),
        ("Farmers' Union of Gao", "organisation"),
        ("Abdi Qorane", "person"),
    ],
)
def test_what_a_name_sounds_like(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("unknown")
    lines = (json.dumps({"id": f"s{n}", "date": "2024-01-06", "text": t}) for n, t in enumerate(STORIES))
    (room / "stories.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert coding.code([room / "stories.jsonl"], room / "out") == 0
    return room / "out"


def test_names_by_frequency(folder: Path) -> None:
    found = unknown_actors(folder)
    names = [actor.name for actor in found]
    assert names[0] == "Abdi Qorane"
    assert "Blue Hill Defence Front" in names
    assert not {"Gao", "Kano", "Bamako"} & set(names)
    front = found[names.index("Blue Hill Defence Front")]
    assert (front.kind, front.country, front.example) == ("group", "MLI", "s1")
    assert front.source >= 1


def test_the_list_and_the_tables(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert knowledge.actors_unknown(folder, out=tmp_path) == 0
    assert "Abdi Qorane" in capsys.readouterr().out
    with (tmp_path / "actors" / "groups.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["countries"], row["certainty"]) == ("Blue Hill Defence Front", "MLI", "doubtful")
    with pytest.raises(InputError, match="there is one already"):
        write_guesses(unknown_actors(folder), tmp_path)


def test_without_the_words_there_are_no_names(folder: Path, tmp_path: Path) -> None:
    story = tmp_path / "a.txt"
    story.write_text(f"A title\n\n{STORIES[0]}", encoding="utf-8")
    assert coding.code([story], tmp_path / "out", date="2024-01-06", text=False) == 0
    with pytest.raises(InputError, match="--no-text"):
        unknown_actors(tmp_path / "out")
