"""Tables with a time and a text in each row."""

from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues import tables
from pipeline.errors import TranscriptError

SAID = [(2.0, 8.0, "Welcome, everybody."), (9.0, 14.0, 'The church is "booked".')]
NAMED = [(2.0, "Ada Krüger", "Welcome, everybody."), (9.0, "Ben", "The church is booked.")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "table",
    [
        'start\tend\ttext\n2000\t8000\tWelcome, everybody.\n9000\t14000\tThe church is "booked".\n',
        'start\tend\ttext\n2.0\t8.0\tWelcome, everybody.\n9.0\t14.0\t"The church is ""booked""."\n',
        'start,end,text\n2000,8000," Welcome, everybody."\n9000,14000," The church is ""booked""."\n',
        'start, end, text\n2, 8, "Welcome, everybody."\n9, 14, "The church is ""booked""."\n',
        'start (ms);end (ms);text\n2000;8000;Welcome, everybody.\n9000;14000;"The church is ""booked""."\n',
        'Text,End Time,Start Time\n"Welcome, everybody.",00:00:08.000,00:00:02.000\n'
        '"The church is ""booked"".",0:14,0:09\n',
        'sep=;\nAnfang;Dauer;Text\n0:02;6;Welcome, everybody.\n0:09;5;"The church is ""booked""."\n',
        '2.000000\t8.000000\tWelcome, everybody.\n9.000000\t14.000000\tThe church is "booked".\n',
        "ID|In|Out|Subtitle\n1|00:00:02:00|00:00:08:00|Welcome, everybody.\n"
        '2|00;00;09;00|00;00;14;00|"The church is ""booked""."\n',
        'Timecode In,Timecode Out,Transcript\n2.0,8.0,"Welcome,\neverybody."\n9.0,14.0,"The church is ""booked""."\n',
    ],
)
def test_columns_in_any_order_and_unit(table: str, newline: str) -> None:
    """Of Whisper, whisper.cpp, spreadsheets, editors and Audacity."""
    found = cues.parse(table.replace("\n", newline), source="x").segments
    assert [(each.start, each.end, each.text) for each in found] == SAID


@pytest.mark.parametrize(
    "table",
    [
        "Speaker Name,Start Time,End Time,Text\n"
        'Ada Krüger,00:00:02:00,00:00:08:00,"Welcome, everybody."\nBen,00:00:09:00,00:00:14:00,The church is booked.\n',
        "Timestamp;Sprecher;Text\n0:02;Ada Krüger;Welcome, everybody.\n0:09;Ben;The church is booked.\n",
        "speaker\ttime\ttranscript\nAda Krüger\t0:02\tWelcome, everybody.\nBen\t0:09\tThe church is booked.\n",
        "start,text\n0:02,Ada Krüger: Welcome, everybody.\n0:09,Ben: The church is booked.\n",
    ],
)
def test_speakers(table: str) -> None:
    """They have a column, or a label where there is none; an unquoted last text may have the delimiter in it."""
    found = cues.parse(table, source="x").segments
    assert [(each.start, each.speaker, each.text) for each in found] == NAMED


def test_rows_without_a_time_are_named() -> None:
    """And the rest is read."""
    rows = "".join(f"x{number},what\n" for number in range(5))
    found = cues.parse(f"start,text\n0:02,Welcome\n{rows}", source="x")
    assert [each.text for each in found.segments] == ["Welcome"]
    assert found.warnings[0] == "line 3 has no time, so it was left out"
    assert found.warnings[-1] == "2 more lines have no time, so they were left out"


@pytest.mark.parametrize(
    "table",
    [
        "Subject,Start Date,Start Time,Description\nCall,2024-03-05,10:00,monthly\n",
        "start,text\n2024-03-05,The church\n2024-03-06,The choir\n",
        "name,email\nAda,ada@example.org\n",
        "| Time | Topic |\n|---|---|\n| 0:02 | Welcome |\n",
        "1\t2\n3\t4\n",
    ],
)
def test_other_tables(table: str) -> None:
    """Calendars, addresses and agendas are no transcripts."""
    assert not tables.matches(table)


def test_a_quote_that_is_never_closed() -> None:
    """It would take the rest of the file: that is refused with a reason."""
    with pytest.raises(TranscriptError, match="quote is not closed"):
        cues.parse('start,text\n0:02,a\n0:05,"' + "word and\n" * 20_000, source="x")


def test_a_long_pause_does_not_turn_seconds_into_milliseconds() -> None:
    rows = "start,text\n0,Welcome to the call.\n5,Who begins today?\n12,The church is booked.\n3725,Thanks and bye.\n"

    assert [each.start for each in cues.parse(rows, source="x").segments] == [0, 5, 12, 3725]


def test_a_column_of_dates_is_that_of_a_calendar() -> None:
    assert not tables.matches("Date,Start,End,Text\n2024-05-02,09:30,10:30,Choir call\n2024-05-03,11:00,12:00,Church\n")
