"""What the lexicon check reports, and YAML read so that every text knows its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from eventcode.lexicon.yamlfile import read_yaml

Severity = Literal["E", "W"]


@dataclass(frozen=True, slots=True)
class LexiconFinding:
    """A problem in a lexicon file. ``severity``: E (wrong) or W (doubtful); ``line`` is 1-based, None for the whole
    file; ``entry``: name of the act, stance, row or line it is about."""

    code: str
    severity: Severity
    file: str
    line: int | None
    entry: str
    message: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: [{self.code} {self.severity}] {self.entry}: {self.message}"


class At(str):
    """Text of a YAML file with the line (1-based) on which it stands."""

    line: int

    def __new__(cls, text: str, line: int) -> At:
        """Text that was read on this line."""
        made = super().__new__(cls, text)
        made.line = line
        return made


def line_of(value: Any) -> int | None:
    """Line of a text, or of the first text inside a list or mapping; None where nothing tells."""
    if isinstance(value, At):
        return value.line
    if isinstance(value, dict):
        value = list(value)
    if isinstance(value, list):
        return next((line for x in value if (line := line_of(x)) is not None), None)
    return None


def _unfold(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {_unfold(k): _unfold(v) for k, v in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_unfold(x) for x in node.value]
    return At(node.value, node.start_mark.line + 1)


@lru_cache(maxsize=200)
def _read(path: Path, _changed: int, _size: int) -> Any:
    read_yaml(path)  # size, encoding, syntax and anchors
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    return None if node is None else _unfold(node)


def read_located(path: Path) -> Any:
    """Content of a YAML file, every text an ``At``. Raises LexiconError like ``read_yaml``."""
    found = path.stat()
    return _read(path, found.st_mtime_ns, found.st_size)


def listed(words: Iterable[str]) -> str:
    """Words in order, for a message."""
    return ", ".join(sorted(words))


def items_of(value: Any) -> Iterator[tuple[str, int | None]]:
    """(item, line) of "a, b", of "a|b" or of a list of texts."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str):
            for item in text.replace("|", ",").split(","):
                if item.strip():
                    yield item.strip(), line_of(text)
