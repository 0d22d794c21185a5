"""Words and phrases to be found: in the index, and in a text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.language.names import DEFAULT
from pipeline.records import PassageSource
from pipeline.search.analysis import SPACED, Analyzer, Token
from pipeline.search.documents import Form, field_of
from pipeline.search.index import Match, Snapshot

MAX_PREFIX_TERMS = 48
"""Words with a beginning that count by how rare each is; of more, all are worth the same."""

SEARCHED = (PassageSource.TRANSCRIPT, PassageSource.NOTES)
"""Sources whose words are those of the archive."""


class Term(NamedTuple):
    """A word or a phrase to be found: its words folded, and their stems. `forms` are all stems of a single word."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    prefix: bool = False  # the last word may go on


class Group(NamedTuple):
    """Terms any of which will do: `name` is what was typed, `idf` how rare they are, ln(N / df)."""

    name: str
    terms: tuple[Term, ...]
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
        self._phrases: dict[str, list[tuple[int, Term]]] = defaultdict(list)
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
        self._wanted = self._words.keys() | self._phrases.keys()
        beginnings = "|".join(re.escape(beginning) for _, beginning in self._prefixes)
        self._begun = re.compile(f"(?:^| )(?:{beginnings})") if beginnings else None

    def find(self, text: str) -> list[Found]:
        """All places, in the order of the text."""
        found: list[Found] = []
        analysed, wanted, begun = self._analyzer.chunk, self._wanted, self._begun
        for chunk in SPACED.finditer(text):
            _, words, _, _, keys = known = analysed(chunk[0])
            if wanted.isdisjoint(keys) and not (begun and begun.search(words)):  # as most are
                continue
            if not self._phrases.keys().isdisjoint(keys):
                return self._find(self._analyzer.tokens(text))
            at = chunk.start()
            found += [Found(at + start, at + end, number) for start, end, number in self._find(known.tokens)]
        return found

    def _find(self, tokens: Sequence[Token]) -> list[Found]:
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

    def _is_phrase(self, term: Term, tokens: Sequence[Token], at: int) -> bool:
        texts = tokens[at : at + len(term.words)]
        if len(texts) < len(term.words):
            return False
        if term.prefix:
            *before, last = zip(texts, term.words, strict=True)
            return last[0].word.startswith(last[1]) and all(token.word == word for token, word in before)
        if self._by_stem:
            return all(token.stem == stem for token, stem in zip(texts, term.stems, strict=True))
        return all(token.word == word for token, word in zip(texts, term.words, strict=True))


def stems_of(group: Group) -> list[str]:
    """The stems any of which tells of a group; none of a beginning."""
    return sorted({stem for term in group.terms for stem in (term.forms or (() if term.prefix else term.stems[:1]))})


def term_match(snapshot: Snapshot, source: PassageSource, term: Term, language: str) -> Match:
    """Passages of a source that have a term."""
    words = field_of(source, Form.WORDS)
    if term.prefix:
        if len(term.words) > 1:
            return snapshot.phrase(words, term.words, prefix=True)
        return _prefix_match(snapshot, words, term.words[0])
    if len(term.words) > 1:
        by_stem = language == DEFAULT
        return snapshot.phrase(field_of(source) if by_stem else words, term.stems if by_stem else term.words)
    also = field_of(source, Form.ALSO)
    others = [snapshot.term(also, form) for form in sorted(term.forms) if snapshot.frequency(also, form)]
    stems = [snapshot.term(field_of(source), form) for form in sorted(term.forms)]
    return snapshot.any_of([*stems, *others])


def _prefix_match(snapshot: Snapshot, words: str, beginning: str) -> Match:
    terms = snapshot.terms_beginning(words, beginning, limit=MAX_PREFIX_TERMS + 1)
    if len(terms) > MAX_PREFIX_TERMS or not terms:
        return snapshot.prefix(words, beginning)
    return snapshot.any_of([snapshot.term(words, term) for term, _ in terms])


def frequency(snapshot: Snapshot, stem: str) -> int:
    """How many passages have a stem; where it is only in a whole or a part of an identifier, it counts, too."""
    fields = [field_of(source, form) for source in SEARCHED for form in (Form.STEMS, Form.ALSO)]
    return sum(snapshot.frequency(field, stem) for field in fields)
