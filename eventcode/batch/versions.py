"""What a table depends on besides the articles, told apart: what reading depends on, and what coding alone does.

A part of an earlier run counts as done where both are the same. Where reading's is the same and coding's is another, its
events are made again from its acts; where reading's is another, its articles are read again.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode import __version__
from eventcode.lexicon.load import lexicon_folders, version_hashes
from eventcode.resources import PACKAGE

if TYPE_CHECKING:
    from eventcode.find.actors import Names

# Packages whose version may change how a sentence is cut into words and parsed.
READERS = ("spacy", "thinc", "numpy")
# Code and data that events are made with, and what neither acts nor events depend on.
CODING = ("coding", "ontologies")
OUTSIDE = (
    "batch",
    "cli.py",
    "commands",
    "compare",
    "inputs",
    "joining",
    "layouts",
    "panels",
    "show.py",
    "unknown",
)
_DATA = (".yaml", ".csv", ".txt", ".json")
_COLUMNS = Path(__file__).resolve().parent / "data" / "coding_columns.csv"


@dataclass(frozen=True, slots=True)
class Versions:
    """``metadata``: of every table's file. ``reading``, ``coding``: hashes of what acts depend on, and events besides."""

    metadata: Mapping[str, str]
    reading: str
    coding: str


def told_names(names: Names) -> dict[str, str]:
    """What metadata says of whose names are told: nothing of the usual."""
    return {} if names == "public" else {"names": names}


def real_versions(lexicon: Path | None, names: Names = "public") -> Versions:
    """The versions of what ``real_rooms`` opens, told without loading it.

    Raises:
        LexiconError: the overlay is no folder.
        GazetteerError: the note of the chosen gazetteer cannot be read.
    """
    from eventcode.gazetteer.index import index_version
    from eventcode.language_model import WEIGHTS_SHA256, model_name

    folders = lexicon_folders(lexicon)
    gazetteer = index_version()
    metadata = {
        "eventcode_version": __version__,
        **version_hashes(folders),
        "language_model": model_name(),
        "gazetteer_version": gazetteer,
        "geonames": "Place names and coordinates: GeoNames, CC BY 4.0",
        **told_names(names),
    }
    readers = [f"{name} {package_version(name)}" for name in READERS]
    words = [__version__, WEIGHTS_SHA256, gazetteer, *readers, *told_names(names).values()]
    reading = _hash(words, _reading_files(folders))
    return Versions(metadata, reading, _hash([__version__], _coding_files(folders)))


def _hash(words: Iterable[str], files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for name, content in files:
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _reading_files(folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Code and data that reading depends on; of the tables of actors, without what coding looks up again."""
    for name, path in _package_files():
        top = name.split("/", 1)[0]
        if top not in CODING and top not in OUTSIDE and not name.startswith("lexicon/data/"):
            yield name, path.read_bytes()
    for number, folder in enumerate(folders):
        for name, path in _files_below(folder):
            if name.startswith("ontologies/"):
                continue
            content = path.read_bytes()
            is_actors = name.startswith("actors/") and path.suffix == ".csv"
            yield f"{number}/{name}", _without_codes(path.name, content) if is_actors else content


def _coding_files(folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Code and data that events depend on, beside the acts."""
    for name, path in _package_files():
        if name.split("/", 1)[0] in CODING:
            yield name, path.read_bytes()
    for number, folder in enumerate(folders):
        for name, path in _files_below(folder):
            yield f"{number}/{name}", path.read_bytes()


def _package_files() -> Iterator[tuple[str, Path]]:
    return _files_below(PACKAGE, (".py", *_DATA))


def _files_below(folder: Path, suffixes: tuple[str, ...] = _DATA) -> Iterator[tuple[str, Path]]:
    """Names and paths of the files with these suffixes at any depth, sorted."""
    found = ((p.relative_to(folder).as_posix(), p) for p in folder.rglob("*") if p.suffix in suffixes)
    yield from sorted((name, path) for name, path in found if path.is_file())


@cache
def _counting(file: str) -> Mapping[str, str]:
    """How columns of a table of actors count for reading, where not in full (``data/coding_columns.csv``)."""
    with _COLUMNS.open(encoding="utf-8", newline="") as lines:
        return {row["column"]: row["counts"] for row in csv.DictReader(lines) if row["file"] in (file, "*")}


def _without_codes(file: str, content: bytes) -> bytes:
    """A table of actors as reading knows it; as it is where it cannot be taken for one."""
    columns = _counting(file)
    try:
        names, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return content
    if any(len(row) != len(names) for row in rows) or len(set(names)) != len(names):
        return content
    kept = []
    # Column by column: the rows are many, and the columns few.
    for name, values in zip(names, zip(*rows, strict=True), strict=True) if rows else ():
        counts = columns.get(name)
        if counts != "no":
            kept.append((name, values if counts is None else tuple(map(bool, values))))
    return repr(kept).encode("utf-8", "surrogatepass")
