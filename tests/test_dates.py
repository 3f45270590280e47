"""Date expressions: what is found, and which days it means."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from eventcode.errors import LexiconError
from eventcode.find.dates import DateMention, find_dates

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "dates.yaml").read_text(encoding="utf-8"))
PIECES = ["May", "3", "-", "5", "2015", "last", "week", "Monday", "since", "from", "to", "and", "between", "Jan.", "the",
          "1990s", ",", "two", "days", "ago", "early", "in", "mid-", "(", "29 February", "9999", "coming", "years", "İ",
          "decade", "summer", "next", "hours", "later", "999", "Easter", "fortnight", "after", "into", "today", "21/08/2013", "eve of"]  # fmt: skip


def shown(mention: DateMention, anchor: date | None, tense: Any) -> str:
    """A mention in the table's way of writing."""
    value = mention.resolve(anchor, tense)
    days = "?" if value.last is None else str(value.last)
    if value.first != value.last:
        days = f"{value.first}..{value.last}"
    marks = [value.precision]
    marks += ["+"] * (value.span == "duration") + ["~"] * (value.basis == "relative")
    marks += ["@act"] * (mention.reference == "act")
    return f"{mention.text}: {days} {' '.join(marks)}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text'][:40]}-{case.get('anchor', '')}")
def test_table_of_dates(case: dict[str, Any]) -> None:
    told = case.get("anchor", "2024-01-10")
    anchor = None if told == "none" else date.fromisoformat(told)
    text = case["text"]
    found = find_dates(text)
    assert [shown(mention, anchor, case.get("tense", "past")) for mention in found] == case["dates"]
    assert all(text[mention.start : mention.end] == mention.text for mention in found)


def test_words_file_that_is_no_words_file(tmp_path: Path) -> None:
    path = tmp_path / "dates.yaml"
    path.write_text("months: 5\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="shape"):
        find_dates("on Monday", path)


@settings(max_examples=400, deadline=None)
@given(
    words=st.lists(st.sampled_from(PIECES), max_size=12),
    anchor=st.none() | st.dates(),
    tense=st.sampled_from(["past", "future"]),
)
def test_any_words_give_ordered_mentions_and_days(words: list[str], anchor: date | None, tense: Any) -> None:
    text = " ".join(words)
    end = 0
    for mention in find_dates(text):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        end = mention.end
        value = mention.resolve(anchor, tense)
        assert value.precision in ("day", "week", "month", "year", "unknown")
        assert value.first is None or value.last is None or value.first <= value.last


@given(anchor=st.dates(date(1990, 1, 1), date(2090, 1, 1)), weekday=st.integers(0, 6))
def test_a_weekday_lies_within_seven_days(anchor: date, weekday: int) -> None:
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    (mention,) = find_dates(f"It happened on {name}.")
    past, future = mention.resolve(anchor), mention.resolve(anchor, "future")
    assert past.first is not None
    assert future.first is not None
    assert past.first.weekday() == future.first.weekday() == weekday
    assert timedelta(0) <= anchor - past.first < timedelta(7)
    assert timedelta(0) <= future.first - anchor < timedelta(7)
