"""Times people write into notes by hand.

    - [3:04](https://youtu.be/…?t=184) Release        - (35:20) Release        ## Release [8:15]
    * **[00:11](#t=00:11)** Release                   00:19:45 - Release       Video | [7:50](…)
    - 9:44-11:10 Release                              - 10.57 Release (between items that have times)

A time becomes the block's hint and leaves its text. One that stands alone belongs to the heading above it, or to what
follows. Dates, times of day, version numbers and links to other videos stay in the text.

typed_times   what a typed time looks like
linked_times  links that open the recording at a time
timed_lines   lists of times in one block
day_times     typed times that are none of the recording
part_of_time  which part of the recording a typed time is of
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markdown_it.token import Token

from pipeline.language.labels import is_label
from pipeline.notes import day_times, inline, linked_times
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.part_of_time import parts_of_times
from pipeline.notes.timed_lines import split_timed_lines
from pipeline.notes.typed_times import GAP, IS_ZONE, Place, TypedTime, find_dotted_time, find_time, parse_typed_time
from pipeline.records import BlockKind, Hint, Video

__all__ = ["extract_hints", "parse_typed_time", "split_timed_lines"]

_MAX_TEXT_CHARS = 2_000  # of a block are looked at; a time stands at its start or its end
_MAX_WINDOW_CHARS = 200  # of a line that says from when to when the meeting took place
_MAX_SAME_SECONDS = 5.0  # between two times of one heading that mean the same moment
_VERSION_SUFFIX = re.compile(r"\W*(?:release|version|milestone|beta|alpha|rc|sdk|kernel|lts)", re.IGNORECASE)
_SEPARATOR = re.compile(rf"\A{GAP}(?:(?:-{{1,3}}|[–—:|•·,]|[.](?=\s))(?=\s|$){GAP})*")
_SEPARATOR_AT_END = re.compile(rf"(?:(?:^|\s)(?:-{{1,3}}|[–—|•·,@]))?{GAP}$")
_SEPARATORS_BETWEEN = re.compile(r"(?<=\s)[-–—|]\s{1,3}(?=[-–—|]\s)")
_EMPTY_BRACKETS = re.compile(
    r"(?<!\S)(?:\(\s{0,3}(?:@|at)?\s{0,3}[-–—]?\s{0,3}(?:(?:in|into|of)(?:\s(?:the|this))?\s(?:video|recording|audio|stream))?\s{0,3}\)"
    r"|\[\s{0,3}@?\s{0,3}[-–—]?\s{0,3}\])",
    re.IGNORECASE,
)
_LABEL_OF_TIME = re.compile(r"(?:video|recording|time|timestamp|youtube|watch)\s*[:|]?", re.IGNORECASE)
_TIMED_KINDS = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.ROW})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A time typed in a cell of a block."""

    draft: DraftBlock
    cell: int
    time: TypedTime


def extract_hints(drafts: list[DraftBlock], parts: tuple[Video, ...]) -> Iterator[str]:
    """Move the hand-written times of `drafts` from their content to their hints. Yields warnings.

    Args:
        parts: of the recording; empty when there is none.
    """
    targets, warnings = linked_times.find_targets(drafts, parts)
    yield from warnings
    yield from linked_times.extract(drafts, targets)
    linked = sum(draft.hint is not None for draft in drafts)
    typed = list(_typed_times(drafts, linked))
    times = [(found.draft.line, found.time.hint.start) for found in typed]
    for found, part in zip(typed, parts_of_times(drafts, times, parts), strict=True):
        _move_to_hint(found, part)
    for found in _find_dotted_times(drafts):
        _move_to_hint(found)
    for draft in drafts:
        if draft.hint is not None:
            draft.cells = [_without_separators(tokens) for tokens in draft.cells]
    _give_lone_times_away(drafts)


def _typed_times(drafts: list[DraftBlock], linked: int) -> Iterator[_Candidate]:
    """The times that are typed at the start or the end of blocks, or alone in a cell, and are of the recording."""
    candidates = [found for draft in drafts if (found := _find_candidate(draft))]
    in_blocks = {id(found.draft) for found in candidates if not found.time.of_day}
    texts = (
        text
        for draft in drafts
        if id(draft) not in in_blocks and draft.kind is not BlockKind.CODE
        if len(text := " ".join(map(inline.plain_text, draft.cells))) <= _MAX_WINDOW_CHARS
    )
    chosen = day_times.of_recording([found.time for found in candidates], texts, linked=linked)
    return (found for found, is_chosen in zip(candidates, chosen, strict=True) if is_chosen)


def _find_candidate(draft: DraftBlock) -> _Candidate | None:
    if draft.hint is not None or draft.excluded or draft.kind not in _TIMED_KINDS:
        return None
    for cell, tokens in enumerate(draft.cells):
        time = _find_in(tokens)
        if time is None or _in_link(tokens, time.at) or any(map(is_label, time.name.split())):
            continue
        whole = time.span == (0, len(inline.plain_text(tokens).rstrip()))
        if draft.kind is BlockKind.ROW and not (whole or cell == 0 or time.place is not Place.START):
            continue
        if any(IS_ZONE.fullmatch(inline.plain_text(beside)) for beside in draft.cells):  # | UTC | 15:00 |
            time = replace(time, of_day=True)
        return _Candidate(draft, cell, time)
    return None


def _find_in(tokens: list[Token]) -> TypedTime | None:
    text = inline.plain_text(tokens)
    if len(text) <= 2 * _MAX_TEXT_CHARS:
        return find_time(text)
    return find_time(text[:_MAX_TEXT_CHARS])


def _in_link(tokens: list[Token], position: int) -> bool:
    at = 0
    inside = False
    for token in tokens:
        inside = token.type == "link_open" or (inside and token.type != "link_close")
        at += len(inline.text_of(token))
        if at > position:
            return inside
    return False


def _find_dotted_times(drafts: list[DraftBlock]) -> Iterator[_Candidate]:
    """`10.57` is a time in brackets, or where most of its siblings have one and it fits between; else a version."""
    for siblings in _groups_of_siblings(drafts):
        timed = [(draft.line, draft.hint.start) for draft in siblings if draft.hint is not None]
        dotted = [found for draft in siblings if (found := _find_dotted(draft))]
        for found in dotted:
            draft, time = found.draft, found.time
            if _VERSION_SUFFIX.match(inline.plain_text(draft.cells[found.cell]), time.span[1]):
                continue
            after = bisect(timed, (draft.line,))
            earliest = timed[after - 1][1] if after else 0.0
            latest = timed[after][1] if after < len(timed) else float("inf")
            fits = earliest <= time.hint.start <= latest or latest < earliest  # siblings may be out of order too
            if time.marked or (fits and timed and 2 * len(timed) >= len(siblings) - len(dotted)):
                yield found


def _find_dotted(draft: DraftBlock) -> _Candidate | None:
    if draft.hint is not None or draft.excluded or draft.kind not in _TIMED_KINDS:
        return None
    for cell, tokens in enumerate(draft.cells[:1] if draft.kind is BlockKind.ROW else draft.cells):
        time = find_dotted_time(inline.plain_text(tokens))
        if time and not time.of_day and not _in_link(tokens, time.at):
            return _Candidate(draft, cell, time)
    return None


def _groups_of_siblings(drafts: list[DraftBlock]) -> Iterable[list[DraftBlock]]:
    """The blocks beside each other: under the same heading, in the same list."""
    groups: dict[tuple[int, int, int], list[DraftBlock]] = defaultdict(list)
    section = 0
    for draft in drafts:
        section += draft.kind is BlockKind.HEADING
        # Headings are siblings of all headings of their level.
        group = 0 if draft.kind is BlockKind.HEADING else section
        groups[group, id(draft.parent_item), draft.depth].append(draft)
    return groups.values()


def _move_to_hint(found: _Candidate, part: int = 0) -> None:
    draft, time = found.draft, found.time
    draft.hint = replace(time.hint, part=part)
    draft.speaker = draft.speaker or time.name or None
    draft.cells[found.cell] = inline.cut_span(draft.cells[found.cell], *time.span)


def _without_separators(tokens: list[Token]) -> list[Token]:
    """Without the brackets and dashes that were around a time, and without the label of a cell that had only a time."""
    for pattern in (_EMPTY_BRACKETS, _SEPARATORS_BETWEEN, _SEPARATOR_AT_END, _SEPARATOR):
        text = inline.plain_text(tokens)
        found = pattern.search(text)
        if found and found.end() > found.start():
            tokens = inline.cut_span(tokens, *found.span())
    if _LABEL_OF_TIME.fullmatch(inline.plain_text(tokens).strip()):
        return []
    return tokens


def _give_lone_times_away(drafts: list[DraftBlock]) -> None:
    """A time that stands alone, or is labelled as the video's, belongs to the heading right above it; else one that
    stands alone belongs to what follows it. A block that is then empty is markup.
    """
    written = [draft for draft in drafts if draft.kind is not BlockKind.MARKUP and not draft.excluded]
    for index, draft in enumerate(written):
        if draft.hint is None or not (draft.times_section or not draft.text):
            continue
        before = written[index - 1] if index else None
        after = written[index + 1] if index + 1 < len(written) else None
        if before is not None and before.kind is BlockKind.HEADING and before.text and _agree(before.hint, draft.hint):
            before.hint, draft.hint = before.hint or draft.hint, None
        elif not draft.text and draft.kind is not BlockKind.HEADING and after is not None and _can_take(after):
            after.hint, draft.hint = draft.hint, None
        if draft.hint is None and not draft.text:
            draft.kind, draft.depth = BlockKind.MARKUP, 0


def _agree(one: Hint | None, other: Hint) -> bool:
    return one is None or (one.part == other.part and abs(one.start - other.start) <= _MAX_SAME_SECONDS)


def _can_take(after: DraftBlock) -> bool:
    return after.kind in _TIMED_KINDS - {BlockKind.HEADING} and after.hint is None and bool(after.text)
