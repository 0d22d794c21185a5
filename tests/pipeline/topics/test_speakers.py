"""Who speaks, in one meeting and across all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline import notes as reader
from pipeline.records import (
    HeardSpeaker,
    MeetingSpeakers,
    Origin,
    RemovedPassage,
    Segment,
    TopicMeeting,
    Transcript,
    WrittenSpeaker,
)
from pipeline.refresh import Archive
from pipeline.topics.speakers import ArchiveSpeakers, find_speakers, speakers_of
from tests.service.meetings import Library

HEARD = Transcript(
    "en",
    Origin.ASR,
    None,
    (
        Segment(1.0, 4.0, "Hose", speaker="Ana Silva"),
        Segment(4.0, 5.0, "Barrel", speaker="SPEAKER_01"),
        Segment(5.0, 6.5, "Seeds", speaker="Ana Silva"),
        Segment(7.0, 8.0, "Fence"),
    ),
)


def test_those_with_a_name_are_found_in_a_transcript_and_in_notes() -> None:
    """Notes that call somebody by a part of their name add nobody."""
    notes = reader.parse("# Call\n\n- Ana: hose\n- Kofi Mensah & Omar: barrel\n- Omar: fence\n", name="call.md")
    found = find_speakers(notes, HEARD)
    first = next(block.id for block in notes.blocks if block.speaker == "Kofi Mensah & Omar")
    assert found.heard == (HeardSpeaker("Ana Silva", 4.5, 2, 1.0),)
    assert found.written == (WrittenSpeaker("Kofi Mensah", 1, first), WrittenSpeaker("Omar", 2, first))
    assert find_speakers(reader.parse("# Call\n", name="call.md"), None) == MeetingSpeakers()


def meeting(day: int | None, *names: tuple[str, float]) -> tuple[TopicMeeting, MeetingSpeakers]:
    at = TopicMeeting(f"call-{day}", "Call", date(2024, 3, day) if day else None, "call")
    return at, MeetingSpeakers(tuple(HeardSpeaker(name, seconds, 1, 2.0) for name, seconds in names))


def test_spellings_of_a_name_are_one_person() -> None:
    """Known by the form that is most often written; the newest meeting is first."""
    found = speakers_of(
        [
            meeting(5, ("Ana Silva", 10.0), ("ana silva", 5.0)),
            meeting(None, ("Ana Silva", 1.0)),
            meeting(12, ("Omar", 50.0), ("ANA SILVA", 20.0)),
        ]
    )
    assert list(found.speakers) == ["ana-silva", "omar"]
    ana = found.speakers["ana-silva"]
    assert (ana.name, ana.seconds, ana.last) == ("Ana Silva", 36.0, date(2024, 3, 12))
    assert [(each.meeting.slug, each.seconds, each.names) for each in ana.appearances] == [
        ("call-12", 20.0, ("ANA SILVA",)),
        ("call-5", 15.0, ("Ana Silva", "ana silva")),
        ("call-None", 1.0, ("Ana Silva",)),
    ]
    assert found.of_meetings()["call-12"] == (ana, found.speakers["omar"])


def test_somebody_is_found_by_the_beginnings_of_their_names() -> None:
    found = speakers_of([meeting(5, ("Ana Silva", 10.0), ("Anatol Weiss", 5.0), ("Omar", 5.0))])
    assert [each.name for each in found.beginning("ana")] == ["Ana Silva", "Anatol Weiss"]
    assert [each.name for each in found.beginning("sil ana")] == ["Ana Silva"]
    assert found.beginning("?") == ()
    assert found.named("ANA SILVA") is found.speakers["ana-silva"]


def test_all_match_no_words_and_none_match_signs() -> None:
    """Where a script has no spaces, any part of a word does."""
    found = speakers_of([meeting(5, ("Ana Sílva", 10.0), ("山田太郎", 5.0))])
    assert [each.name for each in found.matching(" ")] == ["Ana Sílva", "山田太郎"]
    assert found.matching("silva") == found.matching("SÍL an") == (found.speakers["ana-silva"],)
    assert [each.name for each in found.matching("太郎")] == ["山田太郎"]
    assert found.matching("ilva") == found.matching("?") == ()


def test_who_spoke_since_a_day_is_known_with_these_meetings_alone() -> None:
    found = speakers_of(
        [meeting(5, ("Ana", 10.0)), meeting(12, ("Ana", 2.0), ("Omar", 50.0)), meeting(None, ("Priya", 5.0))]
    ).since(date(2024, 3, 12))
    assert [(each.name, each.seconds, len(each.appearances)) for each in found.speakers.values()] == [
        ("Omar", 50.0, 1),
        ("Ana", 2.0, 1),
    ]


def test_a_meeting_with_two_notes_counts_once() -> None:
    """Rather where somebody is heard. The same recording on another day is another meeting."""

    def noted(slug: str, day: int, speakers: MeetingSpeakers) -> tuple[TopicMeeting, MeetingSpeakers]:
        return TopicMeeting(slug, slug, date(2024, 3, day), "call"), replace(speakers, recording="https://v.example/1")

    written = MeetingSpeakers(written=(WrittenSpeaker("Ana", 1, "b"),))
    heard = MeetingSpeakers((HeardSpeaker("Ana", 9.0, 1, 2.0),))
    found = speakers_of([noted("z", 5, written), noted("a", 5, heard), noted("b", 5, heard), noted("c", 6, written)])
    ana = found.speakers["ana"]
    assert [(each.meeting.slug, each.seconds) for each in ana.appearances] == [("c", None), ("b", 9.0)]
    assert {each.meeting.slug for each in ana.in_all_notes} == found.slugs_of("Ana") == {"a", "b", "c", "z"}


@pytest.fixture
def library(archive: Archive, tmp_path: object) -> Library:
    return Library(archive.store, tmp_path)  # type: ignore[arg-type]


def spoken(archive: Archive, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    found: ArchiveSpeakers = archive.speakers.speakers(without)
    return {name: [each.meeting.slug for each in who.appearances] for name, who in found.speakers.items()}


def test_the_index_knows_who_speaks(archive: Archive, library: Library) -> None:
    """What is run again, renamed or forgotten is known at once, and what somebody may not see is not there."""
    notes = library.notes("# Call 2024-03-05\n\n- Kofi: hose\n", slug="call", video=False)
    library.local("call")
    library.transcript("call", HEARD.segments)
    assert spoken(archive) == {"ana-silva": ["call"], "kofi": ["call"]}
    assert spoken(archive, frozenset({"call"})) == {}
    kofi = archive.speakers.speakers().speakers["kofi"]
    assert kofi.appearances[0].block_id in {block.id for block in notes.blocks if block.speaker}
    assert archive.speakers.moments(kofi) == {}

    archive.store.name_speakers("call", {"SPEAKER_01": "Omar", "Ana Silva": "Ana"}, "Ana")
    assert spoken(archive) == {"ana": ["call"], "omar": ["call"], "kofi": ["call"]}
    library.notes("# Call 2024-03-05\n\n- hose\n", slug="call", video=False)
    assert spoken(archive) == {"ana": ["call"], "omar": ["call"]}
    archive.forget("call")
    assert spoken(archive) == {}


def test_who_is_only_heard_in_a_passage_that_is_taken_out_goes_with_it(archive: Archive, library: Library) -> None:
    library.notes("# Call 2024-03-05\n", slug="call", video=False)
    library.local("call")
    library.transcript("call", (Segment(0.0, 3.0, "Hose", speaker="Ana"), Segment(10.0, 13.0, "Fence", speaker="Omar")))
    assert set(spoken(archive)) == {"ana", "omar"}
    archive.store.redact("call", [RemovedPassage(9.5, 14.0)], "Ana")
    assert set(spoken(archive)) == {"ana"}
