"""What a researcher adds in a folder of her own: an ontology, an act, an actor; and coding anew after an edit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from conftest import SATURDAY, Reading

from eventcode import Article, Coder, batch
from eventcode.coding.events import EventCoder
from eventcode.model import Act
from eventcode.recode import recode

ONTOLOGY = """\
ontology: tension
acts:
  shell: T4
  meet: T0
  arrest:
    - {if: {target: protesters}, code: T3}
    - {code: T2}
stances:
  threaten: {default: T1, force: T3}
"""
ACT = """\
- act: abduct
  gloss: Somebody takes people away, in the words of one region's press.
  topic: violence
  verbs: [pinch]
- act: ring_bells
  gloss: Bells are rung in protest.
  topic: protest
  verbs: [ring bell]
"""
GROUP_COLUMNS = "id,name,aliases,weak,cameo,type,countries,from,to,parent,ethnic,religion,source,certainty"
GROUPS = f"""\
{GROUP_COLUMNS}
boko_haram,Boko Haram,,,NGAUAF,Political militia,NGA,2002,,,,,field notes,
dawn_brigade,Dawn Brigade,,,MLIREBDWN,Rebel group,MLI,2012,,,,,field notes,
"""
# One act of ours with another code.
EDITED = 'ontology: cameo\nacts:\n  shell: "190"\n'
CAMEO_COLUMNS = {"cameo_code", "cameo_root", "quad_class", "goldstein"}

NEWS = (
    "Malian troops shelled a village near Kidal on Friday. Two herders were killed.",
    "The foreign ministers of Ghana and Togo met in Accra on Friday. Ghana threatened to impose sanctions on Togo.",
    "Boko Haram fighters abducted a priest in Maiduguri on Thursday.",
)


class Overlaid(NamedTuple):
    """The makers with an overlay."""

    coder: Coder
    events: EventCoder

    def read(self, text: str) -> Reading:
        """An article of this text, coded."""
        coded = self.coder.code(Article(text, id="case", date=SATURDAY))
        return Reading(coded, self.events.events(coded.acts, SATURDAY, None))


def lay(folder: Path, **files: str) -> Path:
    """A folder with these files; "__" in a name stands for "/", the last "_" for "."."""
    for name, content in files.items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def overlaid(tmp_path_factory: pytest.TempPathFactory) -> Overlaid:
    """Our lexicon with an ontology, an act and a group laid over it."""
    folder = lay(
        tmp_path_factory.mktemp("mine"),
        ontologies__tension_yaml=ONTOLOGY,
        acts__mine_yaml=ACT,
        actors__groups_csv=GROUPS,
    )
    return Overlaid(Coder(folder), EventCoder(folder))


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory, shared_options: Callable[..., batch.Options]) -> Path:
    """Three articles, coded with our lexicon alone."""
    folder = tmp_path_factory.mktemp("coded")
    for number, text in enumerate(NEWS):
        (folder / f"{number}.txt").write_text(f"News of the day\n\n{text}\n", encoding="utf-8")
    batch.run([folder], folder / "out", SATURDAY, shared_options())
    return folder / "out"


def other_codes(reading: Reading) -> set[str | None]:
    return {event["other_codes"] for event in reading.events}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Malian troops shelled a village near Kidal.", "tension:T4"),
        ("Ghana threatened to shell Lome.", "tension:T3"),
        ("Ghana threatened to impose sanctions on Togo.", "tension:T1"),
        ("Chadian police arrested four protesters in Moundou.", "tension:T3"),
        ("Chadian police arrested a smuggler in Moundou.", "tension:T2"),
        ("Ghana praised Togo.", None),
    ],
)
def test_one_file_adds_an_ontology(text: str, code: str | None, overlaid: Overlaid) -> None:
    assert other_codes(overlaid.read(text)) == {code}


def test_ours_alone_gives_no_other_codes(read: Callable[..., Reading]) -> None:
    assert other_codes(read(NEWS[0])) == {None}


def test_an_overlay_act_replaces_ours(overlaid: Overlaid, read: Callable[..., Reading]) -> None:
    def acts(reading: Reading) -> set[str]:
        return {act.act for act in reading.coded.acts}

    theirs, ours = "Gunmen pinched a judge in Gao.", "Gunmen abducted a judge in Gao."
    assert (acts(overlaid.read(theirs)), acts(overlaid.read(ours))) == ({"abduct"}, set())
    assert (acts(read(theirs)), acts(read(ours))) == (set(), {"abduct"})


def test_an_overlay_act_is_added(overlaid: Overlaid) -> None:
    (act,) = overlaid.read("Nuns rang the bells in Bergamo.").coded.acts
    assert (act.act, act.stance) == ("ring_bells", "do")


def test_an_overlay_actor_replaces_ours(overlaid: Overlaid, read: Callable[..., Reading]) -> None:
    text = "Boko Haram shelled a village near Maiduguri."

    def source(reading: Reading) -> tuple[str | None, str | None]:
        (actor,) = reading.coded.acts[0].sources
        return actor.code, actor.type

    assert source(overlaid.read(text)) == ("NGAUAF", "Political militia")
    assert source(read(text)) == ("NGAINSBOK", "Rebel group")


def test_an_overlay_actor_is_added(overlaid: Overlaid) -> None:
    (act,) = overlaid.read("The Dawn Brigade shelled a village near Kidal.").coded.acts
    assert [(a.id, a.code) for a in act.sources] == [("dawn_brigade", "MLIREBDWN")]


def test_the_rest_of_ours_stays(overlaid: Overlaid, read: Callable[..., Reading]) -> None:
    text = "Turkish jets bombed a Kurdish base near Sinjar on Thursday, killing two."

    def told(acts: tuple[Act, ...]) -> list[tuple[Any, ...]]:
        return [(a.act_id, a.act, a.stance, a.sources, a.targets, a.places, a.date, a.toll) for a in acts]

    assert told(overlaid.read(text).coded.acts) == told(read(text).coded.acts)


def test_recode_without_an_edit_changes_no_byte(coded: Path, tmp_path: Path) -> None:
    again = shutil.copytree(coded, tmp_path / "again")
    recode(again)
    assert files(again) == files(coded)


def test_recode_after_an_edit_changes_codes_and_nothing_else(coded: Path, tmp_path: Path) -> None:
    edited = shutil.copytree(coded, tmp_path / "edited")
    recode(edited, lay(tmp_path / "mine", ontologies__cameo_yaml=EDITED))
    before, after = rows(coded, "events"), rows(edited, "events")
    assert {row["cameo_code"] for row in after if row["act"] == "shell"} == {"190"}
    changed = [{k for k in a if a[k] != b[k]} for a, b in zip(before, after, strict=True) if a != b]
    assert changed
    assert all(keys <= CAMEO_COLUMNS for keys in changed)
    assert all(row["act"] == "shell" for row in before if row not in after)
    assert {t: rows(edited, t) for t in ("articles", "incidents")} == {
        t: rows(coded, t) for t in ("articles", "incidents")
    }
    for table in ("acts", "places"):
        assert files(edited)[f"{table}.parquet"] == files(coded)[f"{table}.parquet"]


def test_recode_after_an_edit_of_the_actors(coded: Path, tmp_path: Path) -> None:
    edited = shutil.copytree(coded, tmp_path / "edited")
    recode(edited, lay(tmp_path / "mine", actors__groups_csv=GROUPS))
    before, after = rows(coded, "events"), rows(edited, "events")
    theirs = [row for row in after if row["source_group"] == "boko_haram"]
    assert {(row["source_code"], row["source_type"], row["source_role"]) for row in theirs} == {
        ("NGAUAF", "Political militia", "UAF")
    }
    assert [r for r in after if r["source_group"] != "boko_haram"] == [
        r for r in before if r["source_group"] != "boko_haram"
    ]
    (incident,) = (row for row in rows(edited, "incidents") if row["country"] == "Nigeria")
    assert incident["inter1"] == "Political militia"


def test_recode_with_an_ontology_of_ones_own(coded: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(coded, tmp_path / "mine")
    recode(mine, lay(tmp_path / "lexicon", ontologies__tension_yaml=ONTOLOGY))
    before, after = rows(coded, "events"), rows(mine, "events")
    assert {row["other_codes"] for row in before} == {None}
    assert {"tension:T4", "tension:T0", "tension:T1"} <= {row["other_codes"] for row in after}
    assert [{**row, "other_codes": None} for row in after] == before


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return read


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
