"""Text → the words that are compared: folded, and without their endings. One analysis for what is indexed and asked.

An identifier is found by its parts and as a whole, and a script without spaces by every two neighbouring characters
(`pipeline.language.words`). Stems are Snowball's (M. F. Porter, "Snowball: a language for stemming algorithms", 2001).
Its rules look at accents, which people leave out, so a word has two stems: as it is spelt, and without its accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import NamedTuple

import Stemmer

from pipeline import unspaced
from pipeline.language.words import RUN, camel_spans, find_ngrams, fold, word_chars

VERSION = 1
"""Of what this module makes of a text. An index of another version is made anew."""

MAX_WORD_CHARS = 64
"""Longer words have no stems."""

MAX_PARTS = 6
"""Parts of an identifier that is also looked up as a whole, or by its parts."""

_KEPT_CHUNKS = 2**17  # some 50 MB; an hour of speech has 2**12 different ones

MANY_CHUNKS = 2**19
"""Kept by whoever analyses all of an archive: those of a thousand hours."""

SPACED = re.compile(r"\S+")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_PLAIN_WORD = re.compile(r"[\x00-/:-@\[-`{-\x7f]*([A-Za-z][a-z]*)[\x00-/:-@\[-`{-\x7f]*")


class TextToken(NamedTuple):
    """A word of a text: folded, its stem, and its half-open span; `also` are other stems it is found by."""

    word: str
    stem: str
    start: int
    end: int
    also: tuple[str, ...] = ()


class AnalysedChunk(NamedTuple):
    """What stands between two spaces, as the index has it; `keys` are its words and all their stems, each once."""

    tokens: tuple[TextToken, ...]
    words: str
    stems: str
    also: str
    keys: tuple[str, ...]


class IndexedText(NamedTuple):
    """The words, their stems, and the other stems of a text, each with spaces between them.

    It is plain if what stands between two spaces is always one word, with one stem.
    """

    words: str
    stems: str
    also: str
    is_plain: bool


class Analyzer:
    """Analyses texts for a language, as `pipeline.language.names` has it; what it has seen it keeps, up to a limit."""

    def __init__(self, language: str, *, kept_chunks: int | None = None) -> None:
        self.language = language
        self._kept_chunks = kept_chunks or _KEPT_CHUNKS
        self._chunks: dict[str, AnalysedChunk] = {}
        self._stemmer, self._lock = Stemmer.Stemmer(language, 0), Lock()

    def tokens(self, text: str) -> list[TextToken]:
        """The words of a text, in order."""
        found: list[TextToken] = []
        for chunk in SPACED.finditer(text):
            start = chunk.start()
            for word, stem, first, last, also in self.chunk(chunk[0]).tokens:
                found.append(TextToken(word, stem, start + first, start + last, also))
        return found

    def indexed(self, text: str) -> IndexedText:
        """A text as it is put into the index."""
        known, analyse = self._chunks.get, self.chunk
        chunks = [known(chunk) or analyse(chunk) for chunk in text.split()]
        stems = [chunk.stems for chunk in chunks if chunk.stems]
        joined, also = " ".join(stems), " ".join([chunk.also for chunk in chunks if chunk.also])
        return IndexedText(
            " ".join([chunk.words for chunk in chunks if chunk.words]),
            joined,
            also,
            is_plain=not also and len(stems) == len(chunks) == joined.count(" ") + 1,
        )

    def stems(self, text: str) -> str:
        """The stems of a text alone."""
        return " ".join([stems for chunk in text.split() if (stems := self.chunk(chunk).stems)])

    def chunks(self, text: str) -> list[tuple[str, AnalysedChunk]]:
        """What stands between the spaces of a text."""
        known, keep = self._chunks.get, self._keep
        return [(chunk, known(chunk) or keep(chunk)) for chunk in text.split()]

    def chunk(self, chunk: str) -> AnalysedChunk:
        """What stands between two spaces."""
        known = self._chunks.get(chunk)
        return known or self._keep(chunk)

    def _keep(self, chunk: str) -> AnalysedChunk:
        if len(self._chunks) >= self._kept_chunks:
            self._chunks.clear()
        found = self._chunks[chunk] = self._analyse(chunk)
        return found

    def forms(self, word: str) -> tuple[str, ...]:
        """The stems of a typed word; any of them is enough. The parts of an identifier are none: `web3` is no `web`."""
        tokens = [token for chunk in word.split() for token in self._split(chunk)]
        own = [(token.stem, *(() if unspaced.is_in(token.word) else token.also)) for token in tokens]
        return tuple(dict.fromkeys(stem for stems in own for stem in stems))

    def _analyse(self, chunk: str) -> AnalysedChunk:
        if plain := _PLAIN_WORD.fullmatch(chunk):  # as most are: one word, which has no parts, with marks around it
            word, stem, *_ = token = self._token(plain[1], plain.start(1))
            return AnalysedChunk((token,), word, stem, "", (word,) if word == stem else (word, stem))
        tokens = list(self._split(chunk))
        if not unspaced.is_in(chunk):
            also = tuple(dict.fromkeys(self._whole_and_parts(chunk, tokens)))
            if also and tokens:  # what is found by another part is shown from the first word on
                tokens[0] = tokens[0]._replace(also=tokens[0].also + also)
        return AnalysedChunk(
            tuple(tokens),
            " ".join(token.word for token in tokens),
            " ".join(token.stem for token in tokens),
            " ".join(dict.fromkeys(stem for token in tokens for stem in token.also)),
            tuple(dict.fromkeys(key for token in tokens for key in (token.word, token.stem, *token.also))),
        )

    def _split(self, chunk: str) -> Iterator[TextToken]:
        if chunk.isascii():
            for found in _ASCII_WORD.finditer(chunk):
                yield self._token(found[0], found.start())
            return
        done = 0
        for run in unspaced.find_runs(chunk):
            yield from self._spaced_tokens(chunk, done, run.start())
            for ngram, start, end in find_ngrams(run, word_chars(run[0])):
                folded = fold(ngram)
                yield TextToken(folded, folded, start, end, (folded[:-1], folded[1:]) if len(folded) > 1 else ())
            done = run.end()
        yield from self._spaced_tokens(chunk, done, len(chunk))

    def _spaced_tokens(self, chunk: str, first: int, end: int) -> Iterator[TextToken]:
        spaced = "".join(char if _is_in_word(char) else " " for char in chunk[first:end])
        for found in SPACED.finditer(spaced):
            if any(char.isalnum() for char in found[0]):
                yield self._token(found[0], first + found.start())

    def _token(self, word: str, start: int) -> TextToken:
        spelt = word.lower()
        folded = spelt if word.isascii() else fold(word)
        stem = self._stemmed(spelt if word.isascii() else unicodedata.normalize("NFC", spelt))
        bare = self._stemmed(folded) if spelt != folded else stem
        return TextToken(folded[:MAX_WORD_CHARS], stem, start, start + len(word), () if bare == stem else (bare,))

    def _whole_and_parts(self, chunk: str, tokens: list[TextToken]) -> Iterator[str]:
        """Of `dns_events` dnsevents, of `processEvents` process and events, of `EIP6190` eip and 6190."""
        if chunk.isascii() and chunk.isalpha() and chunk[1:].lower() == chunk[1:]:  # as most are: a word
            return
        if 1 < len(tokens) <= MAX_PARTS and all(len(token.word) > 1 for token in tokens):
            yield self._stemmed("".join(token.word for token in tokens))
        composed = unicodedata.normalize("NFC", chunk)
        if not composed.isascii() and any(_is_mark(char) for char in composed):  # which are vowels
            return
        parts = [run[first:last] for run in RUN.findall(composed) for first, last in camel_spans(run)]
        if len(tokens) < len(parts) <= MAX_PARTS:
            yield from (self._stemmed(fold(part)) for part in parts if len(part) > 1)

    def _stemmed(self, word: str) -> str:
        if word.isdecimal() or len(word) > MAX_WORD_CHARS:
            return fold(word[:MAX_WORD_CHARS])
        with self._lock:  # two threads must not share a stemmer
            stem: str = self._stemmer.stemWord(word)
        return stem if stem.isascii() else fold(stem)


@cache
def _is_in_word(char: str) -> bool:
    """Letters and digits, and the marks that are vowels in some scripts and must not part a word."""
    return unicodedata.category(char)[0] in "LMN" or unicodedata.category(char) == "Co"


def _is_mark(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char)[0] == "M"
