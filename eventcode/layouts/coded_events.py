"""What the layouts of other event coders share: our events with one day each and text that their files can hold, and events of
ours from their codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.coding.incidents import MAX_DAYS
from eventcode.layouts import columns
from eventcode.layouts.columns import Column
from eventcode.layouts.model import CodedFolder
from eventcode.ontologies.codes import cameo_codes
from eventcode.resources import csv_rows
from eventcode.tables.views import numbered

DATA = Path(__file__).resolve().parent / "data"
SIDES = ("source", "target")
# Columns that tell the day; the order in which events were reported; who published them.
_DATES = ("event_date", "event_date_end", "date_span", "date_precision", "date_basis")
_ORDER = ("article_date", "article_id", "rank")
# A number of so many hexadecimal digits, halved, has 18 decimal digits at most and fits into 63 bits with room to spare.
_DIGITS = 15
_CONTROLS = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+"
TOWNS = ("settlement", "site", "district")
NO_ACTORS = "source and target: none of both has a code or a name"


def data_rows(name: str) -> list[dict[str, str]]:
    """Rows of a crosswalk of ours. Raises LexiconError where it cannot be read."""
    return csv_rows(DATA / name, dict)


# --- from our events ---------------------------------------------------------------------------------------------


def dated_events(folder: CodedFolder, wanted: Sequence[str]) -> pa.Table:
    """Events that a day can stand for, in the order in which they were reported.

    Beside the columns asked for there is ``day``, the event's day by the rule of our incidents: the middle of a week or month;
    rows dated more coarsely are left out.
    """
    read = folder.read("events", list(dict.fromkeys((*wanted, *_DATES, *_ORDER))))
    days = columns.mapped_together([read.column(name) for name in _DATES], day_of, pa.date32())
    told = read.append_column("day", days)
    return columns.in_order(told.filter(pc.is_valid(days)) if days.null_count else told, _ORDER)


def day_of(
    first: dt.date | None, last: dt.date | None, span: str | None, precision: str | None, basis: str | None
) -> dt.date | None:
    """The day that stands for a date, as in our incidents; None where the date is coarser than a month."""
    if first is None or last is None or precision not in MAX_DAYS:
        return None
    days = (last - first).days
    if days > MAX_DAYS[precision]:
        return None
    if basis == "publication" or (span == "duration" and precision == "day"):
        return first
    return first + dt.timedelta(days // 2)


def folded(text: Column, also: str = "") -> pa.ChunkedArray:
    """Text with a blank for tabs, line ends and other control characters, and for the characters of ``also``; trimmed, null
    where nothing is left."""
    made = columns.chunked(text)
    for pattern in (_CONTROLS, f"[{also}]+" if also else ""):
        if pattern and pc.any(pc.match_substring_regex(made, pattern)).as_py():
            made = pc.replace_substring_regex(made, pattern, " ")
    return columns.chunked(columns.blank_as_null(made))


def numbers_of(ids: Column) -> pa.ChunkedArray:
    """Positive numbers of less than 63 bits for identifiers: the same for the same one."""
    halved = pc.shift_right(columns.whole_numbers(columns.hashed([ids], _DIGITS)), 1)
    return columns.chunked(pc.max_element_wise(halved, 1))


def of_article(folder: CodedFolder, articles: Column, name: str) -> Column:
    """A column of the articles table for each of these identifiers; null where the folder does not tell."""
    if not folder.has("articles"):
        return columns.nulls(len(articles))
    known = folder.read("articles", ["article_id", name])
    return looked_up(articles, known.column("article_id"), known.column(name))


def looked_up(keys: Column, known: Column, values: Column) -> Column:
    """The value that belongs to each key; null for a key that is not known."""
    at = columns.chunked(pc.index_in(keys, value_set=columns.chunked(known).combine_chunks()))
    return columns.chunked(columns.chunked(values).combine_chunks().take(at.combine_chunks()))


def divisions(table: pa.Table) -> tuple[Column, Column, Column]:
    """Town or site, second-order and first-order division of the place, from the place's name and level."""
    name, level = table.column("place_name"), table.column("place_level")
    none = pa.scalar(None, pa.string())

    def named(*levels: str) -> Column:
        return pc.if_else(columns.flag(pc.is_in(level, pa.array(levels))), name, none)

    return (
        folded(named(*TOWNS)),
        folded(pc.coalesce(table.column("admin2"), named("admin2"))),
        folded(pc.coalesce(table.column("admin1"), named("admin1"))),
    )


# --- to our events -----------------------------------------------------------------------------------------------


def event_of(code: Column) -> dict[str, pa.ChunkedArray]:
    """CAMEO code, root, quad class and Goldstein score (ICEWS's, as in our events); null for a code that there is not."""

    def told(attribute: str, type: pa.DataType) -> pa.ChunkedArray:
        return columns.mapped(code, partial(_attribute, attribute=attribute), type)

    return {
        "cameo_code": told("code", pa.string()),
        "cameo_root": told("root", pa.string()),
        "quad_class": told("quad_class", pa.int8()),
        "goldstein": told("goldstein", pa.float64()),
    }


def _attribute(code: str, attribute: str) -> object:
    found = cameo_codes().get(code)
    return None if found is None else getattr(found, attribute)


def one_day(day: Column) -> dict[str, Column]:
    """The date columns of an event that is dated to a day."""
    length = len(day)
    precision = pc.if_else(pc.is_valid(day), "day", pa.scalar(None, pa.string()))
    span = pc.if_else(pc.is_valid(day), "uncertain", pa.scalar(None, pa.string()))
    return {
        "event_date": day,
        "event_date_end": day,
        "date_precision": precision,
        "date_span": span,
        "date_basis": columns.constant("stated", length),
    }


def sentence_columns(sentence: Column) -> dict[str, Column]:
    """Sentence of an event, -1 for the title, and the part of the article that it is in."""
    return {"sentence": sentence, "field": pc.if_else(pc.less(sentence, 0), "title", "text")}


def roles_columns(side: str, roles: Column) -> dict[str, Column]:
    """All roles of a side, joined with a semicolon, and the first."""
    return {f"{side}_roles": roles, f"{side}_role": columns.mapped(roles, lambda text: text.split(";")[0])}


def place_level(town: Column, second: Column, first: Column, country: Column) -> Column:
    """Kind of place by what is told of it; null where nothing is."""
    return pc.case_when(
        pc.make_struct(*[pc.is_valid(part) for part in (town, second, first, country)]),
        *(pa.scalar(level) for level in ("settlement", "admin2", "admin1", "country")),
    )


def ranks(articles: Column, reasons: Column) -> pa.ChunkedArray:
    """Rank of each row in its article, from 0, in the order of rows; those with a reason against them take none."""
    carried = pc.is_null(columns.chunked(reasons).combine_chunks()).to_numpy(zero_copy_only=False)
    numbers = numbered([columns.chunked(articles).combine_chunks()])[carried]
    order = np.argsort(numbers, kind="stable")
    in_turn = numbers[order]
    within = np.empty(len(numbers), np.int32)
    within[order] = np.arange(len(numbers)) - np.searchsorted(in_turn, in_turn)
    made = np.zeros(len(carried), np.int32)
    made[carried] = within
    return columns.chunked(pa.array(made))


def first_reason(*reasons: tuple[Column, str]) -> Column:
    """The text of the first condition that holds; null where none does."""
    none = pa.scalar(None, pa.string())
    return pc.coalesce(*[pc.if_else(columns.flag(wrong), text, none) for wrong, text in reasons])
