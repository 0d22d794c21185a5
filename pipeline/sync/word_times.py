"""When each word of a text is said, once some of them are matched with words that were heard.

Between two matched words the others share the time, or what else was heard in it, by their letters. Words that would
need far more time than there is were not said there: a pause was cut out of the recording, or the text is of a longer
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.arrays import FloatArray, IntArray

_MAX_HASTE = 3.0  # times as fast as people speak in this recording; words that need more haste were not said there
_UNHEARD_SECONDS = 12.0  # of speech that may be missing in what was heard, whatever the haste
_MAX_SILENT_SECONDS = 45.0  # of words in a row where hardly anything was heard; more were not said there
_MIN_HEARD_WORDS_A_SECOND = 0.5  # where people speak, even if every word is misheard
_MIN_FILL = 0.5  # of the time between two matched words, for the words between them to share all of it
_USUAL_PACE = 0.065  # seconds a letter, with a space for each word
_MAX_LETTER_SECONDS = 0.5  # a longer one is a pause


@dataclass(frozen=True, slots=True)
class WordTimes:
    """Seconds in the recording for each word, NaN where it is not in it."""

    starts: FloatArray
    ends: FloatArray


def speaking_pace(starts: FloatArray, texts: Sequence[str]) -> float:
    """Seconds a letter in the middle of what was heard, with a space for each token."""
    if len(texts) < 2:
        return _USUAL_PACE
    lengths = np.array([len(text) + 1 for text in texts[:-1]])
    paces = np.diff(starts) / lengths
    spoken = paces[(paces > 0) & (paces < _MAX_LETTER_SECONDS)]
    return float(np.median(spoken)) if len(spoken) else _USUAL_PACE


def fill_in(
    known: WordTimes,
    lengths: IntArray,
    groups: IntArray,
    heard: FloatArray,
    pace: float,
    end: float,
    expected: FloatArray | None = None,
) -> WordTimes:
    """The times of all words, from those that are `known`, which run forward.

    `lengths` in letters; `groups`, the utterance of each word; `heard`, when anything was heard that no word is matched
    with; `pace`, seconds a letter; `end`, of the recording; `expected`, about when each word is said, NaN where that is
    not known.
    """
    starts, ends = known.starts.copy(), known.ends.copy()
    places = np.flatnonzero(~np.isnan(starts))
    before = [None, *places.tolist()]
    after = [*places.tolist(), None]
    for left, right in zip(before, after, strict=True):
        first, last = (0 if left is None else left + 1), (len(starts) if right is None else right)
        if first == last:
            continue
        low = 0.0 if left is None else float(ends[left])
        high = max(end if right is None else float(starts[right]), low)
        run = _Run(
            pace * lengths[first:last].astype(np.float64),
            0 if left is None else int(np.searchsorted(groups[first:last], groups[left], "right")),
            last - first if right is None else int(np.searchsorted(groups[first:last], groups[right])),
        )
        unmatched = heard[np.searchsorted(heard, low) : np.searchsorted(heard, high)]
        starts[first:last], ends[first:last] = run.times(
            low, high, unmatched, None if expected is None else expected[first:last]
        )
    return WordTimes(starts, ends)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words in a row that were not heard. `needs`: seconds for each.

    The first `tail` of them end the utterance of the word before, those from `head` on begin that of the word after.
    """

    needs: FloatArray
    tail: int
    head: int

    def times(
        self, low: float, high: float, heard: FloatArray, expected: FloatArray | None
    ) -> tuple[FloatArray, FloatArray]:
        """Starts and ends of the words between `low` and `high` seconds, where something was `heard`."""
        need = float(self.needs.sum())
        begin = min(float(heard[0]), high) if len(heard) else low
        stop = max(min(float(heard[-1]) + float(self.needs[-1]), high), begin) if len(heard) else high
        is_silent = need > _MAX_SILENT_SECONDS and len(heard) < _MIN_HEARD_WORDS_A_SECOND * need
        if is_silent or need > _MAX_HASTE * (high - low) + _UNHEARD_SECONDS:
            return self._left_out(low, high)
        if need >= _MIN_FILL * (stop - begin):
            return _shared(self.needs, begin, stop)
        return self._beside(low, high, expected)

    def _left_out(self, low: float, high: float) -> tuple[FloatArray, FloatArray]:
        """Only the words of utterances that are in the recording, if there are few."""
        starts, ends = np.full(len(self.needs), np.nan), np.full(len(self.needs), np.nan)
        for part, at in ((slice(0, self.tail), low), (slice(self.head, None), high)):
            need = float(self.needs[part].sum())
            if 0 < need <= _UNHEARD_SECONDS:
                begin, stop = (at, min(at + need, high)) if at == low else (max(at - need, low), at)
                starts[part], ends[part] = _shared(self.needs[part], begin, stop)
        return starts, ends

    def _beside(self, low: float, high: float, expected: FloatArray | None) -> tuple[FloatArray, FloatArray]:
        """The words as if there were no pauses: beside the utterance they are of, or where they are expected."""
        starts, ends = np.empty(len(self.needs)), np.empty(len(self.needs))
        tail, head = slice(0, self.tail), slice(max(self.head, self.tail), None)
        middle = slice(self.tail, max(self.head, self.tail))
        after_tail = low + float(self.needs[tail].sum())
        before_head = high - float(self.needs[head].sum())
        starts[tail], ends[tail] = _shared(self.needs[tail], low, after_tail)
        starts[head], ends[head] = _shared(self.needs[head], before_head, high)
        if middle.stop > middle.start:
            need = float(self.needs[middle].sum())
            at = after_tail if self.tail or low else before_head - need
            if expected is not None and not np.isnan(expected[middle.start]):
                at = float(np.clip(expected[middle.start], after_tail, before_head - need))
            starts[middle], ends[middle] = _shared(self.needs[middle], at, at + need)
        return starts, ends


def _shared(needs: FloatArray, begin: float, stop: float) -> tuple[FloatArray, FloatArray]:
    """The words one after the other from `begin` to `stop`, by what they need."""
    total = float(needs.sum())
    bounds = begin + np.concatenate([[0.0], np.cumsum(needs)]) * ((stop - begin) / total if total else 0.0)
    return bounds[:-1], bounds[1:]
