"""Text that comes from a template: it is in many notes of a folder, so nobody said it.

Works on raw Markdown, because all notes of a folder have to be looked at before one of them is parsed.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.language.words import WORD

_LINK_TARGET = re.compile(r"\]\([^()\[\n]*\)|<!--[^<]*?-->|https?://\S+")
_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?\b"
)
_NUMBER = re.compile(r"\d+(?:[.:/-]\d+)*")
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_HEADING = re.compile(r"\s{0,3}#{1,6}(?=[^#]|$)")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+)\s*")

_MIN_NOTES = 3
_MAX_THIRD_NOTES = 8  # a third of a folder is asked for up to this many notes
_MIN_SHARE = 0.1  # of the notes of a folder
_MIN_TOPIC_SHARE = 2 / 3  # for a text that may be a topic that keeps coming up
_MIN_SIMILARITY = 0.7  # shared words over all words: from here up, two wordings are the same template


def normalise(raw: str) -> str:
    """The words of a piece of Markdown, without case, marks, link targets and dates; numbers are `0`.

    >>> normalise("## Agenda for **March 3rd, 2020**"), normalise("* agenda for #42!")
    ('agenda for 0', 'agenda for 0')
    """
    text = _LINK_TARGET.sub("]", raw) if "](" in raw or "://" in raw or "<!--" in raw else raw
    text = text.casefold()
    if any(map(str.isdigit, text)):
        text = _NUMBER.sub(" 0 ", _DATE.sub(" 0 ", text))
    return " ".join(WORD.findall(text))


@dataclass(slots=True)
class _Occurrences:
    topics: int = 0  # how often it is a heading with text of its own below
    wordings: set[str] = field(default_factory=set)


def folder_templates(sources: Iterable[str]) -> frozenset[str]:
    """The normalised headings, paragraphs and list items that come from a template.

    `sources` are the raw texts of all notes of one folder. A text of three words or more counts when it is in a tenth
    of them (in a small folder: a third, and never fewer than three). What may be a topic that keeps coming up counts
    only in two thirds of them: one or two words, a number that changes (`4.2.0 release`), or fewer than five words with
    text of their own below. Rarer wordings of a template count, too.
    """
    occurrences: dict[str, _Occurrences] = defaultdict(_Occurrences)
    pieces = [list(_pieces(source)) for source in sources]
    spread = Counter(key for note in pieces for key in {key for key, _, _ in note})
    third = min(_MAX_THIRD_NOTES, math.ceil(len(pieces) / 3))
    min_notes = max(_MIN_NOTES, third, math.ceil(len(pieces) * _MIN_SHARE))
    frequent = {key for key, notes in spread.items() if notes >= min_notes}
    for note in pieces:
        for index, (key, heading, raw) in enumerate(note):
            if key not in frequent:
                continue
            entry = occurrences[key]
            entry.wordings.add(" ".join(raw.casefold().split()))
            below = note[index + 1] if index + 1 < len(note) else None
            entry.topics += heading and below is not None and not below[1] and below[0] not in frequent
    templates = {
        key
        for key, entry in occurrences.items()
        if spread[key] >= len(pieces) * _MIN_TOPIC_SHARE or not _may_be_topic(key, entry, spread[key])
    }
    return frozenset(templates | _variants(templates, spread))


def _may_be_topic(key: str, entry: _Occurrences, notes: int) -> bool:
    words = key.split()
    if len(words) < 3 or ("0" in words and len(entry.wordings) > notes / 2):
        return True
    return len(words) < 5 and entry.topics > notes / 2


def _variants(templates: set[str], spread: Counter[str]) -> set[str]:
    """The texts that differ from a template of four words or more in few of their words."""
    by_word: dict[str, list[frozenset[str]]] = defaultdict(list)
    for template in templates:
        words = frozenset(template.split())
        if len(words) >= 4:
            # A text as similar as that must share one of any few words; the longest are the rarest.
            rarest = sorted(words, key=lambda word: (-len(word), word))[: int(len(words) * (1 - _MIN_SIMILARITY)) + 1]
            for word in rarest:
                by_word[word].append(words)
    found = set()
    for key in spread:
        words = frozenset(key.split())
        if len(words) < 4:
            continue
        candidates = (template for word in words for template in by_word.get(word, ()))
        if any(len(words & template) >= _MIN_SIMILARITY * len(words | template) for template in candidates):
            found.add(key)
    return found


def _pieces(source: str) -> Iterator[tuple[str, bool, str]]:
    """The headings, paragraphs and items of a note: normalised, whether a heading, and as written."""
    gathered: list[str] = []
    fenced = False
    for line in [*source.splitlines(), ""]:
        marker = line.lstrip()[:3] in {"```", "~~~"}
        fenced ^= marker
        heading = not fenced and _HEADING.match(line) is not None
        underline = bool(gathered) and _UNDERLINE.fullmatch(line) is not None
        if gathered and (heading or underline or marker or not line.strip() or _BULLET.match(line)):
            yield from _piece("\n".join(gathered), heading=underline)
            gathered = []
        if heading:
            yield from _piece(line, heading=True)
        elif line.strip() and not fenced and not marker and not underline:
            gathered.append(line)


def _piece(raw: str, *, heading: bool) -> Iterator[tuple[str, bool, str]]:
    key = normalise(raw)
    if key.strip("0 "):
        yield key, heading, raw
