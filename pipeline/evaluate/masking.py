"""Names of people replaced by `Person-A`, `Person-B` …: the same in all texts of a meeting, so that it stays alignable.

A mask has a hyphen and no space, so that it stands wherever a name does: in an address, before a colon, as a word whose
parts are compared with what is heard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from string import ascii_uppercase

from pipeline import unspaced
from pipeline.cues.label_words import PARTICLES
from pipeline.evaluate.people import Person
from pipeline.language.plain_words import plain_english
from pipeline.language.word_lists import load_languages
from pipeline.language.words import fold
from pipeline.records import Segment, Transcript
from pipeline.topics.attendees import EMAIL, HANDLE, PROFILE

_MIN_WORD_CHARS = 3  # of a word of a longer name that is masked by itself, too
_MIN_INFLECTED_CHARS = 5  # of one that is masked with the ending of a case: Tomasza, Martins
_MAX_ENDING_CHARS = 3
_LETTER = r"[^\W_]"  # or a digit
_APOSTROPHES = re.compile("['’]")


class NameMask:
    """Masks the names of some people."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._masks = [f"Person-{_letters(number)}" for number in range(len(people))]
        self._used: set[int] = set()
        self._owners: dict[str, int] = {}  # the number of the person, by a name as `_key` has it
        self._addresses: dict[str, int] = {}
        for number, person in enumerate(people):
            for name in person.names:
                owners = self._addresses if "@" in name else self._owners
                owners.setdefault(_key(name), number)
        for number, person in enumerate(people):
            for word in _words_of(person):
                self._owners.setdefault(_key(word), number)
        self._names = _pattern([name for person in people for name in (*person.names, *_words_of(person))])

    @property
    def used(self) -> dict[str, tuple[str, ...]]:
        """The masks that stand in the texts so far, with the names of the person behind each."""
        return {self._masks[number]: self._people[number].names for number in sorted(self._used)}

    def text(self, text: str) -> str:
        """`text` with every name, handle and e-mail address of theirs masked. No line is added or lost."""
        text = EMAIL.sub(lambda found: self._address(found[0], "{}@example.org"), text)
        text = HANDLE.sub(lambda found: self._address(found[0], "@{}"), text)
        text = PROFILE.sub(self._profile, text)
        return self._names.sub(self._name, text) if self._names else text

    def transcript(self, transcript: Transcript) -> Transcript:
        """The transcript with masked texts and speakers. Its words lose their times, as masks are no words of it."""
        return replace(transcript, segments=tuple(map(self._segment, transcript.segments)))

    def _segment(self, segment: Segment) -> Segment:
        speaker = segment.speaker and self.text(segment.speaker)
        return replace(segment, text=self.text(segment.text), words=(), speaker=speaker)

    def _address(self, address: str, form: str) -> str:
        number = self._addresses.get(_key(address))
        return address if number is None else form.format(self._masked(number))

    def _profile(self, found: re.Match[str]) -> str:
        number = self._addresses.get(_key(f"@{found[1]}"))
        return found[0] if number is None else found[0].removesuffix(found[1]) + self._masked(number)

    def _name(self, found: re.Match[str]) -> str:
        key = _key(found[0])
        stems = (key[: len(key) - length] for length in range(_MAX_ENDING_CHARS + 1))
        number = next((self._owners[stem] for stem in stems if stem in self._owners), None)
        return found[0] if number is None else self._masked(number)

    def _masked(self, number: int) -> str:
        self._used.add(number)
        return self._masks[number]


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …, as the columns of a spreadsheet.

    >>> _letters(0), _letters(25), _letters(26), _letters(27)
    ('A', 'Z', 'AA', 'AB')
    """
    tens, ones = divmod(number, len(ascii_uppercase))
    return (_letters(tens - 1) if tens else "") + ascii_uppercase[ones]


def _key(name: str) -> str:
    return _APOSTROPHES.sub("'", " ".join(fold(name).split()))


def _words_of(person: Person) -> Iterator[str]:
    """The words of somebody's names by which they are called, too."""
    for name in person.names:
        words = [word.strip(".,") for word in name.split()]
        if "@" not in name and len(words) > 1 and not unspaced.is_in(name):
            yield from (word for word in words if len(word) >= _MIN_WORD_CHARS and fold(word) not in PARTICLES)


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """Matches any of the names, the longest first."""
    forms = {form for name in names if "@" not in name for form in _spellings(name)}
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(_form, longest_first))) if forms else None


def _spellings(name: str) -> Iterator[str]:
    """A name with its accents and without, and not in capitals alone."""
    for form in {name, name.title()} if name.isupper() else {name}:
        yield form
        yield "".join(c for c in unicodedata.normalize("NFKD", form) if not unicodedata.combining(c))


def _form(name: str) -> str:
    """Matches a name in any case; one that is also a common word only as it is written."""
    escaped = r"[ \t]+".join(_APOSTROPHES.sub("['’]", re.escape(word)) for word in name.split())
    if unspaced.is_in(name):
        return escaped
    matched = escaped
    if not _is_common(name):
        ending = rf"[^\W\d_]{{0,{_MAX_ENDING_CHARS}}}" if " " not in name and len(name) >= _MIN_INFLECTED_CHARS else ""
        matched = rf"(?:{escaped}{ending}|(?i:{escaped}))"
    return rf"(?<!{_LETTER}){matched}(?!{_LETTER})"


def _is_common(name: str) -> bool:
    """Whether a name is too short to be told from a word in any case, or is one itself: Will, Mark, Du."""
    return len(name) < _MIN_WORD_CHARS or fold(name) in _common_words()


@cache
def _common_words() -> frozenset[str]:
    return plain_english().union(*(language.stop_words for language in load_languages()))
