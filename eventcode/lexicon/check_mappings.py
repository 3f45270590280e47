"""Checks of stances and of ontology mapping files against the acts, the closed lists and the code tables
(codes: eventcode.lexicon.check)."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from eventcode.lexicon.findings import LexiconFinding, Severity, items_of, line_of, listed
from eventcode.lexicon.load import LEAVE_ALONE
from eventcode.lexicon.sources import Sources
from eventcode.ontologies.mapping import CONDITIONS, DO

LINE_KEYS = {"cameo": {"code"}, "plover": {"event", "mode", "context"}, "acled": {"sub_event_type"}}
CLOSED = {
    "instrument": "instruments", "object": "objects", "outcome": "outcomes", "source": "actor_classes",
    "target": "actor_classes", "topic": "topics",
}  # fmt: skip
UNSPECIFIED = "unspecified"
NO_EVENT = "none"


def _name(content: Mapping[str, Any]) -> str:
    return str(content.get("ontology", ""))


def rows(s: Sources) -> Iterator[tuple[str, str, Path, str, Any]]:
    """(ontology, part, file, name, line) of every line: part "acts", or the stance; name the act or topic."""
    for path, content in s.mappings:
        acts, stances = content.get("acts"), content.get("stances")
        excluded = content.get("except")
        for line in excluded if isinstance(excluded, list) else ():
            yield _name(content), "except", path, "except", line
        for act, value in acts.items() if isinstance(acts, dict) else ():
            for line in value if isinstance(value, list) else [value]:
                yield _name(content), "acts", path, act, line
        for stance, table in stances.items() if isinstance(stances, dict) else ():
            for topic, value in table.items() if isinstance(table, dict) else ():
                for line in value if isinstance(value, list) else [value]:
                    yield _name(content), stance, path, topic, line


def _found(
    code: str, path: Path, entry: str, at: Any, message: str, severity: Severity = "E"
) -> LexiconFinding:
    return LexiconFinding(code, severity, str(path), line_of(at) or line_of(entry), entry, message)


def headers(s: Sources) -> Iterator[LexiconFinding]:
    """E200: a mapping file without "ontology: NAME", or a part that is no mapping."""
    for path, content in s.mappings:
        if not _name(content):
            yield LexiconFinding(
                "E200", "E", str(path), 1, path.name, "a mapping file begins with 'ontology: NAME'"
            )
        for key, value in content.items():
            if key not in ("ontology", "acts", "stances", "except"):
                yield _found(
                    "E200",
                    path,
                    str(key),
                    key,
                    "the parts of a mapping file are ontology, except, acts and stances",
                )
            elif key == "except":
                for line in value if isinstance(value, list) else [value]:
                    if not isinstance(line, dict) or set(line) != {"if"} or not line["if"]:
                        yield _found("E200", path, "except", line, "a line is {if: {...}}, with conditions")
            elif key != "ontology" and not isinstance(value, dict):
                yield _found("E200", path, str(key), value, "expected 'name: value' below it")
            elif key == "stances":
                for stance, table in value.items():
                    if not isinstance(table, dict):
                        yield _found("E200", path, stance, table, "expected 'topic: value' below a stance")


def unknown_acts(s: Sources) -> Iterator[LexiconFinding]:
    """E201: a mapping for an act that the lexicon lacks."""
    known = s.known_acts()
    for path, content in s.mappings:
        acts = content.get("acts")
        for act in acts if isinstance(acts, dict) else ():
            if act not in known:
                yield _found("E201", path, act, act, "there is no act of this name")


def code_tables(name: str) -> dict[str, Collection[str]] | None:
    """What each value of an ontology's lines may be; None for an ontology whose codes we do not keep."""
    from eventcode.ontologies import codes

    if name == "cameo":
        return {"code": codes.cameo_codes()}
    if name == "plover":
        events = codes.plover_codes()
        modes = frozenset(m for e in events.values() for m in e.modes)
        return {"event": events, "mode": modes, "context": codes.plover_contexts()}
    if name == "acled":
        return {"sub_event_type": codes.acled_codes()}
    return None


def unknown_codes(s: Sources) -> Iterator[LexiconFinding]:
    """E202: a code that the ontology's code table lacks, or a PLOVER mode that its event does not have."""
    from eventcode.ontologies.codes import plover_codes

    tables = {name: code_tables(name) for name in ("cameo", "plover", "acled")}
    for name, _, path, entry, line in rows(s):
        known = tables.get(name)
        if known is None:
            continue
        values = line if isinstance(line, dict) else {next(iter(known)): line}
        for key, value in values.items():
            for item, at in items_of(value) if key in known else ():
                if item != NO_EVENT and not item.startswith("=") and item not in known[key]:
                    yield _found("E202", path, entry, value, f"{name} has no {key} {item!r}")
                elif (
                    key == "mode"
                    and values.get("event") in plover_codes()
                    and item not in plover_codes()[values["event"]].modes
                ):
                    yield LexiconFinding(
                        "E202", "E", str(path), at, entry, f"{values['event']} has no mode {item!r}"
                    )


def conditions(s: Sources) -> Iterator[LexiconFinding]:
    """E203: unknown condition, value of a condition or key of a line; E204: unknown class of actors."""
    for name, _, path, entry, line in rows(s):
        if not isinstance(line, dict):
            continue
        allowed = LINE_KEYS.get(name, {"code"}) | {"if"}
        for key in line:
            if key not in allowed:
                yield _found("E203", path, entry, key, f"unknown key {key!r}; known here: {listed(allowed)}")
        tests = line.get("if") or {}
        for key, value in tests.items() if isinstance(tests, dict) else ():
            yield from _condition(s, path, entry, key, value)


def _condition(s: Sources, path: Path, entry: str, key: str, value: Any) -> Iterator[LexiconFinding]:
    if key not in CONDITIONS:
        yield _found("E203", path, entry, key, f"unknown condition {key!r}; known: {', '.join(CONDITIONS)}")
        return
    known = stance_names(s) if key == "stance" else s.closed(CLOSED[key])
    if key in ("instrument", "object"):
        known = known | {NO_EVENT}  # none told
    if key == "topic":
        known |= {UNSPECIFIED}
    code = "E204" if key in ("source", "target") else "E203"
    for item, _ in items_of(value):
        if item not in known:
            yield _found(code, path, entry, value, f"{key}: {item!r} is none of {listed(known)}")


def stance_names(s: Sources) -> frozenset[str]:
    """Stances of stances.yaml, and "do"."""
    return frozenset(w.name for w in s.stances) | {DO}


def uncoded_acts(s: Sources) -> Iterator[LexiconFinding]:
    """E205: an act of which cameo.yaml does not say what it is in CAMEO (nor that it is none)."""
    coded: set[str] = set()
    for _, content in s.mappings:
        acts = content.get("acts")
        coded.update(acts if _name(content) == "cameo" and isinstance(acts, dict) else ())
    for entry in s.active.values():
        if entry.name != LEAVE_ALONE and entry.name not in coded:
            yield entry.finding(
                "E205", "no line of a CAMEO mapping says what the act is (or that it is 'none')"
            )


def unknown_stances(s: Sources) -> Iterator[LexiconFinding]:
    """E206: a mapping for a stance that stances.yaml lacks; E207: for a topic that terms.yaml lacks."""
    names = stance_names(s)
    for path, content in s.mappings:
        stances = content.get("stances")
        for stance, table in stances.items() if isinstance(stances, dict) else ():
            if stance not in names:
                yield _found("E206", path, stance, stance, f"there is no such stance; known: {listed(names)}")
            for topic in table if isinstance(table, dict) else ():
                if topic not in s.closed("topics") | {"default", UNSPECIFIED}:
                    yield _found("E207", path, stance, topic, f"topic {topic!r} is not in terms.yaml")


def dead_lines(s: Sources) -> Iterator[LexiconFinding]:
    """E208: a line after one that always holds."""
    for path, content in s.mappings:
        groups: list[tuple[str, Any]] = list((content.get("acts") or {}).items())
        for table in (content.get("stances") or {}).values():
            groups += list(table.items()) if isinstance(table, dict) else []
        for entry, value in groups:
            for before, after in itertools.pairwise(value) if isinstance(value, list) else ():
                if not (isinstance(before, dict) and before.get("if")):
                    yield _found(
                        "E208", path, entry, after, "is never tried: the line before it always holds"
                    )


# --- stances ----------------------------------------------------------------------------------------------------


def stance_kinds(s: Sources) -> Iterator[LexiconFinding]:
    """E301: kind, side or status of a stance that terms.yaml does not list."""
    for stance in s.stances:
        if stance.data.get("kind") not in s.closed("kinds"):
            yield stance.finding(
                "E301", f"kind is one of {listed(s.closed('kinds'))}", stance.data.get("kind")
            )
        for side, _ in items_of(stance.data.get("side")):
            if side not in s.closed("sides"):
                yield stance.finding(
                    "E301", f"side: {side!r} is none of {listed(s.closed('sides'))}", stance.data["side"]
                )
        status = stance.data.get("status")
        if status is not None and status not in s.closed("statuses"):
            yield stance.finding("E301", f"status is one of {listed(s.closed('statuses'))}", status)


def stance_slots(s: Sources) -> Iterator[LexiconFinding]:
    """E302: a line of a stance without words, with an unknown key, or hanging on what the reader does not know."""
    links = s.closed("links") | s.closed("slots")
    for stance in s.stances:
        lines = stance.data.get("words")
        for line in lines if isinstance(lines, list) else []:
            if not isinstance(line, dict) or not isinstance(line.get("words"), str):
                yield stance.finding("E302", "a line is {words: ..., act: ..., to: ...}", line)
                continue
            for key in line:
                if key not in ("words", "act", "to", "factive"):
                    yield stance.finding("E302", f"unknown key {key!r}", key)
            for key, known in (("act", links), ("to", s.closed("slots"))):
                for item, _ in items_of(line.get(key)):
                    if item not in known:
                        yield stance.finding("E302", f"{key}: no slot or preposition {item!r}", line.get(key))
        if not isinstance(lines, list) or not lines:
            yield stance.finding("E302", "a stance needs lines of words")


def circles(s: Sources) -> Iterator[LexiconFinding]:
    """E303: "=stance" that refers to an unknown stance, or back to itself by way of others."""
    refers: dict[str, dict[str, set[str]]] = {}
    for name, part, path, entry, line in rows(s):
        values = line.values() if isinstance(line, dict) else [line]
        for value in values:
            if not isinstance(value, str) or not value.startswith("="):
                continue
            if value[1:] not in stance_names(s):
                yield _found("E303", path, entry, value, f"{value!r} refers to no stance")
            elif part != "acts":
                refers.setdefault(f"{name}\t{entry}", {}).setdefault(part, set()).add(value[1:])
    for key, edges in refers.items():
        name, topic = key.split("\t")
        for stance in edges:
            if _reaches(edges, stance, stance):
                at = next(p for p, c in s.mappings if _name(c) == name)
                yield LexiconFinding(
                    "E303", "E", str(at), None, stance, f"refers to itself in a circle under {topic!r}"
                )


def _reaches(edges: Mapping[str, set[str]], start: str, goal: str) -> bool:
    todo, seen = list(edges.get(start, ())), set[str]()
    while todo:
        at = todo.pop()
        if at == goal:
            return True
        if at not in seen:
            seen.add(at)
            todo += edges.get(at, ())
    return False


def turns(s: Sources) -> Iterator[LexiconFinding]:
    """E304: "turns" between topics that terms.yaml lacks."""
    for before, after in s.turns.items():
        for topic in (before, after):
            if topic not in s.closed("topics"):
                yield LexiconFinding(
                    "E304",
                    "E",
                    str(s.stance_file),
                    line_of(before),
                    str(before),
                    f"turns: no topic {topic!r}",
                )
