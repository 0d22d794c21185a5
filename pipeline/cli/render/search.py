"""What a search found, for people: the meetings, and below each its moments, one a line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby, repeat
from operator import itemgetter

import click

from pipeline import timecode
from pipeline.cli import render
from pipeline.records import Hit
from pipeline.search.snippet import remark

_ROOM = 20
"""Columns a snippet has at least, however narrow the terminal."""

_MORE, _AND = "…", " · "

_WHERE = 32
"""Columns of the section and the speaker at most."""

_NARROW = 60
"""Columns of a terminal that has room for them."""


def terminal() -> int | None:
    """Columns of the terminal; None where the output goes elsewhere, and nothing needs to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def report(hits: Sequence[Hit], width: int | None) -> str:
    """The hits by meeting, those of the best hit first; those that lack some of the words come after the others.

    Args:
        hits: at least one.
        width: columns that a line may have; None: as many as it needs.
    """
    whole = [hit for hit in hits if not hit.missing]
    if 0 < len(whole) < len(hits):
        partly = [hit for hit in hits if hit.missing]
        return f"{report(whole, width)}\n\nWith some of the words\n\n{report(partly, width)}"
    by_meeting: dict[str, list[Hit]] = {}
    for hit in hits:
        by_meeting.setdefault(hit.slug, []).append(hit)
    times = max(len(_time(hit)) for hit in hits)
    wheres = max(len(_where(hit, _WHERE)) for hit in hits)
    room = None
    if width is not None:
        wheres = min(wheres, width // 4) if width >= _NARROW else 0
        room = max(width - len(_start(hits[0], times, wheres)), _ROOM)
    return "\n\n".join(
        "\n".join([_meeting(found[0], width)] + [_start(hit, times, wheres) + _text(hit, room) for hit in found])
        for found in by_meeting.values()
    )


def _meeting(hit: Hit, width: int | None) -> str:
    day = hit.date.isoformat() if hit.date else ""
    more = "  ".join(part for part in ("" if day in hit.title else day, hit.slug) if part)
    title = _shown(hit.title)
    if width is not None:
        title = render.shortened(title, max(width - len(more) - 2, _ROOM))
    return f"{click.style(title, bold=True)}  {more}"


def _start(hit: Hit, times: int, wheres: int) -> str:
    where = _where(hit, wheres).ljust(wheres) + "  " if wheres else ""
    return f"  {_time(hit).rjust(times)}  {hit.source.value:10}  {where}"


def _time(hit: Hit) -> str:
    return "–" if hit.start is None else timecode.clock(hit.start)


def _where(hit: Hit, room: int) -> str:
    """The section and the speaker in `room` columns; of a long section something is left out, of the name less."""
    text = "".join(text for text, _ in hit.snippet)  # a heading names its own section
    section, speaker = (_shown(name) if name and name != text else "" for name in (hit.section, hit.speaker))
    speaker = render.shortened(speaker, room // 2 if section else room)
    section = render.shortened(section, room - len(speaker) - len(_AND) if speaker else room)
    return _AND.join(name for name in (section, speaker) if name)


def _text(hit: Hit, room: int | None) -> str:
    said = f"  ({found})" if (found := _shown(remark(hit))) else ""
    return _snippet(hit.snippet, None if room is None else max(room - len(said), _ROOM)) + said


def _snippet(pieces: Iterable[tuple[str, bool]], room: int | None) -> str:
    marked = [(character, matches) for text, matches in pieces for character in _shown(text)]
    if room is not None and len(marked) > room:
        marked = _cut(marked, room)
    return render.snippet(("".join(c for c, _ in run), matches) for matches, run in groupby(marked, key=itemgetter(1)))


def _cut(marked: list[tuple[str, bool]], room: int) -> list[tuple[str, bool]]:
    """The stretch that shows most of what matches in `room` characters, with some text before its first match."""
    begins = [at for at, (_, matches) in enumerate(marked) if matches and not (at and marked[at - 1][1])]
    first = max(begins, key=lambda at: sum(matches for _, matches in marked[at : at + room // 2]), default=0)
    left = max(0, min(first - room // 3, len(marked) - room + len(_MORE)))
    while 0 < left < first and marked[left - 1][0] != " ":  # not within a word
        left += 1
    before = [*zip(f"{_MORE} ", repeat(False))] if left else []
    right = left + room - len(before)
    if right >= len(marked):
        return before + marked[left:]
    right -= len(_MORE)
    while right > left + room // 2 and marked[right][0] != " ":
        right -= 1
    return before + marked[left:right] + [(_MORE, False)]


def _shown(text: str) -> str:
    """On one line; what a terminal would take for a command becomes a blank."""
    return "".join(character if character.isprintable() else " " for character in text)
