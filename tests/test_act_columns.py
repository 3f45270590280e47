"""Acts read by columns are those read by rows."""

from __future__ import annotations

import pyarrow as pa
from test_incidents import FRIDAY, SHADDADI, TANF, Story, army, count, day, gunmen, land

from eventcode.model import Act, Toll
from eventcode.tables.act_columns import acts_of
from eventcode.tables.parquet import arrow_schema
from eventcode.tables.rows import act_from_row, act_row, without_text


def some() -> list[Act]:
    s = Story()
    s.tell("clash", sources=(army("SYR"), gunmen("SYR")), targets=(gunmen("SYR"),), places=(TANF, SHADDADI))
    s.tell("kill", -1, date=day(FRIDAY), toll=Toll(killed=count(3, 9), crowd_best=4), outcomes=("killed",))
    s.tell("demonstrate", 2, places=(land("SYR"),), toll=Toll(killed=count(0), killed_civilian=0))
    s.tell("clash", 3, sources=(army("SYR"),), places=(TANF,))
    return s.acts


def test_by_columns_as_by_rows() -> None:
    rows = [act_row(act) for act in some()]
    for told in (rows, [without_text(row) for row in rows], []):
        table = pa.Table.from_pylist(told, schema=arrow_schema("acts"))
        expected = [act_from_row(row) for row in table.to_pylist()]
        assert acts_of(table) == expected
        # A slice, and a table in pieces, are read no differently.
        assert acts_of(table.slice(1, 2)) == expected[1:3]
        assert acts_of(pa.concat_tables([table.slice(2), table.slice(0, 2)])) == expected[2:] + expected[:2]
