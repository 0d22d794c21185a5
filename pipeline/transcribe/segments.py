"""From what the speech model wrote to segments people can read: split at sentences, and what it invented marked.

Pure functions. The model returns up to 30 s of speech at a time, with its own measures of doubt for the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from pipeline.records import Segment, Word

MAX_SEGMENT_SECONDS = 15.0
MAX_PAUSE_SECONDS = 1.0  # between two words of a segment

# Thresholds of Whisper's own decoder for output that is not to be trusted (openai/whisper, transcribe.py).
_MAX_COMPRESSION_RATIO = 2.4
_MAX_NO_SPEECH_PROB = 0.6
_MIN_AVG_LOGPROB = -1.0

_SENTENCE_END = re.compile(r"[.?!…。?!]+[\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|vs|etc|approx|[Nn]o|e\.?g|i\.?e|z\.B)\.", re.ASCII
)
_COMMA = re.compile(r"[,;:—–、,]$")


@dataclass(frozen=True, slots=True)
class DecodedWindow:
    """Up to 30 s of speech as the model wrote it. Words still have the space the model puts before them."""

    words: tuple[Word, ...]
    avg_logprob: float  # natural logarithm, ≤ 0
    no_speech_prob: float
    compression_ratio: float  # of the text; a loop compresses well

    @property
    def doubtful(self) -> bool:
        """Whether the model's own measures say that it looped, or that nobody speaks."""
        silent = self.no_speech_prob > _MAX_NO_SPEECH_PROB and self.avg_logprob < _MIN_AVG_LOGPROB
        return silent or self.compression_ratio > _MAX_COMPRESSION_RATIO


def split_into_segments(windows: Iterable[DecodedWindow], *, spaced: bool = True) -> list[Segment]:
    """Segments that end where a sentence does or the speaker pauses, none longer than MAX_SEGMENT_SECONDS.

    Windows may come in any order, and one may fill a gap in another. `spaced` is whether the language puts spaces
    between its words. Doubtful windows become suspect segments.
    """
    marked = [(word, window.doubtful) for window in windows for word in _whole_words(window.words, spaced=spaced)]
    marked.sort(key=lambda pair: pair[0].start)
    segments: list[Segment] = []
    for doubtful, group in groupby(marked, key=lambda pair: pair[1]):
        for sentence in _sentences([word for word, _ in group]):
            segments += (_segment(part, suspect=doubtful) for part in _halve_long(sentence))
    return segments


def _whole_words(words: Iterable[Word], *, spaced: bool) -> list[Word]:
    """Join the parts into which Whisper splits a word at punctuation: `dns` `_events`, `pre` `-release`."""
    joined: list[Word] = []
    for word in words:
        if not word.text.strip():
            continue
        if spaced and joined and not word.text.startswith(" "):
            last = joined[-1]
            probability = min(last.probability, word.probability)
            joined[-1] = Word(last.start, max(last.end, word.end), last.text + word.text, probability)
        else:
            joined.append(word)
    return joined


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        if sentence and (_ends_sentence(sentence[-1]) or word.start - sentence[-1].end > MAX_PAUSE_SECONDS):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _ends_sentence(word: Word) -> bool:
    text = word.text.strip()
    return bool(_SENTENCE_END.search(text)) and not _ABBREVIATION.fullmatch(text)


def _halve_long(words: list[Word]) -> Iterator[list[Word]]:
    """Halve what is too long, at a long pause or a comma, preferably near the middle."""
    length = words[-1].end - words[0].start
    if length <= MAX_SEGMENT_SECONDS or len(words) == 1:
        yield words
        return

    def merit(at: int) -> float:
        left, right = words[at - 1], words[at]
        pause = right.start - left.end
        comma = 0.3 if _COMMA.search(left.text.strip()) else 0.0
        off_centre = abs((left.end + right.start) / 2 - (words[0].start + words[-1].end) / 2) / length
        return pause + comma - off_centre

    at = max(range(1, len(words)), key=merit)
    yield from _halve_long(words[:at])
    yield from _halve_long(words[at:])


def _segment(words: Sequence[Word], *, suspect: bool) -> Segment:
    text = "".join(word.text for word in words).strip()
    plain = tuple(msgspec.structs.replace(word, text=word.text.strip()) for word in words)
    return Segment(plain[0].start, plain[-1].end, text, plain, suspect=suspect)
