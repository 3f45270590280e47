"""Prints incidents or events of a coded folder as a table that fits the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eventcode.console import output
from eventcode.tables.output import table_path
from eventcode.tables.reading import read_rows, row_count


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as shown: made of table columns ``needs``, which ``cell`` gets in that order.

    ``ratio`` is its share of the width that is left over; 0 for one that is never wrapped.
    """

    head: str
    needs: tuple[str, ...]
    cell: Callable[..., str]
    ratio: int = 0
    right: bool = False


def _first(*values: object) -> str:
    """The first value that is told."""
    return next((str(value) for value in values if value is not None), "–")


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _when(first: dt.date | None, precision: str | None) -> str:
    """The day, with a mark where it is not exact."""
    if first is None:
        return "?"
    return first.isoformat() if precision == "day" else f"~{first.isoformat()}"


def _where(country: str | None, *names: str | None) -> str:
    """The place's name and its country, once where they are the same."""
    name = next((name for name in names if name is not None), None)
    return ", ".join(dict.fromkeys(part for part in (name, country) if part)) or "–"


def _killed(best: int | None, low: int | None, high: int | None) -> str:
    """Blank where nothing was told, which is not the same as none."""
    if best is None:
        return ""
    return str(best) if low == best == high else f"{best} ({low}–{high})"


def _reason(codable: bool, reason: str | None) -> str:
    return "" if codable else reason or "not codable"


_FATALITIES = ("fatalities_best", "fatalities_low", "fatalities_high")
_WHEN = _Column("date", ("event_date", "date_precision"), _when)
_KILLED = _Column("killed", _FATALITIES, _killed, right=True)

_COLUMNS: Mapping[str, tuple[_Column, ...]] = {
    "incidents": (
        _WHEN,
        _Column("type", ("sub_event_type",), _plain, 3),
        _Column("actor 1", ("actor1",), _first, 4),
        _Column("actor 2", ("actor2",), _first, 4),
        _Column("place", ("country", "location", "admin1"), _where, 3),
        _KILLED,
        _Column("articles", ("articles",), _plain, right=True),
        _Column("not for ACLED", ("acled_codable", "not_codable_reason"), _reason, 2),
    ),
    "events": (
        _WHEN,
        _Column("source", ("source_name", "source_text", "source_code"), _first, 4),
        _Column("CAMEO", ("cameo_code",), _plain),
        _Column("PLOVER", ("plover_event",), _plain),
        _Column("target", ("target_name", "target_text", "target_code"), _first, 4),
        _Column("place", ("country", "place_name", "place_text"), _where, 3),
        _KILLED,
        _Column("article", ("article_id",), _plain, 3),
    ),
}


def show(folder: Path, table: str, limit: int, console: Console | None = None) -> int:
    """Print at most ``limit`` rows of a table of a coded folder, and how many there are in all.

    Returns:
        Number of rows of the table.

    Raises:
        InputError: the folder has no such table.
    """
    path = table_path(folder, table)
    total = row_count(path)
    columns = _COLUMNS[table]
    needed = [name for column in columns for name in column.needs]
    rows = list(islice(read_rows(path, columns=list(dict.fromkeys(needed))), limit))
    console = console or output()
    console.print(_layout(rows, columns) if rows else f"no {table}")
    if total > len(rows):
        console.print(f"{len(rows)} of {total} {table}", style="dim")
    return total


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
        table.add_row(*(Text(column.cell(*(row[name] for name in column.needs))) for column in columns))
    return table
