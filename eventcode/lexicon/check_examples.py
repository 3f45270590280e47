"""Codes the example and counter-example sentences of the act lexicon (codes: eventcode.lexicon.check)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from eventcode.find.actors import ActorReader
from eventcode.find.acts import ActMention, ActReader
from eventcode.find.grammar import noun_phrase
from eventcode.language_model import load_model
from eventcode.lexicon.actors import Hit, load_actors
from eventcode.lexicon.entries import class_asked
from eventcode.lexicon.findings import LexiconFinding
from eventcode.lexicon.load import load_acts
from eventcode.lexicon.sources import Sources, Written
from eventcode.model import Actor
from eventcode.reading.parse import SentenceParser
from eventcode.reading.tree import Tree
from eventcode.resolve.actor_classes import classes

_ARTICLE = re.compile(r"^(the|a|an|its|their|his|her)\s+", re.IGNORECASE)
# Stances that say the act was not done, or only spoken of: a counter-example may hold these.
DONE = frozenset({"do", "attempt", "foil", "stop", "ease"})


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One example or counter-example."""

    entry: Written
    text: str
    source: str | None
    target: str | None
    counter: bool


class ExampleReader:
    """Reads lone sentences with the lexicon of these folders."""

    def __init__(self, s: Sources) -> None:
        self.lexicon = load_acts(s.folders)
        self.actors = load_actors(s.folders)
        self.parser = SentenceParser(load_model(), self.lexicon.forms)
        self.describer = ActorReader(self.actors, self.lexicon.words["partitive"])
        self.reader = ActReader(self.lexicon, self.describer.actorish)

    def trees(self, texts: Sequence[str]) -> Iterator[Tree]:
        """The sentences parsed, in order."""
        return self.parser.parse(texts)

    def mentions(self, tree: Tree) -> list[ActMention]:
        """What is coded in a sentence: mentions that hold what their entries require."""
        hits = self.actors.find(tree.text)
        found: list[ActMention] = []
        for mention in self.reader.read(tree):
            able = (
                m for m in (mention, *self.reader.instead(tree, mention)) if self._complete(tree, m, hits)
            )
            found += [m for m in [next(able, None)] if m is not None]
        return found

    def _complete(self, tree: Tree, m: ActMention, hits: Sequence[Hit]) -> bool:
        def known(heads: Collection[int]) -> bool:
            return any(self.describer.describe(tree, h, hits, None).is_actor for h in heads)

        needs: dict[str, Callable[[], bool]] = {
            "target": lambda: bool(m.targets),
            "source": lambda: bool(m.sources),
            "actors": lambda: known((*m.sources, *m.targets)),
            "actor target": lambda: known(m.targets),
            # A weapon may stand for the one who uses it ("rockets hit the airport").
            "actor source": lambda: known(m.sources) or (m.instrument is not None and bool(m.sources)),
            "instrument": lambda: m.instrument is not None,
        }
        return all(
            needs[need]() if need in needs else self._is_one(tree, m, class_asked(need), hits)
            for need in m.requires
        )

    def _is_one(
        self, tree: Tree, m: ActMention, asked: tuple[str, tuple[str, ...]] | None, hits: Sequence[Hit]
    ) -> bool:
        """ "source is armed"; a name may be a place, which only the gazetteer would know."""
        if asked is None:
            return True  # E109 tells of a word that is not known
        side, wanted = asked
        heads = m.sources if side == "source" else m.targets
        if not {"place", "unlisted"}.isdisjoint(wanted) and any(tree[h].pos == "PROPN" for h in heads):
            return True
        described = (self.describer.describe(tree, h, hits, None) for h in heads)
        actors = (
            Actor(d.text, d.start, d.end, code=d.country, country=d.country, roles=d.roles, type=d.type)
            for d in described
        )
        words = self.lexicon.words
        return any(not classes(a, words["several"], words["things"]).isdisjoint(wanted) for a in actors)


def _sentences(s: Sources) -> list[_Sentence]:
    out = []
    for entry in s.active.values():
        for key in ("examples", "counter"):
            value = entry.data.get(key)
            for block in value if isinstance(value, list) else []:
                block = {"text": block} if isinstance(block, str) else block
                if isinstance(block, dict) and isinstance(block.get("text"), str):
                    out.append(
                        _Sentence(
                            entry, block["text"], block.get("source"), block.get("target"), key == "counter"
                        )
                    )
    return out


def examples(s: Sources) -> Iterator[LexiconFinding]:
    """E106: an example that is not coded as its act, or with another source or target; E107: a counter-example that is
    coded as it. Raises LexiconError where the lexicon cannot be loaded."""
    sentences = _sentences(s)
    reader = ExampleReader(s)
    for sentence, tree in zip(sentences, reader.trees([str(x.text) for x in sentences]), strict=True):
        mentions = [m for m in reader.mentions(tree) if m.act == sentence.entry.name]
        if sentence.counter:
            yield from _counter(sentence, mentions)
        else:
            yield from _example(sentence, mentions, tree, reader)


def _counter(x: _Sentence, mentions: Sequence[ActMention]) -> Iterator[LexiconFinding]:
    for m in mentions:
        if m.stance in DONE and m.status in ("occurred", "ongoing"):
            yield x.entry.finding("E107", f"counter-example is coded ({m.rule}): {x.text}", x.text)
            return


def _example(
    x: _Sentence, mentions: Sequence[ActMention], tree: Tree, reader: ExampleReader
) -> Iterator[LexiconFinding]:
    if not mentions:
        others = ", ".join(f"{m.stance} {m.act}" for m in reader.mentions(tree)) or "nothing"
        yield x.entry.finding("E106", f"example codes {others}: {x.text}", x.text)
        return
    told = [_problem(x, m, tree) for m in mentions]
    if all(told):
        yield x.entry.finding("E106", f"{told[0]}: {x.text}", x.text)


def _problem(x: _Sentence, m: ActMention, tree: Tree) -> str:
    """What is wrong with the sides of a mention; "" if nothing."""
    for side, wanted, heads in (("source", x.source, m.sources), ("target", x.target, m.targets)):
        found = [_text(tree, h) for h in heads]
        # Where a phrase ends that tells a place ("rebels in Ghouta") is the parser's guess: both readings will do.
        fit = [*found, *(_core(tree, h) for h in heads)]
        if wanted is not None and _bare(wanted) not in {_bare(f) for f in fit} and not _joined(wanted, fit):
            return f"{side} is {' + '.join(repr(f) for f in found) or 'nobody'}, not {wanted!r}"
    return ""


def _text(tree: Tree, head: int) -> str:
    left, right = noun_phrase(tree[head])
    return tree.part(left, right)


def _core(tree: Tree, head: int) -> str:
    """The phrase up to its first preposition."""
    left, right = noun_phrase(tree[head])
    stop = next((t.i for t in tree[head + 1 : right] if t.dep == "prep"), right)
    return tree.part(left, stop)


def _bare(text: str) -> str:
    return _ARTICLE.sub("", text.strip()).casefold()


def _joined(wanted: str, found: Sequence[str]) -> bool:
    """Whether the text names all of several ("Ghana and Togo", "the army, the police")."""
    parts = [p for p in re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", wanted) if p]
    return len(parts) > 1 and {_bare(p) for p in parts} <= {_bare(f) for f in found}
