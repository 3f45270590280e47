"""Stata's ``.dta``, format 118: any table of ours flattened, with labels of variables and of values.

Written here and not with pandas, which encodes text cell by cell. Source: "File formats .dta" in Stata's documentation, format
118 (Stata 14 and later): sections between tags, little-endian, text in UTF-8.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts.columns import chunked
from eventcode.layouts.flat import export, flat_schema
from eventcode.layouts.model import Layout
from eventcode.replacing import replacing
from eventcode.tables.schema import Field, TableSchema

NAME_LENGTH, LABEL_LENGTH = 32, 80
# Bytes of the longest text that is stored in place, as wide in every row; longer ones are stored once, beside (strL).
IN_PLACE = 244
# Stata keeps the time of writing; the same table shall give the same bytes.
WRITTEN = "01 Jan 1960 00:00"
# Days from 1 January 1960, where Stata counts from, to 1 January 1970, where Arrow does.
EPOCH_DAYS = 3653
_WRITE_ROWS = 50_000
# Bytes that a name, a format and a label take in their sections, the closing zero among them.
_NAME_BYTES, _FORMAT_BYTES, _LABEL_BYTES = 129, 57, 321
_STRL, _TEXT_BESIDE = 32768, 130


@dataclass(frozen=True, slots=True)
class _Number:
    """A type of number: Stata's code, numpy's name, least and greatest value, the value for missing, how it is shown."""

    code: int
    kind: str
    least: float
    greatest: float
    missing: float
    form: str


_BYTE = _Number(65530, "<i1", -127, 100, 101, "%8.0g")
_INT = _Number(65529, "<i2", -32767, 32740, 32741, "%8.0g")
_LONG = _Number(65528, "<i4", -2147483647, 2147483620, 2147483621, "%12.0g")
_DOUBLE = _Number(65526, "<f8", -8.9e307, 8.9e307, float.fromhex("0x1p1023"), "%10.0g")


@dataclass(frozen=True, slots=True)
class _Variable:
    """A column as Stata has it. ``values``: numbers with missing ones put in, texts, or where each text lies beside."""

    name: str
    label: str
    code: int
    kind: str
    form: str
    values: Any
    labels: tuple[str, ...] = ()
    beside: Sequence[tuple[int, bytes]] = field(default=(), repr=False)


def write_stata(table: pa.Table, path: Path, schema: TableSchema) -> None:
    """Write a flat table; the file appears when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    names = stata_names(schema.names)
    variables = [
        _variable(column, names[column.name], values, number)
        for number, (column, values) in enumerate(zip(schema.fields, table.columns, strict=True), 1)
    ]
    title = shortened(f"eventcode: {schema.title}, schema {schema.version}", LABEL_LENGTH)
    with replacing(path) as hidden, hidden.open("wb") as file:
        _write(file, variables, table.num_rows, title)


def stata_names(names: tuple[str, ...]) -> dict[str, str]:
    """A name that Stata takes for each of ours, no two alike: cut to 32 characters, a number at the end where two would meet."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        short = plain if plain[:1].isalpha() or plain.startswith("_") else f"_{plain}"
        found, number = short[:NAME_LENGTH], 1
        while found in taken:
            number += 1
            found = f"{short[: NAME_LENGTH - len(str(number)) - 1]}_{number}"
        taken.add(found)
        made[name] = found
    return made


def shortened(text: str, length: int) -> str:
    """Text of at most so many characters, cut between words."""
    if len(text) <= length:
        return text
    return text[: length - 3].rsplit(" ", 1)[0].rstrip(",;:") + "..."


# --- columns -----------------------------------------------------------------------------------------------------


def _variable(column: Field, name: str, values: pa.ChunkedArray, number: int) -> _Variable:
    """A column; ``number`` counts the columns from 1."""
    label = shortened(column.description.rstrip("."), LABEL_LENGTH)
    listed = column.constraints.enum
    if listed and pc.all(pc.is_in(values.drop_null(), pa.array(listed))).as_py() is not False:
        codes = pc.add(pc.index_in(values, pa.array(listed)), 1)
        return _number(name, label, codes, labels=listed)
    if column.type == "date":
        days = pc.add(values.cast(pa.int32()).cast(pa.int64()), EPOCH_DAYS)
        return _number(name, label, days, form="%td")
    if column.type in ("integer", "boolean"):
        return _number(name, label, values.cast(pa.int64()))
    if column.type == "number":
        return _number(name, label, values)
    return _text(name, label, chunked(pc.fill_null(values, "")), number)


def _number(
    name: str, label: str, values: pa.ChunkedArray, *, form: str | None = None, labels: tuple[str, ...] = ()
) -> _Variable:
    """In the smallest type that holds every value."""
    span = pc.min_max(values)
    low, high = span["min"].as_py() or 0, span["max"].as_py() or 0
    kinds = (_DOUBLE,) if pa.types.is_floating(values.type) else (_BYTE, _INT, _LONG, _DOUBLE)
    kind = next((k for k in kinds if k.least <= low and high <= k.greatest), _DOUBLE)
    missing = np.asarray(values.is_null())
    made = pc.fill_null(values, 0).to_numpy().astype(kind.kind)
    made[missing] = kind.missing
    return _Variable(name, label, kind.code, kind.kind, form or kind.form, made, labels)


def _text(name: str, label: str, texts: pa.ChunkedArray, number: int) -> _Variable:
    """Text in place, all as wide as the longest; or beside, each different one once, where the longest is too long for that."""
    width = max(1, pc.max(pc.binary_length(texts)).as_py() or 0)
    if width <= IN_PLACE:
        return _Variable(name, label, width, f"S{width}", f"%-{min(width, 40)}s", texts)
    encoded = texts.dictionary_encode().unify_dictionaries()
    told = encoded.chunk(0).dictionary.to_pylist()
    rows = np.concatenate([np.asarray(chunk.indices) for chunk in encoded.chunks])
    _, first = np.unique(rows, return_index=True)
    # Row, from 1, of a text's first appearance above, number of the column below: Stata's address of it.
    places = ((first.astype(np.uint64) + np.uint64(1)) << np.uint64(16)) + np.uint64(number)
    places[[not text for text in told]] = 0
    beside = [(int(row) + 1, text.encode()) for row, text in zip(first, told, strict=True) if text]
    return _Variable(name, label, _STRL, "<u8", "%9s", places[rows], beside=beside)


def _in_place(texts: pa.ChunkedArray, width: int) -> npt.NDArray[np.bytes_]:
    """Texts as bytes of one width, zeros behind."""
    plain = pa.concat_arrays([*texts.chunks, pa.array([], pa.string())])
    _, offsets, data = plain.buffers()
    ends = np.frombuffer(offsets, np.int32)[plain.offset :][: len(plain) + 1].astype(np.int64)
    letters = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    made = np.zeros(len(plain) * width, np.uint8)
    shifts = np.arange(len(plain)) * width - (ends[:-1] - ends[0])
    made[np.arange(len(letters)) + np.repeat(shifts, np.diff(ends))] = letters
    return made.view(f"S{width}")


# --- the file ----------------------------------------------------------------------------------------------------


def _write(file: BinaryIO, variables: Sequence[_Variable], rows: int, title: str) -> None:
    """The sections in their order, then the map of where each begins."""
    told = title.encode()
    header = (
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>"
        + b"<K>%b</K><N>%b</N>" % (struct.pack("<H", len(variables)), struct.pack("<Q", rows))
        + b"<label>%b%b</label>" % (struct.pack("<H", len(told)), told)
        + b"<timestamp>%b%b</timestamp></header>" % (bytes([len(WRITTEN)]), WRITTEN.encode())
    )
    file.write(header)
    places = [0, len(header)]
    file.write(_section("map", bytes(14 * 8)))
    for tag, content in _descriptions(variables):
        places.append(file.tell())
        file.write(_section(tag, content))
    places.append(file.tell())
    file.write(b"<data>")
    _write_rows(file, variables, rows)
    file.write(b"</data>")
    places.append(file.tell())
    file.write(_section("strls", b"".join(_texts_beside(variables))))
    places.append(file.tell())
    file.write(_section("value_labels", b"".join(_value_labels(variables))))
    places.append(file.tell())
    file.write(b"</stata_dta>")
    places.append(file.tell())
    file.seek(places[1])
    file.write(_section("map", struct.pack("<14Q", *places)))


def _section(tag: str, content: bytes) -> bytes:
    return b"<%b>%b</%b>" % (tag.encode(), content, tag.encode())


def _descriptions(variables: Sequence[_Variable]) -> Iterator[tuple[str, bytes]]:
    """What stands before the data, in its order."""
    yield "variable_types", struct.pack(f"<{len(variables)}H", *(variable.code for variable in variables))
    yield "varnames", b"".join(_padded(variable.name, _NAME_BYTES) for variable in variables)
    yield "sortlist", bytes(2 * (len(variables) + 1))
    yield "formats", b"".join(_padded(variable.form, _FORMAT_BYTES) for variable in variables)
    yield (
        "value_label_names",
        b"".join(_padded(variable.name if variable.labels else "", _NAME_BYTES) for variable in variables),
    )
    yield "variable_labels", b"".join(_padded(variable.label, _LABEL_BYTES) for variable in variables)
    yield "characteristics", b""


def _padded(text: str, length: int) -> bytes:
    return text.encode().ljust(length, b"\0")


def _write_rows(file: BinaryIO, variables: Sequence[_Variable], rows: int) -> None:
    kind = np.dtype([(variable.name, variable.kind) for variable in variables])
    for start in range(0, rows, _WRITE_ROWS):
        made = np.zeros(min(_WRITE_ROWS, rows - start), kind)
        for variable in variables:
            part = variable.values[start : start + len(made)]
            made[variable.name] = part if isinstance(part, np.ndarray) else _in_place(part, variable.code)
        file.write(made.tobytes())


def _texts_beside(variables: Sequence[_Variable]) -> Iterator[bytes]:
    """Long texts, each with the number of its column and of the row where it comes first."""
    for number, variable in enumerate(variables, 1):
        for row, text in variable.beside:
            yield b"GSO" + struct.pack("<IQBI", number, row, _TEXT_BESIDE, len(text) + 1) + text + b"\0"


def _value_labels(variables: Sequence[_Variable]) -> Iterator[bytes]:
    """For each labelled variable its list: offsets of the texts, their numbers from 1, the texts."""
    for variable in variables:
        if not variable.labels:
            continue
        texts = [label.encode() + b"\0" for label in variable.labels]
        offsets = np.cumsum([0, *(len(text) for text in texts)])
        count, length = len(texts), int(offsets[-1])
        table = (
            struct.pack("<II", count, length)
            + offsets[:-1].astype("<u4").tobytes()
            + np.arange(1, count + 1).astype("<i4").tobytes()
            + b"".join(texts)
        )
        name = _padded(variable.name, _NAME_BYTES) + bytes(3)
        yield _section("lbl", struct.pack("<I", len(table)) + name + table)


LAYOUT = Layout(
    name="stata",
    title="Stata table",
    formats=("dta",),
    source="incidents",
    export=export,
    any_table=True,
    schema=flat_schema,
)
