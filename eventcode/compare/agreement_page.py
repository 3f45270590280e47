"""An agreement as one HTML page: no script, nothing loaded from elsewhere, the same figures give the same bytes."""

from __future__ import annotations

import base64
from pathlib import Path

from eventcode.compare import charts
from eventcode.compare.agreement import Agreement
from eventcode.compare.agreement_report import (
    alpha_rows,
    confusion_names,
    error_rows,
    field_rows,
    found_rows,
    measure,
    share,
    window,
)
from eventcode.replacing import replacing

TEMPLATE = Path(__file__).parent / "data" / "agreement.html.j2"


def write_page(found: Agreement, path: Path) -> None:
    """Write the page; the file appears when it is complete. Raises OSError where it cannot be written."""
    with replacing(path) as hidden:
        hidden.write_text(page(found), encoding="utf-8", newline="\n")


def page(found: Agreement) -> str:
    """The page's text."""
    from jinja2 import Environment, StrictUndefined

    from eventcode import __version__

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    rows, columns = confusion_names(found)
    return template.render(
        found=found,
        version=__version__,
        window=window(found),
        tables=[
            ("Found", ("", "A", "B", "both", "precision", "recall", "F1"), found_rows(found)),
            ("Fields of matched events", ("field", "compared", "agree", "share"), field_rows(found)),
            ("Krippendorff's alpha", ("field", "level", "units", "alpha"), alpha_rows(found)),
            ("Errors", ("error", "pairs", "median", "90th percentile", "mean B − A"), error_rows(found)),
            (
                "Types of A (rows) and B (columns)",
                ("A \\ B", *columns),
                [(row, *(str(found.confusion.get((row, c), 0)) for c in columns)) for row in rows],
            ),
        ],
        figures=_figures(found),
    )


def _figures(found: Agreement) -> list[tuple[str, str, str]]:
    """Title, words for who cannot see it, and data URI of each plot; none of what there is nothing to show of."""
    made = []
    if found.types:
        told = "; ".join(
            f"{one.name}: precision {share(one.precision)}, recall {share(one.recall)}, F1 {share(one.f1)}"
            for one in (found.found, *found.types)
        )
        made.append(("Precision, recall and F1 by type", f"Bars. {told}.", charts.type_chart(found)))
    if found.confusion:
        told = "; ".join(f"A {a}, B {b}: {n}" for (a, b), n in found.confusion.items())
        made.append(("Types of A and B", f"Grid of numbers. {told}.", charts.confusion_chart(found)))
    if found.distance_km.pairs:
        told = f"Half of {found.distance_km.pairs} pairs lie within {measure(found.distance_km.median)} km, nine tenths within {measure(found.distance_km.p90)} km."
        made.append(("Distance between matched events", f"Rising line. {told}", charts.distance_chart(found)))
    if found.date_days.pairs:
        told = f"Of {found.date_days.pairs} pairs the median lies {measure(found.date_days.median)} days apart; B is later by {measure(found.date_days.bias, sign=True)} days in the mean."
        made.append(("Days between matched events", f"Bars. {told}", charts.date_chart(found)))
    return [(title, told, _uri(svg)) for title, told, svg in made]


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")
