"""From what a format's module read to a Transcript: the part that all formats share.

A format's module finds cues in a file, in the file's order; this puts them in order of time, says each thing once,
finds out who speaks, and marks what nobody said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.records import Origin, Segment, Transcript, Word
from pipeline.untrusted import MAX_SECONDS

_DEFAULT_CUE_SECONDS = 2.0  # given to a cue whose end is not after its start


@dataclass(frozen=True, slots=True)
class DraftCue:
    """A cue as its file has it, in seconds. `text` is what a viewer sees. `end` is None where the file has none."""

    start: float
    end: float | None
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    line: int | None = None  # in the file, 1-based


def to_transcript(
    cues: Sequence[DraftCue],
    *,
    source: str,
    language: str = "und",
    origin: Origin = Origin.IMPORT,
    labels: bool = True,
    warnings: Sequence[str] = (),
) -> Transcript:
    """The transcript of a file with these cues, in the file's order.

    Args:
        source: names the file in errors.
        labels: whether the text may begin with the speaker's name; otherwise `speaker` is all there is.
        warnings: what its reader has to tell people: half-sentences in lower case, as "line 12 is no timing, so it was
            left out".

    Raises:
        TranscriptError: there are no cues with text.
    """
    ordered = _in_order([cue for cue in cues if cue.text])
    segments = [Segment(cue.start, cue.end or cue.start, cue.text, cue.words, cue.speaker) for cue in ordered]
    segments = list(with_speakers(segments)) if labels else segments
    if not segments:
        raise TranscriptError(source, "has no cues with text")
    return Transcript(
        language=language,
        origin=origin,
        model=None,
        segments=tuple(segments),
        duration=max(segment.end for segment in segments),
        warnings=tuple(warnings),
    )


def _in_order(cues: Sequence[DraftCue]) -> list[DraftCue]:
    """The cues by their times, each ending after it starts; one without an end lasts until the next one."""
    ordered = sorted(cues, key=lambda cue: (cue.start, cue.end or cue.start))
    starts = [*(cue.start for cue in ordered), MAX_SECONDS]
    return [
        cue if cue.end is not None and cue.end > cue.start else replace(cue, end=_end(cue, after))
        for cue, (_, after) in zip(ordered, pairwise(starts), strict=True)
    ]


def _end(cue: DraftCue, after: float) -> float:
    usual = cue.start + _DEFAULT_CUE_SECONDS
    return min(usual, after if after > cue.start else MAX_SECONDS)
