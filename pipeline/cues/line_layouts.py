"""Where the names stand in a text with times, if not beside the times, and what is no speech but a chapter's title.

    0:02               Ann Lee            0:02
    Ann Lee            0:02               Hello
    Hello              Hello              Water pump
                                          0:15

A line alone does not tell: where the same place has names throughout the file, and no other place has, it does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from pipeline.cues.spoken_lines import SpokenLine, is_namelike

_SENTENCE_END = re.compile(r"[.?!…,;:。？！、，]$")
_AFFILIATION = re.compile(r"\s*[(\[|].{0,60}$")
_PARTICLE_WORDS = "al bin da das de del den der di dos du el la le ten ter van vom von y zu"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_MIN_SHARE = 0.8  # of the times have a name at that place
_MAX_NAMELIKE_TEXTS_SHARE = 0.5  # of the other lines: more, and all lines look like names
_MAX_DIFFERENT_SHARE = 0.75  # of the names: people speak more than once
_MAX_HANDLE_WORDS = 3  # of a name in lower case
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
    timed = list(_joined(spoken))
    if not timed or 2 * sum(each.speaker is not None for each in timed) >= len(timed):
        return list(spoken)
    first = [each.texts[0] if len(each.texts) > 1 else None for each in timed]
    if names := names_among(first, [text for each in timed for text in each.texts[1:]]):
        return [_with_name_below(each, names) for each in timed]
    before = [above, *(each.texts[-1] if len(each.texts) > 1 else None for each in timed[:-1])]
    if names := names_among(before, [text for each in timed for text in each.texts[:1]]):
        speakers = [text if text in names else None for text in before]
        return [
            replace(each, speaker=speaker, texts=_without_name(each.texts, next_speaker))
            for each, speaker, next_speaker in zip(timed, speakers, [*speakers[1:], None], strict=True)
        ]
    return list(spoken)


def _without_name(texts: list[str], name: str | None) -> list[str]:
    """The lines without the last one, the next name, and without the letters that stand for a picture above it."""
    if name is None:
        return texts
    initials = "".join(word[0] for word in _AFFILIATION.sub("", name).split())
    has_picture = len(texts) > 2 and texts[-2] in {initials, initials[:1] + initials[-1:]}
    return texts[: -2 if has_picture else -1]


def _joined(spoken: Sequence[SpokenLine]) -> Iterator[SpokenLine]:
    """What has a time, with all lines up to the next one: a colon in them is no label where names stand elsewhere."""
    current: SpokenLine | None = None
    for each in spoken:
        if current is None or each.start is not None:
            if current is not None:
                yield current
            current = replace(each, texts=[*each.texts])
        else:
            current.texts.extend(each.texts)
    if current is not None:
        yield current


def _with_name_below(spoken: SpokenLine, names: Container[str]) -> SpokenLine:
    if len(spoken.texts) < 2 or spoken.texts[0] not in names:
        return spoken
    return replace(spoken, speaker=spoken.texts[0], texts=spoken.texts[1:])


def names_among(candidates: Sequence[str | None], others: Sequence[str]) -> frozenset[str]:
    """The names at one place of nearly all times; none where other lines look like names, too."""
    counts = Counter(text for text in candidates if text)
    names = frozenset(text for text, count in counts.items() if is_person(text) or (count > 1 and _is_handle(text)))
    named = sum(counts[name] for name in names)
    if named < 2 or named < _MIN_SHARE * len(candidates) or len(names) > max(2, _MAX_DIFFERENT_SHARE * named):
        return frozenset()
    alike = sum(text in names or is_person(text) for text in others)
    return names if alike <= _MAX_NAMELIKE_TEXTS_SHARE * len(others) else frozenset()


def _is_handle(text: str) -> bool:
    return len(text.split()) <= _MAX_HANDLE_WORDS and _SENTENCE_END.search(text) is None


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
