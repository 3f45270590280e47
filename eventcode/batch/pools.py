"""Where chunks are coded: in this process, in processes of this machine, or by the workers of a Dask cluster.

Each way gives the results in the order of the chunks, and keeps few chunks in flight.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children, get_context, parent_process
from typing import Any, TypeVar

from eventcode.batch.parts import Chunk
from eventcode.batch.work import CodedChunk, Settings, code_chunk
from eventcode.errors import EventcodeError, UsageError

CHUNKS_PER_WORKER = 3
# Seconds between two looks at how many workers a cluster has, and that are waited for a scheduler to answer.
LOOK_AGAIN = 10.0
PATIENCE = 30.0

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_HAS_MASKS = hasattr(signal, "pthread_sigmask")

Given = TypeVar("Given")
Made = TypeVar("Made")
Results = Generator[CodedChunk, None, None]


def results(chunks: Iterator[Chunk], settings: Settings, workers: int, scheduler: str | None) -> Results:
    """Coded chunks in the order of the chunks; to be closed by the caller.

    Raises:
        UsageError: there is no scheduler at the address, or what it takes to talk to one is not installed.
        EventcodeError: lexicon, model or gazetteer failed, or a worker died.
    """
    if scheduler is not None:
        return _on_cluster(chunks, settings, scheduler)
    if workers == 1:
        return _here(chunks, settings)
    return in_processes(partial(code_chunk, settings=settings), chunks, workers, CHUNKS_PER_WORKER)


def _here(chunks: Iterator[Chunk], settings: Settings) -> Results:
    for chunk in chunks:
        yield code_chunk(chunk, settings)


def in_processes(
    work: Callable[[Given], Made], items: Iterable[Given], workers: int, ahead: int
) -> Generator[Made, None, None]:
    """What ``work``, which must be importable, makes of each item, in their order, in processes of this machine.

    Args:
        workers: processes.
        ahead: items for each of them that are handed out before the first result is waited for.

    Raises:
        EventcodeError: a process ended without a word; and whatever ``work`` raises.
    """
    others = active_children()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)
    pending: deque[Future[Made]] = deque()
    try:
        for item in items:
            with _signals_held():  # submitting starts processes, and half a start is told with a traceback
                future = pool.submit(work, item)
            pending.append(future)
            if len(pending) >= workers * ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise EventcodeError(
            "a worker process ended without a word, perhaps for want of memory: try fewer --workers"
        ) from error
    except BaseException:
        for worker in active_children():
            if worker not in others:
                worker.kill()  # what is in flight is not wanted any more
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep Ctrl-C and the like waiting; processes that are started meanwhile do not hear of them either."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return
    heard: list[int] = []
    before = {number: signal.signal(number, lambda n, frame: heard.append(n)) for number in _SIGNALS}
    # What a new process inherits is the mask, not the handler; another thread may still take the signal here.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS) if _HAS_MASKS else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if heard:
            signal.raise_signal(heard[0])


def _start_worker() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _HAS_MASKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed says nothing: its workers would wait for ever for the next chunk."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _on_cluster(chunks: Iterator[Chunk], settings: Settings, address: str) -> Results:
    with _client(address) as client:
        workers = _Workers(client)
        pending: deque[Any] = deque()
        try:
            for chunk in chunks:
                # Not pure: Dask would hash every chunk to find equal ones.
                pending.append(client.submit(code_chunk, chunk, settings, pure=False))
                if len(pending) >= workers.number() * CHUNKS_PER_WORKER:
                    yield _answer(pending.popleft(), address)
            while pending:
                yield _answer(pending.popleft(), address)
        finally:
            client.cancel(list(pending), force=True)


def _answer(future: Any, address: str) -> CodedChunk:
    """What a worker of the cluster made of a chunk; one that was lost with its worker, Dask gives to another."""
    from distributed import KilledWorker

    try:
        coded: CodedChunk = future.result()
    except EventcodeError:
        raise
    except KilledWorker as error:
        raise EventcodeError(
            "several workers of the cluster died over the same articles, perhaps for want of memory"
        ) from error
    except Exception as error:
        raise EventcodeError(f"the cluster at {address} failed: {type(error).__name__}: {error}") from error
    return coded


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise UsageError("--scheduler needs Dask: pip install 'eventcode[cluster]'") from error
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {address}: no Dask scheduler answers there") from error
    try:
        yield client
    finally:
        client.close()


class _Workers:
    """Number of a cluster's workers, which may come and go; asked for from time to time."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._number = 1
        self._next = 0.0

    def number(self) -> int:
        """The number, 1 where there is none yet."""
        now = time.monotonic()
        if now >= self._next:
            self._number = max(1, len(self._client.nthreads()))
            self._next = now + LOOK_AGAIN
        return self._number
