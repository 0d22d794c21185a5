from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InvalidCorrection, MeetingNotFound, SpeakerNotFound
from pipeline.records import Origin, Segment, Transcript
from pipeline.store import Store
from tests.pipeline.garden import SLUG

SAID = Transcript(
    "en",
    Origin.IMPORT,
    None,
    (
        Segment(0.0, 4.0, "Good morning.", speaker="SPEAKER_00"),
        Segment(5.0, 9.0, "Hello.", speaker="SPEAKER_01"),
        Segment(9.0, 12.0, "The pump failed.", speaker="Speaker 3"),
        Segment(12.0, 13.0, "A voice."),
    ),
    duration=13.0,
)


@pytest.fixture
def store(garden_store: Store) -> Store:
    garden_store.save_transcript(SLUG, SAID, key="one")
    return garden_store


def speakers(store: Store) -> list[str | None]:
    transcript = store.meeting(SLUG).transcript
    assert transcript is not None
    return [segment.speaker for segment in transcript.segments]


def test_a_name_is_laid_over_the_transcript(store: Store) -> None:
    before = store.meeting(SLUG).versions
    store.name_speakers(SLUG, {"SPEAKER_00": "  Nora   Feld "}, "Ana")
    assert speakers(store) == ["Nora Feld", "SPEAKER_01", "Speaker 3", None]
    assert store.meeting(SLUG).versions != before
    given = store.transcript(SLUG, as_given=True)
    assert given is not None
    assert given.record == SAID


def test_a_name_stays_with_the_next_transcript(store: Store) -> None:
    store.name_speakers(SLUG, {"SPEAKER_00": "Nora"}, "Ana")
    store.save_transcript(SLUG, replace(SAID, language="de"), key="two")
    assert speakers(store)[0] == "Nora"


def test_two_of_one_name_are_one_and_named_together_from_then_on(store: Store) -> None:
    store.name_speakers(SLUG, {"SPEAKER_00": "Nora"}, "Ana")
    store.name_speakers(SLUG, {"Speaker 3": "Nora"}, "Ana")
    store.name_speakers(SLUG, {"Nora": "Nora Feld"}, "Ana")
    assert speakers(store) == ["Nora Feld", "SPEAKER_01", "Nora Feld", None]


def test_no_name_gives_back_what_the_transcript_says(store: Store) -> None:
    store.name_speakers(SLUG, {"SPEAKER_00": "Nora"}, "Ana")
    store.name_speakers(SLUG, {"Nora": ""}, "Ana")
    assert speakers(store)[0] == "SPEAKER_00"
    assert store.speaker_names(SLUG) == {}


def test_the_label_of_the_transcript_still_means_who_was_named(store: Store) -> None:
    store.name_speakers(SLUG, {"SPEAKER_00": "Nora"}, "Ana")
    store.name_speakers(SLUG, {"SPEAKER_00": "Petra"}, "Ana")
    assert speakers(store)[0] == "Petra"


def test_who_is_shown_comes_before_who_is_called_so(store: Store) -> None:
    """After two were named crosswise, a name means whom the page shows by it."""
    store.name_speakers(SLUG, {"SPEAKER_00": "SPEAKER_01"}, "Ana")
    store.name_speakers(SLUG, {"Speaker 3": "SPEAKER_00"}, "Ana")
    store.name_speakers(SLUG, {"SPEAKER_00": "Omar"}, "Ana")
    assert speakers(store) == ["SPEAKER_01", "SPEAKER_01", "Omar", None]


def test_two_can_change_their_names(store: Store) -> None:
    """Programs that tell voices apart mix them up."""
    store.name_speakers(SLUG, {"SPEAKER_00": "SPEAKER_01", "SPEAKER_01": "SPEAKER_00"}, "Ana")
    assert speakers(store) == ["SPEAKER_01", "SPEAKER_00", "Speaker 3", None]


def test_all_spellings_of_a_name_are_meant(store: Store) -> None:
    """Unless each of them is given a name of its own."""
    store.name_speakers(SLUG, {"SPEAKER_00": "POtuz", "SPEAKER_01": "Potuz"}, "Ana")
    store.name_speakers(SLUG, {"Potuz": "Francesco"}, "Ana")
    assert speakers(store)[:2] == ["Francesco", "Francesco"]
    store.name_speakers(SLUG, {"SPEAKER_00": "POtuz", "SPEAKER_01": "Potuz"}, "Ana")
    store.name_speakers(SLUG, {"POtuz": "Francesco", "Potuz": "Lee"}, "Ana")
    assert speakers(store)[:2] == ["Francesco", "Lee"]


def test_where_one_is_wrong_nobody_is_named(store: Store) -> None:
    with pytest.raises(SpeakerNotFound):
        store.name_speakers(SLUG, {"SPEAKER_00": "Nora", "Nobody": "Omar"}, "Ana")
    with pytest.raises(InvalidCorrection):
        store.name_speakers(SLUG, {"SPEAKER_00": "Nora", "SPEAKER_01": "x" * 81}, "Ana")
    assert store.speaker_names(SLUG) == {}


def test_names_can_come_before_their_transcript(store: Store) -> None:
    assert store.import_speaker_names(SLUG, {"spk_7": "Omar", "SPEAKER_01": "Petra"}, "Ana") == 2
    assert store.import_speaker_names(SLUG, {"spk_7": "Omar"}, "Ana") == 0
    assert speakers(store)[1] == "Petra"
    later = replace(SAID, segments=(Segment(0.0, 1.0, "Yes.", speaker="spk_7"),))
    store.save_transcript(SLUG, later, key="three")
    assert speakers(store) == ["Omar"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("\u202bרנה\u202c\u200f", "רנה"),  # as word processors write it
        ("علی\u200cرضا", "علی\u200cرضا"),  # Persian is spelled with a joiner
        ("Ana 👩\u200d💻", "Ana 👩\u200d💻"),
        ("<b>Ana</b>\n(chair)", "<b>Ana</b> (chair)"),
    ],
)
def test_names_of_every_language_are_kept(store: Store, given: str, name: str) -> None:
    """What turns the direction of the text around is left out."""
    store.name_speakers(SLUG, {"SPEAKER_00": given}, "Ana")
    assert speakers(store)[0] == name


@pytest.mark.parametrize("name", ["x" * 81, "a\x00b", "\u200f", "\u200d", "\udcff"])
def test_what_is_no_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidCorrection):
        store.name_speakers(SLUG, {"SPEAKER_00": name}, "Ana")
    assert store.speaker_names(SLUG) == {}


def test_somebody_who_does_not_speak_is_told_with_those_who_do(store: Store) -> None:
    with pytest.raises(SpeakerNotFound) as caught:
        store.name_speakers(SLUG, {"Nobody": "Nora"}, "Ana")
    assert caught.value.hint == "Those who speak: SPEAKER_00, SPEAKER_01, Speaker 3."
    with pytest.raises(MeetingNotFound):
        store.name_speakers("no-such", {"SPEAKER_00": "Nora"}, "Ana")


def test_names_go_with_their_meeting(store: Store, tmp_path: Path) -> None:
    store.name_speakers(SLUG, {"SPEAKER_00": "Nora"}, "Ana")
    store.forget(SLUG)
    assert store.speaker_names(SLUG) == {}
