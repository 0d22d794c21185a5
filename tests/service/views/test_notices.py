"""What is missing of a meeting, in words for those who read it and for those who can mend it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.records import Alignment, Basis, Meeting, Origin, Recording, RecordingPart, Segment, Transcript, Video
from service.views.notices import notices_for_editors, notices_for_readers
from tests.headings import notes, placed

NOTES = notes("Hose", "Seeds")
SAID = Transcript("en", Origin.ASR, None, (Segment(0.0, 5.0, "The hose"),))
LINKS = {"Hose": placed("Hose", 1.0, 2.0)}
GUESSES = {"Hose": Alignment("Hose", 1.0, 2.0, 0.2, Basis.PATH)}

FILE = Recording("/calls/call.wav", "Call", 60.0, "/calls/call.wav")
FETCHED = replace(FILE, source="https://files.test/call.wav")
VIDEO = replace(FETCHED, video_id="gArDenCall0")
PARTS = replace(
    FILE, parts=tuple(RecordingPart(30.0 * at, 30.0, "", f"Part {at + 1}", f"/calls/{at + 1}.wav") for at in range(2))
)
CAPTIONS_ONLY = replace(FETCHED, media=None)

WHOLE = Meeting(NOTES, FILE, SAID, LINKS)
LINKED = replace(NOTES, video=Video("https://files.test/call.wav"))


@pytest.mark.parametrize(
    ("meeting", "files", "said"),
    [
        (WHOLE, [True], []),
        (replace(WHOLE, recording=VIDEO), [False], []),
        (replace(WHOLE, recording=CAPTIONS_ONLY), [False], []),
        (WHOLE, [False], ["The recording cannot be played at the moment."]),
        (replace(WHOLE, recording=PARTS), [True, True], []),
        (replace(WHOLE, recording=PARTS), [True, False], ["The recording cannot be played at the moment."]),
        (Meeting(NOTES), [], ["There is no recording of this meeting."]),
        (Meeting(LINKED), [], ["There is no transcript yet, so there are no links into the recording."]),
        (replace(WHOLE, alignments=GUESSES), [True], ["Nothing in these notes was found in the recording."]),
        (replace(WHOLE, alignments=LINKS | {"Seeds": GUESSES["Hose"]}), [True], []),
        (replace(WHOLE, alignments={}), [True], []),
    ],
)
def test_readers_learn_what_they_would_miss(meeting: Meeting, files: list[bool], said: list[str]) -> None:
    """And no command."""
    told = notices_for_readers(meeting, files)
    assert [notice.text for notice in told] == said
    assert not any(notice.command or notice.hint for notice in told)


@pytest.mark.parametrize(
    ("meeting", "files", "text", "options"),
    [
        (WHOLE, [False], "The recording’s file call.wav is missing. Put it beside the notes", " --media FILE"),
        (
            replace(WHOLE, recording=FETCHED),
            [False],
            "The recording’s file call.wav is missing. To fetch",
            " --force f",
        ),
        (replace(WHOLE, recording=PARTS), [True, False], "The file of part 2 is missing.", " --force fetch"),
        (Meeting(LINKED), [], "The recording has not been fetched yet", ""),
        (Meeting(NOTES, FILE), [True], "There is no transcript yet", ""),
        (replace(WHOLE, transcript=replace(SAID, segments=())), [True], "No speech was found", " --force transcribe"),
        (replace(WHOLE, alignments={}), [True], "The notes have not been linked", " --force align"),
        (replace(WHOLE, notes=notes("")), [True], "These notes are empty.", ""),
    ],
)
def test_those_who_can_learn_what_to_do(meeting: Meeting, files: list[bool], text: str, options: str) -> None:
    """One thing is missing, and one command helps."""
    (notice,) = notices_for_editors(meeting, files)
    assert notice.text.startswith(text)
    assert notice.command.startswith(f"jumpnotes run NOTES.md{options}")


def test_no_command_helps_against_the_wrong_recording() -> None:
    (notice,) = notices_for_editors(replace(WHOLE, alignments=GUESSES), [True])
    assert notice.text == "Nothing in these notes was found in the recording. Is it the right one?"
    assert notice.command == ""


@pytest.mark.parametrize(
    ("meeting", "files"),
    [(WHOLE, [True]), (replace(WHOLE, recording=VIDEO), [False]), (replace(WHOLE, recording=PARTS), [True, True])],
)
def test_where_nothing_is_missing_nothing_is_said(meeting: Meeting, files: list[bool]) -> None:
    assert notices_for_editors(meeting, files) == ()


def test_each_missing_part_is_named_once() -> None:
    """Also where all of them are gone."""
    told = notices_for_editors(replace(WHOLE, recording=PARTS), [False, False])
    assert [notice.text[:26] for notice in told] == ["The file of part 1 is miss", "The file of part 2 is miss"]
