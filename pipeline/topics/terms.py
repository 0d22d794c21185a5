"""The words of an archive's own language: those of its notes that are neither plain English nor in every meeting.

`find_terms` is generous: it keeps whatever may be one. Which are topics shows only beside the other meetings
(`pipeline.topics.choosing`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from threading import Lock
from typing import Any

import Stemmer

from pipeline.language.generic_words import load_generic_words
from pipeline.language.word_forms import form_score, is_identifier, without_links
from pipeline.language.word_lists import Language, detect_language, load_languages
from pipeline.language.words import fold
from pipeline.records import Block, BlockKind, Notes, TermUse
from pipeline.topics.inline_html import pieces

MAX_PHRASE_WORDS = 3
MAX_WORD_CHARS = 40
"""Of a term; what is longer is nothing that people say."""

_MAX_BLOCK_CHARS = 20_000
_MIN_WORD_CHARS = 2
_NO_TALK = frozenset((BlockKind.MARKUP, BlockKind.CODE))
_BREAK = " | "  # no phrase goes across
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_NO_PROSE = re.compile(r"\w[._\\@]\w|_\w|\w_|[@#~\\]|/[^/]*/|^/|--\w|\w\(\)|::")  # paths, names in code, handles
_POSSESSIVE = re.compile(r"['’]s?$")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_ACRONYM_PLURAL = re.compile(r"(?<=[A-Z]{2})s$")
_HYPHENS = frozenset("-\u2010\u2011")
_WITHIN_PHRASE = frozenset((" ", *_HYPHENS))
_PARTS = re.compile(r"[\s\u2010\u2011-]+")
_SENTENCE_ENDINGS = frozenset(".?!:|•–—")
_stemming = Lock()  # a stemmer is for one thread at a time
_ROMAN = re.compile(r"[IVX]{2,5}")


@dataclass(frozen=True, slots=True)
class _WrittenWord:
    """A word of a block. `first` tells that a sentence or a heading begins with it, so its capital tells nothing."""

    text: str
    key: str
    joins: bool  # whether no more than a space or a hyphen parts it from the word before
    is_hyphenated: bool  # to the word before
    first: bool


@dataclass(slots=True)
class _Uses:
    """The uses of a term in one meeting, as they are gathered."""

    count: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    block_ids: dict[str, None] = field(default_factory=dict)
    in_heading: bool = False

    def add(self, form: str, block: Block, *, first: bool) -> None:
        self.count += 1
        self.forms[form] += 1 if first and form[1:].islower() else 10
        self.block_ids[block.id] = None
        self.in_heading |= block.kind is BlockKind.HEADING


def find_terms(notes: Notes) -> tuple[TermUse, ...]:
    """The words and phrases of notes that may be topics.

    Words of plain English are there without blocks: they are no topics, but how often they come tells what a phrase of
    them is worth.
    """
    blocks = [block for block in notes.blocks if block.text and not block.template and block.kind not in _NO_TALK]
    language = detect_language(block.text for block in blocks)
    found: dict[str, _Uses] = defaultdict(_Uses)
    plain: Counter[str] = Counter()
    for block in blocks:
        written = list(_words(block, language))
        if not written or _is_shouted(written):
            continue
        for word in written:
            if _may_be_term(word, language):
                found[word.key].add(word.text, block, first=word.first)
            else:
                plain[word.key] += 1
        if language.code == "en":
            for phrase, first in _phrases(written):
                found[key_of(phrase, language)].add(phrase, block, first=first)
    terms = [_term(key, uses) for key, uses in found.items()]
    in_phrases = {key_of(word, language) for term in terms for word in words_of(term.form)} - found.keys()
    return (*terms, *(TermUse(key, "", plain[key], ()) for key in plain if key in in_phrases))


def _term(key: str, uses: _Uses) -> TermUse:
    form = max(uses.forms.items(), key=lambda item: (item[1], item[0]))[0]
    return TermUse(key, form, uses.count, tuple(uses.block_ids), uses.in_heading)


# -- words -------------------------------------------------------------------------------------------------------------


def _words(block: Block, language: Language) -> Iterator[_WrittenWord]:
    text = _prose(block)
    done = 0
    for found in _WORD.finditer(text):
        between, done = text[done : found.start()], found.end()
        word = _POSSESSIVE.sub("", found[0])
        if "'" in word or "’" in word or len(word) > MAX_WORD_CHARS:
            word = ""
        first = not done or found.start() == len(between) or not _SENTENCE_ENDINGS.isdisjoint(between)
        yield _WrittenWord(
            word,
            key_of(word, language) if word else "",
            between in _WITHIN_PHRASE and found.start() != len(between),
            between in _HYPHENS,
            first or block.kind is BlockKind.HEADING,
        )


def _prose(block: Block) -> str:
    """What a block says in words: without code, addresses, paths, handles and issue numbers."""
    text = block.text[:_MAX_BLOCK_CHARS]
    if "<code" in block.html or ">http" in block.html:
        text = "".join(
            _BREAK if piece.is_code or piece.text.startswith("http") else piece.text
            for piece in pieces(block.html[:_MAX_BLOCK_CHARS])
        )
    return " ".join(_BREAK if _is_no_prose(chunk) else chunk for chunk in without_links(text).split())


@lru_cache(maxsize=2**14)
def _is_no_prose(chunk: str) -> bool:
    return bool(_NO_PROSE.search(chunk.strip(".,;:!?()[]{}\"'`*")))


def _is_shouted(words: list[_WrittenWord]) -> bool:
    """Whether a block is written in capitals: these tell nothing of its words."""
    return len(words) > 1 and all(word.text.isupper() for word in words if word.text)


def key_of(term: str, language: Language) -> str:
    """What the forms of a term have in common: the stem of its letters, whatever stands between them.

    >>> en = load_languages()[0]
    >>> {key_of(form, en) for form in ("code signing", "code-signing", "codesigning", "codesign", "CodeSigning")}
    {'codesign'}
    >>> {key_of(form, en) for form in ("endpoint security", "EndpointSecurity")}, key_of("VMs", en), key_of("M1", en)
    ({'endpointsecur'}, 'vm', 'm1')
    """
    return _key(term, language.stemmer)


def words_of(form: str) -> list[str]:
    """The words of a term.

    >>> words_of("pre-release"), words_of("code signing"), words_of("eBPF")
    (['pre', 'release'], ['code', 'signing'], ['eBPF'])
    """
    return _PARTS.split(form)


@lru_cache(maxsize=2**15)
def is_one_word(form: str) -> bool:
    """Whether a term is no phrase."""
    return not _PARTS.search(form)


@lru_cache(maxsize=2**15)
def _key(term: str, stemmer: str | None) -> str:
    joined = fold("".join(_PARTS.split(_ACRONYM_PLURAL.sub("", term))))
    if stemmer is None or not joined.isalpha() or _ACRONYM.fullmatch(term):
        return joined
    with _stemming:
        return str(_stemmer(stemmer).stemWord(joined))


@cache
def _stemmer(name: str) -> Any:
    return Stemmer.Stemmer(name, 0)  # it keeps no words: they are kept here


def _may_be_term(word: _WrittenWord, language: Language) -> bool:
    """Whether a word is none of the language at large, as far as that can be told.

    What is plain is only known of English; elsewhere, a word has to have the form of an identifier or an acronym. Names
    are no topics there: nothing tells those of people from others.
    """
    text = word.text
    if len(text) < _MIN_WORD_CHARS or text[0].isdigit() or fold(text) in stop_words() or _ROMAN.fullmatch(text):
        return False
    if is_identifier(text):
        return not is_meta(text)
    return language.code == "en" and len(text) > _MIN_WORD_CHARS and text.isascii() and _is_uncommon(text)


@lru_cache(maxsize=2**15)
def _is_uncommon(text: str) -> bool:
    return bool(form_score(text)) and not is_meta(text)


# -- phrases -----------------------------------------------------------------------------------------------------------


def _phrases(words: list[_WrittenWord]) -> Iterator[tuple[str, bool]]:
    """Two or three words that stand together and say something; and whether a sentence begins with them."""
    fit = [bool(word.text) and _fits_in_phrase(word.text) for word in words]
    for at, word in enumerate(words):
        phrase = word.text
        for end in range(at + 1, min(at + MAX_PHRASE_WORDS, len(words))):
            if not (fit[end - 1] and fit[end] and words[end].joins):
                break
            phrase += ("-" if words[end].is_hyphenated else " ") + words[end].text
            yield phrase, word.first


@lru_cache(maxsize=2**15)
def _fits_in_phrase(text: str) -> bool:
    is_word = len(text) > _MIN_WORD_CHARS or is_identifier(text)
    return is_word and not text[0].isdigit() and not is_filler(text) and not is_meta(text)


def is_filler(word: str) -> bool:
    """Whether a word says nothing of what a text is about."""
    folded = fold(word)
    return folded in stop_words() or folded in _phrase_stops()


@lru_cache(maxsize=2**15)
def is_meta(word: str) -> bool:
    """Whether a word is about meetings, notes and work as such, whatever the archive is about."""
    return fold(word) in _meta()


@cache
def stop_words() -> frozenset[str]:
    """Of all languages with word lists."""
    return frozenset().union(*(language.stop_words for language in load_languages()))


@cache
def _meta() -> frozenset[str]:
    return frozenset().union(_listed("meta_words.txt"), *(words.lines for words in load_generic_words().values()))


@cache
def _phrase_stops() -> frozenset[str]:
    return _listed("phrase_stops.txt")


def _listed(file: str) -> frozenset[str]:
    return frozenset(fold(word) for line in listed_lines(file) for word in line.split())


def listed_lines(file: str) -> list[str]:
    """The lines of a list of words or phrases."""
    lines = (resources.files(__package__) / file).read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
