"""Which part of a recording in several parts a typed time is of: nothing in the time itself says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline import links
from pipeline.notes import inline
from pipeline.notes.markdown import DraftBlock
from pipeline.records import BlockKind, Video

_MIN_FALL_SECONDS = 20 * 60.0  # back from the end of a part
_MAX_RESTART_SECONDS = 10 * 60.0  # of the first time in the next part


def parts_of_times(
    drafts: Sequence[DraftBlock], times: Sequence[tuple[int, float]], parts: tuple[Video, ...]
) -> list[int]:
    """For each typed time, its line and seconds, the index of its part: the one linked last above it.

    Where all parts are linked above all times, the times are of the next part when they begin anew.
    """
    if len(parts) < 2 or not times:
        return [0] * len(times)
    anchors = sorted(_anchors(drafts, parts))
    if len({part for line, part in anchors if line <= times[0][0]}) < 2:
        return [next((part for at, part in reversed(anchors) if at <= line), 0) for line, _ in times]
    found, part = [0], 0
    for (_, before), (_, seconds) in pairwise(times):
        part += before - seconds > _MIN_FALL_SECONDS and seconds < _MAX_RESTART_SECONDS
        found.append(part)
    return found if part == len(parts) - 1 else [0] * len(times)


def _anchors(drafts: Sequence[DraftBlock], parts: tuple[Video, ...]) -> Iterator[tuple[int, int]]:
    """The lines that link a part, each with its index."""
    for draft in drafts:
        if draft.hint is not None:
            yield draft.line, draft.hint.part
        for tokens in draft.cells if draft.kind is not BlockKind.CODE else ():
            for _, _, href, _ in inline.find_links(tokens):
                yield from (
                    (draft.line, index) for index, part in enumerate(parts) if links.opens_recording(href, part)
                )
