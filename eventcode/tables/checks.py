"""What must hold in a table, whole columns at a time: of a cell, of a row, of a table. Each check yields Failures.

A check looks at a *view*: the columns of a table, or the parts of a nested column (``places`` of acts) with the row that
each belongs to. It runs on every view that has the columns it needs, so that places are checked alike wherever they are.

cell    required          null where a value must be
        pattern           text that does not have the form it must have
        enum              text that is not in the closed list
        range             number outside its bounds, or not finite
        length            text that is too short
row     cameo_code        there is no such CAMEO code
        cameo_root        root is not the code's
        cameo_quad        quad class does not follow from the code
        cameo_goldstein   Goldstein score does not follow from the code
        plover_modes      mode that the PLOVER event type does not have
        plover_contexts   no PLOVER context, or one without an event type
        plover_quad       quad class does not follow from the event type
        acled_types       sub-event type that does not belong to event type and disorder type
        coordinates       one of latitude and longitude is missing, or both belong to no place
        far_away          coordinates that do not lie near the country
        offsets           end not after start, one of both missing, or a trigger outside its sentence
        dates             the last day before the first
        quantities        not low <= best <= high, or only some of them
        actors            neither source nor target
        interaction       does not follow from the two actor types
        year              does not follow from the date
        codable           a reason without cause, or none where there must be one
        listed            count that differs from the list's length
table   unique            the same key twice
        act_rows          is not the number of rows that share the act
        rank              ranks of an article are not 0, 1, 2 ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from eventcode.ontologies.codes import (
    acled_actor_types,
    acled_codes,
    cameo_codes,
    interaction,
    plover_codes,
    plover_contexts,
)
from eventcode.tables.boxes import country_boxes
from eventcode.tables.schema import Constraints, Field, TableSchema

NONE = ""
JOIN = "\x1f"
GOLDSTEIN_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class View:
    """Columns of equal length. ``rows``: row of the table of each entry; ``prefix``: of nested columns, "places."."""

    table: str
    prefix: str
    columns: Mapping[str, pa.Array]
    rows: pa.Array

    def __getitem__(self, name: str) -> pa.Array:
        return self.columns[name]

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(name in self.columns for name in names)


@dataclass(frozen=True, slots=True)
class Failure:
    """Entries of a view that break a check. ``failing``: true where; null counts as false.

    ``expected`` is one text for all, or one for each entry; ``shown``: the columns whose values tell what was found.
    """

    code: str
    column: str
    failing: pa.Array
    expected: str | pa.Array
    shown: tuple[str, ...] = ()


Check = Callable[[View], Iterator[Failure]]


# --- views -------------------------------------------------------------------------------------------------------


def views(
    schema: TableSchema, columns: Mapping[str, pa.Array], first_row: int
) -> Iterator[tuple[View, tuple[Field, ...]]]:
    """The table itself and its nested columns, each with the fields that define its columns.

    Args:
        schema: of the table.
        columns: those that are there and have the right type.
        first_row: number of the first row in the file.
    """
    length = len(next(iter(columns.values()))) if columns else 0
    rows = row_numbers(length, first_row)
    yield from _views(View(schema.name, "", columns, rows), schema.fields)


def _views(view: View, fields: Sequence[Field]) -> Iterator[tuple[View, tuple[Field, ...]]]:
    there = tuple(field for field in fields if field.name in view.columns)
    yield view, there
    for field in there:
        if field.type not in ("array", "object"):
            continue
        inner, rows = view[field.name], view.rows
        if field.type == "array":
            rows = rows.take(pc.list_parent_indices(inner))
            inner = pc.list_flatten(inner)
        if field.items is not None:
            item = Field(field.name, "string", field.description, field.items)
            yield View(view.table, view.prefix, {field.name: inner}, rows), (item,)
        elif field.fields:
            told = inner.is_valid()
            inner, rows = inner.filter(told), rows.filter(told)
            parts = dict(zip([part.name for part in field.fields], inner.flatten(), strict=True))
            yield from _views(View(view.table, f"{view.prefix}{field.name}.", parts, rows), field.fields)


# --- cells -------------------------------------------------------------------------------------------------------


def check_cells(view: View, fields: Sequence[Field]) -> Iterator[Failure]:
    """Each value against the constraints of its column."""
    for field in fields:
        values, constraints = view[field.name], field.constraints
        if constraints.required:
            yield Failure("required", field.name, values.is_null(), "a value")
        if pa.types.is_string(values.type):
            yield from _check_text(field.name, values, constraints)
        elif pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
            yield from _check_number(field.name, values, constraints)


def _check_text(name: str, values: pa.Array, constraints: Constraints) -> Iterator[Failure]:
    if constraints.pattern is not None:
        encoded = values.dictionary_encode()  # a code is tested once, however often it comes
        fits = pc.match_substring_regex(encoded.dictionary, f"^(?:{constraints.pattern})$").take(
            encoded.indices
        )
        yield Failure("pattern", name, pc.invert(fits), f"the form {constraints.pattern}")
    if constraints.enum:
        known = pc.is_in(values, pa.array(constraints.enum, values.type))
        yield Failure("enum", name, _told(values, pc.invert(known)), f"one of {', '.join(constraints.enum)}")
    if constraints.min_length is not None:
        short = pc.less(pc.utf8_length(values), constraints.min_length)
        yield Failure("length", name, short, f"{constraints.min_length} characters or more")


def _check_number(name: str, values: pa.Array, constraints: Constraints) -> Iterator[Failure]:
    low, high = constraints.minimum, constraints.maximum
    wrong = []
    if low is not None:
        wrong.append(pc.less(values, low))
    if high is not None:
        wrong.append(pc.greater(values, high))
    if pa.types.is_floating(values.type):
        wrong.append(pc.invert(pc.is_finite(values)))
    if wrong:
        yield Failure("range", name, _any(*wrong), _bounds(low, high))


def _bounds(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    if low is not None:
        return f"{low:g} or more"
    return f"{high:g} or less" if high is not None else "a finite number"


# --- rows: codes -------------------------------------------------------------------------------------------------


def check_cameo(view: View) -> Iterator[Failure]:
    """CAMEO: the code exists; root, quad class and Goldstein score are the code's."""
    if not view.has("cameo_code"):
        return
    codes = list(cameo_codes().values())
    place = pc.index_in(view["cameo_code"], pa.array([code.code for code in codes]))
    yield Failure(
        "cameo_code", "cameo_code", _told(view["cameo_code"], place.is_null()), "a code of CAMEO 1.1b3"
    )
    if view.has("cameo_root"):
        root = pc.utf8_slice_codeunits(view["cameo_code"], 0, 2)
        yield _follows("cameo_root", view, "cameo_root", root, "cameo_code")
    if view.has("quad_class"):
        quad = pa.array([code.quad_class for code in codes], pa.int64()).take(place)
        yield _follows("cameo_quad", view, "quad_class", quad, "cameo_code", known=place.is_valid())
    if view.has("goldstein"):
        score = pa.array([code.goldstein for code in codes], pa.float64()).take(place)
        off = pc.greater(pc.abs(pc.subtract(view["goldstein"], score)), GOLDSTEIN_TOLERANCE)
        yield Failure("cameo_goldstein", "goldstein", off, _text(score), ("goldstein", "cameo_code"))


def check_plover(view: View) -> Iterator[Failure]:
    """PLOVER: modes are the event type's, contexts are in the list, the quad class is the event type's."""
    if not view.has("plover_event"):
        return
    event = view["plover_event"]
    if view.has("plover_modes"):
        allowed = [f"{name}{JOIN}{mode}" for name, known in plover_codes().items() for mode in known.modes]
        wrong = _wrong_parts(view["plover_modes"], event, pa.array(allowed))
        yield Failure(
            "plover_modes", "plover_modes", wrong, "modes of the event type", ("plover_modes", "plover_event")
        )
    if view.has("plover_contexts"):
        allowed = [f"{name}{JOIN}{context}" for name in plover_codes() for context in plover_contexts()]
        wrong = _wrong_parts(view["plover_contexts"], event, pa.array(allowed))
        yield Failure(
            "plover_contexts",
            "plover_contexts",
            wrong,
            "PLOVER contexts, of an event type",
            ("plover_contexts", "plover_event"),
        )
    if view.has("plover_quad"):
        names = list(plover_codes())
        quads = pa.array([plover_codes()[name].quad for name in names], pa.int64())
        place = pc.index_in(event, pa.array(names))
        known = pc.or_(place.is_valid(), event.is_null())
        yield _follows("plover_quad", view, "plover_quad", quads.take(place), "plover_event", known=known)


def _wrong_parts(joined: pa.Array, event: pa.Array, allowed: pa.Array) -> pa.Array:
    """Where a text joined with semicolons has a part that is not allowed with the event."""
    parts = pc.split_pattern(joined, ";")
    parents = pc.list_parent_indices(parts)
    owner = pc.fill_null(event.take(parents), NONE)
    keys = pc.binary_join_element_wise(owner, pc.list_flatten(parts), JOIN)
    bad = parents.filter(pc.invert(pc.is_in(keys, allowed)))
    return pc.is_in(row_numbers(len(joined)), pc.cast(bad, pa.int64()))


def check_acled(view: View) -> Iterator[Failure]:
    """ACLED: the three types belong together."""
    own = "acled_" if view.has("acled_sub_event_type") else ""
    sub, event, disorder = f"{own}sub_event_type", f"{own}event_type", f"{own}disorder_type"
    if not view.has(sub, event, disorder):
        return
    types = list(acled_codes().values())
    place = pc.index_in(view[sub], pa.array([kind.sub_event_type for kind in types]))
    known = pc.or_(place.is_valid(), view[sub].is_null())
    for column, values in (
        (event, [kind.event_type for kind in types]),
        (disorder, [kind.disorder_type for kind in types]),
    ):
        yield _follows("acled_types", view, column, pa.array(values).take(place), sub, known=known)


@cache
def _interactions() -> tuple[pa.Array, pa.Array]:
    types = (None, *acled_actor_types())
    pairs = [(one, two) for one in types for two in types]
    keys = [f"{one or NONE}{JOIN}{two or NONE}" for one, two in pairs]
    return pa.array(keys), pa.array([interaction(one, two) for one, two in pairs], pa.string())


def check_interaction(view: View) -> Iterator[Failure]:
    """ACLED: the interaction is what the two actor types make."""
    if not view.has("inter1", "inter2", "interaction"):
        return
    keys, texts = _interactions()
    pair = pc.binary_join_element_wise(
        view["inter1"], view["inter2"], JOIN, null_handling="replace", null_replacement=NONE
    )
    yield _follows(
        "interaction", view, "interaction", texts.take(pc.index_in(pair, keys)), "inter1", "inter2"
    )


def check_codable(view: View) -> Iterator[Failure]:
    """A happening has a reason not to be codable just when it is not."""
    if view.has("acled_codable", "not_codable_reason"):
        wrong = pc.equal(view["acled_codable"], view["not_codable_reason"].is_valid())
        shown = ("not_codable_reason", "acled_codable")
        yield Failure("codable", "not_codable_reason", wrong, "a reason just where it is not codable", shown)


# --- rows: places, offsets, dates, numbers -----------------------------------------------------------------------


def check_coordinates(view: View) -> Iterator[Failure]:
    """Latitude and longitude come together, with a place, and near its country."""
    if not view.has("latitude", "longitude"):
        return
    latitude, longitude = view["latitude"], view["longitude"]
    both = ("latitude", "longitude")
    one = pc.xor(latitude.is_null(), longitude.is_null())
    yield Failure("coordinates", "latitude", one, "latitude and longitude together", both)
    names = [
        name for name in ("name", "place_name", "location", "geonameid", "country") if name in view.columns
    ]
    if names:
        nowhere = reduce(pc.and_, [view[name].is_null() for name in names])
        yield Failure(
            "coordinates",
            "latitude",
            pc.and_(latitude.is_valid(), nowhere),
            "a place with its coordinates",
            both,
        )
    country = _country(view)
    if country is not None:
        far = _outside(country, latitude, longitude)
        yield Failure(
            "far_away", "latitude", far, pc.binary_join_element_wise("a point near", country, " "), both
        )


def _country(view: View) -> pa.Array | None:
    """ISO alpha-3 codes. Incidents name the country in words, but have the code in their id."""
    if view.has("event_id_cnty"):
        return pc.utf8_slice_codeunits(view["event_id_cnty"], 3, 6)
    return view["country"] if view.has("country") else None


def _outside(country: pa.Array, latitude: pa.Array, longitude: pa.Array) -> pa.Array:
    """Null, so not outside, for countries without a box."""
    boxes = country_boxes()
    place = pc.index_in(country, pa.array(list(boxes)))
    south, west, north, east = (
        pa.array([box[side] for box in boxes.values()], pa.float64()).take(place) for side in range(4)
    )
    return _any(
        pc.less(latitude, south),
        pc.greater(latitude, north),
        pc.less(longitude, west),
        pc.greater(longitude, east),
    )


def check_offsets(view: View) -> Iterator[Failure]:
    """Every end comes after its start, both are there or neither, and a trigger lies in its sentence."""
    for end in view.columns:
        start = f"{end[:-3]}start"
        if not (end == "end" or end.endswith("_end")) or not view.has(start):
            continue
        wrong = _any(
            pc.less_equal(view[end], view[start]), pc.xor(view[end].is_null(), view[start].is_null())
        )
        yield Failure("offsets", start, wrong, f"{start} before {end}", (start, end))
    if view.has("sentence_start", "sentence_end", "trigger_start", "trigger_end"):
        wrong = _any(
            pc.less(view["trigger_start"], view["sentence_start"]),
            pc.greater(view["trigger_end"], view["sentence_end"]),
        )
        shown = ("trigger_start", "trigger_end", "sentence_start", "sentence_end")
        yield Failure("offsets", "trigger_start", wrong, "the trigger inside its sentence", shown)


def check_dates(view: View) -> Iterator[Failure]:
    """The last day is not before the first; the year is the date's."""
    if view.has("event_date", "event_date_end"):
        wrong = pc.less(view["event_date_end"], view["event_date"])
        shown = ("event_date_end", "event_date")
        yield Failure("dates", "event_date_end", wrong, "event_date or later", shown)
    if view.has("event_date", "year"):
        yield _follows("year", view, "year", pc.year(view["event_date"]), "event_date")


def check_quantities(view: View) -> Iterator[Failure]:
    """low <= best <= high, and all of them where one is told."""
    for best in view.columns:
        low, high = f"{best[:-4]}low", f"{best[:-4]}high"
        if not best.endswith("_best") or not view.has(low):
            continue
        shown = tuple(name for name in (low, best, high) if view.has(name))
        pairs = [(low, best), (best, high)] if view.has(high) else [(low, best)]
        wrong = [pc.greater(view[less], view[more]) for less, more in pairs]
        if view.has(high):
            wrong += [pc.xor(view[name].is_null(), view[best].is_null()) for name in (low, high)]
        yield Failure("quantities", best, _any(*wrong), " <= ".join(shown), shown)


def check_actors(view: View) -> Iterator[Failure]:
    """An event has a source or a target. Offsets tell where a table shows no words."""
    told = [
        [
            view[name].is_null()
            for part in ("start", "code", "name", "text")
            if (name := f"{side}_{part}") in view.columns
        ]
        for side in ("source", "target")
    ]
    if all(told):
        wrong = reduce(pc.and_, [*told[0], *told[1]])
        shown = tuple(name for name in ("source_code", "target_code") if view.has(name))
        yield Failure("actors", shown[0] if shown else "source_start", wrong, "a source or a target", shown)


def check_listed(view: View) -> Iterator[Failure]:
    """Counts are the lengths of the lists they count."""
    if view.has("articles", "article_ids"):
        length = pc.fill_null(pc.list_value_length(view["article_ids"]), 0)
        wrong = pc.not_equal(view["articles"], pc.cast(length, pa.int64()))
        yield Failure(
            "listed", "articles", wrong, pc.binary_join_element_wise(_text(length), "in article_ids", " ")
        )


ROW_CHECKS: tuple[Check, ...] = (
    check_cameo,
    check_plover,
    check_acled,
    check_interaction,
    check_codable,
    check_coordinates,
    check_offsets,
    check_dates,
    check_quantities,
    check_actors,
    check_listed,
)


# --- tables ------------------------------------------------------------------------------------------------------


def check_unique(view: View, keys: Sequence[tuple[str, ...]]) -> Iterator[Failure]:
    """No key comes twice; every entry after the first is told."""
    for key in keys:
        if view.has(*key):
            yield Failure("unique", key[0], _repeated([view[name] for name in key]), "a key of its own", key)


def check_act_rows(view: View) -> Iterator[Failure]:
    """act_rows is the number of rows that share the act."""
    if view.has("act_id", "act_rows"):
        yield _follows("act_rows", view, "act_rows", counts_of(view["act_id"], view["act_id"]), "act_id")


def check_rank(view: View) -> Iterator[Failure]:
    """The ranks of an article are 0, 1, 2 ..., each once."""
    if view.has("article_id", "rank"):
        rows = counts_of(view["article_id"], view["article_id"])
        wrong = _any(_repeated([view["article_id"], view["rank"]]), pc.greater_equal(view["rank"], rows))
        expected = pc.binary_join_element_wise(
            "each of 0 to", _text(pc.subtract(rows, 1)), "once in the article", " "
        )
        yield Failure("rank", "rank", wrong, expected, ("rank", "article_id"))


def counts_of(keys: pa.Array, among: pa.Array) -> pa.Array:
    """How often each key comes among others; 0 for one that does not, null for null."""
    counted = among.drop_null().value_counts()
    place = pc.index_in(keys, counted.field("values"))
    found = pc.fill_null(counted.field("counts").take(place), 0)
    return pc.if_else(keys.is_valid(), found, pa.scalar(None, pa.int64()))


# --- helpers -----------------------------------------------------------------------------------------------------


def row_numbers(length: int, first: int = 0) -> pa.Array:
    """The numbers of so many rows."""
    return pa.array(np.arange(first, first + length, dtype=np.int64))


def _repeated(keys: Sequence[pa.Array]) -> pa.Array:
    """True for a key, of one part or several, that came before; one with a null never is."""
    rows = row_numbers(len(keys[0]))
    names = [str(number) for number in range(len(keys))]
    table = pa.table([*keys, rows], names=[*names, "row"])
    firsts = table.group_by(names).aggregate([("row", "min")])["row_min"].combine_chunks()
    told = reduce(pc.and_, [key.is_valid() for key in keys])
    return pc.and_(told, pc.invert(pc.is_in(rows, firsts)))


def _follows(
    code: str, view: View, column: str, expected: pa.Array, *given: str, known: pa.Array | None = None
) -> Failure:
    """Failure where a column differs from what others make it; null must be met by null.

    ``known``: false where nothing can be said, as what it follows from is wrong itself.
    """
    found = view[column]
    differ = pc.fill_null(pc.not_equal(found, pc.cast(expected, found.type)), False)
    wrong = pc.or_(differ, pc.xor(found.is_null(), expected.is_null()))
    if known is not None:
        wrong = pc.and_(wrong, known)
    return Failure(code, column, wrong, _text(expected), (column, *given))


def _told(values: pa.Array, wrong: pa.Array) -> pa.Array:
    """Where a check fails and there is a value: a missing one is the business of ``required``."""
    return pc.and_(values.is_valid(), wrong)


def _any(*masks: pa.Array) -> pa.Array:
    return reduce(pc.or_, [pc.fill_null(mask, False) for mask in masks])


def _text(values: pa.Array) -> pa.Array:
    return pc.fill_null(pc.cast(values, pa.string()), "null")


def shown_value(value: Any) -> str:
    """A value as findings show it."""
    return "null" if value is None else str(value)
