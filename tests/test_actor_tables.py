"""The actor tables hold what docs/lexicon.md promises: columns, closed lists, and no word claimed twice."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pycountry
import pytest

import eventcode

ACTORS = Path(eventcode.__file__).parent / "lexicon" / "data" / "actors"

Row = dict[str, str]

COLUMNS = {
    "countries.csv": "iso3,name,cameo,acled_name,aliases,adjectives,people,capital,seats,gw,cow,from,to,source,certainty",
    "regions.csv": "id,name,aliases,adjectives,people,country,cameo,source,certainty",
    "roles.csv": "word,plural,pos,role,type,armed,kind,source,certainty",
    "affixes.csv": "affix,position,effect,source",
    "local_words.csv": "word,countries,means,source",
    "ethnic.csv": "code,name,aliases,countries,source,certainty",
    "religions.csv": "code,name,aliases,source,certainty",
}
KEYS = {
    "countries.csv": ("iso3",),
    "regions.csv": ("id",),
    "roles.csv": ("word", "pos"),
    "affixes.csv": ("affix", "position"),
    "local_words.csv": ("word", "means"),
    "ethnic.csv": ("code",),
    "religions.csv": ("code",),
}
LEAST_ROWS = {
    "countries.csv": 258,
    "regions.csv": 150,
    "roles.csv": 350,
    "affixes.csv": 40,
    "local_words.csv": 6,
    "ethnic.csv": 124,
    "religions.csv": 28,
}
LISTS = ("aliases", "adjectives", "people", "capital", "seats", "countries")
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
DOMESTIC_ROLES = {
    "COP",
    "GOV",
    "INS",
    "JUD",
    "MIL",
    "OPP",
    "REB",
    "SEP",
    "SPY",
    "UAF",
    "PTY",
    "AGR",
    "BUS",
    "CRM",
    "CVL",
    "DEV",
    "EDU",
    "ELI",
    "ENV",
    "HLH",
    "HRI",
    "LAB",
    "LEG",
    "MED",
    "REF",
    "MOD",
    "RAD",
}
# International types stand first in a code; PKO, REL and SET are suffixes of the public dictionaries.
INTERNATIONAL_ROLES = {"IGO", "IMG", "INT", "MNC", "NGM", "NGO", "UIS", "PKO", "REL", "SET"}
WORLD_REGIONS = {
    "AFR",
    "ASA",
    "BLK",
    "CRB",
    "CAU",
    "CFR",
    "CAS",
    "CEU",
    "EIN",
    "EAF",
    "EEU",
    "EUR",
    "LAM",
    "MEA",
    "MDT",
    "NAF",
    "NMR",
    "PGS",
    "SCN",
    "SAM",
    "SAS",
    "SEA",
    "SAF",
    "WAF",
    "WST",
}
SHORT_ETHNIC = {
    "ABN",
    "ARB",
    "BED",
    "CKM",
    "CRO",
    "GYP",
    "HAU",
    "HUT",
    "IBO",
    "IJW",
    "KRH",
    "KUR",
    "MAN",
    "OGO",
    "PAL",
    "SER",
    "SLV",
    "TAM",
    "TRG",
    "TRK",
    "TUT",
    "UIG",
    "YRB",
    "SNL",
}
FORMER_STATES = {"SUN", "YUG", "XFY", "SCG", "CSK", "DDR", "XWG", "XYN", "YMD"}
# What an affix does to the name or role word beside it.
AFFIX_EFFECTS = {
    "GOV",
    "MIL",
    "drop",
    "weak",
    "keep",
    "attribute",
    "source",
    "person",
    "pro",
    "anti",
    "former",
    "state",
    "both",
    "same",
    "exiled",
    "dissident",
    "rebel",
    "doubtful",
    "holder",
    "unknown",
    "local",
    "foreign",
    "ethnic",
}
# Words that two present countries use; whoever reads them needs the context.
SHARED_WORDS: dict[str, set[str]] = {
    # The article tells which (eventcode.resolve.weak_names).
    "congo": {"COD", "COG"},
    "congolese": {"COD", "COG"},
}


def read(name: str) -> list[Row]:
    """The rows of one table, cells as text."""
    with (ACTORS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def parts(cell: str) -> list[str]:
    """The members of a list cell."""
    return cell.split(";") if cell else []


def claims(row: Row, columns: tuple[str, ...]) -> Iterator[str]:
    """The distinct words by which a row is found, as printed."""
    yield from {word for column in columns for word in parts(row[column])}


def period(row: Row) -> tuple[str, str]:
    """First and last day of a row, open ends as the earliest and latest text that sorts."""
    return row["from"] or "0000", row["to"] or "9999"


def overlap(one: Row, other: Row) -> bool:
    """Whether two rows hold on a common day."""
    return period(one)[0] <= period(other)[1] and period(other)[0] <= period(one)[1]


@pytest.mark.parametrize("name", COLUMNS)
def test_header(name: str) -> None:
    with (ACTORS / name).open(encoding="utf-8", newline="") as handle:
        assert next(csv.reader(handle)) == COLUMNS[name].split(",")


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_are_complete(name: str) -> None:
    width = len(COLUMNS[name].split(","))
    with (ACTORS / name).open(encoding="utf-8", newline="") as handle:
        lines = list(csv.reader(handle))
    assert [line for line in lines if len(line) != width] == []
    assert len(lines) > LEAST_ROWS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_cells_are_clean(name: str) -> None:
    """No stray spaces, tabs or invisible characters: they would keep a word from ever being found."""
    dirty = re.compile(r"^\s|\s$|\s\s|[\t\r\n\u00a0\u00ad\u200b-\u200f\u2060\ufeff]|;;|^;|;$|; | ;")
    assert [cell for row in read(name) for cell in row.values() if dirty.search(cell)] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_keys_are_unique(name: str) -> None:
    keys = [tuple(row[column].casefold() for column in KEYS[name]) for row in read(name)]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_a_source(name: str) -> None:
    assert [row for row in read(name) if not row["source"]] == []


@pytest.mark.parametrize("name", [name for name in COLUMNS if "certainty" in COLUMNS[name]])
def test_certainty(name: str) -> None:
    assert {row["certainty"] for row in read(name)} <= {"", "sure", "doubtful"}


@pytest.mark.parametrize("name", COLUMNS)
def test_lists_repeat_nothing(name: str) -> None:
    repeated = [
        (row, column)
        for row in read(name)
        for column in LISTS
        if column in row and len(parts(row[column])) != len(set(parts(row[column])))
    ]
    assert repeated == []


def test_every_iso_country_is_there() -> None:
    known = {row["iso3"] for row in read("countries.csv")}
    assert {country.alpha_3 for country in pycountry.countries} - known == set()
    assert known - {country.alpha_3 for country in pycountry.countries} == FORMER_STATES | {"XKX"}


def test_country_codes() -> None:
    for row in read("countries.csv"):
        assert re.fullmatch(r"[A-Z]{3}", row["iso3"]), row
        assert re.fullmatch(r"[A-Z]{3}", row["cameo"]), row
        assert re.fullmatch(r"\d{0,3}", row["gw"]), row
        assert re.fullmatch(r"\d{0,3}", row["cow"]), row


def test_cameo_codes_are_unique() -> None:
    codes = [row["cameo"] for row in read("countries.csv")]
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == []


@pytest.mark.parametrize(
    ("iso3", "cameo"),
    [
        ("ROU", "ROM"),
        ("MNE", "MTN"),
        ("TLS", "TMP"),
        ("IMN", "IMY"),
        ("XKX", "KSV"),
        ("SUN", "USR"),
        ("XWG", "GMW"),
    ],
)
def test_codes_that_differ_from_iso(iso3: str, cameo: str) -> None:
    assert {row["iso3"]: row["cameo"] for row in read("countries.csv")}[iso3] == cameo


def test_acled_names_are_unique() -> None:
    names = [row["acled_name"] for row in read("countries.csv") if row["acled_name"]]
    assert len(names) == len(set(names))


def test_dates() -> None:
    """Former states, and only they, have an end."""
    rows = read("countries.csv")
    assert {row["iso3"] for row in rows if row["to"]} == FORMER_STATES
    for row in rows:
        for column in ("from", "to"):
            assert re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", row[column]), row
        assert period(row)[0] <= period(row)[1], row


@pytest.mark.parametrize(
    "columns",
    [
        ("name", "aliases"),
        ("adjectives",),
        ("people",),
        ("capital", "seats"),
        ("name", "aliases", "capital", "seats"),
    ],
    ids=lambda columns: "+".join(columns),
)
def test_a_word_names_one_country(columns: tuple[str, ...]) -> None:
    claimed: dict[str, list[Row]] = defaultdict(list)
    for row in read("countries.csv"):
        for word in claims(row, columns):
            claimed[word.casefold() if len(word) > 4 else word].append(row)
    clashes = {
        word: {row["iso3"] for row in rows}
        for word, rows in claimed.items()
        if any(overlap(one, other) for one in rows for other in rows if one is not other)
    }
    assert {word: isos for word, isos in clashes.items() if SHARED_WORDS.get(word) != isos} == {}


@pytest.mark.parametrize(
    ("word", "iso3"),
    [
        ("Nigerien", "NER"),
        ("Nigerian", "NGA"),
        ("Dominican", "DOM"),
        ("Guinean", "GIN"),
        ("Equatorial Guinean", "GNQ"),
        ("Bissau-Guinean", "GNB"),
        ("Papua New Guinean", "PNG"),
        ("South Korean", "KOR"),
        ("North Korean", "PRK"),
        ("Sudanese", "SDN"),
        ("South Sudanese", "SSD"),
        ("Soviet", "SUN"),
    ],
)
def test_adjectives_easily_mistaken(word: str, iso3: str) -> None:
    assert [row["iso3"] for row in read("countries.csv") if word in parts(row["adjectives"])] == [iso3]


@pytest.mark.parametrize("word", ["Korea", "Korean", "Koreans", "Guineas", "Yemens"])
def test_words_of_no_single_country(word: str) -> None:
    columns = ("name", "aliases", "adjectives", "people")
    assert [row["iso3"] for row in read("countries.csv") if word in set(claims(row, columns))] == []


def test_regions_lie_in_known_countries() -> None:
    known = {row["iso3"] for row in read("countries.csv")}
    assert [row for row in read("regions.csv") if row["country"] and row["country"] not in known] == []


def test_region_codes() -> None:
    """A world region has CAMEO's code; a part of a state has its country's code in front, or none of its own."""
    countries = {row["iso3"]: row["cameo"] for row in read("countries.csv")}
    for row in read("regions.csv"):
        code = row["cameo"]
        if row["country"]:
            assert not code or (code.startswith(countries[row["country"]]) and len(code) == 6), row
        else:
            assert code in WORLD_REGIONS | {"ARB", "KAS", ""}, row


def test_a_word_names_one_region() -> None:
    for columns in (("name", "aliases"), ("adjectives",)):
        claimed: dict[str, set[str]] = defaultdict(set)
        for row in read("regions.csv"):
            for word in claims(row, columns):
                claimed[word].add(row["id"])
        shared = {word: ids for word, ids in claimed.items() if len(ids) > 1}
        # One region in two countries: the article tells which half.
        assert set(shared) <= {"Punjab", "Punjabi"}


def test_all_world_regions_are_there() -> None:
    assert WORLD_REGIONS - {row["cameo"] for row in read("regions.csv")} == set()


def test_role_values() -> None:
    for row in read("roles.csv"):
        assert set(parts(row["role"])) <= DOMESTIC_ROLES | INTERNATIONAL_ROLES, row
        assert row["type"] in TYPES | {""}, row
        assert row["armed"] in {"yes", "no"}, row
        assert row["pos"] in {"noun", "adj"}, row
        assert row["kind"] in {"person", "body", "crowd", "weapon", "site", "victim", ""}, row
        assert bool(row["kind"]) == (row["pos"] == "noun"), row


def test_all_domestic_roles_have_words() -> None:
    used = {code for row in read("roles.csv") for code in parts(row["role"])}
    assert DOMESTIC_ROLES - used == set()


def test_armed_and_unarmed_types() -> None:
    """Crowds and civilians carry no weapons; rebels do, but for separatists, who may be politicians."""
    for row in read("roles.csv"):
        if row["type"] in {"Rioters", "Protesters", "Civilians"}:
            assert row["armed"] == "no", row
        if row["type"] == "Rebel group":
            assert row["armed"] == "yes" or row["role"] == "SEP", row


def test_a_role_form_belongs_to_one_meaning() -> None:
    """A plural of one noun that is another row's word must not say something else."""
    rows = [row for row in read("roles.csv") if row["pos"] == "noun"]
    words = {row["word"]: row for row in rows}
    clashes = [
        (row["word"], row["plural"])
        for row in rows
        if row["plural"] in words
        and row["plural"] != row["word"]
        and (row["role"], row["type"]) != (words[row["plural"]]["role"], words[row["plural"]]["type"])
    ]
    assert clashes == []


def test_affix_positions() -> None:
    for row in read("affixes.csv"):
        assert row["position"] in {"prefix", "suffix", "before", "behind", "in", "head", "given", "family"}, (
            row
        )
        assert row["effect"] in AFFIX_EFFECTS, row
        if row["position"] == "prefix":
            assert row["affix"].endswith("-"), row
        if row["position"] == "suffix":
            assert row["affix"].startswith("-"), row


def test_ethnic_codes() -> None:
    rows = read("ethnic.csv")
    assert {row["code"] for row in rows} >= SHORT_ETHNIC
    known = {row["iso3"] for row in read("countries.csv")}
    for row in rows:
        assert re.fullmatch(r"[A-Z]{3}", row["code"]), row
        assert set(parts(row["countries"])) <= known, row


def test_a_demonym_is_no_ethnic_group() -> None:
    """ "Kazakh" alone is of Kazakhstan; the people are "ethnic Kazakhs"."""
    demonyms = {word for row in read("countries.csv") for word in claims(row, ("adjectives", "people"))}
    assert {
        word for row in read("ethnic.csv") for word in claims(row, ("name", "aliases"))
    } & demonyms == set()


def test_iso_language_codes_exist() -> None:
    for row in read("ethnic.csv"):
        if row["source"].startswith("ISO 639-3"):
            assert pycountry.languages.get(alpha_3=row["code"].lower()) is not None, row


def test_religion_codes() -> None:
    for row in read("religions.csv"):
        assert re.fullmatch(r"([A-Z]{3}){1,2}(\d{3})?", row["code"]), row


@pytest.mark.parametrize("name", ["ethnic.csv", "religions.csv"])
def test_a_word_names_one_group(name: str) -> None:
    claimed: dict[str, set[str]] = defaultdict(set)
    for row in read(name):
        for word in claims(row, ("name", "aliases")):
            claimed[word].add(row["code"])
    assert {word: codes for word, codes in claimed.items() if len(codes) > 1} == {}
