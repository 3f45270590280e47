"""What a panel can count: ``data/measures.csv``, one line for each measure and the table it is made of.

``value`` tells how: ``rows`` counts rows; ``distinct`` different values of the column; ``listed`` and ``parts`` different
entries of its lists, or of its texts joined by a semicolon and a blank; ``sum`` and ``mean`` are over rows; ``act_sum`` takes a
number that all rows of an act share once for each act. ``where_column`` and ``where_values`` (between bars) choose rows.
``empty`` is the value of a unit and period in which there are no such rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from eventcode.errors import SchemaError, UsageError
from eventcode.resources import csv_rows
from eventcode.tables.schema import Field, load_schema

FILE = Path(__file__).resolve().parent / "data" / "measures.csv"
SOURCES = ("incidents", "events")
VALUES = frozenset({"rows", "distinct", "listed", "parts", "sum", "mean", "act_sum"})
_COUNTS = frozenset({"rows", "distinct", "listed", "parts"})


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of one table. ``empty`` is 0 or None; ``whole``: it is a whole number."""

    name: str
    table: str
    value: str
    column: str | None
    where_column: str | None
    where_values: tuple[str, ...]
    empty: int | None
    unit: str
    default: bool
    meaning: str

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        if self.value in _COUNTS or self.column is None:
            return True
        return self.value != "mean" and load_schema(self.table).field(self.column).type == "integer"

    def field(self) -> Field:
        """The panel's column."""
        kind = "integer" if self.whole else "number"
        return Field(self.name, kind, f"{self.meaning} Made of {self.table}; unit: {self.unit}.")


@cache
def measures() -> Mapping[tuple[str, str], Measure]:
    """Measures by name and table, in the order of the file. Raises SchemaError where it cannot be used."""
    found = csv_rows(FILE, _measure, SchemaError)
    for measure in found:
        named = {name for name in (measure.column, measure.where_column) if name}
        unknown = named - {*load_schema(measure.table).names}
        if unknown or measure.value not in VALUES or measure.table not in SOURCES:
            raise SchemaError(f"{FILE}: {measure.name}: value {measure.value!r} or columns {sorted(named)}")
    return MappingProxyType({(measure.name, measure.table): measure for measure in found})


def _measure(row: Mapping[str, str]) -> Measure:
    return Measure(
        name=row["name"],
        table=row["table"],
        value=row["value"],
        column=row["column"] or None,
        where_column=row["where_column"] or None,
        where_values=tuple(row["where_values"].split("|")) if row["where_values"] else (),
        empty={"0": 0, "null": None}[row["empty"]],
        unit=row["unit"],
        default=row["default"] == "yes",
        meaning=row["meaning"],
    )


def chosen(names: Sequence[str] | None, tables: Sequence[str]) -> tuple[Measure, ...]:
    """Measures by name, each of the first of the tables that has it; without names, the usual ones of these tables.

    Raises:
        UsageError: a name is unknown, is not made of these tables, or stands there twice.
    """
    known = measures()
    if names is None:
        names = list(dict.fromkeys(m.name for m in known.values() if m.default and m.table in tables))
    if not names:
        raise UsageError("--measures: names are needed, such as incidents,fatalities")
    twice = [name for at, name in enumerate(names) if name in names[:at]]
    if twice:
        raise UsageError(f"--measures: {twice[0]!r} stands there twice")
    return tuple(_one(name, tables) for name in names)


def _one(name: str, tables: Sequence[str]) -> Measure:
    known = measures()
    for table in tables:
        if (name, table) in known:
            return known[name, table]
    others = [table for table in SOURCES if (name, table) in known]
    if others:
        raise UsageError(f"--measures: {name!r} is made of {others[0]}, and this panel of {tables[0]} alone")
    near = get_close_matches(name, [there for there, table in known if table in tables], 3)
    told = f"; nearest: {', '.join(near)}" if near else ""
    raise UsageError(f"--measures: there is no measure {name!r}{told}; docs/panels.md lists all")


def measures_table() -> str:
    """All measures as a table in Markdown, for ``docs/panels.md``."""
    lines = ["| measure | made of | unit | nothing happened | meaning |", "| --- | --- | --- | --- | --- |"]
    for m in measures().values():
        empty = "null" if m.empty is None else str(m.empty)
        lines.append(f"| `{m.name}` | {m.table} | {m.unit} | {empty} | {m.meaning} |")
    return "\n".join([*lines, ""])
