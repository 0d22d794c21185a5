"""How words sound, roughly: letters → phones, and how far two rows of phones are apart.

Rules for English spelling, coarse enough for what a recogniser writes when it does not know a word. The distance is
Levenshtein's with costs by class of sound, so that "Oscar a" is near "O S query": voicing, vowels and glides cost
little. The same rules read the notes and the transcript, so what they get wrong they mostly get wrong twice.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from pipeline.language.word_lists import fold

Array = NDArray[np.float64]

PHONES = "pbtdkgfvTszSCJmnNlrwyhaeiou"
"""T as in thin, S ship, C chip, J gin, N sing; the others as they are written."""

_GRAPHEMES = (
    ("[ts]ion|cian", "San"),
    ("tch", "C"),
    ("sch", "sk"),
    ("ch", "C"),
    ("sh", "S"),
    ("ph", "f"),
    ("th", "T"),
    ("igh", "ai"),
    ("(?<=.)gh", ""),
    ("ck|cq|cc(?![eiy])", "k"),
    ("qu", "kw"),
    ("q|c(?![eiy])", "k"),
    ("cc|(?<=.)x", "ks"),
    ("c", "s"),
    ("x", "s"),
    ("dge|ge$|j", "J"),
    ("^wr|^rh", "r"),
    ("^kn|^gn", "n"),
    ("wh", "w"),
    ("mb$", "m"),
    ("ng(?![aeiouy])", "N"),
    ("(?<=[^aeiouyl])le$", "al"),
    ("(?<=[^aeiouy].)e$|(?<=[aeiouy][^aeiouy])e(?=s$)", ""),
    ("ee|ea|ie|ei|(?<=.)ey", "i"),
    ("oo|ou|ue|ew", "u"),
    ("ai|ay", "e"),
    ("au|aw|oa|ow", "o"),
    ("y(?=[aeiou])", "y"),
    ("y", "i"),
    ("[a-z]", None),
)
_SPELLED = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        (
            *("e", "bi", "si", "di", "i", "ef", "Ji", "eC", "ai", "Je", "ke", "el", "em"),
            *("en", "o", "pi", "kyu", "ar", "es", "ti", "yu", "vi", "dabalyu", "eks", "wai", "zi"),
        ),
        strict=True,
    )
)
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_PART = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_VOWEL = re.compile(r"[aeiouy]")
_BEFORE, _BEHIND, _WORD = 4, 3, 4  # letters that may be spelled before and behind an everyday word, and of the word
_MOST = 6  # ways to say a word that are compared

# What a phone costs to lose or to add, and to be taken for another: 1 is a clear consonant.
_LOSS = {**dict.fromkeys("aeiou", 0.35), **dict.fromkeys("wyh", 0.3), "r": 0.6, "n": 0.7, "t": 0.7, "d": 0.7, "l": 0.8}
# fmt: off
_SWAPS = {
    **dict.fromkeys(("pb", "td", "kg", "fv", "sz", "SC", "CJ", "SJ"), 0.25),
    "mn": 0.3, "nN": 0.15, "mN": 0.4, "sS": 0.4, "zS": 0.4, "zJ": 0.4, "sC": 0.5, "Ts": 0.4, "Tf": 0.4, "Tt": 0.4,
    "Td": 0.4, "Ck": 0.6, "Ct": 0.5, "Jg": 0.5, "Jd": 0.5, "lr": 0.5, "lw": 0.6, "vw": 0.4, "bv": 0.5, "pf": 0.6,
    "tk": 0.7, "pk": 0.7, "pt": 0.7, "dg": 0.7, "bd": 0.7, "bg": 0.7, "yi": 0.1, "wu": 0.1, "wo": 0.2, "nl": 0.7,
}
# fmt: on
_VOWEL_SWAP = 0.25


@cache
def _rules() -> tuple[re.Pattern[str], tuple[str | None, ...]]:
    return re.compile("|".join(f"({form})" for form, _ in _GRAPHEMES)), tuple(said for _, said in _GRAPHEMES)


def read(word: str) -> str:
    """The phones of a folded word read as English: "keccak" → "kekak". Letters that are not Latin have none."""
    pattern, said = _rules()
    phones = []
    for match in pattern.finditer(word):
        sound = said[(match.lastindex or 1) - 1]
        phones.append(match[0] if sound is None else sound)
    return re.sub(r"(.)\1+", r"\1", "".join(phones))


def spelled(word: str) -> str:
    """The phones of a folded word said letter by letter: "tls" → "tieles"."""
    return "".join(_SPELLED.get(letter, "") for letter in word)


def number(digits: str) -> str:
    """The phones of a number, two digits at a time: "64" → those of sixty four."""
    pairs = [digits[max(0, at - 2) : at] for at in range(len(digits), 0, -2)][::-1]
    return "".join(read(word) for pair in pairs for word in _pair(pair))


def _pair(digits: str) -> Iterator[str]:
    value = int(digits)
    if 10 <= value < 20:
        yield _TEENS[value - 10]
    elif value >= 20:
        yield _TENS[value // 10 - 2]
        if value % 10:
            yield _DIGITS[value % 10]
    else:
        yield from (_DIGITS[int(digit)] for digit in digits)


def parts(term: str) -> list[str]:
    """What an identifier is put together of: "tlsConfig_v2" → tls, Config, v, 2."""
    return [
        part[left:right]
        for part in _PART.findall(term)
        for left, right in pairwise([0, *(cut.start() for cut in _CAMEL.finditer(part)), len(part)])
    ]


def heard(word: str) -> tuple[str, ...]:
    """The ways to read a word of the transcript in phones. Single letters are spelled, but for "a" and "I"; capitals
    are read too, wholly or after the first: a recogniser writes "CPAC" for what it does not know.
    """
    spelling = "".join(_as_heard(part) for part in parts(word))
    letters = "".join(parts(word))
    if len(letters) < 3 or not letters.isupper() or not _VOWEL.search(fold(letters)):
        return (spelling,)
    folded = fold(letters)
    return tuple(dict.fromkeys((spelling, read(folded), spelled(folded[0]) + read(folded[1:]))))


def _as_heard(part: str) -> str:
    if part.isdecimal():
        return number(part)
    folded = fold(part)
    letters = len(part) == 1 or (part.isupper() and len(part) <= 5)
    return spelled(folded) if letters and part not in ("a", "I") else read(folded)


def said(term: str, everyday: Container[str]) -> tuple[str, ...]:
    """The ways in which people may say a `term` of the notes: at most a handful of rows of phones.

    Acronyms, and what stands before or behind an `everyday` word, are read or spelled: osquery is "O S query" too.
    """
    ways = [_ways(part, everyday) for part in parts(term)[:6]]
    return tuple(dict.fromkeys("".join(way) for way in product(*ways)))[:_MOST]


def _ways(part: str, everyday: Container[str]) -> list[str]:
    if part.isdecimal():
        return [number(part)]
    folded = fold(part)
    if folded in everyday and not part.isupper():
        return [read(folded)]
    if len(part) == 1 or not _VOWEL.search(folded):
        return [spelled(folded)]
    if part.isupper() and len(part) <= 5:
        return [spelled(folded), read(folded)]
    ways = [read(folded)]
    for first in range(min(_BEFORE, len(folded)) + 1):
        for last in range(max(len(folded) - _BEHIND, first + _WORD), len(folded) + 1):
            word = folded[first:last]
            if word != folded and (word in everyday or word.removesuffix("s") in everyday):
                ways.append(spelled(folded[:first]) + read(word) + spelled(folded[last:]))
    if len(part) <= 4:
        ways.append(spelled(folded))
    return ways


def skeleton(phones: str) -> str:
    """`phones` by class, for a first rough comparison: all vowels are one, voicing and glides are gone."""
    classes = phones.translate(_CLASSES)
    while "aa" in classes:
        classes = classes.replace("aa", "a")
    return classes


_CLASSES = str.maketrans("bdgvTzCJNmeiou", "ptkffsSSnnaaaa", "wyh")


@cache
def _costs() -> tuple[Array, Array]:
    """Of swapping any two phones, and of losing one. The last row and column stand for nothing."""
    size = len(PHONES)
    loss = np.array([_LOSS.get(phone, 1.0) for phone in PHONES] + [0.0])
    swap = np.minimum(loss[:, None] + loss[None, :], 1.0)
    vowel = np.array([phone in "aeiou" for phone in PHONES] + [False])
    swap[vowel[:, None] != vowel[None, :]] = 1.2
    swap[np.ix_(vowel, vowel)] = _VOWEL_SWAP
    for (one, other), cost in ((tuple(pair), cost) for pair, cost in _SWAPS.items()):
        a, b = PHONES.index(one), PHONES.index(other)
        swap[a, b] = swap[b, a] = cost
    np.fill_diagonal(swap, 0.0)
    swap[size, :] = swap[:, size] = 0.0
    return swap, loss


def weight(phones: Sequence[str]) -> Array:
    """How much there is to hear in each row of phones: about its number of consonants."""
    total: Array = _costs()[1][_coded(phones)[0]].sum(axis=1)
    return total


def distance(first: Sequence[str], second: Sequence[str]) -> Array:
    """What it costs to turn each row of phones in `first` into its partner in `second`, all pairs at once."""
    swap, loss = _costs()
    a, a_length = _coded(first)
    b, b_length = _coded(second)
    count, columns = len(a), b.shape[1] + 1
    row = np.concatenate([np.zeros((count, 1)), np.cumsum(loss[b], axis=1)], axis=1)
    found = row[np.arange(count), b_length].copy()
    for i in range(a.shape[1]):
        lost = loss[a[:, i]]
        following = np.empty_like(row)
        following[:, 0] = row[:, 0] + lost
        for j in range(1, columns):
            following[:, j] = np.minimum(
                np.minimum(row[:, j] + lost, following[:, j - 1] + loss[b[:, j - 1]]),
                row[:, j - 1] + swap[a[:, i], b[:, j - 1]],
            )
        row = following
        found = np.where(a_length == i + 1, row[np.arange(count), b_length], found)
    return found


def _coded(rows: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    codes = np.full((len(rows), int(lengths.max(initial=0))), len(PHONES), dtype=np.int64)
    index = {phone: code for code, phone in enumerate(PHONES)}
    for at, row in enumerate(rows):
        codes[at, : len(row)] = [index[phone] for phone in row]
    return codes, lengths
