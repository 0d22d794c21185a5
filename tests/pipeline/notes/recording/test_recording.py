from __future__ import annotations

import pytest

from pipeline import notes
from pipeline.records import BlockKind, Hint, Video
from tests.pipeline.notes.parsing import FIXTURES, ID, LINK, parse
from tests.pipeline.notes.recording.links import ONE, TWO, ZOOM, below_title, found_in


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"YouTube Link: {LINK}", ID),
        (f"YouTube: https://www.youtube.com/watch?v={ID}&list=PLx&index=10&t=0s", ID),
        (f"[YouTube Recording](https://www.youtube.com/watch?v={ID})", ID),
        (f"YouTube Link: [{LINK}]({LINK})", ID),
        (f"Link to YouTube recording: <{LINK}>", ID),
        (f"YouTube Link:\n\n{LINK}", ID),
        (f"The recording is [here]({LINK}).", ID),
        (LINK, ID),
        (f"youtu.be/{ID}", ID),
        (f"[![thumbnail](https://img.youtube.com/vi/{ID}/0.jpg)](https://m.youtube.com/watch?v={ID})", ID),
        (f'<iframe src="https://www.youtube.com/embed/{ID}"></iframe>', ID),
        ("YouTube Link:", None),
        ("YouTube Link: https://www.youtube.com/playlist?list=PLciHOL_J7Iw", None),
        ("Slides: https://example.org/slides.pdf", None),
        ("Zoom: https://zoom.us/j/123", None),
    ],
)
def test_the_recording_above_the_notes(line: str, found: str | None) -> None:
    """Each form of link in use is found, and nobody is taken to have said it."""
    read = parse(f"# Call\n\n{line}\n\n## Topic\n\nA talk: https://youtu.be/aaaaaaaaaaa\n")
    assert (read.video.id if read.video else None) == found
    if found:
        assert [block.kind for block in read.sections[0].blocks[1:]] == [BlockKind.MARKUP] * len(
            read.sections[0].blocks[1:]
        )
        assert all(block.text == "" for block in read.sections[0].blocks[1:])
    assert read.sections[1].blocks[1].text == "A talk:"


def test_a_title_may_be_the_link() -> None:
    """A video that the title as a whole leads to is of the meeting."""
    assert parse(f"# [Call of May]({LINK})\n\n## Topic\n\ntext").video == Video(LINK, ID)
    assert parse(f"# Call\n\n## [A topic]({LINK})\n\ntext").video is None


def test_a_label_decides_between_two_links() -> None:
    """The labelled link is the recording, also below an unlabelled one or under a heading of its own."""
    for end in (f"Recording: {LINK}", f"## Video recording\n\n{LINK}"):
        read = parse(f"# Call\n\nInspired by https://youtu.be/aaaaaaaaaaa\n\n## Topic\n\ntext\n\n{end}")
        assert read.video == Video(LINK, ID)


def test_the_recording_may_be_elsewhere() -> None:
    """A labelled link to another host is the recording, without an id."""
    read = parse("# Call\n\n**Video:** https://example.org/rec.mp4?t=1m\n\n## Topic")
    assert read.video == Video("https://example.org/rec.mp4?t=1m", None, 60)
    moved = parse(
        "# Call\n\nRecording: https://example.org/r.mp4\n\n## A\n\n- [3:04](https://example.org/r.mp4#t=184) x"
    )
    assert [block.hint for block in moved.blocks][-1] == Hint(184)


def test_the_start_in_the_link_is_kept() -> None:
    """`&t=8s` says where the meeting begins in the recording; it is no hint of its block."""
    read = notes.read(FIXTURES / "20200414_meeting_notes.md")
    assert read.video is not None
    assert read.video.start == 8
    assert all(block.hint is None for block in read.blocks)


def test_without_a_label_the_times_tell_the_recording() -> None:
    """Notes whose only links are times have the video most of them lead to."""
    read = parse(
        f"# A\n\n## B\n\n- [1:00]({LINK}?t=60) x\n- [2:00]({LINK}?t=120) y\n- [3:00](https://youtu.be/aaaaaaaaaaa?t=180)"
    )
    assert read.video is not None
    assert read.video.id == ID
    assert [block.hint for block in read.blocks][-3:] == [Hint(60), Hint(120), None]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"Previous meeting's recording: {TWO}\nThis meeting: {ONE}", ONE),
        (f"Live at 15:00 UTC: {ONE}", ONE),
        (f"Zoom: {ZOOM}", ZOOM),
        (f"The recording of this meeting will be kept for 30 days.\nLink: {ZOOM}", ZOOM),
        (f"Held on 2024-03-05. [Recording on YouTube]({ONE}), [transcript](call.vtt).", ONE),
        (f"Missed the call? [Catch up on YouTube]({ONE})!", ONE),
        (f"If you couldn't make it, the full recording is [on our YouTube channel]({ONE}).", ONE),
        (f"_Streamed live at {ONE}; notes by @ann_", ONE),
        (f"@ann @bob\n\n:movie_camera: {ONE}", ONE),
        (f"Beginn: 19:00 Uhr, Ende: 20:45 Uhr\nDie Aufzeichnung ist [hier]({ONE}) verfügbar.", ONE),
        (f"| Who | Ann |\n|---|---|\n| When | 2024-03-05 |\n| Video | {ONE} |", ONE),
    ],
)
def test_the_recording_may_be_named_by_what_the_meeting_or_the_address_is(text: str, url: str) -> None:
    """`This meeting`, `Live`, or the address of a recording behind a label that says nothing else."""
    assert found_in(below_title(text)) == [url]
