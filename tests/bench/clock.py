"""Whether the clock of a transcript is found by the sound, and what that costs.

    python -m tests.bench.clock [--cases N] [--held-out] [--sound-only] [--json FILE]

Meetings of 10 to 90 minutes are laid out of the utterances of the re-enactment, in which the detector has heard speech,
with music, silence and laughter around them; transcripts of them as people have them, by another clock. The held-out
meetings have other seeds, and espeak-ng's voices where that is installed. Found: 95 % of the cues that are in the
recording are placed within half a second. Wrong: a clock is claimed, and they are not.

Each kind is measured by the sound alone, and by the words of excerpts as well: of MISHEARD_WORDS, as a small model does
it, at RECOGNITION_SECONDS each window. Where a model is installed it hears some of the re-enactment, for its pace.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
import time
import tomllib
import wave
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import numpy as np

from pipeline.records import Origin, Segment, SpeechActivity, Transcript, Word
from pipeline.sync import ClockFinding, find_by_excerpts, find_by_sound
from pipeline.sync.excerpt_plan import EXCERPT_SECONDS
from pipeline.transcribe import excerpt_recogniser, speech_activity
from tests.bench.vocabulary import SEEDS
from tests.conversations import (
    Cut,
    Manners,
    SpokenClip,
    Stretch,
    conversation,
    heard,
    joined,
    moved,
    music,
    recorded,
    transcript,
)
from tests.excerpts import FakeRecogniser, Texts, chained, changed, spoken_words, with_own_words

RIGHT_SECONDS = 0.5
MIN_RIGHT_SHARE = 0.95
CHANGED_WORDS = 0.1  # in every other transcript
MISHEARD_WORDS = 0.3
MIN_PIECE_SECONDS = 300.0  # of a recording with cuts
FILM_RATES = (25 / 24, 24 / 25)
RATES = (*FILM_RATES, 1.001, 0.999, 1.0005)
ESPEAK_VOICES = (("en-us", 150), ("en-us+f3", 165), ("en-gb", 175), ("en-gb+f2", 145))
ESPEAK_GAP_SECONDS = 0.7

MANNERS = {
    "good times": Manners(),
    "whole seconds": Manners(jitter=0.3, whole_seconds=True, missing=0.1),
    "rough": Manners(jitter=1.0, missing=0.25),
    "rough and long": Manners(jitter=1.0, missing=0.25, whole_seconds=True, merged=1.0),
    "live captions": Manners(late=3.4, jitter=0.5, filled=True, missing=0.1),
    "long": Manners(merged=1.5, jitter=0.3, missing=0.25),
    "without pauses": Manners(filled=True, jitter=0.5),
    "a dozen words": Manners(captions=True, jitter=0.3, missing=0.25),
}


@dataclass(frozen=True, slots=True)
class ClockCase:
    """A transcript, the speech of a recording, and the truth: when in the recording is what a cue has."""

    kind: str
    manners: str
    cues: list[Segment]
    speech: SpeechActivity
    place: Callable[[float], float | None] | None  # None: of another meeting
    words: Sequence[Word]  # that are said in the recording


def reenacted_clips() -> list[SpokenClip]:
    """The utterances of the re-enactment."""
    told = json.loads((SEEDS / "reenactment.gold.json").read_text(encoding="utf-8"))["utterances"]
    return clips_of([(each["start"], each["end"], each["text"]) for each in told], SEEDS / "reenactment.m4a")


def clips_of(utterances: Sequence[tuple[float, float, str]], media: Path) -> list[SpokenClip]:
    """Utterances of known times, each with the speech that is found in it."""
    found = speech_activity(media).stretches
    clips = []
    for start, end, text in utterances:
        within = [
            (max(one, start) - start, min(two, end + 0.3) - start) for one, two in found if one < end and two > start
        ]
        if within:
            clips.append(SpokenClip(text, end - start, tuple(within)))
    return clips


def espeak_clips() -> list[SpokenClip]:
    """What is said in the re-enactment, by other voices."""
    turns = tomllib.loads((SEEDS / "reenactment_script.toml").read_text(encoding="utf-8"))["turn"]
    clips: list[SpokenClip] = []
    for number, (voice, pace) in enumerate(ESPEAK_VOICES):
        rate, parts, told, now = 0, [], [], 0.0
        for turn in turns[number :: len(ESPEAK_VOICES)]:
            rate, samples = _spoken(turn["text"], voice, pace)
            told.append((now, now + len(samples) / rate, turn["text"]))
            parts += [samples, np.zeros(round(ESPEAK_GAP_SECONDS * rate), np.int16)]
            now += len(samples) / rate + ESPEAK_GAP_SECONDS
        with tempfile.TemporaryDirectory() as folder:
            media = Path(folder) / "voice.wav"
            with wave.open(str(media), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(rate)
                file.writeframes(np.concatenate(parts).tobytes())
            clips += clips_of(told, media)
    return clips


def _spoken(text: str, voice: str, pace: int) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int16]]]:
    """Samples a second, and the samples without the silence around them."""
    command = ["espeak-ng", "-v", voice, "-s", str(pace), "--stdout", text]
    sound = subprocess.run(command, capture_output=True, check=True).stdout
    samples = np.frombuffer(sound[44:], np.int16)
    loud = np.flatnonzero(np.abs(samples) > 300)
    return int.from_bytes(sound[24:28], "little"), samples[loud[0] : loud[-1] + 1]


def case(kind: str, clips: Sequence[SpokenClip], seed: str, texts: Texts | None = None) -> ClockCase:
    """One of the `kind`: "own clock", "offset", "drift", "cuts" or "another meeting". `texts` are what is said."""
    draw, choice = random.Random(f"{kind} {seed}"), random.Random(f"words {seed}")
    texts = texts or chained(" ".join(clip.text for clip in clips).split(), choice)
    name, manners = draw.choice(list(MANNERS.items()))
    minutes = draw.uniform(25 if kind == "cuts" else 10, 90)
    some = draw.sample(clips, min(len(clips), 60))
    said = with_own_words(conversation(some, minutes * 60, draw, pace=draw.choice([0.5, 1.0, 2.0])), texts)
    end = max(each.end for each in said)
    lead, tail = (draw.choice([0.0, draw.uniform(5, 60), draw.uniform(60, 600)]) for _ in range(2))
    sound = joined(_with_laughter(heard(said, draw), end, draw))
    stretches = joined(
        [
            *(music(lead, draw) if draw.random() < 0.5 else []),
            *moved(sound, lead),
            *moved(music(tail, draw), lead + end),
        ]
    )
    cuts = _cuts(lead, end, draw) if kind == "cuts" else []
    speech, place = recorded(stretches, lead + end + tail, cuts)
    rate = draw.choice(RATES) if kind == "drift" else 1.0
    # A transcript may begin before the recording, but half of it or more is in it.
    shift = 0.0 if kind == "own clock" else draw.uniform(-min(3600.0, lead + end / 2), 3600.0)
    if kind == "own clock":
        manners = Manners(manners.jitter, 0.0, manners.missing, manners.whole_seconds, manners.merged, manners.filled)
    words = spoken_words(said, lambda time: place(time + lead))
    if kind == "another meeting":
        said = with_own_words(conversation(some, minutes * 60, draw, pace=1.0), texts)
    cues = transcript(said, manners, draw, lambda time: (time + lead) * rate + shift)
    if choice.random() < 0.5:
        cues = [replace(cue, text=" ".join(changed(cue.text.split(), CHANGED_WORDS, choice))) for cue in cues]

    def truth(time: float) -> float | None:
        return place((time - manners.late - shift) / rate)

    return ClockCase(kind, name, cues, speech, None if kind == "another meeting" else truth, words)


def _with_laughter(stretches: Sequence[Stretch], end: float, draw: random.Random) -> list[Stretch]:
    moments = [draw.uniform(0, end) for _ in range(int(end / 60 * draw.choice([0.0, 0.5, 1.0])))]
    return [*stretches, *((moment, moment + draw.uniform(0.3, 2.0)) for moment in moments)]


def _cuts(lead: float, end: float, draw: random.Random) -> list[Cut]:
    """One to three, between pieces of MIN_PIECE_SECONDS."""
    while True:
        starts = sorted(draw.uniform(lead, lead + end) for _ in range(draw.randint(1, 3)))
        cuts = [Cut(start, start + draw.choice([draw.uniform(5, 60), draw.uniform(60, 400)])) for start in starts]
        edges = [lead, *(edge for cut in cuts for edge in (cut.start, cut.end)), lead + end]
        if all(after - before >= MIN_PIECE_SECONDS for before, after in zip(edges[::2], edges[1::2], strict=True)):
            return cuts


def right_share(finding: ClockFinding, each: ClockCase) -> float:
    """Of the cues that are in the recording, those that are placed within RIGHT_SECONDS."""
    if finding.clock is None or each.place is None:
        return 0.0
    pieces = finding.clock.pieces
    starts = [piece.start for piece in pieces]
    placed = []
    for cue in each.cues:
        right = each.place(cue.start)
        if right is not None:
            piece = pieces[max(bisect_right(starts, cue.start) - 1, 0)]
            placed.append(abs(piece.moved(cue.start) - right) <= RIGHT_SECONDS)
    return mean(placed) if placed else 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    each: ClockCase
    finding: ClockFinding
    share: float
    cost: float  # processor time of the search and what recognition takes, of the recording's length


def outcomes(
    clips: Sequence[SpokenClip], kind: str, count: int, seed: str, *, words: bool = False, texts: Texts | None = None
) -> Iterator[Outcome]:
    """`words`: also by those of excerpts, as a model that mishears MISHEARD_WORDS of them would hear them."""
    for number in range(count):
        each = case(kind, clips, f"{seed} {number}", texts)
        before = time.process_time()
        finding = find_by_sound(each.cues, each.speech)
        recogniser = FakeRecogniser(each.words, each.speech.duration, random.Random(number), MISHEARD_WORDS)
        if words:
            given = Transcript("en", Origin.IMPORT, None, tuple(each.cues))
            finding = find_by_excerpts(given, each.speech, recogniser, finding, now=recogniser.now)
        spent = time.process_time() - before + recogniser.spent
        yield Outcome(each, finding, right_share(finding, each), spent / each.speech.duration)


def figures(found: Sequence[Outcome]) -> dict[str, float]:
    """Shares of the meetings, of the cues in place, and of the recording's length in processor time."""
    claimed = [each for each in found if each.finding.clock]
    if all(each.each.place is None for each in found):
        right, wrong = 0, len(claimed)
    else:
        right = sum(each.share >= MIN_RIGHT_SHARE for each in claimed)
        wrong = len(claimed) - right
    return {
        "cases": len(found),
        "found": right / len(found),
        "refused": 1 - len(claimed) / len(found),
        "wrong": wrong / len(found),
        "cues": mean(each.share for each in found),
        "another": sum(each.finding.is_of_another for each in found) / len(found),
        "cost": mean(each.cost for each in found),
    }


def row(name: str, found: dict[str, float]) -> str:
    return (
        f"{name:<18}{found['cases']:>6}{found['found']:>8.1%}{found['refused']:>9.1%}"
        f"{found['wrong']:>8.1%}{found['cues']:>8.1%}{found['another']:>9.1%}{found['cost']:>9.3%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=30, help="of each kind")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    parser.add_argument("--sound-only", action="store_true", help="leave out the words of excerpts")
    options = parser.parse_args()
    before = time.process_time()
    length = speech_activity(SEEDS / "reenactment.m4a").duration
    listening = (time.process_time() - before) / length
    clips = espeak_clips() if options.held_out and shutil.which("espeak-ng") else reenacted_clips()
    print(f"decoding and detecting speech: {listening:.3%} of the recording's length")
    print(recognition_pace())
    print(f"{'':<18}{'cases':>6}{'found':>8}{'refused':>9}{'wrong':>8}{'cues':>8}{'another':>9}{'cost':>9}")
    seed = "held out" if options.held_out else "bench"
    kinds: dict[bool, dict[str, dict[str, float]]] = {}
    for words in (False,) if options.sound_only else (False, True):
        print("sound and words of excerpts" if words else "sound")
        kinds[words] = measure(clips, options.cases, seed, words=words)
    if options.json:
        made = {"command": "python -m tests.bench.clock --json docs/figures/clock.json", "listening": listening}
        options.json.write_text(json.dumps(made | {"kinds": kinds[False], "words": kinds.get(True)}, indent=1) + "\n")


def recognition_pace() -> str:
    """What it takes to recognise excerpts, by the processor's time."""
    stretches = [(start, start + EXCERPT_SECONDS) for start in (30.0, 200.0, 400.0, 600.0)]
    recognise = excerpt_recogniser(SEEDS / "reenactment.m4a", language="en")
    if recognise is None:
        return "no speech model is installed"
    before = time.process_time()
    recognise(stretches)
    once = time.process_time() - before
    recognise(stretches)
    again = time.process_time() - before - once
    return (
        f"recognising an excerpt: {again / len(stretches):.1f} s of processor time, and {once - again:.1f} s to begin"
    )


def measure(clips: Sequence[SpokenClip], count: int, seed: str, *, words: bool) -> dict[str, dict[str, float]]:
    everything: list[Outcome] = []
    kinds: dict[str, dict[str, float]] = {}
    for kind in ("own clock", "offset", "drift", "cuts", "another meeting"):
        found = list(outcomes(clips, kind, count, seed, words=words))
        if kind == "own clock":
            kept = mean(each.finding.clock is None or each.finding.clock.is_recordings for each in found)
        kinds[kind] = figures(found)
        print(row(kind, kinds[kind]), flush=True)
        everything += found
    print(f"own clock left exactly as it is: {kept:.1%}")
    for name in MANNERS:
        print(row(name, figures([each for each in everything if each.each.manners == name and each.each.place])))
    return kinds


if __name__ == "__main__":
    main()
