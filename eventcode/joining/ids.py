"""Ids of incidents: made from what is known of them, and kept where an earlier table had them published."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventcode.errors import InputError
from eventcode.joining.features import features
from eventcode.joining.likeness import Likeness
from eventcode.joining.reports import Report, Side, When
from eventcode.joining.weights import Weights
from eventcode.model import EventPlace, PlaceLevel, Quantity
from eventcode.ontologies.codes import acled_codes

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
NOWHERE = "XXX"
_DIGITS = 12
_NEEDED = (
    "event_id_cnty", "event_date", "event_date_end", "date_precision", "date_basis", "time_precision", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "country", "admin1", "admin2", "location", "latitude", "longitude",
    "geo_precision", "geonameid", "fatalities_low", "fatalities_best", "fatalities_high", "injured_best", "act_ids",
    "article_ids",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Naming:
    """The ids of some incidents, by their number, and what became of those of an earlier table, by its rows.

    ``kept``: incident -> row whose id it has; ``merged``: row -> incident that its acts are in now, under another id;
    ``split``: incident -> row that some of its acts were in before; ``gone``: rows that no incident goes on from.
    """

    ids: list[str]
    kept: dict[int, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    split: dict[int, int] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def content_id(known: Report) -> str:
    """An id from country, day, place, sides and type; from its acts too where day or place are not known."""
    names = (known.one.name or "", known.two.name or "")
    directed = known.type.event_type in ("Explosions/Remote violence", "Violence against civilians")
    parts = [
        str(known.when.day or ""),
        known.where,
        known.country or "",
        *(names if directed else sorted(names)),
        known.type.sub_event_type,
    ]
    if known.when.day is None or known.place is None:
        # Nothing but its acts tells such an incident from another of the same sides.
        parts += known.act_ids
    return f"EC-{known.country or NOWHERE}-{_digest(parts)}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:_DIGITS]


def name_all(known: Sequence[Report], previous: Previous | None, weights: Weights) -> Naming:
    """Gives every incident an id of its own.

    Args:
        known: what is known of each, in an order that does not depend on the order of adding.
        previous: the table published before.
        weights: for likeness to incidents of that table.
    """
    naming = previous.carried_on(known, weights) if previous is not None else Naming([])
    taken = set(previous.ids) if previous is not None else set()
    for number, report in enumerate(known):
        if previous is not None and number in naming.kept:
            naming.ids.append(previous.ids[naming.kept[number]])
            continue
        made = content_id(report)
        if made in taken:
            # Told apart by nothing that the id is made of: its acts do.
            made = made[:-_DIGITS] + _digest((made, *report.act_ids))
        taken.add(made)
        naming.ids.append(made)
    return naming


class Previous:
    """An incidents table that was published before."""

    def __init__(self, path: Path) -> None:
        """Read it.

        Raises:
            InputError: it is missing, no Parquet file, or no incidents table.
        """
        from eventcode.tables.parquet import read_table

        self.table: pa.Table = read_table(path)
        missing = [name for name in _NEEDED if name not in self.table.column_names]
        if missing:
            raise InputError(
                f"{path}: no column {missing[0]!r}; --previous takes an incidents.parquet that eventcode wrote"
            )
        self.ids: list[str] = self.table.column("event_id_cnty").to_pylist()
        self._row_of_act = {
            act: row
            for row, acts in enumerate(self.table.column("act_ids").to_pylist())
            for act in acts or ()
        }

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Some rows, in the order asked for."""
        found: list[Row] = self.table.take(list(numbers)).to_pylist() if numbers else []
        return found

    def carried_on(self, known: Sequence[Report], weights: Weights) -> Naming:
        """Which incidents go on from which rows: by the acts that they share, then by likeness; each row goes on once."""
        naming = Naming([])
        shared = list(self._shared(known))
        used: set[int] = set()
        for _, _, number, row in sorted(
            (-count, self.ids[row], number, row) for number, row, count in shared
        ):
            if number not in naming.kept and row not in used:
                naming.kept[number] = row
                used.add(row)
        for number, row, _ in sorted(shared, key=lambda s: (-s[2], s[0], s[1])):
            if row not in used:
                naming.merged.setdefault(row, number)
            elif number not in naming.kept:
                naming.split.setdefault(number, row)
        free = [n for n in range(len(known)) if n not in naming.kept and n not in naming.split]
        rest = [row for row in range(len(self.ids)) if row not in used and row not in naming.merged]
        naming.kept.update(self._alike(known, free, rest, weights))
        used.update(naming.kept.values())
        naming.gone.extend(row for row in rest if row not in used)
        return naming

    def _shared(self, known: Sequence[Report]) -> Iterator[tuple[int, int, int]]:
        """(incident, row, number of acts that both have)."""
        for number, report in enumerate(known):
            rows = Counter(self._row_of_act[a] for a in report.act_ids if a in self._row_of_act)
            for row, count in rows.items():
                yield number, row, count

    def _alike(
        self, known: Sequence[Report], free: Sequence[int], rest: Sequence[int], weights: Weights
    ) -> dict[int, int]:
        """Incidents that could be reports of a row's happening, the most alike first."""
        if not free or not rest:
            return {}
        old = [_as_report(row, _code(row["event_id_cnty"])) for row in self.rows(rest)]
        scored = Likeness(features([*(known[n] for n in free), *old], weights), weights).scored()
        pairs = sorted(
            (-points, free[i], rest[j - len(free)])
            for i, j, points in zip(scored.i.tolist(), scored.j.tolist(), scored.points.tolist(), strict=True)
            if i < len(free) <= j and points >= weights.join
        )
        found: dict[int, int] = {}
        used = set()
        for _, number, row in pairs:
            if number not in found and row not in used:
                found[number] = row
                used.add(row)
        return found


def _code(event_id: str) -> str | None:
    """The ISO alpha-3 code in an id."""
    parts = event_id.split("-")
    return parts[1] if len(parts) == 3 and parts[1] != NOWHERE else None


def _as_report(row: Row, country: str | None) -> Report:
    """A row as if one article had told it."""
    low, best, high = (row[f"fatalities_{part}"] for part in ("low", "best", "high"))
    injured = row["injured_best"]
    return Report(
        article_id=row["event_id_cnty"],
        article_date=None,
        source=None,
        text_sha256=None,
        nth=0,
        type=acled_codes()[row["sub_event_type"]],
        formed=True,
        one=Side(row["actor1"], _also(row["assoc_actor_1"]), row["inter1"]),
        two=Side(row["actor2"], _also(row["assoc_actor_2"]), row["inter2"]),
        targeting=None,
        place=_place(row, country) if row["location"] else None,
        country=country,
        place_basis=None,
        when=_when(row),
        killed=None if best is None else Quantity(low, best, high),
        injured=None if injured is None else Quantity(injured, injured, injured),
        bombers=0,
        tags=(),
        attribution="narrator",
        act_ids=(),
    )


def _also(names: str | None) -> tuple[str, ...]:
    return tuple(names.split("; ")) if names else ()


def _when(row: Row) -> When:
    day, end, precision = row["event_date"], row["event_date_end"], row["date_precision"]
    first = day
    if day is not None and end is not None and precision != "day":
        # The row shows the middle of the days it can mean, and the last.
        first = day - timedelta(days=(end - day).days)
    return When(day, end, row["time_precision"], precision, row["date_basis"], first, end or day)


def _place(row: Row, country: str | None) -> EventPlace:
    area = row["geo_precision"] == 3 or row["latitude"] is None or row["location"] == row["admin1"]
    level: PlaceLevel = "admin1" if area else "settlement"
    return EventPlace(
        text=None,
        start=None,
        end=None,
        name=row["location"],
        geonameid=row["geonameid"],
        level=level,
        relation="at",
        point="place",
        latitude=row["latitude"],
        longitude=row["longitude"],
        geo_precision=row["geo_precision"],
        country=country,
        admin1=row["admin1"],
        admin1_code=None,
        admin2=row["admin2"],
        basis="stated",
    )
