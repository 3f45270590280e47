"""Tells what was read and coded, by which lexicon entry, and what was not and why."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from eventcode.model import Act, Actor, DateValue, EventPlace, Note, Place, Quantity, Sentence

if TYPE_CHECKING:
    from eventcode.coder import CodedArticle

Row = Mapping[str, Any]
_Line = tuple[int, str, str, str]  # depth, label, text, style

_TOLLS = ("killed", "injured", "missing", "abducted", "arrested", "displaced")
_SIDES = ("killed_source", "killed_target", "killed_civilian", "killed_unknown")
_LABEL_WIDTH = 13
_INDENT = 2


def explain_article(coded: CodedArticle, events: Sequence[Row], console: Console) -> None:
    """Print what a coder made of an article: sentence by sentence, then the places.

    Args:
        coded: by a coder that keeps notes.
        events: its rows of the events table.
        console: where to print.
    """
    _print(_article_lines(coded, events), console)


def explain_rows(article: Row, acts: Sequence[Act], events: Sequence[Row], console: Console) -> None:
    """Print what the tables hold of an article: its acts in order, each with its events.

    Args:
        article: row of the articles table.
        acts: of that article, in order.
        events: its rows of the events table.
        console: where to print.
    """
    _print(_row_lines(article, acts, events), console)


def _print(lines: Iterable[_Line], console: Console) -> None:
    for depth, label, text, style in lines:
        line = Text(" " * (_INDENT * depth))
        if label:
            line.append(f"{label:<{_LABEL_WIDTH}}", style="dim")
        line.append(text, style=style)
        console.print(line, soft_wrap=not console.is_terminal)


def _article_lines(coded: CodedArticle, events: Sequence[Row]) -> Iterator[_Line]:
    sentences = coded.document.sentences
    by_act = _by_act(events)
    notes = _by_sentence(coded.notes, sentences)
    dateline = coded.document.dateline
    if dateline is not None:
        where = dateline.place or "no place"
        yield 0, "dateline", f"{where}{f' ({dateline.agency})' if dateline.agency else ''}", ""
    for number, sentence in enumerate(sentences):
        acts = [act for act in coded.acts if _inside(act, sentence)]
        yield from _sentence_lines(sentence, acts, notes.get(number, []), by_act)
    yield from _place_list(coded.places)
    yield 0, "", _count(len(sentences), coded.parsed_sentences, len(coded.acts), len(events)), "bold"


def _count(sentences: int, parsed: int, acts: int, events: int) -> str:
    def some(number: int, word: str) -> str:
        return f"{number} {word}" if number == 1 else f"{number} {word}s"

    return f"{some(sentences, 'sentence')}, {parsed} parsed; {some(acts, 'act')}, {some(events, 'event')}"


def _inside(act: Act, sentence: Sentence) -> bool:
    return act.field == sentence.field and sentence.start <= act.trigger_start < sentence.end


def _by_act(events: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for event in events:
        found[event["act_id"]].append(event)
    return found


def _by_sentence(notes: Iterable[Note], sentences: Sequence[Sentence]) -> dict[int, list[Note]]:
    """Notes by position of the sentence in the document: a long title may be cut into several, all of index -1."""
    found: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        candidates = [i for i, s in enumerate(sentences) if s.index == note.sentence]
        inside = [i for i in candidates if sentences[i].start <= note.start < sentences[i].end]
        for position in (inside or candidates)[:1]:
            found[position].append(note)
    return found


def _sentence_lines(
    sentence: Sentence, acts: Sequence[Act], notes: Sequence[Note], events: Mapping[str, list[Row]]
) -> Iterator[_Line]:
    name = "title" if sentence.field == "title" else f"sentence {sentence.index}"
    yield 0, name, " ".join(sentence.text.split()), "bold"
    yield 1, "at", f"{sentence.field} {_span(sentence.start, sentence.end)}", "dim"
    for act in acts:
        yield from _act_lines(act, events.get(act.act_id, []))
    for note in notes:
        yield from _note_lines(note, sentence)
    if not acts and not notes:
        yield 1, "", "parsed; no act was found", "dim"
    yield 0, "", "", ""


def _note_lines(note: Note, sentence: Sentence) -> Iterator[_Line]:
    """What was not coded: the words where there are any narrower than the sentence, the reason, the entry."""
    parts = []
    if (note.start, note.end) != (sentence.start, sentence.end):
        words = sentence.text[note.start - sentence.start : note.end - sentence.start]
        parts.append(_quoted(words, note.start, note.end))
    parts.append(note.text)
    if note.detail:
        parts.append(f"({', '.join(f'{key} {value}' for key, value in note.detail.items())})")
    yield 1, note.kind.replace("_", " "), "  ".join(parts), "yellow"


def _act_lines(act: Act, events: Sequence[Row]) -> Iterator[_Line]:
    yield 1, "act", f"{act.act}  stance {act.stance}, status {act.status}", "green"
    yield (
        2,
        "rule",
        f"{act.rule}  on {_quoted(act.trigger_text, act.trigger_start, act.trigger_end)}, lemma {act.trigger_lemma}",
        "",
    )
    if act.attribution != "narrator" or act.attributed_to_text or act.attributed_to_code:
        yield 2, "told by", _attribution(act), ""
    yield from _actor_lines("source", act.sources)
    yield from _actor_lines("target", act.targets)
    for place in act.places:
        yield 2, "place", _event_place(place), ""
    if not act.places:
        yield 2, "place", "none", "dim"
    yield 2, "date", _date(act.date), ""
    for label, value in (("instrument", act.instrument), ("object", act.object)):
        if value:
            yield 2, label, value, ""
    if act.outcomes:
        yield 2, "outcome", ", ".join(act.outcomes), ""
    yield from _toll_lines(act)
    for event in events:
        yield from _event_lines(event)
    if not events:
        yield 2, "event", _no_event(act), "yellow"


def _no_event(act: Act) -> str:
    if act.status not in ("occurred", "ongoing"):
        return f"none: status {act.status}"
    if not act.sources and not act.targets:
        return "none: neither a source nor a target was found"
    return "none: no ontology has a code for this act, or it has neither source nor target with one"


def _attribution(act: Act) -> str:
    parts = [
        act.attribution,
        act.attributed_to_text and f"“{act.attributed_to_text}”",
        act.attributed_to_code,
    ]
    return "  ".join(part for part in parts if part)


def _actor_lines(label: str, actors: Sequence[Actor]) -> Iterator[_Line]:
    for actor in actors:
        yield 2, label, _actor(actor), ""
    if not actors:
        yield 2, label, "none", "dim"


def _actor(actor: Actor) -> str:
    parts = [_quoted(actor.text, actor.start, actor.end)]
    if actor.ref_start is not None and actor.ref_end is not None:
        parts.append(f"antecedent {_span(actor.ref_start, actor.ref_end)}")
    parts.append(f"= {actor.name}" if actor.name else "= unknown")
    facts = (actor.code, actor.type, actor.id and f"entry {actor.id}")
    told = ", ".join(fact for fact in facts if fact)
    return "  ".join([*parts, f"({told})"] if told else parts)


def _event_place(place: EventPlace) -> str:
    shown = (
        _quoted(place.text or "", place.start, place.end)
        if place.start is not None and place.end is not None
        else "not named"
    )
    parts = [shown, f"= {', '.join(p for p in (place.name, place.admin1, place.country) if p)}"]
    if place.latitude is not None and place.longitude is not None:
        parts.append(f"{place.latitude:.4f}, {place.longitude:.4f}")
    facts: list[str] = [place.level, place.basis]
    if place.relation != "at":
        facts.append(place.relation)
    if place.point != "place":
        facts.append(f"point: {place.point}")
    return "  ".join([*parts, f"({', '.join(facts)})"])


def _date(value: DateValue) -> str:
    shown = f"“{value.text}” " if value.text else ""
    if value.first is None:
        return f"{shown}no day can be told ({value.basis}, {value.precision})"
    days = _day(value.first) if value.first == value.last else f"{_day(value.first)} to {_day(value.last)}"
    return f"{shown}= {days}  ({value.basis}, {value.precision}, {value.span})"


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else "?"


def _toll_lines(act: Act) -> Iterator[_Line]:
    for name in _TOLLS:
        quantity: Quantity | None = getattr(act.toll, name)
        if quantity is not None:
            yield 2, name, _quantity(quantity), ""
    sides = [
        f"{side.split('_')[1]} {getattr(act.toll, side)}"
        for side in _SIDES
        if getattr(act.toll, side) is not None
    ]
    if sides:
        yield 2, "killed, side", ", ".join(sides), ""
    if act.toll.crowd_best is not None:
        low = act.toll.crowd_low
        least = "" if low in (None, act.toll.crowd_best) else f" (at least {low})"
        yield 2, "crowd", f"{act.toll.crowd_best}{least}", ""


def _quantity(value: Quantity) -> str:
    if value.low == value.best == value.high:
        return str(value.best)
    return f"{value.best} ({value.low} to {value.high}{', a vague word' if value.vague else ''})"


def _event_lines(event: Row) -> Iterator[_Line]:
    who = f"{_side(event, 'source')} → {_side(event, 'target')}"
    yield 2, f"event {event['rank']}", who, "cyan"
    yield (
        3,
        "CAMEO",
        f"{event['cameo_code']}  (quad class {event['quad_class']}, Goldstein {event['goldstein']})",
        "",
    )
    if event["plover_event"]:
        more = " ".join(
            part for part in (_joined(event["plover_modes"]), _joined(event["plover_contexts"])) if part
        )
        yield 3, "PLOVER", f"{event['plover_event']}  {more}".rstrip(), ""
    if event["acled_sub_event_type"]:
        yield 3, "ACLED", f"{event['acled_event_type']}: {event['acled_sub_event_type']}", ""
    if event.get("other_codes"):
        yield 3, "other", str(event["other_codes"]), ""


def _joined(value: object) -> str:
    if not value:
        return ""
    return value if isinstance(value, str) else ";".join(map(str, value))  # type: ignore[call-overload]


def _side(event: Row, side: str) -> str:
    name = event[f"{side}_name"] or event[f"{side}_text"]
    code = event[f"{side}_code"]
    if not name and not code:
        return "nobody named"
    return f"{name or 'unnamed'} [{code}]" if code else str(name)


def _place_list(places: Sequence[Place]) -> Iterator[_Line]:
    if not places:
        return
    yield 0, "places", "", "bold"
    for place in places:
        facts = ", ".join(part for part in (place.admin1, place.country) if part)
        known = (
            f"= {place.name} ({place.feature}{f', {facts}' if facts else ''})"
            if place.name
            else f"({place.feature}) unknown"
        )
        point = (
            f"  {place.latitude:.4f}, {place.longitude:.4f}"
            if place.latitude is not None and place.longitude is not None
            else ""
        )
        yield 1, place.field, f"{_quoted(place.text, place.start, place.end)}  {known}{point}", ""
    yield 0, "", "", ""


def _row_lines(article: Row, acts: Sequence[Act], events: Sequence[Row]) -> Iterator[_Line]:
    by_act = _by_act(events)
    yield 0, "article", str(article["article_id"]), "bold"
    told: list[tuple[str, Callable[[Any], str]]] = [
        ("date", _day),
        ("source", str),
        ("title", str),
        ("file", str),
        ("duplicate_of", str),
    ]
    for column, show in told:
        if article[column] is not None:
            yield 1, column.replace("_", " "), show(article[column]), ""
    yield 0, "", "", ""
    for (field, number), group in groupby(acts, key=lambda act: (act.field, act.sentence)):
        members = list(group)
        span = _span(members[0].sentence_start, members[0].sentence_end)
        yield 0, "title" if field == "title" else f"sentence {number}", f"{field} {span}", "bold"
        for act in members:
            yield from _act_lines(act, by_act.get(act.act_id, []))
        yield 0, "", "", ""
    yield 0, "", _count(article["sentences"], article["parsed_sentences"], len(acts), len(events)), "bold"


def _quoted(text: str, start: int, end: int) -> str:
    return f"“{' '.join(text.split())}” {_span(start, end)}" if text else _span(start, end)


def _span(start: int, end: int) -> str:
    return f"{start}–{end}"
