"""A look through a git repository: fetched, and compared file by file with what the last look saw.

Compared is what the commits have, and not how one became the other: a commit that was pushed away by force is no loss.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import GitFailed, PlaceUnreachable
from pipeline.file_names import printable
from pipeline.records import ItemState, WatchedItem
from pipeline.run.companions import CompanionFinder
from pipeline.watch import addresses, meetings
from pipeline.watch.folder import NotesLook, gone_of
from pipeline.watch.git import Repository
from pipeline.watch.meetings import FileState, FoundNotes

_MAX_NAME_CHARS = 40


def folder_name(address: str) -> str:
    """The name of the folder of a repository: the same whenever it is watched, so that its meetings stay what they are.

    >>> folder_name("https://github.com/garden/minutes.git")
    'minutes-f944010f'
    """
    repository, branch = addresses.branch_of(addresses.shown(address))
    last = re.split(r"[/:]", repository.rstrip("/").removesuffix(".git"))[-1]
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", last).strip(".-")[:_MAX_NAME_CHARS] or "repository"
    return f"{name}-{hashlib.sha256(f'{repository}#{branch}'.encode()).hexdigest()[:8]}"


def look(
    address: str,
    folder: Path,
    known: Mapping[str, WatchedItem],
    last_commit: str | None,
    settings: Settings,
    *,
    has_meeting: Callable[[Path], bool],
) -> tuple[NotesLook, str]:
    """Fetch a repository into `folder`, and say what is new since the last look, and the commit it is at.

    Raises:
        DiskFull: there is no room for it.
        GitFailed: it cannot be fetched.
        GitMissing: there is no git.
        NoNetwork: the host was not reached.
        PlaceUnreachable: it has no notes all of a sudden.
    """
    repository = Repository(folder, address, settings)
    try:
        commit = repository.update(is_wanted=meetings.may_be_needed)
    except GitFailed:
        if not repository.is_broken():
            raise
        repository.remove()
        commit = repository.update(is_wanted=meetings.may_be_needed)
    if commit == last_commit:
        return NotesLook(()), commit
    blobs = repository.blobs(commit)
    found = [
        each
        for each in meetings.find(folder, without=folder / ".git", telling=not known)
        if _blob(each.path, folder, blobs)
    ]
    expected = [item for item in known.values() if item.state is not ItemState.GONE]
    if expected and not found:
        raise PlaceUnreachable(addresses.shown(address), f"has no notes any more, and had {len(expected)}")
    finder = CompanionFinder()
    items, changed = [], []
    for notes in found:
        item, is_new = _look_at(notes, known.get(notes.key), finder, folder, blobs)
        was_gone = notes.key in known and known[notes.key].state is ItemState.GONE
        is_new |= was_gone and not has_meeting(notes.path)  # it went elsewhere, and is called as before again
        if item != known.get(notes.key):
            items.append(item)
        if is_new:
            changed.append(notes.path)
    gone, dropped = gone_of(known, found, folder, has_meeting)
    items += [item for item in gone if item != known[item.key]]
    return NotesLook(tuple(items), tuple(changed), dropped=dropped), commit


def _look_at(
    notes: FoundNotes, known: WatchedItem | None, finder: CompanionFinder, folder: Path, blobs: Mapping[bytes, str]
) -> tuple[WatchedItem, bool]:
    """What is to be remembered of notes, and whether there is to be a job for them."""
    details, blob = meetings.details_of(known), _blob(notes.path, folder, blobs)
    item = known or WatchedItem(notes.key, ItemState.DONE)
    if blob != item.fingerprint:
        details.named = meetings.named_recordings(notes.path)
    beside = [
        FileState(printable(file.name), state)
        for file in meetings.belonging(finder, notes.path, details.named)
        if (state := _blob(file, folder, blobs))
    ]
    is_new = blob != item.fingerprint or not set(beside) <= set(details.had)
    details.had = beside
    return replace(item, state=ItemState.DONE, fingerprint=blob, detail=meetings.encoded(details)), is_new


def _blob(file: Path, folder: Path, blobs: Mapping[bytes, str]) -> str:
    """What tells the content of a file from another; "" where the commit has no such file, or a symlink."""
    for root in (folder, folder.resolve()):
        if file.is_relative_to(root):
            return blobs.get(os.fsencode(file.relative_to(root)), "")
    return ""
