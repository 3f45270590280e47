"""eventcode: from news articles to conflict event data.

    from eventcode import Article, Coder, read_events, read_incidents, validate

Names are loaded when they are first used: ``import eventcode`` pulls in no parser and no table library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eventcode.coder import CodedArticle, Coder
    from eventcode.errors import EventcodeError
    from eventcode.frames import read_events, read_incidents
    from eventcode.model import Article, Finding
    from eventcode.tables.validate import validate

__version__: str

__all__ = [
    "Article",
    "CodedArticle",
    "Coder",
    "EventcodeError",
    "Finding",
    "__version__",
    "read_events",
    "read_incidents",
    "validate",
]

_HOME = {
    "Article": "eventcode.model",
    "CodedArticle": "eventcode.coder",
    "Coder": "eventcode.coder",
    "EventcodeError": "eventcode.errors",
    "Finding": "eventcode.model",
    "read_events": "eventcode.frames",
    "read_incidents": "eventcode.frames",
    "validate": "eventcode.tables.validate",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value: Any = version("eventcode")
        except PackageNotFoundError:  # a checkout that was not installed
            value = "0+unknown"
    elif name in _HOME:
        value = getattr(import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
