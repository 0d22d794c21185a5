from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues import lrc

LRC = """[ar:The choir]
[la:de]
[00:02.00]Willkommen zusammen
[00:09.50]
[01:02.00][00:15.00]Noch einmal
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_tags_and_repeats(newline: str) -> None:
    """A line with several times is said at each; an empty one ends what is above; tags are no speech."""
    found = cues.parse(LRC.replace("\n", newline), source="x")
    assert found.language == "de"
    assert [(each.start, each.text) for each in found.segments] == [
        (2.0, "Willkommen zusammen"),
        (15.0, "Noch einmal"),
        (62.0, "Noch einmal"),
    ]
    assert found.segments[0].end <= 9.5


def test_times_of_words() -> None:
    """Each word has its own, and the last one ends with the last time."""
    text = "[00:02.00]<00:02.00>Good <00:02.50>morning <00:03.25>\n[00:04.00]<00:04.00>all <00:04.50>of you\n"
    first, second = cues.parse(text, source="x").segments
    assert [(word.start, word.end, word.text) for word in first.words] == [(2.0, 2.5, "Good"), (2.5, 3.25, "morning")]
    assert [word.text for word in second.words] == ["all", "of you"]


@pytest.mark.parametrize(("offset", "start"), [("+500", 1.5), ("-500", 2.5), ("x", 2.0), ("90000", 0.0)])
def test_the_offset_moves_all(offset: str, start: float) -> None:
    """Milliseconds that all is earlier than it says."""
    assert cues.parse(f"[offset:{offset}]\n[00:02.00]a\n[00:09.00]b\n", source="x").segments[0].start == start


def test_brackets_alone_are_not_lrc() -> None:
    """Most transcripts with a time in brackets have other things, too."""
    assert not lrc.matches("[00:02] Ada: hello\n[00:09] Ben: hello\n")
    assert not lrc.matches("[ar:x]\nsome text\nand more\nand more\n[00:02.00]a\n[00:09.00]b\n")
