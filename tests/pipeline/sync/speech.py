"""Meetings whose every word has a known time, and how they are misheard, cut and written down."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.records import Origin, Segment, Transcript, Utterance, Word
from tests.bench.vocabulary import SEEDS

_LETTER_SECONDS = 0.065


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word, when it was said, and in which utterance."""

    start: float
    end: float
    text: str
    utterance: int


def reenactment() -> tuple[SaidWord, ...]:
    """Every word of the re-enactment. Its utterances' times are exact; the words share them by their letters."""
    gold = json.loads((SEEDS / "reenactment.gold.json").read_text(encoding="utf-8"))["utterances"]
    return tuple(
        word
        for index, said in enumerate(gold)
        for word in evenly(said["text"].split(), said["start"], said["end"], index)
    )


def evenly(texts: Sequence[str], start: float, end: float, utterance: int) -> list[SaidWord]:
    """The words one after the other, by their letters."""
    pace = (end - start) / sum(len(text) + 1 for text in texts)
    words, at = [], start
    for text in texts:
        words.append(SaidWord(at, at + pace * (len(text) + 1), text, utterance))
        at = words[-1].end
    return words


def small_talk(seed: int, *, like: Sequence[SaidWord], count: int = 1500) -> tuple[SaidWord, ...]:
    """Another meeting in the same words, half of which follow one that they follow in `like`, too."""
    rng = random.Random(seed)
    texts = [word.text for word in like]
    after: dict[str, list[str]] = {}
    for one, other in pairwise(texts):
        after.setdefault(one, []).append(other)
    said, at, text = [], 3.0, rng.choice(texts)
    for number in range(count // 12):
        line = []
        for _ in range(12):
            text = rng.choice(after.get(text, texts) if rng.random() < 0.5 else texts)
            line.append(text)
        end = at + _LETTER_SECONDS * sum(len(each) + 1 for each in line)
        said += evenly(line, at, end, number)
        at = end + rng.uniform(0.2, 1.5)
    return tuple(said)


def misheard(words: Iterable[SaidWord], seed: int, *, errors: float = 0.25, inserted: float = 0.03) -> list[SaidWord]:
    """As a small model hears it: a third of the `errors` are words left out, the others are other words.

    Times are off by as much as its are, 0.3 s at most.
    """
    rng = random.Random(seed)
    words = list(words)
    others = [word.text for word in words]
    heard = []
    for word in words:
        luck = rng.random()
        if luck < errors / 3:
            continue
        text = rng.choice(others) if luck < errors else word.text
        shift = max(rng.gauss(0.0, 0.12), -word.start)
        shift = min(max(shift, -0.3), 0.3)
        heard.append(replace(word, start=max(word.start + shift, 0.0), end=word.end + shift, text=text))
        if rng.random() < inserted:
            heard.append(replace(heard[-1], text=rng.choice(others)))
    return sorted(heard, key=lambda word: word.start)


def heard_transcript(
    words: Sequence[SaidWord], *, size: int = 9, timed: bool = True, duration: float | None = None
) -> Transcript:
    """What was heard, in segments that do not keep to the utterances."""
    parts = [words[at : at + size] for at in range(0, len(words), size)]
    segments = tuple(
        Segment(
            part[0].start,
            part[-1].end,
            " ".join(word.text for word in part),
            tuple(Word(word.start, word.end, word.text) for word in part) if timed else (),
        )
        for part in parts
    )
    return Transcript("en", Origin.ASR, "tiny", segments, duration)


def cues(words: Iterable[SaidWord], clock: Callable[[float], float] = lambda at: at) -> Transcript:
    """The utterances as somebody wrote them down, by another clock. No words have times."""
    lines = [list(line) for _, line in groupby(words, key=lambda word: word.utterance)]
    segments = tuple(
        Segment(clock(line[0].start), clock(line[-1].end), " ".join(word.text for word in line)) for line in lines
    )
    return Transcript("en", Origin.IMPORT, None, segments, segments[-1].end)


def utterances(words: Iterable[SaidWord], seed: int, *, changed: float = 0.0, inserted: float = 0.0) -> list[Utterance]:
    """The text without times, a share of the words left out or replaced; `speaker` is the utterance's number."""
    rng = random.Random(seed)
    words = list(words)
    others = [word.text for word in words]
    lines = []
    for number, line in groupby(words, key=lambda word: word.utterance):
        texts = []
        for word in line:
            luck = rng.random()
            if luck >= changed / 2:
                texts.append(rng.choice(others) if luck < changed else word.text)
            if rng.random() < inserted:
                texts.append(rng.choice(others))
        if texts:
            lines.append(Utterance(" ".join(texts), str(number)))
    return lines


def share_in_place(words: Iterable[SaidWord], given: Sequence[Utterance], found: Transcript) -> float:
    """The share of the words of the text, 0..1, that are within a second of the utterance they are of."""
    spans = {str(number): list(line) for number, line in groupby(words, key=lambda word: word.utterance)}
    total = sum(len(utterance.text.split()) for utterance in given)
    right = 0
    for segment in found.segments:
        line = spans[segment.speaker or ""]
        right += sum(line[0].start - 1 <= word.start and word.end <= line[-1].end + 1 for word in segment.words)
    return right / total
