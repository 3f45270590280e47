"""Phoenix's layout: one row for each day, source, target and CAMEO code over all stories; and its files as events of ours.

Source: github.com/openeventdata/phoenix_pipeline (columns, split of actor codes, classes). Its Goldstein table has the numbers of
an older CAMEO in five codes; here a code has the score of its own meaning, and its root's where it has none.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pycountry

from eventcode import __version__
from eventcode.layouts import coded_events, columns
from eventcode.layouts.actor_codes import GROUP, iso3_of, read_code
from eventcode.layouts.cameo_scales import scales_of
from eventcode.layouts.coded_events import NO_ACTORS, SIDES
from eventcode.layouts.columns import Column
from eventcode.layouts.countries import countries, of_name
from eventcode.layouts.model import Carried, CodedFolder, Layout
from eventcode.layouts.pooling import Groups
from eventcode.tables.schema import load_schema

MISSING = "---"
ROOT_ACTORS = frozenset({"IGO", "NGO", "IMG", "MNC"})
SEPARATOR = ";"
_KEYS = ["day", "source_code", "target_code", "cameo_code"]
_READ = (
    "article_source", "sentence", "source_code", "target_code", "cameo_code",
    "place_name", "country", "admin1", "latitude", "longitude",
)  # fmt: skip


def export(folder: CodedFolder) -> pa.Table:
    """Events with at least one coded actor, one row for each day, source, target and code.

    The place is that of the first report that has coordinates, else a place at all.
    """
    events = coded_events.dated_events(folder, _READ)
    coded = pc.or_(pc.is_valid(events.column("source_code")), pc.is_valid(events.column("target_code")))
    events = columns.in_order(events.filter(coded), _KEYS)
    groups = Groups([events.column(name) for name in _KEYS])
    made = groups.first_of(events.select(_KEYS))
    url = coded_events.of_article(folder, events.column("article_id"), "url")
    publisher = events.column("article_source")
    located = groups.first_where(
        pc.is_valid(events.column("latitude")),
        columns.any_valid([events.column("country"), events.column("place_name")]),
    )
    places = events.take(pa.array(located))
    day, code = made.column("day"), made.column("cameo_code")
    root = pc.utf8_slice_codeunits(code, 0, 2)
    numbers = columns.text(pa.array(range(1, made.num_rows + 1), pa.int64()))
    told = {
        "EventID": pc.binary_join_element_wise(numbers, f"v{__version__}", "_"),
        "Date": day,
        "Year": pc.strftime(day, "%Y"),
        "Month": pc.strftime(day, "%m"),
        "Day": pc.strftime(day, "%d"),
        **_actor("Source", made.column("source_code")),
        **_actor("Target", made.column("target_code")),
        "EventCode": code,
        "EventRootCode": root,
        "PentaClass": columns.mapped(code, lambda value: scales_of(value).penta, pa.int64()),
        "GoldsteinScore": columns.mapped(
            code, lambda value: scales_of(value).phoenix_goldstein, pa.float64()
        ),
        "Issues": columns.nulls(made.num_rows),
        "Lat": places.column("latitude"),
        "Lon": places.column("longitude"),
        "LocationName": coded_events.folded(places.column("place_name")),
        "StateName": coded_events.folded(places.column("admin1")),
        "CountryCode": places.column("country"),
        "SentenceID": groups.joined(_reports(events), SEPARATOR),
        "URLs": groups.joined(coded_events.folded(url, SEPARATOR), SEPARATOR),
        "NewsSources": groups.joined(coded_events.folded(publisher, SEPARATOR), SEPARATOR),
    }
    return pa.table({name: told[name] for name in load_schema("phoenix").names})


def _reports(events: pa.Table) -> Column:
    """Story and sentence, counted from 1; 0 is the title."""
    story = pc.fill_null(coded_events.folded(events.column("article_id"), SEPARATOR), "story")
    return pc.binary_join_element_wise(story, columns.text(pc.add(events.column("sentence"), 1)), "_")


def _actor(side: str, code: Column) -> dict[str, Column]:
    return {
        f"{side}ActorFull": code,
        f"{side}ActorEntity": columns.mapped(code, _entity),
        f"{side}ActorRole": columns.mapped(code, _role),
        f"{side}ActorAttribute": columns.mapped(code, _attributes),
    }


def _entity(code: str) -> str | None:
    first = code[:GROUP]
    return first if first in ROOT_ACTORS or iso3_of(first) else None


def _role(code: str) -> str | None:
    second = code[GROUP : 2 * GROUP]
    roles = load_schema("phoenix").field("SourceActorRole").constraints.enum
    return second if second in roles else None


def _attributes(code: str) -> str | None:
    groups = read_code(code).groups[2 if _role(code) else 1 :]
    return SEPARATOR.join(groups) or None


# --- import ------------------------------------------------------------------------------------------------------


def imported(table: pa.Table) -> Carried:
    """Phoenix's rows as events, one for one: what was pooled stays one event, of the first report that it names."""
    full = {side: _known_code(table.column(f"{side.title()}ActorFull")) for side in SIDES}
    event = coded_events.event_of(table.column("EventCode"))
    day = table.column("Date")
    ids = columns.hashed(
        [table.column("EventID"), day, *full.values(), event["cameo_code"]], 20, salt="phoenix"
    )
    report = pc.list_element(pc.split_pattern(pc.fill_null(table.column("SentenceID"), ""), SEPARATOR), 0)
    parts = pc.extract_regex(report, r"^(?P<story>.+)_(?P<sentence>[0-9]{1,6})$")
    story = pc.coalesce(pc.struct_field(parts, "story"), columns.blank_as_null(report), ids)
    sentence = pc.subtract(pc.cast(pc.coalesce(pc.struct_field(parts, "sentence"), "1"), pa.int32()), 1)
    country = columns.mapped(table.column("CountryCode"), _iso3)
    made = {
        "event_id": ids,
        "act_id": ids,
        "article_id": story,
        "article_source": _first_of(table.column("NewsSources")),
        **coded_events.sentence_columns(sentence),
        **event,
        **coded_events.one_day(day),
        "place_name": table.column("LocationName"),
        "admin1": table.column("StateName"),
        "country": country,
        "latitude": table.column("Lat"),
        "longitude": table.column("Lon"),
    }
    for side, code in full.items():
        made[f"{side}_code"] = code
        made[f"{side}_country"] = columns.mapped(code, lambda value: read_code(value).country)
        roles = columns.mapped(code, lambda value: SEPARATOR.join(read_code(value).roles) or None)
        made.update(coded_events.roles_columns(side, roles))
    reasons = coded_events.first_reason(
        (pc.is_null(day), "Date: there is no such day"),
        (pc.is_null(event["cameo_code"]), "EventCode: there is no such CAMEO code"),
        (pc.and_(pc.is_null(full["source"]), pc.is_null(full["target"])), NO_ACTORS),
    )
    made["rank"] = coded_events.ranks(story, reasons)
    return Carried(pa.table(made), reasons)


def _known_code(code: Column) -> Column:
    return pc.if_else(columns.flag(pc.equal(code, MISSING)), pa.scalar(None, pa.string()), code)


def _first_of(texts: Column) -> Column:
    return columns.mapped(texts, lambda text: text.split(SEPARATOR)[0].strip() or None)


def _iso3(country: str) -> str | None:
    """ISO alpha-3 code of a country told by its code of two or three letters or by its name."""
    if country in countries():
        return country
    found = pycountry.countries.get(alpha_2=country) if len(country) == len("XX") else None
    named = of_name(country)
    return found.alpha_3 if found is not None else named.iso3 if named is not None else None


LAYOUT = Layout(
    name="phoenix",
    title="Phoenix-style daily events",
    formats=("txt",),
    source="events",
    export=export,
    imported=imported,
    notice="In Phoenix's layout; not produced or endorsed by the Open Event Data Alliance.",
)
