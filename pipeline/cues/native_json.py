"""jumpnotes JSON: everything a Transcript has. What `write` writes, `parse` reads back equal."""

from __future__ import annotations

import json
import re

from pipeline import untrusted
from pipeline.cues.labels import readable_name
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.untrusted import InvalidInput

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
    try:
        return _transcript(untrusted.parse_json(text))
    except InvalidInput as error:
        raise TranscriptError(source, str(error), line=error.line) from error


def _transcript(data: object) -> Transcript:
    version = _field(data, "version", "")
    if version != _VERSION:
        raise InvalidInput(f"was written by a newer jumpnotes (version {untrusted.shown(version)})")
    origin, model, duration = (_field(data, name, "") for name in ("origin", "model", "duration"))
    if not isinstance(origin, str) or origin not in list(Origin):
        raise InvalidInput(f"has {untrusted.shown(origin)} at origin, which is none of {', '.join(Origin)}")
    segments = _list(_field(data, "segments", ""), "segments")
    return Transcript(
        language=untrusted.text(_field(data, "language", ""), "language"),
        origin=Origin(origin),
        model=None if model is None else untrusted.text(model, "model"),
        segments=tuple(_segment(item, f"segments[{number}]") for number, item in enumerate(segments)),
        duration=None if duration is None else untrusted.seconds(duration, "duration"),
    )


def _segment(item: object, place: str) -> Segment:
    start, end, text = _times_and_text(item, place)
    assert isinstance(item, dict)
    speaker = item.get("speaker")
    words = _list(item.get("words", []), f"{place}.words")
    return Segment(
        start,
        end,
        text,
        words=tuple(_word(word, f"{place}.words[{number}]") for number, word in enumerate(words)),
        speaker=None if speaker is None else readable_name(untrusted.text(speaker, f"{place}.speaker")),
        suspect=item.get("suspect") is True,
    )


def _word(item: object, place: str) -> Word:
    probability = untrusted.number(_field(item, "probability", place), f"{place}.probability", high=1.0)
    return Word(*_times_and_text(item, place), probability)


def _times_and_text(item: object, place: str) -> tuple[float, float, str]:
    start = untrusted.seconds(_field(item, "start", place), f"{place}.start")
    end = untrusted.seconds(_field(item, "end", place), f"{place}.end")
    return start, max(start, end), untrusted.text(_field(item, "text", place), f"{place}.text")


def _field(item: object, name: str, place: str) -> object:
    if not isinstance(item, dict):
        raise InvalidInput(f"has {untrusted.shown(item)} at {place or 'its top'}, which is not an object")
    if name not in item:
        raise InvalidInput(f"lacks the field {name!r}{f' at {place}' if place else ''}")
    return item[name]


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise InvalidInput(f"has {untrusted.shown(value)} at {place}, which is not a list")
    return value
