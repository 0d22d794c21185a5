"""`jumpnotes matches`: what is proposed, taken and refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import notes
from pipeline.config import Settings
from pipeline.matching import by_captions, match_new
from pipeline.records import ListedVideo
from pipeline.refresh import Archive
from tests.pipeline.cli.conftest import cli
from tests.pipeline.store.meetings import notes as meeting_notes

AT = datetime(2024, 3, 5, 18, tzinfo=UTC)
FIRST = ListedVideo("https://youtu.be/aaaaaaaaaaa", "aaaaaaaaaaa", "Rose club", AT, True, 3605.0, "recorded")
SECOND = replace(FIRST, url="https://youtu.be/bbbbbbbbbbb", id="bbbbbbbbbbb")
OTHER = replace(FIRST, url="https://youtu.be/ccccccccccc", id="ccccccccccc", title="Trailer", at=None, duration=None)


@pytest.fixture
def listed(tmp_path: Path, empty: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Notes without a recording, two videos that fit them, and one that does not."""
    monkeypatch.setattr(by_captions, "MAX_ASKED", 0)
    shutil.copytree(empty, data)
    archive = Archive.open(Settings(data_dir=data))
    for day in ("2024-03-05", "2024-04-02"):
        path = tmp_path / f"{day}.md"
        path.write_text(f"# Rose club {day}\n\n## Pruning\n\nNot before April.\n")
        read = notes.read(path)
        archive.store.claim(str(path), read.slug)
        archive.store.save_notes(read)
    match_new([FIRST, SECOND, OTHER], archive, Settings(data_dir=data), author="watch")
    archive.close()
    return data


def test_proposals_are_listed_with_their_reasons_and_what_has_no_counterpart(listed: Path, tmp_path: Path) -> None:
    result = cli("matches", "--data-dir", listed)

    assert (
        result.stdout
        == f"""\
1. Rose club 2024-03-05 ({tmp_path}/2024-03-05.md)
   https://youtu.be/aaaaaaaaaaa  Rose club (2024-03-05, 1:00:05)
   - streamed on the day of the notes: 2024-03-05
   - both titles say “Rose club”

2. Rose club 2024-03-05 ({tmp_path}/2024-03-05.md)
   https://youtu.be/bbbbbbbbbbb  Rose club (2024-03-05, 1:00:05)
   - streamed on the day of the notes: 2024-03-05
   - both titles say “Rose club”

Notes without a recording:
  Rose club 2024-04-02 ({tmp_path}/2024-04-02.md)

Recordings without notes:
  https://youtu.be/ccccccccccc  Trailer (no date)
"""
    )


def test_programs_get_the_same(listed: Path) -> None:
    found = json.loads(cli("matches", "--format", "json", "--data-dir", listed).stdout)

    assert [(each["number"], each["video"]["url"], each["unique"]) for each in found["proposals"]] == [
        (1, FIRST.url, False),
        (2, SECOND.url, False),
    ]
    assert [each["title"] for each in found["notes_without_recording"]] == ["Rose club 2024-04-02"]
    assert [each["url"] for each in found["recordings_without_notes"]] == [OTHER.url]


def test_a_proposal_is_refused_and_another_taken(listed: Path) -> None:
    """What was done is on stdout, and what follows on stderr."""
    refused = cli("matches", "refuse", "1", "--data-dir", listed)
    taken = cli("matches", "take", "2", "--format", "json", "--data-dir", listed)

    assert refused.stdout == "1. refused: Rose club 2024-03-05 – Rose club\n"
    assert [(each["state"], each["job"]) for each in json.loads(taken.stdout)] == [("taken", 1)]
    assert "job 1" in taken.stderr
    assert json.loads(cli("matches", "--format", "json", "--data-dir", listed).stdout)["proposals"] == []


def test_a_number_that_is_none_is_an_error_with_a_way_out(listed: Path) -> None:
    result = cli("matches", "take", "99", "--data-dir", listed)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: no match 99\nhint: `jumpnotes matches` lists them.\n"


def test_an_archive_with_nothing_to_match_says_so(empty: Path, data: Path) -> None:
    """With the way on where no notes were run."""
    shutil.copytree(empty, data)
    nothing_run = cli("matches", "--data-dir", data)
    archive = Archive.open(Settings(data_dir=data))
    slug = archive.store.claim("/notes/call.md", "call")
    archive.store.save_notes(replace(meeting_notes(), slug=slug))
    archive.close()
    all_matched = cli("matches", "--data-dir", data)

    assert (nothing_run.exit_code, nothing_run.stdout, all_matched.stdout) == (0, "", "")
    assert nothing_run.stderr.startswith("Nothing to match yet: there are no notes.")
    assert all_matched.stderr.startswith("Nothing to match: all notes have a recording")
