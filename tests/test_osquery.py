"""The case of the first users, as docs/osquery.md tells it: its commands run, and what they leave is worth merging."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipeline.notes import own_links
from tests.conftest import ROOT
from tests.pipeline import garden
from tests.service.file_server import serving_files

pytestmark = [pytest.mark.model, pytest.mark.browser]

NOTES = ROOT / "seeds" / "000_d54e42ad7e88ce35.txt"
GOLD = json.loads((ROOT / "seeds" / "reenactment.gold.json").read_text())
MAX_OFF_SECONDS = 30


@dataclass(frozen=True)
class Told:
    """A folder in which the commands of the tutorial were run, and what each printed."""

    folder: Path
    printed: dict[str, str]

    def of(self, beginning: str) -> str:
        return next(text for command, text in self.printed.items() if command.startswith(beginning))

    @property
    def notes(self) -> str:
        return (self.folder / "office-hours" / "2020-01-21.md").read_text()


@pytest.fixture(scope="module")
def told(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The demo has heard the recording before, so that it is not transcribed twice."""
    folder = tmp_path_factory.mktemp("osquery")
    (folder / "seeds").symlink_to(ROOT / "seeds")
    data = shutil.copytree(demo, folder / "data")
    garden.move(data, folder / "office-hours" / "2020-01-21.md")
    environ = os.environ | {
        "JUMPNOTES_DATA_DIR": str(data),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    commands = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "osquery.md").read_text(), re.MULTILINE | re.DOTALL)
    printed = {}
    for command in "".join(commands).splitlines():
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        printed[command] = done.stdout
    return Told(folder, printed)


def test_the_difference_is_one_a_maintainer_would_merge(told: Told) -> None:
    """It adds links and nothing else, and is in the document as it is printed."""
    patch = told.of("jumpnotes annotate office-hours/ --diff")
    assert own_links.remove(told.notes) == NOTES.read_text()
    assert len(own_links.find(told.notes)) >= 20
    shown = re.search(r"^```diff\n(.*?)^```", (ROOT / "docs" / "osquery.md").read_text(), re.MULTILINE | re.DOTALL)
    assert shown
    assert re.sub(r"\d+:\d+|t=\d+", "", shown[1]) in re.sub(r"\d+:\d+|t=\d+", "", patch)


def test_its_links_open_where_the_topic_starts(told: Told) -> None:
    """Nine of ten within half a minute: the lines of the notes are those of the gold."""
    lines = NOTES.read_text().splitlines()
    starts = {lines[item["line"] - 1].strip(): item["start"] for item in GOLD["items"] if item["start"] is not None}
    linked = {}
    text, above = told.notes, ""
    found = {link.line: link for link in own_links.find(text)}
    for number, line in enumerate(own_links.hide(text).splitlines(), 1):
        above = line.strip() or above
        if link := found.get(number):
            linked[above] = link.seconds
    known = [abs(starts[line] - seconds) for line, seconds in linked.items() if line in starts]
    assert len(known) >= 12
    assert sum(off <= MAX_OFF_SECONDS for off in known) >= 0.9 * len(known), known


def test_its_chapters_are_ones_that_youtube_shows(told: Told) -> None:
    lines = told.of("jumpnotes export").splitlines()
    times = [sum(int(n) * 60**i for i, n in enumerate(reversed(line.split()[0].split(":")))) for line in lines]
    assert times[0] == 0
    assert len(times) >= 7
    assert all(later - earlier >= 10 for earlier, later in pairwise(times))
    assert any(line.endswith(" eBPF") for line in lines)


def test_its_site_finds_what_was_said(told: Told, browser: Browser) -> None:
    """In Chromium, from a plain web server, and the hit opens the moment."""
    with serving_files(told.folder / "public") as url:
        page = browser.new_page()
        page.goto(url)
        page.get_by_role("searchbox").fill("probes getaddrinfo")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Found in 1 meeting")
        page.locator(".hit").first.click()
        expect(page.get_by_role("heading", name="eBPF")).to_be_visible()
        assert re.search(r"/meetings/osquery-office-hours-2020-01-21/\?t=4[3-6]\d", page.url), page.url
        page.close()
