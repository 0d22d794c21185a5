"""A draft becomes notes of the data folder: `notes/STEM.md`, with its recording and transcript beside it.

It may be interrupted at any moment and done again: the stem is noted first, each file is moved at once, and the notes
come last, so that they are never there without what belongs to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

from pipeline.config import Settings
from pipeline.errors import Busy
from pipeline.jobs import draft_notes, drafts, own_notes
from pipeline.jobs.draft_checks import ROLES
from pipeline.jobs.drafts import Draft, Role
from pipeline.whole_files import disk_errors, sync_folder, write_whole

_LOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class UploadedFiles:
    """What somebody sent with notes: it is used in place of what they link to."""

    recording: Path | None = None
    transcript: Path | None = None


def adopt(settings: Settings, draft_id: str) -> Path:
    """Make a draft notes of the data folder, unless it is that already; where they are.

    Raises:
        DraftNotFound: there is no such draft.
        DraftError: not all of it has arrived, or it cannot be corrected as asked.
        NotesError: its notes cannot be read.
        FetchError: it has none, and the host does not say what they could be made of.
        DiskFull: there is no room.
        Busy: another draft is being adopted.
    """
    draft = drafts.load(settings, draft_id)
    if draft.notes_path is not None:
        return _end(settings, draft)
    drafts.check_whole(draft)
    made = draft_notes.read(settings, draft)
    with _locked(settings), disk_errors(settings.data_dir):
        draft = drafts.load(settings, draft_id)
        if draft.notes_path is not None:
            return _end(settings, draft)
        if draft.stem is None:
            draft = drafts.begin_adopting(settings, draft_id, _free_stem(settings, made.stem))
        notes = _place(settings, draft, ".md")
        _move(settings, draft, "recording")
        _move(settings, draft, "transcript")
        sync_folder(settings.notes_dir)
        if not notes.exists():
            own_notes.keep(settings, notes, made.content, author=draft.author)
            write_whole(notes, made.content)
        return _end(settings, drafts.adopted(settings, draft_id, str(notes)))


def _end(settings: Settings, draft: Draft) -> Path:
    """Leave nothing of an adopted draft but where its notes are, which is returned."""
    for role in ROLES:
        drafts.path_of(settings, draft, role).unlink(missing_ok=True)
    draft_notes.forget_facts(settings, draft)
    return _place(settings, draft, ".md")


def uploaded_files(settings: Settings, draft_id: str) -> UploadedFiles:
    """The files that were sent with the notes of an adopted draft, where they are now.

    Raises:
        DraftNotFound: there is no such draft.
    """
    draft = drafts.load(settings, draft_id)
    return UploadedFiles(_sent(settings, draft, "recording"), _sent(settings, draft, "transcript"))


def _sent(settings: Settings, draft: Draft, role: Role) -> Path | None:
    file = draft.file(role)
    path = _place(settings, draft, file.suffix) if file else None
    return path if path and path.is_file() else None


def _move(settings: Settings, draft: Draft, role: Role) -> None:
    file = draft.file(role)
    if file is not None:
        path = drafts.path_of(settings, draft, role)
        if path.exists():  # else it is there already
            path.replace(_place(settings, draft, file.suffix))


def _place(settings: Settings, draft: Draft, suffix: str) -> Path:
    assert draft.stem is not None
    return settings.data_dir.resolve() / settings.notes_dir.name / f"{draft.stem}{suffix}"


def _free_stem(settings: Settings, wanted: str) -> str:
    """`wanted`, numbered where there are files of this name or somebody else's are about to be."""
    names = [each.name for folder in (settings.notes_dir, settings.notes_versions_dir) for each in _in(folder)]
    taken = {name.partition(".")[0].casefold() for name in names}
    taken |= {draft.stem.casefold() for draft in drafts.all_drafts(settings) if draft.stem is not None}
    free, number = wanted, 2
    while free.casefold() in taken:
        free, number = f"{wanted}-{number}", number + 1
    return free


def _in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from folder.iterdir()


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    settings.notes_dir.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(settings.notes_dir / ".lock", timeout=_LOCK_SECONDS):
            yield
    except filelock.Timeout as error:
        raise Busy(settings.notes_dir, "another draft is becoming a meeting") from error
