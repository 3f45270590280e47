"""The layouts of other event coders: what they write, what comes back, and files as their makers wrote them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_rows import DAY, PUBLISHED, Row, valid_rows

from eventcode.errors import InputError
from eventcode.layouts import coded_events, gdelt, icews, polecat
from eventcode.layouts.actor_codes import read_code
from eventcode.layouts.cameo_scales import scales
from eventcode.layouts.countries import countries
from eventcode.layouts.exporting import export, fitted
from eventcode.layouts.importing import completed, import_file
from eventcode.layouts.model import CodedFolder
from eventcode.layouts.pooling import Groups
from eventcode.layouts.registry import layout
from eventcode.ontologies.codes import cameo_codes
from eventcode.tables.delimited import write_delimited
from eventcode.tables.parquet import TableWriter, arrow_schema, read_table
from eventcode.tables.schema import TABLES, load_schema
from eventcode.tables.validate import check_files

NAMES = ("phoenix", "icews", "gdelt1", "gdelt2", "polecat")
READ_TOO = NAMES[:-1]
COLUMNS = {"phoenix": 26, "icews": 20, "gdelt1": 58, "gdelt2": 61, "polecat": 40}
SIDE_COLUMNS = (
    "text",
    "start",
    "end",
    "name",
    "code",
    "country",
    "role",
    "roles",
    "type",
    "group",
    "ethnic",
    "religion",
)


def event(number: int, **values: Any) -> Row:
    """The army strikes a market at Gao on 5 January, with these values instead."""
    row = valid_rows("events")[0] | {"event_id": f"{number:020x}", "act_id": f"{number:020x}", "act_rows": 1}
    row |= {"article_id": f"wire-{number}", "rank": 0}
    row |= values
    code = cameo_codes()[row["cameo_code"]]
    return row | {"cameo_root": code.root, "quad_class": code.quad_class, "goldstein": code.goldstein}


def side(which: str, **values: Any) -> Row:
    """Columns of one side: nobody, but for these."""
    return {f"{which}_{part}": values.get(part) for part in SIDE_COLUMNS}


class Memory(CodedFolder):
    """A coded folder that was never written."""

    def __init__(self, **tables: Sequence[Row]) -> None:
        self.table = "events"
        self.tables = {
            name: pa.Table.from_pylist(list(rows), schema=arrow_schema(name)) for name, rows in tables.items()
        }

    def has(self, table: str) -> bool:
        return table in self.tables

    def read(self, table: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        made = self.tables[table or self.table]
        return made if columns is None else made.select(list(columns))


def exported(name: str, events: Sequence[Row], **tables: Sequence[Row]) -> list[Row]:
    """Rows of a layout's file."""
    made: list[Row] = as_table(name, events, **tables).to_pylist()
    return made


def as_table(name: str, events: Sequence[Row], **tables: Sequence[Row]) -> pa.Table:
    chosen = layout(name)
    return fitted(chosen.export(Memory(events=events, **tables)), chosen.file_schema())


def back(name: str, table: pa.Table) -> tuple[list[Row], list[str | None]]:
    """Events of ours that a layout's rows give, and why rows are set aside."""
    imported = layout(name).imported
    assert imported is not None
    made, reasons = completed(imported(table), "events")
    return made.to_pylist(), reasons.to_pylist()


def file_row(name: str, **values: Any) -> pa.Table:
    """One row of another dataset's file, with these cells; a blank in a name is an underscore here."""
    kinds = as_table(name, []).schema
    told = {
        column.replace("_", " ") if name == "icews" else column: value for column, value in values.items()
    }
    assert not told.keys() - {*kinds.names}
    return pa.Table.from_pylist(
        [{field.name: told.get(field.name) for field in kinds}],
        schema=pa.schema([pa.field(field.name, field.type) for field in kinds]),
    )


def folder_of(path: Path, events: Sequence[Row]) -> Path:
    """A coded folder with these events."""
    path.mkdir()
    rows = {table: valid_rows(table) for table in TABLES} | {"events": list(events)}
    for table, made in rows.items():
        with TableWriter(path / f"{table}.parquet", table, {"eventcode_version": "0.1.0"}) as writer:
            writer.write(made)
    return path


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_columns_in_number_and_order(name: str) -> None:
    assert len(load_schema(name).names) == COLUMNS[name]
    assert tuple(as_table(name, [event(1)]).column_names) == load_schema(name).names


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_valid_and_what_comes_back_is(name: str, tmp_path: Path) -> None:
    rows = [
        event(1),
        event(
            2,
            source_name='The "Free"\tArmy\nof Gao',
            article_source="Wire; World\u2028Desk",
            cameo_code="043",
        ),
        event(3, **side("target", name="Civilian", code="MLICVL", country="MLI", role="CVL", roles="CVL")),
    ]
    folder = folder_of(tmp_path / "coded", rows)
    file = tmp_path / f"out.{layout(name).formats[0]}"
    export(folder, name, file)
    assert check_files([file], name) == []
    lines = file.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    assert {line.count("\t") for line in lines} == {COLUMNS[name] - 1}
    again = tmp_path / f"again.{layout(name).formats[0]}"
    export(folder, name, again)
    assert again.read_bytes() == file.read_bytes()
    if name in READ_TOO:
        made = import_file(file, name, tmp_path / "imported")
        assert (made.rows, made.set_aside) == (len(lines) - (name == "icews"), 0)
        assert check_files([made.path]) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_events_does_not_matter(name: str) -> None:
    rows = [event(number, article_id=f"wire-{number // 2}", rank=number % 2) for number in range(6)]
    rows[3] |= {"country": "NER", "place_name": "Niamey", "latitude": 13.5, "longitude": 2.1}
    made = as_table(name, rows)
    assert all(as_table(name, list(other)).equals(made) for other in (rows[::-1], rows[3:] + rows[:3]))


@pytest.mark.parametrize("name", NAMES)
def test_no_events_give_no_rows(name: str) -> None:
    assert as_table(name, []).num_rows == 0


@pytest.mark.parametrize("name", READ_TOO)
def test_a_file_of_no_use_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "other.txt"
    file.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(InputError):
        import_file(file, name, tmp_path / "out")


# --- what is common ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "days", "span", "precision", "basis", "expected"),
    [
        (DAY, 0, "uncertain", "day", "stated", DAY),
        (DAY, 6, "uncertain", "week", "relative", DAY + dt.timedelta(3)),
        (dt.date(2024, 4, 1), 29, "uncertain", "month", "stated", dt.date(2024, 4, 15)),
        (DAY, 3, "duration", "day", "stated", DAY),
        (DAY, 6, "uncertain", "week", "publication", DAY),
        (dt.date(2024, 1, 1), 365, "uncertain", "year", "stated", None),
        (dt.date(2024, 4, 1), 200, "duration", "month", "stated", None),
        (None, 0, None, "unknown", None, None),
    ],
)
def test_the_day_that_stands_for_a_date(
    first: dt.date | None,
    days: int,
    span: str | None,
    precision: str,
    basis: str | None,
    expected: dt.date | None,
) -> None:
    last = None if first is None else first + dt.timedelta(days)
    assert coded_events.day_of(first, last, span, precision, basis) == expected
    dates = {"event_date": first, "event_date_end": last, "date_span": span, "date_precision": precision}
    made = exported("icews", [event(1, **dates, date_basis=basis)])
    assert [row["Event Date"] for row in made] == ([] if expected is None else [expected.isoformat()])


@pytest.mark.parametrize(
    ("code", "place", "country", "kinds", "rest"),
    [
        ("MLIMIL", "MLI", "MLI", ("MIL",), ()),
        ("ROMOPPPTY", "ROM", "ROU", ("OPP", "PTY"), ()),
        ("ROUGOV", "ROU", "ROU", ("GOV",), ()),
        ("IGOUNOREFHCR", None, None, ("IGO", "REF"), ("UNO", "HCR")),
        ("IMGSEAMOSASF", "SEA", None, ("IMG",), ("MOS", "ASF")),
        ("NGOUSA", "USA", "USA", ("NGO",), ()),
        ("MIL", None, None, ("MIL",), ()),
        ("EUR", "EUR", None, (), ()),
    ],
)
def test_parts_of_an_actor_code(
    code: str, place: str | None, country: str | None, kinds: tuple[str, ...], rest: tuple[str, ...]
) -> None:
    found = read_code(code)
    assert (found.place, found.country, found.kinds, found.rest) == (place, country, kinds, rest)


def test_classes_and_scores_of_other_datasets() -> None:
    roots = {code: found for code, found in scales().items() if len(code) == 2}
    penta = {number: {code for code, found in roots.items() if found.penta == number} for number in range(5)}
    assert penta == {
        0: {"01", "02"},
        1: {"03", "04", "05"},
        2: {"06", "07", "08"},
        3: {"09", "10", "11", "12", "13", "16"},
        4: {"14", "15", "17", "18", "19", "20"},
    }
    gdelt_quad = {
        number: sorted(code for code, found in roots.items() if found.gdelt_quad == number)
        for number in range(1, 5)
    }
    assert [(codes[0], codes[-1]) for codes in gdelt_quad.values()] == [
        ("01", "05"),
        ("06", "09"),
        ("10", "14"),
        ("15", "20"),
    ]
    assert {code: scales()[code].gdelt_goldstein for code in ("016", "022", "164", "165", "1951")} == {
        "016": -2.0, "022": 3.2, "164": -7.0, "165": -6.5, "1951": None,
    }  # fmt: skip
    # No source has a score for it: its root's, not its parent's.
    assert (
        scales()["1834"].phoenix_goldstein == cameo_codes()["18"].goldstein != cameo_codes()["183"].goldstein
    )
    assert scales()["016"].phoenix_goldstein == -5.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.sampled_from("abc")), max_size=12))
def test_pooled_rows(rows: list[tuple[int, str | None]]) -> None:
    keys, values = (
        pa.array([key for key, _ in rows], pa.int64()),
        pa.array([value for _, value in rows], pa.string()),
    )
    groups = Groups([keys])
    order = list(dict.fromkeys(key for key, _ in rows))
    told = [sorted({value for key, value in rows if key == own and value}) for own in order]
    assert groups.joined(values, ";").to_pylist() == [";".join(found) or None for found in told]
    assert groups.counts(values).tolist() == [len(found) for found in told]
    assert groups.any(values.is_valid()).tolist() == [bool(found) for found in told]
    first = [next((at for at, row in enumerate(rows) if row[0] == own and row[1]), None) for own in order]
    plain = [next(at for at, row in enumerate(rows) if row[0] == own) for own in order]
    expected = [there if at is None else at for at, there in zip(first, plain, strict=True)]
    assert groups.first_where(values.is_valid()).tolist() == expected


# --- Phoenix -----------------------------------------------------------------------------------------------------


def test_phoenix_pools_stories() -> None:
    publishers = ("Wire", "Paper", "Wire")
    rows = [
        event(number, article_source=publisher, article_date=PUBLISHED, latitude=None, longitude=None, country=None,
              place_name=None, admin1=None, place_level=None)
        for number, publisher in enumerate(publishers)
    ]  # fmt: skip
    rows[1] |= {"latitude": 16.27, "longitude": -0.04, "country": "MLI", "place_name": "Gao", "admin1": "Gao"}
    rows.append(event(7, **side("source", name="Rebel"), **side("target", text="the market")))
    articles = [
        valid_rows("articles")[0] | {"article_id": f"wire-{n}", "url": f"https://example.org/{n};a"}
        for n in (0, 1)
    ]
    (row,) = exported("phoenix", rows, articles=articles)
    assert row["EventID"].startswith("1_v")
    assert [row[name] for name in ("Date", "Year", "Month", "Day")] == [DAY, "2024", "01", "05"]
    assert row["SentenceID"] == "wire-0_1;wire-1_1;wire-2_1"
    assert row["NewsSources"] == "Paper;Wire"
    assert row["URLs"] == "https://example.org/0 a;https://example.org/1 a"
    assert [row[name] for name in ("Lat", "LocationName", "StateName", "CountryCode")] == [
        16.27,
        "Gao",
        "Gao",
        "MLI",
    ]
    assert (row["EventRootCode"], row["PentaClass"], row["GoldsteinScore"], row["Issues"]) == (
        "19",
        4,
        -10.0,
        None,
    )


@pytest.mark.parametrize(
    ("code", "entity", "role", "attribute"),
    [
        ("MLIMIL", "MLI", "MIL", None),
        ("SOMINSSHB", "SOM", None, "INS;SHB"),
        ("MOZOPPPTY", "MOZ", "OPP", "PTY"),
        ("IGOUNO", "IGO", None, "UNO"),
        ("NGM", None, None, None),
        ("MIL", None, None, None),
        ("ROMGOVMIL", "ROM", "GOV", "MIL"),
    ],
)
def test_phoenix_takes_codes_apart(
    code: str, entity: str | None, role: str | None, attribute: str | None
) -> None:
    (row,) = exported("phoenix", [event(1, source_code=code)])
    assert [row[f"SourceActor{part}"] for part in ("Full", "Entity", "Role", "Attribute")] == [
        code,
        entity,
        role,
        attribute,
    ]


def test_phoenix_rows_that_cannot_be_carried() -> None:
    usual = {"EventID": "1_v0.1.0", "Date": DAY, "SentenceID": "abc_3;def_1", "EventCode": "190"}
    (made,), (reason,) = back(
        "phoenix", file_row("phoenix", **usual, SourceActorFull="---", TargetActorFull="USA")
    )
    assert (made["source_code"], made["target_code"], reason) == (None, "USA", None)
    assert (made["article_id"], made["sentence"], made["field"]) == ("abc", 2, "text")
    _, (reason,) = back("phoenix", file_row("phoenix", **usual, SourceActorFull="---", TargetActorFull="---"))
    assert reason == coded_events.NO_ACTORS
    _, (reason,) = back(
        "phoenix", file_row("phoenix", **usual | {"EventCode": "0330"}, SourceActorFull="USA")
    )
    assert reason is not None
    assert "CAMEO" in reason


@pytest.mark.parametrize(
    ("told", "iso3"), [("MLI", "MLI"), ("ML", "MLI"), ("Mali", "MLI"), ("Nowhere", None)]
)
def test_phoenix_countries(told: str, iso3: str | None) -> None:
    row = file_row("phoenix", EventID="1", Date=DAY, EventCode="190", SourceActorFull="USA", CountryCode=told)
    assert back("phoenix", row)[0][0]["country"] == iso3


# --- ICEWS -------------------------------------------------------------------------------------------------------


def test_icews_says_it_in_icews_words() -> None:
    values = side(
        "target", name="Opposition party", code="RUSOPPPTY", country="RUS", role="OPP", roles="OPP;PTY"
    )
    (row,) = exported(
        "icews",
        [event(1, **values, cameo_code="193", sentence=2, article_source="Wire", admin2="Gao District")],
    )
    told = {
        name: row[name]
        for name in ("Source Sectors", "Source Country", "Target Name", "Target Sectors", "Target Country")
    }
    assert told == {
        "Source Sectors": "Government,Military",
        "Source Country": "Mali",
        "Target Name": "Opposition party",
        "Target Sectors": "Dissident,Parties",
        "Target Country": "Russian Federation",
    }
    assert row["Event Text"] == cameo_codes()["193"].label
    assert [row[name] for name in ("Sentence Number", "Publisher", "City", "District", "Province", "Country")] == [
        3, "Wire", "Gao", "Gao District", "Gao", "Mali",
    ]  # fmt: skip
    assert 0 < row["Event ID"] < 10**18
    assert 0 < row["Story ID"] < 10**18


def test_icews_names_every_country_and_knows_it_again() -> None:
    standing = [country for country in countries().values() if not country.ended]
    assert {c.iso3: icews.iso3_of_name(icews.country_name(c.iso3) or "") for c in standing} == {
        c.iso3: c.iso3 for c in standing
    }


@pytest.mark.parametrize(
    ("sectors", "roles"),
    [
        ("Elite,Executive,Executive Office,Government", "GOV"),
        ("Radicals / Extremists / Fundamentalists,Dissident", "RAD"),
        ("Government,Police", "COP"),
        ("General Population / Civilian / Social,Social", "CVL"),
        ("Military,Army Mechanized (Ships, Tanks, Planes),Government", "MIL"),
        ("Social", "CVL"),
        ("International Government Organization,Regional", None),
        ("Something new,Rebel", "REB"),
    ],
)
def test_icews_sectors_as_roles(sectors: str, roles: str | None) -> None:
    assert icews.roles_of(sectors) == roles


@pytest.mark.parametrize(
    "role",
    [
        "GOV",
        "MIL",
        "COP",
        "LEG",
        "JUD",
        "SPY",
        "PTY",
        "OPP",
        "REB",
        "INS",
        "SEP",
        "RAD",
        "CRM",
        "UAF",
        "ELI",
        "CVL",
        "AGR",
        "BUS",
        "EDU",
        "HLH",
        "LAB",
        "MED",
        "REF",
    ],
)
def test_icews_carries_a_role(role: str) -> None:
    assert icews.roles_of(icews.sectors_of(role, None) or "") == role


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("051", "Praise or endorse", "051"),
        ("51", "Praise or endorse", "051"),
        ("20", "Make an appeal or request", "020"),
        ("20", "Use unconventional mass violence", "20"),
        ("211", None, "0211"),
        ("190", None, "190"),
        ("999", None, None),
    ],
)
def test_icews_codes_that_lost_their_zero(code: str, text: str | None, expected: str | None) -> None:
    assert icews.cameo_code(code, text) == expected


def test_icews_file_of_its_makers(tmp_path: Path) -> None:
    head = "\t".join(load_schema("icews").names)
    rows = [
        '11\t2/28/2017\tSoldier (Peru)\t"Military,Government"\tPeru\tMake statement\t010\t0.0\tCitizen (Chile)\tSocial,General Population / Civilian / Social\tChile\t501\t1\tA Paper\tLima\t\tLima\tPeru\t-12.05\t-77.04',
        "11\t2017-03-01\tPeru\tNULL\tPeru\tAccuse\t112\t-2.0\t\t\t\t501\t4\tA Paper\t\t\t\tPeru\t-10\t-76",
        "12\t2017-02-30\tPeru\t\tPeru\tAccuse\t112\t-2.0\tChile\t\tChile\t502\t1\t\t\t\t\t\t\t",
        "13\t2017-03-02\tPeru\t\tPeru\tSomething\t999\t-2.0\tChile\t\tChile\t503\t1\t\t\t\t\t\t\t",
        "14\t2017-03-02\t\t\t\tAccuse\t112\t-2.0\t\t\t\t504\t1\t\t\t\t\t\t\t",
        "14\t2017-03-03\tPeru\t\tPeru\tAccuse\t112\t-2.0\tChile\t\tChile\t501\t2\t\t\t\t\t\t\t",
    ]
    file = tmp_path / "events.2017.tab"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    made = import_file(file, "icews", tmp_path / "out")
    assert (made.rows, made.set_aside) == (3, 3)
    told = read_table(made.path).to_pylist()
    assert sorted(
        (row["event_date"].isoformat(), row["source_code"], row["target_code"], row["cameo_code"])
        for row in told
    ) == [
        ("2017-02-28", "PERMIL", "CHLCVL", "010"),
        ("2017-03-01", "PER", None, "112"),
        ("2017-03-03", "PER", "CHL", "112"),
    ]
    assert check_files([made.path]) == []


# --- GDELT -------------------------------------------------------------------------------------------------------


def test_gdelt_pools_stories() -> None:
    rows = [
        event(
            1, article_id="b", article_date=PUBLISHED + dt.timedelta(1), article_source="Paper", sentence=4
        ),
        event(2, article_id="a", article_source="Wire", source_name="Malian army"),
        event(3, article_id="a", article_source="Wire", rank=1, sentence=-1, field="title"),
        event(4, article_id="c", place_name="Ansongo", geonameid=2460000),
    ]
    articles = [valid_rows("articles")[0] | {"article_id": "a", "url": "https://example.org/a"}]
    first, second = sorted(
        exported("gdelt2", rows, articles=articles), key=lambda row: str(row["ActionGeo_FullName"])
    )
    assert first["ActionGeo_FullName"] == "Ansongo, Gao, Mali"
    assert [second[name] for name in ("NumMentions", "NumSources", "NumArticles", "IsRootEvent")] == [
        3,
        2,
        2,
        1,
    ]
    assert (first["NumMentions"], first["NumSources"], first["NumArticles"]) == (1, 1, 1)
    assert second["Actor1Name"] == "MALIAN ARMY"
    assert (second["SOURCEURL"], first["SOURCEURL"]) == ("https://example.org/a", None)
    assert second["DATEADDED"] == 20240106000000
    assert second["AvgTone"] is None
    assert second["Actor1Geo_Type"] is None
    # The first report is the event's identity, whatever comes later.
    assert exported("gdelt2", [rows[1]])[0]["GLOBALEVENTID"] == second["GLOBALEVENTID"] < 10**18


def test_gdelt_actors() -> None:
    values = side("source", name="UNHCR", code="IGOUNOREFHCR") | side(
        "target",
        name="Shia militia",
        code="IRQREBMOSSHI",
        country="IRQ",
        role="REB",
        roles="REB",
        religion="MOSSHI",
        ethnic="ARB",
    )
    (row,) = exported("gdelt1", [event(1, **values)])
    parts = (
        "CountryCode",
        "KnownGroupCode",
        "EthnicCode",
        "Religion1Code",
        "Religion2Code",
        "Type1Code",
        "Type2Code",
    )
    assert [row[f"Actor1{part}"] for part in parts] == [None, "UNO", None, None, None, "IGO", "REF"]
    assert [row[f"Actor2{part}"] for part in parts] == ["IRQ", None, "ARB", "MOS", "SHI", "REB", None]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"place_level": "country", "country": "IRQ", "place_name": None, "admin1": None}, (1, "Iraq", "IZ", "IZ")),
        ({"place_level": "admin1", "country": "IRQ", "place_name": "Anbar", "admin1": "Anbar"}, (5, "Anbar, Iraq", "IZ", None)),
        (
            {"place_level": "admin1", "country": "USA", "place_name": "Texas", "admin1": "Texas", "admin1_code": "US-TX"},
            (2, "Texas, United States", "US", "USTX"),
        ),
        (
            {"place_level": "settlement", "country": "USA", "place_name": "Waco", "admin1": "Texas", "admin1_code": "US-TX"},
            (3, "Waco, Texas, United States", "US", "USTX"),
        ),
        (
            {"place_level": "settlement", "country": "PSE", "place_name": "Rafah", "admin1": "Gaza Strip", "admin1_code": None},
            (4, "Rafah, Gaza Strip, Palestine", "GZ", None),
        ),
        (
            {"place_level": "settlement", "country": "PSE", "place_name": "Jenin", "admin1": "Jenin", "admin1_code": "PS-JEN"},
            (4, "Jenin, Jenin, Palestine", "WE", None),
        ),
        ({"place_level": None, "country": None, "place_name": None, "admin1": None}, (None, None, None, None)),
    ],
)  # fmt: skip
def test_gdelt_places(place: Row, expected: tuple[Any, ...]) -> None:
    (row,) = exported("gdelt2", [event(1, **{"admin1_code": None} | place)])
    assert (
        tuple(row[f"ActionGeo_{part}"] for part in ("Type", "FullName", "CountryCode", "ADM1Code"))
        == expected
    )


def test_gdelt_fraction_of_a_year() -> None:
    assert gdelt.fraction_date(dt.date(2021, 3, 23)) == 2021.2274
    days = [dt.date(2023, 1, 1) + dt.timedelta(n) for n in range(365)]
    made = [gdelt.fraction_date(day) for day in days]
    assert made == sorted(made)
    assert made[-1] < 2024.0


def test_gdelt_codes_of_countries_go_both_ways() -> None:
    known = gdelt.iso3_of_fips()
    assert (known["GZ"], known["WE"], known["IZ"], known["KV"], known["NI"], known["NG"]) == (
        "PSE", "PSE", "IRQ", "XKX", "NGA", "NER",
    )  # fmt: skip
    assert all(gdelt.fips_of(iso3, None, None) for iso3 in known.values())


def test_gdelt_file_of_its_makers(tmp_path: Path) -> None:
    names = load_schema("gdelt2").names
    usual = {
        "GLOBALEVENTID": "900", "SQLDATE": "20150218", "MonthYear": "201502", "Year": "2015", "FractionDate": "2015.1315",
        "Actor1Code": "RUSGOV", "Actor1Name": "RUSSIA", "Actor1CountryCode": "RUS", "Actor1Type1Code": "GOV", "IsRootEvent": "1",
        "EventCode": "042", "EventBaseCode": "042", "EventRootCode": "04", "QuadClass": "1", "GoldsteinScale": "1.9",
        "NumMentions": "4", "NumSources": "1", "NumArticles": "4", "AvgTone": "-1.5", "Actor1Geo_Type": "0", "ActionGeo_Type": "4",
        "ActionGeo_FullName": "Kiev, Kyyiv, Misto, Ukraine", "ActionGeo_CountryCode": "UP", "ActionGeo_ADM1Code": "UP12",
        "ActionGeo_Lat": "50.4333", "ActionGeo_Long": "30.5167", "ActionGeo_FeatureID": "-1044367",
        "DATEADDED": "20150218230000", "SOURCEURL": "http://example.org/x",
    }  # fmt: skip
    nobody = dict.fromkeys(("Actor1Code", "Actor1Name", "Actor1CountryCode", "Actor1Type1Code"), "")
    rows = [
        usual,
        usual
        | {"GLOBALEVENTID": "901"}
        | nobody
        | {"Actor2Code": "chr", "Actor2Name": "CHURCH", "Actor2Religion1Code": "CHR"},
        usual | {"GLOBALEVENTID": "902"} | nobody,
        usual | {"GLOBALEVENTID": "903", "EventCode": "---"},
    ]
    file = tmp_path / "20150218230000.export.CSV"
    file.write_text(
        "".join("\t".join(row.get(name, "") for name in names) + "\n" for row in rows), encoding="utf-8"
    )
    made = import_file(file, "gdelt2", tmp_path / "out")
    assert (made.rows, made.set_aside) == (2, 2)
    first, second = sorted(read_table(made.path).to_pylist(), key=lambda row: str(row["article_id"]))
    assert (first["source_code"], first["source_country"], first["source_roles"]) == ("RUSGOV", "RUS", "GOV")
    assert (first["event_date"], first["article_date"]) == (dt.date(2015, 2, 18), dt.date(2015, 2, 18))
    assert (first["place_name"], first["place_level"], first["country"], first["geonameid"]) == (
        "Kiev",
        "settlement",
        "UKR",
        None,
    )
    assert (second["source_code"], second["target_code"], second["target_religion"]) == (None, "CHR", "CHR")
    assert check_files([made.path]) == []


def test_gdelt_files_without_addresses(tmp_path: Path) -> None:
    lines = as_table("gdelt1", [event(1)])
    file = tmp_path / "1979.csv"
    write_delimited(lines, file, load_schema("gdelt1"))
    file.write_text(
        file.read_text(encoding="utf-8").rstrip("\n").rpartition("\t")[0] + "\n", encoding="utf-8"
    )
    assert check_files([file], "gdelt1") == []
    assert import_file(file, "gdelt1", tmp_path / "out").rows == 1


# --- POLECAT -----------------------------------------------------------------------------------------------------


def party(which: str, name: str, code: str, country: str | None, roles: str | None) -> Row:
    return side(
        which,
        name=name,
        text=name.lower(),
        code=code,
        country=country,
        roles=roles,
        role=roles and roles.split(";")[0],
    )


FRANCE, CHAD, UN = (
    ("France", "FRA", "FRA", None),
    ("Army", "TCDMIL", "TCD", "MIL"),
    ("United Nations", "IGOUNO", None, None),
)


def test_polecat_puts_pairs_together() -> None:
    rows = [
        event(
            number,
            act_id="a" * 20,
            article_id="wire-1",
            rank=number,
            **party("source", *one),
            **party("target", *CHAD),
        )
        for number, one in enumerate((FRANCE, UN))
    ]
    places = [
        row | {"article_id": "wire-1", "name": name}
        for row, name in zip(valid_rows("places"), ("Mopti", "Gao"), strict=True)
    ]
    (row,) = exported("polecat", rows, places=places)
    assert row["Event ID"] == rows[0]["event_id"]
    assert (row["Actor Name"], row["Actor Country"], row["Actor COW"]) == (
        "France; United Nations",
        "FRA; UNO",
        "220; None",
    )
    assert (row["Actor Name Raw"], row["Actor Sectors"], row["Primary Actor Sector"]) == (
        "france; united nations",
        None,
        None,
    )
    assert (row["Recipient Name"], row["Recipient COW"], row["Recipient Sectors"]) == ("Army", "483", "MIL")
    assert (row["Event Mode"], row["Intensity"], row["Quad Code"]) == (
        "aerial; explosives",
        -9.5,
        "MATERIAL CONFLICT",
    )
    assert (row["Story Locations"], row["Feature Type"], row["GeoNames ID"]) == ("Mopti; Gao", "PPL", 2457161)


@pytest.mark.parametrize(
    ("codes", "actor", "recipient"),
    [(("040", "040"), "France; Army", None), (("043", "042"), "Army", "France")],
)
def test_polecat_both_directions(codes: tuple[str, str], actor: str, recipient: str | None) -> None:
    """A meeting has no recipient; a visit that CAMEO codes as visit and host has one direction."""
    sides = itertools.permutations((FRANCE, CHAD))
    rows = [
        event(
            number,
            act_id="a" * 20,
            article_id="wire-1",
            rank=number,
            cameo_code=code,
            **party("source", *one),
            **party("target", *other),
        )
        for number, (code, (one, other)) in enumerate(zip(codes, sides, strict=True))
    ]
    (row,) = exported("polecat", rows)
    assert (row["Actor Name"], row["Recipient Name"]) == (actor, recipient)


def test_polecat_a_type_that_needs_a_recipient_has_one() -> None:
    rows = [
        event(number, act_id="a" * 20, article_id="wire-1", rank=number, plover_event="COOPERATE", plover_modes=None, plover_quad=2,
              **party("source", *one), **party("target", *other))
        for number, (one, other) in enumerate(itertools.permutations((CHAD, FRANCE, UN), 2))
    ]  # fmt: skip
    (row,) = exported("polecat", rows)
    assert (row["Actor Name"], row["Recipient Name"]) == ("Army", "France; United Nations")


def test_icews_has_no_point_of_nowhere() -> None:
    sea = {"place_name": "Sahel", "place_level": "region", "country": None, "admin1": None}
    (row,) = exported("icews", [event(1, **sea)])
    assert (row["Latitude"], row["Longitude"], row["City"]) == (None, None, None)


def test_polecat_leaves_statements_out(tmp_path: Path) -> None:
    bare = {"plover_event": None, "plover_modes": None, "plover_contexts": None, "plover_quad": None}
    assert exported("polecat", [event(1, cameo_code="010", **bare)]) == []
    file = tmp_path / "out.txt"
    export(folder_of(tmp_path / "coded", [event(1)]), "polecat", file)
    head, line = file.read_text(encoding="utf-8").splitlines()
    assert dict(zip(head.split("\t"), line.split("\t"), strict=True))["Recipient Name"] == "None"


@pytest.mark.parametrize(
    ("type_", "modes", "expected"),
    [
        ("AGREE", None, 2.5),
        ("ASSAULT", "primitive", -8.0),
        ("ASSAULT", "primitive;aerial", -9.5),
        ("PROTEST", "vandalize", -5.0),
        ("ACCUSE", None, None),
    ],
)
def test_polecat_intensity(type_: str, modes: str | None, expected: float | None) -> None:
    assert polecat.intensity(type_, modes) == expected


def test_polecat_sectors() -> None:
    assert polecat.sectors_of("INS;MED;HLH;MOD") == "REB;JRN;MED"
    assert polecat.best_sector("CVL; GOV; REB") == "REB"


# --- round trips -------------------------------------------------------------------------------------------------

words = st.text("abcéü'\"-. ", min_size=1, max_size=8).map(str.strip).filter(bool)
nations = st.sampled_from(["MLI", "ROU", "XKX", "USA", "PSE", "TLS", "RUS"])
ROLES = ("GOV", "MIL", "COP", "OPP;PTY", "GOV;PTY", "INS", "UAF", "CVL", None)


@st.composite
def sides(draw: st.DrawFn, which: str) -> Row:
    """A side with country and roles as they stand in its code; an uncoded one; or nobody."""
    kind = draw(st.sampled_from(("coded", "named", "nobody")))
    if kind == "nobody":
        return side(which)
    if kind == "named":
        return side(which, name=draw(words))
    iso3, roles = draw(nations), draw(st.sampled_from(ROLES))
    code = "".join((countries()[iso3].cameo, *(roles.split(";") if roles else ())))
    return side(which, name=draw(words), code=code, country=iso3, roles=roles, role=roles and roles.split(";")[0],
                ethnic=draw(st.sampled_from((None, "KUR"))), religion=draw(st.sampled_from((None, "MOS", "MOSSUN"))))  # fmt: skip


@st.composite
def places(draw: st.DrawFn) -> Row:
    level = draw(st.sampled_from((None, "country", "admin1", "settlement")))
    blank = dict.fromkeys(
        (
            "place_name",
            "place_level",
            "geonameid",
            "country",
            "admin1",
            "admin1_code",
            "admin2",
            "latitude",
            "longitude",
        )
    )
    if level is None:
        return blank
    point = {"latitude": draw(st.floats(-80, 80)), "longitude": draw(st.floats(-170, 170))}
    made = (
        blank
        | point
        | {
            "place_level": level,
            "country": draw(nations),
            "geonameid": draw(st.none() | st.integers(1, 10**8)),
        }
    )
    if level == "country":
        return made
    return made | {"place_name": (name := draw(words)), "admin1": name if level == "admin1" else draw(words)}


@st.composite
def coded(draw: st.DrawFn) -> list[Row]:
    """Events dated to a day."""
    rows = []
    for number in range(draw(st.integers(1, 20))):
        source, target = draw(sides("source")), draw(sides("target"))
        if source["source_name"] is None and target["target_name"] is None:
            source = side("source", name="somebody")
        code = draw(st.sampled_from(sorted(cameo_codes())))
        day = draw(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)))
        sentence = draw(st.integers(-1, 40))
        rows.append(
            event(number, cameo_code=code, quad_class=cameo_codes()[code].quad_class, goldstein=cameo_codes()[code].goldstein,
                  event_date=day, event_date_end=day, sentence=sentence, field="title" if sentence < 0 else "text",
                  article_id=draw(st.sampled_from("abc")), rank=number, article_source=draw(st.none() | words),
                  article_date=draw(st.none() | st.just(PUBLISHED)), **source, **target, **draw(places()))
        )  # fmt: skip
    return rows


EVENT = (
    "event_date",
    "event_date_end",
    "date_precision",
    "date_span",
    "cameo_code",
    "cameo_root",
    "quad_class",
    "goldstein",
)
PLACE = ("place_name", "country", "admin1", "latitude", "longitude")
ICEWS = (*EVENT, *PLACE, "place_level", "admin2", "sentence", "field", "article_source", "source_name", "source_country",
         "source_roles", "source_role", "source_code", "target_name", "target_country", "target_roles", "target_role", "target_code")  # fmt: skip
GDELT_SIDE = ("code", "country", "roles", "role", "ethnic", "religion")


def kept(rows: Sequence[Row], names: Sequence[str]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[name] for name in names) for row in rows)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=3, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=10, max_size=10))
def test_any_text_can_be_written(
    name: str, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any")
    rows = [
        event(
            number,
            source_name=text,
            article_source=text,
            place_name=text,
            place_text=text,
            admin2=text,
            article_id=f"{text}{number}",
        )
        for number, text in enumerate(texts)
    ]
    file = path / "file.txt"
    made = export(folder_of(path / "coded", rows), name, file)
    assert check_files([file], name) == []
    assert file.read_bytes().count(b"\n") == made.rows + (name in ("icews", "polecat"))
    if name in READ_TOO:
        found = import_file(file, name, path / "imported")
        assert (found.rows, found.set_aside, found.findings) == (made.rows, 0, [])


def test_codes_of_a_users_own_ontology_have_their_roots_scales() -> None:
    row = event(1) | {"cameo_code": "1999", "cameo_root": "19"}
    assert exported("phoenix", [row])[0]["PentaClass"] == 4
    assert exported("gdelt2", [row])[0]["QuadClass"] == 4
    assert exported("icews", [row])[0]["Event Text"] == cameo_codes()["19"].label


@settings(max_examples=8, deadline=None)
@given(coded())
def test_icews_brings_back_what_it_carries(rows: list[Row]) -> None:
    made, reasons = back("icews", as_table("icews", rows))
    assert set(reasons) == {None}
    # A name alone is told, its code is not: made from country and sectors.
    assert kept(made, ICEWS) == kept(rows, ICEWS)
    assert len({row["event_id"] for row in made}) == len(rows)


@settings(max_examples=8, deadline=None)
@given(coded())
def test_phoenix_brings_back_what_it_carries(rows: list[Row]) -> None:
    made, reasons = back("phoenix", as_table("phoenix", rows))
    assert set(reasons) <= {None}
    told = [row for row in rows if row["source_code"] or row["target_code"]]
    key = (
        *EVENT,
        *(
            f"{which}_{part}"
            for which in ("source", "target")
            for part in ("code", "country", "roles", "role")
        ),
    )
    assert {*kept(made, key)} == {*kept(told, key)}
    assert max(kept(made, key).values(), default=1) == 1
    # What was pooled of one report has that report's place, story and sentence.
    whole = (*key, *PLACE, "article_id", "article_source", "sentence", "field")
    single = [row for row in told if kept(told, key)[tuple(row[name] for name in key)] == 1]
    assert not kept(single, whole) - kept(made, whole)


@pytest.mark.parametrize("name", ["gdelt1", "gdelt2"])
@settings(max_examples=8, deadline=None)
@given(rows=coded())
def test_gdelt_brings_back_what_it_carries(name: str, rows: list[Row]) -> None:
    made, reasons = back(name, as_table(name, rows))
    assert set(reasons) == {None}
    key = (*EVENT, *PLACE, "place_level", "geonameid", "source_code", "target_code")
    assert {*kept(made, key)} == {*kept(rows, key)}
    single = [row for row in rows if kept(rows, key)[tuple(row[name] for name in key)] == 1]
    upper = [
        row
        | {f"{which}_name": (row[f"{which}_name"] or "").upper() or None for which in ("source", "target")}
        for row in single
    ]
    whole = (
        *key,
        "article_date",
        "source_name",
        "target_name",
        *(f"{which}_{part}" for which in ("source", "target") for part in GDELT_SIDE),
    )
    assert not kept(upper, whole) - kept(made, whole)
