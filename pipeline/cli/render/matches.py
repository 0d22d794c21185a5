"""Which videos may be the recordings of which notes, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline import timecode
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened
from pipeline.file_names import printable
from pipeline.matching import MatchOverview
from pipeline.records import CaptionsVerdict, ListedVideo, NotesWithoutRecording, StoredMatch

MAX_SHOWN = 20
"""Lines of what has no counterpart."""

_CAPTIONS = {
    CaptionsVerdict.AGREE: "its captions are about what the notes say",
    CaptionsVerdict.UNCLEAR: "its captions do not decide it",
    CaptionsVerdict.DIFFER: "but its captions are about something else",
    CaptionsVerdict.NONE: "there are no captions to compare the notes with",
}


def overview_text(found: MatchOverview) -> str:
    """All of it, in paragraphs; "" where there is nothing to show."""
    parts = ["\n".join(_proposal_lines(each)) for each in found.proposals]
    notes = [_notes_line(each) for each in found.notes_without_recording]
    videos = [_video_line(video) for video in found.videos_without_notes]
    parts += ["\n".join(_listed("Notes without a recording:", notes))] if notes else []
    parts += ["\n".join(_listed("Recordings without notes:", videos))] if videos else []
    return "\n\n".join(parts)


def _proposal_lines(proposal: StoredMatch) -> Iterator[str]:
    match = proposal.match
    yield f"{proposal.id}. {_notes_line(match.notes)}"
    yield f"   {_video_line(match.video)}"
    yield from (f"   - {printable(reason)}" for reason in reasons(proposal))
    if not match.notes.alone:
        yield "   Its file holds several meetings: link the recording below the heading of this one."


def reasons(proposal: StoredMatch) -> tuple[str, ...]:
    """Why the two may belong together, what the captions say included."""
    told = (_CAPTIONS[proposal.captions],) if proposal.captions else ()
    return (*proposal.match.reasons, *told)


def _listed(head: str, lines: list[str]) -> Iterator[str]:
    yield head
    yield from (f"  {line}" for line in lines[:MAX_SHOWN])
    if len(lines) > MAX_SHOWN:
        yield f"  … and {len(lines) - MAX_SHOWN} more"


def _notes_line(notes: NotesWithoutRecording) -> str:
    return f"{printable(shortened(notes.title, MAX_TITLE_CHARS))} ({printable(notes.path)})"


def _video_line(video: ListedVideo) -> str:
    facts = [f"{video.at:%Y-%m-%d}"] if video.at else []
    facts += [timecode.clock(video.duration)] if video.duration else []
    title = printable(shortened(video.title, MAX_TITLE_CHARS))
    return f"{printable(video.url)}  {title} ({', '.join(facts) or 'no date'})"


def overview_json(found: MatchOverview) -> dict[str, Any]:
    """For programs."""
    return {
        "proposals": [match_json(each) for each in found.proposals],
        "notes_without_recording": [_notes_json(each) for each in found.notes_without_recording],
        "recordings_without_notes": [_video_json(video) for video in found.videos_without_notes],
    }


def match_json(found: StoredMatch) -> dict[str, Any]:
    """One match, for programs."""
    return {
        "number": found.id,
        "state": found.state.value,
        "notes": _notes_json(found.match.notes),
        "video": _video_json(found.match.video),
        "reasons": list(reasons(found)),
        "score": found.match.score,
        "unique": found.match.unique,
        "takeable": found.match.notes.alone,
        "captions": found.captions.value if found.captions else None,
        "job": found.job,
    }


def _notes_json(notes: NotesWithoutRecording) -> dict[str, Any]:
    return {
        "slug": notes.slug,
        "path": notes.path,
        "title": notes.title,
        "date": notes.date.isoformat() if notes.date else None,
    }


def _video_json(video: ListedVideo) -> dict[str, Any]:
    return {
        "url": video.url,
        "title": video.title,
        "at": video.at.isoformat() if video.at else None,
        "seconds": video.duration,
    }
