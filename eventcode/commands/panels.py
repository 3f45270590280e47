"""``panel``: counts by unit and period, filled with zeros."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode.commands.talk import OK, say, some

if TYPE_CHECKING:
    from eventcode.panels.panel import PanelOptions


def panel(folder: Path, out: Path, options: PanelOptions) -> int:
    """``eventcode panel``: what was counted, and what was not and why, to stderr."""
    from eventcode.panels.panel import write_panel

    made = write_panel(folder, out, options)
    say(
        f"{made.path}: {some(made.rows, 'row')}, {some(made.units, 'unit')}, {some(made.periods, options.period)} "
        f"({made.first} to {made.last}); {made.descriptor.name}"
    )
    for table, counts in made.counts.items():
        total = sum(counts.values())
        left_out = _left_out(counts, options.period, made.missing)
        say(f"{table}: {counts.get('', 0):,} of {some(total, 'row')} counted{left_out}")
    return OK


def names(text: str | None) -> list[str] | None:
    """The names of an option that lists them between commas; None where it was not given."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _left_out(counts: Mapping[str, int], period: str, missing: str) -> str:
    from eventcode.panels.counting import COARSE, NO_DATE, NO_UNIT, NOT_CODABLE, OUTSIDE

    reasons = {
        NOT_CODABLE: "not codable by ACLED's rules",
        NO_DATE: "without a date",
        COARSE: f"dated less exactly than a {period}",
        NO_UNIT: missing,
        OUTSIDE: "before or after these periods",
    }
    told = [f"{counts[key]:,} {words}" for key, words in reasons.items() if counts.get(key)]
    return f"; left out: {', '.join(told)}" if told else ""
