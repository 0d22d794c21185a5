"""Files that hold the notes of several meetings, and files that only look like it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipeline import notes
from pipeline.errors import NotesError
from pipeline.notes import split_lines
from pipeline.records import BlockKind, Notes
from tests.pipeline.notes.parsing import parse

PEOPLE = "Attendees: Ann, Bob"


def several(source: str, name: str = "club/notes.md") -> tuple[Notes, ...]:
    return notes.parse_all(source, name=name)


def days(source: str, name: str = "club/notes.md") -> list[str]:
    return [str(each.date) for each in several(source, name)]


def file_of(*headings: str, above: str = "# Garden club\n", level: str = "## ", below: str = PEOPLE) -> str:
    return "\n".join([above, *(f"{level}{heading}\n\n{below}\n\n- beds\n" for heading in headings)])


@pytest.mark.parametrize("level", ["# ", "## ", "### ", "#### ", "##"])
def test_each_dated_heading_is_a_meeting(level: str) -> None:
    """Whatever its level, newest first or oldest first."""
    source = file_of("March 5, 2024", "February 20, 2024", level=level)
    assert days(source) == ["2024-03-05", "2024-02-20"]
    assert days(file_of("20.2.2024", "5.3.2024", level=level)) == ["2024-02-20", "2024-03-05"]


@pytest.mark.parametrize(
    "source",
    [
        f"# Club\n\n**March 5, 2024**\n\n{PEOPLE}\n\n**February 20, 2024:**\n{PEOPLE}\n",
        f"# Club\n\n2024-03-05\n{PEOPLE}\n\n2024-02-20\n{PEOPLE}\n",
        f"# Club\n\nMarch 5, 2024\n-----\n\n{PEOPLE}\n\nFebruary 20, 2024\n-----\n\n{PEOPLE}\n",
        f"# Club\n\n- 2024-03-05\n  - {PEOPLE}\n- 2024-02-20\n  - {PEOPLE}\n",
        f"# Club\n\n## Date: 5 March 2024\n\n{PEOPLE}\n\n## Date: 20 February 2024\n\n{PEOPLE}\n",
        f"# Club\n\n## Call 2\n\n**Date:** 2024-03-05\n\n{PEOPLE}\n\n## Call 1\n\n**Date:** 2024-02-20\n\n{PEOPLE}\n",
        f"# Club\n\n## Club call – March 5, 2024\n\n{PEOPLE}\n\n## Club call – February 20, 2024\n\n{PEOPLE}\n",
        f"# Club\n\n# 2024\n\n## Mar 5\n\n{PEOPLE}\n\n## Feb 20\n\n{PEOPLE}\n",
        "# Gärtner\n\n## Sitzung vom 5. März 2024\n\nAnwesend: Ann\n\n## Sitzung vom 20.2.2024\n\nAnwesend: Bo\n",
        f"# Club\n\n## 2024-03-05: The fence\n\n{PEOPLE}\n\n## 2024-02-20 – The gate\n\n{PEOPLE}\n",
        f"# Club\n\n## Kick-off\n\n- Date: 2024-03-05\n- {PEOPLE}\n\n## Review\n\n- Date: 2024-02-20\n- {PEOPLE}\n",
        "# 社\n\n## 第2次例会\n\n时间：2024年3月5日\n\n参会人员: 安\n\n"
        "## 第1次例会\n\n时间：2024年2月20日\n\n参会人员: 安\n",
        "# Clube\n\n## Reunião 05/03/2024\n\nPresentes: Ana\n\n## Reunião 20/02/2024\n\nPresentes: Ana\n",
        f"# Club\n\n## MARCH 5TH, 2024\n\n{PEOPLE}\n\n## FEBRUARY 20TH, 2024\n\n{PEOPLE}\n",
        f"# Club\n\n## Mar 5 '24\n\n{PEOPLE}\n\n## 20-Feb-24\n\n{PEOPLE}\n",
        "<details><summary>2024-03-05</summary>\n\n"
        f"{PEOPLE}\n\n</details>\n\n<details>\n<summary>2024-02-20</summary>\n\n{PEOPLE}\n\n</details>\n",
        "# Koło\n\n## Zebranie 5 marca 2024\n\n## Obecni\n\nAnna\n\n## Zebranie 20 lutego 2024\n\n- róże\n"
        "\n## Zebranie 6 lutego 2024\n\n- grządki\n\n## Zebranie 23 stycznia 2024\n\n- mróz\n",
        "# 园艺\n\n## 2024年3月5日 例会\n\n参会人员: 安\n\n## 2024年2月20日 例会\n\n参会人员: 安\n",
    ],
)
def test_dated_lines_open_meetings_in_many_forms(source: str) -> None:
    """Bold lines, underlined and bare ones, list items, labels below the heading, a year above, other languages."""
    assert days(source)[:2] == ["2024-03-05", "2024-02-20"]


def test_the_preamble_belongs_to_no_meeting() -> None:
    """Nor do years, templates and what else stands outside; every other line is in exactly one block."""
    source = (
        "# Garden club\n\nZoom: https://example.org\n\n# 2024\n\n"
        f"## 2024-01-09\n\n{PEOPLE}\n\n- frost\n\n# 2023\n\n## 2023-12-12\n\n{PEOPLE}\n\n# Template\n\n## YYYY-MM-DD\n"
    )
    lines = split_lines(source)
    first, second = several(source)
    assert (first.line, first.end_line, second.line, second.end_line) == (7, 13, 15, 19)
    for each in (first, second):
        assert each.source == "".join(f"{line}\n" for line in lines[each.line - 1 : each.end_line - 1])
        held = [number for block in each.blocks for number in range(block.line, block.end_line)]
        filled = [number for number in range(each.line, each.end_line) if lines[number - 1].strip()]
        assert [number for number in held if lines[number - 1].strip()] == filled


@pytest.mark.parametrize("period", ["# 2024", "# February 2024", "## 2024-02", "## Archive"])
def test_a_period_ends_the_meeting_above_it(period: str) -> None:
    """Also where every meeting has one above it: it is no part of the meeting before."""
    source = f"# Club\n\n## 2024-03-05\n\n{PEOPLE}\n\n{period}\n\n## 2024-02-20\n\n{PEOPLE}\n"
    first, second = several(source)
    assert (first.end_line, second.line) == (7, 9)


def test_a_meeting_has_what_stands_in_its_lines_alone() -> None:
    """Its recording, its times, and its heading as title; a link defined at the end of the file works in all."""
    source = (
        "---\nyoutube: https://youtu.be/AAAAAAAAAAA\n---\n\n# Garden club\n\n"
        "## 2024-03-05\n\nRecording: https://youtu.be/BBBBBBBBBBB\n\n"
        "- [1:00](https://youtu.be/BBBBBBBBBBB?t=60) [beds][p]\n\n"
        f"## 2024-02-20\n\n{PEOPLE}\n\n- see [the plan][p]\n\n[p]: https://example.org/plan\n"
    )
    first, second = several(source)
    assert [each.video.id if each.video else None for each in (first, second)] == ["BBBBBBBBBBB", None]
    assert [block.hint.start for block in first.blocks if block.hint] == [60.0]
    assert first.heading is not None
    assert first.heading.title == "2024-03-05"
    for each in (first, second):
        assert "https://example.org/plan" in "".join(block.html for block in each.blocks)


def test_a_meeting_added_at_the_top_changes_no_other() -> None:
    """Not its slug, title and block ids; not even where two are on one day."""
    old = file_of("2024-03-05 9:00 UTC", "2024-02-20", "2024-02-20")
    new = file_of("2024-03-19", "2024-03-05 18:00 UTC", "2024-03-05 9:00 UTC", "2024-02-20", "2024-02-20")
    before, after = several(old), several(new)
    assert [each.slug for each in before] == [each.slug for each in after][2:]
    assert [each.title for each in before] == [each.title for each in after][2:]
    assert [[b.id for b in each.blocks] for each in before] == [[b.id for b in each.blocks] for each in after][2:]
    assert len({each.slug for each in after}) == 5
    assert before[1].slug == f"{before[2].slug}-2"


def test_numbers_of_day_and_month_are_read_as_the_file_writes_them() -> None:
    """One date that can be read in one way only tells how to read the others."""
    assert days(file_of("3/19/2024", "3/5/2024")) == ["2024-03-19", "2024-03-05"]
    assert days(file_of("3/12/2024", "3/5/2024"))[0] == "None"


def test_cancelled_meetings_are_left_out() -> None:
    """Their lines belong to none; a meeting of which little was written is one."""
    source = (
        f"# Club\n\n## 2024-03-05\n\nNo meeting, holiday\n\n## 2024-02-20 (cancelled)\n\n## 2024-02-06\n\n{PEOPLE}\n\n"
        f"## 2024-01-23\n\n## 2024-01-09\n\n{PEOPLE}\n"
    )
    assert days(source) == ["2024-02-06", "2024-01-09"]


@pytest.mark.parametrize("told", ["No meeting video.", "No call recording", "No meeting notes"])
def test_a_meeting_without_a_recording_was_held(told: str) -> None:
    """That there is no video of a meeting does not say that there was no meeting."""
    assert days(f"# Club\n\n## 2024-03-05\n\n{told}\n\n## 2024-02-20\n\n{PEOPLE}\n") == ["2024-03-05", "2024-02-20"]


@pytest.mark.parametrize(
    "line",
    [
        "**March {}, 2024** ([video]({}))",
        "## March {}, 2024 ([video]({}))",
        "**March {}, 2024** [YouTube]({})",
        "**March {}, 2024** – [Watch on YouTube]({})",
        "* March {}, 2024 ([video]({}))\n  * beans",
        "## March {}, 2024 [📹]({})",
        "March {}, 2024 - {}\n-----------",
    ],
)
def test_a_video_beside_the_date_is_the_meeting_s(line: str) -> None:
    """Behind the date that opens a meeting, a link to a video needs no further word; and it is no part of the title."""
    first, second = "https://youtu.be/gArDenCall1", "https://youtu.be/gArDenCall2"
    read = several(f"# Club\n\n{line.format(12, first)}\n\n{PEOPLE}\n\n{line.format(5, second)}\n\n{PEOPLE}\n")
    assert [notes.video.url if notes.video else None for notes in read] == [first, second]
    assert [notes.title for notes in read] == ["Club – 2024-03-12", "Club – 2024-03-05"]


@pytest.mark.parametrize("link", ["[Ann's film of bees]({})", "we watched a [video]({})", "[last week's video]({})"])
def test_another_video_beside_the_date_is_not(link: str) -> None:
    """One with a title of its own, or in a sentence, is what the meeting was about."""
    first, second = "https://youtu.be/gArDenCall1", "https://youtu.be/gArDenCall2"
    lines = [f"## March {day}, 2024 {link.format(url)}\n\n{PEOPLE}\n\n" for day, url in ((12, first), (5, second))]
    assert [notes.video for notes in several(f"# Club\n\n{''.join(lines)}")] == [None, None]


def test_headings_of_other_levels_join_in() -> None:
    """Where people mistyped one, and where one says more than its day."""
    source = file_of("2024-04-02", "2024-03-19", "2024-03-05: swarms, honey", "Special meeting 27 February 2024")
    source += f"\n# 2024-02-20\n\n{PEOPLE}\n\n### 2024-02-13\n\n{PEOPLE}\n\n## 2024-02-06\n\n{PEOPLE}\n\n"
    source += f"### 2024-01-30\n\n{PEOPLE}\n\n#### 2024-02-14\n\n{PEOPLE}\n"
    assert days(source) == [
        "2024-04-02",
        "2024-03-19",
        "2024-03-05",
        "2024-02-27",
        "2024-02-20",
        "2024-02-13",
        "2024-02-06",
        "2024-01-30",
    ]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (file_of("2024-03-05", "2024-02-20", "2024-02-01", "2024-01-09"), "meetings/CHANGELOG.md"),
        (file_of("v1.2 (2024-03-05)", "v1.1 (2024-02-20)", "v1.0 (2024-02-01)"), "club/notes.md"),
        (file_of("Release 2024-03-05", "Release 2024-02-20"), "club/notes.md"),
        (file_of("2024-03-12", "2024-03-19", below="- sow"), "club/2024-03-05.md"),
        (file_of("2024-03-12", "2024-03-19", above="# Club 2024-03-05\n"), "club/notes.md"),
        (file_of("2024-03-12", "2024-03-19", above="# Club\n\nDate: 2024-03-05\n"), "club/notes.md"),
        (file_of("March 12, 2024", "March 19, 2024", above="# Dates\n", below="- sow"), "club/notes.md"),
        (file_of("2024-03-05", "Next meeting: 2024-03-19"), "club/notes.md"),
        (file_of("2024-03-05", above="# Club 2024-03-05\n"), "club/notes.md"),
        (
            file_of("Part 1 (2024-03-05)", "Part 2 (2024-03-05)", below="[Video](https://youtu.be/AAAAAAAAAAA)"),
            "club/a.md",
        ),
        (file_of("June 3, 2024", "June 4, 2024", "June 5, 2024", above="# Summit\n"), "club/notes.md"),
        (file_of("2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08"), "club/2024-03-05.md"),
        (file_of("2024-03-12", "2024-03-19", "2024-03-26", below="- sow"), "club/2024-03-05.md"),
        (file_of("Day 1 - June 3, 2024", "Day 2 - June 4, 2024"), "club/notes.md"),
        (
            file_of("2024-06-03", "2024-06-04", above="# Club\n\n[Video](https://youtu.be/AAAAAAAAAAA)\n"),
            "club/notes.md",
        ),
        (file_of("Planting: March 12, 2024", "Harvest: August 9, 2024", "Sale: May 3, 2024"), "club/notes.md"),
        (file_of("2024-03-05", "2023-01-02", "2024-05-06", "2022-02-02", "2024-01-01"), "club/notes.md"),
        (
            file_of("2024-03-12", "2024-04-02", "2024-05-07", "2024-06-04", level="### ", above="# Club\n\n## Events")
            + "\n## Beds\n\n- dig\n",
            "club/call.md",
        ),
        (
            file_of("2024-02-20", "2024-02-06", level="### ", above=f"# Call 2024-03-05\n\n{PEOPLE}\n\n## Recordings"),
            "club/call.md",
        ),
        (file_of("2024-03-05: fence", "2024-03-19: gate", "2024-04-02: paint", below="- sow"), "club/notes.md"),
        (file_of("Recap of 2024-02-20", "Recap of 2024-02-06", above="# Call 2024-03-05\n"), "club/notes.md"),
        ("# Club\n\n- 2024-03-05\n- 2024-03-19\n- 2024-04-02\n", "club/notes.md"),
        ("# Club\n\n**2024-03-05** Ann is elected.\n\n**2024-02-20** Bob resigns.\n", "club/minutes.md"),
    ],
)
def test_dates_of_other_things_open_no_meetings(source: str, name: str) -> None:
    """Releases, deadlines, the next meeting, the parts and days of one meeting, dates in no order, lists of dates.

    Also what is below a part of a meeting that has a date itself, and headings with topics but without attendees.
    """
    assert len(several(source, name)) == 1


def test_days_with_recordings_of_their_own_are_meetings() -> None:
    """Even in a file that has a date itself."""
    source = "# Summit 2024-06-03\n\n## Day 1 - June 3, 2024\n\n[Recording](https://youtu.be/AAAAAAAAAAA)\n\n"
    source += "## Day 2 - June 4, 2024\n\n[Recording](https://youtu.be/BBBBBBBBBBB)\n"
    assert days(source) == ["2024-06-03", "2024-06-04"]


def test_meetings_of_one_day_are_told_by_the_time_of_day() -> None:
    """Which is no topic."""
    assert days(file_of("2024-03-05 (morning)", "2024-03-05 (evening)", "2024-03-19")) == [
        "2024-03-05",
        "2024-03-05",
        "2024-03-19",
    ]


def test_a_file_called_minutes_needs_no_attendees() -> None:
    """Where weeks lie between three meetings, and the file is not one itself."""
    source = file_of("2024-03-05", "2024-03-19", "2024-04-02", below="- sow")
    assert len(days(source, "club/minutes.md")) == 3
    assert len(days(source.replace("Garden club", "Meetings of the club"))) == 3
    assert len(days(source)) == 1
    assert len(days(source.replace("club\n", f"club\n\n{PEOPLE}\n"), "club/minutes.md")) == 1
    assert len(days(file_of("2024-03-05", "2024-03-06", "2024-03-08", below="- sow"), "club/minutes.md")) == 1


def test_a_meeting_of_another_kind_between_two_is_one() -> None:
    """It fits in time, and has attendees: else it would be a part of the one above it."""
    source = file_of("Planting (2024-03-05)", "Visit to Bob (2024-03-12)", "Planting (2024-03-19)")
    assert days(source) == ["2024-03-05", "2024-03-12", "2024-03-19"]
    assert days(source.replace("Bob (2024-03-12)\n\n" + PEOPLE, "Bob (2024-03-12)\n\n- gate")) == [
        "2024-03-05",
        "2024-03-19",
    ]


def test_two_headings_of_one_day_are_one_meeting() -> None:
    """`June 15` above the attendees, and `June 15 topics` above the agenda."""
    assert len(several(file_of("June 15, 2023 11:00 a.m.", "June 15, 2023 Topics"))) == 1


def test_the_recording_of_one_day_is_none_of_the_other_weeks() -> None:
    """Though nothing else says that the days are meetings."""
    recorded = "## March 12, 2024\n\n[Recording](https://youtu.be/AAAAAAAAAAA)\n\n- sow\n"
    source = file_of("March 19, 2024", below="- sow") + recorded + file_of("March 5, 2024", above="", below="- sow")

    videos = [meeting.video and meeting.video.id for meeting in several(source)]
    assert days(source) == ["2024-03-19", "2024-03-12", "2024-03-05"]
    assert videos == [None, "AAAAAAAAAAA", None]


def test_a_file_may_be_called_by_its_first_meeting() -> None:
    """Where weeks lie between those in it, and each has its attendees."""
    assert days(file_of("2024-03-05", "2024-03-19", "2024-04-02"), "club/2024-03-05.md") == [
        "2024-03-05",
        "2024-03-19",
        "2024-04-02",
    ]


def test_whoever_wants_one_meeting_is_told_that_there_are_several() -> None:
    """Instead of getting the first."""
    with pytest.raises(NotesError, match="2 meetings"):
        parse(file_of("2024-03-05", "2024-02-20"))


def test_the_title_becomes_a_heading_whatever_it_was() -> None:
    """So that a meeting is read like a file of its own: level 1 for its heading, 2 for those below."""
    first = several(f"# Club\n\n**2024-03-05**\n\n{PEOPLE}\n\n# Beds\n\n**2024-02-20**\n\n{PEOPLE}\n")[0]
    headings = [(block.depth, block.text) for block in first.blocks if block.kind is BlockKind.HEADING]
    assert headings == [(1, "2024-03-05"), (2, "Beds")]
    assert all(re.fullmatch(r"[a-z0-9-]+", each.slug) for each in several(file_of("2024-03-05", "2024-02-20")))
    assert first.date == date(2024, 3, 5)


def test_a_meeting_keeps_its_ids_when_its_file_gets_a_second_one() -> None:
    """And its slug: links to its blocks stay."""
    first = "## 2024-03-05\n\nAttendees: Ana\n\n### Compost\n\n- Two pallets.\n"
    second = "## 2024-03-12\n\nAttendees: Bo\n\n### Hose\n\n- It leaks.\n\n"

    (alone,) = notes.parse_all(f"# Garden calls\n\n{first}", name="calls.md")
    *_, later = notes.parse_all(f"# Garden calls\n\n{second}{first}", name="calls.md")

    assert later.slug == alone.slug
    assert [block.id for block in later.blocks] == [block.id for block in alone.blocks][1:]
