"""Turns what a PETRARCH verb dictionary says into acts, sets and mapping lines of our lexicon.

Each block becomes acts of one CAMEO code each. A pattern's words behind the verb become a trigger; words before it
become a refinement, which leads to the act of the pattern's code.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from eventcode.lexicon.load import read_entries
from eventcode.lexicon.petrarch_text import Line, Names, UnreadList, unique
from eventcode.lexicon.petrarch_verbs import (
    Block,
    Code,
    Verb,
    VerbDictionary,
    VerbPattern,
    first_owners,
    last_patterns,
    own_code,
)
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.ontologies.codes import cameo_codes
from eventcode.resources import lexicon_dir, ontology_dir

NO_EVENT = "none"
SOURCE = "subj"
# Where the other side of a verb may stand, most likely first. Not "in": what follows it is mostly a place.
TARGET = "obj, iobj, with, against, on, to, at, for, from, of, over, between, into"
# PETRARCH codes nothing but pairs of known actors.
REQUIRES = "actor source, actor target"
DEFAULT_TOPIC = "statement"
# Digits of a root code.
ROOT = 2

Words = tuple[str, ...]
Refine = tuple[tuple[Words, str], ...]


@dataclass(frozen=True, slots=True)
class Counterparts:
    """What our own mapping says of acts that have one CAMEO code: their topic, and their PLOVER and ACLED lines; ``acts``
    are the names that are taken."""

    acts: frozenset[str]
    topics: Mapping[str, str]
    plover: Mapping[str, Any]
    acled: Mapping[str, Any]

    def topic(self, code: str | None) -> str:
        """Topic of most acts with this code or one below it, else with the code above it."""
        while code:
            if code in self.topics:
                return self.topics[code]
            code = code[:-1]
        return DEFAULT_TOPIC


@dataclass(slots=True)
class Acts:
    """Acts by file, sets of words, and mapping lines, as they are to be written."""

    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)
    cameo: dict[str, str] = field(default_factory=dict)
    plover: dict[str, Any] = field(default_factory=dict)
    acled: dict[str, Any] = field(default_factory=dict)
    cameo_only: set[str] = field(default_factory=set)


@cache
def counterparts() -> Counterparts:
    """What our mapping says of each CAMEO code. PLOVER's modes and contexts, and ACLED, only where all acts that always
    have the code agree; PLOVER's event alone where all acts and stances that can have the code agree on that."""
    entries = read_entries((lexicon_dir(),))
    cameo, plover, acled = (
        read_yaml(ontology_dir() / f"{name}.yaml") for name in ("cameo", "plover", "acled")
    )
    always: dict[str, list[str]] = defaultdict(list)
    topics: dict[str, Counter[str]] = defaultdict(Counter)
    events: dict[str, set[str]] = defaultdict(set)
    for act, value in cameo["acts"].items():
        if isinstance(value, str) and value != NO_EVENT:
            always[value].append(act)
        for code in _values(value, "code"):
            events[code] |= _values(plover["acts"].get(act, NO_EVENT), "event") or {NO_EVENT}
            topic = entries.get(act, {}).get("topic", DEFAULT_TOPIC)
            for length in range(ROOT, len(code) + 1):
                topics[code[:length]][topic] += 1
    for stance, table in cameo["stances"].items():
        told = {
            e for v in plover["stances"].get(stance, {}).values() for e in _values(v, "event") or {NO_EVENT}
        }
        for code in (c for value in table.values() for c in _values(value, "code")):
            events[code] |= told or {NO_EVENT}
    agreed = {code: next(iter(found)) for code, found in events.items() if len(found) == 1}
    full = {
        code: line for code, acts in always.items() if (line := _agreed(acts, plover["acts"])) is not None
    }
    return Counterparts(
        frozenset(entries),
        {code: found.most_common(1)[0][0] for code, found in topics.items()},
        {code: event for code, event in agreed.items() if event != NO_EVENT} | full,
        {code: line for code, acts in always.items() if (line := _agreed(acts, acled["acts"])) is not None},
    )


def _values(value: Any, key: str) -> set[str]:
    """Every code or event that a mapping value can give; none where it refers to something else."""
    lines = value if isinstance(value, list) else [value]
    found = {line.get(key, NO_EVENT) if isinstance(line, dict) else line for line in lines}
    return {x for x in found if x != NO_EVENT and not x.startswith("=")}


def _agreed(acts: Sequence[str], lines: Mapping[str, Any]) -> Any:
    first = lines.get(acts[0])
    return first if all(lines.get(a) == first for a in acts) else None


def make_acts(dictionaries: Sequence[VerbDictionary], unread: UnreadList) -> Acts:
    """Acts of all verb dictionaries together."""
    out, ours = Acts(), counterparts()
    first_owners(dictionaries, unread)
    names, set_names = Names(ours.acts.__contains__), Names()
    for number, dictionary in enumerate(dictionaries):
        sets = {name: set_names.make(name.strip("&")) for name, words in dictionary.sets.items() if words}
        for name, words in dictionary.sets.items():
            if words:
                out.sets[sets[name]] = _shortest(words)
        entries = out.files.setdefault(f"petrarch_{number + 1}", [])
        for block in dictionary.blocks:
            entries += _BlockActs(block, sets, names, set_names, out, ours, unread).entries()
    return out


def _shortest(words: Sequence[str]) -> list[str]:
    """Members of a set without those that a shorter one finds as well: "cruise missile" where "missile" is one."""
    single = {w for w in words if " " not in w}
    return unique([w for w in words if w in single or w.split()[-1] not in single])


class _BlockActs:
    """The acts of one block."""

    def __init__(
        self,
        block: Block,
        sets: Mapping[str, str],
        names: Names,
        set_names: Names,
        out: Acts,
        ours: Counterparts,
        unread: UnreadList,
    ) -> None:
        self._block = block
        self._sets = sets
        self._names = names
        self._set_names = set_names
        self._out = out
        self._ours = ours
        self._unread = unread
        # By code, refinement and whether the patterns name sets.
        self._entries: dict[tuple[str | None, Refine, bool], dict[str, Any]] = {}
        self._verb_sets: dict[Words, str] = {}

    def entries(self) -> list[dict[str, Any]]:
        """Act entries, those whose patterns name words before those that name sets: the first that fits counts. Also
        fills sets and mapping lines."""
        if not self._block.verbs:
            for pattern in self._block.patterns:
                self._unread.no(pattern.line, f"block {self._block.head} has no verb left to stand with it")
            return []
        patterns = last_patterns(self._block, self._unread)
        plain = {_key(p.behind): p for p in patterns.values() if not p.before}
        before: dict[Words, list[VerbPattern]] = defaultdict(list)
        for p in patterns.values():
            if p.before and self._can_refine(p):
                before[_key(p.behind)].append(p)
        self._alone(plain.get(()), self._refine(before.get((), [])))
        for key in dict.fromkeys((*plain, *before)):
            if key:
                self._with_words(key, plain, before.get(key, []))
        ordered = sorted(self._entries.items(), key=lambda e: e[0][2])
        return [entry for _, entry in ordered]

    # --- lines ---------------------------------------------------------------------------------------------------

    def _alone(self, override: VerbPattern | None, refine: Refine) -> None:
        """Verbs with nothing else asked for. One without a code needs no line: nothing is what no line says."""
        for code, verbs in self._by_code():
            if override is not None:
                code = override.code
            if code.main is None and not refine:
                continue
            for verb in verbs:
                at = override.line if override is not None else verb.line
                self._line(code, refine, verb.words, override, at)

    def _with_words(
        self, key: Words, plain: Mapping[Words, VerbPattern], before: Sequence[VerbPattern]
    ) -> None:
        base = plain.get(key)
        written = base or before[0]
        refine = self._refine(before)
        if base is None:
            # Words before the verb only: without them another pattern's code counts, or the verb's own.
            inside = [b for b in plain if set(b) < set(key)]
            base = plain[max(inside, key=len)] if inside else None
        if base is not None:
            words = (self._verb_token(self._block.verbs), *written.behind)
            self._line(base.code, refine, words, base, written.line)
            return
        for code, verbs in self._by_code():
            self._line(code, refine, (self._verb_token(verbs), *written.behind), None, written.line)

    def _line(self, code: Code, refine: Refine, words: Words, pattern: VerbPattern | None, at: Line) -> None:
        general = any(w.startswith("&") for w in words[1:])
        entry = self._entry(code.main, refine, general, at.place)
        line: dict[str, Any] = {"words": self._phrase(words)}
        if code.turned:
            line |= {"source": TARGET, "target": SOURCE}
        if pattern is not None and pattern.source is not None:
            line["source"] = pattern.source
        if pattern is not None and pattern.target is not None:
            line["target"] = pattern.target
        if code.mutual:
            line["reciprocal"] = "yes"
        elif code.forward is not None and code.back is not None:
            self._unread.part(at, f"{code.back} back from the target is lost: one trigger has one code")
        entry["verbs"].append(line if len(line) > 1 else line["words"])

    def _entry(self, code: str | None, refine: Refine, general: bool, origin: str) -> dict[str, Any]:
        entry = self._entries.get((code, refine, general))
        if entry is not None:
            return entry
        label = cameo_codes()[code].label if code else "no event"
        name = self._names.make(self._block.head, code or NO_EVENT)
        entry = {
            "act": name,
            "gloss": f"{self._block.head} [{code or '---'}]: {label}",
            "from": origin,
            "topic": self._ours.topic(code),
            "source": SOURCE,
            "target": TARGET,
            "requires": REQUIRES,
            "verbs": [],
        }
        if refine:
            entry["refine"] = [{"words": list(words), "act": act} for words, act in refine]
        self._entries[code, refine, general] = entry
        self._map(name, code)
        return entry

    def _map(self, name: str, code: str | None) -> None:
        self._out.cameo[name] = code or NO_EVENT
        if code is None:
            return
        if code in self._ours.plover:
            self._out.plover[name] = self._ours.plover[code]
        else:
            self._out.cameo_only.add(code)
        if code in self._ours.acled:
            self._out.acled[name] = self._ours.acled[code]

    # --- words before the verb -----------------------------------------------------------------------------------

    def _can_refine(self, p: VerbPattern) -> bool:
        if p.code.turned:
            self._unread.no(p.line, "words before the verb cannot turn source and target round")
            return False
        if len(p.before) > 1 and any(w.startswith("&") or "|" in w for w in p.before):
            self._unread.no(
                p.line, "a choice of words inside a phrase before the verb: only a set or a word alone can be"
            )
            return False
        if p.code.mutual:
            self._unread.part(p.line, "words before the verb do not make both sides do it: coded one way")
        elif p.code.back is not None:
            self._unread.part(p.line, f"{p.code.back} back from the target is lost: one trigger has one code")
        if p.source is not None or p.target is not None:
            self._unread.part(p.line, "$ and + beside words before the verb: the usual slots are used")
        return True

    def _refine(self, patterns: Iterable[VerbPattern]) -> Refine:
        """Lines of a refinement: longer phrases first, those that lead to one act together."""
        ordered = sorted(patterns, key=lambda p: -len(p.before))
        out = []
        for code, group in itertools.groupby(ordered, key=lambda p: p.code.main):
            found = list(group)
            act = self._entry(code, (), False, found[0].line.place)["act"]
            phrases = unique([self._phrase(p.before) for p in found])
            out.append((tuple(phrases), str(act)))
        return tuple(out)

    def _phrase(self, words: Words) -> str:
        return " ".join(self._token(w) for w in words)

    # --- words ---------------------------------------------------------------------------------------------------

    def _token(self, word: str) -> str:
        return f"&{self._sets[word]}" if word in self._sets else word

    def _verb_token(self, verbs: Sequence[Verb]) -> str:
        """The verbs of a pattern: the one there is, or the name of a set of them."""
        texts = tuple(" ".join(v.words) for v in verbs)
        if len(texts) == 1:
            return texts[0]
        name = self._verb_sets.get(texts)
        if name is None:
            name = self._verb_sets[texts] = self._set_names.make(self._block.head, "verbs")
            self._out.sets[name] = list(texts)
        return f"&{name}"

    def _by_code(self) -> list[tuple[Code, list[Verb]]]:
        groups: dict[Code, list[Verb]] = defaultdict(list)
        for verb in self._block.verbs:
            groups[own_code(verb, self._block)].append(verb)
        return list(groups.items())


def _key(words: Words) -> Words:
    """The words in one order: our patterns find them in any."""
    return tuple(sorted(words))
