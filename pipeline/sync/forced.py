"""A text without times, or with times to the minute, put on the clock of a recording by what was heard in it.

Forced alignment as in gentle and DSAlign: each word of the text is matched with a word that speech recognition heard,
and takes its time; words it did not hear, or heard as something else, get theirs from the words around them. What is
shown is the text, however it was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.arrays import BoolArray, FloatArray, IntArray
from pipeline.records import Origin, Transcript, Utterance
from pipeline.sync.anchors import anchored_tokens, run_length, token_numbers
from pipeline.sync.shown_segments import shown_segments
from pipeline.sync.shown_words import ShownWord, shown_words
from pipeline.sync.spoken_tokens import SpokenTokens, spoken_tokens
from pipeline.sync.word_matching import NOT_MATCHED, IsExpected, find_moved, match_tokens
from pipeline.sync.word_times import WordTimes, fill_in, speaking_pace

MIN_MATCHED_SHARE = 0.2  # of the tokens of the text or of those heard; below, they have nothing to do with each other
MIN_MATCHED_TOKENS = 5

_MAX_SHARE_OF_MOVED = 0.4  # of an utterance that is in its place; with less it may have been said somewhere else
_ROUNDING_SECONDS = 90.0  # times to the minute, cut off or rounded, and a clock that is a little off
_MIN_TIMED_TOKENS = 10  # that agree on an offset of the text's times, half of all that have any
_TAIL_SECONDS = 2.0  # after the last word heard, where the length of the recording is not known


def align_text(utterances: Sequence[Utterance], heard: Transcript, *, language: str | None = None) -> Transcript | None:
    """The utterances with the times at which they were `heard`, which has a time for each word.

    An utterance becomes one segment, or several of at most 15 s that end where a sentence does. `Utterance.start` tells
    apart what is said more than once; it may be by another clock. What is not in the recording is left out, with a
    warning. None where the text and what was heard have nothing to do with each other.
    """
    words, texts = shown_words(utterances)
    spoken = _in_order_of_time(spoken_tokens(heard.heard))
    if not texts or not spoken.texts:
        return None
    pace = speaking_pace(spoken.starts, spoken.texts)
    expected = _expected_times(utterances, words, texts, spoken, pace)
    matches = match_tokens(texts, spoken.texts, _nearness(expected, spoken))
    count = int((matches != NOT_MATCHED).sum())
    if count < MIN_MATCHED_TOKENS or count < MIN_MATCHED_SHARE * min(len(texts), len(spoken.texts)):
        return None
    moved = _match_moved(words, texts, spoken, matches)
    end = spoken.ends.max() + _TAIL_SECONDS if heard.duration is None else heard.duration
    times = _times(_Matched(words, texts, matches, spoken, expected), moved, pace, float(end))
    segments = shown_segments(utterances, words, times)
    absent = int(np.isnan(times.starts).sum())
    return Transcript(
        language=language or heard.language,
        origin=Origin.IMPORT,
        model=None,
        segments=segments,
        duration=heard.duration,
        warnings=(_absence(absent, len(words)),) if absent else (),
    )


def _absence(absent: int, total: int) -> str:
    if absent == 1:
        return "a word of it is not in the recording, so it was left out"
    return f"{absent:,} of its {total:,} words are not in the recording, so they were left out"


def _in_order_of_time(spoken: SpokenTokens) -> SpokenTokens:
    order = np.argsort(spoken.starts, kind="stable")
    texts = [spoken.texts[at] for at in order.tolist()]
    return SpokenTokens(texts, spoken.starts[order], spoken.ends[order], spoken.doubts[order], spoken.segments[order])


def _expected_times(
    utterances: Sequence[Utterance], words: Sequence[ShownWord], texts: Sequence[str], spoken: SpokenTokens, pace: float
) -> FloatArray | None:
    """About when in the recording each token is said, by the times in the text; NaN for those without.

    None where the text has no times, or they and what was heard agree on no offset.
    """
    if all(utterance.start is None for utterance in utterances):
        return None
    given = np.full(len(texts), np.nan)
    done = np.zeros(len(utterances))
    for word in words:
        start = utterances[word.utterance].start
        if start is not None:
            given[word.first : word.last] = start + done[word.utterance]
        done[word.utterance] += pace * (word.end - word.begin + 1)
    left, right = token_numbers(texts, spoken.texts)
    here, there = anchored_tokens(left, right, run_length(texts))
    offsets = np.sort(spoken.starts[there] - given[here])
    offsets = offsets[~np.isnan(offsets)]
    agreeing = np.searchsorted(offsets, offsets + _ROUNDING_SECONDS, "right") - np.arange(len(offsets))
    if not len(offsets) or agreeing.max() < max(_MIN_TIMED_TOKENS, len(offsets) / 2):
        return None
    best = int(agreeing.argmax())
    return given + float(np.median(offsets[best : best + agreeing[best]]))


def _nearness(expected: FloatArray | None, spoken: SpokenTokens) -> IsExpected | None:
    if expected is None:
        return None

    def is_expected(here: IntArray, there: IntArray) -> BoolArray:
        return np.abs(expected[here] - spoken.starts[there]) <= _ROUNDING_SECONDS  # not so where it is NaN

    return is_expected


def _match_moved(
    words: Sequence[ShownWord], texts: Sequence[str], spoken: SpokenTokens, matches: IntArray
) -> BoolArray:
    """Match the utterances that were said before or after their place in the text; whether each word is of such."""
    free = np.ones(len(spoken.texts), dtype=np.bool_)
    free[matches[matches != NOT_MATCHED]] = False
    owners = np.array([word.utterance for word in words])
    bounds = np.flatnonzero(np.diff(owners, prepend=-1, append=-1))
    moved = np.zeros(len(words), dtype=np.bool_)
    near = 0
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        first, last = words[begin].first, words[end - 1].last
        known = matches[first:last][matches[first:last] != NOT_MATCHED]
        if len(known) < _MAX_SHARE_OF_MOVED * (last - first):
            found = find_moved(texts[first:last], spoken.texts, free, near)
            if found is not None:
                free[known] = True
                matches[first:last] = found
                free[found[found != NOT_MATCHED]] = False
                moved[begin:end] = True
                continue
        near = int(known[-1]) if len(known) else near
    return moved


@dataclass(frozen=True, slots=True)
class _Matched:
    """The words of a text, and what is known about when they are said."""

    words: Sequence[ShownWord]
    texts: Sequence[str]
    matches: IntArray
    spoken: SpokenTokens
    expected: FloatArray | None  # of the tokens

    def known_times(self) -> WordTimes:
        """The times of the words that were heard, NaN for the others."""
        starts, ends = np.full(len(self.words), np.nan), np.full(len(self.words), np.nan)
        for at, word in enumerate(self.words):
            tokens = self.matches[word.first : word.last]
            tokens = tokens[tokens != NOT_MATCHED]
            if len(tokens):
                starts[at], ends[at] = self.spoken.starts[tokens[0]], self.spoken.ends[tokens[-1]]
        return WordTimes(starts, ends)


def _times(matched: _Matched, moved: BoolArray, pace: float, end: float) -> WordTimes:
    words = matched.words
    known = matched.known_times()
    lengths = np.array([sum(map(len, matched.texts[word.first : word.last])) + 1 for word in words])
    owners = np.array([word.utterance for word in words])
    free = np.ones(len(matched.spoken.texts), dtype=np.bool_)
    free[matched.matches[matched.matches != NOT_MATCHED]] = False
    heard = matched.spoken.starts[free]
    expected = None
    if matched.expected is not None:
        padded = np.append(matched.expected, np.nan)
        expected = padded[[word.first for word in words]]
    starts, ends = np.empty(len(words)), np.empty(len(words))
    parts = [np.flatnonzero(~moved), *(np.flatnonzero(moved & (owners == owner)) for owner in np.unique(owners[moved]))]
    for part in parts:
        here = WordTimes(known.starts[part], _not_into_the_next(known.starts[part], known.ends[part]))
        others = heard if part is parts[0] else heard[:0]
        found = fill_in(
            here, lengths[part], owners[part], others, pace, end, None if expected is None else expected[part]
        )
        starts[part], ends[part] = found.starts, found.ends
    return WordTimes(starts, ends)


def _not_into_the_next(starts: FloatArray, ends: FloatArray) -> FloatArray:
    """The ends of the known words, none after the next known word begins."""
    ends = ends.copy()
    places = np.flatnonzero(~np.isnan(starts))
    ends[places[:-1]] = np.minimum(ends[places[:-1]], starts[places[1:]])
    return ends
