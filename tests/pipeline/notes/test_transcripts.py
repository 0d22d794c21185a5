"""Transcripts that people pasted into their notes, and what is none."""

from __future__ import annotations

import pytest

from pipeline import notes
from pipeline.notes import split_lines
from pipeline.notes.transcripts import read_transcript
from pipeline.records import BlockKind, Notes, Origin
from tests.pipeline.notes.parsing import assert_no_line_is_lost, parse

CUES = "00:01.000 --> 00:03.000\n<v Ann>frost again\n\n00:04.000 --> 00:06.000\n<v Bob>cover the beds\n\n"
CUES += "00:07.000 --> 00:09.000\n<v Ann>done\n"
TALK = "\n".join(
    f"[00:{number // 6:02}:{number % 6 * 10:02}] {('Ann', 'Bob Lee')[number % 2]}: we talked about bed number {number}"
    for number in range(24)
)


def placed(read: Notes) -> tuple[int, int] | None:
    return (read.transcript.line, read.transcript.end_line) if read.transcript else None


def said(text: str) -> list[tuple[float, str | None, str]]:
    read = read_transcript(split_lines(text))
    return [(each.start, each.speaker, each.text) for each in read.segments] if read else []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (f"## Full transcript\n\n```vtt\nWEBVTT\n\n{CUES}```\n", (5, 19)),
        (f"```\nWEBVTT\n\n{CUES}```\n", (5, 17)),
        (f"WEBVTT\n\n{CUES}\nThat was it.\n", (5, 15)),
        (f"## Zoom Recording Transcript\n\n{CUES}\n## Links\n\n- a\n", (5, 15)),
        ("**Transkript**\n\n0:05 Guten Tag\n0:10 Frost\n0:20 Ende\n\n## Links\n", (5, 10)),
        (
            "## Call transcript:\n\n### 1. Opening\n\nAnn: hello\n\nBob: hi\n\nAnn: frost\n\nBob: yes\n\n# Links\n",
            (5, 16),
        ),
        (f"# Transcript\n\n{'so we said that and then this ' * 60}\n", (5, 8)),
        (
            "<details>\n<summary>Transcript</summary>\n\nAnn: a\n\nBob: b\n\nAnn: c\n\nBob: d\n</details>\n\nend\n",
            (5, 16),
        ),
        (f"{TALK}\n\n## Links\n", (5, 29)),
        ("## Club – Transcript\n\n### 00:00:00 {#00:00:00}\n\n**Ann:** a\n\n**Bob:** b\n\nAnn: c\n", (5, 14)),
        (
            "<details><summary>Click to see it: full transcript</summary>\n\n"
            "Ann: a\n\nBob: b\n\nAnn: c\n\nBob: d\n</details>\n",
            (5, 15),
        ),
        ("## 会议转录\n\n安：早\n\n波：早\n\n安： 好\n\n波： 是\n\n安： 好\n\n波： 是\n", (5, 18)),
        ("## May 5th, 2024 Transcript\n\nAnn: a\n\nBo: b\n\nAnn: c\n\nBo: d\n\n## Links\n", (5, 14)),
        ("## Automatisches Transkript\n\nAnn: a\n\nBo: b\n\nAnn: c\n\nBo: d\n\n## Links\n", (5, 14)),
        ("## Transcript\n\n00:00:00\n\nAnn: hello\n\nBob: hi\n\n00:05:00\n\nAnn: frost\n\n## Links\n", (5, 16)),
    ],
)
def test_a_transcript_is_one_block_that_nobody_reads(body: str, lines: tuple[int, int]) -> None:
    """Under a heading, folded away, in a code block or just there: its lines are markup, and no line is lost."""
    read = parse(f"# Club\n\n- sow\n\n{body}")
    assert_no_line_is_lost(read)
    assert placed(read) == lines
    block = next(block for block in read.blocks if block.line == lines[0])
    assert (block.kind, block.end_line, block.text, block.html) == (BlockKind.MARKUP, lines[1], "", "")


@pytest.mark.parametrize(
    "body",
    [
        "## Transcript\n\n[It is here](https://example.org)\n",
        "## Transcript\n\nAnn will upload it.\n",
        "## Zoom chat\n\n" + "\n".join(f"00:{n:02}:05 From Ann Lee to Everyone: see bed {n} please" for n in range(30)),
        "## IRC\n\n" + "\n".join(f"17:{n:02}:05 <ann> see bed number {n} please" for n in range(30)),
        "\n".join(f"[04:{n:02}] <ann> see bed number {n} please" for n in range(30)),
        "\n".join(f"[17:{n:02}] Ann: see bed number {n} please" for n in range(30)),
        "## Chapters\n\n" + "\n".join(f"00:{n:02}:30 Bed number {n}" for n in range(30)),
        "## Notes\n\n" + "\n".join(f"- Ann: bed number {n} was dug over last week" for n in range(40)),
        "\n\n".join(f"## Bed {n}\n\n**Ann** ({n}:05) we talked about bed {n}" for n in range(30)),
        "\n".join(f"[00:{n:02}:00] Ann: we decided something about bed {n}" for n in range(0, 60, 2)),
        f"## Beds\n\n{TALK}\n\n## Bees\n\n{TALK}",
        f"## Chat\n\n{TALK}",
        "```\n00:01 --> 00:02\n```\n",
    ],
)
def test_what_only_resembles_speech_stays_notes(body: str) -> None:
    """Links, chats, chapters, notes with speakers, and speech that is ordered by topics."""
    read = parse(f"# Club\n\n{body}\n")
    assert read.transcript is None
    assert any(block.text for block in read.blocks if block.line > 2)


@pytest.mark.parametrize(
    "text",
    [
        "[00:00:05] Ann: frost again\n[00:00:10] Bob: cover the beds",
        "00:00:05 Ann: frost again\n\n00:00:10 Bob: cover the beds",
        "**Ann** 00:05\nfrost again\n\n**Bob** 00:10\ncover the beds",
        "Ann (0:05)\nfrost again\nBob (0:10)\ncover the beds",
        "**Ann:** [0:05](https://youtu.be/x?t=5) frost again\n**Bob:** [0:10](https://youtu.be/x) cover the beds",
        "0:05\nAnn: frost again\n0:10\nBob: cover the beds",
        "WEBVTT\n\n00:05.000 --> 00:10.000\n<v Ann>frost again\n\n00:10.000 --> 00:12.000\n<v Bob>cover the beds",
        "1\n00:00:05,000 --> 00:00:10,000\nAnn: frost again\n\n2\n00:00:10,000 --> 00:00:12,000\nBob: cover the beds",
        "[Ann] 00:00:05\nfrost again\n\n[Bob] 00:00:10\ncover the beds",
        "- 0:05 - Ann: frost again\n- 0:10 - Bob: cover the beds",
    ],
)
def test_time_speaker_and_text_are_read_in_every_layout(text: str) -> None:
    """What was said, by whom, from when on."""
    assert said(text) == [(5.0, "Ann", "frost again"), (10.0, "Bob", "cover the beds")]


def test_what_has_no_time_shares_that_between_its_neighbours() -> None:
    """In proportion to its words, and no longer than it takes to say."""
    read = read_transcript(split_lines("0:00\nAnn: one two three\nBob: four\n0:02\nAnn: five\n1:00:00\nBob: six"))
    assert read is not None
    assert [(round(each.start, 2), round(each.end, 2)) for each in read.segments] == [
        (0.0, 1.33),
        (1.33, 2.0),
        (2.0, 5.2),
        (3600.0, 3600.8),
    ]
    assert (read.origin, read.language) == (Origin.IMPORT, "und")


@pytest.mark.parametrize(
    "text",
    [
        "Ann: frost\nBob: yes",
        "0:05 Ann: frost",
        "0:50 a\n0:40 b\n0:30 c\n0:20 d",
        "[14:00:05] Ann: frost\n[14:00:10] Bob: yes",
        "**Ann** 10:05 AM\nfrost\n\n**Bob** 10:06 AM\nyes",
    ],
)
def test_without_times_that_can_be_believed_only_the_place_is_known(text: str) -> None:
    """None at all, one, a clock that runs backwards, or that of the day."""
    assert read_transcript(split_lines(text)) is None


def test_what_hangs_on_a_line_of_the_transcript_is_kept() -> None:
    """A paragraph of its last list item stays a block, though its item is none any more."""
    items = TALK.replace("[", "- [")
    read = parse(f"# Club\n\n{items}\n\n  and so on\n")
    assert placed(read) == (3, 27)
    assert [(block.line, block.text) for block in read.blocks][-1] == (28, "and so on")


def test_a_meeting_of_several_has_its_own_transcript() -> None:
    """And lines are those of the file."""
    part = "## 2024-0{}-05\n\nAttendees: Ann\n\n### Transcript\n\n0:05 Ann: a\n\n0:10 Bob: b\n\n0:20 Ann: c\n\n"
    source = "# Club\n\n" + "".join(map(part.format, (3, 2)))
    assert [placed(each) for each in notes.parse_all(source, name="club/notes.md")] == [(7, 14), (19, 26)]
