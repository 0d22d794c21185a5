"""Watched places, what a look found, and what is missing, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline import intervals, ytdlp_age
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened, table
from pipeline.file_names import path_of, printable
from pipeline.records import ItemState, MeetingSummary, Watch, WatchedItem
from pipeline.watch import addresses

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.jobs.scanning import ScanOutcome

Counts = Mapping[ItemState, int]


def place_name(watch: Watch) -> str:
    """A watched place, for people."""
    return printable(addresses.shown(watch.address))


def outcome_text(watch: Watch, outcome: ScanOutcome) -> str:
    """What a look put and found, in a line."""
    found = [_number(len(outcome.jobs), "job", "jobs")]
    if outcome.open:
        found.append(f"{_number(outcome.open, 'recording', 'recordings')} without notes")
    if outcome.waiting:
        found.append(f"{outcome.waiting} not ready yet")
    if outcome.unavailable:
        found.append(f"{outcome.unavailable} private or removed")
    return f"{place_name(watch)}: {', '.join(found)}"


def outcome_json(watch: Watch, outcome: ScanOutcome) -> dict[str, Any]:
    return {
        "address": addresses.shown(watch.address),
        "jobs": [{"id": job.id, "title": job.title, "notes": job.request.notes} for job in outcome.jobs],
        "recordings_without_notes": outcome.open,
        "waiting": outcome.waiting,
        "unavailable": outcome.unavailable,
        "next_at": _iso(outcome.next_at),
    }


def watches_text(watches: Sequence[Watch], counts: Mapping[int, Counts]) -> str:
    """A line for each watched place, and below it why it could not be looked at."""
    head = ("place", "kind", "every", "last look (UTC)", "next look (UTC)", "found")
    rows = [
        (
            place_name(watch),
            watch.kind.value,
            intervals.written(watch.every),
            f"{watch.scanned_at:%Y-%m-%d %H:%M}" if watch.scanned_at else "",
            f"{watch.next_at:%Y-%m-%d %H:%M}",
            _found(counts.get(watch.id, {})),
        )
        for watch in watches
    ]
    lines = table(head, rows).splitlines()
    for watch, line in zip(watches, lines[1:], strict=True):
        if watch.failure:
            hint = f"\n    {watch.failure.hint}" if watch.failure.hint else ""
            lines[lines.index(line)] = f"{line}\n    failed: {watch.failure.message}{hint}"
    if told := ytdlp_age.explanation(watch.failure.reason for watch in watches if watch.failure):
        lines.append(told)
    return "\n".join(lines)


def watch_json(watch: Watch, counts: Counts) -> dict[str, Any]:
    failure = watch.failure
    return {
        "address": addresses.shown(watch.address),
        "kind": watch.kind.value,
        "every": watch.every,
        "from_settings": watch.configured,
        "scanned_at": _iso(watch.scanned_at),
        "next_at": _iso(watch.next_at),
        "found": {state.value: count for state, count in counts.items()},
        "failure": failure and {"reason": failure.reason, "message": failure.message, "hint": failure.hint},
    }


Lacking = Sequence[tuple[MeetingSummary, str]]
Recordings = Sequence[tuple[Watch, WatchedItem]]


def missing_text(notes: Lacking, recordings: Recordings) -> str:
    """Notes without a recording, and recordings without notes."""
    with_notes = [
        (each.date.isoformat() if each.date else "", printable(shortened(each.title, MAX_TITLE_CHARS)), _path(path))
        for each, path in notes
    ]
    with_videos = [
        (f"{item.at:%Y-%m-%d}" if item.at else "", printable(shortened(item.title, MAX_TITLE_CHARS)), item.url)
        for _, item in recordings
    ]
    parts = [
        f"{name}: {len(rows) or 'none'}" + (f"\n{table(head, rows)}" if rows else "")
        for name, head, rows in (
            ("Notes without a recording", ("date", "title", "notes"), with_notes),
            ("Recordings without notes", ("date", "title", "recording"), with_videos),
        )
    ]
    return "\n\n".join(parts)


def missing_json(notes: Lacking, recordings: Recordings) -> dict[str, Any]:
    return {
        "notes_without_recording": [
            {
                "slug": each.slug,
                "title": each.title,
                "date": each.date.isoformat() if each.date else None,
                "notes": _path(path),
            }
            for each, path in notes
        ],
        "recordings_without_notes": [
            {
                "url": item.url,
                "title": item.title,
                "at": _iso(item.at),
                "duration": item.duration,
                "watch": addresses.shown(watch.address),
            }
            for watch, item in recordings
        ],
    }


def _found(counts: Counts) -> str:
    words = {
        ItemState.DONE: "known",
        ItemState.OPEN: "without notes",
        ItemState.WAITING: "not ready yet",
        ItemState.UNAVAILABLE: "private or removed",
    }
    return ", ".join(f"{counts[state]} {word}" for state, word in words.items() if counts.get(state))


def _number(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"


def _path(path: str) -> str:
    return printable(str(path_of(path)))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
