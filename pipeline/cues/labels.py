"""What looks like a speaker's label at the beginning of a text, and how much its words are like a name.

    Ann: hi    - Ann Lee (she/her): hi    >> ANN: hi    **Ann:** hi    [SPEAKER_00]: hi    山田：はい    Ann:hi
    [Ann] hi    (speaker 0) hi    SPEAKER_00 hi

Whether it is one, the whole file tells: see `speakers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.cues.label_words import PARTICLES, SAYING_ENDINGS, SOUNDS, TOPICS, function_words
from pipeline.language.words import fold

_MAX_NAME_CHARS = 60
_MAX_NAME_WORDS = 8
_MAX_UNSPACED_CHARS = 12  # of a name in Chinese or Japanese: a longer one is a sentence
_MAX_TITLE_CHARS = 4  # of a word that a point shortens within a name: Dr., St., Prof.

_MARKS = "\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"  # that say in which direction text runs, or nothing
_LEAD = re.compile(rf"[\s{_MARKS}]{{0,8}}(?:(?:>>+|»|[-–—•])[\s{_MARKS}]{{0,4}}){{0,3}}")
_INVISIBLE = re.compile(f"[{_MARKS}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CHANGE = re.compile(r"(?:>>+|»)\s*")
_EMPHASIS = re.compile(r"([*_]{1,3})(?P<name>[^*:：]{1,60})(?:[:：]\1|\1\s?[:：])")
_CODE_ALONE = re.compile(r"(?P<name>(?:speaker|spk)_\d{1,3})\s+(?=\S)", re.IGNORECASE)
_COLON = re.compile(r"[:：]")
_BRACKETS = {"[": "]", "(": ")", "<": ">", "{": "}", "【": "】", "（": "）", "［": "］", "〔": "〕"}

_CODE = re.compile(r"(?:speaker|spk|spkr)[\s_-]?\d{1,3}|speaker[\s_-][a-z]|unknown[\s_-]speaker", re.IGNORECASE)
_PHONE = re.compile(r"\+\d[\d\s()*.x-]{5,24}|\d[\d\s()-]{0,6}\*{2,8}\d{0,4}|\d{9,15}")
_SEPARATOR = re.compile(r"\s*[(\[（【［].*|\s+[-–—|@/·•~]\s*.*|\s*[|,，/].*")  # what follows is no part of the person
_AFFIX = re.compile(r"[(\[（【［][^()\[\]（）【】［］]*[)\]）】］]")
_AROUND_WORDS = "\"“”'’.,()[]*#~/|@&+-–—（）"
_NUMBER = re.compile(r"[\d.,:/-]+")


class LabelForm(Enum):
    COLON = auto()  # Ann: hi
    TIGHT = auto()  # Ann:hi
    BRACKETS = auto()  # [Ann] hi


class Likeness(Enum):
    """How much the words of a label are like a name, from most to least."""

    CODE = auto()  # Speaker 1, +15550100123: nothing else is written so
    NAME = auto()  # Ann, Ann de la Cruz, ANN LEE
    HANDLE = auto()  # ann, ann_lee, 山田: any word that is not capitalised, or cannot be
    COMMON = auto()  # Will, He, So, The Chair: also what sentences begin with
    TOPIC = auto()  # Note, Question, Step 1
    SENTENCE = auto()  # so the question is


@dataclass(frozen=True, slots=True)
class SpeakerLabel:
    """A possible label. What is said begins at `end` of the text, which is also the text's end where nothing is."""

    name: str  # without what is no part of it: brackets around it, a dash before it
    form: LabelForm
    end: int
    is_marked: bool = False  # besides the colon: `>> Ann: hi`, `[Ann]: hi`, `**Ann:** hi`


def find_labels(text: str) -> Iterator[SpeakerLabel]:
    """What may be the label of a text, the likeliest first. `>> `, as it is written where somebody else speaks, may
    stand before it.
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if label := _emphasised(text, start) or _before_colon(text, start):
        yield label
    if label := _in_brackets(text, start):
        yield label
    if found := _CODE_ALONE.match(text, start):
        yield SpeakerLabel(found["name"], LabelForm.BRACKETS, found.end())


def _emphasised(text: str, start: int) -> SpeakerLabel | None:
    found = _EMPHASIS.match(text, start)
    return _label(found["name"], LabelForm.COLON, text, found.end(), is_marked=True) if found else None


def _before_colon(text: str, start: int) -> SpeakerLabel | None:
    found = _COLON.search(text, start, start + _MAX_NAME_CHARS + 4)
    if not found:
        return None
    before, after = text[start : found.start()], text[found.end() : found.end() + 1]
    if found[0] == "：" or not after or after.isspace():
        return _label(before, LabelForm.COLON, text, found.end())
    if after in ":/\\" or (after.isdigit() and before[-1:].isdigit()):
        return None  # https://, std::vector, 10:30
    return _label(before, LabelForm.TIGHT, text, found.end())


def _in_brackets(text: str, start: int) -> SpeakerLabel | None:
    closing = _BRACKETS.get(text[start : start + 1])
    end = text.find(closing, start + 1, start + _MAX_NAME_CHARS + 2) if closing else -1
    if end < 0 or not text[end + 1 :].strip():
        return None
    return _label(text[start + 1 : end], LabelForm.BRACKETS, text, end + 1)


def _label(name: str, form: LabelForm, text: str, end: int, *, is_marked: bool = False) -> SpeakerLabel | None:
    name = readable_name(name) or ""
    is_marked = is_marked or text.startswith((">>", "»"))
    if name and _BRACKETS.get(name[0]) == name[-1] and name.count(name[0]) == 1:
        name, is_marked = name[1:-1].strip(), True
    name = _INVISIBLE.sub("", name).strip()
    if not 0 < len(name) <= _MAX_NAME_CHARS:
        return None
    while end < len(text) and text[end].isspace():
        end += 1
    return SpeakerLabel(name, form, end, is_marked)


def readable_name(name: str | None) -> str | None:
    r"""The name of a speaker as a file gives it, on one line and without control characters; None of nothing else.

    >>> readable_name("Ann\x00 \tBee"), readable_name("\x07")
    ('Ann Bee', None)
    """
    return (" ".join(_CONTROL.sub(" ", name).split()) or None) if name is not None else None


def likeness(name: str, language: str = "") -> Likeness:
    """How much the words of a label are like a name, in a text of that language.

    >>> [likeness(name).name for name in ("Speaker 1", "Lee, Ann", "ann", "Will", "Step 1", "so the question is")]
    ['CODE', 'NAME', 'HANDLE', 'COMMON', 'TOPIC', 'SENTENCE']
    """
    if _CODE.fullmatch(name) or _PHONE.fullmatch(name):
        return Likeness.CODE
    person = _words(_SEPARATOR.sub("", name)) or _words(name)
    if not person:
        return Likeness.HANDLE  # nothing but signs: ???
    if all(map(_NUMBER.fullmatch, person)) or _is_sentence(name, person):
        return Likeness.SENTENCE
    return _likeness_of_words(person, language)


def _likeness_of_words(person: list[str], language: str) -> Likeness:
    folded = [fold(word) for word in person]
    if folded[0] in TOPICS:
        return Likeness.TOPIC
    if any(word in TOPICS for word in folded):
        return Likeness.COMMON
    initial = len(person[0]) == 1 and person[0].isupper()  # A: …, T. Lee: …
    if folded[0] in function_words(language) and not initial:
        return Likeness.COMMON
    capitalised = (word[0].isupper() or word[0].isdigit() or fold(word) in PARTICLES for word in person[1:])
    return Likeness.NAME if person[0][0].isupper() and all(capitalised) else Likeness.HANDLE


def _is_sentence(name: str, person: list[str]) -> bool:
    plain = _AFFIX.sub("", name)
    words = plain.split()
    if len(words) > _MAX_NAME_WORDS or (set(plain) & set("?!;؟") and any(map(str.isalnum, plain))):
        return True
    if person[-1].endswith(SAYING_ENDINGS) or (not person[-1].isascii() and _is_unspaced(person[-1])):
        return True
    if any(word.endswith(".") and _ends_sentence(word) for word in words[:-1]):
        return True
    return len(words) > 1 and any(map(_is_function_word, _words(plain)))


def _is_unspaced(word: str) -> bool:
    """Whether a word is too long for a name in a script without capitals, such as Chinese."""
    return len(word) > _MAX_UNSPACED_CHARS and word.lower() == word.upper()


def _ends_sentence(word: str) -> bool:
    return word.islower() or len(word) > _MAX_TITLE_CHARS + 1


def _is_function_word(word: str) -> bool:
    """Whether a word of several shows that they are no name: `is`, `said`, `It's`."""
    head, apostrophe, _ = word.replace("’", "'").partition("'")
    folded = fold(head)
    if apostrophe and len(head) > 1 and folded in function_words() and folded not in PARTICLES:
        return True
    return word[0].islower() and folded in function_words() and folded not in PARTICLES


def _words(text: str) -> list[str]:
    """The words in a text, without the signs around them; what is nothing but signs is no word."""
    stripped = (word.strip(_AROUND_WORDS) for word in text.split())
    return [word for word in stripped if any(map(str.isalnum, word))]


def is_sound(name: str) -> bool:
    """Whether what stands in brackets is no name but what can be heard: `Music`, `door slams`."""
    return any(word in SOUNDS for word in fold(name).split())


def without_change_mark(text: str) -> int:
    """Where a text begins without the `>>` that says that somebody else speaks."""
    found = _CHANGE.match(text)
    return found.end() if found else 0
