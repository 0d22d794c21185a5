"""A chunk of sound through the model: decoded in windows without silence, its words back in the recording's time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.records import Word
from pipeline.transcribe import chunking
from pipeline.transcribe.chunking import Chunk, Region, Window
from pipeline.transcribe.engine import Engine, hotword_prompt
from pipeline.transcribe.segments import DecodedWindow

BEAM_SIZE = 5

_MIN_MISSED_SECONDS = 2.0  # of speech without a word: it is decoded again
_MAX_WORD_SECONDS = 5.0  # what lasts longer is a pause taken for part of the word

Hear = Callable[[Sequence[Word]], None]
"""Called with the words of each window as it is done, in the recording's time."""


def decode(engine: Engine, chunk: Chunk, language: str, hear: Hear) -> list[DecodedWindow]:
    """What is said in a chunk; speech the model passed over is decoded again.

    Now and then the model drops the beginning or the end of a window, more often with hotwords than without. The word
    times show it: seconds of speech without a word. Decoded on their own, and at last without hotwords, most are found.
    """
    decoded = list(_decode_windows(engine, chunk, chunking.pack_windows(chunk.speech), language, engine.hotwords, hear))
    for hotwords in dict.fromkeys((engine.hotwords, ())):
        words = sorted((word for window in decoded for word in window.words), key=lambda word: word.start)
        spans = [(_sample(word.start) - chunk.start, _sample(word.end) - chunk.start) for word in words]
        missed = chunking.speech_outside(chunk.speech, spans, min_samples=_sample(_MIN_MISSED_SECONDS))
        windows = [window for regions in missed for window in chunking.pack_windows(regions)]
        again = _decode_windows(engine, chunk, windows, language, hotwords, _unheard) if windows else ()
        decoded += (window for window in again if not window.doubtful)  # from mere noise the model invents words
    return decoded


def decode_once(engine: Engine, chunk: Chunk, language: str) -> list[DecodedWindow]:
    """What is said in a chunk, as fast as it can be told: the likeliest word at each step, and nothing again."""
    windows = chunking.pack_windows(chunk.speech)
    return list(_decode_windows(engine, chunk, windows, language, (), _unheard, beam_size=1))


def _unheard(_: Sequence[Word]) -> None:
    """Decoding again is no progress."""


def _sample(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _decode_windows(
    engine: Engine,
    chunk: Chunk,
    windows: Sequence[Window],
    language: str,
    hotwords: Sequence[str],
    hear: Hear,
    *,
    beam_size: int = BEAM_SIZE,
) -> Iterator[DecodedWindow]:
    """What the model makes of each window, in the recording's time."""
    speech = [chunk.sound_of(window) for window in windows]
    ends = [0, *accumulate(len(samples) for samples in speech)]
    clips = [{"start": start / SAMPLE_RATE, "end": end / SAMPLE_RATE} for start, end in pairwise(ends)]
    found, _ = engine.pipeline.transcribe(
        np.concatenate(speech),
        clip_timestamps=clips,
        language=language,
        beam_size=beam_size,
        batch_size=engine.batch_size,
        word_timestamps=True,
        hotwords=hotword_prompt(hotwords) or None,
    )
    times = _SpeechTimeMap(chunk, [region for window in windows for region in window])
    for segment in found:
        words = tuple(times.restore(segment.words or ()))
        if words:
            hear(words)
        yield DecodedWindow(words, segment.avg_logprob, segment.no_speech_prob, segment.compression_ratio)


class _SpeechTimeMap:
    """Brings words from the time of the speech alone, silence left out, back to the time of the recording."""

    def __init__(self, chunk: Chunk, regions: Sequence[Region]) -> None:
        self._ends = [end / SAMPLE_RATE for end in accumulate(after - first for first, after in regions)]
        self._regions = [
            ((chunk.start + first) / SAMPLE_RATE, (chunk.start + after) / SAMPLE_RATE) for first, after in regions
        ]
        self._last_end = 0.0

    def restore(self, words: Sequence[Any]) -> Iterator[Word]:
        """Each word within the one region of speech that its middle falls into, and none before the end of the last.

        The model may start the first word after a silence seconds too early; the region of speech cannot.
        """
        for word in words:
            index = min(bisect_right(self._ends, (word.start + word.end) / 2), len(self._ends) - 1)
            first, after = self._regions[index]
            shift = after - self._ends[index]
            start = min(max(float(word.start) + shift, first, self._last_end), max(after, self._last_end))
            end = min(max(float(word.end) + shift, start), max(after, start), start + _MAX_WORD_SECONDS)
            self._last_end = round(end, 3)
            yield Word(round(start, 3), self._last_end, word.word, round(float(word.probability), 3))
