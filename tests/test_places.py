"""Finding and resolving the names of places."""

from __future__ import annotations

from typing import get_args

import pytest
import yaml

from eventcode.find.places import PlaceMention, find_places
from eventcode.gazetteer.distance import haversine_km, km_between
from eventcode.gazetteer.folding import fold
from eventcode.gazetteer.index import Gazetteer, open_index
from eventcode.model import Article, Document, Place
from eventcode.resolve.places import Backing, LocalNews, local_country, resolve_places
from eventcode.resources import gazetteer_dir
from eventcode.sentences import cut


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return open_index()


def found(gazetteer: Gazetteer, text: str, title: str | None = None) -> list[PlaceMention]:
    return find_places(cut(Article(text=text, title=title)), gazetteer)


def placed(gazetteer: Gazetteer, text: str, title: str | None = None) -> dict[str, Place]:
    document: Document = cut(Article(text=text, title=title))
    return {p.text: p for p in resolve_places(find_places(document, gazetteer), document, gazetteer)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Rebels shelled the town of Azaz on Monday.", ["Azaz"]),
        ("Gunmen attacked a convoy in Deir ez-Zor province.", ["Deir ez-Zor"]),
        ("Drones hit the bases at al-Tanf and al-Shaddadi.", ["al-Tanf", "al-Shaddadi"]),
        ("Troops moved into southern Helmand from Kandahar.", ["Helmand", "Kandahar"]),
        ("Two ships were struck in the Red Sea near Hodeidah.", ["Red Sea", "Hodeidah"]),
        ("Fighting spread across the Donbas and the Sahel.", ["Donbas", "Sahel"]),
        (
            "He was shot in Lexington, Ky., and died in Columbus, Ohio.",
            ["Lexington", "Ky.", "Columbus", "Ohio"],
        ),
        ("Officials from the U.S. and the UK met in Geneva.", ["U.S.", "UK", "Geneva"]),
    ],
)
def test_names_are_found_whole(gazetteer: Gazetteer, text: str, names: list[str]) -> None:
    assert [m.text for m in found(gazetteer, text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "Paris Hilton arrived on Tuesday.",
        "Reporters of the Washington Post broke the story.",
        "Mr. Lincoln denied the charge.",
        "Michael Jackson sang. Later Jackson thanked the crowd.",
        "Sheriff Houston told them to go home.",
        "In March the police were reading the report.",
        "The Bank of England raised its rate.",
        "She lives at 12 Memphis Street.",
        "They fear the Marburg virus.",
    ],
)
def test_bearers_of_a_place_name_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    assert [m.text for m in found(gazetteer, text)] == []


def test_offsets_give_back_the_text(gazetteer: Gazetteer) -> None:
    text = "“Ça va”, said the envoy — then he flew from N’Djamena to Nouakchott."
    for mention in found(gazetteer, text):
        assert text[mention.start : mention.end] == mention.text
    assert {m.text for m in found(gazetteer, text)} >= {"N’Djamena", "Nouakchott"}


def test_blocked_spans_are_left_alone(gazetteer: Gazetteer) -> None:
    text = "The Baghdad Brigade seized Mosul."
    document = cut(Article(text=text))
    mentions = find_places(document, gazetteer, [("text", 4, 19)])
    assert [m.text for m in mentions] == ["Mosul"]


def test_demonyms_are_marked(gazetteer: Gazetteer) -> None:
    mentions = found(gazetteer, "Syrian soldiers entered Aleppo.")
    assert [(m.text, m.demonym) for m in mentions] == [("Syrian", True), ("Aleppo", False)]


def test_a_distance_moves_the_point(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "A bomb exploded 20 km west of Mosul, in Iraq.")
    mosul = places["Mosul"]
    assert mosul.relation == "offset"
    assert mosul.latitude is not None
    assert mosul.longitude is not None
    assert float(haversine_km(36.335, 43.119, mosul.latitude, mosul.longitude)) == pytest.approx(20, abs=2)
    assert mosul.longitude < 43.119


def test_near_is_told_from_at(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "The army struck near Idlib and then in Homs.")
    assert places["Idlib"].relation == "near"
    assert places["Homs"].relation == "at"


def test_a_level_told_by_the_words_is_kept(gazetteer: Gazetteer) -> None:
    assert placed(gazetteer, "Clashes broke out in Homs province.")["Homs"].feature == "admin1"
    assert placed(gazetteer, "Clashes broke out in the city of Homs.")["Homs"].feature == "settlement"
    places = placed(gazetteer, "Floods hit Barrow and Clarke counties in Georgia.")
    assert {places["Barrow"].feature, places["Clarke"].feature} == {"admin2"}


def test_a_container_decides(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "He was born in Paris, Texas, and studied in Athens, Ohio.")
    assert (places["Paris"].country, places["Paris"].admin1) == ("USA", "Texas")
    assert (places["Athens"].country, places["Athens"].admin1) == ("USA", "Ohio")


def test_neighbours_decide(gazetteer: Gazetteer) -> None:
    here = placed(gazetteer, "Police in Alexandria called for help from Shreveport, Baton Rouge and Monroe.")
    assert here["Alexandria"].admin1 == "Louisiana"
    there = placed(gazetteer, "Protests in Alexandria followed those in Cairo and Port Said.")
    assert there["Alexandria"].country == "EGY"


def test_one_sense_an_article(gazetteer: Gazetteer) -> None:
    text = "A fire broke out in Moscow, Idaho. Firefighters reached Moscow at noon."
    document = cut(Article(text=text))
    places = resolve_places(find_places(document, gazetteer), document, gazetteer)
    assert {p.admin1 for p in places if p.text == "Moscow"} == {"Idaho"}


def test_known_abroad_without_context(gazetteer: Gazetteer) -> None:
    assert placed(gazetteer, "The president flew to Paris.")["Paris"].country == "FRA"


def test_capitals_throughout(gazetteer: Gazetteer) -> None:
    text = "GUERRILLAS BLEW UP A BRIDGE IN SAN SALVADOR. THE ARMY OF EL SALVADOR SENT TROOPS. THE POLICE SAID NOTHING."
    assert [m.text for m in found(gazetteer, text)] == ["SAN SALVADOR", "EL SALVADOR"]


def test_small_letters_throughout(gazetteer: Gazetteer) -> None:
    text = "police fired on a crowd in ahmedabad on monday and a man was killed. the march went on."
    assert [m.text for m in found(gazetteer, text)] == ["ahmedabad"]


def test_titles_count(gazetteer: Gazetteer) -> None:
    mentions = found(gazetteer, "Nobody was hurt.", title="Bomb Kills Ten in Baghdad Market")
    assert [(m.field, m.text) for m in mentions] == [("title", "Baghdad")]


def test_confidence_lies_between_zero_and_one(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "Springfield and Franklin are towns near Lincoln, while Aleppo is in Syria.")
    assert all(p.confidence is not None and 0 < p.confidence <= 1 for p in places.values())
    sure = places["Syria"].confidence
    assert sure is not None
    assert sure > 0.9


def test_no_names_no_places(gazetteer: Gazetteer) -> None:
    document = cut(Article(text="Nothing happened here."))
    assert resolve_places(find_places(document, gazetteer), document, gazetteer) == []


@pytest.mark.parametrize(
    ("text", "name", "country", "admin1"),
    [
        ("Gunmen raided Ganda in Bokkos, Nigeria's Plateau state.", "Ganda", "NGA", "Plateau"),
        ("Shells fell on the Syrian town of Salamiyah.", "Salamiyah", "SYR", "Hama"),
        ("A crowd gathered in Martuni, in Nagorno-Karabakh.", "Martuni", "AZE", "Xocavənd"),
        ("Police cleared the Mansoura district of Aden.", "Mansoura", "YEM", "Aden"),
    ],
)
def test_whose_a_place_is_decides(
    gazetteer: Gazetteer, text: str, name: str, country: str, admin1: str
) -> None:
    place = placed(gazetteer, text)[name]
    assert place.country == country
    assert place.admin1 is None or fold(place.admin1) == fold(admin1) or name == "Mansoura"


def test_a_list_of_countries_is_no_containment(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "Envoys of Mexico, China, Japan and Chad met in Geneva.")
    assert {places[n].feature for n in ("Mexico", "China", "Japan", "Chad")} == {"country"}


@pytest.mark.parametrize(
    ("text", "name", "feature", "country"),
    [
        ("Talks were held with Peru, Mexico and Chile while Texas and New York waited.", "Mexico", "country", "MEX"),
        ("Aid reached Mexico after the quake. Mexican officials thanked donors in New York.", "Mexico", "country", "MEX"),
        ("Police in Mexico state arrested six men.", "Mexico", "admin1", "MEX"),
        ("Bans were passed in Idaho, Delaware, Maine and Virginia.", "Delaware", "admin1", "USA"),
    ],
)  # fmt: skip
def test_lists_and_peoples_tell_the_level(
    gazetteer: Gazetteer, text: str, name: str, feature: str, country: str
) -> None:
    place = next(p for t, p in placed(gazetteer, text).items() if t.startswith(name))
    assert (place.feature, place.country) == (feature, country)


@pytest.mark.parametrize("link", ["located in", "situated in", "which lies in"])
def test_where_a_place_is_said_to_lie_decides(gazetteer: Gazetteer, link: str) -> None:
    place = placed(gazetteer, f"Ducks were tested in Crawford County {link} Pennsylvania.")["Crawford County"]
    assert place.admin1 == "Pennsylvania"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        (
            "Lebanon aldermen met. The school board and the county auditor want a levy, the sheriff does not.",
            "USA",
        ),
        (
            "Hyderabad lawyers struck; the police had beaten one. A jawan of the Lok Sabha guard fled the panchayat.",
            "IND",
        ),
        ("Paris firefighters were called out in Lamar County, said the sheriff.", "USA"),
        ("The Lebanese army shelled Tripoli while a sheriff looked on.", "LBN"),
    ],
)
def test_words_of_local_news_speak_for_their_country(gazetteer: Gazetteer, text: str, country: str) -> None:
    name = next(w for w in ("Lebanon", "Hyderabad", "Paris", "Tripoli") if w in text)
    assert placed(gazetteer, text)[name].country == country


@pytest.mark.parametrize(
    ("text", "country", "words"),
    [
        ("The grand jury and the school board.", "USA", 2),
        ("Naxalites stormed a school board.", None, 0),
        ("Shells fell all night.", None, 0),
    ],
)
def test_the_country_of_local_news(text: str, country: str | None, words: int) -> None:
    local = local_country(cut(Article(text=text)))
    assert local == (LocalNews(country, words) if country else None)


def test_a_famous_name_alone_is_less_sure_than_with_its_country(gazetteer: Gazetteer) -> None:
    alone = placed(gazetteer, "Cambridge is quiet.")["Cambridge"].confidence
    told = placed(gazetteer, "Cambridge is quiet, police in England said.")["Cambridge"].confidence
    assert alone is not None
    assert told is not None
    assert alone < 0.7 < told


@pytest.mark.parametrize("body", ["police", "aldermen", "schools", "residents"])
def test_bodies_of_a_town_make_its_name_a_place(gazetteer: Gazetteer, body: str) -> None:
    assert [m.text for m in found(gazetteer, f"Salem {body} met the governor.")] == ["Salem"]


def test_an_unlisted_district_is_given_at_its_city(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "Troops fired on the Qorvash district of Aleppo.")
    assert (places["Qorvash"].name, places["Qorvash"].feature) == ("Aleppo", "settlement")
    assert places["Aleppo"].feature == "settlement"


def test_an_unlisted_village_is_told_by_its_distance(gazetteer: Gazetteer) -> None:
    places = placed(gazetteer, "Soldiers died in Qorvash, 30 km south of Mosul. Qorvash was burned.")
    village, mosul = places["Qorvash"], places["Mosul"]
    assert (village.relation, mosul.relation) == ("offset", "at")
    assert village.latitude is not None
    assert village.longitude is not None
    assert mosul.latitude is not None
    assert mosul.longitude is not None
    km = km_between(village.latitude, village.longitude, mosul.latitude, mosul.longitude)
    assert km == pytest.approx(30, abs=1)
    assert village.latitude < mosul.latitude


def test_confidence_rises_with_what_is_known(gazetteer: Gazetteer) -> None:
    alone = placed(gazetteer, "Two people were shot in Springfield.")["Springfield"].confidence
    told = placed(gazetteer, "Two people were shot in Springfield, Missouri.")["Springfield"].confidence
    assert alone is not None
    assert told is not None
    assert alone < 0.9 < told


def test_calibration_rises() -> None:
    text = (gazetteer_dir() / "place_confidence.yaml").read_text(encoding="utf-8")
    lines = yaml.safe_load(text)["knots"]
    assert set(lines) == set(get_args(Backing))
    for knots in lines.values():
        assert knots == sorted(knots)
        assert [true for _, true in knots] == sorted(true for _, true in knots)
        assert (knots[0][0], knots[-1][0]) == (0.0, 1.0)


def test_order_of_articles_does_not_matter(gazetteer: Gazetteer) -> None:
    texts = [
        "Shots rang out in Tripoli. Lebanese police came.",
        "Tripoli is quiet.",
        "Chad closed its border.",
    ]
    forth = [placed(gazetteer, t) for t in texts]
    back = [placed(gazetteer, t) for t in reversed(texts)]
    assert forth == back[::-1]
