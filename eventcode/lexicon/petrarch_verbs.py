"""Reads PETRARCH verb dictionaries (``CAMEO.2.0.txt``): synonym sets, blocks of verbs, patterns with their codes.

What a line means is settled here; what it becomes in our lexicon, in ``petrarch_acts.py``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from eventcode.lexicon.petrarch_text import Line, UnreadList, plain_words

NULL = "---"
VERB = "*"
MARKS = frozenset("$+%")
SKIP = "^"
_CODE = re.compile(r"\[([^\[\]]*)\]\s*$")
_FORMS = re.compile(r"\{[^{}]*\}")
_TOKEN = re.compile(r"[(){}*$+%^]|[^\s(){}*$+%^]+")
_WORD = re.compile(r"&?[\w.'/-]*[^\W_][\w.'/-]*")


@dataclass(frozen=True, slots=True)
class Code:
    """What ``[a:b]`` says: ``forward`` is coded from source to target, ``back`` from target to source; None: nothing."""

    forward: str | None
    back: str | None

    @property
    def main(self) -> str | None:
        """The code that is kept where only one can be."""
        return self.forward or self.back

    @property
    def mutual(self) -> bool:
        """Whether both sides do the same to each other."""
        return self.forward is not None and self.forward == self.back

    @property
    def turned(self) -> bool:
        """Whether the grammatical target is who does it."""
        return self.forward is None and self.back is not None


NOTHING = Code(None, None)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of a block: ``words`` with the verb itself first, and its own code where it has one."""

    line: Line
    words: tuple[str, ...]
    code: Code | None


@dataclass(frozen=True, slots=True)
class VerbPattern:
    """A pattern: words before the verb and behind it, in small letters (``&name`` a set); ``source`` and ``target``:
    slots that ``$``, ``+`` or ``%`` name."""

    line: Line
    before: tuple[str, ...]
    behind: tuple[str, ...]
    code: Code
    source: str | None = None
    target: str | None = None


@dataclass(slots=True)
class Block:
    """A block: ``--- HEAD [code] ---``, its verbs and their patterns."""

    line: Line
    head: str
    code: Code
    verbs: list[Verb] = field(default_factory=list)
    patterns: list[VerbPattern] = field(default_factory=list)


@dataclass(slots=True)
class VerbDictionary:
    """One verb dictionary. ``sets``: words and phrases by name, in small letters."""

    file: str
    sets: dict[str, list[str]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


class _Unreadable(Exception):
    """Why a line is left out."""


def read_verbs(
    lines: Iterable[Line], file: str, codes: Collection[str], slots: Collection[str], unread: UnreadList
) -> VerbDictionary:
    """A verb dictionary. ``codes``: the CAMEO codes there are; ``slots``: prepositions that can name a side. What
    cannot be read goes to ``unread``; nothing is raised."""
    return _Reader(file, codes, slots, unread).read(lines)


class _Reader:
    def __init__(self, file: str, codes: Collection[str], slots: Collection[str], unread: UnreadList) -> None:
        self._codes = codes
        self._slots = slots
        self._unread = unread
        self._out = VerbDictionary(file)
        self._set: list[str] | None = None
        self._block: Block | None = None
        self._patterns: list[tuple[Block, Line]] = []

    def read(self, lines: Iterable[Line]) -> VerbDictionary:
        for line in lines:
            try:
                self._line(line)
            except _Unreadable as e:
                self._unread.no(line, str(e))
        # A set may be written below the pattern that uses it.
        for block, line in self._patterns:
            try:
                block.patterns.append(self._pattern(line))
            except _Unreadable as e:
                self._unread.no(line, str(e))
        return self._out

    def _line(self, line: Line) -> None:
        text = line.text
        if text.startswith("---"):
            self._set, self._block = None, None
            self._block = self._opened(line)
            self._out.blocks.append(self._block)
        elif text.startswith("-"):
            if self._block is None:
                raise _Unreadable("a pattern before any block")
            self._patterns.append((self._block, line))
        elif text.startswith("&"):
            self._set = self._out.sets.setdefault(text.lower(), [])
        elif text.startswith("~"):
            raise _Unreadable(
                "a transformation of two verbs: stances.yaml says what a stance makes of an act"
            )
        elif text.startswith("+") and self._set is not None:
            self._set.append(self._member(text[1:]))
        elif self._block is None:
            raise _Unreadable("neither in a set nor in a block of verbs")
        else:
            self._block.verbs.append(self._verb(line))

    @staticmethod
    def _member(text: str) -> str:
        words = plain_words(text)
        if not words or not all(_WORD.fullmatch(w) and not w.startswith("&") for w in words):
            raise _Unreadable("a member of a set is made of letters, digits, hyphens and blanks")
        return " ".join(words)

    def _opened(self, line: Line) -> Block:
        text = line.text.strip("-").strip()
        found = _CODE.search(text)
        head = (text[: found.start()] if found else text.partition("[")[0]).strip()
        if not head:
            raise _Unreadable("a block needs a name: --- NAME [code] ---")
        return Block(line, head, self._code(found.group(1)) if found else NOTHING)

    def _code(self, text: str) -> Code:
        parts = [p.strip() for p in text.split(":")]
        if len(parts) > 2:
            raise _Unreadable(f"[{text}] is no code; codes are [a], [a:b], [:b] and [---]")
        for part in parts:
            if part not in ("", NULL) and part not in self._codes:
                raise _Unreadable(f"CAMEO (1.1b3) has no code {part!r}")
        values = [None if p in ("", NULL) else p for p in parts]
        return Code(values[0], values[1] if len(values) == 2 else None)

    def _verb(self, line: Line) -> Verb:
        text = line.text
        found = _CODE.search(text)
        code = self._code(found.group(1)) if found else None
        text = text[: found.start()] if found else text
        # Irregular forms are not needed: the reader knows the base form of every form.
        stem = _FORMS.sub(" ", text).split()
        if len(stem) != 1 or set(stem[0]) & set("{}[]()"):
            raise _Unreadable("a verb is one word: VERB, +VERB_WORD or WORD_+VERB, then {forms} and [code]")
        words = self._stem(stem[0])
        return Verb(line, words, code)

    @staticmethod
    def _stem(text: str) -> tuple[str, ...]:
        parts = [p for p in text.lower().split("_") if p.strip("+")]
        at = next((i for i, p in enumerate(parts) if p.startswith("+")), 0)
        parts = [p.removeprefix("+") for p in parts]
        if not parts or not all(_WORD.fullmatch(p) and p[0] != "&" and "/" not in p for p in parts):
            raise _Unreadable("a verb is made of letters, digits and hyphens")
        return (parts[at], *parts[:at], *parts[at + 1 :])

    def _pattern(self, line: Line) -> VerbPattern:
        text = line.text.lstrip("-").strip().replace("**", VERB)
        found = _CODE.search(text)
        if not found:
            raise _Unreadable("a pattern ends with its code in square brackets")
        code = self._code(found.group(1))
        tokens = _TOKEN.findall(text[: found.start()])
        if tokens.count(VERB) != 1:
            raise _Unreadable("a pattern has one * where the verb stands")
        _balanced(tokens)
        at = tokens.index(VERB)
        before, behind = _words(tokens[:at]), _words(tokens[at + 1 :])
        for token in (*before, *behind):
            self._check(token)
        source, target = self._sides(line, before, behind)
        if "(" in tokens[:at]:
            raise _Unreadable("a preposition before the verb: a trigger's own clause has no place for it")
        upper = [t for t in before if t not in MARKS and t != SKIP]
        if len(upper) > 1 and "{" not in tokens[:at]:
            raise _Unreadable(
                "several separate words before the verb; one word or one {phrase} can be asked for"
            )
        lower = [t for t in behind if t not in MARKS and t != SKIP]
        return VerbPattern(line, _split(upper), _split(lower), code, source=source, target=target)

    def _check(self, token: str) -> None:
        if token in MARKS or token == SKIP:
            return
        if not _WORD.fullmatch(token):
            raise _Unreadable(f"{token!r} is neither a word nor a token of the format")
        if token.startswith("&") and token not in self._out.sets:
            raise _Unreadable(f"no set {token.upper()} is defined")
        if token.startswith("&") and not self._out.sets[token]:
            raise _Unreadable(f"the set {token.upper()} has no members")

    def _sides(self, line: Line, before: list[str], behind: list[str]) -> tuple[str | None, str | None]:
        """Slots of source and target that marks name."""
        found: dict[str, str] = {}
        for mark, slot in (*_slots(before, "subj"), *_slots(behind, "obj")):
            if slot not in ("subj", "obj") and slot not in self._slots:
                self._unread.part(line, f"{mark} behind {slot!r}, which is no slot: the usual slots are used")
            elif mark == "%":
                self._unread.part(
                    line, "% (one actor as both sides): the subject is one, the usual slots the other"
                )
            else:
                found.setdefault(mark, slot)
        return found.get("$"), found.get("+")


def _balanced(tokens: list[str]) -> None:
    for opening, closing in ("()", "{}"):
        depth = 0
        for token in tokens:
            depth += (token == opening) - (token == closing)
            if not 0 <= depth <= 1 or (depth and token == VERB):
                raise _Unreadable(f"{opening} and {closing} do not match")
        if depth:
            raise _Unreadable(f"{opening} and {closing} do not match")


def _words(tokens: list[str]) -> list[str]:
    """Words, marks and skips without brackets; underscores part words that stand side by side."""
    out: list[str] = []
    for token in tokens:
        if token in MARKS or token == SKIP:
            out.append(token)
        elif token.startswith("&"):
            out.append(token.lower())
        elif token not in "(){}":
            out += plain_words(token)
    return out


def _slots(words: list[str], nearest: str) -> Iterable[tuple[str, str]]:
    """(mark, slot) of each mark: the word before it, or ``nearest`` where none stands between it and the verb's side."""
    last = nearest
    for word in words:
        if word in MARKS:
            yield word, last
        elif word != SKIP:
            last = word


def _split(words: list[str]) -> tuple[str, ...]:
    """Words with BY/WITH written as alternatives, as our patterns have it."""
    return tuple(
        "|".join(filter(None, w.split("/"))) if not w.startswith("&") else w for w in words if w.strip("/")
    )


def own_code(verb: Verb, block: Block) -> Code:
    """The code of a verb that stands alone: its own, else the block's."""
    return block.code if verb.code is None else verb.code


def first_owners(dictionaries: Iterable[VerbDictionary], unread: UnreadList) -> None:
    """Leave each verb to the block that names it first, as PETRARCH does; the others are listed."""
    owner: dict[tuple[str, ...], tuple[Block, Verb]] = {}
    for dictionary in dictionaries:
        for block in dictionary.blocks:
            kept = []
            for verb in block.verbs:
                first, earlier = owner.setdefault(verb.words, (block, verb))
                if earlier is verb:
                    kept.append(verb)
                elif first is not block:
                    unread.no(verb.line, f"the verb is in block {first.head} already ({earlier.line.place})")
                elif own_code(verb, block) != own_code(earlier, block):
                    unread.no(verb.line, f"the verb has another code in {earlier.line.place}, which counts")
            block.verbs = kept


def last_patterns(
    block: Block, unread: UnreadList
) -> Mapping[tuple[tuple[str, ...], tuple[str, ...]], VerbPattern]:
    """Patterns by their words; of one written twice the later counts, as in PETRARCH."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], VerbPattern] = {}
    for pattern in block.patterns:
        key = pattern.before, tuple(sorted(pattern.behind))
        earlier = found.get(key)
        if earlier is not None and earlier.code != pattern.code:
            unread.no(earlier.line, f"written again with another code in {pattern.line.place}, which counts")
        found[key] = pattern
    return found
