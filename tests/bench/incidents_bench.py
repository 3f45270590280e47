"""Measures how long joining takes: acts of many articles made up, then ``recode`` of the folder they are written to.

    python tests/bench/incidents_bench.py [--acts N] [--workers N]

The acts are the same ones every time: fights, strikes, killings and marches in towns of some countries, each told by one to
seven articles with slightly differing tolls, dates and places; a stretch of 60 days is made and repeated through the years.
Figures are of a process of its own; memory is the peak resident set of its largest process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from eventcode.model import Act, Actor, DateValue, EventPlace, Quantity, Toll
from eventcode.tables.parquet import TableWriter
from eventcode.tables.rows import act_row

ACTS = 1_000_000
STRETCH_DAYS = 60
STRETCH_HAPPENINGS = 4_000
FIRST_DAY = dt.date(2001, 1, 1)
COUNTRIES = {
    "NGA": (10.0, 8.0), "SYR": (35.0, 38.0), "UKR": (49.0, 33.0), "SDN": (14.0, 30.0), "MMR": (21.0, 96.0),
    "PAK": (31.0, 71.0), "COL": (5.0, -74.0), "MLI": (15.0, -3.0),
}  # fmt: skip
TOWNS = 60
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


def _actor(kind: str, country: str) -> Actor:
    columns: dict[str, tuple[str, tuple[str, ...], str]] = {
        "army": ("Soldier", ("MIL",), "State forces"),
        "gunmen": (f"Gunman ({country})", ("UAF",), "Political militia"),
        "people": (f"Civilian ({country})", ("CVL",), "Civilians"),
        "crowd": ("Protesters", ("OPP",), "Protesters"),
    }
    name, roles, acled = columns[kind]
    return Actor("", 0, 0, name=name, code=country + roles[0], country=country, roles=roles, type=acled)


KINDS = (
    ("clash", "army", "gunmen", True),
    ("air_strike", "army", "people", True),
    ("shell", "army", "people", True),
    ("kill", "gunmen", "people", True),
    ("abduct", "gunmen", "people", False),
    ("demonstrate", "crowd", None, False),
)


def _town(lot: random.Random, country: str, number: int) -> EventPlace:
    lat, lon = COUNTRIES[country]
    inside = random.Random(f"{country}{number}")
    level: Any = "admin1" if lot.random() < 0.05 else "settlement"
    return EventPlace(
        text=None, start=None, end=None, name=f"Town {number}", geonameid=number, level=level, relation="at",
        point="place", latitude=lat + inside.uniform(-3, 3), longitude=lon + inside.uniform(-3, 3), geo_precision=1,
        country=country, admin1=f"Province {number % 12}", admin1_code=f"{country}-{number % 12}", admin2=None, basis="stated",
    )  # fmt: skip


def _stretch() -> Iterator[tuple[str, dt.date, list[Act]]]:
    """Articles of the first 60 days: id, date, acts."""
    lot = random.Random(1)
    article = 0
    for _ in range(STRETCH_HAPPENINGS):
        country = lot.choice(sorted(COUNTRIES))
        kind, one, two, deadly = lot.choice(KINDS)
        number = int(lot.paretovariate(0.7)) % TOWNS
        day = FIRST_DAY + dt.timedelta(days=lot.randrange(STRETCH_DAYS))
        dead = int(lot.paretovariate(1)) % 200 if deadly else None
        for _ in range(min(7, int(lot.paretovariate(1.2)))):
            article += 1
            published = day + dt.timedelta(days=lot.randrange(1, 3))
            told = DateValue(day, day, "uncertain", "day", "relative")
            if lot.random() < 0.25:
                told = DateValue(published, published, "uncertain", "day", "publication")
            toll = (
                None if dead is None or lot.random() < 0.3 else max(0, dead + lot.choice((0, 0, 0, 1, -1, 3)))
            )
            place = _town(lot, country, number)
            harm = [("kill", "gunmen", "people"), ("wound", "gunmen", "people")][: lot.randrange(3)]
            acts = [
                _act(f"{article:08x}{n:08x}", article, n, name, source, target, country, place, told, toll)
                for n, (name, source, target) in enumerate([(kind, one, two), *harm])
            ]
            yield f"a{article}", published, acts


def _act(
    act_id: str, article: int, n: int, name: str, source: str, target: str | None, country: str, place: EventPlace,
    told: DateValue, toll: int | None,
) -> Act:  # fmt: skip
    count = None if toll is None or n else Quantity(toll, toll, toll)
    return Act(
        act_id=act_id, article_id=f"a{article}", field="text", sentence=n, sentence_start=0, sentence_end=10, trigger_start=n,
        trigger_end=n + 1, trigger_text=name, trigger_lemma=name, act=name, rule=name, stance="do", status="occurred",
        attribution="narrator", attributed_to_text=None, attributed_to_code=None, sources=(_actor(source, country),),
        targets=(_actor(target, country),) if target else (), places=(place,), date=told, instrument=None, object=None,
        outcomes=(), toll=Toll(killed=count),
    )  # fmt: skip


def write(folder: Path, number: int) -> int:
    """Write acts, articles and an empty table of places; returns the number of articles."""
    acts, articles = [], []
    for article_id, day, told in _stretch():
        acts += [act_row(act) for act in told]
        articles.append(_article(article_id, day, len(told)))
    with (
        TableWriter(folder / "acts.parquet", "acts") as act_file,
        TableWriter(folder / "articles.parquet", "articles") as article_file,
        TableWriter(folder / "places.parquet", "places"),
        TableWriter(folder / "events.parquet", "events"),
    ):
        act_file.write(acts)
        article_file.write(articles)
    repeats = -(-number // len(acts))
    for table in ("acts", "articles"):
        _repeat(folder / f"{table}.parquet", repeats)
    return len(articles) * repeats


def _article(article_id: str, day: dt.date, acts: int) -> dict[str, Any]:
    return {
        "article_id": article_id, "sha256": f"{int(article_id[1:]):064x}", "date": day, "source": f"Source {int(article_id[1:]) % 40}",
        "title": None, "url": None, "language": "en", "file": "made.jsonl", "record": int(article_id[1:]), "characters": 100,
        "sentences": acts, "parsed_sentences": acts, "acts": acts, "events": acts, "duplicate_of": None,
    }  # fmt: skip


def _repeat(path: Path, times: int) -> None:
    """The table again and again, each time 60 days later and with ids of its own."""
    table = pq.read_table(path)
    out = path.with_suffix(".more")
    with pq.ParquetWriter(out, table.schema, compression="zstd") as file:
        for number in range(times):
            again = table
            for name in table.schema.names:
                again = _moved(again, name, number)
            file.write_table(again.cast(table.schema), row_group_size=10_000)
    out.replace(path)


def _moved(table: pa.Table, name: str, number: int) -> pa.Table:
    column, at = table.column(name), table.schema.get_field_index(name)
    if name in ("date", "event_date", "event_date_end"):
        days = pc.add(column.cast(pa.int32()), pa.scalar(number * STRETCH_DAYS, pa.int32())).cast(pa.date32())
        return table.set_column(at, name, days)
    if name == "article_id":
        return table.set_column(
            at, name, pc.binary_join_element_wise(column.cast(pa.string()), str(number), "-")
        )
    if name in ("act_id", "sha256"):
        tail = pc.utf8_slice_codeunits(column.cast(pa.string()), 4)
        return table.set_column(at, name, pc.binary_join_element_wise(f"{number:04x}", tail, ""))
    return table


def main() -> None:
    """Write, recode, print the figures."""
    parser = argparse.ArgumentParser(description="measure the joining of reports")
    parser.add_argument("--acts", type=int, default=ACTS)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        articles = write(folder, options.acts)
        command = [
            sys.executable,
            "-m",
            "eventcode",
            "recode",
            scratch,
            "--incidents-only",
            "--workers",
            str(options.workers),
        ]
        begin = time.perf_counter()
        status = os.waitstatus_to_exitcode(os.spawnvp(os.P_WAIT, sys.executable, command) << 8)
        seconds = time.perf_counter() - begin
        if status:
            raise SystemExit(f"recode left with status {status}")
        rows = {
            name: pq.ParquetFile(folder / f"{name}.parquet").metadata.num_rows
            for name in ("acts", "events", "incidents")
        }
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = used.ru_maxrss * MAXRSS_BYTES / 1e6
    told = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    processor = used.ru_utime + used.ru_stime
    print(
        f"{articles:,} articles, {told}: {seconds:.0f} s, {processor:.0f} s of processors, "
        f"at most {memory:,.0f} MB in one process"
    )


if __name__ == "__main__":
    main()
