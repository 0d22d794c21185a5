"""From drafts to blocks: each gets its id, its parent, its speaker and its HTML."""

from __future__ import annotations

from pipeline.notes import inline, naming, speakers
from pipeline.notes.markdown import DraftBlock
from pipeline.notes.templates import normalise
from pipeline.records import Block, BlockKind

_SPOKEN_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE, BlockKind.ROW})


class BlockBuilder:
    """Turns the drafts of one file into blocks, in the order of the file."""

    def __init__(self, source: str, lines: list[str], templates: frozenset[str]) -> None:
        self._lines = lines
        self._templates = templates
        self._lower_case = speakers.lower_case_words(source)
        self._initials = speakers.initials_of_people(source)
        self._ids = naming.BlockIds()
        self._items: dict[int, str] = {}  # block ids by identity of their drafts
        self._headings: list[tuple[Block, str]] = []  # those above, outermost first, each with its part in ids
        self._title_seen = False

    def build(self, draft: DraftBlock) -> Block:
        """The block of the next draft."""
        text = self._text(draft)
        if draft.kind is BlockKind.HEADING:
            while self._headings and self._headings[-1][0].depth >= draft.depth:
                self._headings.pop()
        above = tuple(words for _, words in self._headings if words)
        block = Block(
            id=self._ids.make(text or self._raw(draft), above),
            kind=BlockKind.MARKUP if draft.excluded else draft.kind,
            line=draft.line,
            end_line=draft.end_line,
            text=text,
            html=_html(draft),
            number=draft.number,
            depth=draft.depth,
            parent=self._parent(draft),
            speaker=self._speaker(draft, text),
            hint=draft.hint,
            template=bool(self._templates) and normalise(self._raw(draft)) in self._templates,
        )
        self._items[id(draft)] = block.id
        if draft.kind is BlockKind.HEADING:
            is_title = block.depth == 1 and not self._title_seen
            self._title_seen |= is_title
            # The title is no part of ids: correcting its date must not change every id of the file. Nor is a heading
            # that becomes the title once the file has a second meeting.
            is_named = not (is_title or draft.opens_meeting)
            self._headings.append((block, (text or self._raw(draft)) if is_named else ""))
        return block

    def _text(self, draft: DraftBlock) -> str:
        if draft.excluded or draft.kind is BlockKind.MARKUP:
            return ""
        return draft.text

    def _speaker(self, draft: DraftBlock, text: str) -> str | None:
        if draft.kind not in _SPOKEN_KINDS:
            return None
        return draft.speaker or speakers.find_speaker(text, self._lower_case, self._initials)

    def _raw(self, draft: DraftBlock) -> str:
        return "\n".join(self._lines[draft.line - 1 : draft.end_line - 1])

    def _parent(self, draft: DraftBlock) -> str | None:
        if draft.parent_item:
            return self._items[id(draft.parent_item)]
        return self._headings[-1][0].id if self._headings else None


def _html(draft: DraftBlock) -> str:
    if draft.kind is BlockKind.MARKUP and not draft.excluded:
        return ""
    if draft.raw and draft.kind is not BlockKind.CODE:
        return inline.sanitise(draft.raw)
    cells = list(map(inline.render, draft.cells))
    shown = " | ".join(cells) if any(cells) else ""  # an empty cell keeps its column
    return shown if draft.ticked is None else f"{'☑' if draft.ticked else '☐'} {shown}"
