"""An index from a GeoNames dump: what is taken, merged, refused; memory; which index is in use."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eventcode import cli
from eventcode.errors import GazetteerError
from eventcode.find.places import find_places, inside
from eventcode.gazetteer import enlarge as enlarging
from eventcode.gazetteer.build import ISO_ONLY, OWN, Row, _Builder, read_rows
from eventcode.gazetteer.enlarge import Enlarged, enlarge
from eventcode.gazetteer.folding import fold
from eventcode.gazetteer.geonames import AlternateName, Ids, Malformed, TextFile, alternate_name, dump_place
from eventcode.gazetteer.index import (
    FEATURES_FILE,
    FORMAT,
    WEAK,
    Gazetteer,
    base_path,
    chosen,
    index_path,
    index_version,
    open_index,
)
from eventcode.model import Article, Feature
from eventcode.resolve.act_places import event_place
from eventcode.resolve.places import resolve_places
from eventcode.sentences import cut

NIGER, NIAMEY, TILLABERI, OUALLAM = 2440476, 2440485, 2595293, 2439376
CAMP, GHOST = OWN + 1, ISO_ONLY + 1

Features = dict[str, Feature]


def line(id: int, name: str, code: str = "P.PPL", **other: object) -> str:
    """A line of a dump: a village of Tillabéri unless said otherwise."""
    letter, _, rest = code.partition(".")
    cells = {
        "id": id, "name": name, "ascii": name, "alternates": "", "latitude": 14.5, "longitude": 2.1, "class": letter,
        "code": rest, "country": "NE", "cc2": "", "admin1": "09", "admin2": "", "admin3": "", "admin4": "",
        "population": 0, "elevation": "", "dem": 220, "zone": "Africa/Niamey", "changed": "2020-01-01",
    }  # fmt: skip
    return "\t".join(str(v) for v in (cells | other).values())


def write(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A base index of a handful of places, in a cache folder of its own."""
    monkeypatch.setenv("EVENTCODE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    write_base(base_path())
    return base_path()


def write_base(path: Path) -> None:
    builder = _Builder()
    rows = [
        Row(NIGER, "Niger", "country", geonameid=NIGER, country="NER", latitude=17.0, longitude=9.0),
        Row(TILLABERI, "Tillabéri", "admin1", geonameid=TILLABERI, country="NER"),
        Row(OUALLAM, "Ouallam", "admin2", geonameid=OUALLAM, country="NER", admin1=TILLABERI, latitude=1.0, longitude=1.0),
        Row(NIAMEY, "Niamey", "settlement", "capital", NIAMEY, "NER", latitude=13.5, longitude=2.1, population=1_300_000),
        Row(CAMP, "Tazalit camp", "site", "own", country="NER", latitude=14.9, longitude=4.4),
        Row(GHOST, "Kaouar", "admin1", "Region", country="NER", iso="NE-99"),
    ]  # fmt: skip
    for row in rows:
        row.call(row.name, 0)
        builder.rows[row.id] = row
    builder.countries = {"NER": NIGER}
    builder.neighbours = {"NER": ["DZA", "MLI"]}
    builder.geonames_codes = {"NE": NIGER, "NE.09": TILLABERI, f"NE.09.{OUALLAM}": OUALLAM}
    builder.write(path)


def made(tmp_path: Path, *lines: str, name: str = "NE.txt", alternates: Path | None = None) -> Enlarged:
    return enlarge(write(tmp_path / name, lines), alternates, progress=False)


def only(index: Gazetteer, name: str) -> tuple[object, ...]:
    (entry,) = index.lookup(name, loose=False)
    return entry.id, entry.name, entry.feature, entry.admin1, entry.admin2, entry.rank


# -- what is taken ----------------------------------------------------------------------------------------------------


def test_places_of_wanted_kinds_are_added_with_their_parents(base: Path, tmp_path: Path) -> None:
    result = made(
        tmp_path,
        line(11, "Mangaïzé", alternates="Mangaize,مانغايزي,MGZ", admin2=OUALLAM, population=3000),
        line(12, "Tondi Kiwindi Airfield", "S.AIRF"),
        line(13, "Dallol", "H.STM"),
        line(14, "Tondi", "T.HLL"),
        line(15, "Plateau", "P.PPLX", admin1="00"),
    )
    assert (result.added, result.known, result.unread, result.unread_list) == (3, 0, 0, None)
    with Gazetteer(result.path) as index:
        assert only(index, "Mangaize") == (11, "Mangaïzé", "settlement", TILLABERI, OUALLAM, 0)
        assert only(index, "Tondi Kiwindi Airfield")[2:4] == ("site", TILLABERI)
        assert only(index, "Plateau")[2:5] == ("district", None, None)
        assert index.lookup("Dallol") == index.lookup("Tondi") == index.lookup("MGZ") == ()
        assert only(index, "Niamey")[0] == NIAMEY
        assert index.neighbours("NER") == {"DZA", "MLI"}
        assert len(index) == 9


def test_divisions_that_the_base_index_lacks_are_parents_too(base: Path, tmp_path: Path) -> None:
    """Also of rows that come before them."""
    result = made(
        tmp_path,
        line(11, "Gorouol", admin1="12", admin2="77"),
        line(12, "Région du Liptako", "A.ADM1", admin1="12"),
        line(13, "Département de Téra", "A.ADM2", admin1="12", admin2="77"),
    )
    with Gazetteer(result.path) as index:
        assert only(index, "Gorouol")[3:5] == (12, 13)
        assert only(index, "Département de Téra")[2:5] == ("admin2", 12, None)
        division = index.place(12)
        assert division is not None
        assert (division.feature, division.country, division.point) == ("admin1", "NER", "centroid")


def test_third_order_divisions_hold_what_lies_in_them(base: Path, tmp_path: Path) -> None:
    """They are districts with parents, found with and without the word for their kind; towns know theirs."""
    codes: dict[str, Any] = {"admin2": OUALLAM, "admin3": "7701"}
    result = made(
        tmp_path,
        line(11, "Gorou", population=900, latitude=14.9, **codes),
        line(12, "Tolkoboy", population=700, latitude=13.1, admin2=OUALLAM, admin3="7702"),
        line(13, "Simiri District", "A.ADM3", **codes),
        line(NIAMEY, "Niamey", "P.PPLC", **codes),
        line(14, "Gorou", population=950, country="ML", admin1="03"),
    )
    with Gazetteer(result.path) as index:
        assert only(index, "Simiri District") == (13, "Simiri District", "district", TILLABERI, OUALLAM, 0)
        (short,) = index.lookup("Simiri")
        assert (short.id, short.rank, short.point, short.is_division) == (13, WEAK, "centroid", True)
        town = {e.id: e for e in index.lookup("Gorou")}[11]
        assert town.admin3 == 13
        assert index.lookup("Tolkoboy")[0].admin3 is None
        assert index.lookup("Niamey")[0].admin3 == 13
        assert inside(town, short)
        document = cut(Article("Gunmen raided the village of Gorou in Simiri district on Friday."))
        places = {p.text: p for p in resolve_places(find_places(document, index), document, index)}
        assert places["Gorou"].geonameid == 11
        assert (places["Simiri"].geonameid, event_place(places["Simiri"]).geo_precision) == (13, 2)


def test_names_of_one_word_of_wide_places_need_support(base: Path, tmp_path: Path) -> None:
    result = made(
        tmp_path,
        line(11, "Azawagh", "L.RGN"),
        line(12, "Harry", "T.ISL"),
        line(13, "Karey", "T.ISL", population=200),
        line(14, "Harry Island", "T.ISL"),
    )
    with Gazetteer(result.path) as index:
        assert only(index, "Azawagh")[2::3] == ("region", 2)
        assert index.lookup("Harry") == ()
        assert only(index, "Karey")[2::3] == ("region", 2)
        assert only(index, "Harry Island")[2::3] == ("region", 0)
        assert result.added == 3


def test_a_place_of_another_name_for_its_country_is_not_the_country(base: Path, tmp_path: Path) -> None:
    result = made(tmp_path, line(11, "Gaya", alternates="Niger,Gaya Ville"))
    with Gazetteer(result.path) as index:
        assert only(index, "Niger")[0] == NIGER
        assert only(index, "Gaya Ville")[0] == 11


# -- what is merged ---------------------------------------------------------------------------------------------------


def test_one_geonameid_is_one_place(base: Path, tmp_path: Path) -> None:
    result = made(
        tmp_path,
        line(NIAMEY, "Niamey", "P.PPLC", alternates="Niame Ville", latitude=0.0, population=5),
        line(TILLABERI, "Tillabéri", "A.ADM1", latitude=14.2, population=9),
        line(OUALLAM, "Ouallam", "A.ADM2", admin2=OUALLAM, latitude=14.7, alternates="Niamey"),
    )
    assert (result.added, result.known) == (0, 3)
    with Gazetteer(result.path) as index:
        (niamey,) = index.lookup("Niamey")
        assert (niamey.latitude, niamey.population, niamey.kind, niamey.rank) == (
            13.5,
            1_300_000,
            "capital",
            0,
        )
        assert only(index, "Niame Ville")[0] == NIAMEY
        tillaberi, ouallam = index.place(TILLABERI), index.place(OUALLAM)
        assert tillaberi is not None
        assert (tillaberi.latitude, tillaberi.population) == (14.2, 9)
        assert ouallam is not None
        assert ouallam.latitude == 14.7


def test_places_of_ours_get_the_geonameid_of_their_twin(base: Path, tmp_path: Path) -> None:
    result = made(
        tmp_path,
        line(11, "Tazalit Camp", "S.CMPRF", latitude=14.92, longitude=4.41, alternates="Tazalite Camp"),
        line(12, "Tazalit Camp", "S.CMPRF", latitude=18.0, longitude=9.0),
        line(13, "Kaouar", "A.ADM1", admin1="20"),
        line(14, "Bilma", admin1="20"),
    )
    assert (result.added, result.known) == (2, 2)
    with Gazetteer(result.path) as index:
        camp, ghost = index.place(CAMP), index.place(GHOST)
        assert camp is not None
        assert (camp.geonameid, camp.latitude, camp.kind) == (11, 14.9, "own")
        assert only(index, "Tazalite Camp")[0] == CAMP
        assert ghost is not None
        assert (ghost.geonameid, ghost.latitude, ghost.iso) == (13, 14.5, "NE-99")
        assert only(index, "Bilma")[3] == GHOST
        assert {e.id for e in index.lookup("Tazalit Camp")} == {12, CAMP}


def alternates_file(path: Path, *rows: tuple[object, ...]) -> Path:
    lines = ("\t".join(str(c) for c in (n, *row, *[""] * (9 - len(row)))) for n, row in enumerate(rows, 1))
    return write(path, lines)


def test_alternate_names_replace_the_column(base: Path, tmp_path: Path) -> None:
    names = alternates_file(
        tmp_path / "alternateNamesV2.txt",
        (11, "en", "Mangaize Town", 1),
        (11, "fr", "Mangayzé"),
        (11, "ha", "Oldname", "", "", "", 1),
        (11, "icao", "DRRM"),
        (11, "ar", "مانغايزي"),
        (NIAMEY, "en", "Niamey City", 1),
        (99, "en", "Nowhere"),
        (TILLABERI, "fr", "Rive droite"),
    )
    result = made(tmp_path, line(11, "Mangaïzé", alternates="Ignored"), alternates=names)
    with Gazetteer(result.path) as index:
        assert only(index, "Mangaize Town")[:2] == (11, "Mangaize Town")
        assert [only(index, n)[-1] for n in ("Mangaïzé", "Mangayzé", "Oldname")] == [0, 1, 2]
        assert only(index, "Niamey City")[:2] == (NIAMEY, "Niamey")
        for name in ("Ignored", "DRRM", "Nowhere", "Rive droite"):
            assert index.lookup(name, loose=False) == ()
        assert "NE.txt-" in index.version
        assert "alternateNamesV2.txt-" in index.version


# -- what is not readable ---------------------------------------------------------------------------------------------


def test_malformed_lines_are_counted_and_listed(base: Path, tmp_path: Path) -> None:
    bad = [
        "a line of prose",
        line(22, "Far", latitude="97.1"),
        line(23, "Nan", longitude="nan"),
        line(0, "Zero"),
        line(24, ""),
        line(25, "Many", population="-4"),
        line(11, "Again"),
    ]
    good = [line(n, f"Village {n}") for n in range(11, 19)]
    path = tmp_path / "NE.txt"
    path.write_bytes(
        "\n".join([*good, "", *bad]).encode() + b"\n" + line(26, "X").encode().replace(b"X", b"\xff")
    )
    result = enlarge(path, progress=False)
    assert (result.added, result.unread) == (8, 8)
    assert result.unread_list is not None
    with result.unread_list.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(r["line"]) for r in rows] == list(range(10, 18))
    reasons = [r["reason"] for r in rows]
    assert reasons[0] == "1 columns instead of 19"
    assert reasons[-2:] == ["geonameid 11 for the second time", "not UTF-8"]
    assert {r["file"] for r in rows} == {"NE.txt"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"geonameid,name\n1,Niamey\n", "1 columns instead of 19"),
        (b"1\t2\tfr\tNiamey\t\t\t\t\t\t\n", "10 columns"),
        (bytes(range(256)) * 40, "line 1"),
        (b"x" * (1 << 21), "longer than a megabyte"),
    ],
    ids=["empty", "csv", "alternate names", "binary", "one line"],
)
def test_a_file_that_is_no_dump_is_refused(base: Path, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match="is no GeoNames dump") as caught:
        enlarge(path, progress=False)
    assert message in str(caught.value)
    assert [p.name for p in base.parent.iterdir()] == [base.name]


def test_a_dump_of_nothing_useful_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="holds no place"):
        made(tmp_path, line(1, "Brook", "H.STM"))


def test_a_dump_that_turns_into_something_else_is_refused(base: Path, tmp_path: Path) -> None:
    lines = [*(line(n, "Ville") for n in range(1, 202)), *["x"] * 300]
    with pytest.raises(GazetteerError, match="300 lines cannot be read"):
        made(tmp_path, *lines)
    assert [p.name for p in base.parent.iterdir()] == [base.name]


def test_other_files_are_refused_as_alternate_names(base: Path, tmp_path: Path) -> None:
    dump = write(tmp_path / "NE.txt", [line(1, "Ville")])
    with pytest.raises(GazetteerError, match=r"alternateNamesV2\.txt"):
        enlarge(dump, dump, progress=False)


@pytest.mark.parametrize("what", ["missing", "folder", "archive without text", "broken archive"])
def test_what_cannot_be_read_is_an_error(base: Path, tmp_path: Path, what: str) -> None:
    path = tmp_path / "x.zip"
    if what == "folder":
        path.mkdir()
    elif what != "missing":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x.txt" if "broken" in what else "x.csv", (line(1, "Ville") + "\n") * 5000)
    if what == "broken archive":
        content = bytearray(path.read_bytes())
        content[200:260] = bytes(60)
        path.write_bytes(content)
    with pytest.raises(GazetteerError, match=r"x\.zip: "):
        enlarge(path, progress=False)
    assert [p.name for p in base.parent.iterdir()] == [base.name]


def test_an_archive_gives_the_same_index(base: Path, tmp_path: Path) -> None:
    lines = [line(n, f"Ville {n}") for n in range(1, 400)]
    plain = made(tmp_path, *lines)
    content = plain.path.read_bytes()
    with zipfile.ZipFile(tmp_path / "NE.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "About this archive. " * 20_000)
        archive.write(tmp_path / "NE.txt", "NE.txt")
    zipped = enlarge(tmp_path / "NE.zip", progress=False)
    assert zipped.path == plain.path
    assert zipped.path.read_bytes() == content


def test_lines_and_values() -> None:
    assert dump_place((line(7, " Gao ", "P.PPLA") + "\r\n").encode()).name == "Gao"
    assert alternate_name(b"1\t7\ten\tGao\t1\t\t\t\n") == AlternateName(7, "Gao", "en", True, False)
    assert alternate_name(b"1\t7\tlink\thttps://example.org\t\t\t\t\n") is None
    with pytest.raises(Malformed, match="geonameid"):
        dump_place(line(10**12, "Gao").encode())
    ids = Ids()
    assert [ids.add(9_000_000), ids.add(9_000_000), ids.add(1)] == [True, False, True]
    assert 1 in ids
    assert 2 not in ids
    assert 199_999_999 not in ids


def test_long_lines_do_not_shift_the_count(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"a\n" + b"x" * (3 << 20) + b"\nb")
    assert [(n, len(text)) for n, text in TextFile(path).lines()] == [(1, 2), (2, 1 << 20), (3, 1)]


def test_the_list_of_features_is_sound() -> None:
    rows = read_rows(FEATURES_FILE)
    codes = [r["code"] for r in rows]
    assert codes == sorted(set(codes))
    assert {r["names"] for r in rows} <= {"all", "weak", "phrases"}
    assert {r["feature"] for r in rows} <= {
        "admin1",
        "admin2",
        "settlement",
        "district",
        "site",
        "region",
        "sea",
    }
    assert {c[0] for c in codes} <= set("AHLPSTV")


# -- memory -----------------------------------------------------------------------------------------------------------

KINDS = [k.replace(".", "\t") for k in ("P.PPL", "S.AIRF", *["H.STM", "T.HLL", "T.MT", "L.LCTY"] * 2)]


def generated(path: Path, rows: int) -> Path:
    """A dump of many rows, one in five of a kind that is taken."""
    village = line(0, "NAME", "KIND.CODE", alternates="NAMEville,Old NAME", population=40)
    head, tail = village[1:].split("KIND\tCODE")
    with path.open("w", encoding="utf-8") as stream:
        for n in range(rows):
            name = "".join("kbrmtlnsdgwfhzvj"[n >> s & 15] + "aiou"[n >> s & 3] for s in (0, 5, 10, 15))
            stream.write(f"{n + 1}{head.replace('NAME', name.title())}{KINDS[n % 10]}{tail}\n")
    return path


LIMITED = """
    import resource, sys
    from pathlib import Path
    from eventcode.gazetteer import enlarge

    enlarge.PAGE_CACHE_KB = 4096
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + {spare}
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    print(enlarge.enlarge(Path(sys.argv[1]), progress=False).added)
"""


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit is set from Linux' own figures")
def test_memory_does_not_grow_with_the_dump(base: Path, tmp_path: Path) -> None:
    """300,000 rows, a file of 33 MB and ten times as much as Python objects, in 32 MB besides the program."""
    dump = generated(tmp_path / "big.txt", 300_000)
    script = textwrap.dedent(LIMITED).format(spare=32 << 20)
    run = subprocess.run([sys.executable, "-c", script, str(dump)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert int(run.stdout) == 60_000
    with open_index() as index:
        assert len(index) == 60_006


# -- which index is in use --------------------------------------------------------------------------------------------


def test_the_larger_index_is_used_from_then_on(base: Path, tmp_path: Path) -> None:
    result = made(tmp_path, line(11, "Mangaïzé"))
    assert index_path() == result.path != base
    assert index_version().startswith(f"{FORMAT}+")
    with open_index() as index:
        assert index.version == index_version()
        assert "+NE.txt-" in index.version
        assert index.lookup("Mangaize")


def test_a_missing_larger_index_is_an_error_with_advice(base: Path, tmp_path: Path) -> None:
    made(tmp_path, line(11, "Mangaïzé"), name="N E.txt").path.unlink()
    with pytest.raises(GazetteerError, match=r"gazetteer build --geonames '.*/N E\.txt'"):
        open_index()


def test_a_damaged_note_of_the_choice_is_an_error_with_advice(base: Path) -> None:
    (base.parent / "gazetteer.json").write_text('{"dump": 1, "no": 2}', encoding="utf-8")
    with pytest.raises(GazetteerError, match="eventcode gazetteer build"):
        open_index()


Run = Callable[..., Result]


@pytest.fixture
def run(base: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line, the base index built by a stand-in."""

    def build(path: Path | None = None, progress: bool = True) -> Path:
        base.unlink(missing_ok=True)
        write_base(base)
        return base

    monkeypatch.setattr("eventcode.gazetteer.build.build_index", build)
    monkeypatch.setattr(enlarging, "build_index", build)
    return lambda *arguments: CliRunner().invoke(
        cli.app, ["gazetteer", *map(str, arguments)], catch_exceptions=False
    )


def test_commands_choose_and_go_back(base: Path, tmp_path: Path, run: Run) -> None:
    base.unlink()
    dump = write(tmp_path / "NE.txt", [line(11, "Mangaïzé"), line(12, "Gaya"), "x"])
    built = run("build", "--geonames", dump)
    assert built.exit_code == 1
    assert "2 places of NE.txt added, 0 known already" in built.stderr
    assert "1 line could not be read" in built.stderr
    larger = index_path()
    path = run("path")
    assert (path.exit_code, path.stdout.strip()) == (0, str(larger))
    assert "made from NE.txt-" in path.stderr

    back = run("build")
    assert back.exit_code == 0
    assert f"yours to delete: {larger}" in back.stderr
    assert larger.exists()
    assert chosen() is None
    assert run("path").stdout.strip() == str(base)


def test_misuse_is_told(base: Path, tmp_path: Path, run: Run) -> None:
    lone = run("build", "--alternate-names", tmp_path / "x")
    assert (lone.exit_code, "--geonames" in lone.stderr) == (2, True)
    missing = run("build", "--geonames", tmp_path / "x.txt")
    assert (missing.exit_code, "x.txt" in missing.stderr) == (2, True)


def test_the_choice_is_a_small_readable_file(base: Path, tmp_path: Path) -> None:
    made(tmp_path, line(11, fold("Mangaize").title()))
    note = json.loads((base.parent / "gazetteer.json").read_text(encoding="utf-8"))
    assert note["path"] == str(tmp_path / "NE.txt")
    assert note["alternate_names"] is None
