"""Measures how long actors take: loading their tables, finding their words in sentences, and resolving a phrase.

    python tests/bench/actors_bench.py [--repeats N]

The phrases are those of tests/cases/blind_actors.jsonl, each in the sentence that it stands in, parsed beforehand. Times are
of the processor, the least of the repeats; loading is measured in processes of their own, with the compiled tables in the cache.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from eventcode import Article, Coder
from eventcode.coder import _ArticleCoder
from eventcode.sentences import cut

CASES = Path(__file__).resolve().parents[1] / "cases" / "blind_actors.jsonl"
# Without the interpreter's and the modules' own start.
LOAD = """
import time
from eventcode.lexicon.actors import load_actors
from eventcode.lexicon.load import lexicon_folders, load_acts
begin = time.process_time()
load_actors(lexicon_folders())
actors = time.process_time()
load_acts(lexicon_folders())
print(actors - begin, time.process_time() - actors)
"""


def loading(repeats: int) -> tuple[float, float]:
    """Seconds that the tables of actors and the lexicon of acts take to load."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", LOAD], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(repeats + 1)
    ]
    # The first run may have had to compile them.
    return min(float(r[0]) for r in runs[1:]), min(float(r[1]) for r in runs[1:])


def least(repeats: int, work: Callable[[], int]) -> tuple[float, int]:
    """The least time of a piece of work, and what it came to."""
    times, done = [], 0
    for _ in range(repeats):
        begin = time.process_time()
        done = work()
        times.append(time.process_time() - begin)
    return min(times), done


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    actors, acts = loading(repeats)
    print(f"loading: tables of actors {actors:.3f} s, acts {acts:.3f} s")

    coder = Coder()
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    articles = [Article(r["text"], "bench", None, dt.date.fromisoformat(r["date"])) for r in rows]
    walks = [_ArticleCoder(coder, article, cut(article), False) for article in articles]
    texts = [[s.text for s in walk.document.sentences] for walk in walks]
    trees = list(coder.parser.parse([text for cut_texts in texts for text in cut_texts]))

    def find() -> int:
        for cut_texts in texts:
            coder.actors.find_all(cut_texts)
        return len(trees)

    def resolve() -> int:
        at = phrases = 0
        for walk in walks:
            for sentence in walk.document.sentences:
                tree, at = trees[at], at + 1
                hits = walk.hits[sentence.field, sentence.start]
                for word in tree:
                    if word.dep not in ("nsubj", "nsubjpass", "dobj", "pobj"):
                        continue
                    described = coder.describer.describe(tree, word.i, hits, walk.article.date)
                    for actor in walk.people.resolve_all(described, sentence, subject=True):
                        walk.people.localise(actor, walk.country)
                    phrases += 1
        return phrases

    seconds, sentences = least(repeats, find)
    print(f"finding: {1000 * seconds / sentences:.3f} ms a sentence ({sentences:,} sentences)")
    seconds, phrases = least(repeats, resolve)
    print(f"resolving: {1000 * seconds / phrases:.3f} ms a phrase ({phrases:,} phrases)")


if __name__ == "__main__":
    main()
