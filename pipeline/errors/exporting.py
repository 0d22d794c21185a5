"""What is stored of a meeting cannot be written as asked."""

from __future__ import annotations

from pipeline.errors.base import JumpnotesError


class NoChapters(JumpnotesError):
    """The meeting has no chapters, or none that obey the rules of where they would be shown."""

    hint = "Chapters are the headings of the notes that have a link; a heading's link can be set on the meeting's page."
