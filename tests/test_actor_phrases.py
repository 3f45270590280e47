"""Noun phrases read and resolved in small articles: whose role counts, which country, who is meant by a short name."""

from __future__ import annotations

import datetime as dt

import pytest

from eventcode import Article, Coder
from eventcode.coder import _ArticleCoder
from eventcode.model import Actor
from eventcode.sentences import cut

DAY = dt.date(2012, 5, 1)


def actors(coder: Coder, text: str, day: dt.date = DAY) -> list[Actor]:
    """Subjects and objects of every sentence, in order."""
    article = Article(text, "case", None, day)
    walk = _ArticleCoder(coder, article, cut(article), False)
    sentences = walk.document.sentences
    found = []
    for sentence, tree in zip(sentences, coder.parser.parse([s.text for s in sentences]), strict=True):
        hits = walk.hits[sentence.field, sentence.start]
        for word in tree:
            if word.dep in ("nsubj", "nsubjpass", "dobj"):
                described = coder.describer.describe(tree, word.i, hits, day)
                actor = walk.people.resolve(described, sentence, subject=word.dep != "dobj")
                found.append(walk.people.localise(actor, walk.country))
    return found


def codes(coder: Coder, text: str, day: dt.date = DAY) -> list[str | None]:
    """Codes of those that have one."""
    return [a.code for a in actors(coder, text, day) if a.code is not None]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # A word without a role of its own has that of what stands behind it.
        ("Supporters of Peru's opposition leader cheered.", "PEROPP"),
        ("Aides to Norway's prime minister refused.", "NORGOV"),
        ("A faction within Chad's army mutinied.", "TCDMIL"),
        ("Fighters of the breakaway republic in Moldova surrendered.", "MDASEP"),
        # Supporters of a president hold no office.
        ("Supporters of Peru's president cheered.", "PER"),
        # Families of soldiers are no soldiers, pilots of the air force are.
        ("Relatives of Peruvian soldiers complained.", "PERCVL"),
        ("Pilots of the Peruvian air force complained.", "PERMIL"),
        # Beside nothing but a country.
        ("Peruvian leaders complained.", "PERGOV"),
        ("Peruvian officers complained.", "PERMIL"),
        ("Peruvian police officers complained.", "PERCOP"),
        # Peoples and believers.
        ("Peruvian Catholics complained.", "PERCHRCTH"),
        ("Uighurs complained in Istanbul.", "CHNUIG"),
        # International types come first; peacekeepers are nobody's.
        ("Danish peacekeepers left Cyprus.", "IGOPKO"),
        ("Danish aid workers left Cyprus.", "NGODNK"),
        # One word for the tables, three for the parser.
        ("Danish neo-Nazis marched in Copenhagen.", "DNKRAD"),
        # A rank of an office, and the kin of who holds one.
        ("Peru's deputy commander complained.", "PERMIL"),
        ("A policeman's widow complained in Lima, Peru.", "PERCVL"),
        ("The generals' sons complained in Lima, Peru.", "PERCVL"),
        ("The army's men complained in Lima, Peru.", "PERMIL"),
        # Hidden behind clothes.
        ("Men in camouflage left a Danish village.", "DNKUAF"),
    ],
)
def test_first_code(coder: Coder, text: str, code: str) -> None:
    assert codes(coder, text)[0] == code


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # ACLED leaves out ordinary crime, with arms or without; gangs and bandits are armed groups.
        ("Armed robbers killed a trader in Lima, Peru.", None),
        ("Bank robbers killed a trader in Lima, Peru.", None),
        ("Carjackers killed a trader in Lima, Peru.", None),
        ("Heavily armed burglars killed a trader in Lima, Peru.", None),
        ("Bandits killed a trader in Lima, Peru.", "Political militia"),
        ("A gang killed a trader in Lima, Peru.", "Political militia"),
        # Who belongs to a gang tells what it is.
        ("A gang of car thieves killed a trader in Lima, Peru.", None),
        ("A gang of bandits killed a trader in Lima, Peru.", "Political militia"),
    ],
)
def test_ordinary_crime_has_no_type(coder: Coder, text: str, kind: str | None) -> None:
    (first, *_) = actors(coder, text)
    assert (first.code, first.type) == ("PERCRM", kind)


def test_forces_from_elsewhere_have_no_country_of_the_event(coder: Coder) -> None:
    (troops, *_) = actors(coder, "Foreign troops entered Lima, Peru.")
    assert (troops.type, troops.country) == ("External/Other forces", None)


@pytest.mark.parametrize(
    ("text", "kind", "country"),
    [
        # Where a body of many countries works is not whose it is.
        ("African Union soldiers in Chad shelled a village.", "External/Other forces", None),
        ("Soldiers of the African Union mission in Chad shelled a village.", "External/Other forces", None),
        # Nobody is suspected of herding.
        ("Suspected Fulani herders left Jos, Nigeria.", "Identity militia", "NGA"),
        ("Fulani herders left Jos, Nigeria.", "Civilians", "NGA"),
    ],
)
def test_whose_forces(coder: Coder, text: str, kind: str, country: str | None) -> None:
    (first, *_) = actors(coder, text)
    assert (first.type, first.country) == (kind, country)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Congo accused Rwanda of invading.", "COD"),
        ("Congo buried its dead in Brazzaville.", "COG"),
        ("Georgia recounted its votes in Atlanta.", "USA"),
        ("Georgia complained to the United States.", "GEO"),
    ],
)
def test_of_two_places_of_a_name_the_article_tells_which(coder: Coder, text: str, code: str) -> None:
    assert codes(coder, text)[0] == code


@pytest.mark.parametrize(("year", "name"), [(1990, "George H. W. Bush"), (2005, "George W. Bush")])
def test_of_two_of_a_surname_the_one_in_office_is_meant(coder: Coder, year: int, name: str) -> None:
    assert actors(coder, "Bush met reporters in Washington.", dt.date(year, 6, 1))[0].name == name


def test_a_national_party_is_not_that_of_another_country(coder: Coder) -> None:
    assert codes(coder, "Lawmakers of Latvia's ruling Democratic Party resigned.")[0] == "LVAGOVPTY"


def test_an_abbreviation_in_brackets_is_known_from_then_on(coder: Coder) -> None:
    text = "Gunmen of the Tulip Freedom Movement (TFM) left Lagos, Nigeria. The TFM returned."
    first, last = actors(coder, text)[0], actors(coder, text)[-1]
    assert (last.text, last.code, last.ref_start) == ("The TFM", first.code, first.start)


def test_an_abbreviation_in_brackets_is_as_good_as_the_name(coder: Coder) -> None:
    text = "The Irish Republican Army (QRA) attacked. The QRA left."
    assert [a.name for a in actors(coder, text)] == ["Irish Republican Army"] * 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Washington rejected the offer.", "USAGOV"),
        ("George Washington University dismissed two students.", "USAEDU"),
        ("Jordan Doe, 34, was arrested in Ohio.", "USACVL"),
        ("Jordan expelled an envoy.", "JOR"),
        ("Niger accused Nigeria.", "NER"),
        ("Chad sent troops to Mali.", "TCD"),
        ("Turkey shelled a village.", "TUR"),
        ("The Pakistani Taliban threatened teachers.", "PAKINSTTP"),
        ("The Afghan Taliban threatened teachers.", "AFGINSTAL"),
    ],
)
def test_ambiguous_names(coder: Coder, text: str, code: str) -> None:
    assert codes(coder, text)[0] == code


def test_a_counterpart_holds_the_same_office(coder: Coder) -> None:
    text = "The Danish foreign minister received his Swedish counterpart."
    assert codes(coder, text) == ["DNKGOV", "SWEGOV"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Unidentified gunmen killed a judge in Lima, Peru.", ["PERUAF", "PERJUD"]),
        ("Two dozen gunmen attacked a convoy of aid workers in Lima, Peru.", ["PERUAF", "NGOPER"]),
        ("Gunmen stopped a bus carrying Buddhist pilgrims in Lima, Peru.", ["PERUAF", "PERCVL", "PERCVLBUD"]),
        ("The Kremlin accused Kyiv.", ["RUSGOV", "UKRGOV"]),
        ("Syrian warplanes attacked villagers.", ["SYRMIL", "SYRCVL"]),
    ],
)
def test_places_weapons_quantities_and_victims(coder: Coder, text: str, wanted: list[str]) -> None:
    assert codes(coder, text) == wanted


def test_private_people_are_told_by_what_they_are(coder: Coder) -> None:
    killed, held = actors(
        coder, "Gunmen shot a teacher, Rosa Quispe, in Lima. Police arrested Luis Mamani, 34, there."
    )[1::2]
    assert (killed.name, held.name) == ("Teacher (Peru)", "Person (Peru)")


def test_private_people_have_names_where_that_is_asked_for(
    coder: Coder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coder.describer, "names", "all")
    killed, held = actors(
        coder, "Gunmen shot a teacher, Rosa Quispe, in Lima. Police arrested Luis Mamani, 34, there."
    )[1::2]
    assert (killed.name, held.name) == ("Rosa Quispe, teacher (Peru)", "Luis Mamani, person (Peru)")
    assert (killed.code, held.code) == ("PEREDU", "PERCVL")


def test_a_country_that_is_fought_is_not_where_unless_nothing_else_is(coder: Coder) -> None:
    def places(text: str) -> list[str | None]:
        (act,) = coder.code(Article(text, "case", None, DAY)).acts
        return [p.country for p in act.places]

    assert places("Armenia and Azerbaijan fought near Gyumri.") == ["ARM"]
    assert places("Peru shelled Chile on Monday.") == ["CHL"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # An office that the tables do not have, at the first mention and later.
        (
            "Finance Minister Nicolai Wammen praised Germany. Wammen visited Berlin.",
            ["DNKGOV", "DEU", "DNKGOV"],
        ),
        ("The finance minister, Nicolai Wammen, praised Germany.", ["DNKGOV", "DEU"]),
        ("Opposition leader Nicolai Wammen praised Germany.", ["DNKOPP", "DEU"]),
        # The office that he held, and no office at all.
        ("Defence Minister Nicolai Wammen praised Germany.", ["DNKELI", "DEU"]),
        ("Former Finance Minister Nicolai Wammen praised Germany.", ["DNKELI", "DEU"]),
        ("Nicolai Wammen praised Germany.", ["DNKELI", "DEU"]),
    ],
)
def test_the_office_that_the_article_gives_outdoes_a_past_one(
    coder: Coder, text: str, told: list[str]
) -> None:
    assert codes(coder, text, dt.date(2017, 5, 1))[: len(told)] == told


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Deputies shot a man in Houston, Texas.", "USACOP"),
        ("Harris County sheriff's deputies shot a man in Houston, Texas.", "USACOP"),
        ("Texas deputies shot a man.", "USACOP"),
        ("Deputies criticised the president in Kyiv, Ukraine.", "UKRLEG"),
        ("French deputies criticised the president.", "FRALEG"),
    ],
)
def test_a_word_may_mean_something_else_in_one_country(coder: Coder, text: str, code: str) -> None:
    assert codes(coder, text)[0] == code
