"""Chapters: whatever the links, YouTube takes the text, or the reason why not is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import NoChapters
from pipeline.export.chapters import chapters_of, link_of, video_url, youtube_description
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Correction,
    Meeting,
    Notes,
    Recording,
    RecordingPart,
    Section,
    Verdict,
)

VIDEO = "gArDenCall0"
TITLES = st.sampled_from(
    [
        "Compost",
        "Vec<T> & co",
        "12:30 Lunch",
        "[00:01:02] – Seeds",
        "- dash",
        "a" * 300,
        "树" * 120,
        "9:00am sync",
        "1:15",
    ]
)


def meeting(
    *topics: tuple[str, float, float] | tuple[str, float, float, int],
    duration: float | None = 600.0,
    parts: tuple[RecordingPart, ...] = (),
) -> Meeting:
    """Topics by title, start, confidence and perhaps level."""
    sections, links = [], {}
    for number, (title, start, confidence, *level) in enumerate(topics):
        depth = level[0] if level else 2
        block = Block(f"b-{number}", BlockKind.HEADING, number, number + 1, title, "", depth)
        sections.append(Section(block.id, title, depth, number, (block,)))
        links[block.id] = Alignment(block.id, start, start + 5.0, confidence, Basis.MATCH)
    notes = Notes("call", "Call", None, None, tuple(sections), "")
    recording = Recording(f"https://youtu.be/{VIDEO}", "Call", duration, video_id=VIDEO, parts=parts)
    return Meeting(notes, recording, alignments=links, duration=duration)


def broken_rules(text: str, length: float) -> list[str]:
    """What YouTube would not take. Written from its rules, not from what writes the text."""
    starts = []
    for line in text.splitlines():
        found = re.fullmatch(r"(?:([1-9]\d*):(?=\d\d:))?(\d{1,2}):(\d\d) (\S.*)", line)
        if found is None or int(found[2]) > 59 or int(found[3]) > 59 or re.match(r"\d{1,2}:\d\d\b", found[4]):
            return [f"not one time and a title: {line}"]
        starts.append(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))
    lengths = [after - start for start, after in zip(starts, [*starts[1:], length], strict=True)]
    rules = {
        "begins at 0:00": starts[:1] == [0],
        "three or more": len(starts) >= 3,
        "a hundred at most": len(starts) <= 100,
        "10 s each, the last one too": min(lengths, default=0) >= 10,
        "no angle brackets": not re.search("[<>]", text),
        "fits into a description": len(text.encode()) <= 5000,
    }
    return [rule for rule, is_kept in rules.items() if not is_kept]


@given(
    st.lists(
        st.tuples(TITLES, st.floats(0, 4000), st.sampled_from([0.3, 0.6, 0.9]), st.integers(2, 4)),
        min_size=1,
        max_size=130,
    ),
    st.one_of(st.none(), st.floats(0, 4500)),
)
def test_youtube_takes_the_text_or_the_reason_is_told(
    topics: list[tuple[str, float, float, int]], duration: float | None
) -> None:
    """Every rule is kept, by a check that knows only the rules; where none can be, the error says why."""
    text, error = _asked(meeting(*topics, duration=duration))

    if error is None:
        assert broken_rules(text, duration or 0.0) == []
    else:
        assert re.search("length|three chapters|at most", str(error))
        assert error.hint


def _asked(stored: Meeting) -> tuple[str, NoChapters | None]:
    try:
        return youtube_description(stored), None
    except NoChapters as error:
        return "", error


def test_what_can_be_kept_is_kept() -> None:
    """What is too close to a topic shares its line or, below it, is left out; the last chapter is long enough, too."""
    stored = meeting(
        ("Watering", 12.9, 0.9),
        ("Hose", 15.0, 0.9, 3),
        ("Compost", 60.0, 0.6),
        ("Pallets", 69.9, 0.9),
        ("Guess", 90.0, 0.4),
        ("12:30 Seeds <mixed>", 3601.0, 0.9),
        ("Goodbye", 3611.0, 0.9),
        duration=3620.0,
    )
    text = youtube_description(stored)

    assert text == "0:00 Introduction\n0:12 Watering\n1:00 Compost / Pallets\n1:00:01 Seeds ‹mixed›\n"


def test_a_topic_at_the_very_beginning_needs_no_opening() -> None:
    """It begins in the first ten seconds: it is the first chapter."""
    stored = meeting(("Hello", 9.0, 0.9), ("Compost", 30.0, 0.9), ("Seeds", 60.0, 0.9))

    assert youtube_description(stored).splitlines() == ["0:00 Hello", "0:30 Compost", "1:00 Seeds"]


def test_where_there_are_too_many_the_lower_headings_are_left_out() -> None:
    """A hundred is all that YouTube shows. Too many of the highest are refused."""
    many = [(f"Topic {n}", 20.0 * n, 0.9, 3 if n % 2 else 2) for n in range(150)]

    assert len(youtube_description(meeting(*many, duration=9000.0)).splitlines()) == 75
    with pytest.raises(NoChapters, match="100 chapters at most, and here are 150"):
        youtube_description(meeting(*[(title, start, sure, 2) for title, start, sure, _ in many], duration=9000.0))


def test_a_long_list_fits_into_a_description() -> None:
    """Its titles are cut, in whatever script they are: a description has 5,000 bytes."""
    for title in ("x" * 46, "compost heap " * 20, "树" * 200, "\N{DECIDUOUS TREE}" * 200):
        text = youtube_description(meeting(*((title, 20.0 * n, 0.9) for n in range(100)), duration=40_000.0))
        assert broken_rules(text, 40_000.0) == []
        assert len(text.splitlines()) == 100


@pytest.mark.parametrize(
    ("topics", "duration", "reason"),
    [
        ([("A", 20.0, 0.9), ("B", 40.0, 0.9)], None, "length of the recording is not known"),
        ([("A", 0.0, 0.9), ("B", 10.0, 0.9), ("C", 20.0, 0.9)], 29.0, "29 s, and YouTube's three chapters of 10 s"),
        ([("A", 20.0, 0.9)], 600.0, "has only 2 of at least 10 s"),
        ([("A", 20.0, 0.3)], 600.0, "has none"),
    ],
)
def test_the_reason_says_which_rule(
    topics: list[tuple[str, float, float]], duration: float | None, reason: str
) -> None:
    """For whoever wants to know why there are no chapters."""
    with pytest.raises(NoChapters, match=re.escape(reason)):
        youtube_description(meeting(*topics, duration=duration))


def test_each_part_is_a_video_of_its_own() -> None:
    """Its chapters are on its clock, and one has to be chosen."""
    parts = tuple(RecordingPart(start, 300.0, "", "", video_id=f"gArDenCal{start:.0f}"[:11]) for start in (0.0, 300.0))
    topics = [("A", 100.0, 0.9), ("B", 310.0, 0.9), ("C", 400.0, 0.9), ("D", 500.0, 0.9), ("E", 595.0, 0.9)]
    stored = meeting(*topics, parts=parts)

    assert youtube_description(stored, parts[1]).splitlines() == ["0:00 Introduction", "0:10 B", "1:40 C", "3:20 D"]
    assert [chapter.start for chapter in chapters_of(stored, parts[0])] == [100.0]
    assert video_url(stored, 310.0) == "https://youtu.be/gArDenCal30?t=10"
    with pytest.raises(NoChapters, match="in 2 parts"):
        youtube_description(stored)


def test_chapters_are_what_the_page_links() -> None:
    """Sure, likely, or set by a person; no guess, and nothing that somebody said was not discussed."""
    stored = meeting(("Sure", 50.0, 0.9), ("Likely", 20.0, 0.6), ("Guess", 30.0, 0.4), ("Denied", 40.0, 0.9))
    denied = next(topic.id for topic in stored.notes.topics if topic.title == "Denied")
    said = Correction(1, denied, Verdict.NOT_DISCUSSED, None, "Ana", datetime(2027, 1, 2, tzinfo=UTC))
    stored = replace(stored, corrections={denied: said})

    assert link_of(stored, denied) is None
    assert [(chapter.title, chapter.start, chapter.end) for chapter in chapters_of(stored)] == [
        ("Likely", 20.0, 50.0),
        ("Sure", 50.0, 600.0),
    ]


def test_without_links_there_are_no_chapters() -> None:
    """That is an error that tells what chapters are."""
    with pytest.raises(NoChapters, match="no topic with a link") as raised:
        chapters_of(meeting(("Guess", 30.0, 0.4)))
    assert "headings" in raised.value.hint
