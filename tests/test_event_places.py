"""Where each act of a short report happened (tests/cases/README.md), pinned in ``cases/floors.json`` as in floors.py.

An act is found by the word that tells it, or, where the reader took another word of the sentence for it, by its place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from conftest import SATURDAY
from floors import CASES, Report, hold

from eventcode import Article, Coder
from eventcode.gazetteer.folding import fold
from eventcode.model import Act

TABLE = CASES / "event_places.jsonl"


def names(act: Act) -> set[str]:
    """The folded names of an act's places as written."""
    return {fold(p.text or p.country or "") for p in act.places}


def read(word: str, wanted: Sequence[str], text: str, acts: Sequence[Act]) -> set[str] | None:
    """The places of the act that a word tells; None where no such act was read."""
    told = [a for a in acts if word in text[a.trigger_start : a.trigger_end].lower()]
    told = told or [a for a in acts if fold(wanted[0]) in names(a)]
    return names(told[0]) if told else None


def is_right(found: set[str], wanted: Sequence[str]) -> bool:
    """Whether the places are those wanted, a longer or shorter form of a name allowed ("Sinai", "Sinai province")."""
    keys = [fold(w) for w in wanted]
    return len(found) == len(keys) and all(any(k in f or f in k for f in found) for k in keys)


def report(coder: Coder) -> Report:
    """Read every report and compare the places of its acts."""
    made = Report()
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        acts = coder.code(Article(case["text"], id="case", date=SATURDAY)).acts
        for act in case["acts"]:
            found = read(act["word"], act["places"], case["text"], acts)
            right = found is not None and is_right(found, act["places"])
            told = "no such act" if found is None else ", ".join(sorted(found)) or "no place"
            wanted = ", ".join(act["places"])
            made.add(
                {"right": right, case["half"]: right}, f"  {case['half']}, {act['word']} in {wanted}: {told}"
            )
    return made


def test_acts_happen_where_the_report_says(coder: Coder, request: pytest.FixtureRequest) -> None:
    hold("event_places", TABLE, report(coder), request)
