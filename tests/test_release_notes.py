"""A release says what is new: its section of the changelog, and only if its tag is the project's version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

CHANGELOG = """\
# Changelog

## Unreleased

- Later.

## 1.2.3 - 2027-01-02

### Added

- Chapters, which
  wrap.
- Notes.

## [1.2.30] - 2026-12-01

- Older.
"""


def asked(tag: str, folder: Path, version: str) -> subprocess.CompletedProcess[str]:
    (folder / "pyproject.toml").write_text(f'[project]\nversion = "{version}"\n')
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    command = [sys.executable, str(ROOT / ".ci" / "release_notes.py"), tag]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_section_of_the_version_is_cut_out(tmp_path: Path) -> None:
    """With a line an entry, and neither what comes before nor what comes after."""
    assert asked("v1.2.3", tmp_path, "1.2.3").stdout == "### Added\n\n- Chapters, which wrap.\n- Notes.\n"
    assert asked("v1.2.30", tmp_path, "1.2.30").stdout == "- Older.\n"


@pytest.mark.parametrize(
    ("tag", "version", "problem"),
    [
        ("v1.2.4", "1.2.3", "has to be v1.2.3"),
        ("1.2.3", "1.2.3", "has to be v1.2.3"),
        ("v1.2", "1.2", "nothing under “## 1.2”"),
    ],
)
def test_a_release_that_does_not_fit_is_refused(tmp_path: Path, tag: str, version: str, problem: str) -> None:
    """Another version, or one of which the changelog says nothing: the workflow ends there."""
    done = asked(tag, tmp_path, version)

    assert (done.returncode, done.stdout) == (1, "")
    assert problem in done.stderr
