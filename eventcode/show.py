"""Prints incidents or events of a coded folder as a table that fits the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eventcode.tables.frames import read_rows

PIPED_WIDTH = 160

_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as shown: ``ratio`` is its share of the width that is left over; 0 for one that is never wrapped."""

    head: str
    cell: Callable[[_Row], str]
    ratio: int = 0
    right: bool = False


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _plain(name: str) -> Callable[[_Row], str]:
    return lambda row: _text(row[name])


def _when(row: _Row) -> str:
    """The day, with a mark where it is not exact."""
    first = row["event_date"]
    if first is None:
        return "?"
    return _text(first) if row["date_precision"] == "day" else f"~{_text(first)}"


def _who(*names: str) -> Callable[[_Row], str]:
    def cell(row: _Row) -> str:
        return next((_text(row[name]) for name in names if row[name]), "–")

    return cell


def _where(row: _Row) -> str:
    place = row.get("location") if "location" in row else (row["place_name"] or row["place_text"])
    return ", ".join(dict.fromkeys(_text(part) for part in (place, row["country"]) if part)) or "–"


def _killed(row: _Row) -> str:
    """Blank where nothing was told, which is not the same as none."""
    best, low, high = row["fatalities_best"], row["fatalities_low"], row["fatalities_high"]
    if best is None:
        return ""
    return str(best) if low == best == high else f"{best} ({low}–{high})"


def _codable(row: _Row) -> str:
    return "" if row["acled_codable"] else _text(row["not_codable_reason"]) or "no"


_COLUMNS: Mapping[str, tuple[_Column, ...]] = {
    "incidents": (
        _Column("date", _when),
        _Column("type", _plain("sub_event_type"), 3),
        _Column("actor 1", _plain("actor1"), 4),
        _Column("actor 2", _plain("actor2"), 4),
        _Column("place", _where, 3),
        _Column("killed", _killed, right=True),
        _Column("articles", _plain("articles"), right=True),
        _Column("not for ACLED", _codable, 2),
    ),
    "events": (
        _Column("date", _when),
        _Column("source", _who("source_name", "source_text", "source_code"), 4),
        _Column("CAMEO", _plain("cameo_code")),
        _Column("PLOVER", _plain("plover_event")),
        _Column("target", _who("target_name", "target_text", "target_code"), 4),
        _Column("place", _where, 3),
        _Column("killed", _killed, right=True),
        _Column("article", _plain("article_id"), 3),
    ),
}


def show(folder: Path, table: str, limit: int, console: Console | None = None) -> int:
    """Print at most ``limit`` rows of a table of a coded folder, and how many there are in all.

    Returns:
        Number of rows of the table.

    Raises:
        InputError: the folder has no such table.
    """
    rows, total = read_rows(folder, table, limit)
    console = console or _console()
    console.print(_layout(rows, _COLUMNS[table]) if rows else f"no {table}", highlight=False)
    if total > len(rows):
        console.print(f"{len(rows)} of {total} {table}", style="dim", highlight=False)
    return total


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)


def _layout(rows: list[dict[str, Any]], columns: tuple[_Column, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, expand=False, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(
            column.head,
            ratio=column.ratio or None,
            no_wrap=not column.ratio,
            overflow="fold",
            justify="right" if column.right else "left",
        )
    for row in rows:
        table.add_row(*(Text(column.cell(row)) for column in columns))
    return table
