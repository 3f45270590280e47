"""``diff``, ``agree``: two codings side by side, two coders side by side."""

from __future__ import annotations

from pathlib import Path

from eventcode.commands.talk import FINDINGS, OK, say, some
from eventcode.errors import UsageError


def diff(
    old: Path,
    new: Path,
    *,
    table: str | None = None,
    form: str = "text",
    out: Path | None = None,
    limit: int = 20,
    lexicon: Path | None = None,
) -> int:
    """``eventcode diff``: what moved to stdout, all of it to ``out``; status 1 when something did."""
    from eventcode.compare.diff import diff
    from eventcode.compare.diff_report import as_json, print_text, write_csv
    from eventcode.console import output

    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError(f"--out {out}: its folder is not there")
    found = diff(old, new, table, lexicon)
    if out is not None:
        write_csv(found, out)
        say(f"{out}: {some(len(found.moved.old), 'row')} that moved")
    if form == "json":
        print(as_json(found, limit))
    else:
        print_text(found, limit, output())
    return FINDINGS if len(found.moved.old) else OK


def agree(
    a: Path,
    b: Path,
    *,
    on: str | None = None,
    form: str = "text",
    html: Path | None = None,
    days: int = 1,
    km: float = 25.0,
) -> int:
    """``eventcode agree``: figures to stdout, and as a page to ``html``."""
    from eventcode.compare.agreement import agree
    from eventcode.compare.agreement_report import as_json, print_text
    from eventcode.console import output

    if html is not None and not html.absolute().parent.is_dir():
        raise UsageError(f"--html {html}: its folder is not there")
    found = agree(a, b, on, days, km)
    if html is not None:
        from eventcode.compare.agreement_page import write_page

        write_page(found, html)
        say(f"{html}: written")
    if form == "json":
        print(as_json(found))
    else:
        print_text(found, output())
    return OK
