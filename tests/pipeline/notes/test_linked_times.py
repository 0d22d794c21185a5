from __future__ import annotations

import pytest

from pipeline.notes import hints, linked_times, markdown
from pipeline.notes.markdown import DraftBlock
from pipeline.records import Block, BlockKind, Hint, Video
from tests.pipeline.notes.parsing import ID, LINK, assert_no_line_is_lost, parse

OTHER = "https://youtu.be/bbbbbbbbbbb"


def _hints(source: str) -> list[tuple[str, str, float]]:
    return [(block.kind.value, block.text, block.hint.start) for block in parse(source).blocks if block.hint]


@pytest.mark.parametrize(
    "below",
    [
        f"**Approved** | [#7](https://example.org/7) | [Video]({LINK}?t=90)",
        f"Video | [1:30]({LINK}?t=90)\n-|-",
        f"| **Video** | [1:30]({LINK}?t=90) |\n|---|---|",
        f"[1:30]({LINK}?t=90)",
        f"**Video:** [`[1:30]`]({LINK}?t=90)",
        f"* [1:30]({LINK}?t=90)\n* more",
        "[0:01:30]",
        "#### (1:30 in the video)",
        "**(1:30 in video)**",
    ],
)
def test_a_lone_time_below_a_heading_is_the_headings(below: str) -> None:
    """The heading gets it, and the line shows no rubbish, or nothing."""
    read = parse(f"Recording: {LINK}\n\n## Vector masks\n\n{below}\n\nIt was decided.")
    assert [(block.text, block.hint.start) for block in read.blocks if block.hint] == [("Vector masks", 90)]
    rest = [block.text for block in read.blocks if block.text and not block.hint and block.line > 1]
    assert rest in (["It was decided."], ["Approved | #7", "It was decided."], ["more", "It was decided."])
    assert len([section for section in read.sections if section.level]) == 1
    assert_no_line_is_lost(read)


def test_a_time_that_is_not_below_a_heading_is_of_what_follows() -> None:
    """People put the time on a line of its own above what was said."""
    source = f"Recording: {LINK}\n\n## Fees\n\n[4:08] - **Ann**\n\nAn update.\n\n[5:09]\n\nIt is great.\n\n## End\n"
    assert _hints(source) == [("paragraph", "Ann", 248), ("paragraph", "It is great.", 309)]


def test_a_heading_keeps_its_own_time() -> None:
    """The same moment again below it is not shown twice; another moment stays where it is."""
    source = f"Recording: {LINK}\n\n## Fees (1:00)\n\n[1:02]({LINK}?t=62)\n\nText.\n\n## End (9:00)\n\n{LINK}?t=1200\n"
    assert _hints(source) == [("heading", "Fees", 60), ("heading", "End", 540), ("paragraph", "", 1200)]


def test_a_heading_of_nothing_but_a_time_stays_where_text_is_above_it() -> None:
    """It is not of the section above, which has begun already."""
    source = f"Recording: {LINK}\n\n## Fees (1:00)\n\nText.\n\n### 0:02:00\n\nMore.\n"
    assert _hints(source) == [("heading", "Fees", 60), ("heading", "", 120)]


def test_a_link_with_a_misplaced_time_is_read_with_one_warning() -> None:
    """`youtu.be/ID&t=113` opens the video at its start."""
    read = parse(f"Recording: {LINK}\n\n- [1:53]({LINK}&t=113) One\n- [2:10]({LINK}&amp;t=130) Two\n")
    assert [block.hint.start for block in read.blocks if block.hint] == [113, 130]
    assert [warning for warning in read.warnings if "?t=" in warning] == [
        "line 3 and 1 more: write ?t= instead of &t= after youtu.be/…, else the link opens at the start"
    ]


def test_times_that_all_lead_to_another_upload_are_believed_with_a_warning() -> None:
    """The call was uploaded anew after somebody had written its times."""
    read = parse(
        f"* [Recording]({LINK})\n\n## [1:30]({OTHER}?t=90) - Agenda\n\n## [5:36]({OTHER}?t=336) - Events\n\n"
        f"## [19:45]({OTHER}?t=1185) - Hooks\n"
    )
    assert [(block.text, block.hint.start) for block in read.blocks if block.hint] == [
        ("Agenda", 90),
        ("Events", 336),
        ("Hooks", 1185),
    ]
    assert any("bbbbbbbbbbb" in warning for warning in read.warnings)


@pytest.mark.parametrize(
    "source",
    [
        f"- [A talk]({OTHER})\n  - [0:10]({OTHER}?t=10) a\n  - [1:10]({OTHER}?t=70) b\n  - [2:10]({OTHER}?t=130) c",
        f"- [0:10]({OTHER}?t=10) a\n- [1:10]({OTHER}?t=70) b\n- [2:10]({OTHER}?t=130) c",
        f"## A\n\n[0:10]({OTHER}?t=10) a\n\n## B\n\n[1:10]({OTHER}?t=70) b",
        f"## A\n\n[0:10]({OTHER}?t=10) a\n\n## B\n\n[1:10]({OTHER}?t=70) b [2:10](https://youtu.be/ccccccccccc?t=130)",
        f"[A talk]({OTHER})\n\n[0:10]({OTHER}?t=10) a\n\n## B\n\n[1:10]({OTHER}?t=70) b\n\n[2:10]({OTHER}?t=130) c",
        f"## A\n\n[0:10]({OTHER}?t=10) a\n\n## B\n\n[1:10]({OTHER}?t=70) b\n\n[2:10]({OTHER}?t=130) c\n\n"
        "[0:20](https://youtu.be/ccccccccccc?t=20)",
        f"## A\n\n[this]({OTHER}?t=10) a\n\n## B\n\n[that]({OTHER}?t=70) b\n\n## C\n\n[so]({OTHER}?t=130) c",
    ],
)
def test_the_chapters_of_a_talk_are_no_times_of_the_meeting(source: str) -> None:
    """What is listed in one place, named by a link of its own, or linked twice is a video the notes talk about."""
    read = parse(f"Recording: {LINK}\n\n{source}")
    assert [block.hint for block in read.blocks if block.hint] == []
    assert read.warnings == ()


@pytest.mark.parametrize(
    "label",
    [
        f"### Video [Recording]({LINK}?t=116)",
        f"## Meeting Start: 11:02 a.m.\n\n### Video [Recording]({LINK}?t=116)",
        f"# Call\n\n**Recording**: {LINK}?t=116",
        f"# Call\n\n* [Recording of the meeting]({LINK}?t=116)",
    ],
)
def test_the_link_of_a_recording_that_starts_late_is_no_time(label: str) -> None:
    """It says where the meeting begins, not where the heading above it is talked about."""
    assert _hints(f"{label}\n\n## One\n\n[3:00]({LINK}?t=180)\n") == [("heading", "One", 180)]


def test_a_heading_that_is_the_link_of_the_recording_has_no_time() -> None:
    """Whatever it is called."""
    assert _hints(f"### Video [Recording]({LINK}?t=116)\n\n## One\n\n[3:00]({LINK}?t=180)\n") == [
        ("heading", "One", 180)
    ]


def test_times_lead_into_the_part_their_link_opens() -> None:
    """Of a recording in parts, a hint says which part it is in."""
    parts: tuple[Video, ...] = (Video(LINK, ID), Video(OTHER, "bbbbbbbbbbb"))

    def read(source: str) -> list[Hint]:
        drafts = markdown.parse_blocks(source.split("\n"))
        assert list(hints.extract_hints(drafts, parts)) == []
        return [draft.hint for draft in drafts if draft.hint]

    linked = read(f"- [1:00]({LINK}?t=60) a\n- [2:00]({OTHER}?t=120) b")
    assert linked == [Hint(60), Hint(120, part=1)]
    below = read(f"## [First]({LINK})\n\n- (1:11) a\n\n## [Second]({OTHER})\n\n- (2:22) b")
    assert below == [Hint(71), Hint(142, part=1)]
    anew = read(f"[First]({LINK}) and [second]({OTHER})\n\n- (1:11) a\n- (0:50:21) b\n- (2:22) c")
    assert anew == [Hint(71), Hint(3021), Hint(142, part=1)]
    on = read(f"[First]({LINK}) and [second]({OTHER})\n\n- (1:11) a\n- (0:50:21) b")
    assert on == [Hint(71), Hint(3021)]
    parts = (*parts, Video("https://youtu.be/ccccccccccc", "ccccccccccc"))
    unclear = read(f"[First]({LINK}) and [second]({OTHER})\n\n- (1:11) a\n- (0:50:21) b\n- (2:22) c")
    assert unclear == [Hint(71), Hint(3021), Hint(142)]


def test_blocks_without_a_time_are_as_they_were() -> None:
    """A second moment in a block stays a link."""
    block: Block = list(parse(f"Recording: {LINK}\n\n- [1:00]({LINK}?t=60) and [2:00]({LINK}?t=120)").blocks)[-1]
    assert block.text == "and 2:00"
    assert "t=120" in block.html


def test_what_is_markup_has_no_times() -> None:
    """Of a transcript that was taken out of the notes the times are its own."""
    drafts = markdown.parse_blocks([f"[1:00]({LINK}?t=60) One", "", "(0:02:00) Two"])
    for draft in drafts:
        draft.kind = BlockKind.MARKUP
    assert list(hints.extract_hints(drafts, (Video(LINK, ID),))) == []
    assert [draft.hint for draft in drafts] == [None, None]


def test_a_line_of_many_times_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each of its links: that is quadratic in the line."""
    asked, says_recording = [], linked_times._says_recording

    def counted(draft: DraftBlock) -> bool:
        asked.append(draft.line)
        return says_recording(draft)

    monkeypatch.setattr(linked_times, "_says_recording", counted)
    line = " ".join(f"[minute {number}]({LINK}?t={60 * number})" for number in range(1, 30))
    parse(f"Recording: {LINK}\n\n## Hose\n\n{line}\n")

    assert asked.count(5) == 1
