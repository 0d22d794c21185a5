"""Which of a file's possible labels are speakers, by the evidence of the whole file.

A label of a speaker comes back, at the beginning of cues, with other text after it, and in a file that labels its
speakers at all. How often it has to come back depends on how like a name its words are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.cues.label_words import QUESTION_AND_ANSWER
from pipeline.cues.labels import LabelForm, Likeness, SpeakerLabel, find_labels, is_sound, likeness
from pipeline.language.word_lists import detect_language
from pipeline.language.words import fold

# Shares of a file's cues that begin with a label.
_MIN_EACH_SHARE = 0.9  # every cue has one: whatever comes back is a speaker
_MIN_MOST_SHARE = 0.5  # no text has that many colons without labels
_MIN_SHORT_TURNS_SHARE = 0.1
_MIN_TURNS_SHARE = 0.05  # text without labels has a colon after its first words in 1-3 % of the cues

_MIN_NAMES = 2  # in a file that labels turns: a talk with one speaker needs no labels
_MIN_OFTEN = 3  # times, for a label whose words are little like a name
_MIN_CAPITALS_SHARE = 0.2  # of the cues begin with a capital, where sentences do: most cues begin within one
_MIN_HABIT_LABELS = 5
_MIN_HABIT_SHARE = 0.9  # of the labels are followed by a capital: then it is the file's habit

_LANGUAGE_SAMPLE_CUES = 60

_NAMES = frozenset({Likeness.CODE, Likeness.NAME})
_TIGHT = _NAMES | {Likeness.HANDLE}  # what may have no space after the colon


@dataclass(slots=True)
class _Use:
    """How a file uses a label. Cues are counted from 0."""

    likeness: Likeness
    first: int
    last: int
    count: int = 0
    spaced: int = 0  # of those, with a space after the colon
    marked: int = 0  # of those, with `>>`, brackets or emphasis besides the colon
    capitals: int = 0  # of those, followed by a capital, or by what cannot be one

    @property
    def recurs(self) -> bool:
        """Whether it comes back after something else."""
        return self.last - self.first >= self.count > 1

    @property
    def goes_on_with_a_capital(self) -> bool:
        return self.capitals >= _MIN_MOST_SHARE * self.count


def choose_labels(texts: Sequence[str]) -> list[SpeakerLabel | None]:
    """The label of each text, None where it has none. `texts` are one file's cues, in their order."""
    found = [tuple(label for label in find_labels(text) if not _is_described_sound(label)) for text in texts]
    uses = _count(found, texts)
    others = [text[:1] for text, labels in zip(texts, found, strict=True) if not labels]
    capitals = sum(map(str.isupper, others))
    has_capitals = capitals > _MIN_CAPITALS_SHARE * (capitals + sum(map(str.islower, others)))
    accepted: set[tuple[str, bool]] = set()
    for in_brackets in (False, True):
        of_form = {name: use for (name, brackets), use in uses.items() if brackets is in_brackets}
        evidence = _Evidence(of_form, len(texts), has_capitals=has_capitals, in_brackets=in_brackets)
        accepted |= {(name, in_brackets) for name, use in of_form.items() if evidence.accepts(name, use)}
    return [
        # "[Ann] Yes: let us begin": what stands there once is no label where another one is.
        min(
            (label for label in labels if _key(label) in accepted),
            key=lambda label: uses[_key(label)].count == 1,
            default=None,
        )
        for labels in found
    ]


def _is_described_sound(label: SpeakerLabel) -> bool:
    return (label.form is LabelForm.BRACKETS or label.is_marked) and is_sound(label.name)


def _key(label: SpeakerLabel) -> tuple[str, bool]:
    return label.name, label.form is LabelForm.BRACKETS


def _count(found: Sequence[Sequence[SpeakerLabel]], texts: Sequence[str]) -> dict[tuple[str, bool], _Use]:
    sample = zip(texts[:_LANGUAGE_SAMPLE_CUES], found, strict=False)
    said = (text[max((label.end for label in labels), default=0) :] for text, labels in sample)  # Ben is a French word
    language = detect_language(said).code if any(found) else ""
    uses: dict[tuple[str, bool], _Use] = {}
    for index, labels in enumerate(found):
        for label in labels:
            use = uses.get(_key(label))
            if use is None:
                use = uses[_key(label)] = _Use(likeness(label.name, language), index, index)
            use.last = index
            use.count += 1
            use.spaced += label.form is not LabelForm.TIGHT
            use.marked += label.is_marked
            use.capitals += not texts[index][label.end : label.end + 1].islower()
    return uses


class _Evidence:
    """What the labels of one form, `Ann: ` or `[Ann] `, say together: whether the file labels its speakers so."""

    def __init__(self, uses: dict[str, _Use], cue_count: int, *, has_capitals: bool, in_brackets: bool) -> None:
        usable = [use for use in uses.values() if use.spaced or use.likeness in _TIGHT]
        # Who labels speakers labels the first one; a sentence with a colon is hardly ever the first thing said.
        begins = any(use.first == 0 and (use.likeness in _NAMES or use.recurs) for use in usable)
        names = [use for use in usable if _is_name(use, begins=begins)]
        recurring = [use for use in names if use.recurs]
        if in_brackets:  # captions put sounds there, too, more of them than we know
            names = recurring if len(recurring) >= _MIN_NAMES else []
        labels = sum(use.count for use in names)
        capitals = sum(use.capitals for use in names)
        often = sum(use.count >= _MIN_OFTEN for use in recurring)
        self._share = sum(use.count for use in usable if use.likeness in _NAMES or use.count > 1) / max(cue_count, 1)
        self._has_habit = labels >= _MIN_HABIT_LABELS and capitals >= _MIN_HABIT_SHARE * labels
        turns = (
            labels >= _MIN_SHORT_TURNS_SHARE * cue_count
            or (labels >= _MIN_TURNS_SHARE * cue_count and len(recurring) >= _MIN_NAMES)
            or (begins and len(names) >= _MIN_NAMES)
            or (self._has_habit and often >= _MIN_NAMES)
        )
        # A turn begins with a sentence, while "Berlin: it rains" goes on with one.
        goes_on = has_capitals and capitals < _MIN_MOST_SHARE * labels
        self._is_labelled = self._share >= _MIN_MOST_SHARE or (turns and not goes_on)
        self._questions = frozenset() if recurring else _questions_and_answers(uses, cue_count)

    def accepts(self, name: str, use: _Use) -> bool:
        """Whether a label is a speaker."""
        each = self._share >= _MIN_EACH_SHARE
        usual = each or not self._has_habit or use.goes_on_with_a_capital
        again = use.recurs or (each and use.count > 1)
        if not use.spaced and (use.likeness not in _TIGHT or not (again or self._is_labelled)):
            return False
        match use.likeness:
            case Likeness.CODE:
                return True
            case Likeness.NAME:
                return (self._is_labelled and usual) or use.marked > 0
            case Likeness.HANDLE:
                is_credible = again or self._has_habit or self._share >= _MIN_MOST_SHARE
                return each or (self._is_labelled and usual and is_credible)
            case Likeness.COMMON:
                return again and self._is_labelled and usual
        return (again and each) or fold(name) in self._questions


def _is_name(use: _Use, *, begins: bool) -> bool:
    """Whether a label counts as a name, in a file that begins with one or does not."""
    if use.likeness in _NAMES:
        return True
    if use.likeness is Likeness.HANDLE:
        return use.recurs and (begins or use.count >= _MIN_OFTEN)
    return use.recurs and begins and use.likeness is Likeness.COMMON


def _questions_and_answers(uses: dict[str, _Use], cue_count: int) -> frozenset[str]:
    """The labels of who asks and who answers, in a file that has no others."""
    counts: defaultdict[str, int] = defaultdict(int)
    for name, use in uses.items():
        if use.recurs:
            counts[fold(name)] += use.count
    for pair in QUESTION_AND_ANSWER:
        if counts.keys() >= pair and sum(counts[name] for name in pair) >= _MIN_TURNS_SHARE * cue_count:
            return pair
    return frozenset()
