"""Reading articles: what is read, what is set aside and why, and that nothing else ever happens."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventcode.errors import InputError
from eventcode.inputs import REASONS, InputOptions, article_sha256, folded_sha256, read_articles, read_date
from eventcode.language import judge_language
from eventcode.model import Article, Rejection

DATES = yaml.safe_load(
    (Path(__file__).parent / "cases" / "publication_dates.yaml").read_text(encoding="utf-8")
)
FRENCH = (
    "Le ministre a déclaré mardi que les discussions entre les deux gouvernements allaient reprendre à la fin du mois, "
    "après une longue pause. Les habitants de la région attendent depuis des années que la route soit de nouveau ouverte, "
    "et beaucoup d'entre eux ne croient plus aux promesses qui leur sont faites."
)
ENGLISH = (
    "The minister said on Tuesday that the talks between the two governments would go on at the end of the month, after a "
    "long pause. People of the region have been waiting for years for the road to be opened again, and many of them no "
    "longer believe what they are promised."
)


def read(path: Path, **options: object) -> list[Article | Rejection]:
    return list(read_articles([path], **options))  # type: ignore[arg-type]


def jsonl(folder: Path, *records: object) -> Path:
    path = folder / "in.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def only_rejection(path: Path, **options: object) -> Rejection:
    (found,) = read(path, **options)
    assert isinstance(found, Rejection)
    assert found.reason in REASONS
    return found


@pytest.mark.parametrize("case", DATES, ids=lambda case: case["text"])
def test_publication_dates(case: dict[str, str]) -> None:
    found = read_date(case["text"])
    assert (found.isoformat() if found else None) == case.get("date")


def test_plain_text_has_its_title_in_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffTwo ships meet\r\n\r\nThey met.\r\n".encode())
    (article,) = read(path, date=dt.date(2024, 1, 5))
    assert isinstance(article, Article)
    assert article.title == "Two ships meet"
    assert article.text == "\r\nThey met.\r\n"
    assert article.date == dt.date(2024, 1, 5)
    assert article.id == "a-" + article_sha256(article)[:16]
    assert (article.file, article.record) == (str(path), 1)


def test_json_lines_fill_all_fields(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        {
            "id": 7,
            "date": "Jan. 5, 2024",
            "title": "T",
            "text": "They met.",
            "source": "S",
            "url": "u",
            "language": "en-GB",
        },
        "",
        {"text": "They left.", "date": 20240106, "extra": [1]},
    )
    first, second = read(path, date=dt.date(2020, 1, 1))
    assert first == Article("They met.", "7", "T", dt.date(2024, 1, 5), "S", "u", "en-GB", str(path), 1)
    assert isinstance(second, Article)
    assert (second.date, second.record) == (dt.date(2024, 1, 6), 3)


def test_no_date_is_fine(tmp_path: Path) -> None:
    (article,) = read(jsonl(tmp_path, {"text": "They met.", "date": None}))
    assert isinstance(article, Article)
    assert article.date is None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("{", "bad_json"),
        ('{"text": NaN}', "bad_json"),
        ('{"text": ' + "[" * 100_000, "bad_json"),
        ('{"text": "x", "id": ' + "9" * 5000 + "}", "bad_json"),
        ([1], "not_an_object"),
        ("null", "not_an_object"),
        ({"title": "T"}, "no_text"),
        ({"text": None}, "no_text"),
        ({"text": " \n"}, "empty"),
        ({"text": 5}, "bad_field"),
        ({"text": "x", "title": []}, "bad_field"),
        ({"text": "x", "id": True}, "bad_field"),
        ({"text": "x", "id": "a\u0000b"}, "bad_field"),
        ({"text": "x", "id": 10**120}, "bad_field"),
        ({"text": "x", "date": "someday"}, "bad_date"),
        ({"text": "x", "date": 3.5}, "bad_date"),
        ({"text": "x", "language": "fr"}, "not_english"),
        ({"text": FRENCH}, "not_english"),
        ('{"text": "half \\ud800"}', "bad_encoding"),
        ('{"text": "x", "id": "half \\ud800"}', "bad_encoding"),
        ({"text": "\u0000\u0001 x"}, "bad_encoding"),
        ({"text": "x" * 60}, "too_long"),
    ],
)
def test_what_is_set_aside(tmp_path: Path, record: object, reason: str) -> None:
    options = InputOptions(article_characters=50) if reason == "too_long" else InputOptions()
    found = only_rejection(jsonl(tmp_path, record), options=options)
    assert found.reason == reason
    json.dumps(asdict(found), ensure_ascii=False).encode("utf-8")  # as it is written to rejected.jsonl


def test_detail_never_quotes_the_text(tmp_path: Path) -> None:
    found = only_rejection(jsonl(tmp_path, {"text": "secretword " * 5, "date": "secretword"}))
    assert "secretword" not in found.detail
    assert found.article_id is None


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Caf\xe9\nopen")
    assert only_rejection(path).reason == "bad_encoding"


@pytest.mark.parametrize(
    "suffix",
    ["txt", "jsonl", "json", "csv", "tsv", "parquet", "html", "rtf", "docx", "zip", "jsonl.gz", "csv.zst"],
)
def test_empty_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.touch()
    assert only_rejection(path).reason == "empty"


@pytest.mark.parametrize("blanks", ["\n", " \r\n\n", "\ufeff", "\u200b\u200f \u00ad"])
@pytest.mark.parametrize("suffix", ["txt", "jsonl", "json", "csv"])
def test_file_of_nothing_but_blanks(tmp_path: Path, suffix: str, blanks: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text(blanks, encoding="utf-8")
    unseen = blanks.startswith("\u200b") and suffix != "txt"
    assert (only_rejection(path).reason == "empty") is not unseen


def test_line_longer_than_memory_allows_is_passed_over(tmp_path: Path) -> None:
    options = InputOptions(article_characters=10)
    path = jsonl(tmp_path, {"text": "x" * 400_000}, {"text": "They met"})
    first, second = read(path, options=options)
    assert isinstance(first, Rejection)
    assert first.reason == "too_long"
    assert isinstance(second, Article)
    assert second.record == 2


def test_same_id_twice(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"id": "x", "text": "One."}, {"id": "x", "text": "Two."})
    first, second = read(path)
    assert isinstance(first, Article)
    assert isinstance(second, Rejection)
    assert second.reason == "duplicate_id"


def test_same_words_without_an_id_are_articles_with_ids_of_their_own(tmp_path: Path) -> None:
    made = "a-" + article_sha256(Article("T"))[:16]
    records: list[dict[str, str]] = [{"text": "T"}, {"id": f"{made}-3", "text": "U"}]
    path = jsonl(tmp_path, *records, {"text": "T"}, {"text": "T"}, {"text": "V"})
    found = read(path)
    assert all(isinstance(item, Article) for item in found)
    ids = [item.id for item in found if isinstance(item, Article)]
    assert ids[:4] == [made, f"{made}-3", f"{made}-2", f"{made}-4"]
    assert len(set(ids)) == 5


def test_folders_are_searched_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", ".git/3.txt", "c/.4.txt", "c/5.pdf"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Title {name}\ntext", encoding="utf-8")
    found = read(tmp_path)
    assert [Path(item.file).name for item in found] == ["1.txt", "2.txt"]


@pytest.mark.parametrize("name", ["missing.txt", "folder", "a.pdf"])
def test_nothing_readable_is_said_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.pdf").touch()
    with pytest.raises(InputError):
        read_articles([tmp_path / name])


def test_language_is_judged_only_when_sure() -> None:
    assert judge_language(Article("Bonjour")) is None
    assert judge_language(Article(ENGLISH)) == "en"
    assert judge_language(Article(ENGLISH.upper())) == "en"
    assert judge_language(Article(FRENCH)) == "fr"
    assert judge_language(Article((ENGLISH + "\n") * 8 + FRENCH * 2)) in (None, "en")


def test_names_of_files_can_always_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a\udcff.txt"
    try:
        path.write_text("They met.", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    (found,) = read(path)
    assert found.file.encode("utf-8").decode("utf-8").endswith("a\ufffd.txt")


def test_sha256_tells_title_from_text() -> None:
    assert article_sha256(Article("bc", title="a")) != article_sha256(Article("c", title="ab"))
    assert article_sha256(Article("x", id="1")) == article_sha256(Article("x", id="2"))


def test_folded_sha256_tells_words_but_not_white_space() -> None:
    wrapped, plain = Article("They\n met.\u00a0 ", title=" A  b"), Article("They met.", title="A b")
    assert folded_sha256(wrapped) == folded_sha256(plain) == article_sha256(plain)
    assert article_sha256(wrapped) != article_sha256(plain)
    assert folded_sha256(Article("A b They met.")) != folded_sha256(plain)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["id", "date", "title", "text", "source", "url", "language", "other"])
GOOD = json.dumps({"id": "1", "date": "2024-01-05", "title": "T", "text": ENGLISH}).encode()


@st.composite
def mutilated(draw: st.DrawFn) -> bytes:
    """A good record whose bytes were changed or cut; or an object of anything."""
    if draw(st.booleans()):
        return json.dumps(draw(st.dictionaries(FIELDS, VALUES, max_size=6))).encode()
    raw = bytearray(GOOD)
    for place, byte in draw(
        st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6)
    ):
        raw[place] = byte
    return bytes(raw[: draw(st.integers(0, len(GOOD)))])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(mutilated(), max_size=3), suffix=st.sampled_from([".txt", ".jsonl"]))
def test_mutilated_input_gives_articles_or_rejections(
    tmp_path: Path, lines: list[bytes], suffix: str
) -> None:
    path = tmp_path / f"in{suffix}"
    path.write_bytes(b"\n".join(lines))
    ids = set()
    for item in read_articles([path]):
        if isinstance(item, Rejection):
            assert item.reason in REASONS
        else:
            assert item.id
            assert item.id not in ids
            ids.add(item.id)
            (item.text + (item.title or "") + item.id).encode("utf-8")
