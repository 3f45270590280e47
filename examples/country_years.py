"""A panel of countries and years joined with a country-year file by Gleditsch-Ward number, with pandas.

    python examples/country_years.py [DIR] [FILE]

DIR is a folder that "eventcode code" wrote; without it, data. FILE is what is made; without it, country_years.csv.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd

from eventcode.panels.panel import PanelOptions, write_panel


def covariates(panel: pd.DataFrame) -> pd.DataFrame:
    """A country-year file such as a study brings along. Its figures are made up: only the join is real."""
    numbers = panel.loc[panel["gwcode"].notna(), ["gwcode", "year"]].drop_duplicates()
    return numbers.assign(invented_index=(numbers["gwcode"].astype(int) * 7 + numbers["year"]) % 100 / 100)


def main(folder: str = "data", file: str = "country_years.csv") -> None:
    # The same as: eventcode panel data --unit country --period year --units states --measures incidents,fatalities --out ...
    options = PanelOptions("country", "year", measures=["incidents", "fatalities"], units="states")
    with tempfile.TemporaryDirectory() as scratch:
        written = write_panel(Path(folder), Path(scratch) / "panel.parquet", options)
        panel = pd.read_parquet(written.path, dtype_backend="numpy_nullable")

    joined = panel.merge(covariates(panel), on=["gwcode", "year"], how="left", validate="many_to_one")
    assert len(joined) == len(panel), "a join that adds rows has a key twice"
    joined.to_csv(file, index=False)

    worst = joined.sort_values(["fatalities", "country"], ascending=[False, True]).head(5)
    print(worst[["country", "year", "incidents", "fatalities", "invented_index"]].to_string(index=False))
    print(f"{file}: {len(joined)} rows, {joined['invented_index'].notna().sum()} with a match")


if __name__ == "__main__":
    main(*sys.argv[1:])
