"""Transcripts as people read them: every layout with several kinds of names, hours, and line endings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from pipeline import cues
from pipeline.cues import text_with_times
from pipeline.records import Transcript
from pipeline.timecode import clock, stamp
from tests.pipeline.cues.transcripts import spoken


class Turn(NamedTuple):
    start: int
    end: int
    name: str
    text: str


def turns(*names: str, later: int = 0) -> list[Turn]:
    first, second, third = names
    said = [
        (2, 8, first, "Welcome to the planning call of the choir, everybody."),
        (9, 14, second, "The church is booked for the concert in June."),
        (15, 20, first, "Good: who prints the programmes this year?"),
        (21, 27, third, "I can do that, the printer at school is free in May."),
        (63, 69, second, "Then the last thing is the tenors, we have only two."),
    ]
    return [Turn(start + later, end + later, name, text) for start, end, name, text in said]


ENGLISH = ("Ada Krueger", "Ben Okafor", "Cleo Marsh")
BESIDE_TIMES: dict[str, Callable[[Sequence[Turn]], str]] = {
    "otter": lambda said: (
        "\n".join(f"{each.name}  {clock(each.start)}  \n{each.text}\n" for each in said)
        + "\nTranscribed by https://otter.ai\n"
    ),
    "teams": lambda said: (
        "Choir call-20240305_100000-Meeting Recording\n\nMarch 5, 2024, 10:00AM\n\n1m 40s\n\n"
        + f"{said[0].name} started transcription\n\n"
        + "\n".join(f"{each.name}   {clock(each.start)}\n{each.text}\n" for each in said)
        + f"\n{said[0].name} stopped transcription\n"
    ),
    "riverside": lambda said: "\n\n".join(f"{each.name} ({clock(each.start)})\n\n{each.text}" for each in said),
    "rev": lambda said: "\n\n".join(f"{each.name} ({stamp(each.start)[:8]}):\n{each.text}" for each in said),
    "sonix": lambda said: "\n".join(f"{each.name}: [{stamp(each.start)[:8]}] {each.text}" for each in said),
    "bold": lambda said: "\n\n".join(f"**{each.name}** {clock(each.start)}\n{each.text}" for each in said),
    "bar": lambda said: "\n\n".join(f"{each.name} | {clock(each.start)}\n{each.text}" for each in said),
    "range": lambda said: "\n\n".join(
        f"{each.name} {clock(each.start)} - {clock(each.end)}\n{each.text}" for each in said
    ),
    "name above": lambda said: "\n\n".join(f"{each.name}\n{clock(each.start)}\n{each.text}" for each in said),
    "name below": lambda said: "\n\n".join(f"{stamp(each.start)[:8]}\n{each.name}\n{each.text}" for each in said),
    "name after": lambda said: "\n\n".join(f"{stamp(each.start)[:8]} {each.name}\n{each.text}" for each in said),
    "fathom": lambda said: (
        "Choir call - March 5\nVIEW RECORDING - 2 mins (No highlights)\n\n---\n\n"
        + "\n\n".join(f"{clock(each.start)} - {each.name}\n  {each.text}" for each in said)
    ),
    "premiere": lambda said: "\n\n".join(
        f"{stamp(each.start)[:8]}:00 - {stamp(each.end)[:8]}:12\n{each.name}\n{each.text}" for each in said
    ),
    "table": lambda said: "\n".join(f"{clock(each.start)}\t{each.name}\t{each.text}" for each in said),
}
"""The name has a place of its own."""

IN_TEXT: dict[str, Callable[[Sequence[Turn]], str]] = {
    "brackets": lambda said: "\n\n".join(f"[{stamp(each.start)[:8]}] {each.name}: {each.text}" for each in said),
    "descript": lambda said: (
        "# Choir call\n\n" + "\n\n".join(f"[{stamp(each.start)[:8]}] **{each.name}:** {each.text}" for each in said)
    ),
    "tactiq": lambda said: (
        "Choir call\nhttps://meet.google.com/abc-defg-hij\nTue, Mar 5 2024\n\n"
        + "\n".join(f"{stamp(each.start)[:8]} {each.name}: {each.text}" for each in said)
    ),
    "alone": lambda said: "\n\n".join(f"{stamp(each.start)}\n{each.name}: {each.text}" for each in said),
    "parentheses": lambda said: "\n".join(f"({clock(each.start)}) {each.name}: {each.text}" for each in said),
    "list": lambda said: "\n".join(f"- {clock(each.start)} - {each.name}: {each.text}" for each in said),
    "dash": lambda said: "\n".join(f"{clock(each.start)} — {each.name}: {each.text}" for each in said),
    "at": lambda said: "\n".join(f"@{stamp(each.start)[3:8]} {each.name}: {each.text}" for each in said),
    "linked": lambda said: "\n\n".join(
        f"[{clock(each.start)}](https://youtu.be/x?t={each.start}) {each.name}: {each.text}" for each in said
    ),
}
"""The name begins the text."""

WITHOUT_NAMES: dict[str, Callable[[Sequence[Turn]], str]] = {
    "panel": lambda said: "Transcript\n" + "\n".join(f"{clock(each.start)}\n{each.text}" for each in said),
    "panel for screen readers": lambda said: "\n".join(
        f"{clock(each.start)}\n{in_words(each.start)}\n{each.text}" for each in said
    ),
    "panel glued": lambda said: "\n".join(f"{clock(each.start)}{in_words(each.start)}{each.text}" for each in said),
    "panel in words": lambda said: "\n".join(f"{in_words(each.start)}\n{each.text}" for each in said),
    "panel in German": lambda said: "\n".join(
        f"{clock(each.start)}\n{in_words(each.start, 'Stunde', 'Minute', 'Sekunde', 'n')}\n{each.text}" for each in said
    ),
    "units": lambda said: "\n".join(f"{each.start // 60}m {each.start % 60}s\n{each.text}" for each in said),
    "console": lambda said: (
        "Detecting language using up to the first 30 seconds.\nDetected language: English\n"
        + "\n".join(f"[{stamp(each.start)} --> {stamp(each.end)}]  {each.text}" for each in said)
        + "\n\nwhisper_print_timings:     load time =   103.94 ms\n"
    ),
    "console in colour": lambda said: "\n".join(
        f"[{stamp(each.start)} --> {stamp(each.end)}]  \x1b[38;5;77m{each.text}\x1b[0m" for each in said
    ),
    "console in seconds": lambda said: "\n".join(
        f"[{each.start:.2f}s -> {each.end:.2f}s] {each.text}" for each in said
    ),
    "sbv": lambda said: "\n\n".join(f"0{stamp(each.start)[1:]},{stamp(each.end)}\n{each.text}" for each in said),
    "sbv with a title": lambda said: (
        "Choir call of March 5\n\n"
        + "\n\n".join(f"{stamp(each.start)},{stamp(each.end)}\n{each.text}" for each in said)
    ),
    "tactiq for videos": lambda said: (
        "# tactiq.io free youtube transcript\n# No title found\n# https://www.youtube.com/watch/abc\n\n"
        + "\n".join(f"{stamp(each.start)} {each.text}" for each in said)
    ),
    "one paragraph": lambda said: " ".join(f"[{stamp(each.start)[:8]}] {each.text}" for each in said),
}


def in_words(
    seconds: int, hour: str = "hour", minute: str = "minute", second: str = "second", plural: str = "s"
) -> str:
    parts = ((seconds // 3600, hour), (seconds // 60 % 60, minute), (seconds % 60, second))
    return (
        ", ".join(f"{number} {unit}{plural * (number != 1)}" for number, unit in parts if number)
        or f"0 {second}{plural}"
    )


def read(text: str) -> Transcript:
    assert text_with_times.matches(text)
    return cues.parse(text, source="x")


def said(text: str) -> list[tuple[float, str | None, str]]:
    return [(each.start, each.speaker, each.text) for each in read(text).segments]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "names",
    [
        ENGLISH,
        ("Jörg Müller-Lüdenscheidt", "Änne von Öttingen", "Özgür Şahin"),
        ("山田太郎", "鈴木花子", "佐藤"),
        ("Ada Krueger (she/her)", "Ben Okafor (Parish Ltd)", "Cleo | Example"),
        ("Krueger, Ada", "Okafor, Ben", "Speaker 3"),
        ("ada", "ben_o", "Cleo Marsh"),
    ],
)
@pytest.mark.parametrize("layout", BESIDE_TIMES)
def test_a_name_with_a_place_of_its_own(layout: str, names: tuple[str, str, str], newline: str) -> None:
    """Beside the time, above or below it: it is who speaks, and a colon in the text is text."""
    in_lower_case = names[0] == "ada"
    expected = turns(*map(str.title, names) if layout == "table" and in_lower_case else names)  # else it is no name
    text = BESIDE_TIMES[layout](expected).replace("\n", newline)
    assert said(text) == [(each.start, each.name, each.text) for each in expected]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("names", [ENGLISH, ("Jörg Müller", "Änne Öttingen", "Özgür Şahin"), ("ada", "ben", "Cleo")])
@pytest.mark.parametrize("layout", IN_TEXT)
def test_a_name_as_a_label(layout: str, names: tuple[str, str, str], newline: str) -> None:
    """Before a colon in the text, as in captions."""
    expected = turns(*names)
    text = IN_TEXT[layout](expected).replace("\n", newline)
    assert said(text) == [(each.start, each.name, each.text) for each in expected]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("layout", WITHOUT_NAMES)
def test_times_without_names(layout: str, newline: str) -> None:
    """Times alone on their line, before the text, in words; what the program says itself is left out."""
    expected = [each._replace(text=each.text.removeprefix("Good: ")) for each in turns(*ENGLISH)]
    text = WITHOUT_NAMES[layout](expected).replace("\n", newline)
    assert said(text) == [(each.start, None, each.text) for each in expected]


@pytest.mark.parametrize("layout", ["otter", "riverside", "rev", "name above", "bold", "premiere"])
def test_hours_and_no_break_spaces(layout: str) -> None:
    """Times go on past the hour, and a space may be one that does not break."""
    expected = turns(*ENGLISH, later=3590)
    text = BESIDE_TIMES[layout](expected).replace("  ", "\u00a0 ").replace(" (", "\u00a0(")
    assert said(text) == [(each.start, each.name, each.text) for each in expected]


MEET = """Choir call (2024-03-05 10:00 GMT+1) - Transcript
Attendees
Ada Krueger, Ben Okafor
Transcript
{mark}00:00:00

{bold}Ada Krueger:{bold} Welcome to the planning call of the choir, everybody.
{bold}Ben Okafor:{bold} The church is booked for the concert in June.

{mark}00:05:00

{bold}Ada Krueger:{bold} Who prints the programmes this year?
And who folds them?
{bold}Ben Okafor:{bold} I can do that.

{mark}Transcription ended after 00:32:10

This editable transcript was computer generated and might contain errors. People can also change the text after.
"""


@pytest.mark.parametrize(("mark", "bold"), [("", ""), ("### ", "**")])
def test_a_time_for_several_that_speak(mark: str, bold: str) -> None:
    """As in the documents of Google Meet: they share the time, and it is said that this is a guess."""
    read_transcript = read(MEET.format(mark=mark, bold=bold))
    first, second, third, last = read_transcript.segments

    assert [each.speaker for each in read_transcript.segments] == ["Ada Krueger", "Ben Okafor"] * 2
    assert (first.start, third.start) == (0.0, 300.0)
    assert 0.0 < second.start < 300.0 < last.start < 310.0
    assert third.text == "Who prints the programmes this year? And who folds them?"
    assert any("estimated" in warning for warning in read_transcript.warnings)
    assert cues.is_coarse(read_transcript)


def test_ends_are_those_of_the_file_or_as_long_as_words_take() -> None:
    """Till the next time, but a long silence is nobody's."""
    with_ends = read("0:02 - 0:07\nWelcome to the planning call\n\n0:09 - 0:14\nThe church is booked for June\n")
    words = ("Welcome to the planning call of the choir.", "The church is booked, I called them.", "Then the tenors.")
    without = read("\n".join(f"{time}\n{text}" for time, text in zip(("0:02", "0:09", "1:09"), words, strict=True)))

    assert [(each.start, each.end) for each in with_ends.segments] == [(2.0, 7.0), (9.0, 14.0)]
    assert [(each.start, each.end) for each in without.segments] == [(2.0, 9.0), (9.0, 20.2), (69.0, 70.2)]


@pytest.mark.parametrize(
    ("times", "starts"),
    [
        (("10:03:21", "10:03:29", "10:04:21"), [0.0, 8.0, 60.0]),
        (("23:59:50", "00:00:05", "00:01:00"), [0.0, 15.0, 70.0]),
        (("1:05:33 PM", "1:05:41 PM", "1:06:33 PM"), [0.0, 8.0, 60.0]),
    ],
)
@pytest.mark.parametrize(
    "layout", ["[{name}] {time}\n{text}\n\n", "[{time}] {name}: {text}\n", "{time} {name}: {text}\n"]
)
def test_times_of_the_day_are_counted_from_the_first(layout: str, times: tuple[str, ...], starts: list[float]) -> None:
    """As Zoom saves closed captions, also past midnight; and it is said."""
    text = "".join(
        layout.format(name=each.name, time=time, text=each.text)
        for each, time in zip(turns(*ENGLISH)[:2] + turns(*ENGLISH)[3:4], times, strict=True)
    )
    transcript = read(text)
    assert [each.start for each in transcript.segments] == starts
    assert [each.speaker for each in transcript.segments] == list(ENGLISH)
    assert any("times of the day" in warning for warning in transcript.warnings)


def test_titles_of_chapters_are_no_speech() -> None:
    """YouTube's panel has them between the lines of its captions."""
    lines = ["welcome to the call", "the church is booked", "in june then", "who prints", "the programmes", "i do"] * 2
    panel = [f"0:{10 + 3 * index}\n{line}" for index, line in enumerate(lines)]
    panel[2:2] = ["The concert"]
    panel[5:5] = ["Chapter 3: Programmes"]
    assert [text for _, text in spoken(read("Opening\n" + "\n".join(panel)))] == lines


def test_the_documents_of_teams_of_old() -> None:
    """Their times have no leading zeros, and the name stands below: SRT would take it for something said."""
    text = (
        "0:0:2.43 --> 0:0:5.1\nAda Krueger\nWelcome to the call.\n\n0:0:7.0 --> 0:0:12.25\nBen Okafor\nThe church.\n\n"
    )
    text += "0:1:7.0 --> 0:1:12.25\nBen Okafor\nIn June.\n"
    found = cues.parse(text, source="x").segments
    assert [(each.start, each.end, each.speaker, each.text) for each in found] == [
        (2.43, 5.1, "Ada Krueger", "Welcome to the call."),
        (7.0, 12.25, "Ben Okafor", "The church."),
        (67.0, 72.25, "Ben Okafor", "In June."),
    ]


def test_a_time_that_fits_nowhere_is_none() -> None:
    """The hour in a title, and a time that somebody says at the beginning of a line."""
    text = "Dienstag, 14:30\n" + BESIDE_TIMES["otter"](turns(*ENGLISH))
    text = text.replace("The church is booked", "The church is booked\n[45:00] minutes,")
    starts = [each.start for each in read(text).segments]
    assert starts == [2.0, 9.0, 15.0, 21.0, 63.0]


def test_two_parts_in_one_file_keep_the_times_that_they_have() -> None:
    """A clock that begins again once is no reason to refuse the file."""
    text = BESIDE_TIMES["otter"](turns(*ENGLISH))
    other = text.replace("the", "another").replace("Welcome", "Good morning")
    found = read(f"{text}\n{other}")
    assert len(found.segments) == 10
    assert [each.start for each in found.segments] == sorted(each.start for each in found.segments)
    assert "two recordings in one file" in found.warnings[0]


def test_what_is_said_above_the_first_time_is_from_the_beginning_on() -> None:
    """Where people say it who speak below, too; lists of people are not said."""
    text = MEET.format(mark="", bold="").replace("00:00:00\n\n", "")
    assert [(each.start, each.speaker) for each in read(text).segments][:1] == [(0.0, "Ada Krueger")]
    assert len(read(text).segments) == 4


@pytest.mark.parametrize(
    "row",
    [
        "{initials}\n{name}\n{time}\n{text}\n",
        "{name}\n0 minutes {second} seconds\n{time}\n{text}\n",
        "{time} | {name} | {text}\n",
        "## {name} ({time})\n\n{text}\n\n",
        "{name}\t{time}\t{text}\n",
        "[{time}] {name}\n\n{text}\n\n",
        "{name} - {time}\n{text}\n\n",
    ],
)
def test_what_panels_and_tables_have_beside_names(row: str) -> None:
    """Letters in place of a picture, times for screen readers, bars, tabs, headings."""
    expected = turns(*ENGLISH)[:4]
    text = "".join(
        row.format(
            initials="".join(word[0] for word in each.name.split()),
            name=each.name,
            time=stamp(each.start)[3:8],
            second=each.start,
            text=each.text,
        )
        for each in expected
    )
    assert said(text) == [(each.start, each.name, each.text) for each in expected]


def test_a_name_holds_until_the_next_one_where_names_mark_turns() -> None:
    """As Descript writes times within what somebody says; entities are what they stand for."""
    text = "**Ada:** [00:00:02] Welcome to the call.\n\n[00:00:07] We&#39;re four &amp; more.\n\n"
    text += "**Ben:** [00:00:15] Good.\n"
    assert said(text) == [
        (2.0, "Ada", "Welcome to the call."),
        (7.0, "Ada", "We're four & more."),
        (15.0, "Ben", "Good."),
    ]


def test_captions_in_capitals_are_no_names() -> None:
    """All their lines look like names, and some come back."""
    text = "".join(f"0:{10 + number}\nYES WE DO\nOF COURSE\n" for number in range(0, 40, 3))
    assert {(each.speaker, each.text) for each in read(text).segments} == {(None, "YES WE DO OF COURSE")}


def test_hours_that_are_said_are_no_times() -> None:
    text = (
        "Ada [00:02]\nLet us begin now, please.\n\nBen [00:09]\nUm 10:30 Uhr habe ich einen Termin.\n"
        "Bis 11:15 bin ich da.\n\nAda [00:15]\nThen we go on: the church.\n"
    )

    found = read(text).segments

    assert [(each.start, each.speaker) for each in found] == [(2.0, "Ada"), (9.0, "Ben"), (15.0, "Ada")]


def test_a_time_in_italics() -> None:
    text = "**Ada** *(0:02)*: Let us begin now.\n\n**Ben** *(0:06)*: Yes, with the church.\n"

    found = read(text).segments

    assert [(each.speaker, each.text) for each in found] == [
        ("Ada", "Let us begin now."),
        ("Ben", "Yes, with the church."),
    ]
