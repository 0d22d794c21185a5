"""What notes say of the state of an action beside its text: `write it (done)`, `DONE: write it`, `~~write it~~`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.records import Block, Mark, MarkKind, Notes, Section
from pipeline.topics.inline_html import pieces
from pipeline.topics.mark_people import is_person, without_label
from pipeline.topics.mark_texts import is_empty, said_done

OPEN, DONE = "open", "done"
"""The states of what has a box, which has no word of its own."""

BOX_STATES = frozenset((OPEN, DONE))

_STRUCK = re.compile(r"<(s|del|strike)\b[^>]*>.*?</\1>", re.IGNORECASE | re.DOTALL)


def as_said(mark: Mark) -> Mark | None:
    """A mark as its text says that it stands, without saying so twice; None where nothing else is left of it."""
    if mark.kind is not MarkKind.ACTION:
        return mark
    text, word = said_done(mark.text) if mark.done is None else (mark.text, "")
    text = without_label(text, with_colon=True)
    if is_empty(text) or (word and is_person(text)):
        return None
    if word:
        return replace(mark, text=text, done=True, state=word if word[0].isalpha() else DONE)
    return replace(mark, text=text)


def without_struck(notes: Notes) -> Notes:
    """Notes without what is struck through in them, which nobody says any more; what is ticked off was done."""
    if not any("<s>" in block.html or "<del" in block.html or "<strike" in block.html for block in notes.blocks):
        return notes
    return replace(notes, sections=tuple(_left_section(section) for section in notes.sections))


def _left_section(section: Section) -> Section:
    return replace(section, blocks=tuple(_left(section)))


def _left(section: Section) -> Iterator[Block]:
    for block in section.blocks:
        html = block.html if block.html.startswith("☑") else _STRUCK.sub("", block.html)
        if html == block.html:
            yield block
        else:
            text = " ".join("".join(piece.text for piece in pieces(html)).split())
            yield replace(block, html=html, text=text if block.text else "")
