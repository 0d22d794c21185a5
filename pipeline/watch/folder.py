"""A look through a watched folder: which notes are new, and which are still being written.

Whether a copy is complete cannot be seen in a file, so it has to be the same at two looks. These are some seconds
apart by the clock of whoever looks; the times of files are compared with each other only, as a share has its own clock.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pipeline import untrusted
from pipeline.errors import PlaceUnreachable
from pipeline.file_names import path_of, printable
from pipeline.notes.files import MAX_NOTES_BYTES
from pipeline.records import ItemState, WatchedItem
from pipeline.run.companions import CompanionFinder
from pipeline.untrusted import InvalidInput
from pipeline.watch import meetings
from pipeline.watch.meetings import Details, FileState, FoundNotes
from pipeline.watch.schedule import SETTLE_SECONDS

_MAX_ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class NotesLook:
    """What a look at notes found: `items` that are to be remembered once there are jobs for the `changed` files."""

    items: tuple[WatchedItem, ...]
    changed: tuple[Path, ...] = ()
    unsettled: int = 0  # files that somebody is writing
    dropped: tuple[str, ...] = ()  # keys of what is to be remembered no more


def look(
    root: Path,
    known: Mapping[str, WatchedItem],
    now: datetime,
    *,
    without: Path,
    has_meeting: Callable[[Path], bool],
) -> NotesLook:
    """Look through a folder.

    Args:
        known: what earlier looks found.
        without: a folder in it that is left out.
        has_meeting: whether there is a meeting whose notes are in this file.

    Raises:
        PlaceUnreachable: the folder is not there, does not answer, or is empty all of a sudden.
    """
    _check_reachable(root)
    found = meetings.find(root, without=without, telling=not known)
    expected = [item for item in known.values() if item.state is not ItemState.GONE]
    if expected and not found:
        raise PlaceUnreachable(printable(str(root)), f"has no notes any more, and had {len(expected)}")
    finder = CompanionFinder()
    looks = [_look_at(each, known.get(each.key), finder, now, has_meeting) for each in found]
    gone, dropped = gone_of(known, found, root, has_meeting)
    items = [*(item for item, _, _ in looks if item is not None), *gone]
    return NotesLook(
        tuple(item for item in items if item != known.get(item.key)),
        tuple(each.path for each, (_, changed, _) in zip(found, looks, strict=True) if changed),
        sum(unsettled for _, _, unsettled in looks),
        dropped,
    )


def gone_of(
    known: Mapping[str, WatchedItem], found: Iterable[FoundNotes], root: Path, has_meeting: Callable[[Path], bool]
) -> tuple[tuple[WatchedItem, ...], tuple[str, ...]]:
    """The notes that are not there any more, and the keys of those of which there is no meeting either.

    A meeting that was forgotten leaves no name behind; one that is there may get its notes back as they were.
    """
    keys = sorted(known.keys() - {each.key for each in found})
    kept = [key for key in keys if has_meeting(root / path_of(key))]
    return tuple(replace(known[key], state=ItemState.GONE) for key in kept), tuple(set(keys) - set(kept))


def _look_at(
    notes: FoundNotes,
    known: WatchedItem | None,
    finder: CompanionFinder,
    now: datetime,
    has_meeting: Callable[[Path], bool],
) -> tuple[WatchedItem | None, bool, bool]:
    """What is to be remembered of notes, whether there is to be a job for them, whether somebody is writing them."""
    details, at = meetings.details_of(known), now.timestamp()
    item = known or WatchedItem(notes.key, ItemState.WAITING)
    try:
        files = _states(notes, details, finder)
        is_same = files == details.files and item.state is not ItemState.GONE
        if item.state is ItemState.GONE and not has_meeting(notes.path):  # it went elsewhere, and comes back
            item = replace(item, fingerprint="")
        if is_same and item.state is ItemState.DONE:
            return item, False, False
        if not is_same or at < details.since:
            details.files, details.since = files, at
            return _remembered(item, ItemState.WAITING, details), False, True
        if notes.path.stat().st_size == 0:  # made before it is written, or left so
            return item, False, False
        if at - details.since < SETTLE_SECONDS:
            return item, False, True
        digest = _digest(notes.path)
        if _states(notes, details, finder) != files:  # while it was read
            return item, False, True
    except OSError:  # gone, or a share that does not answer: it is looked at again
        return item if known else None, False, False
    is_new = digest != item.fingerprint or not set(files[1:]) <= set(details.had)
    details.had = files[1:]
    done = replace(_remembered(item, ItemState.DONE, details), fingerprint=digest)
    return done, is_new, False


def _remembered(item: WatchedItem, state: ItemState, details: Details) -> WatchedItem:
    return replace(item, state=state, detail=meetings.encoded(details))


def _states(notes: FoundNotes, details: Details, finder: CompanionFinder) -> list[FileState]:
    """The notes and what belongs to them, as they are now. What the notes link to is read anew where they changed."""
    own = _state_of(notes.path)
    if details.files[:1] != [own]:
        details.named = meetings.named_recordings(notes.path)
    return [own, *map(_state_of, meetings.belonging(finder, notes.path, details.named))]


def _state_of(file: Path) -> FileState:
    state = file.stat()
    return FileState(printable(file.name), f"{state.st_size} {state.st_mtime_ns}")


def _digest(path: Path) -> str:
    """What tells the content of notes from another. Those that nobody can read get a job, too: it says why."""
    try:
        return sha256(untrusted.read_bytes(path, limit=MAX_NOTES_BYTES)).hexdigest()
    except InvalidInput:
        return _state_of(path).state


def _check_reachable(root: Path) -> None:
    """Raise PlaceUnreachable where a folder cannot be listed. A share that is gone may never answer."""
    problems: list[str] = []

    def list_it() -> None:
        try:
            with os.scandir(root) as entries:
                next(entries, None)
            problems.append("")
        except OSError as error:
            problems.append(f"cannot be listed ({error.strerror})")

    thread = threading.Thread(target=list_it, daemon=True)
    thread.start()
    thread.join(_MAX_ANSWER_SECONDS)
    if not problems:
        raise PlaceUnreachable(printable(str(root)), f"has not answered for {_MAX_ANSWER_SECONDS:.0f} seconds")
    if problems[0]:
        raise PlaceUnreachable(printable(str(root)), problems[0])
