"""What the words around a link say of it: `Recording of the call`, `Vidéo de la réunion`, `Last week's recording`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from pipeline.language.words import fold

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NO_SPACES = r"\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"  # Chinese, Japanese, Korean: no or few spaces between words
_RUN = re.compile(rf"[{_NO_SPACES}]+|[^{_NO_SPACES}]+")
_OTHER_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "’": "'"})
_MAX_CHARS = 400  # a label is shorter
_PART = re.compile(
    r"\b(?:parts?|pt|teil|partie|parte|czesc|segment|day|hour|video|recording|recorded)\s?\.?\s?#?(\d{1,2})\b(?![-/.:]\d)"
    r"|\A\W*(\d{1,2})\W*\Z"
)
_PART_IN_WORDS = re.compile(r"\bpart\s(i{1,3}|iv)\b|\b(first|second|third)\s(?:part|half|hour)\b")
_PART_WORDS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3}
_IN_BRACKETS = re.compile(r"\A\s*[(\[]([^()\[\]]{1,40})[)\]]")
_NOT_APPLICABLE = re.compile(
    r"\bn\s?/\s?a\b|\bno\s(?:audio|recording|video)s?\b"
    r"|\bnot\s+(?:yet\s+)?(?:available|record(?:ed)?|uploaded|published|streamed)\b"
)


class WordKind(StrEnum):
    """What a word of a label says of the link."""

    RECORDING = "recording"
    VIDEO = "video"
    MEETING = "meeting"
    THIS = "this"
    FILLER = "filler"
    PREVIOUS = "previous"
    SERIES = "series"
    TALK = "talk"
    DOCUMENT = "document"
    NONE = "none"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Label:
    """The words of a label by their kinds. `unknown` counts those of no kind; numbers and dates are known."""

    kinds: Counter[WordKind]
    unknown: int
    key: str  # its words without numbers: labels of the parts of one recording have the same
    part: int | None  # `Part 2`, `Video 2`
    says_none: bool  # `TBD`, `not recorded`

    @property
    def names_recording(self) -> bool:
        return self.kinds[WordKind.RECORDING] > 0

    @property
    def names_video(self) -> bool:
        return self.names_recording or self.kinds[WordKind.VIDEO] > 0

    @property
    def words(self) -> int:
        return self.kinds.total() + self.unknown

    def has(self, *kinds: WordKind) -> bool:
        return any(self.kinds[kind] for kind in kinds)


@lru_cache(maxsize=4096)
def read_label(text: str) -> Label:
    """The words of `text`, of which only the beginning is read."""
    folded = _fold(text[:_MAX_CHARS])
    kinds: Counter[WordKind] = Counter()
    unknown = 0
    key = []
    for found in _WORD.finditer(folded):
        if found[0][0].isdigit():
            continue
        for word in _words_in(found[0]):
            key.append(word)
            kind = _kind_of(word)
            if kind is None:
                unknown += 1
            else:
                kinds[kind] += 1
    unknown += (len(text) - _MAX_CHARS) // 10 if len(text) > _MAX_CHARS else 0
    says_none = kinds[WordKind.NONE] > 0 or _NOT_APPLICABLE.search(folded) is not None
    return Label(kinds, unknown, " ".join(key), _part_in(folded), says_none)


def _part_in(folded: str) -> int | None:
    if found := _PART.search(folded):
        return int(found[1] or found[2])
    found = _PART_IN_WORDS.search(folded)
    return _PART_WORDS[found[1] or found[2]] if found else None


def _fold(text: str) -> str:
    # Composed again, so that a syllable of Korean is one character.
    return unicodedata.normalize("NFC", fold(text)).translate(_OTHER_LETTERS)


def _kind_of(word: str) -> WordKind | None:
    kinds = _kinds_of_words()
    found = kinds.get(word)
    if found is None and "'" in word:  # Ann's, l'enregistrement
        first, _, second = word.partition("'")
        found = kinds.get(first) if second == "s" else kinds.get(second)
    return found or (WordKind.FILLER if word in _month_names() else None)


def _words_in(word: str) -> list[str]:
    """The words that are written together in `word`: the longest that is known first."""
    if word.isascii():
        return [word]
    found = []
    for run in _RUN.findall(word):
        if not re.match(rf"[{_NO_SPACES}]", run):
            found.append(run)
            continue
        start = begun = 0
        while start < len(run):
            known = next(
                (
                    run[start:end]
                    for end in range(min(len(run), start + 8), start, -1)
                    if run[start:end] in _kinds_of_words()
                ),
                "",
            )
            if known and start > begun:
                found.append(run[begun:start])
            if known:
                found.append(known)
            start += len(known) or 1
            begun = start if known else begun
        if begun < len(run):
            found.append(run[begun:])
    return found


@cache
def _kinds_of_words() -> dict[str, WordKind]:
    kinds: dict[str, WordKind] = {}
    kind = WordKind.FILLER
    for line in files("pipeline.notes.recording").joinpath("words.txt").read_text("utf-8").splitlines():
        if line.startswith("="):
            kind = WordKind(line.strip("= "))
        elif not line.startswith("#"):
            for word in line.split():
                kinds.setdefault(_fold(word), kind)
    return kinds


@cache
def _month_names() -> frozenset[str]:
    names = "january february march april may june july august september october november december"
    days = "monday tuesday wednesday thursday friday saturday sunday"
    full = f"{names} {days}".split()
    return frozenset([*full, *(name[:3] for name in full), "sept", "tues", "thur", "thurs", "utc", "gmt", "am", "pm"])


def part_behind(text: str) -> str:
    """The brackets that `text` begins with, if they say which part a link before them is: `(part 1), …`; else ""."""
    found = _IN_BRACKETS.match(text)
    label = read_label(found[1]) if found else None
    return found[0] if found and label and label.part is not None and not label.unknown else ""
