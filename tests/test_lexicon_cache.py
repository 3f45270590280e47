"""What is kept of a lexicon is what a fresh reading gives, and is never out of date."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eventcode.errors import LexiconError
from eventcode.lexicon import actors, cache, load
from eventcode.lexicon.actors import ActorLexicon, load_actors
from eventcode.lexicon.entries import ActLexicon
from eventcode.lexicon.load import lexicon_folders, load_acts

ACT = "- act: juggle_test\n  topic: force\n  verbs: [juggle, juggle|toss ball, hurl &thing]\n  nouns: [{words: juggling of ball, source: poss}]\n  refine: [{words: fire, instrument: fire}]\n  never: [juggle number]\n  examples: [Soldiers juggled balls.]\n"
GRAMMAR = "sets: {thing: [stone, petrol bomb]}\nwords: {partitive: [lot]}\nlight: [give rise]\n"
STANCES = "- {stance: say, kind: communicative, side: addressee, words: [{words: say|tell, act: clause}]}\n"
GROUPS = "id,name,aliases,weak,cameo,type,countries,from,to,parent,ethnic,religion,source,certainty\n"
TEXT = "The Juggler Army and JA met the Balloon Front."


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what is kept; small lexicons are kept too."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("EVENTCODE_CACHE", str(folder))
    monkeypatch.setattr(cache, "SMALLEST_BYTES", 0)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A small lexicon."""
    folder = tmp_path / "own"
    for name, text in {
        "acts/x.yaml": ACT,
        "grammar.yaml": GRAMMAR,
        "stances.yaml": STANCES,
        "actors/groups.csv": GROUPS + "ja,Juggler Army,JA,,ABCREB,Rebel group,ABC,1999-02,,,,,x,\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def acts(*folders: Path) -> ActLexicon:
    return load_acts.__wrapped__(folders)


def named(*folders: Path) -> ActorLexicon:
    return load_actors.__wrapped__(folders)


def files(folder: Path, kind: str = "*") -> list[Path]:
    return sorted(folder.glob(f"lexicon-{kind}-*.bin")) if folder.exists() else []


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be read from the lexicon files."""

    def fail(*_: Any) -> Any:
        raise AssertionError("the files were read again")

    monkeypatch.setattr(load, "_compile", fail)
    monkeypatch.setattr(actors, "compile_tables", fail)


def test_what_is_kept_is_what_was_read(kept: Path, monkeypatch: pytest.MonkeyPatch, own: Path) -> None:
    for folders in (lexicon_folders(), lexicon_folders(own)):
        read, entries = acts(*folders), named(*folders)
        with monkeypatch.context() as m:
            refuse(m)
            again, entries_again = acts(*folders), named(*folders)
        assert again == read
        assert {len(p) for ts in again.triggers.values() for t in ts for p in [t.pattern]} >= {1, 2, 3}
        assert list(entries_again.iter_surfaces()) == list(entries.iter_surfaces())
        assert dict(entries_again.by_id) == dict(entries.by_id)
        assert (entries_again.countries, entries_again.affixes) == (entries.countries, entries.affixes)
        texts = [e.text for e in read.examples]
        assert len(texts) > 100
        assert entries_again.find_all(texts) == entries.find_all(texts)
        for word in {w for t in texts for w in t.split()}:
            assert entries_again.names_doer(word) == entries.names_doer(word)
    assert (len(files(kept, "acts")), len(files(kept, "actors"))) == (2, 2)


def test_triggers_keep_their_names(kept: Path, own: Path) -> None:
    for _ in range(2):
        lexicon = acts(own)
        assert {t.rule for ts in lexicon.triggers.values() for t in ts} == {
            "juggle_test/juggle", "juggle_test/juggle|toss ball", "juggle_test/hurl &thing", "juggle_test/juggling of ball", "juggle_test/juggle number",
        }  # fmt: skip
        longest, *_, shortest = lexicon.triggers["juggle"]
        assert (len(longest.pattern), longest.pattern.rest, shortest.pattern.rest) == (2, (frozenset({"number"}),), ())  # fmt: skip
        assert shortest.refine[0].instrument == "fire"
        assert lexicon.stance_triggers["say"][0].pattern.head == {"say", "tell"}
        assert lexicon.stances["say"].side == ("addressee",)
        assert lexicon.light == {"give": (("rise",),)}
        # One object for one trigger, however many words may be its head.
        assert any(t is u for t in lexicon.triggers["juggle"] for u in lexicon.triggers["toss"])


def edit(path: Path, old: str, new: str) -> None:
    """Change a file without changing its size or time."""
    stat = path.stat()
    text = path.read_text(encoding="utf-8")
    assert old in text
    assert len(old) == len(new)
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_an_edit_of_one_byte_is_seen(kept: Path, own: Path) -> None:
    assert "toss" in acts(own).triggers
    assert [h.entry.id for h in named(own).find(TEXT)] == ["ja", "ja"]
    edit(own / "acts/x.yaml", "toss", "boss")
    edit(own / "actors/groups.csv", "JA,", "JO,")
    assert "boss" in acts(own).triggers
    assert [h.start for h in named(own).find(TEXT)] == [4]
    for name, old, new in (("grammar.yaml", "rise", "ruse"), ("stances.yaml", "tell", "yell")):
        edit(own / name, old, new)
        acts(own)
    assert (len(files(kept, "acts")), len(files(kept, "actors"))) == (4, 2)


def test_a_new_file_is_seen(kept: Path, own: Path) -> None:
    acts(own)
    (own / "acts/y.yaml").write_text(ACT.replace("juggle", "cavort"), encoding="utf-8")
    assert "cavort" in acts(own).triggers
    (own / "sets_more.yaml").write_text("thing: [brick]\n", encoding="utf-8")
    assert acts(own).triggers["hurl"][0].pattern.rest == (frozenset({"brick"}),)
    (own / "acts/y.yaml").unlink()
    assert "cavort" not in acts(own).triggers


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_files_behind_links_are_seen(kept: Path, own: Path, tmp_path: Path) -> None:
    other = tmp_path / "linked"
    other.mkdir()
    for name in ("acts", "actors", "grammar.yaml"):
        (other / name).symlink_to(own / name)
    acts(other)
    named(other)
    edit(own / "acts/x.yaml", "toss", "boss")
    edit(own / "actors/groups.csv", "JA,", "JO,")
    assert "boss" in acts(other).triggers
    assert len(named(other).find(TEXT)) == 1


def test_the_same_files_in_other_folders_are_another_lexicon(kept: Path, own: Path, tmp_path: Path) -> None:
    """Which folder lies over which tells what an entry means."""
    other = tmp_path / "other"
    shutil.copytree(own, other)
    edit(other / "actors/groups.csv", "Rebel group", "State force")
    types = [named(*order).by_id["ja"].type for order in ((own, other), (other, own), (own,), (other,))]
    assert types == ["State force", "Rebel group", "Rebel group", "State force"]
    assert len(files(kept, "actors")) == 4


def test_other_code_reads_anew(kept: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(own)
    monkeypatch.setattr(cache, "_CODE", b"other code")
    acts(own)
    assert len(files(kept)) == 2
    # Where the code cannot be told, nothing is kept.
    monkeypatch.setattr(cache, "_CODE", b"")
    shutil.rmtree(kept)
    assert "toss" in acts(own).triggers
    assert files(kept) == []


def test_the_code_is_told_by_its_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sources = Path(cache.__file__).parent
    assert cache.code_digest() == cache._CODE != b""
    for path in sources.glob("*.py"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    assert cache.code_digest() == cache._CODE
    edit(tmp_path / "entries.py", "class Pattern", "class Battern")
    assert cache.code_digest() != cache._CODE
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "nowhere" / "cache.py"))
    assert cache.code_digest() == b""


def damages() -> Iterator[Any]:
    def at(place: float) -> Callable[[bytes], bytes]:
        def flip(b: bytes) -> bytes:
            i = min(int(len(b) * place), len(b) - 1)
            return b[:i] + bytes([b[i] ^ 1]) + b[i + 1 :]

        return flip

    yield pytest.param(lambda b: b"", id="empty")
    yield pytest.param(lambda b: b[:10], id="head alone")
    yield pytest.param(lambda b: b[: len(b) // 2], id="half")
    yield pytest.param(lambda b: b[:-1], id="last byte gone")
    yield pytest.param(lambda b: b + b"\0", id="a byte more")
    yield pytest.param(lambda b: b"\0" * len(b), id="zeros")
    for place in (0.0, 0.01, 0.3, 0.7, 1.0):
        yield pytest.param(at(place), id=f"bit at {place}")


@pytest.mark.parametrize("damage", list(damages()))
def test_a_damaged_file_is_made_anew(kept: Path, own: Path, damage: Callable[[bytes], bytes]) -> None:
    whole, entries = acts(own), named(own)
    good = {path: path.read_bytes() for path in files(kept)}
    assert len(good) == 2
    for path, content in good.items():
        path.write_bytes(damage(content))
    assert acts(own) == whole
    assert named(own).find(TEXT) == entries.find(TEXT)
    assert {path: path.read_bytes() for path in files(kept)} == good


def test_a_file_under_the_name_of_another_is_not_taken(kept: Path, own: Path) -> None:
    acts(own)
    (old,) = files(kept)
    edit(own / "acts/x.yaml", "toss", "boss")
    acts(own)
    (new,) = [p for p in files(kept) if p != old]
    shutil.copy(old, new)
    assert "boss" in acts(own).triggers


def test_a_folder_that_cannot_be_written_is_no_error(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "SMALLEST_BYTES", 0)
    taken = tmp_path / "file"
    taken.write_text("no folder", encoding="utf-8")
    for folder in (taken, taken / "below"):
        monkeypatch.setenv("EVENTCODE_CACHE", str(folder))
        assert "toss" in acts(own).triggers
        assert len(named(own).find(TEXT)) == 2
    assert taken.read_text(encoding="utf-8") == "no folder"


def test_a_full_disk_is_no_error(kept: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as m:
        m.setattr(os, "replace", full)
        assert "toss" in acts(own).triggers
    assert list(kept.iterdir()) == []


def test_errors_are_raised_each_time_and_nothing_is_kept(kept: Path, own: Path) -> None:
    (own / "acts/x.yaml").write_text("- nothing: here\n", encoding="utf-8")
    (own / "actors/groups.csv").write_text("name\nJuggler Army\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LexiconError, match="act: NAME"):
            acts(own)
        with pytest.raises(LexiconError, match="no column 'id'"):
            named(own)
    (own / "acts/x.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(LexiconError, match="cannot be read"):
        acts(own)
    assert files(kept) == []


def test_what_the_check_complains_of_can_be_loaded(kept: Path, own: Path) -> None:
    """Values of the wrong kind are for ``lexicon check`` to tell; loading never fell over them."""
    (own / "acts/x.yaml").write_text(ACT + "  instrument: [a, b]\n  object: {c: d}\n", encoding="utf-8")
    for _ in range(2):
        assert acts(own).triggers["hurl"][0].instrument == ["a", "b"]


def test_a_file_edited_while_it_is_read_is_not_kept(kept: Path, own: Path) -> None:
    path = own / "acts/x.yaml"

    def build() -> str:
        before = path.read_text(encoding="utf-8")
        edit(path, "toss", "boss")
        return before

    inputs = lambda: [("x", path)]  # noqa: E731
    assert "toss" in cache.compiled("test", inputs, build)
    assert files(kept) == []
    edit(path, "boss", "toss")
    assert cache.compiled("test", inputs, lambda: "unedited") == "unedited"
    assert cache.compiled("test", inputs, lambda: "made again") == "unedited"


def test_small_data_are_not_kept(kept: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SMALLEST_BYTES", 10_000_000)
    acts(own)
    assert files(kept) == []


def test_old_files_are_removed(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "input"
    kept.mkdir()
    for name in ("lexicon-other-1.bin", "gazetteer-1.sqlite", ".lexicon-new.tmp", ".lexicon-old.tmp"):
        (kept / name).touch()
    hours_ago = time.time() - 10_000
    os.utime(kept / ".lexicon-old.tmp", (hours_ago, hours_ago))
    for number in range(cache.KEPT_FILES + 3):
        path.write_text(str(number), encoding="utf-8")
        assert cache.compiled("test", lambda: [("x", path)], lambda n=number: n) == number
        (newest,) = [p for p in files(kept, "test") if p.stat().st_mtime > hours_ago + 5000]
        # Files made at once have the same time on some file systems.
        os.utime(newest, (hours_ago + number, hours_ago + number))
    assert len(files(kept, "test")) == cache.KEPT_FILES
    assert cache.compiled("test", lambda: [("x", path)], lambda: -1) == cache.KEPT_FILES + 2
    assert {p.name for p in kept.iterdir()} >= {
        "lexicon-other-1.bin",
        "gazetteer-1.sqlite",
        ".lexicon-new.tmp",
    }
    assert not (kept / ".lexicon-old.tmp").exists()


def test_several_writers_at_once(kept: Path, own: Path) -> None:
    path = own / "acts/x.yaml"
    together = threading.Barrier(8)
    got: list[Any] = []

    def work() -> None:
        def build() -> list[int]:
            together.wait(30)
            return list(range(200_000))

        got.append(cache.compiled("test", lambda: [("x", path)], build))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(got) == 8
    assert all(g == list(range(200_000)) for g in got)
    assert len(list(kept.iterdir())) == 1
    assert cache.compiled("test", lambda: [("x", path)], lambda: None) == list(range(200_000))
