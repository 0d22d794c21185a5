from __future__ import annotations

import pytest

from pipeline.cues.sounds import without_sounds
from pipeline.records import Segment, Word


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[Music] and so we begin", "and so we begin"),
        ("and (applause) so [Upbeat music playing] on", "and so on"),
        ("♪ la la ♪ welcome back ♪♪", "welcome back"),
        ("[MUSIK] guten Morgen (Gelächter)", "guten Morgen"),
        ("[音楽]おはよう", "おはよう"),
        ("[Music]", "[Music]"),
        ("(laughs) ... [Music]", "(laughs) ... [Music]"),
        ("Ann: [Music]", "Ann: [Music]"),
        ("[inaudible] was it [the client] (as I said)", "[inaudible] was it [the client] (as I said)"),
        ("the fee (that is the music one pays for in a hotel)", "the fee (that is the music one pays for in a hotel)"),
        ("[SPEAKER_00]: hello", "[SPEAKER_00]: hello"),
        ("[ __ ] that", "[ __ ] that"),
    ],
)
def test_sounds_beside_speech(text: str, said: str) -> None:
    """Descriptions of sounds go, remarks stay, and a cue that is nothing else stays whole."""
    assert without_sounds(Segment(0.0, 1.0, text)).text == said


def test_the_words_of_a_sound_go_along() -> None:
    words = (Word(0, 1, "[soft"), Word(1, 2, "music]"), Word(2, 3, "good"), Word(3, 4, "(applause)"), Word(4, 5, "day"))
    found = without_sounds(Segment(0, 5, "[soft music] good (applause) day", words))

    assert found == Segment(0, 5, "good day", (words[2], words[4]))
