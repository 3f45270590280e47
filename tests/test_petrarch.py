"""PETRARCH dictionaries turned into lexicon files: every element of the format, what cannot be read, and coding with it."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from eventcode import Article, Coder, cli
from eventcode.coding.events import EventCoder
from eventcode.errors import EventcodeError, InputError, UsageError
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.check import CHECKS, check
from eventcode.lexicon.load import lexicon_folders, load_acts
from eventcode.lexicon.petrarch import Imported, import_dictionaries, kind_of
from eventcode.lexicon.petrarch_actors import name_forms, plural_of
from eventcode.ontologies.mapping import load_ontologies

VERBS = """\
# a comment
&TOOL
+ROPE_LADDER_
+LADDER
+SLEEPING_BAG

&FOLK_
+VILLAGERS
&EMPTY

<!-- hidden
--- HIDDEN [190] ---
-->
--- GUDDLE [190] ---
GUDDLE
FRIBBLE {FRIBBLES FRIBBLED FRIBBLING} [180]   ; another one
+LASH_OUT_AT {+LASHED_OUT_AT}
WIRE_+TAP
- * &TOOL                [070]
- * LADDER               [071]
- * {OLD PLATES} (WITH/BY STICKS) [170]
- &FOLK_ *               [145]
- {ANGRY CROWD} * (INTO RIVER) [1451]
- * (FOR $) (AT +)       [112]
- * HANDS                [040:040]
- * TRIP ^ ABROAD        [042:043]
- * (BEFORE JUDGES)      [:173]
- * HOPES                [---]
- * DREAMS               [010]
- * DREAMS               [020]
- * TURN %               [030]

--- DITHER [---] ---
DITHER
MUMBLE [010]
- TANKS *                [154]
"""
# line: words of the reason why it is left out
BROKEN = {
    "- * &NOSUCH [190]": "no set &NOSUCH",
    "- * &EMPTY [190]": "no members",
    "- POLICE ARMY * [170]": "several separate words",
    "- {OLD &FOLK_} * [170]": "inside a phrase",
    "- &FOLK_ * HOMES [:170]": "turn source and target",
    "- (IN TOWN) * [170]": "preposition before the verb",
    "- * {OPEN [190]": "do not match",
    "- * (A (B)) [190]": "do not match",
    "- HANDS [190]": "one *",
    "- * HANDS * [190]": "one *",
    "- * HANDS": "ends with its code",
    "- * PLATES [9999]": "no code '9999'",
    "- * PLATES [010:020:030]": "is no code",
    "- * A|B [190]": "neither a word",
    "TWO WORDS": "one word",
    "GUDDLE [010]": "another code",
    "++ [010]": "letters",
    "~ a (a b GUDDLE) SAY = a b 015": "transformation",
    "--- [190] ---": "needs a name",
}
ACTORS = """\
; a comment
	[FRAGOV]
+NOBODY_YET_
ANTARAN_UNION_ [IGOANT]   # note
+THE_ANTARAN_SISTER_UNION_
+ANTU_
BELDOR_VANCE_
+VANCE_BELDOR_
	[FRAGOV >110215]
	[FRAELI <20110214]
	[FRAOPP 950101-991231]
RED_LANTERN_FRONT_ [FRAREB]
FRANCE_ [FRA]
+GALLIA_NOVA_
+FRENCH_
HAMAS_ [PSEINSXYZ]
JOINED+NAMES_ [FRAGOV]
1999_ [FRAGOV]
NEVER_DAY_ [FRAGOV 20110231-20120101]
TURNED_DATES_ [FRAGOV 20120101-20110101]
UNCODED_ONE_
SMALL_CODE_ [fragov]
NO_DASH_ [FRAGOV 20110101]
THEN_NOTHING_ [FRAGOV 010101-020101] [---]
HALF_OPEN_ [FRAGOV] [FRA
WITH_TAIL_ [FRAGOV] and more
 INDENTED_NAME_ [FRAGOV]
"""
AGENTS = """\
!PERSON! = MAN, MEN, WOMAN, WOMEN
!NONE! = ,
LAMPLIGHTER [~CVL]
LANTERN!PERSON! [~REB]
GOOSE {GEESE} [~AGR]
SHEEP {} [~AGR]
GUARD_OF_HONOUR {GUARDS_OF_HONOUR} [~MIL]
ANGRY_SOLDIER [~MIL]
TRUCE_WATCHER [IGO~]
TEMPLE_MONK [~BUD]
PLAIN [GOV]
LONG_TITLE [~GOVMILSPY]
BROKEN [~GOV}
NO!SUCH! [~GOV]
HALF!WAY [~GOV]
{ODD [~GOV]
DIGITS [~G0V]
"""

Import = Callable[..., tuple[Imported, Path]]


@pytest.fixture
def importer(tmp_path: Path) -> Import:
    """Imports texts, given as file=text; the result and its folder."""

    def run(**texts: str) -> tuple[Imported, Path]:
        paths = []
        for name, text in texts.items():
            path = tmp_path / f"{name}.txt"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        out = tmp_path / "out"
        return import_dictionaries(paths, out), out

    return run


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder made of all three dictionaries."""
    folder = tmp_path_factory.mktemp("petrarch")
    paths = []
    for name, text in (("v.txt", VERBS), ("a.txt", ACTORS), ("g.txt", AGENTS)):
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    import_dictionaries(paths, folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def rows(overlay: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Events of a sentence coded with that folder."""
    coder, events = Coder(overlay), EventCoder(overlay)

    def code(text: str, day: dt.date = dt.date(2015, 3, 1)) -> list[dict[str, Any]]:
        article = Article(text, id="a", date=day)
        return events.events(coder.code(article).acts, day, None)

    return code


def acts(folder: Path) -> dict[str, dict[str, Any]]:
    """Imported act entries by name."""
    files = sorted((folder / "acts").glob("*.yaml"))
    return {e["act"]: e for f in files for e in yaml.load(f.read_text(), yaml.BaseLoader)}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with (folder / name).open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def reasons(imported: Imported, read: str) -> dict[str, str]:
    """Reasons by the text of the line."""
    return {u.text: u.reason for u in imported.unread if u.read == read}


# --- verbs -----------------------------------------------------------------------------------------------------------


def test_each_element_of_a_verb_dictionary(importer: Import) -> None:
    """Sets, verbs, patterns and codes become sets, triggers, refinements and mapping lines."""
    made, out = importer(v=VERBS)
    entries = acts(out)
    sets = yaml.load((out / "sets_petrarch.yaml").read_text(), yaml.BaseLoader)
    assert sets["petrarch_tool"] == ["ladder", "sleeping bag"]
    assert sets["petrarch_guddle_verbs"] == ["guddle", "fribble", "lash out at", "tap wire"]
    words = {
        name: [line if isinstance(line, str) else line["words"] for line in entry.get("verbs", [])]
        for name, entry in entries.items()
    }
    assert words["petrarch_guddle_190"] == ["guddle", "lash out at", "tap wire"]
    assert words["petrarch_guddle_180"] == ["fribble"]
    assert words["petrarch_guddle_071"] == ["&petrarch_guddle_verbs ladder"]
    assert words["petrarch_guddle_170"] == ["&petrarch_guddle_verbs old plates with|by sticks"]
    assert words["petrarch_guddle_070"] == ["&petrarch_guddle_verbs &petrarch_tool"]
    # A word goes before a set that has it.
    names = list(entries)
    assert names.index("petrarch_guddle_071") < names.index("petrarch_guddle_070")
    assert entries["petrarch_guddle_190"]["refine"] == [
        {"words": ["&petrarch_folk"], "act": "petrarch_guddle_145"}
    ]
    assert entries["petrarch_guddle_112"]["verbs"] == [
        {"words": "&petrarch_guddle_verbs for at", "source": "for", "target": "at"}
    ]
    assert entries["petrarch_guddle_040"]["verbs"][0]["reciprocal"] == "yes"
    assert words["petrarch_guddle_042"] == ["&petrarch_guddle_verbs trip abroad"]
    assert entries["petrarch_guddle_173"]["verbs"][0]["target"] == "subj"
    assert entries["petrarch_guddle_190"]["from"] == "v.txt:15"
    cameo = load_ontologies(out)["cameo"].acts
    assert cameo["petrarch_guddle_none"][0].values == {}
    assert cameo["petrarch_dither_154"][0].values == {"code": "154"}
    # "dither" alone has no code: it is there for the tanks before it.
    assert words["petrarch_dither_none"] == ["dither"]
    assert reasons(made, "no") == {
        "- * DREAMS               [010]": "written again with another code in v.txt:30, which counts"
    }
    assert {k[:10]: v for k, v in reasons(made, "in part").items()} == {
        "- * TRIP ^": "043 back from the target is lost: one trigger has one code",
        "- * TURN %": "% behind 'turn', which is no slot: the usual slots are used",
    }


def test_words_before_and_behind_the_verb_fall_back_on_its_own_code(importer: Import) -> None:
    """Without the angry crowd, the code is the verb's own."""
    _, out = importer(v=VERBS)
    found = [e for e in acts(out).values() if e.get("refine", [{}])[0].get("words") == ["angry crowd"]]
    assert {e["gloss"][:12] for e in found} == {"GUDDLE [190]", "GUDDLE [180]"}
    assert {e["refine"][0]["act"] for e in found} == {"petrarch_guddle_1451"}


@pytest.mark.parametrize("line", BROKEN)
def test_what_cannot_be_read_is_listed(line: str, importer: Import) -> None:
    """A bad line is told with its reason; its neighbours are read."""
    made, out = importer(v=VERBS.replace("- * DREAMS               [010]\n", f"{line}\n"))
    told = [u for u in made.unread if u.text == line]
    assert [u.read for u in told] == ["no"]
    assert BROKEN[line] in told[0].reason
    assert {"file": "v.txt", "line": "29", "text": line, "read": "no", "reason": told[0].reason} in table(
        out, "unread.csv"
    )
    assert "petrarch_guddle_071" in acts(out)


def test_a_verb_belongs_to_the_first_block(importer: Import) -> None:
    """As in PETRARCH; the second is listed, and so are the patterns left without a verb."""
    made, _ = importer(v=VERBS + "--- LATER [010] ---\nGUDDLE\n- * TENTS [020]\n")
    assert "in block GUDDLE already" in reasons(made, "no")["GUDDLE"]
    assert "no verb left" in reasons(made, "no")["- * TENTS [020]"]


def test_codes_of_plover_and_acled_only_where_ours_agree(importer: Import) -> None:
    """An act has a PLOVER event where all our acts of its code have that one; else the code is named."""
    made, out = importer(v="--- TALK [042] ---\nGUDDLE\nFRIBBLE [190]\n")
    assert load_ontologies(out)["plover"].acts["petrarch_talk_042"][0].values["event"] == "CONSULT"
    assert "petrarch_talk_190" not in load_ontologies(out)["plover"].acts
    assert made.cameo_only == ("190",)
    assert "190" in (out / "ontologies" / "plover.yaml").read_text().splitlines()[0]


# --- actors and agents -----------------------------------------------------------------------------------------------


def test_each_element_of_an_actor_dictionary(importer: Import) -> None:
    """Names, further names, dates, and the table that each kind of entry goes to."""
    made, out = importer(a=ACTORS)
    people = table(out, "actors/people.csv")
    assert [(r["cameo"], r["from"], r["to"]) for r in people if r["name"] == "Beldor Vance"] == [
        ("FRAGOV", "2011-02-15", ""),
        ("FRAELI", "", "2011-02-14"),
        ("FRAOPP", "1995-01-01", "1999-12-31"),
    ]
    assert people[0]["aliases"] == "Vance Beldor"
    assert people[0]["country"] == "FRA"
    assert people[0]["source"] == "PETRARCH dictionary, a.txt:9"
    union = table(out, "actors/organisations.csv")[0]
    assert (union["name"], union["aliases"]) == ("Antaran Union", "Antaran Sister Union;Antu;ANTU")
    lantern, hamas = table(out, "actors/groups.csv")
    assert (lantern["id"], lantern["cameo"]) == ("petrarch_red_lantern_front", "FRAREB")
    # Ours is known: its type and further names stay, the code is the dictionary's.
    assert (hamas["id"], hamas["cameo"], hamas["type"]) == ("hamas", "PSEINSXYZ", "Rebel group")
    region = table(out, "actors/regions.csv")
    assert [(r["name"], r["country"], r["cameo"]) for r in region] == [("Gallia Nova", "FRA", "FRA")]
    assert made.known_names == 2
    no = reasons(made, "no")
    assert set(no) == {
        "[FRAGOV]", "+NOBODY_YET_", "JOINED+NAMES_ [FRAGOV]", "1999_ [FRAGOV]", "UNCODED_ONE_", "SMALL_CODE_ [fragov]",
        "NEVER_DAY_ [FRAGOV 20110231-20120101]", "TURNED_DATES_ [FRAGOV 20120101-20110101]", "NO_DASH_ [FRAGOV 20110101]",
    }  # fmt: skip
    assert "no day of the calendar" in no["NEVER_DAY_ [FRAGOV 20110231-20120101]"]
    assert set(reasons(made, "in part")) == {
        "THEN_NOTHING_ [FRAGOV 010101-020101] [---]", "HALF_OPEN_ [FRAGOV] [FRA", "WITH_TAIL_ [FRAGOV] and more",
        "INDENTED_NAME_ [FRAGOV]",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("BELDOR_VANCE_", ["Beldor Vance"]),
        ("ARMY_OF_THE_HILLS_", ["Army of the Hills"]),
        ("THE_HILL_ARMY", ["Hill Army"]),
        ("UN_", ["UN"]),
        ("U.N._", ["U.N."]),
        ("HAMAS_", ["Hamas", "HAMAS"]),
        ("ANA-MAY_VANCE", ["Ana-May Vance"]),
        ("PEOPLE'S_FRONT_(PF)_", ["People's Front (PF)"]),
        ("UN_Chief_Envoy", ["UN Chief Envoy"]),
    ],
)
def test_names_as_newspapers_write_them(written: str, forms: list[str]) -> None:
    """Capitals and small letters, abbreviations."""
    assert name_forms(written) == forms


def test_each_element_of_an_agent_dictionary(importer: Import) -> None:
    """Roles, plurals, substitutions; a known last word lends type and kind."""
    made, out = importer(g=AGENTS)
    roles = {r["word"]: r for r in table(out, "actors/roles.csv")}
    assert (roles["lamplighter"]["plural"], roles["lamplighter"]["role"]) == ("lamplighters", "CVL")
    assert {"lanternman", "lanternmen", "lanternwoman", "lanternwomen"} <= set(roles)
    assert roles["lanternman"]["plural"] == roles["sheep"]["plural"] == ""
    assert roles["goose"]["plural"] == "geese"
    assert roles["guard of honour"]["plural"] == "guards of honour"
    assert (roles["angry soldier"]["type"], roles["angry soldier"]["armed"]) == ("State forces", "yes")
    assert roles["long title"]["role"] == "GOV;MIL;SPY"
    assert yaml.load((out / "terms.yaml").read_text(), yaml.BaseLoader) == {"roles": ["BUD"]}
    assert set(reasons(made, "no")) == {
        "!NONE! = ,", "BROKEN [~GOV}", "NO!SUCH! [~GOV]", "HALF!WAY [~GOV]", "{ODD [~GOV]", "DIGITS [~G0V]",
    }  # fmt: skip
    assert set(reasons(made, "in part")) == {
        "TRUCE_WATCHER [IGO~]",
        "PLAIN [GOV]",
        "LONG_TITLE [~GOVMILSPY]",
    }


def test_plurals() -> None:
    """Regular plurals of a phrase's last word."""
    assert [plural_of(w) for w in ("oil company", "envoy", "witness", "scout")] == [
        "oil companies",
        "envoys",
        "witnesses",
        "scouts",
    ]


# --- the whole way ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "code", "source", "target"),
    [
        ("Beldor Vance lashed out at Iraqi soldiers.", "190", "FRAGOV", "IRQMIL"),
        ("The Red Lantern Front lashed out at Iran on Monday.", "190", "FRAREB", "IRN"),
        ("Villagers lashed out at the Iranian police.", "145", "IRNCVL", "IRNCOP"),
        ("The Antaran Union fribbled old plates with sticks at Hamas.", "170", "IGOANT", "PSEINSXYZ"),
        ("Iran lashed out at Iranian lanternmen.", "190", "IRN", "IRNREB"),
    ],
)
def test_a_sentence_is_coded_with_the_dictionary(
    sentence: str, code: str, source: str, target: str, rows: Callable[[str], list[dict[str, Any]]]
) -> None:
    """The row has the dictionary's event code and actor codes, and its rule names the imported act."""
    found = rows(sentence)
    assert found, "nothing is coded"
    assert (found[0]["cameo_code"], found[0]["target_code"]) == (code, target)
    assert found[0]["source_code"] == source or code == "145"
    assert found[0]["rule"].startswith("petrarch_")


def test_codes_follow_the_date(rows: Callable[..., list[dict[str, Any]]]) -> None:
    """The first day of an office, and the day before."""
    text = "Beldor Vance lashed out at Iraqi soldiers."
    assert rows(text, dt.date(2011, 2, 14))[0]["source_code"] == "FRAELI"
    assert rows(text, dt.date(2011, 2, 15))[0]["source_code"] == "FRAGOV"


def test_a_dictionary_goes_before_ours_and_null_codes_are_no_event(
    importer: Import, event_coder: EventCoder, coder: Coder
) -> None:
    """The same words: the user's line counts. A pattern without a code keeps the shorter one away."""
    _, out = importer(v="--- OURS [173] ---\nBOMBARD\n- * POSITIONS [---]\n")
    article = Article("Iran bombarded Iraq.", id="a", date=dt.date(2015, 3, 1))
    assert event_coder.events(coder.code(article).acts, article.date, None)[0]["cameo_root"] == "19"
    mine, events = Coder(out), EventCoder(out)
    assert events.events(mine.code(article).acts, article.date, None)[0]["cameo_code"] == "173"
    silent = Article("Iranian troops bombarded Iraqi positions.", id="b", date=dt.date(2015, 3, 1))
    assert events.events(mine.code(silent).acts, silent.date, None) == []


@pytest.mark.slow
def test_the_check_knows_imported_folders(overlay: Path, importer: Import) -> None:
    """No error in what was imported; words taken from ours are told as doubts."""
    assert [f for f in check(overlay) if f.severity == "E"] == []
    _, out = importer(v="--- OURS [173] ---\nBOMBARD\n")
    taken = [f for f in check(out, select=["E105"]) if f.file.startswith(str(out))]
    assert [(f.severity, f.entry) for f in taken] == [("W", "petrarch_ours_173")]
    assert "packaged" in taken[0].message
    lost = check(out, select=["E106"])
    assert {f.severity for f in lost} <= {"W"}


def test_the_command(tmp_path: Path) -> None:
    """Exit status 0 where all was read, 1 where lines were left out, 2 for misuse."""
    (tmp_path / "v.txt").write_text("--- OURS [190] ---\nGUDDLE\n")
    (tmp_path / "bad.txt").write_text("--- OURS [190] ---\nGUDDLE\n- HANDS\n")
    run = CliRunner().invoke
    command = ["lexicon", "import-petrarch"]
    good = run(cli.app, [*command, str(tmp_path / "v.txt"), "--out", str(tmp_path / "one")])
    assert (good.exit_code, "1 act" in good.stderr) == (0, True)
    bad = run(cli.app, [*command, str(tmp_path / "bad.txt"), "--out", str(tmp_path / "two")])
    assert (bad.exit_code, "unread.csv" in bad.stderr) == (1, True)
    again = run(cli.app, [*command, str(tmp_path / "v.txt"), "--out", str(tmp_path / "one")])
    assert (again.exit_code, "empty folder" in again.stderr) == (2, True)


def test_files_that_are_no_dictionaries(tmp_path: Path) -> None:
    """Told in one line, and nothing is written."""
    cases: Sequence[tuple[str, bytes]] = (("a", b"no dictionary"), ("b", b"\0[X]"), ("c", b""))
    for name, content in cases:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=name):
            import_dictionaries([tmp_path / name], tmp_path / "out")
    with pytest.raises(InputError, match="missing"):
        import_dictionaries([tmp_path / "missing"], tmp_path / "out")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_text("A_NAME [FRA]")
    with pytest.raises(UsageError, match="same name"):
        import_dictionaries([tmp_path / "d" / "a", tmp_path / "a"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_older_encodings_are_read(tmp_path: Path) -> None:
    """Files that are not UTF-8 are taken for Latin-1."""
    (tmp_path / "a.txt").write_bytes("JOSÉ_GÓMEZ_ [FRAGOV 010101-020101]\r\n".encode("latin-1"))
    import_dictionaries([tmp_path / "a.txt"], tmp_path / "out")
    assert table(tmp_path / "out", "actors/people.csv")[0]["name"] == "José Gómez"


def test_kinds_are_told_by_their_marks() -> None:
    """Blocks, roles with a tilde, other codes."""
    assert [kind_of(t) for t in (VERBS, AGENTS, ACTORS, "# [~GOV]\nwords")] == [
        "verbs",
        "agents",
        "actors",
        None,
    ]


PIECES = st.sampled_from(
    [
        *"*+-$%^&!~{}()[]<>_#;:=/|.,'\"\t\n\n\n ", "---", "--- A [190] ---\n", "[190]", "[---]", "[:010]", "[010:020]", "&A", "+A_B",
        "- * ", "GUDDLE", "A_NAME_", "[FRAGOV 010101-020101]", "[~GOV]", "!A! = B, C", "!A!", "<!--", "-->", "é", "\u200b", "\x07", "İ", "²",
    ]
)  # fmt: skip
# Checks that need no parse, of what was imported.
QUICK = [code for codes, _ in CHECKS for code in codes if code not in ("E106", "E107", "E504")]


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
@settings(max_examples=50)
def test_any_text_is_read_or_listed(text: str) -> None:
    """No text breaks the import, and what it writes can be loaded; where a line is unknown it is listed."""
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate((text, f"--- A [190] ---\nGUDDLE\n{text}", f"A_NAME [FRA]\n{text}")):
            path, out = Path(folder) / f"{number}.txt", Path(folder) / f"out{number}"
            path.write_bytes(content.encode("utf-8", "surrogatepass"))
            try:
                made = import_dictionaries([path], out)
            except EventcodeError:
                continue
            load_acts.cache_clear()
            load_acts((out,))
            load_ontologies(out)
            for table_file in (out / "actors").glob("*.csv"):
                assert table(out / "actors", table_file.name)
            assert all(u.reason and len(u.text) <= 60 for u in made.unread)
            assert sum(f.left_out for f in made.files) <= sum(f.lines for f in made.files)


@pytest.mark.soak
@given(st.lists(PIECES, min_size=5, max_size=60).map("".join))
@settings(max_examples=3)
def test_what_any_text_makes_passes_the_check(text: str) -> None:
    """No error of the lexicon check in files that an import wrote."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "v.txt", Path(folder) / "out"
        path.write_text(f"{VERBS}\n{text}", encoding="utf-8")
        import_dictionaries([path], out)
        found = [f for f in check(out, select=QUICK) if f.severity == "E" and f.file.startswith(str(out))]
        assert found == []
        load_actors(lexicon_folders(out))
