"""The codes of findings: what each means, where it is looked for, and which are doubts. Facts in ``data/finding_codes.csv``.

``python -m eventcode.tables.finding_codes docs/validation.md`` writes the table of codes in that file anew; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from eventcode.errors import SchemaError
from eventcode.resources import csv_rows

FILE = Path(__file__).resolve().parent / "data" / "finding_codes.csv"
BEGIN, END = "<!-- codes: begin -->", "<!-- codes: end -->"
DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class FindingCode:
    """One code. ``doubt``: what it finds is unusual and may be right, so that it fails no check.

    ``scope``: file, line, cell, row, table or folder. ``schemas``: where it is looked for; empty for everywhere.
    """

    code: str
    scope: str
    doubt: bool
    schemas: tuple[str, ...]
    meaning: str


@cache
def finding_codes(path: Path = FILE) -> Mapping[str, FindingCode]:
    """All codes. Raises SchemaError where the file cannot be read."""
    return MappingProxyType({code.code: code for code in csv_rows(path, _code, SchemaError)})


def _code(row: Mapping[str, str]) -> FindingCode:
    schemas = tuple(name for name in row["schemas"].split() if name)
    return FindingCode(row["code"], row["scope"], row["severity"] == DOUBT, schemas, row["meaning"])


def is_doubt(code: str) -> bool:
    """Whether a code only raises a doubt."""
    found = finding_codes().get(code)
    return found is not None and found.doubt


def table() -> str:
    """All codes as a table in Markdown."""
    lines = ["| code | looks at | in | meaning |", "| --- | --- | --- | --- |"]
    for code in finding_codes().values():
        where = ", ".join(code.schemas) or "every file"
        doubt = " (doubt)" if code.doubt else ""
        lines.append(f"| `{code.code}`{doubt} | {code.scope} | {where} | {code.meaning} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """A page with the table of codes between its marks made anew. Raises ValueError where a mark is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
