"""Files of several sound tracks, and of channels that cancel each other, each made here."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.errors import AudioUnreadable

SECONDS = 20
RATE = 16_000


def talk(pitch: float) -> Samples:
    """Syllables of a tone: now loud, now soft, as speech is."""
    time = np.arange(SECONDS * RATE) / RATE
    return (0.3 * np.sin(2 * np.pi * pitch * time) * np.maximum(np.sin(2 * np.pi * 2 * time), 0)).astype(np.float32)


SILENCE = np.zeros(SECONDS * RATE, np.float32)
HUM = (0.01 * np.sin(2 * np.pi * 50 * np.arange(SECONDS * RATE) / RATE)).astype(np.float32)
CHIME = np.where(np.arange(SECONDS * RATE) < RATE // 4, talk(900), 0).astype(np.float32)
LATE = np.where(np.arange(SECONDS * RATE) > 18.1 * RATE, talk(700), 0).astype(np.float32)  # after the last probe


def write(
    path: Path, tracks: Sequence[Samples], *, languages: Sequence[str] = (), default: int = 1, channels: int = 1
) -> Path:
    """Encode each track without loss; `default` is the number of the one that players choose."""
    with av.open(str(path), "w") as container:
        streams: list[AudioStream] = []
        for number in range(1, len(tracks) + 1):
            stream = container.add_stream("flac", rate=RATE, layout="stereo" if channels == 2 else "mono")
            assert isinstance(stream, AudioStream)
            stream.disposition = av.stream.Disposition(int(av.stream.Disposition.default) * (number == default))
            if number <= len(languages):
                stream.metadata["language"] = languages[number - 1]
            streams.append(stream)
        for start in range(0, SECONDS * RATE, RATE // 2):
            for stream, samples in zip(streams, tracks, strict=True):
                block = (np.atleast_2d(samples)[:, start : start + RATE // 2] * 32767).astype(np.int16)
                frame = av.AudioFrame.from_ndarray(block.T.reshape(1, -1), format="s16", layout=stream.layout.name)
                frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), start
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def pitch(samples: Samples) -> float:
    """The loudest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


def heard(path: Path, track: str | None = None) -> tuple[float, int, str | None]:
    """The pitch of what is heard, the number of the track, and what people are told."""
    with open_sound(path, track) as sound:
        return round(pitch(np.concatenate(list(sound.blocks))) / 100) * 100, sound.track.number, sound.choice


@pytest.mark.parametrize(
    ("tracks", "default", "number"),
    [
        ((talk(300), talk(500)), 1, 1),
        ((talk(300), talk(500)), 2, 2),
        ((SILENCE, talk(500)), 1, 2),
        ((talk(300), SILENCE), 2, 1),
        ((HUM, talk(500)), 1, 2),
        ((CHIME, talk(500)), 1, 2),
        ((SILENCE, LATE), 1, 2),
        ((SILENCE, SILENCE, talk(500)), 2, 3),
        ((SILENCE, SILENCE), 2, 2),
    ],
    ids=["first", "second", "silent", "silent second", "a hum", "a chime", "one word at the end", "third", "nothing"],
)
def test_the_track_a_player_plays_unless_it_is_silent(
    tmp_path: Path, tracks: Sequence[Samples], default: int, number: int
) -> None:
    """The default track; where next to nothing is to be heard in it, one in which there is."""
    assert heard(write(tmp_path / "a.mkv", tracks, default=default))[1] == number


def test_the_track_of_a_language(tmp_path: Path) -> None:
    """It is found by any code of its language or by its name, and a track by its number; silent or not."""
    path = write(tmp_path / "a.mkv", (talk(300), talk(500), SILENCE), languages=("eng", "ger"))

    assert {heard(path, wanted)[:2] for wanted in ("de", "deu", "ger", "de-AT", "German", "2")} == {(500, 2)}
    assert heard(path, "en")[:2] == (300, 1)
    assert heard(path, "3")[1] == 3


def test_the_choice_is_told(tmp_path: Path) -> None:
    """How many there are, which one it is and why, and how to choose; nothing where there is no choice."""
    two = write(tmp_path / "a.mkv", (SILENCE, talk(500)), languages=("eng", "ger"))
    one = write(tmp_path / "b.mkv", (talk(500),))

    assert heard(two)[2] == (
        "2 sound tracks; number 2 (German) is heard, as hardly anything is to be heard in number 1 (English, default); "
        "--track chooses another"
    )
    assert heard(two, "2")[2] == "2 sound tracks; number 2 (German) is heard; --track chooses another"
    assert heard(one)[2] is None
    assert heard(one, "de")[1] == 1  # it does not say what it is in


@pytest.mark.parametrize("wanted", ["3", "0", "fr", "99999999999999999999", "x\x1b[2J"])
def test_a_track_that_is_not_there(tmp_path: Path, wanted: str) -> None:
    """The error names those that are."""
    path = write(tmp_path / "a.mkv", (SILENCE, talk(500)), languages=("eng", "ger"))

    with pytest.raises(AudioUnreadable, match="has no sound track") as caught:
        heard(path, wanted)

    assert "1 (English, default), 2 (German)" in caught.value.hint
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("inverse", [-0.95, -0.6], ids=["inverted", "inverted and softer"])
def test_channels_that_cancel_each_other(tmp_path: Path, inverse: float) -> None:
    """A channel that is the other's inverse does not silence it: the louder one is heard, as loud as it is."""
    noise = np.random.default_rng(0).normal(0, 0.02, (2, SECONDS * RATE)).astype(np.float32)
    both = np.stack([talk(300), inverse * talk(300)]) + noise

    for name, channels in (("left.mkv", both), ("right.mkv", both[::-1])):
        with open_sound(write(tmp_path / name, [channels], channels=2)) as sound:
            samples = np.concatenate(list(sound.blocks))
        assert float(np.abs(samples - both[0]).max()) < 0.001


@pytest.mark.parametrize("other", [1.0, 0.0, 0.5, -0.1])
def test_other_channels_are_mixed_as_ever(tmp_path: Path, other: float) -> None:
    """The mean of both, to the last bit: also of one that is silent, softer, or has a little of the other, inverted."""
    both = np.stack([talk(300), other * talk(300)])

    with open_sound(write(tmp_path / "a.mkv", [both], channels=2)) as sound:
        samples = np.concatenate(list(sound.blocks))

    whole = (both * 32767).astype(np.int16).astype(np.int32)
    assert np.abs(samples * 32768 - whole.sum(axis=0) / 2).max() <= 1
