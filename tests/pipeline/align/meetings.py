"""Notes and transcripts built in a line, for tests whose truth is constructed."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.align import outline
from pipeline.records import Block, BlockKind, Hint, Notes, Origin, Section, Segment, Transcript, Word


def block(
    number: int,
    text: str,
    *,
    kind: BlockKind = BlockKind.ITEM,
    depth: int = 0,
    parent: str | None = None,
    hint: float | None = None,
    template: bool = False,
) -> Block:
    return Block(
        id=f"b{number}",
        kind=kind,
        line=number + 1,
        end_line=number + 2,
        text=text,
        html=text,
        depth=depth,
        parent=parent,
        hint=None if hint is None else Hint(hint),
        template=template,
    )


def written(*sections: tuple[str, Sequence[str]]) -> Notes:
    """Notes of second-level headings with items under them."""
    number, made = 0, []
    for title, items in sections:
        heading = block(number, title, kind=BlockKind.HEADING, depth=2)
        below = [block(number + i, text, depth=1, parent=heading.id) for i, text in enumerate(items, start=1)]
        made.append(Section(heading.id, title, 2, heading.line, (heading, *below)))
        number += 1 + len(items)
    return Notes("meeting", "Meeting", None, None, tuple(made), "")


def of(*blocks: Block) -> Notes:
    """Notes of one section with these blocks."""
    return Notes("meeting", "Meeting", None, None, (Section("s", "", 0, 1, blocks),), "")


def heard(*texts: str, every: float = 10.0, speaker: str | None = None) -> Transcript:
    """A transcript of one cue every so many seconds."""
    segments = tuple(Segment(i * every, (i + 1) * every - 0.5, text, (), speaker) for i, text in enumerate(texts))
    return Transcript("en", Origin.ASR, None, segments, len(texts) * every)


def timed(*words: tuple[float, str]) -> Segment:
    """A segment whose words start at these seconds and last 0.3."""
    parts = tuple(Word(at, at + 0.3, text) for at, text in words)
    return Segment(parts[0].start, parts[-1].end, " ".join(word.text for word in parts), parts)


def shape_of(count: int, *, sections: int = 1) -> outline.Outline:
    """An outline of items alone, in so many sections."""
    return outline.Outline(
        blocks=tuple(block(i, f"item {i}") for i in range(count)),
        parent=(None,) * count,
        section=tuple(i * sections // count for i in range(count)),
        heading=(False,) * count,
        leads=(False,) * count,
    )
