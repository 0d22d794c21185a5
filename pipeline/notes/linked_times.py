"""Times that people write as links into the recording: `[12:30](https://youtu.be/…?t=750)`, `Video | [7:50](…)`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markdown_it.token import Token

from pipeline import links, timecode
from pipeline.notes import inline
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.typed_times import parse_typed_time
from pipeline.records import BlockKind, Hint, Video

_UNTIMED_KINDS = frozenset({BlockKind.CODE, BlockKind.MARKUP})
_MIN_WARNING_SECONDS = 2.0  # between the time that is typed and the time the link opens
_MIN_OTHER_LINKS = 3  # to another video, before its times are believed
_MAX_DASH_TOKENS = 8  # between the two times of a range: a dash, and marks around it
_DASHES = frozenset({"-", "–", "—", "to"})
# `youtu.be/ID&t=113`: its author copied the time of another form of the link. YouTube opens it at the start.
_MISPLACED = re.compile(
    r"((?:youtu\.be|youtube\.com/(?:live|embed|shorts|v))/[\w-]{11})&(?:amp;)?(?=[a-z]{1,20}=)", re.IGNORECASE
)
_LABEL = re.compile(
    r"[\s(\[▶►\ufe0f]*(?:video|recording|youtube|watch|play|timestamp|time)?[\s)\]:▶►\ufe0f]*", re.IGNORECASE
)
_NAMES_RECORDING = re.compile(r"\b(?:recording|recorded|replay|vod|livestream)\b", re.IGNORECASE)
_RECORDING_LABEL = re.compile(
    r"\W*(?:(?:the|a|our|this|link|to|of|for|full|on|meeting|call|session|zoom|audio|live|here|is|watch|youtube|video"
    r"|stream|livestream|recording|recorded|replay|vod)\b\W*){1,8}",
    re.IGNORECASE,
)
_BROKEN_BEFORE = re.compile(r"[\[(]{1,2}\s{0,3}(?:@?(?:\d{1,2}:)?\d{1,3}:\d\d\s{0,3})?\]?\(?\s{0,3}$")
_BROKEN_AFTER = re.compile(
    r"^\s{0,3}[)\]]{1,2}(?:\s{1,3}(?:in|of|on)\s{1,3}(?:the\s{1,3})?(?:video|recording)[)\]])?", re.IGNORECASE
)
_TIME_BEFORE = re.compile(r"[\[(]\s{0,3}(?:\d{1,2}:)?\d{1,3}:\d\d\s{0,3}[\])]\s{0,3}$")


@dataclass(frozen=True, slots=True)
class Targets:
    """The videos whose links open the recording: its parts, or another upload of the call."""

    parts: tuple[Video, ...]
    other: Video | None = None

    def time_of(self, href: str, text: str) -> Hint | None:
        """The moment of the recording that a link opens; None for any other link."""
        if href.startswith("#"):
            return links.time_in_url(href)
        href = repaired(href)
        for index, part in enumerate(self.parts):
            if links.opens_recording(href, part):
                found = links.time_in_url(href) or parse_typed_time(text)
                return replace(found, part=index) if found else None
        if self.other and links.opens_recording(href, self.other) and parse_typed_time(text):
            return links.time_in_url(href)
        return None


def repaired(href: str) -> str:
    """The link with its time where YouTube looks for it.

    >>> repaired("https://youtu.be/dQw4w9WgXcQ&t=113")
    'https://youtu.be/dQw4w9WgXcQ?t=113'
    """
    return _MISPLACED.sub(r"\1?", href, count=1)


def find_targets(drafts: list[DraftBlock], parts: tuple[Video, ...]) -> tuple[Targets, list[str]]:
    """What the times of the notes lead to, and warnings."""
    other = _other_upload(drafts, parts) if parts else None
    if other is None:
        return Targets(parts), []
    warning = (
        f"the times lead to another video ({other.url}) than the recording ({parts[0].url}); they are used as they are"
    )
    return Targets(parts, other), [warning]


def _other_upload(drafts: list[DraftBlock], parts: tuple[Video, ...]) -> Video | None:
    """Another video that all times of the notes lead to: an earlier upload of the call.

    Not a talk that the notes name and list the chapters of: that is linked as a whole, too, or in one place only.
    """
    timed: Counter[str] = Counter()
    whole: set[str] = set()
    places: set[tuple[int, int]] = set()
    section = 0
    for draft in drafts:
        section += draft.kind is BlockKind.HEADING
        for tokens in draft.cells if draft.kind not in _UNTIMED_KINDS else ():
            for _, _, href, text in inline.find_links(tokens):
                video_id = links.youtube_id(repaired(href))
                if video_id is None:
                    continue
                if links.time_in_url(repaired(href)) and parse_typed_time(text):
                    timed[video_id] += 1
                    places.add((section, id(draft.parent_item)))
                else:
                    whole.add(video_id)
    if len(timed) != 1 or len(places) < 2:
        return None
    (video_id, count), *_ = timed.items()
    if count < _MIN_OTHER_LINKS or video_id in whole or any(part.id == video_id for part in parts):
        return None
    return Video(f"https://www.youtube.com/watch?v={video_id}", video_id)


def extract(drafts: Iterable[DraftBlock], targets: Targets) -> Iterator[str]:
    """Move the times of links into the recording to the hints of the drafts. Yields warnings."""
    misplaced: list[int] = []
    for draft in drafts:
        if draft.kind in _UNTIMED_KINDS or draft.excluded:
            continue
        for cell in range(len(draft.cells)):
            yield from _extract_from_cell(draft, cell, targets, misplaced)
    if misplaced:
        more = f" and {len(misplaced) - 1} more" if len(misplaced) > 1 else ""
        yield f"line {misplaced[0]}{more}: write ?t= instead of &t= after youtu.be/…, else the link opens at the start"


def _extract_from_cell(draft: DraftBlock, cell: int, targets: Targets, misplaced: list[int]) -> Iterator[str]:
    tokens = draft.cells[cell]
    removed: set[int] = set()
    last = 0
    found_links = list(inline.find_links(tokens))
    says_recording = bool(found_links) and _says_recording(draft)
    for opened, closed, href, text in found_links:
        found = targets.time_of(href, text)
        if found is None:
            continue
        if parse_typed_time(text) is None and (says_recording or _opens_late(draft, href, targets)):
            continue
        if repaired(href) != href:
            misplaced.append(draft.line)
        typed = parse_typed_time(text)
        if typed is not None and abs(typed.start - found.start) >= _MIN_WARNING_SECONDS:
            yield (
                f"line {draft.line}: the link says {timecode.clock(found.start)}, "
                f"its text {timecode.clock(typed.start)}; the link is used"
            )
        if draft.hint is None:
            draft.hint = found
        elif removed and opened - last <= _MAX_DASH_TOKENS and _is_range(draft.hint, found, tokens[last:opened]):
            draft.hint = replace(draft.hint, end=found.start)
        else:
            continue  # a second moment in the same block stays a link
        last = closed + 1
        is_label = bool(text.strip()) and _LABEL.fullmatch(text) is not None
        draft.times_section |= is_label
        # The text of a link belongs to the notes, unless it is only a time, a URL, or a label of the time.
        is_bare = typed is not None or is_label or inline.BARE_URL.fullmatch(text) or not text.strip()
        removed.update(range(opened, last) if is_bare else (opened, closed))
        if is_bare:
            _close_gap(tokens, opened, closed)
        if inline.BARE_URL.fullmatch(text):
            _cut_broken_link(tokens, opened, closed)
    if removed:
        left = [token for index, token in enumerate(tokens) if index not in removed]
        draft.cells[cell] = inline.without_empty_marks(left)


def _says_recording(draft: DraftBlock) -> bool:
    """Whether a block is nothing but the label of the recording, whose link may start late."""
    whole = inline.BARE_URL.sub("", " ".join(map(inline.plain_text, draft.cells)))
    return _NAMES_RECORDING.search(whole) is not None and _RECORDING_LABEL.fullmatch(whole) is not None


def _opens_late(draft: DraftBlock, href: str, targets: Targets) -> bool:
    """`### Video [Recording](https://…&t=116s)`: the link of the recording itself, which starts late."""
    return draft.kind is BlockKind.HEADING and any(href == part.url and part.start > 0 for part in targets.parts)


def _is_range(first: Hint, second: Hint, between: list[Token]) -> bool:
    return first.end is None and second.start > first.start and inline.plain_text(between).strip() in _DASHES


def _close_gap(tokens: list[Token], opened: int, closed: int) -> None:
    """`Ann [1:53](…): welcome` is `Ann: welcome` without its time."""
    before = tokens[opened - 1] if opened else None
    after = tokens[closed + 1] if closed + 1 < len(tokens) else None
    if before and after and before.type == after.type == "text" and after.content[:1] in {":", ".", ",", ";"}:
        tokens[opened - 1] = before.copy(content=before.content.rstrip(" "))


def _cut_broken_link(tokens: list[Token], opened: int, closed: int) -> None:
    """Take away what is left of a link whose brackets are wrong: `[25:08(https://…)`, `[22:55]https://…`."""
    before = tokens[opened - 1] if opened else None
    if before is None or before.type != "text":
        return
    found = _BROKEN_BEFORE.search(before.content) or _TIME_BEFORE.search(before.content)
    if found is None:
        return
    tokens[opened - 1] = before.copy(content=before.content[: found.start()])
    after = tokens[closed + 1] if closed + 1 < len(tokens) else None
    if after is not None and after.type == "text":
        tokens[closed + 1] = after.copy(content=_BROKEN_AFTER.sub("", after.content))
