"""Events and tolls by month in SQL, with DuckDB: for tables larger than memory.

    python examples/months_duckdb.py [DIR]

DIR is a folder that "eventcode code" wrote; without it, data.
"""

import sys
from pathlib import Path

import duckdb

# Rows of events share an act where it has several sources, targets or places. The toll is the act's: count it once.
QUERY = """
WITH acts AS (
    SELECT act_id,
           any_value(date_trunc('month', event_date)) AS month,
           any_value(fatalities_best) AS killed
    FROM read_parquet($path)
    WHERE event_date IS NOT NULL
      AND date_precision IN ('day', 'week', 'month')
      AND quad_class = 4
    GROUP BY act_id
)
SELECT strftime(month, '%Y-%m') AS month, count(*) AS acts, coalesce(sum(killed), 0) AS killed
FROM acts
GROUP BY ALL
ORDER BY ALL
"""


def main(folder: str = "data") -> None:
    path = str(Path(folder) / "events.parquet")
    print("month    acts of material conflict    killed, as told")
    for month, acts, killed in duckdb.execute(QUERY, {"path": path}).fetchall():
        print(f"{month}  {acts:27}  {killed:17}")


if __name__ == "__main__":
    main(*sys.argv[1:])
