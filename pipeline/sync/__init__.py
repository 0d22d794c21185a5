"""Whose clock a transcript runs by: found in the recording's sound, or in what is known to be said in it.

speech_clock   cues against the stretches of the recording in which people speak
word_clock     a transcript against another one of the same recording
forced         a text without times against what speech recognition heard
doubts         what looks wrong about a transcript's times, without any sound
"""
