"""First-order divisions by name: ISO 3166-2 codes for rows that carry a name alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

Key = tuple[str, str]


def codes_of(names: Iterable[Key], coded: Iterable[tuple[str, str, str]]) -> Mapping[Key, str]:
    """Codes of divisions by country (ISO alpha-3) and name; a name that could be two divisions has none.

    Args:
        names: country and name of the divisions that are asked for.
        coded: country, name and code as the events table has them: these go before the names of ISO 3166-2 itself.
    """
    own: dict[Key, set[str]] = {}
    for country, name, code in coded:
        own.setdefault((country, name), set()).add(code)
    found = {}
    for country, name in names:
        codes = own.get((country, name)) or _official().get((country, name.casefold()), set())
        if len(codes) == 1:
            found[country, name] = next(iter(codes))
    return found


@cache
def _official() -> Mapping[Key, set[str]]:
    """Codes of ISO 3166-2 by country and name in lower case; divisions of divisions are left out."""
    import pycountry

    alpha3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    found: dict[Key, set[str]] = {}
    for division in pycountry.subdivisions:
        if division.parent_code is None and division.country_code in alpha3:
            key = (alpha3[division.country_code], division.name.casefold())
            found.setdefault(key, set()).add(division.code)
    return found
