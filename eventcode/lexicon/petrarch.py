"""Turns PETRARCH dictionaries into a folder of our own lexicon files, once; people edit those from then on.

    verbs   (blocks that begin with ---)         -> acts/*.yaml, sets_petrarch.yaml, ontologies/*.yaml
    actors  (names with [CODE])                  -> actors/people.csv, groups.csv, organisations.csv, regions.csv
    agents  (words with [~ROLE] or [ROLE~])      -> actors/roles.csv

What could not be read, or is kept in part only, stands in ``unread.csv``: file, line, text, read, reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from eventcode.errors import InputError, UsageError
from eventcode.lexicon.check_tables import COLUMNS
from eventcode.lexicon.petrarch_actors import ActorImport, make_roles, read_actors, read_agents
from eventcode.lexicon.petrarch_acts import Acts, make_acts
from eventcode.lexicon.petrarch_text import NO, Line, Unread, UnreadList, lines_of, read_text
from eventcode.lexicon.petrarch_verbs import VerbDictionary, read_verbs
from eventcode.lexicon.yamlfile import read_yaml
from eventcode.ontologies.codes import cameo_codes
from eventcode.resources import lexicon_dir

Kind = Literal["verbs", "actors", "agents"]
UNREAD = "unread.csv"
UNREAD_COLUMNS = ("file", "line", "text", "read", "reason")
_AGENT = re.compile(r"\[\s*~|~\s*\]|^!\S+!\s*=", re.MULTILINE)
_BLOCK = re.compile(r"^---", re.MULTILINE)
# A YAML file of acts is split before it grows beyond what one read takes.
ACTS_PER_FILE = 5_000


@dataclass(frozen=True, slots=True)
class Read:
    """How much of a dictionary was read: ``lines`` that hold something, and how many of them were left out."""

    file: str
    kind: Kind
    lines: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made. ``cameo_only``: codes of acts for which our mapping has no one PLOVER event."""

    files: tuple[Read, ...]
    acts: int
    rows: Mapping[str, int]
    known_names: int
    cameo_only: tuple[str, ...]
    unread: tuple[Unread, ...]


def kind_of(text: str) -> Kind | None:
    """What kind of dictionary this is, by its own marks; None for something else."""
    if _BLOCK.search(text):
        return "verbs"
    content = "\n".join(line.text for line in lines_of(text, ""))
    if _AGENT.search(content):
        return "agents"
    return "actors" if "[" in content else None


def import_dictionaries(paths: Sequence[Path], out: Path) -> Imported:
    """Read these dictionaries and write a folder for ``--lexicon``.

    Args:
        paths: verb, actor and agent dictionaries; of what stands in two of them, the first counts.
        out: a folder that there is not yet, or an empty one.

    Raises:
        InputError: a file cannot be read, or is no dictionary of these kinds.
        UsageError: the folder holds something, or two files have one name.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: is not an empty folder; what it holds would be mixed with what is imported")
    names = [p.name for p in paths]
    if len(set(names)) < len(names):
        raise UsageError("two of the files have the same name; every entry tells its file by name")
    read = _read(paths)
    unread = UnreadList()
    slots = frozenset(read_yaml(lexicon_dir() / "terms.yaml")["slots"])
    verbs: list[VerbDictionary] = []
    actors, agents = ActorImport(), []
    for name, (kind, lines) in read.items():
        if kind == "verbs":
            verbs.append(read_verbs(lines, name, cameo_codes(), slots, unread))
        elif kind == "actors":
            actors.add(read_actors(lines, unread))
        else:
            agents += read_agents(lines, unread)
    acts = make_acts(verbs, unread)
    roles = make_roles(agents, actors.out)
    listed = unread.found(names)
    _write(out, acts, actors.out.tables, roles, listed)
    left_out = {(u.file, u.line) for u in listed if u.read == NO}
    return Imported(
        tuple(
            Read(name, kind, len(lines), sum((name, line.number) in left_out for line in lines))
            for name, (kind, lines) in read.items()
        ),
        sum(map(len, acts.files.values())),
        {table: len(rows) for table, rows in actors.out.tables.items()},
        actors.out.known,
        tuple(sorted(acts.cameo_only)),
        tuple(listed),
    )


def _read(paths: Sequence[Path]) -> dict[str, tuple[Kind, list[Line]]]:
    out: dict[str, tuple[Kind, list[Line]]] = {}
    for path in paths:
        text = read_text(path)
        kind = kind_of(text)
        if kind is None:
            raise InputError(
                f"{path}: no PETRARCH dictionary of verbs (--- blocks), actors ([CODE]) or agents ([~ROLE])"
            )
        out[path.name] = kind, lines_of(text, path.name)
    return out


# --- writing ---------------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, which our reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


def _yaml(path: Path, content: Any, comment: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    path.write_text(f"# {comment}\n{text}", encoding="utf-8")


def _csv(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write(
    out: Path,
    acts: Acts,
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    roles: set[str],
    unread: Sequence[Unread],
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, entries in acts.files.items():
        for part, at in enumerate(range(0, len(entries), ACTS_PER_FILE)):
            some = [_without_blanks(e) for e in entries[at : at + ACTS_PER_FILE]]
            _yaml(out / "acts" / f"{name}_{part + 1}.yaml", some, "Imported from a PETRARCH verb dictionary.")
    if acts.sets:
        _yaml(
            out / "sets_petrarch.yaml",
            acts.sets,
            "Synonym sets and lists of verbs of PETRARCH verb dictionaries.",
        )
    for ontology, lines in (("cameo", acts.cameo), ("plover", acts.plover), ("acled", acts.acled)):
        if lines:
            comment = "Codes of the imported acts."
            if ontology == "plover" and acts.cameo_only:
                comment += f" CAMEO only, for want of one counterpart: {', '.join(sorted(acts.cameo_only))}"
            _yaml(out / "ontologies" / f"{ontology}.yaml", {"ontology": ontology, "acts": lines}, comment)
    for table, rows in tables.items():
        _csv(out / "actors" / table, COLUMNS[table].split(), rows)
    further = sorted(roles - set(read_yaml(lexicon_dir() / "terms.yaml")["roles"]))
    if further:
        _yaml(out / "terms.yaml", {"roles": further}, "Role codes that only the imported agents have.")
    _csv(
        out / UNREAD,
        UNREAD_COLUMNS,
        [{c: getattr(u, c) for c in UNREAD_COLUMNS} for u in unread],
    )


def _without_blanks(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if v != []}
