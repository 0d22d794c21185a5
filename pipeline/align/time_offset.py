"""How far the clock of the notes is from the recording's: its start was trimmed, or something runs before it.

Every written time says "my block begins at my time plus the offset", and the words of the block say where that may be.
For each offset the chances of all blocks are multiplied; a time that is a mistake has a chance of its own, so that one
typing error is outvoted (a mixture with an outlier floor, as in the cross-correlation of two annotated time lines).
Words know a place to some ten seconds. What makes the offset finer is that people begin to speak at the same moments
in both clocks: with the right offset many written times meet the beginning of a cue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.align.units import Units, atoms
from pipeline.records import Transcript

Array = NDArray[np.float64]

STEP = 0.25  # seconds between offsets that are tried
SMOOTH = 2.0  # seconds: the offset is the middle of the most likely stretch of twice this
MISTAKEN = 0.08  # chance that a written time, or what the words say about its block, is wrong
OUTSIDE = 0.3  # how much rarer it is that a time written down lies outside the recording
NONE = 0.5  # chance that there is no offset at all ...
USUAL = 800.0  # ... and the seconds it usually has otherwise
FLAT = 0.7  # power that flattens the evidence of words, which is too sure for a product of many blocks
AFTER, BEFORE = 8.0, 4.0  # seconds a block begins after, or before, the unit that its words choose
TURN, CUE = 2.0, 10.0  # how much rather it begins with a new speaker, with a cue, than with a sentence within one
ON_CUE, IN_SECOND = 0.3, 0.35  # shares of the times that are that of a cue, and that of a cue cut to whole seconds
TICK, NEAR = 0.15, 8.0  # seconds from the beginning of a cue: of the former, and of all others
GRAINS = (300, 60, 30, 15, 10)
LEAST = 3  # times that can tell an offset, or a coarse clock
SURE, SURE_WITHIN, EXACT_WITHIN = 0.9, 10.0, 3.0  # probability around the offset from which it is told, is exact


@dataclass(frozen=True, slots=True)
class Onsets:
    """The moments at which something begins to be said, and how well they suit as beginnings of a topic."""

    start: Array  # seconds, strictly rising
    weight: Array


@dataclass(frozen=True, slots=True)
class Clock:
    """What was found of the offset. `shifts` are the D offsets in question, `chance` their probability."""

    offset: float  # seconds to add to a time in the notes to get the recording's
    told: bool  # whether the times and the words agree on it
    grain: float  # seconds to which the times were rounded; 0 where they were not, or to a second
    exact: bool  # whether a time plus the offset is better than the nearest unit
    shifts: Array
    chance: Array


def onsets(transcript: Transcript) -> Onsets:
    """Where cues and sentences begin."""
    pieces = atoms(transcript.heard)
    turns = [True, *(a.speaker != b.speaker for a, b in pairwise(pieces))]
    weight = [(TURN if turn else 1) * (CUE if piece.opens else 1) for piece, turn in zip(pieces, turns, strict=False)]
    start, first = np.unique(np.array([piece.start for piece in pieces], dtype=np.float64), return_index=True)
    return Onsets(start, np.array(weight, dtype=np.float64)[first])


def assumed(times: Sequence[float]) -> Clock:
    """The clock of too few times to tell an offset: that of the recording."""
    return Clock(0.0, told=False, grain=0.0, exact=len(times) > 0, shifts=np.zeros(1), chance=np.ones(1))


def read(own: Array, times: Sequence[float], units: Units, begins: Onsets) -> Clock:
    """The offset between `times`, in seconds by the notes, and the recording.

    `own` holds a row for each of the times: how likely each of the T units is the beginning of its block, by its words.
    """
    if len(times) < LEAST:
        return assumed(times)
    coarse = grain(times)
    chances = _density(own, units, begins, coarse)
    shifts, likely = _score(chances, np.array(times, dtype=np.float64), units.duration)
    zero = int(np.argmin(np.abs(shifts)))
    prior = np.exp(-np.abs(shifts) / USUAL)
    prior *= (1 - NONE) / prior.sum()
    prior[zero] += NONE
    likely += np.log(prior)
    chance = np.exp(likely - likely.max())
    chance /= chance.sum()
    best = zero if chance[zero] > 0.5 else int(_around(chance, SMOOTH).argmax())
    close = np.abs(shifts - shifts[best]) <= SMOOTH
    offset = 0.0 if best == zero else float(np.average(shifts[close], weights=chance[close]))

    def within(seconds: float) -> bool:
        return bool(chance[np.abs(shifts - offset) <= seconds].sum() >= SURE)

    told, exact = within(max(SURE_WITHIN, coarse)), within(EXACT_WITHIN) and not coarse
    return Clock(offset, told, coarse, exact, shifts, chance)


def grain(times: Sequence[float]) -> float:
    """Seconds to which `times` were rounded, if coarsely: all are multiples of it. 0 otherwise."""
    if len(set(times)) < LEAST:
        return 0.0
    return next((float(g) for g in GRAINS if all(time % g == 0 for time in times)), 0.0)


def _density(own: Array, units: Units, begins: Onsets, coarse: float) -> Array:
    """Blocks × seconds/STEP: how likely, per second, a block's true time is written as that second of the recording."""
    after = begins.start[None, :] - units.start[:, None]
    near = np.exp(-np.maximum(after, 0) / AFTER + np.minimum(after, 0) / BEFORE) * begins.weight + 1e-300
    flat = own**FLAT
    mass = (flat / flat.sum(axis=1, keepdims=True)) @ (near / near.sum(axis=1, keepdims=True))
    count = int(np.ceil(units.duration / STEP)) + 1
    exact = np.zeros((len(own), count))
    np.add.at(exact.T, np.minimum((begins.start / STEP).round().astype(np.int64), count - 1), mass.T)
    size = 1 << (2 * count).bit_length()
    late = np.arange(size) * STEP
    late[late >= size * STEP / 2] -= size * STEP
    shape = _unit(np.exp(-np.abs(late) / NEAR))
    if coarse:  # rounded down by some, to the nearest by others
        shape = 0.5 * shape + 0.5 * _unit(((late >= -coarse) & (late <= coarse / 2)).astype(np.float64))
    else:
        cut = _unit(((late >= -1) & (late <= STEP)).astype(np.float64))
        shape = (1 - ON_CUE - IN_SECOND) * shape + IN_SECOND * cut + ON_CUE * _unit(np.exp(-np.abs(late) / TICK))
    spread = np.fft.irfft(np.fft.rfft(exact, size, axis=1) * np.fft.rfft(shape), size, axis=1)[:, :count]
    return np.asarray(np.maximum(spread, 0) / STEP)


def _score(chances: Array, times: Array, duration: float) -> tuple[Array, Array]:
    """All offsets that leave one of the times in the recording, and the log-likelihood of each."""
    count = chances.shape[1]
    low, high = min(-int(times.max() / STEP) - 1, 0), max(count - int(times.min() / STEP), 1)
    shifts = np.arange(low, high) * STEP
    floor = MISTAKEN / max(duration, 1.0)
    likely = np.zeros(len(shifts))
    for row, time in zip(chances, times, strict=True):
        at = np.round((time + shifts) / STEP).astype(np.int64)
        there = (at >= 0) & (at < count)
        chance = np.full(len(shifts), OUTSIDE * floor)
        chance[there] = floor + (1 - MISTAKEN) * row[at[there]]
        likely += np.log(chance)
    return shifts, likely


def _around(chance: Array, seconds: float) -> Array:
    reach = int(seconds / STEP)
    return np.convolve(chance, np.ones(2 * reach + 1))[reach : reach + len(chance)]


def _unit(shape: Array) -> Array:
    return np.asarray(shape / shape.sum())
