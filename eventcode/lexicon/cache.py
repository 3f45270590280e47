"""Keeps what the lexicon files mean in a form that loads at once, under a name made of everything it was made of.

A kept file is named by the bytes of the lexicon files it was made of, of the code that made it and by Python's version:
an edit of any of them gives another name, so that nothing kept can be out of date. What is kept is plain data
(``marshal``), never objects with code of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import marshal
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from eventcode.gazetteer.index import cache_dir

FORMAT = 1
"""Of the kept files: raise it when their frame changes; what is inside is told apart by the code that makes it."""
MAGIC = b"eventcode lexicon\n"
DIGEST_BYTES = 32
KEPT_FILES = 6
"""Of one kind, the newest: the packaged lexicon's and those of a few folders of users, or of a lexicon being edited."""
ABANDONED_SECONDS = 3600.0
SMALLEST_BYTES = 50_000
"""What is smaller is read again as fast."""

Inputs = Iterable[tuple[str, Path]]
_log = logging.getLogger(__name__)


def compiled(kind: str, inputs: Callable[[], Inputs], build: Callable[[], Any]) -> Any:
    """What ``build`` makes of the input files: as kept by an earlier call, else built now and kept for the next.

    Args:
        kind: short name of the sort of data, part of the file's name.
        inputs: lists every file that ``build`` reads, each with a label that tells its part (which folder of several).
        build: makes plain data (what ``marshal`` can hold). What it raises is passed on, and nothing is kept.
    """
    key = _key(kind, inputs)
    if key is None:
        return build()
    path = cache_dir() / f"lexicon-{kind}-{key}.bin"
    kept = _read(path, key)
    if kept is not None:
        return kept[0]
    made = build()
    # A file that was edited in the meantime may have been read before or after it.
    if _key(kind, inputs) == key:
        _write(path, key, made)
    return made


def code_digest() -> bytes:
    """sha256 over the source files that make and read the kept data; empty where there are none to read."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256()
    try:
        for file in files:
            _add(digest, file.name, file.read_bytes())
    except OSError:
        return b""
    return digest.digest() if files else b""


def _key(kind: str, inputs: Callable[[], Inputs]) -> str | None:
    """Hexadecimal sha256 of everything that the data depend on; None where it cannot be told."""
    if not _CODE:
        return None
    digest = hashlib.sha256()
    _add(digest, f"{kind} {FORMAT} {sys.version} {marshal.version} {yaml.__version__}", _CODE)
    try:
        for label, path in inputs():
            _add(digest, label, path.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()


def _add(digest: Any, label: str, content: bytes) -> None:
    head = label.encode("utf-8", "surrogateescape")
    digest.update(b"%d %d " % (len(head), len(content)) + head)
    digest.update(content)


def _digest(key: str, payload: bytes | memoryview) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=DIGEST_BYTES)
    digest.update(payload)
    return digest.digest()


def _read(path: Path, key: str) -> tuple[Any] | None:
    """The data of a kept file; None where there is none, or one that is damaged."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    start = len(MAGIC) + DIGEST_BYTES
    payload = content[start:]
    if content[: len(MAGIC)] != MAGIC or content[len(MAGIC) : start] != _digest(key, payload):
        _log.debug("%s is damaged and is made anew", path)
        return None
    try:
        return (marshal.loads(payload),)
    except (EOFError, ValueError, TypeError):
        return None


def _write(path: Path, key: str, data: Any) -> None:
    """Keep the data. A folder that cannot be written, or a full disk, is no error: the next call builds again."""
    try:
        payload = marshal.dumps(data)
    except ValueError:  # something that the lexicon check complains of
        return
    if len(payload) < SMALLEST_BYTES:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".lexicon-", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(MAGIC + _digest(key, payload))
                f.write(payload)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _remove_old(path)
    except OSError as e:
        _log.debug("%s is not kept: %s", path, e)


def _remove_old(path: Path) -> None:
    """Remove all but the newest kept files of the kind of this one, and what writers left that were stopped."""
    kind = path.name.rsplit("-", 1)[0]
    ages = []
    for file in path.parent.glob(f"{kind}-*.bin"):
        with contextlib.suppress(OSError):  # another process has removed it
            ages.append((file.stat().st_mtime_ns, file))
    old = [file for _, file in sorted(ages, reverse=True)[KEPT_FILES:] if file != path]
    for file in path.parent.glob(".lexicon-*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > ABANDONED_SECONDS:
                old.append(file)
    for file in old:
        with contextlib.suppress(OSError):
            file.unlink()


# At import, when the code that runs is the code on disk: a later edit must not lend its name to what old code makes.
_CODE = code_digest()
