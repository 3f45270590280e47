"""``eventcode validate`` in a researcher's own repository: the GitHub action, the pre-commit hook, annotations."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from layout_rows import layout_table, write_layout
from typer.testing import CliRunner

from eventcode.cli import app

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ANNOTATION = (
    "::error file=my data/acled bad.csv,line=4,title=eventcode year::"
    "year: year 2023, event_date 2024-03-02: expected 2024"
)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")


def read_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a good file, and one whose second row, on the fourth line, is bad; their names have blanks."""
    folder = tmp_path / "my data"
    folder.mkdir()
    table = layout_table("acled")
    write_layout(folder / "acled good.csv", table, "acled")
    lines = (folder / "acled good.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace(",2024,", ",2023,", 1)
    (folder / "acled bad.csv").write_text("".join(lines), encoding="utf-8", newline="")
    return tmp_path


def validate_step() -> str:
    """Script of the action's last step."""
    step = read_yaml("action.yml")["runs"]["steps"][-1]
    assert step["env"] == {
        "EVENTCODE_FILES": "${{ inputs.files }}",
        "EVENTCODE_SCHEMA": "${{ inputs.schema }}",
    }
    return str(step["run"])


def run_step(script: str, folder: Path, commands: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """A step as GitHub runs it: bash, stopping at the first error. ``commands``: folder that is searched first."""
    path = folder / "step.sh"
    path.write_text(script, encoding="utf-8")
    env = {**os.environ, **told, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_action_asks_for_what_the_issue_promises() -> None:
    action = read_yaml("action.yml")
    assert action["runs"]["using"] == "composite"
    assert set(action["inputs"]) == {"files", "schema", "python-version"}
    assert action["inputs"]["files"]["required"] is True
    steps = action["runs"]["steps"]
    assert steps[0]["uses"].startswith("actions/setup-python@")
    assert steps[0]["with"] == {"python-version": "${{ inputs.python-version }}"}
    assert "$GITHUB_ACTION_PATH" in steps[1]["run"]
    # What a workflow says reaches the shell through variables only: nothing in it can be run.
    assert all("${{" not in step.get("run", "") for step in steps)


@pytest.mark.parametrize(
    ("files", "schema", "status"),
    [
        ("my data/acled good.csv\n", "", 0),
        ("my data/acled good.csv", "acled", 0),
        ("my data/acled bad.csv\nmy data/acled good.csv\n", "", 1),
        ("my data/*.csv", "acled", 1),
        ("**/* good.csv", "", 0),
        ("my data/none.csv", "", 2),
        ("my data/acled good.csv", "ged", 1),
    ],
)
def test_the_action_checks_files(
    data: Path, monkeypatch: pytest.MonkeyPatch, files: str, schema: str, status: int
) -> None:
    """The step's own shell finds the words, and the command is run with them in this process, to save starting it."""
    stand_in = data / "bin" / "eventcode"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    told = {"EVENTCODE_FILES": files, "EVENTCODE_SCHEMA": schema}
    words = run_step(validate_step(), data, stand_in.parent, **told).stdout.splitlines()
    monkeypatch.chdir(data)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == status, result.stderr
    wrong = [line for line in result.stdout.splitlines() if line.startswith("::error ")]
    assert bool(wrong) is (status == 1)
    if status == 1 and schema != "ged":
        assert wrong == [ANNOTATION]


def test_the_action_runs(data: Path) -> None:
    told = {"EVENTCODE_FILES": "my data/acled bad.csv\nmy data/acled good.csv\n", "EVENTCODE_SCHEMA": ""}
    result = run_step(validate_step(), data, BIN, **told)
    assert result.returncode == 1, result.stderr
    assert ANNOTATION in result.stdout.splitlines()


def test_the_hook_runs(data: Path) -> None:
    (hook,) = read_yaml(".pre-commit-hooks.yaml")
    assert (hook["id"], hook["language"], hook["require_serial"]) == ("eventcode-validate", "python", True)
    command = [str(BIN / shlex.split(hook["entry"])[0]), *shlex.split(hook["entry"])[1:]]
    for name, status in (("acled good.csv", 0), ("acled bad.csv", 1)):
        path = data / "my data" / name
        assert re.search(hook["files"], f"my data/{name}")
        assert subprocess.run([*command, str(path)], capture_output=True, check=False).returncode == status


@pytest.mark.parametrize(
    ("path", "checked"),
    [
        ("data/incidents.parquet", True),
        ("rejected.jsonl", True),
        ("raw/ged251.csv", True),
        ("gdelt2_20240101.tsv.gz", True),
        ("notes.csv", False),
        ("my_incidents.parquet.bak", False),
    ],
)
def test_the_hook_takes_files_that_say_what_they_are(path: str, checked: bool) -> None:
    (hook,) = read_yaml(".pre-commit-hooks.yaml")
    assert bool(re.search(hook["files"], path)) is checked
