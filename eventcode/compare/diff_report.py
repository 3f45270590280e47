"""What ``diff`` found, for a reader, for a program (JSON), and whole as CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.text import Text

from eventcode.compare.diff import Difference
from eventcode.compare.layout import table
from eventcode.compare.moved import KINDS
from eventcode.compare.pairs import Rows
from eventcode.replacing import replacing
from eventcode.tables.delimited import LIVE

# Of the ways in which rows moved, the text shows the biggest.
SHOWN_REASONS = 30
CHUNK_ROWS = 20_000
HEADER = ("row", "what", "id", "article_id", "cause", "why", "column", "old", "new")
_LIVE = re.compile(LIVE)


def print_text(found: Difference, limit: int, console: Console) -> None:
    """The summary, then at most ``limit`` rows."""
    _heads(found, console)
    if not len(found.moved.old):
        console.print(f"no difference in {found.table}")
        return
    console.print(table(("cause", "rows"), [(cause, f"{n:,}") for cause, n in found.counts()], (1,)))
    reasons = found.reasons()
    rows = [(cause, why, f"{n:,}") for cause, why, n in reasons[:SHOWN_REASONS]]
    console.print(table(("cause", "by what", "rows"), rows, (2,)))
    if len(reasons) > SHOWN_REASONS:
        console.print(f"... and {len(reasons) - SHOWN_REASONS:,} more; --format json tells all", style="dim")
    _rows(found, limit, console)


def _heads(found: Difference, console: Console) -> None:
    number = found.number
    for word, coding in (("OLD", found.old), ("NEW", found.new)):
        console.print(Text(f"{word}  {coding.given}: {coding.table.num_rows:,} {found.table}"))
    for name, (one, other) in found.made.items():
        console.print(Text(f"{name}: {_short(one)} -> {_short(other)}"))
    if found.note:
        console.print(Text(found.note), style="dim")
    kinds = ", ".join(f"{number[kind]:,} {kind}" for kind in KINDS)
    console.print(f"{kinds}, {number['same']:,} the same")


def _short(value: str | None) -> str:
    """A hash needs its first digits alone."""
    if value is None:
        return "not told"
    return value[:12] if re.fullmatch("[0-9a-f]{64}", value) else value


def _rows(found: Difference, limit: int, console: Console) -> None:
    total = len(found.moved.old)
    rows = []
    for row in objects(found, np.arange(min(limit, total))):
        cells = "; ".join(f"{c['column']} {_cut(c['old'])} -> {_cut(c['new'])}" for c in row["cells"])
        told = ": ".join(part for part in (row["cause"], row["why"]) if part)
        rows.append((row["what"], row["id"] or "", row["article_id"] or "", told, cells))
    if rows:
        console.print(table(("", found.table[:-1], "article", "cause", "columns"), rows, ()))
    if total > limit:
        console.print(f"{limit:,} of {total:,} rows; --limit shows more, --out all", style="dim")


def _cut(text: str | None) -> str:
    if text is None:
        return "-"
    return text if len(text) <= 60 else text[:57] + "..."


def objects(found: Difference, rows: Rows) -> Iterator[dict[str, Any]]:
    """Rows as JSON shows them."""
    key = {"incidents": "event_id_cnty", "acts": "act_id"}.get(found.table, "event_id")
    ids, articles = found.texts(key, rows), found.texts("article_id", rows)
    for row, id, article, cells in zip(rows.tolist(), ids, articles, found.cells(rows), strict=True):
        yield {
            "what": found.moved.kind(row),
            "id": id,
            "article_id": article,
            "cause": found.moved.cause[row],
            "why": found.moved.why[row],
            "cells": [{"column": cell.column, "old": cell.old, "new": cell.new} for cell in cells],
        }


def as_json(found: Difference, limit: int) -> str:
    """Everything as JSON; rows up to the limit."""
    rows = np.arange(min(limit, len(found.moved.old)))
    content = {
        "table": found.table,
        "old": {"path": found.old.given, "rows": found.old.table.num_rows},
        "new": {"path": found.new.given, "rows": found.new.table.num_rows},
        "metadata": {name: {"old": one, "new": other} for name, (one, other) in found.made.items()},
        "note": found.note,
        "number": dict(found.number),
        "causes": [{"cause": cause, "rows": n} for cause, n in found.counts()],
        "reasons": [{"cause": cause, "why": why, "rows": n} for cause, why, n in found.reasons()],
        "rows": list(objects(found, rows)),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def write_csv(found: Difference, path: Path) -> None:
    """Every row that moved, a line for each cell that differs; one line for a row that came or went.

    Text that a spreadsheet takes for a formula gets an apostrophe before it. The file appears when it is complete.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path) as hidden, hidden.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        total = len(found.moved.old)
        for begin in range(0, total, CHUNK_ROWS):
            rows = np.arange(begin, min(begin + CHUNK_ROWS, total))
            for number, row in zip(rows.tolist(), objects(found, rows), strict=True):
                head = (number, row["what"], row["id"], row["article_id"], row["cause"], row["why"])
                for cell in row["cells"] or [{"column": None, "old": None, "new": None}]:
                    writer.writerow([_safe(v) for v in (*head, cell["column"], cell["old"], cell["new"])])


def _safe(value: Any) -> Any:
    """As the layouts write text: numbers below zero are text here too, and stay numbers."""
    if not isinstance(value, str) or _is_number(value):
        return value
    return _LIVE.sub(r"'\1", value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
