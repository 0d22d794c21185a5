"""The largest meetings that are worked on, as files: what `align` and `run` take of them in seconds and megabytes.

    python -m tests.torture.sizes                       every shape, through the command line
    python -m tests.torture.sizes 5000x24h align        one of them, by one command
    python -m tests.torture.sizes --write FOLDER        only the files

Each run is a process of its own and may take MAX_SECONDS and MAX_MEGABYTES; the exit status says whether all did.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from pipeline import timecode
from pipeline.language import jargon

MAX_SECONDS = 120.0
MAX_MEGABYTES = 1500.0

VOCABULARY_WORDS = 6000  # in use in a meeting; how often follows Zipf's law
NAMES = 300  # among them, that no dictionary has
WORDS_PER_CUE, CUE_SECONDS = 12, 5.0  # words, seconds: 144 words a minute
BULLETS_PER_HEADING = 9

Cue = tuple[float, float, str]
"""Start and end in seconds, and what is said."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The text of its notes, and its cues."""

    notes: str
    cues: list[Cue]


class Talk:
    """Made-up speech and notes, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.draw = random.Random(seed)
        common = sorted(word for word in jargon.plain_english() if len(word) > 2)
        self.draw.shuffle(common)
        names = ["".join(self.draw.choices(_SYLLABLES, k=self.draw.randint(2, 4))) for _ in range(NAMES)]
        words = common[: VOCABULARY_WORDS - NAMES]
        for name in names:
            words.insert(self.draw.randrange(len(words) // 10, len(words)), name)
        self.words = words
        self._weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))

    def say(self, count: int) -> list[str]:
        return self.draw.choices(self.words, cum_weights=self._weights, k=count)

    def cues(self, hours: float, *, words_per_cue: int = WORDS_PER_CUE) -> list[Cue]:
        count = round(hours * 3600 / CUE_SECONDS)
        return [(i * CUE_SECONDS, (i + 1) * CUE_SECONDS, " ".join(self.say(words_per_cue))) for i in range(count)]

    def bullets(self, count: int, cues: list[Cue]) -> Iterator[str]:
        """Two thirds of the words of a bullet are heard at its moment; the bullets are in the order of the talk."""
        for b in range(count):
            at = b * len(cues) // count
            heard = " ".join(text for _, _, text in cues[at : at + 4]).split()
            said = iter(self.say(15))
            start = self.draw.randrange(max(len(heard) - 15, 1))
            text = heard[start : start + self.draw.randint(4, 15)]
            yield " ".join(word if self.draw.random() < 2 / 3 else next(said) for word in text).capitalize()

    def meeting(self, blocks: int, hours: float) -> Meeting:
        cues = self.cues(hours)
        lines = ["# A long meeting, 2020-01-21", ""]
        for b, bullet in enumerate(self.bullets(blocks, cues)):
            lines += ["", f"## {bullet}", ""] if b % (BULLETS_PER_HEADING + 1) == 0 else [f"- {bullet}"]
        return Meeting("\n".join(lines) + "\n", cues)


_SYLLABLES = ("ba", "co", "di", "fe", "gra", "hin", "jo", "ker", "lum", "mo", "nes", "pra", "qui", "ro", "sta", "tur")
