"""The Makefile and its helpers, with a Python that only writes down what it is asked for: no network, no coding."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from eventcode.layouts.exporting import files_of_all

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / ".ci" / "requirements.lock", ROOT / ".ci" / "requirements-dev.lock")
TABLES = ("articles", "acts", "events", "incidents", "places")

STUB = """#!/bin/sh
echo "$*" >> calls.log
case "$1 $2" in
"-m venv")
    shift 2
    [ "$1" = --clear ] && shift && rm -rf "$1"
    mkdir -p "$1/bin" && cp "$0" "$1/bin/python" ;;
"-m eventcode")
    case "$3" in
    code) mkdir -p data && touch data/articles.parquet data/acts.parquet data/events.parquet \\
        data/incidents.parquet data/places.parquet ;;
    export) mkdir -p data/exports && for name in @EXPORTS@; do touch "data/exports/$name"; done ;;
    panel) [ ! -e no-panels ] && mkdir -p data/panels && for unit in country admin1 priogrid dyad; do
        touch data/panels/${unit}_month.parquet data/panels/${unit}_year.parquet; done ;;
    validate) [ ! -e findings ] ;;
    show) echo "the table" ;;
    esac ;;
esac
"""


def _exports() -> list[str]:
    """Files that ``eventcode export --layout all`` writes."""
    return [path.name for _, _, path in files_of_all(Path())]


pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def _program(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def _environment(**extra: str) -> dict[str, str]:
    """Without what a surrounding make hands down."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "PYTHON"))}
    return {**inherited, **extra}


class Project:
    """A copy of the files that the Makefile looks at, in a folder with a space in its path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (".ci", "seeds", "schemas", "eventcode/lexicon/data", "eventcode/ontologies/data"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("Makefile", "pyproject.toml", "eventcode/cli.py"):
            shutil.copy(ROOT / name, folder / name)
        self.python = _program(folder / "stub-python", STUB.replace("@EXPORTS@", " ".join(_exports())))

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=_environment(PYTHON=str(self.python)),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def calls(self) -> list[str]:
        """What Python was asked for since the last look, but for the question whether it starts."""
        log = self.folder / "calls.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line for line in lines if line.startswith("-m ")]

    def age(self) -> None:
        """Let everything be an hour old, so that a file touched afterwards is newer on any file system."""
        for path in [self.folder, *self.folder.rglob("*")]:
            stat = path.stat()
            os.utime(path, (stat.st_atime - 3600, stat.st_mtime - 3600))

    def change(self, name: str) -> None:
        self.age()
        (self.folder / name).touch()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "a project")


@pytest.fixture
def made(project: Project) -> Project:
    """A project in which make has run."""
    run = project.make()
    assert run.returncode == 0, run.stdout + run.stderr
    project.calls()
    return project


def test_make_sets_up_codes_validates_and_shows(project: Project) -> None:
    run = project.make()
    assert run.returncode == 0, run.stdout + run.stderr
    calls = project.calls()
    assert calls[0] == "-m venv --clear .venv"
    assert [call for call in calls if "--require-hashes" in call and ".ci/requirements.lock" in call]
    coding = next(call for call in calls if call.startswith("-m eventcode code"))
    assert coding.endswith("--out data --date 2024-01-06")
    assert "seeds/wire.jsonl" in coding
    assert "expected.jsonl" not in coding
    steps = [call.removeprefix("-m eventcode ") for call in calls[calls.index(coding) + 1 :]]
    assert [step.split()[0] for step in steps] == ["validate", "export", "panel", "validate", "show"]
    assert steps[1] == "export data --layout all --out data/exports --replace"
    assert steps[2] == (
        "panel data --unit country,admin1,priogrid,dyad --period month,year --out data/panels --replace"
    )
    assert steps[-1] == "show data"
    assert run.stdout.rstrip().endswith("the table")


def test_the_makefile_knows_every_file_of_export_and_checks_those_with_a_schema(project: Project) -> None:
    project.make()
    (validated,) = [call for call in project.calls() if call.startswith("-m eventcode validate data/exports")]
    there = {path.name for path in (project.folder / "data" / "exports").iterdir()}
    for name in there:
        # Gone, it is made again: the Makefile knows it.
        (project.folder / "data" / "exports" / name).unlink()
        assert project.make().returncode == 0
        calls = project.calls()
        assert calls[0].startswith("-m eventcode export"), name
    without = {path.name for name, form, path in files_of_all(Path()) if form in ("dta", "geojson")}
    assert {Path(word).name for word in validated.split()[3:]} == there - without


def test_second_make_does_nothing(made: Project) -> None:
    run = made.make()
    assert run.returncode == 0
    assert made.calls() == []
    assert "Nothing to be done" in run.stdout


@pytest.mark.parametrize(
    "changed",
    [
        "seeds/cup_tie.txt",
        "seeds/wire.jsonl",
        "eventcode/lexicon/data/stances.yaml",
        "eventcode/lexicon/data/actors/groups.csv",
        "eventcode/ontologies/data/cameo.yaml",
        "eventcode/cli.py",
    ],
)
def test_a_change_codes_again_without_a_new_set_up(changed: str, made: Project) -> None:
    made.change(changed)
    assert made.make().returncode == 0
    calls = made.calls()
    assert any(call.startswith("-m eventcode code") for call in calls)
    assert not any(call.startswith("-m pip") for call in calls)
    assert "Nothing to be done" in made.make().stdout


@pytest.mark.parametrize("name", ["seeds/cup_tie.txt", "eventcode/lexicon/data/acts/01_statement.yaml"])
def test_a_file_taken_away_codes_again(name: str, made: Project) -> None:
    made.age()
    (made.folder / name).unlink()
    made.make()
    assert any(call.startswith("-m eventcode code") for call in made.calls())


@pytest.mark.parametrize("table", TABLES)
def test_a_missing_table_is_made_again(table: str, made: Project) -> None:
    (made.folder / "data" / f"{table}.parquet").unlink()
    made.make()
    assert any(call.startswith("-m eventcode code") for call in made.calls())


def test_tables_with_findings_fail_every_time(project: Project) -> None:
    (project.folder / "findings").touch()
    assert project.make().returncode != 0
    assert project.make().returncode != 0


def test_a_missing_panel_is_made_again_without_coding(made: Project) -> None:
    (made.folder / "data" / "panels" / "dyad_year.parquet").unlink()
    assert made.make().returncode == 0
    calls = made.calls()
    assert any(call.startswith("-m eventcode panel") for call in calls)
    assert not any(call.startswith("-m eventcode code") for call in calls)
    assert "Nothing to be done" in made.make().stdout


def test_panels_that_cannot_be_made_fail_every_time(project: Project) -> None:
    (project.folder / "no-panels").touch()
    assert project.make().returncode != 0
    project.calls()
    assert project.make().returncode != 0
    # What was coded stays coded.
    assert not any(call.startswith("-m eventcode code") for call in project.calls())
    (project.folder / "no-panels").unlink()
    assert project.make().returncode == 0
    assert "Nothing to be done" in project.make().stdout


def test_a_new_lock_installs_into_the_same_environment(made: Project) -> None:
    made.change(".ci/requirements.lock")
    made.make()
    calls = made.calls()
    assert any(call.startswith("-m pip") for call in calls)
    assert not any(call.startswith("-m venv") for call in calls)


def test_a_half_made_environment_is_made_again(made: Project) -> None:
    (made.folder / ".venv" / ".installed").unlink()
    assert made.make().returncode == 0
    assert "-m venv --clear .venv" in made.calls()


def test_an_environment_without_its_python_is_made_again(made: Project) -> None:
    (made.folder / ".venv" / "bin" / "python").unlink()
    assert made.make().returncode == 0
    assert "-m venv --clear .venv" in made.calls()


def test_a_moved_project_gets_a_new_environment(made: Project) -> None:
    made.folder = made.folder.rename(made.folder.with_name("moved"))
    made.python = made.folder / "stub-python"
    assert made.make().returncode == 0
    assert "-m venv --clear .venv" in made.calls()


def test_make_test_runs_every_check_and_pytest_last(project: Project) -> None:
    assert project.make("test").returncode == 0
    calls = project.calls()
    checks = ["-m ruff check .", "-m ruff format --check .", "-m mypy", "-m eventcode lexicon check"]
    assert sorted(call for call in calls if call in checks) == sorted(checks)
    assert calls[-1] == "-m pytest -n 2"


def _find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / "find-python")],
        env=_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_fits_is_taken() -> None:
    assert _find_python(PYTHON=sys.executable).stdout.strip() == sys.executable


def test_a_python_that_is_too_old_is_refused(tmp_path: Path) -> None:
    old = _program(tmp_path / "python", "#!/bin/sh\nexit 1\n")
    run = _find_python(PYTHON=str(old))
    assert run.returncode == 1
    assert "needs Python 3.11" in run.stderr
    assert str(old) in run.stderr


def test_no_python_at_all_is_told(tmp_path: Path) -> None:
    run = _find_python(PATH=str(tmp_path))
    assert run.returncode == 1
    assert "apt install python3 python3-venv" in run.stderr


def test_missing_venv_part_names_the_packages(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('taken out')\n", encoding="utf-8")
    run = _find_python(PYTHON=sys.executable, PYTHONPATH=str(tmp_path))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert run.returncode == 1
    assert f"apt install python3-venv python{version}-venv" in run.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_hashes_and_no_address_stands_there(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    pins = re.split(r"^(?=[a-z0-9])", re.sub(r"^ *#.*\n", "", text, flags=re.M), flags=re.M)[1:]
    assert pins
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_locks_hold_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = {
        LOCKS[0]: [*project["project"]["dependencies"], *groups["build"]],
        LOCKS[1]: [
            *project["project"]["dependencies"],
            *(line for line in groups["dev"] if isinstance(line, str)),
        ],
    }
    for lock, requirements in asked.items():
        pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text(encoding="utf-8"), flags=re.M))
        names = {re.split(r"[<>=~!\[ ;]", line)[0].lower() for line in requirements}
        assert names <= pinned, f"run 'make lock': {lock.name} lacks {sorted(names - pinned)}"


def test_both_locks_pin_the_same_versions() -> None:
    pins = [set(re.findall(r"^\S+==\S+", lock.read_text(encoding="utf-8"), flags=re.M)) for lock in LOCKS]
    assert pins[0] <= pins[1]
