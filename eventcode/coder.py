"""The one object that walks an article: sentences, parse, acts, actors, places, dates, tolls, resolved together into acts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from eventcode import __version__
from eventcode.find.actors import ActorReader, Description
from eventcode.find.acts import VIOLENT, ActMention, ActReader
from eventcode.find.dates import DateMention, find_dates
from eventcode.find.grammar import conjuncts, governor, is_verbal, noun_phrase
from eventcode.find.grammar import subject as subject_of
from eventcode.find.places import find_places, place_words
from eventcode.find.tolls import TollMention, find_tolls, implied_count
from eventcode.find.triggers import SentenceFilter
from eventcode.gazetteer.index import Gazetteer, open_index
from eventcode.inputs.hashes import article_sha256
from eventcode.language_model import irregular_forms, load_model, model_name
from eventcode.lexicon.actors import NAME_KINDS, Hit, load_actors
from eventcode.lexicon.entries import Trigger, class_asked
from eventcode.lexicon.load import lexicon_folders, load_acts, version_hashes
from eventcode.model import (
    KILLED,
    Act,
    Actor,
    Article,
    DateValue,
    Document,
    EventPlace,
    Field,
    Note,
    Place,
    Quantity,
    Sentence,
    Toll,
)
from eventcode.reading.headlines import HeadlineVerbs
from eventcode.reading.parse import SentenceParser, parser_text
from eventcode.reading.tree import Tree, Word
from eventcode.resolve.act_dates import NOT_YET, act_date, carried, lies_ahead, publication
from eventcode.resolve.act_places import attached, country_place, event_place, most_exact, names_culprit
from eventcode.resolve.actor_classes import classes, is_private
from eventcode.resolve.actors import ArticleActors
from eventcode.resolve.places import resolve_places
from eventcode.resolve.weak_names import WeakNames
from eventcode.sentences import cut
from eventcode.values import quick, replace

# An article with so many different words of crime, and so many more for each word of political conflict, tells of ordinary crime.
CRIME_WORDS = 3
FOR_EACH_OF_CONFLICT = 4
# Different words of a story in brief, which needs one less.
SHORT_STORY = 80
CRIME = "crime"
_LETTERS = re.compile(r"[a-z-]+")
MATERIAL = VIOLENT | {"protest", "arrest", "seize", "control", "posture", "deport", "deescalate", "release"}
# How much a name says about where an article's events are: towns and sites 4.
COUNTRY_WEIGHTS = {"demonym": 1, "country": 2, "region": 3, "sea": 1}
# What can be taken and held.
HELD = frozenset({"settlement", "district", "site", "admin1", "admin2", "region"})
# Stances by which a crowd says what it wants.
CALLS = frozenset({"demand", "appeal", "refuse", "condemn"})
OBJECT_PRONOUNS = frozenset({"him", "her", "them"})
REFLEXIVE = frozenset({"himself", "herself", "itself", "themselves"})
CRIMINAL = VIOLENT | {"arrest", "seize"}
TOLL_TOPICS = VIOLENT | {"protest", "arrest"}


# Words that point back to somebody named before.
_BACKWARD = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|its|their|both|each (?:side|party)|the (?:group|two|pair|movement|country|rival|warring))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CodedArticle:
    """An article with everything that was read in it. ``acts``: sentence by sentence, main clauses first."""

    article: Article
    document: Document
    parsed_sentences: int
    acts: tuple[Act, ...]
    places: tuple[Place, ...]
    notes: tuple[Note, ...]


@quick
@dataclass(frozen=True, slots=True)
class _Read:
    """One parsed sentence with the mentions found in it; ``persons``: tokens of words for people ("policeman"), looked for
    where a place is named."""

    sentence: Sentence
    tree: Tree
    mentions: tuple[ActMention, ...]
    tolls: tuple[TollMention, ...]
    dates: tuple[DateMention, ...]
    hits: tuple[Hit, ...]
    places: tuple[Place, ...]
    persons: frozenset[int]


class Coder:
    """Reads articles into acts. Loads lexicons, model and gazetteer once; coding an article changes nothing in it.

    Args:
        lexicon: a user's folder laid over ours (docs/lexicon.md).
        notes: whether to tell, in ``CodedArticle.notes``, what was not coded and why.

    Raises:
        LexiconError, ModelError, GazetteerError: when something it needs cannot be loaded.
    """

    def __init__(
        self, lexicon: Path | None = None, *, notes: bool = False, gazetteer: Gazetteer | None = None
    ) -> None:
        self._folders = lexicon_folders(lexicon)
        self._notes = notes
        self.acts = load_acts(self._folders)
        self.actors = load_actors(self._folders)
        self.gazetteer = gazetteer or open_index()
        nlp = load_model()
        irregular = [*self.acts.forms.items(), *irregular_forms(nlp)]
        verbs = {
            head: [t for t in ts if t.pos == "verb" and not t.never]
            for head, ts in self.acts.triggers.items()
        }
        suffered = (head for head, ts in verbs.items() if any(_is_suffered(t) for t in ts))
        present = (head for head in (*verbs, *self.acts.stance_triggers) if verbs.get(head, True))
        self.parser = SentenceParser(nlp, self.acts.forms, HeadlineVerbs(present, irregular, suffered))
        self.worth_parsing = SentenceFilter(self.acts, irregular)
        self.describer = ActorReader(self.actors, self.acts.words["partitive"])
        self.reader = ActReader(self.acts, self.describer.actorish, self.describer.site, self.describer.doer)

    @property
    def metadata(self) -> dict[str, str]:
        """What every table's file metadata says about how it was made."""
        return {
            "eventcode_version": __version__,
            **version_hashes(self._folders),
            "language_model": model_name(),
            "gazetteer_version": self.gazetteer.version,
            "geonames": "Place names and coordinates: GeoNames, CC BY 4.0",
        }

    def code(self, article: Article) -> CodedArticle:
        """Everything read in one article. Never raises for what the text says."""
        return next(self.code_all([article]))

    def code_all(self, articles: Sequence[Article]) -> Iterator[CodedArticle]:
        """Everything read in each of some articles, in order. Their sentences are parsed together, which is faster and
        changes no parse; all of the articles are held in memory."""
        walks = [_ArticleCoder(self, article, cut(article), self._notes) for article in articles]
        trees = self.parser.parse(text for walk in walks for text in walk.texts)
        for walk in walks:
            yield walk.run(islice(trees, len(walk.texts)))

    def places(self, article: Article) -> tuple[Place, ...]:
        """The places of an article alone (``eventcode geoparse``): nothing is parsed."""
        document = cut(article)
        return tuple(self._resolved_places(document, self.names(document)))

    def names(self, document: Document) -> dict[tuple[Field, int], list[Hit]]:
        """Names and words of the actor tables in each sentence, by its field and offset."""
        found = self.actors.find_all([s.text for s in document.sentences])
        return {(s.field, s.start): hits for s, hits in zip(document.sentences, found, strict=True)}

    def _resolved_places(self, document: Document, hits: dict[tuple[Field, int], list[Hit]]) -> list[Place]:
        blocked = [
            (s.field, s.start + h.start, s.start + h.end)
            for s in document.sentences
            for h in hits[s.field, s.start]
            if h.entry.kind in NAME_KINDS and not h.entry.weak
        ]
        return resolve_places(find_places(document, self.gazetteer, blocked), document, self.gazetteer)


class _ArticleCoder:
    """One article's walk: what is known of it so far, sentence by sentence."""

    def __init__(self, coder: Coder, article: Article, document: Document, notes: bool) -> None:
        self.coder = coder
        self.article = article
        self.document = document
        self.sha = article_sha256(article)
        self.people = ArticleActors(coder.actors, article.date, coder.acts.words)
        self.notes: list[Note] = []
        self.keep_notes = notes
        self.acts: list[Act] = []
        self.order: dict[str, tuple[int, int, int]] = {}
        self.last_date: DateValue | None = None
        self.last_places: tuple[EventPlace, ...] = ()
        self.last_place_sentence = -9
        self.told: dict[str, Act] = {}
        self.again: Act | None = None

        found = coder.names(document)
        words = place_words()
        names = WeakNames(found.values(), article.date, words.titles, words.given, self.coder.actors)
        self.hits = {
            (s.field, s.start): names.supported(s.text, found[s.field, s.start]) for s in document.sentences
        }
        self.named_places = coder._resolved_places(document, self.hits)
        self.country = self._main_country(self.named_places, self.hits)
        self.crime = self._is_crime_story()
        self.chosen = self._chosen(self.hits)
        self.texts = [
            parser_text(s.text, self._names(s, self.hits[s.field, s.start], self.named_places))
            for s in self.chosen
        ]
        """What is to be parsed, in order."""

    def run(self, trees: Iterable[Tree]) -> CodedArticle:
        """The article, read with the parsed ``texts``."""
        places = self.named_places
        for sentence, tree in zip(self.chosen, trees, strict=True):
            self._sentence(self._read(sentence, tree, self.hits[sentence.field, sentence.start], places))
            tree.fell()
        if self.keep_notes:
            parsed = set(self.chosen)
            for s in self.document.sentences:
                if s not in parsed:
                    self._note(
                        s,
                        s.start,
                        s.end,
                        "not parsed",
                        "no pattern of the act lexicon has all its words here",
                    )
        self.acts.sort(key=lambda a: self.order[a.act_id])
        return CodedArticle(
            self.article, self.document, len(self.chosen), tuple(self.acts), tuple(places), tuple(self.notes)
        )

    def _is_crime_story(self) -> bool:
        """Whether the article tells of ordinary crime: several words of police and courts, few of political conflict."""
        words = set(_LETTERS.findall(f"{self.article.title or ''} {self.article.text}".lower()))
        lists = self.coder.acts.words
        enough = CRIME_WORDS if len(words) > SHORT_STORY else CRIME_WORDS - 1
        enough += FOR_EACH_OF_CONFLICT * len(words & lists["conflict"])
        return len(words & lists["crime"]) >= enough

    def _chosen(self, hits: dict[tuple[Field, int], list[Hit]]) -> list[Sentence]:
        """Sentences to parse: those that can hold an act, and before one with "they" or "the group" the sentence that
        may say who is meant."""
        sentences = self.document.sentences
        worth = [self.coder.worth_parsing(s.text) for s in sentences]
        for i in range(1, len(sentences)):
            before = sentences[i - 1]
            if worth[i] and not worth[i - 1] and _BACKWARD.search(sentences[i].text):
                worth[i - 1] = before.field == sentences[i].field and bool(hits[before.field, before.start])
        return [s for s, good in zip(sentences, worth, strict=True) if good]

    # --- reading a sentence -------------------------------------------------------------------------------------

    @staticmethod
    def _names(s: Sentence, hits: Sequence[Hit], places: Sequence[Place]) -> list[tuple[int, int]]:
        names = [(h.start, h.end) for h in hits if h.entry.kind not in ("role",)]
        return names + [
            (p.start - s.start, p.end - s.start)
            for p in places
            if p.field == s.field and s.start <= p.start < s.end
        ]

    def _read(self, sentence: Sentence, tree: Tree, hits: Sequence[Hit], places: Sequence[Place]) -> _Read:
        here = tuple(
            p for p in places if p.field == sentence.field and sentence.start <= p.start < sentence.end
        )
        return _Read(
            sentence, tree, tuple(self.coder.reader.read(tree, _name_tokens(tree, hits))), tuple(find_tolls(tree)), tuple(find_dates(tree.text)), tuple(hits), here, _persons(tree, hits) if here else frozenset(),
        )  # fmt: skip

    def _main_country(self, places: Sequence[Place], hits: dict[tuple[Field, int], list[Hit]]) -> str | None:
        """The country where most of the article's towns and sites lie; countries and peoples, who are often only
        actors, count less. The dateline counts where nothing else does."""
        line = self.document.dateline
        seats = {
            (s.field, s.start + h.start)
            for s in self.document.sentences
            for h in hits[s.field, s.start]
            if h.of_kind("seat") is not None
        }
        counts: dict[str, int] = {}
        for p in places:
            if p.country is None or (
                line is not None and p.field == "text" and line.start <= p.start < line.end
            ):
                continue
            weight = 1 if (p.field, p.start) in seats else COUNTRY_WEIGHTS.get(p.feature, 4)
            counts[p.country] = counts.get(p.country, 0) + weight
        if counts:
            return max(counts, key=lambda c: counts[c])
        return next((p.country for p in places if p.country is not None), None)

    def _sentence(self, read: _Read) -> None:
        made: list[tuple[ActMention, Act]] = []
        described: dict[int, tuple[Actor, ...]] = {}
        # Who is spoken of, acting or not, may be what a pronoun further on means.
        for deps in (("nsubj", "nsubjpass"), ("dobj",) if OBJECT_PRONOUNS & read.tree.forms else ()):
            spoken_of = tuple(
                c.i for t in read.tree if t.dep in deps and t.pos in ("NOUN", "PROPN") for c in conjuncts(t)
            )
            self._actors(read, spoken_of, described, subject="nsubj" in deps)
        for mention in sorted(read.mentions, key=lambda m: m.head):
            act = self._act(read, mention, described)
            if act is not None:
                made.append((mention, act))
        made = _calls_of_crowds(_as_crowds(self._with_tolls(read, made), self.coder.acts.words["several"]))
        for mention, act in made:
            if act.act_id in self.order:
                continue
            self.order[act.act_id] = (
                max(act.sentence, 0) * 2 + (act.field == "text"),
                _depth(read.tree[mention.head]),
                act.trigger_start,
            )
            self.acts.append(act)
            self._remember(read.tree, mention, act)

    def _remember(self, tree: Tree, m: ActMention, act: Act) -> None:
        if (
            act.stance != "do"
            or act.status not in ("occurred", "ongoing")
            or m.topics[0] not in VIOLENT
            or not any(a.code for a in act.sources)
        ):
            return
        again = self.coder.acts.words["again"]
        for t in m.tokens:
            if tree[t].lemma in again:
                self.told[tree[t].lemma] = act
        if not m.nominal:
            for word in ("attack", "assault", "violence"):
                self.told[word] = act
        else:
            self.told["attack"] = act

    # --- one act ------------------------------------------------------------------------------------------------

    def _act(self, read: _Read, m: ActMention, described: dict[int, tuple[Actor, ...]]) -> Act | None:
        s, tree = read.sentence, read.tree
        sources = self._actors(read, m.sources, described, subject=True)
        harmed = tuple(v for v in (*m.victims, *m.company) if v not in m.targets and v not in m.sources)
        victims = self._actors(read, harmed, described, subject=False)
        targets = tuple(
            self._gathered(read, m, h, a)
            for h in m.targets
            for a in self._actors(read, (h,), described, subject=False)
        )
        two = len(sources) == 2 and len(m.sources) == 1
        if not (m.reciprocal and sources and (targets or two)):
            # Of two sides that fight, those who died are on one of them or on none.
            targets = (
                *targets,
                *(v for v in victims if v.code is not None and v.code not in {t.code for t in targets}),
            )
        places, stated = self._places(read, m)
        country = next((p.country for p in places if p.country), None) or self.country
        sources = tuple(self.people.localise(a, country) for a in sources)
        targets = tuple(self.people.localise(a, country) for a in targets)
        if m.reciprocal and not targets and two:
            # "The two sides clashed": one with the other.
            sources, targets = sources[:1], sources[1:]
        self.again = None
        m, sources = self._told_before(read, m, sources)
        if self.again is not None:
            targets = self._same_owner(read, m, targets, self.again)
        told_on = self._stated_date(read, m)
        if lies_ahead(tree, m, told_on, self.article.date):
            m = replace(m, status="future")
            told_on = self._stated_date(read, m)
        day = self._date(m, told_on)
        missing = self._missing(read, m, sources, targets)
        if (
            self.again is not None
            and m.nominal
            and not (targets or stated or m.sources)
            and (day.basis not in ("stated", "relative"))
        ):
            missing = "told before: nothing is said here of who, where or when"
        if missing is not None:
            for other in self.coder.reader.instead(tree, m):
                found = self._act(read, other, described)
                if found is not None:
                    return found
            self._note_mention(read, m, "not coded", missing)
            return None
        if not sources and (not targets or (m.nominal and m.stance == "do" and m.topics[0] in VIOLENT)):
            sources = self._anonymous(read, m)
        if m.stance in ("do", "attempt") and m.topics[0] in MATERIAL:
            if stated and m.stance == "do" and m.status == "occurred":
                self.last_places, self.last_place_sentence = places, s.index
            elif not places:
                places = self._unstated_places(s, day, sources, targets)
        head = tree[m.head]
        first = min(m.tokens)
        last = max(m.tokens)
        start, end = s.start + tree[first].idx, s.start + tree[last].idx + len(tree[last])
        if last - first > 8:
            start, end = s.start + head.idx, s.start + head.idx + len(head)
        speaker = self._speaker(read, m, described)
        if speaker is not None:
            # "We struck the airport," a spokesman said.
            sources = tuple(_as_speaker(a, speaker) for a in sources)
        return Act(
            act_id=_act_id(self.sha, s.field, start, end, m),
            article_id=self.article.id,
            field=s.field,
            sentence=s.index,
            sentence_start=s.start,
            sentence_end=s.end,
            trigger_start=start,
            trigger_end=end,
            trigger_text=self.article.field(s.field)[start:end],
            trigger_lemma=head.lemma,
            act=m.act,
            rule=m.rule,
            stance=m.stance,
            status=m.status,
            attribution=self._attribution(m, speaker, sources, targets),
            attributed_to_text=speaker.text if speaker else None,
            attributed_to_code=speaker.code if speaker else None,
            sources=sources,
            targets=targets,
            places=places,
            date=day,
            instrument=m.instrument,
            object=CRIME if self.crime and m.object is None and m.topics[0] in CRIMINAL else m.object,
            outcomes=m.outcomes,
            toll=Toll(),
        )

    def _gathered(self, read: _Read, m: ActMention, head: int, actor: Actor) -> Actor:
        """ "fired into the rally": force used on a gathering is used on the people in it."""
        gathering = read.tree[head].lemma in self.coder.acts.words["gathering"]
        if actor.code is not None or m.topics[0] not in VIOLENT or not gathering:
            return actor
        return replace(actor, roles=("OPP",), type="Protesters")

    def _told_before(
        self, read: _Read, m: ActMention, sources: tuple[Actor, ...]
    ) -> tuple[ActMention, tuple[Actor, ...]]:
        """ "The strikes targeted a base": the subject is a happening told before, whose doer and means hold here too."""
        if m.stance != "do" or m.topics[0] not in VIOLENT:
            return m, sources
        nouns = [m.head] if m.nominal and not sources else list(m.sources)
        for i in nouns:
            token = read.tree[i]
            earlier = self.told.get(token.lemma)
            if earlier is None or not any(
                c.lower in ("the", "these", "those", "both") for c in token.children
            ):
                continue
            if not m.nominal or m.act == "attack":
                m = replace(
                    m,
                    act=earlier.act,
                    rule=earlier.rule,
                    topics=(self.coder.acts.topics.get(earlier.act, m.topics[0]),),
                    requires=(),
                )
            m = replace(
                m,
                instrument=m.instrument or earlier.instrument,
                attribution=earlier.attribution if m.attribution == "narrator" else m.attribution,
            )
            self.again = earlier
            return m, tuple(
                replace(
                    a,
                    ref_start=a.ref_start or a.start,
                    ref_end=a.ref_end or a.end,
                    **self._shown(read, token),
                )
                for a in earlier.sources
            )
        return m, sources

    def _same_owner(
        self, read: _Read, m: ActMention, targets: tuple[Actor, ...], earlier: Act
    ) -> tuple[Actor, ...]:
        """A site without an owner of its own ("the strikes targeted an air base") belongs to whom the strikes were on."""
        owner = next(
            (
                a
                for a in earlier.targets
                if a.code is not None and a.country and a.roles[:1] in ((), ("MIL",))
            ),
            None,
        )
        if owner is None:
            return targets
        out = []
        for a in targets:
            named = a.country is not None and not self._located_only(read, a)
            is_site = a.roles[:1] == ("MIL",) and not named
            out.append(
                replace(
                    owner, text=a.text, start=a.start, end=a.end, ref_start=owner.start, ref_end=owner.end
                )
                if is_site
                else a
            )
        return tuple(out)

    def _located_only(self, read: _Read, a: Actor) -> bool:
        """Whether the country came from where the sentence says the site lies, not from a word for its owner."""
        owners = [
            h
            for h in read.hits
            if h.of_kind("country_adjective")
            and read.sentence.start + h.start >= a.start
            and read.sentence.start + h.end <= a.end
        ]
        return not owners

    @staticmethod
    def _shown(read: _Read, token: Word) -> dict[str, Any]:
        left, right = noun_phrase(token)
        start = read.tree[left].idx
        end = read.tree[right - 1].idx + len(read.tree[right - 1])
        return {
            "text": read.sentence.text[start:end],
            "start": read.sentence.start + start,
            "end": read.sentence.start + end,
        }

    def _actors(
        self, read: _Read, heads: Sequence[int], described: dict[int, tuple[Actor, ...]], *, subject: bool
    ) -> tuple[Actor, ...]:
        out: list[Actor] = []
        for h in heads:
            if h not in described:
                description = self.coder.describer.describe(read.tree, h, read.hits, self.article.date)
                others = self._barred(read, h, described) if description.pronoun is not None else ()
                described[h] = self.people.resolve_all(
                    _original(description, read), read.sentence, subject=subject, others=others
                )
            out += described[h]
        return tuple(out)

    def _barred(
        self, read: _Read, pronoun: int, described: dict[int, tuple[Actor, ...]]
    ) -> tuple[Actor, ...]:
        """Whom an object's pronoun cannot mean: the subject of its own clause ("the group said it took them captive")."""
        token = read.tree[pronoun]
        gov = governor(token)
        if gov is None or gov[1] in ("subj", "poss") or token.lower in REFLEXIVE or not is_verbal(gov[0]):
            return ()
        doer = subject_of(gov[0], self.coder.reader.object_control)
        # A subject stands before its object, so that this comes to an end whatever the parse.
        if doer is None or doer.i >= pronoun:
            return ()
        return self._actors(read, (doer.i,), described, subject=True)

    def _speaker(self, read: _Read, m: ActMention, described: dict[int, tuple[Actor, ...]]) -> Actor | None:
        if m.speaker is None:
            return None
        return self._actors(read, (m.speaker,), described, subject=True)[0]

    @staticmethod
    def _attribution(
        m: ActMention, speaker: Actor | None, sources: Sequence[Actor], targets: Sequence[Actor]
    ) -> str:
        if (
            speaker is None
            or m.attribution != "narrator"
            or m.stance != "do"
            or m.topics[0] not in VIOLENT
            or speaker.code is None
        ):
            return m.attribution
        if any(a.code == speaker.code or (a.group is not None and a.group == speaker.group) for a in sources):
            return "claimed"
        if (
            any(
                a.code is not None
                and a.code[:3] == speaker.code[:3]
                # A state speaks for its people too.
                and (a.roles[:1] != ("CVL",) or speaker.roles[:1] in ((), ("GOV",)))
                for a in targets
            )
            and sources
        ):
            return "accused"
        return "narrator"

    def _is_one(
        self,
        read: _Read,
        m: ActMention,
        side: str,
        wanted: Sequence[str],
        sources: Sequence[Actor],
        targets: Sequence[Actor],
    ) -> bool:
        """Whether somebody on that side is of one of the classes ("source is armed"), or the target is a place."""
        if "place" in wanted and self._names_place(read, m.targets):
            return True
        if "unlisted" in wanted and self._bare_name(read, m.targets, targets):
            return True
        words = self.coder.acts.words
        return any(
            not classes(a, words["several"], words["things"]).isdisjoint(wanted)
            for a in (sources if side == "source" else targets)
        )

    @staticmethod
    def _bare_name(read: _Read, heads: Sequence[int], targets: Sequence[Actor]) -> bool:
        """A name of one word that no table knows: what is "liberated" or "retaken" under it is a place."""
        names = [read.tree[h] for h in heads]
        unknown = all(a.code is None and a.id is None for a in targets)
        return unknown and any(w.pos == "PROPN" and not w.children and w.text[:1].isupper() for w in names)

    @staticmethod
    def _names_place(read: _Read, heads: Sequence[int]) -> bool:
        at = {read.sentence.start + read.tree[h].idx for h in heads}
        return any(p.start <= i < p.end for p in read.places for i in at if p.feature in HELD)

    def _missing(
        self, read: _Read, m: ActMention, sources: Sequence[Actor], targets: Sequence[Actor]
    ) -> str | None:
        """What the entry requires and the sentence lacks, in words for the user; None if nothing."""
        known_source = any(a.code is not None for a in sources)
        known_target = any(a.code is not None for a in targets)
        for need in m.requires:
            asked = class_asked(need)
            if asked is not None and not self._is_one(read, m, *asked, sources, targets):
                return f"the {asked[0]} is not {' or '.join(asked[1])}"
            if need == "target" and not targets:
                return "the entry requires a target"
            if need == "source" and not sources:
                return "the entry requires a source"
            if need == "actors" and not (known_source or known_target):
                return "neither source nor target is a known actor"
            if need == "actor target" and not known_target:
                return "the target is not a known actor"
            if need == "instrument" and m.instrument is None:
                return "no weapon or means is named"
            # "Rockets hit the airport": the weapon stands for whoever fired it.
            if need == "actor source" and not known_source and not (m.instrument and sources):
                return "the source is not a known actor"
        if not sources and not targets and m.topics[0] not in MATERIAL:
            return "nobody is named who does or suffers it"
        return None

    @staticmethod
    def _anonymous(read: _Read, m: ActMention) -> tuple[Actor, ...]:
        """The words for the happening itself ("a blast", "protests") stand for a doer that nobody names."""
        head = read.tree[m.head]
        left, right = noun_phrase(head) if m.nominal else (m.head, m.head + 1)
        start = read.tree[left].idx
        end = read.tree[right - 1].idx + len(read.tree[right - 1])
        at = read.sentence.start
        return (Actor(read.sentence.text[start:end], at + start, at + end),)

    # --- where and when -----------------------------------------------------------------------------------------

    def _places(self, read: _Read, m: ActMention) -> tuple[tuple[EventPlace, ...], bool]:
        culprits = self.coder.acts.words["culprit"]
        found = self._attached(read, m)
        if not found and m.stance == "do" and m.topics[0] in MATERIAL:
            # A sentence that tells of one act alone happens where it says.
            violent = [o for o in read.mentions if o.topics[0] in MATERIAL]
            loose = [
                p
                for p in read.places
                if p.feature not in ("demonym", "country")
                and not self._inside_actor(read, m, p)
                and not names_culprit(read.tree, read.sentence, p, culprits)
            ]
            if len(violent) == 1 and loose:
                found = most_exact(loose)[:1]
            for o in self._beside(read, m):
                found = found or self._attached(read, o)
        return tuple(event_place(p) for p in found), bool(found)

    def _attached(self, read: _Read, m: ActMention) -> list[Place]:
        """The places that the sentence ties to an act."""
        return attached(
            read.tree,
            read.sentence,
            m,
            [o for o in read.mentions if o is not m],
            read.places,
            people=read.persons,
            culprits=self.coder.acts.words["culprit"],
            strikes=m.topics[0] in MATERIAL,
        )

    @staticmethod
    def _beside(read: _Read, m: ActMention) -> list[ActMention]:
        """Acts of the sentence about the same people: "fired tear gas at teachers who had gathered in Lae on Monday" tells
        once where and when."""
        people = {*m.sources, *m.targets, *m.victims}
        return [
            o
            for o in read.mentions
            if o is not m
            and o.stance == "do"
            and o.status in ("occurred", "ongoing")
            and o.topics[0] in MATERIAL
            and not people.isdisjoint((*o.sources, *o.targets, *o.victims))
        ]

    @staticmethod
    def _inside_actor(read: _Read, m: ActMention, place: Place) -> bool:
        at = place.start - read.sentence.start
        for i in (*m.sources, *([m.speaker] if m.speaker is not None else [])):
            a, b = noun_phrase(read.tree[i])
            if read.tree[a].idx <= at < read.tree[b - 1].idx + len(read.tree[b - 1]):
                return True
        return False

    def _unstated_places(
        self, s: Sentence, day: DateValue, sources: Sequence[Actor], targets: Sequence[Actor]
    ) -> tuple[EventPlace, ...]:
        """The place of the act before, in a story that goes on; else the country of who suffers it, or of the article."""
        background = day.precision == "unknown" and day.basis != "publication"
        if (
            self.last_places
            and not background
            and s.field == "text"
            and s.index - self.last_place_sentence <= 3
        ):
            told = [replace(p, basis="carried") for p in self.last_places]
            if self.last_place_sentence < 0:
                # Offsets of a name in the title say nothing in the text.
                told = [replace(p, start=None, end=None) for p in told]
            return tuple(told)
        home = next((a.country for a in targets if a.country), None)
        country = home or self.country or next((a.country for a in sources if a.country), None)
        return (country_place(country),) if country else ()

    def _date(self, m: ActMention, stated: DateValue | None) -> DateValue:
        """The date of an act; ``stated``: what its own sentence says."""
        day = self.article.date
        if m.stance not in ("do", "attempt", "foil", "stop", "ease"):
            # What is threatened or promised lies elsewhere in time; the words were spoken by the day of publication.
            if stated is not None and stated.last is not None and (day is None or stated.last <= day):
                return stated
            return publication(day)
        if stated is not None:
            if stated.first is not None and day is not None and stated.first > day:
                return stated if m.status in NOT_YET else publication(day)
            if m.topics[0] in MATERIAL and stated.precision == "day":
                self.last_date = stated
            return stated
        if self.last_date is not None and m.topics[0] in MATERIAL:
            return carried(self.last_date)
        return publication(day)

    def _stated_date(self, read: _Read, m: ActMention) -> DateValue | None:
        last = self.last_date.first if self.last_date is not None else None
        others = [o for o in read.mentions if o is not m]
        words = self.coder.acts.words
        stated = act_date(read.tree, m, others, read.dates, self.article.date, last, words)
        if stated is None and m.stance == "do" and m.topics[0] in MATERIAL:
            for o in self._beside(read, m):
                others = [x for x in read.mentions if x is not o]
                stated = stated or act_date(read.tree, o, others, read.dates, self.article.date, last, words)
        return stated

    # --- tolls --------------------------------------------------------------------------------------------------

    def _with_tolls(self, read: _Read, made: list[tuple[ActMention, Act]]) -> list[tuple[ActMention, Act]]:
        """Each count goes to the act whose word it hangs on, else to the nearest violent act of the sentence, else to
        the article's last one ("the death toll rose to 15"). A running toll stands for the counts beside it; the toll of
        a whole war is no act's."""
        out = list(made)
        for t in _last_told(_counted_once(read.tree, read.tolls, self.coder.acts.words["part"])):
            at = self._toll_owner(read.tree, t, out)
            if at is not None:
                mention, act = out[at]
                toll = _add(act.toll, t, act)
                if (
                    t.kind == "killed"
                    and t.quantity.high > 0
                    and t.trigger in (mention.tokens | mention.verbs)
                ):
                    toll = replace(toll, killed=_with_company(toll.killed, read.tree, mention, t))
                out[at] = (mention, _deadly(replace(act, toll=toll), mention.topics[0]))
            elif t.kind in ("killed", "injured"):
                self._late_toll(t)
        return [(m, self._with_implied(read, m, act)) for m, act in out]

    @staticmethod
    def _with_implied(read: _Read, m: ActMention, act: Act) -> Act:
        """The act with the number of those who do or suffer it, where nothing else tells how many: "hundreds of farmers
        blocked the road", "rebels took 21 hostages"."""
        if m.stance != "do" or act.status not in ("occurred", "ongoing"):
            return act
        heads = m.sources if m.topics[0] == "protest" else m.targets
        found = implied_count(read.tree, heads, act.act, m.topics[0])
        if found is None or any(t.whole and t.kind == found[0] for t in read.tolls):
            return act
        kind, quantity = found
        if kind == "crowd":
            if act.toll.crowd_best is not None:
                return act
            return replace(act, toll=replace(act.toll, crowd_low=quantity.low, crowd_best=quantity.best))
        if getattr(act.toll, kind) is not None or act.toll.missing is not None:
            return act
        counts: dict[str, Any] = {kind: quantity}
        return replace(act, toll=replace(act.toll, **counts))

    @staticmethod
    def _toll_owner(tree: Tree, t: TollMention, made: Sequence[tuple[ActMention, Act]]) -> int | None:
        usable = [
            i for i, (m, a) in enumerate(made)
            if m.stance in ("do", "attempt") and a.status in ("occurred", "ongoing")
            and (m.topics[0] in TOLL_TOPICS or (t.kind == "displaced" and t.trigger in (m.tokens | m.verbs)))
        ]  # fmt: skip
        for i in usable:
            m = made[i][0]
            if t.trigger in m.tokens or t.trigger in m.verbs:
                return i
        if t.kind == "crowd":
            usable = [i for i in usable if made[i][0].topics[0] == "protest"]
        elif t.kind in ("killed", "injured"):
            usable = [i for i in usable if made[i][0].topics[0] in VIOLENT] or usable
        elif t.kind == "arrested":
            usable = [i for i in usable if made[i][0].topics[0] in ("arrest", "protest")]
        if not usable and t.quantity.high == 0:
            # "Caused no casualties" denies the harm itself.
            usable = [i for i, (m, a) in enumerate(made) if m.stance == "do" and m.topics[0] in VIOLENT]
        if not usable:
            return None
        number = tree[t.trigger]
        inside = range(number.left_edge, number.right_edge + 1) if number.tag == "CD" else ()
        return min(usable, key=lambda i: (made[i][0].head not in inside, abs(made[i][0].head - t.trigger), i))

    def _late_toll(self, t: TollMention) -> None:
        for i in range(len(self.acts) - 1, -1, -1):
            a = self.acts[i]
            topic = self.coder.acts.topics.get(a.act)
            if a.stance == "do" and a.status == "occurred" and topic in VIOLENT and a.field == "text":
                if t.total and t.kind == "killed":
                    self.acts[i] = replace(a, toll=replace(a.toll, killed=t.quantity))
                elif getattr(a.toll, t.kind) is None:
                    self.acts[i] = replace(a, toll=_add(a.toll, t, a))
                return

    # --- notes --------------------------------------------------------------------------------------------------

    def _note_mention(self, read: _Read, m: ActMention, kind: str, text: str) -> None:
        if self.keep_notes:
            at = read.sentence.start + read.tree[m.head].idx
            self._note(
                read.sentence,
                at,
                at + len(read.tree[m.head]),
                kind,
                text,
                rule=m.rule,
                act=m.act,
                stance=m.stance,
            )

    def _note(self, s: Sentence, start: int, end: int, kind: str, text: str, **detail: str) -> None:
        self.notes.append(Note(s.index, start, end, kind, text, detail))


def _is_suffered(trigger: Trigger) -> bool:
    """Whether a headline's bare participle of the verb tells what is done to its subject ("Mayor shot dead")."""
    hard = trigger.harm or trigger.topic in VIOLENT or trigger.topic in ("arrest", "seize")
    return hard and not trigger.reciprocal and "obj" in trigger.target


def _persons(tree: Tree, hits: Sequence[Hit]) -> frozenset[int]:
    """Tokens of the words that the tables know for one person's role."""
    persons = (h for h in hits if h.entry.kind == "role" and h.entry.sort == "person")
    spans = (tree.covering(h.start, h.end) for h in persons)
    return frozenset(tree.top(span).i for span in spans if span is not None)


def _name_tokens(tree: Tree, hits: Sequence[Hit]) -> frozenset[int]:
    """Tokens inside names of people, groups and organisations, and inside role phrases of several words but their last."""
    found: set[int] = set()
    for h in hits:
        span = tree.covering(h.start, h.end)
        if span is None:
            continue
        if h.entry.kind in NAME_KINDS and not h.entry.weak:
            found.update(span)
        elif h.entry.kind == "role" and len(span) > 1:
            found.update(span[:-1])
    return frozenset(found)


def _original(d: Description, read: _Read) -> Description:
    """The parser may have seen the sentence in other case: texts shown are always the article's own."""
    text = read.sentence.text[d.start : d.end]
    return d if text == d.text else replace(d, text=text)


def _act_id(sha: str, field: str, start: int, end: int, m: ActMention) -> str:
    # Two acts of one word (the harm and who suffers it under a stance) are told apart by the words inside.
    inner = ",".join(str(i) for i in sorted(m.inner))
    return hashlib.sha256("\x1f".join((sha, field, str(start), str(end), inner)).encode()).hexdigest()[:20]


def _depth(token: Word) -> int:
    depth = 0
    while token.head is not token and depth < 50:
        token = token.head
        depth += 1
    return depth


def _as_crowds(made: list[tuple[ActMention, Act]], many: frozenset[str]) -> list[tuple[ActMention, Act]]:
    """Whoever demonstrates is a protester in the rest of the sentence too ("students who were protesting were arrested")."""
    crowd = {
        (a.start, a.end)
        for m, act in made
        if m.stance == "do" and m.topics[0] == "protest" and act.status in ("occurred", "ongoing")
        for a in act.sources
        if a.type in (None, "Civilians")
        and a.roles[:1] not in (("GOV",), ("MIL",), ("COP",))
        and a.code is not None
        and not is_private(a, many)
    }
    if not crowd:
        return made

    def as_crowd(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
        return tuple(replace(a, type="Protesters") if (a.start, a.end) in crowd else a for a in actors)

    return [(m, replace(a, sources=as_crowd(a.sources), targets=as_crowd(a.targets))) for m, a in made]


def _as_speaker(actor: Actor, speaker: Actor) -> Actor:
    if actor.text.lower() not in ("we", "our", "us"):
        return actor
    return replace(
        speaker,
        text=actor.text,
        start=actor.start,
        end=actor.end,
        ref_start=speaker.start,
        ref_end=speaker.end,
    )


def _calls_of_crowds(made: list[tuple[ActMention, Act]]) -> list[tuple[ActMention, Act]]:
    """What a crowd in the street asks for or rejects it does by demonstrating (CAMEO manual 1.1b3, section 14), unless the
    sentence tells how it protested."""
    if any(m.topics[0] == "protest" and m.stance == "do" for m, _ in made):
        return made
    return [(m, _protesting(m, a) if _calls(a) else a) for m, a in made]


def _calls(act: Act) -> bool:
    return (
        act.stance in CALLS
        and act.status in ("occurred", "ongoing")
        and any("demonstrators" in classes(a) for a in act.sources)
    )


def _protesting(m: ActMention, act: Act) -> Act:
    wanted = m.topics[0].removeprefix("reform.") if m.topics[0].startswith("reform.") else None
    return replace(act, act="demonstrate", stance="do", object=wanted)


def _counted_once(tree: Tree, tolls: Sequence[TollMention], part: frozenset[str]) -> list[TollMention]:
    """Counts of one sentence without those that tell a part of another ("among them four officers") or the same people
    again ("shot dead": two words, one death)."""
    kept: list[TollMention] = []
    for t in tolls:
        before = tree[max(0, t.victims[0] - 2) : t.victims[0] + 2] if t.victims else ()
        if any(w.lower in part for w in before) and any(k.kind == t.kind for k in kept):
            continue
        twin = next((k for k in kept if k.kind == t.kind and abs(k.trigger - t.trigger) <= 1), None)
        if twin is not None and (t.quantity.vague or twin.quantity.vague or twin.victims == t.victims):
            if twin.quantity.vague and not t.quantity.vague:
                kept[kept.index(twin)] = t
            continue
        kept.append(t)
    return kept


def _last_told(tolls: Sequence[TollMention]) -> list[TollMention]:
    """Counts of one sentence that an act can have: not of a whole war, not denied, and of the dead only the running toll
    where one is told ("a second victim died, taking the toll to six")."""
    usable = [t for t in tolls if not t.whole and not (t.negated and t.quantity.high > 0)]
    running = [t for t in usable if t.kind == "killed" and t.total]
    if not running:
        return usable
    last = running[-1]
    return [
        t
        for t in usable
        if t.kind != "killed" or t is last or t.rival or t.quantity.best > last.quantity.best
    ]


def _with_company(killed: Quantity | None, tree: Tree, m: ActMention, t: TollMention) -> Quantity | None:
    """One more dead for each single person killed "alongside" those whom the count names."""
    inside = range(*t.victims) if t.victims else range(0)
    together = {*m.company, *(m.victims or m.targets)} if m.company else set()
    others = sum(1 for i in together if i not in inside and tree[i].tag in ("NN", "NNP"))
    return killed if killed is None or not others else _sum(killed, Quantity(others, others, others))


def _sum(a: Quantity | None, b: Quantity) -> Quantity:
    return b if a is None else Quantity(a.low + b.low, a.best + b.best, a.high + b.high, a.vague or b.vague)


def _spread(a: Quantity | None, b: Quantity) -> Quantity:
    """Two tellers' figures for the same people: the first stays the best."""
    if a is None:
        return b
    return Quantity(min(a.low, b.low), a.best, max(a.high, b.high), a.vague or b.vague)


def _deadly(act: Act, topic: str) -> Act:
    """Force of which people died is deadly force, whatever the word for it."""
    killed = act.toll.killed
    if topic not in VIOLENT or killed is None or killed.best == 0 or KILLED in act.outcomes:
        return act
    return replace(act, outcomes=(*act.outcomes, KILLED))


def _add(toll: Toll, t: TollMention, act: Act) -> Toll:
    if t.kind == "crowd":
        if toll.crowd_best is not None:
            return toll
        return replace(toll, crowd_low=t.quantity.low, crowd_best=t.quantity.best)
    together = _spread if t.rival else _sum
    counts: dict[str, Any] = {t.kind: together(getattr(toll, t.kind), t.quantity)}
    return replace(toll, **counts)
