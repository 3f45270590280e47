"""The public names: all there, lazily, and nothing heavy comes in by the front door."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import eventcode

HEAVY = ("pyarrow", "spacy", "pandas", "numpy", "rich", "typer", "dateutil")


def imported_by(statement: str) -> set[str]:
    """Top-level modules in memory after a statement, in a new process."""
    program = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{m.partition('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("name", eventcode.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(eventcode, name) is not None


def test_all_is_sorted_and_is_what_dir_tells() -> None:
    assert eventcode.__all__ == sorted(eventcode.__all__)
    assert set(dir(eventcode)) == set(eventcode.__all__)


def test_names_come_from_their_own_module() -> None:
    assert set(eventcode._HOME) == set(eventcode.__all__) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        eventcode.no_such_name  # noqa: B018


def test_import_is_light() -> None:
    assert not imported_by("import eventcode") & set(HEAVY)


def test_values_are_light() -> None:
    assert not imported_by("from eventcode import Article, Finding, EventcodeError, __version__") & set(HEAVY)


def test_command_line_loads_no_tables_and_no_parser() -> None:
    assert not imported_by("import eventcode.cli") & {"pyarrow", "spacy", "pandas", "numpy"}
