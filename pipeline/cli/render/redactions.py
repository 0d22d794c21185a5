"""Passages that are, or will be, taken out of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline import redacted, timecode
from pipeline.cli.render.table import table
from pipeline.file_names import printable
from pipeline.muted_media import muted_files
from pipeline.records import Meeting, Origin, Recording, Redaction, RemovedPassage


def redaction_lines(redactions: Sequence[Redaction]) -> str:
    """A line for each passage."""
    rows = [
        (
            f"{timecode.exact(each.passage.start)}–{timecode.exact(each.passage.end)}",
            each.passage.reason,
            each.author,
            f"{each.at:%Y-%m-%d %H:%M}",
            "" if each.applies else "of another recording",
        )
        for each in redactions
    ]
    return table(("removed", "reason", "by", "at (UTC)", ""), rows)


def redaction_preview(
    meeting: Meeting,
    passages: Sequence[RemovedPassage],
    *,
    recording: Recording | None,
    media_dir: Path,
    others: Sequence[str] = (),
) -> str:
    """What will be taken out, and where it will still be.

    Args:
        recording: with the files that its owner gave or that were fetched.
        others: meetings with the same recording.
    """
    lines = [f"{printable(meeting.notes.title)} ({meeting.notes.slug})"]
    said = meeting.transcript
    for passage in passages:
        wide = redacted.widened(passage, said)
        left = redacted.without_passages(said, [wide]) if said else None
        count = _words(said.segments) - _words(left.segments) if said and left else 0
        span = f"{timecode.exact(wide.start)}–{timecode.exact(wide.end)}"
        lines.append(f"  deletes: {span}, {count} word{'' if count == 1 else 's'}")
    lines += [f"  keeps: {each}" for each in _kept(meeting, passages, recording, media_dir, others)]
    return "\n".join(lines)


def _words(segments: Sequence[object]) -> int:
    return sum(len(str(getattr(each, "text", "")).split()) for each in segments)


def _kept(
    meeting: Meeting,
    passages: Sequence[RemovedPassage],
    recording: Recording | None,
    media_dir: Path,
    others: Sequence[str],
) -> list[str]:
    files = muted_files(recording, passages, meeting.notes.slug, media_dir)
    own = [printable(str(file.original)) for file in files if file.is_copy]
    found = [f"{file}, your own file, of which a muted copy is played from now on" for file in own]
    if recording and recording.video_id:
        found.append("the video on YouTube, which the page plays")
    if meeting.notes.transcript is not None:
        found.append("the transcript in your notes, which stays in the file")
    elif meeting.transcript and meeting.transcript.origin is Origin.IMPORT:
        found.append("the file that the transcript was read from")
    if others:
        found.append(f"other meetings with this recording, if it is not taken out of them, too: {', '.join(others)}")
    return [*found, "backups and other copies of the data folder"]
