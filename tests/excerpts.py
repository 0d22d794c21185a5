"""What speech recognition hears in excerpts of meetings that are laid out of clips, without a model or any sound."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.records import Origin, Segment, Transcript, Word
from tests.conversations import Said

Texts = Callable[[int], list[str]]
"""So many more words."""

WINDOW_SECONDS = 30.0  # that a model hears at a time
RECOGNITION_SECONDS = 2.0  # a window, with the smallest model on two cores
LOADING_SECONDS = 1.0
DECODING_SHARE = 0.001  # of the recording's length, for each time it is read


def with_own_words(said: Sequence[Said], texts: Texts) -> list[Said]:
    """The same, each with other words, as many: people do not say a hundred sentences again and again."""
    return [replace(each, clip=replace(each.clip, text=" ".join(texts(len(each.clip.text.split()))))) for each in said]


def chained(source: Sequence[str], draw: random.Random) -> Texts:
    """Words of a text, each after the one before as the text has it or, now and then, anywhere else in it."""
    after: dict[str, list[int]] = {}
    for at, word in enumerate(source[:-1]):
        after.setdefault(word.lower().strip(".,?!"), []).append(at + 1)

    def texts(count: int) -> list[str]:
        words, at = [], draw.randrange(len(source))
        for _ in range(count):
            words.append(source[at])
            places = after.get(source[at].lower().strip(".,?!"))
            at = draw.choice(places) if places and draw.random() < 0.4 else draw.randrange(len(source))
        return words

    return texts


def spoken_words(said: Sequence[Said], place: Callable[[float], float | None]) -> list[Word]:
    """The words of a meeting when they are in its recording, in order."""
    words: list[Word] = []
    for each in said:
        texts = each.clip.text.split()
        pace = each.clip.seconds / (sum(map(len, texts)) + len(texts))
        at = each.start
        for text in texts:
            start = place(at)
            at += pace * (len(text) + 1)
            if start is not None and place(at) is not None:
                words.append(Word(start, start + pace * (len(text) + 1), text))
    return sorted(words, key=lambda word: word.start)


def changed(words: Sequence[str], share: float, draw: random.Random) -> list[str]:
    """A share of the words left out, or others."""
    kept = []
    for word in words:
        luck = draw.random()
        if luck >= share / 3:
            kept.append(draw.choice(words) if luck < share else word)
    return kept


@dataclass(slots=True)
class FakeRecogniser:
    """Hears the words of a recording, some of them wrong, and takes its time for it."""

    words: Sequence[Word]
    seconds: float  # of the recording
    draw: random.Random
    errors: float = 0.25
    spent: float = 0.0
    listened: list[tuple[float, float]] = field(default_factory=list)

    def __call__(self, stretches: Sequence[tuple[float, float]]) -> Transcript:
        self.spent += (0.0 if self.listened else LOADING_SECONDS) + DECODING_SHARE * self.seconds
        self.spent += RECOGNITION_SECONDS * math.ceil(sum(end - start for start, end in stretches) / WINDOW_SECONDS)
        self.listened += stretches
        heard = [segment for stretch in stretches for segment in self._heard(*stretch)]
        return Transcript("en", Origin.ASR, "fake", tuple(heard), self.seconds)

    def now(self) -> float:
        return self.spent

    def _heard(self, start: float, end: float) -> list[Segment]:
        first = bisect_left(self.words, start, key=lambda word: word.start)
        last = bisect_left(self.words, end, key=lambda word: word.start)
        heard = []
        for word in self.words[first:last]:
            luck = self.draw.random()
            if luck >= self.errors / 3:
                text = self.draw.choice(self.words).text if luck < self.errors else word.text
                at = min(max(word.start + self.draw.gauss(0.0, 0.12), start), end)
                heard.append(Word(at, min(at + 0.2, end), text))
        heard.sort(key=lambda word: word.start)
        if not heard:
            return []
        return [Segment(heard[0].start, heard[-1].end, " ".join(word.text for word in heard), tuple(heard))]
