"""The layouts by name. A layout's module is loaded when the layout is asked for; its value there is named in ``_PLACES``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from eventcode.errors import UsageError
from eventcode.layouts.model import Carried, CodedFolder, Layout

__all__ = ["LAYOUTS", "Carried", "CodedFolder", "Layout", "layout"]

# Name of a layout: its module in this package, and the constant there.
_PLACES = {
    "acled": ("acled", "LAYOUT"),
    "csv": ("flat", "LAYOUT"),
    "gdelt1": ("gdelt", "GDELT1"),
    "gdelt2": ("gdelt", "GDELT2"),
    "ged": ("ged", "LAYOUT"),
    "geojson": ("geo", "GEOJSON"),
    "geoparquet": ("geo", "GEOPARQUET"),
    "icews": ("icews", "LAYOUT"),
    "phoenix": ("phoenix", "LAYOUT"),
    "polecat": ("polecat", "LAYOUT"),
    "stata": ("stata", "LAYOUT"),
}


class _Layouts(Mapping[str, Layout]):
    """Loads a layout's module on first use."""

    def __getitem__(self, name: str) -> Layout:
        module, constant = _PLACES[name]
        found = getattr(import_module(f"eventcode.layouts.{module}"), constant)
        assert isinstance(found, Layout)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


LAYOUTS: Mapping[str, Layout] = _Layouts()


def layout(name: str) -> Layout:
    """A layout by name. Raises UsageError where there is none."""
    if name not in _PLACES:
        raise UsageError(f"layout {name!r}: there is none of that name; there are {', '.join(_PLACES)}")
    return LAYOUTS[name]
