"""A map of incidents by type, with matplotlib, which comes with eventcode: no shapefile, no further package.

    python examples/map_incidents.py [DIR] [FILE]

DIR is a folder that "eventcode code" wrote; without it, data. FILE is the picture; without it, map.png.
"""

import math
import sys

import matplotlib

matplotlib.use("Agg")  # write a file; open no window

import matplotlib.pyplot as plt

import eventcode


def main(folder: str = "data", file: str = "map.png") -> None:
    incidents = eventcode.read_incidents(folder)
    # geo_precision 3 is the point of a large region: it would look like a place.
    placed = incidents[incidents["latitude"].notna() & (incidents["geo_precision"] < 3).fillna(False)]

    figure, axes = plt.subplots(figsize=(8, 6), layout="constrained")
    for kind, rows in placed.groupby("event_type", sort=True):
        size = 15 + 10 * rows["fatalities"].fillna(0).astype(float) ** 0.5
        axes.scatter(rows["longitude"], rows["latitude"], s=size, alpha=0.6, label=f"{kind} ({len(rows)})")
    if len(placed):
        # A degree of longitude is as wide as the cosine of the latitude.
        axes.set_aspect(1 / max(0.2, math.cos(math.radians(float(placed["latitude"].mean())))))
        axes.legend(fontsize="small")
    axes.set(xlabel="longitude", ylabel="latitude", title="Incidents; the size of a point tells the deaths")
    axes.grid(linewidth=0.3)
    figure.savefig(file, dpi=150, metadata={"Software": None})
    print(f"{file}: {len(placed)} of {len(incidents)} incidents")


if __name__ == "__main__":
    main(*sys.argv[1:])
