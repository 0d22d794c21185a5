"""What the documents say is so."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import Settings
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "seeds").glob("*.md")])


def test_the_reference_is_what_the_program_says() -> None:
    """`make docs` has been run since the last change of an option."""
    made = subprocess.run([sys.executable, "docs/reference.py"], capture_output=True, text=True, check=True, cwd=ROOT)

    assert (ROOT / "docs" / "reference.md").read_text() == made.stdout


def test_every_setting_is_in_the_reference() -> None:
    """Each field of Settings is an environment variable people can look up, and nothing else is."""
    named = set(re.findall(r"`(JUMPNOTES_[A-Z_]+)`", (ROOT / "docs" / "reference.md").read_text()))

    assert named == {f"JUMPNOTES_{field.name.upper()}" for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    """No relative link or picture is dead."""
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_make_targets_people_are_told_of_exist() -> None:
    """`make help` lists them, and every `make …` in the documents is one of them."""
    listed = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    targets = set(re.findall(r"^  make (\w+)", listed, re.MULTILINE))
    told = {name for page in PAGES for name in re.findall(r"(?:^|`)make (\w+)", page.read_text(), re.MULTILINE)}

    assert {"demo", "test", "check", "serve", "bench", "docs"} <= targets
    assert told <= targets
