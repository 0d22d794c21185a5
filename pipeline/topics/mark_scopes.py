"""What labels above a block of the notes say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.records import Block, BlockKind, Mark, MarkKind, Notes
from pipeline.topics.mark_labels import OwnLine, has_no_boxes, words

_ONLY_LINK = re.compile(r'<a rel="noopener">[^<]*</a>|<a href="[^"]*"[^>]*>https?://[^<]*</a>')


@dataclass(frozen=True, slots=True)
class MarkScope:
    """What stands here is marked, as `label` says; `people` are those whose list it is.

    Without a label, nothing is marked: it is a part of what is marked already, or of another meeting (`is_earlier`).
    """

    label: OwnLine | None = None
    people: tuple[str, ...] = ()
    needs_owner: bool = False
    is_earlier: bool = False


NOTHING = MarkScope()
EARLIER = MarkScope(is_earlier=True)


@dataclass(slots=True)
class MarkHeading:
    """A heading that the reader is below: what it says of what follows, and whether anything stands under it yet."""

    level: int
    scope: MarkScope
    title: str
    no_boxes: bool
    is_filled: bool = False


def has_two_meanings(label: OwnLine) -> bool:
    return label.state.casefold() in {"ai", "ais", "ar"}


def is_loose(label: OwnLine) -> bool:
    """Whether people write under a label not only what is to be done, but where things stand, too."""
    return label.state.casefold().replace("-", " ") in {"next step", "next steps"}


def is_of_chain(label: OwnLine, notes: Notes) -> bool:
    """Whether a heading `Consensus` is that of a layer of a chain, as `Execution` is beside it."""
    if label.state.casefold() != "consensus":
        return False
    titles = " ".join(section.title.casefold() for section in notes.sections)
    return "execution" in titles or "networking" in titles


def made_mark(label: OwnLine, text: str, block: Block, people: tuple[str, ...]) -> Mark:
    """What a label says of a block: where it names both kinds, what somebody is to do is an action."""
    kind = label.kind or (MarkKind.ACTION if people else MarkKind.DECISION)
    return Mark(kind, label.state, text, block.id, None, people if kind is MarkKind.ACTION else ())


def is_only_link(block: Block) -> bool:
    """Whether a block is but a link to another place of the same notes, or an address."""
    return _ONLY_LINK.fullmatch(block.html) is not None


def known_people(notes: Notes) -> frozenset[str]:
    """The names of those who speak in the notes, and who are listed as being there, in lower case."""
    found = {block.speaker.casefold() for block in notes.blocks if block.speaker}
    known = {name for name in found if len(name) > 1 and name not in words("no_person")}
    for section in notes.sections:
        if section.level and has_no_boxes(section.title) and "agenda" not in section.title.casefold():
            for block in section.blocks[1:]:
                name = re.split(r"[(,\[@|:–—-]", block.text.strip())[0].strip()
                if block.kind is BlockKind.ITEM and 0 < len(name.split()) <= 3:
                    known |= {name.casefold(), name.split()[0].casefold()}
    return frozenset(known)
