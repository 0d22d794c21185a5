"""What people install is a wheel: it has everything, and does what the tutorial says where there is no checkout."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CALL, ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
SLUG = "community-garden-call-2024-03-05"


def tracked() -> list[str]:
    """Every file of the repository, new ones too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is published: made from the source archive, which is made from the repository."""
    checkout, built = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for name in tracked():
        if not name.startswith(("tests/", "docs/")):
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, checkout / name, follow_symlinks=False)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(checkout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = built.glob("*.whl")
    return found


class Installed:
    """The wheel in an environment of its own, which has the other packages of this one, and an empty folder."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self._bin, self.folder = folder / "venv" / "bin", folder / "empty"
        self.folder.mkdir()
        venv.create(folder / "venv", symlinks=True)
        (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
        # A path in a .pth file is searched, but the .pth files there are not read: this checkout is not found by them.
        (site / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
        pip = [sys.executable, "-m", "pip", "-q", "--python", str(self._bin / "python"), "install", "--no-index"]
        subprocess.run([*pip, "--no-deps", "--disable-pip-version-check", str(wheel)], check=True)

    def run(self, command: str, *args: str | Path) -> str:
        """What a command of the environment prints."""
        done = subprocess.run(
            [str(self._bin / command), *map(str, args)],
            cwd=self.folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self, data: Path) -> subprocess.Popen[str]:
        command = [str(self._bin / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(data)]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


def test_the_wheel_has_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    """Templates, scripts, tables, words and migrations go with the code; tests and seeds do not."""
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert packed == {name for name in tracked() if name.startswith(("pipeline/", "service/"))}
    assert {Path(name).suffix for name in packed} >= {".html", ".js", ".json", ".xml", ".po", ".mako", ".m4a"}


def test_the_version_is_said_in_one_place(wheel: Path, installed: Installed) -> None:
    """The project's file: the wheel, its name and the command have it from there."""
    assert wheel.name.startswith(f"jumpnotes-{VERSION}-")
    assert installed.run("jumpnotes", "--version") == f"jumpnotes, version {VERSION}\n"


def test_the_tutorial_works_where_there_is_no_checkout(installed: Installed) -> None:
    """Notes are run, listed, exported and served, by what is in the wheel alone."""
    data, notes = installed.folder / "data", shutil.copy(CALL / "2024-03-05-garden.md", installed.folder)
    found = installed.run("python", "-c", "import pipeline, service; print(pipeline.__file__, service.__file__)")
    installed.run("jumpnotes", "run", notes, "--transcript", CALL / "garden.vtt", "--data-dir", data)
    links = json.loads(installed.run("jumpnotes", "export", SLUG, "--format", "json", "--data-dir", data))

    assert str(ROOT) not in found
    assert SLUG in installed.run("jumpnotes", "list", "--data-dir", data)
    assert sum(block["link"] == "sure" for block in links["blocks"]) > 5
    assert "1:06 Compost heap\n" in installed.run(
        "jumpnotes", "export", SLUG, "--format", "youtube", "--data-dir", data
    )
    assert "Kapitel kopieren" in _page(installed, data)


def _page(installed: Installed, data: Path) -> str:
    """The meeting's page in German, once its style sheet has been seen to be there."""
    with installed.serve(data) as server:
        try:
            assert server.stdout
            address = next(found[0] for line in server.stdout if (found := re.search(r"http://[\d.:]+/", line)))
            page = _get(f"{address}meetings/{SLUG}")
            assert ".share" in _get(address + re.findall(r'href="/(static/meeting/meeting\.css[^"]*)"', page)[0])
            return page
        finally:
            server.terminate()


def _get(url: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Language": "de"}), timeout=30) as answer:
        content: Any = answer.read()
        return str(content.decode())


@pytest.mark.model
def test_the_demo_needs_no_checkout(installed: Installed, demo: Path, tmp_path: Path) -> None:
    """Its notes and its recording are in the wheel. What the demo here has heard need not be heard again."""
    data = shutil.copytree(demo, tmp_path / "data")
    table = installed.run("jumpnotes", "demo", "--no-serve", "--data-dir", data)

    assert "eBPF" in table
