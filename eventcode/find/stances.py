"""What is said *about* an act in its sentence: the chain of stances above it, negation, modality, and who reports it."""

from __future__ import annotations

from dataclasses import dataclass

from eventcode.find.grammar import children, governor, is_infinitive, is_passive, is_verbal
from eventcode.find.triggers import fits, match_stance
from eventcode.lexicon.entries import ActLexicon, Stance, StanceTrigger
from eventcode.reading.tree import Word
from eventcode.values import quick

REFLEXIVE = frozenset({"itself", "himself", "herself", "themselves"})
# The stance of who says that another did it, as a wrong.
ACCUSE = "accuse"
# Where an act hangs on a stance as a clause with "to" alone.
INFINITIVE = "infinitive"


@quick
@dataclass(frozen=True, slots=True)
class Link:
    """One step of the chain: the stance's word, its lexicon line, the tokens it takes up, and how the act hangs on it."""

    stance: Stance
    trigger: StanceTrigger
    token: Word
    tokens: frozenset[int]
    link: str


@dataclass(frozen=True, slots=True)
class LightVerb:
    """Such as "carried out a raid" (subject does it) or "came under attack" (``reverse``: subject suffers it)."""

    token: Word
    tokens: frozenset[int]
    reverse: bool


@quick
@dataclass(frozen=True, slots=True)
class Chain:
    """Everything above an act. ``links`` from the innermost outwards; ``verb`` is the clause the act itself fills:
    its own verb, its light verb, or the verb it is the subject of."""

    links: tuple[Link, ...]
    light: LightVerb | None
    verb: Word


def find_stance(
    head: Word,
    link: str,
    taken: frozenset[int],
    lexicon: ActLexicon,
    *,
    bare: bool = False,
    infinitive: bool = False,
) -> tuple[StanceTrigger, frozenset[int]] | None:
    """The stance whose words stand at this head with an act hanging on it in this way, the longest pattern first."""
    triggers = lexicon.stance_triggers.get(head.lemma, ())
    if bare:
        # "insisted that they leave": the bare verb asks for something, it does not report it.
        triggers = tuple(t for t in triggers if t.kind == "communicative") or triggers
    if infinitive:
        # "told them to leave" asks, "told them that" reports.
        triggers = tuple(sorted(triggers, key=lambda t: INFINITIVE not in t.links))
    for trigger in triggers:
        if link not in trigger.links and not (infinitive and INFINITIVE in trigger.links):
            continue
        # Stance verbs must be verbs, stance nouns nouns: "report" as a noun does not take an object.
        if link == "obj" and not is_verbal(head):
            continue
        tokens = match_stance(trigger, head)
        if tokens is not None and not tokens & taken:
            return trigger, tokens
    return None


def _is_subjunctive(verb: Word) -> bool:
    """ "leave" of "insisted that it leave": no auxiliary, and no ending behind a singular subject."""
    if any(c.dep in ("aux", "auxpass") for c in verb.children):
        return False
    return verb.tag == "VB" or (
        verb.tag == "VBP"
        and verb.lemma != "be"
        and any(c.dep == "nsubj" and c.tag in ("NN", "NNP") for c in verb.children)
        and not any(g.dep == "conj" for c in verb.children if c.dep == "nsubj" for g in c.children)
    )


def _through_object(
    head: Word, link: str, taken: frozenset[int], lexicon: ActLexicon
) -> tuple[StanceTrigger, frozenset[int]] | None:
    """ "claimed responsibility for", "expressed concern over": the act hangs on the object that belongs to the stance's words."""
    if head.dep not in ("dobj", "nsubjpass", "obj") or not is_verbal(head.head):
        return None
    for trigger in lexicon.stance_triggers.get(head.head.lemma, ()):
        if link in trigger.links and len(trigger.pattern) > 1:
            tokens = match_stance(trigger, head.head)
            if tokens is not None and head.i in tokens and not tokens & taken:
                return trigger, tokens
    return None


def _through_addressee(
    noun: Word, link: str, taken: frozenset[int], lexicon: ActLexicon
) -> tuple[tuple[StanceTrigger, frozenset[int]], Word] | None:
    """ "accused the soldiers of looting", "asked the rebels to leave", parsed as if it hung on the soldiers or rebels."""
    gov = governor(noun)
    if gov is None or not is_verbal(gov[0]):
        return None
    for trigger in lexicon.stance_triggers.get(gov[0].lemma, ()):
        if trigger.kind == "communicative" and link in trigger.links and gov[1] in trigger.addressee:
            tokens = match_stance(trigger, gov[0])
            if tokens is not None and not tokens & taken:
                return (trigger, tokens), gov[0]
    return None


def _light(head: Word, link: str, lexicon: ActLexicon) -> LightVerb | None:
    for table, reverse in ((lexicon.light, False), (lexicon.reverse, True)):
        for rest in table.get(head.lemma, ()):
            taken = {head.i}
            preps = [w for w in rest if w == link]
            ok = True
            for word in rest:
                if word == link:
                    continue
                hit = next(
                    (
                        t
                        for t in (*head.children, *(g for c in head.children for g in c.children))
                        if fits(t, frozenset([word]))
                    ),
                    None,
                )
                if hit is None:
                    ok = False
                    break
                taken.add(hit.i)
            if ok and (preps or link == "obj" or (rest and link in rest)):
                return LightVerb(head, frozenset(taken), reverse)
    return None


def _whole_verb(
    head: Word, link: str, taken: frozenset[int], lexicon: ActLexicon
) -> tuple[StanceTrigger, frozenset[int]] | None:
    """ "Holds them responsible for the attack": the verb's stance, of which the adjective is a part."""
    if head.pos != "ADJ" or not is_verbal(head.head):
        return None
    found = find_stance(head.head, link, taken, lexicon)
    return found if found is not None and head.i in found[1] else None


def climb(token: Word, taken: frozenset[int], lexicon: ActLexicon) -> Chain:
    """Walk from an act's trigger to what governs it, as long as that is a stance, a light verb or a noun of quantity."""
    links: list[Link] = []
    light: LightVerb | None = None
    verb = token
    current = token
    nominal = not is_verbal(token)
    for _ in range(14):
        gov = governor(current)
        if gov is None:
            break
        head, link = gov
        if head.i in taken:
            current = head
            continue
        bare = link == "clause" and _is_subjunctive(current)
        infinitive = link == "clause" and is_infinitive(current)
        found = find_stance(head, link, taken, lexicon, bare=bare, infinitive=infinitive)
        if found is not None and _names_itself(head, found[0]):
            break
        reports = found is not None and link == "clause" and found[0].stance != ACCUSE
        if found is not None and reports and told_as_done(current, head, lexicon):
            links.append(Link(lexicon.stances["say"], found[0], head, found[1], link))
            break
        whole = _whole_verb(head, link, taken, lexicon)
        if whole is not None:
            found, head = whole, head.head
        if found is None and not is_verbal(head):
            addressed = _through_addressee(head, link, taken, lexicon)
            if addressed is not None:
                found, head = addressed
        # "rejected claims that": the longer pattern says more than the noun in it.
        reported = found is not None and found[0].kind != "communicative"
        single = found is not None and len(found[0].pattern) == 1
        through = _through_object(head, link, taken, lexicon) if found is None or reported or single else None
        if through is not None:
            found, head = through, head.head
        light_verb = (
            _light(head, link, lexicon)
            if nominal and not links and light is None and is_verbal(head)
            else None
        )
        if light_verb is not None and (
            found is None or lexicon.stances[found[0].stance].kind == "plain" or light_verb.reverse
        ):
            light = light_verb
            verb = head
            current = head
            nominal = False
            continue
        if found is not None:
            trigger, tokens = found
            links.append(Link(lexicon.stances[trigger.stance], trigger, head, tokens, link))
            current = head
            nominal = not is_verbal(head)
            if trigger.stance == "say":
                break
            continue
        if nominal and link in ("of", "in") and head.lemma in lexicon.words["transparent"]:
            current = head
            continue
        # "to set up a committee for the withdrawal": the committee is a means, its purpose is what is planned.
        if nominal and link in ("for", "on", "of") and head.lemma in lexicon.words["vehicle"]:
            current = head
            continue
        vehicle = head.lemma in lexicon.words["vehicle_verb"]
        if (
            nominal
            and vehicle
            and link == "for"
            and any(c.lemma in lexicon.words["vehicle"] for c in children(head, "dobj", "nsubjpass"))
        ):
            current = head
            nominal = False
            continue
        if nominal and link == "obj" and vehicle and current.lemma in lexicon.words["vehicle"]:
            current = head
            nominal = False
            continue
        # A stance noun is held by a light verb ("issued a threat", "made an offer"): go on above it.
        if links and nominal and link == "obj" and is_verbal(head) and not light:
            break
        if links and link == "clause" and head.pos == "AUX":
            current = head
            continue
        if not links and nominal and link in ("subj", "obj") and is_verbal(head) and light is None:
            verb = head
            break
        break
    return Chain(tuple(links), light, verb)


def _names_itself(head: Word, trigger: StanceTrigger) -> bool:
    """ "Rebels calling themselves the Front have seized": no call on anybody."""
    named = children(head, "dobj", "nsubj")
    return trigger.stance == "appeal" and head.lemma == "call" and any(c.lower in REFLEXIVE for c in named)


def told_as_done(clause: Word, head: Word, lexicon: ActLexicon) -> bool:
    """ "They seized the town, an official warned", "warned that they had seized it": told as done, it is reported."""
    if head.lemma not in lexicon.words["told_behind" if head.i > clause.i else "told_as_done"]:
        return False
    past = clause.tag == "VBD" or any(c.dep in ("aux", "auxpass") and c.tag == "VBD" for c in clause.children)
    done = past or any(c.dep == "aux" and c.lemma == "have" for c in clause.children)
    return done and modal(clause, lexicon) is None


def reporter(token: Word, lexicon: ActLexicon) -> Word | None:
    """The verb or noun of saying above an act ("police said that ..."), through the clauses between, or None."""
    current = token
    for _ in range(14):
        gov = governor(current)
        if gov is None:
            return None
        head, link = gov
        for trigger in lexicon.stance_triggers.get(head.lemma, ()):
            if link != "clause" or match_stance(trigger, head) is None:
                continue
            if trigger.stance == "say" or told_as_done(current, head, lexicon):
                return head
        current = head
    return None


def according_to(token: Word) -> Word | None:
    """X of "according to X" on any clause above the token."""
    current = token
    for _ in range(14):
        for c in current.children:
            if c.lower == "according":
                for p in c.children:
                    for x in p.children:
                        if x.dep == "pobj":
                            return x
        if current.head is current:
            return None
        current = current.head
    return None


def is_negated(token: Word, lexicon: ActLexicon, own: frozenset[int] = frozenset()) -> bool:
    """ "did not", "never", "no troops", "neither side" on this clause or noun phrase. ``own``: words that belong to the act's
    pattern ("never exploded")."""
    negation = lexicon.words["negation"]
    for c in token.children:
        if _compares(c, lexicon):
            continue
        beside = c.dep in ("det", "preconj", "advmod", "cc") and c.lower in negation and c.i < token.i
        if (c.dep == "neg" or beside) and c.i not in own:
            return True
        if c.dep in ("nsubj", "nsubjpass") or (c.dep == "dobj" and is_verbal(token)):
            if c.lower in ("nobody", "none", "nothing", "neither") and c.i < token.i:
                return True
            if any(
                g.dep in ("det", "preconj", "cc")
                and g.i < c.i
                and g.lower in ("no", "neither", "nor")
                and not _compares(g, lexicon)
                for g in c.children
            ):
                return True
    if token.dep == "pcomp" and token.head.lower in lexicon.words["absent"]:
        return token.head.lower in ("without", "instead")
    return False


def _compares(word: Word, lexicon: ActLexicon) -> bool:
    """ "No" of "no fewer than 20": it says how many, not that there were none."""
    after = word.tree[word.i + 1 : word.i + 3]
    return len(after) == 2 and after[0].lower in lexicon.words["comparing"] and after[1].lower == "than"


def modal(token: Word, lexicon: ActLexicon) -> str | None:
    """One of "future", "possible", "conditional" or "obligation" by the auxiliaries of the clause; coordinated verbs share them."""
    verb = token
    if verb.dep == "ROOT" and is_infinitive(verb):
        # Headlines: "China to send envoy".
        return "future"
    if verb.dep == "xcomp" and is_infinitive(verb) and _is_bare_be(verb.head):
        return "future"  # "Kenya and Uganda are to resume talks"
    for _ in range(4):
        for c in verb.children:
            if c.dep in ("aux", "auxpass") and c.i < verb.i:
                for kind in ("future", "possible", "conditional", "obligation"):
                    if c.lower in lexicon.words[kind]:
                        return kind
        if verb.dep == "conj" and is_verbal(verb.head) and not children(verb, "nsubj", "nsubjpass"):
            verb = verb.head
            continue
        break
    return None


def _is_bare_be(verb: Word) -> bool:
    """ "are" of "are to resume": no auxiliary, and nothing else that it says of its subject."""
    return (
        verb.lemma == "be"
        and verb.tag in ("VBZ", "VBP", "VBD")
        and not children(verb, "acomp", "attr", "prep", "expl", "aux", "neg", "ccomp")
    )


def is_inverted(verb: Word) -> bool:
    """ "Had the envoys not come", "should talks fail": a condition told by its word order alone."""
    if verb.dep != "advcl" or not is_verbal(verb):
        return False
    who = children(verb, "nsubj", "nsubjpass")
    return bool(who) and any(
        c.dep in ("aux", "auxpass") and c.lower in ("had", "were", "should") and c.i < who[0].left_edge
        for c in verb.children
    )


def is_conditional(token: Word, lexicon: ActLexicon) -> bool:
    """ "if", "unless", "whether" on this clause or one above it within the sentence; a question."""
    current = token
    condition, absent = lexicon.words["condition"], lexicon.words["absent"]
    for _ in range(14):
        for c in current.children:
            if c.dep in ("mark", "advmod") and c.lower in condition and c.i < current.i:
                return True
        if is_inverted(current) or (current.dep == "pcomp" and current.head.lower in absent):
            return True
        if current.head is current or (current.dep in ("advcl",) and not is_verbal(current.head)):
            return False
        if current.dep == "advcl":
            return False
        current = current.head
    return False


def is_purpose(token: Word, ranks: frozenset[str]) -> bool:
    """An infinitive that no stance governs ("sent troops to attack"): it is meant, not told as done. ``ranks``: words of who
    comes in a row ("the third to leave")."""
    if not is_verbal(token) or not is_infinitive(token):
        return False
    if token.dep in ("acl", "relcl", "xcomp") and _is_ranked(token.head, ranks):
        return False
    # "They are thought to have released gas": what lies behind is no purpose.
    if token.dep == "xcomp" and any(c.dep == "aux" and c.lemma == "have" for c in token.children):
        return False
    return token.dep in ("advcl", "acl", "xcomp", "relcl", "ccomp")


def _is_ranked(noun: Word, ranks: frozenset[str]) -> bool:
    """ "the first to free prisoners", "the third state in a year to recall its envoy": it did so."""
    while noun.dep == "pobj" and noun.head.dep == "prep" and noun.head.head.pos in ("NOUN", "PROPN"):
        noun = noun.head.head  # "the third state in a year"
    words = [noun, *(c for c in noun.children if c.dep in ("amod", "nummod", "advmod"))]
    return any(w.lower in ranks for w in words)


def is_question(token: Word) -> bool:
    """The sentence asks."""
    tree = token.tree
    return len(tree) > 0 and tree[len(tree) - 1].text == "?"


def has_word(token: Word, words: frozenset[str], *deps: str) -> bool:
    """Whether a child with one of these labels is one of the words."""
    able = [c for c in token.children if c.dep in deps] if deps else token.children
    return any(c.lower in words or c.lemma in words for c in able)


def is_progressive(verb: Word) -> bool:
    """ "are shelling", "have been shelling" """
    return (
        verb.tag == "VBG"
        and any(c.dep == "aux" and c.lemma == "be" for c in verb.children)
        and not is_passive(verb)
    )
