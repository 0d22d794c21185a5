"""Times people write into notes by hand.

    - [3:04](https://youtu.be/…?t=184) Release        - (35:20) Release        ## Release [8:15]
    * **[00:11](#t=00:11)** Release                   00:19:45 - Release       Video | [7:50](…)
    - 9:44-11:10 Release                              - 10.57 Release (between items that have times)

A time becomes the block's hint and leaves its text. Dates, times of day, version numbers and links to other videos stay
in the text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from pipeline import links, timecode
from pipeline.notes import inline
from pipeline.notes.markdown import DraftBlock
from pipeline.records import BlockKind, Hint, Video

_MIN_WARNING_SECONDS = 2.0  # between the time that is typed and the time the link opens
# An agenda has at least 3 times of day, on five minutes and after 1:00. Read as a time, 9:15 is 9 min 15 s.
_MIN_AGENDA_TIMES = 3
_AGENDA_STEP_SECONDS = 5
_MIN_AGENDA_SECONDS = 60

_COLON = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d"
_DOTTED = r"\d{1,3}\.[0-5]\d"
_ENDS_TIME = r"(?![\d%]|[.:,]\d)"
_MAX_DASH_TOKENS = 8  # between the two times of a range: a dash, and marks around it
_DASHES = frozenset({"-", "–", "—", "to"})
_GAP = r"\s{0,3}"  # bounded: a run of spaces must not be tried in every way


def _range(time: str) -> str:
    return rf"(?P<start>{time}){_ENDS_TIME}(?:{_GAP}(?:-|–|—|to){_GAP}(?P<end>{time}){_ENDS_TIME})?"


def _leading(time: str) -> re.Pattern[str]:
    opening = rf"{_GAP}(?:(?P<open>[(\[]){_GAP})?(?P<at>@{_GAP})?"
    return re.compile(opening + _range(time) + rf"(?(open){_GAP}[)\]])(?=$|[\s\-–—:|•·,])")


_LEADING_COLON = _leading(_COLON)
_LEADING_DOTTED = _leading(_DOTTED)
_TRAILING = re.compile(rf"(?:(?P<open>[(\[]){_GAP}@?|@){_GAP}{_range(_COLON)}(?(open){_GAP}[)\]]){_GAP}$")
_ONLY = re.compile(rf"[\s(\[@_*]*{_range(f'(?:{_COLON}|{_DOTTED})')}[\s)\]_*]*")

# What follows a time of day, or a ratio that looks like one.
_TIME_OF_DAY_SUFFIX = re.compile(
    r"[\s()\[\]]{0,3}(?:UTC|GMT|Z\b|[ECMP][SD]?T\b|CES?T\b|[EW]ES?T\b|[BIJ]ST\b|AE[SD]T\b"
    r"|(?i:[ap]\.?m\b|eastern|pacific|central|mountain|local time|uhr|h\b|o'clock|ratio\b|scale\b|aspect\b))"
)
_VERSION_SUFFIX = re.compile(r"\W*(?:release|version|milestone|beta|alpha|rc|sdk|kernel|lts)", re.IGNORECASE)
_TIME_OF_DAY_WORD = re.compile(
    r"\b(?:\d\s?[ap]\.?m|UTC|GMT|Eastern|Pacific|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:next|this) meeting)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(rf"\A{_GAP}(?:(?:-{{1,3}}|[–—:|•·,])(?=\s|$){_GAP})*")
_SEPARATOR_AT_END = re.compile(rf"(?:(?:^|\s)(?:-{{1,3}}|[–—|•·,@]))?{_GAP}$")
_EMPTY_BRACKETS = re.compile(rf"(?<!\S)(?:\({_GAP}@?{_GAP}[-–—]?{_GAP}\)|\[{_GAP}@?{_GAP}[-–—]?{_GAP}\])")
_LABEL_OF_TIME = re.compile(r"(?:video|recording|time|timestamp|youtube|watch)\s*[:|]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _TypedTime:
    """A time typed in a cell of a block, and where in its text."""

    draft: DraftBlock
    cell: int
    span: tuple[int, int]
    hint: Hint
    certain: bool  # in brackets, after an @, or with hours: no time of day looks like that


def parse_typed_time(text: str) -> Hint | None:
    """The time `text` consists of, apart from brackets and emphasis; None when there is anything else.

    >>> parse_typed_time("[@3:11]"), parse_typed_time("9:44-11:10"), parse_typed_time("3:11 release")
    (Hint(start=191.0, end=None), Hint(start=584.0, end=670.0), None)
    """
    found = _ONLY.fullmatch(text)
    return _hint_from(found) if found else None


def extract_hints(drafts: list[DraftBlock], parts: tuple[Video, ...]) -> Iterator[str]:
    """Move the hand-written times of `drafts` from their content to their hints. Yields warnings.

    Args:
        parts: of the recording; empty when there is none.
    """
    recording = parts[0] if parts else None
    for draft in drafts:
        if draft.kind is not BlockKind.CODE and not draft.excluded:
            yield from _extract_linked_times(draft, recording)
    candidates = [found for draft in drafts if (found := _find_time(draft, _LEADING_COLON))]
    if _is_agenda([found for found in candidates if not found.certain]):
        candidates = [found for found in candidates if found.certain]
    for found in candidates:
        _move_to_hint(found)
    for found in _find_dotted_times(drafts):
        _move_to_hint(found)
    for draft in drafts:
        if draft.hint is not None:
            draft.cells = [_without_separators(tokens) for tokens in draft.cells]


def split_timed_lines(drafts: list[DraftBlock]) -> Iterator[DraftBlock]:
    """One block per line where a paragraph is a list of times, as people paste it from a video's description."""
    for draft in drafts:
        parts = _timed_lines(draft)
        if len(parts) < 2:
            yield draft
            continue
        end_line = draft.end_line
        draft.cells = [parts[0][1]]
        draft.end_line = draft.line + parts[1][0]
        yield draft
        parent_item = draft if draft.kind is BlockKind.ITEM else draft.parent_item
        kind = BlockKind.PARAGRAPH if draft.kind is BlockKind.ITEM else draft.kind
        for (offset, tokens), (next_offset, _) in pairwise([*parts[1:], (end_line - draft.line, [])]):
            lines = draft.line + offset, draft.line + next_offset
            yield DraftBlock(kind, *lines, cells=[tokens], parent_item=parent_item)


def _timed_lines(draft: DraftBlock) -> list[tuple[int, list[Token]]]:
    """The parts of a paragraph that begin with a time, each with how many lines after the first it begins."""
    if (
        draft.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE}
        or draft.raw
        or draft.end_line - draft.line < 2
    ):
        return []
    lines: list[list[Token]] = [[]]
    for token in draft.cells[0] if draft.cells else []:
        if token.type in {"softbreak", "hardbreak"} and token.level == 0:
            lines.append([])
        else:
            lines[-1].append(token)
    # Line breaks inside a mark or a code span are not counted: then it is unknown which line is which.
    if len(lines) != draft.end_line - draft.line or not _LEADING_COLON.match(inline.plain_text(lines[0])):
        return []
    parts: list[tuple[int, list[Token]]] = []
    for offset, tokens in enumerate(lines):
        if _LEADING_COLON.match(inline.plain_text(tokens)):
            parts.append((offset, tokens))
        else:
            parts[-1][1].extend([Token("softbreak", "br", 0), *tokens])
    return parts


def _hint_from(found: re.Match[str]) -> Hint | None:
    start = timecode.parse(found["start"].replace(".", ":"))
    end = timecode.parse(found["end"].replace(".", ":")) if found["end"] else None
    if start is None:
        return None
    return Hint(start, end if end is not None and end > start else None)


def _extract_linked_times(draft: DraftBlock, recording: Video | None) -> Iterator[str]:
    """Move the times of links into the recording to the hint of the draft. Yields warnings."""
    for cell, tokens in enumerate(draft.cells):
        removed: set[int] = set()
        last = 0
        for opened, closed, href, text in inline.find_links(tokens):
            found = _linked_time(href, text, recording)
            if found is None:
                continue
            typed = parse_typed_time(text)
            if typed is not None and abs(typed.start - found.start) >= _MIN_WARNING_SECONDS:
                yield (
                    f"line {draft.line}: the link says {timecode.clock(found.start)}, "
                    f"its text {timecode.clock(typed.start)}; the link is used"
                )
            if draft.hint is None:
                draft.hint = found
            elif removed and opened - last <= _MAX_DASH_TOKENS and _is_range(draft.hint, found, tokens[last:opened]):
                draft.hint = Hint(draft.hint.start, found.start)
            else:
                continue  # a second moment in the same block stays a link
            last = closed + 1
            # The text of a link belongs to the notes, unless it is only a time or a URL.
            is_bare = typed is not None or inline.BARE_URL.fullmatch(text) or not text.strip()
            removed.update(range(opened, last) if is_bare else (opened, closed))
        if removed:
            left = [token for index, token in enumerate(tokens) if index not in removed]
            draft.cells[cell] = inline.without_empty_marks(left)


def _is_range(first: Hint, second: Hint, between: list[Token]) -> bool:
    return first.end is None and second.start > first.start and inline.plain_text(between).strip() in _DASHES


def _linked_time(href: str, text: str, recording: Video | None) -> Hint | None:
    """The moment of the recording a link opens; None for any other link."""
    if href.startswith("#"):
        return links.time_in_url(href)
    if recording is None or not links.opens_recording(href, recording):
        return None
    return links.time_in_url(href) or parse_typed_time(text)


def _find_time(draft: DraftBlock, leading: re.Pattern[str]) -> _TypedTime | None:
    """A time at the start or the end of a block, or alone in a cell of a table row."""
    if draft.hint is not None or draft.excluded or draft.kind in {BlockKind.CODE, BlockKind.MARKUP}:
        return None
    for cell, tokens in enumerate(draft.cells):
        text = inline.plain_text(tokens)
        found = leading.match(text)
        if found and not _TIME_OF_DAY_SUFFIX.match(text, found.end()):
            whole = not text[found.end() :].strip()
            certain = bool(found["open"] or found["at"]) or found["start"].count(":") == 2
            if draft.kind is BlockKind.ROW and not (whole or cell == 0):
                continue
            if not certain and _TIME_OF_DAY_WORD.search(text):
                continue
        elif leading is _LEADING_COLON and not _TIME_OF_DAY_WORD.search(text):
            found, certain = _TRAILING.search(text), True
        else:
            found = None
        hint = _hint_from(found) if found else None
        if found and hint and not _in_link(tokens, found.start("start")):
            return _TypedTime(draft, cell, found.span(), hint, certain)
    return None


def _in_link(tokens: list[Token], position: int) -> bool:
    at = 0
    inside = False
    for token in tokens:
        inside = token.type == "link_open" or (inside and token.type != "link_close")
        at += len(inline.text_of(token))
        if at > position:
            return inside
    return False


def _is_agenda(bare: list[_TypedTime]) -> bool:
    """Whether typed times are times of day: `9:00 … 9:15 … 10:30`, all on five minutes and none in the first hour."""
    return len(bare) >= _MIN_AGENDA_TIMES and all(
        found.hint.start % _AGENDA_STEP_SECONDS == 0 and found.hint.start >= _MIN_AGENDA_SECONDS for found in bare
    )


def _find_dotted_times(drafts: list[DraftBlock]) -> Iterator[_TypedTime]:
    """`10.57` is a time in brackets, or where most of its siblings have one and it fits between; else a version."""
    for siblings in _groups_of_siblings(drafts):
        timed = [(draft.line, draft.hint.start) for draft in siblings if draft.hint is not None]
        dotted = [found for draft in siblings if (found := _find_time(draft, _LEADING_DOTTED))]
        for found in dotted:
            draft = found.draft
            if _VERSION_SUFFIX.match(inline.plain_text(draft.cells[found.cell]), found.span[1]):
                continue
            after = bisect(timed, (draft.line,))
            earliest = timed[after - 1][1] if after else 0.0
            latest = timed[after][1] if after < len(timed) else float("inf")
            fits = earliest <= found.hint.start <= latest or latest < earliest  # siblings may be out of order too
            if found.certain or (fits and timed and 2 * len(timed) >= len(siblings) - len(dotted)):
                yield found


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


def _move_to_hint(found: _TypedTime) -> None:
    tokens = found.draft.cells[found.cell]
    found.draft.hint = found.hint
    found.draft.cells[found.cell] = inline.cut_span(tokens, *found.span)


def _without_separators(tokens: list[Token]) -> list[Token]:
    """Without the brackets and dashes that were around a time, and without the label of a cell that had only a time."""
    for pattern in (_EMPTY_BRACKETS, _SEPARATOR_AT_END, _SEPARATOR):
        text = inline.plain_text(tokens)
        found = pattern.search(text)
        if found and found.end() > found.start():
            tokens = inline.cut_span(tokens, *found.span())
    if _LABEL_OF_TIME.fullmatch(inline.plain_text(tokens).strip()):
        return []
    return tokens
