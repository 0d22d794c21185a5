"""Where somebody speaks in a recording, without what is said: a hundredth of the time that hearing the words takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.progress import Progress
from pipeline.records import SpeechActivity
from pipeline.transcribe.engine import detect_speech

_PORTION_SAMPLES = 120 * SAMPLE_RATE  # listened to at a time, so that memory does not grow with the recording


def speech_activity(media: Path, *, track: str | None = None, progress: Progress | None = None) -> SpeechActivity:
    """Where somebody speaks in `media`, as Silero's voice activity detection hears it.

    `track` is the sound track, as for `transcribe`.
    `progress` is called with seconds of sound, done and in total.

    Raises:
        AudioUnreadable: the file cannot be read as sound.
    """
    found: list[tuple[float, float]] = []
    done = 0
    with open_sound(media, track) as sound:
        for portion in _portions(sound.blocks):
            for first, after in detect_speech(portion):
                start, end = (done + first) / SAMPLE_RATE, (done + after) / SAMPLE_RATE
                if found and start <= found[-1][1]:  # a stretch that was cut for its length, or where a portion ends
                    start = found.pop()[0]
                found.append((start, end))
            done += len(portion)
            if progress:
                progress(done / SAMPLE_RATE, max(sound.duration or 0.0, done / SAMPLE_RATE))
    return SpeechActivity(tuple(found), done / SAMPLE_RATE)


def _portions(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same sound in portions of _PORTION_SAMPLES, the last one shorter."""
    waiting: list[Samples] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += len(block)
        while size >= _PORTION_SAMPLES:
            joined = np.concatenate(waiting)
            yield joined[:_PORTION_SAMPLES]
            waiting = [joined[_PORTION_SAMPLES:]]
            size = len(waiting[0])
    if size:
        yield np.concatenate(waiting)
