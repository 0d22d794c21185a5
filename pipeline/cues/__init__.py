"""Transcripts in files.

A format is one module here, with `matches`, `parse` and, if it is written too, `write`, and one entry in `formats`.
The file's content decides which one it is, not its name.

formats                           the table of them
webvtt, srt, json3, native_json   captions, and our own
youtube_xml, ttml, sami           those in XML or HTML
subtitles                         those that pysubs2 reads
json_transcripts                  JSON of any kind, by what is in it
podcast_html, lrc, tables         and those with less in them
text_with_times, untimed          what people read: text with times anywhere, and without any

decoding, docx_text               bytes → text, in whatever encoding, of Word documents
wrong_files                       what is no transcript, named for what it is
timed_text                        what WebVTT and SRT have in common
timing, caption_blocks            a line with times, and the blocks that such lines begin
xml_parsing                       XML, safely
spoken_lines, line_times          a line of a text with times, and the times in it
line_layouts                      where in such a text the names stand
speech_evidence, furniture        whether such a text was said, and what in it was not
coarse                            whether times tell only about when
wording, word_spans               parts of words with times → words
markup, sounds                    tags, entities and descriptions of sounds in caption text
draft_cue, drafts                 from cues in a file to a Transcript
repeats, restarts                 what a file says twice, and where its clock begins again
speakers, labels                  labels such as `Tim: ` in the text
label_evidence, label_words       which of them are names
problems                          what was left out of a file
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline import redacted, untrusted
from pipeline.cues import docx_text, text_with_times, untimed, wrong_files
from pipeline.cues.coarse import is_coarse
from pipeline.cues.decoding import Decoded, decode
from pipeline.cues.formats import FORMATS, SHARED_SUFFIXES, SUFFIXES, Format, format_of
from pipeline.errors import TranscriptError, TranscriptWithoutTimes
from pipeline.records import Transcript, Utterance
from pipeline.untrusted import InvalidInput

__all__ = [
    "EXPORT_NAMES",
    "FORMATS",
    "SUFFIXES",
    "Format",
    "is_coarse",
    "is_transcript",
    "looks_like_transcript",
    "parse",
    "read",
    "read_utterances",
    "write",
]


MAX_TRANSCRIPT_BYTES = 100_000_000
"""Of a file: more than a million words in the most verbose format take. More would need gigabytes of memory."""

MAX_TRANSCRIPT_LINES = 10_000_000
"""Of a file: each takes memory, though it may be empty."""


_HEAD_BYTES = 65_536
_CONVERT = "Export it as WebVTT or SRT from the program that made it, or convert it with a subtitle editor."

_WRITERS = {known.export_name: known.write for known in FORMATS if known.write}

EXPORT_NAMES = tuple(_WRITERS)
"""What `write` can be asked for."""


def read(path: Path) -> Transcript:
    """Read a transcript file in any of FORMATS, in whatever encoding it is.

    Raises:
        TranscriptWithoutTimes: it says what was said, but not when; `read_utterances` reads it.
        TranscriptError: it does not exist, is larger than MAX_TRANSCRIPT_BYTES, is not text, is in none of the formats,
            is broken, or has no cues.
    """
    decoded = _decoded(path)
    transcript = parse(decoded.text, source=str(path))
    return replace(transcript, warnings=decoded.warnings + transcript.warnings)


def read_utterances(path: Path) -> tuple[Utterance, ...]:
    """What was said in a file of any of FORMATS or of none, in its order, with the times that the file has.

    Raises:
        TranscriptError: as `read`, but not for want of times.
    """
    text = _checked(_decoded(path).text, str(path))
    known = format_of(text)
    if known is not None and known.parse is text_with_times.parse:
        return untimed.timed_utterances(text)
    try:
        transcript = parse(text, source=str(path))
    except TranscriptWithoutTimes:
        return untimed.utterances(text)
    return tuple(Utterance(segment.text, segment.speaker, segment.start) for segment in transcript.heard)


def _decoded(path: Path) -> Decoded:
    try:
        content = untrusted.read_bytes(path, limit=MAX_TRANSCRIPT_BYTES)
        if docx_text.is_docx(content):
            return Decoded(docx_text.text_of(content))
    except InvalidInput as error:
        raise TranscriptError(path, str(error)) from error
    except OSError as error:
        hint = "Check its name and its permissions."
        raise TranscriptError(path, f"cannot be opened ({error.strerror})", hint=hint) from error
    if wrong := wrong_files.of_bytes(content):
        raise TranscriptError(path, wrong.problem, hint=wrong.hint)
    return decode(content)


def is_transcript(path: Path) -> bool:
    """Whether the beginning of a file is that of a transcript in one of FORMATS. False for what cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        text = _decoded(path).text if docx_text.is_docx(head) else decode(head).text.removeprefix("\ufeff")
    except (OSError, TranscriptError):
        return False
    return format_of(text) is not None


def looks_like_transcript(path: Path) -> bool:
    """Whether a file is one by its name, or where other files have such names, by its content."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and (suffix not in SHARED_SUFFIXES or is_transcript(path))


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in `text`. `source` names it in errors.

    Raises:
        TranscriptWithoutTimes: it says what was said, but not when.
        TranscriptError: it is in none of the formats, broken, or has no cues.
    """
    text = _checked(text, source)
    if known := format_of(text):
        return known.parse(text, source=source)
    if wrong := wrong_files.of_text(text):
        raise TranscriptError(source, wrong.problem, hint=wrong.hint)
    if untimed.reads_as_text(text):
        raise TranscriptWithoutTimes(source)
    tried = ", ".join(known.name for known in FORMATS)
    raise TranscriptError(source, f"is not in any known transcript format (tried: {tried})", hint=_CONVERT)


def _checked(text: str, source: str) -> str:
    """The text without a byte order mark.

    Raises:
        TranscriptError: it has too many lines, or is not valid Unicode.
    """
    text = text.removeprefix("\ufeff")
    if text.count("\n") + text.count("\r") > MAX_TRANSCRIPT_LINES:
        raise TranscriptError(source, f"has more than {MAX_TRANSCRIPT_LINES:,} lines, the limit for a transcript")
    try:
        return untrusted.text(text, "its text")
    except InvalidInput as error:
        raise TranscriptError(source, str(error)) from error


def write(transcript: Transcript, export_name: str) -> str:
    """`transcript` in one of EXPORT_NAMES, with a line for each passage that was taken out."""
    return _WRITERS[export_name](redacted.with_lines(transcript))
