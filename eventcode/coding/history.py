"""What a report tells as history: acts of long ago beside its news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from eventcode.model import Act

# ACLED codes what a report brings as news; an anniversary or the background of a dispute is none.
LONG_AGO = timedelta(days=5 * 365)
_TOLD = frozenset({"stated", "relative", "carried"})


def told_as_history(acts: Sequence[Act], article_date: date | None) -> frozenset[str]:
    """Ids of the acts of one article that lie more than five years before it, where other sentences tell of newer ones or
    where the report itself says so ("twenty years ago").

    A report all of whose acts are old is no background to anything: it may have been published, or dated, late.
    """
    if article_date is None:
        return frozenset()
    bound = article_date - LONG_AGO
    old = [a for a in acts if a.date.basis in _TOLD and a.date.last is not None and a.date.last < bound]
    told_in = {(a.field, a.sentence) for a in old}
    newer = any((a.field, a.sentence) not in told_in for a in acts)
    return frozenset(a.act_id for a in old if newer or a.date.basis == "relative")
