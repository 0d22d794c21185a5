"""What is said in a few excerpts of a recording: little, so that it takes little time.

The smallest model that is on this machine hears them, once each. What it hears is for comparing, not for reading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import msgspec
import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.errors import TranscribeError
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.transcribe import models
from pipeline.transcribe.chunking import Chunk
from pipeline.transcribe.decoding import decode_once
from pipeline.transcribe.engine import Engine, load
from pipeline.transcribe.language import SpokenLanguage, detect_language
from pipeline.transcribe.segments import split_into_segments

Stretch = tuple[float, float]
"""Seconds of a recording."""

MAX_STRETCH_SECONDS = 30.0  # what the model hears at a time


class ExcerptRecogniser:
    """Recognises stretches of one recording, with a model that is loaded when the first is asked for."""

    def __init__(self, media: Path, model: tuple[str, Path], *, language: str | None, track: str | None) -> None:
        self._media, self._model, self._track = media, model, track
        self._language = language
        self._engine: Engine | None = None

    def __call__(self, stretches: Sequence[Stretch]) -> Transcript:
        """What is said in the stretches, which are in order, apart, and at most MAX_STRETCH_SECONDS long.

        Raises:
            AudioUnreadable: the file cannot be read as sound.
            ModelUnavailable: the model's weights are damaged.
            TranscribeError: the model failed.
        """
        pieces = _read(self._media, stretches, self._track)
        kept = [(stretch[0], samples) for stretch, samples in zip(stretches, pieces, strict=True) if len(samples)]
        if not kept:
            return Transcript(self._language or "en", Origin.ASR, self._model[0], ())
        self._engine = self._engine or load(*self._model, ())
        edges = [0, *accumulate(len(samples) for _, samples in kept)]
        # Two short excerpts are one window of the model's: as if what lies between them were silence, left out.
        chunk = Chunk(0, np.concatenate([samples for _, samples in kept]), tuple(pairwise(edges)))
        try:
            given = SpokenLanguage(self._language, sure=True) if self._language else None
            spoken = given or detect_language(self._engine, chunk)
            windows = decode_once(self._engine, chunk, spoken.code)
        except RuntimeError as error:
            raise TranscribeError(f"speech model {self._engine.name} failed: {error}") from error
        segments = split_into_segments(windows, spaced=spoken.spaced)
        starts = [start for start, _ in kept]
        found = [part for segment in segments for part in _placed(segment, edges, starts)]
        return Transcript(spoken.code, Origin.ASR, self._engine.name, tuple(found))


def excerpt_recogniser(
    media: Path, *, language: str | None = None, model_dir: Path | None = None, track: str | None = None
) -> ExcerptRecogniser | None:
    """What recognises excerpts of `media`; None without a model for `language` on this machine: none is downloaded.

    `language` is that of the speech, as far as it is known; `track` the sound track, as `open_sound` takes it.
    """
    code = models.whisper_code(language) if language else None
    model = models.smallest_installed(code, model_dir)
    return ExcerptRecogniser(media, model, language=code, track=track) if model else None


def _read(media: Path, stretches: Sequence[Stretch], track: str | None) -> list[Samples]:
    """The sound of each stretch. The file is read up to the last one: not every format can be entered at a time."""
    spans = [(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)) for start, end in stretches]
    parts: list[list[Samples]] = [[] for _ in spans]
    done = 0
    with open_sound(media, track) as sound:
        for block in sound.blocks if spans else ():
            for part, (first, after) in zip(parts, spans, strict=True):
                if first < done + len(block) and after > done:
                    part.append(block[max(first - done, 0) : after - done].copy())
            done += len(block)
            if done >= spans[-1][1]:
                break
    return [np.concatenate(part) if part else np.zeros(0, np.float32) for part in parts]


def _placed(segment: Segment, edges: Sequence[int], starts: Sequence[float]) -> Iterator[Segment]:
    """A segment of the excerpts joined together, in the recording's time; in parts, where it is of several."""
    words: dict[int, list[Word]] = {}
    for word in segment.words:
        middle = (word.start + word.end) / 2 * SAMPLE_RATE
        number = min(bisect_right(edges, middle) - 1, len(starts) - 1)
        by = starts[number] - edges[number] / SAMPLE_RATE
        moved = msgspec.structs.replace(word, start=max(word.start + by, 0.0), end=max(word.end + by, 0.0))
        words.setdefault(number, []).append(moved)
    for own in words.values():
        text = " ".join(word.text for word in own)
        yield Segment(own[0].start, own[-1].end, text, tuple(own), suspect=segment.suspect)
