"""The hooks of .pre-commit-hooks.yaml in the real pre-commit: installed from this repository, without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.action.conftest import git
from tests.conftest import CALL, ROOT, jumpnotes

NOTES = "notes/2024-03-05-garden.md"
OURS = '([0:45](https://youtu.be/gArDenCall0?t=45 "jumpnotes"))'


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what is installed from here, with a folder `wheels` of what that depends on."""
    folder = tmp_path_factory.mktemp("hooks")
    wheels = folder / "wheels"
    wheels.mkdir()
    for distribution in _base_install():
        _pack(distribution, wheels)
    repository = folder / "jumpnotes"
    for package in ("pipeline", "service"):
        shutil.copytree(ROOT / package, repository / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, repository)
    git(folder, "init", "-q", str(repository))
    git(repository, "add", "--all")
    git(repository, "commit", "-qm", "Hooks")
    return folder


def _base_install() -> list[metadata.Distribution]:
    """jumpnotes' own dependencies without any extra, theirs, and what builds it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: dict[str, metadata.Distribution] = {}
    pending = ["setuptools", *project["dependencies"]]
    while pending:
        requirement = Requirement(pending.pop())
        if requirement.name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            found[requirement.name] = metadata.distribution(requirement.name)
            pending += found[requirement.name].requires or []
    return list(found.values())


def _pack(distribution: metadata.Distribution, folder: Path) -> None:
    """The wheel that an installed distribution came from."""
    tags = re.findall(r"^Tag: (\S+)-(\S+)-(\S+)$", distribution.read_text("WHEEL") or "", re.MULTILINE)
    tag = "-".join(".".join(dict.fromkeys(each)) for each in zip(*tags, strict=True))
    name = re.sub(r"[-_.]+", "_", distribution.metadata["Name"])
    with zipfile.ZipFile(folder / f"{name}-{distribution.version}-{tag}.whl", "w") as wheel:
        for file in distribution.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                wheel.write(str(distribution.locate_file(file)), str(file))


@pytest.fixture(scope="module")
def repository(hooks: Path) -> Path:
    """Somebody's linked notes, with Windows line ends and a mode of their own; they have changed a link's address."""
    folder = hooks / "repository"
    (folder / "notes").mkdir(parents=True)
    git(hooks, "init", "-q", str(folder))
    shutil.copy(CALL / "2024-03-05-garden.md", folder / NOTES)
    linked = jumpnotes("annotate", "--no-meaning", "--transcript", CALL / "garden.vtt", folder / NOTES)
    assert linked.returncode == 0, linked.stderr
    text = (folder / NOTES).read_text()
    assert OURS in text
    (folder / NOTES).write_bytes(text.replace("?t=45 ", "?t=50 ").replace("\n", "\r\n").encode())
    (folder / NOTES).chmod(0o640)
    (folder / "README.md").write_text("No notes: [1:00](https://youtu.be/gArDenCall0?t=90)\n")
    wanted = [{"id": each["id"]} for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())]
    revision = git(hooks / "jumpnotes", "rev-parse", "HEAD")
    config = {"repos": [{"repo": str(hooks / "jumpnotes"), "rev": revision, "hooks": wanted}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(folder, "-c", "core.autocrlf=false", "add", "--all")
    git(folder, "commit", "-qm", "Notes")
    return folder


def _run(hooks: Path, repository: Path, hook: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", hook, "--all-files"],
        cwd=repository,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(hooks),
            "PRE_COMMIT_HOME": str(hooks / "home"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(hooks / "wheels"),
            "PIP_NO_COMPILE": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_check_names_the_line_and_writes_nothing(hooks: Path, repository: Path) -> None:
    """The base install is enough; files that are no notes are not looked at."""
    before = (repository / NOTES).read_bytes()
    done = _run(hooks, repository, "jumpnotes-check")

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{NOTES}:10: the link says 0:45 and opens 0:50" in done.stdout
    assert "README" not in done.stdout
    assert (repository / NOTES).read_bytes() == before
    installed = {path.name for path in (hooks / "home").glob("*/py_env-*/lib/*/site-packages/*")}
    assert {"tantivy", "pipeline"} <= installed
    assert not {"numpy", "rapidfuzz", "av", "flask"} & installed


def test_the_links_are_written_and_nothing_else(hooks: Path, repository: Path) -> None:
    """pre-commit fails once, as the file changed. Line ends, mode and every other byte stay."""
    before, mode = (repository / NOTES).read_bytes(), (repository / NOTES).stat().st_mode
    first, second = (_run(hooks, repository, "jumpnotes-annotate") for _ in range(2))

    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    assert (repository / NOTES).read_bytes() == before.replace(b"[0:45]", b"[0:50]")
    assert (repository / NOTES).stat().st_mode == mode
    assert second.returncode == 0, second.stdout + second.stderr
