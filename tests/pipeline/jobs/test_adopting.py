"""A draft becomes notes of the data folder once, whatever happens meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import DraftError, DraftNotFound
from pipeline.jobs import adopting, drafts, own_notes
from pipeline.jobs.drafts import DraftCorrections
from pipeline.run.companions import CompanionFinder
from tests.conftest import ROOT
from tests.pipeline.jobs.sent import CAPTIONS, GARDEN, below, data_folder, send, sound


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


def test_what_was_sent_lies_beside_the_notes(settings: Settings) -> None:
    """Under their name, where a run finds it; and nothing is left of the draft but where it went."""
    draft = send(
        settings, notes=("n.md", GARDEN), recording=("../x.WAV", sound()), transcript=("Call.en.vtt", CAPTIONS)
    )
    notes = adopting.adopt(settings, draft.id)
    folder = settings.data_dir.resolve() / "notes"
    assert notes == folder / "2024-03-05-garden-club.md"
    assert below(settings.data_dir) == {
        "notes/2024-03-05-garden-club.md": GARDEN,
        "notes/2024-03-05-garden-club.wav": sound(),
        "notes/2024-03-05-garden-club.vtt": CAPTIONS,
        "notes-versions/2024-03-05-garden-club/1.md": GARDEN,
        **{
            f"{name}.json": below(settings.data_dir)[f"{name}.json"]
            for name in ("notes-versions/2024-03-05-garden-club/1", f"drafts/{draft.id}/draft")
        },
    }
    found = CompanionFinder().find(notes)
    sent = adopting.uploaded_files(settings, draft.id)
    assert (found.media, found.transcript) == (sent.recording, sent.transcript)
    assert sent.recording == notes.with_suffix(".wav")
    assert own_notes.is_own(settings, notes)
    assert [each.author for each in own_notes.versions(settings, notes)] == ["Ana"]


def test_it_is_done_once(settings: Settings) -> None:
    """A job that is tried again finds the notes as they are now."""
    draft = send(settings, notes=("n.md", GARDEN))
    notes = adopting.adopt(settings, draft.id)
    own_notes.write(settings, notes, "# Edited\n", seen=own_notes.read(settings, notes).digest)
    assert adopting.adopt(settings, draft.id) == notes
    assert notes.read_text() == "# Edited\n"
    with pytest.raises(DraftError):
        drafts.correct(settings, draft.id, DraftCorrections(title="x"))
    with pytest.raises(DraftError):
        drafts.receive(settings, draft.id, "notes", 0, b"x")


def test_no_two_meetings_share_a_name(settings: Settings) -> None:
    """Nor does one get a name by which a file that is there would be its own, or that another draft is getting."""
    settings.notes_dir.mkdir(parents=True)
    (settings.notes_dir / "2024-03-05-GARDEN-club.en.vtt").write_bytes(CAPTIONS)
    second, third = (send(settings, notes=("n.md", GARDEN)) for _ in range(2))
    drafts.begin_adopting(settings, third.id, "2024-03-05-garden-club-2")
    assert adopting.adopt(settings, second.id).name == "2024-03-05-garden-club-3.md"
    assert adopting.adopt(settings, third.id).name == "2024-03-05-garden-club-2.md"


def test_killed_at_any_moment_it_is_done_again(settings: Settings) -> None:
    """Nothing is lost, doubled or left over: it ends as if nobody had been killed."""
    draft = send(settings, notes=("n.md", GARDEN), recording=("x.wav", sound()), transcript=("x.vtt", CAPTIONS))
    drafts.correct(settings, draft.id, DraftCorrections(title="Spring"))
    command = [sys.executable, "-m", "tests.pipeline.jobs.killed", str(settings.data_dir), draft.id]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    *killed, undisturbed = told["left"]
    names = {"notes/2024-03-05-spring.md", "notes/2024-03-05-spring.wav", "notes/2024-03-05-spring.vtt"}
    assert names <= undisturbed[0].keys()
    assert told["kills"] > 8
    for left, numbers, authors in killed:
        assert left.keys() == undisturbed[0].keys()
        assert {name: left[name] for name in names} == {name: undisturbed[0][name] for name in names}
        assert (numbers, authors) == ([1], ["Ana"])


def test_what_cannot_become_a_meeting_stays_a_draft(settings: Settings) -> None:
    unfinished = drafts.create(settings, "Ana", files=[("notes", "x.md", 3)])
    with pytest.raises(DraftError, match="0 of 3"):
        adopting.adopt(settings, unfinished.id)
    with pytest.raises(DraftNotFound):
        adopting.adopt(settings, "x" * 22)
    assert drafts.load(settings, unfinished.id).stem is None
    assert not settings.notes_dir.exists()
