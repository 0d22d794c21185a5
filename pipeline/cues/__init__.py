"""Transcripts in files.

A format is one module here, with `matches`, `parse` and, if it is written too, `write`, and one line in FORMATS.
The file's content decides which one it is, not its name.

webvtt, srt, json3, native_json   the formats
youtube_xml, ttml, sami           and those in XML or HTML
subtitles                         those that pysubs2 reads
json_transcripts                  JSON of any kind, by what is in it
timed_text                        what WebVTT and SRT have in common
xml_parsing                       XML, safely
wording                           parts of words with times → words
markup                            tags and entities in caption text
decoding                          bytes → text, in whatever encoding
wrong_files                       what is no transcript, named for what it is
speakers                          labels such as `Tim: ` in the text
problems                          what was left out of a file
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline import untrusted
from pipeline.cues import (
    json3,
    json_transcripts,
    native_json,
    sami,
    srt,
    subtitles,
    ttml,
    webvtt,
    wrong_files,
    youtube_xml,
)
from pipeline.cues.decoding import decode
from pipeline.errors import TranscriptError
from pipeline.records import Transcript
from pipeline.untrusted import InvalidInput

__all__ = ["EXPORT_NAMES", "FORMATS", "Format", "is_transcript", "parse", "read", "write"]


MAX_TRANSCRIPT_BYTES = 100_000_000
"""Of a file: more than a million words in the most verbose format take. More would need gigabytes of memory."""

MAX_TRANSCRIPT_LINES = 10_000_000
"""Of a file: each takes memory, though it may be empty."""


_HEAD_BYTES = 65_536
_UNKNOWN = "is neither WebVTT, SRT nor any other format of transcripts that jumpnotes reads"


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
    example: str = ""  # a whole file of two cues


FORMATS = (
    Format("WebVTT", "speakers", webvtt.matches, webvtt.parse, webvtt.write, "vtt", (".vtt",)),
    Format("SRT", "speakers, as labels", srt.matches, srt.parse, srt.write, "srt", (".srt",)),
    Format(
        "YouTube XML",
        "word times",
        youtube_xml.matches,
        youtube_xml.parse,
        suffixes=(".srv3", ".srv2", ".srv1"),
        example="""\
<timedtext format="3"><body>
<p t="2000" d="1500"><s>Welcome</s><s t="500"> to</s><s t="1000"> everybody.</s></p>
<p t="5000" d="1500"><s>Who</s><s t="500"> begins</s><s t="1000"> today?</s></p>
</body></timedtext>""",
    ),
    Format(
        "TTML",
        "speakers, word times",
        ttml.matches,
        ttml.parse,
        suffixes=(".ttml", ".dfxp"),
        example="""\
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>
<p begin="00:00:02.000" end="00:00:03.500">Welcome to everybody.</p>
<p begin="00:00:05.000" end="00:00:06.500">Who begins today?</p>
</div></body></tt>""",
    ),
    Format(
        "SAMI",
        "",
        sami.matches,
        sami.parse,
        suffixes=(".smi", ".sami"),
        example="""\
<SAMI><BODY>
<SYNC Start=2000><P Class=ENCC>Welcome to everybody.
<SYNC Start=3500><P Class=ENCC>&nbsp;
<SYNC Start=5000><P Class=ENCC>Who begins today?
<SYNC Start=6500><P Class=ENCC>&nbsp;
</BODY></SAMI>""",
    ),
    Format(
        "ASS",
        "speakers, word times of karaoke",
        subtitles.ASS.matches,
        subtitles.ASS.parse,
        suffixes=(".ass", ".ssa"),
        example="""\
[Script Info]
ScriptType: v4.00+

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:02.00,0:00:03.50,Default,Ana,0,0,0,,Welcome to everybody.
Dialogue: 0,0:00:05.00,0:00:06.50,Default,Ben,0,0,0,,Who begins today?""",
    ),
    Format(
        "MicroDVD",
        "",
        subtitles.MICRODVD.matches,
        subtitles.MICRODVD.parse,
        example="{1}{1}25\n{50}{87}Welcome to everybody.\n{125}{162}Who begins today?",
    ),
    Format(
        "MPL2",
        "",
        subtitles.MPL2.matches,
        subtitles.MPL2.parse,
        example="[20][35]Welcome to everybody.\n[50][65]Who begins today?",
    ),
    Format(
        "TMPlayer",
        "",
        subtitles.TMPLAYER.matches,
        subtitles.TMPLAYER.parse,
        example="00:00:02:Welcome to everybody.\n00:00:05:Who begins today?",
    ),
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
        "JSON",
        "what it has of speakers, word times and confidences",
        json_transcripts.matches,
        json_transcripts.parse,
        suffixes=(".json", ".jsonl"),
        example="""\
{"segments": [{"start": 2.0, "end": 3.5, "text": "Welcome to everybody."},
  {"start": 5.0, "end": 6.5, "text": "Who begins today?"}]}""",
    ),
)
"""Every format, in the order in which a file is tried."""

_WRITERS = {known.export_name: known.write for known in FORMATS if known.write}

EXPORT_NAMES = tuple(_WRITERS)
"""What `write` can be asked for."""


def read(path: Path) -> Transcript:
    """Read a transcript file in any of FORMATS, in whatever encoding it is.

    Raises:
        TranscriptError: it does not exist, is larger than MAX_TRANSCRIPT_BYTES, is not text, is in none of the formats,
            is broken, or has no cues.
    """
    try:
        content = untrusted.read_bytes(path, limit=MAX_TRANSCRIPT_BYTES)
    except InvalidInput as error:
        raise TranscriptError(path, str(error)) from error
    except OSError as error:
        raise TranscriptError(path, f"cannot be opened ({error.strerror})") from error
    if wrong := wrong_files.of_bytes(content):
        raise TranscriptError(path, wrong.problem, hint=wrong.hint)
    decoded = decode(content)
    del content
    transcript = parse(decoded.text, source=str(path))
    return replace(transcript, warnings=decoded.warnings + transcript.warnings)


def is_transcript(path: Path) -> bool:
    """Whether the beginning of a file is that of a transcript in one of FORMATS. False for what cannot be read."""
    try:
        with path.open("rb") as file:
            head = decode(file.read(_HEAD_BYTES)).text.removeprefix("\ufeff")
    except OSError:
        return False
    return any(known.matches(head) for known in FORMATS)


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in `text`. `source` names it in errors.

    Raises:
        TranscriptError: it is in none of the formats, broken, or has no cues.
    """
    text = text.removeprefix("\ufeff")
    if text.count("\n") + text.count("\r") > MAX_TRANSCRIPT_LINES:
        raise TranscriptError(source, f"has more than {MAX_TRANSCRIPT_LINES:,} lines, the limit for a transcript")
    try:
        untrusted.text(text, "its text")
    except InvalidInput as error:
        raise TranscriptError(source, str(error)) from error
    for known in FORMATS:
        if known.matches(text):
            return known.parse(text, source=source)
    wrong = wrong_files.of_text(text)
    raise TranscriptError(source, wrong.problem, hint=wrong.hint) if wrong else TranscriptError(source, _UNKNOWN)


def write(transcript: Transcript, export_name: str) -> str:
    """`transcript` in one of EXPORT_NAMES."""
    return _WRITERS[export_name](transcript)
