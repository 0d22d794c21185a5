"""Text in scripts that put no spaces between words: Chinese, Japanese, Thai, Lao, Burmese and Khmer.

Where a word ends is not written, so such text is taken by its *characters* as a reader counts them: a letter with the
signs above, below and after it, much as the grapheme clusters of Unicode's Standard Annex 29. A line may be cut
anywhere, so spaces between two of them mean nothing. Korean and Vietnamese have spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

CHARS_PER_WORD = 2
"""A word has 1.6 characters in Chinese, 2 in Japanese, and 2.5 in Thai."""

FULL_STOPS = "。！？｡"

_compiled = cache(re.compile)  # where there is none of such text, as mostly, none of the patterns is needed

_HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31ff\uff66-\uff9d"
_THAI_AND_LAO = r"\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
_BURMESE_AND_KHMER = r"\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17d7\u17dc"
_LETTERS = _HAN + _KANA + _THAI_AND_LAO + _BURMESE_AND_KHMER
_OWN_SIGNS = (
    r"\u3099\u309a\uff9e\uff9f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    r"\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u17dd"
)
_SIGNS = _OWN_SIGNS + r"\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200d"  # other scripts have variants and joiners, too
_MARKS = r"\u3001-\u3003\u3008-\u3020\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
LETTER_CLASS = _LETTERS + _OWN_SIGNS
"""Letters and signs, for between the brackets of a pattern."""

SIGN_CLASS = LETTER_CLASS + _MARKS
"""The same with punctuation marks."""

_LETTER = rf"[{_LETTERS}]"
_CHARACTER = rf"[{_LETTERS}][{_SIGNS}]*"
_RUN = rf"[{_LETTERS}][{_SIGNS}]*(?:\s*[{_LETTERS}][{_SIGNS}]*)*"
_PIECE = (
    rf"(?:[{_LETTERS}][{_SIGNS}]*){{1,{CHARS_PER_WORD}}}(?:(?:(?![\s{_LETTERS}])\W)*(?=[\s{_LETTERS}]|\Z))?\s*"
    rf"|(?:(?![{_LETTERS}])\S)+\s*"
)
_NO_SPACE_BESIDE = rf"[{SIGN_CLASS}]"
_ALPHABETIC = rf"[{_THAI_AND_LAO}{_BURMESE_AND_KHMER}]"


def is_in(text: str) -> bool:
    """Whether anything in `text` is in such a script."""
    return not text.isascii() and _compiled(_LETTER).search(text) is not None


def is_sign(char: str) -> bool:
    """Whether a character is a letter, sign or punctuation mark of such a script."""
    return _compiled(_NO_SPACE_BESIDE).match(char) is not None


def is_alphabetic(text: str) -> bool:
    """Whether `text` begins in an alphabet: what Chinese writes with one character takes several there."""
    return _compiled(_ALPHABETIC).match(text) is not None


def find_runs(text: str) -> Iterator[re.Match[str]]:
    """The stretches of `text` in such scripts, over the spaces within them."""
    return _compiled(_RUN).finditer(text)


def find_characters(text: str) -> Iterator[re.Match[str]]:
    """The characters of `text` in such scripts."""
    return _compiled(_CHARACTER).finditer(text)


def split_words(text: str) -> list[str]:
    """`text` at its spaces; of text in such a script about as many pieces as it has words, with the spaces behind them.

    >>> split_words("we meet today"), split_words("今天用 Redis开会。")
    (['we', 'meet', 'today'], ['今天', '用 ', 'Redis', '开会。'])
    """
    return _compiled(_PIECE).findall(text) if is_in(text) else text.split()


def count_words(text: str) -> int:
    """How many words `split_words` finds."""
    return len(split_words(text))


def join_words(words: Iterable[str]) -> str:
    """The words as a text, with a space between those that are written with one.

    >>> join_words(["we", "meet"]), join_words(["今", "天用 ", "Redis"])
    ('we meet', '今天用 Redis')
    """
    given = [word for word in words if word]
    joined = " ".join(given)
    if joined.isascii() or not _compiled(_NO_SPACE_BESIDE).search(joined):
        return joined
    parts = given[:1]
    for left, right in pairwise(given):
        parts += (right,) if is_joined(left, right) else (" ", right)
    return "".join(parts)


def is_joined(left: str, right: str) -> bool:
    """Whether nothing is put between two words, as neither is empty: no space, or no further one."""
    return left[-1].isspace() or bool(
        _compiled(_NO_SPACE_BESIDE).match(left, len(left) - 1) or _compiled(_NO_SPACE_BESIDE).match(right)
    )


def blank(text: str) -> str:
    """`text` with everything in such scripts replaced by spaces, so that spans stay the same."""
    return _compiled(_RUN).sub(lambda run: " " * len(run[0]), text) if is_in(text) else text
