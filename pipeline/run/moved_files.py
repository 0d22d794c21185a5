"""A recording's file that was moved, renamed or copied is still that recording: what was heard in it stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.records import Recording
from pipeline.run.inputs import digest, source
from pipeline.run.plan import Source
from pipeline.store import Store


def describe(recording: Recording) -> Recording:
    """The recording with what its file is known by, if that is somebody's own; fetched ones are in the data folder."""
    if recording.media is None or recording.media != recording.source or recording.parts:
        return recording
    file = Path(recording.media)
    return replace(recording, media_bytes=file.stat().st_size, media_sha256=digest(file))


def follow(store: Store, slug: str, named: tuple[Source | None, ...]) -> None:
    """Note where the file of a meeting's recording is now.

    Args:
        named: what the user or the notes name as the recording.
    """
    stored = store.recording(slug, audible=False)
    if stored is None or stored.record.media_sha256 is None or stored.record.media is None:
        return
    for place in _places(named, Path(stored.record.media)):
        if place.key == stored.key:
            return
        if _is_it(Path(place.address), stored.record):
            file = str(Path(place.address).resolve())
            store.move_recording(slug, replace(stored.record, source=file, media=file), stored.key, place.key)
            return


def _places(named: tuple[Source | None, ...], found: Path) -> Iterator[Source]:
    """The files that may be it, those that somebody named before the one that lies where it is looked for."""
    for each in (*named, source(str(found))):
        if each is not None and not each.missing and "://" not in each.address:
            yield each


def _is_it(file: Path, recording: Recording) -> bool:
    is_file = file.is_file() and file.stat().st_size == recording.media_bytes
    return is_file and digest(file) == recording.media_sha256
