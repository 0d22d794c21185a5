"""Meetings, corrections and hits as JSON, in the same shape on the command line and in the API (see `schema`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pipeline.export import schema
from pipeline.part_clock import locate
from pipeline.records import (
    Alignment,
    Certainty,
    Correction,
    Hit,
    Meeting,
    Notes,
    PassageSource,
    RecordingPart,
    SectionSpan,
    TranscriptClock,
    Verdict,
)


def aligned_json(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    duration: float | None,
    corrections: Mapping[str, Correction] = MappingProxyType({}),
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
) -> schema.AlignedJson:
    """Notes and where each of their blocks was discussed; `alignments`, `corrections` and `within` are by block id."""
    return {
        "title": notes.title,
        "date": notes.date.isoformat() if notes.date else None,
        "video": notes.video.url if notes.video else None,
        "duration": duration,
        "blocks": [
            {
                "id": block.id,
                "line": block.line,
                "kind": block.kind.value,
                "text": block.text,
                **moment_json(alignments.get(block.id), corrections.get(block.id), within.get(block.id)),
            }
            for block in notes.blocks
        ],
    }


def meeting_json(meeting: Meeting) -> schema.MeetingJson:
    """`aligned_json` of a stored meeting, led by its slug."""
    notes = aligned_json(meeting.notes, meeting.alignments, meeting.duration, meeting.corrections, meeting.within)
    made: schema.MeetingJson = {"slug": meeting.notes.slug, **notes}
    if meeting.recording and meeting.recording.parts:
        parts = enumerate(meeting.recording.parts, 1)
        made["recording"] = {"parts": [_part_json(number, part) for number, part in parts]}
    return made


def clock_json(clock: TranscriptClock) -> schema.ClockJson:
    """How the times of a transcript became those of the recording."""
    return {
        "basis": clock.basis.value,
        "confidence": clock.confidence,
        "pieces": [
            {"start": piece.start, "offset": round(piece.offset, 3), "drift": piece.drift} for piece in clock.pieces
        ],
    }


def _part_json(number: int, part: RecordingPart) -> schema.PartJson:
    return {
        "number": number,
        "start": part.start,
        "duration": part.duration,
        "title": part.title,
        "url": part.url,
        "video_id": part.video_id,
    }


def moment_json(
    alignment: Alignment | None, correction: Correction | None = None, within: SectionSpan | None = None
) -> schema.MomentJson:
    """Where a block was discussed; without an alignment its own times are null. `correction` is the block's newest."""
    certainty = certainty_of(alignment, correction)
    if alignment is None:
        return {
            "start": None,
            "end": None,
            "confidence": None,
            "certainty": certainty.value,
            "basis": None,
            "also": [],
            "within": _span_json(within),
        }
    alignment = rounded(alignment)
    return {
        "start": alignment.start,
        "end": alignment.end,
        "confidence": alignment.confidence,
        "certainty": certainty.value,
        "basis": alignment.basis.value,
        "also": [[round(m.start, 2), round(m.end, 2), round(m.confidence, 3)] for m in alignment.also],
        "within": _span_json(within),
    }


def _span_json(span: SectionSpan | None) -> schema.SectionSpanJson | None:
    if span is None:
        return None
    return {"start": round(span.start, 2), "end": round(span.end, 2), "confidence": round(span.confidence, 3)}


def certainty_of(alignment: Alignment | None, correction: Correction | None) -> Certainty:
    """How far to trust the link of a block. `correction` is the newest of the block."""
    if correction is not None and correction.verdict is Verdict.NOT_DISCUSSED:
        return Certainty.NOT_DISCUSSED
    return alignment.certainty if alignment else Certainty.NOT_FOUND


def rounded(alignment: Alignment) -> Alignment:
    """The alignment with as many digits as the JSON has: hundredths of a second, thousandths of confidence."""
    start, end, confidence = round(alignment.start, 2), round(alignment.end, 2), round(alignment.confidence, 3)
    return replace(alignment, start=start, end=end, confidence=confidence)


def hit_json(hit: Hit) -> schema.HitJson:
    """One search hit; `matches` are half-open character ranges in `text`."""
    text, matches = "", []
    for piece, is_match in hit.snippet:
        if is_match:
            matches.append([len(text), len(text) + len(piece)])
        text += piece
    made: schema.HitJson = {
        "slug": hit.slug,
        "title": hit.title,
        "date": hit.date.isoformat() if hit.date else None,
        "duration": hit.duration,
        "source": "notes" if hit.source is PassageSource.NOTES else "transcript",
        "start": None if hit.start is None else round(hit.start, 2),
        "block": hit.block_id,
        "section": hit.section,
        "speaker": hit.speaker,
        "heard": hit.heard,
        "similar": hit.similar,
        "missing": list(hit.missing),
        "by_meaning": hit.by_meaning,
        "text": text,
        "matches": matches,
    }
    if hit.start is not None and (moment := locate(hit.part_starts, hit.start)):
        made["part"] = {"number": moment.number, "start": round(moment.seconds, 2)}
    return made


def correction_json(correction: Correction) -> schema.CorrectionJson:
    """One correction; `at` in UTC."""
    return {
        "id": correction.id,
        "block": correction.block_id,
        "text": correction.text,
        "verdict": correction.verdict,
        "start": correction.start,
        "author": correction.author,
        "at": correction.at.isoformat(),
    }
