"""How well two coders agree: precision, recall, agreement of every field, Krippendorff's alpha, errors of place and date."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from eventcode.compare.matching import DAYS, KM, Match, Matching, match
from eventcode.compare.records import ACLED, KINDS, Record, Records, kind_of, read_records
from eventcode.errors import UsageError
from eventcode.ontologies.codes import cameo_codes

Level = Literal["nominal", "ordinal", "interval"]
NOT_CODED = "(not coded)"
# Places this near, in km, count as the same in the table of fields, beside the window asked for.
NEAR_KM = (1.0, 10.0)
# Death tolls that differ by one, or by no more than this share of the greater one, count as near.
TOLL_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Found:
    """Of one type, or of all: rows of A and of B, and those that belong together. A is the reference.

    Precision is ``together`` of B's rows, recall of A's, F1 their harmonic mean; None where there is nothing to divide by.
    """

    name: str
    a: int
    b: int
    together: int

    @property
    def precision(self) -> float | None:
        """Share of B's rows that A has too."""
        return self.together / self.b if self.b else None

    @property
    def recall(self) -> float | None:
        """Share of A's rows that B has too."""
        return self.together / self.a if self.a else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return 2 * self.together / (self.a + self.b) if self.a + self.b else None


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """Of ``compared`` matched pairs, those that ``agree`` in a field."""

    name: str
    compared: int
    agree: int

    @property
    def share(self) -> float | None:
        """Share that agrees; None where nothing could be compared."""
        return self.agree / self.compared if self.compared else None


@dataclass(frozen=True, slots=True)
class Alpha:
    """Krippendorff's alpha of a field over ``units``. None where it is not defined: no unit, or one value throughout."""

    name: str
    level: str
    units: int
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """A kind of error over ``pairs``: its median and 90th percentile (linear between values), and the mean of B - A where that
    has a sign."""

    pairs: int
    median: float | None
    p90: float | None
    bias: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What :func:`agree` found. ``confusion``: numbers of (A's type, B's type), NOT_CODED for what one of them lacks."""

    kind: str
    a: Records
    b: Records
    days: int
    km: float
    matching: Matching
    found: Found
    same_type: Found
    types: tuple[Found, ...]
    fields: tuple[FieldAgreement, ...]
    alphas: tuple[Alpha, ...]
    confusion: Mapping[tuple[str, str], int]
    distance_km: Spread
    date_days: Spread
    toll: Spread
    notes: tuple[str, ...]


def agree(a: Path, b: Path, kind: str | None = None, days: int = DAYS, km: float = KM) -> Agreement:
    """Compare two coders' files; ``a`` is the reference.

    Args:
        kind: "acled" or "cameo"; default what both files have the columns of.
        days: most days between two records of one event.
        km: most kilometres between them.

    Raises:
        UsageError: an argument means nothing.
        InputError: a file cannot be read as events of this kind.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"--on {kind}: unknown; one of {', '.join(KINDS)}")
    if days < 0 or not km >= 0:
        raise UsageError("--days and --km: 0 or more")
    chosen = kind or kind_of((a, b))
    return agreement(read_records(a, chosen), read_records(b, chosen), chosen, days, km)


def agreement(a: Records, b: Records, kind: str, days: int = DAYS, km: float = KM) -> Agreement:
    """As :func:`agree`, of records that are read already."""
    matching = match(a, b, kind, days, km)
    pairs = matching.matches
    same = sum(m.a.type == m.b.type for m in pairs)
    return Agreement(
        kind=kind,
        a=a,
        b=b,
        days=days,
        km=km,
        matching=matching,
        found=Found("found", len(a.rows), len(b.rows), len(pairs)),
        same_type=Found("found, same type", len(a.rows), len(b.rows), same),
        types=tuple(_types(a.rows, b.rows, pairs)),
        fields=tuple(_fields(kind, pairs, km, a.fields & b.fields)),
        alphas=tuple(_alphas(kind, matching, a.fields & b.fields)),
        confusion=_confusion(matching),
        distance_km=_spread([m.km for m in pairs if m.km is not None]),
        date_days=_signed([_days_between(m) for m in pairs]),
        toll=_signed([_toll_between(m) for m in pairs]),
        notes=tuple(_notes(a, b, matching)),
    )


def _notes(a: Records, b: Records, matching: Matching) -> list[str]:
    notes = []
    for word, records in (("A", a), ("B", b)):
        notes += [f"{word}: {number:,} left out: {why}" for why, number in records.left_out.items()]
        undated = sum(row.day is None for row in records.rows)
        if undated:
            notes.append(f"{word}: {undated:,} without a date")
        if not records.rows:
            notes.append(f"{word}: no events")
    if matching.large:
        notes.append(
            f"{matching.large:,} blocks too large for the best sum: matched by score, the best first"
        )
    return notes


# --- found ------------------------------------------------------------------------------------------------------------


def _types(a: Sequence[Record], b: Sequence[Record], pairs: Sequence[Match]) -> list[Found]:
    names = sorted({row.type for row in (*a, *b)})
    return [
        Found(
            name,
            sum(row.type == name for row in a),
            sum(row.type == name for row in b),
            sum(m.a.type == name == m.b.type for m in pairs),
        )
        for name in names
    ]


def _confusion(matching: Matching) -> dict[tuple[str, str], int]:
    pairs = [(m.a.type, m.b.type) for m in matching.matches]
    pairs += [(row.type, NOT_CODED) for row in matching.only_a]
    pairs += [(NOT_CODED, row.type) for row in matching.only_b]
    counted: dict[tuple[str, str], int] = {}
    for pair in pairs:
        counted[pair] = counted.get(pair, 0) + 1
    return dict(sorted(counted.items()))


# --- fields -----------------------------------------------------------------------------------------------------------


def _fields(kind: str, pairs: Sequence[Match], km: float, told: frozenset[str]) -> list[FieldAgreement]:
    if kind == ACLED:
        texts = {"event type": "type", "sub-event type": "sub_type"}
    else:
        texts = {"root": "type", "code": "sub_type"}
    out = [_same(name, pairs, field, field) for name, field in texts.items()]
    if kind != ACLED:
        out.append(_counted("quad class", [(_quad(m.a), _quad(m.b)) for m in pairs]))
    sides = ("actor 1", "actor 2") if kind == ACLED else ("source", "target")
    for name, field in zip(sides, ("actor1", "actor2"), strict=True):
        if field in told:
            out.append(
                _counted(name, [(_folded(getattr(m.a, field)), _folded(_other(m, field))) for m in pairs])
            )
    out += [_same(name, pairs, name, name) for name in ("country", "admin1") if name in told]
    far = [m.km for m in pairs if m.km is not None]
    if {"latitude", "longitude"} <= told:
        for most in sorted({*NEAR_KM, km}):
            out.append(FieldAgreement(f"place within {most:g} km", len(far), sum(d <= most for d in far)))
    apart = [abs(d) for d in (_days_between(m) for m in pairs) if d is not None]
    out.append(FieldAgreement("date", len(apart), sum(d == 0 for d in apart)))
    out.append(FieldAgreement("date within 1 day", len(apart), sum(d <= 1 for d in apart)))
    if "fatalities" in told:
        tolls = [
            (m.a.fatalities, m.b.fatalities)
            for m in pairs
            if m.a.fatalities is not None and m.b.fatalities is not None
        ]
        out.append(FieldAgreement("fatalities", len(tolls), sum(one == other for one, other in tolls)))
        near = sum(abs(one - other) <= max(1, TOLL_SHARE * max(one, other)) for one, other in tolls)
        out.append(FieldAgreement("fatalities within 1 or 20%", len(tolls), near))
    return out


def _same(name: str, pairs: Sequence[Match], one: str, other: str) -> FieldAgreement:
    """Where both tell the field, whether it is the same, whatever the case."""
    cells = [(_folded(getattr(m.a, one)), _folded(getattr(m.b, other))) for m in pairs]
    told = [(a, b) for a, b in cells if a is not None and b is not None]
    return FieldAgreement(name, len(told), sum(a == b for a, b in told))


def _counted(name: str, cells: Sequence[tuple[object, object]]) -> FieldAgreement:
    """As for actors: blank against blank is agreement, for that there is none is told too."""
    return FieldAgreement(name, len(cells), sum(one == other for one, other in cells))


def _other(m: Match, field: str) -> str | None:
    """The field of B; of the other side where the sides are swapped."""
    if m.swapped:
        field = "actor2" if field == "actor1" else "actor1"
    value: str | None = getattr(m.b, field)
    return value


def _folded(value: str | None) -> str | None:
    return None if value is None else " ".join(value.casefold().split())


def _quad(row: Record) -> int:
    return cameo_codes()[row.sub_type or ""].quad_class


def _days_between(m: Match) -> int | None:
    return None if m.a.day is None or m.b.day is None else (m.b.day - m.a.day).days


def _toll_between(m: Match) -> int | None:
    if m.a.fatalities is None or m.b.fatalities is None:
        return None
    return m.b.fatalities - m.a.fatalities


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread(0, None, None)
    median, p90 = np.percentile(np.asarray(values, np.float64), [50, 90])
    return Spread(len(values), float(median), float(p90))


def _signed(values: Sequence[int | None]) -> Spread:
    told = [value for value in values if value is not None]
    if not told:
        return Spread(0, None, None)
    spread = _spread([abs(value) for value in told])
    return Spread(spread.pairs, spread.median, spread.p90, sum(told) / len(told))


# --- alpha ------------------------------------------------------------------------------------------------------------


def _alphas(kind: str, matching: Matching, told: frozenset[str]) -> list[Alpha]:
    pairs = matching.matches
    names = ("event type", "sub-event type") if kind == ACLED else ("root", "code")
    every = [(m.a.type, m.b.type) for m in pairs]
    every += [(row.type, NOT_CODED) for row in matching.only_a]
    every += [(NOT_CODED, row.type) for row in matching.only_b]
    out = [
        _nominal(names[0], pairs, lambda row: row.type),
        _alpha(f"{names[0]}, {NOT_CODED[1:-1]} as a value", "nominal", every),
        _nominal(names[1], pairs, lambda row: row.sub_type),
    ]
    if kind != ACLED:
        codes = cameo_codes()
        out.append(_alpha("quad class", "nominal", [(_quad(m.a), _quad(m.b)) for m in pairs]))
        scale = [tuple(codes[row.sub_type or ""].goldstein for row in (m.a, m.b)) for m in pairs]
        out.append(_alpha("Goldstein", "interval", scale))
    if "country" in told:
        out.append(_nominal("country", pairs, lambda row: _folded(row.country)))
    if "fatalities" in told:
        tolls = [(m.a.fatalities, m.b.fatalities) for m in pairs]
        out += [_alpha("fatalities", "ordinal", tolls), _alpha("fatalities", "interval", tolls)]
    return out


def _nominal(name: str, pairs: Sequence[Match], value: Callable[[Record], str | None]) -> Alpha:
    return _alpha(name, "nominal", [(value(m.a), value(m.b)) for m in pairs])


def _alpha(name: str, level: Level, cells: Sequence[tuple[Any, ...]]) -> Alpha:
    """Alpha of pairs of values; None in either leaves the pair out."""
    told = [pair for pair in cells if all(value is not None for value in pair)]
    return Alpha(name, level, len(told), krippendorff_alpha(told, level))


def krippendorff_alpha(pairs: Sequence[tuple[Any, ...]], level: Level) -> float | None:
    """Krippendorff's alpha of two coders (K. Krippendorff, Content Analysis, 2004, chapter 11).

    Args:
        pairs: a value of each coder for each unit.
        level: nominal, ordinal or interval.

    Returns:
        1 perfect, 0 as by chance, below 0 worse; None where fewer than two different values leave it undefined.
    """
    if len({value for pair in pairs for value in pair}) < 2:
        return None
    import krippendorff

    rows: Any = [list(side) for side in zip(*pairs, strict=True)]
    if level == "nominal":
        number = {value: at for at, value in enumerate(sorted({v for pair in pairs for v in pair}))}
        rows = [[number[value] for value in side] for side in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = krippendorff.alpha(reliability_data=np.asarray(rows, np.float64), level_of_measurement=level)
    return None if np.isnan(found) else float(found)
