"""Incidents and deaths by country and month, with pandas.

    python examples/months_pandas.py [DIR]

DIR is a folder that "eventcode code" wrote; without it, data.
"""

import sys

import eventcode


def main(folder: str = "data") -> None:
    incidents = eventcode.read_incidents(folder)

    # ACLED would not code an incident without a place, a date or an actor: keep the others.
    incidents = incidents[incidents["acled_codable"]]

    # A day that is only known by its month (time_precision 3) is still good for months.
    month = incidents["event_date"].dt.to_period("M").rename("month")
    counts = incidents.groupby(["country", month]).agg(
        incidents=("event_id_cnty", "size"), fatalities=("fatalities", "sum")
    )
    print(counts.to_string())

    # Months in which nothing was coded are missing above. "eventcode panel" fills them with zeros; here it is by hand.
    every_month = range(int(month.min().ordinal), int(month.max().ordinal) + 1) if len(month) else range(0)
    print(
        f"{len(every_month)} months, {incidents['country'].nunique()} countries, {len(incidents)} incidents"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
