"""The change log of a table of incidents against the one published before (docs/incidents.md)."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from eventcode.joining.ids import Naming, Previous

LOG = "incident_changes.jsonl"

Row = dict[str, Any]
# Lists, of which the log shows what came and what went.
_LISTS = ("act_ids", "article_ids")


def entry_of(new: Row, old: Row | None, split_from: str | None = None) -> Row | None:
    """What the log says of one row: added, changed, or nothing where all is as it was.

    Args:
        new: the row.
        old: the row of the same id in the earlier table; None where there is none.
        split_from: id of the earlier incident that its acts were in.
    """
    if old is None:
        return {"change": "added", "event_id_cnty": new["event_id_cnty"], "split_from": split_from}
    columns = {
        name: _difference(name, old[name], value) for name, value in new.items() if _differs(name, old, value)
    }
    return (
        {"change": "changed", "event_id_cnty": new["event_id_cnty"], "columns": columns} if columns else None
    )


def _differs(name: str, old: Mapping[str, Any], value: Any) -> bool:
    return name in old and old[name] != value


def _difference(name: str, old: Any, new: Any) -> Row:
    if name in _LISTS:
        return {"added": sorted({*new} - {*(old or ())}), "removed": sorted({*(old or ())} - {*new})}
    return {"old": _plain(old), "new": _plain(new)}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def ended(naming: Naming, previous: Previous, articles: AbstractSet[str]) -> Iterator[Row]:
    """Ids of the earlier table that are no more: merged into another, or withdrawn.

    Args:
        naming: what became of its rows.
        previous: that table.
        articles: ids of the articles read now. An incident none of whose articles was read is neither: nothing new is known of it.
    """
    for row in sorted(naming.merged, key=lambda r: previous.ids[r]):
        into = naming.ids[naming.merged[row]]
        yield {"change": "merged", "event_id_cnty": previous.ids[row], "into": into}
    told = previous.table.column("article_ids")
    for row in sorted(naming.gone, key=lambda r: previous.ids[r]):
        if not articles.isdisjoint(told[row].as_py() or ()):
            yield {"change": "withdrawn", "event_id_cnty": previous.ids[row]}


def write_log(folder: Path, changes: Sequence[Row] | None) -> None:
    """Write ``incident_changes.jsonl``, whole or not at all.

    Args:
        folder: where the tables lie.
        changes: its entries, an object a line; None where there was no earlier table: the log of an earlier run goes.
    """
    path = folder / LOG
    if changes is None:
        path.unlink(missing_ok=True)
        return
    handle, hidden = tempfile.mkstemp(prefix=".eventcode-", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(change, ensure_ascii=False) + "\n" for change in changes)
        Path(hidden).replace(path)
    except BaseException:
        Path(hidden).unlink(missing_ok=True)
        raise
