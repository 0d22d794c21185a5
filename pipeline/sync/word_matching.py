"""Which token of a text is which of what was heard: exact where runs agree, by likeness between them.

As in DSAlign (Mozilla) and gentle (Ochshorn and Hawkins): rare runs that both have anchor the text, then the gaps
between anchors are aligned by dynamic programming (Needleman and Wunsch, 1970) with a score for words that look
misheard. A gap too large for that is searched for shorter runs first, which are rare enough inside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from pipeline.arrays import BoolArray, Float32Array, IntArray
from pipeline.language.similarity import spelling_matrix
from pipeline.sync.anchors import anchored_tokens, chained_tokens, run_length, shared_runs, token_numbers

MIN_LIKENESS = 0.6  # of the letters of two words, 0..1, of which one may be the other misheard
NOT_MATCHED = -1

_MAX_CELLS = 250_000  # of a gap, tokens of the text by tokens heard; beyond, shorter runs first
_GAP_SCORE, _OTHER_WORD_SCORE = -0.35, -0.6  # of a token that is left out, and of one for quite another
_MAX_OCCURRENCES_NEARBY = 30  # of a run that is where it is expected
_SUPPORT_REACH, _SUPPORT_DRIFT, _MIN_SUPPORT = 5, 5, 2  # tokens around one that must be matched nearby, too
_MOVED_REACH = 400  # tokens heard before and after its place among which a stretch that was moved is sought
_MIN_MOVED_TOKENS, _MAX_MOVED_TOKENS = 3, 400  # in a stretch that is sought elsewhere ...
_MIN_MOVED_SHARE = 0.5  # ... and of them, to be found there
_MAX_PLACES = 20  # of a token among which a stretch is sought; with more it says little
_MOVED_SLACK = 3  # tokens that may be heard more or less within a stretch

IsExpected = Callable[[IntArray, IntArray], BoolArray]
"""Which pairs of a token of the text and one heard are at about the time the text gives."""


def match_tokens(text: Sequence[str], heard: Sequence[str], is_expected: IsExpected | None = None) -> IntArray:
    """For each token of `text` the index in `heard` of the token it was heard as, in order; or NOT_MATCHED.

    A match without others around it is none: any two texts have words in common.
    """
    matches = np.full(len(text), NOT_MATCHED, dtype=np.int64)
    left, right = token_numbers(text, heard)
    length = run_length(text)
    here, there = _anchors(left, right, length, is_expected)
    matches[here] = there
    gaps = [(*gap, length - 1) for gap in _between(here, there, (0, len(text), 0, len(heard)))]
    while gaps:
        first, last, begin, end, run = gaps.pop()
        if (last - first) * (end - begin) <= _MAX_CELLS:
            rows, columns = _aligned(text[first:last], heard[begin:end])
            matches[rows + first] = columns + begin
        elif run:  # without a run that both have once, nothing in it can be told
            here, there = anchored_tokens(left[first:last], right[begin:end], run, 1)
            matches[here + first] = there + begin
            gaps += [(*gap, run - 1) for gap in _between(here + first, there + begin, (first, last, begin, end))]
    return _supported(matches)


def _anchors(left: IntArray, right: IntArray, length: int, is_expected: IsExpected | None) -> tuple[IntArray, IntArray]:
    if is_expected is None:
        return anchored_tokens(left, right, length)
    usual = shared_runs(left, right, length)
    often = shared_runs(left, right, length, _MAX_OCCURRENCES_NEARBY)
    near = is_expected(*often)
    return chained_tokens(
        np.concatenate([usual[0], often[0][near]]), np.concatenate([usual[1], often[1][near]]), length
    )


def _supported(matches: IntArray) -> IntArray:
    """The same without matches that are not among others of a like distance."""
    support = np.zeros(len(matches), dtype=np.int64)
    for step in range(1, _SUPPORT_REACH + 1):
        one, other = matches[:-step], matches[step:]
        agree = (one != NOT_MATCHED) & (other != NOT_MATCHED) & (np.abs(other - one - step) <= _SUPPORT_DRIFT)
        support[:-step] += agree
        support[step:] += agree
    return np.where(support >= _MIN_SUPPORT, matches, NOT_MATCHED)


def find_moved(text: Sequence[str], heard: Sequence[str], free: BoolArray, near: int) -> IntArray | None:
    """As `match_tokens`, of a short stretch of a text among the tokens around `near` that are `free`; None: not there.

    People who speak at once are written in one order and heard in another.
    """
    if not _MIN_MOVED_TOKENS <= len(text) <= _MAX_MOVED_TOKENS:
        return None
    around = np.flatnonzero(free[max(near - _MOVED_REACH, 0) : near + _MOVED_REACH]) + max(near - _MOVED_REACH, 0)
    places: dict[str, list[int]] = {}
    for at in around.tolist():
        places.setdefault(heard[at], []).append(at)
    rare = {token: found for token, found in places.items() if len(found) <= _MAX_PLACES}
    votes = Counter(place - at for at, token in enumerate(text) for place in rare.get(token, ()))
    if not votes:
        return None
    shift = max(votes, key=lambda it: sum(votes[it + slack] for slack in range(-_MOVED_SLACK, _MOVED_SLACK + 1)))
    inside = around[(around >= shift - _MOVED_SLACK) & (around < shift + len(text) + _MOVED_SLACK)]
    rows, columns = _aligned(text, [heard[at] for at in inside.tolist()])
    if len(rows) < max(_MIN_MOVED_TOKENS, _MIN_MOVED_SHARE * len(text)):
        return None
    matches = np.full(len(text), NOT_MATCHED, dtype=np.int64)
    matches[rows] = inside[columns]
    return matches


def _between(here: IntArray, there: IntArray, bounds: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    """The gaps between pairs of places: first and last on either side."""
    first, last, begin, end = bounds
    for after, beyond in zip([*here.tolist(), last], [*there.tolist(), end], strict=True):
        if after > first and beyond > begin:
            yield first, after, begin, beyond
        first, begin = after + 1, beyond + 1


def _aligned(text: Sequence[str], heard: Sequence[str]) -> tuple[IntArray, IntArray]:
    """The pairs of like tokens of the best alignment of two short runs (Needleman and Wunsch, 1970)."""
    likeness = spelling_matrix(text, heard)
    scores = np.where(likeness >= MIN_LIKENESS, 2 * likeness - 1, _OTHER_WORD_SCORE).astype(np.float32)
    steps = np.arange(len(heard) + 1, dtype=np.float32) * np.float32(_GAP_SCORE)
    best = steps
    moves = np.zeros((len(text), len(heard) + 1), dtype=np.int8)
    for row in range(len(text)):
        skipped = best + np.float32(_GAP_SCORE)
        matched = np.concatenate([skipped[:1], best[:-1] + scores[row]])
        down = np.maximum(skipped, matched)
        # A run of heard tokens that are left out: the best start for it, all at once.
        entered = down - steps
        across = np.maximum.accumulate(entered)
        moves[row] = np.where(across > entered, _ACROSS, np.where(matched >= skipped, _DIAGONAL, _DOWN))
        best = across + steps
        moves[row, 0] = _DOWN
    return _traced(moves, likeness)


_DOWN, _DIAGONAL, _ACROSS = 0, 1, 2


def _traced(moves: np.ndarray[tuple[int, int], np.dtype[np.int8]], likeness: Float32Array) -> tuple[IntArray, IntArray]:
    pairs: list[tuple[int, int]] = []
    row, column = moves.shape[0] - 1, moves.shape[1] - 1
    while row >= 0 and column > 0:
        move = moves[row, column]
        if move == _ACROSS:
            column -= 1
        elif move == _DOWN:
            row -= 1
        else:
            if likeness[row, column - 1] >= MIN_LIKENESS:
                pairs.append((row, column - 1))
            row, column = row - 1, column - 1
    found = np.array(pairs[::-1], dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
