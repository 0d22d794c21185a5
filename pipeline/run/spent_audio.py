"""Fetched recordings that are not to be kept: dropped once they are transcribed and nothing asks for their sound.

Only YouTube's, which the page plays from there. What came from another host is played from its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import untrusted
from pipeline.config import Settings
from pipeline.errors import JumpnotesError
from pipeline.notes.files import MAX_NOTES_BYTES
from pipeline.store import Store
from pipeline.untrusted import InvalidInput

_LIKE_AN_ID = re.compile(rb"(?<![\w-])[\w-]{11}(?![\w-])")  # of a YouTube video


@dataclass(slots=True)
class SpentAudio:
    """Drops, during a run over notes at `paths`, what none of them needs any more."""

    store: Store
    settings: Settings
    paths: Sequence[Path]
    _last_mention: dict[str, int] = field(default_factory=dict)
    """The position of the last notes in `paths` that name a video, by its id."""

    def drop(self, path: Path | None, slugs: Iterable[str]) -> None:
        """Drop the recordings of these meetings, which are finished; their notes are at `path`, where that counts."""
        if self.settings.keep_audio:
            return
        for slug in slugs:
            with suppress(JumpnotesError, OSError):  # what cannot be read or deleted now is there for the next run
                self._drop(path, slug)

    def _drop(self, path: Path | None, slug: str) -> None:
        from pipeline import fetch

        stored = self.store.recording(slug)
        for piece in (stored.record.parts or (stored.record,)) if stored else ():
            media = Path(piece.media or "")
            if not piece.video_id or not media.is_file():
                continue
            if not self._is_named_later(path, piece.video_id) and not self._is_awaited(media):
                fetch.drop(media, self.settings.media_dir)

    def _is_named_later(self, path: Path | None, video_id: str) -> bool:
        if path is None:
            return False
        if not self._last_mention:
            for position, notes in enumerate(self.paths):
                with suppress(OSError, InvalidInput):  # the run says what is wrong with them
                    text = untrusted.read_bytes(notes, limit=MAX_NOTES_BYTES)
                    self._last_mention |= dict.fromkeys(map(bytes.decode, _LIKE_AN_ID.findall(text)), position)
        return self._last_mention.get(video_id, -1) > self.paths.index(path)

    def _is_awaited(self, media: Path) -> bool:
        """Whether a meeting has this recording and no transcript yet: another run may be listening to it."""
        users = (slug for slug, files in self.store.media().items() if media in files)
        return any(self.store.transcript(slug) is None for slug in users)
