"""Values to rows of the tables and back. A row is a plain dict; its columns are those of ``schemas/``.

``act_from_row(act_row(act))`` is the act again (but for ``Quantity.vague``, which low, best and high make plain), so that ``eventcode recode`` codes from the acts table what a coder
would have coded from the article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any

from eventcode.language import says_english
from eventcode.model import Act, Actor, Article, DateValue, EventPlace, Place, Quantity, Toll

Row = dict[str, Any]

_ACTOR = tuple(field.name for field in fields(Actor))
_EVENT_PLACE = tuple(field.name for field in fields(EventPlace))
_PLACE = (
    "field",
    "start",
    "end",
    "text",
    "name",
    "geonameid",
    "feature",
    "country",
    "admin1",
    "admin2",
    "latitude",
    "longitude",
    "confidence",
)
_COUNTED = ("killed", "injured", "missing", "abducted", "arrested", "displaced")
_SINGLE = (
    "killed_source",
    "killed_target",
    "killed_civilian",
    "killed_unknown",
    "crowd_low",
    "crowd_best",
)
_PLAIN_ACT = (
    "act_id",
    "article_id",
    "field",
    "sentence",
    "sentence_start",
    "sentence_end",
    "trigger_start",
    "trigger_end",
    "trigger_text",
    "trigger_lemma",
    "act",
    "rule",
    "stance",
    "status",
    "attribution",
    "attributed_to_text",
    "attributed_to_code",
    "instrument",
    "object",
    "confidence",
)

_plain_values = attrgetter(*_PLAIN_ACT)
_actor_values = attrgetter(*_ACTOR)
_actor_cells = itemgetter(*_ACTOR)
_TEXT, _ROLES = _ACTOR.index("text"), _ACTOR.index("roles")
_place_values = attrgetter(*_EVENT_PLACE)
_place_cells = itemgetter(*_EVENT_PLACE)
_counts = attrgetter(*_COUNTED)
_single_values = attrgetter(*_SINGLE)
_NO_TOLL: Row = dict.fromkeys([f"{name}_{part}" for name in _COUNTED for part in ("low", "best", "high")])


def article_row(
    article: Article,
    sha256: str,
    sentences: int,
    parsed_sentences: int,
    acts: int,
    events: int,
    duplicate_of: str | None,
) -> Row:
    """The row of one coded article in the articles table.

    Args:
        article: as read.
        sha256: of title and text.
        sentences, parsed_sentences, acts, events: how many were found, parsed, read and coded.
        duplicate_of: id of an earlier article with the same title and text.
    """
    return {
        "article_id": article.id,
        "sha256": sha256,
        "date": article.date,
        "source": article.source,
        "title": article.title,
        "url": article.url,
        "language": _language(article.language),
        "file": article.file,
        "record": article.record,
        "characters": len(article.text),
        "sentences": sentences,
        "parsed_sentences": parsed_sentences,
        "acts": acts,
        "events": events,
        "duplicate_of": duplicate_of,
    }


def _language(supplied: str | None) -> str:
    """ISO 639-1 code: what was supplied may be "en-GB" or "English"; articles are read as English where nothing is."""
    return "en" if supplied is None or says_english(supplied) else supplied.strip().lower()


def place_row(place: Place, article_id: str) -> Row:
    """The row of one place name in the places table."""
    return {"article_id": article_id, **{name: getattr(place, name) for name in _PLACE}}


def act_row(act: Act) -> Row:
    """The row of one act in the acts table."""
    row: Row = dict(zip(_PLAIN_ACT, _plain_values(act), strict=True))
    row["sources"] = [_actor_row(actor) for actor in act.sources]
    row["targets"] = [_actor_row(actor) for actor in act.targets]
    row["places"] = [dict(zip(_EVENT_PLACE, _place_values(place), strict=True)) for place in act.places]
    row["event_date"] = act.date.first
    row["event_date_end"] = act.date.last
    row["date_span"] = act.date.span
    row["date_precision"] = act.date.precision
    row["date_basis"] = act.date.basis
    row["date_text"] = act.date.text
    row["outcomes"] = list(act.outcomes)
    row["toll"] = _toll_row(act.toll)
    return row


def act_from_row(row: Mapping[str, Any]) -> Act:
    """The act of a row of the acts table.

    Text columns of a table written with ``--no-text`` are null; they become empty strings where an Act must have text.

    Raises:
        KeyError: a column is missing.
    """
    plain = {name: row[name] for name in _PLAIN_ACT}
    plain["trigger_text"] = row["trigger_text"] or ""
    return Act(
        **plain,
        sources=tuple(_actor(actor) for actor in row["sources"] or ()),
        targets=tuple(_actor(actor) for actor in row["targets"] or ()),
        places=tuple(EventPlace(*_place_cells(place)) for place in row["places"] or ()),
        date=DateValue(
            row["event_date"],
            row["event_date_end"],
            row["date_span"],
            row["date_precision"],
            row["date_basis"],
            row["date_text"],
        ),
        outcomes=tuple(row["outcomes"] or ()),
        toll=_toll(row["toll"]) if row["toll"] else Toll(),
    )


def _actor_row(actor: Actor) -> Row:
    row = dict(zip(_ACTOR, _actor_values(actor), strict=True))
    row["roles"] = list(actor.roles)
    return row


def _actor(row: Mapping[str, Any]) -> Actor:
    values = list(_actor_cells(row))
    values[_TEXT], values[_ROLES] = row["text"] or "", tuple(row["roles"] or ())
    return Actor(*values)


def _toll_row(toll: Toll) -> Row:
    row = _NO_TOLL.copy()
    for name, quantity in zip(_COUNTED, _counts(toll), strict=True):
        if quantity is not None:
            row[f"{name}_low"], row[f"{name}_best"] = quantity.low, quantity.best
            row[f"{name}_high"] = quantity.high
    row.update(zip(_SINGLE, _single_values(toll), strict=True))
    return row


def _toll(row: Mapping[str, Any]) -> Toll:
    values: dict[str, Any] = {name: _quantity(row, name) for name in _COUNTED}
    values |= {name: row[name] for name in _SINGLE}
    return Toll(**values)


def _quantity(row: Mapping[str, Any], name: str) -> Quantity | None:
    best = row.get(f"{name}_best")
    return None if best is None else Quantity(row[f"{name}_low"], best, row[f"{name}_high"])


def without_text(row: Row) -> Row:
    """A copy of a row that shows none of the article's words: what ``--no-text`` writes.

    Null are ``title``, ``url``, ``text`` and every column that ends in ``_text``, also inside nested columns; offsets
    and hashes stay.
    """
    return {name: None if _shows_words(name) else _stripped(value) for name, value in row.items()}


def _shows_words(column: str) -> bool:
    return column in ("title", "url", "text") or column.endswith("_text")


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return without_text(value)
    return [_stripped(part) for part in value] if isinstance(value, list) else value
