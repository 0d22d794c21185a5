"""Who has words again that were taken out once is told so, and what to do."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from pipeline.config import Settings
from pipeline.lapsed_redactions import lapsed, unknown_mutes
from pipeline.records import Recording, RemovedPassage
from pipeline.redact import redact
from pipeline.refresh import Archive
from tests.pipeline.test_forget import opened
from tests.pipeline.test_redact import (  # noqa: F401 - fixtures
    SAID,
    SLUG,
    archive,
    settings,
    take_out,
)


def test_another_recording_has_them_until_they_are_taken_out_of_it_too(archive: Archive, settings: Settings) -> None:  # noqa: F811
    """As many of them; a meeting that has no recording for now has nothing to take them out of."""
    redact(archive, settings, SLUG, [RemovedPassage(2.0, 2.5), RemovedPassage(3.0, 3.5)], "Ana")
    assert lapsed(archive.store, SLUG) == 0
    archive.store.save_recording(SLUG, Recording("x", "Call", 50.0), key="another")
    archive.store.save_transcript(SLUG, replace(SAID, duration=50.0), key="again")
    assert lapsed(archive.store, SLUG) == 2
    for left in (1, 0):
        redact(archive, settings, SLUG, [RemovedPassage(2.0, 2.5)], "Ana")
        assert lapsed(archive.store, SLUG) == left


def test_muted_files_tell_what_a_restored_backup_has_again(archive: Archive, settings: Settings) -> None:  # noqa: F811
    """A fetched file, and the copy of one of somebody's own; with the command that takes it out again."""
    stored = archive.store.recording(SLUG)
    assert stored is not None
    own = str(shutil.copy(stored.record.media or "", settings.data_dir.parent / "own.mp3"))
    archive.store.save_recording("call", replace(stored.record, source=own, media=own), key="k")
    archive.store.save_transcript(SLUG, SAID, key="sound")
    backup = Path(shutil.copytree(settings.data_dir, settings.data_dir.parent / "backup"))
    take_out(archive, settings)
    assert unknown_mutes(archive.store, settings) == ()
    shutil.copytree(settings.media_dir, backup / "media", dirs_exist_ok=True)

    restored = replace(settings, data_dir=backup)
    again = opened(restored)
    (found,) = unknown_mutes(again.store, restored)

    copy = backup / "media" / "call.muted-1.mp3"
    assert (found.slug, found.file, found.spans, found.part) == (SLUG, copy, ((2.0, 2.9),), None)
    assert found.hint == f"To take it out again: jumpnotes redact call 0:02-0:02.9 (if it is to stay, delete {copy})"
    take_out(again, restored)
    assert unknown_mutes(again.store, restored) == ()
    again.close()
