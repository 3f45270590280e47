"""Blocks of reports that have nothing to do with each other: joined one by one they give the rows of all joined at once."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from test_joining import FRIDAY, GAJIRAM, MAIDUGURI, dead, on, told, town

from eventcode.coding.incidents import IncidentBuilder, block_rows, in_order
from eventcode.joining import blocks as blocking
from eventcode.joining.packing import Pile, Unpacker, packed
from eventcode.joining.reports import Report

GAO = town("Gao", 16.27, -0.04, country="MLI", admin1="Gao", admin1_code="ML-7")
NIAMEY = town("Niamey", 13.51, 2.11, country="NER", admin1="Niamey", admin1_code="NE-8")
# Claimed by two countries: a place of one number that reports give to either.
ABYEI = town("Abyei", 9.59, 28.44, country="SDN", admin1=None, admin1_code=None)
ABYEI_SOUTH = town("Abyei", 9.59, 28.44, country="SSD", admin1=None, admin1_code=None)
LAKE = town("Lake Chad", 13.0, 14.0, country=None, level="sea", admin1=None, admin1_code=None)
PLACES = (GAJIRAM, MAIDUGURI, GAO, NIAMEY, ABYEI, ABYEI_SOUTH, LAKE, None)


@pytest.fixture(autouse=True)
def one_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "LEAST_REPORTS", 1)


def at(article: str, place: Any, **columns: Any) -> Report:
    return told(article, place=place, **{"country": place.country if place else "NGA"} | columns)


def countries(*reports: Report) -> list[list[str]]:
    """The countries of each block."""
    pile = Pile()
    pile.add(packed(reports))
    return [sorted({r.country or "" for r in Unpacker()(some)}) for some in blocking.blocks(pile)]


def some_reports(lot: random.Random) -> list[Report]:
    made = []
    for number in range(60):
        place = lot.choice(PLACES)
        made.append(
            at(
                f"a{number:02d}",
                place,
                kind=lot.choice(("Armed clash", "Attack", "Looting/property destruction")),
                when=on(FRIDAY + timedelta(days=lot.randrange(3))),
                killed=lot.choice((None, dead(4), dead(30))),
                text_sha256=lot.choice((None, "one text", "another text")),
            )
        )
    return made


@pytest.mark.parametrize("seed", range(8))
def test_block_by_block_gives_the_same_rows(seed: int) -> None:
    reports = some_reports(random.Random(seed))
    whole, parted = IncidentBuilder(), IncidentBuilder()
    whole.add_reports(reports)
    parted.add_packed(packed(reports[:20]))
    parted.add_reports(reports[20:])
    tables = list(in_order(map(block_rows, parted.blocks())))
    assert [row for table in tables for row in table.to_pylist()] == whole.rows()


def test_countries_are_blocks_of_their_own() -> None:
    found = countries(at("a", GAJIRAM), at("b", GAO), at("c", MAIDUGURI), at("d", NIAMEY))
    assert found == [["NGA"], ["MLI"], ["NER"]]


def test_a_place_that_two_countries_claim_ties_them() -> None:
    assert countries(at("a", ABYEI), at("b", GAO), at("c", ABYEI_SOUTH)) == [["SDN", "SSD"], ["MLI"]]


def test_copies_of_one_text_tie_their_countries() -> None:
    copied = {"text_sha256": "one text"}
    assert countries(at("a", GAO, **copied), at("b", NIAMEY, **copied)) == [["MLI", "NER"]]
    # What one article tells of two countries ties nothing.
    assert countries(at("a", GAO, **copied), at("a", NIAMEY, nth=1, **copied)) == [["MLI"], ["NER"]]


def test_small_blocks_are_handed_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "LEAST_REPORTS", 2)
    reports = [at("a", GAO), at("b", NIAMEY), *(at(f"c{n}", GAJIRAM) for n in range(3))]
    assert countries(*reports) == [["NGA"], ["MLI", "NER"]]


def test_nothing_gives_no_rows() -> None:
    assert [len(table) for table in in_order(map(block_rows, IncidentBuilder().blocks()))] == []
