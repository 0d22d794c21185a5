"""What the fields of an object in JSON are called by those who write transcripts, and what is in them.

Names are compared without case, `_` and `-`: `start_time`, `startTime` and `StartTime` are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, auto
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.cues.json_transcripts.times import (
    MICROSECOND,
    MILLISECOND,
    NANOSECOND,
    SECOND,
    TICK,
    RawTime,
    read_time,
)
from pipeline.cues.markup import plain_text
from pipeline.cues.wording import PartKind
from pipeline.untrusted import repaired_text


class FieldRole(IntEnum):  # whose hash is quick: there are millions of fields
    """What a field says."""

    TEXT = auto()
    START = auto()
    END = auto()
    DURATION = auto()
    LAST_END = auto()  # the end of a thing whose start is the end of the one before
    SPAN = auto()  # start and end in one
    SPEAKER = auto()
    PROBABILITY = auto()
    KIND = auto()
    ATTACHES = auto()
    LANGUAGE = auto()
    CASE = auto()  # of a forced aligner: whether it found the word
    FOREIGN = auto()  # of no transcript: the thing is something else


# Of several fields of a role the first in these lists counts.
_NAMES: dict[FieldRole, str] = {
    FieldRole.TEXT: "punctuatedword text transcript transcription body sentence utterance phrase caption subtitle"
    " snippet content word words alignedword segment display displaytext value",
    FieldRole.START: "start starttime starttimestamp startts datastart begin begintime beginoffset tstart timestart"
    " from ts startoffset offset time t timestamp",
    FieldRole.END: "end endtime endtimestamp endts dataend stop stoptime finish tend timeend to until endoffset",
    FieldRole.DURATION: "duration dur dduration d",
    FieldRole.LAST_END: "resultendtime resultendoffset",
    FieldRole.SPAN: "offsets timestamps timestamp timerange",
    FieldRole.SPEAKER: "speakerdisplayname speakername displayname speaker speakerlabel speakertag speakerid spk"
    " participantrole participant",
    FieldRole.PROBABILITY: "probability confidence score conf p",
    FieldRole.KIND: "type",
    FieldRole.ATTACHES: "attachesto",
    FieldRole.LANGUAGE: "language languagecode detectedlanguage lang locale spokenlanguagetag",
    FieldRole.CASE: "case",
    FieldRole.FOREIGN: "entity entitygroup entitytype label labels basis block verdict slug",
}
_ROLES = {
    name: [(role, rank) for role, names in _NAMES.items() for rank, each in enumerate(names.split()) if each == name]
    for names in _NAMES.values()
    for name in names.split()
}
_UNITS = {
    "milliseconds": MILLISECOND,
    "millis": MILLISECOND,
    "msec": MILLISECOND,
    "ms": MILLISECOND,
    "ticks": TICK,
    "microseconds": MICROSECOND,
    "micros": MICROSECOND,
    "us": MICROSECOND,
    "nanoseconds": NANOSECOND,
    "nanos": NANOSECOND,
    "ns": NANOSECOND,
    "seconds": SECOND,
    "secs": SECOND,
    "sec": SECOND,
    "s": SECOND,
}
_TIMES = frozenset((FieldRole.START, FieldRole.END, FieldRole.DURATION))
_UNTYPICAL_STARTS = frozenset(("from", "ts", "offset", "time", "t", "timestamp"))  # of much else, too
_KINDS = {
    "punctuation": PartKind.PUNCTUATION,
    "punct": PartKind.PUNCTUATION,
    "spacing": PartKind.SPACE,
    "space": PartKind.SPACE,
    "audio_event": PartKind.SOUND,
    "unknown": PartKind.SOUND,
}
_NO_SPEAKERS = frozenset(("", "?", "none", "null"))
_SPEAKER_FIELDS = ("name", "displayname", "speakername", "label", "id")
_MAX_NAME_CHARS = 40  # of a field that is known
_MAX_SPEAKER_CHARS = 200
_MAX_SPEAKER_NUMBER = 10**15


class _Field(NamedTuple):
    """A field as it is called. Of several of a role the one with the lowest rank counts."""

    role: FieldRole
    rank: int
    unit: float | None
    name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What an object says of something said; None: nothing.

    `end` is a length, not a time, where `ends_by_length`. `is_typical`: what else it has tells that its start is a time
    in a recording; much has an `offset` or a `timestamp`.
    """

    text: str | None = None
    start: RawTime | None = None
    end: RawTime | None = None
    ends_by_length: bool = False
    last_end: RawTime | None = None
    is_typical: bool = False
    speaker: str | None = None
    probability: float = 1.0
    kind: PartKind = PartKind.SPEECH
    language: str | None = None


_NOTHING = Fields()
_Found = dict[FieldRole, tuple[_Field, Any]]


def read_fields(thing: Mapping[str, object]) -> Fields:
    """What `thing` says; what it has in fields nobody knows is left alone."""
    found: _Found = {}
    for key, value in thing.items():
        for field in _fields_called(key):
            is_better = field.role not in found or field.rank < found[field.role][0].rank
            if is_better and (read := _read(value, field)) is not None:
                found[field.role] = (field, read)
    if not found or FieldRole.FOREIGN in found:
        return _NOTHING
    values = {role: value for role, (_, value) in found.items()}
    start_name = found[FieldRole.START][0].name if FieldRole.START in found else ""
    start, end, ends_by_length = _times(values, start_name)
    is_timed_turn = start is not None and FieldRole.SPEAKER in values
    return Fields(
        text=None if _is_source_code(found, start_name) else values.get(FieldRole.TEXT),
        start=start,
        end=end,
        ends_by_length=ends_by_length,
        last_end=values.get(FieldRole.LAST_END),
        is_typical=start_name not in _UNTYPICAL_STARTS or end is not None or is_timed_turn,
        speaker=values.get(FieldRole.SPEAKER),
        probability=values.get(FieldRole.PROBABILITY, 1.0),
        kind=_kind(values),
        language=values.get(FieldRole.LANGUAGE),
    )


def _times(values: dict[FieldRole, Any], start_name: str) -> tuple[RawTime | None, RawTime | None, bool]:
    """Start, end, and whether that is a length."""
    if str(values.get(FieldRole.CASE, "")).startswith("not-found"):
        return None, None, False
    start, end = values.get(FieldRole.START), values.get(FieldRole.END)
    if FieldRole.SPAN in values and (start is None or start_name in _UNTYPICAL_STARTS):
        start, end = values[FieldRole.SPAN]
    if end is None and FieldRole.DURATION in values:
        return start, values[FieldRole.DURATION], True
    return start, end, False


def _is_source_code(found: _Found, start_name: str) -> bool:
    """Whether the text is that of a token in a syntax tree."""
    return FieldRole.TEXT in found and found[FieldRole.TEXT][0].name == "value" and start_name == "start"


@lru_cache(maxsize=4096)
def _fields_called(key: str) -> tuple[_Field, ...]:
    """The fields that may be called so; many objects have the same few names."""
    name = plain_name(key)
    if name in _ROLES:
        # A name that says the unit comes before the same name that does not: twice the rank leaves room for it.
        return tuple(_Field(role, 2 * rank + 1, None, name) for role, rank in _ROLES[name])
    for suffix, unit in _UNITS.items():
        base = name.removesuffix(suffix).removesuffix("in")
        if base != name and name.endswith(suffix) and base in _ROLES:
            return tuple(_Field(role, 2 * rank, unit, base) for role, rank in _ROLES[base] if role in _TIMES)
    return ()


@lru_cache(maxsize=4096)
def plain_name(key: str) -> str:
    """The name of a field without case, `_` and `-`; empty for one too long to be known."""
    return key.lower().replace("_", "").replace("-", "") if len(key) <= _MAX_NAME_CHARS else ""


def _read(value: object, field: _Field) -> object | None:
    """The value of a field where it is one of its role, None otherwise."""
    match field.role:
        case FieldRole.TEXT:
            return _said(value)
        case FieldRole.START | FieldRole.END | FieldRole.DURATION | FieldRole.LAST_END:
            return read_time(value, field.unit)
        case FieldRole.SPAN:
            return _span(value, MILLISECOND if field.name == "offsets" else None)
        case FieldRole.SPEAKER:
            return _speaker(value, field.name)
        case FieldRole.PROBABILITY:
            read = read_time(value, None)
            return read.value if read and 0 <= read.value <= 1 else None
        case FieldRole.FOREIGN:
            return value or None
        case FieldRole.LANGUAGE if value == "auto":  # what was asked for, beside what was heard
            return None
        case _:
            return value if isinstance(value, str) and value else None


def _said(value: object) -> str | None:
    """The text of a field: plain, or as YouTube's pages have it, in `simpleText` or in `runs`."""
    if isinstance(value, str):
        return repaired_text(value)
    if not isinstance(value, dict):
        return None
    runs = value.get("runs")
    parts = [run.get("text") for run in runs if isinstance(run, dict)] if isinstance(runs, list) else []
    texts = [part for part in (*parts, value.get("simpleText")) if isinstance(part, str)]
    return repaired_text("".join(texts)) or None


def _span(value: object, unit: float | None) -> tuple[RawTime, RawTime | None] | None:
    """Start and end in one: `[1.2, 2.5]`, `{"from": …, "to": …}`."""
    if isinstance(value, dict):
        value = [value.get("from", value.get("start")), value.get("to", value.get("end"))]
    if not isinstance(value, list) or len(value) != 2:
        return None
    start, end = (read_time(part, unit) for part in value)
    return None if start is None else (start, end)


def _speaker(value: object, name: str) -> str | None:
    if isinstance(value, dict):
        fields = {plain_name(key): part for key, part in value.items()}
        value = next((fields[key] for key in _SPEAKER_FIELDS if isinstance(fields.get(key), str | int)), None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if name == "speakertag" and value == 0:  # Google: nobody has been told apart
        return None
    if isinstance(value, int) and abs(value) > _MAX_SPEAKER_NUMBER:
        return None
    speaker = plain_text(repaired_text(str(value)[:_MAX_SPEAKER_CHARS]))
    return None if speaker.lower() in _NO_SPEAKERS else speaker


def _kind(values: dict[FieldRole, Any]) -> PartKind:
    kind = _KINDS.get(values.get(FieldRole.KIND, "").lower(), PartKind.SPEECH)
    is_prefix = kind is PartKind.PUNCTUATION and values.get(FieldRole.ATTACHES) == "next"
    return PartKind.PREFIX if is_prefix else kind
