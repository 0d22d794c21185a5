"""From a rough path of offsets to a clock: offsets to a fraction of a step, a drift, and where each piece begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.sync.clock_path import Overlay, Path, Row, log_likelihood
from pipeline.sync.speech_signals import STEP_SECONDS, Signal

Steps = npt.NDArray[np.int_]

MAX_DRIFT = 0.0025  # beside the rates that are tried by name
_DRIFT_SECONDS = 0.25  # a step of drift moves the ends of a transcript by no more
_MIN_DRIFT_GAIN = 6.0  # nats: most clocks have none
_REACH_STEPS = 8  # around the rough offset
_RIGHT_SECONDS = 0.5
_MIN_CUT_SECONDS = 0.5  # a smaller change of the offset is none
_MIN_SMALL_CUT_GAIN = 16.0  # nats: one that drift might explain
_MIN_CUT_GAIN = 8.0  # nats: each piece must fit by so much, and so much better than its neighbour would
_MAX_CUT_SHIFT_SECONDS = 240.0  # of a boundary from where the rough path has it, beside what was cut out


@dataclass(frozen=True, slots=True)
class FittedPiece:
    """Windows `first` to `after` of an overlay, on one clock."""

    first: int
    after: int
    offset: float  # steps, in the middle of the piece
    middle: float  # step of the cues
    sureness: float  # that the offset is right to half a second, if the rough one is
    spread: float  # standard deviation of the offset, seconds

    def offset_at(self, step: float, drift: float) -> float:
        """Steps."""
        return self.offset + drift * (step - self.middle)

    def places(self, steps: Steps, drift: float) -> Steps:
        """The steps of the recording for some of the cues."""
        return np.rint(steps + self.offset + drift * (steps - self.middle)).astype(int)


@dataclass(frozen=True, slots=True)
class FittedClock:
    pieces: tuple[FittedPiece, ...]
    drift: float  # of all pieces
    evidence: float  # nats


def fit(overlay: Overlay, path: Path) -> FittedClock:
    """Refine what `path` found, less the cuts there is little evidence for."""
    edges = [0, *(number for number, jump in enumerate(path.jumps) if jump), len(path.offsets)]
    fitted = _fit_spans(overlay, path, edges)
    while True:
        shorter = _with_drift_for_cut(overlay, path, edges, fitted)
        if shorter is None:
            needless = _needless_cut(overlay, fitted)
            if needless is None:
                return fitted
            del edges[needless]
            shorter = _fit_spans(overlay, path, edges)
        fitted = shorter


def _with_drift_for_cut(overlay: Overlay, path: Path, edges: list[int], fitted: FittedClock) -> FittedClock | None:
    """The clock without a cut that drift explains about as well, which is taken out of `edges`; None without one."""
    for number, (before, after) in enumerate(pairwise(fitted.pieces), 1):
        change = abs(after.offset - before.offset_at(after.middle, fitted.drift))
        if change < max(MAX_DRIFT * (after.middle - before.middle), _MIN_CUT_SECONDS / STEP_SECONDS):
            fewer = [*edges[:number], *edges[number + 1 :]]
            joined = _fit_spans(overlay, path, fewer)
            if joined.evidence > fitted.evidence - _MIN_SMALL_CUT_GAIN:
                edges[:] = fewer
                return joined
    return None


def _needless_cut(overlay: Overlay, fitted: FittedClock) -> int | None:
    """The number of the piece (from 1 on) that had better be one with the piece before it, None where there is none."""
    weakest: tuple[float, int] | None = None
    for number, (before, after) in enumerate(pairwise(fitted.pieces), 1):
        for piece, other in ((before, after), (after, before)):
            own = _evidence(overlay, piece, piece, fitted.drift)
            gain = min(own, own - _evidence(overlay, piece, other, fitted.drift))
            if gain < _MIN_CUT_GAIN and (weakest is None or gain < weakest[0]):
                weakest = gain, number
    return weakest[1] if weakest else None


def _evidence(overlay: Overlay, windows: FittedPiece, clock: FittedPiece, drift: float) -> float:
    """Log likelihood of some windows by the clock of a piece."""
    total = 0.0
    for first, after in overlay.windows[windows.first : windows.after]:
        offset = round(clock.offset_at((first + after) / 2, drift))
        total += float(_curve(overlay, first, after, offset, offset)[0])
    return total


def _fit_spans(overlay: Overlay, path: Path, edges: Sequence[int]) -> FittedClock:
    """The drift that is best for all pieces together, and the offset of each."""
    drifts = _drifts(len(overlay.cues))
    tables = [_table(overlay, path, span, drifts) for span in pairwise(edges)]
    together = np.sum([table.scores.max(axis=1) for table in tables], axis=0)
    none = len(drifts) // 2
    best = int(np.argmax(together))
    if together[best] - together[none] < _MIN_DRIFT_GAIN:
        best = none
    pieces = tuple(table.piece(best) for table in tables)
    return FittedClock(pieces, float(drifts[best]), float(together[best]))


def _drifts(steps: int) -> Signal:
    """Drifts to be tried, none in their middle."""
    count = int(np.ceil(MAX_DRIFT * steps * STEP_SECONDS / _DRIFT_SECONDS / 2))
    return np.linspace(-MAX_DRIFT, MAX_DRIFT, 2 * max(count, 1) + 1)


@dataclass(frozen=True, slots=True)
class _Table:
    """Log likelihood of a piece for each drift (rows) and offset (columns, from `lowest` on)."""

    span: tuple[int, int]
    middle: float
    lowest: int
    scores: Signal

    def piece(self, drift: int) -> FittedPiece:
        row = self.scores[drift]
        top = int(row.argmax())
        weights = np.exp(row - row.max())
        weights /= weights.sum()
        near = round(_RIGHT_SECONDS / STEP_SECONDS)
        away = (np.arange(len(row)) - top) * STEP_SECONDS
        return FittedPiece(
            *self.span,
            offset=self.lowest + top + _vertex(row, top),
            middle=self.middle,
            sureness=float(weights[max(top - near, 0) : top + near + 1].sum()),
            spread=float(np.sqrt(weights @ away**2)),
        )


def _vertex(row: Signal, top: int) -> float:
    """Where between the steps the parabola through the highest three values is highest, from `top`."""
    if not 0 < top < len(row) - 1:
        return 0.0
    before, here, after = row[top - 1 : top + 2]
    bend = before - 2 * here + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0


def _table(overlay: Overlay, path: Path, span: tuple[int, int], drifts: Signal) -> _Table:
    windows = overlay.windows[slice(*span)]
    rough = path.offsets[slice(*span)]
    middle = (windows[0][0] + windows[-1][1]) / 2
    lowest, highest = min(rough) - _REACH_STEPS, max(rough) + _REACH_STEPS
    spread = int(np.ceil(MAX_DRIFT * (windows[-1][1] - windows[0][0]) / 2)) + 1
    scores = np.zeros((len(drifts), highest - lowest + 1))
    for first, after in windows:
        curve = _curve(overlay, first, after, lowest - spread, highest + spread)
        shifts = drifts * ((first + after) / 2 - middle)
        whole = np.floor(shifts).astype(int)
        part = (shifts - whole)[:, None]
        at = spread + whole[:, None] + np.arange(scores.shape[1])
        scores += (1 - part) * curve[at] + part * curve[np.minimum(at + 1, len(curve) - 1)]
    return _Table(span, middle, lowest, scores)


def _curve(overlay: Overlay, first: int, after: int, lowest: int, highest: int) -> Row:
    """Log likelihood of a window at the offsets from `lowest` to `highest`."""
    cues = overlay.cues[first:after]
    begin, end = first + lowest, after + highest  # of the recording
    inside = slice(max(begin, 0), max(min(end, len(overlay.speech)), 0))
    speech = np.zeros(end - begin)
    there = np.zeros(end - begin)
    part = overlay.speech[inside]
    start = inside.start - begin
    speech[start : start + len(part)] = part
    there[start : start + len(part)] = 1.0
    row = log_likelihood(overlay, np.correlate(speech, cues), np.correlate(there, cues**2))
    for hint in overlay.hints_between(first, after):
        row += hint.log_likelihood(np.arange(lowest, highest + 1))
    return row


def boundaries(overlay: Overlay, fitted: FittedClock, starts: Steps) -> list[int]:
    """The step of the cues from which on each piece but the first holds: one of `starts`, steps at which cues begin.

    Where something is not in the recording the earlier piece ends in the recording where the later one begins, so what
    was cut out counts for neither.
    """
    found: list[int] = []
    for before, after in pairwise(fitted.pieces):
        rough = overlay.windows[after.first][0]
        change = after.offset - before.offset_at(after.middle, fitted.drift)
        reach = _MAX_CUT_SHIFT_SECONDS / STEP_SECONDS + abs(change)
        low = max(rough - reach, found[-1] if found else overlay.windows[before.first][0])
        high = min(rough + reach, overlay.windows[after.after - 1][1])
        candidates = starts[(starts > low) & (starts < high)]
        found.append(
            _best_boundary(overlay, fitted.drift, before, after, candidates, change) if len(candidates) else rough
        )
    return found


def _best_boundary(
    overlay: Overlay, drift: float, before: FittedPiece, after: FittedPiece, candidates: Steps, change: float
) -> int:
    low = int(candidates.min()) - round(max(-change, 0.0)) - 1
    high = int(candidates.max()) + 1
    steps = np.arange(max(low, 0), min(high, len(overlay.cues)))
    earlier, later = (
        np.concatenate([[0.0], np.cumsum(_agreement(overlay, steps, piece, drift))]) for piece in (before, after)
    )
    ends = np.clip(candidates + min(change, 0.0) - steps[0], 0, len(steps)).astype(int)  # of the earlier piece
    begins = np.clip(candidates - steps[0], 0, len(steps)).astype(int)
    return int(candidates[np.argmax(earlier[ends] + later[-1] - later[begins])])


def _agreement(overlay: Overlay, steps: Steps, piece: FittedPiece, drift: float) -> Signal:
    """Log likelihood of each of the cues' `steps` by the clock of `piece`."""
    there = piece.places(steps, drift)
    inside = (there >= 0) & (there < len(overlay.speech))
    cues = overlay.cues[steps] * inside
    speech = overlay.speech[np.clip(there, 0, len(overlay.speech) - 1)]
    gain = float(np.mean(overlay.gains))
    agreement = np.asarray(gain * (cues * speech - 0.5 * gain * cues**2) / overlay.noise)
    for hint in overlay.hints_between(int(steps[0]), int(steps[-1]) + 1) if len(steps) else ():
        agreement[hint.step - steps[0]] += float(hint.log_likelihood(piece.offset_at(hint.step, drift)))
    return agreement
