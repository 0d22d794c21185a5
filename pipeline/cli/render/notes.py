"""What is understood of notes, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.file_names import printable
from pipeline.records import Notes
from pipeline.timecode import clock


def notes_json(path: Path, notes: Notes) -> dict[str, Any]:
    """One meeting of the file `path`."""
    transcript = notes.transcript
    return {
        "path": printable(str(path)),
        "title": notes.title,
        "date": notes.date.isoformat() if notes.date else None,
        "video": notes.video.url if notes.video else None,
        "recordings": [part.url for part in notes.recordings],
        "line": notes.line,
        "end_line": notes.end_line,
        "times": [
            {"line": block.line, "seconds": block.hint.start} | ({"part": block.hint.part} if block.hint.part else {})
            for block in notes.blocks
            if block.hint
        ],
        "sections": len(notes.topics),
        "transcript": {"line": transcript.line, "end_line": transcript.end_line} if transcript else None,
        "warnings": list(notes.warnings),
    }


def notes_report(path: Path, meetings: tuple[Notes, ...]) -> str:
    """All meetings of the file `path`, one paragraph each."""
    return "\n\n".join("\n".join(_lines(path, each)) for each in meetings)


def _lines(path: Path, notes: Notes) -> Iterator[str]:
    yield f"{printable(str(path))}:{notes.line}"
    yield f"  title       {notes.title}"
    yield f"  date        {notes.date or 'none'}"
    for number, part in enumerate(notes.recordings, 1):
        yield f"  recording   {part.url}" + (f" (part {number})" if notes.further_parts else "")
    if not notes.recordings:
        yield "  recording   none"
    yield f"  topics      {len(notes.topics)}"
    times = [(block.line, block.hint.start) for block in notes.blocks if block.hint]
    if times:
        yield "  times       " + ", ".join(f"{clock(seconds)} (line {line})" for line, seconds in times)
    if notes.transcript:
        yield f"  transcript  lines {notes.transcript.line}–{notes.transcript.end_line - 1}"
    for warning in notes.warnings:
        yield f"  warning     {warning}"
