"""The wheel: complete, and at work in an empty environment, away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "eventcode"

ARTICLE = """Soldiers kill two rebels near Kidal

BAMAKO, Mali (Sahara Post) - Malian soldiers fought Tuareg rebels in Kidal on Friday and killed two of them, the army said.
"""

pytestmark = pytest.mark.slow


def _run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("COLUMNS", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _ok(command: Sequence[str | Path], folder: Path) -> str:
    run = _run(command, folder)
    assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    _ok([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT], out)
    (path,) = out.glob("eventcode-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel in it; dependencies are those of this one, as tests have no network."""
    folder = tmp_path_factory.mktemp("empty") / "env"
    _ok([sys.executable, "-m", "venv", "--without-pip", folder], ROOT)
    python = folder / "bin" / "python"
    site = Path(_ok([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], ROOT).strip())
    theirs = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (site / "dependencies.pth").write_text("\n".join(theirs) + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    _ok([*pip, "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel], ROOT)
    return folder


def test_every_data_file_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }
    schemas = {
        f"eventcode/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "schemas").rglob("*.json")
    }
    assert schemas
    assert sorted((wanted | schemas) - inside) == []


def test_nothing_else_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert [top for top in tops if top != "eventcode" and not top.endswith(".dist-info")] == []


def test_licences_are_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {Path(name).name for name in archive.namelist() if ".dist-info/licenses/" in name}
    assert inside == {"LICENSE", "NOTICE"}


def test_an_installed_wheel_codes_an_article_elsewhere(installed: Path, tmp_path: Path) -> None:
    python = installed / "bin" / "python"
    home = _ok([python, "-c", "import eventcode; print(eventcode.__file__)"], tmp_path).strip()
    assert Path(home).is_relative_to(installed), f"{home} was imported, not the wheel"
    (tmp_path / "kidal.txt").write_text(ARTICLE, encoding="utf-8")
    command = installed / "bin" / "eventcode"
    _ok([command, "code", "kidal.txt", "--out", "out", "--date", "2024-01-06"], tmp_path)
    _ok([command, "validate", "out"], tmp_path)
    assert "Armed clash" in _ok([command, "show", "out"], tmp_path)
