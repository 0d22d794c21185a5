"""Sound out of files of all kinds, whole and broken, each made here."""

from __future__ import annotations

import logging
import wave
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from pipeline.audio import SAMPLE_RATE, Samples, open_sound
from pipeline.errors import AudioUnreadable

SECONDS = 6
BEEP = 2.0  # seconds at which the tone begins


def tone(rate: int, seconds: float = SECONDS) -> Samples:
    """Silence, then a tone from second BEEP on."""
    time = np.arange(round(rate * seconds)) / rate
    return np.where(time < BEEP, 0, 0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


def write(path: Path, *, codec: str, rate: int, channels: int = 1, video: bool = False, gap: float = 0.0) -> Path:
    """Encode the tone; from second BEEP on, time stamps are `gap` seconds late, as where packets were lost."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo" if channels == 2 else "mono")
        assert isinstance(stream, AudioStream)
        picture = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p") if video else None
        start = 0
        for at, block in enumerate(np.array_split(tone(rate), SECONDS * 10)):
            frame = av.AudioFrame.from_ndarray(np.tile(block, (channels, 1)), format="fltp", layout=stream.layout.name)
            frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
            frame.pts = start + round((gap if at >= BEEP * 10 else 0) * rate)
            start += len(block)
            container.mux(stream.encode(frame))
            if picture:
                image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
                container.mux(picture.encode(image))
        container.mux(stream.encode(None))
        if picture:
            container.mux(picture.encode(None))
    return path


def listen(path: Path) -> Samples:
    with open_sound(path) as sound:
        return np.concatenate(list(sound.blocks))


def beep(samples: Samples) -> float:
    """When the tone begins, in seconds."""
    return float(np.argmax(np.abs(samples) > 0.2)) / SAMPLE_RATE


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "video"),
    [
        ("a.wav", "pcm_s16le", 11_025, 1, False),
        ("a.flac", "flac", 44_100, 2, False),
        ("a.m4a", "aac", 48_000, 2, False),
        ("a.webm", "libopus", 48_000, 1, False),
        ("a.mp3", "libmp3lame", 22_050, 1, False),
        ("a.mp4", "aac", 44_100, 2, True),
        ("a.mkv", "ac3", 48_000, 2, True),
    ],
)
def test_any_container_rate_and_layout(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int, video: bool
) -> None:
    """Whatever the file, the sound comes out mono at 16 kHz with its times kept."""
    path = write(tmp_path / name, codec=codec, rate=rate, channels=channels, video=video)

    samples = listen(path)

    assert samples.dtype == np.float32
    assert len(samples) / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.1)
    assert beep(samples) == pytest.approx(BEEP, abs=0.06)


def test_the_declared_duration_is_known_before_decoding(tmp_path: Path) -> None:
    """Progress needs the total before the first block."""
    with open_sound(write(tmp_path / "a.m4a", codec="aac", rate=44_100)) as sound:
        assert sound.duration == pytest.approx(SECONDS, abs=0.1)


def test_lost_time_becomes_silence(tmp_path: Path) -> None:
    """Where the file leaves out 3 seconds, what follows keeps its time."""
    samples = listen(write(tmp_path / "a.mkv", codec="pcm_s16le", rate=16_000, gap=3))

    assert beep(samples) == pytest.approx(BEEP + 3, abs=0.06)
    assert len(samples) / SAMPLE_RATE == pytest.approx(SECONDS + 3, abs=0.1)


def test_blocks_are_small(tmp_path: Path) -> None:
    """No block has more than half a minute, whatever the length of the file."""
    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_u8", rate=8_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.full((1, 8_000), 128, np.uint8), format="u8", layout="mono")
        frame.sample_rate = 8_000
        for _ in range(300):
            container.mux(stream.encode(frame))

    with open_sound(path) as sound:
        sizes = [len(block) for block in sound.blocks]

    assert sum(sizes) == 300 * SAMPLE_RATE
    assert max(sizes) <= 70 * SAMPLE_RATE


def unreadable(folder: Path) -> Iterable[tuple[str, Path, str]]:
    """Files without sound: why, which, and what the error says."""
    empty, text, silent, cut = (folder / name for name in ("empty.m4a", "text.mp3", "silent.mp4", "cut.m4a"))
    empty.touch()
    text.write_text("Minutes of the café’s meeting\n" * 100)
    page, document = folder / "page.mp4", folder / "notes.m4a"
    page.write_text("<!DOCTYPE html><title>Sign in</title>")
    document.write_bytes(b"PK\x03\x04" + bytes(100))
    with av.open(str(silent), "w") as container:
        picture = container.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p")
        container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        container.mux(picture.encode(None))
    write(cut, codec="aac", rate=44_100)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    nothing = folder / "nothing.wav"
    with av.open(str(nothing), "w") as container:
        container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        container.start_encoding()
    return (
        ("missing", folder / "missing.m4a", "no such file"),
        ("a folder", folder, "no such file"),
        ("empty", empty, "empty"),
        ("text", text, "is a text file, not a sound or video file"),
        ("a page", page, "is a web page, not a sound or video file"),
        ("a document", document, "is an archive or an office document"),
        ("index cut off", cut, "is incomplete: the index at its end is missing"),
        ("only pictures", silent, "no sound track"),
        ("no samples", nothing, "no sound"),
    )


def test_files_without_sound_say_why(tmp_path: Path) -> None:
    """Each kind of unreadable file is AudioUnreadable, in words of its own, with a next step."""
    for why, path, words in unreadable(tmp_path):
        with pytest.raises(AudioUnreadable, match=words) as caught:
            listen(path)
        assert caught.value.hint, why
        assert "fetch" not in f"{caught.value} {caught.value.hint}", why


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is there is used, with a warning that it is not the whole."""
    path = write(tmp_path / "a.flac", codec="flac", rate=44_100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])

    with caplog.at_level(logging.WARNING):
        samples = listen(path)

    assert BEEP < len(samples) / SAMPLE_RATE < SECONDS - 2
    assert "breaks off at 0:0" in caplog.text


def test_damage_in_the_middle_is_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A few bad bytes cost a moment, not the rest of the recording."""
    path = write(tmp_path / "a.webm", codec="libopus", rate=48_000)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 400):
        data[at] ^= 0xFF
    path.write_bytes(data)

    with caplog.at_level(logging.WARNING):
        samples = listen(path)

    assert len(samples) / SAMPLE_RATE == pytest.approx(SECONDS, abs=1.5)


def test_sound_that_is_no_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample a second, or more than a week, would take gigabytes of memory or days, for a file of a megabyte."""
    path = tmp_path / "a.wav"
    for rate, words in ((1, "1 channels at 1 Hz"), (8000, r"longer than 0\.0001 days")):
        monkeypatch.setattr("pipeline.audio.MAX_SECONDS", 8.64)
        with wave.open(str(path), "wb") as opened:
            opened.setnchannels(1)
            opened.setsampwidth(2)
            opened.setframerate(rate)
            opened.writeframes(bytes(2 * 10 * 8000))
        with pytest.raises(AudioUnreadable, match=words):
            listen(path)
