"""CSV and TSV: a row an article, below a row of names.

A row with another number of fields than there are names is set aside. Where quotation marks have no end, or do not
stand around whole fields, the row is set aside with the lines after it up to the next that begins a good row.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from eventcode.inputs.columns import find_columns, known_fields, missing_columns
from eventcode.inputs.lines import numbered_lines
from eventcode.inputs.options import InputOptions
from eventcode.inputs.reasons import Founds, Record, SetAsideError, Unread

DELIMITERS = ",\t;|"
_MOST_NAMES_BYTES = 1 << 16
_LEAST_PATIENCE = 1 << 16
_NAME = re.compile(r"[A-Za-z_][\w-]{0,30}")
_MOST_SHOWN = 12


class _Endless(Exception):
    """Quotation marks that have no end within the bytes that one row may have."""


class _Rows:
    """Rows of a table, all of the same number of fields."""

    def __init__(self, stream: BinaryIO, delimiter: str, limit: int) -> None:
        self._lines = numbered_lines(stream, limit)
        self._again: deque[bytes | None] = deque()
        self._delimiter = delimiter
        self._limit = limit
        # Bytes that a row is followed for to find the end of its quotation marks; less where they were in vain.
        self._patience = limit
        self.width = 0

    def __iter__(self) -> Iterator[list[str] | SetAsideError]:
        while True:
            try:
                line = self._line()
            except StopIteration:
                return
            if line is None:
                yield SetAsideError("too_long", f"the row has more than {self._limit} bytes")
            elif line.strip():
                yield self._row(line)

    def put_back(self, lines: Sequence[bytes | None]) -> None:
        self._again.extendleft(reversed(lines))

    def _line(self) -> bytes | None:
        return self._again.popleft() if self._again else next(self._lines)[1]

    def _row(self, first: bytes) -> list[str] | SetAsideError:
        """The row that a line begins; lines that turn out not to belong to it are put back."""
        values, taken = self._parse(first)
        if values is None and self._delimiter == "\t":
            literal = _decoded(first).rstrip("\r\n").split("\t")
            values = literal if len(literal) == self.width else None
            self.put_back(taken[1:])
            taken = taken[:1]
        if values is not None and len(values) == self.width:
            self._patience = min(self._limit, self._patience * 2)
            return values
        if values is not None and len(taken) == 1:
            return SetAsideError("bad_row", f"{len(values)} fields; the row of names has {self.width}")
        self.put_back(taken[1:])
        lines = self._pass_over()
        more = f", {lines} more lines passed over up to the next good row" if lines else ""
        return SetAsideError("bad_row", f"quotation marks that do not stand around a whole field{more}")

    def _pass_over(self) -> int:
        """Go on to the next line that begins a good row; how many were passed over."""
        lines = 0
        while True:
            try:
                line = self._line()
            except StopIteration:
                return lines
            if line is None:
                self.put_back([line])
                return lines
            values, taken = self._parse(line)
            self.put_back(taken[1:])
            if values is not None and len(values) == self.width:
                self.put_back(taken[:1])
                return lines
            lines += 1

    def _parse(self, first: bytes) -> tuple[list[str] | None, list[bytes]]:
        """Values of the row that a line begins, None where its quotation marks are wrong; and the lines looked at."""
        taken = [first]
        left = self._patience

        def lines() -> Iterator[str]:
            nonlocal left
            yield _decoded(first)
            while True:
                try:
                    line = self._line()
                except StopIteration:
                    return
                if line is None:
                    self.put_back([line])
                    raise _Endless
                taken.append(line)
                left -= len(line)
                if left < 0:
                    raise _Endless
                yield _decoded(line)

        try:
            return next(csv.reader(lines(), delimiter=self._delimiter, strict=True)), taken
        except (_Endless, csv.Error, StopIteration):
            if len(taken) > 1:
                self._patience = max(_LEAST_PATIENCE, self._patience // 2)
            return None, taken


def read_table(stream: BinaryIO, options: InputOptions, delimiter: str | None) -> Founds:
    """A record for every row that is not blank.

    Args:
        stream: UTF-8.
        options: names of columns, limits.
        delimiter: None to tell it by the row of names.
    """
    csv.field_size_limit(max(csv.field_size_limit(), options.record_bytes))
    head = numbered_lines(stream, min(_MOST_NAMES_BYTES, options.record_bytes))
    first = next((line for _, line in head if line is None or line.strip()), None)
    names: list[str] | None = None
    if first is not None:
        delimiter = delimiter or guess_delimiter(_decoded(first), options)
        names = names_of(_decoded(first), delimiter)
    if names is None or delimiter is None:
        yield Unread(1, "bad_row", "the row of names cannot be read")
        return
    columns = find_columns(names, options)
    missing = missing_columns(names, options)
    if missing or "text" not in columns:
        yield Unread(1, "no_columns", columns_wanted(names, missing))
        return
    rows = _Rows(stream, delimiter, options.record_bytes)
    rows.width = len(names)
    places = {field: names.index(column) for field, column in columns.items()}
    number = 0
    for row in rows:
        if isinstance(row, SetAsideError):
            number += 1
            yield Unread(number, row.reason, row.detail)
        elif any(row):
            number += 1
            yield Record(number, {field: row[place] for field, place in places.items()})
    if number == 0:
        yield Unread(1, "empty", "a row of names, and no row below it")


def columns_wanted(names: Sequence[str], missing: Sequence[str]) -> str:
    """What is said of a table whose text, or whose named columns, are not found; quotes the options, and of the names those
    that cannot be an article's words, in a file without a row of names."""
    if missing:
        return f"no column is called {', '.join(map(repr, missing))}"
    shown = [name for name in names if _NAME.fullmatch(name)][:_MOST_SHOWN]
    told = f" ({', '.join(shown)})" if shown else ""
    return (
        f"none of the {len(names)} columns{told} has a name that texts are known by; "
        "name it: --columns text=NAME"
    )


def guess_delimiter(line: str, options: InputOptions) -> str:
    """What stands between the fields of a row of names."""

    def fit(delimiter: str) -> tuple[int, int, int]:
        names = names_of(line, delimiter) or []
        wanted = len(options.columns) - len(missing_columns(names, options))
        return wanted, known_fields(names), len(names)

    return max(DELIMITERS, key=fit)


def names_of(line: str, delimiter: str) -> list[str] | None:
    """The names in the first row of a table; None where they cannot be read."""
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter, strict=True))]
    except (csv.Error, StopIteration):
        return None


def _decoded(line: bytes) -> str:
    """Text in which bytes that are no UTF-8 stand as lone surrogates: their row is set aside for it later."""
    return line.decode("utf-8", "surrogateescape")
