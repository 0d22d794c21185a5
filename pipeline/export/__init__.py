"""Meetings and hits as JSON, the same shape on the command line and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.export import schema
from pipeline.records import Alignment, Correction, Hit, Meeting, Notes, PassageSource


def aligned(notes: Notes, alignments: Mapping[str, Alignment], duration: float | None) -> schema.Aligned:
    """`{"title", "video", "duration", "blocks"}` with every block of the notes, `start` null where not placed."""
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
                **moment(alignments.get(block.id)),
            }
            for block in notes.blocks
        ],
    }


def rounded(alignment: Alignment) -> Alignment:
    """The moment in the digits in which it is written: hundredths of a second, thousandths of confidence."""
    start, end, confidence = round(alignment.start, 2), round(alignment.end, 2), round(alignment.confidence, 3)
    return replace(alignment, start=start, end=end, confidence=confidence)


def meeting(stored: Meeting) -> schema.Meeting:
    """`aligned` of a stored meeting, led by its slug."""
    return {"slug": stored.notes.slug, **aligned(stored.notes, stored.alignments, stored.duration)}


def hit(found: Hit) -> schema.Hit:
    """One search hit; `matches` are half-open character ranges in `text`."""
    text, matches = "", []
    for piece, matching in found.snippet:
        if matching:
            matches.append([len(text), len(text) + len(piece)])
        text += piece
    return {
        "slug": found.slug,
        "title": found.title,
        "date": found.date.isoformat() if found.date else None,
        "duration": found.duration,
        "source": "notes" if found.source is PassageSource.NOTES else "transcript",
        "start": None if found.start is None else round(found.start, 2),
        "block": found.block_id,
        "section": found.section,
        "speaker": found.speaker,
        "heard": found.heard,
        "missing": list(found.missing),
        "text": text,
        "matches": matches,
    }


def correction(said: Correction) -> schema.Correction:
    """What a person said of a block: `start` null but for the verdict `time`, `at` in UTC."""
    return {
        "id": said.id,
        "block": said.block_id,
        "text": said.text,
        "verdict": said.verdict,
        "start": said.start,
        "author": said.author,
        "at": said.at.isoformat(),
    }


def moment(alignment: Alignment | None) -> schema.Moment:
    """Where a block was discussed; every value null, and `also` empty, for one that was not placed."""
    if alignment is None:
        return {"start": None, "end": None, "confidence": None, "basis": None, "also": []}
    alignment = rounded(alignment)
    return {
        "start": alignment.start,
        "end": alignment.end,
        "confidence": alignment.confidence,
        "basis": alignment.basis.value,
        "also": [[round(m.start, 2), round(m.end, 2), round(m.confidence, 3)] for m in alignment.also],
    }
