"""The lexicon check: one small folder for each code, and our own lexicon without errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventcode.errors import LexiconError
from eventcode.lexicon import check_tables
from eventcode.lexicon.check import CHECKS, LexiconFinding, check

EXAMPLE = '  examples: ["Soldiers juggled rebels."]\n'
ACT = "- act: juggle_test\n  topic: force\n  verbs: [juggle]\n" + EXAMPLE

# code: files of an overlay in which exactly this is wrong, and words of the message
FOLDERS: dict[str, tuple[dict[str, str], str]] = {
    "E100": ({"acts/x.yaml": "- nothing: here\n"}, "- act: NAME"),
    "E101": ({"acts/x.yaml": ACT.replace("force", "magic")}, "'magic'"),
    "E102": ({"acts/x.yaml": ACT, "acts/y.yaml": ACT}, "x.yaml:1"),
    "E103": ({"acts/x.yaml": ACT.replace("[juggle]", '["juggle &no_such_set"]')}, "&no_such_set"),
    "E104": (
        {"acts/x.yaml": ACT + "- act: other_test\n  topic: force\n  verbs: [juggle|cavort]\n" + EXAMPLE},
        "'juggle' of 'juggle|cavort'",
    ),
    "E105": ({"acts/x.yaml": ACT + "  never: [juggle]\n"}, "own 'never'"),
    "E106": (
        {
            "acts/x.yaml": ACT.replace(
                '"Soldiers juggled rebels."', "{text: Soldiers juggled rebels., target: police}"
            )
        },
        "target is 'rebels', not 'police'",
    ),
    "E107": ({"acts/x.yaml": ACT + '  counter: ["Police juggled rebels."]\n'}, "juggle_test/juggle"),
    "E108": ({"acts/x.yaml": "- act: juggle_test\n  topic: force\n  verbs: [juggle]\n"}, "example"),
    "E109": ({"acts/x.yaml": ACT + "  target: obj, sideways\n"}, "'sideways'"),
    "E110": ({"acts/x.yaml": ACT + "  refine: [{words: fire, act: no_such_act}]\n"}, "'no_such_act'"),
    "E111": ({"acts/x.yaml": ACT + "  verb: [juggled]\n"}, "unknown key 'verb'"),
    "E200": ({"ontologies/x.yaml": "acts: {air_strike: '195'}\n"}, "ontology: NAME"),
    "E201": ({"ontologies/x.yaml": "ontology: mine\nacts: {no_such_act: '1'}\n"}, "no act"),
    "E202": ({"ontologies/x.yaml": "ontology: cameo\nacts: {air_strike: '999'}\n"}, "'999'"),
    "E203": (
        {"ontologies/x.yaml": "ontology: mine\nacts: {air_strike: [{if: {weather: rain}, code: '1'}]}\n"},
        "'weather'",
    ),
    "E204": (
        {"ontologies/x.yaml": "ontology: mine\nacts: {air_strike: [{if: {source: pirates}, code: '1'}]}\n"},
        "'pirates'",
    ),
    "E205": ({"acts/x.yaml": ACT}, "CAMEO"),
    "E206": ({"ontologies/x.yaml": "ontology: mine\nstances: {sulk: {default: '1'}}\n"}, "no such stance"),
    "E207": ({"ontologies/x.yaml": "ontology: mine\nstances: {say: {magic: '1'}}\n"}, "'magic'"),
    "E208": ({"ontologies/x.yaml": "ontology: mine\nacts: {air_strike: ['1', '2']}\n"}, "never tried"),
    "E301": (
        {"stances.yaml": "- {stance: say, kind: odd, side: addressee, words: [{words: say, act: clause}]}\n"},
        "kind is one of",
    ),
    "E302": (
        {
            "stances.yaml": "- {stance: say, kind: report, side: addressee, words: [{words: say, act: somehow}]}\n"
        },
        "'somehow'",
    ),
    "E303": (
        {
            "ontologies/x.yaml": "ontology: mine\nstances:\n  offer: {default: =promise}\n  promise: {default: =offer}\n"
        },
        "circle",
    ),
    "E304": ({"stances.yaml": "- turns: {magic: force}\n"}, "'magic'"),
    "E400": ({"actors/roles.csv": "word\n\xff"}, "UTF-8"),
    "E401": ({"actors/affixes.csv": "affix,position,meaning,source\n-ish,suffix,x,usage\n"}, "meaning"),
    "E402": ({"actors/affixes.csv": "affix,position,effect,source\n,suffix,drop,usage\n"}, "blank"),
    "E403": ({"actors/people.csv": "id,name,from,to,source\nana,Ana Test,2011-13,,x\n"}, "2011-13"),
    "E404": ({"actors/people.csv": "id,name,from,to,source\nana,Ana Test,2012,2011,x\n"}, "after"),
    "E405": ({"actors/roles.csv": "word,role,source\njuggler,XYZ,x\n"}, "'XYZ'"),
    "E406": (
        {"actors/groups.csv": "id,name,countries,from,to,source\njug,Juggling Front,QQQ,,,x\n"},
        "'QQQ'",
    ),
    "E407": (
        {
            "actors/groups.csv": "id,name,from,to,source\na,Juggling Front,2001,2005,x\nb,Juggling Front,2004,,x\n"
        },
        "same time",
    ),
    "E408": ({"actors/affixes.csv": "affix,position,effect,source\n-ish,suffix,drop,\n"}, "source"),
    "E409": ({"actors/religions.csv": "code,name,aliases,source\nJUG,Jug\u0430ling,,x\n"}, "CYRILLIC"),
}
PLACES = "id,name,aliases,kind,country,admin1,latitude,longitude,source,certainty\n"
PLACE_ROWS = {
    "E501": "a,A,,site,MLI,,north,1,x,\n",
    "E502": "a,A,,site,MLI,,12.6,-8,,\n",
    "E503": "a,A,,castle,MLI,,12.6,-8,x,\n",
    "E504": "a,A,,site,MLI,,52.5,13.4,x,\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """The files below the folder; "\xff" becomes a byte that is not UTF-8."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode().replace("\xff".encode(), b"\xff"))
    return folder


def own(findings: list[LexiconFinding], folder: Path) -> list[LexiconFinding]:
    """Findings about files of this folder."""
    return [f for f in findings if f.file.startswith(str(folder))]


@pytest.mark.parametrize("code", FOLDERS)
def test_each_code_is_found(code: str, tmp_path: Path) -> None:
    files, words = FOLDERS[code]
    write(tmp_path, files)
    found = own(check(tmp_path, select={code}), tmp_path)
    assert [f.code for f in found] == [code] * len(found)
    assert any(words in f"{f.entry} {f.message}" for f in found), found
    assert all(f.line is None or f.line >= 1 for f in found)


@pytest.mark.parametrize("code", PLACE_ROWS)
def test_places_of_the_gazetteer(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"places.csv": PLACES + PLACE_ROWS[code]})
    monkeypatch.setattr(check_tables, "gazetteer_dir", lambda: tmp_path)
    found = own(check(select={code}), tmp_path)
    if code == "E504" and not found:
        pytest.skip("no gazetteer index here to tell where the country lies")
    assert [f.code for f in found] == [code]


def test_every_code_of_the_docstring_has_a_test() -> None:
    tested = {*FOLDERS, *PLACE_ROWS}
    assert {code for codes, _ in CHECKS for code in codes} == tested


def test_a_sound_entry_gives_no_finding(tmp_path: Path) -> None:
    mapping = "ontology: cameo\nacts: {juggle_test: '190'}\n"
    write(tmp_path, {"acts/x.yaml": ACT, "ontologies/x.yaml": mapping})
    assert own(check(tmp_path), tmp_path) == []


def test_the_line_of_a_finding(tmp_path: Path) -> None:
    write(tmp_path, {"acts/x.yaml": "# first line\n" + ACT + "  never: []\n  target: obj, sideways\n"})
    assert [(f.entry, f.line) for f in own(check(tmp_path, select={"E109"}), tmp_path)] == [
        ("juggle_test", 7)
    ]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no such folder"):
        check(tmp_path / "absent")


def test_findings_read_as_one_line() -> None:
    finding = LexiconFinding("E101", "E", "a.yaml", 3, "juggle", "topic 'x' is wrong")
    assert str(finding) == "a.yaml:3: [E101 E] juggle: topic 'x' is wrong"
