"""A query, in the forms that occur in the archive: what the index is asked for, and what is found in a text.

A word is found in every form, `hardfork` also as "hard fork" and the other way round, and 6190 as people say it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from pipeline.records import PassageSource
from pipeline.search.analysis import Analyzer
from pipeline.search.documents import Entry, Field, Form, Texts, field_of
from pipeline.search.index import Match, Snapshot
from pipeline.search.passages import Passage
from pipeline.search.query import Query, QueryTerm
from pipeline.search.terms import MAX_PREFIX_TERMS, Finder, Found, Group, SoughtTerm, frequency, term_match, usual_words
from pipeline.search.variants import joined, similar_terms, variants

_LAST_DAY = 4_000_000


@dataclass(frozen=True)
class CompiledQuery:
    """What is looked for in a snapshot of the index."""

    groups: tuple[Group, ...]
    excluded: tuple[SoughtTerm, ...]
    sources: tuple[PassageSource, ...]
    analyzer: Analyzer
    narrowed: tuple[Match, ...]
    hidden: tuple[Match, ...] = ()
    meetings: frozenset[str] | None = None  # in which something may be found; None: in any
    text: str | None = None  # what is looked for, as a sentence; None: with a phrase, which is to stand there as it is
    speakers: frozenset[str] | None = None  # one of whom says it; None: anybody, or nobody

    @cached_property
    def finder(self) -> Finder:
        return Finder(self.groups, self.analyzer)

    @cached_property
    def total_idf(self) -> float:
        return sum(group.idf for group in self.groups)

    def share_in(self, found: Iterable[Found]) -> float:
        """How much of the query was found, by how rare each of its groups is: 0 to 1."""
        return sum(self.groups[number].idf for number in {each.group for each in found}) / (self.total_idf or 1.0)

    def share_of(self, heading: str) -> float:
        """The same for a text that comes again and again."""
        if heading not in self._shares:
            self._shares[heading] = self.share_in(self.finder.find(heading))
        return self._shares[heading]

    @cached_property
    def _shares(self) -> dict[str, float]:
        return {}

    def found_in(self, passage: Passage) -> tuple[Found, ...]:
        """The matches in a passage; none, where one of the words is only said by others than those it is to be from."""
        found = tuple(self.finder.find_in(passage))
        if self.speakers is None:
            return found
        said = tuple(each for each in found if self.is_said_by_them(passage, passage.word_at(each.start)))
        return said if {each.group for each in said} == {each.group for each in found} else ()

    def is_said_by_them(self, passage: Passage, word: int) -> bool:
        """Whether a word of a passage is from one of the speakers that it is to be from."""
        return self.speakers is None or passage.speaker_of(word) in self.speakers

    def all_in(self, snapshot: Snapshot, source: PassageSource | None = None) -> Match:
        """Passages with one term of each group, of any of its sources or of one."""
        groups = [_any_term(snapshot, Texts.PLAIN, group.terms) for group in self.groups]
        return self._narrowed(snapshot, Texts.PLAIN, groups, source)

    def best_in(self, snapshot: Snapshot) -> Match:
        """The same, but for a beginning that much in the archive has: then those of them that people mean."""
        ((term, *others), *more) = (group.terms for group in self.groups)
        is_alone = term.prefix and len(term.words) == 1 and not (others or more or self.narrowed)
        usual = usual_words(snapshot, term.words[0]) if is_alone else None
        return self._narrowed(snapshot, Texts.PLAIN, [usual]) if usual else self.all_in(snapshot)

    def any_in(self, snapshot: Snapshot) -> Match:
        """Passages with a term of any group."""
        terms = [term for group in self.groups for term in group.terms]
        return self._narrowed(snapshot, Texts.PLAIN, [_any_term(snapshot, Texts.PLAIN, terms)])

    def excludes(self, text: str) -> bool:
        """Whether a text has something that is not to be there."""
        return bool(self.excluded) and bool(Finder([Group("", self.excluded)], self.analyzer).find(text))

    def put_in(self, snapshot: Snapshot) -> Match:
        """Misheard passages with one term of each group, where a word of one was put in."""
        stems = {stem for group in self.groups for term in group.terms for stem in (*term.forms, *term.stems)}
        put_in = snapshot.any_of([snapshot.term(Field.PUT_IN, stem) for stem in sorted(stems)])
        groups = [_any_term(snapshot, Texts.MISHEARD, group.terms) for group in self.groups]
        return self._narrowed(snapshot, Texts.MISHEARD, [*groups, put_in])

    def informative(self, min_idf: float, limit: int) -> CompiledQuery:
        """Its rarest groups alone; all, where none is rare."""
        known = sorted((group for group in self.groups if group.idf < math.inf), key=lambda group: -group.idf)[:limit]
        rare = [group for group in known if group.idf >= min_idf] or known
        return replace(self, groups=tuple(group for group in self.groups if group in rare))

    def with_similar(self, snapshot: Snapshot) -> Iterator[tuple[int, CompiledQuery]]:
        """The query with a rare word replaced by those that are spelt almost like it: which group that is, and all."""
        for number, group in enumerate(self.groups):
            terms = tuple(similar_terms(snapshot, group.terms[0])) if len(group.terms) == 1 else ()
            if terms:
                replaced = group._replace(terms=terms)
                yield number, replace(self, groups=(*self.groups[:number], replaced, *self.groups[number + 1 :]))

    def _narrowed(
        self, snapshot: Snapshot, texts: Texts, matches: list[Match], source: PassageSource | None = None
    ) -> Match:
        without = [term_match(snapshot, texts, term) for term in self.excluded]
        if texts is Texts.PLAIN and (source or len(self.sources) == 1):
            matches = [*matches, snapshot.of_source(source or self.sources[0])]
        return snapshot.all_of([*matches, *self.narrowed], [*without, *self.hidden])


def compile_query(
    snapshot: Snapshot, query: Query, slug: str | None = None, without: Collection[str] = ()
) -> CompiledQuery:
    """What to look for. Words beside each other may be one in the archive, or one may be two.

    Args:
        slug: in this meeting only.
        without: not in these meetings.
    """
    groups = [[_term(snapshot, term) for term in group] for group in query.groups]
    named = [group[0].text for group in query.groups]
    found = [[term for term in group if term.words] for group in groups]
    all_terms: list[list[SoughtTerm]] = [
        [*group, *(variant for term in group for variant in variants(snapshot, term))] for group in found
    ]
    for (first, one), (second, other) in pairwise(enumerate(found)):
        if both := joined(snapshot, one, other):
            all_terms[first].append(both)
            all_terms[second].append(both)
    speakers = _speakers(snapshot, query) if query.speakers else None
    return CompiledQuery(
        tuple(
            Group(name, tuple(dict.fromkeys(terms)), _idf(snapshot, terms))
            for name, terms in zip(named, all_terms, strict=True)
            if terms
        ),
        tuple(term for each in query.excluded if (term := _term(snapshot, each)).words),
        query.sources,
        snapshot.analyzer,
        tuple(_narrowing(snapshot, query, slug, speakers)),
        (snapshot.of_meetings(without),) if without else (),
        _meetings(snapshot, query, slug, without),
        query.text,
        speakers,
    )


def _any_term(snapshot: Snapshot, texts: Texts, terms: Sequence[SoughtTerm]) -> Match:
    return snapshot.any_of([term_match(snapshot, texts, term) for term in terms])


def _term(snapshot: Snapshot, term: QueryTerm) -> SoughtTerm:
    tokens = snapshot.analyzer.tokens(term.text)
    words, stems = tuple(token.word for token in tokens), tuple(token.stem for token in tokens)
    forms = frozenset(snapshot.analyzer.forms(term.text))
    return SoughtTerm(words, stems, forms if len(tokens) == 1 and not term.prefix else frozenset(), term.prefix)


def _idf(snapshot: Snapshot, terms: Sequence[SoughtTerm]) -> float:
    """Infinite where no passage has one."""
    having = 0
    for term in terms:
        if term.prefix:
            words = field_of(Texts.PLAIN, Form.WORDS)
            found = snapshot.terms_beginning(words, term.words[-1], limit=MAX_PREFIX_TERMS)
            having += sum(count for _, count in found)
        else:
            having += min(frequency(snapshot, stem) for stem in term.stems)
    return math.log(max(snapshot.passages, having) / having) if having else math.inf


def _narrowing(snapshot: Snapshot, query: Query, slug: str | None, speakers: frozenset[str] | None) -> Iterator[Match]:
    if query.meetings or query.series:
        yield snapshot.of_meetings(_named(snapshot, query, slug))
    elif slug is not None:
        yield snapshot.of_meetings([slug])
    if query.before or query.after:
        yield snapshot.between(Field.DAY, *_days(query))
    if query.years:
        yield snapshot.any_of([snapshot.between(Field.DAY, *_days_of(year)) for year in query.years])
    if speakers is not None:
        names = [snapshot.term(Field.SPEAKER, name) for name in sorted(speakers)]
        yield snapshot.constant(snapshot.any_of(names), 0.0)


def _meetings(snapshot: Snapshot, query: Query, slug: str | None, without: Collection[str]) -> frozenset[str] | None:
    is_dated = bool(query.before or query.after or query.years)
    if not (query.meetings or query.series or is_dated or slug is not None or without):
        return None
    return frozenset(
        each
        for each in _named(snapshot, query, slug)
        if each not in without and (not is_dated or _is_on_a_day(snapshot.entries[each].day, query))
    )


def _named(snapshot: Snapshot, query: Query, slug: str | None) -> list[str]:
    return [
        found
        for found, entry in snapshot.entries.items()
        if slug in (None, found) and _is_called(found, entry, query) and _is_of_series(entry, query)
    ]


def _is_called(slug: str, entry: Entry, query: Query) -> bool:
    return not query.meetings or any(
        name in slug.casefold() or name in entry.title.casefold() for name in query.meetings
    )


def _is_of_series(entry: Entry, query: Query) -> bool:
    return not query.series or entry.series.casefold() in query.series


def _is_on_a_day(day: int, query: Query) -> bool:
    first, last = _days(query)
    in_years = not query.years or (day > 0 and date.fromordinal(day).year in query.years)
    return first <= day <= last and in_years


def _days(query: Query) -> tuple[int, int]:
    first = query.after.toordinal() if query.after else 1
    return first, query.before.toordinal() - 1 if query.before else _LAST_DAY


def _days_of(year: int) -> tuple[int, int]:
    return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()


def _speakers(snapshot: Snapshot, query: Query) -> frozenset[str]:
    """Those who have one of the asked names, or a word in their name that begins so."""
    known = (name for name, _ in snapshot.terms_beginning(Field.SPEAKER, ""))
    return frozenset(name for name in known if any(f" {asked}" in f" {name.casefold()}" for asked in query.speakers))
