"""Notes made of what the host of a recording says of it, for a meeting of which nobody has written any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pipeline.export.markdown_text import escaped
from pipeline.notes.front_matter_writing import set_fields
from pipeline.records import Recording

_NAMELESS = re.compile(r"<Untitled Chapter \d+>")  # yt-dlp's name for what is before the first one
_MAX_TITLE_CHARS = 300


def notes_of_recording(recording: Recording, *, title: str | None, day: date | None, link: str | None) -> str:
    """Markdown with a heading for each chapter; `title` is used instead of the recording's.

    Chapters are those that the publisher set, or that stand in the description with their times.
    """
    title = one_line(title or recording.title)[:_MAX_TITLE_CHARS].rstrip() or "Recording"
    fields = {"title": title}
    if day:
        fields["date"] = day.isoformat()
    if link:
        fields["recording"] = link
    headings = [f"# {escaped(title)}", *(f"## {escaped(each)}" for each in _topics(recording))]
    return set_fields("\n\n".join(headings) + "\n", fields)


def one_line(text: str) -> str:
    """`text` in one line, without what nobody sees."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _topics(recording: Recording) -> Iterator[str]:
    for chapter in recording.chapters:
        title = one_line(chapter.title)[:_MAX_TITLE_CHARS].rstrip()
        if title and not _NAMELESS.fullmatch(title):
            yield title
