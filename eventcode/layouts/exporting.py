"""From a coded folder to a layout's file, with its descriptor beside it: the same folder gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventcode.errors import SchemaError, UsageError
from eventcode.layouts.model import PARQUET, CodedFolder, Layout
from eventcode.layouts.registry import LAYOUTS, layout
from eventcode.tables.schema import TABLES, TableSchema

if TYPE_CHECKING:
    import pyarrow as pa

LAYOUT_KEY = "layout"
ALL = "all"
"""Stands for every layout."""
_PACKED = ".gz"
GEOJSON, GEOPARQUET = "geojson", "geoparquet"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: rows of the file, and how many rows the table that it is made of has."""

    path: Path
    descriptor: Path
    rows: int
    source: str
    source_rows: int


def export(
    folder: Path, name: str, out: Path, table: str | None = None, *, replace: bool = False
) -> Exported:
    """Write a coded folder in a layout.

    Args:
        folder: that ``eventcode code`` wrote.
        name: of the layout.
        out: file to be written; its suffix tells the format where the layout has several. ``OUT.datapackage.json`` comes beside.
        table: of ours, where the layout takes any.
        replace: write over any file; else only over one that is as it was written by us.

    Raises:
        UsageError: there is no such layout, table or format, or a file that may not be written over.
        InputError: a table is missing, cannot be read, or was imported.
        SchemaError: a value that the layout cannot carry.
        OSError: the file cannot be written.
    """
    chosen = layout(name)
    if table is not None and table != chosen.source and not chosen.any_table:
        raise UsageError(f"--table {table}: layout {name} is made of {chosen.source} alone")
    form = file_format(chosen, out)
    _check_out(folder, out)
    from eventcode.tables import datapackage

    if not replace:
        datapackage.check_replaceable(out)
    coded = CodedFolder(folder, table or chosen.source)
    schema = chosen.file_schema(coded.table)
    made = _Rows(chosen, coded, schema)
    metadata = {**coded.metadata(), LAYOUT_KEY: name}
    _write(made, out, form, schema, metadata)
    from eventcode.tables.reading import row_count

    descriptor = datapackage.write_beside(
        out,
        datapackage.File(
            schema=schema,
            format=form,
            rows=made.number,
            layout=name,
            title=chosen.title,
            notice=chosen.notice,
            metadata=metadata,
        ),
    )
    source_rows = row_count(folder / f"{coded.table}.parquet")
    return Exported(out, descriptor, made.number, coded.table, source_rows)


class _Rows:
    """The rows of a layout's file: piece by piece where each is made of one row of ours, else all at once."""

    def __init__(self, chosen: Layout, coded: CodedFolder, schema: TableSchema) -> None:
        self._chosen = chosen
        self._coded = coded
        self._schema = schema
        self.number = 0

    def pieces(self) -> Iterator[pa.Table]:
        """Tables in the schema's types, at least one; afterwards ``number`` is how many rows they have. Raises as ``export``."""
        self.number = 0
        for folder in self._coded.pieces() if self._chosen.by_row else (self._coded,):
            made = fitted(self._chosen.export(folder), self._schema)
            self.number += made.num_rows
            yield made

    def whole(self) -> pa.Table:
        """All of them."""
        import pyarrow as pa

        return pa.concat_tables(self.pieces())


def export_all(
    folder: Path, out: Path, table: str | None = None, *, replace: bool = False
) -> Iterator[Exported]:
    """Write a coded folder in every layout and format, a file at a time: ``acled.csv``, ``incidents.dta`` and so on.

    Args:
        folder: that ``eventcode code`` wrote.
        out: folder for the files, made where it is missing.
        table: of ours, for the layouts that take any.
        replace: as of :func:`export`.

    Raises:
        UsageError: ``out`` is the coded folder, or a file, or a file in it may not be written over; then none has been written.
        InputError, SchemaError, OSError: as of :func:`export`; files that were written before stay, each of them whole.
    """
    if out.resolve() == folder.resolve():
        raise UsageError(f"--out {out}: is the coded folder itself; give another folder")
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: is a file; --layout {ALL} writes into a folder")
    files = list(files_of_all(out, table))
    if not replace:
        from eventcode.tables import datapackage

        for _, _, path in files:
            datapackage.check_replaceable(path)
    for name, _, path in files:
        # What was looked at is not looked at again: files of gigabytes are read for it.
        yield export(folder, name, path, table if LAYOUTS[name].any_table else None, replace=True)


def files_of_all(out: Path, table: str | None = None) -> Iterator[tuple[str, str, Path]]:
    """Layout, format and path of every file that :func:`export_all` writes."""
    for name, chosen in LAYOUTS.items():
        for form in chosen.formats:
            yield name, form, out / _file_name(chosen, form, table)


def _file_name(chosen: Layout, form: str, table: str | None) -> str:
    """The file of a layout among those of all: named after the layout, or after our table where the suffix tells the layout."""
    ours = table if table is not None and chosen.any_table else chosen.source
    stem = ours if chosen.any_table or chosen.name == GEOJSON else chosen.name
    return f"{stem}.{PARQUET if form == GEOPARQUET else form}"


def _check_out(folder: Path, out: Path) -> None:
    """Refuse a folder, and a file that a table or a descriptor of the coded folder lies in."""
    if out.is_dir():
        raise UsageError(f"--out {out}: is a folder; name a file")
    kept = {f"{table}.parquet" for table in TABLES} | {"datapackage.json"}
    if out.name in kept and out.parent.resolve() == folder.resolve():
        raise UsageError(f"--out {out}: is a file of the coded folder itself; give another name")


def file_format(chosen: Layout, out: Path) -> str:
    """The format that a file's suffix asks for; a layout of one format takes any suffix. Raises UsageError."""
    if len(chosen.formats) == 1:
        return chosen.formats[0]
    name = out.name.lower().removesuffix(_PACKED)
    suffix = name.rpartition(".")[2] if "." in name else ""
    if suffix in chosen.formats:
        return suffix
    suffixes = " or ".join(f".{form}" for form in chosen.formats)
    raise UsageError(
        f"--out {out.name}: layout {chosen.name} is written as {suffixes}; give the file such a suffix"
    )


def fitted(table: pa.Table, schema: TableSchema) -> pa.Table:
    """The table in the schema's own Arrow types.

    Raises:
        SchemaError: its columns are not the schema's in order, one is null where it may not be, or cannot hold a value.
    """
    import pyarrow as pa

    from eventcode.tables.parquet import arrow_type

    if tuple(table.column_names) != schema.names:
        raise SchemaError(f"layout {schema.name}: columns {table.column_names}, not those of its schema")
    made = []
    for column, values in zip(schema.fields, table.columns, strict=True):
        if column.constraints.required and values.null_count:
            raise SchemaError(f"layout {schema.name}: no value in {column.name}, which must have one")
        try:
            made.append(values.cast(arrow_type(column)))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SchemaError(
                f"layout {schema.name}: column {column.name} cannot hold a value: {error}"
            ) from error
    kinds = [
        pa.field(column.name, values.type, nullable=not column.constraints.required)
        for column, values in zip(schema.fields, made, strict=True)
    ]
    return pa.Table.from_arrays(made, schema=pa.schema(kinds))


def _write(rows: _Rows, out: Path, form: str, schema: TableSchema, metadata: Mapping[str, str]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    if form == "dta":
        from eventcode.layouts.stata import write_stata

        write_stata(rows.whole(), out, schema)
    elif form == GEOJSON:
        from eventcode.layouts.geo import write_geojson

        write_geojson(rows.pieces, out, schema, metadata)
    elif form == GEOPARQUET:
        from eventcode.layouts.geo import write_geoparquet

        write_geoparquet(rows.pieces, out, schema, metadata)
    elif form == PARQUET:
        from eventcode.layouts.files import write_pieces

        write_pieces(rows.pieces(), out, schema, metadata)
    else:
        from eventcode.tables.delimited import write_delimited_pieces

        write_delimited_pieces(rows.pieces(), out, schema)
