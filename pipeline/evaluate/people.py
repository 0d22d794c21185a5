"""Who is named in a meeting: those who speak, those whom the notes quote or list, their handles and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.language.words import fold
from pipeline.notes.speakers import initials_of_people
from pipeline.records import Notes, Transcript
from pipeline.topics.attendees import (
    AND,
    BETWEEN_LISTED,
    EMAIL,
    HANDLE,
    PROFILE,
    is_speaker,
    listed_names,
    split_names,
)

_MIN_HANDLE_CHARS = 3  # of a handle that is made of a name


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
    labelled = [
        *(split_names(label, AND) for label in said),
        *(split_names(label, BETWEEN_LISTED) for label in written),
    ]
    initials = initials_of_people(notes.source)
    speakers = [name for names in labelled for name in names if name not in initials and is_speaker(name)]
    people = _merged([*speakers, *listed_names(notes.source)])
    for text in (notes.source, *said, *(segment.text for segment in transcript.heard)):
        for address in _addresses(text):
            _add(people, address, _is_address_of)
    for short in sorted(initials):
        _add(people, short, _are_initials_of)
    return tuple(Person(tuple(names)) for names in people)


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
