"""The page of one meeting. All words, times and links are made here; a template only places them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import url_for
from markupsafe import Markup

from pipeline import part_clock, timecode, untrusted
from pipeline.export.chapters import link_of
from pipeline.links import names_sound_or_video, youtube_url
from pipeline.records import Correction, Meeting, Notes, Recording, RecordingPart
from pipeline.speaking_time import in_one_spelling
from pipeline.topics.beside import AlsoDiscussed
from service.views.also import also_views
from service.views.block_places import places_json
from service.views.chapters import ChapterList, chapter_lists
from service.views.formatting import day, duration, iso_day
from service.views.moment_links import MomentLinks, RecordingAddress
from service.views.notes import HeadingView, NotesView, notes_view
from service.views.notices import Notice, notices_for_editors, notices_for_readers
from service.views.parts import PartView, parts_view, unplayable_parts
from service.views.speaker_strip import SpeakerStrip, speaker_strip
from service.views.timeline import Timeline, section_at, timeline
from service.views.transcript import TranscriptView, transcript_view
from service.web.auth import author_in_words
from service.web.language import _, ngettext
from service.web.media_files import media_type

_MAX_TIME_CHARS = 40
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
class SharePreview:
    """What a site shows that is given the link to this page."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """The moment a link asks for, and where to stop. With whole seconds, any time in that second may be meant."""

    seconds: float
    whole_second: bool
    end: float | None = None  # seconds; None: it plays on

    def __str__(self) -> str:
        return f"{self.seconds:.0f}" if self.whole_second else f"{self.seconds:.2f}"


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Everything on the page of one meeting. `start` and `end` are what it was asked to play, in seconds, or ""."""

    slug: str
    title: str
    heading: HeadingView | None
    date: str
    iso_date: str
    facts: tuple[str, ...]
    player: PlayerView | None
    start: str
    end: str
    published_at: str  # the recording's own address where it cannot be played here
    notices: tuple[Notice, ...]
    notes: NotesView
    timeline: Timeline | None
    strip: SpeakerStrip | None  # who speaks when
    transcript: TranscriptView | None
    share_preview: SharePreview
    has_hours: bool  # times of an hour and more take more room
    orphans: tuple[str, ...] = ()  # corrections of text that is gone, in words
    parts: tuple[PartView, ...] = ()  # of a recording in several
    for_editors: bool = False  # it offers to correct links
    edit_href: str = ""  # where the notes can be edited
    has_chapters: bool = False  # a topic has a link
    chapter_lists: tuple[ChapterList, ...] = ()  # for descriptions of videos
    places: Markup | None = None  # of the blocks in the notes, as JSON, on a page that can only suggest corrections


def meeting_page(
    meeting: Meeting,
    *,
    files: Sequence[bool],
    asked: str,
    section_id: str = "",
    for_editors: bool = False,
    static: bool = False,
    also: Mapping[str, tuple[AlsoDiscussed, ...]] = MappingProxyType({}),
) -> MeetingPage:
    """The page of a meeting.

    Args:
        also: what other meetings say of its topics, by block id.
        files: for each part of the recording, or for all of it, whether it is a file that can be played from here.
        asked: the moment of the link that led here, as text; what is no time in this recording is ignored.
        section_id: the section that is meant, where there is more than one at that moment.
        for_editors: whether to say what concerns only those who run the site: what failed, and how to mend it.
        static: whether the page becomes a file. Its links open the recording itself, and corrections are suggested.
    """
    notes, transcript = meeting.notes, meeting.transcript and in_one_spelling(meeting.transcript)
    start = asked_moment(asked, meeting.duration)
    has_file = any(files)
    video_id = _video_id(meeting, has_file=has_file or not static)
    links = _links(meeting, files, video_id, static=static)
    parts = parts_view(meeting, files, links, start.seconds if start else 0.0)
    shown_timeline = timeline(notes, meeting.alignments, meeting.uncovered, meeting.duration, links)
    shown_notes = notes_view(
        notes, meeting.alignments, links, meeting.corrections, shown_timeline, meeting.within, also_views(also)
    )
    facts = (_length(meeting), shown_notes.topics_linked)
    section = _asked_section(notes, section_id, start, shown_timeline)
    return MeetingPage(
        slug=notes.slug,
        title=notes.title,
        heading=shown_notes.title,
        date=day(notes.date),
        iso_date=iso_day(notes.date),
        facts=tuple(filter(None, facts)),
        player=_player(meeting, start, parts, has_file=has_file, video_id=video_id),
        start=str(start) if start else "",
        end=f"{start.end:.2f}" if start and start.end else "",
        published_at="" if has_file or video_id or parts else _published_at(meeting),
        notices=notices_for_editors(meeting, files)
        if for_editors
        else notices_for_readers(meeting, files, static=static, on_youtube=video_id is not None),
        notes=shown_notes,
        timeline=shown_timeline,
        strip=speaker_strip(transcript, meeting.duration, links),
        transcript=transcript_view(transcript, links, for_editors=for_editors) if transcript else None,
        share_preview=_share_preview(notes.title, _asked_in_words(start, links), section, (day(notes.date), *facts)),
        has_hours=_longest_clock(meeting) >= _HOUR_SECONDS,
        orphans=tuple(_orphan(correction, links) for correction in meeting.orphans if for_editors),
        parts=parts,
        for_editors=for_editors,
        has_chapters=any(link_of(meeting, topic.id) for topic in notes.topics),
        chapter_lists=chapter_lists(meeting),
        places=places_json(notes) if static else None,
    )


def _links(meeting: Meeting, files: Sequence[bool], video_id: str | None, *, static: bool) -> MomentLinks:
    """Where its moments lead."""
    unplayable = unplayable_parts(meeting, files)
    playable = len(unplayable) < len(meeting.part_starts) or any(files) or video_id is not None
    return MomentLinks.of(
        meeting.notes.slug,
        playable=playable,
        part_starts=meeting.part_starts,
        unplayable=unplayable,
        recordings=_recording_addresses(meeting, files, video_id) if static else (),
    )


def _asked_section(notes: Notes, section_id: str, start: AskedMoment | None, shown: Timeline | None) -> str:
    """The title of the section that somebody is shown, "" where none is known."""
    section = next((section.title for section in notes.sections if section.id == section_id), "")
    if start and not section:
        return section_at(shown, start.seconds, whole_second=start.whole_second)
    return section


def _length(meeting: Meeting) -> str:
    """How long the recording is, and in how many parts."""
    count = len(meeting.part_starts)
    length = duration(meeting.duration)
    if not count:
        return length
    return ngettext("%(length)s in %(num)s part", "%(length)s in %(num)s parts", count, length=length)


def _longest_clock(meeting: Meeting) -> float:
    """The last second that a time on the page can say."""
    parts = meeting.recording.parts if meeting.recording else ()
    return max((part.duration for part in parts), default=meeting.duration or 0.0)


def asked_moment(asked: str, length: float | None) -> AskedMoment | None:
    """The moment, or the range, somebody asks for with `asked`, such as `431`, `7:11` or `431,475`.

    None when that is no time, or not in a recording of this length. An end that is not after the start is ignored.
    """
    if len(asked) > _MAX_TIME_CHARS:
        return None
    first, _comma, last = asked.partition(",")
    seconds, end = timecode.parse(first), timecode.parse(last)
    if seconds is None or seconds > (length or untrusted.MAX_SECONDS):
        return None
    is_range = end is not None and end > seconds
    return AskedMoment(seconds, whole_second="." not in first, end=end if is_range else None)


def _asked_in_words(asked: AskedMoment | None, links: MomentLinks) -> str:
    if asked is None:
        return ""
    if asked.end:
        return links.clock_span(asked.seconds, asked.end)
    return _("From %(time)s", time=links.clock(asked.seconds))


def _orphan(correction: Correction, links: MomentLinks) -> str:
    values = {"text": correction.text, "name": author_in_words(correction.author)}
    if correction.start is None:
        return _("“%(text)s”: marked as not discussed by %(name)s", **values)
    return _("“%(text)s”: set to %(time)s by %(name)s", time=links.clock(correction.start), **values)


def _share_preview(title: str, moment: str, section: str, facts: Iterable[str]) -> SharePreview:
    """A link to a moment is named for the section that is discussed there."""
    return SharePreview(
        title=f"{section} · {title}" if section and section != title else title,
        description=" · ".join(filter(None, (moment, *facts))),
    )


def _recording_addresses(meeting: Meeting, files: Sequence[bool], video_id: str | None) -> tuple[RecordingAddress, ...]:
    """Where the recording, or each of its parts, opens for everybody."""
    recording, slug = meeting.recording, meeting.notes.slug
    if recording is None or not recording.parts:
        file = url_for("media.recording", slug=slug) if any(files) else _published_file(recording)
        return (RecordingAddress(video_id or "", file),)
    return tuple(
        RecordingAddress(
            part.video_id or "",
            url_for("media.recording", slug=slug, part=number) if has_file else _published_file(part),
        )
        for number, (part, has_file) in enumerate(zip(recording.parts, files, strict=True), 1)
    )


def _published_file(recording: Recording | RecordingPart | None) -> str:
    """The address on the web that a file was fetched from; "" where there is none that a browser could play."""
    url = (recording.url if recording else None) or ""
    return url if url.startswith(("https://", "http://")) and names_sound_or_video(url) else ""


def _video_id(meeting: Meeting, *, has_file: bool) -> str | None:
    """What YouTube plays: what was fetched from there or, where a copy that was heard is not published, the video that
    the notes link to.
    """
    recording = meeting.recording
    if recording and (recording.video_id or recording.parts or recording.withheld or has_file):
        return recording.video_id
    return meeting.notes.video.id if meeting.notes.video else None


def _player(
    meeting: Meeting, start: AskedMoment | None, parts: Sequence[PartView], *, has_file: bool, video_id: str | None
) -> PlayerView | None:
    if meeting.part_starts:
        return _parts_player(meeting, start, parts)
    return _whole_player(meeting, start, has_file=has_file, video_id=video_id)


def _whole_player(
    meeting: Meeting, start: AskedMoment | None, *, has_file: bool, video_id: str | None
) -> PlayerView | None:
    notes, recording, transcript = meeting.notes, meeting.recording, meeting.transcript
    title = (recording.title if recording else "") or notes.title
    length = duration(meeting.duration)
    if video_id:
        seconds = start.seconds if start else notes.video.start if notes.video else 0.0
        return PlayerView("youtube", title, length, youtube_url(video_id, seconds), video_id=video_id)
    if recording is None or not has_file:
        return None
    kind = media_type(recording).partition("/")[0]
    href = url_for("media.recording", slug=notes.slug) + (f"#t={start}" if start and start.seconds else "")
    captions = url_for("media.captions", slug=notes.slug, form="vtt") if transcript and kind == "video" else ""
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
        href = youtube_url(part.source, start.seconds if start else 0.0)
        return PlayerView(part.kind, title, part.duration, href, video_id=part.source)
    href = part.source + (f"#t={start}" if start and start.seconds else "")
    language = meeting.transcript.language if meeting.transcript else ""
    return PlayerView(part.kind, title, part.duration, href, captions=part.captions, language=language)


def _published_at(meeting: Meeting) -> str:
    """The address the notes give for the recording, "" where it is none a browser can open."""
    url = meeting.notes.video.url if meeting.notes.video else ""
    return url if url.startswith(("https://", "http://")) else ""
