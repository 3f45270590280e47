"""The shipped tables of armed groups, people and organisations keep the format in docs/lexicon.md."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pycountry
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "eventcode" / "lexicon" / "data" / "actors"
COLUMNS = {
    "groups": "id,name,aliases,weak,cameo,type,countries,from,to,parent,ethnic,religion,source,certainty",
    "people": "id,name,aliases,surname,office,cameo,country,from,to,source,certainty",
    "organisations": "id,name,aliases,cameo,type,country,from,to,source,certainty",
}
TYPES = {
    "State forces",
    "Rebel group",
    "Political militia",
    "Identity militia",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other forces",
}
CAMEO = re.compile(r"[A-Z]{3}([A-Z]{3})*")
ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
NOT_IN_ISO = {"XKX"}

Row = dict[str, str]
tables = pytest.mark.parametrize("table", sorted(COLUMNS))


def rows(table: str) -> list[Row]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def names(row: Row) -> Iterator[str]:
    yield row["name"]
    yield from filter(None, row["aliases"].split(";"))


def first_day(text: str) -> date:
    """The first day an ISO date, month or year can mean; ValueError when it is none of them."""
    found = ISO_DATE.fullmatch(text)
    if not found:
        raise ValueError(f"not an ISO date: {text!r}")
    year, month, day = found.groups()
    return date(int(year), int(month or 1), int(day or 1))


def last_day_bound(row: Row) -> date:
    return first_day(row["to"]) if row["to"] else date.max


def first_day_bound(row: Row) -> date:
    return first_day(row["from"]) if row["from"] else date.min


@tables
def test_columns_are_the_documented_ones(table: str) -> None:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        header, *body = list(csv.reader(handle))
    assert ",".join(header) == COLUMNS[table]
    assert {len(record) for record in body} == {len(header)}


@tables
def test_cells_are_trimmed_and_rows_are_sourced(table: str) -> None:
    for row in rows(table):
        assert all(cell == cell.strip() for cell in row.values()), row
        assert row["id"], row
        assert row["name"], row
        assert row["source"], row
        assert row["certainty"] in {"", "sure", "doubtful"}, row


@tables
def test_dates_are_iso_and_in_order(table: str) -> None:
    for row in rows(table):
        assert first_day_bound(row) <= last_day_bound(row), row


@tables
def test_rows_of_one_id_do_not_overlap(table: str) -> None:
    """A handover day may belong to both rows."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in rows(table):
        held[row["id"]].append(row)
    for same in held.values():
        same.sort(key=first_day_bound)
        for earlier, later in pairwise(same):
            assert last_day_bound(earlier) <= first_day_bound(later), (earlier, later)


@tables
def test_rows_of_one_id_share_their_names(table: str) -> None:
    spellings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows(table):
        spellings[row["id"]].add((row["name"], row["aliases"]))
    assert [name for name, found in spellings.items() if len(found) > 1] == []


def test_names_and_ids_are_unique_across_tables() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    ids: dict[str, set[str]] = defaultdict(set)
    for table in COLUMNS:
        for row in rows(table):
            ids[row["id"]].add(table)
            for name in names(row):
                owners[name].add(row["id"])
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}
    assert {name: found for name, found in ids.items() if len(found) > 1} == {}


@tables
def test_no_alias_is_listed_twice_in_a_row(table: str) -> None:
    for row in rows(table):
        assert [name for name, times in Counter(names(row)).items() if times > 1] == [], row["id"]


@tables
def test_cameo_codes_are_groups_of_three_letters(table: str) -> None:
    assert [row["id"] for row in rows(table) if not CAMEO.fullmatch(row["cameo"])] == []


@pytest.mark.parametrize("table", ["groups", "organisations"])
def test_types_are_acleds(table: str) -> None:
    allowed = TYPES if table == "groups" else TYPES | {""}
    assert {row["type"] for row in rows(table)} <= allowed


@tables
def test_countries_are_iso_alpha_3(table: str) -> None:
    column = "countries" if table == "groups" else "country"
    used = {code for row in rows(table) for code in row[column].split(";") if code}
    assert {code for code in used - NOT_IN_ISO if pycountry.countries.get(alpha_3=code) is None} == set()


def test_parents_are_groups_or_organisations() -> None:
    known = {row["id"] for table in ("groups", "organisations") for row in rows(table)}
    assert {row["parent"] for row in rows("groups") if row["parent"]} <= known


def test_weak_names_are_no_ones_strong_names() -> None:
    """A weak name counts only with support, so the same words must not match outright elsewhere in its own row."""
    for row in rows("groups"):
        assert set(filter(None, row["weak"].split(";"))).isdisjoint(names(row)), row["id"]


@pytest.mark.parametrize(
    ("person", "day", "code"),
    [
        ("qassem_soleimani", date(2019, 6, 1), "IRNMIL"),
        ("vladimir_putin", date(2010, 1, 1), "RUSGOV"),
        ("barack_obama", date(2018, 1, 1), "USAELI"),
        ("aung_san_suu_kyi", date(2000, 1, 1), "MMROPPPTY"),
        ("aung_san_suu_kyi", date(2018, 1, 1), "MMRGOV"),
        ("donald_rumsfeld", date(2003, 4, 1), "USAGOVMIL"),
        ("kofi_annan", date(2000, 1, 1), "IGOUNO"),
    ],
)
def test_people_are_coded_by_the_office_of_the_day(person: str, day: date, code: str) -> None:
    found = [
        row["cameo"]
        for row in rows("people")
        if row["id"] == person and first_day_bound(row) <= day < last_day_bound(row)
    ]
    assert found == [code]


def test_the_tables_cover_what_they_promise() -> None:
    sizes = {table: len({row["id"] for row in rows(table)}) for table in COLUMNS}
    assert sizes["groups"] >= 150, sizes
    assert sizes["people"] >= 250, sizes
    assert sizes["organisations"] >= 150, sizes
