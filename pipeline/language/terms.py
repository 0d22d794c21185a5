"""Text → comparable terms, each with its span in the text.

Notes write `PR #6190`, `UTF8<->UTF16`, `dns_events`; people say "sixty-one ninety", "UTF sixteen", "DNS events". Both
become the same terms here: stems, the parts and the joined form of identifiers, and numbers as digits.
Stems are Snowball's (M. F. Porter, "Snowball: a language for stemming algorithms", 2001).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import Stemmer

from pipeline import unspaced
from pipeline.arrays import Float32Array
from pipeline.language.han_numbers import find_han_numbers
from pipeline.language.spoken_numbers import (
    MAX_DIGITS,
    SpokenLetter,
    Token,
    TokenKind,
    read_numbers,
    read_spellings,
)
from pipeline.language.word_lists import Language
from pipeline.language.words import RUN, camel_spans, find_ngrams, fold, is_fragment, word_chars

_URL = re.compile(r"\b(?:https?://|www\.)\S+")
_GROUPED = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\w,])"
_ACRONYMS = r"[A-Z]{1,4}(?:/[A-Z]{1,4})+(?!\w)"  # CI/CD
_CHUNK = re.compile(rf"{_GROUPED}|{_ACRONYMS}|[^\W_]+(?:[-_.'’][^\W_]+)*")
_COMMA_CHUNK = re.compile(rf"{_GROUPED}|{_ACRONYMS}|[^\W_]+(?:(?:[-_.'’]|(?<=\d),(?=\d))[^\W_]+)*")
_ACRONYM_PLURAL = re.compile(r"(?<=[A-Z]{2})s$")  # of PRs, which has no stem otherwise
_ABBREVIATED = re.compile(r"(?P<digits>\d+(?:[.,]\d+)?)(?:(?P<thousand>[kK])|M)")  # 10k, 1.5M
_SENTENCE_END = re.compile(r"[.!?;:]\s|[。！？；：，、]")
_MAX_ELISION_LETTERS = 2  # beside an apostrophe such letters are no word: l', d', qu', 's, 't, 'll
_MIN_LONE_ORDINAL = 10  # smaller ordinals count only after a ten: twenty-first; alone they are words
_DOT = "."
_SPACES = frozenset({" ", "\u00a0", "\u202f"})
_INNER_MARKS = frozenset({"", ".", ",", "_"})  # inside one written number; a hyphen separates two, or year and month
_NUMERIC = (TokenKind.DIGITS, TokenKind.CARDINAL, TokenKind.SCALE)  # in a tuple they are found without a hash
_FINAL = (TokenKind.DIGITS, TokenKind.SCALE)  # they end a written number
_ASCII_FORMS = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x0E50 + i: 0x30 + i for i in range(10)}  # ＡＰＩ, ๑๒


class Term(NamedTuple):
    """One comparable form of a word, a number or a pair of words, with its half-open span in the text."""

    key: str  # a stem, a joined identifier, `#` and digits, two stems with a space, or characters of a script without
    start: int
    end: int
    word: str = ""  # the folded word when the term is one whole word


class _Spoken(NamedTuple):
    """What is heard between two spaces."""

    words: tuple[str, ...]  # keys
    joined: tuple[str, ...]  # those of identifiers in one
    is_plain: bool  # it begins no number and spells no word


@dataclass(frozen=True, slots=True)
class TermExtractor:
    """Finds the terms of texts in one language. What it has cut and stemmed it keeps: words come again and again."""

    language: Language
    _stems: dict[str, str] = field(default_factory=dict)
    _tokens: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    _spoken: dict[str, _Spoken] = field(default_factory=dict)

    def stem(self, word: str) -> str:
        """The Snowball stem of a folded word; the word itself in a language without a stemmer."""
        if (known := self._stems.get(word)) is None:
            known = self._stems[word] = self._stemmed(word)
        return known

    def _stemmed(self, word: str) -> str:
        if not self.language.stemmer or word.isdigit():
            return word
        for plain, accented in self.language.accented_endings.items():
            if word.endswith(plain):
                word = word.removesuffix(plain) + accented
        return fold(_stem(self.language.stemmer, word))

    def rarity(self, keys: Iterable[str]) -> Float32Array:
        """How rare each term is in the language at large, 0..1; a pair is the mean of its words.

        A short transcript does not show that "reason" is an everyday word. 1 where the language has no list.
        """
        rare = self.language.rarity

        def rarity(key: str) -> float:
            first, _, second = key.partition(" ")
            return (rare.get(first, 1.0) + rare.get(second, 1.0)) / 2 if second else rare.get(first, 1.0)

        return np.array([rarity(key) for key in keys], dtype=np.float32)

    def terms(self, text: str, *, spoken: bool = False) -> list[Term]:
        """Terms of `text`: words, joined identifiers, numbers, spelled words, pairs of words.

        A written number is one term. A `spoken` one gives every way to join its words, because "sixty-one ninety" may
        be 6190, or 61 and 90; spoken letters are joined in every way, too. A script without spaces gives what stands
        for words (`words.find_ngrams`), and shorter fragments of it: 码 is also said for 验证码.
        """
        text = _blank_urls(text)
        unspaced_terms: list[Term] = []
        spaced = text
        if unspaced.is_in(text):
            unspaced_terms = list(_find_unspaced_terms(text))
            spaced = unspaced.blank(text).translate(_ASCII_FORMS)
        chunks = list(self._chunks(spaced))
        words = list(self._words(chunks))
        joined = [self._joined(chunk) for chunk in chunks if _is_joined(chunk)]
        spelled = list(self._spelled(chunks)) if spoken else []
        found = list(self._numbers(chunks, text, [*words, *spelled], spoken=spoken))
        pairs = [Term(f"{a.key} {b.key}", a.start, b.end) for a, b in pairwise(words) if a.key != b.key]
        return words + joined + spelled + found + pairs + unspaced_terms

    def spoken_keys(self, text: str) -> list[str]:
        """The keys of the spoken `terms` of `text`, each as often as it has a term."""
        if unspaced.is_in(text):
            return [term.key for term in self.terms(text, spoken=True)]
        pieces = [self._spoken.get(piece) or self._learn(piece) for piece in text.split(" ")]
        if not all(piece.is_plain for piece in pieces):
            return [term.key for term in self.terms(text, spoken=True)]
        words = [key for piece in pieces for key in piece.words]
        pairs = [f"{first} {second}" for first, second in pairwise(words) if first != second]
        return words + pairs + [key for piece in pieces for key in piece.joined]

    def _learn(self, text: str) -> _Spoken:
        if self._is_word(text):  # as nearly all are
            word = text.lower()
            spoken = _Spoken(() if word in self.language.stop_words else (self.stem(word),), (), is_plain=True)
        else:
            chunks = list(self._chunks(_blank_urls(text)))
            words = tuple(term.key for term in self._words(chunks))
            joined = tuple(self._joined(chunk).key for chunk in chunks if _is_joined(chunk))
            letters = [chunk[0].text for chunk in chunks if len(chunk) == 1 and len(chunk[0].text) == 1]
            is_number = any(_may_begin_number(token) for token in chain.from_iterable(chunks))
            spoken = _Spoken(words, joined, not is_number and self.language.stop_words.issuperset(letters))
        self._spoken[text] = spoken
        return spoken

    def _is_word(self, text: str) -> bool:
        """Whether `text` is plainly one word in small letters, which has no part in a number."""
        if not (text.isascii() and text.isalpha() and text[1:].islower()):
            return False
        word = text.lower()
        return word not in self.language.number_words and not self._compound(word, 0, 0)

    def _chunks(self, text: str) -> Iterator[list[Token]]:
        """The text between spaces and marks, cut into tokens."""
        for match in (_COMMA_CHUNK if self.language.decimal_comma else _CHUNK).finditer(text):
            chunk, at = match[0], match.start()
            if (known := self._tokens.get(chunk)) is None:
                known = self._tokens[chunk] = tuple(self._cut(chunk))
            yield [Token(p.text, p.start + at, p.end + at, p.kind, p.value) for p in known]

    def _words(self, chunks: Iterable[list[Token]]) -> Iterator[Term]:
        measured = False
        for chunk in chunks:
            initials = all(len(token.text) == 1 for token in chunk)
            for token in chunk:
                word = self.language.unit_words.get(token.text, token.text) if measured else token.text
                measured = token.kind in _NUMERIC
                if not measured and not initials and token.text != _DOT and word not in self.language.stop_words:
                    yield Term(self.stem(word), token.start, token.end, word)

    def _joined(self, chunk: Sequence[Token]) -> Term:
        word = "".join(token.text for token in chunk if token.text != _DOT)
        return Term(self.stem(word), chunk[0].start, chunk[-1].end, word)

    def _spelled(self, chunks: Iterable[list[Token]]) -> Iterator[Term]:
        """Words that may have been spelled letter by letter."""
        run: list[SpokenLetter] = []
        for chunk in [*chunks, []]:
            text = chunk[0].text if len(chunk) == 1 else ""
            letter = text if len(text) == 1 and text.isalpha() else self.language.letter_names.get(text)
            if letter:
                certain = text == letter and text not in self.language.stop_words
                run.append(SpokenLetter(letter, chunk[0].start, chunk[0].end, certain=certain, by_name=text != letter))
            elif run:
                for word, start, end in read_spellings(run):
                    yield Term(self.stem(word), start, end, word)
                run = []

    def _numbers(
        self, chunks: Iterable[list[Token]], text: str, before: Iterable[Term], *, spoken: bool
    ) -> Iterator[Term]:
        """Numbers, alone and joined to the word `before`: "UTF eight" is written UTF8."""
        ending: dict[int, list[Term]] = defaultdict(list)
        for term in before if spoken else ():
            ending[term.end].append(term)
        for run in self._runs(chunks, text, spoken=spoken):
            for digits, start, end in read_numbers(run, spoken=spoken, vigesimal=self.language.vigesimal):
                yield Term(f"#{digits}", start, end)
                for term in ending.get(start - 1, ()):
                    yield Term(f"{term.word}{digits}", term.start, end)

    def _runs(self, chunks: Iterable[list[Token]], text: str, *, spoken: bool) -> Iterator[list[Token]]:
        """Runs of tokens that may be parts of one number."""
        run: list[Token] = []
        for token in chain.from_iterable(chunks):
            part = _may_belong_to_number(token, run, spoken=spoken)
            if run and (not part or self._is_separate(run[-1], token, text, spoken=spoken)):
                yield run
                run = []
            if part:
                run.append(token)
        if run:
            yield run

    def _is_separate(self, last: Token, token: Token, text: str, *, spoken: bool) -> bool:
        """Whether `token` belongs to another number than the `last` token."""
        gap = text[last.end : token.start]
        if spoken:
            return _SENTENCE_END.match(gap) is not None or unspaced.is_in(gap)
        if last.kind not in _FINAL or token.kind is not TokenKind.DIGITS:
            return False
        thousands = gap in _SPACES and len(last.text) <= 3 and len(token.text) == 3
        return gap not in _INNER_MARKS and not (self.language.decimal_comma and thousands)

    def _cut(self, chunk: str) -> Iterable[Token]:
        return [Token(chunk.lower(), 0, len(chunk))] if self._is_word(chunk) else self._cut_parts(chunk)

    def _cut_parts(self, chunk: str) -> Iterator[Token]:
        if re.fullmatch(_GROUPED, chunk):
            yield _digits(re.sub(r"\D", "", chunk), 0, len(chunk))
            return
        if short := _ABBREVIATED.fullmatch(chunk):
            chunk = short["digits"]
        apostrophe = "'" in chunk or "’" in chunk
        end = 0
        for part in RUN.finditer(chunk):
            if apostrophe and len(part[0]) <= _MAX_ELISION_LETTERS:
                continue
            if part[0].isdecimal() and chunk[end : part.start()] in {".", ","}:
                yield Token(_DOT, end, part.start(), TokenKind.POINT)
            end = part.end()
            for left, right in camel_spans(part[0]):
                word = _ACRONYM_PLURAL.sub("", part[0][left:right])
                yield from self._token(fold(word), part.start() + left, part.start() + right)
        if short:
            yield Token("", end, end + 1, TokenKind.SCALE, 1000 if short["thousand"] else 1_000_000)

    def _token(self, word: str, start: int, end: int) -> list[Token]:
        if word.isdecimal():
            return [_digits(word, start, end)]
        if known := self.language.number_words.get(word):
            return [Token(word, start, end, *known)]
        return self._compound(word, start, end) or [Token(word, start, end)]

    def _compound(self, word: str, start: int, end: int) -> list[Token]:
        """The number words in zweitausendvierundzwanzig. Ordinals count from ten up: achte is also a word."""
        pattern, found, at = self.language.compound_number, [], 0
        while pattern and (match := pattern.match(word, at)):
            found.append(Token(match[0], start, end, *self.language.number_words[match[0]]))
            at = match.end()
        return found if at == len(word) or any(token.value >= _MIN_LONE_ORDINAL for token in found) else []


@lru_cache(maxsize=2**16)
def _stem(stemmer: str, word: str) -> str:
    return str(_stemmer(stemmer).stemWord(word))


@cache
def _stemmer(name: str) -> Any:
    return Stemmer.Stemmer(name)


def is_word(key: str) -> bool:
    """Whether the key of a term is a whole word: no pair of words, and no fragment in a script without spaces."""
    return " " not in key and not (unspaced.is_in(key) and is_fragment(key))


def _find_unspaced_terms(text: str) -> Iterator[Term]:
    for run in unspaced.find_runs(text):
        size = word_chars(run[0])
        yield from (Term(*ngram) for ngram in find_ngrams(run, size - 1, size))
    for digits, start, end in find_han_numbers(text):
        yield Term(f"#{digits}", start, end)


def _is_joined(chunk: Sequence[Token]) -> bool:
    """Whether the tokens of a chunk, joined, are a word, too."""
    return len(chunk) > 1 and any(token.kind is TokenKind.WORD for token in chunk)


def _may_begin_number(token: Token) -> bool:
    """Whether a token is certainly part of a number; others only continue one, or sound like one beside it."""
    return token.kind in _NUMERIC or (token.kind is TokenKind.ORDINAL and token.value >= _MIN_LONE_ORDINAL)


def _may_belong_to_number(token: Token, run: Sequence[Token], *, spoken: bool) -> bool:
    """Whether a token may be part of the number that `run` begins."""
    if token.kind is TokenKind.WORD:
        return False
    if token.kind in (TokenKind.HOMOPHONE, TokenKind.MULTIPLIER):
        return spoken
    if token.kind is TokenKind.ORDINAL:
        after_ten = bool(run) and run[-1].kind is TokenKind.CARDINAL and run[-1].value >= 20
        return token.value >= _MIN_LONE_ORDINAL or after_ten
    return token.kind in _NUMERIC or (bool(run) and token.kind in (TokenKind.AND, TokenKind.POINT))


def _digits(digits: str, start: int, end: int) -> Token:
    """A number. Longer ones are hashes and phone numbers, which are compared as words."""
    if len(digits) > MAX_DIGITS:
        return Token(digits, start, end)
    return Token(digits, start, end, TokenKind.DIGITS, int(digits))


def _blank_urls(text: str) -> str:
    """`text` with its URLs blanked, so that spans stay the same."""
    return _URL.sub(lambda url: " " * len(url[0]), text) if "://" in text or "www." in text else text
