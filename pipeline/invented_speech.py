"""What speech recognition writes when nobody speaks: descriptions of sounds, the endings of videos, loops.

Pure functions, of segments alone, so that a transcript from elsewhere is marked just as our own is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.records import Segment, Word

_MIN_LOOP_SEGMENTS = 3  # identical, in a row
_MIN_ECHOED_HOTWORDS = 3  # in a segment of nothing else
_MIN_STOCK_PHRASE_PROBABILITY = 0.4  # mean of its words; below, a stock phrase counts as invented

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
