"""Date expressions in sentences written by somebody who had not seen the code (tests/cases/README.md).

Scored through the coder, pinned in ``cases/floors.json`` as in floors.py; ``pytest tests/test_blind_dates.py
--raise-floors`` pins what has got better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from floors import CASES, Report, hold

from eventcode import Article, Coder
from eventcode.find.dates import find_dates
from eventcode.model import Act, DateValue

FILE = CASES / "blind_dates.jsonl"
NAME = "blind_dates"
NOT_YET = ("future", "hypothetical")

Row = Mapping[str, Any]


def cases() -> list[Row]:
    """The sentences with their days."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def _pair(value: DateValue) -> list[str]:
    return [str(value.first), str(value.last)]


def read_alone(case: Row) -> bool:
    """Whether the expression, without its sentence's grammar, gives the days in one of the two tenses."""
    mentions = find_dates(case["text"])
    if case["kind"] == "none":
        return not mentions
    published = date.fromisoformat(case["published"])
    if "planned" in case:
        return any(_pair(m.resolve(published, "future")) in case["planned"] for m in mentions)
    return any(
        _pair(m.resolve(published, tense)) in case["days"] for m in mentions for tense in ("past", "future")
    )


def is_right(case: Row, act: Act) -> bool:
    """Whether the act has the days told. An act still to come has the day planned; saying so, the day of publication."""
    if "planned" not in case:
        return _pair(act.date) in case["days"]
    if act.status in NOT_YET:
        return _pair(act.date) in case["planned"]
    return act.stance != "do" and _pair(act.date) in case["days"]


def marks(case: Row, acts: Sequence[Act]) -> tuple[dict[str, bool], str]:
    """right: an act has the days, and they are those that the expression gives; precision: with the precision told too;
    read: the expression alone gives the days, whether an act was found or not."""
    read = read_alone(case)
    right = [act for act in acts if is_right(case, act)] if read else []
    found = ", ".join(f"{a.act} {a.stance} {a.status} {'..'.join(_pair(a.date))}" for a in acts) or "nothing"
    exact = any(act.date.precision in case["precision"] or "planned" in case for act in right)
    line = f"  {case['kind']}, {case['published']}: coded {found}: {case['text']}"
    return {"right": bool(right), "precision": exact, "read": read}, line


def report(coder: Coder) -> Report:
    """Code every sentence and compare."""
    made = Report()
    rows = cases()
    articles = [
        Article(row["text"], id=str(i), date=date.fromisoformat(row["published"]))
        for i, row in enumerate(rows)
    ]
    for row, coded in zip(rows, coder.code_all(articles), strict=True):
        made.add(*marks(row, coded.acts))
    return made


def test_no_figure_got_worse(coder: Coder, request: pytest.FixtureRequest) -> None:
    hold(NAME, FILE, report(coder), request)


def test_every_sentence_is_there_once() -> None:
    texts = [case["text"] for case in cases()]
    assert len(texts) == len(set(texts)) == 235


@pytest.mark.parametrize(
    ("text", "days", "status"),
    [
        ("The new president will be sworn in on January 20.", "2024-01-20", "future"),
        ("Army units are to withdraw from the villages by Saturday.", "2024-01-10", "occurred"),
        ("Rebels threatened on Monday to bomb the embassy in Kabul.", "2024-01-08", "occurred"),
        ("Rebels threatened to bomb the embassy in Kabul on Friday.", "2024-01-10", "occurred"),
        ("Rebels bombed the embassy in Kabul on Friday.", "2024-01-05", "occurred"),
        ("Soldiers were killed in the 1989 uprising in Romania.", "1989-01-01", "occurred"),
        ("The government condemned the 1989 attack on the embassy.", "2024-01-10", "occurred"),
        ("Authorities in Minsk banned a rally planned for Saturday.", "2024-01-10", "occurred"),
        ("Police may have killed ten protesters in Minsk on Monday.", "2024-01-08", "hypothetical"),
        ("Two days after the truce of January 3, rebels bombed a bus in Kabul.", "2024-01-05", "occurred"),
        ("Rebels signed a truce on January 3 and the following day bombed a bus in Kabul.", "2024-01-04", "occurred"),
    ],
)  # fmt: skip
def test_first_day_of_an_act(coder: Coder, text: str, days: str, status: str) -> None:
    acts = coder.code(Article(text, id="case", date=date(2024, 1, 10))).acts
    found = [(str(act.date.first), act.status) for act in acts]
    assert (days, status) in found
