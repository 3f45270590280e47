"""The facts that coding one act with one dyad depends on."""

from __future__ import annotations

from collections.abc import Mapping

from eventcode.model import Act, Actor
from eventcode.ontologies.mapping import Facts
from eventcode.resolve.actor_classes import classes

# Topics of force between communities.
COMMUNAL = frozenset({"violence", "force", "mass"})


def facts(
    act: Act,
    source: Actor | None,
    target: Actor | None,
    topics: tuple[str, ...],
    words: Mapping[str, frozenset[str]],
) -> Facts:
    """What coding this act between these two depends on. ``topics`` as of the act lexicon (see topics_of); ``words``: its
    word lists, of which "several" and "things" are asked for."""
    many, things = words["several"], words["things"]
    doers = classes(source, many, things)
    communal = source is not None and source.ethnic is not None and topics[:1] and topics[0] in COMMUNAL
    if communal and "civilians" in doers and "private" not in doers:
        # "Fulani herders attacked a village": people of one group who use force are its militia.
        doers = doers - {"civilians", "community"} | {"identity", "nonstate", "armed"}
    return Facts(
        act=act.act,
        stance=act.stance,
        topics=topics,
        instrument=act.instrument,
        object=act.object,
        outcomes=act.outcomes,
        source=doers,
        target=classes(target, many, things),
    )
