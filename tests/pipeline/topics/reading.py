"""Notes as the tests of this room write them, and what is found in them."""

from __future__ import annotations

from pipeline import notes as reader
from pipeline.records import Block, BlockKind, Notes, Section, TopicKind
from pipeline.topics.identifiers import find_references


def read(text: str, name: str = "call.md") -> Notes:
    return reader.parse(text, name=name)


def bullets(*texts: str) -> Notes:
    """Notes with a title, a heading and these bullets."""
    return read("# Garden call\n\n## Beds\n\n" + "\n".join(f"- {text}" for text in texts) + "\n")


def keys(text: str, kind: TopicKind) -> list[str]:
    """The keys of what one bullet names."""
    return [found.key for found in find_references(bullets(text)) if found.kind is kind]


def block(html: str, text: str = "") -> Notes:
    """Notes of one bullet, of any length."""
    only = Block("b", BlockKind.ITEM, 1, 2, text or html, html)
    return Notes("call", "Call", None, None, (Section("s", "", 0, 1, (only,)),), text or html)
