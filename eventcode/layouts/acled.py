"""ACLED's layout: the incidents that ACLED would code, in its 31 columns; and its files as incidents of ours.

Source: ACLED Codebook (acleddata.com), after the change to text labels of September 2024; older files have numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from eventcode.layouts import columns
from eventcode.layouts.model import Carried, CodedFolder, Layout
from eventcode.layouts.reports import id_lists, numbered_ids, own_or_hashed
from eventcode.ontologies.codes import acled_actor_types, acled_codes, interaction
from eventcode.resources import csv_rows
from eventcode.tables.checks_acled import iso3
from eventcode.tables.schema import load_schema

PRECISIONS = {1: "day", 2: "week", 3: "month"}
# ISO 3166-1 has no number outside these; ACLED's rows have 0 for a territory without one.
FIRST_ISO, LAST_ISO = 4, 999
# Carried as they are. Notes and other text of ACLED's rows are not.
_PLAIN = (
    "event_date", "year", "time_precision", "event_type", "sub_event_type", "actor1", "assoc_actor_1", "actor2",
    "assoc_actor_2", "civilian_targeting", "region", "country", "admin1", "admin2", "admin3", "location", "latitude",
    "longitude", "geo_precision", "source", "source_scale", "fatalities", "tags", "timestamp",
)  # fmt: skip
_INTERS = Path(__file__).resolve().parent / "data" / "acled_inter.csv"


def export(folder: CodedFolder) -> pa.Table:
    """Incidents that ACLED would code, in ACLED's columns."""
    names = load_schema("acled").names
    incidents = folder.read(columns=[*names, "acled_codable"])
    return incidents.filter(incidents.column("acled_codable")).select(names)


def imported(table: pa.Table) -> Carried:
    """ACLED's rows as incidents.

    A row keeps its identifier in ``article_ids``, one entry for each source (``ETH9766#1``); ``event_id_cnty`` is ours, made
    from it, but where the file is one of eventcode's.
    """
    told = {name: table.column(name) for name in _PLAIN}
    own = table.column("event_id_cnty")
    inter1, inter2 = (
        columns.mapped(table.column(name), lambda label: _inters().get(label, label))
        for name in ("inter1", "inter2")
    )
    numbers = [pc.if_else(columns.flag(pc.equal(inter, "0")), None, inter) for inter in (inter1, inter2)]
    iso = table.column("iso")
    known = columns.flag(pc.and_(pc.greater_equal(iso, FIRST_ISO), pc.less_equal(iso, LAST_ISO)))
    code = columns.mapped_together([iso, told["country"]], iso3)
    dead = told["fatalities"].cast(pa.int64())
    # None told and none killed are both 0 there.
    some = pc.if_else(pc.equal(dead, 0), pa.scalar(None, pa.int64()), dead)
    articles, sources = numbered_ids(own, told["source"])
    made = {
        **told,
        "event_id_cnty": own_or_hashed(own, code, "acled"),
        "inter1": numbers[0],
        "inter2": numbers[1],
        "interaction": columns.mapped_together(numbers, _interaction),
        "iso": pc.if_else(known, iso, pa.scalar(None, iso.type)),
        "disorder_type": pc.coalesce(
            table.column("disorder_type"), columns.mapped(told["sub_event_type"], _disorder_type)
        ),
        "fatalities_low": some,
        "fatalities_best": some,
        "fatalities_high": some,
        "event_date_end": told["event_date"],
        "date_precision": columns.mapped(told["time_precision"], PRECISIONS.get),
        "act_ids": id_lists(columns.hashed([own], 20, salt="acled")),
        "article_ids": articles,
        "articles": pc.list_value_length(articles),
        "sources": sources,
        "notes": columns.nulls(table.num_rows),
    }
    return Carried(pa.table(made), columns.nulls(table.num_rows))


@cache
def _inters() -> Mapping[str, str]:
    """ACLED's actor types by number and by their older label."""
    older = dict(csv_rows(_INTERS, lambda row: (row["older"], row["text"])))
    return older | {str(number): text for text, number in acled_actor_types().items()}


def _interaction(inter1: str | None, inter2: str | None) -> str | None:
    known = {None, *acled_actor_types()}
    return interaction(inter1, inter2) if {inter1, inter2} <= known else None


def _disorder_type(sub_event_type: str) -> str | None:
    found = acled_codes().get(sub_event_type)
    return found.disorder_type if found is not None else None


LAYOUT = Layout(
    name="acled",
    title="ACLED-style incidents",
    formats=("csv", "parquet"),
    source="incidents",
    export=export,
    imported=imported,
    by_row=True,
    notice="ACLED-style; not produced or endorsed by ACLED.",
)
