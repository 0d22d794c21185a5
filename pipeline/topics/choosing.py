"""The terms of all meetings → those that are topics.

A term is a topic if some meetings have it and most do not. Of words without a form of their own, only those count that
come in bursts: a word that tells what a text is about comes several times where it comes at all (K. Church and W. Gale,
"Poisson mixtures", 1995). Of phrases, those count whose words are found together more often than chance would have it,
by normalised pointwise mutual information (G. Bouma, "Normalized (pointwise) mutual information in collocation
extraction", 2009).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from pipeline.language.given_names import given_names
from pipeline.language.plain_words import is_plain
from pipeline.language.word_forms import has_form_of_identifier, is_identifier
from pipeline.language.word_lists import Language, load_languages
from pipeline.language.words import fold
from pipeline.records import MeetingTopics, TermUse, TopicKind
from pipeline.topics.terms import key_of, words_of

MIN_SHARE, MAX_SHARE = 0.02, 0.2
"""Of the meetings that have a term: with fewer it does not come back, with more it is what the archive is about."""

MIN_BURST = 1.5
"""How often a word without a form of its own comes in a meeting that has it."""

MIN_HEADING_SHARE = 0.25
"""Of the meetings that have such a word: so many have it in a heading, where it comes no more often."""

MIN_ASSOCIATION, MIN_CLOSE_ASSOCIATION = 0.33, 0.5
"""Normalised pointwise mutual information, -1..1, of a phrase that comes in bursts, and of any other."""

MIN_PHRASE_BURST = 1.2

_MIN_MEETINGS = 3  # that have a term, where a fifth of the meetings are as many; otherwise 2
_REPLACED_SHARE = 0.7  # of the uses of a word: so many in one phrase, and the phrase stands for it
_NAME_SHARE = 0.5  # of the meetings: a word of no language that more have is the name of the archive
_CODE_SHARE = 0.5  # of the meetings that have a term: so many in which it is a name in code, which is a topic already
_FORM_SHARE = 0.25  # of the meetings that have a term: so many write it as an identifier, and it is one
_PERSON_SHARE = 0.3  # of the meetings that have a word: so many show that it is a name
_MIN_SLIP_RATIO = 3  # a word comes so much oftener than another that this is a slip of the pen
_MIN_SLIP_CHARS = 6


@dataclass(slots=True)
class _KnownTerm:
    """A term in all meetings that have it."""

    key: str
    meetings: int = 0
    count: int = 0
    headings: int = 0  # meetings that have it in one
    forms: Counter[str] = field(default_factory=Counter)  # by meetings
    form: str = ""  # to show

    def add(self, use: TermUse) -> None:
        self.meetings += 1
        self.count += use.count
        self.headings += use.in_heading
        self.forms[use.form] += 1

    def choose_form(self) -> None:
        """The most usual form; but that of an identifier, or a single word, is preferred if it is not rare."""

        def rank(form: str) -> tuple[bool, int, str]:
            is_usual = self.forms[form] >= max(_FORM_SHARE * self.meetings, 2)
            is_clear = is_usual and has_form_of_identifier(form) and not form.islower()
            return is_clear, self.forms[form], form

        self.form = max(self.forms, key=rank)

    @property
    def words(self) -> list[str]:
        return words_of(self.form)

    @property
    def is_in_headings(self) -> bool:
        return self.headings >= MIN_HEADING_SHARE * self.meetings


def choose_terms(meetings: Sequence[MeetingTopics], *, people: bool = False) -> Mapping[str, str]:
    """The terms that are topics of these meetings: by key, the form they are shown in.

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
    people: _KnownPeople
    code: Counter[str]  # meetings in which a term is a name in code
    english: Language

    @classmethod
    def of(cls, meetings: Sequence[MeetingTopics]) -> _Choice:
        english = next(language for language in load_languages() if language.code == "en")
        candidates: dict[str, _KnownTerm] = {}
        words: Counter[str] = Counter()
        code: Counter[str] = Counter()
        for topics in meetings:
            for use in topics.terms:
                if len(words_of(use.form)) == 1:
                    words[use.key] += use.count
                if use.block_ids:
                    candidates.setdefault(use.key, _KnownTerm(use.key)).add(use)
            names = {each.key for each in topics.references if each.kind is TopicKind.CODE}
            code.update({key_of(name, english) for name in names if name.isalnum()})
        for each in candidates.values():
            each.choose_form()
        people = _KnownPeople.of(meetings, candidates)
        return cls(len(meetings), candidates, words, people, code, english)

    def terms(self, *, people: bool) -> dict[str, str]:
        most = max(MAX_SHARE * self.number, 2)
        least = max(MIN_SHARE * self.number, _MIN_MEETINGS if most >= _MIN_MEETINGS else 2)
        chosen = {
            key: each
            for key, each in self.candidates.items()
            if least <= each.meetings <= most and self._is_topic(each, people=people)
        }
        replaced = set(self._replaced(chosen))
        return {key: each.form for key, each in chosen.items() if key not in replaced}

    def _is_topic(self, each: _KnownTerm, *, people: bool) -> bool:
        if self.code[each.key] >= _CODE_SHARE * each.meetings:
            return False
        if any(map(self.people.is_name, each.words)):
            return people and len(each.words) == 1
        return self._is_phrase(each) if len(each.words) > 1 else self._is_word(each)

    def _is_word(self, each: _KnownTerm) -> bool:
        is_bursty = each.count > MIN_BURST * each.meetings or each.is_in_headings
        if is_identifier(each.form):
            # Of letters that are plain words, or two alone, the form says little: ARM, LF.
            is_clear = (len(each.form.removesuffix("s")) > 2 or not each.form.isalpha()) and not is_plain(
                each.form.lower()
            )
            return is_clear or is_bursty
        if self._is_slip(each):
            return False
        is_name = each.form.istitle() and len(each.forms) > 1 and not is_plain(each.form.lower())
        return is_bursty or is_name

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
        for part in filter(None, map(self.candidates.get, keys)):
            if part.meetings > _NAME_SHARE * self.number or self._is_slip(part):
                return False
        association = _association(each.count, parts, self.words.total())
        is_bursty = each.count >= MIN_PHRASE_BURST * each.meetings or each.is_in_headings
        return association >= (MIN_ASSOCIATION if is_bursty else MIN_CLOSE_ASSOCIATION)

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
                if len(words_of(form)) == 1:
                    having[fold(form)] += count
                    if form.islower() or has_form_of_identifier(form):
                        small.add(fold(form))
        names = frozenset(name for name, count in shown.items() if count >= _PERSON_SHARE * having[name])
        return cls(names, frozenset(small))

    def is_name(self, word: str) -> bool:
        folded = fold(word)
        if folded in self.names:
            return True
        return word.istitle() and folded in given_names() and folded not in self.written_small


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
