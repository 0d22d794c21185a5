"""How far the clock of the notes is from the recording's: its start was trimmed, or something runs before it.

Every written time says "my block begins at my time plus the offset", and the words of the block say where that may be.
For each offset the probabilities of all blocks are multiplied. A wrong time has a probability of its own, so that one
typing error is outvoted (a mixture with an outlier floor, as in the cross-correlation of two annotated time lines).
Words know a place to some ten seconds. The offset becomes finer because people begin to speak at the same moments by
both clocks: with the right offset many written times meet the start of a cue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.align.sparse import SLAB_CELLS
from pipeline.align.units import Units, cut_atoms
from pipeline.arrays import Float32Array, FloatArray
from pipeline.records import Transcript

STEP_SECONDS = 0.25  # between the offsets that are tried
SMOOTHING_SECONDS = 2.0  # on either side: the offset is the middle of the most probable stretch of this size
MISTAKE_PROBABILITY = 0.08  # that a written time, or what the words say about its block, is wrong
OUTSIDE_FACTOR = 0.3  # by which it is less probable that a written time lies outside the recording
ZERO_OFFSET_PROBABILITY = 0.5  # that there is no offset at all ...
TYPICAL_OFFSET_SECONDS = 800.0  # ... and the size it has otherwise
MAX_OFFSET_SECONDS = 86_400.0  # a time that is later than a day after the end is no time of this recording
WORD_EVIDENCE_EXPONENT = 0.7  # flattens the evidence of words, which is too sure for a product of many blocks
DELAY_SECONDS, LEAD_SECONDS = 8.0, 4.0  # scale of how far a block begins after, or before, its best unit
NEW_SPEAKER_WEIGHT, CUE_WEIGHT = 2.0, 10.0  # of a block beginning there, against a sentence within a cue
ON_CUE_SHARE, WHOLE_SECOND_SHARE = 0.3, 0.35  # of the times: those of a cue, and those cut to a cue's whole second
ON_CUE_SECONDS, NEAR_CUE_SECONDS = 0.15, 8.0  # scale of the distance from a cue: of the former, and of all others
ROUNDINGS_SECONDS = (300, 60, 30, 15, 10)
MAX_REACH_SCALES = 40  # of the distance from a unit to an onset; beyond, it is less than rounding errors
MAX_COMPARED_STEPS = 20_000_000  # of all written times together, which are compared with the recording
MIN_TIMES = 3  # from which an offset, or a rounding, can be known
MIN_OFFSET_PROBABILITY = 0.9  # of the offsets around the best one:
OFFSET_TOLERANCE_SECONDS, EXACT_TOLERANCE_SECONDS = 10.0, 3.0  # ... so close for a known offset, and for an exact one


@dataclass(frozen=True, slots=True)
class SpeechOnsets:
    """The moments at which something begins to be said, and how well they suit as beginnings of a topic."""

    start: FloatArray  # seconds, strictly rising
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class OffsetEstimate:
    """What is known of the offset. `offsets` are the D possible ones, `probability` that of each."""

    offset: float  # seconds to add to a time in the notes to get the recording's
    is_known: bool  # the times and the words agree on it
    rounding: float  # seconds to which the times were rounded; 0 where they were not, or to a second
    is_exact: bool  # a time plus the offset is better than the nearest unit
    offsets: FloatArray
    probability: FloatArray


def find_onsets(transcript: Transcript) -> SpeechOnsets:
    """Where cues and sentences begin."""
    atoms = cut_atoms(transcript.heard)
    new_speaker = [True, *(a.speaker != b.speaker for a, b in pairwise(atoms))]
    weight = [
        (NEW_SPEAKER_WEIGHT if new else 1) * (CUE_WEIGHT if atom.starts_cue else 1)
        for atom, new in zip(atoms, new_speaker, strict=False)
    ]
    start, first = np.unique(np.array([atom.start for atom in atoms], dtype=np.float64), return_index=True)
    return SpeechOnsets(start, np.array(weight, dtype=np.float64)[first])


def assume_no_offset(times: Sequence[float]) -> OffsetEstimate:
    """For too few times to know an offset: the clock of the notes is assumed to be the recording's."""
    return OffsetEstimate(
        0.0, is_known=False, rounding=0.0, is_exact=len(times) > 0, offsets=np.zeros(1), probability=np.ones(1)
    )


def estimate_offset(
    emission: Float32Array, written: Mapping[int, float], units: Units, onsets: SpeechOnsets
) -> OffsetEstimate:
    """The offset between the times `written` at blocks, in seconds by the notes, and the recording.

    `emission` is B × T: how likely each of the T units is the start of each block, by its words. Of very many times a
    sample is compared: the offset is one number.
    """
    written = {b: at for b, at in written.items() if at <= units.duration + MAX_OFFSET_SECONDS}
    if len(written) < MIN_TIMES:
        return assume_no_offset(list(written.values()))
    rounding = detect_rounding(list(written.values()))
    steps = int(np.ceil(units.duration / STEP_SECONDS)) + 1
    count = min(len(written), max(MAX_COMPARED_STEPS // steps, MIN_TIMES))
    blocks = np.array(list(written))[np.linspace(0, len(written) - 1, count).round().astype(np.int64)]
    times = np.array([written[b] for b in blocks.tolist()], dtype=np.float64)
    densities = _densities(emission[blocks], units, onsets, rounding)
    offsets, log_likelihood = _likelihoods(densities, times, steps, units.duration)
    zero = int(np.argmin(np.abs(offsets)))
    prior = np.exp(-np.abs(offsets) / TYPICAL_OFFSET_SECONDS)
    prior *= (1 - ZERO_OFFSET_PROBABILITY) / prior.sum()
    prior[zero] += ZERO_OFFSET_PROBABILITY
    log_likelihood += np.log(prior)
    probability = np.exp(log_likelihood - log_likelihood.max())
    probability /= probability.sum()
    best = zero if probability[zero] > 0.5 else int(_smoothed(probability, SMOOTHING_SECONDS).argmax())
    close = np.abs(offsets - offsets[best]) <= SMOOTHING_SECONDS
    offset = 0.0 if best == zero else float(np.average(offsets[close], weights=probability[close]))

    def is_within(seconds: float) -> bool:
        return bool(probability[np.abs(offsets - offset) <= seconds].sum() >= MIN_OFFSET_PROBABILITY)

    return OffsetEstimate(
        offset,
        is_known=is_within(max(OFFSET_TOLERANCE_SECONDS, rounding)),
        rounding=rounding,
        is_exact=is_within(EXACT_TOLERANCE_SECONDS) and not rounding,
        offsets=offsets,
        probability=probability,
    )


def detect_rounding(times: Sequence[float]) -> float:
    """Seconds to which `times` were rounded, if coarsely: all are multiples of it. 0 otherwise."""
    if len(set(times)) < MIN_TIMES:
        return 0.0
    return next((float(size) for size in ROUNDINGS_SECONDS if all(time % size == 0 for time in times)), 0.0)


def _densities(emission: Float32Array, units: Units, onsets: SpeechOnsets, rounding: float) -> Iterator[FloatArray]:
    """Of each block: probability, per second, that its true start was written as each step of the recording."""
    flat = emission.astype(np.float64) ** WORD_EVIDENCE_EXPONENT
    mass = _at_onsets(flat / flat.sum(axis=1, keepdims=True), units, onsets)
    count = int(np.ceil(units.duration / STEP_SECONDS)) + 1
    step = np.minimum((onsets.start / STEP_SECONDS).round().astype(np.int64), count - 1)
    size = 1 << (2 * count).bit_length()
    error = np.fft.rfft(_writing_error(size, rounding))
    for row in mass:
        exact = np.bincount(step, row, minlength=count)
        spread = np.fft.irfft(np.fft.rfft(exact, size) * error, size)[:count]
        yield np.maximum(spread, 0) / STEP_SECONDS


def _at_onsets(share: FloatArray, units: Units, onsets: SpeechOnsets) -> FloatArray:
    """Blocks × onsets: the `share` of each unit, spread over the moments near it at which something begins."""
    out = np.zeros((len(share), len(onsets.start)))
    reach = MAX_REACH_SCALES * np.array([LEAD_SECONDS, DELAY_SECONDS])
    size = max(SLAB_CELLS // max(len(onsets.start), 1), 1)
    for first in range(0, len(units), size):
        start = units.start[first : first + size]
        low, high = np.searchsorted(onsets.start, (start[0] - reach[0], start[-1] + reach[1]))
        low, high = max(min(low, len(onsets.start) - 1), 0), max(high, low + 1)
        after = onsets.start[None, low:high] - start[:, None]
        near = np.exp(-np.maximum(after, 0) / DELAY_SECONDS + np.minimum(after, 0) / LEAD_SECONDS)
        near = near * onsets.weight[low:high] + 1e-300
        out[:, low:high] += share[:, first : first + size] @ (near / near.sum(axis=1, keepdims=True))
    return out


def _writing_error(size: int, rounding: float) -> FloatArray:
    """How late a time is written down, by step; negative ones are at the end."""
    late = np.arange(size) * STEP_SECONDS
    late[late >= size * STEP_SECONDS / 2] -= size * STEP_SECONDS
    error = _normalized(np.exp(-np.abs(late) / NEAR_CUE_SECONDS))
    if rounding:  # rounded down by some, to the nearest by others
        return 0.5 * error + 0.5 * _normalized(((late >= -rounding) & (late <= rounding / 2)).astype(np.float64))
    cut = _normalized(((late >= -1) & (late <= STEP_SECONDS)).astype(np.float64))
    on_cue = _normalized(np.exp(-np.abs(late) / ON_CUE_SECONDS))
    return (1 - ON_CUE_SHARE - WHOLE_SECOND_SHARE) * error + WHOLE_SECOND_SHARE * cut + ON_CUE_SHARE * on_cue


def _likelihoods(
    densities: Iterable[FloatArray], times: FloatArray, count: int, duration: float
) -> tuple[FloatArray, FloatArray]:
    """All offsets that leave one of the times in the recording, and the log-likelihood of each."""
    low, high = min(-int(times.max() / STEP_SECONDS) - 1, 0), max(count - int(times.min() / STEP_SECONDS), 1)
    offsets: FloatArray = np.arange(low, high, dtype=np.float64) * STEP_SECONDS
    floor = MISTAKE_PROBABILITY / max(duration, 1.0)
    log_likelihood: FloatArray = np.zeros(len(offsets))
    for row, time in zip(densities, times, strict=True):
        at = np.round((time + offsets) / STEP_SECONDS).astype(np.int64)
        inside = (at >= 0) & (at < count)
        likelihood = np.full(len(offsets), OUTSIDE_FACTOR * floor)
        likelihood[inside] = floor + (1 - MISTAKE_PROBABILITY) * row[at[inside]]
        log_likelihood += np.log(likelihood)
    return offsets, log_likelihood


def _smoothed(probability: FloatArray, seconds: float) -> FloatArray:
    reach = int(seconds / STEP_SECONDS)
    return np.convolve(probability, np.ones(2 * reach + 1))[reach : reach + len(probability)]


def _normalized(weights: FloatArray) -> FloatArray:
    return np.asarray(weights / weights.sum())
