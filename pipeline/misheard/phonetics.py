"""How words sound, roughly: letters → phones, and the distance between two sequences of phones.

Rules for English spelling, coarse enough for what a recogniser writes when it does not know a word. The distance is
Levenshtein's with costs by class of sound, so that "Oscar a" is near "O S query": voicing, vowels and glides cost
little. The same rules read the notes and the transcript, so their mistakes mostly cancel out.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache
from itertools import product

import numpy as np

from pipeline.arrays import FloatArray, IntArray
from pipeline.language.words import fold, spoken_parts

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
_LETTER_NAMES = dict(
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

_VOWEL = re.compile(r"[aeiouy]")
_MAX_SPELLED_BEFORE, _MAX_SPELLED_AFTER = 4, 3  # letters around an everyday word within a term
_MIN_EVERYDAY_LETTERS = 4  # of that word
_MAX_ACRONYM_LETTERS = 5  # in capitals, that are spelled
_MAX_SPELLED_LETTERS = 4  # of a lower-case word that may be spelled, too
_MIN_READ_CAPITALS = 3  # letters of a heard word in capitals, that may be read as a word
_MAX_PARTS = 6  # of an identifier that are pronounced
_MAX_PRONUNCIATIONS = 6

# What it costs to lose or to add a phone, and to take it for another: 1 is a clear consonant.
_LOSS_COSTS = {
    **dict.fromkeys("aeiou", 0.35),
    **dict.fromkeys("wyh", 0.3),
    "r": 0.6,
    "n": 0.7,
    "t": 0.7,
    "d": 0.7,
    "l": 0.8,
}
# fmt: off
_SWAP_COSTS = {
    **dict.fromkeys(("pb", "td", "kg", "fv", "sz", "SC", "CJ", "SJ"), 0.25),
    "mn": 0.3, "nN": 0.15, "mN": 0.4, "sS": 0.4, "zS": 0.4, "zJ": 0.4, "sC": 0.5, "Ts": 0.4, "Tf": 0.4, "Tt": 0.4,
    "Td": 0.4, "Ck": 0.6, "Ct": 0.5, "Jg": 0.5, "Jd": 0.5, "lr": 0.5, "lw": 0.6, "vw": 0.4, "bv": 0.5, "pf": 0.6,
    "tk": 0.7, "pk": 0.7, "pt": 0.7, "dg": 0.7, "bd": 0.7, "bg": 0.7, "yi": 0.1, "wu": 0.1, "wo": 0.2, "nl": 0.7,
}
# fmt: on
_VOWEL_SWAP_COST = 0.25
_CONSONANT_FOR_VOWEL_COST = 1.2


@cache
def _rules() -> tuple[re.Pattern[str], tuple[str | None, ...]]:
    return re.compile("|".join(f"({form})" for form, _ in _GRAPHEMES)), tuple(phones for _, phones in _GRAPHEMES)


def read(word: str) -> str:
    """The phones of a folded word read as English: "keccak" → "kekak". Letters that are not Latin have none."""
    pattern, phones_of = _rules()
    phones = []
    for match in pattern.finditer(word):
        found = phones_of[(match.lastindex or 1) - 1]
        phones.append(match[0] if found is None else found)
    return re.sub(r"(.)\1+", r"\1", "".join(phones))


def spell(word: str) -> str:
    """The phones of a folded word said letter by letter: "tls" → "tieles"."""
    return "".join(_LETTER_NAMES.get(letter, "") for letter in word)


def read_number(digits: str) -> str:
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


def readings(word: str) -> tuple[str, ...]:
    """The ways to read a word of the transcript, in phones.

    Single letters are spelled, but for "a" and "I". Capitals are also read, all of them or those after the first: a
    recogniser writes "CPAC" for a word that it does not know.
    """
    parts = spoken_parts(word)
    spelling, letters = "".join(map(_read_part, parts)), "".join(parts)
    if len(letters) < _MIN_READ_CAPITALS or not letters.isupper() or not _VOWEL.search(fold(letters)):
        return (spelling,)
    folded = fold(letters)
    return tuple(dict.fromkeys((spelling, read(folded), spell(folded[0]) + read(folded[1:]))))


def _read_part(part: str) -> str:
    if part.isdecimal():
        return read_number(part)
    folded = fold(part)
    letters = len(part) == 1 or (part.isupper() and len(part) <= _MAX_ACRONYM_LETTERS)
    return spell(folded) if letters and part not in ("a", "I") else read(folded)


def pronunciations(term: str, everyday: Container[str]) -> tuple[str, ...]:
    """The ways in which people may say a `term` of the notes, in phones: at most a handful.

    Acronyms, and letters before or after an `everyday` word, are read or spelled: osquery is also "O S query".
    """
    ways = [_part_pronunciations(part, everyday) for part in spoken_parts(term)[:_MAX_PARTS]]
    return tuple(dict.fromkeys("".join(way) for way in product(*ways)))[:_MAX_PRONUNCIATIONS]


def _part_pronunciations(part: str, everyday: Container[str]) -> list[str]:
    if part.isdecimal():
        return [read_number(part)]
    folded = fold(part)
    if folded in everyday and not part.isupper():
        return [read(folded)]
    if len(part) == 1 or not _VOWEL.search(folded):
        return [spell(folded)]
    if part.isupper() and len(part) <= _MAX_ACRONYM_LETTERS:
        return [spell(folded), read(folded)]
    ways = [read(folded)]
    for first in range(min(_MAX_SPELLED_BEFORE, len(folded)) + 1):
        for last in range(max(len(folded) - _MAX_SPELLED_AFTER, first + _MIN_EVERYDAY_LETTERS), len(folded) + 1):
            word = folded[first:last]
            if word != folded and (word in everyday or word.removesuffix("s") in everyday):
                ways.append(spell(folded[:first]) + read(word) + spell(folded[last:]))
    if len(part) <= _MAX_SPELLED_LETTERS:
        ways.append(spell(folded))
    return ways


def skeleton(phones: str) -> str:
    """`phones` by class, for a first rough comparison: vowels are one class, voicing and glides are dropped."""
    classes = phones.translate(_CLASSES)
    while "aa" in classes:
        classes = classes.replace("aa", "a")
    return classes


_CLASSES = str.maketrans("bdgvTzCJNmeiou", "ptkffsSSnnaaaa", "wyh")


@cache
def _costs() -> tuple[FloatArray, FloatArray]:
    """Of swapping any two phones, and of losing one. The last row and column are padding."""
    size = len(PHONES)
    loss = np.array([_LOSS_COSTS.get(phone, 1.0) for phone in PHONES] + [0.0])
    swap = np.minimum(loss[:, None] + loss[None, :], 1.0)
    vowel = np.array([phone in "aeiou" for phone in PHONES] + [False])
    swap[vowel[:, None] != vowel[None, :]] = _CONSONANT_FOR_VOWEL_COST
    swap[np.ix_(vowel, vowel)] = _VOWEL_SWAP_COST
    for (one, other), cost in ((tuple(pair), cost) for pair, cost in _SWAP_COSTS.items()):
        a, b = PHONES.index(one), PHONES.index(other)
        swap[a, b] = swap[b, a] = cost
    np.fill_diagonal(swap, 0.0)
    swap[size, :] = swap[:, size] = 0.0
    return swap, loss


def weight(phones: Sequence[str]) -> FloatArray:
    """How much there is to hear in each sequence of phones: about its number of consonants."""
    total: FloatArray = _costs()[1][_coded(phones)[0]].sum(axis=1)
    return total


def distance(first: Sequence[str], second: Sequence[str]) -> FloatArray:
    """What it costs to turn each sequence of phones in `first` into its partner in `second`, all pairs at once."""
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


def _coded(rows: Sequence[str]) -> tuple[IntArray, IntArray]:
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    codes = np.full((len(rows), int(lengths.max(initial=0))), len(PHONES), dtype=np.int64)
    index = {phone: code for code, phone in enumerate(PHONES)}
    for at, row in enumerate(rows):
        codes[at, : len(row)] = [index[phone] for phone in row]
    return codes, lengths
