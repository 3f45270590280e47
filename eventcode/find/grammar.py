"""Questions put to one sentence's dependency tree: who is the subject, what hangs on a preposition, what does it hang on.

Labels are those of spaCy's English models (ClearNLP style: nsubj, dobj, pobj, agent, acl, relcl, advcl ...).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from eventcode.reading.tree import Word

SUBJECTS = ("nsubj", "csubj", "expl")
PASSIVE_SUBJECTS = ("nsubjpass", "csubjpass")
OBJECTS = ("dobj", "obj", "attr", "oprd")
RELATIVE = frozenset({"who", "whom", "which", "that", "whose"})
_place = attrgetter("i")


def is_verbal(token: Word) -> bool:
    """Whether the token heads a clause."""
    return token.pos in ("VERB", "AUX") or token.tag.startswith("VB")


def children(token: Word, *deps: str) -> list[Word]:
    """Children with one of these labels, in text order."""
    return [c for c in token.children if c.dep in deps]


def is_infinitive(token: Word) -> bool:
    """ "to attack" """
    return any(c.dep == "aux" and c.lower == "to" for c in token.children)


def is_passive(verb: Word) -> bool:
    """Passive clause, or past participle that modifies a noun or a clause ("villages bombed by")."""
    labels = {c.dep for c in verb.children}
    if labels & {"nsubjpass", "auxpass", "csubjpass"} or (
        verb.tag in ("VBN", "VBD") and _headline_agent(verb)
    ):
        return True
    if verb.tag != "VBN":
        return False
    if verb.dep == "ROOT" and not labels & {"aux", "auxpass"} and _held(verb):
        return True
    if any(c.dep == "aux" and c.lemma == "have" for c in verb.children):
        return False
    if verb.dep in ("acl", "advcl", "amod", "oprd", "ccomp", "xcomp"):
        return not labels & {"nsubj", "dobj"} or "agent" in labels
    if verb.dep == "conj" and is_verbal(verb.head) and "nsubj" not in labels:
        return is_passive(verb.head) and "dobj" not in labels
    return "agent" in labels or (verb.dep == "ROOT" and not labels & {"nsubj", "dobj"})


def _held(verb: Word) -> bool:
    """ "Divers taken hostage": what they are taken is no object."""
    return any(
        c.dep in ("dobj", "oprd") and c.lower in ("hostage", "captive", "prisoner") for c in verb.children
    )


def _headline_agent(verb: Word) -> list[Word]:
    """ "Senator shot dead by gunmen": headlines leave the auxiliary out."""
    if (
        verb.dep != "ROOT"
        or verb.tag not in ("VBN", "VBD")
        or any(c.dep in ("dobj", "obj") for c in verb.children)
    ):
        return []
    return [
        x for c in verb.children if c.dep == "prep" and c.lower == "by" for x in _behind(c) if x.tag != "CD"
    ]


def governor(token: Word) -> tuple[Word, str] | None:
    """What the token hangs on and how: "obj", "subj", "clause", "compound", "poss", "advcl", "acl", "relcl", "appos",
    or the preposition between them in small letters. Conjuncts hang where their first sibling hangs."""
    dep, head = token.dep, token.head
    if dep == "ROOT" or head is token:
        return None
    if dep in OBJECTS or dep in PASSIVE_SUBJECTS:
        return head, "obj"
    if dep in SUBJECTS:
        return head, "subj"
    if dep in ("pobj", "pcomp"):
        prep = head
        word = "by" if prep.dep == "agent" else prep.lower
        while prep.head.pos in ("ADP", "SCONJ") and prep.dep in ("prep", "pcomp") and prep.head is not prep:
            prep = prep.head
        return (prep.head, word) if prep.head is not prep else None
    if dep in ("xcomp", "ccomp"):
        return head, "clause"
    if dep in ("advcl", "acl"):
        if is_infinitive(token) or any(
            c.dep == "mark" and c.lower in ("that", "for") for c in token.children
        ):
            return head, "clause"
        return head, dep
    if dep in ("compound", "nmod", "amod"):
        return head, "compound"
    if dep == "conj":
        return governor(head)
    if dep in ("relcl", "poss", "appos", "dative", "parataxis", "npadvmod"):
        return head, dep
    return None


def conjuncts(token: Word) -> list[Word]:
    """The token and everything coordinated with it below it, in text order."""
    out, todo = [token], [token]
    while todo:
        for c in todo.pop().children:
            if c.dep == "conj" and not is_verbal(c):
                out.append(c)
                todo.append(c)
    return sorted(out, key=_place) if len(out) > 1 else out


def prepositional(token: Word, word: str) -> list[Word]:
    """Nouns behind the preposition ``word`` on this token."""
    out: list[Word] = []
    for c in token.children:
        if c.dep in ("prep", "agent", "dative", "prt", "advmod") and c.lower == word:
            out += _behind(c)
        elif c.dep == "prep" and c.pos == "ADP":
            # "out of", "from inside": the last preposition counts.
            for inner in c.children:
                if inner.dep == "prep" and inner.lower == word:
                    out += _behind(inner)
    return out


def _behind(prep: Word) -> list[Word]:
    out = [c for c in prep.children if c.dep == "pobj"]
    # "on X and on Y"
    for c in prep.children:
        if c.dep == "conj" and c.pos == "ADP":
            out += [x for x in c.children if x.dep == "pobj"]
    return out


def antecedent(verb: Word) -> Word | None:
    """The noun that a relative clause or participle describes."""
    return verb.head if verb.dep in ("relcl", "acl") else None


def _relative(token: Word) -> bool:
    return token.lower in RELATIVE and token.tag in ("WDT", "WP", "WP$", "IN", "DT")


def subject(verb: Word, object_control: Callable[[Word], bool], depth: int = 0) -> Word | None:
    """The logical subject: of active and passive, relative, participial, controlled and coordinated verbs.

    ``object_control`` tells of a verb whether its object does what its infinitive says ("urged them to leave").
    """
    if depth > 6:
        return None
    if is_passive(verb):
        agents = [p for c in verb.children if c.dep == "agent" for p in _behind(c)] or _headline_agent(verb)
        return agents[0] if agents else None
    own = children(verb, "nsubj", "csubj")
    if own:
        s = own[0]
        if _relative(s) and verb.dep == "relcl":
            return verb.head
        return s
    return _inherited(verb, object_control, depth)


def surface_subject(verb: Word, object_control: Callable[[Word], bool], depth: int = 0) -> Word | None:
    """The subject as written (of a passive: who it was done to), inherited where the clause has none of its own."""
    own = children(verb, "nsubj", "nsubjpass", "csubj", "csubjpass")
    if own:
        s = own[0]
        return verb.head if _relative(s) and verb.dep == "relcl" else s
    return _inherited(verb, object_control, depth)


def _inherited(verb: Word, object_control: Callable[[Word], bool], depth: int) -> Word | None:
    head = verb.head
    if verb.dep == "conj" and is_verbal(head):
        return surface_subject(head, object_control, depth + 1)
    if verb.dep in ("xcomp", "ccomp", "advcl") and head is not verb:
        if not is_verbal(head):
            if head.dep in ("acomp", "attr", "oprd") and is_verbal(head.head):
                return surface_subject(head.head, object_control, depth + 1)
            if verb.dep == "xcomp":
                return surface_subject(head, object_control, depth + 1) if head.pos == "ADJ" else None
            return None
        if verb.dep != "advcl" or is_infinitive(verb):
            objects = children(head, "dobj", "obj", "nsubjpass")
            if objects and object_control(head):
                return objects[0]
        return surface_subject(head, object_control, depth + 1)
    if verb.dep == "acl":
        if is_infinitive(verb):
            # "its plan to attack": who has the plan.
            return noun_owner(head, object_control, depth + 1)
        # A past participle with an object of its own is a main verb that the parser took for a modifier.
        return head if verb.tag == "VBG" or children(verb, "dobj", "obj") else None
    if verb.dep == "relcl":
        # "the man they arrested": no subject of its own means that the antecedent is the subject.
        return head
    if verb.dep == "pcomp":
        gov = governor(verb)
        if gov is None:
            return None
        if is_verbal(gov[0]):
            objects = children(gov[0], "dobj", "obj", "nsubjpass")
            if objects and (
                (gov[1] in OF_THE_OBJECT and objects[0].tag in PLURAL_OR_NAME)
                or (object_control(gov[0]) and gov[1] not in ("by", "in", "after", "before", "without"))
            ):
                return objects[0]
            return surface_subject(gov[0], object_control, depth + 1)
        if gov[0].pos == "ADJ":
            verb = gov[0].head
            if not is_verbal(verb):
                return None
            # "found them guilty of": whom the adjective describes
            small = children(gov[0], "nsubj") or (children(verb, "dobj") if gov[0].dep == "oprd" else [])
            return small[0] if small else surface_subject(verb, object_control, depth + 1)
        outer = governor(gov[0])
        if outer is not None and outer[1] in ("obj", "subj") and object_control(outer[0]):
            # "convicted two officers of torturing", parsed as "officers of torturing"
            return gov[0]
        return noun_owner(gov[0], object_control, depth + 1)
    return None


# "blamed the army for shelling", "kept them from voting": who is the object does what the gerund says.
OF_THE_OBJECT = frozenset({"of", "for", "over", "from"})
# Things, which do nothing ("used the truce for attacking"), are mostly one.
PLURAL_OR_NAME = frozenset({"NNS", "NNP", "NNPS", "PRP"})


def noun_owner(noun: Word, object_control: Callable[[Word], bool], depth: int = 0) -> Word | None:
    """Whose plan, threat or demand a noun is: possessive, "by", or the subject of the verb that has it as object."""
    own = children(noun, "poss")
    if own and own[0].lower not in RELATIVE:
        return own[0]
    by = prepositional(noun, "by")
    if by:
        return by[0]
    gov = governor(noun)
    if gov and gov[1] == "obj" and is_verbal(gov[0]) and not is_passive(gov[0]) and depth < 6:
        return subject(gov[0], object_control, depth + 1)
    if gov and gov[1] not in ("subj", "compound") and is_verbal(gov[0]) and depth < 6:
        return surface_subject(gov[0], object_control, depth + 1)
    return None


def objects(verb: Word) -> list[Word]:
    """What it is done to: direct objects of the active, subject or described noun of the passive."""
    if is_passive(verb):
        own = children(verb, "nsubjpass", "csubjpass")
        if own:
            return [verb.head] if _relative(own[0]) and verb.dep == "relcl" else own[:1]
        if verb.dep in ("acl", "relcl"):
            return [verb.head]
        if verb.dep == "conj" and is_verbal(verb.head):
            return objects(verb.head) if is_passive(verb.head) else []
        if verb.dep in ("xcomp", "ccomp", "oprd", "advcl") and is_verbal(verb.head):
            found = children(verb, "nsubj") or children(verb.head, "dobj", "nsubjpass")
            if found:
                return found[:1]
            s = surface_subject(verb.head, lambda _: False)
            return [s] if s is not None else []
        if verb.dep == "pcomp" and (gov := governor(verb)) is not None and is_verbal(gov[0]):
            # "withdrew after being shelled": who withdrew
            s = surface_subject(gov[0], lambda _: False)
            return [s] if s is not None else []
        return children(verb, "nsubj")[:1]
    # "held the crew hostage": the crew is the subject of a small clause.
    small = [x for c in verb.children if c.dep == "ccomp" and not is_verbal(c) for x in children(c, "nsubj")]
    own = small or [c for c in verb.children if c.dep in ("dobj", "obj") and not _relative(c)]
    if own:
        return own
    if verb.dep == "relcl" and any(c.dep in ("nsubj",) and not _relative(c) for c in verb.children):
        gap = not any(c.dep in ("dobj", "obj") and not _relative(c) for c in verb.children)
        where = any(c.lower in ("where", "when", "why", "how") for c in verb.children)
        if gap and not where:
            return [verb.head]
    # "attacked and killed X": the object of the last verb belongs to both.
    for c in verb.children:
        if c.dep == "conj" and is_verbal(c) and not children(c, "nsubj", "nsubjpass"):
            shared = [x for x in c.children if x.dep in ("dobj", "obj")]
            if (
                shared
                and shared[0].i > c.i
                and not any(x.dep in ("prep",) and x.i < c.i for x in verb.children)
            ):
                return shared
    return []


CLAUSE_DEPS = frozenset({"relcl", "advcl", "ccomp", "parataxis"})


def noun_phrase(token: Word) -> tuple[int, int]:
    """Word span [start, end) of the noun phrase headed by ``token``: its modifiers on the left, its "of", "in", "from" ...
    phrases on the right; without relative clauses, appositions, parentheses and coordinated phrases."""
    left = token.i
    for c in token.lefts:
        if c.dep in (
            "det",
            "amod",
            "compound",
            "nummod",
            "poss",
            "nmod",
            "quantmod",
            "predet",
            "advmod",
            "npadvmod",
            "punct",
            "neg",
            "acl",
        ):
            edge = c.left_edge
            if c.dep == "punct" and c.text in (",", ";", ":", "—", "–", "(", "-"):
                continue
            left = min(left, edge)
    right = token.i + 1
    for c in token.rights:
        if c.dep in ("case",) or (c.dep == "prep" and c.i == right):
            right = max(right, _prep_end(c))
        elif c.dep == "appos" and c.i == right and c.pos == "PROPN":
            right = max(
                right, c.right_edge + 1 if not any(g.dep in CLAUSE_DEPS for g in c.subtree) else c.i + 1
            )
        elif c.dep in ("nummod",) and c.i == right:
            right = c.i + 1
        else:
            break
    start = left
    while start < token.i and token.tree[start].text in ('"', "“", "‘", "'", "''", "``", ",", "-"):
        start += 1
    return start, right


def _prep_end(prep: Word) -> int:
    """End of a prepositional phrase, cut before clauses and commas inside it."""
    end = prep.i + 1
    for t in prep.tree[prep.i + 1 : prep.right_edge + 1]:
        if t.text in (",", ";", ":", "—", "–", "(", ")", '"', "”") or (
            t.dep in ("relcl", "advcl", "acl", "cc") and t.head.dep == "pobj"
        ):
            break
        if t.tag in ("WDT", "WP", "WRB") or (t.dep == "acl"):
            break
        end = t.i + 1
    while end > prep.i + 1 and prep.tree[end - 1].pos in ("ADP", "CCONJ", "DET", "PUNCT"):
        end -= 1
    return end if end > prep.i + 1 else prep.i


def clause_tokens(head: Word) -> Iterator[Word]:
    """The tokens of a clause or noun phrase without the clauses nested in it."""
    yield head
    for c in head.children:
        if c.dep in ("relcl", "advcl", "ccomp", "parataxis", "acl") or (
            c.dep in ("conj", "xcomp") and is_verbal(c)
        ):
            continue
        yield from clause_tokens(c)
