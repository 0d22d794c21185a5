"""The parts of a recording in several: what plays each of them, and where it is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from pipeline import part_clock
from pipeline.records import Meeting, RecordingPart
from service.views.formatting import duration
from service.views.moment_links import MomentLinks
from service.web.media_files import media_type


@dataclass(frozen=True, slots=True)
class PartView:
    """One part. `kind` is "audio", "video" or "youtube", "" where it cannot be played here. `source` is what is played:
    the address of the file, or the id of the video. `href` leads to its beginning on the page of the meeting.

    `start`, on the common clock, and `length` are seconds, "" while the recording has not been fetched.
    """

    number: int
    title: str
    published_at: str
    kind: str = ""
    source: str = ""
    captions: str = ""
    duration: str = ""
    start: str = ""
    length: str = ""
    href: str = ""
    is_current: bool = False


def unplayable_parts(meeting: Meeting, files: Sequence[bool]) -> frozenset[int]:
    """The numbers of the parts that cannot be played here; `files` says for which there is a file."""
    parts = meeting.recording.parts if meeting.recording else ()
    playable = zip(parts, files, strict=False)
    return frozenset(number for number, (part, has_file) in enumerate(playable, 1) if not (has_file or part.video_id))


def parts_view(meeting: Meeting, files: Sequence[bool], links: MomentLinks, seconds: float) -> tuple[PartView, ...]:
    """The parts of the recording, or those that the notes link to while it is not fetched; of one in one piece, none.

    Args:
        files: for each part, whether there is a file of it to be played.
        seconds: where the page begins, on the common clock: the part that is there is the current one, if it can be
            played, or else the first that can.
    """
    if meeting.recording is None:
        linked = meeting.notes.recordings
        return tuple(PartView(n, "", link.url) for n, link in enumerate(linked, 1)) if len(linked) > 1 else ()
    if not meeting.recording.parts:
        return ()
    shown = tuple(_views(meeting, meeting.recording.parts, files, links))
    playable = [part.number for part in shown if part.kind]
    if not playable:
        return shown
    asked = part_clock.locate(links.part_starts, seconds)
    current = asked.number if asked and asked.number in playable else playable[0]
    return tuple(replace(part, is_current=part.number == current) for part in shown)


def _views(
    meeting: Meeting, parts: Sequence[RecordingPart], files: Sequence[bool], links: MomentLinks
) -> Iterator[PartView]:
    slug = meeting.notes.slug
    types = [media_type(part) for part, has_file in zip(parts, files, strict=True) if has_file]
    # One player plays all files, and that of videos plays sound, too.
    file_kind = "audio" if all(name.startswith("audio/") for name in types) else "video"
    for number, (part, has_file) in enumerate(zip(parts, files, strict=True), 1):
        kind = file_kind if has_file else "youtube" if part.video_id else ""
        has_captions = kind == "video" and meeting.transcript is not None
        yield PartView(
            number=number,
            title=part.title,
            published_at=part.url or "",
            kind=kind,
            source=url_for("media.recording", slug=slug, part=number) if has_file else part.video_id or "",
            captions=url_for("media.captions", slug=slug, form="vtt", part=number) if has_captions else "",
            duration=duration(part.duration),
            start=f"{part.start:.2f}",
            length=f"{part.duration:.2f}",
            href=links.to(part.start),
        )
