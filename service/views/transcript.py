"""The transcript as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline import redacted, transcript_clock
from pipeline.records import Origin, RemovedPassage, Segment, Transcript
from pipeline.speaking_time import speaking_times
from service.views.direction import direction_of
from service.views.moment_links import MomentLinks
from service.web.language import _

_BATCH_LINES = 40
"""Lines a browser lays out together: it skips whole batches that are out of sight."""

_TENTHS = tuple(map(str, range(1_000)))
"""Of a second, as text. There are tens of thousands of words: to look a number up is faster than to write it."""


class TranscriptLine(NamedTuple):
    """A segment of the transcript. A page has thousands: a named tuple is made in half the time of a dataclass.

    `speaker` is set where another person begins to speak: "" where it is not known who, else None. `word_tenths` says
    when each word begins, in tenths of a second from `start`; "" where that is not known.
    """

    start: str
    clock: str
    href: str
    speaker: str | None
    text: str
    word_tenths: str


@dataclass(frozen=True, slots=True)
class TranscriptView:
    """A transcript: where it came from, and its lines in batches.

    `direction` is "ltr" or "rtl". `remarks` are sentences for those who see to the transcripts: the clock by which it
    is read, and what is odd about its file.
    """

    origin: str
    language: str
    direction: str
    remarks: tuple[str, ...]
    speakers: tuple[str, ...]  # who speaks longest first
    batches: tuple[tuple[TranscriptLine, ...], ...]


def transcript_view(transcript: Transcript, links: MomentLinks, *, for_editors: bool = False) -> TranscriptView | None:
    """The lines of `transcript`; None where nobody speaks."""
    lines: list[TranscriptLine] = []
    speaker: str | None = None
    for segment in redacted.with_lines(transcript, _removed).heard:
        changed = segment.speaker != speaker
        lines.append(_line(segment, links, (segment.speaker or "") if changed else None))
        speaker = segment.speaker
    if not lines:
        return None
    return TranscriptView(
        origin=_origin(transcript),
        language=transcript.language,
        direction=direction_of("".join(line.text for line in lines[:_BATCH_LINES])),
        remarks=tuple(_remarks(transcript)) if for_editors else (),
        speakers=tuple(time.speaker for time in speaking_times(transcript)),
        batches=tuple(tuple(lines[first : first + _BATCH_LINES]) for first in range(0, len(lines), _BATCH_LINES)),
    )


def _removed(passage: RemovedPassage) -> str:
    if passage.reason:
        return _("[removed: %(reason)s]", reason=passage.reason)
    return _("[removed]")


def _origin(transcript: Transcript) -> str:
    if transcript.origin is Origin.ASR and transcript.model:
        return _("speech recognition, %(model)s", model=transcript.model)
    return {
        Origin.ASR: _("speech recognition"),
        Origin.CAPTIONS: _("the video’s captions"),
        Origin.IMPORT: _("provided"),
    }[transcript.origin]


def _remarks(transcript: Transcript) -> Iterator[str]:
    if transcript.clock:
        yield f"This transcript {transcript_clock.describe(transcript.clock)}."
    for warning in (*transcript.warnings, *transcript.doubts):
        yield f"Its file: {warning}."


def _line(segment: Segment, links: MomentLinks, speaker: str | None) -> TranscriptLine:
    start = segment.start
    return TranscriptLine(
        f"{start:.2f}", links.clock(start), links.to(start), speaker, segment.text.strip(), _word_tenths(segment)
    )


def _word_tenths(segment: Segment) -> str:
    words, start = segment.words, segment.start
    if not words or len(words) != len(segment.text.split()):
        return ""
    tenths = [round((word.start - start) * 10) for word in words]
    return " ".join([_TENTHS[count] if 0 <= count < len(_TENTHS) else str(max(count, 0)) for count in tenths])
