"""The sound of any media file, as a stream of small blocks. The only importer of PyAV.

containers  the file, opened: nothing but what is in it
tracks      which sound track is heard, where there are several
mixing      from the frames of any format to one channel at 16 kHz

PyAV brings FFmpeg's libraries along, so nothing has to be installed beside Python. The sound is what Whisper hears:
one channel, 16 kHz, float32 in -1..1. Sample 0 is second 0 of the recording as a player counts it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline import timecode, untrusted
from pipeline.audio.containers import OTHER_HINT, open_container
from pipeline.audio.mixing import SAMPLE_RATE, MonoConverter, Samples, silence
from pipeline.audio.tracks import SoundTrack, choose_track
from pipeline.errors import AudioUnreadable
from pipeline.untrusted import MAX_SECONDS, InvalidInput

__all__ = ["SAMPLE_RATE", "Samples", "Sound", "open_sound"]

MIN_SOURCE_RATE = 1_000  # samples per second of a file; a telephone has 8,000
MAX_CHANNELS = 64
_MAX_GAP_SECONDS = 0.2  # longer gaps in the file are filled with silence
_MAX_DAMAGED_PACKETS = 1000
# A file that ends earlier than it declares by more than this, or this share of it, broke off.
_MAX_MISSING_SECONDS = 2.0
_MAX_MISSING_SHARE = 0.01

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sound:
    """An open recording. `duration` is what the file declares, in seconds, None when it does not say.

    `track` is the one that is heard; `choice` tells people of it where there are several.
    """

    duration: float | None
    blocks: Iterator[Samples]
    track: SoundTrack
    choice: str | None = None


@contextmanager
def open_sound(media: Path, track: str | None = None) -> Iterator[Sound]:
    """Open a sound track of `media`; its blocks are decoded as they are asked for.

    `track` is the number of one, from 1 on, or a language: its code (`de`, `deu`), or its name. Without it, it is the
    one a player plays, unless hardly anything is to be heard in it and more in another one.

    Damaged parts are skipped, and a file that ends before its declared duration is read as far as it goes; both are
    logged as warnings. Gaps in the file become silence, so that later words keep their time.

    Raises:
        AudioUnreadable: there is no such file or track, no sound in it, or nothing that can be decoded (also while
            iterating).
    """
    if not media.is_file():
        raise AudioUnreadable(media, "there is no such file", hint="Check its path.")
    if not media.stat().st_size:
        raise AudioUnreadable(media, "the file is empty", hint="Export or copy it again.")
    with open_container(media) as container:
        if not container.streams.audio:
            raise AudioUnreadable(media, "has no sound track", hint=OTHER_HINT)
        chosen = choose_track(container, media, track)
        stream = container.streams.audio[chosen.track.number - 1]
        duration = _declared_duration(container, stream)
        blocks = _checked(_blocks(container, stream, media, duration), media, duration)
        yield Sound(duration, blocks, chosen.track, chosen.told)


def _declared_duration(container: Any, stream: Any) -> float | None:
    """Seconds, as the sound track or else the file declares them; a length that no recording has is not known."""
    for value, unit in ((stream.duration, stream.time_base), (container.duration, Fraction(1, av.time_base))):
        with suppress(InvalidInput):
            if value and unit:
                return untrusted.seconds(float(value * unit), "the declared duration")
    return None


def _checked(blocks: Iterator[Samples], media: Path, duration: float | None) -> Iterator[Samples]:
    """The same blocks, and a warning at the end when the file broke off.

    Raises:
        AudioUnreadable: there are none, or they do not end.
    """
    count = 0
    for block in blocks:
        count += len(block)
        if count > MAX_SECONDS * SAMPLE_RATE:
            raise AudioUnreadable(media, f"is longer than {MAX_SECONDS / 86_400:g} days")
        yield block
    if not count:
        raise AudioUnreadable(media, "has no sound that can be decoded")
    decoded = count / SAMPLE_RATE
    if duration and decoded < duration - max(_MAX_MISSING_SECONDS, _MAX_MISSING_SHARE * duration):
        _log.warning("%s: the sound breaks off at %s of %s", media, timecode.clock(decoded), timecode.clock(duration))


def _blocks(container: Any, stream: Any, media: Path, duration: float | None) -> Iterator[Samples]:
    """The sound as `MonoConverter` gives it, with silence for each gap."""
    origin = (container.start_time or 0) / av.time_base
    last = duration + 1 if duration else MAX_SECONDS  # a time stamp beyond is damage, not a gap
    converter: MonoConverter | None = None
    position = 0.0
    for frame in _frames(container, stream, media):
        time = position if frame.time is None else frame.time - origin
        gap = time - position if time < last else 0.0
        if converter is None or gap > _MAX_GAP_SECONDS or not converter.fits(frame):
            if converter is not None:
                yield converter.convert(end=True)
            _refuse_odd_format(frame, media)
            converter = MonoConverter(frame)
        if gap > _MAX_GAP_SECONDS:
            yield from (np.zeros(samples, np.float32) for samples in silence(gap))
            position += gap
        position += frame.samples / frame.sample_rate
        converter.add(frame)
        if converter.full:
            yield converter.convert()
    if converter is not None:
        yield converter.convert(end=True)


def _refuse_odd_format(frame: Any, media: Path) -> None:
    """Refuse what no recorder makes, and what takes gigabytes to convert: a sample a second, thousands of channels."""
    if frame.sample_rate < MIN_SOURCE_RATE or len(frame.layout.channels) > MAX_CHANNELS:
        format_ = f"{len(frame.layout.channels)} channels at {frame.sample_rate} Hz"
        raise AudioUnreadable(media, f"has {format_}, which is not the sound of a meeting")


def _frames(container: Any, stream: Any, media: Path) -> Iterator[Any]:
    """Every frame that can be decoded."""
    damaged = 0
    while damaged <= _MAX_DAMAGED_PACKETS:
        try:
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    damaged += 1
                    continue
                yield from frames
        except av.error.InvalidDataError:
            damaged += 1  # the reader is past the damage: ask it for the next packet
        except av.error.FFmpegError as error:
            raise AudioUnreadable(media, f"cannot be read to its end ({error.strerror})") from error
        else:
            break
    else:
        raise AudioUnreadable(media, "is damaged throughout")
    if damaged:
        _log.warning("%s: %d damaged packets were skipped", media, damaged)
