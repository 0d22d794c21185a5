"""The links of a meeting: a table of its blocks, and what became of the times written in its notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pipeline import part_clock, timecode
from pipeline.cli.render.table import shortened, table
from pipeline.export import certainty_of
from pipeline.records import (
    Alignment,
    Basis,
    Block,
    BlockKind,
    Certainty,
    Correction,
    LinkState,
    MeetingAlignment,
    Notes,
    SectionSpan,
    link_state,
)

MAX_NOTES_CHARS = 76
"""Characters of a line of the notes, its indentation included."""

_NO_CORRECTIONS: Mapping[str, Correction] = MappingProxyType({})
_NO_TIME = "–"
_UNSURE = "?"  # behind a time that is only likely
_TEMPLATE = "template"


def link_table(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    corrections: Mapping[str, Correction] = _NO_CORRECTIONS,
    part_starts: Sequence[float] = (),
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
) -> str:
    """Every block with its time and how far that is known, one a line, indented as in the notes.

    Args:
        alignments: by block id, with the corrections applied.
        corrections: by block id.
        part_starts: where the parts of the recording begin, if it is in several: a time then says which it is in.
        within: the spans of blocks without a link, by block id.
    """
    states = link_words(notes, alignments, corrections, within)
    shown = [(block, indent) for block, indent in _indented(notes) if block.text]
    times = [_time(states[block.id], alignments.get(block.id), within.get(block.id), part_starts) for block, _ in shown]
    # So that the clocks stand below each other, whether a question mark follows or not.
    room = " " if any(time.endswith(_UNSURE) for time in times) else ""
    rows = [
        (
            time if time.endswith(_UNSURE) else time + room,
            states[block.id],
            _line(block, indent) + _further_moments(alignments.get(block.id), part_starts),
        )
        for (block, indent), time in zip(shown, times, strict=True)
    ]
    return table((f"time{room}", "link", "notes"), rows, right=(0,))


def link_words(
    notes: Notes,
    alignments: Mapping[str, Alignment],
    corrections: Mapping[str, Correction] = _NO_CORRECTIONS,
    within: Mapping[str, SectionSpan] = MappingProxyType({}),
) -> dict[str, str]:
    """The LinkState of each block in words, by block id.

    A block without a link that nobody would say has another word: "template" if it recurs in the notes of its folder,
    "" for the title of the notes and for code.
    """
    title = notes.heading
    words = {}
    for block in notes.blocks:
        certainty = certainty_of(alignments.get(block.id), corrections.get(block.id))
        state = link_state(certainty, within.get(block.id))
        words[block.id] = state.words
        if state is not LinkState.NONE:
            continue
        if block.kind in {BlockKind.CODE, BlockKind.MARKUP} or (title and block is title.blocks[0]):
            words[block.id] = ""
        elif block.template:
            words[block.id] = _TEMPLATE
    return words


def hint_report(notes: Notes, aligned: MeetingAlignment) -> str:
    """What became of the times in the notes, in a line or two; "" when there is nothing to say about them."""
    hinted = [block for block in notes.blocks if block.hint]
    agreed = {a.block_id for a in aligned.alignments if a.basis in {Basis.HINT, Basis.PINNED}}
    lines = []
    if aligned.offset is not None:
        offset, direction = timecode.clock(abs(aligned.offset)), "behind" if aligned.offset > 0 else "ahead of"
        clocks = f"run {offset} {direction} the recording" if abs(aligned.offset) >= 1 else "match the recording's"
        lines.append(f"The times in the notes {clocks}; {sum(b.id in agreed for b in hinted)} of {len(hinted)} agree.")
    ignored = [f"{timecode.clock(b.hint.start)} on line {b.line}" for b in hinted if b.hint and b.id not in agreed]
    if ignored:
        lines.append(f"Ignored, because the recording disagrees: {', '.join(ignored)}.")
    return "\n".join(lines)


def cut_report(aligned: MeetingAlignment) -> str:
    """From which line on the notes were not looked for; "" when all were."""
    if aligned.cut_line is None:
        return ""
    return (
        f"Nothing from line {aligned.cut_line} on was looked for: the notes and the recording together are too long. "
        "Split the notes, one file per meeting."
    )


def _indented(notes: Notes) -> Iterator[tuple[Block, int]]:
    for section in notes.sections:
        under = max(section.level - 1, 0)
        for block in section.blocks:
            yield block, under if block.kind is BlockKind.HEADING else under + max(block.depth, 1)


def _line(block: Block, indent: int) -> str:
    return "  " * indent + shortened(block.text, MAX_NOTES_CHARS - 2 * indent)


def _time(word: str, alignment: Alignment | None, within: SectionSpan | None, part_starts: Sequence[float]) -> str:
    if within and word == LinkState.WITHIN.words:
        return f"in {part_clock.clock_span(part_starts, within.start, within.end)}"
    if alignment is None or alignment.certainty is Certainty.NOT_FOUND:
        return _NO_TIME
    return part_clock.clock(part_starts, alignment.start) + (_UNSURE if word == LinkState.LIKELY.words else "")


def _further_moments(alignment: Alignment | None, part_starts: Sequence[float]) -> str:
    times = [part_clock.clock(part_starts, moment.start) for moment in alignment.also] if alignment else []
    return f"  (also {', '.join(times)})" if times else ""
