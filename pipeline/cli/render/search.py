"""What a search found, for people: the meetings, and below each its hits, one a line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby, repeat
from operator import itemgetter

import click

from pipeline import part_clock
from pipeline.cli.render.table import shortened
from pipeline.records import Hit
from pipeline.search.snippet import difference

MIN_TEXT_COLUMNS = 20
"""Columns a title or a snippet has at least, however narrow the terminal."""

MAX_PLACE_COLUMNS = 32
"""Columns of the section and the speaker at most."""

MIN_COLUMNS_FOR_PLACE = 60
"""Columns of a terminal that has room for them."""

_PARTIAL = "With only some of the words"
_ELLIPSIS = "…"
_SEPARATOR = " · "


def terminal_columns() -> int | None:
    """Columns of the terminal; None where the output goes elsewhere, and nothing needs to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def not_searched(meetings: int) -> str:
    """That a search does not know all meetings yet."""
    noun = "meeting is" if meetings == 1 else "meetings are"
    return f"{meetings} {noun} still being added to the search. Try again soon."


def format_hits(hits: Sequence[Hit], columns: int | None) -> str:
    """The hits by meeting, those of the best hit first; those that lack some of the words come after the others.

    Args:
        hits: at least one.
        columns: how wide a line may be; None: as wide as it needs to be.
    """
    complete = [hit for hit in hits if not hit.missing]
    if 0 < len(complete) < len(hits):
        partial = [hit for hit in hits if hit.missing]
        heading = "With some of the words, or in others" if any(hit.by_meaning for hit in partial) else _PARTIAL
        return f"{format_hits(complete, columns)}\n\n{heading}\n\n{format_hits(partial, columns)}"
    by_meeting: dict[str, list[Hit]] = {}
    for hit in hits:
        by_meeting.setdefault(hit.slug, []).append(hit)
    time_width = max(len(_time(hit)) for hit in hits)
    place_width = max(len(_place(hit, MAX_PLACE_COLUMNS)) for hit in hits)
    text_width = None
    if columns is not None:
        place_width = min(place_width, columns // 4) if columns >= MIN_COLUMNS_FOR_PLACE else 0
        text_width = max(columns - len(_lead(hits[0], time_width, place_width)), MIN_TEXT_COLUMNS)
    return "\n\n".join(
        "\n".join(
            [_meeting_line(found[0], columns)]
            + [_lead(hit, time_width, place_width) + _text(hit, text_width) for hit in found]
        )
        for found in by_meeting.values()
    )


def _meeting_line(hit: Hit, columns: int | None) -> str:
    day = hit.date.isoformat() if hit.date else ""
    more = "  ".join(part for part in ("" if day in hit.title else day, hit.slug) if part)
    title = _printable(hit.title)
    if columns is not None:
        title = shortened(title, max(columns - len(more) - 2, MIN_TEXT_COLUMNS))
    return f"{click.style(title, bold=True)}  {more}"


def _lead(hit: Hit, time_width: int, place_width: int) -> str:
    """What a line begins with: the time, the source and, where there is room, the place."""
    place = _place(hit, place_width).ljust(place_width) + "  " if place_width else ""
    return f"  {_time(hit).rjust(time_width)}  {hit.source.value:10}  {place}"


def _time(hit: Hit) -> str:
    return "–" if hit.start is None else part_clock.clock(hit.part_starts, hit.start)


def _place(hit: Hit, width: int) -> str:
    """The section and the speaker in `width` columns; a long section is cut sooner than the speaker."""
    text = "".join(text for text, _ in hit.snippet)  # a heading names its own section
    section, speaker = (_printable(name) if name and name != text else "" for name in (hit.section, hit.speaker))
    speaker = shortened(speaker, width // 2 if section else width)
    section = shortened(section, width - len(speaker) - len(_SEPARATOR) if speaker else width)
    return _SEPARATOR.join(name for name in (section, speaker) if name)


def _text(hit: Hit, width: int | None) -> str:
    note = f"  ({why})" if (why := _printable(difference(hit))) else ""
    return _snippet(hit.snippet, None if width is None else max(width - len(note), MIN_TEXT_COLUMNS)) + note


def _snippet(pieces: Iterable[tuple[str, bool]], width: int | None) -> str:
    """A hit's text, the matches in bold (on a terminal)."""
    marked = [(character, matches) for text, matches in pieces for character in _printable(text)]
    if width is not None and len(marked) > width:
        marked = _crop(marked, width)
    runs = (("".join(c for c, _ in run), matches) for matches, run in groupby(marked, key=itemgetter(1)))
    return "".join(click.style(text, bold=True) if matches else text for text, matches in runs)


def _crop(marked: list[tuple[str, bool]], width: int) -> list[tuple[str, bool]]:
    """The stretch that shows most of what matches in `width` characters, with some text before its first match."""
    begins = [at for at, (_, matches) in enumerate(marked) if matches and not (at and marked[at - 1][1])]
    first = max(begins, key=lambda at: sum(matches for _, matches in marked[at : at + width // 2]), default=0)
    left = max(0, min(first - width // 3, len(marked) - width + len(_ELLIPSIS)))
    while 0 < left < first and marked[left - 1][0] != " ":  # not within a word
        left += 1
    before = [*zip(f"{_ELLIPSIS} ", repeat(False))] if left else []
    right = left + width - len(before)
    if right >= len(marked):
        return before + marked[left:]
    right -= len(_ELLIPSIS)
    while right > left + width // 2 and marked[right][0] != " ":
        right -= 1
    return before + marked[left:right] + [(_ELLIPSIS, False)]


def _printable(text: str) -> str:
    """On one line; what a terminal would take for a command becomes a blank."""
    return "".join(character if character.isprintable() else " " for character in text)
