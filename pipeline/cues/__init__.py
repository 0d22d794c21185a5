"""Transcripts in files: reads WebVTT, SRT, YouTube json3 and our own JSON; writes all but json3.

What a file is, its content decides and not its name. Our JSON keeps everything; WebVTT keeps times, text and speakers;
SRT has no speakers of its own, so they are written as `Name: ` and read back when they are convincingly that.
"""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from pipeline.cues.json3 import parse_json3
from pipeline.cues.native_json import parse_own, to_json
from pipeline.cues.timed_text import has_cues, parse_srt, parse_vtt
from pipeline.cues.write import to_srt, to_vtt
from pipeline.errors import TranscriptError
from pipeline.records import Transcript

__all__ = ["parse", "read", "to_json", "to_srt", "to_vtt"]


def read(path: Path) -> Transcript:
    """Read a transcript file in any of the four formats.

    Raises:
        TranscriptError: it is not there, not text, none of the formats, broken, or has no cues.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TranscriptError(path, f"cannot be opened ({error.strerror})") from error
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TranscriptError(path, "is not text in UTF-8", line=line) from error
    return parse(text, source=str(path))


def parse(text: str, *, source: str) -> Transcript:
    """The transcript in `text`. `source` names it in errors.

    Raises:
        TranscriptError: it is none of the formats, broken, or has no cues.
    """
    text = text.removeprefix("\ufeff")
    if text.startswith("WEBVTT"):
        return parse_vtt(text, source=source)
    if text.lstrip().startswith("{"):
        return _parse_json(text, source)
    if has_cues(text):
        return parse_srt(text, source=source)
    problem = "is neither WebVTT, SRT, json3 nor jumpnotes JSON" if text.strip() else "is empty"
    raise TranscriptError(source, problem)


def _parse_json(text: str, source: str) -> Transcript:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptError(source, f"is broken JSON ({error.msg})", line=error.lineno) from error
    except RecursionError as error:
        raise TranscriptError(source, "is JSON nested too deeply for a transcript") from error
    if "events" in data:
        return parse_json3(data, source=source)
    return parse_own(data, source=source)
