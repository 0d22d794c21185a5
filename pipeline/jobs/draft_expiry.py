"""Drafts that nobody goes on with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import DraftNotFound
from pipeline.jobs import drafts

LIFETIME = timedelta(days=2)
"""After which a draft that nobody goes on with is removed."""
SUBMITTED_LIFETIME = timedelta(days=30)
"""After which one is removed that a job was put for, and that has not become a meeting, once the job has ended."""


def remove_expired(settings: Settings, jobs: Mapping[str, bool]) -> None:
    """Remove the drafts that are `expired`."""
    for folder in expired(settings, jobs):
        shutil.rmtree(folder, ignore_errors=True)


def expired(settings: Settings, jobs: Mapping[str, bool]) -> Iterator[Path]:
    """The folders of drafts that nobody has gone on with for LIFETIME, or SUBMITTED_LIFETIME if a job was put for them.

    What has become a meeting stays as long as it has a job: that may be tried again, and is told by it where the notes
    are. What is no draft is none of ours, whoever left it there.

    Args:
        jobs: the drafts that jobs are for, and whether any of these has not ended: such a draft stays, however old.
    """
    now = datetime.now(UTC)
    for folder in drafts.folders(settings):
        with suppress(OSError):
            age = now - drafts.last_change(folder)
            if age > LIFETIME and drafts.is_own_folder(folder) and age > _lifetime(settings, folder.name, jobs):
                yield folder


def _lifetime(settings: Settings, draft_id: str, jobs: Mapping[str, bool]) -> timedelta:
    if jobs.get(draft_id):
        return timedelta.max
    try:
        draft = drafts.load(settings, draft_id)
    except DraftNotFound:
        return LIFETIME
    if draft.stem is not None:
        is_over = draft.notes_path is not None and draft.id not in jobs
        return LIFETIME if is_over else timedelta.max
    return SUBMITTED_LIFETIME if draft.submitted else LIFETIME
