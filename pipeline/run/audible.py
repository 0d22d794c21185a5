"""What a run may hear of a recording of which passages were taken out: a file in which they are muted."""

from __future__ import annotations

from pipeline import muted_media
from pipeline.config import Settings
from pipeline.records import Recording
from pipeline.redact import mute, not_muted
from pipeline.store import Store


def audible(recording: Recording, store: Store, settings: Settings, slug: str, key: str | None) -> Recording:
    """The recording with files in which what was taken out is muted; they are made where there are none yet.

    Args:
        key: of the recording, where it is not stored yet as that of the meeting.

    Raises:
        AudioUnreadable: one of them cannot be made.
    """
    passages = store.removed_passages(slug, key)
    for file in not_muted(recording, passages, slug, settings):
        mute(file)
    return muted_media.audible(recording, passages, slug, settings.media_dir)
