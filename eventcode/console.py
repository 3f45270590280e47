"""Where readable text goes: a terminal as wide as it is, or a pipe."""

from __future__ import annotations

import os
from typing import NoReturn

from rich.console import Console

PIPED_WIDTH = 160


class _Output(Console):
    """A console that leaves it to the command line what becomes of a reader that went away ("| head")."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise BrokenPipeError instead of ending the process."""
        raise BrokenPipeError


def output() -> Console:
    """Standard output: plain where it is piped, and then PIPED_WIDTH wide unless COLUMNS says otherwise."""
    console = _Output(highlight=False)
    told = console.is_terminal or "COLUMNS" in os.environ
    return console if told else _Output(highlight=False, width=PIPED_WIDTH)
