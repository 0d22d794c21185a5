"""The clock of a transcript, found by what is said: the same words in a transcript that runs by the recording's clock.

A transcript somebody wrote, or that a call's program made, and the video's own captions, or what a small speech model
heard: a quarter of the words may differ. The words alone tell which place belongs to which, whatever the clocks
(`anchors`); then the times of these places tell how the clocks differ (`clock_pieces`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.arrays import BoolArray, FloatArray, IntArray
from pipeline.records import ClockBasis, ClockPiece, Transcript, TranscriptClock
from pipeline.sync.anchors import anchored_tokens, run_length, token_numbers
from pipeline.sync.clock_pieces import FittedLine, fit_pieces, fits, point_weights
from pipeline.sync.findings import ClockFinding
from pipeline.sync.spoken_tokens import SpokenTokens, spoken_tokens

MIN_TOKENS = 60  # in either; of less nothing can be said
MIN_TOKENS_OF_ANOTHER = 200  # in either, to say that nothing fits
MIN_SHARED_VOCABULARY = 0.35  # of the words of either, that the other has anywhere: two texts of one language

_STRETCH_TOKENS = 50
_MIN_TIMED_TOKENS = 6  # in a stretch that says the same at times that agree: by accident there are none
_MIN_ORDERED_TOKENS = 10  # in a stretch that says the same whenever it does: two meetings of one kind have a few
_MIN_SHARE = 0.25  # of the stretches that agree, to believe the times: less may be an opening that is read every time
_MAX_TIMED_SHARE_OF_ANOTHER, _MAX_ORDERED_SHARE_OF_ANOTHER = 0.1, 0.3  # of the same in another meeting's transcript
_FEW_PIECES, _USUAL_PIECE_SECONDS = 3, 300.0  # more, and shorter ones: every pause was cut, which no pieces can follow
_MIN_FITTING_SHARE = 0.8  # of all that is said in both, at the times of the pieces: the clock may have no pieces at all
_MAX_SAME_CLOCK_SECONDS = 0.45  # cues begin a little before what is said in them, or after
_WHOLE_SECONDS_SLACK = 0.5  # more where fractions were cut off
_SURE_SECONDS = 0.5  # the confidence is about
_SAID_BY_ACCIDENT = 0.5  # of the tokens of a cue, so many may be said within the reach at any time
_LATER_VOTE = 0.25  # of each cue: what was cut out fits neither piece, and goes with the one before
_CUT_REACH_SECONDS = 1.5  # between a token and the same one in the reference, to count for a piece


def find_by_words(given: Transcript, reference: Transcript) -> ClockFinding:
    """How the clock of `given` differs from that of the recording, by which the times of `reference` are.

    Its pieces begin where something was cut out of either. No clock where there is too little text, or where the times
    do not belong together in pieces; `is_of_another` where both say a lot in one language and nothing of it is the
    same.
    """
    ours, theirs = spoken_tokens(given.heard), spoken_tokens(reference.heard)
    if min(len(ours.texts), len(theirs.texts)) < MIN_TOKENS:
        return ClockFinding(None)
    left, right = token_numbers(ours.texts, theirs.texts)
    here, there = anchored_tokens(left, right, run_length(ours.texts))
    times, lags = ours.starts[here], theirs.starts[there] - ours.starts[here]
    in_order = np.argsort(times, kind="stable")  # people who speak at once may be written in another order
    here, there, times, lags = here[in_order], there[in_order], times[in_order], lags[in_order]
    doubts = ours.doubts[here] + theirs.doubts[there]
    pieces = fit_pieces(times, lags, doubts)
    near = np.zeros(len(here), dtype=np.bool_)
    for piece in pieces:
        near[piece.first : piece.last] = fits(piece, times, lags)
    share = _same_share(here[near], there[near], len(left), len(right), _MIN_TIMED_TOKENS)
    if share < _MIN_SHARE:
        ordered = _same_share(here, there, len(left), len(right), _MIN_ORDERED_TOKENS)
        is_other = share <= _MAX_TIMED_SHARE_OF_ANOTHER and ordered <= _MAX_ORDERED_SHARE_OF_ANOTHER
        return ClockFinding(None, is_of_another=is_other and _could_be_same(left, right))
    starts = [0.0, *_later_starts(pieces, times, given, ours, theirs)]
    slack = _MAX_SAME_CLOCK_SECONDS + (_WHOLE_SECONDS_SLACK if _has_whole_seconds(given) else 0.0)
    found = tuple(_clock_piece(start, piece, times, slack) for start, piece in zip(starts, pieces, strict=True))
    fitting = _fitting_share(pieces, near, doubts)
    if fitting < _MIN_FITTING_SHARE or len(pieces) > _FEW_PIECES + (times[-1] - times[0]) / _USUAL_PIECE_SECONDS:
        return ClockFinding(None)
    confidence = _sure_share(pieces, times, lags, doubts) * fitting * min(share / (2 * _MIN_SHARE), 1.0)
    return ClockFinding(TranscriptClock(ClockBasis.WORDS, found, confidence))


def _same_share(here: IntArray, there: IntArray, ours: int, theirs: int, least: int) -> float:
    """The share of the stretches of either text, whichever has more, of whose tokens at least so many are given."""
    shares = []
    for places, total in ((here, ours), (there, theirs)):
        stretches = max(total // _STRETCH_TOKENS, 1)
        counts = np.bincount(np.minimum(places // _STRETCH_TOKENS, stretches - 1), minlength=stretches)
        shares.append(float((counts >= least).mean()))
    return max(shares)


def _fitting_share(pieces: Sequence[FittedLine], near: BoolArray, doubts: FloatArray) -> float:
    """The share of the points, from the first piece to the last, that are `near` theirs; by how sure each is."""
    here = slice(pieces[0].first, pieces[-1].last)
    weights = point_weights(doubts[here])
    return float(weights @ near[here] / weights.sum())


def _could_be_same(left: IntArray, right: IntArray) -> bool:
    """Whether both are long, and in one language: the words they have are mostly the same, in whatever order."""
    if min(len(left), len(right)) < MIN_TOKENS_OF_ANOTHER:
        return False
    return bool(min(np.isin(left, right).mean(), np.isin(right, left).mean()) >= MIN_SHARED_VOCABULARY)


def _sure_share(pieces: Sequence[FittedLine], times: FloatArray, lags: FloatArray, doubts: FloatArray) -> float:
    """How many of the points that are about right, 0..1, are within half a second as far as can be told."""
    right = total = 0.0
    for piece in pieces:
        here = slice(piece.first, piece.last)
        errors = np.abs(lags[here] - piece.level - piece.drift * times[here])[fits(piece, times, lags)]
        allowed = _SURE_SECONDS + np.minimum(doubts[here][fits(piece, times, lags)], _SURE_SECONDS)
        right, total = right + float((errors <= allowed).sum()), total + len(errors)
    return right / max(total, 1.0)


def _has_whole_seconds(given: Transcript) -> bool:
    return all(segment.start == round(segment.start) for segment in given.heard)


def _clock_piece(start: float, piece: FittedLine, times: FloatArray, slack: float) -> ClockPiece:
    """The piece from `start` on; the recording's own clock where it is nowhere farther from it than `slack` seconds."""
    ends = (float(times[piece.first]), float(times[piece.last - 1]))
    if all(abs(piece.lag(time)) <= slack for time in ends):
        return ClockPiece(start, 0.0)
    return ClockPiece(start, piece.lag(start), piece.drift)


def _later_starts(
    pieces: Sequence[FittedLine], times: FloatArray, given: Transcript, ours: SpokenTokens, theirs: SpokenTokens
) -> Iterator[float]:
    """When the second piece begins, and those after it: with the first cue that fits it better than the one before."""
    cue_starts = np.array([segment.start for segment in given.heard])
    lengths = np.bincount(ours.segments, minlength=len(cue_starts))
    order = np.argsort(theirs.starts, kind="stable")
    by_time, said = theirs.starts[order], [theirs.texts[at] for at in order.tolist()]
    for before, after in pairwise(pieces):
        low, high = float(times[before.last - 1]), float(times[after.first])
        between = np.flatnonzero((ours.starts > low) & (ours.starts < high))
        votes = np.full(len(cue_starts), -_LATER_VOTE)
        for piece, sign in ((before, -1.0), (after, 1.0)):
            expected = ours.starts[between] + piece.level + piece.drift * ours.starts[between]
            first = np.searchsorted(by_time, expected - _CUT_REACH_SECONDS)
            last = np.searchsorted(by_time, expected + _CUT_REACH_SECONDS)
            heard = np.zeros(len(cue_starts))
            for token, begin, end in zip(between.tolist(), first.tolist(), last.tolist(), strict=True):
                heard[ours.segments[token]] += ours.texts[token] in said[begin:end]
            votes += sign * np.maximum(heard - _SAID_BY_ACCIDENT * lengths, 0.0)
        cues = np.flatnonzero((cue_starts > low - _CUT_REACH_SECONDS) & (cue_starts <= high))
        yield _best_start(votes[cues], cue_starts[cues], high)


def _best_start(votes: FloatArray, starts: FloatArray, otherwise: float) -> float:
    """The start of the cue from which on the votes add up to most."""
    if not len(votes):
        return otherwise
    ahead = np.cumsum(votes[::-1])[::-1]
    return float(starts[int(ahead.argmax())])
