"""Tables of text as both commands print them."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text


def table(heads: Sequence[str], rows: Sequence[tuple[str, ...]], right: Container[int] = ()) -> Table:
    """Rows below their heads; ``right``: numbers of the columns that stand to the right."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    for at, head in enumerate(heads):
        made.add_column(Text(head), justify="right" if at in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*[Text(cell) for cell in row])
    return made
