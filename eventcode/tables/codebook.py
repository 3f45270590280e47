"""The codebook: every column of every table and layout in Markdown, made from ``schemas/``.

``python -m eventcode.tables.codebook > docs/codebook.md`` writes it anew; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from eventcode.errors import SchemaError
from eventcode.resources import csv_rows
from eventcode.tables.rejected import rejected_schema
from eventcode.tables.schema import (
    LAYOUTS,
    TABLES,
    Constraints,
    Dialect,
    Field,
    TableSchema,
    bounds_text,
    load_schema,
)

INTRODUCTION = """\
# Codebook

Made from `schemas/`; edit those, then run `python -m eventcode.tables.codebook > docs/codebook.md`.

- **!** after a name: never null. Parts of a nested column stand below it, after a dot; `[]` marks a list.
- **values**: a closed list, bounds (both inclusive), or a pattern between `^` and `$`: `[A-Z]{3}` is three capital letters,
  `[0-9a-f]{20}` twenty hexadecimal digits, `( ... )*` any number of what stands between. An empty cell there: any value.
- Codes are strings, so that `042` stays `042`. What codes mean: CAMEO in `eventcode/ontologies/data/cameo_codes.csv`, PLOVER in
  `plover_codes.csv` and ACLED in `acled_codes.csv` beside it, countries and roles in `eventcode/lexicon/data/actors/`. What the
  values of our own columns mean is told [below](#what-values-mean).
- Empty (null) is "not told" or "not known", and never zero: a toll of 0 says that none were hurt.
- Offsets count Unicode code points in the article's title or text exactly as supplied, and are half-open:
  `text[start:end]` is the text shown.
- Dates are days; a first and a last day are both inclusive.
- Coordinates are degrees, WGS84.
- "The lexicon's": a closed list of the lexicon that read the articles. Lists of the packaged lexicon stand below the table;
  a user's lexicon may add to them, and `eventcode validate` holds a table to them only where its metadata name the
  packaged lexicon, or no lexicon.
- In a table written with `--no-text`, `title`, `url`, `text` and every column that ends in `_text` are null.
- File metadata of every table: name of the table, versions of eventcode, schema, language model and gazetteer, hashes of
  lexicon and ontologies, and the attribution of GeoNames (CC BY 4.0).
"""
# Lists of values longer than this are set below the table.
SHORT_ENUM = 8
MEANINGS = Path(__file__).resolve().parent / "data" / "value_meanings.csv"
LAYOUTS_INTRODUCTION = """\
# Layouts

Files in the columns of other datasets, which `eventcode export` writes and `eventcode validate` checks wherever they come from.
What they hold when eventcode writes them, and what they cannot carry, stands in [layouts.md](layouts.md). A pattern or a bound is what
the check asks for. The layouts `csv`, `stata`, `geojson` and `geoparquet` have the columns of our own tables.
"""
_DATE_FORMATS = {"%Y%m%d": "YYYYMMDD", "%Y-%m-%d": "YYYY-MM-DD"}
_CHARACTERS = {",": "comma", "\t": "tab", ";": "semicolon", "; ": "semicolon and blank"}


def render() -> str:
    """The whole codebook in Markdown. Raises SchemaError where a schema cannot be used."""
    tables = [_table(load_schema(name)) for name in TABLES]
    layouts = [_layout(load_schema(name)) for name in LAYOUTS]
    return "\n".join([INTRODUCTION, *tables, _rejected(), _meanings(), LAYOUTS_INTRODUCTION, *layouts])


def value_meanings() -> list[tuple[tuple[str, ...], str, str]]:
    """Names of columns, value and meaning, for columns of ours with a closed list. Raises SchemaError."""
    return csv_rows(
        MEANINGS, lambda row: (tuple(row["columns"].split(";")), row["value"], row["meaning"]), SchemaError
    )


def _meanings() -> str:
    lines = ["## What values mean", "", "| column | value | meaning |", "| --- | --- | --- |"]
    lines += [
        f"| {_names(list(columns))} | `{value}` | {_escape(text)} |"
        for columns, value, text in value_meanings()
    ]
    return "\n".join([*lines, ""])


def _layout(schema: TableSchema) -> str:
    lines = [f"## {schema.title}", "", f"Layout `{schema.name}`. {schema.description}", ""]
    if schema.primary_key:
        lines.append(f"- Key: {_names(schema.primary_key)}")
    if schema.dialect is not None:
        lines.append(f"- Text: {_dialect(schema.dialect)}")
    if schema.optional:
        lines.append(f"- A file from elsewhere may lack {_names(_ordered(schema, schema.optional))}")
    if schema.known:
        lines.append(f"- It may have more: {_names(sorted(schema.known))}")
    return "\n".join([*lines, *_columns(schema), ""])


def _ordered(schema: TableSchema, names: frozenset[str]) -> list[str]:
    return [name for name in schema.names if name in names]


def _dialect(dialect: Dialect) -> str:
    parts = [
        f"fields parted by {_CHARACTERS.get(dialect.delimiter, dialect.delimiter)}",
        "names of columns in the first line" if dialect.header else "no line of names",
        "nothing quoted" if dialect.quote_char is None else f"quoted with `{dialect.quote_char}`",
        dialect.encoding.upper(),
        f"missing values are {f'`{dialect.null}` or ' if dialect.null else ''}empty",
        f"lists joined by {_CHARACTERS.get(dialect.list_separator, dialect.list_separator)}",
    ]
    if dialect.spreadsheet_safe:
        parts.append("text that a spreadsheet would run as a formula is written after an apostrophe")
    return "; ".join(parts)


def _rejected() -> str:
    schema = rejected_schema()
    lines = [
        f"## {schema['title']}",
        "",
        f"`rejected.jsonl`, schema version {schema['x-version']}. {schema['description']}",
        "",
        "| property | type | meaning |",
        "| --- | --- | --- |",
    ]
    for name, value in schema["properties"].items():
        kinds = [value["type"]] if isinstance(value["type"], str) else value["type"]
        needed = " **!**" if name in schema["required"] and "null" not in kinds else ""
        lines.append(f"| `{name}`{needed} | {' or '.join(kinds)} | {_escape(value['description'])} |")
    for name, value in schema["properties"].items():
        if "enum" in value:
            lines += ["", f"Values of `{name}`: {_names(value['enum'])}."]
    return "\n".join([*lines, ""])


def _table(schema: TableSchema) -> str:
    lines = [
        f"## {schema.title}",
        "",
        f"`{schema.name}.parquet`, schema version {schema.version}. {schema.description}",
        "",
    ]
    lines += [f"- Key: {_names(schema.primary_key)}", f"- Order: {_order(schema)}"]
    for reference in schema.references:
        each = "each of " if reference.listed else ""
        lines.append(f"- {each}`{reference.column}` refers to `{reference.key}` of {reference.table}")
    return "\n".join([*lines, *_columns(schema), ""])


def _columns(schema: TableSchema) -> list[str]:
    """The table of columns, and the lists of values that are too long for it."""
    lines = ["", "| column | type | values | meaning |", "| --- | --- | --- | --- |"]
    long: dict[tuple[str, ...], list[str]] = {}
    open_lists: dict[tuple[str, ...], list[str]] = {}
    for path, field in _all_fields(schema.fields, ""):
        lines.append(
            f"| {_cell(path, field)} | {_type(field)} | {_values(field)} | {_escape(field.description)} |"
        )
        if len(field.constraints.enum) > SHORT_ENUM:
            long.setdefault(field.constraints.enum, []).append(path)
        if field.lexicon_values:
            open_lists.setdefault(field.lexicon_values, []).append(path)
    for values, paths in long.items():
        lines += ["", f"Values of {_names(paths)}: {_names(values)}."]
    for values, paths in open_lists.items():
        lines += ["", f"Values of {_names(paths)} in the packaged lexicon: {_names(values)}."]
    return lines


def _all_fields(fields: tuple[Field, ...], prefix: str) -> Iterator[tuple[str, Field]]:
    for field in fields:
        path = f"{prefix}{field.name}{'[]' if field.type == 'array' else ''}"
        yield path, field
        yield from _all_fields(field.fields, f"{path}.")


def _names(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _order(schema: TableSchema) -> str:
    if not schema.sort_key:
        return "as read"
    told = ["article as in articles" if name == "article_id" else f"`{name}`" for name in schema.sort_key]
    return ", ".join(told)


def _cell(path: str, field: Field) -> str:
    return f"`{path}`{' **!**' if field.constraints.required else ''}"


def _type(field: Field) -> str:
    if field.fields:
        return "list of structs" if field.type == "array" else "struct"
    if field.type == "array":
        return "list of strings"
    if field.type == "date" and field.format:
        return f"date, written {_DATE_FORMATS.get(field.format, field.format)}"
    return field.type if field.arrow_type in (None, "date32", "bool") else str(field.arrow_type)


def _values(field: Field) -> str:
    constraints = field.constraints if field.items is None else field.items
    if field.lexicon_values:
        return "the lexicon's, see below"
    return _escape(" ".join(_told(constraints)))


def _told(constraints: Constraints) -> Iterator[str]:
    if len(constraints.enum) > SHORT_ENUM:
        yield "see below"
    elif constraints.enum:
        yield ", ".join(f"`{value}`" for value in constraints.enum)
    if constraints.pattern:
        yield f"`{constraints.pattern}`"
    bounds = bounds_text(constraints.minimum, constraints.maximum)
    if bounds:
        yield bounds
    if constraints.unique:
        yield "unique"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(render())
