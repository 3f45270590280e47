"""Asks an online service, through geopy, where a name is that the gazetteer does not know. Nothing here runs unless asked for.

One request a second at most, under the user's own name and address, as the services' terms want it; answers, also that
there is none, are kept in the cache folder, so that no question is put twice. A service that fails is told of once and
then left alone for the rest of the run.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, cast, get_args
from urllib.parse import urlsplit

from eventcode.errors import GazetteerError, UsageError
from eventcode.gazetteer.folding import fold, loosen
from eventcode.gazetteer.index import ONLINE_FEATURES_FILE, cache_dir
from eventcode.model import Feature
from eventcode.resources import gazetteer_dir

Service = Literal["nominatim", "photon"]
SERVICES: tuple[Service, ...] = get_args(Service)
URLS: dict[Service, str] = {
    "nominatim": "https://nominatim.openstreetmap.org",
    "photon": "https://photon.komoot.io",
}
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

INTERVAL_S = 1.0
"""Seconds from one request to the next, at least: the limit of the public Nominatim service."""
TIMEOUT_S = 10.0
PATIENCE = 3  # failures in a row, after which the service is left alone

_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answer_1 (
  service TEXT NOT NULL, url TEXT NOT NULL, query TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (service, url, query)) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class OnlineOptions:
    """Which service is asked, and how.

    ``user_agent``: who asks, with an address of mail or web. ``url``: another server of the same service.
    ``refresh``: ask again what was answered before.
    """

    service: Service
    user_agent: str
    url: str | None = None
    refresh: bool = False

    def __post_init__(self) -> None:
        """Raises UsageError where the service would have to refuse the questions, or nobody could be reached."""
        if self.service not in SERVICES:
            raise UsageError(f"--online {self.service!r}: expected one of {', '.join(SERVICES)}")
        agent = self.user_agent
        if not _CONTACT.search(agent) or not agent.isprintable() or not agent.isascii():
            raise UsageError(
                "--online needs --user-agent 'NAME mail@example.org': the services want to know who asks and how to reach"
                " you, and block those who do not say"
            )
        if self.url is not None and not _is_url(self.url):
            raise UsageError(
                f"--online-url {self.url!r}: expected an address such as https://geocoder.example.org"
            )

    @property
    def server(self) -> str:
        """Address of the server, without a slash at its end."""
        return (self.url or URLS[self.service]).rstrip("/")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Answer:
    """A place as the service gave it. WGS84 degrees; ``country`` is ISO alpha-3."""

    name: str
    feature: Feature
    country: str | None
    admin1: str | None
    latitude: float
    longitude: float


class OnlineGeocoder:
    """Answers from a cache or a service. A context manager that closes both."""

    def __init__(
        self,
        options: OnlineOptions,
        tell: Callable[[str], None] = lambda message: None,
        *,
        cache: Path | None = None,
        interval_s: float = INTERVAL_S,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Open the cache; nothing is sent yet.

        Args:
            options: service, user agent, server.
            tell: told once when the service is given up.
            cache: file of answers; by default ``online.sqlite`` in the cache folder.
            interval_s: seconds from one request to the next, at least.
            timeout_s: seconds to wait for an answer.

        Raises:
            GazetteerError: the cache cannot be used.
        """
        self.options = options
        self.requests = 0
        self.given_up = False
        self._tell = tell
        self._failures = 0
        self._path = cache or cache_dir() / "online.sqlite"
        self._geocode = _limited(options, interval_s, timeout_s)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=30)
            self._db.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as exc:
            raise self._unusable(exc) from exc
        self._asked: set[str] = set()  # in this run: with ``refresh``, once is enough too

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def ask(self, name: str, country: str | None = None) -> Answer | None:
        """Where a name is; in a country (ISO alpha-3), where one is given.

        Returns:
            the place; None when the service knows none of that name there, gives something that is no place of an
            event (a street, a shop), or has been given up.

        Raises:
            GazetteerError: the cache cannot be used.
        """
        query = f"{name} [{country}]" if country else name
        try:
            if not self.options.refresh or query in self._asked:
                known = self._cached(query)
                if known is not None:
                    return _from_json(known)
            if self.given_up:
                return None
            asked, answer = self._request(name, country)
            if asked:
                self._asked.add(query)
                self._keep(query, answer)
        except sqlite3.Error as exc:
            raise self._unusable(exc) from exc
        return answer

    def _unusable(self, reason: Exception) -> GazetteerError:
        return GazetteerError(f"{self._path}: cannot be used, delete it or make room: {reason}")

    def _cached(self, query: str) -> str | None:
        row = self._db.execute(
            "SELECT answer FROM answer_1 WHERE service = ? AND url = ? AND query = ?",
            (self.options.service, self.options.server, query),
        ).fetchone()
        return row[0] if row else None

    def _keep(self, query: str, answer: Answer | None) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO answer_1 VALUES (?,?,?,?)",
            (
                self.options.service,
                self.options.server,
                query,
                json.dumps(asdict(answer) if answer else None, ensure_ascii=False),
            ),
        )

    def _request(self, name: str, country: str | None) -> tuple[bool, Answer | None]:
        """Whether the service answered, and what."""
        from geopy import exc as trouble

        self.requests += 1
        try:
            found = self._geocode(name, country)
            read = (_reader(self.options.service)(place.raw) for place in found or ())
            answer = next((a for a, names in read if a and _fits(a, names, name, country)), None)
        except trouble.GeocoderQueryError:
            self._failures = 0
            return False, None  # this one question was wrong, not the service
        except (trouble.GeocoderQuotaExceeded, trouble.GeocoderInsufficientPrivileges) as error:
            self._give_up(error)
            return False, None
        except (trouble.GeopyError, LookupError, TypeError, ValueError, AttributeError) as error:
            self._failures += 1
            if self._failures >= PATIENCE:
                self._give_up(error)
            return False, None
        self._failures = 0
        return True, answer

    def _give_up(self, error: Exception) -> None:
        self.given_up = True
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self._tell(
            f"{self.options.server}: {reason}; nothing more is asked there in this run, names that only it knows are left out"
        )


def _limited(
    options: OnlineOptions, interval_s: float, timeout_s: float
) -> Callable[[str, str | None], list[Any] | None]:
    """A function that asks the service about a name in a country, never sooner than the interval allows."""
    from geopy.adapters import URLLibAdapter
    from geopy.extra.rate_limiter import RateLimiter
    from geopy.geocoders import Nominatim, Photon

    scheme, _, domain = options.server.partition("://")
    kind = Nominatim if options.service == "nominatim" else Photon
    # The same adapter whether or not the requests package happens to be installed.
    service = kind(
        scheme=scheme, domain=domain, user_agent=options.user_agent, timeout=timeout_s, adapter_factory=URLLibAdapter
    )  # fmt: skip
    limited = RateLimiter(
        service.geocode,
        min_delay_seconds=interval_s,
        max_retries=0,
        error_wait_seconds=interval_s,
        swallow_exceptions=False,
    )

    def geocode(name: str, country: str | None) -> list[Any] | None:
        known = _iso(country) if country else None
        if options.service == "nominatim":
            codes = known.alpha_2.lower() if known else None
            found = limited(
                name, exactly_one=False, limit=5, addressdetails=True, namedetails=True, language="en", country_codes=codes
            )  # fmt: skip
        else:
            query = f"{name}, {getattr(known, 'common_name', known.name)}" if known else name
            found = limited(query, exactly_one=False, limit=5, language="en")
        return cast("list[Any] | None", found)

    return geocode


def _iso(code: str) -> Any:
    """The country of pycountry with this ISO alpha-2 or alpha-3 code; None where there is none."""
    import pycountry

    countries = pycountry.countries
    return countries.get(alpha_3=code) if len(code) == 3 else countries.get(alpha_2=code)


def _alpha3(code: str | None) -> str | None:
    if not code:
        return None
    if code.upper() == "XK":  # Kosovo has no ISO code; GeoNames and ours are the user-assigned ones
        return "XKX"
    found = _iso(code.upper())
    return str(found.alpha_3) if found else None


def _fits(answer: Answer, names: Iterable[str], name: str, country: str | None) -> bool:
    """Whether an answer is of the name and country asked for; services also give what is only similar."""
    if country and answer.country != country:
        return False
    key = fold(name)
    keys = {fold(n) for n in names}
    loose = loosen(key)
    return key in keys or (bool(loose) and loose in {loosen(k) for k in keys})


def _reader(service: Service) -> Callable[[Mapping[str, Any]], tuple[Answer | None, list[str]]]:
    return _read_nominatim if service == "nominatim" else _read_photon


def _read_nominatim(raw: Mapping[str, Any]) -> tuple[Answer | None, list[str]]:
    """A record of Nominatim, and every name that it gives the place."""
    address = raw.get("address") or {}
    key, value = str(raw.get("class")), str(raw.get("type"))
    if (key, value) == ("boundary", "administrative"):
        key, value = "place", str(raw.get("addresstype"))
    name = str(raw.get("name") or str(raw["display_name"]).split(",")[0])
    names = [name, *map(str, (raw.get("namedetails") or {}).values())]
    feature = _feature(key, value)
    if feature is None:
        return None, names
    answer = _answer(name, feature, address.get("country_code"), address.get("state"), raw["lat"], raw["lon"])
    return answer, names


def _read_photon(raw: Mapping[str, Any]) -> tuple[Answer | None, list[str]]:
    """A record of Photon, and its name."""
    told = raw["properties"]
    key, value = str(told.get("osm_key")), str(told.get("osm_value"))
    if (key, value) == ("boundary", "administrative"):
        key, value = "place", str(told.get("type"))
    name = str(told.get("name") or "")
    feature = _feature(key, value)
    if feature is None or not name:
        return None, [name]
    longitude, latitude = raw["geometry"]["coordinates"][:2]
    return _answer(name, feature, told.get("countrycode"), told.get("state"), latitude, longitude), [name]


def _answer(
    name: str, feature: Feature, alpha2: str | None, admin1: str | None, latitude: Any, longitude: Any
) -> Answer:
    north, east = float(latitude), float(longitude)
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise ValueError(f"coordinates {latitude!r}, {longitude!r}")
    return Answer(
        name, feature, _alpha3(alpha2), admin1 if feature not in ("country", "admin1") else None, north, east
    )


def _from_json(text: str) -> Answer | None:
    told = json.loads(text)
    return Answer(**told) if told else None


@lru_cache(maxsize=1)
def _features() -> dict[tuple[str, str], Feature]:
    with (gazetteer_dir() / ONLINE_FEATURES_FILE).open(encoding="utf-8", newline="") as f:
        return {(r["key"], r["value"]): cast("Feature", r["feature"]) for r in csv.DictReader(f)}


def _feature(key: str, value: str) -> Feature | None:
    """What a tag of OpenStreetMap makes a place; None for what is no place of an event."""
    return _features().get((key, value)) or _features().get((key, "*"))
