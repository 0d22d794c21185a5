"""Notes + transcript → where each block of the notes was discussed, how sure that is, and how it is known.

Top to bottom, each module uses only those above it (`docs/algorithm.md` explains the steps):

    outline            notes → the blocks that can be placed
    generic            which of them say nothing of their own
    units              transcript → the moments a link may point to
    sparse             matrices in little memory
    lexical            which words of the blocks were heard in which units
    features           what may speak for or against a block starting at a unit
    word_evidence      how much of a block is heard around each unit
    onsets             where something begins, whatever it is
    feature_table      blocks × units: all of that, a slab of blocks at a time
    meaning_features   the same for what blocks and speech mean, where there is a sentence model
    hmm                the order of the notes as evidence
    masses             how much probability lies around each unit
    explaining_away    what one block has taken is less likely to be another's
    worth              where a link is worth most to a reader
    reranking          the choice among a block's best places
    confidence         how probable it is that a link is right
    weights            the fitted numbers, from weights.json
    emission           features × weights: where each block starts, by its own evidence
    time_offset        how far the times in the notes are from the recording's
    constraints        what else is known: times in the notes, corrections, chapters
    decode             all of it → alignments
    further_moments    where else a block was discussed
    within             the stretch that a block without a link is in
    explain            why a block was placed where it was
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.align import decode, further_moments, time_offset, weights, within
from pipeline.align.constraints import ExternalEvidence
from pipeline.align.outline import build_outline
from pipeline.align.units import build_units
from pipeline.errors import AlignError
from pipeline.meaning import Meaning
from pipeline.records import Alignment, Basis, Chapter, MeetingAlignment, Notes, Transcript

__all__ = ["align"]

MAX_CELLS = 64_000_000
"""Blocks × units that are compared, in 12 bytes each: 5,000 blocks in a day of speech, or 130,000 in an hour."""

Pins = Mapping[str, float | None]
"""Where a person said that blocks begin, in seconds, by block id; None: not discussed."""


def align(
    notes: Notes,
    transcript: Transcript,
    *,
    pins: Pins | None = None,
    chapters: Sequence[Chapter] = (),
    meaning: Meaning | None = None,
) -> MeetingAlignment:
    """Place the blocks of `notes` in the recording.

    Blocks without words of their own (code, markup, bare links), and those whose best place is hardly better than
    chance, are left out. Starts lie in the transcript's duration, in seconds; the same input gives the same answer.
    A block in `pins` starts exactly where a person said, and `chapters`, those of the recording, are evidence. With the
    sentence model `meaning` a paraphrase is found, too, and notes in another language than the recording.
    Of some blocks without a link, `within` has the span of their section.
    Of notes with more than MAX_CELLS the first blocks are placed; `cut_line` says where the others begin.

    Raises:
        AlignError: the transcript has no words.
    """
    pins = pins or {}
    if (compared := compare_and_place(notes, transcript, pins=pins, chapters=chapters, meaning=meaning)) is None:
        return MeetingAlignment(_with_pinned(notes, (), pins))
    placed = further_moments.add_further_moments(*compared, decode.to_alignments(*compared))
    spans = within.find_spans(*compared, placed)
    compared_blocks, blocks = compared[0].outline.blocks, build_outline(notes).blocks
    cut_line = blocks[len(compared_blocks)].line if len(compared_blocks) < len(blocks) else None
    return MeetingAlignment(_with_pinned(notes, placed, pins), compared[1].constraints.offset, cut_line, spans)


def compare_and_place(
    notes: Notes,
    transcript: Transcript,
    *,
    pins: Pins | None = None,
    chapters: Sequence[Chapter] = (),
    meaning: Meaning | None = None,
) -> tuple[decode.Comparison, decode.Decision] | None:
    """The comparison and the decision behind `align`, for those who explain it; None: the notes have no words.

    Raises:
        AlignError: the transcript has no words.
    """
    units = build_units(transcript)
    if not len(units):
        raise AlignError(
            "The transcript has no words.",
            hint="Play the recording to hear whether anybody speaks; transcribe it again or give another transcript.",
        )
    outline = build_outline(notes)
    if not len(outline):
        return None
    comparison = decode.compare(outline.first(max(MAX_CELLS // len(units), 1)), units, meaning)
    onsets = time_offset.find_onsets(transcript) if any(block.hint for block in outline.blocks) else None
    external = ExternalEvidence(pins or {}, tuple(chapters), onsets)
    return comparison, decode.decide(comparison, weights.shipped(), external)


def _with_pinned(notes: Notes, placed: tuple[Alignment, ...], pins: Pins) -> tuple[Alignment, ...]:
    """`placed` with the blocks that only a person can place, code for example; such a block has no length."""
    found = {alignment.block_id: alignment for alignment in placed}
    for block in notes.blocks:
        if block.id not in found and (start := pins.get(block.id)) is not None:
            found[block.id] = Alignment(block.id, start, start, 1.0, Basis.PINNED)
    return tuple(found[block.id] for block in notes.blocks if block.id in found)
