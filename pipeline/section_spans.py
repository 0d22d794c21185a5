"""The parts of a recording in which the sections of the notes were discussed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.records import LINK_CONFIDENCE, Alignment, Section

Span = tuple[float, float]
"""Start and end in seconds."""

MAX_BREATH_SECONDS = 15.0
"""Between two links of a section, that still belong to it."""


def spans_of(section: Section, alignments: Mapping[str, Alignment]) -> list[Span]:
    """Where the linked blocks of `section` were discussed, in time order; `alignments` by block id."""
    placed = (alignments[block.id] for block in section.blocks if block.id in alignments)
    links = [alignment for alignment in placed if alignment.confidence >= LINK_CONFIDENCE]
    spans = [(link.start, link.end) for link in links]
    spans += [(moment.start, moment.end) for link in links for moment in link.also]
    return list(merged(spans, max_gap_seconds=MAX_BREATH_SECONDS))


def merged(spans: Iterable[Span], *, max_gap_seconds: float = 0.0) -> Iterator[Span]:
    """The spans in time order, those with no longer gap between them made one.

    >>> list(merged([(5.0, 6.0), (1.0, 3.0), (2.0, 4.0)]))
    [(1.0, 4.0), (5.0, 6.0)]
    >>> list(merged([(1.0, 4.0), (5.0, 6.0)], max_gap_seconds=1.0))
    [(1.0, 6.0)]
    """
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1] + max_gap_seconds:
            current = (current[0], max(current[1], end))
            continue
        if current:
            yield current
        current = (start, end)
    if current:
        yield current
