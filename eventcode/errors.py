"""Exceptions of eventcode: raised where work cannot go on.

    EventcodeError
    ├── UsageError       the call cannot mean anything (also a ValueError)
    ├── InputError       nothing could be read from a path the user named
    ├── LexiconError     a lexicon, ontology or actor file cannot be used (file and line in the message)
    ├── SchemaError      a table schema is missing or malformed
    ├── ModelError       the language model is missing or not the pinned one
    └── GazetteerError   the gazetteer index is missing or cannot be built

A record that is bad while its neighbours are good raises nothing: it becomes a Rejection (see model.py).
A table cell that breaks its schema raises nothing: it becomes a Finding.
"""

from __future__ import annotations


class EventcodeError(Exception):
    """Root of every exception that eventcode raises on purpose; its text is for the user."""


class UsageError(EventcodeError, ValueError):
    """The call cannot mean anything: unknown option value, contradictory arguments."""


class InputError(EventcodeError):
    """Nothing could be read from a path that the user named."""


class LexiconError(EventcodeError):
    """A lexicon, ontology or actor file cannot be used."""


class SchemaError(EventcodeError):
    """A table schema is missing or malformed."""


class ModelError(EventcodeError):
    """The language model is missing, or is not the one whose hash is pinned."""


class GazetteerError(EventcodeError):
    """The gazetteer index is missing or cannot be built."""
