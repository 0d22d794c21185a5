"""The bundled re-enactment: script, gold times, notes and audio belong together."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEEDS = Path(__file__).parents[2] / "seeds"
NOTES_SHA256 = "4f5241e00753b84a4a241390279aaae05a9e0fc7508502defc4c9231b9b1bd1d"
MINUTE = 60.0

# What only the unmentioned section talks about, as written and as it would be spoken.
UNMENTIONED = re.compile(
    r"\b(buck|date ?time|timestamps?|5901|fifty.nine|includ\w*|files?|hanging|stuck|blocked|aside)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Sound:
    """The decoded audio: mono samples, full scale = 1, and their rate in Hz."""

    samples: NDArray[np.float32]
    rate: int

    def loudness(self, start: float, end: float) -> float:
        """RMS between two times in seconds."""
        part = self.samples[int(start * self.rate) : int(end * self.rate)]
        return float(np.sqrt(np.mean(part**2)))


@cache
def load_gold() -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((SEEDS / "reenactment.gold.json").read_text(encoding="utf-8"))
    return gold


@cache
def load_script() -> dict[str, Any]:
    return tomllib.loads((SEEDS / "reenactment_script.toml").read_text(encoding="utf-8"))


@cache
def load_notes() -> list[str]:
    text: str = (SEEDS / load_gold()["notes"]).read_text(encoding="utf-8")
    return text.splitlines()


@pytest.fixture(scope="module")
def sound() -> Sound:
    with av.open(SEEDS / load_gold()["audio"]) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray()[0] for frame in container.decode(stream)]
        return Sound(np.concatenate(frames), stream.rate)


def test_notes_are_unchanged() -> None:
    """The gold lines count in exactly these bytes of the notes."""
    assert hashlib.sha256((SEEDS / load_gold()["notes"]).read_bytes()).hexdigest() == NOTES_SHA256


def test_gold_tells_the_script() -> None:
    """Every turn of the script is in the gold file, in order, in the words of the same speaker."""
    told = [(utterance["speaker"], utterance["text"]) for utterance in load_gold()["utterances"]]
    assert told == [(turn["who"], turn["text"]) for turn in load_script()["turn"]]


def test_utterances_follow_each_other() -> None:
    """No utterance overlaps the next one or leaves the recording."""
    gold = load_gold()
    utterances = gold["utterances"]
    assert all(utterance["start"] < utterance["end"] for utterance in utterances)
    assert all(one["end"] < two["start"] for one, two in pairwise(utterances))
    assert utterances[0]["start"] > 0
    assert utterances[-1]["end"] < gold["duration"]


def test_it_is_a_meeting() -> None:
    """It is long enough to seek in and several people talk."""
    gold = load_gold()
    assert gold["duration"] >= 8 * MINUTE
    assert len({utterance["speaker"] for utterance in gold["utterances"]}) >= 4


def test_items_point_at_their_blocks() -> None:
    """At the line of each item the notes have the marker of its kind and then the beginning of its text."""
    marker = {"heading": r"#+ ", "item": r"\s*[*-] ", "paragraph": r"(?![#*-]) ?"}
    for item in load_gold()["items"]:
        line = load_notes()[item["line"] - 1].rstrip()
        found = re.match(marker[item["kind"]], line)
        assert found, item
        assert line[found.end() :], item
        assert item["text"].startswith(line[found.end() :]), item


def test_every_section_is_judged() -> None:
    """Each section of the notes has a gold time, or is said to be unmentioned."""
    headings = {number for number, line in enumerate(load_notes(), 1) if line.startswith("## ")}
    assert headings == {item["line"] for item in load_gold()["items"] if item["kind"] == "heading"}


def test_items_start_with_somebody_speaking() -> None:
    """A block's start is its first span's, and every span runs from the start of one utterance to the end of one."""
    gold = load_gold()
    starts = {utterance["start"] for utterance in gold["utterances"]}
    ends = {utterance["end"] for utterance in gold["utterances"]}
    for item in gold["items"]:
        if item["start"] is None:
            continue
        assert item["start"] == item["spans"][0][0]
        assert all(start in starts and end in ends for start, end in item["spans"])


def test_discussed_sections_last() -> None:
    """Whatever section is discussed is discussed for at least 25 seconds."""
    for item in load_gold()["items"]:
        if item["kind"] == "heading" and item["start"] is not None:
            assert sum(end - start for start, end in item["spans"]) >= 25, item


def test_the_topics_are_out_of_order() -> None:
    """The meeting does not follow the notes' order, and returns to a topic: that is what makes it worth aligning."""
    discussed = [i for i in load_gold()["items"] if i["kind"] == "heading" and i["start"] is not None]
    assert [item["start"] for item in discussed] != sorted(item["start"] for item in discussed)
    assert any(len(item["spans"]) > 1 for item in discussed)


def test_unmentioned_section_is_not_mentioned() -> None:
    """Blocks marked foreign have no time, and nobody says a word of theirs."""
    gold = load_gold()
    foreign = [item for item in gold["items"] if item["start"] is None]
    assert [item["line"] for item in foreign] == load_script()["unmentioned"]
    assert all(item["foreign"] and item["spans"] == [] for item in foreign)
    spoken = " ".join(utterance["text"] for utterance in gold["utterances"])
    assert UNMENTIONED.search(" ".join(item["text"] for item in foreign))
    assert UNMENTIONED.search(spoken) is None


def test_audio_has_the_stated_duration(sound: Sound) -> None:
    """What is decoded is as long as the gold file says, to the millisecond it is written in."""
    assert len(sound.samples) / sound.rate == pytest.approx(load_gold()["duration"], abs=0.001)


def test_audio_does_not_clip(sound: Sound) -> None:
    """No sample reaches full scale, and no stretch is digital silence."""
    assert np.abs(sound.samples).max() < 1
    assert sound.loudness(0, 1) > 0


def test_voices_are_about_equally_loud(sound: Sound) -> None:
    """No speaker is more than 3 dB louder than another."""
    levels: dict[str, list[float]] = {}
    for utterance in load_gold()["utterances"]:
        levels.setdefault(utterance["speaker"], []).append(sound.loudness(utterance["start"], utterance["end"]))
    means = [np.mean(values) for values in levels.values()]
    assert 20 * np.log10(max(means) / min(means)) < 3


def test_audio_speaks_at_the_gold_times(sound: Sound) -> None:
    """Each utterance is heard within 50 ms of its start, after room noise only: the encoder shifted nothing."""
    for utterance in load_gold()["utterances"]:
        start = utterance["start"]
        before = sound.loudness(start - 0.15, start - 0.02)
        within = np.abs(sound.samples[int(start * sound.rate) : int((start + 0.05) * sound.rate)]).max()
        assert before < 0.01, utterance
        assert within > 0.01, utterance
