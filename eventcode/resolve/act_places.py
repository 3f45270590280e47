"""Which of an article's places is the place of an act: by what the name hangs on in the sentence, else carried, else inferred."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eventcode.find.acts import ActMention
from eventcode.model import EventPlace, Place, PlaceLevel, Sentence
from eventcode.reading.tree import Tree, Word

# How exactly a level says where (ACLED geo_precision: 1 named town or site, 2 part of a region or near a town, 3 large region).
PRECISION = {"site": 1, "settlement": 1, "district": 1, "admin2": 2, "admin1": 3, "region": 3, "sea": 3}
RANK = {
    "site": 0,
    "settlement": 1,
    "district": 1,
    "admin2": 2,
    "admin1": 3,
    "region": 4,
    "sea": 4,
    "country": 5,
}
# Prepositions behind which a place is where something happens; "from" and "to" are journeys and origins.
WHERE = frozenset(
    [
        "in",
        "at",
        "near",
        "on",
        "outside",
        "inside",
        "around",
        "across",
        "over",
        "along",
        "throughout",
        "within",
        "off",
        "under",
        "above",
        "through",
        "of",
        "north",
        "south",
        "east",
        "west",
    ]
)
# How a place hangs on an act: up to here it says where; SIDE only where the doer is, OWNER only whom the target belongs to.
HERE, SIDE, OWNER = 1, 2, 3
JOURNEY = frozenset({"from", "to", "toward", "towards", "for", "with", "against", "by", "about", "between"})


def event_place(place: Place, basis: str = "stated") -> EventPlace:
    """A resolved name as the place of an event. A demonym is never one."""
    level: PlaceLevel = "country" if place.feature == "demonym" else place.feature
    precision = PRECISION.get(level)
    if precision == 1 and (place.relation != "at" or (level == "district" and place.point == "centroid")):
        precision = 2  # near a town, or a division of the third order
    return EventPlace(
        place.text, place.start, place.end, place.name, place.geonameid, level, place.relation, place.point, place.latitude, place.longitude,
        precision, place.country, place.admin1, place.admin1_code, place.admin2, "carried" if basis == "carried" else "stated",
    )  # fmt: skip


def country_place(iso3: str) -> EventPlace:
    """Nothing but the country is known, from an actor or the article."""
    return EventPlace(
        None,
        None,
        None,
        None,
        None,
        "country",
        "at",
        "centroid",
        None,
        None,
        None,
        iso3,
        None,
        None,
        None,
        "inferred",
    )


def attached(
    tree: Tree,
    sentence: Sentence,
    mention: ActMention,
    others: Sequence[ActMention],
    places: Sequence[Place],
    *,
    people: Collection[int] = (),
    culprits: Collection[str] = (),
    strikes: bool = True,
) -> list[Place]:
    """Places of this sentence that hang on the act or on who it was done to, the most exact of each container only.

    Args:
        people: tokens that are words for persons ("policeman").
        culprits: words for who is sought or tried for something done before ("suspect").
        strikes: whether a country that the act is done to is where it happens ("invaded", not "condemned").
    """
    found: list[tuple[int, Place]] = []
    struck: list[tuple[int, Place]] = []
    mine = {mention.head, *mention.tokens, *mention.anchors, *mention.verbs}
    targets = set(mention.targets) | set(mention.victims)
    elsewhere = {t for o in others if o is not mention for t in (o.head, *o.verbs)} - mine
    for place in places:
        if place.feature == "demonym":
            continue
        token = _token(tree, sentence, place)
        if token is None:
            continue
        owned = _before_noun(tree, token)
        if owned is not None and owned.lemma in culprits:
            continue
        if place.feature == "country" and token.i in targets:
            if strikes:
                struck.append((0, place))
            continue
        if place.feature != "country" and owned is not None and owned.i in people and owned.i in targets:
            found.append((OWNER, place))
            continue
        if token.i in mention.sources and _is_part_of(token, mention) and not targets:
            found.append((0, place))
            continue
        score = _hangs(
            token, mine, targets, set(mention.sources), elsewhere, country=place.feature == "country"
        )
        if score is not None:
            found.append((score, place))
    if all(score > HERE for score, _ in found):
        # "Chad fought Libya near Faya": a country is where it was struck only if nothing else says where.
        found += struck
    if not found:
        return []
    best = min(s for s, _ in found)
    return most_exact([p for s, p in found if s <= max(best, HERE)])


def names_culprit(tree: Tree, sentence: Sentence, place: Place, culprits: Collection[str]) -> bool:
    """Whether the place only tells whom ("the Paris suspect")."""
    token = _token(tree, sentence, place)
    owned = _before_noun(tree, token) if token is not None else None
    return owned is not None and owned.lemma in culprits


def _before_noun(tree: Tree, token: Word) -> Word | None:
    """The noun that a place's name stands before as a word of it: "a Mosul policeman"; also where the parser took both for
    objects."""
    if token.dep in ("compound", "nmod", "amod", "poss") and token.head.i > token.i:
        return token.head
    after = tree[token.i + 1] if token.i + 1 < len(tree) else None
    beside = after is not None and after.head is token.head and after.dep == token.dep
    return after if after is not None and beside and after.tag in ("NN", "NNS") else None


def _is_part_of(token: Word, mention: ActMention) -> bool:
    """ "The Paris attacks": a capital as a word of the happening is where it was, not a government."""
    return mention.nominal and token.dep == "compound" and token.head.i == mention.head


def _token(tree: Tree, sentence: Sentence, place: Place) -> Word | None:
    span = tree.covering(place.start - sentence.start, place.end - sentence.start)
    return tree.top(span) if span is not None else None


def _hangs(
    token: Word, mine: set[int], targets: set[int], sources: set[int], elsewhere: set[int], *, country: bool
) -> int | None:
    """0: on the act itself or its target; 1: on something between; SIDE: on its source; OWNER: a word before whom it was done
    to ("arrested the Paris suspect"); None: elsewhere or a journey."""
    current = token
    prep: str | None = None
    if token.i in targets:
        return 0
    if token.i in sources or token.i in mine:
        return None
    if token.dep in ("poss", "compound", "nmod", "amod", "npadvmod") and (country or token.head.i in sources):
        # "Iraq's army", "US-occupied": whose it is, not where it is.
        return None
    for _ in range(12):
        head = current.head
        if current.dep in ("prep", "agent"):
            prep = prep or current.lower
        if head is current:
            return None
        if head.i in mine:
            return 0 if prep is None or prep not in JOURNEY or head.i in targets else None
        if head.i in targets:
            return 0 if prep not in ("from", "to", "by") else None
        if head.i in sources:
            return SIDE if prep in WHERE else None
        if head.i in elsewhere:
            return None
        if prep in JOURNEY and prep not in ("between", "against"):
            return None
        current = head
    return None


def most_exact(places: Sequence[Place]) -> list[Place]:
    """Without countries and provinces that another place of the list lies in, and without those that the words put
    another one in ("Molenbeek, a district of Brussels"); duplicates once."""
    kept: list[Place] = []
    holders = {p.holder for p in places}
    for p in places:
        covered = (p.start, p.end) in holders or any(
            q is not p
            and RANK.get(q.feature, 9) < RANK.get(p.feature, 9)
            and p.country in (None, q.country)
            and (p.feature in ("country", "region") or q.admin1 == p.admin1 or p.admin1 is None)
            for q in places
        )
        same = any(k.name == p.name and k.country == p.country and k.feature == p.feature for k in kept)
        if not covered and not same:
            kept.append(p)
    return kept
