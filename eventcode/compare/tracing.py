"""The mapping lines that decide about rows now: worked out once for each combination of what a code depends on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from eventcode.compare.coding import Coding
from eventcode.compare.mapping_lines import line_of
from eventcode.compare.pairs import Rows, looked_up
from eventcode.model import Act, Actor, DateValue, Toll
from eventcode.tables.views import mapped

ONTOLOGY_HASH = "ontology_sha256"
NO_LINE = "no mapping line"
_ACT = ("act", "rule", "stance")
_SIDE = ("code", "country", "roles", "type", "group", "text")
_NESTED = ("instrument", "object", "outcomes")


class Tracer:
    """Traces rows of events. ``overlay``: the lexicon folder that the new coding was made with."""

    def __init__(self, overlay: Path | None = None) -> None:
        from eventcode.lexicon.load import lexicon_folders, load_acts
        from eventcode.ontologies.mapping import load_ontologies

        self._overlay = overlay
        self._lexicon = load_acts(lexicon_folders(overlay))
        self._ontologies = load_ontologies(overlay)

    def lines(self, coding: Coding, rows: Rows, ontologies: Sequence[str], acts: pa.Table) -> pa.Array:
        """For each of these rows the line, "cameo.yaml:123", that decides about it in the ontology named beside it.

        Args:
            rows: of the coding's events.
            ontologies: name for each row.
            acts: the acts that the rows came from: ``act_id, instrument, object, outcomes`` (as JSON).
        """
        at = pa.array(rows)
        names = [*_ACT, *(f"{side}_{part}" for side in ("source", "target") for part in _SIDE)]
        columns = [pa.array(ontologies, pa.string())]
        columns += [coding.column(name).take(at) for name in names]
        ids = coding.column("act_id").take(at)
        for name in _NESTED:
            columns.append(
                looked_up([acts.column("act_id").combine_chunks()], acts.column(name).combine_chunks(), [ids])
            )
        return mapped(columns, self._line, pa.string())

    def _line(self, ontology: str, act: str, rule: str, stance: str, *rest: Any) -> str:
        from eventcode.coding.act_facts import facts
        from eventcode.coding.topics import topics_of

        size = len(_SIDE)
        source, target = _actor(rest[:size]), _actor(rest[size : 2 * size])
        instrument, thing, outcomes = rest[2 * size :]
        read = _act(act, rule, stance, instrument, thing, tuple(json.loads(outcomes or "[]")))
        known = facts(read, source, target, topics_of(read, self._lexicon), self._lexicon.words)
        found = self._ontologies[ontology].deciding(known) if ontology in self._ontologies else None
        if found is None:
            return f"{ontology}: {NO_LINE}"
        return line_of(self._overlay, ontology, *found) or f"{ontology}: {'.'.join(found[0])}"


def traceable(coding: Coding, overlay: Path | None) -> bool:
    """Whether the mapping files at hand are the ones that the coding was made with."""
    from eventcode.lexicon.load import lexicon_folders, version_hashes

    return coding.metadata.get(ONTOLOGY_HASH) == version_hashes(lexicon_folders(overlay))[ONTOLOGY_HASH]


def _actor(values: Sequence[Any]) -> Actor | None:
    if all(value is None for value in values):
        return None
    code, country, roles, kind, group, text = values
    parts = tuple(part for part in (roles or "").split(";") if part)
    return Actor(text or "", 0, 0, code=code, country=country, roles=parts, type=kind, group=group)


def _act(
    act: str, rule: str, stance: str, instrument: str | None, thing: str | None, outcomes: tuple[str, ...]
) -> Act:
    """An act with what coding looks at, and nothing else."""
    return Act(
        act_id="", article_id="", field="text", sentence=0, sentence_start=0, sentence_end=0,
        trigger_start=0, trigger_end=0, trigger_text="", trigger_lemma="", act=act, rule=rule, stance=stance,
        status="occurred", attribution="narrator", attributed_to_text=None, attributed_to_code=None,
        sources=(), targets=(), places=(), date=DateValue(None, None, "uncertain", "unknown", "carried"), instrument=instrument, object=thing,
        outcomes=outcomes, toll=Toll(),
    )  # fmt: skip
