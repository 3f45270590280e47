"""A panel of a coded folder: one row for each unit and period, with zeros where nothing happened.

The same folder and the same options give the same bytes. Documented in ``docs/panels.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from eventcode.errors import InputError, UsageError
from eventcode.layouts.model import CodedFolder
from eventcode.panels import periods as calendar
from eventcode.panels.measures import SOURCES, Measure, chosen
from eventcode.panels.units import UNITS, Unit, unit_of
from eventcode.tables.schema import TABLES, Constraints, Dialect, Field, TableSchema

if TYPE_CHECKING:
    import pyarrow as pa

    from eventcode.panels.counting import Counter

WHOSE_UNITS = ("occurring", "states", "all")
FORMATS = ("parquet", "csv", "dta")
# Rows at most: a .csv and a .dta are made in memory.
MOST_ROWS = {"parquet": 500_000_000, "csv": 20_000_000, "dta": 5_000_000}
LAYOUT = "panel"
NOTICE = "Zero-filled: a zero says that nothing was coded. ACLED-style; not produced or endorsed by ACLED."
SCHEMA_VERSION = "1.0.0"
_PERIOD_PARTS = {
    "year": ("Year of the period; of a week, the year of ISO 8601.", "{year}"),
    "month": ("Month, 1 to 12.", "CAST(month(p.period_start) AS INTEGER)"),
    "week": ("Week of ISO 8601, 1 to 53.", "CAST(week(p.period_start) AS INTEGER)"),
}
_PARTS_OF = {
    "day": ("year", "month"),
    "week": ("year", "week"),
    "month": ("year", "month"),
    "year": ("year",),
}


@dataclass(frozen=True, slots=True)
class PanelOptions:
    """What a panel is to hold.

    Args:
        unit: country, admin1, priogrid or dyad.
        period: day, week (ISO 8601), month or year.
        measures: names, as in ``docs/panels.md``; None for the usual ones.
        source: take every measure from this table; None: from incidents where they have it, else from events; of dyads from events.
        first, last: period, as 2024-01-31, 2024-W05, 2024-01 or 2024; None: of the first and last row that is counted.
        units: occurring, or for countries states (with a Gleditsch-Ward number) or all.
        codable_only: count only incidents that ACLED would code.
        sides: of dyads: country, or actor.
        directed: of dyads: whether source and target are told apart.
        geo_precision: of PRIO-GRID cells: the coarsest place that is counted, 1 to 3 (3: a large region's point).
    """

    unit: str
    period: str
    measures: Sequence[str] | None = None
    source: str | None = None
    first: str | None = None
    last: str | None = None
    units: str = "occurring"
    codable_only: bool = False
    sides: str = "country"
    directed: bool = True
    geo_precision: int = 2


@dataclass(frozen=True, slots=True)
class Made:
    """What was written. ``counts``: of each table, rows by reason why they were not counted; "" those that were."""

    path: Path
    descriptor: Path
    rows: int
    units: int
    periods: int
    first: str
    last: str
    missing: str
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Plan:
    unit: Unit
    measures: tuple[Measure, ...]
    tables: tuple[str, ...]
    form: str
    first: dt.date | None
    last: dt.date | None


def write_panel(folder: Path, out: Path, options: PanelOptions, *, replace: bool = False) -> Made:
    """Count a coded folder by unit and period.

    Args:
        folder: that ``eventcode code`` wrote.
        out: file to be written: ``.parquet``, ``.csv`` (or ``.csv.gz``) or ``.dta``; a descriptor comes beside.
        options: what the panel is to hold.
        replace: write over any file; else only over one that is as it was written by us.

    Raises:
        UsageError: the options cannot mean anything, or ask for more rows than the format can take; or there is a file that may
            not be written over.
        InputError: a table is missing, cannot be read or was imported, or nothing is there to be counted.
        OSError: the file cannot be written.
    """
    plan = _plan(options, out)
    if out.suffix == ".parquet" and out.stem in TABLES and out.parent.resolve() == folder.resolve():
        raise UsageError(f"--out {out}: is a table of the coded folder; give the panel another name")
    from eventcode.tables import datapackage

    if not replace:
        datapackage.check_replaceable(out)
    coded = {table: CodedFolder(folder, table) for table in plan.tables}
    out.parent.mkdir(parents=True, exist_ok=True)
    from eventcode.panels.counting import Choice, Counter
    from eventcode.replacing import replacing

    choice = Choice(options.period, plan.first, plan.last, options.codable_only, options.geo_precision)
    with replacing(out) as hidden, Counter(plan.unit, choice, hidden.parent / "duckdb") as counter:
        counts = _place(counter, folder, plan)
        first, last = _range(counter, plan, folder)
        spans = list(calendar.periods(first, last, options.period))
        units = counter.list_units(_more(options.units))
        _check_size(units * len(spans), plan.form, out)
        counter.list_periods(spans)
        counter.count()
        schema = _schema(plan, options)
        names, parts = schema.names, _parts(options.period)
        metadata = _metadata(coded, options, plan, spans)
        rows = _write(counter.rows(names, parts), hidden, plan.form, schema, metadata)
    descriptor = datapackage.write_beside(
        out,
        datapackage.File(
            schema=schema,
            format=plan.form,
            rows=rows,
            layout=LAYOUT,
            title=schema.title,
            notice=NOTICE,
            metadata=metadata,
        ),
    )
    ends = spans[0].name, spans[-1].name
    return Made(out, descriptor, rows, units, len(spans), *ends, plan.unit.missing, MappingProxyType(counts))


def _plan(options: PanelOptions, out: Path) -> _Plan:
    """The options checked against each other. Raises UsageError."""
    unit = unit_of(options.unit, sides=options.sides, directed=options.directed)
    if options.period not in calendar.KINDS:
        raise UsageError(f"--period {options.period!r}: there are {', '.join(calendar.KINDS)}")
    if unit.name != "dyad" and (options.sides != "country" or not options.directed):
        raise UsageError("--sides and --undirected are for --unit dyad")
    if options.units not in WHOSE_UNITS:
        raise UsageError(f"--units {options.units!r}: there are {', '.join(WHOSE_UNITS)}")
    if options.units != "occurring" and unit.name != "country":
        raise UsageError(
            f"--units {options.units}: is for --unit country; of {unit.name} there are those that occur"
        )
    if options.geo_precision not in (1, 2, 3):
        raise UsageError(f"--geo-precision {options.geo_precision}: is 1, 2 or 3")
    measures = chosen(options.measures, _sources(options, unit))
    tables = tuple(table for table in SOURCES if any(m.table == table for m in measures))
    if options.codable_only and "incidents" not in tables:
        raise UsageError("--codable-only: is about incidents, and every measure is made of events")
    first, last = (
        None if text is None else calendar.read_bound(option, text, options.period)
        for option, text in (("--from", options.first), ("--to", options.last))
    )
    if first and last and last < first:
        raise UsageError(f"--to {options.last}: lies before --from {options.first}")
    return _Plan(unit, measures, tables, _format(out), first, last)


def _sources(options: PanelOptions, unit: Unit) -> tuple[str, ...]:
    """Tables that measures are taken from, the first that has one. Raises UsageError."""
    if options.source is not None and options.source not in SOURCES:
        raise UsageError(f"--source {options.source!r}: there are {', '.join(SOURCES)}")
    if options.source is not None and options.source not in unit.tables:
        raise UsageError(
            f"--source {options.source}: its rows do not tell the sides' countries; give --sides actor, or --source events"
        )
    if options.source is not None:
        return (options.source,)
    # Actors are codes in events and names in incidents: never both in one panel.
    return ("events",) if unit.name == "dyad" else SOURCES


def _format(out: Path) -> str:
    if out.is_dir():
        raise UsageError(f"--out {out}: is a folder; name a file")
    name = out.name.lower()
    suffix = name.removesuffix(".gz").rpartition(".")[2]
    if suffix not in FORMATS or (name.endswith(".gz") and suffix != "csv"):
        raise UsageError(f"--out {out.name}: give the file the suffix .parquet, .csv, .csv.gz or .dta")
    return suffix


def _place(counter: Counter, folder: Path, plan: _Plan) -> dict[str, Mapping[str, int]]:
    from eventcode.layouts.countries import of_name
    from eventcode.tables.output import table_path

    for table in plan.tables:
        counter.register(table, table_path(folder, table))
    if "incidents" in plan.tables:
        found = {name: of_name(name) for name in counter.names_of_countries()}
        counter.name_countries({name: state.iso3 for name, state in found.items() if state is not None})
    if plan.unit.name == "admin1":
        events = folder / "events.parquet"
        if "events" not in plan.tables and events.is_file():
            counter.register("events", events)
        counter.code_divisions(plan.tables, has_events=events.is_file())
    return {
        table: counter.place(table, [m for m in plan.measures if m.table == table]) for table in plan.tables
    }


def _range(counter: Counter, plan: _Plan, folder: Path) -> tuple[dt.date, dt.date]:
    """First and last day of the panel. Raises InputError where neither rows nor options tell it."""
    if plan.first and plan.last:
        return plan.first, plan.last
    found = counter.days()
    if found is None:
        raise InputError(f"{folder}: no row can be counted so; give --from and --to for a panel of zeros")
    return plan.first or found[0], plan.last or found[1]


def _more(units: str) -> Sequence[str]:
    """Countries that are listed whether they occur or not; states by number once, under the name of today."""
    from eventcode.layouts.countries import countries

    if units == "occurring":
        return ()
    if units == "all":
        return list(countries())
    living = {state.gw for state in countries().values() if not state.ended}
    return [
        iso3
        for iso3, state in countries().items()
        if state.gw is not None and not (state.ended and state.gw in living)
    ]


def _check_size(rows: int, form: str, out: Path) -> None:
    if rows > MOST_ROWS[form]:
        raise UsageError(
            f"--out {out.name}: the panel would have {rows:,} rows, and {MOST_ROWS[form]:,} are the most of .{form}; "
            "narrow it with --from and --to, or take longer periods"
            + ("" if form == "parquet" else ", or write .parquet")
        )


def _parts(period: str) -> dict[str, str]:
    """SQL of the columns that tell the period."""
    year = (
        "CAST(isoyear(p.period_start) AS INTEGER)"
        if period == "week"
        else "CAST(year(p.period_start) AS INTEGER)"
    )
    told = {name: _PERIOD_PARTS[name][1].format(year=year) for name in _PARTS_OF[period]}
    return {name: f"p.{name}" for name in ("period", "period_start", "period_end")} | told


def _schema(plan: _Plan, options: PanelOptions) -> TableSchema:
    """The panel's columns: unit, period, measures."""
    needed = Constraints(required=True)
    when = (
        Field("period", "string", f"The {options.period}, as ISO 8601 writes it.", needed, dictionary=True),
        Field("period_start", "date", "First day of the period.", needed),
        Field("period_end", "date", "Last day of the period, inclusive.", needed),
        *(
            Field(name, "integer", _PERIOD_PARTS[name][0], needed, "int32")
            for name in _PARTS_OF[options.period]
        ),
    )
    fields = (*plan.unit.columns, *when, *(_counted(m) for m in plan.measures))
    key = (*(name for name, _ in plan.unit.keys), "period_start")
    title = f"Panel of {options.unit} and {options.period}"
    description = "One row for each unit and period of the range; 0 or null, as the column says, where nothing was coded."
    source = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": LAYOUT,
        "title": title,
        "description": description,
        "x-version": SCHEMA_VERSION,
        "primaryKey": list(key),
        "fields": [_described(field) for field in fields],
    }
    return TableSchema(
        name=LAYOUT,
        title=title,
        description=description,
        version=SCHEMA_VERSION,
        primary_key=key,
        sort_key=key,
        references=(),
        fields=fields,
        source=MappingProxyType(source),
        dialect=Dialect(spreadsheet_safe=True),
    )


def _counted(measure: Measure) -> Field:
    field = measure.field()
    needed = measure.empty is not None and measure.value in ("rows", "distinct", "listed", "parts")
    return replace(field, constraints=Constraints(required=needed, minimum=0 if measure.whole else None))


def _described(field: Field) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": field.type, "description": field.description}
    bounds: dict[str, Any] = {"required": True} if field.constraints.required else {}
    if field.constraints.minimum is not None:
        bounds["minimum"] = field.constraints.minimum
    return told | ({"constraints": bounds} if bounds else {})


def _metadata(
    coded: Mapping[str, CodedFolder], options: PanelOptions, plan: _Plan, spans: Sequence[calendar.Period]
) -> dict[str, str]:
    """How the tables were made, and what was asked of them."""
    from eventcode.tables.parquet import TABLE_KEY, VERSION_KEY

    found: dict[str, str] = {}
    for folder in coded.values():
        found |= folder.metadata()
    told = {
        "panel_unit": options.unit,
        "panel_period": options.period,
        "panel_measures": ",".join(f"{m.table}.{m.name}" for m in plan.measures),
        "panel_from": spans[0].name,
        "panel_to": spans[-1].name,
        "panel_units": options.units,
        "panel_codable_only": str(options.codable_only).lower(),
    }
    if options.unit == "dyad":
        told |= {"panel_sides": options.sides, "panel_directed": str(options.directed).lower()}
    if options.unit == "priogrid":
        told["panel_geo_precision"] = str(options.geo_precision)
    return {key: value for key, value in found.items() if key not in (TABLE_KEY, VERSION_KEY)} | told


def _write(
    tables: Iterator[pa.Table],
    hidden: Path,
    form: str,
    schema: TableSchema,
    metadata: Mapping[str, str],
) -> int:
    """Write the rows to a file that nobody sees yet; their number."""
    import pyarrow as pa

    from eventcode.layouts.exporting import fitted

    pieces = (fitted(table, schema) for table in tables if table.num_rows)
    if form == "parquet":
        from eventcode.panels.writing import write_pieces

        return write_pieces(pieces, hidden, schema, metadata)
    from eventcode.tables.parquet import arrow_type

    kinds = pa.schema(
        [pa.field(f.name, arrow_type(f), nullable=not f.constraints.required) for f in schema.fields]
    )
    whole = pa.concat_tables([kinds.empty_table(), *pieces]).combine_chunks()
    if form == "csv":
        from eventcode.tables.delimited import write_delimited

        write_delimited(whole, hidden, schema)
    else:
        from eventcode.layouts.stata import write_stata

        write_stata(whole, hidden, schema)
    return int(whole.num_rows)


__all__ = ["UNITS", "WHOSE_UNITS", "Made", "PanelOptions", "write_panel"]
