"""Rows: an act survives the way to a row, to Parquet, and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventcode.model import Act, Actor, Article, DateValue, EventPlace, Place, Quantity, Toll
from eventcode.tables.rows import act_from_row, act_row, article_row, place_row, without_text

words = st.text("abc é'-", min_size=1, max_size=12)
maybe_words = st.none() | words
offsets = st.integers(0, 10**6)
numbers = st.integers(0, 10**6)
maybe_number = st.none() | numbers
days = st.none() | st.dates(dt.date(1800, 1, 1), dt.date(2100, 1, 1))
coordinates = st.none() | st.floats(-90, 90)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, best, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    # Tables do not keep "vague": low, best and high say what a vague word means.
    return Quantity(low, best, high)


actors = st.builds(
    Actor,
    text=words,
    start=offsets,
    end=offsets,
    ref_start=st.none() | offsets,
    ref_end=st.none() | offsets,
    name=maybe_words,
    id=maybe_words,
    code=maybe_words,
    country=maybe_words,
    roles=st.lists(words, max_size=3).map(tuple),
    ethnic=maybe_words,
    religion=maybe_words,
    group=maybe_words,
    type=maybe_words,
)
event_places = st.builds(
    EventPlace,
    text=maybe_words,
    start=st.none() | offsets,
    end=st.none() | offsets,
    name=maybe_words,
    geonameid=maybe_number,
    level=st.sampled_from(["site", "settlement", "country"]),
    relation=st.sampled_from(["at", "near", "offset"]),
    point=st.sampled_from(["place", "seat", "centroid"]),
    latitude=coordinates,
    longitude=coordinates,
    geo_precision=st.none() | st.integers(1, 3),
    country=maybe_words,
    admin1=maybe_words,
    admin1_code=maybe_words,
    admin2=maybe_words,
    basis=st.sampled_from(["stated", "carried", "inferred"]),
)
dates = st.builds(
    DateValue,
    first=days,
    last=days,
    span=st.sampled_from(["uncertain", "duration"]),
    precision=st.sampled_from(["day", "week", "month", "year", "unknown"]),
    basis=st.sampled_from(["stated", "relative", "carried", "publication"]),
    text=maybe_words,
)
tolls = st.builds(
    Toll,
    killed=st.none() | quantities(),
    injured=st.none() | quantities(),
    missing=st.none() | quantities(),
    abducted=st.none() | quantities(),
    arrested=st.none() | quantities(),
    displaced=st.none() | quantities(),
    killed_source=maybe_number,
    killed_target=maybe_number,
    killed_civilian=maybe_number,
    killed_unknown=maybe_number,
    crowd_low=maybe_number,
    crowd_best=maybe_number,
)
acts = st.builds(
    Act,
    act_id=words,
    article_id=words,
    field=st.sampled_from(["title", "text"]),
    sentence=st.integers(-1, 500),
    sentence_start=offsets,
    sentence_end=offsets,
    trigger_start=offsets,
    trigger_end=offsets,
    trigger_text=words,
    trigger_lemma=words,
    act=words,
    rule=words,
    stance=words,
    status=words,
    attribution=words,
    attributed_to_text=maybe_words,
    attributed_to_code=maybe_words,
    sources=st.lists(actors, max_size=2).map(tuple),
    targets=st.lists(actors, max_size=2).map(tuple),
    places=st.lists(event_places, max_size=2).map(tuple),
    date=dates,
    instrument=maybe_words,
    object=maybe_words,
    outcomes=st.lists(words, max_size=3).map(tuple),
    toll=tolls,
    confidence=st.none() | st.floats(0, 1),
)


@settings(max_examples=40, deadline=None)
@given(acts)
def test_act_survives_a_row(act: Act) -> None:
    assert act_from_row(act_row(act)) == act


@settings(max_examples=40, deadline=None)
@given(acts)
def test_stripped_row_shows_no_words_and_keeps_offsets(act: Act) -> None:
    row = without_text(act_row(act))
    assert row["trigger_text"] is None
    assert row["attributed_to_text"] is None
    assert row["date_text"] is None
    for column in ("sources", "targets", "places"):
        assert [part["text"] for part in row[column]] == [None] * len(row[column])
    back = act_from_row(row)
    assert [actor.start for actor in back.sources] == [actor.start for actor in act.sources]
    assert (back.toll, back.outcomes, back.act_id) == (act.toll, act.outcomes, act.act_id)


def test_stripping_leaves_the_given_row_alone() -> None:
    row = {"title": "a", "nested": [{"text": "b", "start": 1}]}
    assert without_text(row) == {"title": None, "nested": [{"text": None, "start": 1}]}
    assert row == {"title": "a", "nested": [{"text": "b", "start": 1}]}


def test_article_row_counts_characters_of_the_text() -> None:
    article = Article("Text of nine", id="a", title="T", date=dt.date(2024, 1, 6), file="f.txt")
    row = article_row(article, "00", 2, 1, 3, 4, None)
    assert (row["characters"], row["sentences"], row["parsed_sentences"]) == (12, 2, 1)
    assert (row["acts"], row["events"], row["language"]) == (3, 4, "en")


PLACE = Place("text", 3, 7, "Gaza", "Gaza", 281133, "settlement", "PSE", None, None, None, 31.5, 34.46, 0.9)


def test_place_row_has_the_columns_of_the_table() -> None:
    row = place_row(PLACE, "a")
    assert row["article_id"] == "a"
    assert (row["start"], row["end"], row["text"], row["geonameid"]) == (3, 7, "Gaza", 281133)
    assert not {"relation", "point", "admin1_code"} & set(row)


@pytest.mark.parametrize("missing", ["act_id", "sources", "event_date"])
def test_a_missing_column_is_told(missing: str) -> None:
    row: dict[str, Any] = act_row(EMPTY)
    del row[missing]
    with pytest.raises(KeyError, match=missing):
        act_from_row(row)


EMPTY = Act(
    *(
        "i",
        "a",
        "text",
        0,
        0,
        9,
        0,
        4,
        "shot",
        "shoot",
        "shoot",
        "shoot",
        "do",
        "occurred",
        "narrator",
        None,
        None,
    ),
    sources=(),
    targets=(),
    places=(),
    date=DateValue(None, None, "uncertain", "unknown", "publication"),
    instrument=None,
    object=None,
    outcomes=(),
    toll=Toll(),
)


def test_none_told_is_not_zero() -> None:
    told = replace(EMPTY, toll=Toll(killed=Quantity(0, 0, 0)))
    assert act_row(EMPTY)["toll"]["killed_best"] is None
    assert act_row(told)["toll"]["killed_best"] == 0
    assert act_from_row(act_row(told)).toll.killed == Quantity(0, 0, 0)
