"""Records → what the templates show. All words, times and links are made here; a template only places them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import url_for

from pipeline import timecode
from pipeline.records import (
    LINK_CONFIDENCE,
    Correction,
    Meeting,
    MeetingSummary,
    Origin,
    Recording,
    Segment,
    Transcript,
)
from service.routes import media
from service.views.notes import Outline, Topic, outline, tally
from service.views.timeline import Strip, section_at, strip

_LONGEST = 7 * 24 * 3600.0
"""Seconds; no recording is longer, so a link to a later moment is a mistake."""

_LONGEST_TIME = 20
"""Characters of a time somebody may ask for."""

_OPEN = 40
"""Meetings that can be seen in the list before years are folded."""

_STRETCH = 40
"""Segments a browser lays out together: it skips whole stretches that are out of sight."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of meetings. `remark` says what is missing."""

    href: str
    title: str
    date: str
    isodate: str
    length: str
    linked: str
    remark: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """The meetings of one year; the last ones are `open`, further years are folded."""

    title: str
    rows: tuple[Row, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Player:
    """What plays the recording: `kind` is "audio", "video" or "youtube". `href` works without JavaScript."""

    kind: str
    title: str
    length: str
    href: str
    video_id: str = ""
    captions: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is missing or went wrong, and the command that helps."""

    text: str
    command: str = ""
    hint: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A segment of the transcript. `speaker` is set where somebody else begins to speak; `words` are the tenths of a
    second from `start` at which its words begin, "" where that is not known."""

    start: str
    clock: str
    href: str
    speaker: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a site shows that is given the link to this page."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Speech:
    """A transcript: where it came from, and its lines in stretches."""

    origin: str
    language: str
    stretches: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one meeting. `start` is where it was asked to begin, in seconds."""

    title: str
    heading: Topic | None
    date: str
    isodate: str
    facts: tuple[str, ...]
    player: Player | None
    start: str
    elsewhere: str
    notices: tuple[Notice, ...]
    outline: Outline
    strip: Strip | None
    speech: Speech | None
    sharing: Sharing
    slug: str
    orphans: tuple[str, ...] = ()  # corrections of text that is gone, in words


# -- all meetings ------------------------------------------------------------------------------------------------------


def shelves(summaries: Iterable[MeetingSummary]) -> tuple[Shelf, ...]:
    """The list of meetings, by year in the order given."""
    years = groupby(summaries, key=lambda summary: summary.date.year if summary.date else None)
    found: list[Shelf] = []
    before = 0
    for year, of_year in years:
        rows = tuple(map(_row, of_year))
        found.append(Shelf(str(year) if year else "No date", rows, open=before < _OPEN))
        before += len(rows)
    return tuple(found)


def _row(summary: MeetingSummary) -> Row:
    remark = ""
    if summary.failure:
        remark = "last run failed"
    elif not summary.has_transcript:
        remark = "not transcribed yet" if summary.has_video else "no recording"
    return Row(
        href=url_for("pages.meeting", slug=summary.slug),
        title=summary.title,
        date=day(summary.date),
        isodate=_iso(summary.date),
        length=length(summary.duration),
        linked=tally(summary.linked, summary.topics) if summary.has_transcript else "",
        remark=remark,
        failed=summary.failure is not None,
    )


# -- one meeting -------------------------------------------------------------------------------------------------------


def meeting(stored: Meeting, *, has_file: bool, asked: str) -> Page:
    """The page of a meeting.

    Args:
        has_file: the recording is a file that can be played from here.
        asked: the moment of the link that led here, as text; what is no time in this recording is ignored.
    """
    notes = stored.notes
    start = moment(asked, stored.duration)
    video_id = _video_id(stored)
    jump = _jumps(notes.slug, has_file=has_file, video_id=video_id)
    found = outline(notes, stored.alignments, jump, stored.corrections)
    shown = strip(notes, stored.alignments, stored.transcript, stored.duration, jump)
    return Page(
        title=notes.title,
        heading=found.title,
        date=day(notes.date),
        isodate=_iso(notes.date),
        facts=tuple(filter(None, (length(stored.duration), found.tally))),
        player=_player(stored, start, has_file=has_file, video_id=video_id),
        start="" if start is None else f"{start:g}",
        elsewhere=_elsewhere(stored, has_file=has_file, video_id=video_id),
        notices=_notices(stored, has_file=has_file),
        outline=found,
        strip=shown,
        speech=_speech(stored.transcript, jump) if stored.transcript else None,
        sharing=_sharing(notes.title, start, shown, (day(notes.date), length(stored.duration), found.tally)),
        slug=notes.slug,
        orphans=tuple(map(_orphan, stored.orphans)),
    )


def _orphan(correction: Correction) -> str:
    said = "not discussed" if correction.start is None else timecode.clock(correction.start)
    return f"“{correction.text}”: {said}, by {correction.author}"


def _sharing(title: str, start: float | None, shown: Strip | None, facts: Iterable[str]) -> Sharing:
    """A link to a moment is named for the section that is discussed there."""
    section = "" if start is None else section_at(shown, start)
    told = [f"From {timecode.clock(start)}"] if start is not None else []
    return Sharing(
        title=f"{section} · {title}" if section and section != title else title,
        description=" · ".join(filter(None, (*told, *facts))),
    )


def moment(asked: str, duration: float | None) -> float | None:
    """The seconds somebody asks for with `asked`; None when that is no time, or not in the recording."""
    seconds = timecode.parse(asked) if len(asked) <= _LONGEST_TIME else None
    if seconds is None or not math.isfinite(seconds) or seconds > (duration or _LONGEST):
        return None
    return seconds


def _video_id(stored: Meeting) -> str | None:
    if stored.recording:
        return stored.recording.video_id
    return stored.notes.video.id if stored.notes.video else None


def _jumps(slug: str, *, has_file: bool, video_id: str | None) -> Callable[[float], str]:
    """How a second of this recording is linked; "" where nothing can be played."""
    if video_id or has_file:
        page = url_for("pages.meeting", slug=slug)
        return lambda seconds: f"{page}?t={int(seconds)}"
    return lambda _: ""


def _player(stored: Meeting, start: float | None, *, has_file: bool, video_id: str | None) -> Player | None:
    notes, recording, transcript = stored.notes, stored.recording, stored.transcript
    lasts = length(stored.duration)
    title = (recording.title if recording else "") or notes.title
    if video_id:
        if start is None and notes.video:
            start = notes.video.start
        href = f"https://youtu.be/{video_id}" + (f"?t={int(start)}" if start else "")
        return Player("youtube", title, lasts, href, video_id=video_id)
    if recording is None or not has_file:
        return None
    kind = media.content_type(recording).partition("/")[0]
    href = url_for("media.recording", slug=notes.slug) + (f"#t={start:g}" if start else "")
    captions = url_for("media.captions", slug=notes.slug) if transcript and kind == "video" else ""
    return Player(kind, title, lasts, href, captions=captions, language=transcript.language if transcript else "")


def _elsewhere(stored: Meeting, *, has_file: bool, video_id: str | None) -> str:
    """The recording's own address where this page cannot play it."""
    url = stored.notes.video.url if stored.notes.video else ""
    return url if url.startswith(("https://", "http://")) and not (has_file or video_id) else ""


def _notices(stored: Meeting, *, has_file: bool) -> tuple[Notice, ...]:
    run = "jumpnotes run NOTES.md"
    if stored.failure:
        failure = stored.failure
        told = f"The last run failed ({failure.stage}): {failure.message}"
        return (Notice(told, run, failure.hint, failed=True),)
    if stored.recording is None and stored.notes.video is None:
        hint = "Add a line with its link to the notes, such as “YouTube Link: https://…”, or give the file."
        return (Notice("These notes name no recording.", f"{run} --media FILE", hint),)
    notices = []
    if not any(block.html for block in stored.notes.blocks):
        notices.append(Notice("These notes are empty: write something in them, then run them again.", run))
    if _lost(stored.recording, has_file=has_file):
        notices.append(Notice("The file of the recording is gone. Give its new place.", f"{run} --media FILE"))
    if stored.transcript is None and stored.recording is None:
        notices.append(
            Notice("The recording was not fetched yet, so there is no transcript and nothing is linked.", run)
        )
    elif stored.transcript is None:
        notices.append(Notice("There is no transcript yet, so nothing is linked.", run))
    elif not any(stored.transcript.heard):
        notices.append(Notice("No speech was heard in this recording.", f"{run} --force transcribe"))
    elif not stored.alignments:
        notices.append(Notice("The notes are not linked with the transcript yet.", f"{run} --force align"))
    elif not any(placed.confidence >= LINK_CONFIDENCE for placed in stored.alignments.values()):
        notices.append(Notice("Nothing in these notes was found in the recording. Is it the right one?"))
    return tuple(notices)


def _lost(recording: Recording | None, *, has_file: bool) -> bool:
    return recording is not None and recording.media is not None and recording.video_id is None and not has_file


def _speech(transcript: Transcript, jump: Callable[[float], str]) -> Speech | None:
    lines: list[Line] = []
    speaker: str | None = None
    for segment in transcript.heard:
        lines.append(_line(segment, jump, changed=segment.speaker != speaker))
        speaker = segment.speaker
    if not lines:
        return None
    return Speech(
        origin=_ORIGINS[transcript.origin].format(model=transcript.model or "a speech model"),
        language=transcript.language,
        stretches=tuple(tuple(lines[first : first + _STRETCH]) for first in range(0, len(lines), _STRETCH)),
    )


_ORIGINS = {
    Origin.ASR: "heard by {model}",
    Origin.CAPTIONS: "the video’s captions",
    Origin.IMPORT: "from a file",
}


def _line(segment: Segment, jump: Callable[[float], str], *, changed: bool) -> Line:
    return Line(
        start=f"{segment.start:.2f}",
        clock=timecode.clock(segment.start),
        href=jump(segment.start),
        speaker=(segment.speaker or "") if changed else "",
        text=segment.text.strip(),
        words=_word_times(segment),
    )


def _word_times(segment: Segment) -> str:
    if not segment.words or len(segment.words) != len(segment.text.split()):
        return ""
    return " ".join(f"{max(round((word.start - segment.start) * 10), 0)}" for word in segment.words)


def day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def length(duration: float | None) -> str:
    """How long a recording is, "" where that is not known."""
    return timecode.clock(duration) if duration else ""
