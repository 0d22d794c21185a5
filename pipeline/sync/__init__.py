"""Whose clock a transcript runs by: found in the recording's sound, or in what is known to be said in it.

speech_clock   cues against the stretches of the recording in which people speak
word_clock     a transcript against another one of the same recording
forced         a text without times against what speech recognition heard
doubts         what looks wrong about a transcript's times, without any sound
findings       what comes out

Texts are compared by `spoken_tokens` and `anchors`; `clock_pieces` turns what they have in common into a clock, and
`word_matching`, `word_times`, `shown_words` and `shown_segments` into the times of a text.
"""

from __future__ import annotations

from pipeline.sync.doubts import doubts
from pipeline.sync.findings import ClockFinding
from pipeline.sync.forced import align_text
from pipeline.sync.word_clock import find_by_words

__all__ = ["ClockFinding", "align_text", "doubts", "find_by_words"]
