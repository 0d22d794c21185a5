"""Which words go when a part of the text that they make up goes.

Places in text are counted in characters without spaces, so that it does not matter how the words were joined.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pipeline.records import Word


def count(text: str) -> int:
    """The characters of `text` that are no spaces.

    >>> count("a bc")
    3
    """
    return sum(map(len, text.split()))


def split_after(text: str, signs: int) -> tuple[str, str]:
    """`text` up to the one that ends with so many characters, and the rest.

    >>> split_after("a bc d", 2)
    ('a b', 'c d')
    """
    if signs <= 0:
        return "", text
    seen = 0
    for index, sign in enumerate(text):
        seen += not sign.isspace()
        if seen == signs:
            return text[: index + 1], text[index + 1 :]
    return text, ""


def words_without(words: Sequence[Word], text: str, gaps: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    """The words of `text` when it loses the characters in `gaps`, half-open, in order. None if they do not make it up.

    Times stay: what is left of a word is said while the whole was.
    """
    if not words or sum(count(word.text) for word in words) != count(text):
        return ()
    left: list[Word] = []
    place, index = 0, 0
    for word in words:
        end = place + count(word.text)
        kept, at = [], place
        while index < len(gaps) and gaps[index][0] < end:
            kept.append(_slice(word.text, at - place, gaps[index][0] - place))
            at = min(max(gaps[index][1], at), end)
            if gaps[index][1] > end:
                break  # it goes on in the next word
            index += 1
        kept.append(_slice(word.text, at - place, end - place))
        if rest := " ".join(" ".join(kept).split()):
            left.append(word if rest == word.text else msgspec.structs.replace(word, text=rest))
        place = end
    return tuple(left)


def _slice(text: str, start: int, end: int) -> str:
    return split_after(split_after(text, end)[0], start)[1] if end > start else ""
