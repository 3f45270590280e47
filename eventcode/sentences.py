"""Cuts an article into sentences with offsets that hold in the original text.

Own rules, because general splitters stumble over what newspapers are full of: ranks ("Lt. Gen."), initials, "U.S.",
quotations that go on with "he said", datelines. The words the rules need are in ``lexicon/data/abbreviations.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

from eventcode.errors import LexiconError
from eventcode.model import Article, Dateline, Document, Field, Sentence
from eventcode.resources import lexicon_dir

MAX_SENTENCE = 1500
"""Characters. Nothing longer goes to the parser: it is cut at a semicolon, a comma or a blank."""

MIN_LETTERS_FOR_CASE = 40
"""Letters below which an article is not judged to be all in capitals or all in small letters."""

_CASE_SAMPLE = 1200
_LONGEST_ABBREVIATION = 16
_HEAD_PARAGRAPHS = 3
_HEADING_LENGTH = 200
_CLOSERS = "\"'”’»)\\]"
_OPENERS = "\"'“‘«(\\[„`"

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\r\r+|[\f\u2028\u2029]")
_BULLET = re.compile(r"[^\S\n]*(?:[•▪●‣◦·*–—-]|\(?(?:\d{1,2}|[a-zA-Z])[.)])[^\S\n]+\S")
_NEXT = re.compile(rf"\s*[{_OPENERS}–—-]*\s*(?P<word>\w[\w'’.&-]*)?")
_SMALL_BEFORE_CAPITAL = re.compile(r"[a-z]{1,3}['’-][A-Z]")
_LETTERS_WITH_STOPS = re.compile(r"(?:\w\.)+\w\Z")
_AGENCY_ALONE = re.compile(r"\((?P<agency>[A-Z]{2,6})\)\s*")
_STARTS_SENTENCE = re.compile(rf"[{_OPENERS}]*[^\W_a-zß-öø-ÿ]")
_STARTS_WORD = re.compile(rf"[{_OPENERS}]*[^\W\d_]")
_NUMBER_ITEM = re.compile(r"\(?\d{1,2}\Z")


@dataclass(frozen=True, slots=True)
class _Words:
    """The sections of ``abbreviations.txt``, and the patterns built from them."""

    title: frozenset[str]
    before_number: frozenset[str]
    maybe: frozenset[str]
    time: frozenset[str]
    after_time: frozenset[str]
    opener: frozenset[str]
    opener_capitalised: frozenset[str]
    no_dateline: frozenset[str]
    boundary: re.Pattern[str]
    speech: re.Pattern[str]
    dateline: re.Pattern[str]


def _read_sections(path: Path) -> dict[str, list[str]]:
    """Sections of a word file, in order of the file.

    Raises:
        LexiconError: the file is missing, or a word stands before the first section.
    """
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise LexiconError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        word = line.partition("#")[0].strip()
        if not word:
            continue
        if word.startswith("[") and word.endswith("]"):
            current = sections.setdefault(word[1:-1], [])
        elif current is None:
            raise LexiconError(f"{path}:{number}: {word!r} stands before the first [section]")
        else:
            current.append(word)
    return sections


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _boundary_pattern(openers: list[str]) -> re.Pattern[str]:
    """Stops that may end a sentence: before a blank, or glued to a word that opens one ("fled.The army")."""
    glued = "|".join(re.escape(word.capitalize()) for word in sorted(openers) if len(word) > 1)
    # One set of characters opens the pattern, so that the search runs over letters at full speed.
    return re.compile(
        rf"[.!?…。](?:[.!?…]*(?:[{_CLOSERS}]|[^\S\n]'')*(?=\s)|(?<=[a-z][a-z][.!?])[”\"]?(?=(?:{glued})\s)|(?<=。))"
    )


def _dateline_pattern(months: list[str]) -> re.Pattern[str]:
    """The head of an agency story: [place[, region]][, date][ (agency)] dash."""
    name = r"[^\W\d_][\w'’.-]*"
    words = rf"{name}(?:[ /]{name}){{0,4}}"
    month = rf"(?:{_alternatives(months)})\b\.?"
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    when = rf"(?i:{month}\s{day}(?:,?\s\d{{4}})?|{day}\s{month}(?:,?\s\d{{2,4}})?)"
    return re.compile(
        rf"(?:\[[A-Z ]{{1,20}}\]\s*)?"
        rf"(?:(?P<date_first>{when})|(?P<place>{words}?)(?P<region>(?:,\s(?!{when}){words}?){{0,2}}?)"
        rf"(?:[,.]?\s(?P<date>{when}))?)?"
        rf"(?P<agency_part>[,.]?\s?\((?P<agency>[^\W\d_][^()\n]{{1,60}})\)|[,.]?\s\[(?P<agency2>[^\W\d_][^\[\]\n]{{1,60}})\])?"
        rf"(?P<dash>\s*--+\s*|\s*[–—―]\s*|\s+[-_]\s+|(?<=[).\]])\s*[-_:]\s*|:\s+)"
        rf"(?:\[[A-Z ]{{1,20}}\]\s*)?",
    )


@lru_cache(maxsize=4)
def _words(path: Path) -> _Words:
    sections = _read_sections(path)

    def section(name: str) -> list[str]:
        if name not in sections:
            raise LexiconError(f"{path}: section [{name}] is missing")
        return sections[name]

    capitalised = r"(?:[^\W\d_][\w'’.-]*\s+){0,5}"
    return _Words(
        title=frozenset(section("title")),
        before_number=frozenset(section("before_number")),
        maybe=frozenset(section("maybe")),
        time=frozenset(section("time")),
        after_time=frozenset(section("after_time")),
        opener=frozenset(section("opener")),
        opener_capitalised=frozenset(section("opener_capitalised")),
        no_dateline=frozenset(section("no_dateline")),
        boundary=_boundary_pattern(section("opener")),
        speech=re.compile(rf"\s*{capitalised}(?:{_alternatives(section('speech'))})\b", re.IGNORECASE),
        dateline=_dateline_pattern(section("month")),
    )


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letter case of an article, which decides what a capital after a stop can tell."""

    small: bool
    capital: bool


def _letters(text: str) -> _Letters:
    # Deleting letters from bytes counts them ten times faster than a pattern does; accented letters tell nothing new.
    sample = text[:_CASE_SAMPLE].encode("ascii", "ignore")
    upper = len(sample) - len(sample.translate(None, ascii_uppercase.encode()))
    lower = len(sample) - len(sample.translate(None, ascii_lowercase.encode()))
    if upper + lower < MIN_LETTERS_FOR_CASE:
        return _Letters(small=False, capital=upper > 8 and lower == 0)
    return _Letters(small=upper * 200 < lower, capital=lower * 20 < upper)


def cut(article: Article, words_file: Path | None = None) -> Document:
    """Cut title and text into sentences.

    Args:
        article: as supplied; offsets of the sentences count in its fields.
        words_file: another ``abbreviations.txt``; default the packaged one.

    Returns:
        Title first (index -1), then the text (index from 0): ordered, disjoint, covering every character that is not
        blank except the dateline.

    Raises:
        LexiconError: the words file cannot be used.
    """
    words = _words(words_file or lexicon_dir() / "abbreviations.txt")
    sentences: list[Sentence] = []
    if article.title:
        spans = _cut_field(article.title, 0, _letters(article.title), words)
        sentences.extend(_sentence(article.title, "title", -1, start, end) for start, end in spans)
    text = article.text
    letters = _letters(text)
    dateline = find_dateline(text, words, letters)
    spans_text = _text_spans(text, dateline, letters, words)
    sentences.extend(
        _sentence(text, "text", index, start, end) for index, (start, end) in enumerate(spans_text)
    )
    return Document(article, tuple(sentences), dateline)


def _sentence(text: str, field: Field, index: int, start: int, end: int) -> Sentence:
    return Sentence(field, index, start, end, text[start:end])


def _text_spans(
    text: str, dateline: Dateline | None, letters: _Letters, words: _Words
) -> Iterator[tuple[int, int]]:
    if dateline is None:
        yield from _cut_field(text, 0, letters, words)
        return
    yield from _cut_field(text[: dateline.start], 0, letters, words)
    yield from _cut_field(text, dateline.end, letters, words)


def _cut_field(text: str, begin: int, letters: _Letters, words: _Words) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of ``text`` from ``begin`` on, blanks stripped, none longer than MAX_SENTENCE."""
    for start, end in _paragraphs(text, begin, letters.capital):
        for first, last in _cut_paragraph(text, start, end, letters, words):
            yield from _shorten(text, first, last)


def _paragraphs(text: str, begin: int, capital: bool) -> Iterator[tuple[int, int]]:
    """Spans between blank lines; then between lines that were broken on purpose (headings, bullets)."""
    width = 0
    start = begin
    ends = [match.span() for match in _PARAGRAPH_BREAK.finditer(text, begin)]
    for end, following in [*ends, (len(text), len(text))]:
        if text.find("\n", start, end) < 0:
            yield start, end
        else:
            width = width or _line_width(text)
            yield from _purposeful_lines(text, start, end, 0 if capital else width)
        start = following


def _line_width(text: str) -> int:
    """Characters of a full line: nine tenths of the lines are no longer."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    return lengths[len(lengths) * 9 // 10] if lengths else 1


def _purposeful_lines(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """Cut a paragraph at newlines that no line-wrapping program put there.

    Wrapped lines are full: the first word of the next line would not have fitted. A line that had much room left was
    broken by its writer, unless the next line goes on in small letters (``width`` 0: in an article all in capitals
    that cannot be told, and only bullets count).
    """
    begin = start
    line_start = text.rfind("\n", 0, start) + 1
    while (newline := text.find("\n", line_start, end)) >= 0:
        following = newline + 1
        if _BULLET.match(text, following, end) or _broken_on_purpose(
            text, line_start, newline, following, end, width
        ):
            yield begin, newline
            begin = following
        line_start = following
    yield begin, end


def _broken_on_purpose(text: str, start: int, newline: int, following: int, end: int, width: int) -> bool:
    match = _NEXT.match(text, following, end)
    word = match.group("word") if match else None
    if word is None or word[0].islower():
        return False
    length = newline - start
    if text[start:newline].rstrip()[-1:] in (",", "-", "–", "("):
        return False
    return length + 1 + len(word) < width * 0.75


def _cut_paragraph(
    text: str, start: int, end: int, letters: _Letters, words: _Words
) -> Iterator[tuple[int, int]]:
    begin = start
    for match in words.boundary.finditer(text, start, end):
        if match.start() >= begin and _is_end(text, begin, match, end, letters, words):
            yield from _strip(text, begin, match.end())
            begin = match.end()
    yield from _strip(text, begin, end)


def _strip(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _is_end(text: str, begin: int, stop: re.Match[str], end: int, letters: _Letters, words: _Words) -> bool:
    """Whether the stop ends the sentence that began at ``begin``."""
    following = _NEXT.match(text, stop.end(), end)
    word = following.group("word") if following else None
    if following is None or word is None:
        return following is None or following.end() >= end
    if word[0].islower() and not letters.small and not _SMALL_BEFORE_CAPITAL.match(word):
        return False
    mark = stop.group()
    if mark[0] in "!?":
        return not (len(mark) > 1 and words.speech.match(text, stop.end(), end))
    if mark.startswith(("..", "…")):
        spaced = stop.start() > begin and text[stop.start() - 1].isspace()
        return not spaced or _opens(word, letters, words)
    if letters.small and len(mark) > 1 and words.speech.match(text, stop.end(), end):
        return False
    return _is_end_after(text, begin, stop.start(), word, letters, words)


def _is_end_after(text: str, begin: int, stop: int, following: str, letters: _Letters, words: _Words) -> bool:
    """Whether a single full stop at ``stop`` ends a sentence, judged by the words on its two sides."""
    word_start = stop
    lowest = max(begin, stop - _LONGEST_ABBREVIATION)
    while word_start > lowest and not text[word_start - 1].isspace():
        word_start -= 1
    bare = text[word_start:stop].lstrip("\"'“‘«([„`-–—")
    if not bare:
        return True
    if len(bare) == 1 and bare.isalpha():
        return _opens(following, letters, words) and not _capital_before(text, begin, word_start)
    key = bare.lower()
    if key in words.title:
        return False
    if key in words.before_number:
        return not following[0].isdigit()
    if key in words.time:
        return following.rstrip(".").lower() not in words.after_time
    if key in words.maybe or _LETTERS_WITH_STOPS.match(key):
        return _opens(following, letters, words)
    if word_start == begin or text[begin:word_start].isspace():
        return not _NUMBER_ITEM.match(key)
    return True


def _opens(word: str, letters: _Letters, words: _Words) -> bool:
    """Whether a word after an abbreviation begins a sentence."""
    low = word.rstrip(".").lower()
    if low in words.opener:
        return True
    return low in words.opener_capitalised and not (letters.small or letters.capital)


def _capital_before(text: str, begin: int, end: int) -> bool:
    """Whether the word before ``end`` is capitalised: "George W." is a name, "plan B." is not."""
    previous = text[begin:end].rstrip().rpartition(" ")[2]
    return previous[:1].isupper()


def _shorten(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE:
        window_start, window_end = start + MAX_SENTENCE // 3, start + MAX_SENTENCE
        cut_at = -1
        for mark in ("; ", ", ", " "):
            cut_at = text.rfind(mark, window_start, window_end)
            if cut_at >= 0:
                cut_at += 1
                break
        if cut_at < 0:
            cut_at = window_end
        yield from _strip(text, start, cut_at)
        start = cut_at
    yield from _strip(text, start, end)


def find_dateline(text: str, words: _Words | None = None, letters: _Letters | None = None) -> Dateline | None:
    """The dateline at the head of a text, or after its headings and byline.

    Args:
        text: an article's text.
        words, letters: given by :func:`cut`, made here otherwise.
    """
    words = words or _words(lexicon_dir() / "abbreviations.txt")
    letters = letters or _letters(text)
    start = 0
    for _ in range(_HEAD_PARAGRAPHS):
        while start < len(text) and text[start].isspace():
            start += 1
        if start == len(text):
            return None
        found = _dateline_at(text, start, words, letters)
        if found is not None:
            return found
        newline = text.find("\n", start)
        line = text[start:newline].rstrip() if newline >= 0 else ""
        if not line or len(line) > _HEADING_LENGTH or line.endswith((".", "!", "?", "”", '"')):
            return None
        start = newline
    return None


def _dateline_at(text: str, start: int, words: _Words, letters: _Letters) -> Dateline | None:
    match = words.dateline.match(text, start)
    if match is not None and _dateline_holds(text, match, words, letters):
        place = match.group("place") or ""
        place_start = match.start("place") if place else start
        agency = match.group("agency") or match.group("agency2")
        return Dateline(start, match.end(), place_start, place_start + len(place), place, agency)
    alone = _AGENCY_ALONE.match(text, start)
    if alone is not None and _STARTS_SENTENCE.match(text, alone.end()):
        return Dateline(start, alone.end(), start, start, "", alone.group("agency"))
    return None


def _dateline_holds(text: str, match: re.Match[str], words: _Words, letters: _Letters) -> bool:
    """Whether what looks like a dateline is one: an agency or a date shows it, or else a place in capitals."""
    place = match.group("place") or ""
    agency = match.group("agency") or match.group("agency2")
    dated = match.group("date") or match.group("date_first")
    if place.lower() in words.no_dateline or not (letters.small or _STARTS_SENTENCE.match(text, match.end())):
        return False
    if agency or dated:
        return letters.small or all(_may_stand_in_name(word) for word in place.split())
    if len(place) <= 3 or not place.isupper() or letters.capital:
        return False
    return _STARTS_WORD.match(text, match.end()) is not None


def _may_stand_in_name(word: str) -> bool:
    """Words of a place's name are capitalised, but for short ones such as "de" and "al-"."""
    return word[0].isupper() or len(word) <= 3 or "-" in word
