"""Two coders side by side: precision, recall and alpha worked out by hand, matching, files as people have them, the page."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import valid_rows, write_unchecked
from typer.testing import CliRunner

from eventcode import cli
from eventcode.compare.agreement import Agreement, agree, krippendorff_alpha
from eventcode.compare.agreement_page import page
from eventcode.compare.agreement_report import as_json
from eventcode.compare.assignment import Pair, assign
from eventcode.compare.records import setting
from eventcode.errors import InputError, UsageError

HEAD = (
    "event_date,event_type,sub_event_type,actor1,actor2,country,admin1,location,latitude,longitude,fatalities"
)
BATTLE = "Battles,Armed clash"
STRIKE = "Explosions/Remote violence,Air/drone strike"
PROTEST = "Protests,Peaceful protest"
GAO = "Mali,Gao,Gao,16.2717,-0.0447"
MOPTI = "Mali,Mopti,Mopti,14.4843,-4.1830"
ARMY = "Military Forces of Mali,JNIM"
CROWD = "Protesters (Mali),"

# Of five of A, four are in B: one a day later and 11.1 km off (0.1 degrees of latitude), one under another type.
A_ROWS = [
    f"2024-01-05,{BATTLE},{ARMY},{GAO},3",
    f"2024-01-06,{STRIKE},{ARMY},{GAO},7",
    f"2024-01-10,{PROTEST},{CROWD},{MOPTI},0",
    f"2024-01-12,{BATTLE},{ARMY},{MOPTI},5",
    f"2024-02-01,{STRIKE},{ARMY},{GAO},2",
]
B_ROWS = [
    f"2024-01-05,{BATTLE},{ARMY},{GAO},3",
    f"2024-01-06,{BATTLE},{ARMY},{GAO},7",
    f"2024-01-11,{PROTEST},{CROWD},Mali,Mopti,Mopti,14.5843,-4.1830,0",
    f"2024-01-12,{BATTLE},{ARMY},{MOPTI},4",
    f"2024-03-01,{STRIKE},{ARMY},{GAO},2",
    f"2024-03-09,{PROTEST},{CROWD},{GAO},0",
]


def write(path: Path, rows: list[str], head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    return write(tmp_path / "hand.csv", A_ROWS)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    return write(tmp_path / "machine.csv", B_ROWS)


def field(found: Agreement, name: str) -> tuple[int, int]:
    [one] = [one for one in found.fields if one.name == name]
    return one.compared, one.agree


def alpha(found: Agreement, name: str, level: str = "nominal") -> float | None:
    [one] = [one for one in found.alphas if (one.name, one.level) == (name, level)]
    return one.alpha


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_precision_and_recall(hand: Path, machine: Path) -> None:
    found = agree(hand, machine, "acled")
    # 4 matched of 5 in A and 6 in B: P 4/6, R 4/5, F1 8/11.
    assert (found.found.precision, found.found.recall, found.found.f1) == (4 / 6, 4 / 5, 8 / 11)
    assert found.same_type.together == 3
    by_type = {one.name: (one.a, one.b, one.together) for one in found.types}
    assert by_type == {"Battles": (2, 3, 2), "Explosions/Remote violence": (2, 1, 0), "Protests": (1, 2, 1)}
    [battles, strikes, _] = found.types
    assert (battles.precision, battles.recall, battles.f1) == (2 / 3, 1.0, 4 / 5)
    assert (strikes.precision, strikes.recall, strikes.f1) == (0.0, 0.0, 0.0)


def test_fields(hand: Path, machine: Path) -> None:
    found = agree(hand, machine)
    assert field(found, "event type") == (4, 3)
    assert field(found, "actor 1") == field(found, "actor 2") == (4, 4)
    assert field(found, "admin1") == (4, 4)
    assert field(found, "place within 1 km") == field(found, "place within 10 km") == (4, 3)
    assert field(found, "place within 25 km") == (4, 4)
    assert field(found, "date") == (4, 3)
    assert field(found, "date within 1 day") == (4, 4)
    assert field(found, "fatalities") == (4, 3)
    assert field(found, "fatalities within 1 or 20%") == (4, 4)


def test_errors_of_place_and_date(hand: Path, machine: Path) -> None:
    found = agree(hand, machine)
    km = 6371.009 * 3.141592653589793 / 180 * 0.1
    assert found.distance_km.median == pytest.approx(0.0, abs=1e-9)
    # 0, 0, 0, km: the 90th percentile lies 7/10 of the way from the third to the fourth.
    assert found.distance_km.p90 == pytest.approx(0.7 * km)
    assert (found.date_days.median, found.date_days.bias) == (0.0, 0.25)
    assert found.toll.bias == -0.25


def test_confusion(hand: Path, machine: Path) -> None:
    assert agree(hand, machine).confusion == {
        ("(not coded)", "Explosions/Remote violence"): 1,
        ("(not coded)", "Protests"): 1,
        ("Battles", "Battles"): 2,
        ("Explosions/Remote violence", "(not coded)"): 1,
        ("Explosions/Remote violence", "Battles"): 1,
        ("Protests", "Protests"): 1,
    }


def test_alpha_of_types(hand: Path, machine: Path) -> None:
    # Matched: B-B, E-B, P-P, B-B. Values: B 5, E 1, P 2, n = 8. Observed disagreement 2/8 (the pair counts both ways);
    # expected (64 - 25 - 1 - 4) / (8 * 7) = 34/56. Alpha = 1 - (2/8) / (34/56) = 10/17.
    assert alpha(agree(hand, machine), "event type") == pytest.approx(10 / 17)


def test_alpha_of_tolls(hand: Path, machine: Path) -> None:
    # Pairs 3-3, 7-7, 0-0, 5-4. Observed: 2 * 1 / 8. Expected: squared differences of all 56 ordered pairs of the eight
    # values / 56; their sum is 2 * (8 * 157 - 29 ** 2) = 2 * (8 * 157 - 841).
    expected = 2 * (8 * (9 + 9 + 49 + 49 + 0 + 0 + 25 + 16) - 29**2) / 56
    assert alpha(agree(hand, machine), "fatalities", "interval") == pytest.approx(1 - (2 / 8) / expected)


def test_alpha_where_it_is_not_defined() -> None:
    assert krippendorff_alpha([], "nominal") is None
    assert krippendorff_alpha([("a", "a"), ("a", "a")], "nominal") is None
    assert krippendorff_alpha([("a", "b"), ("b", "a")], "nominal") == pytest.approx(1 - 1 / (2 / 3))


# --- CAMEO ------------------------------------------------------------------------------------------------------------

CAMEO = "Date,Source,Target,Code"


def test_cameo_by_dyad_and_day(tmp_path: Path) -> None:
    a = write(
        tmp_path / "a.csv",
        ["20240105,MLIMIL,MLIREB,190", "20240105,USA,CHN,010", "20240107,FRA,MLI,042"],
        CAMEO,
    )
    b = write(
        tmp_path / "b.csv", ["20240106,MLIMIL,MLI,195", "20240105,CHN,USA,010", "20240107,FRA,MLI,042"], CAMEO
    )
    found = agree(a, b)
    assert found.kind == "cameo"
    # The second has another direction: it is no match.
    assert (found.found.a, found.found.b, found.found.together) == (3, 3, 2)
    assert field(found, "root") == (2, 2)
    assert field(found, "code") == (2, 1)
    assert field(found, "source") == (2, 2)
    assert field(found, "target") == (2, 1)


def test_cameo_by_sentence(tmp_path: Path) -> None:
    head = f"{CAMEO},article,sentence"
    a = write(tmp_path / "a.csv", ["2024-01-05,USA,CHN,040,w1,0", "2024-01-05,USA,CHN,043,w1,1"], head)
    b = write(tmp_path / "b.csv", ["2024-01-05,USA,CHN,040,w1,1", "2024-01-05,USA,CHN,040,w2,0"], head)
    found = agree(a, b, "cameo")
    [match] = found.matching.matches
    assert (match.a.row, match.b.row) == (1, 0)


def test_codes_that_lost_their_zero_are_read(tmp_path: Path) -> None:
    a = write(tmp_path / "a.csv", ["2024-01-05,USA,CHN,042"], CAMEO)
    b = write(tmp_path / "b.csv", ["2024-01-05,USA,CHN,42"], CAMEO)
    assert field(agree(a, b, "cameo"), "code") == (1, 1)


def test_our_own_tables(tmp_path: Path) -> None:
    for table in ("incidents", "events"):
        write_unchecked(tmp_path / f"{table}.parquet", table, valid_rows(table))
    assert agree(tmp_path, tmp_path).found.together == 1
    cameo = agree(tmp_path, tmp_path / "events.parquet", "cameo")
    assert cameo.found.together == 2
    assert agree(tmp_path / "events.parquet", tmp_path / "incidents.parquet", "acled").found.a == 2


# --- matching ---------------------------------------------------------------------------------------------------------


def test_the_order_of_a_file_changes_nothing(tmp_path: Path, hand: Path, machine: Path) -> None:
    rows = list(B_ROWS)
    random.Random(7).shuffle(rows)
    found, other = agree(hand, machine), agree(hand, write(tmp_path / "other.csv", rows))
    assert (found.types, found.fields, found.alphas) == (other.types, other.fields, other.alphas)


def test_swapped_sides_agree(tmp_path: Path, hand: Path) -> None:
    swapped = [row.replace(ARMY, "JNIM,Military Forces of Mali") for row in A_ROWS]
    found = agree(hand, write(tmp_path / "b.csv", swapped))
    assert field(found, "actor 1") == field(found, "actor 2") == (5, 5)


def test_windows(hand: Path, machine: Path) -> None:
    assert agree(hand, machine, days=0).found.together == 3
    assert agree(hand, machine, km=5).found.together == 3
    assert agree(hand, machine, days=60).found.together == 5


def test_a_missing_point_is_met_by_its_country(tmp_path: Path, hand: Path) -> None:
    rows = [re.sub(r"16\.2717,-0\.0447", ",", row) for row in A_ROWS]
    found = agree(hand, write(tmp_path / "b.csv", rows))
    assert found.found.together == 5
    assert found.distance_km.pairs == 2


_PAIRS = st.lists(st.builds(Pair, st.integers(0, 3), st.integers(0, 4), st.integers(1, 9)), max_size=12)


@settings(max_examples=80, deadline=None)
@given(_PAIRS)
def test_the_sum_of_scores_is_the_greatest_there_is(pairs: list[Pair]) -> None:
    pairs = list({(pair.left, pair.right): pair for pair in pairs}.values())
    chosen, large = assign(pairs)
    assert large == 0
    assert set(chosen) <= set(pairs)
    assert _one_to_one(chosen)
    sets = itertools.chain.from_iterable(itertools.combinations(pairs, size) for size in range(5))
    assert sum(pair.score for pair in chosen) == max(
        sum(p.score for p in one) for one in sets if _one_to_one(one)
    )
    greedy, large = assign(pairs, exact_rows=0)
    assert _one_to_one(greedy)
    assert large == (1 if pairs else 0) or large > 1


def _one_to_one(pairs: Any) -> bool:
    lefts, rights = [pair.left for pair in pairs], [pair.right for pair in pairs]
    return len(set(lefts)) == len(lefts) and len(set(rights)) == len(rights)


# --- files ------------------------------------------------------------------------------------------------------------

BROKEN = [
    ("", "is empty"),
    ("a,b\n1,2\n", "no column for date"),
    ("event_date,event_type\n2024-13-01,Battles\n", r"row 1: date '2024-13-01'"),
    ("event_date,event_type\n2024-01-01,Battles\n2024-01-01\n", "row 2: 1 cells, the header has 2"),
    ("event_date,event_type,latitude\n2024-01-01,Battles,north\n", "row 1: latitude 'north'"),
    ("event_date,event_type,latitude\n2024-01-01,Battles,91\n", "from -90 to 90"),
    ("event_date,event_type,fatalities\n2024-01-01,Battles,some\n", "row 1: fatalities 'some'"),
    ("event_date,event_type,fatalities\n2024-01-01,Battles,-1\n", "0 or more"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, hand: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        agree(hand, path, "acled")


def test_other_refusals(tmp_path: Path, hand: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        agree(hand, tmp_path / "none.csv")
    with pytest.raises(InputError, match="is no CAMEO code"):
        agree(write(tmp_path / "c.csv", ["2024-01-05,USA,CHN,999"], CAMEO), hand, "cameo")
    with pytest.raises(InputError, match=r"x\.csv: has no columns for"):
        agree(hand, write(tmp_path / "x.csv", ["1"], "event_id"))
    needed = r"for type \(--on acled\), or actor1, actor2, code \(--on cameo\);"
    with pytest.raises(InputError, match=needed):
        agree(hand, write(tmp_path / "x.csv", ["2024-01-01"], "event_date"))
    with pytest.raises(InputError, match="no columns in common"):
        agree(hand, write(tmp_path / "c.csv", ["2024-01-01,USA,CHN,010"], CAMEO))
    pq.write_table(
        pa.table({"date": ["2024-01-01"], "event_type": ["Riots"], "deaths": [[1]]}), tmp_path / "n.parquet"
    )
    with pytest.raises(InputError, match="row 1: fatalities"):
        agree(hand, tmp_path / "n.parquet")
    with pytest.raises(UsageError, match="unknown"):
        agree(hand, hand, "ged")
    binary = tmp_path / "b.csv"
    binary.write_bytes(HEAD.encode() + b"\n\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        agree(hand, binary)


def test_empty_files_have_no_figures(tmp_path: Path, hand: Path) -> None:
    empty = write(tmp_path / "empty.csv", [])
    found = agree(empty, hand)
    assert (found.found.precision, found.found.recall) == (0.0, None)
    assert agree(empty, empty).found.f1 is None
    assert "<h1>" in page(agree(empty, empty))
    assert json.loads(as_json(found))["only_b"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_order_of_columns(tmp_path: Path, hand: Path, delimiter: str) -> None:
    path = tmp_path / "other.csv"
    lines = [line.split(",")[::-1] for line in (HEAD.upper(), *A_ROWS)]
    path.write_text("\ufeff" + "\r\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
    assert agree(hand, path).found.together == 5


def test_parquet_of_another_coder(tmp_path: Path, hand: Path) -> None:
    rows = [dict(zip(HEAD.split(","), row.split(","), strict=True)) for row in A_ROWS]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "b.parquet")
    assert agree(hand, tmp_path / "b.parquet").found.together == 5


# --- documentation ---------------------------------------------------------------------------------------------------


def test_the_documented_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[1] / "docs" / "agreement.md").read_text(encoding="utf-8")
    for name, rows in zip(
        ("hand.csv", "machine.csv"), re.findall(r"```csv\n(.*?)```", text, re.S), strict=True
    ):
        (tmp_path / name).write_text(rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    told = CliRunner().invoke(cli.app, ["agree", "hand.csv", "machine.csv"]).stdout
    [shown] = re.findall(r"```text\n(.*?)```", text, re.S)
    assert [line.strip() for line in told.splitlines() if line.strip()] == [
        line.strip() for line in shown.splitlines() if line.strip()
    ]


def test_documented_columns_are_the_ones_that_are_taken() -> None:
    text = (Path(__file__).parents[1] / "docs" / "agreement.md").read_text(encoding="utf-8")
    for kind in ("acled", "cameo"):
        for field, names in setting(kind).columns.items():
            missing = [name for name in names if name not in text and field != "codable" and " " not in name]
            assert not missing, (kind, field)


# --- output -----------------------------------------------------------------------------------------------------------


def test_the_page_stands_alone_and_is_the_same_again(tmp_path: Path, machine: Path) -> None:
    evil = write(
        tmp_path / "<b>x.csv", [A_ROWS[0].replace("Battles", "<script>alert(1)</script>"), *A_ROWS[1:]]
    )
    text = page(agree(evil, machine))
    assert "<script" not in text
    assert "<b>x" not in text
    assert not re.search(r'(?:src|href)="(?!data:image/svg\+xml;base64,)', text)
    images = re.findall(r"<img [^>]*>", text)
    assert len(images) == 4
    assert all('alt="' in image and 'alt=""' not in image for image in images)
    assert str(tmp_path) not in text
    assert page(agree(evil, machine)) == text


def test_json_names_every_row(hand: Path, machine: Path) -> None:
    content = json.loads(as_json(agree(hand, machine)))
    assert len(content["matched"]) == 4
    assert [row["row"] for row in content["only_a"]] == [4]
    assert [row["row"] for row in content["only_b"]] == [4, 5]
    assert content["found"][0]["f1"] == pytest.approx(8 / 11)


def test_the_command(tmp_path: Path, hand: Path, machine: Path) -> None:
    def run(*arguments: object) -> Any:
        return CliRunner().invoke(cli.app, ["agree", *map(str, arguments)])

    told = run(hand, machine, "--html", tmp_path / "page.html")
    assert told.exit_code == 0
    assert "0.727" in told.stdout
    assert (tmp_path / "page.html").is_file()
    assert run(hand, tmp_path / "none.csv").exit_code == 2
    assert run(hand, machine, "--html", tmp_path / "none" / "page.html").exit_code == 2
    assert json.loads(run(hand, machine, "--format", "json").stdout)["on"] == "acled"
