"""WebVTT: times, text and speakers. Keeps no word times when written."""

from __future__ import annotations

import re

from pipeline.cues import timed_text
from pipeline.cues.markup import VOICE_TAG, escape
from pipeline.cues.speakers import with_speakers
from pipeline.records import Transcript

_LANGUAGE = re.compile(r"(?:NOTE )?Language:\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*", re.IGNORECASE)


def matches(text: str) -> bool:
    return text.startswith("WEBVTT")


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in a WebVTT file. Speakers are its voice tags or, in a file without any, its labels.

    Raises:
        TranscriptError: a timing cannot be read, or there are no cues.
    """
    lines = timed_text.split_lines(text)
    cues = timed_text.parse_cues(lines, source=source, blank_line_ends=True)
    segments = timed_text.segments_of(cues)
    if not any(VOICE_TAG.search(line) for cue in cues for line in cue.lines):
        segments = list(with_speakers(segments))
    return timed_text.imported_transcript(segments, language=_language(lines), source=source)


def _language(lines: list[str]) -> str:
    """The language the lines above the first cue name, or "und"."""
    for line in lines:
        if timed_text.is_timing(line):
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
