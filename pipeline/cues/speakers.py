"""Who speaks, where a file says so in the text: `Tim: hello`.

A label counts as a speaker when it recurs, or when it looks like a name in a file that labels its speakers.
"Note: x" and "so the question is: x" stay text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import msgspec

from pipeline.records import Segment, Word

_LABEL = re.compile(r"(?P<name>[^\W_][^:<>\[\]\"“”?!,;/]{0,39}):\s+(?=\S)")
_NAME_PART = re.compile(r"[^\W_][\w.'’()-]*")
_AFFILIATION = re.compile(r"\s*(?:\|\s*[\w.&@() -]{1,30}|\([\w.&@ -]{1,30}\))$")  # "Ana | Example Ltd", "Ana (example)"
_SPEAKER_CHANGE = re.compile(r"(?:>>+|»)\s*")

# Words that make a label a phrase: nobody is called one of these, and people write all of them before a colon.
_PHRASE_WORDS = """
    a about action actually add again agenda all also an and answer any are as at basically be because but by
    can caution command conclusion correction decision default definition do does edit error etc example fact
    finally first fix for from goal had has have he here hint how i idea if important in info is issue it item
    items just last let like link me means minutes my next no not note notes now of ok okay on one option or our
    outcome output part plan please point problem proposal ps q question questions quote reason remember result
    right said say says second see she so something step steps still summary than thanks that the then there
    these they thing things third this time tip title to todo topic two update usage version video warning was
    we well were what when where which who why will with yeah yes you your
"""
_NOT_NAMES = frozenset(_PHRASE_WORDS.split())
_MIN_LABELLED_SHARE = 0.05  # of the cues have a label: from here up, a name that occurs once is a speaker, too


def with_speakers(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """`segments` with labels moved from their text to `speaker`, and without `>>`.

    A segment without a label belongs to the speaker before it only when the file labels turns, that is, when it never
    repeats the label it has just given. Where each cue is labelled on its own, no label means: not known.
    """
    changes = [_SPEAKER_CHANGE.match(segment.text) for segment in segments]
    bodies = [
        segment.text[change.end() :] if change else segment.text
        for segment, change in zip(segments, changes, strict=True)
    ]
    labels = _credible([_LABEL.match(body) for body in bodies])
    names = [label["name"].strip() for label in labels if label]
    turns = len(names) > 1 and all(one != other for one, other in pairwise(names))
    result: list[Segment] = []
    current: str | None = None
    for segment, change, body, label in zip(segments, changes, bodies, labels, strict=True):
        if label:
            current = label["name"].strip()
            body = body[label.end() :]
        elif change or not turns:
            current = None
        if not body:
            continue
        cut = len(segment.text) - len(body)
        speaker = current or segment.speaker
        result.append(replace(segment, text=body, speaker=speaker, words=_words_after(segment.words, cut)))
    return tuple(result)


def _credible(labels: list[re.Match[str] | None]) -> list[re.Match[str] | None]:
    """`labels` with None in place of each that is no speaker."""
    candidates = [label if label and _is_namelike(label["name"]) else None for label in labels]
    counts = Counter(label["name"].strip() for label in candidates if label)
    credible_names = {name for name, count in counts.items() if count > 1 or _is_capitalised(name)}
    labelled = sum(count for name, count in counts.items() if name in credible_names)
    if labelled < _MIN_LABELLED_SHARE * len(labels):
        credible_names = {name for name in credible_names if counts[name] > 1}
    return [label if label and label["name"].strip() in credible_names else None for label in candidates]


def _is_namelike(name: str) -> bool:
    tokens = _AFFILIATION.sub("", name).split()
    return 0 < len(tokens) <= 4 and all(
        _NAME_PART.fullmatch(token) and token.lower() not in _NOT_NAMES for token in tokens
    )


def _is_capitalised(name: str) -> bool:
    person = _AFFILIATION.sub("", name)
    return person[0].isupper() and all(token[0].isupper() or token[0].isdigit() for token in person.split())


def _words_after(words: tuple[Word, ...], cut: int) -> tuple[Word, ...]:
    """The words left when the first `cut` characters of the text they make up are taken away."""
    position = 0
    for index, word in enumerate(words):
        if position >= cut:
            return words[index:]
        if rest := word.text[cut - position :].strip():
            return (msgspec.structs.replace(word, text=rest), *words[index + 1 :])
        position += len(word.text) + 1
    return ()
