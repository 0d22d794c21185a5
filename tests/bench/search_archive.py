"""Archives of any size for `tests.bench.search`, and what is asked of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np

from pipeline.records import Alignment, Basis, Block, BlockKind, Notes, Origin, Section, Segment, Transcript
from pipeline.search.passages import STRIDE_WORDS, notes_passages, transcript_passages
from pipeline.store import AlignmentInputs, Store

MEETING_WINDOWS = 770
"""In a meeting of a little over an hour."""

CUE_WORDS = 12
VOCABULARY_WORDS = 200_000

QUERIES = 100
"""Of a class."""

_SAMPLE = 500  # passages, of whose words queries are made

# fmt: off
_COMMON = (
    "the", "to", "and", "i", "of", "you", "a", "that", "it", "we", "in", "is", "so", "this", "for", "have", "on",
    "be", "but", "what", "with", "are", "do", "as", "if", "or", "can", "just", "not", "there", "like", "they",
    "yeah", "at", "think", "know", "about", "one", "was", "all", "would", "from", "right", "going", "get", "some",
    "more", "how", "which", "my", "then", "because",
)
# fmt: on


class Speech:
    """Text with the frequencies of speech: Zipf's law over a large vocabulary, every meeting with words of its own."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.words = [*_COMMON, *_invented(VOCABULARY_WORDS - len(_COMMON), random.Random(seed))]
        weight = 1 / (np.arange(VOCABULARY_WORDS) + 2.7) ** 1.07
        self._below = np.cumsum(weight / weight.sum())

    def meeting(self) -> list[str]:
        """The words of a meeting."""
        count = STRIDE_WORDS * (MEETING_WINDOWS + 1)
        topic = self._random.integers(300, VOCABULARY_WORDS, 40)
        picks = np.minimum(np.searchsorted(self._below, self._random.random(count)), VOCABULARY_WORDS - 1)
        of_topic = self._random.random(count) < 0.05
        picks[of_topic] = self._random.choice(topic, int(of_topic.sum()))
        return [self.words[pick] for pick in picks]


def _invented(count: int, chance: random.Random) -> list[str]:
    """Words that can be pronounced, short ones first, as frequent words are."""
    syllables = [c + v + e for c in "bcdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "s", "t", "l")]
    found = {"".join(chance.choices(syllables, k=1 + (number > 200) + (number > 3_000))) for number in range(3 * count)}
    return sorted(found - set(_COMMON), key=lambda word: (len(word), hash_of(word), word))[:count]


def hash_of(word: str) -> int:
    """The same order on every run, and not that of the alphabet."""
    return int.from_bytes(word.encode()[::-1], "big") % 1_000_003


def fill(store: Store, windows: int) -> list[str]:
    """Fill a store with about `windows` windows of speech; returns the vocabulary, the most frequent first."""
    speech = Speech(windows)
    for number in range(max(windows // MEETING_WINDOWS, 1)):
        save_meeting(store, number, speech.meeting())
    return speech.words


def save_meeting(store: Store, number: int, words: list[str]) -> None:
    """Add a meeting with its notes, its transcript and links of its sections."""
    slug = f"call-{number}"
    store.claim(f"/{slug}.md", slug)
    text = [" ".join(words[first : first + 6]) for first in range(0, 120, 6)]
    blocks = tuple(
        Block(f"b{i}", BlockKind.HEADING if i % 5 == 0 else BlockKind.ITEM, i + 1, i + 2, line, line)
        for i, line in enumerate(text)
    )
    sections = tuple(Section(blocks[i].id, blocks[i].text, 2, i + 1, blocks[i : i + 5]) for i in range(0, 20, 5))
    day = date(2015, 1, 1) + timedelta(days=number % 3_000)
    notes_id = store.save_notes(Notes(slug, f"Call {number}", day, None, sections, ""))
    cues = (" ".join(words[first : first + CUE_WORDS]) for first in range(0, len(words), CUE_WORDS))
    segments = tuple(Segment(5.0 * at, 5.0 * at + 5.0, cue) for at, cue in enumerate(cues))
    run = store.save_transcript(slug, Transcript("en", Origin.ASR, None, segments, 5.0 * len(segments)), key=slug)
    links = tuple(Alignment(f"b{i}", 300.0 * i, 300.0 * i + 300, 0.9, Basis.MATCH) for i in range(20))
    store.save_alignments(slug, links, AlignmentInputs(notes_id, run, "1"))


def texts(store: Store) -> Iterator[str]:
    """The texts of all passages."""
    for summary in store.meetings():
        for passage in notes_passages(store.meeting(summary.slug, segments=False).notes):
            yield passage.text
        if stored := store.transcript(summary.slug):
            for passage in transcript_passages(stored.record):
                yield passage.text


def queries(words: list[str], passages: list[str]) -> dict[str, list[str]]:
    """Queries of each class that others answer as well."""
    chance = random.Random(7)
    rare, common = words[20_000:100_000], words[100:1_000]
    spoken = [text.split() for text in passages[:: max(len(passages) // _SAMPLE, 1)]]

    def run(size: int) -> list[str]:
        held = chance.choice(spoken)
        first = chance.randrange(max(len(held) - size, 1))
        return held[first : first + size]

    def times(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(QUERIES)]

    return {
        "rare word": times(lambda: chance.choice(rare)),
        "common word": times(lambda: chance.choice(common)),
        "very common word": times(lambda: chance.choice(_COMMON[:10])),
        "phrase": times(lambda: f'"{" ".join(run(chance.choice((2, 3, 4))))}"'),
        "prefix": times(lambda: chance.choice(words[:5_000])[: chance.choice((2, 3, 4))] + "*"),
        "three words said together": times(lambda: " ".join(chance.sample(run(12), 3))),
        "no hit": times(lambda: "qx" + chance.choice(rare)),
    }


def own_queries(words: list[str]) -> dict[str, list[str]]:
    """Queries of each class that this search alone answers."""
    chance = random.Random(6)
    return {
        "three words said apart": [" ".join(chance.sample(words[200:20_000], 3)) for _ in range(QUERIES)],
        "a word before a day": [f"{word} before:2016" for word in words[100:140]],
        "did you mean": [word[:-2] + word[-1] + word[-2] for word in chance.sample(words[500:20_000], 20)],
        "facets": words[100:140],
        "feed": words[100:140],
    }
