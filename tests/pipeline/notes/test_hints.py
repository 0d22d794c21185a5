from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import notes
from pipeline.records import Hint
from tests.pipeline.notes.parsing import FIXTURES, LINK, blocks_of, parse


def test_hand_written_times_become_hints() -> None:
    """Every form in the fixture is read, and leaves nothing of itself in text or HTML."""
    read = notes.read(FIXTURES / "times.md")
    found = [(block.text, block.hint.start, block.hint.end) for block in read.blocks if block.hint]
    assert found == [
        ("linked", 184, None),
        ("round brackets", 260, None),
        ("emphasis", 520, None),
        ("at", 551, None),
        ("strong", 570, None),
        ("square brackets", 581, None),
        ("range", 584, 670),
        ("dotted", 717, None),
        ("dash", 1185, None),
        ("linked range", 1260, 1350),
        ("at the end", 1390, None),
        ("linked in brackets, like foo()", 1440, None),
        ("ticked", 1500, None),
        ("bare link", 1560, None),
        ("the words carry it", 1620, None),
        ("disagree", 1740, None),
        ("In a heading", 1800, None),
        ("", 1860, None),
        ("one | two", 1920, None),
        ("Chapters pasted", 1980, None),
        ("in one paragraph that goes on", 2050, None),
        ("to its end", 2101, None),
    ]
    assert not any(re.search(r"\d[:.]\d\d|<a ", block.html) for block in read.blocks if block.hint)
    assert read.warnings == ("line 20: the link says 29:00, its text 28:00; the link is used",)


def test_what_only_looks_like_a_time_stays_text() -> None:
    """Clock times, versions, ratios, dates and links to other videos are no hints."""
    read = notes.read(FIXTURES / "not_times.md")
    assert [block.text for block in read.blocks if block.hint] == ["the only time", "one", "two"]


def test_an_agenda_with_times_of_day_has_no_hints() -> None:
    """Round times that never start at zero are when people met, not where the recording is."""
    assert all(block.hint is None for block in blocks_of("- 9:00 Welcome\n- 9:15 Updates\n- 10:30 Close"))
    assert all(block.hint is not None for block in blocks_of("- 0:00 Welcome\n- 9:15 Updates\n- 10:30 Close"))


@given(
    st.integers(0, 35_999),
    st.sampled_from(["({})", "[{}]", "@{}", "**({})**", "[{}](#t={})", "([{}](" + LINK + "?t={}))"]),
)
@settings(max_examples=150)
def test_every_time_is_read_in_every_form(seconds: int, form: str) -> None:
    """The hint is the second that was written, and the rest of the line is untouched."""
    hours, rest = divmod(seconds, 3600)
    written = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    read = parse(
        f"YouTube Link: {LINK}\n\n- {form.replace('{}', written, 1).replace('{}', str(seconds))} Topic of the day"
    )
    block = list(read.blocks)[-1]
    assert (block.hint, block.text, block.html) == (Hint(seconds), "Topic of the day", "Topic of the day")
