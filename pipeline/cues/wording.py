"""From the words in a list to words with their spaces and times: punctuation joined, what has no time given one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pipeline import unspaced
from pipeline.records import Word

_MIN_SPACED_SHARE = 0.2  # of the words bring their spaces: all do, and what has none continues a word
_MAX_WORD_SECONDS = 1.0  # of one whose end is not known
_MAX_TOKENS_AHEAD = 8  # of a text, in which a word is looked for: numbers are written as one and spoken as many
_CLOSING = frozenset(".,;:!?%…)]}»”’、。，！？；：」』）")


# Scripts written without spaces: Thai and Lao, Burmese, Khmer, Chinese and Japanese.
class PartKind(Enum):
    """What a thing with text is, where words, punctuation and spaces stand apart."""

    SPEECH = auto()
    PUNCTUATION = auto()
    PREFIX = auto()  # punctuation that belongs to the word after it
    SPACE = auto()
    SOUND = auto()


@dataclass(slots=True)
class SpokenWord:
    """A word or a part of one, in the order of its file. `text` may bring its spaces. Seconds; None: not known."""

    text: str
    start: float | None
    end: float | None
    speaker: str | None = None
    probability: float = 1.0
    kind: PartKind = PartKind.SPEECH


def whole_words(parts: Sequence[SpokenWord]) -> list[SpokenWord]:
    """Words with one space before each that has one, and none after; punctuation and parts of words joined.

    >>> parts = [SpokenWord("Hi", 0, 1), SpokenWord(",", None, None), SpokenWord("you", 1, 2)]
    >>> [word.text for word in whole_words(parts)]
    ['Hi,', ' you']
    """
    own_spaces = _brings_spaces(parts)
    words: list[SpokenWord] = []
    gap, prefix = False, ""  # a space, and punctuation, that the file has before the next word
    for part in parts:
        text = part.text.strip()
        gap = gap or part.text[:1].isspace()
        if part.kind is PartKind.PREFIX:
            prefix += text
        elif text and part.kind is not PartKind.SOUND:
            last = words[-1] if words else None
            if last and _continues(last, part, text, gap=gap, own_spaces=own_spaces) and not prefix:
                _join(last, part, text)
            else:
                spaced = last is not None and (gap or not (own_spaces or _is_unspaced_between(last.text, text)))
                words.append(_whole(part, f"{' ' if spaced else ''}{prefix}{text}"))
            gap, prefix = False, ""
        gap = gap or part.text[-1:].isspace()
    return words


def _brings_spaces(parts: Sequence[SpokenWord]) -> bool:
    texts = [part.text for part in parts if part.text]
    spaces = sum(text[0].isspace() or text[-1].isspace() for text in texts)
    return spaces >= max(1.0, _MIN_SPACED_SHARE * len(texts))


def _continues(last: SpokenWord, part: SpokenWord, text: str, *, gap: bool, own_spaces: bool) -> bool:
    """Whether a part belongs to the word before it."""
    if gap or (part.speaker and last.speaker and part.speaker != last.speaker):
        return False
    if part.kind is PartKind.PUNCTUATION or text[0] in _CLOSING:
        return True
    return own_spaces and not _is_unspaced_between(last.text, text)


def _is_unspaced_between(before: str, after: str) -> bool:
    return unspaced.is_sign(before[-1]) or unspaced.is_sign(after[0])


def _join(last: SpokenWord, part: SpokenWord, text: str) -> None:
    last.text += text
    if part.start is not None and part.kind is PartKind.SPEECH:
        last.start = part.start if last.start is None else last.start
        last.end = part.end if part.end is not None else last.end
        last.probability = min(last.probability, part.probability)


def _whole(part: SpokenWord, text: str) -> SpokenWord:
    return SpokenWord(text, part.start, part.end, part.speaker, part.probability)


def timed(words: Sequence[SpokenWord], start: float | None = None, end: float | None = None) -> list[Word]:
    """`words` with times. Those without share the time between their neighbours, or from `start` or to `end`.

    A word ends when the next one starts, if not before: some services let them overlap.
    """
    starts = _filled_starts(words, start, end)
    result = []
    for number, (word, begins) in enumerate(zip(words, starts, strict=True)):
        following = starts[number + 1] if number + 1 < len(words) else None
        ends = begins + _MAX_WORD_SECONDS if word.start is None or word.end is None else word.end
        limit = end if following is None and word.end is None else following
        if limit is not None and limit >= begins:
            ends = min(ends, limit)
        result.append(Word(begins, max(begins, ends), word.text, word.probability))
    return result


def _filled_starts(words: Sequence[SpokenWord], start: float | None, end: float | None) -> list[float]:
    starts: list[float] = []
    waiting = 0  # words without a time
    low = start
    for word in words:
        if word.start is None:
            waiting += 1
            continue
        starts += _shared(waiting, word.start if low is None else low, word.start)
        starts.append(word.start)
        waiting, low = 0, max(word.start, word.end or word.start)
    low = 0.0 if low is None else low
    return [*starts, *_shared(waiting, low, low if end is None else end)]


def _shared(count: int, low: float, high: float) -> list[float]:
    low = min(low, high)
    return [low + (high - low) * number / count for number in range(count)]


def as_written(words: Sequence[SpokenWord], text: str) -> None:
    """Give words the capitals and the punctuation that they have in `text`, which says the same."""
    tokens = text.split()
    is_one_to_one = len(tokens) == len(words)
    for word, token in zip(words, tokens, strict=True) if is_one_to_one else _same(words, tokens):
        word.text = f"{word.text[: len(word.text) - len(word.text.lstrip())]}{token}"


def _same(words: Sequence[SpokenWord], tokens: Sequence[str]) -> Iterator[tuple[SpokenWord, str]]:
    letters = [_letters(token) for token in tokens]
    position = 0
    for word in words:
        ahead = letters[position : position + _MAX_TOKENS_AHEAD]
        if (wanted := _letters(word.text)) and wanted in ahead:
            position += ahead.index(wanted) + 1
            yield word, tokens[position - 1]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
