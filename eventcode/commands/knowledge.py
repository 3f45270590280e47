"""``lexicon`` and ``gazetteer``: looking after the files that knowledge lies in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from eventcode.commands.talk import FINDINGS, OK, print_findings, say, some
from eventcode.errors import UsageError

HEADINGS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("name", "left"), ("articles", "right"), ("does", "right"), ("suffers", "right"), ("kind?", "left"),
    ("country?", "left"), ("days", "left"), ("for example", "left"),
)  # fmt: skip


def lexicon_check(folder: Path | None = None, *, as_json: bool = False) -> int:
    """``eventcode lexicon check``: findings to stdout; doubts (W) alone are no reason for status 1."""
    from eventcode.lexicon.check import check

    findings = check(folder)
    print_findings(findings, str, as_json)
    return FINDINGS if any(finding.severity == "E" for finding in findings) else OK


def lexicon_import_petrarch(files: Sequence[Path], out: Path) -> int:
    """``eventcode lexicon import-petrarch``: PETRARCH dictionaries to a folder of lexicon files."""
    from eventcode.lexicon.petrarch import UNREAD, import_dictionaries

    made = import_dictionaries(files, out)
    for read in made.files:
        say(f"{read.file}: {read.kind}, {some(read.lines, 'line')}, {read.left_out:,} left out")
    rows = "".join(f", {some(number, 'row')} of {table}" for table, number in sorted(made.rows.items()))
    say(f"{out}: {some(made.acts, 'act')}{rows}; {some(made.known_names, 'name')} of places known already")
    if made.cameo_only:
        say(f"CAMEO alone, for want of one PLOVER counterpart: {', '.join(made.cameo_only)}")
    if made.unread:
        say(f"what was left out, or kept in part, and why: {out / UNREAD}")
    return FINDINGS if any(read.left_out for read in made.files) else OK


def actors_unknown(folder: Path, *, out: Path | None = None, limit: int = 50) -> int:
    """``eventcode actors --unknown``: names without a code to stdout, and as tables of guesses where asked."""
    from rich.table import Table

    from eventcode.console import output
    from eventcode.unknown.actors import unknown_actors, write_guesses

    found = unknown_actors(folder)
    table = Table(box=None, pad_edge=False)
    for name, justify in HEADINGS:
        table.add_column(name, justify=justify, overflow="fold")
    for actor in found[:limit]:
        days = actor.first or "" if actor.first == actor.last else f"{actor.first} to {actor.last}"
        numbers = (len(actor.articles), actor.source, actor.target)
        table.add_row(
            actor.name, *(f"{n:,}" for n in numbers), actor.kind, actor.country, days, actor.example
        )
    output().print(table)
    say(f"{some(len(found), 'unknown name')}{f', the first {limit} shown' if len(found) > limit else ''}")
    if out is not None:
        for path in write_guesses(found, out):
            say(
                f"{path}: guesses; fill in code and source, take out what is wrong, then 'eventcode lexicon check {out}'"
            )
    return OK


def gazetteer_build(geonames: Path | None = None, alternate_names: Path | None = None) -> int:
    """``eventcode gazetteer build``: the index of place names anew; status 1 when a line of a dump could not be read."""
    if geonames is None and alternate_names is not None:
        raise UsageError("--alternate-names adds to a dump: give --geonames too")
    from eventcode.gazetteer.index import Gazetteer

    begin = time.monotonic()
    path, status = _build_base() if geonames is None else _enlarge(geonames, alternate_names)
    with Gazetteer(path) as index:
        say(f"{path}: {len(index):,} places, {time.monotonic() - begin:.1f} s")
    return status


def _build_base() -> tuple[Path, int]:
    from eventcode.gazetteer.build import build_index
    from eventcode.gazetteer.index import choose, chosen_path

    path = build_index()
    larger = chosen_path()
    choose(None)
    if larger is not None:
        say(f"no longer used, and yours to delete: {larger}")
    return path, OK


def _enlarge(geonames: Path, alternate_names: Path | None) -> tuple[Path, int]:
    from eventcode.gazetteer.enlarge import enlarge

    made = enlarge(geonames, alternate_names)
    say(f"{some(made.added, 'place')} of {geonames.name} added, {made.known:,} known already")
    if made.unread_list is None:
        return made.path, OK
    say(f"{some(made.unread, 'line')} could not be read: {made.unread_list}")
    return made.path, FINDINGS


def gazetteer_path() -> int:
    """``eventcode gazetteer path``: where the index in use lies, and the dump it is made from, if any; status 1 when it
    is not there yet."""
    from eventcode.gazetteer.index import chosen, index_path

    choice, path = chosen(), index_path()
    print(path)
    if choice is not None:
        say(f"made from {choice.version}")
    return OK if path.exists() else FINDINGS
