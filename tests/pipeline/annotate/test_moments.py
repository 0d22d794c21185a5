"""Which blocks get a link, and what it opens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import notes as reader
from pipeline.annotate.moments import LinkTarget, WantedLink, wanted_links
from pipeline.records import Alignment, Basis, Certainty, Notes, Recording, RecordingPart

URL = "https://youtu.be/dQw4w9WgXcQ"
NOTES = reader.parse(
    f"# Call\n\nRecording: {URL}\n\n## Plan\n\n- one\n- two\n- [3:00]({URL}?t=180) by hand\n", name="2024-03-05.md"
)
YOUTUBE = LinkTarget.of(NOTES, None, "")


def found(**confidences: float) -> dict[str, Alignment]:
    ids = {block.text: block.id for block in NOTES.blocks}
    return {
        ids[text]: Alignment(ids[text], 60.9, 70, confidence, Basis.PINNED if confidence == 1 else Basis.MATCH)
        for text, confidence in confidences.items()
    }


def texts(notes: Notes, ids: object) -> list[str]:
    return [block.text for block in notes.blocks if block.id in ids]  # type: ignore[operator]


def test_what_is_sure_or_set_by_a_person_gets_a_link_and_the_rest_is_counted() -> None:
    links = wanted_links(NOTES, found(Call=0.9, Plan=0.9, one=0.6, two=1.0), YOUTUBE, Certainty.SURE)
    assert texts(NOTES, links.links) == ["Plan", "two"]  # not the title, which is not a topic
    assert links.less_sure == 1
    likely = wanted_links(NOTES, found(one=0.6, two=0.4), YOUTUBE, Certainty.LIKELY)
    assert texts(NOTES, likely.links) == ["one"]
    assert likely.less_sure == 0


def test_a_line_with_a_time_that_somebody_wrote_and_a_template_get_none() -> None:
    by_hand = found(**{"by hand": 0.9, "Plan": 0.9})
    sections = tuple(
        replace(section, blocks=tuple(replace(block, template=block.text == "Plan") for block in section.blocks))
        for section in NOTES.sections
    )
    assert wanted_links(replace(NOTES, sections=sections), by_hand, YOUTUBE, Certainty.SURE).links == {}


def test_a_link_opens_the_second_in_which_the_moment_begins() -> None:
    assert YOUTUBE.at("b", 754.9) == WantedLink(754, "12:34", f"{URL}?t=754")
    assert YOUTUBE.at("b", 0.4) == WantedLink(0, "0:00", f"{URL}?t=0")


def test_of_a_recording_in_parts_it_opens_the_part() -> None:
    parts = (
        RecordingPart(0.0, 600.0, "", "", video_id="aaaaaaaaaaa"),
        RecordingPart(600.0, 600.0, "", "", video_id="bbbbbbbbbbb"),
    )
    recording = Recording("x", "Call", 1200.0, parts=parts)
    target = LinkTarget.of(replace(NOTES, video=None), recording, "")
    assert target.at("b", 700.0) == WantedLink(100, "part 2, 1:40", "https://youtu.be/bbbbbbbbbbb?t=100")
    assert target.common_seconds(100.0, 0, "bbbbbbbbbbb") == 700.0
    assert target.common_seconds(100.0, 2, "aaaaaaaaaaa") == 700.0  # somebody wrote another part


def test_a_recording_elsewhere_is_opened_by_the_page_or_by_nothing() -> None:
    notes = replace(NOTES, video=None)
    page = "https://meetings.example/meetings/call"
    target = LinkTarget.of(notes, None, page)
    assert target.at("plan-1", 75.5) == WantedLink(75, "1:15", f"{page}?t=75#plan-1")
    nowhere = wanted_links(notes, found(Plan=0.9), LinkTarget.of(notes, None, ""), Certainty.SURE)
    assert (dict(nowhere.links), nowhere.unreachable) == ({}, 1)


@pytest.mark.parametrize("video_id", ["dQw4w9WgXcQ", None])
def test_what_the_notes_link_to_counts_also_where_a_copy_was_heard(video_id: str | None) -> None:
    heard = Recording("/tmp/copy.m4a", "Call", 100.0, video_id=video_id)
    assert LinkTarget.of(NOTES, heard, "").video_ids == ("dQw4w9WgXcQ",)
    assert LinkTarget.of(replace(NOTES, video=None), heard, "").video_ids == ((video_id,) if video_id else ())


def test_the_heading_of_a_meeting_in_a_file_of_several_is_no_topic() -> None:
    days = (f"## 2024-03-{day}\n\nRecording: {URL}\n\n### Plan\n\n- item\n" for day in ("05", "12"))
    source = "\n".join(days)
    for notes in reader.parse_all(source, name="notes.md"):
        everything = {block.id: Alignment(block.id, 60, 70, 0.9, Basis.MATCH) for block in notes.blocks}
        links = wanted_links(notes, everything, YOUTUBE, Certainty.SURE)
        assert texts(notes, links.links)[0] == "Plan"


def test_no_address_ends_a_link_before_its_end() -> None:
    target = LinkTarget.of(replace(NOTES, video=None), None, "https://meetings.example/(club)/meetings/call")
    link = target.at("plan-1", 75.5)
    assert link is not None
    assert link.markdown == ('[1:15](https://meetings.example/%28club%29/meetings/call?t=75#plan-1 "jumpnotes")')
