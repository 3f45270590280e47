"""How many, in sentences written by somebody who had not seen the code (tests/cases/README.md).

Scored through the coder, pinned in ``cases/floors.json`` as in floors.py; ``pytest tests/test_blind_tolls.py
--raise-floors`` pins what has got better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from conftest import SATURDAY
from floors import CASES, Report, hold

from eventcode import Article, Coder
from eventcode.find.tolls import KINDS
from eventcode.model import Act, Toll

FILE = CASES / "blind_tolls.jsonl"
NAME = "blind_tolls"

Row = Mapping[str, Any]
Figures = tuple[int | None, ...]


def cases() -> list[Row]:
    """The sentences with their tolls."""
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def told(toll: Toll, kind: str) -> Figures | None:
    """Low, best, high of one kind; a crowd has no high."""
    if kind == "crowd":
        return None if toll.crowd_best is None else (toll.crowd_low, toll.crowd_best, None)
    quantity = getattr(toll, kind)
    return None if quantity is None else (quantity.low, quantity.best, quantity.high)


def is_one_of(found: Figures | None, wanted: Sequence[Sequence[int | str] | None]) -> bool:
    """Whether figures are among those acceptable; "*" is not compared, nor is what a crowd has not."""
    if found is None:
        return None in wanted
    return any(
        all(figure == "*" or own is None or own == figure for own, figure in zip(found, figures, strict=True))
        for figures in wanted
        if figures is not None
    )


def is_right(kind: str, wanted: Sequence[Sequence[int | str] | None], acts: Sequence[Act]) -> bool:
    """Whether an act has the figures, or all acts together; where none is wanted, whether no act has any."""
    found = [figures for act in acts if (figures := told(act.toll, kind)) is not None]
    if not found:
        return is_one_of(None, wanted)
    together = tuple(sum(figures[i] or 0 for figures in found) for i in range(3))
    return any(is_one_of(figures, wanted) for figures in (*found, together))


def marks(case: Row, acts: Sequence[Act]) -> tuple[dict[str, bool], str]:
    """right: all kinds of the case; and each kind for which the case wants a figure or nothing."""
    by_kind = {kind: is_right(kind, wanted, acts) for kind, wanted in case["tolls"].items()}
    figures = {
        kind: figures for act in acts for kind in KINDS if (figures := told(act.toll, kind)) is not None
    }
    found = ", ".join(f"{kind} {figure}" for kind, figure in figures.items()) or "no toll"
    line = f"  {case['kind']}: {', '.join(act.act for act in acts) or 'no act'}; {found}: {case['text']}"
    return {"right": all(by_kind.values()), **by_kind}, line


def report(coder: Coder) -> Report:
    """Code every sentence and compare."""
    made = Report()
    rows = cases()
    articles = [Article(row["text"], id=str(i), date=SATURDAY) for i, row in enumerate(rows)]
    for row, coded in zip(rows, coder.code_all(articles), strict=True):
        made.add(*marks(row, coded.acts))
    return made


def test_no_figure_got_worse(coder: Coder, request: pytest.FixtureRequest) -> None:
    hold(NAME, FILE, report(coder), request)


def test_every_sentence_is_there_once() -> None:
    texts = [case["text"] for case in cases()]
    assert len(texts) == len(set(texts)) == 212


@pytest.mark.parametrize(
    ("text", "kind", "figures"),
    [
        ("A bomb killed four people in Kabul. The death toll later rose to nine.", "killed", (9, 9, 9)),
        ("Gunmen killed two guards in Kabul in a war that has cost 90,000 lives.", "killed", (2, 2, 2)),
        ("Police said three people were killed in the blast in Kabul, but doctors counted eight.", "killed", (3, 3, 8)),
        ("Rebels seized six sailors off the port of Aden.", "abducted", (6, 6, 6)),
        ("Hundreds of students blocked a road in Dhaka.", "crowd", (100, 200, None)),
    ],
)  # fmt: skip
def test_toll_of_an_act(coder: Coder, text: str, kind: str, figures: Figures) -> None:
    acts = coder.code(Article(text, id="case", date=SATURDAY)).acts
    assert figures in [told(act.toll, kind) for act in acts]
    assert all((got := told(act.toll, kind)) is None or (got[1] or 0) <= (figures[2] or 999) for act in acts)
