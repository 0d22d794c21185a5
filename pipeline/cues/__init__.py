"""Transcripts in files.

A format is one module here, with `matches`, `parse` and, if it is written too, `write`, and one line in FORMATS.
The file's content decides which one it is, not its name.

webvtt, srt, json3, native_json   the formats
podcast_html, lrc, tables         and those with less in them
text_with_times, untimed          what people read: text with times anywhere, and without any
docx_text                         the text of Word documents
timed_text                        what WebVTT and SRT have in common
spoken_lines, line_times          a line of a text with times, and the times in it
line_layouts                      where in such a text the names stand
speech_evidence, furniture        whether such a text was said, and what in it was not
coarse                            whether times tell only about when
markup                            tags and entities in caption text
speakers                          labels such as `Tim: ` in the text
drafts                            from cues in a file to a Transcript
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline import untrusted
from pipeline.cues import (
    docx_text,
    json3,
    lrc,
    native_json,
    podcast_html,
    srt,
    tables,
    text_with_times,
    untimed,
    webvtt,
)
from pipeline.cues.coarse import is_coarse
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


class Parse(Protocol):
    def __call__(self, text: str, *, source: str) -> Transcript: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A file format for transcripts. One without `write` is only read."""

    name: str  # as people know it
    keeps: str  # of a transcript, besides text and times
    matches: Callable[[str], bool]  # whether a file's text is in this format
    parse: Parse
    write: Callable[[Transcript], str] | None = None
    export_name: str = ""  # as `jumpnotes export --format` calls it
    suffixes: tuple[str, ...] = ()  # of the names that such files have
    is_plain: bool = False  # text that is made for people or for other programs, too: it keeps least


FORMATS = (
    Format("Teams text", "speakers", text_with_times.matches_unpadded, text_with_times.parse, is_plain=True),
    Format("WebVTT", "speakers", webvtt.matches, webvtt.parse, webvtt.write, "vtt", (".vtt",)),
    Format("SRT", "speakers, as labels", srt.matches, srt.parse, srt.write, "srt", (".srt",)),
    Format("YouTube json3", "word times", json3.matches, json3.parse, suffixes=(".json3", ".json")),
    Format(
        "jumpnotes JSON",
        "everything",
        native_json.matches,
        native_json.parse,
        native_json.write,
        "transcript-json",
        (".json",),
    ),
    Format(
        "podcast HTML", "speakers", podcast_html.matches, podcast_html.parse, suffixes=(".html", ".htm"), is_plain=True
    ),
    Format("LRC", "word times", lrc.matches, lrc.parse, suffixes=(".lrc",), is_plain=True),
    Format("CSV and TSV", "speakers", tables.matches, tables.parse, suffixes=(".csv", ".tsv"), is_plain=True),
    Format(
        "text with times",
        "speakers",
        text_with_times.matches,
        text_with_times.parse,
        suffixes=(".sbv", ".docx", ".txt"),
        is_plain=True,
    ),
)
"""Every format, in the order in which a file is tried: what a few signs give away before what has to be weighed."""

SUFFIXES = tuple(
    dict.fromkeys(
        suffix
        for plain in (False, True)
        for known in reversed(FORMATS)
        if known.is_plain is plain
        for suffix in known.suffixes
    )
)
"""Of the names of transcripts, those that keep most first."""

_SHARED_SUFFIXES = frozenset({".csv", ".docx", ".htm", ".html", ".json", ".tsv", ".txt", ".xml"})
"""Of the names of other files, too: the content tells."""

_WRITERS = {known.export_name: known.write for known in FORMATS if known.write}

EXPORT_NAMES = tuple(_WRITERS)
"""What `write` can be asked for."""


def read(path: Path) -> Transcript:
    """Read a transcript file in any of FORMATS.

    Raises:
        TranscriptWithoutTimes: it says what was said, but not when; `read_utterances` reads it.
        TranscriptError: it does not exist, is larger than MAX_TRANSCRIPT_BYTES, is not text, is in none of the formats,
            is broken, or has no cues.
    """
    return parse(_read_text(path), source=str(path))


def read_utterances(path: Path) -> tuple[Utterance, ...]:
    """What was said in a file of any of FORMATS or of none, in its order, with the times that the file has.

    Raises:
        TranscriptError: as `read`, but not for want of times.
    """
    text = _checked(_read_text(path), str(path))
    known = _format_of(text)
    if known is not None and known.parse is text_with_times.parse:
        return untimed.timed_utterances(text)
    try:
        transcript = parse(text, source=str(path))
    except TranscriptWithoutTimes:
        return untimed.utterances(text)
    return tuple(Utterance(segment.text, segment.speaker, segment.start) for segment in transcript.heard)


def _read_text(path: Path) -> str:
    try:
        content = untrusted.read_bytes(path, limit=MAX_TRANSCRIPT_BYTES)
        if docx_text.is_zip(content):
            return docx_text.text_of(content)
    except InvalidInput as error:
        raise TranscriptError(path, str(error)) from error
    except OSError as error:
        raise TranscriptError(path, f"cannot be opened ({error.strerror})") from error
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TranscriptError(path, "is not text in UTF-8", line=line) from error


def is_transcript(path: Path) -> bool:
    """Whether the beginning of a file is that of a transcript in one of FORMATS. False for what cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        text = _read_text(path) if docx_text.is_zip(head) else head.decode("utf-8-sig", errors="replace")
    except (OSError, TranscriptError):
        return False
    return _format_of(text) is not None


def looks_like_transcript(path: Path) -> bool:
    """Whether a file is one by its name, or where other files have such names, by its content."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and (suffix not in _SHARED_SUFFIXES or is_transcript(path))


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in `text`. `source` names it in errors.

    Raises:
        TranscriptWithoutTimes: it says what was said, but not when.
        TranscriptError: it is in none of the formats, broken, or has no cues.
    """
    text = _checked(text, source)
    if known := _format_of(text):
        return known.parse(text, source=source)
    if not text.strip():
        raise TranscriptError(source, "is empty")
    if untimed.reads_as_text(text):
        raise TranscriptWithoutTimes(source)
    tried = ", ".join(dict.fromkeys(known.name for known in FORMATS))
    raise TranscriptError(source, f"is in no format of transcripts that is known (tried: {tried})")


def _format_of(text: str) -> Format | None:
    return next((known for known in FORMATS if known.matches(text)), None)


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
    """`transcript` in one of EXPORT_NAMES."""
    return _WRITERS[export_name](transcript)
