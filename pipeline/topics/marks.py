"""What notes mark as decided, or as to be done.

Only what stands under a label, or behind one, is marked: nothing is concluded from what people wrote about. What is
listed under `Previous action items` was marked in another meeting, and is left to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.records import Block, BlockKind, Mark, MarkKind, Notes, Section
from pipeline.topics.mark_labels import (
    VOTES,
    InlineLabel,
    ShownText,
    has_no_boxes,
    inline_labels,
    is_earlier,
    is_tally,
    may_have_labels,
    own_line,
    suffix_verdict,
    words,
)
from pipeline.topics.mark_people import is_person, looks_like_name, named_in_label, people_in
from pipeline.topics.mark_scopes import (
    EARLIER,
    NOTHING,
    MarkHeading,
    MarkScope,
    has_two_meanings,
    is_loose,
    is_of_chain,
    is_only_link,
    known_people,
    made_mark,
)
from pipeline.topics.mark_states import DONE, OPEN, as_said, without_struck
from pipeline.topics.mark_tables import MarkTable
from pipeline.topics.mark_texts import bare_box, cleaned, is_empty, is_placeholder, is_question, is_speech, is_to_do

_BOXES = {"☐": False, "☑": True}
_MAX_BLOCK_CHARS = 20_000
_MAX_PARAGRAPHS = 3  # under a heading that marks decisions
_MAX_PARAGRAPH_CHARS = 600
_MAX_GROUP_CHARS = 70
_MAX_VERDICT_CHARS = 100  # of a paragraph that ends with a verdict
_DISCUSSED = frozenset({"notes", "minutes", "discussion", "agenda", "links", "recording", "transcript", "background"})


def find_marks(notes: Notes) -> tuple[Mark, ...]:
    """The marks of notes, in their order."""
    return tuple(found for mark in _MarkReader(without_struck(notes)).marks() if (found := as_said(mark)))


class _MarkReader:
    """Reads notes from top to bottom, and knows what the labels above a block say of it."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._headings: list[MarkHeading] = []
        self._items: dict[str, MarkScope] = {}  # what holds for what is nested in an item
        self._by_id = {block.id: block for block in notes.blocks}
        self._children: dict[str, list[Block]] = {}
        for block in notes.blocks:
            if block.kind is BlockKind.ITEM and block.parent:
                self._children.setdefault(block.parent, []).append(block)
        self._known = known_people(notes)
        self._titles = frozenset(section.title.casefold() for section in notes.sections)
        self._run: MarkScope | None = None  # of a line that is a label, until its list or its paragraph ends
        self._run_filled = False
        self._paragraphs = 0

    def marks(self) -> Iterator[Mark]:
        for section in self._notes.sections:
            yield from self._section(section)

    # -- sections ------------------------------------------------------------------------------------------------------

    def _section(self, section: Section) -> Iterator[Mark]:
        self._run, self._paragraphs = None, 0
        blocks = section.blocks
        if section.level:
            while self._headings and self._headings[-1].level >= section.level:
                self._headings.pop()
            yield from self._enter(section)
            blocks = blocks[1:]
        has_list = any(block.kind in (BlockKind.ITEM, BlockKind.ROW) for block in blocks)
        table: MarkTable | None = None
        previous: Block | None = None
        for block in blocks:
            if block.kind is BlockKind.ROW:
                if table is None or previous is None or not table.goes_on(previous, block):
                    scope = self._scope_of_list()
                    table = MarkTable(block, scope.label if scope else None, blocks, self._titles)
                elif not block.template and not table.is_agenda:
                    yield from table.marks(block, self._known)
            else:
                table = None
                yield from self._block(block, has_list=has_list)
            previous = block
            if self._headings and block.kind is not BlockKind.MARKUP:
                self._headings[-1].is_filled = True

    def _enter(self, section: Section) -> Iterator[Mark]:
        heading, title = section.blocks[0], section.title
        scope = NOTHING
        is_title = section is self._notes.heading
        label = None if is_title else own_line(title)
        if not is_title and is_earlier(title):
            scope = EARLIER
        elif label and label.is_verdict and (topic := self._topic()) and not self._is_listed(section):
            yield Mark(MarkKind.DECISION, label.state, topic, heading.id)
        elif label and not is_of_chain(label, self._notes):
            scope = MarkScope(label, needs_owner=has_two_meanings(label))
        elif not is_title:
            found = list(self._in_heading(heading))
            yield from found
            if not found:
                scope = self._inherited(section)
                if scope.needs_owner and not self._is_listed(section) and (people := people_in(title, self._known)):
                    assert scope.label
                    yield made_mark(scope.label, cleaned(title), heading, people)
        self._headings.append(MarkHeading(section.level, scope, title, has_no_boxes(title)))

    def _in_heading(self, heading: Block) -> Iterator[Mark]:
        if not may_have_labels(heading.text, heading.html):
            return
        shown = ShownText.of(heading.html)
        found = list(self._inline(heading, shown))
        yield from found
        if not found and (ended := suffix_verdict(shown)):
            yield Mark(MarkKind.DECISION, ended[1], cleaned(ended[0]), heading.id)

    def _topic(self) -> str:
        """The heading above, where it is that of a topic."""
        return cleaned(self._headings[-1].title) if len(self._headings) > 1 or self._is_below_topic() else ""

    def _is_below_topic(self) -> bool:
        title = self._notes.heading
        return bool(self._headings) and not (title and self._headings[-1].title == title.title)

    def _is_listed(self, section: Section) -> bool:
        return any(block.kind in (BlockKind.ITEM, BlockKind.ROW) for block in section.blocks[1:])

    def _inherited(self, section: Section) -> MarkScope:
        """What a heading says of the sections under those below it: they may be of people, or of what is to be done."""
        above = self._headings[-1] if self._headings else None
        if above is None or above.level < 2 or (above.scope.label is None and not above.scope.is_earlier):
            return NOTHING
        if above.scope.is_earlier:
            return above.scope
        if is_person(section.title, self._known):
            return replace(above.scope, people=people_in(section.title, self._known) or (section.title.strip(" :"),))
        if above.is_filled or section.title.strip(" :").casefold() in _DISCUSSED:
            return NOTHING
        assert above.scope.label
        return replace(above.scope, needs_owner=above.scope.label.kind is not MarkKind.DECISION)

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _block(self, block: Block, *, has_list: bool) -> Iterator[Mark]:
        if block.kind in (BlockKind.CODE, BlockKind.MARKUP) or not block.text or len(block.html) > _MAX_BLOCK_CHARS:
            return
        if block.kind is BlockKind.ITEM:
            yield from self._item(block)
        else:
            yield from self._paragraph(block, has_list=has_list)

    def _paragraph(self, block: Block, *, has_list: bool) -> Iterator[Mark]:
        was_open, self._run = self._run if not self._run_filled else None, None
        first, _, rest = ShownText.of(block.html).text.partition("\n") if "\n" in block.html else (block.text, "", "")
        if scope := self._opened(first, within=self._heading_scope()):
            self._run, self._run_filled = scope, False
            if rest.strip() and scope.label:
                self._run_filled = True
                yield from self._lines(scope, rest, block)
            elif scope.label and scope.label.is_verdict and (topic := self._above(block)):
                self._run = None
                yield Mark(MarkKind.DECISION, scope.label.state, topic, block.id)
            return
        shown = ShownText.of(block.html) if may_have_labels(block.text, block.html) else None
        found = list(self._inline(block, shown)) if shown and not self._is_of_earlier() else []
        if shown and not found and len(block.text) <= _MAX_VERDICT_CHARS and (ended := suffix_verdict(shown)):
            found = [Mark(MarkKind.DECISION, ended[1], cleaned(ended[0]), block.id)]
        yield from found
        if found or block.template:
            return
        if was_open:
            yield from self._under_line(was_open, block)
        elif (heading := self._heading_scope()) and heading.label:
            if is_person(block.text, self._known):
                self._run, self._run_filled = replace(heading, people=people_in(block.text, self._known)), False
            elif not has_list:
                yield from self._under_heading(heading, block)

    def _opened(self, line: str, *, within: MarkScope | None) -> MarkScope | None:
        """What a line opens that is a label by itself."""
        if len(line) > _MAX_GROUP_CHARS + 10:
            return None
        is_label = own_line(line)
        if is_label and is_label.state.casefold() in words("no_lists") and line.rstrip(" *_").endswith(":"):
            return NOTHING
        if is_label and not (line.strip().endswith((".", "!", "?"))):
            return MarkScope(is_label, needs_owner=has_two_meanings(is_label))
        ends = line.strip(" *_").endswith((":", "："))
        if ends and is_earlier(line) and ((within and within.label) or len(line.split()) > 1):
            return EARLIER
        return None

    def _under_line(self, scope: MarkScope, block: Block) -> Iterator[Mark]:
        """A paragraph under a line that is a label: what was decided, or an introduction to a list."""
        label = scope.label
        if label is None or block.speaker or block.text.rstrip().endswith(":"):
            self._run, self._run_filled = scope, False
        elif label.kind is MarkKind.DECISION:
            if not is_speech(block.text, _MAX_BLOCK_CHARS):
                yield from self._accepted(scope, block.text, block)
        else:
            found = list(self._lines(scope, ShownText.of(block.html).text, block))
            yield from found
            if not found:
                self._run, self._run_filled = scope, False

    def _under_heading(self, scope: MarkScope, block: Block) -> Iterator[Mark]:
        label = scope.label
        assert label
        if label.kind is not MarkKind.DECISION:
            yield from self._lines(scope, ShownText.of(block.html).text, block)
            return
        if block.speaker or self._paragraphs >= _MAX_PARAGRAPHS or is_speech(block.text, _MAX_PARAGRAPH_CHARS):
            self._paragraphs = _MAX_PARAGRAPHS
            return
        self._paragraphs += 1
        if not block.text.rstrip().endswith(":"):
            yield from self._accepted(scope, block.text, block)

    def _lines(self, scope: MarkScope, text: str, block: Block) -> Iterator[Mark]:
        """The lines of a paragraph: of what is to be done, those that name somebody, or have a box."""
        label = scope.label
        assert label
        if label.kind is MarkKind.DECISION:
            yield from self._accepted(scope, " ".join(text.split()), block)
            return
        for line in text.splitlines():
            if box := bare_box(line):
                if not block.template and not is_placeholder(box[1]):
                    people = scope.people or people_in(box[1], self._known)
                    yield Mark(MarkKind.ACTION, DONE if box[0] else OPEN, cleaned(box[1]), block.id, box[0], people)
            elif people_in(line, self._known):
                yield from self._accepted(scope, line, block)

    # -- items ---------------------------------------------------------------------------------------------------------

    def _item(self, block: Block) -> Iterator[Mark]:
        scope = self._scope_of(block)
        self._items[block.id] = scope
        if scope.is_earlier:
            return
        box = _BOXES.get(block.html[:1])
        text = block.text
        children = self._children.get(block.id, [])
        if box is None and (opened := self._opened(text, within=scope)) and not is_only_link(block):
            verdict = opened.label and opened.label.is_verdict and not children
            if not verdict:
                self._items[block.id] = opened
                return
        shown = ShownText.of(block.html) if may_have_labels(text, block.html) else None
        found = list(self._inline(block, shown)) if shown else []
        if found:
            yield from (replace(each, done=box) if each.kind is MarkKind.ACTION else each for each in found)
            self._items[block.id] = NOTHING
            return
        if shown and (ended := suffix_verdict(shown)) and box is None:
            yield Mark(MarkKind.DECISION, ended[1], cleaned(ended[0]), block.id)
            self._items[block.id] = NOTHING
        elif box is not None:
            yield from self._box(block, scope, done=box)
            self._items[block.id] = NOTHING
        elif scope.label:
            yield from self._listed(block, scope, children)

    def _listed(self, block: Block, scope: MarkScope, children: Sequence[Block]) -> Iterator[Mark]:
        """An item under a label: it is marked itself, or names those whose items follow, or what these are about."""
        text = block.text
        if children and len(text) <= _MAX_GROUP_CHARS:
            if is_person(text, self._known):
                self._items[block.id] = replace(scope, people=people_in(text, self._known) or (text.strip(" :"),))
                return
            if text.rstrip().endswith((":", "：")):
                self._items[block.id] = scope
                return
            owned = self._owned(children)
            if owned == len(children) or (2 * owned > len(children) and not people_in(text, self._known)):
                self._items[block.id] = scope
                return
        self._items[block.id] = NOTHING
        if not block.template:
            yield from self._accepted(scope, text, block)

    def _owned(self, items: Iterable[Block]) -> int:
        return sum(bool(people_in(item.text, self._known)) for item in items)

    def _box(self, block: Block, scope: MarkScope, *, done: bool) -> Iterator[Mark]:
        is_labelled = scope.label is not None
        if block.template or (not is_labelled and self._is_ticked_off(block)):
            return
        text = cleaned(block.text)
        if is_placeholder(text) or (not is_labelled and looks_like_name(text, self._known)):
            return
        if scope.label and scope.label.kind is MarkKind.DECISION:
            yield Mark(MarkKind.DECISION, scope.label.state, text, block.id, done)
            return
        people = scope.people or people_in(text, self._known)
        yield Mark(MarkKind.ACTION, DONE if done else OPEN, text, block.id, done, people)

    def _is_ticked_off(self, block: Block) -> bool:
        """Whether boxes here are ticked off at every meeting: who is there, what comes next."""
        if any(heading.no_boxes for heading in self._headings[-2:]):
            return True
        parent = self._by_id.get(block.parent or "")
        return parent is not None and parent.kind is BlockKind.ITEM and has_no_boxes(parent.text)

    # -- what holds for a block ----------------------------------------------------------------------------------------

    def _scope_of(self, block: Block) -> MarkScope:
        if block.parent in self._items:
            return self._items[block.parent]
        return self._scope_of_list() or NOTHING

    def _scope_of_list(self) -> MarkScope | None:
        if self._run is not None:
            self._run_filled = True
            return self._run
        return self._heading_scope()

    def _heading_scope(self) -> MarkScope | None:
        return self._headings[-1].scope if self._headings else None

    def _is_of_earlier(self) -> bool:
        return any(heading.scope.is_earlier for heading in self._headings[-1:])

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _inline(self, block: Block, shown: ShownText) -> Iterator[Mark]:
        """What is marked by labels within a block."""
        labels = list(inline_labels(shown))
        ends = [label.start for label in labels[1:]] + [len(shown.text)]
        for label, end in zip(labels, ends, strict=False):
            text = shown.text[label.end : end]
            if label.closing:
                text = text.partition(")")[0]
            if label.is_verdict:
                text = self._decided(block, shown, label, text)
            text = cleaned(text)
            if is_empty(text) or is_placeholder(text) or is_question(text):
                continue
            if label.kind is MarkKind.ACTION and is_person(text, self._known):  # `(TODO: Ann)` says who, not what
                continue
            people: tuple[str, ...] = ()
            if label.kind is MarkKind.ACTION:
                named = named_in_label(label.who, self._known)
                people = tuple(dict.fromkeys([*named, *people_in(text, self._known)]))
            yield Mark(label.kind, label.state, text, block.id, None, people)

    def _decided(self, block: Block, shown: ShownText, label: InlineLabel, text: str) -> str:
        """What a verdict is on: what stands behind it, if that is more than links, and otherwise what is above it."""
        behind = cleaned(shown.without_links(label.end))
        is_parted = "|" in shown.text[label.start : label.end] or text.lstrip().startswith("|")  # before links
        if (
            not is_parted
            and len(re.findall(r"\w+", behind)) >= 2
            and not re.match(r"as |with |by |per |without ", behind)
        ):
            return text
        return self._above(block) or cleaned(text.split(" | ")[0])

    def _above(self, block: Block) -> str:
        parent = self._by_id.get(block.parent or "")
        if parent is not None and parent.kind is BlockKind.ITEM:
            return cleaned(parent.text)
        return cleaned(self._headings[-1].title) if self._is_below_topic() else ""

    def _accepted(self, scope: MarkScope, text: str, block: Block) -> Iterator[Mark]:
        """A mark, unless nobody filled it in, or it is a question."""
        text = cleaned(text)
        if is_empty(text) or is_placeholder(text) or is_question(text) or is_only_link(block):
            return
        if scope.label and scope.label.state.casefold() in VOTES and not is_tally(text):
            return
        people = tuple(dict.fromkeys([*scope.people, *people_in(text, self._known)]))
        if scope.label and (people or not (scope.needs_owner or (is_loose(scope.label) and not is_to_do(text)))):
            yield made_mark(scope.label, text, block, people)
