"""From what a format's module read to a Transcript: the part that all formats share.

A format's module finds cues in a file, in the file's order; this tells recordings apart that follow each other in it,
puts the cues in order of time, says each thing once, finds out who speaks, and marks what nobody said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline import timecode
from pipeline.cues import repeats, restarts
from pipeline.cues.draft_cue import DraftCue
from pipeline.cues.labels import readable_name
from pipeline.cues.sounds import without_sounds
from pipeline.cues.speakers import with_speakers
from pipeline.errors import TranscriptError
from pipeline.invented_speech import mark_suspect
from pipeline.records import Origin, Segment, Transcript
from pipeline.untrusted import MAX_SECONDS

__all__ = ["DraftCue", "to_transcript"]

_DEFAULT_CUE_SECONDS = 2.0  # given to a cue whose end is not after its start
_MAX_CUES_AT_ONCE = 2  # in a file that has no others: more are no conversation, but a file without times


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
        warnings: what its reader has to tell people: half-sentences in lower case, as "line 12 is not a timing, so it
            was left out".

    Raises:
        TranscriptError: there are no cues with text, all have the same time, or the recordings in the file are longer
            than a week.
    """
    written = repeats.without_copies([cue for cue in cues if cue.text.strip()])
    _refuse_one_time(written, source)
    joined, restarted = restarts.joined(written)
    segments = [
        Segment(cue.start, cue.end or cue.start, " ".join(cue.text.split()), cue.words, readable_name(cue.speaker))
        for cue in repeats.said_once(_in_order(joined))
    ]
    segments = list(with_speakers(segments)) if labels else segments
    if not segments:
        raise TranscriptError(source, "has no cues with text")
    duration = max(segment.end for segment in segments)
    if duration > MAX_SECONDS:
        raise TranscriptError(source, "has recordings that are longer than a week together")
    return Transcript(
        language=language,
        origin=origin,
        model=None,
        segments=mark_suspect([without_sounds(segment) for segment in segments]),
        duration=duration,
        warnings=(*warnings, *restarted),
    )


def _refuse_one_time(cues: Sequence[DraftCue], source: str) -> None:
    """Refuse a file in which everything is said at once; two people may be all that there is."""
    count = len({place if cue.line is None else -cue.line for place, cue in enumerate(cues)})  # voices share a cue
    if len({cue.start for cue in cues}) != 1 or count == 1:
        return
    if count > _MAX_CUES_AT_ONCE or all(cue.end in (cue.start, None) for cue in cues):
        raise TranscriptError(
            source,
            f"gives all of its {count:,} cues the same time, {timecode.clock(cues[0].start)}",
            hint="Export it again, or delete the times and give it as plain text: it is then aligned by the sound.",
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
