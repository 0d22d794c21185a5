"""Whom notes list, and by what else people are named in them: as `Attendees: Ann Lee, Bob`, by handle, by address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from pipeline.cues.label_words import PARTICLES
from pipeline.cues.labels import Likeness, likeness
from pipeline.language.labels import is_label
from pipeline.language.words import fold

EMAIL = re.compile(r"(?<![\w.+-])(?!git@)[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
HANDLE = re.compile(r"(?<![\w@/.])@(?!(?:all|channel|everyone|here)\b)[^\W_](?:[\w-]{0,38}[^\W_])?(?![\w/@-])")
PROFILE = re.compile(
    r"(?<=://)(?:www\.)?(?:github\.com|gitlab\.com|linkedin\.com/in|twitter\.com|x\.com)/([\w-]{1,39})(?=[\s\])>\"'|]|$)"
)

_BESIDE_LABELS = {
    *("also", "and", "der", "des", "di", "e", "en", "et", "in", "la", "list", "meeting", "note", "of", "online"),
    *("remote", "the", "und", "von", "y"),
}
_ROLES = {"audience", "company", "email", "everybody", "nobody", "organisation", "organization", "role", "tba", "tbd"}
_LABEL = re.compile(r"(?P<lead>[\s>*+|#_-]{0,12})(?P<label>[^:：|\n]{2,50}?)[*_]{0,3}\s?[:：][*_]{0,3}(?P<rest>.*)")
_HEADING = re.compile(r"(?P<lead>\s{0,3}#{1,6}\s+|[\s*+-]{0,8}[*_]{2})(?P<label>[^:：]{2,50}?)[*_]{0,2}\s*")
_LISTED = re.compile(r"\s{0,12}(?:[-*+•]|\d{1,3}[.)])\s+(?P<item>.+)")
_ROW = re.compile(r"\s{0,3}\|?(?P<item>[^|]+)\|.*")
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^()\n]{0,500}\)")
_ASIDE = re.compile(r"<!--.{0,500}?-->|\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）")
_BEHIND_NAME = re.compile(r"\s[-–—@|].*")
AND = re.compile(r"\s*[&+]\s*|\s+(?:and|und|et|y|e|en|i|og|och|и)\s+")
BETWEEN_LISTED = re.compile(rf"\s*[,;/、，;・:：]\s*|{AND.pattern}")
_AROUND_NAMES = " \t*_`\"'“”[]{}.:|~\\"
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 40, 4


@cache
def _labels() -> frozenset[str]:
    """Words of labels and headings that people are listed under."""
    return frozenset((resources.files(__package__) / "attendee_labels.txt").read_text("utf-8").split())


def listed_names(source: str) -> Iterator[str]:
    """The names that notes list, as `Attendees: Ann Lee, Bob` or in the lines or the table below such a label.

    >>> list(listed_names("Present: Ann Lee, Bob (notes)\\n\\n## Regrets\\n\\n- Cy Doe, Example Inc.\\n- @dora\\n"))
    ['Ann Lee', 'Bob', 'Cy Doe']
    """
    above: int | None = None  # how far the label is indented that people are listed under; None: there is none
    for line in source.splitlines():
        label = _HEADING.fullmatch(line) or _LABEL.fullmatch(line)
        if label and _lists_people(label["label"]):
            is_heading = label.re is _HEADING
            inline = [] if is_heading else split_names(label["rest"], BETWEEN_LISTED)
            yield from filter(_is_listed_name, inline)
            above = None if inline else _indentation(line) if _LISTED.match(line) else -1
        elif above is not None and line.strip():
            item = _LISTED.fullmatch(line) or _ROW.fullmatch(line)
            is_below = bool(item) and _indentation(line) > above and not line.startswith("#")
            # Behind the first comma of such a line there may be anything.
            names = split_names(item["item"], BETWEEN_LISTED)[:1] if item else split_names(line, BETWEEN_LISTED)
            found = [name for name in names if _is_listed_name(name)] if is_below or not item else []
            yield from found
            above = above if is_below or found else None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lists_people(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", _ASIDE.sub(" ", label).casefold())
    return not _labels().isdisjoint(words) and all(word in _labels() | _BESIDE_LABELS for word in words)


def split_names(text: str, separator: re.Pattern[str]) -> list[str]:
    """The names in a list of them, without what stands in brackets or behind a dash."""
    text = " ".join(text.split())
    if text.startswith("[") and text.endswith("]"):  # a list in YAML
        text = text[1:-1]
    plain = _ASIDE.sub(" ", _LINK.sub(r"\1", text))
    names = (" ".join(_BEHIND_NAME.sub("", name).split()).strip(_AROUND_NAMES) for name in separator.split(plain))
    return [name for name in names if name]


def is_speaker(name: str) -> bool:
    """Whether a label is somebody's name, and no handle, role or code such as `Speaker 1`."""
    if name.startswith("@") or likeness(name) not in {Likeness.NAME, Likeness.HANDLE, Likeness.COMMON}:
        return False
    words = re.findall(r"[^\W\d_]{2,}", name)
    return any(word.casefold() not in _labels() | _ROLES and not is_label(word) for word in words)


def _is_listed_name(name: str) -> bool:
    words = name.split()
    if len(name) > _MAX_NAME_CHARS or not 0 < len(words) <= _MAX_NAME_WORDS or any(map(str.isdigit, name)):
        return False
    is_capitalised = all(not word[0].islower() or fold(word) in PARTICLES for word in words)
    return is_capitalised and name[0].isalpha() and is_speaker(name) and not (name.isupper() and name.isascii())
