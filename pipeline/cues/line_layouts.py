"""Where the names stand in a text with times, if not beside the times, and what is no speech but a chapter's title.

    0:02               Ann Lee            0:02
    Ann Lee            0:02               Hello
    Hello              Hello              Water pump
                                          0:15

A line alone does not tell: where the same place has names throughout the file, and no other place has, it does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.cues.spoken_lines import SpokenLine, is_namelike

_SENTENCE_END = re.compile(r"[.?!…,;:。？！、，]$")
_AFFILIATION = re.compile(r"\s*[(\[|].{0,60}$")
_PARTICLE_WORDS = "al bin da das de del den der di dos du el la le ten ter van vom von y zu"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_MIN_SHARE = 0.8  # of the times have a name at that place
_MAX_NAMELIKE_TEXTS_SHARE = 0.5  # of the other lines: more, and all lines look like names
_MIN_LINES = 4  # of text, each alone below its time, before a second one is taken for a title
_MAX_TITLE_WORDS = 12


def is_person(text: str) -> bool:
    """Whether a line looks like a name, and like nothing else that is said."""
    if _SENTENCE_END.search(text) or not is_namelike(text):
        return False
    words = _AFFILIATION.sub("", text).split()
    return bool(words) and all(not word[0].islower() or word in _PARTICLES for word in words)


def with_names(spoken: Sequence[SpokenLine], above: str | None) -> list[SpokenLine]:
    """The same with the lines that are names as speakers. `above` is the line above the first time."""
    timed = [each for each in spoken if each.start is not None]
    if not timed or 2 * sum(each.speaker is not None for each in timed) >= len(timed):
        return list(spoken)
    first = [each.texts[0] if len(each.texts) > 1 else None for each in timed]
    if _are_names(first, [text for each in timed for text in each.texts[1:]]):
        return [_named(each, each.texts[0], each.texts[1:]) if _begins_with_name(each) else each for each in spoken]
    before = [above, *(each.texts[-1] if len(each.texts) > 1 else None for each in spoken[:-1])]
    if _are_names(before, [text for each in timed for text in each.texts[:1]]):
        return list(_with_names_above(spoken, before))
    return list(spoken)


def _begins_with_name(spoken: SpokenLine) -> bool:
    return spoken.start is not None and len(spoken.texts) > 1 and is_person(spoken.texts[0])


def _named(spoken: SpokenLine, name: str, texts: Sequence[str]) -> SpokenLine:
    return replace(spoken, speaker=name, texts=list(texts))


def _with_names_above(spoken: Sequence[SpokenLine], before: Sequence[str | None]) -> list[SpokenLine]:
    names = [name if name and is_person(name) else None for name in before]
    result = []
    for each, name, next_name in zip(spoken, names, [*names[1:], None], strict=True):
        result.append(_named(each, name or "", each.texts[:-1] if next_name else each.texts))
    return [replace(each, speaker=each.speaker or None) for each in result]


def _are_names(candidates: Sequence[str | None], others: Sequence[str]) -> bool:
    """Whether the lines at one place are names, and what is said is not."""
    names = [text for text in candidates if text and is_person(text)]
    if len(names) < 2 or len(names) < _MIN_SHARE * len(candidates):
        return False
    return len(set(names)) <= max(2, 0.75 * len(names)) and (
        sum(map(is_person, others)) <= _MAX_NAMELIKE_TEXTS_SHARE * len(others)
    )


def without_titles(spoken: Sequence[SpokenLine]) -> list[SpokenLine]:
    """The same without the titles of chapters, where otherwise exactly one line stands below each time."""
    single = sum(len(each.texts) == 1 for each in spoken)
    if single < max(_MIN_LINES, _MIN_SHARE * len(spoken)):
        return list(spoken)
    return [
        replace(each, texts=each.texts[:-1]) if len(each.texts) == 2 and _is_title(each.texts[-1]) else each
        for each in spoken[:-1]
    ] + list(spoken[-1:])


def _is_title(text: str) -> bool:
    return len(text.split()) <= _MAX_TITLE_WORDS and not text[0].islower() and _SENTENCE_END.search(text) is None
