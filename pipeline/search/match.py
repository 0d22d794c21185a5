"""A query, in the forms that occur in the archive: what the index is asked for, and what is found in a text.

A word is found in every form, `hardfork` also as "hard fork" and the other way round, and 6190 as people say it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from pipeline.language.names import DEFAULT
from pipeline.records import PassageSource
from pipeline.search.analysis import SPACED, Analyzer, Token
from pipeline.search.documents import Field, Form, field_of
from pipeline.search.index import Match, Snapshot
from pipeline.search.query import Query, QueryTerm
from pipeline.search.spoken_forms import spoken_forms

MAX_PREFIX_TERMS = 48
"""Words with a beginning that count by how rare each is; of more, all are worth the same."""

MIN_PART_CHARS = 3
"""Letters of either part of a word that may be two."""

_SEARCHED = (PassageSource.TRANSCRIPT, PassageSource.NOTES)
_MAX_SPLITS = 2  # of a word that are looked for
_LINKING_LETTERS = ("", "s", "es", "n", "en")  # between the parts of a German word: Entscheidung-s-vorlage
_LAST_DAY = 4_000_000


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


@dataclass(frozen=True)
class CompiledQuery:
    """What is looked for in a snapshot of the index."""

    groups: tuple[Group, ...]
    excluded: tuple[Term, ...]
    sources: tuple[PassageSource, ...]
    analyzer: Analyzer
    narrowed: tuple[Match, ...]

    @cached_property
    def finder(self) -> Finder:
        return Finder(self.groups, self.analyzer)

    @cached_property
    def total_idf(self) -> float:
        return sum(group.idf for group in self.groups)

    def all_in(self, snapshot: Snapshot, source: PassageSource) -> Match:
        """Passages with one term of each group."""
        groups = [self._any_term(snapshot, source, group.terms) for group in self.groups]
        return self._narrowed(snapshot, source, groups)

    def any_in(self, snapshot: Snapshot, source: PassageSource) -> Match:
        """Passages with a term of any group."""
        terms = [term for group in self.groups for term in group.terms]
        return self._narrowed(snapshot, source, [self._any_term(snapshot, source, terms)])

    def put_in(self, snapshot: Snapshot) -> Match:
        """Misheard passages with one term of each group, where a word of one was put in."""
        stems = {stem for group in self.groups for term in group.terms for stem in (*term.forms, *term.stems)}
        put_in = snapshot.any_of([snapshot.term(Field.PUT_IN, stem) for stem in sorted(stems)])
        source = PassageSource.MISHEARD
        groups = [self._any_term(snapshot, source, group.terms) for group in self.groups]
        return self._narrowed(snapshot, source, [*groups, put_in])

    def nearby(self, snapshot: Snapshot, field: Field) -> Match | None:
        """Stretches and meetings with the words; None where there is none to look for."""
        stems = {
            stem
            for group in self.groups
            for term in group.terms
            for stem in (term.forms or (term.stems[:-1] if term.prefix else term.stems))
        }
        return snapshot.any_of([snapshot.term(field, stem) for stem in sorted(stems)]) if stems else None

    def informative(self, min_idf: float, limit: int) -> CompiledQuery:
        """Its rarest groups alone; all, where none is rare."""
        known = sorted((group for group in self.groups if group.idf < math.inf), key=lambda group: -group.idf)[:limit]
        rare = [group for group in known if group.idf >= min_idf] or known
        return replace(self, groups=tuple(group for group in self.groups if group in rare))

    def _narrowed(self, snapshot: Snapshot, source: PassageSource, matches: list[Match]) -> Match:
        without = [term_match(snapshot, source, term) for term in self.excluded]
        return snapshot.all_of([*matches, *self.narrowed], without)

    def _any_term(self, snapshot: Snapshot, source: PassageSource, terms: Sequence[Term]) -> Match:
        return snapshot.any_of([term_match(snapshot, source, term) for term in terms])


def compile_query(snapshot: Snapshot, query: Query, slug: str | None = None) -> CompiledQuery:
    """What to look for. Words beside each other may be one in the archive, or one may be two.

    Args:
        slug: in this meeting only.
    """
    groups = [[_term(snapshot, term) for term in group] for group in query.groups]
    named = [group[0].text for group in query.groups]
    found = [[term for term in group if term.words] for group in groups]
    variants: list[list[Term]] = [
        [*group, *(variant for term in group for variant in _variants(snapshot, term))] for group in found
    ]
    for (first, one), (second, other) in pairwise(enumerate(found)):
        if joined := _joined(snapshot, one, other):
            variants[first].append(joined)
            variants[second].append(joined)
    return CompiledQuery(
        tuple(
            Group(name, tuple(dict.fromkeys(terms)), _idf(snapshot, terms))
            for name, terms in zip(named, variants, strict=True)
            if terms
        ),
        tuple(term for each in query.excluded if (term := _term(snapshot, each)).words),
        query.sources,
        snapshot.analyzer,
        tuple(_narrowing(snapshot, query, slug)),
    )


def term_match(snapshot: Snapshot, source: PassageSource, term: Term) -> Match:
    """Passages of a source that have a term."""
    words = field_of(source, Form.WORDS)
    if term.prefix:
        if len(term.words) > 1:
            return snapshot.phrase(words, term.words, prefix=True)
        return _prefix_match(snapshot, words, term.words[0])
    if len(term.words) > 1:
        by_stem = snapshot.language == DEFAULT
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


def _term(snapshot: Snapshot, term: QueryTerm) -> Term:
    tokens = snapshot.analyzer.tokens(term.text)
    words, stems = tuple(token.word for token in tokens), tuple(token.stem for token in tokens)
    forms = frozenset(stem for token in tokens for stem in (token.stem, *_other_stems(token)))
    return Term(words, stems, forms if len(tokens) == 1 and not term.prefix else frozenset(), term.prefix)


def _other_stems(token: Token) -> Iterator[str]:
    """Without those of its parts: who looks for processEvents does not look for events."""
    yield from (stem for stem in token.also if stem[:2] == token.stem[:2] and len(stem) >= len(token.stem) - 2)


def _variants(snapshot: Snapshot, term: Term) -> Iterator[Term]:
    """Other ways to write or say a term."""
    if term.prefix:
        return
    whole = "".join(term.words)
    if len(term.words) > 1:
        if len(term.words) <= 2 and not whole.isdecimal() and (joined := _single(snapshot, whole)):
            yield joined
        return
    if whole.isdecimal():
        for said in spoken_forms(whole, snapshot.language):
            yield _phrase(snapshot, said)
    elif whole.isalpha():
        yield from _splits(snapshot, whole)


def _splits(snapshot: Snapshot, word: str) -> Iterator[Term]:
    """A word as the two it may be made of."""
    left = _MAX_SPLITS
    for at in range(MIN_PART_CHARS, len(word) - MIN_PART_CHARS + 1):
        for linking in _LINKING_LETTERS:
            first, second = word[:at].removesuffix(linking) if linking else word[:at], word[at:]
            if linking and (not word[:at].endswith(linking) or len(first) < MIN_PART_CHARS):
                continue
            phrase = _phrase(snapshot, f"{first} {second}")
            if left and all(frequency(snapshot, stem) for stem in phrase.stems) and _occurs(snapshot, phrase):
                left -= 1
                yield phrase


def _joined(snapshot: Snapshot, one: Sequence[Term], other: Sequence[Term]) -> Term | None:
    """Two words that somebody wrote as one."""
    if len(one) != 1 or len(other) != 1 or not one[0].forms or not other[0].forms:
        return None
    first, second = one[0].words[0], other[0].words[0]
    for linking in _LINKING_LETTERS:
        if first.isalpha() and second.isalpha() and (joined := _single(snapshot, f"{first}{linking}{second}")):
            return joined
    return None


def _single(snapshot: Snapshot, word: str) -> Term | None:
    forms = snapshot.analyzer.forms(word)
    known = [form for form in forms if frequency(snapshot, form)]
    return Term((word,), tuple(forms[:1]), frozenset(known)) if known else None


def _phrase(snapshot: Snapshot, text: str) -> Term:
    tokens = snapshot.analyzer.tokens(text)
    return Term(tuple(token.word for token in tokens), tuple(token.stem for token in tokens))


def _occurs(snapshot: Snapshot, term: Term) -> bool:
    return any(snapshot.best(term_match(snapshot, source, term), 1) for source in _SEARCHED)


def frequency(snapshot: Snapshot, stem: str) -> int:
    """How many passages have a stem; where it is only in a whole or a part of an identifier, it counts, too."""
    fields = [field_of(source, form) for source in _SEARCHED for form in (Form.STEMS, Form.ALSO)]
    return sum(snapshot.frequency(field, stem) for field in fields)


def _idf(snapshot: Snapshot, terms: Sequence[Term]) -> float:
    """Infinite where no passage has one."""
    having = 0
    for term in terms:
        if term.prefix:
            for source in _SEARCHED:
                found = snapshot.terms_beginning(field_of(source, Form.WORDS), term.words[-1], limit=MAX_PREFIX_TERMS)
                having += sum(count for _, count in found)
        else:
            having += min(frequency(snapshot, stem) for stem in term.stems)
    return math.log(max(snapshot.passages, having) / having) if having else math.inf


def _narrowing(snapshot: Snapshot, query: Query, slug: str | None) -> Iterator[Match]:
    if query.meetings:
        yield snapshot.of_meetings(
            found
            for found, entry in snapshot.entries.items()
            if slug in (None, found)
            and any(name in found.casefold() or name in entry.title.casefold() for name in query.meetings)
        )
    elif slug is not None:
        yield snapshot.of_meetings([slug])
    if query.before or query.after:
        first = query.after.toordinal() if query.after else 1
        yield snapshot.of_days(first, query.before.toordinal() - 1 if query.before else _LAST_DAY)
