"""What a format's module finds in a file: a cue, before anybody has looked at its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Word


@dataclass(frozen=True, slots=True)
class DraftCue:
    """A cue as its file has it, in seconds. `end` is None where the file has none.

    `text` is what a viewer sees, its lines separated by newlines: captions that scroll repeat whole lines.
    """

    start: float
    end: float | None
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    line: int | None = None  # of the file, 1-based, where it begins: above its number, or a header of its own
    is_first: bool = False  # whether the file says that another one begins here: by a header, or a number
    highlight: tuple[int, int] | None = None  # the characters shown as being spoken, half-open, spaces not counted
