"""Acts in one parsed sentence: trigger, stance, status, who does it and who suffers it, by grammar alone.

Nothing is resolved here: sources and targets are head tokens of noun phrases. Other rooms say who they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from eventcode.find import grammar as g
from eventcode.find.concerned import concerned
from eventcode.find.stances import (
    INFINITIVE,
    Chain,
    Link,
    according_to,
    climb,
    has_word,
    is_conditional,
    is_inverted,
    is_negated,
    is_progressive,
    is_purpose,
    is_question,
    modal,
    reporter,
    told_as_done,
)
from eventcode.find.triggers import Match, find_matches, match_stance, stands_alone
from eventcode.lexicon.entries import ActLexicon, Refinement, StanceTrigger
from eventcode.reading.tree import Tree, Word
from eventcode.values import quick, replace

UNSPECIFIED = "unspecified"
VIOLENT = frozenset({"violence", "force", "mass", "wmd", "repress", "blockade", "occupy"})
HOSTILE_CALLS = frozenset(
    {"sanction", "stop_aid", "relations", "stop_talks", "expel", "force", "blockade", "occupy"}
)
# What a negated stance amounts to: "did not agree to", "has no plans to" is a refusal; "did not rule out" considers.
NEGATED_STANCE = {
    "intend": "refuse",
    "agree": "refuse",
    "promise": "refuse",
    "offer": "refuse",
    "refuse": "consider",
    "deny": "say",
    "allow": "refuse",
}
# What one says that one will do oneself.
OWN_WILL = frozenset({"intend", "agree", "promise", "offer", "allow"})
# What a crowd says to whom it protests against.
CALLS = frozenset({"appeal", "demand", "accuse", "condemn", "refuse"})
# Acts whose target stands in their own slots or nowhere: of violence, and what is done to nobody in particular.
NOT_SOUGHT = VIOLENT | {"protest", "statement"}
# What is done with one's own forces, which are nobody it concerns.
OWN_FORCES = frozenset({"posture", "deescalate"})
# What is done in an exercise ("stormed a beach as part of war games") is not done.
EXERCISE = "military_exercise"
MAKER_PREPOSITIONS = ("in", "by", "during", "from", "with", "after", "amid")


@quick
@dataclass(frozen=True, slots=True)
class ActMention:
    """One act as read. Word indexes refer to the sentence's Tree.

    ``topics``: the act's own topic, after it (or before it, under an outer stance) what stopping turns it into.
    ``anchors``: tokens that dates and places of the act hang on. ``victims``: heads of phrases that a merged harm
    word named ("killing three villagers"); ``company``: those who suffered "alongside" them. ``verbs``: tokens of merged harm words, for tolls.
    ``slots``: where its entry looks for whom it concerns. ``others``: patterns to try instead where what the entry requires is not there; ``absorbed``: merged harm words, likewise.
    """

    head: int
    tokens: frozenset[int]
    act: str
    rule: str
    stance: str
    topics: tuple[str, ...]
    status: str
    attribution: str
    speaker: int | None
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    victims: tuple[int, ...] = ()
    company: tuple[int, ...] = ()
    instrument: str | None = None
    object: str | None = None
    outcomes: tuple[str, ...] = ()
    harm: bool = False
    reciprocal: bool = False
    nominal: bool = False
    requires: tuple[str, ...] = ()
    anchors: tuple[int, ...] = ()
    verbs: frozenset[int] = frozenset()
    inner: frozenset[int] = frozenset()
    slots: tuple[str, ...] = ()
    others: tuple[Match, ...] = ()
    absorbed: tuple[ActMention, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Arguments:
    """Head tokens of who does an act and who suffers it."""

    sources: tuple[Word, ...]
    targets: tuple[Word, ...]


# From what somebody is charged with up to the verb: "charged with killing", "found guilty of the attack".
ON_THE_WAY = frozenset({"pcomp", "pobj", "prep", "conj", "dobj", "nsubjpass", "oprd", "acomp", "ccomp"})


class ActReader:
    """Finds the acts of a sentence. ``actorish`` tells of a word whether it can name an actor ("US", "army", "PKK"),
    ``site`` whether it is a place that people hold ("base", "village"), ``doer`` whether the tables know it as an actor
    and not only as a place."""

    def __init__(
        self,
        lexicon: ActLexicon,
        actorish: Callable[[Word], bool],
        site: Callable[[Word], bool] = lambda _: False,
        doer: Callable[[Word], bool] = lambda _: True,
    ) -> None:
        self.lexicon = lexicon
        self.actorish = actorish
        self.site = site
        # Keyed by identity: the lexicon's tuples live as long as this reader.
        self._refine_openings: dict[int, frozenset[str]] = {}
        self.doer = doer
        self._control = {
            h
            for h, triggers in lexicon.stance_triggers.items()
            for t in triggers
            if "obj" in t.addressee or "iobj" in t.addressee
        } - {"promise", "pledge", "vow", "threaten", "offer"}
        self._control |= lexicon.words["object_control"]
        lines = {id(t.refine): t.refine for ts in lexicon.triggers.values() for t in ts}
        self._weapons = frozenset(
            words[0]
            for refine in lines.values()
            for line in refine
            if line.instrument
            for words in line.words
            if len(words) == 1
        )
        self._happenings = {
            h for h, ts in lexicon.triggers.items() if any(t.pos == "noun" and not t.pattern.rest for t in ts)
        } | {h for h, ts in lexicon.stance_triggers.items() if any(t.kind == "communicative" for t in ts)}

    def read(self, tree: Tree, names: frozenset[int] = frozenset()) -> list[ActMention]:
        """Acts of the sentence in text order. ``names``: indexes of tokens inside names ("Islamic Resistance")."""
        matches = (
            m
            for m in find_matches(tree, self.lexicon, names)
            if not self._modifies_actor(tree, m)
            and not (m.trigger.pos == "noun" and _in_return(tree[m.head], self.lexicon.words["requital"]))
        )
        climbed = [pair for m in matches for pair in self._climbed(tree, m)]
        # A word that is a stance towards another act is no act of its own ("praised the attack").
        stance_tokens = {
            t for _, c in climbed for link in c.links if link.stance.kind != "plain" for t in link.tokens
        }
        mentions: list[ActMention] = []
        for m, c in climbed:
            if m.head in stance_tokens:
                continue
            mentions += self._mentions(tree, m, c)
        courts = {m.head for m, _ in climbed if m.trigger.act in self.lexicon.words["on_charge"]}
        mentions = [self._on_charge(tree, m, courts) for m in mentions]
        used = {t for m in mentions for t in m.tokens} | stance_tokens
        mentions += self._bare_stances(tree, used)
        mentions += self._bare_obligations(tree, used | {t for m in mentions for t in m.tokens})
        mentions.sort(key=lambda m: (m.head, m.stance))
        merged = self._merge(tree, mentions)
        told = frozenset(t for m in merged for t in m.tokens)
        merged = [self._with_concerned(tree, m, told) for m in merged]
        return [_with_addressee(m, merged) for m in merged]

    def _with_concerned(self, tree: Tree, m: ActMention, told_of: frozenset[int]) -> ActMention:
        """The act with whom it concerns as target, where it has none, or only what is no actor."""
        told = m.stance not in ("do", "claim", "attempt", "stop", "ease", "foil")
        if not m.sources or (not told and m.topics[0] in NOT_SOUGHT):
            return m
        # What is seized is often a thing.
        if m.targets and (m.topics[0] == "seize" or not all(self._no_side(tree[t], told) for t in m.targets)):
            return m
        of_sources = {i for t in m.sources for i in range(*g.noun_phrase(tree[t]))}
        taken = frozenset({*m.tokens, *m.sources, *of_sources, *([m.speaker] if m.speaker else [])})
        own = self.lexicon.words["own_forces"] if m.topics[0] in OWN_FORCES else frozenset()
        # An entry that asks for an actor is content with one in its own slots only.
        asked = any("target" in need for need in m.requires) or (
            "actors" in m.requires
            and not any(tree[t].pos != "PRON" and self._names_somebody(tree[t], own) for t in m.sources)
        )
        # "The two sides met": each with the other.
        each_other = m.reciprocal and (len(m.sources) > 1 or tree[m.sources[0]].tag in ("NNS", "NNPS"))
        # "Pulled back to the river": where one goes to is not whom one leaves.
        goal = frozenset({"to", "into"} if m.topics[0] == "deescalate" and not told else ())
        found: tuple[int, ...] = ()
        # Of a thing that is talked of, whose it is counts first: "engineers for the rebuilding of Haiti".
        for hosts in ({*m.targets} if told else set(), {*m.anchors, *m.inner}):
            found = found or concerned(
                tree,
                hosts,
                taken,
                (*m.slots, "by") if told else m.slots,  # "an objection by Sudan"
                lambda w: self._names_somebody(w, own),
                self.lexicon.words["elsewhere"],
                near=asked or each_other,
                never=goal - {*m.slots},
                told=told_of - m.tokens - m.inner,
            )
        # Where they met is no side of the meeting.
        return replace(m, targets=found, reciprocal=False) if found else m

    def _no_side(self, noun: Word, told: bool) -> bool:
        """Whether the noun is no side of an act; of one only talked of, no plan or thing is: "an objection by Sudan"."""
        if self._is_nobody(noun):
            return True
        return told and noun.pos == "NOUN" and not self._names_actor(noun) and not self.site(noun)

    def _names_somebody(self, noun: Word, own: frozenset[str]) -> bool:
        """Whether the noun or a word before it is known as an actor, and it is no time, happening, amount or own force."""
        if self._is_time(noun) or self._is_nobody(noun):
            return False
        if self._owned(noun):
            return True
        # A common noun may be part of a body's name ("plan", "action") and name nobody.
        return self.doer(noun) and noun.lemma not in own and (noun.pos != "NOUN" or self.actorish(noun))

    def _owned(self, noun: Word, *, common: bool = False) -> bool:
        """ "Cuban doctors", "Mugabe's offer": a known actor's name stands before it; ``common``: or a word for one ("an army
        helicopter")."""
        return any(
            self.doer(c)
            for c in g.children(noun, "poss", "compound", "amod", "nmod")
            if common or c.tag != "NN"
        )

    def _is_nobody(self, noun: Word) -> bool:
        """ "its troops", "15 percent", "a ban": what is one's own, an amount or a happening of nobody named."""
        if noun.tag in ("CD", "$") or noun.lower in ("%", "percent"):
            return True
        if noun.pos != "NOUN" or self._owned(noun) or self.site(noun):
            return False
        person = self.actorish(noun) and noun.tag == "NNS"
        if any(c.dep == "poss" and c.lower in ("its", "his", "her", "their") for c in noun.children):
            return not self.actorish(noun) or noun.lemma in self.lexicon.words["own_forces"]
        return noun.lemma in self._happenings and not person

    def _climbed(self, tree: Tree, m: Match) -> list[tuple[Match, Chain]]:
        """The match and what stands above it; where somebody only speaks of an act of certain actors, who would do it is not
        of a known class, and what any actor may do is meant, or nothing."""
        chain = climb(tree[m.head], m.tokens, self.lexicon)
        if not m.trigger.asks_for_class or all(x.stance.kind != "communicative" for x in chain.links):
            return [(m, chain)]
        plain = [o for o in m.others if not o.trigger.asks_for_class][:1]
        return [(o, climb(tree[o.head], o.tokens, self.lexicon)) for o in plain]

    def instead(self, tree: Tree, mention: ActMention) -> list[ActMention]:
        """What a shorter or another pattern makes of the same words, the longest first; then the harm that it did."""
        out: list[ActMention] = []
        for match in mention.others:
            out += self._mentions(tree, match, climb(tree[match.head], match.tokens, self.lexicon))
        return [*out, *mention.absorbed]

    def _on_charge(self, tree: Tree, m: ActMention, courts: set[int]) -> ActMention:
        """The act, not said to have happened where it is what somebody is charged with or convicted of: it was told when it
        did, and is the court's business now."""
        if m.stance != "do" or m.head in courts or m.status not in ("occurred", "ongoing"):
            return m
        token, behind = tree[m.head], False
        while token.head is not token and token.dep in ON_THE_WAY:
            behind = behind or (token.dep == "prep" and token.lower in ("with", "of", "for"))
            token = token.head
            if behind and token.i in courts:
                return replace(m, status="hypothetical")
        return m

    def _modifies_actor(self, tree: Tree, m: Match) -> bool:
        """ "resistance forces", "attack helicopters": the word only says what kind of actor or thing it is."""
        head = tree[m.head]
        if m.trigger.pos != "noun" or head.dep not in ("compound", "nmod", "amod") or head.head.i in m.tokens:
            return False
        outer = head.head.lemma
        return (
            outer not in self.lexicon.triggers
            and outer not in self.lexicon.stance_triggers
            and outer not in self.lexicon.words["transparent"]
        )

    def _who(self, verb: Word) -> Word | None:
        """The subject of a verb; of "a statement calling on", whose statement it is."""
        s = g.subject(verb, self.object_control)
        if s is not None and s.lemma in self.lexicon.words["speech"]:
            return self._author(s)
        if s is not None and not self.actorish(s):
            # "Drones sent by the rebels struck": who sent them did it.
            for c in s.children:
                if c.dep == "acl" and c.tag == "VBN":
                    sender = g.subject(c, self.object_control)
                    if sender is not None and self._names_actor(sender):
                        return sender
        return s

    def _author(self, document: Word) -> Word:
        """Whose a statement or resolution is; of one that somebody vetoes or faces, not his."""
        governor = g.governor(document)
        if governor is not None and governor[1] == "obj" and g.is_verbal(governor[0]):
            made = governor[0].lemma in self.lexicon.words["authoring"]
            if not made and not g.children(document, "poss") and not g.prepositional(document, "by"):
                own = [c for c in g.children(document, "compound", "nmod") if self.actorish(c)]
                return own[0] if own else document
        return g.noun_owner(document, self.object_control) or document

    def _describes(self, word: Word) -> bool:
        """ "a general strike", "a major offensive": an adjective that is also somebody's rank."""
        return word.tag == "JJ" and word.lower in self.lexicon.words["also_rank"]

    # --- arguments -------------------------------------------------------------------------------------------

    def object_control(self, verb: Word) -> bool:
        """Whether the verb's object does what its infinitive says ("urged them to leave")."""
        return verb.lemma in self._control

    def _slot(self, name: str, m: Match, chain: Chain, tree: Tree) -> list[Word]:
        head = tree[m.head]
        light = chain.light
        if name == "subj":
            if m.trigger.pos == "verb":
                s = None if self._joined_passive(head, m) else self._who(head)
                if s is None or s.i in m.tokens:
                    s = self._finite(head, m) or s
            elif light is not None:
                s = g.subject(light.token, self.object_control)
            elif m.trigger.pos == "adj":
                s = (
                    g.surface_subject(head.head, self.object_control)
                    if g.is_verbal(head.head)
                    else (head.head if head.dep in ("amod", "acl") else None)
                )
            else:
                s = None
            return [s] if s is not None else []
        if name == "obj":
            suffers = head.head if self._joined_passive(head, m) else head
            return [o for o in g.objects(suffers) if o.i not in m.tokens] if g.is_verbal(head) else []
        if name == "iobj":
            return self._recipients(tree, head, m.tokens) if g.is_verbal(head) else []
        if name == "poss":
            owners = [p for t in m.tokens for p in g.children(tree[t], "poss") if p.i not in m.tokens]
            return [p for p in owners if not self._is_time(p)]
        if name == "compound":
            hostile = m.trigger.topic in VIOLENT
            names = [
                c
                for c in g.children(head, "compound", "amod", "nmod")
                if c.i not in m.tokens
                and self.actorish(c)
                and not self._describes(c)
                and not self._is_time(c)
            ]
            # "Kabul bombing": a town before a violent noun is where it was; only who is known to act did it.
            return [c for c in names if not hostile or self.doer(c)][:1]
        hosts = [tree[t] for t in sorted(m.tokens)]
        if light is not None:
            hosts.append(light.token)
        elif (
            m.trigger.pos == "noun"
            and chain.links
            and chain.links[0].link == "obj"
            and chain.links[0].stance.kind in ("aspect", "plain")
        ):
            # "halted aid to Mali", parsed as "halted ... to Mali"
            hosts.append(chain.links[0].token)
        elif (
            m.trigger.pos == "noun"
            and chain.verb.i not in m.tokens
            and chain.verb.lemma in self.lexicon.words["occur"]
        ):
            hosts.append(chain.verb)
        found = [x for h in hosts for x in g.prepositional(h, name) if x.i not in m.tokens]
        if name in ("in", "at"):
            # "took place in the town of Gao, in the north": the second tells where the first one lies.
            found = [x for x in found if not self._is_time(x)]
            found = [x for n, x in enumerate(found) if n == 0 or x.head.dep == "conj"]
        return found
        # "imposed sanctions last week on X": a preposition on the verb's object noun is also looked at.

    def _finite(self, verb: Word, m: Match) -> Word | None:
        """ "Greek pilots trained alongside us", parsed as a noun with a participle: a verb without an object has no passive."""
        who = verb.head
        if verb.dep != "acl" or verb.tag != "VBN" or who.dep != "ROOT" or "obj" in m.trigger.target:
            return None
        return who if self._names_actor(who) else None

    @staticmethod
    def _joined_passive(verb: Word, m: Match) -> bool:
        """ "was dragged out and shot dead", tagged as if the man had shot: a verb that takes an object and has none shares the
        passive of the verb it is joined to."""
        return (
            m.trigger.pos == "verb"
            and verb.dep == "conj"
            and verb.tag == "VBD"
            and "obj" in m.trigger.target
            and g.is_verbal(verb.head)
            and g.is_passive(verb.head)
            and not g.children(verb, "nsubj", "nsubjpass", "dobj", "obj", "ccomp", "xcomp")
        )

    def _recipients(self, tree: Tree, verb: Word, tokens: frozenset[int]) -> list[Word]:
        own = g.children(verb, "dative", "iobj")
        if own or g.prepositional(verb, "to"):
            return [x for x in own if x.lower != "to"]
        # "granted Malawi debt relief": the parser takes the recipient for part of the object's name.
        inside = [c for t in sorted(tokens) if t != verb.i for c in g.children(tree[t], "compound", "nmod")]
        return [c for c in inside if c.i not in tokens and c.i > verb.i and self.doer(c)][:1]

    def _arguments(self, m: Match, chain: Chain, tree: Tree) -> Arguments:
        t = m.trigger
        light = chain.light
        sources: list[Word] = []
        targets: list[Word] = []
        makers: list[Word] = []
        if t.pos == "noun" and light is not None:
            s = (
                g.surface_subject(light.token, self.object_control)
                if light.reverse
                else g.subject(light.token, self.object_control)
            )
            if s is not None and s.i not in m.tokens:
                (targets if light.reverse else sources).append(s)
            if light.reverse:
                hosts = (tree[m.head], light.token)
                sources = [
                    x
                    for h in hosts
                    for word in ("from", "by")
                    for x in g.prepositional(h, word)
                    if x.i not in m.tokens and not self._is_time(x)
                ][:1]
        for slot in t.source:
            if sources:
                break
            sources = [
                x for x in self._slot(slot, m, chain, tree) if x.i not in m.tokens and x not in targets
            ]
        if not sources and t.topic == "protest":
            sources = self._in_protest(tree[m.head])
        if not sources and t.pos == "noun":
            sources = makers = self._makers(tree[m.head])
            sources = sources or (
                self._own_words(tree, m) if "of" in t.source or t.topic == "deescalate" else []
            )
            if not sources and "compound" in t.source:
                # "rebel attack" as a pattern: its first word is still whose attack it is.
                own = (tree[i] for i in sorted(m.tokens) if i < m.head)
                sources = [
                    w
                    for w in own
                    if w.dep in ("compound", "amod", "nmod")
                    and self.actorish(w)
                    and not self.site(w)
                    and not self._describes(w)
                ][:1]
        for slot in t.target:
            if targets:
                break
            targets = [
                x
                for x in self._slot(slot, m, chain, tree)
                if x.i not in m.tokens
                and x not in sources
                and not self._is_time(x)
                and not (slot in ("in", "at") and m.trigger.topic in VIOLENT and not self._can_be_hit(x))
                # "Fought with machetes": with what, not with whom.
                and not (slot == "with" and m.trigger.topic in VIOLENT and self._is_weapon(x))
            ]
            if not targets and slot != "subj":
                targets = [x for x in self._own_words(tree, m) if x not in sources]
        if not targets and t.topic == "protest":
            # "gathered to denounce the king": the object of the pattern's other verb
            verbs = [tree[i] for i in sorted(m.tokens) if i != m.head and g.is_verbal(tree[i])]
            targets = [x for v in verbs for x in g.objects(v) if x.i not in m.tokens and self._names_actor(x)]
        if t.pos == "noun" and not light:
            targets = targets or self._carried(tree[m.head], chain)
        if t.pos == "noun" and t.harm and not targets and light is None and not makers:
            # "civilian casualties", "soldiers' deaths": who suffered; not who ordered them.
            sources, targets = [], sources
        if not targets and t.topic.split(".")[0] == "aid":
            targets = [x for s in sources for x in self._backed(s)]
        all_sources = [c for s in sources for c in g.conjuncts(s)]
        all_targets = [c for s in targets for c in g.conjuncts(s) if c not in all_sources]
        if t.reciprocal:
            all_sources, all_targets = self._sides(m, chain, tree, all_sources, all_targets)
        return Arguments(tuple(_unique(all_sources)), tuple(_unique(all_targets)))

    def _can_be_hit(self, noun: Word) -> bool:
        """Whether a noun behind "in" or "at" is somebody or some place: not "in quick succession", "in anger"."""
        return (
            noun.pos != "NOUN" or self.site(noun) or self._names_actor(noun) or bool(g.children(noun, "det"))
        )

    def _is_weapon(self, noun: Word) -> bool:
        return not self._weapons.isdisjoint((noun.lemma, noun.lower)) and not self.actorish(noun)

    def _own_words(self, tree: Tree, m: Match) -> list[Word]:
        """ "freed prisoners", "expelled diplomats": the trigger's own object is who suffers it, where it names people."""
        words = [tree[t] for t in sorted(m.tokens) if t != m.head]
        if m.trigger.topic in OWN_FORCES:
            # "massed troops", "withdrew a battalion": one's own.
            words = [w for w in words if w.lemma not in self.lexicon.words["own_forces"]]
        if m.trigger.pos == "noun":
            # "the release of prisoners"; where "of" is whose act it is ("the withdrawal of troops") they are the source.
            return [
                w
                for w in words
                if w.dep == "pobj"
                and w.head.lower in ("of", *m.trigger.target)
                and (self.actorish(w) or self.site(w))
            ]
        if m.trigger.pos != "verb" or m.trigger.reciprocal:
            # "exchanged envoys": what passes between two sides is neither.
            return []
        behind = [
            w
            for w in words
            if w.dep == "pobj" and w.head.lower in m.trigger.target and (self.actorish(w) or self.site(w))
        ]
        return behind or [
            w
            for w in words
            if w.dep in ("dobj", "obj", "nsubjpass")
            and w.pos in ("NOUN", "PROPN")
            # "set off a mine": no place where people dig.
            and w.lemma not in self.lexicon.words["munition"]
            and (
                self.actorish(w)
                or self.site(w)
                or (m.trigger.topic == "force" and self._owned(w, common=True))
            )
        ]

    def _is_time(self, noun: Word) -> bool:
        words = self.lexicon.words["time"]
        if noun.lemma in words or noun.lower in words:
            return True
        # "in 2020", "on the 13th"; but "killed two of them"
        return noun.dep == "pobj" and (noun.tag == "CD" or noun.lower[:1].isdigit())

    def _makers(self, noun: Word) -> list[Word]:
        """ "an attack carried out by X", "a raid blamed on X": who stands behind the participle."""
        for c in noun.children:
            if c.dep in ("acl", "relcl") and c.tag in ("VBN", "VBD") and g.is_passive(c):
                if (
                    c.lemma in self.lexicon.light
                    or self._is_claim(c)
                    or c.lemma in ("order", "plan", "stage")
                ):
                    s = g.subject(c, self.object_control)
                    if s is not None:
                        return [s]
                if c.lemma in ("blame", "pin"):
                    return g.prepositional(c, "on")[:1]
            elif c.dep == "relcl" and c.lemma in self.lexicon.light:
                s = g.subject(c, self.object_control)
                if s is not None and s.i != noun.i:
                    return [s]
        return []

    def _in_protest(self, noun: Word) -> list[Word]:
        """ "laid down their cameras in protest": who does something as a protest protests."""
        gov = g.governor(noun)
        if gov is not None and gov[1] == "of" and not g.is_verbal(gov[0]):
            gov = g.governor(gov[0])  # "in a gesture of protest"
        if gov is None or gov[1] not in ("in", "as") or not g.is_verbal(gov[0]) or noun.tag != "NN":
            return []
        if any(c.lower in ("the", "this", "that") for c in noun.children):
            return []
        s = g.subject(gov[0], self.object_control)
        return [s] if s is not None and self.actorish(s) else []

    @staticmethod
    def _company(host: Word) -> list[Word]:
        """ "was killed alongside his bodyguard", "along with two others" """
        direct = g.prepositional(host, "alongside")
        far = [
            p for c in host.children if c.lower in ("along", "together") for p in g.prepositional(c, "with")
        ]
        return [y for x in direct or far for y in g.conjuncts(x)]

    def _backed(self, source: Word) -> list[Word]:
        """ "The United States, an ally of Israel, sent arms": whom the giver is said to back."""
        backers = self.lexicon.words["backer"]
        return [
            x
            for c in source.children
            if c.dep == "appos" and c.lemma in backers
            for x in g.prepositional(c, "of")
        ]

    def _is_claim(self, verb: Word) -> bool:
        return any(t.stance == "claim" for t in self.lexicon.stance_triggers.get(verb.lemma, ()))

    def _carried(self, noun: Word, chain: Chain) -> list[Word]:
        verb = chain.verb
        if verb.i == noun.i or not g.is_verbal(verb) or verb.lemma not in self.lexicon.words["carry"]:
            return []
        return [o for o in g.objects(verb) if o.i != noun.i]

    def _sides(
        self, m: Match, chain: Chain, tree: Tree, sources: list[Word], targets: list[Word]
    ) -> tuple[list[Word], list[Word]]:
        """Both sides of a reciprocal act: the first named against the others."""
        between = _between(tree, m.tokens, chain)
        if between:
            both = [c for b in between for c in g.conjuncts(b)]
            return both[:1], both[1:]
        with_ = [
            c for x in self._slot("with", m, chain, tree) for c in g.conjuncts(x) if not self._is_weapon(c)
        ]
        targets = _unique([*with_, *targets])
        if (
            not targets
            and len(sources) > 1
            and not all(x.lemma in self.lexicon.words["sexes"] for x in sources)
        ):
            return sources[:1], sources[1:]
        if not targets and len(sources) == 1:
            # "the foreign ministers of Armenia and Azerbaijan met", "Armenia and Azerbaijan's foreign ministers met"
            owners = (
                g.prepositional(sources[0], "of")
                or g.prepositional(sources[0], "from")
                or g.children(sources[0], "poss")
            )
            of = [c for x in owners for c in g.conjuncts(x)]
            if len(of) > 1:
                return of[:1], of[1:]
        return sources, [t for t in targets if t not in sources]

    # --- stance and status -----------------------------------------------------------------------------------

    def _mentions(self, tree: Tree, m: Match, chain: Chain) -> list[ActMention]:
        args = self._arguments(m, chain, tree)
        instrument, obj, outcome, act = self._refined(tree, m, chain, args)
        topic = self.lexicon.topics.get(act, m.trigger.topic)
        head = tree[m.head]
        base = ActMention(
            head=m.head,
            tokens=m.tokens,
            act=act,
            rule=m.trigger.rule,
            stance="do",
            topics=(topic,),
            status="occurred",
            attribution="narrator",
            speaker=None,
            sources=tuple(t.i for t in args.sources),
            targets=tuple(t.i for t in args.targets),
            instrument=instrument,
            object=obj,
            outcomes=(outcome,) if outcome else (),
            harm=m.trigger.harm,
            company=tuple(x.i for x in self._company(head)) if m.trigger.harm or topic in VIOLENT else (),
            reciprocal=m.trigger.reciprocal,
            nominal=m.trigger.pos == "noun",
            requires=m.trigger.requires,
            anchors=tuple(sorted({m.head, chain.verb.i, *m.tokens})),
            slots=m.trigger.target,
            others=m.others,
        )
        outer = next((x for x in reversed(chain.links) if x.stance.kind == "communicative"), None)
        done = self._deed(tree, base, head, chain, args, outer)
        if outer is None:
            # Of which class the doer must be is not looked at under a claim.
            plain = not m.trigger.asks_for_class
            claims = [x for x in chain.links if plain and x.stance.kind == "report" and x.stance.claimed]
            return [*(self._stanced(tree, done, chain, args, link) for link in claims[:1]), done]
        out = [self._stanced(tree, done, chain, args, outer)]
        # "welcomed the call for a ceasefire": what was called for has not happened.
        told = [link for link in chain.links if link.stance.kind == "communicative"]
        given = told == [outer] and done.status in ("occurred", "ongoing")
        if given and outer.stance.factive:
            out.append(done)
        elif given and self._takes_as_done(outer, chain) and topic in VIOLENT and out[0].status == "occurred":
            # "Blamed the rebels for the bombing": that it happened is not in doubt, and who did it is what is said.
            doers = done.sources or tuple(t for t in out[0].targets if t not in done.targets)
            by = out[0].sources[0] if out[0].sources else None
            out.append(replace(done, sources=doers, attribution="accused", speaker=by))
        return out

    def _takes_as_done(self, outer: Link, chain: Chain) -> bool:
        """Whether an accusation tells of a deed that is in no doubt: "blamed the rebels for the bombing", "they shelled the
        town, an officer alleged"."""
        told = outer.link == "clause" and told_as_done(chain.verb, outer.token, self.lexicon)
        return outer.trigger.factive or told

    def _deed(
        self, tree: Tree, base: ActMention, head: Word, chain: Chain, args: Arguments, outer: Link | None
    ) -> ActMention:
        """The act under its plain and aspect stances, with status and attribution."""
        stance, topics = "do", base.topics
        status = self._status(base, head, chain)
        sources, targets = base.sources, base.targets
        attribution = "narrator"
        for link in chain.links:
            kind = link.stance.kind
            if kind == "plain":
                status = link.stance.status or status
                # "resumed talks", "began an offensive"
                # "is responsible for the attack": the subject stands on the copula.
                told = link.token.head if link.token.pos == "ADJ" else link.token
                if base.nominal and not sources and g.is_verbal(told):
                    s = g.subject(told, self.object_control)
                    sources = (
                        tuple(t.i for t in g.conjuncts(s)) if s is not None and s.i not in base.tokens else ()
                    )
            elif kind == "aspect" and stance == "do":
                stance = link.stance.name
                turned = self.lexicon.turns.get(topics[0])
                topics = (*topics, turned) if turned else topics
                actor = self._holder(link)
                inner = sources
                if actor is not None:
                    sources = tuple(t.i for t in g.conjuncts(actor))
                    targets = tuple(t for t in (*targets, *inner) if t not in sources)
                    if stance == "foil":
                        targets = tuple(t for t in (*inner, *targets) if t not in sources)
                if outer is None:
                    status = self._level_status(link.token, status)
            elif kind == "report" and link.stance.claimed:
                if is_negated(link.token, self.lexicon):
                    continue  # "No one has claimed responsibility"
                attribution = "claimed"
                actor = self._holder(link)
                if actor is not None and not sources:
                    sources = tuple(t.i for t in g.conjuncts(actor))
            elif kind == "communicative":
                break
        done = base
        if chain.links or status != base.status:
            done = replace(
                base,
                stance=stance,
                topics=topics,
                status=status,
                attribution=attribution,
                sources=sources,
                targets=targets,
            )
        if any(self._is_claim(c) for c in head.children if c.dep in ("acl", "relcl") and base.nominal):
            done = replace(done, attribution="claimed")
        if outer is None:
            done = self._modal_stance(tree, done, chain)
        below = [link.token for link in chain.links if link.stance.kind != "report"]
        return self._attributed(tree, done, below[-1] if below else head)

    def _status(self, base: ActMention, head: Word, chain: Chain) -> str:
        words = self.lexicon.words
        verb = chain.verb if base.nominal else head
        carries = verb.lemma in words["carry"] and verb.lemma not in words["goes_off"]
        does_harm = base.nominal and head.dep == "nsubj" and carries
        if is_negated(head, self.lexicon, base.tokens) or (
            verb.i != head.i and not does_harm and is_negated(verb, self.lexicon)
        ):
            return "negated"
        if base.nominal and has_word(head, words["hypothetical_adjective"], "amod", "det", "compound"):
            return "hypothetical"
        if is_conditional(head, self.lexicon) or is_question(head):
            return "hypothetical"
        if (base.nominal and _opposed(head)) or _told_in(head, words["fiction"]):
            return "hypothetical"
        if base.nominal and _sought(head, words["clue"]):
            return "hypothetical"
        if base.nominal and (_lies_ahead(head, words["ahead"]) or _ahead_of(head, words["ahead_of"])):
            return "future"
        if base.harm and _by_accident(head, words):
            return "hypothetical"
        governed = bool(chain.links)
        ranks = words["ranks"]
        if not governed and (is_purpose(head, ranks) or (verb.i != head.i and is_purpose(verb, ranks))):
            return "hypothetical"
        kind = modal(verb, self.lexicon) if g.is_verbal(verb) else None
        if kind == "future":
            return "future"
        if kind in ("possible", "conditional", "obligation"):
            return "hypothetical"
        if g.is_verbal(verb) and has_word(verb, words["habitual"], "advmod") and _in_present(verb):
            return "habitual"
        if g.is_verbal(verb) and is_progressive(verb):
            return "ongoing"
        if (
            base.nominal
            and chain.light is None
            and head.lemma in words["long"]
            and head.dep in ("pobj", "compound", "nmod", "conj")
        ):
            # "during the war", "support for the onslaught": it goes on while something else is told.
            return "ongoing"
        return "occurred"

    def _level_status(self, token: Word, status: str) -> str:
        """Status of a stance itself: did she threaten, or not, or only if?"""
        if is_negated(token, self.lexicon):
            return "negated"
        verb = token
        if not g.is_verbal(token):
            gov = g.governor(token)
            verb = gov[0] if gov and g.is_verbal(gov[0]) else token
            if is_negated(verb, self.lexicon):
                return "negated"
        kind = modal(verb, self.lexicon) if g.is_verbal(verb) else None
        if is_conditional(token, self.lexicon) or is_question(token):
            return "hypothetical"
        if kind == "future" or (kind == "conditional" and reporter(verb, self.lexicon) is not None):
            return "future"  # "will allow"; "said it would allow"
        return "hypothetical" if kind in ("possible", "conditional") else "occurred"

    def _modal_stance(self, tree: Tree, done: ActMention, chain: Chain) -> ActMention:
        """ "will send" states an intention, "must stop" in somebody's mouth is a demand; both occur when they are said."""
        told = [link for link in chain.links if link.stance.kind != "report"]
        verb = told[-1].token if told else chain.verb
        if not g.is_verbal(verb):
            return done
        kind = modal(verb, self.lexicon)
        speaker = reporter(verb, self.lexicon)
        negated = is_negated(verb, self.lexicon)
        said = (
            g.subject(speaker, self.object_control) if speaker is not None and g.is_verbal(speaker) else None
        )
        if kind in ("future", "conditional") and is_conditional(verb, self.lexicon):
            return replace(done, status="hypothetical")
        if kind == "future" or kind == "conditional":
            if not done.sources and said is not None and done.targets:
                # "Exercises will be held with Israel, Greece said": who says so will do it.
                done = replace(done, sources=tuple(t.i for t in g.conjuncts(said) if t.i not in done.targets))
            if not done.sources:
                return replace(done, status="future" if kind == "future" else done.status)
            if kind == "conditional" and (
                is_conditional(verb, self.lexicon) or (said is None and self._has_condition(tree))
            ):
                return done
            return self._said(done, "refuse" if negated else "intend", done.sources, done.targets)
        if kind == "obligation" and said is not None and done.sources:
            if negated:
                return replace(done, status="hypothetical")
            source = tuple(t.i for t in g.conjuncts(said))
            targets = tuple(t for t in done.sources if t not in source)
            if not targets:
                return self._said(done, "intend", done.sources, done.targets)
            asks = speaker is not None and any(
                t.stance == "demand" for t in self.lexicon.stance_triggers.get(speaker.lemma, ())
            )
            asks = asks or any(c.lower in self.lexicon.words["must"] for c in verb.children)
            return self._said(done, "demand" if asks else "appeal", source, targets)
        return done

    def _has_condition(self, tree: Tree) -> bool:
        return any(
            (t.lower in self.lexicon.words["condition"] and t.dep in ("mark", "advmod")) or is_inverted(t)
            for t in tree
        )

    def _said(
        self, done: ActMention, stance: str, sources: tuple[int, ...], targets: tuple[int, ...]
    ) -> ActMention:
        topics = self._under(done)
        rule = done.rule if topics == done.topics[:1] else f"~{done.rule}"
        return replace(
            done, stance=stance, topics=topics, status="occurred", sources=sources, targets=targets, rule=rule
        )

    def _under(self, done: ActMention) -> tuple[str, ...]:
        """Topics as an outer stance sees them: what stopping turned them into comes first."""
        if done.stance in ("stop", "ease", "foil") and len(done.topics) > 1:
            return (done.topics[-1],)
        return done.topics[:1]

    def _holder(self, link: Link) -> Word | None:
        """Who takes a stance."""
        token = link.token
        if g.is_verbal(token):
            who = self._who(token)
            if who is None and link.stance.name == "intend" and link.link == "clause":
                # "is expected to visit": the one who will do it.
                who = g.surface_subject(token, self.object_control)
            return who
        if token.pos == "ADJ" or token.dep == "acomp":
            return (
                g.surface_subject(token.head, self.object_control) if g.is_verbal(token.head) else token.head
            )
        own = (
            [c for c in g.children(token, "poss") if c.lower not in g.RELATIVE]
            or g.prepositional(token, "by")
            or g.prepositional(token, "from")
        )
        if own:
            return own[0]
        compound = [c for c in g.children(token, "compound", "amod", "nmod") if self.actorish(c)]
        if compound:
            return compound[0]
        gov = g.governor(token)
        if gov is not None and gov[1] == "obj" and gov[0].lemma in self.lexicon.reverse:
            # "faces criticism": the subject is criticised.
            return None
        return g.noun_owner(token, self.object_control) or next(iter(g.prepositional(token, "of")), None)

    def _addressees(self, token: Word, tokens: frozenset[int], slots: Iterable[str]) -> list[Word]:
        for slot in slots:
            if slot == "obj":
                found = [o for o in g.objects(token) if o.i not in tokens] if g.is_verbal(token) else []
            elif slot == "iobj":
                found = [x for x in g.children(token, "dative", "iobj") if x.pos != "ADP"]
            else:
                found = [x for t in sorted(tokens) for x in g.prepositional(token.tree[t], slot)]
            found = [x for x in found if not self._is_time(x)]
            if found:
                return [c for f in found for c in g.conjuncts(f)]
        return []

    def _stanced(
        self, tree: Tree, done: ActMention, chain: Chain, args: Arguments, outer: Link
    ) -> ActMention:
        holder = self._holder(outer)
        sources = tuple(t.i for t in g.conjuncts(holder)) if holder is not None else ()
        addressees = [
            t.i
            for t in self._addressees(outer.token, outer.tokens, outer.trigger.addressee)
            if t.i not in done.tokens and t.i not in sources
        ]
        inside = {
            "addressee": tuple(addressees),
            "holder": self._answered(chain, outer),
            "inner_source": done.sources,
            "inner_target": done.targets,
        }
        targets: tuple[int, ...] = ()
        for side in ("addressee", "holder", *outer.stance.side):
            targets = tuple(t for t in inside[side] if t not in sources)
            if targets:
                break
        stance = outer.stance.name
        topics = self._under(done)
        if (
            stance in ("appeal", "demand")
            and not addressees
            and topics[0] in HOSTILE_CALLS
            and not set(targets) & set(done.sources)
        ):
            # Nobody is asked to act: a call for sanctions against X threatens X.
            stance = "threaten"
        mutual = done.reciprocal and set(done.sources) <= {*sources}
        inside_it = topics[0] == "deescalate" and all(_locates(tree[t]) for t in targets)
        if len(sources) > 1 and (
            (mutual and not targets) or (stance == "agree" and (not targets or inside_it))
        ):
            # "Jordan and Britain agreed to", "to a truce in Darfur": each with the other
            targets = sources
        status = self._level_status(outer.token, "occurred")
        if done.status == "negated" and done.stance == "do":
            turned = self.lexicon.turns.get(topics[0])
            topics = (turned,) if turned else topics
        if status == "negated" and stance in NEGATED_STANCE:
            stance, status = NEGATED_STANCE[stance], "occurred"
        if status == "future" and sources:
            status = "occurred"
        planned = any(
            link is not outer
            and (link.stance.name in OWN_WILL or link.token.lemma in self.lexicon.words["plot"])
            for link in chain.links
        )
        asked = self._asked_by(outer.token) if stance in OWN_WILL else None
        if asked is not None and sources:
            # "said the council must be ready to mediate": the speaker asks it of the council.
            stance, by = asked
            sources, targets = tuple(t.i for t in g.conjuncts(by) if t.i not in sources), sources
        turned_by = "" if topics == done.topics[:1] else "~"
        mention = replace(
            done,
            head=outer.token.i,
            tokens=outer.tokens,
            rule=f"{stance}/{outer.trigger.pattern.text}+{turned_by}{done.rule}",
            stance=stance,
            topics=topics,
            status=status,
            sources=sources,
            targets=targets,
            harm=False,
            reciprocal=False,
            nominal=False,
            requires=(),
            slots=(*outer.trigger.addressee, *done.slots),
            others=(),
            absorbed=(),
            anchors=(outer.token.i,),
            inner=done.tokens,
            # "accused of planning an attack": nobody is said to have made one.
            attribution="narrator"
            if planned
            else {"accuse": "accused", "deny": "denied"}.get(stance, "narrator"),
        )
        return self._attributed(tree, mention, outer.token)

    def _asked_by(self, token: Word) -> tuple[str, Word] | None:
        """The stance and holder of "X said Y must", "Y should, X said", where the token is what Y must do; else None."""
        verb = token if g.is_verbal(token) else token.head
        if (
            not g.is_verbal(verb)
            or modal(verb, self.lexicon) != "obligation"
            or is_negated(verb, self.lexicon)
        ):
            return None
        speaker = reporter(verb, self.lexicon)
        if speaker is None or not g.is_verbal(speaker):
            return None
        said = g.subject(speaker, self.object_control)
        if said is None:
            return None
        asks = any(c.lower in self.lexicon.words["must"] for c in verb.children)
        return ("demand" if asks else "appeal"), said

    def _bare_obligations(self, tree: Tree, used: set[int]) -> list[ActMention]:
        """ "The minister said Kenya must do more": what is asked is no act of the lexicon."""
        out = []
        for verb in tree:
            if verb.i in used or not g.is_verbal(verb) or verb.dep not in ("ccomp", "ROOT", "parataxis"):
                continue
            asked = self._asked_by(verb)
            whom = g.children(verb, "nsubj", "nsubjpass") if asked is not None else []
            if asked is None or not whom or not self._names_actor(whom[0]) or not self._names_actor(asked[1]):
                continue
            below = {w.i for c in g.children(verb, "xcomp", "ccomp", "dobj", "acomp") for w in c.subtree}
            if used & below:
                continue
            sources = tuple(t.i for t in g.conjuncts(asked[1]))
            bare = ActMention(
                head=verb.i,
                tokens=frozenset({verb.i}),
                act=UNSPECIFIED,
                rule=f"{asked[0]}/must|should|ought",
                stance=asked[0],
                topics=("unspecified",),
                status="occurred",
                attribution="narrator",
                speaker=None,
                sources=sources,
                targets=tuple(t.i for t in g.conjuncts(whom[0]) if t.i not in sources),
                anchors=(verb.i,),
                requires=("actors",),
            )
            out.append(self._attributed(tree, bare, verb))
        return out

    def _answered(self, chain: Chain, outer: Link) -> tuple[int, ...]:
        """ "rejected the court's call to free them": whose call it was."""
        inner = [link for link in chain.links if link.stance.kind == "communicative" and link is not outer]
        if not inner or g.is_verbal(inner[-1].token):
            return ()
        token = inner[-1].token
        own = g.children(token, "poss") or g.prepositional(token, "by") or g.prepositional(token, "from")
        own = own or [c for c in g.children(token, "compound", "amod", "nmod") if self.actorish(c)][:1]
        return tuple(t.i for o in own[:1] for t in g.conjuncts(o))

    def _attributed(self, tree: Tree, mention: ActMention, token: Word) -> ActMention:
        """Who says so, and whether that is the doer, an accuser or hearsay."""
        words = self.lexicon.words
        attribution = mention.attribution
        speaker: int | None = None
        verb = reporter(token, self.lexicon)
        if verb is not None:
            holder = (
                g.subject(verb, self.object_control)
                if g.is_verbal(verb)
                else g.noun_owner(verb, self.object_control)
            )
            if holder is not None:
                speaker = holder.i
            if verb.lemma in self.lexicon.stances["say"].alleged and mention.stance == "do":
                attribution = "alleged"
        else:
            source = according_to(token)
            speaker = source.i if source is not None else None
        if speaker is not None and mention.stance == "do" and mention.topics[0] in VIOLENT:
            if speaker in mention.sources or any(_is_own(tree[t]) for t in mention.sources):
                attribution = "claimed"
            elif speaker in mention.targets:
                attribution = "accused"
        head = tree[mention.head]
        hosts = {head, *(tree[a] for a in mention.anchors)}
        if any(has_word(h, words["alleged_adverb"], "advmod") for h in hosts) or has_word(
            head, words["alleged_adjective"], "amod"
        ):
            attribution = "alleged"
        if mention.harm and mention.nominal and self._under_alleged(head):
            mention = replace(mention, status="hypothetical")
            attribution = "alleged"
        if has_word(head, words["attempted_adjective"], "amod") and mention.stance == "do":
            mention = replace(mention, stance="attempt")
        if (attribution, speaker) == (mention.attribution, mention.speaker):
            return mention
        return replace(mention, attribution=attribution, speaker=speaker)

    def _under_alleged(self, noun: Word) -> bool:
        current = noun
        for _ in range(5):
            if has_word(current, self.lexicon.words["alleged_adverb"], "advmod"):
                return True
            if current.head is current:
                return False
            current = current.head
        return False

    # --- refinement ------------------------------------------------------------------------------------------

    def _refined(
        self, tree: Tree, m: Match, chain: Chain, args: Arguments
    ) -> tuple[str | None, str | None, str | None, str]:
        t = m.trigger
        instrument, obj, outcome, act = t.instrument, t.object, t.outcome, t.act
        if not t.refine or self._openings(t.refine).isdisjoint(tree.forms):
            return instrument, obj, outcome, act
        target_spans = [g.noun_phrase(x) for x in args.targets]
        doers = {i for x in args.sources for i in range(*g.noun_phrase(x))} | self._filling(args.sources)
        hosts = {tree[m.head], chain.verb}
        why = self._answering(hosts) | _whereabouts(args.sources)
        region = sorted(({x.i for h in hosts for x in g.clause_tokens(h)} | doers | self._means(hosts)) - why)
        inside = [i for i in region if not any(a <= i < b for a, b in target_spans)]
        line = self._first_refinement(tree, inside, t.refine)
        if line is None:
            line = self._first_refinement(tree, region, tuple(r for r in t.refine if r.object or r.act))
        if line is None and t.topic == "protest":
            # What is protested for stands in a clause of its own: "marched, calling for ...", "to demand ..."
            whole = sorted(x.i for x in chain.verb.subtree)
            line = self._first_refinement(
                tree, whole, tuple(r for r in t.refine if r.object and not r.instrument)
            )
        if line is not None:
            instrument = line.instrument or instrument
            obj = line.object or obj
            outcome = line.outcome or outcome
            act = line.act or act
            if line.instrument or line.act:
                # A second line may name what was acted on.
                other = self._first_refinement(
                    tree, region, tuple(r for r in t.refine if r.object and not r.instrument)
                )
                obj = other.object if other is not None and other.object else obj
        return instrument, obj, outcome, act

    def _answering(self, hosts: Iterable[Word]) -> set[int]:
        """Words of "in retaliation for a bombing": what was done before tells nothing of the means."""
        words = self.lexicon.words["requital"]
        return {
            x.i
            for h in hosts
            for p in g.children(h, "prep")
            for c in p.children
            if c.dep == "pobj" and c.lemma in words
            for x in c.subtree
        }

    def _means(self, hosts: Iterable[Word]) -> set[int]:
        """Words of "using mortars", "armed with rocks", "firing live rounds": a clause of its own tells the means."""
        words = self.lexicon.words["means"]
        return {
            x.i
            for h in hosts
            for c in h.children
            if c.dep in ("advcl", "xcomp", "acl") and c.lemma in words and c.tag in ("VBG", "VBN")
            for x in g.clause_tokens(c)
        }

    def _filling(self, weapons: Iterable[Word]) -> set[int]:
        """Words of "filled with sarin": what a shell or rocket held makes the attack another one."""
        words = self.lexicon.words
        return {
            x.i
            for w in weapons
            if w.lemma in words["munition"]
            for c in w.children
            if c.dep in ("acl", "relcl", "amod") and c.lemma in words["fill"]
            for x in g.clause_tokens(c)
        }

    def _openings(self, lines: tuple[Refinement, ...]) -> frozenset[str]:
        """First words of an entry's refinements: most sentences have none of them."""
        found = self._refine_openings.get(id(lines))
        if found is None:
            found = frozenset(words[0] for line in lines for words in line.words if words)
            self._refine_openings[id(lines)] = found
        return found

    @staticmethod
    def _first_refinement(tree: Tree, region: list[int], lines: tuple[Refinement, ...]) -> Refinement | None:
        forms: dict[int, tuple[str, str]] = {}
        at: dict[str, list[int]] = {}
        for i in region:
            token = tree[i]
            forms[i] = pair = (token.lemma, token.lower)
            for form in set(pair):
                at.setdefault(form, []).append(i)
        for line in lines:
            for words in line.words:
                for i in at.get(words[0], ()):
                    if all(i + k in forms and w in forms[i + k] for k, w in enumerate(words)) and not (
                        _is_against(tree, i)
                    ):
                        return line
        return None

    # --- stances without an act --------------------------------------------------------------------------------

    def _bare_stances(self, tree: Tree, used: set[int]) -> list[ActMention]:
        out = []
        for token in tree:
            if token.i in used or not g.is_verbal(token) or token.dep in ("amod", "compound", "aux"):
                continue
            for trigger in self.lexicon.stance_triggers.get(token.lemma, ()):
                if not stands_alone(trigger):
                    continue
                tokens = match_stance(trigger, token)
                if tokens is None or tokens & used:
                    continue
                if self._governed(token):
                    break
                mention = self._bare(tree, token, trigger, tokens, used)
                if mention is not None:
                    out.append(mention)
                    break
        return out

    def _governed(self, token: Word) -> bool:
        """ "declined to take up a request": the outer stance speaks for the inner one."""
        gov = g.governor(token)
        if gov is None or gov[1] != "clause":
            return False
        return any(
            t.kind == "communicative" and "clause" in t.links and match_stance(t, gov[0]) is not None
            for t in self.lexicon.stance_triggers.get(gov[0].lemma, ())
        )

    def _in_clause(self, verb: Word) -> list[Word]:
        """Who a clause without an act of the lexicon is about: "declined to answer the letter from the court"."""
        for c in g.children(verb, "xcomp", "ccomp", "advcl"):
            if c.dep == "advcl" and not g.is_infinitive(c):
                continue
            near = [s for s in g.children(c, "nsubj", "nsubjpass") if s.lower not in g.RELATIVE] + g.objects(
                c
            )
            far = [
                x
                for h in (c, *near)
                for word in ("from", "to", "with", "by", "for", "of", "on", "against")
                for x in g.prepositional(h, word)
            ]
            deeper = [x for h in far for word in ("from", "by", "of") for x in g.prepositional(h, word)]
            for candidate in (*near, *far, *deeper):
                if self._names_actor(candidate):
                    return g.conjuncts(candidate)
            inner = self._in_clause(c)
            if inner:
                return inner
        return []

    def _names_actor(self, noun: Word) -> bool:
        return noun.pos != "PRON" and (
            self.actorish(noun)
            or any(self.actorish(c) for c in g.children(noun, "poss", "compound", "amod", "nmod"))
        )

    def _bare(
        self, tree: Tree, token: Word, trigger: StanceTrigger, tokens: frozenset[int], used: set[int]
    ) -> ActMention | None:
        stance = self.lexicon.stances[trigger.stance]
        if stance.name in ("consider", "intend", "investigate"):
            return None
        if INFINITIVE in trigger.links and not any(
            g.is_infinitive(c) for c in g.children(token, "xcomp", "ccomp")
        ):
            return None
        holder = self._who(token)
        if trigger.kind != "communicative":
            # "No group claimed responsibility": for what was told before.
            return None if holder is None else self._bare_mention(tree, token, trigger, tokens, holder, [])
        targets = self._addressees(token, tokens, trigger.addressee)
        if not targets and "clause" in trigger.links:
            targets = self._in_clause(token)
        if not targets and "obj" in trigger.links:
            targets = [c for o in g.objects(token) if o.i not in tokens for c in g.conjuncts(o)]
        if not targets:
            for word in ("for", "of", "against", "about", "over"):
                if word in trigger.links:
                    targets = [x for t in sorted(tokens) for x in g.prepositional(tree[t], word)]
                if targets:
                    break
        if holder is None and not g.is_passive(token):
            return None
        if not targets or (stance.name == "demand" and any(t.i in used for t in targets)):
            # "ordered the closure of the paper": the order does it.
            return None
        return self._bare_mention(tree, token, trigger, tokens, holder, targets)

    def _bare_mention(
        self,
        tree: Tree,
        token: Word,
        trigger: StanceTrigger,
        tokens: frozenset[int],
        holder: Word | None,
        targets: list[Word],
    ) -> ActMention:
        status = self._level_status(token, "occurred")
        name = trigger.stance
        if status == "negated" and name in NEGATED_STANCE:
            name, status = NEGATED_STANCE[name], "occurred"
        if is_purpose(token, self.lexicon.words["ranks"]):
            status = "hypothetical"
        if status == "future" and holder is not None:
            status = "occurred"
        sources = tuple(t.i for t in g.conjuncts(holder)) if holder is not None else ()
        mention = ActMention(
            head=token.i,
            tokens=tokens,
            act=UNSPECIFIED,
            rule=f"{name}/{trigger.pattern.text}",
            stance=name,
            topics=("unspecified",),
            status=status,
            attribution="narrator",
            speaker=None,
            sources=sources,
            targets=tuple(t.i for t in targets if t.i not in sources),
            anchors=(token.i,),
            requires=("actor target", "source") if name == "allow" else ("actors",),
        )
        return self._attributed(tree, mention, token)

    # --- one happening told by two words -----------------------------------------------------------------------

    def _merge(self, tree: Tree, mentions: list[ActMention]) -> list[ActMention]:
        """Join harm words to the attack that did the harm: "a blast killed", "killed in a raid", "opened fire, killing"."""
        out = list(mentions)
        for harm in mentions:
            if not any(m is harm for m in out):
                # Already grown by another merge: what it joined is in there.
                continue
            carries = tree[harm.head].lemma in self.lexicon.words["carry"]
            if harm.stance != "do" or not (harm.harm or carries):
                continue
            cause = self._cause(tree, harm, out)
            if cause is None:
                continue
            at = next(i for i, m in enumerate(out) if m is cause)
            victims = tuple(t for t in harm.targets if t not in cause.targets and t not in cause.sources)
            # "A bomb near Gao destroyed a truck": the truck is what it struck, Gao where.
            # Of a firefight "on Basilan" the killers and the killed tell who fought.
            theirs = cause.reciprocal and not cause.sources and bool(harm.sources) and bool(victims)
            struck = tuple(t for t in cause.targets if not theirs and not _locates(tree[t]))
            # "Clashes between herders killed 30": both sides are told.
            told = cause.reciprocal and (
                any(g.prepositional(tree[t], "between") for t in (*cause.tokens, *cause.anchors))
                # "Students fought, leaving two dead": two of the students.
                or (not cause.targets and bool(cause.sources) and all(tree[t].tag == "CD" for t in victims))
            )
            merged = replace(
                cause,
                targets=cause.targets if told else struck or victims or cause.targets,
                company=tuple(dict.fromkeys((*cause.company, *harm.company))),
                victims=tuple(dict.fromkeys((*cause.victims, *harm.targets)))
                if harm.harm and not told
                else cause.victims,
                sources=cause.sources
                or tuple(
                    s
                    for s in harm.sources
                    if s not in cause.tokens and s not in victims and s not in cause.targets
                ),
                verbs=cause.verbs | harm.tokens,
                absorbed=(*cause.absorbed, harm),
                anchors=tuple(sorted({*cause.anchors, harm.head})),
                instrument=cause.instrument or harm.instrument,
                # "Rockets landed in a field, causing no injuries": the harm is denied, not the attack.
                status=cause.status
                if cause.status != "occurred"
                or harm.status in ("ongoing", "negated")
                # "A blast collapsed the house, killing six": no accident.
                or _by_accident(tree[harm.head], self.lexicon.words)
                else harm.status,
            )
            out[at] = merged
            out = [m for m in out if m is not harm]
        rehearsed = {s for m in out if m.act == EXERCISE for s in m.sources}
        return [
            m
            for m in out
            if not self._inside_another(tree, m, out)
            and not _attacked(m, out)
            and not (m.topics[0] in VIOLENT and rehearsed & {*m.sources})
        ]

    @staticmethod
    def _inside_another(tree: Tree, m: ActMention, mentions: list[ActMention]) -> bool:
        """Whether the act's noun only says what kind another one of the same topic is: "street protest rallies"."""
        head = tree[m.head]
        if not m.nominal or head.dep not in ("compound", "nmod", "amod"):
            return False
        outer = head.head.i
        return any(
            o is not m
            and (
                (o.nominal and o.head == outer and o.topics[0] == m.topics[0])
                or (outer in o.inner and o.act == m.act)
            )
            for o in mentions
        )

    def _cause(self, tree: Tree, harm: ActMention, mentions: list[ActMention]) -> ActMention | None:
        verb = tree[harm.head]
        others = [
            m
            for m in mentions
            if m is not harm
            and m.stance == "do"
            and m.topics[0] in VIOLENT
            and not m.harm
            and m.status != "negated"
            and not (m.nominal and _requited(tree[m.head], self.lexicon.words["requital"]))
        ]
        # The subject is the attack: "the blast killed six", "a raid that killed"
        for m in others:
            if m.nominal and set(harm.sources) & (m.tokens | {m.head}):
                return m
            if m.nominal and verb.dep in ("acl", "relcl") and self._struck(verb.head, m):
                return m
        if not harm.harm:
            return None
        # "killed in a raid", "wounded by shelling", "died during clashes"
        hosts = [tree[t] for t in harm.tokens]
        for word in MAKER_PREPOSITIONS:
            behind = {
                c.i
                for h in hosts
                for x in g.prepositional(h, word)
                for y in g.conjuncts(x)
                for c in [y, *(_of(y))]
            }
            for m in others:
                if m.nominal and (m.head in behind or behind & m.tokens):
                    return m
        if not g.is_verbal(verb):
            return None
        # "opened fire, killing three", "attacked a village and killed 12", "was shot dead when gunmen attacked"
        for m in others:
            linked = any(_clause_of(verb, tree[a]) or _clause_of(tree[a], verb) for a in m.anchors)
            distinct = harm.sources and m.sources and not set(harm.sources) & set(m.sources)
            # "Killed seven soldiers and abducted their commander"
            spared = tree[m.head].lemma in self.lexicon.words["spare"]
            distinct = distinct or (
                spared and bool(harm.targets) and bool(m.targets) and not set(harm.targets) & set(m.targets)
            )
            if linked and not distinct:
                return m
        return None

    def _struck(self, noun: Word, m: ActMention) -> bool:
        """Whether a noun is the act's own word, who did it or where it struck: "an attack on a church that killed 25"."""
        if noun.i in m.sources:
            return True
        while noun.i not in m.tokens and noun.dep == "pobj" and (self.site(noun) or not self.doer(noun)):
            noun = noun.head.head
        return noun.i in m.tokens


def _with_addressee(m: ActMention, mentions: list[ActMention]) -> ActMention:
    """ "marched to demand that the mayor resign", "rallied, accusing the king of theft": whom the marchers speak to is whom
    they protest against."""
    if m.topics[0] != "protest" or m.stance != "do" or m.targets or not m.sources:
        return m
    told = [
        o for o in mentions if o.stance in CALLS and o.targets and set(o.sources) & {*m.sources, *m.tokens}
    ]
    return replace(m, targets=told[0].targets) if told else m


def _attacked(m: ActMention, mentions: list[ActMention]) -> bool:
    """ "ambushed an army patrol": the patrol is who was attacked, and no act of its own."""
    return (
        m.nominal
        and m.topics[0] == "posture"
        and any(m.head in o.targets and o.topics[0] in VIOLENT for o in mentions if o is not m)
    )


def _is_own(noun: Word) -> bool:
    """ "The group said its fighters ...": what the speaker's own people did."""
    return any(c.dep == "poss" and c.lower in ("its", "our", "their") for c in noun.children)


def _clause_of(inner: Word, outer: Word) -> bool:
    current = inner
    for _ in range(3):
        if current.dep not in ("advcl", "conj", "xcomp", "acl", "relcl", "ccomp", "pcomp", "prep", "dep"):
            return False
        current = current.head
        if current.i == outer.i:
            return True
    return False


def _locates(noun: Word) -> bool:
    return noun.dep == "pobj" and noun.head.lower in ("near", "in", "outside", "around", "inside", "along")


def _told_in(token: Word, works: frozenset[str]) -> bool:
    """ "The film tells how rebels stormed the palace": the subject of a clause above is a work."""
    current = token
    for _ in range(6):
        if g.is_verbal(current) and any(
            c.dep == "nsubj" and c.lemma in works and c.i != token.i for c in current.children
        ):
            return True
        if current.head is current:
            return False
        current = current.head
    return False


def _lies_ahead(noun: Word, ahead: frozenset[str]) -> bool:
    """ "A march planned for Sunday", "expect thousands for a rally"."""
    if any(c.dep in ("acl", "relcl") and c.lemma in ahead and c.tag == "VBN" for c in noun.children):
        return True
    gov = g.governor(noun)
    while gov is not None and gov[1] in ("of", "in") and gov[0].pos == "NOUN" and gov[0].i < noun.i:
        gov = g.governor(gov[0])  # "anticipate a wave of attacks"
    return (
        gov is not None
        and gov[1] in ("for", "at", "obj", "subj")
        and gov[0].lemma in ahead
        and g.is_verbal(gov[0])
    )


def _ahead_of(noun: Word, words: frozenset[str]) -> bool:
    """ "Arrested ahead of a rally", "on the eve of the march"."""
    return noun.dep == "pobj" and noun.head.lower == "of" and noun.head.head.lower in words


def _requited(noun: Word, words: frozenset[str]) -> bool:
    """ "Killed in retaliation for a bombing": the bombing is why, not how."""
    return noun.dep == "pobj" and noun.head.lower in ("for", "to") and noun.head.head.lower in words


def _in_return(noun: Word, words: frozenset[str]) -> bool:
    """ "Killed three in retaliation": the killing is the retaliation."""
    return (
        noun.dep == "pobj" and noun.lemma in words and noun.head.lower == "in" and g.is_verbal(noun.head.head)
    )


def _whereabouts(nouns: Iterable[Word]) -> set[int]:
    """Words of "at the mine", "near the depot" behind nouns: where they are is not what they use."""
    return {
        x.i
        for noun in nouns
        for p in g.children(noun, "prep")
        if p.lower in ("at", "near", "outside", "inside", "around")
        for x in p.subtree
    }


def _between(tree: Tree, tokens: Iterable[int], chain: Chain) -> list[Word]:
    """The sides of "clashes between X and Y"; of "clashes broke out between X and Y", too."""
    found = [x for t in sorted(tokens) for x in g.prepositional(tree[t], "between")]
    happened = any(tree[t].dep == "nsubj" and tree[t].head == chain.verb for t in tokens)
    return found or (g.prepositional(chain.verb, "between") if happened else [])


def _is_against(tree: Tree, i: int) -> bool:
    """ "Anti-aircraft guns" are no aircraft."""
    return i > 1 and tree[i - 1].text == "-" and tree[i - 2].lower == "anti"


def _sought(noun: Word, clues: frozenset[str]) -> bool:
    """ "Information leading to the arrest of the killer": there is none yet."""
    gov = g.governor(noun)
    if gov is None or gov[1] != "to" or gov[0].lemma != "lead":
        return False
    verb = gov[0]
    led = [verb.head] if verb.dep in ("acl", "relcl") else []
    return verb.tag != "VBD" and any(w.lemma in clues for w in (*led, *g.children(verb, "nsubj")))


def _by_accident(verb: Word, words: Mapping[str, frozenset[str]]) -> bool:
    """ "A bus overturned, killing six", "was killed when the ferry sank"; but not "a missile crashed into a house, killing six"."""
    accidents = words["accident"]
    if verb.dep == "advcl" and verb.head.lemma in accidents:
        return not any(x.lemma in words["munition"] for x in g.children(verb.head, "nsubj"))
    if verb.dep == "acl" and any(c.dep == "acl" and c.lemma in accidents for c in verb.head.children):
        return True
    return any(c.dep in ("advcl", "pcomp") and c.lemma in accidents for c in verb.children) or any(
        p.dep == "prep" and any(x.dep == "pcomp" and x.lemma in accidents for x in p.children)
        for p in verb.children
    )


def _in_present(verb: Word) -> bool:
    """ "beat", "are beaten" """
    return verb.tag in ("VBZ", "VBP") or any(
        c.dep == "auxpass" and c.tag in ("VBZ", "VBP") for c in verb.children
    )


def _opposed(noun: Word) -> bool:
    """ "marched against an invasion", "protested against war": it is not said that there was one."""
    return (
        noun.dep == "pobj"
        and noun.head.lower == "against"
        and not g.children(noun, "poss")
        and not any(c.lower in ("the", "this", "these", "that", "those") for c in noun.children)
    )


def _of(noun: Word) -> list[Word]:
    return g.prepositional(noun, "of")


def _unique(tokens: Iterable[Word]) -> list[Word]:
    return list({t.i: t for t in tokens}.values())
