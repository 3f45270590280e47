"""What moved a row: a lexicon entry, a reading, a line of an ontology, an actor's entry, a place, or something else of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.compare.cells import Mask, mask, plain, shown
from eventcode.compare.coding import Coding, Rules, read_coding, rules_of
from eventcode.compare.moved import ADDED, ALONE, CHANGED, REMOVED, Moved, moved_rows
from eventcode.compare.pairs import Rows, looked_up
from eventcode.compare.tracing import Tracer, traceable
from eventcode.tables.parquet import read_table

LEXICON, READING, ONTOLOGY, ACTOR, PLACE = "lexicon", "reading", "ontology", "actor", "place"
ARTICLE, OTHER = "article", "other"
Explain = Callable[[Moved, Rows], list[str | None]]
# Causes that an act hands down to what was made of it.
HANDED_DOWN = (LEXICON, READING, ACTOR, PLACE)
NONE = "-"
SIDES = ("source", "target")
ONLY = {ADDED: "only in NEW", REMOVED: "only in OLD"}
# The column of each ontology that tells whether its code moved.
CODES = {"cameo": "cameo_code", "plover": "plover_event", "acled": "acled_sub_event_type"}
NO_LINES = "mapping lines are not told: {}"


class Causes:
    """Tells causes of one comparison. ``note``: what could not be told, after :meth:`tell`."""

    def __init__(self, old: Coding, new: Coding, rules: Rules, lexicon: Path | None) -> None:
        self.old, self.new, self.rules, self.lexicon = old, new, rules, lexicon
        self.note: str | None = None
        self._cause: list[str] = []
        self._why: list[str] = []

    def tell(self, moved: Moved) -> None:
        """Fill in cause and why of every row."""
        self._cause, self._why = moved.cause, moved.why
        moved.cause.extend([OTHER] * len(moved.old))
        moved.why.extend([""] * len(moved.old))
        self._by_columns(moved)
        self._alone(moved)
        if self.rules.name != "acts":
            self._from_acts(moved)
        for cause, explain in self._explanations().items():
            open_rows = [at for at, told in enumerate(moved.cause) if told == cause and not moved.why[at]]
            if open_rows:
                rows = np.asarray(open_rows, np.int64)
                self._put(rows, explain(moved, rows))
        for at, why in enumerate(moved.why):
            if not why:
                moved.why[at] = self._names(moved, at)

    def _put(self, rows: Rows, whys: Sequence[str | None]) -> None:
        for at, why in zip(rows.tolist(), whys, strict=True):
            self._why[at] = why or ""

    def _names(self, moved: Moved, row: int) -> str:
        """For want of better: the columns of the cause in which the row differs."""
        if moved.kind(row) != CHANGED:
            return moved.kind(row)
        own = self.rules.causes.get(moved.cause[row])
        names = [name for name, where in moved.columns.items() if where[row] and (own is None or name in own)]
        return ", ".join(names)

    # --- rows in both codings ----------------------------------------------------------------------------------------

    def _by_columns(self, moved: Moved) -> None:
        there: dict[str, Mask] = {}
        for cause, names in self.rules.causes.items():
            where = np.zeros(len(moved.old), np.bool_)
            for name in names:
                if name in moved.columns:
                    where |= moved.columns[name]
            there[cause] = where
        for cause, others in self.rules.follows.items():
            for other in others:
                there[cause] = there[cause] & ~there[other]
        for cause in reversed(there):
            for at in np.flatnonzero(there[cause]).tolist():
                self._cause[at] = cause

    # --- rows in one of them ------------------------------------------------------------------------------------------

    def _alone(self, moved: Moved) -> None:
        for where, coding, other in (
            (moved.removed, self.old, self.new),
            (moved.added, self.new, self.old),
        ):
            at = np.flatnonzero(where)
            rows = (moved.old if coding is self.old else moved.new)[at]
            causes = self._causes_alone(coding, other, rows)
            for row, cause in zip(at.tolist(), causes, strict=True):
                self._cause[row] = cause

    def _causes_alone(self, coding: Coding, other: Coding, rows: Rows) -> list[str]:
        """For a row that the other coding lacks: its article is not there, nor its act, nor the actors, or it has no code."""
        out = [LEXICON if coding.has(["rule"]) else OTHER] * len(rows)
        if coding.has(["act_id"]) and other.has(["act_id"]) and self.rules.name == "events":
            known = self._known("act_id", coding, other, rows, other.acts)
            coded = self._known("act_id", coding, other, rows, None)
            for at in np.flatnonzero(known).tolist():
                out[at] = ONTOLOGY
            for at in np.flatnonzero(coded).tolist():
                out[at] = ACTOR
        if coding.has(["article_id"]) and other.has(["article_id"]):
            for at in np.flatnonzero(
                ~self._known("article_id", coding, other, rows, other.articles)
            ).tolist():
                out[at] = ARTICLE
        return out

    def _known(self, name: str, coding: Coding, other: Coding, rows: Rows, beside: Path | None) -> Mask:
        """Whether the other coding has the value, in the table beside it or in its own."""
        have = plain(read_table(beside, [name]).column(name)) if beside is not None else other.column(name)
        return mask(pc.is_in(coding.column(name).take(pa.array(rows)), value_set=have))

    # --- in words -----------------------------------------------------------------------------------------------------

    def _explanations(self) -> dict[str, Explain]:
        words: dict[str, Explain] = {
            LEXICON: lambda moved, rows: self._change(moved, rows, "rule"),
            ARTICLE: self._article,
        }
        if self.rules.name == "events":
            words |= {
                READING: self._reading,
                ONTOLOGY: self._ontology,
                ACTOR: self._actor,
                PLACE: lambda moved, rows: self._change(moved, rows, "geonameid", "country"),
            }
        elif self.rules.name == "acts":
            words |= {READING: self._reading}
        return words

    def _sides(self, moved: Moved, rows: Rows, name: str) -> tuple[list[str], list[str]]:
        """A column as text in both codings, NONE where it or the row is not there."""
        return (
            [text or NONE for text in _column(self.old, name, moved.old[rows])],
            [text or NONE for text in _column(self.new, name, moved.new[rows])],
        )

    def _change(self, moved: Moved, rows: Rows, *names: str) -> list[str | None]:
        """Old -> new of the first of these columns that differs."""
        out: list[str | None] = [None] * len(rows)
        for name in names:
            old, new = self._sides(moved, rows, name)
            for at, (one, other) in enumerate(zip(old, new, strict=True)):
                if out[at] is None and one != other:
                    out[at] = (
                        f"{one} -> {other}" if name in ("rule", "geonameid") else f"{name} {one} -> {other}"
                    )
        return out

    def _article(self, moved: Moved, rows: Rows) -> list[str | None]:
        """Which of the two codings has the row alone; None for rows in both."""
        return [ONLY.get(moved.kind(row)) for row in rows.tolist()]

    def _reading(self, moved: Moved, rows: Rows) -> list[str | None]:
        changes = self._change(moved, rows, "act", "stance", "status")
        if self.rules.name != "events":
            return changes
        lines = self._ontology(moved, rows)
        moved_codes = self._codes(moved, rows)
        return [
            f"{change}; {line}" if change and line and code else change
            for change, line, code in zip(changes, lines, moved_codes, strict=True)
        ]

    def _codes(self, moved: Moved, rows: Rows) -> list[bool]:
        there = np.zeros(len(rows), np.bool_)
        for name in CODES.values():
            if name in moved.columns:
                there |= moved.columns[name][rows]
        return [bool(value) for value in there]

    def _ontology(self, moved: Moved, rows: Rows) -> list[str | None]:
        """The mapping line that decides now, and what the code was and is."""
        names = self._which(moved, rows)
        lines = self._lines(moved, rows, names)
        out: list[str | None] = []
        codes = {name: self._sides(moved, rows, column) for name, column in CODES.items()}
        for at, (name, line) in enumerate(zip(names, lines, strict=True)):
            one, other = (side[at] for side in codes[name])
            change = f"{name} {one} -> {other}" if one != other else None
            out.append(": ".join(part for part in (line, change) if part) or None)
        return out

    def _which(self, moved: Moved, rows: Rows) -> list[str]:
        """The first ontology whose code differs."""
        out = ["cameo"] * len(rows)
        for name, column in reversed(CODES.items()):
            if column in moved.columns:
                for at in np.flatnonzero(moved.columns[column][rows]).tolist():
                    out[at] = name
        return out

    def _lines(self, moved: Moved, rows: Rows, names: list[str]) -> list[str | None]:
        nothing: list[str | None] = [None] * len(rows)
        # A removed row is traced with what the old coding read: the line that gives it nothing now.
        path = self.new.acts or self.old.acts
        if path is None:
            self.note = NO_LINES.format("they need the acts, so give coded folders")
            return nothing
        if not traceable(self.new, self.lexicon):
            self.note = NO_LINES.format(
                "NEW was not made with the mapping files at hand; give its lexicon folder with --lexicon, "
                "or code it again"
            )
            return nothing
        if not self._tracing_columns():
            return nothing
        tracer = Tracer(self.lexicon)
        out = nothing
        for coding, other in ((self.new, self.new), (self.old, self.old)):
            at = np.flatnonzero(moved.new[rows] != ALONE if coding is self.new else moved.new[rows] == ALONE)
            acts = other.acts or path
            if len(at):
                chosen = (moved.new if coding is self.new else moved.old)[rows[at]]
                found = tracer.lines(coding, chosen, [names[n] for n in at.tolist()], _facts_of(acts))
                for n, line in zip(at.tolist(), found.to_pylist(), strict=True):
                    out[n] = line
        return out

    def _tracing_columns(self) -> bool:
        needed = (
            "act_id",
            "act",
            "rule",
            "stance",
            "source_code",
            "target_code",
            "source_type",
            "target_type",
        )
        return self.new.has(needed) and self.old.has(needed)

    def _actor(self, moved: Moved, rows: Rows) -> list[str | None]:
        """Which side's lexicon entry is another one, or its code; of a row that came or went, who the two sides are."""
        out: list[str | None] = [None] * len(rows)
        alone = self._article(moved, rows)
        ends = [self._sides(moved, rows, f"{side}_code") for side in SIDES]
        for side, codes in zip(SIDES, ends, strict=True):
            old = self._entries(self.old, moved.old[rows], side)
            new = self._entries(self.new, moved.new[rows], side)
            for at, (one, other, was, now) in enumerate(zip(old, new, *codes, strict=True)):
                if out[at] is None and (one != other or was != now):
                    entry = f"{one} (entry changed)" if one == other != NONE else f"{one} -> {other}"
                    entry = NONE if one == other == NONE else entry
                    out[at] = f"{side} {entry}: {was} -> {now}" if was != now else f"{side} {entry}"
        for at, where in enumerate(alone):
            if where is not None:
                there = 0 if where == ONLY[REMOVED] else 1
                source, target = (codes[there][at] for codes in ends)
                out[at] = f"{where}: source {source}, target {target}"
        return out

    def _entries(self, coding: Coding, rows: Rows, side: str) -> list[str]:
        """The lexicon entry of the actor on one side of each row, from the acts; a name that no entry has is NONE."""
        needed = ("act_id", f"{side}_start", f"{side}_end")
        if coding.acts is None or not coding.has(needed):
            return [NONE] * len(rows)
        acts = read_table(coding.acts, ["act_id", "sources", "targets"])
        ids, starts, ends, entries = [], [], [], []
        for name in ("sources", "targets"):  # a reciprocal act's source may stand among its targets
            lists = plain(acts.column(name))
            parts = pc.list_flatten(lists)
            ids.append(plain(acts.column("act_id")).take(pc.list_parent_indices(lists)))
            starts.append(pc.struct_field(parts, "start"))
            ends.append(pc.struct_field(parts, "end"))
            entries.append(pc.struct_field(parts, "id"))
        keys = [pa.concat_arrays(column) for column in (ids, starts, ends)]
        there = np.flatnonzero(rows != ALONE)
        wanted = [coding.column(name).take(pa.array(rows[there])) for name in needed]
        out = [NONE] * len(rows)
        found = looked_up(keys, pa.concat_arrays(entries), wanted).to_pylist()
        for at, entry in zip(there.tolist(), found, strict=True):
            out[at] = entry or NONE
        return out

    # --- from the acts ------------------------------------------------------------------------------------------------

    def _from_acts(self, moved: Moved) -> None:
        """Rows that come or go, and all incidents: what happened to the acts that they are made of."""
        if self.old.acts is None or self.new.acts is None:
            return
        rows = np.flatnonzero(
            np.ones(len(moved.old), np.bool_) if self.rules.name == "incidents" else ~moved.changed
        )
        if not len(rows):
            return
        acts = _acts(self.old, self.new, self.lexicon)
        for at, row in enumerate(self._act_ids(moved, rows)):
            told = [acts[act] for act in row if act in acts and acts[act][0] in HANDED_DOWN]
            if told and self._cause[rows[at]] != ARTICLE:
                first = min(told, key=lambda one: HANDED_DOWN.index(one[0]))
                self._cause[rows[at]] = first[0]
                # An event tells its own actors and places.
                if self.rules.name == "incidents" or first[0] in (LEXICON, READING):
                    self._why[rows[at]] = first[1]

    def _act_ids(self, moved: Moved, rows: Rows) -> list[list[str]]:
        """Acts of each row, those of the new coding first."""
        out: list[list[str]] = [[] for _ in rows]
        name = "act_ids" if self.rules.name == "incidents" else "act_id"
        for coding, numbers in ((self.new, moved.new[rows]), (self.old, moved.old[rows])):
            if not coding.has([name]):
                continue
            there = np.flatnonzero(numbers != ALONE)
            values = coding.column(name).take(pa.array(numbers[there])).to_pylist()
            for at, value in zip(there.tolist(), values, strict=True):
                out[at].extend(value if isinstance(value, list) else [value])
        return out


def _acts(old: Coding, new: Coding, lexicon: Path | None) -> dict[str, tuple[str, str]]:
    """Cause and why of every act that moved, by its id in either coding."""
    assert old.acts is not None
    assert new.acts is not None
    rules = rules_of("acts")
    one, two = read_coding(old.acts, "acts"), read_coding(new.acts, "acts")
    moved = moved_rows(one, two, rules)
    Causes(one, two, rules, lexicon).tell(moved)
    out: dict[str, tuple[str, str]] = {}
    for coding, rows in ((one, moved.old), (two, moved.new)):
        for act, cause, why in zip(_column(coding, "act_id", rows), moved.cause, moved.why, strict=True):
            if act is not None:
                out[act] = (cause, why)
    return out


def _facts_of(path: Path) -> pa.Table:
    """What coding looks at in an act and events do not carry; lists as JSON."""
    found = read_table(path, ["act_id", "instrument", "object", "outcomes"])
    columns = {name: plain(found.column(name)) for name in ("act_id", "instrument", "object")}
    outcomes = [json.dumps(value) if value else None for value in plain(found.column("outcomes")).to_pylist()]
    return pa.table({**columns, "outcomes": pa.array(outcomes, pa.string())})


def _column(coding: Coding, name: str, rows: Rows) -> list[str | None]:
    """A column of these rows as text; None for blank cells, rows that are ALONE in the other coding, and a column that is missing."""
    if not coding.has([name]):
        return [None] * len(rows)
    at = pa.array(rows, mask=rows == ALONE)
    return shown(coding.column(name).take(at))
