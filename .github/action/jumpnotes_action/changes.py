"""What stands in the notes now that did not before."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass

from pipeline.notes import own_links
from pipeline.notes.own_links import OwnLink

_LINE_END = re.compile(r"\r\n?|\n")
_MARKS = re.compile(r"\s{0,40}(?:#{1,6}\s|(?:>|[-*+]\s|\d{1,9}[.)]\s)\s{0,9})*")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A link that was written or moved: its line now, what it shows and opens, and the text it stands at."""

    line: int
    time: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file with its new links; `gone` of the old ones are not there any more, moved ones included."""

    path: str
    lines: tuple[ChangedLine, ...]
    gone: int = 0


def changes(path: str, before: str, after: str) -> ChangedFile | None:
    """How the links of a file changed; None: they did not."""
    if before == after:
        return None
    new, old = _LINE_END.split(after), _LINE_END.split(before)
    links: dict[int, list[OwnLink]] = defaultdict(list)
    for link in own_links.find(after):
        links[link.line].append(link)
    known = {number: {each.href for each in group} for number, group in _by_line(before).items()}
    lines, gone = [], sum(map(len, known.values()))
    for tag, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        stood = [href for number in range(start, end) for href in known.get(number + 1, ())]
        if tag == "equal":
            gone -= len(stood)
            continue
        for number in range(first + 1, last + 1):
            for link in links.get(number, ()):
                if link.href in stood:
                    stood.remove(link.href)
                    gone -= 1
                else:
                    lines.append(ChangedLine(number, link.text, link.href, _text_at(new, number, link)))
    return ChangedFile(path, tuple(lines), gone)


def _by_line(text: str) -> dict[int, list[OwnLink]]:
    found: dict[int, list[OwnLink]] = defaultdict(list)
    for link in own_links.find(text):
        found[link.line].append(link)
    return found


def _text_at(lines: list[str], number: int, link: OwnLink) -> str:
    """What a link belongs to: the rest of its line, or the heading above one that is alone."""
    if link.is_alone:
        text = next((line for line in reversed(lines[: number - 1]) if line.strip()), "")
    else:
        text = own_links.remove(lines[number - 1])
    return _MARKS.sub("", text, count=1).strip()
