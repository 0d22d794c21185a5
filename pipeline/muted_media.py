"""Where the file of a recording is in which the passages that were taken out are not to be heard, and whether it is so.

A fetched file is muted itself. A file of somebody's own is never changed: a copy of it in the data folder is played and
heard from then on. Beside each stands a note of which file it is and what is muted in it; whoever finds another file
there, such as one that was fetched again, knows that it is not muted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pipeline import redacted, untrusted
from pipeline.records import Recording, RecordingPart, RemovedPassage

Piece = TypeVar("Piece", Recording, RecordingPart)
Spans = Sequence[tuple[float, float]]
"""Stretches of a file, in seconds."""

_MAX_NOTE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class MutedFile:
    """The file in which `spans` are, or have to be, muted; `original` is what a copy is made from."""

    path: Path
    original: Path
    spans: tuple[tuple[float, float], ...]

    @property
    def is_copy(self) -> bool:
        return self.path != self.original

    @property
    def note(self) -> Path:
        """What says that it is muted."""
        return self.path.with_name(f".{self.path.name}.muted")

    @property
    def unfinished(self) -> Path:
        """Where it is made."""
        return self.path.with_name(f".{self.path.name}.muting")

    def is_done(self) -> bool:
        """Whether the file that is there has these stretches muted."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = untrusted.parse_json(untrusted.read_bytes(self.note, limit=_MAX_NOTE_BYTES).decode())
            is_of_original = not self.is_copy or not self.original.exists() or _size(self.original) == known["original"]
            has_all = {tuple(span) for span in known["spans"]} >= set(self.spans)
            return is_of_original and has_all and known["file"] == _state(self.path)
        return False

    def write_note(self, made: Path) -> None:
        """Say of the file `made`, which is to be moved to its place, that it is muted."""
        original = _size(self.original) if self.is_copy else None
        found = {"file": _state(made), "original": original, "spans": [list(span) for span in self.spans]}
        with self.note.open("w", encoding="utf-8") as note:
            json.dump(found, note)
            note.flush()
            os.fsync(note.fileno())


def noted_spans(note: Path) -> tuple[tuple[float, float], ...]:
    """What is muted in the file beside which this note stands, in seconds; nothing where the note cannot be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = untrusted.parse_json(untrusted.read_bytes(note, limit=_MAX_NOTE_BYTES).decode())
        spans = [(untrusted.seconds(start, "start"), untrusted.seconds(end, "end")) for start, end in known["spans"]]
        return tuple(spans)
    return ()


def _state(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _size(path: Path) -> int:
    return path.stat().st_size


def copies(slug: str, folder: Path) -> list[Path]:
    """The muted copies of a meeting's own recordings, with what is noted of them and what was not finished."""
    return [*folder.glob(f"{slug}.muted-*"), *folder.glob(f".{slug}.muted-*")]


def muted_files(
    recording: Recording | None, passages: Sequence[RemovedPassage], slug: str, folder: Path
) -> tuple[MutedFile, ...]:
    """The files of a recording that have to be muted, or are; `folder` is that of fetched recordings."""
    pieces: Sequence[Recording | RecordingPart] = (recording.parts or (recording,)) if recording else ()
    found = (_muted_file(piece, passages, slug, number, folder) for number, piece in enumerate(pieces, 1))
    return tuple(each for each in found if each)


def _muted_file(
    piece: Recording | RecordingPart, passages: Sequence[RemovedPassage], slug: str, number: int, folder: Path
) -> MutedFile | None:
    spans = redacted.of_piece(passages, piece)
    if piece.media is None or not spans:
        return None
    original = Path(piece.media)
    is_own = piece.media == piece.source or original.parent != folder
    path = folder / f"{slug}.muted-{number}{original.suffix.lower()}" if is_own else original
    return MutedFile(path, original, spans)


def audible(recording: Recording, passages: Sequence[RemovedPassage], slug: str, folder: Path) -> Recording:
    """The recording with the files that may be played and heard. What is not muted yet is `withheld`."""
    if not passages:
        return recording
    parts = tuple(_audible(part, passages, slug, number, folder) for number, part in enumerate(recording.parts, 1))
    if parts:
        return replace(recording, media=parts[0].media, withheld=parts[0].withheld, parts=parts)
    return _audible(recording, passages, slug, 1, folder)


def _audible(piece: Piece, passages: Sequence[RemovedPassage], slug: str, number: int, folder: Path) -> Piece:
    muted = _muted_file(piece, passages, slug, number, folder)
    if muted is None:
        return piece
    return replace(piece, media=str(muted.path)) if muted.is_done() else replace(piece, withheld=True)
