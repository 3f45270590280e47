"""Directed dyads of countries by month, from "eventcode panel", and what they tell of reciprocity, with polars.

    python examples/dyads_polars.py [DIR] [FILE]

DIR is a folder that "eventcode code" wrote; without it, data. FILE is the panel; without it, dyads.parquet.
Needs polars ("pip install polars"), which eventcode itself does not.
"""

import sys
from pathlib import Path

import polars as pl

from eventcode.panels.panel import PanelOptions, write_panel


def main(folder: str = "data", file: str = "dyads.parquet") -> None:
    # The same as: eventcode panel data --unit dyad --period month --measures events,goldstein_mean,quad_4 --out dyads.parquet
    options = PanelOptions("dyad", "month", measures=["events", "goldstein_mean", "quad_4"])
    write_panel(Path(folder), Path(file), options)
    panel = pl.read_parquet(file)

    abroad = panel.filter(pl.col("source_iso3") != pl.col("target_iso3"))
    totals = (
        abroad.group_by("source_iso3", "target_iso3")
        .agg(pl.col("events").sum(), pl.col("quad_4").sum(), pl.col("goldstein_mean").mean().round(2))
        .sort("events", "source_iso3", "target_iso3", descending=[True, False, False])
    )
    # What the other side did in the same months; null where it did nothing.
    answers = totals.select(
        pl.col("source_iso3").alias("target_iso3"),
        pl.col("target_iso3").alias("source_iso3"),
        pl.col("events").alias("answers"),
    )
    print(totals.join(answers, on=["source_iso3", "target_iso3"], how="left", maintain_order="left"))
    print(f"{panel.height} rows of dyads and months, {totals.height} dyads of two countries")


if __name__ == "__main__":
    main(*sys.argv[1:])
