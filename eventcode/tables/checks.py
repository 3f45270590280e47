"""What must hold in a table, whole columns at a time: of a cell, of a row, of a table. Each check yields Failures.

A check looks at a *view*: the columns of a table, or the parts of a nested column (``places`` of acts) with the row that
each belongs to. It runs on every view that has the columns it needs, so that places are checked alike wherever they are.

cell    required          null where a value must be
        pattern           text that does not have the form it must have
        enum              text that is not in the closed list
        range             number or day outside its bounds, or a number that is not finite
        length            text or list that is too short
row     cameo_code        there is no such CAMEO code
        cameo_root        root is not the code's
        cameo_quad        quad class does not follow from the code
        cameo_goldstein   Goldstein score does not follow from the code
        plover_modes      mode that the PLOVER event type does not have
        plover_contexts   no PLOVER context, or one without an event type
        plover_quad       quad class does not follow from the event type
        repeated          the same mode, context, act or article twice in one cell
        acled_types       sub-event type that does not belong to event type and disorder type
        acled_stance      ACLED types of what was said, promised, threatened ..., not done
        roles             role is not the first of the roles
        country           no ISO 3166-1 alpha-3 code, nor Kosovo's XKX; an actor's may be withdrawn (SUN) or user-assigned (XWG)
        iso               number is not the country's
        coordinates       one of latitude and longitude is missing, or both belong to no place
        far_away          coordinates that do not lie near the country
        offsets           end not after start, one of both missing, or a trigger outside its sentence
        dates             the last day before the first, one of both missing, or an exact day before 1000 or after 2999
        quantities        not low <= best <= high, or only some of them
        fatalities        more than the greatest number told, or than 0 where none is; a suicide bomber may be added
        actors            neither source nor target
        interaction       does not follow from the two actor types
        year              does not follow from the date
        time_precision    does not follow from precision and basis of the date
        codable           a reason without cause, none where there must be one, or codable without a date
        listed            count that differs from the list's length, or sources without names or more than articles
        sentences         more sentences parsed than there are
        duplicate         an article that is said to repeat itself
table   unique            the same key twice
        act_rows          is not the number of rows that share the act
        rank              ranks of an article are not 0, 1, 2 ...
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, reduce

import pyarrow as pa
import pyarrow.compute as pc
import pycountry

from eventcode.ontologies.codes import (
    acled_actor_types,
    acled_codes,
    cameo_codes,
    interaction,
    plover_codes,
    plover_contexts,
)
from eventcode.tables.boxes import country_boxes
from eventcode.tables.schema import Bound, Constraints, Field, bounds_text
from eventcode.tables.views import (
    Check,
    Failure,
    View,
    any_of,
    follows,
    judged,
    judged_columns,
    repeated,
    row_numbers,
    said,
    shared,
    text_of,
    where_told,
)

NONE = ""
JOIN = "\x1f"
GOLDSTEIN_TOLERANCE = 1e-6
KOSOVO, NOWHERE = "XKX", "XXX"
# As eventcode.coding.events.DEEDS, which would bring the language model's library along.
DEEDS = frozenset({"do", "attempt", "foil"})
SUICIDE = "Suicide bomb"
# An exact day outside these years is a misreading; "since 1789" is none, but no day either.
FIRST_DAY, LAST_DAY = dt.date(1000, 1, 1), dt.date(2999, 12, 31)
EXACT = ("day", "week", "month")
TIME_PRECISION = {"day": 1, "week": 2, "month": 3}


# --- cells -------------------------------------------------------------------------------------------------------


def check_cells(view: View, fields: Sequence[Field], own_lexicon: bool = True) -> Iterator[Failure]:
    """Each value against the constraints of its column.

    ``own_lexicon``: the table was made with the packaged lexicon, so that its closed lists hold.
    """
    for column in fields:
        values, constraints = view.columns[column.name], column.constraints
        if constraints.required and values.null_count:
            yield Failure("required", column.name, values.is_null(), "a value")
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        if pa.types.is_string(kind):
            known = column.lexicon_values if own_lexicon else ()
            yield from _check_text(column.name, values, constraints, known)
        elif pa.types.is_list(kind) and constraints.min_length is not None:
            short = pc.less(pc.list_value_length(values), constraints.min_length)
            yield Failure("length", column.name, short, f"{constraints.min_length} entries or more")
        elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_date(kind):
            yield from _check_bounds(column.name, values, constraints)


def _check_text(
    name: str, values: pa.Array, constraints: Constraints, lexicon_values: Sequence[str]
) -> Iterator[Failure]:
    """A code is tested once, however often it comes."""
    encoded = pa.types.is_dictionary(values.type)
    texts = values.dictionary if encoded else values
    for code, wrong, expected in _text_tests(texts, constraints, lexicon_values):
        if pc.any(wrong).as_py():
            yield Failure(code, name, wrong.take(values.indices) if encoded else wrong, expected)


def _text_tests(
    texts: pa.Array, constraints: Constraints, lexicon_values: Sequence[str]
) -> Iterator[tuple[str, pa.Array, str]]:
    """Code, where it fails, what is expected."""
    if constraints.pattern is not None:
        fits = pc.match_substring_regex(texts, f"^(?:{constraints.pattern})$")
        yield "pattern", pc.invert(fits), f"the form {constraints.pattern}"
    for known in (constraints.enum, lexicon_values):
        if known:
            listed = pc.is_in(texts, pa.array(known, texts.type))
            yield "enum", where_told(texts, pc.invert(listed)), f"one of {', '.join(known)}"
    if constraints.min_length is not None:
        short = pc.less(pc.utf8_length(texts), constraints.min_length)
        yield "length", short, f"{constraints.min_length} characters or more"


def _check_bounds(name: str, values: pa.Array, constraints: Constraints) -> Iterator[Failure]:
    low, high = constraints.minimum, constraints.maximum
    wrong = []
    if low is not None:
        wrong.append(pc.less(values, _scalar(low, values.type)))
    if high is not None:
        wrong.append(pc.greater(values, _scalar(high, values.type)))
    if pa.types.is_floating(values.type):
        wrong.append(pc.invert(pc.is_finite(values)))
    if wrong:
        yield Failure("range", name, any_of(*wrong), bounds_text(low, high) or "a finite number")


def _scalar(bound: Bound, kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(bound, kind if isinstance(bound, dt.date) else None)


# --- rows: codes -------------------------------------------------------------------------------------------------


def check_cameo(view: View) -> Iterator[Failure]:
    """CAMEO: the code exists; root, quad class and Goldstein score are the code's."""
    if not view.has("cameo_code"):
        return
    codes = list(cameo_codes().values())
    place = pc.index_in(view["cameo_code"], pa.array([code.code for code in codes]))
    yield Failure(
        "cameo_code", "cameo_code", where_told(view["cameo_code"], place.is_null()), "a code of CAMEO 1.1b3"
    )
    if view.has("cameo_root"):
        root = pc.utf8_slice_codeunits(view["cameo_code"], 0, 2)
        yield follows("cameo_root", view, "cameo_root", root, "cameo_code")
    if view.has("quad_class"):
        quad = pa.array([code.quad_class for code in codes], pa.int64()).take(place)
        yield follows("cameo_quad", view, "quad_class", quad, "cameo_code", known=place.is_valid())
    if view.has("goldstein"):
        score = pa.array([code.goldstein for code in codes], pa.float64()).take(place)
        off = pc.greater(pc.abs(pc.subtract(view["goldstein"], score)), GOLDSTEIN_TOLERANCE)
        expected = said(off, lambda: text_of(score))
        yield Failure("cameo_goldstein", "goldstein", off, expected, ("goldstein", "cameo_code"))


def check_plover(view: View) -> Iterator[Failure]:
    """PLOVER: modes are the event type's, contexts are in the list, the quad class is the event type's."""
    if not view.has("plover_event"):
        return
    event = view["plover_event"]
    known = plover_codes()

    def wrong_modes(modes: str | None, event: str | None) -> str | None:
        allowed = known[event].modes if event is not None and event in known else frozenset()
        return None if modes is None or allowed.issuperset(modes.split(";")) else "modes of the event type"

    def wrong_contexts(contexts: str | None, event: str | None) -> str | None:
        fine = contexts is None or (event in known and plover_contexts().issuperset(contexts.split(";")))
        return None if fine else "PLOVER contexts, of an event type"

    if view.has("plover_modes"):
        yield from judged("plover_modes", view, ("plover_modes", "plover_event"), wrong_modes)
    if view.has("plover_contexts"):
        yield from judged("plover_contexts", view, ("plover_contexts", "plover_event"), wrong_contexts)
    if view.has("plover_quad"):
        names = list(plover_codes())
        quads = pa.array([plover_codes()[name].quad for name in names], pa.int64())
        place = pc.index_in(event, pa.array(names))
        told = pc.or_(place.is_valid(), event.is_null())
        yield follows("plover_quad", view, "plover_quad", quads.take(place), "plover_event", known=told)


def check_repeated(view: View) -> Iterator[Failure]:
    """Lists hold nothing twice."""

    def wrong(joined: str | None) -> str | None:
        parts = (joined or "").split(";")
        return "each once" if len({*parts}) < len(parts) else None

    for name in ("plover_modes", "plover_contexts"):
        if view.has(name):
            yield from judged("repeated", view, (name,), wrong)
    for name in ("act_ids", "article_ids"):
        if view.has(name) and pa.types.is_list(view[name].type):
            owners = pc.cast(pc.list_parent_indices(view[name]), pa.int64())
            again = owners.filter(repeated([owners, pc.list_flatten(view[name])]))
            yield Failure("repeated", name, pc.is_in(row_numbers(len(view.rows)), again), "each once")


def check_acled(view: View) -> Iterator[Failure]:
    """ACLED: the three types belong together."""
    own = "acled_" if view.has("acled_sub_event_type") else ""
    sub, event, disorder = f"{own}sub_event_type", f"{own}event_type", f"{own}disorder_type"
    if not view.has(sub):
        return
    types = list(acled_codes().values())
    place = pc.index_in(view[sub], pa.array([kind.sub_event_type for kind in types]))
    known = pc.or_(place.is_valid(), view[sub].is_null())
    for column, values in (
        (event, [kind.event_type for kind in types]),
        (disorder, [kind.disorder_type for kind in types]),
    ):
        if view.has(column):
            yield follows("acled_types", view, column, pa.array(values).take(place), sub, known=known)


def check_acled_stance(view: View) -> Iterator[Failure]:
    """ACLED codes what was done, attempted or foiled, not what was said about it."""
    columns = ("acled_sub_event_type", "acled_event_type", "acled_disorder_type", "stance")

    def wrong(sub: str | None, event: str | None, disorder: str | None, stance: str | None) -> str | None:
        said = stance is not None and stance not in DEEDS and (sub or event or disorder)
        return f"null, or a stance of {', '.join(sorted(DEEDS))}" if said else None

    if view.has(*columns):
        yield from judged("acled_stance", view, columns, wrong, ("acled_sub_event_type", "stance"))


def check_roles(view: View) -> Iterator[Failure]:
    """The role of an actor is the first of its roles."""

    def wrong(role: str | None, roles: str | None) -> str | None:
        first = roles.split(";")[0] if roles is not None else None
        return None if role == first else str(first or "null")

    for side in ("source", "target"):
        if view.has(f"{side}_role", f"{side}_roles"):
            yield from judged("roles", view, (f"{side}_role", f"{side}_roles"), wrong)


@cache
def _iso_numbers() -> Mapping[str, int | None]:
    """Numeric codes of ISO 3166-1 by alpha-3 code; Kosovo has none."""
    return {KOSOVO: None} | {country.alpha_3: int(country.numeric) for country in pycountry.countries}


@cache
def _withdrawn() -> frozenset[str]:
    """Codes of ISO 3166-3: actors of the past keep theirs."""
    codes = (getattr(country, "alpha_3", None) for country in pycountry.historic_countries)
    return frozenset(code for code in codes if code is not None)


def _wrong_country(code: str | None) -> str | None:
    # What is no code at all is told by ``pattern``.
    well_formed = code is not None and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
    return "a code of ISO 3166-1 alpha-3" if well_formed and code not in _iso_numbers() else None


def _wrong_home(code: str | None) -> str | None:
    """Of actors: XAA to XZZ are what ISO 3166 leaves to users, for what has no code."""
    assigned = code is not None and code.startswith("X") and code != NOWHERE
    return None if assigned or code in _withdrawn() else _wrong_country(code)


def check_country(view: View) -> Iterator[Failure]:
    """Countries exist; an incident's number is that of the country in its id."""
    if not view.has("event_id_cnty"):
        of_actors = view.prefix in ("sources.", "targets.")
        for name in view.columns:
            if name == "country" or name.endswith("_country"):
                home = of_actors or name != "country"
                yield from judged("country", view, (name,), _wrong_home if home else _wrong_country)
        return
    known = _iso_numbers()
    code = pc.utf8_slice_codeunits(view["event_id_cnty"], 3, 6)
    lost = pc.invert(pc.is_in(code, pa.array([*known, NOWHERE])))
    well_formed = pc.match_substring_regex(code, "^[A-Z]{3}$")
    expected = f"a code of ISO 3166-1 alpha-3, {KOSOVO} or {NOWHERE}"
    yield Failure("country", "event_id_cnty", pc.and_(well_formed, lost), expected)
    if view.has("iso"):
        codes = list(known)
        number = pa.array([known[name] for name in codes], pa.int64())
        number = number.take(pc.index_in(code, pa.array(codes)))
        yield follows(
            "iso", view, "iso", number, "event_id_cnty", known=pc.and_(well_formed, pc.invert(lost))
        )


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
    yield follows("interaction", view, "interaction", texts.take(pc.index_in(pair, keys)), "inter1", "inter2")


def check_codable(view: View) -> Iterator[Failure]:
    """A happening has a reason not to be codable just when it is not; one that is codable has a day."""
    if view.has("acled_codable", "not_codable_reason"):
        wrong = pc.equal(view["acled_codable"], view["not_codable_reason"].is_valid())
        shown = ("not_codable_reason", "acled_codable")
        yield Failure("codable", "not_codable_reason", wrong, "a reason just where it is not codable", shown)
    if view.has("acled_codable", "event_date", "time_precision"):
        missing = pc.or_(view["event_date"].is_null(), view["time_precision"].is_null())
        wrong = pc.and_(pc.fill_null(view["acled_codable"], False), missing)
        yield Failure(
            "codable",
            "acled_codable",
            wrong,
            "false without a date and its precision",
            ("acled_codable", "event_date", "time_precision"),
        )


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
        far = outside(country, latitude, longitude)
        expected = said(far, lambda: pc.binary_join_element_wise("a point near", country, " "))
        yield Failure("far_away", "latitude", far, expected, both)


def _country(view: View) -> pa.Array | None:
    """ISO alpha-3 codes. Incidents name the country in words, but have the code in their id."""
    if view.has("event_id_cnty"):
        return pc.utf8_slice_codeunits(view["event_id_cnty"], 3, 6)
    return view["country"] if view.has("country") else None


def outside(country: pa.Array, latitude: pa.Array, longitude: pa.Array) -> pa.Array:
    """True for points more than 3 degrees off the country (ISO alpha-3); never for countries without a box."""
    boxes = country_boxes()
    place = pc.index_in(country, pa.array(list(boxes)))
    south, west, north, east = (
        pa.array([box[side] for box in boxes.values()], pa.float64()).take(place) for side in range(4)
    )
    return any_of(
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
        if not pa.types.is_integer(view[end].type):  # joined, in a table that was flattened
            continue
        wrong = any_of(
            pc.less_equal(view[end], view[start]), pc.xor(view[end].is_null(), view[start].is_null())
        )
        yield Failure("offsets", start, wrong, f"{start} before {end}", (start, end))
    if view.has("sentence_start", "sentence_end", "trigger_start", "trigger_end"):
        wrong = any_of(
            pc.less(view["trigger_start"], view["sentence_start"]),
            pc.greater(view["trigger_end"], view["sentence_end"]),
        )
        shown = ("trigger_start", "trigger_end", "sentence_start", "sentence_end")
        yield Failure("offsets", "trigger_start", wrong, "the trigger inside its sentence", shown)


def check_dates(view: View) -> Iterator[Failure]:
    """First and last day come together and in order; an exact day is of our time; the year is the date's."""
    if view.has("event_date", "event_date_end"):
        wrong = pc.less(view["event_date_end"], view["event_date"])
        shown = ("event_date_end", "event_date")
        yield Failure("dates", "event_date_end", wrong, "event_date or later", shown)
        yield _lone_date(view)
    if view.has("event_date", "event_date_end", "date_precision"):
        exact = pc.is_in(view["date_precision"], pa.array(EXACT))
        for name in ("event_date", "event_date_end"):
            wrong = any_of(
                pc.less(view[name], pa.scalar(FIRST_DAY)), pc.greater(view[name], pa.scalar(LAST_DAY))
            )
            # The schema of incidents bounds event_date itself.
            if name == "event_date_end" or view.table != "incidents":
                yield Failure("dates", name, pc.and_(wrong, exact), bounds_text(FIRST_DAY, LAST_DAY))
    if view.has("event_date", "year"):
        yield follows("year", view, "year", pc.year(view["event_date"]), "event_date")


def _lone_date(view: View) -> Failure:
    """One day without the other.

    "Before the publication date" has a last day only, and is of unknown precision; "until Friday" is a duration whose
    beginning nobody told, "since May" without a publication date one without an end. An incident whose date is too
    coarse for ACLED keeps its last day.
    """
    first, last = view["event_date"].is_null(), view["event_date_end"].is_null()
    lone = pc.xor(first, last)
    if view.table == "incidents":
        lone = last if not view.has("time_precision") else pc.or_(last, view["time_precision"].is_valid())
        lone = pc.and_(pc.xor(first, last), lone)
    else:
        if view.has("date_precision"):
            before = pc.and_(first, pc.fill_null(pc.equal(view["date_precision"], "unknown"), False))
            lone = pc.and_(lone, pc.invert(before))
        if view.has("date_span"):
            lasting = pc.fill_null(pc.equal(view["date_span"], "duration"), False)
            lone = pc.and_(lone, pc.invert(lasting))
    shown = ("event_date", "event_date_end")
    return Failure("dates", "event_date", lone, "event_date and event_date_end, or neither", shown)


def check_time_precision(view: View) -> Iterator[Failure]:
    """ACLED's time precision is made of precision and basis of the date; without a date there is none.

    A day that is uncertain among several may be 2.
    """
    names = ("time_precision", "date_precision", "date_basis")
    if not view.has(*names, "event_date"):
        return
    several = pa.nulls(len(view.rows), pa.bool_())
    if view.has("event_date_end"):
        several = pc.greater(view["event_date_end"], view["event_date"])

    def wrong(
        found: int | None, precision: str | None, basis: str | None, dated: bool, several: bool | None
    ) -> str | None:
        if not dated:
            return None if found is None else "null without event_date"
        allowed = {2} if basis == "publication" else {TIME_PRECISION.get(precision or "")}
        if allowed == {1} and several:
            allowed.add(2)
        return None if found in allowed else " or ".join(str(n or "null") for n in sorted(allowed, key=str))

    columns = [view.columns[name] for name in names]
    yield from judged_columns(
        "time_precision", names, [*columns, view["event_date"].is_valid(), several], wrong
    )


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
        yield Failure("quantities", best, any_of(*wrong), " <= ".join(shown), shown)


def check_fatalities(view: View) -> Iterator[Failure]:
    """ACLED's number is none that nobody told; the bomber of a suicide attack may be counted with it."""
    if not view.has("fatalities", "fatalities_high", "sub_event_type"):
        return
    bomber = pc.cast(pc.fill_null(pc.equal(view["sub_event_type"], SUICIDE), False), pa.int64())
    high = pc.add(pc.fill_null(view["fatalities_high"], 0), bomber)
    shown = ("fatalities", "fatalities_high", "sub_event_type")
    more = pc.greater(view["fatalities"], high)
    expected = said(more, lambda: pc.binary_join_element_wise(text_of(high), "or less", " "))
    yield Failure("fatalities", "fatalities", more, expected, shown)


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
    if view.has("articles", "article_ids") and pa.types.is_list(view["article_ids"].type):
        length = pc.fill_null(pc.list_value_length(view["article_ids"]), 0)
        wrong = pc.not_equal(view["articles"], pc.cast(length, pa.int64()))
        expected = said(wrong, lambda: pc.binary_join_element_wise(text_of(length), "in article_ids", " "))
        yield Failure("listed", "articles", wrong, expected)
    if view.has("sources", "source", "articles"):
        wrong = any_of(
            pc.xor(pc.equal(view["sources"], 0), view["source"].is_null()),
            pc.greater(view["sources"], view["articles"]),
        )
        shown = ("sources", "source", "articles")
        yield Failure("listed", "sources", wrong, "as many as source names, no more than articles", shown)


def check_article(view: View) -> Iterator[Failure]:
    """No more sentences are parsed than there are, and no article repeats itself."""
    if view.has("parsed_sentences", "sentences"):
        wrong = pc.greater(view["parsed_sentences"], view["sentences"])
        shown = ("parsed_sentences", "sentences")
        yield Failure("sentences", "parsed_sentences", wrong, "no more than sentences", shown)
    if view.has("article_id", "duplicate_of"):
        wrong = pc.equal(view["duplicate_of"], view["article_id"])
        yield Failure("duplicate", "duplicate_of", wrong, "another article")


ROW_CHECKS: tuple[Check, ...] = (
    check_cameo,
    check_plover,
    check_repeated,
    check_acled,
    check_acled_stance,
    check_roles,
    check_country,
    check_interaction,
    check_codable,
    check_coordinates,
    check_offsets,
    check_dates,
    check_time_precision,
    check_quantities,
    check_fatalities,
    check_actors,
    check_listed,
    check_article,
)


# --- tables ------------------------------------------------------------------------------------------------------


def check_unique(view: View, keys: Sequence[tuple[str, ...]]) -> Iterator[Failure]:
    """No key comes twice; every entry after the first is told."""
    for key in keys:
        if view.has(*key):
            yield Failure("unique", key[0], repeated([view[name] for name in key]), "a key of its own", key)


def check_act_rows(view: View) -> Iterator[Failure]:
    """act_rows is the number of rows that share the act."""
    if view.has("act_id", "act_rows"):
        yield follows("act_rows", view, "act_rows", shared(view["act_id"]), "act_id")


def check_rank(view: View) -> Iterator[Failure]:
    """The ranks of an article are 0, 1, 2 ..., each once."""
    if view.has("article_id", "rank"):
        rows = shared(view["article_id"])
        wrong = any_of(repeated([view["article_id"], view["rank"]]), pc.greater_equal(view["rank"], rows))
        expected = pc.binary_join_element_wise(
            "each of 0 to", text_of(pc.subtract(rows, 1)), "once in the article", " "
        )
        yield Failure("rank", "rank", wrong, expected, ("rank", "article_id"))


def counts_of(keys: pa.Array, among: pa.Array) -> pa.Array:
    """How often each key comes among others; 0 for one that does not, null for null."""
    counted = among.drop_null().value_counts()
    place = pc.index_in(keys, counted.field("values"))
    found = pc.fill_null(counted.field("counts").take(place), 0)
    return pc.if_else(keys.is_valid(), found, pa.scalar(None, pa.int64()))
