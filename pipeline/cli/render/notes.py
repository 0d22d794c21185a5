"""What is understood of notes, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.file_names import printable
from pipeline.records import Notes, Video
from pipeline.run.companions import Companions
from pipeline.timecode import clock

_MAX_SHOWN_TIMES = 6
_MAX_SHOWN_TOPICS = 4
_MAX_SHOWN_CHARS = 90  # of a line of the notes, and of a title in a list


def notes_json(path: Path, notes: Notes, beside: Companions) -> dict[str, Any]:
    """One meeting of the file `path`, and the files that belong to it."""
    transcript = notes.transcript
    return {
        "path": printable(str(path)),
        "title": notes.title,
        "date": notes.date.isoformat() if notes.date else None,
        "video": notes.video.url if notes.video else None,
        "recordings": [part.url for part in notes.recordings],
        "recording_lines": [_line_of(part, notes)[0] for part in notes.recordings],
        "published": notes.published,
        "line": notes.line,
        "end_line": notes.end_line,
        "times": [
            {"line": block.line, "seconds": block.hint.start} | ({"part": block.hint.part} if block.hint.part else {})
            for block in notes.blocks
            if block.hint
        ],
        "sections": len(notes.topics),
        "transcript": {"line": transcript.line, "end_line": transcript.end_line} if transcript else None,
        "warnings": [*notes.warnings, *beside.warnings],
        "beside": {kind: printable(str(file)) for kind, file in _files(beside)},
    }


def notes_report(path: Path, meetings: tuple[Notes, ...], beside: Companions) -> str:
    """All meetings of the file `path`, one paragraph each."""
    return "\n\n".join("\n".join(map(printable, _lines(path, each, beside))) for each in meetings)


@dataclass
class NotesTally:
    """How much of what was looked at is understood."""

    files: int = 0
    failed: int = 0
    meetings: int = 0
    dated: int = 0
    recorded: int = 0

    def add(self, meetings: tuple[Notes, ...]) -> None:
        self.files += 1
        self.meetings += len(meetings)
        self.dated += sum(each.date is not None for each in meetings)
        self.recorded += sum(each.video is not None for each in meetings)

    def add_failure(self) -> None:
        self.files += 1
        self.failed += 1

    def __str__(self) -> str:
        failed = f", {self.failed} of which cannot be read" if self.failed else ""
        return (
            f"{self.files} files{failed}; meetings: {self.meetings}, with a date: {self.dated}, "
            f"with a recording: {self.recorded}"
        )


def _files(beside: Companions) -> Iterator[tuple[str, Path]]:
    if beside.media:
        yield "recording", beside.media
    if beside.transcript:
        yield "transcript", beside.transcript


def _lines(path: Path, notes: Notes, beside: Companions) -> Iterator[str]:
    yield f"{path}:{notes.line}"
    yield f"  title       {notes.title}"
    yield f"  date        {notes.date or 'none'}"
    for number, part in enumerate(notes.recordings, 1):
        which = f" (part {number} of {len(notes.recordings)})" if notes.further_parts else ""
        start = f", from {clock(part.start)} on" if part.start else ""
        yield f"  recording   {part.url}{which}{start}"
        line, text = _line_of(part, notes)
        if line is not None:
            yield f"              line {line}: {_shortened(text)}"
    if not notes.recordings:
        yield "  recording   none"
    for kind, file in _files(beside):
        yield f"  beside      {file} ({kind})"
    if not notes.published:
        yield "  published   no"
    titles = [_shortened(topic.title) for topic in notes.topics]
    yield f"  topics      {len(titles)}" + (f": {_listed(titles, _MAX_SHOWN_TOPICS, '; ')}" if titles else "")
    times = [
        f"{clock(block.hint.start)} (line {block.line}{f', part {block.hint.part + 1}' if block.hint.part else ''})"
        for block in notes.blocks
        if block.hint
    ]
    if times:
        yield f"  times       {_listed(times, _MAX_SHOWN_TIMES, ', ')}"
    if notes.transcript:
        without = "" if notes.transcript.transcript else ", without times"
        yield f"  transcript  lines {notes.transcript.line}–{notes.transcript.end_line - 1}{without}"
    for warning in (*notes.warnings, *beside.warnings):
        yield f"  warning     {warning}"


def _line_of(recording: Video, notes: Notes) -> tuple[int | None, str]:
    """The first line that names the recording, and its text: what the recording was told by."""
    names = [name for name in (recording.url, recording.id) if name]
    for name in names:
        before, found, after = notes.source.partition(name)
        if found:
            lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            return notes.line + len(lines) - 1, lines[-1] + name + after.splitlines()[0] if after else lines[-1] + name
    return None, ""


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_SHOWN_CHARS else text[: _MAX_SHOWN_CHARS - 1] + "…"


def _listed(items: list[str], shown: int, separator: str) -> str:
    """The first items, the last one, and how many there are between them."""
    if len(items) <= shown + 1:
        return separator.join(items)
    return f"{separator.join(items[: shown - 1])} … {len(items) - shown} more … {items[-1]}"
