"""The versions that the action installs."""

from __future__ import annotations

from jumpnotes_action.install import SETS, versions
from packaging.requirements import Requirement

from tests.conftest import ROOT


def test_every_version_of_the_lock_is_kept() -> None:
    """Each line constrains one package to one version, as pip takes it: no hash, no extra."""
    lock = (ROOT / "requirements.lock").read_text()
    constraints = [Requirement(line) for line in versions(lock).splitlines()]

    assert len(constraints) == sum("==" in line.split(" ;")[0] for line in lock.splitlines() if line[0].isalnum())
    assert {"numpy", "rapidfuzz", "lxml", "faster-whisper", "pagefind"} <= {each.name for each in constraints}
    assert [each for each in constraints if each.extras or not str(each.specifier).startswith("==")] == []


def test_what_is_installed_exists() -> None:
    """Every extra is one of jumpnotes, every package is in the lock."""
    project = (ROOT / "pyproject.toml").read_text()
    lock = versions((ROOT / "requirements.lock").read_text())

    for extras, packages in SETS.values():
        assert [each for each in extras.strip("[]").split(",") if each and f"\n{each} = [" not in project] == []
        assert [each for each in packages if f"\n{each}==" not in lock] == []
