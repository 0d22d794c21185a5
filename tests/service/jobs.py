"""Jobs as a worker would do them, and meetings whose notes are files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline import notes as reader
from pipeline.config import Settings
from pipeline.jobs import own_notes, understood
from pipeline.jobs.understood import Understood, UnderstoodMeeting, UnderstoodRecording, UnderstoodSection
from pipeline.records import (
    Claim,
    JobDone,
    JobFailed,
    JobFailure,
    JobKind,
    JobRequest,
)
from tests.service.meetings import SOURCE, Library

LINK = "https://www.youtube.com/watch?v=gArDenCall0"
NO_NETWORK = JobFailure("no-network", "no connection to the host", "Try again later.", "fetching")


def put(library: Library, title: str = "Garden club", *, notes: str | None = None, kind: JobKind = JobKind.RUN) -> int:
    """Ask for something, by default each time for something else."""
    return library.store.jobs.put(kind, title, JobRequest(notes=notes or f"/notes/{title}.md"), "Ana").id


def taken(library: Library, kind: JobKind = JobKind.RUN) -> Claim:
    """Begin the next job."""
    claim = library.store.jobs.take([kind])
    assert claim
    return claim


def fail(library: Library, failure: JobFailure = NO_NETWORK, *, retry_at: datetime | None = None) -> None:
    """Have the next job fail."""
    library.store.jobs.report(taken(library), JobFailed(failure, retry_at))


def look(library: Library, found: Understood) -> None:
    """Have the next draft looked at, and this understood of it."""
    library.store.jobs.report(taken(library, JobKind.LOOK), JobDone(result=understood.encode(found)))


def garden(*, duration: float | None = 1200.0, text: str = SOURCE) -> Understood:
    """What is understood of the notes of the garden club."""
    notes = reader.parse(text, name="garden.md")
    sections = tuple(UnderstoodSection(each.title, each.level) for each in notes.sections if each.level)
    recording = UnderstoodRecording(LINK, "youtube", "Garden call", duration)
    day = notes.date.isoformat() if notes.date else None
    meeting = UnderstoodMeeting(notes.title, day, notes.date is not None, recording, sections, len([*notes.blocks]))
    return Understood((meeting,), duration, notes=(notes,))


def own_meeting(library: Library, settings: Settings, text: str = SOURCE, *, slug: str = "garden") -> Path:
    """A meeting whose notes are ours to edit; returns their file."""
    path = settings.data_dir.resolve() / "notes" / f"{slug}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    own_notes.keep(settings, path, text.encode(), author="Ana")
    notes = reader.parse(text, name=path.name)
    library.store.save_notes(replace(notes, slug=library.store.claim(str(path), slug)))
    return path
