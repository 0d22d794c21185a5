"""From what the speech model wrote to segments people can read: split at sentences, and what it invented marked.

Pure functions. The model returns up to 30 s of speech at a time, with its own measures of doubt for the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import msgspec

from pipeline.records import Segment, Word

MAX_SEGMENT_SECONDS = 15.0
MAX_PAUSE_SECONDS = 1.0  # between two words of a segment

# Thresholds of Whisper's own decoder for output that is not to be trusted (openai/whisper, transcribe.py).
_MAX_COMPRESSION_RATIO = 2.4
_MAX_NO_SPEECH_PROB = 0.6
_MIN_AVG_LOGPROB = -1.0

_MIN_LOOP_SEGMENTS = 3  # identical, in a row
_MIN_ECHOED_HOTWORDS = 3  # in a segment of nothing else
_MIN_STOCK_PHRASE_PROBABILITY = 0.4  # mean of its words; below, a stock phrase counts as invented

_SENTENCE_END = re.compile(r"[.?!…。?!]+[\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|vs|etc|approx|[Nn]o|e\.?g|i\.?e|z\.B)\.", re.ASCII
)
_COMMA = re.compile(r"[,;:—–、,]$")

# What Whisper writes when nobody speaks: sound descriptions, and the endings of the videos it learned from.
_DESCRIPTION = re.compile(r"(?:[\[(*♪][^\])*♪]*[\])*♪][\s.]*)+|[♪\s]+")
_CREDITS = re.compile(
    r"(?:thanks|thank you)(?: so much| very much)? for (?:watching|viewing)\b.{0,40}"
    r"|(?:(?:please|and|don't forget to|remember to) )*(?:like|subscribe)(?: and (?:like|share|subscribe))*"
    r"(?: (?:to|on) (?:my|our|the|this) (?:channel|video)|(?<=and subscribe))\b.{0,40}"
    r"|(?:i'll )?see you (?:all )?(?:in (?:the|my) )?next video"
    r"|(?:subtitles?|captions?|captioning|transcribed|transcription|translated|translation)"
    r"(?: (?:provided|created|made))? by (?!hand\b).{2,60}"
    r"|.*\bamara\.org\b.*|untertitel(?:ung)? (?:von|der|im auftrag)\b.*|sous-titr(?:es|age) .*\b(?:par|pour)\b.*"
)
_STOCK = frozenset(("you", "thank you", "thanks", "bye", "bye bye", "so", "okay", "oh", "hmm", "i'm sorry", "the end"))


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


def mark_suspect(segments: Sequence[Segment], hotwords: Sequence[str] = ()) -> tuple[Segment, ...]:
    """The same segments, those the model probably invented in silence marked `suspect`."""
    known = {token for hotword in hotwords for token in _normalise(hotword).split()}
    flags = [segment.suspect or _is_invented(segment) or _echoes_hotwords(segment, known) for segment in segments]
    texts = [_normalise(segment.text) for segment in segments]
    for first in range(len(texts) - _MIN_LOOP_SEGMENTS + 1):
        if texts[first] and all(left == right for left, right in pairwise(texts[first : first + _MIN_LOOP_SEGMENTS])):
            flags[first : first + _MIN_LOOP_SEGMENTS] = [True] * _MIN_LOOP_SEGMENTS
    return tuple(replace(segment, suspect=flag) for segment, flag in zip(segments, flags, strict=True))


def _is_invented(segment: Segment) -> bool:
    text = _normalise(segment.text)
    if not text or _DESCRIPTION.fullmatch(segment.text.strip()) or _CREDITS.fullmatch(text):
        return True
    return text in _STOCK and _mean_probability(segment.words) < _MIN_STOCK_PHRASE_PROBABILITY


def _echoes_hotwords(segment: Segment, known: set[str]) -> bool:
    """Whether the segment is the prompt read back: nothing but hotwords, and several of them."""
    tokens = set(_normalise(segment.text).split())
    return len(tokens) >= _MIN_ECHOED_HOTWORDS and tokens <= known


def _mean_probability(words: Sequence[Word]) -> float:
    return sum(word.probability for word in words) / len(words) if words else 1.0


def _normalise(text: str) -> str:
    """Lower case, no punctuation at the ends of the words."""
    return " ".join(filter(None, (token.strip('.,;:!?…"“”‘’()-–—') for token in text.lower().split())))
