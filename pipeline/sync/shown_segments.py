"""The segments of a text whose words have times: short, ending where a sentence does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.records import Segment, Utterance, Word
from pipeline.sync.shown_words import ShownWord
from pipeline.sync.word_times import WordTimes

MAX_SEGMENT_SECONDS = 15.0
MAX_PAUSE_SECONDS = 5.0  # between two words of a segment

_MIN_SECONDS = 0.05  # of a segment: one without any length could not be shown
_SENTENCE_END = re.compile(r"[.?!…。?!]+[\"'”’»)\]」』]*$")
_COMMA = re.compile(r"[,;:—–、,]$")
_COMMA_SECONDS = 0.3  # of pause, that a comma is worth


def shown_segments(
    utterances: Sequence[Utterance], words: Sequence[ShownWord], times: WordTimes
) -> tuple[Segment, ...]:
    """The utterances in order of time, cut to at most MAX_SEGMENT_SECONDS; words that have no time are left out."""
    parts = [part for run in _runs(words, times) for part in _parts(run, utterances, words, times)]
    segments = [_segment(part, utterances, words, times) for part in parts]
    return tuple(sorted(segments, key=lambda segment: segment.start))


def _runs(words: Sequence[ShownWord], times: WordTimes) -> Iterator[range]:
    """Words of one utterance that follow each other without a long pause."""
    first = 0
    for at in range(len(words) + 1):
        if at == len(words) or np.isnan(times.starts[at]):
            ends = True
        else:
            ends = at > first and (
                words[at].utterance != words[at - 1].utterance
                or times.starts[at] - times.ends[at - 1] > MAX_PAUSE_SECONDS
            )
        if ends:
            if at > first:
                yield range(first, at)
            first = at + 1 if at == len(words) or np.isnan(times.starts[at]) else at


def _parts(
    run: range, utterances: Sequence[Utterance], words: Sequence[ShownWord], times: WordTimes
) -> Iterator[range]:
    """As many whole sentences as there is time for; one that is too long ends at a comma or a pause."""
    text = utterances[words[run.start].utterance].text
    first = run.start
    while first < run.stop:
        limit = times.starts[first] + MAX_SEGMENT_SECONDS
        last = first + 1
        while last < run.stop and times.ends[last] <= limit:
            last += 1
        if last < run.stop:
            last = _best_end(range(first + 1, last + 1), text, words, times)
        yield range(first, last)
        first = last


def _best_end(ends: range, text: str, words: Sequence[ShownWord], times: WordTimes) -> int:
    """Where to end before a word, of those that are in time: after a sentence, else where it is best to take breath."""
    before = {at: text[words[at - 1].begin : words[at - 1].end] for at in ends}
    sentences = [at for at in ends if _SENTENCE_END.search(before[at])]
    if sentences:
        return sentences[-1]

    def merit(at: int) -> float:
        comma = _COMMA_SECONDS if _COMMA.search(before[at]) else 0.0
        return float(times.starts[at] - times.ends[at - 1]) + comma + (at - ends.start) / len(ends)

    return max(ends, key=merit)


def _segment(part: range, utterances: Sequence[Utterance], words: Sequence[ShownWord], times: WordTimes) -> Segment:
    utterance = utterances[words[part.start].utterance]
    spoken = tuple(
        Word(float(times.starts[at]), float(times.ends[at]), utterance.text[words[at].begin : words[at].end])
        for at in part
    )
    text = " ".join(utterance.text[words[part.start].begin : words[part.stop - 1].end].split())
    end = max(spoken[-1].end, spoken[0].start + _MIN_SECONDS)
    return Segment(spoken[0].start, end, text, spoken, utterance.speaker)
