"""The list of meetings with what there is of each, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import export, meeting_locks, page_addresses, transcript_clock
from pipeline.cli.render.table import shortened, table
from pipeline.file_names import may_exist, path_of, printable
from pipeline.records import ClockBasis, MeetingSummary, TranscriptClock
from pipeline.series import series_of

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.store import Store

_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class StockedMeeting:
    """A meeting with where its notes are, how far it is, and the room it takes on the disk."""

    summary: MeetingSummary
    notes: Path
    state: str
    last_run: datetime | None  # UTC
    row_bytes: int  # about
    media_bytes: int  # of files that other meetings may use, too


def inventory(store: Store, settings: Settings) -> list[StockedMeeting]:
    """All meetings, newest first."""
    busy = meeting_locks.busy(store, settings)
    places = {place.slug: place for place in store.places()}
    stocks, media = store.stocks(), store.media()
    found = []
    for summary in store.meetings():
        place, stock = places.get(summary.slug), stocks.get(summary.slug)
        if place is None or stock is None:  # forgotten meanwhile
            continue
        notes = path_of(place.path)
        is_there = place.anchor is not None and may_exist(notes)
        state = _state(summary, has_notes=is_there, is_busy=summary.slug in busy)
        size = sum(map(_size, media.get(summary.slug, ())))
        found.append(StockedMeeting(summary, notes, state, stock.last_run, stock.row_bytes, size))
    return found


def _state(summary: MeetingSummary, *, has_notes: bool, is_busy: bool) -> str:
    if is_busy:
        return "busy"
    if summary.damaged:
        return "damaged"
    if not has_notes:
        return "notes gone"
    if summary.failure:
        return "failed"
    if summary.has_transcript:
        return "linked"
    has_recording = summary.has_video or summary.duration is not None  # in the notes, or beside them
    return "no transcript" if has_recording else "no recording"


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0


def inventory_table(meetings: Sequence[StockedMeeting]) -> str:
    """A line for each meeting, and their number and sum below."""
    rows: list[tuple[str, ...]] = [
        (
            each.summary.slug,
            each.summary.date.isoformat() if each.summary.date else "",
            _progress(each) + ("" if each.summary.published else ", not published"),
            f"{each.last_run:%Y-%m-%d %H:%M}" if each.last_run else "",
            file_size(each.row_bytes + each.media_bytes),
            _clock(each.summary.clock),
            printable(str(each.notes)),
        )
        for each in meetings
    ]
    total = file_size(sum(each.row_bytes + each.media_bytes for each in meetings))
    number = f"{len(meetings)} meeting{'' if len(meetings) == 1 else 's'}"
    head: tuple[str, ...] = ("meeting", "date", "state", "last run (UTC)", "size", "clock", "notes")
    clocks = head.index("clock")
    if not any(row[clocks] for row in rows):
        head, *rows = (row[:clocks] + row[clocks + 1 :] for row in (head, *rows))
    return f"{table(head, rows, right=[4])}\n{number}, about {total}."


def _progress(meeting: StockedMeeting) -> str:
    """Its state, and how many of its topics have a link."""
    topics = meeting.summary.topics
    if meeting.state != "linked" or not topics:
        return meeting.state
    return f"{meeting.state}, {meeting.summary.linked} of {topics} topic{'' if topics == 1 else 's'}"


def _clock(clock: TranscriptClock | None) -> str:
    """By how much the times of a transcript were moved, and how that is known; "" where nobody moved them."""
    if clock is None or (clock.is_recordings and clock.basis is not ClockBasis.GIVEN):
        return ""
    offsets = [transcript_clock.signed(piece.offset) for piece in clock.pieces]
    many = f" … {offsets[-1]}" if len(offsets) > 1 else ""
    return f"{offsets[0]}{many} ({transcript_clock.REASONS[clock.basis]})"


def inventory_json(meeting: StockedMeeting, *, site: str = "") -> dict[str, object]:
    """For programs. `site` is where the pages are served."""
    summary = meeting.summary
    return {
        "slug": summary.slug,
        "title": summary.title,
        "date": summary.date.isoformat() if summary.date else None,
        "series": series_of(summary.title) or None,
        "url": page_addresses.meeting_page(summary.slug, site),
        "state": meeting.state,
        "published": summary.published,
        "error": summary.failure.message if summary.failure else None,
        "duration": summary.duration,
        "topics": summary.topics,
        "linked": summary.linked,
        "updated_at": export.instant(summary.updated_at),
        "last_run": meeting.last_run.isoformat() if meeting.last_run else None,
        "notes": printable(str(meeting.notes)),
        "row_bytes": meeting.row_bytes,
        "media_bytes": meeting.media_bytes,
        "clock": export.clock_json(summary.clock) if summary.clock else None,
    }


def file_size(size: float) -> str:
    """
    >>> file_size(812), file_size(1_230_000)
    ('812 B', '1.2 MB')
    """
    unit = 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit and size < 9.95 else f"{size:.0f} {_UNITS[unit]}"


def gone_notes(places: Iterable[tuple[str, str]], *, unread: int = 0) -> str:
    """That notes are gone, by slug and path of their meetings, and what can be done about it.

    Args:
        unread: how many other notes were not understood. They may be those that seem to be gone, so that it would be
            wrong to delete the meetings.
    """
    known = [(slug, printable(path_of(path).name)) for slug, path in places]
    shown = ", ".join(f"{name} ({slug})" for slug, name in known[:5]) + (", …" if len(known) > 5 else "")
    one = len(known) == 1
    slugs = known[0][0] if one else "MEETING…"
    what = "The notes of 1 meeting are gone" if one else f"The notes of {len(known)} meetings are gone"
    todo = "They may be those named above" if unread else f"To delete: jumpnotes forget {slugs}, or run --prune"
    return f"{what}: {shortened(shown, 400)}. {todo}."
