"""What is wrong with a site as a whole: links that lead nowhere, and HTML that a browser has to guess about."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_ADDRESSES = ("href", "src", "action", "data-page", "data-root")
_PERHAPS = ("data-source", "data-captions")  # or they name a video, or are empty


class SitePage(HTMLParser):
    """A page: the addresses in it, its ids, and tags that are not closed where they should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.addresses += [value or "" for name, value in attrs if name in _ADDRESSES]
        self.addresses += [value for name, value in attrs if name in _PERHAPS and value and "." in value]
        self.ids.update(value or "" for name, value in attrs if name == "id")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"html", "body", "head", "li", "p"} and tag not in self._open[-1:]:
            self.wrong.append(f"</{tag}> closes <{self._open[-1] if self._open else ''}>")
        elif not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> was not open")
            return
        else:
            return


def problems(root: Path) -> list[str]:
    """Everything that is wrong with the site in a folder."""
    pages = {path.relative_to(root).as_posix(): SitePage(path.read_text()) for path in sorted(root.rglob("*.html"))}
    found = [f"{name}: {problem}" for name, page in pages.items() for problem in page.wrong]
    found += [
        f"{name}: {count} times id={found_id!r}"
        for name, page in pages.items()
        for found_id, count in page.ids.items()
        if count > 1
    ]
    for name, page in pages.items():
        found += [f"{name}: {problem}" for address in page.addresses if (problem := _dead(root, name, address, pages))]
    for path in (*root.rglob("*.atom"), *root.rglob("*.xml")):
        ET.parse(path)
    for path in root.rglob("*.json"):
        found += [
            f"{path.name}: {problem}"
            for address in _urls(json.loads(path.read_text()))
            if (problem := _dead(root, path.relative_to(root).as_posix(), address, pages))
        ]
    return found


def _urls(document: object) -> Iterator[str]:
    if isinstance(document, dict):
        yield from (value for name, value in document.items() if name == "url" and isinstance(value, str))
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from _urls(each)


def _dead(root: Path, page: str, address: str, pages: dict[str, SitePage]) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address:
        return "" if address else "an empty address"
    if parts.path.startswith("/"):
        return f"{address} begins at the root of the server"
    target = normpath(f"{dirname(page)}/{unquote(parts.path)}").lstrip("/") if parts.path else page
    if target.startswith(".."):
        return f"{address} leads out of the site"
    file = target if not parts.path or not parts.path.endswith("/") else normpath(f"{target}/index.html").lstrip("/")
    if not (root / file).is_file():
        return f"{address} leads to nothing ({file})"
    if parts.fragment and not parts.fragment.startswith("t=") and parts.fragment not in pages[file].ids:
        return f"{address}: there is no such id"
    return ""
