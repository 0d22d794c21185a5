from __future__ import annotations

import pytest

from pipeline.notes.typed_times import Place, find_time, parse_typed_time
from pipeline.records import Hint
from tests.pipeline.notes.parsing import LINK, parse


@pytest.mark.parametrize(
    "line",
    [
        "9m05s Topic of the day",
        "0h09m05s Topic of the day",
        "~9:05 Topic of the day",
        "(at 9:05) Topic of the day",
        "(starts at 9:05) Topic of the day",
        "⏱ 9:05 Topic of the day",
        "▶️ 9:05 Topic of the day",
        "9:05. Topic of the day",
        "{9:05} Topic of the day",
        "[00:09:05 → 00:11:00] Topic of the day",
        "Topic of the day (timestamp 9:05)",
        "Topic of the day (min 9:05)",
        "Topic of the day [video 9:05]",
        "Topic of the day - 9:05",
        "［00:09:05］Topic of the day",
        "9：05 Topic of the day",
        "9'05\" Topic of the day",
        "00:09:05.250 Topic of the day",
        "min 9:05 Topic of the day",
        "Timestamp: 9:05 Topic of the day",
        "Topic of the day (9:05 in the recording)",
        "Topic (9:05 in video) of the day",
        "Topic of the day (9:05) in the video)",
        "Topic of the day (9:05) in the video",
        "Topic of the day (started at 9:05)",
        f"Topic of the day ([9:05({LINK}?t=545) in the video)",
        f"Topic of the day - [9.05]({LINK}?t=545)",
        "Topic of the day @9:05",
        "`[9:05]` Topic of the day",
        "00:09:05 -- Topic of the day --",
        f"[_(9:05)_]({LINK}?t=545) Topic of the day",
        f"Topic of the day ([9:05]({LINK}?t=545s) in the video)",
        f"[Timestamp 9:05]({LINK}?t=545) Topic of the day",
        f"Topic of the day (<a href='{LINK}?t=545'>09:05</a>)",
        f"Topic of the day [9:05({LINK}?t=545)",
        f"Topic of the day [9:05]{LINK}?t=545",
    ],
)
def test_a_time_is_read_and_leaves_nothing_of_itself(line: str) -> None:
    """Beside a time that is surely one of the recording, every way of writing a time is read."""
    read = parse(f"YouTube Link: {LINK}\n\n## First (0:10 in the video)\n\n- (0:02:20) One\n- {line}")
    block = list(read.blocks)[-1]
    assert block.hint is not None
    assert int(block.hint.start) == 545
    assert block.text.rstrip(" -") == "Topic of the day"


@pytest.mark.parametrize(
    "text",
    ["16:9 video", "4:3", "2020-01-21 minutes", "12:305 of them", "the demo (12:30) was short", "Lines 3:45.2 and 4"],
)
def test_what_has_no_form_of_a_time_is_none(text: str) -> None:
    """Ratios, dates, and times in the middle of a sentence are not looked at."""
    assert find_time(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "13:00 UTC call",
        "[20:01 UTC] Bob",
        "10:00 AM start",
        "Lunch on Tuesday (13:00)",
        "Recording (1:02:03)",
        "Duration - 45:10",
    ],
)
def test_times_of_the_day_and_durations_say_so(text: str) -> None:
    """A zone, a half of the day, a weekday or a word for a duration tells that it is no moment of the recording."""
    found = find_time(text)
    assert found is not None
    assert found.of_day


def test_a_quotation_after_a_name_and_a_time_is_of_that_person() -> None:
    """The name is the speaker, the time leaves the text."""
    source = f"Recording: {LINK}\n\n" + "\n\n".join(
        f'{name} {time} - "And then we did"' for name, time in (("Ann", "1:10"), ("Bob Lee", "2:31"), ("B4n", "- 4:04"))
    )
    blocks = list(parse(source).blocks)[1:]
    assert [(block.speaker, block.hint and block.hint.start) for block in blocks] == [
        ("Ann", 70),
        ("Bob Lee", 151),
        ("B4n", 244),
    ]
    assert blocks[1].text == 'Bob Lee "And then we did"'


def test_no_gap_is_left_before_the_end_of_a_sentence() -> None:
    """The brackets of a time in a sentence go with the space before them."""
    block = list(parse(f"Recording: {LINK}\n\nShe ran a demo **(16:00 in video)**. It failed.").blocks)[-1]
    assert block.text == "She ran a demo. It failed."
    assert block.hint == Hint(960)


def test_a_stated_time_without_brackets_stays_in_its_sentence() -> None:
    """At 12:30 in the video … is text, and a hint."""
    found = find_time("At 12:30 in the video she shows it")
    assert found is not None
    assert (found.hint.start, found.span, found.place) == (750, (3, 3), Place.STATED)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Timestamp 0:35", Hint(35)),
        ("[4:06]", Hint(246)),
        ("_(8:40)_", Hint(520)),
        ("12m30s", Hint(750)),
        ("12.30", Hint(750)),
        ("1:02:03-1:04:00", Hint(3723, 3840)),
        ("3:11 release", None),
        ("12", None),
    ],
)
def test_a_text_is_a_time_when_it_is_nothing_else(text: str, hint: Hint | None) -> None:
    """Brackets, emphasis and a label are part of it."""
    assert parse_typed_time(text) == hint
