"""``panel``: counts by unit and period, filled with zeros."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode.commands.talk import OK, say, some
from eventcode.errors import UsageError

if TYPE_CHECKING:
    from eventcode.panels.panel import PanelOptions


def panel(folder: Path, out: Path, options: PanelOptions, *, replace_files: bool = False) -> int:
    """``eventcode panel``: one panel; or one for each unit and period, where several are named, in the folder ``out``."""
    from eventcode.panels.periods import KINDS
    from eventcode.panels.units import UNITS

    if "," not in options.unit + options.period:
        return _panel(folder, out, options, replace_files)
    _check_folder(folder, out)
    units, periods = _several("--unit", options.unit, UNITS), _several("--period", options.period, KINDS)
    files = {(unit, period): out / f"{unit}_{period}.parquet" for unit in units for period in periods}
    if not replace_files:
        from eventcode.tables.datapackage import check_replaceable

        for path in files.values():
            check_replaceable(path)
    for (unit, period), path in files.items():
        _panel(folder, path, replace(options, unit=unit, period=period), True)
    return OK


def _several(option: str, told: str, there: Collection[str]) -> list[str]:
    """The names that an option lists, before anything is written. Raises UsageError."""
    found = names(told) or [""]
    for name in found:
        if name not in there:
            raise UsageError(f"{option} {name!r}: there are {', '.join(there)}")
    return found


def _check_folder(folder: Path, out: Path) -> None:
    """Refuse the coded folder, and what looks like the file of one panel."""
    if out.resolve() == folder.resolve():
        raise UsageError(f"--out {out}: is the coded folder itself; give another folder")
    if (out.exists() and not out.is_dir()) or out.suffix:
        raise UsageError(f"--out {out}: several panels go into a folder; name one, without a suffix")


def _panel(folder: Path, out: Path, options: PanelOptions, replace_files: bool) -> int:
    """What was counted, and what was not and why, to stderr."""
    from eventcode.panels.panel import write_panel

    made = write_panel(folder, out, options, replace=replace_files)
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
