"""jumpnotes JSON: everything a Transcript has. What `write` writes, `parse` reads back equal."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pipeline.cues.json_text import parse_object
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word

_FORMAT = "jumpnotes transcript"
_FORMAT_FIELD = re.compile(rf'"format"\s*:\s*"{_FORMAT}"')
_VERSION = 1


def matches(text: str) -> bool:
    return text.lstrip().startswith("{") and _FORMAT_FIELD.search(text) is not None


def write(transcript: Transcript) -> str:
    """The whole transcript, suspect segments and word probabilities included. Times in seconds."""
    data = {
        "format": _FORMAT,
        "version": _VERSION,
        "language": transcript.language,
        "origin": transcript.origin,
        "model": transcript.model,
        "duration": transcript.duration,
        "segments": [_segment_to_dict(segment) for segment in transcript.segments],
    }
    return json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"


def _segment_to_dict(segment: Segment) -> dict[str, object]:
    data: dict[str, object] = {"start": segment.start, "end": segment.end, "text": segment.text}
    if segment.speaker is not None:
        data["speaker"] = segment.speaker
    if segment.suspect:
        data["suspect"] = True
    if segment.words:
        data["words"] = [
            {"start": word.start, "end": word.end, "text": word.text, "probability": word.probability}
            for word in segment.words
        ]
    return data


def parse(text: str, *, source: str) -> Transcript:
    """The transcript that `write` wrote.

    Raises:
        TranscriptError: it is broken or of a newer version, or a value is not what it should be.
    """
    data = parse_object(text, source=source)
    if data.get("version") != _VERSION:
        raise TranscriptError(source, f"was written by a newer jumpnotes (version {data.get('version')!r})")
    try:
        return Transcript(
            language=_text(data["language"]),
            origin=Origin(data["origin"]),
            model=None if data["model"] is None else _text(data["model"]),
            segments=tuple(_segment_from_dict(item) for item in data["segments"]),
            duration=None if data["duration"] is None else _number(data["duration"]),
        )
    except KeyError as error:
        raise TranscriptError(source, f"lacks the field {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise TranscriptError(source, f"has a field of the wrong kind ({error})") from error


def _segment_from_dict(item: dict[str, Any]) -> Segment:
    speaker = item.get("speaker")
    words = (
        Word(_number(word["start"]), _number(word["end"]), _text(word["text"]), _number(word["probability"]))
        for word in item.get("words", ())
    )
    return Segment(
        start=_number(item["start"]),
        end=_number(item["end"]),
        text=_text(item["text"]),
        words=tuple(words),
        speaker=None if speaker is None else _text(speaker),
        suspect=item.get("suspect") is True,
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{value!r} is not a time or probability")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
