"""What people may mean by a run of number words, or of letters: "sixty-one ninety" is 6190, "e b p f" is eBPF.

Speech does not say where a number ends, so a run of number words stands for every number it can be read as. Letters
are written by recognisers as letters or as the words that sound like their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

MAX_RUN = 5  # pieces of one number: "seven seven oh two"
MAX_DIGITS = 12  # longer ones are hashes and phone numbers
MAX_LETTERS = 8  # of a spelled word
_GUESSED_DIGITS = 4  # of a number with a piece that only sounds like one, unless it is read digit by digit
_NAMED_LETTERS = 3  # of a spelled word with letters by their names


class Kind(Enum):
    """What a piece does in a number."""

    WORD = auto()  # nothing
    DIGITS = auto()
    NUMBER = auto()  # seven, seventy
    ORDINAL = auto()  # seventh
    SCALE = auto()  # hundred, thousand
    TIMES = auto()  # double
    POINT = auto()
    AND = auto()
    ALIKE = auto()  # to, for: a number if its neighbours are


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a number or a letter, and its half-open span in the text."""

    text: str
    start: int
    end: int
    kind: Kind = Kind.WORD
    value: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that was heard. `sure` unless it is also an everyday word; `named` if it was written as see, queue."""

    text: str
    start: int
    end: int
    sure: bool
    named: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """One number of a run. `sure` unless it only sounds like one."""

    digits: str
    start: int
    end: int
    sure: bool = True


def numbers(run: Sequence[Piece], *, spoken: bool, vigesimal: bool = False) -> Iterator[tuple[str, int, int]]:
    """Digits, start and end of the numbers a run may mean.

    What is written gives one; what is spoken gives every way to join its parts. `vigesimal`: four and twenty are
    eighty, sixty and eleven seventy-one, as in French.
    """
    for parts in _groups(run, vigesimal=vigesimal):
        spans = [(i, j) for i in range(len(parts)) for j in range(len(parts), i, -1) if j - i <= MAX_RUN]
        if not spoken and len(parts) <= MAX_RUN:
            spans = [(0, len(parts))]
            while spans[-1][1] > 2 and parts[spans[-1][1] - 1].digits == "0":
                spans.append((0, spans[-1][1] - 1))  # 4.2.0 is also called 4.2
        for i, j in spans:
            digits = "".join(part.digits for part in parts[i:j])
            if len(digits) <= MAX_DIGITS and _plausible(parts[i:j], digits):
                yield digits, parts[i].start, parts[j - 1].end


def spellings(run: Sequence[Letter]) -> Iterator[tuple[str, int, int]]:
    """The words of two to eight letters a run of letters may spell, with their start and end.

    Names of letters are everyday words (see, you, why), so they count only beside letters, and in longer words.
    """
    for i in range(len(run)):
        for j in range(i + 2, min(len(run), i + MAX_LETTERS) + 1):
            letters = run[i:j]
            long = len(letters) >= _NAMED_LETTERS or not any(letter.named for letter in letters)
            if long and any(letter.sure for letter in letters):
                yield "".join(letter.text for letter in letters), letters[0].start, letters[-1].end


def _plausible(parts: Sequence[_Part], digits: str) -> bool:
    """Whether a number is long enough for its words that are mostly no numbers: "four oh for", not "to 24"."""
    sure = [part for part in parts if part.sure]
    if len(sure) == len(parts):
        return True
    one_by_one = len(digits) >= _GUESSED_DIGITS - 1 and all(len(part.digits) == 1 for part in sure)
    return bool(sure) and (len(digits) >= _GUESSED_DIGITS or one_by_one)


def _groups(run: Sequence[Piece], *, vigesimal: bool) -> Iterator[list[_Part]]:
    """The numbers of a run, in groups that can be joined: an "and" outside a number keeps its sides apart."""
    parts: list[_Part] = []
    at = 0
    while at < len(run):
        piece = run[at]
        if piece.kind is Kind.AND:
            if parts:
                yield parts
            parts = []
            at += 1
        elif piece.kind is Kind.POINT:
            at += 1
        elif piece.kind is Kind.ALIKE:
            parts.append(_Part(str(piece.value), piece.start, piece.end, sure=False))
            at += 1
        elif piece.kind is Kind.TIMES:
            following = run[at + 1] if at + 1 < len(run) else None
            if following and following.kind in {Kind.NUMBER, Kind.DIGITS} and following.value < 10:
                parts.append(_Part(str(following.value) * piece.value, piece.start, following.end))
                at += 1
            at += 1
        else:
            digits, until = _cardinal(run, at, vigesimal=vigesimal)
            parts.append(_Part(digits, piece.start, run[until - 1].end))
            at = until
    if parts:
        yield parts


def _cardinal(run: Sequence[Piece], at: int, *, vigesimal: bool) -> tuple[str, int]:
    """The digits of the longest cardinal that begins at `at`, and where it ends: "two thousand and nineteen"."""
    start = at
    if run[at].kind is Kind.DIGITS and not _scaled(run, at + 1):
        return run[at].text, at + 1
    total = part = 0
    room: float = float("inf")  # what comes next is part of this number if it is below
    scale: float = float("inf")  # the same for scale words
    while at < len(run):
        piece = run[at]
        if piece.kind is Kind.AND and room and at + 1 < len(run) and _fits(run[at + 1], room):
            at += 1
            continue
        if piece.kind is Kind.SCALE and piece.value == 100 and part < 100:
            part, room = max(part, 1) * 100, 100
        elif piece.kind is Kind.SCALE and 100 < piece.value < scale:
            total, part, room, scale = total + max(part, 1) * piece.value, 0, 1000, piece.value
        elif vigesimal and part == 4 and piece.value == 20 and run[at - 1].value == 4:
            part, room = 80, 20
        elif _fits(piece, room) or at == start:
            part += piece.value
            room = _room(piece, vigesimal=vigesimal)
        elif (decimals := _decimals(run, at)) and not total:
            digits, until = decimals
            return str(int(f"{part}{digits}") * run[until - 1].value // 10 ** len(digits)), until
        else:
            break
        at += 1
    return str(total + part), at


def _fits(piece: Piece, room: float) -> bool:
    return piece.kind in {Kind.NUMBER, Kind.ORDINAL, Kind.DIGITS} and 0 < piece.value < room


def _room(piece: Piece, *, vigesimal: bool) -> int:
    """What may follow a number word within its number: a unit after a ten; in French also soixante-dix, dix-sept."""
    if piece.kind is not Kind.NUMBER:
        return 0
    if piece.value % 100 == 0:
        return 100 if piece.value else 0
    if vigesimal and piece.value in {10, 60, 80}:
        return 10 if piece.value == 10 else 20
    return 10 if piece.value % 10 == 0 and piece.value >= 20 else 0


def _scaled(run: Sequence[Piece], at: int) -> bool:
    """Whether a scale word follows, perhaps after decimals: the "million" of 20 million, of 1.5 million."""
    return at < len(run) and (run[at].kind is Kind.SCALE or _decimals(run, at) is not None)


def _decimals(run: Sequence[Piece], at: int) -> tuple[str, int] | None:
    """The digits between a point and a scale word of a thousand or more, and the end of that: "point five million"."""
    digits, until = "", at + 1
    if run[at].kind is not Kind.POINT:
        return None
    while until < len(run) and run[until].kind in {Kind.NUMBER, Kind.DIGITS} and len(digits) < MAX_DIGITS:
        digits += run[until].text if run[until].kind is Kind.DIGITS else str(run[until].value)
        until += 1
    ended = until < len(run) and run[until].kind is Kind.SCALE and run[until].value >= 1000
    return (digits, until + 1) if digits and ended else None
