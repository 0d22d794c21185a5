"""From words with times to what people can read: sentences, none of them long.

Pure functions, for what a speech model has heard and for the words in somebody's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.records import Word

MAX_SEGMENT_SECONDS = 15.0
MAX_PAUSE_SECONDS = 1.0  # between two words of a segment

_SENTENCE_END = re.compile(r"[.?!…。?!]+[\"'”’»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|vs|etc|approx|[Nn]o|e\.?g|i\.?e|z\.B)\.", re.ASCII
)
_COMMA = re.compile(r"[,;:—–、,]$")


def sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Runs of `words`, which are in order of time: each ends with a sentence or before a pause, none is too long."""
    sentence: list[Word] = []
    for word in words:
        if sentence and (_ends_sentence(sentence[-1]) or word.start - sentence[-1].end > MAX_PAUSE_SECONDS):
            yield from _halve_long(sentence)
            sentence = []
        sentence.append(word)
    if sentence:
        yield from _halve_long(sentence)


def _ends_sentence(word: Word) -> bool:
    text = word.text.strip()
    return bool(_SENTENCE_END.search(text)) and not _ABBREVIATION.fullmatch(text)


def _halve_long(words: list[Word]) -> Iterator[list[Word]]:
    """Halve what is longer than MAX_SEGMENT_SECONDS, at a long pause or a comma, preferably near the middle."""
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
