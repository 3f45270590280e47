"""Mapping files: what stance x act means in an ontology (format: docs/lexicon.md, section Ontologies)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eventcode.errors import LexiconError
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.resources import ontology_dir
from eventcode.values import quick

CONDITIONS = ("instrument", "object", "outcome", "source", "target", "stance", "topic")
DO = "do"
# Sections of a mapping file.
ACTS, STANCES, EXCEPT = "acts", "stances", "except"


@quick
@dataclass(frozen=True, slots=True)
class Facts:
    """What the coding of one act with one source and one target depends on.

    ``topics``: to be tried in order (an act's own; for stop and ease also what they turn it into).
    ``source`` and ``target``: classes of actors (docs/lexicon.md), e.g. {"state", "armed", "military"}.
    """

    act: str
    stance: str
    topics: tuple[str, ...]
    instrument: str | None = None
    object: str | None = None
    outcomes: tuple[str, ...] = ()
    source: frozenset[str] = field(default=frozenset({"none"}))
    target: frozenset[str] = field(default=frozenset({"none"}))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a mapping: conditions, and the values where they hold (``{}``: no event)."""

    conditions: tuple[tuple[str, frozenset[str]], ...]
    values: Mapping[str, str | tuple[str, ...]]
    refer: str | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether every condition of the line is met."""
        return all(self._met(name, wanted, facts) for name, wanted in self.conditions)

    @staticmethod
    def _met(name: str, wanted: frozenset[str], facts: Facts) -> bool:
        if name in ("source", "target"):
            return bool(wanted & (facts.source if name == "source" else facts.target))
        if name == "outcome":
            return bool(wanted & set(facts.outcomes))
        if name == "topic":
            return bool(wanted & set(facts.topics))
        # "none": no weapon or object is told.
        return (getattr(facts, name) or "none") in wanted


@dataclass(frozen=True, slots=True)
class Ontology:
    """One ontology's mapping of acts done, and of stances towards topics."""

    name: str
    acts: Mapping[str, tuple[Line, ...]]
    stances: Mapping[str, Mapping[str, tuple[Line, ...]]]
    excluded: tuple[Line, ...] = ()

    def code(self, facts: Facts) -> Mapping[str, str | tuple[str, ...]] | None:
        """Values for these facts, e.g. {"code": "195"}; None where the ontology has no event for them."""
        if any(line.holds(facts) for line in self.excluded):
            return None
        found = self._stance(facts, facts.stance, 0)
        return found[2].values or None if found else None

    def deciding(self, facts: Facts) -> tuple[tuple[str, ...], int] | None:
        """Which line decides about these facts: the keys above it in the mapping file, and its number there, from 0.

        None where no line does, which is no event either.
        """
        for number, line in enumerate(self.excluded):
            if line.holds(facts):
                return (EXCEPT,), number
        found = self._stance(facts, facts.stance, 0)
        return found[:2] if found else None

    def _stance(self, facts: Facts, stance: str, depth: int) -> tuple[tuple[str, ...], int, Line] | None:
        if depth > 4:
            raise LexiconError(f"{self.name}: stances refer to each other in a circle at {stance!r}")
        if stance == DO:
            return self._first((ACTS, facts.act), self.acts.get(facts.act, ()), facts, depth)
        table = self.stances.get(stance)
        if table is None:
            return None
        for topic in (*_with_parents(facts.topics), "default"):
            if topic in table:
                return self._first((STANCES, stance, topic), table[topic], facts, depth)
        return None

    def _first(
        self, keys: tuple[str, ...], lines: Iterable[Line], facts: Facts, depth: int
    ) -> tuple[tuple[str, ...], int, Line] | None:
        for number, line in enumerate(lines):
            if line.holds(facts):
                if line.refer:
                    return self._stance(facts, line.refer, depth + 1)
                return keys, number, line
        return None


def _with_parents(topics: Iterable[str]) -> list[str]:
    out: list[str] = []
    for topic in topics:
        out.append(topic)
        if "." in topic:
            out.append(topic.split(".")[0])
    return out


def _line(value: Any, key: str) -> Line:
    if isinstance(value, str):
        if value.startswith("="):
            return Line((), {}, value[1:])
        return Line((), MappingProxyType({} if value == "none" else {key: value}))
    value = dict(value)
    conditions = tuple((k, frozenset(str(v).split("|"))) for k, v in (value.pop("if", None) or {}).items())
    unknown = [k for k, _ in conditions if k not in CONDITIONS]
    if unknown:
        raise LexiconError(f"unknown condition {unknown[0]!r}; known: {', '.join(CONDITIONS)}")
    refer = None
    values: dict[str, str | tuple[str, ...]] = {}
    for k, v in value.items():
        if isinstance(v, str) and v.startswith("="):
            refer = v[1:]
        elif k in ("mode", "context"):
            values[k] = tuple(v) if isinstance(v, list) else tuple(x.strip() for x in v.split(","))
        elif v != "none":
            values[k] = v
    return Line(conditions, MappingProxyType(values), refer)


def _lines(value: Any, key: str) -> tuple[Line, ...]:
    return tuple(_line(v, key) for v in (value if isinstance(value, list) else [value]))


def read_ontology(path: Path) -> Ontology:
    """One mapping file. Raises LexiconError with the file and the act or stance at fault."""
    content = read_yaml(path)
    if not isinstance(content, dict) or "ontology" not in content:
        raise LexiconError(f"{path}: a mapping file begins with 'ontology: NAME'")
    name = content["ontology"]
    key = {"plover": "event", "acled": "sub_event_type"}.get(name, "code")
    acts: dict[str, tuple[Line, ...]] = {}
    stances: dict[str, dict[str, tuple[Line, ...]]] = {}
    for act, value in (content.get("acts") or {}).items():
        try:
            acts[act] = _lines(value, key)
        except (LexiconError, AttributeError, TypeError, ValueError) as e:
            raise LexiconError(f"{path}: act {act!r}: {e}") from e
    for stance, table in (content.get("stances") or {}).items():
        try:
            stances[stance] = {topic: _lines(value, key) for topic, value in table.items()}
        except (LexiconError, AttributeError, TypeError, ValueError) as e:
            raise LexiconError(f"{path}: stance {stance!r}: {e}") from e
    try:
        excluded = _lines(content.get("except") or [], key)
    except (LexiconError, AttributeError, TypeError, ValueError) as e:
        raise LexiconError(f"{path}: except: {e}") from e
    if any(not line.conditions or line.values or line.refer for line in excluded):
        raise LexiconError(f"{path}: except: a line is {{if: {{...}}}}, with conditions and no code")
    return Ontology(name, acts, stances, excluded)


@lru_cache(maxsize=4)
def load_ontologies(overlay: Path | None = None) -> Mapping[str, Ontology]:
    """Every ontology by name: ours, then those in the overlay's ``ontologies/`` folder (or the overlay itself)."""
    found = {} if overlay is None else dict(load_ontologies())
    folder = ontology_dir() if overlay is None else overlay / "ontologies"
    for path in sorted(folder.glob("*.yaml")):
        new = read_ontology(path)
        old = found.get(new.name)
        if old is not None:
            new = Ontology(
                new.name,
                {**old.acts, **new.acts},
                {**old.stances, **new.stances},
                old.excluded + new.excluded,
            )
        found[new.name] = new
    return MappingProxyType(found)
