"""Keeps two runs out of one folder. The lock is the kernel's: it ends with the process, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eventcode.errors import UsageError

FILE = "lock"
_TAKEN = (errno.EAGAIN, errno.EACCES)
# What a network disk answers that has no locks.
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


@contextmanager
def locked(folder: Path, out: Path, warn: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a folder of parts while the context lasts.

    Args:
        folder: where the lock file is made; it stays there, empty of meaning, until somebody removes the folder.
        out: what the message of a refusal calls the folder.
        warn: told once where the disk knows no locks; the run goes on without.

    Raises:
        UsageError: another process holds it.
        OSError: the file cannot be made.
    """
    path = folder / FILE
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _take(number, out, warn)
            if _is_there(path, number):
                break
        except BaseException:
            os.close(number)
            raise
        os.close(number)  # removed by the run that had it, between our opening and our taking it
    try:
        os.ftruncate(number, 0)
        os.pwrite(number, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(number)


def _take(number: int, out: Path, warn: Callable[[str], None]) -> None:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            warn(f"{out}: this disk has no locks; take care that no other run writes here")
            return
        if error.errno not in _TAKEN:
            raise
        holder = os.pread(number, 32, 0).decode("ascii", "replace").strip()
        who = f" (process {holder})" if holder.isdigit() else ""
        raise UsageError(
            f"{out}: another run{who} is writing there; wait until it has ended, or choose another --out"
        ) from error


def _is_there(path: Path, number: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(number))
    except FileNotFoundError:
        return False
