"""Fits ``eventcode/gazetteer/data/place_confidence.yaml``: how often a place of a raw confidence is right within 161 km.

    python tests/bench/fit_confidence.py [--write]

The truth is of our own making. Reports are written round towns drawn from the gazetteer, as often as the square root of
their people (small towns are in the news, in all more often than large ones), with none to three names beside them: a town near by, the province, the
country, its people, or a country that has nothing to do with it. Added to these are the tables of place phrases in
``tests/cases``. Isotonic regression of "right" on the raw confidence, averaged in bins, gives the knots. Draws have a
fixed seed, so that the same gazetteer gives the same file.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import get_args

import numpy as np

from eventcode.find.places import find_places
from eventcode.gazetteer.distance import km_between
from eventcode.gazetteer.index import Entry, Gazetteer, open_index
from eventcode.model import Article
from eventcode.resolve.places import RIGHT_KM, Backing, judge_places
from eventcode.resources import gazetteer_dir
from eventcode.sentences import cut

CASES = Path(__file__).resolve().parents[1] / "cases"
TABLES = ("blind_places.jsonl", "blind_places_2.jsonl", "ambiguous_places.jsonl")
REPORTS, SEED = 6000, 20231
PEOPLE = 1000  # the smallest town drawn
BINS, FEWEST = 20, 15
CEILING = 0.98  # nothing is surer than this
OPENINGS = (
    "Gunmen attacked a police post in {town} on Monday.",
    "Two people were killed in {town} when a bomb went off.",
    "Residents of {town} fled as soldiers moved in.",
    "Protesters marched through {town} and burned tyres.",
    "Police arrested nine people near {town}.",
)
BESIDE = {
    "near": "The wounded were taken to {name}.",
    "province": "It was the third attack in {name} this month.",
    "country": "The government of {name} promised an inquiry.",
    "people": "{name} officials gave no details.",
    "other": "A diplomat from {name} called for calm.",
}

Pairs = list[tuple[Backing, float, bool]]


def towns(gazetteer: Gazetteer) -> list[Entry]:
    """Every town, first-order division and country of the gazetteer with so many people, in the order of ids."""
    with sqlite3.connect(f"{gazetteer.path.resolve().as_uri()}?mode=ro", uri=True) as db:
        rows = db.execute(
            "SELECT id FROM place WHERE feature IN ('settlement', 'admin1', 'country') AND population >= ? ORDER BY id",
            (PEOPLE,),
        ).fetchall()
    return [entry for (id_,) in rows if (entry := gazetteer.place(id_)) is not None]


def reports(gazetteer: Gazetteer, number: int) -> Iterator[tuple[str, int, Entry]]:
    """Text, where the town's name begins in it, and the town."""
    lot = random.Random(SEED)
    known = towns(gazetteer)
    weights = list(accumulate(math.sqrt(t.population) for t in known))
    by_division: dict[int | None, list[Entry]] = {}
    for town in (t for t in known if t.feature == "settlement"):
        by_division.setdefault(town.admin1, []).append(town)
    for town in lot.choices(known, cum_weights=weights, k=number):
        opening = lot.choice(OPENINGS)
        text = opening.format(town=town.name)
        for kind in lot.sample(sorted(BESIDE), lot.choice((0, 1, 1, 2, 3))):
            name = beside(kind, town, by_division.get(town.admin1, []), known, gazetteer, lot)
            text += " " + BESIDE[kind].format(name=name) if name else ""
        yield text, opening.index("{town}"), town


def beside(
    kind: str,
    town: Entry,
    division: Sequence[Entry],
    known: Sequence[Entry],
    gazetteer: Gazetteer,
    lot: random.Random,
) -> str | None:
    """A name to stand beside a town's, or None where there is none of the kind."""
    other = lot.choice(known)
    if kind == "near":
        return lot.choice(division).name if division else None
    if kind == "province":
        found = gazetteer.place(town.admin1) if town.admin1 else None
    else:
        code = (other if kind == "other" else town).country
        found = gazetteer.country(code) if code else None
    if found is None or kind != "people":
        return found.name if found is not None else None
    peoples = [
        w
        for w in (found.name + "n", found.name + "ese", found.name + "i")
        if gazetteer.lookup(w, loose=False)
    ]
    return next((w for w in peoples if gazetteer.lookup(w)[0].feature == "demonym"), None)


def drawn(gazetteer: Gazetteer, number: int) -> Pairs:
    """Raw confidence and whether right, of the towns of so many written reports."""
    pairs: Pairs = []
    for text, start, town in reports(gazetteer, number):
        document = cut(Article(text))
        mentions = find_places(document, gazetteer)
        for judged in judge_places(mentions, document, gazetteer):
            place = judged.place
            if place.start == start and place.latitude is not None and place.longitude is not None:
                assert town.latitude is not None
                assert town.longitude is not None
                km = km_between(town.latitude, town.longitude, place.latitude, place.longitude)
                pairs.append((judged.backing, judged.raw, km <= RIGHT_KM))
    return pairs


def written(gazetteer: Gazetteer) -> Pairs:
    """The same of the tables of place phrases."""
    pairs: Pairs = []
    lines = [line for name in TABLES for line in (CASES / name).read_text(encoding="utf-8").splitlines()]
    for case in map(json.loads, lines):
        before = f"{case['before']} " if "before" in case else ""
        start = len(before) + case["text"].index(case["phrase"])
        end = start + len(case["phrase"])
        document = cut(Article(before + case["text"]))
        mentions = find_places(document, gazetteer)
        reach = max(RIGHT_KM, float(case.get("radius_km") or 0.0))
        for judged in judge_places(mentions, document, gazetteer):
            p = judged.place
            if p.start < end and p.end > start and p.feature != "demonym" and p.latitude is not None:
                assert p.longitude is not None
                right = any(km_between(p.latitude, p.longitude, *q) <= reach for q in case["points"] or ())
                pairs.append((judged.backing, judged.raw, right))
    return pairs


def knots(pairs: Pairs, backing: Backing) -> list[tuple[float, float]]:
    """A rising line through the shares right of bins of equal width; bins of few places are left out."""
    table = np.array(sorted((raw, right) for b, raw, right in pairs if b == backing), dtype=float)
    bins = np.minimum((table[:, 0] * BINS).astype(int), BINS - 1)
    parts = [part for n in range(BINS) if len(part := table[bins == n]) >= FEWEST]
    blocks = [(float(part[:, 0].mean()), float(part[:, 1].mean()), len(part)) for part in parts]
    merged: list[tuple[float, float, int]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2][1] >= merged[-1][1]:
            (x1, y1, n1), (x2, y2, n2) = merged[-2:]
            merged[-2:] = [((x1 * n1 + x2 * n2) / (n1 + n2), (y1 * n1 + y2 * n2) / (n1 + n2), n1 + n2)]
    line = [(round(x, 3), round(min(CEILING, y), 3)) for x, y, _ in merged]
    return [(0.0, round(line[0][1] / 2, 3)), *line, (1.0, line[-1][1])]


def main() -> None:
    """Print the knots; write the file with ``--write``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="replace the packaged file")
    arguments = parser.parse_args()
    with open_index() as gazetteer:
        pairs = drawn(gazetteer, REPORTS)
        told = written(gazetteer)
    pairs += told * (len(pairs) // len(told))  # what is written counts as much as what is drawn
    lines = ""
    for backing in get_args(Backing):
        lines += f"  {backing}:\n" + "".join(
            f"    - [{raw}, {true}]\n" for raw, true in knots(pairs, backing)
        )
    text = (
        "# Raw confidence of a place and how often such a place is right within 161 km; between the knots, a straight line.\n"
        "# near: another name near it or no rival speaks for it; country: only a name of its country; alone: nothing.\n"
        f"# Made by tests/bench/fit_confidence.py from {REPORTS} reports and {len(told)} phrases.\nknots:\n{lines}"
    )
    sys.stdout.write(text)
    if arguments.write:
        (gazetteer_dir() / "place_confidence.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
