"""The topics of a meeting as chapters for the description of its video."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from pipeline.errors import NoChapters
from pipeline.export.chapters import youtube_description
from pipeline.records import Meeting
from service.web.language import _


@dataclass(frozen=True, slots=True)
class ChapterList:
    """Chapters to copy, as lines of text. `part` is the number of the part they are of, "" for the whole recording."""

    text: str
    part: str = ""


def chapter_lists(meeting: Meeting) -> tuple[ChapterList, ...]:
    """One for each video, as far as YouTube would show it."""
    return tuple(_lists(meeting))


def _lists(meeting: Meeting) -> Iterator[ChapterList]:
    opening = _("Introduction")
    parts = meeting.recording.parts if meeting.recording else ()
    for number, part in enumerate(parts or (None,), 1):
        with suppress(NoChapters):
            yield ChapterList(youtube_description(meeting, part, opening=opening), str(number) if part else "")
