"""Files of coded events as ``agree`` reads them: a hand-coded table, another dataset's, or one of ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from eventcode.errors import InputError, SchemaError
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.ontologies.codes import cameo_codes

ACLED, CAMEO = "acled", "cameo"
KINDS = (ACLED, CAMEO)
_FILE = Path(__file__).parent / "data" / "agreement.yaml"
_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[ T].*)?", re.ASCII)
_NOT = frozenset({"false", "0", "no"})
# Cells that mean nothing told, in any case.
_BLANK = frozenset({"", "null", "none", "nan", "---"})


@dataclass(frozen=True, slots=True)
class Setting:
    """How one kind of events is read and matched (format: the head of ``data/agreement.yaml``)."""

    table: str
    needed: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, float]
    least: float


@cache
def setting(kind: str) -> Setting:
    """The setting of a kind of events. Raises SchemaError for a broken file."""
    try:
        entry: Any = read_yaml(_FILE)[kind]
        return Setting(
            entry["table"],
            tuple(entry["needed"]),
            {name: tuple(names) for name, names in entry["columns"].items()},
            {name: float(weight) for name, weight in entry["weights"].items()},
            float(entry["least"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SchemaError(f"{_FILE.name}: {kind}: {error!r}") from error


@cache
def likeness() -> Mapping[str, float]:
    """What values count that are not the same, but alike."""
    content: Any = read_yaml(_FILE)
    return {name: float(value) for name, value in content["likeness"].items()}


@dataclass(frozen=True, slots=True)
class Record:
    """One coded event. ``row``: number in the file, from 0; None: not told.

    ``type`` and ``sub_type``: ACLED's event and sub-event type, or CAMEO's root and code. Degrees WGS84.
    """

    row: int
    id: str | None
    day: dt.date | None
    type: str
    sub_type: str | None
    actor1: str | None = None
    actor2: str | None = None
    country: str | None = None
    admin1: str | None = None
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    fatalities: int | None = None
    article: str | None = None
    sentence: str | None = None

    def order(self) -> tuple[str, ...]:
        """What rows are sorted by, so that the order of a file changes nothing."""
        parts = (
            self.day, self.type, self.sub_type, self.actor1, self.actor2, self.country, self.place,
            self.latitude, self.longitude, self.fatalities, self.article, self.sentence, self.id,
        )  # fmt: skip
        return tuple("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Records:
    """A file's events in an order of their own. ``name``: of the file; ``left_out``: rows by reason; ``fields``: what the file tells."""

    name: str
    rows: tuple[Record, ...]
    fields: frozenset[str]
    left_out: Mapping[str, int]


def kind_of(paths: Sequence[Path]) -> str:
    """ACLED where every file has what it needs, else CAMEO where every file has that; a folder has both.

    Raises:
        InputError: a file cannot be read, or there is no kind that all of them have.
    """
    having = {path: KINDS if path.is_dir() else _kinds(path) for path in paths}
    for kind in KINDS:
        if all(kind in kinds for kinds in having.values()):
            return kind
    for path, kinds in having.items():
        if not kinds:
            missing = ", or ".join(f"{', '.join(_missing(path, kind))} (--on {kind})" for kind in KINDS)
            raise InputError(f"{path}: has no columns for {missing}; docs/agreement.md lists the names")
    told = ", ".join(f"{path} on {kinds[0]}" for path, kinds in having.items() if len(kinds) == 1)
    raise InputError(
        f"the files have no columns in common to be compared on: {told}; name one with --on and add its columns to the others"
    )


def _kinds(path: Path) -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if not _missing(path, kind))


def _missing(path: Path, kind: str) -> list[str]:
    """Fields that the kind needs and the file has no column for."""
    names = {name.strip().lower() for name in _names(path)}
    wanted = setting(kind)
    return [field for field in wanted.needed if not names.intersection(wanted.columns[field])]


def read_records(path: Path, kind: str) -> Records:
    """The events of a file.

    Args:
        path: coded folder, Parquet, or CSV (comma, semicolon or tab; also .gz or .zip) with a header.
        kind: "acled" or "cameo".

    Raises:
        InputError: it cannot be read, lacks a column, or holds a cell that means nothing; the message names row and column.
    """
    wanted = setting(kind)
    file = _file(path, wanted.table)
    names = _names(file)
    columns = _columns(file, names, wanted)
    make = _acled if kind == ACLED else _cameo
    rows: list[Record] = []
    left_out: dict[str, int] = {}
    for number, cells in enumerate(_cells(file, names, columns)):
        try:
            record = make(number, cells)
        except ValueError as error:
            raise InputError(f"{file}: row {number + 1}: {error}") from error
        if isinstance(record, str):
            left_out[record] = left_out.get(record, 0) + 1
        else:
            rows.append(record)
    rows.sort(key=Record.order)
    return Records(path.name or str(path), tuple(rows), frozenset(columns), dict(sorted(left_out.items())))


def _file(path: Path, table: str) -> Path:
    from eventcode.tables.output import table_path

    if path.is_dir():
        return table_path(path, table)
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder")
    return path


def _columns(file: Path, names: Sequence[str], wanted: Setting) -> dict[str, str]:
    """The file's column of each field that it tells."""
    there = {name.strip().lower(): name for name in reversed(names)}
    found = {}
    for field, accepted in wanted.columns.items():
        name = next((there[name] for name in accepted if name in there), None)
        if name is not None:
            found[field] = name
    for field in wanted.needed:
        if field not in found:
            raise InputError(
                f"{file}: no column for {field}: one of {', '.join(wanted.columns[field])} is needed"
            )
    return found


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def _names(path: Path) -> list[str]:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    if _is_parquet(path):
        import pyarrow.parquet as pq

        from eventcode.tables.parquet import READ_ERRORS

        try:
            return [str(name) for name in pq.read_schema(path).names]
        except READ_ERRORS as error:
            raise InputError(f"{path}: not a Parquet file that can be read") from error
    return next(_lines(path), [])


def _cells(path: Path, names: Sequence[str], columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Cells by field; a blank one is None."""
    if _is_parquet(path):
        from eventcode.tables.reading import read_rows

        for row in read_rows(path, columns=list(dict.fromkeys(columns.values()))):
            yield {field: _told(row[name]) for field, name in columns.items()}
        return
    at = {field: names.index(name) for field, name in columns.items()}
    lines = _lines(path)
    next(lines, None)
    for number, cells in enumerate(line for line in lines if any(cell.strip() for cell in line)):
        if len(cells) != len(names):
            raise InputError(f"{path}: row {number + 1}: {len(cells)} cells, the header has {len(names)}")
        yield {field: _told(cells[place]) for field, place in at.items()}


def _told(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str):
        text = value.strip()
        return None if text.lower() in _BLANK else text
    return value


def _lines(path: Path) -> Iterator[list[str]]:
    """Lines of delimited text; the header tells the delimiter."""
    from eventcode.tables.delimited import opened

    try:
        with (
            opened(path) as stream,
            io.TextIOWrapper(io.BufferedReader(stream), encoding="utf-8-sig", newline="") as text,
        ):
            head = text.readline()
            if not head.strip():
                raise InputError(f"{path}: is empty; a header is needed")
            delimiter = max(",;\t", key=head.count)
            yield next(csv.reader([head], delimiter=delimiter))
            yield from csv.reader(text, delimiter=delimiter, strict=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text; save it as CSV in UTF-8, or as Parquet") from error
    except csv.Error as error:
        raise InputError(f"{path}: cannot be read as CSV: {error}") from error


# --- cells ------------------------------------------------------------------------------------------------------------


def _acled(number: int, cells: Mapping[str, Any]) -> Record | str:
    if str(cells.get("codable")).lower() in _NOT:
        return "not codable for ACLED"
    if cells["type"] is None:
        return "no event type"
    day = _day(cells["date"])
    return _record(number, cells, day, str(cells["type"]), _text(cells.get("sub_type")))


def _cameo(number: int, cells: Mapping[str, Any]) -> Record | str:
    if cells["code"] is None:
        return "no event code"
    code = str(cells["code"])
    known = cameo_codes().get(code) or cameo_codes().get(f"0{code}")
    if known is None:
        raise ValueError(f"{code!r} is no CAMEO code")
    return _record(number, cells, _day(cells["date"]), known.root, known.code)


def _record(
    number: int, cells: Mapping[str, Any], day: dt.date | None, type: str, sub_type: str | None
) -> Record:
    return Record(
        number,
        _text(cells.get("id")),
        day,
        type,
        sub_type,
        _text(cells.get("actor1")),
        _text(cells.get("actor2")),
        _text(cells.get("country")),
        _text(cells.get("admin1")),
        _text(cells.get("place")),
        _degrees(cells.get("latitude"), "latitude", 90),
        _degrees(cells.get("longitude"), "longitude", 180),
        _count(cells.get("fatalities")),
        _text(cells.get("article")),
        _text(cells.get("sentence")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = _DAY.fullmatch(str(value))
    try:
        if found:
            return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise ValueError(f"date {str(value)!r}: a day as YYYY-MM-DD or YYYYMMDD is needed")


def _degrees(value: Any, name: str, most: int) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} {value!r}: degrees are needed") from error
    if not -most <= number <= most:
        raise ValueError(f"{name} {value!r}: degrees from -{most} to {most} are needed")
    return number


def _count(value: Any) -> int | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"fatalities {value!r}: a whole number is needed") from error
    if number < 0 or not number.is_integer():
        raise ValueError(f"fatalities {value!r}: a whole number, 0 or more, is needed")
    return int(number)
