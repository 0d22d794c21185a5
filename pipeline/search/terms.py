"""Words and phrases to be found: in the index, and in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.language.names import DEFAULT
from pipeline.search.analysis import SPACED, Analyzer, TextToken
from pipeline.search.documents import Form, Texts, field_of
from pipeline.search.index import Match, Snapshot
from pipeline.search.passages import Passage

MAX_PREFIX_TERMS = 48
"""Words with a beginning that count by how rare each is. Of more, all are worth the same beside other words, and of a
beginning alone, these are found: those that are said most."""


class SoughtTerm(NamedTuple):
    """A word or a phrase to be found: its words folded, and their stems. `forms` are all stems of a single word."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    prefix: bool = False  # the last word may go on


class Group(NamedTuple):
    """Terms any of which will do: `name` is what was typed, `idf` how rare they are, ln(N / df)."""

    name: str
    terms: tuple[SoughtTerm, ...]
    idf: float = 0.0


class Found(NamedTuple):
    """A half-open span of a text that matches a group."""

    start: int
    end: int
    group: int


class Finder:
    """Finds the terms of groups in texts."""

    def __init__(self, groups: Sequence[Group], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._by_stem = analyzer.language == DEFAULT
        self._words: dict[str, set[int]] = defaultdict(set)
        self._phrases: dict[str, list[tuple[int, SoughtTerm]]] = defaultdict(list)
        self._prefixes: list[tuple[int, str]] = []
        for number, group in enumerate(groups):
            for term in group.terms:
                if term.forms:
                    for form in term.forms:
                        self._words[form].add(number)
                elif term.prefix and len(term.words) == 1:
                    self._prefixes.append((number, term.words[0]))
                else:
                    by_stem = self._by_stem and not term.prefix
                    self._phrases[term.stems[0] if by_stem else term.words[0]].append((number, term))
        self._wanted = frozenset(self._words) | frozenset(self._phrases)
        self._beginnings = tuple(beginning for _, beginning in self._prefixes)

    def find(self, text: str) -> list[Found]:
        """All places, in the order of the text."""
        found: list[Found] = []
        is_unwanted, beginnings, at = self._wanted.isdisjoint, self._beginnings, 0
        for chunk, known in self._analyzer.chunks(text):
            if is_unwanted(known.keys) and not (beginnings and _begins(known.words, beginnings)):  # as most are
                continue
            if self._phrases and not self._phrases.keys().isdisjoint(known.keys):
                return self._find(self._analyzer.tokens(text))
            at = _place(text, chunk, at)
            found += [Found(at + start, at + end, number) for start, end, number in self._find(known.tokens)]
            at += len(chunk)
        return found

    def find_in(self, passage: Passage) -> list[Found]:
        """The same in a passage, whose stems may be known."""
        if not passage.stems or self._beginnings or (self._phrases and not self._by_stem):
            return self.find(passage.text)
        stems, phrases = passage.stems.split(" "), self._phrases
        at = [number for number, stem in enumerate(stems) if stem in self._words or stem in phrases]
        if not at:
            return []
        if phrases and any(stems[number] in phrases for number in at):
            return self._find(self._analyzer.tokens(passage.text))
        chunks = passage.text.split()
        starts = passage.offsets if len(passage.offsets) == len(chunks) else _starts(passage.text)
        found = []
        for number in at:
            (word,) = self._analyzer.chunk(chunks[number]).tokens
            start, end = starts[number] + word.start, starts[number] + word.end
            found += [Found(start, end, group) for group in self._words[word.stem]]
        return found

    def _find(self, tokens: Sequence[TextToken]) -> list[Found]:
        words, found = self._words, []
        for at, token in enumerate(tokens):
            numbers = words.get(token.stem, ())
            if token.also:
                numbers = {*numbers, *(number for stem in token.also for number in words.get(stem, ()))}
            found += [Found(token.start, token.end, number) for number in numbers]
            found += [Found(token.start, token.end, n) for n, start in self._prefixes if token.word.startswith(start)]
            if self._phrases:
                for key in {token.stem, token.word}:
                    for number, term in self._phrases.get(key, ()):
                        if self._is_phrase(term, tokens, at):
                            found.append(Found(token.start, tokens[at + len(term.words) - 1].end, number))
        return found

    def _is_phrase(self, term: SoughtTerm, tokens: Sequence[TextToken], at: int) -> bool:
        texts = tokens[at : at + len(term.words)]
        if len(texts) < len(term.words):
            return False
        if term.prefix:
            *before, last = zip(texts, term.words, strict=True)
            return last[0].word.startswith(last[1]) and all(token.word == word for token, word in before)
        if self._by_stem:
            return all(token.stem == stem for token, stem in zip(texts, term.stems, strict=True))
        return all(token.word == word for token, word in zip(texts, term.words, strict=True))


def _begins(words: str, beginnings: tuple[str, ...]) -> bool:
    return words.startswith(beginnings) or (" " in words and any(word.startswith(beginnings) for word in words.split()))


def _starts(text: str) -> list[int]:
    return [chunk.start() for chunk in SPACED.finditer(text)]


def _place(text: str, chunk: str, at: int) -> int:
    """Where a chunk stands between two spaces, from a place on."""
    while True:
        at = text.index(chunk, at)
        end = at + len(chunk)
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return at
        at += 1


def stems_of(snapshot: Snapshot, group: Group) -> list[str]:
    """The stems any of which tells of a group: of a phrase the rarest, of a beginning none."""
    stems: set[str] = set()
    for term in group.terms:
        if term.forms:
            stems |= term.forms
        elif not term.prefix:
            stems.add(min(term.stems, key=lambda stem: frequency(snapshot, stem)))
    return sorted(stems)


def term_match(snapshot: Snapshot, texts: Texts, term: SoughtTerm) -> Match:
    """Passages that have a term."""
    words = field_of(texts, Form.WORDS)
    if term.prefix:
        if len(term.words) > 1:
            return snapshot.phrase(words, term.words, prefix=True)
        return _prefix_match(snapshot, words, term.words[0])
    if len(term.words) > 1:
        by_stem = snapshot.language == DEFAULT
        return snapshot.phrase(field_of(texts) if by_stem else words, term.stems if by_stem else term.words)
    also = field_of(texts, Form.ALSO)
    others = [snapshot.term(also, form) for form in sorted(term.forms) if snapshot.frequency(also, form)]
    stems = [snapshot.term(field_of(texts), form) for form in sorted(term.forms)]
    return snapshot.any_of([*stems, *others])


def _prefix_match(snapshot: Snapshot, words: str, beginning: str) -> Match:
    terms = snapshot.terms_beginning(words, beginning, limit=MAX_PREFIX_TERMS + 1)
    if len(terms) > MAX_PREFIX_TERMS or not terms:
        return snapshot.prefix(words, beginning)
    return snapshot.any_of([snapshot.term(words, term) for term, _ in terms])


def usual_words(snapshot: Snapshot, beginning: str) -> Match | None:
    """Passages with one of the most frequent words of a beginning, of which there are too many; None: there are not."""
    words = field_of(Texts.PLAIN, Form.WORDS)
    terms = snapshot.terms_beginning(words, beginning, limit=MAX_PREFIX_TERMS + 1)
    if len(terms) <= MAX_PREFIX_TERMS:
        return None
    return snapshot.any_of([snapshot.term(words, term) for term, _ in terms[:MAX_PREFIX_TERMS]])


def frequency(snapshot: Snapshot, stem: str) -> int:
    """How many passages have a stem; where it is only in a whole or a part of an identifier, it counts, too."""
    return sum(snapshot.frequency(field_of(Texts.PLAIN, form), stem) for form in (Form.STEMS, Form.ALSO))
