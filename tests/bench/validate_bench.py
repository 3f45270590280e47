"""How long ``eventcode validate`` takes for a table of many rows: ``python tests/bench/validate_bench.py [--rows N] [NAME ...]``.

Each file is made from the valid rows of the tests, with other keys, days, points and notes in every row, so that columns have as
many different values as they have in published files. It is checked in a process of its own; seconds and peak memory are printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from layout_rows import layout_table
from table_rows import valid_rows

from eventcode.tables.checks_ged import priogrid
from eventcode.tables.delimited import write_delimited
from eventcode.tables.parquet import ROW_GROUP_ROWS, arrow_schema, dictionary_paths
from eventcode.tables.schema import LAYOUTS, TABLES, load_schema

FIRST_DAY = dt.date(1997, 1, 1)
DAYS = 10_000
Numbers = npt.NDArray[np.int64]
Changes = dict[str, pa.Array]


def spread(table: pa.Table, rows: int) -> pa.Table:
    """The rows of a small table over and over."""
    return table.take(pa.array(np.arange(rows) % table.num_rows))


def text(prefix: str, numbers: Numbers) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pc.cast(pa.array(numbers), pa.string()), "")


def hexadecimal(numbers: Numbers, digits: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), digits, "0")


def days(numbers: Numbers) -> pa.Array:
    first = (FIRST_DAY - dt.date(1970, 1, 1)).days
    return pa.array((first + numbers % DAYS).astype(np.int32)).cast(pa.date32())


def jittered(column: pa.ChunkedArray, numbers: Numbers) -> pa.Array:
    """Degrees, up to a tenth of a degree to the north or east."""
    return pc.add(column.combine_chunks(), pa.array((numbers * 7919 % 1000) / 10_000))


def acled(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    return {
        "event_id_cnty": pc.binary_join_element_wise("EC-MLI", hexadecimal(numbers, 12), "-"),
        "event_date": day,
        "year": pc.year(day),
        "notes": text("Soldiers and rebels fought near the market, said a witness: report ", numbers),
        "latitude": jittered(table["latitude"], numbers),
        "longitude": jittered(table["longitude"], numbers),
    }


def ged(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    latitude, longitude = (jittered(table[name], numbers) for name in ("latitude", "longitude"))
    points = (pc.cast(pc.round(values, 6), pa.string()) for values in (longitude, latitude))
    return {
        "id": pa.array(numbers),
        "year": pc.year(day),
        "date_start": day,
        "date_end": day,
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": pc.binary_join_element_wise(
            "POINT (", pc.binary_join_element_wise(*points, " "), ")", ""
        ),
        "priogrid_gid": priogrid(latitude, longitude),
        "source_article": text("Wire, page ", numbers),
    }


def gdelt(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    year, month, of_month = pc.year(day), pc.month(day), pc.day(day)
    fraction = pc.add(year, pc.divide(pc.add(pc.multiply(month, 30), of_month), 365.0))
    number = pc.add(pc.multiply(year, 10_000), pc.add(pc.multiply(month, 100), of_month))
    whole = pa.types.is_integer(table["DATEADDED"].type)
    return {
        "GLOBALEVENTID": pa.array(numbers + 1),
        "SQLDATE": day,
        "MonthYear": pc.add(pc.multiply(year, 100), month),
        "Year": year,
        "FractionDate": pc.round(fraction, 4),
        "DATEADDED": pc.multiply(number, 1_000_000) if whole else day,
        "ActionGeo_Lat": jittered(table["ActionGeo_Lat"], numbers),
        "ActionGeo_Long": jittered(table["ActionGeo_Long"], numbers),
        "AvgTone": pa.array((numbers % 2000) / 100 - 10),
        "SOURCEURL": text("http://news.example/world/2024/", numbers),
    }


def icews(table: pa.Table, numbers: Numbers) -> Changes:
    return {
        "Event ID": pa.array(numbers + 1),
        "Event Date": pc.cast(days(numbers), pa.string()),
        "Story ID": pa.array(numbers // 3 + 1),
        "Latitude": jittered(table["Latitude"], numbers),
        "Longitude": jittered(table["Longitude"], numbers),
    }


def phoenix(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    return {
        "EventID": text("", numbers),
        "Date": day,
        **{name: pc.strftime(day, form) for name, form in (("Year", "%Y"), ("Month", "%m"), ("Day", "%d"))},
        "SentenceID": text("story_", numbers),
        "URLs": text("http://news.example/world/", numbers),
        "Lat": jittered(table["Lat"], numbers),
        "Lon": jittered(table["Lon"], numbers),
    }


def polecat(table: pa.Table, numbers: Numbers) -> Changes:
    return {
        "Event ID": text("ASSAULT_", numbers),
        "Event Date": days(numbers),
        "Latitude": jittered(table["Latitude"], numbers),
        "Longitude": jittered(table["Longitude"], numbers),
        "Story People": text("Witness ", numbers),
    }


def articles(table: pa.Table, numbers: Numbers) -> Changes:
    return {"article_id": text("wire-", numbers), "sha256": hexadecimal(numbers, 64)}


def acts(table: pa.Table, numbers: Numbers) -> Changes:
    return {"act_id": hexadecimal(numbers, 20), "article_id": text("wire-", numbers // 10)}


def events(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    return {
        "event_id": hexadecimal(numbers, 20),
        "act_id": hexadecimal(numbers // 2, 20),
        "article_id": text("wire-", numbers // 20),
        "rank": pa.array(numbers % 20),
        "event_date": day,
        "event_date_end": day,
        "latitude": jittered(table["latitude"], numbers),
        "longitude": jittered(table["longitude"], numbers),
    }


def incidents(table: pa.Table, numbers: Numbers) -> Changes:
    day = days(numbers)
    made = {name: column for name, column in acled(table, numbers).items() if name in table.column_names}
    return {**made, "event_date_end": day}


def places(table: pa.Table, numbers: Numbers) -> Changes:
    start = numbers % 10 * 10
    return {
        "article_id": text("wire-", numbers // 10),
        "start": pa.array(start),
        "end": pa.array(start + 3),
    }


MAKERS: dict[str, Callable[[pa.Table, Numbers], Changes]] = {
    "acled": acled,
    "ged": ged,
    "gdelt1": gdelt,
    "gdelt2": gdelt,
    "icews": icews,
    "phoenix": phoenix,
    "polecat": polecat,
    "articles": articles,
    "acts": acts,
    "events": events,
    "incidents": incidents,
    "places": places,
}


def make_table(name: str, rows: int) -> pa.Table:
    """A valid table of so many rows."""
    if name in TABLES:
        small = pa.Table.from_pylist(valid_rows(name), schema=arrow_schema(name))
    else:
        small = layout_table(name)
    table = spread(small, rows)
    changes = MAKERS[name](table, np.arange(rows, dtype=np.int64))
    columns = [
        changes[column].cast(table.schema.field(column).type) if column in changes else table[column]
        for column in table.column_names
    ]
    return pa.Table.from_arrays(columns, names=table.column_names)


def write(name: str, rows: int, folder: Path) -> Path:
    """A file: text for a layout, Parquet for a table of ours."""
    table = make_table(name, rows)
    if name in TABLES:
        path = folder / f"{name}.parquet"
        pq.write_table(
            table,
            path,
            row_group_size=ROW_GROUP_ROWS,
            compression="zstd",
            use_dictionary=dictionary_paths(name),
        )
        return path
    path = folder / f"{name}.csv"
    write_delimited(table, path, load_schema(name))
    return path


def measured(path: Path) -> None:
    """Check a file; print seconds, megabytes, findings."""
    from eventcode.tables.validate import check_files

    begin, worked = time.perf_counter(), time.process_time()
    findings = check_files([path])
    seconds, work = time.perf_counter() - begin, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size / 1e6
    print(f"{path.stem:10} {seconds:6.1f} s ({work:.1f} s of work) {memory:6.0f} MB, file of {size:.0f} MB")
    for finding in findings[:5]:
        print("   ", finding)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MAKERS)}; default all")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.check:
        measured(told.check)
        return
    for name in told.names or (*TABLES, *LAYOUTS):
        with tempfile.TemporaryDirectory() as folder:
            path = write(name, told.rows, Path(folder))
            subprocess.run([sys.executable, __file__, "--check", str(path)], check=True)


if __name__ == "__main__":
    main()
