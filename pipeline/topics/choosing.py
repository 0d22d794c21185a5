"""The terms of all meetings → those that are topics.

A term is a topic if some meetings have it and most do not. Of words without a form of their own, only those count that
come in bursts: a word that tells what a text is about comes several times where it comes at all (K. Church and W. Gale,
"Poisson mixtures", 1995). Of phrases, those count whose words are found together more often than chance would have it,
by normalised pointwise mutual information (G. Bouma, "Normalized (pointwise) mutual information in collocation
extraction", 2009).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase

from pipeline.language.given_names import given_names
from pipeline.language.plain_words import is_plain
from pipeline.language.word_forms import has_form_of_identifier, is_identifier
from pipeline.language.word_lists import Language, load_languages
from pipeline.language.words import fold
from pipeline.records import MeetingTopics, TermUse, TopicKind
from pipeline.topics.terms import is_one_word, key_of, listed_lines, words_of

MIN_SHARE, MAX_SHARE = 0.02, 0.2
"""Of the meetings that have a term that is listed: with fewer it hardly comes back, with more it is what the archive is
about. Such terms are topics, too, that somebody may ask for."""

MAX_CLEAR_SHARE = 0.4
"""Of the meetings that have one whose form shows what it is: BPF, CMake."""

MIN_BURST = 1.5
"""How often a word without a form of its own comes in a meeting that has it."""

MIN_HEADING_SHARE = 0.25
"""Of the meetings that have such a word: so many have it in a heading, where it comes no more often."""

MIN_ASSOCIATION, MIN_CLOSE_ASSOCIATION = 0.33, 0.5
"""Normalised pointwise mutual information, -1..1, of a phrase that comes in bursts, and of any other."""

MIN_PLAIN_ASSOCIATION = 0.6
"""Of a phrase of plain words, which no heading has: `third party`."""

MIN_PHRASE_BURST = 1.2

_MIN_FOUND = 2  # meetings that have a topic
_MIN_MEETINGS = 3  # that have a listed one, where a fifth of the meetings are as many; otherwise 2
_REPLACED_SHARE = 0.7  # of the uses of a word: so many in one phrase, and the phrase stands for it
_NAME_SHARE = 0.5  # of the meetings: a word of no language that more have is the name of the archive
_CODE_SHARE = 0.5  # of the meetings that have a term: so many in which it is a name in code, which is a topic already
_FORM_SHARE = 0.25  # of the meetings that have a term: so many write it as an identifier, and it is one
_PERSON_SHARE = 0.3  # of the meetings that have a word: so many show that it is a name
_MIN_SLIP_RATIO = 3  # a word comes so much oftener than another that this is a slip of the pen
_MIN_SLIP_CHARS = 6


@dataclass(frozen=True, slots=True)
class _KnownTerm:
    """A term in all meetings that have it."""

    key: str
    meetings: int
    count: int
    headings: int  # meetings that have it in one
    forms: Mapping[str, int]  # by meetings
    form: str  # to show

    @classmethod
    def of(cls, key: str, uses: Sequence[TermUse]) -> _KnownTerm:
        forms = Counter(use.form for use in uses)
        count, headings = sum(use.count for use in uses), sum(use.in_heading for use in uses)
        return cls(key, len(uses), count, headings, forms, _shown_form(forms, len(uses)))

    @property
    def words(self) -> list[str]:
        return words_of(self.form)

    @property
    def is_in_headings(self) -> bool:
        return self.headings >= MIN_HEADING_SHARE * self.meetings


def _shown_form(forms: Mapping[str, int], meetings: int) -> str:
    """The most usual form; but that of an identifier, or a single word, is preferred if it is not rare."""
    if len(forms) == 1:
        return next(iter(forms))

    def rank(form: str) -> tuple[bool, int, str]:
        is_usual = forms[form] >= max(_FORM_SHARE * meetings, 2)
        is_clear = is_usual and has_form_of_identifier(form) and not form.islower()
        return is_clear, forms[form], form

    return max(forms, key=rank)


@dataclass(frozen=True, slots=True)
class ChosenTerm:
    """A term that is a topic: the form it is shown in, and all others. Only some are listed among what comes back."""

    form: str
    forms: tuple[str, ...]
    is_listed: bool


def choose_terms(meetings: Sequence[MeetingTopics], *, people: bool = False) -> Mapping[str, ChosenTerm]:
    """The terms that are topics of these meetings, by key.

    Args:
        people: names of people may be topics, too.
    """
    return _Choice.of(meetings).terms(people=people)


@dataclass(frozen=True, slots=True)
class _Choice:
    """What all meetings tell about their terms."""

    number: int  # of meetings
    candidates: Mapping[str, _KnownTerm]
    words: Counter[str]  # how often each comes, by key
    words_total: int
    people: _KnownPeople
    code: Counter[str]  # meetings in which a term is a name in code
    english: Language

    @classmethod
    def of(cls, meetings: Sequence[MeetingTopics]) -> _Choice:
        english = next(language for language in load_languages() if language.code == "en")
        uses: dict[str, list[TermUse]] = defaultdict(list)
        code: Counter[str] = Counter()
        for topics in meetings:
            for use in topics.terms:
                uses[use.key].append(use)
            names = {each.key for each in topics.references if each.kind is TopicKind.CODE}
            code.update({key_of(name, english) for name in names if name.isalnum()})
        words = Counter({key: sum(use.count for use in found if is_one_word(use.form)) for key, found in uses.items()})
        candidates = {
            key: _KnownTerm.of(key, written)
            for key, found in uses.items()
            if len(found) >= _MIN_FOUND and len(written := [use for use in found if use.block_ids]) >= _MIN_FOUND
        }
        people = _KnownPeople.of(meetings, candidates)
        return cls(len(meetings), candidates, words, words.total(), people, code, english)

    def terms(self, *, people: bool) -> dict[str, ChosenTerm]:
        most = max(MAX_SHARE * self.number, 2)
        least = max(MIN_SHARE * self.number, _MIN_MEETINGS if most >= _MIN_MEETINGS else 2)
        chosen = {
            key: each
            for key, each in self.candidates.items()
            if each.meetings >= _MIN_FOUND and self._is_topic(each, people=people)
        }
        usual = {
            key: each
            for key, each in chosen.items()
            if least <= each.meetings <= (max(self.number * MAX_CLEAR_SHARE, 2) if self._is_clear(each) else most)
        }
        unlisted = {
            *self._replaced(usual),
            *(key for key, each in usual.items() if self._is_general(each)),
            *(key for key, each in usual.items() if not people and any(map(self.people.may_be_name, each.words))),
        }
        return {
            key: ChosenTerm(each.form, tuple(each.forms), key in usual and key not in unlisted)
            for key, each in chosen.items()
        }

    def _is_topic(self, each: _KnownTerm, *, people: bool) -> bool:
        if self.code[each.key] >= _CODE_SHARE * each.meetings:
            return False
        words = each.words
        if any(map(self.people.is_name, words)):
            return people and len(words) == 1
        return self._is_phrase(each) if len(words) > 1 else self._is_word(each)

    def _is_word(self, each: _KnownTerm) -> bool:
        is_bursty = each.count > MIN_BURST * each.meetings or each.is_in_headings
        if is_identifier(each.form):
            return self._is_clear(each) or is_bursty
        is_name = each.form.istitle() and len(each.forms) > 1 and not is_plain(each.form.lower())
        return (is_bursty or is_name) and not self._is_slip(each)

    def _is_general(self, each: _KnownTerm) -> bool:
        """Whether a phrase is one that notes about anything have, or has such a phrase in it."""
        words = each.words
        parts = (words[at : at + size] for size in (2, 3) for at in range(len(words) - size + 1))
        return any(key_of(" ".join(part), self.english) in _general_phrases() for part in parts)

    @staticmethod
    def _is_clear(each: _KnownTerm) -> bool:
        """Whether the form alone says that it is a name. Of plain words, or of two letters, it says little: ARM, LF."""
        form = each.form
        is_long = len(form.removesuffix("s")) > 2 or not form.isalpha()
        return is_identifier(form) and is_long and not is_plain(form.lower())

    def _is_slip(self, each: _KnownTerm) -> bool:
        """Whether a word is a far more frequent one with a letter to spare or missing: `signging`."""
        word = each.form.lower()
        if len(word) < _MIN_SLIP_CHARS or not word.isalpha():
            return False
        meant = {word[:at] + letter + word[at:] for at in range(1, len(word)) for letter in ascii_lowercase}
        if len(word) > _MIN_SLIP_CHARS:
            meant |= {word[:at] + word[at + 1 :] for at in range(1, len(word))}
        keys = {key_of(one, self.english) for one in meant} - {each.key}
        return any(self.words[key] >= _MIN_SLIP_RATIO * each.count for key in keys)

    def _is_phrase(self, each: _KnownTerm) -> bool:
        keys = [key_of(word, self.english) for word in each.words]
        parts = [self.words[key] for key in keys]
        association = _association(each.count, parts, self.words_total)
        is_bursty = each.count >= MIN_PHRASE_BURST * each.meetings or each.is_in_headings
        least = MIN_ASSOCIATION if is_bursty else MIN_CLOSE_ASSOCIATION
        if not each.is_in_headings and all(is_plain(word.lower()) for word in each.words):
            least = MIN_PLAIN_ASSOCIATION
        if association < least:
            return False
        known = [part for part in map(self.candidates.get, keys) if part is not None]
        is_named = any(part.meetings > _NAME_SHARE * self.number for part in known)
        return not (is_named or any(map(self._is_slip, known)))

    def _replaced(self, chosen: Mapping[str, _KnownTerm]) -> Iterator[str]:
        """The words and phrases that hardly come but in one longer phrase."""
        for each in chosen.values():
            keys = [key_of(word, self.english) for word in each.words]
            for size in range(1, len(keys)):
                for start in range(len(keys) - size + 1):
                    part = chosen.get(key_of(" ".join(each.words[start : start + size]), self.english))
                    if part is not None and each.count >= _REPLACED_SHARE * max(part.count, self.words[part.key]):
                        yield part.key


@dataclass(frozen=True, slots=True)
class _KnownPeople:
    """Who is a person, as all meetings together show."""

    names: frozenset[str]  # folded
    shown: frozenset[str]  # what stands anywhere where a name would
    written_small: frozenset[str]  # words that are written in lower case or as an identifier somewhere

    @classmethod
    def of(cls, meetings: Sequence[MeetingTopics], candidates: Mapping[str, _KnownTerm]) -> _KnownPeople:
        shown: Counter[str] = Counter()
        for topics in meetings:
            shown.update(set(topics.people))
        having: Counter[str] = Counter()
        small = set()
        for each in candidates.values():
            for form, count in each.forms.items():
                if is_one_word(form):
                    having[fold(form)] += count
                    if form.islower() or has_form_of_identifier(form):
                        small.add(fold(form))
        names = frozenset(name for name, count in shown.items() if count >= _PERSON_SHARE * having[name])
        return cls(names, frozenset(shown), frozenset(small))

    def is_name(self, word: str) -> bool:
        """Whether a word names a person for sure: somebody does, says or is called something by it."""
        folded = fold(word)
        return folded in self.names or (word.istitle() and folded in given_names() and folded in self.shown)

    def may_be_name(self, word: str) -> bool:
        """Whether it looks like a given name, and may also be a product: Santa."""
        folded = fold(word)
        return word.istitle() and folded in given_names() and folded not in self.written_small


@cache
def _general_phrases() -> frozenset[str]:
    """Their keys."""
    english = next(language for language in load_languages() if language.code == "en")
    return frozenset(key_of(phrase, english) for phrase in listed_lines("general_phrases.txt"))


def _association(count: int, parts: Sequence[int], total: int) -> float:
    """Normalised pointwise mutual information of words that come together so often, and each so often in all.

    >>> round(_association(10, [10, 10], 1000), 2), round(_association(1, [50, 20], 1000), 2)
    (1.0, 0.0)
    """
    if count >= total:
        return 1.0
    together = math.log(count / total)
    apart = sum(math.log(max(part, count) / total) for part in parts)
    return (together - apart) / (-(len(parts) - 1) * together)
