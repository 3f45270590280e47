"""Topics of a read act for the mapping files, worked out again from its name and stance (acts carry no topic column)."""

from __future__ import annotations

from eventcode.lexicon.entries import ActLexicon
from eventcode.model import Act

UNSPECIFIED = "unspecified"


def topics_of(act: Act, lexicon: ActLexicon) -> tuple[str, ...]:
    """The act's topic; under stop and ease also what it turns into; under an outer stance only the latter
    (the rule names both: "appeal/call for+air_strike/bomb" with the aspects between as "~stop")."""
    topic = lexicon.topics.get(act.act)
    if topic is None:
        return (UNSPECIFIED,)
    turned = lexicon.turns.get(topic)
    if act.stance in ("stop", "ease"):
        return (topic, turned) if turned else (topic,)
    if "~" in act.rule and turned:
        return (turned,)
    return (topic,)
