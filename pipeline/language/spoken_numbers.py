"""What a run of number words, or of letters, may mean: "sixty-one ninety" is 6190, "e b p f" is eBPF.

Speech does not mark where a number ends, so a run of number words gives every number it can be read as. Speech
recognition writes letters as letters, or as the words that sound like their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

MAX_NUMBER_TOKENS = 5  # of one number: "seven seven oh two"
MAX_DIGITS = 12  # longer ones are hashes and phone numbers
MAX_SPELLED_LETTERS = 8  # of a spelled word
_MIN_GUESSED_DIGITS = 4  # of a number with a word that only sounds like one, unless it is read digit by digit
_MIN_NAMED_LETTERS = 3  # of a spelled word in which letters are written by their names


class TokenKind(Enum):
    """The part a token plays in a number."""

    WORD = auto()  # no part in one
    DIGITS = auto()
    CARDINAL = auto()  # seven, seventy
    ORDINAL = auto()  # seventh
    SCALE = auto()  # hundred, thousand
    MULTIPLIER = auto()  # double
    POINT = auto()
    AND = auto()
    HOMOPHONE = auto()  # to, for: a number if its neighbours are numbers


class Token(NamedTuple):
    """A word, a number or a letter, and its half-open span in the text."""

    text: str
    start: int
    end: int
    kind: TokenKind = TokenKind.WORD
    value: int = 0


@dataclass(frozen=True, slots=True)
class SpokenLetter:
    """A letter that was heard: `certain` unless it is also an everyday word, `by_name` if written as see or queue."""

    text: str
    start: int
    end: int
    certain: bool
    by_name: bool


@dataclass(frozen=True, slots=True)
class _NumberPart:
    """One number of a run: `certain` unless it only sounds like one."""

    digits: str
    start: int
    end: int
    certain: bool = True


def read_numbers(run: Sequence[Token], *, spoken: bool, vigesimal: bool = False) -> Iterator[tuple[str, int, int]]:
    """Digits, start and end of the numbers that a run may mean.

    Written text gives one number; speech gives every way to join its parts. `vigesimal`: four twenties are eighty, and
    sixty and eleven are seventy-one, as in French.
    """
    for parts in _number_groups(run, vigesimal=vigesimal):
        spans = [(i, j) for i in range(len(parts)) for j in range(min(i + MAX_NUMBER_TOKENS, len(parts)), i, -1)]
        if not spoken and len(parts) <= MAX_NUMBER_TOKENS:
            spans = [(0, len(parts))]
            while spans[-1][1] > 2 and parts[spans[-1][1] - 1].digits == "0":
                spans.append((0, spans[-1][1] - 1))  # 4.2.0 is also called 4.2
        for i, j in spans:
            digits = "".join(part.digits for part in parts[i:j])
            if len(digits) <= MAX_DIGITS and _is_plausible(parts[i:j], digits):
                yield digits, parts[i].start, parts[j - 1].end


def read_spellings(run: Sequence[SpokenLetter]) -> Iterator[tuple[str, int, int]]:
    """The words of two to eight letters that a run of letters may spell, with their start and end.

    Names of letters are everyday words (see, you, why), so they count only beside letters, and in longer words.
    """
    for i in range(len(run)):
        for j in range(i + 2, min(len(run), i + MAX_SPELLED_LETTERS) + 1):
            letters = run[i:j]
            long = len(letters) >= _MIN_NAMED_LETTERS or not any(letter.by_name for letter in letters)
            if long and any(letter.certain for letter in letters):
                yield "".join(letter.text for letter in letters), letters[0].start, letters[-1].end


def _is_plausible(parts: Sequence[_NumberPart], digits: str) -> bool:
    """Whether enough of the words are numbers, or the number long enough: "four oh for", not "to 24"."""
    certain = [part for part in parts if part.certain]
    if len(certain) == len(parts):
        return True
    one_by_one = len(digits) >= _MIN_GUESSED_DIGITS - 1 and all(len(part.digits) == 1 for part in certain)
    return bool(certain) and (len(digits) >= _MIN_GUESSED_DIGITS or one_by_one)


def _number_groups(run: Sequence[Token], *, vigesimal: bool) -> Iterator[list[_NumberPart]]:
    """The numbers of a run, in groups that can be joined: an "and" outside a number separates them."""
    parts: list[_NumberPart] = []
    at = 0
    while at < len(run):
        token = run[at]
        if token.kind is TokenKind.AND:
            if parts:
                yield parts
            parts = []
            at += 1
        elif token.kind is TokenKind.POINT:
            at += 1
        elif token.kind is TokenKind.HOMOPHONE:
            parts.append(_NumberPart(str(token.value), token.start, token.end, certain=False))
            at += 1
        elif token.kind is TokenKind.MULTIPLIER:
            following = run[at + 1] if at + 1 < len(run) else None
            if following and following.kind in (TokenKind.CARDINAL, TokenKind.DIGITS) and following.value < 10:
                parts.append(_NumberPart(str(following.value) * token.value, token.start, following.end))
                at += 1
            at += 1
        else:
            digits, until = _cardinal(run, at, vigesimal=vigesimal)
            parts.append(_NumberPart(digits, token.start, run[until - 1].end))
            at = until
    if parts:
        yield parts


def _cardinal(run: Sequence[Token], at: int, *, vigesimal: bool) -> tuple[str, int]:
    """The digits of the longest cardinal that begins at `at`, and where it ends: "two thousand and nineteen"."""
    start = at
    if run[at].kind is TokenKind.DIGITS and not _has_scale(run, at + 1):
        return run[at].text, at + 1
    total = part = 0
    room: float = float("inf")  # the next value is part of this number if it is below
    scale: float = float("inf")  # the same for scale words
    while at < len(run):
        token = run[at]
        if token.kind is TokenKind.AND and room and at + 1 < len(run) and _fits(run[at + 1], room):
            at += 1
            continue
        if token.kind is TokenKind.SCALE and token.value == 100 and part < 100:
            part, room = max(part, 1) * 100, 100
        elif token.kind is TokenKind.SCALE and 100 < token.value < scale:
            total, part, room, scale = total + max(part, 1) * token.value, 0, 1000, token.value
        elif vigesimal and part == 4 and token.value == 20 and run[at - 1].value == 4:
            part, room = 80, 20
        elif _fits(token, room) or at == start:
            part += token.value
            room = _room(token, vigesimal=vigesimal)
        elif (decimals := _decimals(run, at)) and not total:
            digits, until = decimals
            return str(int(f"{part}{digits}") * run[until - 1].value // 10 ** len(digits)), until
        else:
            break
        at += 1
    return str(total + part), at


def _fits(token: Token, room: float) -> bool:
    return token.kind in (TokenKind.CARDINAL, TokenKind.ORDINAL, TokenKind.DIGITS) and 0 < token.value < room


def _room(token: Token, *, vigesimal: bool) -> int:
    """What the next word must be below to be part of the same number: 10 in sixty-one, in French 20 in soixante-dix."""
    if token.kind is not TokenKind.CARDINAL:
        return 0
    if token.value % 100 == 0:
        return 100 if token.value else 0
    if vigesimal and token.value in {10, 60, 80}:
        return 10 if token.value == 10 else 20
    return 10 if token.value % 10 == 0 and token.value >= 20 else 0


def _has_scale(run: Sequence[Token], at: int) -> bool:
    """Whether a scale word follows, perhaps after decimals: the "million" of 20 million and of 1.5 million."""
    return at < len(run) and (run[at].kind is TokenKind.SCALE or _decimals(run, at) is not None)


def _decimals(run: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The digits between a point and a scale word of a thousand or more, and where that ends: "point five million"."""
    digits, until = "", at + 1
    if run[at].kind is not TokenKind.POINT:
        return None
    while until < len(run) and run[until].kind in (TokenKind.CARDINAL, TokenKind.DIGITS) and len(digits) < MAX_DIGITS:
        digits += run[until].text if run[until].kind is TokenKind.DIGITS else str(run[until].value)
        until += 1
    ended = until < len(run) and run[until].kind is TokenKind.SCALE and run[until].value >= 1000
    return (digits, until + 1) if digits and ended else None
