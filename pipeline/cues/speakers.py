"""Who speaks, where a file says it in the text: `Tim: hello`.

A label is believed when it recurs, or when it looks like a name in a file that labels its speakers;
"Note: x" and "so the question is: x" stay text. Without a believed label the text is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.records import Segment, Word

_LABEL = re.compile(r"(?P<name>[^\W_][^:<>\[\]\"“”?!,;/]{0,39}):\s+(?=\S)")
_TOKEN = re.compile(r"[^\W_][\w.'’()-]*")
_AFFILIATION = re.compile(r"\s*(?:\|\s*[\w.&@() -]{1,30}|\([\w.&@ -]{1,30}\))$")  # "Ana | Example Ltd", "Ana (example)"
_CHANGE = re.compile(r"(?:>>+|»)\s*")

# Words that make a label a phrase. Someone is called none of these, and people say all of them before a colon.
_PHRASES = """
    a about action actually add again agenda all also an and answer any are as at basically be because but by
    can caution command conclusion correction decision default definition do does edit error etc example fact
    finally first fix for from goal had has have he here hint how i idea if important in info is issue it item
    items just last let like link me means minutes my next no not note notes now of ok okay on one option or our
    outcome output part plan please point problem proposal ps q question questions quote reason remember result
    right said say says second see she so something step steps still summary than thanks that the then there
    these they thing things third this time tip title to todo topic two update usage version video warning was
    we well were what when where which who why will with yeah yes you your
"""
_PHRASE = frozenset(_PHRASES.split())
_LABELLED = 0.05  # share of labelled cues above which a name seen once is believed


def with_speakers(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """`segments` with labels moved from their text to `speaker`, and `>>` taken off.

    A segment without a label keeps the speaker before it only when the file labels turns, that is, when it never
    repeats the label it has just given; where each cue is labelled on its own, no label means: not known.
    """
    changes = [_CHANGE.match(segment.text) for segment in segments]
    bodies = [
        segment.text[change.end() :] if change else segment.text
        for segment, change in zip(segments, changes, strict=True)
    ]
    labels = _believed([_LABEL.match(body) for body in bodies])
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
        result.append(replace(segment, text=body, speaker=speaker, words=_after(segment.words, cut)))
    return tuple(result)


def _believed(labels: list[re.Match[str] | None]) -> list[re.Match[str] | None]:
    candidates = [label if label and _is_namelike(label["name"]) else None for label in labels]
    counts = Counter(label["name"].strip() for label in candidates if label)
    believable = {name for name, count in counts.items() if count > 1 or _is_capitalised(name)}
    labelled = sum(count for name, count in counts.items() if name in believable)
    if labelled < _LABELLED * len(labels):
        believable = {name for name in believable if counts[name] > 1}
    return [label if label and label["name"].strip() in believable else None for label in candidates]


def _is_namelike(name: str) -> bool:
    tokens = _AFFILIATION.sub("", name).split()
    return 0 < len(tokens) <= 4 and all(_TOKEN.fullmatch(token) and token.lower() not in _PHRASE for token in tokens)


def _is_capitalised(name: str) -> bool:
    person = _AFFILIATION.sub("", name)
    return person[0].isupper() and all(token[0].isupper() or token[0].isdigit() for token in person.split())


def _after(words: tuple[Word, ...], cut: int) -> tuple[Word, ...]:
    """The words left when the first `cut` characters of the text they make up are taken away."""
    position = 0
    for index, word in enumerate(words):
        if position >= cut:
            return words[index:]
        if rest := word.text[cut - position :].strip():
            return (replace(word, text=rest), *words[index + 1 :])
        position += len(word.text) + 1
    return ()
