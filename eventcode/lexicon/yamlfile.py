"""YAML files read so that every scalar is text: ``010`` stays ``010`` and ``no`` stays ``no``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from eventcode.errors import LexiconError

MAX_BYTES = 8_000_000


def read_yaml(path: Path) -> Any:
    """Content of a YAML file: mappings, lists and strings only.

    Raises LexiconError with file and line when it cannot be read, is too large, or uses anchors (a few bytes of
    which can unfold to gigabytes).
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LexiconError(f"{path}: larger than {MAX_BYTES:,} bytes; split the file")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise LexiconError(f"{path}: cannot be read: {e}") from e
    try:
        if "*" in text:  # no alias is written without one
            _refuse_aliases(text, path)
        return _built(text)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise LexiconError(f"{where}: not YAML: {getattr(e, 'problem', e)}") from e


def _refuse_aliases(text: str, path: Path) -> None:
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark is not None else 0
            raise LexiconError(f"{path}:{line}: anchors (&, *) are not used here; write the words out")


def _built(text: str) -> Any:
    """What ``yaml.load`` with CBaseLoader gives, from the parser's events: no tree of nodes in between."""
    events: Iterator[yaml.Event] = iter(yaml.CBaseLoader(text).get_event, None)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            break
    else:
        return None
    try:
        content = _value(next(events), events)
    except TypeError:
        # A key that is a list or a mapping: the library's own message names its line.
        return yaml.load(text, Loader=yaml.CBaseLoader)
    next(events)
    if not isinstance(next(events), yaml.StreamEndEvent):
        return yaml.load(text, Loader=yaml.CBaseLoader)
    return content


def _value(event: yaml.Event, events: Iterator[yaml.Event]) -> Any:
    if type(event) is yaml.ScalarEvent:
        return event.value
    if type(event) is yaml.MappingStartEvent:
        mapping: dict[Any, Any] = {}
        for key in events:
            if type(key) is yaml.MappingEndEvent:
                break
            name = _value(key, events)
            mapping[name] = _value(next(events), events)
        return mapping
    return list(_items(events))


def _items(events: Iterator[yaml.Event]) -> Iterator[Any]:
    for event in events:
        if type(event) is yaml.SequenceEndEvent:
            return
        yield _value(event, events)


def duplicate_keys(path: Path) -> tuple[tuple[int, str], ...]:
    """(line, key) of every key that is given twice in one mapping: the first would be lost without a word."""
    found = path.stat()
    return _duplicate_keys(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=200)
def _duplicate_keys(path: Path, _changed: int, _size: int) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []

    def walk(node: Any) -> None:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    found.append((key.start_mark.line + 1, key.value))
                seen.add(key.value)
                walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item)

    with path.open(encoding="utf-8") as f:
        walk(yaml.compose(f, Loader=yaml.CBaseLoader))
    return tuple(found)
