"""The codebook: every column of every table in Markdown, made from ``schemas/``.

``python -m eventcode.tables.codebook > docs/codebook.md`` writes it anew; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from eventcode.tables.rejected import rejected_schema
from eventcode.tables.schema import TABLES, Constraints, Field, TableSchema, bounds_text, load_schema

INTRODUCTION = """\
# Codebook

Made from `schemas/*.json`; edit those, then run `python -m eventcode.tables.codebook > docs/codebook.md`.

- **!** after a name: never null. Parts of a nested column stand below it, after a dot; `[]` marks a list.
- Codes are strings, so that `042` stays `042`.
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


def render() -> str:
    """The whole codebook in Markdown. Raises SchemaError where a schema cannot be used."""
    return "\n".join([INTRODUCTION, *(_table(load_schema(name)) for name in TABLES), _rejected()])


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
    lines += ["", "| column | type | values | meaning |", "| --- | --- | --- | --- |"]
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
    return "\n".join([*lines, ""])


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
