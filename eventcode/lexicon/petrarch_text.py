"""Lines of a PETRARCH dictionary without its comments, and the list of what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eventcode.errors import InputError

MAX_BYTES = 30_000_000
SHOWN = 60
NO, IN_PART = "no", "in part"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something: ``text`` without comment and outer blanks, ``raw`` as written; ``number`` is
    1-based."""

    file: str
    number: int
    text: str
    raw: str

    @property
    def indented(self) -> bool:
        """Whether the line begins with a blank or tab: codes of the entry above it."""
        return self.raw[:1] in (" ", "\t")

    @property
    def place(self) -> str:
        """File and line, as an entry made from it names its origin."""
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not read (``read`` no), or of which something is lost (in part), and why."""

    file: str
    line: int
    text: str
    read: str
    reason: str


class UnreadList:
    """What could not be read, a line each."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], tuple[Line, dict[str, str]]] = {}

    def _add(self, line: Line, read: str, reason: str) -> None:
        _, reasons = self._told.setdefault((line.file, line.number), (line, {}))
        reasons.setdefault(reason, read)

    def no(self, line: Line, reason: str) -> None:
        """Nothing of the line is kept."""
        self._add(line, NO, reason)

    def part(self, line: Line, reason: str) -> None:
        """The line is kept, but for what the reason says."""
        self._add(line, IN_PART, reason)

    def found(self, files: Sequence[str]) -> list[Unread]:
        """Everything told, in the order of the files and of their lines."""
        order = {name: i for i, name in enumerate(files)}
        out = []
        for (file, number), (line, reasons) in self._told.items():
            shown = "".join(c if c.isprintable() else " " for c in line.raw.strip())[:SHOWN]
            read = NO if NO in reasons.values() else IN_PART
            out.append(Unread(file, number, shown, read, "; ".join(reasons)))
        return sorted(out, key=lambda u: (order.get(u.file, 0), u.line))


def read_text(path: Path) -> str:
    """Text of a dictionary: UTF-8, or Latin-1 as older files have it. Raises InputError for what is no text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: larger than {MAX_BYTES:,} bytes; split the file")
        data = path.read_bytes()
    except OSError as e:
        raise InputError(f"{path}: cannot be read: {e.strerror or e}") from e
    if b"\0" in data:
        raise InputError(f"{path}: not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines_of(text: str, file: str) -> list[Line]:
    """Lines that hold something. ``#`` and ``;`` begin a comment, and so does ``<!`` up to a line with ``>``."""
    out: list[Line] = []
    hidden = False
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if hidden or raw.lstrip().startswith("<!"):
            hidden = ">" not in raw
            continue
        content = raw.partition("#")[0].partition(";")[0]
        # What is not printed (an invisible mark, a control character) is a slip of whoever typed the file.
        content = "".join(c if c.isprintable() else " " for c in content).strip()
        if content:
            out.append(Line(file, number, content, raw))
    return out


class Names:
    """Names made of a dictionary's own words, each given once."""

    def __init__(self, taken: Callable[[str], bool] = lambda _: False) -> None:
        """``taken``: names that are in use elsewhere."""
        self._given: set[str] = set()
        self._taken = taken

    def make(self, *parts: str) -> str:
        """``petrarch_a_b`` of letters and digits; with a number where that is in use."""
        words = ("".join(c if c.isascii() and c.isalnum() else "_" for c in p.lower()) for p in parts)
        base = "_".join(("petrarch", *(w for p in words if (w := "_".join(filter(None, p.split("_")))))))
        name, number = base, 1
        while name in self._given or self._taken(name):
            number += 1
            name = f"{base}_{number}"
        self._given.add(name)
        return name


def plain_words(text: str) -> list[str]:
    """Words between blanks and underscores, in small letters."""
    return [w for w in text.lower().replace("_", " ").split() if w]


def unique(items: Sequence[str]) -> list[str]:
    """The items, each once, in order."""
    return list(dict.fromkeys(items))
