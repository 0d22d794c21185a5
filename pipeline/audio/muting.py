"""A recording without the sound of some passages: all of its sound tracks are silent there.

Sound is decoded, silenced by the sample and encoded again as it was; the picture is copied. Subtitles and other data in
the file are left out: they may say what is not to be heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline.audio.containers import open_container
from pipeline.errors import AudioUnreadable

_MARGIN_SECONDS = 0.05  # at either end: encoders smear a sound over some of what is beside it
_MIN_BIT_RATE = 24_000  # bits a second and channel
_OPUS, _OPUS_RATES = "libopus", (8_000, 12_000, 16_000, 24_000, 48_000)
_ENCODERS = {"mp3": "libmp3lame", "opus": _OPUS, "vorbis": _OPUS}  # others are called as their codec
_FORMATS = {"matroska,webm": "matroska", "mov,mp4,m4a,3gp,3g2,mj2": "mp4", "aac": "adts"}  # as they are written
_BY_SUFFIX = {".webm": "webm", ".mov": "mov", ".opus": "opus"}  # where a reader has one name for several

Spans = Sequence[tuple[float, float]]


def mute(media: Path, spans: Spans, into: Path) -> None:
    """Write `media` to the file `into`, silent in `spans`: seconds as `open_sound` counts them.

    Raises:
        AudioUnreadable: it cannot be decoded, or its sound or container cannot be written.
    """
    try:
        with open_container(media) as source:
            if not source.streams.audio:
                raise AudioUnreadable(media, "has no sound track")
            name = _format_of(source, media)
            options = {"movflags": "faststart"} if name in ("mp4", "mov") else {}
            with av.open(str(into), "w", format=name, options=options) as target:
                _Muting(source, target, spans).run()
    except (av.error.FFmpegError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise AudioUnreadable(media, f"a passage of it cannot be muted ({problem})") from error


def _format_of(source: Any, media: Path) -> str:
    """As what a file is written so that it is what its name says."""
    name = str(source.format.name)
    if name == "ogg" and not source.streams.video:
        return "ogg" if source.streams.audio[0].codec_context.name == "flac" else "opus"  # nothing writes Vorbis well
    return _BY_SUFFIX.get(media.suffix.lower()) or _FORMATS.get(name, name)


class _Muting:
    """One file on its way into another."""

    def __init__(self, source: Any, target: Any, spans: Spans) -> None:
        self._source, self._target = source, target
        self._spans = [(start - _MARGIN_SECONDS, end + _MARGIN_SECONDS) for start, end in spans]
        self._ends: dict[int, float] = {}  # of what was decoded of each track, in seconds
        self._origin = (source.start_time or 0) / av.time_base
        self._copied: dict[int, Any] = {}  # streams of the target, by the index of that of the source
        self._encoded: dict[int, Any] = {}
        for stream in source.streams:  # in their order, which a player goes by
            if stream.type == "audio":
                self._encoded[stream.index] = self._encoder_of(stream)
            elif stream.type == "video":
                self._copied[stream.index] = target.add_stream_from_template(stream)

    def _encoder_of(self, stream: Any) -> Any:
        """A track of the target like this one of the source."""
        codec = stream.codec_context
        name, rate = self._encoder_name(codec.codec.canonical_name), codec.sample_rate
        if name == _OPUS and rate not in _OPUS_RATES:
            rate = max(_OPUS_RATES)
        made = self._target.add_stream(name, rate=rate, layout=codec.layout.name)
        if codec.bit_rate:
            made.codec_context.bit_rate = max(codec.bit_rate, _MIN_BIT_RATE * len(codec.layout.channels))
        made.metadata.update(stream.metadata)
        made.disposition = stream.disposition
        return made

    def _encoder_name(self, codec: str) -> str:
        """What writes this codec, or else another that the container takes."""
        for name in (_ENCODERS.get(codec, codec), _OPUS, "aac"):
            if _can_encode(name) and av.Codec(name, "w").canonical_name in self._target.supported_codecs:
                return name
        return str(self._target.default_audio_codec)

    def run(self) -> None:
        kept = self._copied.keys() | self._encoded.keys()
        wanted = [stream for stream in self._source.streams if stream.index in kept]
        for packet in self._source.demux(wanted):
            if packet.stream.index in self._copied:
                if packet.dts is not None:
                    packet.stream = self._copied[packet.stream.index]
                    self._target.mux(packet)
                continue
            for frame in _decoded(packet):
                self._encode(packet.stream.index, frame)
        for index in self._encoded:
            self._encode(index, None)

    def _encode(self, index: int, frame: Any) -> None:
        stream = self._encoded[index]
        if frame is None:
            self._target.mux(stream.encode(None))
            return
        start = self._ends.get(index, 0.0) if frame.time is None else frame.time - self._origin
        self._ends[index] = start + frame.samples / frame.sample_rate
        self._target.mux(stream.encode(self._silenced(frame, start)))

    def _silenced(self, frame: Any, start: float) -> Any:
        """The frame, which begins at `start` seconds, with silence for what is in a passage."""
        rate = frame.sample_rate
        spans = [(max(round((first - start) * rate), 0), round((last - start) * rate)) for first, last in self._spans]
        spans = [(first, last) for first, last in spans if last > 0 and first < frame.samples]
        if not spans:
            return frame
        samples = frame.to_ndarray().copy()
        silence = 128 if samples.dtype == np.uint8 else 0
        step = 1 if frame.format.is_planar else len(frame.layout.channels)
        for first, last in spans:
            samples[:, first * step : last * step] = silence
        silenced = av.AudioFrame.from_ndarray(samples, format=frame.format.name, layout=frame.layout.name)
        silenced.sample_rate, silenced.pts, silenced.time_base = rate, frame.pts, frame.time_base
        return silenced


def _decoded(packet: Any) -> Iterator[Any]:
    """The frames of a packet; a damaged one has none, as when it is heard."""
    try:
        yield from packet.decode()
    except av.error.InvalidDataError:
        return


def _can_encode(name: str) -> bool:
    try:
        return bool(av.Codec(name, "w").is_encoder)
    except (ValueError, av.error.FFmpegError):
        return False
