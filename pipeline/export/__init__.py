"""Meetings, corrections and hits as JSON, in the same shape on the command line and in the API (see `schema`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from pipeline import page_addresses
from pipeline.export import schema
from pipeline.part_clock import locate
from pipeline.records import (
    Alignment,
    Certainty,
    Correction,
    Hit,
    LinkState,
    Meeting,
    Notes,
    PassageSource,
    RecordingPart,
    SectionSpan,
    TranscriptClock,
    Verdict,
    link_state,
)
from pipeline.series import series_of


def aligned_json(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    duration: float | None,
    corrections: Mapping[str, Correction] = MappingProxyType({}),
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
    *,
    site: str = "",
) -> schema.AlignedJson:
    """Notes and where each of their blocks was discussed; `alignments`, `corrections` and `within` are by block id.

    Args:
        site: where the pages are served; "": their addresses begin at the root of the site.
    """
    page = page_addresses.meeting_page(notes.slug, site)
    return {
        "title": notes.title,
        "date": notes.date.isoformat() if notes.date else None,
        "video": notes.video.url if notes.video else None,
        "duration": duration,
        "url": page,
        "blocks": [
            {
                "id": block.id,
                "line": block.line,
                "kind": block.kind.value,
                "text": block.text,
                **moment_json(
                    page, block.id, alignments.get(block.id), corrections.get(block.id), within.get(block.id)
                ),
            }
            for block in notes.blocks
        ],
    }


def meeting_json(meeting: Meeting, *, site: str = "") -> schema.MeetingJson:
    """`aligned_json` of a stored meeting, led by its slug."""
    notes = aligned_json(
        meeting.notes, meeting.alignments, meeting.duration, meeting.corrections, meeting.within, site=site
    )
    made: schema.MeetingJson = {
        "slug": meeting.notes.slug,
        "series": series_of(meeting.notes.title) or None,
        "updated_at": instant(meeting.updated_at),
        **notes,
    }
    if meeting.recording and meeting.recording.parts:
        parts = enumerate(meeting.recording.parts, 1)
        made["recording"] = {"parts": [_part_json(number, part) for number, part in parts]}
    return made


def instant(at: datetime | None) -> str | None:
    """A time in UTC, to the second."""
    return at.isoformat(timespec="seconds") if at else None


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
    page: str,
    block_id: str,
    alignment: Alignment | None,
    correction: Correction | None = None,
    within: SectionSpan | None = None,
) -> schema.MomentJson:
    """Where a block was discussed; without an alignment its own times are null.

    Args:
        page: the address of the meeting's page.
        correction: the newest of the block.
    """
    certainty = certainty_of(alignment, correction)
    state = link_state(certainty, within)
    found = rounded(alignment) if alignment else None
    return {
        "start": found.start if found else None,
        "end": found.end if found else None,
        "confidence": found.confidence if found else None,
        "link": state.value,
        "certainty": certainty.value,
        "basis": found.basis.value if found else None,
        "also": [[round(m.start, 2), round(m.end, 2), round(m.confidence, 3)] for m in found.also] if found else [],
        "within": _span_json(within),
        "url": page_addresses.at_block(page, block_id, _opened_at(state, found, within)),
    }


def _opened_at(state: LinkState, alignment: Alignment | None, within: SectionSpan | None) -> float | None:
    """The second that the link of a block opens; a guess is not one."""
    if state is LinkState.WITHIN:
        return within.start if within else None
    if state in {LinkState.NONE, LinkState.NOT_DISCUSSED}:
        return None
    return alignment.start if alignment else None


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


def hit_json(hit: Hit, *, site: str = "") -> schema.HitJson:
    """One search hit; `matches` are half-open character ranges in `text`. `site` is where the pages are served."""
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
        "url": page_addresses.at_hit(hit, site),
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
