"""SRT: times and text. It has no speakers of its own, so they are written as `Name: ` and read back as labels."""

from __future__ import annotations

from pipeline.cues import caption_blocks, timed_text
from pipeline.cues.drafts import to_transcript
from pipeline.cues.markup import escape, plain_text, split_at_speaker_changes
from pipeline.cues.timing import read_timing
from pipeline.records import Transcript


def matches(text: str) -> bool:
    """Whether a line of `text` is the timing of a cue: SRT has no header."""
    lines = caption_blocks.split_lines(text).lines
    return any(
        timing.is_strict or (timing.is_whole and caption_blocks.begins_block(lines, index))
        for index, line in enumerate(lines)
        if (timing := read_timing(line))
    )


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in an SRT file. Its language is not in the file: "und".

    Raises:
        TranscriptError: no timing can be read, or there are no cues.
    """
    found = timed_text.read_cues(caption_blocks.split_lines(text), source=source, blank_line_ends=False)
    return to_transcript(found.cues, source=source, labels=not found.has_voices, warnings=found.warnings)


def write(transcript: Transcript) -> str:
    """SRT, with speakers as `Name: ` and `>> ` where an unknown one takes over.

    What the speech model probably invented is left out.
    """
    blocks: list[str] = []
    speaker: str | None = None
    for segment, text in timed_text.segments_with_text(transcript):
        # SRT knows no escapes: they are used only where a reader would take the text for markup or a timing.
        line = escape(text) if _is_misread(text) else text
        if segment.speaker:
            line = f"{' '.join(segment.speaker.split())}: {line}"
        elif speaker:
            line = f">> {line}"
        speaker = segment.speaker
        blocks.append(f"{len(blocks) + 1}\n{timed_text.timing_line(segment, comma=True)}\n{line}\n")
    return "\n".join(blocks)


def _is_misread(text: str) -> bool:
    return "-->" in text or plain_text(text) != text or len(split_at_speaker_changes(text)) > 1
