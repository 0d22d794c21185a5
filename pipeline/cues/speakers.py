"""Who speaks, where a file says so in the text: `Tim: hello`.

labels            what looks like a label at the beginning of a text
label_evidence    which of them are speakers
label_words       words that are no names
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import msgspec

from pipeline.cues.label_evidence import choose_labels
from pipeline.cues.labels import SpeakerLabel, without_change_mark
from pipeline.records import Segment, Word


def with_speakers(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """`segments` with labels moved from their text to `speaker`, and without `>>`.

    They are one file's, in its order; their times are not looked at, so lines of a text without times will do. A
    segment that has a speaker keeps it and its text. One that has nothing but a label is left out.

    A segment without a label belongs to the speaker before it only when the file labels turns, that is, when it never
    repeats the label it has just given. Where each cue is labelled on its own, no label means: not known.
    """
    labels = choose_labels(["" if segment.speaker else segment.text for segment in segments])
    turns = _are_turns(labels, segments)
    result: list[Segment] = []
    current: str | None = None
    for segment, label in zip(segments, labels, strict=True):
        start = label.end if label else without_change_mark(segment.text)
        if label:
            current = label.name
        elif start or not turns:
            current = None
        if not start and segment.text and (segment.speaker or not current):
            result.append(segment)
        elif text := segment.text[start:]:
            words = _words_after(segment, start)
            result.append(replace(segment, text=text, speaker=segment.speaker or current, words=words))
    return tuple(result)


def _are_turns(labels: Sequence[SpeakerLabel | None], segments: Sequence[Segment]) -> bool:
    """Whether labels mark changes of speaker: never the same twice in a row, or each in a cue of its own."""
    given = [(label, label.end == len(each.text)) for label, each in zip(labels, segments, strict=True) if label]
    if all(is_alone for _, is_alone in given):
        return True
    return len(given) > 1 and all(one.name != other.name for (one, _), (other, _) in pairwise(given))


def _words_after(segment: Segment, start: int) -> tuple[Word, ...]:
    """The words of what a segment says from `start` on; the words make up its text, with spaces or without."""
    if not start:
        return segment.words
    position = 0
    for index, word in enumerate(segment.words):
        while position < start and segment.text[position].isspace():
            position += 1
        if position >= start:
            return segment.words[index:]
        text = word.text.strip()
        if rest := text[start - position :].strip():
            return (msgspec.structs.replace(word, text=rest), *segment.words[index + 1 :])
        position += len(text)
    return ()
