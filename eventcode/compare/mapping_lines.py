"""Which line of which mapping file gives an event its code now: "cameo.yaml:123"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from eventcode.errors import LexiconError
from eventcode.lexicon.load import lexicon_folders, ontology_folders
from eventcode.ontologies.mapping import EXCEPT
from eventcode.resources import ontology_dir

Keys = tuple[str, ...]
# Files in order of reading: name as shown, and the line of every entry.
Files = Sequence[tuple[str, Mapping[Keys, list[int]]]]


def line_of(overlay: Path | None, ontology: str, keys: Keys, number: int) -> str | None:
    """File and line, from 1, where the ``number``-th line (from 0) below these keys stands; None where there is none."""
    files = _files(overlay).get(ontology, ())
    if keys == (EXCEPT,):
        # Lines of an overlay come after ours; all of them count.
        every = [f"{path}:{line}" for path, marks in files for line in marks.get(keys, ())]
        return every[number] if number < len(every) else None
    for path, marks in reversed(files):
        # A section of an overlay takes the place of ours at its second key.
        if any(key[:2] == keys[:2] for key in marks):
            lines = marks.get(keys, ())
            return f"{path}:{lines[number]}" if number < len(lines) else None
    return None


@cache
def _files(overlay: Path | None) -> Mapping[str, Files]:
    """Mapping files of each ontology, in order of reading, with the line of every entry."""
    found: dict[str, list[tuple[str, Mapping[Keys, list[int]]]]] = {}
    for folder in ontology_folders(lexicon_folders(overlay)):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            name, marks = _marks(path)
            if name is not None:
                shown = (
                    path.name
                    if overlay is None or folder == ontology_dir()
                    else f"{overlay.name}/ontologies/{path.name}"
                )
                found.setdefault(name, []).append((shown, marks))
    return found


def _marks(path: Path) -> tuple[str | None, dict[Keys, list[int]]]:
    """Name of the ontology, and lines of the entries below each chain of keys."""
    try:
        with path.open(encoding="utf-8") as file:
            root = yaml.compose(file, Loader=yaml.CBaseLoader)
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{path}: cannot be read: {error}") from error
    name = next((value.value for key, value in _pairs(root) if key.value == "ontology"), None)
    return name, dict(_below(root, ()))


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _below(node: yaml.Node | None, keys: Keys) -> Iterator[tuple[Keys, list[int]]]:
    depths = {"acts": 2, "stances": 3, EXCEPT: 1}
    for key, value in _pairs(node):
        chain = (*keys, str(key.value))
        if chain[0] not in depths:
            continue
        if len(chain) < depths[chain[0]]:
            yield from _below(value, chain)
            continue
        lines = value.value if isinstance(value, yaml.SequenceNode) else [value]
        yield chain, [line.start_mark.line + 1 for line in lines]
