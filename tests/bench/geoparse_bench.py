"""Measures how fast places are found and resolved, without the parser, in processor time of one core.

    python tests/bench/geoparse_bench.py [--articles N] [--repeats N]

Articles of 300 words come from ``bench.articles``, the same ones every time. Opening the index is not counted; the
first, uncounted round fills the caches of names as a long run does.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

from bench import articles

from eventcode.find.places import find_places
from eventcode.gazetteer.index import Gazetteer, open_index
from eventcode.model import Article
from eventcode.resolve.places import resolve_places
from eventcode.sentences import cut


def seconds(lot: Sequence[Article], gazetteer: Gazetteer) -> tuple[float, float, float]:
    """Seconds of processor for cutting into sentences, finding and resolving."""
    spent = [0.0, 0.0, 0.0]
    for article in lot:
        begin = time.process_time()
        document = cut(article)
        cut_at = time.process_time()
        mentions = find_places(document, gazetteer)
        found_at = time.process_time()
        resolve_places(mentions, document, gazetteer)
        end = time.process_time()
        for n, part in enumerate((cut_at - begin, found_at - cut_at, end - found_at)):
            spent[n] += part
    return spent[0], spent[1], spent[2]


def main() -> None:
    """Print milliseconds an article of each step and articles a second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    lot = [Article(r["text"], title=r["title"], id=r["id"]) for r in articles(arguments.articles)]
    with open_index() as gazetteer:
        seconds(lot, gazetteer)
        rounds = [seconds(lot, gazetteer) for _ in range(arguments.repeats)]
    best = min(rounds, key=sum)
    for label, part in zip(("sentences", "finding", "resolving"), best, strict=True):
        sys.stdout.write(f"{label:10s} {1000 * part / len(lot):6.2f} ms an article\n")
    rates = [len(lot) / sum(r) for r in rounds]
    sys.stdout.write(f"articles a second of processor: {statistics.median(rates):.0f}\n")


if __name__ == "__main__":
    main()
