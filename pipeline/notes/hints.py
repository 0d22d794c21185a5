"""Times people write into notes by hand.

    - [3:04](https://youtu.be/…?t=184) Release        - (35:20) Release        ## Release [8:15]
    * **[00:11](#t=00:11)** Release                   00:19:45 - Release       Video | [7:50](…)
    - 9:44-11:10 Release                              - 10.57 Release (between items that have times)

A time becomes the block's hint and leaves its text. Calendar dates, clock times and version numbers stay where
they are, and so does a link to another video.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from pipeline import links, timecode
from pipeline.notes import inline
from pipeline.notes.markdown import Draft
from pipeline.records import BlockKind, Hint, Video

_DISAGREE = 2.0  # seconds between what is typed and where the link goes, from which on it is worth a warning

_COLON = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d"
_DOTTED = r"\d{1,3}\.[0-5]\d"
_ENDS_TIME = r"(?![\d%]|[.:,]\d)"
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
_THEN_CLOCK = re.compile(
    r"[\s()\[\]]{0,3}(?:UTC|GMT|Z\b|[ECMP][SD]?T\b|CES?T\b|[EW]ES?T\b|[BIJ]ST\b|AE[SD]T\b"
    r"|(?i:[ap]\.?m\b|eastern|pacific|central|mountain|local time|uhr|h\b|o'clock|ratio\b|scale\b|aspect\b))"
)
_THEN_VERSION = re.compile(r"\W*(?:release|version|milestone|beta|alpha|rc|sdk|kernel|lts)", re.IGNORECASE)
_CLOCK_WORD = re.compile(
    r"\b(?:\d\s?[ap]\.?m|UTC|GMT|Eastern|Pacific|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:next|this) meeting)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(rf"\A{_GAP}(?:(?:-{{1,3}}|[–—:|•·,])(?=\s|$){_GAP})*")
_SEPARATOR_AT_END = re.compile(rf"(?:(?:^|\s)(?:-{{1,3}}|[–—|•·,@]))?{_GAP}$")
_EMPTY_BRACKETS = re.compile(rf"(?<!\S)(?:\({_GAP}@?{_GAP}[-–—]?{_GAP}\)|\[{_GAP}@?{_GAP}[-–—]?{_GAP}\])")
_LABEL_OF_TIME = re.compile(r"(?:video|recording|time|timestamp|youtube|watch)\s*[:|]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A time typed in a cell of a block, not yet taken out."""

    draft: Draft
    cell: int
    span: tuple[int, int]
    hint: Hint
    certain: bool  # in brackets, after an @, or with hours: no time of day looks like that


def typed(text: str) -> Hint | None:
    """The time `text` consists of, brackets and emphasis aside; None when it says anything else.

    >>> typed("[@3:11]"), typed("9:44-11:10"), typed("3:11 release")
    (Hint(start=191.0, end=None), Hint(start=584.0, end=670.0), None)
    """
    found = _ONLY.fullmatch(text)
    return _hint(found) if found else None


def take(drafts: list[Draft], recording: Video | None) -> Iterator[str]:
    """Move the hand-written times of `drafts` from their content to their hints. Yields warnings."""
    for draft in drafts:
        if draft.kind is not BlockKind.CODE and not draft.silent:
            yield from _take_links(draft, recording)
    candidates = [found for draft in drafts if (found := _find(draft, _LEADING_COLON))]
    if _agenda([found for found in candidates if not found.certain]):
        candidates = [found for found in candidates if found.certain]
    for found in candidates:
        _apply(found)
    for found in _dotted(drafts):
        _apply(found)
    for draft in drafts:
        if draft.hint is not None:
            draft.cells = [_tidy(tokens) for tokens in draft.cells]


def split(drafts: list[Draft]) -> Iterator[Draft]:
    """One block per line where a paragraph is a list of times, as people paste them from a video's description."""
    for draft in drafts:
        pieces = _timed_lines(draft)
        if len(pieces) < 2:
            yield draft
            continue
        end_line = draft.end_line
        draft.cells = [pieces[0][1]]
        draft.end_line = draft.line + pieces[1][0]
        yield draft
        owner = draft if draft.kind is BlockKind.ITEM else draft.owner
        kind = BlockKind.PARAGRAPH if draft.kind is BlockKind.ITEM else draft.kind
        for (offset, tokens), (following, _) in zip(
            pieces[1:], [*pieces[2:], (end_line - draft.line, [])], strict=True
        ):
            yield Draft(kind, draft.line + offset, draft.line + following, cells=[tokens], owner=owner)


def _timed_lines(draft: Draft) -> list[tuple[int, list[Token]]]:
    """The pieces of a paragraph that begin with a time, each with how many lines after the first it stands."""
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
    # A line break inside a mark or a code span is no break here: then the lines cannot be told apart.
    if len(lines) != draft.end_line - draft.line or not _LEADING_COLON.match(inline.plain(lines[0])):
        return []
    pieces: list[tuple[int, list[Token]]] = []
    for offset, tokens in enumerate(lines):
        if _LEADING_COLON.match(inline.plain(tokens)):
            pieces.append((offset, tokens))
        else:
            pieces[-1][1].extend([Token("softbreak", "br", 0), *tokens])
    return pieces


def _hint(found: re.Match[str]) -> Hint | None:
    start = timecode.parse(found["start"].replace(".", ":"))
    end = timecode.parse(found["end"].replace(".", ":")) if found["end"] else None
    if start is None:
        return None
    return Hint(start, end if end is not None and end > start else None)


def _take_links(draft: Draft, recording: Video | None) -> Iterator[str]:
    for cell, tokens in enumerate(draft.cells):
        removed: set[int] = set()
        last = 0
        for opened, closed, href, text in inline.links(tokens):
            found = _linked(href, text, recording)
            if found is None:
                continue
            shown = typed(text)
            if shown is not None and abs(shown.start - found.start) >= _DISAGREE:
                yield (
                    f"line {draft.line}: the link says {timecode.clock(found.start)}, "
                    f"its text {timecode.clock(shown.start)}; the link is used"
                )

            if draft.hint is None:
                draft.hint = found
            elif removed and _continues(draft.hint, found) and inline.plain(tokens[last:opened]).strip() in _DASHES:
                draft.hint = Hint(draft.hint.start, found.start)
            else:
                continue  # a second moment in the same block stays a link
            last = closed + 1
            # Words that carry the link are the note's; a bare time or URL is not.
            bare = shown is not None or inline.BARE_URL.fullmatch(text) or not text.strip()
            removed.update(range(opened, last) if bare else (opened, closed))
        if removed:
            draft.cells[cell] = inline.cut([token for index, token in enumerate(tokens) if index not in removed], 0, 0)


def _continues(first: Hint, second: Hint) -> bool:
    return first.end is None and second.start > first.start


def _linked(href: str, text: str, recording: Video | None) -> Hint | None:
    """The moment of the recording a link opens; None for any other link."""
    if href.startswith("#"):
        return links.time_in_url(href)
    if recording is None or not links.opens_recording(href, recording):
        return None
    return links.time_in_url(href) or typed(text)


def _find(draft: Draft, leading: re.Pattern[str]) -> _Typed | None:
    """A time at the start or the end of a block, or alone in a cell of a table row."""
    if draft.hint is not None or draft.silent or draft.kind in {BlockKind.CODE, BlockKind.MARKUP}:
        return None
    for cell, tokens in enumerate(draft.cells):
        text = inline.plain(tokens)
        found = leading.match(text)
        if found and not _THEN_CLOCK.match(text, found.end()):
            whole = not text[found.end() :].strip()
            certain = bool(found["open"] or found["at"]) or found["start"].count(":") == 2
            if draft.kind is BlockKind.ROW and not (whole or cell == 0):
                continue
            if not certain and _CLOCK_WORD.search(text):
                continue
        elif leading is _LEADING_COLON and not _CLOCK_WORD.search(text):
            found, certain = _TRAILING.search(text), True
        else:
            found = None
        hint = _hint(found) if found else None
        if found and hint and not _in_link(tokens, found.start("start")):
            return _Typed(draft, cell, found.span(), hint, certain)
    return None


def _in_link(tokens: list[Token], position: int) -> bool:
    at = 0
    inside = False
    for token in tokens:
        inside = token.type == "link_open" or (inside and token.type != "link_close")
        at += len(inline.spoken(token))
        if at > position:
            return inside
    return False


def _agenda(bare: list[_Typed]) -> bool:
    """Whether typed times are times of day: `9:00 … 9:15 … 10:30`, all on five minutes and none in the first."""
    return len(bare) >= 3 and all(found.hint.start % 5 == 0 and found.hint.start >= 60 for found in bare)


def _dotted(drafts: list[Draft]) -> Iterator[_Typed]:
    """`10.57` is a time in brackets, or where most of its siblings have one and it fits between; else a version."""
    for siblings in _families(drafts):
        timed = [(draft.line, draft.hint.start) for draft in siblings if draft.hint is not None]
        dotted = [found for draft in siblings if (found := _find(draft, _LEADING_DOTTED))]
        for found in dotted:
            draft = found.draft
            if _THEN_VERSION.match(inline.plain(draft.cells[found.cell]), found.span[1]):
                continue
            after = bisect(timed, (draft.line,))
            earliest = timed[after - 1][1] if after else 0.0
            latest = timed[after][1] if after < len(timed) else float("inf")
            fits = earliest <= found.hint.start <= latest or latest < earliest  # siblings may be out of order too
            if found.certain or (fits and timed and 2 * len(timed) >= len(siblings) - len(dotted)):
                yield found


def _families(drafts: list[Draft]) -> Iterable[list[Draft]]:
    """The blocks that stand beside each other: under the same heading, in the same list."""
    families: dict[tuple[int, int, int], list[Draft]] = defaultdict(list)
    section = 0
    for draft in drafts:
        section += draft.kind is BlockKind.HEADING
        # Headings are siblings of headings of their level, wherever they stand.
        families[0 if draft.kind is BlockKind.HEADING else section, id(draft.owner), draft.depth].append(draft)
    return families.values()


def _apply(found: _Typed) -> None:
    tokens = found.draft.cells[found.cell]
    found.draft.hint = found.hint
    found.draft.cells[found.cell] = inline.cut(tokens, *found.span)


def _tidy(tokens: list[Token]) -> list[Token]:
    """Without the brackets and dashes that stood around a time, and the label of a cell that held only one."""
    for pattern in (_EMPTY_BRACKETS, _SEPARATOR_AT_END, _SEPARATOR):
        text = inline.plain(tokens)
        found = pattern.search(text)
        if found and found.end() > found.start():
            tokens = inline.cut(tokens, *found.span())
    if _LABEL_OF_TIME.fullmatch(inline.plain(tokens).strip()):
        return []
    return tokens
