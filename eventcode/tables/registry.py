"""Which checks a table has: the one place that ties a schema's name to what is checked beyond its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from eventcode.tables.checks import ROW_CHECKS, check_act_rows, check_rank, check_unique
from eventcode.tables.checks_acled import ACLED
from eventcode.tables.checks_cameo import GDELT, ICEWS, PHOENIX
from eventcode.tables.checks_ged import GED
from eventcode.tables.checks_polecat import POLECAT
from eventcode.tables.schema import TABLES, TableSchema
from eventcode.tables.views import Check


@dataclass(frozen=True, slots=True)
class Checks:
    """``rows``: run on every batch of rows; ``whole``: on whole columns, with the names of those that they need."""

    rows: tuple[Check, ...] = ()
    whole: tuple[tuple[tuple[str, ...], Check], ...] = ()


_OURS = Checks(
    rows=ROW_CHECKS,
    whole=((("act_id", "act_rows"), check_act_rows), (("article_id", "rank"), check_rank)),
)
_CHECKS: Mapping[str, Checks] = MappingProxyType(
    {
        **dict.fromkeys(TABLES, _OURS),
        "acled": Checks(rows=ACLED),
        "gdelt1": Checks(rows=GDELT),
        "gdelt2": Checks(rows=GDELT),
        "ged": Checks(rows=GED),
        "icews": Checks(rows=ICEWS),
        "phoenix": Checks(rows=PHOENIX),
        "polecat": Checks(rows=POLECAT),
    }
)


def checks_of(schema: TableSchema) -> Checks:
    """Checks of a table: keys that must be unique, and what is registered for its name."""
    own = _CHECKS.get(schema.name, Checks())
    keys = [schema.primary_key, *((column.name,) for column in schema.fields if column.constraints.unique)]
    unique = [(key, partial(check_unique, keys=[key])) for key in dict.fromkeys(keys) if key]
    return Checks(own.rows, (*unique, *own.whole))
