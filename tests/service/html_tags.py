"""Reading pages as a browser gets them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag of a page, and the text right after it."""

    name: str
    attributes: dict[str, str]
    text: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, []))

    def handle_data(self, data: str) -> None:
        if self.tags:
            self.tags[-1].text.append(data)


def tags(html: str) -> list[Tag]:
    """The start tags of a page in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.tags


def chips(html: str) -> dict[str, Tag]:
    """The chips of a page by what they are about."""
    found = (tag for tag in tags(html) if tag.name == "a" and "chip" in tag.attributes.get("class", "").split())
    return {tag.attributes["aria-label"].partition(": ")[2]: tag for tag in found}


def visible(html: str) -> str:
    """The page's words, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("</head>")[2]).split())
