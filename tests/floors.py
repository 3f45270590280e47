"""A gate with a memory: how many cases of a table are right is pinned in ``cases/floors.json`` and may only grow.

``pytest --raise-floors`` pins what has got better. A figure is lowered only by hand, in a commit that says why.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parent / "cases"
FLOORS = CASES / "floors.json"

Marks = dict[str, bool]


@dataclass
class Report:
    """How many cases are right in each figure, and a readable line for each that is not."""

    sentences: int = 0
    figures: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, marks: Marks, line: str) -> None:
        """Count one case; its line is kept when the figure "right" is not among its marks."""
        self.sentences += 1
        self.figures.update({name: int(good) for name, good in marks.items()})
        if not marks["right"]:
            self.wrong.append(line)

    def text(self) -> str:
        """Figures and wrong cases, to be read."""
        figures = ", ".join(f"{name} {number}" for name, number in self.figures.items())
        return "\n".join([f"{figures}; of {self.sentences}", *self.wrong])


def read_floors(path: Path) -> dict[str, Any]:
    """The pinned figures by table; none where nothing was pinned yet."""
    floors: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return floors


def raise_floors(path: Path, name: str, made: Report, sha256: str) -> None:
    """Pin what is better than what is pinned."""
    floors = read_floors(path)
    pinned = floors.get(name, {}).get("figures", {})
    figures = {key: max(number, pinned.get(key, 0)) for key, number in made.figures.items()}
    floors[name] = {"sha256": sha256, "sentences": made.sentences, "figures": figures}
    path.write_text(json.dumps(floors, indent=2) + "\n", encoding="utf-8")


def hold(name: str, table: Path, made: Report, request: pytest.FixtureRequest) -> None:
    """Fail where a figure is below its pin, or the table is not the one that was pinned."""
    sha256 = hashlib.sha256(table.read_bytes()).hexdigest()
    if request.config.getoption("--raise-floors"):
        raise_floors(FLOORS, name, made, sha256)
    floor = read_floors(FLOORS).get(name, {"figures": {}, "sha256": ""})
    worse = [
        f"{key}: {made.figures[key]}, pinned {number}"
        for key, number in floor["figures"].items()
        if made.figures[key] < number
    ]
    assert not worse, f"{'; '.join(worse)}\n{made.text()}"
    assert floor["sha256"] == sha256, f"{table.name} has changed: pin its figures with --raise-floors"
