"""``eventcode code --names``: what it opens, and that another value reads again."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from eventcode import batch, cli
from eventcode.batch.options import naming, versions_of
from eventcode.batch.rooms import real_rooms
from eventcode.batch.versions import real_versions


def test_another_choice_of_names_reads_again() -> None:
    usual, every = real_versions(None), real_versions(None, "all")
    assert usual.reading != every.reading
    assert (usual.metadata.get("names"), every.metadata["names"]) == (None, "all")


def test_the_options_open_rooms_that_tell_all_names_and_know_their_version() -> None:
    options = batch.Options(**naming("all"))
    assert isinstance(options.open_rooms, partial)
    assert (options.open_rooms.func, options.open_rooms.keywords) == (real_rooms, {"names": "all"})
    assert versions_of(options) == real_versions(None, "all")


def test_public_names_are_the_usual() -> None:
    assert naming("public") == {}


@pytest.mark.parametrize(("given", "told"), [([], None), (["--names", "all"], {"names": "all"})])
def test_the_command_hands_the_choice_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, given: list[str], told: dict[str, str] | None
) -> None:
    asked: list[Any] = []

    def run(paths: Any, out: Any, day: Any, options: batch.Options, *, tell: Any) -> batch.Summary:
        asked.append(getattr(options.open_rooms, "keywords", None))
        return batch.Summary(1, 0, 0, 0, 0, 0)

    monkeypatch.setattr(batch, "run", run)
    (tmp_path / "a.txt").write_text("Title\n\nText.\n", encoding="utf-8")
    out = CliRunner().invoke(
        cli.app, ["code", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), *given]
    )
    assert out.exit_code == 0, out.output
    assert asked == [told]


def test_names_that_are_none_of_them_are_refused(tmp_path: Any) -> None:
    out = CliRunner().invoke(cli.app, ["code", "a.txt", "--out", str(tmp_path), "--names", "some"])
    assert out.exit_code == 2
