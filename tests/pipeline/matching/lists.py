"""Videos and notes to match."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.records import ListedVideo, NotesWithoutRecording, VideoStatus


def video(
    video_id: str, title: str, at: str | None = "2024-03-05T18:00", status: VideoStatus = "recorded"
) -> ListedVideo:
    when = datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None
    return ListedVideo(f"https://youtu.be/{video_id}", video_id, title, when, True, 3600.0, status)


def notes(
    title: str, day: str | None = "2024-03-05", *, name: str = "notes.md", alone: bool = True
) -> NotesWithoutRecording:
    when = date.fromisoformat(day) if day else None
    return NotesWithoutRecording(f"{title} {day}", f"/meetings/{name}", title, when, alone)
