"""Findings of one file: the first hundred of each kind, and a count of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.model import Finding
from eventcode.tables.rejected import Problem
from eventcode.tables.views import Failure, Trouble, View, shown_value

# Findings of one check on one column of one file; the rest is counted.
MAX_FINDINGS = 100
MAX_VALUE = 80


@dataclass(slots=True)
class Collector:
    """Findings of one file, so many of each kind and a count of the rest."""

    file: str
    found: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)

    def whole(self, column: str, code: str, value: str, expected: str) -> None:
        """A finding about the whole file or column."""
        self._list(code, column).append(Finding(self.file, None, column, code, value, expected))

    def row(self, row: int, column: str, code: str, value: str, expected: str) -> None:
        """A finding about a row or line."""
        kept = self._list(code, column)
        if len(kept) < MAX_FINDINGS:
            kept.append(Finding(self.file, row, column, code, cut(value), expected))
        else:
            self._leave_out(code, column, 1)

    def trouble(self, trouble: Trouble) -> None:
        """What went wrong while rows were read."""
        if trouble.row is None:
            self.whole(trouble.column, trouble.code, trouble.value, trouble.expected)
        else:
            self.row(trouble.row, trouble.column, trouble.code, trouble.value, trouble.expected)

    def line(self, problem: Problem) -> None:
        """A finding about a line of ``rejected.jsonl``."""
        self.row(problem.line, problem.column, problem.code, problem.value, problem.expected)

    def add(self, view: View, failure: Failure) -> None:
        """Findings of a check on a view."""
        at = pc.indices_nonzero(pc.fill_null(failure.failing, False))
        if not len(at):
            return
        column = f"{view.prefix}{failure.column}"
        kept = self._list(failure.code, column)
        shown = at[: max(0, MAX_FINDINGS - len(kept))]
        if len(shown):
            kept.extend(self._findings(view, failure, column, shown))
        self._leave_out(failure.code, column, len(at) - len(shown))

    def clear(self) -> None:
        """Forget what was found."""
        self.found.clear()
        self.left_out.clear()

    def findings(self) -> list[Finding]:
        """All, in the order of the checks."""
        made: list[Finding] = []
        for (code, column), kept in self.found.items():
            made += kept
            more = self.left_out.get((code, column), 0)
            if more:
                made.append(Finding(self.file, None, column, code, f"{more:,} more", kept[0].expected))
        return made

    def _findings(self, view: View, failure: Failure, column: str, at: pa.Array) -> Iterator[Finding]:
        rows = view.rows.take(at).to_pylist()
        names = failure.shown or (failure.column,)
        values = zip(*[_shown(view[name].take(at)) for name in names], strict=True)
        if isinstance(failure.expected, str):
            expected = [failure.expected] * len(rows)
        else:
            expected = [text or "" for text in failure.expected.take(at).to_pylist()]
        for row, told, wanted in zip(rows, values, expected, strict=True):
            yield Finding(self.file, row, column, failure.code, _value(names, told), wanted)

    def _list(self, code: str, column: str) -> list[Finding]:
        return self.found.setdefault((code, column), [])

    def _leave_out(self, code: str, column: str, number: int) -> None:
        key = (code, column)
        self.left_out[key] = self.left_out.get(key, 0) + number


def _shown(values: pa.Array) -> list[object]:
    """Values to be shown. Days become text in Arrow: some lie in years that Python does not have."""
    told: list[object] = (values.cast(pa.string()) if pa.types.is_date(values.type) else values).to_pylist()
    return told


def _value(names: Sequence[str], values: Sequence[object]) -> str:
    """The value found; with names where there are several."""
    texts = [shown_value(value) for value in values]
    return cut(texts[0] if len(names) == 1 else ", ".join(map("{} {}".format, names, texts)))


def cut(text: str) -> str:
    """Text short enough to be shown."""
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"
