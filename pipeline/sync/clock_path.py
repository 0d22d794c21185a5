"""Which offset each stretch of a transcript has, found for all of them together.

The transcript is taken in windows. How well a window fits the recording at every possible offset is a correlation,
turned into a log-likelihood ratio against chance; the offsets that fit best as a whole, if a change of offset costs
something, are the best path through these (Viterbi). So one clock is found where there is one, and several where the
recording was paused, cut, or put together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.sync.speech_signals import STEP_SECONDS, Signal, fast_size

MIN_WINDOW_SECONDS = 30.0
MAX_WINDOWS = 240  # of a transcript; those of a longer one are longer

_CUT_COST = 5.0  # nats: one window in a hundred and fifty follows a cut
_SLIP_COST = 3.0  # to the next step, as a clock that drifts does
_USUAL_CUT_SECONDS = 10.0  # shorter ones are rarer, and those of a minute ten times as usual as those of ten
_BLOCK_SECONDS = 60.0  # jumps are told apart by their length to this
_OWN_CLOCK_SHARE = 0.3  # of all transcripts run by the recording's clock
_OWN_CLOCK_SECONDS = 1.0
_MAX_NATS = 80.0  # of a window: more is no number
_ODD_SHARE = 0.1  # of the windows that fit nowhere, because what they have is not in the recording

Row = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OffsetHint:
    """That what is at `step` of the cues is at about `offset` in the recording, because the same is said there."""

    step: int
    offset: float  # steps
    spread: float  # standard deviation, steps
    nats: float  # by which it is likelier than any other offset

    def log_likelihood(self, offsets: npt.ArrayLike) -> Row:
        """Of what was heard, against chance, for offsets in steps."""
        away = (np.asarray(offsets, np.float32) - np.float32(self.offset)) / np.float32(self.spread)
        floor = np.float32(np.exp(-self.nats))
        return np.asarray(np.float32(self.nats) + np.log(floor + np.exp(-0.5 * away * away)), np.float32)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two whitened signals to be laid over each other. `start` is the transcript's time at which `cues` begins."""

    cues: Signal
    start: float
    speech: Signal
    gains: tuple[float, ...]  # of speech for cues, where they belong together: each is as likely
    noise: float  # variance of a correlation by chance, for cues of energy 1
    hints: tuple[OffsetHint, ...] = ()  # of what is said

    def hints_between(self, first: int, after: int) -> list[OffsetHint]:
        """Those of some steps of the cues."""
        return [hint for hint in self.hints if first <= hint.step < after]

    @property
    def lowest(self) -> int:
        """The lowest offset in steps, at which the cues end where the recording begins."""
        return -len(self.cues) + 1

    @property
    def size(self) -> int:
        """How many offsets there are."""
        return len(self.cues) + len(self.speech) - 1

    @property
    def window(self) -> int:
        """Steps."""
        return max(round(MIN_WINDOW_SECONDS / STEP_SECONDS), -(-len(self.cues) // MAX_WINDOWS))

    @property
    def windows(self) -> list[tuple[int, int]]:
        """Steps of the cues."""
        return [(first, min(first + self.window, len(self.cues))) for first in range(0, len(self.cues), self.window)]

    def seconds(self, offset: float) -> float:
        """To be added to the transcript's times, for an offset in steps."""
        return offset * STEP_SECONDS - self.start

    def steps(self, seconds: float) -> float:
        return (seconds + self.start) / STEP_SECONDS


def chance_noise(cues: Signal, speech: Signal) -> float:
    """How much a correlation of signals with these spectra varies, as they lie at random, for cues of energy 1."""
    size = fast_size(len(cues) + len(speech))
    power = np.abs(np.fft.rfft(cues, size)) ** 2 @ np.abs(np.fft.rfft(speech, size)) ** 2
    energy = float((cues**2).sum() * (speech**2).sum())
    return 2 * float(power) / size / energy * float((speech**2).mean()) if energy else 1.0


def fits(overlay: Overlay) -> Iterator[tuple[slice, Row]]:
    """The offsets at which each window lies in the recording, from `lowest` on, and how well it fits there."""
    speech, window = overlay.speech, overlay.window
    size = fast_size(len(speech) + window)
    spectrum = np.fft.rfft(speech, size)
    for first, after in overlay.windows:
        cues = overlay.cues[first:after]
        product = np.fft.irfft(np.conj(np.fft.rfft(cues, size)) * spectrum, size)
        width = after - first
        product = np.concatenate([product[len(product) - width + 1 :], product[: len(speech)]])
        energy = _energy_inside(cues, len(speech))
        begin = -width + 1 - first - overlay.lowest  # the window ends where the recording begins
        row = log_likelihood(overlay, product, energy)
        for hint in overlay.hints_between(first, after):
            row += hint.log_likelihood(np.arange(begin, begin + len(row)) + overlay.lowest)
        yield slice(begin, begin + len(row)), row


def _energy_inside(cues: Signal, length: int) -> Signal:
    """Of a window, as much as lies in the recording, at each offset."""
    sums = np.concatenate([[0.0], np.cumsum(cues**2)])
    width = len(cues)
    if length < width:
        at = np.arange(-width + 1, length)
        return np.asarray(sums[np.clip(length - at, 0, width)] - sums[np.clip(-at, 0, width)])
    inside = np.full(length + width - 1, sums[-1])
    inside[: width - 1] -= sums[width - 1 : 0 : -1]
    inside[length:] = sums[width - 1 : 0 : -1]
    return inside


def log_likelihood(overlay: Overlay, product: Signal, energy: Signal) -> Row:
    """Of speech that follows the cues, against speech that knows nothing of them, in nats."""
    product, energy = product.astype(np.float32), energy.astype(np.float32)
    ratios: Row = np.zeros(product.shape, np.float32)
    for gain in overlay.gains:
        nats = product - np.float32(0.5 * gain) * energy
        nats *= np.float32(gain / overlay.noise)
        ratios += np.exp(np.minimum(nats, np.float32(_MAX_NATS), out=nats), out=nats)
    ratios *= np.float32((1 - _ODD_SHARE) / len(overlay.gains))
    ratios += np.float32(_ODD_SHARE)
    np.log(ratios, out=ratios)
    return ratios


def prior(overlay: Overlay) -> Row:
    """Log probability of each offset before anything was heard: the recording's own clock is the likeliest."""
    whole = np.full(overlay.size, (1 - _OWN_CLOCK_SHARE) / overlay.size)
    reach = _OWN_CLOCK_SECONDS / STEP_SECONDS
    own = round(overlay.steps(0.0)) - overlay.lowest
    near = slice(max(own - round(reach), 0), max(own + round(reach) + 1, 0))
    if len(whole[near]):
        whole[near] += _OWN_CLOCK_SHARE / len(whole[near])
    return np.asarray(np.log(whole), np.float32)


@dataclass(frozen=True, slots=True)
class Path:
    """The offset of each window, in steps, and how much likelier all of it is than chance, in nats."""

    offsets: tuple[int, ...]
    jumps: tuple[bool, ...]  # whether the offset was changed before this window
    evidence: float


def best_path(overlay: Overlay) -> Path:
    best = prior(overlay)
    moves = np.zeros((len(overlay.windows), overlay.size), np.int8)
    jumps = _Jumps(overlay.size)
    sources = []
    for number, (where, row) in enumerate(fits(overlay)):
        if number:
            origins, scores = jumps.best(best)
            best = _after_move(best, scores, moves[number])
            sources.append(origins)
        best[where] += row
    at = int(best.argmax())
    evidence = float(best[at])
    offsets, jumped = [], []
    for number in range(len(moves) - 1, -1, -1):
        move = int(moves[number, at])
        offsets.append(at + overlay.lowest)
        jumped.append(move == _JUMP)
        at = int(sources[number - 1][at // jumps.block]) if move == _JUMP else at - move
    return Path(tuple(reversed(offsets)), tuple(reversed(jumped)), evidence)


_JUMP = 2


class _Jumps:
    """From where an offset is best reached by a jump, for offsets in blocks."""

    def __init__(self, size: int) -> None:
        self.block = round(_BLOCK_SECONDS / STEP_SECONDS)
        self._count = -(-size // self.block)
        self._padding = self._count * self.block - size
        blocks = np.arange(self._count)
        seconds = _USUAL_CUT_SECONDS + _BLOCK_SECONDS * np.maximum(np.abs(blocks[:, None] - blocks), 0.5)
        chances = 1 / seconds
        self._costs = _CUT_COST - np.log(chances / (chances.sum(axis=1, keepdims=True) * self.block))

    def best(self, scores: Row) -> tuple[npt.NDArray[np.intp], Row]:
        """The best origin of each block, and the score of every offset that is reached from there."""
        padded = np.pad(scores, (0, self._padding), constant_values=-np.inf).reshape(self._count, self.block)
        tops = padded.argmax(axis=1)
        reached = padded[np.arange(self._count), tops] - self._costs
        origins = reached.argmax(axis=1)
        row = np.repeat(reached.max(axis=1), self.block)[: len(scores)].astype(np.float32)
        return origins * self.block + tops[origins], row


def _after_move(best: Row, jumped: Row, moves: npt.NDArray[np.int8]) -> Row:
    """The best score with which each offset is reached, and how: from the same offset, the next ones, or by a jump."""
    reached = best.copy()
    for move in (1, -1):  # up from the offset below, down from the one above
        to, origin = (slice(1, None), slice(None, -1)) if move > 0 else (slice(None, -1), slice(1, None))
        better = best[origin] - _SLIP_COST > reached[to]
        reached[to][better] = best[origin][better] - _SLIP_COST
        moves[to][better] = move
    better = reached < jumped
    reached[better] = jumped[better]
    moves[better] = _JUMP
    return reached
