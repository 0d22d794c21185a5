"""Where two texts of the same speech say the same: rare runs of tokens, in one order.

As in DSAlign (Mozilla) and in the aligners of parallel texts: n-grams that are rare in both texts give pairs of places,
and the longest chain of pairs that runs forward in both leaves out those that agree by accident.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from pipeline.arrays import IntArray
from pipeline.sync.spoken_tokens import is_unspaced

MAX_OCCURRENCES = 4  # of a run in either text; more often, and it says little about where it is
WORDS_IN_RUN, CHARACTERS_IN_RUN = 3, 5  # as long a run is said again by accident once in a few thousand words
_MIXER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: spreads the hash of a run (Knuth, TAOCP 6.4)


def token_numbers(*texts: Sequence[str]) -> list[IntArray]:
    """Each text as numbers: equal tokens have equal ones."""
    numbers: dict[str, int] = {}
    return [np.array([numbers.setdefault(t, len(numbers)) for t in text], dtype=np.int64) for text in texts]


def run_length(texts: Sequence[str]) -> int:
    """How many tokens in a row are rare enough to tell a place by."""
    return CHARACTERS_IN_RUN if is_unspaced(texts) else WORDS_IN_RUN


def shared_runs(left: IntArray, right: IntArray, length: int, most: int = MAX_OCCURRENCES) -> tuple[IntArray, IntArray]:
    """The places in `left` and in `right` where a run of `length` tokens begins that both have, up to `most` times."""
    if len(left) < length or len(right) < length:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    hashes = np.concatenate([_run_hashes(left, length), _run_hashes(right, length)])
    _, numbers = np.unique(hashes, return_inverse=True)
    here, there = numbers[: len(left) - length + 1], numbers[len(left) - length + 1 :]
    size = int(numbers.max()) + 1
    in_left, in_right = np.bincount(here, minlength=size), np.bincount(there, minlength=size)
    usable = (in_left > 0) & (in_right > 0) & (in_left <= most) & (in_right <= most)
    order = np.argsort(there, kind="stable")
    first = np.concatenate([[0], np.cumsum(in_right)[:-1]])  # of a run's places in `order`
    places = np.flatnonzero(usable[here])
    counts = in_right[here[places]]
    pairs_left = np.repeat(places, counts)
    within = np.arange(len(pairs_left)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pairs_left, order[first[here[pairs_left]] + within]


def _run_hashes(numbers: IntArray, length: int) -> IntArray:
    hashes = np.zeros(len(numbers) - length + 1, dtype=np.uint64)
    for at in range(length):
        part = numbers[at : len(numbers) - length + 1 + at].astype(np.uint64) + np.uint64(1)
        hashes = (hashes ^ part) * _MIXER
        hashes ^= hashes >> np.uint64(29)
    return hashes.view(np.int64)


def longest_chain(right: IntArray) -> IntArray:
    """The indices of the most pairs that run forward on both sides: a longest increasing subsequence (Schensted, 1961).

    `right` has the right places of pairs in order of their left ones, those of one left place in falling order.
    """
    ends: list[int] = []  # the smallest right place at which a chain of each length ends ...
    holders: list[int] = []  # ... and the pair it is of
    before = np.full(len(right), -1, dtype=np.int64)
    for index, place in enumerate(right.tolist()):
        at = bisect_left(ends, place)
        if at == len(ends):
            ends.append(place)
            holders.append(index)
        else:
            ends[at], holders[at] = place, index
        before[index] = holders[at - 1] if at else -1
    chain = []
    at = holders[-1] if holders else -1
    while at >= 0:
        chain.append(at)
        at = int(before[at])
    return np.array(chain[::-1], dtype=np.int64)


def anchored_tokens(
    left: IntArray, right: IntArray, length: int, most: int = MAX_OCCURRENCES
) -> tuple[IntArray, IntArray]:
    """The pairs of equal tokens in the runs that both texts have in one order; each token at most once."""
    return chained_tokens(*shared_runs(left, right, length, most), length)


def chained_tokens(starts_left: IntArray, starts_right: IntArray, length: int) -> tuple[IntArray, IntArray]:
    """The pairs of tokens of the longest chain among runs of `length` tokens that begin at these places."""
    order = np.lexsort((-starts_right, starts_left))
    starts_left, starts_right = starts_left[order], starts_right[order]
    chain = longest_chain(starts_right)
    steps = np.arange(length)
    in_left = (starts_left[chain][:, None] + steps).ravel()
    in_right = (starts_right[chain][:, None] + steps).ravel()
    # Overlapping runs of the chain may lie on two diagonals: what still runs forward is kept.
    pairs = np.unique(np.stack([in_left, -in_right]), axis=1)
    forward = longest_chain(-pairs[1])
    return pairs[0][forward], -pairs[1][forward]
