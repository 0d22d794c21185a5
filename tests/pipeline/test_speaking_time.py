"""How long people speak, whatever their names are spelled like."""

from __future__ import annotations

from pipeline.records import Origin, Segment, Transcript
from pipeline.speaking_time import SpeakingTime, in_one_spelling, speaking_times


def heard(*said: tuple[float, float, str | None]) -> Transcript:
    segments = (Segment(start, end, "Hose", speaker=who) for start, end, who in said)
    return Transcript("en", Origin.ASR, None, tuple(segments))


def test_spellings_of_a_name_are_one_person_and_labels_are_not() -> None:
    """By the spelling in which they speak longest; both together are one turn."""
    transcript = heard((0, 2, "POtuz"), (2, 5, "Potuz"), (5, 6, "S1"), (6, 8, "s1"), (8, 9, None))
    assert speaking_times(transcript) == (
        SpeakingTime("Potuz", 5, 1),
        SpeakingTime("s1", 2, 1),
        SpeakingTime("S1", 1, 1),
    )
    assert [each.speaker for each in in_one_spelling(transcript).heard] == ["Potuz", "Potuz", "S1", "s1", None]
