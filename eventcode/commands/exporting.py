"""``export``, ``import``: coded folders to the files that other scripts read, and other datasets' files to our tables."""

from __future__ import annotations

from pathlib import Path

from eventcode.commands.talk import FINDINGS, OK, say, some

# Of what was wrong with a file's cells, so much is told.
SHOWN_FINDINGS = 5


def export(folder: Path, layout: str, out: Path, *, table: str | None = None, replace: bool = False) -> int:
    """``eventcode export``: a coded folder in a layout, or in all, each file's descriptor beside it."""
    from eventcode.layouts.exporting import ALL, export, export_all

    every = layout == ALL
    for made in (
        export_all(folder, out, table, replace=replace)
        if every
        else [export(folder, layout, out, table, replace=replace)]
    ):
        source = f" of {made.source_rows:,}" if made.rows != made.source_rows else ""
        say(f"{made.path}: {some(made.rows, 'row')}, made of {made.source}{source}; {made.descriptor.name}")
    return OK


def import_file(path: Path, layout: str, out: Path) -> int:
    """``eventcode import``: another dataset's file as a table of ours; status 1 when something was set aside or unread."""
    from eventcode.commands.talk import finding_line
    from eventcode.layouts.importing import import_file
    from eventcode.tables.output import REJECTED

    made = import_file(path, layout, out)
    for finding in made.findings[:SHOWN_FINDINGS]:
        say(finding_line(finding))
    if len(made.findings) > SHOWN_FINDINGS:
        say(f"... 'eventcode validate --schema {layout} {path}' tells all; what could not be read is blank")
    say(f"{made.path}: {some(made.rows, 'row')}, {made.set_aside:,} set aside")
    if made.set_aside:
        say(f"what was set aside, and why: {out / REJECTED}")
    return FINDINGS if made.set_aside or made.findings else OK
