"""The counting itself, in DuckDB: rows of a table to units and periods, then to sums, then to the grid filled with zeros.

Everything that becomes SQL text comes from this package (units, measures, periods); what the user gives is a bound parameter.
Sums of fractions are made in decimals, so that they do not depend on the order of rows. Memory is bounded: what is more goes
to a temporary folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from eventcode.errors import EventcodeError
from eventcode.panels.divisions import codes_of
from eventcode.panels.measures import Measure
from eventcode.panels.periods import EXACT_ENOUGH, Period
from eventcode.panels.states import states_table
from eventcode.panels.units import Unit

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "1GB"
# Rows of the panel that are made at a time.
SLICE_ROWS = 250_000
# Days that the tables' schemas allow; others are told as undated.
FIRST_DAY, LAST_DAY = dt.date(1000, 1, 1), dt.date(2999, 12, 31)
# Why a row is not counted, in the order in which it is asked.
NOT_CODABLE, NO_DATE, COARSE, NO_UNIT, OUTSIDE = "not_codable", "no_date", "coarse", "no_unit", "outside"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are counted. ``first`` and ``last``: days, None for unbounded; ``geo_precision``: coarsest that a cell takes."""

    period: str
    first: dt.date | None
    last: dt.date | None
    codable_only: bool
    geo_precision: int


class Counter:
    """Counts tables of a coded folder by unit and period. A context manager."""

    def __init__(self, unit: Unit, choice: Choice, scratch: Path) -> None:
        """Open a database in memory.

        Args:
            unit: what is counted by.
            choice: which rows.
            scratch: folder for what does not fit in memory.
        """
        import duckdb

        self._unit, self._choice = unit, choice
        self._database: duckdb.DuckDBPyConnection = duckdb.connect()
        settings = {"memory_limit": MEMORY, "temp_directory": str(scratch)}
        for name, value in settings.items():
            self._run(f"SET {name} = $value", {"value": value})
        self._tables: list[str] = []
        self._measures: dict[str, Sequence[Measure]] = {}
        self._database.register("states", states_table())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def register(self, table: str, path: Path) -> None:
        """Name a table of the folder; it is read when it is counted. Raises EventcodeError."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        try:
            self._database.register(table, ds.dataset(path, format="parquet"))
        except (OSError, pa.ArrowException) as error:
            raise EventcodeError(f"{path}: not a Parquet file that can be read") from error

    def name_countries(self, codes: Mapping[str, str]) -> None:
        """Codes (ISO alpha-3) of the names that incidents have."""
        self._keep("country_names", ("country", "iso3"), list(codes.items()))

    def names_of_countries(self) -> list[str]:
        """The names of countries that incidents have."""
        return [
            name for (name,) in self._rows("SELECT DISTINCT country FROM incidents WHERE country IS NOT NULL")
        ]

    def code_divisions(self, tables: Sequence[str], *, has_events: bool) -> None:
        """Find the ISO 3166-2 codes of first-order divisions that rows name; events, where there are any, know them best."""
        coded: list[Any] = []
        if has_events:
            coded = self._rows(
                "SELECT DISTINCT country, admin1, admin1_code FROM events "
                "WHERE country IS NOT NULL AND admin1 IS NOT NULL AND admin1_code IS NOT NULL"
            )
        named: set[tuple[str, str]] = set()
        for table in tables:
            keys = self._unit.tables[table]
            joins = keys.joins.partition("LEFT JOIN division_codes")[0]
            named.update(
                self._rows(
                    f"SELECT DISTINCT {keys.sql[0]}, r.admin1 FROM {table} r {joins} "
                    f"WHERE {keys.sql[0]} IS NOT NULL AND r.admin1 IS NOT NULL"
                )
            )
        found = codes_of(named, coded)
        self._keep(
            "division_codes", ("iso3", "admin1", "code"), [(*key, code) for key, code in found.items()]
        )

    def place(self, table: str, measures: Sequence[Measure]) -> Mapping[str, int]:
        """Put the rows of a table to their units and periods.

        Returns:
            how many rows were kept (under "") and how many not, by reason.
        """
        self._run(f"CREATE TEMP TABLE placed_{table} AS {self._placed_sql(table, measures)}", self._chosen())
        counts = dict(self._rows(f"SELECT reason, count(*) FROM placed_{table} GROUP BY reason"))
        self._tables.append(table)
        self._measures[table] = measures
        return counts

    def _placed_sql(self, table: str, measures: Sequence[Measure]) -> str:
        """Rows with unit, day, reason, first day of the period, and the columns that the measures need (``c_NAME``)."""
        names = [name for name, _ in self._unit.keys]
        no_unit = " OR ".join(f"{name} IS NULL" for name in names)
        return (
            f"SELECT *, CASE WHEN NOT codable THEN '{NOT_CODABLE}' "
            f"WHEN day IS NULL OR day NOT BETWEEN $first_day AND $last_day THEN '{NO_DATE}' "
            f"WHEN exact IS NOT TRUE THEN '{COARSE}' WHEN {no_unit} THEN '{NO_UNIT}' "
            f"WHEN day NOT BETWEEN $first AND $last THEN '{OUTSIDE}' ELSE '' END AS reason, "
            f"CAST(date_trunc('{self._choice.period}', day) AS DATE) AS period_start "
            f"FROM ({self._read_sql(table, names, measures)})"
        )

    def _read_sql(self, table: str, names: Sequence[str], measures: Sequence[Measure]) -> str:
        keys = self._unit.tables[table]
        made = ", ".join(f"{sql} AS {name}" for name, sql in zip(names, keys.sql, strict=True))
        wanted = {name for m in measures for name in (m.column, m.where_column) if name}
        if any(m.value == "act_sum" for m in measures):
            wanted.add("act_id")
        columns = "".join(f', r."{name}" AS "c_{name}"' for name in sorted(wanted))
        label = "r.admin1" if self._unit.name == "admin1" else "NULL::VARCHAR"
        codable = "r.acled_codable" if table == "incidents" and self._choice.codable_only else "true"
        return (
            f"SELECT {made}, {label} AS label, r.event_date AS day, list_contains($exact, r.date_precision) AS exact, "
            f"{codable} AS codable{columns} FROM {table} r {keys.joins}"
        )

    def _chosen(self) -> dict[str, Any]:
        """Parameters that tell which rows are counted."""
        choice = self._choice
        parameters: dict[str, Any] = {
            "exact": list(EXACT_ENOUGH[choice.period]),
            "first_day": FIRST_DAY,
            "last_day": LAST_DAY,
            "first": choice.first or FIRST_DAY,
            "last": choice.last or LAST_DAY,
        }
        if self._unit.name == "priogrid":
            parameters["geo_precision"] = choice.geo_precision
        return parameters

    def days(self) -> tuple[dt.date, dt.date] | None:
        """First and last day of what was put in its place; None where nothing was."""
        told = " UNION ALL ".join(
            f"SELECT day FROM placed_{table} WHERE reason = ''" for table in self._tables
        )
        ((first, last),) = self._rows(f"SELECT min(day), max(day) FROM ({told})")
        return None if first is None else (first, last)

    def count(self) -> None:
        """Sum up every table by unit (of ``units``) and period, into ``found_TABLE``."""
        for table in self._tables:
            measures = self._measures[table]
            keys = ", ".join(name for name, _ in self._unit.keys)
            parameters: dict[str, Any] = {}
            rows = [m for m in measures if m.value != "act_sum"]
            acts = [m for m in measures if m.value == "act_sum"]
            told = "".join(f', {_aggregate(m, parameters)} AS "{m.name}"' for m in rows)
            sql = (
                f"SELECT {keys}, period_start, true AS there{told} FROM placed_{table} WHERE reason = '' "
                f"GROUP BY {keys}, period_start"
            )
            if acts:
                once = "".join(f', max("c_{m.column}") AS "{m.name}"' for m in acts)
                sums = "".join(f', CAST(sum("{m.name}") AS BIGINT) AS "{m.name}"' for m in acts)
                sql = (
                    f"SELECT * FROM ({sql}) JOIN (SELECT {keys}, period_start{sums} FROM (SELECT {keys}, period_start{once} "
                    f"FROM placed_{table} WHERE reason = '' GROUP BY {keys}, period_start, c_act_id) "
                    f"GROUP BY {keys}, period_start) USING ({keys}, period_start)"
                )
            self._run(
                f"CREATE TEMP TABLE found_{table} AS SELECT f.*, u.number FROM ({sql}) f JOIN units u USING ({keys}) "
                "ORDER BY u.number, period_start",
                parameters,
            )

    def list_units(self, more: Sequence[str] = ()) -> int:
        """List the units: those that something was counted for, and ``more`` (countries); their number."""
        keys = ", ".join(name for name, _ in self._unit.keys)
        told = " UNION ALL ".join(
            f"SELECT {keys}, label FROM placed_{table} WHERE reason = ''" for table in self._tables
        )
        if more:
            self._keep("more_units", (keys,), [(iso3,) for iso3 in more])
            told += f" UNION ALL SELECT {keys}, NULL FROM more_units"
        self._run(
            f"CREATE TEMP TABLE units AS SELECT {keys}, min(label) AS label, row_number() OVER (ORDER BY {keys}) AS number "
            f"FROM ({told}) GROUP BY {keys}"
        )
        ((number,),) = self._rows("SELECT count(*) FROM units")
        return int(number)

    def list_periods(self, periods: Sequence[Period]) -> None:
        """List the periods of the panel."""
        import pyarrow as pa

        table = pa.table(
            {
                "period": pa.array([p.name for p in periods], pa.string()),
                "period_start": pa.array([p.first for p in periods], pa.date32()),
                "period_end": pa.array([p.last for p in periods], pa.date32()),
            }
        )
        self._copy("periods", table)

    def rows(self, columns: Sequence[str], parts: Mapping[str, str]) -> Iterator[pa.Table]:
        """The panel in order of units and periods, so many units at a time that memory does not grow with it.

        Args:
            columns: its columns in order.
            parts: SQL of columns that the period ``p`` tells.
        """
        sql = self._panel_sql(columns, parts)
        ((units, periods),) = self._rows(
            "SELECT (SELECT count(*) FROM units), (SELECT count(*) FROM periods)"
        )
        step = max(1, SLICE_ROWS // max(1, periods))
        for first in range(1, units + 1, step):
            with _failing():
                found = self._database.sql(sql, params={"first": first, "last": first + step - 1})
                yield found.to_arrow_table()

    def _panel_sql(self, columns: Sequence[str], parts: Mapping[str, str]) -> str:
        unit = self._unit
        made = {name: f"u.{name}" for name, _ in unit.keys} | dict(unit.extra) | dict(parts)
        joins, valid = "", []
        for at, (key, prefix) in enumerate(unit.states):
            state = f"s{at}"
            joins += f" LEFT JOIN states {state} ON {state}.iso3 = u.{key}"
            inside = (
                f"(p.period_end >= coalesce({state}.first, p.period_end) "
                f"AND p.period_start <= coalesce({state}.last, p.period_start))"
            )
            # So that states which follow each other under one number never have zeros in the same period.
            valid.append(
                f"(p.period_start BETWEEN coalesce({state}.first, p.period_start) "
                f"AND coalesce({state}.last, p.period_start))"
            )
            made |= {f"{prefix}country": f"{state}.country", f"{prefix}iso": f"{state}.iso"}
            made |= {
                f"{prefix}{name}": f"CASE WHEN {inside} THEN {state}.{name} END"
                for name in ("gwcode", "cowcode")
            }
        there = []
        for table in self._tables:
            joins += (
                f" LEFT JOIN (SELECT * FROM found_{table} WHERE number BETWEEN $first AND $last) f_{table} "
                f"ON f_{table}.number = u.number AND f_{table}.period_start = p.period_start"
            )
            there.append(f"f_{table}.there")
            for m in self._measures[table]:
                empty = "NULL" if m.empty is None else str(m.empty)
                made[m.name] = f'CASE WHEN f_{table}.there THEN f_{table}."{m.name}" ELSE {empty} END'
        # A state that has ended has no rows of zeros; what was coded of it later stays.
        where = f" WHERE ({' AND '.join(valid)}) OR {' OR '.join(there)}" if valid else ""
        told = ", ".join(f'{made[name]} AS "{name}"' for name in columns)
        units = "(SELECT * FROM units WHERE number BETWEEN $first AND $last)"
        return f"SELECT {told} FROM {units} u CROSS JOIN periods p{joins}{where} ORDER BY u.number, p.period_start"

    def _keep(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
        """Keep rows of texts as a table."""
        import pyarrow as pa

        made = list(zip(*rows, strict=True)) or [()] * len(columns)
        values = {
            column: pa.array(list(told), pa.string()) for column, told in zip(columns, made, strict=True)
        }
        self._copy(name, pa.table(values))

    def _copy(self, name: str, table: pa.Table) -> None:
        self._database.register(f"given_{name}", table)
        self._run(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")
        self._database.unregister(f"given_{name}")

    def _run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        with _failing():
            self._database.execute(sql, parameters or None)

    def _rows(self, sql: str) -> list[Any]:
        with _failing():
            return self._database.execute(sql).fetchall()


def _aggregate(measure: Measure, parameters: dict[str, Any]) -> str:
    """SQL of a measure over the rows of a unit and period; values that choose rows are added to the parameters."""
    chosen = ""
    if measure.where_column:
        name = f"p{len(parameters)}"
        parameters[name] = list(measure.where_values)
        chosen = f' FILTER (list_contains(${name}, CAST("c_{measure.where_column}" AS VARCHAR)))'
    if measure.value == "rows":
        return f"count(*){chosen}"
    column = f'"c_{measure.column}"'
    if measure.value == "distinct":
        return f"count(DISTINCT {column}){chosen}"
    if measure.value == "listed":
        return f"len(list_distinct(coalesce(flatten(list({column}){chosen}), [])))"
    if measure.value == "parts":
        return f"len(list_distinct(coalesce(flatten(list(string_split({column}, '; ')){chosen}), [])))"
    exact = column if measure.whole else f"CAST({column} AS DECIMAL(9, 4))"
    total = f"sum({exact}){chosen}"
    if measure.value == "mean":
        return f"CAST({total} AS DOUBLE) / count({column}){chosen}"
    kind = "BIGINT" if measure.whole else "DOUBLE"
    empty = "NULL" if measure.empty is None else str(measure.empty)
    return f"CASE WHEN count(*){chosen} = 0 THEN {empty} ELSE CAST({total} AS {kind}) END"


class _failing:
    """What DuckDB cannot do, said in one line."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        import duckdb

        if isinstance(error, duckdb.OutOfMemoryException):
            raise EventcodeError(
                "the panel does not fit in memory or on the disk: ask for fewer units, periods or measures"
            ) from error
        if isinstance(error, duckdb.Error):
            told = str(error).splitlines()[0]
            raise EventcodeError(
                f"the tables cannot be counted: {told}; 'eventcode validate DIR' checks them"
            ) from error
