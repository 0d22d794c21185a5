"""How people say a number that others write: 6190 is "sixty one ninety", and recognisers also write "61 90"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline.language.names import DEFAULT, NAMES

_MIN_DIGITS, _MAX_DIGITS = 3, 6  # of numbers that are said in several ways


def spoken_forms(digits: str, language: str) -> Iterator[str]:
    """The ways to say a number, as far as the language's number words are known.

    >>> list(spoken_forms("6190", "english"))[:3]
    ['61 90', 'sixty one ninety', 'six one nine zero']
    """
    if not _MIN_DIGITS <= len(digits) <= _MAX_DIGITS or digits.startswith("0"):
        return
    pairs = [digits[max(end - 2, 0) : end] for end in range(len(digits), 0, -2)][::-1]
    yield " ".join(pairs)
    words = _words(language)
    if not words:
        return
    yield " ".join(_pair(pair, words) for pair in pairs)
    yield " ".join(words.get(int(digit), digit) for digit in digits)
    yield _whole(int(digits), words, "")
    if language == DEFAULT:
        yield _whole(int(digits), words, "and ")


def in_words(digits: str, language: str) -> str:
    """A number below a hundred as it is said; "" where the language's number words are not known.

    >>> in_words("12", "english"), in_words("42", "english"), in_words("7", "klingon")
    ('twelve', 'forty two', '')
    """
    words = _words(language)
    return _below_hundred(int(digits), words) if words else ""


def _pair(pair: str, words: dict[int, str]) -> str:
    if len(pair) == 2 and pair[0] == "0":
        return f"{words.get(0, '0')} {words.get(int(pair), pair)}"
    return _below_hundred(int(pair), words)


def _below_hundred(value: int, words: dict[int, str]) -> str:
    if value in words:
        return words[value]
    return f"{words.get(value - value % 10, '')} {words.get(value % 10, '')}".strip()


def _whole(value: int, words: dict[int, str], link: str) -> str:
    thousands, rest = divmod(value, 1000)
    hundreds, below = divmod(rest, 100)
    parts = []
    if thousands:
        parts.append(f"{_whole(thousands, words, link)} {words.get(1000, '')}")
    if hundreds:
        parts.append(f"{_below_hundred(hundreds, words)} {words.get(100, '')}")
    if below:
        parts.append(f"{link if parts else ''}{_below_hundred(below, words)}")
    return " ".join(part.strip() for part in parts)


@cache
def _words(language: str) -> dict[int, str]:
    """A word for each number that has one."""
    from pipeline.language.spoken_numbers import TokenKind  # takes longer than a search, and few have a number
    from pipeline.language.word_lists import load_languages

    codes = {code for code, name in NAMES.items() if name == language}
    found: dict[int, str] = {}
    for known in load_languages():
        if known.code in codes:
            for word, (kind, value) in known.number_words.items():
                if kind in (TokenKind.CARDINAL, TokenKind.SCALE):
                    found.setdefault(value, word)
    return found
