"""The formats of transcripts: one module each, one line each, in the order in which a file is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.cues import (
    json3,
    json_transcripts,
    lrc,
    native_json,
    podcast_html,
    sami,
    srt,
    subtitles,
    tables,
    text_with_times,
    ttml,
    webvtt,
    youtube_xml,
)
from pipeline.records import Transcript


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
    example: str = ""  # a whole file of two cues


FORMATS = (
    Format(
        "Teams text",
        "speakers",
        text_with_times.matches_unpadded,
        text_with_times.parse,
        is_plain=True,
        example="""\
0:0:2.0 --> 0:0:3.500
Ana
Welcome to everybody.

0:0:5.0 --> 0:0:6.500
Ben
Who begins today?""",
    ),
    Format(
        "WebVTT",
        "speakers",
        webvtt.matches,
        webvtt.parse,
        webvtt.write,
        "vtt",
        (".vtt",),
        example="""\
WEBVTT

00:00:02.000 --> 00:00:03.500
<v Ana>Welcome to everybody.

00:00:05.000 --> 00:00:06.500
<v Ben>Who begins today?""",
    ),
    Format(
        "SRT",
        "speakers, as labels",
        srt.matches,
        srt.parse,
        srt.write,
        "srt",
        (".srt",),
        example="""\
1
00:00:02,000 --> 00:00:03,500
Ana: Welcome to everybody.

2
00:00:05,000 --> 00:00:06,500
Ben: Who begins today?""",
    ),
    Format(
        "YouTube XML",
        "word times",
        youtube_xml.matches,
        youtube_xml.parse,
        suffixes=(".srv3", ".srv2", ".srv1", ".xml"),
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
        suffixes=(".ttml", ".dfxp", ".xml"),
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
    Format(
        "YouTube json3",
        "word times",
        json3.matches,
        json3.parse,
        suffixes=(".json3", ".json"),
        example="""\
{"events": [
  {"tStartMs": 2000, "dDurationMs": 1500, "segs": [{"utf8": "Welcome"}, {"utf8": " to everybody.", "tOffsetMs": 500}]},
  {"tStartMs": 5000, "dDurationMs": 1500, "segs": [{"utf8": "Who"}, {"utf8": " begins today?", "tOffsetMs": 500}]}]}""",
    ),
    Format(
        "jumpnotes JSON",
        "everything",
        native_json.matches,
        native_json.parse,
        native_json.write,
        "transcript-json",
        (".json",),
        example="""\
{"format": "jumpnotes transcript", "version": 1, "language": "en", "origin": "import", "model": null, "duration": 6.5,
 "segments": [{"start": 2.0, "end": 3.5, "text": "Welcome to everybody.", "speaker": "Ana"},
  {"start": 5.0, "end": 6.5, "text": "Who begins today?", "speaker": "Ben"}]}""",
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
    Format(
        "podcast HTML",
        "speakers",
        podcast_html.matches,
        podcast_html.parse,
        suffixes=(".html", ".htm"),
        is_plain=True,
        example="""\
<cite>Ana:</cite><time>0:02</time><p>Welcome to everybody.</p>
<cite>Ben:</cite><time>0:05</time><p>Who begins today?</p>""",
    ),
    Format(
        "LRC",
        "word times",
        lrc.matches,
        lrc.parse,
        suffixes=(".lrc",),
        is_plain=True,
        example="[ti:Planning call]\n[00:02.00]Welcome to everybody.\n[00:05.00]Who begins today?",
    ),
    Format(
        "CSV and TSV",
        "speakers",
        tables.matches,
        tables.parse,
        suffixes=(".csv", ".tsv"),
        is_plain=True,
        example="Start,End,Speaker,Text\n2.0,3.5,Ana,Welcome to everybody.\n5.0,6.5,Ben,Who begins today?",
    ),
    Format(
        "text with times",
        "speakers",
        text_with_times.matches,
        text_with_times.parse,
        suffixes=(".sbv", ".docx", ".txt"),
        is_plain=True,
        example="Ana  0:02\nWelcome to everybody.\n\nBen  0:05\nWho begins today?",
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

SHARED_SUFFIXES = frozenset({".csv", ".docx", ".htm", ".html", ".json", ".jsonl", ".tsv", ".txt", ".xml"})
"""Of the names of other files, too: the content tells."""


def format_of(text: str) -> Format | None:
    """The format that a file's text is in; None: in none of them."""
    return next((known for known in FORMATS if known.matches(text)), None)
