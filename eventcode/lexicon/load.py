"""Reads the act lexicon, lays a user's folder over ours, and indexes it by head word."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from eventcode.errors import LexiconError
from eventcode.lexicon.cache import compiled
from eventcode.lexicon.entries import (
    ActLexicon,
    Example,
    Pattern,
    Pos,
    Refinement,
    Stance,
    StanceTrigger,
    Trigger,
    Words,
)
from eventcode.lexicon.pausing import without_collections
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.resources import lexicon_dir, ontology_dir

T = TypeVar("T")
VERB_SLOTS = (("subj",), ("obj",))
NOUN_SLOTS = (("poss", "by", "compound"), ("on", "against", "at", "of"))
# "besieged", "held hostage" tell what somebody suffers; "sceptical about" what somebody thinks.
STATE_SLOTS = (("by",), ("subj",))
ADJ_SLOTS = (("subj",), ("about", "of", "over", "at", "with", "by", "to"))
STATE_TOPICS = frozenset(
    {
        "violence",
        "force",
        "blockade",
        "occupy",
        "arrest",
        "repress",
        "restrict",
        "sanction",
        "mass",
        "wmd",
        "control",
        "deport",
    }
)
LEAVE_ALONE = "leave_alone"
# English prepositions are grammar, not knowledge of events: they tell where the head of a noun pattern ends.
PREPOSITIONS = frozenset(
    [
        "aboard",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "with",
        "against",
        "between",
        "among",
        "into",
        "over",
        "under",
        "after",
        "about",
        "toward",
        "towards",
    ]
)
FRAME_KEYS = ("source", "target", "reciprocal", "instrument", "object", "outcome", "requires", "harm")


def split_list(value: Any) -> tuple[str, ...]:
    """Text such as "on, against" or a YAML list -> ("on", "against")."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else str(value).split(",")
    return tuple(x.strip() for x in items if x.strip())


@lru_cache(maxsize=50_000)
def _one(word: str) -> Words:
    return frozenset([word])


_HYPHEN = _one("-")
# Where the parser cuts a word: before a letter ("sit-in", "12-year"), not before a digit ("AK-47").
_CUT = re.compile(r"(?<=[^\W_])-(?=[^\W\d_])")


@lru_cache(maxsize=50_000)
def as_cut(text: str) -> tuple[str, ...]:
    """The words of a pattern in lower case, cut at their hyphens as the parser cuts a sentence's.

    >>> as_cut("Sit-in"), as_cut("AK-47")
    (('sit', '-', 'in'), ('ak-47',))
    """
    return tuple(_CUT.sub(" - ", text.lower()).split())


def expand(text: str, sets: Mapping[str, list[str]]) -> Iterator[list[Words]]:
    """Pattern words as sets of lemmas. A member of several words ("tear_down", or one of a set) gives further patterns."""
    if "|" not in text and "&" not in text:
        yield [_one(word) for word in as_cut(text)]
        return
    choices: list[list[list[Words]]] = []
    for token in text.split():
        singles: set[str] = set()
        options: list[list[Words]] = []
        for part in token.split("|"):
            if part.startswith("&"):
                if part[1:] not in sets:
                    raise LexiconError(
                        f"pattern {text!r}: no set named {part!r} in grammar.yaml or sets_*.yaml"
                    )
                members = sets[part[1:]]
            else:
                members = [part]
            for member in members:
                words = as_cut(member.replace("_", " "))
                if len(words) == 1:
                    singles.add(words[0])
                else:
                    options.append([frozenset([w]) for w in words])
        if singles:
            options.append([frozenset(singles)])
        choices.append(options)
    for combination in itertools.product(*choices):
        yield [w for option in combination for w in option]


def make_patterns(text: str, pos: Pos, sets: Mapping[str, list[str]]) -> Iterator[Pattern]:
    """Patterns of one written line. The head of a verb pattern is its first word; of a noun pattern the last
    word before the first preposition; of a word with a hyphen its last part ("sit-in", "dive-bomb")."""
    for words in expand(text, sets):
        if pos == "noun":
            at = next((i for i in range(1, len(words)) if _is_preposition(words, i)), len(words)) - 1
        else:
            at = next(i for i in range(0, len(words), 2) if words[i + 1 : i + 2] != [_HYPHEN])
        yield Pattern(words[at], (*words[:at], *words[at + 1 :]), text)


def _is_preposition(words: list[Words], at: int) -> bool:
    """Whether a preposition of its own stands there, and no part of a word with a hyphen ("break-in")."""
    return words[at] <= PREPOSITIONS and words[at - 1] != _HYPHEN


def _refinements(entry: Mapping[str, Any], sets: Mapping[str, list[str]]) -> tuple[Refinement, ...]:
    out = []
    for line in entry.get("refine", []):
        phrases: list[tuple[str, ...]] = []
        for phrase in split_list(line.get("words")):
            for token in sets.get(phrase[1:], [phrase]) if phrase.startswith("&") else phrase.split("|"):
                phrases.append(as_cut(token))
        out.append(
            Refinement(
                tuple(phrases),
                line.get("instrument"),
                line.get("object"),
                line.get("outcome"),
                line.get("act"),
            )
        )
    return tuple(out)


def _lines(entry: Mapping[str, Any]) -> Iterator[tuple[Pos, Mapping[str, Any]]]:
    kinds: tuple[tuple[str, Pos], ...] = (("verbs", "verb"), ("nouns", "noun"), ("adjectives", "adj"))
    for key, pos in kinds:
        for line in entry.get(key, []):
            yield pos, ({"words": line} if isinstance(line, str) else line)


def _triggers(entry: Mapping[str, Any], sets: Mapping[str, list[str]]) -> Iterator[Trigger]:
    act, topic = entry["act"], entry.get("topic", "statement")
    refine = _refinements(entry, sets)
    states = STATE_SLOTS if entry.get("topic") in STATE_TOPICS else ADJ_SLOTS
    defaults = {"verb": VERB_SLOTS, "noun": NOUN_SLOTS, "adj": states}
    for pos, line in _lines(entry):
        own = {k: line[k] if k in line else entry.get(k) for k in FRAME_KEYS}
        source, target = defaults[pos]
        # An entry's own slots are written for its verbs; a noun entry that names slots adds them to the noun's usual ones.
        if pos == "verb" or "source" in line:
            source = split_list(own["source"]) or source
        elif own["source"]:
            source = tuple(
                dict.fromkeys((*(s for s in split_list(own["source"]) if s not in ("obj", "iobj")), *source))
            )
        if pos == "verb" or "target" in line:
            target = split_list(own["target"]) or target
        elif own["target"]:
            target = tuple(
                dict.fromkeys(
                    (*(s for s in split_list(own["target"]) if s not in ("obj", "iobj", "subj")), *target)
                )
            )
        requires = split_list(own["requires"])
        for pattern in make_patterns(line["words"], pos, sets):
            yield Trigger(
                act=act,
                topic=topic,
                pattern=pattern,
                pos=pos,
                source=source,
                target=target,
                reciprocal=own["reciprocal"] == "yes",
                harm=own["harm"] == "yes",
                instrument=own["instrument"],
                object=own["object"],
                outcome=own["outcome"],
                requires=requires,
                refine=refine,
                never=act == LEAVE_ALONE,
            )
    for text in entry.get("never", []):
        # The same words as a verb and as a noun: "strike a chord", "heart attack".
        kinds: tuple[Pos, ...] = ("verb", "noun")
        for pos in kinds:
            for pattern in make_patterns(text, pos, sets):
                yield Trigger(act, topic, pattern, pos, (), (), never=True)


def _examples(entry: Mapping[str, Any]) -> Iterator[Example]:
    for e in entry.get("examples", []):
        e = {"text": e} if isinstance(e, str) else e
        yield Example(entry["act"], e["text"], e.get("source"), e.get("target"), False)
    for e in entry.get("counter", []):
        yield Example(entry["act"], e if isinstance(e, str) else e["text"], None, None, True)


def act_files(folders: Iterable[Path]) -> list[Path]:
    """Act files of every folder, in the order in which they are laid over one another."""
    return [p for folder in folders for p in sorted((folder / "acts").glob("*.yaml"))]


def read_entries(folders: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Act entries by name; a later folder's entry replaces an earlier one's, and of two that know the same words the
    later folder's comes first."""
    entries: dict[str, dict[str, Any]] = {}
    for folder in folders:
        own: dict[str, dict[str, Any]] = {}
        for path in act_files([folder]):
            for entry in read_yaml(path) or []:
                if not isinstance(entry, dict) or "act" not in entry:
                    raise LexiconError(f"{path}: every entry is a block that begins with '- act: NAME'")
                own[entry["act"]] = entry
        entries = own | {name: entry for name, entry in entries.items() if name not in own}
    return entries


def read_sets(folders: Iterable[Path]) -> dict[str, list[str]]:
    """Named sets of words from grammar.yaml (``sets``) and sets_*.yaml."""
    sets: dict[str, list[str]] = {}
    for folder in folders:
        grammar = folder / "grammar.yaml"
        if grammar.exists():
            sets |= read_yaml(grammar).get("sets", {})
        for path in sorted(folder.glob("sets_*.yaml")):
            sets |= read_yaml(path) or {}
    return sets


def _light(lines: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    index: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in lines:
        head, *rest = line.split()
        index[head].append(tuple(rest))
    return {k: tuple(v) for k, v in index.items()}


def _stances(
    items: Iterable[Mapping[str, Any]], sets: Mapping[str, list[str]]
) -> tuple[dict[str, Stance], dict[str, tuple[StanceTrigger, ...]], dict[str, str]]:
    stances: dict[str, Stance] = {}
    index: dict[str, list[StanceTrigger]] = defaultdict(list)
    turns: dict[str, str] = {}
    for item in items:
        if "turns" in item:
            turns |= item["turns"]
            continue
        name = item["stance"]
        stances[name] = Stance(
            name,
            item.get("gloss", ""),
            item["kind"],
            item.get("factive") == "yes",
            item.get("claimed") == "yes",
            item.get("status"),
            split_list(item.get("side")),
            frozenset(item.get("alleged", [])),
        )
        for line in item["words"]:
            for pattern in make_patterns(line["words"], "verb", sets):
                trigger = StanceTrigger(
                    name,
                    item["kind"],
                    pattern,
                    frozenset(split_list(line.get("act"))),
                    split_list(line.get("to")),
                    line.get("factive") == "yes",
                )
                for head in pattern.head:
                    index[head].append(trigger)
    ordered = {k: tuple(sorted(v, key=lambda t: -len(t.pattern))) for k, v in index.items()}
    return stances, ordered, turns


def lexicon_folders(overlay: Path | None = None) -> tuple[Path, ...]:
    """Our folder, then the user's."""
    if overlay is not None and not overlay.is_dir():
        raise LexiconError(
            f"{overlay}: no such folder; --lexicon takes a folder laid out like docs/lexicon.md says"
        )
    return (lexicon_dir(),) if overlay is None else (lexicon_dir(), overlay)


@lru_cache(maxsize=4)
@without_collections()
def load_acts(folders: tuple[Path, ...]) -> ActLexicon:
    """The act lexicon of these folders, indexed. Raises LexiconError naming file and entry."""
    return _revived(compiled("acts", lambda: _input_files(folders), lambda: _compile(folders)))


def _input_files(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Every file that an act lexicon is made of, with the number of its folder."""
    for number, folder in enumerate(folders):
        grammar = [p for name in ("grammar.yaml", "stances.yaml") if (p := folder / name).exists()]
        for path in (*grammar, *sorted(folder.glob("sets_*.yaml")), *act_files([folder])):
            yield f"{number}/{path.relative_to(folder).as_posix()}", path


def _compile(folders: Sequence[Path]) -> dict[str, Any]:
    """The act lexicon as plain data: records as tuples in lists, and in the indexes their numbers in these lists."""
    sets = read_sets(folders)
    entries = read_entries(folders)
    index: dict[str, list[Trigger]] = defaultdict(list)
    examples: list[Example] = []
    for name, entry in entries.items():
        try:
            triggers = list(_triggers(entry, sets))
        except (KeyError, AttributeError, TypeError, LexiconError) as e:
            raise LexiconError(f"act {name!r}: {e}; run 'eventcode lexicon check'") from e
        for trigger in triggers:
            for head in trigger.pattern.head:
                index[head].append(trigger)
        examples += _examples(entry)
    grammar: dict[str, Any] = {}
    stance_items: list[Any] = []
    for folder in folders:
        if (folder / "grammar.yaml").exists():
            grammar |= read_yaml(folder / "grammar.yaml")
        if (folder / "stances.yaml").exists():
            stance_items = read_yaml(folder / "stances.yaml")
    stances, stance_index, turns = _stances(stance_items, sets)
    ordered = {k: sorted(v, key=lambda t: (-len(t.pattern), t.never is False)) for k, v in index.items()}
    patterns, refinements = _Numbers[Pattern](), _Numbers[tuple[Refinement, ...]]()
    known, stance_known = _Numbers[Trigger](), _Numbers[StanceTrigger]()
    numbered = {k: tuple([known.of(t) for t in v]) for k, v in ordered.items()}
    stance_numbered = {k: tuple([stance_known.of(t) for t in v]) for k, v in stance_index.items()}
    return {
        "topics": {n: e.get("topic", "statement") for n, e in entries.items()},
        "glosses": {n: e.get("gloss", "") for n, e in entries.items()},
        "triggers": [
            tuple(t._replace(pattern=patterns.of(t.pattern), refine=refinements.of(t.refine)))  # type: ignore[arg-type]
            for t in known
        ],
        "trigger_index": numbered,
        "stance_triggers": [tuple(t._replace(pattern=patterns.of(t.pattern))) for t in stance_known],  # type: ignore[arg-type]
        "stance_index": stance_numbered,
        "patterns": _shared(patterns),
        "refinements": [tuple([tuple(r) for r in rs]) for rs in refinements],
        "stances": {n: astuple(s) for n, s in stances.items()},
        "turns": turns,
        "light": _light(grammar.get("light", [])),
        "reverse": _light(grammar.get("reverse", [])),
        "words": {k: frozenset(v) for k, v in grammar.get("words", {}).items()},
        "forms": dict(grammar.get("forms", {})),
        "examples": [tuple(e) for e in examples],
    }


def _shared(patterns: Iterable[Pattern]) -> list[tuple[Words, tuple[Words, ...], str]]:
    """The patterns as plain tuples with equal sets of words being one: ``marshal`` writes the same object once only."""
    sets: dict[Words, Words] = {}
    rests: dict[tuple[Words, ...], tuple[Words, ...]] = {}
    texts: dict[str, str] = {}
    out = []
    for head, rest, text in patterns:
        rest = tuple([sets.setdefault(words, words) for words in rest])
        out.append((sets.setdefault(head, head), rests.setdefault(rest, rest), texts.setdefault(text, text)))
    return out


class _Numbers(Generic[T]):
    """Numbers of records in the order in which they were first asked for. The same record means the same object, as a
    faulty file may hold what has no hash."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._records: list[T] = []

    def of(self, record: T) -> int:
        number = self._numbers.setdefault(id(record), len(self._records))
        if number == len(self._records):
            self._records.append(record)
        return number

    def __iter__(self) -> Iterator[T]:
        return iter(self._records)


def _revived(data: Mapping[str, Any]) -> ActLexicon:
    # Named tuples are made without their constructors, which would take longer than all the rest.
    make = tuple.__new__
    patterns = [make(Pattern, p) for p in data["patterns"]]
    refinements = [tuple([make(Refinement, r) for r in rs]) for rs in data["refinements"]]
    triggers = [
        make(Trigger, (act, topic, patterns[pattern], *frame, refinements[refine], never))
        for act, topic, pattern, *frame, refine, never in data["triggers"]
    ]
    stance_triggers = [
        make(StanceTrigger, (stance, kind, patterns[pattern], *rest))
        for stance, kind, pattern, *rest in data["stance_triggers"]
    ]
    return ActLexicon(
        topics=data["topics"],
        glosses=data["glosses"],
        triggers={k: tuple([triggers[i] for i in v]) for k, v in data["trigger_index"].items()},
        stances={n: Stance(*s) for n, s in data["stances"].items()},
        stance_triggers={k: tuple([stance_triggers[i] for i in v]) for k, v in data["stance_index"].items()},
        turns=data["turns"],
        light=data["light"],
        reverse=data["reverse"],
        words=data["words"],
        forms=data["forms"],
        examples=tuple([make(Example, e) for e in data["examples"]]),
    )


def content_hash(folders: Iterable[Path], suffixes: tuple[str, ...] = (".yaml", ".csv", ".txt")) -> str:
    """sha256 over names and bytes of every data file below these folders: the lexicon's version in file metadata."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in suffixes):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def ontology_folders(folders: Sequence[Path]) -> list[Path]:
    """Where mapping files lie: ours, and those of the overlays among lexicon folders."""
    return [ontology_dir(), *(folder / "ontologies" for folder in folders[1:])]


def version_hashes(folders: Sequence[Path]) -> dict[str, str]:
    """What file metadata says of the lexicon in these folders and of the ontologies that go with it."""
    return {
        "lexicon_sha256": content_hash(folders),
        "ontology_sha256": content_hash(ontology_folders(folders)),
    }
