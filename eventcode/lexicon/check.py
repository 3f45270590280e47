"""The lexicon check: coded findings about acts, stances, ontologies and tables (``eventcode lexicon check [DIR]``).

code  what is wrong
E100  a YAML file cannot be read, or a block has no name
E101  topic, instrument, object or outcome that terms.yaml does not list
E102  an act written twice in one folder, or a key given twice
E103  a set of words ("&name") that no file defines
E104  words that two acts claim, with nothing to choose by
E105  a line that is never found: "never", "leave_alone" or an earlier line takes the same words (W: the same entry's,
      that of another imported act, or a line of ours that yours takes the place of)
E106  an example that is not coded as its act, or with another source or target (W: one of ours, under your folder)
E107  a counter-example that is coded as the act
E108  an act without an example (imported ones, "from", need none)
E109  a slot, or a word of "requires", that the reader does not know
E110  a refinement to an act that there is not
E111  a key or shape that nothing reads
E200  a mapping file without its header, or with parts of another kind
E201  a mapping for an act that there is not
E202  a code that the ontology does not have
E203  an unknown condition, value of a condition, or key of a line
E204  an unknown class of actors
E205  an act without a CAMEO line
E206  a mapping for a stance that there is not
E207  a mapping for a topic that there is not
E208  a line that is never tried
E301  kind, side or status of a stance that there is not
E302  a line of a stance that cannot be read, or hangs on an unknown slot
E303  stances that refer to each other in a circle, or to one that there is not
E304  topics that turn into ones that there are not
E400  a table that cannot be read (W: a file that nothing reads)
E401  a column unknown or missing
E402  a row without its key, or written twice
E403  a date that is none
E404  from after to
E405  a value outside its closed list, or an ill-formed CAMEO code
E406  a country that countries.csv does not have
E407  (W) a name that two bear at the same time
E408  a row without a source
E409  invisible characters, or letters of two scripts in one word
E501  the gazetteer's places.csv cannot be used
E502  a place without a source
E503  a place of an unknown country or kind
E504  a place far from its country
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from eventcode.errors import LexiconError
from eventcode.lexicon import check_acts, check_mappings, check_tables
from eventcode.lexicon.findings import LexiconFinding
from eventcode.lexicon.load import lexicon_folders
from eventcode.lexicon.sources import Sources, read_sources

__all__ = ["CHECKS", "LexiconFinding", "check"]

Check = Callable[[Sources], Iterator[LexiconFinding]]


def _problems(s: Sources) -> Iterator[LexiconFinding]:
    yield from s.problems


def _examples(s: Sources) -> Iterator[LexiconFinding]:
    # spaCy is loaded for this check only.
    from eventcode.lexicon.check_examples import examples

    try:
        for finding in examples(s):
            # A user's words may take ours: what the packaged examples lose by that is told, and no error.
            ours = len(s.folders) > 1 and Path(finding.file).is_relative_to(s.folders[0])
            yield replace(finding, severity="W") if ours else finding
    except LexiconError as e:
        yield LexiconFinding("E100", "E", str(s.folders[-1]), None, "lexicon", f"cannot be loaded: {e}")


CHECKS: tuple[tuple[tuple[str, ...], Check], ...] = (
    (("E100", "E102"), _problems),
    (("E101",), check_acts.closed_lists),
    (("E102",), check_acts.duplicates),
    (("E103",), check_acts.unknown_sets),
    (("E104", "E105"), check_acts.claimed_twice),
    (("E106", "E107", "E100"), _examples),
    (("E108",), check_acts.without_example),
    (("E109",), check_acts.slots),
    (("E110",), check_acts.refinements),
    (("E111",), check_acts.shape),
    (("E200",), check_mappings.headers),
    (("E201",), check_mappings.unknown_acts),
    (("E202",), check_mappings.unknown_codes),
    (("E203", "E204"), check_mappings.conditions),
    (("E205",), check_mappings.uncoded_acts),
    (("E206", "E207"), check_mappings.unknown_stances),
    (("E208",), check_mappings.dead_lines),
    (("E301",), check_mappings.stance_kinds),
    (("E302",), check_mappings.stance_slots),
    (("E303",), check_mappings.circles),
    (("E304",), check_mappings.turns),
    (("E400",), check_tables.unreadable),
    (("E401",), check_tables.columns),
    (("E402",), check_tables.keys),
    (("E403", "E404"), check_tables.dates),
    (("E405",), check_tables.values),
    (("E406",), check_tables.countries),
    (("E407",), check_tables.names),
    (("E408",), check_tables.sources),
    (("E409",), check_tables.letters),
    (("E501", "E502", "E503"), check_tables.places),
    (("E504",), check_tables.neighbourhoods),
)


def check(overlay: Path | None = None, *, select: Collection[str] | None = None) -> list[LexiconFinding]:
    """Findings about our lexicon, or about it with a user's folder laid over it.

    Args:
        overlay: the user's folder (docs/lexicon.md); findings about ours are told too, as the two work together.
        select: codes to look for; all without it. Checks of other codes are not run.

    Returns:
        Findings by file, line and code; none where nothing is wrong.

    Raises:
        LexiconError: there is no such folder.
    """
    sources = read_sources(lexicon_folders(overlay))
    wanted = None if select is None else frozenset(select)
    found: list[LexiconFinding] = []
    for codes, run in CHECKS:
        if wanted is None or wanted & set(codes):
            found += (f for f in run(sources) if wanted is None or f.code in wanted)
    return sorted(set(found), key=lambda f: (f.file, f.line or 0, f.code, f.entry, f.message))
