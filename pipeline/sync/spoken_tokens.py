"""Transcripts and texts as tokens that can be compared: words, or characters where a script has no spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline import unspaced
from pipeline.arrays import FloatArray, IntArray
from pipeline.language.words import fold
from pipeline.records import Segment

_MAX_TOKEN_CHARS = 40  # longer ones are cut: nobody says them, and comparing two takes their lengths' product
_TOKEN = re.compile(rf"[{unspaced.LETTER_CLASS}]|[^\W_{unspaced.LETTER_CLASS}]{{1,{_MAX_TOKEN_CHARS}}}")
_UNSPACED_CHAR = re.compile(rf"[{unspaced.LETTER_CLASS}]")

_WORD_DOUBT_SECONDS = 0.1  # of a time that speech recognition gives a word
_CUE_DOUBT = 0.25  # seconds a second between a token and the nearer end of its cue: people do not speak evenly
_END_DOUBT_SECONDS = 2.0  # captions stay for a while after what was said


@dataclass(frozen=True, slots=True)
class SpokenTokens:
    """The tokens of a transcript in its order, each with the second it begins at.

    `doubts`: by how many seconds the start is probably off, because it was reckoned from that of a cue.
    `segments`: the index of the segment a token is from.
    """

    texts: Sequence[str]
    starts: FloatArray
    ends: FloatArray
    doubts: FloatArray
    segments: IntArray


def tokens(text: str) -> list[str]:
    """The words of `text`, folded; single characters where the script puts no spaces between words.

    >>> tokens("We're at 3.5 V: 下花园")
    ['we', 're', 'at', '3', '5', 'v', '下', '花', '园']
    """
    return _TOKEN.findall(fold(text))


def is_unspaced(texts: Sequence[str]) -> bool:
    """Whether most of the tokens are characters of scripts without spaces."""
    return 2 * sum(len(text) == 1 and _UNSPACED_CHAR.match(text) is not None for text in texts) > len(texts)


def spoken_tokens(segments: Iterable[Segment]) -> SpokenTokens:
    """The tokens of `segments`. Those of a segment without word times share its time by their letters."""
    texts: list[str] = []
    rows: list[tuple[float, float, float, int]] = []
    for index, segment in enumerate(segments):
        if segment.words:
            for word in segment.words:
                found = tokens(word.text)
                texts += found
                rows += [
                    (start, end, _WORD_DOUBT_SECONDS, index) for start, end in _shares(found, word.start, word.end)
                ]
        else:
            found = tokens(segment.text)
            texts += found
            for start, end in _shares(found, segment.start, segment.end):
                doubt = _WORD_DOUBT_SECONDS + _CUE_DOUBT * min(
                    start - segment.start, _END_DOUBT_SECONDS + segment.end - start
                )
                rows.append((start, end, doubt, index))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return SpokenTokens(texts, table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.int64))


def _shares(texts: Sequence[str], start: float, end: float) -> list[tuple[float, float]]:
    """When each of the tokens begins and ends if they share the time from `start` to `end` by their letters."""
    total = sum(map(len, texts)) + len(texts)
    pace, at, shares = (end - start) / max(total, 1), start, []
    for text in texts:
        after = at + pace * (len(text) + 1)
        shares.append((at, after))
        at = after
    return shares
