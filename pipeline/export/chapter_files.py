"""Chapters as files: JSON of Podcasting 2.0, WebVTT, and Podlove Simple Chapters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from pipeline import page_addresses, timecode
from pipeline.cues.markup import escape
from pipeline.export.chapters import TopicChapter, chapters_of, one_line, video_url
from pipeline.records import Meeting, RecordingPart

_PODLOVE = "http://podlove.org/simple-chapters"


def podcast_json(meeting: Meeting, part: RecordingPart | None = None, *, site: str = "") -> str:
    """JSON by podcastindex.org's jsonChapters 1.2. `site` is where the pages are served; "": chapters have no `url`.

    Raises:
        NoChapters: see `chapters_of`.
    """
    chapters = chapters_of(meeting, part)
    document = {
        "version": "1.2.0",
        "title": one_line(meeting.notes.title),
        "chapters": [
            {"startTime": round(chapter.start, 2), "title": chapter.title} | ({"url": href} if href else {})
            for chapter, href in zip(chapters, _addresses(meeting, chapters, part, site), strict=True)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def webvtt(meeting: Meeting, part: RecordingPart | None = None) -> str:
    """WebVTT for `<track kind="chapters">`: a cue a chapter.

    Raises:
        NoChapters: see `chapters_of`.
    """
    cues = (
        f"{timecode.stamp(chapter.start)} --> {timecode.stamp(chapter.end)}\n{escape(chapter.title)}"
        for chapter in chapters_of(meeting, part)
    )
    return "\n\n".join(("WEBVTT", *cues)) + "\n"


def podlove_xml(meeting: Meeting, part: RecordingPart | None = None, *, site: str = "") -> str:
    """Podlove Simple Chapters 1.2. A chapter's address is that of its page at `site` or, on YouTube, of its moment.

    Raises:
        NoChapters: see `chapters_of`.
    """
    chapters, begin = chapters_of(meeting, part), part.start if part else 0.0
    ElementTree.register_namespace("psc", _PODLOVE)
    root = ElementTree.Element(f"{{{_PODLOVE}}}chapters", version="1.2")
    for chapter, page in zip(chapters, _addresses(meeting, chapters, part, site), strict=True):
        href = page or video_url(meeting, begin + chapter.start)
        fields = {"start": timecode.stamp(chapter.start), "title": chapter.title} | ({"href": href} if href else {})
        ElementTree.SubElement(root, f"{{{_PODLOVE}}}chapter", fields)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _addresses(meeting: Meeting, chapters: Sequence[TopicChapter], part: RecordingPart | None, site: str) -> list[str]:
    """The page of each chapter, or "" where there is none that everybody can open."""
    page, begin = page_addresses.meeting_page(meeting.notes.slug, site), part.start if part else 0.0
    return [page_addresses.at_block(page, each.block_id, begin + each.start) if site else "" for each in chapters]
