"""What ``agree`` found, for a reader and for a program (JSON)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from eventcode.compare.agreement import NOT_CODED, Agreement, Found, Spread
from eventcode.compare.layout import table
from eventcode.compare.records import ACLED, Record

NO_VALUE = "–"


def share(value: float | None) -> str:
    """A share or an alpha with three decimals."""
    return NO_VALUE if value is None else f"{value:.3f}"


def measure(value: float | None, sign: bool = False) -> str:
    """A distance, a number of days or of dead."""
    if value is None:
        return NO_VALUE
    return f"{value:+.2f}" if sign else f"{value:.2f}"


Rows = list[tuple[str, ...]]


def found_rows(found: Agreement) -> Rows:
    """Type, A, B, together, precision, recall, F1."""
    every: Sequence[Found] = (found.found, found.same_type, *found.types)
    return [
        (
            one.name,
            f"{one.a:,}",
            f"{one.b:,}",
            f"{one.together:,}",
            *map(share, (one.precision, one.recall, one.f1)),
        )
        for one in every
    ]


def field_rows(found: Agreement) -> Rows:
    """Field, pairs compared, those that agree, their share."""
    return [(one.name, f"{one.compared:,}", f"{one.agree:,}", share(one.share)) for one in found.fields]


def alpha_rows(found: Agreement) -> Rows:
    """Field, level, units, alpha."""
    return [(one.name, one.level, f"{one.units:,}", share(one.alpha)) for one in found.alphas]


def error_rows(found: Agreement) -> Rows:
    """Kind of error, pairs, median, 90th percentile, mean of B - A."""
    kinds = (("distance, km", found.distance_km), ("date, days", found.date_days), ("fatalities", found.toll))
    return [
        (name, f"{one.pairs:,}", measure(one.median), measure(one.p90), measure(one.bias, sign=True))
        for name, one in kinds
    ]


def confusion_names(found: Agreement) -> tuple[list[str], list[str]]:
    """Types in rows (A) and columns (B), what is not coded last."""
    rows, columns = ({pair[side] for pair in found.confusion} for side in (0, 1))
    return (
        sorted(rows, key=lambda name: (name == NOT_CODED, name)),
        sorted(columns, key=lambda name: (name == NOT_CODED, name)),
    )


def print_text(found: Agreement, console: Console) -> None:
    """Tables, one for each kind of measure."""
    console.print(Text(f"A  {found.a.name}: {len(found.a.rows):,} events (reference)"))
    console.print(Text(f"B  {found.b.name}: {len(found.b.rows):,} events"))
    console.print(Text(window(found)), style="dim")
    for note in found.notes:
        console.print(Text(note), style="dim")
    matching = found.matching
    console.print(
        f"{len(matching.matches):,} matched, {len(matching.only_a):,} only in A, {len(matching.only_b):,} only in B"
    )
    console.print(table(("", "A", "B", "both", "precision", "recall", "F1"), found_rows(found), range(1, 7)))
    console.print(table(("field", "compared", "agree", "share"), field_rows(found), range(1, 4)))
    console.print(table(("Krippendorff's alpha", "level", "units", "alpha"), alpha_rows(found), (2, 3)))
    console.print(table(("error", "pairs", "median", "p90", "mean B - A"), error_rows(found), range(1, 5)))
    rows, columns = confusion_names(found)
    if rows:
        cells: Rows = [(row, *(str(found.confusion.get((row, c), "")) for c in columns)) for row in rows]
        console.print(table(("A \\ B", *columns), cells, range(1, len(columns) + 1)))


def window(found: Agreement) -> str:
    """How events were matched, in one line."""
    days = "1 day" if found.days == 1 else f"{found.days} days"
    if found.kind == ACLED:
        return f"on ACLED's columns; candidates within {days} and {found.km:g} km"
    fields = found.a.fields & found.b.fields
    if "article" in fields:
        return f"on CAMEO codes; candidates of one {'sentence' if 'sentence' in fields else 'article'}"
    return f"on CAMEO codes; candidates of one dyad within {days}"


def as_json(found: Agreement) -> str:
    """All figures, and every match and rest by row of its file (from 0) and id."""
    return json.dumps(_content(found), ensure_ascii=False, indent=2)


def _content(found: Agreement) -> dict[str, Any]:
    matching = found.matching
    return {
        "on": found.kind,
        "a": _file(found.a.name, len(found.a.rows)),
        "b": _file(found.b.name, len(found.b.rows)),
        "days": found.days,
        "km": found.km,
        "notes": list(found.notes),
        "found": [_found(one) for one in (found.found, found.same_type)],
        "types": [_found(one) for one in found.types],
        "fields": [
            {"field": one.name, "compared": one.compared, "agree": one.agree, "share": one.share}
            for one in found.fields
        ],
        "alpha": [
            {"field": one.name, "level": one.level, "units": one.units, "alpha": one.alpha}
            for one in found.alphas
        ],
        "confusion": [{"a": a, "b": b, "number": n} for (a, b), n in found.confusion.items()],
        "distance_km": _spread(found.distance_km),
        "date_days": _spread(found.date_days),
        "fatalities": _spread(found.toll),
        "matched": [
            {"a": _row(m.a), "b": _row(m.b), "score": round(m.score, 6), "km": m.km, "swapped": m.swapped}
            for m in matching.matches
        ],
        "only_a": [_row(row) for row in matching.only_a],
        "only_b": [_row(row) for row in matching.only_b],
    }


def _file(name: str, rows: int) -> dict[str, Any]:
    return {"file": name, "events": rows}


def _found(one: Found) -> dict[str, Any]:
    return {
        "name": one.name, "a": one.a, "b": one.b, "together": one.together,
        "precision": one.precision, "recall": one.recall, "f1": one.f1,
    }  # fmt: skip


def _spread(one: Spread) -> dict[str, Any]:
    return {"pairs": one.pairs, "median": one.median, "p90": one.p90, "mean_b_minus_a": one.bias}


def _row(record: Record) -> dict[str, Any]:
    return {"row": record.row, "id": record.id}
