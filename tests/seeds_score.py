"""Compares coded seed articles with ``seeds/expected.jsonl``, as ``seeds/README.md`` says.

    python tests/seeds_score.py           codes the seeds, prints the figures and what was missed
    python tests/seeds_score.py --pin     raises the pinned figures of tests/seeds_floor.json; never lowers one

A pinned figure may be lowered only by hand, in a commit that says why.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import math
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
EXPECTED = SEEDS / "expected.jsonl"
FLOOR = Path(__file__).resolve().parent / "seeds_floor.json"
DATE = "2024-01-06"
# A place counts as the expected one within this distance of it; its name may be spelt in another way.
NEAR_KM = 25.0
# Types of incidents in which the order of the two actors means nothing.
MUTUAL = {
    "Armed clash",
    "Agreement",
    "Government regains territory",
    "Non-state actor overtakes territory",
    "Non-violent transfer of territory",
}

Row = Mapping[str, Any]
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_ACRONYM = re.compile(r"\([A-Z][A-Z-]+\)")
_YEARS = re.compile(r"\s*\(\d{4}\s*[-–]\s*(?:\d{4})?\)")


@dataclass(frozen=True)
class Figures:
    """What is counted.

    Floors, where more is better: ``incidents_found`` (type, country and place right), of these ``actors_right``,
    ``dates_right``, ``fatalities_right``, ``codable_right``, and ``incidents_exact`` (all of them right);
    ``events_found`` (source, target and CAMEO code right), of these ``plover_right``.
    Ceilings, where less is better: ``incidents_extra`` (not expected, not optional), ``absent_violated``.
    """

    incidents_found: int = 0
    incidents_exact: int = 0
    actors_right: int = 0
    dates_right: int = 0
    fatalities_right: int = 0
    codable_right: int = 0
    events_found: int = 0
    plover_right: int = 0
    incidents_extra: int = 0
    absent_violated: int = 0


CEILINGS = {"incidents_extra", "absent_violated"}


@dataclass
class Report:
    """Figures, the number of incidents and events expected, and a readable line for everything that is not right."""

    figures: Figures
    incidents: int
    events: int
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The figures and the list, to be read."""
        f = self.figures
        head = (
            f"incidents: {f.incidents_found} of {self.incidents} found, {f.incidents_exact} right in every field "
            f"(actors {f.actors_right}, dates {f.dates_right}, fatalities {f.fatalities_right}, "
            f"codable {f.codable_right}); {f.incidents_extra} too many\n"
            f"events: {f.events_found} of {self.events} found, PLOVER right in {f.plover_right}; "
            f"{f.absent_violated} coded that must be absent"
        )
        return "\n".join([head, *self.lines])


@dataclass
class CodedSeed:
    """What the coder made of one article."""

    incidents: list[Row]
    events: list[Row]


def code_seeds(out: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command on the seed articles."""
    articles = [str(path) for path in sorted(SEEDS.glob("*.txt"))] + [str(SEEDS / "wire.jsonl")]
    command = [sys.executable, "-m", "eventcode", "code", *articles, "--out", str(out), "--date", DATE]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def read_coded(folder: Path) -> dict[str, CodedSeed]:
    """Rows of a coded folder by article: file name without suffix for ``.txt``, else the id."""
    import pyarrow.parquet as pq

    def rows(table: str) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
        return read

    names = {}
    for article in rows("articles"):
        file = Path(article["file"])
        names[article["article_id"]] = file.stem if file.suffix == ".txt" else article["article_id"]
    coded = {name: CodedSeed([], []) for name in names.values()}
    for event in rows("events"):
        coded[names[event["article_id"]]].events.append(event)
    for incident in rows("incidents"):
        for article_id in incident["article_ids"]:
            coded[names[article_id]].incidents.append(incident)
    return coded


def read_expected(path: Path = EXPECTED) -> list[Row]:
    """The coder's answers, one an article."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def expected_sha256() -> str:
    """Fingerprint of the answers: figures of other answers cannot be compared."""
    return hashlib.sha256(EXPECTED.read_bytes()).hexdigest()


def score(expected: Iterable[Row], coded: Mapping[str, CodedSeed]) -> Report:
    """Compare every article; an article that was not coded has nothing found."""
    counts = dict.fromkeys(asdict(Figures()), 0)
    report = Report(Figures(), 0, 0)
    for answer in expected:
        seed = coded.get(answer["article"], CodedSeed([], []))
        report.incidents += len(answer["incidents"])
        report.events += len(answer["events"])
        _score_incidents(answer, seed, counts, report.lines)
        _score_events(answer, seed, counts, report.lines)
        _score_absent(answer, seed, counts, report.lines)
    report.figures = Figures(**counts)
    return report


def _score_incidents(answer: Row, seed: CodedSeed, counts: dict[str, int], lines: list[str]) -> None:
    article = answer["article"]
    left = list(seed.incidents)
    for wanted in answer["incidents"]:
        candidates = [row for row in left if _same_happening(wanted, row)]
        if not candidates:
            lines.append(f"{article}: incident missing: {_incident_line(wanted)}")
            continue
        best = max(candidates, key=lambda row: sum(_fields(wanted, row).values()))
        left.remove(best)
        right = _fields(wanted, best)
        counts["incidents_found"] += 1
        counts["incidents_exact"] += all(right.values())
        for name, is_right in right.items():
            counts[f"{name}_right"] += is_right
        if not all(right.values()):
            wrong = ", ".join(name for name, is_right in right.items() if not is_right)
            lines.append(
                f"{article}: incident with wrong {wrong}: {_incident_line(best)}; wanted {_incident_line(wanted)}"
            )
    for row in left:
        if not any(_is_optional(option, row) for option in answer.get("optional", ())):
            counts["incidents_extra"] += 1
            lines.append(f"{article}: incident too many: {_incident_line(row)}")


def _score_events(answer: Row, seed: CodedSeed, counts: dict[str, int], lines: list[str]) -> None:
    for wanted in answer["events"]:
        found = [row for row in seed.events if _meets_event(wanted, row)]
        if not found:
            lines.append(f"{answer['article']}: event missing: {_event_line(wanted)}")
            continue
        counts["events_found"] += 1
        if any(row["plover_event"] == wanted["plover"] for row in found):
            counts["plover_right"] += 1
        else:
            got = sorted({str(row["plover_event"]) for row in found})
            lines.append(f"{answer['article']}: PLOVER {', '.join(got)}: {_event_line(wanted)}")


def _score_absent(answer: Row, seed: CodedSeed, counts: dict[str, int], lines: list[str]) -> None:
    for banned in answer["absent"]:
        if "sub_event_type" in banned:
            found = [_incident_line(row) for row in seed.incidents if _meets_incident_ban(banned, row)]
        else:
            found = [_event_line(_as_answer(row)) for row in seed.events if _meets_event(banned, row)]
        if found:
            counts["absent_violated"] += 1
            lines.append(f"{answer['article']}: must be absent: {json.dumps(banned)}: {found[0]}")


def _same_happening(wanted: Row, row: Row) -> bool:
    if wanted["sub_event_type"] != row["sub_event_type"]:
        return False
    if wanted["country"] is not None and wanted["country"] != row["country"]:
        return False
    return _same_place(wanted, row)


def _same_place(wanted: Row, row: Row) -> bool:
    if wanted["location"] is None:
        # Not codable for want of a place: the country's own name is no place either.
        return not row["acled_codable"] or row["location"] in (None, row["country"])
    if row["location"] is not None and _plain(wanted["location"]) in _plain(row["location"]):
        return True
    points = (wanted["latitude"], wanted["longitude"], row["latitude"], row["longitude"])
    return None not in points and _km(*points) <= NEAR_KM


def _fields(wanted: Row, row: Row) -> dict[str, bool]:
    return {
        "actors": _same_actors(wanted, row),
        "dates": _same_date(wanted, row),
        "fatalities": wanted["fatalities"] == row["fatalities"],
        "codable": wanted["codable"] == row["acled_codable"],
    }


def _same_actors(wanted: Row, row: Row) -> bool:
    def same(first: str, second: str) -> bool:
        return _same_actor(wanted["actor1"], row[first]) and _same_actor(wanted["actor2"], row[second])

    return same("actor1", "actor2") or (wanted["sub_event_type"] in MUTUAL and same("actor2", "actor1"))


def _same_actor(wanted: str | None, given: str | None) -> bool:
    """Whether two names mean one actor: the years of a government and an acronym in brackets tell nothing apart."""
    if wanted is None or given is None:
        return wanted == given
    if _ACRONYM.search(wanted) or _ACRONYM.search(given):
        return _plain(_BRACKETS.sub("", wanted)) == _plain(_BRACKETS.sub("", given))
    return _plain(_YEARS.sub("", wanted)) == _plain(_YEARS.sub("", given))


def _same_date(wanted: Row, row: Row) -> bool:
    if wanted["event_date"] is None:
        # A day that the article does not tell: an interval is right, an exact day is not.
        return row["event_date"] is None or row["date_precision"] != "day"
    if row["event_date"] is None or wanted["time_precision"] != row["time_precision"]:
        return False
    away: dt.timedelta = row["event_date"] - dt.date.fromisoformat(wanted["event_date"])
    return abs(away.days) <= (1 if wanted["time_precision"] == 3 else 0)


def _is_optional(option: Row, row: Row) -> bool:
    same_type: bool = option["sub_event_type"] == row["sub_event_type"]
    return same_type and _plain(option["location"]) in _plain(row["location"] or "")


def _meets_incident_ban(banned: Row, row: Row) -> bool:
    kind = banned["sub_event_type"]
    return (
        (kind in ("any", row["sub_event_type"]))
        and ("actor1" not in banned or _same_actor(banned["actor1"], row["actor1"]))
        and ("location" not in banned or _plain(banned["location"]) in _plain(row["location"] or ""))
        and ("event_date" not in banned or banned["event_date"] == str(row["event_date"]))
    )


def _meets_event(wanted: Row, row: Row) -> bool:
    code = wanted.get("cameo") or wanted["cameo_root"]
    return (
        row["cameo_code"].startswith(code)
        and _meets_actor(wanted.get("source"), row, "source")
        and _meets_actor(wanted.get("target"), row, "target")
        and ("event_date" not in wanted or wanted["event_date"] == str(row["event_date"]))
    )


def _meets_actor(wanted: str | None, row: Row, side: str) -> bool:
    if wanted is None:
        return True
    if re.fullmatch(r"[A-Z]{3,}", wanted):
        return (row[f"{side}_code"] or "").startswith(wanted)
    names = (row[f"{side}_name"], row[f"{side}_text"])
    return any(_plain(wanted) in _plain(name) for name in names if name)


def _plain(name: str) -> str:
    """Small letters without accents, hyphens or apostrophes."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w()]+", " ", letters.replace("'", "").replace("’", "")).split())


def _km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance in kilometres; degrees, WGS84."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(other_longitude - longitude)
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(chord))


def _incident_line(row: Row) -> str:
    place = ", ".join(str(part) for part in (row["location"], row["country"]) if part) or "no place"
    codable = row.get("codable", row.get("acled_codable"))
    return (
        f"{row['sub_event_type']} | {row['actor1']} | {row['actor2']} | {place} | {row['event_date']} "
        f"(precision {row['time_precision']}) | killed {row['fatalities']}{'' if codable else ' | not codable'}"
    )


def _event_line(wanted: Row) -> str:
    code = wanted.get("cameo") or wanted.get("cameo_root")
    return f"{wanted.get('source')} -> {wanted.get('target')} {code} {wanted.get('plover')}"


def _as_answer(row: Row) -> Row:
    def who(side: str) -> str | None:
        name: str | None = row[f"{side}_code"] or row[f"{side}_name"] or row[f"{side}_text"]
        return name

    return {
        "source": who("source"),
        "target": who("target"),
        "cameo": row["cameo_code"],
        "plover": row["plover_event"],
    }


def read_floor() -> dict[str, Any]:
    """The pinned figures."""
    floor: dict[str, Any] = json.loads(FLOOR.read_text(encoding="utf-8"))
    return floor


def pin(report: Report) -> list[str]:
    """Raise the pinned figures to those of a report; says what changed and what fell below its pin.

    Pins of other answers than today's are replaced.
    """
    old = read_floor() if FLOOR.exists() else {}
    pinned = dict(old.get("figures", {})) if old.get("expected_sha256") == expected_sha256() else {}
    said = []
    for name, value in asdict(report.figures).items():
        before = pinned.get(name)
        worse = before is not None and (value > before if name in CEILINGS else value < before)
        if worse:
            said.append(f"{name}: {value} is worse than the pinned {before}, which stays")
        elif before != value:
            said.append(f"{name}: {before} -> {value}")
            pinned[name] = value
    text = json.dumps({"expected_sha256": expected_sha256(), "figures": pinned}, indent=2)
    FLOOR.write_text(text + "\n", encoding="utf-8")
    return said


def main(arguments: Sequence[str] | None = None) -> int:
    """Code, compare, print; with ``--pin`` raise the pins."""
    parser = argparse.ArgumentParser(description="Compare coded seed articles with seeds/expected.jsonl.")
    parser.add_argument("--pin", action="store_true", help="raise the pinned figures")
    parser.add_argument("--coded", type=Path, metavar="DIR", help="a folder that was coded before")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.coded or Path(scratch)
        if options.coded is None:
            run = code_seeds(folder)
            if run.returncode:
                print(run.stderr, file=sys.stderr)
                return run.returncode
        report = score(read_expected(), read_coded(folder))
    print(report.text())
    if options.pin:
        print("\n".join(pin(report)) or "pinned figures: no change")
    return 0


if __name__ == "__main__":
    sys.exit(main())
