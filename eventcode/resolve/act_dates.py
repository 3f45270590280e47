"""The day of an act: the date expression that hangs on it, else the day carried from the act before, else the publication date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from eventcode.find.acts import VIOLENT, ActMention
from eventcode.find.date_meaning import CalendarDate, Days, Decade, Distance, Known, Tense
from eventcode.find.dates import DateMention, find_dates
from eventcode.find.grammar import is_infinitive, is_verbal
from eventcode.model import DateValue
from eventcode.reading.tree import Tree, Word
from eventcode.values import replace

# Stances about what is still to be done.
AHEAD = frozenset(
    {
        "consider",
        "intend",
        "agree",
        "promise",
        "offer",
        "appeal",
        "demand",
        "threaten",
        "refuse",
        "allow",
        "could",
    }
)
NOT_YET = frozenset({"future", "hypothetical"})
MODALS = ("future", "possible", "conditional", "obligation")
# Steps that a date counted from another act is put behind one that stands by itself; fewer than a main clause is away.
COUNTED = 8
# "killed in the 1989 crackdown": whoever suffers in a happening suffers when it happens.
INSIDE = frozenset({"in", "during", "amid", "throughout"})
# Openings of a clause from whose act another one's day may be counted.
COUNTED_FROM = frozenset({"after", "before"})
# Of the act itself, before it is known whether its day is still to come.
TOLD = frozenset({"occurred", "ongoing", "habitual"})


def publication(day: date | None) -> DateValue:
    """For want of another date, the day of publication."""
    if day is None:
        return DateValue(None, None, "uncertain", "unknown", "publication")
    return DateValue(day, day, "uncertain", "day", "publication")


def act_date(
    tree: Tree,
    mention: ActMention,
    others: Sequence[ActMention],
    dates: Sequence[DateMention],
    day: date | None,
    last: date | None,
    words: Mapping[str, frozenset[str]],
) -> DateValue | None:
    """The date stated for the act in its own sentence, or None.

    ``last``: day of the act told before; ``words``: word classes of the grammar ("before", "memory").
    """
    mine = {mention.head, *mention.anchors, *mention.verbs}
    elsewhere = {t for o in others if o is not mention for t in (o.head, *o.verbs)} - mine
    best: tuple[int, DateMention, Word] | None = None
    for d in dates:
        span = tree.covering(d.start, d.end)
        if span is None or (isinstance(d.expression, Known) and not d.expression.over(day)):
            continue
        top = tree.top(span)
        if d.reference == "act" and _opens_clause(tree[span[-1]]):
            continue  # it tells how far the act of the clause lies from another, see _counted_back
        if isinstance(d.expression, Known) and not _in_known(top, mention):
            continue
        distance = _distance(top, _names_only(d, top), mention, mine, elsewhere)
        if distance is not None and d.reference == "act":
            # "freed on Monday, two days after his arrest": what counts from another act dates that one first.
            distance += COUNTED
        if distance is not None and (best is None or distance < best[0]):
            best = (distance, d, top)
    if best is not None:
        # "two days later" counts from the act told before, everything else from the day of publication.
        anchor = last if best[1].reference == "act" and last is not None else day
        return best[1].resolve(anchor, _tense(best[2], mention, words))
    back = _counted_back(tree, mention, others, dates, day, last, words)
    if back is not None:
        return back
    if _is_background(tree[mention.head], mention, words):
        return DateValue(None, day, "uncertain", "unknown", "relative")
    return None


def lies_ahead(tree: Tree, mention: ActMention, stated: DateValue | None, day: date | None) -> bool:
    """Whether an act told in the present is still to come by its date: "visits Ankara tomorrow"."""
    if mention.stance != "do" or mention.status not in TOLD:
        return False
    if day is None or stated is None or stated.first is None or stated.first <= day:
        return False
    verbs = [tree[i] for i in sorted({mention.head, *mention.verbs}) if is_verbal(tree[i])]
    return any(_is_present(v) for v in verbs) and not any(v.tag == "VBD" for v in verbs)


def _counted_back(
    tree: Tree,
    mention: ActMention,
    others: Sequence[ActMention],
    dates: Sequence[DateMention],
    day: date | None,
    last: date | None,
    words: Mapping[str, frozenset[str]],
) -> DateValue | None:
    """The day of an act from which another is counted: "shot six on Monday, a week after a bomb killed nine"."""
    for i in sorted({mention.head, *mention.verbs}):
        mark = next((c for c in tree[i].children if _opens_clause(c)), None)
        told = next((c for c in tree[i].children if c.dep == "npadvmod" and mark and c.i < mark.i), None)
        if mark is None or told is None:
            continue
        found = find_dates(tree.part(told.left_edge, mark.i + 1))
        turned = _turned(found[0]) if len(found) == 1 else None
        if turned is None:
            continue
        main = next((o for o in others if tree[i].head.i in (o.head, *o.verbs)), None)
        rest = [o for o in others if o is not main]
        start = act_date(tree, main, rest, dates, day, last, words) if main is not None else None
        known = start is not None and start.first is not None and start.first == start.last
        return turned.resolve(start.first if start is not None and known else day, "past")
    return None


def _opens_clause(token: Word) -> bool:
    return token.dep == "mark" and token.lower in COUNTED_FROM and token.head.dep == "advcl"


def _turned(count: DateMention) -> DateMention | None:
    """The count seen from its other end: what is two days after a blast, the blast lies two days before."""
    meant = count.expression
    if count.reference != "act":
        return None
    if isinstance(meant, Distance):
        return replace(count, expression=replace(meant, sign=-meant.sign))
    if isinstance(meant, Days):
        return replace(count, expression=Days(-meant.last, -meant.first))
    return None


def _in_known(top: Word, mention: ActMention) -> bool:
    """Whether the act is the known happening or a part of it: "invaded Kuwait", "killed in the Gulf War"; not "condemned the
    invasion of Kuwait", "marched against", "a World War II bomb"."""
    if mention.stance != "do":
        return False
    return top.i == mention.head or (top.dep == "pobj" and top.head.lower in INSIDE)


def _names_only(d: DateMention, top: Word) -> bool:
    """Whether the date says which one is meant ("the 2015 accord") and not when something is done about it."""
    yearly = isinstance(d.expression, Decade | Known) or (
        isinstance(d.expression, CalendarDate) and d.expression.precision == "year"
    )
    return yearly and top.dep in ("nummod", "compound", "amod", "nmod", "poss") and top.i < top.head.i


def _distance(
    token: Word, names: bool, mention: ActMention, mine: set[int], elsewhere: set[int]
) -> int | None:
    """How many steps up the tree the date is from the act; None where it belongs to something else.

    ``names``: the date is a part of the name of the noun that it stands before.
    """
    current = token
    for steps in range(12):
        if current.i in mine:
            return steps
        shared = steps and _shares(current, mention, mine)
        if shared:
            return steps + shared
        if steps and any(c.i in mine and _when(c) for c in current.children):
            return steps + 1  # "the war that broke out in 1972 when rebels took up arms"
        if current.i in elsewhere and steps:
            return None
        head = current.head
        if names and steps == 1:
            return None
        if head is current:
            # The date hangs on the main clause; acts below it by "that", "where" and the like share its day.
            below = any(_under(token.tree[m], current) for m in mine)
            return 10 + steps if below and current.i not in elsewhere else None
        current = head
    return None


def _when(verb: Word) -> bool:
    return verb.dep == "advcl" and any(c.lower == "when" for c in verb.children)


def _shares(noun: Word, mention: ActMention, mine: set[int]) -> int:
    """Steps from a dated happening to an act that is a part of it: "the 2012 attack in which gunmen shot a girl",
    "those shot in the 1989 crackdown"; 0 where the act is none."""
    if noun.pos not in ("NOUN", "PROPN"):
        return 0
    told = {c.i for c in noun.children if c.dep in ("relcl", "acl") and c.i > noun.i}
    if told & mine:
        return 1
    harms = mention.harm or mention.topics[0] in VIOLENT
    inside = noun.dep == "pobj" and noun.head.lower in INSIDE and noun.head.head.i in mine
    return 2 if harms and inside else 0


def _tense(token: Word, mention: ActMention, words: Mapping[str, frozenset[str]]) -> Tense:
    """Whether a date on this word looks back or ahead: by the verb above it, else by the stance and status of the act."""
    ahead = mention.stance in AHEAD or mention.status in NOT_YET
    if token.dep == "pobj" and token.head.lower == "for":
        # "banned a march planned for Saturday"
        return "future"
    current = token
    for _ in range(12):
        if ahead and current.dep == "prep" and current.lower == "by":
            # "must leave by Friday"
            return "future"
        if is_verbal(current) and current.pos in ("VERB", "AUX"):
            return _tense_of(current, ahead, words)
        if ahead and current.i in mention.inner and current.i != mention.head:
            return "future"
        if current.head is current:
            break
        current = current.head
    return "future" if ahead else "past"


def _tense_of(verb: Word, ahead: bool, words: Mapping[str, frozenset[str]]) -> Tense:
    helpers = [c for c in verb.children if c.dep in ("aux", "auxpass") and c.i < verb.i]
    if any(c.lemma == "have" for c in helpers):
        return "past"
    if any(c.lower in words[kind] for c in helpers for kind in MODALS):
        return "future"
    if verb.dep == "conj" and is_verbal(verb.head) and not helpers and verb.tag == "VB":
        return _tense_of(verb.head, ahead, words)
    if is_infinitive(verb) or (verb.tag == "VB" and not helpers):
        return "future" if ahead else "past"
    if verb.tag == "VBD" or any(c.tag == "VBD" for c in helpers):
        return "past"
    # "strikes are planned on Friday", "the leaders meet on Friday"
    return "future" if ahead and verb.tag in ("VBN", "VBZ", "VBP", "VBG") and _is_present(verb) else "past"


def _is_present(verb: Word) -> bool:
    helpers = [c for c in verb.children if c.dep in ("aux", "auxpass")]
    return verb.tag in ("VBZ", "VBP") or any(c.tag in ("VBZ", "VBP") for c in helpers)


def _under(token: Word, root: Word) -> bool:
    current = token
    for _ in range(6):
        if current.i == root.i:
            return True
        if current.dep not in (
            "ccomp",
            "xcomp",
            "conj",
            "dobj",
            "pobj",
            "nsubj",
            "nsubjpass",
            "prep",
            "pcomp",
            "advcl",
            "attr",
            "compound",
        ):
            return False
        current = current.head
    return False


def _is_background(head: Word, mention: ActMention, words: Mapping[str, frozenset[str]]) -> bool:
    if not mention.nominal:
        return False
    for t in (head, *(head.tree[i] for i in mention.tokens)):
        if t.dep in ("pobj", "pcomp", "dobj") and t.head.lower in words["before"]:
            return True
        # "the anniversary of the killing"
        if t.dep == "pobj" and t.head.head.lemma in words["memory"]:
            return True
    return False


def carried(value: DateValue) -> DateValue:
    """The same day for the next act of the story."""
    return replace(value, basis="carried")
