"""From what the speech model wrote to segments people can read: split at sentences, and what it invented marked.

Pure functions. The model returns up to 30 s of speech at a time, with its own measures of doubt for the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from pipeline.records import Segment, Word
from pipeline.sentences import sentences

# Thresholds of Whisper's own decoder for output that is not to be trusted (openai/whisper, transcribe.py).
_MAX_COMPRESSION_RATIO = 2.4
_MAX_NO_SPEECH_PROB = 0.6
_MIN_AVG_LOGPROB = -1.0


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
    """Segments that end where a sentence does or the speaker pauses, none of them long.

    Windows may come in any order, and one may fill a gap in another. `spaced` is whether the language puts spaces
    between its words. Doubtful windows become suspect segments.
    """
    marked = [(word, window.doubtful) for window in windows for word in _whole_words(window.words, spaced=spaced)]
    marked.sort(key=lambda pair: pair[0].start)
    segments: list[Segment] = []
    for doubtful, group in groupby(marked, key=lambda pair: pair[1]):
        segments += (_segment(part, suspect=doubtful) for part in sentences([word for word, _ in group]))
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


def _segment(words: Sequence[Word], *, suspect: bool) -> Segment:
    text = "".join(word.text for word in words).strip()
    plain = tuple(msgspec.structs.replace(word, text=word.text.strip()) for word in words)
    return Segment(plain[0].start, plain[-1].end, text, plain, suspect=suspect)
