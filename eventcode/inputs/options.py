"""How input is read: options of the commands, and a small TOML file that holds the same."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eventcode.errors import UsageError

FORMATS = ("text", "jsonl", "json", "csv", "tsv", "parquet", "html", "nexis", "factiva", "proquest")
"""Kinds that can be named where the content does not tell."""

FIELDS = ("id", "date", "title", "text", "source", "url", "language")
"""What is taken of a record; all but the text may be missing."""

KEYS = ("format", "columns", "max_article_mb", "max_unpacked_mb")
"""Keys of the TOML file."""

MILLION = 1_000_000
_TOML_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class InputOptions:
    """How input is read; can be pickled and compared.

    ``format``: kind of every file, or None to tell by content. ``columns``: pairs of our field and the input's name for
    it. ``article_characters``: characters of a text above which it is set aside. ``unpacked_bytes``: bytes that a gzip,
    zstd or zip member, or a document that must be read as a whole, may come to.
    """

    format: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    article_characters: int = 2 * MILLION
    unpacked_bytes: int = 200 * MILLION

    @property
    def record_bytes(self) -> int:
        """Bytes that one record is read up to: JSON may write a character as "\\uXXXX" twice."""
        return self.article_characters * 12 + 100_000


def input_options(
    format: str | None = None,
    columns: str | None = None,
    file: Path | None = None,
    max_article_mb: float | None = None,
    max_unpacked_mb: float | None = None,
) -> InputOptions:
    """The options of a command put together: what is said on the command line goes before the file.

    Args:
        format: one of FORMATS.
        columns: "text=body,date=pub_date".
        file: a TOML file with the keys KEYS; ``columns`` is a table there.
        max_article_mb: millions of characters.
        max_unpacked_mb: millions of bytes.

    Raises:
        UsageError: an unknown key, field or format, a value that cannot be, or a file that cannot be read.
    """
    told = _file_values(file) if file is not None else {}
    where = f"{file}: " if file is not None else ""
    named = dict(_pairs(told.get("columns", {}), f"{where}columns"))
    named |= dict(_pairs(_split(columns or ""), "--columns"))
    chosen, place = (format, "--format") if format is not None else (told.get("format"), f"{where}format")
    if chosen is not None and chosen not in FORMATS:
        raise UsageError(f"{place} {chosen!r}: one of {', '.join(FORMATS)} is needed{_near(chosen, FORMATS)}")
    return InputOptions(
        format=chosen,
        columns=tuple(sorted(named.items())),
        article_characters=_limit(max_article_mb, told, "max_article_mb", 2, where),
        unpacked_bytes=_limit(max_unpacked_mb, told, "max_unpacked_mb", 200, where),
    )


def _file_values(file: Path) -> Mapping[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_TOML_BYTES + 1)
        if len(content) > _TOML_BYTES:
            raise UsageError(f"{file}: larger than a file of options can be")
        told = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error
    for key in told:
        if key not in KEYS:
            raise UsageError(f"{file}: unknown key {key!r}; known are {', '.join(KEYS)}{_near(key, KEYS)}")
    if not isinstance(told.get("columns", {}), dict):
        raise UsageError(f'{file}: columns is a table: [columns] and below it text = "body"')
    return told


def _split(columns: str) -> Mapping[str, str]:
    """ "text=body,date=pub_date" as a mapping."""
    named: dict[str, str] = {}
    for part in columns.split(","):
        if not part.strip():
            continue
        field, equals, column = part.partition("=")
        if not equals:
            raise UsageError(f"--columns {part.strip()!r}: FIELD=COLUMN is needed, such as text=body")
        if field.strip() in named:
            raise UsageError(f"--columns: {field.strip()} is given twice")
        named[field.strip()] = column.strip()
    return named


def _pairs(named: Mapping[str, Any], where: str) -> Iterable[tuple[str, str]]:
    for field, column in named.items():
        if field not in FIELDS:
            raise UsageError(
                f"{where}: unknown field {field!r}; known are {', '.join(FIELDS)}{_near(field, FIELDS)}"
            )
        if not isinstance(column, str) or not column.strip():
            raise UsageError(f"{where}: {field}: the name of a column is needed")
        yield field, column


def _near(word: Any, known: Iterable[str]) -> str:
    found = get_close_matches(str(word), list(known), 2)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _limit(given: float | None, told: Mapping[str, Any], key: str, default: int, where: str) -> int:
    """A limit in millions as a whole number: from the command line, the file, or by default."""
    value, name = told.get(key, default), f"{where}{key}"
    if given is not None:
        value, name = given, f"--{key.replace('_', '-')}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MILLION:
        raise UsageError(f"{name} {value!r}: a number above 0 and up to a million is needed")
    return max(1, int(value * MILLION))
