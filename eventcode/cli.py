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


class ShownTable(StrEnum):
    """Tables that ``show`` can print."""

    incidents = "incidents"
    events = "events"


class OnlineService(StrEnum):
    """Services that ``geoparse`` can ask."""

    nominatim = "nominatim"
    photon = "photon"


Articles = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", help="Articles: .txt or .jsonl files, or folders of them.", show_default=False
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
) -> None:
    """Read articles; write articles, acts, events, incidents and places as Parquet."""
    from eventcode.commands import coding

    _end(lambda: coding.code(paths, out, date=date, workers=workers, lexicon=lexicon, text=not no_text))


@app.command()
def recode(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'eventcode code' wrote.")],
    lexicon: Lexicon = None,
) -> None:
    """Make events and incidents again from the acts, without reading an article."""
    from eventcode.commands import coding

    _end(lambda: coding.recode(folder, lexicon=lexicon))


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
) -> None:
    """Find and resolve place names only."""
    from eventcode.commands import coding

    _end(
        lambda: coding.geoparse(
            paths,
            out,
            date=date,
            online=online.value if online else None,
            user_agent=user_agent,
            online_url=online_url,
            refresh=online_refresh,
        )
    )


@app.command()
def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Parquet tables, or folders of them.")
    ],
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema", metavar="NAME", help="Table schema; by default told by the file.", show_default=False
        ),
    ] = None,
    format: Annotated[
        TextFormat, typer.Option("--format", help="How findings are printed.")
    ] = TextFormat.text,
) -> None:
    """Check tables against their schemas; exit status 1 when anything is wrong."""
    from eventcode.commands import looking

    _end(lambda: looking.validate(files, schema=schema, as_json=format is TextFormat.json))


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
    except KeyboardInterrupt:
        _told("interrupted; nothing was written")
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
