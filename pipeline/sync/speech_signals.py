"""A recording's speech and a transcript's cues as signals that can be laid over each other.

Both are sampled every STEP_SECONDS and whitened: the slow swing between talk and silence is in every meeting, so what
tells one moment from another are the onsets and pauses. What is faster than the jitter of people's cues is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.records import Segment, SpeechActivity, Word

Signal = npt.NDArray[np.float64]

STEP_SECONDS = 0.25

_WORDS_PER_SECOND = 2.6  # of somebody who does not stop for breath; a cue with fewer has pauses, or lasts too long
_SPARE_SECONDS = 0.2
_MIN_DENSITY = 0.5  # of speech within a cue
_MAX_WORD_SECONDS = 2.0  # what lasts longer has its pause with it
_PAUSE_SECONDS = 0.3  # between words whose times are known
_BEFORE_SECONDS = 1.0  # a cue begins after silence of so much more often than not,
_AFTER_SECONDS = 1.5  # and with speech of so much
_LOWEST_HERTZ = 1 / 60
_CORNER_HERTZ = 0.1  # speech activity has as much of any frequency up to about here, and less and less beyond
_HIGHEST_HERTZ = 0.33  # where cues' times are good to half a second, nothing faster is theirs
_LOUDNESS_SECONDS = 60.0
_MIN_LOUDNESS = 0.3  # of the mean, so that a stray sound in a silence is not made large


def speech_signal(speech: SpeechActivity) -> Signal:
    """Speech of the recording, whitened, and equally loud throughout."""
    size = max(int(np.ceil(speech.duration / STEP_SECONDS)), 1)
    white = _whitened(_coverage(speech.stretches, size))
    power = _running_mean(white**2, round(_LOUDNESS_SECONDS / STEP_SECONDS))
    floor = max(_MIN_LOUDNESS**2 * float(power.mean()), 1e-12)
    return np.asarray(white / np.sqrt(np.maximum(power, floor)))


def cue_signal(segments: Sequence[Segment], start: float, end: float) -> Signal:
    """Speech as the cues tell of it, whitened, from `start` to `end` of the transcript's clock."""
    size = max(int(np.ceil((end - start) / STEP_SECONDS)), 1)
    told = np.zeros(size)
    onsets = np.zeros(size)
    before, after = round(_BEFORE_SECONDS / STEP_SECONDS), round(_AFTER_SECONDS / STEP_SECONDS)
    for first, seconds, density in (span for segment in segments for span in _spoken(segment)):
        at, last = round((first - start) / STEP_SECONDS), round((first + seconds - start) / STEP_SECONDS)
        told[at : last + 1] = np.maximum(told[at : last + 1], density)
        onsets[max(at - before, 0) : at] -= 1 / before
        onsets[at : at + after] += 1 / after
    return _whitened(told + onsets)


def _spoken(segment: Segment) -> Iterator[tuple[float, float, float]]:
    """When speech begins in a cue, for how long it goes on, and how much of that is speech."""
    if segment.words:
        yield from ((start, end - start, 1.0) for start, end in _runs(segment.words))
        return
    needed = len(segment.text.split()) / _WORDS_PER_SECOND
    seconds = min(segment.end - segment.start, needed + _SPARE_SECONDS)  # cues stay on for too long
    yield segment.start, seconds, min(1.0, max(needed / max(seconds, 0.1), _MIN_DENSITY))


def _runs(words: Sequence[Word]) -> Iterator[tuple[float, float]]:
    """Words that follow each other without a pause, as one."""
    start = end = words[0].start
    for word in words:
        if word.start - end > _PAUSE_SECONDS:
            yield start, end
            start = word.start
        end = max(end, min(word.end, word.start + _MAX_WORD_SECONDS))
    yield start, end


def _coverage(stretches: Iterable[tuple[float, float]], size: int) -> Signal:
    """How much of each step the stretches cover."""
    edges = np.array([edge for stretch in stretches for edge in stretch]) / STEP_SECONDS
    edges = np.clip(edges, 0.0, size)
    slopes = np.zeros(size + 2)
    signs = np.tile([1.0, -1.0], len(edges) // 2)
    steps = edges.astype(int)
    np.add.at(slopes, steps, signs * (1 - (edges - steps)))
    np.add.at(slopes, steps + 1, signs * (edges - steps))
    return np.cumsum(slopes)[:size]


def _whitened(signal: Signal) -> Signal:
    size = fast_size(len(signal) + round(4 / _LOWEST_HERTZ / STEP_SECONDS))
    spectrum = np.fft.rfft(signal - signal.mean(), size)
    hertz = np.fft.rfftfreq(size, STEP_SECONDS)
    spectrum *= np.hypot(hertz / _CORNER_HERTZ, 1.0)
    spectrum *= np.exp(-0.5 * (hertz / _HIGHEST_HERTZ) ** 2) * -np.expm1(-((hertz / _LOWEST_HERTZ) ** 2))
    return np.asarray(np.fft.irfft(spectrum, size)[: len(signal)])


def _running_mean(signal: Signal, steps: int) -> Signal:
    sums = np.concatenate([[0.0], np.cumsum(signal)])
    at = np.arange(len(signal))
    first, after = np.maximum(at - steps // 2, 0), np.minimum(at + steps // 2 + 1, len(signal))
    return np.asarray((sums[after] - sums[first]) / (after - first))


def fast_size(size: int) -> int:
    """A size from `size` on whose Fourier transform is fast."""
    power = 1 << max(size - 1, 7).bit_length()
    return next(each for each in (power * 9 // 16, power * 5 // 8, power * 3 // 4, power) if each >= size)
