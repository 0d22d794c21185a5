"""Whose clock a transcript runs by: found in the recording's sound, or in what is known to be said in it.

speech_clock     cues against the stretches of the recording in which people speak
speech_signals   both as signals that can be compared
clock_path       which offset each stretch of a transcript has
clock_fit        from these offsets to a clock

excerpts         a transcript against what is heard in a few excerpts of its recording
excerpt_plan     which excerpts
said_places      where in the transcript they are

word_clock       a transcript against another one of the same recording
spoken_tokens    texts as what can be compared
anchors          what two texts have in common
clock_pieces     from that to a clock

forced           a text without times against what speech recognition heard
word_matching    which of its words was heard where
word_times       from that to a time for each word
shown_words      the words as the text has them
shown_segments   the text in segments

doubts           what looks wrong about a transcript's times, without any sound
findings         what was found out
"""

from __future__ import annotations

from pipeline.sync.doubts import doubts
from pipeline.sync.excerpts import find_by_excerpts, is_plain
from pipeline.sync.findings import ClockFinding
from pipeline.sync.forced import align_text
from pipeline.sync.speech_clock import find_by_sound
from pipeline.sync.word_clock import find_by_words

__all__ = [
    "ClockFinding",
    "align_text",
    "doubts",
    "find_by_excerpts",
    "find_by_sound",
    "find_by_words",
    "is_plain",
]
