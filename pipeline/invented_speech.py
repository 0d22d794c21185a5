"""What speech recognition writes when nobody speaks: descriptions of sounds, the endings of videos, loops.

A loop is the same again and again. So are the answers of a vote; but they stand apart, each in its own time.

Pure functions, of segments alone, so that a transcript from elsewhere is marked just as our own is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from pipeline.records import Segment, Word

_MIN_LOOP_SEGMENTS = 3  # identical, in a row
_MAX_ANSWERS = 40  # identical, in a row
_MIN_PAUSE_SECONDS = 0.9  # between two answers; the times of words are not exact to a tenth
_MAX_PAUSE_SECONDS = 25.0  # Whisper invents something in every 30 s of silence
_MAX_WORD_SECONDS = 3.0  # of an answer; what is invented is drawn out over the silence
_MIN_REGULAR_SEGMENTS = 8  # of one length, at one distance: no people answer like that
_REGULAR_SECONDS = 0.05
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
    position = 0
    for text, group in groupby(segments, key=lambda segment: _normalise(segment.text)):
        run = list(group)
        if text and len(run) >= _MIN_LOOP_SEGMENTS:
            for at in _looping(run):
                flags[position + at] = True
        position += len(run)
    return tuple(replace(segment, suspect=flag) for segment, flag in zip(segments, flags, strict=True))


def _looping(run: Sequence[Segment]) -> Sequence[int]:
    """Which of identical segments in a row are a loop: none, all, or what follows an answer without a pause."""
    apart = [0, *(at for at in range(1, len(run)) if _stand_apart(run[at - 1], run[at])), len(run)]
    pieces = [range(first, after) for first, after in pairwise(apart)]
    if not _are_answers(run, len(pieces)):
        return range(len(run))
    return [at for piece in pieces if len(piece) >= _MIN_LOOP_SEGMENTS for at in piece[1:]]


def _stand_apart(left: Segment, right: Segment) -> bool:
    """Whether two segments are said by two people, or one long enough after the other."""
    two_speak = None not in (left.speaker, right.speaker) and left.speaker != right.speaker
    return two_speak or right.start - left.end >= _MIN_PAUSE_SECONDS


def _are_answers(run: Sequence[Segment], pieces: int) -> bool:
    """Whether people may well have said these identical segments, which pauses divide into so many pieces."""
    if len(run) > _MAX_ANSWERS or pieces == 1 or 2 * pieces < len(run):
        return False
    lengths = [segment.end - segment.start for segment in run]
    distances = [right.start - left.start for left, right in pairwise(run)]
    is_regular = len(run) >= _MIN_REGULAR_SEGMENTS and all(
        max(figures) - min(figures) <= _REGULAR_SECONDS for figures in (lengths, distances)
    )
    words = len(run[0].text.split())
    return (
        not is_regular
        and median(lengths) <= _MAX_WORD_SECONDS * words
        and median(distances) - median(lengths) <= _MAX_PAUSE_SECONDS
    )


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
