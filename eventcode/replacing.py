"""Files that appear when they are complete, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A hidden name beside a file; it takes the file's place when all went well, and is gone when not.

    Raises OSError where the folder cannot be written to, or where a folder has the file's name.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with tempfile.TemporaryDirectory(prefix=".eventcode-", dir=path.parent) as folder:
        hidden = Path(folder) / path.name
        yield hidden
        hidden.replace(path)
