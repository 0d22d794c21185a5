"""SRT: times and text. It has no speakers of its own, so they are written as `Name: ` and read back as labels."""

from __future__ import annotations

from pipeline.cues import timed_text
from pipeline.cues.markup import escape, plain_text
from pipeline.cues.speakers import with_speakers
from pipeline.records import Transcript


def matches(text: str) -> bool:
    """Whether a line of `text` is the timing of a cue: SRT has no header."""
    return any(map(timed_text.is_timing, timed_text.split_lines(text)))


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in an SRT file. Its language is not in the file: "und".

    Raises:
        TranscriptError: a timing cannot be read, or there are no cues.
    """
    cues = timed_text.parse_cues(timed_text.split_lines(text), source=source, blank_line_ends=False)
    segments = with_speakers(timed_text.segments_of(cues))
    return timed_text.imported_transcript(segments, language="und", source=source)


def write(transcript: Transcript) -> str:
    """SRT, with speakers as `Name: ` and `>> ` where an unknown one takes over.

    What the speech model probably invented is left out.
    """
    blocks: list[str] = []
    speaker: str | None = None
    for segment, text in timed_text.segments_with_text(transcript):
        # SRT knows no escapes: they are used only where a reader would take the text for markup or a timing.
        line = escape(text) if "-->" in text or plain_text(text) != text else text
        if segment.speaker:
            line = f"{' '.join(segment.speaker.split())}: {line}"
        elif speaker:
            line = f">> {line}"
        speaker = segment.speaker
        blocks.append(f"{len(blocks) + 1}\n{timed_text.timing_line(segment, comma=True)}\n{line}\n")
    return "\n".join(blocks)
