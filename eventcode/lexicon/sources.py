"""The lexicon's files as they are written, folder by folder, for the check: nothing is merged away, every line is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eventcode.errors import LexiconError
from eventcode.lexicon.findings import At, LexiconFinding, Severity, line_of, read_located
from eventcode.lexicon.yamlfile import duplicate_keys
from eventcode.resources import ontology_dir


@dataclass(frozen=True, slots=True)
class Written:
    """One block of a YAML list (an act, a stance) where it is written."""

    name: str
    data: dict[str, Any]
    folder: Path
    path: Path

    def finding(self, code: str, message: str, at: Any = None, severity: Severity = "E") -> LexiconFinding:
        """A finding about this block, on the line of ``at`` (the block's first line without one)."""
        line = line_of(at) or line_of(self.data)
        return LexiconFinding(code, severity, str(self.path), line, str(self.name), message)


@dataclass
class Sources:
    """Everything that the folders hold. ``problems``: what could not be read at all."""

    folders: tuple[Path, ...]
    acts: list[Written] = field(default_factory=list)
    stances: list[Written] = field(default_factory=list)
    turns: dict[str, Any] = field(default_factory=dict)
    stance_file: Path | None = None
    sets: dict[str, list[str]] = field(default_factory=dict)
    terms: dict[str, frozenset[str]] = field(default_factory=dict)
    mappings: list[tuple[Path, dict[str, Any]]] = field(default_factory=list)
    problems: list[LexiconFinding] = field(default_factory=list)

    @property
    def active(self) -> dict[str, Written]:
        """Acts by name as the coder uses them: a later folder's replaces an earlier one's and comes before it."""
        found = {w.name: w for w in self.acts}
        return {n: w for f in reversed(self.folders) for n, w in found.items() if w.folder == f}

    def closed(self, kind: str) -> frozenset[str]:
        """Words of one closed list of terms.yaml; empty where there is none of that name."""
        return self.terms.get(kind, frozenset())

    def known_acts(self) -> frozenset[str]:
        """Names of every act."""
        return frozenset(w.name for w in self.acts)


def read_sources(folders: Sequence[Path]) -> Sources:
    """Read every YAML file of the folders. Raises nothing for what the files hold."""
    s = Sources(tuple(folders))
    terms: dict[str, set[str]] = {}
    for folder in folders:
        for path in sorted(folder.glob("acts/*.yaml")):
            s.acts += _blocks(s, path, folder, "act", _list(s, path))
        for path in (*folder.glob("grammar.yaml"), *sorted(folder.glob("sets_*.yaml"))):
            content = _mapping(s, path)
            sets = content.get("sets", {}) if path.name == "grammar.yaml" else content
            if isinstance(sets, dict):
                s.sets |= {k: v for k, v in sets.items() if isinstance(v, list)}
        for path in folder.glob("terms.yaml"):
            for key, values in _mapping(s, path).items():
                terms.setdefault(key, set()).update(values if isinstance(values, list) else ())
        for path in folder.glob("stances.yaml"):
            _stances(s, path, folder)
        for path in sorted(
            (ontology_dir() if folder == folders[0] else folder / "ontologies").glob("*.yaml")
        ):
            content = _mapping(s, path)
            if content:
                s.mappings.append((path, content))
    s.terms = {k: frozenset(v) for k, v in terms.items()}
    return s


def _stances(s: Sources, path: Path, folder: Path) -> None:
    blocks = [b for b in _list(s, path) if isinstance(b, dict)]
    # A folder's file of stances replaces the one before it as a whole.
    s.stances = list(_blocks(s, path, folder, "stance", [b for b in blocks if "turns" not in b]))
    s.turns, s.stance_file = {}, path
    for block in blocks:
        turns = block.get("turns")
        if isinstance(turns, dict):
            s.turns |= turns


def _load(s: Sources, path: Path) -> Any:
    try:
        content = read_located(path)
        for line, key in duplicate_keys(path):
            s.problems.append(
                LexiconFinding(
                    "E102", "E", str(path), line, key, "the key is given twice; the first would be lost"
                )
            )
    except LexiconError as e:
        s.problems.append(LexiconFinding("E100", "E", str(path), None, path.name, str(e)))
        return None
    return content


def _list(s: Sources, path: Path) -> list[Any]:
    content = _load(s, path)
    if content is None:
        return []
    if not isinstance(content, list):
        s.problems.append(
            LexiconFinding("E100", "E", str(path), 1, path.name, "expected a list of blocks ('- ...')")
        )
        return []
    return content


def _mapping(s: Sources, path: Path) -> dict[str, Any]:
    content = _load(s, path)
    if content is None:
        return {}
    if not isinstance(content, dict):
        s.problems.append(
            LexiconFinding("E100", "E", str(path), 1, path.name, "expected 'key: value' at the top")
        )
        return {}
    return content


def _blocks(s: Sources, path: Path, folder: Path, key: str, blocks: list[Any]) -> Iterator[Written]:
    for block in blocks:
        if isinstance(block, dict) and isinstance(block.get(key), str) and block[key]:
            yield Written(block[key], block, folder, path)
        else:
            message = f"every block begins with '- {key}: NAME'"
            s.problems.append(LexiconFinding("E100", "E", str(path), line_of(block), path.name, message))


def lines_of(entry: Written) -> Iterator[tuple[str, dict[str, Any]]]:
    """(part, line) of every trigger line of an act; a plain pattern becomes ``{"words": pattern}``."""
    for part in ("verbs", "nouns", "adjectives"):
        value = entry.data.get(part)
        for line in value if isinstance(value, list) else []:
            if isinstance(line, str):
                yield part, {At("words", line_of(line) or 0): line}
            elif isinstance(line, dict):
                yield part, line
