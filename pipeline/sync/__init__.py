"""Whose clock a transcript runs by: found in the recording's sound, or in what is known to be said in it.

speech_clock     cues against the stretches of the recording in which people speak
speech_signals   both as signals that can be compared
clock_path       which offset each stretch of a transcript has
clock_fit        from these offsets to a clock
findings         what was found out
word_clock       a transcript against another one of the same recording
forced           a text without times against what speech recognition heard
doubts           what looks wrong about a transcript's times, without any sound
"""

from __future__ import annotations

from pipeline.sync.findings import ClockFinding
from pipeline.sync.speech_clock import find_by_sound

__all__ = ["ClockFinding", "find_by_sound"]
