"""A text without times as the words it is shown by, and as the tokens these are compared by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline import unspaced
from pipeline.records import Utterance
from pipeline.sync.spoken_tokens import tokens

_JOINED = "ーำ"  # letters that are part of the character before them: the long vowel of kana, the Thai sara am


@dataclass(frozen=True, slots=True)
class ShownWord:
    """A word as it is written: characters `begin` to `end` of an utterance's text, tokens `first` to `last` of all.

    Both ranges are half-open. Where the script has no spaces it is one character, with the marks on and after it.
    """

    utterance: int
    begin: int
    end: int
    first: int
    last: int


def shown_words(utterances: Sequence[Utterance]) -> tuple[list[ShownWord], list[str]]:
    """The words of the utterances, in order, and all their tokens."""
    words: list[ShownWord] = []
    texts: list[str] = []
    for index, utterance in enumerate(utterances):
        for begin, end in _spans(utterance.text):
            found = tokens(utterance.text[begin:end])
            words.append(ShownWord(index, begin, end, len(texts), len(texts) + len(found)))
            texts += found
    return words, texts


def _spans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for chunk in text.split():
        begin = text.index(chunk, at)
        at = begin + len(chunk)
        yield from _character_spans(text, begin, at) if unspaced.is_in(chunk) else ((begin, at),)


def _character_spans(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Letters one by one, each with the marks and the punctuation after it; digits and Latin letters together."""
    first = begin
    for at in range(begin + 1, end):
        mark = unicodedata.category(text[at])[0] in "MPS" or text[at] in _JOINED
        joined = text[at].isascii() and text[at].isalnum() and text[at - 1].isascii() and text[at - 1].isalnum()
        if not mark and not joined and any(map(str.isalnum, text[first:at])):
            yield first, at
            first = at
    yield first, end
