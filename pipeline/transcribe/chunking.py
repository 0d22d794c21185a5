"""The sound in chunks of a few minutes, each ending in a silence, and their speech in windows of 30 seconds.

Memory stays the same however long the recording is, and a finished chunk is a checkpoint. A chunk depends on nothing
but the samples from its start on, so a run that resumes has the very same chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples

Region = tuple[int, int]
"""First sample of a stretch of speech, and the first after it."""

Window = Sequence[Region]
"""Speech that the model hears at a time: regions of at most MAX_WINDOW_SAMPLES together."""

MAX_CHUNK_SAMPLES = 270 * SAMPLE_RATE  # with what is being decoded ahead, under 5 minutes
MAX_WINDOW_SAMPLES = 30 * SAMPLE_RATE  # Whisper's
MAX_REGION_SECONDS = 26.0  # the rest of a window is room for padding and for moving a forced cut

_CUT_REACH_SAMPLES = 40 * SAMPLE_RATE  # how far before the end of a chunk its cut may be; more than a region
_MIN_PAUSE_SAMPLES = SAMPLE_RATE // 10  # regions closer than this touch: the cut between them was forced
_MAX_SHIFT_SAMPLES = 3 * SAMPLE_RATE  # how far a forced cut may move back to a quieter point
_PADDING_SAMPLES = 4 * SAMPLE_RATE // 10  # kept around speech, so that soft first and last sounds are not lost
_FRAME_SAMPLES = SAMPLE_RATE // 20  # loudness is measured over this much


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive samples of a recording. `start` counts samples from its beginning, `speech` from the chunk's."""

    start: int
    samples: Samples
    speech: tuple[Region, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.samples)

    def sound_of(self, window: Window) -> Samples:
        """The samples of a window, silence left out."""
        return np.concatenate([self.samples[first:after] for first, after in window])


def split_into_chunks(
    blocks: Iterable[Samples], detect_speech: Callable[[Samples], list[Region]], *, skip: int = 0
) -> Iterator[Chunk]:
    """Chunks of the sound from sample `skip` on. `detect_speech` gets up to MAX_CHUNK_SAMPLES samples."""
    waiting: list[Samples] = []
    start, size = skip, 0
    for block in blocks:
        if skip >= len(block):
            skip -= len(block)
            continue
        waiting.append(block[skip:])
        size += len(block) - skip
        skip = 0
        while size >= MAX_CHUNK_SAMPLES:
            buffer = np.concatenate(waiting)
            chunk = _make_chunk(start, buffer[:MAX_CHUNK_SAMPLES], detect_speech, last=False)
            yield chunk
            waiting = [buffer[len(chunk.samples) :].copy()]  # a copy: a view would keep the chunk in memory
            start, size = chunk.end, len(waiting[0])
    if size:
        yield _make_chunk(start, np.concatenate(waiting), detect_speech, last=True)


def _make_chunk(start: int, samples: Samples, detect_speech: Callable[[Samples], list[Region]], *, last: bool) -> Chunk:
    regions = _move_forced_cuts(samples, detect_speech(samples))
    end = len(samples) if last else _choose_end(samples, regions)
    kept = [(first, min(after, end)) for first, after in regions if first < end]
    return Chunk(start, samples[:end], tuple(_pad(kept, end)))


def _move_forced_cuts(samples: Samples, regions: list[Region]) -> list[Region]:
    """Move every cut that was forced into running speech back to the quietest point near it, so as to spare a word."""
    moved = regions[:1]
    for first, after in regions[1:]:
        before = moved[-1]
        if first - before[1] < _MIN_PAUSE_SAMPLES:
            first = _quietest(samples, max(before[0], before[1] - _MAX_SHIFT_SAMPLES), before[1])
            moved[-1] = (before[0], first)
        moved.append((first, after))
    return moved


def _choose_end(samples: Samples, regions: list[Region]) -> int:
    """Where the chunk ends: in the middle of the longest silence within reach, or else at the quietest point there."""
    earliest = len(samples) - _CUT_REACH_SAMPLES
    stops = [earliest, *(after for _, after in regions if after > earliest)]
    starts = [*(first for first, _ in regions if first > earliest), len(samples)]
    if any(first <= earliest < after for first, after in regions):
        stops = stops[1:]  # the reach begins amid speech
    gaps = [(first - stop, stop, first) for stop, first in zip(stops, starts, strict=False) if first > stop]
    width, stop, first = max(gaps, key=lambda gap: gap[0], default=(0, 0, 0))
    if width >= _MIN_PAUSE_SAMPLES:
        return (stop + first) // 2
    return _quietest(samples, earliest, len(samples) - _FRAME_SAMPLES)


def _quietest(samples: Samples, first: int, after: int) -> int:
    """The middle of the frame with the least energy in the range; its end when the range is shorter than a frame."""
    count = (after - first) // _FRAME_SAMPLES
    if count < 1:
        return after
    frames = samples[first : first + count * _FRAME_SAMPLES].reshape(count, _FRAME_SAMPLES)
    return first + int(np.argmin(np.einsum("ij,ij->i", frames, frames))) * _FRAME_SAMPLES + _FRAME_SAMPLES // 2


def _pad(regions: list[Region], end: int) -> Iterator[Region]:
    """Widen each region, at most to the middle of the silence it shares with its neighbour."""
    middles = [0, *((left[1] + right[0]) // 2 for left, right in pairwise(regions)), end]
    for (first, after), lower, upper in zip(regions, middles, middles[1:], strict=False):
        yield max(lower, first - _PADDING_SAMPLES), min(upper, after + _PADDING_SAMPLES)


def pack_windows(regions: Iterable[Region]) -> list[list[Region]]:
    """Fill windows of at most MAX_WINDOW_SAMPLES of speech, leaving the silence between the regions out."""
    windows: list[list[Region]] = []
    room = 0
    for first, after in regions:
        if after - first > room:
            windows.append([])
            room = MAX_WINDOW_SAMPLES
        windows[-1].append((first, after))
        room -= after - first
    return windows


def speech_outside(speech: Sequence[Region], spans: Sequence[Region], *, min_samples: int) -> list[list[Region]]:
    """The speech in each gap before, between and after `spans` (in order), where it is at least `min_samples`."""
    edges = [0, *(edge for span in spans for edge in span), max((after for _, after in speech), default=0)]
    gaps = [
        [(max(first, lower), min(after, upper)) for first, after in speech if first < upper and after > lower]
        for lower, upper in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [gap for gap in gaps if sum(after - first for first, after in gap) >= min_samples]
