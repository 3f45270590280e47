"""Articles in whatever form a database, a crawler or a colleague hands them over, one at a time.

    from eventcode.inputs import InputOptions, read_articles

    for item in read_articles([Path("corpus/")], None, InputOptions(columns=(("text", "story"),))):
        ...

``docs/inputs.md`` tells the kinds of input, how each is recognised, and why a record is set aside.
"""

from __future__ import annotations

from eventcode.inputs.dates import read_date
from eventcode.inputs.hashes import article_sha256, folded_sha256
from eventcode.inputs.options import InputOptions, input_options
from eventcode.inputs.read import read_articles
from eventcode.inputs.reasons import REASONS

__all__ = [
    "REASONS",
    "InputOptions",
    "article_sha256",
    "folded_sha256",
    "input_options",
    "read_articles",
    "read_date",
]
