"""Topics over meetings: what comes back, beside which blocks, and how meetings are counted."""

from __future__ import annotations

import dataclasses
from datetime import date

from pipeline.records import MeetingTopics, TopicMeeting
from pipeline.refresh import Archive
from pipeline.topics.archive import ArchiveTopics, TopicReader, topics_of
from pipeline.topics.finding import find_topics
from tests.pipeline.topics.reading import read


def meeting(day: int, *texts: str, slug: str = "", recording: str = "") -> tuple[TopicMeeting, MeetingTopics]:
    video = f"Recording: {recording}\n\n" if recording else ""
    notes = read(f"# Garden call\n\n{video}## Beds\n\n" + "\n".join(f"- {text}" for text in texts) + "\n")
    return TopicMeeting(slug or f"m{day}", f"Call {day}", date(2024, 3, day), "Call"), find_topics(notes)


def recurring(found: ArchiveTopics) -> dict[str, list[str]]:
    return {topic.id: list(topic.mentions) for topic in found.recurring}


HOSE = "https://github.com/club/hose/pull/12"
SAME = "https://youtu.be/dQw4w9WgXcQ"


def test_what_comes_back_is_in_the_order_of_the_days() -> None:
    """However it was written, and whatever case its repository has; with the address that one of the meetings gives."""
    found = topics_of([meeting(9, f"[Fix]({HOSE}/files)"), meeting(2, "Club/Hose#12"), meeting(5, "club/hose#13")])

    assert recurring(found) == {"issue/club/hose/12": ["m2", "m9"]}
    assert found.topics["issue/club/hose/12"].url == "https://github.com/club/hose/issues/12"
    assert list(found.meetings) == ["m2", "m5", "m9"]


def test_notes_of_one_meeting_in_two_files_count_once() -> None:
    """Of one day and with one recording. Of one day alone, they may be of two meetings."""
    twice = [meeting(2, HOSE, slug="a", recording=SAME), meeting(2, HOSE, slug="b", recording=SAME)]
    apart = [meeting(2, HOSE, slug="a"), meeting(2, HOSE, slug="b")]

    assert recurring(topics_of(twice)) == {}
    assert topics_of(twice).count == 1
    assert recurring(topics_of(apart)) == {"issue/club/hose/12": ["a", "b"]}
    assert topics_of(apart).count == 2


def test_both_notes_of_a_meeting_tell_where_else_its_topics_were_discussed() -> None:
    """The topic has the blocks of the first."""
    later = meeting(9, HOSE)
    found = topics_of([meeting(2, HOSE, slug="a", recording=SAME), meeting(2, HOSE, slug="b", recording=SAME), later])

    assert recurring(found) == {"issue/club/hose/12": ["a", "m9"]}
    for slug in ("a", "b", "m9"):
        assert [topic.id for topics in found.also_discussed(slug).values() for topic in topics] == [
            "issue/club/hose/12"
        ]


def test_what_nearly_every_meeting_names_stands_beside_no_block() -> None:
    """But an issue does: it is exact."""
    found = topics_of(meeting(day, "`hose_pump`", HOSE) for day in range(1, 5))

    assert {topic.id for topics in found.also_discussed("m1").values() for topic in topics} == {"issue/club/hose/12"}
    assert found.is_everywhere(found.topics["code/hose_pump"])


def test_the_number_of_a_meeting_is_no_issue() -> None:
    """The series says so."""
    notes = [meeting(day, "as said in ACDE #182") for day in (1, 2)]

    assert "issue/182" in topics_of(notes).topics
    called = [(dataclasses.replace(each, series="ACDE call"), topics) for each, topics in notes]
    assert "issue/182" not in topics_of(called).topics


def test_a_reader_keeps_what_it_read_until_the_notes_change(garden_archive: Archive) -> None:
    """And shows nothing of what is left out."""
    reader = TopicReader(garden_archive.index)
    first = reader.topics()

    assert reader.topics() is first
    assert len(first.meetings) == 1
    assert not reader.topics(frozenset(first.meetings)).meetings
    assert reader.topics() is first
