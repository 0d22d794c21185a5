"""What nobody goes on with is removed, and nothing else."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.jobs import draft_expiry, drafts
from pipeline.jobs.draft_expiry import LIFETIME, SUBMITTED_LIFETIME
from pipeline.whole_files import unfinished_of
from tests.pipeline.jobs.sent import data_folder, send


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


def test_drafts_that_nobody_goes_on_with_are_removed(settings: Settings) -> None:
    """Those that wait for their turn stay, and so does one that is still being sent."""
    old, waiting, sent = (drafts.create(settings, "Ana", files=[("recording", "call.mp3", 1)]) for _ in range(3))
    for draft in (old, waiting, sent):
        drafts.receive(settings, draft.id, "recording", 0, b"x")
    drafts.submit(settings, waiting.id)
    _age(settings, LIFETIME)
    drafts.path_of(settings, sent, "recording").touch()
    draft_expiry.remove_expired(settings, {old.id: False})
    assert {each.id for each in drafts.all_drafts(settings)} == {waiting.id, sent.id}


def test_what_waited_for_a_month_is_removed(settings: Settings) -> None:
    """Unless its job is still to come; what has become a meeting tells its job where the notes are."""
    failed, queued, adopted = (send(settings, notes=("x.md", b"- x\n")) for _ in range(3))
    for draft in (failed, queued):
        drafts.submit(settings, draft.id)
    drafts.begin_adopting(settings, adopted.id, "x")
    _age(settings, SUBMITTED_LIFETIME)
    draft_expiry.remove_expired(settings, {failed.id: False, queued.id: True})
    assert {each.id for each in drafts.all_drafts(settings)} == {queued.id, adopted.id}


def test_a_draft_that_was_being_discarded_goes_and_folders_of_others_stay(settings: Settings) -> None:
    """Somebody may have a folder of this name for something else."""
    half = send(settings, notes=("x.md", b"- x\n"))
    description = settings.draft_dir / half.id / "draft.json"
    description.replace(unfinished_of(description))  # as one that is killed leaves it
    others = [settings.draft_dir / name for name in ("a" * 22, "novel")]
    for folder in others:
        folder.mkdir()
        (folder / ("draft.json" if folder.name == "novel" else "notes.md")).touch()
    _age(settings, LIFETIME)
    draft_expiry.remove_expired(settings, {})
    assert sorted(settings.draft_dir.iterdir()) == sorted(others)


def _age(settings: Settings, lifetime: timedelta) -> None:
    """Let nobody have gone on with any draft for so long."""
    past = time.time() - (lifetime + timedelta(minutes=1)).total_seconds()
    for file in settings.draft_dir.rglob("*"):
        os.utime(file, (past, past))
