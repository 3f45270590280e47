"""The command line: arguments in, exit status out. What a command does stands in ``commands/``.

Exit status: 0 all well, 1 something set aside or found wrong, 2 misuse or nothing readable, 130 interrupted.
Everything heavy is imported inside a command, so that ``eventcode --help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from eventcode.errors import EventcodeError

MISUSE = 2
INTERRUPTED = 130

app = typer.Typer(
    name="eventcode",
    help="Reads news articles and writes conflict event data: CAMEO, PLOVER and ACLED.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
lexicon_app = typer.Typer(help="Look after lexicon and ontology files.", no_args_is_help=True)
gazetteer_app = typer.Typer(help="Look after the index of place names.", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")
app.add_typer(gazetteer_app, name="gazetteer")


class TextFormat(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"


class FindingFormat(StrEnum):
    """How findings in tables are printed: ``github`` as annotations of a workflow."""

    text = "text"
    json = "json"
    github = "github"


class ShownTable(StrEnum):
    """Tables that ``show`` can print."""

    incidents = "incidents"
    events = "events"


class InputFormat(StrEnum):
    """Kinds of articles that can be named."""

    text = "text"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    tsv = "tsv"
    parquet = "parquet"
    html = "html"
    nexis = "nexis"
    factiva = "factiva"
    proquest = "proquest"


class DiffTable(StrEnum):
    """Tables that ``diff`` can compare."""

    events = "events"
    incidents = "incidents"
    acts = "acts"


class AgreeOn(StrEnum):
    """What ``agree`` can compare."""

    acled = "acled"
    cameo = "cameo"


class Names(StrEnum):
    """Values of ``code --names``."""

    public = "public"
    all = "all"


class OnlineService(StrEnum):
    """Services that ``geoparse`` can ask."""

    nominatim = "nominatim"
    photon = "photon"


Articles = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Articles: text, JSON, CSV, Parquet, HTML, exports of databases, packed or not; folders of them; - reads standard input.",
        show_default=False,
    ),
]
Date = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DATE",
        help="Publication date of articles that give none, e.g. 2024-01-06.",
        show_default=False,
    ),
]
Format = Annotated[
    InputFormat | None,
    typer.Option(
        "--format", help="Kind of the articles, where their content does not tell.", show_default=False
    ),
]
Replace = Annotated[
    bool,
    typer.Option("--replace", help="Write over files that are not as eventcode wrote them."),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="FIELD=NAME,...",
        help="Names of columns or keys, e.g. text=body,date=pub_date.",
        show_default=False,
    ),
]
InputFile = Annotated[
    Path | None,
    typer.Option(
        "--input-options",
        metavar="FILE",
        help="TOML file that tells format, columns and limits.",
        show_default=False,
    ),
]
MaxArticle = Annotated[
    float | None,
    typer.Option(
        "--max-article-mb",
        metavar="N",
        help="Millions of characters above which an article is set aside; 2 if not told.",
        show_default=False,
    ),
]
MaxUnpacked = Annotated[
    float | None,
    typer.Option(
        "--max-unpacked-mb",
        metavar="N",
        help="Millions of bytes that a packed file or member may come to; 200 if not told.",
        show_default=False,
    ),
]
Lexicon = Annotated[
    Path | None,
    typer.Option(
        "--lexicon",
        metavar="DIR",
        help="Your own lexicon files, laid over the packaged ones.",
        show_default=False,
    ),
]


@app.command()
def code(
    paths: Articles,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder that the tables are written to.")],
    date: Date = None,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=512, help="Processes that read articles.")
    ] = 1,
    lexicon: Lexicon = None,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Leave out the articles' words; offsets and hashes stay.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            help="Let the workers of this Dask scheduler read.",
            show_default=False,
        ),
    ] = None,
    discard_parts: Annotated[
        bool,
        typer.Option(
            "--discard-parts", help="When all is done, remove DIR/.parts, which saves reading again."
        ),
    ] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="FILE",
            help="An incidents.parquet published before: its ids are kept, changes go to incident_changes.jsonl.",
            show_default=False,
        ),
    ] = None,
    names: Annotated[
        Names,
        typer.Option(
            "--names", help="all: also the names of private people, who are else told by their role."
        ),
    ] = Names.public,
    log_json: Annotated[
        Path | None,
        typer.Option(
            "--log-json",
            metavar="FILE",
            help="Add a JSON object a line for what happens; - is standard output.",
            show_default=False,
        ),
    ] = None,
    format: Format = None,
    columns: Columns = None,
    input_options: InputFile = None,
    max_article_mb: MaxArticle = None,
    max_unpacked_mb: MaxUnpacked = None,
) -> None:
    """Read articles; write articles, acts, events, incidents and places as Parquet. Typed again, it goes on where it was stopped."""
    from eventcode.commands import coding

    _end(
        lambda: coding.code(
            paths,
            out,
            date=date,
            workers=workers,
            lexicon=lexicon,
            text=not no_text,
            scheduler=scheduler,
            inputs=coding.inputs(format, columns, input_options, max_article_mb, max_unpacked_mb),
            keep_parts=not discard_parts,
            log=log_json,
            previous=previous,
            names="all" if names is Names.all else "public",
        )
    )


@app.command()
def recode(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    lexicon: Lexicon = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="FILE",
            help="An incidents.parquet published before: its ids are kept, changes go to incident_changes.jsonl.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=512, help="Processes that code.")
    ] = 1,
    incidents_only: Annotated[
        bool, typer.Option("--incidents-only", help="Leave the events as they are.")
    ] = False,
) -> None:
    """Make events and incidents again from the acts, without reading an article."""
    from eventcode.commands import coding

    _end(
        lambda: coding.recode(
            folder, lexicon=lexicon, previous=previous, workers=workers, incidents_only=incidents_only
        )
    )


@app.command()
def geoparse(
    paths: Articles,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Parquet file of the places found.")],
    date: Date = None,
    online: Annotated[
        OnlineService | None,
        typer.Option(
            "--online",
            help="Ask this service about names that the index lacks or is unsure of; without it nothing is sent.",
            show_default=False,
        ),
    ] = None,
    user_agent: Annotated[
        str | None,
        typer.Option(
            "--user-agent",
            metavar="TEXT",
            help="With --online: who asks, such as 'my-project me@example.org'.",
            show_default=False,
        ),
    ] = None,
    online_url: Annotated[
        str | None,
        typer.Option(
            "--online-url", metavar="URL", help="With --online: your own server.", show_default=False
        ),
    ] = None,
    online_refresh: Annotated[
        bool, typer.Option("--online-refresh", help="With --online: ask again what was answered before.")
    ] = False,
    format: Format = None,
    columns: Columns = None,
    input_options: InputFile = None,
    max_article_mb: MaxArticle = None,
    max_unpacked_mb: MaxUnpacked = None,
) -> None:
    """Find and resolve place names only."""
    from eventcode.commands import coding

    _end(
        lambda: coding.geoparse(
            paths,
            out,
            date=date,
            inputs=coding.inputs(format, columns, input_options, max_article_mb, max_unpacked_mb),
            online=online.value if online else None,
            user_agent=user_agent,
            online_url=online_url,
            refresh=online_refresh,
        )
    )


@app.command()
def validate(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Parquet, CSV or TSV (also .gz, .zip), or folders of tables."),
    ],
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema",
            metavar="NAME",
            help="Table or layout, such as acled or ged; by default told by the file.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        FindingFormat, typer.Option("--format", help="How findings are printed.")
    ] = FindingFormat.text,
) -> None:
    """Check tables and files of layouts against their schemas; exit status 1 when anything is wrong (doubts do not count)."""
    from eventcode.commands import checking

    _end(lambda: checking.validate(files, schema=schema, form=format.value))


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(metavar="SENTENCE|DIR#ARTICLE", help="Text, or a coded article's id.")
    ],
    date: Date = None,
    lexicon: Lexicon = None,
) -> None:
    """Show what was read and coded, by which rule, and what was not and why."""
    from eventcode.commands import looking

    _end(lambda: looking.explain(what, date=date, lexicon=lexicon))


@app.command()
def show(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    table: Annotated[ShownTable, typer.Option("--table", help="Which table.")] = ShownTable.incidents,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Rows at most.")] = 50,
) -> None:
    """Print incidents or events as a readable table."""
    from eventcode.commands import looking

    _end(lambda: looking.show(folder, table=table.value, limit=limit))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    layout: Annotated[
        str,
        typer.Option(
            "--layout",
            metavar="NAME",
            help="acled, csv, gdelt1, gdelt2, ged, geojson, geoparquet, icews, phoenix, polecat or stata; or all.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="File to be written; its suffix tells the format. With --layout all: a folder.",
        ),
    ],
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="With csv and stata: which table; default incidents.",
            show_default=False,
        ),
    ] = None,
    replace: Replace = False,
) -> None:
    """Write a coded folder in the layout that another dataset's scripts read, with a datapackage.json beside it."""
    from eventcode.commands import exporting

    _end(lambda: exporting.export(folder, layout, out, table=table, replace=replace))


@app.command()
def panel(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    unit: Annotated[
        str,
        typer.Option("--unit", metavar="NAME,...", help="country, admin1, priogrid or dyad, or several."),
    ],
    period: Annotated[
        str,
        typer.Option("--period", metavar="NAME,...", help="day, week (ISO 8601), month or year, or several."),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="File to be written: .parquet, .csv, .csv.gz or .dta. Of several units or periods: a folder.",
        ),
    ],
    measures: Annotated[
        str | None,
        typer.Option(
            "--measures",
            metavar="NAME,...",
            help="What is counted, see docs/panels.md; default incidents,fatalities,events,goldstein_mean.",
            show_default=False,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="TABLE",
            help="Take every measure from this table: incidents or events.",
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PERIOD",
            help="First period, e.g. 2024-01; default that of the first row.",
            show_default=False,
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="PERIOD", help="Last period; default that of the last row.", show_default=False
        ),
    ] = None,
    units: Annotated[
        str,
        typer.Option(
            "--units",
            metavar="WHICH",
            help="occurring; for countries also states (with a Gleditsch-Ward number) or all.",
        ),
    ] = "occurring",
    codable_only: Annotated[
        bool, typer.Option("--codable-only", help="Count only incidents that ACLED would code.")
    ] = False,
    sides: Annotated[
        str, typer.Option("--sides", metavar="NAME", help="Of dyads: country or actor.")
    ] = "country",
    undirected: Annotated[
        bool, typer.Option("--undirected", help="Of dyads: do not tell source and target apart.")
    ] = False,
    geo_precision: Annotated[
        int,
        typer.Option(
            "--geo-precision", metavar="N", help="Of PRIO-GRID cells: coarsest place counted, 1 to 3."
        ),
    ] = 2,
    replace: Replace = False,
) -> None:
    """Count by unit and period, with zeros where nothing happened, and a datapackage.json beside."""
    from eventcode.commands import panels
    from eventcode.panels.panel import PanelOptions

    _end(
        lambda: panels.panel(
            folder,
            out,
            PanelOptions(
                unit, period, panels.names(measures), source, first, last, units, codable_only,
                sides, not undirected, geo_precision,
            ),
            replace_files=replace,
        )
    )  # fmt: skip


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, TSV or Parquet file of another dataset.")
    ],
    layout: Annotated[
        str, typer.Option("--layout", metavar="NAME", help="acled, ged, icews, gdelt2 or phoenix.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of its own for the table.")],
) -> None:
    """Read another dataset's file into incidents or events, for comparing on this machine; export refuses such folders."""
    from eventcode.commands import exporting

    _end(lambda: exporting.import_file(file, layout, out))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Coded folder, or one Parquet table of it.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same, coded later.")],
    table: Annotated[
        DiffTable | None,
        typer.Option("--table", help="Which table; of folders events.", show_default=False),
    ] = None,
    format: Annotated[
        TextFormat, typer.Option("--format", help="How differences are printed.")
    ] = TextFormat.text,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.csv", help="Every cell that differs, as CSV.", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Rows printed at most.")] = 20,
    lexicon: Annotated[
        Path | None,
        typer.Option(
            "--lexicon",
            metavar="DIR",
            help="The lexicon folder that NEW was coded with, to tell lines of its mapping files.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tell which rows moved between two codings, and which lexicon entry or ontology line moved them; exit status 1 when any did."""
    from eventcode.commands import comparing

    _end(
        lambda: comparing.diff(
            old,
            new,
            table=table.value if table else None,
            form=format.value,
            out=out,
            limit=limit,
            lexicon=lexicon,
        )
    )


@app.command()
def agree(
    a: Annotated[
        Path,
        typer.Argument(
            metavar="A", help="The reference, such as a hand-coded file: CSV, Parquet or a folder."
        ),
    ],
    b: Annotated[Path, typer.Argument(metavar="B", help="The file compared with it.")],
    on: Annotated[
        AgreeOn | None,
        typer.Option(
            "--on", help="Columns to be compared; by default told by the files.", show_default=False
        ),
    ] = None,
    format: Annotated[
        TextFormat, typer.Option("--format", help="How figures are printed.")
    ] = TextFormat.text,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Also write a page with plots.", show_default=False),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=0, help="Most days between two records of one event.")
    ] = 1,
    km: Annotated[
        float, typer.Option("--km", metavar="N", min=0, help="Most kilometres between them (acled).")
    ] = 25.0,
) -> None:
    """Measure how well two coders agree: precision, recall, fields, Krippendorff's alpha, errors of place and date."""
    from eventcode.commands import comparing

    _end(
        lambda: comparing.agree(
            a, b, on=on.value if on else None, form=format.value, html=html, days=days, km=km
        )
    )


@app.command()
def actors(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Names that no actor table knows, by frequency, with a guess.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write the guesses as tables for an overlay.", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Names shown at most.")] = 50,
) -> None:
    """List the actors of a coded folder that have no code yet."""
    from eventcode.commands import knowledge

    if not unknown:
        raise typer.Exit(_told("actors: say which: --unknown lists the names that no table knows"))
    _end(lambda: knowledge.actors_unknown(folder, out=out, limit=limit))


@lexicon_app.command("check")
def lexicon_check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Your own lexicon folder; always with the packaged one."),
    ] = None,
    format: Annotated[
        TextFormat, typer.Option("--format", help="How findings are printed.")
    ] = TextFormat.text,
) -> None:
    """Check lexicon, actor, ontology and place files; exit status 1 when anything is wrong (doubts, W, do not count)."""
    from eventcode.commands import knowledge

    _end(lambda: knowledge.lexicon_check(folder, as_json=format is TextFormat.json))


@lexicon_app.command("import-petrarch")
def lexicon_import_petrarch(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Verb, actor and agent dictionaries of PETRARCH.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="New folder for '--lexicon', with unread.csv.")
    ],
) -> None:
    """Turn PETRARCH dictionaries into lexicon files of your own; exit status 1 when a line was left out."""
    from eventcode.commands import knowledge

    _end(lambda: knowledge.lexicon_import_petrarch(files, out))


@gazetteer_app.command("build")
def gazetteer_build(
    geonames: Annotated[
        Path | None,
        typer.Option(
            "--geonames",
            metavar="FILE",
            help="A dump of GeoNames, such as allCountries.zip: a larger index, used from then on.",
            show_default=False,
        ),
    ] = None,
    alternate_names: Annotated[
        Path | None,
        typer.Option(
            "--alternate-names",
            metavar="FILE",
            help="With --geonames: alternateNamesV2.zip, names told apart by language.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Build the index of place names anew: from the installed packages, and from a GeoNames dump where one is given."""
    from eventcode.commands import knowledge

    _end(lambda: knowledge.gazetteer_build(geonames, alternate_names))


@gazetteer_app.command("path")
def gazetteer_path() -> None:
    """Print where the index of place names in use lies; exit status 1 when it is not built yet."""
    from eventcode.commands import knowledge

    _end(knowledge.gazetteer_path)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    """Reads news articles and writes conflict event data: CAMEO, PLOVER and ACLED."""
    if version:
        from eventcode import __version__

        typer.echo(f"eventcode {__version__}")
        raise typer.Exit


def _end(command: Callable[[], int]) -> NoReturn:
    """Run a command and leave with its status; what went wrong by the user's doing is told in one line."""
    try:
        status = command()
        sys.stdout.flush()
    except EventcodeError as error:
        status = _told(str(error))
    except BrokenPipeError:
        # The reader ("| head") has gone: nothing is left to be said, nor to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        status = _told(f"{where}{error.strerror or error}")
    except KeyboardInterrupt as stopped:
        _told(str(stopped) or "interrupted; nothing was written")
        status = INTERRUPTED
    raise typer.Exit(status)


def _told(message: str) -> int:
    print(f"eventcode: {' '.join(message.split())}", file=sys.stderr)
    return MISUSE


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point of the ``eventcode`` script."""
    if hasattr(signal, "SIGTERM"):  # a cluster's scheduler asks so: clean up as after Ctrl-C
        signal.signal(signal.SIGTERM, _stop)
    app()


if __name__ == "__main__":
    main()
