"""Checks of act entries, one by one and against each other (codes: eventcode.lexicon.check)."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from eventcode.errors import LexiconError
from eventcode.lexicon.entries import Pattern, Pos, class_asked
from eventcode.lexicon.findings import LexiconFinding, items_of, line_of, listed
from eventcode.lexicon.load import FRAME_KEYS, LEAVE_ALONE, make_patterns, split_list
from eventcode.lexicon.sources import Sources, Written, lines_of

ENTRY_KEYS = frozenset(
    {
        "act",
        "gloss",
        "from",
        "topic",
        "verbs",
        "nouns",
        "adjectives",
        "refine",
        "never",
        "examples",
        "counter",
        *FRAME_KEYS,
    }
)
LINE_KEYS = frozenset({"words", *FRAME_KEYS})
REFINE_KEYS = frozenset({"words", "instrument", "object", "outcome", "act"})
EXAMPLE_KEYS = frozenset({"text", "source", "target"})
VALUES = (("topic", "topics"), ("instrument", "instruments"), ("object", "objects"), ("outcome", "outcomes"))
# Of an imported act, a pattern of more combinations of words than this is not compared with others: dictionaries have
# sets of hundreds of words, two of them in one pattern.
MAX_IMPORTED = 300
POS: dict[str, Pos] = {"verbs": "verb", "nouns": "noun", "adjectives": "adj"}


def closed_lists(s: Sources) -> Iterator[LexiconFinding]:
    """E101: topic, instrument, object or outcome that terms.yaml does not list."""
    for entry in s.acts:
        refine = entry.data.get("refine")
        blocks = [entry.data, *(line for _, line in lines_of(entry))]
        blocks += [r for r in refine if isinstance(r, dict)] if isinstance(refine, list) else []
        for block, (key, kind) in itertools.product(blocks, VALUES):
            known = s.closed(kind)
            if key in block and block[key] not in known:
                yield entry.finding("E101", f"{key} {block[key]!r} is not in terms.yaml", block[key])


def duplicates(s: Sources) -> Iterator[LexiconFinding]:
    """E102: an act written twice in one folder."""
    first: dict[tuple[Any, str], Written] = {}
    for entry in s.acts:
        other = first.setdefault((entry.folder, entry.name), entry)
        if other is not entry:
            where = f"{other.path.name}:{line_of(other.data)}"
            yield entry.finding(
                "E102", f"the act is written in {where} already; the earlier entry would be lost"
            )


def _patterns(entry: Written) -> Iterator[str]:
    for _, line in lines_of(entry):
        if isinstance(line.get("words"), str):
            yield line["words"]
    never = entry.data.get("never")
    yield from (x for x in never if isinstance(x, str)) if isinstance(never, list) else ()
    refine = entry.data.get("refine")
    for block in refine if isinstance(refine, list) else []:
        if isinstance(block, dict) and "words" in block:
            yield from (item for item, _ in _words(block["words"]))


def _words(value: Any) -> Iterator[tuple[Any, int | None]]:
    for text in value if isinstance(value, list) else [value]:
        yield text, line_of(text)


def unknown_sets(s: Sources) -> Iterator[LexiconFinding]:
    """E103: "&name" that grammar.yaml and sets_*.yaml do not know, in acts and stances."""
    for entry in s.acts:
        for text in _patterns(entry):
            yield from _unknown_in(entry, text, s)
    for stance in s.stances:
        for line in stance.data.get("words", []):
            if isinstance(line, dict) and isinstance(line.get("words"), str):
                yield from _unknown_in(stance, line["words"], s)


def _unknown_in(entry: Written, text: str, s: Sources) -> Iterator[LexiconFinding]:
    for token in text.replace(",", " ").replace("|", " ").split():
        if token.startswith("&") and token[1:] not in s.sets:
            yield entry.finding("E103", f"no set named {token!r} in grammar.yaml or sets_*.yaml", text)


def shape(s: Sources) -> Iterator[LexiconFinding]:
    """E111: a key, or a shape of value, that nothing reads."""
    for entry in s.acts:
        yield from _unknown_keys(entry, entry.data, ENTRY_KEYS)
        for _, line in lines_of(entry):
            yield from _unknown_keys(entry, line, LINE_KEYS)
            if not isinstance(line.get("words"), str) or not line["words"].strip():
                yield entry.finding("E111", "a line of verbs, nouns or adjectives needs 'words'", line)
        for key, allowed in (("refine", REFINE_KEYS), ("examples", EXAMPLE_KEYS), ("counter", EXAMPLE_KEYS)):
            for block in _list(entry, key):
                if isinstance(block, dict):
                    yield from _unknown_keys(entry, block, allowed)
        for key in ("verbs", "nouns", "adjectives", "refine", "never", "examples", "counter"):
            if key in entry.data and not isinstance(entry.data[key], list):
                yield entry.finding(
                    "E111", f"{key!r} is a list ('[a, b]' or lines with '- ')", entry.data[key]
                )
        for key in ("reciprocal", "harm"):
            if entry.data.get(key, "yes") not in ("yes", "no"):
                yield entry.finding("E111", f"{key!r} is yes or no", entry.data[key])


def _list(entry: Written, key: str) -> list[Any]:
    value = entry.data.get(key)
    return value if isinstance(value, list) else []


def _unknown_keys(entry: Written, block: dict[str, Any], allowed: Iterable[str]) -> Iterator[LexiconFinding]:
    for key in block:
        if key not in allowed:
            yield entry.finding("E111", f"unknown key {key!r}; known here: {listed(allowed)}", key)


def without_example(s: Sources) -> Iterator[LexiconFinding]:
    """E108: an entry that promises nothing cannot be checked. One that was imported ("from") need not."""
    for entry in s.active.values():
        if entry.name != LEAVE_ALONE and "from" not in entry.data and not _list(entry, "examples"):
            yield entry.finding("E108", "give at least one sentence under 'examples'")


def slots(s: Sources) -> Iterator[LexiconFinding]:
    """E109: a slot of source or target, or a word of ``requires``, that the reader does not know."""
    known_slots, known_needs = s.closed("slots"), s.closed("requires")
    known_classes = s.closed("actor_classes")
    for entry in s.acts:
        for block in (entry.data, *(line for _, line in lines_of(entry))):
            for key in ("source", "target"):
                for slot, line in items_of(block.get(key)):
                    if slot not in known_slots:
                        yield _at(entry, "E109", f"{key}: no slot or preposition {slot!r}", line)
            for need in split_list(block.get("requires")):
                if need not in known_needs and not _of_class(need, known_classes):
                    line = line_of(block["requires"]) or line_of(block)
                    yield _at(entry, "E109", f"requires: {need!r} is none of {listed(known_needs)}", line)


def _of_class(need: str, known: Collection[str]) -> bool:
    """Whether it is written like "source is armed|rioters", "target is place"."""
    side, wanted = class_asked(need) or ("", ())
    places = ("place", "unlisted") if side == "target" else ()
    return side in ("source", "target") and all(w in known or w in places for w in wanted)


def _at(entry: Written, code: str, message: str, line: int | None) -> LexiconFinding:
    return LexiconFinding(code, "E", str(entry.path), line or line_of(entry.data), entry.name, message)


def refinements(s: Sources) -> Iterator[LexiconFinding]:
    """E110: a refinement to an act that no file has."""
    known = s.known_acts()
    for entry in s.acts:
        for block in _list(entry, "refine"):
            act = block.get("act") if isinstance(block, dict) else None
            if act is not None and act not in known:
                yield entry.finding("E110", f"refine: there is no act {act!r}", act)


# --- patterns against each other --------------------------------------------------------------------------------

Key = tuple[Pos, str, tuple[str, ...]]


def _claims(s: Sources) -> Iterator[tuple[Written, str, set[Key]]]:
    """Which concrete words ("impose sanction", head *impose*) each written pattern claims, in the reader's order."""
    for entry in s.active.values():
        for part, line in lines_of(entry):
            text = line.get("words")
            if any(class_asked(need) for need in split_list(line.get("requires"))):
                continue  # where the actors are of another class, other lines are tried
            if isinstance(text, str) and ("from" not in entry.data or _combinations(text, s) <= MAX_IMPORTED):
                yield entry, text, set(_concrete(text, POS[part], s))


def _combinations(text: str, s: Sources) -> int:
    """In how many ways the sets that a pattern names can be filled."""
    return math.prod(len(s.sets.get(token[1:], ())) for token in text.split() if token.startswith("&"))


def _concrete(text: str, pos: Pos, s: Sources) -> Iterator[Key]:
    try:
        patterns: list[Pattern] = list(make_patterns(text, pos, s.sets))
    except (LexiconError, IndexError):
        return
    for pattern in patterns:
        for combination in itertools.product(pattern.head, *pattern.rest):
            yield pos, combination[0], tuple(sorted(combination[1:]))


def _choices(s: Sources, a: Written, b: Written) -> bool:
    """Whether the reader can tell two acts that claim the same words apart: one's refinements lead to the other."""

    def leads(x: Written, y: Written) -> bool:
        return any(isinstance(r, dict) and r.get("act") == y.name for r in _list(x, "refine"))

    return leads(a, b) or leads(b, a)


def claimed_twice(s: Sources) -> Iterator[LexiconFinding]:
    """E104: words that two acts claim, with nothing to choose by; E105: a line all of whose words an earlier one takes."""
    owner: dict[Key, tuple[Written, str]] = {}
    acts = s.active
    silenced = _silenced(s)
    for entry, text, keys in _claims(s):
        mine = {k for k in keys if k in silenced.get(entry.name, ())}
        if keys and mine == keys:
            yield entry.finding(
                "E105", f"{text!r} is never found: the entry's own 'never' takes the same words", text
            )
            continue
        taken: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for key in sorted(keys - mine, key=lambda k: (k[1], k[2])):
            first, line = owner.setdefault(key, (entry, text))
            if line is not text:
                taken[first.name, str(line)].append(key)
        all_taken = sum(map(len, taken.values())) == len(keys - mine)
        for (name, line), shared in taken.items():
            yield from _overlap(s, entry, text, acts[name], line, shared, all_taken)


def _overlap(
    s: Sources, entry: Written, text: str, other: Written, line: str, shared: list[Key], everything: bool
) -> Iterator[LexiconFinding]:
    words = " ".join((shared[0][1], *shared[0][2]))
    name = other.name
    if other.folder != entry.folder:
        yield other.finding(
            "E105", f"{words!r} is taken from {entry.name}, of the packaged lexicon", line, "W"
        )
    elif "from" in entry.data and "from" in other.data:
        if everything:
            yield entry.finding("E105", f"{text!r} is never found: {name} takes {line!r} first", text, "W")
    elif name == entry.name:
        if everything:
            yield entry.finding(
                "E105", f"{text!r} is never found: {line!r} of this entry takes the same words", text, "W"
            )
    elif LEAVE_ALONE in (name, entry.name):
        if everything:
            yield entry.finding(
                "E105", f"{words!r} is an act ({name}: {line!r}) and to be left alone: the act wins", text
            )
    elif _choices(s, entry, other):
        if everything:
            yield entry.finding(
                "E105", f"{text!r} is never found: {name} takes {line!r} and chooses itself", text, "W"
            )
    elif everything:
        yield entry.finding("E105", f"{text!r} is never found: {name} takes {words!r} first ({line!r})", text)
    else:
        more = f" and {len(shared) - 1} more" if len(shared) > 1 else ""
        yield entry.finding("E104", f"{words!r}{more} of {text!r} is also claimed by {name} ({line!r})", text)


def _silenced(s: Sources) -> dict[str, frozenset[Key]]:
    kinds: tuple[Pos, ...] = ("verb", "noun")
    return {
        e.name: frozenset(
            k for t in _list(e, "never") if isinstance(t, str) for pos in kinds for k in _concrete(t, pos, s)
        )
        for e in s.active.values()
    }
