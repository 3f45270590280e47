"""Online geocoding against a server of our own: answers, failures, cache, pace, and that nothing is sent unasked."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow.parquet as pq
import pytest
from geopy.extra.rate_limiter import RateLimiter
from typer.testing import CliRunner, Result

from eventcode import cli
from eventcode.errors import GazetteerError, UsageError
from eventcode.find.unknown_places import unknown_names
from eventcode.gazetteer.index import ONLINE_FEATURES_FILE
from eventcode.gazetteer.online import INTERVAL_S, Answer, OnlineGeocoder, OnlineOptions, Service
from eventcode.geoparse import places_online
from eventcode.model import Article, Place
from eventcode.sentences import cut

AGENT = "toponym-study me@example.org"
KOURI = Answer("Kouri Kaba", "settlement", "MLI", "Kidal Region", 18.5, 1.25)

Reply = Callable[[dict[str, str]], tuple[int, Any]]


def nominatim(query: dict[str, str]) -> tuple[int, Any]:
    """Knows Kouri Kaba in Mali and a street of that name, and nothing in other countries."""
    if "Kouri" not in query["q"] or query.get("countrycodes", "ml") != "ml":
        return 200, []
    street = {"class": "highway", "type": "residential", "name": "Kouri Kaba", "display_name": "Kouri Kaba, Bamako",
              "lat": "12.6", "lon": "-8.0", "address": {"country_code": "ml"}}  # fmt: skip
    village = {"class": "place", "type": "village", "name": "Kouri Kaba", "display_name": "Kouri Kaba, Kidal, Mali",
               "lat": "18.5", "lon": "1.25", "address": {"country_code": "ml", "state": "Kidal Region"},
               "namedetails": {"name": "Kouri Kaba", "alt_name": "Kourikaba"}}  # fmt: skip
    return 200, [street, village]


def photon(query: dict[str, str]) -> tuple[int, Any]:
    """The same in Photon's words, after a similar name."""
    if not query["q"].startswith("Kouri"):
        return 200, {"type": "FeatureCollection", "features": []}

    def feature(**told: str) -> dict[str, Any]:
        properties = {
            "countrycode": "ML",
            "state": "Kidal Region",
            "osm_key": "place",
            "osm_value": "village",
        } | told
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [1.25, 18.5]},
            "properties": properties,
        }

    return 200, {"features": [feature(name="Kouria"), feature(name="Kouri Kaba")]}


REPLIES: dict[Service, Reply] = {"nominatim": nominatim, "photon": photon}


@dataclass
class Stand:
    """A server in a thread: what it was asked, and how it answers."""

    reply: Reply = nominatim
    delay_s: float = 0.0
    url: str = ""
    seen: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stand = Stand()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            stand.seen.append((parts.path, query, self.headers["User-Agent"]))
            stand.times.append(time.monotonic())
            time.sleep(stand.delay_s)
            status, told = stand.reply(query)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # who asked has not waited

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        stand.url = f"http://127.0.0.1:{http.server_address[1]}"
        yield stand
        http.shutdown()
        thread.join()


@pytest.fixture
def ask(server: Stand, tmp_path: Path) -> Iterator[Callable[..., OnlineGeocoder]]:
    """``ask(service="nominatim", refresh=False, ...)``: a geocoder of that server, with a cache of its own."""
    opened: list[OnlineGeocoder] = []

    def geocoder(
        service: Service = "nominatim", refresh: bool = False, told: list[str] | None = None, **more: Any
    ) -> OnlineGeocoder:
        server.reply = more.pop("reply", REPLIES[service])
        options = OnlineOptions(service, AGENT, server.url, refresh)
        tell = [].append if told is None else told.append
        settings = {"cache": tmp_path / "online.sqlite", "interval_s": 0.0} | more
        opened.append(OnlineGeocoder(options, tell, **settings))
        return opened[-1]

    yield geocoder
    for one in opened:
        one.__exit__(None, None, None)


Ask = Callable[..., OnlineGeocoder]
both = pytest.mark.parametrize("service", ["nominatim", "photon"])


# -- answers ----------------------------------------------------------------------------------------------------------


@both
def test_a_hit(ask: Ask, server: Stand, service: Service) -> None:
    assert ask(service).ask("Kouri Kaba", "MLI") == KOURI
    ((path, query, agent),) = server.seen
    assert agent == AGENT
    if service == "nominatim":
        assert (path, query["q"], query["countrycodes"]) == ("/search", "Kouri Kaba", "ml")
    else:
        assert (path, query["q"]) == ("/api", "Kouri Kaba, Mali")


@both
def test_a_miss_is_remembered(ask: Ask, server: Stand, service: Service) -> None:
    geocoder = ask(service)
    assert geocoder.ask("Nowhere", "MLI") is None
    assert geocoder.ask("Nowhere", "MLI") is None
    assert len(server.seen) == geocoder.requests == 1


@both
def test_an_answer_in_another_country_is_none(ask: Ask, service: Service) -> None:
    assert ask(service).ask("Kouri Kaba", "NER") is None


@both
def test_without_a_country_the_whole_world_is_asked(ask: Ask, server: Stand, service: Service) -> None:
    assert ask(service).ask("Kouri Kaba") == KOURI
    assert "countrycodes" not in server.seen[0][1]


@both
def test_an_answer_of_another_name_is_none(ask: Ask, service: Service) -> None:
    assert ask(service).ask("Kouri Bella", "MLI") is None


def test_another_name_of_the_place_counts(ask: Ask) -> None:
    assert ask().ask("Kourikaba", "MLI") == KOURI


@pytest.mark.parametrize(
    ("tags", "feature"),
    [
        ({"class": "boundary", "type": "administrative", "addresstype": "state"}, "admin1"),
        ({"class": "boundary", "type": "administrative", "addresstype": "county"}, "admin2"),
        ({"class": "aeroway", "type": "aerodrome"}, "site"),
        ({"class": "place", "type": "sea"}, "sea"),
        ({"class": "shop", "type": "bakery"}, None),
        ({}, None),
    ],
)
def test_only_places_of_events_count(ask: Ask, tags: dict[str, str], feature: str | None) -> None:
    record = {
        "name": "Gao",
        "display_name": "Gao, Mali",
        "lat": "1",
        "lon": "2",
        "address": {"country_code": "ml"},
    }
    answer = ask(reply=lambda query: (200, [record | tags])).ask("Gao")
    assert (answer.feature if answer else None) == feature


def test_the_list_of_tags_is_sorted() -> None:
    from eventcode.gazetteer.build import read_rows

    keys = [(r["key"], r["value"]) for r in read_rows(ONLINE_FEATURES_FILE)]
    assert keys == sorted(set(keys))


# -- failures ---------------------------------------------------------------------------------------------------------


@both
def test_too_many_requests_end_it_at_once(ask: Ask, server: Stand, service: Service) -> None:
    told: list[str] = []
    geocoder = ask(service, told=told, reply=lambda query: (429, {}))
    assert [geocoder.ask(n) for n in ("Gao", "Kidal", "Ansongo")] == [None] * 3
    assert len(server.seen) == 1
    (message,) = told
    assert server.url in message
    assert "429" in message


@both
@pytest.mark.parametrize("trouble", ["timeout", "503", "no JSON", "odd JSON", "nobody there"])
def test_trouble_is_told_once_and_then_left_alone(
    ask: Ask, server: Stand, service: Service, trouble: str
) -> None:
    told: list[str] = []
    replies: dict[str, Reply] = {
        "503": lambda query: (503, {}),
        "no JSON": lambda query: (200, b"<html>"),
        "odd JSON": lambda query: (200, [{"lat": "x"}]),
    }
    server.delay_s = 0.3 if trouble == "timeout" else 0.0
    reply = replies.get(trouble, REPLIES[service])
    if trouble == "nobody there":
        server.url = "http://127.0.0.1:9"
    geocoder = ask(service, told=told, reply=reply, timeout_s=0.05 if trouble == "timeout" else 5.0)
    assert [geocoder.ask(f"Kouri {n}") for n in range(6)] == [None] * 6
    assert (geocoder.requests, len(told), geocoder.given_up) == (3, 1, True)
    server.delay_s = 0.0


def test_failures_are_not_remembered_and_one_alone_is_forgiven(ask: Ask, server: Stand) -> None:
    told: list[str] = []
    geocoder = ask(told=told, reply=lambda query: (503, {}))
    assert geocoder.ask("Kouri Kaba") is None
    server.reply = nominatim
    assert geocoder.ask("Kouri Kaba") == KOURI
    assert told == []


def test_what_was_answered_before_is_there_after_a_failure(ask: Ask, server: Stand) -> None:
    geocoder = ask()
    geocoder.ask("Kouri Kaba")
    server.reply = lambda query: (429, {})
    geocoder.ask("Gao")
    assert geocoder.given_up
    assert geocoder.ask("Kouri Kaba") == KOURI


# -- cache ------------------------------------------------------------------------------------------------------------


@both
def test_no_question_is_put_twice(ask: Ask, server: Stand, service: Service) -> None:
    assert ask(service).ask("Kouri Kaba", "MLI") == KOURI
    later = ask(service)
    assert later.ask("Kouri Kaba", "MLI") == KOURI
    assert (later.requests, len(server.seen)) == (0, 1)


def test_each_service_and_country_has_its_own_answers(ask: Ask, server: Stand) -> None:
    ask("nominatim").ask("Kouri Kaba", "MLI")
    ask("photon").ask("Kouri Kaba", "MLI")
    ask("photon").ask("Kouri Kaba")
    assert len(server.seen) == 3


def test_refreshing_asks_again_but_once(ask: Ask, server: Stand) -> None:
    ask().ask("Kouri Kaba")
    geocoder = ask(refresh=True, reply=lambda query: (200, []))
    assert geocoder.ask("Kouri Kaba") is None
    assert geocoder.ask("Kouri Kaba") is None
    assert len(server.seen) == 2
    assert ask().ask("Kouri Kaba") is None


def test_a_cache_that_is_none_is_an_error(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(GazetteerError, match=r"x\.sqlite: cannot be used"):
        ask(cache=tmp_path / "x.sqlite")


# -- pace -------------------------------------------------------------------------------------------------------------


def test_requests_keep_their_distance(ask: Ask, server: Stand) -> None:
    geocoder = ask(interval_s=0.15)
    for name in ("Gao", "Kidal", "Gao", "Ansongo"):
        geocoder.ask(name)
    gaps = [b - a for a, b in zip(server.times, server.times[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) > 0.1  # the server's clock starts a moment after the limiter's


def test_a_second_is_kept_without_being_asked_for(
    ask: Ask, server: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, slept = [100.0], []

    def sleep(self: RateLimiter, seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(RateLimiter, "_clock", lambda self: now[0])
    monkeypatch.setattr(RateLimiter, "_sleep", sleep)
    geocoder = ask(interval_s=INTERVAL_S)
    for name in ("Gao", "Kidal", "Gao", "Ansongo"):
        geocoder.ask(name)
    assert INTERVAL_S >= 1.0
    assert slept == [1.0, 1.0]


# -- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agent", ["", "  ", "my-project", "me@", "a\r\nX-Other: b me@example.org", "ü me@example.org"]
)
def test_nobody_asks_without_saying_who(agent: str) -> None:
    with pytest.raises(UsageError, match="--user-agent"):
        OnlineOptions("nominatim", agent)


@pytest.mark.parametrize(
    "url", ["", "ftp://x.org", "example.org", "http://", "http://[", "https://x.org/?a=b"]
)
def test_an_address_that_is_none_is_misuse(url: str) -> None:
    with pytest.raises(UsageError, match="--online-url"):
        OnlineOptions("photon", AGENT, url)


def test_the_public_servers_are_the_default() -> None:
    assert OnlineOptions("nominatim", AGENT).server == "https://nominatim.openstreetmap.org"
    assert OnlineOptions("photon", "study https://example.org/about").server == "https://photon.komoot.io"
    with pytest.raises(UsageError, match="expected one of nominatim, photon"):
        OnlineOptions("other", AGENT)  # type: ignore[arg-type]


# -- names to ask about -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gunmen raided the village of Kouri Kaba on Monday.", ["Kouri Kaba"]),
        ("Two men died in al-Zarifa, and three near Tin-Essako.", ["al-Zarifa", "Tin-Essako"]),
        ("The army shelled Zarifa district and left.", ["Zarifa"]),
        ("Soldiers died in Zarifa's market.", ["Zarifa"]),
        ("He spoke in Parliament on Monday and flew to Zarifa.", []),
        ("He was born in March and works at Zarifa.", []),
        ("People trust in Michael Zarifa and in the UNDP.", []),
        ("They met in Upper Zarifa Street.", []),
        ("Zarifa was quiet. He met Zarifa.", []),
        ("Six Killed In Kouri As Army Shells Town", []),
        ("THEY DIED IN KOURI", []),
    ],
)
def test_names_that_stand_where_places_stand(text: str, names: list[str]) -> None:
    found = unknown_names(cut(Article(text)), ())
    assert [n.text for n in found] == names
    assert all(text[n.start : n.end] == n.text for n in found)


def test_what_is_known_already_is_left_alone() -> None:
    document = cut(Article("They died near Zarifa."))
    (name,) = unknown_names(document, [("title", 15, 21)])
    assert name.relation == "near"
    assert unknown_names(document, [("text", 15, 18)]) == []


def known(text: str, name: str, **more: Any) -> Place:
    start = text.index(name)
    cells: dict[str, Any] = {
        "geonameid": 1, "feature": "settlement", "country": "MLI", "admin1": None, "admin1_code": None, "admin2": None,
        "latitude": 1.0, "longitude": 1.0, "confidence": 0.9,
    }  # fmt: skip
    return Place("text", start, start + len(name), name, name, **(cells | more))


@dataclass
class FakeCoder:
    """What geoparse needs of a coder: it knows the places it is given and one organisation."""

    known: tuple[Place, ...] = ()
    metadata: dict[str, str] = field(default_factory=lambda: {"eventcode_version": "0"})
    actors: Any = field(
        default_factory=lambda: SimpleNamespace(find=lambda text: FakeCoder.organisations(text))
    )

    @staticmethod
    def organisations(text: str) -> list[Any]:
        at = text.find("Jabal Front")
        return [SimpleNamespace(start=at, end=at + len("Jabal Front"))] if at >= 0 else []

    def places(self, article: Article) -> tuple[Place, ...]:
        return self.known


TEXT = "Rebels left Gao. They hit the village of Kouri Kaba and a post near Kouri. Talks in Jabal Front failed when the men were back in Essakane, Niger."


def test_unknown_and_unsure_places_are_asked_in_their_country(ask: Ask, server: Stand) -> None:
    places = (
        known(TEXT, "Gao"),
        known(TEXT, "Kouri.", confidence=0.1),
        known(TEXT, "Niger", country="NER", feature="country", confidence=0.2),
    )
    article = Article(TEXT)
    made = places_online(article, places, FakeCoder(), ask())  # type: ignore[arg-type]
    assert [(p.text, p.online) for p in made] == [
        ("Gao", None), ("Kouri Kaba", "nominatim"), ("Kouri.", None), ("Niger", None),
    ]  # fmt: skip
    new = made[1]
    assert (new.latitude, new.longitude, new.country, new.admin1) == (18.5, 1.25, "MLI", "Kidal Region")
    assert (new.confidence, new.geonameid, new.feature, new.point) == (None, None, "settlement", "place")
    assert {(q["q"], q["countrycodes"]) for _, q, _ in server.seen} == {
        ("Kouri.", "ml"), ("Kouri Kaba", "ml"), ("Essakane", "ne"),
    }  # fmt: skip


def test_an_unsure_place_is_placed_anew(ask: Ask) -> None:
    text = "Rebels hit Kouri Kaba in Mali."
    unsure = known(text, "Kouri Kaba", country="TCD", confidence=0.1, relation="near")
    (place,) = places_online(Article(text), [unsure], FakeCoder(), ask())  # type: ignore[arg-type]
    assert (place.country, place.online, place.relation, place.start) == (
        "MLI",
        "nominatim",
        "near",
        unsure.start,
    )


# -- the command ------------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """``eventcode geoparse`` of one article, with a coder that knows Gao and a quick pace."""
    monkeypatch.setenv("EVENTCODE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("eventcode.geoparse.Coder", lambda: FakeCoder((known(TEXT, "Gao"),)))
    monkeypatch.setitem(OnlineGeocoder.__init__.__kwdefaults__, "interval_s", 0.0)
    (tmp_path / "a.txt").write_text(f"Fighting\n\n{TEXT}\n", encoding="utf-8")
    arguments = ["geoparse", str(tmp_path / "a.txt"), "--out", str(tmp_path / "o" / "places.parquet")]
    return lambda *more: CliRunner().invoke(cli.app, [*arguments, *map(str, more)], catch_exceptions=False)


def test_nothing_is_sent_unless_asked_for(
    run: Run, server: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", forbidden)
    assert run().exit_code == 0
    table = pq.read_table(tmp_path / "o" / "places.parquet")
    assert None not in table.column("confidence").to_pylist()
    assert not (tmp_path / "cache" / "online.sqlite").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--online", "nominatim"], "--user-agent"),
        (["--online", "nominatim", "--user-agent", "me"], "how to reach"),
        (["--user-agent", AGENT], "need --online"),
        (["--online-url", "http://127.0.0.1"], "need --online"),
        (["--online-refresh"], "need --online"),
        (["--online", "photon", "--user-agent", AGENT, "--online-url", "x"], "--online-url"),
        (["--online", "bing", "--user-agent", AGENT], "bing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_told_and_makes_nothing(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert not (tmp_path / "o").exists()


@both
def test_rows_say_where_they_come_from(run: Run, server: Stand, tmp_path: Path, service: Service) -> None:
    server.reply = REPLIES[service]
    options = ["--online", service, "--user-agent", AGENT, "--online-url", server.url]
    result = run(*options)
    assert result.exit_code == 0
    assert f"2 places, 1 placed by {service} in {len(server.seen)} requests" in result.stderr
    table = pq.read_table(tmp_path / "o" / "places.parquet")
    rows = {r["text"]: r for r in table.to_pylist()}
    assert {text: r["confidence"] is None for text, r in rows.items()} == {"Gao": False, "Kouri Kaba": True}
    assert b"OpenStreetMap" in table.schema.metadata[b"online"]

    asked = len(server.seen)
    first = (tmp_path / "o" / "places.parquet").read_bytes()
    assert run(*options).exit_code == 0
    assert len(server.seen) == asked
    assert (tmp_path / "o" / "places.parquet").read_bytes() == first
    with sqlite3.connect(tmp_path / "cache" / "online.sqlite") as db:
        assert db.execute("SELECT count(*) FROM answer_1").fetchone() == (asked,)
    db.close()


def test_a_failing_service_stops_nothing(run: Run, server: Stand, tmp_path: Path) -> None:
    server.reply = lambda query: (429, {})
    result = run("--online", "photon", "--user-agent", AGENT, "--online-url", server.url)
    assert result.exit_code == 0
    assert result.stderr.count("nothing more is asked there in this run") == 1
    assert pq.read_table(tmp_path / "o" / "places.parquet").num_rows == 1
