"""What holds for every article: offsets, independence of order, and of what else the article says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conftest import SATURDAY
from hypothesis import given, settings
from hypothesis import strategies as st

from eventcode import Article, Coder
from eventcode.coder import CodedArticle
from eventcode.model import Field

PEOPLE = (
    "Malian soldiers",
    "Kenyan police",
    "the Taliban",
    "Turkish jets",
    "armed men",
    "the president of Ghana",
    "Hezbollah",
)
OTHERS = (
    "a village",
    "protesters",
    "two teachers",
    "Israeli troops",
    "the opposition",
    "a U.N. convoy",
    "civilians",
)
PLACES = ("Gao", "Kabul", "Port-au-Prince", "eastern Congo", "Aleppo", "N'Djamena", "the Gaza Strip")
TIMES = ("on Friday", "on 3 January 2024", "last week", "in December", "earlier", "two days ago")
SENTENCES = (
    "{who} attacked {whom} in {where} {when}.",
    "{Whom} were killed by {who} near {where} {when}, the army said.",
    "{who} shelled the town of {where} {when}, killing three and wounding dozens.",
    "{who} threatened to arrest {whom}.",
    "“We did not bomb {where},” {who} said {when}.",
    "{who} met {whom} in {where} {when}; talks will go on.",
    "They also abducted {whom} — and burned a market in {where}.",
    "The strikes on {where} killed {whom} {when}.",
    "{Whom} marched through {where} {when} to demand that {who} withdraw.",
    "{who} has denied supplying weapons to {whom} (Lt. Gen. A. B. Kone said so {when}).",
    "An attack by {who} on {whom} left 12 dead in {where}…",
    "The group's fighters, who had seized {where}, released {whom} {when}.",
)
# A paragraph of its own, without act, person, place or date.
WEATHER = (
    "Light rain and mild air are usual in this season. Umbrellas sold well.",
    "Snow fell in the hills. It was cold, and the sky stayed grey.",
)


@st.composite
def sentence(draw: st.DrawFn) -> str:
    """A sentence of ours with its gaps filled."""
    whom = draw(st.sampled_from(OTHERS))
    filled = draw(st.sampled_from(SENTENCES)).format(
        who=draw(st.sampled_from(PEOPLE)),
        whom=whom,
        Whom=whom[0].upper() + whom[1:],
        where=draw(st.sampled_from(PLACES)),
        when=draw(st.sampled_from(TIMES)),
    )
    filled = filled[0].upper() + filled[1:]
    return filled.upper() if draw(st.integers(0, 11)) == 0 else filled


sentences = st.lists(sentence(), min_size=1, max_size=4)
blanks = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n", " \u00a0"])
datelines = st.sampled_from(["", "", "BAMAKO, Mali (AP) — ", "KABUL, Jan 6 (Hindu Kush News) - ", "\n  "])


@st.composite
def article(draw: st.DrawFn) -> Article:
    """An article of such sentences, with odd blanks, perhaps a dateline, perhaps a headline."""
    text = draw(datelines) + draw(blanks).join(draw(sentences)) + draw(st.sampled_from(["", "\n"]))
    title = draw(st.none() | sentence().map(lambda line: line.rstrip(".").title()) | sentence())
    return Article(text, id="generated", title=title, date=draw(st.sampled_from([SATURDAY, None])))


def told(coded: CodedArticle) -> tuple[Any, ...]:
    """Everything read in an article but its acts' ids of article and act, which hang on the whole text."""
    return tuple(replace(act, act_id="", article_id="") for act in coded.acts)


def spans(coded: CodedArticle) -> Iterator[tuple[Field, str, int, int]]:
    """Field, text shown and offsets of everything that shows some text of the article."""
    places = {(place.start, place.end, place.text): place.field for place in coded.places}
    for act in coded.acts:
        yield act.field, act.trigger_text, act.trigger_start, act.trigger_end
        for actor in (*act.sources, *act.targets):
            yield act.field, actor.text, actor.start, actor.end
        for place in act.places:
            if place.text is not None and place.start is not None and place.end is not None:
                # One that was carried on may stand in another field than its act.
                yield places[place.start, place.end, place.text], place.text, place.start, place.end
    yield from ((p.field, p.text, p.start, p.end) for p in coded.places)


@settings(max_examples=120)
@given(article=article())
def test_offsets_hold(coder: Coder, article: Article) -> None:
    coded = coder.code(article)
    for field, text, start, end in spans(coded):
        assert article.field(field)[start:end] == text
        assert text.strip()
    for act in coded.acts:
        assert act.sentence_start <= act.trigger_start < act.trigger_end <= act.sentence_end
    assert len({act.act_id for act in coded.acts}) == len(coded.acts)


@settings(max_examples=15)
@given(articles=st.lists(article(), min_size=2, max_size=4), order=st.randoms(use_true_random=False))
def test_order_of_articles_never_matters(coder: Coder, articles: list[Article], order: Any) -> None:
    alone = {id(article): coder.code(article) for article in articles}
    shuffled = list(articles)
    order.shuffle(shuffled)
    for article in shuffled:
        assert coder.code(article) == alone[id(article)]


@settings(max_examples=40)
@given(article=article(), weather=st.sampled_from(WEATHER))
def test_an_unrelated_paragraph_changes_no_act(coder: Coder, article: Article, weather: str) -> None:
    longer = replace(article, text=f"{article.text}\n\n{weather}\n")
    assert told(coder.code(longer)) == told(coder.code(article))


def test_weather_tells_of_nothing(coder: Coder) -> None:
    for weather in WEATHER:
        coded = coder.code(Article(weather, id="weather", date=SATURDAY))
        assert (coded.acts, coded.places) == ((), ())


def test_sentences_fill_their_gaps() -> None:
    assert all(
        set(re.findall(r"\{(\w+)\}", s)) <= {"who", "whom", "Whom", "where", "when"} for s in SENTENCES
    )
