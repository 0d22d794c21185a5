"""Text → terms that can be compared, each with its span in the source.

Notes write `PR #6190`, `UTF8<->UTF16`, `dns_events`; people say "sixty-one ninety", "UTF sixteen", "DNS events". Both
become the same terms here: stems, the parts and the joined form of identifiers, and numbers as digits.
Stems are Snowball's (M. F. Porter, "Snowball: a language for stemming algorithms", 2001).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from statistics import fmean

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

from pipeline.language.spoken_numbers import MAX_DIGITS, Kind, Letter, Piece, numbers, spellings
from pipeline.language.word_lists import Language, fold

_URL = re.compile(r"\b(?:https?://|www\.)\S+")
_GROUPED = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\w,])"
_ACRONYMS = r"[A-Z]{1,4}(?:/[A-Z]{1,4})+(?!\w)"  # CI/CD
_CHUNK = re.compile(rf"{_GROUPED}|{_ACRONYMS}|[^\W_]+(?:[-_.'’][^\W_]+)*")
_COMMA_CHUNK = re.compile(rf"{_GROUPED}|{_ACRONYMS}|[^\W_]+(?:(?:[-_.'’]|(?<=\d),(?=\d))[^\W_]+)*")
_PART = re.compile(r"\d+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))")  # not in EIPs
_PLURAL = re.compile(r"(?<=[A-Z]{2})s$")  # of PRs, which has no stem otherwise
_SHORT = re.compile(r"(?P<digits>\d+(?:[.,]\d+)?)(?:(?P<thousand>[kK])|M)")  # 10k, 1.5M
_SENTENCE = re.compile(r"[.!?;:]\s")
_ELISION = 2  # letters beside an apostrophe that are no word: l', d', qu', 's, 't, 'll
_ORDINAL = 10  # smaller ordinals count only after a ten: twenty-first; alone they are words
_DOT = "."
_SPACES = frozenset({" ", "\u00a0", "\u202f"})
_WITHIN = frozenset({"", ".", ",", "_"})  # marks inside one written number; a hyphen parts two, or year and month
_NUMERIC = frozenset({Kind.DIGITS, Kind.NUMBER, Kind.SCALE})
_COMPLETE = frozenset({Kind.DIGITS, Kind.SCALE})  # where they are written, the number ends


@dataclass(frozen=True, slots=True)
class Term:
    """One comparable form. `start` and `end` are its half-open span in the text it came from."""

    key: str  # a stem, a joined identifier, `#` and digits, or two stems with a space
    start: int
    end: int
    word: str = ""  # the folded word when the term is one whole word


@dataclass(frozen=True, slots=True)
class Normalizer:
    """Terms of texts in one language. Keeps the stems it has met, so that a meeting's words are stemmed once."""

    language: Language
    _stems: dict[str, str] = field(default_factory=dict)
    _pieces: dict[str, tuple[Piece, ...]] = field(default_factory=dict)

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
        """Terms of `text`: words, joined identifiers, numbers, spelled words, pairs of words.

        Numbers: what is written gives one term; what is spoken gives every way to join its pieces, because
        "sixty-one ninety" may be 6190 or 61 and 90. Spoken letters are joined in every way too.
        """
        text = _blank_urls(text)
        chunks = list(self._chunks(text))
        words = list(self._words(chunks))
        joined = [self._joined(chunk) for chunk in chunks if len(chunk) > 1 and any(p.kind is Kind.WORD for p in chunk)]
        spelled = list(self._spelled(chunks)) if spoken else []
        found = list(self._numbers(chunks, text, [*words, *spelled], spoken=spoken))
        pairs = [Term(f"{a.key} {b.key}", a.start, b.end) for a, b in pairwise(words) if a.key != b.key]
        return words + joined + spelled + found + pairs

    def _chunks(self, text: str) -> Iterator[list[Piece]]:
        """What stands between spaces and marks, cut into pieces."""
        for match in (_COMMA_CHUNK if self.language.comma else _CHUNK).finditer(text):
            chunk, at = match[0], match.start()
            if (known := self._pieces.get(chunk)) is None:
                known = self._pieces[chunk] = tuple(self._cut(chunk))
            yield [Piece(p.text, p.start + at, p.end + at, p.kind, p.value) for p in known]

    def _words(self, chunks: Iterable[list[Piece]]) -> Iterator[Term]:
        measured = False
        for chunk in chunks:
            initials = all(len(piece.text) == 1 for piece in chunk)
            for piece in chunk:
                word = self.language.measures.get(piece.text, piece.text) if measured else piece.text
                measured = piece.kind in _NUMERIC
                if not measured and not initials and piece.text != _DOT and word not in self.language.stop:
                    yield Term(self.stem(word), piece.start, piece.end, word)

    def _joined(self, chunk: Sequence[Piece]) -> Term:
        word = "".join(piece.text for piece in chunk if piece.text != _DOT)
        return Term(self.stem(word), chunk[0].start, chunk[-1].end, word)

    def _spelled(self, chunks: Iterable[list[Piece]]) -> Iterator[Term]:
        """Words that may have been spelled letter by letter."""
        run: list[Letter] = []
        for chunk in [*chunks, []]:
            text = chunk[0].text if len(chunk) == 1 else ""
            letter = text if len(text) == 1 and text.isalpha() else self.language.letters.get(text)
            if letter:
                sure = text == letter and text not in self.language.stop
                run.append(Letter(letter, chunk[0].start, chunk[0].end, sure=sure, named=text != letter))
            elif run:
                for word, start, end in spellings(run):
                    yield Term(self.stem(word), start, end, word)
                run = []

    def _numbers(
        self, chunks: Iterable[list[Piece]], text: str, before: Iterable[Term], *, spoken: bool
    ) -> Iterator[Term]:
        """Numbers, and with the word `before` one: what is said as "UTF eight" is written UTF8."""
        ending: dict[int, list[Term]] = defaultdict(list)
        for term in before if spoken else ():
            ending[term.end].append(term)
        for run in self._runs(chunks, text, spoken=spoken):
            for digits, start, end in numbers(run, spoken=spoken, vigesimal=self.language.vigesimal):
                yield Term(f"#{digits}", start, end)
                for term in ending.get(start - 1, ()):
                    yield Term(f"{term.word}{digits}", term.start, end)

    def _runs(self, chunks: Iterable[list[Piece]], text: str, *, spoken: bool) -> Iterator[list[Piece]]:
        """Pieces that may be parts of one number."""
        run: list[Piece] = []
        for piece in chain.from_iterable(chunks):
            part = _part(piece, run, spoken=spoken)
            if run and (not part or self._apart(run[-1], piece, text, spoken=spoken)):
                yield run
                run = []
            if part:
                run.append(piece)
        if run:
            yield run

    def _apart(self, last: Piece, piece: Piece, text: str, *, spoken: bool) -> bool:
        """Whether `piece` belongs to another number than the `last` piece."""
        gap = text[last.end : piece.start]
        if spoken:
            return _SENTENCE.match(gap) is not None
        if last.kind not in _COMPLETE or piece.kind is not Kind.DIGITS:
            return False
        thousands = gap in _SPACES and len(last.text) <= 3 and len(piece.text) == 3
        return gap not in _WITHIN and not (self.language.comma and thousands)

    def _cut(self, chunk: str) -> Iterator[Piece]:
        if re.fullmatch(_GROUPED, chunk):
            yield _digits(re.sub(r"\D", "", chunk), 0, len(chunk))
            return
        if short := _SHORT.fullmatch(chunk):
            chunk = short["digits"]
        apostrophe = "'" in chunk or "’" in chunk
        end = 0
        for part in _PART.finditer(chunk):
            if apostrophe and len(part[0]) <= _ELISION:
                continue
            if part[0].isdecimal() and chunk[end : part.start()] in {".", ","}:
                yield Piece(_DOT, end, part.start(), Kind.POINT)
            end = part.end()
            cuts = [0, *(m.start() for m in _CAMEL.finditer(part[0])), len(part[0])]
            for left, right in pairwise(cuts):
                word = _PLURAL.sub("", part[0][left:right])
                yield from self._piece(fold(word), part.start() + left, part.start() + right)
        if short:
            yield Piece("", end, end + 1, Kind.SCALE, 1000 if short["thousand"] else 1_000_000)

    def _piece(self, word: str, start: int, end: int) -> list[Piece]:
        if word.isdecimal():
            return [_digits(word, start, end)]
        if known := self.language.numbers.get(word):
            return [Piece(word, start, end, *known)]
        return self._compound(word, start, end) or [Piece(word, start, end)]

    def _compound(self, word: str, start: int, end: int) -> list[Piece]:
        """The number words of zweitausendvierundzwanzig. Ordinals count from ten on: achte is also a word."""
        pattern, found, at = self.language.compound, [], 0
        while pattern and (match := pattern.match(word, at)):
            found.append(Piece(match[0], start, end, *self.language.numbers[match[0]]))
            at = match.end()
        return found if at == len(word) or any(piece.value >= _ORDINAL for piece in found) else []


def _part(piece: Piece, run: Sequence[Piece], *, spoken: bool) -> bool:
    """Whether a piece may be part of a number that goes on after `run`."""
    if piece.kind in {Kind.ALIKE, Kind.TIMES}:
        return spoken
    if piece.kind is Kind.ORDINAL:
        return piece.value >= _ORDINAL or bool(run and run[-1].kind is Kind.NUMBER and run[-1].value >= 20)
    return piece.kind in _NUMERIC or (bool(run) and piece.kind in {Kind.AND, Kind.POINT})


def _digits(digits: str, start: int, end: int) -> Piece:
    """A number; longer ones are hashes and phone numbers, and are compared as words."""
    if len(digits) > MAX_DIGITS:
        return Piece(digits, start, end)
    return Piece(digits, start, end, Kind.DIGITS, int(digits))


def _blank_urls(text: str) -> str:
    """`text` with its addresses blanked, so that spans stay what they were."""
    return _URL.sub(lambda url: " " * len(url[0]), text) if "://" in text or "www." in text else text
