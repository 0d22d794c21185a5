"""Cut a stream of sound into pieces of a few minutes, each ending in a silence.

Memory then stays the same however long the recording is, a finished piece is a checkpoint, and because a piece
depends on nothing but the samples from its start on, a run that was cut off and went on later has the very same pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.audio import SAMPLE_RATE, Samples

Region = tuple[int, int]
"""First sample of a stretch of speech, and the first after it."""

LONGEST = 270 * SAMPLE_RATE  # a piece at most: with what is being decoded ahead, under 5 minutes
CHUNK = 30 * SAMPLE_RATE  # what Whisper hears at a time
MAX_SPEECH = 26.0  # seconds of one region: what is left of CHUNK is room for padding and for moving a forced cut

_REACH = 40 * SAMPLE_RATE  # how far before the end of a piece its cut is looked for; more than MAX_SPEECH
_PAUSE = SAMPLE_RATE // 10  # below this two regions touch: no pause was found, the cut between them was forced
_SHIFT = 3 * SAMPLE_RATE  # how far a forced cut may move back to a quieter point
_PAD = 4 * SAMPLE_RATE // 10  # kept around speech, so that soft first and last sounds are not lost
_FRAME = SAMPLE_RATE // 20  # loudness is measured over this much


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive samples of a recording. `start` counts samples from its beginning, `speech` from the piece's."""

    start: int
    samples: Samples
    speech: tuple[Region, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


def cut(blocks: Iterable[Samples], detect: Callable[[Samples], list[Region]], *, skip: int = 0) -> Iterator[Piece]:
    """Pieces of the sound from sample `skip` on; `detect` finds the speech in up to LONGEST samples."""
    waiting: list[Samples] = []
    start, size = skip, 0
    for block in blocks:
        if skip >= len(block):
            skip -= len(block)
            continue
        waiting.append(block[skip:])
        size += len(block) - skip
        skip = 0
        while size >= LONGEST:
            buffer = np.concatenate(waiting)
            piece = _piece(start, buffer[:LONGEST], detect, last=False)
            yield piece
            waiting = [buffer[len(piece.samples) :].copy()]  # a copy: a view would keep the piece in memory
            start, size = piece.end, len(waiting[0])
    if size:
        yield _piece(start, np.concatenate(waiting), detect, last=True)


def _piece(start: int, samples: Samples, detect: Callable[[Samples], list[Region]], *, last: bool) -> Piece:
    regions = _settle(samples, detect(samples))
    end = len(samples) if last else _end(samples, regions)
    kept = [(first, min(after, end)) for first, after in regions if first < end]
    return Piece(start, samples[:end], tuple(_pad(kept, end)))


def _settle(samples: Samples, regions: list[Region]) -> list[Region]:
    """Move every cut that was forced into running speech back to the quietest point near it, so as to spare a word."""
    settled = regions[:1]
    for first, after in regions[1:]:
        before = settled[-1]
        if first - before[1] < _PAUSE:
            first = _quietest(samples, max(before[0], before[1] - _SHIFT), before[1])
            settled[-1] = (before[0], first)
        settled.append((first, after))
    return settled


def _end(samples: Samples, regions: list[Region]) -> int:
    """Where the piece ends: in the middle of the longest silence within reach, or else at the quietest point there."""
    earliest = len(samples) - _REACH
    stops = [earliest, *(after for _, after in regions if after > earliest)]
    starts = [*(first for first, _ in regions if first > earliest), len(samples)]
    if any(first <= earliest < after for first, after in regions):
        stops = stops[1:]  # the reach begins amid speech
    gaps = [(first - stop, stop, first) for stop, first in zip(stops, starts, strict=False) if first > stop]
    width, stop, first = max(gaps, key=lambda gap: gap[0], default=(0, 0, 0))
    return (stop + first) // 2 if width >= _PAUSE else _quietest(samples, earliest, len(samples) - _FRAME)


def _quietest(samples: Samples, first: int, after: int) -> int:
    """The middle of the frame with the least energy in the range; its end when the range is shorter than a frame."""
    count = (after - first) // _FRAME
    if count < 1:
        return after
    frames = samples[first : first + count * _FRAME].reshape(count, _FRAME)
    return first + int(np.argmin(np.einsum("ij,ij->i", frames, frames))) * _FRAME + _FRAME // 2


def _pad(regions: list[Region], end: int) -> Iterator[Region]:
    """Widen each region, at most to the middle of the silence it shares with its neighbour."""
    middles = [0, *((left[1] + right[0]) // 2 for left, right in pairwise(regions)), end]
    for (first, after), lower, upper in zip(regions, middles, middles[1:], strict=False):
        yield max(lower, first - _PAD), min(upper, after + _PAD)


def pack(regions: Iterable[Region]) -> list[list[Region]]:
    """Fill chunks of at most CHUNK samples of speech, leaving the silence between the regions out."""
    chunks: list[list[Region]] = []
    room = 0
    for first, after in regions:
        if after - first > room:
            chunks.append([])
            room = CHUNK
        chunks[-1].append((first, after))
        room -= after - first
    return chunks


def uncovered(regions: Sequence[Region], spans: Sequence[Region], least: int) -> list[list[Region]]:
    """The speech in each gap before, between and after `spans` (in order), where it is at least `least` samples."""
    edges = [0, *(edge for span in spans for edge in span), max((after for _, after in regions), default=0)]
    gaps = [
        [(max(first, lower), min(after, upper)) for first, after in regions if first < upper and after > lower]
        for lower, upper in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [gap for gap in gaps if sum(after - first for first, after in gap) >= least]
