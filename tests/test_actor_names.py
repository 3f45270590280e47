"""Names of the actor tables found in text: the same as by looking for each of them everywhere; weak names of groups."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcode.lexicon.actors import HYPHENS, ActorLexicon, _written_alike, compile_tables, shape_of

COUNTRIES = """iso3,name,cameo,acled_name,aliases,adjectives,people,capital,seats,gw,cow,from,to,source,certainty
LIL,Lilliput,LIL,Lilliput,,Lilliputian,Lilliputians,Mildendo,,,,,,x,
BLE,Blefuscu,BLE,Blefuscu,,Blefuscudian,Blefuscudians,,,,,,,x,
"""
REGIONS = """id,name,aliases,adjectives,people,country,cameo,source,certainty
tarlem,Tarlem,,Tarlemite,,LIL,,x,
"""
GROUPS = """id,name,aliases,weak,cameo,type,countries,from,to,parent,ethnic,religion,source,certainty
big_enders,Big Endian Army,Big Endians;BEA,Enders;BE;the Egg;Blefuscu rebels,BLEREB,Rebel group,BLE;LIL,1699,,,,,x,
heels,High Heel Front,Al-Heel;al-Heel Front,Enders;High Heel Front,LILREB,Rebel group,LIL,,,,,,x,
yell,¡Yell!,'Ndrang's;.5 Brigade;(A);U.S. Yell;--;-,,LILUAF,Political militia,LIL,,,,,,x,
dots,İsland Guard,Île Brigade;X-2;X;Front Army;Army Front,,LILUAF,Political militia,LIL,,,,,,x,
"""
PEOPLE = """id,name,aliases,surname,office,cameo,country,from,to,source,certainty
gulliver,Lemuel Gulliver,,Gulliver,doctor,GBRHLH,GBR,1699,,x,
"""
ROLES = """word,plural,pos,role,type,armed,kind,source,certainty
rebel,rebels,noun,REB,Rebel group,yes,person,x,
army,armies,noun,MIL,State forces,yes,body,x,
egg,eggs,noun,,,no,weapon,x,
base,bases,noun,MIL,State forces,no,site,x,
"""
TABLES = {
    "countries": COUNTRIES,
    "regions": REGIONS,
    "groups": GROUPS,
    "people": PEOPLE,
    "roles": ROLES,
}
PIECES = [
    "Big Endian Army", "big", "Endian", "BEA", "Al-Heel", "al-Heel Front", "al\N{EN DASH}Heel", "¡Yell!", "'Ndrang's", "\N{RIGHT SINGLE QUOTATION MARK}Ndrang\N{LEFT SINGLE QUOTATION MARK}s",
    ".5 Brigade", "5", "(A)", "U.S. Yell", "--", "-", "---", "İsland Guard", "island guard", "İ", "Île Brigade", "ÎLE", "X-2", "X", "2", "Front Army Front",
    "Army", "Front", "Gulliver", "Lemuel", "rebels", "egg", "Lilliput", "lilliputian", "Tarlem", "ß", "_", "e\u0301", "١", "²", "the", "a", ".", ",", " ", " ", " ", "\n",
]  # fmt: skip


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> ActorLexicon:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "actors").mkdir()
    for name, text in TABLES.items():
        (folder / "actors" / f"{name}.csv").write_text(text, encoding="utf-8")
    return ActorLexicon(compile_tables((folder,)))


Spans = list[tuple[int, int, frozenset[str]]]


def everywhere(lexicon: ActorLexicon, text: str) -> Spans:
    """Every name looked for at every place; of those that overlap the longest, then the first."""
    folded = text.translate(HYPHENS)
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)
    shape = shape_of(text)
    found: dict[tuple[int, int], set[str]] = {}
    for written, entry in lexicon.iter_surfaces():
        name = written.lower()
        for start in range(len(text)):
            end = start + len(name)
            touched = (start and lower[start - 1].isalnum()) or (end < len(lower) and lower[end].isalnum())
            if (
                lower[start:end] == name
                and not touched
                and _written_alike(folded[start:end], written, entry.kind, shape)
            ):
                found.setdefault((start, end), set()).add(entry.id)
    kept: Spans = []
    for start, end in sorted(found, key=lambda p: (p[0] - p[1], p[0])):
        if all(end <= a or start >= b for a, b, _ in kept):
            kept.append((start, end, frozenset(found[start, end])))
    return sorted(kept, key=lambda k: k[0])


@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_finds_what_a_search_for_every_name_finds(lexicon: ActorLexicon, text: str) -> None:
    for written in (text, text.upper(), text.lower(), f"The reader saw this: {text}."):
        hits = [(h.start, h.end, frozenset(e.id for e in h.entries)) for h in lexicon.find(written)]
        assert hits == everywhere(lexicon, written)


@given(text=st.text(max_size=60))
def test_reads_any_text(lexicon: ActorLexicon, text: str) -> None:
    hits = [(h.start, h.end, frozenset(e.id for e in h.entries)) for h in lexicon.find(text)]
    assert hits == everywhere(lexicon, text)


@given(text=st.text(max_size=40) | st.text("aBÉß1 .ǅ", max_size=40))
def test_shape_is_told_by_the_letters(text: str) -> None:
    letters, upper = sum(map(str.isalpha, text)), sum(map(str.isupper, text))
    mixed = not letters or (upper and not (upper > 0.7 * letters and letters > 20))
    assert shape_of(text) == ("mixed" if mixed else "upper" if upper else "lower")


@pytest.mark.parametrize(
    ("word", "known", "actor", "doer", "site"),
    [
        ("bea", True, True, True, False),
        ("BEA", True, True, True, False),
        ("endian", False, False, True, False),
        ("mildendo", True, True, False, False),
        ("tarlem", True, True, False, False),
        ("egg", True, False, False, False),
        ("base", True, False, False, True),
        ("bases", True, False, False, True),
        ("rebels", True, True, True, False),
        ("gulliver", True, True, True, False),
        # Weak names make no actor of a word.
        ("enders", True, False, False, False),
        ("nobody", False, False, False, False),
    ],
)
def test_single_words(
    lexicon: ActorLexicon, word: str, known: bool, actor: bool, doer: bool, site: bool
) -> None:
    asked: list[Callable[[str], bool]] = [
        lexicon.is_known,
        lexicon.names_actor,
        lexicon.names_doer,
        lexicon.names_site,
    ]
    assert [ask(word) for ask in asked] == [known, actor, doer, site]


def test_entries_are_made_once_and_whole(lexicon: ActorLexicon) -> None:
    entry = lexicon.by_id["big_enders"]
    assert entry is lexicon.by_id["big_enders"]
    assert entry is lexicon.find("The BEA came.")[0].entry
    assert (entry.name, entry.code, entry.countries, entry.armed) == ("Big Endian Army", "BLEREB", ("BLE", "LIL"), True)  # fmt: skip
    (term,) = entry.terms
    assert (str(term.first), term.last, term.code) == ("1699-01-01", None, "BLEREB")
    assert "nobody" not in lexicon.by_id
    assert lexicon.by_id.get("nobody") is None
    assert len(lexicon.by_id) == len(list(lexicon.by_id.values()))
    assert {e.id for e in lexicon.entries_of("group")} == {"big_enders", "heels", "yell", "dots"}


def named(lexicon: ActorLexicon, *texts: str) -> list[list[str]]:
    return [[h.entry.id for h in hits if h.entry.kind == "group"] for hits in lexicon.find_all(texts)]


def test_a_weak_name_alone_is_none(lexicon: ActorLexicon) -> None:
    assert named(lexicon, "Fighting broke out.", "The Enders fled.", "BE went home.") == [[], [], []]


@pytest.mark.parametrize(
    "word", ["Blefuscu", "Blefuscudian", "Blefuscudians", "Lilliput", "Mildendo", "Tarlem"]
)
def test_a_word_of_its_country_supports_a_weak_name(lexicon: ActorLexicon, word: str) -> None:
    assert named(lexicon, "BE took the hill.", f"Troops of {word} watched.") == [["big_enders"], []]
    assert named(lexicon, f"BE took the hill, and {word} watched.") == [["big_enders"]]


def test_a_weak_name_with_support_is_as_good_as_a_full_one(lexicon: ActorLexicon) -> None:
    text = "BE attacked Blefuscu."
    (hit,) = [h for h in lexicon.find(text) if h.entry.kind == "group"]
    assert hit.entry.weak
    (hit,) = [h for h in lexicon.find_all([text])[0] if h.entry.kind == "group"]
    assert hit.entry is lexicon.by_id["big_enders"]
    assert not hit.entry.weak


def test_a_full_name_supports_the_weak_ones_behind_it(lexicon: ActorLexicon) -> None:
    assert named(lexicon, "The BEA came.", "BE won.") == [["big_enders"], ["big_enders"]]
    assert named(lexicon, "The BEA came, and BE won, said BE.") == [["big_enders"] * 3]
    assert named(lexicon, "BE won.", "The BEA came.") == [[], ["big_enders"]]
    assert named(lexicon, "BE beat the BEA.") == [["big_enders"]]


def test_of_two_groups_with_one_weak_name_the_supported_one_is_meant(lexicon: ActorLexicon) -> None:
    assert named(lexicon, "The Al-Heel met.", "The Enders spoke.") == [["heels"], ["heels"]]
    assert named(lexicon, "The BEA met.", "The Enders spoke.") == [["big_enders"], ["big_enders"]]


def test_a_name_that_is_weak_and_full_is_full(lexicon: ActorLexicon) -> None:
    assert named(lexicon, "The High Heel Front met.") == [["heels"]]


def test_a_weak_name_without_support_hides_nothing(lexicon: ActorLexicon) -> None:
    text = "The Egg rolled; Blefuscu rebels sang."
    assert [(h.entry.kind, text[h.start : h.end]) for h in lexicon.find_all([text])[0]] == [
        ("role", "Egg"),
        ("country", "Blefuscu"),
        ("role", "rebels"),
    ]


def test_text_without_small_letters_supports_no_weak_name(lexicon: ActorLexicon) -> None:
    assert named(lexicon, "LILLIPUT TOLD US TO BE QUIET AND TO BE HAPPY") == [[]]
    assert named(lexicon, "lilliput and the enders sat down to eat") == [[]]


def test_a_surname_needs_no_country(lexicon: ActorLexicon) -> None:
    (hit,) = lexicon.find("Then Gulliver woke.")
    assert (hit.entry.id, hit.entry.weak, hit.entry.sort) == ("gulliver", True, "surname")
