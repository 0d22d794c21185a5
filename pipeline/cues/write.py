"""A transcript as caption files. What the speech model probably invented is left out."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import timecode
from pipeline.cues.markup import plain
from pipeline.records import Segment, Transcript


def to_vtt(transcript: Transcript) -> str:
    """WebVTT with `<v Name>` for speakers. Every cue lasts at least a millisecond, as browsers demand."""
    blocks = ["WEBVTT"]
    if transcript.language != "und":
        blocks.append(f"NOTE Language: {transcript.language}")
    for segment, text in _shown(transcript):
        voice = f"<v {_escape(' '.join(segment.speaker.split()))}>" if segment.speaker else ""
        blocks.append(f"{_timing(segment)}\n{voice}{_escape(text)}")
    return "\n\n".join(blocks) + "\n"


def to_srt(transcript: Transcript) -> str:
    """SRT, with speakers as `Name: ` and `>> ` where an unknown one takes over."""
    blocks: list[str] = []
    speaker: str | None = None
    for segment, text in _shown(transcript):
        # SRT knows no escapes: they are used only where a reader would take the text for markup or a timing.
        line = _escape(text) if "-->" in text or plain(text) != text else text
        if segment.speaker:
            line = f"{' '.join(segment.speaker.split())}: {line}"
        elif speaker:
            line = f">> {line}"
        speaker = segment.speaker
        blocks.append(f"{len(blocks) + 1}\n{_timing(segment, comma=True)}\n{line}\n")
    return "\n".join(blocks)


def _shown(transcript: Transcript) -> Iterator[tuple[Segment, str]]:
    for segment in transcript.heard:
        if text := " ".join(segment.text.split()):
            yield segment, text


def _timing(segment: Segment, *, comma: bool = False) -> str:
    end = max(segment.end, segment.start + 0.001)
    return f"{timecode.stamp(segment.start, comma=comma)} --> {timecode.stamp(end, comma=comma)}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
