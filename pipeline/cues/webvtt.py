"""WebVTT: times, text and speakers. Keeps no word times when written."""

from __future__ import annotations

import re

from pipeline.cues import caption_blocks, timed_text
from pipeline.cues.drafts import to_transcript
from pipeline.cues.markup import escape
from pipeline.records import Transcript

# Perhaps below a blank line, or a fence of Markdown and what was said above it.
_HEADER = re.compile(r"\s*(?:(?:`{3,}|~{3,})[\w.+-]*\s+)?WEBVTT", re.IGNORECASE)
_HEADER_BELOW = re.compile(r"^(?:`{3,}|~{3,})[\w.+-]*\s*\n\s*WEBVTT", re.IGNORECASE | re.MULTILINE)
_MAX_CHARS_ABOVE = 1_000
_LANGUAGE = re.compile(r"\s*(?:NOTE )?Language:\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*", re.IGNORECASE)


def matches(text: str) -> bool:
    return _HEADER.match(text) is not None or _HEADER_BELOW.search(text[:_MAX_CHARS_ABOVE]) is not None


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a WebVTT file. Speakers are its voice tags or, in a file without any, its labels.

    Raises:
        TranscriptError: no timing can be read, or there are no cues.
    """
    lines = caption_blocks.split_lines(text)
    found = timed_text.read_cues(lines, source=source, blank_line_ends=True)
    return to_transcript(
        found.cues,
        source=source,
        language=_language(lines.lines),
        labels=not found.has_voices,
        warnings=found.warnings,
    )


def _language(lines: tuple[str, ...]) -> str:
    """The language the lines above the first cue name, or "und"."""
    for line in lines:
        if caption_blocks.is_timing(line):
            break
        if found := _LANGUAGE.fullmatch(line):
            return found[1]
    return "und"


def write(transcript: Transcript) -> str:
    """WebVTT with `<v Name>` for speakers, without what the speech model probably invented."""
    blocks = ["WEBVTT"]
    if transcript.language != "und":
        blocks.append(f"NOTE Language: {transcript.language}")
    for segment, text in timed_text.segments_with_text(transcript):
        voice = f"<v {escape(' '.join(segment.speaker.split()))}>" if segment.speaker else ""
        blocks.append(f"{timed_text.timing_line(segment)}\n{voice}{escape(text)}")
    return "\n\n".join(blocks) + "\n"
