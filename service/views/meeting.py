"""The page of one meeting. All words, times and links are made here; a template only places them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from flask import url_for

from pipeline import part_clock, timecode, untrusted
from pipeline.records import Certainty, Correction, Meeting, Recording, RecordingPart
from service.views.formatting import day, duration, iso_day
from service.views.moment_links import MomentLinks
from service.views.notes import HeadingView, NotesView, notes_view
from service.views.parts import PartView, parts_view, unplayable_parts
from service.views.timeline import Timeline, section_at, timeline
from service.views.transcript import TranscriptView, transcript_view
from service.web.media_files import media_type

_MAX_TIME_CHARS = 20
"""Of a time somebody may ask for."""

_HOUR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class PlayerView:
    """What plays the recording: `kind` is "audio", "video" or "youtube". `href` works without JavaScript."""

    kind: str
    title: str
    duration: str
    href: str
    video_id: str = ""
    captions: str = ""
    language: str = ""
    other: PlayerView | None = None  # for the parts that this one cannot play


@dataclass(frozen=True, slots=True)
class Notice:
    """What is missing or went wrong, and the command that helps."""

    text: str
    command: str = ""
    hint: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class SharePreview:
    """What a site shows that is given the link to this page."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """The moment a link asks for. With whole seconds, any time in that second may be meant."""

    seconds: float
    whole_second: bool

    def __str__(self) -> str:
        return f"{self.seconds:.0f}" if self.whole_second else f"{self.seconds:.2f}"


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything on the page of one meeting. `start` is where it was asked to begin, in seconds, "" if nowhere."""

    slug: str
    title: str
    heading: HeadingView | None
    date: str
    iso_date: str
    facts: tuple[str, ...]
    player: PlayerView | None
    start: str
    published_at: str  # the recording's own address where it cannot be played here
    notices: tuple[Notice, ...]
    notes: NotesView
    timeline: Timeline | None
    transcript: TranscriptView | None
    share_preview: SharePreview
    has_hours: bool  # times of an hour and more take more room
    orphans: tuple[str, ...] = ()  # corrections of text that is gone, in words
    parts: tuple[PartView, ...] = ()  # of a recording in several


def meeting_page(meeting: Meeting, *, files: Sequence[bool], asked: str, section_id: str = "") -> MeetingPage:
    """The page of a meeting.

    Args:
        files: for each part of the recording, or for all of it, whether it is a file that can be played from here.
        asked: the moment of the link that led here, as text; what is no time in this recording is ignored.
        section_id: the section that is meant, where there is more than one at that moment.
    """
    notes = meeting.notes
    start = asked_moment(asked, meeting.duration)
    has_file, video_id = any(files), _video_id(meeting)
    unplayable = unplayable_parts(meeting, files)
    playable = len(unplayable) < len(meeting.part_starts) or has_file or video_id is not None
    links = MomentLinks.of(notes.slug, playable=playable, part_starts=meeting.part_starts, unplayable=unplayable)
    parts = parts_view(meeting, files, links, start.seconds if start else 0.0)
    shown_timeline = timeline(notes, meeting.alignments, meeting.uncovered, meeting.duration, links)
    shown_notes = notes_view(notes, meeting.alignments, links, meeting.corrections, shown_timeline, meeting.within)
    facts = (_length(meeting), shown_notes.topics_linked)
    start_clock = links.clock(start.seconds) if start else ""
    section = next((section.title for section in notes.sections if section.id == section_id), "")
    if start and not section:
        section = section_at(shown_timeline, start.seconds, whole_second=start.whole_second)
    return MeetingPage(
        slug=notes.slug,
        title=notes.title,
        heading=shown_notes.title,
        date=day(notes.date),
        iso_date=iso_day(notes.date),
        facts=tuple(filter(None, facts)),
        player=(
            _parts_player(meeting, start, parts)
            if meeting.part_starts
            else _player(meeting, start, has_file=has_file, video_id=video_id)
        ),
        start=str(start) if start else "",
        published_at="" if has_file or video_id or parts else _published_at(meeting),
        notices=_notices(meeting, files),
        notes=shown_notes,
        timeline=shown_timeline,
        transcript=transcript_view(meeting.transcript, links) if meeting.transcript else None,
        share_preview=_share_preview(notes.title, start_clock, section, (day(notes.date), *facts)),
        has_hours=_longest_clock(meeting) >= _HOUR_SECONDS,
        orphans=tuple(_orphan(correction, links) for correction in meeting.orphans),
        parts=parts,
    )


def _length(meeting: Meeting) -> str:
    """How long the recording is, and in how many parts."""
    count = len(meeting.part_starts)
    return f"{duration(meeting.duration)} in {count} parts" if count else duration(meeting.duration)


def _longest_clock(meeting: Meeting) -> float:
    """The last second that a time on the page can say."""
    parts = meeting.recording.parts if meeting.recording else ()
    return max((part.duration for part in parts), default=meeting.duration or 0.0)


def asked_moment(asked: str, length: float | None) -> AskedMoment | None:
    """The moment somebody asks for with `asked`; None when that is no time, or not in a recording of this length."""
    seconds = timecode.parse(asked) if len(asked) <= _MAX_TIME_CHARS else None
    if seconds is None or seconds > (length or untrusted.MAX_SECONDS):
        return None
    return AskedMoment(seconds, whole_second=not set(asked) & {".", ","})


def _orphan(correction: Correction, links: MomentLinks) -> str:
    verdict = "marked as not discussed" if correction.start is None else f"set to {links.clock(correction.start)}"
    return f"“{correction.text}”: {verdict} by {correction.author}"


def _share_preview(title: str, clock: str, section: str, facts: Iterable[str]) -> SharePreview:
    """A link to a moment is named for the section that is discussed there."""
    moment = [f"From {clock}"] if clock else []
    return SharePreview(
        title=f"{section} · {title}" if section and section != title else title,
        description=" · ".join(filter(None, (*moment, *facts))),
    )


def _video_id(meeting: Meeting) -> str | None:
    if meeting.recording:
        return meeting.recording.video_id
    return meeting.notes.video.id if meeting.notes.video else None


def _player(meeting: Meeting, start: AskedMoment | None, *, has_file: bool, video_id: str | None) -> PlayerView | None:
    notes, recording, transcript = meeting.notes, meeting.recording, meeting.transcript
    title = (recording.title if recording else "") or notes.title
    length = duration(meeting.duration)
    if video_id:
        seconds = start.seconds if start else notes.video.start if notes.video else 0.0
        return PlayerView("youtube", title, length, _on_youtube(video_id, seconds), video_id=video_id)
    if recording is None or not has_file:
        return None
    kind = media_type(recording).partition("/")[0]
    href = url_for("media.recording", slug=notes.slug) + (f"#t={start}" if start and start.seconds else "")
    captions = url_for("media.captions", slug=notes.slug) if transcript and kind == "video" else ""
    return PlayerView(kind, title, length, href, captions=captions, language=transcript.language if transcript else "")


def _parts_player(meeting: Meeting, start: AskedMoment | None, parts: Sequence[PartView]) -> PlayerView | None:
    """What plays the current part, and what plays those parts that it cannot."""
    current = next((part for part in parts if part.is_current), None)
    if current is None:
        return None
    moment = part_clock.locate(meeting.part_starts, start.seconds) if start else None
    local = replace(start, seconds=moment.seconds) if start and moment and moment.number == current.number else None
    is_video = current.kind == "youtube"
    other = next((part for part in parts if part.kind and (part.kind == "youtube") is not is_video), None)
    made = _part_player(meeting, current, local)
    return replace(made, other=_part_player(meeting, other, None)) if other else made


def _part_player(meeting: Meeting, part: PartView, start: AskedMoment | None) -> PlayerView:
    title = part.title or meeting.notes.title
    if part.kind == "youtube":
        href = _on_youtube(part.source, start.seconds if start else 0.0)
        return PlayerView(part.kind, title, part.duration, href, video_id=part.source)
    href = part.source + (f"#t={start}" if start and start.seconds else "")
    language = meeting.transcript.language if meeting.transcript else ""
    return PlayerView(part.kind, title, part.duration, href, captions=part.captions, language=language)


def _on_youtube(video_id: str, seconds: float) -> str:
    return f"https://youtu.be/{video_id}" + (f"?t={int(seconds)}" if seconds else "")


def _published_at(meeting: Meeting) -> str:
    """The address the notes give for the recording, "" where it is none a browser can open."""
    url = meeting.notes.video.url if meeting.notes.video else ""
    return url if url.startswith(("https://", "http://")) else ""


# -- what is missing ---------------------------------------------------------------------------------------------------

_RUN = "jumpnotes run NOTES.md"


def _notices(meeting: Meeting, files: Sequence[bool]) -> tuple[Notice, ...]:
    if meeting.failure:
        failure = meeting.failure
        text = f"The last run failed ({failure.stage}): {failure.message}"
        return (Notice(text, _RUN, failure.hint, failed=True),)
    if meeting.recording is None and meeting.notes.video is None:
        hint = "Add a line such as “Recording: https://…” to the notes, or give the file:"
        return (Notice("No recording is linked in these notes.", f"{_RUN} --media FILE", hint),)
    notices = []
    if not any(block.html for block in meeting.notes.blocks):
        notices.append(Notice("These notes are empty. Write something in them, then run them again:", _RUN))
    if meeting.recording:
        notices += [
            Notice(f"The file of part {number} is missing. Put it back, or fetch it again:", f"{_RUN} --force fetch")
            for number, (part, has_file) in enumerate(zip(meeting.recording.parts, files, strict=False), 1)
            if _is_lost(part, has_file=has_file)
        ]
    if not meeting.part_starts and _is_lost(meeting.recording, has_file=any(files)):
        notices.append(_lost(meeting.recording))
    missing = _missing_step(meeting)
    return (*notices, missing) if missing else tuple(notices)


def _lost(recording: Recording | None) -> Notice:
    name = PurePath((recording.media if recording else None) or "").name
    if recording and recording.source.startswith(("https://", "http://")):
        return Notice(f"The recording’s file {name} is missing. To fetch it again:", f"{_RUN} --force fetch")
    text = f"The recording’s file {name} is missing. Put it beside the notes, or give its new place:"
    return Notice(text, f"{_RUN} --media FILE")


def _missing_step(meeting: Meeting) -> Notice | None:
    """The first stage whose result is missing, or nothing to be used."""
    if meeting.transcript is None and meeting.recording is None:
        text = "The recording has not been fetched yet, so there is no transcript and there are no links."
        return Notice(text, _RUN)
    if meeting.transcript is None:
        return Notice("There is no transcript yet, so there are no links.", _RUN)
    if not any(meeting.transcript.heard):
        return Notice("No speech was found in this recording.", f"{_RUN} --force transcribe")
    if not meeting.alignments:
        return Notice("The notes have not been linked to the transcript yet.", f"{_RUN} --force align")
    if all(alignment.certainty is Certainty.NOT_FOUND for alignment in meeting.alignments.values()):
        return Notice("Nothing in these notes was found in the recording. Is it the right one?")
    return None


def _is_lost(recording: Recording | RecordingPart | None, *, has_file: bool) -> bool:
    return recording is not None and recording.media is not None and recording.video_id is None and not has_file
