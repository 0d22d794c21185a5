"""The demo is the whole program on real input, and its meeting is the quality gate: links people can trust."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.config import Settings
from pipeline.records import LINK_CONFIDENCE, Alignment, Meeting
from pipeline.refresh import Archive
from pipeline.search import search
from pipeline.store import Store
from tests.conftest import PLAYS_FROM, ROOT, jumpnotes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.model

SLUG = "osquery-office-hours-2020-01-21"
GOLD = json.loads((ROOT / "seeds" / "reenactment.gold.json").read_text())


@dataclass(frozen=True)
class Found:
    """The demo's meeting as it is stored."""

    meeting: Meeting

    def link(self, line: int) -> Alignment | None:
        """The link of the block at `line`; None where the page says that no moment was found."""
        (block,) = (block for block in self.meeting.notes.blocks if block.line == line)
        alignment = self.meeting.alignments.get(block.id)
        return alignment if alignment and alignment.confidence >= LINK_CONFIDENCE else None


@pytest.fixture(scope="module")
def found(demo: Path) -> Iterator[Found]:
    store = Store.open(demo / "jumpnotes.db")
    yield Found(store.meeting(SLUG))
    store.close()


def test_discussed_sections_open_where_their_topic_starts(found: Found) -> None:
    """Within fifteen seconds; all but one at most, as the model mishears other words on another processor."""
    headings = [item for item in GOLD["items"] if item["kind"] == "heading" and item["start"] is not None]
    links = [(item, found.link(item["line"])) for item in headings]
    right = [item["text"] for item, link in links if link and abs(link.start - item["start"]) <= 15]

    assert len(right) >= len(headings) - 1, links


def test_what_nobody_mentioned_has_no_link(found: Found) -> None:
    """A whole section of the notes was not discussed: none of its blocks pretends to know."""
    silent = [item["line"] for item in GOLD["items"] if item["start"] is None]

    assert len(silent) == 3
    assert [found.link(line) for line in silent] == [None, None, None]


def test_links_of_smaller_blocks_are_mostly_right(found: Found) -> None:
    """Of the bullets and paragraphs that have a link, four in five lead to where they were talked about."""
    linked = [
        (item, link) for item in GOLD["items"] if item["start"] is not None and (link := found.link(item["line"]))
    ]
    right = [item for item, link in linked if any(s - 15 <= link.start <= e + 15 for s, e in item["spans"])]

    assert len(linked) >= 25
    assert len(right) / len(linked) >= 0.8


def test_the_demo_ends_with_the_table_of_links(demo: Path) -> None:
    """Each block on a line, with its time or a dash, and how far that is known in words."""
    table = (demo / "table.txt").read_text().splitlines()

    assert any(re.fullmatch(r" *\d+:\d\d( +sure|\? +likely) +eBPF", line) for line in table)
    assert any(re.fullmatch(r" *– +none +Windows datetime issues.*", line) for line in table)


def test_a_second_demo_finds_everything_done(demo: Path) -> None:
    """Nothing is fetched, transcribed or aligned again."""
    again = jumpnotes("demo", "--no-serve", "--data-dir", demo)

    assert again.returncode == 0
    assert again.stderr == ""
    assert again.stdout == (demo / "table.txt").read_text()


def test_every_stage_was_the_real_one(found: Found) -> None:
    """yt-dlp fetched it, the speech model heard it, and the words have times."""
    recording, transcript = found.meeting.recording, found.meeting.transcript

    assert recording is not None
    assert recording.source.startswith("http://127.0.0.1:")
    assert recording.duration == pytest.approx(GOLD["duration"], abs=1)
    assert transcript is not None
    assert transcript.model == "tiny.en"
    assert all(segment.words for segment in transcript.heard)
    assert max(segment.end - segment.start for segment in transcript.segments) <= 15


def test_what_was_said_can_be_searched(demo: Path) -> None:
    """The topic that is not in the notes is found in the speech."""
    archive = Archive.open(Settings(data_dir=demo))
    spoken = [hit for hit in search(archive.index, "Kafka") if hit.source == "transcript"]
    archive.close()

    assert spoken
    assert any(abs((hit.start or 0) - _said("Kafka")) < 20 for hit in spoken)


def _said(word: str) -> float:
    return float(next(u["start"] for u in GOLD["utterances"] if word in u["text"]))


@pytest.mark.browser
def test_click_on_ebpf_plays_the_recording_from_there(demo: Path, found: Found, browser: Browser) -> None:
    """A newcomer's first minute: open the page, click eBPF, hear it."""
    link = found.link(60)
    assert link is not None
    command = [str(Path(sys.executable).parent / "jumpnotes"), "serve", "--port", "0", "--data-dir", str(demo)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = server.stderr.readline().split()[0]
            page = browser.new_page()
            page.goto(f"{address}meetings/{SLUG}")
            page.get_by_role("link", name=re.compile(r"^Play from [\d:]+: eBPF\b")).click()
            page.wait_for_function(PLAYS_FROM, arg=[link.start])
            page.close()
        finally:
            server.terminate()
