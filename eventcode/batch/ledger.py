"""What is done of a run, in input order: which parts stand in the tables, are saved, or are still being read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from eventcode.batch.parts import Part
from eventcode.batch.reports import Advanced, Estimate, PartDone, Tell
from eventcode.batch.tasks import Task


@dataclass(slots=True)
class _Waiting:
    """A part that is not in the tables yet. ``saved``: it is on the disk."""

    name: str
    first: int
    records: int
    saved: bool


class Ledger:
    """Counts parts and records. ``names``: of all parts so far, in input order. ``kept``: articles that an earlier run
    had read. ``done``: records of the parts in the tables, which is where a run that stops now would go on."""

    def __init__(self, estimate: Estimate, progress: Callable[[int], None], tell: Tell) -> None:
        self.names: list[str] = []
        self.kept = 0
        self.done = 0
        self._estimate = estimate
        self._progress = progress
        self._tell = tell
        self._waiting: deque[_Waiting] = deque()
        self._set_aside = 0
        self._within = 0

    def take(self, part: Part, name: str) -> None:
        """A part was cut from the input."""
        self.names.append(name)
        self._waiting.append(_Waiting(name, part.first, len(part.records), saved=False))
        for record in part.records:
            self._estimate.take(record)

    def found(self, part: Part, name: str, how: Literal["kept", "coded"], set_aside: int) -> None:
        """The part that was taken last need not be read."""
        self.kept += sum(isinstance(record, Task) for record in part.records)
        self._set_aside += set_aside
        self._save(self._waiting[-1], how)

    def coded(self, records: int, set_aside: int) -> None:
        """So many records of the first part that is being read were coded."""
        self._within += records
        self._set_aside += set_aside
        self.show()

    def saved(self) -> None:
        """The first part that was being read is on the disk."""
        self._within = 0
        self._save(next(part for part in self._waiting if not part.saved), "read")

    def ready(self) -> Iterator[str]:
        """Names of the parts that come next in the tables."""
        while self._waiting and self._waiting[0].saved:
            yield self._waiting[0].name
            self.done += self._waiting.popleft().records

    def show(self) -> None:
        """Tell where the run is."""
        records = self.done + self._within
        self._progress(records)
        self._tell(Advanced(records, self._set_aside, self.kept, self._estimate.expected()))

    def _save(self, part: _Waiting, how: Literal["read", "kept", "coded"]) -> None:
        part.saved = True
        self._tell(PartDone(part.name, part.first, part.records, how))
