"""Text → terms that can be compared, each with its span in the source.

Notes write `PR #6190`, `UTF8<->UTF16`, `dns_events`; people say "sixty-one ninety", "UTF sixteen", "DNS events". Both
become the same terms here: stems, the parts and the joined form of identifiers, and numbers as digits.
Stems are Snowball's (M. F. Porter, "Snowball: a language for stemming algorithms", 2001).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from pipeline.align.languages import Language, fold

_URL = re.compile(r"\b(?:https?://|www\.)\S+")
_CHUNK = re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\w,])|[^\W_]+(?:[-_.'’][^\W_]+)*")
_PART = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MAX_RUN = 5  # spoken pieces of one number: "seven seven oh two"
_MAX_DIGITS = 12  # longer ones are hashes and phone numbers
_ELISION = 2  # letters beside an apostrophe that are no word: l', d', qu', 's, 't, 'll


@dataclass(frozen=True, slots=True)
class Term:
    """One comparable form. `start` and `end` are its half-open span in the text it came from."""

    key: str  # a stem, a joined identifier, `#` and digits, or two stems with a space
    start: int
    end: int
    word: str = ""  # the folded word when the term is one whole word


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or a number inside a chunk."""

    text: str
    start: int
    end: int
    number: int | None = None
    scale: bool = False


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Terms of texts in one language. Keeps the stems it has met, so that a meeting's words are stemmed once."""

    language: Language
    _stems: dict[str, str] = field(default_factory=dict)
    _pieces: dict[str, tuple[_Piece, ...]] = field(default_factory=dict)

    def stem(self, word: str) -> str:
        """The Snowball stem of a folded word; the word itself in a language without a stemmer."""
        if (known := self._stems.get(word)) is None:
            stemmer = self.language.stemmer
            known = snowballstemmer.stemmer(stemmer).stemWord(word) if stemmer and not word.isdigit() else word
            self._stems[word] = known
        return known

    def rarity(self, keys: Iterable[str]) -> NDArray[np.float32]:
        """0..1 for each term: how rare it is in the language at large, a pair as the mean of its words.

        A short transcript cannot tell that "reason" is an everyday word. 1 where the language has no list.
        """
        rare = self.language.rarity
        return np.array([fmean(rare.get(part, 1.0) for part in key.split()) for key in keys], dtype=np.float32)

    def terms(self, text: str, *, spoken: bool = False) -> list[Term]:
        """Terms of `text` in reading order.

        Numbers: what is written gives one term; what is spoken gives every way to join its pieces, because
        "sixty-one ninety" may be 6190 or 61 and 90.
        """
        found: list[Term] = []
        run: list[_Piece] = []
        content: list[Term] = []  # the last words that carry meaning, for the pairs
        for chunk in _CHUNK.finditer(_blank_urls(text)):
            pieces = self._split(chunk[0], chunk.start())
            for piece in pieces:
                if piece.number is not None:
                    run.append(piece)
                    continue
                if run and piece.text in self.language.links:
                    continue
                found += _numbers(run, spoken=spoken)
                run = []
                if piece.text in self.language.stop or (len(piece.text) == 1 and len(pieces) == 1):
                    continue
                term = Term(self.stem(piece.text), piece.start, piece.end, piece.text)
                found.append(term)
                content.append(term)
            if len(pieces) > 1 and any(piece.number is None for piece in pieces):
                joined = "".join(piece.text for piece in pieces)
                found.append(Term(joined, chunk.start(), chunk.end(), joined))
            if run and not spoken and run[-1].text.isdecimal():  # digits are complete where they are written
                found += _numbers(run, spoken=spoken)
                run = []
        found += _numbers(run, spoken=spoken)
        found += [Term(f"{a.key} {b.key}", a.start, b.end) for a, b in pairwise(content) if a.key != b.key]
        return found

    def _split(self, chunk: str, at: int) -> list[_Piece]:
        known = self._pieces.get(chunk)
        if known is None:
            known = self._pieces[chunk] = tuple(self._cut(chunk))
        return [_Piece(p.text, p.start + at, p.end + at, p.number, p.scale) for p in known]

    def _cut(self, chunk: str) -> Iterator[_Piece]:
        if chunk[0].isdigit() and re.fullmatch(r"[\d,\u00a0\u202f]+", chunk):
            digits = re.sub(r"\D", "", chunk)
            yield (
                _Piece(digits, 0, len(chunk), int(digits))
                if len(digits) <= _MAX_DIGITS
                else _Piece(digits, 0, len(chunk))
            )
            return
        apostrophe = "'" in chunk or "’" in chunk
        for part in _PART.finditer(chunk):
            if apostrophe and len(part[0]) <= _ELISION:
                continue
            cuts = [0, *(m.start() for m in _CAMEL.finditer(part[0])), len(part[0])]
            for left, right in pairwise(cuts):
                yield self._piece(fold(part[0][left:right]), part.start() + left, part.start() + right)

    def _piece(self, word: str, start: int, end: int) -> _Piece:
        if word.isdecimal() and len(word) <= _MAX_DIGITS:
            return _Piece(word, start, end, int(word))
        if word in self.language.numbers:
            return _Piece(word, start, end, self.language.numbers[word])
        if word in self.language.scales:
            return _Piece(word, start, end, self.language.scales[word], scale=True)
        return _Piece(word, start, end)


def _blank_urls(text: str) -> str:
    """`text` with its addresses blanked, so that spans stay what they were."""
    return _URL.sub(lambda url: " " * len(url[0]), text) if "://" in text or "www." in text else text


def _numbers(run: list[_Piece], *, spoken: bool) -> list[Term]:
    """The numbers a run of digits and number words may mean, longest first."""
    if not run:
        return []
    if any(piece.scale for piece in run):
        return [Term(f"#{_value(run)}", run[0].start, run[-1].end)]
    chunks = _tens(run)
    spans = [(i, j) for i in range(len(chunks)) for j in range(len(chunks), i, -1) if j - i <= _MAX_RUN]
    if not spoken and len(chunks) <= _MAX_RUN:
        spans = [(0, len(chunks))]
        while len(chunks) > 2 and chunks[spans[-1][1] - 1][0] == "0" and spans[-1][1] > 2:
            spans.append((0, spans[-1][1] - 1))  # 4.2.0 is also called 4.2
    terms = []
    for i, j in spans:
        digits = "".join(chunk[0] for chunk in chunks[i:j])
        if len(digits) <= _MAX_DIGITS:
            terms.append(Term(f"#{digits}", chunks[i][1], chunks[j - 1][2]))
    return terms


def _tens(run: list[_Piece]) -> list[tuple[str, int, int]]:
    """(digits, start, end) of the pieces, "sixty" "one" as 61 and French "quatre" "vingt" "dix" as 90."""
    out: list[tuple[str, int, int]] = []
    open_until = 0  # the last number still takes one below this
    for piece in run:
        number = piece.number or 0
        word = not piece.text.isdecimal()
        last = out[-1] if out else None
        if word and last and last[0] == "4" and number == 20 and open_until < 0:
            out[-1] = ("80", last[1], piece.end)
            open_until = 20
        elif word and last and 0 < number < open_until:
            out[-1] = (str(int(last[0]) + number), last[1], piece.end)
            open_until = 10 if number == 10 else 0
        else:
            out.append((piece.text if piece.text.isdecimal() else str(number), piece.start, piece.end))
            open_until = -1 if word else 0
            if word and number >= 20:
                open_until = 20 if number in {60, 80} else 10
    return out


def _value(run: list[_Piece]) -> int:
    """The value of a run with scale words: two hundred million → 200000000."""
    total = part = 0
    for piece in run:
        number = piece.number or 0
        if not piece.scale:
            part += number
        elif number == 100:
            part = max(part, 1) * 100
        else:
            total += max(part, 1) * number
            part = 0
    return total + part
