"""Which files are read, in which order: paths as given, folders through all levels in order of names."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from eventcode.errors import InputError
from eventcode.inputs.kinds import guess_kind, is_named_as_input, other_kind, suffix_of
from eventcode.inputs.options import InputOptions
from eventcode.inputs.parquet_files import written_by_us
from eventcode.inputs.reasons import PackingError
from eventcode.inputs.streams import unpacked

STDIN = "-"
"""The path that means standard input."""

# What lies beside our tables.
_BESIDE = frozenset(("datapackage.json", "rejected.jsonl", "manifest.json"))
_PARQUET = (".parquet", ".pq")


class Group(NamedTuple):
    """Files of one folder, by name; or one that cannot be listed, and why."""

    folder: str
    names: Sequence[str]
    problem: str = ""


def list_files(paths: Sequence[Path], options: InputOptions) -> list[Group]:
    """The files to read, each once.

    Hidden files, files with other suffixes and tables that eventcode wrote are passed over in folders. Links to folders
    are not followed.

    Raises:
        InputError: a path is missing, cannot be read, or is none of the kinds; or there is nothing to read.
    """
    seen: set[bytes] = set()
    groups = [group for path in paths for group in _groups(os.fspath(path), options, seen)]
    if not any(group.names or group.problem for group in groups):
        places = ", ".join(shown(os.fspath(path)) for path in paths) or "an empty list of paths"
        raise InputError(
            f"no file with articles found in {places}: docs/inputs.md tells the kinds that are read"
        )
    return groups


def paths_of(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    """Paths in order, each with what keeps it from being read, or ""."""
    for group in groups:
        if group.problem:
            yield group.folder, group.problem
        for name in group.names:
            yield (os.path.join(group.folder, name) if group.folder else name), ""


def name_of(path: str) -> str:
    """The path as text that can be written as UTF-8, whatever bytes the file's name is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def shown(path: str) -> str:
    """The path as it can be shown on a terminal."""
    name = name_of(path)
    return name if name.isprintable() else ascii(name)


def _groups(path: str, options: InputOptions, seen: set[bytes]) -> Iterator[Group]:
    if path == STDIN:
        if sys.stdin is None:
            raise InputError("-: there is no standard input")
        if _is_new(STDIN, seen):
            yield Group("", (STDIN,))
        return
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise InputError(f"{shown(path)}: there is no such file or folder") from error
        raise InputError(f"{shown(path)}: cannot be read: {_reason(error)}") from error
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, seen)
    else:
        _check_file(path, status, options)
        if _is_new(os.path.realpath(path), seen):
            yield Group("", (path,))


def _check_file(path: str, status: os.stat_result, options: InputOptions) -> None:
    """Raise InputError for a file, named by the user, that cannot be read or is none of the kinds."""
    if not os.access(path, os.R_OK):
        raise InputError(f"{shown(path)}: no permission to read it")
    if not stat.S_ISREG(status.st_mode) or options.format is not None:
        return  # what comes out of a pipe can be looked at only once
    if suffix_of(path) in _PARQUET and written_by_us(path):
        raise InputError(f"{shown(path)}: a table that eventcode wrote, not articles")
    if is_named_as_input(path):
        return
    try:
        with open(path, "rb") as file:
            head, _, _ = unpacked(file, options.unpacked_bytes)
    except PackingError:
        return  # told when it is read
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read: {_reason(error)}") from error
    if other := other_kind(head):
        raise InputError(f"{shown(path)}: {other}")
    if not head or guess_kind(head, suffix_of(path)) is None:
        raise InputError(
            f"{shown(path)}: neither its name nor its content is of a kind that is read; --format names one"
        )


def _folder(folder: str, seen: set[bytes]) -> Iterator[Group]:
    """The files of a folder and those below it, in order of their paths' parts."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Group(folder, (), f"the folder cannot be listed: {_reason(error)}")
        return
    real = os.path.realpath(folder)
    ours = {entry.name for entry in entries if _is_ours(entry)}
    ours |= _BESIDE if ours else set()
    names: list[str] = []
    special: list[Group] = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if _is_folder(entry):
            if names:
                yield Group(folder, names)
                names = []
            yield from _folder(entry.path, seen)
        elif entry.name not in ours and is_named_as_input(entry.name):
            target = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, entry.name)
            mode = _mode(entry.path)
            if not stat.S_ISDIR(mode) and _is_new(target, seen):
                if mode and not stat.S_ISREG(mode):
                    special.append(Group(entry.path, (), "not a regular file"))
                else:
                    names.append(entry.name)
    if names:
        yield Group(folder, names)
    yield from special


def _mode(path: str) -> int:
    """Type and rights of a file; 0 for a link that leads nowhere, which is told when it is opened."""
    try:
        return os.stat(path).st_mode
    except OSError:
        return 0


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(_PARQUET) and written_by_us(entry.path)


def _is_new(path: str, seen: set[bytes]) -> bool:
    key = blake2b(os.fsencode(path), digest_size=8).digest()
    if key in seen:
        return False
    seen.add(key)
    return True


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or "a name that no file can have"
