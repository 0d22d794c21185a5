"""Which labels are names, and which names are one."""

from __future__ import annotations

import pytest

from pipeline.cues.labels import Likeness, likeness
from pipeline.topics.speaker_identity import is_name, speaker_id


@pytest.mark.parametrize(
    "same", [("Ana Silva", "ANA  silva", "Aná Sílva", "Ana-Silva"), ("J. R. Lee", "J R Lee"), ("李 娜", "李　娜")]
)
def test_spellings_of_one_name(same: tuple[str, ...]) -> None:
    assert len({speaker_id(name) for name in same}) == 1


def test_other_names_are_others() -> None:
    """Vowel signs of a script are part of its words."""
    names = ["Ana", "Anna", "Ana Silva", "कि", "के", "رانيا"]
    assert len({speaker_id(name) for name in names}) == len(names)


def test_the_longest_name_fits_into_the_name_of_a_folder() -> None:
    long = [speaker_id("山" * 80), speaker_id("山" * 79 + "川")]
    assert len(set(long)) == 2
    assert all(len(each.encode()) <= 120 for each in long)
    assert [speaker_id(each) for each in long] == long


@pytest.mark.parametrize(
    "label",
    ["SPEAKER_00", "Speaker 2", "speaker A", "Unknown Speaker", "spk_1", "+1 (555) 010-0123", "?", "Everyone",
     "S0", "S16", "S1010", "spk1",
     "A", "B", "Speaker A", "Participant 3", "Unknown", "Unknown Speaker 3", "Unidentified Male Voice 2", "Guest-1",
     "Call-in User_3", "Caller 555-0100", "1-555***0100", "+1 555 0100 x12", "Sprecher 1", "说话人 2", "Я"],
)  # fmt: skip
def test_labels_are_nobody_s_name(label: str) -> None:
    assert not is_name(label)


@pytest.mark.parametrize("label", ["Speaker 1", "spk_12", "Speaker B", "unknown speaker", "+15550100123"])
def test_what_machines_call_somebody_is_no_name(label: str) -> None:
    """By the word of those who read transcripts, too."""
    assert likeness(label) is Likeness.CODE
    assert not is_name(label)


@pytest.mark.parametrize(
    "name",
    ["Ana", "Guest", "Will", "Bo", "Voice Lessons", "Speaker Pelosi", "山田", "o'neill", "李", "Manu", "Line", "J. R.",
     "ana2", "Person Smith", "Anonymous Ana"],
)  # fmt: skip
def test_names_are(name: str) -> None:
    assert is_name(name) is (name != "Guest")
