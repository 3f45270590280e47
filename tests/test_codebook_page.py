"""The codebook: whole, and readable without the code. That it is made from the schemas is in test_schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventcode.tables.codebook import render, value_meanings
from eventcode.tables.schema import LAYOUTS, TABLES, Field, load_schema


def _fields(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _fields(field.fields)


def _rows(title: str) -> list[list[str]]:
    """Cells of the table under a heading."""
    (section,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^#|\Z)", render(), re.MULTILINE | re.DOTALL)
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("name", [*TABLES, *LAYOUTS])
def test_every_column_has_a_type_and_a_meaning(name: str) -> None:
    schema = load_schema(name)
    rows = _rows(schema.title)
    assert len(rows) == len([*_fields(schema.fields)]) + 2
    assert all(len(row) == 4 for row in rows)
    assert [row[0] for row in rows if not row[1] or not row[3]] == []
    for field in schema.fields:
        assert any(row[0].startswith((f"`{field.name}`", f"`{field.name}[]`")) for row in rows), field.name


def test_every_value_of_our_own_columns_is_explained() -> None:
    told: dict[str, set[str]] = {}
    for columns, value, meaning in value_meanings():
        assert meaning.endswith(".")
        for column in columns:
            assert value not in told.setdefault(column, set())
            told[column].add(value)
    fields = [field for table in TABLES for field in _fields(load_schema(table).fields)]
    for column, values in told.items():
        enums = {frozenset(f.constraints.enum) for f in fields if f.name == column and f.constraints.enum}
        assert enums, column
        assert frozenset().union(*enums) == values, column


def test_links_and_anchors_lead_somewhere() -> None:
    page = render()
    docs = Path(__file__).resolve().parent.parent / "docs"
    for target in re.findall(r"\]\(([^)#]+)\)", page):
        assert (docs / target).is_file(), target
    headings = {
        line.lstrip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")
    }
    for anchor in re.findall(r"\]\(#([^)]+)\)", page):
        assert anchor in headings
