"""Who is named in a meeting: those who speak, those whom the notes quote or list, their handles and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.cues.label_words import PARTICLES
from pipeline.cues.labels import Likeness, likeness
from pipeline.language.words import fold
from pipeline.notes.speakers import initials_of_people, is_label
from pipeline.records import Notes, Transcript

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
_AND = re.compile(r"\s*[&+]\s*|\s+(?:and|und|et|y|e|en|i|og|och|и)\s+")
_BETWEEN_LISTED = re.compile(rf"\s*[,;/、，;・:：]\s*|{_AND.pattern}")
_AROUND_NAMES = " \t*_`\"'“”[]{}.:|~\\"
_MAX_NAME_CHARS, _MAX_NAME_WORDS = 40, 4
_MIN_HANDLE_CHARS = 3  # of a handle that is made of a name


@cache
def _labels() -> frozenset[str]:
    """Words of labels and headings that people are listed under."""
    return frozenset((resources.files(__package__) / "people_labels.txt").read_text("utf-8").split())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by all that they are called: `Priya Sharma`, `Priya`, `@priya`, `PSH`, `priya@example.org`."""

    names: tuple[str, ...]


def find_people(notes: Notes, transcript: Transcript) -> tuple[Person, ...]:
    """Everybody who is named where it shows that it is a name: in the order in which they speak, then as in the notes.

    Who is only mentioned in a sentence is not found.
    """
    said = dict.fromkeys(segment.speaker for segment in transcript.heard if segment.speaker)
    written = dict.fromkeys(block.speaker for block in notes.blocks if block.speaker)
    labelled = [*(_split(label, _AND) for label in said), *(_split(label, _BETWEEN_LISTED) for label in written)]
    initials = initials_of_people(notes.source)
    speakers = [name for names in labelled for name in names if name not in initials and _is_speaker(name)]
    people = _merged([*speakers, *listed_names(notes.source)])
    for text in (notes.source, *said, *(segment.text for segment in transcript.heard)):
        for address in _addresses(text):
            _add(people, address, _is_address_of)
    for short in sorted(initials):
        _add(people, short, _are_initials_of)
    return tuple(Person(tuple(names)) for names in people)


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
            inline = [] if is_heading else _split(label["rest"], _BETWEEN_LISTED)
            yield from filter(_is_listed_name, inline)
            above = None if inline else _indentation(line) if _LISTED.match(line) else -1
        elif above is not None and line.strip():
            item = _LISTED.fullmatch(line) or _ROW.fullmatch(line)
            is_below = bool(item) and _indentation(line) > above and not line.startswith("#")
            # Behind the first comma of such a line there may be anything.
            names = _split(item["item"], _BETWEEN_LISTED)[:1] if item else _split(line, _BETWEEN_LISTED)
            found = [name for name in names if _is_listed_name(name)] if is_below or not item else []
            yield from found
            above = above if is_below or found else None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lists_people(label: str) -> bool:
    words = re.findall(r"[^\W\d_]+", _ASIDE.sub(" ", label).casefold())
    return not _labels().isdisjoint(words) and all(word in _labels() | _BESIDE_LABELS for word in words)


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # a list in YAML
        text = text[1:-1]
    plain = _ASIDE.sub(" ", _LINK.sub(r"\1", text))
    names = (" ".join(_BEHIND_NAME.sub("", name).split()).strip(_AROUND_NAMES) for name in separator.split(plain))
    return [name for name in names if name]


def _is_speaker(name: str) -> bool:
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
    return is_capitalised and name[0].isalpha() and _is_speaker(name) and not (name.isupper() and name.isascii())


def _merged(names: Iterable[str]) -> list[list[str]]:
    """The names of each person: `Priya`, `Priya S.` and `Priya Sharma` are one; of two Priyas, the first is."""
    order = {name: place for place, name in enumerate(dict.fromkeys(names))}
    people: list[list[str]] = []
    for name in sorted(order, key=lambda name: (-len(name.split()), order[name])):
        _add(people, name, _is_part_of)
    return sorted(people, key=lambda known: min(order[name] for name in known))


def _add(people: list[list[str]], name: str, belongs: Callable[[str, list[str]], bool]) -> None:
    """Give a name to the first person it belongs to, or else to a new one."""
    for names in people:
        if name in names:
            return
        if belongs(name, names):
            names.append(name)
            return
    people.append([name])


def _is_part_of(name: str, names: list[str]) -> bool:
    """Whether every word of a name, an initial perhaps, is one of somebody's full name."""
    there = [word.strip(".,") for word in fold(names[0]).split()]
    parts = [word.strip(".,") for word in fold(name).split()]
    return all(part in there or (len(part) == 1 and any(word.startswith(part) for word in there)) for part in parts)


def _addresses(text: str) -> Iterator[str]:
    """The e-mail addresses and the handles in a text, those of profiles with an @ before them, too."""
    if "@" in text or "://" in text:
        yield from (found[0] for found in EMAIL.finditer(text))
        yield from (found[0] for found in HANDLE.finditer(text))
        yield from (f"@{found[1]}" for found in PROFILE.finditer(text))


def _is_address_of(address: str, names: list[str]) -> bool:
    """Whether an address is made of somebody's name, or has the letters of another of their addresses."""
    key = _own_letters(address)
    words = [_own_letters(word) for word in names[0].split()]
    made = {*words, "".join(words), f"{words[0][:1]}{words[-1]}", f"{words[0]}{words[-1][:1]}"}
    return len(key) >= _MIN_HANDLE_CHARS and key in made | {_own_letters(name) for name in names}


def _own_letters(name: str) -> str:
    """The letters of a name, or of an address before its host.

    >>> _own_letters("@ann-lee"), _own_letters("ann.lee@example.org")
    ('annlee', 'annlee')
    """
    before, _, after = name.partition("@")
    return "".join(filter(str.isalnum, fold(before or after)))


def _are_initials_of(initials: str, names: list[str]) -> bool:
    return "".join(word[0].upper() for word in names[0].split()) == initials
