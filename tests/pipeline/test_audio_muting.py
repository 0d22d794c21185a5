"""A recording without the sound of a passage: silent there, the same elsewhere, and its picture as it was."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Samples
from pipeline.audio.muting import mute
from pipeline.errors import AudioUnreadable
from tests.pipeline.test_audio import listen, write

_SPAN = (3.0, 4.0)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels", "video"),
    [
        ("call.wav", "pcm_s16le", 16_000, 1, False),
        ("call.mp3", "mp3", 44_100, 1, False),
        ("call.m4a", "aac", 44_100, 2, False),
        ("call.opus", "libopus", 48_000, 1, False),
        ("call.mkv", "aac", 48_000, 1, True),
        ("call.mp4", "aac", 48_000, 2, True),
    ],
)
def test_a_passage_is_silent_and_nothing_else_is(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int, video: bool
) -> None:
    """By the sample, in the codec and container that it had; other sound keeps its place and its loudness."""
    media = write(tmp_path / name, codec=codec, rate=rate, channels=channels, video=video)
    muted = tmp_path / f"muted-{name}"

    mute(media, [_SPAN], muted)

    before, after = listen(media), listen(muted)
    first, last = (round(edge * SAMPLE_RATE) for edge in _SPAN)
    beside = round(0.2 * SAMPLE_RATE)
    assert np.abs(after[first:last]).max() < 0.005
    assert abs(len(after) - len(before)) < 0.05 * SAMPLE_RATE
    for stretch in (slice(0, first - beside), slice(last + beside, min(len(before), len(after)) - beside)):
        assert np.abs(_loudness(before[stretch]) - _loudness(after[stretch])).max() < 0.02
    assert _tracks(media) == _tracks(muted)
    assert _pictures(media) == _pictures(muted)


def _loudness(samples: Samples) -> Samples:
    """Of each tenth of a second."""
    step = SAMPLE_RATE // 10
    tenths: Samples = samples[: len(samples) // step * step].reshape(-1, step)
    return np.asarray(np.sqrt((tenths**2).mean(axis=1)))


def _tracks(media: Path) -> list[tuple[str, str]]:
    with av.open(str(media)) as container:
        return [(stream.type, stream.codec_context.name) for stream in container.streams]


def _pictures(media: Path) -> list[bytes]:
    with av.open(str(media)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size] if container.streams.video else []


def test_every_sound_track_is_silent_and_subtitles_go(tmp_path: Path) -> None:
    """Another microphone says the same, and subtitles write it."""
    media, muted = tmp_path / "call.mkv", tmp_path / "muted.mkv"
    voice = write(tmp_path / "voice.wav", codec="pcm_s16le", rate=16_000)
    subtitles = tmp_path / "said.srt"
    subtitles.write_text("1\n00:00:03,200 --> 00:00:03,800\nmurmeltier\n")
    with av.open(str(media), "w") as target:
        opened = [av.open(str(source)) for source in (voice, voice, subtitles)]
        made = [target.add_stream_from_template(source.streams[0]) for source in opened]
        for source, stream in zip(opened, made, strict=True):
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
            source.close()
    assert b"murmeltier" in media.read_bytes()

    mute(media, [_SPAN], muted)

    assert _tracks(muted) == [("audio", "pcm_s16le")] * 2
    assert b"murmeltier" not in muted.read_bytes()
    with av.open(str(muted)) as container:
        for stream in container.streams.audio:
            container.seek(0)
            sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(stream)])
            assert not sound[48_000:64_000].any()
            assert sound[40_000:46_000].any()


def test_what_cannot_be_decoded_is_an_error(tmp_path: Path) -> None:
    """And leaves the file as it is."""
    (tmp_path / "call.mp3").write_bytes(b"no sound")
    with pytest.raises(AudioUnreadable, match="not a sound"):
        mute(tmp_path / "call.mp3", [_SPAN], tmp_path / "muted")
