"""Plots of an agreement as SVG: the same figures give the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from eventcode.compare.agreement import Agreement
from eventcode.compare.agreement_report import confusion_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Ids inside an SVG come from this instead of from chance.
SALT = "eventcode"
INK, PALE = "#1b4965", "#bc6c25"


def type_chart(found: Agreement) -> str:
    """Precision, recall and F1 by type as bars."""
    names = [one.name for one in (*found.types, found.found)][::-1]
    rows = [*found.types, found.found][::-1]
    figure, axes = _figure(7.5, 1.2 + 0.55 * len(names))
    at = np.arange(len(names))
    kinds = (
        ("F1", INK, "f1", -0.27),
        ("recall", PALE, "recall", 0.0),
        ("precision", "#8d99ae", "precision", 0.27),
    )
    for label, colour, name, shift in kinds:
        axes.barh(at + shift, [getattr(row, name) or 0.0 for row in rows], 0.25, label=label, color=colour)
    axes.set_yticks(at, names)
    axes.set_xlim(0, 1)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1], labels[::-1], loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3, frameon=False
    )
    return _svg(figure)


def confusion_chart(found: Agreement) -> str:
    """A's types against B's as a grid with numbers."""
    rows, columns = confusion_names(found)
    numbers = np.array([[found.confusion.get((a, b), 0) for b in columns] for a in rows], np.int64)
    figure, axes = _figure(2.6 + 0.75 * len(columns), 2.2 + 0.45 * len(rows))
    axes.imshow(np.sqrt(numbers), cmap="Blues", aspect="auto")
    most = numbers.max(initial=0)
    for at, row in enumerate(numbers.tolist()):
        for place, number in enumerate(row):
            if number:
                colour = "white" if number > 0.45 * most else "black"
                axes.text(place, at, f"{number}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xlabel("B")
    axes.set_ylabel("A")
    return _svg(figure)


def distance_chart(found: Agreement) -> str:
    """Share of matched pairs that lie within so many kilometres."""
    far = sorted(m.km for m in found.matching.matches if m.km is not None)
    figure, axes = _figure(6.5, 3.2)
    end = max(found.km, far[-1] if far else 0.0, 1.0)
    shares = np.minimum(np.arange(len(far) + 2), len(far)) / max(len(far), 1)
    axes.step([0.0, *far, end], shares, where="post", color=INK, clip_on=False)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("kilometres between A's point and B's")
    axes.set_ylabel("share of pairs")
    return _svg(figure)


def date_chart(found: Agreement) -> str:
    """Matched pairs by days between B's date and A's."""
    apart = [
        (m.b.day - m.a.day).days
        for m in found.matching.matches
        if m.a.day is not None and m.b.day is not None
    ]
    values, numbers = np.unique(np.asarray(apart, np.int64), return_counts=True)
    figure, axes = _figure(6.5, 3.2)
    axes.bar(values, numbers, color=INK, width=0.8)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("days that B's date is later than A's")
    axes.set_ylabel("pairs")
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    """A figure of its own, without pyplot: nothing that is left over from before, and no window."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes: Any = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Figure) -> str:
    import matplotlib

    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": SALT, "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
